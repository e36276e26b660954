from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.documents import points
from opora.documents.forms.documents import Registered
from opora.documents.letters.fields import day_of
from opora.documents.models import LetterKind, LetterState
from opora.registry.forms import OrganisationField
from opora.registry.models import Body, Organisation
from opora.registry.models.bodies import BodyRole
from opora.ui.forms import DayInput, FilterForm

_RESTRICTED = "Письмо получит номер в отдельной книге («дсп»), его увидят те, кому открыты списки школ."


def addressee_of(text: str, sender: Organisation) -> Organisation:
    """Any organisation of the region, as the sender's documents call it; `ValidationError` that says which are near."""
    field = OrganisationField()
    field.among = Organisation.objects.inside(Organisation(path=sender.root_path)).active()
    field.territory = sender
    return field.one(text)


class _Addressed(Registered):
    """A letter to an organisation, named as documents name it."""

    addressee = forms.CharField(
        label="Кому",
        max_length=500,
        help_text="Краткое или полное наименование, как в реестре.",
    )
    restricted = forms.BooleanField(
        label="Учесть поручения по спискам школ и с ограниченным доступом", required=False, help_text=_RESTRICTED
    )

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.user = user
        if not user.may(Permission.LISTS_VIEW):
            del self.fields["restricted"]
        self.fields["organisation"].label = "От какой организации"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        sender, text = given.get("organisation"), given.get("addressee")
        if sender and text:
            try:
                given["addressee"] = addressee_of(text, sender)
            except forms.ValidationError as error:
                self.add_error("addressee", error)
        if sender and given.get("restricted") and not knowledge(self.user).of(sender.path):
            self.add_error("restricted", "Списки школ этой организации вам не открыты.")
        return given


class SummaryForm(_Addressed):
    first = forms.DateField(label="Сроки с", widget=DayInput)
    last = forms.DateField(label="Сроки по", widget=DayInput)

    field_order = ("organisation", "addressee", "first", "last", "restricted")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = today()
        self.initial.setdefault("first", dt.date(day.year if day.month >= 9 else day.year - 1, 9, 1))
        self.initial.setdefault("last", day)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("last", "Конец периода раньше начала.")
        return given


class ExtractForm(_Addressed):
    roadmap = forms.ChoiceField(label="Дорожная карта")

    field_order = ("organisation", "roadmap", "addressee", "restricted")

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        found = [pair for pairs in points.extract_choices.call(user) for pair in pairs]
        self.fields["roadmap"].choices = found  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """The words of a draft that people change."""

    title = forms.CharField(label="О чём письмо", max_length=500)
    text = forms.CharField(
        label="Вступительный текст", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    position = forms.CharField(label="Кто подписывает: должность", max_length=200, required=False)
    name = forms.CharField(label="Кто подписывает: имя", max_length=100, required=False)

    @property
    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        signatory = {"position": given["position"], "name": given["name"]}
        return {"title": given["title"], "text": given["text"], "signatory": signatory}


def words_of(content: dict[str, Any]) -> dict[str, str]:
    """What the form shows of a draft."""
    return {"title": content["title"], "text": content["text"], **content["signatory"]}


class BodyForm(forms.Form):
    body = forms.ModelChoiceField(
        label="Рабочая группа", queryset=Body.objects.none(), to_field_name="public_id", empty_label="— выберите —"
    )

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Body.objects.visible(user).filter(user.scope(Permission.DOCUMENTS_EDIT).q("organisation__path"))
        self.fields["body"].queryset = mine.filter(dissolved_on__isnull=True)  # type: ignore[attr-defined]


class ProtocolForm(forms.Form):
    """A meeting of a body: when, where, who was there, what was spoken of. Its decisions are `DecisionForm`s."""

    title = forms.CharField(label="Название протокола", max_length=500)
    date = forms.DateField(label="Дата заседания", widget=DayInput)
    place = forms.CharField(label="Место", max_length=200, required=False)
    present = forms.MultipleChoiceField(
        label="Кто присутствовал", required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    invited = forms.CharField(label="Приглашённые", max_length=1000, required=False)
    agenda = forms.CharField(
        label="Повестка",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Каждый вопрос — с новой строки.",
    )
    text = forms.CharField(label="Слушали", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body, self.members = body, list(body.members.all())
        self.fields["present"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), ", ".join(filter(None, (one.name, one.position)))) for one in self.members
        ]
        self.initial.setdefault("title", f"заседания: {body.name}")
        self.initial.setdefault("date", today())
        self.initial.setdefault("present", [str(one.pk) for one in self.members])
        self.initial.setdefault("place", body.organisation.settlement)

    @property
    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        there = [one for one in self.members if str(one.pk) in given["present"]]
        leads = {one.role: one for one in reversed(there)}
        chair = leads.get(BodyRole.CHAIR) or leads.get(BodyRole.DEPUTY)
        secretary = leads.get(BodyRole.SECRETARY)
        questions = [" ".join(line.split()) for line in given["agenda"].splitlines() if line.strip()]
        found: dict[str, Any] = {
            "title": given["title"],
            "text": " ".join(given["text"].split()),
            "body": self.body.name,
            "place": given["place"],
            "date": f"{given['date']:%d.%m.%Y}",
            "chair": chair.name if chair else "",
            "secretary": secretary.name if secretary else "",
            "present": [{"name": one.name, "position": one.position} for one in there],
            "invited": given["invited"].strip(" ."),
            "agenda": [{"number": number, "text": text} for number, text in enumerate(questions, 1)],
        }
        if chair:
            found["signatory"] = {"position": "Председатель", "name": chair.name}
        return found

    @staticmethod
    def initial_of(content: dict[str, Any], body: Body) -> dict[str, Any]:
        """What the form shows of a draft."""
        there = {one["name"] for one in content["present"]}
        return {
            **{name: content[name] for name in ("title", "text", "place", "invited")},
            "date": day_of(content["date"]),
            "agenda": "\n".join(one["text"] for one in content["agenda"]),
            "present": [str(one.pk) for one in body.members.all() if one.name in there],
        }


class DecisionForm(forms.Form):
    text = forms.CharField(label="Решение", max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    executor = forms.CharField(label="Исполнитель", max_length=500, required=False)
    due = forms.DateField(label="Срок", required=False, widget=DayInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("executor") or given.get("due")) and not given.get("text"):
            self.add_error("text", "Напишите, что решили.")
        return given


class DecisionsFormSet(forms.BaseFormSet[DecisionForm]):
    """The rows that say something, in order."""

    @property
    def content(self) -> list[dict[str, Any]]:
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text")]
        return [
            {
                "number": number,
                "text": " ".join(given["text"].split()),
                "executor": " ".join(given["executor"].split()),
                "due": f"до {given['due']:%d.%m.%Y}" if given["due"] else "",
            }
            for number, given in enumerate(filled, 1)
        ]

    @staticmethod
    def initial_of(content: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "text": row["text"],
                "executor": row["executor"],
                "due": day_of(row["due"].removeprefix("до ")) if row["due"] else None,
            }
            for row in content["decisions"]
        ]


_Decisions = forms.formset_factory(DecisionForm, formset=DecisionsFormSet, extra=4, max_num=60)


def decisions(data: Any, initial: list[dict[str, Any]] | None = None) -> DecisionsFormSet:
    """The decisions of a protocol and four empty rows more."""
    return cast("DecisionsFormSet", _Decisions(data, prefix="decision", initial=initial))


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Почему письмо аннулируется", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RemindForm(Registered):
    """Whom to remind, and how far ahead."""

    days = forms.IntegerField(
        label="Учесть сроки на столько дней вперёд", min_value=0, max_value=60, initial=7, required=False
    )
    with_soon = forms.BooleanField(label="Напомнить и тем, у кого просроченного нет", required=False)


class TemplateForm(forms.Form):
    file = forms.FileField(
        label="Свой шаблон",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        help_text="Документ .docx, не больше 2 МБ. До замены он будет проверен.",
    )


class NumberingForm(forms.Form):
    number_format = forms.CharField(
        label="Вид номера",
        max_length=60,
        help_text="Вместо {number} встанет порядковый номер, вместо {year} — год. Например: 01-15/{number}.",
    )


class LetterFilter(FilterForm):
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *LetterKind.choices])
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *LetterState.choices])
    year = forms.IntegerField(label="Год", min_value=2000, max_value=2100)
    batch = forms.CharField(widget=forms.HiddenInput, label="Одной рассылки", max_length=26)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)

    def _say(self, name: str, value: Any) -> str:
        if name == "batch":
            return "Письма одной рассылки"
        return f"Год: {value}" if name == "year" else super()._say(name, value)
