"""Travel-to-work areas: self-contained areas grown by dissolving the least valid one, again and again.

The search is compiled (numba): the whole nation takes a fraction of a second, so that parameters can be
swept and flows resampled.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sectorlib.exceptions import NotSupportedError
from sectorlib.labor_markets.matrix import FlowMatrix
from sectorlib.resources import definitions

#: Validity is a chain of quotients: an area exactly at its thresholds may come out a rounding error below 1.
_VALID = 1 - 1e-9

_NO_AREA = -1
_TINY = np.finfo(float).tiny


class Requirements(NamedTuple):
    """What an area must fulfil: sizes in resident workers, self-containment in shares."""

    minimum_size: float
    target_size: float
    minimum_self_containment: float
    target_self_containment: float


class _Counties(NamedTuple):
    """The commuting matrix as compiled code reads it: each county's partners, and its totals.

    County i's partners are ``partner[start[i] : start[i + 1]]``; ``outward`` are i's residents who work
    there, ``inward`` those who come from there.
    """

    start: NDArray[np.int64]
    partner: NDArray[np.int64]
    outward: NDArray[np.float64]
    inward: NDArray[np.float64]
    residents: NDArray[np.float64]
    jobs: NDArray[np.float64]
    internal: NDArray[np.float64]


class _Areas(NamedTuple):
    """The partition while it is searched for: each county's area, and each area's totals.

    An area is numbered by the county it started from. ``standing`` is its validity, infinite once it is
    dissolved or set aside.
    """

    area: NDArray[np.int64]
    residents: NDArray[np.float64]
    jobs: NDArray[np.float64]
    internal: NDArray[np.float64]
    standing: NDArray[np.float64]


class _Ties(NamedTuple):
    """Scratch: the areas a county has flows with (the first so many), and the flows to and from each area."""

    areas: NDArray[np.int64]
    outward: NDArray[np.float64]
    inward: NDArray[np.float64]


def requirements(**parameters: float) -> Requirements:
    """What an area must fulfil: the shipped values, with any of them replaced.

    Raises
    ------
    NotSupportedError
        A minimum is not below its target, or a value is out of range.

    Examples
    --------
    >>> requirements(minimum_size=5000).minimum_self_containment
    0.75
    """
    shipped = definitions("labor_markets")["methods"]["travel-to-work"]["parameters"]
    chosen = Requirements(
        **{name: float(parameters.get(name, entry["value"])) for name, entry in shipped.items()}
    )
    sizes = 0 <= chosen.minimum_size < chosen.target_size
    if not sizes or not 0 < chosen.minimum_self_containment <= chosen.target_self_containment <= 1:
        raise NotSupportedError(
            f"requirements {chosen._asdict()}",
            "a minimum size below the target size, and 0 < minimum <= target self-containment <= 1",
            "set the minimum and the target together",
        )
    return chosen


def validity(containment: pd.DataFrame, **parameters: float) -> pd.Series:
    """Whether areas are large and self-contained enough: 1 or more is valid.

    A large area needs the minimum self-containment, a small one the target, and between the two sizes
    one is traded for the other:
    ``min(SC / tarSC, 1) * [1 - (1 - minSC / tarSC) * max(0, (tarSZ - R) / (tarSZ - minSZ))] * tarSC / minSC``
    with ``SC = min(internal / R, internal / W)``, ``R`` residents and ``W`` jobs.

    Parameters
    ----------
    containment : DataFrame
        Columns residents, jobs, internal (workers), as from :func:`self_containment`.
    **parameters : float
        minimum_size, target_size (resident workers), minimum_self_containment, target_self_containment
        (shares); the shipped values (``data/labor_markets.yaml``) where left out.

    Returns
    -------
    Series of float
        ``validity`` on the index of ``containment``.

    References
    ----------
    Coombes and Bond (2008), Travel-to-Work Areas: the 2007 Review.

    Examples
    --------
    An area of the target size at the minimum self-containment, and one of the minimum size at the target:

    >>> areas = pd.DataFrame({"residents": [50e3, 10e3], "jobs": [50e3, 10e3], "internal": [37.5e3, 8.5e3]})
    >>> validity(areas).round(9).tolist()
    [1.0, 1.0]
    """
    residents, jobs, internal = (
        containment[name].to_numpy(dtype=float) for name in ("residents", "jobs", "internal")
    )
    values = _validity(residents, jobs, internal, requirements(**parameters))
    return pd.Series(values, index=containment.index, name="validity")


def is_valid(validity: pd.Series) -> pd.Series:
    """Whether a validity is 1 or more, allowing for rounding.

    Examples
    --------
    >>> is_valid(pd.Series([1.2, 1 - 1e-15, 0.9])).tolist()
    [True, True, False]
    """
    return (validity >= _VALID).rename("valid")


def travel_to_work_areas(matrix: FlowMatrix, **parameters: float) -> NDArray[np.int64]:
    """Travel-to-work areas by the method of Coombes and Bond.

    Every county starts as an area of its own. While an area is not valid (:func:`validity`), the least
    valid is dissolved, and its counties, those with most commuting first, go each to the area with the
    greatest cohesion ``f_ij^2 / (R_i W_j) + f_ji^2 / (R_j W_i)``; if that area would become less valid, the
    county waits on a reserve list. In the end each county on that list, in the same order, joins the area
    of greatest cohesion among those that it does not make invalid (or, if invalid already, less valid).
    A county that no area can take stands alone, and a group of counties without any flow to another area
    is left whole; these may be invalid (:func:`validity` says which), all other areas are valid.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties: the whole matrix, not a study's part of it.
    **parameters : float
        As for :func:`validity`.

    Returns
    -------
    array of int, n
        A label for each county.

    Notes
    -----
    Ties are broken by the order of county codes. Each round leaves one area fewer, so the search ends.

    References
    ----------
    Coombes and Bond (2008), Travel-to-Work Areas: the 2007 Review; Coombes, Casado-Diaz,
    Martinez-Bernabeu and Carausu (2012), Study on comparable Labour Market Areas (EURO variant).

    Examples
    --------
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame(
    ...     {"home": list("aabbcc"), "work": list("ababca"), "workers": [90e3, 10e3, 15e3, 35e3, 70e3, 100]}
    ... )
    >>> travel_to_work_areas(flow_matrix(flows)).tolist()
    [0, 0, 2]
    """
    needs = requirements(**parameters)
    counties = _counties(matrix)
    commuting = (matrix.jobs - matrix.internal) + 2 * (matrix.residents - matrix.internal)
    most_commuting_first = np.argsort(-commuting, kind="stable")
    return _search(counties, most_commuting_first, needs)


def _counties(matrix: FlowMatrix) -> _Counties:
    others = (matrix.workers - sparse.diags_array(matrix.internal)).tocsr()
    both_ways = (others + 1j * others.T).tocsr()  # one pattern for both: outward is real, inward imaginary
    both_ways.eliminate_zeros()
    both_ways.sort_indices()
    return _Counties(
        both_ways.indptr.astype(np.int64),
        both_ways.indices.astype(np.int64),
        both_ways.data.real.copy(),
        both_ways.data.imag.copy(),
        matrix.residents,
        matrix.jobs,
        matrix.internal,
    )


def _validity(residents: Any, jobs: Any, internal: Any, needs: Requirements) -> Any:
    """Validity of one area, compiled, or of an array of them; internal / max(R, W) is the weaker side."""
    contained = internal / np.maximum(np.maximum(residents, jobs), _TINY)
    shortfall = np.maximum(0.0, (needs.target_size - residents) / (needs.target_size - needs.minimum_size))
    ratio = needs.minimum_self_containment / needs.target_self_containment
    return np.minimum(contained / needs.target_self_containment, 1.0) * (1 - (1 - ratio) * shortfall) / ratio


_validity_of_one = numba.njit(_validity)


@numba.njit(cache=True)
def _search(counties: _Counties, order: NDArray[np.int64], needs: Requirements) -> NDArray[np.int64]:
    n = len(order)
    areas = _Areas(
        np.arange(n), counties.residents.copy(), counties.jobs.copy(), counties.internal.copy(), np.empty(n)
    )
    for i in range(n):
        areas.standing[i] = _validity_of_one(areas.residents[i], areas.jobs[i], areas.internal[i], needs)
    ties = _Ties(np.empty(n, dtype=np.int64), np.zeros(n), np.zeros(n))
    _dissolve_the_invalid(counties, areas, ties, order, needs)
    _assign_the_reserve(counties, areas, ties, order, needs)
    for i in range(n):
        if areas.area[i] == _NO_AREA:
            areas.area[i] = i
    return areas.area


@numba.njit(cache=True)
def _dissolve_the_invalid(
    counties: _Counties, areas: _Areas, ties: _Ties, order: NDArray[np.int64], needs: Requirements
) -> None:
    """Dissolve the least valid area until all are valid; counties that no area can take are left without."""
    while len(order) > 0:
        worst = int(np.argmin(areas.standing))
        if areas.standing[worst] >= _VALID:
            break
        areas.standing[worst] = np.inf
        members = order[areas.area[order] == worst]
        if not _has_neighbors(counties, areas, members, worst):
            continue
        for i in members:
            areas.area[i] = _NO_AREA
        for i in members:
            found = _find_ties(counties, areas, ties, i)
            if found > 0:
                best = _most_cohesive(counties, areas, ties, found, i)
                if _validity_with(counties, areas, ties, best, i, needs) >= areas.standing[best]:
                    _join(counties, areas, ties, best, i, needs)
            _forget_ties(ties, found)


@numba.njit(cache=True)
def _assign_the_reserve(
    counties: _Counties, areas: _Areas, ties: _Ties, order: NDArray[np.int64], needs: Requirements
) -> None:
    """Let each county without an area join the most cohesive of those that it does not make invalid."""
    moved = True
    while moved:  # a county that joins may be what ties the next one to an area
        moved = False
        for i in order[areas.area[order] == _NO_AREA]:
            found = _drop_ties_to_spoiled(
                counties, areas, ties, _find_ties(counties, areas, ties, i), i, needs
            )
            if found > 0:
                _join(counties, areas, ties, _most_cohesive(counties, areas, ties, found, i), i, needs)
                moved = True
            _forget_ties(ties, found)


@numba.njit(cache=True)
def _has_neighbors(counties: _Counties, areas: _Areas, members: NDArray[np.int64], own: int) -> bool:
    """Whether any member has a flow to or from another area."""
    for i in members:
        for j in counties.partner[counties.start[i] : counties.start[i + 1]]:
            if areas.area[j] != own and areas.area[j] != _NO_AREA:
                return True
    return False


@numba.njit(cache=True)
def _find_ties(counties: _Counties, areas: _Areas, ties: _Ties, i: int) -> int:
    """Add up a county's flows by area, and return how many areas there are."""
    found = 0
    for k in range(counties.start[i], counties.start[i + 1]):
        g = areas.area[counties.partner[k]]
        if g == _NO_AREA:
            continue
        if ties.outward[g] == 0 and ties.inward[g] == 0:
            ties.areas[found] = g
            found += 1
        ties.outward[g] += counties.outward[k]
        ties.inward[g] += counties.inward[k]
    return found


@numba.njit(cache=True)
def _drop_ties_to_spoiled(
    counties: _Counties, areas: _Areas, ties: _Ties, found: int, i: int, needs: Requirements
) -> int:
    """Keep the ties to areas that stay valid, or at least no less valid, with the county."""
    kept = 0
    for g in ties.areas[:found]:
        before = _validity_of_one(areas.residents[g], areas.jobs[g], areas.internal[g], needs)
        if _validity_with(counties, areas, ties, g, i, needs) >= min(before, _VALID):
            ties.areas[kept] = g
            kept += 1
        else:
            ties.outward[g] = ties.inward[g] = 0.0
    return kept


@numba.njit(cache=True)
def _forget_ties(ties: _Ties, found: int) -> None:
    for g in ties.areas[:found]:
        ties.outward[g] = ties.inward[g] = 0.0


@numba.njit(cache=True)
def _most_cohesive(counties: _Counties, areas: _Areas, ties: _Ties, found: int, i: int) -> int:
    """The area with the greatest cohesion; of equal ones, the one that started from the lowest code."""
    best, greatest = _NO_AREA, -1.0
    for g in ties.areas[:found]:
        cohesion = 0.0
        if ties.outward[g] > 0:
            cohesion += ties.outward[g] ** 2 / (counties.residents[i] * areas.jobs[g])
        if ties.inward[g] > 0:
            cohesion += ties.inward[g] ** 2 / (areas.residents[g] * counties.jobs[i])
        if cohesion > greatest or (cohesion == greatest and g < best):
            best, greatest = g, cohesion
    return best


@numba.njit(cache=True)
def _validity_with(
    counties: _Counties, areas: _Areas, ties: _Ties, g: int, i: int, needs: Requirements
) -> float:
    """The area's validity if the county were in it."""
    return _validity_of_one(
        areas.residents[g] + counties.residents[i],
        areas.jobs[g] + counties.jobs[i],
        areas.internal[g] + counties.internal[i] + ties.outward[g] + ties.inward[g],
        needs,
    )


@numba.njit(cache=True)
def _join(counties: _Counties, areas: _Areas, ties: _Ties, g: int, i: int, needs: Requirements) -> None:
    areas.standing[g] = _validity_with(counties, areas, ties, g, i, needs)
    areas.area[i] = g
    areas.residents[g] += counties.residents[i]
    areas.jobs[g] += counties.jobs[i]
    areas.internal[g] += counties.internal[i] + ties.outward[g] + ties.inward[g]
