"""A footprint grown from a seed: county by county, as long as it stays one labor market."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sectorlib.exceptions import NotSupportedError
from sectorlib.labor_markets import FlowMatrix, flow_matrix, method_parameters
from sectorlib.resources import definitions
from sectorlib.scope.ties import employment_interchange, least_tie

_COLUMNS = [
    "step", "county", "decision", "reason", "jobs", "commuting_tie",
    "self_containment", "self_containment_lost",
]  # fmt: skip


def growth_parameters() -> dict[str, float]:
    """The shipped rule: the least commuting ties of an addition, and the least self-containment.

    >>> growth_parameters()
    {'least_tie': 0.15, 'least_center_tie': 0.05, 'least_self_containment': 0.75}
    """
    same_as = definitions("scope")["self_containment"]["same_as"]
    return {
        "least_tie": least_tie(),
        "least_center_tie": float(definitions("scope")["center_tie"]["value"]),
        "least_self_containment": method_parameters("travel-to-work")[same_as],
    }


def grow_footprint(
    flows: pd.DataFrame | FlowMatrix,
    jobs: pd.Series,
    seed: str,
    parameters: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Grow a footprint from a seed, and keep the path: every county added, and every neighbor left out and why.

    A county may be added if

    - its employment interchange with the footprint so far is ``least_tie`` or more, and that with the footprint's
      center, its county with most jobs of all kinds, ``least_center_tie``: or one county would lead to the next;
    - it exchanges no more workers with any one other county than with the footprint: a county whose commuting goes
      to another center stays with that one. Or it is larger than the footprint, which exchanges most with it;
    - the footprint is then as self-contained as ``least_self_containment``, or no less so than before.

    Of those, the one that adds most jobs of the sector for each unit of self-containment that is lost comes next;
    those that cost none go first, most jobs first; of equal ones, the lowest code. A county without jobs of the
    sector is added only where no other may be and it makes the footprint more self-contained: the sector's workers
    live there. It stops when there is none. The same tables give the same path.

    Parameters
    ----------
    flows : DataFrame or FlowMatrix
        Flows over the whole matrix.
    jobs : Series of float
        Jobs of the sector by county; only these counties may be added.
    seed : str
        The county to start from.
    parameters : mapping, optional
        ``least_tie``, ``least_center_tie``, ``least_self_containment``; those of ``data/scope.yaml`` if not given.

    Returns
    -------
    DataFrame
        step, county, decision (``seed``, ``added``, ``not added``), reason, jobs, commuting_tie (with the footprint
        of that step), self_containment (of the footprint with the county), self_containment_lost, footprint_jobs
        (so far). The footprint is what is not ``not added``; those are the counties in ``jobs`` tied to the final
        footprint by commuting at all as much as half of ``least_tie``, the closest first.

    Raises
    ------
    NotSupportedError
        The flows do not have the seed.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": list("aabbcc"), "work": list("ababcb"), "workers": [80, 20, 10, 30, 90, 4]})
    >>> path = grow_footprint(flows, pd.Series({"a": 9.0, "b": 5.0, "c": 7.0}), "a")
    >>> path[["step", "county", "decision", "reason"]]
       step county decision                                   reason
    0     0      a     seed                      where growth starts
    1     1      b    added  adds jobs and costs no self-containment
    """
    matrix = flows if isinstance(flows, FlowMatrix) else flow_matrix(flows)
    rule = growth_parameters() | dict(parameters or {})
    if seed not in matrix.areas:
        raise NotSupportedError(
            f"the commuting flows do not have the seed {seed}",
            "flows over the whole matrix, with the seed among its counties",
            "choose another seed, or flows of the same county vintage as the panel",
        )
    growing = _Growing(matrix, jobs.reindex(matrix.areas).to_numpy(dtype=float), rule)
    inside = np.asarray(matrix.areas == seed)
    here = growing.containment(inside)
    at = int(np.flatnonzero(inside)[0])
    rows = [(0, seed, "seed", "where growth starts", growing.jobs[at], np.nan, here, np.nan)]
    while True:
        state = growing.look(inside)
        if not state["allowed"].any():
            break
        best = _best(state)
        rows.append(
            (len(rows), str(matrix.areas[best]), "added", _merit(state, best), *growing.figures(state, best))
        )
        inside[best] = True
    rows += growing.left_out(state, inside, len(rows))
    path = pd.DataFrame(rows, columns=_COLUMNS)
    within = path["jobs"].where(path["decision"] != "not added")
    return path.assign(footprint_jobs=within.fillna(0.0).cumsum().where(within.notna()))


class _Growing:
    """What a step looks at: arrays on the counties of the matrix."""

    def __init__(self, matrix: FlowMatrix, jobs: NDArray[np.float64], rule: Mapping[str, float]) -> None:
        self.matrix, self.jobs, self.rule = matrix, jobs, rule
        exchange = (matrix.workers + matrix.workers.T).tolil()
        exchange.setdiag(0)
        self.exchange = exchange.tocsr()

    def containment(self, inside: NDArray[np.bool_]) -> float:
        group = inside.astype(float)
        internal = group @ (self.matrix.workers @ group)
        return float(min(internal / (self.matrix.residents @ group), internal / (self.matrix.jobs @ group)))

    def look(self, inside: NDArray[np.bool_]) -> dict[str, NDArray]:
        """Every county beside the footprint: its tie, what self-containment would be, whether it may be added."""
        matrix, group = self.matrix, inside.astype(float)
        with_group = self.exchange @ group
        internal = group @ (matrix.workers @ group) + with_group + matrix.internal
        residents = matrix.residents @ group + matrix.residents
        jobs = matrix.jobs @ group + matrix.jobs
        after = np.minimum(internal / np.maximum(residents, 1), internal / np.maximum(jobs, 1))
        before = self.containment(inside)
        tie = employment_interchange(matrix, inside)
        center = np.arange(len(inside)) == np.argmax(np.where(inside, matrix.jobs, -1.0))
        smaller = matrix.residents < matrix.residents @ group
        elsewhere = np.asarray(self.exchange.multiply(~inside[None, :]).tocsr().max(axis=1).todense()).ravel()
        outside = np.where(inside, -1.0, with_group)
        closest = (with_group >= elsewhere) | (~smaller & (outside >= outside.max()))
        has_jobs = np.nan_to_num(self.jobs) > 0
        tests = {
            "known": ~np.isnan(self.jobs),
            "useful": has_jobs | (after > before),
            "tie": tie >= self.rule["least_tie"],
            "near center": employment_interchange(matrix, center) >= self.rule["least_center_tie"],
            "closest": closest,
            "contained": (after >= self.rule["least_self_containment"]) | (after >= before),
        }
        return {
            **tests,
            "allowed": np.logical_and.reduce(list(tests.values())) & ~inside,
            "gain": np.nan_to_num(self.jobs),
            "ties": tie,
            "after": after,
            "lost": before - after,
        }

    def figures(self, state: dict[str, NDArray], at: int) -> tuple[float, float, float, float]:
        return self.jobs[at], state["ties"][at], state["after"][at], state["lost"][at]

    def left_out(self, state: dict[str, NDArray], inside: NDArray[np.bool_], step: int) -> list[tuple]:
        """The counties near the final footprint that were not added, each with the first test it failed."""
        known = ~np.isnan(self.jobs)
        near = np.flatnonzero(~inside & known & (state["ties"] >= self.rule["least_tie"] / 2))
        near = near[np.argsort(-state["ties"][near], kind="stable")]
        return [
            (
                step + n,
                str(self.matrix.areas[at]),
                "not added",
                self._why(state, at),
                *self.figures(state, at),
            )
            for n, at in enumerate(near.tolist())
        ]

    def _why(self, state: dict[str, NDArray], at: int) -> str:
        least, floor = self.rule["least_tie"], self.rule["least_self_containment"]
        if not state["tie"][at]:
            return f"commuting tie below {least:.0%}"
        if not state["near center"][at]:
            return f"commuting tie with its main county below {self.rule['least_center_tie']:.0%}"
        if not state["closest"][at]:
            return "exchanges more workers with another county"
        if not state["useful"][at]:
            return "no jobs of the sector, and makes it no more self-contained"
        return f"self-containment would fall below {floor:.0%}"


def _best(state: dict[str, NDArray]) -> int:
    """The allowed county that adds most jobs for what it costs, those without jobs last; the first of equal ones."""
    allowed = np.flatnonzero(state["allowed"])
    gain, lost = state["gain"][allowed], state["lost"][allowed]
    free = lost <= 0
    worth = np.where(free, gain, gain / np.where(free, 1.0, lost))
    contained = -state["after"][allowed]
    return int(allowed[np.lexsort((allowed, contained, -worth, ~free, gain == 0))[0]])


def _merit(state: dict[str, NDArray], at: int) -> str:
    if state["gain"][at] == 0:
        return "no jobs of the sector, but its workers: makes it more self-contained"
    if state["lost"][at] > 0:
        return "adds most jobs for the self-containment lost"
    return "adds jobs and costs no self-containment"
