"""Tables of results for reading: units in the headings, ranges and withheld cells in words."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from sectorlib.callables import called_like_its_function
from sectorlib.exceptions import TableError
from sectorlib.results import RESULTS
from sectorlib.schemas import MEMBERSHIP, Column

#: What suppressed cells leave open about a column: its endings.
_ENDS = ("_low", "_high")
#: Columns whose bounds are a range beside a known figure.
_RANGED = ("rank",)
_SUPPRESSED = ("suppressed", "partial")
#: Columns that say what a row is of; their missing values are not withheld figures.
_KEYS = ("text", "code", "year")
#: Kinds of columns whose unit says nothing to a reader.
_PLAIN = (*_KEYS, "flag")
_MINUS = "\N{MINUS SIGN}"


def show(table: pd.DataFrame, *, title: str = "", rows: int = 25) -> Any:
    """A table of results for reading.

    A figure with columns ``_low`` and ``_high`` beside it takes one column: the figure where it is known, what it
    can be where it is withheld, and "withheld" where nothing bounds it. Missing is never written as zero.

    Parameters
    ----------
    table : DataFrame
        Rows of a result, or a membership, which is shown with one row for each group.
    title : str
        Printed above.
    rows : int
        Rows shown; the line below says how many there are.

    Returns
    -------
    great_tables.GT

    Raises
    ------
    TableError
        It is no table.

    Examples
    --------
    >>> table = pd.DataFrame({"area_name": ["Monroe"], "employment": [float("nan")], "employment_low": [100.0],
    ...                       "employment_high": [900.0], "disclosure": ["suppressed"]})
    >>> "100 to 900" in show(table).as_raw_html()
    True
    """
    import great_tables as gt

    if not isinstance(table, pd.DataFrame):
        raise TableError(
            f"a {type(table).__name__}", "a table", 'results["growth"] is one; Series.to_frame() makes one'
        )
    names = [" ".join(map(str, name)).strip() if isinstance(name, tuple) else str(name) for name in table]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise TableError(
            f"two columns named {', '.join(sorted(twice))}",
            "names that differ",
            "leave one out, or rename it: table.set_axis([...], axis=1)",
        )
    table, rows = table.set_axis(names, axis=1), max(rows, 0)
    if {"member", "group", "weight"} <= set(table):
        table = groups_of(table)
    shown = table.head(rows)
    columns = [c for c in shown if not _is_bound(str(c), shown) and not _says_nothing(str(c), table)]
    written = pd.DataFrame({str(name): _written(shown, str(name)) for name in columns}, index=shown.index)
    vague = {
        str(name): [i for i, unknown in enumerate(shown[name].isna()) if unknown]
        for name in columns
        if _is_figure(shown[name], str(name))
    }
    out = gt.GT(written.reset_index(drop=True)).cols_label({str(c): _label(str(c)) for c in columns})
    figures = [str(c) for c in columns if pd.api.types.is_numeric_dtype(shown[c]) and shown[c].dtype != bool]
    out = out.cols_align("left").cols_align("right", columns=figures)
    for name, where in vague.items():
        if where:
            style = gt.style.text(color="#566271", style="italic")
            out = out.tab_style(style, gt.loc.body(columns=name, rows=where))
    if title:
        out = out.tab_header(title)
    if len(table) > rows:
        out = out.tab_source_note(f"{rows} of {len(table):,} rows.")
    return out.tab_options(
        table_font_size="0.85rem", data_row_padding="4px", table_font_names=["inherit"],
        column_labels_font_weight="600", table_margin_left="0", table_margin_right="auto", heading_align="left",
    )  # fmt: skip


def groups_of(membership: pd.DataFrame) -> pd.DataFrame:
    """A membership with one row for each group: its title, kind, members, and those that belong to it in part.

    Parameters
    ----------
    membership : DataFrame
        Columns member, group, weight and, where there, title and system.

    Returns
    -------
    DataFrame
        Columns group, title, system, members, in_part, which.

    Examples
    --------
    >>> from sectorlib.membership import membership
    >>> groups_of(membership({"Rochester": ["36055", "36069"]}))["which"].to_list()
    ['Monroe County, NY; Ontario County, NY']
    """
    from sectorlib.areas import area_names

    codes = pd.Series(membership["member"].astype(str).unique())
    names = dict(zip(codes, area_names(codes).fillna(codes), strict=True))
    rows = membership.assign(name=membership["member"].astype(str).map(names))
    by = rows.groupby("group", sort=False, observed=True)
    parts = {
        "title": by["title"].first() if "title" in rows else None,
        "system": by["system"].first() if "system" in rows else None,
        "members": by.size(),
        "in_part": by["weight"].agg(lambda w: int((w < 1).sum())),
        "which": by["name"].agg("; ".join),
    }
    return pd.DataFrame({name: part for name, part in parts.items() if part is not None}).reset_index()


@cache
def _columns() -> dict[str, Column]:
    tables = [MEMBERSHIP, *(result.table for result in RESULTS.values())]
    return {column.name: column for table in reversed(tables) for column in table.columns}


def _column(name: str) -> Column:
    return _columns().get(name, Column(name, "number", "", ""))


def page_of(frame: pd.DataFrame) -> str | None:
    """How a notebook shows a table: a membership with one row for each group, any other as pandas shows it.

    Parameters
    ----------
    frame : DataFrame
        A membership has the columns member, group and weight, and no others than title and system.

    Returns
    -------
    str or None
        HTML, with the table's own columns and rows named below; None where pandas is told to write none.

    Examples
    --------
    >>> from sectorlib.membership import membership
    >>> "1 group of 2 members" in page_of(membership({"Rochester": ["36055", "36069"]}))
    True
    """
    shown: str | None = getattr(pd.DataFrame, "_repr_html_")(frame)  # noqa: B009 (pandas-stubs lacks it)
    columns = set(frame.columns)
    if shown is None or not {"member", "group", "weight"} <= columns <= set(MEMBERSHIP.names):
        return shown
    try:
        groups = groups_of(frame)
        table: str = show(groups).as_raw_html()
    except (ImportError, TypeError, ValueError):  # changed beyond what a membership is, or no great-tables
        return shown
    members = frame["member"].nunique()
    said = (
        f"{len(groups):,} {'group' if len(groups) == 1 else 'groups'} of {members:,} "
        f"{'member' if members == 1 else 'members'}; {len(frame):,} rows with the columns "
        f"{', '.join(map(str, frame.columns))}"
    )
    return f'{table}<div style="opacity:.7">{said}</div>'


def _is_figure(values: pd.Series, name: str) -> bool:
    """Whether a missing value is a figure that is not known, and no text that is not there."""
    return _column(name).kind not in _KEYS and pd.api.types.is_numeric_dtype(values)


def _label(name: str) -> str:
    column = _column(name)
    plain = column.kind in _PLAIN or not column.unit or column.unit.lower() in column.label.lower()
    return column.label if plain else f"{column.label} ({column.unit})"


def _is_bound(name: str, table: pd.DataFrame) -> bool:
    return any(name.endswith(end) and name.removesuffix(end) in table for end in _ENDS)


def _says_nothing(name: str, table: pd.DataFrame) -> bool:
    """A key that is the same in every row beside its name, such as the code of a named area."""
    named = {
        "area": "area_name",
        "industry": "industry_title",
        "sector": "sector_title",
        "county": "county_name",
    }
    return (named.get(name) in table) or (name == "disclosure" and len(table) > 0)


def _written(table: pd.DataFrame, name: str) -> list[str]:
    values = table[name]
    form = _form(values, name)
    low, high = (table.get(name + end) for end in _ENDS)
    status = table.get("disclosure", pd.Series("", table.index)).astype(str)
    out = []
    for i, value in enumerate(values):
        if not pd.isna(value):
            known = form(value)
            if name in _RANGED and low is not None and high is not None and low.iloc[i] < high.iloc[i]:
                known += f" ({form(low.iloc[i])} to {form(high.iloc[i])})"
            out.append(known)
        elif low is not None and high is not None and pd.notna(low.iloc[i]) and pd.notna(high.iloc[i]):
            out.append(f"{form(low.iloc[i])} to {form(high.iloc[i])}")
        elif low is not None and pd.notna(low.iloc[i]) and low.iloc[i] > 0:
            out.append(f"{form(low.iloc[i])} or more")
        elif not _is_figure(values, name):
            out.append("\N{EN DASH}")
        else:
            out.append("withheld" if status.iloc[i] in _SUPPRESSED else "not known")
    return out


def _form(values: pd.Series, name: str) -> Any:
    column = _column(name)
    if values.dtype == bool or column.kind in _KEYS or not pd.api.types.is_numeric_dtype(values):
        return lambda v: "yes" if v is True else "no" if v is False else str(v)
    known = name in _columns()
    pattern = column.format if known or values.abs().max() >= 100 else "{:,.3g}"
    return lambda v: pattern.format(v).replace("-", _MINUS)


called_like_its_function(__name__)
