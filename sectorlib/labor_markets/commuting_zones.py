"""Commuting zones: counties joined by hierarchical clustering of their mutual commuting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage

from sectorlib.exceptions import NotSupportedError
from sectorlib.labor_markets.matrix import FlowMatrix

#: The proportional flow is capped here, so that no two counties are at distance zero.
_MOST_ALIKE = 0.999


def dissimilarity(matrix: FlowMatrix) -> NDArray[np.float64]:
    """How little any two counties commute to each other, for the size of the smaller.

    ``D_ij = 1 - min((f_ij + f_ji) / min(R_i, R_j), .999)`` with ``f_ij`` the workers who live in i and
    work in j and ``R_i`` the resident workers of i.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties.

    Returns
    -------
    array of float, n (n - 1) / 2
        Condensed as scipy does: pairs (0, 1), (0, 2), ... Counties without flows are at distance 1; one
        where workers commute but nobody who works lives is as close as can be to those they come from.

    References
    ----------
    Tolbert and Sizer (1996), U.S. Commuting Zones and Labor Market Areas: A 1990 Update.

    Examples
    --------
    >>> import pandas as pd
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabb"), "work": list("abab"), "workers": [90, 10, 15, 35]})
    >>> dissimilarity(flow_matrix(flows)).tolist()  # 1 - (10 + 15) / min(100, 50)
    [0.5]
    """
    pairs = sparse.triu(matrix.workers + matrix.workers.T, k=1).tocoo()
    i, j = pairs.row.astype(np.int64), pairs.col.astype(np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        proportional = pairs.data / np.minimum(matrix.residents[i], matrix.residents[j])
    n = len(matrix.areas)
    distances = np.ones(n * (n - 1) // 2)
    # A stored flow of nobody between counties without residents is 0 / 0: no tie.
    distances[n * i - i * (i + 1) // 2 + j - i - 1] = 1 - np.minimum(np.nan_to_num(proportional), _MOST_ALIKE)
    return distances


def commuting_zones(matrix: FlowMatrix, *, cut: float) -> NDArray[np.int64]:
    """Commuting zones by average linkage on :func:`dissimilarity`.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties: the whole matrix, not a study's part of it.
    cut : float
        Two clusters are one zone if their average dissimilarity is at most this; in (0, 1].

    Returns
    -------
    array of int, n
        A label for each county.

    Raises
    ------
    NotSupportedError
        The cut is outside (0, 1].

    References
    ----------
    Tolbert and Sizer (1996); Fowler, Rhubart and Jensen (2016).

    Examples
    --------
    >>> import pandas as pd
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabbc"), "work": list("ababc"), "workers": [90, 10, 15, 35, 70]})
    >>> a, b, c = commuting_zones(flow_matrix(flows), cut=0.98)
    >>> bool(a == b), bool(a == c)
    (True, False)
    """
    if not 0 < cut <= 1:
        raise NotSupportedError(
            f"a cut of {cut}", "a dissimilarity above 0 and up to 1", "0.98 and 0.977 are in use; 1 joins all"
        )
    if len(matrix.areas) < 2:
        return np.zeros(len(matrix.areas), dtype=np.int64)
    tree = linkage(dissimilarity(matrix), method="average")
    return fcluster(tree, t=cut, criterion="distance").astype(np.int64)
