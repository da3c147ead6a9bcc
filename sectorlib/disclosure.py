"""Withheld cells: how little and how much they can hold.

The bounds here follow from accounting identities alone, so they always contain the truth: a withheld
industry holds no more than its parent less its published siblings, and no more than its state less the
published counties.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sectorlib import naics
from sectorlib.areas import is_county

#: Published jobs are annual averages rounded to whole jobs, so each may be off by half a job.
_ROUNDING = {"employment": 0.5, "wages": 0.0}

_LEVELS = ("domain", "supersector", "sector", "3", "4", "5", "6")


def bound_withheld(panel: pd.DataFrame) -> pd.DataFrame:
    """Give every withheld cell of a panel the most it can hold.

    For each figure, ``high = min(parent industry's high - sum of its siblings' lows, state's value - sum
    of the other counties' lows)``, each with half a job of slack for every rounded figure in the sum.
    Parents come first, so a withheld parent passes its own bound on. ``low`` stays what is published.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds, as :func:`sectorlib.panel.assemble` makes it.

    Returns
    -------
    DataFrame
        The same rows with ``employment_high`` and ``wages_high`` filled in where a bound is known, and
        ``disclosure`` of bounded cells unchanged.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36001", "industry": ["10", "62", "72"], "ownership": "5", "year": 2020,
    ...     "employment": [90, 60, float("nan")], "employment_low": [90, 60, 0.0],
    ...     "employment_high": [90, 60, float("nan")], "wages": [9.0, 7.0, float("nan")],
    ...     "wages_low": [9, 7, 0.0], "wages_high": [9, 7, float("nan")]})
    >>> bound_withheld(panel)[["industry", "employment_high", "wages_high"]]
      industry  employment_high  wages_high
    0       10             90.0         9.0
    1       62             60.0         7.0
    2       72             31.5         2.0

    Notes
    -----
    The slack for the 31.5 above: three rounded figures, half a job each.
    """
    panel = panel.copy()
    levels = naics.levels(panel["industry"])
    parents = pd.Series(
        panel["industry"]
        .astype(str)
        .map({c: naics.parent(c) or "" for c in panel["industry"].astype(str).unique()}),
        index=panel.index,
    )
    counties = is_county(panel["area"])
    state = panel["area"].astype(str).str[:2] + "000"
    for figure, rounding in _ROUNDING.items():
        for level in _LEVELS:
            here = levels == level
            if not panel.loc[here, figure].isna().any():
                continue
            _tighten(panel, here, figure, rounding, {"industry": parents}, ["area", "ownership", "year"])
        _tighten(panel, counties, figure, rounding, {"area": state}, ["industry", "ownership", "year"])
    return panel


def _tighten(
    panel: pd.DataFrame,
    here: pd.Series,
    figure: str,
    rounding: float,
    above: dict[str, pd.Series],
    place: Sequence[str],
) -> None:
    """Lower the highs of the withheld cells ``here`` to what their wholes leave for them, in place."""
    ((key, wholes),) = above.items()
    low, high = f"{figure}_low", f"{figure}_high"
    group = pd.MultiIndex.from_frame(
        panel.loc[here, list(place)].astype(str).assign(whole=wholes[here].astype(str))
    )
    lows = panel.loc[here, low].groupby(group).agg(["sum", "size"])
    per_row = lows.reindex(group)
    withheld = panel.loc[here, figure].isna().to_numpy()
    candidates = panel[panel[key].isin(wholes[here].unique())]
    whole_high = pd.Series(
        candidates[high].to_numpy(), index=pd.MultiIndex.from_frame(candidates[[*place, key]].astype(str))
    )
    slack = rounding * (per_row["size"].to_numpy() + 1)
    left = (
        whole_high.reindex(group).to_numpy()
        - (per_row["sum"].to_numpy() - panel.loc[here, low].to_numpy())
        + slack
    )
    rows = panel.index[here][withheld]
    bound = pd.Series(left[withheld], index=rows)
    bound = bound.clip(lower=panel.loc[rows, low])
    panel.loc[rows, high] = pd.concat([panel.loc[rows, high], bound], axis=1).min(axis=1)
