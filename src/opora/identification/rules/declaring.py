"""A declared rule read from its YAML: every mistake in it with its line and what to do, or the rule.

Nothing is made of the text but words and numbers, and no node stands for two: a file cannot grow as it is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TypeVar

import yaml

from opora.identification.errors import Unfit
from opora.identification.rules import counted, known
from opora.identification.rules.base import LONGEST, Parameter, Value
from opora.identification.rules.declared import TEXTS, Declared, Indicator

T = TypeVar("T")
MOST_BYTES: Final = 64 * 1024
_MOST_INDICATORS: Final = 40
_LONGEST_TEXT: Final = 1000
_DEEPEST: Final = 20
_OF_RULE: Final = (*TEXTS, "limits", "join", "indicators")
_OF_INDICATOR: Final = ("name", "title", "counted", "years", "threshold", "min_participants")
_YEARS = Parameter("years", "integer", 1, "Сколько последних лет складывается", "лет", least=1, most=10)
_THRESHOLD = Parameter("threshold", "share", 0.3, "Порог доли «2»", "доля")
_MIN = Parameter("min_participants", "integer", 10, "Сколько участников нужно", "участников", least=1, most=50_000)
_EXAMPLES: Final = {
    "id": "id: region-order-1",
    "version": 'version: "1"',
    "title": "title: Школы с низкими результатами по приказу № 1",
    "source": "source: Приказ министерства от 01.02.2026 № 1",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a line (from 1) of the file, and what to do about it."""

    line: int
    what: str
    advice: str = ""

    def __str__(self) -> str:
        return f"Строка {self.line}: {self.what} {self.advice}".strip()


def declared(path: Path) -> Declared:
    """The rule of a file; raises `Unfit` with every mistake in it."""
    rule, mistakes = read(path.read_bytes())
    if rule is None:
        raise Unfit("правило не принято.", "\n".join(map(str, mistakes)), where=str(path))
    return rule


def read(content: bytes) -> tuple[Declared | None, list[Mistake]]:
    """The rule that the content of a file declares, or all that is wrong in it, by lines."""
    if len(content) > MOST_BYTES:
        return None, [Mistake(1, f"файл больше {MOST_BYTES // 1024} КБ.", "Оставьте в нём одно правило.")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, [Mistake(line, "файл не в UTF-8.", "Сохраните его в этой кодировке.")]
    try:
        _plain(text)
        node = yaml.compose(text, yaml.SafeLoader)
    except _Found as found:
        return None, [found.mistake]
    except yaml.YAMLError as error:
        return None, [_broken(error)]
    reading = _Reading(text)
    rule = reading.rule(node)
    mistakes = sorted(reading.mistakes, key=lambda one: one.line)
    return (None, mistakes) if mistakes or rule is None else (rule, [])


class _Found(Exception):
    """The one mistake after which reading on is of no use."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake)
        self.mistake = mistake


def _plain(text: str) -> None:
    """No node stands for two, and none lies so deep that composing it would not end."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise _Found(Mistake(line, f"ссылка «*{event.anchor}» не читается.", "Впишите значение ещё раз."))
        if depth > _DEEPEST:
            raise _Found(Mistake(line, "скобки и отступы вложены слишком глубоко.", "Правилу хватает трёх уровней."))


def _broken(error: yaml.YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    if "'\\t'" in str(getattr(error, "problem", "")):
        return Mistake(line, "отступ сделан табуляцией.", "Замените её пробелами.")
    if "single document" in str(getattr(error, "context", "")):
        return Mistake(line, "в файле два документа.", "Оставьте одно правило, уберите строку «---».")
    if isinstance(error, yaml.reader.ReaderError):
        return Mistake(line, "в файле есть недопустимый знак.", "Наберите эту строку заново.")
    advice = "Проверьте отступы, двоеточие с пробелом после имени поля, скобки и кавычки здесь и строкой выше."
    return Mistake(line, "YAML не разобран.", advice)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


Fields = dict[str, tuple[yaml.Node, yaml.Node]]  # name -> its key and its value


@dataclass
class _Reading:
    text: str
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, node: yaml.Node, what: str, advice: str = "") -> None:
        self.mistakes.append(Mistake(_line(node), what, advice))

    def rule(self, node: yaml.Node | None) -> Declared | None:
        if node is None:
            self.mistakes.append(Mistake(1, "файл пуст.", "Впишите правило: образец – на странице правил."))
            return None
        fields = self._fields(node, _OF_RULE, "правила")
        if fields is None:
            return None
        said = {name: self._text(fields, name) for name in (*TEXTS, "limits")}
        for name in TEXTS:
            if name not in fields:
                self.wrong(node, f"не указано: {name}.", f"Добавьте строку, например «{_EXAMPLES[name]}».")
        self._id(fields, said["id"])
        found, parameters = self._indicators(node, fields)
        join = self._join(fields, len(found))
        return None if self.mistakes else Declared(said, tuple(found), (join, *parameters), self.text)

    def _id(self, fields: Fields, said: str) -> None:
        if not said:
            return
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,60}", said):
            advice = "Нужны строчные латинские буквы, цифры и дефис."
            self.wrong(fields["id"][1], f"код правила «{said}» не подходит.", advice)
        elif said in known():
            self.wrong(fields["id"][1], f"код «{said}» занят правилом Опоры.", "Дайте своему другой.")

    def _indicators(self, node: yaml.Node, fields: Fields) -> tuple[list[Indicator], list[Parameter]]:
        if "indicators" not in fields:
            self.wrong(node, "нет показателей.", "Впишите список indicators, в нём хотя бы один показатель.")
            return [], []
        key, listed = fields["indicators"]
        if not isinstance(listed, yaml.SequenceNode) or not listed.value:
            self.wrong(
                key, "в indicators нет показателей.", "Каждый показатель начинается с дефиса: «- name: oge_mat»."
            )
            return [], []
        if len(listed.value) > _MOST_INDICATORS:
            self.wrong(key, f"показателей больше {_MOST_INDICATORS}.", "Уберите лишние.")
        found: list[Indicator] = []
        parameters: list[Parameter] = []
        lines: dict[str, int] = {}
        for one in listed.value:
            indicator, own = self._indicator(one)
            if indicator.name in lines:
                what = f"показатель {indicator.name} уже назван в строке {lines[indicator.name]}."
                self.wrong(one, what, "Дайте этому другое имя.")
            lines.setdefault(indicator.name, _line(one))
            found.append(indicator)
            parameters += own
        return found, parameters

    def _indicator(self, node: yaml.Node) -> tuple[Indicator, list[Parameter]]:
        fields = self._fields(node, _OF_INDICATOR, "показателя")
        if fields is None:
            return Indicator("", "", (), 1), []
        name = self._text(fields, "name")
        called = f"показателя {name}" if name else "показателя"
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
            place = fields["name"][1] if "name" in fields else node
            what = f"имя показателя «{name}» не подходит." if name else "у показателя нет имени (name)."
            self.wrong(place, what, "Нужны строчные латинские буквы, цифры и подчёркивание, например oge_mat.")
        for needed, example in (("counted", "oge:mat"), ("threshold", "0.3")):
            if needed not in fields:
                self.wrong(node, f"у {called} не указано {needed}.", f"Добавьте, например, «{needed}: {example}».")
        title = self._text(fields, "title") or name
        pairs: tuple[counted.Pair, ...] = self._read(fields, "counted", counted.pairs, ())
        years: Value = self._read(fields, "years", _YEARS.read, _YEARS.default)
        own = [
            replace(one, name=f"{one.name}_{name}", title=f"{one.title}: {title}",
                    default=self._read(fields, one.name, one.read, one.default))
            for one in (_THRESHOLD, _MIN)
        ]  # fmt: skip
        return Indicator(name, title, pairs, int(years)), own

    def _join(self, fields: Fields, indicators: int) -> Parameter:
        most = max(indicators, 1)
        needed = Parameter("join", "integer", 1, "Сколько показателей нужно", "показателей", least=1, most=most)

        def read(said: str) -> Value:
            try:
                return needed.read({"any": 1, "all": most}.get(said, said))
            except Unfit as error:
                advice = f"Напишите any (любой), all (все) или число от 1 до {most}."
                raise Unfit(error.what, advice, where="join") from None

        value: Value = self._read(fields, "join", read, needed.default)
        return replace(needed, default=value)

    # -- pieces --------------------------------------------------------------------------------------------------------

    def _fields(self, node: yaml.Node, names: tuple[str, ...], whose: str) -> Fields | None:
        """The fields of a mapping, each once and known; None where it is no mapping."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(
                node, f"описание {whose} – не набор полей.", f"Нужны строки «поле: значение»: {', '.join(names)}."
            )
            return None
        found: Fields = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in names:
                alike = get_close_matches(name, names, 1, 0.6)
                advice = f"Похоже на {alike[0]}." if alike else f"Поля: {', '.join(names)}."
                self.wrong(key, f"у {whose} нет поля {name or 'с таким именем'}.", advice)
            elif name in found:
                self.wrong(key, f"поле {name} уже указано в строке {_line(found[name][0])}.", "Оставьте одно.")
            elif not _absent(value):
                found[name] = (key, value)
        return found

    def _text(self, fields: Fields, name: str) -> str:
        """The words or the number as they are written; nothing where there is none, or something else."""
        if name not in fields:
            return ""
        value = fields[name][1]
        if not isinstance(value, yaml.ScalarNode):
            self.wrong(value, f"в поле {name} нужен текст.", "Уберите скобки и вложенные строки.")
            return ""
        text = str(value.value).strip()
        most = LONGEST.get(name, _LONGEST_TEXT)
        if len(text) > most:
            self.wrong(value, f"поле {name} длиннее {most} знаков.", "Сократите его.")
        return text

    def _read(self, fields: Fields, name: str, read: Callable[[str], T], default: T) -> T:
        text = self._text(fields, name)
        if not text:
            return default
        try:
            return read(text)
        except Unfit as error:
            self.wrong(fields[name][1], f"{name}: {error.what}", error.advice)
            return default


def _absent(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and (not node.value.strip() or node.tag == "tag:yaml.org,2002:null")
