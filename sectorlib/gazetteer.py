"""Codes for the names people write: counties, states and the nation, as spreadsheets spell them.

An agency's table says "St. Lawrence", "Albany County, NY", "LASALLE" or "Orleans Parish (LA)". These functions
find the code when there is one answer, and refuse with the candidates when there is none or more than one.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from sectorlib.areas import VINTAGES, area_kind, area_name, county_names, is_lasting
from sectorlib.exceptions import UnknownAreaError, nearest
from sectorlib.resources import definitions

#: What a county or its equivalent is called, as words at the end of a name; longer ones first.
_TERMS = (
    "city and borough", "city and county", "planning region", "census area", "independent city",
    "county", "parish", "borough", "municipality", "municipio", "district", "city",
)  # fmt: skip

#: The terms of places that are no county's seat or neighbor of the same name: Virginia's cities and the like.
_CITY = ("city", "independent city")

#: Words that are spelled in several ways, and the one they are compared in.
_SPELLINGS = {
    "saint": "st",
    "sainte": "ste",
    "mt": "mount",
    "ft": "fort",
    "co": "county",
    "cnty": "county",
    "counties": "county",
}

_NATION = {"united states", "us", "usa", "us total", "united states of america", "nation", "u s total"}
_STATEWIDE = {"statewide", "state total", "state", "total state", "all counties", "state totals"}
_UNKNOWN = {"unknown", "unknown county", "unknown or undefined", "undefined", "unclassified", "not specified"}

#: Kinds of areas that a code may be.
_COUNTIES = ("county",)
_AREAS = ("county", "state", "nation", "unknown", "statewide")

#: Candidates that a message names.
_SHOWN = 4


@dataclass(frozen=True)
class _Entry:
    code: str
    is_city: bool


def county_codes(names: Iterable[object], state: object = None, *, vintage: str | None = None) -> pd.Series:
    """The codes of counties that are written by name, by three digits within a state, or by code.

    Case, accents, punctuation and blanks do not matter, nor whether the word County, Parish or Borough stands
    beside the name: "St. Lawrence", "SAINT LAWRENCE COUNTY", "De Kalb", "Doña Ana". The state may stand in the
    name ("Albany County, NY", "Albany, New York", "Albany (NY)") or in ``state``. A name that a county and an
    independent city share, such as Richmond in Virginia or Baltimore in Maryland, needs the word that tells
    them apart.

    Parameters
    ----------
    names : iterable or Series
        Names or codes.
    state : str or Series, optional
        The state of all, or of each on the index of ``names``: postal abbreviation, name or code.
    vintage : str, optional
        One of the vintages of county codes. Without it any code valid since the 1990 census; a name that one
        county of today and one of the past share is the county of today.

    Returns
    -------
    Series of str
        Five-digit codes on the index of ``names``.

    Raises
    ------
    UnknownAreaError
        A name is no county's, is that of several, or contradicts the state beside it. The row, the value and
        the candidates are named.

    Examples
    --------
    >>> county_codes(["Albany", "St Lawrence County", "NEW YORK"], "NY").to_list()
    ['36001', '36089', '36061']
    >>> county_codes(["Albany County, New York", "Albany (WY)", "35013", "LaSalle Parish, LA"]).to_list()
    ['36001', '56001', '35013', '22059']
    >>> county_codes(["Richmond City", "Richmond County", "1"], "Virginia").to_list()
    ['51760', '51159', '51001']
    >>> county_codes(["Baltimore"], "MD")
    Traceback (most recent call last):
    sectorlib.exceptions.UnknownAreaError: 'Baltimore' (row 0) is the name of several counties ...
    """
    return _resolved(names, state, vintage, counties_only=True)


def area_codes(names: Iterable[object], state: object = None, *, vintage: str | None = None) -> pd.Series:
    """The codes of counties, states, the nation and unknown counties, however they are written.

    As :func:`county_codes`; also "New York State", "Statewide" (with a state), "U.S. TOTAL" and
    "Unknown Or Undefined, New York".

    Parameters
    ----------
    names, state, vintage
        As in :func:`county_codes`. The bare name of a state that is a county's too ("New York", "Iowa") is the
        county's where ``state`` is given and the state's where it is not.

    Returns
    -------
    Series of str
        Area codes on the index of ``names``.

    Raises
    ------
    UnknownAreaError
        As :func:`county_codes`.

    Examples
    --------
    >>> area_codes(["Rhode Island state total", "Kent, RI", "United States", "44999"]).to_list()
    ['44000', '44003', 'US000', '44999']
    >>> area_codes(["Statewide", "New York"], "NY").to_list()
    ['36000', '36061']
    """
    return _resolved(names, state, vintage, counties_only=False)


def state_code(state: object) -> str | None:
    """The two-digit code of a state written by name, abbreviation or code; None if it is no state.

    >>> state_code("New York"), state_code("ny"), state_code("36000"), state_code(6), state_code("Ruritania")
    ('36', '36', '36', '06', None)
    """
    text = _plain_code(state)
    if re.fullmatch(r"\d{1,2}|\d{4,5}", text):
        code = text.zfill(2) if len(text) < 3 else text.zfill(5)
        if len(code) == 5:
            return code[:2] if code.endswith("000") else None
        return code
    return _states().get(_key(text))


# --- parts -------------------------------------------------------------------------------------------


def _resolved(names: Iterable[object], state: object, vintage: str | None, counties_only: bool) -> pd.Series:
    written = names if isinstance(names, pd.Series) else pd.Series(list(names), dtype=object)
    states = _states_of(written, state)
    pairs = pd.DataFrame({"name": written.astype(object), "state": states}, index=written.index)
    pairs["name"] = pairs["name"].where(pairs["name"].notna(), "")
    distinct = pairs.drop_duplicates().itertuples(index=False, name=None)
    found = {(name, here): _candidates(name, here, vintage, counties_only) for name, here in distinct}
    keys = list(pairs.itertuples(index=False, name=None))
    wrong = [position for position, key in enumerate(keys) if len(found[key]) != 1]
    if wrong:
        raise _refusal(pairs, wrong, found)
    return pd.Series([found[key][0] for key in keys], index=written.index, dtype="str")


def _states_of(names: pd.Series, state: object) -> pd.Series:
    """The two-digit state of each row, empty where none is given."""
    if isinstance(state, pd.Series):
        given = state.reindex(names.index) if not state.index.equals(names.index) else state
    elif isinstance(state, (list, tuple)):
        given = pd.Series(list(state), index=names.index, dtype=object)
    else:
        given = pd.Series([state] * len(names), index=names.index, dtype=object)
    codes: dict[object, str] = {}
    for value in given.drop_duplicates():
        blank = value is None or value is pd.NA or value != value or str(value).strip() == ""
        code = "" if blank else state_code(value)
        if code is None:
            row = given.index[given == value][0]
            raise UnknownAreaError(
                f"{value!r} (row {row}) is no state",
                "a state's name, postal abbreviation or code, such as New York, NY or 36",
                "check the spelling of the state",
            )
        codes[value if not blank else None] = code
    return pd.Series([codes.get(v, "") for v in given], index=names.index, dtype="str")


def _candidates(name: object, state: str, vintage: str | None, counties_only: bool) -> tuple[str, ...]:
    """The codes a name can stand for: one where it is clear."""
    text = _plain_code(name)
    code = _as_code(text, state)
    if code is not None:
        return (
            (code,) if area_kind(code) in (_COUNTIES if counties_only else _AREAS) or _combined(code) else ()
        )
    own, place = _split_state(text)
    if own and state and own != state:
        return ()
    here = own or state
    key = _key(place)
    if not counties_only:
        wide = _wider(_key(text), key, here, bool(own or state))
        if wide:
            return (wide,)
    return _counties(key, here, vintage)


def _combined(code: str) -> bool:
    """Codes of counties that a source combines (51901, 55901); they are areas of that source."""
    return bool(re.fullmatch(r"\d\d9[0-8]\d", code))


def _wider(whole: str, key: str, state: str, given: bool) -> str | None:
    """A state, the nation or an unknown county, if that is what a name says."""
    if whole in _NATION:
        return "US000"
    if state and key in _STATEWIDE:
        return f"{state}000"
    if state and key in _UNKNOWN:
        return f"{state}999"
    for words in ("state total", "statewide", "state", "total"):
        if whole.endswith(f" {words}"):
            code = _states().get(whole.removesuffix(words).strip())
            if code:
                return f"{code}000"
    if whole.startswith("state of "):
        code = _states().get(whole.removeprefix("state of "))
        return f"{code}000" if code else None
    code = _states().get(whole)
    if code is None or len(whole) == 2:
        return None
    # "New York" beside a state is the county; in a table of several states it is the state.
    return None if given and _counties(whole, state, None) else f"{code}000"


def _counties(key: str, state: str, vintage: str | None) -> tuple[str, ...]:
    full, bases = _entries(vintage)
    key = key.removesuffix(" of")  # "St. Louis, City of"
    squashed = key.replace(" ", "")
    codes = [e.code for e in full.get(squashed, ()) if e.code[:2] == state or not state]
    if not codes:
        codes = [e.code for e in bases.get(squashed, ()) if e.code[:2] == state or not state]
    if not codes:
        base, term = _without_term(key)
        found = bases.get(base.replace(" ", ""), ()) if term else ()
        is_city = term in _CITY
        codes = [e.code for e in found if e.is_city == is_city and (e.code[:2] == state or not state)]
    if len(codes) > 1 and len({code[:2] for code in codes}) == 1:
        lasting = is_lasting(pd.Series(codes, dtype="str"))
        current = [code for code, stays in zip(codes, lasting, strict=True) if stays]
        codes = current if len(current) == 1 else codes
    return tuple(codes)


def _as_code(text: str, state: str) -> str | None:
    """A code, if that is what is written: 36001, 1001, 001 with a state, 0500000US36001, 36-001, "36001 Albany"."""
    geoid = re.fullmatch(r"(?:\d{5}|\d{7})US(\d{5}|\d{2})|US\d{5}\s+(\d{5})|CN(\d{5})0{8}", text)
    if geoid:
        return next(code for code in geoid.groups() if code).ljust(5, "0")
    text = re.sub(r"^fips\s*(?:code)?\s*[:#-]?\s*(?=\d)", "", text, flags=re.IGNORECASE)
    if re.fullmatch(r"\d{2}[-_. ]\d{3}", text):
        text = text[:2] + text[3:]
    if re.fullmatch(r"US000|00000", text, re.IGNORECASE):
        return "US000"
    if re.fullmatch(r"\d{4,5}", text):
        return text.zfill(5)
    if re.fullmatch(r"\d{1,3}", text):
        if state:
            return state + text.zfill(3)
        # In a column of area codes a state is written with its two digits.
        return (
            f"{text.zfill(2)}000"
            if len(text) <= 2 and text.zfill(2) in definitions("areas")["states"]
            else None
        )
    beside = re.fullmatch(r"(\d{5})\s*[-:,]?\s+\D.*|\D.*\((\d{5})\)", text)
    if beside:
        return beside[1] or beside[2]
    within = re.fullmatch(r"(\d{3})\s*[-:,]?\s+\D.*", text)
    return state + within[1] if within and state else None


def _split_state(text: str) -> tuple[str, str]:
    """The state a name carries ("" if none), and the name without it."""
    patterns = (
        r"(?P<place>.+?),\s*(?P<state>[^,]+)",
        r"(?P<place>.+?)\s*\((?P<state>[^()]+)\)",
        r"(?P<place>.+?)\s+--?\s+(?P<state>.+)",
        r"(?P<state>[A-Za-z]{2})\s*[-:/]\s*(?P<place>.+)",
        r"(?P<state>[A-Za-z ]+?)\s*[-:]+\s+(?P<place>.+)",
        r"(?P<place>.+\b(?:county|parish|borough|city|co\.?))\s+(?P<state>[A-Za-z. ]+)",
        r"(?P<place>.+?)\s+(?P<state>(?!co\b)[A-Za-z]{2})",
    )
    for pattern in patterns:
        match = re.fullmatch(pattern, text.rstrip(" *"), re.IGNORECASE)
        if match and match["place"].strip():
            code = _states().get(_key(match["state"]))
            if code:
                return code, match["place"]
    return "", text


def _without_term(key: str) -> tuple[str, str]:
    """A name without the word for what it is, and the word."""
    for term in _TERMS:
        if key.endswith(f" {term}"):
            return key.removesuffix(term).strip(), term
        if key.startswith(f"{term} of "):
            return key.removeprefix(f"{term} of "), term
    return key, ""


def _key(text: str) -> str:
    """A name in the form that names are compared in."""
    if "Ã" in text:  # UTF-8 that was read as Latin-1
        with contextlib.suppress(UnicodeError):
            text = text.encode("latin-1").decode("utf-8")
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"\s\d+/\s*$", "", plain)  # a footnote mark: "Albany 2/"
    plain = re.sub(r"[.'`’‘ʻ]", "", plain.replace("&", " and ").replace("u.s.", "us"))
    words = re.sub(r"[^0-9a-z]+", " ", plain).split()
    # "CO" by itself, or before anything else, is Colorado and not a county.
    spelled = [
        word if i == 0 and word == "co" else _SPELLINGS.get(word, word) for i, word in enumerate(words)
    ]
    return " ".join(spelled)


def _plain_code(value: object) -> str:
    """What is written, without what a spreadsheet adds: blanks, ``36001.0``, ``="36001"``, a leading quote."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    text = re.sub(r'^="?(.*?)"?$', r"\1", text).strip().strip("'\"").strip()
    return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else " ".join(text.split())


@cache
def _states() -> dict[str, str]:
    """State codes by name and abbreviation, as they are compared."""
    out = {}
    for code, (short, name) in definitions("areas")["states"].items():
        out[_key(short)] = code
        out[_key(name)] = code
    return out | {"washington dc": "11", "dc": "11", "d c": "11"}


@cache
def _entries(vintage: str | None) -> tuple[dict[str, list[_Entry]], dict[str, list[_Entry]]]:
    """Counties by their full names and by their names without a term, blanks left out."""
    full: dict[str, list[_Entry]] = {}
    bases: dict[str, list[_Entry]] = {}
    for code, name in county_names(vintage).items():
        key = _key(str(name))
        base, term = (key, "") if name == "Carson City" else _without_term(key)
        entry = _Entry(str(code), term in _CITY)
        full.setdefault(key.replace(" ", ""), []).append(entry)
        bases.setdefault(base.replace(" ", ""), []).append(entry)
        if code == "11001":
            bases.setdefault("washington", []).append(entry)
    return full, bases


def _refusal(
    pairs: pd.DataFrame, wrong: list[int], found: dict[tuple[object, str], tuple[str, ...]]
) -> UnknownAreaError:
    row = pairs.index[wrong[0]]
    name, state = pairs.iloc[wrong[0]]
    several = found[(name, state)]
    distinct = {(pairs["name"].iloc[i], pairs["state"].iloc[i]) for i in wrong}
    count = f"; {len(distinct) - 1} more names like it" if len(distinct) > 1 else ""
    if several:
        shown = " or ".join(f"{code} ({area_name(code)})" for code in several[:_SHOWN])
        more = f" or {len(several) - _SHOWN} more" if len(several) > _SHOWN else ""
        one_state = len({code[:2] for code in several}) == 1
        return UnknownAreaError(
            f"{name!r} (row {row}) is the name of several counties: {shown}{more}{count}",
            "a name that one county has",
            "add the word County or City, or give the code" if one_state else "say which state: state='NY'",
        )
    what = repr(name) if str(name).strip() else "a blank"
    own, place = _split_state(str(name))
    here = own or state
    if own and state and own != state:
        return UnknownAreaError(
            f"{what} (row {row}) names another state than the one beside it ({area_name(state + '000')}){count}",
            "one state for each county",
            "correct the name or the state",
        )
    known = [
        _short(code) for code in county_names(list(VINTAGES)[-1]).index if not here or str(code)[:2] == here
    ]
    close = nearest(place, known) if here else []
    where = f" of {area_name(here + '000')}" if here and area_kind(here + "000") == "state" else ""
    return UnknownAreaError(
        f"{what} (row {row}) is no county{where}{count}",
        "the name of a county (Albany County, NY; Albany with state='NY') or its code (36001)",
        f"did you mean {' or '.join(close)}?" if close else "check the spelling, or leave the row out",
    )


def _short(code: str) -> str:
    return area_name(code).split(",")[0]
