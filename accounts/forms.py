"""Signing in, and setting a password. Shape only."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("User name or password is not right, or the account is not open."),
        "inactive": _("User name or password is not right, or the account is not open."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")


class NewPasswordForm(SetPasswordForm):
    error_messages = {"password_mismatch": _("The two passwords differ.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_in_our_words(self)


class ChangePasswordForm(PasswordChangeForm):
    error_messages = {
        "password_mismatch": _("The two passwords differ."),
        "password_incorrect": _("The present password is not right."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        _say_in_our_words(self)


def _say_in_our_words(form: forms.Form) -> None:
    form.fields["new_password1"].label = _("New password")
    form.fields["new_password1"].help_text = _(
        "At least ten characters; not only digits, not your name, not one that everybody uses."
    )
    form.fields["new_password2"].label = _("New password once more")
    form.fields["new_password2"].help_text = ""
