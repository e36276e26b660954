"""`read`: many files at once, each sheet recognised, converted and accounted for."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opora.identification.columns import PROCEDURES, SUBJECTS
from opora.identification.reading import cells, facts, words
from opora.identification.reading.cells import Bad
from opora.identification.reading.converting import Converter
from opora.identification.reading.facts import Facts
from opora.identification.reading.headers import OF_VPR, Head, find
from opora.identification.reading.mapping import FACTS, FIELDS, Mapping
from opora.identification.reading.model import FileReading, Question, Reading, Rejected, RejectedKind, SheetReading
from opora.identification.reading.opening import Unreadable, digest
from opora.identification.reading.output import Output
from opora.identification.reading.scales import Scales
from opora.identification.reading.schools import Registry
from opora.identification.reading.sheets import Row, Sheet, sheets_of
from opora.identification.reading.state import State
from opora.identification.titles import fact_words, grade_words, grades, subject_words

if TYPE_CHECKING:
    import os

    import pyarrow as pa

Source = "str | os.PathLike[str]"
#: Rows that are looked at before the first is converted.
_AHEAD: Final = 500
_EXAMPLES: Final = 5
EMPTY: Final = "В файле нет ни одной строки с результатами. Проверьте, тот ли это файл, и загрузите его снова."
_AUXILIARY: Final = ("классы", "инструкция", "справочник", "легенда", "описание", "пояснения")


def read(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    schools: Registry | pa.Table | str | Path | None = None,
    mapping: Mapping | Iterable[Mapping] | None = None,
    scales: Scales | str | Path | Iterable[Any] | None = None,
    year: int | None = None,
    answers: MappingOf[str, MappingOf[str, str]] | None = None,
    aliases: MappingOf[str, str] | None = None,
    names: Sequence[str] | None = None,
    folder: Path | None = None,
    latest: int | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Reading:
    """Reads files of results; never raises for what is in them.

    `schools` is the list to match schools with. `mapping` holds mappings of a person, used where headers are theirs.
    `scales` are a region's own beside the shipped ones (`Unfit` where they are wrong). `year` is of works that do not
    tell theirs. `answers` are answers to questions by the file's name, or by «name|sheet». `aliases`: a school as files
    name it -> school_id. `names` are the files' names for people, where they are stored under others. With `folder` the
    results go to a parquet there. `latest` is the last possible year of a work (the current one). `progress` is told
    the file and the rows read.
    """
    files = [Path(paths)] if isinstance(paths, str) or hasattr(paths, "__fspath__") else [Path(one) for one in paths]  # type: ignore[arg-type]
    shown = list(names) if names else [one.name for one in files]
    reading = Reading(parquet=folder / "results.parquet" if folder else None)
    state = State(
        reading=reading,
        output=Output(reading.parquet),
        scales=Scales.given(scales),
        registry=Registry.of(schools, aliases),
        latest=latest or dt.date.today().year,  # noqa: DTZ011  # the year at the place where it is read
    )
    given = [mapping] if isinstance(mapping, Mapping) else list(mapping or ())
    reader = _Reader(state, given, answers or {}, year, progress)
    for path, name in zip(files, shown, strict=True):
        reader.file(path, name)
    reading.table = state.output.close()
    matches = [replace(one, rows=state.school_rows[key]) for key, one in state.schools.items()]
    reading.schools = sorted(matches, key=lambda one: (one.how is not None, one.said))
    return reading


class _Reader:
    def __init__(
        self,
        state: State,
        given: Sequence[Mapping],
        answers: MappingOf[str, MappingOf[str, str]],
        year: int | None,
        progress: Callable[[str, int], None] | None,
    ) -> None:
        self.state = state
        self.given = given
        self.answers = answers
        self.year = year
        self.progress = progress
        self._digests: dict[str, str] = {}
        self._broken: dict[str, str] = {}  # file -> why a sheet of it cannot be read

    def file(self, path: Path, name: str) -> None:
        one = FileReading(name, "", 0)
        self.state.reading.files.append(one)
        try:
            sheets = sheets_of(path)
            one.size, one.sha256 = path.stat().st_size, digest(path)
            if (first := self._digests.get(one.sha256)) is not None:
                self.state.note(
                    "same_file", f"Файл совпадает с уже прочитанным «{first}»: второй раз он не считается.", name
                )
                return
            self._digests[one.sha256] = name
        except (Unreadable, OSError) as error:
            one.unread = str(error) if isinstance(error, Unreadable) else "Файл не удалось открыть."
            self._reject(name, "", one.unread, "file")
            return
        unknown = [self._sheet(one, sheet) for sheet in sheets]
        self._unknown(one, [sheet for sheet in unknown if sheet is not None])
        if not one.sheets:
            one.unread = self._broken.get(name, EMPTY)
            if name not in self._broken:
                self._reject(name, "", EMPTY, "file")

    def _sheet(self, file: FileReading, sheet: Sheet) -> SheetReading | None:
        """Reads a sheet; returns it where its headers are unknown."""
        for note in sheet.notes:
            self.state.note("encoding", note, file.file, sheet.name)
        try:
            rows = sheet.rows()
            ahead = list(itertools.islice(rows, _AHEAD))
            if not any(not cells.is_empty(cell) for _, row in ahead for cell in row):
                return None
            head = find([row for _, row in ahead], sheet.merged, self.given)
            one = SheetReading(sheet.name, head.layout, head.mapping)
            body = [row for _, row in ahead[head.last + 1 :]]
            one.header_rows = (ahead[head.first][0], ahead[head.last][0])
            one.examples = self._examples(file.file, one, body)
            if sheet.hidden or not head.is_known:
                one.layout = head.layout if not sheet.hidden else "unknown"
                return one
            file.sheets.append(one)
            self._known(file, sheet, one, head, ahead, rows)
        except Unreadable as error:
            self._broken[file.file] = str(error)
            self._reject(file.file, sheet.name, str(error), "file")
            for last in file.sheets[-1:]:
                last.set_aside += last.sheet == sheet.name
        return None

    def _examples(self, file: str, one: SheetReading, body: list[list[Any]]) -> list[list[str]]:
        """The first rows for the page of the mapping, without what names people."""
        hidden = {index for index, bound in enumerate(one.mapping.columns) if words.is_personal(bound.header)}
        if hidden:
            said = ", ".join(f"«{one.mapping.columns[index].header}»" for index in sorted(hidden))
            text = f"В файле есть персональные данные ({said}): они не читаются и не хранятся."
            self.state.note("personal", text, file, one.sheet)
        return [
            ["…" if index in hidden and text else text for index, text in enumerate(map(cells.text_of, row))]
            for row in body[:_EXAMPLES]
        ]

    def _known(
        self, file: FileReading, sheet: Sheet, one: SheetReading, head: Head, ahead: list[Row], rows: Iterator[Row]
    ) -> None:
        known = self._facts(file.file, one, head, sheet)
        converter = Converter(self.state, one, head, file.file, known)
        body = ahead[head.last + 1 :]
        rest = self._watched(file.file, _filled(itertools.chain(body, rows), sheet.merged, head))
        missing = dict.fromkeys(converter.works.unknown(), "Этого нет ни в столбцах, ни в названии файла и листа.")
        if (
            type(said := cells.year(known.get("year"), self.state.latest)) is Bad
            and "year" not in converter.columns.shared
        ):
            missing["year"] = said.reason
        if missing:
            waiting = sum(any(not cells.is_empty(cell) for cell in row) for _, row in rest)
            self._ask(file.file, one, missing, waiting)
            return
        converter.look(body)
        converter.read(rest)
        for key, count in converter.waiting.items():
            self._ask_scale(file.file, one, key, count)

    def _facts(self, file: str, one: SheetReading, head: Head, sheet: Sheet) -> dict[str, str]:
        """What is known of the whole sheet, the most trusted first: answers, the mapping, titles, names."""
        texts = [("заголовок листа", " \n ".join(head.titles))] if head.titles else []
        texts += [("название листа", sheet.name)] if sheet.name else []
        texts.append(("имя файла", Path(file).stem))
        found = facts.facts_in(texts)
        known, sources = dict(found.known), dict(found.source)
        if head.layout in OF_VPR and "procedure" not in known:
            known["procedure"], sources["procedure"] = "vpr", "вид таблицы"
        if self.year is not None and "year" not in known:
            known["year"], sources["year"] = str(self.year), "указано при загрузке"
        said = dict(head.mapping.constants)
        for key in (file, f"{file}|{sheet.name}"):
            said |= self.answers.get(key, {})
        for name, value in said.items():
            if name in FACTS and value:
                known[name], sources[name] = str(value), "указано человеком"
        one.facts, one.sources = known, sources
        self._notes(file, one, found)
        return known

    def _notes(self, file: str, one: SheetReading, found: Facts) -> None:
        columns = {bound.field for bound in one.mapping.columns}
        if found.school_year and one.sources.get("year") in found.source.values() and "year" not in columns:
            text = (
                f"Учебный год понят как {one.facts['year']} календарный: работы пишут весной. Если осенью, укажите год."
            )
            self.state.note("school_year", text, file, one.sheet)
        for name, source, value in found.differ:
            if name not in columns and one.sources.get(name) in found.source.values():
                first, second = fact_words(name, one.facts[name]), fact_words(name, value)
                text = (
                    f"{FIELDS[name].capitalize()}: {one.sources[name]} – «{first}», {source} – «{second}». "
                    "Принято первое."
                )
                self.state.note("facts_differ", text, file, one.sheet)

    def _watched(self, file: str, rows: Iterator[Row]) -> Iterator[Row]:
        if self.progress is None:
            yield from rows
            return
        for count, row in enumerate(rows, 1):
            if count % 10_000 == 0:
                self.progress(file, count)
            yield row

    def _ask(self, file: str, one: SheetReading, missing: dict[str, str], rows: int) -> None:
        one.rows = one.set_aside = rows
        for name, why in missing.items():
            text = f"Не указано: {FIELDS[name]}. {why}"
            self.state.reading.questions.append(Question(file, one.sheet, name, text, _choices(name), rows))
        said = ", ".join(FIELDS[name] for name in missing)
        self._reject(file, one.sheet, f"Не указано: {said}. Строк ждут ответа: {rows}.", "question")

    def _ask_scale(self, file: str, one: SheetReading, key: tuple[str, int, str, int], rows: int) -> None:
        procedure, year, subject, grade = key
        work = f"{PROCEDURES[procedure]} {year} года, {subject_words(subject)}, {grade_words(grade)}"
        text = f"Нет шкалы перевода баллов в отметки: {work}. Добавьте её или укажите столбец с отметкой."
        one.set_aside += rows
        self.state.reading.questions.append(Question(file, one.sheet, "scale", text, rows=rows))
        self._reject(file, one.sheet, f"{text} Строк ждут: {rows}.", "question")

    def _reject(self, file: str, sheet: str, reason: str, kind: RejectedKind, value: str = "") -> None:
        self.state.reject(Rejected(file, sheet, None, "", value, reason, kind))

    def _unknown(self, file: FileReading, sheets: list[SheetReading]) -> None:
        """Sheets without results: told where another sheet has them, asked about where none has."""
        for one in sheets:
            if file.sheets or one.sheet.lower().strip() in _AUXILIARY:
                if one.sheet.lower().strip() not in _AUXILIARY:
                    text = f"Лист «{one.sheet}» не прочитан: он скрыт, или в нём нет школы и результатов."
                    self.state.note("sheet_skipped", text, file.file, one.sheet)
                continue
            file.sheets.append(one)
            one.set_aside = 1
            headers = " ".join(bound.header for bound in one.mapping.columns)
            text = (
                "Заголовки столбцов не распознаны: нужны школа и отметки, баллы или число не сдавших. Укажите, что где."
            )
            if headers.count("Ð") + headers.count("Ñ") + headers.count("\ufffd") > 3:
                text = "Похоже, неверная кодировка: буквы не читаются. Сохраните таблицу как .xlsx или .csv в UTF-8."
            self.state.reading.questions.append(Question(file.file, one.sheet, "columns", text))
            self._reject(file.file, one.sheet, text, "question", headers[:200])


def _filled(rows: Iterator[Row], merged: Sequence[tuple[int, int, int, int]], head: Head) -> Iterator[Row]:
    """Cells of columns merged over several rows hold the value of the first of them."""
    tall = {(top, left): bottom for top, left, bottom, right in merged if bottom > top and left == right}
    keys = [index for index, one in enumerate(head.mapping.columns) if one.field in _MERGED_FIELDS]
    if not tall or not keys:
        yield from rows
        return
    held: dict[int, tuple[int, Any]] = {}
    for number, row in rows:
        for column in keys:
            if column >= len(row):
                continue
            if (bottom := tall.get((number - 1, column))) is not None:
                held[column] = (bottom, row[column])
            elif column in held and number - 1 <= held[column][0] and cells.is_empty(row[column]):
                row[column] = held[column][1]
        yield number, row


_MERGED_FIELDS: Final = frozenset("year procedure subject grade class_name school_id school_name municipality".split())


def _choices(name: str) -> tuple[tuple[str, str], ...]:
    if name == "procedure":
        return tuple(PROCEDURES.items())
    if name == "subject":
        return tuple(SUBJECTS.items())
    if name == "grade":
        return tuple(grades())
    return ()
