from __future__ import annotations

from typing import Any

from django import forms

from opora.core.marks import marks_in
from opora.exports.tracing import MAX_BYTES


class TraceForm(forms.Form):
    """A file, or the code typed from paper."""

    file = forms.FileField(
        label="Файл, снимок экрана или фотография страницы",
        required=False,
        help_text="docx, xlsx, pdf, csv, txt, PNG или JPEG. Файл не сохраняется.",
    )
    code = forms.CharField(
        label="Или метка с копии",
        required=False,
        max_length=200,
        help_text="Например: КП-7F3K-9A4M-4XTA-H. Пробелы, дефисы и величина букв не важны.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BYTES:
            raise forms.ValidationError(f"Файл больше {MAX_BYTES // 1024 // 1024} МБ.")
        return file

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if code and not (marks_in(code) or marks_in(f"КП-{code}")):
            raise forms.ValidationError("Это не метка копии, или она переписана с ошибкой. Сверьте каждую букву.")
        return code

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("code"):
            raise forms.ValidationError("Выберите файл или введите метку.")
        return cleaned
