"""Forms of notices: filters, and how a person wants to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.notices.choices import DAYS_BEFORE, HOURS, Wanted
from opora.notices.models import Channel, MailState, NoticeKind
from opora.ui.forms import FilterForm
from opora.ui.words import days


class NoticeFilter(FilterForm):
    read = forms.ChoiceField(label="Какие", choices=[("", "Все"), ("no", "непрочитанные"), ("yes", "прочитанные")])
    kind = forms.ChoiceField(label="О чём", choices=[("", "Обо всём"), *NoticeKind.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "read" in chosen:
            queryset = queryset.filter(read_at__isnull=chosen["read"] == "no")
        return queryset.filter(kind=chosen["kind"]) if "kind" in chosen else queryset


class MailFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "Любое"), *MailState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(state=chosen["state"])


ASKED = {  # what each kind is called where a person chooses
    NoticeKind.ASSIGNED: "Поступили новые поручения",
    NoticeKind.SOON: "Приближается срок",
    NoticeKind.DUE: "Срок сегодня",
    NoticeKind.OVERDUE: "Срок истёк",
    NoticeKind.DECISION: "Что-то ждёт моего решения",
    NoticeKind.RETURNED: "Мой отчёт вернули",
    NoticeKind.ACCEPTED: "Мой отчёт приняли",
    NoticeKind.CANCELLED: "Поручение отменили",
    NoticeKind.CHANGED: "Поручение изменили",
    NoticeKind.POSTPONEMENT: "Перенос срока",
    NoticeKind.MENTION: "Меня упомянули в обсуждении",
    NoticeKind.LETTER: "Пришло письмо организации",
    NoticeKind.VISA: "Документ на согласовании",
    NoticeKind.ENTRUSTED: "Вам поручены школы",
    NoticeKind.LISTED: "Списки школ и возражения",
    NoticeKind.DEVELOPMENT: "Диагностика и события для педагогов",
    NoticeKind.MEETING: "Заседания рабочих групп",
    NoticeKind.RESERVE: "Кандидаты управленческого резерва и решения о них",
    NoticeKind.VISIT: "Визиты в школы",
}
TROUBLE = "Неполадки в системе"  # asked of administrators alone


class ChoiceForm(forms.Form):
    """How the person wants to be told; `trouble` adds what concerns administrators alone."""

    days_before = forms.TypedChoiceField(
        label="Напоминать о сроке", coerce=int, choices=[(n, f"за {days(n)}") for n in DAYS_BEFORE]
    )
    digest_hour = forms.TypedChoiceField(
        label="Сводка приходит в",
        coerce=int,
        choices=[(hour, f"{hour}:00") for hour in HOURS],
        help_text="Одно письмо в день, и только если есть что сообщить.",
    )
    working_days = forms.BooleanField(
        label="Сводку только в рабочие дни (по производственному календарю)", required=False
    )

    def __init__(self, *args: Any, trouble: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {**ASKED, **({NoticeKind.TROUBLE: TROUBLE} if trouble else {})}
        for kind, label in self.kinds.items():
            self.fields[f"kind_{kind}"] = forms.ChoiceField(label=label, choices=Channel.choices)

    @staticmethod
    def said(wanted: Wanted) -> dict[str, Any]:
        """What holds now, as the form's initial values."""
        channels = {f"kind_{kind}": channel for kind, channel in wanted.channels.items()}
        own = {"days_before": wanted.days_before, "digest_hour": wanted.digest_hour}
        return {**channels, **own, "working_days": wanted.working_days}

    def channels(self) -> dict[str, str]:
        return {str(kind): self.cleaned_data[f"kind_{kind}"] for kind in self.kinds}
