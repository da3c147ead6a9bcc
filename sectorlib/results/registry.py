"""The registry of results: a name, a key, columns and units for each table a study can give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from sectorlib.cards import card, folded
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.kept import own_copy
from sectorlib.progress import making
from sectorlib.results.basis import Basis
from sectorlib.results.needs import Key, Need
from sectorlib.schemas import Table
from sectorlib.study import Study
from sectorlib.study.store import digest_of

#: The file of reasons beside saved results.
_REASONS = "not-supported.json"


@dataclass(frozen=True)
class Result:
    """A named result: its table's schema, how it is made, and what of the study it needs.

    Attributes
    ----------
    table : Table
        Its name, key, columns and units.
    meaning : str
        What it holds, in a sentence.
    build : callable
        Makes it from the results before it.
    figures : tuple of str
        The figures of the panel, employment and wages, without which it says nothing.
    needs : tuple of callables
        What else of the study it needs; see :mod:`sectorlib.results.needs`.
    rests_on : tuple of str
        The results that it is made from.
    told_by_figures : bool
        Whether a study that has all of that may still lack it, which shows only when it is made.
    """

    table: Table
    meaning: str
    build: Callable[[Results], pd.DataFrame]
    figures: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    rests_on: tuple[str, ...] = ()
    told_by_figures: bool = False


#: Every result by name, in the order a study is explored.
RESULTS: dict[str, Result] = {}


def gives(
    table: Table,
    meaning: str,
    figures: Sequence[str] = ("employment",),
    needs: Sequence[Need] = (),
    rests_on: Sequence[str] = (),
    told_by_figures: bool = False,
) -> Callable[[Callable[[Results], pd.DataFrame]], Callable[[Results], pd.DataFrame]]:
    """Register a function that makes a result from the results before it; see :class:`Result` for the parameters."""

    def register(build: Callable[[Results], pd.DataFrame]) -> Callable[[Results], pd.DataFrame]:
        RESULTS[table.name] = Result(
            table, meaning, build, tuple(figures), tuple(needs), tuple(rests_on), told_by_figures
        )
        return build

    return register


#: Saved tables that this process and those forked from it share, by path.
_HELD: dict[Path, pd.DataFrame] = {}


def hold_tables(folder: Path) -> None:
    """Read every saved table of a folder, for all who ask in this process and those forked from it.

    Nothing is read that changes later: a process that holds tables lives as long as one run. No thread is started.
    """
    for path in sorted(folder.resolve().glob("*.parquet")):
        file = pq.ParquetFile(path, pre_buffer=False)
        _HELD[path] = file.read(use_threads=False).to_pandas(use_threads=False)
        _HELD[path].attrs.update(json.loads((file.schema_arrow.metadata or {}).get(b"PANDAS_ATTRS", b"{}")))


class Results(Basis):
    """The results of a study by name, each made when first asked for.

    Parameters
    ----------
    study : Study
        The study.
    folder : Path, optional
        Where :meth:`save` has written results; those are read instead of made again.

    Examples
    --------
    >>> [name for name in sorted(RESULTS) if name.startswith("backtest")]
    ['backtest', 'backtest-by-industry', 'backtest-by-size']
    """

    def __init__(self, study: Study, folder: Path | None = None) -> None:
        self.study = study
        self.folder = folder
        self._made: dict[str, pd.DataFrame] = {}
        self._refused: dict[str, NotSupportedError] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The named result.

        Raises
        ------
        UnknownNameError
            No such result; the hint gives the nearest.
        NotSupportedError
            The study cannot support it, and why.
        """
        if name not in RESULTS:
            raise UnknownNameError.unknown_name("table", name, RESULTS)
        if name in self._refused:
            raise self._refused[name].with_traceback(None)
        if name not in self._made:
            try:
                saved = self._saved(name)
                if saved is None:
                    with making(f"the table {name}"):
                        saved = self._recalled(name)
            except NotSupportedError as error:
                self._refused[name] = error
                raise
            self._made[name] = saved
        return own_copy(self._made[name])

    def __iter__(self) -> Iterator[str]:
        return iter(RESULTS)

    def __len__(self) -> int:
        return len(RESULTS)

    def __repr__(self) -> str:
        """Whose results, in a line."""
        return f"<Results of {self.study.title}: {len(RESULTS)} tables, {len(self._made)} made>"

    def _repr_html_(self) -> str:
        """The tables, by whether they are made, can be asked for, or cannot be given, and why not; none is made for it."""
        made, open_, reasons = [], [], []
        for name, result in RESULTS.items():
            why = self._known_reason(name)
            if why is not None:
                reasons.append((name, why))
            elif name in self._made:
                made.append((name, f"{len(self._made[name]):,} rows; {result.meaning}"))
            else:
                open_.append((name, result.meaning))
        parts = [
            folded(f"{len(rows)} {what}", card("", rows), opened=what == "made")
            for what, rows in (("made", made), ("made when asked for", open_), ("not in this study", reasons))
            if rows
        ]
        note = 'results["growth"] gives a table; results.missing("growth") says why not.'
        title = f"{len(RESULTS)} tables of the study {self.study.title}"
        return card(title, [], note) + "".join(parts)

    def _known_reason(self, name: str) -> str | None:
        """Why the study cannot give a result, as far as that is known without reading a file."""
        if name in self._refused:
            return self._refused[name].found
        result = RESULTS[name]
        lacking = [
            f for f in result.figures if "panel" in self.study.__dict__ and f not in self.study.measures
        ]
        if lacking:
            return f"the panel's tables hold no {' and no '.join(lacking)}"
        for need in result.needs:
            if isinstance(need, Key) and not need.declared(self.study):
                return need.found
        return next(filter(None, map(self._known_reason, result.rests_on)), None)

    def given(self, name: str) -> pd.DataFrame | None:
        """The named result; None where the study cannot give it."""
        try:
            return self[name]
        except NotSupportedError:
            return None

    def missing(self, name: str) -> NotSupportedError | None:
        """Why the study cannot give a result; None if it can.

        The table itself is not built for it, except where only its figures tell (``RESULTS[name].told_by_figures``).
        """
        if name not in RESULTS:
            raise UnknownNameError.unknown_name("table", name, RESULTS)
        if name not in self._made and name not in self._refused:
            known = RESULTS[name].told_by_figures or self._is_saved
            reason = None if known else self._lacking(name)
            if known:
                self.given(name)
            elif reason is not None:
                self._refused[name] = reason
        return self._refused.get(name)

    def _lacking(self, name: str) -> NotSupportedError | None:
        """What the study lacks of what a result needs; None where it has all of it."""
        result = RESULTS[name]
        lacking = [figure for figure in result.figures if figure not in self.study.measures]
        if lacking:
            return NotSupportedError(
                f"the panel's tables hold no {' and no '.join(lacking)}",
                f"{' and '.join(result.figures)} of some cell",
                "what is not in the tables is unknown, not zero; add a table that has it, or its column to the block",
            )
        for need in result.needs:
            try:
                need(self)
            except NotSupportedError as error:
                return error
        return next(filter(None, map(self.missing, result.rests_on)), None)

    def save(self, folder: Path, names: Iterable[str]) -> None:
        """Write the named results that the study supports as Parquet, and the reasons for the others as JSON.

        The study's notice is in the metadata of each Parquet file (``attrs`` in pandas), and under ``notice`` in the JSON.
        """
        names = list(names)
        made = {name: self.given(name) for name in names}  # all before one is written
        missing = {name: self._refused[name] for name in names if made[name] is None}
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in made.items():
            if table is not None:
                if self.study.notice:
                    table.attrs["notice"] = self.study.notice
                beside = folder / f".{name}.part"
                table.to_parquet(beside, index=False)
                beside.replace(folder / f"{name}.parquet")
        reasons: dict[str, str | list[str]] = {"notice": self.study.notice} if self.study.notice else {}
        reasons |= {name: [error.found, error.expected, error.hint] for name, error in missing.items()}
        beside = folder / f".{_REASONS}.part"
        beside.write_text(json.dumps(reasons, indent=1), encoding="utf-8")
        beside.replace(folder / _REASONS)

    def _recalled(self, name: str) -> pd.DataFrame:
        # Tables that say nothing of a partnership are the same whatever the scope.
        store = self.store if name.startswith("scope") else self.study.store.part(digest_of(""))
        return store.recall(f"table {name}", lambda: self._make(name))

    def _make(self, name: str) -> pd.DataFrame:
        result, reason = RESULTS[name], self._lacking(name)
        if reason is not None:
            raise reason
        made = result.table.check(
            result.table.select(result.build(self)).reset_index(drop=True),
            f"the {name} result of {self.study.name}",
        )
        # As they come back when they are read again.
        texts = [c.name for c in result.table.columns if c.kind in ("text", "code") and c.name in made]
        return made.astype({name: "str" for name in texts if made[name].dtype == object})

    @property
    def _is_saved(self) -> bool:
        return self.folder is not None and (self.folder / _REASONS).exists()

    def _saved(self, name: str) -> pd.DataFrame | None:
        """The result as :meth:`save` wrote it; None if it did not."""
        if self.folder is None or not self._is_saved:
            return None
        reasons = json.loads((self.folder / _REASONS).read_text(encoding="utf-8"))
        if name in reasons:
            raise NotSupportedError(*reasons[name])
        path = self.folder / f"{name}.parquet"
        held = _HELD.get(path.resolve())
        if held is not None:
            return held
        return pd.read_parquet(path) if path.exists() else None

    def region(self, name: str) -> str:
        """The code of a region given by its code or name.

        Raises
        ------
        UnknownNameError
            No region of that name; the hint gives the nearest.
        """
        known = self["regions"].drop_duplicates("area")
        for column in ("area", "area_name"):
            hit = known.loc[known[column] == name, "area"]
            if len(hit):
                return str(hit.iloc[0])
        raise UnknownNameError.unknown_name("region", name, known["area_name"])
