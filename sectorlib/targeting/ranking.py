"""Sectors of an area ranked by their evidence, and how sure the ranks are.

A score is the weighted sum of values. Figures are drawn within what is known of them, weights from all that keep the
order of importance, and every draw ranks the sectors anew: stochastic multicriteria acceptability analysis. What comes
of it is a share of simulations, which is not a probability that a partnership will do well.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sectorlib.exceptions import TableError
from sectorlib.resources import definitions
from sectorlib.targeting.change import least_change
from sectorlib.targeting.criteria import draw_weights, load_criteria, stated_weights, value_of

#: Of so many kinds of areas, what is drawn is kept at a time: a few megabytes each.
_KEPT = 8

#: Criteria that grow with how wide a sector was drawn.
_OF_SIZE = ("share_of_jobs", "number_of_establishments")


@dataclass(frozen=True)
class _Area:
    """One area's evidence as arrays: sectors down, criteria across."""

    area: str
    sectors: list[str]
    criteria: pd.DataFrame
    figures: np.ndarray
    jobs_spread: np.ndarray
    jobs_least: np.ndarray
    jobs_most: np.ndarray
    spread: np.ndarray
    multiplies: np.ndarray

    @property
    def known_values(self) -> np.ndarray:
        """The value of each figure; halfway where it is not known."""
        return self.valued(self.figures[None])[0]

    def valued(self, figures: np.ndarray, unknown: np.ndarray | None = None) -> np.ndarray:
        """Values of drawn figures (draws, sectors, criteria)."""
        rows = [row for _, row in self.criteria.iterrows()]
        values = np.stack([value_of(figures[:, :, i], row) for i, row in enumerate(rows)], axis=2)
        return np.where(np.isnan(values), 0.5 if unknown is None else unknown, values)


def rank_sectors(evidence: pd.DataFrame, criteria: pd.DataFrame | None = None, seed: int = 0) -> pd.DataFrame:
    """Rank the sectors of each area, with how sure the ranks are and what would change them.

    ``score = 100 Σ w_c v_c``, with ``v_c`` the value of a figure between 0 and 1 and the stated weights scaled to sum
    to 1 over the criteria that the area has rows of. A figure that is not known is worth one half; in the
    simulations, anything from 0 to 1, the ends oftener than the middle (:func:`unknown_value`).

    Parameters
    ----------
    evidence : DataFrame
        What :func:`sectorlib.targeting.sector_evidence` gives.
    criteria : DataFrame, optional
        What :func:`load_criteria` gives; the shipped ones by default.
    seed : int
        Draws of an area depend on it and on which sectors the area has, so that areas with the same ones share them.

    Returns
    -------
    DataFrame
        One row for each area and sector, best first: ``score`` (0 to 100) and ``rank`` under the stated weights;
        ``rank_low`` (better) and ``rank_high``, the shortest run of ranks that holds the stated share of simulations
        or more as both figures and weights vary, and ``share_within``, what it holds (ranks are whole numbers, so that
        most runs hold more), ``figures_rank_low``, ... with the stated weights, ``weights_rank_low``, ... with the
        figures as they are; ``share_first``, ``share_top_three`` of simulations; ``rank_without_size``, leaving out the criteria
        that grow with how wide the sector was drawn; for each criterion its figure, ``points_`` (its part of the
        score), and ``weight_when_first_`` (its mean weight where the sector came first); ``weight_moved``, the least
        share of weight that would have to move to another criterion for the sector to come first, within the order of
        importance (missing: none does), and ``criterion_changed``, ``figure_needed``: the one figure that would.

    Raises
    ------
    TableError
        The evidence has no criterion that is among the criteria.

    References
    ----------
    Lahdelma, R. and Salminen, P. (2001), SMAA-2: stochastic multicriteria acceptability analysis for group decision
    making, Operations Research 49, 444-454.

    Examples
    --------
    >>> evidence = pd.DataFrame({
    ...     "area": "36055", "sector": ["energy", "retail"] * 2,
    ...     "criterion": ["location_quotient"] * 2 + ["average_pay"] * 2, "figure": [1.0, 0.9, 1.5, 0.6],
    ...     "jobs_spread": 0.0, "jobs_least": 1.0, "jobs_most": 1.0, "spread": [0.1, 0.1, 0, 0], "multiplies": True})
    >>> ranks = rank_sectors(evidence)
    >>> ranks[["sector", "score", "rank", "rank_high"]].round(1)
       sector  score  rank  rank_high
    0  energy   75.0     1          1
    1  retail   26.2     2          2
    """
    criteria = load_criteria() if criteria is None else criteria
    known = evidence[evidence["criterion"].isin(criteria.index)]
    if known.empty:
        raise TableError(
            f"evidence of criteria {', '.join(evidence['criterion'].unique()) or 'none'}",
            f"evidence of some of {', '.join(criteria.index)}",
            "see sector_evidence",
        )
    drawn: dict[tuple[tuple[str, ...], ...], _Chances] = {}
    tables = []
    for area in _areas(known, criteria):
        alike = tuple(area.sectors), tuple(area.criteria.index)
        if len(drawn) >= _KEPT and alike not in drawn:
            drawn.clear()
        if alike not in drawn:
            drawn[alike] = _chances(area, seed)
        tables.append(_ranked(area, drawn[alike]))
    return pd.concat(tables, ignore_index=True)


def _ranked(area: _Area, chances: _Chances) -> pd.DataFrame:
    terms = definitions("criteria")
    level = float(terms["rank_interval"]["value"])
    weights = stated_weights(area.criteria)
    points = 100 * area.known_values * weights
    score = points.sum(axis=1)
    drawn_values = _draw_values(area, chances)
    drawn_weights = chances.weights
    ranks = {
        "": _ranks(np.einsum("dsc,dc->ds", drawn_values, drawn_weights)),
        "figures_": _ranks(drawn_values @ weights),
        "weights_": _ranks(drawn_weights @ area.known_values.T),
    }
    columns = {"area": area.area, "sector": area.sectors, "score": score, "rank": _ranks(score[None])[0]}
    for name, drawn in ranks.items():
        low, high = _interval(drawn, level)
        columns[f"{name}rank_low"], columns[f"{name}rank_high"] = low, high
        columns[f"{name}share_within"] = ((drawn >= low) & (drawn <= high)).mean(axis=0)
    first = ranks[""] == 1
    columns["share_first"] = first.mean(axis=0)
    columns["share_top_three"] = (ranks[""] <= terms["top"]["value"]).mean(axis=0)
    columns["rank_without_size"] = _without_size(area)
    times = np.where(first.any(axis=0), first.sum(axis=0), np.nan)
    when_first = (first.T.astype(float) @ drawn_weights) / times[:, None]
    for name, table in (("", area.figures), ("points_", points), ("weight_when_first_", when_first)):
        columns |= {f"{name}{criterion}": table[:, i] for i, criterion in enumerate(area.criteria.index)}
    change = least_change(area.known_values, area.criteria)
    return pd.DataFrame(columns).join(change).sort_values(["rank", "sector"], ignore_index=True)


def _areas(evidence: pd.DataFrame, criteria: pd.DataFrame) -> Iterator[_Area]:
    """The evidence of each area, by code: the sectors and criteria that it has rows of."""
    area_codes, areas = pd.factorize(evidence["area"].astype(str), sort=True)
    sector_codes, sectors = pd.factorize(evidence["sector"].astype(str), sort=True)
    at = area_codes, sector_codes, criteria.index.get_indexer(pd.Index(evidence["criterion"]))
    shape = len(areas), len(sectors), len(criteria)
    otherwise = {
        "figure": np.nan,
        "jobs_spread": 0.0,
        "jobs_least": 0.0,
        "jobs_most": np.inf,
        "spread": 0.0,
        "multiplies": 0.0,
    }
    cubes = {name: np.full(shape, value) for name, value in otherwise.items()}
    for name, value in otherwise.items():
        cubes[name][at] = evidence[name].astype(float).fillna(value)
    there = np.zeros(shape, dtype=bool)
    there[at] = True
    for i, area in enumerate(areas):
        rows, columns = there[i].any(axis=1), there[i].any(axis=0)
        parts = {name: cube[i][np.ix_(rows, columns)] for name, cube in cubes.items()}
        yield _Area(
            area=str(area),
            sectors=[str(sector) for sector in sectors[rows]],
            criteria=criteria[columns],
            figures=parts["figure"],
            jobs_spread=parts["jobs_spread"],
            jobs_least=parts["jobs_least"],
            jobs_most=parts["jobs_most"],
            spread=parts["spread"],
            multiplies=parts["multiplies"] > 0,
        )


class _Chances(NamedTuple):
    """What is drawn for areas with the same sectors and criteria, whatever their figures are."""

    jobs: np.ndarray
    own: np.ndarray
    unknown: np.ndarray
    weights: np.ndarray


def _chances(area: _Area, seed: int) -> _Chances:
    draws = int(definitions("criteria")["simulations"]["value"])
    sectors, criteria = area.figures.shape
    generator = np.random.default_rng([seed, zlib.crc32("|".join(area.sectors).encode())])
    return _Chances(
        generator.standard_normal((draws, sectors, 1)),
        generator.standard_normal((draws, sectors, criteria)),
        unknown_value(generator.random((draws, sectors, criteria))),
        draw_weights(area.criteria, draws, generator),
    )


def _draw_values(area: _Area, chances: _Chances) -> np.ndarray:
    """Values of drawn figures: withheld jobs move a sector's criteria together, each has its own error besides."""
    figures = area.spread * chances.own
    moved = np.broadcast_to(area.jobs_spread > 0, area.figures.shape)
    jobs = np.ones(figures.shape)
    sector, criterion = np.nonzero(moved)
    spread, least, most = (
        np.broadcast_to(bound, area.figures.shape)[moved]
        for bound in (area.jobs_spread, area.jobs_least, area.jobs_most)
    )
    jobs[:, sector, criterion] = np.clip(np.exp(spread * chances.jobs[:, sector, 0]), least, most)
    jobs *= area.figures
    np.exp(figures, out=figures, where=area.multiplies)
    np.multiply(jobs, figures, out=figures, where=area.multiplies)
    np.add(jobs, figures, out=figures, where=~area.multiplies)
    return area.valued(figures, chances.unknown)


def unknown_value(chance: np.ndarray) -> np.ndarray:
    """The value of a figure of which nothing is known, at a chance between 0 and 1.

    Values end at a worst and a best figure, and many figures lie beyond these: growth over five years was worth nothing or all
    in half of New York's sectors. The arcsine distribution, Jeffreys' for a share of which nothing is known, has as much
    at its ends; its mean is one half.

    References
    ----------
    Jeffreys, H. (1946), An invariant form for the prior probability in estimation problems, Proceedings of the Royal
    Society A 186, 453-461.

    Examples
    --------
    >>> unknown_value(np.array([0.0, 0.1, 0.5, 0.9, 1.0])).round(2)
    array([0.  , 0.02, 0.5 , 0.98, 1.  ])
    """
    return np.sin(np.pi / 2 * chance) ** 2


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Rank of each sector in each draw, 1 the highest score; equal scores share the better rank."""
    scores = np.round(scores, 12)
    return 1 + (scores[:, None, :] > scores[:, :, None]).sum(axis=2)


def _interval(ranks: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The shortest run of ranks that holds a share of the draws; of several, the one that holds most."""
    number = ranks.shape[1]
    held = (ranks[:, :, None] <= np.arange(1, number + 1)).mean(axis=0)
    upto = np.hstack([np.zeros((number, 1)), held])
    low, high = np.ones(number, dtype=int), np.full(number, number)
    for sector in range(number):
        mass = upto[sector, None, 1:] - upto[sector, :-1, None]  # from rank, to rank
        length = np.arange(1, number + 1)[None, :] - np.arange(number)[:, None]
        enough = (mass >= level - 1e-9) & (length > 0)
        cost = np.where(enough, length - mass, np.inf)
        first, last = np.unravel_index(int(np.argmin(cost)), cost.shape)
        low[sector], high[sector] = first + 1, last + 1
    return low, high


def _without_size(area: _Area) -> np.ndarray:
    kept = ~area.criteria.index.isin(_OF_SIZE)
    if not kept.any():
        return np.full(len(area.sectors), np.nan)
    weights = stated_weights(area.criteria[kept])
    return _ranks((area.known_values[:, kept] @ weights)[None])[0].astype(float)
