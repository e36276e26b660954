"""What formulas, conditions and checks of a form mean: a small language that always ends and never raises.

учеников / учителей                        округлить(процент(с_овз; учеников); 1)
если(опыт < 3; «молодой»; «опытный»)       сумма(кадры.ставок) ≤ ставок и не пусто(директор)
учеников − прошлое(учеников)               школа_открыта ≥ 01.09.2020 и школа_открыта ≤ сегодня
"""

from opora.collection.language.checking import NUMBER, TEXT, YES, dependencies, form_mistakes, mistakes, order
from opora.collection.language.evaluating import evaluate
from opora.collection.language.nodes import Expression
from opora.collection.language.parsing import Mistake, parse

__all__ = [
    "NUMBER",
    "TEXT",
    "YES",
    "Expression",
    "Mistake",
    "dependencies",
    "evaluate",
    "form_mistakes",
    "mistakes",
    "order",
    "parse",
]
