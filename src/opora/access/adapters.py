"""How allauth behaves here: nobody signs up by himself, accounts come by invitation."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

MISMATCH = "Логин или пароль не подходят. Проверьте раскладку клавиатуры и Caps Lock и введите ещё раз."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": MISMATCH,
        "email_password_mismatch": MISMATCH,
        "too_many_login_attempts": "Слишком много неудачных попыток входа. Подождите пять минут и попробуйте снова.",
        "enter_current_password": "Текущий пароль не подходит.",
        "incorrect_password": "Пароль не подходит.",
        "incorrect_code": "Код не подходит. Возьмите новый в приложении: он меняется каждые 30 секунд.",
        "invalid_password_reset": "Ссылка для смены пароля больше не действует.",
        "rate_limited": "Слишком много попыток. Подождите минуту и попробуйте снова.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }
