"""Forms of a diagnosis: what it is, one task as it is answered, and answers put in from paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from opora.core.clock import today
from opora.development.content import Kind, Task
from opora.development.models import InstrumentVersion
from opora.development.scoring import LONGEST_ANSWER, Given, decimal
from opora.registry.models import Organisation
from opora.ui.forms import DayInput


class DiagnosisForm(forms.Form):
    version = forms.ChoiceField(label="Инструмент")
    title = forms.CharField(label="Название", max_length=300)
    place = forms.ChoiceField(label="Где", help_text="Педагоги всех школ этой территории.")
    post = forms.CharField(
        label="Должность",
        max_length=100,
        initial="учитель математики",
        help_text="Слова, которые есть в названии должности в реестре.",
    )
    opens = forms.DateField(label="С какого дня", widget=DayInput, initial=today)
    closes = forms.DateField(label="По какой день включительно", widget=DayInput)
    names_to_heads = forms.BooleanField(
        label="Руководители школ видят результаты своих педагогов по именам",
        required=False,
        help_text="Педагог узнает об этом до начала. Иначе — только с его согласия.",
    )

    def __init__(
        self,
        *args: Any,
        versions: Iterable[InstrumentVersion],
        places: Iterable[Organisation],
        sets_names: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {str(one.pk): one for one in versions}
        self.places = {one.public_id: one for one in places}
        chosen: dict[str, list[tuple[str, str]]] = {
            "version": [(key, str(one)) for key, one in self.versions.items()],
            "place": [(key, one.short_name) for key, one in self.places.items()],
        }
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not sets_names:
            del self.fields["names_to_heads"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        opens, closes = said.get("opens"), said.get("closes")
        if opens and closes and closes < opens:
            self.add_error("closes", "Последний день раньше первого.")
        if closes and closes < today():
            self.add_error("closes", "Этот день уже прошёл.")
        return said

    @property
    def chosen(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {**said, "version": self.versions[said["version"]], "place": self.places[said["place"]]}


class AnswerForm(forms.Form):
    """One task as a teacher answers it: nothing of its key is in it. On paper its options are `numbered`."""

    says_optional = False

    def __init__(self, *args: Any, task: Task, given: Given = None, numbered: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        options = [
            (str(index), f"{index + 1}) {text}" if numbered else text) for index, text in enumerate(task.options)
        ]
        if task.kind == Kind.CHOICE:
            initial = None if given is None else str(given)
            self.fields["answer"] = forms.ChoiceField(
                label="Выберите один ответ", choices=options, required=False, widget=forms.RadioSelect, initial=initial
            )
        elif task.kind == Kind.SEVERAL:
            self.fields["answer"] = forms.MultipleChoiceField(
                label="Выберите все верные ответы",
                choices=options,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[str(one) for one in given or ()],
            )
        elif task.kind == Kind.MATCHING:
            rights = [("", "не выбрано"), *((str(index), text) for index, text in enumerate(task.rights))]
            for index, (left, _) in enumerate(task.pairs):
                was = given[index] if given else None
                self.fields[f"answer{index}"] = forms.ChoiceField(
                    label=left, choices=rights, required=False, initial="" if was is None else str(was)
                )
        else:
            is_number = task.kind == Kind.NUMBER
            widget = forms.TextInput(attrs={"autocomplete": "off", **({"inputmode": "decimal"} if is_number else {})})
            self.fields["answer"] = forms.CharField(
                label="Ответ — число" if is_number else "Ответ",
                required=False,
                max_length=LONGEST_ANSWER,
                widget=widget,
                initial=given or "",
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        text = said.get("answer")
        if self.task.kind == Kind.NUMBER and text and decimal(text) is None:
            self.add_error("answer", "Это не число. Напишите, например: 12,5.")
        return said

    @property
    def given(self) -> Given:
        """As it is kept; None for no answer."""
        said = self.cleaned_data
        if self.task.kind == Kind.MATCHING:
            chosen = [said[f"answer{index}"] for index in range(len(self.task.pairs))]
            sides = [int(one) if one else None for one in chosen]
            return sides if any(one is not None for one in sides) else None
        answer = said["answer"]
        if not answer:
            return None
        if self.task.kind == Kind.CHOICE:
            return int(answer)
        return [int(one) for one in answer] if self.task.kind == Kind.SEVERAL else answer


class PaperForm(forms.Form):
    """All tasks of a person in one table: numbers of options as they were circled, in words of paper."""

    says_optional = False

    def __init__(self, *args: Any, tasks: Iterable[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tasks = list(tasks)
        self.answers: dict[str, Given] = {}
        for number, task in enumerate(self.tasks, start=1):
            self.fields[task.code] = forms.CharField(
                label=f"Задание {number}", required=False, max_length=LONGEST_ANSWER, help_text=self._hint(task)
            )

    @staticmethod
    def _hint(task: Task) -> str:
        if task.kind == Kind.CHOICE:
            return f"номер от 1 до {len(task.options)}"
        if task.kind == Kind.SEVERAL:
            return f"номера от 1 до {len(task.options)} через запятую"
        if task.kind == Kind.MATCHING:
            sides = "; ".join(f"{number} — {text}" for number, text in enumerate(task.rights, start=1))
            return f"{len(task.pairs)} номера по порядку через запятую, «-» — без ответа: {sides}"
        return "число" if task.kind == Kind.NUMBER else "слова"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for task in self.tasks:
            text = (said.get(task.code) or "").strip()
            if not text:
                continue
            given = self._read(task, text)
            if given is None:
                self.add_error(task.code, f"Так ответить нельзя. Нужно: {self._hint(task)}.")
            else:
                self.answers[task.code] = given
        return said

    @staticmethod
    def _read(task: Task, text: str) -> Given:
        """What was written; None where it is no answer."""
        if task.kind == Kind.TEXT:
            return text
        if task.kind == Kind.NUMBER:
            return text if decimal(text) is not None else None
        said = [one for one in text.replace(";", ",").replace(" ", ",").split(",") if one]
        sides = len(task.rights) if task.kind == Kind.MATCHING else len(task.options)
        if not all(one == "-" or (one.isdecimal() and len(one) < 4 and 1 <= int(one) <= sides) for one in said):
            return None
        numbers = [None if one == "-" else int(one) - 1 for one in said]
        if task.kind == Kind.MATCHING:
            return numbers if len(numbers) == len(task.pairs) else None
        if None in numbers or (task.kind == Kind.CHOICE and len(numbers) != 1):
            return None
        return numbers[0] if task.kind == Kind.CHOICE else numbers
