"""Working groups with their members, mentor pairs, forms to fill in, the approval sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable

from opora.decrees.model import Approval, Form, Member, Partnership, Source
from opora.decrees.reading.columns import Columns, is_repeated
from opora.decrees.reading.names import NAME, NAME_RE
from opora.decrees.reading.nodes import Grid, Node, Para
from opora.decrees.reading.responsible import tidy

_MEMBER = re.compile(
    rf"^(?:\d{{1,2}}[.)]\s*|[-–—•▪]\s*)?(?P<name>{NAME})\s*(?:[,:]|\s[-–—]|[-–—]\s|\()\s*(?P<position>.*)$", re.DOTALL
)
_BARE = re.compile(rf"^(?:\d{{1,2}}[.)]\s*|[-–—•▪]\s*)(?P<name>{NAME})[.;]?$")
_GROUP = re.compile(
    r"(?:рабоч\w+|проектн\w+|экспертн\w+|координационн\w+)\s+групп|комисси|координационн\w+\s+совет|оргкомитет|штаб",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:приложение.*)?состав\b|^состав\b|(?:создать|утвердить\s+состав|образовать|сформировать)\b.{0,120}(?:групп|комисси|совет|оргкомитет|штаб)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\s*[,–—-]?\s*\(?\b(?P<role>(?:со)?(?:руководител[ья]|председател[ья])|заместител[ья]\s+(?:руководителя|председателя)|ответственн\w+\s+секретар[ья]"
    r"|секретар[ья]|координатор|член[ы]?)\s*(?:\([^)]*\)\s*)?(?P<of>(?:региональн\w+\s+|муниципальн\w+\s+)?(?:рабоч\w+\s+|проектн\w+\s+|экспертн\w+\s+)?(?:групп\w+|комисси\w+|совета|оргкомитета|штаба))\)?\.?$",
    re.IGNORECASE,
)
_ROLE_ALONE = re.compile(
    r",\s*(?P<role>(?:сопредседатель|председатель|заместитель\s+(?:председателя|руководителя)|(?:ответственный\s+)?секретарь))$",
    re.IGNORECASE,
)
_ROLE_WORD = re.compile(
    r"^\W*(?:(?P<deputy>заместител\w+)|(?P<chair>(?:со)?(?:руководител\w+|председател\w+))|(?P<secretary>(?:ответственн\w+\s+)?секретар\w+)|(?P<member>член\w*|участник\w*))",
    re.IGNORECASE,
)
_ROLE_LINE = re.compile(
    r"^(?:(?:со)?(?:руководител|председател)\w*|заместител\w*(?:\s+\w+)?|(?:ответственн\w+\s+)?секретар\w*|члены?)(?:\s+(?:региональн\w+\s+|муниципальн\w+\s+)?(?:рабоч\w+\s+)?(?:групп\w+|комисси\w+|совета))?\s*(?::\s*|[–—-]\s+(?=[А-ЯЁ][\w.-]+\s+[А-ЯЁ]|[А-ЯЁ]\.))(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_AGREED = re.compile(r"\s*\(по\s+согласованию\)|\s*,?\s*по\s+согласованию$", re.IGNORECASE)
_START_OF_SCHOOL = re.compile(r"(?=(?<![\w«])(?:[МГК][А-ЯЁ]{1,5}У|М[А-ЯЁ]{2,4})\s)")


def role_of(words: str) -> str:
    match = _ROLE_WORD.match(words)
    return next((role for role in ("deputy", "chair", "secretary", "member") if match and match[role]), "member")


def group_title(text: str) -> str | None:
    """The title of a group, if a paragraph sets one up or heads its list."""
    flat = " ".join(text.split())
    return flat.rstrip(" :") if _TITLE.search(flat) and _GROUP.search(flat) else None


def members_in(lines: Iterable[tuple[str, Source]]) -> list[Member]:
    """Members named one a line: «1. Иванова А.А., директор – руководитель рабочей группы»."""
    members: list[Member] = []
    heading_role = ""
    for text, source in lines:
        for line in text.split("\n"):
            flat = tidy(re.sub(r"^(\d{1,2})[.)]\s*", r"\1. ", line))
            said = _ROLE_LINE.match(flat)
            if said:
                heading_role = role_of(flat)
                flat = said["rest"].strip()
                if not flat:
                    continue
            found = _MEMBER.match(flat) or _BARE.match(flat)
            if found is None:
                if members and flat[:1].islower() and not members[-1].position.endswith("."):
                    members[-1] = _member(members[-1].name, f"{members[-1].position} {flat}", heading_role, source)
                continue
            position = found.groupdict().get("position") or ""
            members.append(_member(found["name"], position, heading_role, source))
            if heading_role in ("chair", "deputy", "secretary") and said:
                heading_role = ""
    return members


def _member(name: str, position: str, heading_role: str, source: Source) -> Member:
    position = tidy(position).rstrip(" .;,")
    role = heading_role or "member"
    match = _ROLE.search(position) or _ROLE_ALONE.search(position)
    if match and (match.start() > 0 or match.groupdict().get("of")):
        role = role_of(match["role"])
        position = position[: match.start()].rstrip(" ,–—-")
        if match["role"].lower().startswith("координатор"):
            role = heading_role or "member"
    position = _AGREED.sub("", position).strip(" .;,")
    return Member(" ".join(name.split()), position, role, source, 0.95 if position else 0.6)


def members_of_table(grid: Grid, columns: Columns | None) -> list[Member]:
    """A working group as a table: name, position, role in the group; or name and position in one cell."""
    if columns is None:
        return _members_without_heads(grid)
    name_at, position_at, role_at = columns.find("name"), columns.find("position"), columns.find("group_role")
    members: list[Member] = []
    heading_role = ""
    for row in grid.rows[columns.rows :]:
        if is_repeated(row, columns) or name_at is None:
            continue
        name = NAME_RE.search(row.text(name_at))
        if len(row.filled) == 1 and name is None:
            heading_role = role_of(row.text(row.filled[0]))
            continue
        if name is None:
            continue
        rest = row.text(name_at)[name.end() :].strip(" ,–—-")
        position = row.text(position_at) if position_at is not None else rest
        member = _member(name.group(), position, heading_role, row.source)
        if role_at is not None and row.text(role_at):
            member.role = role_of(row.text(role_at))
        members.append(member)
    return members


def _members_without_heads(grid: Grid) -> list[Member]:
    """«Иванова А.А. | – | начальник отдела, секретарь»: a list set as a table."""
    members: list[Member] = []
    heading_role = ""
    for row in grid.rows:
        texts = [text for c in row.filled if not re.fullmatch(r"[\d.\s–—-]*", text := row.text(c))]
        name = NAME_RE.match(texts[0]) if texts else None
        if name is None:
            heading_role = role_of(texts[0]) if len(texts) == 1 else heading_role
            continue
        position = " ".join([texts[0][name.end() :].strip(" ,–—-"), *texts[1:]])
        members.append(_member(name.group(), position, heading_role, row.source))
    return members


def is_member_table(columns: Columns) -> bool:
    has = set(columns.roles)
    return (
        "name" in has and bool(has & {"position", "group_role"}) and "conclusion" not in has and not columns.is_roadmap
    )


def partnerships_of(grid: Grid, columns: Columns) -> list[Partnership]:
    """Mentor pairs: one row a mentor, or one row a pair, its mentor said once or merged over rows."""
    mentor_at, mentored_at = columns.find("mentor"), columns.find("mentored")
    if mentor_at is None or mentored_at is None:
        return []
    found: dict[str, Partnership] = {}
    last = ""
    for row in grid.rows[columns.rows :]:
        if is_repeated(row, columns):
            continue
        mentors = schools_in(row.cells[mentor_at])
        mentor = mentors[0] if mentors else last
        mentored = schools_in(row.cells[mentored_at])
        last = mentor
        if not mentor or not mentored:
            continue
        pair = found.setdefault(mentor, Partnership(mentor, [], row.source, 0.95))
        pair.mentored += [school for school in mentored if school not in pair.mentored]
    return list(found.values())


def schools_in(fragments: list[str]) -> list[str]:
    """The schools a cell names, without directors and other brackets."""
    schools: list[str] = []
    joined: list[str] = []
    for fragment in fragments:
        begins = re.match(r"^(?:\d+[.)]\s|[-–—•]\s)|^[МГ][А-ЯЁ]{2,5}\b|^[А-ЯЁ«]", fragment)
        if joined and (
            not begins or joined[-1].count("(") > joined[-1].count(")") or joined[-1].endswith(("-", "№", "им."))
        ):
            joined[-1] += " " + fragment
        else:
            joined.append(fragment)
    for part in joined:
        bare = re.sub(r"\([^)]*\)|\([^)]*$", "", tidy(re.sub(r"^\d+[.)]\s+", "", part)))
        bare = re.sub(rf",?\s*(?:директор|руководитель)\s+{NAME}", "", bare)
        for piece in re.split(r"[;,]\s*(?=[А-ЯЁ«])|;\s*", bare):
            pieces = _START_OF_SCHOOL.split(piece) if len(_START_OF_SCHOOL.findall(piece)) > 1 else [piece]
            schools += [name for name in (" ".join(p.split()).strip(" ,;.") for p in pieces) if len(name) > 2]
    return [school for school in schools if not re.fullmatch(r"[–—-]+", school)]


_LONGEST_TITLE = 200  # characters of a column's


def form_of(grid: Grid, activity: str | None, title: str | None) -> Form | None:
    """A table whose rows are empty is a form for others to fill in."""
    if grid.width < 2 or not grid.rows:
        return None
    head = grid.rows[0]
    titles = [head.text(c) for c in range(grid.width) if head.spans[c]]
    body = [row for row in grid.rows[1:] if any(row.cells)]
    numbers_only = all(re.fullmatch(r"[\d.\s]*", row.text(c)) for row in body for c in row.filled)
    if len(head.filled) < 2 or not numbers_only or any(len(title) > _LONGEST_TITLE for title in titles):
        return None
    return Form([" ".join(t.split()) for t in titles if t], activity, title)


_IN_WORDS = re.compile(r"\bпо\s+(?:\w+\s+)?форме\s*[:–—-]\s*([^|\n]+(?:\|[^|\n]+)+)", re.IGNORECASE)


def form_in(text: str, activity: str | None) -> Form | None:
    """«по форме: Наименование | Ф.И.О. | Телефон»: the head of a table written in a line."""
    match = _IN_WORDS.search(text)
    if match is None:
        return None
    columns = [" ".join(one.split()).strip(" .;") for one in match[1].split("|")]
    return Form(columns, activity) if all(columns) and max(map(len, columns)) <= _LONGEST_TITLE else None


def approvals_of(grid: Grid, columns: Columns | None) -> list[Approval]:
    """The approval sheet as a table: position and name in a cell, or apart, and the conclusion."""
    found: list[Approval] = []
    conclusion_at = columns.find("conclusion") if columns else None
    for row in grid.rows[columns.rows if columns else 0 :]:
        if columns and is_repeated(row, columns):
            continue
        texts = [(c, row.text(c)) for c in row.filled]
        named = next(((c, text, match) for c, text in texts if (match := _last_name(text))), None)
        if named is None:
            continue
        column, text, match = named
        position = text[: match.start()].strip(" ,–—-") or next(
            (t for c, t in texts if c not in (column, conclusion_at) and not re.fullmatch(r"[\d.]+", t)), ""
        )
        conclusion = row.text(conclusion_at) if conclusion_at is not None else ""
        if not conclusion:
            conclusion = next(
                (t for c, t in texts if c != column and re.match(r"(?i)соглас|замечан|отказ|не согл", t)), ""
            )
        name = re.sub(r"(?<=\.)\s(?=[А-ЯЁ]\.)", "", " ".join(match.group().split()))
        found.append(Approval(name, " ".join(position.split()) or None, conclusion or None, row.source, 0.95))
    return found


def _last_name(text: str) -> re.Match[str] | None:
    matches = list(NAME_RE.finditer(text))
    return matches[-1] if matches else None


def approvals_in(nodes: list[Node]) -> list[Approval]:
    """The approval sheet as lines: position, conclusion or signature, name."""
    found: list[Approval] = []
    position: list[str] = []
    for node in nodes:
        if not isinstance(node, Para):
            break
        match = _last_name(node.text)
        if match is None:
            position.append(node.text)
            continue
        before = re.sub(r"_+", " ", f"{' '.join(position)} {node.text[: match.start()]}")
        said = re.search(
            r"(?i)\b(согласован\w*|согласно|с замечани\w+|не согласован\w*)", f"{before} {node.text[match.end() :]}"
        )
        conclusion = said.group(1).lower() if said else None
        place = re.sub(r"(?i)\b(?:согласован\w*|согласно|с замечани\w+|подпись|дата)\b", "", before)
        found.append(
            Approval(
                " ".join(match.group().split()),
                " ".join(place.split()).strip(" ,:–—-") or None,
                conclusion,
                node.source,
                0.85,
            )
        )
        position = []
    return found
