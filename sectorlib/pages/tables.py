"""Tables for people: captions, scopes, marks by kind, sorting, and the same rows as CSV.

A cell is a stated figure (:class:`~sectorlib.pages.figures.Figure`), whose kind gives its look and whose number sorts
it; plain text; or a drawing, as :class:`Drawing`.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import pandas as pd

from sectorlib.pages.figures import Figure
from sectorlib.pages.markup import one_line
from sectorlib.pages.spreadsheet import csv_text

#: What a cell without a figure shows; explained under each table that has one.
DASH = "\N{EN DASH}"


class Drawing(str):
    """Markup that stands in a cell as it is; ``value`` sorts it, and a CSV leaves it out."""

    value: float = float("nan")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name, label : str
        Its key in rows, and its heading.
    group : str
        The heading above several columns; "" for none.
    hint : str
        What the heading means, for those who point at it or listen to it.
    text : bool
        Whether it holds words, aligned to the left.
    """

    name: str
    label: str
    group: str = ""
    hint: str = ""
    text: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table: its rows as dictionaries by column, the first column naming the row.

    Attributes
    ----------
    name : str
        Its address on the page and its file name.
    caption : str
        What it shows.
    columns : sequence of Column
        From left to right.
    rows : sequence of dict
        Cells by column name; what is absent is a dash.
    marked : set of int
        Places of rows that stand out.
    first : int
        Rows shown at once; the others on demand, and on paper. 0 for all.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[dict[str, str]]
    marked: frozenset[int] = field(default_factory=frozenset)
    first: int = 0

    @property
    def frame(self) -> pd.DataFrame:
        """The table as CSV has it: numbers where figures are exact, else the text; no drawings."""
        columns = [
            c for c in self.columns if not any(isinstance(row.get(c.name), Drawing) for row in self.rows)
        ]
        made = {c.name: [_plain(row.get(c.name, "")) for row in self.rows] for c in columns}
        table = pd.DataFrame(made, dtype=object)
        return table.set_axis([f"{c.group}: {c.label}" if c.group else c.label for c in columns], axis=1)

    def download(self) -> str:
        """A link that saves the rows as CSV, with the file inside the link."""
        text = quote(csv_text(self.frame), safe="")
        return (
            f'<a class="download" download="{html.escape(self.name)}.csv" '
            f'href="data:text/csv;charset=utf-8,{text}">Download CSV<span class="unseen"> of {_text(self.caption)}</span></a>'
        )

    def markup(self, *, sortable: bool = True) -> str:
        """The table, with what scrolls it on a narrow screen and, where rows are kept back, what shows them."""
        groups = any(c.group for c in self.columns)
        head = f"<tr>{_group_cells(self.columns)}</tr>" if groups else ""
        head += f"<tr>{''.join(self._heading(c, groups) for c in self.columns if not (groups and not c.group))}</tr>"
        body = "".join(self._row(i, row) for i, row in enumerate(self.rows))
        kept = self.first and len(self.rows) > self.first
        switch = (
            f'<label class="more"><input type="checkbox"> Show all {len(self.rows)} rows</label>'
            if kept
            else ""
        )
        kind = "sheet sortable" if sortable else "sheet"
        return (
            f'<div class="table-frame{" kept" if kept else ""}">'
            f'<div class="scroll" tabindex="0" role="region" aria-label="{_text(self.caption)}">'
            f'<table class="{kind}" id="{html.escape(self.name)}"><caption><span>{_text(self.caption)}</span></caption>'
            f"<thead>{head}</thead><tbody>{body}</tbody></table></div>"
            f'<p class="table-foot">{switch}{self.download()}</p></div>'
        )

    def _heading(self, column: Column, groups: bool) -> str:
        return _heading(column)

    def _row(self, place: int, row: dict[str, str]) -> str:
        kinds = [
            k
            for k, yes in (
                ("marked", place in self.marked),
                ("extra", bool(self.first) and place >= self.first),
            )
            if yes
        ]
        cells = "".join(_cell(c, row.get(c.name, ""), head=i == 0) for i, c in enumerate(self.columns))
        return f"<tr{_class(kinds)}>{cells}</tr>"


def _group_cells(columns: Sequence[Column]) -> str:
    """The upper row of headings: groups across their columns, and columns without one across both rows."""
    made, place = [], 0
    while place < len(columns):
        column = columns[place]
        if not column.group:
            made.append(_heading(column, rows=2))
            place += 1
            continue
        across = next(
            (n for n, c in enumerate(columns[place:]) if c.group != column.group), len(columns) - place
        )
        made.append(f'<th scope="colgroup" colspan="{across}" class="group">{_text(column.group)}</th>')
        place += across
    return "".join(made)


def _heading(column: Column, rows: int = 1) -> str:
    kind = "" if column.text else ' class="number"'
    span = f' rowspan="{rows}"' if rows > 1 else ""
    hint = f' title="{_text(column.hint)}"' if column.hint else ""
    return f'<th scope="col"{kind}{span}{hint}>{_text(column.label)}</th>'


def _cell(column: Column, value: str, *, head: bool) -> str:
    kinds = [] if column.text or head else ["number"]
    order = ""
    if isinstance(value, Figure):
        if value.kind != "exact":
            kinds.append(value.kind)
        if value.value == value.value:
            order = f' data-value="{value.value:.6g}"'
        shown = _text(value)
    elif isinstance(value, Drawing):
        order = f' data-value="{value.value:.6g}"' if value.value == value.value else ""
        shown = str(value)
    else:
        shown = _text(value) if value else DASH
    if head:
        return f'<th scope="row"{_class(kinds)}>{shown}</th>'
    return f"<td{_class(kinds)}{order}>{shown}</td>"


def _plain(value: str) -> object:
    if isinstance(value, Figure) and value.kind == "exact" and value.value == value.value:
        return round(value.value, 4)
    return str(value)


def _class(kinds: Sequence[str]) -> str:
    return f' class="{" ".join(kinds)}"' if kinds else ""


def _text(text: object) -> str:
    return html.escape(one_line(text))
