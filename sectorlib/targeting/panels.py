"""What evidence is taken from: the sectors of each area, of its counties and of the base, added up from a panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.concentration import inside_base
from sectorlib.exceptions import NotSupportedError
from sectorlib.panel import aggregate
from sectorlib.resources import definitions
from sectorlib.sectors import compose, compose_shares, visible_codes
from sectorlib.sectors.composition import composed_establishments
from sectorlib.wages import typical_industry_pay

#: The industry of rows that only say that a county is in the panel.
_THERE = "there"


@dataclass(frozen=True)
class SectorPanels:
    """The panels that evidence is taken from.

    Attributes
    ----------
    sectors : DataFrame
        A table of sectors (:func:`sectorlib.sectors.load_sectors`).
    areas : DataFrame
        Panel of the sectors (:func:`sectorlib.sectors.compose`) in each area and in the base, one ownership; in the
        latest year also ``establishments_low``, those that are published.
    counties : DataFrame
        The same in each county of the areas, of the latest year.
    totals : DataFrame
        Panel rows of all industries (``10``) and ownerships (``0``), and of the panel's own ownership, of areas,
        base and counties.
    members : DataFrame
        Membership of counties in areas.
    makeup : DataFrame
        Jobs of each code of each sector in the base: sector, industry, status, year, jobs.
    base_area : str
        Code of the base area.
    in_base : DataFrame
        The rows of ``members`` that lie in the base, without areas that are all of it
        (:func:`sectorlib.concentration.inside_base`).
    nation : DataFrame or None
        The share of all jobs that each sector has in the nation in the latest year
        (:func:`sectorlib.sectors.compose_shares`); None without a benchmark.
    typical_pay : Series or None
        Typical industry pay of the latest year by area, USD a job; None where it is not known.
    """

    sectors: pd.DataFrame
    areas: pd.DataFrame
    counties: pd.DataFrame
    totals: pd.DataFrame
    members: pd.DataFrame
    makeup: pd.DataFrame
    base_area: str
    in_base: pd.DataFrame
    nation: pd.DataFrame | None = None
    typical_pay: pd.Series | None = None

    @property
    def whole(self) -> pd.DataFrame:
        """The totals of all ownerships; of the one there is, where the panel has no other, as QWI of private jobs."""
        every = self.totals["ownership"].astype(str) == "0"
        return self.totals[every] if every.any() else self.totals

    @property
    def year(self) -> int:
        """The latest year."""
        return int(self.areas["year"].max())


def sector_panels(
    panel: pd.DataFrame,
    members: pd.DataFrame,
    sectors: pd.DataFrame,
    base_area: str,
    ownership: str = "5",
    nation: pd.DataFrame | None = None,
    typical_pay: pd.Series | None = None,
) -> SectorPanels:
    """Sectors of each area, its counties and the base, added up from a panel.

    Parameters
    ----------
    panel : DataFrame
        A Panel of counties and the base. Where cells are withheld, rank on estimates
        (:func:`sectorlib.disclosure.estimate_withheld`) with the bounds beside them: with bounds alone, sectors
        with a withheld part have no figures.
    members : DataFrame
        Membership of counties in areas.
    sectors : DataFrame
        A table of sectors.
    base_area : str
        Code of the base area.
    ownership : str
        Ownership code of the industries.
    nation : DataFrame, optional
        The nation's shares of all jobs in the latest year: industry, share, share_low, share_high.
    typical_pay : Series of float, optional
        Typical industry pay that each area's pay is compared with, nominal USD a job of the latest year by area, at its
        prices where these are known. By default that of the base (:func:`sectorlib.typical_industry_pay`), for every area.

    Returns
    -------
    SectorPanels
        What :func:`sector_evidence` takes.

    Raises
    ------
    NotSupportedError
        The panel has rows of none of the sectors.

    Examples
    --------
    >>> from sectorlib import data_path, load_study, sectors
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> panels = sector_panels(
    ...     study.panel, study.regions, sectors.load_sectors(), study.base_area, study.ownership)
    >>> panels.year, panels.areas["industry"].nunique()
    (2023, 16)
    """
    total, industries, inside, base = _ours(panel, members, base_area, ownership)
    # With totals, which bound what is withheld of sectors.
    ours = panel[(industries | total) & (inside | base)]
    composed = _composed(ours, sectors)
    in_base = composed["area"] == base_area
    latest = composed["year"] == composed["year"].max()
    counties = composed[~in_base]
    there = panel[inside].drop_duplicates(["area", "year"])
    areas = _plain(_over_areas(counties, there, members), composed[in_base])
    totals = panel[total & (inside | base)]
    county_totals = totals[totals["area"] != base_area]
    return SectorPanels(
        sectors=sectors,
        areas=areas.join(
            _published_establishments(areas, panel[industries & (inside | base)], there, members, sectors)
        ),
        counties=_plain(composed[~in_base & latest]),
        # a county that is a region by itself stands once
        totals=_plain(
            _over_areas(county_totals, there, members), totals[~totals["area"].isin(members["group"])]
        ),
        members=members,
        makeup=_makeup(panel[industries & base], panel[industries], sectors),
        base_area=base_area,
        typical_pay=_typical_pay(panel, base_area, areas) if typical_pay is None else typical_pay,
        in_base=inside_base(members, pd.Series(panel["area"].unique()).astype(str), base_area),
        nation=None
        if nation is None
        else compose_shares(
            nation, sectors, ours["industry"], ours.loc[ours["year"] == ours["year"].max(), "industry"]
        ),
    )


def sectors_of_areas(
    panel: pd.DataFrame,
    members: pd.DataFrame,
    sectors: pd.DataFrame,
    base_area: str,
    ownership: str = "5",
) -> pd.DataFrame:
    """The ``areas`` of :func:`sector_panels` alone, without ``establishments_low``.

    Parameters
    ----------
    panel, members, sectors, base_area, ownership
        As for :func:`sector_panels`.

    Raises
    ------
    NotSupportedError
        The panel has rows of none of the sectors.

    Examples
    --------
    >>> from sectorlib.membership import membership
    >>> from sectorlib.sectors import load_sectors
    >>> panel = pd.DataFrame({
    ...     "area": ["36055", "36000"], "industry": "622", "ownership": "5", "year": 2020, "establishments": [5, 9],
    ...     "employment": [60.0, 100.0], "wages": [700.0, 1000.0], "disclosure": "disclosed"})
    >>> sectors_of_areas(panel, membership({"A": ["36055"]}), load_sectors(), "36000")[["area", "industry"]].iloc[0].to_list()
    ['A', 'health-care']
    """
    total, industries, inside, base = _ours(panel, members, base_area, ownership)
    composed = _composed(panel[(industries | total) & (inside | base)], sectors)
    in_base = composed["area"] == base_area
    there = panel[inside].drop_duplicates(["area", "year"])
    return _plain(_over_areas(composed[~in_base], there, members), composed[in_base])


def redefined(panels: SectorPanels, sectors: pd.Series, start: int, end: int) -> pd.Series:
    """Whether much of each sector is in codes that changed their meaning between two years.

    Parameters
    ----------
    panels : SectorPanels
        What :func:`sector_panels` gives.
    sectors : Series of str
        Names of sectors.
    start, end : int
        First and last year.

    Returns
    -------
    Series of bool
        On the index of ``sectors``; the cut is ``redefined_share`` of ``data/criteria.yaml``.

    Examples
    --------
    >>> from sectorlib import data_path, load_study, sectors
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> panels = sector_panels(
    ...     study.panel, study.regions, sectors.load_sectors(), study.base_area, study.ownership)
    >>> named = pd.Series(["information-technology", "construction"])
    >>> redefined(panels, named, 2005, 2010).to_list()  # NAICS 2007 moved services among 516, 517, 518 and 519
    [True, False]
    >>> redefined(panels, named, 2019, 2023).to_list()  # NAICS 2022 kept 518 and 5415, and renamed 5112
    [False, False]
    """
    ends = panels.makeup[panels.makeup["year"].isin([start, end])]
    changed = ends[naics.crosses_break(ends["industry"], start, end)]
    keys = ["sector", "year"]
    share = changed.groupby(keys)["jobs"].sum() / ends.groupby(keys)["jobs"].sum()
    worst = share.groupby("sector").max()
    return sectors.map(worst).fillna(0.0) > definitions("criteria")["redefined_share"]["value"]


def suppressed_share(rows: pd.DataFrame) -> pd.Series:
    """The share of a row's jobs that is not published: estimated, or counted as a share of a coarser industry.

    >>> rows = pd.DataFrame({"employment": [100.0, 50.0], "employment_low": [80.0, 50.0]})
    >>> suppressed_share(rows).round(2).to_list()
    [0.2, 0.0]
    """
    jobs = rows["employment"]
    return (1 - rows["employment_low"] / jobs.where(jobs > 0)).clip(0, 1)


# --- parts -------------------------------------------------------------------------------------------


def _ours(
    panel: pd.DataFrame, members: pd.DataFrame, base_area: str, ownership: str
) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Which rows are totals, industries of the ownership, of the areas' counties, and of the base."""
    total = (panel["industry"] == naics.TOTAL) & panel["ownership"].isin(["0", ownership])
    industries = (panel["ownership"] == ownership) & (panel["industry"] != naics.TOTAL)
    return total, industries, panel["area"].isin(members["member"]), panel["area"] == base_area


def _composed(ours: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    composed = compose(ours, sectors)
    if composed.empty:
        raise NotSupportedError(
            "the panel has rows of none of the sectors",
            "industries that some sector is made of",
            "see the codes of the sectors: sectorlib.sectors.visible_codes",
        )
    return composed


def _plain(*parts: pd.DataFrame) -> pd.DataFrame:
    """One frame with codes as text: these tables are small, and joined by code."""
    keys = dict.fromkeys(("area", "industry", "ownership"), str)
    return pd.concat([part.astype(keys) for part in parts], ignore_index=True)


def _over_areas(cells: pd.DataFrame, there: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Cells added up over areas; ``there`` has a row for each county and year, also of those without any such cell."""
    marks = there.assign(industry=_THERE)
    sums = aggregate(_plain(cells, marks), areas=members)
    return sums[sums["industry"] != _THERE]


def _published_establishments(
    areas: pd.DataFrame,
    panel: pd.DataFrame,
    there: pd.DataFrame,
    members: pd.DataFrame,
    sectors: pd.DataFrame,
) -> pd.Series:
    """Establishments of published cells, in the latest year: some files leave those of withheld cells out too."""
    latest = panel[panel["year"] == panel["year"].max()]
    composed = composed_establishments(latest, sectors)
    composed = composed.assign(employment=0.0, wages=0.0, disclosure="disclosed")
    there = there[there["year"] == there["year"].max()]
    least = _plain(_over_areas(composed, there, members), composed)
    key = ["area", "industry", "ownership", "year"]
    known = least.drop_duplicates(key).set_index(key)["establishments"]
    found = known.reindex(pd.MultiIndex.from_frame(areas[key])).to_numpy()
    return pd.Series(found, index=areas.index, name="establishments_low")


def _typical_pay(panel: pd.DataFrame, base_area: str, areas: pd.DataFrame) -> pd.Series | None:
    """The base's typical industry pay in the latest year, for each area; None where it is not known."""
    latest = (panel["area"] == base_area) & (panel["year"] == areas["year"].max())
    found = typical_industry_pay(panel[latest], base_area) if latest.any() else pd.DataFrame()
    if found.empty:
        return None
    return pd.Series(float(found["typical_industry_pay"].iloc[0]), areas["area"].unique())


def _makeup(base: pd.DataFrame, panel: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    seen = visible_codes(sectors, panel["industry"])
    seen["counts"] = seen["weight"] * np.where(seen["status"] == "stands in", seen["share_of_parent"], 1.0)
    jobs = base.assign(counted_as=base["industry"].astype(str))[["counted_as", "year", "employment"]]
    rows = seen[["sector", "industry", "status", "counted_as", "counts"]].merge(jobs, on="counted_as")
    rows["jobs"] = rows["counts"] * rows["employment"]
    return rows[["sector", "industry", "status", "year", "jobs"]]
