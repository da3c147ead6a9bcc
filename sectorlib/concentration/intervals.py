"""How sure a location quotient is: what withholding leaves open, what a year moves, what a sample misses.

The Quarterly Census of Employment and Wages is a census, so its location quotients have no sampling error.
What makes one year's figure a poor guide to the next is churn, and jobs move by the establishment: the
default interval is learned from how far location quotients have moved. The two intervals of survey data are
for survey data alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, ndtri, xlogy

from sectorlib.concentration.quotients import location_quotient
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.lookup import matched
from sectorlib.naics import TOTAL, crosses_break
from sectorlib.resources import definitions

_CELL = ["area", "industry", "ownership", "year"]

#: Halvings of the interval in which an end of the profile likelihood is sought: 60 leave no visible error.
_HALVINGS = 60


def location_quotient_churn(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, denominator: str = "all"
) -> pd.DataFrame:
    """How far location quotients of employment move from one year to the next, by number of establishments.

    The variance of the annual changes of ``ln LQ`` over all cells and pairs of neighboring years, pooled
    by the establishments of the first year (classes in ``data/concentration.yaml``). Changes over a break
    of the industry classification are left out, cells with no jobs, and the base area itself.

    Parameters
    ----------
    panel : DataFrame
        Panel of several years, with the total rows (industry ``10``) of its areas.
    base : DataFrame
        Panel that holds the base area; may be the same one.
    base_area : str
        Code of the base area.
    denominator : {"all", "ownership"}
        As in :func:`location_quotient`.

    Returns
    -------
    DataFrame
        One row for each class: ``least_establishments``, ``changes`` (how many it rests on) and
        ``variance`` (of ``ln LQ``, a year). A class with few changes takes the largest of the others.

    Raises
    ------
    NotSupportedError
        The panel has too few pairs of neighboring years to learn from.
    UnknownAreaError, TableError, UnknownNameError
        As :func:`location_quotient`.

    Examples
    --------
    >>> from sectorlib import aggregate, data_path, load_study
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> churn = location_quotient_churn(study.panel, study.panel, study.base_area)
    >>> bool(churn["variance"].iloc[0] > churn["variance"].iloc[-1])
    True
    """
    years = set(panel["year"].unique())
    neighbors = panel["year"].isin({y for y in years if {y - 1, y + 1} & years})
    rows = panel[neighbors & (panel["industry"] != TOTAL) & (panel["area"] != base_area)]
    change = (
        _annual_changes(panel, rows, base, base_area, denominator) if len(rows) else pd.Series(dtype=float)
    )
    terms = definitions("concentration")
    fewest = terms["churn_changes"]["value"]
    if len(change) < fewest:
        raise NotSupportedError(
            f"{len(change)} changes of location quotients between neighboring years",
            f"{fewest} or more, to learn how far they move in a year",
            "add the files of more years",
        )
    least = terms["churn_classes"]["value"]
    pooled = change.groupby(_size_class(rows.loc[change.index, "establishments"], least)).agg(["size", "var"])
    pooled = pooled.reindex(range(len(least)))
    known = pooled["size"] >= fewest
    variance = pooled["var"].where(known)
    return pd.DataFrame(
        {
            "least_establishments": least,
            "changes": pooled["size"].fillna(0).astype(int),
            "variance": variance.fillna(variance.max() if known.any() else change.var()),
        }
    )


def location_quotient_interval(
    bounds: pd.DataFrame, establishments: pd.Series, churn: pd.DataFrame, level: float | None = None
) -> pd.DataFrame:
    """Where a location quotient will be a year on, combined with what withheld cells leave open.

    ``low · exp(−z s)`` to ``high · exp(z s)``, with ``s²`` the variance of a year's change of ``ln LQ`` in
    the cell's class of establishments and ``z`` the normal quantile. A known zero stays zero.

    Parameters
    ----------
    bounds : DataFrame
        ``location_quotient_low`` and ``location_quotient_high``, as of :func:`location_quotient_bounds`.
    establishments : Series
        Establishments of the cell, on the index of ``bounds``; where missing, the largest variance is used.
    churn : DataFrame
        What :func:`location_quotient_churn` gives.
    level : float, optional
        Share of cases that the interval is meant to hold; ``data/concentration.yaml`` has the default, 0.95.

    Returns
    -------
    DataFrame
        ``location_quotient_churn_low`` and ``location_quotient_churn_high`` on the index of ``bounds``, ready for
        :func:`quadrant`; an end that was missing stays missing.

    Examples
    --------
    A standard deviation of 0.2: a factor of exp(1.96 x 0.2) = 1.48 up or down.

    >>> bounds = pd.DataFrame({"location_quotient_low": [2.0, 1.0], "location_quotient_high": [2.0, 3.0]})
    >>> churn = pd.DataFrame({"least_establishments": [0, 10], "variance": [0.04, 0.0]})
    >>> location_quotient_interval(bounds, pd.Series([4.0, 50.0]), churn).round(2)
       location_quotient_churn_low  location_quotient_churn_high
    0                         1.35                          2.96
    1                         1.00                          3.00
    """
    level = definitions("concentration")["interval_level"]["value"] if level is None else level
    size_class = _size_class(establishments.reindex(bounds.index), churn["least_establishments"].to_list())
    variance = size_class.map(churn["variance"].reset_index(drop=True)).fillna(churn["variance"].max())
    factor = np.exp(ndtri((1 + level) / 2) * np.sqrt(variance))
    return pd.DataFrame(
        {
            "location_quotient_churn_low": bounds["location_quotient_low"] / factor,
            "location_quotient_churn_high": bounds["location_quotient_high"] * factor,
        }
    )


def stability(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, cut: str = "parity", denominator: str = "all"
) -> pd.DataFrame:
    """What one establishment more, or one less, would make of a location quotient.

    An average-size establishment of the cell (``e / n`` jobs) is added to it and to its area's total, or
    taken from both; the base stays as it is. Where that carries the location quotient over the cut, a
    single employer decides what the cell is called.

    Parameters
    ----------
    panel, base, base_area, denominator
        As in :func:`location_quotient`.
    cut : str
        A location quotient cut of ``data/quadrants.yaml``.

    Returns
    -------
    DataFrame
        ``location_quotient``, ``location_quotient_one_less``, ``location_quotient_one_more`` and ``stability``
        (category: ``stable``, ``one establishment``, ``unknown``) on the index of ``panel``; the last three
        missing or ``unknown`` where the location quotient is, or the establishments are.

    Raises
    ------
    UnknownNameError, UnknownAreaError, TableError
        As :func:`location_quotient`; also where there is no such cut.

    References
    ----------
    Crawley, A., Gabe, T. and Pominova, M. (2021), The pitfalls of using location quotients to identify
    clusters and represent industry specialization in small regions, International Finance Discussion Papers
    1329, Board of Governors of the Federal Reserve System.

    Examples
    --------
    The county's 12 food jobs, in 2 plants, are 12 % of its jobs; the state has 10 %. Without one plant they
    are 6 of 94.

    >>> panel = pd.DataFrame({
    ...     "area": ["36055", "36055", "36000", "36000"], "industry": ["10", "311", "10", "311"],
    ...     "ownership": ["0", "5", "0", "5"], "year": 2016, "employment": [100.0, 12.0, 1000.0, 100.0],
    ...     "establishments": [20.0, 2.0, 200.0, 9.0],
    ... })
    >>> stability(panel, panel, "36000").loc[1, "stability"]
    'one establishment'
    """
    cuts = definitions("quadrants")["location_quotient_cuts"]
    if cut not in cuts:
        raise UnknownNameError.unknown_name("location quotient cut", cut, cuts)
    quotient = location_quotient(panel, base, base_area, denominator=denominator)
    jobs = panel["employment"]
    size = jobs / panel["establishments"].where(panel["establishments"] > 0)
    keys = ["area", "year"] if denominator == "all" else ["area", "ownership", "year"]
    totals = panel[panel["industry"] == TOTAL]
    totals = totals[totals["ownership"] == "0"] if denominator == "all" else totals
    total = matched(panel, totals, keys, ["employment"])["employment"]
    less, more = (
        quotient * ((jobs + step) / jobs.where(jobs > 0)) / ((total + step) / total) for step in (-size, size)
    )
    less = less.where(np.isfinite(less))
    value = cuts[cut]["value"]
    names = np.select(
        [less.isna() | more.isna(), (less >= value) == (more >= value)],
        ["unknown", "stable"],
        "one establishment",
    )
    return pd.DataFrame(
        {
            "location_quotient": quotient,
            "location_quotient_one_less": less,
            "location_quotient_one_more": more,
            "stability": pd.Categorical(names, categories=["stable", "one establishment", "unknown"]),
        },
        index=panel.index,
    )


def survey_interval(
    counts: pd.DataFrame, method: str = "profile-likelihood", level: float | None = None
) -> pd.DataFrame:
    """Interval of a location quotient from survey data: both shares are estimates from samples.

    For survey data alone (the American Community Survey's, say): employment of a census has no sampling
    error, see :func:`location_quotient_churn`. Each count is binomial and the samples are independent, so a
    base that holds the area should be given without it.

    - ``delta``: ``ln LQ ± z √((1 − p)/x + (1 − q)/y)``, with ``x`` of ``n`` in the area (share ``p``) and
      ``y`` of ``m`` in the base (share ``q``);
    - ``profile-likelihood``: every ratio whose best likelihood falls short of the maximum by less than half
      the chi-squared quantile; better where counts are small, and defined at a count of zero.

    Parameters
    ----------
    counts : DataFrame
        ``count``, ``total``, ``base_count``, ``base_total``: respondents, not weighted.
    method : {"profile-likelihood", "delta"}
        Which of the two.
    level : float, optional
        Level of confidence; ``data/concentration.yaml`` has the default, 0.95.

    Returns
    -------
    DataFrame
        ``location_quotient``, ``location_quotient_low``, ``location_quotient_high`` on the index of
        ``counts``; missing where a count is missing or the base's is zero.

    Raises
    ------
    UnknownNameError
        There is no such method.

    References
    ----------
    Beyene, J. and Moineddin, R. (2005), Methods for confidence interval estimation of a ratio parameter
    with application to location quotients, BMC Medical Research Methodology 5, 32.

    Examples
    --------
    >>> counts = pd.DataFrame({"count": [20], "total": [100], "base_count": [50], "base_total": [1000]})
    >>> survey_interval(counts).round(2).iloc[0].to_list()
    [4.0, 2.42, 6.32]
    >>> survey_interval(counts, "delta").round(2).iloc[0].to_list()
    [4.0, 2.48, 6.44]
    """
    if method not in _SURVEY_METHODS:
        raise UnknownNameError.unknown_name("survey interval method", method, _SURVEY_METHODS)
    level = definitions("concentration")["interval_level"]["value"] if level is None else level
    figures = [counts[c].astype(float).to_numpy() for c in ("count", "total", "base_count", "base_total")]
    count, total, base_count, base_total = figures
    known = np.all(np.isfinite(figures), axis=0) & (total > 0) & (base_count > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = (count / total) / (base_count / base_total)
        low, high = _SURVEY_METHODS[method](*figures, level)
    table = pd.DataFrame(
        {"location_quotient": quotient, "location_quotient_low": low, "location_quotient_high": high},
        index=counts.index,
    )
    return table.where(np.isfinite(table)).where(pd.Series(known, index=counts.index))


def _annual_changes(
    panel: pd.DataFrame, rows: pd.DataFrame, base: pd.DataFrame, base_area: str, denominator: str
) -> pd.Series:
    """Changes of ``ln LQ`` of rows to the year after, where both are known and the code means the same."""
    quotient = location_quotient(panel, base, base_area, denominator=denominator).loc[rows.index]
    logs = rows[_CELL].assign(log=np.log(quotient.where(quotient > 0))).dropna(subset="log")
    after = matched(logs.assign(year=logs["year"] + 1), logs, _CELL, ["log"])["log"]
    change = (after - logs["log"]).dropna()
    return change[_same_meaning(rows.loc[change.index])]


def _same_meaning(rows: pd.DataFrame) -> np.ndarray:
    """Whether the industry of each row means the same in the year after."""
    same = np.ones(len(rows), dtype=bool)
    years = rows["year"].to_numpy()
    for year in np.unique(years):
        at = years == year
        same[at] = ~crosses_break(rows["industry"][at], int(year), int(year) + 1)
    return same


def _size_class(establishments: pd.Series, least: list[float]) -> pd.Series:
    """Position of the class that each number of establishments falls in; missing where it is not known."""
    position = np.searchsorted(least, establishments.to_numpy(dtype=float), side="right") - 1.0
    return pd.Series(position, index=establishments.index).where(establishments.notna())


def _delta(
    count: np.ndarray, total: np.ndarray, base_count: np.ndarray, base_total: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    share, base_share = np.where(count > 0, count, np.nan) / total, base_count / base_total
    error = np.sqrt((1 - share) / count + (1 - base_share) / base_count)
    factor = np.exp(ndtri((1 + level) / 2) * error)
    return share / base_share / factor, share / base_share * factor


def _profile(
    count: np.ndarray, total: np.ndarray, base_count: np.ndarray, base_total: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Both ends by halving, between the estimate and a ratio far beyond it, in logarithms."""
    figures = (count, total, base_count, base_total)
    greatest = _log_likelihood(count / total, base_count / base_total, *figures)
    least = greatest - gammaincinv(0.5, level)
    # With no count at all the likelihood falls from zero on, so that zero is the low end.
    center = np.log(np.where(count > 0, count, 0.5) / total / (base_count / base_total))
    ends = []
    for far in (-20.0, 20.0):
        inside = np.where(count > 0, center, -20.0)
        outside = center + far
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            holds = _profiled(np.exp(middle), *figures) >= least
            inside, outside = np.where(holds, middle, inside), np.where(holds, outside, middle)
        ends.append(np.exp(inside))
    return np.where(count > 0, ends[0], 0.0), ends[1]


def _profiled(
    ratio: np.ndarray, count: np.ndarray, total: np.ndarray, base_count: np.ndarray, base_total: np.ndarray
) -> np.ndarray:
    """The greatest log-likelihood with the area's share a given multiple of the base's (a quadratic)."""
    a = ratio * (total + base_total)
    b = ratio * (total + base_count) + count + base_total
    c = count + base_count
    base_share = 2 * c / (b + np.sqrt(np.maximum(b**2 - 4 * a * c, 0)))
    share = np.minimum(ratio * base_share, 1.0)
    return _log_likelihood(share, base_share, count, total, base_count, base_total)


def _log_likelihood(
    share: np.ndarray, base_share: np.ndarray,
    count: np.ndarray, total: np.ndarray, base_count: np.ndarray, base_total: np.ndarray,
) -> np.ndarray:  # fmt: skip
    area = xlogy(count, share) + xlogy(total - count, 1 - share)
    return area + xlogy(base_count, base_share) + xlogy(base_total - base_count, 1 - base_share)


_SURVEY_METHODS: dict[str, Callable[..., tuple[np.ndarray, np.ndarray]]] = {
    "profile-likelihood": _profile,
    "delta": _delta,
}
