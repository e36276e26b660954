"""Templates of letters: what comes with the system works, what people upload is looked through, nothing in it runs."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError

from opora.documents.letters.checking import problems_of
from opora.documents.letters.fields import complete, listed, sample
from opora.documents.letters.filling import filled
from opora.documents.letters.sandbox import Sandbox
from opora.documents.letters.shipped import shipped
from opora.documents.models import LetterKind

KINDS = list(LetterKind.values)


def template(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, text: str) -> bytes:
    """The file with a part more, or another text of one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for item in old.infolist():
            if item.filename != name:
                new.writestr(item, old.read(item.filename))
        new.writestr(name, text)
    return buffer.getvalue()


def text_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_template_is_in_order_and_says_every_sample(kind: str) -> None:
    assert problems_of(shipped(kind), kind) == []
    said = text_of(filled(shipped(kind), complete(kind, sample(kind))))
    assert "{" not in said
    for _, _, example in listed(kind):
        if example not in ("+7 (000) 123-45-68", "Соколова Марина Петровна", "") and kind != LetterKind.REMINDER:
            assert example.lower() in said.lower() or kind == LetterKind.PROTOCOL, example


@pytest.mark.parametrize(
    ("lines", "place", "words"),
    [
        (["{{ nope }}"], "абзац 1", "«nope»: такого поля нет"),
        (["Уважаемые!", "{{ organisation.nam }}"], "абзац 2", "«organisation.nam»: такого поля нет"),
        (["{% for row in rows %}{{ row.text }}"], "абзац 1", "«for» не закрыт"),
        (["{% endfor %}"], "абзац 1", "ничего не закрывает"),
        (["{% for row in rows %}{{ row.bad }}{% endfor %}"], "абзац 1", "«row.bad»"),
        (["{{ organisation }}"], "абзац 1", "уточните"),
        (["{{ rows.text }}"], "абзац 1", "нужен цикл"),
        (["{% for row in title %}{% endfor %}"], "абзац 1", "не список"),
        (["{{ title"], "абзац 1", "скобки не закрыты"),
        (["{{ loop.index }}"], "абзац 1", "такого поля нет"),
        (["{% set x = 1 %}"], "абзац 1", "такого указания нет"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(lines: list[str], place: str, words: str) -> None:
    (problem,) = problems_of(template(*lines), LetterKind.REMINDER)
    assert problem.place == place
    assert words in str(problem)


def test_places_in_tables_and_headers() -> None:
    document = docx.Document()
    document.add_table(rows=2, cols=1).cell(1, 0).text = "{{ wrong }}"
    document.sections[0].header.paragraphs[0].text = "{{ worse }}"
    buffer = io.BytesIO()
    document.save(buffer)
    found = problems_of(buffer.getvalue(), LetterKind.SUMMARY)
    assert [problem.place for problem in found] == ["таблица 1, строка 2", "верхний колонтитул"]


ATTACKS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ organisation.__class__ }}",
    "{{ organisation['__class__'] }}",
    "{{ organisation.items() }}",
    "{{ rows.append(1) }}",
    "{{ title|attr('__class__') }}",
    "{{ 'a' * 1000000000 }}",
    "{{ range(10000000)|length }}",
    "{% for a in rows %}{% for b in rows %}x{% endfor %}{% endfor %}",
    "{% for a in rows recursive %}{{ loop(rows) }}{% endfor %}",
    "{% for a in rows %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{% set x = 1 %}",
    "{% include 'x' %}",
    "{% import 'os' as os %}",
    "{% macro m() %}{% endmacro %}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ joiner }}",
    "{{ title.format(title) }}",
    "{{ '%s' % title }}",
    "{{ [1, 2] }}",
    "{% call foo() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_at_upload_and_does_nothing_where_it_runs(attack: str) -> None:
    kind = LetterKind.REMINDER
    assert problems_of(template(attack), kind)
    with pytest.raises(TemplateError):
        Sandbox().from_string(attack).render(complete(kind, sample(kind)))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("word/vbaProject.bin", "x", "макрос"),
        ("word/embeddings/oleObject1.bin", "x", "вложенные объекты"),
        ("word/activeX/activeX1.xml", "<a/>", "вложенные объекты"),
        (
            "word/_rels/settings.xml.rels",
            '<Relationships><Relationship Id="r" Type="http://x/attachedTemplate" Target="http://evil/" '
            'TargetMode="External"/></Relationships>',
            "извне",
        ),
        (
            "word/footnotes.xml",
            '<w:footnotes xmlns:w="w"><w:instrText> DDEAUTO c:\\\\cmd </w:instrText></w:footnotes>',
            "обращается к другим",
        ),
        ("word/evil.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "объявления XML"),
    ],
)
def test_files_that_do_more_than_say_something_are_refused(name: str, text: str, words: str) -> None:
    (problem,) = problems_of(with_part(template("{{ title }}"), name, text), LetterKind.REMINDER)
    assert words in str(problem)


@pytest.mark.parametrize("content", [b"", b"plain text", b"PK\x03\x04 broken", b"%PDF-1.7"])
def test_what_is_no_docx_is_refused(content: bytes) -> None:
    assert len(problems_of(content, LetterKind.EXTRACT)) == 1


def test_a_count_a_condition_and_the_turn_of_a_row_may_be_said() -> None:
    lines = (
        "{% if rows %}Всего {{ rows|length }}{% endif %}",
        "{%p for row in rows %}",
        "{{ loop.index }}) {{ row.text }}",
        "{%p endfor %}",
    )
    content = template(*lines)
    assert problems_of(content, LetterKind.REMINDER) == []
    made = text_of(filled(content, complete(LetterKind.REMINDER, sample(LetterKind.REMINDER))))
    assert made == "Всего 1\n1) Провести самоанализ и обсудить его итоги"


@settings(max_examples=20)
@given(st.text(max_size=60))
def test_data_is_never_read_as_a_template_or_as_xml(said: str) -> None:
    content = complete(LetterKind.REMINDER, {"title": said + "{{ nope }}<w:p/>&amp;"})
    made = text_of(filled(template("{{ title }}"), content))
    assert "<w:p/>&amp;" in made
    assert "nope" in made


@settings(max_examples=20)
@given(st.text(alphabet="{}%rowins.ford endifx_'\"()|*", max_size=40))
def test_any_text_in_a_template_is_judged_without_failing(said: str) -> None:
    content = template(said)
    if not problems_of(content, LetterKind.REMINDER):
        filled(content, complete(LetterKind.REMINDER, {}))
