"""A sector's jobs county by county: what is published, what is withheld, and what is estimated for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import is_county
from sectorlib.exceptions import NotSupportedError
from sectorlib.kept import kept
from sectorlib.lookup import rows_of_area
from sectorlib.panel import KEYS, aggregate
from sectorlib.sectors import check_sectors, compose, load_sectors, sector_rows, visible_codes

_ALL_OWNERSHIPS = "0"
_FIGURES = ("establishments", "employment", "wages")
_BOUNDS = ("employment_low", "employment_high", "wages_low", "wages_high")


def as_sector(
    sector: str | Sequence[str] | Mapping[str, float], sectors: pd.DataFrame | None = None
) -> pd.DataFrame:
    """A sector as a table of its codes, however it is named.

    Parameters
    ----------
    sector : str, list of str, or mapping of code to weight
        A NAICS code (``311``, ``31-33``), the name or title of a sector of the catalogue, a list of codes, or
        codes with the share of each that counts.
    sectors : DataFrame, optional
        A table of sectors to look names up in; the shipped catalogue if not given.

    Returns
    -------
    DataFrame
        The rows of one sector, as :func:`~sectorlib.sectors.load_sectors` has them.

    Raises
    ------
    UnknownNameError, UnknownIndustryError
        There is no such sector, or no such code.
    TableError
        Codes overlap, or a weight is outside [0, 1].

    Examples
    --------
    >>> as_sector("31")[["sector", "title"]].iloc[0].to_list()
    ['31-33', 'Manufacturing']
    >>> as_sector({"311": 1, "493": 0.5})[["sector", "industry", "weight"]]
               sector industry  weight
    0  311 + 0.5 x 493      311     1.0
    1  311 + 0.5 x 493      493     0.5
    """
    if isinstance(sector, str):
        return sector_rows(_catalogue() if sectors is None else sectors, sector)
    weights = dict(sector) if isinstance(sector, Mapping) else dict.fromkeys(sector, 1.0)
    weights = {naics.normalize(code): float(weight) for code, weight in weights.items()}
    rows = pd.concat([sector_rows(_catalogue(), code).head(1) for code in weights], ignore_index=True)
    parts = [code if weight == 1 else f"{weight:g} x {code}" for code, weight in weights.items()]
    return check_sectors(
        rows.assign(
            sector=" + ".join(parts),
            title=" and ".join(naics.title(code) for code in weights),
            industry=list(weights),
            weight=list(weights.values()),
            note="A list of codes",
        )
    )


@dataclass(frozen=True)
class SectorJobs:
    """A sector's cells and the totals beside them, of every county and the base, in the years compared.

    Parameters
    ----------
    panel : DataFrame
        The Panel they come from; also what the base is read from.
    sector : DataFrame
        The sector's codes, as of :func:`as_sector`.
    ownership : str
        Code of the ownership whose jobs count.
    base_area : str
        Code of the base economy.
    denominator : {"all", "ownership"}
        What location quotients divide by.
    span : tuple of int, optional
        First and last year; the last is the year of the jobs. The panel's latest year alone if not given.

    estimates : DataFrame, optional
        The same panel with estimates of what is withheld (:func:`~sectorlib.disclosure.estimate_withheld`), for
        ranking alone: figures and bounds are those of ``panel``.

    Raises
    ------
    NotSupportedError
        The panel sees none of the sector's codes.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": ["36001", "36001", "36003", "36000", "36000"], "industry": ["10", "62", "10", "10", "62"],
    ...     "ownership": "5", "year": 2020, "establishments": [9, 5, 4, 13, 5], "wages": 1e6,
    ...     "employment": [90.0, 60, 10, 100, 60], "disclosure": "disclosed"})
    >>> jobs = SectorJobs(panel, as_sector("62"), "5", "36000", "ownership")
    >>> jobs.counties["employment"].to_dict()
    {'36001': 60.0, '36003': 0.0}
    """

    panel: pd.DataFrame
    sector: pd.DataFrame
    ownership: str
    base_area: str
    denominator: str = "all"
    span: tuple[int, int] | None = None
    estimates: pd.DataFrame | None = None

    @property
    def name(self) -> str:
        """The sector's name, which stands for its industry code."""
        return str(self.sector["sector"].iloc[0])

    @property
    def title(self) -> str:
        """Its name for people."""
        return str(self.sector["title"].iloc[0])

    @property
    def codes(self) -> list[str]:
        """Its NAICS codes."""
        return self.sector["industry"].astype(str).drop_duplicates().to_list()

    @cached_property
    def year(self) -> int:
        """The year of the jobs."""
        return self.span[1] if self.span else int(self.panel["year"].max())

    @kept
    def years(self) -> list[int]:
        """The years compared: one or two."""
        return sorted({*(self.span or ()), self.year})

    @kept
    def cells(self) -> pd.DataFrame:
        """A Panel of the sector (industry: its name) and of all industries, of every county and the base."""
        rows = self.panel[self.panel["year"].isin(self.years)]
        areas = pd.Series(rows["area"].astype("category").cat.categories.astype(str))
        rows = rows[rows["area"].isin([*areas[is_county(areas)], self.base_area])]
        totals = rows[
            (rows["industry"] == naics.TOTAL) & rows["ownership"].isin([_ALL_OWNERSHIPS, self.ownership])
        ]
        rows = rows[rows["ownership"] == self.ownership]
        sector = compose(rows, self.sector)
        if sector.empty:
            levels = sorted(set(naics.levels(rows["industry"])))
            raise NotSupportedError(
                f"the panel sees no code of the sector {self.name!r} ({', '.join(self.codes[:6])})",
                f"codes that the files hold; they have levels {', '.join(levels)}",
                "choose a sector of codes that the files hold, or add files of more digits",
            )
        table = pd.concat([_plain(sector), _plain(totals)], ignore_index=True)
        return _sorted_panel(_with_zeros(table, self.name, self.ownership))

    @kept
    def not_counted(self) -> list[str]:
        """Codes of the sector that the panel does not see, so that its jobs are those of the others."""
        seen = visible_codes(
            self.sector, self.panel["industry"].astype("category").cat.categories.to_series()
        )
        return seen.loc[seen["status"] == "not visible", "industry"].to_list()

    @kept
    def counties(self) -> pd.DataFrame:
        """The sector in each county in the latest year, with ``employment_estimate``; indexed by county."""
        cells = self.cells
        here = cells[(cells["year"] == self.year) & (cells["area"] != self.base_area)]
        sector = here[here["industry"] == self.name].set_index("area")
        sector.index = sector.index.astype(str)
        return sector.assign(employment_estimate=self._filled(sector))

    @kept
    def all_jobs(self) -> pd.Series:
        """Jobs of all industries in each county in the latest year; the least they can be where withheld."""
        cells = self.cells
        totals = cells[(cells["year"] == self.year) & (cells["industry"] == naics.TOTAL)]
        order = [_ALL_OWNERSHIPS, self.ownership]
        totals = totals.assign(order=totals["ownership"].astype(str).map(order.index)).sort_values("order")
        first = totals.drop_duplicates("area").set_index("area")
        first.index = first.index.astype(str)
        return first["employment"].fillna(first["employment_low"]).rename("all_jobs")

    def _filled(self, sector: pd.DataFrame) -> pd.Series:
        """Jobs where they are known; else as estimated from all published sums, where such estimates are given;
        else establishments times the base's jobs per establishment; or, where establishments are not known either,
        the county's jobs times the base's share. Always within the cell's bounds. Suppressed jobs of the base count
        half."""
        base = rows_of_area(self.cells, self.base_area)
        base = base[(base["year"] == self.year) & (base["industry"] == self.name)]
        middle = (base["employment_low"] + base["employment_high"]) / 2
        base_jobs = float(base["employment"].fillna(middle).fillna(base["employment_low"]).sum())
        usual_size = base_jobs / float(base["establishments"].sum() or np.nan)
        usual_share = base_jobs / float(self.all_jobs.get(self.base_area, np.nan))
        by_establishments = sector["establishments"] * usual_size
        by_size = self.all_jobs.reindex(sector.index) * usual_share
        guess = self._estimated(sector.index).fillna(by_establishments).fillna(by_size)
        guess = guess.fillna(sector["employment_low"])
        within = guess.clip(sector["employment_low"], sector["employment_high"].fillna(np.inf))
        return sector["employment"].fillna(within)

    def _estimated(self, counties: pd.Index) -> pd.Series:
        """Estimates of the sector's jobs by county, missing where none are given."""
        if self.estimates is None:
            return pd.Series(np.nan, index=counties)
        rows = self.estimates[
            (self.estimates["year"] == self.year) & (self.estimates["ownership"] == self.ownership)
        ]
        jobs = compose(rows[rows["area"].isin(counties)], self.sector).set_index("area")["employment"]
        return jobs.set_axis(jobs.index.astype(str)).reindex(counties)


def footprint_cells(cells: pd.DataFrame, footprints: pd.DataFrame) -> pd.DataFrame:
    """The cells of footprints: sums over their counties, with bounds where a county is withheld or split.

    A county that belongs to a footprint in part counts with that share of its jobs, as if they were spread like
    the weight. That is an estimate: the row is ``estimated``, and its bounds run from none of the county to all.

    Parameters
    ----------
    cells : DataFrame
        A Panel of counties with bounds.
    footprints : DataFrame
        Membership of counties; groups may overlap.

    Returns
    -------
    DataFrame
        A Panel whose areas are the footprints; counties that the panel lacks are not in the sums.

    Examples
    --------
    >>> cells = pd.DataFrame({
    ...     "area": ["a", "b"], "industry": "62", "ownership": "5", "year": 2020, "establishments": 4.0,
    ...     "employment": [80.0, 20.0], "employment_low": [80.0, 20.0], "employment_high": [80.0, 20.0],
    ...     "wages": 1e6, "wages_low": 1e6, "wages_high": 1e6, "disclosure": "disclosed"})
    >>> board = pd.DataFrame({"member": ["a", "b"], "group": "board", "weight": [1.0, 0.5]})
    >>> footprint_cells(cells, board)[["employment", "employment_low", "employment_high", "disclosure"]]
       employment  employment_low  employment_high disclosure
    0        90.0            80.0            100.0  estimated
    """
    # A county may be in several footprints, and counts in each of them once: it enters as a copy for each.
    members = footprints[["member", "group", "weight"]].astype({"member": "str", "group": "str"})
    copies = _plain(cells).merge(members, left_on="area", right_on="member")
    copies["area"] = copies["member"] + " in " + copies["group"]
    belonging = copies[["area", "group", "weight"]].drop_duplicates().rename(columns={"area": "member"})
    copies = copies[_plain(cells).columns]
    if copies.empty:
        return _sorted_panel(copies)
    sums = _plain(aggregate(copies, areas=belonging))
    split = belonging.loc[belonging["weight"] < 1, "group"].unique()
    if len(split):
        parts = belonging[belonging["group"].isin(split)]
        sums = _widened(sums, aggregate(copies, areas=parts.assign(weight=1.0)), _whole(copies, parts))
    return _sorted_panel(sums)


def _whole(copies: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Sums over the counties that belong to their group as a whole."""
    whole = parts[parts["weight"] >= 1]
    return aggregate(copies[copies["area"].isin(whole["member"])], areas=whole)


def _widened(sums: pd.DataFrame, touched: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Sums over split counties with the bounds that hold however their jobs lie: from the least of the counties
    that are wholly in to the most of all that are touched."""
    most, least = (_plain(table).set_index(KEYS) for table in (touched, whole))
    sums = sums.set_index(KEYS)
    split = sums.index.isin(most.index)
    for figure in ("employment", "wages"):
        low, high = f"{figure}_low", f"{figure}_high"
        sums[low] = sums[low].mask(split, least[low].reindex(sums.index).fillna(0.0))
        sums[high] = sums[high].mask(split, most[high].reindex(sums.index))
    open_ = split & sums["employment"].notna() & (sums["employment_low"] != sums["employment_high"])
    return sums.assign(disclosure=sums["disclosure"].mask(open_, "estimated")).reset_index()


def share_bounds(part: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    """The share of a part in the part and the rest, both known within bounds and apart from each other.

    Parameters
    ----------
    part, rest : DataFrame
        Columns employment, employment_low, employment_high, employment_estimate on one index.

    Returns
    -------
    DataFrame
        share (missing where it is not fully known), share_low, share_high, share_estimate.

    Examples
    --------
    >>> cell = lambda jobs, low, high, about: pd.DataFrame(
    ...     {"employment": [jobs], "employment_low": low, "employment_high": high, "employment_estimate": about})
    >>> share_bounds(cell(np.nan, 20, 40, 30), cell(60, 60, 60, 60)).round(3).iloc[0].to_list()
    [nan, 0.25, 0.4, 0.333]
    """
    low, high = part["employment_low"], part["employment_high"].fillna(np.inf)
    rest_low, rest_high = rest["employment_low"], rest["employment_high"].fillna(np.inf)
    least = _ratio(low, rest_high).mask(np.isinf(rest_high), 0.0)
    most = _ratio(high, rest_low).mask(np.isinf(high), 1.0)
    # Withheld jobs beside none are all of them, and none beside withheld ones are none of them.
    least = least.mask(least.isna() & (rest_high == 0) & (high > 0), 1.0)
    most = most.mask(most.isna() & (high == 0) & (rest_high > 0), 0.0)
    return pd.DataFrame(
        {
            # Nothing outside is all of it, however little is known of the inside.
            "share": _ratio(part["employment"], rest["employment"]).fillna(least.where(least == most)),
            "share_low": least,
            "share_high": most,
            "share_estimate": _ratio(part["employment_estimate"], rest["employment_estimate"]),
        }
    )


@cache
def _catalogue() -> pd.DataFrame:
    return load_sectors()


def _ratio(part: pd.Series, rest: pd.Series) -> pd.Series:
    whole = part + rest
    return part / whole.where(whole > 0)


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    """The Panel's columns with bounds and plain text keys."""
    columns = [*KEYS, *_FIGURES, "disclosure", *_BOUNDS]
    rows = rows.assign(
        **{key: rows[key].astype(str) for key in ("area", "industry", "ownership", "disclosure")}
    )
    for figure in ("employment", "wages"):
        for end, unknown in (("low", 0.0), ("high", np.nan)):
            bound = f"{figure}_{end}"
            if bound not in rows:
                rows[bound] = rows[figure].fillna(unknown)
    return rows[columns]


def _with_zeros(table: pd.DataFrame, name: str, ownership: str) -> pd.DataFrame:
    """The table with a row of the sector for every area and year that has a total.

    No row means no establishments; in an area whose totals are all withheld it means that nothing is known.
    """
    totals = table[table["industry"] == naics.TOTAL]
    known = totals["disclosure"] != "suppressed"
    places = known.groupby([totals["area"], totals["year"]]).any().rename("known").reset_index()
    sector = table.loc[table["industry"] == name, ["area", "year"]].drop_duplicates()
    lacking = places.merge(sector, how="left", indicator=True).query("_merge == 'left_only'")
    figure = pd.Series(np.where(lacking["known"], 0.0, np.nan), index=lacking.index)
    rows = lacking[["area", "year"]].assign(
        industry=name,
        ownership=ownership,
        disclosure=np.where(lacking["known"], "disclosed", "suppressed"),
        **dict.fromkeys((*_FIGURES, "employment_high", "wages_high"), figure),
        **dict.fromkeys(("employment_low", "wages_low"), 0.0),
    )
    return pd.concat([table, rows[table.columns]], ignore_index=True)


def _sorted_panel(table: pd.DataFrame) -> pd.DataFrame:
    for key in ("area", "industry", "ownership"):
        table[key] = table[key].astype("category")
    return table.sort_values(KEYS, ignore_index=True)
