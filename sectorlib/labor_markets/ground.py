"""What a search for labor markets works on: counties, their flows and borders, and what makes an area valid."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sectorlib.compiled import compiled
from sectorlib.exceptions import NotSupportedError
from sectorlib.labor_markets.matrix import FlowMatrix
from sectorlib.resources import definitions

#: Validity is a chain of quotients: an area exactly at its thresholds may come out a rounding error below 1.
VALID = 1 - 1e-9

_TINY = np.finfo(float).tiny


class Requirements(NamedTuple):
    """What an area must fulfil: sizes in resident workers, self-containment in shares."""

    minimum_size: float
    target_size: float
    minimum_self_containment: float
    target_self_containment: float


class Limits(NamedTuple):
    """How areas may grow: see the parameters of travel-to-work in ``data/labor_markets.yaml``."""

    strong_tie: float
    least_tie: float
    most_counties: float


class Counties(NamedTuple):
    """The commuting matrix as compiled code reads it: each county's partners and neighbors, and its totals.

    County i's partners are ``partner[start[i] : start[i + 1]]``; ``outward`` are i's residents who work
    there, ``inward`` those who come from there. Its neighbors, which alone it may share an area with, are
    ``neighbor[border[i] : border[i + 1]]``.
    """

    start: NDArray[np.int64]
    partner: NDArray[np.int64]
    outward: NDArray[np.float64]
    inward: NDArray[np.float64]
    residents: NDArray[np.float64]
    jobs: NDArray[np.float64]
    internal: NDArray[np.float64]
    border: NDArray[np.int64]
    neighbor: NDArray[np.int64]


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
    chosen = Requirements(**_shipped(Requirements._fields, parameters))
    sizes = 0 <= chosen.minimum_size < chosen.target_size
    if not sizes or not 0 < chosen.minimum_self_containment <= chosen.target_self_containment <= 1:
        raise NotSupportedError(
            f"requirements {chosen._asdict()}",
            "a minimum size below the target size, and 0 < minimum <= target self-containment <= 1",
            "set the minimum and the target together",
        )
    return chosen


def limits(**parameters: float) -> Limits:
    """How areas may grow: the shipped values, with any of them replaced.

    Raises
    ------
    NotSupportedError
        A value is out of range.

    Examples
    --------
    >>> limits(least_tie=0.5).least_tie
    0.5
    """
    chosen = Limits(**_shipped(Limits._fields, parameters))
    if not 0 < chosen.strong_tie <= 1 or not 0 <= chosen.least_tie <= 1 or chosen.most_counties < 0:
        raise NotSupportedError(
            f"limits {chosen._asdict()}",
            "a strong tie above 0 and up to 1, a least tie from 0 to 1, and most counties of 0 or more",
            "1, 0 and 0 set no limits",
        )
    return chosen if chosen.most_counties else chosen._replace(most_counties=np.inf)


def _shipped(names: tuple[str, ...], parameters: dict[str, float]) -> dict[str, float]:
    shipped = definitions("labor_markets")["methods"]["travel-to-work"]["parameters"]
    return {name: float(parameters.get(name, shipped[name]["value"])) for name in names}


def counties_of(matrix: FlowMatrix, neighbors: pd.DataFrame | None = None) -> Counties:
    """The matrix for compiled code.

    A county without a known neighbor is nowhere on the map: it neighbors every county it has a flow with, and
    without ``neighbors`` so does every county.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties.
    neighbors : DataFrame, optional
        Columns area, neighbor: which counties border each other.

    Returns
    -------
    Counties

    Examples
    --------
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame({"home": list("abc"), "work": list("bca"), "workers": [1, 2, 3]})
    >>> line = pd.DataFrame({"area": list("abbc"), "neighbor": list("bacb")})
    >>> counties_of(flow_matrix(flows), line).neighbor.tolist()
    [1, 0, 2, 1]
    """
    others = (matrix.workers - sparse.diags_array(matrix.internal)).tocsr()
    both_ways = (others + 1j * others.T).tocsr()  # one pattern for both: outward is real, inward imaginary
    both_ways.eliminate_zeros()
    both_ways.sort_indices()
    start, partner = both_ways.indptr.astype(np.int64), both_ways.indices.astype(np.int64)
    border, neighbor = (start, partner) if neighbors is None else _borders(matrix, both_ways, neighbors)
    return Counties(
        start,
        partner,
        both_ways.data.real.copy(),
        both_ways.data.imag.copy(),
        matrix.residents,
        matrix.jobs,
        matrix.internal,
        border,
        neighbor,
    )


def _borders(
    matrix: FlowMatrix, both_ways: sparse.csr_array, neighbors: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n = len(matrix.areas)
    pairs = [
        matrix.areas.get_indexer(pd.Index(neighbors[side], dtype="str")) for side in ("area", "neighbor")
    ]
    one, other = np.column_stack(pairs)[(pairs[0] >= 0) & (pairs[1] >= 0) & (pairs[0] != pairs[1])].T
    on_map = matrix.areas.isin(np.concatenate([neighbors[side].unique() for side in ("area", "neighbor")]))
    flows = both_ways.tocoo()
    free = ~on_map[flows.row] | ~on_map[flows.col]
    rows = np.concatenate([one, other, flows.row[free]]).astype(np.int64)
    columns = np.concatenate([other, one, flows.col[free]]).astype(np.int64)
    graph = sparse.coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n)).tocsr()
    graph.sort_indices()
    return graph.indptr.astype(np.int64), graph.indices.astype(np.int64)


def validity_of(residents: Any, jobs: Any, internal: Any, needs: Requirements) -> Any:
    """Validity of one area, compiled, or of an array of them; internal / max(R, W) is the weaker side."""
    contained = internal / np.maximum(np.maximum(residents, jobs), _TINY)
    shortfall = np.maximum(0.0, (needs.target_size - residents) / (needs.target_size - needs.minimum_size))
    ratio = needs.minimum_self_containment / needs.target_self_containment
    return np.minimum(contained / needs.target_self_containment, 1.0) * (1 - (1 - ratio) * shortfall) / ratio


validity_of_one = compiled(validity_of)
