"""A row of one school and work -> counts: numbers of marks, or their shares in percent with the participants."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from opora.identification.columns import CHECKS, MOST_PARTICIPANTS, SHARES_SLACK
from opora.identification.reading.cells import ABSENT, text_of
from opora.identification.reading.context import Context
from opora.identification.reading.mapping import MARKS
from opora.identification.reading.state import Stop

EMPTY: Final = (None,) * 7
#: Shares that add to less or more than this much beside 100 percent are no shares.
_MOST_SLACK: Final = 3.0
_SHARE = re.compile(r"%|процент|дол[яи]")
Made = tuple[int, float | None, float | None, float | None, float | None, int | None, int | None]


def convert(to: Context, row: list[Any], fields: dict[str, int]) -> Made:
    """participants, marks_2 … marks_5, failed, absent. Raises `Stop`."""
    get = to.columns.get
    participants = _number(get(row, fields, "participants"))
    absent = _number(get(row, fields, "absent"))
    marks = [get(row, fields, name) for name in MARKS]
    headers = [to.columns.headers[fields[name]] if name in fields else "" for name in MARKS]
    if any(one is not None for one in marks):
        shares = any(_SHARE.search(one.lower()) for one in headers)
        whole, counts = _counts(to, [one or 0.0 for one in marks], participants, shares, headers[0])
        return whole, *(float(one) for one in counts), None, absent  # type: ignore[return-value]
    failed = _failed(to, row, fields, participants)
    if failed is None:
        if participants == 0:
            return 0, 0.0, 0.0, 0.0, 0.0, None, absent
        raise Stop("", "", "В строке нет ни отметок, ни числа не преодолевших минимум.", "missing")
    if participants is None:
        raise Stop("", "", "Не указано число участников: без него долю не сосчитать.", "missing")
    return participants, None, None, None, None, failed, absent


def _number(value: Any) -> int | None:
    return None if value is None or value is ABSENT else int(value)


def _failed(to: Context, row: list[Any], fields: dict[str, int], participants: int | None) -> int | None:
    failed = _number(to.columns.get(row, fields, "failed"))
    if failed is None and participants is not None:
        share = to.columns.get(row, fields, "failed_share")
        if share is None:
            return None
        percent = share * 100 if to.shares_whole else share
        if percent > 100:
            raise Stop(to.columns.headers[fields["failed_share"]], share, f"Доля {_plain(percent)} % больше 100 %.")
        failed = math.floor(percent * participants / 100 + 0.5)
    if failed is not None and participants is not None and failed > participants:
        index = fields.get("failed", fields.get("failed_share", 0))
        raise Stop(to.columns.headers[index], row[index], CHECKS["failed"].said(text_of(row[index])))
    return failed


def _counts(
    to: Context, marks: list[float], participants: int | None, shares: bool, header: str
) -> tuple[int, list[int]]:
    """Participants and four counts, from counts or shares, whichever the row proves."""
    total = math.fsum(marks)
    whole = all(one.is_integer() for one in marks)
    if whole and not shares and participants in (None, int(total)):
        if total > MOST_PARTICIPANTS:
            raise Stop(header, _plain(total), CHECKS["participants"].said(_plain(total)))
        return int(total), [int(one) for one in marks]
    if participants is None:
        raise Stop(
            header, _plain(marks[0]), "Отметки указаны в процентах, а числа участников нет: без него их не сосчитать."
        )
    if participants == 0 and total == 0:
        return 0, [0, 0, 0, 0]
    factor = 100.0 if abs(total - 1) <= _MOST_SLACK / 100 and max(marks) <= 1 else 1.0
    percents = [one * factor for one in marks]
    off = abs(total * factor - 100)
    if off > _MOST_SLACK or max(percents) > 100:
        raise Stop(header, _plain(total), f"{CHECKS['sum'].said(_plain(total))} Участников указано {participants}.")
    counts = _rounded(percents, participants)
    if counts is None:
        if off > SHARES_SLACK:
            raise Stop(
                header,
                _plain(total * factor),
                f"Доли отметок в сумме дают {_plain(total * factor)} %, а не 100 %, и число отметок по ним не "
                "восстановить. Проверьте доли или укажите числа отметок.",
            )
        counts = _apportioned(percents, participants)
        to.note(
            "shares_rounded",
            "Доли округлены сильнее, чем позволяет число участников: число отметок восстановлено приближённо.",
        )
    elif off > SHARES_SLACK:
        to.note(
            "shares_sum",
            f"Доли отметок в сумме дают {_plain(total * factor)} %, а не 100 %: числа отметок восстановлены по числу "
            "участников. Проверьте строку.",
        )
    return participants, counts


def _rounded(percents: list[float], participants: int) -> list[int] | None:
    """The nearest whole counts where together they are the participants."""
    counts = [math.floor(one * participants / 100 + 0.5) for one in percents]
    return counts if sum(counts) == participants else None


def _apportioned(percents: list[float], participants: int) -> list[int]:
    """Whole counts that add to the participants, by the largest remainders."""
    total = math.fsum(percents)
    exact = [one * participants / total for one in percents]
    counts = [math.floor(one) for one in exact]
    order = sorted(range(4), key=lambda one: (counts[one] - exact[one], one))
    for one in order[: participants - sum(counts)]:
        counts[one] += 1
    return counts


def _plain(number: float) -> str:
    return f"{number:.6g}".replace(".", ",")
