"""Growth of employment between two years, and what of it national and industry trends explain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.callables import called_like_its_function
from sectorlib.exceptions import NotSupportedError, TableError, UnknownNameError
from sectorlib.lookup import matched, rows_of_area
from sectorlib.naics import TOTAL, crosses_break, levels

_KEYS = ["area", "industry", "ownership"]
_EMPLOYMENT = ["start_employment", "end_employment"]

#: Components of a shift-share row by method; with not_compared they add up to its change.
METHODS = {
    "dunn": ("national", "mix", "competitive"),
    "esteban-marquillas": ("national", "mix", "competitive", "allocation"),
    "arcelus": (
        "national_homothetic",
        "national_differential",
        "mix_homothetic",
        "mix_differential",
        "regional_growth_homothetic",
        "regional_growth_differential",
        "regional_mix_homothetic",
        "regional_mix_differential",
    ),
}

#: Components of Dunn's shift-share.
COMPONENTS = (*METHODS["dunn"], "not_compared")

#: Between an ownership and the first year of a step.
_STEP = " from "

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
        known to have fallen, also where not by how much) and crosses_break (the code changed its meaning in between). Figures are
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
    sides = (
        pd.DataFrame(
            {name: _side(panel, year, name, cells) for name in ("employment_low", "employment_high")}
        ).assign(employment=known)
        for year, known in ((start, before), (end, after))
    )
    changes = percent_change(*sides)
    return cells.assign(
        change=after - before,
        **changes,
        compound_annual_growth=100 * (ratio ** (1 / (end - start)) - 1),
        contracting=changes["percent_change_high"] < 0,
        crosses_break=crosses_break(cells["industry"], start, end),
    )


def percent_change(start: pd.DataFrame, end: pd.DataFrame) -> pd.DataFrame:
    """Percent change of employment between two tables of the same cells, with what withheld cells leave open.

    Parameters
    ----------
    start, end : DataFrame
        The same cells on the same index, earlier and later: employment (jobs), and employment_low and
        employment_high where withheld cells have bounds.

    Returns
    -------
    DataFrame
        percent_change, percent_change_low and percent_change_high, as in :func:`growth`: missing where the start is
        zero, or where nothing bounds an end.

    Examples
    --------
    >>> start = pd.DataFrame({"employment": [1000.0, float("nan")], "employment_low": [1000.0, 100.0],
    ...                       "employment_high": [1000.0, 200.0]})
    >>> end = pd.DataFrame({"employment": [1210.0, 150.0]})
    >>> percent_change(start, end).round(6)
       percent_change  percent_change_low  percent_change_high
    0            21.0                21.0                 21.0
    1             NaN               -25.0                 50.0
    """
    known = _percent(start["employment"], end["employment"])
    low, high = (
        known.fillna(_percent(_bound(start, at_start), _bound(end, at_end)))
        for at_start, at_end in (("high", "low"), ("low", "high"))
    )
    return pd.DataFrame(
        {"percent_change": known, "percent_change_low": low, "percent_change_high": high}, index=start.index
    )


def shift_share(
    panel: pd.DataFrame,
    base: pd.DataFrame,
    base_area: str,
    start: int,
    end: int,
    level: str = "sector",
    method: str = "dunn",
) -> pd.DataFrame:
    """Shift-share: what of each industry's change the base economy's trends would have brought.

    With employment ``e0``, ``e1`` of an industry in the area, its growth ``g_i`` and that of all industries
    ``G`` in the base, all of one ownership:

    - national ``e0 G``: had it grown as the base economy did;
    - mix ``e0 (g_i - G)``: and its industry there grew faster or slower than all;
    - competitive ``e1 - e0 (1 + g_i)``: not explained by national and industry trends. It is a remainder,
      and no proof of competitiveness.

    That is Dunn's. The other two start from homothetic employment ``h``: what the industry would have if
    the area's jobs were mixed as the base's, ``h = e0_area E0_i / E0``.

    - Esteban-Marquillas: national and mix as above; competitive ``h (g_ir - g_i)``, free of the area's mix,
      and allocation ``(e0 - h)(g_ir - g_i)``, above zero where the area is specialized in what it does
      better, or is not in what it does worse. They add up to Dunn's competitive part.
    - Arcelus: four effects, national ``G``, mix ``g_i - G``, regional growth ``g_r - G`` and regional mix
      ``(g_ir - g_r) - (g_i - G)``, each times ``h`` (homothetic) and times ``e0 - h`` (differential).

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
    method : {"dunn", "esteban-marquillas", "arcelus"}
        Which components.

    Returns
    -------
    DataFrame
        One row for each area, ownership and industry of the level, and one with industry ``withheld`` for
        the rest of the area's change: withheld and absent industries, the unallocated, and rounding.
        Columns as :func:`growth` up to change, then the method's components (``METHODS``; Dunn's are
        national, mix, competitive), not_compared and status:

        - ``compared``: all figures known, the components add up to the change;
        - ``appeared``, ``vanished``: no jobs at the start or the end; the change is not_compared;
        - ``base unknown``: the base's figures are withheld or absent, or, for the methods with homothetic
          employment, the area's total; the change is not_compared;
        - ``withheld``: withheld at an end, or no row in that year; listed, and counted in the last row;
        - ``remainder``: the last row, not_compared.

        Over an area and ownership the components and not_compared, missing ones skipped, add up to the change of its
        total exactly; the remainder is missing where that total is.

    Raises
    ------
    NotSupportedError
        As :func:`growth`.
    UnknownAreaError
        The base has no such area.
    UnknownNameError
        The panel has no industry of the level, or there is no such method.
    TableError
        The total rows are absent altogether.

    References
    ----------
    Dunn, E. S. (1960), A statistical and analytical technique for regional analysis, Papers and Proceedings
    of the Regional Science Association 6, 97-112.
    Esteban-Marquillas, J. M. (1972), Shift- and share analysis revisited, Regional and Urban Economics 2,
    249-261.
    Arcelus, F. J. (1984), An extension of shift-share analysis, Growth and Change 15, 3-8.

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
    if method not in METHODS:
        raise UnknownNameError.unknown_name("shift-share method", method, METHODS)
    cells, base_cells = _ends(panel, start, end), _ends(rows_of_area(base, base_area), start, end)
    cell_levels = levels(cells["industry"])
    industries = cells[cell_levels == level]
    if industries.empty:
        raise UnknownNameError.unknown_name("NAICS level", level, cell_levels.unique())

    own = matched(industries, base_cells, ["industry", "ownership"], _EMPLOYMENT)
    whole = matched(industries, _totals(base_cells, industries), ["ownership"], _EMPLOYMENT)
    area = matched(industries, _totals(cells, industries), ["area", "ownership"], _EMPLOYMENT)
    homothetic = area["start_employment"] * own["start_employment"] / whole["start_employment"]
    rates = pd.DataFrame({"industry": _rate(own), "total": _rate(whole), "area": _rate(area)})
    parts = _parts(industries, rates, homothetic, method)
    rest = _remainder(parts, _totals(cells, industries))
    table = pd.concat([parts.astype({"industry": str}), rest], ignore_index=True)
    order = ["area", "ownership", "is_remainder", "industry"]
    table = table.assign(is_remainder=table["status"] == "remainder").sort_values(order, ignore_index=True)
    return table[parts.columns]


def dynamic_shift_share(
    panel: pd.DataFrame,
    base: pd.DataFrame,
    base_area: str,
    start: int,
    end: int,
    level: str = "sector",
    method: str = "dunn",
) -> pd.DataFrame:
    """Shift-share added up year by year, so that rates and mix follow the economy as it changes.

    Between two far years the classical analysis holds the first year's mix fixed, and one turn of the base's
    trend counts for all years. Here each pair of neighboring years of the panel is analyzed by
    :func:`shift_share` and the components are summed.

    Parameters
    ----------
    panel, base, base_area, start, end, level, method
        As in :func:`shift_share`; years between ``start`` and ``end`` that the panel has are all used.

    Returns
    -------
    DataFrame
        One row for each area, ownership and industry, and one with industry ``withheld`` for the rest: area,
        industry, ownership, start_year, end_year, steps (pairs of years), steps_compared, change (summed over
        the steps in which it is known), the method's components and not_compared. What a step cannot
        compare is not_compared, or in the ``withheld`` row. Over an area and ownership, components and
        not_compared, missing ones skipped, add up to the change of its total, if that is known each year.

    Raises
    ------
    NotSupportedError, UnknownAreaError, UnknownNameError, TableError
        As :func:`shift_share`.

    References
    ----------
    Barff, R. A. and Knight, P. L. (1988), Dynamic shift-share analysis, Growth and Change 19, 1-10.

    Examples
    --------
    The base's food industry rose and fell back; the county's followed it exactly, year by year.

    >>> panel = pd.DataFrame({
    ...     "area": ["36055"] * 6 + ["36000"] * 6, "industry": ["10", "311"] * 6, "ownership": "5",
    ...     "year": [2010, 2010, 2011, 2011, 2012, 2012] * 2, "disclosure": "disclosed",
    ...     "employment": [500.0, 100, 550, 150, 500, 100, 1000, 200, 1100, 300, 1000, 200],
    ... })
    >>> parts = dynamic_shift_share(panel[panel["area"] == "36055"], panel, "36000", 2010, 2012, level="3")
    >>> parts[["industry", "steps", "change", "national", "mix", "competitive"]].round(2)
       industry  steps  change  national   mix  competitive
    0       311      2     0.0     -3.64  3.64          0.0
    1  withheld      2     0.0       NaN   NaN          NaN
    """
    _require_years(panel, start, end)
    years = sorted(int(year) for year in panel["year"].unique() if start <= year <= end)
    panel, base = (_at_level(table, level) for table in (panel, rows_of_area(base, base_area)))
    for table in (panel, base):
        _totals(table, panel)  # while its message can still name the ownership
    steps = shift_share(_steps(panel, years), _steps(base, years), base_area, 0, 1, level, method)
    steps["ownership"] = steps["ownership"].astype(str).str.partition(_STEP)[0]
    keys = ["area", "ownership", "industry"]
    steps = steps.astype(dict.fromkeys(keys, str)).assign(compared=steps["status"] == "compared")
    grouped = steps.groupby(keys)
    summed = grouped[["change", *METHODS[method], "not_compared"]].sum(min_count=1)
    # The rest of an area is known only if it is in every year.
    unknown = steps["change"].isna() & (steps["status"] == "remainder")
    open_rest = unknown.groupby([steps[key] for key in keys]).any()
    summed = summed.mask(open_rest)
    table = summed.assign(
        start_year=start, end_year=end, steps=len(years) - 1, steps_compared=grouped["compared"].sum()
    ).reset_index()
    order = ["area", "ownership", "is_remainder", "industry"]
    table = table.assign(is_remainder=table["industry"] == WITHHELD).sort_values(order, ignore_index=True)
    ids = ["area", "industry", "ownership", "start_year", "end_year", "steps", "steps_compared"]
    return table[[*ids, "change", *METHODS[method], "not_compared"]]


def _steps(panel: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Every pair of neighboring years as years 0 and 1 of an ownership of its own, to be analyzed at once."""
    step_of_end = dict(zip(years[1:], years[:-1], strict=True))
    first = panel[panel["year"].isin(years[:-1])]
    last = panel[panel["year"].isin(years[1:])]
    first, last = (
        first.assign(step=first["year"], year=0),
        last.assign(step=last["year"].map(step_of_end), year=1),
    )
    rows = pd.concat([first, last], ignore_index=True)
    return rows.assign(ownership=rows["ownership"].astype(str) + _STEP + rows["step"].astype(int).astype(str))


def _at_level(panel: pd.DataFrame, level: str) -> pd.DataFrame:
    """The rows of a NAICS level and the totals; all rows if there is no such level, for the error to list."""
    row_levels = levels(panel["industry"])
    return (
        panel[(row_levels == level) | (panel["industry"] == TOTAL)] if (row_levels == level).any() else panel
    )


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


def _bound(table: pd.DataFrame, which: str) -> pd.Series:
    """A bound of employment; the employment itself in a table without bounds."""
    return table.get(f"employment_{which}", table["employment"])


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


def _parts(industries: pd.DataFrame, rates: pd.DataFrame, homothetic: pd.Series, method: str) -> pd.DataFrame:
    """Add change, the method's components, not_compared and status to the industries of an area."""
    before, after = industries["start_employment"], industries["end_employment"]
    change = after - before
    needed = ["industry", "total"] if method == "dunn" else ["industry", "total", "area"]
    unknown = rates[needed].isna().any(axis=1) | (homothetic.isna() & (method != "dunn"))
    status = np.select(
        [
            change.isna(),
            (before == 0) & (after > 0),
            (before > 0) & (after == 0),
            (before > 0) & unknown,
        ],
        ["withheld", "appeared", "vanished", "base unknown"],
        default="compared",
    )
    compared = pd.Series(status == "compared", index=industries.index)
    # Where there were no jobs at either end, every component is zero, whatever is known of the base.
    there = compared & (before > 0)
    rates, homothetic = rates.where(there, 0.0), homothetic.where(there, 0.0)
    own_rate = (change / before.where(there)).fillna(0.0)
    components = _COMPONENTS_OF[method](before, own_rate, rates, homothetic)
    return industries.assign(
        change=change,
        **{name: component.where(compared) for name, component in components.items()},
        not_compared=change.where(~compared, 0.0),
        status=status,
    )


def _dunn(
    before: pd.Series, own_rate: pd.Series, rates: pd.DataFrame, homothetic: pd.Series
) -> dict[str, pd.Series]:
    national, expected = before * rates["total"], before * rates["industry"]
    return {"national": national, "mix": expected - national, "competitive": before * own_rate - expected}


def _esteban_marquillas(
    before: pd.Series, own_rate: pd.Series, rates: pd.DataFrame, homothetic: pd.Series
) -> dict[str, pd.Series]:
    parts = _dunn(before, own_rate, rates, homothetic)
    competitive = homothetic * (own_rate - rates["industry"])
    return parts | {"competitive": competitive, "allocation": parts["competitive"] - competitive}


def _arcelus(
    before: pd.Series, own_rate: pd.Series, rates: pd.DataFrame, homothetic: pd.Series
) -> dict[str, pd.Series]:
    effects = {
        "national": rates["total"],
        "mix": rates["industry"] - rates["total"],
        "regional_growth": rates["area"] - rates["total"],
        "regional_mix": (own_rate - rates["area"]) - (rates["industry"] - rates["total"]),
    }
    halves = {"homothetic": homothetic, "differential": before - homothetic}
    return {f"{e}_{h}": jobs * rate for e, rate in effects.items() for h, jobs in halves.items()}


_COMPONENTS_OF = {"dunn": _dunn, "esteban-marquillas": _esteban_marquillas, "arcelus": _arcelus}


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


called_like_its_function(__name__)
