"""Staffing patterns: the occupations of an industry as shares of its jobs, and what they are paid, in the nation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import NotSupportedError
from sectorlib.resources import definitions

#: Pay of an occupation in a table of staffing: the mean and five percentiles.
PAY = ["pay_mean", "pay_p10", "pay_p25", "pay_p50", "pay_p75", "pay_p90"]

#: The area whose staffing patterns are applied.
NATION = "US000"


def pattern_industries(industries: Iterable[str], staffing: pd.DataFrame, year: int) -> pd.Series:
    """The industry whose national staffing pattern stands for each code.

    The code itself where its pattern is published, else the nearest code above it. A code whose meaning changed
    between the year of the jobs and the release of the patterns takes the one above it too.

    Parameters
    ----------
    industries : iterable of str
        NAICS codes.
    staffing : DataFrame
        As :func:`sectorlib.read_oews` gives it.
    year : int
        Year of the jobs that patterns are applied to.

    Returns
    -------
    Series of str
        Indexed by code; missing for industries that the survey leaves out (farms, private households; see
        ``not_surveyed`` in ``data/occupations.yaml``) and where nothing above is published.

    Examples
    --------
    >>> staffing = pd.DataFrame({"area": "US000", "industry": ["62", "622", "51"], "release": "May 2024"})
    >>> pattern_industries(["622", "623", "511", "111"], staffing, 2017).to_dict()
    {'622': '622', '623': '62', '511': '51', '111': nan}
    """
    published = set(staffing.loc[staffing["area"] == NATION, "industry"].unique())
    left_out = definitions("occupations")["not_surveyed"]["industries"]
    codes = list(dict.fromkeys(industries))
    chains = {code: [c for c in _upwards(code) if c in published and c not in left_out] for code in codes}
    steps = pd.Series(sorted({c for chain in chains.values() for c in chain}), dtype="str")
    first, last = sorted((year, release_year(staffing)))
    broken = set(steps[naics.crosses_break(steps, first, last)]) if len(steps) else set()
    found = {
        code: next((c for c in chain if c not in broken), None)
        for code, chain in chains.items()
        if not any(code == c or (len(c) > 2 and code.startswith(c)) for c in left_out)
    }
    return pd.Series([found.get(code) for code in codes], index=codes, dtype="str")


def staffing_pattern(staffing: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """The occupations of several industries together: national jobs, shares and pay.

    A percentile over several industries is the average of their percentiles, weighted by jobs: the true one lies
    between the least and the greatest of them, too. Of percentiles of the sectors of May 2025, put together from 3-digit
    industries, half are within 0.8 % of the published ones and nine in ten within 6 to 10 % (``docs/occupations.md``).
    The mean is exact.

    Parameters
    ----------
    staffing : DataFrame
        As :func:`sectorlib.read_oews` gives it.
    weights : Series of float
        Indexed by industry: the share of its national jobs that counts.

    Returns
    -------
    DataFrame
        Indexed by occupation, most jobs first: title, employment (national jobs where published), share of all jobs,
        share_low and share_high (they differ where jobs of the occupation are withheld in an industry: it may be
        none, or all that the published occupations leave), pay_mean, pay_p10 ... pay_p90 (USD a year), the same with
        ``_at_least`` (the least it can be, where pay is top-coded), pay_spread (p90 / p10: how far pay is apart among
        today's workers, not how far one of them rises) and pay_spread_at_least.

    Raises
    ------
    NotSupportedError
        None of the industries has a pattern.

    References
    ----------
    Bureau of Labor Statistics, Occupational Employment and Wage Statistics: national industry-specific estimates.

    Examples
    --------
    >>> rows = [("62", "00-0000", "total", 1000, np.nan), ("62", "29-1141", "detailed", 300, 90000.0),
    ...         ("62", "31-1131", "detailed", 600, 40000.0)]
    >>> staffing = pd.DataFrame(rows, columns=["industry", "occupation", "level", "employment", "pay_mean"])
    >>> staffing = staffing.assign(area="US000", title="", share=staffing["employment"] / 1000, release="May 2024")
    >>> staffing = staffing.assign(**{p: staffing["pay_mean"] for p in PAY}, **{
    ...     f"{p}_at_least": staffing["pay_mean"] for p in PAY})
    >>> staffing_pattern(staffing, pd.Series({"62": 1.0}))[["share", "pay_p50", "pay_spread"]]
                share  pay_p50  pay_spread
    occupation
    31-1131       0.6  40000.0         1.0
    29-1141       0.3  90000.0         1.0
    """
    rows = staffing[(staffing["area"] == NATION) & staffing["industry"].isin(weights.index)]
    total = rows[rows["level"] == "total"].set_index("industry")["employment"] * weights
    if not total.sum() > 0:
        raise NotSupportedError(
            f"no staffing pattern of {', '.join(map(str, weights.index)) or 'these industries'}",
            "industries that the occupation statistics survey",
            "name workbooks of finer industries (nat3d, nat4d), or choose another sector",
        )
    rows = rows[rows["level"] == "detailed"]
    weight = rows["industry"].map(weights).to_numpy(dtype=float)
    low, high = shares(rows)
    part = (total / total.sum()).fillna(0.0)
    known = [code for code in part.index if code in low.index]
    out = pd.DataFrame(
        {
            "title": rows.drop_duplicates("occupation").set_index("occupation")["title"],
            "employment": (rows["employment"] * weight).groupby(rows["occupation"]).sum(min_count=1),
            "share_low": part[known] @ low.loc[known],
            "share_high": part[known] @ high.loc[known],
        }
    )
    out = out[out["title"].notna()]
    out.insert(2, "share", out["share_low"].where(np.isclose(out["share_low"], out["share_high"])))
    out = out.join(averaged_pay(rows, rows["employment"] * weight, ["occupation"]))
    out["pay_spread"] = out["pay_p90"] / out["pay_p10"]
    out["pay_spread_at_least"] = out["pay_p90_at_least"] / out["pay_p10"]
    order = out["share_low"].sort_values(ascending=False, kind="stable").index
    return out.loc[order].rename_axis("occupation")


def sector_patterns(staffing: pd.DataFrame, sectors: pd.DataFrame, year: int) -> pd.DataFrame:
    """The national staffing pattern of each sector, one below the other.

    Parameters
    ----------
    staffing : DataFrame
        As :func:`sectorlib.read_oews` gives it.
    sectors : DataFrame
        A table of sectors (:func:`sectorlib.load_sectors`): sector, title, industry, weight.
    year : int
        Year whose NAICS codes the sectors are written in.

    Returns
    -------
    DataFrame
        Columns sector, occupation and those of :func:`staffing_pattern`; sectors without a pattern are left out.

    Examples
    --------
    >>> staffing = pd.DataFrame({
    ...     "area": "US000", "industry": "62", "occupation": ["00-0000", "29-1141"], "title": ["All", "Nurses"],
    ...     "level": ["total", "detailed"], "employment": [10, 4], "share": [1.0, 0.4], "release": "May 2024"})
    >>> staffing = staffing.assign(**{p: 1.0 for p in PAY}, **{f"{p}_at_least": 1.0 for p in PAY})
    >>> sectors = pd.DataFrame({"sector": ["care", "farms"], "industry": ["622", "111"], "weight": 1.0})
    >>> sector_patterns(staffing, sectors, 2024)[["sector", "occupation", "share"]]
      sector occupation  share
    0   care    29-1141    0.4
    """
    totals = published_totals(staffing)
    by_industry = dict(list(staffing[staffing["area"] == NATION].groupby("industry", sort=False)))
    parts = []
    for name, rows in sectors.groupby("sector", sort=False):
        codes = _surveyed(whole_sectors(rows.groupby("industry")["weight"].sum(), totals), totals)
        by = pattern_industries(codes.index, totals, year).dropna()
        if by.empty:
            continue
        weights = codes.reindex(by.index).groupby(by.to_numpy()).max()  # a wider pattern stands once
        here = pd.concat([by_industry[code] for code in weights.index])
        parts.append(staffing_pattern(here, weights).reset_index().assign(sector=str(name)))
    if not parts:
        raise NotSupportedError(
            "none of the sectors is covered by the occupation statistics", "a sector beside farms and households",
            "name workbooks of finer industries (nat3d, nat4d)",
        )  # fmt: skip
    out = pd.concat(parts, ignore_index=True)
    return out[["sector", *(c for c in out.columns if c != "sector")]]


def whole_sectors(weights: pd.Series, staffing: pd.DataFrame) -> pd.Series:
    """The weights with the NAICS sector in place of its 3-digit industries, where all that are published are there.

    The sector's own row is exact, and its percentiles need not be averaged.
    """
    published = pd.Series(staffing.loc[staffing["area"] == NATION, "industry"].unique(), dtype="str")
    three = published[naics.levels(published) == "3"]
    for sector, children in three.groupby(three.map(naics.sector)):
        here = weights.reindex(children)
        if sector in set(published) and here.notna().all() and (here == here.iloc[0]).all():
            weights = pd.concat([weights.drop(children), pd.Series({str(sector): here.iloc[0]})])
    return weights


def _surveyed(weights: pd.Series, totals: pd.DataFrame) -> pd.Series:
    """The weights with the industries below a NAICS sector in place of one that is not surveyed as a whole."""
    left_out = definitions("occupations")["not_surveyed"]["industries"]
    sectors = [code for code in weights.index if code in left_out and naics.level(code) == "sector"]
    published = pd.Series(totals["industry"].unique(), dtype="str")
    below = {code: published[published.map(naics.parent) == code] for code in sectors}
    finer = [pd.Series(weights[code], index=pd.Index(children)) for code, children in below.items()]
    return pd.concat([weights.drop(sectors), *finer])


def shares(staffing: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The least and the most each occupation can be of each industry's jobs: industries by occupations.

    They differ where the occupation's jobs are withheld: none, or all that the published occupations leave.
    """
    rows = staffing[(staffing["area"] == NATION) & (staffing["level"] == "detailed")]
    low = rows.pivot_table(
        index="industry", columns="occupation", values="share", aggfunc="sum", fill_value=0.0
    )
    withheld = rows.assign(withheld=rows["share"].isna()).pivot_table(
        index="industry", columns="occupation", values="withheld", aggfunc="max", fill_value=False
    )
    left = (1 - low.sum(axis=1)).clip(lower=0)
    low = low.reindex(index=withheld.index, columns=withheld.columns, fill_value=0.0)
    high = low.add(withheld.astype(float).mul(left.reindex(low.index).fillna(1.0), axis=0))
    return low, high


def published_totals(staffing: pd.DataFrame) -> pd.DataFrame:
    """The rows of whole industries in the nation: which patterns are published, and of how many jobs."""
    return staffing[(staffing["area"] == NATION) & (staffing["level"] == "total")]


def release_year(staffing: pd.DataFrame) -> int:
    """The year of the release that a table of staffing is of."""
    return int(str(staffing["release"].iloc[0]).split()[-1])


def _upwards(code: str) -> list[str]:
    chain = [code]
    while (up := naics.parent(chain[-1])) is not None and up != naics.TOTAL:
        chain.append(up)
    return chain


def averaged_pay(rows: pd.DataFrame, jobs: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Pay of rows put together by columns, weighted by jobs; missing where too few of the jobs publish it."""
    by = [rows[name] for name in columns]
    least = definitions("occupations")["pay_coverage"]["value"]
    known = jobs.fillna(0.0)
    all_jobs = known.groupby(by).sum()
    out = {}
    for name in PAY:
        low = rows[f"{name}_at_least"]
        counted = known.where(low.notna(), 0.0)
        covered = counted.groupby(by).sum()
        average = (low * counted).groupby(by).sum() / covered
        average = average.where((covered > 0) & (covered >= least * all_jobs))
        top_coded = (rows[name].isna() & low.notna()).groupby(by).any()
        out[name] = average.mask(top_coded)
        out[f"{name}_at_least"] = average
    return pd.DataFrame(out)[[*PAY, *(f"{name}_at_least" for name in PAY)]]
