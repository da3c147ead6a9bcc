"""Areas: what an area code is, what it is called, and how county codes changed.

Codes are those of QCEW: counties ``36055``, states ``36000``, the nation ``US000``, unknown counties
``36999``, metropolitan areas ``C1058``. A study may bring codes of its own (an invented state, its
regions, an invented nation such as ``XN000``); names for those are passed where they are needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import overload

import pandas as pd

from sectorlib.exceptions import TableError, UnknownAreaError, UnknownNameError
from sectorlib.resources import data_path, definitions
from sectorlib.schemas import MEMBERSHIP

#: Patterns of area codes and the kind each is; the first that fits is taken.
_KINDS = {
    r"US000|X[A-Z]000": "nation",  # ISO 3166-1 leaves XA to XZ to users: nations that are invented
    r"US\w{3}|57000": "other",  # all metropolitan areas together, federal agents without a station
    r"\d\d000": "state",
    r"\d\d999": "unknown",
    r"\d\d99\d": "statewide",  # overseas, multicounty, out of state
    r"\d\d9\d\d": "other",  # counties that a source combines (55901); for those of BEA see COMBINATIONS
    r"\d{5}": "county",
    r"C\d{4}": "metro",
    r"CS\d{3}": "combined",
}


@dataclass(frozen=True)
class Vintage:
    """A set of county codes and the years in which it is the official one (``last_year`` None: still)."""

    name: str
    first_year: int
    last_year: int | None
    note: str


#: Vintages of county codes, oldest first. Shapes ship for the last two.
VINTAGES: dict[str, Vintage] = {
    name: Vintage(name, **entry) for name, entry in definitions("areas")["vintages"].items()
}

#: Areas that the Bureau of Economic Analysis makes of whole counties and cities, and those they are made of.
COMBINATIONS: dict[str, tuple[str, ...]] = {
    code: tuple(parts) for code, parts in definitions("areas")["combinations"].items()
}


@dataclass(frozen=True)
class VintageFit:
    """The vintage that fits a set of county codes best, with the codes it holds and those it does not."""

    vintage: str
    matched: tuple[str, ...]
    unmatched: tuple[str, ...]


@overload
def area_kind(codes: str) -> str: ...
@overload
def area_kind(codes: pd.Series) -> pd.Series: ...
def area_kind(codes: str | pd.Series) -> str | pd.Series:
    """What each area code is.

    Parameters
    ----------
    codes : str or Series of str
        Area codes in the QCEW convention.

    Returns
    -------
    str or Series of str
        ``county`` (also a combination of counties, :data:`COMBINATIONS`), ``state``, ``nation``, ``unknown`` (jobs
        whose county is not known), ``statewide``
        (overseas, multicounty, out of state: 990 to 998), ``metro``, ``combined`` (combined statistical
        area) or ``other``. A code without a pattern (the name of a region) is ``other``.

    References
    ----------
    BLS, Quarterly Census of Employment and Wages, area codes and titles.

    Examples
    --------
    >>> area_kind("36055"), area_kind("36999"), area_kind("Finger Lakes")
    ('county', 'unknown', 'other')
    >>> area_kind(pd.Series(["US000", "36000", "C1058", "CS104", "36998"])).tolist()
    ['nation', 'state', 'metro', 'combined', 'statewide']
    """
    if isinstance(codes, str):
        if codes in COMBINATIONS:
            return "county"
        return next((kind for pattern, kind in _KINDS.items() if re.fullmatch(pattern, codes)), "other")
    return _mapped(codes, {code: area_kind(code) for code in _distinct(codes)})


def is_county(codes: pd.Series) -> pd.Series:
    """Whether each area is a county or its equivalent (not a state, an unknown county or a region).

    Territories' counties count as counties; :func:`in_nation` tells them apart.

    Examples
    --------
    >>> is_county(pd.Series(["36055", "36000", "36999", "US000"])).tolist()
    [True, False, False, False]
    """
    return area_kind(codes).eq("county")


def is_lasting(codes: pd.Series) -> pd.Series:
    """Whether counties are in every vintage, so that a year without rows of one is a hole and not a change.

    Codes that are in no vintage, such as those of an invented state, count as lasting.

    Parameters
    ----------
    codes : Series of str
        County codes.

    Returns
    -------
    Series of bool

    Examples
    --------
    >>> is_lasting(pd.Series(["36055", "02158", "08014"])).to_list()  # Monroe; Kusilvak; Broomfield
    [True, False, False]
    """
    whole = (0, len(VINTAGES) - 1)
    return codes.map({c: _validity().get(c, whole) == whole for c in _distinct(codes)}).astype(bool)


def first_years(codes: pd.Series) -> pd.Series:
    """The year in which each county's code became an official one; the first that vintages know for other codes.

    Before that year a county is not missing from a file: it did not exist.

    Parameters
    ----------
    codes : Series of str
        Area codes.

    Returns
    -------
    Series of int
        On the caller's index.

    Examples
    --------
    >>> first_years(pd.Series(["36055", "08014", "46102"])).to_list()  # Monroe; Broomfield; Oglala Lakota
    [1990, 2001, 2015]
    """
    oldest = next(iter(VINTAGES.values())).first_year
    return codes.astype("str").map({c: _first_years().get(c, oldest) for c in _distinct(codes)}).astype(int)


def changed_with(code: str) -> frozenset[str]:
    """The counties that a county's code came from or went to, however many changes ago; none for most.

    >>> sorted(changed_with("46113")), sorted(changed_with("08014")), sorted(changed_with("36055"))
    (['46102'], ['08001', '08013', '08059', '08123'], [])
    """
    changes = _county_changes()
    found: set[str] = set()
    for here, there in (("old", "new"), ("new", "old")):
        reached = {code}
        while reached:
            step = set(changes.loc[changes[here].isin(reached), there]) - found - {code}
            found |= step
            reached = step
    return frozenset(found)


def is_area_code(code: str) -> bool:
    """Whether a code is an area's, so that a table that lacks it lacks something: not a name, not a slip of the pen.

    A county of an official state must be in some vintage. Of a state that is not official, such as an invented one,
    every code in the form of a county is taken for one.

    Examples
    --------
    >>> [is_area_code(c) for c in ("36055", "36999", "US000", "36002", "Monroe County", "LM36055")]
    [True, True, True, False, False, False]
    """
    if area_kind(code) == "county" and code[:2] in definitions("areas")["states"]:
        return code in _validity()
    return any(re.fullmatch(pattern, code) for pattern in _KINDS)


@overload
def state_of(codes: str) -> str: ...
@overload
def state_of(codes: pd.Series) -> pd.Series: ...
def state_of(codes: str | pd.Series) -> str | pd.Series:
    """The two-digit code of each area's state; empty for areas that are in no single state.

    Examples
    --------
    >>> state_of("36055"), state_of("US000")
    ('36', '')
    >>> state_of(pd.Series(["36999", "06000", "C1058"])).tolist()
    ['36', '06', '']
    """
    if isinstance(codes, str):
        return codes[:2] if re.fullmatch(r"\d{5}", codes) and codes != "57000" else ""
    return _mapped(codes, {code: state_of(code) for code in _distinct(codes)})


def in_nation(codes: pd.Series) -> pd.Series:
    """Whether each area counts towards the United States total: the 50 states and DC, no territory.

    Counties, unknown counties, statewide areas and states of an invented state count too; the nation and
    areas that are in no single state do not.

    Examples
    --------
    >>> in_nation(pd.Series(["36055", "72001", "US000"])).tolist()
    [True, False, False]
    """
    states = state_of(codes)
    return states.ne("") & ~states.isin(definitions("areas")["territories"])


def state_abbreviation(code: str) -> str:
    """Postal abbreviation of an area's state.

    Parameters
    ----------
    code : str
        A state (``36`` or ``36000``) or any area in it (``36055``).

    Raises
    ------
    UnknownAreaError
        The code belongs to no state.

    Examples
    --------
    >>> state_abbreviation("36055")
    'NY'
    """
    return _state(code)[0]


def state_name(code: str) -> str:
    """Name of an area's state.

    Raises
    ------
    UnknownAreaError
        The code belongs to no state.

    Examples
    --------
    >>> state_name("11001"), state_name("36")
    ('District of Columbia', 'New York')
    """
    return _state(code)[1]


def county_names(vintage: str | None = None) -> pd.Series:
    """Full names of counties and their equivalents.

    Parameters
    ----------
    vintage : str, optional
        One of :data:`VINTAGES`. Without it, every code valid since the 1990 census, territories included, and
        the combinations of counties.

    Returns
    -------
    Series of str
        Names ("Monroe County", "Orleans Parish", "Capitol Planning Region") by county code, sorted.

    Raises
    ------
    UnknownNameError
        There is no such vintage.

    Examples
    --------
    >>> county_names()["36055"], county_names()["22071"]
    ('Monroe County', 'Orleans Parish')
    >>> "09110" in county_names("2010s"), "09110" in county_names("2020s")
    (False, True)
    """
    table = _county_table()
    if vintage is None:
        return pd.concat([table["name"], _combination_names()]).sort_index()
    at = _position(vintage)
    return table.loc[(table["first"] <= at) & (table["last"] >= at), "name"].copy()


def area_name(code: str, names: pd.Series | None = None) -> str:
    """An area's name for people.

    Parameters
    ----------
    code : str
        Area code.
    names : Series of str, optional
        More names by code, for areas that are not official ones; they go before the official names.

    Returns
    -------
    str
        "Monroe County, NY", "New York", "United States", "Unknown county, NY". An area that has no name
        is shown by its code: the code of a region is its name.

    Examples
    --------
    >>> area_name("36055"), area_name("36000"), area_name("36999"), area_name("US000")
    ('Monroe County, NY', 'New York', 'Unknown county, NY', 'United States')
    >>> area_name("91001", pd.Series({"91001": "Alder County"}))
    'Alder County'
    """
    if names is not None and code in names.index:
        return str(names[code])
    kind, state = area_kind(code), definitions("areas")["states"].get(state_of(code))
    if code == "US000":
        return "United States"
    if state is None:
        return code
    if kind == "state":
        return state[1]
    if kind in ("unknown", "statewide"):
        return f"{definitions('areas')['state_areas'].get(code[2:], 'Statewide')}, {state[0]}"
    name = _combination_names().get(code) if code in COMBINATIONS else _county_table()["name"].get(code)
    return code if name is None else name if name == state[1] else f"{name}, {state[0]}"


def name_in_a_sentence(code: str, names: pd.Series | None = None) -> str:
    """An area's name as a sentence says it after "in".

    Parameters
    ----------
    code : str
        Area code, or "all" for all of a study.
    names : Series of str, optional
        As in :func:`area_name`.

    Examples
    --------
    >>> name_in_a_sentence("36000"), name_in_a_sentence("39000"), name_in_a_sentence("US000")
    ('New York State', 'Ohio', 'the United States')
    """
    if code == "all":
        return "the study area"
    name = area_name(code, names)
    if names is not None and code in names.index:
        return name
    kind = area_kind(code)
    if code == "US000":
        return f"the {name}"
    return (
        f"{name} State" if kind == "state" and code[:2] in definitions("areas")["named_like_a_city"] else name
    )


def area_names(codes: pd.Series, names: pd.Series | None = None) -> pd.Series:
    """:func:`area_name` of every code, on the caller's index.

    Raises
    ------
    TableError
        It is no Series.

    Examples
    --------
    >>> area_names(pd.Series(["36055", "Finger Lakes"])).tolist()
    ['Monroe County, NY', 'Finger Lakes']
    """
    if not isinstance(codes, pd.Series):
        raise TableError(
            f"a {type(codes).__name__} in place of a column of codes",
            "a Series of area codes",
            "area_name(code) gives the name of one",
        )
    return _mapped(codes, {code: area_name(code, names) for code in _distinct(codes)})


def vintage_of(areas: Iterable[str], among: Iterable[str] = tuple(VINTAGES)) -> VintageFit:
    """The vintage of county codes that holds most of the given counties; of equal ones, the latest.

    Parameters
    ----------
    areas : iterable of str
        Area codes; only counties are looked at.
    among : iterable of str
        The vintages to choose from.

    Returns
    -------
    VintageFit
        The vintage, the codes it holds and, named, the codes it does not hold.

    Raises
    ------
    UnknownAreaError
        No vintage holds any of the codes.
    UnknownNameError
        There is no such vintage.

    Examples
    --------
    >>> vintage_of(["36055", "09001", "46113"])
    VintageFit(vintage='early-2010s', matched=('09001', '36055', '46113'), unmatched=())
    >>> vintage_of(["36055", "09001", "46113"], among=["2010s", "2020s"]).unmatched
    ('46113',)
    """
    codes = {code for code in set(map(str, areas)) if area_kind(code) == "county"}
    held = {vintage: _held(codes, vintage) for vintage in among}
    best = max(held, key=lambda vintage: (len(held[vintage]), _position(vintage)))
    if not held[best]:
        shown = ", ".join(sorted(codes)[:5]) or "none"
        raise UnknownAreaError(
            f"no known county among {len(codes)} county codes ({shown})",
            f"five-digit county codes of one of the vintages {', '.join(held)}",
            "keep leading zeros; areas of your own need names and shapes of their own",
        )
    return VintageFit(best, tuple(sorted(held[best])), tuple(sorted(codes - held[best])))


def bridge(from_vintage: str, to_vintage: str) -> pd.DataFrame:
    """From every county of one vintage to the counties of another, by weight.

    Most counties keep their code. The others are renamed, merged, or split by the people that the Census Bureau
    counts in each part, which is only a rough guide to where its jobs are. `system` says which. A weight serves
    for totals, such as residents or all jobs; it says nothing of a single industry.

    Parameters
    ----------
    from_vintage, to_vintage : str
        Keys of :data:`VINTAGES`, in either direction.

    Returns
    -------
    DataFrame
        Membership: member (county of `from_vintage`), group (county of `to_vintage`), weight (share of
        the member), title, system.

    Raises
    ------
    UnknownNameError
        There is no such vintage.

    References
    ----------
    Census Bureau, Substantial Changes to Counties and County Equivalent Entities: 1970-Present.

    Examples
    --------
    >>> changed = bridge("2010s", "2020s")
    >>> changed.loc[changed["member"] == "02261", ["group", "weight"]].round(3)
         group  weight
    ...  02063   0.731
    ...  02066   0.269
    """
    return bridge_areas(county_names(from_vintage).index, to_vintage)


def bridge_areas(areas: Iterable[str], to_vintage: str) -> pd.DataFrame:
    """From any county codes, also of mixed vintages, to the counties of one vintage.

    A code that the vintage holds stays; a later or earlier one is followed through the changes, step by step. A
    combination of counties goes to its parts in equal shares, since nothing is known of them.

    Parameters
    ----------
    areas : iterable of str
        County codes.
    to_vintage : str
        Key of :data:`VINTAGES`.

    Returns
    -------
    DataFrame
        Membership: member, group, weight, title (the group's name), system (how the weights are known).

    Raises
    ------
    UnknownAreaError
        Codes that were in no vintage, all named.
    UnknownNameError
        There is no such vintage.

    Examples
    --------
    >>> bridge_areas(["46113", "46102", "51515"], "2020s")[["member", "group", "weight"]]
      member  group  weight
    0  46102  46102     1.0
    1  46113  46102     1.0
    2  51515  51019     1.0
    """
    table, target = _county_table(), _position(to_vintage)
    codes = sorted(set(map(str, areas)))
    unknown = [code for code in codes if code not in table.index and code not in COMBINATIONS]
    if unknown:
        raise UnknownAreaError(
            f"{len(unknown)} codes cannot be bridged to {to_vintage}: {', '.join(unknown)}",
            "counties of a vintage since the 1990 census",
            "keep only is_county(codes), and give areas of your own a membership of their own",
        )
    rows = [(code, *step) for code in codes for step in _followed(code, target)]
    frame = pd.DataFrame(rows, columns=["member", "group", "weight", "system"])
    frame.insert(3, "title", frame["group"].map(table["name"]))
    return MEMBERSHIP.check(frame)


def _followed(code: str, target: int) -> list[tuple[str, float, str]]:
    """Where a county goes in a vintage: (county, share, how the share is known)."""
    if code in COMBINATIONS:
        parts_of = [step for part in COMBINATIONS[code] for step in _followed(part, target)]
        counties = sorted({county for county, _, _ in parts_of})
        return [(county, 1 / len(counties), "county bridge: equal shares") for county in counties]
    first, last = _validity()[code]
    if first <= target <= last:
        return [(code, 1.0, "county bridge: same code")]
    here, there = ("old", "new") if last < target else ("new", "old")
    parts = _county_changes().loc[lambda changes: changes[here] == code]
    shares = parts["size"] / parts["size"].sum()
    found: dict[str, tuple[float, str]] = {}
    for step, share, basis in zip(parts[there], shares, parts["basis"], strict=True):
        known = "whole county" if len(parts) == 1 else basis
        for county, inner, system in _followed(step, target):
            how = system if "shares" in system else f"county bridge: {known}"
            found[county] = (found.get(county, (0.0, ""))[0] + share * inner, how)
    return [(county, share, how) for county, (share, how) in found.items()]


@cache
def _county_table() -> pd.DataFrame:
    """Every county code: its name and the positions of the first and last vintage that hold it."""
    table = pd.read_csv(data_path("boundaries", "counties.csv"), dtype=str, index_col="area")
    return table.assign(first=table["first"].map(_position), last=table["last"].map(_position))


@cache
def _combination_names() -> pd.Series:
    """Names of the combinations: "Albemarle County + Charlottesville city"."""
    names = _county_table()["name"]
    return pd.Series(
        {code: " + ".join(str(names[part]) for part in parts) for code, parts in COMBINATIONS.items()},
        name="name",
        dtype=names.dtype,
    )


def _held(codes: set[str], vintage: str) -> set[str]:
    """The codes that a vintage holds; a combination, if it holds every part."""
    names = set(county_names(vintage).index)
    return {code for code in codes if set(COMBINATIONS.get(code, (code,))) <= names}


@cache
def _validity() -> dict[str, tuple[int, int]]:
    table = _county_table()
    return dict(zip(table.index, zip(table["first"], table["last"], strict=True), strict=True))


@cache
def _first_years() -> dict[str, int]:
    """The year in which each code began that is not in the oldest vintage: of its change, or else of its vintage."""
    starts = [vintage.first_year for vintage in VINTAGES.values()]
    years = {code: starts[first] for code, (first, _) in _validity().items() if first > 0}
    for change in definitions("areas")["changes"]:
        if change["new"] in years:
            years[change["new"]] = min(years[change["new"]], int(str(change["date"])[:4]))
    return years


@cache
def _county_changes() -> pd.DataFrame:
    """Pairs of old and new county, the size of what they share, and what that size counts."""
    listed = pd.DataFrame(definitions("areas")["changes"])
    towns = pd.read_csv(data_path("boundaries", "connecticut.csv"), dtype={"old": str, "new": str})
    both = pd.concat([listed[["old", "new", "people"]], towns], ignore_index=True)
    return both.rename(columns={"people": "size"}).assign(basis="shares by people")


def _position(vintage: str) -> int:
    if vintage not in VINTAGES:
        raise UnknownNameError.unknown_name("county vintage", vintage, VINTAGES)
    return list(VINTAGES).index(vintage)


def _state(code: str) -> list[str]:
    states = definitions("areas")["states"]
    if code[:2] not in states or not re.fullmatch(r"\d\d(\d{3})?", code):
        raise UnknownAreaError.unknown_name("state", code, states)
    return states[code[:2]]


def _distinct(codes: pd.Series) -> list[str]:
    return [str(code) for code in codes.dropna().unique()]


def _mapped(codes: pd.Series, values: dict[str, str]) -> pd.Series:
    """Each code's value as text, on the caller's index; categories are looked up once, not row by row."""
    if isinstance(codes.dtype, pd.CategoricalDtype):
        texts = pd.Series(values, dtype="str").reindex(codes.cat.categories.astype("str")).array
        return pd.Series(texts.take(codes.cat.codes.to_numpy(), allow_fill=True), index=codes.index)
    return codes.astype("str").map(values).astype("str").rename(None)
