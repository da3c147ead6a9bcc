"""Delineations and jurisdictions: files that say which county belongs to what.

Official layouts are recognized by their columns, wherever the file comes from; of any other file the user
names the two columns. Counties may be written by code or by name and state, one in a row or several in a cell; a
table with a column of counties for each group needs no names of columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sectorlib import gazetteer
from sectorlib.areas import county_names, vintage_of
from sectorlib.exceptions import LayoutError, TableError, UnknownAreaError
from sectorlib.membership import NONE, check_membership, membership
from sectorlib.sources.text_tables import counties_by_name, county_states, read_text_table


@dataclass(frozen=True)
class Layout:
    """An official delineation: the columns of the county's code (joined), the group and its title.

    Where it is ``exhaustive``, a county that it does not list is known to belong to none of its groups.
    """

    system: str
    member: tuple[str, ...]
    group: str
    title: str | None = None
    exhaustive: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns the layout needs."""
        return (*self.member, self.group, *((self.title,) if self.title else ()))


LAYOUTS = (
    Layout(  # USDA Economic Research Service; the same file holds the zones of 1980
        "commuting zone 1990", ("County FIPS Code",), "CZ90", "Name of largest place in Commuting Zone"
    ),
    Layout("commuting zone 2020", ("GEOID",), "CZ20"),  # Fowler (2024)
    Layout(  # Office of Management and Budget, list 1; counties outside every such area are not listed
        "core based statistical area",
        ("FIPS State Code", "FIPS County Code"),
        "CBSA Code",
        "CBSA Title",
        exhaustive=True,
    ),
    Layout("", ("member",), "group", "title"),  # a membership that sectorlib wrote
)


#: What says that a county belongs to no group, and what says nothing of it, as words without case and punctuation.
#: N.D. needs its points: ND is North Dakota.
_A_GROUP = (
    "group|region|board|area|zone|district|council|county|wdb|lwdb|wib|wdd|lwda|wda|mpo|edd|market|jurisdiction|"
    "organization|membership|member|system|service area|assignment|affiliation"
)
_NOWHERE = re.compile(
    rf"none(?: listed| specified| assigned| given)?|nil|not applicable|does not apply|unassigned|unaffiliated|"
    rf"not (?:assigned|covered|served|affiliated|included|(?:in |part of )?(?:an? |any )?(?:{_A_GROUP}))|"
    rf"non ?(?:{_A_GROUP})|no (?:\w+ ){{0,2}}(?:{_A_GROUP})s?|outside (?:all|any|every) (?:{_A_GROUP})s?"
)
_NOT_RECORDED = re.compile(
    r"na|n a|n d|nan|null|unknown|undefined|unspecified|not (?:available|recorded|known|stated|specified|reported|given)|"
    r"missing|tbd|tba|to be determined|no data|no entry|blank|empty|value|ref|name"
)

#: What stands between the counties of a list in one cell.
_BETWEEN = r"\s*[;\n|]\s*"
_COMMAS = r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+&\s+"


def read_delineation(
    path: str | Path, member: str | None = None, group: str | None = None, state: str | None = None
) -> pd.DataFrame:
    """Read which county belongs to which group.

    Parameters
    ----------
    path : path
        A csv (also gz), parquet, xls or xlsx file. Of a workbook the first sheet that is not empty is read.
    member, group : str, optional
        Columns of the counties and of the groups. Counties are codes, names or three-digit codes within a state; a
        cell may list several. Without them the file must have one of the official layouts (:data:`LAYOUTS`): the
        ERS commuting zones (those of 1990), the commuting zones of 2020 (Fowler) or the metropolitan and
        micropolitan areas (OMB, list 1); or one column of counties for each group, under the group's name.
    state : str, optional
        The state of counties that are written by name or by three digits: its name, or the column that has it.
        Without it a column called state is taken, or the state that stands in the name.

    Returns
    -------
    DataFrame
        Membership: member (five-digit county), group, weight 1, title, system (the layout's; with given
        columns the name of the group column). Counties whose group is blank or ``none`` are left out: blank (also
        NA, N/A, - and the like) means not recorded, which is not the same as belonging nowhere;
        :func:`not_recorded` lists them, and :func:`read_jurisdictions` tells both apart. Groups whose names differ
        in case or blanks only are one; :func:`reading_notes` says so.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        The columns are not there, or a code is not a county's.
    TableError
        A county is in two groups.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "boards.csv"
    >>> _ = path.write_text("fips,board\\n1001,River\\n36059,\\n36055,Finger Lakes\\n")
    >>> read_delineation(path, member="fips", group="board")
      member         group  weight         title system
    0  36055  Finger Lakes     1.0  Finger Lakes  board
    1  01001         River     1.0         River  board
    """
    layout, rows, _ = _rows(Path(path), member, group, state)
    _refuse_split_counties(rows, Path(path))
    recorded = rows.dropna(subset="group").drop_duplicates(["member", "group"])
    _refuse_two_groups(recorded, Path(path))
    recorded = recorded[recorded["group"] != NONE]
    groups = recorded.set_index("member")["group"]
    return membership(groups, system=layout.system, titles=_titles(recorded))


def read_jurisdictions(
    path: str | Path, member: str | None = None, group: str | None = None, state: str | None = None
) -> pd.DataFrame:
    """Read which county belongs to which jurisdiction, wholly or in part.

    Parameters
    ----------
    path, member, group, state
        As for :func:`read_delineation`. A column ``weight`` may hold the share of the county that belongs to
        the group; a county then has a row for each of its groups. The entry ``none`` (also "no group", "not
        applicable") says that a county (or that share of it) belongs to no group of the system.

    Returns
    -------
    DataFrame
        Membership: member, group, weight, title, system. Counties that are known to belong to no group are in
        the group ``none``: those whose entry says so, and those that an official list of all metropolitan areas
        leaves out. What is not recorded is in no row, so weights may sum to less than 1.

    Raises
    ------
    MissingFileError, LayoutError
        As :func:`read_delineation`; also for a weight that is no share.
    TableError
        A county is in two groups and the file has no weights, or its weights sum to more than 1.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "boards.csv"
    >>> _ = path.write_text(
    ...     "fips,board,weight\\n36059,Hempstead,0.4\\n36059,Oyster Bay,0.6\\n36055,none,1\\n36001,,1\\n")
    >>> read_jurisdictions(path, member="fips", group="board")[["member", "group", "weight"]]
      member       group  weight
    0  36059   Hempstead     0.4
    1  36059  Oyster Bay     0.6
    2  36055        none     1.0
    """
    layout, rows, _ = _rows(Path(path), member, group, state)
    if (rows["weight"] == 1).all():
        _refuse_two_groups(rows.dropna(subset="group").drop_duplicates(["member", "group"]), Path(path))
    recorded = rows.dropna(subset="group").drop_duplicates()
    table = recorded.assign(title=recorded["group"].map(_titles(recorded)), system=layout.system)
    if layout.exhaustive:
        others = county_names(vintage_of(rows["member"]).vintage).index.difference(pd.Index(rows["member"]))
        elsewhere = membership({NONE: others}, layout.system) if len(others) else None
        table = pd.concat([table, elsewhere])
    table = table.sort_values(["group", "member"], ignore_index=True)
    return check_membership(table, partial=True, source=Path(path).name)


def reading_notes(
    path: str | Path, member: str | None = None, group: str | None = None, state: str | None = None
) -> tuple[str, ...]:
    """What was made of entries that could be read in several ways, one sentence each.

    Parameters
    ----------
    path, member, group, state
        As for :func:`read_delineation`, with the same errors.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "boards.csv"
    >>> _ = path.write_text("fips,board\\n36059,NA\\n36055,Finger Lakes\\n36069,finger lakes\\n")
    >>> for note in reading_notes(path, member="fips", group="board"):
    ...     print(note)
    'NA' is read as not recorded (1 county); a group of that name needs another one
    'Finger Lakes' and 'finger lakes' are one group, Finger Lakes
    """
    return _rows(Path(path), member, group, state)[2]


def not_recorded(
    path: str | Path, member: str | None = None, group: str | None = None, state: str | None = None
) -> list[str]:
    """Counties that a delineation lists without a group: missing data, not "belongs to none".

    Parameters
    ----------
    path, member, group, state
        As for :func:`read_delineation`, with the same errors.

    Returns
    -------
    list of str
        County codes, sorted.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "boards.csv"
    >>> _ = path.write_text("fips,board\\n36059,\\n36055,Finger Lakes\\n")
    >>> not_recorded(path, member="fips", group="board")
    ['36059']
    """
    _, rows, _ = _rows(Path(path), member, group, state)
    return sorted(set(rows["member"]) - set(rows.dropna(subset="group")["member"]))


def _rows(
    path: Path, member: str | None, group: str | None, state: str | None = None
) -> tuple[Layout, pd.DataFrame, tuple[str, ...]]:
    """The file's layout, its rows as member, group (missing where not recorded), weight and title, and notes."""
    table = read_text_table(path)
    if member is None and group is None and not _official(table):
        wide = _wide(table, state)
        if wide is not None:
            table, member, group = wide, "member", "group"
    layout = _layout(table, path, member, group)
    codes = table[layout.member[0]]
    for more in layout.member[1:]:
        codes = codes + table[more]
    table = table[: _last_filled(codes)]  # notes follow the table
    codes = codes[: len(table)]
    _refuse_block_filled(table[layout.group], path, layout.group)
    groups, notes = _groups(table[layout.group])
    title = table[layout.title or layout.group]
    rows = pd.DataFrame(
        {
            "member": codes,
            "group": groups,
            "weight": _weights(table, path),
            "title": title.where(groups != NONE, NONE) if layout.title else groups,
        }
    )
    states = county_states(table, state)
    rows = rows.assign(state=states)
    if len(layout.member) == 1:
        rows = _one_county_each(rows)
    rows["member"] = counties_by_name(rows["member"], rows["state"], path, " + ".join(layout.member))
    return layout, rows.drop(columns="state"), notes


def _official(table: pd.DataFrame) -> bool:
    return any(set(layout.columns) <= set(table.columns) for layout in LAYOUTS)


def _wide(table: pd.DataFrame, state: str | None) -> pd.DataFrame | None:
    """A table with a column of counties for each group, as rows of member and group; None if it is not one."""
    if state in table:  # then each row is about one state, and no list
        return None
    long = table.melt(var_name="group", value_name="member").dropna(subset="member")
    if long["group"].eq("").any() or long["group"].nunique() < 2:
        return None
    parts = _one_county_each(long.assign(state=state))
    try:
        gazetteer.county_codes(parts["member"], parts["state"])
    except UnknownAreaError:
        return None
    return long[["member", "group"]].set_axis(range(2, len(long) + 2))


def _groups(entries: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
    """The group of each row: ``none``, missing where not recorded, and one spelling of each name."""
    tidy = entries.str.replace(r"\s+", " ", regex=True).str.strip()
    plain = tidy.str.normalize("NFKC").str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    nowhere = plain.str.fullmatch(_NOWHERE).eq(True)
    # Marks alone ("-", "*", "?") say nothing; VALUE, REF and NAME do as errors of a spreadsheet only.
    errors = plain.isin(["value", "ref", "name"]) & ~tidy.str.startswith("#").eq(True)
    blank = plain.eq("") | (plain.str.fullmatch(_NOT_RECORDED).eq(True) & ~errors)
    notes = []
    for words, what in ((nowhere, "none, in no group"), (blank, "not recorded")):
        for word, number in tidy[words & (tidy.str.casefold() != NONE)].value_counts().items():
            counties = "county" if number == 1 else "counties"
            notes.append(
                f"{word!r} is read as {what} ({number} {counties}); a group of that name needs another one"
            )
    named = tidy[~nowhere & ~blank].dropna()
    spelling = named.groupby(named.str.casefold()).agg(_usual_spelling)
    told = named.str.casefold().map(spelling)
    for key, one in spelling.items():
        ways = sorted(set(entries[named.index][named.str.casefold() == key]))
        if len(ways) > 1:
            notes.append(f"{' and '.join(map(repr, ways))} are one group, {one}")
    groups = told.reindex(entries.index)
    return groups.mask(nowhere, NONE), tuple(notes)


def _usual_spelling(names: pd.Series) -> str:
    """The spelling most rows have; of equal ones, one with large and small letters, then the first."""
    counts = names.value_counts()
    order = {name: -position for position, name in enumerate(names.unique())}
    return str(
        max(order, key=lambda name: (counts[name], not (name.isupper() or name.islower()), order[name]))
    )


def _one_county_each(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each county where a cell lists several."""
    lists = [_listed(text, state) for text, state in zip(rows["member"], rows["state"], strict=True)]
    return rows.assign(member=pd.Series(lists, index=rows.index, dtype=object)).explode("member")


def _listed(text: object, state: object) -> list[object]:
    """The counties of a cell."""
    if not isinstance(text, str):
        return [text]
    parts = [part for part in re.split(_BETWEEN, text.strip(" ;|,")) if part]
    if len(parts) > 1 or not re.search(_COMMAS, text):
        return list(parts) or [text]
    try:
        gazetteer.county_codes([text], state if isinstance(state, str) else None)
    except UnknownAreaError:
        return [part for part in re.split(_COMMAS, text.strip(" ,")) if part]
    return [text]


def _refuse_block_filled(groups: pd.Series, path: Path, column: str) -> None:
    """Refuse a column in which only the first row of each block has the group, as merged cells leave it."""
    filled = groups.notna()
    named = groups[filled]
    if len(named) > 1 and filled.iloc[0] and named.is_unique and (~filled).sum() >= len(named):
        row = groups.index[~filled][0]
        raise LayoutError(
            f"column {column} of {path.name} has each group once and {int((~filled).sum())} blank rows below them, "
            f"row {row} first",
            "a group in every row",
            "merged cells lose their value when they are saved as text: fill the groups down, or write "
            "'not recorded' or 'none' where a county has no group",
        )


def _titles(recorded: pd.DataFrame) -> dict[str, str]:
    """The title of each group; with its code where two groups have the same."""
    titles = recorded.groupby("group")["title"].first()
    repeated = titles.duplicated(keep=False)
    titles = titles.where(~repeated, titles + " (" + titles.index + ")")
    return {str(code): str(title) for code, title in titles.items()}


def _layout(table: pd.DataFrame, path: Path, member: str | None, group: str | None) -> Layout:
    if member is None and group is None:
        for layout in LAYOUTS:
            if set(layout.columns) <= set(table.columns):
                return layout
        expected = "; or ".join(", ".join(layout.columns) for layout in LAYOUTS)
        raise LayoutError(
            f"{path.name} has columns {', '.join(table.columns)}",
            f"those of a known delineation: {expected}",
            "name the column of the county codes (member) and that of the groups (group)",
        )
    if member is None or group is None:
        raise LayoutError(
            f"only one of member ({member}) and group ({group}) is given for {path.name}",
            "both columns, or neither",
            f"the file has columns {', '.join(table.columns)}",
        )
    for column in (member, group):
        if column not in table:
            raise LayoutError.unknown_name(f"column of {path.name}", column, table.columns)
    return Layout(group, (member,), group)


def _weights(table: pd.DataFrame, path: Path) -> pd.Series:
    """The share of the county that each row is about: 1 where the file does not say."""
    if "weight" not in table:
        return pd.Series(1.0, index=table.index)
    weights = pd.to_numeric(table["weight"], errors="coerce")
    wrong = ~weights.between(0, 1) & table["weight"].notna()
    if wrong.any():
        row = table.index[wrong][0]
        raise LayoutError(
            f"column weight of {path.name} holds {table['weight'][row]!r} in row {row}",
            "a share from 0 to 1",
            "write 0.25 for a quarter of the county",
        )
    return weights.fillna(1.0)


def _refuse_split_counties(rows: pd.DataFrame, path: Path) -> None:
    split = rows.loc[rows["weight"] != 1, "weight"]
    if len(split):
        raise LayoutError(
            f"column weight of {path.name} holds {split.iloc[0]:g} in row {split.index[0]}",
            "counties that belong wholly to one group",
            "jurisdictions may split counties; labor markets are made of whole ones",
        )


def _last_filled(values: pd.Series) -> int:
    filled = values.notna().to_numpy().nonzero()[0]
    return int(filled[-1]) + 1 if len(filled) else len(values)


def _refuse_two_groups(recorded: pd.DataFrame, path: Path) -> None:
    again = recorded["member"].duplicated()
    if again.any():
        row = recorded.index[again][0]
        county = recorded["member"][row]
        groups = recorded.loc[recorded["member"] == county, "group"]
        raise TableError(
            f"{path.name} has county {county} in {groups.iloc[0]!r} and, in row {row}, in {groups.iloc[1]!r}",
            "one group for each county",
            "keep one, or leave the group blank if the county is split",
        )
