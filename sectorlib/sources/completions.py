"""Completions of colleges: who finishes what, from the files of IPEDS (NCES), and which programs lead where.

Three official files tell different things. ``C..._A`` counts awards by program (CIP code) and award level;
``C..._C`` counts completers by award level, over all programs; ``C..._B`` counts completers alone. Only the
first can be held against single occupations, and only with a crosswalk from programs to occupations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sectorlib.exceptions import LayoutError
from sectorlib.resources import definitions
from sectorlib.sources.text_tables import possible_numbers, read_sheets, read_text_table

#: The columns of the table, in order.
COLUMNS = ["college", "program", "award", "counted", "completions", "year"]

#: Code of the row that sums all programs of a college and award level.
_ALL_PROGRAMS = "99"

#: Names of the columns of a crosswalk: ours, and those of the official CIP 2020 to SOC 2018 workbook.
_CROSSWALK = {"program": ("cip", "CIP2020Code", "CIPCODE"), "occupation": ("soc", "SOC2018Code", "SOCCODE")}
_NO_MATCH = "99-9999"

#: More than any college awards in a year.
_MOST_COMPLETIONS = 1e6


def read_completions(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read completions files of IPEDS as published (CSV): by program (A), by award level (C), or totals (B).

    Parameters
    ----------
    paths : iterable of path
        One file of each kind at most, known by their columns. The name (``c2016_c.csv``) says the year.

    Returns
    -------
    DataFrame
        college (UNITID), program (CIP code with a point, ``51.3801``; "" where the file has none), award (a level
        of ``data/occupations.yaml``: certificate, associate, bachelor, postbaccalaureate, master, doctor; "" where
        the file has none), counted (``awards``: a person with two counts twice; ``completers``: persons),
        completions, year (in which the academic year ends; 0 where the name does not say).

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A file of none of these layouts, an award level that is not known, or two files of one kind.

    References
    ----------
    National Center for Education Statistics, Integrated Postsecondary Education Data System, completions.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "c2016_c.csv"
    >>> _ = path.write_text("UNITID,AWLEVELC,XCSTOTLT,CSTOTLT\\n100654,5,R,424\\n100654,7,R,295\\n")
    >>> read_completions([path])
      college program     award     counted  completions  year
    0  100654          bachelor  completers        424.0  2016
    1  100654            master  completers        295.0  2016
    """
    parts = [_read(Path(path)) for path in paths]
    table = pd.concat(parts, ignore_index=True)
    repeated = table.duplicated(["college", "program", "award", "counted"])
    if repeated.any():
        row = table.loc[repeated].iloc[0]
        raise LayoutError(
            f"completions of college {row['college']} stand twice",
            "one file of each kind, of one year",
            "keep the latest year",
        )
    return table


def read_program_occupations(path: str | Path) -> pd.DataFrame:
    """Read which programs prepare for which occupations: the official CIP-SOC crosswalk, or a CSV.

    Parameters
    ----------
    path : path
        A workbook or CSV with the columns ``cip`` and ``soc``, or as in the crosswalk of NCES and the Bureau of
        Labor Statistics (``CIP2020Code``, ``SOC2018Code``).

    Returns
    -------
    DataFrame
        Columns program (CIP) and occupation (SOC), one row for each pair; programs without an occupation are
        left out.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        It cannot be read, or lacks one of the columns.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "cip_soc.csv"
    >>> _ = path.write_text("cip,soc\\n51.3801,29-1141\\n24.0101,99-9999\\n")
    >>> read_program_occupations(path)
       program occupation
    0  51.3801    29-1141
    """
    path = Path(path)
    tables = _tables(path)
    for table in tables:
        names = {
            ours: next((c for c in options if c in table.columns), None)
            for ours, options in _CROSSWALK.items()
        }
        if all(names.values()):
            pairs = pd.DataFrame(
                {ours: table[name].astype("str").str.strip() for ours, name in names.items()}
            )
            pairs["program"] = _programs(pairs["program"])
            pairs = pairs[
                pairs["occupation"].str.fullmatch(r"\d\d-\d{4}") & pairs["occupation"].ne(_NO_MATCH)
            ]
            return pairs.drop_duplicates(ignore_index=True)
    raise LayoutError(
        f"{path.name} has columns {', '.join(map(str, tables[0].columns[:8]))}",
        "columns cip and soc, or those of the official crosswalk",
        "rename the columns",
    )


def _read(path: Path) -> pd.DataFrame:
    table = _tables(path)[0]
    table.columns = table.columns.str.strip().str.upper()
    levels = definitions("occupations")["awards"]
    found = re.search(r"(20\d\d)", path.stem)
    nothing = pd.Series("", index=table.index, dtype="str")
    if {"UNITID", "CIPCODE", "AWLEVEL", "CTOTALT"} <= set(table.columns):
        table = table[_programs(table["CIPCODE"]).str[:2] != _ALL_PROGRAMS]
        award = _awards(table["AWLEVEL"], {k: v["program_levels"] for k, v in levels.items()}, path)
        counts, program, counted = "CTOTALT", _programs(table["CIPCODE"]), "awards"
    elif {"UNITID", "CSTOTLT"} <= set(table.columns):
        counts, program, counted = "CSTOTLT", nothing, "completers"
        award = nothing
        if "AWLEVELC" in table.columns:
            award = _awards(table["AWLEVELC"], {k: v["completer_levels"] for k, v in levels.items()}, path)
    else:
        raise LayoutError(
            f"{path.name} has columns {', '.join(map(str, table.columns[:8]))}",
            "a completions file of IPEDS: UNITID with CIPCODE, AWLEVEL and CTOTALT, or with CSTOTLT",
            "use C..._A, C..._B or C..._C as published; enrollment and graduation rates are other files",
        )
    tidy = pd.DataFrame(
        {
            "college": table["UNITID"].str.strip(),
            "program": program,
            "award": award,
            "counted": counted,
            "completions": possible_numbers(
                table[counts].where(table[counts] != ""),
                path,
                counts,
                0,
                _MOST_COMPLETIONS,
                "use the file as published",
            ),
            "year": int(found[1]) if found else 0,
        }
    )
    keys = [c for c in COLUMNS if c != "completions"]  # first and second majors, levels of one award
    return pd.DataFrame(tidy.groupby(keys, as_index=False, sort=False)[["completions"]].sum(min_count=1))[
        COLUMNS
    ]


def _awards(codes: pd.Series, levels: dict[str, list[str]], path: Path) -> pd.Series:
    known = {code: award for award, its in levels.items() for code in its}
    codes = codes.str.strip().str.lstrip("0")
    unknown = sorted(set(codes.unique()) - set(known))
    if unknown:
        raise LayoutError(
            f"{path.name} has award level {', '.join(unknown)}",
            f"one of {', '.join(sorted(known, key=int))}",
            "add the level to awards in data/occupations.yaml, from the data dictionary of that year",
        )
    return codes.map(known).astype("str")


def _programs(codes: pd.Series) -> pd.Series:
    """CIP codes as NCES writes them: two digits, a point, four digits (1.0 is 01.0000)."""
    parts = codes.astype("str").str.strip().str.strip('="').str.partition(".")
    return (parts[0].str.zfill(2) + "." + parts[2].str.ljust(4, "0")).astype("str")


def _tables(path: Path) -> list[pd.DataFrame]:
    """The tables of a file, blank cells as "": of a workbook each sheet, since guides come before the table."""
    if path.suffix.lower() in (".xlsx", ".xls"):
        sheets = [rows for rows in read_sheets(path) if rows]
        tables = [pd.DataFrame(rows, columns=[c or "" for c in header]) for header, *rows in sheets]
    else:
        tables = [read_text_table(path)]
    return [table.fillna("").astype("str") for table in tables]
