"""Forms of accounts and invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet

from opora.access import codes
from opora.access.models import Membership, User
from opora.access.roles import ROLES, RoleCode
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.registry.forms import OrganisationField
from opora.registry.models import Organisation
from opora.ui.forms import DayInput, FilterForm

LOGIN = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{2,39}$",
    "Логин — от 3 до 40 знаков: строчные латинские буквы, цифры, точка, дефис и подчёркивание.",
)


class RoleForm(forms.Form):
    """A role in an organisation that the person may manage."""

    permission = Permission.ACCOUNTS_MANAGE
    organisation = OrganisationField(label="Организация")
    role = forms.ChoiceField(label="Роль", choices=RoleCode, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        if isinstance(field, OrganisationField):
            scope = user.scope(self.permission)
            field.among = Organisation.objects.active().filter(scope.q("path"))
        codes = [c for c in RoleCode if c != RoleCode.ADMINISTRATOR or user.may(Permission.ACCOUNTS_MANAGE)]
        choices = [(code, f"{_capital(code.label)}. {ROLES[code].description}") for code in codes]
        self.fields["role"] = forms.ChoiceField(label="Роль", choices=choices, widget=forms.RadioSelect)


class MembershipForm(RoleForm):
    since = forms.DateField(label="С какого дня", widget=DayInput, initial=today)


class EndForm(forms.Form):
    until = forms.DateField(
        label="Последний день",
        widget=DayInput,
        required=False,
        help_text="Оставьте пустым, чтобы роль закончилась сразу.",
    )


class InviteForm(RoleForm):
    permission = Permission.ACCOUNTS_INVITE
    display_name = forms.CharField(label="Фамилия, имя, отчество", max_length=300)
    email = forms.EmailField(
        label="Электронная почта",
        required=False,
        help_text="На неё придёт код. Без почты код можно напечатать и передать лично.",
    )
    field_order = ["display_name", "email", "organisation", "role"]


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Код приглашения",
        max_length=40,
        help_text="Десять букв и цифр из письма или с листа, например ABCDE-FGHJK.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = codes.normal(self.cleaned_data["code"])
        if len(code) != codes.LENGTH:
            raise ValidationError(f"В коде должно быть {codes.LENGTH} букв и цифр, введено {len(code)}.")
        return code


class AcceptForm(forms.Form):
    username = forms.CharField(
        label="Логин",
        help_text="Латинские буквы и цифры, например ivanova.ap. По нему вы будете входить.",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password1 = forms.CharField(
        label="Пароль",
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Пароль ещё раз",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_username(self) -> str:
        username = self.cleaned_data["username"].strip().lower()
        LOGIN(username)
        if User.objects.filter(username=username).exists():
            raise ValidationError("Такой логин уже занят. Придумайте другой.")
        return str(username)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Пароли не совпали. Введите один и тот же пароль дважды.")
        elif first:
            self.account.username = data.get("username", "")
            try:
                validate_password(first, self.account)
            except ValidationError as error:
                self.add_error("password1", error)
        return data


class AccountFilter(FilterForm):
    role = forms.ChoiceField(label="Роль", choices=[("", "Любая"), *RoleCode.choices])
    state = forms.ChoiceField(
        label="Состояние", choices=[("", "Любое"), ("active", "включена"), ("disabled", "отключена")]
    )

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "role" in chosen:
            holders = Membership.objects.on(today()).filter(role=chosen["role"])
            queryset = queryset.filter(pk__in=holders.values("user"))
        if "state" in chosen:
            queryset = queryset.filter(is_active=chosen["state"] == "active")
        return queryset


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
