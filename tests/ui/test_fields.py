"""Fields that forms share."""

from __future__ import annotations

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from opora.ui.forms import FilesField, WorkbookField
from opora.ui.templatetags.ui import field


def test_of_many_files_those_that_are_wrong_are_named() -> None:
    good, empty, void = (SimpleUploadedFile(name, data) for name, data in (("a.csv", b"1"), ("б.csv", b""), ("в", b"")))
    many = FilesField()
    assert many.clean([good, good]) == [good, good]
    with pytest.raises(forms.ValidationError) as wrong:
        many.clean([empty, good, void])
    assert wrong.value.messages == ["«б.csv»: Отправленный файл пуст.", "«в»: Отправленный файл пуст."]


def test_every_box_of_a_group_is_large_enough_to_press() -> None:
    class Asked(forms.Form):
        classes = forms.MultipleChoiceField(choices=[("5", "5"), ("6", "6")], widget=forms.CheckboxSelectMultiple)

    boxes = field(Asked()["classes"])["options"]
    assert all('class="form-check-input"' in box.tag() for box in boxes)
    assert len(boxes) == 2


def test_a_workbook_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkbookField, "LARGEST", 3 * 1024 * 1024)
    asked = WorkbookField(label="Файл", hint="Скачанный здесь.")
    assert asked.help_text == "Скачанный здесь. До 3 МБ."
    fits = SimpleUploadedFile("a.xlsx", b"PK")
    assert asked.clean(fits) is fits
    with pytest.raises(forms.ValidationError) as wrong:
        asked.clean(SimpleUploadedFile("a.xlsx", b"0" * (3 * 1024 * 1024 + 1)))
    assert wrong.value.messages == ["Файл больше 3 МБ. Уберите из него лишнее."]
