"""From a panel to the series that can be projected, why the others cannot, and where one jumps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.exceptions import NotSupportedError
from sectorlib.naics import crosses_break
from sectorlib.projection.momentum import usual_change
from sectorlib.resources import definitions


def employment_series(panel: pd.DataFrame) -> pd.DataFrame:
    """Employment as one row for each area and industry, one column for each year from first to last.

    Parameters
    ----------
    panel : DataFrame
        Panel of one ownership.

    Returns
    -------
    DataFrame
        Jobs, missing where withheld or absent; a year the panel skips is a column of gaps.

    Raises
    ------
    NotSupportedError
        The panel holds several ownerships, or fewer years than 8 (``observed_years`` in
        ``data/projection.yaml``).

    Examples
    --------
    >>> panel = pd.DataFrame({"area": "36055", "industry": "311", "ownership": "5",
    ...                       "year": range(2010, 2018), "employment": 100.0})
    >>> employment_series(panel).shape
    (1, 8)
    """
    ownerships = panel["ownership"].unique()
    if len(ownerships) > 1:
        raise NotSupportedError(
            f"ownerships {', '.join(map(str, ownerships))} in one panel",
            "the series of one ownership, since areas and industries are the key of projections",
            "select one, such as panel[panel['ownership'] == '5']",
        )
    least = definitions("projection")["observed_years"]["value"]
    years = panel["year"].nunique()
    if years < least:
        raise NotSupportedError(
            f"{years} {'year' if years == 1 else 'years'} of data, too few to project",
            f"at least {least} years",
            "add earlier years; with fewer, past errors cannot be learned and a trend is a guess",
        )
    # pivot_table would drop the series that are withheld throughout
    wide = panel.set_index(["area", "industry", "year"])["employment"].unstack("year")  # noqa: PD010
    return wide.reindex(columns=range(int(wide.columns.min()), int(wide.columns.max()) + 1))


def projection_reasons(panel: pd.DataFrame) -> pd.DataFrame:
    """The series that are not projected by the method asked for, each with the reason.

    A series withheld or absent in the latest year is not projected at all; one of too few years grows as its
    industry does.

    Parameters
    ----------
    panel : DataFrame
        Panel of one ownership.

    Returns
    -------
    DataFrame
        Columns area, industry, reason; no row for a series that is projected by the method.

    Raises
    ------
    NotSupportedError
        As :func:`employment_series`.

    Examples
    --------
    >>> panel = pd.DataFrame({"area": "36055", "industry": "311", "ownership": "5",
    ...                       "year": range(2009, 2018), "employment": [100.0] * 8 + [None]})
    >>> projection_reasons(panel)["reason"].to_list()
    ['the latest year, 2017, is withheld or absent']
    """
    series = employment_series(panel)
    reasons = _reasons(series)
    return reasons[reasons != ""].rename("reason").reset_index()


def jumps(panel: pd.DataFrame) -> pd.DataFrame:
    """Changes from one year to the next that stand out from all others of their series.

    A change of ``ln(jobs + 1)`` stands out if its modified z-score around no change, 0.6745 times its size over
    the median size of the series' changes, is beyond ``jump_score``, the jobs changed by ``jump_share`` or more
    (``data/projection.yaml``; from no jobs, any number does), and there were 100 or more of them before or after.
    A projection after a jump is to be read with care. An industry that enters an area or leaves it is told apart
    from one that grew or shrank; any of these in a year in which the industry's code was redefined is probably
    no change of jobs at all.

    Parameters
    ----------
    panel : DataFrame
        Panel of one ownership.

    Returns
    -------
    DataFrame
        Columns area, industry, year (the first after the jump), kind (``entry`` from no jobs, ``exit`` to none,
        else ``jump``), before, after (jobs), change (percent; missing for an entry), redefined (whether the
        industry's code changed its meaning that year). Jumps over a gap are not seen.

    Raises
    ------
    NotSupportedError
        As :func:`employment_series`.

    References
    ----------
    Iglewicz, B. and Hoaglin, D. C. (1993), How to detect and handle outliers, ASQC.

    Examples
    --------
    >>> jobs = [0.0, 0, 0, 0, 4675, 4700, 4680, 4690, 4700, 4710]
    >>> panel = pd.DataFrame({"area": "36055", "industry": "518", "ownership": "5",
    ...                       "year": range(2000, 2010), "employment": jobs})
    >>> jumps(panel)[["area", "year", "kind", "before", "after", "redefined"]]
        area  year   kind  before   after  redefined
    0  36055  2004  entry     0.0  4675.0      False
    """
    terms = definitions("projection")
    series = employment_series(panel)
    logs = np.log1p(series.to_numpy())
    before, after = series.to_numpy()[:, :-1], series.to_numpy()[:, 1:]
    stands_out = 0.6745 * np.abs(np.diff(logs)) > terms["jump_score"]["value"] * usual_change(logs)[:, None]
    share = np.divide(after - before, before, out=np.full_like(before, np.nan), where=before > 0)
    entered = (before == 0) & (after > 0)
    large = np.maximum(before, after) >= terms["size_classes"]["value"][0]
    found = stands_out & large & (entered | (np.abs(share) >= terms["jump_share"]["value"]))
    row, column = np.nonzero(found)
    table = series.index[row].to_frame(index=False)
    years = series.columns.to_numpy()[column + 1]
    codes = pd.Series(table["industry"].astype(str))
    redefined = [bool(crosses_break(codes.iloc[[i]], y - 1, y).iloc[0]) for i, y in enumerate(years)]
    before, after = before[row, column], after[row, column]
    return table.assign(
        year=years,
        kind=np.select([before == 0, after == 0], ["entry", "exit"], "jump"),
        before=before,
        after=after,
        change=100 * share[row, column],
        redefined=redefined,
    )


def projectable(series: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Which rows of :func:`employment_series` are long enough for a method, and which are only too short.

    Raises
    ------
    NotSupportedError
        None reaches the latest year.

    Examples
    --------
    >>> series = pd.DataFrame([[1.0] * 8, [None] * 5 + [1.0] * 3, [1.0] * 7 + [None]], columns=range(2010, 2018))
    >>> projectable(series)
    (array([ True, False, False]), array([False,  True, False]))
    """
    latest = series.iloc[:, -1].notna().to_numpy()
    long = (
        latest
        & (series.notna().sum(axis=1) >= definitions("projection")["observed_years"]["value"]).to_numpy()
    )
    if not latest.any():
        raise NotSupportedError(
            f"none of {len(series)} series can be projected: {_reasons(series).mode()[0]}",
            "a series that reaches the latest year with enough observed years",
            "projection_reasons(panel) lists the reason of each",
        )
    return long, latest & ~long


def _reasons(series: pd.DataFrame) -> pd.Series:
    least = definitions("projection")["observed_years"]["value"]
    observed = series.notna().sum(axis=1)
    last = series.columns[-1]
    too_short = observed.astype(str) + f" observed years of the {least} needed: grows as its industry does"
    withheld = f"the latest year, {last}, is withheld or absent"
    reason = np.select([series[last].isna(), observed < least], [withheld, too_short], default="")
    return pd.Series(reason, index=series.index, dtype=str)
