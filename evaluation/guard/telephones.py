"""A six-digit code sent to a telephone: whoever types it back holds that number. Numbers are kept as keyed digests."""

import logging
import secrets
from datetime import UTC, datetime, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from evaluation.errors import DomainError
from evaluation.guard import sms
from evaluation.guard.models import TelephoneCode
from evaluation.guard.services import count_try

CODE_DIGITS = 6
VALID_FOR = timedelta(minutes=10)
MOST_TRIES = 5
HOUR = 3600
CODES_A_NUMBER = 3
CODES_A_NETWORK = 60
# A number that has been used keeps no time.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)


def send_code(*, purpose: str, number: str, network: str) -> None:
    """Send a code to ``number`` (``sms.mobile_number``); an earlier one is void.

    The answer is the same whether or not the number has been used for ``purpose`` already. Call it outside a
    transaction. Raises ``DomainError``: ``sms_off``, ``too_many_codes``, ``sms_failed``.
    """
    if not sms.sms_is_on():
        raise DomainError("sms_off", _("Text messages cannot be sent now."))
    digest = number_digest(purpose, number)
    if not _may_send(digest, network):
        raise DomainError(
            "too_many_codes", _("Codes have been sent to this number or from here too often. Wait an hour.")
        )
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    values = {"purpose": purpose, "code_digest": _code_digest(digest, code), "tries": 0}
    TelephoneCode.objects.update_or_create(number=digest, defaults={**values, "expires_at": timezone.now() + VALID_FOR})
    text = _("[Public evaluation] Your code is {code}. It is valid for ten minutes. Tell it to nobody.")
    try:
        sms.send(number, str(text).format(code=code))
    except Exception as error:
        logger.error("The text message could not be sent: %s", type(error).__name__)
        raise DomainError("sms_failed", _("The text message could not be sent. Try again in a moment.")) from None


def use_number(*, purpose: str, number: str, code: str) -> None:
    """Check the code, and use the number for ``purpose``: once. Every wrong code counts.

    Raises ``DomainError``: ``code_wrong``, ``code_over`` (too old, too many tries, none sent), ``number_used``.
    """
    digest = number_digest(purpose, number)
    rows = TelephoneCode.objects.filter(number=digest)
    if not rows.filter(tries__lt=MOST_TRIES, expires_at__gt=timezone.now()).update(tries=F("tries") + 1):
        raise DomainError("code_over", _("This code has run out. Have a new one sent."))
    expected = _code_digest(digest, code)
    if not constant_time_compare(rows.values_list("code_digest", flat=True).get(), expected):
        raise DomainError("code_wrong", _("This is not the code that was sent. Please check it."))
    if not _use(rows, expected):
        raise DomainError("number_used", _("This number has taken part in this vote already."))


def _use(rows: QuerySet[TelephoneCode], expected: str) -> int:
    """One conditional statement: of any number of simultaneous tries one uses the number."""
    return rows.filter(is_used=False, code_digest=expected).update(is_used=True, code_digest="", expires_at=NO_TIME)


def forget_numbers(*, purpose: str) -> int:
    """Delete every number used for ``purpose``; return how many."""
    return TelephoneCode.objects.filter(purpose=purpose).delete()[0]


def number_digest(purpose: str, number: str) -> str:
    return salted_hmac("minping.telephone", f"{purpose}\x1f{number}", algorithm="sha256").hexdigest()


def _code_digest(number: str, code: str) -> str:
    return salted_hmac("minping.telephone-code", f"{number}\x1f{code}", algorithm="sha256").hexdigest()


def _may_send(number: str, network: str) -> bool:
    return count_try(
        bucket_parts=["telephone-network", network], limit=CODES_A_NETWORK, window_seconds=HOUR
    ) and count_try(bucket_parts=["telephone-number", number], limit=CODES_A_NUMBER, window_seconds=HOUR)
