"""How far a method has been off in the past, had it been used then."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from sectorlib.exceptions import UnknownNameError
from sectorlib.projection.combination import yearly_change
from sectorlib.projection.context import Context
from sectorlib.projection.intervals import spread, with_intervals
from sectorlib.projection.methods import Method
from sectorlib.projection.registry import method_named
from sectorlib.projection.series import employment_series
from sectorlib.projection.starts import surroundings
from sectorlib.resources import definitions

#: The methods every other is shown beside.
REFERENCES = ("last-value", "drift", "constant-share")

#: What a scorecard can be broken down by.
BREAKDOWNS = ("area", "industry", "size")

#: Levels of the quantiles that the intervals and the projection itself state.
_QUANTILES = {0.025: "low_95", 0.1: "low_80", 0.5: "projected", 0.9: "high_80", 0.975: "high_95"}


def past_errors(
    history: np.ndarray,
    method: Method,
    horizon: int,
    context: Context | None = None,
    least: int | None = None,
) -> pd.DataFrame:
    """What a method would have projected from each past year, beside what came.

    At each origin the method sees the years up to it and nothing after, of the series and of the context, and
    series are chosen by what was known then: enough observed years (``origin_years`` in
    ``data/projection.yaml``), the origin's among them.

    Parameters
    ----------
    history : array, series x years
        Jobs, missing where there is a gap.
    method : callable
        A projection method.
    horizon : int
        The longest horizon.
    context : Context, optional
        The surroundings of the series, for methods that need them.
    least : int, optional
        Fewest observed years up to an origin; ``origin_years`` of the data file if left out.

    Returns
    -------
    DataFrame
        Columns series and origin (row and column of ``history``), horizon (years), and of what was known at
        the origin: size (jobs), observed (years), spread, scale (mean absolute change from year to year,
        jobs); then projected and actual (jobs). Only where the year projected was observed.

    Examples
    --------
    >>> from sectorlib.projection.methods import last_value
    >>> errors = past_errors(np.array([[10.0, 10, 10, 10, 14, 12]]), last_value, 3)
    >>> errors[["origin", "horizon", "size", "scale", "projected", "actual"]]
       origin  horizon  size  scale  projected  actual
    0       4        1  14.0    1.0       14.0    12.0
    """
    least = least or definitions("projection")["origin_years"]["value"]
    years = history.shape[1]
    parts = []
    for origin in range(years - 1):
        known = history[:, : origin + 1]
        observed = (~np.isnan(known)).sum(axis=1)
        chosen = np.flatnonzero((observed >= least) & ~np.isnan(known[:, -1]))
        if not len(chosen):
            continue
        seen = known[chosen]
        ahead = min(horizon, years - 1 - origin)
        surroundings = None if context is None else context.until(origin + 1).rows(chosen)
        projected = np.maximum(method(seen, ahead, surroundings), 0.0)
        actual = history[chosen, origin + 1 : origin + 1 + ahead]
        row, step = np.nonzero(~np.isnan(actual))
        columns = {
            "size": seen[:, -1], "observed": observed[chosen],
            "spread": spread(seen), "scale": yearly_change(seen),
        }  # fmt: skip
        parts.append(
            pd.DataFrame(
                {
                    "series": chosen[row],
                    "origin": origin,
                    "horizon": step + 1,
                    **{name: values[row] for name, values in columns.items()},
                    "projected": projected[row, step],
                    "actual": actual[row, step],
                }
            )
        )
    names = ["series", "origin", "horizon", "size", "observed", "spread", "scale", "projected", "actual"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names, dtype=float)


def score(errors: pd.DataFrame, by: pd.Series | None = None) -> pd.DataFrame:
    """How far projections were off, by horizon.

    Parameters
    ----------
    errors : DataFrame
        As of :func:`past_errors`, with the interval ends of
        :func:`sectorlib.projection.intervals.with_intervals`.
    by : Series, optional
        A group for each row of ``errors``, to score each on its own; its name names the column.

    Returns
    -------
    DataFrame
        A row for each horizon (and group), indexed by them:

        - n_series, n_origins, n_errors;
        - mase: mean of ``|error| / scale``, the scale being the series' mean absolute yearly change up to the
          origin (series that never moved are left out);
        - wape: sum of ``|error|`` in percent of the sum of actual jobs;
        - median_ape: median of ``|error|`` in percent of actual jobs, zeros left out;
        - sign_accuracy: percent of changes whose direction was right, where jobs changed and a change was
          projected;
        - quantile_loss: mean over the quantiles 2.5, 10, 50, 90, 97.5 % of twice the pinball loss, summed, in
          percent of the sum of actual jobs;
        - coverage_80, coverage_95: percent of outcomes within the interval;
        - interval_score: Winkler score of the 80 % interval (its width, and ten times what it is missed by),
          summed, in percent of the sum of actual jobs;
        - worst_coverage_80, worst_origin: coverage from the origin at which the 80 % intervals held least, and
          that origin: years in which the economy turns are missed by most series at once.

        From the quantile loss on they are of the projections that had an interval.

    References
    ----------
    Hyndman, R. J. and Koehler, A. B. (2006), Another look at measures of forecast accuracy, International
    Journal of Forecasting 22, 679-688.
    Gneiting, T. and Raftery, A. E. (2007), Strictly proper scoring rules, prediction, and estimation, Journal
    of the American Statistical Association 102, 359-378.

    Examples
    --------
    >>> errors = pd.DataFrame({"series": 0, "origin": [4, 5], "horizon": 1, "size": 100.0, "scale": 10.0,
    ...     "projected": [110.0, 90.0], "actual": [105.0, 120.0], "low_80": 80.0, "high_80": 115.0,
    ...     "low_95": 70.0, "high_95": 130.0})
    >>> score(errors)[["mase", "wape", "sign_accuracy", "coverage_80", "interval_score"]].round(2)
             mase   wape  sign_accuracy  coverage_80  interval_score
    horizon
    1        1.75  15.56           50.0         50.0           53.33
    """
    off = errors["projected"] - errors["actual"]
    has = errors["high_80"].notna() & errors["high_95"].notna()
    came, said = (
        np.sign(errors["actual"] - errors["size"]),
        np.sign((errors["projected"] - errors["size"]).round(9)),
    )
    pinball = pd.Series(0.0, index=errors.index)
    for level, name in _QUANTILES.items():
        above = errors["actual"] - errors[name]
        pinball += 2 / len(_QUANTILES) * np.maximum(level * above, (level - 1) * above)
    missed = np.maximum(errors["low_80"] - errors["actual"], 0) + np.maximum(
        errors["actual"] - errors["high_80"], 0
    )
    winkler = errors["high_80"] - errors["low_80"] + 10 * missed
    case = errors[["series", "origin"]].assign(
        error=off.abs(),
        scaled=off.abs() / errors["scale"].where(errors["scale"] > 0),
        ape=100 * off.abs() / errors["actual"].where(errors["actual"] > 0),
        right=(came == said).where((came != 0) & (said != 0)).astype(float) * 100,
        actual=errors["actual"],
        with_interval=errors["actual"].where(has),
        pinball=pinball.where(has),
        winkler=winkler.where(has),
    )
    for percent in (80, 95):
        inside = errors["actual"].between(errors[f"low_{percent}"], errors[f"high_{percent}"])
        case[f"within_{percent}"] = inside.where(has).astype(float) * 100
    keys = [errors["horizon"]] if by is None else [by, errors["horizon"]]
    groups = case.groupby(keys, observed=True)
    sums = groups[["error", "actual", "with_interval", "pinball", "winkler"]].sum()
    means = groups[["scaled", "right", "within_80", "within_95"]].mean()
    actual, known = (sums[name].where(sums[name] > 0) for name in ("actual", "with_interval"))
    by_origin = (
        case.groupby([*keys, errors["origin"]], observed=True)["within_80"].mean().dropna().reset_index()
    )
    names = groups.size().index.names
    worst = by_origin.sort_values("within_80", kind="stable").drop_duplicates(names).set_index(names)
    return pd.DataFrame(
        {
            "n_series": groups["series"].nunique(),
            "n_origins": groups["origin"].nunique(),
            "n_errors": groups.size(),
            "mase": means["scaled"],
            "wape": 100 * sums["error"] / actual,
            "median_ape": groups["ape"].median(),
            "sign_accuracy": means["right"],
            "quantile_loss": 100 * sums["pinball"] / known,
            "coverage_80": means["within_80"],
            "coverage_95": means["within_95"],
            "interval_score": 100 * sums["winkler"] / known,
            "worst_coverage_80": worst["within_80"],
            "worst_origin": worst["origin"],
        },
        index=groups.size().index,
    )


def backtest(
    panel: pd.DataFrame,
    horizon: int = 5,
    method: str = "ensemble",
    base: pd.DataFrame | None = None,
    by: str | None = None,
    ends: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How far a method was off at each horizon over rolling origins, beside the simplest ones.

    Nothing from after an origin is used: not for the projection, its context, its weights, its interval, or
    the choice of series.

    Parameters
    ----------
    panel : DataFrame
        Panel of one ownership.
    horizon : int
        The longest horizon, in years.
    method : str
        A name in ``sectorlib.projection.METHODS``.
    base : DataFrame, optional
        Panel of the base area, of the same ownership; else the panel's areas together are the base.
    by : str, optional
        ``area``, ``industry`` or ``size`` (jobs at the origin), to score each on its own.
    ends : DataFrame, optional
        How years ended, as of :func:`sectorlib.projection.year_ends`, of the panel's ownership.

    Returns
    -------
    DataFrame
        Columns method, ``by``, horizon (years), and the scores of :func:`score`, worst_origin as a calendar
        year; the method's rows, then those of the last value, drift and constant share. A horizon that no
        origin reaches has no row.

    Raises
    ------
    NotSupportedError
        The panel has too few years or several ownerships.
    UnknownNameError
        There is no such method or breakdown.

    References
    ----------
    Tashman, L. J. (2000), Out-of-sample tests of forecasting accuracy, International Journal of Forecasting
    16, 437-450.

    Examples
    --------
    Employment of 100, 110, 121, ... : the last value is always 1 - 1 / 1.1 = 9.09 % too low a year later.

    >>> panel = pd.DataFrame({"area": "36055", "industry": "311", "ownership": "5",
    ...                       "year": range(2010, 2018), "employment": [100 * 1.1**t for t in range(8)]})
    >>> table = backtest(panel, horizon=1, method="last-value")
    >>> table[["method", "horizon", "n_series", "n_origins", "median_ape"]].round(2)
               method  horizon  n_series  n_origins  median_ape
    0      last-value        1         1          3        9.09
    1           drift        1         1          3        2.20
    2  constant-share        1         1          3        6.45
    """
    if by is not None and by not in BREAKDOWNS:
        raise UnknownNameError.unknown_name("breakdown", by, BREAKDOWNS)
    methods = {name: method_named(name) for name in dict.fromkeys((method, *REFERENCES))}
    series = employment_series(panel)
    context = surroundings(series, base, ends)
    scores = []
    for name, function in methods.items():
        errors = with_intervals(past_errors(series.to_numpy(), function, horizon, context))
        group = None if by is None else _groups(series, errors, by)
        scores.append(score(errors, group).reset_index().assign(method=name))
    table = pd.concat(scores, ignore_index=True)
    # no year where nothing had an interval
    table["worst_origin"] = (table["worst_origin"] + int(series.columns[0])).astype("Int64")
    return table[["method", *(name for name in table if name != "method")]]


def size_names(jobs: pd.Series) -> pd.Series:
    """The size class of each number of jobs, as words.

    Examples
    --------
    >>> size_names(pd.Series([20.0, 100.0, 6000.0])).to_list()
    ['under 100 jobs', '100 to 499 jobs', '5,000 jobs and more']
    """
    cuts = definitions("projection")["size_classes"]["value"]
    names = [f"under {cuts[0]:,} jobs"]
    names += [f"{low:,} to {high - 1:,} jobs" for low, high in pairwise(cuts)]
    names += [f"{cuts[-1]:,} jobs and more"]
    return pd.cut(jobs, [-np.inf, *cuts, np.inf], right=False, labels=names)


def _groups(series: pd.DataFrame, errors: pd.DataFrame, by: str) -> pd.Series:
    if by == "size":
        return size_names(errors["size"])
    codes = series.index.get_level_values(by).astype(str).to_numpy()
    return pd.Series(codes[errors["series"].to_numpy(dtype=int)], index=errors.index, name=by)
