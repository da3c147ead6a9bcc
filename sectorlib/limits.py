"""The most that a sum of industries can be: what their wholes leave, and not only what each may hold by itself."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sectorlib import naics

#: How far a published figure may be off: jobs are rounded to whole jobs, wages to the dollar.
_ROUNDING = {"employment": 0.5, "wages": 0.0}

_PLACE = ["area", "ownership", "year"]


def most_of_sums(
    panel: pd.DataFrame, parts: pd.DataFrame, weights: pd.Series, lacking: Iterable[str] = ()
) -> pd.DataFrame:
    """The most that a weighted sum of industries can be in each place, as its wholes and their other parts allow.

    From the bottom up: the parts in an industry are at most their own highs; at most that industry's high times
    their weight; and at most their lows with what the industry's high leaves over the lows of everything in it.
    The last whole is the total of all industries, at most the total of all ownerships.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds, with the wholes.
    parts : DataFrame
        Panel rows of the industries that are added up, in those places of which the sum is wanted.
    weights : Series of float
        By industry, 0 to 1.
    lacking : iterable of str
        Industries among them that the panel cannot show, so that only their wholes bound them. Others without a row
        in a place have nothing there.

    Returns
    -------
    DataFrame
        Columns area, ownership, year, employment_high, wages_high; infinite where nothing bounds them.

    Examples
    --------
    Two withheld parts may each hold all of manufacturing that 311 leaves, but not both.

    >>> panel = pd.DataFrame({
    ...     "area": "36001", "industry": ["31-33", "311", "333", "334"], "ownership": "5", "year": 2020,
    ...     "employment_low": [100.0, 30, 0, 0], "employment_high": [100.0, 30, 72, 72], "wages_low": [9.0, 2, 0, 0],
    ...     "wages_high": [9.0, 2, 7, 7]})
    >>> most_of_sums(panel, panel.tail(2), pd.Series({"333": 1.0, "334": 1.0}))["employment_high"].to_list()
    [72.0]
    """
    seen = {
        c for c in panel["industry"].astype(str).unique() if naics.level(c) not in ("domain", "supersector")
    }
    # In order, so that sums are rounded the same way in every run.
    above = {code: _above(code, seen) for code in sorted(seen | set(weights.index))}
    wholes: set[str] = set()
    for code in weights.index:
        up = above[code]
        while up is not None:
            wholes.add(up)
            up = above[up]
    children = {w: [c for c, up in above.items() if up == w] for w in wholes}
    wanted = sorted(wholes.union(*children.values(), weights.index))
    places = (
        parts[_PLACE].drop_duplicates().astype({"area": "str", "ownership": "str"}).reset_index(drop=True)
    )
    rows = panel[panel["industry"].isin(set(wanted) - set(weights.index))]
    rows = pd.concat([_plain(rows), _plain(parts)], ignore_index=True)
    row = pd.MultiIndex.from_frame(places).get_indexer(pd.MultiIndex.from_frame(rows[_PLACE]))
    column = pd.Index(wanted).get_indexer(pd.Index(rows["industry"]))
    inside = (row >= 0) & (column >= 0)
    cell = row[inside], column[inside]
    number = {code: at for at, code in enumerate(wanted)}
    out = places.copy()
    for figure, rounding in _ROUNDING.items():
        low = np.zeros((len(places), len(wanted)))
        high = np.full(low.shape, np.nan)
        there = np.zeros(low.shape, dtype=bool)
        low[cell] = rows[f"{figure}_low"].to_numpy()[inside]
        high[cell] = rows[f"{figure}_high"].fillna(np.inf).to_numpy()[inside]
        there[cell] = True
        high[:, [number[code] for code in lacking]] = np.inf
        if naics.TOTAL in wholes:
            at = number[naics.TOTAL]
            high[:, at] = np.fmin(high[:, at], _of_all_ownerships(panel, places, figure))
        most = {
            c: weights[c] * np.nan_to_num(high[:, number[c]], nan=0.0, posinf=np.inf) for c in weights.index
        }
        heaviest = {c: float(weights[c]) for c in weights.index}
        for whole in sorted(wholes, key=lambda code: (-_depth(code, above), code)):
            within = [c for c in children[whole] if c in most]
            at, ours = number[whole], [number[c] for c in within]
            all_parts = [number[c] for c in children[whole]]
            heavy = max(heaviest[c] for c in within)
            limit = np.where(np.isnan(high[:, at]), np.inf, high[:, at])
            left = limit - low[:, all_parts].sum(axis=1) + rounding * (there[:, all_parts].sum(axis=1) + 1)
            base = low[:, ours] @ np.array([heaviest[c] for c in within])
            shared = np.minimum(base + heavy * np.maximum(left, 0.0), heavy * limit)
            most[whole] = np.minimum(sum(most[c] for c in within), shared)
            heaviest[whole] = heavy
        tops = [code for code in most if above[code] is None]
        out[f"{figure}_high"] = sum(most[code] for code in tops)
    return out


def capped(sums: pd.DataFrame, most: pd.DataFrame) -> pd.DataFrame:
    """Sums of industries with the highs of those that are not known lowered to the most that they can be.

    Parameters
    ----------
    sums : DataFrame
        A Panel of one group.
    most : DataFrame
        What :func:`most_of_sums` gives.
    """
    at = pd.MultiIndex.from_frame(sums[_PLACE].astype({"area": "str", "ownership": "str"}))
    limits = most.set_index(_PLACE).reindex(at)
    sums = sums.copy()
    for figure in _ROUNDING:
        low, high = sums[f"{figure}_low"].to_numpy(), sums[f"{figure}_high"].to_numpy()
        limit = limits[f"{figure}_high"].to_numpy()
        lowered = np.fmin(high, np.where(np.isinf(limit), np.nan, limit))
        lowered = np.where(np.isnan(lowered), lowered, np.maximum(lowered, low))
        sums[f"{figure}_high"] = np.where(sums["disclosure"] == "disclosed", high, lowered)
    return sums


def _above(code: str, seen: set[str]) -> str | None:
    """The nearest industry above a code that the panel has."""
    if not naics.is_known(code):  # the name of a sum of industries has nothing above it
        return None
    up = naics.parent(code)
    while up is not None and up not in seen:
        up = naics.parent(up)
    return up


def _depth(code: str, above: dict[str, str | None]) -> int:
    up = above[code]
    return 0 if up is None else 1 + _depth(up, above)


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    bounds = [f"{figure}_{end}" for figure in _ROUNDING for end in ("low", "high")]
    columns = [*_PLACE, "industry", *bounds]
    return rows[columns].astype({"area": "str", "ownership": "str", "industry": "str"})


def _of_all_ownerships(panel: pd.DataFrame, places: pd.DataFrame, figure: str) -> np.ndarray:
    """The most that all industries of all ownerships can hold in each place."""
    rows = panel[(panel["industry"] == naics.TOTAL) & (panel["ownership"] == "0")]
    highs = rows[f"{figure}_high"].to_numpy()
    known = pd.Series(highs, pd.MultiIndex.from_arrays([rows["area"].astype("str"), rows["year"]]))
    return known.reindex(pd.MultiIndex.from_frame(places[["area", "year"]])).to_numpy()
