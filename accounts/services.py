"""Invitations: one-time links with which people set their password."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, User
from evaluation.audit.services import record
from evaluation.errors import DomainError

INVITATION_LASTS = timedelta(days=14)


@transaction.atomic
def invite(*, user: User, actor: User | str) -> str:
    """Return the token of a new one-time link, valid for 14 days. Earlier links of ``user`` end with it.

    Only the digest is stored: whoever lost the link gets a new one. Raises ``DomainError``: ``inactive``.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise DomainError("inactive", _("This account is closed. Open it again before inviting its owner."))
    withdraw_invitations(user=user)
    token = secrets.token_urlsafe(24)
    expires_at = timezone.now() + INVITATION_LASTS
    Invitation.objects.create(user=user, token_digest=_digest(token), expires_at=expires_at)
    record(actor=actor, action="account-invited", target=user)
    return token


def withdraw_invitations(*, user: User) -> None:
    """End the links of ``user`` that still work."""
    now = timezone.now()
    user.invitations.filter(used_at__isnull=True, expires_at__gt=now).update(expires_at=now)


def invitation_link(token: str) -> str:
    """Return the absolute address for slips and messages; ``SITE_URL`` decides host and scheme."""
    return settings.SITE_URL + reverse("accounts:invitation", args=[token])


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation if its link still works: unused, not expired, the account active."""
    return (
        Invitation.objects.select_related("user")
        .filter(token_digest=_digest(token), used_at__isnull=True, expires_at__gt=timezone.now(), user__is_active=True)
        .first()
    )


@transaction.atomic
def accept_invitation(*, token: str, password: str) -> User:
    """Set the password and use the link up. ``password`` has been validated. Raises ``DomainError``: ``link_gone``."""
    found = find_invitation(token)
    invitation = (
        Invitation.objects.select_for_update().filter(pk=found.pk, used_at__isnull=True).first() if found else None
    )
    if invitation is None:
        raise DomainError("link_gone", _("This link has been used or has expired. Ask your unit for a new one."))
    user = User.objects.select_for_update().get(pk=invitation.user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    record(actor=user, action="password-set", target=user)
    return user


@transaction.atomic
def change_password(*, user: User, password: str) -> User:
    """Set a validated password. Whoever is signed in elsewhere is signed out there."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(actor=user, action="password-changed", target=user)
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
