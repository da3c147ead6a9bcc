"""Growth of employment between two years, and what of it national and industry trends explain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.exceptions import NotSupportedError, TableError, UnknownNameError
from sectorlib.lookup import matched, rows_of_area
from sectorlib.naics import TOTAL, crosses_break, levels

_KEYS = ["area", "industry", "ownership"]
_EMPLOYMENT = ["start_employment", "end_employment"]

#: Components of a shift-share row; they add up to its change.
COMPONENTS = ("national", "mix", "competitive", "not_compared")

#: The ``industry`` of the row that holds what is left of an area's change after its listed industries.
WITHHELD = "withheld"


def growth(panel: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Growth of employment of every cell between two years.

    Parameters
    ----------
    panel : DataFrame
        Panel.
    start, end : int
        Two years of the panel, the earlier first.

    Returns
    -------
    DataFrame
        One row for each area, industry and ownership found in either year: area, industry, ownership,
        start_year, end_year, start_employment, end_employment (jobs), start_disclosure, end_disclosure
        (missing where the panel has no such row), change (jobs), percent_change (percent of the start),
        percent_change_low and percent_change_high (from the bounds of withheld cells: the least the end can be
        over the most the start can be, and the reverse; both percent_change where that is known),
        compound_annual_growth (percent a year, ``100 ((e1 / e0)^(1 / years) - 1)``), contracting (jobs are
        known to have fallen) and crosses_break (the code changed its meaning in between). Figures are
        missing where either end is not fully known; rates also where the start is zero.

    Raises
    ------
    NotSupportedError
        The panel has one year only or lacks one of the two, or ``start`` is not before ``end``.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36055", "industry": "311", "ownership": "5", "year": [2010, 2012],
    ...     "employment": [1000.0, 1210.0], "disclosure": "disclosed",
    ... })
    >>> growth(panel, 2010, 2012)[["change", "percent_change", "compound_annual_growth"]].round(6)
       change  percent_change  compound_annual_growth
    0   210.0            21.0                    10.0
    """
    cells = _ends(panel, start, end)
    before, after = cells["start_employment"], cells["end_employment"]
    ratio = after / before.where(before > 0)
    change = after - before
    low, high = (
        _percent(
            _side(panel, start, f"employment_{at_start}", cells),
            _side(panel, end, f"employment_{at_end}", cells),
        )
        for at_start, at_end in (("high", "low"), ("low", "high"))
    )
    percent_change = 100 * (ratio - 1)
    return cells.assign(
        change=change,
        percent_change=percent_change,
        percent_change_low=percent_change.fillna(low),
        percent_change_high=percent_change.fillna(high),
        compound_annual_growth=100 * (ratio ** (1 / (end - start)) - 1),
        contracting=change < 0,
        crosses_break=crosses_break(cells["industry"], start, end),
    )


def shift_share(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, start: int, end: int, level: str = "sector"
) -> pd.DataFrame:
    """Shift-share: what of each industry's change the base economy's trends would have brought.

    With employment ``e0``, ``e1`` of an industry in the area, its growth ``g_i`` and that of all industries
    ``G`` in the base, all of one ownership:

    - national ``e0 G``: had it grown as the base economy did;
    - mix ``e0 (g_i - G)``: and its industry there grew faster or slower than all;
    - competitive ``e1 - e0 (1 + g_i)``: not explained by national and industry trends. It is a remainder,
      and no proof of competitiveness.

    Parameters
    ----------
    panel : DataFrame
        Panel, with the total rows (industry ``10``) of each ownership.
    base : DataFrame
        Panel that holds the base area; may be the same one.
    base_area : str
        Code of the base area.
    start, end : int
        Two years, the earlier first.
    level : str
        NAICS level of the industries: ``sector``, ``3``, ``4``, ...

    Returns
    -------
    DataFrame
        One row for each area, ownership and industry of the level, and one with industry ``withheld`` for
        the rest of the area's change: withheld and absent industries, the unallocated, and rounding.
        Columns as :func:`growth` up to change, then national, mix, competitive, not_compared and status:

        - ``compared``: all figures known, the three components add up to the change;
        - ``appeared``, ``vanished``: no jobs at the start or the end; the change is not_compared;
        - ``base unknown``: the base's figures are withheld or absent; the change is not_compared;
        - ``withheld``: withheld at an end, or no row in that year; listed, and counted in the last row;
        - ``remainder``: the last row, not_compared.

        Over an area and ownership the four components, missing ones skipped, add up to the change of its
        total exactly; the remainder is missing where that total is.

    Raises
    ------
    NotSupportedError
        As :func:`growth`.
    UnknownAreaError
        The base has no such area.
    UnknownNameError
        The panel has no industry of the level.
    TableError
        The total rows are absent altogether.

    References
    ----------
    Dunn, E. S. (1960), A statistical and analytical technique for regional analysis, Papers and Proceedings
    of the Regional Science Association 6, 97-112.

    Examples
    --------
    The base grew by 10 %, its food industry by 20 %; here food went from 100 to 115 jobs.

    >>> panel = pd.DataFrame({
    ...     "area": ["36055"] * 4 + ["36000"] * 4, "industry": ["10", "311"] * 4, "ownership": "5",
    ...     "year": [2010, 2010, 2015, 2015] * 2, "disclosure": "disclosed",
    ...     "employment": [500.0, 100, 520, 115, 1000, 200, 1100, 240],
    ... })
    >>> parts = shift_share(panel[panel["area"] == "36055"], panel, "36000", 2010, 2015, level="3")
    >>> parts[["industry", "change", "national", "mix", "competitive", "not_compared"]].round(6)
       industry  change  national   mix  competitive  not_compared
    0       311    15.0      10.0  10.0         -5.0           0.0
    1  withheld     5.0       NaN   NaN          NaN           5.0
    """
    cells, base_cells = _ends(panel, start, end), _ends(rows_of_area(base, base_area), start, end)
    cell_levels = levels(cells["industry"])
    industries = cells[cell_levels == level]
    if industries.empty:
        raise UnknownNameError.unknown_name("NAICS level", level, cell_levels.unique())

    own = matched(industries, base_cells, ["industry", "ownership"], _EMPLOYMENT)
    whole = matched(industries, _totals(base_cells, industries), ["ownership"], _EMPLOYMENT)
    parts = _dunn(industries, _rate(own), _rate(whole))
    rest = _remainder(parts, _totals(cells, industries))
    table = pd.concat([parts.astype({"industry": str}), rest], ignore_index=True)
    order = ["area", "ownership", "is_remainder", "industry"]
    table = table.assign(is_remainder=table["status"] == "remainder").sort_values(order, ignore_index=True)
    return table[parts.columns]


def _ends(panel: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Every area, industry and ownership of either year, with its employment and disclosure in both."""
    _require_years(panel, start, end)
    first, last = (
        panel.loc[panel["year"] == year, [*_KEYS, "employment", "disclosure"]].rename(
            columns={"employment": f"{side}_employment", "disclosure": f"{side}_disclosure"}
        )
        for side, year in (("start", start), ("end", end))
    )
    cells = first.merge(last, on=_KEYS, how="outer", validate="1:1").assign(start_year=start, end_year=end)
    return cells[[*_KEYS, "start_year", "end_year", *_EMPLOYMENT, "start_disclosure", "end_disclosure"]]


def _side(panel: pd.DataFrame, year: int, column: str, cells: pd.DataFrame) -> pd.Series:
    """A bound of employment in one year for each cell; the employment itself in a panel without bounds."""
    rows = panel[panel["year"] == year].assign(bound=lambda p: p.get(column, p["employment"]))
    return matched(cells, rows, _KEYS, ["bound"])["bound"]


def _percent(before: pd.Series, after: pd.Series) -> pd.Series:
    return 100 * (after / before.where(before > 0) - 1)


def _require_years(panel: pd.DataFrame, start: int, end: int) -> None:
    years = sorted(int(y) for y in panel["year"].unique())
    if len(years) < 2:
        raise NotSupportedError(
            f"the panel has one year only ({years[0]})" if years else "the panel is empty",
            "two years, to measure growth between them",
            "add the files of another year",
        )
    absent = [str(year) for year in (start, end) if year not in years]
    if absent:
        raise NotSupportedError(
            f"the panel has no rows of {' and '.join(absent)}",
            f"years between {years[0]} and {years[-1]}",
            "years it has: " + ", ".join(map(str, years)),
        )
    if start >= end:
        raise NotSupportedError(
            f"growth from {start} to {end}", "a start before the end", "give the earlier year first"
        )


def _totals(cells: pd.DataFrame, industries: pd.DataFrame) -> pd.DataFrame:
    """The all-industry rows of the areas and ownerships that have industries to compare."""
    ownerships = industries["ownership"].unique()
    totals = cells[(cells["industry"] == TOTAL) & cells["ownership"].isin(ownerships)]
    if totals.empty:
        raise TableError(
            f"no all-industry row for {', '.join(map(str, cells['area'].unique()[:3]))}"
            f" with ownership {' or '.join(map(str, ownerships))}",
            f"rows of industry {TOTAL!r} in the ownership of the industries",
            "keep the total rows when you select",
        )
    return totals


def _rate(ends: pd.DataFrame) -> pd.Series:
    before = ends["start_employment"]
    return ends["end_employment"] / before.where(before > 0) - 1


def _dunn(industries: pd.DataFrame, industry_rate: pd.Series, total_rate: pd.Series) -> pd.DataFrame:
    """Add change, Dunn's components, not_compared and status to the industries of an area."""
    before, after = industries["start_employment"], industries["end_employment"]
    change = after - before
    status = np.select(
        [
            change.isna(),
            (before == 0) & (after > 0),
            (before > 0) & (after == 0),
            (before > 0) & (industry_rate + total_rate).isna(),
        ],
        ["withheld", "appeared", "vanished", "base unknown"],
        default="compared",
    )
    compared = pd.Series(status == "compared", index=industries.index)
    national = (before * total_rate.fillna(0)).where(compared)
    expected = (before * industry_rate.fillna(0)).where(compared)  # unknown only where there were no jobs
    return industries.assign(
        change=change,
        national=national,
        mix=expected - national,
        competitive=(change - expected).where(compared),
        not_compared=change.where(~compared, 0.0),
        status=status,
    )


def _remainder(parts: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """What of each area's change its known industries leave, one row for each area and ownership."""
    keys = ["area", "ownership"]
    listed = parts.groupby(keys, observed=True)["change"].sum().reset_index()
    known = matched(totals, listed, keys, ["change"])["change"]
    totals, known = totals[known.notna()], known.dropna()
    rest = totals["end_employment"] - totals["start_employment"] - known
    return totals.drop(columns=[*_EMPLOYMENT, "start_disclosure", "end_disclosure"]).assign(
        industry=WITHHELD, change=rest, not_compared=rest, status="remainder"
    )
