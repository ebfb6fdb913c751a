"""Daily assessment in the city: what counts, what waits, what was returned (C19–C25)."""

from evaluation.daily.services import confirm_deductions, record_deduction, return_deductions
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.story import Act

Told = dict[str, str]


def stories(city: City) -> list[list[Act]]:
    return [_deduction(city, told) for told in city.words["deductions"]]


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
