"""Travel-to-work areas: self-contained areas grown by dissolving the least valid one, again and again.

Areas grow over common borders, so that each is in one piece wherever the counties' borders are known.

The search is compiled (numba): the whole nation takes a fraction of a second, so that parameters can be
swept and flows resampled.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sectorlib.compiled import compiled
from sectorlib.labor_markets.ground import (
    VALID,
    Counties,
    Limits,
    Requirements,
    counties_of,
    limits,
    requirements,
    validity_of,
    validity_of_one,
)
from sectorlib.labor_markets.matrix import FlowMatrix
from sectorlib.labor_markets.starting import strongly_tied

_NO_AREA = -1


class _Areas(NamedTuple):
    """The partition while it is searched for: each county's area, and each area's totals.

    An area is numbered by the county it started from. ``standing`` is its validity, infinite once it is
    dissolved or set aside.
    """

    area: NDArray[np.int64]
    members: NDArray[np.int64]
    residents: NDArray[np.float64]
    jobs: NDArray[np.float64]
    internal: NDArray[np.float64]
    standing: NDArray[np.float64]


class _Ties(NamedTuple):
    """Scratch: the areas that border counties and have flows with them, and the flows to and from each."""

    areas: NDArray[np.int64]
    outward: NDArray[np.float64]
    inward: NDArray[np.float64]
    borders: NDArray[np.bool_]


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

    >>> areas = pd.DataFrame({"residents": [40e3, 8e3], "jobs": [40e3, 8e3], "internal": [30e3, 6.8e3]})
    >>> validity(areas).round(9).tolist()
    [1.0, 1.0]
    """
    residents, jobs, internal = (
        containment[name].to_numpy(dtype=float) for name in ("residents", "jobs", "internal")
    )
    values = validity_of(residents, jobs, internal, requirements(**parameters))
    return pd.Series(values, index=containment.index, name="validity")


def is_valid(validity: pd.Series) -> pd.Series:
    """Whether a validity is 1 or more, allowing for rounding.

    Examples
    --------
    >>> is_valid(pd.Series([1.2, 1 - 1e-15, 0.9])).tolist()
    [True, True, False]
    """
    return (validity >= VALID).rename("valid")


def travel_to_work_areas(
    matrix: FlowMatrix, neighbors: pd.DataFrame | None = None, **parameters: float
) -> NDArray[np.int64]:
    """Travel-to-work areas after Coombes and Bond, in one piece each and with every tie weighed.

    1. Every county starts alone. Areas that border each other and exchange most join, while neither is valid
       (:func:`validity`) and the mean over pairs of their counties of ``(f_ij + f_ji) / min(R_i, R_j)`` is at
       least ``strong_tie``.
    2. While an area is not valid, the least valid is dissolved. Its counties, those with most commuting first,
       go each to the bordering area with the greatest cohesion ``f_ij^2 / (R_i W_j) + f_ji^2 / (R_j W_i)``; if
       that area would become less valid, the county waits.
    3. Each county that waits, in the same order, joins the bordering area of greatest cohesion among those that it
       does not make invalid (or, if invalid already, less valid), but none to which its cohesion is below
       ``least_tie`` times its greatest with any bordering area: a weak tie to an area that stays valid in any case
       does not outweigh a strong one.
    4. What is left stands alone. While such an area is not valid, it becomes one with the bordering area of
       greatest cohesion.

    5. A county whose cohesion with its area is below ``least_tie`` times that with a bordering one moves there, once
       at most, if what it leaves stays valid and in one piece and where it goes stays valid.

    No area takes more than ``most_counties`` counties. Areas without flows to a bordering one, or with large areas
    alone around them, may stay invalid (:func:`validity` says which); all others are valid.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties: the whole matrix, not a study's part of it.
    neighbors : DataFrame, optional
        Columns area, neighbor: which counties border each other, as from :func:`county_borders`. A county that it
        does not have borders every county it has a flow with; without it all counties do.
    **parameters : float
        As for :func:`validity`, and strong_tie, least_tie (shares) and most_counties. With 1, 0 and 0, and without
        neighbors, steps 2 and 3 are those of Coombes and Bond.

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
    Martinez-Bernabeu and Carausu (2012), Study on comparable Labour Market Areas (EURO variant). The tie of
    step 1 is that of Tolbert and Sizer (1996), U.S. Commuting Zones and Labor Market Areas.

    Examples
    --------
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame(
    ...     {"home": list("aabbcc"), "work": list("ababca"), "workers": [90e3, 10e3, 15e3, 35e3, 70e3, 100]}
    ... )
    >>> travel_to_work_areas(flow_matrix(flows)).tolist()
    [0, 0, 2]
    """
    commuting = (matrix.jobs - matrix.internal) + 2 * (matrix.residents - matrix.internal)
    most_commuting_first = np.argsort(-commuting, kind="stable")
    return _search(
        counties_of(matrix, neighbors),
        most_commuting_first,
        requirements(**parameters),
        limits(**parameters),
    )


@compiled
def _search(
    counties: Counties, order: NDArray[np.int64], needs: Requirements, limits: Limits
) -> NDArray[np.int64]:
    n = len(order)
    areas = _totals(counties, strongly_tied(counties, needs, limits))
    for i in range(n):
        areas.standing[i] = _validity_now(areas, i, needs) if areas.members[i] > 0 else np.inf
    ties = _Ties(np.empty(n, dtype=np.int64), np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.bool_))
    _dissolve_the_invalid(counties, areas, ties, order, needs, limits)
    _assign_the_reserve(counties, areas, ties, order, needs, limits)
    for i in order:
        if areas.area[i] == _NO_AREA:
            areas.area[i], areas.members[i] = i, 1
            areas.residents[i], areas.jobs[i] = counties.residents[i], counties.jobs[i]
            areas.internal[i] = counties.internal[i]
    _merge_the_invalid(counties, areas, ties, order, needs, limits)
    _move_the_weakly_tied(counties, areas, ties, order, needs, limits)
    return areas.area


@compiled
def _totals(counties: Counties, area: NDArray[np.int64]) -> _Areas:
    n = len(area)
    areas = _Areas(area, np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(n), np.zeros(n), np.empty(n))
    for i in range(n):
        g = area[i]
        areas.members[g] += 1
        areas.residents[g] += counties.residents[i]
        areas.jobs[g] += counties.jobs[i]
        areas.internal[g] += counties.internal[i]
        for k in range(counties.start[i], counties.start[i + 1]):
            if area[counties.partner[k]] == g:
                areas.internal[g] += counties.outward[k]
    return areas


@compiled
def _dissolve_the_invalid(
    counties: Counties,
    areas: _Areas,
    ties: _Ties,
    order: NDArray[np.int64],
    needs: Requirements,
    limits: Limits,
) -> None:
    """Dissolve the least valid area until all are valid; counties that no area can take are left without."""
    while len(order) > 0:
        worst = int(np.argmin(areas.standing))
        if areas.standing[worst] >= VALID:
            break
        areas.standing[worst] = np.inf
        members = order[areas.area[order] == worst]
        found = _find_ties(counties, areas, ties, members)
        _forget_ties(ties, found)
        if found == 0:
            continue
        for i in members:
            areas.area[i] = _NO_AREA
        areas.members[worst] = 0
        areas.residents[worst] = areas.jobs[worst] = areas.internal[worst] = 0.0
        for k in range(len(members)):
            one = members[k : k + 1]
            found = _find_ties(counties, areas, ties, one)
            best = _most_cohesive(counties, areas, ties, found, one)
            if (
                best != _NO_AREA
                and areas.members[best] < limits.most_counties
                and _validity_with(counties, areas, ties, best, one, needs) >= areas.standing[best]
            ):
                _join(counties, areas, ties, best, one)
                areas.standing[best] = _validity_now(areas, best, needs)
            _forget_ties(ties, found)


@compiled
def _assign_the_reserve(
    counties: Counties,
    areas: _Areas,
    ties: _Ties,
    order: NDArray[np.int64],
    needs: Requirements,
    limits: Limits,
) -> None:
    """Let each county without an area join the most cohesive of those that it does not make invalid."""
    moved = True
    while moved:  # a county that joins may be what ties the next one to an area
        moved = False
        waiting = order[areas.area[order] == _NO_AREA]
        for k in range(len(waiting)):
            one = waiting[k : k + 1]
            found = _find_ties(counties, areas, ties, one)
            strongest = 0.0
            for g in ties.areas[:found]:
                strongest = max(strongest, _cohesion(counties, areas, ties, g, one))
            for g in ties.areas[:found]:
                weak = _cohesion(counties, areas, ties, g, one) < limits.least_tie * strongest
                before = _validity_now(areas, g, needs)
                spoiled = _validity_with(counties, areas, ties, g, one, needs) < min(before, VALID)
                ties.borders[g] = not (weak or spoiled or areas.members[g] >= limits.most_counties)
            best = _most_cohesive(counties, areas, ties, found, one)
            if best != _NO_AREA:
                _join(counties, areas, ties, best, one)
                moved = True
            _forget_ties(ties, found)


@compiled
def _merge_the_invalid(
    counties: Counties,
    areas: _Areas,
    ties: _Ties,
    order: NDArray[np.int64],
    needs: Requirements,
    limits: Limits,
) -> None:
    """Let the least valid area become one with the most cohesive around it, until all are valid or can not."""
    for i in range(len(order)):
        areas.standing[i] = _validity_now(areas, i, needs) if areas.members[i] > 0 else np.inf
    while len(order) > 0:
        worst = int(np.argmin(areas.standing))
        if areas.standing[worst] >= VALID:
            break
        areas.standing[worst] = np.inf
        members = order[areas.area[order] == worst]
        found = _find_ties(counties, areas, ties, members)
        for g in ties.areas[:found]:
            ties.borders[g] = areas.members[g] + len(members) <= limits.most_counties
        best = _most_cohesive(counties, areas, ties, found, members)
        if best != _NO_AREA:
            _join(counties, areas, ties, best, members)
            areas.members[worst] = 0
            areas.residents[worst] = areas.jobs[worst] = areas.internal[worst] = 0.0
            areas.standing[best] = _validity_now(areas, best, needs)
        _forget_ties(ties, found)


@compiled
def _move_the_weakly_tied(
    counties: Counties,
    areas: _Areas,
    ties: _Ties,
    order: NDArray[np.int64],
    needs: Requirements,
    limits: Limits,
) -> None:
    """Move each county, once at most, from an area with a weak tie to the bordering one with the strongest."""
    for k in range(len(order)):
        one = order[k : k + 1]
        own = areas.area[one[0]]
        if (
            limits.least_tie == 0
            or areas.members[own] == 1
            or not _hangs_together_without(counties, areas, one[0])
        ):
            continue
        outward = inward = 0.0
        for m in range(counties.start[one[0]], counties.start[one[0] + 1]):
            if areas.area[counties.partner[m]] == own:
                outward += counties.outward[m]
                inward += counties.inward[m]
        _leave(counties, areas, own, one, outward, inward)
        rest = _validity_now(areas, own, needs)
        found = _find_ties(counties, areas, ties, one)
        best = _most_cohesive(counties, areas, ties, found, one)
        goes = (
            best not in (_NO_AREA, own)
            and rest >= VALID
            and areas.members[best] < limits.most_counties
            and _validity_with(counties, areas, ties, best, one, needs)
            >= min(_validity_now(areas, best, needs), VALID)
            and _cohesion(counties, areas, ties, own, one)
            < limits.least_tie * _cohesion(counties, areas, ties, best, one)
        )
        if not goes:
            for g in ties.areas[:found]:
                ties.outward[g] = ties.inward[g] = 0.0
            ties.outward[own], ties.inward[own] = outward, inward
        _join(counties, areas, ties, best if goes else own, one)
        ties.outward[own] = ties.inward[own] = 0.0
        _forget_ties(ties, found)


@compiled
def _leave(
    counties: Counties, areas: _Areas, own: int, one: NDArray[np.int64], outward: float, inward: float
) -> None:
    """Take a county out of its area, with which it has these flows."""
    i = one[0]
    areas.area[i] = _NO_AREA
    areas.members[own] -= 1
    areas.residents[own] -= counties.residents[i]
    areas.jobs[own] -= counties.jobs[i]
    areas.internal[own] -= counties.internal[i] + outward + inward


@compiled
def _hangs_together_without(counties: Counties, areas: _Areas, left_out: int) -> bool:
    """Whether the area of a county is in one piece without it."""
    own = areas.area[left_out]
    members = np.flatnonzero(areas.area == own)
    reached = np.zeros(len(areas.area), dtype=np.bool_)
    first = members[0] if members[0] != left_out else members[1]
    todo = np.empty(len(members), dtype=np.int64)
    todo[0], waiting, seen = first, 1, 1
    reached[first] = reached[left_out] = True
    while waiting > 0:
        waiting -= 1
        i = todo[waiting]
        for k in range(counties.border[i], counties.border[i + 1]):
            j = counties.neighbor[k]
            if areas.area[j] == own and not reached[j]:
                reached[j] = True
                todo[waiting] = j
                waiting += 1
                seen += 1
    return seen == len(members) - 1


@compiled
def _find_ties(counties: Counties, areas: _Areas, ties: _Ties, some: NDArray[np.int64]) -> int:
    """Add up the flows of some counties of one area with the areas that border them; how many these are."""
    own = areas.area[some[0]]
    found = 0
    for i in some:
        for k in range(counties.border[i], counties.border[i + 1]):
            g = areas.area[counties.neighbor[k]]
            if g != _NO_AREA and g != own and not ties.borders[g]:
                ties.borders[g] = True
                ties.areas[found] = g
                found += 1
    for i in some:
        for k in range(counties.start[i], counties.start[i + 1]):
            g = areas.area[counties.partner[k]]
            if g != _NO_AREA and ties.borders[g]:
                ties.outward[g] += counties.outward[k]
                ties.inward[g] += counties.inward[k]
    kept = 0
    for g in ties.areas[:found]:
        if ties.outward[g] > 0 or ties.inward[g] > 0:
            ties.areas[kept] = g
            kept += 1
        else:
            ties.borders[g] = False
    return kept


@compiled
def _forget_ties(ties: _Ties, found: int) -> None:
    for g in ties.areas[:found]:
        ties.outward[g] = ties.inward[g] = 0.0
        ties.borders[g] = False


@compiled
def _most_cohesive(
    counties: Counties, areas: _Areas, ties: _Ties, found: int, some: NDArray[np.int64]
) -> int:
    """The area with the greatest cohesion; of equal ones, the one that started from the lowest code."""
    best, greatest = _NO_AREA, -1.0
    for g in ties.areas[:found]:
        if not ties.borders[g]:  # set aside
            continue
        cohesion = _cohesion(counties, areas, ties, g, some)
        if cohesion > greatest or (cohesion == greatest and g < best):
            best, greatest = g, cohesion
    return best


@compiled
def _cohesion(counties: Counties, areas: _Areas, ties: _Ties, g: int, some: NDArray[np.int64]) -> float:
    cohesion = 0.0
    if ties.outward[g] > 0:
        cohesion += ties.outward[g] ** 2 / (counties.residents[some].sum() * areas.jobs[g])
    if ties.inward[g] > 0:
        cohesion += ties.inward[g] ** 2 / (areas.residents[g] * counties.jobs[some].sum())
    return cohesion


@compiled
def _validity_now(areas: _Areas, g: int, needs: Requirements) -> float:
    return validity_of_one(areas.residents[g], areas.jobs[g], areas.internal[g], needs)


@compiled
def _validity_with(
    counties: Counties, areas: _Areas, ties: _Ties, g: int, one: NDArray[np.int64], needs: Requirements
) -> float:
    """The area's validity if the county were in it."""
    i = one[0]
    return validity_of_one(
        areas.residents[g] + counties.residents[i],
        areas.jobs[g] + counties.jobs[i],
        areas.internal[g] + counties.internal[i] + ties.outward[g] + ties.inward[g],
        needs,
    )


@compiled
def _join(counties: Counties, areas: _Areas, ties: _Ties, g: int, some: NDArray[np.int64]) -> None:
    """Some counties, one or all those of an area, become part of the area g."""
    own = areas.area[some[0]]
    inside = counties.internal[some[0]] if own == _NO_AREA else areas.internal[own]
    for i in some:
        areas.area[i] = g
    areas.members[g] += len(some)
    areas.residents[g] += counties.residents[some].sum()
    areas.jobs[g] += counties.jobs[some].sum()
    areas.internal[g] += inside + ties.outward[g] + ties.inward[g]
