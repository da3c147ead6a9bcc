"""Official lists of sectors and occupations in demand, as state and local boards adopt them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sectorlib.exceptions import LayoutError, MissingFileError
from sectorlib.sources.text_tables import read_text_table

#: What the columns of such lists are called.
_CODES = (
    "code",
    "naics",
    "naics code",
    "soc",
    "soc code",
    "onet-soc code",
    "occupation code",
    "industry code",
)
_NAMES = (
    "name",
    "title",
    "sector",
    "industry",
    "occupation",
    "occupation title",
    "industry title",
    "soc title",
)

#: An occupation's code (SOC), with or without its hyphen and the detail of O*NET.
_OCCUPATION = re.compile(r"(\d\d)-?(\d{4})(?:\.\d\d)?")


def read_in_demand(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read lists of sectors, industries or occupations that are officially in demand.

    Parameters
    ----------
    paths : iterable of paths
        CSV, parquet or workbooks with a column of codes (``code``, ``naics``, ``soc``), of names (``name``, ``title``,
        ``sector``, ``occupation``), or both.

    Returns
    -------
    DataFrame
        entry (1 is the first), code (as written, an occupation's as ``29-1141``; "" where there is none), name ("" where
        there is none), kind (``occupation`` where the code is one of the Standard Occupational Classification or the column
        is called so, else ``industry``), source (the file's name). Rows that stand twice are one.

    Raises
    ------
    MissingFileError
        A file is not there.
    LayoutError
        A file has neither codes nor names, or no row.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "in_demand.csv"
    >>> _ = path.write_text("code,title\\n29-1141.00,Registered Nurses\\n62,Health care\\n")
    >>> read_in_demand([path])[["code", "name", "kind"]]
          code               name        kind
    0  29-1141  Registered Nurses  occupation
    1       62        Health care    industry
    """
    parts = [_one(Path(path)) for path in paths]
    if not parts:
        raise MissingFileError("no list of what is in demand", "a file with codes or names", "name one")
    table = pd.concat(parts, ignore_index=True).drop_duplicates(["code", "name", "kind"], ignore_index=True)
    return table.assign(entry=range(1, len(table) + 1))[["entry", "code", "name", "kind", "source"]]


def _one(path: Path) -> pd.DataFrame:
    rows = read_text_table(path)
    by_name = {str(column).strip().lower().replace("_", " "): column for column in rows.columns}
    code = next((by_name[name] for name in _CODES if name in by_name), None)
    name = next((by_name[name] for name in _NAMES if name in by_name), None)
    if code is None and name is None:
        raise LayoutError(
            f"{path.name} has the columns {', '.join(map(str, rows.columns[:8]))}",
            "a column of codes (code, naics, soc) or of names (name, title, sector, occupation)",
            "rename the column",
        )
    blank = pd.Series("", index=rows.index)
    codes = blank if code is None else rows[code].fillna("").astype(str).str.strip()
    names = blank if name is None else rows[name].fillna("").astype(str).str.strip()
    kept = (codes != "") | (names != "")
    codes, names = codes[kept], names[kept]
    if codes.empty:
        raise LayoutError(
            f"{path.name} holds no row", "sectors or occupations that are in demand", "fill it in"
        )
    called = {str(column).strip().lower() for column in (code, name) if column is not None}
    of_work = any("occupation" in one or one.startswith(("soc", "onet")) for one in called)
    found = [_OCCUPATION.fullmatch(text) for text in codes]
    kinds = [
        "occupation" if (match and ("-" in text or of_work)) or (not text and of_work) else "industry"
        for text, match in zip(codes, found, strict=True)
    ]
    written = [
        f"{match[1]}-{match[2]}" if match and kind == "occupation" else text
        for text, match, kind in zip(codes, found, kinds, strict=True)
    ]
    return pd.DataFrame({"code": written, "name": names.to_list(), "kind": kinds, "source": path.name})
