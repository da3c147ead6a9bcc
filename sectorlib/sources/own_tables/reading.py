"""A table of somebody's own making, read into annual rows in the Panel's columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sectorlib.areas import area_kind, area_name
from sectorlib.exceptions import LayoutError, UnknownAreaError, UnknownIndustryError, nearest
from sectorlib.gazetteer import area_codes, county_codes
from sectorlib.industry_names import bea_lines, industry_of, name_key, ownership_of
from sectorlib.naics import TOTAL, titles
from sectorlib.resources import definitions
from sectorlib.sources.own_tables.grid import Grid, read_grids
from sectorlib.sources.own_tables.headings import (
    is_fiscal,
    parts_of,
    period_of,
    scale_of,
    stated_scale,
    whole_year,
)
from sectorlib.sources.own_tables.layout import SHEET_YEAR, Body, body_of, without_notes
from sectorlib.sources.own_tables.mapping import MEASURES, TableMapping
from sectorlib.sources.own_tables.roles import SHEET, Roles, bea_table, roles_of
from sectorlib.sources.own_tables.values import (
    WITHHELD_MARKS,
    Figures,
    decimal_mark,
    looks_like_figure,
    read_figures,
)

CELL = ["area", "industry", "ownership", "year"]

#: Our measures by the Panel's names.
FIGURES = {"jobs": "employment", "wages": "wages", "establishments": "establishments"}

#: What the row of a table's total calls its area.
_WHOLE = ("total", "grand total", "state", "statewide", "all counties")

#: How far the sum of counties and a row of the same name as their state may differ, by jobs of no known county.
_SUM = 0.03

#: Values a note lists before it says how many more there are.
_SHOWN = 4

#: LEHD's status flags of a figure: not available, no data, suppressed.
_LEHD_WITHHELD = ("-2", "-1", "5")

#: Flags that leave a figure as it is: published, with a little noise (County Business Patterns, LEHD), revised.
_PUBLISHED_FLAGS = (
    "", "1", "9", "10", "11", "12", "g", "h", "j", "a", "r", "p", "e", "disclosed", "published", "false", "no", "0",
    "f", "y - disclosed", "disclosable", "not suppressed", "0.0", "1.0",
)  # fmt: skip
_WITHHELD_FLAGS = ("true", "yes", "y", "t", "non-disclosable", "not disclosed", "(d)", "x", "-1", "5", "-2")


@dataclass(frozen=True)
class OwnTable:
    """Annual rows in the Panel's columns, what was done, and what the table's jobs are."""

    rows: pd.DataFrame
    notes: tuple[str, ...]
    measures: tuple[str, ...]
    concept: str | None


def read_own_table(source: pd.DataFrame | str | Path, mapping: TableMapping) -> OwnTable:
    """Read a table of any layout into annual rows.

    Parameters
    ----------
    source : DataFrame or path
        The table.
    mapping : TableMapping
        What the user says of it; headings say the rest.

    Returns
    -------
    OwnTable

    Raises
    ------
    LayoutError
        Something of the table is not clear; row and value are named.
    """
    bodies, notes = _bodies(source, mapping)
    parts, measures, concepts, said = [], [], [], []
    for body in bodies:
        part = _Reader(body, mapping)
        parts.append(part.rows())
        measures += [m for m in part.measures if m not in measures]
        concepts.append(part.concept)
        said.append((body.sheet, part.notes))
    notes += _merged_notes(said)
    rows = pd.concat(parts, ignore_index=True)
    if rows.empty:
        raise LayoutError(
            f"{bodies[0].label}: no annual figures are left",
            "annual rows, or all quarters or months of a year",
            "; ".join(notes[-2:]) or "check the columns",
        )
    rows = _unique(rows, bodies[0].label)
    for measure, figure in FIGURES.items():
        if measure not in measures:
            notes.append(f"{figure} is not in the table: unknown in every cell, not zero")
    return OwnTable(
        _panel_rows(rows, measures), tuple(notes), tuple(measures), next(filter(None, concepts), None)
    )


# --- bodies ------------------------------------------------------------------------------------------


def _bodies(source: pd.DataFrame | str | Path, mapping: TableMapping) -> tuple[list[Body], list[str]]:
    if isinstance(source, pd.DataFrame):
        return [_of_frame(source, "the table")], []
    path = Path(source)
    read = read_grids(path)
    if isinstance(read, pd.DataFrame):
        return [_of_frame(read, path.name)], []
    grids = _chosen(read, mapping, path)
    wanted = [name for name in mapping.named if name != SHEET]
    bodies = [body for grid in grids if (body := body_of(grid, wanted, mapping.header)) is not None]
    if not bodies:
        raise LayoutError(
            f"{path.name} has no header of a table among its first rows",
            "a row of headings above rows of figures",
            "say which row it is: header=5",
        )
    if len(bodies) == 1 or mapping.sheet is not None:
        notes = [f"sheet {bodies[0].sheet!r} of {len(read)}"] if len(read) > 1 and len(bodies) == 1 else []
        return bodies, notes
    return _alike(bodies, mapping, path)


def _of_frame(frame: pd.DataFrame, label: str) -> Body:
    if frame.empty:
        raise LayoutError(f"{label} has no rows", "a table with rows", "check what it was made of")
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame = frame.copy(deep=False)
    flat = [" | ".join(str(p) for p in c if str(p) and not str(p).startswith("Unnamed")) if isinstance(c, tuple) else str(c).strip()
            for c in frame.columns]  # fmt: skip
    seen: Counter[str] = Counter()
    names = []
    for name in flat:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    frame.columns = pd.Index(names)
    if not frame.index.is_unique:
        frame = frame.reset_index(drop=True)
    for column in frame.select_dtypes("category"):
        frame[column] = frame[column].astype(object)
    return Body(frame, label)


def _chosen(grids: list[Grid], mapping: TableMapping, path: Path) -> list[Grid]:
    if mapping.sheet is None:
        return grids
    named = [mapping.sheet] if isinstance(mapping.sheet, (str, int)) else list(mapping.sheet)
    if named == ["*"]:
        return grids
    out = []
    for name in named:
        match = [g for i, g in enumerate(grids) if g.sheet == name or (isinstance(name, int) and i == name)]
        if not match:
            names = [g.sheet for g in grids]
            close = nearest(name, names)
            raise LayoutError(
                f"{path.name} has no sheet {name!r}; it has {', '.join(names[:12])}",
                "the name of a sheet",
                f"did you mean {close[0]!r}?" if close else "names are as on the tabs",
            )
        out += match
    return out


def _alike(bodies: list[Body], mapping: TableMapping, path: Path) -> tuple[list[Body], list[str]]:
    """The sheets that share a header, if their names are areas or years; else the one sheet that can be meant."""
    groups: dict[tuple[str, ...], list[Body]] = {}
    for body in bodies:
        groups.setdefault(tuple(body.frame.columns), []).append(body)
    largest = max(groups.values(), key=len)
    if len(largest) > 1:
        state = mapping.state if isinstance(mapping.state, (str, int)) else None
        names = [b.sheet for b in largest]
        years = [whole_year(n) for n in names]
        if mapping.year == SHEET or (mapping.year is None and None not in years and mapping.area != SHEET):
            for body, year in zip(largest, years, strict=True):
                body.frame[SHEET_YEAR] = body.sheet.strip() if year is None else str(year)
            return largest, [f"{len(largest)} sheets with the same headings, one for each year"]
        if mapping.area == SHEET or (mapping.area is None and _all_areas(names, state)):
            others = [b.sheet for b in bodies if b.sheet not in names]
            note = f"{len(largest)} sheets with the same headings, one for each area"
            return largest, [note + (f"; not read: {', '.join(others)}" if others else "")]
    readable = []
    for body in bodies:
        try:
            roles_of(body, mapping)
        except LayoutError:
            continue
        readable.append(body)
    if len(readable) == 1:
        return readable, [f"sheet {readable[0].sheet!r}, the one of {len(bodies)} with the columns"]
    raise LayoutError(
        f"{path.name} has {len(bodies)} sheets with a table: {', '.join(b.sheet for b in bodies[:12])}",
        "one table, or sheets with the same headings, named after areas or years",
        f"say which: sheet={bodies[0].sheet!r}" + ("" if readable else "; and name the columns"),
    )


def _all_areas(names: Sequence[str], state: object) -> bool:
    try:
        area_codes(names, state)
    except UnknownAreaError:
        return False
    return True


# --- one table ---------------------------------------------------------------------------------------


class _Reader:
    """The steps from one table to rows; each says what it did."""

    def __init__(self, body: Body, mapping: TableMapping) -> None:
        self.mapping, self.label = mapping, body.label
        if SHEET_YEAR in body.frame:
            mapping = mapping.with_columns(year=SHEET_YEAR)
            self.mapping = mapping
        body = self._only(body)
        self.roles: Roles = roles_of(body, mapping)
        figures = [c for m in MEASURES for c in self.roles.columns.get(m, [])] + list(self.roles.wide)
        self.body = without_notes(body, list(dict.fromkeys(figures)))
        self.decimal = self._decimal(list(dict.fromkeys(figures)))
        self.frame = self.body.frame
        self.notes = [*self.body.notes, *self.roles.notes]
        if self.decimal == ",":
            self.notes.append("figures have a decimal comma: 1.234,5 is 1234.5")
        self.table = bea_table(self.body)
        entry = self.table[1] if self.table else None
        self.concept = mapping.concept or (entry or {}).get("concept")
        self.measures: list[str] = []
        self.doubtful: dict[str, str] = {}
        self._reads: list[tuple[str, Figures]] = []

    def _decimal(self, figures: list[str]) -> str:
        """The decimal mark of the table's figures, as stated or as they tell; refused where it may be either."""
        if self.mapping.decimal is not None:
            return self.mapping.decimal
        texts = pd.unique(
            pd.concat([_text(self.body.frame[c]) for c in figures]) if figures else pd.Series(dtype=object)
        )
        found = decimal_mark(texts)
        # A file divided by semicolons leaves the comma for decimals, and the point for thousands.
        unclear = [v for v in texts if re.fullmatch(r"\$?\d{1,3}\.\d{3}", v)] if self.body.semicolons else []
        if found == "?" or (found is None and unclear):
            shown = (
                unclear[0]
                if unclear
                else next(v for v in texts if re.fullmatch(r"\d+,\d{1,2}|\d+,\d{4,}", v))
            )
            raise LayoutError(
                f"{self.label} has figures such as {shown!r}, and nothing says what its comma and point mean",
                "figures of which one says it, such as 1,234.5 or 1.234,5",
                "say the decimal mark: decimal='.' or decimal=','",
            )
        return found or "."

    def rows(self) -> pd.DataFrame:
        self._fill_blocks()
        self._totals_of_cuts()
        long = self._without_empty(self._long())
        keyed = self._keyed(long)
        yearly = self._yearly(keyed)
        self._no_sum_is_a_county(yearly)
        rows = self._ownerships(yearly)
        self.notes = list(dict.fromkeys(self.notes))
        return rows

    # Each part below takes a frame whose index is the row in the file.

    def _only(self, body: Body) -> Body:
        """The rows that the user asks for with ``where``."""
        frame = body.frame
        for column, wanted in self.mapping.where.items():
            names = [c for c in frame if str(c).casefold() == str(column).casefold()]
            if not names:
                raise LayoutError.unknown_name("column", column, frame.columns)
            values = {
                str(v).strip().casefold() for v in ([wanted] if isinstance(wanted, (str, int)) else wanted)
            }
            kept = _text(frame[names[0]]).str.casefold().isin(values)
            if not kept.any():
                held = ", ".join(sorted(set(_text(frame[names[0]])))[:8])
                raise LayoutError(
                    f"no row has {column} {wanted!r}; it holds {held}", "a value of the column", "check where"
                )
            body.notes.append(f"{int(kept.sum()):,} of {len(frame):,} rows have {column} {wanted}")
            frame = frame[kept]
        return replace(body, frame=frame)

    def _fill_blocks(self) -> None:
        """Values that stand only on the first row of a block, taken down."""
        for role, columns in self.roles.columns.items():
            if role not in ("area", "industry", "year", "ownership", "state") or (
                role == "industry" and len(columns) > 1
            ):
                continue
            for column in columns:
                text = _text(self.frame[column])
                blank = text.eq("")
                if not blank.any() or blank.all():
                    continue
                first = self.frame.index[blank][0]
                if blank.iloc[0]:
                    raise LayoutError(
                        f"column {column} of {self.label} is blank in row {first}, the first of the table",
                        f"the {role} of every row, or of the first row of each block",
                        "fill it in, or leave the row out with where={...}",
                    )
                filled = self.frame[column].where(~blank).ffill()
                self.frame = self.frame.assign(**{column: filled})
                self.notes.append(
                    f"{role}: {int(blank.sum())} blank cells of {column!r} take the value above (first: row {first})"
                )

    def _totals_of_cuts(self) -> None:
        """Rows of all ages, sizes and so on, where a table cuts the same jobs in further ways."""
        for column in list(self.frame.columns):
            wanted = definitions("industry_names")["totals"].get(name_key(str(column)))
            if wanted is None or str(column) in self.mapping.where:
                continue
            values = _text(self.frame[column]).map(lambda v: v.removesuffix(".0").casefold())
            known = [w.casefold() for w in wanted]
            whole = values.isin(known)
            if whole.all():
                continue
            if not whole.any():
                held = sorted(set(_text(self.frame[column])))
                if len(held) == 1:
                    self.notes.append(f"every row has {column} {held[0]}: the figures are of that part only")
                    continue
                raise LayoutError(
                    f"{self.label} has {len(held)} values of {column} ({', '.join(held[:6])}) and none for all ({wanted[0]})",
                    f"rows of {column} {wanted[0]}",
                    f"choose the rows that are meant: where={{{str(column)!r}: {held[0]!r}}}",
                )
            self.notes.append(
                f"rows of {column} {wanted[0]} are kept, {int((~whole).sum()):,} others left out"
            )
            self.frame = self.frame[whole]

    def _long(self) -> pd.DataFrame:
        """One row for each cell: keys as text, figures as numbers, whether each is withheld, and its upper bound."""
        roles = self.roles
        keys = {r: c for r, c in roles.columns.items() if r not in MEASURES}
        base = pd.DataFrame(index=self.frame.index)
        for role, columns in keys.items():
            for i, column in enumerate(columns):
                base[f"{role}{i or ''}"] = _text(self.frame[column])
        for role, value in roles.constants.items():
            base[role] = value
        if not roles.wide:
            out = base
            for measure in MEASURES:
                columns = roles.columns.get(measure, [])
                if columns:
                    out = out.join(self._measured(measure, columns))
                    for column, read in self._reads:
                        self._note_figures([column], [read])
                    self._reads = []
            return out
        wide: dict[tuple[tuple[str, str], ...], dict[str, list[str]]] = {}
        for label, named in roles.wide.items():
            place = tuple((role, named[role]) for role in roles.wide_by if role in named)
            wide.setdefault(place, {}).setdefault(named["measure"], []).append(label)
        blocks = []
        for place, by_measure in wide.items():
            block = base.assign(**dict(place))
            for measure, columns in by_measure.items():
                block = block.join(self._measured(measure, columns[:1]))
            blocks.append(block)
        self._note_figures([c for c, _ in self._reads], [r for _, r in self._reads])
        return pd.concat(blocks)

    def _without_empty(self, long: pd.DataFrame) -> pd.DataFrame:
        """The table without a measure that holds nothing: blank, or 0 in every row beside other figures."""
        filled = [m for m in self.measures if (long[m] > 0).any()]
        for measure in [m for m in self.measures if m not in filled and filled]:
            what = "0 in every row" if long[measure].notna().any() else "blank in every row"
            self.notes.append(f"{measure}: {what} beside {filled[0]}, so it is taken as not in the table")
            self.measures.remove(measure)
        return long

    def _measured(self, measure: str, columns: list[str]) -> pd.DataFrame:
        """The figures of a measure: one column's, or the mean of the months' columns."""
        if measure not in self.measures:
            self.measures.append(measure)
        numbers, withheld, lows, highs = [], [], [], []
        factor = self._factor(measure, columns[0])
        for column in columns:
            read = read_figures(
                _stripped(self.frame[column]),
                column,
                self.mapping.suppressed,
                measure == "wages",
                self.decimal,
                factor,
            )
            self._reads.append((column, read))
            numbers.append(read.number)
            withheld.append(read.withheld)
            lows.append(read.low)
            highs.append(read.high)
        together = pd.concat(numbers, axis=1)
        number = (
            together.sum(axis=1, skipna=False) if measure == "wages" else together.mean(axis=1, skipna=False)
        )
        if len(columns) > 1:
            how = "sum" if measure == "wages" else "mean"
            self.notes.append(f"{measure}: the {how} of {', '.join(map(repr, columns))}")
        alone = len(columns) == 1
        return pd.DataFrame(
            {
                measure: number,
                f"{measure} withheld": pd.concat(withheld, axis=1).any(axis=1),
                f"{measure} low": lows[0] if alone else np.nan,
                f"{measure} high": highs[0] if alone else np.nan,
            },
            index=self.frame.index,
        )

    def _factor(self, measure: str, column: str) -> float:
        stated = self.mapping.scale.get(measure)
        if stated is not None:
            self.notes.append(f"{measure}: multiplied by {stated:,.0f}, as stated")
            return float(stated)
        entry = self.table[1] if self.table else None
        factor = (
            float((entry or {}).get("scale", 1))
            if entry and entry["measure"] == measure
            else scale_of(column)
        )
        if factor == 1 and not entry:
            factor = self._scale_of_titles(measure)
        if name_key(column) == "ap" and "fipscty" in {name_key(str(c)) for c in self.frame.columns}:
            factor = 1000.0  # County Business Patterns give annual payroll in thousands
        if factor != 1:
            self.notes.append(
                f"{measure}: multiplied by {factor:,.0f}, since the table says thousands or millions"
            )
        return factor

    def _scale_of_titles(self, measure: str) -> float:
        """What titles and notes around the table say of a measure's unit; refused where they do not say of which."""
        said = f"{self.body.titles} ; {self.body.remarks}"
        factor, whose = stated_scale(said, measure)
        if (
            factor != 1
            and whose is None
            and len({*self.roles.columns} & {*MEASURES})
            + len({n["measure"] for n in self.roles.wide.values()})
            > 1
        ):
            raise LayoutError(
                f"the titles or notes of {self.label} say thousands or millions, and not of which figures",
                "the unit of each measure",
                f"say it: scale={{{measure!r}: {factor:.0f}}}, or scale={{{measure!r}: 1}}",
            )
        return factor

    def _note_figures(self, columns: list[str], reads: list[Figures]) -> None:
        """What was taken off the figures of the columns, in one note for each kind."""
        name = columns[0] if len(columns) == 1 else f"{columns[0]} to {columns[-1]}"
        said = [
            f"{what} in {count:,} cells"
            for what, count in (
                ("dollar signs", sum(r.dollars for r in reads)),
                ("thousands separators", sum(r.separators for r in reads)),
                ("footnote marks", sum(r.footnotes for r in reads)),
            )
            if count
        ]
        if said:
            self.notes.append(f"{name}: {', '.join(said)} taken off")
        marks: Counter[str] = Counter()
        for read in reads:
            marks.update(read.marks)
        if marks:
            listed = ", ".join(f"{mark} ({count:,})" for mark, count in marks.most_common(_SHOWN))
            self.notes.append(f"{name}: withheld where it says {listed}")
        blanks = sum(r.blanks for r in reads)
        if blanks:
            self.notes.append(
                f"{name}: {_counted(blanks, 'blank cell is', 'blank cells are')} unknown, not zero"
            )

    # --- keys ---

    def _keyed(self, long: pd.DataFrame) -> pd.DataFrame:
        long = self._flagged(long)
        long = self._with_area(long)
        long = self._with_industry(long)
        long = self._with_year(long)
        return long

    def _recoded(self, role: str, values: pd.Series) -> tuple[pd.Series, pd.Series]:
        """Values replaced as the user says with ``codes``, and whether the row stays."""
        stated = {str(k).strip().casefold(): v for k, v in self.mapping.codes.get(role, {}).items()}
        if not stated:
            return values, pd.Series(True, index=values.index)
        lowered = values.str.casefold()
        hit = lowered.isin(stated)
        if not hit.any():
            raise LayoutError(
                f"codes of {role} names {', '.join(map(repr, list(stated)[:3]))}, which the table does not hold",
                f"values of the {role} column",
                "copy them from the table",
            )
        replaced = values.where(~hit, lowered.map({k: v for k, v in stated.items() if v is not None}))
        gone = hit & lowered.map(lambda v: v in stated and stated[v] is None).astype(bool)
        if gone.any():
            names = ", ".join(sorted(set(values[gone]))[:_SHOWN])
            self.notes.append(f"{role}: {int(gone.sum()):,} rows left out as stated ({names})")
        changed = (hit & ~gone).sum()
        if changed:
            self.notes.append(f"{role}: {int(changed):,} rows recoded as stated")
        return replaced, ~gone

    def _flagged(self, long: pd.DataFrame) -> pd.DataFrame:
        """Figures withheld where a flag says so, whatever stands beside it."""
        long = long.assign(partial=False)
        lehd = {
            m: f"s{self.roles.columns[m][0]}" for m in MEASURES if len(self.roles.columns.get(m, ())) == 1
        }
        by_letters = {str(c).casefold(): c for c in self.frame.columns}
        for measure, name in lehd.items():
            column = by_letters.get(name.casefold())
            if column is not None and "flag" not in self.mapping.codes and not self.roles.wide:
                flags = _text(self.frame[column]).str.removesuffix(".0")
                hidden = flags.isin(_LEHD_WITHHELD)
                long.loc[hidden, measure] = np.nan
                long.loc[hidden, f"{measure} withheld"] = True
                self.notes.append(
                    f"{measure}: withheld in {int(hidden.sum()):,} rows, by the flag {column!r}"
                )
        if "flag" not in long:
            return long
        flags, _ = self._recoded("flag", long["flag"])
        key = flags.str.removesuffix(".0").str.casefold()
        marks = {m.casefold() for m in (*WITHHELD_MARKS, *self.mapping.suppressed)} | set(_WITHHELD_FLAGS)
        small, partial = key.isin(["l", "(l)"]), key.eq("partial")
        hidden = (key.isin(marks) & ~key.isin(["1"])) | small
        if "1" in set(key) <= {"0", "1", ""}:
            hidden = hidden | (key.eq("1") & self._one_means_withheld())
        known = hidden | partial | key.isin(_PUBLISHED_FLAGS) | key.eq("-")
        if (~known).any():
            row = flags.index[~known][0]
            raise LayoutError(
                f"the flag is {flags[~known].iloc[0]!r} in row {row} ({int((~known).sum())} such rows)",
                "a known mark of what is withheld, or nothing",
                f"say what it means: codes={{'flag': {{{flags[~known].iloc[0]!r}: 'N'}}}} for withheld, '' for published",
            )
        for measure in self.measures:
            if measure == "establishments":  # counts of establishments are published beside withheld figures
                continue
            high = (9.0, 50_000.0)[measure == "wages"]
            long[measure] = long[measure].mask(hidden)
            long[f"{measure} withheld"] |= hidden
            long[f"{measure} high"] = long[f"{measure} high"].where(~small, high)
        long["partial"] = partial
        if hidden.any():
            listed = ", ".join(sorted(set(flags[hidden]))[:_SHOWN])
            self.notes.append(f"withheld in {int(hidden.sum()):,} rows, by the flag ({listed})")
        if partial.any():
            self.notes.append(
                f"{int(partial.sum()):,} rows are flagged partial: their figures are the least there can be"
            )
        return long

    def _one_means_withheld(self) -> bool:
        """Whether 1 in a column of marks says withheld: of "suppressed" it does, of "disclosure" nobody knows."""
        column = " ".join(self.roles.columns.get("flag", ()))
        if "disclos" not in name_key(column) or re.search(r"\bnon|not\b", name_key(column)):
            return bool(re.search(r"suppress|confid|withheld|withhold|mask|disclos", name_key(column)))
        raise LayoutError(
            f"the flag {column!r} of {self.label} is 0 and 1, and its heading does not say which is withheld",
            "a known mark of what is withheld, or nothing",
            "say what they mean: codes={'flag': {'1': 'N', '0': ''}}",
        )

    def _with_area(self, long: pd.DataFrame) -> pd.DataFrame:
        texts, kept = self._recoded("area", long["area"].astype(object))
        long = long.assign(area=texts)[kept]
        long = self._of_types(long)
        state = long["state"].astype(str) if "state" in long else pd.Series("", index=long.index)
        if "area1" in long:  # two columns: the state, then the county
            state, long = long["area"].astype(object), long.assign(area=long["area1"])
        pairs = pd.DataFrame({"area": long["area"].astype(object), "state": state.astype(str)})
        distinct = pairs.reset_index(names="row").drop_duplicates(["area", "state"])
        blank = distinct["area"].eq("")
        if blank.any():
            raise LayoutError(
                f"the area is blank in row {distinct.loc[blank, 'row'].iloc[0]}",
                "a county's code or name",
                "fill it in",
            )
        named = pd.Series(distinct["area"].to_numpy(), index=distinct["row"].to_numpy())
        states = pd.Series(distinct["state"].replace("", None).to_numpy(dtype=object), index=named.index)
        codes = self._area_codes(named, states)
        self._sure_of_states(named, states, codes)
        table = dict(zip(zip(distinct["area"], distinct["state"], strict=True), codes, strict=True))
        long = long.assign(area=[table[key] for key in zip(pairs["area"], pairs["state"], strict=True)])
        written = named[(named != codes.to_numpy()) & ~named.str.fullmatch(r"\d{5}|US000")]
        if len(written):
            padded = written.str.fullmatch(r"\d{1,4}(\.0)?")
            if padded.any():
                self.notes.append(
                    f"area: digits put back in {_counted(int(padded.sum()), 'code', 'codes')} ({written[padded].iloc[0]} is {codes[padded.index[padded][0]]})"
                )
            if (~padded).any():
                first = written.index[~padded][0]
                self.notes.append(
                    f"area: codes found for {_counted(int((~padded).sum()), 'name', 'names')} ({named[first]!r} is {codes[first]})"
                )
        return long

    def _sure_of_states(self, named: pd.Series, states: pd.Series, codes: pd.Series) -> None:
        """A bare "Washington" among counties, without a state, may be the state or any of its counties."""
        for name, found in zip(named, codes, strict=True):
            code = str(found)
            if area_kind(code) == "county" and name_key(name) == name_key(area_name(f"{code[:2]}000")):
                self.doubtful[code] = name
        columns = " ".join(self.roles.columns.get("area", ()))
        if not re.search(r"\b(?:county|counties|parish)\b", name_key(columns)):
            return
        for row, name, state, found in zip(named.index, named, states, codes, strict=True):
            code = str(found)
            if pd.isna(state) and area_kind(code) == "state" and name_key(name) == name_key(area_name(code)):
                try:
                    county_codes([name])
                except UnknownAreaError as error:
                    if "several" not in error.found:
                        continue
                raise LayoutError(
                    f"{name!r} in row {row} of {self.label} is a state and the name of a county",
                    "the state of each county, beside its name or for all: state='NY'",
                    f"for the state itself: codes={{'area': {{{name!r}: {code!r}}}}}",
                )

    def _no_sum_is_a_county(self, rows: pd.DataFrame) -> None:
        """A county with the name of its state, refused where its figures are the sum of all the others."""
        for code, name in self.doubtful.items():
            measure = self.measures[0]
            inside = rows[rows["area"].str.startswith(code[:2]) & ~rows["area"].str.endswith("000")]
            keys = [k for k in ("industry", "own", "owner", "year") if k in inside]
            own = inside[inside["area"] == code].groupby(keys)[measure].sum(min_count=1)
            others = inside[inside["area"] != code]
            known = others.groupby(keys)[measure].agg(["sum", "count", "size"])
            whole = known[(known["count"] == known["size"]) & (known["size"] > 1)]["sum"]
            ratio = (own / whole).dropna()
            if len(ratio) and (ratio - 1).abs().max() < _SUM:
                raise LayoutError(
                    f"{name!r} of {self.label} is the sum of all other counties, so it may be the state and not the county",
                    "county and state told apart",
                    f"for the state: codes={{'area': {{{name!r}: '{code[:2]}000'}}}}; for the county: {code!r}",
                )

    def _of_types(self, long: pd.DataFrame) -> pd.DataFrame:
        """Rows of counties, states and the nation, where a column says what each area is."""
        if "area type" not in long:
            return long
        types = long["area type"].map(name_key)
        official = types.str.contains(
            r"\b(?:county|counties|parish|state|statewide|nation|national|united states|us)\b"
        )
        if official.any() and not official.all():
            listed = ", ".join(sorted(set(long.loc[~official, "area type"]))[:_SHOWN])
            self.notes.append(f"area: {int((~official).sum()):,} rows of other kinds left out ({listed})")
            return long[official]
        return long

    def _area_codes(self, named: pd.Series, states: pd.Series) -> pd.Series:
        try:
            return area_codes(named, states)
        except UnknownAreaError as error:
            return self._areas_of_their_own(named, states, error)

    def _areas_of_their_own(self, named: pd.Series, states: pd.Series, error: UnknownAreaError) -> pd.Series:
        """Names of regions, where no value of the column is an official area; else refused."""
        codes: dict[Any, str] = {}
        unknown: dict[Any, str] = {}
        for row, name in named.astype(object).to_dict().items():
            try:
                codes[row] = str(area_codes(pd.Series([name], index=[row]), states.to_dict()[row]).iloc[0])
            except UnknownAreaError as refused:
                if any(words in refused.found for words in ("several", "another state", "no state")):
                    raise LayoutError(refused.found, refused.expected, refused.hint) from None
                unknown[row] = str(name)
        totals = {row: name for row, name in unknown.items() if name_key(name) in _WHOLE}
        inside = {code[:2] for code in codes.values() if area_kind(code) == "county"}
        if totals and len(inside) == 1:
            codes |= dict.fromkeys(totals, f"{next(iter(inside))}000")
            unknown = {row: name for row, name in unknown.items() if row not in totals}
            self.notes.append(f"area: {next(iter(totals.values()))!r} is the state {next(iter(inside))}000")
        if not unknown:
            return pd.Series(codes).reindex(named.index)
        typed = "area type" in self.roles.columns
        numbered = any(name.isdigit() for name in unknown.values())
        if not inside and "area" in self.roles.columns and (typed or not numbered):
            listed = ", ".join(list(unknown.values())[:_SHOWN])
            count = _counted(
                len(unknown), "name is no county or state and", "names are no counties or states and"
            )
            self.notes.append(f"area: {count} taken as areas of the table's own ({listed})")
            return pd.Series(codes | unknown).reindex(named.index)
        row, name = next(iter(unknown.items()))
        alone = error if f"{name!r}" in error.found else None
        hint = alone.hint if alone is not None else "check the spelling"
        raise LayoutError(
            f"the area {name!r} in row {row} of {self.label} is no county, state or nation ({len(unknown)} such names)",
            "counties by code or by name and state",
            f"{hint}; to leave it out: codes={{'area': {{{name!r}: None}}}}"
            + ("" if states.notna().any() else "; names need a state: state='NY'"),
        )

    def _with_industry(self, long: pd.DataFrame) -> pd.DataFrame:
        texts, kept = self._recoded("industry", long["industry"].astype(object))
        long = long.assign(industry=texts)[kept]
        second = long["industry1"].astype(str) if "industry1" in long else pd.Series("", index=long.index)
        pairs = list(zip(long["industry"].astype(object), second, strict=True))
        distinct = dict.fromkeys(pairs)
        lines = _bea_only()
        if sum(name_key(b) in lines for _, b in distinct) > 1:  # the description stands second
            pairs = [(b, a) for a, b in pairs]
            distinct = dict.fromkeys(pairs)
        bea = self.table is not None or sum(name_key(a) in lines for a, _ in distinct) > 1
        found = {pair: self._cells_of(pair, bea) for pair in distinct}
        unknown = [pair for pair, cells in found.items() if cells is None]
        if unknown and bea:
            self.notes.append(
                f"industry: {len(unknown)} lines have no NAICS industry and are left out ({unknown[0][0]}, ...)"
            )
            found |= {pair: [] for pair in unknown}
        elif unknown:
            raise self._unknown_industry(unknown, pairs, long.index)
        empty = [pair[0] for pair, cells in found.items() if cells == [] and pair not in unknown]
        if empty:
            self.notes.append(
                f"industry: {len(empty)} lines that cut the same jobs otherwise are left out ({empty[0]}, ...)"
            )
        self._note_industries(found)
        positions, industries, owners = [], [], []
        for position, pair in enumerate(pairs):
            for industry, owner in found[pair] or ():
                positions.append(position)
                industries.append(industry)
                owners.append(owner)
        out = long.iloc[positions].copy()
        out["line"] = [pairs[p][0] for p in positions]
        out["industry"], out["row owner"] = industries, pd.Series(owners, index=out.index, dtype=object)
        out["adds"] = bea
        return out

    def _cells_of(self, pair: tuple[str, str], bea: bool) -> list[tuple[str, str | None]] | None:
        """The cells that a line is part of; none if it is to be left out, None if it is unknown."""
        text, second = pair
        if bea:
            lines = bea_lines()
            key = name_key(text)
            if key in lines:
                return list(lines[key])
            code = industry_of(second) if second and "..." not in second else None
            one = code or industry_of(text)
            return None if one is None else [(one[0], one[1] or "5")]
        one = industry_of(text)
        other = industry_of(second) if second else None
        if other is not None and other[1] is not None:  # "Total, All Private" beside an agency's own number
            return [other]
        chosen = one or other
        return None if chosen is None else [chosen]

    def _unknown_industry(
        self, unknown: list[tuple[str, str]], pairs: list[tuple[str, str]], index: pd.Index
    ) -> UnknownIndustryError:
        row = index[pairs.index(unknown[0])]
        text = unknown[0][0]
        close = nearest(text, titles().values(), 2)
        more = (
            f" ({len(unknown)} such values: {', '.join(repr(u[0]) for u in unknown[:_SHOWN])})"
            if len(unknown) > 1
            else ""
        )
        return UnknownIndustryError(
            f"the industry {text!r} in row {row} of {self.label} is neither a NAICS code nor a known title{more}",
            "NAICS codes, or titles of sectors and industries",
            (f"did you mean {' or '.join(close)}? " if close else "")
            + f"say its code: codes={{'industry': {{{text!r}: '62'}}}}, or None to leave it out",
        )

    def _note_industries(self, found: dict[tuple[str, str], Any]) -> None:
        changed = {
            text: cells
            for (text, _), cells in found.items()
            if cells and (len(cells) > 1 or cells[0][0] != text)
        }
        if not changed:
            return
        examples = [
            f"{text.strip()!r} is {' and '.join(c[0] + (f' of ownership {c[1]}' if c[1] else '') for c in cells)}"
            for text, cells in list(changed.items())[:_SHOWN]
        ]
        more = f"; {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        self.notes.append(f"industry: {'; '.join(examples)}{more}")

    def _with_year(self, long: pd.DataFrame) -> pd.DataFrame:
        text, kept = self._recoded("year", long["year"].astype(str))
        long, text = long[kept], text[kept]
        years: dict[str, int] = {}
        parts: dict[str, str | None] = {}
        spans = [value for value in text.unique() if is_fiscal(value)]
        dated = [v for v in text.unique() if re.fullmatch(r"(?:19|20)\d\d-(?:0\d|1[0-2])", v)]
        if spans and len(dated) <= len(spans):  # 2009-10 is October where other months stand beside it
            row = text.index[text == spans[0]][0]
            raise LayoutError(
                f"the year is {spans[0]!r} in row {row} of {self.label}, which is no calendar year",
                "calendar years, as every other source here has them",
                f"if it stands for one, say so: codes={{'year': {{{spans[0]!r}: '2020'}}}}",
            )
        for value in text.unique():
            read = _year_of(value)
            if read is None:
                row = text.index[text == value][0]
                raise LayoutError(
                    f"the year is {value!r} in row {row} of {self.label}",
                    "a year such as 2021, also 2021(p) or 2021Q1",
                    f"to leave the rows out: codes={{'year': {{{value!r}: None}}}}",
                )
            years[value], parts[value] = read
        marked = [v for v in years if not v.removesuffix(".0").isdigit()]
        if marked:
            self.notes.append(f"year: {marked[0]!r} is {years[marked[0]]}")
        long = long.assign(year=text.map(years).astype(int))
        inside = text.map(parts)
        if "period" not in long and inside.notna().any():
            long = long.assign(period=inside)
        return long

    # --- years and ownerships ---

    def _yearly(self, long: pd.DataFrame) -> pd.DataFrame:
        """Annual rows: as the table has them, else of all quarters or months."""
        if "period" not in long:
            return self._summed(long.assign(whole=1.0), {1.0: 1})
        texts, kept = self._recoded("period", long["period"].astype(str))
        long, texts = long[kept], texts[kept]
        months = texts.str.fullmatch(r"0?[5-9]|1[0-2]").any()
        read = {v: f"m{int(v)}" if months and v.isdigit() else period_of(v) for v in texts.unique()}
        unknown = [v for v, p in read.items() if p is None]
        if unknown:
            row = texts.index[texts == unknown[0]][0]
            raise LayoutError(
                f"the period is {unknown[0]!r} in row {row} of {self.label}",
                "Annual, a quarter (1, Q1, 1st Qtr) or a month",
                f"to leave the rows out: codes={{'period': {{{unknown[0]!r}: None}}}}",
            )
        long = long.assign(period=texts.map(read))
        annual = long["period"].eq("a")
        years = set(long.loc[annual, "year"])
        parts = []
        if annual.any():
            word = texts[annual].iloc[0]
            others = int((long["year"].isin(years) & ~annual).sum())
            self.notes.append(
                f"{_counted(len(years), 'year', 'years')} from rows of {word!r}"
                + (f"; {others:,} rows of quarters or months set aside" if others else "")
            )
            parts.append(long[annual])
        rest = long[~long["year"].isin(years)]
        if len(rest):
            parts.append(self._of_parts(rest))
        return self._summed(pd.concat(parts), {})

    def _of_parts(self, long: pd.DataFrame) -> pd.DataFrame:
        """Years of quarters or months: the mean of jobs and establishments, the sum of wages."""
        kind = long["period"].str[0]
        if len(set(kind)) > 1:
            self.notes.append("quarters are used where the table also has months")
            long = long[kind == "q"]
        need = 4 if (long["period"].str[0] == "q").all() else 12
        held = long.groupby("year")["period"].nunique()
        short = held.index[held < need]
        for year in short:
            self.notes.append(
                f"{year}: {held[year]} of {need} {'quarters' if need == 4 else 'months'}, left out"
            )
        long = long[~long["year"].isin(short)]
        if long.empty:
            return long
        long = long.assign(owner=long["row owner"].fillna(""), own=long.get("ownership", ""))
        keys = ["area", "industry", "owner", "own", "year", "line"]
        twice = long.duplicated([*keys, "period"], keep=False)
        if twice.any():
            raise self._repeated(long[twice], "period")
        groups = long.groupby(keys, sort=False)
        first = long.drop_duplicates(keys).set_index(keys)
        count = groups.size()
        for measure in self.measures:
            divisor = 1 if measure == "wages" else need
            total = groups[measure].sum(min_count=0) / divisor
            known = groups[measure].count()
            first[measure] = total.where(known == need)
            first[f"{measure} low"] = total.fillna(0.0)
            first[f"{measure} withheld"] = known < need
            first[f"{measure} some"] = known > 0
            first[f"{measure} high"] = np.nan
        first["partial"] = False
        lacking = int((count < need).sum())
        word = "quarters" if need == 4 else "months"
        self.notes.append(f"years are made of {need} {word}: mean of jobs and establishments, sum of wages")
        if lacking:
            self.notes.append(
                f"{lacking:,} cells lack some {word} of a year: only the least they can be is known"
            )
        out = first.reset_index()
        out.index = pd.Index(long.drop_duplicates(keys).index)
        return out

    def _summed(self, long: pd.DataFrame, _: dict[float, int]) -> pd.DataFrame:
        """Lines that share a cell added up (BEA), repeated cells refused; bounds beside every figure."""
        long = long.copy()
        long["row"] = long.index
        for measure in self.measures:
            if f"{measure} some" not in long:
                long[f"{measure} some"] = long[f"{measure} low"] > 0
            low = long[measure].fillna(long[f"{measure} low"]).fillna(0.0)
            long[f"{measure} low"] = low
            long[f"{measure} high"] = long[measure].fillna(long[f"{measure} high"])
            long.loc[long["partial"], f"{measure} low"] = low
            long.loc[long["partial"], [measure, f"{measure} high"]] = np.nan
        owner = long["row owner"].fillna("")
        own = long["ownership"].astype(str) if "ownership" in long else pd.Series("", index=long.index)
        long = long.assign(owner=owner, own=own.where(owner.eq(""), ""))
        keys = ["area", "industry", "owner", "own", "year"]
        repeated = long.duplicated([*keys, "line"] if long["adds"].any() else keys, keep=False)
        if repeated.any():
            raise self._repeated(long[repeated])
        if not long["adds"].any() or not long.duplicated(keys).any():
            return long
        shared = long.duplicated(keys, keep=False)
        alone, several = long[~shared], long[shared]
        groups = several.groupby(keys, sort=False)
        out = several.drop_duplicates(keys).set_index(keys)
        size = groups.size()
        for measure in self.measures:
            sums = groups[[measure, f"{measure} low", f"{measure} high"]].sum()
            counts = groups[[measure, f"{measure} high"]].count()
            out[measure] = sums[measure].where(counts[measure] == size)
            out[f"{measure} low"] = sums[f"{measure} low"]
            out[f"{measure} high"] = sums[f"{measure} high"].where(counts[f"{measure} high"] == size)
            out[f"{measure} withheld"] = counts[measure] < size
            out[f"{measure} some"] = (counts[measure] < size) & (counts[measure] > 0)
        self.notes.append(
            "lines that share a cell are added up: farms and forestry are sector 11, farm and private nonfarm are private, civilian and military are federal"
        )
        return pd.concat([alone, out.reset_index()], ignore_index=True)

    def _repeated(self, rows: pd.DataFrame, *more: str) -> LayoutError:
        keys = ["area", "industry", "owner", "own", "year", *more]
        first = rows.iloc[0]
        same = rows[(rows[keys] == first[keys]).all(axis=1)]
        listed = " and ".join(str(r) for r in list(same.get("row", same.index))[:3])
        said = f"area {first['area']}, industry {first['industry']}, year {first['year']}"
        texts = list(dict.fromkeys(same["line"])) if "line" in same else []
        why = f" ({' and '.join(map(repr, texts[:3]))} are the same industry)" if len(texts) > 1 else ""
        return LayoutError(
            f"rows {listed} of {self.label} hold the same cell: {said}{why}; {len(rows):,} rows repeat a cell",
            "one row for each area, industry, ownership and year",
            self._apart(list(same.get("row", same.index))),
        )

    def _apart(self, rows: list[Any]) -> str:
        """What to do about rows of one cell: the column in which they differ, if it is no column of figures."""
        figures = {c for m in MEASURES for c in self.roles.columns.get(m, [])}
        held = self.frame.loc[self.frame.index.isin(rows)]
        for column in held.columns:
            values = list(dict.fromkeys(_text(held[column])))
            if len(values) > 1 and column not in figures and not all(looks_like_figure(v) for v in values):
                first, second = values[:2]
                return (
                    f"they differ in column {column!r} ({first} and {second}): choose the rows that are meant, "
                    f"where={{{column!r}: {first!r}}}; rows by size of establishment are parts of their total"
                )
        return (
            "a further column tells them apart: name it (ownership, period), or choose rows with where={...}"
        )

    def _ownerships(self, long: pd.DataFrame) -> pd.DataFrame:
        """The ownership of each row: its column or constant, or what its line says."""
        owner = long["owner"]
        if owner.ne("").all():
            return long.assign(ownership=owner)
        named = long.loc[owner.eq(""), "own"]
        if named.eq("").all():
            constant = self._ownership_by_sums(long)
            return long.assign(ownership=owner.where(owner.ne(""), constant))
        texts, kept = self._recoded("ownership", long["own"])
        long, texts, owner = long[kept], texts[kept], owner[kept]
        read = {v: ownership_of(v) if v else None for v in texts.unique()}
        unknown = [v for v, code in read.items() if code is None and (texts[owner.eq("")] == v).any()]
        if unknown:
            row = long.loc[texts == unknown[0], "row"].iloc[0] if "row" in long else "?"
            raise LayoutError(
                f"the ownership is {unknown[0]!r} in row {row} of {self.label}",
                "private, federal, state, local, government or all (codes 5, 1, 2, 3, 8, 0)",
                f"say its code: codes={{'ownership': {{{unknown[0]!r}: '5'}}}}, or None to leave it out",
            )
        codes = texts.map(read)
        if "ownership" in self.roles.constants and owner.ne("").any():
            plain = long["industry"].eq(TOTAL) & owner.eq("")
            if plain.any():
                codes = codes.mask(plain, "0")
                self.notes.append(
                    "ownership: beside totals of private and government, the plain total is of all ownerships"
                )
        changed = {v: c for v, c in read.items() if c and v != c}
        if changed:
            self.notes.append(
                "ownership: " + "; ".join(f"{v!r} is {c}" for v, c in list(changed.items())[:_SHOWN])
            )
        return long.assign(ownership=owner.where(owner.ne(""), codes))

    def _ownership_by_sums(self, long: pd.DataFrame) -> pd.Series:
        """The ownership of industries beside stated totals: whichever total they add up to."""
        figure = self.measures[0]
        totals = long[long["industry"].eq(TOTAL)]
        sectors = long[long["industry"].map(lambda c: c != TOTAL and (len(c) == 2 or "-" in c))]
        private = totals[totals["owner"] == "5"].set_index(["area", "year"])[figure]
        plain = totals[totals["owner"] == ""].set_index(["area", "year"])[figure]
        sums = sectors.groupby(["area", "year"])[figure].sum()
        if len(private) and len(plain) and len(sums):
            off_private = (sums / private.reindex(sums.index) - 1).abs().median()
            off_all = (sums / plain.reindex(sums.index) - 1).abs().median()
            close, code = min((off_private, "5"), (off_all, "0"))
            if close < 0.05 and max(off_private, off_all) > 2 * close:
                word = "private" if code == "5" else "of all ownerships"
                self.notes.append(
                    f"ownership: industries add up to the {word} total ({close:.1%} off), so they are {word}; the plain total is of all ownerships"
                )
                return pd.Series(np.where(long["industry"].eq(TOTAL), "0", code), index=long.index)
        raise LayoutError(
            f"{self.label}: nothing says whether the figures are private or of all ownerships",
            "the ownership of each row",
            "say it: ownership='private', or ownership='all' if government is in the figures; or name its column",
        )


# --- rows --------------------------------------------------------------------------------------------


def _unique(rows: pd.DataFrame, label: str) -> pd.DataFrame:
    repeated = rows.duplicated(CELL, keep=False)
    if repeated.any():
        first = rows[repeated].iloc[0]
        same = rows[(rows[CELL] == first[CELL]).all(axis=1)]
        listed = " and ".join(str(r) for r in list(same["row"])[:3])
        raise LayoutError(
            f"rows {listed} of {label} hold the same cell: "
            f"{', '.join(f'{k} {first[k]}' for k in CELL)}; {int(repeated.sum()):,} rows repeat a cell",
            "one row for each area, industry, ownership and year",
            "leave one out with codes={...: None} or where={...}",
        )
    return rows


def _panel_rows(rows: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """The Panel's columns; a figure that the table lacks is missing, with no bound but zero below."""
    out = rows[CELL].copy()
    out["year"] = out["year"].astype("int16")
    for measure, figure in FIGURES.items():
        out[figure] = rows[measure].astype(float) if measure in measures else np.nan
        if figure != "establishments":
            out[f"{figure}_low"] = rows[f"{measure} low"].astype(float) if measure in measures else 0.0
            out[f"{figure}_high"] = rows[f"{measure} high"].astype(float) if measure in measures else np.nan
    lead = next(m for m in ("jobs", "wages", "establishments") if m in measures)
    known = out[FIGURES[lead]].notna()
    some = rows["partial"].astype(bool) | rows.get(f"{lead} some", pd.Series(False, index=rows.index)).astype(
        bool
    )
    # A cell without a figure of jobs is known in part at most.
    published = "disclosed" if lead == "jobs" else "partial"
    out["disclosure"] = np.where(known, published, np.where(some, "partial", "suppressed"))
    return out


def _year_of(text: str) -> tuple[int, str | None] | None:
    """A year and the part of it that a text names."""
    parts = parts_of(text)
    if parts.year is None:
        return None
    dated = pd.Series([text]).str.fullmatch(r"(?:19|20)\d\d-\d\d-\d\d(?: 00:00:00)?").iloc[0]
    return (parts.year, None) if dated or not parts.period else (parts.year, parts.period)


def _counted(count: int, one: str, many: str) -> str:
    """A count with its noun: 1 row, 1,234 rows."""
    return f"{count:,} {one if count == 1 else many}"


def _bea_only() -> set[str]:
    """Lines that only a table of BEA has."""
    return {name for name, cells in bea_lines().items() if industry_of(name) is None or not cells}


def _text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    codes, uniques = pd.factorize(column.astype(object).where(column.notna(), ""))
    texts = np.array([str(u).strip() for u in uniques], dtype=object)
    return pd.Series(texts[codes] if len(uniques) else [], index=column.index, dtype=object)


def _stripped(column: pd.Series) -> pd.Series:
    return column if pd.api.types.is_numeric_dtype(column) else _text(column)


def _merged_notes(by_sheet: list[tuple[str, list[str]]]) -> list[str]:
    """The notes of every sheet; one that several sheets share once."""
    sheets: dict[str, list[str]] = {}
    for sheet, notes in by_sheet:
        for note in dict.fromkeys(notes):
            sheets.setdefault(note, []).append(sheet)
    if len(by_sheet) == 1:
        return list(sheets)
    return [
        f"{note} ({len(names)} sheets)" if len(names) > 1 else f"{names[0]}: {note}"
        for note, names in sheets.items()
    ]
