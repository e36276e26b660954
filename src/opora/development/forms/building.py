"""Forms of instruments: the name, a scale, a task, a workbook."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.development.content import Content, Kind, Scale, Task, free
from opora.development.models import InstrumentKind
from opora.development.wording import Wrong, answer_of, made, options_of
from opora.identification.columns import SUBJECTS
from opora.ui.forms import WorkbookField


class InstrumentForm(forms.Form):
    title = forms.CharField(
        label="Название", max_length=300, help_text="Например: «Методика преподавания математики, 5–9 классы»."
    )
    subject = forms.ChoiceField(label="Предмет", choices=list(SUBJECTS.items()))
    kind = forms.ChoiceField(label="Что проверяет", choices=InstrumentKind.choices)


class TimeForm(forms.Form):
    minutes = forms.IntegerField(
        label="Время на прохождение, минут",
        required=False,
        min_value=1,
        max_value=600,
        help_text="Отсчитывается с начала. Пусто — без ограничения, в пределах дней диагностики.",
    )


class ScaleForm(forms.Form):
    title = forms.CharField(
        label="Шкала", max_length=200, help_text="Так будет называться дефицит: «Решение текстовых задач»."
    )
    threshold = forms.IntegerField(
        label="Порог дефицита, %",
        min_value=1,
        max_value=100,
        initial=60,
        help_text="Меньше этой доли баллов шкалы — дефицит.",
    )

    def __init__(self, data: Any = None, *, content: Content, old: Scale | None = None) -> None:
        super().__init__(data, initial={"title": old.title, "threshold": old.threshold} if old else {})
        self.content, self.old = content, old

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if any(one.title == title and one != self.old for one in self.content.scales):
            raise forms.ValidationError("Такая шкала уже есть.")
        return title

    @property
    def scale(self) -> Scale:
        key = self.old.key if self.old else free({one.key for one in self.content.scales}, "s")
        return Scale(key, self.cleaned_data["title"], self.cleaned_data["threshold"])


class TaskForm(forms.Form):
    kind = forms.ChoiceField(label="Вид", choices=Kind.choices)
    text = forms.CharField(label="Задание", widget=forms.Textarea(attrs={"rows": 4}))
    options = forms.CharField(
        label="Варианты",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Каждый с новой строки. Для соответствия — пары: «треугольник = 180°».",
    )
    answer = forms.CharField(
        label="Верный ответ",
        required=False,
        max_length=1000,
        help_text="Номера верных вариантов через запятую; число; краткие ответы через точку с запятой. "
        "Для соответствия не нужен.",
    )
    points = forms.IntegerField(
        label="Баллы", initial=1, help_text="Где верных ответов несколько, каждая ошибка отнимает балл."
    )
    scale = forms.ChoiceField(label="Шкала")

    def __init__(self, data: Any = None, *, content: Content, old: Task | None = None) -> None:
        given: dict[str, Any] = {}
        if old:
            given = {"kind": old.kind, "text": old.text, "points": old.points, "scale": old.scale}
            given |= {"options": options_of(old), "answer": answer_of(old)}
        super().__init__(data, initial=given)
        self.code = old.code if old else free({one.code for one in content.tasks}, "t")
        self.fields["scale"].choices = [(one.key, one.title) for one in content.scales]  # type: ignore[attr-defined]
        self.task: Task | None = None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        try:
            self.task = made(code=self.code, **{**said, "kind": Kind(said["kind"])})
        except Wrong as wrong:
            self.add_error(wrong.field, str(wrong))
        return said


class WorkbookForm(forms.Form):
    file = WorkbookField(
        label="Файл инструмента", hint="Шкалы и задания из файла встанут на место тех, что есть в этой версии."
    )
