"""A region's figures in the atlas, kept as JSON in the folder of its report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sectorlib.results import Results

#: The file in a region's folder.
REGION_FILE = "region.json"

#: What the map can be colored by: measure, columns of the table ``atlas`` and decimals.
MEASURES: Mapping[str, tuple[str, int]] = {
    "lq": ("location_quotient", 2),
    "lqn": ("location_quotient_nation", 2),
    "jobs": ("employment", 0),
    "pay": ("average_annual_pay", 0),
    "growth": ("annual_growth", 1),
    "outlook": ("outlook", 1),
    "rank": ("rank", 0),
}

#: What the atlas keeps of each region: years, the measures of its sectors, and its short list.
FIGURES = ("year", "start_year", "outlook_year", "sectors", "short")

#: How a figure is written that withheld cells leave without any bound.
WITHHELD = "w"

#: Measures that rest on estimates where the sector's jobs are withheld.
_ESTIMATED = ("growth", "outlook", "rank")


def region_figures(results: Results) -> dict[str, dict[str, Any]]:
    """The figures of every region of a study, by code, as its folder keeps them.

    Parameters
    ----------
    results : Results
        The study's results.

    Returns
    -------
    dict
        By region: study, area, name, year, start_year, outlook_year, sectors and short (the sectors of its short
        list, the best first). ``sectors`` holds the measures of each sector: a number, two numbers between which it
        lies (the second missing where nothing bounds it), ``"w"`` where it is withheld, or ``{"about": number}``. A
        measure that is not taken of the sector has no entry.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> from sectorlib.study import load_study
    >>> made = region_figures(Results(load_study(data_path("demo", "study.yaml"))))
    >>> sorted(made["LM91057"]["sectors"]["31-33"])
    ['growth', 'jobs', 'lq', 'lqn', 'outlook', 'pay']
    """
    regions = results["regions"].drop_duplicates("area").set_index("area")["area_name"]
    table = pd.DataFrame() if results.missing("atlas") else results["atlas"]
    out = {str(area): _region(results, str(area), str(name)) for area, name in regions.items()}
    if table.empty:
        return out
    taken = {name for name, (column, _) in MEASURES.items() if _is_taken(table, column)}
    for area, rows in table.groupby("area", sort=False):
        if str(area) not in out:
            continue
        listed = rows[rows["short_list"]].sort_values("rank")
        first = rows[["start_year", "outlook_year"]].max()
        out[str(area)] |= {
            "sectors": {str(row["sector"]): _measures(row, taken) for _, row in rows.iterrows()},
            "short": [[str(row["sector"]), str(row["place"])] for _, row in listed.iterrows()],
            **{str(name): None if pd.isna(value) else int(value) for name, value in first.items()},
        }
    return out


def _region(results: Results, area: str, name: str) -> dict[str, Any]:
    years = {"year": results.study.years[-1], "start_year": None, "outlook_year": None}
    return {"study": results.study.name, "area": area, "name": name, **years, "sectors": {}, "short": []}


def _is_taken(table: pd.DataFrame, column: str) -> bool:
    """Whether the study measures it at all: a figure or a bound of some region."""
    ends = [name for name in (column, f"{column}_high") if name in table]
    return bool(table[ends].notna().any(axis=None))


def _measures(row: pd.Series, taken: set[str]) -> dict[str, Any]:
    out = {}
    for name, (column, decimals) in MEASURES.items():
        if name in taken:
            value = _value(row, column, decimals, name)
            if value is not None:
                out[name] = value
    return out


def _value(row: pd.Series, column: str, decimals: int, name: str) -> Any:
    """A figure as the page reads it; None for what is not measured of the sector."""
    value = row[column]
    if pd.notna(value):
        number = _rounded(value, decimals)
        return {"about": number} if row["estimated"] and name in _ESTIMATED else number
    known = row["disclosure"] == "disclosed"
    if f"{column}_low" not in row:
        measured = row["kind"] != "all industries" and name == "growth" and not known
        return WITHHELD if measured else None
    low, high = row[f"{column}_low"], row[f"{column}_high"]
    if pd.isna(low) and pd.isna(high):
        return None if known else WITHHELD
    if pd.isna(high):
        return [_rounded(low, decimals), None] if low > 0 else WITHHELD
    return [_rounded(0 if pd.isna(low) else low, decimals), _rounded(high, decimals)]


def _rounded(value: float, decimals: int) -> float | int:
    return round(float(value), decimals) if decimals else round(float(value))
