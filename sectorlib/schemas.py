"""The tables everything is made of: their keys, columns, types and units.

A schema is data: :class:`Table` lists :class:`Column` entries, and :meth:`Table.check` holds a
frame against them. Checks run where tables enter or leave the package, not inside measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sectorlib.exceptions import TableError
from sectorlib.labels import UNITS, format_of, label_of

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

#: What a cell's figures are: published, withheld, filled in by a method, or a sum or a year with
#: a withheld part (then only bounds are known).
DISCLOSURE = ("disclosed", "suppressed", "estimated", "partial")

#: The largest number of offending values an error prints.
_SHOWN = 5


@dataclass(frozen=True)
class Column:
    """One column: its name, kind (``code``, ``text``, ``flag``, ``count``, ``number``, ``year``), unit and meaning.

    ``label`` is what people read above it, and ``format`` how its figures are written. Both follow from name and unit
    unless they are given; see :mod:`sectorlib.labels`.

    >>> Column("wages_low", "number", "USD a year", "the least the cell can hold").label
    'Wages, at least'
    """

    name: str
    kind: str
    unit: str
    meaning: str
    optional: bool = False
    nonnegative: bool = False
    choices: tuple[str, ...] = ()
    label: str = ""
    format: str = ""

    def __post_init__(self) -> None:
        unit = self.unit or UNITS.get(self.kind, "")
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "label", self.label or label_of(self.name, self.kind))
        object.__setattr__(self, "format", self.format or format_of(self.name, self.kind, unit))


@dataclass(frozen=True)
class Table:
    """One table: its name, key and columns.

    >>> MEMBERSHIP.key
    ('member', 'group')
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    grain: str = ""

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [c.name for c in self.columns]

    def select(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The schema's columns that the frame has, in the schema's order."""
        return frame[[c for c in self.names if c in frame.columns]]

    def check(self, frame: pd.DataFrame, source: str = "") -> pd.DataFrame:
        """Return the frame unchanged if it fits, else raise.

        Parameters
        ----------
        frame : DataFrame
            The table to hold against the schema. More columns than the schema's are allowed.
        source : str
            Where the table came from, for the message.

        Raises
        ------
        TableError
            A column is missing or of the wrong type, a key repeats, or a value is out of range.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"member": ["36055"], "group": ["Rochester"], "weight": [1.0]})
        >>> MEMBERSHIP.check(frame) is frame
        True
        """
        where = f" in {source}" if source else ""
        missing = [c.name for c in self.columns if not c.optional and c.name not in frame.columns]
        if missing:
            raise TableError(
                f"the {self.name} table{where} lacks {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}",
                f"columns {', '.join(self.names)}",
                "rename or add the column; optional ones are "
                + (", ".join(c.name for c in self.columns if c.optional) or "none"),
            )
        from pandera.errors import SchemaErrors  # takes half a second to import

        try:
            _pandera(self).validate(frame, lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases
            first = cases.iloc[0]
            same = cases.loc[cases["column"] == first["column"], "failure_case"].dropna().unique()[:_SHOWN]
            values = ", ".join(map(str, same))
            raise TableError(
                f"column {first['column']} of the {self.name} table{where} holds {values or 'missing values'}",
                f"{first['check']}",
                "see the column's unit and meaning in docs/tables.md",
            ) from None
        key = [name for name in self.key if name in frame.columns]  # a part of the key may be optional
        duplicated = frame.duplicated(key)
        if duplicated.any():
            rows = frame.loc[duplicated, key].head(_SHOWN).to_dict("records")
            raise TableError(
                f"{int(duplicated.sum())} repeated keys of the {self.name} table{where}, e.g. {rows[0]}",
                f"one row for each {', '.join(key)}",
                "aggregate the rows first, or keep one source for each cell",
            )
        return frame


def _pandera(table: Table) -> DataFrameSchema:
    import pandera.pandas as pa

    columns = {}
    for column in table.columns:
        checks = []
        if column.nonnegative:
            checks.append(pa.Check.ge(0))
        if column.choices:
            checks.append(pa.Check.isin(column.choices))
        if column.kind in ("count", "number"):
            checks.append(pa.Check(lambda s: pd.api.types.is_numeric_dtype(s), error="numbers"))
        if column.kind == "year":
            checks.append(pa.Check(lambda s: pd.api.types.is_integer_dtype(s), error="whole years"))
        columns[column.name] = pa.Column(
            checks=checks,
            nullable=column.name not in table.key,
            required=not column.optional,
        )
    return pa.DataFrameSchema(columns)


_KEYS = (
    Column("area", "code", "", "county, state, nation or region code"),
    Column("industry", "code", "", "NAICS code as BLS writes it: 10, 31-33, 311, ..."),
    Column(
        "ownership",
        "code",
        "",
        "0 all, 1 federal, 2 state, 3 local, 5 private, 8 government; drivers is private plus public 22, 61 and 62",
    ),
    Column("year", "year", "year", "calendar year"),
)

PANEL = Table(
    "panel",
    ("area", "industry", "ownership", "year"),
    (
        *_KEYS,
        Column(
            "establishments",
            "number",
            "establishments, annual average",
            "places of work, as the files count them",
            nonnegative=True,
        ),
        Column(
            "employment", "number", "jobs, annual average", "missing where not fully known", nonnegative=True
        ),
        Column("wages", "number", "USD a year, nominal", "total annual wages", nonnegative=True),
        Column("disclosure", "code", "", "how the figures are known", choices=DISCLOSURE),
        Column("employment_low", "number", "jobs", "the least the cell can hold", optional=True),
        Column("employment_high", "number", "jobs", "the most the cell can hold", optional=True),
        Column("wages_low", "number", "USD a year", "the least the cell can hold", optional=True),
        Column("wages_high", "number", "USD a year", "the most the cell can hold", optional=True),
        Column(
            "disclosed_share",
            "number",
            "share",
            "of the cells summed, the share that is published",
            optional=True,
        ),
    ),
)

MEMBERSHIP = Table(
    "membership",
    ("member", "group"),
    (
        Column("member", "code", "", "what belongs: a county, an industry"),
        Column("group", "code", "", "what it belongs to: a labor market, a jurisdiction, a sector"),
        Column(
            "weight", "number", "share", "share of the member that belongs to the group", nonnegative=True
        ),
        Column("title", "text", "", "the group's name for people", optional=True),
        Column("system", "text", "", "the kind of group: labor market, workforce region, ...", optional=True),
    ),
)

FLOWS = Table(
    "flows",
    ("home", "work", "segment"),
    (
        Column("home", "code", "", "county of residence"),
        Column("work", "code", "", "county of work"),
        Column("workers", "number", "workers", "residents of home who work in work", nonnegative=True),
        Column("moe", "number", "workers", "90 % margin of error", optional=True),
        Column("segment", "text", "", "age, pay band or industry group of the jobs", optional=True),
    ),
)

PROJECTIONS = Table(
    "projections",
    ("area", "industry", "year"),
    (
        *(c for c in _KEYS if c.name != "ownership"),
        Column("employment", "number", "jobs, annual average", "projected", nonnegative=True),
        Column("low_80", "number", "jobs", "lower end of the 80 % interval", nonnegative=True),
        Column("high_80", "number", "jobs", "upper end of the 80 % interval", nonnegative=True),
        Column("low_95", "number", "jobs", "lower end of the 95 % interval", nonnegative=True),
        Column("high_95", "number", "jobs", "upper end of the 95 % interval", nonnegative=True),
        Column("method", "text", "", "projection method"),
    ),
)

ASSETS = Table(
    "assets",
    ("asset",),
    (
        Column("asset", "code", "", "identifier in its source"),
        Column(
            "kind", "text", "", "airport, college, career school, industrial park, port, rail, research, ..."
        ),
        Column("name", "text", "", "name"),
        Column("lat", "number", "degrees", "latitude, WGS 84"),
        Column("lon", "number", "degrees", "longitude, WGS 84"),
        Column("area", "code", "", "county", optional=True),
        Column("website", "text", "", "its address, as its source has it", optional=True),
        Column(
            "sector",
            "number",
            "code",
            "of a college: control and level, as IPEDS codes them (SECTOR)",
            optional=True,
        ),
        Column(
            "size",
            "number",
            "code",
            "of a college: 1 under 1,000 students to 5 of 20,000 or more (INSTSIZE)",
            optional=True,
        ),
        Column(
            "c18basic", "number", "code", "of a college: Carnegie class of 2018 (C18BASIC)", optional=True
        ),
        Column("geometry", "text", "", "of a line or an area: its shape (WKT, WGS 84)", optional=True),
    ),
)

TRAVEL_TIMES = Table(
    "travel times",
    ("home", "place"),
    (
        Column("home", "code", "", "county"),
        Column("place", "code", "", "asset or county"),
        Column("minutes", "number", "minutes", "one way", nonnegative=True),
    ),
)

PARTNERS = Table(
    "partners",
    ("kind", "name", "area"),
    (
        Column("kind", "text", "", "employer association, union, chamber, ..."),
        Column("name", "text", "", "name"),
        Column("area", "code", "", "county that it serves; a row for each"),
    ),
)
