"""The short way through QCEW files as the publisher writes them: figures as numbers, codes as whole numbers.

Most files need no mending. They are read straight into typed columns, and what is checked is each distinct code, not
each row. Whatever is unusual (a blank figure, an odd code, a missing quarter, a repeated cell) is left to the careful way
(:mod:`sectorlib.sources.qcew`), which mends it or names it with its file and row; both give the same rows.
"""

from __future__ import annotations

import io
import math
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sectorlib import naics
from sectorlib.schemas import DISCLOSURE
from sectorlib.sources.qcew_files import (
    ANNUAL,
    FIRST_YEAR,
    LAST_YEAR,
    MOST_JOBS,
    MOST_WAGES,
    QUARTERLY,
    SECOND_CODE,
    TRUE_ZERO,
    WITHHELD_CODE,
    Source,
    file_format,
)

#: Text is read in pieces of this many bytes: larger ones are no faster and take more memory.
_PIECE = 1 << 21
#: How many pieces are read at a time: more are done sooner than their rows can be gathered.
_AT_A_TIME = 4
#: Endings of files that are unpacked while they are read.
_PACKED = frozenset((".gz", ".bz2", ".lz4", ".zst"))

_KEYS = ("area", "industry", "ownership", "year")

#: Our names of the columns of codes.
_CODES = {
    "area": "area_fips", "industry": "industry_code", "ownership": "own_code", "year": "year", "quarter": "qtr",
    "code": "disclosure_code",
}  # fmt: skip


class _Unusual(Exception):
    """Something that the careful way has to look at."""


@dataclass(frozen=True)
class LeanRows:
    """Annual rows in the Panel's columns, in order of their keys, and which of them are withheld by inference alone."""

    rows: pd.DataFrame
    inferred: np.ndarray


def lean_rows(sources: list[Source]) -> LeanRows | None:
    """Read files of one layout the short way.

    Parameters
    ----------
    sources : list of Source
        Files as :func:`~sectorlib.sources.qcew_files.grouped_files` gives them.

    Returns
    -------
    LeanRows or None
        None where something in the files is unusual, or layouts are mixed.
    """
    if len({source.layout.name for source in sources}) != 1:
        return None
    try:
        columns = _Columns(sources[0].layout.name, sources[0].figures)
        for source in sources:
            columns.read(source)
        return columns.annual() if sources[0].layout is ANNUAL else columns.of_quarters()
    except (_Unusual, pa.ArrowException, UnicodeDecodeError, OSError):
        return None


class _Column:
    """Values that come in pieces, gathered in one array. Room that is not used takes no memory."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._held = np.empty(0, dtype=dtype)
        self.rows = 0

    def add(self, piece: np.ndarray, expected: int) -> None:
        """Add values, with room for the number of rows that are expected in all."""
        end = self.rows + len(piece)
        if end > len(self._held):
            held, self._held = self._held, np.empty(max(expected, end + end // 2), dtype=self._held.dtype)
            self._held[: self.rows] = held[: self.rows]
        self._held[self.rows : end] = piece
        self.rows = end

    @property
    def filled(self) -> np.ndarray:
        return self._held[: self.rows]


class _Codes:
    """A column of codes as whole numbers, and what they stand for."""

    def __init__(self) -> None:
        self._known = pa.array([], pa.string())
        self._column = _Column(np.int16)

    @property
    def rows(self) -> int:
        return self._column.rows

    def add(self, piece: pa.DictionaryArray, expected: int) -> None:
        if piece.null_count or piece.dictionary.null_count:
            raise _Unusual
        texts = piece.dictionary.cast(pa.string())
        numbers = pc.index_in(texts, value_set=self._known)
        if numbers.null_count:
            new = texts.filter(numbers.is_null())
            self._known = pa.concat_arrays([self._known, new])
            if len(self._known) > np.iinfo(np.int16).max:
                raise _Unusual
            numbers = pc.index_in(texts, value_set=self._known)
        table = numbers.to_numpy().astype(np.int16)
        self._column.add(table[piece.indices.to_numpy()], expected)

    def forget(self, before: int) -> None:
        """Take the rows after the first few for marks of withheld cells, whatever they say."""
        known = self._known.to_pylist()
        if WITHHELD_CODE not in known:
            self._known = pa.array([*known, WITHHELD_CODE], pa.string())
        self._column.filled[before:] = known.index(WITHHELD_CODE) if WITHHELD_CODE in known else len(known)

    def taken(self) -> tuple[np.ndarray, list[str]]:
        """The whole column, in numbers that follow the order of the codes, and the codes."""
        column, known = self._column.filled, self._known.to_pylist()
        codes = sorted(known)
        place = {text: n for n, text in enumerate(codes)}
        small = len(codes) <= np.iinfo(np.int8).max
        table = np.array([place[text] for text in known], dtype=np.int8 if small else np.int16)
        same = not small and np.array_equal(table, np.arange(len(table)))
        return (column if same else table[column]), codes


class _Columns:
    """The columns of files as they are read, piece by piece."""

    def __init__(self, layout: str, figures: list[str]) -> None:
        self.quarterly = layout == QUARTERLY.name
        self.codes = {name: _Codes() for name in (*_CODES, "second")}
        self.figures = {name: _Column(np.float64) for name in figures}
        self._expected = 0

    def read(self, source: Source) -> None:
        """Add the rows of a source's files."""
        spelled = [name.strip().lower() for name in source.header]
        if len(set(spelled)) < len(spelled):
            raise _Unusual
        by_name = dict(zip(spelled, source.header, strict=True))
        codes = {ours: source.names[theirs] for ours, theirs in _CODES.items()}
        figures = {name: source.names[name] for name in source.figures}
        size, second = by_name.get("size_code"), by_name.get(SECOND_CODE)
        if second is not None:
            codes["second"] = second
        marked: set[str] = set()
        before = self.codes["second"].rows
        for path in source.paths:
            done = self.codes["area"].rows
            for piece, share in _pieces(
                path, [*codes.values(), *([size] if size else [])], list(figures.values())
            ):
                self._expected = max(self._expected, done + round(piece.num_rows / share * 1.05))
                if size and any(text.strip("0") for text in piece.column(size).dictionary.to_pylist()):
                    raise _Unusual
                for ours, theirs in codes.items():
                    self.codes[ours].add(piece.column(theirs), self._expected)
                if second is None:
                    # Without second marks none tells a true zero: as if each said withheld.
                    self.codes["second"].add(_constant(WITHHELD_CODE, piece.num_rows), self._expected)
                else:
                    marked.update(piece.column(second).dictionary.to_pylist())
                for ours, theirs in figures.items():
                    most = MOST_WAGES if ours == "wages" else MOST_JOBS
                    self.figures[ours].add(_figures(piece.column(theirs), most), self._expected)
        if any(mark != mark.strip() for mark in marked):
            raise _Unusual
        if second is not None and WITHHELD_CODE not in {mark.upper() for mark in marked}:
            self.codes["second"].forget(before)  # second marks that mark nothing may be lost

    def annual(self) -> LeanRows:
        """The rows of annual files."""
        keys, codes, order = self._keys()
        withheld, inferred = self._withheld(order)
        establishments, *figures = (self._figure(name, order) for name in list(self.figures))
        columns: dict[str, np.ndarray] = {"establishments": establishments}
        hidden = withheld | inferred
        for name, figure in zip(("employment", "wages"), figures, strict=True):
            low = figure
            if hidden.any():
                low = np.where(hidden, 0.0, figure)
                figure[hidden] = np.nan
            columns[name], columns[f"{name}_low"] = figure, low if low is not figure else figure.copy()
        disclosure = np.where(hidden, DISCLOSURE.index("suppressed"), DISCLOSURE.index("disclosed"))
        return LeanRows(_framed(keys, codes, columns, disclosure.astype(np.int8)), inferred)

    def of_quarters(self) -> LeanRows:
        """Annual rows from cells that have each of their four quarters once."""
        keys, codes, order = self._keys()
        withheld, inferred = (mark.reshape(-1, 4) for mark in self._withheld(order))
        hidden = withheld | inferred
        number = _summed(hidden.astype(np.int8))
        sums = {}
        for name in list(self.figures):
            figure = self._figure(name, order).reshape(-1, 4)
            if name != "establishments" and number.any():
                figure[hidden] = 0.0
            sums[name] = _summed(figure)
        jobs = (sums.pop("month1") + sums.pop("month2") + sums.pop("month3")) / 12
        rounded = np.floor(jobs + 0.5)
        columns = {
            "establishments": np.floor(sums["establishments"] / 4 + 0.5),
            "employment": np.where(number == 0, rounded, np.nan),
            "employment_low": np.where(number == 0, rounded, np.floor(jobs)),
            "wages": np.where(number == 0, sums["wages"], np.nan),
            "wages_low": sums["wages"],
        }
        words = ("disclosed", "partial", "suppressed")
        disclosure = np.select(
            [number == 0, number < 4], [DISCLOSURE.index(w) for w in words[:2]], DISCLOSURE.index(words[2])
        )
        return LeanRows(
            _framed(keys, codes, columns, disclosure.astype(np.int8)),
            np.asarray(_summed(inferred.astype(np.int8)) > 0),
        )

    def _keys(self) -> tuple[dict[str, np.ndarray], dict[str, list[str]], np.ndarray | None]:
        """The keys of cells in their order, what they stand for, and the order of the rows; None if they are in it."""
        columns: dict[str, np.ndarray] = {}
        codes: dict[str, list[str]] = {}
        if not self.figures["wages"].rows:
            raise _Unusual
        for name in (*_KEYS, "quarter"):
            columns[name], codes[name] = self.codes.pop(name).taken()
        _refuse_odd(codes, ["1", "2", "3", "4"] if self.quarterly else ["A"])
        few = math.prod(len(codes[name]) for name in (*_KEYS, "quarter")) <= np.iinfo(np.int32).max
        place: np.ndarray = np.zeros(len(columns["area"]), dtype=np.int32 if few else np.int64)
        for name in (*_KEYS, "quarter"):
            place *= len(codes[name])
            place += columns[name]
        order = None
        if not (place[1:] > place[:-1]).all():
            order = np.argsort(place, kind="stable")
            place = place[order]
            if (place[1:] == place[:-1]).any():
                raise _Unusual  # a cell in two files
        del columns["quarter"]
        first = slice(None)
        if self.quarterly:
            if len(codes["quarter"]) != 4 or len(place) % 4:
                raise _Unusual
            if not (place.reshape(-1, 4) - place[::4, None] == np.arange(4)).all() or (place[::4] % 4).any():
                raise _Unusual  # a cell without one of its quarters
            first = slice(None, None, 4)
        for name in _KEYS:
            column = columns[name]
            columns[name] = column[first] if order is None else column[order[first]]
        return columns, codes, order

    def _withheld(self, order: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Of each row, whether its code says that it is withheld, and whether that is inferred alone."""
        column, codes = self.codes.pop("code").taken()
        if not set(codes) <= {"", WITHHELD_CODE, TRUE_ZERO}:
            raise _Unusual
        withheld = _is(column, codes, WITHHELD_CODE)
        blank = _is(column, codes, "")
        second, marks = self.codes.pop("second").taken()
        told = _is(second, marks, "")
        figures = {name: column.filled for name, column in self.figures.items()}
        zeros = blank & (figures["establishments"] > 0)
        for name, figure in figures.items():
            if name != "establishments":
                zeros &= figure == 0
        inferred = zeros & ~told
        return (withheld, inferred) if order is None else (withheld[order], inferred[order])

    def _figure(self, name: str, order: np.ndarray | None) -> np.ndarray:
        figure = self.figures.pop(name).filled
        return figure if order is None else figure[order]


# --- parts -------------------------------------------------------------------------------------------


def _pieces(path: Path, codes: list[str], figures: list[str]) -> Iterator[tuple[pa.RecordBatch, float]]:
    """The rows of a file, a piece at a time, each with about what share of the file it is.

    Codes come as numbers with what they stand for, figures as numbers.
    """
    if file_format(path) == "parquet":
        file = pq.ParquetFile(path, read_dictionary=codes)
        for piece in file.iter_batches(batch_size=1 << 17, columns=[*codes, *figures]):
            columns = [_coded(piece.column(name)) for name in codes]
            coded = pa.record_batch(
                [*columns, *(piece.column(name) for name in figures)], names=[*codes, *figures]
            )
            yield coded, max(1, piece.num_rows) / max(1, file.metadata.num_rows)
        return
    types = dict.fromkeys(codes, pa.dictionary(pa.int32(), pa.string())) | dict.fromkeys(
        figures, pa.float64()
    )
    options = pa_csv.ConvertOptions(
        column_types=types, include_columns=list(types), null_values=[""], strings_can_be_null=False
    )
    if path.suffix.lower() in _PACKED:
        with pa_csv.open_csv(path, pa_csv.ReadOptions(block_size=_PIECE), convert_options=options) as pieces:
            yield from ((piece, 1.0) for piece in pieces)
    else:
        yield from _cut(path, options)


def _cut(path: Path, options: pa_csv.ConvertOptions) -> Iterator[tuple[pa.RecordBatch, float]]:
    """A text file cut after every so many lines; pieces are read side by side, and given in their order.

    As pyarrow does, this takes every end of a line for the end of a row.
    """
    waiting: deque[tuple[Future[pa.Table], float]] = deque()
    size = max(1, path.stat().st_size)
    threads = min(_AT_A_TIME, pa.cpu_count())
    with path.open("rb", buffering=0) as file, ThreadPoolExecutor(threads) as pool:
        try:
            for text in _whole_lines(file):
                waiting.append((pool.submit(_rows, text, options), len(text) / size))
                if len(waiting) > threads:
                    yield from _in_batches(*waiting.popleft())
            while waiting:
                yield from _in_batches(*waiting.popleft())
        finally:
            pool.shutdown(cancel_futures=True)


def _whole_lines(file: io.FileIO) -> Iterator[memoryview]:
    """The lines of a file, many at a time, each time after the first line of all."""
    header, rest, more = b"", b"", True
    while more:
        text = bytearray(len(header) + len(rest) + _PIECE)
        start = len(header) + len(rest)
        text[:start] = header + rest
        count = file.readinto(memoryview(text)[start:]) or 0
        more = count > 0
        end = text.rfind(b"\n", len(header), start + count) + 1 if more else start
        if not end:
            rest = bytes(text[len(header) : start + count])  # a line longer than a piece
            continue
        rest = bytes(text[end : start + count])
        if end > len(header):
            yield memoryview(text)[:end]
        header = header or bytes(text[: text.find(b"\n") + 1])


def _rows(text: memoryview, options: pa_csv.ConvertOptions) -> pa.Table:
    whole = pa_csv.ReadOptions(block_size=len(text) + 1, use_threads=False)
    return pa_csv.read_csv(pa.BufferReader(text), whole, convert_options=options)


def _in_batches(reading: Future[pa.Table], share: float) -> Iterator[tuple[pa.RecordBatch, float]]:
    table = reading.result().combine_chunks()
    yield from ((piece, share) for piece in table.to_batches())


def _coded(column: pa.Array) -> pa.DictionaryArray:
    """A column of codes, also of years that a file holds as whole numbers."""
    if pa.types.is_dictionary(column.type):
        return column
    if pa.types.is_integer(column.type):
        column = column.dictionary_encode()
        return pa.DictionaryArray.from_arrays(column.indices, column.dictionary.cast(pa.string()))
    if pa.types.is_string(column.type):
        return column.dictionary_encode()
    raise _Unusual


def _constant(text: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int8)), pa.array([text]))


def _figures(column: pa.Array, most: float) -> np.ndarray:
    """Figures as numbers, none of them below zero or above the most that can be."""
    if column.null_count or not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise _Unusual
    numbers = column.to_numpy()
    if not (numbers.min(initial=0) >= 0 and numbers.max(initial=0) <= most):
        raise _Unusual
    return numbers


def _summed(quarters: np.ndarray) -> np.ndarray:
    """Sums over four columns: numpy takes several times as long for sums of short rows."""
    first, second, third, fourth = quarters.T
    return first + second + third + fourth


def _is(column: np.ndarray, codes: list[str], code: str) -> np.ndarray:
    return column == codes.index(code) if code in codes else np.zeros(len(column), dtype=bool)


def _refuse_odd(codes: dict[str, list[str]], quarters: Iterable[str]) -> None:
    """Leave codes to the careful way that are not as the publisher writes them."""
    odd = (
        not codes["area"]
        or any(
            code != code.strip() or not code or code.endswith(".0") for name in _KEYS for code in codes[name]
        )
        or any(len(code) == 4 and code.isdigit() for code in codes["area"])
        or any(code in naics.RANGES for code in codes["industry"])
        or any(not (year.isascii() and year.isdigit() and len(year) == 4) for year in codes["year"])
        or not all(FIRST_YEAR <= int(year) <= LAST_YEAR for year in codes["year"])
        or not set(codes["quarter"]) <= set(quarters)
    )
    if odd:
        raise _Unusual


def _framed(
    keys: dict[str, np.ndarray],
    codes: dict[str, list[str]],
    figures: dict[str, np.ndarray],
    disclosure: np.ndarray,
) -> pd.DataFrame:
    """The columns as a frame, none of them copied."""
    columns: dict[str, object] = {
        name: pd.Categorical.from_codes(keys[name], categories=pd.Index(codes[name]), validate=False)
        for name in ("area", "industry", "ownership")
    }
    columns["year"] = np.array([int(year) for year in codes["year"]], dtype=np.int64)[keys["year"]]
    columns |= {name: figures[name] for name in ("establishments", "employment", "wages")}
    columns["disclosure"] = pd.Categorical.from_codes(
        disclosure, categories=pd.Index(DISCLOSURE), validate=False
    )
    columns |= {name: figures[name] for name in ("employment_low", "wages_low")}
    return pd.DataFrame(columns, copy=False)
