"""Counties so strongly tied that a search for labor markets starts with them as one area."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sectorlib.compiled import compiled
from sectorlib.labor_markets.ground import VALID, Counties, Limits, Requirements, validity_of_one

#: The proportional flow is capped here, as in commuting zones.
_MOST_ALIKE = 0.999


class _Start(NamedTuple):
    """The areas while they are joined: each county's area, its members as a chain, totals and strongest ties.

    An area is numbered by its lowest county; ``following`` leads from each member to the next, -1 at the end.
    """

    area: NDArray[np.int64]
    following: NDArray[np.int64]
    last: NDArray[np.int64]
    members: NDArray[np.int64]
    residents: NDArray[np.float64]
    jobs: NDArray[np.float64]
    internal: NDArray[np.float64]
    strongest: NDArray[np.float64]
    partner: NDArray[np.int64]


class _Around(NamedTuple):
    """Scratch: the areas around one, their summed ties and flows with it, and whether they border it."""

    areas: NDArray[np.int64]
    tie: NDArray[np.float64]
    flow: NDArray[np.float64]
    known: NDArray[np.bool_]
    borders: NDArray[np.bool_]


@compiled
def strongly_tied(counties: Counties, needs: Requirements, limits: Limits) -> NDArray[np.int64]:
    """Join neighboring areas that exchange most, while neither is valid yet and the tie is strong.

    The tie of two areas is the mean over pairs of their counties of ``(f_ij + f_ji) / min(R_i, R_j)``, the
    proportional flow of commuting zones.
    """
    n = len(counties.residents)
    state = _Start(
        np.arange(n), np.full(n, -1), np.arange(n), np.ones(n, dtype=np.int64), counties.residents.copy(),
        counties.jobs.copy(), counties.internal.copy(), np.zeros(n), np.zeros(n, dtype=np.int64),
    )  # fmt: skip
    around = _Around(
        np.empty(n, dtype=np.int64), np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.bool_),
        np.zeros(n, dtype=np.bool_),
    )  # fmt: skip
    for i in range(n):
        _find_strongest(counties, state, around, i, needs, limits)
    while n > 0:
        i = int(np.argmax(state.strongest))
        if state.strongest[i] < limits.strong_tie:
            break
        kept, joined = min(i, state.partner[i]), max(i, state.partner[i])
        _join(counties, state, around, kept, joined)
        found = _look_around(counties, state, around, kept)
        # Others than those that border it could not join it before, and cannot now.
        beside = around.areas[:found][around.borders[around.areas[:found]]]
        _forget(around, found)
        _find_strongest(counties, state, around, kept, needs, limits)
        for g in beside:
            _find_strongest(counties, state, around, g, needs, limits)
    return state.area


@compiled
def _find_strongest(
    counties: Counties, state: _Start, around: _Around, g: int, needs: Requirements, limits: Limits
) -> None:
    """The neighboring area to which g has its strongest tie; of equal ones the first; none once g is valid."""
    strongest, partner = 0.0, g
    if not _is_valid(state, g, needs):
        found = _look_around(counties, state, around, g)
        for h in around.areas[:found]:
            size = state.members[g] + state.members[h]
            if not around.borders[h] or size > limits.most_counties or _is_valid(state, h, needs):
                continue
            # Rounded, so that equal ties are equal in whatever order they were added up.
            tie = np.round(around.tie[h] / (state.members[g] * state.members[h]), 12)
            if tie > strongest or (tie == strongest and tie > 0 and h < partner):
                strongest, partner = tie, h
        _forget(around, found)
    state.strongest[g], state.partner[g] = strongest, partner


@compiled
def _is_valid(state: _Start, g: int, needs: Requirements) -> bool:
    return validity_of_one(state.residents[g], state.jobs[g], state.internal[g], needs) >= VALID


@compiled
def _look_around(counties: Counties, state: _Start, around: _Around, g: int) -> int:
    """Add up the ties and flows of g with the areas around it, and return how many there are."""
    found = 0
    i = g
    while i >= 0:
        for k in range(counties.start[i], counties.start[i + 1]):
            j = counties.partner[k]
            h = state.area[j]
            if h == g:
                continue
            if not around.known[h]:
                around.known[h] = True
                around.areas[found] = h
                found += 1
            both = counties.outward[k] + counties.inward[k]
            smaller = min(counties.residents[i], counties.residents[j])
            # Where nobody who works lives, as close as can be to those who commute in.
            around.tie[h] += min(both / smaller, _MOST_ALIKE) if smaller > 0 else _MOST_ALIKE
            around.flow[h] += both
        for k in range(counties.border[i], counties.border[i + 1]):
            around.borders[state.area[counties.neighbor[k]]] = True
        i = state.following[i]
    # Only areas with flows are looked at; what borders alone is forgotten here.
    i = g
    while i >= 0:
        for k in range(counties.border[i], counties.border[i + 1]):
            h = state.area[counties.neighbor[k]]
            if not around.known[h]:
                around.borders[h] = False
        i = state.following[i]
    return found


@compiled
def _forget(around: _Around, found: int) -> None:
    for h in around.areas[:found]:
        around.tie[h] = around.flow[h] = 0.0
        around.known[h] = around.borders[h] = False


@compiled
def _join(counties: Counties, state: _Start, around: _Around, kept: int, joined: int) -> None:
    """The area ``joined`` becomes part of ``kept``."""
    found = _look_around(counties, state, around, joined)
    between = around.flow[kept]
    _forget(around, found)
    i = joined
    while i >= 0:
        state.area[i] = kept
        i = state.following[i]
    state.following[state.last[kept]] = joined
    state.last[kept] = state.last[joined]
    state.members[kept] += state.members[joined]
    state.residents[kept] += state.residents[joined]
    state.jobs[kept] += state.jobs[joined]
    state.internal[kept] += state.internal[joined] + between
    state.strongest[joined] = 0.0
