"""Official employment projections: the national ones by industry, and a state's own.

They are read as published, in jobs. What may be done with them, growth on matched concepts and never levels,
is in :mod:`sectorlib.projection.official`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import LayoutError, TableError
from sectorlib.sources.text_tables import open_workbook, possible_numbers, read_text_table, require_columns

#: The columns of a table of official projections, in order.
COLUMNS = [
    "area", "industry", "title", "base_year", "target_year", "base_employment", "target_employment", "group",
]  # fmt: skip

_KEY = ["area", "industry"]
_NUMBERS = ["base_year", "target_year", "base_employment", "target_employment"]

#: Groups of codes of the national projections that are one sector in QCEW. Transportation is without the
#: postal service (491), as in private employment.
_SECTORS = {"44,45": "44-45", "48,492,493": "48-49"}

#: More jobs than any projection of the United States.
_MOST_JOBS = 5e8

_YEAR = re.compile(r"Employment, (\d{4})")
_CODE = re.compile(r"\d{2,6}")
_RANGE = re.compile(r"(\d{2,6})-(\d)")


def read_official_projections(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read official projections: workbooks of the nation, CSV files of states.

    Parameters
    ----------
    paths : iterable of path
        A file that ends in ``.xlsx`` is read by :func:`read_national_projections`, any other by
        :func:`read_state_projections`. Where two project the same industry of an area, the first stands.

    Returns
    -------
    DataFrame
        As of the readers, with file: the name of the file.

    Raises
    ------
    MissingFileError, LayoutError, TableError
        As the readers.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "state.csv"
    >>> _ = path.write_text("area,industry,base_year,target_year,base_employment,target_employment\\n"
    ...                     "36000,62,2016,2026,1400000,1700000\\n")
    >>> read_official_projections([path])[["area", "industry", "file"]]
        area industry       file
    0  36000       62  state.csv
    """
    tables = []
    for path in map(Path, paths):
        read = read_national_projections if path.suffix.lower() == ".xlsx" else read_state_projections
        tables.append(read(path).assign(file=path.name))
    return pd.concat(tables, ignore_index=True).drop_duplicates(_KEY, ignore_index=True)


def read_national_projections(path: str | Path) -> pd.DataFrame:
    """Read ``industry.xlsx`` of the Employment Projections program (Bureau of Labor Statistics).

    Of table 2.11 the rows with a NAICS code are read: wage and salary jobs. Totals, agriculture and
    self-employment are another concept than QCEW's and are left out. A row of several codes (``313,314``)
    stands once for each, with the same figures and the codes it covers in ``group``: its growth may be used,
    its level is that of all of them.

    Parameters
    ----------
    path : path
        The workbook.

    Returns
    -------
    DataFrame
        Columns area (``US000``), industry, title, base_year, target_year, base_employment, target_employment
        (jobs), group (the codes that the figures cover; "" if only this one).

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        It is no workbook, or has no table of employment by industry in thousands.

    References
    ----------
    Bureau of Labor Statistics, Employment Projections, table 2.11, Employment and output by industry.

    Examples
    --------
    >>> import tempfile
    >>> from openpyxl import Workbook
    >>> book = Workbook()
    >>> book.active.append(["Table 2.11 Employment by industry (Employment in thousands of jobs)"])
    >>> book.active.append(["Industry", "2022 NAICS", "Employment, 2013", "Employment, 2023", "Employment, 2033"])
    >>> book.active.append(["Construction", "23", 5856.3, 8018.3, 8398.9])
    >>> path = Path(tempfile.mkdtemp()) / "industry.xlsx"
    >>> book.save(path)
    >>> read_national_projections(path)[["industry", "base_year", "base_employment", "target_employment"]]
      industry  base_year  base_employment  target_employment
    0       23       2023        8018300.0          8398900.0
    """
    path = Path(path)
    workbook = open_workbook(path, "the workbook industry.xlsx of the Employment Projections program")
    sheets = {name: sheet.to_python() for name, sheet in workbook.items()}
    for rows in sheets.values():
        header = next((row for row in rows[:5] if _is_header(row)), None)
        if header is not None and "thousands of jobs" in str(rows[0][0]):
            first = rows.index(header) + 1
            return _national(rows[first:], [str(name).strip() for name in header], first, path)
    raise LayoutError(
        f"{path.name} has sheets {', '.join(sheets)}, none with employment in thousands of jobs by NAICS code",
        "table 2.11: Industry, NAICS, Employment of three years, in thousands of jobs",
        "is it industry.xlsx of the Employment Projections program?",
    )


def read_state_projections(path: str | Path) -> pd.DataFrame:
    """Read a state's own projections from a tidy CSV.

    Parameters
    ----------
    path : path
        Columns area (state, county or region code), industry (NAICS as QCEW writes it, or 31 for 31-33),
        base_year, target_year, base_employment, target_employment (jobs); optionally title and group. An area
        gets the leading zero back that a spreadsheet took.

    Returns
    -------
    DataFrame
        As of :func:`read_national_projections`.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A column is missing or a figure is no number.
    TableError
        An industry of an area stands twice, a target is not after its base, or jobs are negative.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "state.csv"
    >>> _ = path.write_text("area,industry,base_year,target_year,base_employment,target_employment\\n"
    ...                     "36000,62,2016,2026,1400000,1700000\\n")
    >>> read_state_projections(path)[["area", "industry", "base_year", "target_employment"]]
        area industry  base_year  target_employment
    0  36000       62       2016          1700000.0
    """
    path = Path(path)
    table = read_text_table(path)
    require_columns(table, (*_KEY, *_NUMBERS), path, "rename the columns; figures are jobs, not thousands")
    hint = "write numbers without thousands separators; remove rows that are not published"
    low = dict.fromkeys(_NUMBERS[:2], 1900) | dict.fromkeys(_NUMBERS[2:], -_MOST_JOBS)
    high = dict.fromkeys(_NUMBERS[:2], 2200) | dict.fromkeys(_NUMBERS[2:], _MOST_JOBS)
    numbers = pd.DataFrame(
        {c: possible_numbers(table[c].fillna("blank"), path, c, low[c], high[c], hint) for c in _NUMBERS}
    )
    numbers = numbers.astype({"base_year": int, "target_year": int, **dict.fromkeys(_NUMBERS[2:], float)})
    table = table.assign(
        **numbers,
        area=table["area"].str.replace(r"^(\d{4})$", r"0\1", regex=True),
        industry=table["industry"].replace(naics.RANGES),
    )
    for name in ("title", "group"):
        table[name] = table[name].fillna("") if name in table else ""
    _refuse_nonsense(table, path)
    return table[COLUMNS].reset_index(drop=True)


def _is_header(row: list) -> bool:
    names = [str(name).strip() for name in row]
    return any(n.endswith("NAICS") for n in names) and sum(bool(_YEAR.fullmatch(n)) for n in names) >= 2


def _thousands(values: pd.Series, path: Path) -> pd.Series:
    most = _MOST_JOBS / 1000
    return possible_numbers(values, path, str(values.name), 0, most, "use the workbook as published")


def _national(rows: list[list], header: list[str], first: int, path: Path) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=header, index=pd.RangeIndex(first + 1, first + 1 + len(rows)))
    code = next(name for name in header if name.endswith("NAICS"))
    years = sorted(int(found[1]) for name in header if (found := _YEAR.fullmatch(name)))
    base, target = years[-2:]
    table = table.assign(codes=table[code].map(lambda text: _codes(str(text))))
    table = table[table["codes"].str.len() > 0]
    several = table["codes"].str.len() > 1
    tidy = pd.DataFrame(
        {
            "area": "US000",
            "industry": table["codes"],
            "title": table[header[0]].str.strip(),
            "base_year": base,
            "target_year": target,
            # published in thousands with one decimal: hundreds of jobs
            "base_employment": (_thousands(table[f"Employment, {base}"], path) * 1000).round(),
            "target_employment": (_thousands(table[f"Employment, {target}"], path) * 1000).round(),
            "group": table["codes"].str.join(",").where(several, ""),
        }
    )
    tidy = tidy.explode("industry")
    # a code of its own is closer than the group it is also part of
    order = tidy["group"].ne("").to_numpy().argsort(kind="stable")
    tidy = tidy.iloc[order].drop_duplicates(_KEY).sort_values("industry", ignore_index=True)
    return tidy.astype({"industry": "str", "title": "str", "group": "str", "area": "str"})[COLUMNS]


def _codes(text: str) -> list[str]:
    """The NAICS codes of a cell: ``442-4, 446`` is 442, 443, 444, 446; ``31-33`` is a sector."""
    parts = [part.strip() for part in text.split(",")]
    if ",".join(parts) in _SECTORS:
        return [_SECTORS[",".join(parts)]]
    if text.strip() == "31-33":
        return ["31-33"]
    codes: list[str] = []
    for part in parts:
        part = part.removesuffix(".0")
        if found := _RANGE.fullmatch(part):
            stem, first = found[1][:-1], int(found[1][-1])
            codes += [f"{stem}{digit}" for digit in range(first, int(found[2]) + 1)]
        elif _CODE.fullmatch(part):
            codes.append(part)
        else:
            return []
    return codes


def _refuse_nonsense(table: pd.DataFrame, path: Path) -> None:
    rules = {
        "stands twice": table.duplicated(_KEY),
        "has a target year that is not after its base year": table["target_year"] <= table["base_year"],
        "has negative jobs, or none in the base year": (table["base_employment"] <= 0)
        | (table["target_employment"] < 0),
    }
    for what, rows in rules.items():
        if rows.any():
            area, industry = table.loc[rows, _KEY].iloc[0]
            raise TableError(
                f"{path.name}, row {table.index[rows][0]}: industry {industry} of {area} {what}",
                "one row for each area and industry, growing from a base year to a later one",
                "correct or remove the row",
            )
