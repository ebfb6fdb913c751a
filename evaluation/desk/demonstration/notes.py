"""What a visitor of the demonstration city needs to know: accounts, passphrase, a few slips."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import EvaluatorGroup
from evaluation.desk.demonstration.loading import is_loaded, kept_slips
from evaluation.desk.demonstration.people import PASSPHRASE, PASSWORD
from evaluation.units.models import Membership, Role

WIDTH = 14
# Of fifty cadres with an account, those of units in different steps.
SHOWN_CADRES = ("minzheng-1", "minzheng-3", "shenpi-3", "sifa-3", "huanbao-1", "nongye-3", "liuan-1")


def addresses() -> Iterator[str]:
    """Where residents, voters and those who work here begin."""
    named = (
        (_("For residents"), reverse("portal:home")),
        (_("To vote"), reverse("vote:landing")),
        (_("To sign in"), reverse("accounts:sign-in")),
    )
    return (f"{label}  {settings.SITE_URL}{path}" for label, path in named)


def first_steps() -> Iterator[str]:
    """For a city that nobody has begun."""
    yield _("There is no account yet. Open the first one, of the office, with:")
    yield "  python manage.py create_office_account NAME"


def demonstration() -> Iterator[str]:
    """Accounts, passphrase and slips, where this is the demonstration city and nothing else; else nothing."""
    if not is_loaded():
        return
    yield _("This is the demonstration city. Nobody in it is real, and everybody knows these accounts.")
    yield _("Password of every account: %(password)s") % {"password": PASSWORD}
    yield from _accounts()
    yield _("Passphrase of the scrutineers: %(passphrase)s") % {"passphrase": PASSPHRASE}
    yield from _slips()


def _accounts() -> Iterator[str]:
    held = Prefetch("memberships", Membership.objects.select_related("unit").order_by("pk"))
    for user in User.objects.filter(is_active=True).prefetch_related(held).order_by("pk"):
        memberships = list(user.memberships.all())
        if all(one.role == Role.CADRE for one in memberships) and user.username not in SHOWN_CADRES:
            continue
        roles = "、".join(f"{one.unit.name if one.unit else ''}{one.get_role_display()}" for one in memberships)
        yield f"  {user.username:<{WIDTH}}{user.full_name}  {roles}"


def _slips() -> Iterator[str]:
    for box in BallotBox.objects.filter(kind=BallotBox.Kind.PUBLIC, state=BallotBox.State.OPEN, takes_passes=True):
        address = settings.SITE_URL + reverse("vote:public-box", args=[box.public_code])
        yield _("The vote of the public that is open: %(address)s") % {"address": address}
    labels = dict(EvaluatorGroup.choices)
    slips = kept_slips()
    if slips:
        yield _("Codes for the vote that is open (each works once):")
    for group, code in slips:
        yield f"  {' '.join((code[:4], code[4:8], code[8:]))}  {labels.get(group, group)}"
