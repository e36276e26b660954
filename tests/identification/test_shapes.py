"""Parameters as people write them, and the limits they are told."""

from __future__ import annotations

import pytest

from opora.identification.errors import Unfit
from opora.identification.rules.base import Parameter, Rule
from opora.identification.rules.counted import pairs, parameter

SHARE = Parameter("threshold", "share", 0.3, "порог")
COUNT = Parameter("procedures", "integer", 2, "процедур", least=1, most=20)
JOIN = Parameter("join", "choice", "any", "ветви", choices=("any", "all"))


@pytest.mark.parametrize(
    ("parameter", "said", "value"),
    [
        (SHARE, "0.3", 0.3),
        (SHARE, "0,3", 0.3),
        (SHARE, "30%", 0.3),
        (SHARE, "30 %", 0.3),
        (SHARE, 1, 1.0),
        (COUNT, "2", 2),
        (COUNT, "2,0", 2),
        (COUNT, 20, 20),
        (JOIN, "all", "all"),
    ],
)
def test_a_value_is_read_as_people_write_it(parameter: Parameter, said: object, value: object) -> None:
    read = parameter.read(said)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("parameter", "said", "words"),
    [
        (SHARE, "30", "Долю пишут так: «30 %» или «0,3»"),
        (SHARE, "-0,1", "от 0 до 1"),
        (SHARE, "треть", "Нужно число"),
        (COUNT, "2%", "Нужно целое число"),
        (COUNT, "2,5", "Нужно целое число"),
        (COUNT, "0", "от 1 до 20"),
        (JOIN, "some", "any, all"),
    ],
)
def test_an_impossible_value_is_told_what_is_possible(parameter: Parameter, said: object, words: str) -> None:
    with pytest.raises(Unfit, match=words) as told:
        parameter.read(said)
    assert parameter.name in str(told.value)


def test_parameters_of_a_rule_have_their_defaults_and_no_others() -> None:
    class Ours(Rule):
        id = "ours"
        parameters = (SHARE, COUNT)

    assert Ours().read({"threshold": "25%"}) == {"threshold": 0.25, "procedures": 2}
    with pytest.raises(Unfit, match=r"параметра «treshold» нет.*threshold, procedures"):
        Ours().read({"treshold": "25%"})


def test_what_is_counted_may_be_written_in_words() -> None:
    counted = parameter()
    assert counted.read("ВПР, ОГЭ; русский язык, математика (базовая)") == "vpr,oge,rus,mat_base"
    assert pairs(counted.read("ВПР – математика, ege:rus")) == (("ege", "rus"), ("vpr", "mat"))
    assert counted.read(counted.told(counted.default)) == counted.default
    with pytest.raises(Unfit, match="не указано ни предмета"):
        counted.read("ВПР")
