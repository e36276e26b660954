"""Signing in, and every page of allauth in our words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from tests.factories import Region

PASSWORD = "пароль-для-тестов"
SECRET = "JBSWY3DPEHPK3PXP"
ENGLISH = re.compile(r"\b(password|sign|email|login|code|cancel|confirm|account)\b", re.IGNORECASE)
PROVIDER = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "esia",
                "name": "Единый вход региона",
                "client_id": "opora",
                "secret": "-",
                "settings": {"server_url": "https://sso.example.org"},
            }
        ]
    }
}


@pytest.fixture
def methodist(region: Region) -> User:
    return region.user(RoleCode.METHODIST)


def sign_in(client: Client, login: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": login, "password": password})


def signed_in(client: Client, account: User) -> Client:
    """By the form, so that allauth knows when the password was given."""
    assert sign_in(client, account.username).status_code == 302
    return client


def read(response: Any) -> str:
    """The page's words, checked to be Russian and to come from our layout."""
    assert response.status_code in (200, 401, 429), response
    page: str = response.content.decode()
    assert "— Опора</title>" in page
    words = re.sub(r"<[^>]*>", " ", page.split("<main", 1)[1])
    assert not ENGLISH.search(words), words
    return page


def code_now() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(SECRET, counter)))


@pytest.mark.parametrize("field", ["username", "email"])
def test_signing_in_by_login_and_by_email(client: Client, methodist: User, field: str) -> None:
    response = sign_in(client, getattr(methodist, field).upper())
    assert response.headers["Location"] == "/"
    assert client.session.get_expire_at_browser_close()


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["nobody", "nobody@example.org"])
def test_a_wrong_password_says_what_to_do(client: Client, methodist: User, login: str) -> None:
    assert "Проверьте раскладку" in read(sign_in(client, login))
    assert "Проверьте раскладку" in read(sign_in(client, methodist.username, "не тот"))


def test_passwords_cannot_be_guessed_on_and_on(client: Client, methodist: User) -> None:
    for _ in range(5):
        assert "Проверьте раскладку" in read(sign_in(client, methodist.username, "не тот"))
    assert "Слишком много" in read(sign_in(client, methodist.username))
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_page_of_too_many_requests(client: Client) -> None:
    responses = [client.post(reverse("account_reset_password"), {"email": "x@example.org"}) for _ in range(6)]
    assert [response.status_code for response in responses] == [302] * 5 + [429]
    assert "Слишком много попыток" in read(responses[-1])


@pytest.mark.django_db
def test_what_needs_an_account_leads_to_the_sign_in(client: Client) -> None:
    for name in ("access:accounts", "mfa_index", "account_change_password", "socialaccount_connections"):
        assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
def test_pages_that_have_no_place_here(client: Client) -> None:
    for name in ("account_email", "account_email_verification_sent"):
        assert client.get(reverse(name)).status_code == 404
    assert client.get(reverse("account_confirm_email", args=["x"])).status_code == 404


@pytest.mark.django_db
def test_pages_of_strangers(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = PROVIDER
    page = read(client.get(f"{reverse('account_login')}?next=/journal/"))
    assert 'value="/journal/"' in page
    assert "Единый вход региона" in page
    assert "Пробные" not in page
    for name in (
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "account_signup",
        "socialaccount_login_cancelled",
        "access:code",
    ):
        read(client.get(reverse(name)))
    read(client.get(reverse("openid_connect_login", args=["esia"])))
    assert "единый вход" in read(client.get(reverse("socialaccount_login_error"))).lower()


def test_the_demo_shows_its_accounts(client: Client, settings: Any, tmp_path: Path, db: None) -> None:
    settings.DEMO, settings.DATA = True, tmp_path
    assert "Пробные" not in read(client.get(reverse("account_login")))
    account = {"login": "region", "role": "региональный координатор", "organisation": "Министерство <образования>"}
    demo = {"password": "опора-демо", "accounts": [account]}
    (tmp_path / "demo.json").write_text(json.dumps(demo, ensure_ascii=False), encoding="utf-8")
    page = read(client.get(reverse("account_login")))
    assert "опора-демо" in page
    assert "Министерство &lt;образования&gt;" in page


def test_pages_of_the_signed_in(client: Client, methodist: User) -> None:
    signed_in(client, methodist)
    for name in ("account_logout", "account_change_password", "mfa_index", "socialaccount_connections"):
        read(client.get(reverse(name)))
    page = read(client.post(reverse("account_change_password"), {"oldpassword": "не тот"}))
    assert "Текущий пароль не подходит" in page
    new = "Сиреневый туман 7"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    response = client.post(reverse("account_change_password"), data)
    assert "Пароль изменён" in read(client.get(response.headers["Location"]))
    assert client.post(reverse("account_logout")).status_code == 302
    assert sign_in(client, methodist.username, new).status_code == 302


def test_who_came_by_the_single_sign_on_sets_a_password(client: Client, methodist: User, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = PROVIDER
    SocialAccount.objects.create(user=methodist, provider="esia", uid="1")
    methodist.set_unusable_password()
    methodist.save()
    client.force_login(methodist, "opora.access.backends.Backend")
    read(client.get(reverse("account_set_password")))
    page = read(client.get(reverse("socialaccount_connections")))
    assert "Подключить: Единый вход региона" in page
    assert reverse("socialaccount_connections") in read(client.get(reverse("mfa_index")))


def test_a_forgotten_password_is_set_anew_by_mail(client: Client, methodist: User) -> None:
    response = client.post(reverse("account_reset_password"), {"email": methodist.email}, follow=True)
    assert "Проверьте почту" in read(response)
    [letter] = mail.outbox
    assert letter.subject == "Новый пароль в системе «Опора»"
    assert not ENGLISH.search(re.sub(r"\S+://\S+", "", letter.body))
    [link] = re.findall(r"http://testserver(/\S+)", letter.body)
    response = client.get(link, follow=True)
    read(response)
    new = "Сиреневый туман 7"
    response = client.post(response.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert "Пароль изменён" in read(response)
    assert "больше не действует" in read(client.get(link, follow=True))
    assert sign_in(client, methodist.username, new).status_code == 302


@pytest.mark.django_db
def test_no_letters_to_strangers(client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert mail.outbox == []


# -- the second step ---------------------------------------------------------------------------------------------


def test_the_second_step_is_turned_on_used_and_turned_off(
    client: Client, methodist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.generate_totp_secret", lambda length=20: SECRET)
    signed_in(client, methodist)
    response = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Подтвердите, что это вы" in read(response)
    again = response.redirect_chain[-1][0]
    assert "Пароль не подходит" in read(client.post(again, {"password": "не тот"}))
    page = read(client.post(again, {"password": PASSWORD}, follow=True))
    assert SECRET in page
    assert "data:image/svg+xml;base64," in page
    assert "Код не подходит" in read(client.post(reverse("mfa_activate_totp"), {"code": "000000"}))
    page = read(client.post(reverse("mfa_activate_totp"), {"code": code_now()}, follow=True))
    assert "Осталось 10 из 10" in page
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        read(client.get(reverse(name)))
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 200
    assert "Осталось 10 из 10" in read(client.post(reverse("mfa_generate_recovery_codes"), follow=True))
    assert "не включён" in read(client.post(reverse("mfa_deactivate_totp"), follow=True))


def test_with_a_second_step_the_password_is_not_enough(client: Client, methodist: User) -> None:
    TOTP.activate(methodist, SECRET)
    codes = RecoveryCodes.activate(methodist).get_unused_codes()
    assert sign_in(client, methodist.username).headers["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    read(client.get(reverse("mfa_authenticate")))
    assert "Код не подходит" in read(client.post(reverse("mfa_authenticate"), {"code": "000000"}))
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(methodist.pk)


def test_settings_of_the_sign_in_ask_for_either_step_again(client: Client, methodist: User) -> None:
    client.force_login(methodist, "opora.access.backends.Backend")
    TOTP.activate(methodist, SECRET)
    assert "Код" in read(client.get(reverse("mfa_reauthenticate")))
    read(client.get(reverse("account_reauthenticate")))


@pytest.mark.django_db
def test_the_page_before_the_single_sign_on() -> None:
    request = RequestFactory().get("/")
    page = render_to_string("socialaccount/login_redirect.html", {"redirect_to": "https://sso.example.org/"}, request)
    assert "https://sso.example.org/" in page
