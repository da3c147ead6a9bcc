"""Concentration: how much larger an industry's share of an area is than its share of the base economy.

The default is the convention of the U.S. Bureau of Labor Statistics (BLS): whatever the ownership of the
row, both denominators are the totals over all industries and all ownerships.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sectorlib.exceptions import TableError, UnknownNameError
from sectorlib.lookup import matched, rows_of_area
from sectorlib.naics import TOTAL
from sectorlib.resources import definitions

#: What a location quotient may be taken of.
MEASURES = ("employment", "wages", "establishments")

#: What a row and its denominators have in common beside the area; ``all`` is the BLS convention.
DENOMINATORS = {"all": ("year",), "ownership": ("ownership", "year")}

_ALL_OWNERSHIPS = "0"

QUADRANTS = ("star", "mature", "emerging", "transforming", "undecided")


def location_quotient(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, on: str = "employment", denominator: str = "all"
) -> pd.Series:
    """Location quotient: an industry's share of its area over its share of the base area.

    1 means the same share as in the base, 2 twice the share. ``LQ = (e_ir / e_r) / (E_i / E)``, with the
    industry's ``e_ir`` in the area and ``E_i`` in the base of the same ownership and year, and the totals
    ``e_r`` and ``E`` over all industries.

    Parameters
    ----------
    panel : DataFrame
        Panel, with the total rows (industry ``10``) of its areas.
    base : DataFrame
        Panel that holds the base area; may be the same one.
    base_area : str
        Code of the base area, such as ``US000`` or ``36000``.
    on : {"employment", "wages", "establishments"}
        What is compared.
    denominator : {"all", "ownership"}
        Totals over all ownerships, as BLS does also for private rows, or over the row's own ownership.

    Returns
    -------
    Series of float
        ``location_quotient`` on the index of ``panel``; missing where any of the four figures is withheld,
        absent, or a zero to divide by.

    Raises
    ------
    UnknownAreaError
        The base has no such area.
    TableError
        The area totals, or those of the base, are absent altogether.
    UnknownNameError
        ``on`` or ``denominator`` is none of the above.

    References
    ----------
    U.S. Bureau of Labor Statistics, QCEW location quotient details.
    Isard, W. (1960), Methods of Regional Analysis, chapter 7.

    Examples
    --------
    A county has 20 of its 100 jobs in industry 311, the state 50 of 1,000: 0.20 / 0.05 = 4.

    >>> panel = pd.DataFrame({
    ...     "area": ["36055", "36055", "36000", "36000"], "industry": ["10", "311", "10", "311"],
    ...     "ownership": ["0", "5", "0", "5"], "year": 2016, "employment": [100.0, 20.0, 1000.0, 50.0],
    ... })
    >>> location_quotient(panel, base=panel, base_area="36000").round(6).to_list()
    [1.0, 4.0, 1.0, 1.0]
    """
    figures = _four_figures(panel, base, base_area, [_measure(on)], denominator)
    cell, total, base_cell, base_total = (figure[on] for figure in figures)
    quotient = (cell / total) / (base_cell / base_total)
    return quotient.where(np.isfinite(quotient)).rename("location_quotient")


def location_quotient_bounds(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, on: str = "employment", denominator: str = "all"
) -> pd.DataFrame:
    """The least and the most a location quotient can be, given what is known of its four figures.

    Interval arithmetic: the low end sets the least numerator against the greatest denominators, the high
    end the reverse. An industry's share of a total is never above 1. Where all four figures are disclosed
    both ends are the location quotient itself; this is what withholding leaves open, not sampling error.

    Parameters
    ----------
    panel, base, base_area, on, denominator
        As in :func:`location_quotient`. Bounds are read from ``employment_low``, ``employment_high`` (or
        those of wages) where the panel has them; a disclosed figure is its own bounds.

    Returns
    -------
    DataFrame
        ``location_quotient_low`` and ``location_quotient_high`` on the index of ``panel``. The high end is
        missing where no bound is known, both where the base or the area has no such row.

    Raises
    ------
    UnknownAreaError, TableError, UnknownNameError
        As :func:`location_quotient`.

    Examples
    --------
    The county holds between 10 and 30 of its 100 jobs in industry 311, the state 50 of 1,000.

    >>> panel = pd.DataFrame({
    ...     "area": ["36055", "36055", "36000", "36000"], "industry": ["10", "311", "10", "311"],
    ...     "ownership": ["0", "5", "0", "5"], "year": 2016, "employment": [100, np.nan, 1000, 50],
    ...     "employment_low": [100, 10, 1000, 50], "employment_high": [100, 30, 1000, 50],
    ...     "disclosure": ["disclosed", "suppressed", "disclosed", "disclosed"],
    ... })
    >>> location_quotient_bounds(panel, base=panel, base_area="36000").round(6)
       location_quotient_low  location_quotient_high
    0                    1.0                     1.0
    1                    2.0                     6.0
    2                    1.0                     1.0
    3                    1.0                     1.0
    """
    _measure(on)
    figures = _four_figures(bounded(panel, on), bounded(base, on), base_area, ["low", "high"], denominator)
    cell, total, base_cell, base_total = figures
    share_low, share_high = share_bounds(cell, total)
    base_low, base_high = share_bounds(base_cell, base_total)
    bounds = pd.DataFrame(
        {
            "location_quotient_low": share_low / base_high.fillna(1.0).where(base_low.notna()),
            "location_quotient_high": share_high / base_low,
        }
    )
    return bounds.where(np.isfinite(bounds))


def dynamic_location_quotient(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, start: int, end: int, denominator: str = "all"
) -> pd.DataFrame:
    """How location quotients of employment changed between two years.

    The dynamic location quotient is the industry's growth beside its area's, over the same in the base:
    ``((1 + g_ir) / (1 + g_r)) / ((1 + G_i) / (1 + G))``. Above 1 the area became more concentrated in the
    industry. It is the ratio of the two location quotients, so it can be above 1 while jobs fall: when the
    industry falls faster in the base. For growth of jobs, see :func:`growth`.

    Parameters
    ----------
    panel, base, base_area, denominator
        As in :func:`location_quotient`.
    start, end : int
        Two years, the earlier first.

    Returns
    -------
    DataFrame
        One row for each area, industry and ownership of either year: area, industry, ownership, start_year,
        end_year, start_location_quotient, end_location_quotient, change (their difference) and
        dynamic_location_quotient with ``_low`` and ``_high`` (what withheld cells leave open). Missing where
        an end is withheld or absent; the ratio also where the start is zero.

    Raises
    ------
    UnknownAreaError, TableError, UnknownNameError
        As :func:`location_quotient`.

    Examples
    --------
    Food doubled here from 20 to 40 jobs while all jobs stayed; in the state both stayed.

    >>> panel = pd.DataFrame({
    ...     "area": (["36055"] * 2 + ["36000"] * 2) * 2, "industry": ["10", "311"] * 4,
    ...     "ownership": ["0", "5"] * 4, "year": [2010] * 4 + [2015] * 4, "disclosure": "disclosed",
    ...     "employment": [100.0, 20, 1000, 50, 100, 40, 1000, 50],
    ... })
    >>> table = dynamic_location_quotient(panel[panel["area"] == "36055"], panel, "36000", 2010, 2015)
    >>> table.set_index("industry")["dynamic_location_quotient"].to_dict()
    {'10': 1.0, '311': 2.0}
    """
    cell = ["area", "industry", "ownership"]
    rows = panel[panel["year"].isin([start, end])]
    quotient = location_quotient(rows, base, base_area, denominator=denominator)
    bounds = location_quotient_bounds(rows, base, base_area, denominator=denominator)
    rows = rows[[*cell, "year"]].assign(
        point=quotient, low=bounds["location_quotient_low"], high=bounds["location_quotient_high"]
    )
    before, after = (rows[rows["year"] == year].drop(columns="year") for year in (start, end))
    table = before.merge(after, on=cell, how="outer", validate="1:1", suffixes=("_start", "_end"))
    ratios = {
        name: table[f"{ahead}_end"] / table[f"{behind}_start"].where(table[f"{behind}_start"] > 0)
        for name, ahead, behind in (
            ("dynamic_location_quotient", "point", "point"),
            ("dynamic_location_quotient_low", "low", "high"),
            ("dynamic_location_quotient_high", "high", "low"),
        )
    }
    return table[cell].assign(
        start_year=start,
        end_year=end,
        start_location_quotient=table["point_start"],
        end_location_quotient=table["point_end"],
        change=table["point_end"] - table["point_start"],
        **ratios,
    )


def quadrant(bounds: pd.DataFrame, growth: pd.Series | pd.DataFrame, cut: str = "parity") -> pd.Series:
    """Star, mature, emerging or transforming: concentration now against growth of employment.

    Star is concentrated and growing, mature concentrated and declining, emerging not concentrated but
    growing, transforming neither. Change of the location quotient is another matter: it can rise while
    jobs fall, when the base falls faster.

    Parameters
    ----------
    bounds : DataFrame
        ``location_quotient_low`` and ``location_quotient_high``, as of :func:`location_quotient_bounds`, or
        ``location_quotient_churn_low`` and ``location_quotient_churn_high``, as of :func:`location_quotient_interval`,
        which takes in how far they move in a year; the latter count where a table has both.
    growth : Series of float, or DataFrame
        Growth of employment in percent, on the index of ``bounds``; or ``percent_change_low`` and
        ``percent_change_high``, as of :func:`growth`, where it is known within bounds.
    cut : str
        A location quotient cut of ``data/quadrants.yaml``: ``parity`` (1.0), ``specialized`` (1.2) or
        ``export-base`` (1.25).

    Returns
    -------
    Series of category
        ``quadrant``; ``undecided`` where either interval straddles its cut or is not known.

    Raises
    ------
    UnknownNameError
        There is no such cut.

    Examples
    --------
    >>> bounds = pd.DataFrame(
    ...     {"location_quotient_low": [1.5, 0.4, 0.8], "location_quotient_high": [1.5, 0.6, 1.3]}
    ... )
    >>> quadrant(bounds, pd.Series([4.0, -2.0, 1.0])).to_list()
    ['star', 'transforming', 'undecided']
    """
    terms = definitions("quadrants")
    cuts = terms["location_quotient_cuts"]
    if cut not in cuts:
        raise UnknownNameError.unknown_name("location quotient cut", cut, cuts)
    churn = "churn_" if "location_quotient_churn_low" in bounds else ""
    low, high = (bounds[f"location_quotient_{churn}{end}"] for end in ("low", "high"))
    change = growth.reindex(bounds.index)
    least, most = (
        (change["percent_change_low"], change["percent_change_high"])
        if isinstance(change, pd.DataFrame)
        else (change, change)
    )
    concentration = _side(low >= cuts[cut]["value"], high < cuts[cut]["value"], ("high", "low"))
    direction = terms["employment_growth_cut"]["value"]
    movement = _side(least >= direction, most < direction, ("growing", "declining"))
    names = {tuple(sides): name for name, sides in terms["quadrants"].items()}
    named = [names.get(pair, "undecided") for pair in zip(concentration, movement, strict=True)]
    return pd.Series(pd.Categorical(named, categories=QUADRANTS), index=bounds.index, name="quadrant")


def _side(above: pd.Series, below: pd.Series, names: tuple[str, str]) -> np.ndarray:
    return np.select([above, below], names, default="unknown")


def _measure(on: str) -> str:
    if on not in MEASURES:
        raise UnknownNameError.unknown_name("measure", on, MEASURES)
    return on


def _four_figures(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, columns: Sequence[str], denominator: str
) -> tuple[pd.DataFrame, ...]:
    """For each row of the panel: itself, its area's total, the base's row and the base's total."""
    if denominator not in DENOMINATORS:
        raise UnknownNameError.unknown_name("denominator", denominator, DENOMINATORS)
    shared = DENOMINATORS[denominator]
    base = rows_of_area(base, base_area)
    return (
        panel[list(columns)],
        matched(panel, totals_of(panel, panel, denominator), ["area", *shared], columns),
        matched(panel, base, ["industry", "ownership", "year"], columns),
        matched(panel, totals_of(base, panel, denominator), shared, columns),
    )


def totals_of(table: pd.DataFrame, panel: pd.DataFrame, denominator: str) -> pd.DataFrame:
    """The all-industry rows of a table in the panel's years, of all ownerships or of each its own."""
    totals = table[(table["industry"] == TOTAL) & table["year"].isin(panel["year"].unique())]
    if denominator == "all":
        totals = totals[totals["ownership"] == _ALL_OWNERSHIPS]
    if totals.empty:
        areas, years = (sorted(map(str, t.unique()[:3])) for t in (table["area"], panel["year"]))
        rows = f"rows of industry {TOTAL!r}"
        if denominator == "all":
            expected = f"{rows} and ownership {_ALL_OWNERSHIPS!r}, the denominators of BLS"
            hint = "keep the total rows when you select, or try denominator='ownership'"
        else:
            expected, hint = rows, "keep the total rows when you select"
        raise TableError(
            f"no all-industry row for areas such as {', '.join(areas)} in {', '.join(years)}", expected, hint
        )
    return totals


def bounded(panel: pd.DataFrame, on: str) -> pd.DataFrame:
    """The keys of a panel and the least and most each figure can be; establishments are always published."""
    point = panel[on]
    exact = point if on == "establishments" else point.where(panel["disclosure"] == "disclosed")
    bounds = panel[["area", "industry", "ownership", "year"]].assign(low=exact, high=exact)
    for side in ("low", "high"):
        if f"{on}_{side}" in panel.columns:
            bounds[side] = panel[f"{on}_{side}"].fillna(exact)
    return bounds.fillna({"low": 0.0})


def share_bounds(part: pd.DataFrame, whole: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Bounds of part / whole, each with columns low and high, where the part lies within the whole."""
    low = (part["low"] / whole["high"]).where(whole["high"].notna(), 0.0)
    high: pd.Series = (part["high"] / np.maximum(whole["low"], part["low"])).clip(upper=1.0)
    known = part["low"].notna() & whole["low"].notna()
    return low.where(known), high.where(known)
