"""«Пункт 3 изложить в следующей редакции…»: what an amending document changes. What is not understood stays as said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from opora import deadlines
from opora.decrees.model import Activity, Change, Decree, Finding, Source
from opora.decrees.reading.activities import Context, sections_of
from opora.decrees.reading.columns import Columns, columns_of
from opora.decrees.reading.heads import role_of
from opora.decrees.reading.nodes import Grid, Node, Para
from opora.decrees.reading.pieces import NEW, RENUMBERED, piece_in
from opora.decrees.reading.provisions import ACTS, OPENS, Provision, masked, provisions_in, quoted
from opora.decrees.reading.responsible import read_responsible
from opora.decrees.reading.said import DEADLINE_LINE, RESPONSIBLE_LINE, running_deadline

_NUMBER = r"\d{1,3}(?:\.\d{1,3})*"
_LIST = re.compile(
    rf"(?:пункт(?:ы|ов|ах|ам|ами|а|е|ом|у)?|(?<!\w)пп?\.|строк\w*|позици\w*|мероприяти\w+)\s*(?:с\s+номер\w+\s+)?(?:№\s*)?"
    rf"(?P<list>{_NUMBER}(?:\s*(?:,|и|[-–—]|по)\s*(?:№\s*)?{_NUMBER})*)(?![\d-])",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"после\s+(?:пункта|строки|позиции)\s+(?:№\s*)?{_NUMBER}", re.IGNORECASE)
_SECTION = re.compile(r"раздел\w*\s+(?:№\s*)?([IVXLC]+|\d{1,2})(?!\w)", re.IGNORECASE)
_ANNEX = re.compile(
    r"приложени|дорожн\w+\s+карт|(?<!\w)план\w{0,2}(?!\w)|перечень|перечня|мероприяти|(?<!\w)таблиц", re.IGNORECASE
)
_OWN = re.compile(
    rf"пункт\w*\s+{_NUMBER}(?:\s*(?:,|и)\s*{_NUMBER})*\s+(?:настоящ\w+\s+|указанн\w+\s+|названн\w+\s+)?"
    r"(?:распоряжени|приказ|постановлени|решени|протокол)",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"(?:граф|столб|колонк)\w*\s+«(?P<title>[^»]+)»", re.IGNORECASE)
_WORDS = re.compile(r"(?:слов\w*|цифр\w*|дат\w+|числ\w+|срок\w*|выражени\w+|(?<!\w)на|[-–—])\s*:?\s*«$", re.IGNORECASE)
_INTO_ROWS = re.compile(r"(?<!\w)в\s+(?:приложени|дорожную\s+карту|план(?!\w)|перечень)", re.IGNORECASE)
_MOVED = re.compile(r"(?:перенести|продлить|установить|определить|считать)", re.IGNORECASE)
_ON = re.compile(r"(?<!\w)на\s+(\d{1,2}[.\s].{3,40}?20\d\d(?:\s*(?:года|г\.))?)", re.IGNORECASE)
_CHANGES_ANNEX = re.compile(r"^изменени[яе],?\s+(?:которые\s+)?(?:внос|в\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a provision works: what it says itself, else what the heads above it say."""

    numbers: tuple[str, ...] = ()
    section: str | None = None
    part: str | None = None
    column: str | None = None
    piece: str | None = None  # of the row; empty where several are named at once

    def below(self, other: Place) -> Place:
        """This place inside another."""
        return Place(
            self.numbers or other.numbers,
            self.section or other.section,
            self.part or other.part,
            self.column or other.column,
            other.piece if self.piece is None else self.piece,
        )


@dataclass(slots=True)
class Found:
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # id() of the tables that hold new rows


def changes_in(body: list[Node], annexes: list[Node], context: Context) -> Found:
    """The changes that the body states, or an annex «Изменения, которые вносятся в …»."""
    start = next((i for i, n in enumerate(annexes) if isinstance(n, Para) and _CHANGES_ANNEX.match(n.text)), None)
    found = Found()
    for nodes, opened in ((body, False), (annexes[start:] if start is not None else [], True)):
        stack: list[tuple[int, Place]] = [(0, Place())] if opened else []
        for provision in provisions_in(nodes):
            while stack and stack[-1][0] >= provision.level:
                stack.pop()
            opens = bool(OPENS.search(masked(provision.text)) and "изменени" in provision.text.lower())
            if not stack and not opens:
                continue
            above = stack[-1][1] if stack else Place()
            place = _place(provision.text).below(above)
            if provision.heads or (opens and provision.asks):
                stack.append((provision.level, _place_of_head(provision.text, opens).below(above)))
            elif not (opens and not ACTS.search(masked(provision.text))):
                found.changes += list(_Reader(provision, place, context, found).read())
    for change in found.changes:
        if change.kind == "unknown":
            said = change.said[:120] + ("…" if len(change.said) > 120 else "")
            message = f"Изменение не понято: «{said}». Укажите вручную, что и как меняется."
            found.findings.append(Finding("warning", "change-unclear", message, change.source))
    return found


def take_from_annexes(decree: Decree) -> None:
    """Rows that «изложить согласно приложению» leaves to the annex are taken out of it into their changes."""
    asked = [change for change in decree.changes if change.column == "annex"]
    if not asked:
        return
    rows = {
        row.number: row for m in decree.roadmaps for section in m.sections for row in section.activities if row.number
    }
    for change in asked:
        row = rows.get(change.target or "")
        change.column = None
        if row is None:
            change.kind, change.confidence = "unknown", 0.3
            message = f"В приложении нет пункта {change.target}, который меняется."
            decree.findings.append(Finding("warning", "change-unclear", message, change.source))
        else:
            change.text, change.deadline, change.responsible = row.text, row.deadline, row.responsible
            change.confidence = min(row.confidence, 0.9)
    if not any(change.kind == "annex" for change in decree.changes):
        decree.roadmaps = []


def _place_of_head(text: str, opens: bool) -> Place:
    """Of «внести в приложение к распоряжению изменения:»; numbers there are the document's own."""
    place = _place(text)
    return replace(place, numbers=(), part="row" if _INTO_ROWS.search(masked(text)) else None) if opens else place


def _place(text: str) -> Place:
    bare = masked(text)
    inside = piece_in(text, bare)
    rest = inside.rest if inside else bare
    own = (inside.row,) if inside and inside.row else ()
    numbers = own or tuple(n for m in _LIST.finditer(_AFTER.sub("", rest)) for n in _spread(m["list"]))
    section = _SECTION.search(bare)
    column = _COLUMN.search(text)
    part = "clause" if _OWN.search(bare) else "row" if _ANNEX.search(bare) else None
    role = role_of(column["title"]) if column else ""
    known = {"start": "deadline", "finish": "deadline"}.get(role, role)
    return Place(
        tuple(dict.fromkeys(numbers)),
        section.group(1) if section else None,
        part,
        known if known in ("text", "deadline", "responsible") else None,
        inside.piece if inside else "",
    )


def _spread(text: str) -> Iterator[str]:
    """«3, 5 – 7» -> 3, 5, 6, 7."""
    pieces = re.findall(rf"{_NUMBER}|[-–—]|(?<!\w)по(?!\w)", text)
    for index, piece in enumerate(pieces):
        before = pieces[index - 2] if index > 1 and not pieces[index - 1][0].isdigit() else None
        if piece[0].isdigit() and before and "." not in before + piece and int(before) < int(piece) < int(before) + 100:
            yield from map(str, range(int(before) + 1, int(piece) + 1))
        elif piece[0].isdigit():
            yield piece


class _Reader:
    """One provision."""

    def __init__(self, provision: Provision, place: Place, context: Context, found: Found) -> None:
        self.provision, self.place, self.context, self.found = provision, place, context, found
        self.bare = masked(provision.text)
        self.said = " ".join(" ".join([provision.text, *provision.lines]).split())

    def read(self) -> Iterator[Change]:
        made = list(self._understood())
        yield from made or [self._change("unknown", 0.3)]

    def _understood(self) -> Iterator[Change]:
        bare = self.bare.lower()
        if renumbered := RENUMBERED.search(self.bare):
            yield from self._renumbered(renumbered)
            return
        if self.place.piece is not None and not re.search(r"слов|цифр", bare):
            yield from self._piece()
            return
        if re.search(r"слов\w*|цифр\w*|дат\w+\s*«|замени", bare) and (words := list(self._words())):
            yield from words
        elif re.search(r"излож", bare):
            yield from self._replaced()
        elif re.search(r"дополни", bare):
            yield from self._added()
        elif re.search(r"исключи|утративш|отменить|снять\s+с\s+контроля", bare) and "слов" not in bare:
            yield from (self._change("remove", 0.95, target=number) for number in self.place.numbers)
        elif "срок" in bare and _MOVED.search(bare):
            yield from self._moved()

    def _change(self, kind: str, confidence: float, **values: object) -> Change:
        place = self.place
        change = Change(kind, self.said, self.provision.source, confidence, None, place.section, place.part)
        for name, value in values.items():
            setattr(change, name, value)
        return change

    def _renumbered(self, match: re.Match[str]) -> Iterator[Change]:
        """«Пункты 4–6 считать соответственно пунктами 5–7.»"""
        old, new = list(_spread(match["old"])), list(_spread(match["new"]))
        if len(old) == len(new):
            yield from (self._change("number", 0.95, target=a, new=b) for a, b in zip(old, new, strict=True))

    def _piece(self) -> Iterator[Change]:
        """A subpoint or a paragraph of one row: taken out, put anew, added behind the others."""
        bare, piece = self.bare.lower(), self.place.piece
        if not piece or len(self.place.numbers) != 1:
            return
        where = {"target": self.place.numbers[0], "piece": piece}
        if piece == NEW:
            if said := self._payload():
                yield self._change("words", 0.9, column="text", old="", new=said, **where)
        elif re.search(r"излож", bare):
            if said := self._payload():
                yield self._change("replace", 0.9, column="text", new=said, **where)
        elif re.search(r"исключи|утративш|отменить", bare):
            yield self._change("remove", 0.9, **where)

    def _words(self) -> Iterator[Change]:
        text = self.provision.text
        spans = [(a, b) for a, b in quoted(text) if _WORDS.search(text[:a])]
        said = [text[a:b].strip() for a, b in spans]
        pairs: list[tuple[str, str]] = []
        if re.search(r"замени", self.bare) and len(said) % 2 == 0:
            pairs = list(zip(said[::2], said[1::2], strict=True))
        elif re.search(r"дополни", self.bare) and re.search(r"после\s+(?:слов|цифр)", self.bare) and len(said) == 2:
            glue = "" if said[1][:1] in ",;." else " "
            pairs = [(said[0], f"{said[0]}{glue}{said[1]}")]
        elif re.search(r"дополни\w*\s+слов", self.bare) and len(said) == 1:
            pairs = [("", said[0])]
        elif re.search(r"исключи", self.bare):
            pairs = [(one, "") for one in said]
        for number in self.place.numbers:
            for old, new in pairs:
                column, piece = self.place.column, self.place.piece or None
                yield self._change("words", 0.95, target=number, column=column, old=old, new=new, piece=piece)

    def _moved(self) -> Iterator[Change]:
        verb = _MOVED.search(self.bare)
        rest = self.provision.text[verb.end() :] if verb else ""
        on = _ON.search(rest)
        said = f"до {on.group(1)}" if on else running_deadline(rest)
        for number in self.place.numbers if said else ():
            yield self._change("replace", 0.9, target=number, column="deadline", new=said)

    def _replaced(self) -> Iterator[Change]:
        place = self.place
        if not place.numbers:
            if place.part == "row" and place.column is None and place.section is None and not self.provision.lines:
                yield self._change("annex", 0.95)
            return
        if place.column:
            said = self._payload()
            if said and len(place.numbers) == 1:
                yield self._change("replace", 0.95, target=place.numbers[0], column=place.column, new=said)
            return
        rows = self._rows(place.numbers)
        if {number for number, _ in rows} == set(place.numbers):
            yield from (self._row("replace", number, row) for number, row in rows)
        elif not rows and "приложени" in self.bare.lower():
            yield from (self._change("replace", 0.6, target=number, column="annex") for number in place.numbers)

    def _added(self) -> Iterator[Change]:
        rows = self._rows(self.place.numbers)
        wanted = set(self.place.numbers)
        if rows and (not wanted or {number for number, _ in rows} == wanted):
            yield from (self._row("add", number, row) for number, row in rows)
        elif not rows and wanted and "приложени" in self.bare.lower():
            yield from (self._change("add", 0.6, target=number, column="annex") for number in self.place.numbers)

    def _row(self, kind: str, number: str | None, row: Activity) -> Change:
        return self._change(
            kind,
            min(row.confidence, 0.95),
            target=number,
            text=row.text,
            deadline=row.deadline,
            responsible=row.responsible,
        )

    # -- the new words -------------------------------------------------------------------------------------------

    def _payload(self) -> str:
        """What stands in quotes behind «в следующей редакции:», or in the lines below."""
        provision = self.provision
        whole = "\n".join([provision.text, *provision.lines])
        behind = max(provision.text.rfind("редакции"), provision.text.rfind("содержания"))
        inside = [whole[a:b] for a, b in quoted(whole) if a > behind] if behind >= 0 else []
        return "\n".join(inside).strip() if inside else _unquoted("\n".join(provision.lines))

    def _rows(self, numbers: tuple[str, ...]) -> list[tuple[str | None, Activity]]:
        made: list[tuple[str | None, Activity]] = []
        for grid in self.provision.grids:
            read = rows_of_table(grid, self.context)
            if read:
                self.found.used.add(id(grid))
                made += [(row.number or (numbers[0] if len(numbers) == len(read) == 1 else None), row) for row in read]
        return made or rows_of_text(self._payload(), numbers, self.provision.source, self.context)


def _unquoted(text: str) -> str:
    text = text.strip()
    if text.startswith("«"):
        text = text[1:]
        text = re.sub(r"»\s*[.;,]?$", "", text) if text.count("»") > text.count("«") else text
    return text.strip()


def rows_of_text(
    text: str, numbers: tuple[str, ...], source: Source, context: Context
) -> list[tuple[str | None, Activity]]:
    """«12. Провести… Срок – до 1 апреля. Ответственные: МОУО»: rows as sentences, each behind its number."""
    pieces: list[tuple[str | None, list[str]]] = []
    for line in filter(None, (part.strip() for part in text.split("\n"))):
        begun = re.match(rf"«?(?P<number>{_NUMBER})[.)]?\s+(?=\S)", line)
        if begun and (not numbers or begun["number"] in numbers):
            pieces.append((begun["number"], [line[begun.end() :]]))
        elif pieces:
            pieces[-1][1].append(line)
        else:
            pieces.append((numbers[0] if len(numbers) == 1 else None, [line]))
    return [(number, _sentence(number, "\n".join(lines), source, context)) for number, lines in pieces]


def _sentence(number: str | None, text: str, source: Source, context: Context) -> Activity:
    when, who = DEADLINE_LINE.search(text), RESPONSIBLE_LINE.search(text)
    said = when["text"].strip(" .();") if when else running_deadline(text)
    deadline = deadlines.read(said, context.issued, context.period) if said else None
    people = read_responsible([who["who"].strip(" (;.")], context.abbreviations) if who else []
    for match in sorted(filter(None, (when, who)), key=lambda one: -one.start()):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    words = re.sub(r"[\s(;]+$", "", " ".join(text.split()))
    confidence = 0.9 - (0.2 if not people else 0) - (0.1 if deadline is None else 0)
    return Activity(number, words, deadline, people, source, round(confidence, 2))


def rows_of_table(grid: Grid, context: Context) -> list[Activity]:
    """The rows of a table with heads, or of one that repeats only the changed rows; none where it is something else."""
    _strip_quotes(grid)
    columns = columns_of(grid) or _guessed(grid, context)
    if columns is None or not columns.is_roadmap:
        return []
    sections, _ = sections_of(grid, columns, context)
    return [activity for section in sections for activity in section.activities]


def _strip_quotes(grid: Grid) -> None:
    """The marks around a quoted table: before its first cell, behind its last."""
    whole = [fragment for row in grid.rows for c in row.filled for fragment in row.cells[c]]
    if whole and whole[0].startswith(("«", '"')):
        first = grid.rows[0]
        cell = first.cells[first.filled[0]]
        cell[0] = cell[0][1:].strip()
        if not cell[0]:
            cell.pop(0)
        last = grid.rows[-1]
        end = last.cells[last.filled[-1]] if last.filled else []
        if end and re.search(r"[»\"]\s*[.;]?$", end[-1]) and end[-1].count("»") > end[-1].count("«"):
            end[-1] = re.sub(r"[»\"]\s*[.;]?$", "", end[-1])


def _guessed(grid: Grid, context: Context) -> Columns | None:
    """Of a table without heads: the number in front, the column that reads as deadlines, text and responsible."""
    if grid.width < 3:
        return None
    texts = [" ".join(row.text(c) for row in grid.rows) for c in range(grid.width)]
    roles = [""] * grid.width
    if re.fullmatch(rf"[«\s\d.№)]*{_NUMBER}[\s\d.)]*", texts[0]):
        roles[0] = "number"
    free = [c for c in range(grid.width) if not roles[c] and texts[c]]
    first = next((row for row in grid.rows if len(row.filled) > 2), None)
    if first is None or len(free) < 2:
        return None
    timed = [c for c in free[1:] if deadlines.read(first.text(c), context.issued, context.period).kind != "unclear"]
    if not timed:
        return None
    roles[timed[0]] = "deadline"
    roles[free[0]] = "text"
    rest = [c for c in free[1:] if c != timed[0]]
    if rest:
        roles[rest[0]] = "responsible"
    return Columns(roles, [""] * grid.width, 0)
