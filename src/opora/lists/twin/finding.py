"""Where a text tells of a listed school: its names in any case, its number, its place, its head, small counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opora.lists.twin.subjects import Subject, Subjects
from opora.lists.twin.words import (
    MUNICIPAL,
    NUMBER_SIGN,
    TYPES,
    Token,
    case_of,
    is_given_name,
    keys_of,
    lemmas_of,
    tokens_of,
)

SCHOOL, HEAD, PLACE, DISTRICT, LITERAL, COUNT, ADDED = (
    "school",
    "head",
    "place",
    "district",
    "literal",
    "count",
    "added",
)
_OPEN, _CLOSE = "«„“\"'(", "»“”\"')"
_NEAR = 7  # tokens between the word «школа» and the number or the name of a school
_FEW = {"один", "два", "три", "четыре", "двое", "трое", "четверо"}
_NUMBERED = {"школа", "сош", "оош", "нош", "гимназия", "лицей"}  # a number right behind is theirs
_CLASSES = {"класс", "год", "-", "–", "."}
_INITIAL = re.compile("[А-ЯЁ]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A part of a text that tells. `key` is the same wherever the same is told; `case` is that of its first noun."""

    start: int
    end: int
    kind: str
    key: str
    case: str = "nomn"


class Finder:
    """Finds the mentions of the subjects; `every` school that is named beside the listed ones where that is asked."""

    def __init__(
        self, subjects: Subjects, *, every: bool = True, added: Iterable[str] = (), own_number: str = ""
    ) -> None:
        self.every, self.own = every, own_number  # the number of the document itself is that of no school
        self.subjects = {subject.key: subject for subject in subjects.schools}
        self.words: dict[str, list[tuple[Subject, str]]] = defaultdict(list)
        self.heads: dict[str, list[tuple[Subject, str]]] = defaultdict(list)
        self.numbers: dict[str, list[Subject]] = defaultdict(list)
        self.municipal = {key for word in subjects.municipal for key in keys_of(word)}
        for subject in subjects.schools:
            for word in subject.words:
                self._know(word, subject, SCHOOL)
            for word in subject.place - subject.words:
                self._know(word, subject, PLACE)
            for surname, initials in subject.heads:
                for key in keys_of(surname):
                    self.heads[key].append((subject, initials))
            for number in subject.numbers:
                self.numbers[number].append(subject)
        literals = {literal for subject in subjects.schools for literal in subject.literals}
        self.literals = [(re.compile(_loosely(one), re.IGNORECASE), LITERAL) for one in sorted(literals)]
        self.literals += [(re.compile(_loosely(one), re.IGNORECASE), ADDED) for one in added if one.strip()]

    def _know(self, word: str, subject: Subject, kind: str) -> None:
        for key in keys_of(word):
            self.words[key].append((subject, kind))

    def find(self, text: str) -> list[Mention]:
        """The mentions in order, none over another."""
        tokens = tokens_of(text)
        found = [Mention(*m.span(), kind, m.group()) for one, kind in self.literals for m in one.finditer(text)]
        found += [*self._schools(tokens), *self._heads(tokens), *_counts(tokens), *self._districts(tokens)]
        found.sort(key=lambda one: (one.start, -one.end))
        kept: list[Mention] = []
        for one in found:
            if not kept or one.start >= kept[-1].end:
                kept.append(one)
            elif one.end > kept[-1].end:  # two that overlap are hidden together
                last = kept.pop()
                kept.append(Mention(last.start, one.end, last.kind, last.key, last.case))
        return kept

    # -- schools and their places ----------------------------------------------------------------------------------

    def _schools(self, tokens: list[Token]) -> Iterator[Mention]:
        at = 0
        while at < len(tokens):
            known = self._known(tokens[at])
            if known and not _is_municipal(tokens, at):
                first, last = self._around(tokens, at)
                yield self._mention(tokens, first, last)
                at = last + 1
                continue
            numbered = self._numbered(tokens, at)
            if numbered is not None:
                first, last = numbered
                yield self._mention(tokens, first, last)
                at = last + 1
                continue
            at += 1

    def _known(self, token: Token) -> list[tuple[Subject, str]]:
        if not token.is_name:
            return []
        return [found for key in keys_of(token.word.lower()) for found in self.words.get(key, ())]

    def _around(self, tokens: list[Token], at: int) -> tuple[int, int]:
        """The whole name in which a word of its own stands: «МБОУ «Ясногорская СОШ № 1»»."""
        first = _before(tokens, at)
        opened = sum(token.text in "«„" for token in tokens[first:at])
        last = at
        for place in range(at + 1, min(at + 12, len(tokens))):
            token = tokens[place]
            if token.text in "»”" and opened > 0:
                opened, last = opened - 1, place
            elif token.text.isdigit() and tokens[place - 1].text == NUMBER_SIGN:
                last = _closed(tokens, place, opened)
                break
            elif self._goes_on(tokens, place, quoted=opened > 0):
                last = place
            elif token.text != NUMBER_SIGN and not (token.text[0].isalpha() and token.is_common):
                break
        return first, last

    def _goes_on(self, tokens: list[Token], place: int, *, quoted: bool) -> bool:
        token = tokens[place]
        if self._known(token):
            return not _is_municipal(tokens, place)
        return token.text[0].isalpha() and (token.is_school or (quoted and token.is_common))

    def _mention(self, tokens: list[Token], first: int, last: int) -> Mention:
        """The mention from `first` to `last`: of the subject that most of its words and numbers name."""
        inside = tokens[first : last + 1]
        score: dict[str, float] = defaultdict(float)
        for token in inside:
            for subject, kind in self._known(token):
                score[subject.key] += 2 if kind == SCHOOL else 1
            for subject in self.numbers.get(token.text.lstrip("0"), ()) if token.text.isdigit() else ():
                score[subject.key] += 3
        numbers = {token.text.lstrip("0") for token in inside if token.text.isdigit()}
        types = {lemma for token in inside for lemma in TYPES & lemmas_of(token.word.lower())}
        school = bool(numbers) or any(token.is_school or token.text[0] in "«»„“”" for token in inside)
        case = _case(inside)
        start, end = inside[0].start, inside[-1].end
        fitting = [key for key in sorted(score) if self.subjects[key].may_be(numbers, types)]
        best = max(fitting, key=lambda key: score[key], default="")
        if not best:  # a school that is not listed, hidden so that nobody finds the others by leaving it out
            said = " ".join(
                sorted(t.word.lower() for t in inside if t.text.isdigit() or (t.is_name and not t.is_common))
            )
            return Mention(start, end, SCHOOL, f"other:{said} {' '.join(sorted(types))}".strip(), case)
        kind = SCHOOL if school else PLACE
        told = [min(lemmas_of(token.word.lower())) for token in inside if self._known(token)]
        key = best if kind == SCHOOL else f"place:{min(told)}"
        return Mention(start, end, kind, key, case)

    def _numbered(self, tokens: list[Token], at: int) -> tuple[int, int] | None:
        """«школы № 6», «СОШ №6», «школ №№ 6, 12» (each number by itself), «№ 6» alone in a cell."""
        token = tokens[at]
        if token.is_school:
            last = _named_after(tokens, at)
            if last is None and at + 1 < len(tokens) and self._numbered(tokens, at + 1) == (at + 1, at + 1):
                last = at + 1  # «школа 6»
            if last is not None and (self.every or self._tells(tokens[at : last + 1])):
                return _before(tokens, at), last
            return None
        if not token.text.isdigit() or len(token.text) > 4:
            return None
        if not (self.every or token.text.lstrip("0") in self.numbers):
            return None
        signs = at
        while signs and tokens[signs - 1].text in (NUMBER_SIGN, "N"):
            signs -= 1
        if signs < at:
            alone = signs == 0 and at == len(tokens) - 1 and token.text in self.numbers and token.text != self.own
            return (signs, at) if alone or _in_row(tokens, at) else None
        behind = tokens[at + 1].word.lower() if at + 1 < len(tokens) else ""
        told = token.text in self.numbers or (at and tokens[at - 1].text == ",")
        return (at, at) if told and _CLASSES.isdisjoint(lemmas_of(behind)) and _in_row(tokens, at) else None

    def _tells(self, inside: list[Token]) -> bool:
        return any((t.text.isdigit() and t.text.lstrip("0") in self.numbers) or self._known(t) for t in inside)

    # -- people, districts -------------------------------------------------------------------------------------------

    def _heads(self, tokens: list[Token]) -> Iterator[Mention]:
        for at, token in enumerate(tokens):
            if not token.is_name:
                continue
            known = [found for key in keys_of(token.word.lower()) for found in self.heads.get(key, ())]
            if not known:
                continue
            first, last, initials = _full_name(tokens, at)
            for subject, own in known:
                if not initials or not own or own.startswith(initials) or initials.startswith(own):
                    yield Mention(tokens[first].start, tokens[last].end, HEAD, subject.key)
                    break

    def _districts(self, tokens: list[Token]) -> Iterator[Mention]:
        for at, token in enumerate(tokens):
            if (
                token.is_name
                and not self.municipal.isdisjoint(keys_of(token.word.lower()))
                and _is_municipal(tokens, at)
            ):
                last = next(i for i in range(at + 1, len(tokens)) if _is_district(tokens[i]))
                key = "district:" + min(lemmas_of(token.word.lower()))
                yield Mention(token.start, tokens[last].end, DISTRICT, key, case_of(tokens[last].word))


def _case(inside: list[Token]) -> str:
    """That of the word for a school, else of the first word that has one."""
    nouns = [token.word for token in inside if token.is_school and token.word[:1].islower()]
    return next((case for word in (*nouns, *(t.word for t in inside)) if (case := case_of(word)) != "nomn"), "nomn")


def _counts(tokens: list[Token]) -> Iterator[Mention]:
    """«3 школы», «в двух общеобразовательных организациях»: counts that give a school away."""
    for at, token in enumerate(tokens):
        few = token.text in ("1", "2", "3", "4") or not _FEW.isdisjoint(lemmas_of(token.word.lower()))
        if not few or (
            at and token.text.isdigit() and (tokens[at - 1].is_school or tokens[at - 1].text == "образование")
        ):
            continue
        if at and tokens[at - 1].text in (NUMBER_SIGN, ".", ",", "-", "–", "/") and token.text.isdigit():
            continue
        for following in tokens[at + 1 : at + 4]:
            if not following.text[0].isalpha() or following.text.isupper():
                break
            if following.is_school:
                yield Mention(token.start, token.end, COUNT, "count")
                break


def _is_municipal(tokens: list[Token], at: int) -> bool:
    """Whether the word is that of a municipality: «Ясногорского района», «Ветлянском муниципальном округе»."""
    for token in tokens[at + 1 : at + 4]:
        if _is_district(token):
            return True
        if token.text[0] in _CLOSE or not token.text[0].islower():
            return False
    return False


def _is_district(token: Token) -> bool:
    return not MUNICIPAL.isdisjoint(lemmas_of(token.word.lower()))


def _in_row(tokens: list[Token], at: int) -> bool:
    """Whether a number goes on a row of numbers of schools: «школы №№ 6, 12 и 15»; «школа 6» without a sign too."""
    signed = False
    for place in range(at - 1, max(at - 12, -1), -1):
        token = tokens[place]
        if token.is_school:
            return signed or (place == at - 1 and not _NUMBERED.isdisjoint(lemmas_of(token.word.lower())))
        if not (token.text.isdigit() or token.text in (NUMBER_SIGN, ",", "N") or token.text.lower() in ("и", "или")):
            return False
        signed = signed or token.text in (NUMBER_SIGN, "N")
    return False


def _named_after(tokens: list[Token], at: int) -> int | None:
    """The last token of the name or number that stands behind a word for a school; None where none does."""
    quoted, last = 0, None
    for place in range(at + 1, min(at + 1 + _NEAR + quoted * 8, len(tokens))):
        token = tokens[place]
        if token.text == NUMBER_SIGN or token.text == "N":
            if place + 1 < len(tokens) and tokens[place + 1].text.isdigit():
                return _closed(tokens, place + 1, quoted)
            continue
        if token.text in _OPEN and not (quoted and token.text in _CLOSE):
            quoted += 1
            continue
        if token.text in _CLOSE and quoted:
            return place if last is not None else None
        if quoted and token.is_name and not token.is_common:
            last = place
        if not quoted and not (token.text[0].isalpha() and (token.is_common or token.is_school)):
            return None
    return last if quoted else None


def _closed(tokens: list[Token], last: int, quoted: int) -> int:
    """The quotes that were opened inside are closed inside."""
    while quoted and last + 1 < len(tokens) and tokens[last + 1].text in _CLOSE:
        last, quoted = last + 1, quoted - 1
    return last


def _before(tokens: list[Token], at: int) -> int:
    """The first token of «муниципальное бюджетное … учреждение «Средняя школа», going left from `at`."""
    while at and (tokens[at - 1].text in _OPEN or (tokens[at - 1].text[0].isalpha() and tokens[at - 1].is_common)):
        if tokens[at - 1].text in _OPEN and not (
            at > 1 and tokens[at - 2].text[0].isalpha() and tokens[at - 2].is_common
        ):
            break
        at -= 1
    return at


def _full_name(tokens: list[Token], at: int) -> tuple[int, int, str]:
    """First and last token of «Иванова А. П.», «А. П. Иванова», «Иванова Анна Петровна», and the initials."""
    last, initials = at, ""
    place = at + 1
    while place + 1 < len(tokens) and _is_initial(tokens, place):
        initials, last, place = initials + tokens[place].word, place + 1, place + 2
    if initials:
        return at, last, initials
    for token in tokens[at + 1 : at + 3]:
        if is_given_name(token.word) and token.start - tokens[last].end <= 1:
            initials, last = initials + token.word[0], last + 1
        else:
            break
    if initials:
        return at, last, initials
    first = at
    while first >= 2 and _is_initial(tokens, first - 2):
        first -= 2
        initials = tokens[first].word + initials
    if first < at and first and tokens[first - 1].is_name and not tokens[first - 1].is_common:
        return at, at, ""  # those of the name before: «Ковальчук А. П. Вершининой»
    return first, at, initials


def _is_initial(tokens: list[Token], at: int) -> bool:
    return _INITIAL.fullmatch(tokens[at].word) is not None and tokens[at + 1].text == "."


def _loosely(literal: str) -> str:
    """The text as a pattern, whatever blanks stand in it."""
    return r"\s*".join(re.escape(part) for part in literal.split())
