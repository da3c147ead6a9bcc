"""Every result a study can give, as a tidy table: one registry of names, keys, columns and units.

``sectorlib table`` writes these tables, reports are drawn from them, and the documentation prints their
columns, so a figure on a page is always a figure in a table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sectorlib import concentration, labor_markets, naics, panel, projection, wages
from sectorlib.areas import area_names, is_county
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.growth import growth, shift_share
from sectorlib.schemas import MEMBERSHIP, PANEL, PROJECTIONS, Column, Table
from sectorlib.study import LaborMarkets, Study

#: Growth is shown over at least this many years where the panel has them, and over the whole panel.
_RECENT_YEARS = 5

#: NAICS levels that are projected beside the total; below them series are short of figures.
_PROJECTED_LEVELS = ("sector", "3")


@dataclass(frozen=True)
class Result:
    """A named result: its table's schema and how it is made from the results before it."""

    table: Table
    meaning: str
    build: Callable[[Results], pd.DataFrame]


class Results(Mapping[str, pd.DataFrame]):
    """The results of a study by name, each made when first asked for.

    Parameters
    ----------
    study : Study
        The study.
    folder : Path, optional
        Where :meth:`save` has written results; those are read instead of made again.

    Examples
    --------
    >>> sorted(RESULTS)[:3]
    ['backtest', 'concentration', 'growth']
    """

    def __init__(self, study: Study, folder: Path | None = None) -> None:
        self.study = study
        self.folder = folder
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The named result.

        Raises
        ------
        UnknownNameError
            No such result; the hint gives the nearest.
        NotSupportedError
            The study cannot support it, and why.
        """
        if name not in RESULTS:
            raise UnknownNameError.unknown_name("table", name, RESULTS)
        if name not in self._made:
            self._made[name] = self._read(name) if self._is_saved(name) else self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(RESULTS)

    def __len__(self) -> int:
        return len(RESULTS)

    def missing(self, name: str) -> NotSupportedError | None:
        """Why the study cannot give a result; None if it can."""
        try:
            self[name]
        except NotSupportedError as error:
            return error
        return None

    def save(self, folder: Path) -> None:
        """Write every result the study supports as Parquet, and the reasons for the others as JSON."""
        missing = {name: error for name in self if (error := self.missing(name))}
        folder.mkdir(parents=True, exist_ok=True)
        for name in self:
            if name not in missing:
                self[name].to_parquet(folder / f"{name}.parquet", index=False)
        reasons = {name: [error.found, error.expected, error.hint] for name, error in missing.items()}
        (folder / _REASONS).write_text(json.dumps(reasons, indent=1), encoding="utf-8")

    def _make(self, name: str) -> pd.DataFrame:
        result = RESULTS[name]
        made = result.build(self).reset_index(drop=True)
        return result.table.check(made, f"the {name} result of {self.study.name}")

    def _is_saved(self, name: str) -> bool:
        return self.folder is not None and (self.folder / _REASONS).exists()

    def _read(self, name: str) -> pd.DataFrame:
        assert self.folder is not None
        reasons = json.loads((self.folder / _REASONS).read_text(encoding="utf-8"))
        if name in reasons:
            raise NotSupportedError(*reasons[name])
        return pd.read_parquet(self.folder / f"{name}.parquet")

    def region(self, name: str) -> str:
        """The code of a region given by its code or name.

        Raises
        ------
        UnknownNameError
            No region of that name; the hint gives the nearest.
        """
        known = self["regions"].drop_duplicates("area")
        for column in ("area", "area_name"):
            hit = known.loc[known[column] == name, "area"]
            if len(hit):
                return str(hit.iloc[0])
        raise UnknownNameError.unknown_name("region", name, known["area_name"])

    # --- what several results need ---

    @property
    def reported(self) -> pd.DataFrame:
        """Panel rows of regions, counties and the base: the study's ownership, and the all-ownership totals.

        A column ``grain`` says what a row is.
        """
        if "reported" not in self._made:
            self._made["reported"] = _reported(self.study)
        return self._made["reported"]

    @property
    def denominator(self) -> str:
        """What location quotients divide by: totals of all ownerships where the base publishes them every
        year (the BLS convention), else totals of the study's own ownership."""
        rows = self.study.panel
        totals = rows[
            (rows["area"] == self.study.base_area)
            & (rows["industry"] == naics.TOTAL)
            & (rows["ownership"] == "0")
        ]
        return "all" if len(totals) and totals["employment"].notna().all() else "ownership"

    def spans(self) -> list[tuple[int, int]]:
        """First and last years that growth is shown for: recent years, and the whole panel.

        Raises
        ------
        NotSupportedError
            The panel has one year.
        """
        years = self.study.years
        if len(years) < 2:
            raise NotSupportedError(
                f"the panel has one year, {years[0]}",
                "two years or more",
                "add files of other years to the study",
            )
        end = years[-1]
        recent = max((y for y in years if y <= end - _RECENT_YEARS), default=years[0])
        return list(dict.fromkeys([(recent, end), (years[0], end)]))


_REASONS = "not-supported.json"


def _reported(study: Study) -> pd.DataFrame:
    rows = study.panel
    keep = (rows["ownership"] == study.ownership) | (
        rows["ownership"].isin(["0", "8"]) & (rows["industry"] == naics.TOTAL)
    )
    keep &= ~naics.levels(rows["industry"]).isin(["domain", "supersector"])
    rows = rows[keep]
    counties = rows[is_county(rows["area"])]
    regions = panel.aggregate(counties, areas=study.regions)
    base = rows[rows["area"] == study.base_area]
    parts = [regions.assign(grain="region"), counties.assign(grain="county"), base.assign(grain="base")]
    if study.system == "counties":
        parts = [parts[0], parts[2]]  # each county is a region already
    out = pd.concat(parts, ignore_index=True)
    for key in ("area", "industry", "ownership"):
        out[key] = out[key].astype("category")
    return out


def _titled(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The frame with the names of its areas."""
    titles = study.regions.drop_duplicates("group").set_index("group")["title"]
    codes = pd.Series(frame["area"].unique().astype(str))
    regions = codes.map(titles)
    names = regions.where(regions.notna(), area_names(codes, study.names if study.file.names else None))
    names[codes == "all"] = "the study area"
    return frame.assign(area_name=frame["area"].astype(str).map(dict(zip(codes, names, strict=True))))


def _named(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The frame with the names of its areas and industries."""
    codes = frame["industry"].astype(str)
    return _titled(frame, study).assign(industry_title=codes.map({c: naics.title(c) for c in codes.unique()}))


# --- the results -------------------------------------------------------------------------------------


def _panel(results: Results) -> pd.DataFrame:
    rows = results.study.panel
    vintages = {int(y): naics.vintage(int(y)) for y in rows["year"].unique()}
    return PANEL_RESULT.select(rows.assign(naics=rows["year"].map(vintages)))


def _regions(results: Results) -> pd.DataFrame:
    study = results.study
    counties = study.regions.rename(columns={"group": "area", "title": "area_name", "member": "county"})
    names = area_names(counties["county"], study.names if study.file.names else None)
    return counties.assign(county_name=names)[
        ["area", "area_name", "county", "county_name", "weight", "system"]
    ]


def _concentration(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    how = results.denominator
    rows = rows.assign(
        location_quotient=concentration.location_quotient(
            rows, study.panel, study.base_area, denominator=how
        ),
        **concentration.location_quotient_bounds(rows, study.panel, study.base_area, denominator=how),
        denominator=how,
    )
    rows = rows[rows["ownership"] == study.ownership]
    return CONCENTRATION.select(_named(rows, study))


def _wages(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    rows = rows.assign(
        average_annual_pay=wages.average_annual_pay(rows),
        **wages.average_annual_pay_bounds(rows),
        few_establishments=wages.few_establishments(rows),
        tier_in_area=wages.wage_tier(rows, study.panel, study.base_area, scheme="area-ratio"),
        tier_in_base=wages.wage_tier(rows, study.panel, study.base_area, scheme="base-terciles"),
    )
    return WAGES.select(_named(rows, study))


def _specialisation(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    mine = rows[rows["ownership"] == study.ownership]
    table = concentration.specialisation(mine, study.panel, study.base_area)
    return SPECIALISATION.select(_titled(_with_grain(table, rows), study))


def _wage_tiers(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    parts = []
    for scheme in ("area-ratio", "base-terciles"):
        tiers = wages.wage_tier(rows, study.panel, study.base_area, scheme=scheme)
        parts.append(
            wages.tier_shares(rows[rows["ownership"] == study.ownership], tiers).assign(scheme=scheme)
        )
    table = pd.concat(parts, ignore_index=True)
    return WAGE_TIERS.select(_titled(_with_grain(table, rows), study))


def _with_grain(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The table with what kind of area each row is of."""
    areas = rows.drop_duplicates("area")
    grain = areas.set_index(areas["area"].astype(str))["grain"]
    return table.assign(grain=table["area"].astype(str).map(grain))


def _growth(results: Results) -> pd.DataFrame:
    rows = results.reported
    grain = rows.drop_duplicates("area").set_index(rows.drop_duplicates("area")["area"].astype(str))["grain"]
    parts = [growth(rows, start, end) for start, end in results.spans()]
    frame = pd.concat(parts, ignore_index=True)
    frame["grain"] = frame["area"].astype(str).map(grain)
    return GROWTH.select(_named(frame, results.study))


def _shift_share(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    rows = rows[rows["ownership"] == study.ownership]
    regions = rows[rows["grain"] == "region"]
    parts = [shift_share(regions, study.panel, study.base_area, start, end) for start, end in results.spans()]
    frame = pd.concat(parts, ignore_index=True)
    return SHIFT_SHARE.select(
        _named(frame, study).replace({"industry_title": {"NAICS withheld": "Not compared"}})
    )


def _projections(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    horizon = study.file.horizon
    parts = _of_levels(results, lambda part: projection.project(part, horizon=horizon))
    frame = pd.concat(parts.values(), ignore_index=True)
    shown = rows.loc[rows["grain"] != "county", "area"].unique()
    return PROJECTION_RESULT.select(_named(frame[frame["area"].isin(shown)], study))


def _backtest(results: Results) -> pd.DataFrame:
    horizon = results.study.file.horizon
    parts = _of_levels(results, lambda part: projection.backtest(part, horizon=horizon))
    frame = pd.concat([part.assign(level=level) for level, part in parts.items()], ignore_index=True)
    return BACKTEST.select(frame)


def _of_levels(results: Results, compute: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What comes of the series of each level that is projected; the first reason if none can be.

    Level by level, since each learns from its own past errors, and totals are steadier than industries.
    Counties are among the totals for their errors alone: a study may have few regions.
    """
    study, rows = results.study, results.reported
    total = rows[(rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")]
    industries = rows[(rows["grain"] != "county") & (rows["ownership"] == study.ownership)]
    level = naics.levels(industries["industry"])
    parts = {"total": total} | {name: industries[level == name] for name in _PROJECTED_LEVELS}
    made, reasons = {}, []
    for name, part in parts.items():
        try:
            made[name] = compute(part)
        except NotSupportedError as error:
            reasons.append(error)
    if not made:
        raise reasons[0]
    return made


def _labor_markets(results: Results) -> pd.DataFrame:
    study = results.study
    whole = study.whole_markets
    markets = study.markets
    names = area_names(markets["member"], study.names if study.file.names else None)
    jobs = (
        pd.Series(dtype=float)
        if study.flows is None
        else study.flows.groupby("work", observed=True)["workers"].sum()
    )
    outside = labor_markets.share_outside(whole, study.counties, jobs)
    markets = markets.assign(member_name=names).merge(outside, left_on="group", right_index=True, how="left")
    return LABOR_MARKETS.select(markets)


def _self_containment(results: Results) -> pd.DataFrame:
    study = results.study
    table = labor_markets.self_containment(_flows(study), study.regions)
    return SELF_CONTAINMENT.select(_titled(table.reset_index(names="area"), study))


def _flows(study: Study) -> pd.DataFrame:
    if study.flows is None:
        raise NotSupportedError(
            "the study names no commuting flows", "county-to-county flows", "add `flows: PATH` to the study"
        )
    return study.flows


def _labor_market_quality(results: Results) -> pd.DataFrame:
    study = results.study
    return LABOR_MARKET_QUALITY.select(labor_markets.quality(_flows(study), study.whole_markets))


def _labor_market_stability(results: Results) -> pd.DataFrame:
    study = results.study
    drawn = study.file.labor_markets or LaborMarkets()
    if drawn.method == "file":
        raise NotSupportedError(
            "the study's labor markets come from a file",
            "labor markets drawn from flows, which can be drawn again",
            "name a method instead, such as `labor_markets: {method: travel-to-work}`",
        )
    parameters: dict[str, Any] = dict(drawn.parameters)
    certain = labor_markets.stability(_flows(study), drawn.method, **parameters)
    certain = certain[certain["member"].isin(study.counties)]
    return LABOR_MARKET_STABILITY.select(_with_market_names(certain, study))


def _labor_market_comparison(results: Results) -> pd.DataFrame:
    study = results.study
    flows, own = _flows(study), study.whole_markets
    method_of_own = (study.file.labor_markets or LaborMarkets()).method
    jobs = flows.groupby("work", observed=True)["workers"].sum()
    parts = []
    for method in (m for m in labor_markets.METHODS if m != method_of_own):
        other = labor_markets.delineate(flows, method)
        part = labor_markets.compare(own, other.assign(group="LM" + other["group"]), jobs)
        parts.append(part.assign(method=method, adjusted_rand=labor_markets.adjusted_rand(own, other)))
    compared = pd.concat(parts, ignore_index=True).rename(
        columns={"group_a": "group", "group_b": "other_group"}
    )
    compared = compared[compared["member"].isin(study.counties)]
    return LABOR_MARKET_COMPARISON.select(_with_market_names(compared, study))


def _with_market_names(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Rows of counties with the study's market of each, and the counties' names."""
    own = study.markets.drop_duplicates("member").set_index("member")[["group", "title"]]
    names = study.names if study.file.names else None
    return table.assign(
        group=table["member"].map(own["group"]),
        title=table["member"].map(own["title"]),
        member_name=area_names(table["member"], names),
    )


_AREA = (
    Column("grain", "text", "", "region, county or base"),
    Column("area", "code", "", "region, county or base area"),
    Column("area_name", "text", "", "name"),
)
_INDUSTRY = (
    Column("industry", "code", "", "NAICS code as BLS writes it"),
    Column("industry_title", "text", "", "short title"),
    Column("ownership", "code", "", "0 all, 5 private, 8 government, drivers: private and public 22, 61, 62"),
)
_YEAR = Column("year", "year", "year", "calendar year")
_CELL = tuple(c for c in PANEL.columns if c.name not in ("area", "industry", "ownership", "year"))

PANEL_RESULT = Table(
    "panel", PANEL.key, (*PANEL.columns, Column("naics", "year", "year", "NAICS revision of the year's codes")),
    grain="county, state, nation or base, as the files have them",
)  # fmt: skip
REGIONS = Table(
    "regions", ("area", "county"),
    (
        *_AREA[1:],
        Column("county", "code", "", "county of the region"),
        Column("county_name", "text", "", "its name"),
        Column("weight", "number", "share", "share of the county in the region"),
        Column("system", "text", "", "kind of region"),
    ),
    grain="region and county",
)  # fmt: skip
CONCENTRATION = Table(
    "concentration", PANEL.key,
    (
        *_AREA, *_INDUSTRY, _YEAR, *_CELL,
        Column("location_quotient", "number", "ratio", "share of jobs over the base's share", optional=True),
        Column("location_quotient_low", "number", "ratio", "the least it can be, from withheld cells"),
        Column("location_quotient_high", "number", "ratio", "the most it can be, from withheld cells"),
        Column("denominator", "text", "", "totals of all ownerships (BLS convention) or of the same ownership"),
    ),
    grain="region, county and base",
)  # fmt: skip
WAGES = Table(
    "wages", PANEL.key,
    (
        *_AREA, *_INDUSTRY, _YEAR,
        Column("establishments", "number", "worksites", "annual average"),
        Column("employment", "number", "jobs", "annual average"),
        Column("employment_low", "number", "jobs", "the least the cell can hold"),
        Column("employment_high", "number", "jobs", "the most the cell can hold"),
        Column("wages", "number", "USD a year, nominal", "total annual wages"),
        Column("disclosure", "code", "", "how the figures are known"),
        Column("average_annual_pay", "number", "USD a year, nominal", "wages over employment"),
        Column("average_annual_pay_low", "number", "USD a year, nominal", "the least it can be, from withheld cells"),
        Column("average_annual_pay_high", "number", "USD a year, nominal", "the most it can be, from withheld cells"),
        Column("few_establishments", "flag", "", "fewer worksites than an average should rest on"),
        Column("tier_in_area", "code", "", "low, middle or high beside the area's own average pay"),
        Column("tier_in_base", "code", "", "low, middle or high third of the base's jobs"),
    ),
    grain="region, county and base",
)  # fmt: skip
SPECIALISATION = Table(
    "specialisation", ("area", "ownership", "year"),
    (
        *_AREA, _INDUSTRY[2], _YEAR,
        Column("level", "text", "", "NAICS level of the industries"),
        Column("industries", "count", "industries", "whose jobs are known"),
        Column("withheld", "count", "industries", "whose jobs are withheld"),
        Column("known_share", "number", "share", "of jobs, in industries that are known"),
        *(
            Column(f"{index}{end}", "number", unit, f"{meaning}{words}")
            for index, unit, meaning in (
                ("herfindahl", "index", "sum of squared shares of jobs"),
                ("entropy", "nats", "diversity of the mix of industries"),
                ("krugman", "index", "sum of differences to the base's shares, 0 to 2"),
                ("hachman", "index", "likeness to the base's mix, 1 is the same"),
            )
            for end, words in (("", ""), ("_low", ": the least it can be"), ("_high", ": the most it can be"))
        ),
    ),
    grain="region, county and base",
)  # fmt: skip
WAGE_TIERS = Table(
    "wage-tiers", ("area", "ownership", "year", "scheme", "tier"),
    (
        *_AREA, _INDUSTRY[2], _YEAR,
        Column("scheme", "text", "", "area-ratio or base-terciles, see data/wage_tiers.yaml"),
        Column("level", "text", "", "NAICS level of the industries"),
        Column("tier", "code", "", "low, middle, high; unknown where withheld"),
        Column("employment", "number", "jobs, annual average", "in industries of the tier"),
        Column("share", "number", "share", "of the area's jobs"),
    ),
    grain="region, county and base",
)  # fmt: skip
_SPAN = (
    Column("start_year", "year", "year", "first year"),
    Column("end_year", "year", "year", "last year"),
)
GROWTH = Table(
    "growth", ("area", "industry", "ownership", "start_year", "end_year"),
    (
        *_AREA, *_INDUSTRY, *_SPAN,
        Column("start_employment", "number", "jobs", "in the first year"),
        Column("end_employment", "number", "jobs", "in the last year"),
        Column("start_disclosure", "code", "", "how the first year is known"),
        Column("end_disclosure", "code", "", "how the last year is known"),
        Column("change", "number", "jobs", "last less first"),
        Column("percent_change", "number", "percent", "of the first year"),
        Column("percent_change_low", "number", "percent", "the least it can be, from withheld cells"),
        Column("percent_change_high", "number", "percent", "the most it can be, from withheld cells"),
        Column("compound_annual_growth", "number", "percent a year", "compound"),
        Column("contracting", "flag", "", "jobs are known to have fallen"),
        Column("crosses_break", "flag", "", "the code changed its meaning in between"),
    ),
    grain="region, county and base",
)  # fmt: skip
SHIFT_SHARE = Table(
    "shift-share", GROWTH.key,
    (
        *_AREA[1:], *_INDUSTRY, *_SPAN,
        Column("start_employment", "number", "jobs", "in the first year"),
        Column("end_employment", "number", "jobs", "in the last year"),
        Column("change", "number", "jobs", "last less first"),
        Column("national", "number", "jobs", "had the industry grown as the base economy did"),
        Column("mix", "number", "jobs", "the industry's growth in the base beyond that"),
        Column("competitive", "number", "jobs", "not explained by national and industry trends"),
        Column("not_compared", "number", "jobs", "change of what is withheld, appears, vanishes or is rounded"),
        Column("status", "text", "", "compared, appeared, vanished, base unknown, withheld, remainder"),
    ),
    grain="region",
)  # fmt: skip
PROJECTION_RESULT = Table(
    "projections", PROJECTIONS.key,
    (
        *_AREA[1:], Column("industry", "code", "", "NAICS code; 10 is jobs of all ownerships"), Column("industry_title", "text", "", "short title"),
        *PROJECTIONS.columns[2:],
    ),
    grain="region and base",
)  # fmt: skip
BACKTEST = Table(
    "backtest", ("level", "method", "horizon"),
    (
        Column("level", "code", "", "series scored: total, sector, 3 (digits)"),
        Column("method", "text", "", "projection method; the study's comes first"),
        Column("horizon", "number", "years", "ahead"),
        Column("n_series", "number", "series", "scored"),
        Column("n_origins", "number", "years", "from which was projected"),
        Column("mase", "number", "mean yearly changes", "mean absolute error over the series' mean absolute change from year to year"),
        Column("wape", "number", "%", "absolute errors over jobs, both summed"),
        Column("median_ape", "number", "%", "median absolute error, of jobs"),
        Column("sign_accuracy", "number", "%", "of changes projected in the right direction"),
        Column("quantile_loss", "number", "%", "weighted quantile loss over jobs"),
        Column("coverage_80", "number", "%", "of outcomes within the 80 % interval"),
        Column("coverage_95", "number", "%", "of outcomes within the 95 % interval"),
    ),
    grain="level of industry, method and horizon",
)  # fmt: skip
LABOR_MARKETS = Table(
    "labor-markets", MEMBERSHIP.key,
    (
        Column("member", "code", "", "county of the study"),
        Column("member_name", "text", "", "its name"),
        Column("group", "code", "", "labor market: LM and the code of its largest county, or of the study's file"),
        Column("title", "text", "", "the labor market's name, after its largest counties"),
        Column("weight", "number", "share", "share of the county in the market"),
        Column("system", "text", "", "the kind of group"),
        Column("counties", "number", "counties", "in the whole market"),
        Column("share_of_counties_outside", "number", "share", "of the market's counties, outside the study"),
        Column("share_of_jobs_outside", "number", "share", "of the market's commuting jobs, outside the study"),
    ),
    grain="county",
)  # fmt: skip
SELF_CONTAINMENT = Table(
    "self-containment", ("area",),
    (
        *_AREA[1:],
        Column("residents", "number", "workers", "who live in the region"),
        Column("jobs", "number", "workers", "who work in it"),
        Column("internal", "number", "workers", "who do both"),
        Column("supply_side", "number", "share", "of resident workers who work in it"),
        Column("demand_side", "number", "share", "of its jobs held by residents"),
        Column("self_containment", "number", "share", "the smaller of both"),
    ),
    grain="region",
)  # fmt: skip
LABOR_MARKET_QUALITY = Table(
    "labor-market-quality", ("system",),
    (
        Column("system", "text", "", "the delineation"),
        Column("n_areas", "number", "areas", "labor markets in the whole matrix"),
        Column("n_counties", "number", "counties", "in a labor market"),
        Column("n_unassigned", "number", "counties", "with flows and no labor market"),
        Column("singletons", "number", "areas", "labor markets of one county"),
        Column("supply_side", "number", "share", "of resident workers who work in their market"),
        Column("demand_side", "number", "share", "of jobs held by residents of their market"),
        Column("self_containment_p10", "number", "share", "10th percentile over markets of the weaker side"),
        Column("largest_share", "number", "share", "of resident workers in the largest market"),
        Column("modularity", "number", "", "of the partition on the flows"),
        Column("share_valid", "number", "share", "of counties in a market that passes the travel-to-work rule"),
    ),
    grain="delineation, over the whole matrix",
)  # fmt: skip
_COUNTY_MARKET = (
    Column("member", "code", "", "county of the study"),
    Column("member_name", "text", "", "its name"),
    Column("group", "code", "", "its labor market"),
    Column("title", "text", "", "the labor market's name, after its largest counties"),
)
LABOR_MARKET_STABILITY = Table(
    "labor-market-stability", ("member",),
    (
        *_COUNTY_MARKET,
        Column("core", "code", "", "the county that is most often the largest of its market"),
        Column("probability", "number", "share", "of draws in which it is in one market with that county"),
        Column("other_core", "code", "", "the core it is with most often otherwise"),
        Column("other_probability", "number", "share", "of draws in which it is with that one"),
        Column("overlap", "number", "share", "of counties around it that its market as drawn has in common with draws"),
    ),
    grain="county, over draws of flows within their margins of error",
)  # fmt: skip
LABOR_MARKET_COMPARISON = Table(
    "labor-market-comparison", ("member", "method"),
    (
        *_COUNTY_MARKET,
        Column("method", "text", "", "another way to draw labor markets, with its shipped parameters"),
        Column("other_group", "code", "", "the county's market by that method"),
        Column("overlap", "number", "share", "of jobs in either market, those in both"),
        Column("moved", "flag", "", "its market is not the match of the study's"),
        Column("adjusted_rand", "number", "", "agreement of both delineations over the whole matrix; 1 is the same"),
    ),
    grain="county and method",
)  # fmt: skip

#: Every result by name, in the order a study is explored.
RESULTS: dict[str, Result] = {
    r.table.name: r
    for r in (
        Result(
            PANEL_RESULT, "Jobs, worksites and wages of every area, industry, ownership and year.", _panel
        ),
        Result(REGIONS, "The counties of each region that reports are made for.", _regions),
        Result(CONCENTRATION, "Location quotients, with bounds where cells are withheld.", _concentration),
        Result(SPECIALISATION, "How specialised an area is, by itself and beside the base.", _specialisation),
        Result(WAGES, "Average annual pay and its tiers.", _wages),
        Result(WAGE_TIERS, "Shares of jobs in industries of low, middle and high pay.", _wage_tiers),
        Result(GROWTH, "Change of employment over recent years and over the whole panel.", _growth),
        Result(SHIFT_SHARE, "Change set beside the base economy's trends (Dunn).", _shift_share),
        Result(PROJECTION_RESULT, "A statistical trend of employment with intervals.", _projections),
        Result(BACKTEST, "How far projections have been off, beside the simplest methods.", _backtest),
        Result(LABOR_MARKETS, "The labor market of each county of the study.", _labor_markets),
        Result(SELF_CONTAINMENT, "How far each region's workers live and work in it.", _self_containment),
        Result(LABOR_MARKET_QUALITY, "How self-contained the labor markets are.", _labor_market_quality),
        Result(LABOR_MARKET_STABILITY, "How certain each county's labor market is.", _labor_market_stability),
        Result(
            LABOR_MARKET_COMPARISON,
            "The labor markets beside those of other methods.",
            _labor_market_comparison,
        ),
    )
}


def result(study: Study, name: str) -> pd.DataFrame:
    """One result of a study; see :class:`Results`."""
    return Results(study)[name]
