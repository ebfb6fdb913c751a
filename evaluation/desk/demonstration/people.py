"""Who signs in: one shared password, which is public, and which exists in this city alone."""

from django.contrib.auth.hashers import make_password

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.cycle.models import Track
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.texts import UnitText
from evaluation.roster.cadre_accounts import open_cadre_accounts
from evaluation.units.models import Role, Unit
from evaluation.units.services import create_account, create_unit

PASSWORD = "yunxi-minping"  # noqa: S105 (public: the accounts of a city that does not exist)
PASSPHRASE = "yunxi gongshu minping"  # noqa: S105
LOADER = "command:load_demo_city"
CITY_ACCOUNTS = (
    ("office2", "钟慧", Role.OFFICE),
    ("jianpiao1", "袁正清", Role.SCRUTINEER),
    ("jianpiao2", "卢静怡", Role.SCRUTINEER),
    ("zuzhibu", "宋明远", Role.ORGANISATION),
    ("jiwei", "梁守正", Role.AUDITOR),
)
SCRUTINEERS = ("jianpiao1", "jianpiao2")
# Accounts that nobody had used when the results were handed out.
NO_ACCOUNT_YET = ("徐静", "姚玉兰", "白晓云")


def open_office(_city: City) -> None:
    create_account(username="office", full_name="江云帆", role=Role.OFFICE, unit=None, actor=LOADER)


def open_city_accounts(city: City) -> None:
    office = city.office
    for username, name, role in CITY_ACCOUNTS:
        create_account(username=username, full_name=name, role=role, unit=None, actor=office)


def set_up_units(city: City) -> None:
    """Units with their villages, and in each an administrator and an approver; a town's act for its villages."""
    for order, text in enumerate(city.texts.values(), start=1):
        unit = _create_unit(city, text, order=order * 10)
        create_account(username=text.code, full_name=text.admin, role=Role.UNIT_ADMIN, unit=unit, actor=city.office)
        approver = f"{text.code}-sh"
        create_account(username=approver, full_name=text.approver, role=Role.APPROVER, unit=unit, actor=city.office)
        for number, village in enumerate(text.villages, start=1):
            _create_unit(city, village, order=order * 10 + number, parent=unit)


def _create_unit(city: City, text: UnitText, *, order: int, parent: Unit | None = None) -> Unit:
    return create_unit(
        actor=city.office,
        code=text.code,
        name=text.name,
        kind=text.kind,
        parent=parent,
        staff_count=text.staff_count,
        telephone=text.telephone,
        address=text.address,
        order=order,
    )


def open_accounts_of_cadres(city: City) -> None:
    """``minzheng-1`` is the first on the list of 市民政局, ``liuan-1`` the first of 柳岸村."""
    for code in city.texts:
        rows = [*city.appraisals(code), *city.appraisals(code, Track.VILLAGE)]
        open_cadre_accounts(appraisals=rows, actor=city.admin(code))


def follow_invitations(city: City) -> None:
    """The cadres set their passwords, all but a few, who are handed their results on paper."""
    users = User.objects.filter(cadre__isnull=False).exclude(full_name__in=NO_ACCOUNT_YET)
    users.update(password=make_password(PASSWORD))


def set_passwords(city: City) -> None:
    """The password is hashed once: hashing it for each of the accounts would take most of the loading."""
    number = User.objects.update(password=make_password(PASSWORD))
    record(actor=LOADER, action="demonstration-passwords-set", target=city.cycle, detail={"accounts": number})


def make_keys(city: City) -> None:
    for username in SCRUTINEERS:
        make_scrutineer_key(cycle=city.cycle, user=city.user(username), passphrase=PASSPHRASE)
