"""Communities of the commuting network: the Leiden algorithm on modularity."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sectorlib.exceptions import NotSupportedError
from sectorlib.labor_markets.matrix import FlowMatrix


def leiden(matrix: FlowMatrix, *, resolution: float, seed: float) -> NDArray[np.int64]:
    """Communities of counties that commute more with each other than their sizes would lead one to expect.

    The partition makes ``sum_ij [A_ij - resolution * k_i k_j / 2m]`` over pairs in one area large, with
    ``A = f + f^T`` the workers who commute between i and j either way, ``k`` its row sums and ``2m`` their
    total. Counties are moved between areas, areas are refined and merged, until no move is an improvement.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties: the whole matrix, not a study's part of it.
    resolution : float
        Higher for more and smaller areas; 1 is modularity. The number of areas that a resolution gives
        depends on how many workers the whole matrix has.
    seed : float
        A whole number; the search is random, and the same with the same seed.

    Returns
    -------
    array of int, n
        A label for each county.

    Raises
    ------
    NotSupportedError
        The resolution is not above 0.

    References
    ----------
    Traag, Waltman and van Eck (2019), From Louvain to Leiden: guaranteeing well-connected communities,
    Scientific Reports 9, 5233; Reichardt and Bornholdt (2006), Physical Review E 74, 016110.

    Examples
    --------
    >>> import pandas as pd
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabbc"), "work": list("ababc"), "workers": [50, 30, 25, 35, 70]})
    >>> leiden(flow_matrix(flows), resolution=1, seed=0).tolist()
    [0, 0, 1]
    """
    if not resolution > 0:
        raise NotSupportedError(
            f"a resolution of {resolution}", "a number above 0", "1 is modularity; higher gives more areas"
        )
    pairs = sparse.triu(matrix.workers + matrix.workers.T, k=1).tocoo()
    import igraph  # brings a plotting library with it

    graph = igraph.Graph(n=len(matrix.areas), edges=np.column_stack(pairs.coords))
    igraph.set_random_number_generator(random.Random(int(seed)))
    try:
        found = graph.community_leiden(
            objective_function="modularity",
            weights=pairs.data.astype(float),
            # Given, since igraph's own would leave out the workers who stay in their county.
            node_weights=matrix.residents + matrix.jobs,
            resolution=resolution,
            n_iterations=-1,
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(found.membership, dtype=np.int64)
