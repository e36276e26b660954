"""The whole document: its zones in turn, each table by what it is for."""

from __future__ import annotations

import re
from itertools import pairwise

from opora.decrees.layout import Layout
from opora.decrees.model import Decree, Reference, RoadMap, Source, WorkingGroup
from opora.decrees.reading import groups
from opora.decrees.reading.abbreviations import abbreviations_in, legend_of
from opora.decrees.reading.activities import Context, joined, sections_of
from opora.decrees.reading.changes import changes_in, take_from_annexes
from opora.decrees.reading.clauses import Point, control_in, points_of
from opora.decrees.reading.columns import Columns, columns_of
from opora.decrees.reading.findings import findings_of, period_in
from opora.decrees.reading.heading import read_heading
from opora.decrees.reading.lines import NAMES_PLAN, kind_of
from opora.decrees.reading.names import nominative_name
from opora.decrees.reading.nodes import Grid, Node, Para, nodes_of
from opora.decrees.reading.pointmaps import roadmap_of
from opora.decrees.reading.references import references_in
from opora.decrees.reading.said import DEADLINE_LINE, RESPONSIBLE_LINE
from opora.decrees.reading.zones import Zones, is_annex_stamp, split

_GOAL = re.compile(r"^Цел[ьи](?:\s+[^:]{0,80})?\s*[:–—-]\s*(?P<goal>.{10,})", re.IGNORECASE | re.DOTALL)
_OWN_LINE = re.compile(
    r"^(?:приложени\w+|к\s+(?:приказу|распоряжению|протоколу|письму|решению|постановлению))", re.IGNORECASE
)
_SHEET = re.compile(r"^лист\s+согласования", re.IGNORECASE)
_TITLE_STOP = re.compile(r"^(?:цел[ьи]|задач|муниципальный\s+координатор|базовые|сроки|[-–—•])", re.IGNORECASE)


def read_layout(layout: Layout) -> Decree:
    """Everything that a document states; what cannot be understood stays text, with findings."""
    return _Document(layout).read()


class _Document:
    def __init__(self, layout: Layout) -> None:
        self.decree = Decree(findings=list(layout.findings))
        self.nodes = nodes_of(layout)
        self.used: set[int] = set()  # tables that hold the new rows of an amendment

    def read(self) -> Decree:
        decree = self.decree
        zones = split(self.nodes)
        read_heading(zones.heading, decree)
        if zones.signatory and decree.signatory is None:
            decree.signatory = zones.signatory
            if zones.signature:
                decree.sources["signatory"] = zones.signature
        if decree.kind == "letter":
            self._sent_decision(zones)
        texts = self._texts()
        self._abbreviations()
        period = period_in(decree.title or "")
        context = Context(decree.date, period, frozenset(decree.abbreviations))
        changed = changes_in(zones.body, zones.annexes, context)
        decree.changes, self.used = changed.changes, changed.used
        decree.findings += changed.findings
        points = points_of(zones.body, context)
        self._points(points, context)
        taken = [id(grid) for point in points for grid in point.grids]
        loose = [n for n in zones.body if isinstance(n, Grid) and id(n) not in taken and id(n) not in self.used]
        body = [node for node in zones.body if isinstance(node, Para) or id(node) not in taken]
        if loose:
            self._nodes(body, context, prose=True)
        self._nodes(zones.annexes, context)
        if not decree.roadmaps:
            self._listed(zones.annexes, context)
        self._group_in_points(points)
        self._forms_in_words()
        cited = [*texts, *self._stamps()]
        decree.references = _distinct([r for text, source in cited for r in references_in(text, source)], decree)
        self._amends(zones)
        if decree.title is None and decree.roadmaps:
            decree.title = next((m.title for m in decree.roadmaps if m.title), None)
        decree.findings += findings_of(decree, texts)
        return decree

    # -- pieces --------------------------------------------------------------------------------------------------

    def _texts(self) -> list[tuple[str, Source]]:
        found: list[tuple[str, Source]] = []
        for node in self.nodes:
            if isinstance(node, Para):
                found.append((node.text, node.source))
            else:
                found += [(row.text(c), row.source) for row in node.rows for c in row.filled]
                found += [
                    (f"{row.text(c)} {after.text(c)}", row.source)
                    for row, after in pairwise(node.rows)
                    for c in after.filled
                    if after.after_break and row.cells[c]
                ]
        return found

    def _stamps(self) -> list[tuple[str, Source]]:
        """«к распоряжению …» and the lines below it as one text: which document an annex says it belongs to."""
        found = []
        for index, node in enumerate(self.nodes):
            if isinstance(node, Para) and _OWN_LINE.match(node.text) and len(node.text) < 200:
                lines = [n.text for n in self.nodes[index : index + 5] if isinstance(n, Para)]
                found.append((" ".join(lines), node.source))
        return found

    def _sent_decision(self, zones: Zones) -> None:
        """A letter that sends a decision or a protocol is that: its kind and title come from the annex."""
        for index, node in enumerate(zones.annexes):
            if not isinstance(node, Para):
                continue
            found = kind_of(node.text.split("\n")[0])
            if found and found[0] in ("decision", "protocol"):
                inner = Decree()
                end = index + 1
                while end < len(zones.annexes) and isinstance(n := zones.annexes[end], Para) and not n.gap:
                    end += 1
                if end == index + 1 and end < len(zones.annexes) and isinstance(zones.annexes[end], Para):
                    end += 1
                read_heading([n for n in zones.annexes[index:end] if isinstance(n, Para)], inner)
                self.decree.kind = found[0]
                self.decree.title = inner.title or self.decree.title
                rest = zones.annexes[end:]
                if any(isinstance(n, Para) and re.match(r"^1[.)]\s", n.text) for n in rest):
                    again = split([Para("РЕШИЛИ:", node.source, True), *rest])
                    zones.body, zones.annexes = again.body, again.annexes
                else:
                    zones.body, zones.annexes = [], rest
                return

    def _abbreviations(self) -> None:
        decree = self.decree
        paragraphs = [line for node in self.nodes if isinstance(node, Para) for line in node.text.split("\n")]
        rows = [
            " – ".join(row.text(c) for c in row.filled)
            for node in self.nodes
            if isinstance(node, Grid) and node.width == 2 and columns_of(node) is None
            for row in node.rows
        ]
        decree.abbreviations = {**legend_of([*paragraphs, *rows]), **abbreviations_in(self._whole_texts())}

    def _whole_texts(self) -> list[str]:
        """Cells joined down their column, since «… (далее –» may go on in the next row, and paragraphs."""
        found: list[str] = []
        for node in self.nodes:
            if isinstance(node, Para):
                found.append(node.text)
            else:
                found += [" ".join(row.text(c) for row in node.rows if c in row.filled) for c in range(node.width)]
        return found

    def _points(self, points: list[Point], context: Context) -> None:
        decree = self.decree
        decree.clauses = [point.clause for point in points]
        control = control_in(points)
        if control:
            name, source = control
            own = decree.signatory.name if decree.signatory else None
            decree.control = own if name == "за собой" else nominative_name(name)
            decree.sources["control"] = source
        for point in points:
            for grid in point.grids:
                if id(grid) not in self.used:
                    self._grid(grid, None, context, point)
        if decree.kind in ("protocol", "decision", "plan") and not decree.roadmaps:
            decree.roadmaps += roadmap_of(points, decree.title, context)

    def _forms_in_words(self) -> None:
        """Of points and rows that have no table of their own."""
        said = [(one.number, one.text) for one in self.decree.clauses]
        sections = [section for roadmap in self.decree.roadmaps for section in roadmap.sections]
        said += [(one.number, one.text) for section in sections for one in section.activities]
        for number, text in said:
            form = groups.form_in(text, number)
            if form is not None and number not in {one.activity for one in self.decree.forms}:
                self.decree.forms.append(form)

    def _group_in_points(self, points: list[Point]) -> None:
        for point in points:
            title = groups.group_title(point.clause.text.split("\n")[0])
            if title:
                members = groups.members_in([(line, source) for line, source in point.lines])
                if len(members) >= 2:
                    self.decree.working_groups.append(WorkingGroup(title, members))

    def _listed(self, annexes: list[Node], context: Context) -> None:
        """A plan without a table: points that say «Срок: …», «Ответственный: …»."""
        paras = [node for node in annexes if isinstance(node, Para)]
        first = next((index for index, para in enumerate(paras) if re.match(r"1[.)]\s", para.text)), len(paras))
        said = sum(bool(DEADLINE_LINE.search(p.text) or RESPONSIBLE_LINE.search(p.text)) for p in paras[first:])
        if said > 1:
            title, goal = _heads(paras[:first])
            own = Context(context.issued, period_in(title or "") or context.period, context.abbreviations)
            self.decree.roadmaps += roadmap_of(points_of(list(paras[first:]), own), title, own, goal)

    # -- annexes -------------------------------------------------------------------------------------------------

    def _nodes(self, nodes: list[Node], context: Context, *, prose: bool = False) -> None:
        """Tables with the paragraphs above them; lists of members; the approval sheet. In prose a title must say so."""
        above: list[Para] = []
        index = 0
        while index < len(nodes):
            node = nodes[index]
            if isinstance(node, Grid):
                sheet = any(_SHEET.match(para.text) for para in above)
                titles = [para for para in above if not prose or NAMES_PLAN.match(para.text) or _GOAL.match(para.text)]
                self._grid(node, titles, context, None, sheet=sheet)
                above = []
            else:
                taken = self._list(nodes, index)
                if taken:
                    index, above = taken, []
                    continue
                above.append(node)
            index += 1
        self._sheet_of_lines(nodes)

    def _list(self, nodes: list[Node], index: int) -> int:
        """A working group listed in paragraphs behind its title: the place behind it, or 0."""
        node = nodes[index]
        if not isinstance(node, Para):
            return 0
        title_end = index
        text = node.text
        while title_end + 1 < len(nodes) and groups.group_title(text) is None and re.match(r"(?i)^состав\b", text):
            following = nodes[title_end + 1]
            if not isinstance(following, Para) or (following.gap and not following.text[:1].islower()):
                break
            title_end += 1
            text += " " + following.text
        title = groups.group_title(text)
        if title is None:
            return 0
        end = title_end + 1
        lines: list[tuple[str, Source]] = []
        while end < len(nodes):
            following = nodes[end]
            if not isinstance(following, Para) or is_annex_stamp(following.text) or _SHEET.match(following.text):
                break
            lines.append((following.text, following.source))
            end += 1
        members = groups.members_in(lines)
        if len(members) < 2:
            return 0
        self.decree.working_groups.append(WorkingGroup(title, members))
        return end

    def _sheet_of_lines(self, nodes: list[Node]) -> None:
        for index, node in enumerate(nodes):
            if isinstance(node, Para) and _SHEET.match(node.text) and not self.decree.approvals:
                lines = [
                    n for n in nodes[index + 1 :] if not (isinstance(n, Para) and n.text.lower().startswith("проекта"))
                ]
                self.decree.approvals = groups.approvals_in(lines)

    def _grid(
        self, grid: Grid, above: list[Para] | None, context: Context, point: Point | None, *, sheet: bool = False
    ) -> None:
        columns = columns_of(grid)
        titles = [para.text for para in above or []]
        if sheet or (columns and columns.find("conclusion") is not None and not columns.is_roadmap):
            self.decree.approvals += groups.approvals_of(grid, columns)
            return
        form = groups.form_of(grid, point.clause.number if point else None, titles[-1] if titles else None)
        if form is not None and (point is not None or columns is None or len(grid.rows) <= columns.rows):
            self.decree.forms.append(form)
            return
        if columns is None:
            title = self._group_title(titles)
            if title and len(members := groups.members_of_table(grid, None)) > 1:
                self.decree.working_groups.append(WorkingGroup(title, members))
            return
        if columns.is_roadmap:
            self._roadmap(grid, columns, above or [], context)
        elif {"mentor", "mentored"} <= set(columns.roles):
            self.decree.partnerships += groups.partnerships_of(grid, columns)
        elif groups.is_member_table(columns):
            title = self._group_title(titles)
            said = title or (groups.group_title(point.clause.text.split("\n")[0]) if point else None)
            members = groups.members_of_table(grid, columns)
            if members:
                self.decree.working_groups.append(WorkingGroup(said, members))

    @staticmethod
    def _group_title(titles: list[str]) -> str | None:
        """The paragraph above a table that heads a group, alone or with the lines below it."""
        alone = next((title for title in map(groups.group_title, reversed(titles)) if title), None)
        start = next((index for index, text in enumerate(titles) if re.match(r"(?i)^состав$", text)), None)
        return alone or (groups.group_title(" ".join(titles[start:])) if start is not None else None)

    def _roadmap(self, grid: Grid, columns: Columns, above: list[Para], context: Context) -> None:
        title, goal = _heads(above)
        if title is None and not self.decree.roadmaps and self.decree.kind in ("plan", "decision", "protocol"):
            title = self.decree.title
        period = period_in(title or "") or context.period
        sections, findings = sections_of(grid, columns, Context(context.issued, period, context.abbreviations))
        self.decree.findings += findings
        if not sections:
            return
        if title is None and self.decree.roadmaps:
            self.decree.roadmaps[-1].sections += sections
            return
        self.decree.roadmaps.append(RoadMap(title, goal, period, sections))

    def _amends(self, zones: Zones) -> None:
        """By the title «О внесении изменений в …», else by the sentence that brings the changes in."""
        decree = self.decree
        title = decree.title or ""
        titled = bool(re.match(r"(?i)^о\s+внесении\s+(?:изменени|дополнени)", title))
        if titled:
            decree.amends = next(iter(references_in(title, decree.sources.get("title", Source()))), None)
        if decree.amends is None and (titled or decree.changes):
            said = [n for n in zones.body if isinstance(n, Para) and re.search(r"(?i)(?<!\w)внести(?!\w)", n.text)]
            inside = (one for node in said for one in references_in(node.text, node.source))
            decree.amends = next(inside, None) or next(iter(decree.references), None)
        if decree.amends is not None:
            take_from_annexes(decree)


def _heads(above: list[Para]) -> tuple[str | None, str | None]:
    """Title and goal of a road map from the paragraphs above its table."""
    goal = next((m["goal"] for para in above if (m := _GOAL.match(para.text))), None)
    lines: list[str] = []
    begin = next((index for index, para in enumerate(above) if NAMES_PLAN.match(para.text)), 0)
    for para in above[begin:]:
        if _OWN_LINE.match(para.text) or re.match(r"^от\s+\d|^№", para.text):
            lines = []
            continue
        if lines and (
            _TITLE_STOP.match(para.text) or (para.gap and not para.text[:1].islower() and not lines[-1].isupper())
        ):
            break
        if _TITLE_STOP.match(para.text):
            break
        lines.append(para.text)
    title = joined(lines).rstrip(" .:") if lines else None
    return title or None, " ".join(goal.split()).rstrip(".") if goal else None


def _distinct(references: list[Reference], decree: Decree) -> list[Reference]:
    seen: set[tuple[str | None, str | None, str]] = set()
    found = []
    for reference in references:
        key = (reference.kind, reference.number, str(reference.date))
        own = reference.number == decree.number and reference.date == decree.date
        if key not in seen and not own:
            seen.add(key)
            found.append(reference)
    return found
