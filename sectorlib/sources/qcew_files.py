"""The files of the Quarterly Census of Employment and Wages: which layout each has, and how its rows are queried."""

from __future__ import annotations

import csv
import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sectorlib import naics
from sectorlib.exceptions import LayoutError, MissingFileError, nearest

_KEYS = ("area_fips", "own_code", "industry_code", "year", "qtr", "disclosure_code")


@dataclass(frozen=True)
class Layout:
    """One official layout: the names its columns go by."""

    name: str
    columns: dict[str, tuple[str, ...]]

    def resolve(self, header: Sequence[str]) -> dict[str, str] | None:
        """Our name to the file's name for each column, or None if a column is not there."""
        found = {
            ours: next((n for n in theirs if n in header), None) for ours, theirs in self.columns.items()
        }
        return None if None in found.values() else {k: str(v) for k, v in found.items()}


ANNUAL = Layout(
    "annual",
    {
        **{k: (k,) for k in _KEYS},
        "establishments": ("annual_avg_estabs", "annual_avg_estabs_count"),
        "employment": ("annual_avg_emplvl",),
        "wages": ("total_annual_wages",),
    },
)
QUARTERLY = Layout(
    "quarterly",
    {
        **{k: (k,) for k in _KEYS},
        "establishments": ("qtrly_estabs", "qtrly_estabs_count"),
        "month1": ("month1_emplvl",),
        "month2": ("month2_emplvl",),
        "month3": ("month3_emplvl",),
        "wages": ("total_qtrly_wages",),
    },
)


@dataclass(frozen=True)
class Source:
    """Files of one layout with the same columns, read together."""

    layout: Layout
    names: dict[str, str]
    header: tuple[str, ...]
    paths: tuple[Path, ...]
    label: str

    def select(self, more: Sequence[str] = ()) -> str:
        """SQL for the rows with our column names, all sizes of establishment together."""
        files = "[" + ", ".join(sql_text(str(p)) for p in self.paths) + "]"
        table = (
            f"read_parquet({files})"
            if _format(self.paths[0]) == "parquet"
            else f"read_csv({files}, all_varchar=true, header=true, delim=',', quote='\"')"
        )
        figures = [n for n in self.layout.columns if n not in _KEYS]
        # A blank figure is not known, whatever its code says; an establishment count is never withheld.
        blank = " OR ".join(f'"{self.names[n]}" IS NULL' for n in figures if n != "establishments")
        columns = [
            f"{_area_sql(self.names['area_fips'])} AS area",
            f"{_range_sql(self.names['industry_code'])} AS industry",
            f"{_code_sql(self.names['own_code'])} AS ownership",
            f'CAST("{self.names["year"]}" AS SMALLINT) AS year',
            f"{_code_sql(self.names['qtr'])} AS quarter",
            f"coalesce({_code_sql(self.names['disclosure_code'])}, '') = 'N' OR {blank} AS withheld",
            *(f'CAST("{self.names[n]}" AS DOUBLE) AS {n}' for n in figures),
            *(f'CAST("{c}" AS DOUBLE) AS "{c}"' for c in more),
        ]
        size = f" WHERE {_code_sql('size_code')} = '0'" if "size_code" in self.header else ""
        return f"SELECT {', '.join(columns)} FROM {table}{size}"


@contextmanager
def grouped_files(paths: Iterable[Path]) -> Iterator[list[Source]]:
    """Group files by layout and columns; unpack zips to a temporary folder for as long as they are read.

    Raises
    ------
    MissingFileError
        A path that is no file.
    LayoutError
        A file of no known layout, a damaged one, or none at all.
    """
    with tempfile.TemporaryDirectory(prefix="sectorlib-qcew-") as scratch:
        groups: dict[tuple[tuple[str, ...], str], list[tuple[Path, str]]] = {}
        for path in map(Path, paths):
            if not path.is_file():
                raise MissingFileError(
                    f"{path} is not a file", "a QCEW file", "check the study's panel paths"
                )
            for member, label in _unpacked(path, Path(scratch)):
                groups.setdefault((_header(member, label), _format(member)), []).append((member, label))
        if not groups:
            raise LayoutError("no QCEW data file", "at least one CSV or Parquet file", "name a file")
        yield [_recognise(header, members) for (header, _), members in groups.items()]


def _format(path: Path) -> str:
    return "parquet" if path.suffix.lower() == ".parquet" else "text"


def _unpacked(path: Path, scratch: Path) -> Iterator[tuple[Path, str]]:
    """A file with its label, or the CSV members of a zip, unpacked one at a time."""
    if path.suffix.lower() != ".zip":
        yield path, path.name
        return
    members = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for info in filter(_is_data, archive.infolist()):
                # Numbered, since members of two archives may share a name.
                target = scratch / f"{len(list(scratch.iterdir()))}.csv"
                with archive.open(info) as member, target.open("wb") as copy:
                    shutil.copyfileobj(member, copy, 1 << 20)
                members += 1
                yield target, f"{path.name}: {Path(info.filename).name}"
    # A damaged member, one that is encrypted, one compressed in a way Python does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise LayoutError(
            f"{path} is not a readable zip: {error}", "a zip of CSV files", "download the file again"
        ) from None
    if not members:
        raise LayoutError(
            f"{path} holds no CSV file", "a zip of CSV files", "unpack it, or download it again"
        )


def _is_data(info: zipfile.ZipInfo) -> bool:
    """Whether a zip's member is a CSV file, not a folder or what a Mac leaves beside each file."""
    name = Path(info.filename).name
    return name.lower().endswith(".csv") and not name.startswith("._") and "__MACOSX" not in info.filename


def _header(path: Path, label: str) -> tuple[str, ...]:
    if _format(path) == "parquet":
        try:
            return tuple(pq.read_schema(path).names)
        except (pa.ArrowInvalid, OSError):
            raise LayoutError(f"{label} is not a Parquet file", "Parquet", "write the file again") from None
    opener = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opener(path, "rb") as lines:  # the header alone: titles further down may be in another encoding
            first = lines.readline().decode("utf-8-sig")
    except (UnicodeDecodeError, OSError, EOFError, zlib.error):
        raise LayoutError(
            f"{label} is not a text file in UTF-8",
            "a CSV file, or gzip, zip or Parquet",
            "check the file's suffix",
        ) from None
    return tuple(c.strip() for c in next(csv.reader([first]), []))


def _recognise(header: tuple[str, ...], members: list[tuple[Path, str]]) -> Source:
    labels = [label for _, label in members]
    label = labels[0] + (f" and {len(labels) - 1} more" if len(labels) > 1 else "")
    for layout in (QUARTERLY, ANNUAL):
        names = layout.resolve(header)
        if names:
            return Source(layout, names, header, tuple(p for p, _ in members), label)
    wanted = [theirs[0] for theirs in ANNUAL.columns.values()]
    lacking = [
        n
        for n, theirs in zip(wanted, ANNUAL.columns.values(), strict=True)
        if not any(t in header for t in theirs)
    ]
    close = [f"{c[0]!r} for {n!r}" for n in lacking if (c := nearest(n, header, 1))]
    raise LayoutError(
        f"{label} has columns {', '.join(header[:8])}{', ...' if len(header) > 8 else ''}; "
        f"it lacks {', '.join(lacking)}",
        "a QCEW layout, annual (annual_avg_emplvl, ...) or quarterly (month1_emplvl, ...)",
        f"rename {'; '.join(close)}" if close else "is this a QCEW file?",
    )


def unreadable(sources: list[Source], error: duckdb.Error) -> LayoutError:
    """The error to raise where a query of files failed on what they hold."""
    text = str(error)
    encoding = "unicode" in text.lower() or "utf-8" in text.lower()
    return LayoutError(
        f"{', '.join(s.label for s in sources)}: {text.splitlines()[0]}",
        "numbers where the layout has numbers, and as many fields in each row as in the header",
        "save the file as UTF-8"
        if encoding
        else "a truncated download is the usual cause; download it again",
    )


def sql_text(value: str) -> str:
    """SQL for a text.

    >>> sql_text("O'Brien")
    "'O''Brien'"
    """
    return "'" + value.replace("'", "''") + "'"


def _code_sql(column: str) -> str:
    """SQL for a code: text without blanks, also where a file holds it as a number."""
    return f'trim(CAST("{column}" AS VARCHAR))'


def _area_sql(column: str) -> str:
    """SQL for an area code, with the leading zero that spreadsheets and numbers lose."""
    code = _code_sql(column)
    return f"CASE WHEN regexp_full_match({code}, '[0-9]{{4}}') THEN '0' || {code} ELSE {code} END"


def _range_sql(column: str) -> str:
    """SQL for an industry code as BLS writes it: some files say 31 for 31-33."""
    cases = " ".join(f"WHEN {sql_text(k)} THEN {sql_text(v)}" for k, v in naics.RANGES.items())
    return f"CASE {_code_sql(column)} {cases} ELSE {_code_sql(column)} END"
