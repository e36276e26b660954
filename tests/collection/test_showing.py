"""A questionnaire never tells of fewer than five people, however often and at whatever moments one looks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opora.collection.definition import read
from opora.collection.showing import FIVE, Spread, spreads, together

ASKED = read(
    {
        "sections": [
            {
                "key": "a",
                "title": "О школе",
                "fields": [
                    {"key": "one", "kind": "choice", "title": "Один", "options": ["да", "нет"]},
                    {"key": "many", "kind": "several", "title": "Несколько", "options": ["x", "y", "z"]},
                    {"key": "word", "kind": "text", "title": "Словами"},
                ],
            }
        ]
    }
)
person = st.fixed_dictionaries(
    {},
    optional={
        "one": st.sampled_from(["да", "нет"]),
        "many": st.lists(st.sampled_from(["x", "y", "z"]), unique=True, min_size=1),
        "word": st.text(alphabet="аб", min_size=1, max_size=3),
    },
)
schools = st.lists(st.lists(person, max_size=17), min_size=1, max_size=3)


@given(schools, st.data())
def test_no_difference_of_two_looks_is_fewer_than_five_people(
    people: list[list[dict[str, object]]], data: st.DataObject
) -> None:
    looks = [[data.draw(st.integers(0, len(one))) for one in people] for _ in range(2)]
    earlier = [min(pair) for pair in zip(*looks, strict=True)]
    later = [max(pair) for pair in zip(*looks, strict=True)]
    seen = [together(spreads(ASKED, one[:n]) for one, n in zip(people, look, strict=True)) for look in (earlier, later)]
    for key in ASKED.fields:
        before, after = seen[0][key], seen[1][key]
        assert (after.asked - before.asked) % FIVE == 0
        if after.asked == before.asked:
            assert after == before
        assert after.asked == 0 or after.asked >= FIVE
        assert sum(before.counts.values()) == 0 or before.asked


def test_of_four_nothing_is_told_and_of_seven_the_first_five() -> None:
    people = [{"one": "да"}] * 3 + [{"one": "нет"}] * 4
    assert spreads(ASKED, people[:4])["one"] == Spread()
    found = spreads(ASKED, people)["one"]
    assert (found.asked, found.counts) == (5, {"да": 3, "нет": 2})
    assert found.share("да") == 0.6
    assert Spread().share("да") is None
