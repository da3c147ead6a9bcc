"""A Panel from a table of somebody's own making: for a notebook, and for the `panel` block of a study file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sectorlib.exceptions import LayoutError, TableError
from sectorlib.naics import TOTAL
from sectorlib.panel import KEYS, assemble
from sectorlib.schemas import DISCLOSURE, PANEL
from sectorlib.sources.own_tables.mapping import Field, TableMapping, mapping_of
from sectorlib.sources.own_tables.reading import FIGURES, OwnTable, read_own_table
from sectorlib.sources.qcew import Qcew


def panel_from(  # noqa: PLR0913 - one argument for each kind of column that a table may have
    table: pd.DataFrame | str | Path,
    *,
    area: Field = None,
    industry: Field = None,
    jobs: Field = None,
    wages: Field = None,
    establishments: Field = None,
    year: Field = None,
    ownership: Field = None,
    suppressed: Sequence[str] = (),
    state: Field = None,
    period: Field = None,
    flag: Field = None,
    sheet: str | int | Sequence[str] | None = None,
    header: int | None = None,
    measure: str | None = None,
    scale: Mapping[str, float] | None = None,
    codes: Mapping[str, Mapping[str, str | None]] | None = None,
    where: Mapping[str, Any] | None = None,
    concept: str | None = None,
    decimal: str | None = None,
    absent_rows: str = "auto",
) -> pd.DataFrame:
    """Make a Panel of a table in a layout of its own: a state agency's export, BEA, QWI, a spreadsheet.

    Every field is a column's name or one value for all rows (``year=2015``, ``area="36"``,
    ``ownership="private"``). What is not given is taken from the headings where these are clear ("Average
    Employment", "NAICS", "FIPS"), and refused where they are not. ``panel.attrs["notes"]`` says what was done,
    line by line.

    Titles above the header, notes below, header rows of two, merged cells, blocks whose year stands on the
    first row only, dollar signs, thousands separators, footnote marks, lost zeros, names in place of codes,
    quarters beside "Annual" rows, decimal commas, figures such as "<10" or "20-99" (withheld, with what they leave
    open), units that a title states, one column for each year, quarter, month, sector or ownership, and one sheet
    for each county or year are read.

    Parameters
    ----------
    table : DataFrame or path
        A frame, or a file: CSV, TSV or other text (also gz or zip), xls, xlsx, Parquet.
    area : str, optional
        Codes or names of counties, states or the nation. ``"{sheet}"`` is the name of the sheet.
    industry : str, optional
        NAICS codes or titles, or both in one column ("62 Health Care").
    jobs, wages, establishments : str or list of str, optional
        Jobs (a list is averaged, such as the three months of a quarter, unless its headings are years or
        industries), total pay in dollars, establishments. A measure that the table lacks is missing in every
        cell, with bounds, and never zero.
    year : str or int, optional
        Years; "2021(p)" and "2021Q1" are read.
    ownership : str, optional
        "private", "all", ..., or a column. Not needed where the rows say it, as BEA's do.
    suppressed : sequence of str
        Further marks of withheld figures, beside ``*``, ``(D)``, ``N``, ``(NA)`` and their like; -9999 for instance.
    state : str, optional
        The state of county names or three-digit codes.
    period : str, optional
        The column of quarters, months or "Annual". Jobs and establishments of a year are the mean of its
        parts, wages their sum; a year that lacks a part is left out.
    flag : str, optional
        A column that marks withheld rows, whatever figures stand beside it.
    sheet : str, int or list, optional
        Of a workbook; the only sheet with the columns if not given.
    header : int, optional
        The row of the header, counted from 1, where it is not found.
    measure : {"jobs", "wages", "establishments"}, optional
        What one column for each year or sector holds.
    scale : mapping, optional
        What figures are multiplied by: ``{"wages": 1000}``.
    codes : mapping, optional
        What values of a column mean, None to leave them out:
        ``{"industry": {"Tourism": None}, "area": {"NYC": "36061"}}``.
    where : mapping, optional
        Rows to keep: ``{"Area Type": "County"}``.
    concept : str, optional
        What the jobs are, for pages: "jobs include the self-employed".
    decimal : {".", ","}, optional
        The decimal mark, where the figures do not say it: a file divided by semicolons with nothing but 1.234 is
        refused without it.
    absent_rows : {"auto", "zero", "withheld"}
        What a row that is not there means. ``auto``: no establishments in a year in which some cells are marked
        as withheld, else withheld.

    Returns
    -------
    DataFrame
        A Panel as :func:`assemble` makes it: jobs, total pay in USD and establishments by area, industry,
        ownership and year, with bounds. ``attrs`` has ``notes``, ``measures`` (what the table holds) and ``concept``.

    Raises
    ------
    LayoutError, UnknownIndustryError
        Something is not clear: the row, the value and what to do are named. So are repeated cells.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "County": ["Albany", "Albany", "Erie"], "NAICS": ["62 Health care", "44", "62 Health care"],
    ...     "Avg Employment": ["1,234 r", "(D)", "$2,000"], "Year": "2021(p)"})
    >>> panel = panel_from(table, state="NY", ownership="private", concept="covered jobs")
    >>> panel.loc[panel["industry"] != "10", ["area", "industry", "employment", "employment_low", "wages"]]
        area industry  employment  employment_low  wages
    1  36001    44-45         NaN             0.0    NaN
    2  36001       62      1234.0          1234.0    NaN
    4  36029       62      2000.0          2000.0    NaN
    >>> panel.attrs["notes"][-2]
    'establishments is not in the table: unknown in every cell, not zero'
    """
    marks = (suppressed,) if isinstance(suppressed, str) else tuple(suppressed)
    mapping = TableMapping(
        area, industry, jobs, wages, establishments, year, ownership, state, period, flag, marks, sheet, header,
        measure, scale or {}, codes or {}, where or {}, concept, decimal,
    )  # fmt: skip
    if absent_rows not in ("auto", "zero", "withheld"):
        raise LayoutError(
            f"absent_rows is {absent_rows!r}", "auto, zero or withheld", "leave it out for auto"
        )
    return _assembled(read_own_table(table, mapping), absent_rows)


def panel_of_file(path: Path, options: Mapping[str, Any]) -> pd.DataFrame:
    """A Panel of a file and the keys of a study file's block: a table, or a Panel saved as Parquet.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "jobs.csv"
    >>> _ = path.write_text("FIPS,NAICS,Jobs,Year\\n36001,62,90,2020\\n")
    >>> panel_of_file(path, {"ownership": "private"})["employment_low"].to_list()
    [90.0, 90.0]
    """
    if path.suffix.lower() == ".parquet" and not options:
        frame = pd.read_parquet(path)
        if is_panel(frame):
            return frame
    return _assembled(read_own_table(path, mapping_of(options)), "auto")


def is_panel(frame: pd.DataFrame) -> bool:
    """Whether a frame has the columns of a Panel.

    >>> is_panel(pd.DataFrame(columns=["area", "industry"]))
    False
    """
    return {column.name for column in PANEL.columns if not column.optional} <= set(frame.columns)


def source_of(panels: Sequence[pd.DataFrame]) -> Qcew:
    """Panels of a study's tables as one source, with what was done and what an absent row means.

    Raises
    ------
    TableError
        Two tables hold one cell.
    """
    rows = pd.concat(panels, ignore_index=True) if len(panels) > 1 else panels[0].copy()
    columns = [*KEYS, "establishments", "employment", "wages", "disclosure"]
    bounds = [c for c in ("employment_low", "employment_high", "wages_low", "wages_high") if c in rows]
    rows = rows[[*columns, *bounds]]
    for key in ("area", "industry", "ownership"):
        rows[key] = pd.Categorical(rows[key].astype(str))
    rows["disclosure"] = pd.Categorical(rows["disclosure"].astype(str), categories=DISCLOSURE)
    PANEL.check(rows, "the study's tables" if len(panels) > 1 else "")
    rows = rows.sort_values(KEYS, ignore_index=True)
    absent: dict[int, str] = {int(year): "zero" for year in rows["year"].unique()}
    notes: list[str] = []
    concepts: list[str] = []
    for frame in panels:
        absent |= {int(year): str(what) for year, what in (frame.attrs.get("absent") or {}).items()}
        notes += [str(note) for note in frame.attrs.get("notes") or []]
        concepts += [str(frame.attrs["concept"])] if frame.attrs.get("concept") else []
    left_out = pd.DataFrame(columns=["area", "year"])
    done = tuple(dict.fromkeys(notes))
    said = "; ".join(dict.fromkeys(concepts)) or None
    return Qcew(rows, absent, (), left_out, done=done, concept=said)


def _assembled(table: OwnTable, absent_rows: str) -> pd.DataFrame:
    rows = table.rows
    if rows.empty:
        raise TableError("no rows", "a table with figures", "check the columns")
    absent = (
        _absence(table)
        if absent_rows == "auto"
        else dict.fromkeys(map(int, rows["year"].unique()), absent_rows)
    )
    panel = assemble(rows, absent)
    notes = list(table.notes)
    added = len(panel) - len(rows)
    if added:
        notes.append(
            f"{added:,} rows added: totals that the table lacks, and cells whose row is not there but is in other areas"
        )
    panel.attrs = {
        "notes": notes,
        "measures": list(table.measures),
        "concept": table.concept,
        "absent": {str(year): meaning for year, meaning in absent.items()},
    }
    return panel


def _absence(table: OwnTable) -> dict[int, str]:
    """What an absent row means in each year: zero where some cells are marked withheld, else withheld."""
    lead = FIGURES[next(m for m in ("jobs", "wages", "establishments") if m in table.measures)]
    told = table.rows[table.rows["industry"] != TOTAL]
    marked = told[lead].isna().groupby(told["year"]).any()
    return {
        int(year): "zero" if marked.get(year, False) else "withheld" for year in table.rows["year"].unique()
    }
