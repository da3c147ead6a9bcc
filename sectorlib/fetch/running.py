"""What `sectorlib fetch` and `sectorlib new` do, and what they say while and after they do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from sectorlib.exceptions import DownloadError, NotSupportedError
from sectorlib.fetch.catalogue import PublishedSource, Wanted, catalogue, wanted_files
from sectorlib.fetch.folder import Folder, Outcome
from sectorlib.fetch.revisions import moved, newer_years, next_files, stale_files, wanted_again
from sectorlib.fetch.transport import Publisher
from sectorlib.sources.qcew import read_annual

#: Files that a summary names before it says how many more there are.
_SHOWN = 8

#: Years that a state may lag behind the last that can be expected.
_LAGGING = 8

_SAID = {
    "new": "new",
    "updated": "updated to a newer release",
    "kept": "kept, complete already",
    "missing": "not at the publisher",
    "edited": "changed by hand and left alone",
    "failed": "failed",
}


def list_sources(console: Console) -> None:
    """Print the catalogue: each source, the study key it serves, what its files are told apart by."""
    listing = Table("source", "study key", "one file for each", "years", "what it is", box=None)
    companions = {name for source in catalogue().values() for name in source.companions}
    for source in catalogue().values():
        if source.name not in companions:
            years = ", ".join(map(str, source.only)) or (f"{source.first_year} on" if source.years else "")
            listing.add_row(source.name, source.key, ", ".join(source.each), years, source.title)
    console.print(listing)


def list_files(files: Sequence[Wanted], folder: Path, publisher: Publisher, console: Console) -> None:
    """Print files, their addresses and their sizes, without asking anybody for anything."""
    listing = Table("file", "address", "size", box=None)
    for file in files:
        listing.add_row(file.file, publisher.address(file.address), f"about {_size(file.source.about)}")
    console.print(listing)
    total = sum(file.source.about for file in files)
    console.print(
        f"{len(files):,} files, about {_size(total)} in all, into {folder}; nothing was fetched",
        highlight=False,
    )


def latest_files(
    source: PublishedSource, states: Sequence[str], publisher: Publisher, mixed: bool, console: Console
) -> list[Wanted]:
    """The files of a source whose states lag behind each other, of the latest year that every state has.

    Parameters
    ----------
    source : PublishedSource
        One that is marked ``latest`` in the catalogue.
    states : sequence of str
        States, by code or abbreviation.
    publisher : Publisher
        Asked which years it has.
    mixed : bool
        Take the latest year of each state, although they differ.
    console : Console
        Told which states lag.

    Raises
    ------
    DownloadError
        The publisher has no year of a state.
    """
    latest = {state: _latest_year(source, state, publisher) for state in states}
    common = min(latest.values(), default=0)
    if len(set(latest.values())) > 1:
        for state, year in latest.items():
            lag = ", behind the others" if year == common else ""
            console.print(f"{source.name}: the latest of {state} is {year}{lag}", highlight=False)
        console.print(
            "each state's own latest year is taken: put `mixed_flow_years: true` into the study"
            if mixed
            else f"{common} is taken for all; --mixed-years takes each state's own latest",
            highlight=False,
        )
    out: dict[str, Wanted] = {}
    for state in states:
        for file in wanted_files(source, [state], [latest[state] if mixed else common]):
            out[file.file] = file
    return list(out.values())


def _latest_year(source: PublishedSource, state: str, publisher: Publisher) -> int:
    last = source.last_year(date.today())
    alone = replace(source, companions=())
    for year in range(last, max(source.first_year, last - _LAGGING) - 1, -1):
        if publisher.exists(wanted_files(alone, [state], [year])[0].address):
            return year
    raise DownloadError(
        f"the publisher has no {source.name} of {state} from {last - _LAGGING} to {last}",
        source.title,
        f"see {source.page}; name a year with --years",
    )


def fetch_files(
    files: Sequence[Wanted], folder: Folder, publisher: Publisher, console: Console
) -> list[Outcome]:
    """Fetch files into a folder with a progress bar, and print what became of them.

    Raises
    ------
    DownloadError
        A file failed, or none of the files is at the publisher.
    """
    with folder.held(lambda: _waiting(folder, console)):
        outcomes = _fetched(files, folder, publisher, console, newer=False)
    _summarize(outcomes, console)
    _refuse_failures(outcomes)
    return outcomes


def check_folder(folder: Folder, publisher: Publisher, console: Console) -> bool:
    """Print which files are no longer their publisher's latest and what is different; True if any is."""
    _refuse_empty(folder)
    stale, unknown = stale_files(folder, publisher)
    for file in stale:
        console.print(f"[yellow]revised[/] {file.file}: {escape(file.change)}", highlight=False)
    for line in unknown:
        console.print(f"[yellow]not known[/] {escape(line)}", highlight=False)
    newer = newer_years(folder)
    for name, years in newer.items():
        console.print(f"[yellow]may be there[/] {name} of {', '.join(map(str, years))}", highlight=False)
    count = len(folder.receipts())
    console.print(f"{count:,} files, {len(stale)} revised by the publisher", highlight=False)
    if stale or newer:
        console.print("sectorlib fetch --update takes revisions and new years", highlight=False)
    return bool(stale)


def update_folder(folder: Folder, publisher: Publisher, console: Console) -> list[Outcome]:
    """Take newer releases and new years into a folder, and print what they moved.

    Raises
    ------
    DownloadError
        A file failed. The others are in place.
    """
    _refuse_empty(folder)
    with folder.held(lambda: _waiting(folder, console)):
        before = _qcew_paths(folder)
        rows = read_annual(before).rows if before else None
        outcomes = _fetched(wanted_again(folder), folder, publisher, console, newer=True)
        more = next_files(folder, newer_years(folder))
        outcomes += _fetched(more, folder, publisher, console, newer=False)
    _summarize(outcomes, console)
    if rows is not None and any(outcome.state in ("new", "updated") for outcome in outcomes):
        console.print(moved(rows, read_annual(_qcew_paths(folder)).rows), highlight=False)
    _refuse_failures(outcomes)
    return outcomes


def _fetched(
    files: Sequence[Wanted], folder: Folder, publisher: Publisher, console: Console, newer: bool
) -> list[Outcome]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[bytes]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Fetching", total=len(files), bytes="")
        return folder.fetch(
            files,
            publisher,
            newer,
            told=lambda outcome: bar.advance(task),
            progress=lambda file, size: bar.update(task, bytes=f"{file.file} {_size(size)}"),
        )


def _summarize(outcomes: Sequence[Outcome], console: Console) -> None:
    counts = Counter(outcome.state for outcome in outcomes)
    size = sum(outcome.bytes for outcome in outcomes if outcome.state in ("new", "updated"))
    said = [f"{counts[state]:,} {words}" for state, words in _SAID.items() if counts[state]]
    console.print(f"{'; '.join(said) or 'no files'} ({_size(size)} fetched)", highlight=False)
    for state in ("missing", "edited", "failed"):
        named = [outcome for outcome in outcomes if outcome.state == state]
        for outcome in named[:_SHOWN]:
            console.print(
                f"  {_SAID[state]}: {outcome.wanted.file}" + (f": {outcome.reason}" if state != "missing" else ""),
                markup=False, highlight=False, soft_wrap=True,
            )  # fmt: skip
        if len(named) > _SHOWN:
            console.print(f"  and {len(named) - _SHOWN:,} more {_SAID[state]}", highlight=False)


def _refuse_failures(outcomes: Sequence[Outcome]) -> None:
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    if failed:
        raise DownloadError(
            f"{len(failed):,} of {len(outcomes):,} files could not be fetched: {failed[0].reason}",
            "every file, whole",
            "run the same command again: what is complete is kept, and what is cut off goes on where it ended",
        )
    needed = [o for o in outcomes if not o.wanted.source.optional and not o.wanted.source.latest]
    lacking = [outcome for outcome in needed if outcome.state == "missing"]
    if outcomes and (lacking or all(outcome.state == "missing" for outcome in outcomes)):
        first = (lacking or list(outcomes))[0].wanted
        raise DownloadError(
            f"{first.address} is not at the publisher",
            f"{first.source.title}{f', {first.vintage}' if first.vintage else ''}",
            f"the year may not be published yet, or the file has moved: see {first.source.page}",
        )


def _refuse_empty(folder: Folder) -> None:
    if not folder.receipts():
        raise NotSupportedError(
            f"{folder.path} holds nothing that sectorlib fetched",
            "a folder with downloads.json",
            "fetch into it first, or name another with --out",
        )


def _qcew_paths(folder: Folder) -> list[Path]:
    names = [n for n, r in folder.receipts().items() if r.source == "qcew" and not n.endswith("US000.csv")]
    return [folder.path / name for name in names]


def _waiting(folder: Folder, console: Console) -> None:
    console.print(f"another fetch is writing to {folder.path}; waiting for it", highlight=False)


def _size(size: int) -> str:
    """Bytes for people.

    >>> _size(0), _size(3_400), _size(85_000_000)
    ('0 kB', '3 kB', '85 MB')
    """
    for unit, scale in (("GB", 10**9), ("MB", 10**6)):
        if size >= scale:
            return f"{size / scale:,.0f} {unit}"
    return f"{size / 1000:,.0f} kB"
