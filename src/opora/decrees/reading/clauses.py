"""Numbered points of an order: any depth, with addressee and deadline where they state them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from opora import deadlines
from opora.decrees.model import Clause, Source
from opora.decrees.reading.activities import Context
from opora.decrees.reading.cases import begins_dative, nominative
from opora.decrees.reading.names import NAME_RE
from opora.decrees.reading.nodes import Grid, Node, Para
from opora.decrees.reading.said import DEADLINE_LINE, RESPONSIBLE_LINE, running_deadline
from opora.decrees.reading.zones import POINT, begins_body

_NESTED = re.compile(r"^(\d{1,2})\)\s*")
_INFINITIVE = re.compile(
    r"(?<![«\w-])(?:не\s+)?[а-яё]{3,}(?:ать|ять|ить|еть|ыть|уть|оть|сти|зти|йти|чь)(?:ся|сь)?(?![\w-])", re.IGNORECASE
)
_ORDER_VERB = re.compile(r"^(?:Рекомендовать|Поручить|Предложить|Обязать|Просить)\s+", re.IGNORECASE)
_NOT_HEADS = frozenset("проведению контролю работу организацию".split())
_CONTROL = re.compile(
    r"контроль\s+(?:за\s+)?(?:\S+\s+){0,6}?(?:возложить|возлагаю|оставляю|осуществля\w+)(?P<who>.*)",
    re.IGNORECASE | re.DOTALL,
)


_HEARD = re.compile(
    r"^(?:\d{1,2}[.)]\s*)?(?:слушали|выступил[аи]?|повестка\s+дня|по\s+\w+\s+вопросу)(?!\w)", re.IGNORECASE
)
_DECIDED = re.compile(r"(?:^|[\s.])(?:решил[аи]?|постановил[аи]?|р\s*е\s*ш\s*и\s*л\s*и)\s*:\s*$", re.IGNORECASE)


@dataclass(slots=True)
class Point:
    """A clause with what stood below it."""

    clause: Clause
    nested: bool = False  # written «1)» under a point with dots
    part: int = 0  # which «РЕШИЛИ» of a protocol it stands below
    responsible: list[str] = field(default_factory=list)
    lines: list[tuple[str, Source]] = field(default_factory=list)  # paragraphs after its first
    grids: list[Grid] = field(default_factory=list)


def points_of(body: list[Node], context: Context) -> list[Point]:
    """The points in order; a body without numbers gives its ordering sentences as points without one."""
    points: list[Point] = []
    loose: list[Para] = []
    ordered = hearing = False
    part = 0
    for node in body:
        if isinstance(node, Grid):
            if points:
                points[-1].grids.append(node)
            continue
        if _DECIDED.search(node.text) and len(node.text) < 400:
            points = points if part else []  # what stands before is the agenda
            part += 1
            hearing = False
            continue
        hearing = hearing or bool(_HEARD.match(node.text))
        if hearing:
            continue
        number = _number(node.text, points)
        if number is not None:
            value, text, nested = number
            points.append(Point(Clause(value, text, node.source, 0.95), nested, part))
            ordered = True
        elif points:
            points[-1].lines.append((node.text, node.source))
        else:
            loose.append(node)
    if not ordered:
        points = [Point(Clause(None, p.text, p.source, 0.8)) for p in _ordering(loose)]
    for point in points:
        _finish(point, context)
    _inherit(points)
    return points


def _ordering(loose: list[Para]) -> list[Para]:
    """Of a body without numbers, the sentences after the preamble."""
    colon = next((i for i, para in enumerate(loose) if para.text.endswith(":")), None)
    if colon is None:
        return []
    return [para for para in loose[colon + 1 :] if len(para.text) > 20 and not begins_body(para.text)]


def _number(text: str, points: list[Point]) -> tuple[str, str, bool] | None:
    nested = _NESTED.match(text)
    if nested and points:
        parent = _outer(points)
        return (f"{parent}.{nested.group(1)}" if parent else nested.group(1)), text[nested.end() :], True
    match = POINT.match(text)
    if not match or (points == [] and not begins_body(text)):
        return None
    number = match.group(1)
    marked = text[len(number) : len(number) + 1]
    if "." not in number and marked not in ".)":
        return None
    if re.match(r"^\d{1,2}\.\d{1,2}\.\d{2,4}", text) or not text[match.end() :].strip():
        return None
    return number, text[match.end() :].strip(), False


def _outer(points: list[Point]) -> str | None:
    """The number under which «1)» is nested: the last one written with dots."""
    return next((point.clause.number for point in reversed(points) if not point.nested), None)


def _finish(point: Point, context: Context) -> None:
    """Continuations into the text; deadline and responsible out of it."""
    clause = point.clause
    kept: list[tuple[str, Source]] = []
    whole = [clause.text]
    for text, source in point.lines:
        stripped = RESPONSIBLE_LINE.sub(" ", DEADLINE_LINE.sub(" ", text)).strip(" .()")
        _take(point, text, context)
        if not stripped:
            continue
        kept.append((stripped, source))
        whole.append(text if stripped == text.strip(" .()") else stripped)
    point.lines = kept
    _take(point, clause.text, context)
    whole[0] = DEADLINE_LINE.sub("", RESPONSIBLE_LINE.sub("", clause.text)).strip() or clause.text
    clause.text = _text(whole)
    who = addressee_of(clause.text)
    if who:
        clause.addressee = who
    if clause.deadline is None:
        running = running_deadline(clause.text)
        if running:
            found = deadlines.read(running, context.issued, context.period)
            clause.deadline = found if found.kind != "unclear" else None


def _text(lines: list[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text += (" " if line[:1].islower() and not text.rstrip().endswith((".", ":", ";")) else "\n") + line
    return text


def _take(point: Point, text: str, context: Context) -> None:
    found = DEADLINE_LINE.search(text)
    if found and point.clause.deadline is None:
        said = f"Срок – {found['text'].strip(' .();')}"
        point.clause.deadline = deadlines.read(said, context.issued, context.period)
    who = RESPONSIBLE_LINE.search(text)
    if who:
        point.responsible.append(re.sub(r"(?<![А-ЯЁ])[\s.;)]+$", "", who["who"].strip(" (;")))


def addressee_of(text: str) -> str | None:
    """«Руководителям …:», «Ректору … (Замятина О.М.) обеспечить …», «Рекомендовать руководителям …:»: to whom."""
    flat = text.split("\n")[0]
    verb = _ORDER_VERB.match(flat)
    body = flat[verb.end() :] if verb else flat
    head = body[:1].upper() + body[1:]
    if not begins_dative(head) or head.split()[0].lower().strip("«»") in _NOT_HEADS:
        return None
    masked = re.sub(r"«[^»]*»|\([^)]*\)", lambda m: "·" * len(m.group()), body)
    infinitive = _INFINITIVE.search(masked)
    if infinitive:
        end = infinitive.start()
    elif masked.rstrip().endswith(":") and len(masked) < 500:
        end = len(masked.rstrip()) - 1
    else:
        return None
    who = re.sub(
        r"\s+(?:в\s+срок|до|не\s+позднее|ежегодно|ежеквартально|ежемесячно|в\s+течение|через\s+взаимодействие)\b.*$",
        "",
        body[:end].strip(" ,:–-"),
    )
    who = re.sub(r"\s*\(далее[^)]*\)", "", who).strip(" ,:–-")
    if not who or len(who) > 400:
        return None
    return who


def _inherit(points: list[Point]) -> None:
    """A point below «Руководителям …:» is theirs."""
    owners = {p.clause.number: p.clause.addressee for p in points if p.clause.number and p.clause.addressee}
    for point in points:
        number = point.clause.number or ""
        while point.clause.addressee is None and "." in number:
            number = number.rpartition(".")[0]
            point.clause.addressee = owners.get(number)


def in_nominative(who: str) -> str:
    """An addressee as the one who is responsible."""
    return nominative(who[:1].upper() + who[1:])


def is_control(clause: Clause) -> bool:
    """«Контроль за исполнением … оставляю за собой» asks nobody to do anything by a day."""
    return clause.deadline is None and bool(_CONTROL.match(clause.text))


def control_in(points: list[Point]) -> tuple[str, Source] | None:
    """(name in the accusative, or «за собой»; where) of the point about control."""
    for point in points:
        match = _CONTROL.search(point.clause.text)
        if match:
            name = NAME_RE.search(match["who"])
            if name:
                return " ".join(name.group().split()), point.clause.source
            who = re.sub(r"^\s*(?:на|за)\s+", "", match["who"]).strip(" .:")
            if who:
                return ("за собой" if "собой" in who else who), point.clause.source
    return None
