"""Text that a spreadsheet program shows and never runs as a formula."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

#: What a sheet says where a figure is not published.
WITHHELD = "withheld"

#: The marks of a workbook, and what they mean.
MARKS = {
    WITHHELD: "Not published, to protect single employers; never zero. Columns that end in _low and _high hold what it can be.",
    "empty cell": "Does not apply, or is not known for another reason, which the dictionary or this sheet gives.",
    "apostrophe": "Stands before a text that a spreadsheet would otherwise run as a formula.",
}

#: How a text begins that a spreadsheet program may take for a formula: its signs, also full width, and what it skips
#: before them (OWASP, CSV injection).
_FORMULA = re.compile("^(?:[\\t\\r\\n]|\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20])")


def plain_cell(value: Any) -> Any:
    """A cell as text that no spreadsheet program runs: with an apostrophe before what could be a formula.

    Parameters
    ----------
    value
        A cell. Numbers, dates and missing values are given back as they are.

    Returns
    -------
    The same, or text.

    Examples
    --------
    >>> plain_cell("=1+1"), plain_cell("31-33"), plain_cell(-2.5)
    ("'=1+1", '31-33', -2.5)
    """
    if not isinstance(value, str):
        return value
    text = f"'{value}" if _FORMULA.match(value) else value
    return text.replace("\r\n", "\n").replace("\r", "\n")  # a bare one ends a row of a CSV file


def plain_cells(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts and headings no spreadsheet program runs as formulas (:func:`plain_cell`).

    Parameters
    ----------
    table : DataFrame
        Any table. Columns of numbers stay as they are.

    Returns
    -------
    DataFrame
        A copy; the index is left as it is.

    Examples
    --------
    >>> plain_cells(pd.DataFrame({"name": ["@home", "Ely"], "jobs": [-1, 2]})).to_dict("list")
    {'name': ["'@home", 'Ely'], 'jobs': [-1, 2]}
    """
    columns: dict[int, pd.Series] = {}
    for place, column in enumerate(table.columns):
        values = table.iloc[:, place]
        if isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(object)
        numbers = pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values)
        columns[place] = values if numbers else values.map(plain_cell)
        columns[place].name = column
    out = pd.DataFrame(columns, index=table.index)
    return out.set_axis([plain_cell(name) for name in table.columns], axis=1)


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV for people: no index, and nothing that a spreadsheet program would run.

    Parameters
    ----------
    table : DataFrame
        Any table.

    Returns
    -------
    str
        With one kind of line end, whatever the system.

    Examples
    --------
    >>> print(csv_text(pd.DataFrame({"name": ["=SUM(A1)"], "jobs": [3]})), end="")
    name,jobs
    '=SUM(A1),3
    """
    return str(plain_cells(table).to_csv(index=False, lineterminator="\n"))
