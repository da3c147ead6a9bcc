"""Tables of text: small files of any common format, every value as it stands, and the county codes in them."""

from __future__ import annotations

import gzip
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from sectorlib import gazetteer
from sectorlib.areas import is_county
from sectorlib.exceptions import LayoutError, MissingFileError, SectorlibError, TableError, UnknownAreaError
from sectorlib.sources.damage import require_sound

#: Columns that a message lists of those a table has.
_SHOWN = 8

#: Columns that hold the state of a county, as their names are compared.
_STATE_COLUMNS = (
    "state",
    "st",
    "stateabbr",
    "statename",
    "stateabbreviation",
    "statepostal",
    "statefips",
    "statecode",
)

#: What the readers raise on a file that is damaged or of another format (pandas: ValueError).
_UNREADABLE = (
    CalamineError,
    pa.ArrowInvalid,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    pd.errors.ParserWarning,
)


def read_text_table(path: str | Path, empty: bool = False) -> pd.DataFrame:
    """Read a small table of any common format with every value as text, as it stands in the file.

    Parameters
    ----------
    path : path
        A csv (also gz), parquet, xls or xlsx file. A text file may be UTF-8 or Windows-1252. In a workbook
        titles above the header, which fill one cell, are passed over, and cells that are merged downwards hold their
        value in every row.
    empty : bool
        Whether a table with a header and no rows will do, such as a form that nobody has filled in yet.

    Returns
    -------
    DataFrame of str
        Blank cells are missing; the index is the row in the file as a person counts it (the header is
        row 1 of a csv file).

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        The file cannot be read, is damaged, or holds no rows.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "codes.csv"
    >>> _ = path.write_text("fips,name\\n01001,Autauga\\n01003,\\n")
    >>> read_text_table(path)
        fips     name
    2  01001  Autauga
    3  01003      NaN
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(
            f"{path} is not there", "a file", "check the path, which is relative to the study file"
        )
    require_sound(path)
    with readable(path), warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # rows with more cells than the header
        table = _READERS.get(path.suffix.lower(), _read_csv)(path).dropna(how="all")
    if len(table.columns) == 1 and any(mark in str(table.columns[0]) for mark in ";\t|"):
        raise LayoutError(
            f"{path.name} has one column, {table.columns[0]!r}: something else than commas stands between its columns",
            "commas between columns, and points before decimals",
            "save it as CSV with commas, or as a workbook",
        )
    if table.empty and not (empty and len(table.columns)):
        raise LayoutError(
            f"{path.name} holds no rows", "a table with a header and rows", "download or save it again"
        )
    return table


def read_delimited(path: Path, endings: Sequence[str]) -> pd.DataFrame:
    """Read a file of the Census Bureau's with commas between, every value as text; rows are numbered as in the file.

    Parameters
    ----------
    path : Path
        The file, or the zip that it comes in.
    endings : sequence of str
        Endings of the file's name in a zip.

    Returns
    -------
    DataFrame
        Names of columns in lower case.

    Raises
    ------
    MissingFileError
        The file is not there.
    LayoutError
        It cannot be read, or the zip has no such file.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "cbp21co.txt"
    >>> _ = file.write_text("FIPSTATE,EST\\n36,12\\n")
    >>> read_delimited(file, ("co.txt",))
      fipstate est
    2       36  12
    """
    if not path.is_file():
        raise MissingFileError(f"{path} is not there", "a county file", "check the path")
    with readable(path):
        rows = pd.read_csv(_unzipped(path, endings), dtype=str, encoding="cp1252", keep_default_na=False)
    rows.columns = [str(name).strip().lower() for name in rows.columns]
    rows.index = pd.RangeIndex(2, len(rows) + 2)
    return rows


def cells_of_one_year(parts: Sequence[pd.DataFrame], what: str, keys: Sequence[str]) -> pd.DataFrame:
    """The rows of several files of one year, one below the other.

    Parameters
    ----------
    parts : sequence of DataFrame
        Rows of each file, with columns area and industry.
    what : str
        What the files are, for the message.
    keys : sequence of str
        Columns that tell rows apart.

    Raises
    ------
    MissingFileError
        There is no file.
    TableError
        A county's industry stands twice.

    Examples
    --------
    >>> one = pd.DataFrame({"area": ["36055"], "industry": ["23"], "businesses": [9]})
    >>> len(cells_of_one_year([one], "Nonemployer Statistics", ["area", "industry"]))
    1
    """
    if not parts:
        raise MissingFileError(f"no {what}", "county files of one year", "name one")
    table = pd.concat(parts, ignore_index=True)
    repeated = table[table.duplicated([*keys])]
    if len(repeated):
        row = repeated.iloc[0]
        raise TableError(
            f"industry {row['industry']} of county {row['area']} stands twice",
            "one row for each county and industry, of one year",
            "leave one of the files out",
        )
    return table


def _unzipped(path: Path, endings: Sequence[str]) -> io.BytesIO | Path:
    """The file, taken out of its zip where it is in one."""
    if path.suffix.lower() != ".zip":
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(tuple(endings))]
            if not names:
                raise LayoutError(
                    f"{path.name} holds no county file", f"a file ending in {endings[0]}", "download it again"
                )
            return io.BytesIO(archive.read(names[0]))
    except zipfile.BadZipFile as error:
        raise LayoutError(f"{path.name} is damaged: {error}", "a zip file", "download it again") from None


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say of a file that turns out to be damaged or of another format which one it is, and what was expected.

    Parameters
    ----------
    path : Path
        The file that is read inside.

    Raises
    ------
    LayoutError
        It cannot be read.

    Examples
    --------
    >>> import io
    >>> with readable(Path("codes.csv")):
    ...     pd.read_csv(io.StringIO(""))
    Traceback (most recent call last):
    sectorlib.exceptions.LayoutError: codes.csv cannot be read: No columns to parse from file
    """
    try:
        yield
    except SectorlibError:
        raise
    except _UNREADABLE as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise LayoutError(
            f"{path.name} cannot be read: {reason}",
            "a table as csv, csv.gz, parquet, xls or xlsx",
            "does the file's suffix say what it is? download or save it again",
        ) from None


def require_columns(table: pd.DataFrame, columns: Sequence[str], path: str | Path, hint: str) -> None:
    """Refuse a table that lacks a column.

    Parameters
    ----------
    table : DataFrame
        As read.
    columns : sequence of str
        What it must have.
    path
        Where it stands, for the message.
    hint : str
        What to do.

    Raises
    ------
    LayoutError
        A column is missing.

    Examples
    --------
    >>> require_columns(pd.DataFrame({"fips": ["36055"]}), ["fips"], "codes.csv", "rename the columns")
    """
    missing = [column for column in columns if column not in table]
    if missing:
        held = [str(column) for column in table]
        raise LayoutError(
            f"{Path(path).name} lacks {', '.join(missing)}; it has {', '.join(held[:_SHOWN])}"
            + (", ..." if len(held) > _SHOWN else ""),
            f"columns {', '.join(columns)}",
            hint,
        )


def possible_numbers(
    values: pd.Series, path: str | Path, column: str, low: float, high: float, hint: str
) -> pd.Series:
    """Figures of a column, each a number that can be; a blank one is missing.

    Parameters
    ----------
    values : Series
        Figures as read, text or numbers; the index is the row in the file.
    path, column
        Where they stand, for the message.
    low, high : float
        The least and the most a figure can be.
    hint : str
        What to do about one that cannot be.

    Returns
    -------
    Series of float
        On the index of ``values``.

    Raises
    ------
    LayoutError
        A figure is no number, infinite, or out of range: its file, row and value.

    Examples
    --------
    >>> possible_numbers(pd.Series(["14", None], index=[2, 3]), "times.csv", "minutes", 0, 1e5, "").tolist()
    [14.0, nan]
    >>> possible_numbers(pd.Series(["14", "inf"], index=[2, 3]), "times.csv", "minutes", 0, 1e5, "leave it out")
    Traceback (most recent call last):
    sectorlib.exceptions.LayoutError: times.csv, row 3: minutes is 'inf'
      expected: a number from 0 to 100,000
      hint: leave it out
    """
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    wrong = values.notna() & ~numbers.between(low, high)
    if wrong.any():
        row = values.index[wrong][0]
        more = f" ({int(wrong.sum())} such rows)" if wrong.sum() > 1 else ""
        raise LayoutError(
            f"{Path(path).name}, row {row}: {column} is {values[row]!r}{more}",
            f"a number from {low:,g} to {high:,.15g}",
            hint,
        )
    return numbers


def county_codes(codes: pd.Series, path: str | Path, column: str) -> pd.Series:
    """County codes as five characters; a leading zero that a spreadsheet took is put back.

    Parameters
    ----------
    codes : Series of str
        Codes as read; the index is the row in the file.
    path, column
        Where they stand, for the message.

    Returns
    -------
    Series of str
        On the index of ``codes``.

    Raises
    ------
    LayoutError
        A code is not a county's: blank, a state, an unknown county, a foreign country, a name.

    Examples
    --------
    >>> county_codes(pd.Series(["36055", "1001"]), "flows.csv", "home").tolist()
    ['36055', '01001']
    """
    padded = codes.astype("str").str.strip().str.removesuffix(".0")
    padded = padded.where(~padded.str.fullmatch(r"\d{4}").fillna(False), "0" + padded)
    wrong = ~is_county(padded)
    if wrong.any():
        row = codes.index[wrong][0]
        value = "nothing" if pd.isna(codes[row]) else repr(codes[row])
        raise LayoutError(
            f"column {column} of {Path(path).name} holds {value} in row {row} ({int(wrong.sum())} such rows)",
            "county codes of five digits, such as 36055",
            "leave out rows for states, unknown counties (999), totals and other countries",
        )
    return padded


def county_states(table: pd.DataFrame, state: str | None = None) -> pd.Series:
    """The state of each row of a table, missing where nothing says it.

    Parameters
    ----------
    table : DataFrame
        As read.
    state : str, optional
        A state's name, or the column that has it. Without it a column called state is taken, if it holds states.

    Examples
    --------
    >>> county_states(pd.DataFrame({"county": ["Albany"], "State": ["NY"]})).to_list()
    ['NY']
    """
    if state is not None:
        return table[state] if state in table else pd.Series(state, index=table.index)
    plain = {re.sub(r"[^a-z]", "", str(column).lower()): column for column in table}
    named = next((plain[name] for name in _STATE_COLUMNS if name in plain), None)
    held = None if named is None else table[named]
    # A number is a state's code or somebody's own numbering: only a name or an abbreviation is told for sure.
    if held is None or held.dropna().map(gazetteer.state_code).isna().any():
        return pd.Series(None, index=table.index, dtype="str")
    return held


def counties_by_name(written: pd.Series, states: pd.Series, path: str | Path, column: str) -> pd.Series:
    """The codes of counties that are written by code, by name, or by three digits within their state.

    Parameters
    ----------
    written : Series of str
        As read; the index is the row in the file.
    states : Series
        The state of each, missing where nothing says it (:func:`county_states`).
    path, column
        Where they stand, for the message.

    Raises
    ------
    LayoutError
        A code is not a county's, or a name is no county's or that of several.

    Examples
    --------
    >>> counties_by_name(pd.Series(["Albany", "003"]), pd.Series(["NY", "NY"]), "boards.csv", "county").to_list()
    ['36001', '36003']
    """
    text = written.astype("str").str.strip()
    by_code = text.str.fullmatch(r"\d{4,5}(\.0)?").fillna(False).astype(bool)
    named = text.str.contains("[A-Za-z]").fillna(False).astype(bool)
    if by_code.all() or (states.isna().all() and not named.any()):
        return county_codes(written, path, column)
    try:
        return gazetteer.county_codes(written, states)
    except UnknownAreaError as error:
        found = re.sub(r" \(row (\d+)\)", r" in row \1", error.found)
        raise LayoutError(
            f"column {column} of {Path(path).name}: {found}",
            "counties by code (36055), or by name with their state",
            f"{error.hint}; a column called state says the state of each row",
        ) from None


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        table = _parse_csv(path, "utf-8-sig", "strict")
    except UnicodeDecodeError:
        table = _parse_csv(path, "cp1252", "replace")
    return table.set_axis(range(2, len(table) + 2))


def _parse_csv(path: Path, encoding: str, errors: str) -> pd.DataFrame:
    table = pd.read_csv(
        path, dtype=str, encoding=encoding, encoding_errors=errors, index_col=False,
        keep_default_na=False, na_values=[""], skip_blank_lines=False,
    )  # fmt: skip
    return table.rename(columns=str.strip).apply(_stripped)


def _read_parquet(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path)
    text = table.apply(lambda column: column.astype("str").where(column.notna()))
    return text.apply(_stripped).set_axis(range(1, len(table) + 1))


def open_workbook(path: Path, expected: str = "a workbook (xls, xlsx)") -> dict[str, CalamineSheet]:
    """The sheets of a workbook by name.

    Parameters
    ----------
    path : Path
        The workbook.
    expected : str
        What it should be, for the message.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        The file is no workbook.
    """
    if not path.is_file():
        raise MissingFileError(f"{path} is not there", expected, "check the path")
    require_sound(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        return {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
    except CalamineError as error:
        raise LayoutError(
            f"{path.name} cannot be read as a workbook ({error})",
            expected,
            "download or save it again; a ZIP file that it comes in has to be unpacked",
        ) from None


def read_sheets(path: Path) -> Iterator[list[list[str | None]]]:
    """Each sheet of a workbook, its cells as text; blank ones are None. Raises as :func:`open_workbook`."""
    for sheet in open_workbook(path).values():
        rows = sheet.to_python(skip_empty_area=False)
        yield [[cell_text(value) or None for value in row] for row in rows]


def cell_text(value: object) -> str:
    """A cell of a workbook as text: whole numbers, which a spreadsheet holds with a ".0", without it.

    Examples
    --------
    >>> cell_text(36055.0), cell_text(" Monroe ")
    ('36055', 'Monroe')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _read_workbook(path: Path) -> pd.DataFrame:
    sheets = open_workbook(path).values()
    for sheet, rows in zip(sheets, read_sheets(path), strict=True):
        headers = (i for i, row in enumerate(rows) if sum(value is not None for value in row) > 1)
        header = next(headers, None)
        if header is not None:
            _fill_merged(rows, header, sheet)
            table = pd.DataFrame(
                rows[header + 1 :], columns=[value or "" for value in rows[header]], dtype="str"
            )
            return table.set_axis(range(header + 2, len(rows) + 1))
    return pd.DataFrame()


def _fill_merged(rows: list[list[str | None]], header: int, sheet: CalamineSheet) -> None:
    """Give cells that are merged downwards, below the header, their value in every row."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top > header and bottom > top and left == right:
            for row in range(top + 1, min(bottom + 1, len(rows))):
                rows[row][left] = rows[top][left]


def _stripped(column: pd.Series) -> pd.Series:
    text = column.str.strip()
    return text.where(text != "")


_READERS = {
    ".parquet": _read_parquet,
    ".xls": _read_workbook,
    ".xlsx": _read_workbook,
}
