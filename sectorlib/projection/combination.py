"""Combinations of methods whose weights are learned from earlier years only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import nnls

from sectorlib.projection.context import Context
from sectorlib.projection.methods import Method, damped_trend, drift, last_value, theta
from sectorlib.projection.momentum import area_momentum, industry_momentum, own_momentum
from sectorlib.projection.neighbors import area_growth, base_growth, constant_share
from sectorlib.projection.starts import year_end_start
from sectorlib.resources import definitions


@dataclass(frozen=True)
class Mix:
    """Methods to combine, and what their weights are drawn toward.

    Parameters
    ----------
    trends : tuple of callables
        Where jobs are going. Their weights are at most 1 together; the last value has the rest.
    momenta : tuple of callables
        Where jobs start from, on top of the trends.
    toward : array, methods
        The weights, trends first, that learning starts from.
    pull : float
        How many origins the starting weights count as.
    """

    trends: tuple[Method, ...]
    momenta: tuple[Method, ...]
    toward: np.ndarray
    pull: float

    @property
    def methods(self) -> tuple[Method, ...]:
        """Trends, then momenta: the order of the weights."""
        return (*self.trends, *self.momenta)


#: Rounds of reweighting, and the scaled error below which an error counts as one of this size: least squares
#: become least absolute errors.
_ROUNDS, _SMALL = 8, 0.05


def ensemble(
    history: np.ndarray, horizon: int, context: Context | None = None, least: int | None = None
) -> np.ndarray:
    """Three trends and the momentum of the last year, with weights that start from those of many states.

    With a context: constant share, base growth and area growth, and on top the momentum of the series, its
    industry and its area. Weights start from those in ``data/projection.yaml``, which served well in many
    states, and move as far as the series' own past gives reason to (:func:`learn_weights`). Where quarters are
    known, half of how the last year ended beside its mean comes on top. Without a context: drift, damped trend,
    Theta and the series' own momentum.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.
    context : Context, optional
        The industry in the base and the area's jobs. Without it only methods that need none take part.
    least : int, optional
        As of :func:`learn_weights`.

    Returns
    -------
    array, series x horizon

    References
    ----------
    Bates, J. M. and Granger, C. W. J. (1969), The combination of forecasts, Operational Research Quarterly
    20, 451-468.
    Diebold, F. X. and Shin, M. (2019), Machine learning for regularized survey forecast combination:
    partially-egalitarian LASSO and its derivatives, International Journal of Forecasting 35, 1679-1691.

    Examples
    --------
    >>> ensemble(np.array([[100.0] * 10]), 2)
    array([[100., 100.]])
    """
    return _combined(history, horizon, context, _mix(context), least)


def cautious(
    history: np.ndarray, horizon: int, context: Context | None = None, least: int | None = None
) -> np.ndarray:
    """The methods of the ensemble, with no weight on trends to start from.

    For series that have no larger economy to lean on, such as all jobs of areas: there the last value and its
    momentum are hard to beat, and a trend has to prove itself first.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.
    context : Context, optional
        The industry in the base and the area's jobs. Without it only methods that need none take part.
    least : int, optional
        As of :func:`learn_weights`.

    Returns
    -------
    array, series x horizon

    Examples
    --------
    >>> cautious(np.array([[100.0, 100.0, 100.0]]), 2)
    array([[100., 100.]])
    """
    mix = _mix(context)
    trends = np.arange(len(mix.toward)) < len(mix.trends)
    return _combined(history, horizon, context, replace(mix, toward=np.where(trends, 0.0, mix.toward)), least)


def pooled(
    history: np.ndarray, horizon: int, context: Context | None = None, least: int | None = None
) -> np.ndarray:
    """The series' own trend, shrunk toward the industry's growth in the base and the area's growth.

    A combination of drift, base growth and area growth: how much weight the own trend has against that of its
    surroundings, and both against no change, is learned (:func:`learn_weights`).

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.
    context : Context
        The industry in the base and the area's jobs.
    least : int, optional
        As of :func:`learn_weights`.

    Returns
    -------
    array, series x horizon

    Raises
    ------
    NotSupportedError
        There is no context.

    References
    ----------
    Duncan, G. T., Gorr, W. L. and Szczypula, J. (2001), Forecasting analogous time series, in: Armstrong,
    J. S. (ed.), Principles of Forecasting, 195-213.

    Examples
    --------
    >>> flat = np.ones((1, 10))
    >>> pooled(np.array([[100.0] * 10]), 2, Context(flat, flat, flat))
    array([[100., 100.]])
    """
    trends = (drift, base_growth, area_growth)
    return _combined(history, horizon, context, _equal(trends), least)


def learn_weights(
    history: np.ndarray, horizon: int, context: Context | None, mix: Mix, least: int | None = None
) -> np.ndarray:
    """Weights of methods that would have served best from earlier origins, for each year ahead.

    From every earlier year each method is run on what was known then, and compared with what came, as far as
    the history goes. Weights of a horizon are not negative, those of trends add up to 1 at most, and they
    minimize the mean absolute error at that horizon, each divided by the series' mean absolute yearly change
    until then (scaled error), plus a penalty on their squared distance from the mix's weights, which counts as
    much as its ``pull`` of origins. Series too small to teach and the number of series learned from are in
    ``data/projection.yaml``. A horizon with too few past errors has the weights of the one before; the first
    then has those of the mix.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        The longest horizon learned from.
    context : Context, optional
        As the methods need it.
    mix : Mix
        What is combined, and the weights it starts from.
    least : int, optional
        Fewest observed years up to an origin that is learned from; ``origin_years`` of the data file if left
        out.

    Returns
    -------
    array, horizon x methods

    Examples
    --------
    Lines: only the trend is right.

    >>> lines = np.arange(1.0, 61)[:, None] * np.arange(20, 36)
    >>> learn_weights(lines, 2, None, Mix((drift,), (), np.zeros(1), pull=1.0)).round(1)
    array([[0.9],
           [0.9]])
    """
    terms = definitions("projection")
    least = least or terms["origin_years"]["value"]
    lessons = list(_lessons(history, horizon, context, mix.methods, least))
    out = np.empty((horizon, len(mix.methods)))
    weights = mix.toward
    for step in range(horizon):
        known = [(moves[:, step], actual[:, step]) for moves, actual in lessons if actual.shape[1] > step]
        came = [~np.isnan(actual) for _, actual in known]
        if sum(int(of.sum()) for of in came) >= terms["learning_errors"]["value"]:
            moves = np.concatenate([moves[of] for (moves, _), of in zip(known, came, strict=True)])
            actual = np.concatenate([actual[of] for (_, actual), of in zip(known, came, strict=True)])
            # errors of one origin are of one economy, so it is origins that count, not series
            penalty = mix.pull / len(known)
            weights = least_absolute_weights(moves, actual, mix.toward, penalty, len(mix.trends))
        out[step] = weights
    return out


def least_absolute_weights(
    moves: np.ndarray, actual: np.ndarray, toward: np.ndarray, penalty: float, trends: int | None = None
) -> np.ndarray:
    """Non-negative weights of least absolute error, drawn toward given ones.

    Iteratively reweighted least squares; the penalty is in units of the average method's sum of squares.

    Parameters
    ----------
    moves : array, cases x methods
        What each method projected, less the last value.
    actual : array, cases
        What came, less the last value.
    toward : array, methods
        The weights that the penalty draws toward.
    penalty : float
        0 for none.
    trends : int, optional
        How many of the first weights are at most 1 together; all if left out.

    Returns
    -------
    array, methods

    References
    ----------
    Schlossmacher, E. J. (1973), An iterative technique for absolute deviations curve fitting, Journal of the
    American Statistical Association 68, 857-859.

    Examples
    --------
    >>> moves = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> least_absolute_weights(moves, moves @ [0.6, 0.3], np.array([0.5, 0.5]), 0.0).round(3)
    array([0.6, 0.3])
    """
    weights = toward
    for _ in range(_ROUNDS):
        case = 1 / np.maximum(np.abs(actual - moves @ weights), _SMALL)
        case /= case.sum()
        squares = (moves * case[:, None]).T @ moves
        scale = np.trace(squares) / len(weights)
        if scale == 0:  # no method ever moved
            return toward
        # a hair of the identity keeps identical methods apart
        ridge = (penalty + 1e-9) * scale
        root = np.linalg.cholesky(squares + ridge * np.eye(len(weights)))
        aim = (moves * case[:, None]).T @ actual + ridge * toward
        weights, _ = nnls(root.T, np.linalg.solve(root, aim))
        weights[:trends] /= max(weights[:trends].sum(), 1.0)
    return weights


def _mix(context: Context | None) -> Mix:
    """What the ensemble is made of, from what is known of the surroundings of its series."""
    if context is None:
        return _equal((drift, damped_trend, theta), (own_momentum,))
    terms = definitions("projection")
    trends, momenta = (terms[f"{kind}_weights"]["value"] for kind in ("trend", "momentum"))
    mix = Mix(
        (constant_share, base_growth, area_growth),
        (own_momentum, industry_momentum, area_momentum),
        np.array([*trends, *momenta]),
        terms["learning_pull"]["value"],
    )
    if context.year_end is None:
        return mix
    toward = np.append(mix.toward, terms["year_end_weight"]["value"])
    return replace(mix, momenta=(*mix.momenta, year_end_start), toward=toward)


def _equal(trends: tuple[Method, ...], momenta: tuple[Method, ...] = ()) -> Mix:
    """Trends of equal weight and momentum of none to start from; what is learned soon counts more."""
    toward = np.array([1 / len(trends)] * len(trends) + [0.0] * len(momenta))
    return Mix(trends, momenta, toward, definitions("projection")["equal_pull"]["value"])


def _combined(
    history: np.ndarray, horizon: int, context: Context | None, mix: Mix, least: int | None
) -> np.ndarray:
    weights = learn_weights(history, horizon, context, mix, least)
    last = last_value(history, horizon)
    out = last.astype(float)
    for weight, method in zip(weights.T, mix.methods, strict=True):
        projected = np.maximum(method(history, horizon, context), 0.0)
        # a method that cannot tell, such as drift from one value, stands at the last value
        out += weight * np.where(np.isnan(projected), 0.0, projected - last)
    return np.maximum(out, 0.0)


def _lessons(
    history: np.ndarray, horizon: int, context: Context | None, methods: tuple[Method, ...], least: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each earlier origin, what methods projected and what came: less the last value, scaled.

    Arrays of series x years ahead (x methods); what came is missing where it was not observed.
    """
    terms = definitions("projection")
    years = history.shape[1]
    for origin in range(least - 1, years - 1):
        known = history[:, : origin + 1]
        chosen = np.flatnonzero(
            ((~np.isnan(known)).sum(axis=1) >= least)
            & (np.nan_to_num(known[:, -1]) >= terms["learning_jobs"]["value"])
        )
        most = terms["learning_series"]["value"]
        if len(chosen) > most:
            chosen = chosen[np.linspace(0, len(chosen) - 1, most).astype(int)]
        if not len(chosen):
            continue
        known = known[chosen]
        surroundings = None if context is None else context.until(origin + 1).rows(chosen)
        ahead = min(horizon, years - 1 - origin)
        last = known[:, -1:]
        # the floor keeps a series that hardly ever moved from ruling the fit
        scale = np.maximum(yearly_change(known), 0.005 * known[:, -1])[:, None]
        actual = (history[chosen, origin + 1 : origin + 1 + ahead] - last) / scale
        moves = np.stack(
            [(np.maximum(f(known, ahead, surroundings), 0.0) - last) / scale for f in methods], axis=-1
        )
        yield moves, actual


def yearly_change(history: np.ndarray) -> np.ndarray:
    """Mean absolute change from year to year of each series; 0 where no two years in a row are known.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.

    Returns
    -------
    array, series

    Examples
    --------
    >>> yearly_change(np.array([[1.0, 3.0, np.nan, 8.0, 4.0]]))
    array([3.])
    """
    change = np.abs(np.diff(history, axis=1))
    known = ~np.isnan(change)
    return np.nansum(change, axis=1) / np.maximum(known.sum(axis=1), 1)
