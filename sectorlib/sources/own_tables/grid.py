"""Any small or large table as a grid: rows of cells, the header among them not yet found."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineSheet

from sectorlib.exceptions import LayoutError, MissingFileError
from sectorlib.sources.text_tables import cell_text, open_workbook

#: Lines looked at to find how the cells of a text file are divided.
_LINES = 200

_WORKBOOKS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet or text file, as text with its leading blanks; ``first_row`` as a person counts."""

    rows: list[list[str]]
    label: str
    sheet: str = ""
    first_row: int = 1
    notes: tuple[str, ...] = ()
    delimiter: str = ","


def read_grids(path: Path) -> list[Grid] | pd.DataFrame:
    """The sheets of a workbook or the one grid of a text file; a Parquet file is a frame already.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        It cannot be read, or holds nothing.
    """
    if not path.is_file():
        raise MissingFileError(f"{path} is not there", "a file", "check the path")
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        try:
            return pq.read_table(path).to_pandas()
        except (pa.ArrowInvalid, OSError) as error:
            raise LayoutError(
                f"{path.name} cannot be read: {error}", "a Parquet file", "write the file again"
            ) from None
    if suffix in _WORKBOOKS:
        sheets = open_workbook(path)
        return [_of_sheet(path, name, sheet) for name, sheet in sheets.items()]
    return [_of_text(path.name, _bytes(path))]


def _of_sheet(path: Path, name: str, sheet: CalamineSheet) -> Grid:
    rows = [[_sheet_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    notes = []
    filled = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for i in range(top, min(bottom, len(rows) - 1) + 1):
            for j in range(left, min(right, len(rows[i]) - 1) + 1):
                if not rows[i][j] and rows[top][left]:
                    rows[i][j] = rows[top][left]
                    filled += i > top
    if filled:
        notes.append(f"merged cells: {filled} cells below the first of a merged block take its value")
    return Grid(rows, path.name, name, 1, tuple(notes))


def _sheet_text(value: object) -> str:
    """A cell as text; leading blanks, which show the level of a line, stay."""
    if isinstance(value, str):
        return value.rstrip()
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d") if hasattr(value, "year") else str(value)
    return "" if value is None else cell_text(value)


def _bytes(path: Path) -> bytes:
    suffix = path.suffix.lower()
    try:
        if suffix == ".gz":
            return gzip.decompress(path.read_bytes())
        if suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = [n for n in archive.namelist() if n.lower().endswith((".csv", ".txt", ".tsv"))]
                names = [n for n in names if not Path(n).name.startswith("._")]
                if len(names) != 1:
                    raise LayoutError(
                        f"{path.name} holds {len(names)} text files{': ' + ', '.join(names[:5]) if names else ''}",
                        "a zip of one table",
                        "unpack it and name the file that is meant",
                    )
                return archive.read(names[0])
        return path.read_bytes()
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise LayoutError(
            f"{path.name} cannot be read: {error}", "a file as its suffix says", "download or save it again"
        ) from None


def _of_text(label: str, content: bytes) -> Grid:
    text, notes = _decoded(content)
    if not text.strip():
        raise LayoutError(f"{label} is empty", "a table with a header and rows", "save it again")
    lines = text.splitlines()[:_LINES]
    delimiter = _delimiter(lines)
    if delimiter != ",":
        shown = {"\t": "tabs", ";": "semicolons", "|": "bars"}[delimiter]
        notes.append(f"cells are divided by {shown}")
    rows = [
        [cell.rstrip() for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    ]
    return Grid(rows, label, notes=tuple(notes), delimiter=delimiter)


def _decoded(content: bytes) -> tuple[str, list[str]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16"), ["text is in UTF-16"]
    if content[1:200:2].count(0) > 40:
        return content.decode("utf-16-le"), ["text is in UTF-16"]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), ["text is in Windows-1252"]


def _delimiter(lines: list[str]) -> str:
    """The delimiter by which most lines have equally many cells, more than one."""
    best, score = ",", (0, 0)
    for delimiter in (",", "\t", ";", "|"):
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (count, width) > score:
                best, score = delimiter, (count, width)
    return best
