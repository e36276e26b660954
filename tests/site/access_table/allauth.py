"""One's own sign-in, password and second step: there is no object of another."""

from __future__ import annotations

from typing import Any

from tests.site.rules import Rule


def _own(**values: Any) -> tuple[Rule, ...]:
    return (Rule(**values),)


def _absent(path: str = "") -> tuple[Rule, ...]:
    return (Rule(path=path, public=404, status=404),)


def _moved(path: str) -> tuple[Rule, ...]:
    return (Rule(path=path, public=302, status=301),)


ALLAUTH: dict[str, tuple[Rule, ...]] = {
    "account_login": _own(public=200),
    "account_logout": _own(public=302),
    "account_inactive": _own(methods="GET", public=200),
    "account_signup": _own(public=200),
    "account_reauthenticate": _own(),
    "account_email": _absent(),
    "account_email_verification_sent": _absent(),
    "account_confirm_email": (Rule(lambda world: ["key"], public=404, status=404),),
    "account_change_password": _own(),
    "account_set_password": _own(),
    "account_reset_password": _own(public=200),
    "account_reset_password_done": _own(methods="GET", public=200),
    "account_reset_password_from_key": (Rule(lambda world: ["0", "key"], public=200),),
    "account_reset_password_from_key_done": _own(methods="GET", public=200),
    "account_confirm_login_code": _own(public=302),
    "mfa_index": _own(methods="GET"),
    "mfa_authenticate": _own(public=302),
    "mfa_reauthenticate": _own(),
    "mfa_activate_totp": _own(),
    "mfa_deactivate_totp": _own(status=404),
    "mfa_view_recovery_codes": _own(methods="GET", status=404),
    "mfa_generate_recovery_codes": _own(),
    "mfa_download_recovery_codes": _own(status=404),
    "socialaccount_login_cancelled": _own(methods="GET", public=200),
    "socialaccount_login_error": _own(methods="GET", public=401, status=401),
    "socialaccount_signup": _own(public=302),
    "socialaccount_connections": _own(),
    "accounts/3rdparty/login/error/": _own(
        path="/accounts/3rdparty/login/error/", methods="GET", public=401, status=401
    ),
    "^accounts/(?:email|confirm-email)/": _absent("/accounts/email/"),
    "accounts/social/login/cancelled/": _moved("/accounts/social/login/cancelled/"),
    "accounts/social/login/error/": _moved("/accounts/social/login/error/"),
    "accounts/social/signup/": _moved("/accounts/social/signup/"),
    "accounts/social/connections/": _moved("/accounts/social/connections/"),
    "openid_connect_login": (Rule(lambda world: ["esia"], public=404, status=404),),
    "openid_connect_callback": (Rule(lambda world: ["esia"], public=404, status=404),),
}
