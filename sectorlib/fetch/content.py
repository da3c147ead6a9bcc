"""Whether a downloaded file is what it should be: its format, its columns, and that it is no other area's or year's."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from sectorlib import naics
from sectorlib.exceptions import DownloadError, LayoutError
from sectorlib.fetch.catalogue import Content
from sectorlib.sources.text_tables import read_sheets

#: How web pages begin that servers send, with status 200, in place of a file.
_PAGES = (b"<!doctype html", b"<html", b"<?xml", b"<head")

#: What a file of each binary format begins with.
_MAGIC = {"gzip": b"\x1f\x8b", "zip": b"PK", "workbook": b"PK"}

#: Federal, state, local government and private: their totals add up to that of all ownerships.
_OWNERS = ("1", "2", "3", "5")

#: Rows at the top of each sheet in which a workbook's text is looked for.
_TOP = 12


def verify(path: Path, content: Content, label: str) -> int:
    """Hold a downloaded file against what it must be, reading it to its end.

    Parameters
    ----------
    path : Path
        The file, whatever its name.
    content : Content
        What it must be.
    label : str
        Its address, for messages.

    Returns
    -------
    int
        Rows of data; for workbooks and shapes, which are not read here, the number of sheets or members.

    Raises
    ------
    DownloadError
        It is a web page, damaged, cut off, of another layout, or another file than the one asked for.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "36055.csv"
    >>> _ = path.write_text("area_fips,year\\n36055,2023\\n")
    >>> verify(path, Content("csv", ("area_fips", "year"), {"area_fips": "36055"}), "address")
    1
    """
    with path.open("rb") as file:
        raw = file.read(512)
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        raise _refused(label, "an empty file")
    if start.startswith(_PAGES):
        raise _refused(label, "a web page instead of the file")
    magic = _MAGIC.get(content.kind)
    if magic is not None and not raw.startswith(magic):
        raise _refused(label, f"no {content.kind} file")
    try:
        return _READERS[content.kind](path, content, label)
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, RuntimeError, LayoutError) as error:
        raise _refused(label, f"a damaged {content.kind} file ({error.args[0]})") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(label, f"text that cannot be read ({error})") from None


def is_web_page(content_type: str) -> bool:
    """Whether a server says that it sends a web page.

    >>> is_web_page("text/html; charset=utf-8"), is_web_page("text/csv")
    (True, False)
    """
    return content_type.split(";")[0].strip().lower() in {"text/html", "application/xhtml+xml"}


def unpacked_members(path: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    """The members of a zip that a pattern fits, by the name without folders."""
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir() and Content("zip", member=pattern).is_member(info.filename):
                yield Path(info.filename).name, archive.read(info)


def _csv(path: Path, content: Content, label: str) -> int:
    with path.open("rb") as file:
        return _rows(file, content, label, "," if content.kind == "csv" else "\t")


def _gzip(path: Path, content: Content, label: str) -> int:
    with gzip.open(path, "rb") as file:  # to the end, where its checksum is
        return _rows(file, content, label, ",")  # type: ignore[arg-type]


def _zip(path: Path, content: Content, label: str) -> int:
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
        if damaged is not None:
            raise _refused(label, f"a damaged zip file (its member {damaged})")
        members = [info for info in archive.infolist() if content.is_member(info.filename)]
        if not members:
            raise _refused(
                label,
                f"a zip without {content.member} (it has {', '.join(archive.namelist()[:3]) or 'nothing'})",
            )
        if not content.columns:
            return len(members)
        rows = 0
        for info in members:
            with archive.open(info) as file:
                rows += _rows(file, content, f"{label}: {info.filename}", ",")
        return rows


def _workbook(path: Path, content: Content, label: str) -> int:
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
        if damaged is not None:
            raise _refused(label, f"a damaged workbook (its part {damaged})")
    named = path.with_name(path.name + ".xlsx")  # its reader goes by the suffix
    named.hardlink_to(path)
    try:
        sheets = [rows[:_TOP] for rows in read_sheets(named)]
    finally:
        named.unlink()
    wanted = content.text.lower()
    if not any(wanted in (cell or "").lower() for rows in sheets for row in rows for cell in row):
        raise _refused(label, f"a workbook without {content.text!r} near the top of a sheet")
    return len(sheets)


def _rows(file: IO[bytes], content: Content, label: str, delimiter: str) -> int:
    """Count a csv file's rows, each with as many fields as its header and the values that it must have."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        return _counted_rows(text, content, label, delimiter)
    finally:
        text.detach()  # the file belongs to whoever opened it


def _counted_rows(text: IO[str], content: Content, label: str, delimiter: str) -> int:
    lines = csv.reader(_whole_lines(text, label), delimiter=delimiter)
    header = [name.strip() for name in next(lines, [])]
    lowered = [name.lower() for name in header]
    missing = [column for column in content.columns if column.lower() not in lowered]
    if missing:
        raise _refused(label, f"a file without {', '.join(missing)} (it has {', '.join(header[:6])})")
    exact = {lowered.index(column.lower()): value for column, value in content.holds.items()}
    begun = {lowered.index(column.lower()): value for column, value in content.begins.items()}
    counts: dict[tuple[str, str], float] = {}
    unseen = dict(content.has)
    count = 0
    for count, row in enumerate(lines, start=1):
        if len(row) != len(header):
            raise _refused(
                label, f"a row of {len(row)} fields under {len(header)} headings (row {count + 1})"
            )
        _check_values(row, header, exact, begun, label, count)
        for column, value in list(unseen.items()):
            if row[lowered.index(column)].strip() == value:
                del unseen[column]
        if content.adds_up:
            place = row[lowered.index("own_code")].strip(), row[lowered.index("industry_code")].strip()
            counts[place] = float(row[lowered.index(content.adds_up)] or 0)
    if not count:
        raise _refused(label, "a header without rows")
    if unseen:
        raise _refused(
            label, f"a part of the file: no row with {' and '.join(map(' '.join, unseen.items()))}"
        )
    broken = _broken_tree(counts)
    if broken:
        raise _refused(label, f"a part of the file: {broken}")
    return count


def _broken_tree(counts: Mapping[tuple[str, str], float]) -> str:
    """The first industry of a QCEW file by area whose parts are not all there; nothing if all are.

    Establishments are never withheld, so that those of an industry are the sum of its parts', but for rounding.
    A file that was cut off between two lines is found out by it.
    """
    parts: dict[tuple[str, str], list[float]] = {}
    for (owner, industry), count in counts.items():
        up = naics.parent(industry)
        if industry == naics.TOTAL and owner in _OWNERS:
            parts.setdefault(("0", naics.TOTAL), []).append(count)
        if up is not None and not industry.startswith("10"):
            parts.setdefault((owner, up), []).append(count)
    deepest = max((len(code.split("-")[0]) for _, code in counts if not code.startswith("10")), default=0)
    for (owner, industry), count in counts.items():
        divided = (
            industry == naics.TOTAL if industry.startswith("10") else len(industry.split("-")[0]) < deepest
        )
        if not divided or owner not in ("0", *_OWNERS):
            continue
        held = parts.get((owner, industry), [])
        if not held or abs(sum(held) - count) > len(held) / 2 + 0.5:
            return f"ownership {owner} has {count:,.0f} establishments in industry {industry}, {sum(held):,.0f} in its parts"
    return ""


def _check_values(
    row: list[str],
    header: list[str],
    exact: Mapping[int, str],
    begun: Mapping[int, str],
    label: str,
    count: int,
) -> None:
    for i, value in exact.items():
        if row[i].strip() != value:
            raise _refused(label, f"{header[i]} {row[i]!r} in row {count + 1}, which is another file's")
    for i, value in begun.items():
        if not row[i].strip().startswith(value):
            raise _refused(label, f"{header[i]} {row[i]!r} in row {count + 1}, which is another file's")


def _whole_lines(text: IO[str], label: str) -> Iterable[str]:
    """Lines as they come; a last line without its end is a file that was cut off."""
    line = "\n"
    for line in text:
        yield line
    if not line.endswith("\n"):
        raise _refused(label, "a file that ends in the middle of a line")


def _refused(label: str, what: str) -> DownloadError:
    return DownloadError(
        f"{label} gave {what}",
        "the published file, whole",
        "try again later; if it stays so, the publisher may have moved or changed the file",
    )


_READERS = {"csv": _csv, "tsv": _csv, "gzip": _gzip, "zip": _zip, "workbook": _workbook}
