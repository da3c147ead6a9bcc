"""Openings by occupation: the national employment projections by occupation of the Bureau of Labor Statistics."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from sectorlib.exceptions import LayoutError
from sectorlib.sources.text_tables import cell_text, open_workbook

#: The columns of the table, in order.
COLUMNS = [
    "occupation", "title", "level", "base_year", "target_year", "base_employment", "target_employment",
    "exit_rate", "transfer_rate", "exits", "transfers", "openings", "education", "training",
]  # fmt: skip

#: What a column of table 1.10 is, by words of its heading; the first that fits counts.
_OPENINGS = {
    "level": r"occupation type",
    "base_employment": r"^employment,? \d{4}$",
    "exit_rate": r"exit.* rate|rate.* exits",
    "transfer_rate": r"transfer.* rate|rate.* transfers",
    "exits": r"exits",
    "transfers": r"transfers",
    "openings": r"openings",
}
_EDUCATION = r"typical education needed for entry"
_TRAINING = r"on-the-job training"

#: More thousands of jobs than the United States have.
_MOST_THOUSANDS = 5e5

_CODE = re.compile(r"\d\d-\d{4}")
_YEARS = re.compile(r"(\d{4})[–-](\d{2})\b")
_LEVELS = {"Line item": "detailed", "Summary": "group"}

#: Rows that a heading may take: one, or up to four where cells of it are joined.
_HEADING_ROWS = 5


def read_occupation_projections(path: str | Path) -> pd.DataFrame:
    """Read ``occupation.xlsx`` of the Employment Projections program (Bureau of Labor Statistics).

    Table 1.10 gives separations and openings; the table of worker characteristics (1.2, formerly 1.7) the
    education that is typical at entry. Both ways the tables have been laid out since 2016-26 are read.

    Parameters
    ----------
    path : path
        The workbook.

    Returns
    -------
    DataFrame
        occupation (code of the National Employment Matrix, mostly SOC), title, level (detailed or group),
        base_year, target_year, base_employment and target_employment (jobs, self-employment with it), exit_rate
        and transfer_rate (share of jobs a year: workers who leave the labor force, and who change occupation),
        exits, transfers and openings (jobs a year), education and training ("" where none is given).

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        It is no workbook, or has no table of separations and openings.

    References
    ----------
    Bureau of Labor Statistics, Employment Projections, tables 1.10 and 1.2; "Occupational separations and
    openings" (2017), the separations method.

    Examples
    --------
    >>> import tempfile
    >>> from openpyxl import Workbook
    >>> book = Workbook()
    >>> book.active.append(["Table 1.10 Occupational separations and openings, projected 2024-34 (in thousands)"])
    >>> book.active.append([
    ...     "Matrix title", "Matrix code", "Occupation type", "Employment, 2024", "Employment, 2034",
    ...     "Employment change, numeric, 2024-34", "Employment change, percent, 2024-34",
    ...     "Labor force exit rate", "Occupational transfer rate", "Total occupational separations rate",
    ...     "Labor force exits", "Occupational transfers", "Total occupational separations", "Occupational openings"])
    >>> book.active.append(["Registered nurses", "29-1141", "Line item",
    ...                     3391.0, 3557.1, 166.1, 4.9, 2.8, 2.2, 5.0, 96.9, 75.6, 172.5, 189.1])
    >>> path = Path(tempfile.mkdtemp()) / "occupation.xlsx"
    >>> book.save(path)
    >>> read_occupation_projections(path)[["occupation", "base_employment", "exit_rate", "openings"]]
      occupation  base_employment  exit_rate  openings
    0    29-1141        3391000.0      0.028  189100.0
    """
    path = Path(path)
    workbook = open_workbook(path, "the workbook occupation.xlsx of the Employment Projections program")
    sheets = {name: sheet.to_python() for name, sheet in workbook.items()}
    openings = next((rows for rows in sheets.values() if "separations and openings" in _title(rows)), None)
    if openings is None:
        raise LayoutError(
            f"{path.name} has sheets {', '.join(sheets)}, none with occupational separations and openings",
            "table 1.10: separations and openings by occupation, in thousands",
            "is it occupation.xlsx of the Employment Projections program, 2016-26 or later?",
        )
    table = _separations(openings, path)
    traits = [_traits(rows) for rows in sheets.values()]
    known = next((t for t in traits if t), {})
    for place, name in enumerate(("education", "training")):
        table[name] = pd.Series([known.get(c, ("", ""))[place] for c in table["occupation"]], dtype="str")
    return table[COLUMNS]


def _title(rows: list[list]) -> str:
    return str(rows[0][0]).lower() if rows else ""


def _headings(rows: list[list]) -> tuple[list[str], int]:
    """The heading of each column, parts of joined cells put together, and the row of the first occupation."""
    first = next((i for i, row in enumerate(rows) if any(_CODE.fullmatch(cell_text(c)) for c in row)), None)
    if first is None or first > _HEADING_ROWS:
        return [], 0
    names = []
    for column in range(len(rows[first])):
        parts: list[str] = []
        for row in rows[1:first]:
            text = cell_text(row[column])
            if not text and parts == []:  # a joined cell: its text stands in the first column that it spans
                text = next((cell_text(row[c]) for c in range(column, -1, -1) if cell_text(row[c])), "")
            parts.append(text)
        names.append(" ".join(" ".join(p for p in parts if p).split()).lower())
    return names, first


def _separations(rows: list[list], path: Path) -> pd.DataFrame:
    names, first = _headings(rows)
    years = _YEARS.search(str(rows[0][0]))
    where: dict[str, int] = {}
    for meaning, pattern in _OPENINGS.items():
        free = [i for i, name in enumerate(names) if i not in where.values() and re.search(pattern, name)]
        if free:
            where[meaning] = free[0]
    missing = [m for m in _OPENINGS if m not in where]
    if missing or years is None:
        raise LayoutError(
            f"the table of separations and openings of {path.name} lacks {', '.join(missing) or 'its years'}",
            "employment of two years, rates and numbers of exits and transfers, openings",
            "use the workbook as published",
        )
    base = int(years[1])
    target = base // 100 * 100 + int(years[2])
    body = [row for row in rows[first:] if any(_CODE.fullmatch(cell_text(c)) for c in row)]
    column = {meaning: [row[i] for row in body] for meaning, i in where.items()}
    codes = [next(cell_text(c) for c in row if _CODE.fullmatch(cell_text(c))) for row in body]
    numbers = {name: pd.to_numeric(pd.Series(values), errors="coerce") for name, values in column.items()}
    after = pd.to_numeric(pd.Series([row[where["base_employment"] + 1] for row in body]), errors="coerce")
    for name, values in {**numbers, "target_employment": after}.items():
        wrong = values.notna() & ~values.between(0, _MOST_THOUSANDS)
        if name != "level" and wrong.any():
            raise LayoutError(
                f"{path.name}: {name} of occupation {codes[int(wrong.to_numpy().argmax())]} is {values[wrong].iloc[0]}",
                f"numbers from 0 to {_MOST_THOUSANDS:,.0f} (thousands of jobs, or percent)",
                "use the workbook as published",
            )
    return pd.DataFrame(
        {
            "occupation": pd.Series(codes, dtype="str"),
            "title": pd.Series([cell_text(row[0]) for row in body], dtype="str"),
            "level": pd.Series(column["level"]).str.strip().map(_LEVELS).astype("str"),
            "base_year": base,
            "target_year": target,
            # in thousands with one decimal: hundreds of jobs; rates in percent
            "base_employment": (numbers["base_employment"] * 1000).round(),
            "target_employment": (after * 1000).round(),
            "exit_rate": (numbers["exit_rate"] / 100).round(6),
            "transfer_rate": (numbers["transfer_rate"] / 100).round(6),
            "exits": (numbers["exits"] * 1000).round(),
            "transfers": (numbers["transfers"] * 1000).round(),
            "openings": (numbers["openings"] * 1000).round(),
        }
    )


def _traits(rows: list[list]) -> dict[str, tuple[str, str]]:
    """Entry education and training by occupation; empty for a sheet that does not have them."""
    names, first = _headings(rows)
    education = next((i for i, name in enumerate(names) if re.search(_EDUCATION, name)), None)
    training = next((i for i, name in enumerate(names) if re.search(_TRAINING, name)), None)
    if education is None or training is None:
        return {}
    traits = {}
    for row in rows[first:]:
        code = next((cell_text(c) for c in row if _CODE.fullmatch(cell_text(c))), None)
        if code:
            traits[code] = (
                cell_text(row[education]).replace("—", ""),
                cell_text(row[training]).replace("—", ""),
            )
    return traits
