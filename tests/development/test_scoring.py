"""Points: a key has all of them, nothing has none, nobody has more or less; every answer is taken or refused."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.development import scoring
from opora.development.content import Content, Kind, Scale, Task, read, to_json
from opora.development.scoring import LUCK, change, luck, measured, scored
from opora.development.wording import Wrong, answer_of, made, options_of
from tests.development.conftest import CONTENT, RIGHT

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="=;"), min_size=1)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """As people write them; whatever cannot be a task is drawn anew."""
    kind, points = draw(st.sampled_from(Kind)), draw(st.integers(1, 20))
    options = draw(st.lists(WORDS, min_size=2, max_size=6, unique=True))
    said: dict[str, Any] = {"options": "", "answer": ""}
    if kind in (Kind.CHOICE, Kind.SEVERAL):
        most = 1 if kind == Kind.CHOICE else len(options)
        key = draw(st.lists(st.integers(1, len(options)), min_size=1, max_size=most, unique=True))
        said = {"options": "\n".join(options), "answer": ", ".join(map(str, key))}
    elif kind == Kind.MATCHING:
        said["options"] = "\n".join(f"{left} = {number}" for number, left in enumerate(options))
    elif kind == Kind.NUMBER:
        said["answer"] = str(draw(st.decimals(-1000, 1000, places=2))).replace(".", ",")
    else:
        said["answer"] = "; ".join(options)
    return made(code="t1", kind=kind, text="Задание", points=points, scale="s1", **said)


def right(task: Task) -> Any:
    if task.kind == Kind.CHOICE:
        return task.key[0]
    if task.kind == Kind.SEVERAL:
        return list(task.key)
    if task.kind == Kind.MATCHING:
        return [task.rights.index(side) for _, side in task.pairs]
    return task.key[-1]


ANYTHING = st.none() | st.integers() | st.text() | st.booleans() | st.lists(st.none() | st.integers(-1, 7))


@given(tasks())
def test_the_key_has_all_points_and_no_answer_none(task: Task) -> None:
    assert scoring.fitting(task, right(task))
    assert scored(task, right(task)) == task.points
    assert scored(task, None) == 0


@given(tasks(), ANYTHING)
def test_points_stay_in_their_bounds(task: Task, given_: Any) -> None:
    assert 0 <= scored(task, given_) <= task.points
    if scored(task, given_):
        assert scoring.fitting(task, given_)


@given(tasks())
def test_a_task_is_written_and_read_as_it_was(task: Task) -> None:
    said = {"options": options_of(task), "answer": answer_of(task), "points": task.points, "scale": task.scale}
    assert made(code=task.code, kind=task.kind, text=task.text, **said) == task  # type: ignore[arg-type]
    content = Content(None, (Scale("s1", "Шкала", 50),), (task,))
    assert read(to_json(content)) == content


@given(tasks(), st.data())
def test_a_mistake_more_is_never_worth_more(task: Task, data: st.DataObject) -> None:
    if task.kind != Kind.SEVERAL:
        return
    wrong = [one for one in range(len(task.options)) if one not in task.key]
    chosen = list(task.key)[: data.draw(st.integers(0, len(task.key)))]
    before = scored(task, chosen)
    for one in wrong:
        chosen.append(one)
        assert scored(task, chosen) <= before
        before = scored(task, chosen)


@pytest.mark.parametrize(
    ("code", "given_", "points"),
    [
        ("t1", 1, 0),
        ("t2", [0], 1),
        ("t2", [0, 1, 2], 1),
        ("t2", [0, 1], 0),
        ("t3", "12.50", 1),
        ("t3", "двенадцать", 0),
        ("t4", "  ГРОЗДЬ-секрет ", 1),
        ("t5", [1, None], 1),
        ("t5", [0, 1], 0),
    ],
)
def test_points_of_answers(code: str, given_: Any, points: int) -> None:
    task = CONTENT.task(code)
    assert task
    assert scored(task, given_) == points


def test_a_scale_below_its_threshold_is_a_deficit() -> None:
    all_, some = measured(CONTENT, RIGHT), measured(CONTENT, {"t1": 0, "t2": [0], "t3": "12,5", "t4": "гроздь-секрет"})
    assert [(one.points, one.most, one.tasks, one.deficit) for one in all_] == [(3, 3, 2, False), (4, 4, 3, False)]
    assert [(one.points, one.deficit) for one in some] == [(2, False), (2, False)]  # 67 of 60, 50 of 50
    assert [one.deficit for one in measured(CONTENT, {"t1": 0})] == [True, True]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("text", {"text": " "}),
        ("options", {"options": "один"}),
        ("options", {"options": "а\nа"}),
        ("answer", {"answer": "3"}),
        ("answer", {"answer": "1, 2"}),
        ("points", {"points": 0}),
        ("answer", {"kind": Kind.NUMBER, "options": "", "answer": "пять"}),
        ("options", {"kind": Kind.MATCHING, "options": "а = 1\nб", "answer": ""}),
        ("options", {"kind": Kind.TEXT, "answer": "а"}),
    ],
)
def test_what_cannot_be_a_task_is_said_at_its_field(field: str, values: dict[str, Any]) -> None:
    good = {"kind": Kind.CHOICE, "text": "Что?", "options": "да\nнет", "answer": "1", "points": 1}
    with pytest.raises(Wrong) as wrong:
        made(code="t1", scale="s1", **{**good, **values})
    assert wrong.value.field == field


@given(st.integers(0, 10), st.integers(0, 10))
def test_a_change_is_sure_only_beyond_its_error(before: int, after: int) -> None:
    found = change((before / 10, 10), (after / 10, 10))
    assert 0 < found.error < 0.5
    if before == after:
        assert not found.is_sure
    assert change((0, 10), (1, 10)).is_sure


@pytest.mark.parametrize("threshold", [50, 60, 75])
def test_with_nothing_changed_a_low_scale_is_seldom_called_better(threshold: int) -> None:
    """Exactly: every first and second result of a teacher who knows each task with the same odds, where the first was
    low. The error alone would call far more of them better: who is chosen for a low result goes up by luck."""

    def odds(right: int, tasks: int, share: float) -> float:
        return math.comb(tasks, right) * share**right * (1 - share) ** (tasks - right)

    misled = 0.0
    for tasks, share in itertools.product((3, 6, 12, 20), (0.3, 0.5, 0.7)):
        low = [was for was in range(tasks + 1) if 100 * was < threshold * tasks]
        total = wrong = naive = 0.0
        for was, now in itertools.product(low, range(tasks + 1)):
            weight = odds(was, tasks, share) * odds(now, tasks, share)
            total += weight
            both = (was / tasks, tasks), (now / tasks, tasks)
            better = now > was and change(*both).is_sure
            naive += weight * better
            wrong += weight * (better and luck(*both, threshold) <= LUCK)
        assert wrong / total <= LUCK
        misled = max(misled, naive / total)
    assert misled > 4 * LUCK


def test_a_great_rise_on_many_tasks_is_no_luck() -> None:
    assert luck((0.2, 10), (0.9, 10), 60) < LUCK
    assert luck((0.5, 10), (0.9, 10), 60) == 1  # just below the threshold the first time
    assert luck((0, 3), (1, 3), 60) > LUCK
