"""What a rule is. A region's own rule subclasses `Rule` the same way as those that come with Opora."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal

from opora.identification.errors import Unfit

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Value = int | float | str
Values = Mapping[str, Value]
ParameterKind = Literal["share", "integer", "number", "choice", "text"]
EvidenceKind = Literal["integer", "share", "number", "text", "flag"]
WRITTEN: Final = " Долю пишут так: «30 %» или «0,3»."
LONGEST: Final = {"id": 60, "version": 40, "title": 300, "source": 1000, "limits": 2000}  # characters of a rule's texts


@dataclass(frozen=True)
class Parameter:
    """What a region may set: its kind, default, unit, title for people and limits (both included); its choices, and
    the same in words."""

    name: str
    kind: ParameterKind
    default: Value
    title: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def told(self, value: Value) -> Value:
        """The value as people say it, where it is a code."""
        return dict(zip(self.choices, self.words, strict=False)).get(str(value), value)

    def read(self, said: object) -> Value:
        """The value of what a person wrote («0,3», «30%», 3); raises `Unfit` with what is possible."""
        text = str(said).strip()
        if self.kind == "text":
            return text
        if self.kind == "choice":
            if text not in self.choices:
                raise self._unfit(text, f"Возможны: {', '.join(self.choices)}.")
            return text
        match = re.fullmatch(r"([+-]?\d+(?:[.,]\d+)?)\s*(%?)", text)
        if not match or (match[2] and self.kind != "share"):
            raise self._unfit(text, f"Нужно {'целое число' if self.kind == 'integer' else 'число'}.")
        exact = Fraction(match[1].replace(",", ".")) / (100 if match[2] else 1)
        if self.kind == "integer" and exact.denominator != 1:
            raise self._unfit(text, "Нужно целое число.")
        least, most = self._limits()
        if (least is not None and exact < Fraction(least)) or (most is not None and exact > Fraction(most)):
            raise self._unfit(text, f"Возможно {_span(least, most)}.{WRITTEN if self.kind == 'share' else ''}")
        return int(exact) if self.kind == "integer" else float(exact)

    def _limits(self) -> tuple[float | None, float | None]:
        if self.kind == "share":
            return (0 if self.least is None else self.least), (1 if self.most is None else self.most)
        return self.least, self.most

    def _unfit(self, text: str, advice: str) -> Unfit:
        return Unfit(f"«{text}» не подходит.", advice, where=f"Параметр {self.name} ({self.title})")

    def to_json(self) -> dict[str, object]:
        least, most = self._limits()
        return {
            "name": self.name,
            "title": self.title,
            "kind": self.kind,
            "default": self.default,
            "unit": self.unit,
            "least": least,
            "most": most,
            "choices": list(self.choices),
        }


def _span(least: float | None, most: float | None) -> str:
    parts = [f"от {least:g}" if least is not None else "", f"до {most:g}" if most is not None else ""]
    return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Evidence:
    """A column of the outcome beside the verdict: what it holds and its unit, for pages and documents."""

    name: str
    kind: EvidenceKind
    title: str
    unit: str = ""


@dataclass(frozen=True)
class Data:
    """What a rule measures: Ibis tables of the shapes COUNTS, TALLIES and SCHOOLS (with any context columns)."""

    counts: Any
    tallies: Any
    schools: Any


#: The measured tables by name, as an engine delivered them: pyarrow, integers and texts only, in no particular order.
Measured = Mapping[str, "pa.Table"]


@dataclass(frozen=True)
class Outcome:
    """The verdict on every school: `school_id, flagged, reason`, then the evidence; sorted by `school_id`."""

    table: pa.Table
    evidence: tuple[Evidence, ...]

    @classmethod
    def of(
        cls,
        schools: pa.Table,
        flagged: np.ndarray[Any, Any],
        reasons: Sequence[str] | pa.Array,
        evidence: Mapping[Evidence, Any],
    ) -> Outcome:
        """Arrays in the order of `schools`; NaN in an evidence of numbers becomes an empty value."""
        import pyarrow as pa

        from opora.identification import arrays

        types = {"integer": pa.int64(), "text": pa.string(), "flag": pa.bool_()}
        types |= dict.fromkeys(("share", "number"), pa.float64())
        columns = {
            "school_id": schools.column("school_id").combine_chunks(),
            "flagged": arrays.flags(flagged),
            "reason": reasons if isinstance(reasons, pa.Array) else arrays.texts(reasons),
        }
        fields = [pa.field(name, column.type) for name, column in columns.items()]
        for one, values in evidence.items():
            columns[one.name] = arrays.column(values, types[one.kind])
            about = {"title": one.title, "unit": one.unit, "kind": one.kind}
            fields.append(pa.field(one.name, types[one.kind], metadata=about))
        return cls(pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields)), tuple(evidence))


class Rule:
    """A versioned rule. Subclasses give the words, the parameters, what to measure and how to judge it.

    `version` grows whenever the result for the same data and parameters may change.
    """

    id: str
    version: str
    title: str
    source: str
    #: What the list by this rule does not tell, in one or two sentences.
    limits: str = ""
    parameters: tuple[Parameter, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    #: Columns of COUNTS that `measure` uses beside the key; an engine computes no others.
    counted: tuple[str, ...] = ("participants", "failed")
    #: Whether `measure` uses TALLIES, so that points are read and checked too.
    tallied: bool = False
    #: Whether `measure` joins the list of schools (most rules leave that to `judge`).
    joins_schools: bool = False
    #: SHA-256 of the file of a region's own rule: two files of one version are not one rule.
    code: str = ""

    def years(self, year: int, values: Values) -> tuple[int, ...]:
        """The years whose results are needed."""
        return (year,)

    def wanted(self, values: Values) -> tuple[tuple[str, str], ...] | None:
        """The (procedure, subject) pairs that are needed; None for all. Others need not be counted."""
        return None

    def measure(self, data: Data, year: int, values: Values) -> Mapping[str, Any]:
        """Ibis tables by name: integer counts and sums, texts; no floats."""
        raise NotImplementedError

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        """The verdicts on `schools` (sorted by `school_id`, each once); floating arithmetic happens only here."""
        raise NotImplementedError

    def read(self, said: Mapping[str, object]) -> dict[str, Value]:
        """Every parameter's value: what was said, else the default; raises `Unfit` for an unknown or impossible one."""
        known = {one.name: one for one in self.parameters}
        for name in said:
            if name not in known:
                names = ", ".join(known) or "их нет"
                raise Unfit(f"параметра «{name}» нет.", f"Параметры: {names}.", where=f"Правило {self.id}")
        return {name: one.read(said[name]) if name in said else one.default for name, one in known.items()}

    def to_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "source": self.source,
            "limits": self.limits,
            "parameters": [one.to_json() for one in self.parameters],
            "evidence": [vars(one) for one in self.evidence],
        }


_FINEST: Final = 10**9


def at_least(part: Any, whole: Any, share: Value) -> Any:
    """Whether part / whole ≥ share, exactly: integers are compared, `share` is the decimal number that was written.

    Of arrays, and of columns of Ibis.
    """
    exact = Fraction(str(share)).limit_denominator(_FINEST)
    return part * exact.denominator >= whole * exact.numerator
