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

#: DuckDB spills to disk above this, so that an import never needs more than a few times as much.
_MEMORY_LIMIT = "1500MB"

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
    Rows by size of establishment are left out. A year of which some quarters are not in the files is
    left out and noted.

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
        A file whose columns are no known layout, that cannot be read, or two files that contradict
        each other on a cell.
    MissingFileError
        A path that does not exist.
    """
    with _sources(paths) as sources, _connection() as database:
        parts = [_annual_sql(s) if s.layout is ANNUAL else _yearly_sql(s) for s in sources]
        try:
            rows = _to_frame(database.sql(" UNION ALL BY NAME ".join(parts)).to_arrow_table())
        except duckdb.Error as error:
            raise _unreadable(sources, error) from None
        notes = [n for s in sources if s.layout is QUARTERLY for n in _incomplete_years(database, s)]
    rows = _deduplicate(rows)
    return Qcew(rows, _absence(rows), tuple(dict.fromkeys(notes)))


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
        wages (USD a quarter), disclosure, and the columns asked for. Withheld figures are missing.

    Raises
    ------
    LayoutError
        A file is not in a quarterly layout.
    """
    with _sources(paths) as sources, _connection() as database:
        for source in sources:
            if source.layout is not QUARTERLY:
                raise LayoutError(
                    f"{source.label} is in the {source.layout.name} layout",
                    "a quarterly layout, with month1_emplvl, month2_emplvl and month3_emplvl",
                    "use read_annual, which takes both",
                )
        owned = f" AND ownership IN ({', '.join(_text(o) for o in ownership)})" if ownership else ""
        parts = [
            f"SELECT area, industry, ownership, year, quarter, "
            f"{', '.join(_unless_withheld(c) for c in ('month1', 'month2', 'month3', 'wages'))}, establishments, "
            f"CASE WHEN withheld THEN 'suppressed' ELSE 'disclosed' END AS disclosure"
            + "".join(f', "{c}"' for c in columns)
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
    has_size: bool
    paths: tuple[Path, ...]
    label: str

    def select(self, more: Sequence[str] = ()) -> str:
        """SQL for the rows with our column names, all sizes of establishment together."""
        files = "[" + ", ".join(_text(str(p)) for p in self.paths) + "]"
        parquet = self.paths[0].suffix == ".parquet"
        table = (
            f"read_parquet({files})"
            if parquet
            else f"read_csv({files}, all_varchar=true, header=true, delim=',', quote='\"')"
        )
        figures = [n for n in self.layout.columns if n not in _KEYS]
        columns = [
            f'trim("{self.names["area_fips"]}") AS area',
            f'{_range_sql(self.names["industry_code"])} AS industry',
            f'trim("{self.names["own_code"]}") AS ownership',
            f'CAST("{self.names["year"]}" AS SMALLINT) AS year',
            f'trim("{self.names["qtr"]}") AS quarter',
            f"coalesce(trim(\"{self.names['disclosure_code']}\"), '') = 'N' AS withheld",
            *(f'CAST("{self.names[n]}" AS DOUBLE) AS {n}' for n in figures),
            *(f'CAST("{c}" AS DOUBLE) AS "{c}"' for c in more),
        ]
        size = " WHERE trim(CAST(size_code AS VARCHAR)) = '0'" if self.has_size else ""
        return f"SELECT {', '.join(columns)} FROM {table}{size}"


@contextmanager
def _sources(paths: Iterable[Path]) -> Iterator[list[_Source]]:
    """Group files by layout and columns; unpack zips to a temporary folder for as long as they are read."""
    with tempfile.TemporaryDirectory(prefix="sectorlib-qcew-") as scratch:
        groups: dict[tuple[tuple[str, ...], str], list[tuple[Path, str]]] = {}
        for path in map(Path, paths):
            if not path.exists():
                raise MissingFileError(f"{path} does not exist", "a QCEW file", "check the study's panel paths")
            for member, label in _unpacked(path, Path(scratch)):
                groups.setdefault((_header(member, label), _format(member)), []).append((member, label))
        if not groups:
            raise LayoutError("no QCEW data file", "at least one CSV or Parquet file", "zips may hold only CSV files")
        yield [_recognise(header, members) for (header, _), members in groups.items()]


def _format(path: Path) -> str:
    return "parquet" if path.suffix == ".parquet" else "text"


def _unpacked(path: Path, scratch: Path) -> Iterator[tuple[Path, str]]:
    if path.suffix != ".zip":
        yield path, path.name
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.is_dir() or not info.filename.endswith(".csv") or "__MACOSX" in info.filename:
                    continue
                # Numbered, since members of two archives may share a name.
                target = scratch / f"{len(list(scratch.iterdir()))}.csv"
                with archive.open(info) as member, target.open("wb") as copy:
                    shutil.copyfileobj(member, copy, 1 << 20)
                yield target, f"{path.name}: {Path(info.filename).name}"
    except zipfile.BadZipFile:
        raise LayoutError(f"{path} is not a readable zip", "a zip of CSV files", "download the file again") from None


def _header(path: Path, label: str) -> tuple[str, ...]:
    if path.suffix == ".parquet":
        try:
            return tuple(pq.read_schema(path).names)
        except pa.ArrowInvalid:
            raise LayoutError(f"{label} is not a Parquet file", "Parquet", "write the file again") from None
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            return tuple(c.strip() for c in next(csv.reader(lines), []))
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError):
        raise LayoutError(
            f"{label} is not a text file in UTF-8", "a CSV file, or gzip, zip or Parquet", "check the file's suffix"
        ) from None


def _recognise(header: tuple[str, ...], members: list[tuple[Path, str]]) -> _Source:
    labels = [label for _, label in members]
    label = labels[0] + (f" and {len(labels) - 1} more" if len(labels) > 1 else "")
    for layout in (QUARTERLY, ANNUAL):
        names = layout.resolve(header)
        if names:
            return _Source(layout, names, "size_code" in header, tuple(p for p, _ in members), label)
    wanted = [theirs[0] for theirs in ANNUAL.columns.values()]
    lacking = [
        n for n, theirs in zip(wanted, ANNUAL.columns.values(), strict=True) if not any(t in header for t in theirs)
    ]
    close = [f"{c[0]!r} for {n!r}" for n in lacking if (c := nearest(n, header, 1))]
    raise LayoutError(
        f"{label} has columns {', '.join(header[:8])}{', ...' if len(header) > 8 else ''}; it lacks {', '.join(lacking)}",
        "a QCEW layout, annual (annual_avg_emplvl, ...) or quarterly (month1_emplvl, ...)",
        f"rename {'; '.join(close)}" if close else "is this a QCEW file?",
    )


def _unreadable(sources: list[_Source], error: duckdb.Error) -> LayoutError:
    first = str(error).splitlines()[0]
    return LayoutError(
        f"{', '.join(s.label for s in sources)}: {first}",
        "numbers where the layout has numbers, and as many fields in each row as in the header",
        "a truncated download is the usual cause; run `sectorlib check` on one file at a time to find it",
    )


# --- SQL ---------------------------------------------------------------------------------------------


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="sectorlib-duckdb-") as spill:
        settings = {
            "memory_limit": _MEMORY_LIMIT,
            "temp_directory": spill,
            "preserve_insertion_order": "false",
        }
        connection = duckdb.connect(":memory:", config=settings)
        try:
            yield connection
        finally:
            connection.close()


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _range_sql(column: str) -> str:
    """SQL for an industry code as BLS writes it: some files say 31 for 31-33."""
    cases = " ".join(f"WHEN {_text(k)} THEN {_text(v)}" for k, v in naics.RANGES.items())
    return f'CASE trim("{column}") {cases} ELSE trim("{column}") END'


def _unless_withheld(column: str) -> str:
    return f"CASE WHEN withheld THEN NULL ELSE {column} END AS {column}"


def _annual_sql(source: _Source) -> str:
    return (
        f"SELECT area, industry, ownership, year, establishments, "
        f"{_unless_withheld('employment')}, {_unless_withheld('wages')}, "
        f"CASE WHEN withheld THEN 'suppressed' ELSE 'disclosed' END AS disclosure, "
        f"CASE WHEN withheld THEN 0 ELSE employment END AS employment_low, "
        f"CASE WHEN withheld THEN 0 ELSE wages END AS wages_low "
        f"FROM ({source.select()}) WHERE quarter = 'A'"
    )


def _yearly_sql(source: _Source) -> str:
    """Annual rows from quarters. A quarter without a row is one without establishments."""
    months = "sum(CASE WHEN withheld THEN 0 ELSE month1 + month2 + month3 END)"
    wages = "sum(CASE WHEN withheld THEN 0 ELSE wages END)"
    hidden = "count(*) FILTER (WHERE withheld)"
    return f"""
        SELECT area, industry, ownership, year,
               round(sum(establishments) / 4) AS establishments,
               CASE WHEN {hidden} = 0 THEN round({months} / 12) END AS employment,
               CASE WHEN {hidden} = 0 THEN {wages} END AS wages,
               CASE WHEN {hidden} = 0 THEN 'disclosed'
                    WHEN {hidden} = count(*) THEN 'suppressed'
                    ELSE 'partial' END AS disclosure,
               floor({months} / 12) AS employment_low,
               {wages} AS wages_low
        FROM ({source.select()}) AS quarters
        WHERE ({_STATE}, year) IN
              (SELECT ({_STATE}, year) FROM ({source.select()}) WHERE quarter <> 'A'
               GROUP BY {_STATE}, year HAVING count(DISTINCT quarter) = 4)
        GROUP BY area, industry, ownership, year
    """


#: The publisher releases a state's quarters together, so coverage is judged state by state.
_STATE = "left(area, 2)"


def _incomplete_years(database: duckdb.DuckDBPyConnection, source: _Source) -> list[str]:
    found = database.sql(
        f"SELECT {_STATE}, year, count(DISTINCT quarter) FROM ({source.select()}) "
        f"GROUP BY 1, 2 HAVING count(DISTINCT quarter) < 4 ORDER BY 1, 2"
    ).fetchall()
    return [
        f"{year}: {n} of 4 quarters for areas {state}..., left out of the annual panel" for state, year, n in found
    ]


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


def _deduplicate(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: identical repeats (a county in two files) are one; contradictions are an error."""
    keys = ["area", "industry", "ownership", "year"]
    repeated = rows.duplicated(keys, keep=False)
    if repeated.any():
        twins = rows[repeated].sort_values(keys)
        distinct = twins.drop_duplicates()
        clash = distinct[distinct.duplicated(keys, keep=False)]
        if len(clash):
            first = clash.iloc[0]
            cell = ", ".join(f"{k} {first[k]}" for k in keys)
            values = clash.iloc[:2]["employment"].tolist()
            raise LayoutError(
                f"two files give different figures for {cell}: employment {values[0]} and {values[1]}",
                "each cell from one file, or the same figures in both",
                "leave one of the files out of the study's panel",
            )
        rows = rows.drop_duplicates(keys)
    return rows.sort_values(keys, ignore_index=True)


def _absence(rows: pd.DataFrame) -> dict[int, str]:
    """What an absent row means in each year: zero where some cells are marked withheld, else withheld.

    Files that mark withheld cells list every cell that has establishments. Files without a single mark
    below the all-industry total have had their withheld rows removed.
    """
    industry = rows["industry"] != naics.TOTAL
    marked = rows[industry].groupby("year")["disclosure"].agg(lambda d: bool((d != "disclosed").any()))
    return {int(year): "zero" if marked.get(year, False) else "withheld" for year in rows["year"].unique()}
