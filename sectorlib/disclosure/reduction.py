"""Sums of withheld cells written in the fewest cells: those that are no withheld cell's parts added up.

A withheld total is the sum of its parts wherever its identity is exact, so it needs no figure of its own:
chains such as 61 = 611 = 6113 become one unknown. What is left are cells that nothing makes up (leaves),
and rows that say between what two numbers a sum of leaves lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array, eye_array, vstack
from scipy.sparse.csgraph import connected_components

from sectorlib.disclosure.identities import Family


@dataclass(frozen=True)
class Sums:
    """``least <= rows @ leaves <= most`` but for rounding of at most ``slack``; every cell is ``known + cells @ leaves``.

    Leaves are numbered as in ``leaf``, which holds their positions in the panel.
    """

    leaf: np.ndarray
    rows: csr_array
    least: np.ndarray
    most: np.ndarray
    slack: np.ndarray
    cells: csr_array
    known: np.ndarray

    @cached_property
    def block_of_cell(self) -> np.ndarray:
        """A number for each set of leaves that sums connect."""
        first = np.repeat(self._first, np.diff(self.rows.indptr))
        links = coo_array(
            (np.ones(self.rows.nnz), (first, self.rows.indices)), shape=(len(self.leaf), len(self.leaf))
        )
        return connected_components(links, directed=False)[1]

    @cached_property
    def block_of_row(self) -> np.ndarray:
        """The set of leaves that each sum is about."""
        return self.block_of_cell[self._first]

    @property
    def _first(self) -> np.ndarray:
        """One leaf of each sum."""
        return self.rows.indices[self.rows.indptr[:-1]]

    @classmethod
    def of(cls, rows: csr_array, least: np.ndarray, most: np.ndarray) -> Sums:
        """Sums without rounding over cells that are all leaves."""
        size = rows.shape[1]
        return cls(
            np.arange(size), rows, least, most, np.zeros(len(least)), eye_array(size).tocsr(), np.zeros(size)
        )


def reduce(
    identities: list[Family], value: np.ndarray, low: np.ndarray, high: np.ndarray, slack: float
) -> Sums:
    """Write identities as sums of leaves.

    Parameters
    ----------
    identities : list of Family
        Those of a panel.
    value : ndarray
        Published figures by position; missing where withheld.
    low, high : ndarray
        Bounds by position; they become rows where a withheld total has some of its own.
    slack : float
        Rounding of one published figure: a sum may be off by as much for each published figure in it.

    Returns
    -------
    Sums

    Examples
    --------
    10 is 100, of which 71 has 40; 62 is withheld, and so is 621, its only part.

    >>> family = Family("industry", np.array([1, 2, 3]), np.array([0, 0, 1]), np.array([0, 1]), np.ones(2, bool))
    >>> value = np.array([100, np.nan, 40, np.nan])
    >>> sums = reduce([family], value, np.zeros(4), np.full(4, np.inf), 0.5)
    >>> sums.leaf.tolist(), sums.rows.toarray().tolist(), sums.least.tolist(), sums.slack.tolist()
    ([3], [[1.0]], [60.0], [1.0])
    """
    size = len(value)
    unknown = np.isnan(value)
    expanded = np.zeros(size, dtype=bool)
    parts, terms, rest = [], [], []
    for family in identities:
        first = family.exact & unknown[family.total] & ~expanded[family.total]
        expanded[family.total[first]] = True
        used = first[family.group]
        parts.append((family.total[family.group[used]], family.parts[used]))
        rest.append(family.only(~first))
    leaf = np.flatnonzero(unknown & ~expanded)
    totals, members = (np.concatenate(column) for column in zip(*parts, strict=True))
    once = csr_array((np.ones(len(totals)), (totals, members)), shape=(size, size))
    stay = csr_array((np.ones(size), (np.arange(size), np.arange(size))), shape=(size, size))
    stay = stay.multiply((~expanded)[:, None]).tocsr()
    step = once + stay
    cells = step
    while True:
        further = cells @ step
        if further.nnz == cells.nnz and (further != cells).nnz == 0:
            break
        cells = further
    filled = np.where(unknown, 0.0, np.nan_to_num(value))
    known, published = cells @ filled, cells @ (~unknown).astype(float)
    by_leaf = cells[:, leaf]
    for family in rest:
        count = len(family.total)
        rows = np.concatenate([family.group, np.arange(count)])
        terms.append(
            csr_array(
                (
                    np.concatenate([np.ones(len(family.parts)), -np.ones(count)]),
                    (rows, np.concatenate([family.parts, family.total])),
                ),
                shape=(count, size),
            )
        )
    identity = vstack(terms).tocsr()
    exact = np.concatenate([family.exact for family in rest])
    left, loose = -(identity @ known), slack * (abs(identity) @ published)
    rows = identity @ by_leaf
    least, most = np.where(exact, left, -np.inf), left
    # Bounds of a withheld total that its leaves do not keep by themselves.
    inner_low, inner_high = known + by_leaf @ low[leaf], known + by_leaf @ high[leaf]
    own = np.flatnonzero(expanded & ((low > inner_low) | (high < inner_high)))
    rows = vstack([rows, by_leaf[own]]).tocsr()
    least = np.concatenate([least, low[own] - known[own]])
    most = np.concatenate([most, high[own] - known[own]])
    loose = np.concatenate([loose, np.zeros(len(own))])
    rows.eliminate_zeros()
    used = np.diff(rows.indptr) > 0
    return Sums(leaf, rows[used], least[used], most[used], loose[used], by_leaf, known)
