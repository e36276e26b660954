"""Forms of one assignment: reports and decisions, deadlines, who does it, comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from opora.access.models import User
from opora.registry.forms import OrganisationField
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.roadmaps.actions.working import Attachment
from opora.roadmaps.models import Assignment, RoadMap
from opora.roadmaps.uploads import KINDS, MAX_FILES, MAX_SIZE
from opora.ui.forms import DayInput, FilesField, FilesInput

OFFERED = 20  # organisations to choose from


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

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)  # of the draft begun with

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


class AutosaveForm(ReportForm):
    """What of a report is saved while it is typed: without files, unfinished figures left out."""

    attached = None  # type: ignore[assignment]
    link = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, draft=True, **kwargs)


class DecisionForm(forms.Form):
    comment = forms.CharField(
        label="Комментарий к решению",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Обязателен, если отчёт возвращается: что исправить.",
    )


class ReturnForm(DecisionForm):
    """Several reports returned at once."""

    comment = forms.CharField(
        label="Что исправить",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Один комментарий для всех выбранных: его прочитает каждый исполнитель.",
    )


class CancelForm(forms.Form):
    comment = forms.CharField(label="Почему отменяется", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


def _long(label: str, *, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **more)


class PostponementForm(forms.Form):
    due = forms.DateField(label="Новый срок", widget=DayInput)
    reason = _long("Причина", help_text="Её прочитает тот, кто решает, и она останется в истории поручения.")


class PostponementDecisionForm(forms.Form):
    due = forms.DateField(label="Перенести на", widget=DayInput, help_text="Можно указать и другой день.")
    comment = _long("Комментарий", required=False, help_text="Обязателен, если отказываете.")


class DelegationForm(forms.Form):
    to = forms.ChoiceField(label="Кому")
    note = _long("Что сделать", required=False)
    due = forms.DateField(label="К какому дню", required=False, widget=DayInput, help_text="Не позже срока поручения.")

    def __init__(self, *args: Any, people: Mapping[str, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(public_id, one.label) for public_id, one in people.items()]
        self.fields["to"] = forms.ChoiceField(label="Кому", choices=[("", "— выберите —"), *choices])


class HandBackForm(forms.Form):
    comment = _long("Почему возвращаете")


class DisagreeForm(forms.Form):
    """Which of the approved works go back, and why."""

    earlier = forms.MultipleChoiceField(label="Чью работу вернуть", widget=forms.CheckboxSelectMultiple)
    comment = _long("Что исправить")

    def __init__(self, *args: Any, rows: Mapping[str, Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = list(rows) if len(rows) == 1 else []
        self.fields["earlier"] = forms.MultipleChoiceField(
            label="Чью работу вернуть",
            widget=forms.CheckboxSelectMultiple,
            choices=[(public_id, one.executor.short_name) for public_id, one in rows.items()],
            initial=only,
        )


class CommentForm(forms.Form):
    text = _long("Комментарий", help_text="Чтобы позвать человека, напишите @ и его имя из списка ниже.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "comment_%s")  # it stands beside the form of the report
        super().__init__(*args, **kwargs)


class ControllerForm(forms.Form):
    """Searched by words of the name; of several that have them one is chosen on the same page."""

    controller = forms.CharField(label="Кто контролирует", max_length=300, help_text=OrganisationField().help_text)

    def __init__(self, *args: Any, roadmap: RoadMap, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._search = OrganisationField()
        inside = Organisation.objects.inside(roadmap.organisation).active()
        self._search.among = inside.exclude(kind=OrganisationKind.SCHOOL)

    def clean(self) -> dict[str, Any]:
        text = self.cleaned_data.get("controller", "")
        if not text:
            return self.cleaned_data
        found = self._search.look(text, OFFERED)
        chosen = self.data.get("chosen", "")
        meant = [one for one in found if one.public_id == chosen] or found
        if len(meant) == 1:
            self.cleaned_data["controller"] = meant[0]
        elif not found:
            self.add_error("controller", "Такой организации среди тех, кто может контролировать, нет. Проверьте слова.")
        else:
            choices = [(one.public_id, str(one)) for one in found]
            self.fields["chosen"] = forms.ChoiceField(
                label="Которая из них", choices=choices, widget=forms.RadioSelect, required=False
            )
            self.add_error(
                "chosen", "Так называются несколько организаций. Выберите одну или напишите название полнее."
            )
        return self.cleaned_data
