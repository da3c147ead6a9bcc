"""Projected employment with intervals learned from the method's own past errors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.exceptions import NotSupportedError
from sectorlib.projection.backtesting import log_error_quantile, past_errors
from sectorlib.projection.methods import method_named
from sectorlib.projection.series import employment_series, projectable
from sectorlib.schemas import PROJECTIONS


def project(panel: pd.DataFrame, horizon: int = 5, method: str = "damped-trend") -> pd.DataFrame:
    """Employment of the years ahead, a statistical trend with intervals from its own past errors.

    Intervals are symmetric on the logarithmic scale. Their width is how far the method has been off at that
    horizon on series of similar size, each time seeing only the years before: 80 % (95 %) of those past
    projections were within it. Employment is never below zero.

    Parameters
    ----------
    panel : DataFrame
        Panel of one ownership. Withheld and absent years are gaps.
    horizon : int
        Years ahead of the panel's latest year.
    method : str
        ``damped-trend``, ``drift`` or ``last-value``.

    Returns
    -------
    DataFrame
        Projections: area, industry, year, employment, low_80, high_80, low_95, high_95, method. Interval ends
        are missing beyond the longest backtested horizon. Series without a row are listed, each with the
        reason, by :func:`projection_reasons`.

    Raises
    ------
    NotSupportedError
        The panel has fewer than 8 years or several ownerships, no series can be projected, or the horizon
        is not at least 1.
    UnknownNameError
        There is no such method.

    Examples
    --------
    >>> panel = pd.DataFrame({"area": "36055", "industry": "311", "ownership": "5",
    ...                       "year": range(2000, 2018), "employment": 1000.0})
    >>> project(panel, horizon=2)[["area", "industry", "year", "employment"]]
        area industry  year  employment
    0  36055      311  2018      1000.0
    1  36055      311  2019      1000.0
    """
    function = method_named(method)
    if horizon < 1:
        raise NotSupportedError(f"a horizon of {horizon} years", "1 year or more", "give the years ahead")
    everything = employment_series(panel)
    series = projectable(everything)
    history = series.to_numpy()
    employment = np.maximum(function(history, horizon), 0.0)
    columns = {"employment": employment}
    errors = past_errors(everything.to_numpy(), function, horizon)
    for percent in (80, 95):
        off = log_error_quantile(errors, history[:, -1], horizon, percent / 100)
        columns[f"low_{percent}"] = np.maximum(np.expm1(np.log1p(employment) - off), 0.0)
        columns[f"high_{percent}"] = np.expm1(np.log1p(employment) + off)
    years = int(panel["year"].max()) + np.arange(1, horizon + 1)
    keys = series.index.to_frame(index=False)
    table = keys.loc[keys.index.repeat(horizon)].reset_index(drop=True)
    table = table.assign(year=np.tile(years, len(series)), method=method)
    return table.assign(**{name: values.ravel() for name, values in columns.items()})[PROJECTIONS.names]
