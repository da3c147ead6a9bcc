"""Labor markets by merging pairs of areas, one pair after another: flow-based clusters and Intramax.

Every county starts alone. The two areas with the strongest tie become one, their flows are added up, and
so on until a stop rule is met. What makes a tie strong is all that tells the methods apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sectorlib.compiled import compiled
from sectorlib.exceptions import NotSupportedError
from sectorlib.labor_markets.matrix import FlowMatrix

#: What makes a tie strong; numbers, because compiled code that takes functions cannot be kept on disk.
_SHARE_SENT, _WORKERS_SENT, _BESIDE_EXPECTED = range(3)


class StopRules(NamedTuple):
    """When merging ends; the first rule that is met counts, and always when no tie is left.

    ``areas``: so many areas are left. ``least_tie``: the strongest tie is below this.
    ``self_containment``: this share of all workers live and work in the same area.
    """

    areas: float = 1
    least_tie: float = 0
    self_containment: float = 1


class _Merge(NamedTuple):
    """The partition while it is merged: flows between areas, their totals, and each area's strongest tie."""

    flows: NDArray[np.float64]
    residents: NDArray[np.float64]
    jobs: NDArray[np.float64]
    alive: NDArray[np.bool_]
    strongest: NDArray[np.float64]
    partner: NDArray[np.int64]


def flow_clusters(
    matrix: FlowMatrix, *, areas: float, least_flow: float, self_containment: float
) -> NDArray[np.int64]:
    """Flow-based clusters: the area that sends the greatest share of its workers to another joins it.

    The tie of area i to area j is ``f_ij / R_i``: of the resident workers of i, the share who work in j.
    The area with the greatest such share is absorbed by its destination.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties: the whole matrix, not a study's part of it.
    areas : float
        Stop at this many areas; 1 for no such rule.
    least_flow : float
        Stop when no area sends this share of its resident workers to another; 0 for no such rule.
    self_containment : float
        Stop when this share of all workers live and work in the same area; 1 for no such rule.

    Returns
    -------
    array of int, n
        A label for each county.

    Raises
    ------
    NotSupportedError
        A rule is out of range.

    Notes
    -----
    Of equal ties, that of the area with the lowest code, to the lowest code, is taken. An area without
    resident workers sends nobody: it is joined by others, or stays alone.

    References
    ----------
    Meekes and Hassink (2018), flowbca: A flow-based cluster algorithm in Stata, Stata Journal 18(3),
    564-584 (directed relative flows).

    Examples
    --------
    >>> import pandas as pd
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabbc"), "work": list("ababc"), "workers": [90, 10, 15, 35, 70]})
    >>> flow_clusters(flow_matrix(flows), areas=1, least_flow=0.1, self_containment=1).tolist()
    [0, 0, 2]
    """
    return _merge(matrix, _SHARE_SENT, StopRules(areas, least_flow, self_containment))


def absolute_flow_clusters(
    matrix: FlowMatrix, *, areas: float, least_flow: float, self_containment: float
) -> NDArray[np.int64]:
    """Flow-based clusters by number of workers: the areas with the greatest flow from one to the other merge.

    The tie of area i to area j is ``f_ij``. Large areas have large flows, so that one of them grows
    without end: with few areas left, most counties of a nation are in one. It stands here because the
    literature has it, not as a recommendation.

    Parameters
    ----------
    matrix, areas, self_containment
        As for :func:`flow_clusters`.
    least_flow : float
        Stop when no flow between two areas is of this many workers; 0 for no such rule.

    Returns
    -------
    array of int, n
        A label for each county.

    Raises
    ------
    NotSupportedError
        A rule is out of range.

    References
    ----------
    Meekes and Hassink (2018), Stata Journal 18(3), 564-584 (directed absolute flows).

    Examples
    --------
    >>> import pandas as pd
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabbc"), "work": list("ababc"), "workers": [90, 10, 15, 35, 70]})
    >>> absolute_flow_clusters(flow_matrix(flows), areas=1, least_flow=20, self_containment=1).tolist()
    [0, 1, 2]
    """
    return _merge(matrix, _WORKERS_SENT, StopRules(areas, least_flow, self_containment))


def intramax(matrix: FlowMatrix, *, areas: float, self_containment: float) -> NDArray[np.int64]:
    """Intramax: the areas merge that exchange most, beside what their sizes would lead one to expect.

    The tie of areas i and j is ``f_ij / (R_i W_j) + f_ji / (R_j W_i)``, with ``R`` resident workers and
    ``W`` jobs: two small areas are tied as strongly as two large ones by flows in proportion.

    Parameters
    ----------
    matrix, areas, self_containment
        As for :func:`flow_clusters`.

    Returns
    -------
    array of int, n
        A label for each county.

    Raises
    ------
    NotSupportedError
        A rule is out of range.

    References
    ----------
    Masser and Brown (1975), Hierarchical aggregation procedures for interaction data, Environment and
    Planning A 7, 509-523; Masser and Scheurwater (1980), Functional regionalisation of spatial
    interaction data, Environment and Planning A 12, 1357-1382.

    Examples
    --------
    >>> import pandas as pd
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabbc"), "work": list("ababc"), "workers": [90, 10, 15, 35, 70]})
    >>> intramax(flow_matrix(flows), areas=2, self_containment=1).tolist()
    [1, 1, 2]
    """
    return _merge(matrix, _BESIDE_EXPECTED, StopRules(areas, 0, self_containment))


def _merge(matrix: FlowMatrix, strength: int, rules: StopRules) -> NDArray[np.int64]:
    if rules.areas < 1 or rules.least_tie < 0 or not 0 < rules.self_containment <= 1:
        raise NotSupportedError(
            f"stop rules {rules._asdict()}",
            "1 area or more, a flow of at least 0, and a self-containment above 0 and up to 1",
            "areas 1, flow 0 and self-containment 1 are no rules: areas merge while any two have a flow",
        )
    flows = matrix.workers.toarray()
    return _merged(flows, matrix.residents.copy(), matrix.jobs.copy(), strength, rules)


@compiled
def _merged(
    flows: NDArray[np.float64],
    residents: NDArray[np.float64],
    jobs: NDArray[np.float64],
    strength: int,
    rules: StopRules,
) -> NDArray[np.int64]:
    n = len(residents)
    state = _Merge(
        flows, residents, jobs, np.ones(n, dtype=np.bool_), np.zeros(n), np.zeros(n, dtype=np.int64)
    )
    for i in range(n):
        _find_partner(state, i, strength)
    labels = np.arange(n)
    internal, everyone = np.trace(flows), residents.sum()
    left = n
    while left > rules.areas and internal < rules.self_containment * everyone:
        i = int(np.argmax(state.strongest))
        if state.strongest[i] <= 0 or state.strongest[i] < rules.least_tie:
            break
        j = state.partner[i]
        internal += flows[i, j] + flows[j, i]
        _absorb(state, i, j)
        labels[labels == i] = j
        left -= 1
        _find_partners_again(state, i, j, strength)
    return labels


@compiled
def _absorb(state: _Merge, i: int, j: int) -> None:
    """Area i becomes part of area j."""
    for k in range(len(state.alive)):
        state.flows[j, k] += state.flows[i, k]
    for k in range(len(state.alive)):
        state.flows[k, j] += state.flows[k, i]
    state.residents[j] += state.residents[i]
    state.jobs[j] += state.jobs[i]
    state.alive[i] = False
    state.strongest[i] = 0.0


@compiled
def _find_partners_again(state: _Merge, i: int, j: int, strength: int) -> None:
    """Bring strongest ties up to date after i became part of j: only ties to j can have changed."""
    _find_partner(state, j, strength)
    for k in range(len(state.alive)):
        if not state.alive[k] or k == j:
            continue
        tie = _tie(state, k, j, strength)
        if tie > state.strongest[k]:
            state.strongest[k], state.partner[k] = tie, j
        elif state.partner[k] == i or (state.partner[k] == j and tie < state.strongest[k]):
            _find_partner(state, k, strength)
        elif tie > 0 and tie == state.strongest[k] and j < state.partner[k]:
            state.partner[k] = j


@compiled
def _find_partner(state: _Merge, i: int, strength: int) -> None:
    """The area to which i has its strongest tie; of equal ones the first."""
    strongest, partner = 0.0, i
    for j in range(len(state.alive)):
        if state.alive[j] and j != i and (state.flows[i, j] > 0 or state.flows[j, i] > 0):
            tie = _tie(state, i, j, strength)
            if tie > strongest:
                strongest, partner = tie, j
    state.strongest[i], state.partner[i] = strongest, partner


@compiled
def _tie(state: _Merge, i: int, j: int, strength: int) -> float:
    """How strongly i is tied to j."""
    there, back = state.flows[i, j], state.flows[j, i]
    if strength == _WORKERS_SENT:
        return there
    if strength == _SHARE_SENT:
        return there / state.residents[i] if there > 0 else 0.0
    tie = 0.0
    if there > 0:
        tie += there / (state.residents[i] * state.jobs[j])
    if back > 0:
        tie += back / (state.residents[j] * state.jobs[i])
    return tie
