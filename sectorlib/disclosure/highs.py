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

#: Published jobs are annual averages rounded to whole jobs, so each may be off by half a job.
_ROUNDING = {"employment": 0.5, "wages": 0.0}

_KEYS = ("area", "industry", "ownership", "year")

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
    codes, names = _codes(panel)
    parents = _places([naics.parent(code) or "" for code in names["industry"]], names["industry"])
    counties = is_county(pd.Series(names["area"], dtype=str)).to_numpy()
    states = _places(
        [f"{c[:2]}000" if county else "" for c, county in zip(names["area"], counties, strict=True)],
        names["area"],
    )
    in_industry = _whole_rows(codes, "industry", parents)
    in_state = _whole_rows(codes, "area", states)
    levels = np.array([naics.level(code) for code in names["industry"]])[codes["industry"]]
    highs = {}
    for figure, rounding in _ROUNDING.items():
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


def _codes(panel: pd.DataFrame) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """Each key column as whole numbers, and what they stand for: text is slow by the million."""
    factorized = {key: pd.factorize(panel[key]) for key in _KEYS}
    return {k: codes for k, (codes, _) in factorized.items()}, {
        k: list(map(str, u)) for k, (_, u) in factorized.items()
    }


def _places(wanted: list[str], names: list[str]) -> np.ndarray:
    """Where each wanted name stands among the names; -1 where it does not."""
    place = {name: i for i, name in enumerate(names)}
    return np.array([place.get(name, -1) for name in wanted], dtype=np.int64)


def _whole_rows(codes: dict[str, np.ndarray], key: str, above: np.ndarray) -> np.ndarray:
    """The row of each cell's whole, which has the same keys but for one; -1 where there is no such row."""
    sizes = {k: int(c.max(initial=0)) + 1 for k, c in codes.items()}

    def combined(parts: dict[str, np.ndarray]) -> np.ndarray:
        out = np.zeros(len(parts[key]), dtype=np.int64)
        for k in _KEYS:
            out = out * sizes[k] + parts[k]
        return out

    whole = above[codes[key]]
    found = pd.Index(combined(codes)).get_indexer(combined({**codes, key: whole}))
    return np.where(whole >= 0, found, -1)
