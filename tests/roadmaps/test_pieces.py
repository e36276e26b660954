"""Parts of a row's words: found, taken out, put anew; what stands beside them stays as it is."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from opora.access.models import User
from opora.documents.models import Document, DocumentState
from opora.roadmaps.actions import sending
from opora.roadmaps.changing import pieces
from opora.roadmaps.models import Activity, RoadMap
from tests.roadmaps.amended import amending, change
from tests.roadmaps.test_amendments import approve, compared

WORDS = st.text("абвгде ", min_size=1, max_size=12).map(lambda text: f"с{text.strip()}")
LETTERS = "абвгдежз"


@given(st.lists(WORDS, min_size=1, max_size=6), st.data(), st.sampled_from([" ", "\n"]), WORDS)
def test_a_piece_is_found_and_the_others_stay(said: list[str], data: st.DataObject, glue: str, new: str) -> None:
    """Of any list of subpoints any one: put anew, it alone is new; taken out, the others are what they were."""
    which = data.draw(st.integers(0, len(said) - 1))
    listed = [f"{letter}) {words};" for letter, words in zip(LETTERS, said, strict=False)]
    text = glue.join(["Обеспечить:", *listed])
    span = pieces.span_of(text, f"подпункт {LETTERS[which]}")
    assert span is not None
    assert text[slice(*span)] == listed[which]
    other = [*listed[:which], f"{LETTERS[which]}) {new};", *listed[which + 1 :]]
    assert pieces.put(text, span, new) == glue.join(["Обеспечить:", *other])
    rest = pieces.without(text, span)
    kept = [one for place, one in enumerate(listed) if place != which]
    assert rest.rstrip(".;") == glue.join(["Обеспечить:", *kept]).rstrip(".;")
    assert pieces.span_of(text, f"подпункт {LETTERS[len(said)]}") is None


@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_a_paragraph_is_a_line(said: list[str], data: st.DataObject) -> None:
    which = data.draw(st.integers(1, len(said)))
    span = pieces.span_of("\n".join(said), f"абзац {which}")
    assert span is not None
    assert "\n".join(said)[slice(*span)] == said[which - 1]
    assert pieces.span_of("\n".join(said), f"абзац {len(said) + 1}") is None


@pytest.mark.parametrize("said", ["подпункт", "абзац второй", "пункт 3", "", "подпункт аб"])
def test_what_is_no_piece_is_nowhere(said: str) -> None:
    assert pieces.span_of("а) один; б) два", said) is None


@pytest.mark.django_db
def test_pieces_and_numbers_are_applied_through_the_difference(roadmap: RoadMap, coordinator: User) -> None:
    first = roadmap.activities.get(number="1")
    Activity.objects.filter(pk=first.pk).update(text="Обеспечить:\nа) назначение;\nб) обучение;\nв) отчёт.")
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        approved = {"state": DocumentState.APPROVED, "approved_at": timezone.now(), "approved_by": coordinator}
        Document.objects.filter(pk=roadmap.document_id).update(**approved)
        sending.send(roadmap, by=coordinator)
        document = amending(
            roadmap.document,
            coordinator,
            change("remove", "1", piece="подпункт а"),
            change("replace", "1", piece="подпункт б", column="text", new="обучение методистов"),
            change("words", "1", piece="подпункт в", old="отчёт", new="отчёт и справку"),
            change("words", "1", piece="новый абзац", column="text", old="", new="Итоги обсудить."),
            change("number", "5", new="6"),
            change("number", "6", new="7"),
            change("number", "7", new="8"),
            change("remove", "3", piece="абзац 4"),
            change("remove", "7", piece="подпункт а"),
        )
        doubts = [one.doubt for one in compared(document).of("unclear")]
        assert len(doubts) == 2
        assert "нет части «абзац 4»" in doubts[0]
        assert "свои сроки" in doubts[1]
        approve(document, coordinator)
    first.refresh_from_db()
    assert first.text == "Обеспечить:\nб) обучение методистов;\nв) отчёт и справку.\nИтоги обсудить."
    numbers = Activity.objects.in_force().filter(roadmap=roadmap).order_by("order").values_list("number", flat=True)
    assert list(numbers) == ["1", "2", "3", "4", "6", "7", "8"]
