"""Withheld cells: how little and how much they can hold.

The bounds here follow from accounting identities alone, so they always contain the truth: a withheld
industry holds no more than its parent less its published siblings, and no more than its state less the
published counties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import is_county
from sectorlib.disclosure.identities import ROUNDING, coded, whole_rows

#: Industry levels from the top down: parents pass their bounds on.
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
    codes, names = coded(panel)
    counties = is_county(pd.Series(names["area"], dtype=str)).to_numpy()
    states = {c: f"{c[:2]}000" if county else "" for c, county in zip(names["area"], counties, strict=True)}
    in_industry = whole_rows(codes, names, "industry", {c: naics.parent(c) or "" for c in names["industry"]})
    in_state = whole_rows(codes, names, "area", states)
    levels = np.array([naics.level(code) for code in names["industry"]])[codes["industry"]]
    highs = {}
    for figure, rounding in ROUNDING.items():
        cells = _Cells(
            *(panel[f"{figure}{end}"].to_numpy(dtype=float, copy=True) for end in ("", "_low", "_high"))
        )
        for level in _LEVELS:
            cells.tighten(np.flatnonzero(levels == level), in_industry, rounding)
        cells.tighten(np.flatnonzero(counties[codes["area"]]), in_state, rounding)
        highs[f"{figure}_high"] = cells.high
    return panel.assign(**highs)


@dataclass(frozen=True)
class _Cells:
    """One figure of every cell: its value, and the least and the most it can be."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def tighten(self, rows: np.ndarray, whole: np.ndarray, rounding: float) -> None:
        """Lower the highs of the withheld cells among ``rows`` to what their wholes leave them, in place."""
        rows = rows[whole[rows] >= 0]
        above = whole[rows]
        size = len(self.value)
        parts = np.bincount(above, minlength=size)[above]
        others = np.bincount(above, weights=self.low[rows], minlength=size)[above] - self.low[rows]
        left = np.maximum(self.high[above] - others + rounding * (parts + 1), self.low[rows])
        withheld = np.isnan(self.value[rows])
        # fmin: where one of two bounds is not known, the other holds.
        self.high[rows[withheld]] = np.fmin(self.high[rows], left)[withheld]
