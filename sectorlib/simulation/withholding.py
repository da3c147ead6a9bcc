"""The disclosure rule of the official files: which cells are withheld so that no employer can be read off.

Primary cells have fewer than three employers, or one with more than four fifths of the jobs. A withheld
cell must not follow from published ones by subtraction, so complementary cells are withheld with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import lsmr

from sectorlib.simulation.economy import ALL, parent_of
from sectorlib.simulation.worksites import PRIVATE

_FEDERAL = "1"


def withhold(cells: pd.DataFrame, rule: dict[str, Any], state: str) -> pd.Series:
    """Whether each cell is withheld.

    Every identity (an industry and its parts; the state and its counties) holds no withheld cell or at
    least two. Totals over all industries and the federal government's cells are published, as officially.

    Parameters
    ----------
    cells : DataFrame
        What :func:`~sectorlib.simulation.economy.count_cells` returns.
    rule : dict
        ``employers`` and, of government, ``government_places`` (fewer are primary), ``dominance`` (a larger
        share of jobs is primary), ``complement`` (a complementary cell should have this share of the jobs it
        protects).
    state : str
        Code of the state's own rows.

    Returns
    -------
    Series of bool
        On the index of ``cells``.
    """
    withheld = pd.Series(False, index=cells.index)
    before: set[tuple[str, str, str]] = set()
    for _, year in cells.groupby("year"):
        flags = _withhold_year(year, rule, state, before)
        withheld.loc[year.index] = flags
        before = set(zip(*(year.loc[flags, c] for c in ("area", "ownership", "industry")), strict=True))
    return withheld


def identities(cells: pd.DataFrame, state: str) -> Iterator[np.ndarray]:
    """Positions of the cells of each identity of one year, the total first.

    An industry is the sum of the next finer ones that are published (domains, supersectors, sectors, 3
    and 4 digits), and a state's cell the sum of its counties'.

    Examples
    --------
    >>> codes = ["10", "101", "1013", "31-33", "311"]
    >>> cells = pd.DataFrame({"area": "91000", "ownership": "5", "industry": codes})
    >>> [positions.tolist() for positions in identities(cells, "91000")]
    [[0, 1], [1, 2], [2, 3], [3, 4]]
    """
    keys = list(zip(cells["area"], cells["ownership"], cells["industry"], strict=True))
    position = {key: k for k, key in enumerate(keys)}
    parts: dict[tuple[str, str, str], list[int]] = {}
    counties: dict[tuple[str, str, str], list[int]] = {}
    for k, (area, ownership, industry) in enumerate(keys):
        if ownership == ALL or industry == "10":
            continue
        parts.setdefault((area, ownership, parent_of(industry)), []).append(k)
        if area != state:
            counties.setdefault((state, ownership, industry), []).append(k)
    for groups in (parts, counties):
        for total, members in groups.items():
            yield np.array([position[total], *members])


def determined(relations: list[np.ndarray], withheld: np.ndarray, zero: float = 1e-8) -> np.ndarray:
    """Withheld cells whose figures follow from the published ones by solving all identities together.

    A cell is determined if it is 0 in every solution of the homogeneous system. A random vector less its
    least-squares projection on the identities' rows is a general such solution (Fong & Saunders 2011, LSMR).

    Parameters
    ----------
    relations : list of ndarray
        What :func:`identities` yields.
    withheld : ndarray of bool
        By position.
    zero : float
        What counts as 0 beside a standard normal.

    Returns
    -------
    ndarray
        Positions of the determined cells.

    Examples
    --------
    >>> two_ways = [np.array([0, 1, 2]), np.array([0, 1])]
    >>> determined(two_ways, np.array([True, True, True])).tolist()
    [2]
    """
    positions = np.flatnonzero(withheld)
    if not len(positions):
        return positions
    column = np.cumsum(withheld) - 1
    parts = [relation[withheld[relation]] for relation in relations]
    signs = np.concatenate([np.where(p == r[0], -1.0, 1.0) for p, r in zip(parts, relations, strict=True)])
    rows = np.repeat(np.arange(len(parts)), [len(p) for p in parts])
    matrix = csr_matrix((signs, (rows, column[np.concatenate(parts)])), shape=(len(parts), len(positions)))
    start = np.random.default_rng(0).standard_normal(len(positions))
    projection = lsmr(matrix, matrix @ start, atol=1e-14, btol=1e-14, conlim=0, maxiter=20_000)[0]
    return positions[np.abs(start - projection) < zero]


def _withhold_year(
    cells: pd.DataFrame, rule: dict[str, Any], state: str, before: set[tuple[str, str, str]]
) -> np.ndarray:
    published = ((cells["industry"] == "10") | cells["ownership"].isin([_FEDERAL, ALL])).to_numpy(copy=True)
    employers = cells[["employers", "establishments"]].min(axis=1)  # of a year's successors, one at a time
    # Most states publish what their own and local government employ, unless it is a single place.
    private = cells["ownership"] == PRIVATE
    fewest = np.where(private, rule["employers"], rule["government_places"])
    primary = (employers < fewest) | private & (cells["dominance"] > rule["dominance"])
    withheld = (primary.to_numpy() & ~published).copy()
    jobs = cells["job_months"].to_numpy(dtype=float)
    keys = zip(cells["area"], cells["ownership"], cells["industry"], strict=True)
    familiar = np.array([key in before for key in keys])
    relations = [r for r in identities(cells, state) if not published[r[1:]].all()]
    member_of: list[list[int]] = [[] for _ in range(len(cells))]
    for number, relation in enumerate(relations):
        for k in relation:
            member_of[k].append(number)
    is_total = np.zeros(len(cells), dtype=bool)
    is_total[[r[0] for r in relations]] = True

    def protect(relation: np.ndarray, cell: int) -> int | None:
        """Withhold the best complement of a cell within an identity; None if there is none."""
        free = relation[~withheld[relation] & ~published[relation]]
        if not len(free):
            return None
        lonely = np.array([sum(not withheld[relations[n]].any() for n in member_of[k]) for k in free])
        short = jobs[free] < rule["complement"] * jobs[cell]
        cost = (jobs[free] + 12) * (1 + lonely) * np.where(familiar[free], 0.3, 1.0)
        # A total is withheld only when its parts do not suffice; a part too small hides nothing.
        rank = np.lexsort((np.where(short, -jobs[free], cost), short, free == relation[0]))
        withheld[free[rank[0]]] = True
        return int(free[rank[0]])

    def settle(numbers: Iterable[int]) -> None:
        """Give every identity with one withheld cell another, and those that this disturbs."""
        pending = deque(numbers)
        while pending:
            relation = relations[pending.popleft()]
            inside = relation[withheld[relation]]
            if len(inside) != 1:
                continue
            changed = protect(relation, inside[0])
            if (
                changed is None
            ):  # it equals a published total less published parts: nothing is left to protect
                changed = int(inside[0])
                withheld[changed], published[changed] = False, True
            pending.extend(member_of[changed])

    settle(range(len(relations)))
    while len(found := determined(relations, withheld)):
        cell = found[0]
        chosen = [protect(relations[n], cell) for n in member_of[cell]]
        if not any(k is not None for k in chosen):
            withheld[cell], published[cell] = False, True
        settle(range(len(relations)))
    return withheld
