"""The files of a study, and the tables that are read from them as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pandas as pd

from sectorlib import areas, clock, panel, targeting
from sectorlib.exceptions import MissingFileError, StudyFileError, nearest
from sectorlib.fetch import fetch_command
from sectorlib.kept import kept
from sectorlib.sectors import load_sectors
from sectorlib.sources import (
    business_patterns,
    completions,
    in_demand,
    labor_force,
    nonemployers,
    occupation_projections,
    oews,
    pictures,
    places,
    team,
    workforce,
)
from sectorlib.study.file import StudyFile
from sectorlib.study.store import Store, store_of

Read = TypeVar("Read")

#: What a study of invented data says where it has no notice of its own.
DEMONSTRATION_NOTICE = "Demonstration data: an invented state"


@dataclass(frozen=True)
class StudyInputs:
    """A study file, the files that it names, and what is read from them without more."""

    file: StudyFile
    path: Path

    @cached_property
    def store(self) -> Store:
        """What was worked out of this study before, as its inputs are now (:mod:`sectorlib.study.store`)."""
        return store_of(self.file, self.path, self.this_year)

    @property
    def name(self) -> str:
        """Short name, used in file names."""
        return self.file.name

    @property
    def title(self) -> str:
        """Title for people."""
        return self.file.title

    @property
    def notice(self) -> str:
        """What every page and file of the study says of its data: its ``notice``; empty for none.

        A study of invented data says so where it has no notice of its own.
        """
        return self.file.notice or (DEMONSTRATION_NOTICE if self.file.demonstration else "")

    def marked(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table for a file of its own, with the study's notice in its last column; as it is without a notice."""
        return table.assign(notice=self.notice) if self.notice else table

    @property
    def this_year(self) -> int:
        """The year in which the study is read: its ``as_of``, else the current one (:func:`sectorlib.clock.now`)."""
        return self.file.as_of or clock.now().year

    @property
    def ownership(self) -> str:
        """The ownership code that the study reports: 5, 0 or drivers."""
        return panel.OWNERSHIP_CODES[self.file.ownership]

    @kept
    def sectors(self) -> pd.DataFrame:
        """The catalogue of target sectors, with the study's own among them."""
        named = self.file.sectors
        return load_sectors(None if named is None else self.one_file("sectors", named))

    @kept
    def criteria(self) -> pd.DataFrame:
        """What sectors are ranked by, with the study's own criteria among them."""
        named = self.file.criteria
        return targeting.load_criteria(None if named is None else self.one_file("criteria", named))

    @kept
    def scores(self) -> pd.DataFrame | None:
        """What people scored sectors, checked; None if the study names no file."""
        if self.file.scores is None:
            return None
        path = self.one_file("scores", self.file.scores)
        return targeting.check_scores(
            team.read_team_file(path, targeting.SCORE_COLUMNS), self.sectors, self.criteria, path.name
        )

    @kept
    def readiness(self) -> pd.DataFrame | None:
        """The filled rows of the readiness sheet, with ``readiness``; None if the study names no file."""
        if self.file.readiness is None:
            return None
        path = self.one_file("readiness", self.file.readiness)
        return targeting.check_readiness(
            team.read_team_file(path, ("area", "sector")), self.sectors, path.name
        )

    @kept
    def partnerships(self) -> pd.DataFrame | None:
        """Partnerships that already run, with their employers if listed, checked; None if the study names no file."""
        if self.file.partnerships is None:
            return None
        path = self.one_file("partnerships", self.file.partnerships)
        return targeting.check_partnerships(
            team.read_team_file(path, ("area", "partnership", "sector")), self.sectors, path.name
        )

    @kept
    def names(self) -> pd.Series:
        """Names of counties by code: the study's own, else the official ones."""
        if self.file.names is None:
            return areas.county_names()
        path = self.one_file("names", self.file.names)
        return places.read_names(path)

    @kept
    def travel_times(self) -> pd.DataFrame | None:
        """Travel times: home (county), place (asset or county), minutes; None if the study names none."""
        return self._read("travel_times", places.read_travel_times)

    @kept
    def partners(self) -> pd.DataFrame | None:
        """Partners that the study lists: kind, name, area (county) and any other column; None if it lists none."""
        return self._read("partners", places.read_partners)

    @kept
    def staffing(self) -> pd.DataFrame | None:
        """Occupations by industry and their pay (OEWS); None if the study names none."""
        named = self.file.occupations
        if named is None:
            return None
        if named.package:
            return oews.read_oews_package(self.ownership)
        return oews.read_oews(self.files("occupations", named.files), self.ownership)

    @kept
    def occupation_openings(self) -> pd.DataFrame | None:
        """National projections by occupation; None if the study names none."""
        return self._read("occupation_openings", occupation_projections.read_occupation_projections)

    @kept
    def logo(self) -> str:
        """The publisher's logo as a data address; "" where the study names none."""
        publisher = self.file.publisher
        if publisher is None or publisher.logo is None:
            return ""
        return pictures.picture(self.one_file("publisher.logo", publisher.logo))

    @kept
    def completions(self) -> pd.DataFrame | None:
        """Completions of colleges; None if the study names none."""
        if not self.file.completions:
            return None
        return completions.read_completions(self.files("completions", self.file.completions))

    @kept
    def program_occupations(self) -> pd.DataFrame | None:
        """Which programs of colleges prepare for which occupations; None if the study names no crosswalk."""
        return self._read("program_occupations", completions.read_program_occupations)

    @kept
    def in_demand(self) -> pd.DataFrame | None:
        """The official lists of what is in demand; None if the study names none."""
        return self._read_all("in_demand", in_demand.read_in_demand)

    @kept
    def employer_sizes(self) -> pd.DataFrame | None:
        """Establishments of counties by industry and size; None if the study names none."""
        return self._read_all("employer_sizes", business_patterns.read_employer_sizes)

    @kept
    def self_employed(self) -> pd.DataFrame | None:
        """Businesses without employees of counties by industry; None if the study names none."""
        return self._read_all("self_employed", nonemployers.read_nonemployers)

    @kept
    def workforce_age(self) -> pd.DataFrame | None:
        """Jobs of counties by industry and age of the workers, by year; None if the study names none."""
        return self._read_all("workforce_age", workforce.read_workforce)

    @kept
    def labor_force(self) -> pd.DataFrame | None:
        """Labor force and unemployment of counties by year; None if the study names none."""
        return self._read_all("labor_force", labor_force.read_labor_force)

    def _read_all(self, key: str, reader: Callable[[list[Path]], Read]) -> Read | None:
        """What a reader makes of all files under a key; None if the study names none."""
        named = getattr(self.file, key)
        return reader(self.files(key, named)) if named else None

    def _read(self, key: str, reader: Callable[[Path], Read]) -> Read | None:
        """What a reader makes of the one file under a key; None if the study names none."""
        named = getattr(self.file, key)
        return None if named is None else reader(self.one_file(key, named))

    def files(self, key: str, patterns: Iterable[str]) -> list[Path]:
        """The files that paths and globs of the study file lead to, in order.

        Raises
        ------
        MissingFileError
            A path or glob matches nothing, or a link to a file that is not there.
        """
        folder = self.path.parent
        out: list[Path] = []
        for pattern in patterns:
            path = folder / pattern
            found = [path] if path.exists() or path.is_symlink() else sorted(_glob(folder, pattern))
            files = [p for p in found if p.is_file()]
            for broken in (p for p in found if p.is_symlink() and not p.exists()):
                raise MissingFileError(
                    f"{key} of {self.path.name}: {pattern!r} matches {broken.name}, a link to "
                    f"{broken.readlink()}, which is not there",
                    "files, or links to files that are there",
                    "mend the link, or remove it",
                )
            if not files:
                raise MissingFileError(
                    f"{key} of {self.path.name}: {pattern!r} matches no file",
                    f"a path or glob relative to {folder}",
                    f"{pattern} is a folder; for the files in it, write {pattern}/*"
                    if path.is_dir()
                    else nearest_path(path) + _or_fetch(key),
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


def _glob(folder: Path, pattern: str) -> Iterator[Path]:
    path = Path(pattern)
    return (Path(path.anchor) if path.is_absolute() else folder).glob(str(path.relative_to(path.anchor)))


def _or_fetch(key: str) -> str:
    """The end of a hint: the command that gets the file, where its publisher is known."""
    command = fetch_command(key)
    return f"; {command} gets the published one" if command else ""


def nearest_path(path: Path) -> str:
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
