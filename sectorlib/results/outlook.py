"""What next: official projections, a statistical trend beside them, and its track record."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pandas as pd

from sectorlib import naics, projection
from sectorlib.exceptions import NotSupportedError
from sectorlib.projection.official import official_cautions
from sectorlib.projection.series import employment_series, projectable
from sectorlib.resources import definitions
from sectorlib.results import needs
from sectorlib.results.registry import Results, gives
from sectorlib.results.shared import AREA, named, with_grain
from sectorlib.schemas import PROJECTIONS, Column, Table
from sectorlib.study import ALL_AREAS

Made = TypeVar("Made")

#: The levels that are projected and how: all jobs cautiously, since they have no larger economy to lean on;
#: below 3 digits series are short of figures.
METHODS = {"total": "cautious", "sector": "ensemble", "3": "ensemble"}

#: Kinds of cautions that are a change between two years.
JUMPS = ("jump", "entry", "exit", "redefined")

_INDUSTRY = (
    Column("industry", "code", "", "NAICS code; 10 is jobs of all ownerships"),
    Column("industry_title", "text", "", "short title"),
)

PROJECTION_RESULT = Table(
    "projections", PROJECTIONS.key,
    (
        *AREA, *_INDUSTRY, PROJECTIONS.columns[2],
        Column("official_employment", "number", "jobs, annual average", "the last observed jobs, grown as the official projection", optional=True),
        Column("official_area", "text", "", "whose official projection it is; empty without one"),
        Column("official_growth", "number", "% a year", "growth of the official projection", optional=True),
        *(Column(c.name, c.kind, c.unit, f"our trend: {c.meaning}", optional=c.name != "employment") for c in PROJECTIONS.columns[3:]),
        *(Column(f"annual_growth{end}", "number", "percent a year", meaning)
          for end, meaning in (("", "our trend: from the last observed jobs to the year"),
                               ("_low_80", "to the lower end of the 80 % interval"),
                               ("_high_80", "to the upper end of the 80 % interval"))),
        Column("sum_of", "text", "", "what our figure is exactly the sum of: areas, industries (with a rest for what is not shown)"),
        Column("official_inside_95", "flag", "", "whether the official figure lies in our 95 % interval", optional=True),
    ),
    grain="region, county and base",
)  # fmt: skip

HINDCAST = Table(
    "hindcast", PROJECTIONS.key,
    (
        *AREA, *_INDUSTRY, PROJECTIONS.columns[2],
        Column("origin", "year", "year", "the last year of the data that the projection would have known"),
        Column("employment_then", "number", "jobs, annual average", "in that year"),
        *(Column("projected" if c.name == "employment" else c.name, c.kind, c.unit, f"from origin: {c.meaning}", optional=c.name != "employment") for c in PROJECTIONS.columns[3:]),
        Column("employment", "number", "jobs, annual average", "what happened; missing where withheld", optional=True),
        Column("inside_80", "flag", "", "whether that lies in the 80 % interval", optional=True),
    ),
    grain="region, county and base",
)  # fmt: skip

OFFICIAL = Table(
    "official-projections", ("area", "industry"),
    (
        *AREA[1:], *_INDUSTRY,
        Column("base_year", "year", "year", "projected from"),
        Column("target_year", "year", "year", "projected to"),
        Column("base_employment", "number", "jobs", "in the base year, as its publisher counts"),
        Column("target_employment", "number", "jobs", "in the target year"),
        Column("growth_per_year", "number", "% a year", "from base to target"),
        Column("covers", "text", "", "the codes that the figures are of, where they are several"),
        Column("caution", "text", "", "why the growth is not applied here; empty where it is"),
        Column("file", "text", "", "the study's file"),
    ),
    grain="industry of an area that has an official projection",
)  # fmt: skip

CAUTIONS = Table(
    "projection-cautions", ("area", "industry", "kind", "year"),
    (
        *AREA, *_INDUSTRY,
        Column("kind", "code", "", "jump, entry (from no jobs), exit (to none), redefined (any of these as the code was redefined), short, not projected"),
        Column("year", "year", "year", "of the jump, else the latest"),
        Column("change", "number", "%", "of jobs in the year of a jump", optional=True),
        Column("caution", "text", "", "in words"),
    ),
    grain="series that is projected with care, or not",
)  # fmt: skip

_SCORES = (
    Column("n_series", "number", "series", "scored"),
    Column("n_origins", "number", "years", "from which was projected"),
    Column("mase", "number", "mean yearly changes", "mean absolute error over the series' mean absolute change from year to year", optional=True),
    Column("wape", "number", "%", "absolute errors over jobs, both summed", optional=True),
    Column("median_ape", "number", "%", "median absolute error, of jobs", optional=True),
    Column("sign_accuracy", "number", "%", "of changes projected in the right direction", optional=True),
    Column("quantile_loss", "number", "%", "weighted quantile loss over jobs", optional=True),
    Column("coverage_80", "number", "%", "of outcomes within the 80 % interval", optional=True),
    Column("coverage_95", "number", "%", "of outcomes within the 95 % interval", optional=True),
    Column("worst_coverage_80", "number", "%", "of outcomes within the 80 % interval, from the year it held least", optional=True),
    Column("worst_origin", "year", "year", "that year: what was known ended with it", optional=True),
)  # fmt: skip


def _scorecard(by: str | None, meaning: str) -> Table:
    broken = () if by is None else (Column(by, "text", "", meaning),)
    return Table(
        "backtest" if by is None else f"backtest-by-{by}",
        ("level", *(column.name for column in broken), "method", "horizon"),
        (
            Column("level", "code", "", "series scored: total, sector, 3 (digits)"),
            *broken,
            Column("method", "text", "", "projection method; the study's comes first"),
            Column("horizon", "number", "years", "ahead"),
            *_SCORES,
        ),
        grain="level of industry, method and horizon" if by is None else f"level, {by}, method and horizon",
    )


BACKTEST = _scorecard(None, "")
BACKTEST_BY_INDUSTRY = _scorecard("industry", "NAICS code")
BACKTEST_BY_SIZE = _scorecard("size", "jobs at the origin")


def _projectable(results: Results) -> None:
    """Series of some level that can be projected."""
    _of_each(_levels(results), lambda level: level.projectable())


def _projectable_then(results: Results) -> None:
    """Enough years before those that a projection made as many years ago reached."""
    years = results.study.years
    until = years[-1] - results.study.file.horizon
    least, given = definitions("projection")["observed_years"]["value"], sum(y <= until for y in years)
    if given < least:
        raise NotSupportedError(
            f"{given} years of data up to {until}, too few to have projected {years[-1]} from",
            f"at least {least} years, and as many as a projection reaches after them",
            "add earlier years to the study",
        )
    _of_each(
        {name: level.until(until) for name, level in _levels(results).items()},
        lambda level: level.projectable(),
    )


def _observed(results: Results) -> None:
    """Enough years of some level to learn from."""
    _of_each(_levels(results), lambda level: employment_series(level.panel))


@gives(
    PROJECTION_RESULT,
    "A statistical trend of employment with intervals, official projections before it.",
    needs=[_projectable],
)
def _projections(results: Results) -> pd.DataFrame:
    study = results.study
    levels = _levels(results)
    table = _added_up(results, levels)
    panel = pd.concat([level.panel for level in levels.values()], ignore_index=True)
    table = _with_annual_growth(_beside_official(results, table, panel), results)
    return PROJECTION_RESULT.select(named(with_grain(table, results.reported), study))


@gives(
    HINDCAST,
    "What would have been projected as many years ago as a projection reaches, and what happened.",
    needs=[_projectable, _projectable_then],
)
def _hindcast(results: Results) -> pd.DataFrame:
    study, key = results.study, ["area", "industry"]
    levels = _levels(results)
    until = study.years[-1] - study.file.horizon
    then = {name: level.until(until) for name, level in levels.items()}
    table = _added_up(results, then).rename(columns={"employment": "projected"})
    known = pd.concat([level.panel for level in levels.values()])[[*key, "year", "employment"]]
    known = known.astype(dict.fromkeys(key, str))
    origin = int(known.loc[known["year"] <= until, "year"].max())
    now = (
        known[known["year"] == origin].drop(columns="year").rename(columns={"employment": "employment_then"})
    )
    table = (
        table.assign(origin=origin).merge(now, on=key, how="left").merge(known, on=[*key, "year"], how="left")
    )
    inside = table["employment"].between(table["low_80"], table["high_80"]).astype("boolean")
    table["inside_80"] = inside.where(table[["employment", "low_80"]].notna().all(axis=1))
    return HINDCAST.select(named(with_grain(table, results.reported), study))


@gives(
    OFFICIAL,
    "What official projections say, and whether their growth is applied.",
    figures=(),
    needs=[needs.OFFICIAL_PROJECTIONS],
)
def _official(results: Results) -> pd.DataFrame:
    study, table = results.study, needs.OFFICIAL_PROJECTIONS(results)
    span = table["target_year"] - table["base_year"]
    ratio = table["target_employment"] / table["base_employment"]
    table = table.assign(
        growth_per_year=100 * (ratio ** (1 / span) - 1),
        covers=table["group"],
        caution=official_cautions(table, study.years[-1]),
    )
    return OFFICIAL.select(named(table, study))


@gives(
    CAUTIONS,
    "Series with a jump, too short for a trend of their own, or not projected, and why.",
    needs=[_observed],
)
def _cautions(results: Results) -> pd.DataFrame:
    rows = results.reported
    shown = set(rows.loc[rows["grain"] != "county", "area"].astype(str))
    parts = _of_each(_levels(results), lambda level: level.cautions(shown))
    table = pd.concat(parts.values(), ignore_index=True)
    return CAUTIONS.select(named(with_grain(table, rows), results.study))


@gives(BACKTEST, "How far projections have been off, beside the simplest methods.", needs=[_observed])
def _backtest(results: Results) -> pd.DataFrame:
    return _scored(results, None)


@gives(BACKTEST_BY_INDUSTRY, "The same by industry.", needs=[_observed])
def _backtest_by_industry(results: Results) -> pd.DataFrame:
    return _scored(results, "industry")


@gives(BACKTEST_BY_SIZE, "The same by jobs at the origin.", needs=[_observed])
def _backtest_by_size(results: Results) -> pd.DataFrame:
    return _scored(results, "size")


def _scored(results: Results, by: str | None) -> pd.DataFrame:
    horizon = results.study.file.horizon
    parts = _of_each(_levels(results), lambda level: level.backtest(horizon, by))
    frame = pd.concat([part.assign(level=name) for name, part in parts.items()], ignore_index=True)
    return (
        BACKTEST if by is None else BACKTEST_BY_INDUSTRY if by == "industry" else BACKTEST_BY_SIZE
    ).select(frame.astype({by: str}) if by else frame)


@dataclass(frozen=True)
class _Level:
    """The series of one level of industries, the base they lean on, their method, and how their years ended."""

    panel: pd.DataFrame
    base: pd.DataFrame
    method: str
    ends: pd.DataFrame

    def project(self, horizon: int) -> pd.DataFrame:
        return projection.project(self.panel, horizon, self.method, self.base, self.ends)

    def projectable(self) -> None:
        projectable(employment_series(self.panel))

    def until(self, year: int) -> _Level:
        """What was known at the end of a year."""
        panel, base, ends = (frame[frame["year"] <= year] for frame in (self.panel, self.base, self.ends))
        return replace(self, panel=panel, base=base, ends=ends)

    def backtest(self, horizon: int, by: str | None) -> pd.DataFrame:
        return projection.backtest(self.panel, horizon, self.method, self.base, by, self.ends)

    def cautions(self, shown: set[str]) -> pd.DataFrame:
        panel = self.panel[self.panel["area"].astype(str).isin(shown)]
        jumps = projection.jumps(panel)
        jumps = jumps.assign(
            kind=jumps["kind"].where(~jumps["redefined"].astype(bool), "redefined"),
            caution=[_jump_in_words(jump) for jump in jumps.to_dict("records")],
        )
        reasons = projection.projection_reasons(panel).rename(columns={"reason": "caution"})
        short = reasons["caution"].str.contains("grows as its industry")
        kind = short.map({True: "short", False: "not projected"})
        latest = int(panel["year"].max())
        return pd.concat([jumps, reasons.assign(kind=kind, year=latest)], ignore_index=True)


def _jump_in_words(jump: dict[Hashable, Any]) -> str:
    years = f"from {jump['year'] - 1} to {jump['year']}"
    if jump["kind"] == "entry":
        text = f"from no jobs to {jump['after']:,.0f} {years}"
    else:
        text = f"{jump['change']:+.0f}% {years}".replace("-", "\N{MINUS SIGN}")
    return text + (", when the industry's code was redefined" if jump["redefined"] else "")


def _levels(results: Results) -> dict[str, _Level]:
    """The series of each level, which learn from their own past errors: totals are steadier than industries.

    Regions and the base; counties too for totals and sectors, from which regions add up.
    """
    study, rows = results.study, results.reported
    of_base = rows["grain"] == "base"
    total = rows[(rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")]
    own = rows[(rows["ownership"] == study.ownership) & (rows["industry"] != naics.TOTAL)]
    level = naics.levels(own["industry"])
    panels = {
        "total": total,
        "sector": own[level == "sector"],
        "3": own[(level == "3") & (own["grain"] != "county")],
    }
    bases = dict.fromkeys(panels, _base(results)) | {"total": total[of_base.reindex(total.index)]}
    ends = _year_ends(results)
    owned = {name: "0" if name == "total" else study.ownership for name in panels}
    return {
        name: _Level(panel, bases[name], METHODS[name], ends[ends["ownership"] == owned[name]])
        for name, panel in panels.items()
    }


def _year_ends(results: Results) -> pd.DataFrame:
    """How years ended in counties, regions and the base, from quarters of cells whose year is published here."""
    study, key = results.study, ["area", "industry", "ownership", "year"]
    shown = study.panel.loc[study.panel["employment"].notna(), key]
    if study.quarters.empty:
        return pd.DataFrame(columns=[*key, "year_end"])
    text = dict.fromkeys(key[:3], str)
    quarters = study.quarters.astype(text).merge(shown.astype(text), on=key)
    return projection.year_ends(quarters, study.regions)


def _added_up(results: Results, levels: dict[str, _Level]) -> pd.DataFrame:
    """Projections of every level that has any, of which regions are the sum of counties and totals of sectors."""
    study = results.study
    made = _of_each(levels, lambda level: level.project(study.file.horizon))
    panel = pd.concat([levels[name].panel for name in made], ignore_index=True)
    areas = study.regions
    if study.base_area == ALL_AREAS:
        everything = pd.DataFrame({"member": study.counties, "group": ALL_AREAS, "weight": 1.0})
        areas = pd.concat([areas, everything], ignore_index=True)
    base = _base(results)
    base = base[base["year"] <= panel["year"].max()]
    table = projection.add_up(pd.concat(made.values(), ignore_index=True), panel, areas, base)
    return table.astype({"area": str, "industry": str})


def _base(results: Results) -> pd.DataFrame:
    """Industries and total of the base in the study's ownership."""
    rows = results.reported
    return rows[(rows["grain"] == "base") & (rows["ownership"] == results.study.ownership)]


def _of_each(levels: dict[str, _Level], compute: Callable[[_Level], Made]) -> dict[str, Made]:
    """What comes of each level; the first reason if nothing comes of any."""
    made, reasons = {}, []
    for name, level in levels.items():
        try:
            made[name] = compute(level)
        except NotSupportedError as error:
            reasons.append(error)
    if not made:
        raise reasons[0]
    return made


def _with_annual_growth(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    """The table with compound growth a year from the last observed jobs of each series to each year projected."""
    rows, key = results.reported, ["area", "industry"]
    whole = (rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")
    own = (rows["industry"] != naics.TOTAL) & (rows["ownership"] == results.study.ownership)
    known = rows[(whole | own) & rows["employment"].notna()].sort_values("year")
    known = known.astype(dict.fromkeys(key, str)).drop_duplicates(key, keep="last").set_index(key)
    now = known.reindex(pd.MultiIndex.from_frame(table[key].astype(str))).set_axis(table.index)
    years = table["year"] - now["year"]
    base = now["employment"].where(now["employment"] > 0)
    ends = {"": "employment", "_low_80": "low_80", "_high_80": "high_80"}
    return table.assign(
        **{
            f"annual_growth{end}": 100 * ((table[name] / base) ** (1 / years) - 1)
            for end, name in ends.items()
        }
    )


def _states(results: Results) -> pd.Series:
    """The state of each region: that of most of its counties."""
    regions = results.study.regions
    return (
        (regions["member"].str[:2] + "000").groupby(regions["group"]).agg(lambda codes: codes.mode().iloc[0])
    )


def _beside_official(results: Results, table: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Official projections that may be applied, before ours."""
    nothing = table.assign(
        official_employment=float("nan"),
        official_area="",
        official_growth=float("nan"),
        official_inside_95=pd.array([pd.NA] * len(table), dtype="boolean"),
    )
    official = results.given("official-projections")
    if official is None:
        return nothing
    official = official[official["caution"] == ""]
    if official.empty:
        return nothing
    try:
        aligned = projection.align_official(panel, official, results.study.file.horizon, _states(results))
    except NotSupportedError:  # none is of an area and industry here
        return nothing
    beside = projection.beside_official(table, aligned)
    beside = beside.rename(columns={"growth_per_year": "official_growth", "inside_95": "official_inside_95"})
    return beside.assign(official_area=beside["official_area"].fillna("").astype("str"))
