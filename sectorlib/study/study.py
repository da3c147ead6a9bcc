"""A study: everything that its file leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sectorlib import areas, gazetteer, labor_markets
from sectorlib.areas import area_name
from sectorlib.cards import card
from sectorlib.exceptions import (
    MissingFileError,
    NotSupportedError,
    StudyFileError,
    UnknownAreaError,
    UnknownNameError,
    nearest,
)
from sectorlib.kept import kept
from sectorlib.membership import NONE, membership
from sectorlib.reference import reference_table
from sectorlib.sources import (
    boundaries,
    commuting,
    crosswalks,
    delineations,
    metropolitan,
    places,
    rural_urban,
)
from sectorlib.sources.origin import Origin
from sectorlib.study.file import (
    BUILT_IN,
    OFF,
    JurisdictionFile,
    LaborMarkets,
    Scope,
    StudyFile,
    read_study_file,
)
from sectorlib.study.in_memory import save_study, write_study
from sectorlib.study.inputs import nearest_path
from sectorlib.study.keys import KEYS
from sectorlib.study.store import stored
from sectorlib.study.typical import StudyTypicalPay


@dataclass(frozen=True, init=False)
class Study(StudyTypicalPay):
    """A study and, read when first asked for, its tables: of a study file (:func:`load_study`) or of frames.

    Parameters
    ----------
    panel : DataFrame, path or mapping
        Of a study without a file: a Panel (:func:`panel_from`, :func:`assemble`), a frame in an official QCEW
        layout, any other table with clear headings, a path, or a ``panel`` block.
    regions : mapping of name to counties, optional
        The regions that reports are made for.
    flows : DataFrame or path, optional
        Commuting flows: home, work, workers and, where known, moe. Without them the built-in ones.
    base : str, optional
        The reference economy, ``base_area`` of a study file.
    **keys
        Any other key of a study file: ``name``, ``title``, ``ownership``, ``jurisdictions`` (a mapping of systems
        to frames, files or mappings of names to counties), ``shapes`` (GeoDataFrame), ``names`` (Series), ...
        A frame may stand where a file may. Paths start from where Python runs.
    file, path : StudyFile and Path
        Of a study that was read.

    Notes
    -----
    What is given in memory is written to a folder of its own that is removed when Python ends, so that tables,
    checks and report writers do with it what they do with files. :meth:`save` keeps it.

    Everything a notebook or a command needs: :attr:`panel`, :attr:`flows`, :attr:`markets`,
    :attr:`jurisdictions`, :attr:`regions`, :attr:`names`, :attr:`shapes`, :attr:`assets`, :attr:`origins`.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> study.name, study.ownership, study.base_area, sorted(study.jurisdictions)
    ('demonstration', 'drivers', '91000', ['development district', 'workforce area'])
    >>> table = pd.DataFrame({"FIPS": ["36001", "36003"], "NAICS": "62", "Jobs": [90, 10], "Year": 2020, "Own": "5"})
    >>> study = Study(panel=table, regions={"East": ["36001", "36003"]}, base="all", flows="none")
    >>> study.regions["member"].to_list()
    ['36001', '36003']
    """

    def __init__(
        self,
        file: StudyFile | None = None,
        path: Path | None = None,
        *,
        panel: Any = None,
        regions: Any = None,
        flows: Any = None,
        base: str | None = None,
        **keys: Any,
    ) -> None:
        if file is None or path is None:
            if panel is None:
                raise StudyFileError(
                    "a study without a panel",
                    "panel=DataFrame, or load_study(path)",
                    "see docs/study_file.md",
                )
            keys = {"regions": regions, "flows": flows, "base_area": base} | keys
            path = write_study(panel, keys)
            file = read_study_file(path)
        object.__setattr__(self, "file", file)
        object.__setattr__(self, "path", path)

    def save(self, folder: str | Path) -> Path:
        """Keep a study that was made in memory: its study file and tables, in a folder.

        Parameters
        ----------
        folder : path
            Where to; made if it is not there.

        Returns
        -------
        Path
            The study file, for :func:`load_study` and the command line.

        Raises
        ------
        StudyFileError
            The study is one of a file already.

        Examples
        --------
        >>> import tempfile
        >>> table = pd.DataFrame({"FIPS": ["36001"], "NAICS": "62", "Jobs": 90, "Year": 2020, "Own": "5"})
        >>> load_study(Study(panel=table, base="all").save(tempfile.mkdtemp())).counties
        ['36001']
        """
        return save_study(self.path, Path(folder))

    def _repr_html_(self) -> str:
        """What the study is, what it names, and what it has read so far; nothing is read for it."""
        read = self.__dict__.get("panel")
        file = self.file
        rows: list[tuple[str, object]] = [
            ("file", str(self.path)),
            ("notice", self.notice),
            ("ownership", self.ownership),
            ("compared with", f"{area_name(self.base_area)} ({self.base_area})"),
            ("reports for", self.system.replace("_", " ")),
            ("years", None if read is None else f"{read['year'].min()} to {read['year'].max()}"),
            ("counties", None if read is None else len(self.counties)),
            ("rows", "not read yet" if read is None else len(read)),
            ("commuting flows", _told(self, "flows")),
            ("jurisdictions", list(file.jurisdictions)),
            ("partnership", None if file.scope is None else f"sector {file.scope.sector}"),
        ]
        note = (
            "study.panel, study.regions, study.markets, study.flows and study.shapes are tables; "
            "sl.Results(study) lists every table it gives."
        )
        return card(f"Study: {self.title}", rows, note)

    @property
    def system(self) -> str:
        """What reports are made for: labor_markets, counties, regions or a jurisdiction system."""
        drawn = self.file.labor_markets
        if self.file.reports.system:
            return self.file.reports.system
        if self.named("flows") or (drawn and drawn.file):
            return "labor_markets"
        if self.file.regions:
            return "regions"
        return "labor_markets" if self.has("flows") else "counties"

    def with_system(self, system: str) -> Study:
        """The study with reports for other regions: ``labor_markets``, ``counties``, ``regions`` or a jurisdiction system.

        Parameters
        ----------
        system : str
            As ``reports: system`` of a study file.

        Returns
        -------
        Study
            A copy; its tables are read anew.

        Raises
        ------
        UnknownNameError
            The study has no such system.

        Examples
        --------
        >>> from sectorlib.study.examples import example
        >>> example("new-york").with_system("counties").regions["group"].nunique()
        62
        """
        if system not in self.systems:
            raise UnknownNameError.unknown_name("reports system", system, self.systems)
        reports = self.file.reports.model_copy(update={"system": system})
        return Study(self.file.model_copy(update={"reports": reports}), self.path)

    @property
    def systems(self) -> list[str]:
        """What reports can be made for: each system of regions that the study has."""
        drawn = self.file.labor_markets
        markets = self.has("flows") or (drawn is not None and drawn.file is not None)
        return [
            *(["labor_markets"] if markets else []),
            *(["regions"] if self.file.regions else []),
            *self.file.jurisdictions,
            "counties",
        ]

    def with_scope(
        self,
        sector: str | None = None,
        seed: str | None = None,
        compare: tuple[str, str] | None = None,
    ) -> Study:
        """The study with another partnership: its ``scope`` with this sector, or this seed, or both.

        Parameters
        ----------
        sector : str, optional
            A NAICS code or the name of a sector; that of the study if not given.
        seed : str, optional
            A county. With another sector and no seed, the sector's strongest county.
        compare : tuple of str, optional
            Two footprints to compare, as the table ``scope`` names them, or variants of these such as
            ``labor market + Wayne County``; those of the study if its sector and seed stay.

        Returns
        -------
        Study
            A copy that shares what has been read: no table of a study depends on its scope.

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
        same = now is not None and (scope.sector, scope.seed) == (now.sector, now.seed)
        pair = compare or (now.compare if now is not None and same else None)
        scope = scope.model_copy(update={"compare": pair})
        made = Study(self.file.model_copy(update={"scope": scope}), self.path)
        made.__dict__.update(
            {name: value for name, value in self.__dict__.items() if name not in ("file", "path")}
        )
        return made

    @kept
    def commuting(self) -> pd.DataFrame | None:
        """Commuting flows as the files, or the box, have them; None if the study has none."""
        if not self.has("flows"):
            return None
        shipped = self.built_in("flows")
        if shipped is None:
            files = self.files("flows", self.named("flows"))
            return commuting.read_commuting(files, self.file.flow_segment, self.file.mixed_flow_years)
        if self.file.flow_segment:
            raise StudyFileError(
                f"flow_segment of {self.path.name} is {self.file.flow_segment!r}, and the built-in flows have none",
                "LODES origin-destination files, which tell jobs apart by age, pay and industry",
                "name them under flows, or leave flow_segment out",
            )
        return shipped.read()

    @stored
    def flows(self) -> pd.DataFrame | None:
        """Commuting flows of the whole matrix, between the states that they cover, on the study's county codes.

        None without flows.
        """
        if self.commuting is None:
            return None
        covered = labor_markets.between_covered_states(self.commuting)
        return labor_markets.flows_on_counties(covered, self.flow_links)

    @stored
    def flow_links(self) -> pd.DataFrame:
        """Where the counties of the flows go on the study's county codes: member, group, weight, how."""
        seen = [] if self.commuting is None else {*self.commuting["home"], *self.commuting["work"]}
        return self.county_codes.links(seen)

    @kept
    def commuting_counties(self) -> list[str]:
        """The counties of the flows; none without flows."""
        return [] if self.flows is None else sorted({*self.flows["home"], *self.flows["work"]})

    @stored
    def neighbors(self) -> pd.DataFrame:
        """Which counties of the study and its flows border each other: official ones, and others by the study's shapes."""
        counties = {*self.commuting_counties, *self.counties}
        official = labor_markets.county_borders(counties)[["area", "neighbor"]]
        if not self.file.shapes:
            return official
        own = labor_markets.neighbors(self.shapes)
        known = areas.county_names().index
        invented = ~(own["area"].isin(known) & own["neighbor"].isin(known))
        return pd.concat([official, own[invented]], ignore_index=True)

    @stored
    def metropolitan_areas(self) -> pd.DataFrame | None:
        """Metropolitan areas on the county codes of the panel and the flows; None if the study names none.

        Counties known to be outside every one are in the group ``none``; those that cannot be bridged to the
        list's county codes are left out.
        """
        if not self.has("metropolitan_areas"):
            return None
        named, shipped = self.file.metropolitan_areas, self.built_in("metropolitan_areas")
        if shipped is not None:
            table = shipped.read()
        else:
            path = self.one_file("metropolitan_areas", named.file)
            table = metropolitan.read_metropolitan_areas(path, named.member, named.group)
        return labor_markets.on_counties(table, {*self.counties, *self.commuting_counties})

    @stored
    def compared_markets(self) -> dict[str, pd.DataFrame]:
        """The delineations that the study's own is held against, by name, on the county codes of the flows."""
        drawn = self.file.labor_markets or LaborMarkets()
        out = {}
        shipped = self.built_in("compared_markets")
        for name, named in drawn.compared.items():
            if named.file == BUILT_IN:
                if shipped is None:
                    continue
                table = shipped.read()
            else:
                path = self.one_file(f"labor_markets: compare_with: {name}", named.file)
                table = delineations.read_delineation(path, named.member, named.group, named.state)
            out[name] = labor_markets.on_counties(table, self.commuting_counties or self.counties)
        return out

    @stored
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
            if self.listed_markets is None:
                raise StudyFileError(
                    "labor_markets has method: file and no file",
                    "file: PATH",
                    "name the file, or choose a method such as travel-to-work",
                )
            return _coded(self.county_codes.whole(self.listed_markets)[0], "LM")
        if self.flows is None:
            raise NotSupportedError(
                "the study names no commuting flows",
                "flows, from which labor markets are drawn",
                "add `flows: built-in` or `flows: PATH`, or `labor_markets: {method: file, file: PATH}`",
            )
        # A market is named "Monroe-Ontario", not "Monroe County, New York-Ontario County, New York".
        names = self.names.str.split(",").str[0] if self.file.names else None
        table = labor_markets.delineate(self.flows, drawn.method, names=names, **self.drawing)
        return _coded(table, "LM")

    @kept
    def drawing(self) -> dict[str, Any]:
        """What draws the study's labor markets beside the method: its parameters, and the borders it keeps to."""
        drawn = self.file.labor_markets or LaborMarkets()
        if drawn.method == "file":
            return {}
        contiguous = labor_markets.keeps_to_borders(drawn.method, drawn.contiguous)
        return {
            **drawn.parameters,
            "contiguous": contiguous,
            "neighbors": self.neighbors if contiguous else None,
        }

    @stored
    def market_pieces(self) -> pd.Series:
        """How many pieces each labor market of the whole matrix is in on the map; known counties alone count."""
        return labor_markets.pieces(self.whole_markets, self.neighbors)

    @kept
    def markets(self) -> pd.DataFrame:
        """Labor markets, of the study's counties only."""
        return labor_markets.restrict(self.whole_markets, self.counties)

    @stored
    def jurisdictions(self) -> dict[str, pd.DataFrame]:
        """Each jurisdiction system's membership.

        A county may be split. Where it is known to belong to no group, wholly or in part, it is in the group
        ``none``; what is not recorded has no row.
        """
        out = {}
        for system, listed in self._listed_jurisdictions.items():
            table, _ = self.county_codes.whole(listed)
            inside = table["group"] != NONE
            numbered = (areas.area_kind(table.loc[inside, "group"].astype(str)) != "other").any()
            coded = _coded(table, f"{system} " if numbered else "")
            out[system] = coded.assign(group=coded["group"].where(inside, NONE))
        return out

    @stored
    def not_brought(self) -> dict[str, pd.DataFrame]:
        """By key of the study, the counties whose group the file's county codes leave open: member, parts, groups."""
        lists = {f"jurisdictions: {s}": self._listed_jurisdictions[s] for s in self.file.jurisdictions}
        if self.listed_markets is not None:
            lists["labor_markets"] = self.listed_markets
        left = {key: self.county_codes.whole(table)[1] for key, table in lists.items()}
        return {key: table for key, table in left.items() if len(table)}

    @stored
    def _listed_jurisdictions(self) -> dict[str, pd.DataFrame]:
        """Each jurisdiction system as its file has it."""
        return {
            system: self._read_jurisdictions(system, named).assign(system=system)
            for system, named in self.file.jurisdictions.items()
        }

    @kept
    def listed_markets(self) -> pd.DataFrame | None:
        """Labor markets as their file has them; None where they are drawn."""
        drawn = self.file.labor_markets
        if drawn is None or drawn.method != "file" or drawn.file is None:
            return None
        if drawn.file == BUILT_IN:
            table = reference_table("commuting_zones")
        else:
            path = self.one_file("labor_markets", drawn.file)
            table = delineations.read_delineation(path, drawn.member, drawn.group, drawn.state)
        return table.assign(system="labor market")

    @kept
    def official_areas(self) -> pd.DataFrame | None:
        """Official labor market areas on the study's county codes; None if the study names none."""
        named = self.file.official_areas
        if named is None:
            return None
        path = self.one_file("official_areas", named.file)
        table = delineations.read_delineation(path, named.member, named.group, named.state)
        table = table.assign(title=table["title"] if "title" in table else table["group"])
        return labor_markets.on_counties(table.assign(system="official area"), self.counties)

    def wage_thresholds(self, areas: Iterable[str]) -> pd.Series:
        """What a full-time worker needs in a year, by area: its ``wage_threshold``, else its ``living_wage``.

        Parameters
        ----------
        areas : iterable of str
            Codes of areas.

        Returns
        -------
        Series of float
            USD a year by code, of the areas that have one.

        Raises
        ------
        UnknownNameError
            ``wage_threshold`` names what is neither one of the areas nor a region of the study.
        """
        said, known = self.file.wage_threshold, [str(code) for code in areas]
        own = dict(self.file.living_wage)
        if isinstance(said, dict):
            titled = dict(zip(self.regions["title"], self.regions["group"], strict=True))
            for name, wage in said.items():
                if name not in known and name not in titled:
                    raise UnknownNameError.unknown_name("area of wage_threshold", name, [*known, *titled])
                own[str(titled.get(name, name))] = wage
        elif said is not None:
            own = dict.fromkeys(known, said) | own
        return pd.Series(own, dtype=float)

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
        path = self.one_file(key, named.file)
        return delineations.read_jurisdictions(path, named.member, named.group, named.state)

    @kept
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
            return self.own_regions
        if system in self.jurisdictions:
            table = self.jurisdictions[system]
            covered = table["member"].isin(self.counties) & (table["group"] != NONE)
            return table[covered].reset_index(drop=True)
        valid = ["labor_markets", "counties", "regions", *self.jurisdictions]
        raise UnknownNameError.unknown_name("reports system", system, valid)

    @kept
    def regions_without_data(self) -> list[str]:
        """Codes of regions that no report can be made of: the files have no whole year of any of their counties."""
        has_rows = self.regions["member"].isin(self.county_codes.counties)
        there = set(self.regions.loc[has_rows, "group"])
        return [group for group in self.regions["group"].unique() if group not in there]

    @kept
    def own_regions(self) -> pd.DataFrame:
        """The regions that the study lists, on its county codes.

        Raises
        ------
        StudyFileError
            It lists none, or a county that the panel does not hold.
        """
        regions = self._regions_by_code
        listed = {county for members in regions.values() for county in members}
        if listed <= set(self.counties):
            self._check_regions(regions)
            return membership(regions, "region")
        table, left = self.county_codes.whole(membership(regions, "region"))
        for county in sorted(listed - set(self.counties)):
            became = self.county_codes.links([county])
            if set(became["group"]) <= set(self.counties) and set(became["group"]) & set(left["member"]):
                name = next(name for name, members in regions.items() if county in members)
                raise StudyFileError(
                    f"region {name!r} lists {county}, of which the study's county codes have {_listed(became['group'])}",
                    f"counties of the panel's latest year; {_listed(left['member'])} lie in other counties as well",
                    f"list {_listed(became['group'])} where they belong",
                )
        self._check_regions(dict(iter(table.groupby("group")["member"])))
        return table

    @property
    def _regions_by_code(self) -> dict[str, list[str]]:
        """The study's regions with codes in place of the names of counties ("Albany County, NY")."""
        out = {}
        for name, members in self.file.regions.items():
            by_name = [m for m in members if m not in self.counties and any(c.isalpha() for c in m)]
            try:
                codes = dict(zip(by_name, gazetteer.county_codes(by_name), strict=True))
            except UnknownAreaError:
                codes = {}  # codes of an invented state: the check names what the panel lacks
            out[name] = [str(codes.get(member, member)) for member in members]
        return out

    def _check_regions(self, regions: Mapping[str, Iterable[str]]) -> None:
        if not self.file.regions:
            raise StudyFileError(
                "reports.system is regions, and the study lists no regions",
                "regions: {NAME: [county, ...]}",
                "list them, or choose labor_markets or counties",
            )
        for name, members in regions.items():
            for county in members:
                if county not in self.counties:
                    close = nearest(county, self.counties)
                    raise StudyFileError(
                        f"region {name!r} lists {county!r}, which the panel does not hold",
                        "counties of the panel",
                        f"did you mean {' or '.join(close)}?" if close else "check the panel's files",
                    )

    @stored
    def shapes(self) -> Any:
        """County shapes: the study's own, else the official vintage that fits the panel."""
        if self.file.shapes is None:
            return boundaries.shapes_for(self.counties)
        path = self.one_file("shapes", self.file.shapes)
        return boundaries.read_shapes(path)

    @stored
    def assets(self) -> pd.DataFrame:
        """Colleges, airports and other assets of the study's files, one Assets table, with their counties."""
        parts = []
        shipped = self.built_in("assets")
        for named in self.file.assets:
            if named.file is None:
                parts.append(places.read_airports())
            elif named.file == BUILT_IN:
                parts += [] if shipped is None else [self._of_this_vintage(shipped.read())]
            elif named.file == OFF:
                continue
            else:
                paths = self.files("assets", [named.file])
                parts.append(places.read_assets(paths, named.kind, named.name))
        assets = self._placed_anew(places.merged_assets(parts))
        if assets["area"].notna().all():
            return assets
        if self.file.shapes:
            return places.with_counties(assets, self.shapes)
        # Of every state: an asset across the line is not in the nearest county of the study.
        everywhere = self.county_codes.everywhere
        return self._placed_anew(places.with_counties(assets, boundaries.shapes_for(everywhere)))

    def _placed_anew(self, assets: pd.DataFrame) -> pd.DataFrame:
        """Assets on the study's county codes: of a county that was split, by their position."""
        links = self.county_codes.links(assets["area"].dropna())
        whole = links[links["how"] != "regrouped"].set_index("member")["group"]
        return assets.assign(area=assets["area"].map(whole).astype(assets["area"].dtype))

    def _of_this_vintage(self, assets: pd.DataFrame) -> pd.DataFrame:
        """Assets whose county is known by another code in the panel's years lose it: their position tells it."""
        return assets.assign(area=assets["area"].where(assets["area"].isin(self.county_codes.everywhere)))

    @stored
    def rural_urban(self) -> pd.Series | None:
        """Rural-urban continuum codes of the study's counties, missing where not known; None if it names none."""
        if not self.has("rural_urban"):
            return None
        shipped = self.built_in("rural_urban")
        if shipped is None:
            path = self.one_file("rural_urban", self.named("rural_urban")[0])
            codes = rural_urban.read_rural_urban(path)
        else:
            table = shipped.read()
            codes = table.set_index("area")["code"].astype("Int64").rename(f"RUCC_{shipped.vintage}")
        return rural_urban.on_county_codes(codes, self.counties)

    @kept
    def origins(self) -> tuple[Origin, ...]:
        """The study file and every input file, with where each comes from and its checksum."""
        years = f"{self.years[0]}-{self.years[-1]}"
        vintages: dict[str, str] = {"panel": years} | {str(k): v for k, v in self.file.vintages.items()}
        producer = "demonstration economy" if self.file.demonstration else "named in the study file"
        folder = self.path.parent
        origins = {self.path: Origin.of_file(self.path, "the analyst", "Study file", relative_to=folder)}
        for key in KEYS:
            own = key.name == "panel" and self.about_source.done
            title, vintage = "Employment and wages" if own else key.title, vintages.get(key.name, "")
            for path in self.files(key.name, key.files(self.file)):
                origin = Origin.of_file(path, producer, title, vintage=vintage, relative_to=folder)
                origins.setdefault(path, origin)
        return (*origins.values(), *self.origins_in_the_box)


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
        raise MissingFileError(f"{path} is not a file", "a study file in YAML", nearest_path(path))
    return Study(read_study_file(path), path)


def _told(study: Study, key: str) -> str:
    """Where the tables of a key come from, in a few words."""
    if not study.has(key):
        return "none"
    return "built in" if study.built_in(key) is not None else "named in the study file"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(set(codes)))


def _coded(table: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """The membership with its group codes told apart from area codes; titles stay."""
    titles = table["title"] if "title" in table else table["group"]
    return table.assign(title=titles, group=prefix + table["group"].astype(str))
