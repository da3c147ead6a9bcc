"""Time of the measures on every county of the nation, beside the plain pandas idiom for the same number.

    python benchmarks/measures.py [STUDY]

STUDY is a study file; without it, the national one of 2016 beside the project is used. Each pair is run
three times on the same table; the fastest counts. Both must give the same figures, which is checked.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import sectorlib as sl
from sectorlib.areas import is_county, state_of
from sectorlib.disclosure import bound_withheld
from sectorlib.membership import membership
from sectorlib.panel import KEYS, aggregate

STUDY = Path(__file__).parents[1].parent / "shared" / "studies" / "united_states_2016.yaml"


def fastest(run: Callable[[], object]) -> tuple[float, object]:
    """Seconds of the fastest of three runs, and what it gives."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        out = run()
        seconds.append(time.perf_counter() - start)
    return min(seconds), out


def plain_quotient(panel: pd.DataFrame, base_area: str) -> pd.Series:
    """Location quotient by merging totals and the base's rows on text keys."""
    table = panel[[*KEYS, "employment"]].astype(dict.fromkeys(KEYS[:3], str))
    totals = table[(table["industry"] == "10") & (table["ownership"] == "0")]
    base = table[table["area"] == base_area]
    base_total = totals[totals["area"] == base_area]
    out = table.merge(
        totals[["area", "year", "employment"]], on=["area", "year"], how="left", suffixes=("", "_total")
    )
    out = out.merge(
        base[["industry", "ownership", "year", "employment"]],
        on=["industry", "ownership", "year"], how="left", suffixes=("", "_base"),
    )  # fmt: skip
    out = out.merge(base_total[["year", "employment"]], on="year", how="left", suffixes=("", "_nation"))
    quotient = (out["employment"] / out["employment_total"]) / (
        out["employment_base"] / out["employment_nation"]
    )
    return quotient.replace([np.inf, -np.inf], np.nan).set_axis(panel.index)


def plain_sums(counties: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    """Sums by group, missing where a part is: no bounds, no word on disclosure."""
    table = counties.assign(area=counties["area"].astype(str).map(group))
    keys = [table["area"], *(table[k].astype(str) for k in KEYS[1:3]), table["year"]]
    return table[["establishments", "employment", "wages"]].groupby(keys).sum(skipna=False)


def plain_pay(panel: pd.DataFrame) -> pd.Series:
    return (panel["wages"] / panel["employment"]).where(panel["employment"] > 0)


def main() -> None:
    study = sl.load_study(sys.argv[1] if len(sys.argv) > 1 else STUDY)
    seconds, panel = fastest(lambda: sl.load_study(study.path).panel)
    print(f"{study.title}: {len(panel):,} rows, assembled from its files in {seconds:.1f} s\n")
    base_area = study.base_area
    counties = panel[is_county(panel["area"])].reset_index(drop=True)
    states = state_of(pd.Series(counties["area"].unique(), dtype=str))
    by_state = membership(pd.Series(states.to_numpy(), index=counties["area"].unique().astype(str)))
    group = by_state.set_index("member")["group"]

    pairs: dict[str, tuple[Callable[[], object], Callable[[], object] | None]] = {
        "location_quotient": (
            lambda: sl.location_quotient(panel, panel, base_area),
            lambda: plain_quotient(panel, base_area),
        ),
        "location_quotient_bounds": (lambda: sl.location_quotient_bounds(panel, panel, base_area), None),
        "average_annual_pay": (lambda: sl.average_annual_pay(panel), lambda: plain_pay(panel)),
        "wage_tier": (lambda: sl.wage_tier(panel, panel, base_area), None),
        "aggregate to states": (
            lambda: aggregate(counties, areas=by_state),
            lambda: plain_sums(counties, group),
        ),
        "bound_withheld": (lambda: bound_withheld(panel), None),
    }
    for label, (ours, plain) in pairs.items():
        seconds, made = fastest(ours)
        line = f"{label:<26}{seconds:>8.2f} s"
        if plain is not None:
            plain_seconds, reference = fastest(plain)
            line += f"   plain pandas {plain_seconds:>8.2f} s   same figures: {_same(made, reference)}"
        print(line)


def _same(made: object, reference: object) -> bool:
    if isinstance(made, pd.Series) and isinstance(reference, pd.Series):
        return bool(np.allclose(made, reference, equal_nan=True))
    assert isinstance(made, pd.DataFrame)
    assert isinstance(reference, pd.DataFrame)
    ours = made.astype(dict.fromkeys(KEYS[:3], "str")).set_index(KEYS)["employment"].sort_index()
    theirs = reference["employment"].rename_axis(KEYS).sort_index()
    return bool(np.allclose(ours.reindex(theirs.index), theirs, equal_nan=True)) and len(ours) == len(theirs)


if __name__ == "__main__":
    main()
