"""Bounds and estimates of withheld cells, scored on real cells masked by the rule, beside a reference.

    python benchmarks/disclosure.py [FILE ...]

Each FILE is a QCEW file of any layout; without them, the real public data beside the project is used: New
York 2000-2017, Ohio 2016 to 6 digits, every county of the nation 2016 to 4 digits. The reference methods are
establishments times the industry's mean size, and the same raked to the parent industry where that is
published.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib.areas import area_kind
from sectorlib.disclosure import (
    bound_withheld,
    errors_of_estimates,
    estimate_withheld,
    hard_bounds,
    mask_panel,
    plausible_ranges,
    score_estimates,
)
from sectorlib.disclosure.identities import families, published
from sectorlib.panel import assemble
from sectorlib.sources.qcew import read_annual

DATA = Path(__file__).parents[1].parent / "shared" / "data"

SETS = {
    "New York 2000-2017": sorted(DATA.glob("ny/ny_annual_2000_2017.csv.gz")),
    "Ohio 2016": sorted(DATA.glob("qcew/by_area/2016.q1-q4.by_area.OH.zip")),
    "United States 2016": sorted(DATA.glob("qcew/us_2016/us*2016*")),
}

SEED = 1


def mean_size(panel: pd.DataFrame) -> pd.Series:
    """Establishments times the mean size of the industry's published county cells of the year."""
    cells = panel.assign(employment=published(panel, "employment"))
    local = ~area_kind(cells["area"]).isin(["state", "nation"]) & cells["employment"].notna()
    key = ["industry", "ownership", "year"]
    sums = cells[local].groupby(key, observed=True)[["employment", "establishments"]].sum()
    size = (sums["employment"] / sums["establishments"].clip(lower=1)).rename("size")
    sizes = cells[key].join(size, on=key)["size"]
    guess = cells["establishments"].fillna(1).clip(lower=0.5) * sizes.fillna(sizes.median())
    return cells["employment"].fillna(guess)


def raked_to_parent(panel: pd.DataFrame) -> tuple[pd.Series, np.ndarray]:
    """Mean sizes scaled to what the parent has left where it is published; and which cells have such one."""
    jobs, guess = published(panel, "employment"), mean_size(panel).to_numpy()
    unknown = np.isnan(jobs)
    family = next(f for f in families(panel) if f.name == "industry")
    size = len(family.total)
    left = jobs[family.total] - np.bincount(family.group, np.nan_to_num(jobs[family.parts]), size)
    together = np.bincount(family.group, np.where(unknown, guess, 0.0)[family.parts], size)
    scale = np.where(np.isnan(left) | (together <= 0), 1.0, np.maximum(left, 0) / np.maximum(together, 1e-9))
    raked, has_parent = guess.copy(), np.zeros(len(jobs), dtype=bool)
    raked[family.parts] *= scale[family.group]
    has_parent[family.parts] = ~np.isnan(left)[family.group]
    return pd.Series(np.where(unknown, raked, jobs), index=panel.index), has_parent


def weighted_error(truth: pd.Series, estimate: pd.Series, rows: np.ndarray) -> float:
    """Weighted absolute percentage error over chosen rows."""
    return float(100 * (estimate - truth)[rows].abs().sum() / truth[rows].sum())


def of_remainder(masked: pd.DataFrame, estimates: pd.DataFrame, rows: np.ndarray) -> float:
    """Median width of hard bounds over what the published parent leaves its withheld parts."""
    jobs = published(masked, "employment")
    family = next(f for f in families(masked) if f.name == "industry")
    left = jobs[family.total] - np.bincount(
        family.group, np.nan_to_num(jobs[family.parts]), len(family.total)
    )
    remainder = np.full(len(jobs), np.nan)
    remainder[family.parts] = left[family.group]
    width = (estimates["employment_high"] - estimates["employment_low"]).to_numpy(dtype=float)
    share = np.divide(width, remainder, out=np.full(len(jobs), np.nan), where=remainder > 0)
    return float(np.nanmedian(share[rows]))


def missed_sums(estimates: pd.DataFrame) -> float:
    """Share of exact identities that estimates miss by more than rounding and a thousandth."""
    withheld = (estimates["disclosure"] == "estimated").to_numpy()
    value = estimates["employment"].to_numpy(dtype=float)
    missed, number = 0, 0
    for family in families(estimates):
        used = family.open(withheld)
        size = len(used.total)
        off = np.abs(value[used.total] - np.bincount(used.group, value[used.parts], size))[used.exact]
        slack = 0.5 * (np.bincount(used.group, minlength=size) + 1)[used.exact]
        missed += int((off > slack + 0.001 * value[used.total][used.exact]).sum())
        number += len(off)
    return missed / max(number, 1)


def single_years(panel: pd.DataFrame) -> pd.DataFrame:
    """Estimates of each year by itself, as if there were no other."""
    years = [estimate_withheld(rows) for _, rows in panel.groupby("year")]
    return pd.concat(years).loc[panel.index]


def report(name: str, panel: pd.DataFrame) -> None:
    """Print seconds, widths and scores of one panel."""
    start = time.perf_counter()
    hard_bounds(panel)
    print(f"\n{name}: {len(panel):,} rows; hard bounds {time.perf_counter() - start:.1f} s")
    masked = mask_panel(panel, SEED)
    hidden = (masked["masked"] != "").to_numpy()
    from_above = bound_withheld(masked)
    start = time.perf_counter()
    estimates = estimate_withheld(masked)
    print(f"{hidden.sum():,} cells masked; estimates {time.perf_counter() - start:.1f} s")
    truth = panel["employment"]
    raked, has_parent = raked_to_parent(masked)
    methods = {"mean size": mean_size(masked), "raked to parent": raked, "estimate": estimates["employment"]}
    if panel["year"].min() < panel["year"].max():
        methods["estimate, each year by itself"] = single_years(masked)["employment"]
    print("weighted absolute percentage error: all masked cells, and those whose parent is published")
    for method, figure in methods.items():
        errors = [weighted_error(truth, figure, rows) for rows in (hidden, hidden & has_parent)]
        print(f"  {method:30} {errors[0]:6.1f} {errors[1]:6.1f}")
    for by in (["level"], ["masked"], ["level", "masked"]):
        print(score_estimates(panel, estimates, by=by).round(2).to_string())
    print(
        f"median width of hard bounds as a share of the parent's remainder: {of_remainder(masked, estimates, hidden):.2f}"
    )
    widths = (from_above["employment_high"] - from_above["employment_low"])[hidden]
    print(f"median width of the bounds from above alone: {widths.median():.0f} jobs")
    ranges = plausible_ranges(estimates, masked, errors_of_estimates(masked))
    inside = truth.between(ranges["employment_low_80"], ranges["employment_high_80"])
    print(f"plausible ranges of 80 % hold {100 * inside[hidden].mean():.0f} % of masked cells")
    print(f"estimates miss {missed_sums(estimates):.2%} of sums by more than rounding and a thousandth")


def main() -> None:
    files = [Path(argument) for argument in sys.argv[1:]]
    for name, paths in ({"files": files} if files else SETS).items():
        if paths:
            read = read_annual(paths)
            report(name, assemble(read.rows, read.absent))


if __name__ == "__main__":
    main()
