"""Every key of a study file, declared once: what it means, its files, who reads them, what is checked.

``sectorlib check``, the manifest of a report, the files that a study's cache depends on and the table of
``docs/study_file.md`` loop over :data:`KEYS`. A key that is added to the model in :mod:`sectorlib.study.file` and not here
fails a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sectorlib.study.file import BUILT_IN, OFF, LaborMarkets, StudyFile

Named = Callable[[StudyFile], list[str | None]]


@dataclass(frozen=True)
class StudyKey:
    """One key of a study file.

    Parameters
    ----------
    name : str
        The key, a field of :class:`~sectorlib.study.file.StudyFile`.
    meaning, default : str
        For the table of ``docs/study_file.md``, in Markdown.
    needed : bool
        Whether every study must have it.
    title : str
        What its files are, for the manifest of a report; empty for a key that holds a value.
    paths : callable
        From a study file to the paths and globs that it names under the key, as they are written.
    reads : tuple of str
        The attributes of a :class:`~sectorlib.study.Study` that read its files.
    checks : tuple of str
        The parts of :mod:`sectorlib.checks` that say what it holds and what is wrong with it.
    vintage : bool
        Whether ``vintages`` may state its period or release.
    """

    name: str
    meaning: str
    default: str = "none"
    needed: bool = False
    title: str = ""
    paths: Named | None = None
    reads: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    vintage: bool = False

    @property
    def holds_files(self) -> bool:
        """Whether it names files, and not a value."""
        return bool(self.title)

    def files(self, file: StudyFile) -> list[str]:
        """The paths and globs that a study file names under the key; none where the box answers, or it is off.

        >>> file = StudyFile(name="a", title="A", panel=["a.csv", "b.csv"], flows="built-in")
        >>> study_key("panel").files(file), study_key("flows").files(file)
        (['a.csv', 'b.csv'], [])
        """
        if not self.holds_files:
            return []
        named = file.says(self.name) if self.paths is None else self.paths(file)
        return [path for path in named if path and path not in (BUILT_IN, OFF)]


def study_key(name: str) -> StudyKey:
    """The declaration of a key.

    >>> study_key("flows").title
    'County-to-county commuting flows'
    """
    return next(key for key in KEYS if key.name == name)


def _of_markets(file: StudyFile) -> list[str | None]:
    drawn = file.labor_markets or LaborMarkets()
    return [drawn.file, *(named.file for named in drawn.compared.values())]


def _of_jurisdictions(file: StudyFile) -> list[str | None]:
    return [path for named in file.jurisdictions.values() for path in (named.file, named.jobs)]


#: The keys in the order of ``docs/study_file.md``.
KEYS: tuple[StudyKey, ...] = (
    StudyKey(
        "name",
        "short name in lower case, digits, `-` and `_`; reports go to `reports/NAME`",
        default="the file's name",
    ),
    StudyKey("title", "name for people", default="from `name`"),
    StudyKey(
        "panel", "files of employment and wages", default="", needed=True,
        title="Quarterly Census of Employment and Wages", paths=lambda file: [*file.panel_paths],
        reads=("source",), checks=("panel", "box", "parts", "totals", "disclosure", "industries"), vintage=True,
    ),
    StudyKey(
        "base_area", "the reference economy", default="the state, the nation or `all`", checks=("base",)
    ),
    StudyKey(
        "benchmark", "the nation that regions are compared with", default="`built-in`",
        title="Quarterly Census of Employment and Wages of the nation", reads=("benchmark_source",), checks=("benchmark",),
    ),
    StudyKey("ownership", "whose industries are reported", default="`private`"),
    StudyKey("absent_rows", "what a row that is not in the files means", default="`auto`"),
    StudyKey(
        "county_vintage", "the county codes that the study uses", default="that of the panel's latest year"
    ),
    StudyKey(
        "confidential", "cells to withhold, beyond what the agency withholds",
        title="Cells that the analyst withholds", reads=("panel",),
    ),
    StudyKey(
        "built_in",
        "whether keys that are left out use the shipped reference data",
        default="`true`",
    ),
    StudyKey("reports", "what a report is made for", default="labor markets, regions or counties", checks=("regions",)),
    StudyKey(
        "flows", "commuting between counties", default="`built-in`", title="County-to-county commuting flows",
        reads=("commuting",), checks=("flows",), vintage=True,
    ),
    StudyKey("flow_segment", "one kind of jobs in LODES flows", default="all jobs"),
    StudyKey(
        "estimates",
        "`internal` turns off estimates of withheld cells and everything that rests on them",
        default="`published`",
    ),
    StudyKey("mixed_flow_years", "combine LODES files of several years, where states lag", default="`false`"),
    StudyKey(
        "labor_markets", "how labor markets are drawn, and what they are compared with", default="`method: travel-to-work`",
        title="Labor market delineation", paths=_of_markets, reads=("listed_markets", "compared_markets"),
        checks=("labor_markets",), vintage=True,
    ),
    StudyKey(
        "metropolitan_areas", "which county belongs to which metropolitan area", default="`built-in`",
        title="Metropolitan areas", reads=("metropolitan_areas",), checks=("metropolitan_areas",), vintage=True,
    ),
    StudyKey(
        "jurisdictions", "systems of areas that somebody governs", title="Jurisdictions", paths=_of_jurisdictions,
        reads=("jurisdictions",), checks=("jurisdictions", "readings"), vintage=True,
    ),
    StudyKey("regions", "your own groups of counties"),
    StudyKey(
        "shapes", "shapes of areas of your own", default="the official counties", title="Shapes of areas",
        reads=("shapes",), checks=("shapes",), vintage=True,
    ),
    StudyKey("names", "names of areas of your own", default="the official counties", title="Names of areas", reads=("names",)),
    StudyKey(
        "assets", "colleges, airports and other places", default="`built-in`", title="Assets", reads=("assets",),
        checks=("assets",), vintage=True,
    ),
    StudyKey(
        "travel_times", "minutes from counties to assets or counties", title="Travel times", reads=("travel_times",),
        checks=("travel_times",),
    ),
    StudyKey(
        "rural_urban", "how rural each county is", default="`built-in`", title="Rural-urban continuum codes",
        reads=("rural_urban",), checks=("rural_urban",),
    ),
    StudyKey("scope", "the sector and the county of a partnership"),
    StudyKey("partners", "partners that you list", title="Partners", reads=("partners",), checks=("partners",)),
    StudyKey(
        "consumer_prices", "prices over time, for real pay", default="`built-in`", title="Consumer price index",
        reads=("consumer_prices",), checks=("prices",),
    ),
    StudyKey(
        "price_parities", "prices across places, for pay adjusted for prices", default="`built-in`",
        title="Regional price parities", reads=("price_parities",),
    ),
    StudyKey("living_wage", "what a full-time worker needs in a year, by area"),
    StudyKey(
        "traded", "industries known to sell beyond their area, or not to", default="by their spread in the nation"
    ),
    StudyKey("horizon", "years projected, 1 to 20", default="5"),
    StudyKey(
        "official_projections", "projections of the nation or a state, shown before ours",
        title="Official employment projections", reads=("official_projections",), checks=("official_projections",),
    ),
    StudyKey(
        "in_demand", "the official list of sectors and occupations in demand", title="Official list of what is in demand",
        reads=("in_demand",),
    ),
    StudyKey(
        "employer_sizes", "establishments by size class", title="County Business Patterns", reads=("employer_sizes",),
        checks=("by_county",),
    ),
    StudyKey(
        "self_employed", "businesses without employees", title="Nonemployer Statistics", reads=("self_employed",),
        checks=("by_county",),
    ),
    StudyKey(
        "workforce_age", "jobs by age of the workers", title="Quarterly Workforce Indicators", reads=("workforce_age",),
        checks=("by_county",),
    ),
    StudyKey(
        "labor_force", "labor force and unemployment", title="Local Area Unemployment Statistics", reads=("labor_force",),
        checks=("by_county",),
    ),
    StudyKey(
        "official_areas", "official labor market areas, beside ours", title="Official labor market areas",
        reads=("official_areas",),
    ),
    StudyKey(
        "wage_threshold", "self-sufficiency standard: one figure, or one for each region", default="`living_wage`",
        checks=("local",),
    ),
    StudyKey(
        "occupations", "occupations by industry and what they pay", title="Occupational Employment and Wage Statistics",
        paths=lambda file: [*(file.occupations.files if file.occupations else [])], reads=("staffing",),
        checks=("occupations",),
    ),
    StudyKey(
        "occupation_openings", "national projections by occupation", title="Employment projections by occupation",
        reads=("occupation_openings",),
    ),
    StudyKey(
        "completions", "who finishes what at which college", title="Completions of colleges", reads=("completions",),
        checks=("completions",),
    ),
    StudyKey(
        "program_occupations", "which programs prepare for which occupations", title="Programs and occupations",
        reads=("program_occupations",),
    ),
    StudyKey(
        "sectors", "sectors of your own", default="the catalog", title="Sectors of the study's own", reads=("sectors",),
        checks=("sectors",),
    ),
    StudyKey(
        "criteria", "what sectors are ranked by", default="the shipped ones", title="Criteria of the study's own",
        reads=("criteria",), checks=("criteria",),
    ),
    StudyKey(
        "critical_mass",
        "establishments that a sector needs in a region to be ranked there; 0 ranks all",
        default="5",
    ),
    StudyKey(
        "scores", "what people who know the area say about sectors", title="Scores by people who know the area",
        reads=("scores",), checks=("scores",),
    ),
    StudyKey(
        "readiness", "the readiness sheet, filled in", title="Readiness sheet", reads=("readiness",), checks=("readiness",)
    ),
    StudyKey(
        "partnerships", "partnerships that already run", title="Partnerships that already run", reads=("partnerships",),
        checks=("partnerships",),
    ),
    StudyKey("vintages", "the period or release of each input, for the page and the manifest"),
    StudyKey(
        "publisher", "the agency on every page and sheet: name, contact, logo, statements",
        title="Logo of the publisher", paths=lambda file: [file.publisher.logo if file.publisher else None], reads=("logo",),
    ),
    StudyKey(
        "notice", 'what every page and file says about the data, such as "Historical example: data end in 2017"',
        checks=("notice",),
    ),
    StudyKey(
        "demonstration",
        "the data are invented; without a `notice`, every page and file says so",
        default="`false`",
    ),
    StudyKey("as_of", "the year in which the study is read", default="the current year"),
)  # fmt: skip
