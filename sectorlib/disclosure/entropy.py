"""Bounded minimum cross-entropy: figures as near to a first guess as every sum and bound allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg
from threadpoolctl import threadpool_limits

from sectorlib.compiled import compiled
from sectorlib.disclosure.reduction import Sums

#: Share of a figure by which it may have moved before its sums are met again.
_CLOSE = 1e-5

#: Sweeps over all sums. They settle the bulk; what still misses then is brought home by projections.
_SWEEPS = 20

#: Projections at most, the steps of conjugate gradients in each, and the share of the misses these may leave.
_PROJECTIONS, _MOST_STEPS, _LEFT = 8, 80, 1e-2

#: Shares of a projection that are tried, until one brings the misses down.
_SHARES = (1.0, 0.3, 0.1)

#: A sum is met where it misses by less than this share of what it adds up, or by less than this.
_SHARE_MISSED, _MISSED = 1e-6, 1e-3

#: Another projection is worth its time where the last left less than this share of the misses.
_WORTHWHILE = 0.7

#: Smallest share of a figure that a projection leaves.
_LEAST_SHARE = 0.1

#: Largest move of a figure for one sum, in logarithms: keeps sums that cannot be met from running away.
_FARTHEST = 30.0

#: Halvings of an interval, and Newton steps, in meeting one sum.
_MOST_TRIES = 40

#: Rounding errors of half a job at most have a variance of a twelfth: a sixth of their bound.
_ROUNDING_VARIANCE = 1 / 6


@dataclass(frozen=True)
class Guess:
    """A first guess of every cell: its value, how uncertain its logarithm is, and its bounds."""

    value: np.ndarray
    variance: np.ndarray
    low: np.ndarray
    high: np.ndarray


def fit(guess: Guess, sums: Sums) -> np.ndarray:
    """The figures nearest to a guess that add up.

    Minimizes ``sum (x log(x / q) - x + q) / v`` over the cells, q the guess and v the variance of its
    logarithm, within the bounds, plus ``sum r^2 / 2w`` over the sums, r what is taken for rounding, at most
    the sum's slack, and w its variance. The solution is ``x = q exp(v z)`` held within its bounds, with one
    multiplier in ``z`` for each sum that the cell is in. Sweeps find the multipliers one after the other.
    Where sums share so many cells that this takes long, the figures are then projected onto the sums, each
    moving by its variance, which meets them without going all the way to the minimum.

    Parameters
    ----------
    guess : Guess
        Arrays by leaf.
    sums : Sums
        Which leaves each sum adds up, and between what ends it lies.

    Returns
    -------
    ndarray
        The figures, by leaf.

    References
    ----------
    Golan, A., Judge, G. and Robinson, S. (1994), Recovering information from incomplete or partial
    multisectoral economic data, Review of Economics and Statistics 76. Bregman, L. M. (1967), The
    relaxation method of finding the common point of convex sets, USSR Computational Mathematics and
    Mathematical Physics 7.

    Examples
    --------
    Two parts of 100, of which one is guessed to be three times the other and is at most 60.

    >>> from scipy.sparse import csr_array
    >>> guess = Guess(np.array([30.0, 10]), np.ones(2), np.zeros(2), np.array([60.0, 100]))
    >>> end = np.array([100.0])
    >>> fit(guess, Sums.of(csr_array([[1.0, 1.0]]), end, end)).round(1).tolist()
    [60.0, 40.0]
    """
    fitted = np.clip(guess.value, guess.low, guess.high)
    columns = sums.rows.tocsc()
    _balance(
        _Rows(sums.rows.indptr, sums.rows.indices, sums.rows.data, columns.indptr, columns.indices),
        _Ends(sums.least, sums.most, sums.slack, _ROUNDING_VARIANCE * sums.slack),
        _Figures(guess.value, guess.variance, guess.low, guess.high, fitted, np.zeros(len(guess.value))),
    )
    before = np.inf
    # The many short products of conjugate gradients lose more to threads that wait for each other than they gain.
    with threadpool_limits(1, user_api="blas"):
        for _ in range(_PROJECTIONS):
            miss = _misses(sums, fitted)
            together, before = before, float(np.abs(miss).sum())
            if before > _WORTHWHILE * together:
                break
            missed = np.abs(miss) > _SHARE_MISSED * (abs(sums.rows) @ fitted) + _MISSED
            if not missed.any():
                break
            fitted = _projected(guess, sums, fitted, miss, missed)
    return fitted


def with_totals(guess: Guess, sums: Sums, value: np.ndarray, variance: np.ndarray) -> Guess:
    """The guess of leaves drawn to the guesses there are of the withheld totals that they make up.

    A total's own guess and the sum of its leaves' are weighed by how uncertain each is, smaller totals
    first. Leaves of a total that is surer than they are become surer.

    Parameters
    ----------
    guess : Guess
        Arrays by leaf.
    sums : Sums
        Which leaves make up each cell.
    value, variance : ndarray
        First guess of every cell, and the variance of its logarithm, by position.

    Returns
    -------
    Guess

    Examples
    --------
    Leaves guessed at 30 and 10 whose total is guessed, for sure, at 80.

    >>> from scipy.sparse import csr_array
    >>> cells = csr_array([[1.0, 1.0], [1, 0], [0, 1]])
    >>> sums = Sums(np.array([1, 2]), cells[:0], *np.zeros((3, 0)), cells, np.zeros(3))
    >>> leaves = Guess(np.array([30.0, 10]), np.ones(2), np.zeros(2), np.full(2, np.inf))
    >>> with_totals(leaves, sums, np.array([80.0, 30, 10]), np.array([1e-6, 1, 1])).value.round(1).tolist()
    [60.0, 20.0]
    """
    number = np.diff(sums.cells.indptr)
    is_leaf = np.zeros(len(number), dtype=bool)
    is_leaf[sums.leaf] = True
    totals = np.flatnonzero((number > 0) & ~is_leaf)
    totals = totals[np.argsort(number[totals], kind="stable")]
    drawn, surer = guess.value.copy(), guess.variance.copy()
    _draw(totals, sums.cells.indptr, sums.cells.indices, value - sums.known, variance, drawn, surer)
    return Guess(drawn, surer, guess.low, guess.high)


@compiled
def _draw(totals, start, leaves, value, variance, drawn, surer):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Scale the leaves of one total after the other, in place."""
    for total in totals:
        together, squares = 0.0, 0.0
        for entry in range(start[total], start[total + 1]):
            leaf = leaves[entry]
            together += drawn[leaf]
            squares += surer[leaf] * drawn[leaf] ** 2
        if together <= 0.0 or value[total] <= 0.0:
            continue
        spread = squares / together**2
        share = spread / (spread + variance[total])
        factor = (value[total] / together) ** share
        for entry in range(start[total], start[total + 1]):
            leaf = leaves[entry]
            drawn[leaf] *= factor
            surer[leaf] += share * (min(variance[total], surer[leaf]) - surer[leaf])


def _misses(sums: Sums, fitted: np.ndarray) -> np.ndarray:
    """What each sum lacks to lie between its ends; negative where it is too much."""
    total = sums.rows @ fitted
    return np.clip(total, sums.least - sums.slack, sums.most + sums.slack) - total


def _projected(
    guess: Guess, sums: Sums, fitted: np.ndarray, miss: np.ndarray, missed: np.ndarray
) -> np.ndarray:
    """The figures moved towards what every sum lacks, each by its variance, where that does good."""
    # Only what hangs together with a missed sum moves, and what is at a bound stays.
    near = np.bincount(sums.block_of_row, missed, len(sums.leaf)) > 0
    chosen = np.flatnonzero(near[sums.block_of_row] & (missed | (sums.least == sums.most)))
    inside = (fitted > guess.low) & (fitted < guess.high) & near[sums.block_of_cell]
    cells = np.flatnonzero(inside)
    rows = sums.rows[chosen][:, cells]
    columns = rows.T.tocsr()
    weight = guess.variance[cells] * fitted[cells]
    diagonal = rows.multiply(rows) @ weight + _MISSED
    extra = _ROUNDING_VARIANCE * sums.slack[chosen] + 1e-6 * diagonal
    shape = (len(chosen), len(chosen))
    moves = LinearOperator(shape, matvec=lambda u: rows @ (weight * (columns @ u)) + extra * u, dtype=float)
    scaled = LinearOperator(shape, matvec=lambda u: u / diagonal, dtype=float)
    found, _ = cg(moves, miss[chosen], rtol=_LEFT, maxiter=_MOST_STEPS, M=scaled)
    move = np.zeros(len(fitted))
    move[cells] = weight * (columns @ found)
    before = np.bincount(sums.block_of_row, np.abs(miss), len(sums.leaf))
    for share in _SHARES:
        new = np.clip(np.maximum(fitted + share * move, _LEAST_SHARE * fitted), guess.low, guess.high)
        after = np.bincount(sums.block_of_row, np.abs(_misses(sums, new)), len(sums.leaf))
        better = (after < before)[sums.block_of_cell]
        fitted = np.where(better, new, fitted)
        # A block that has moved is done.
        move = np.where(better, 0.0, move)
        before = np.where(after < before, 0.0, before)
        if not move.any():
            break
    return fitted


class _Rows(NamedTuple):
    """Which cells each sum adds up and how often, and which sums each cell is in."""

    start: np.ndarray
    cells: np.ndarray
    times: np.ndarray
    cell_start: np.ndarray
    cell_rows: np.ndarray


class _Ends(NamedTuple):
    """Between what ends each sum lies, and what is taken for rounding."""

    least: np.ndarray
    most: np.ndarray
    slack: np.ndarray
    give: np.ndarray


class _Figures(NamedTuple):
    """The first guess of each cell with its variance and bounds, what fits now, and how far sums have pulled it."""

    value: np.ndarray
    variance: np.ndarray
    low: np.ndarray
    high: np.ndarray
    fitted: np.ndarray
    pull: np.ndarray


@compiled
def _balance(rows, ends, figures):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Meet sums one after the other, those again that a move has upset."""
    fitted = figures.fitted
    multiplier = np.zeros(len(ends.least))
    seen = fitted.copy()  # each cell as its sums last saw it
    waiting = np.ones(len(ends.least), dtype=np.bool_)
    for _ in range(_SWEEPS):
        idle = True
        for row in range(len(ends.least)):
            if not waiting[row]:
                continue
            waiting[row] = False
            _meet(row, rows, ends, figures, multiplier)
            for entry in range(rows.start[row], rows.start[row + 1]):
                cell = rows.cells[entry]
                if abs(fitted[cell] - seen[cell]) > _CLOSE * seen[cell]:
                    seen[cell] = fitted[cell]
                    for other in range(rows.cell_start[cell], rows.cell_start[cell + 1]):
                        if rows.cell_rows[other] != row:
                            waiting[rows.cell_rows[other]] = True
                            idle = False
        if idle:
            return


@compiled
def _meet(row, rows, ends, figures, multiplier):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Find one sum's multiplier, the others as they are.

    It is zero where the sum then lies between its ends, and elsewhere holds it at the nearer one, but for
    what is taken for rounding.
    """
    cells, times, fitted, pull, variance = (
        rows.cells,
        rows.times,
        figures.fitted,
        figures.pull,
        figures.variance,
    )
    least, most, slack, give = ends.least[row], ends.most[row], ends.slack[row], ends.give[row]
    first, last = rows.start[row], rows.start[row + 1]
    old = multiplier[row]
    widest, scale = 0.0, 0.0
    for entry in range(first, last):
        widest = max(widest, variance[cells[entry]])
        scale += fitted[cells[entry]]
    farthest, close = _FARTHEST / widest, 0.1 * _CLOSE * scale
    total, slope = _sum(-old, first, last, rows, figures)
    if total < least:
        lower, upper, end, side = 0.0, farthest, least, 1.0
    elif total > most:
        lower, upper, end, side = -farthest, 0.0, most, -1.0
    else:
        lower, upper, end, side = 0.0, 0.0, total, 0.0
    new = 0.0
    if lower < old < upper:
        new = old
        total, slope = _sum(0.0, first, last, rows, figures)
    for _ in range(_MOST_TRIES):
        taken = min(give * abs(new), slack)
        miss = total - end + side * taken
        if abs(miss) <= close or upper - lower < 1e-9 * farthest:
            break
        if miss > 0.0:
            upper = new
        else:
            lower = new
        if taken < slack:
            slope += give
        following = new - miss / slope if slope > 0.0 else lower - 1.0
        new = following if lower < following < upper else 0.5 * (lower + upper)
        total, slope = _sum(new - old, first, last, rows, figures)
    multiplier[row] = new
    for entry in range(first, last):
        cell = cells[entry]
        pull[cell] += times[entry] * (new - old)
        raw = figures.value[cell] * np.exp(variance[cell] * pull[cell])
        fitted[cell] = min(max(raw, figures.low[cell]), figures.high[cell])


@compiled
def _sum(move, first, last, rows, figures):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """The sum where its multiplier has moved, and how fast it grows with it."""
    total, slope = 0.0, 0.0
    for entry in range(first, last):
        cell, often = rows.cells[entry], rows.times[entry]
        variance = figures.variance[cell]
        raw = figures.value[cell] * np.exp(variance * (figures.pull[cell] + often * move))
        figure = min(max(raw, figures.low[cell]), figures.high[cell])
        total += often * figure
        if figure == raw:
            slope += often * often * variance * figure
    return total, slope
