"""What would have to change for another sector to come first."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import block_diag

from sectorlib.targeting.criteria import figure_of, stated_weights

#: What it costs to trail by one point of value, in weight moved: beyond what any move of weight is worth.
_TRAILING = 1e4


def least_change(values: np.ndarray, criteria: pd.DataFrame) -> pd.DataFrame:
    """For each sector, the least change that would bring it to the first place: of weights, or of one figure.

    Weights are moved as little as possible within the order of importance (a linear programme: minimize the weight
    moved so that no sector scores more). Of the figures, the one that has to cover the smallest part of the way from
    worst to best, all else as it is; figures of the base, which no area changes, are not among them.

    Parameters
    ----------
    values : array of shape (sectors, criteria)
        Values between 0 and 1.
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
    >>> least_change(values, criteria).round(3)
       weight_moved  criterion_changed  figure_needed
    0         0.000                NaN            NaN
    1         0.071  location_quotient          1.149
    """
    weights = stated_weights(criteria)
    scores = values @ weights
    behind = scores < scores.max() - 1e-12
    moved = np.zeros(len(values))
    moved[behind] = _weight_moved(values, behind, weights, criteria["importance"].to_numpy(dtype=float))
    changes = [
        _figure_needed(scores.max() - score, mine, criteria, weights) if is_behind else (None, np.nan)
        for score, mine, is_behind in zip(scores, values, behind, strict=True)
    ]
    frame = pd.DataFrame(changes, columns=["criterion_changed", "figure_needed"])
    frame.insert(0, "weight_moved", moved)
    return frame.astype({"criterion_changed": "str"})


def _weight_moved(
    values: np.ndarray, behind: np.ndarray, weights: np.ndarray, importance: np.ndarray
) -> np.ndarray:
    """The least weight moved for each sector that is behind: one linear programme of a block for each.

    Unknowns of a block are how far each weight rises and falls, and by how much the sector still trails. To trail
    costs more than to move all weight, so that a sector trails only where no weights bring it to the first place.
    """
    number, blocks = len(weights), int(behind.sum())
    if not blocks:
        return np.zeros(0)
    identity = np.eye(number)
    turn = np.hstack([identity, -identity])  # change of each weight
    more, less = np.argwhere(importance[:, None] < importance[None, :]).T
    ordered = identity[less] - identity[more]
    kept = np.vstack([-identity, ordered])  # no weight below none, none above a more important one
    rows, limits = [], []
    for sector in np.flatnonzero(behind):
        ahead = np.delete(values, sector, axis=0) - values[sector]
        trailing = np.zeros((len(kept) + len(ahead), 1))
        trailing[len(kept) :] = -1.0
        rows.append(np.hstack([np.vstack([kept, ahead]) @ turn, trailing]))
        limits.append(-np.vstack([kept, ahead]) @ weights)
    cost = np.concatenate([np.ones(number), np.zeros(number), [_TRAILING]])
    as_much = np.concatenate([np.ones(number), -np.ones(number), [0.0]])[None]
    solved = linprog(
        np.tile(cost, blocks),
        A_ub=block_diag(rows, format="csr"),
        b_ub=np.concatenate(limits),
        A_eq=block_diag([as_much] * blocks, format="csr"),
        b_eq=np.zeros(blocks),
        bounds=(0, None),
    )
    found = solved.x.reshape(blocks, -1)
    moved = found[:, :number].sum(axis=1)
    return np.where(found[:, -1] > 1e-9, np.nan, moved)


def _figure_needed(
    gap: float, values: np.ndarray, criteria: pd.DataFrame, weights: np.ndarray
) -> tuple[str | None, float]:
    needed = values + gap / weights
    movable = ~criteria["of_base"].to_numpy(dtype=bool) if "of_base" in criteria else True
    reachable = (needed <= 1) & movable
    if not reachable.any():
        return None, np.nan
    best = int(np.argmin(np.where(reachable, needed - values, np.inf)))
    return str(criteria.index[best]), figure_of(float(needed[best]), criteria.iloc[best])
