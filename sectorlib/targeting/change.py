"""What would have to change for another sector to come first."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from sectorlib.targeting.criteria import figure_of, stated_weights


def least_change(values: np.ndarray, figures: np.ndarray, criteria: pd.DataFrame) -> pd.DataFrame:
    """For each sector, the least change that would bring it to the first place: of weights, or of one figure.

    Weights are moved as little as possible within the order of importance (a linear programme: minimise the weight
    moved so that no sector scores more). Of the figures, the one that has to cover the smallest part of the way from
    worst to best, all else as it is.

    Parameters
    ----------
    values : array of shape (sectors, criteria)
        Values between 0 and 1.
    figures : array of the same shape
        The figures they are of.
    criteria : DataFrame
        Rows of :func:`sectorlib.targeting.load_criteria`.

    Returns
    -------
    DataFrame
        ``weight_moved`` (share of all weight, 0 for the first; missing where no weights in the order of importance
        do), ``criterion_changed`` and ``figure_needed`` (missing for the first, and where no single figure is enough).

    Examples
    --------
    Pay weighs as much as concentration, and there is no order between the two. The second sector leads on pay by
    0.3 and trails on concentration by 0.4, so that pay needs 4/7 of the weight; or a higher quotient.

    >>> from sectorlib.targeting import load_criteria
    >>> criteria = load_criteria().loc[["location_quotient", "average_pay"]]
    >>> values = np.array([[0.9, 0.4], [0.5, 0.7]])
    >>> figures = np.array([[1.74, 0.9], [1.0, 1.2]])
    >>> least_change(values, figures, criteria).round(3)
       weight_moved  criterion_changed  figure_needed
    0         0.000                NaN            NaN
    1         0.071  location_quotient          1.149
    """
    weights = stated_weights(criteria)
    scores = values @ weights
    first = int(np.argmax(scores))
    rows: list[tuple[float, str | None, float]] = []
    for sector in range(len(values)):
        if scores[sector] >= scores[first] - 1e-12:
            rows.append((0.0, None, np.nan))
            continue
        moved = _weight_moved(values, sector, weights, criteria["importance"].to_numpy(dtype=float))
        rows.append(
            (moved, *_figure_needed(scores[first] - scores[sector], values[sector], criteria, weights))
        )
    frame = pd.DataFrame(rows, columns=["weight_moved", "criterion_changed", "figure_needed"])
    return frame.astype({"criterion_changed": "str"})


def _weight_moved(values: np.ndarray, sector: int, weights: np.ndarray, importance: np.ndarray) -> float:
    """Unknowns are the new weights and how far each rises and falls; what rises is what is moved."""
    number = len(weights)
    identity = np.eye(number)
    ordered = [
        np.concatenate([identity[low] - identity[high], np.zeros(2 * number)])
        for high in range(number)
        for low in range(number)
        if importance[high] < importance[low]
    ]
    others = np.delete(values, sector, axis=0) - values[sector]
    beaten = np.hstack([others, np.zeros((len(others), 2 * number))])
    upper = np.vstack([beaten, *ordered])
    solved = linprog(
        np.concatenate([np.zeros(number), np.ones(number), np.zeros(number)]),
        A_ub=upper,
        b_ub=np.zeros(len(upper)),
        A_eq=np.vstack(
            [
                np.hstack([identity, -identity, identity]),
                np.concatenate([np.ones(number), np.zeros(2 * number)]),
            ]
        ),
        b_eq=np.concatenate([weights, [1.0]]),
        bounds=(0, None),
    )
    return float(solved.fun) if solved.success else np.nan


def _figure_needed(
    gap: float, values: np.ndarray, criteria: pd.DataFrame, weights: np.ndarray
) -> tuple[str | None, float]:
    needed = values + gap / weights
    reachable = needed <= 1
    if not reachable.any():
        return None, np.nan
    best = int(np.argmin(np.where(reachable, needed - values, np.inf)))
    return str(criteria.index[best]), figure_of(float(needed[best]), criteria.iloc[best])
