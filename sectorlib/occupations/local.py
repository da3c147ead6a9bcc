"""A sector's main occupations in each area: national staffing patterns applied to local jobs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import NotSupportedError
from sectorlib.occupations.mix import IndustryMix, industry_mix
from sectorlib.occupations.staffing import pattern_industries, published_totals, shares
from sectorlib.resources import definitions
from sectorlib.sectors import compose, visible_codes

_COLUMNS = [
    "area", "sector", "occupation", "rank", "employment", "employment_low", "employment_high", "disclosure",
    "share", "share_low", "share_high", "own_pattern_share",
]  # fmt: skip


def sector_occupations(
    cells: pd.DataFrame, sectors: pd.DataFrame, staffing: pd.DataFrame, count: int | None = None
) -> pd.DataFrame:
    """The main occupations of each sector in each area.

    ``jobs_ao = jobs_a sum_p d_ap share_po``: the area's jobs in the sector, divided over its industries p, each
    staffed as in the nation; jobs in industries that are not surveyed are in no occupation. A 2-digit code is divided
    over its 3-digit industries where the panel has them, so that the local mix counts. Where an industry's jobs are
    withheld, it has the least that they can be, and what is left of the sector's is divided over the withheld ones as in
    the nation, none above the most that it can be. The bounds of jobs hold for every such division.

    Parameters
    ----------
    cells : DataFrame
        Panel rows of any areas, of one ownership and year.
    sectors : DataFrame
        A table of sectors (:func:`sectorlib.load_sectors`).
    staffing : DataFrame
        As :func:`sectorlib.read_oews` gives it.
    count : int, optional
        How many occupations of each sector and area, those with the most jobs first; ``main_occupations`` of
        ``data/occupations.yaml`` if not given.

    Returns
    -------
    DataFrame
        Columns area, sector, occupation, rank (1 holds the most jobs), employment (jobs; missing where the bounds
        differ), employment_low, employment_high (what withheld jobs of the sector, of its industries and of the
        occupation in the nation allow; not how far staffing may differ from the nation's), disclosure (of the sector's
        jobs), share, share_low and share_high (of the sector's jobs in the likely division; they differ where the nation's
        jobs in the occupation are withheld), own_pattern_share (of the sector's jobs, in
        industries that have a pattern of their own rather than that of a wider industry).

    Raises
    ------
    NotSupportedError
        No sector has both jobs in the panel and a staffing pattern.

    References
    ----------
    The fixed staffing pattern method of state and local occupational estimates; Bureau of Labor Statistics, Handbook
    of Methods, Occupational Employment and Wage Statistics.

    Examples
    --------
    >>> cells = pd.DataFrame({
    ...     "area": "36055", "industry": ["62"], "ownership": "5", "year": 2024, "establishments": [900.0],
    ...     "employment": [50000.0], "wages": [3e9], "disclosure": ["disclosed"]})
    >>> staffing = pd.DataFrame({
    ...     "area": "US000", "industry": "62", "occupation": ["00-0000", "29-1141"], "title": ["All", "Nurses"],
    ...     "level": ["total", "detailed"], "employment": [10, 4], "share": [1.0, 0.4], "release": "May 2024"})
    >>> sectors = pd.DataFrame({"sector": ["care"], "title": "Care", "industry": ["62"], "weight": 1.0,
    ...                         "share_of_parent": np.nan})
    >>> sector_occupations(cells, sectors, staffing)[["area", "sector", "occupation", "employment"]]
        area sector occupation  employment
    0  36055   care    29-1141     20000.0
    """
    year = int(cells["year"].iloc[0])
    count = int(definitions("occupations")["main_occupations"]["value"]) if count is None else count
    jobs = cells.assign(industry=cells["industry"].astype(str), area=cells["area"].astype(str))
    least, most = _bounds(jobs)
    seen = visible_codes(sectors, cells["industry"])
    low, high = shares(staffing)
    totals = published_totals(staffing)
    composed = compose(cells, sectors)
    composed = composed.astype({"area": str, "industry": str}).set_index("area")
    parts = []
    for name, rows in seen[seen["counted_as"].notna()].groupby("sector", sort=False):
        whole = composed[composed["industry"] == name]
        codes = _parts(rows, least.columns, totals, year)
        if codes["pattern"].isna().all() or whole.empty:
            continue
        weight = codes["weight"].to_numpy()
        cell = least.index.get_indexer(whole.index), least.columns.get_indexer(pd.Index(codes["counted_as"]))
        mix = industry_mix(
            least.to_numpy()[np.ix_(*cell)] * weight,
            most.to_numpy()[np.ix_(*cell)] * weight,
            whole,
            _sizes(codes, totals),
        )
        # industries that are not surveyed keep their jobs, in no occupation
        of_low, of_high = (table.reindex(codes["pattern"]).fillna(0.0) for table in (low, high))
        own = mix.likely[:, _own(codes["pattern"], least.columns)].sum(axis=1)
        parts.append(_main(mix, of_low, of_high, whole, own, count).assign(sector=str(name)))
    if not parts:
        raise NotSupportedError(
            "no sector has both jobs in the panel and a staffing pattern",
            "sectors beside farms and private households",
            "check the codes of the study's sectors",
        )
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def _parts(rows: pd.DataFrame, seen: pd.Index, totals: pd.DataFrame, year: int) -> pd.DataFrame:
    """The industries that a sector's jobs are divided over: weight in the code that is counted, and the pattern.

    Indexed by industry; columns counted_as, weight, pattern.
    """
    table = rows.assign(
        weight=rows["weight"] * rows["share_of_parent"].where(rows["status"] == "stands in", 1.0)
    )
    table = table.groupby("industry").agg(counted_as=("counted_as", "first"), weight=("weight", "sum"))
    finer = []
    for code, row in table.iterrows():
        children = [c for c in seen if naics.parent(c) == code] if naics.level(str(code)) == "sector" else []
        own = pattern_industries(children, totals, year)
        told_apart = len(children) > 0 and (own == own.index).any()
        for industry in children if told_apart else [str(code)]:
            counted = industry if told_apart else row["counted_as"]
            finer.append((industry, counted, row["weight"]))
    out = pd.DataFrame(finer, columns=["industry", "counted_as", "weight"]).set_index("industry")
    out["pattern"] = pattern_industries(out.index, totals, year)
    return out


def _bounds(jobs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The least and the most jobs of each cell, areas by industries; the most is inf where no bound is known.

    A cell without a row is none: those that are withheld have one.
    """
    low = jobs.get("employment_low", jobs["employment"]).fillna(jobs["employment"]).fillna(0.0)
    high = jobs.get("employment_high", jobs["employment"]).fillna(jobs["employment"]).fillna(np.inf)
    cells = jobs.assign(low=low, high=high)
    least, most = (
        cells.pivot_table(index="area", columns="industry", values=end, aggfunc="first").fillna(0.0)
        for end in ("low", "high")
    )
    return least, most


def _own(patterns: pd.Series, seen: pd.Index) -> np.ndarray:
    """Whether each industry's pattern is its own: its code's, or that of a sector that is all here."""
    whole = {
        code
        for code in patterns.dropna().unique()
        if (children := {c for c in seen if naics.parent(c) == code}) and children <= set(patterns.index)
    }
    return ((patterns == patterns.index) | patterns.isin(whole)).to_numpy(dtype=bool)


def _sizes(codes: pd.DataFrame, totals: pd.DataFrame) -> np.ndarray:
    """Jobs of each industry in the nation; one without a pattern counts as an average one."""
    nation = totals.set_index("industry")["employment"]
    # industries that share a wider pattern share its national jobs
    size = codes["pattern"].map(nation) / codes["pattern"].map(codes["pattern"].value_counts())
    return (size.fillna(size.mean()) * codes["weight"]).to_numpy(dtype=float)


def _main(
    mix: IndustryMix, low: pd.DataFrame, high: pd.DataFrame, whole: pd.DataFrame, own: np.ndarray, count: int
) -> pd.DataFrame:
    """The occupations with the most jobs of each area, with jobs and their bounds."""
    least, most = mix.likely @ low.to_numpy(), mix.likely @ high.to_numpy()
    count = min(count, least.shape[1])
    order = np.argsort(-least, axis=1, kind="stable")[:, :count]
    some, place = np.unique(order, return_inverse=True)
    jobs_low, jobs_high = mix.fewest(low.to_numpy()[:, some]), mix.most(high.to_numpy()[:, some])
    row, column = np.repeat(np.arange(len(least)), count), order.ravel()
    jobs_low, jobs_high = (jobs[row, place.ravel()] for jobs in (jobs_low, jobs_high))
    known = np.isclose(jobs_low, jobs_high, rtol=1e-6)
    share_low, share_high = least[row, column], most[row, column]
    of = whole.iloc[row]
    out = pd.DataFrame(
        {
            "area": of.index.astype(str),
            "occupation": low.columns[column].astype(str),
            "rank": np.tile(np.arange(1, count + 1), len(least)),
            "employment": np.where(known, (jobs_low + jobs_high) / 2, np.nan),
            "employment_low": jobs_low,
            "employment_high": jobs_high,
            "disclosure": of["disclosure"].astype(str).to_numpy(),
            "share": np.where(np.isclose(share_low, share_high, rtol=1e-6), share_low, np.nan),
            "share_low": share_low,
            "share_high": share_high,
            "own_pattern_share": own[row],
        }
    )
    return out[(out["share_low"] > 0) & ~(out["employment_high"] == 0)]
