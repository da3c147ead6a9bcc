"""The commuting matrix: who lives where and works where, as numbers on a sorted list of counties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sectorlib.areas import area_kind, state_of
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
        return _read_only(np.asarray(self.workers.sum(axis=1), dtype=float).ravel())

    @cached_property
    def jobs(self) -> NDArray[np.float64]:
        """Workers in each county, wherever they live."""
        return _read_only(np.asarray(self.workers.sum(axis=0), dtype=float).ravel())

    @cached_property
    def internal(self) -> NDArray[np.float64]:
        """Workers who live and work in the same county."""
        return _read_only(self.workers.diagonal())


def between_covered_states(flows: pd.DataFrame) -> pd.DataFrame:
    """The flows between states that the flows cover: those in which somebody lives and works.

    Of any other state only commuters over its border are known, such as those who come from everywhere to work
    in the one state whose files are given. To a delineation all its counties would look like suburbs.

    Parameters
    ----------
    flows : DataFrame
        Flows.

    Returns
    -------
    DataFrame
        The rows of which both states are covered, newly numbered. What is left out makes counties look more
        self-contained than they are: add the flows of the neighboring states.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": ["44007", "25005"], "work": ["44007", "44007"], "workers": [90, 20]})
    >>> between_covered_states(flows)
        home   work  workers
    0  44007  44007       90
    """
    homes, works = state_of(flows["home"].astype("str")), state_of(flows["work"].astype("str"))
    covered = set(homes[(homes == works) & (flows["workers"] > 0)])
    return flows[homes.isin(covered) & works.isin(covered)].reset_index(drop=True)


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
        A column is missing, a pair of counties repeats, workers are missing, negative or infinite, a code is
        that of a state, the nation or an unknown county, or there are several segments.

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
    unknown = ~np.isfinite(flows["workers"].to_numpy(dtype=float))
    if unknown.any():
        row = flows[unknown].iloc[0]
        raise TableError(
            f"{int(unknown.sum())} flows have no number of workers, e.g. {row['home']} to {row['work']}",
            "a finite number of workers for every pair of counties",
            "leave out pairs without commuters; fill in withheld flows before delineating",
        )
    homes, works = flows["home"].astype("str"), flows["work"].astype("str")
    areas = pd.Index(np.union1d(homes.unique(), works.unique()), dtype="str", name="area")
    _refuse_other_areas(areas)
    cells = (areas.get_indexer(homes), areas.get_indexer(works))
    workers = sparse.coo_array(
        (flows["workers"].to_numpy(dtype=float), cells), shape=(len(areas), len(areas))
    )
    return FlowMatrix(areas, workers.tocsr())


def _read_only(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """The figures, which are kept for every caller: a change to them is refused, and copying them each time is slow."""
    figures = figures.copy()
    figures.flags.writeable = False
    return figures


def _refuse_other_areas(areas: pd.Index) -> None:
    """Refuse official codes that are no county: who lives or works there is somewhere else in the flows, or nowhere."""
    kinds = area_kind(pd.Series(areas))
    wrong = areas[kinds.isin(["nation", "state", "unknown", "statewide"]).to_numpy()]
    if len(wrong):
        raise TableError(
            f"flows from or to {', '.join(wrong[:5])}, which {'is' if len(wrong) == 1 else 'are'} no county",
            "counties, such as 36055",
            "leave those rows out, and say how many workers they hold",
        )
