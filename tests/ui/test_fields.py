"""Fields that forms share."""

from __future__ import annotations

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from opora.ui.forms import FilesField
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
