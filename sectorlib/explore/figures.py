"""The figures that a panel shows, taken once from a study's results and looked up by industry and year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sectorlib import naics
from sectorlib.growth import percent_change
from sectorlib.kept import kept
from sectorlib.results import Results

#: Years that change is shown over, where the panel has them.
_SPAN = 5

#: Years between a figure and the nation's that it is set beside, up to which it is drawn in a line over years.
_NEAR = 1

_QUOTIENTS = {
    "base": "location_quotient",
    "nation": "location_quotient_nation",
    "rest": "location_quotient_rest",
}
_ENDS = ("", "_low", "_high")


class Figures:
    """Jobs, quotients, pay and change of sectors and of all industries, in every area and year of a study.

    Parameters
    ----------
    results : Results
        The results of the study, from which every figure comes.
    """

    def __init__(self, results: Results) -> None:
        self.results = results
        self._changes: dict[int, pd.DataFrame] = {}
        self._over_years: dict[tuple[str, str], pd.DataFrame] = {}

    @kept
    def cells(self) -> pd.DataFrame:
        """Every figure: indexed by industry, year and area, of the study's ownership."""
        keys = ["industry", "year", "area"]
        rows = self._of_sectors(self.results["concentration"])
        quotients = [f"{name}{end}" for name in _QUOTIENTS.values() for end in _ENDS]
        columns = [
            "area_name",
            "grain",
            "nation_year",
            "establishments",
            "disclosure",
            *_with_ends("employment"),
            *quotients,
        ]
        table = rows.set_index(keys)[[c for c in columns if c in rows]]
        if self.results.missing("wages") is None:
            pay = self._of_sectors(self.results["wages"]).set_index(keys)
            taken = [c for c in (*_with_ends("average_annual_pay"), "tier_typical") if c in pay]
            table = table.join(pay[taken])
        for name in ("disclosure", "tier_typical"):
            if name in table:
                table[name] = table[name].astype(object)
        return table.sort_index()

    def _of_sectors(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of sectors and of all industries, of the study's ownership, under plain codes."""
        codes = rows["industry"].astype(str)
        wanted = naics.levels(codes).isin(["sector", "total"])
        rows = rows[wanted & (rows["ownership"] == self.results.study.ownership) & (codes != "99")]
        return rows.assign(industry=codes[rows.index], area=rows["area"].astype(str))

    @kept
    def years(self) -> list[int]:
        """The years of the study."""
        return [int(year) for year in self.results.study.years]

    @kept
    def sectors(self) -> dict[str, str]:
        """Code and title of every sector that some area has, and of all industries."""
        codes = self.cells.index.get_level_values("industry").unique()
        order = [naics.TOTAL, *(code for code in naics.SECTORS if code in set(codes))]
        return {code: "All industries" if code == naics.TOTAL else naics.title(code) for code in order}

    @kept
    def benchmarks(self) -> list[str]:
        """What quotients can be set beside in this study."""
        return [
            name
            for name, column in _QUOTIENTS.items()
            if column in self.cells and self.cells[column].notna().any()
        ]

    def span(self, year: int) -> tuple[int, int] | None:
        """First and last year of the change that is shown for a year; None for the first."""
        earlier = [y for y in self.years if y < year]
        if not earlier:
            return None
        return max((y for y in earlier if y <= year - _SPAN), default=earlier[0]), year

    def changes(self, year: int) -> pd.DataFrame:
        """Percent change up to a year, with bounds: indexed by industry and area; empty for the first year."""
        if year not in self._changes:
            span = self.span(year)
            if span is None:
                index = pd.MultiIndex.from_arrays([[], []], names=["industry", "area"])
                self._changes[year] = pd.DataFrame(
                    columns=_with_ends("percent_change"), index=index, dtype=float
                )
            else:
                before, after = (self._jobs[one] for one in span)
                either = before.index.union(after.index)
                self._changes[year] = percent_change(before.reindex(either), after.reindex(either))
        return self._changes[year]

    @kept
    def _jobs(self) -> dict[int, pd.DataFrame]:
        """Jobs with their bounds in each year: indexed by industry and area."""
        cells = self.cells[[c for c in _with_ends("employment") if c in self.cells]]
        parts = cells.groupby(level="year")
        return {int(str(year)): part.droplevel("year") for year, part in parts}

    def column(self, measure: str, benchmark: str) -> str:
        """The column of a measure."""
        return _QUOTIENTS[benchmark] if measure == "location_quotient" else measure

    def at(self, industry: str, year: int, column: str) -> pd.DataFrame:
        """One figure with its bounds and disclosure, by area, in an industry and a year."""
        cells = self.cells
        there = (industry, year) in cells.index
        none = cells.iloc[:0].droplevel(["industry", "year"])
        rows = pd.DataFrame(cells.loc[industry].loc[year]) if there else none
        if column == "percent_change":
            changed = self.changes(year)
            there = industry in changed.index.get_level_values("industry")
            rows = rows.join(
                pd.DataFrame(changed.loc[industry]) if there else changed.iloc[:0].droplevel("industry")
            )
        return _named(rows, column)

    def over_years(self, industry: str, column: str) -> pd.DataFrame:
        """One figure with its bounds, of an industry: value, low and high, indexed by area and year."""
        held = self._over_years
        if (industry, column) not in held:
            if column == "percent_change":
                parts = {year: self.changes(year) for year in self.years[1:]}
                parts = {
                    y: pd.DataFrame(t.loc[industry])
                    for y, t in parts.items()
                    if industry in t.index.get_level_values(0)
                }
                rows = pd.concat(parts, names=["year"]) if parts else self.changes(self.years[0])
            else:
                cells = self.cells
                there = industry in cells.index.get_level_values("industry")
                rows = pd.DataFrame(cells.loc[industry]) if there else cells.iloc[:0].droplevel("industry")
            if column == _QUOTIENTS["nation"]:
                # Beside the nation of another year, a line would jump where that year changes.
                apart = rows["nation_year"].astype(float) - rows.index.get_level_values("year")
                rows = rows.mask(apart.abs() > _NEAR)
            table = _named(rows, column)[["value", "low", "high"]]
            held[industry, column] = table.swaplevel().sort_index()
        return held[industry, column]

    def history(self, industry: str, area: str, column: str) -> pd.DataFrame:
        """One figure with its bounds, of an industry in an area: value, low and high by year."""
        rows = self.over_years(industry, column)
        if area in rows.index.get_level_values(0):
            return pd.DataFrame(rows.loc[area])
        return rows.iloc[:0].droplevel(0)

    @kept
    def _by_area(self) -> pd.DataFrame:
        return self.cells.reset_index().set_index(["area", "industry", "year"]).sort_index()

    @kept
    def names(self) -> dict[str, str]:
        """The name of every area."""
        names = self.cells["area_name"].droplevel(["industry", "year"])
        first = names[~names.index.duplicated()]
        return {str(area): str(name) for area, name in first.items()}

    @kept
    def shaped(self) -> set[str]:
        """Areas with a shape."""
        return set(self.results.study.shapes["area"].astype(str))

    def of_area(self, area: str, year: int) -> pd.DataFrame:
        """Every sector of an area in a year, indexed by industry."""
        held = self._by_area
        if area not in held.index.get_level_values("area"):
            return held.iloc[:0].droplevel(["area", "year"])
        rows = held.loc[area]
        rows = rows[rows.index.get_level_values("year") == year].droplevel("year")
        changed = self.changes(year)
        mine = changed[changed.index.get_level_values("area") == area].droplevel("area")
        return rows.join(mine)


def figures_of(results: Results) -> Figures:
    """The figures of some results, made once."""
    held: dict[str, Any] = results.__dict__
    if "_figures" not in held:
        held["_figures"] = Figures(results)
    return held["_figures"]


def _with_ends(name: str) -> list[str]:
    return [name + end for end in _ENDS]


def _named(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """A column with its bounds as value, low and high."""
    names = ("value", "low", "high")
    out = {name: rows.get(column + end) for name, end in zip(names, _ENDS, strict=True)}
    table = pd.DataFrame(out, index=rows.index).astype(float)
    if "disclosure" in rows:
        table["disclosure"] = rows["disclosure"]
    table["low"], table["high"] = table["low"].fillna(table["value"]), table["high"].fillna(table["value"])
    return table
