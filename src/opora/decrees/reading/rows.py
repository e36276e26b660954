"""Rows of a road map's table, repaired: what a page break cut is joined, what was glued is parted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from opora.decrees.model import Finding, Source
from opora.decrees.reading.columns import Columns, is_mark, is_repeated
from opora.decrees.reading.nodes import Grid, GridRow

BULLET = re.compile(r"^\s*[-–—•▪]\s*(?=\D)")
_NUMBER = re.compile(r"^\s*(\d{1,3}(?:\.\d{1,3}){0,3})\s*[.)]{0,3}\s*$")
_ROMAN = re.compile(r"^\s*(?:раздел\s+|этап\s+)?[IVXХ]{1,6}\s*[.)]?\s*$", re.IGNORECASE)
_LEADING = re.compile(r"^\s*(\d{1,3}(?:\.\d{1,3}){0,3})\s*[.)]\s*(?=[А-ЯЁA-Z«\"])")
_SECTION = re.compile(r"^(?:раздел|этап|направление|блок|модуль)(?!\w)|(?:этап|раздел)$", re.IGNORECASE)
_ONLY_YEAR = re.compile(r"^20\d\d(?:\s*(?:г\.?|года?|уч\w*.*))?$")
_NO_YEAR = re.compile(
    r"(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]*$|(?:^|\s)(?:до|по|с|[-–])$",
    re.IGNORECASE,
)
_PREPOSITIONS = frozenset("на в во по с со для при от из к ко о об за до под над без между через".split())
_VERBAL = re.compile(
    r"^[А-ЯЁ][а-яё-]+(?:ция|ции|ние|ния|ение|ка|ство|тие|сть|за|во|ия|за|оз|ор|нг|та|ар|ие|аж|ер|ач|ль|ада|тура|ведение|ая|ое|ые|ий)$"
)
_PLACE_AFTER = re.compile(
    r"^(?:област|кра[яйею]\b|район|город|округ|республик|федераци|поселени|регион)", re.IGNORECASE
)
_OF_A_PLACE = re.compile(r"(?:ого|ому|ом|ой|ый|ий|ым|ая|ую)$")


@dataclass(slots=True)
class RowData:
    """One activity's row: fragments of each cell."""

    number: str | None
    text: list[str]
    deadline: list[str]
    responsible: list[str]
    completion: list[str]
    source: Source
    repaired: bool = False
    top: bool = False  # the first row that begins on a page


@dataclass(slots=True)
class SectionData:
    title: list[str] = field(default_factory=list)
    rows: list[RowData] = field(default_factory=list)


def rows_of(grid: Grid, columns: Columns) -> tuple[list[SectionData], list[Finding]]:
    """The sections with their rows, and what had to be repaired."""
    repair = _Repair(columns, merges=any(span > 1 for row in grid.rows[columns.rows :] for span in row.spans))
    for row in grid.rows[columns.rows :]:
        if not is_repeated(row, columns):
            repair.add(row)
    return repair.finish()


class _Repair:
    def __init__(self, columns: Columns, *, merges: bool) -> None:
        self.columns = columns
        self.top = False
        self.merges = merges  # section titles stand in merged cells
        self.sections: list[SectionData] = [SectionData()]
        self.findings: list[Finding] = []

    @property
    def last(self) -> RowData | None:
        rows = self.sections[-1].rows
        return rows[-1] if rows else None

    def add(self, row: GridRow) -> None:
        found = self._row(row)
        alone = None if self._second_half(row, found) else self._alone(row, found)
        if alone is not None:
            self._section_or_rest(row, found, alone)
        elif self._continues(row, found):
            self._join(found)
        else:
            self._unglue(found)
            found.top = self.top or row.after_break
            self.sections[-1].rows.append(found)
        self.top = (row.after_break or self.top) and (found is not self.last)

    def finish(self) -> tuple[list[SectionData], list[Finding]]:
        self._merged_deadlines()
        for section in self.sections:
            self._complete(section)
        return [section for section in self.sections if section.rows], self.findings

    def _merged_deadlines(self) -> None:
        """Where all rows have a deadline but the first of a page, its cell is merged with the one before the page."""
        rows = [row for section in self.sections for row in section.rows]
        if any(not row.deadline for row in rows if not row.top) or all(row.deadline for row in rows):
            return
        for before, row in pairwise(rows):
            if not row.deadline and before.deadline and row.number and row.responsible:
                row.deadline, row.repaired = list(before.deadline), True
                message = f"Срок строки{_said(row.number)} стоит в ячейке, начатой на предыдущей странице."
                self.findings.append(Finding("info", "row-joined", message, row.source))

    # -- one row -------------------------------------------------------------------------------------------------

    def _row(self, row: GridRow) -> RowData:
        roles = self.columns

        def cell(role: str) -> list[str]:
            return [part for column in roles.all(role) for part in row.cells[column]]

        number_at, text_at = roles.find("number"), roles.find("text")
        number_text = row.text(number_at) if number_at is not None and number_at not in row.inherited else ""
        match = _NUMBER.match(number_text)
        number = match.group(1) if match else None
        text = list(row.cells[text_at]) if text_at is not None and text_at not in row.inherited else []
        if number_at is not None and number_text and not match:
            inside = _LEADING.match(number_text)
            if inside and not text:
                number, text = inside.group(1), [number_text[inside.end() :]]
        if number is None and text and number_at is None:
            inside = _LEADING.match(text[0])
            if inside:
                number, text = inside.group(1), [text[0][inside.end() :], *text[1:]]
        return RowData(number, text, self._deadline(row), cell("responsible"), cell("completion"), row.source)

    def _deadline(self, row: GridRow) -> list[str]:
        """The cell of the deadline; beginning and end joined by a dash; marked quarters and months by their heads."""
        roles = self.columns
        found = [part for column in roles.all("deadline") for part in row.cells[column]]
        ends = [row.text(column) for role in ("start", "finish") for column in roles.all(role) if row.cells[column]]
        if len(ends) == 2:
            found.append(ends[0] if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}")
        elif ends:
            begun = any(row.cells[column] for column in roles.all("start"))
            found.append(f"с {ends[0]}" if begun else f"до {ends[0]}")
        marked = [
            roles.titles[column] if is_mark(row.text(column)) else f"{row.text(column)} {roles.titles[column]}"
            for role in ("quarter", "month")
            for column in roles.all(role)
            if row.cells[column]
        ]
        if marked:
            found.append(", ".join(marked))
        return found

    def _alone(self, row: GridRow, found: RowData) -> list[str] | None:
        """The text of a row that has nothing else of its own: a section's title, or the rest of a row."""
        filled = row.filled
        number_at = self.columns.find("number")
        others = [c for c in filled if c != number_at]
        if len(filled) == 1:
            spread = row.spans[filled[0]] > 1
            if filled[0] == number_at and _NUMBER.match(row.text(filled[0])):
                return None
            if (
                found.deadline
                and not spread
                and not _is_title(row)
                and self.columns.roles[filled[0]] not in ("text", "number", "")
            ):
                return None
            return row.cells[filled[0]]
        text_at = self.columns.find("text")
        numbered = found.number or (number_at is not None and _ROMAN.match(row.text(number_at)))
        if len(filled) == 2 and others == [text_at] and numbered and not row.inherited:
            return [f"{found.number or 'I'}. {found.text[0]}", *found.text[1:]] if found.text else None
        return None

    def _section_or_rest(self, row: GridRow, found: RowData, text: list[str]) -> None:
        column = row.filled[0]
        role = self.columns.roles[column]
        joined = " ".join(text)
        last = self.last
        if role not in ("text", "number", "") and row.spans[column] == 1 and not _is_title(row):
            if last:
                self._join(found)
            return
        number_at = self.columns.find("number")
        in_text = role == "text" and row.spans[column] == 1
        if last and in_text and (_is_rest(joined) or (row.after_break and self._cut(last, joined))):
            self._join(RowData(None, text, [], [], [], row.source))
        elif (
            self.sections[-1].title
            and not self.sections[-1].rows
            and (BULLET.match(joined) or (row.after_break and _is_rest(joined)))
        ):
            self.sections[-1].title += text
        elif last is None and not self.sections[-1].title and in_text and number_at is not None and _is_rest(joined):
            self.sections[-1].rows.append(found)
        else:
            self.sections.append(SectionData(list(text)))

    def _cut(self, last: RowData, text: str) -> bool:
        """Whether a text alone at the top of a page is the rest of the row above rather than a section's title."""
        if _unfinished(" ".join(last.text)) or BULLET.match(text):
            return True
        return self.merges and not _LEADING.match(text) and not _SECTION.match(text)

    # -- joining -------------------------------------------------------------------------------------------------

    def _continues(self, row: GridRow, found: RowData) -> bool:
        """Whether the row goes on with the one before it."""
        last = self.last
        if last is None:
            return False
        text = " ".join(found.text)
        if found.number is None:
            own = set(row.filled)
            if row.after_break and self._goes_on(found, last):
                return True
            deadline_own = bool(found.deadline) and bool(own & set(self._timed()))
            responsible_own = bool(found.responsible) and bool(own & set(self.columns.all("responsible")))
            if found.deadline and found.responsible and (deadline_own or responsible_own) and text:
                cut = deadline_own or self.columns.find("number") is not None
                return _is_rest(text) and row.after_break and ((cut and not deadline_own) or not last.deadline)
            if text and not _is_rest(text) and (deadline_own or responsible_own) and not row.after_break:
                return False
            return not text or _is_rest(text) or self.columns.find("number") is not None
        return self._second_half(row, found)

    def _second_half(self, row: GridRow, found: RowData) -> bool:
        """A row that a page cut before its number: the number stands with the rest of its text."""
        last = self.last
        cut = row.after_break and found.number is not None and last is not None and last.number is None
        return cut and _is_rest(" ".join(found.text))

    def _goes_on(self, found: RowData, last: RowData) -> bool:
        """A row that a page's end cut through all its cells: they begin as no cell begins."""
        whole = self.columns.find("number") is None
        signs = [_is_rest(" ".join(found.text)), bool(found.responsible) and _is_rest(found.responsible[0])]
        said = bool(last.deadline) and bool(_NO_YEAR.search(last.deadline[-1]))
        signs.append(said and len(found.deadline) == 1 and bool(_ONLY_YEAR.match(found.deadline[0])))
        return bool(found.text) and (sum(signs) > 1 if whole else any(signs))

    def _timed(self) -> list[int]:
        return [c for role in ("deadline", "start", "finish", "quarter", "month") for c in self.columns.all(role)]

    def _join(self, found: RowData) -> None:
        last = self.last
        if last is None:
            return
        last.text += found.text
        last.deadline += [part for part in found.deadline if part not in last.deadline]
        fresh = [part for part in found.responsible if part not in last.responsible or len(part) < 4]
        listed = ", " in " ".join(last.responsible) and last.responsible[-1][-1] not in ",;.)"
        if fresh and listed and found.source.page is not None:
            last.responsible[-1] += " " + fresh.pop(0)
        last.responsible += fresh
        last.completion += found.completion
        last.number = last.number or found.number
        last.repaired = True
        self.findings.append(
            Finding(
                "info", "row-joined", f"Строка{_said(last.number)} продолжалась ниже и собрана заново.", found.source
            )
        )

    # -- parting -------------------------------------------------------------------------------------------------

    def _unglue(self, found: RowData) -> None:
        """A section's title glued into a first row, and the tail of the row before at the head of a cell."""
        text = " ".join(found.text)
        inside = _LEADING.match(text)
        if found.number and inside and self._is_parent(inside.group(1), found.number):
            self._section_inside(found, text[inside.end() :])
        last = self.last
        if last is None:
            return
        tail, rest = _glued(found.text) if found.number else ([], found.text)
        if tail and rest:
            last.text += tail
            found.text = rest
            self._parted(found)
        tail, rest = _glued_responsible(found.responsible, last.responsible)
        if tail and rest:
            last.responsible += tail
            found.responsible = rest
            self._parted(found)

    def _parted(self, found: RowData) -> None:
        found.repaired = True
        message = f"Начало строки{_said(found.number)} относится к предыдущей и перенесено туда."
        self.findings.append(Finding("info", "row-split", message, found.source))

    @staticmethod
    def _is_parent(outer: str, number: str) -> bool:
        return number.startswith(f"{outer}.")

    def _section_inside(self, found: RowData, text: str) -> None:
        """«1. Название раздела Организация деятельности …»: the title ends where a sentence begins."""
        first = _LEADING.sub("", found.text[0]).strip()
        if len(found.text) > 1 and not found.text[1][:1].islower():
            title, rest = [first], found.text[1:]
        else:
            place = _sentence_start(text)
            if place is None:
                return
            title, rest = [text[:place].strip()], [text[place:].strip()]
        self.sections.append(SectionData(title))
        found.text = rest
        self._parted(found)

    def _complete(self, section: SectionData) -> None:
        """Dashed lines at the head of the first row that complete the sentence of the section's title."""
        if not section.rows or not section.title or not section.title[-1].rstrip().endswith(":"):
            return
        lines = section.rows[0].text
        taken = 0
        for index, line in enumerate(lines):
            if BULLET.match(line) or (taken and line[:1].islower()):
                taken = index + 1
            else:
                break
        if 0 < taken < len(lines):
            section.title += lines[:taken]
            section.rows[0].text = lines[taken:]


def _said(number: str | None) -> str:
    return f" {number}" if number else ""


def _is_title(row: GridRow) -> bool:
    """A numbered text alone in the first column, whatever that is for: a title that was merged across its row."""
    text = row.text(0)
    return row.filled == [0] and bool(_LEADING.match(text) or _SECTION.match(text))


def _is_rest(text: str) -> bool:
    """A text that cannot begin an activity: it starts in lower case or with a closing mark."""
    stripped = text.lstrip(' «"(')
    return bool(text) and (stripped[:1].islower() or text[:1] in ").,;:»") and not _LEADING.match(text)


def _unfinished(text: str) -> bool:
    words = text.split()
    return bool(words) and (
        text[-1] in ",-–(:"
        or words[-1].lower() in _PREPOSITIONS
        or text.count("«") > text.count("»")
        or text.count("(") > text.count(")")
    )


def _glued(lines: list[str]) -> tuple[list[str], list[str]]:
    """(tail of the row before, the row's own text) of a text that starts in lower case."""
    if not lines or not _is_rest(lines[0]):
        return [], lines
    for index, line in enumerate(lines[1:], 1):
        if line[:1].isupper():
            return lines[:index], lines[index:]
    place = _sentence_start(" ".join(lines))
    text = " ".join(lines)
    return ([text[:place].strip()], [text[place:].strip()]) if place else ([], lines)


def _glued_responsible(lines: list[str], before: list[str]) -> tuple[list[str], list[str]]:
    if not lines or not before:
        return [], lines
    first = lines[0].split()
    if not first or first[0] not in _PREPOSITIONS:
        return [], lines
    closing = re.match(r"^[^()]*\([^()]*\)", lines[0])
    if closing and lines[0][closing.end() :].strip(" ,"):
        return [closing.group()], [lines[0][closing.end() :].strip(" ,"), *lines[1:]]
    for index, line in enumerate(lines[1:], 1):
        if line[:1].isupper():
            return lines[:index], lines[index:]
    match = re.search(r"\s(?=[А-ЯЁ]{2,})", lines[0])
    return ([lines[0][: match.start()]], [lines[0][match.end() :], *lines[1:]]) if match else ([], lines)


def _sentence_start(text: str) -> int | None:
    """Where a second sentence begins without a mark: a capital of an ordinary word, best of a verbal noun."""
    words = list(re.finditer(r"\S+", text))
    found: list[tuple[int, bool]] = []
    quoted = 0
    for index, word in enumerate(words):
        token = word.group()
        if index and not quoted and re.match(r"^[А-ЯЁ][а-яё]{3,}", token):
            following = words[index + 1].group() if index + 1 < len(words) else ""
            if not (_PLACE_AFTER.match(following) and _OF_A_PLACE.search(token)):
                found.append((word.start(), bool(_VERBAL.match(token.rstrip(",.;:")))))
        quoted += token.count("«") - token.count("»")
    best = [place for place, verbal in found if verbal] or [place for place, _ in found]
    return best[0] if best else None
