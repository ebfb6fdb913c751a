"""Bonus in the city: claimed, heard, recognised, refused, withdrawn; one award at two levels, under two names (C26)."""

from datetime import date

from evaluation.bonus.awards import award_key
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.services import approve_claims, claim_bonus, give_opinion, refuse_claim, withdraw_claim
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.drawings import certificate
from evaluation.desk.demonstration.story import Act
from evaluation.roster.models import Appraisal

Told = dict[str, str]
OPINION, DECISION = 1, 2  # days after the claim


def stories(city: City) -> list[list[Act]]:
    return [_story(city, told) for told in city.words["awards"]]


def make_claim(city: City, told: Told) -> BonusClaim:
    """Claim an award as it is told; ``same_as`` answers the question whether it is one that was claimed before."""
    appraisal = city.appraisal(told["name"])
    return claim_bonus(
        appraisal=appraisal,
        actor=city.admin(appraisal.organising_unit.code) if "by_unit" in told else appraisal.cadre.user,  # type: ignore[arg-type]
        award=told["award"],
        issuer=told["issuer"],
        level=told["level"],
        awarded_on=_in_this_year(city, int(told["day"]) - 10),
        proof=certificate(told["award"]),
        document_number=told["number"].format(year=city.year),
        is_department="department" in told,
        same_as=_claim_of(city, appraisal, told["same_as"]) if "same_as" in told else None,
    )


def _story(city: City, told: Told) -> list[Act]:
    def claim(city: City) -> None:
        make_claim(city, told)

    day, then = int(told["day"]), told["then"]
    acts = [Act(city.moment(day, 11), claim)]
    if then == "withdrawn":
        return [*acts, Act(city.moment(day + OPINION, 9), lambda city: _withdraw(city, told))]
    if "opinion" in told:
        acts.append(Act(city.moment(day + OPINION, 9), lambda city: _word(city, told)))
    if then in ("approved", "refused"):
        acts.append(Act(city.moment(day + DECISION, 15), lambda city: decide(city, told)))
    return acts


def _word(city: City, told: Told) -> None:
    claim = _told_claim(city, told)
    admin = city.admin(claim.appraisal.organising_unit.code)
    give_opinion(claim=claim, actor=admin, opinion=told["opinion"])


def _withdraw(city: City, told: Told) -> None:
    claim = _told_claim(city, told)
    withdraw_claim(claim=claim, actor=claim.claimed_by, reason=told["reason"])


def decide(city: City, told: Told) -> None:
    claim = _told_claim(city, told)
    if told["then"] == "approved":
        approve_claims(claims=[claim], actor=city.office)
    else:
        refuse_claim(claim=claim, actor=city.office, reason=told["reason"])


def _told_claim(city: City, told: Told) -> BonusClaim:
    rows = BonusClaim.objects.for_list().filter(appraisal=city.appraisal(told["name"]), award=told["award"])
    return rows.get(level=told["level"], status=BonusClaim.Status.CLAIMED)


def _claim_of(city: City, appraisal: Appraisal, award: str) -> BonusClaim:
    key = award_key(award, city.year)
    return BonusClaim.objects.select_related("appraisal__cycle").get(appraisal=appraisal, award_key=key)


def _in_this_year(city: City, offset: int) -> date:
    """Awards are of the year of the cycle, also where the city is loaded in January."""
    return max(city.day(offset), date(city.year, 1, 1))
