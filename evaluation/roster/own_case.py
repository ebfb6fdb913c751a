"""Nobody decides a case about themselves, whatever their role."""

from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.roster.models import Cadre


def require_not_own(cadre: Cadre, actor: User) -> None:
    """Raise ``DomainError`` ``own_case`` where ``actor`` is ``cadre``."""
    if cadre.user_id == actor.pk:
        raise DomainError("own_case", _("This case is about you. Somebody else decides it."))
