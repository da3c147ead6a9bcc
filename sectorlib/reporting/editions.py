"""What changed since the previous edition: which short lists, and whether data, definitions or methods did it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sectorlib.exceptions import LayoutError, MissingFileError
from sectorlib.pages.changes import cause_in_words, changes_in_words
from sectorlib.pages.english import listed
from sectorlib.pages.imprint import Imprint
from sectorlib.pages.markup import one_line
from sectorlib.reporting.files import write_text
from sectorlib.reporting.html import render
from sectorlib.reporting.manifest import code_checksum, definitions_digest, versions
from sectorlib.results import Results
from sectorlib.sources.origin import Origin

#: The page that says what changed, beside the index.
CHANGES_FILE = "changes.html"

#: Inputs that say how figures are made, and hold none themselves.
_DEFINING = (
    "Study file", "Sectors of the study's own", "Criteria of the study's own", "Scores by people who know the area",
    "Cells that the analyst withholds", "Readiness sheet",
)  # fmt: skip

#: Inputs that move no figure.
_IDLE = ("Logo of the publisher", "Narrative of the region", "Partners")

#: Files of one kind that are named; of more, how many.
_NAMED = 4


@dataclass(frozen=True)
class Edition:
    """One edition of a study's reports.

    Parameters
    ----------
    short_lists : DataFrame
        area, area_name, sector, sector_title, rank of the sectors on each short list; empty where none is ranked.
    regions : mapping of str to str
        Names of the regions that have reports, by code.
    inputs : mapping of str to (str, str)
        Title and checksum of each input, by path.
    definitions : mapping of str to str
        Checksums of the definitions that ship with the package, by name; empty where an edition did not record them.
    versions : mapping of str to str
        Versions of Python, sectorlib and what it rests on.
    code : str
        Checksum of the package's code; "" where an edition did not record it.
    """

    short_lists: pd.DataFrame
    regions: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class Changes:
    """What is different between two editions.

    Parameters
    ----------
    regions : tuple of (str, str)
        Regions whose short lists changed, and how, in words.
    same : int
        Regions whose short lists are as they were.
    data, definitions, methods : tuple of str
        What changed of each kind, in words; empty where nothing did.
    unknown : tuple of str
        Kinds of which the previous edition did not record enough to tell.
    """

    regions: tuple[tuple[str, str], ...]
    same: int
    data: tuple[str, ...]
    definitions: tuple[str, ...]
    methods: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def cause(self) -> str:
        """Which of data, definitions and methods did it, in a sentence."""
        kinds = {"data": self.data, "definitions": self.definitions, "methods": self.methods}
        return cause_in_words(kinds, self.unknown)

    @property
    def summary(self) -> str:
        """The whole in a line or two."""
        few = len(self.regions)
        return changes_in_words(few, self.same + few, self.cause)


def read_edition(folder: Path) -> Edition:
    """The edition whose reports are in a folder.

    Parameters
    ----------
    folder : Path
        What ``sectorlib report`` wrote: ``tables/`` and a folder with a manifest for each region.

    Returns
    -------
    Edition

    Raises
    ------
    MissingFileError
        It holds no reports.
    LayoutError
        A manifest or a table in it cannot be read.
    """
    manifests = sorted(folder.glob("*/manifest.json"))
    table = folder / "tables" / "targets.parquet"
    if not manifests or not (folder / "tables").is_dir():
        raise MissingFileError(
            f"--previous {folder} holds no reports",
            "the folder of an earlier edition, with tables and a folder for each region",
            "name the folder that `sectorlib report` wrote, the one with index.html",
        )
    inputs: dict[str, tuple[str, str]] = {}
    regions: dict[str, str] = {}
    newest: dict[str, Any] = {}
    for path in manifests:
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            for one in said["inputs"]:
                inputs[one["path"] or one["title"]] = (one["title"], one["sha256"])
            region = str(said["parameters"].get("region", ""))
        except (ValueError, KeyError, TypeError) as error:
            raise LayoutError(
                f"{path.parent.name}/{path.name} in {folder} cannot be read: {error}",
                "a manifest that sectorlib wrote",
                "restore the folder, or leave --previous out",
            ) from None
        if region:
            regions[region] = path.parent.name
        if said.get("generated_at", "") >= newest.get("generated_at", ""):
            newest = said
    try:
        targets = pd.read_parquet(table) if table.exists() else pd.DataFrame()
    except (OSError, ValueError) as error:
        raise LayoutError(
            f"{table.name} in {folder} cannot be read: {error}", "a table that sectorlib wrote", "restore it"
        ) from None
    return Edition(
        _short_lists(targets), regions, inputs, newest.get("definitions", {}), newest.get("versions", {}),
        str(newest.get("code", "")),
    )  # fmt: skip


def this_edition(results: Results, areas: Iterable[str], origins: Iterable[Origin]) -> Edition:
    """The edition that is being made, for the regions that are made with it."""
    targets = pd.DataFrame() if results.missing("targets") else results["targets"]
    names = results["regions"].drop_duplicates("area").set_index("area")["area_name"]
    inputs = {origin.path or origin.title: (origin.title, origin.sha256) for origin in origins}
    return Edition(
        _short_lists(targets), {str(area): str(names[area]) for area in areas}, inputs, definitions_digest(), versions(),
        code_checksum(),
    )  # fmt: skip


def compare(before: Edition, now: Edition) -> Changes:
    """What is different in the regions of the new edition.

    Parameters
    ----------
    before, now : Edition
        The previous edition, and the new one.

    Returns
    -------
    Changes

    Examples
    --------
    >>> table = pd.DataFrame({"area": ["A"], "area_name": "Ely", "sector": "mills", "sector_title": "Mills", "rank": 1.0})
    >>> old = Edition(table, {"A": "Ely"}, {"panel.csv": ("Panel", "1")}, {"a": "1"}, {}, "1")
    >>> new = Edition(table.assign(sector="care", sector_title="Care"), {"A": "Ely"}, {"panel.csv": ("Panel", "2")}, {"a": "1"}, {}, "1")
    >>> compare(old, new).regions, compare(old, new).cause
    ((('Ely', 'new: Care; no longer: Mills'),), 'Only the data changed, so these explain every difference.')
    """
    changed, same = [], 0
    for area, name in now.regions.items():
        said = _moved(_of(before, area, name), _of(now, area, name))
        if area not in before.regions and _of(before, area, name).empty:
            said = "the previous edition has no such region"
        if said:
            changed.append((one_line(name), said))
        else:
            same += 1
    unknown = [
        *(["definitions that ship with sectorlib"] if not before.definitions else []),
        *(["code"] if not before.code else []),
    ]
    return Changes(
        tuple(changed), same, _inputs(before, now, defining=False),
        (*_inputs(before, now, defining=True), *_shipped(before, now)), _methods(before, now), tuple(unknown),
    )  # fmt: skip


def write_changes(folder: Path, title: str, changes: Changes, banner: str, said: Imprint) -> Path:
    """Write the note beside the index.

    Parameters
    ----------
    folder : Path
        The folder of the new edition.
    title : str
        The study's title.
    changes : Changes
        What changed.
    banner : str
        What every page of the study says of its data.
    said : Imprint
        How to cite the note, and who publishes it.

    Returns
    -------
    Path
    """
    page = render(
        "changes.html.j2",
        title=f"{one_line(title)}: what changed",
        banner=one_line(banner),
        changes=changes,
        said=said,
    )
    return write_text(folder / CHANGES_FILE, page)


def _short_lists(targets: pd.DataFrame) -> pd.DataFrame:
    columns = ["area", "area_name", "sector", "sector_title", "rank"]
    mark = next((name for name in ("short_list", "shortlist") if name in targets), None)
    if mark is None:
        return pd.DataFrame(columns=columns)
    chosen = targets[targets[mark].astype(bool) & targets["rank"].notna()]
    return chosen[columns].sort_values(["area", "rank"], ignore_index=True)


def _of(edition: Edition, area: str, name: str) -> pd.DataFrame:
    """A region's short list, by its code, else by its name."""
    table = edition.short_lists
    rows = table[table["area"].astype(str) == area]
    return rows if len(rows) else table[table["area_name"].astype(str) == name]


def _moved(before: pd.DataFrame, now: pd.DataFrame) -> str:
    """How a short list changed; empty if it did not."""
    titles = {
        **dict(zip(before["sector"], before["sector_title"], strict=True)),
        **dict(zip(now["sector"], now["sector_title"], strict=True)),
    }
    new = [str(titles[sector]) for sector in now["sector"] if sector not in set(before["sector"])]
    gone = [str(titles[sector]) for sector in before["sector"] if sector not in set(now["sector"])]
    parts = [f"{what}: {listed(names)}" for what, names in (("new", new), ("no longer", gone)) if names]
    first = [str(titles[table["sector"].iloc[0]]) if len(table) else "" for table in (before, now)]
    if first[0] and first[1] and first[0] != first[1] and not {first[1]} & set(new):
        parts.append(f"first is now {first[1]}, before {first[0]}")
    elif not parts and before["sector"].to_list() != now["sector"].to_list():
        parts.append(f"the order is now {listed([str(titles[sector]) for sector in now['sector']])}")
    return "; ".join(parts)


def _inputs(before: Edition, now: Edition, *, defining: bool) -> tuple[str, ...]:
    """Inputs that are new, gone or different, in words."""

    def among(edition: Edition) -> dict[str, tuple[str, str]]:
        return {
            path: (title, digest)
            for path, (title, digest) in edition.inputs.items()
            if title not in _IDLE and (title in _DEFINING) == defining
        }

    old, new = among(before), among(now)
    kinds = {
        "different": [path for path in new if path in old and old[path][1] != new[path][1]],
        "new": [path for path in new if path not in old],
        "gone": [path for path in old if path not in new],
    }
    said = []
    for what, paths in kinds.items():
        titles: dict[str, list[str]] = {}
        for path in paths:
            titles.setdefault((new.get(path) or old[path])[0], []).append(path)
        for title, files in titles.items():
            names = listed(files) if len(files) <= _NAMED else f"{len(files)} files"
            said.append(f"{title}, {what}: {names}")
    return tuple(said)


def _shipped(before: Edition, now: Edition) -> tuple[str, ...]:
    if not before.definitions:
        return ()
    names = {*before.definitions, *now.definitions}
    changed = sorted(name for name in names if before.definitions.get(name) != now.definitions.get(name))
    return (f"definitions that ship with sectorlib: {listed(changed)}",) if changed else ()


def _methods(before: Edition, now: Edition) -> tuple[str, ...]:
    names = [name for name in now.versions if before.versions.get(name) != now.versions[name]]
    said = [f"{name} {before.versions.get(name, 'not recorded')} to {now.versions[name]}" for name in names]
    if before.code and before.code != now.code and "sectorlib" not in names:
        said.insert(0, "the code of sectorlib, under the same version")
    return tuple(said)
