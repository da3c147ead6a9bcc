"""The panel of a study: its cells, guarded, estimated, and completed with what the study asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from sectorlib import areas, panel, targeting
from sectorlib.county_vintages import CountyCodes
from sectorlib.disclosure import (
    bound_withheld,
    estimate_withheld,
    hard_bounds,
    publishable,
    rated_cells,
    withhold,
)
from sectorlib.exceptions import NotSupportedError, StudyFileError, nearest
from sectorlib.kept import kept
from sectorlib.membership import membership
from sectorlib.sources import qcew
from sectorlib.sources.confidential import read_confidential
from sectorlib.study.file import PanelFile
from sectorlib.study.inputs import StudyInputs
from sectorlib.study.own_panel import panel_of_file, source_of
from sectorlib.study.store import stored

#: The area code of a base that is the sum of the study's own areas.
ALL_AREAS = "all"

#: That of the nation.
NATION = "US000"


@dataclass(frozen=True)
class StudyCells(StudyInputs):
    """The study's cells of employment and wages, and the panels that are made of them."""

    @kept
    def source(self) -> qcew.Qcew:
        """What the panel's files hold, as read."""
        official = self.file.official_panel
        tables = [named for named in self.file.panel if isinstance(named, PanelFile)]
        if not tables:
            return qcew.read_annual(self.files("panel", official))
        panels = [
            panel_of_file(path, one.options) for one in tables for path in self.files("panel", one.file)
        ]
        if official:
            read = qcew.read_annual(self.files("panel", official))
            panels.append(panel.assemble(read.rows, read.absent, read.left_out))
        return source_of(panels)

    @stored
    def about_source(self) -> qcew.Qcew:
        """The same without its rows: what the reader noticed."""
        return replace(self.source, rows=self.source.rows.iloc[:0])

    @stored
    def measures(self) -> frozenset[str]:
        """The figures of which the panel's files hold any: employment, wages or both."""
        rows = self.source.rows
        return frozenset(figure for figure in ("employment", "wages") if rows[figure].notna().any())

    @property
    def notice(self) -> str:
        """What every page and file of the study says of its data, and what its jobs are where the panel's block says it."""
        said = super().notice
        concept = self.about_source.concept or ""
        return ". ".join(filter(None, [said, concept[:1].upper() + concept[1:]]))

    @cached_property
    def county_codes(self) -> CountyCodes:
        """The county codes that the study takes, and where others go."""
        return CountyCodes(self._areas_and_years, self.file.county_vintage)

    @stored
    def _areas_and_years(self) -> pd.DataFrame:
        return self.source.rows[["area", "year"]].drop_duplicates().reset_index(drop=True)

    @stored
    def counties(self) -> list[str]:
        """The counties of the panel by the study's county codes, with those of which the files have no whole year."""
        links = self.county_codes.links(_counties_among(self.about_source.left_out["area"]))
        whole = links.loc[links["how"] != "regrouped", "group"]
        return sorted({*self.county_codes.counties, *whole})

    @stored
    def base_area(self) -> str:
        """The area code of the reference economy.

        Where the study does not say: the state if the panel has exactly one, else the nation, else all of the
        study's counties together.
        """
        if self.file.base_area is not None:
            return self.file.base_area
        held = pd.Series(self.source.rows["area"].astype("category").cat.categories.astype(str))
        kinds = areas.area_kind(held)
        states = held[kinds == "state"]
        if len(states) == 1:
            return str(states.iloc[0])
        return NATION if NATION in set(held) else ALL_AREAS

    @stored
    def years(self) -> list[int]:
        """The years of the panel."""
        return sorted(int(y) for y in self.source.rows["year"].unique())

    @property
    def overtaken(self) -> NotSupportedError | None:
        """Why nothing is said of the years after the data: all that a projection would reach are past. Else None.

        A projection that ends in the current year, or later, is shown as a whole: data come out a year late.
        """
        last, horizon = self.years[-1], self.file.horizon
        if last + horizon >= self.this_year:
            return None
        reach = "year" if horizon == 1 else f"{horizon} years"
        return NotSupportedError(
            f"the data end in {last}, so a projection over {reach} would end in {last + horizon}, which is past",
            "data recent enough for a projection that ends in the current year or later",
            "add files of later years to the study",
        )

    @kept
    def criteria(self) -> pd.DataFrame:
        """What sectors are ranked by, with the study's own criteria among them.

        Where every year of a projection is past, the criterion of projected growth is called what it is: the trend
        as it stood in the last year of the data.
        """
        stated = super().criteria
        return stated if self.overtaken is None else targeting.criteria_as_of(stated, self.years[-1])

    @kept
    def quarters(self) -> pd.DataFrame:
        """Quarterly rows of the study's ownership and of the totals, where the panel's files hold quarters; else none."""
        if not self.file.official_panel:
            return qcew.no_quarters()
        return qcew.read_quarterly(
            self.files("panel", self.file.official_panel), ownership=["0", self.ownership], leave_annual=True
        )

    @kept
    def cells(self) -> pd.DataFrame:
        """The files' own cells, those that the user marks confidential withheld, bounded from above."""
        return bound_withheld(self._withheld[0])

    @stored
    def panel(self) -> pd.DataFrame:
        """The Panel of every area in the files, with the study's ownership and base among its rows.

        Nothing in it undoes the protection of a withheld cell, see :func:`sectorlib.disclosure.publishable`.
        """
        return self._completed(self._printable[0])

    @stored
    def estimates(self) -> pd.DataFrame:
        """The same rows with estimates of what is withheld, between the bounds that all sums give.

        Raises
        ------
        NotSupportedError
            The study keeps estimates internal, so that nothing made for publication may rest on them.
        """
        self.refuse_internal_estimates()
        filled = estimate_withheld(self.cells)
        return self._completed(publishable(filled, self.cells, filled)[0])

    @kept
    def rated_cells(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The published cells, and the same cells with those estimated that the rule masks: what estimates are rated by."""
        self.refuse_internal_estimates()
        published, tried = rated_cells(self.cells)
        return self._completed(published), self._completed(tried)

    @stored
    def held_back(self) -> pd.DataFrame:
        """What the study does not show though it could: area, industry, ownership, year, figure, reason."""
        # A cell that is withheld here may have had its bounds made coarser as well: it is held back once.
        both = pd.concat([self._withheld[1], self._printable[1]], ignore_index=True)
        return both.drop_duplicates([*panel.KEYS, "figure"], ignore_index=True)

    @kept
    def _withheld(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        absent = self.source.absent
        if self.file.absent_rows != "auto":
            absent = dict.fromkeys(absent, self.file.absent_rows)
        table = panel.assemble(self.source.rows, absent, self.source.left_out)
        return withhold(table, self._confidential(table) if self.file.confidential else [])

    @kept
    def _printable(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return publishable(self.cells, self.cells, hard_bounds(self.cells))

    def refuse_internal_estimates(self) -> None:
        """Raise NotSupportedError where the study keeps estimates internal: nothing published may rest on them."""
        if self.file.estimates == "internal":
            raise NotSupportedError(
                "the study keeps estimates of withheld figures internal",
                "a study that may publish them, or results that rest on published figures alone",
                "remove `estimates: internal` from the study for work that is not published",
            )

    def _confidential(self, table: pd.DataFrame) -> list[tuple[str, str]]:
        path = self.one_file("confidential", str(self.file.confidential))
        named = read_confidential(path)
        known = set(
            table[["area", "industry"]].drop_duplicates().astype(str).itertuples(index=False, name=None)
        )
        for area, industry in named:
            if (area, industry) not in known:
                raise StudyFileError(
                    f"{path.name} marks industry {industry} of {area}, which the panel does not hold",
                    "areas and industries of the panel's files",
                    "a cell that is misspelt would not be protected; correct or remove it",
                )
        return named

    def _completed(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table with the rows of the study's ownership and, where it is a sum, of its base."""
        table = panel.with_ownership(table, self.file.ownership)
        owned = set(table["ownership"].astype("category").cat.categories.astype(str))
        if self.ownership not in owned and self.file.ownership != "drivers":
            word = "all" if "0" in owned else "private"
            raise StudyFileError(
                f"ownership of {self.path.name} is {self.file.ownership}, and the panel has no rows of it",
                f"an ownership of the panel: codes {', '.join(sorted(owned))}",
                f"write `ownership: {word}` in the study file",
            )
        if self.base_area == ALL_AREAS:
            everywhere = membership({ALL_AREAS: _counties_among(_areas_of(table))})
            table = pd.concat([table, panel.aggregate(table, areas=everywhere)], ignore_index=True)
            for key in ("area", "industry", "ownership"):
                table[key] = table[key].astype("category")
        if not (table["area"] == self.base_area).any():
            raise StudyFileError(
                f"base_area {self.base_area!r} of {self.path.name} is not in the panel",
                f"an area of the panel's files, or {ALL_AREAS!r} for the sum of the study's counties",
                "did you mean "
                + " or ".join(nearest(self.base_area, table["area"].unique()) or [ALL_AREAS])
                + "?",
            )
        return panel.on_county_codes(table, self.county_codes.links(_counties_among(table["area"])))


def _areas_of(rows: pd.DataFrame) -> list[str]:
    """The areas that have rows."""
    return list(rows["area"].unique().astype(str))


def _counties_among(codes: Iterable[str]) -> list[str]:
    distinct = pd.Series(sorted(codes), dtype="str")
    return distinct[areas.is_county(distinct)].to_list()
