"""Seasonality: how far an industry's jobs swing within a year, from the monthly levels of quarterly files."""

from __future__ import annotations

import pandas as pd

_CELL = ["area", "industry", "ownership", "year"]
_MONTHS = ("month1", "month2", "month3")


def seasonality(quarters: pd.DataFrame) -> pd.DataFrame:
    """The highest month of a year over the lowest, and which months they are.

    Tourism, farming and schools live by the season, and an annual average of jobs hides it: a peak of twice
    the trough means that half the peak's jobs are gone at another time of the year.

    Parameters
    ----------
    quarters : DataFrame
        Quarterly rows, as :func:`read_quarterly` gives them.

    Returns
    -------
    DataFrame
        One row for each area, industry, ownership and year: ``peak`` and ``trough`` (jobs),
        ``peak_over_trough``, ``peak_month`` and ``trough_month`` (1 to 12; the first of several). Missing
        where a month is withheld or a quarter is not there; the ratio also where the trough is zero.

    Examples
    --------
    >>> quarters = pd.DataFrame({
    ...     "area": "36041", "industry": "721", "ownership": "5", "year": 2016, "quarter": list("1234"),
    ...     "month1": [100.0, 120, 300, 150], "month2": [100.0, 150, 300, 130], "month3": [110.0, 240, 200, 100],
    ... })
    >>> seasonality(quarters)[["peak_over_trough", "peak_month", "trough_month"]].iloc[0].to_list()
    [3.0, 7.0, 1.0]
    """
    keyed = quarters.assign(quarter=quarters["quarter"].astype(str))
    # Not pivot_table: a quarter that is there twice is an error, and no mean.
    months = keyed.pivot(index=_CELL, columns="quarter", values=list(_MONTHS))  # noqa: PD010
    wanted = pd.MultiIndex.from_tuples([(m, q) for q in "1234" for m in _MONTHS])
    months = months.reindex(columns=wanted).set_axis(range(1, 13), axis=1).astype(float)
    whole = months[months.notna().all(axis=1)]
    peak, trough = whole.max(axis=1), whole.min(axis=1)
    table = pd.DataFrame(
        {
            "peak": peak,
            "trough": trough,
            "peak_over_trough": peak / trough.where(trough > 0),
            "peak_month": whole.idxmax(axis=1).astype(float),
            "trough_month": whole.idxmin(axis=1).astype(float),
        }
    )
    return table.reindex(months.index).reset_index()
