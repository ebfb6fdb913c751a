"""Daily assessment and bonus in the city: what counts, what waits, what was returned or refused (C19–C26)."""

from datetime import date

from evaluation.bonus.services import approve_claims, claim_bonus, refuse_claim
from evaluation.daily.services import confirm_deductions, record_deduction, return_deductions
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.drawings import certificate
from evaluation.desk.demonstration.story import Act
from evaluation.files.services import store_evidence

Told = dict[str, str]


def stories(city: City) -> list[list[Act]]:
    deductions = [_deduction(city, told) for told in city.words["deductions"]]
    return [*deductions, *(_claim(city, told) for told in city.words["awards"])]


def _deduction(city: City, told: Told) -> list[Act]:
    def judge(city: City) -> None:
        appraisal = city.appraisal(told["name"])
        code = appraisal.organising_unit.code
        by_office = told["by"] == "office"
        deduction = record_deduction(
            appraisal=appraisal,
            actor=city.office if by_office else city.admin(code),
            rule=told["rule"],
            found_on=city.working_day(int(told["day"])),
            source=told["source"],
            facts=told["facts"],
            basis=told["basis"],
            supervised_person=told.get("supervised_person", ""),
            incident_number=told.get("incident_number", "").format(year=city.year),
        )
        approver = city.second_office if by_office else city.approver(code)
        if told["then"] == "confirmed":
            confirm_deductions(deductions=[deduction], approver=approver)
        elif told["then"] == "returned":
            return_deductions(deductions=[deduction], approver=approver, reason=told["reason"])

    return [Act(city.moment(int(told["day"]), 15), judge)]


def _claim(city: City, told: Told) -> list[Act]:
    def claim(city: City) -> None:
        appraisal = city.appraisal(told["name"])
        made = claim_bonus(
            appraisal=appraisal,
            actor=appraisal.cadre.user,  # type: ignore[arg-type]
            award=told["award"],
            issuer=told["issuer"],
            level=told["level"],
            awarded_on=_in_this_year(city, int(told["day"]) - 10),
            proof=store_evidence(upload=certificate(told["award"]), actor=appraisal.cadre.user),  # type: ignore[arg-type]
            document_number=told["number"].format(year=city.year),
            is_department="department" in told,
            unit_opinion=told["opinion"],
        )
        if told["then"] == "approved":
            approve_claims(claims=[made], actor=city.office)
        elif told["then"] == "refused":
            refuse_claim(claim=made, actor=city.office, reason=told["reason"])

    return [Act(city.moment(int(told["day"]), 11), claim)]


def _in_this_year(city: City, offset: int) -> date:
    """Awards are of the year of the cycle, also where the city is loaded in January."""
    return max(city.day(offset), date(city.year, 1, 1))
