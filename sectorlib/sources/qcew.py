"""The Quarterly Census of Employment and Wages (QCEW) in each layout its publisher uses.

A file is recognized by its columns, never by its name: annual and quarterly data slices by area and by
industry, annual and quarterly single files, zips of by-area or by-industry members (these carry title
columns and say ``estabs_count``), and the same columns as CSV, gzip, zip or Parquet. DuckDB streams the
files, so a file larger than memory is read in bounded memory.

Source: U.S. Bureau of Labor Statistics, QCEW data file layouts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from sectorlib import naics
from sectorlib.exceptions import LayoutError
from sectorlib.schemas import DISCLOSURE
from sectorlib.sources.engine import query_engine
from sectorlib.sources.qcew_files import (
    ANNUAL,
    BLANK,
    DECIMAL_CODE,
    IMPOSSIBLE,
    INFERRED,
    LOST_ZERO,
    QUARTERLY,
    SEPARATED,
    SMALL_LETTERS,
    TOLD,
    UNKNOWN_CODE,
    WITHHELD,
    Files,
    Source,
    faulty,
    grouped_files,
    sql_text,
    unreadable,
)
from sectorlib.sources.qcew_lean import LeanRows, lean_rows

#: Rows are sorted afterwards: files larger than memory pass through faster, and in less of it.
_IN_ANY_ORDER = "SET preserve_insertion_order = false"


@dataclass(frozen=True)
class Qcew:
    """What was read: annual rows in the Panel's columns, and what the reader noticed.

    ``absent`` says for each year what a row that is not there means: ``"zero"`` (no establishments) in a
    complete official file, ``"withheld"`` where withheld rows have been left out. ``left_out`` lists the areas and
    years (columns area, year) that the files have in part, without one of the quarters, and that have no rows here.
    ``inferred`` counts by year the cells that are withheld though no code says so; ``problems`` says what an analyst
    has to mend.
    Of tables of a user's own, ``done`` says what was made of them, and ``concept`` what their jobs are.
    """

    rows: pd.DataFrame
    absent: dict[int, str]
    notes: tuple[str, ...]
    left_out: pd.DataFrame
    inferred: dict[int, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    concept: str | None = None


def read_annual(paths: Iterable[Path]) -> Qcew:
    """Read QCEW files of any official layout into annual rows.

    Quarterly files become annual by the publisher's rule: employment is the mean of the twelve months,
    establishments the mean of the four quarters, wages their sum. A withheld cell (code ``N``, with zeros
    beside it) is missing, never zero; ``-`` is a true zero. A year with some quarters withheld is
    ``partial``: its figures are missing and ``employment_low``, ``wages_low`` hold the published part.
    A blank figure is withheld too, and so are zero jobs and zero wages beside establishments whose code is
    blank: a mark that was lost must not become a true zero (``inferred`` counts such cells). Files with the column
    ``lq_disclosure_code`` mark withheld cells a second time; where that is blank as well, zeros are true. Zeros beside a code that no official file has are withheld as well, and the code
    is named. Rows by size of establishment are left out. The same quarter in two files counts once.

    Headers may be in capitals. Codes with a lost zero (1001), with decimals (5.0) or in small letters (n) and
    numbers with thousands separators are mended, and ``notes`` says so.

    A year of which some quarters are not in the files is left out and noted: of a state, or of an area
    whose all-industry total (which an area has in every quarter) lacks a quarter. A single cell that lacks
    a quarter had no establishments then only if the year's files mark withheld cells and list the cell's
    industry and ownership in that quarter elsewhere in its state. Else the file with that quarter may be
    missing: the year is noted and ``partial``, and its establishments are missing too.

    Parameters
    ----------
    paths : iterable of Path
        Files; layouts and years may be mixed.

    Returns
    -------
    Qcew
        Rows keyed by area, industry, ownership, year; jobs, establishments, nominal USD.

    Raises
    ------
    LayoutError
        A file whose columns are no known layout, that is damaged or has no row that is used; a figure that is no
        number, negative, infinite or larger than can be, with its file, row and value; a year with wages and no
        jobs; two files that contradict each other on a cell, or no whole year in the files.
    MissingFileError
        A path that does not exist.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> read = read_annual([data_path("demo", "qcew", "2023.annual.singlefile.csv.gz")])
    >>> read.absent, read.rows["area"].nunique()
    ({2023: 'zero'}, 50)
    """
    with grouped_files(paths) as files:
        lean = lean_rows(files.sources)
        if lean is not None:
            return _read_lean(lean, files)
        rows, sources = _queried(files.sources, _all_years_sql)
        odd = _flags(rows)
        if odd & IMPOSSIBLE and (fault := faulty(sources)):
            raise fault
        noticed = files.notes + _repairs(sources, odd)
        problems: tuple[str, ...] = _unknown_codes(sources) if odd & UNKNOWN_CODE else ()
    rows, left_out, notes = _whole_years(rows)
    if rows.empty:
        raise LayoutError(
            f"{', '.join(s.label for s in sources)}: no annual figures",
            "annual rows (qtr A), or all four quarters of a year",
            "; ".join(notes) or "the files hold a header and no rows of that kind",
        )
    notes += _unknown_quarters(rows) + noticed
    inferred = ((rows["flags"] & INFERRED) > 0).to_numpy()
    notes += _blank_figures(rows) if odd & BLANK else ()
    absent = _absence(rows, inferred | rows["unknown"].to_numpy())
    by_year = _by_year(rows, inferred)
    rows = _deduplicate(rows.drop(columns=["unknown", "flags"]))
    _refuse_years_without_jobs(rows, sources)
    problems += _years_without_figures(rows)
    return Qcew(rows, absent, notes, left_out, by_year, problems)


def _read_lean(lean: LeanRows, files: Files) -> Qcew:
    """What was read the short way, judged as all rows are."""
    rows = lean.rows
    _refuse_years_without_jobs(rows, files.sources)
    _, nothing, _ = _whole_years(rows.iloc[:0].assign(quarters=4, repeated=False))
    absent = _absence(rows, lean.inferred)
    return Qcew(
        rows, absent, files.notes, nothing, _by_year(rows, lean.inferred), _years_without_figures(rows)
    )


def _by_year(rows: pd.DataFrame, inferred: np.ndarray) -> dict[int, int]:
    """How many cells of each year are withheld by inference."""
    counts = rows.loc[inferred, "year"].value_counts().sort_index()
    return {int(str(year)): int(n) for year, n in counts.items()}


#: The columns of quarterly rows.
_QUARTERLY_COLUMNS = (
    "area", "industry", "ownership", "year", "quarter", "month1", "month2", "month3", "wages", "establishments",
    "disclosure",
)  # fmt: skip


def no_quarters(columns: Sequence[str] = ()) -> pd.DataFrame:
    """Quarterly rows where there are none.

    >>> len(no_quarters())
    0
    """
    return pd.DataFrame(columns=[*_QUARTERLY_COLUMNS, *columns])


def read_quarterly(
    paths: Iterable[Path],
    *,
    ownership: Sequence[str] = (),
    columns: Sequence[str] = (),
    leave_annual: bool = False,
) -> pd.DataFrame:
    """Read quarterly QCEW files as they are: one row for each cell and quarter.

    Parameters
    ----------
    paths : iterable of Path
        Files of a quarterly layout.
    ownership : sequence of str
        Ownership codes to keep; all where empty.
    columns : sequence of str
        More official columns to carry, such as ``lq_month3_emplvl``.
    leave_annual : bool
        Leave out files of another layout instead of refusing them; no rows if there is no other file.

    Returns
    -------
    DataFrame
        area, industry, ownership, year, quarter, establishments, month1, month2, month3 (jobs),
        wages (USD a quarter), disclosure, and the columns asked for. Withheld figures are missing, also
        those of the columns asked for, which the files give as 0.

    Raises
    ------
    LayoutError
        A file is not in a quarterly layout, or lacks a column asked for.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "2016q1.csv"
    >>> _ = path.write_text(
    ...     "area_fips,own_code,industry_code,year,qtr,disclosure_code,"
    ...     "qtrly_estabs,month1_emplvl,month2_emplvl,month3_emplvl,total_qtrly_wages\\n"
    ...     "36055,5,311,2016,1,,9,80,90,100,1000000\\n"
    ...     "36055,5,312,2016,1,N,2,0,0,0,0\\n"
    ... )
    >>> rows = read_quarterly([path])
    >>> rows.sort_values("industry")[["industry", "month3", "disclosure"]].reset_index(drop=True)
      industry  month3  disclosure
    0      311   100.0   disclosed
    1      312     NaN  suppressed
    """
    with grouped_files(paths) as files:
        quarterly = [source for source in files.sources if source.layout is QUARTERLY or not leave_annual]
        if not quarterly:
            return no_quarters(columns)
        for source in quarterly:
            if source.layout is not QUARTERLY:
                raise LayoutError(
                    f"{source.label} is in the {source.layout.name} layout",
                    "a quarterly layout, with month1_emplvl, month2_emplvl and month3_emplvl",
                    "use read_annual, which takes both",
                )
            for column in columns:
                if column not in source.header:
                    raise LayoutError.unknown_name("column", column, source.header)
        owned = f" AND ownership IN ({', '.join(sql_text(o) for o in ownership)})" if ownership else ""
        rows, sources = _queried(quarterly, lambda held: _quarters_sql(held, owned, columns))
        if _flags(rows) & IMPOSSIBLE and (fault := faulty(sources)):
            raise fault
    return rows.drop(columns="flags")


def _quarters_sql(sources: list[Source], owned: str, columns: Sequence[str]) -> str:
    return " UNION ALL BY NAME ".join(
        f"SELECT area, industry, ownership, year, quarter, "
        f"{', '.join(map(_unless_withheld, ('month1', 'month2', 'month3', 'wages')))}, establishments, "
        f"CASE WHEN withheld THEN 'suppressed' ELSE 'disclosed' END AS disclosure"
        + "".join(f', CASE WHEN NOT withheld THEN "{c}" END AS "{c}"' for c in columns)
        + f", flags FROM (SELECT *, {_IS_WITHHELD} FROM ({source.select(columns)})) WHERE true{owned}"
        for source in sources
    )


#: The official column of location quotients of annual average jobs.
_QUOTIENT = "lq_annual_avg_emplvl"


def read_published_quotients(paths: Iterable[Path]) -> pd.DataFrame:
    """Location quotients of jobs as annual files publish them, which say what share an industry has of the nation.

    Parameters
    ----------
    paths : iterable of Path
        Files; those of another layout, or without the column ``lq_annual_avg_emplvl``, are left out.

    Returns
    -------
    DataFrame
        area, industry, ownership, year, employment and published (the quotient, with two decimals); both missing where
        withheld. No rows where no file has quotients.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "2016.csv"
    >>> _ = path.write_text(
    ...     "area_fips,own_code,industry_code,year,qtr,disclosure_code,annual_avg_estabs,annual_avg_emplvl,"
    ...     "total_annual_wages,lq_annual_avg_emplvl\\n36055,5,311,2016,A,,9,90,1000000,1.25\\n"
    ... )
    >>> read_published_quotients([path])[["industry", "employment", "published"]]
      industry  employment  published
    0      311        90.0       1.25
    """
    with grouped_files(paths) as files:
        held = [source for source in files.sources if source.layout is ANNUAL and _QUOTIENT in source.header]
        if not held:
            return pd.DataFrame(columns=["area", "industry", "ownership", "year", "employment", "published"])
        rows, _ = _queried(held, _quotients_sql)
    return rows.drop(columns=["flags", "disclosure"]).drop_duplicates(
        ["area", "industry", "ownership", "year"]
    )


def _quotients_sql(sources: list[Source]) -> str:
    return " UNION ALL BY NAME ".join(
        f"SELECT area, industry, ownership, year, {_unless_withheld('employment')}, "
        f"CASE WHEN withheld THEN 'suppressed' ELSE 'disclosed' END AS disclosure, "
        f'CASE WHEN NOT withheld THEN "{_QUOTIENT}" END AS published, flags '
        f"FROM (SELECT *, {_IS_WITHHELD} FROM ({source.select([_QUOTIENT])}))"
        for source in sources
    )


def locate(paths: Iterable[Path], cell: Sequence[str]) -> str:
    """Where a cell stands in QCEW files: the first file that has it, and its row.

    Parameters
    ----------
    paths : iterable of Path
        The files.
    cell : (area, industry, ownership, year)
        As in the rows of :func:`read_annual`.

    Returns
    -------
    str
        ``"panel.csv, row 7"``, counted as a person does (the header of a text file is row 1); "the panel's
        files" where no file has the cell, as that of a sum.

    Raises
    ------
    LayoutError, MissingFileError
        As :func:`read_annual`.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> locate([data_path("demo", "qcew", "2023.annual.singlefile.csv.gz")], ("91000", "10", "0", 2023))
    '2023.annual.singlefile.csv.gz, row 2'
    """
    with grouped_files(paths) as files:
        found = (source.row_of(cell) for source in files.sources)
        return next((place for place in found if place), "the panel's files")


# --- SQL ---------------------------------------------------------------------------------------------


def _queried(
    sources: list[Source], query: Callable[[list[Source]], str]
) -> tuple[pd.DataFrame, list[Source]]:
    """What a query of files gives, and the sources as they were read.

    Files are read as the publisher writes them. Where that fails, or rows or codes are odd, they are read once
    more with what can be mended, which takes longer; and once more where second marks that tell true zeros are lost.
    """
    with query_engine() as database:
        database.execute(_IN_ANY_ORDER)

        def read(files: list[Source]) -> pd.DataFrame:
            return _to_frame(database.sql(query(files)).to_arrow_table())

        try:
            try:
                rows = read(sources)
                plain = _is_plain(rows)
            except duckdb.ConversionException:
                plain = False
            if not plain:
                sources = [replace(source, mending=True) for source in sources]
                rows = read(sources)
            if _flags(rows) & TOLD and any(source.lacks_second_marks() for source in sources):
                sources = [replace(source, single=source.lacks_second_marks()) for source in sources]
                rows = read(sources)
        except duckdb.Error as error:
            raise unreadable(sources, error) from None
    return rows, sources


def _flags(rows: pd.DataFrame) -> int:
    """The bits that are set in some row."""
    return int(np.bitwise_or.reduce(rows["flags"].to_numpy(), initial=0))


def _is_plain(rows: pd.DataFrame) -> bool:
    """Whether rows, read without mending, are as the publisher writes them."""
    odd = _flags(rows)
    area, industry, ownership = (rows[key].cat.categories for key in ("area", "industry", "ownership"))
    return not (
        odd & (IMPOSSIBLE | UNKNOWN_CODE)
        or any(code.endswith(".0") for code in (*area, *industry, *ownership))
        or any(len(code) == 4 and code.isdigit() for code in area)
        or any(code in naics.RANGES for code in industry)
    )


def _all_years_sql(sources: list[Source]) -> str:
    parts = [_annual_sql(s) for s in sources if s.layout is ANNUAL]
    quarterly = [s for s in sources if s.layout is QUARTERLY]
    if quarterly:  # together, since the quarters of a year may come in different layouts
        parts.append(_yearly_sql(quarterly))
    return " UNION ALL BY NAME ".join(parts)


_IS_WITHHELD = f"(flags & {WITHHELD}) > 0 AS withheld"


def _unless_withheld(column: str) -> str:
    return f"CASE WHEN withheld THEN NULL ELSE {column} END AS {column}"


def _annual_sql(source: Source) -> str:
    return (
        f"SELECT area, industry, ownership, year, establishments, "
        f"{_unless_withheld('employment')}, {_unless_withheld('wages')}, "
        f"CASE WHEN withheld THEN 'suppressed' ELSE 'disclosed' END AS disclosure, "
        f"CASE WHEN withheld THEN 0 ELSE employment END AS employment_low, "
        f"CASE WHEN withheld THEN 0 ELSE wages END AS wages_low, "
        f"4 AS quarters, false AS unknown, false AS repeated, flags "
        f"FROM (SELECT *, {_IS_WITHHELD} FROM ({source.select()}))"
    )


def _yearly_sql(sources: list[Source]) -> str:
    """Annual rows from quarters, with what tells whether the year is whole.

    ``quarters`` counts those of the year that the files hold for the row's place: for its area where the
    area's total is there, else for its state, since the publisher releases a state's quarters together.
    A cell without a row in a quarter has no establishments then if the year's files mark what they withhold
    and list the cell's industry and ownership in that quarter elsewhere in its state. Otherwise the quarter
    may as well be in a file that is not here: the year is ``unknown``, as if the quarter were withheld.
    ``repeated`` says that two rows of a quarter differ.
    """
    quarters = " UNION ALL BY NAME ".join(s.select() for s in sources)
    months = "sum(CASE WHEN withheld THEN 0 ELSE month1 + month2 + month3 END)"
    wages = "sum(CASE WHEN withheld THEN 0 ELSE wages END)"
    not_total = f"industry <> {sql_text(naics.TOTAL)}"
    is_area_total = f"NOT ({not_total}) AND ownership = '0'"
    return f"""
        (WITH cells AS (
            SELECT area, industry, ownership, year,
                   round(sum(establishments) / 4) AS establishments,
                   {months} / 12 AS jobs, {wages} AS wages_low,
                   count(*) FILTER (WHERE withheld) AS hidden, count(*) AS held,
                   bit_or(1 << CAST(coalesce(TRY_CAST(quarter AS INTEGER), 0) AS INTEGER)) AS seen,
                   bit_or(flags) AS flags
            FROM (SELECT *, {_IS_WITHHELD} FROM (SELECT DISTINCT * FROM ({quarters})))
            GROUP BY area, industry, ownership, year
        ), judged AS (
            SELECT *,
                   bit_count(coalesce(max(seen) FILTER (WHERE {is_area_total}) OVER (PARTITION BY area, year),
                                      bit_or(seen) OVER (PARTITION BY left(area, 2), year))) AS quarters,
                   bit_count(seen) < 4 AND NOT (
                       bool_or(hidden > 0 AND {not_total}) OVER (PARTITION BY year)
                       AND bit_count(bit_or(seen) OVER (PARTITION BY left(area, 2), industry, ownership, year)) = 4
                   ) AS unknown
            FROM cells
        )
        SELECT area, industry, ownership, year,
               CASE WHEN NOT unknown THEN establishments END AS establishments,
               CASE WHEN hidden = 0 AND NOT unknown THEN round(jobs) END AS employment,
               CASE WHEN hidden = 0 AND NOT unknown THEN wages_low END AS wages,
               CASE WHEN hidden = held THEN 'suppressed'
                    WHEN hidden > 0 OR unknown THEN 'partial'
                    ELSE 'disclosed' END AS disclosure,
               coalesce(employment, floor(jobs)) AS employment_low, wages_low,
               quarters, unknown, held > bit_count(seen) AS repeated, flags
        FROM judged)
    """


# --- frames ------------------------------------------------------------------------------------------


def _to_frame(table: pa.Table) -> pd.DataFrame:
    """Arrow to pandas with the keys as categoricals, never holding a column of a million strings."""
    for name in ("area", "industry", "ownership", "disclosure"):
        i = table.schema.get_field_index(name)
        table = table.set_column(i, name, table.column(i).combine_chunks().dictionary_encode())
    frame = table.to_pandas(self_destruct=True, split_blocks=True)
    for name in ("area", "industry", "ownership"):
        categories = sorted(frame[name].cat.categories)
        frame[name] = frame[name].cat.set_categories(categories)
    frame["disclosure"] = frame["disclosure"].cat.set_categories(DISCLOSURE)
    return frame


def _whole_years(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """The rows of whole years, the areas and years left out, and a note for each state and year of which a quarter is not there."""
    clash = rows[rows["repeated"]]
    if len(clash):
        raise _contradiction(clash.iloc[0], "its quarters differ")
    part = rows["quarters"] < 4
    places = rows.loc[part, ["area", "year", "quarters"]].astype({"area": str})
    places["state"] = places["area"].str[:2]
    found = places.groupby(["state", "year"]).agg(
        areas=("area", "nunique"), first=("area", "min"), quarters=("quarters", "min")
    )
    notes = []
    for _, row in found.reset_index().iterrows():
        more = f" and {row['areas'] - 1} more areas of {row['state']}..." if row["areas"] > 1 else ""
        held = f"{row['year']}: {row['quarters']:.0f} of 4 quarters for {row['first']}{more}"
        notes.append(f"{held}, left out of the annual panel")
    left_out = places[["area", "year"]].drop_duplicates().reset_index(drop=True)
    return rows[~part].drop(columns=["quarters", "repeated"]), left_out, tuple(notes)


def _unknown_quarters(rows: pd.DataFrame) -> tuple[str, ...]:
    """A note for each year on the cells of which some quarters are in no file, so that the year is unknown."""
    notes = []
    for year, cells in rows[rows["unknown"]].groupby("year"):
        industries = sorted(cells["industry"].astype(str).unique())
        more = f" and {len(industries) - 3} more" if len(industries) > 3 else ""
        several = f"{len(cells):,} cells lack a quarter and are"
        count = several if len(cells) > 1 else "1 cell lacks a quarter and is"
        notes.append(
            f"{year}: {count} unknown, not zero, in it "
            f"(industry {', '.join(industries[:3])}{more}); only the least they can be is known"
        )
    return tuple(notes)


def _blank_figures(rows: pd.DataFrame) -> tuple[str, ...]:
    """A note on cells whose figures are blank though no code says that they are withheld."""
    blank = rows[(rows["flags"] & BLANK) > 0]
    by_year = blank["year"].value_counts().sort_index()
    listed = ", ".join(f"{number:,} of {year}" for year, number in by_year.head(6).items())
    more = f" and {len(by_year) - 6} more years" if len(by_year) > 6 else ""
    count = f"{len(blank):,} cells have" if len(blank) > 1 else "1 cell has"
    first = blank.iloc[0]
    return (
        f"{count} a blank figure and no code ({listed}{more}; first: industry {first['industry']} of {first['area']}, "
        f"ownership {first['ownership']}): withheld, not zero",
    )


def _repairs(sources: list[Source], odd: int) -> tuple[str, ...]:
    """A note for each kind of repair of codes and figures."""
    kinds = {
        LOST_ZERO: "area codes of four digits have their leading zero back (1001 is 01001)",
        DECIMAL_CODE: "codes that a spreadsheet or a program wrote as decimals are read as whole (5.0 is 5)",
        SMALL_LETTERS: "quarters and disclosure codes in small letters are read as capitals (a is A, n is N)",
    }
    notes = [text for bit, text in kinds.items() if odd & bit]
    if odd & SEPARATED:
        notes.append("numbers are read without their thousands separators (1,785 is 1785)")
    return tuple(notes)


def _unknown_codes(sources: list[Source]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for source in sources:
        for code, rows in source.unknown_codes().items():
            counts[code] = counts.get(code, 0) + rows
    named = ", ".join(f"{code!r} ({rows:,} rows)" for code, rows in sorted(counts.items()))
    labels = ", ".join(source.label for source in sources)
    return (
        f"disclosure codes that no official file has in {labels}: {named}; zeros beside them are read as withheld, "
        "other figures as published (expected: N for withheld, - for a true zero, or blank)",
    )


def _refuse_years_without_jobs(rows: pd.DataFrame, sources: list[Source]) -> None:
    """Refuse a year of which no cell has jobs while wages are paid: the column of jobs was not filled in."""
    paid = rows["wages"] > 0
    years = rows.loc[paid, "year"].value_counts()
    working = set(rows.loc[paid & (rows["employment"] > 0), "year"].unique())
    idle = years.index[~years.index.isin(working)]
    if len(idle):
        cell = rows[paid & (rows["year"] == idle[0])].iloc[0]
        raise LayoutError(
            f"{', '.join(s.label for s in sources)}: no cell of {idle[0]} has jobs, and {years[idle[0]]:,} have wages, "
            f"e.g. {cell['wages']:,.0f} USD of industry {cell['industry']} in {cell['area']}",
            "jobs wherever there are wages",
            "export the file again with its jobs; zeros in their place would make every share and quotient wrong",
        )


def _years_without_figures(rows: pd.DataFrame) -> tuple[str, ...]:
    """Years of which nothing is published: a column that was not filled in looks like that."""
    known = rows["employment_low"].gt(0) | (rows["disclosure"] == "disclosed")
    empty = sorted(set(rows["year"].unique()) - set(rows.loc[known, "year"].unique()))
    return tuple(
        f"{year}: no cell has jobs and wages; all are marked as withheld or blank (expected: some that are published; "
        "are the columns of jobs and of wages filled in?)"
        for year in empty
    )


def _contradiction(cell: pd.Series, what: str) -> LayoutError:
    return LayoutError(
        f"rows of the panel's files give different figures for {', '.join(f'{k} {cell[k]}' for k in _CELL)}: {what}",
        "each cell once, or the same figures in each row",
        "leave one of the files out of the study's panel, or one of the rows",
    )


_CELL = ["area", "industry", "ownership", "year"]


def _deduplicate(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: identical repeats (a county in two files) are one; contradictions are an error."""
    repeated = rows.duplicated(_CELL, keep=False)
    if repeated.any():
        distinct = rows[repeated].drop_duplicates().sort_values(_CELL)
        clash = distinct[distinct.duplicated(_CELL, keep=False)]
        if len(clash):
            one, other = clash.iloc[0], clash.iloc[1]
            figure = next(
                c for c in clash.columns if one[c] != other[c] and not (pd.isna(one[c]) and pd.isna(other[c]))
            )
            raise _contradiction(one, f"{figure} {one[figure]} and {other[figure]}")
        rows = rows.drop_duplicates(_CELL)
    return rows.sort_values(_CELL, ignore_index=True)


def _absence(rows: pd.DataFrame, unsure: np.ndarray) -> dict[int, str]:
    """What an absent row means in each year: zero where some cells are marked withheld, else withheld.

    ``unsure`` says of each row whether its being withheld is no mark. Files that mark withheld cells list every cell that has establishments. Files without a single mark
    below the all-industry total have had their withheld rows removed. A cell that lacks a quarter is no mark, nor is
    one that is withheld though no code says so.
    """
    told = (
        (rows["disclosure"] != "disclosed").to_numpy()
        & ~unsure
        & (rows["industry"] != naics.TOTAL).to_numpy()
    )
    marked = set(rows.loc[told, "year"].unique())
    return {int(year): "zero" if year in marked else "withheld" for year in rows["year"].unique()}
