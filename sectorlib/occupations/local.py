"""A sector's main occupations in each area: national staffing patterns applied to local jobs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import NotSupportedError
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
    staffed as in the nation; jobs in industries that are not surveyed are in no occupation. Where an industry's jobs are withheld, the jobs that the others leave are divided over
    the withheld ones as in the nation. A 2-digit code is divided over its 3-digit industries where the panel has
    them, so that the local mix counts.

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
        Columns area, sector, occupation, rank (1 holds the most jobs), employment (jobs; missing where the sector's
        jobs are withheld, or the occupation's in the nation), employment_low, employment_high (what withheld jobs
        allow, given the pattern; not how far staffing may differ from the nation's), disclosure (of the sector's
        jobs), share, share_low and share_high (of the sector's jobs), own_pattern_share (of the sector's jobs, in
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
    table = jobs.pivot_table(
        index="area", columns="industry", values="employment", aggfunc="first", dropna=False
    )
    seen = visible_codes(sectors, cells["industry"])
    low, high = shares(staffing)
    totals = published_totals(staffing)
    composed = compose(cells, sectors)
    composed = composed.astype({"area": str, "industry": str}).set_index("area")
    parts = []
    for name, rows in seen[seen["counted_as"].notna()].groupby("sector", sort=False):
        whole = composed[composed["industry"] == name]
        codes = _parts(rows, table.columns, totals, year)
        if codes["pattern"].isna().all() or whole.empty:
            continue
        mix = _mix(codes, table.reindex(whole.index), whole, totals)
        by = codes["pattern"].dropna()  # industries that are not surveyed keep their jobs, in no occupation
        mix = mix[by.index]
        own = mix.loc[:, _own(by, table.columns)].sum(axis=1)
        patterns = mix.T.groupby(by.to_numpy()).sum().T
        least, most = patterns @ low.loc[patterns.columns], patterns @ high.loc[patterns.columns]
        parts.append(_main(least, most, whole, own, count).assign(sector=str(name)))
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


def _own(patterns: pd.Series, seen: pd.Index) -> np.ndarray:
    """Whether each industry's pattern is its own: its code's, or that of a sector that is all here."""
    whole = {
        code
        for code in patterns.unique()
        if (children := {c for c in seen if naics.parent(c) == code}) and children <= set(patterns.index)
    }
    return ((patterns == patterns.index) | patterns.isin(whole)).to_numpy()


def _mix(codes: pd.DataFrame, jobs: pd.DataFrame, whole: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """How each area's jobs in the sector divide over its industries: areas by industries, rows sum to 1."""
    known = jobs[codes["counted_as"]].set_axis(codes.index, axis=1) * codes["weight"]
    nation = totals.set_index("industry")["employment"]
    # industries that share a wider pattern share its national jobs
    size = codes["pattern"].map(nation) / codes["pattern"].map(codes["pattern"].value_counts())
    size = (
        size.fillna(size.mean()) * codes["weight"]
    )  # an industry without a pattern counts as an average one
    unknown = known.isna()
    spread = unknown.mul(size, axis=1)
    there = known.sum(axis=1)
    total = whole["employment"].fillna((whole["employment_low"] + whole["employment_high"]) / 2)
    # without any total, the withheld industries stand to the published ones as in the nation
    published = (~unknown).mul(size, axis=1).sum(axis=1).replace(0.0, np.nan)
    like_nation = there * spread.sum(axis=1) / published
    left = (total - there).clip(lower=0).fillna(like_nation).fillna(1.0)
    spread = spread.div(spread.sum(axis=1).replace(0.0, np.nan), axis=0).mul(left, axis=0).fillna(0.0)
    out = known.fillna(0.0) + spread
    empty = out.sum(axis=1) == 0
    out = out.mask(empty, pd.DataFrame(np.tile(size, (len(out), 1)), out.index, out.columns))
    return out.div(out.sum(axis=1), axis=0)


def _main(
    least: pd.DataFrame, most: pd.DataFrame, whole: pd.DataFrame, own: pd.Series, count: int
) -> pd.DataFrame:
    """The occupations with the most jobs of each area, with jobs and their bounds."""
    count = min(count, least.shape[1])
    order = np.argsort(-least.to_numpy(), axis=1, kind="stable")[:, :count]
    row = np.repeat(np.arange(len(least)), count)
    column = order.ravel()
    low, high = least.to_numpy()[row, column], most.to_numpy()[row, column]
    of = whole.iloc[row]
    exact = np.isclose(low, high, rtol=1e-6)
    out = pd.DataFrame(
        {
            "area": least.index[row].astype(str),
            "occupation": least.columns[column].astype(str),
            "rank": np.tile(np.arange(1, count + 1), len(least)),
            "employment": np.where(exact, of["employment"] * low, np.nan),
            "employment_low": of["employment_low"].to_numpy() * low,
            "employment_high": of["employment_high"].to_numpy() * high,
            "disclosure": of["disclosure"].astype(str).to_numpy(),
            "share": np.where(exact, low, np.nan),
            "share_low": low,
            "share_high": high,
            "own_pattern_share": own.to_numpy()[row],
        }
    )
    return out[(out["share_low"] > 0) & ~(out["employment_high"] == 0)]
