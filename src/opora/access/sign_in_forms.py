"""allauth's forms with words that people here use, and without placeholders that repeat them."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms

LABELS = {
    "login": "Логин или электронная почта",
    "password": "Пароль",
    "oldpassword": "Текущий пароль",
    "password1": "Новый пароль",
    "password2": "Новый пароль ещё раз",
    "email": "Электронная почта",
    "code": "Код",
}
CODE_HINT = "Шесть цифр из приложения на телефоне или один из запасных кодов."


class Plain(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
        if "login" in self.fields:
            self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class LoginForm(Plain, account.LoginForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(Plain, account.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(Plain, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class AuthenticateForm(Plain, mfa.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = CODE_HINT


class MFAReauthenticateForm(Plain, mfa.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = CODE_HINT


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass
