"""What a newer release changed, and which of a folder's files are no longer the publisher's latest."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from sectorlib.exceptions import DownloadError, LayoutError
from sectorlib.fetch.catalogue import Wanted, catalogue
from sectorlib.fetch.folder import Folder, Receipt
from sectorlib.fetch.transport import Publisher
from sectorlib.sources.qcew import read_annual
from sectorlib.sources.text_tables import read_text_table

_CELL = ["area", "industry", "ownership", "year"]


@dataclass(frozen=True)
class Stale:
    """A file of which the publisher has another release, and what is different in it."""

    file: str
    source: str
    vintage: str
    change: str


def wanted_again(folder: Folder) -> list[Wanted]:
    """The files of a folder's record as they would be asked for today.

    Returns
    -------
    list of Wanted
        In the order of the record. Files whose source has left the catalogue are not among them.
    """
    return [_as_wanted(receipt) for receipt in folder.receipts().values() if receipt.source in catalogue()]


def stale_files(folder: Folder, publisher: Publisher) -> tuple[list[Stale], list[str]]:
    """Ask the publishers whether a folder's files are still their latest; change nothing.

    Parameters
    ----------
    folder : Folder
        The folder.
    publisher : Publisher
        Where its files came from.

    Returns
    -------
    list of Stale
        Files with another release, and what it changes.
    list of str
        Files of which nothing could be learned, with the reason.
    """
    stale, unknown = [], []
    receipts = folder.receipts()
    with tempfile.TemporaryDirectory(prefix="sectorlib-fetch-") as scratch:
        for file in wanted_again(folder):
            receipt = receipts[file.file]
            copy = Path(scratch) / Path(file.file).name
            try:
                received = publisher.receive(
                    file.address, copy, {"etag": receipt.etag, "modified": receipt.modified}
                )
            except FileNotFoundError:
                unknown.append(f"{file.file}: the publisher has it no longer")
                continue
            except DownloadError as error:
                unknown.append(f"{file.file}: {error.found}")
                continue
            if received is None or received.sha256 == receipt.sha256:
                continue
            # Readers go by a file's suffix: the part is given the name of the file.
            received.path.replace(copy)
            stale.append(
                Stale(file.file, receipt.source, receipt.vintage, changes(folder.path / file.file, copy))
            )
            copy.unlink()
    return stale, unknown


def newer_years(folder: Folder, today: date | None = None) -> dict[str, list[int]]:
    """Years that can be expected at the publisher and that the folder lacks, by source.

    Examples
    --------
    >>> newer_years(Folder(Path(tempfile.mkdtemp())))
    {}
    """
    held: dict[str, set[int]] = {}
    for file in wanted_again(folder):
        if "year" in file.parts:
            held.setdefault(file.source.name, set()).add(int(file.parts["year"]))
    out = {}
    for name, years in held.items():
        source = catalogue()[name]
        last = source.last_year(today or date.today())
        newer = [y for y in range(max(years) + 1, last + 1) if not source.only or y in source.only]
        if newer:
            out[name] = newer
    return out


def next_files(folder: Folder, years: dict[str, list[int]]) -> list[Wanted]:
    """The files of further years of what a folder holds: the same areas, states and industries."""
    out: dict[str, Wanted] = {}
    for file in wanted_again(folder):
        for year in years.get(file.source.name, []):
            values = {**file.parts, "year": f"{year}", "yy": f"{year % 100:02d}"}
            again = file.source.filled(values)
            out.setdefault(again.file, again)
    return list(out.values())


def changes(old: Path, new: Path) -> str:
    """What is different between two releases of a file, in one sentence.

    Parameters
    ----------
    old, new : Path
        The releases. Of QCEW files cells are compared; of other tables, rows.

    Returns
    -------
    str

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "old.csv").write_text("area,jobs\\n36055,10\\n36001,20\\n")
    >>> _ = (folder / "new.csv").write_text("area,jobs\\n36055,11\\n36001,20\\n")
    >>> changes(folder / "old.csv", folder / "new.csv")
    '1 of 2 rows differs'
    """
    try:
        return _changed_cells(read_annual([old]).rows, read_annual([new]).rows)
    except LayoutError:
        pass
    try:
        before, after = read_text_table(old), read_text_table(new)
    except LayoutError:
        return "the bytes differ"
    rows = set(map(tuple, before.astype(str).to_numpy()))
    differ = sum(row not in rows for row in map(tuple, after.astype(str).to_numpy()))
    return f"{differ:,} of {len(after):,} rows {'differs' if differ == 1 else 'differ'}"


def moved(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """What revisions and further years did to all-industry employment, in one sentence for each year that moved.

    Parameters
    ----------
    before, after : DataFrame
        Annual rows: area, industry, ownership, year, employment.

    Returns
    -------
    str
        One line a year.
    """
    old, new = _totals(before), _totals(after)
    lines = []
    for year in sorted(set(old.index) | set(new.index)):
        if year not in old.index:
            lines.append(f"{year}: added, {new[year]:,.0f} jobs in {_areas(after, year):,} counties")
        elif year in new.index and round(old[year]) != round(new[year]):
            change = (new[year] / old[year] - 1) * 100 if old[year] else float("nan")
            lines.append(f"{year}: revised from {old[year]:,.0f} to {new[year]:,.0f} jobs ({change:+.2f}%)")
    return "\n".join(lines) or "no total moved"


def _totals(rows: pd.DataFrame) -> pd.Series:
    return _county_totals(rows).groupby("year")["employment"].sum()


def _areas(rows: pd.DataFrame, year: int) -> int:
    totals = _county_totals(rows)
    return int(totals.loc[totals["year"] == year, "area"].nunique())


def _county_totals(rows: pd.DataFrame) -> pd.DataFrame:
    county = rows["area"].astype(str).str.fullmatch(r"\d{5}") & ~rows["area"].astype(str).str.endswith("000")
    return rows[county & (rows["industry"] == "10") & (rows["ownership"] == "0")]


def _changed_cells(before: pd.DataFrame, after: pd.DataFrame) -> str:
    both = before.astype(dict.fromkeys(_CELL, str)).merge(
        after.astype(dict.fromkeys(_CELL, str)),
        on=_CELL,
        how="outer",
        suffixes=("_old", "_new"),
        indicator=True,
    )
    shared = both["_merge"] == "both"
    differ = pd.Series(False, index=both.index)
    for figure in ("employment", "wages", "establishments"):
        old, new = both[f"{figure}_old"], both[f"{figure}_new"]
        differ |= shared & old.ne(new) & ~(old.isna() & new.isna())
    relative = (
        (both["employment_new"] / both["employment_old"] - 1)
        .abs()
        .where(differ & (both["employment_old"] > 0))
    )
    parts = [f"{int(differ.sum()):,} of {int(shared.sum()):,} cells revised"]
    if relative.notna().any():
        worst = both.iloc[int(relative.fillna(0).to_numpy().argmax())]
        parts.append(
            f"the most in industry {worst['industry']} of {worst['area']}, ownership {worst['ownership']}: "
            f"{worst['employment_old']:,.0f} to {worst['employment_new']:,.0f} jobs"
        )
    for state, what in (("right_only", "new"), ("left_only", "gone")):
        count = int((both["_merge"] == state).sum())
        if count:
            parts.append(f"{count:,} cells {what}")
    return "; ".join(parts)


def _as_wanted(receipt: Receipt) -> Wanted:
    return catalogue()[receipt.source].filled(receipt.parts)
