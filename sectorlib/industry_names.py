"""Codes for what tables call industries and ownerships.

An agency writes "62 Health Care", "00 - Total, All Industries", "Total Private" or "Manufacturing". These functions
find the code where there is one, and say what they do not know.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from sectorlib import naics
from sectorlib.reference import reference_table
from sectorlib.resources import definitions

#: A code and, where a row names the total of one ownership, that ownership.
Industry = tuple[str, str | None]

#: Codes of a total, in the ways that sources write it.
_TOTALS = {"0", "00", "000", "0000", "000000", "10", "------", "TOTAL", "A"}

#: Agencies' own codes of ownership totals among industries (New York State Department of Labor).
_OWNERSHIP_CODES = {"1": "5", "95": "8", "951": "1", "952": "2", "953": "3"}


def industry_of(text: str) -> Industry | None:
    """The industry that a cell of a table names; None if it names none that is known.

    Parameters
    ----------
    text : str
        A code, a title, or both.

    Returns
    -------
    (code, ownership) or None
        The code as BLS writes it. The ownership is None but for rows such as "Total Private" or "Federal
        Government", which are the total of all industries of that ownership.

    Examples
    --------
    >>> industry_of("62 Health Care"), industry_of("31"), industry_of("00 - Total, All Industries")
    (('62', None), ('31-33', None), ('10', None))
    >>> industry_of("Total, All Private"), industry_of("NAICS 44-45"), industry_of("Widget counting")
    (('10', '5'), ('44-45', None), None)
    """
    text = unicodedata.normalize("NFKC", text).strip().strip("'\"").strip()
    text = re.sub(r"^naics\s*[:#-]?\s*(?=\d)", "", text, flags=re.IGNORECASE)
    coded = _as_code(text)
    if coded is not None:
        return coded
    code, title = _code_and_title(text)
    named = _by_name().get(name_key(title)) if title else None
    if code is not None:
        known = _as_code(code)
        # "1 - Total, All Private" and "0 Total": the words say what the code means to the agency.
        if known is None or (named is not None and known[0] in (naics.TOTAL, "") and named != known):
            return named
        return known
    return named


def ownership_of(text: str) -> str | None:
    """The ownership code that a cell names; None if it names none that is known.

    Examples
    --------
    >>> [ownership_of(t) for t in ("Private", "Total, All Ownerships", "A05", "50", "Federal Government", "Mixed")]
    ['5', '0', '5', '5', '1', None]
    """
    known = _ownerships()
    key = name_key(text.removesuffix(".0"))
    if key in known:
        return known[key]
    match = re.fullmatch(r"(\d{1,2})\s*[-:.]?\s*(\D.*)", text.strip())
    return known.get(name_key(match[2])) if match else None


def bea_lines() -> dict[str, list[tuple[str, str]]]:
    """The cells that each line of a BEA regional table is part of; none for lines that cut the jobs otherwise.

    >>> bea_lines()["farm employment"], bea_lines()["proprietors employment"]
    ([('10', '5'), ('11', '5')], [])
    """
    out: dict[str, list[tuple[str, str]]] = {}
    for cell, names in definitions("industry_names")["bea"].items():
        for name in names:
            cells = out.setdefault(name, [])
            if cell != "out":
                industry, ownership = cell.split("/")
                cells.append((industry, ownership))
    return out


def name_key(text: str) -> str:
    """A name in the form that names are compared in: no case, accents, punctuation or footnote marks.

    >>> name_key("  Arts, Entertainment, & Recreation 2/"), name_key("Total employment (number of jobs)")
    ('arts entertainment and recreation', 'total employment number of jobs')
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"\s\d+/\s*$", "", plain.replace("&", " and "))
    plain = re.sub(r"[’'`]", "", plain)
    return " ".join(re.sub(r"[^0-9a-z]+", " ", plain).split())


# --- parts -------------------------------------------------------------------------------------------


def _as_code(text: str) -> Industry | None:
    """A code by itself; the total and ownership totals included."""
    if re.fullmatch(r"\d+\.0+", text):
        text = text.split(".")[0]
    bare = re.sub(r"[-/]+$", "", text) if re.fullmatch(r"\d{2,6}[-/]+", text) else text  # 62---- , 622///
    if bare.upper() in _TOTALS:
        return naics.TOTAL, None
    if bare in _OWNERSHIP_CODES:
        return naics.TOTAL, _OWNERSHIP_CODES[bare]
    ranged = re.sub(r"[_–—]|\s*to\s*", "-", bare).replace(" ", "")
    if ranged in naics.RANGES.values():
        return ranged, None
    if not re.fullmatch(r"\d{2,6}", bare):
        return None
    padded = bare.rstrip("0") if len(bare) == 6 and bare.endswith("0000") else bare  # 620000 for sector 62
    code = naics.normalize(padded)
    known = naics.titles()
    return (
        (code, None) if code in known or (len(code) > 3 and code[:3] in known and code[:2] != "10") else None
    )


def _code_and_title(text: str) -> tuple[str | None, str]:
    """What a cell says as code and as title: "62 Health Care", "Manufacturing (31-33)"."""
    first = re.fullmatch(r"(\d[\d\-–/]*)\s*[-–:.,]*\s*([^\d\s].*)", text)
    if first:
        return re.sub(r"[-–/]+$", "", first[1]), first[2]
    last = re.fullmatch(
        r"(.*?[^\d\s(\[])\s*[-–:,]?\s*[(\[]?(?:naics\s*)?(\d{2,6}(?:-\d{2})?)[)\]]?", text, re.IGNORECASE
    )
    if last:
        return last[2], last[1]
    return None, text


@cache
def _by_name() -> dict[str, Industry]:
    """Industries by name; a name of two industries is left out."""
    found: dict[str, set[Industry]] = {}
    for code, title in naics.titles().items():
        found.setdefault(name_key(title), set()).add((code, None))
    stated = definitions("industry_names")
    out = _official_names()
    out |= {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
    for code, names in stated["industries"].items():
        out |= dict.fromkeys(names, (code, None))
    for ownership, names in stated["ownership_totals"].items():
        out |= dict.fromkeys(names, (naics.TOTAL, ownership))
    return out


def _official_names() -> dict[str, Industry]:
    """Industries by their titles in every revision of NAICS; an industry that is all of the one above it has its code."""
    table = reference_table("naics_titles")
    keys = table["title"].str.replace(r"\s+T$", "", regex=True).map(name_key)
    codes = table["code"].astype(str).map(naics.normalize)
    out: dict[str, Industry] = {}
    for key, named in codes.groupby(keys):
        distinct = sorted(set(named), key=len)
        first = naics.RANGES.get(distinct[0][:2], distinct[0][:2]) if "-" in distinct[0] else distinct[0]
        if all(code == distinct[0] or code.startswith(first) for code in distinct):
            out[str(key)] = (distinct[0], None)
    return out


@cache
def _ownerships() -> dict[str, str]:
    return {
        name: code for code, names in definitions("industry_names")["ownerships"].items() for name in names
    }
