"""Where pathways cross: how alike the staffing of two sectors is, and the occupations that both employ."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from sectorlib.resources import definitions


def pattern_overlap(patterns: pd.DataFrame) -> pd.DataFrame:
    """The share of jobs that the staffing of two sectors has in common.

    ``overlap = sum_o min(share_ao, share_bo)``: 1 where both employ the same occupations in the same shares, 0 where
    none is in both. It is one less half the sum of differences (Krugman's index of the two patterns).

    Parameters
    ----------
    patterns : DataFrame
        Columns sector, occupation and share_low, as :func:`sectorlib.sector_patterns` gives them.

    Returns
    -------
    DataFrame
        Columns sector_a, sector_b, overlap, one row for each pair, most alike first.

    References
    ----------
    Krugman (1991), Geography and Trade: the index of regional divergence, here of occupations between sectors.

    Examples
    --------
    >>> patterns = pd.DataFrame({"sector": ["a", "a", "b", "b"], "occupation": ["x", "y", "y", "z"],
    ...                          "share_low": [0.7, 0.3, 0.5, 0.5]})
    >>> pattern_overlap(patterns)
      sector_a sector_b  overlap
    0        a        b      0.3
    """
    shares = _shares(patterns)
    pairs = [
        (a, b, float(np.minimum(shares.loc[a], shares.loc[b]).sum()))
        for a, b in combinations(shares.index, 2)
    ]
    out = pd.DataFrame(pairs, columns=["sector_a", "sector_b", "overlap"])
    return out.sort_values("overlap", ascending=False, ignore_index=True, kind="stable")


def shared_occupations(patterns: pd.DataFrame) -> pd.DataFrame:
    """The occupations that two sectors both employ, lowest paid first.

    They are where training serves both and where workers may change from one to the other. That pay rises from row
    to row does not say that workers rise.

    Parameters
    ----------
    patterns : DataFrame
        Columns sector, occupation, title, share_low, pay_p50 and pay_p50_at_least (USD a year), as
        :func:`sectorlib.sector_patterns` gives them.

    Returns
    -------
    DataFrame
        Columns sector_a, sector_b, occupation, title, share_a, share_b (of each sector's jobs), common (the smaller),
        pay_a, pay_b (the median in each sector), sectors (of all given, how many employ it as much: managers and
        clerks are everywhere), overlap of the pair. Occupations that hold at least the share of
        both that ``crossing_share`` in ``data/occupations.yaml`` says; pairs most alike first.

    Examples
    --------
    >>> patterns = pd.DataFrame({"sector": ["a", "b"], "occupation": "x", "title": "Clerks", "share_low": [0.7, 0.5],
    ...                          "pay_p50": [40.0, 50.0], "pay_p50_at_least": [40.0, 50.0]})
    >>> shared_occupations(patterns)[["occupation", "common", "pay_a", "pay_b"]]
      occupation  common  pay_a  pay_b
    0          x     0.5   40.0   50.0
    """
    least = definitions("occupations")["crossing_share"]["value"]
    columns = ["occupation", "title", "share_low", "pay_p50", "pay_p50_at_least"]
    by_sector = {name: rows[columns] for name, rows in patterns.groupby("sector", sort=False)}
    parts = []
    for a, b, overlap in pattern_overlap(patterns).itertuples(index=False):
        both = by_sector[a].merge(by_sector[b].drop(columns="title"), on="occupation", suffixes=("_a", "_b"))
        both["common"] = both[["share_low_a", "share_low_b"]].min(axis=1)
        both = both[both["common"] >= least].assign(sector_a=a, sector_b=b, overlap=overlap)
        low = both[["pay_p50_at_least_a", "pay_p50_at_least_b"]].mean(axis=1)
        parts.append(both.loc[low.sort_values(kind="stable").index])
    names = {"share_low_a": "share_a", "share_low_b": "share_b", "pay_p50_a": "pay_a", "pay_p50_b": "pay_b"}
    order = [
        "sector_a", "sector_b", "occupation", "title", "share_a", "share_b", "common", "pay_a", "pay_b", "sectors",
        "overlap",
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=order)
    out = pd.concat(parts, ignore_index=True).rename(columns=names)
    employed = patterns.loc[patterns["share_low"] >= least].groupby("occupation")["sector"].nunique()
    return out.assign(sectors=out["occupation"].map(employed))[order]


def _shares(patterns: pd.DataFrame) -> pd.DataFrame:
    table = patterns.pivot_table(index="sector", columns="occupation", values="share_low", fill_value=0.0)
    return table.reindex(patterns["sector"].drop_duplicates())
