"""Which column of a table is what: as the user says, else as its headings say without doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sectorlib.exceptions import LayoutError, UnknownAreaError, nearest
from sectorlib.gazetteer import area_codes, state_code
from sectorlib.industry_names import industry_of, ownership_of
from sectorlib.resources import definitions
from sectorlib.sources.own_tables.headings import (
    Parts,
    beside_measure,
    is_average_pay,
    is_industry,
    measure_of,
    part_of_year,
    parts_of,
    period_of,
    role_of,
    whole_year,
)
from sectorlib.sources.own_tables.layout import Body, same_label
from sectorlib.sources.own_tables.mapping import KEYS, MEASURES, TableMapping

#: The constant that stands for the sheet's name.
SHEET = "{sheet}"

_NEEDED = ("area", "industry", "year", "ownership")

_WHAT = {
    "area": "the area: county codes or names, or one area for all rows, area='36001'",
    "industry": "the industry: NAICS codes or titles, or one industry for all rows, industry='10'",
    "year": "the year, or one year for all rows, year=2015",
    "ownership": "the ownership: ownership='private', or 'all' if government is in the figures",
}

_FIRST_ROWS = 400


@dataclass
class Roles:
    """Columns by role, constants by role, and wide columns with what each heading names."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    wide: dict[str, dict[str, str]] = field(default_factory=dict)
    wide_by: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def has(self, role: str) -> bool:
        """Whether the role has a column, a constant or the headings of wide columns."""
        return role in self.columns or role in self.constants or role in self.wide_by


def roles_of(body: Body, mapping: TableMapping) -> Roles:
    """Give every role its column.

    Raises
    ------
    LayoutError
        A column that the user names is not there, a heading is not clear, or nothing says what is needed.
    """
    labels = [str(c) for c in body.frame.columns]
    roles = Roles()
    for role in (*KEYS, *MEASURES):
        _given(role, getattr(mapping, role), labels, body, roles)
    if bea_table(body) is not None:
        by_letters = {_letters(c): c for c in labels}
        named = [by_letters[k] for k in ("description", "industryclassification") if k in by_letters]
        roles.columns["industry"] = named or roles.columns.get("industry", [])
        roles.constants.pop("industry", None)
        roles.notes.append("industry: the description of each line, as in every regional table of BEA")
    _guess_keys(labels, body, roles)
    sheet = "" if whole_year(body.sheet) else body.sheet
    if sheet and not roles.has("area") and _names_area(sheet, roles.constants.get("state")):
        roles.constants["area"] = sheet
        roles.notes.append(f"area: the name of the sheet ({sheet})")
    _guess_measures(labels, roles)
    _widen(labels, body, mapping, roles)
    _require(labels, body, roles)
    return roles


# --- parts -------------------------------------------------------------------------------------------


def _given(role: str, value: object, labels: list[str], body: Body, roles: Roles) -> None:
    if value is None:
        return
    items = [value] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
    found = [_column(str(item), labels) for item in items]
    if all(c is not None for c in found):
        roles.columns[role] = [str(c) for c in found]
        return
    if len(items) == 1 and role in KEYS:
        constant = body.sheet if value == SHEET else str(value)
        if _is_constant(role, constant, roles):
            roles.constants[role] = constant
            return
    missing = str(next(item for item, column in zip(items, found, strict=True) if column is None))
    close = nearest(missing, labels)
    raise LayoutError(
        f"{role}={missing!r}: {body.label} has no such column; it has {', '.join(labels[:14])}"
        + (", ..." if len(labels) > 14 else ""),
        "the name of a column" + (f", or {_WHAT[role]}" if role in _WHAT else ""),
        f"did you mean {close[0]!r}?" if close else "name the column as its heading does",
    )


def _column(name: str, labels: list[str]) -> str | None:
    if name in labels:
        return name
    matches = [c for c in labels if same_label(c) == same_label(name)]
    matches = matches or [
        c for c in labels if " | " in c and same_label(c.split(" | ")[-1]) == same_label(name)
    ]
    if not matches:
        matches = [c for c in labels if _letters(c) == _letters(name) and _letters(name)]
    return matches[0] if len(matches) == 1 else None


def _letters(label: str) -> str:
    return "".join(ch for ch in label.casefold() if ch.isalnum())


def _is_constant(role: str, value: str, roles: Roles) -> bool:
    if role == "year":
        return value.isdigit() and 1900 < int(value) < 2100
    if role == "industry":
        return industry_of(value) is not None
    if role == "ownership":
        return ownership_of(value) is not None
    if role == "state":
        return state_code(value) is not None
    if role == "period":
        return period_of(value) is not None
    return role == "area" and _names_area(value, roles.constants.get("state"))


def _names_area(text: str, state: str | None) -> bool:
    try:
        area_codes([text], state)
    except UnknownAreaError:
        return False
    return True


def _guess_keys(labels: list[str], body: Body, roles: Roles) -> None:
    used = {c for columns in roles.columns.values() for c in columns}
    by_role: dict[str, dict[int, list[str]]] = {}
    for label in labels:
        found = role_of(label.split(" | ")[-1]) or role_of(label)
        if found and label not in used:
            by_role.setdefault(found[0], {}).setdefault(found[1], []).append(label)
    parts = by_role.pop("county part", {}).get(0, [])
    if parts and "area" not in roles.columns and "area" not in by_role:
        by_role["area"] = {0: parts}
    for role, ranks in by_role.items():
        if roles.has(role) or (role == "flag" and "flag" in roles.columns):
            continue
        best = ranks[min(ranks)]
        if role == "industry":  # a title beside a code helps where the code says nothing ("...")
            best = (
                best[:1] + [c for rank in sorted(ranks) for c in ranks[rank] if c not in best][:1]
                if len(best) == 1
                else best
            )
        elif len(best) > 1:
            filled = [c for c in best if _text(body.frame[c]).ne("").any()]
            best = filled or best
        if len(best) > 1 and role != "industry":
            raise LayoutError(
                f"{body.label}: {' and '.join(map(repr, best))} may both be the {role}",
                f"one column for the {role}",
                f"say which: {role}={best[0]!r}",
            )
        roles.columns[role] = best
        roles.notes.append(f"{role}: column {best[0]!r}, by its heading")
    _year_of_periods(body, roles)
    _guess_blank(labels, body, roles)


def _year_of_periods(body: Body, roles: Roles) -> None:
    """A column of periods that also name their year ("2020 Q1") is the column of the year."""
    columns = roles.columns.get("period", [])
    if roles.has("year") or len(columns) != 1:
        return
    values = [v for v in _text(body.frame[columns[0]].head(_FIRST_ROWS)).unique() if v]
    if values and all(parts_of(value).year is not None for value in values):
        roles.columns["year"] = roles.columns.pop("period")
        roles.notes.append(f"year: column {columns[0]!r}, whose periods name it ({values[0]})")


def _guess_blank(labels: list[str], body: Body, roles: Roles) -> None:
    """Columns without a heading, by what they hold: years, quarters, industries or ownerships alone."""
    tests = {
        "year": lambda v: v.removesuffix(".0").isdigit() and 1950 < int(v.removesuffix(".0")) < 2050,
        "period": lambda v: period_of(v) is not None and not v.removesuffix(".0").isdigit(),
        "ownership": lambda v: ownership_of(v) is not None and not v.removesuffix(".0").isdigit(),
        "industry": lambda v: industry_of(v) is not None,
    }
    for label in labels:
        if not label.startswith("column ") or not label[7:].isdigit():
            continue
        values = [v for v in _text(body.frame[label].head(_FIRST_ROWS)).unique() if v]
        for role, test in tests.items():
            if values and not roles.has(role) and all(test(v) for v in values):
                roles.columns[role] = [label]
                roles.notes.append(f"{role}: {label}, which has no heading, by what it holds ({values[0]})")
                break


def _guess_measures(labels: list[str], roles: Roles) -> None:
    used = {c for columns in roles.columns.values() for c in columns}
    given = [m for m in MEASURES if m in roles.columns]
    for measure in MEASURES:
        for column in roles.columns.get(measure, ()):
            if measure == "wages" and is_average_pay(column):
                raise LayoutError(
                    f"wages={column!r} is pay by worker, by its heading",
                    "total wages of the cell in dollars",
                    "leave wages out, or name the column of total wages",
                )
    if given:  # the user chose; what is not named is left alone
        return
    if not roles.has("period") and len(_parts_of_years(labels, used)) > 1:
        return  # one column for each quarter or month
    found: dict[str, list[str]] = {}
    for label in labels:
        parts = parts_of(label)
        if (
            label not in used
            and role_of(label) is None
            and parts.year is None
            and parts.period is None
            and not parts.rest
        ):
            named = measure_of(label)
            if named and not is_average_pay(label):
                found.setdefault(named, []).append(label)
    for measure, columns in found.items():
        chosen = _clearest(measure, columns)
        if chosen is None and all(_named_beside(c, roles) for c in columns):
            continue  # one column for each ownership or industry
        if chosen is None:
            raise LayoutError(
                f"{' and '.join(map(repr, columns))} may all be the {measure}",
                f"one column of {measure}",
                f"say which: {measure}={columns[0]!r}",
            )
        roles.columns[measure] = chosen
        shown = " and ".join(map(repr, chosen))
        roles.notes.append(
            f"{measure}: column {shown}, by its heading" + ("; mean of the three" if len(chosen) > 1 else "")
        )


def _parts_of_years(labels: list[str], used: set[str]) -> dict[str, str]:
    """Headings that name a quarter or a month and nothing of another kind, each with the part it names."""
    found = {
        label: part for label in labels if label not in used and (part := part_of_year(label)) is not None
    }
    found = {
        label: part
        for label, part in found.items()
        if parts_of(label).year is None and not is_average_pay(label)
    }
    parts = {part for part in found.values() if part != "a"}
    return (
        found if parts >= {f"q{n}" for n in range(1, 5)} or parts >= {f"m{n}" for n in range(1, 13)} else {}
    )


def _named_beside(label: str, roles: Roles) -> dict[str, str]:
    """The ownership or industry that a heading names beside its measure, for what no column says."""
    rest = beside_measure(label)
    if not rest:
        return {}
    if not roles.has("industry") and is_industry(rest) and industry_of(rest) is not None:
        return {"industry": rest}
    return {"ownership": rest} if not roles.has("ownership") and ownership_of(rest) is not None else {}


def _clearest(measure: str, columns: list[str]) -> list[str] | None:
    """The column of annual averages or of totals among several of one measure; the months of a quarter."""
    if len(columns) == 1:
        return columns
    words = ("average", "avg", "annual") if measure == "jobs" else ("total", "annual")
    best = [c for c in columns if any(w in c.casefold() for w in words)]
    if len(best) == 1:
        return best
    months = [
        c for c in columns if any(w in c.casefold() for w in ("month", "1st", "2nd", "3rd", "m1", "m2", "m3"))
    ]
    return months if measure == "jobs" and len(months) == 3 and len(columns) == 3 else None


def _widen(labels: list[str], body: Body, mapping: TableMapping, roles: Roles) -> None:
    """Headings that name a year, an industry, an area or an ownership, for what no column says."""
    lists = {m: roles.columns[m] for m in MEASURES if len(roles.columns.get(m, ())) > 1}
    keyed = {c for role, columns in roles.columns.items() if role not in MEASURES for c in columns}
    single = {roles.columns[m][0] for m in MEASURES if len(roles.columns.get(m, ())) == 1}
    candidates = [c for cs in lists.values() for c in cs] or [c for c in labels if c not in keyed | single]
    lacking = [r for r in ("year", "industry", "area", "ownership") if not roles.has(r)]
    periods = {} if roles.has("period") or lists else _parts_of_years(labels, keyed)
    if periods:
        _widen_parts(periods, labels, keyed, body, mapping, roles)
        return
    if not lacking or (single and not lists):
        return
    state = roles.constants.get("state")
    wide: dict[str, dict[str, str]] = {}
    parsed: dict[str, Parts] = {}
    for label in candidates:
        parts = parts_of(label)
        if not parts.level or parts.average:
            continue
        named = {} if parts.rest or measure_of(label) is None else _named_beside(label, roles)
        if parts.year is not None:
            named["year"] = str(parts.year)
        if parts.rest:
            if "industry" in lacking and is_industry(parts.rest):
                named["industry"] = parts.rest
            elif "ownership" in lacking and ownership_of(parts.rest) is not None:
                named["ownership"] = parts.rest
            elif "area" in lacking and state and _names_area(parts.rest, state):
                named["area"] = parts.rest
            else:
                continue
        if named and set(named) <= set(lacking):
            wide[label], parsed[label] = named, parts
    dimensions = {role for named in wide.values() for role in named}
    chosen = {label: named for label, named in wide.items() if set(named) == dimensions}
    if not chosen or (len(chosen) < 2 and dimensions != {"year"}):
        return
    measure = next(iter(lists)) if len(lists) == 1 else None
    stated: dict[str, str | None] = {label: parsed[label].measure or measure for label in chosen}
    if None in stated.values():
        fallback = mapping.measure or _measure_in(body)
        if fallback is None:
            example = next(label for label, value in stated.items() if value is None)
            raise LayoutError(
                f"{body.label}: the columns {example!r} and others do not say whether they hold jobs, wages or establishments",
                "what the figures are",
                "say it: measure='jobs'",
            )
        if mapping.measure is None:
            roles.notes.append(f"the figures are {fallback}, by the titles of the table")
        stated = {label: value or fallback for label, value in stated.items()}
    for label, named in chosen.items():
        period = parsed[label].period
        more = {"period": period} if period and not roles.has("period") else {}
        roles.wide[label] = {**named, **more, "measure": str(stated[label])}
    roles.wide_by = sorted({role for named in roles.wide.values() for role in named} - {"measure"})
    roles.columns = {r: c for r, c in roles.columns.items() if r not in lists}
    first, last = next(iter(chosen)), list(chosen)[-1]
    roles.notes.append(
        f"one column for each {' and '.join(roles.wide_by)} ({first!r} to {last!r}) made into rows"
    )


def _widen_parts(
    periods: dict[str, str],
    labels: list[str],
    keyed: set[str],
    body: Body,
    mapping: TableMapping,
    roles: Roles,
) -> None:
    """Columns of quarters or months of the year that another column, or nothing but the user, names."""
    alone = [
        c for c in labels if c not in keyed and c not in periods and measure_of(c) and not is_average_pay(c)
    ]
    if alone:
        part = next(iter(periods))
        raise LayoutError(
            f"{body.label}: {part!r} is a part of the year, and {alone[0]!r} is not",
            "every measure in parts of the year, or none",
            f"name the columns of each measure; jobs of several columns are averaged: jobs=[{part!r}, ...]",
        )
    stated = {label: measure_of(label) or mapping.measure or _measure_in(body) for label in periods}
    unsaid = next((label for label, measure in stated.items() if measure is None), None)
    if unsaid is not None:
        raise LayoutError(
            f"{body.label}: the columns {unsaid!r} and others do not say whether they hold jobs, wages or establishments",
            "what the figures are",
            "say it: measure='jobs'",
        )
    for label, part in periods.items():
        roles.wide[label] = {"period": "Annual" if part == "a" else part, "measure": str(stated[label])}
    roles.wide_by = ["period"]
    first, last = next(iter(periods)), list(periods)[-1]
    roles.notes.append(f"one column for each part of the year ({first!r} to {last!r}) made into rows")


def _measure_in(body: Body) -> str | None:
    """What the figures are, if titles, the sheet or a table of BEA say it."""
    table = bea_table(body)
    if table is not None:
        code, entry = table
        if entry is None or entry.get("stated"):
            raise LayoutError(
                f"{body.label} is table {code} of BEA, which holds no jobs",
                "a table of jobs by industry (CAEMP25N), or of compensation with measure='wages' (CAINC6N)",
                "download CAEMP25N, Total full-time and part-time employment by NAICS industry"
                if entry is None
                else "say measure='wages' if compensation is what is meant",
            )
        return str(entry["measure"])
    said = {measure_of(text) for text in (body.titles, body.sheet) if text} - {None}
    return next(iter(said)) if len(said) == 1 else None


def bea_table(body: Body) -> tuple[str, dict[str, Any] | None] | None:
    """The code of a regional table of BEA and what it holds (None if no measure of a Panel); None if it is none."""
    keys = {_letters(c): c for c in map(str, body.frame.columns)}
    if "geofips" not in keys or "linecode" not in keys:
        return None
    column = keys.get("table") or keys.get("tablename")
    first = _text(body.frame[column]).head(20) if column else pd.Series([body.titles])
    said = next((v for v in first if v), "")
    code = said.split()[0].upper() if said else ""
    return code, definitions("industry_names")["bea_tables"].get(code)


def _require(labels: list[str], body: Body, roles: Roles) -> None:
    measures = [
        m
        for m in MEASURES
        if m in roles.columns or any(named["measure"] == m for named in roles.wide.values())
    ]
    if not measures:
        raise LayoutError(
            f"{body.label}: no column is jobs, wages or establishments by its heading; it has {', '.join(labels[:14])}",
            "at least one of jobs, wages and establishments",
            "name the column: jobs='...'",
        )
    for role in ("area", "industry", "year"):
        if not roles.has(role):
            raise LayoutError(
                f"{body.label}: nothing says the {role}; it has {', '.join(labels[:14])}",
                _WHAT[role],
                f"name the column: {role}='...'",
            )


def _text(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()
