"""What the user says of a table: which column or constant is what, and how its marks and codes are read."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sectorlib.exceptions import LayoutError, nearest

#: A column, several columns, or one value for every row.
Field = str | int | float | Sequence[str | int] | None

KEYS = ("area", "industry", "year", "ownership", "state", "period", "flag")
MEASURES = ("jobs", "wages", "establishments")


@dataclass(frozen=True)
class TableMapping:
    """How a table of somebody's own making leads to a Panel; see :func:`sectorlib.panel_from`."""

    area: Field = None
    industry: Field = None
    jobs: Field = None
    wages: Field = None
    establishments: Field = None
    year: Field = None
    ownership: Field = None
    state: Field = None
    period: Field = None
    flag: Field = None
    suppressed: tuple[str, ...] = ()
    sheet: str | int | Sequence[str] | None = None
    header: int | None = None
    measure: str | None = None
    scale: AnyMapping[str, float] = field(default_factory=dict)
    codes: AnyMapping[str, AnyMapping[str, str | None]] = field(default_factory=dict)
    where: AnyMapping[str, Any] = field(default_factory=dict)
    concept: str | None = None
    decimal: str | None = None

    def __post_init__(self) -> None:
        for name in ("scale", "codes"):
            for key in getattr(self, name):
                valid = MEASURES if name == "scale" else KEYS
                if key not in valid:
                    close = nearest(key, valid)
                    raise LayoutError(
                        f"{name} names {key!r}",
                        f"one of {', '.join(valid)}",
                        f"did you mean {close[0]}?" if close else f"{name}={{'{valid[0]}': ...}}",
                    )
        if self.measure is not None and self.measure not in MEASURES:
            raise LayoutError(
                f"measure is {self.measure!r}", f"one of {', '.join(MEASURES)}", "say what the figures are"
            )

        if self.decimal not in (None, ".", ","):
            raise LayoutError(
                f"decimal is {self.decimal!r}", "'.' for 1,234.5 or ',' for 1.234,5", "say which it is"
            )

    @property
    def named(self) -> list[str]:
        """Every text that may be a column's name."""
        out: list[str] = list(self.where)
        for name in (*KEYS, *MEASURES):
            value = getattr(self, name)
            items = (
                [value]
                if isinstance(value, (str, int))
                else list(value or [])
                if not isinstance(value, float)
                else []
            )
            out += [str(item) for item in items]
        return out

    def with_columns(self, **columns: Field) -> TableMapping:
        """The mapping with further fields filled in.

        >>> TableMapping(area="FIPS").with_columns(year="Year").year
        'Year'
        """
        return replace(self, **columns)  # type: ignore[arg-type]


def mapping_of(options: AnyMapping[str, Any]) -> TableMapping:
    """A mapping of plain keys and values, as a study file has them.

    Raises
    ------
    LayoutError
        A key is unknown.
    """
    valid = [f.name for f in fields(TableMapping)]
    for key in options:
        if key not in valid:
            close = nearest(key, valid)
            raise LayoutError(
                f"unknown key {key!r}",
                f"one of {', '.join(valid)}",
                f"did you mean {close[0]}?" if close else "see docs/data.md",
            )
    given = dict(options)
    marks = given.get("suppressed") or ()
    given["suppressed"] = (marks,) if isinstance(marks, str) else tuple(str(m) for m in marks)
    return TableMapping(**{key: value for key, value in given.items() if value is not None})
