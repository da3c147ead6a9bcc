"""What sectors are ranked by: criteria, the value of a figure, and the weights that keep an order of importance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sectorlib.exceptions import NotSupportedError, TableError, UnknownNameError
from sectorlib.resources import EachKeyOnce, definitions

_COLUMNS = ("label", "kind", "unit", "worst", "best", "scale", "importance", "weight", "reference")
_CHOICES = {"kind": ("driver", "readiness", "user"), "scale": ("linear", "log")}


def load_criteria(path: Path | None = None) -> pd.DataFrame:
    """The criteria that sectors are ranked by, or those with a file's own among them.

    Parameters
    ----------
    path : Path, optional
        A YAML file in the form of ``data/criteria.yaml``: a criterion of the same name takes the shipped one's
        place, others are added; ``weight: 0`` leaves one out.

    Returns
    -------
    DataFrame
        Indexed by criterion: label, kind (driver, readiness, user), unit, worst and best (figures whose value is 0
        and 1; the smaller of them may be the best), scale (linear, log), importance (1 the most), weight (as
        stated), reference and of_base (whether the figure is the base's, so that no area changes it). Criteria of
        weight 0 are left out.

    Raises
    ------
    TableError
        The file has another form, or a weight contradicts the order of importance.

    Examples
    --------
    >>> load_criteria().loc["average_pay", ["worst", "best", "weight"]].to_list()
    [0.5, 1.5, 0.27]
    """
    entries: dict[str, Any] = dict(definitions("criteria")["criteria"])
    source = "data/criteria.yaml"
    if path is not None:
        source = path.name
        entries |= _own(path)
    for name, entry in entries.items():
        lacking = [c for c in _COLUMNS if not isinstance(entry, dict) or c not in entry]
        if lacking:
            raise TableError(
                f"criterion {name!r} of {source} lacks {', '.join(lacking)}",
                f"{', '.join(_COLUMNS)}",
                "copy a criterion of data/criteria.yaml and change it",
            )
    frame = pd.DataFrame({name: {c: entry[c] for c in _COLUMNS} for name, entry in entries.items()}).T
    frame["of_base"] = [bool(entry.get("of_base", False)) for entry in entries.values()]
    numbers = ["worst", "best", "importance", "weight"]
    frame[numbers] = frame[numbers].apply(pd.to_numeric, errors="coerce")
    return _check(frame.rename_axis("criterion"), source)


def with_weights(criteria: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """The criteria with other weights for some of them; the others share the rest as before.

    Parameters
    ----------
    criteria : DataFrame
        What :func:`load_criteria` gives.
    weights : mapping of str to float
        Criterion to its share of all weight, 0 to 1. Of all criteria, any numbers: they are scaled to sum to 1.

    Returns
    -------
    DataFrame
        The same criteria, weights summing to 1. The order of importance follows the new weights.

    Raises
    ------
    UnknownNameError
        No such criterion.
    NotSupportedError
        A weight is negative, or they leave nothing, or less than nothing, for the others.

    Examples
    --------
    >>> changed = with_weights(load_criteria(), {"average_pay": 0.5})
    >>> changed.loc["average_pay", ["weight", "importance"]].to_list(), round(float(changed["weight"].sum()), 6)
    ([0.5, 1.0], 1.0)
    """
    given = pd.Series(dict(weights), dtype=float)
    for name in given.index.difference(criteria.index):
        raise UnknownNameError.unknown_name("criterion", name, criteria.index)
    others = criteria["weight"].astype(float).drop(given.index)
    total = given.sum()
    if not (given >= 0).all() or (len(others) and total > 1) or (not len(others) and not total > 0):
        raise NotSupportedError(
            f"weights {', '.join(f'{name} {weight:g}' for name, weight in given.items())}",
            "shares of all weight, none negative, together at most 1",
            "50% is 0.5",
        )
    shares = pd.concat([given, others / others.sum() * (1 - total)]) if len(others) else given / total
    changed = criteria.assign(weight=shares.reindex(criteria.index))
    return changed.assign(importance=changed["weight"].rank(ascending=False, method="min").astype(int))


def criteria_as_of(criteria: pd.DataFrame, year: int) -> pd.DataFrame:
    """The criteria with projected growth named as what it is once the years projected are past: a trend as of then.

    Parameters
    ----------
    criteria : DataFrame
        What :func:`load_criteria` gives.
    year : int
        The last year of the data.

    Returns
    -------
    DataFrame
        The same figures, weights and order; the label and phrase of ``projected_growth`` say the year.

    Examples
    --------
    >>> past = criteria_as_of(load_criteria(), 2017)
    >>> past.loc["projected_growth", "label"]
    'Growth trend as of 2017'
    >>> figure_in_words("projected_growth", 1.26, past.loc["projected_growth"])
    'growth trend of +1.3% a year as of 2017'
    """
    names = definitions("criteria")["as_of"]
    criteria = criteria.assign(phrase="")
    for name in criteria.index.intersection(list(names)):
        for column in ("label", "phrase"):
            criteria.loc[name, column] = names[name][column].replace("{year}", str(year))
    return criteria


def value_of(figures: np.ndarray, criterion: pd.Series) -> np.ndarray:
    """The value of figures under a criterion: 0 at the worst figure or beyond, 1 at the best.

    Parameters
    ----------
    figures : array
        In the criterion's unit; missing stays missing.
    criterion : Series
        A row of :func:`load_criteria`.

    Examples
    --------
    >>> value_of(np.array([0.4, 1.0, 1.25, 3.0]), load_criteria().loc["location_quotient"]).round(2).tolist()
    [0.0, 0.5, 0.66, 1.0]
    """
    ends = np.array([criterion["worst"], criterion["best"]], dtype=float)
    figures = np.asarray(figures, dtype=float)
    if criterion["scale"] == "log":
        ends = np.log(ends)
        with np.errstate(divide="ignore", invalid="ignore"):
            figures = np.log(np.maximum(figures, 0.0))
    return np.clip((figures - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0)


def figure_of(value: float, criterion: pd.Series) -> float:
    """The figure that has a value under a criterion: the inverse of :func:`value_of` between worst and best.

    >>> round(figure_of(0.5, load_criteria().loc["location_quotient"]), 3)
    1.0
    """
    worst, best = float(criterion["worst"]), float(criterion["best"])
    if criterion["scale"] == "log":
        return float(np.exp(np.log(worst) + value * (np.log(best) - np.log(worst))))
    return worst + value * (best - worst)


def figure_in_words(name: str, figure: float, criterion: pd.Series) -> str:
    """A figure under a criterion (a row of :func:`load_criteria`), in a few words: its phrase, or its label and unit.

    >>> figure_in_words("average_pay", 1.584, load_criteria().loc["average_pay"])
    'pay 158% of typical industry pay'
    """
    phrase = criterion.get("phrase") or definitions("criteria")["phrases"].get(name)
    if phrase is None:
        return f"{criterion['label'].lower()} {figure:.3g} ({criterion['unit']})"
    text = re.sub(r"[+-](0\.0+%)", r"\1", str(phrase).format(figure))  # no sign for what rounds to nothing
    return text.replace("-", "\N{MINUS SIGN}")


def stated_weights(criteria: pd.DataFrame) -> np.ndarray:
    """The stated weights of some criteria, scaled to sum to 1.

    >>> round(float(stated_weights(load_criteria().loc[["average_pay", "share_of_jobs"]])[0]), 3)
    0.675
    """
    weights = criteria["weight"].to_numpy(dtype=float)
    return weights / weights.sum()


def draw_weights(criteria: pd.DataFrame, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Weights drawn evenly from all that keep the order of importance.

    Uniform on the part of the simplex in which no criterion weighs more than one that is more important; among
    criteria of equal importance there is no order (Lahdelma and Salminen 2001; ordered weights are a sorted uniform
    draw, Tervonen and Lahdelma 2007).

    Parameters
    ----------
    criteria : DataFrame
        Rows of :func:`load_criteria`.
    draws : int
        How many.
    generator : numpy.random.Generator
        Seeded, so that a result can be made again.

    Returns
    -------
    array of shape (draws, criteria)
        Each row sums to 1.

    References
    ----------
    Lahdelma, R. and Salminen, P. (2001), SMAA-2: stochastic multicriteria acceptability analysis for group decision
    making, Operations Research 49, 444-454. Tervonen, T. and Lahdelma, R. (2007), Implementing stochastic
    multicriteria acceptability analysis, European Journal of Operational Research 178, 500-513.

    Examples
    --------
    >>> criteria = load_criteria().loc[["average_pay", "location_quotient", "share_of_jobs"]]
    >>> weights = draw_weights(criteria, 1000, np.random.default_rng(1))
    >>> bool((weights[:, :2].min(axis=1) >= weights[:, 2]).all()), weights.mean(axis=0).round(1).tolist()
    (True, [0.4, 0.5, 0.1])
    """
    number = len(criteria)
    simplex = -np.sort(-generator.dirichlet(np.ones(number), size=draws), axis=1)
    weights = np.empty_like(simplex)
    importance = criteria["importance"].to_numpy(dtype=float)
    start = 0
    for level in np.unique(importance):
        members = np.flatnonzero(importance == level)
        mine = simplex[:, start : start + len(members)]
        weights[:, members] = generator.permuted(mine, axis=1)
        start += len(members)
    return weights


def _own(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=EachKeyOnce)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TableError(
            f"{path.name} cannot be read as YAML: {error}", "one mapping `criteria`", "see data/criteria.yaml"
        ) from None
    if not isinstance(content, dict) or not isinstance(content.get("criteria"), dict):
        raise TableError(
            f"{path.name} has no mapping `criteria`", "criteria: {name: {...}}", "see data/criteria.yaml"
        )
    shipped = definitions("criteria")["criteria"]
    # A shipped criterion may be changed by the keys that differ alone.
    return {
        name: {**shipped.get(name, {}), **entry} if isinstance(entry, dict) else entry
        for name, entry in content["criteria"].items()
    }


def _check(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    for column, choices in _CHOICES.items():
        for name, value in frame[column].items():
            if value not in choices:
                raise UnknownNameError.unknown_name(f"{column} of criterion {name}", value, choices)
    for name, row in frame.iterrows():
        log = row["scale"] == "log"
        if not np.isfinite([row["worst"], row["best"]]).all() or row["worst"] == row["best"]:
            found, expected = f"worst {row['worst']} and best {row['best']}", "two different numbers"
        elif log and min(row["worst"], row["best"]) <= 0:
            found, expected = (
                f"worst {row['worst']:g} and best {row['best']:g}",
                "numbers above 0 for scale log",
            )
        elif not 0 <= row["weight"] < np.inf or not 1 <= row["importance"] < np.inf:
            found = f"weight {row['weight']} and importance {row['importance']}"
            expected = "a weight of 0 or more, and an importance of 1 (the most) or more"
        else:
            continue
        raise TableError(f"criterion {name!r} of {source} has {found}", expected, "see data/criteria.yaml")
    frame = frame[frame["weight"] > 0]
    if frame.empty:
        raise TableError(
            f"{source} leaves no criterion", "one weight above 0 or more", "see data/criteria.yaml"
        )
    for name, row in frame.iterrows():
        heavier = frame[(frame["importance"] > row["importance"]) & (frame["weight"] > row["weight"])]
        if len(heavier):
            raise TableError(
                f"criterion {heavier.index[0]!r} of {source} weighs {heavier['weight'].iloc[0]:g}, more than {name!r}, "
                f"{row['weight']:g}, which is more important",
                "weights that keep the order of importance",
                "change a weight, or the importance of one of them",
            )
    return frame.astype({"worst": float, "best": float, "importance": int, "weight": float})
