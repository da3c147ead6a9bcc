"""The 25 percent rule of metropolitan areas: central counties, and the outlying counties tied to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sectorlib.exceptions import NotSupportedError
from sectorlib.labor_markets.matrix import FlowMatrix


def twenty_five_percent(
    matrix: FlowMatrix, *, central_jobs: float, central_share: float, outlying_share: float
) -> NDArray[np.int64]:
    """Areas by the structure of the metropolitan area rule.

    1. A county is central if it has enough jobs and enough of its resident workers work in it. (The
       official rule counts people in urban areas, which commuting flows do not hold.)
    2. Two groups of central counties are one if one of them is tied to the other: at least
       ``outlying_share`` of its resident workers work there, or of its jobs are held by workers who live
       there. The strongest ties come first.
    3. Any other county that is so tied to a group's central counties is outlying, and belongs to the
       group with the strongest tie. Counties tied to none stand alone.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties: the whole matrix, not a study's part of it.
    central_jobs : float
        The fewest jobs (workers by place of work) of a central county.
    central_share : float
        The least share of a central county's resident workers who work in it.
    outlying_share : float
        The least share, of resident workers or of jobs, that ties a county; above 0.

    Returns
    -------
    array of int, n
        A label for each county.

    Raises
    ------
    NotSupportedError
        A share is out of range.

    References
    ----------
    Office of Management and Budget (2021), 2020 Standards for Delineating Core Based Statistical Areas,
    Federal Register 86, 37770-37778: sections 2 to 4.

    Examples
    --------
    >>> import pandas as pd
    >>> from sectorlib.labor_markets.matrix import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabbc"), "work": list("ababc"), "workers": [90, 10, 15, 35, 70]})
    >>> rule = {"central_jobs": 60, "central_share": 0.5, "outlying_share": 0.25}
    >>> twenty_five_percent(flow_matrix(flows), **rule).tolist()  # 15 of 50 who live in b work in a
    [0, 0, 2]
    """
    if not 0 <= central_share <= 1 or not 0 < outlying_share <= 1 or central_jobs < 0:
        raise NotSupportedError(
            f"central_jobs {central_jobs}, central_share {central_share}, outlying_share {outlying_share}",
            "jobs of at least 0, and shares above 0 and up to 1",
            "the official rule ties counties by a share of 0.25",
        )
    kept = _over(matrix.internal, matrix.residents)
    central = np.flatnonzero((matrix.jobs >= central_jobs) & (matrix.jobs > 0) & (kept >= central_share))
    labels = np.arange(len(matrix.areas))
    labels[central] = _grouped(matrix, central, outlying_share)
    return _with_outlying(matrix, labels, central, outlying_share)


def _grouped(matrix: FlowMatrix, central: NDArray[np.intp], outlying_share: float) -> NDArray[np.intp]:
    """The group of each central county, named by one of its counties."""
    flows = matrix.workers[central][:, central].toarray()
    residents, jobs = matrix.residents[central].copy(), matrix.jobs[central].copy()
    groups = np.arange(len(central))
    ties = np.maximum(_over(flows, residents[:, None]), _over(flows.T, jobs[:, None]))
    np.fill_diagonal(ties, 0)
    while ties.size and ties.max() >= outlying_share:
        i, j = np.unravel_index(np.argmax(ties), ties.shape)
        flows[j] += flows[i]
        flows[:, j] += flows[:, i]
        residents[j] += residents[i]
        jobs[j] += jobs[i]
        groups[groups == i] = j
        flows[i] = flows[:, i] = 0
        ties[i] = ties[:, i] = 0
        ties[j] = np.maximum(_over(flows[j], residents[j]), _over(flows[:, j], jobs[j]))
        ties[:, j] = np.maximum(_over(flows[:, j], residents), _over(flows[j], jobs))
        ties[j, j] = 0
    return central[groups]


def _with_outlying(
    matrix: FlowMatrix, labels: NDArray[np.int64], central: NDArray[np.intp], outlying_share: float
) -> NDArray[np.int64]:
    """Each other county joins the group to which it is tied most; of equal ones the first."""
    names, column = np.unique(labels[central], return_inverse=True)
    if not len(names):
        return labels
    belongs = np.zeros((len(labels), len(names)))
    belongs[central, column] = 1
    there, back = matrix.workers @ belongs, matrix.workers.T @ belongs
    ties = np.maximum(_over(there, matrix.residents[:, None]), _over(back, matrix.jobs[:, None]))
    tied = ties.max(axis=1) >= outlying_share
    tied[central] = False
    labels = labels.copy()
    labels[tied] = names[ties.argmax(axis=1)[tied]]
    return labels


def _over(part: NDArray, whole: NDArray | np.float64) -> NDArray[np.float64]:
    """Shares; 0 of nobody."""
    whole = np.asarray(whole)
    return np.divide(part, whole, out=np.zeros(np.broadcast_shapes(part.shape, whole.shape)), where=whole > 0)
