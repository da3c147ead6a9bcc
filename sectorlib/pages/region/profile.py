"""One region's rows of every result, as a report shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from sectorlib import concentration, naics
from sectorlib.areas import area_names, name_in_a_sentence
from sectorlib.cards import card
from sectorlib.exceptions import TableError, UnknownNameError
from sectorlib.kept import kept, own_copy
from sectorlib.pages.markup import one_line
from sectorlib.panel import OWNERSHIP_CODES
from sectorlib.resources import definitions
from sectorlib.results import Results
from sectorlib.sources.boundaries import shapes_for
from sectorlib.study import Study

#: The results that need occupational statistics; a page is silent about them where a study names none.
OCCUPATION_RESULTS = ("occupations", "occupation-openings", "shared-occupations", "training")

#: Those that say what comes after the data. None is shown where all the years that they reach are past, and the
#: chapter says so.
OF_YEARS_AHEAD = ("projections", "backtest", "projection-cautions")

#: Levels of industries that a profile lists.
_LEVELS = ("total", "sector", "3", "4", "5", "6")

#: Those of which the page says where they would stand that there are none: nothing is amiss.
_SAID_IN_PLACE = (
    "growth-rest", "shift-share-rest", "hindcast", "target-record", "portfolio", "target-sequence", "region-jurisdictions", "colleges-in-reach",
    "job-quality", "commuters", "labor-force", "employer-sizes", "workforce-age", "in-demand", "official-areas",
    "running-partnerships",
)  # fmt: skip

#: Whose jobs the industries of a study are, by the ownership in its tables.
OWNERSHIPS = {
    "5": "private jobs",
    "0": "jobs of all ownerships",
    "drivers": "private jobs, with public utilities, education and health care",
}


def _owner(name: str, rows: pd.DataFrame) -> str:
    """The ownership by its code or by what a study file calls it; those of another study are told apart from no rows."""
    code = OWNERSHIP_CODES.get(str(name), str(name))
    known = list(dict.fromkeys(["0", "8", *map(str, rows["ownership"].unique())]))
    if len(rows) and code not in known:
        raise UnknownNameError(
            f"no rows of ownership {name!r} in the tables of this study",
            f"one of {', '.join(known)}",
            "study.panel has all rows that were published; a study with `ownership: private` has tables of private jobs",
        )
    return code


@dataclass(frozen=True)
class RegionProfile:
    """One region of a study: its latest industries, its past and its projections.

    Parameters
    ----------
    results : Results
        The study's results.
    area : str
        The region's code.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> from sectorlib.study import load_study
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> profile = RegionProfile(Results(study), study.regions["group"].iloc[0])
    >>> profile.counties["weight"].eq(1).all(), profile.span
    (np.True_, (2018, 2023))
    """

    results: Results
    area: str

    def __repr__(self) -> str:
        """Which region it is, in a line."""
        return f"<RegionProfile {self.area}: {self.name}, {self.year}, of {self.study.title}>"

    def _repr_html_(self) -> str:
        """Which region it is, and what can be asked of it."""
        rows: list[tuple[str, object]] = [
            ("study", self.study.title),
            ("notice", self.study.notice),
            ("code", self.area),
            ("counties", self.counties["county_name"].to_list()),
            ("outside the study", self.outside),
            ("latest year", str(self.year)),
            ("growth over", None if self.span is None else f"{self.span[0]} to {self.span[1]}"),
            ("compared with", self.compared_name),
            ("industries count", OWNERSHIPS.get(self.study.ownership, "")),
        ]
        note = (
            'profile.industries("sector") and profile.history("10") are tables; profile.rows("growth") has its rows of '
            "any table; profile.study and profile.results lead to all others."
        )
        return card(self.name, rows, note)

    @property
    def study(self) -> Study:
        """The study."""
        return self.results.study

    @kept
    def counties(self) -> pd.DataFrame:
        """The region's counties: county, county_name, weight."""
        return self.rows("regions").reset_index(drop=True)

    @kept
    def outside(self) -> list[str]:
        """Names of counties of the region's labor market that are not in the study, so that no figure covers them."""
        if self.study.system != "labor_markets":
            return []
        whole = self.study.whole_markets
        members = whole.loc[whole["group"] == self.area, "member"]
        return area_names(members[~members.isin(self.study.counties)]).to_list()

    @kept
    def quotient(self) -> str:
        """The column of the table ``concentration`` with location quotients beside :attr:`compared_with`."""
        return (
            "location_quotient" if self.compared_with == "base" else f"location_quotient_{self.compared_with}"
        )

    @kept
    def name(self) -> str:
        """The region's name."""
        return one_line(self.counties["area_name"].iloc[0])

    @kept
    def year(self) -> int:
        """The latest year."""
        return int(self.results["concentration"]["year"].max())

    @kept
    def base_name(self) -> str:
        """The base economy's name, as a sentence says it: "the United States"."""
        return one_line(name_in_a_sentence(self.study.base_area, self.study.names))

    @property
    def base_label(self) -> str:
        """The base economy's name, as a label says it."""
        return self.base_name[:1].upper() + self.base_name[1:]

    @kept
    def span(self) -> tuple[int, int] | None:
        """First and last year that recent growth is measured over; None for one year of data."""
        if self.results.missing("growth"):
            return None
        table = self.results["growth"]
        start = int(table["start_year"].max())
        return start, int(table["end_year"].max())

    def rows(self, name: str, area: str | None = None) -> pd.DataFrame:
        """The rows of a result that are about the region (or another area); empty if not supported."""
        overtaken = name in OF_YEARS_AHEAD and self.study.overtaken
        if overtaken or self.results.missing(name):
            return pd.DataFrame()
        # A page asks for the same few rows of a long table many times.
        table, area = self.results[name], area or self.area
        if "area" not in table:
            raise TableError(
                f"the table {name} has no rows of areas",
                "a table by area",
                f"results[{name!r}] gives all of it",
            )
        kept_rows = self.__dict__.setdefault("_rows", {})
        if (name, area) not in kept_rows:
            kept_rows[name, area] = table[table["area"] == area]
        return own_copy(kept_rows[name, area])

    def industries(self, level: str) -> pd.DataFrame:
        """The region's industries of one NAICS level in the latest year, largest first.

        Returns
        -------
        DataFrame
            Indexed by industry: industry_title, establishments, employment with bounds, disclosure,
            location_quotient beside :attr:`compared_with`, with what it can be (low, high) and where it may be a year
            on (churn_low, churn_high), stability, quadrant; location_quotient_rest with bounds, traded; average_annual_pay with bounds, few_establishments, tier_in_area,
            tier_typical and tier_in_base (see :attr:`base_tier`); percent_change, and that of :attr:`grows_beside` (base_percent_change), with bounds over :attr:`span` (percent) and
            crosses_break, missing for one year of data. Industries that are known to be zero are left out.

        Raises
        ------
        UnknownNameError
            There is no such level: sector, or a number of digits from 3 to 6.
        """
        level = str(level)
        if level not in _LEVELS:
            raise UnknownNameError.unknown_name("level", level, _LEVELS)
        # Each row of a table asks for them again.
        made = self.__dict__.setdefault("_industries", {})
        if level not in made:
            made[level] = self._industries_of(level)
        return own_copy(made[level])

    def _industries_of(self, level: str) -> pd.DataFrame:
        table = self._latest("concentration", level)
        pay = self._latest("wages", level)
        columns = [
            "average_annual_pay", "average_annual_pay_low", "average_annual_pay_high",
            "few_establishments", "tier_in_area", "tier_typical",
        ]  # fmt: skip
        table = table.join(pay[columns].assign(tier_in_base=pay[self.base_tier]))
        growth = self._recent_growth(self.area, level)
        base = self._recent_growth(self.study.base_area, level)
        if self.grows_beside == self.rest_name:
            base = self._recent_growth(self.area, level, "growth-rest")
        table = table.join(growth).join(base.drop(columns="crosses_break").add_prefix("base_"))
        if self.compared_with != "base":
            table = _beside(table, self.compared_with, self.knows_churn)
        table = table[~(table["employment"] == 0)]
        order = table["employment"].fillna(table["employment_low"])
        return table.loc[order.sort_values(ascending=False, kind="stable").index]

    @kept
    def compared_with(self) -> str:
        """What the page's location quotients are set beside: ``nation``, ``rest`` (of the base) or ``base``.

        As in targeting (:func:`sectorlib.targeting.sector_quotients`); a region that is most of its base, in a study
        without national figures, has no other than its quotients against the base.
        """
        rows = self.results["concentration"]
        rows = rows[(rows["area"] == self.area) & (rows["year"] == self.year)]
        if rows["location_quotient_nation_low"].notna().any():
            return "nation"
        here, base = self.total("0"), self.total("0", self.study.base_area)
        share = 1.0 if here is None or base is None else here["employment_low"] / base["employment_low"]
        small = share < definitions("criteria")["much_of_base"]["value"]
        return "rest" if small and rows["location_quotient_rest_low"].notna().any() else "base"

    @kept
    def compared_name(self) -> str:
        """What the page's location quotients are set beside, as a sentence says it: "the United States"."""
        benchmark = self.study.benchmark
        if self.compared_with == "nation" and benchmark is not None:
            return benchmark.name
        return self.rest_name if self.compared_with == "rest" else self.base_name

    @kept
    def typical_pay_of(self) -> str:
        """Whose typical industry pay the page's pay is compared with, as a sentence says it."""
        rows, benchmark = self.rows("wages"), self.study.benchmark
        nation = len(rows) and rows["typical_pay_of"].iloc[-1] == "nation"
        return benchmark.name if nation and benchmark is not None else self.base_name

    @property
    def rest_name(self) -> str:
        """The base without the region, as a sentence says it."""
        return f"the rest of {self.base_name}"

    @kept
    def shift_share(self) -> tuple[pd.DataFrame, str]:
        """The region's shift-share, and the economy whose trends it is set beside, as a sentence says it.

        That is the base without the region; the base itself where the region is all of it.
        """
        rows = self.rows("shift-share-rest")
        return (self.rows("shift-share"), self.base_name) if rows.empty else (rows, self.rest_name)

    @kept
    def compared_year(self) -> int:
        """The year of the figures that the page's location quotients are set beside."""
        benchmark = self.study.benchmark
        found = (
            benchmark.year_of(self.year) if self.compared_with == "nation" and benchmark is not None else None
        )
        return self.year if found is None else found

    @kept
    def knows_churn(self) -> bool:
        """Whether the study has neighboring years, to learn how far location quotients move in one."""
        return bool(self.results["concentration"]["location_quotient_churn_low"].notna().any())

    @kept
    def base_tier(self) -> str:
        """The column of the wages result with the tier in the base: after price parities where they are known."""
        rows = self.rows("wages")
        name = "tier_in_base_at_parity"
        known = name in rows and rows.loc[rows["year"] == self.year, name].notna().any()
        return name if known else "tier_in_base"

    def history(self, industry: str, area: str | None = None, ownership: str | None = None) -> pd.DataFrame:
        """Every year of an industry: rows of the wages result by year.

        Parameters
        ----------
        industry : str
            A NAICS code; ``10`` is all industries.
        area : str, optional
            Code of another area, such as a county or the base.
        ownership : str, optional
            The study's (``study.ownership``), or ``0`` or ``all`` for every ownership, government included, which tables have
            for all industries alone. By default the study's, and for all industries every ownership.

        Raises
        ------
        UnknownNameError
            The study has no such industry, and NAICS has none either; or its tables have no such ownership.
        """
        industry, rows = str(industry), self.rows("wages", area)
        found = len(rows) and (rows["industry"] == industry).any()
        if not found and naics.title(industry).startswith(f"NAICS {industry}"):
            raise UnknownNameError.unknown_name("industry", industry, rows["industry"].unique())
        if ownership is None:
            ownership = "0" if industry == naics.TOTAL else self.study.ownership
        ownership = _owner(ownership, rows)
        return rows[(rows["industry"] == industry) & (rows["ownership"] == ownership)].sort_values("year")

    def all_jobs(self) -> pd.DataFrame:
        """Jobs of all industries by year, one column for the region and one for the economy it lies in."""
        areas = {self.name: self.area, self.base_label: self.study.base_area}
        return pd.DataFrame(
            {
                name: self.history(naics.TOTAL, code).set_index("year")["employment"]
                for name, code in areas.items()
            }
        )

    def industries_of(self, areas: Iterable[str], industry: str) -> pd.DataFrame:
        """The rows of one industry in other areas, such as the region's counties, in the latest year, largest first.

        Returns
        -------
        DataFrame
            Rows of the wages result; of all ownerships for the total where it is published.
        """
        rows = self.results["wages"]
        rows = rows[
            rows["area"].isin([*areas]) & (rows["industry"] == industry) & (rows["year"] == self.year)
        ]
        known = set(rows["ownership"])
        ownership = "0" if industry == naics.TOTAL and "0" in known else self.study.ownership
        rows = rows[rows["ownership"] == ownership]
        return rows.sort_values("employment_low", ascending=False, kind="stable")

    def total(self, ownership: str, area: str | None = None) -> pd.Series | None:
        """The all-industry row of the latest year for an ownership, of the region or another area."""
        rows = self.rows("wages", area)
        ownership = _owner(ownership, rows)
        rows = rows[
            (rows["industry"] == naics.TOTAL) & (rows["ownership"] == ownership) & (rows["year"] == self.year)
        ]
        return None if rows.empty else rows.iloc[0]

    def total_growth(self, area: str, ownership: str, table: str = "growth") -> float:
        """Percent change of all industries over :attr:`span`, of an area or its rest; missing where not known."""
        rows = self.rows(table, area)
        if rows.empty or self.span is None:
            return float("nan")
        hit = rows[
            (rows["industry"] == naics.TOTAL)
            & (rows["ownership"] == ownership)
            & (rows["start_year"] == self.span[0])
        ]
        return float(hit["percent_change"].iloc[0]) if len(hit) else float("nan")

    @kept
    def grows_beside(self) -> str:
        """What the region's growth is compared with, as a sentence says it.

        That is the base without the region, so that nothing is compared with itself; the base where the region is no part
        of it, or all of it.
        """
        return self.base_name if self.rows("growth-rest").empty else self.rest_name

    @kept
    def growth_beside(self) -> float:
        """Percent change of all jobs over :attr:`span` in :attr:`grows_beside`; missing where not known."""
        if self.grows_beside == self.rest_name:
            return self.total_growth(self.area, "0", "growth-rest")
        return self.total_growth(self.study.base_area, "0")

    @kept
    def self_containment(self) -> pd.Series | None:
        """The region as a commuting area: its row of the self-containment result; None without flows or known shares."""
        rows = self.rows("self-containment")
        known = rows.empty or rows.iloc[0][["supply_side", "demand_side"]].notna().all()
        return rows.iloc[0] if len(rows) and known else None

    @kept
    def membership(self) -> pd.DataFrame:
        """The membership of counties in every region of the study."""
        columns = {"county": "member", "area": "group", "area_name": "title"}
        return self.results["regions"].rename(columns=columns)

    @kept
    def shapes(self) -> gpd.GeoDataFrame:
        """The shapes of the study's counties: its own file, or the official vintage that fits."""
        if self.study.file.shapes:
            return self.study.shapes
        return shapes_for(self.results["regions"]["county"])

    @property
    def denominator(self) -> str:
        """Whose totals the location quotients divide by: all ownerships, or the study's."""
        return str(self.results["concentration"]["denominator"].iloc[0])

    @kept
    def market(self) -> pd.Series | None:
        """The labor market's row, with what of it lies outside the study; None for regions of other kinds."""
        if self.study.system != "labor_markets":
            return None
        rows = self.results["labor-markets"]
        return rows[rows["group"] == self.area].iloc[0]

    @property
    def is_part(self) -> bool:
        """Whether the study holds only a part of the labor market."""
        return self.market is not None and self.market["share_of_counties_outside"] > 0

    @kept
    def certainty(self) -> pd.DataFrame:
        """How certain each county's labor market is; empty for regions of other kinds and without flows."""
        if self.study.system != "labor_markets" or self.results.missing("labor-market-stability"):
            return pd.DataFrame()
        return self.results["labor-market-stability"]

    def why_absent(self, name: str) -> str:
        """Why the study cannot support a result of the page; "" if it can, or the page says so in its place."""
        silent = name in _SAID_IN_PLACE or (name in OF_YEARS_AHEAD and self.study.overtaken is not None)
        silent = silent or (name in OCCUPATION_RESULTS and self.study.file.occupations is None)
        silent = silent or (name == "official-projections" and not self.study.has("official_projections"))
        error = None if silent else self.results.missing(name)
        return "" if error is None else f"{error.found}; needed: {error.expected}"

    def _latest(self, name: str, level: str) -> pd.DataFrame:
        rows = self.rows(name)
        rows = rows[(rows["year"] == self.year) & (rows["ownership"] == self.study.ownership)]
        rows = rows[naics.levels(rows["industry"]) == level]
        return rows.set_index(rows["industry"].astype(str).rename("industry_code"))

    def _recent_growth(self, area: str, level: str, table: str = "growth") -> pd.DataFrame:
        columns = ["percent_change", "percent_change_low", "percent_change_high", "crosses_break"]
        rows = self.rows(table, area)
        if rows.empty or self.span is None:
            return pd.DataFrame(columns=columns, dtype=float)
        rows = rows[(rows["start_year"] == self.span[0]) & (rows["ownership"] == self.study.ownership)]
        rows = rows[naics.levels(rows["industry"]) == level]
        return rows.set_index(rows["industry"].astype(str))[columns]


def _beside(table: pd.DataFrame, what: str, with_churn: bool) -> pd.DataFrame:
    """Industries with the quotient beside the nation, or the rest of the base, in place of that against the base.

    A usual year moves all of them by the same factor, since it moves the area's own share. One establishment of average
    size is as large a part of the quotient as of the cell's establishments.
    """
    new = {}
    for end in ("low", "high"):
        old, churn = table[f"location_quotient_{end}"], f"location_quotient_churn_{end}"
        moves = (table[churn] / old.where(old > 0)).fillna(1.0).where(table[churn].notna())
        new[f"location_quotient_{end}"] = table[f"location_quotient_{what}_{end}"]
        new[churn] = new[f"location_quotient_{end}"] * moves
    quotient = table[f"location_quotient_{what}"]
    one = 1 / table["establishments"].where(table["establishments"] > 0)
    crosses = (quotient * (1 - one) >= 1) != (quotient * (1 + one) >= 1)
    new["stability"] = pd.Series("stable", index=table.index).mask(crosses, "one establishment")
    new["stability"] = new["stability"].mask(quotient.isna() | one.isna(), "unknown")
    table = table.assign(location_quotient=quotient, **new)
    if "percent_change_low" in table and table["quadrant"].notna().any():
        churn = "churn_" if with_churn else ""
        bounds = table[[f"location_quotient_{churn}{end}" for end in ("low", "high")]]
        placed = concentration.quadrant(bounds, table[["percent_change_low", "percent_change_high"]])
        table["quadrant"] = placed.astype(object).where(table["quadrant"].notna())
    return table
