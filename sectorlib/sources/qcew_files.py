"""The files of the Quarterly Census of Employment and Wages: which layout each has, and how its rows are queried."""

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
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sectorlib import naics
from sectorlib.exceptions import LayoutError, MissingFileError, nearest
from sectorlib.sources.damage import require_sound
from sectorlib.sources.engine import query_engine

_KEYS = ("area_fips", "own_code", "industry_code", "year", "qtr", "disclosure_code")

#: More columns of the official files; those that begin with ``lq_`` or ``oty_`` are official too.
_OTHERS = (
    "agglvl_code", "size_code", "area_title", "own_title", "industry_title", "agglvl_title", "size_title",
    "taxable_annual_wages", "annual_contributions", "annual_avg_wkly_wage", "avg_annual_pay",
    "taxable_qtrly_wages", "qtrly_contributions", "avg_wkly_wage",
)  # fmt: skip

#: What is so of a row, as bits of the column ``flags``: one column, since rows are told apart by all of them.
(
    WITHHELD,
    INFERRED,
    UNKNOWN_CODE,
    IMPOSSIBLE,
    LOST_ZERO,
    DECIMAL_CODE,
    SMALL_LETTERS,
    SEPARATED,
    TOLD,
    BLANK,
) = (1 << i for i in range(10))

#: The official files say a second time which cells are withheld: beside the location quotients.
SECOND_CODE = "lq_disclosure_code"

#: The disclosure codes of official files: withheld, a true zero, and none where figures are published.
WITHHELD_CODE, TRUE_ZERO = "N", "-"

#: The largest figures of a cell that can be: far above the jobs and the wages of the United States.
MOST_JOBS = 5e8
MOST_WAGES = 1e15
#: The Bureau of Labor Statistics publishes figures of this census from 1975 on.
FIRST_YEAR, LAST_YEAR = 1975, 2100

#: Rows of a file that are looked at before all of them are, to see whether it holds any that is used.
_SAMPLE = 200


@dataclass(frozen=True)
class Layout:
    """One official layout: the names its columns go by."""

    name: str
    columns: dict[str, tuple[str, ...]]

    def resolve(self, header: Sequence[str]) -> dict[str, str] | None:
        """Our name to the file's name for each column, or None if a column is not there."""
        spelled = {name.strip().lower(): name for name in reversed(header)}
        found = {
            ours: next((spelled[n] for n in theirs if n in spelled), None)
            for ours, theirs in self.columns.items()
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
class Source:
    """Files of one layout with the same columns, read together; a name for people beside each path.

    Codes that lost a zero, have decimals or small letters and numbers with thousands separators are read only
    where ``mending``, since looking for them in every row takes several times as long. Where the files mark
    withheld cells a second time, beside their location quotients, that tells true zeros from marks that were
    lost; unless the second marks are lost too (``single``).
    """

    layout: Layout
    names: dict[str, str]
    header: tuple[str, ...]
    paths: tuple[Path, ...]
    labels: tuple[str, ...]
    mending: bool = False
    single: bool = False

    @property
    def label(self) -> str:
        """The first file, and how many more there are."""
        return self.labels[0] + (f" and {len(self.labels) - 1} more" if len(self.labels) > 1 else "")

    @property
    def figures(self) -> list[str]:
        """Our names of the layout's figures."""
        return [name for name in self.layout.columns if name not in _KEYS]

    def select(self, more: Sequence[str] = ()) -> str:
        """SQL for the rows with our column names and ``flags``, all sizes of establishment together."""
        area, industry, ownership, quarter, code = (
            self.names[n] for n in ("area_fips", "industry_code", "own_code", "qtr", "disclosure_code")
        )
        mending = self.mending
        columns = [
            f"{_area_sql(area) if mending else _text_sql(area)} AS area",
            f"{_range_sql(industry) if mending else _text_sql(industry)} AS industry",
            f"{_code_sql(ownership) if mending else _text_sql(ownership)} AS ownership",
            f"{_year_sql(self.names['year'])} AS year",
            f"{f'upper({_code_sql(quarter)})' if mending else _text_sql(quarter)} AS quarter",
            f"{self._disclosure if mending else _text_sql(code)} AS code",
            *(f"{self._number(self.names[n])} AS {n}" for n in self.figures),
            *(f'{self._number(c)} AS "{c}"' for c in more),
            *([f"{self._repairs} AS repairs"] if mending else []),
            *([f"coalesce(upper({_text_sql(second)}), '') AS second"] if (second := self._second) else []),
        ]
        kept = ["area", "industry", "ownership", "year", "quarter", *self.figures, *(f'"{c}"' for c in more)]
        rows = f"SELECT {', '.join(columns)} FROM {self.table()}{self._all_sizes}"
        # In this order, so that most rows are through after the first tests.
        odd = (
            f"(CASE WHEN code = '{WITHHELD_CODE}' OR {self._blank} THEN {WITHHELD} WHEN wages > 0 THEN 0 "
            f"WHEN {self._inferred} THEN {self._told(WITHHELD | INFERRED)} ELSE 0 END)"
            f" | (CASE WHEN code NOT IN ('', '{WITHHELD_CODE}', '{TRUE_ZERO}') THEN {UNKNOWN_CODE} ELSE 0 END)"
            f" | (CASE WHEN coalesce(code, '') = '' AND ({self._blank}) THEN {BLANK} ELSE 0 END)"
            f" | (CASE WHEN {self._possible} THEN 0 ELSE {IMPOSSIBLE} END)"
        )
        return f"SELECT {', '.join(kept)}, {odd}{' | repairs' if mending else ''} AS flags FROM ({rows})"

    def table(self, path: Path | None = None) -> str:
        """SQL for the files' rows as they stand; for those of one file."""
        files = "[" + ", ".join(sql_text(str(p)) for p in ([path] if path else self.paths)) + "]"
        if file_format(self.paths[0]) == "parquet":
            return f"read_parquet({files})"
        return f"read_csv({files}, all_varchar=true, header=true, delim=',', quote='\"')"

    @property
    def _disclosure(self) -> str:
        return f"upper({_code_sql(self.names['disclosure_code'])})"

    @property
    def _all_sizes(self) -> str:
        size = next((name for name in self.header if name.strip().lower() == "size_code"), None)
        return f" WHERE ltrim(coalesce({_code_sql(size)}, ''), '0') = ''" if size else ""

    @property
    def _jobs(self) -> list[str]:
        return [n for n in self.figures if n not in ("establishments", "wages")]

    @property
    def _blank(self) -> str:
        """A blank figure is not known, whatever its code says; an establishment count is never withheld."""
        return " OR ".join(f"{n} IS NULL" for n in self.figures if n != "establishments")

    @property
    def _inferred(self) -> str:
        """Establishments with neither jobs nor wages whose code does not say that this is so: withheld.

        So are zeros beside a code that no official file has.
        """
        zeros = " AND ".join(f"{n} = 0" for n in self.figures if n != "establishments")
        return f"({zeros} AND coalesce(code, '') <> '{TRUE_ZERO}' AND (establishments > 0 OR coalesce(code, '') <> ''))"

    @property
    def _second(self) -> str | None:
        """The column of the second marks, where there is one to go by."""
        if self.single:
            return None
        return next((name for name in self.header if name.strip().lower() == SECOND_CODE), None)

    def _told(self, inferred: int) -> str:
        """SQL for the bits of zeros beside establishments: withheld, unless the second mark tells that they are true."""
        if not self._second:
            return str(inferred)
        return f"CASE WHEN second = '' AND coalesce(code, '') = '' THEN {TOLD} ELSE {inferred} END"

    def lacks_second_marks(self) -> bool:
        """Whether the column of the second marks is there and marks nothing."""
        if not self._second:
            return False
        test = f"upper({_text_sql(self._second)}) = '{WITHHELD_CODE}'"
        with query_engine() as database:
            found = database.execute(f"SELECT 1 FROM {self.table()} WHERE {test} LIMIT 1").fetchone()
        return found is None

    @property
    def _possible(self) -> str:
        """SQL for whether a row can be; blank figures are passed over."""
        counts = ", ".join(["establishments", *self._jobs])
        return (
            f"least({counts}, wages, 0) = 0 AND greatest({counts}, 0) <= {MOST_JOBS:.0f} "
            f"AND coalesce(wages, 0) <= {MOST_WAGES:.0f} AND year IS NOT NULL "
            f"AND year BETWEEN {FIRST_YEAR} AND {LAST_YEAR} AND quarter IN ({self._quarters}) "
            "AND area <> '' AND industry <> '' AND ownership <> ''"
        )

    @property
    def _quarters(self) -> str:
        return "'A'" if self.layout is ANNUAL else "'1', '2', '3', '4'"

    @property
    def _repairs(self) -> str:
        """SQL for the bits of how a row's codes were mended."""
        keys = [_text_sql(self.names[name]) for name in ("area_fips", "own_code", "industry_code", "qtr")]
        small = " OR ".join(
            f"{code} <> upper({code})"
            for code in (_text_sql(self.names["qtr"]), _text_sql(self.names["disclosure_code"]))
        )
        separated = " OR ".join(f"contains({_text_sql(self.names[n])}, ',')" for n in self.figures)
        decimal = " OR ".join(f"suffix({key}, '.0')" for key in keys)
        return (
            f"(CASE WHEN {_is_short(_code_sql(self.names['area_fips']))} THEN {LOST_ZERO} ELSE 0 END)"
            f" | (CASE WHEN {decimal} THEN {DECIMAL_CODE} ELSE 0 END)"
            f" | (CASE WHEN {small} THEN {SMALL_LETTERS} ELSE 0 END)"
            f" | (CASE WHEN {separated} THEN {SEPARATED} ELSE 0 END)"
        )

    def _number(self, column: str, cast: str = "CAST") -> str:
        """SQL for a figure."""
        value = f'"{column}"'
        if self.mending:
            text = f"trim(CAST({value} AS VARCHAR))"
            value = (
                f"(CASE WHEN regexp_full_match({text}, '[0-9]{{1,3}}(,[0-9]{{3}})+') "
                f"THEN replace({text}, ',', '') ELSE {text} END)"
            )
        return f"{cast}({value} AS DOUBLE)"

    def first_fault(self) -> str | None:
        """The first value, in the order of the files, that is no number or cannot be: file, row, column, value."""
        faults = {
            self.names[n]: f'"{self.names[n]}" IS NOT NULL AND coalesce(NOT '
            f"({self._number(self.names[n], 'TRY_CAST')} BETWEEN 0 AND {MOST_WAGES if n == 'wages' else MOST_JOBS:.0f}), true)"
            for n in self.figures
        }
        year, quarter = self.names["year"], f"upper({_code_sql(self.names['qtr'])})"
        faults[year] = (
            f"coalesce(NOT ({_year_sql(year, 'TRY_CAST')} BETWEEN {FIRST_YEAR} AND {LAST_YEAR}), true)"
        )
        faults[self.names["qtr"]] = f"coalesce({quarter} NOT IN ({self._quarters}), true)"
        for key in ("area_fips", "industry_code", "own_code"):
            faults[self.names[key]] = f"coalesce({_code_sql(self.names[key])}, '') = ''"
        which = " ".join(f"WHEN {test} THEN {sql_text(column)}" for column, test in faults.items())
        value = " ".join(f'WHEN {test} THEN CAST("{column}" AS VARCHAR)' for column, test in faults.items())
        keys = ", ".join(f'CAST("{self.names[key]}" AS VARCHAR)' for key in _KEYS[:5])
        for path, label in zip(self.paths, self.labels, strict=True):
            found = self._first_row(
                path, f"CASE {which} END, CASE {value} END, {keys}", f"{' OR '.join(faults.values())}"
            )
            if found:
                row, column, bad, area, own, industry, time, quarter = found
                shown = "nothing" if bad is None else repr(bad)
                return (
                    f"{label}, row {row}: {column} is {shown} "
                    f"(area {area}, ownership {own}, industry {industry}, {time} {quarter})"
                )
        return None

    def row_of(self, cell: Sequence[str]) -> str | None:
        """Where a cell (area, industry, ownership, year) stands first: file and row; None if it does not."""
        area, industry, ownership, year = map(str, cell)
        wanted = (
            f"{_area_sql(self.names['area_fips'])} = {sql_text(area)}"
            f" AND {_range_sql(self.names['industry_code'])} = {sql_text(industry)}"
            f" AND {_code_sql(self.names['own_code'])} = {sql_text(ownership)}"
            f' AND TRY_CAST("{self.names["year"]}" AS BIGINT) = {int(year)}'
        )
        for path, label in zip(self.paths, self.labels, strict=True):
            found = self._first_row(path, "1", wanted)
            if found:
                return f"{label}, row {found[0]}"
        return None

    def _first_row(self, path: Path, columns: str, where: str) -> tuple | None:
        """The first row of a file that a test finds: its number as a person counts it, and some of its values."""
        first = 1 if file_format(path) == "parquet" else 2  # the header is row 1 of a text file
        numbered = f"SELECT row_number() OVER () + {first - 1} AS row_in_file, * FROM {self.table(path)}"
        with query_engine() as database:
            return database.execute(
                f"SELECT row_in_file, {columns} FROM ({numbered}){self._all_sizes or ' WHERE true'} "
                f"AND ({where}) ORDER BY row_in_file LIMIT 1"
            ).fetchone()

    def holds_nothing(self, path: Path) -> bool:
        """Whether a file has no row of all sizes of establishment."""
        with query_engine() as database:
            found = database.execute(f"SELECT 1 FROM {self.table(path)}{self._all_sizes} LIMIT 1").fetchone()
        return found is None

    def unknown_codes(self) -> dict[str, int]:
        """Disclosure codes that no official file has, with the number of their rows."""
        known = f"('', '{WITHHELD_CODE}', '{TRUE_ZERO}')"
        with query_engine() as database:
            rows = database.execute(
                f'SELECT trim(CAST("{self.names["disclosure_code"]}" AS VARCHAR)) AS code, count(*) '
                f"FROM {self.table()}{self._all_sizes or ' WHERE true'} "
                f"AND coalesce({self._disclosure}, '') NOT IN {known} GROUP BY ALL ORDER BY ALL"
            ).fetchall()
        return dict(rows)


@dataclass(frozen=True)
class Files:
    """What files hold: sources, and what was noticed about the files."""

    sources: list[Source]
    notes: tuple[str, ...]


@contextmanager
def grouped_files(paths: Iterable[Path]) -> Iterator[Files]:
    """Group files by layout and columns; unpack zips to a temporary folder for as long as they are read.

    Raises
    ------
    MissingFileError
        A path that is no file.
    LayoutError
        A file of no known layout, a damaged one, one without a row that is used, or none at all.
    """
    with tempfile.TemporaryDirectory(prefix="sectorlib-qcew-") as scratch:
        groups: dict[tuple[tuple[str, ...], str], list[tuple[Path, str]]] = {}
        unsure: list[Path] = []
        empty: list[str] = []
        for path in map(Path, paths):
            if not path.is_file():
                raise MissingFileError(
                    f"{path} is not a file", "a QCEW file", "check the study's panel paths"
                )
            members = 0
            for member, label in _unpacked(path, Path(scratch)):
                header, rows = _head(member, label)
                if not rows:
                    empty.append(label)
                    _recognize(header, [(member, label)])
                    continue
                members += 1
                groups.setdefault((header, file_format(member)), []).append((member, label))
                if not _has_all_sizes(header, rows):
                    unsure.append(member)
            if not members:
                raise LayoutError(
                    f"{path.name}: no annual figures, since there is a header and no row below it",
                    "a file with rows",
                    "download it again, or leave it out of the study's panel",
                )
        if not groups:
            raise LayoutError("no QCEW data file", "at least one CSV or Parquet file", "name a file")
        sources = [_recognize(header, members) for (header, _), members in groups.items()]
        for source in sources:
            _refuse_single_sizes(source, unsure)
        yield Files(sources, _without_rows(empty))


def _without_rows(labels: list[str]) -> tuple[str, ...]:
    if not labels:
        return ()
    more = f" and {len(labels) - 1} more files" if len(labels) > 1 else ""
    return (f"{labels[0]}{more}: a header and no rows, so nothing is read of them",)


def _refuse_single_sizes(source: Source, unsure: list[Path]) -> None:
    """Refuse files of which no row is of all sizes of establishment, of those whose beginning has none."""
    for path, label in zip(source.paths, source.labels, strict=True):
        if path in unsure and source.holds_nothing(path):
            raise LayoutError(
                f"every row of {label} is of one size of establishment (size_code 1 to 9)",
                "rows of all sizes together (size_code 0), which sectorlib uses",
                "take the files by area or by industry, or the single file, instead of the one by size, which "
                "the publisher makes for first quarters alone; leave this one out",
            )


def file_format(path: Path) -> str:
    """How a file is read: ``"parquet"`` or ``"text"``.

    >>> file_format(Path("2016.parquet")), file_format(Path("2016.csv.gz"))
    ('parquet', 'text')
    """
    return "parquet" if path.suffix.lower() == ".parquet" else "text"


def _unpacked(path: Path, scratch: Path) -> Iterator[tuple[Path, str]]:
    """A file with its label, or the CSV members of a zip, unpacked one at a time."""
    if path.suffix.lower() != ".zip":
        yield path, path.name
        return
    members = 0
    # A folder of its own, since members of two archives may share a name.
    folder = Path(tempfile.mkdtemp(dir=scratch))
    try:
        with zipfile.ZipFile(path) as archive:
            for info in filter(_is_data, archive.infolist()):
                target = folder / f"{members}.csv"
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


def _head(path: Path, label: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """A file's column names as they are spelled, and its first rows (of a Parquet file blank ones)."""
    if file_format(path) == "parquet":
        try:
            require_sound(path)
            about = pq.read_metadata(path)
            return tuple(about.schema.to_arrow_schema().names), [[]] * min(about.num_rows, _SAMPLE)
        except (pa.ArrowInvalid, OSError):
            raise LayoutError(f"{label} is not a Parquet file", "Parquet", "write the file again") from None
    opener = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opener(path, "rb") as lines:  # the header alone: titles further down may be in another encoding
            first = lines.readline().decode("utf-8-sig")
            rows = [line.decode("latin-1") for line in islice(lines, _SAMPLE)]
    except (UnicodeDecodeError, OSError, EOFError, zlib.error):
        raise LayoutError(
            f"{label} is not a text file in UTF-8",
            "a CSV file, or gzip, zip or Parquet",
            "check the file's suffix, and that it can be opened",
        ) from None
    require_sound(path)
    try:
        header, *cells = csv.reader([first, *rows])
    except (ValueError, csv.Error):  # nothing at all, or what is no text: the columns are not recognized
        header, cells = next(csv.reader([first.split("\r")[0]]), []), [[first]] if rows else []
    return tuple(header), [row for row in cells if any(row)]


def _has_all_sizes(header: tuple[str, ...], rows: list[list[str]]) -> bool:
    """Whether one of a file's first rows is of all sizes of establishment."""
    at = next((i for i, name in enumerate(header) if name.strip().lower() == "size_code"), None)
    return at is None or any(len(row) > at and not row[at].strip().strip("0") for row in rows)


def _recognize(header: tuple[str, ...], members: list[tuple[Path, str]]) -> Source:
    labels = tuple(label for _, label in members)
    for layout in (QUARTERLY, ANNUAL):
        names = layout.resolve(header)
        if names:
            return Source(layout, names, header, tuple(p for p, _ in members), labels)
    raise _not_recognized(header, labels[0] + (f" and {len(labels) - 1} more" if len(labels) > 1 else ""))


def _not_recognized(header: tuple[str, ...], label: str) -> LayoutError:
    """The error for columns of no layout; it never suggests a column that has another meaning."""
    held = [name.strip().lower() for name in header]
    nearer = max((ANNUAL, QUARTERLY), key=lambda layout: sum(n[0] in held for n in layout.columns.values()))
    lacking = [names[0] for names in nearer.columns.values() if not any(n in held for n in names)]
    if lacking == ["disclosure_code"]:
        return LayoutError(
            f"{label} has no column disclosure_code, and withheld cells cannot be told from zeros without it",
            "the column that marks a withheld cell with N",
            "export the file again with disclosure_code; no other column can stand for it",
        )
    official = {n for layout in (ANNUAL, QUARTERLY) for names in layout.columns.values() for n in names}
    free = [
        n for n in header if (c := n.strip().lower()) and c not in official and c not in _OTHERS
        and not c.startswith(("lq_", "oty_"))
    ]  # fmt: skip
    close = []
    for name in lacking:
        found = nearest(name, free, 1) if name != "disclosure_code" else []
        if found:
            free.remove(found[0])
            close.append(f"{found[0]!r} for {name!r}")
    hint = "is this a QCEW file?"
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        hint = "save the file with commas between columns, and numbers without separators"
    elif close:
        hint = f"if these are the same figures, rename {'; '.join(close)}"
    return LayoutError(
        f"{label} has columns {', '.join(header[:8])}{', ...' if len(header) > 8 else ''}; "
        f"it lacks {', '.join(lacking)}",
        "a QCEW layout, annual (annual_avg_emplvl, ...) or quarterly (month1_emplvl, ...)",
        hint,
    )


def faulty(sources: list[Source]) -> LayoutError | None:
    """The error to raise for the first value of files that is no number, or cannot be; None if there is none."""
    for source in sources:
        try:
            fault = source.first_fault()
        except duckdb.Error:  # the file's rows cannot be read at all
            return None
        if fault is not None:
            return LayoutError(
                fault,
                "areas, industries and quarters in each row; jobs, establishments and wages of 0 or more, and no more "
                f"than can be (jobs {MOST_JOBS:,.0f}, wages {MOST_WAGES:,.0f})",
                "correct the row from the publisher's file; a figure that is not known is left blank",
            )
    return None


def unreadable(sources: list[Source], error: duckdb.Error) -> LayoutError:
    """The error to raise where a query of files failed on what they hold."""
    text = str(error)
    ragged = next((said for source in sources if (said := _ragged_row(source)) is not None), None)
    if ragged is not None:
        return LayoutError(
            ragged,
            "as many cells in each row as in the header, divided by commas",
            "correct the row, with quotes around a figure or name that holds a comma; at the end of a file, a truncated "
            "download is the usual cause",
        )
    encoding = "unicode" in text.lower() or "utf-8" in text.lower()
    return faulty(sources) or LayoutError(
        f"{', '.join(s.label for s in sources)}: {text.splitlines()[0]}",
        "numbers where the layout has numbers, and as many fields in each row as in the header",
        "save the file as UTF-8"
        if encoding
        else "a truncated download is the usual cause; download it again",
    )


def _ragged_row(source: Source) -> str | None:
    """The first row of text files that has more or fewer cells than the header; None if there is none."""
    for path, label in zip(source.paths, source.labels, strict=True):
        if file_format(path) == "parquet":
            continue
        opened = gzip.open if path.suffix.lower() == ".gz" else open
        try:
            with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file)
                width = len(next(rows, []))
                for cells in rows:
                    if cells and len(cells) != width:
                        return f"{label}, row {rows.line_num}: {len(cells)} cells, and the header has {width}"
        except (OSError, UnicodeDecodeError, EOFError, csv.Error):
            continue
    return None


def sql_text(value: str) -> str:
    """SQL for a text.

    >>> sql_text("O'Brien")
    "'O''Brien'"
    """
    return "'" + value.replace("'", "''") + "'"


def _text_sql(column: str) -> str:
    return f'trim(CAST("{column}" AS VARCHAR))'


def _year_sql(column: str, cast: str = "CAST") -> str:
    """SQL for a year; null for one that is no whole number, which would be rounded to another."""
    number = f'{cast}("{column}" AS DOUBLE)'
    return f"CASE WHEN {number} = floor({number}) THEN {cast}({number} AS BIGINT) END"


def _code_sql(column: str) -> str:
    """SQL for a code: text without blanks, also where a file holds it as a number, with decimals even (5.0)."""
    text = _text_sql(column)
    return f"CASE WHEN suffix({text}, '.0') THEN left({text}, -2) ELSE {text} END"


def _is_short(code: str) -> str:
    """SQL for whether an area's code has lost its leading zero: four digits."""
    return f"length({code}) = 4 AND regexp_full_match({code}, '[0-9]{{4}}')"


def _area_sql(column: str) -> str:
    """SQL for an area code, with the leading zero that spreadsheets and numbers lose."""
    code = f"({_code_sql(column)})"
    return f"CASE WHEN {_is_short(code)} THEN '0' || {code} ELSE {code} END"


def _range_sql(column: str) -> str:
    """SQL for an industry code as BLS writes it: some files say 31 for 31-33."""
    code = f"({_code_sql(column)})"
    cases = " ".join(f"WHEN {sql_text(k)} THEN {sql_text(v)}" for k, v in naics.RANGES.items())
    return f"CASE {code} {cases} ELSE {code} END"
