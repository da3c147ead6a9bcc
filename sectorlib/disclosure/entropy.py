"""Bounded minimum cross-entropy: figures as near to a first guess as every sum and bound allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sectorlib.disclosure.identities import Family

#: Sweeps over all identities at most, and the share of a sum by which it may be missed at the end.
_MOST_SWEEPS = 300
_CLOSE = 1e-4

#: Largest move of a figure in one step, and from its guess, in logarithms: keeps sums that cannot be met
#: from running away.
_STEP = 2.0
_FARTHEST = 15.0


@dataclass(frozen=True)
class Guess:
    """A first guess of every cell: its value, how uncertain its logarithm is, and its bounds.

    Known cells have equal bounds.
    """

    value: np.ndarray
    variance: np.ndarray
    low: np.ndarray
    high: np.ndarray


def fit(guess: Guess, identities: list[Family], slack: float) -> np.ndarray:
    """The figures nearest to a guess that add up.

    Minimises ``sum (x log(x / q) - x + q) / v`` over the cells, q the guess and v the variance of its
    logarithm, within the bounds and subject to every identity, each figure of which may be off by
    ``slack``. The solution is ``x = q exp(v z)`` held within its bounds, with one multiplier in ``z`` for
    each identity that the cell is in; multipliers are found one family after the other.

    Parameters
    ----------
    guess : Guess
        Arrays by position.
    identities : list of Family
        Those with an unknown cell. In one that is not exact, what the parts lack of the total is left.
    slack : float
        Rounding of one published figure.

    Returns
    -------
    ndarray
        The figures, by position.

    References
    ----------
    Golan, A., Judge, G. and Robinson, S. (1994), Recovering information from incomplete or partial
    multisectoral economic data, Review of Economics and Statistics 76.

    Examples
    --------
    Two parts of 100, of which one is guessed to be three times the other and is at most 60.

    >>> family = Family("industry", np.array([1, 2]), np.array([0, 0]), np.array([0]), np.array([True]))
    >>> guess = Guess(np.array([100.0, 30, 10]), np.ones(3), np.array([100.0, 0, 0]), np.array([100.0, 60, 100]))
    >>> fit(guess, [family], 0.0).round(1).tolist()
    [100.0, 60.0, 40.0]
    """
    sums = [_Sums(family, guess, slack) for family in identities if len(family.total)]
    pull = np.zeros(len(guess.value))
    fitted = np.clip(guess.value, guess.low, guess.high)
    for _ in range(_MOST_SWEEPS):
        if max([each.step(guess, pull, fitted) for each in sums], default=0.0) < _CLOSE:
            break
    return fitted


class _Sums:
    """One family's identities, with the multiplier of each."""

    def __init__(self, family: Family, guess: Guess, slack: float) -> None:
        size = len(family.total)
        free_part = guess.high[family.parts] > guess.low[family.parts]
        known = np.bincount(family.group, np.where(free_part, 0.0, guess.value[family.parts]), size)
        self.parts, self.group, self.total, self.exact = (
            family.parts[free_part],
            family.group[free_part],
            family.total,
            family.exact,
        )
        self.free_total = guess.high[self.total] > guess.low[self.total]
        self.left = np.where(self.free_total, 0.0, guess.value[self.total]) - known
        self.slack = slack * (np.bincount(family.group, minlength=size) + 1)
        self.multiplier = np.zeros(size)

    def step(self, guess: Guess, pull: np.ndarray, fitted: np.ndarray) -> float:
        """Move every multiplier towards its sum; the largest miss there was, as a share."""
        size = len(self.total)
        inside = fitted[self.parts]
        parts = np.bincount(self.group, inside, size)
        whole = np.where(self.free_total, fitted[self.total], 0.0)
        over = parts - whole - self.left
        miss = np.sign(over) * np.maximum(np.abs(over) - self.slack, 0.0)
        give = np.bincount(self.group, guess.variance[self.parts] * inside, size)
        give += np.where(self.free_total, guess.variance[self.total] * whole, 0.0)
        variance = np.maximum(give / np.maximum(parts + whole, 1e-9), 1e-6)
        step = np.clip(-miss / np.maximum(give, 1e-9), -_STEP / variance, _STEP / variance)
        # What is at most its total is pulled down, never up.
        moved = np.clip(
            self.multiplier + step, -_FARTHEST / variance, np.where(self.exact, _FARTHEST / variance, 0.0)
        )
        step = moved - self.multiplier
        self.multiplier = moved
        pull[self.parts] += step[self.group]
        pull[self.total[self.free_total]] -= step[self.free_total]
        for cells in (self.parts, self.total[self.free_total]):
            raw = guess.value[cells] * np.exp(np.clip(guess.variance[cells] * pull[cells], -30, 30))
            fitted[cells] = np.clip(raw, guess.low[cells], guess.high[cells])
        return float(np.max(np.abs(step) * give / np.maximum(parts, 1.0), initial=0.0))
