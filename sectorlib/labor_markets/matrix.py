"""The commuting matrix: who lives where and works where, as numbers on a sorted list of counties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sectorlib.exceptions import TableError
from sectorlib.schemas import FLOWS


@dataclass(frozen=True)
class FlowMatrix:
    """Workers by county of residence (rows) and county of work (columns).

    Parameters
    ----------
    areas : Index of str
        County codes, sorted: every county that is a home or a workplace.
    workers : sparse array, areas x areas
        Workers who live in the row's county and work in the column's.
    """

    areas: pd.Index
    workers: sparse.csr_array

    @cached_property
    def residents(self) -> NDArray[np.float64]:
        """Resident workers of each county, wherever they work."""
        return np.asarray(self.workers.sum(axis=1), dtype=float).ravel()

    @cached_property
    def jobs(self) -> NDArray[np.float64]:
        """Workers in each county, wherever they live."""
        return np.asarray(self.workers.sum(axis=0), dtype=float).ravel()

    @cached_property
    def internal(self) -> NDArray[np.float64]:
        """Workers who live and work in the same county."""
        return self.workers.diagonal()


def flow_matrix(flows: pd.DataFrame) -> FlowMatrix:
    """Turn a table of flows into a matrix.

    Parameters
    ----------
    flows : DataFrame
        Flows: home, work, workers; of one segment, if they have segments.

    Returns
    -------
    FlowMatrix
        Over every county named in the flows, also one that nobody lives in or nobody leaves.

    Raises
    ------
    TableError
        A column is missing, a pair of counties repeats, workers are missing or negative, or there are
        several segments.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": ["b", "a"], "work": ["a", "a"], "workers": [10, 90]})
    >>> matrix = flow_matrix(flows)
    >>> matrix.areas.tolist(), matrix.residents.tolist(), matrix.jobs.tolist()
    (['a', 'b'], [90.0, 10.0], [100.0, 0.0])
    """
    FLOWS.check(flows)
    segments = sorted(set(map(str, flows["segment"].unique()))) if "segment" in flows else []
    if len(segments) > 1:
        raise TableError(
            f"flows of {len(segments)} segments: {', '.join(segments[:5])}",
            "flows of one segment, or of all jobs",
            "choose one, flows[flows['segment'] == ...], or draw each with delineate_segments",
        )
    unknown = flows["workers"].isna()
    if unknown.any():
        row = flows[unknown].iloc[0]
        raise TableError(
            f"{int(unknown.sum())} flows have no number of workers, e.g. {row['home']} to {row['work']}",
            "a number of workers for every pair of counties",
            "leave out pairs without commuters; fill in withheld flows before delineating",
        )
    homes, works = flows["home"].astype("str"), flows["work"].astype("str")
    areas = pd.Index(np.union1d(homes.unique(), works.unique()), dtype="str", name="area")
    cells = (areas.get_indexer(homes), areas.get_indexer(works))
    workers = sparse.coo_array(
        (flows["workers"].to_numpy(dtype=float), cells), shape=(len(areas), len(areas))
    )
    return FlowMatrix(areas, workers.tocsr())
