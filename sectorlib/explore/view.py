"""One view of a study: what a panel shows for a choice of region, sector, measure, year and benchmark."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from sectorlib import naics, plot
from sectorlib.exceptions import UnknownNameError
from sectorlib.explore.figures import Figures, figures_of
from sectorlib.results import Results
from sectorlib.sectors import find_sector
from sectorlib.show import show

#: Measures by name: title, and how figures are written (as in Python and in a panel).
MEASURES = {
    "location_quotient": ("Location quotient", ".2f"),
    "employment": ("Jobs", ",.0f"),
    "average_annual_pay": ("Average annual pay, USD", ",.0f"),
    "percent_change": ("Change of jobs, percent", ".1f"),
}

#: What location quotients are set beside.
BENCHMARKS = {"nation": "the nation", "rest": "the rest of the base", "base": "the base"}


@dataclass(frozen=True)
class View:
    """What a panel shows for one choice; every figure comes from the study's results.

    Parameters
    ----------
    results : Results
        The study's results.
    region : str
        Code or name of a region or county; the first region where it is empty.
    sector : str
        A sector by NAICS code or by what people call it (``manufacturing``), or ``10`` for all industries.
    measure : str
        One of :data:`MEASURES`.
    year : int
        A year of the study; the latest for 0.
    benchmark : str
        ``nation``, ``rest`` or ``base``; the first that the study has where it is empty.

    Raises
    ------
    UnknownNameError
        The study has no such region, sector, measure, year or benchmark.

    Examples
    --------
    >>> import sectorlib as sl
    >>> table = pd.DataFrame({"FIPS": ["36001", "36003"] * 2, "NAICS": ["62", "62", "10", "10"], "Own": "5",
    ...                       "Jobs": [90, 10, 100, 100], "Year": 2020})
    >>> study = sl.Study(panel=table, regions={"East": ["36001", "36003"]}, base="all", flows="none")
    >>> View(sl.Results(study), sector="62", benchmark="base").values()["value"].round(2).to_dict()
    {'36001': 1.8, '36003': 0.2}
    """

    results: Results
    region: str = ""
    sector: str = naics.TOTAL
    measure: str = "location_quotient"
    year: int = 0
    benchmark: str = ""

    def __post_init__(self) -> None:
        found = self.figures
        regions = self.results["regions"]["area"]
        defaults = {
            "region": str(regions.iloc[0]),
            "year": found.years[-1],
            "benchmark": _first(found.benchmarks),
        }
        for name, value in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, value)
        for name in ("region", "sector"):
            object.__setattr__(self, name, str(getattr(self, name)))
        year = str(self.year)
        object.__setattr__(self, "year", int(year) if year.isdecimal() else year)
        if self.region not in self.names:  # named as people do
            codes = [code for code, name in self.names.items() if name == self.region]
            object.__setattr__(self, "region", codes[0] if codes else self.region)
        if self.sector not in found.sectors:
            with suppress(UnknownNameError):  # told below, beside the sectors that there are
                object.__setattr__(self, "sector", find_sector(self.results.study.sectors, self.sector))
        areas = found.cells.index.get_level_values("area").unique()
        valid: dict[str, Collection[Any]] = {
            "region": areas,
            "sector": found.sectors,
            "measure": MEASURES,
            "year": found.years,
            "benchmark": found.benchmarks,
        }
        for name, names in valid.items():
            if getattr(self, name) not in names:
                listed = [*names, *self.names.values()] if name == "region" else list(names)
                raise UnknownNameError.unknown_name(name, getattr(self, name), listed)

    @property
    def figures(self) -> Figures:
        """The figures of the results."""
        return figures_of(self.results)

    @property
    def choices(self) -> dict[str, Any]:
        """What was chosen, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "results"}

    @property
    def name(self) -> str:
        """The region's name."""
        return self.names[self.region]

    @property
    def names(self) -> dict[str, str]:
        """The name of every area."""
        return self.figures.names

    @property
    def title(self) -> str:
        """What the map shows."""
        of = f", compared with {BENCHMARKS[self.benchmark]}" if self.measure == "location_quotient" else ""
        years = self.figures.span(self.year) if self.measure == "percent_change" else None
        when = f"{years[0]} to {years[1]}" if years else str(self.year)
        return f"{self.figures.sectors[self.sector]}: {_small(MEASURES[self.measure][0])}{of}, {when}"

    def values(self) -> pd.DataFrame:
        """The measure in the sector and year, by area with a shape: value, low, high and disclosure."""
        column = self.figures.column(self.measure, self.benchmark)
        rows = self.figures.at(self.sector, self.year, column)
        return rows[rows.index.isin(self.figures.shaped)]

    def sectors(self) -> pd.DataFrame:
        """Every sector of the region in the year, largest first.

        Returns
        -------
        DataFrame
            Indexed by industry: industry_title, establishments, employment, location_quotient (beside the benchmark),
            percent_change and average_annual_pay, each but the first two with ``_low`` and ``_high``; disclosure and
            tier_typical; start_year and end_year of the change.
        """
        rows = self.figures.of_area(self.region, self.year)
        rows = rows[rows.index != naics.TOTAL]
        column = self.figures.column("location_quotient", self.benchmark)
        wanted = {f"{column}{end}": f"location_quotient{end}" for end in ("", "_low", "_high")}
        others = [
            c
            for c in rows
            if not str(c).startswith("location_quotient") and c not in ("area_name", "grain", "nation_year")
        ]
        table = rows[others].join(rows[[c for c in wanted if c in rows]].rename(columns=wanted))
        span = self.figures.span(self.year)
        if span is not None:
            table = table.assign(start_year=span[0], end_year=span[1])
        titles = table.index.map(self.figures.sectors.get)
        table.insert(0, "industry_title", titles)
        order = (
            table["employment"].fillna(table["employment_low"])
            if "employment_low" in table
            else table["employment"]
        )
        table = table.loc[order.sort_values(ascending=False, kind="stable").index]
        return table[~(table["employment"] == 0)]

    def history(self) -> pd.DataFrame:
        """The measure over the years: value, low and high of the region, and the base's value, by year.

        A quotient beside the nation is missing in years without national figures of that year or the next to it.
        """
        column = self.figures.column(self.measure, self.benchmark)
        mine = self.figures.history(self.sector, self.region, column)
        base = self.figures.history(self.sector, self.results.study.base_area, column)["value"]
        return mine.join(base.rename("base"), how="left")

    def histories(self) -> dict[str, pd.DataFrame]:
        """What :meth:`history` gives, for every area."""
        column = self.figures.column(self.measure, self.benchmark)
        base = self.figures.history(self.sector, self.results.study.base_area, column)["value"].rename("base")
        rows = self.figures.over_years(self.sector, column)
        return {
            str(area): part.droplevel(0).join(base, how="left")
            for area, part in rows.groupby(level=0, observed=True)
        }

    def ranking(self, weights: dict[str, float] | None = None) -> pd.DataFrame:
        """The target sectors of the region, ranked with the weights given.

        Parameters
        ----------
        weights : dict, optional
            Criterion to weight, as in :func:`sectorlib.targeting.with_weights`; as stated by default.

        Returns
        -------
        DataFrame
            sector, sector_title, rank, rank_low, rank_high, score, share_first; empty for an area that is no region.

        Raises
        ------
        NotSupportedError
            The study cannot rank sectors.
        """
        from sectorlib.targeting import rank_sectors, with_weights

        targets = self.results.targets
        evidence = targets.evidence[targets.evidence["area"] == self.region]
        columns = ["sector", "rank", "rank_low", "rank_high", "score", "share_first"]
        if evidence.empty:
            return pd.DataFrame(columns=["sector_title", *columns])
        few = targets.few[targets.few.index.get_level_values("area") == self.region]
        evidence = evidence[~evidence["sector"].isin(few.index.get_level_values("sector"))]
        criteria = targets.criteria if not weights else with_weights(targets.criteria, weights)
        ranked = rank_sectors(evidence, criteria)[columns]
        titles = self.results.study.sectors.drop_duplicates("sector").set_index("sector")["title"]
        return ranked.assign(sector_title=ranked["sector"].map(titles))

    def map(self) -> Any:
        """The map, as a panel shows it."""
        rows = self.values()
        form = MEASURES[self.measure][1]
        status = rows["disclosure"] if self.measure in ("employment", "average_annual_pay") else None
        return plot.choropleth(
            rows["value"], self.results.study.shapes, title=self.title, disclosure=status, number=form
        )

    def bubble(self, ax: Any = None) -> Any:
        """The sectors of the region by concentration and growth."""
        return plot.bubble(self.sectors(), ax=ax)

    def trend(self, ax: Any = None) -> Any:
        """The measure over the years, in the region and in its base."""
        rows = self.history()
        base = self.names.get(self.results.study.base_area, "base")
        lines = {self.name: rows["value"]}
        if self.measure != "employment":
            lines[base] = rows["base"]
        low, high = (rows[end].rename(self.name).to_frame() for end in ("low", "high"))
        return plot.trend(pd.DataFrame(lines), low=low, high=high, label=MEASURES[self.measure][0], ax=ax)

    def table(self) -> Any:
        """The sectors of the region as a table for reading."""
        columns = [
            "industry_title", "establishments", *(
                f"{name}{end}" for name in ("employment", "location_quotient", "percent_change", "average_annual_pay")
                for end in ("", "_low", "_high")
            ), "tier_typical", "disclosure",
        ]  # fmt: skip
        rows = self.sectors()
        return show(rows[[c for c in columns if c in rows]], title=f"{self.name}, {self.year}")


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _first(names: list[str]) -> str:
    return next((name for name in BENCHMARKS if name in names), "base")
