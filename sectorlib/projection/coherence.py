"""Projections that add up: over areas, over industries, over both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import spsolve

from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.schemas import PROJECTIONS

#: The ways to make projections add up.
RECONCILIATIONS = ("bottom-up", "top-down", "minimum-trace")

#: Most rounds of holding at zero what would have become negative.
_ROUNDS = 50

_ENDS = ["low_80", "high_80", "low_95", "high_95"]


def sums(
    keys: pd.DataFrame, areas: pd.DataFrame | None = None, industries: pd.DataFrame | None = None
) -> sparse.csr_array:
    """Which series add up to which, from memberships.

    A series is a part if neither its area nor its industry is a group; every other is the sum of the parts whose
    area is it or belongs to it, and whose industry is it or belongs to it, by weight. Groups may be members.

    Parameters
    ----------
    keys : DataFrame
        Columns area and industry, a row for each series.
    areas, industries : DataFrame, optional
        Memberships: counties in regions, sectors in all industries.

    Returns
    -------
    sparse array, series x series
        Row by row the weights of the parts; a part is the sum of itself alone. Series that are no part have
        an empty column.

    Raises
    ------
    NotSupportedError
        A sum lacks a part: it could not add up.

    Examples
    --------
    >>> keys = pd.DataFrame({"area": ["36029", "36055", "West"], "industry": "62"})
    >>> west = pd.DataFrame({"member": ["36029", "36055"], "group": "West", "weight": 1.0})
    >>> sums(keys, areas=west).toarray()
    array([[1., 0., 0.],
           [0., 1., 0.],
           [1., 1., 0.]])
    """
    by_area = _parts(keys["area"].astype(str), areas)
    by_industry = _parts(keys["industry"].astype(str), industries)
    where = {
        key: row
        for row, key in enumerate(zip(*(keys[k].astype(str) for k in ("area", "industry")), strict=True))
    }
    rows, columns, weights = [], [], []
    for (area, industry), row in where.items():
        for part_area, area_weight in by_area[area]:
            for part_industry, industry_weight in by_industry[industry]:
                if (part_area, part_industry) not in where:
                    raise NotSupportedError(
                        f"no projection of industry {part_industry} in {part_area}, a part of {industry} in {area}",
                        "a projection of every part of a sum",
                        "leave that sum out, or project the rest of it as a series of its own",
                    )
                rows.append(row)
                columns.append(where[part_area, part_industry])
                weights.append(area_weight * industry_weight)
    return sparse.csr_array((weights, (rows, columns)), shape=(len(keys), len(keys)), dtype=float)


def reconcile(
    projections: pd.DataFrame,
    areas: pd.DataFrame | None = None,
    industries: pd.DataFrame | None = None,
    method: str = "minimum-trace",
    errors: np.ndarray | None = None,
) -> pd.DataFrame:
    """Projections that add up: a region is the sum of its counties, a total that of its industries.

    Intervals move in proportion to their projection. They do not add up and should not: parts do not err all
    at once.

    Parameters
    ----------
    projections : DataFrame
        Projections of parts and sums, for the same years.
    areas, industries : DataFrame, optional
        Memberships that say what adds up to what.
    method : str
        ``bottom-up``: sums are made of the parts. ``top-down``: parts are scaled to the sum that no other
        contains. ``minimum-trace``: all move, those that err more move more (:func:`minimum_trace`).
    errors : array, series x cases, optional
        Past errors of each series one year ahead, for ``minimum-trace``; the order of series is that in which
        they first stand in ``projections``. Without them a series errs by the square root of its jobs.

    Returns
    -------
    DataFrame
        The same rows; employment is never below zero, and sums are exact to rounding.

    Raises
    ------
    NotSupportedError
        A sum lacks a part; a method needs one sum over all parts and there is none or there are several; a
        series lacks a year.
    UnknownNameError
        There is no such method.

    References
    ----------
    Wickramasuriya, S. L., Athanasopoulos, G. and Hyndman, R. J. (2019), Optimal forecast reconciliation for
    hierarchical and grouped time series through trace minimization, Journal of the American Statistical
    Association 114, 804-819.

    Examples
    --------
    >>> table = pd.DataFrame({"area": ["36029", "36055", "West"], "industry": "62", "year": 2018,
    ...     "employment": [100.0, 300.0, 440.0], "low_80": 0.0, "high_80": 900.0, "low_95": 0.0,
    ...     "high_95": 900.0, "method": "drift"})
    >>> west = pd.DataFrame({"member": ["36029", "36055"], "group": "West", "weight": 1.0})
    >>> reconcile(table, areas=west)["employment"].round(1).to_list()
    [104.8, 314.3, 419.0]
    >>> reconcile(table, areas=west, method="bottom-up")["employment"].to_list()
    [100.0, 300.0, 400.0]
    """
    if method not in RECONCILIATIONS:
        raise UnknownNameError.unknown_name("reconciliation", method, RECONCILIATIONS)
    key = ["area", "industry"]
    codes = projections.assign(**{name: projections[name].astype(str) for name in key})
    keys = codes[key].drop_duplicates(ignore_index=True)
    wide = codes.set_index([*key, "year"])["employment"].unstack("year")  # noqa: PD010
    wide = wide.reindex(pd.MultiIndex.from_frame(keys))
    if wide.isna().any(axis=None):
        raise NotSupportedError(
            "series that lack a year or a figure",
            "every series projected for the same years",
            "select the common years",
        )
    values, matrix = wide.to_numpy(), sums(keys, areas, industries)
    if method == "bottom-up":
        coherent = matrix @ values
    elif method == "top-down":
        coherent = top_down(values, matrix)
    else:
        coherent = minimum_trace(values, matrix, errors)
    row = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(codes[key]))
    employment = coherent[row, wide.columns.get_indexer(pd.Index(codes["year"]))]
    return PROJECTIONS.check(rescaled(projections, employment))


def rescaled(projections: pd.DataFrame, employment: np.ndarray) -> pd.DataFrame:
    """Projections with other employment, their intervals moved in proportion.

    Parameters
    ----------
    projections : DataFrame
        Employment and the ends of its intervals.
    employment : array, rows
        What it is to be.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> table = pd.DataFrame({"employment": [100.0], "low_80": 90.0, "high_80": 120.0, "low_95": 80.0, "high_95": 130.0})
    >>> rescaled(table, np.array([110.0])).round(1)
       employment  low_80  high_80  low_95  high_95
    0       110.0    99.0    132.0    88.0    143.0
    """
    old = projections["employment"].to_numpy()
    moved = np.divide(employment, old, out=np.ones_like(employment), where=old > 0)
    table = projections.assign(employment=employment, **{name: projections[name] * moved for name in _ENDS})
    # what grew from nothing has no proportion to move by
    table[_ENDS[1]], table[_ENDS[3]] = (np.maximum(table[name], employment) for name in (_ENDS[1], _ENDS[3]))
    return table


def top_down(values: np.ndarray, matrix: sparse.csr_array) -> np.ndarray:
    """Parts scaled so that they add up to the sum over all of them; the other sums follow.

    Parameters
    ----------
    values : array, series x horizon
    matrix : sparse array, series x series
        As of :func:`sums`.

    Returns
    -------
    array, series x horizon

    Raises
    ------
    NotSupportedError
        Not exactly one series is the sum of all parts.

    Examples
    --------
    >>> matrix = sparse.csr_array([[1.0, 0, 0], [0, 1, 0], [1, 1, 0]])
    >>> top_down(np.array([[100.0], [300.0], [440.0]]), matrix).ravel()
    array([110., 330., 440.])
    """
    parts = _is_part(matrix)
    over_all = np.flatnonzero(((matrix != 0).sum(axis=1) == parts.sum()) & ~parts)
    if len(over_all) != 1:
        raise NotSupportedError(
            f"{len(over_all)} series that are the sum of all parts",
            "one",
            "add that total, or use minimum-trace",
        )
    bottom = matrix @ values
    whole = bottom[over_all]
    return bottom * np.divide(values[over_all], whole, out=np.zeros_like(whole), where=whole > 0)


def minimum_trace(
    values: np.ndarray,
    matrix: sparse.csr_array,
    errors: np.ndarray | None = None,
    spread: np.ndarray | None = None,
) -> np.ndarray:
    """The least change, weighed by how series err, that makes projections add up and leaves none negative.

    ``y - W C' (C W C')^-1 C y``, where ``C y = 0`` says that each sum equals its parts and ``W`` is the
    covariance of past errors, shrunk toward its diagonal as far as Schäfer and Strimmer's estimate of the
    noise in the correlations says. What would be negative is held at zero and the rest solved again.

    Parameters
    ----------
    values : array, series x horizon
    matrix : sparse array, series x series
        As of :func:`sums`.
    errors : array, series x cases, optional
        Past errors; a case with a gap is left out. Without at least three cases the variance of a series is
        taken to be its jobs.
    spread : array, series, optional
        How far each series errs (jobs, at least one is taken), each by itself; where it is missing, the root of
        its jobs. Instead of errors.

    Returns
    -------
    array, series x horizon

    References
    ----------
    Wickramasuriya and others (2019), as of :func:`reconcile`.
    Schäfer, J. and Strimmer, K. (2005), A shrinkage approach to large-scale covariance matrix estimation,
    Statistical Applications in Genetics and Molecular Biology 4(1).

    Examples
    --------
    >>> matrix = sparse.csr_array([[1.0, 0, 0], [0, 1, 0], [1, 1, 0]])
    >>> minimum_trace(np.array([[100.0], [300.0], [440.0]]), matrix).ravel().round(1)
    array([104.8, 314.3, 419. ])
    """
    factor, diagonal = error_covariance(values[:, 0], errors)
    if spread is not None:
        diagonal = np.where(np.isnan(spread), diagonal, np.maximum(spread, 1.0) ** 2)
    parts = _is_part(matrix)
    constraints = (sparse.eye_array(len(values), format="csr") - matrix)[~parts]
    out = np.empty_like(values)
    for step in range(values.shape[1]):
        held = np.zeros(len(values), dtype=bool)
        for _ in range(_ROUNDS):
            # a series held at zero has no error to move by
            free = np.where(held, 0.0, 1.0)
            at = values[:, step] * free
            moved = _project(at, constraints, factor * free[:, None], diagonal * free)
            below = parts & (moved < 0) & ~held
            if not below.any():
                break
            held |= below
        out[:, step] = np.maximum(moved, 0.0)
    return matrix @ np.where(parts[:, None], out, 0.0)


def error_covariance(jobs: np.ndarray, errors: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of errors, shrunk toward its diagonal: ``factor factor' + diag(diagonal)``.

    Parameters
    ----------
    jobs : array, series
        Projected jobs, the variance where there are no errors.
    errors : array, series x cases, optional
        Past errors, missing where there is none.

    Returns
    -------
    factor : array, series x cases
    diagonal : array, series

    Examples
    --------
    >>> factor, diagonal = error_covariance(np.array([4.0, 9.0]), None)
    >>> factor.shape, diagonal
    ((2, 0), array([4., 9.]))
    """
    known = np.zeros((len(jobs), 0)) if errors is None else errors[:, ~np.isnan(errors).any(axis=0)]
    cases = known.shape[1]
    if cases < 3:
        return np.zeros((len(jobs), 0)), np.maximum(jobs, 1.0)
    # around zero: an error that is always the same is an error still
    variance = np.maximum((known**2).mean(axis=1), 1e-6 * np.maximum(jobs, 1.0))
    z = known / np.sqrt(variance)[:, None]
    # sums over all pairs of the correlations squared and of their sampling variances, without the pairs
    gram = z.T @ z
    squares, own = (gram**2).sum() / cases**2, (z**2).mean(axis=1)
    correlations = squares - (own**2).sum()
    noise = (np.diag(gram) ** 2).mean() - squares - ((z**4).mean(axis=1) - own**2).sum()
    noise /= cases - 1
    shrink = float(np.clip(noise / correlations, 0.0, 1.0)) if correlations > 0 else 1.0
    return known * np.sqrt((1 - shrink) / cases), shrink * variance


def _project(at: np.ndarray, constraints: Any, factor: np.ndarray, diagonal: np.ndarray) -> np.ndarray:
    """``at`` moved to where the constraints hold, along ``factor factor' + diag(diagonal)``."""
    among = (constraints * diagonal[None, :]) @ constraints.T
    if factor.shape[1]:
        through = constraints @ factor
        missing = np.linalg.lstsq(among.toarray() + through @ through.T, constraints @ at, rcond=None)[0]
    else:  # every sum has a variance of its own, so there is one solution, and many series are no burden
        missing = np.atleast_1d(spsolve(among.tocsc(), constraints @ at))
    spread = constraints.T @ missing
    return at - factor @ (factor.T @ spread) - diagonal * spread


def _is_part(matrix: sparse.csr_array) -> np.ndarray:
    return np.asarray(np.diff(matrix.tocsc().indptr) > 0)


def _parts(codes: pd.Series, membership: pd.DataFrame | None) -> dict[str, list[tuple[str, float]]]:
    """The parts of each code with their weights: its members, or itself."""
    members: dict[str, list[tuple[str, float]]] = {}
    if membership is not None:
        columns = (membership["group"].astype(str), membership["member"].astype(str), membership["weight"])
        for group, member, weight in zip(*columns, strict=True):
            if group != member:  # a county that is a region by itself is a part, not a sum
                members.setdefault(group, []).append((member, float(weight)))

    def leaves(code: str) -> list[tuple[str, float]]:
        """Members of members too: a state of regions of counties."""
        if code not in members:
            return [(code, 1.0)]
        return [(leaf, weight * share) for part, weight in members[code] for leaf, share in leaves(part)]

    return {code: leaves(code) for code in codes.unique()}
