"""The index of adverse conditions, the clusters built on it, and what missing values do."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.identification.clusters import Thresholds, clusters
from opora.identification.context import Indicator, Weights, context, weights
from opora.identification.errors import Unfit

TWO = Weights("t", "t", "t", (Indicator("poor", "бедных", 2, True), Indicator("degree", "образованных", 1, False)))


def test_the_index_by_hand() -> None:
    """poor 0.1, 0.3 → −1, 1; degree 0.6, 0.2 → 1, −1, turned −1, 1: weighted −1, 1."""
    found = context(pa.table({"poor": [0.1, 0.3], "degree": [0.6, 0.2]}), TWO)
    assert found.index.tolist() == pytest.approx([-1.0, 1.0])
    assert found.known.tolist() == [1.0, 1.0]


def test_missing_is_said_and_is_not_zero() -> None:
    schools = pa.table({"poor": [0.1, 0.3, None, 0.2], "degree": [0.6, 0.2, 0.2, None]})
    found = context(schools, TWO, least_known=0.5)
    assert np.isnan(found.index[2])  # only a third of the weight is known
    assert found.missing[2] == ("бедных",)
    assert found.missing[3] == ("образованных",)
    assert found.known.tolist() == pytest.approx([1, 1, 1 / 3, 2 / 3])
    as_zero = context(pa.table({"poor": [0.1, 0.3, 0.0, 0.2], "degree": [0.6, 0.2, 0.2, 0.0]}), TWO)
    assert found.index[3] < as_zero.index[3]
    nothing = context(pa.table({"name": ["a", "b"]}), TWO)
    assert np.isnan(nothing.index).all()


def test_the_published_weights_are_read() -> None:
    found = weights()
    assert {"both_higher_education", "low_income", "settlement"} <= {one.name for one in found.indicators}
    assert all(one.title and one.weight > 0 for one in found.indicators)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1", "не прочитаны"),
        ("{", "не прочитаны"),
        ("{version: 1, title: t, source: s, indicators: []}", "больше нуля"),
        (
            "{version: 1, title: t, source: s, indicators: ["
            "{name: a, title: a, weight: 1, adverse: true}, {name: a, title: a, weight: 1, adverse: true}]}",
            "дважды",
        ),
        (
            "{version: 1, title: t, source: s, indicators: [{name: a, title: a, weight: 0, adverse: true}]}",
            "больше нуля",
        ),
    ],
)
def test_wrong_weights_are_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unfit, match=said):
        weights(path)


def test_five_clusters_by_hand() -> None:
    failing = np.array([0.50, 0.45, 0.10, 0.05, 0.20, 0.30, 0.22, np.nan])
    index = np.array([-1.0, 2.0, 2.1, -1.0, 0.0, 0.1, np.nan, 0.0])
    found = clusters(failing, index, Thresholds(low=0.25, good=0.5, leading=0.25, adverse=0.3))
    assert found.names == (
        "low_results",
        "low_in_adverse_conditions",
        "resilient",
        "leading",
        "steady",
        "steady",
        "steady",
        "unknown",
    )
    assert "индекс +2,1" in found.reasons[2]
    assert "условия неизвестны" in found.reasons[6]
    with pytest.raises(Unfit, match="больше 100 %"):
        Thresholds(low=0.6, good=0.5)
    with pytest.raises(Unfit, match="больше 0 %"):
        Thresholds(adverse=0)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-3, 3) | st.just(float("nan"))), min_size=1, max_size=40))
def test_a_cluster_never_contradicts_its_figures(rows: list[tuple[float, float]]) -> None:
    failing, index = (np.array([row[i] for row in rows]) for i in range(2))
    found = clusters(failing, index)
    for (share, adversity), name in zip(rows, found.names, strict=True):
        hard = adversity >= found.adverse_from
        assert (name in {"low_in_adverse_conditions", "resilient"}) <= hard
        assert (name in {"low_results", "leading"}) <= (not hard)
        assert (name in {"low_results", "low_in_adverse_conditions"}) <= (share >= found.low_from)
        assert (name == "resilient") <= (share <= found.good_to)
