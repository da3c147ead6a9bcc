"""How certain each county's labor market is: under other parameters, and within the flows' margins of error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sectorlib.exceptions import NotSupportedError, TableError
from sectorlib.labor_markets.delineation import DEFAULT_METHOD, method_with
from sectorlib.labor_markets.matrix import FlowMatrix, flow_matrix
from sectorlib.labor_markets.naming import largest_members, market_titles

#: A 90 % margin of error is so many standard errors (normal distribution; Census Bureau, ACS Handbook).
_STANDARD_ERRORS = 1.645


def stability(
    flows: pd.DataFrame,
    method: str = DEFAULT_METHOD,
    *,
    resamples: int = 100,
    seed: int = 0,
    names: pd.Series | None = None,
    contiguous: bool | None = None,
    neighbors: pd.DataFrame | None = None,
    **parameters: float,
) -> pd.DataFrame:
    """How often each county shares a market with its usual core, when flows vary within their margins of error.

    Markets are drawn again from each of many sets of flows. In each set every flow is a draw from a gamma
    distribution whose mean is the published number and whose standard error is the published one,
    ``moe / 1.645``: never negative, and right on average. A flow without a margin stays as it is. Flows are
    drawn one by one: published margins say nothing of how the errors of several flows go together.

    Parameters
    ----------
    flows : DataFrame
        Flows with moe, over the whole matrix.
    method : str
        As for :func:`delineate`.
    resamples : int
        How many sets of flows; a probability of 0.9 is good to 0.06 with 100 of them.
    seed : int
        Of the random draws: the same seed gives the same table.
    names, contiguous, neighbors
        As for :func:`delineate`; they hold for every draw.
    **parameters : float
        The method's parameters; the shipped values where left out.

    Returns
    -------
    DataFrame
        One row for each county, ready to join to shapes:

        - member, the county
        - group, its market as drawn from the published flows, and title
        - same_market, the share of draws in which it is still in its market: in the one that holds most jobs of
          its market there, and more of them than of any other
        - otherwise, the other market of those there that it is with in most of the other draws: the one that has
          most jobs in its market then. Never its own; missing if its market then holds counties of its own alone,
          or if there are no other draws
        - core, its usual core: the county that is most often the largest of its market
        - probability, the share of draws in which it is in one market with its usual core; of a county that
          is itself the core, the share in which it is so
        - is_core, the share of draws in which it is itself the largest county of its market
        - other_core, the core it is with most often when it is not with the usual one (missing if never),
          and other_probability, the share of draws in which it is
        - overlap, mean over draws of the counties that are in its market both as drawn and as published, over
          those that are in either

    Raises
    ------
    NotSupportedError
        The flows have no margins of error, or no resample is asked for.
    TableError
        The flows are not a table of flows, or a margin is negative or infinite.
    UnknownNameError
        There is no such method, or the method has no such parameter.

    References
    ----------
    Foote, Kutzbach and Vilhuber (2021), Recalculating...: How uncertainty in local labour market definitions
    affects empirical findings, Applied Economics 53, 1598-1612; Census Bureau (2020), Understanding and Using
    American Community Survey Data, chapter 7.

    Examples
    --------
    >>> flows = pd.DataFrame(
    ...     {
    ...         "home": list("aabbcc"),
    ...         "work": list("abbacb"),
    ...         "workers": [900, 30, 90, 10, 80, 3],
    ...         "moe": [30, 5, 9, 4, 9, 4],
    ...     }
    ... )
    >>> stability(flows, "commuting-zone", resamples=50)[["member", "core", "probability"]].round(1)
      member core  probability
    0      a    a          1.0
    1      b    a          1.0
    2      c    c          0.8
    """
    draw = method_with(method, parameters, neighbors, contiguous)
    if "moe" not in flows or flows["moe"].isna().all():
        raise NotSupportedError(
            "flows without margins of error",
            "a column moe, 90 % margins of error",
            "vary a parameter instead: parameter_stability",
        )
    wrong = ~flows["moe"].isna() & ~flows["moe"].between(0, np.finfo(float).max)
    if wrong.any():
        row = flows[wrong].iloc[0]
        raise TableError(
            f"the margin of error {row['moe']} of the flow from {row['home']} to {row['work']}",
            "finite margins of at least 0, blank where not known",
            "leave a margin blank that the source does not give",
        )
    if resamples < 1:
        raise NotSupportedError(
            f"{resamples} resamples", "1 or more", "100 take a quarter of a minute for the nation"
        )
    matrix = flow_matrix(flows)
    return _certainty(matrix, draw, (draw(m) for m in _resampled(flows, matrix, resamples, seed)), names)


def parameter_stability(
    flows: pd.DataFrame,
    method: str,
    parameter: str,
    values: Iterable[float],
    *,
    names: pd.Series | None = None,
    contiguous: bool | None = None,
    neighbors: pd.DataFrame | None = None,
    **parameters: float,
) -> pd.DataFrame:
    """How often each county shares a market with its usual core, over a range of a parameter.

    Parameters
    ----------
    flows : DataFrame
        Flows, over the whole matrix.
    method : str
        As for :func:`delineate`.
    parameter : str
        The parameter to vary, such as ``cut``.
    values : iterable of float
        Its values; each counts as much as another.
    names, contiguous, neighbors
        As for :func:`delineate`.
    **parameters : float
        The method's other parameters, and the value of ``parameter`` for the markets themselves.

    Returns
    -------
    DataFrame
        As of :func:`stability`; probabilities are shares of the values.

    Raises
    ------
    NotSupportedError
        There are no values, or one is out of range.
    UnknownNameError
        There is no such method, or the method has no such parameter.

    Examples
    --------
    b sends 20 of 100 workers to a, so that it is with a from a cut of 0.8 on:

    >>> flows = pd.DataFrame({"home": list("abb"), "work": list("aba"), "workers": [900, 80, 20]})
    >>> parameter_stability(flows, "commuting-zone", "cut", [0.7, 0.85, 0.9, 0.95])[["member", "probability"]]
      member  probability
    0      a         1.00
    1      b         0.75
    """
    draws = [method_with(method, parameters | {parameter: value}, neighbors, contiguous) for value in values]
    if not draws:
        raise NotSupportedError(
            f"no values of {parameter}", "one value or more", "such as 0.96, 0.97, 0.98 for a cut"
        )
    matrix = flow_matrix(flows)
    return _certainty(
        matrix,
        method_with(method, parameters, neighbors, contiguous),
        (draw(matrix) for draw in draws),
        names,
    )


def _resampled(flows: pd.DataFrame, matrix: FlowMatrix, resamples: int, seed: int) -> Iterator[FlowMatrix]:
    """Matrices of the same counties, each flow drawn within its margin of error."""
    random = np.random.default_rng(seed)
    # Sorted, so that the same flows in another order give the same draws.
    cells = matrix.workers.tocoo()
    margins = flow_matrix(flows.assign(workers=flows["moe"].astype(float).fillna(0.0))).workers
    workers = cells.data
    error = np.asarray(margins[cells.coords], dtype=float).ravel() / _STANDARD_ERRORS
    varied = (workers > 0) & (error > 0)
    spread = error[varied] ** 2 / workers[varied]
    for _ in range(resamples):
        drawn = workers.copy()
        drawn[varied] = random.gamma(workers[varied] / spread, spread)
        sample = matrix.workers.copy()
        sample.data = drawn
        yield FlowMatrix(matrix.areas, sample)


def _certainty(
    matrix: FlowMatrix,
    draw: Callable[[FlowMatrix], NDArray[np.int64]],
    draws: Iterable[NDArray[np.int64]],
    names: pd.Series | None,
) -> pd.DataFrame:
    jobs = pd.Series(matrix.jobs, index=matrix.areas)
    groups = largest_members(pd.Series(draw(matrix), index=matrix.areas), jobs)
    own = _cores(matrix, groups)
    cores = np.array([_cores(matrix, pd.Series(labels, index=matrix.areas)) for labels in draws])
    same, elsewhere = (
        np.array(each) for each in zip(*(_moved(own, c, matrix.jobs) for c in cores), strict=True)
    )
    usual, _ = _most_frequent(cores)
    county = np.arange(len(matrix.areas))
    with_core = np.where(usual == county, cores == county, cores == cores[:, usual])
    other, times = _most_frequent(np.where(with_core, -1, cores))
    elsewhere, draws_elsewhere = _most_frequent(np.where(same, -1, elsewhere))
    codes = matrix.areas.to_numpy()
    return pd.DataFrame(
        {
            "member": codes,
            "group": groups.to_numpy(),
            "title": groups.map(market_titles(groups, jobs, names)).to_numpy(),
            "same_market": same.mean(axis=0),
            "otherwise": pd.Series(codes[elsewhere], dtype="str").where(draws_elsewhere > 0),
            "core": codes[usual],
            "probability": with_core.mean(axis=0),
            "is_core": (cores == county).mean(axis=0),
            "other_core": pd.Series(codes[other], dtype="str").where(times > 0),
            "other_probability": times / len(cores),
            "overlap": np.mean([_overlap(own, core) for core in cores], axis=0),
        }
    )


def _cores(matrix: FlowMatrix, labels: pd.Series) -> NDArray[np.int64]:
    """Each county's core: the position of the largest county (by published jobs) of its market."""
    largest_first = np.argsort(-matrix.jobs, kind="stable")
    _, market = np.unique(labels.to_numpy(), return_inverse=True)
    core = np.empty(market.max() + 1, dtype=np.int64)
    core[market[largest_first[::-1]]] = largest_first[::-1]  # the last written is the largest
    return core[market]


def _moved(
    own: NDArray[np.int64], drawn: NDArray[np.int64], jobs: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Of each county: whether it is still in its market, and the other market that it is with most of.

    A drawn market is the same as one of those published if it holds most of its jobs and more of its jobs than of
    any other. Markets are numbered by their core. Without another market in the drawn one, the second is -1.
    """
    n = len(own)
    pairs, pair = np.unique(own * n + drawn, return_inverse=True)
    shared = pd.DataFrame({"own": pairs // n, "drawn": pairs % n, "jobs": np.bincount(pair, jobs)})
    ranked = shared.sort_values(["jobs", "own", "drawn"], ascending=[False, True, True], kind="stable")
    holds_most = ranked.drop_duplicates("own").set_index("own")["drawn"]
    first = ranked.drop_duplicates("drawn")
    second = ranked.drop(first.index).drop_duplicates("drawn").set_index("drawn")["own"]
    most = first.set_index("drawn")["own"].reindex(drawn).to_numpy()
    other = np.where(most != own, most, second.reindex(drawn).fillna(-1).to_numpy()).astype(np.int64)
    return (holds_most.reindex(own).to_numpy() == drawn) & (most == own), other


def _most_frequent(cores: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The most frequent value of each column, of equal ones the lowest, and how often; -1 does not count."""
    n = cores.shape[1]
    county = np.broadcast_to(np.arange(n), cores.shape)[cores >= 0]
    pairs, times = np.unique(county * n + cores[cores >= 0], return_counts=True)
    most = pd.DataFrame({"county": pairs // n, "core": pairs % n, "times": times})
    most = most.sort_values(["county", "times"], ascending=[True, False], kind="stable").drop_duplicates(
        "county"
    )
    found = most.set_index("county").reindex(range(n), fill_value=0)
    return found["core"].to_numpy(), found["times"].to_numpy()


def _overlap(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each county, the counties that are in its area in both partitions over those in either."""
    _, both, counts = np.unique(a * len(a) + b, return_inverse=True, return_counts=True)
    in_a, in_b = np.bincount(a, minlength=len(a))[a], np.bincount(b, minlength=len(b))[b]
    shared = counts[both]
    return shared / (in_a + in_b - shared)
