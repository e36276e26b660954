"""A template is looked through before it is taken: what is wrong with it, and where."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError, nodes

from opora.decrees.errors import Unreadable
from opora.decrees.formats import safety
from opora.documents.letters.fields import Field, complete, fields, sample
from opora.documents.letters.filling import filled
from opora.documents.letters.sandbox import LOOP, Sandbox

LARGEST = 2 * safety.MEGABYTE
_TAG = re.compile(r"\{%-?(?:(?:p|tr|tc|r)(?=\s))?\s*(?P<word>\w+)(?P<rest>.*?)-?%\}")
_WHOLE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_OPENS = {"for": "endfor", "if": "endif"}
_FETCHES = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON)\b", re.IGNORECASE)
_RUNS = ("/embeddings/", "/activex/", "/customui/", "vbadata", "/afchunk")
_INSTRUCTION = re.compile(r"<w:instrText[^>]*>(.*?)</w:instrText>|w:instr=\"([^\"]*)\"", re.DOTALL)
_EXTERNAL = re.compile(r"<Relationship\b[^>]*TargetMode=\"External\"[^>]*>")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: «абзац 5», «таблица 1, строка 2»; no place where it is the whole file."""

    text: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


def problems_of(content: bytes, kind: str) -> list[Problem]:
    """Nothing where the template can be taken."""
    found = list(_of_file(content))
    if found:
        return found
    try:
        texts = list(_texts(docx.Document(io.BytesIO(content))))
    except Exception:  # a foreign file fails in any way there is
        return [Problem("Файл повреждён: документ не открывается. Сохраните его в редакторе заново как .docx.")]
    found = list(_of_tags(texts)) or list(_of_fields(content, kind, texts))
    return found or list(_of_trial(content, kind))


# -- the file ----------------------------------------------------------------------------------------------------


def _of_file(content: bytes) -> Iterator[Problem]:
    if len(content) > LARGEST:
        yield Problem(f"Файл больше {LARGEST // safety.MEGABYTE} МБ. Уменьшите изображения в нём.")
        return
    if not content.startswith(b"PK"):
        yield Problem("Это не документ .docx. Сохраните шаблон в редакторе как .docx.")
        return
    with tempfile.NamedTemporaryFile(suffix=".docx") as file:
        file.write(content)
        file.flush()
        try:
            names = safety.check_archive(Path(file.name))
        except Unreadable as error:
            yield Problem(f"{error.what} {error.advice}")
            return
    if "word/document.xml" not in names:
        yield Problem("Это не документ .docx. Сохраните шаблон в редакторе как .docx.")
        return
    if any(mark in f"/{name.lower()}" for name in names for mark in _RUNS):
        yield Problem("В файле есть вложенные объекты или то, что может выполняться. Уберите их и загрузите снова.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield from _of_parts(archive, names)


def _of_parts(archive: zipfile.ZipFile, names: list[str]) -> Iterator[Problem]:
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        yield Problem("Это документ с макросами. Сохраните его как .docx (без макросов) и загрузите снова.")
    for name in names:
        if name.endswith(".rels"):
            text = archive.read(name).decode("utf-8", "replace")
            if any("/hyperlink" not in one for one in _EXTERNAL.findall(text)):
                yield Problem("Файл подгружает что-то извне (шаблон, изображение). Вставьте это в сам документ.")
                return
        elif name.startswith("word/") and name.endswith(".xml"):
            text = archive.read(name).decode("utf-8", "replace")
            codes = " ".join(" ".join(match.groups("")) for match in _INSTRUCTION.finditer(text))
            if _FETCHES.search(codes):
                yield Problem("В документе есть поле, которое обращается к другим файлам или программам. Уберите его.")
                return


# -- its tags ----------------------------------------------------------------------------------------------------


def _texts(document: Any) -> Iterator[tuple[str, str]]:
    """(place, text) of every paragraph in order."""
    paragraphs = tables = 0
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            tables += 1
            yield from _of_table(block, f"таблица {tables}")
        else:
            paragraphs += 1
            yield f"абзац {paragraphs}", block.text
    for section in document.sections:
        for name, part in (("верхний колонтитул", section.header), ("нижний колонтитул", section.footer)):
            yield from ((name, paragraph.text) for paragraph in part.paragraphs)


def _of_table(table: Any, name: str) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(table.rows, 1):
        for cell in row.cells:
            yield from ((f"{name}, строка {number}", paragraph.text) for paragraph in cell.paragraphs)


def _of_tags(texts: list[tuple[str, str]]) -> Iterator[Problem]:
    """Braces that are left open, loops and conditions that are not closed or closed in a wrong order."""
    opened: list[tuple[str, str]] = []
    for place, text in texts:
        rest = _WHOLE.sub("", text)
        if "{{" in rest or "{%" in rest or "}}" in rest or "%}" in rest:
            yield Problem(
                f"скобки не закрыты: «{text.strip()[:80]}». Поле пишется в одном абзаце: {{{{ поле }}}}.", place
            )
        for tag in _TAG.finditer(text):
            word = tag["word"]
            if word in _OPENS:
                opened.append((word, place))
            elif word in _OPENS.values():
                if not opened or _OPENS[opened[-1][0]] != word:
                    yield Problem(f"«{word}» ничего не закрывает", place)
                else:
                    opened.pop()
            elif word not in ("elif", "else", "vm"):
                yield Problem(f"такого указания нет: «{word}». Можно if, else, endif, for, endfor.", place)
    for word, place in opened:
        yield Problem(f"«{word}» не закрыт: добавьте «{_OPENS[word]}».", place)


def _parts(content: bytes) -> Iterator[str]:
    """The texts that docxtpl gives to the language of templates."""
    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    yield template.patch_xml(template.get_xml())
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield template.patch_xml(template.get_part_xml(part))


def _of_fields(content: bytes, kind: str, texts: list[tuple[str, str]]) -> Iterator[Problem]:
    """Names that no letter of this kind has."""
    roots = {field.name: field for field in fields(kind)}
    seen: set[str] = set()
    try:
        for part in _parts(content):
            for said, why in _Names(roots).of(Sandbox().parse(part)):
                if said not in seen:
                    seen.add(said)
                    yield Problem(f"поле «{said}»: {why}", _place_of(said, texts))
    except TemplateSyntaxError as error:
        yield Problem(f"Шаблон не разбирается: {error.message}.")
    except RecursionError:
        yield Problem("Шаблон не разбирается: слишком много вложенных условий.")


def _place_of(said: str, texts: list[tuple[str, str]]) -> str:
    word = re.compile(rf"(?<![\w.]){re.escape(said)}(?![\w.])")
    found = (place for place, text in texts if any(word.search(tag) for tag in _WHOLE.findall(text)))
    return next(found, "")


class _Names:
    """Walks the tree of a template with what each name stands for; None: a name that is known to be wrong already."""

    def __init__(self, roots: dict[str, Field]) -> None:
        self.roots = roots

    def of(self, node: nodes.Node, names: dict[str, Field | None] | None = None) -> Iterator[tuple[str, str]]:
        names = names or {}
        if isinstance(node, nodes.For):
            yield from self._loop(node, names)
            return
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            said, field, why = self._resolved(node, names)
            if why:
                yield said, why
            elif field is not None and field.children:
                yield said, "это не одно значение, уточните: " + ", ".join(one.name for one in field.children)
            return
        counted = isinstance(node, nodes.Filter) and node.name == "length"
        if counted or isinstance(node, nodes.If | nodes.CondExpr | nodes.Test):  # what may be said of a list
            yield from self._conditioned(node, names)
            return
        for child in node.iter_child_nodes():
            yield from self.of(child, names)

    def _conditioned(self, node: nodes.Node, names: dict[str, Field | None]) -> Iterator[tuple[str, str]]:
        for child in node.iter_child_nodes():
            asked = child is getattr(node, "test", None) or child is getattr(node, "node", None)
            if asked and isinstance(child, nodes.Name | nodes.Getattr | nodes.Getitem):
                said, _, why = self._resolved(child, names)
                if why:
                    yield said, why
            else:
                yield from self.of(child, names)

    def _loop(self, node: nodes.For, names: dict[str, Field | None]) -> Iterator[tuple[str, str]]:
        said, field, why = self._resolved(node.iter, names)
        target = node.target.name if isinstance(node.target, nodes.Name) else ""
        if why:
            yield said, why
        elif field is None or not field.many:
            yield said, "это не список, цикл по нему невозможен"
        row = Field(target, field.says, children=field.children) if field is not None and field.many else None
        inner = {**names, target: row, "loop": None}
        for child in [*node.body, *node.else_]:
            yield from self.of(child, inner)

    def _resolved(self, node: nodes.Node, names: dict[str, Field | None]) -> tuple[str, Field | None, str]:
        """(as it is written, what it is, why it is wrong)"""
        if isinstance(node, nodes.Name):
            if node.name in names:
                return node.name, names[node.name], ""
            field = self.roots.get(node.name)
            return node.name, field, "" if field else "такого поля нет"
        if not isinstance(node, nodes.Getattr | nodes.Getitem):
            return "", None, "здесь должно стоять поле"
        above, field, why = self._resolved(node.node, names)
        attribute = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", "")
        said = f"{above}.{attribute}"
        if why:
            return said, None, why
        if field is None:
            known = above != "loop" or attribute in LOOP
            return said, None, "" if known else "такого поля нет"
        if field.many:
            return said, None, "это список: нужен цикл"
        child = field.child(str(attribute))
        return said, child, "" if child else "такого поля нет"


def _of_trial(content: bytes, kind: str) -> Iterator[Problem]:
    """Filled with samples, and with nothing, it must give a document that opens."""
    for given in (sample(kind), {}):
        try:
            docx.Document(io.BytesIO(filled(content, complete(kind, given))))
        except TemplateError as error:
            yield Problem(f"Пробное письмо не получилось: {error.message}.")
            return
        except Exception:  # a foreign file fails in any way there is
            yield Problem("Пробное письмо не открывается. Проверьте, что циклы по строкам таблицы начаты с «{%tr».")
            return
