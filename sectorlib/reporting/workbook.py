"""A region's tables as a workbook: a sheet for each table of the page, with units, notes, dictionary and sources."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import pandas as pd
import xlsxwriter

from sectorlib import naics
from sectorlib.clock import now
from sectorlib.labels import UNITS
from sectorlib.pages.imprint import Imprint
from sectorlib.pages.markup import one_line
from sectorlib.pages.region.chapters import page_results
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.spreadsheet import MARKS, WITHHELD, plain_cell
from sectorlib.results import RESULTS
from sectorlib.schemas import PANEL, Table

#: Characters of a sheet's name and of a cell, at most, and signs that a sheet's name may not have.
_SHEET_NAME, _CELL, _NOT_IN_NAMES = 31, 32_000, dict.fromkeys(map(ord, "[]:*?/\\'"), " ")

#: Levels of industries that a page shows; finer ones are in the tables beside it.
_LEVELS = ("total", "sector", "3")

#: Cells of which an agency withholds figures, by the disclosure of the row.
_NOT_PUBLISHED = ("suppressed", "partial")

#: What Excel keeps as a number without loss, in digits; longer whole numbers are written as text.
_WIDEST = 40


@dataclass(frozen=True)
class Sheet:
    """A sheet: its table, what it holds, and what its columns mean.

    Parameters
    ----------
    name : str
        The table's name.
    meaning : str
        What it holds, in a sentence.
    rows : DataFrame
        Its rows.
    table : Table
        Its columns with units and meanings.
    """

    name: str
    meaning: str
    rows: pd.DataFrame
    table: Table


def region_sheets(profile: RegionProfile) -> list[Sheet]:
    """The tables that a region's page is drawn from, with the region's rows only.

    Parameters
    ----------
    profile : RegionProfile
        The region.

    Returns
    -------
    list of Sheet
        In the order of the page; what the study cannot support is left out. Of tables by industry the totals, sectors
        and subsectors (three digits) of the study's ownership.
    """
    made = []
    for name in page_results(profile.study):
        if profile.results.missing(name):
            continue
        rows = profile.results[name]
        key = next((column for column in ("area", "group") if column in rows), None)
        if key:
            rows = rows[rows[key].astype(str) == profile.area]
        if "industry" in rows and len(rows):
            rows = rows[naics.levels(rows["industry"].astype(str)).isin(_LEVELS)]
        if len(rows):
            result = RESULTS[name]
            made.append(Sheet(name, result.meaning, rows, result.table))
    return made


def workbook(title: str, sheets: Iterable[Sheet], said: Imprint, absent: Mapping[str, str]) -> bytes:
    """The bytes of an Excel workbook that are the same for the same tables.

    Numbers are numbers; a figure that is not published is the word "withheld" in gray italics, and one that does not
    apply is empty; no cell is a formula.

    Parameters
    ----------
    title : str
        What the workbook is about.
    sheets : iterable of Sheet
        Its tables.
    said : Imprint
        How to cite it, its sources and its publisher.
    absent : mapping of str to str
        Tables that are not in it, and why.

    Returns
    -------
    bytes

    Examples
    --------
    >>> workbook("Ely", [], Imprint("A citation."), {})[:2]
    b'PK'
    """
    out = io.BytesIO()
    listed = list(sheets)
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {
            "title": one_line(title),
            "comments": said.citation,
            "company": said.agency,
            "created": now().replace(tzinfo=None, month=1, day=1, hour=0, minute=0, second=0),
        }
    )
    writer = _Writer(book, said)
    writer.cover(title, listed, absent)
    for sheet in listed:
        writer.sheet(sheet)
    writer.dictionary(listed)
    writer.sources()
    book.close()
    return out.getvalue()


class _Writer:
    """Writes the sheets of one workbook in one look."""

    def __init__(self, book: xlsxwriter.Workbook, said: Imprint) -> None:
        self._book, self._said = book, said
        self._taken: set[str] = set()
        self._bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._note = book.add_format({"font_color": "#566271", "italic": True})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._forms = {
            "count": book.add_format({"num_format": "#,##0"}),
            "number": book.add_format({"num_format": "#,##0.00##"}),
        }

    def cover(self, title: str, sheets: list[Sheet], absent: Mapping[str, str]) -> None:
        """What the workbook is, how to cite it, what its marks mean, and its sheets."""
        sheet = self._add("About")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 110, self._text)
        sheet.write_string(0, 0, _text(title), self._title)
        rows = [
            ("Notice", self._said.notice),
            ("Data", self._said.years),
            ("How to cite", self._said.citation),
        ]
        rows += [("Publisher", line) for line in self._said.lines]
        rows += MARKS.items()
        rows += [(f"Sheet {one.name}", one.meaning) for one in sheets]
        rows += [(f"No sheet {name}", why) for name, why in absent.items()]
        for line, (label, text) in enumerate([row for row in rows if row[1]], start=2):
            sheet.write_string(line, 0, _text(label), self._bold)
            sheet.write_string(line, 1, _text(text), self._text)

    def sheet(self, one: Sheet) -> None:
        """One table: its title, citation, labels with units, names of columns and rows."""
        rows = one.table.select(one.rows).reset_index(drop=True)
        columns = {c.name: c for c in one.table.columns if c.name in rows}
        sheet = self._add(one.name)
        sheet.write_string(0, 0, _text(f"{one.name}: {one.meaning}"), self._title)
        for line, text in enumerate(
            [self._said.notice, f"Cite: {self._said.citation}", *self._said.lines], start=1
        ):
            sheet.write_string(line, 0, _text(text), self._note)
        top = 3 + len(self._said.lines)
        hidden = withheld(rows)
        for place, (name, column) in enumerate(columns.items()):
            unit = "" if column.kind in UNITS else f" ({column.unit})"
            sheet.write_string(top, place, _text(column.label + unit), self._note)
            sheet.write_string(top + 1, place, _text(name), self._bold)
            form = self._forms.get(column.kind)
            shown = column.kind in ("code", "text")
            sheet.set_column(place, place, 24 if shown else 14)
            for line, (value, gone) in enumerate(zip(rows[name], hidden[name], strict=True), start=top + 2):
                self._cell(sheet, line, place, WITHHELD if gone else value, self._note if gone else form)
        sheet.freeze_panes(top + 2, 0)
        if len(rows):
            sheet.autofilter(top + 1, 0, top + 1 + len(rows), len(columns) - 1)
        sheet.set_footer(
            "&L"
            + _text(self._said.short_source + " " + self._said.notice)[:180].replace("&", "&&")
            + "&RPage &P of &N"
        )
        sheet.repeat_rows(top + 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def dictionary(self, sheets: list[Sheet]) -> None:
        """What each column of each sheet means, with its unit."""
        self._list(
            "Dictionary", ("sheet", "column", "label", "kind", "unit", "meaning"), (28, 30, 40, 10, 24, 90),
            [(one.name, c.name, c.label, c.kind, c.unit, c.meaning) for one in sheets for c in one.table.columns if c.name in one.rows],
        )  # fmt: skip

    def sources(self) -> None:
        """What the workbook is drawn from, and how to cite it."""
        lines = [("source", source) for source in self._said.sources]
        self._list("Sources", ("what", "text"), (16, 120), [*lines, ("cite as", self._said.citation)])

    def _list(
        self, name: str, heads: tuple[str, ...], widths: tuple[int, ...], rows: list[tuple[str, ...]]
    ) -> None:
        sheet = self._add(name)
        for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, head, self._bold)
        for line, row in enumerate(rows, start=1):
            for place, text in enumerate(row):
                sheet.write_string(line, place, _text(text), self._text)
        sheet.freeze_panes(1, 0)

    def _add(self, name: str) -> Any:
        short = name.translate(_NOT_IN_NAMES)[:_SHEET_NAME]
        number = 1
        while short.lower() in self._taken:
            number += 1
            short = f"{name.translate(_NOT_IN_NAMES)[: _SHEET_NAME - 4]} {number}"
        self._taken.add(short.lower())
        return self._book.add_worksheet(short)

    def _cell(self, sheet: Any, line: int, place: int, value: Any, form: Any) -> None:
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return
        if isinstance(value, bool) or str(type(value)).endswith("numpy.bool'>"):
            sheet.write_boolean(line, place, bool(value))
        elif isinstance(value, Real) and abs(number := float(value)) < 10.0**_WIDEST:
            sheet.write_number(line, place, number, form)
        else:
            sheet.write_string(line, place, _text(value), form)


def withheld(rows: pd.DataFrame) -> pd.DataFrame:
    """Which missing figures are withheld, and not merely absent.

    Those of a cell that is suppressed or only known in part, and those of which a range is known.

    Parameters
    ----------
    rows : DataFrame
        Rows of a result.

    Returns
    -------
    DataFrame of bool
        In the shape of the rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"employment": [None, 5.0], "disclosure": ["suppressed", "disclosed"], "lq": [None, None]})
    >>> withheld(rows)["employment"].to_list(), withheld(rows)["lq"].to_list()
    ([True, False], [False, False])
    """
    out = pd.DataFrame(False, index=rows.index, columns=rows.columns)
    not_published = rows["disclosure"].isin(_NOT_PUBLISHED) if "disclosure" in rows else out.iloc[:, 0]
    for name in rows.columns:
        empty = rows[name].isna()
        if name in _FIGURES:
            out[name] |= empty & not_published
        if f"{name}_low" in rows and f"{name}_high" in rows:
            out[name] |= empty & (rows[f"{name}_low"].notna() | rows[f"{name}_high"].notna())
    return out


#: The published figures of a cell.
_FIGURES = tuple(
    c.name for c in PANEL.columns if c.kind in ("count", "number") and not c.name.endswith(("_low", "_high"))
)


def _text(value: Any) -> str:
    return str(plain_cell(one_line(value)))[:_CELL]
