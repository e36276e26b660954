"""Signs of objectivity on paper: of a school each with its arithmetic, of a run how many and what they limit."""

from __future__ import annotations

from django.db.models import Count, Q

from opora.assessments.models import AreaLook, Run, SchoolSigns
from opora.assessments.papers import parts
from opora.assessments.queries.looks import with_signs
from opora.documents.printing import PrintedTable
from opora.identification.objectivity import SIGNS
from opora.lists.aggregates import FEWEST, aggregate

_REASON_TO_LOOK = (
    "Признак — повод посмотреть, как писали и проверяли работы, а не доказательство нарушения. "
    "Решение по правилу от него не меняется."
)


def of_school(told: SchoolSigns | None, year: int) -> PrintedTable:
    """The signs of a school in a year: those that are there first, each step of the arithmetic a line."""
    title = f"Признаки необъективности за {year} год"
    if told is None:
        return parts.text(title, "Не проверить: первичных баллов ВПР 4 и 5 классов и ОГЭ за этот год нет.")
    known = sorted((one for one in told.findings if one.shown is not None), key=lambda one: not one.shown)
    rows = [[one.sign.title, "есть" if one.shown else "нет", "\n".join(one.arithmetic)] for one in known]
    alone = "Одного вида «завышенный средний балл» мало: он бывает и у сильной школы." if told.inflated_alone else ""
    lead = (f"Проверено признаков: {told.judged} из {len(SIGNS)}. Есть: {told.shown}.", alone, _REASON_TO_LOOK)
    return parts.table(title, (("Признак", 2.6), ("Есть ли", 0.8), ("Как это посчитано", 5)), rows, *filter(None, lead))


def objectivity(run: Run) -> list[PrintedTable]:
    """How many schools of the run's year show a sign, among those whom the rule names and among the others."""
    title = "4. Объективность результатов"
    look = AreaLook.objects.filter(area=run.territory, year=run.year).first()
    if look is None or not look.judged:
        return [parts.text(title, *_UNCHECKED)]
    return [parts.text(title, *_region(look)), *_crossed(run), parts.text("Что это ограничивает", *_LIMITS)]


_UNCHECKED = (
    "Признаки необъективности не проверены: первичных баллов ВПР 4 и 5 классов и ОГЭ за этот год нет.",
    "Выводы опираются на отметки, достоверность которых никто не проверял.",
)
_LIMITS = (
    "Школа с завышенными отметками выглядит для правила благополучной: что она не названа, ещё не значит, что ей не "
    "нужна помощь. С таких школ начинают проверку.",
    "О названной школе признак не говорит, что на деле её результаты лучше: это не основание исключать её из списка.",
    _REASON_TO_LOOK,
)


def _region(look: AreaLook) -> list[str]:
    """Nothing is told of fewer than five schools, nor of all but fewer than five."""
    judged = f"Проверено школ: {look.judged} из {look.schools}."
    if min(look.shown, look.judged - look.shown) < FEWEST:
        return [
            judged,
            f"Школ с признаком или без него меньше {FEWEST}: число не названо, чтобы их нельзя было узнать.",
        ]
    told = min(look.several, look.shown - look.several) >= FEWEST
    several = f", признаки разных видов — у {look.several}" if told else ""
    index = f"Индекс объективности региона: {look.index:.0f} (100 минус процент школ с признаком)."
    return [f"{judged} Хотя бы один признак — у {look.shown}{several}. {index}"]


_WORDS = {"there": "есть", "none": "нет", "unknown": "не проверены"}


def _crossed(run: Run) -> list[PrintedTable]:
    """Whom the rule names beside who shows a sign, where no number gives a school away."""
    told = {"there": Q(signs__gt=0), "none": Q(signs=0), "unknown": Q(signs=None)}
    counted = {name: Count("pk", filter=one) for name, one in told.items()}
    rows = list(with_signs(run.verdicts.order_by("-flagged"), run.year).values("flagged").annotate(**counted))
    words = {name: word for name, word in _WORDS.items() if any(row[name] for row in rows)}
    names = {True: "Названы правилом", False: "Не названы"}
    shown = aggregate({(names[row["flagged"]], word): row[name] for row in rows for name, word in words.items()})
    if not shown.cells or len(shown.rows) < 2 or len(shown.columns) < 2:
        return []
    lines = [[name, *(shown.cells[name, word] for word in shown.columns)] for name in shown.rows]
    heads = (("Школы", 3), *((f"Признаки: {word}", 1.5) for word in shown.columns))
    return [parts.table("Кого называет правило и у кого есть признаки", heads, lines)]
