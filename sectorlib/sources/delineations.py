"""Delineations and jurisdictions: files that say which county belongs to what.

Official layouts are recognised by their columns, wherever the file comes from; of any other file the user
names the two columns.
"""

from __future__ import annotations

import gzip
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from sectorlib.areas import is_county
from sectorlib.exceptions import LayoutError, MissingFileError, TableError
from sectorlib.membership import membership

#: What the readers raise on a file that is damaged or of another format (pandas: ValueError).
_UNREADABLE = (
    CalamineError,
    pa.ArrowInvalid,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    ValueError,
    pd.errors.ParserWarning,
)


@dataclass(frozen=True)
class Layout:
    """An official delineation: the columns of the county's code (joined), the group and its title."""

    system: str
    member: tuple[str, ...]
    group: str
    title: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns the layout needs."""
        return (*self.member, self.group, *((self.title,) if self.title else ()))


LAYOUTS = (
    Layout(  # USDA Economic Research Service; the same file holds the zones of 1980
        "commuting zone 1990", ("County FIPS Code",), "CZ90", "Name of largest place in Commuting Zone"
    ),
    Layout("commuting zone 2020", ("GEOID",), "CZ20"),  # Fowler (2024)
    Layout(  # Office of Management and Budget, list 1; counties outside every such area are not listed
        "core based statistical area", ("FIPS State Code", "FIPS County Code"), "CBSA Code", "CBSA Title"
    ),
    Layout("", ("member",), "group", "title"),  # a membership that sectorlib wrote
)


def read_delineation(path: str | Path, member: str | None = None, group: str | None = None) -> pd.DataFrame:
    """Read which county belongs to which group.

    Parameters
    ----------
    path : path
        A csv (also gz), parquet, xls or xlsx file. Of a workbook the first sheet that is not empty is read.
    member, group : str, optional
        Columns of the county codes and of the groups. Without them the file must have one of the official
        layouts (:data:`LAYOUTS`): the ERS commuting zones (those of 1990), the commuting zones of 2020
        (Fowler) or the metropolitan and micropolitan areas (OMB, list 1).

    Returns
    -------
    DataFrame
        Membership: member (five-digit county), group, weight 1, title, system (the layout's; with given
        columns the name of the group column). Counties whose group is blank are left out: blank means not
        recorded, which is not the same as belonging nowhere; :func:`not_recorded` lists them.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        The columns are not there, or a code is not a county's.
    TableError
        A county is in two groups.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "boards.csv"
    >>> _ = path.write_text("fips,board\\n1001,River\\n36059,\\n36055,Finger Lakes\\n")
    >>> read_delineation(path, member="fips", group="board")
      member         group  weight         title system
    0  36055  Finger Lakes     1.0  Finger Lakes  board
    1  01001         River     1.0         River  board
    """
    layout, rows = _rows(Path(path), member, group)
    recorded = rows.dropna(subset="group").drop_duplicates(["member", "group"])
    _refuse_two_groups(recorded, Path(path))
    titles = recorded.groupby("group")["title"].first()
    repeated = titles.duplicated(keep=False)
    titles = titles.where(~repeated, titles + " (" + titles.index + ")")
    named = {str(code): str(title) for code, title in titles.items()}
    return membership(recorded.set_index("member")["group"], system=layout.system, titles=named)


def not_recorded(path: str | Path, member: str | None = None, group: str | None = None) -> list[str]:
    """Counties that a delineation lists without a group: missing data, not "belongs to none".

    Parameters
    ----------
    path, member, group
        As for :func:`read_delineation`, with the same errors.

    Returns
    -------
    list of str
        County codes, sorted.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "boards.csv"
    >>> _ = path.write_text("fips,board\\n36059,\\n36055,Finger Lakes\\n")
    >>> not_recorded(path, member="fips", group="board")
    ['36059']
    """
    _, rows = _rows(Path(path), member, group)
    return sorted(set(rows["member"]) - set(rows.dropna(subset="group")["member"]))


def read_text_table(path: str | Path) -> pd.DataFrame:
    """Read a small table of any common format with every value as text, as it stands in the file.

    Parameters
    ----------
    path : path
        A csv (also gz), parquet, xls or xlsx file. A text file may be UTF-8 or Windows-1252. In a workbook
        titles above the header, which fill one cell, are passed over.

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
        The file cannot be read, or holds no rows.

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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # rows with more cells than the header
            table = _READERS.get(path.suffix.lower(), _read_csv)(path).dropna(how="all")
    except _UNREADABLE as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise LayoutError(
            f"{path.name} cannot be read: {reason}",
            "a table as csv, csv.gz, parquet, xls or xlsx",
            "does the file's suffix say what it is? download or save it again",
        ) from None
    if table.empty:
        raise LayoutError(
            f"{path.name} holds no rows", "a table with a header and rows", "download or save it again"
        )
    return table


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


def _rows(path: Path, member: str | None, group: str | None) -> tuple[Layout, pd.DataFrame]:
    """The file's layout, and its rows as member, group (missing where blank) and title."""
    table = read_text_table(path)
    layout = _layout(table, path, member, group)
    _refuse_split_counties(table, path)
    codes = table[layout.member[0]]
    for more in layout.member[1:]:
        codes = codes + table[more]
    table = table[: _last_filled(codes)]  # notes follow the table
    return layout, pd.DataFrame(
        {
            "member": county_codes(codes[: len(table)], path, " + ".join(layout.member)),
            "group": table[layout.group],
            "title": table[layout.title or layout.group],
        }
    )


def _layout(table: pd.DataFrame, path: Path, member: str | None, group: str | None) -> Layout:
    if member is None and group is None:
        for layout in LAYOUTS:
            if set(layout.columns) <= set(table.columns):
                return layout
        expected = "; or ".join(", ".join(layout.columns) for layout in LAYOUTS)
        raise LayoutError(
            f"{path.name} has columns {', '.join(table.columns)}",
            f"those of a known delineation: {expected}",
            "name the column of the county codes (member) and that of the groups (group)",
        )
    if member is None or group is None:
        raise LayoutError(
            f"only one of member ({member}) and group ({group}) is given for {path.name}",
            "both columns, or neither",
            f"the file has columns {', '.join(table.columns)}",
        )
    for column in (member, group):
        if column not in table:
            raise LayoutError.unknown_name(f"column of {path.name}", column, table.columns)
    return Layout(group, (member,), group)


def _refuse_split_counties(table: pd.DataFrame, path: Path) -> None:
    weights = pd.to_numeric(table.get("weight", pd.Series(dtype=str)), errors="coerce").dropna()
    if (weights != 1).any():
        row = weights.index[weights != 1][0]
        raise LayoutError(
            f"column weight of {path.name} holds {weights[row]:g} in row {row}",
            "counties that belong wholly to one group",
            "read a table of split counties with pandas and hold it against check_membership",
        )


def _last_filled(values: pd.Series) -> int:
    filled = values.notna().to_numpy().nonzero()[0]
    return int(filled[-1]) + 1 if len(filled) else len(values)


def _refuse_two_groups(recorded: pd.DataFrame, path: Path) -> None:
    again = recorded["member"].duplicated()
    if again.any():
        row = recorded.index[again][0]
        county = recorded["member"][row]
        groups = recorded.loc[recorded["member"] == county, "group"]
        raise TableError(
            f"{path.name} has county {county} in {groups.iloc[0]!r} and, in row {row}, in {groups.iloc[1]!r}",
            "one group for each county",
            "keep one, or leave the group blank if the county is split",
        )


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


def read_sheets(path: Path) -> Iterator[list[list[str | None]]]:
    """Each sheet of a workbook, its cells as text; blank ones are None.

    Raises
    ------
    LayoutError
        The file is no workbook.
    """
    try:
        workbook = CalamineWorkbook.from_path(path)
    except CalamineError as error:
        raise LayoutError(
            f"{path.name} cannot be read: {error}", "a workbook (xls, xlsx)", "download or save it again"
        ) from None
    for name in workbook.sheet_names:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield [[_cell(value) for value in row] for row in rows]


def _read_workbook(path: Path) -> pd.DataFrame:
    for rows in read_sheets(path):
        headers = (i for i, row in enumerate(rows) if sum(value is not None for value in row) > 1)
        header = next(headers, None)
        if header is not None:
            table = pd.DataFrame(
                rows[header + 1 :], columns=[value or "" for value in rows[header]], dtype="str"
            )
            return table.set_axis(range(header + 2, len(rows) + 1))
    return pd.DataFrame()


def _cell(value: Any) -> str | None:
    """A cell as text: codes that a spreadsheet holds as numbers lose their '.0', blanks are missing."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return text or None


def _stripped(column: pd.Series) -> pd.Series:
    text = column.str.strip()
    return text.where(text != "")


_READERS = {
    ".parquet": _read_parquet,
    ".xls": _read_workbook,
    ".xlsx": _read_workbook,
}
