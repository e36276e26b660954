"""Forms of road maps and assignments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.clock import today
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.roadmaps.actions import planning
from opora.roadmaps.actions.working import Attachment
from opora.roadmaps.groups import GROUPS
from opora.roadmaps.models import Activity, AssignmentState, RoadMap, RoadMapState, Window
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.queries.work import cut_of
from opora.roadmaps.uploads import KINDS, MAX_FILES, MAX_SIZE
from opora.ui.forms import DayInput, FilesField, FilesInput, FilterForm


class ReportForm(forms.Form):
    """A report: text, figures a line each, files and a link. A draft may still be without its text."""

    use_required_attribute = False  # the same form keeps a draft

    text = forms.CharField(
        label="Что сделано",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Коротко: что, когда, с каким результатом.",
    )
    figures = forms.CharField(
        label="Показатели",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="По одному в строке: «Проведено вебинаров: 5».",
    )
    attached = FilesField(
        most=MAX_FILES,
        label="Файлы",
        required=False,
        widget=FilesInput(attrs={"accept": ",".join(KINDS)}),
        help_text=f"Протоколы, приказы, снимки. До {MAX_SIZE // 1024 // 1024} МБ каждый.",
    )
    link = forms.URLField(
        label="Ссылка",
        required=False,
        max_length=1000,
        assume_scheme="https",
        help_text="Например, на страницу сайта школы.",
    )

    def __init__(self, *args: Any, draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not draft

    def clean_figures(self) -> list[tuple[str, str]]:
        """(name, value) of each line; a line without a colon is an error that shows it."""
        found = []
        for line in self.cleaned_data["figures"].splitlines():
            if not line.strip():
                continue
            name, colon, value = line.rpartition(":")
            if not colon or not name.strip() or not value.strip():
                raise forms.ValidationError(f"Строка «{line.strip()}»: напишите название, двоеточие и значение.")
            found.append((name.strip()[:200], value.strip()[:200]))
        return found

    def attachments(self) -> list[Attachment]:
        found = [Attachment(one.name, one) for one in self.cleaned_data["attached"]]
        link = self.cleaned_data["link"]
        return [*found, Attachment(link[:255], link=link)] if link else found


class DecisionForm(forms.Form):
    comment = forms.CharField(
        label="Комментарий",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Обязателен, если отчёт возвращается: что исправить.",
    )


class CancelForm(forms.Form):
    comment = forms.CharField(label="Почему отменяется", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class NameForm(forms.Form):
    """What a name of the document means: a group, or an organisation by its name or code."""

    name = forms.CharField(widget=forms.HiddenInput)
    group = forms.ChoiceField(label="Группа", required=False)
    organisation = forms.CharField(label="или организация", required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = forms.ChoiceField(
            label="Группа",
            required=False,
            choices=[("", "— выберите —"), *((group.code, group.title) for group in GROUPS)],
        )


class MoveForm(forms.Form):
    due = forms.DateField(label="Перенести на", widget=DayInput)

    def clean_due(self) -> Any:
        if self.cleaned_data["due"] < today():
            raise forms.ValidationError("Этот день уже прошёл. Выберите другой.")
        return self.cleaned_data["due"]


class DatesForm(forms.Form):
    """The windows of one activity, and one more date."""

    add = forms.DateField(label="Добавить срок отчёта", required=False, widget=DayInput)

    def __init__(self, *args: Any, windows: list[Window], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.windows = windows
        for window in windows:
            self.fields[f"due_{window.pk}"] = forms.DateField(
                label="Срок", required=False, widget=DayInput, initial=window.due
            )
            self.fields[f"skip_{window.pk}"] = forms.BooleanField(
                label="не рассылать", required=False, initial=window.skipped
            )

    def apply(self, activity: Activity, *, by: Actor) -> None:
        """Carry out what was changed; all or nothing."""
        with transaction.atomic():
            for window in self.windows:
                due = self.cleaned_data[f"due_{window.pk}"]
                skipped = self.cleaned_data[f"skip_{window.pk}"]
                if due and due != window.due:
                    planning.set_windows(activity.roadmap, [window], by=by, due=due)
                if skipped != window.skipped:
                    planning.set_windows(activity.roadmap, [window], by=by, skipped=skipped)
            if self.cleaned_data["add"]:
                planning.add_window(activity, by=by, due=self.cleaned_data["add"])


class ControllerForm(forms.Form):
    controller = forms.ModelChoiceField(
        label="Кто контролирует", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label=None
    )

    def __init__(self, *args: Any, roadmap: RoadMap, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["controller"]
        if isinstance(field, forms.ModelChoiceField):
            kinds = (OrganisationKind.SCHOOL,)
            field.queryset = Organisation.objects.inside(roadmap.organisation).active().exclude(kind__in=kinds)


WHOSE = [("", "Все"), ("mine", "Мои"), ("controlled", "На моём контроле")]
WHEN = [
    ("", "Любой"),
    ("overdue", "Срок истёк"),
    ("week", "На этой неделе"),
    ("later", "Позже"),
    ("undated", "Без срока"),
]


class AssignmentFilter(FilterForm):
    whose = forms.ChoiceField(label="Чьи", choices=WHOSE)
    state = forms.ChoiceField(
        label="Состояние", choices=[("", "Любое"), ("open", "не сданы"), *AssignmentState.choices]
    )
    when = forms.ChoiceField(label="Срок", choices=WHEN)
    since = forms.DateField(label="Срок с", widget=DayInput)
    till = forms.DateField(label="Срок по", widget=DayInput)
    roadmap = forms.ModelChoiceField(
        label="Дорожная карта", queryset=RoadMap.objects.none(), to_field_name="public_id", empty_label="Любая"
    )
    executor = forms.CharField(widget=forms.HiddenInput, label="Исполнитель")
    activity = forms.CharField(widget=forms.HiddenInput, label="Пункт")
    below = forms.CharField(widget=forms.HiddenInput, label="Территория")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["roadmap"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = RoadMap.objects.visible(self.user).exclude(state=RoadMapState.PREPARED)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen.get("whose") == "mine":
            queryset = queryset.filter(executor_path__in=self.user.own.paths)
        elif chosen.get("whose") == "controlled":
            queryset = queryset.filter(controller_path__in=self.user.own.paths)
        state = chosen.get("state")
        if state:
            queryset = queryset.filter(state__in=OPEN) if state == "open" else queryset.filter(state=state)
        if "when" in chosen:
            queryset = queryset.filter(cut_of(chosen["when"]), state__in=OPEN)
        if "since" in chosen:
            queryset = queryset.filter(due__gte=chosen["since"])
        if "till" in chosen:
            queryset = queryset.filter(due__lte=chosen["till"])
        if "roadmap" in chosen:
            queryset = queryset.filter(roadmap=chosen["roadmap"])
        if "executor" in chosen:
            queryset = queryset.filter(executor__public_id=chosen["executor"])
        if "activity" in chosen:
            queryset = queryset.filter(activity__public_id=chosen["activity"])
        if "below" in chosen:
            top = Organisation.objects.visible(self.user).filter(public_id=chosen["below"]).first()
            inside = Organisation.objects.inside(top) if top else Organisation.objects.none()
            queryset = queryset.filter(executor__in=inside)
        return queryset

    def _words(self, name: str, value: Any) -> str:
        if name in ("executor", "below"):
            found = Organisation.objects.visible(self.user).filter(public_id=value).first()
            return str(found or "неизвестно")
        if name == "activity":
            return str(Activity.objects.visible(self.user).filter(public_id=value).first() or "неизвестен")
        return super()._words(name, value)


class RoadMapFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "Любое"), *RoadMapState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(state=chosen["state"])
