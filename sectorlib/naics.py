"""Industries: the NAICS hierarchy as BLS writes it, short titles, vintages and breaks.

Codes are strings. The total is ``10``; manufacturing, retail trade and transportation are the single
sectors ``31-33``, ``44-45`` and ``48-49``; ``101``, ``1011``, ... are domains and supersectors, not
3- and 4-digit industries.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from sectorlib.exceptions import UnknownIndustryError
from sectorlib.reference import reference_table
from sectorlib.resources import data_path, definitions

TOTAL = "10"

#: Two-digit codes that BLS publishes as one sector.
RANGES = {
    "31": "31-33",
    "32": "31-33",
    "33": "31-33",
    "44": "44-45",
    "45": "44-45",
    "48": "48-49",
    "49": "48-49",
}

SECTORS = (
    "11", "21", "22", "23", "31-33", "42", "44-45", "48-49", "51", "52",
    "53", "54", "55", "56", "61", "62", "71", "72", "81", "92", "99",
)  # fmt: skip


_SUPERSECTORS = {
    "11": "1011", "21": "1011", "23": "1012", "31-33": "1013",
    "22": "1021", "42": "1021", "44-45": "1021", "48-49": "1021", "51": "1022", "52": "1023", "53": "1023",
    "54": "1024", "55": "1024", "56": "1024", "61": "1025", "62": "1025", "71": "1026", "72": "1026",
    "81": "1027", "92": "1028", "99": "1029",
}  # fmt: skip


def level(industry: str) -> str:
    """The level of a code: total, domain, supersector, sector, or its number of digits.

    >>> [level(c) for c in ("10", "101", "1013", "31-33", "311", "3115")]
    ['total', 'domain', 'supersector', 'sector', '3', '4']
    """
    if industry == TOTAL:
        return "total"
    if industry.startswith("10"):
        return "domain" if len(industry) == 3 else "supersector"
    if len(industry) == 2 or "-" in industry:
        return "sector"
    return str(len(industry))


def levels(industries: pd.Series) -> pd.Series:
    """The level of each code of a Series; see :func:`level`.

    >>> levels(pd.Series(["10", "62", "622"])).to_list()
    ['total', 'sector', '3']
    """
    return _map_unique(industries, level).rename("level")


def parent(industry: str) -> str | None:
    """The code one level up: a subsector's sector, a sector's total; None for the total.

    Domains and supersectors are another way of cutting the total and stand beside the sectors.

    >>> [parent(c) for c in ("3115", "311", "31-33", "1013", "10")]
    ['311', '31-33', '10', '10', None]
    """
    if industry == TOTAL:
        return None
    if level(industry) in ("sector", "domain", "supersector"):
        return TOTAL
    up = industry[:-1]
    return RANGES.get(up, up)


def sector(industry: str) -> str | None:
    """The sector a code lies in; None for the total, domains and supersectors.

    >>> sector("3115"), sector("722"), sector("10")
    ('31-33', '72', None)
    """
    if level(industry) in ("total", "domain", "supersector"):
        return None
    return RANGES.get(industry[:2], industry[:2])


def supersector(industry: str) -> str | None:
    """The supersector a code lies in, itself for a supersector; a domain's own code; None for the total.

    Goods producing (101) holds 1011 to 1013, service providing (102) the others. Source: U.S. Bureau of
    Labor Statistics, QCEW high-level industries.

    >>> supersector("3115"), supersector("62"), supersector("101"), supersector("10")
    ('1013', '1025', '101', None)
    """
    if level(industry) in ("domain", "supersector"):
        return industry
    return _SUPERSECTORS.get(sector(industry) or "")


def normalize(industry: str) -> str:
    """The code as BLS writes it: a bare 31, 44 or 48 becomes its range.

    >>> normalize("31"), normalize("44-45"), normalize(" 311 ")
    ('31-33', '44-45', '311')
    """
    code = str(industry).strip()
    return RANGES.get(code, code)


@cache
def titles() -> dict[str, str]:
    """Short titles by code, of the total, supersectors, sectors, 3- and 4-digit industries of every vintage.

    >>> titles()["31-33"]
    'Manufacturing'
    """
    frame = pd.read_csv(data_path("naics.csv"), dtype=str)
    return dict(zip(frame["code"], frame["title"], strict=True))


def title(industry: str) -> str:
    """A code's short title; codes below the 4-digit level are named after the industry they lie in.

    >>> title("311"), title("3115"), title("311513")
    ('Food manufacturing', 'Dairy products', 'NAICS 311513 in Dairy products')
    """
    known = titles()
    if industry in known:
        return known[industry]
    above = known.get(industry[:4], known.get(industry[:3]))
    return f"NAICS {industry} in {above}" if above else f"NAICS {industry}"


def require_known(industries: pd.Series) -> None:
    """Raise if a code is not NAICS at all.

    Raises
    ------
    UnknownIndustryError
        A code whose 2- or 3-digit start no vintage has.
    """
    known = titles()
    for code in industries.unique():
        if code not in known and str(code)[:3] not in known:
            raise UnknownIndustryError.unknown_name("industry", code, known)


def vintage(year: int) -> int:
    """The NAICS revision QCEW used in a year.

    >>> [vintage(y) for y in (1990, 2007, 2016, 2021, 2022)]
    [2002, 2007, 2012, 2017, 2022]
    """
    first_years = definitions("naics_breaks")["vintages"]
    return max((v for v, first in first_years.items() if first <= year), default=min(first_years))


def crosses_break(industries: pd.Series, start: int, end: int) -> pd.Series:
    """Whether a code changed its meaning after ``start`` and up to ``end``.

    Parameters
    ----------
    industries : Series of str
        Codes of 3 digits or more; a longer code inherits the breaks of the shorter ones it begins with. Of 3 and 4
        digits those of ``data/naics_breaks.yaml`` count, which leaves small moves between large industries out; of 5
        and 6 digits also every split in the official concordances (:func:`revision_changes`).
    start, end : int
        First and last year of the series.

    Returns
    -------
    Series of bool
        On the caller's index.

    Examples
    --------
    >>> crosses_break(pd.Series(["511", "5112", "541", "722", "7225"]), 2010, 2023).to_list()
    [True, True, False, False, True]
    """
    broken = {
        code
        for item in definitions("naics_breaks")["breaks"]
        if start < item["year"] <= end
        for code in item["industries"]
    }
    broken |= _split_in_detail(start, end)
    return (
        _map_unique(industries, lambda code: not _beginnings(code).isdisjoint(broken))
        .astype(bool)
        .rename("crosses_break")
    )


def is_known(industry: str) -> bool:
    """Whether a code, or the 3-digit industry that it lies in, is in any NAICS vintage.

    >>> is_known("311513"), is_known("Food manufacturing"), is_known("977")
    (True, False, False)
    """
    return industry in titles() or (industry.isdigit() and industry[:3] in titles())


def regrouped_with(industry: str) -> frozenset[str]:
    """The codes among which a revision moved what a code covers, itself left out.

    >>> sorted(regrouped_with("4522")), sorted(regrouped_with("62"))
    (['4521', '4523', '4529'], [])
    """
    groups = [set(item["industries"]) for item in definitions("naics_breaks")["breaks"]]
    return frozenset(set().union(*(group for group in groups if industry in group)) - {industry})


def break_reasons(industry: str, start: int, end: int) -> list[str]:
    """Why a code changed its meaning between two years, one sentence a break.

    >>> break_reasons("511", 2020, 2023)
    ['2022: Publishing, broadcasting and content were regrouped whatever the medium']
    """
    return [
        f"{item['year']}: {item['reason']}"
        for item in definitions("naics_breaks")["breaks"]
        if start < item["year"] <= end and not _beginnings(industry).isdisjoint(item["industries"])
    ]


def revision_changes(year: int) -> pd.DataFrame:
    """What became of industry codes when QCEW took a new revision of NAICS, by the official concordances.

    Parameters
    ----------
    year : int
        The first year of the new revision: 2007, 2011, 2017 or 2022.

    Returns
    -------
    DataFrame
        A row for each code of the new revision, at every level from sectors down, that is not what it was: industry,
        former (the codes of the old revision, at the same level, that it took over, in whole or in part; a comma
        between them) and how:

        - ``renamed``: one former code, whole; the series goes on under another code;
        - ``joined``: several former codes, each whole; their sum is the industry;
        - ``split``: a part of a former code; no sum of published figures is the industry, so the series is broken.

        Empty for any other year.

    References
    ----------
    U.S. Census Bureau, NAICS concordances 2002 to 2007, 2007 to 2012, 2012 to 2017 and 2017 to 2022.

    Examples
    --------
    >>> changes = revision_changes(2022).set_index("industry")
    >>> changes.loc[["459", "5132"], ["former", "how"]].to_numpy().tolist()
    [['451, 453, 454', 'split'], ['5112', 'renamed']]
    """
    first_years = {first: revision for revision, first in definitions("naics_breaks")["vintages"].items()}
    if year not in first_years or first_years[year] == min(first_years.values()):
        return pd.DataFrame(columns=["industry", "former", "how"], dtype="str")
    return _revision_changes(first_years[year]).copy()


@cache
def _revision_changes(revision: int) -> pd.DataFrame:
    table = reference_table("naics_concordances")
    pairs = table[table["next_naics"].astype(int) == revision].astype({"code": str, "next_code": str})
    parts = [_changes_at(pairs, digits) for digits in (2, 3, 4, 5, 6)]
    return pd.concat(parts, ignore_index=True)


def _changes_at(pairs: pd.DataFrame, digits: int) -> pd.DataFrame:
    """The codes of one level that took over others."""
    old, new = (
        pairs[name].str[:digits].map(lambda code: RANGES.get(code, code)) for name in ("code", "next_code")
    )
    links = pd.DataFrame({"former": old, "industry": new}).drop_duplicates()
    in_parts = links.groupby("former")["industry"].transform("size") > 1
    groups = links.assign(in_parts=in_parts).groupby("industry")
    found = pd.DataFrame(
        {
            "former": groups["former"].agg(lambda codes: ", ".join(sorted(codes))),
            "several": groups.size() > 1,
            "split": groups["in_parts"].any(),
        }
    ).reset_index()
    found = found[found["split"] | (found["former"] != found["industry"])]
    how = np.select([found["split"], found["several"]], ["split", "joined"], "renamed")
    return pd.DataFrame({"industry": found["industry"], "former": found["former"], "how": how}).astype("str")


@cache
def _split_in_detail(start: int, end: int) -> frozenset[str]:
    """Codes of five and six digits that are broken between two years, by the concordances."""
    years = [year for year in definitions("naics_breaks")["vintages"].values() if start < year <= end]
    tables = [revision_changes(year) for year in years]
    return frozenset(
        code
        for table in tables
        for code in table.loc[(table["how"] == "split") & (table["industry"].str.len() > 4), "industry"]
        if "-" not in code
    )


def _beginnings(code: str) -> set[str]:
    """The code and the shorter ones it begins with."""
    return {code[:digits] for digits in range(3, len(code) + 1)}


def _map_unique(industries: pd.Series, function) -> pd.Series:  # type: ignore[no-untyped-def]
    """Apply a function once for each distinct code: panels have millions of rows and few codes."""
    codes, uniques = pd.factorize(industries.astype(str))
    values = np.array([function(str(u)) for u in uniques], dtype=object)
    return pd.Series(values[codes] if len(values) else [], index=industries.index, dtype=object)
