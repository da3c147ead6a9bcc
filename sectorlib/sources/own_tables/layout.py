"""Where the table stands in a grid: its header of one or two rows, its body, and the notes around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from sectorlib.exceptions import LayoutError
from sectorlib.industry_names import name_key
from sectorlib.sources.own_tables.grid import Grid
from sectorlib.sources.own_tables.headings import is_industry, measure_of, parts_of, role_of
from sectorlib.sources.own_tables.values import looks_like_figure, stands_for_figure

#: Rows among which a header is looked for.
_TOP = 60


#: The column of the year that the name of a sheet gives.
SHEET_YEAR = "sheet year"


@dataclass
class Body:
    """A table with its header found: columns of text (or as a frame had them), and what was noticed."""

    frame: pd.DataFrame
    label: str
    sheet: str = ""
    titles: str = ""
    notes: list[str] = field(default_factory=list)
    semicolons: bool = False
    remarks: str = ""


def same_label(label: str) -> str:
    """A heading in the form that a user's column names are compared in.

    >>> same_label(" Total  Wages ") == same_label("total wages")
    True
    """
    return " ".join(str(label).replace("\ufeff", "").split()).casefold()


def body_of(grid: Grid, wanted: Iterable[str], header: int | None = None) -> Body | None:
    """The table of a grid; None if it holds none.

    Parameters
    ----------
    grid : Grid
        As read.
    wanted : iterable of str
        Column names that the user gave.
    header : int, optional
        The row of the header, counted from 1.

    Raises
    ------
    LayoutError
        The row that the user named is not in the file.
    """
    rows = grid.rows
    wanted = {same_label(w) for w in wanted}
    if header is not None:
        at = header - grid.first_row
        if not 0 <= at < len(rows):
            raise LayoutError(
                f"{grid.label} has no row {header}", f"a header within {len(rows)} rows", "count from 1"
            )
        found: int | None = at
    else:
        found = _header_at(rows, wanted)
    if found is None:
        return None
    top, bottom = _header_rows(rows, found, wanted)
    labels = _labels(rows, top, bottom)
    if grid.sheet:  # a sheet may have more beside the table
        widest = max((len(row) for row in rows[bottom + 1 :]), default=0)
        labels += [f"column {j + 1}" for j in range(len(labels), widest)]
    width = len(labels)
    body = [row[:width] + [""] * (width - len(row)) for row in rows[bottom + 1 :]]
    longer = next(
        (i for i, row in enumerate(rows[bottom + 1 :]) if any(c.strip() for c in row[width:])), None
    )
    if longer is not None:
        raise LayoutError(
            f"{grid.label} has more cells than headings in row {bottom + 2 + longer}",
            f"{width} cells, as in the header (row {bottom + grid.first_row})",
            "a comma within a number or name needs quotes around it",
        )
    index = range(bottom + 1 + grid.first_row, bottom + 1 + grid.first_row + len(body))
    frame = pd.DataFrame(body, columns=labels, index=index, dtype=object)
    notes = list(grid.notes)
    if top > 0 and any(c.strip() for row in rows[:top] for c in row):
        notes.append(f"the header is row {top + 1}; what stands above it are titles")
    if bottom > top:
        notes.append(f"the header has two rows ({top + 1} and {bottom + 1})")
    titles = " ".join(dict.fromkeys(c.strip() for row in rows[:top] for c in row if c.strip()))
    return Body(frame, grid.label, grid.sheet, titles, notes, grid.delimiter == ";")


def without_notes(body: Body, figures: list[str]) -> Body:
    """The table without blank rows, repeated headers and notes: rows of one text and no figure.

    Parameters
    ----------
    body : Body
        As found.
    figures : list of str
        The columns that hold figures.
    """
    frame = body.frame
    if not len(frame) or not all(
        pd.api.types.is_object_dtype(t) or pd.api.types.is_string_dtype(t) for t in frame.dtypes
    ):
        return body
    text = (
        frame.drop(columns=SHEET_YEAR, errors="ignore")
        .astype(object)
        .where(frame.notna(), "")
        .astype(str)
        .apply(lambda c: c.str.strip())
    )
    filled = text.ne("")
    blank = ~filled.any(axis=1)
    labels = pd.Series([name_key(str(c)) for c in text.columns], index=text.columns)
    repeated = (
        text.apply(lambda c: c.map(name_key)).eq(labels, axis=1).where(filled, True).all(axis=1) & ~blank
    )
    repeated &= filled.sum(axis=1) > 1
    figured = text[figures].map(looks_like_figure).any(axis=1)
    lone = ~figured & ~blank & ~repeated
    lone[lone] = text[lone].apply(lambda row: len({v for v in row if v}) <= 1, axis=1)
    notes = list(body.notes)
    if repeated.any():
        notes.append(f"repeated headers are left out (first: row {frame.index[repeated][0]})")
    if lone.any():
        rows = frame.index[lone]
        first = next(v for v in text.loc[rows[0]] if v)
        count = f"{len(rows)} rows of notes are" if len(rows) > 1 else "1 row of notes is"
        notes.append(f"{count} left out, from row {rows[0]}: {first[:60]!r}")
    kept = frame[~(blank | repeated | lone)]
    remarks = " ; ".join(next(v for v in text.loc[row] if v) for row in frame.index[lone])
    return replace(body, frame=kept, notes=notes, remarks=remarks)


# --- parts -------------------------------------------------------------------------------------------


def _header_at(rows: list[list[str]], wanted: set[str]) -> int | None:
    named = [sum(same_label(c) in wanted for c in row if c.strip()) for row in rows[:_TOP]]
    if wanted and any(named):
        return max(range(len(named)), key=lambda i: (named[i], -i))
    widths = Counter(sum(bool(c.strip()) for c in row) for row in rows)
    usual = max((w for w in widths if w > 1), key=lambda w: (widths[w], w), default=0)
    best, score = None, 0.0
    for i, row in enumerate(rows[:_TOP]):
        cells = [c.strip() for c in row if c.strip()]
        if len(set(cells)) < 2 or len(cells) < usual / 2:
            continue
        below = [c for other in rows[i + 1 : i + 6] for c in other]
        if not any(stands_for_figure(c) for c in below):
            continue
        hits = sum(_says_something(c) for c in cells)
        figures = sum(looks_like_figure(c) and parts_of(c).year is None for c in cells)
        value = hits + 0.1 * len(cells) - 3 * figures - 0.01 * i
        if hits and value > score:
            best, score = i, value
    return best


def _says_something(cell: str) -> bool:
    parts = parts_of(cell)
    return (
        role_of(cell) is not None
        or measure_of(cell) is not None
        or is_industry(cell)
        or (parts.year is not None and len(cell) < 25)
    )


def _header_rows(rows: list[list[str]], found: int, wanted: set[str]) -> tuple[int, int]:
    """The first and the last row of the header around the row found."""
    if found > 0 and _is_upper_row(rows[found - 1], rows[found]):
        return found - 1, found
    if found + 1 < len(rows) and _is_upper_row(rows[found], rows[found + 1]):
        below = rows[found + 1]
        filled = [c for c in below if c.strip()]
        if _spans(rows[found], below) and not any(
            stands_for_figure(c) and parts_of(c).year is None for c in filled
        ):
            says = sum(_says_something(c) for c in filled)
            if says >= max(2, len(filled) / 2):
                return found, found + 1
    return found, found


def _spans(upper: list[str], lower: list[str]) -> bool:
    """Whether a heading stands over several cells, or over a blank one, so that the row below may be headings too."""
    heads = [c.strip() for c in upper] + [""] * (len(lower) - len(upper))
    below = [c.strip() for c in lower] + [""] * (len(upper) - len(lower))
    shared = any(
        b and (not h or (j and h == heads[j - 1])) for j, (h, b) in enumerate(zip(heads, below, strict=True))
    )
    return shared or any(h and not b for h, b in zip(heads, below, strict=True))


def _is_upper_row(upper: list[str], lower: list[str]) -> bool:
    """Whether a row of years, measures or industries stands above the headings, over several of them."""
    width = max(len(upper), len(lower))
    upper = [*upper, *[""] * (width - len(upper))]
    lower = [*lower, *[""] * (width - len(lower))]
    filled = [j for j, c in enumerate(upper) if c.strip()]
    if not filled or not sum(bool(c.strip()) for c in lower) > 1:
        return False
    # A title starts at the left edge, above the first heading, and stands alone.
    own = [j for j in filled if upper[j].strip() != lower[j].strip()]
    if not own or (own[0] == 0 and len({upper[j].strip() for j in own}) == 1):
        return False
    return all(_says_something(upper[j]) for j in own if lower[j].strip()) and bool(
        sum(_says_something(upper[j]) for j in own)
    )


def _labels(rows: list[list[str]], top: int, bottom: int) -> list[str]:
    lower = [c.strip() for c in rows[bottom]]
    while lower and not lower[-1]:
        lower.pop()
    labels = lower
    if bottom > top:
        upper = [c.strip() for c in rows[top]] + [""] * len(lower)
        current, joined = "", []
        for j, low in enumerate(lower):
            current = upper[j] or current
            same = not current or current == low or (not upper[j] and role_of(low) is not None)
            joined.append(low if same else f"{current} | {low}" if low else current)
        labels = joined
    seen: Counter[str] = Counter()
    out = []
    for j, label in enumerate(labels):
        name = re.sub(r"\s+", " ", label) or f"column {j + 1}"
        seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out
