"""Fields that forms share."""

from __future__ import annotations

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from opora.ui.forms import FilesField


def test_of_many_files_those_that_are_wrong_are_named() -> None:
    good, empty, void = (SimpleUploadedFile(name, data) for name, data in (("a.csv", b"1"), ("б.csv", b""), ("в", b"")))
    field = FilesField()
    assert field.clean([good, good]) == [good, good]
    with pytest.raises(forms.ValidationError) as wrong:
        field.clean([empty, good, void])
    assert wrong.value.messages == ["«б.csv»: Отправленный файл пуст.", "«в»: Отправленный файл пуст."]
