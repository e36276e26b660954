"""A template filled with content, and its PDF where LibreOffice is installed."""

from __future__ import annotations

import io
from typing import Any

from docxtpl import DocxTemplate

from opora.documents.letters.sandbox import Sandbox
from opora.documents.printing.form import legible


def filled(template: bytes, content: dict[str, Any]) -> bytes:
    """The docx of a letter. Raises jinja2's `TemplateError` for a template that was not checked."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(_plain(content), Sandbox(), autoescape=True)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _plain(value: Any) -> Any:
    """Texts without the characters by which docxtpl would begin pages and paragraphs, or that a file may not hold."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return legible(str(value)).replace("{", "(").replace("}", ")")
