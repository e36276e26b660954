"""How true the lists are: every rule on simulated regions whose truth is known.

Prints, for docs/method and docs/performance.md:
1. rules: the share of the truly lowest tenth they find, as a ratio to the best attainable with a list of the same
   length (the posterior under the true model), small schools among the listed beside the truth, and how much their
   lists «improve» in the next year although nobody was helped;
2. `fair`: coverage of the 95 % intervals by size of the cohort, calibration of the probability, also in worlds that
   break its assumptions;
3. `fair` beside a full Bayesian fit of statsmodels; 4. its time for a country.

Run it whole (`python benchmarks/identification_truth.py`, five minutes) or by parts (`… rules fair bayes country`).
"""

from __future__ import annotations

import itertools
import sys
import time
import warnings

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from _oracle import posterior
from opora.identification.rules import rules
from opora.identification.rules.base import Rule
from opora.identification.rules.fair import Fair
from opora.identification.simulation import WORKS, SimulatedRegion, Work, World, region
from opora.identification.statistics.ranks import Ranks

SMALL = 15  # pupils a cohort
YEARS = (2022, 2023, 2024, 2025, 2026)
NOW, NEXT = 2025, 2026
RICH = (*WORKS, Work("ege", "mat_base", 11, 0.06, (6, 11, 16), 21, taking=0.4))
POOR = tuple(work for work in WORKS if work.procedure == "oge")
WORLDS = {
    "as assumed": (World(), {}),
    "as assumed, a fifth without passports": (World(passports=0.8), {}),
    "context unknown": (World(), {"context": "none"}),
    "context without effect": (World(context_effect=0.0), {}),
    "heavy tails of schools (t, 4)": (World(tails=4.0), {}),
    "small schools truly lower": (World(size_effect=-0.3), {}),
    "strong in one subject, weak in another": (World(lasting_work_sd=0.3), {}),
    "noisier years (0.45)": (World(year_sd=0.45, work_sd=0.3), {}),
    "pupils followed over years (0.85)": (World(pupil_memory=0.85), {}),
    "neighbouring years correlated (0.6)": (World(year_memory=0.6), {}),
}
SIZES = (5, 8, 12, 16, 23, 32, 46, 65, 90, 121)


def share_failed(simulated: SimulatedRegion, years: tuple[int, ...], procedures: tuple[str, ...] = ()) -> np.ndarray:
    shape = (len(simulated.years), len(simulated.works), len(simulated.ids))
    n, y = (simulated.counts[name].to_numpy().reshape(shape) for name in ("participants", "failed"))
    kept = [t for t, year in enumerate(simulated.years) if year in years]
    works = [k for k, work in enumerate(simulated.works) if not procedures or work.procedure in procedures]
    n, y = (part[kept][:, works].sum(axis=(0, 1)) for part in (n, y))
    return y / np.maximum(n, 1)


def worst(values: np.ndarray, count: int) -> np.ndarray:
    flags = np.zeros(len(values), dtype=bool)
    flags[np.argsort(-values, kind="stable")[:count]] = True
    return flags


def verdicts(rule: Rule, simulated: SimulatedRegion, said: dict[str, object] | None = None) -> pa.Table:
    if rule.id == "fair":  # without DuckDB, which would give it the same counts
        values = rule.read(said or {})
        counts = simulated.counts.filter(pc.is_in(simulated.counts["year"], pa.array(rule.years(NOW, values))))
        return rule.judge({"counts": counts}, simulated.schools, NOW, values).table
    from opora.identification.running import Aggregated, identify

    data = Aggregated(simulated.counts, simulated.tallies if rule.id == "lowest-quartile" else None)
    return identify(data, simulated.schools, rule, NOW, said or {}).outcome.table


def rules_table(works: tuple[Work, ...], regions: int) -> None:
    rows: dict[str, list[tuple[float, ...]]] = {}
    for seed in range(regions):
        simulated = region(1000 + seed, 400, YEARS, works=works)
        _, best = posterior(simulated, (2023, 2024, 2025))
        chance = Ranks(best).within(40)
        low, small = worst(simulated.standing, 40), simulated.cohort < SMALL
        now, later = share_failed(simulated, (NOW,)), share_failed(simulated, (NEXT,))
        common = later.mean() - now.mean()
        lists = {"best attainable": worst(chance, 40)}
        for name, years in (
            ("one raw year, worst tenth", (NOW,)),
            ("three raw years, worst tenth", (2023, 2024, 2025)),
        ):
            lists[name] = worst(share_failed(simulated, years), 40)
        for rule in rules():
            if works is POOR and rule.id not in {"fair", "fioko-2025", "stable-low"}:
                continue
            lists[rule.id] = np.array(verdicts(rule, simulated)["flagged"].to_pylist(), dtype=bool)
        for name, listed in lists.items():
            count = int(listed.sum())
            attainable = int((low & worst(chance, count)).sum())
            truly = worst(simulated.standing, count)
            rows.setdefault(name, []).append(
                (
                    count,
                    int((low & listed).sum()),
                    attainable,
                    int((small & listed).sum()),
                    int((small & truly).sum()),
                    float((now - later + common)[listed].sum()),
                )
            )
    print("| Rule | Listed of 400 | Truly lowest 40 found | To the best attainable | Small among listed | Small truly "
          "| «Improves» next year, points |\n|---|---|---|---|---|---|---|")  # fmt: skip
    for name, values in rows.items():
        count, found, attainable, little, truly_little, gain = np.array(values).sum(axis=0)
        if not count:
            print(f"| {name} | 0 | | | | | |")
            continue
        print(f"| {name} | {count / regions:.0f} | {found / (40 * regions):.1%} | {found / max(attainable, 1):.3f} | "
              f"{little / count:.1%} | {truly_little / count:.1%} | {100 * gain / count:.1f} |")  # fmt: skip


def fair_worlds(schools: int, many: int, few: int) -> None:
    fair = Fair()
    heads = " | ".join(f"{a}–{b - 1}" for a, b in itertools.pairwise(SIZES))
    print(f"| World | Schools | Found / raw three years | Small: listed / truly | All sizes | {heads} |")
    print("|---|---|---|---|---|" + "---|" * (len(SIZES) - 1))
    calibrations = {}
    for name, (world, said) in WORLDS.items():
        parts = []
        for seed in range(many if name == "as assumed" else few):
            simulated = region(5000 + seed, schools, (2023, 2024, 2025), world=world, works=POOR)
            values = fair.read(said)
            table = fair.judge({"counts": simulated.counts}, simulated.schools, NOW, values).table
            true, low = simulated.shares(simulated.years), worst(simulated.standing, schools // 10)
            raw = worst(share_failed(simulated, simulated.years), schools // 10)
            columns = [
                table[n].to_numpy(zero_copy_only=False) for n in ("share_low", "share_high", "probability", "flagged")
            ]
            covered = (columns[0] <= true) & (true <= columns[1])
            parts.append(np.array([covered, columns[2], columns[3], low, raw, simulated.cohort], dtype=float))
        covered, chance, listed, low, raw, cohort = np.concatenate(parts, axis=1)
        listed, low, raw = (flags.astype(bool) for flags in (listed, low, raw))
        cells = [f"{covered[(cohort >= a) & (cohort < b)].mean():.1%}" for a, b in itertools.pairwise(SIZES)]
        print(f"| {name} | {len(low)} | {listed[low].mean():.1%} / {raw[low].mean():.1%} | "
              f"{(cohort[listed] < SMALL).mean():.1%} / {(cohort[low] < SMALL).mean():.1%} | {covered.mean():.1%} | "
              f"{' | '.join(cells)} |")  # fmt: skip
        tenth = np.minimum((chance * 10).astype(int), 9)
        calibrations[name] = [
            (chance[tenth == k].mean(), low[tenth == k].mean(), int((tenth == k).sum())) for k in range(10)
        ]
    print("\n| World | " + " | ".join(f"{k * 10}–{k * 10 + 10} %" for k in range(10)) + " | Greatest miss |")
    print("|---|" + "---|" * 11)
    for name, tenths in calibrations.items():
        cells = [f"{said:.1%} → {true:.1%} ({count})" for said, true, count in tenths]
        miss = max(abs(said - true) for said, true, _ in tenths)
        print(f"| {name} | {' | '.join(cells)} | {100 * miss:.1f} points |")


def bayes() -> None:
    """A world where both models are the same: no years, no pupils; statsmodels approximates by a normal."""
    from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

    world = World(year_sd=0.0, work_sd=0.0, pupil_sd=0.0, difficulty_sd=0.0, context_effect=0.0)
    simulated = region(77, 150, (2025,), world=world, works=POOR[1:])
    fair = Fair()
    table = fair.judge(
        {"counts": simulated.counts}, simulated.schools, NOW, fair.read({"years": 1, "context": "none"})
    ).table
    n, y = (simulated.counts[name].to_numpy() for name in ("participants", "failed"))
    rows = np.repeat(np.arange(150), n)
    failed = np.concatenate([np.arange(k) < f for k, f in zip(n, y, strict=True)]).astype(float)
    schools = np.zeros((len(rows), 150))
    schools[np.arange(len(rows)), rows] = 1
    places = np.zeros((len(rows), int(simulated.municipality.max()) + 1))
    places[np.arange(len(rows)), simulated.municipality[rows]] = 1
    kinds = np.array([0] * 150 + [1] * places.shape[1])
    model = BinomialBayesMixedGLM(
        failed, np.ones((len(rows), 1)), np.hstack([schools, places]), kinds, vcp_p=1.0, fe_p=2.0
    )
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = model.fit_vb()
    seconds = time.perf_counter() - start
    level = found.fe_mean[0] + found.vc_mean[:150] + found.vc_mean[150:][simulated.municipality]
    theirs = 1 / (1 + np.exp(-level))
    ours = table["share"].to_numpy()
    true = simulated.shares((2025,))
    apart, error = 100 * np.abs(ours - theirs).mean(), {}
    for name, estimate in (("fair", ours), ("statsmodels", theirs), ("raw shares", y / n)):
        error[name] = f"{name} {100 * np.abs(estimate - true).mean():.2f}"
    print(f"150 schools, {n.sum()} works, statsmodels (variational, {seconds:.1f} s) beside fair: correlation "
          f"of shares {np.corrcoef(ours, theirs)[0, 1]:.4f}, mean difference {apart:.2f} points; mean error beside the "
          f"truth in points: {', '.join(error.values())}")  # fmt: skip


def country() -> None:
    simulated = region(9, 40_000, (2023, 2024, 2025), works=RICH)
    counts, rows = simulated.counts, simulated.counts.num_rows
    fair = Fair()
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        table = fair.judge({"counts": counts}, simulated.schools, NOW, fair.read({})).table
        seconds.append(time.perf_counter() - start)
    same = fair.judge({"counts": counts}, simulated.schools, NOW, fair.read({})).table.equals(table)
    print(
        f"fair, 40,000 schools, {rows:,} rows of counts: {min(seconds):.1f}–{max(seconds):.1f} s, the same bits: {same}"
    )


PARTS = {
    "rules": lambda: (print("\n### Seven works a year\n"), rules_table(RICH, 10), print("\n### ОГЭ alone\n"),
                      rules_table(POOR, 30)),
    "fair": lambda: fair_worlds(1000, 100, 8),
    "bayes": bayes,
    "country": country,
}  # fmt: skip

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        start = time.perf_counter()
        print(f"\n## {part}\n")
        PARTS[part]()
        print(f"\n({time.perf_counter() - start:.0f} s)", flush=True)
