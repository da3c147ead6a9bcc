"""The catalogue of published files, and which of them a request asks for."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import product
from typing import Any

from sectorlib.areas import VINTAGES, county_names, state_abbreviation
from sectorlib.exceptions import NotSupportedError, UnknownAreaError, UnknownNameError
from sectorlib.resources import definitions

#: Years around a change of county codes in which a publisher may use the old codes or the new ones.
_CODES_MAY_DIFFER = 2

#: What stands for the nation among states.
NATION = "US000"


@dataclass(frozen=True)
class Content:
    """What the bytes of a file must be.

    Parameters
    ----------
    kind : {"csv", "tsv", "gzip", "zip", "workbook"}
        The format; ``gzip`` is a compressed csv file, ``zip`` an archive with at least one ``member``.
    columns : tuple of str
        Columns of the csv file, or of the zip's members.
    holds, begins : mapping of column to text
        What every value of a column is, or begins with: another area's or year's file is told apart by it.
    member : str
        A pattern for the names of a zip's members.
    text : str
        What stands somewhere near the top of a workbook.
    has : mapping of column to text
        A value that some row must have: one near the end tells that the file is whole.
    adds_up : str
        A column of counts, of a QCEW file by area, that every industry's parts must add up to.
    """

    kind: str
    columns: tuple[str, ...] = ()
    holds: Mapping[str, str] = field(default_factory=dict)
    begins: Mapping[str, str] = field(default_factory=dict)
    member: str = ""
    text: str = ""
    has: Mapping[str, str] = field(default_factory=dict)
    adds_up: str = ""

    def filled(self, values: Mapping[str, str]) -> Content:
        """The same for one file, with what stands in braces filled in."""
        return Content(
            self.kind,
            self.columns,
            {column: text.format(**values) for column, text in self.holds.items()},
            {column: text.format(**values) for column, text in self.begins.items()},
            self.member.format(**values),
            self.text.format(**values),
            self.has,
            self.adds_up,
        )

    def is_member(self, name: str) -> bool:
        """Whether a zip's member is one of the data files (its folder and case do not matter)."""
        return fnmatch.fnmatch(name.rsplit("/", 1)[-1].lower(), self.member.lower())


@dataclass(frozen=True)
class PublishedSource:
    """One entry of the catalogue (``data/catalogue.yaml`` says what each field means)."""

    name: str
    key: str
    title: str
    producer: str
    page: str
    address: str
    file: str
    content: Content
    each: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    only: tuple[int, ...] = ()
    lag: int = 0
    latest: bool = False
    companions: tuple[str, ...] = ()
    optional: bool = False
    unpack: str = ""
    about: int = 0
    vintage: str = ""
    license: str = ""
    verified: bool = False

    @property
    def first_year(self) -> int:
        """The first year at the publisher."""
        return self.years[0]

    def last_year(self, today: date) -> int:
        """The last year whose file can be expected at the publisher on a day."""
        if self.only:
            return max(self.only)
        if len(self.years) > 1:
            return self.years[1]
        months = today.year * 12 + today.month - 1 - self.lag
        return months // 12 - 1

    def filled(self, values: Mapping[str, str]) -> Wanted:
        """One file of the source, with what stands in braces filled in.

        Parameters
        ----------
        values : mapping
            Of ``year``, ``yy``, ``fips``, ``st``, ``area`` and ``industry`` those that the source uses.
        """
        # Addresses say 31_33 where files say 31-33.
        written = {
            key: value.replace("_", "-") if key == "industry" else value for key, value in values.items()
        }
        return Wanted(
            self,
            self.address.format(**values),
            self.file.format(**values),
            self.content.filled(written),
            self.vintage.format(**values),
            dict(values),
        )

    @property
    def citation(self) -> str:
        """How to cite the source; a vintage is added where it is known."""
        return f"{self.producer}, {self.title}, {self.page}"


@dataclass(frozen=True)
class Wanted:
    """One file to be fetched: its source, its address, where it goes, and what it must hold."""

    source: PublishedSource
    address: str
    file: str
    content: Content
    vintage: str
    parts: Mapping[str, str]

    @property
    def unpack(self) -> str:
        """A pattern for the zip's members that are written out; nothing where the archive is read as it is."""
        return self.source.unpack.format(**self.parts)


@cache
def catalogue() -> dict[str, PublishedSource]:
    """Published files that a study can use, by name.

    Returns
    -------
    dict of str to PublishedSource
        In the order of ``data/catalogue.yaml``.

    Examples
    --------
    >>> catalogue()["qcew"].producer
    'Bureau of Labor Statistics'
    >>> catalogue()["lodes"].companions
    ('lodes-aux', 'lodes-crosswalk')
    """
    declared = definitions("catalogue")
    return {name: _source(name, entry, declared["license"]) for name, entry in declared["sources"].items()}


def published_source(name: str) -> PublishedSource:
    """An entry of the catalogue.

    Raises
    ------
    UnknownNameError
        There is no such entry.

    Examples
    --------
    >>> published_source("colleges").key
    'assets'
    """
    if name not in catalogue():
        raise UnknownNameError.unknown_name("published source", name, catalogue())
    return catalogue()[name]


def fetch_command(key: str, today: date | None = None) -> str:
    """The command that gets what a study key needs; nothing where no published file is known.

    Parameters
    ----------
    key : str
        A key of the study file.
    today : date, optional
        The day on which the latest year is looked for; the day of the call if not given.

    Examples
    --------
    >>> fetch_command("completions", date(2026, 5, 1))
    'sectorlib fetch completions --years 2024'
    >>> fetch_command("confidential")
    ''
    """
    found = [source for source in catalogue().values() if source.key == key]
    companions = {name for source in found for name in source.companions}
    chosen = next((source for source in found if source.name not in companions), None)
    if chosen is None:
        return ""
    words = ["sectorlib fetch", chosen.name]
    if {"state", "area"} & set(chosen.each):
        words.append("--states OH")
    if "year" in chosen.each and not chosen.latest:
        words.append(f"--years {chosen.last_year(today or date.today())}")
    return " ".join(words)


def wanted_files(
    source: PublishedSource,
    states: Sequence[str] = (),
    years: Sequence[int] = (),
    areas: Sequence[str] = (),
    industries: Sequence[str] = (),
) -> list[Wanted]:
    """The files of a source that a request asks for, those of its companions after them.

    Parameters
    ----------
    source : PublishedSource
        From :func:`catalogue`.
    states : sequence of str
        Codes or abbreviations of states (``39``, ``39000``, ``OH``).
    years : sequence of int
        Years; sources without years take none.
    areas : sequence of str
        For files by area: these alone. Otherwise every county of the states, the states and the nation.
    industries : sequence of str
        For files by industry: NAICS codes, such as ``31-33`` or ``3361``.

    Returns
    -------
    list of Wanted

    Raises
    ------
    NotSupportedError
        The request lacks what the source's files are told apart by, or asks for years that it does not have.
    UnknownAreaError
        There is no such state.

    Examples
    --------
    >>> files = wanted_files(catalogue()["qcew"], states=["RI"], years=[2022])
    >>> [file.file.rsplit("/", 1)[-1] for file in files]
    ['US000.csv', '44000.csv', '44001.csv', '44003.csv', '44005.csv', '44007.csv', '44009.csv']
    >>> files[-1].address
    'https://data.bls.gov/cew/data/api/2022/a/area/44009.csv'
    """
    fips = [state_fips(state) for state in states]
    _require(source, fips, years, areas, industries)
    out = []
    for year in years if "year" in source.each else [None]:
        dated = {} if year is None else {"year": f"{year}", "yy": f"{year % 100:02d}"}
        over: list[list[dict[str, str]]] = []
        if "state" in source.each:
            over.append([_state_values(code) for code in fips])
        if "area" in source.each:
            over.append([{"area": a} for a in areas or _areas_of(fips, int(year or 0))])
        if "industry" in source.each:
            over.append([{"industry": code.replace("-", "_")} for code in industries])
        for parts in product(*over):
            values = {key: value for part in (dated, *parts) for key, value in part.items()}
            out.append(source.filled(values))
    for name in source.companions:
        out += wanted_files(published_source(name), states, years, areas, industries)
    return out


def state_fips(state: str) -> str:
    """The two-digit code of a state given by its code, area code, abbreviation or name.

    Raises
    ------
    UnknownAreaError
        There is no such state.

    Examples
    --------
    >>> state_fips("oh"), state_fips("39000"), state_fips("Ohio"), state_fips("9")
    ('39', '39', '39', '09')
    """
    text = state.strip()
    known = definitions("areas")["states"]
    code = text.zfill(2) if len(text) <= 2 and text.isdigit() else text.removesuffix("000")
    if code in known:
        return code
    for fips, (abbreviation, name) in known.items():
        if text.upper() == abbreviation or text.lower() == name.lower():
            return fips
    raise UnknownAreaError.unknown_name("state", state, [abbreviation for abbreviation, _ in known.values()])


def years_of(text: str) -> list[int]:
    """Years written as a list and ranges: ``2014-2023`` or ``2014,2016-2018``.

    Raises
    ------
    UnknownNameError
        A part is no year or range of years.

    Examples
    --------
    >>> years_of("2014,2016-2018")
    [2014, 2016, 2017, 2018]
    """
    out: list[int] = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if not (_is_year(first) and (not last or _is_year(last)) and (not last or int(first) <= int(last))):
            raise UnknownNameError(
                f"{part!r} among the years {text!r}", "years such as 2014-2023 or 2014,2016", "mend --years"
            )
        out += range(int(first), int(last or first) + 1)
    return sorted(set(out))


def latest_years(source: PublishedSource, count: int, today: date | None = None) -> list[int]:
    """The last years that can be expected at the publisher on a day, oldest first.

    Examples
    --------
    >>> latest_years(catalogue()["qcew"], 3, date(2026, 5, 1))
    [2022, 2023, 2024]
    """
    last = source.last_year(today or date.today())
    return list(range(max(source.first_year, last - count + 1), last + 1))


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit()


def _source(name: str, entry: Mapping[str, Any], license: str) -> PublishedSource:
    fields = dict(entry)
    content = dict(fields.pop("content"))
    content["columns"] = tuple(content.get("columns", ()))
    for lists, given in (("each", "each"), ("years", "years"), ("only", "only"), ("companions", "with")):
        fields[lists] = tuple(fields.pop(given, ()))
    return PublishedSource(name=name, license=license, content=Content(**content), **fields)


def _require(
    source: PublishedSource,
    states: Iterable[str],
    years: Sequence[int],
    areas: Iterable[str],
    industries: Iterable[str],
) -> None:
    """Refuse a request that does not say what the source's files are told apart by."""
    said = {"state": states, "year": years, "area": [*states, *areas], "industry": industries}
    flags = {
        "state": "--states OH",
        "year": "--years 2023",
        "area": "--states OH",
        "industry": "--industries 3361",
    }
    for what in source.each:
        if not list(said[what]):
            raise NotSupportedError(
                f"{source.name} without {what if what != 'area' else 'state'}",
                f"one file for each {' and '.join(source.each)}",
                f"add {flags[what]}",
            )
    if "year" not in source.each:
        return
    early = [year for year in years if year < source.first_year]
    other = [year for year in years if source.only and year not in source.only]
    late = [year for year in years if len(source.years) > 1 and year > source.years[1]]
    if early or other or late:
        held = ", ".join(map(str, source.only)) if source.only else f"{source.first_year} and later"
        raise NotSupportedError(
            f"{source.name} of {', '.join(map(str, early or other or late))}",
            f"years that the publisher has in this form: {held}",
            "QCEW before 2014 comes as one file a year: sectorlib fetch qcew-annual"
            if source.name == "qcew"
            else "change --years",
        )


def _state_values(fips: str) -> dict[str, str]:
    return {"fips": fips, "st": state_abbreviation(fips).lower()}


def _areas_of(states: Iterable[str], year: int) -> list[str]:
    """The nation, the states and every code that a county of theirs may have in a year's files.

    Publishers change to new county codes in different years, so those of neighboring vintages are asked for too.
    """
    out = [NATION]
    vintages = [
        name
        for name, vintage in VINTAGES.items()
        if vintage.first_year - _CODES_MAY_DIFFER <= year
        and year <= (vintage.last_year or 9999) + _CODES_MAY_DIFFER
    ]
    codes = sorted({code for name in vintages for code in county_names(name).index})
    for state in states:
        out += [f"{state}000", *(code for code in codes if code.startswith(state))]
    return out
