"""Nobody decides a case about themselves, whatever their role."""

from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal


def require_not_own(appraisal: Appraisal, actor: User) -> None:
    """Raise ``DomainError`` ``own_case``; ``appraisal`` with its cadre loaded."""
    if appraisal.cadre.user_id == actor.pk:
        raise DomainError("own_case", _("This case is about you. Somebody else decides it."))
