"""The least and the most that withheld cells can hold, from accounting identities alone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sectorlib.disclosure.identities import ROUNDING, Family, families, published
from sectorlib.exceptions import TableError

#: Changes smaller than this (jobs, or dollars) do not call for another sweep.
_SETTLED = {"employment": 0.25, "wages": 1000.0}

#: Sweeps over all identities; bounds are right after each, and every one may narrow them.
_MOST_SWEEPS = 60


def hard_bounds(panel: pd.DataFrame) -> pd.DataFrame:
    """The least and the most every withheld cell can hold, whatever follows from any sum of the panel.

    Every identity narrows each of its cells: a part is at most the total's high less the other parts'
    lows, and at least the total's low less their highs; the total lies between the sums. This is repeated
    until nothing changes. A published figure of jobs may be off by half a job; wages are exact. Which
    sums hold is judged from the panel's own published cells, see
    :func:`~sectorlib.disclosure.identities.families`.

    These bounds can undo the protection that withholding gives. They are for analysis, not for print.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds, as :func:`sectorlib.panel.assemble` makes it.

    Returns
    -------
    DataFrame
        The same rows with ``employment_low``, ``employment_high``, ``wages_low`` and ``wages_high``
        narrowed (jobs to whole jobs, dollars a year); a high that nothing bounds is missing.

    Examples
    --------
    What is withheld in both counties follows from their totals, but for rounding of jobs.

    >>> cell = {"ownership": "5", "year": 2020}
    >>> rows = [("36001", "10", 90), ("36001", "62", 59), ("36001", "72", None), ("36003", "10", 70),
    ...         ("36003", "62", 30), ("36003", "72", None), ("36000", "10", 160), ("36000", "62", 89),
    ...         ("36000", "72", 71)]
    >>> panel = pd.DataFrame([{"area": a, "industry": i, "employment": e, **cell} for a, i, e in rows])
    >>> panel = panel.assign(wages=panel["employment"], employment_low=panel["employment"].fillna(0.0),
    ...     employment_high=panel["employment"])
    >>> panel = panel.assign(wages_low=panel["employment_low"], wages_high=panel["employment_high"])
    >>> bounded = hard_bounds(panel)
    >>> bounded.loc[bounded["employment"].isna(), ["area", "employment_low", "employment_high", "wages_low"]]
        area  employment_low  employment_high  wages_low
    2  36001            30.0             32.0       31.0
    5  36003            39.0             41.0       40.0
    """
    known = families(panel)
    bounds: dict[str, np.ndarray] = {}
    for figure in ROUNDING:
        low, high = _propagated(panel, known, figure)
        bounds |= _columns(panel, figure, low, high)
    return panel.assign(**bounds)


def tighten_bounds(panel: pd.DataFrame, cells: pd.Index, figure: str = "employment") -> pd.DataFrame:
    """The narrowest bounds of chosen cells that all identities together allow, by linear programming.

    Sweeping identities one by one cannot see what two partitions of the same total say together. For each
    cell its least and its most are found subject to every identity connected with it (HiGHS).

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds, best from :func:`hard_bounds`.
    cells : Index
        Labels of the cells, among the index of the panel: a handful of the widest, as each costs two
        linear programs over everything withheld of its states.
    figure : {"employment", "wages"}
        What is bounded.

    Returns
    -------
    DataFrame
        The same rows; bounds of the chosen cells are as narrow as they can be.

    Raises
    ------
    TableError
        The index of the panel repeats.

    References
    ----------
    Huangfu, Q. and Hall, J. A. J. (2018), Parallelizing the dual revised simplex method, Mathematical
    Programming Computation 10.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36001", "industry": ["10", "62", "72"], "ownership": "5", "year": 2020,
    ...     "employment": [90, None, None], "wages": 0.0, "employment_low": [90, 20, 0.0],
    ...     "employment_high": [90, None, None], "wages_low": 0.0, "wages_high": 0.0})
    >>> tighten_bounds(panel, pd.Index([2]))["employment_high"].to_list()
    [90.0, nan, 71.0]
    """
    if not panel.index.is_unique:
        raise TableError("an index that repeats", "one label for each row", "use reset_index(drop=True)")
    rounding = ROUNDING[figure]
    low, high = _intervals(panel, figure, rounding)
    unknown = np.isnan(published(panel, figure))
    open_families = [f.open(unknown) for f in families(panel)]
    component = _components(open_families, unknown)
    for row in panel.index.get_indexer(cells):
        if row < 0 or not unknown[row]:
            continue
        inside = component == component[row]
        ends = _extremes(open_families, inside, low, high, int(row))
        if ends is not None:
            low[row], high[row] = max(low[row], ends[0]), min(high[row], ends[1])
    return panel.assign(**_columns(panel, figure, low, high))


def _intervals(panel: pd.DataFrame, figure: str, rounding: float) -> tuple[np.ndarray, np.ndarray]:
    """Where each unrounded figure lies before any identity is used."""
    value = published(panel, figure)
    known = ~np.isnan(value)
    low = np.where(known, value, np.nan_to_num(panel[f"{figure}_low"].to_numpy(dtype=float)))
    high = np.where(known, value, panel[f"{figure}_high"].to_numpy(dtype=float))
    high = np.where(np.isnan(high), np.inf, high)
    return np.maximum(low - rounding, 0.0), high + rounding


def _propagated(panel: pd.DataFrame, known: list[Family], figure: str) -> tuple[np.ndarray, np.ndarray]:
    """Intervals of all cells after sweeping the identities to a fixed point.

    Where published cells cannot all be right, nobody knows which is wrong: every sum that led to the
    contradiction is left out, and all starts again without them.
    """
    unknown = np.isnan(published(panel, figure))
    first_low, first_high = _intervals(panel, figure, ROUNDING[figure])
    working = [f.open(unknown) for f in known]
    while True:
        low, high = first_low.copy(), first_high.copy()
        turns = _swept(working, low, high, unknown, _SETTLED[figure])
        contradicted = _contradicted(low, high)
        if not contradicted.any():
            return low, high
        # Without its sums a contradiction cannot come back, and the next comes in a later turn.
        working = _without(working, turns, contradicted, (low > first_low) | (high < first_high))


def _swept(
    working: list[Family], low: np.ndarray, high: np.ndarray, unknown: np.ndarray, settled: float
) -> list[int]:
    """Sweep until nothing changes or a cell is contradicted, in place; the families that had their turn."""
    turns: list[int] = []
    unbounded, room = _room(low, high, unknown)
    for _ in range(_MOST_SWEEPS):
        for place, family in enumerate(working):
            _sweep(family, low, high)
            turns.append(place)
            if _contradicted(low, high).any():
                return turns
        before, (unbounded, room) = (unbounded, room), _room(low, high, unknown)
        if unbounded == before[0] and before[1] - room < settled:
            break
    return turns


def _contradicted(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return low > high + 1e-6


def _room(low: np.ndarray, high: np.ndarray, unknown: np.ndarray) -> tuple[int, float]:
    """How many withheld cells nothing bounds, and how wide the intervals of the others are together."""
    unbounded = np.isinf(high[unknown])
    return int(unbounded.sum()), float(np.where(unbounded, 0.0, high[unknown]).sum() - low[unknown].sum())


def _without(
    working: list[Family], turns: list[int], cells: np.ndarray, narrowed: np.ndarray
) -> list[Family]:
    """The families less the identities that may have led to the bounds of cells, followed back turn by turn."""
    behind = [np.zeros(len(family.total), dtype=bool) for family in working]
    for place in reversed(turns):
        family = working[place]
        used = _touched(family, cells)
        behind[place] |= used
        reached = np.zeros_like(cells)
        reached[family.total[used]] = True
        reached[family.parts[used[family.group]]] = True
        # What is known of other cells from the start comes from no identity.
        cells = cells | (reached & narrowed)
    return [family.only(~used) for family, used in zip(working, behind, strict=True)]


def _touched(family: Family, cells: np.ndarray) -> np.ndarray:
    """Which identities hold one of the cells."""
    return cells[family.total] | (np.bincount(family.group, cells[family.parts], len(family.total)) > 0)


def _sweep(family: Family, low: np.ndarray, high: np.ndarray) -> None:
    """Narrow the intervals of every cell of a family's identities, in place."""
    parts, group, total, exact = family.parts, family.group, family.total, family.exact
    size = len(total)
    part_low, part_high = low[parts], high[parts]
    unbounded = np.isinf(part_high)
    finite_high = np.where(unbounded, 0.0, part_high)
    lows = np.bincount(group, part_low, size)
    highs = np.bincount(group, finite_high, size)
    gaps = np.bincount(group, unbounded, size)
    low[total] = np.maximum(low[total], lows)
    closed = exact & (gaps == 0)
    high[total[closed]] = np.minimum(high[total[closed]], highs[closed])
    high[parts] = np.minimum(part_high, high[total][group] - (lows[group] - part_low))
    others_bounded = exact[group] & (gaps[group] - unbounded == 0)
    least = low[total][group] - (highs[group] - finite_high)
    low[parts] = np.where(others_bounded, np.maximum(part_low, least), part_low)


def _columns(panel: pd.DataFrame, figure: str, low: np.ndarray, high: np.ndarray) -> dict[str, np.ndarray]:
    """Bounds of the figures as they would be published: whole jobs where the panel's are whole."""
    value = published(panel, figure)
    rounding = ROUNDING[figure]
    low, high = low - rounding, high + rounding
    if rounding and not np.mod(value[~np.isnan(value)], 1).any():
        low, high = np.ceil(low - 1e-6), np.floor(high + 1e-6)
    given_low = np.nan_to_num(panel[f"{figure}_low"].to_numpy(dtype=float))
    given_high = panel[f"{figure}_high"].to_numpy(dtype=float)
    low = np.maximum(low, given_low)
    high = np.fmin(np.where(np.isinf(high), np.nan, np.maximum(high, 0.0)), given_high)
    known = ~np.isnan(value)
    return {f"{figure}_low": np.where(known, value, low), f"{figure}_high": np.where(known, value, high)}


def _components(working: Iterable[Family], unknown: np.ndarray) -> np.ndarray:
    """A number for each set of withheld cells that identities connect; cells of other sets do not matter."""
    size = len(unknown)
    ends: list[tuple[np.ndarray, np.ndarray]] = []
    for family in working:
        # A published total still connects its withheld parts, as a node of its own for each family.
        first = np.full(len(family.total), -1)
        inside = unknown[family.parts]
        first[family.group[inside]] = family.parts[inside]
        first = np.where(unknown[family.total], family.total, first)
        ends.append((family.parts[inside], first[family.group[inside]]))
    starts = np.concatenate([a for a, _ in ends])
    stops = np.concatenate([b for _, b in ends])
    graph = coo_array((np.ones(len(starts)), (starts, stops)), shape=(size, size))
    return connected_components(graph, directed=False)[1]


def _extremes(
    working: Iterable[Family], inside: np.ndarray, low: np.ndarray, high: np.ndarray, row: int
) -> tuple[float, float] | None:
    """The least and the most of one cell subject to every identity of its component; None if that fails."""
    column = np.full(len(low), -1)
    used: list[np.ndarray] = []
    entries: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    for family in working:
        here = family.only(_touched(family, inside))
        entries.append((here.parts, here.group, here.total, here.exact))
        used += [here.parts, here.total]
    cells = np.unique(np.concatenate([*used, [row]]))
    column[cells] = np.arange(len(cells))
    rows, columns, signs, exact = [], [], [], []
    start = 0
    for parts, group, total, holds in entries:
        rows += [group + start, np.arange(len(total)) + start]
        columns += [column[parts], column[total]]
        signs += [np.ones(len(parts)), -np.ones(len(total))]
        exact.append(holds)
        start += len(total)
    matrix = coo_array(
        (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns))), shape=(start, len(cells))
    ).tocsr()
    holds = np.concatenate(exact)
    cost = np.zeros(len(cells))
    ends = []
    for sign in (1.0, -1.0):
        cost[column[row]] = sign
        solved = linprog(
            cost,
            A_ub=matrix[~holds] if (~holds).any() else None,
            b_ub=np.zeros((~holds).sum()) if (~holds).any() else None,
            A_eq=matrix[holds] if holds.any() else None,
            b_eq=np.zeros(holds.sum()) if holds.any() else None,
            bounds=np.column_stack([low[cells], high[cells]]),
            method="highs",
        )
        if solved.status == 3:  # unbounded: nothing limits it on this side
            ends.append(sign * -np.inf)
        elif solved.status == 0:
            ends.append(sign * solved.fun)
        else:
            return None
    return ends[0], ends[1]
