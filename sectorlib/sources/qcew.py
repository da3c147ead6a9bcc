"""The Quarterly Census of Employment and Wages (QCEW) in each layout its publisher uses.

A file is recognised by its columns, never by its name: annual and quarterly data slices by area and by
industry, annual and quarterly single files, zips of by-area or by-industry members (these carry title
columns and say ``estabs_count``), and the same columns as CSV, gzip, zip or Parquet. DuckDB streams the
files, so a file larger than memory is read in bounded memory.

Source: U.S. Bureau of Labor Statistics, QCEW data file layouts.
"""

from __future__ import annotations

import csv
import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sectorlib import naics
from sectorlib.exceptions import LayoutError, MissingFileError, nearest
from sectorlib.schemas import DISCLOSURE
from sectorlib.sources.engine import query_engine

#: Rows are sorted afterwards: files larger than memory pass through faster, and in less of it.
_IN_ANY_ORDER = "SET preserve_insertion_order = false"

_KEYS = ("area_fips", "own_code", "industry_code", "year", "qtr", "disclosure_code")


@dataclass(frozen=True)
class Layout:
    """One official layout: the names its columns go by."""

    name: str
    columns: dict[str, tuple[str, ...]]

    def resolve(self, header: Sequence[str]) -> dict[str, str] | None:
        """Our name to the file's name for each column, or None if a column is not there."""
        found = {
            ours: next((n for n in theirs if n in header), None) for ours, theirs in self.columns.items()
        }
        return None if None in found.values() else {k: str(v) for k, v in found.items()}


ANNUAL = Layout(
    "annual",
    {
        **{k: (k,) for k in _KEYS},
        "establishments": ("annual_avg_estabs", "annual_avg_estabs_count"),
        "employment": ("annual_avg_emplvl",),
        "wages": ("total_annual_wages",),
    },
)
QUARTERLY = Layout(
    "quarterly",
    {
        **{k: (k,) for k in _KEYS},
        "establishments": ("qtrly_estabs", "qtrly_estabs_count"),
        "month1": ("month1_emplvl",),
        "month2": ("month2_emplvl",),
        "month3": ("month3_emplvl",),
        "wages": ("total_qtrly_wages",),
    },
)


@dataclass(frozen=True)
class Qcew:
    """What was read: annual rows in the Panel's columns, and what the reader noticed.

    ``absent`` says for each year what a row that is not there means: ``"zero"`` (no establishments) in a
    complete official file, ``"withheld"`` where withheld rows have been left out.
    """

    rows: pd.DataFrame
    absent: dict[int, str]
    notes: tuple[str, ...]


def read_annual(paths: Iterable[Path]) -> Qcew:
    """Read QCEW files of any official layout into annual rows.

    Quarterly files become annual by the publisher's rule: employment is the mean of the twelve months,
    establishments the mean of the four quarters, wages their sum. A withheld cell (code ``N``, with zeros
    beside it) is missing, never zero; ``-`` is a true zero. A year with some quarters withheld is
    ``partial``: its figures are missing and ``employment_low``, ``wages_low`` hold the published part.
    A blank figure is withheld too. Rows by size of establishment are left out. The same quarter in two
    files counts once.

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
        A file whose columns are no known layout or that cannot be read, two files that contradict each
        other on a cell, or no whole year in the files.
    MissingFileError
        A path that does not exist.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> read = read_annual([data_path("demo", "qcew", "2023.annual.singlefile.csv.gz")])
    >>> read.absent, read.rows["area"].nunique()
    ({2023: 'zero'}, 50)
    """
    with _sources(paths) as sources, query_engine() as database:
        database.execute(_IN_ANY_ORDER)
        parts = [_annual_sql(s) for s in sources if s.layout is ANNUAL]
        quarterly = [s for s in sources if s.layout is QUARTERLY]
        if quarterly:  # together, since the quarters of a year may come in different layouts
            parts.append(_yearly_sql(quarterly))
        try:
            rows = _to_frame(database.sql(" UNION ALL BY NAME ".join(parts)).to_arrow_table())
        except duckdb.Error as error:
            raise _unreadable(sources, error) from None
    rows, notes = _whole_years(rows)
    if rows.empty:
        raise LayoutError(
            f"{', '.join(s.label for s in sources)}: no annual figures",
            "annual rows (qtr A), or all four quarters of a year",
            "; ".join(notes) or "the files hold a header and no rows of that kind",
        )
    notes += _unknown_quarters(rows)
    absent = _absence(rows)
    return Qcew(_deduplicate(rows.drop(columns="unknown")), absent, notes)


def read_quarterly(
    paths: Iterable[Path], *, ownership: Sequence[str] = (), columns: Sequence[str] = ()
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
    with _sources(paths) as sources, query_engine() as database:
        database.execute(_IN_ANY_ORDER)
        for source in sources:
            if source.layout is not QUARTERLY:
                raise LayoutError(
                    f"{source.label} is in the {source.layout.name} layout",
                    "a quarterly layout, with month1_emplvl, month2_emplvl and month3_emplvl",
                    "use read_annual, which takes both",
                )
            for column in columns:
                if column not in source.header:
                    raise LayoutError.unknown_name("column", column, source.header)
        owned = f" AND ownership IN ({', '.join(_text(o) for o in ownership)})" if ownership else ""
        parts = [
            f"SELECT area, industry, ownership, year, quarter, "
            f"{', '.join(map(_unless_withheld, ('month1', 'month2', 'month3', 'wages')))}, establishments, "
            f"CASE WHEN withheld THEN 'suppressed' ELSE 'disclosed' END AS disclosure"
            + "".join(f', CASE WHEN NOT withheld THEN "{c}" END AS "{c}"' for c in columns)
            + f" FROM ({source.select(columns)}) WHERE true{owned}"
            for source in sources
        ]
        try:
            return _to_frame(database.sql(" UNION ALL BY NAME ".join(parts)).to_arrow_table())
        except duckdb.Error as error:
            raise _unreadable(sources, error) from None


# --- files -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """Files of one layout with the same columns, read together."""

    layout: Layout
    names: dict[str, str]
    header: tuple[str, ...]
    paths: tuple[Path, ...]
    label: str

    def select(self, more: Sequence[str] = ()) -> str:
        """SQL for the rows with our column names, all sizes of establishment together."""
        files = "[" + ", ".join(_text(str(p)) for p in self.paths) + "]"
        table = (
            f"read_parquet({files})"
            if _format(self.paths[0]) == "parquet"
            else f"read_csv({files}, all_varchar=true, header=true, delim=',', quote='\"')"
        )
        figures = [n for n in self.layout.columns if n not in _KEYS]
        # A blank figure is not known, whatever its code says; an establishment count is never withheld.
        blank = " OR ".join(f'"{self.names[n]}" IS NULL' for n in figures if n != "establishments")
        columns = [
            f"{_area_sql(self.names['area_fips'])} AS area",
            f"{_range_sql(self.names['industry_code'])} AS industry",
            f"{_code_sql(self.names['own_code'])} AS ownership",
            f'CAST("{self.names["year"]}" AS SMALLINT) AS year',
            f"{_code_sql(self.names['qtr'])} AS quarter",
            f"coalesce({_code_sql(self.names['disclosure_code'])}, '') = 'N' OR {blank} AS withheld",
            *(f'CAST("{self.names[n]}" AS DOUBLE) AS {n}' for n in figures),
            *(f'CAST("{c}" AS DOUBLE) AS "{c}"' for c in more),
        ]
        size = f" WHERE {_code_sql('size_code')} = '0'" if "size_code" in self.header else ""
        return f"SELECT {', '.join(columns)} FROM {table}{size}"


@contextmanager
def _sources(paths: Iterable[Path]) -> Iterator[list[_Source]]:
    """Group files by layout and columns; unpack zips to a temporary folder for as long as they are read."""
    with tempfile.TemporaryDirectory(prefix="sectorlib-qcew-") as scratch:
        groups: dict[tuple[tuple[str, ...], str], list[tuple[Path, str]]] = {}
        for path in map(Path, paths):
            if not path.is_file():
                raise MissingFileError(
                    f"{path} is not a file", "a QCEW file", "check the study's panel paths"
                )
            for member, label in _unpacked(path, Path(scratch)):
                groups.setdefault((_header(member, label), _format(member)), []).append((member, label))
        if not groups:
            raise LayoutError("no QCEW data file", "at least one CSV or Parquet file", "name a file")
        yield [_recognise(header, members) for (header, _), members in groups.items()]


def _format(path: Path) -> str:
    return "parquet" if path.suffix.lower() == ".parquet" else "text"


def _unpacked(path: Path, scratch: Path) -> Iterator[tuple[Path, str]]:
    """A file with its label, or the CSV members of a zip, unpacked one at a time."""
    if path.suffix.lower() != ".zip":
        yield path, path.name
        return
    members = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for info in filter(_is_data, archive.infolist()):
                # Numbered, since members of two archives may share a name.
                target = scratch / f"{len(list(scratch.iterdir()))}.csv"
                with archive.open(info) as member, target.open("wb") as copy:
                    shutil.copyfileobj(member, copy, 1 << 20)
                members += 1
                yield target, f"{path.name}: {Path(info.filename).name}"
    # A damaged member, one that is encrypted, one compressed in a way Python does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise LayoutError(
            f"{path} is not a readable zip: {error}", "a zip of CSV files", "download the file again"
        ) from None
    if not members:
        raise LayoutError(
            f"{path} holds no CSV file", "a zip of CSV files", "unpack it, or download it again"
        )


def _is_data(info: zipfile.ZipInfo) -> bool:
    """Whether a zip's member is a CSV file, not a folder or what a Mac leaves beside each file."""
    name = Path(info.filename).name
    return name.lower().endswith(".csv") and not name.startswith("._") and "__MACOSX" not in info.filename


def _header(path: Path, label: str) -> tuple[str, ...]:
    if _format(path) == "parquet":
        try:
            return tuple(pq.read_schema(path).names)
        except (pa.ArrowInvalid, OSError):
            raise LayoutError(f"{label} is not a Parquet file", "Parquet", "write the file again") from None
    opener = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opener(path, "rb") as lines:  # the header alone: titles further down may be in another encoding
            first = lines.readline().decode("utf-8-sig")
    except (UnicodeDecodeError, OSError, EOFError, zlib.error):
        raise LayoutError(
            f"{label} is not a text file in UTF-8",
            "a CSV file, or gzip, zip or Parquet",
            "check the file's suffix",
        ) from None
    return tuple(c.strip() for c in next(csv.reader([first]), []))


def _recognise(header: tuple[str, ...], members: list[tuple[Path, str]]) -> _Source:
    labels = [label for _, label in members]
    label = labels[0] + (f" and {len(labels) - 1} more" if len(labels) > 1 else "")
    for layout in (QUARTERLY, ANNUAL):
        names = layout.resolve(header)
        if names:
            return _Source(layout, names, header, tuple(p for p, _ in members), label)
    wanted = [theirs[0] for theirs in ANNUAL.columns.values()]
    lacking = [
        n
        for n, theirs in zip(wanted, ANNUAL.columns.values(), strict=True)
        if not any(t in header for t in theirs)
    ]
    close = [f"{c[0]!r} for {n!r}" for n in lacking if (c := nearest(n, header, 1))]
    raise LayoutError(
        f"{label} has columns {', '.join(header[:8])}{', ...' if len(header) > 8 else ''}; "
        f"it lacks {', '.join(lacking)}",
        "a QCEW layout, annual (annual_avg_emplvl, ...) or quarterly (month1_emplvl, ...)",
        f"rename {'; '.join(close)}" if close else "is this a QCEW file?",
    )


def _unreadable(sources: list[_Source], error: duckdb.Error) -> LayoutError:
    text = str(error)
    encoding = "unicode" in text.lower() or "utf-8" in text.lower()
    return LayoutError(
        f"{', '.join(s.label for s in sources)}: {text.splitlines()[0]}",
        "numbers where the layout has numbers, and as many fields in each row as in the header",
        "save the file as UTF-8"
        if encoding
        else "a truncated download is the usual cause; download it again",
    )


# --- SQL ---------------------------------------------------------------------------------------------


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _code_sql(column: str) -> str:
    """SQL for a code: text without blanks, also where a file holds it as a number."""
    return f'trim(CAST("{column}" AS VARCHAR))'


def _area_sql(column: str) -> str:
    """SQL for an area code, with the leading zero that spreadsheets and numbers lose."""
    code = _code_sql(column)
    return f"CASE WHEN regexp_full_match({code}, '[0-9]{{4}}') THEN '0' || {code} ELSE {code} END"


def _range_sql(column: str) -> str:
    """SQL for an industry code as BLS writes it: some files say 31 for 31-33."""
    cases = " ".join(f"WHEN {_text(k)} THEN {_text(v)}" for k, v in naics.RANGES.items())
    return f"CASE {_code_sql(column)} {cases} ELSE {_code_sql(column)} END"


def _unless_withheld(column: str) -> str:
    return f"CASE WHEN withheld THEN NULL ELSE {column} END AS {column}"


def _annual_sql(source: _Source) -> str:
    return (
        f"SELECT area, industry, ownership, year, establishments, "
        f"{_unless_withheld('employment')}, {_unless_withheld('wages')}, "
        f"CASE WHEN withheld THEN 'suppressed' ELSE 'disclosed' END AS disclosure, "
        f"CASE WHEN withheld THEN 0 ELSE employment END AS employment_low, "
        f"CASE WHEN withheld THEN 0 ELSE wages END AS wages_low, "
        f"4 AS quarters, false AS unknown, false AS repeated "
        f"FROM ({source.select()}) WHERE quarter = 'A'"
    )


def _yearly_sql(sources: list[_Source]) -> str:
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
    not_total = f"industry <> {_text(naics.TOTAL)}"
    is_area_total = f"NOT ({not_total}) AND ownership = '0'"
    return f"""
        (WITH cells AS (
            SELECT area, industry, ownership, year,
                   round(sum(establishments) / 4) AS establishments,
                   {months} / 12 AS jobs, {wages} AS wages_low,
                   count(*) FILTER (WHERE withheld) AS hidden, count(*) AS held,
                   bit_or(1 << CAST(quarter AS INTEGER)) AS seen
            FROM (SELECT DISTINCT * FROM ({quarters}) WHERE quarter <> 'A')
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
               quarters, unknown, held > bit_count(seen) AS repeated
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


def _whole_years(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows of whole years, and a note for each state and year of which a quarter is not there."""
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
    return rows[~part].drop(columns=["quarters", "repeated"]), tuple(notes)


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


def _contradiction(cell: pd.Series, what: str) -> LayoutError:
    return LayoutError(
        f"two files give different figures for {', '.join(f'{k} {cell[k]}' for k in _CELL)}: {what}",
        "each cell from one file, or the same figures in both",
        "leave one of the files out of the study's panel",
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


def _absence(rows: pd.DataFrame) -> dict[int, str]:
    """What an absent row means in each year: zero where some cells are marked withheld, else withheld.

    Files that mark withheld cells list every cell that has establishments. Files without a single mark
    below the all-industry total have had their withheld rows removed. A cell that lacks a quarter is no mark.
    """
    told = (rows["industry"] != naics.TOTAL) & ~rows["unknown"]
    marked = rows[told].groupby("year")["disclosure"].agg(lambda d: bool((d != "disclosed").any()))
    return {int(year): "zero" if marked.get(year, False) else "withheld" for year in rows["year"].unique()}
