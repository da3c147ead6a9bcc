"""Commuting ties between counties, and between a county and a group of them: the employment interchange."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sectorlib.labor_markets import FlowMatrix
from sectorlib.resources import definitions


def least_tie() -> float:
    """The shipped cut of the employment interchange, from which two places count as tied.

    >>> least_tie()
    0.15
    """
    return float(definitions("scope")["commuting_tie"]["value"])


def employment_interchange(matrix: FlowMatrix, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How closely each county is tied to a group of counties by commuting.

    Of the county and the group, the one with fewer resident workers is the smaller: the share of its resident
    workers who work in the other, plus the share of its jobs that residents of the other hold. 0 to 2.

    Parameters
    ----------
    matrix : FlowMatrix
        The commuting matrix.
    inside : array of bool
        The group, on ``matrix.areas``.

    Returns
    -------
    array of float
        On ``matrix.areas``; for a county of the group its tie with the rest of it, 0 where there is no rest.

    References
    ----------
    Office of Management and Budget (2021), 2020 Standards for Delineating Core Based Statistical Areas.

    Examples
    --------
    >>> from sectorlib.labor_markets import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabb"), "work": list("abab"), "workers": [80, 20, 10, 30]})
    >>> employment_interchange(flow_matrix(flows), np.array([True, False])).round(2).tolist()
    [0.0, 0.65]
    """
    group = inside.astype(float)
    own = matrix.internal * group
    to_group = matrix.workers @ group - own
    from_group = matrix.workers.T @ group - own
    residents = matrix.residents @ group - matrix.residents * group
    jobs = matrix.jobs @ group - matrix.jobs * group
    as_smaller = _quotient(to_group, matrix.residents) + _quotient(from_group, matrix.jobs)
    as_larger = _quotient(from_group, residents) + _quotient(to_group, jobs)
    return np.where(matrix.residents < residents, as_smaller, as_larger)


def within(matrix: FlowMatrix, counties: Iterable[str]) -> NDArray[np.bool_]:
    """Which counties of the matrix are among the given ones."""
    return np.asarray(matrix.areas.isin(list(counties)))


def pair_ties(matrix: FlowMatrix, counties: Iterable[str]) -> pd.DataFrame:
    """The employment interchange of every pair of counties.

    Parameters
    ----------
    matrix : FlowMatrix
        The commuting matrix.
    counties : iterable of str
        Those that the matrix does not have are left out.

    Returns
    -------
    DataFrame
        county_a, county_b (of a higher code), commuting_tie.

    Examples
    --------
    >>> from sectorlib.labor_markets import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabb"), "work": list("abab"), "workers": [80, 20, 10, 30]})
    >>> pair_ties(flow_matrix(flows), ["b", "a"])
      county_a county_b  commuting_tie
    0        a        b           0.65
    """
    chosen = np.flatnonzero(within(matrix, counties))
    flows = matrix.workers[chosen][:, chosen].toarray()
    residents, jobs = matrix.residents[chosen], matrix.jobs[chosen]
    first, second = np.triu_indices(len(chosen), k=1)
    smaller = np.where(residents[second] < residents[first], second, first)
    larger = first + second - smaller
    ties = _quotient(flows[smaller, larger], residents[smaller]) + _quotient(
        flows[larger, smaller], jobs[smaller]
    )
    codes = matrix.areas[chosen].to_numpy()
    return pd.DataFrame({"county_a": codes[first], "county_b": codes[second], "commuting_tie": ties})


def ties_to_rest(matrix: FlowMatrix, counties: list[str]) -> pd.Series:
    """The employment interchange of each county with the others of its footprint, by county.

    >>> from sectorlib.labor_markets import flow_matrix
    >>> flows = pd.DataFrame({"home": list("aabb"), "work": list("abab"), "workers": [80, 20, 10, 30]})
    >>> ties_to_rest(flow_matrix(flows), ["a", "b"]).round(2).to_dict()
    {'a': 0.65, 'b': 0.65}
    """
    inside = within(matrix, counties)
    ties = employment_interchange(matrix, inside)[inside]
    return pd.Series(ties, index=pd.Index(matrix.areas[inside].astype("str")))


def _quotient(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
