"""What the headings of a table say: which column holds what, and what a heading such as "2019 Jobs" names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sectorlib.industry_names import industry_of, name_key

#: Headings that are clear, by what they name; earlier groups go before later ones (a code before a name).
HEADINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "area": (
        ("area fips", "fips", "geofips", "geo fips", "fips code", "county fips", "fipscode", "county code", "countyfips",
         "area code", "areacode", "geoid", "county geoid", "stcofips", "stfips county", "geography code", "fips county",
         "cntyfips", "geoid co", "geoid county", "co fips", "fips state county", "state county fips", "county fips code", "area fips code"),
        ("county", "county name", "area", "area name", "areaname", "geoname", "geography", "geography name", "county parish",
         "parish", "parish name", "area title", "county area", "county or city", "locality", "counties", "county equivalent",
         "location", "geographic area", "geographic area name", "cnty", "cnty name", "co name", "countyname"),
    ),
    "industry": (
        ("industry code", "naics", "naics code", "naicscode", "ind code", "indcode", "naics industry code", "industrycode",
         "naics 2", "naics sector", "sector naics", "naics cd", "naics2017", "naics2012", "naics2022", "linecode industry", "sector code"),
        ("industry", "industry title", "naics title", "industry name", "sector", "description", "naics description",
         "industry description", "naics industry", "sector name", "indtitle", "industry sector", "supersector", "title"),
    ),
    "ownership": (
        ("own code", "ownership code", "owncode", "ownercode", "owner code", "own"),
        ("ownership", "own title", "ownership title", "owner", "ownership type", "owner title", "ownership name"),
    ),
    "year": (("year", "yr", "calendar year", "data year", "reference year", "periodyear"),),
    "period": (("quarter", "qtr", "period", "quarter name", "qtr period", "time period", "period type", "month", "month name", "mo"),),
    "state": (("state", "state fips", "statefp", "fipstate", "state code", "state name", "st", "stfips", "statefips", "state abbreviation"),),
    "county part": (("fipscty", "county fp", "countyfp", "fips cty"),),
    "flag": (("disclosure code", "disclosure", "suppression", "suppressed", "suppress", "suppression flag", "disclosure flag",
              "confidential", "suppression code", "disclosurecode", "suppressed flag", "nondisclosure", "conf flag"),),
    "area type": (("area type", "areatype", "areatyname", "area type name", "geographic level", "geography type", "areatypename"),),
}  # fmt: skip

#: A heading of marks of withheld figures, in whatever words.
_FLAG = re.compile(
    r"\b(?:suppress\w*|disclos\w*|non ?disclos\w*|confid\w*|withheld|withhold\w*)(?: \w+)? (?:flag|code|cd|ind|indicator|status|yn|mark)\b"
    r"|\b(?:is|was) (?:suppressed|withheld|confidential|disclosed)\b|^(?:withheld|nondisclosable|masked|conf)$"
)

#: Words of headings that name a measure.
_JOBS = re.compile(r"\b(employment|employed|jobs|emp|empl|emplvl|employees|workers|covered employment)\b")
_WAGES = re.compile(r"\b(wages?|payroll|pay|earnings|compensation|salaries|ap|income)\b")
_ESTABLISHMENTS = re.compile(
    r"\b(establishments?|estabs?|units|worksites|firms|employers|est|reporting units|number of locations)\b"
)
_AVERAGE = re.compile(r"\b(average|avg|mean|median|weekly|wkly|hourly|per|ann avg sal|annual salary|rate)\b")
_NO_LEVEL = re.compile(
    r"\b(change|chg|growth|pct|percent|lq|quotient|rank|share|ratio|oty|index|moe|contributions|taxable|nf)\b|%"
)

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20[0-4]\d)(?!\d)")
_QUARTER = re.compile(
    r"\bq(?:tr|uarter)?\s?([1-4])\b|\b([1-4])\s?q(?:tr|uarter)?\b|\b([1-4])(?:st|nd|rd|th) (?:qtr|quarter)\b"
)
_FIRST_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
#: An annual figure beside columns of quarters or months.
_YEARLY = re.compile(r"\b(annual|average|avg|yearly|year)\b")
_ANNUAL = re.compile(
    r"^(annual|annual average|ann avg|annual avg|avg|average|year|yearly|a|0|00|m13|full year|annual total|jan dec|jan dec avg|"
    r"jan dec average|january december|january december average|ann|4 quarter average|12 month average|all|total|annual averages|year average|cy)$"
)  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """What a heading names: a year, a part of the year, a measure, and the words that remain."""

    year: int | None
    period: str | None
    measure: str | None
    rest: str
    average: bool
    level: bool


def role_of(label: str) -> tuple[str, int] | None:
    """What a heading names if that is clear, and its group (0 goes before 1).

    >>> role_of("NAICS Title"), role_of("GeoFIPS"), role_of("Remarks")
    (('industry', 1), ('area', 0), None)
    """
    key = _heading_key(label)
    for role, groups in HEADINGS.items():
        for rank, names in enumerate(groups):
            if key in names:
                return role, rank
    return ("flag", 0) if _FLAG.search(key) else None


def measure_of(label: str) -> str | None:
    """The measure that a heading names: jobs, wages (totals, no averages) or establishments.

    >>> [measure_of(h) for h in ("Average Employment", "Total Wages", "Avg Weekly Wage", "annual_avg_estabs")]
    ['jobs', 'wages', None, 'establishments']
    """
    key = _heading_key(label)
    if _NO_LEVEL.search(key) or "%" in label:
        return None
    if _WAGES.search(key):
        return None if _AVERAGE.search(key) else "wages"
    if _ESTABLISHMENTS.search(key) and not _JOBS.search(key):
        return "establishments"
    return "jobs" if _JOBS.search(key) else None


def is_average_pay(label: str) -> bool:
    """Whether a heading names pay by worker rather than its total.

    >>> is_average_pay("Average Weekly Wage"), is_average_pay("Total Wages")
    (True, False)
    """
    key = _heading_key(label)
    return bool(_WAGES.search(key) or "salar" in key) and bool(_AVERAGE.search(key))


def scale_of(label: str) -> float:
    """What the figures below a heading are to be multiplied by: 1,000 where it says thousands.

    >>> scale_of("Total wages ($1,000)"), scale_of("Jobs"), scale_of("Payroll in millions")
    (1000.0, 1.0, 1000000.0)
    """
    low = label.casefold()
    if re.search(r"million|\(\$?\s?mil", low):
        return 1_000_000.0
    if re.search(r"thousand|\b000'?s\b|\(\$?000s?\)|\$\s?1,?000\b|\(1,?000\)|in 000", low):
        return 1_000.0
    return 1.0


def stated_scale(text: str, measure: str) -> tuple[float, str | None]:
    """The unit that titles or notes state for a measure, and the words that name it; None where they name none.

    >>> stated_scale("Wages in thousands of dollars", "wages"), stated_scale("Wages in thousands of dollars", "jobs")
    ((1000.0, 'wages'), (1.0, None))
    >>> stated_scale("(in thousands)", "jobs"), stated_scale("Sales of millions of firms", "jobs")
    ((1000.0, None), (1.0, None))
    """
    words = {
        "jobs": _JOBS,
        "wages": re.compile(rf"{_WAGES.pattern}|\bdollars\b|\$"),
        "establishments": _ESTABLISHMENTS,
    }
    for part in re.split(r"[;.()\n]|,(?!\d)|\band\b", text.casefold()):
        factor = scale_of(part)
        if factor == 1 or not re.search(
            r"\bin (?:\$ ?)?(?:thousands|millions|1,?000s?|000s?)|(?:thousands|millions) of (?:\w+ )?(?:dollars|jobs|workers|employees|persons)|\$ ?1,?000|^\W*(?:thousands|millions)\W*$",
            part,
        ):
            continue
        named = [m for m, pattern in words.items() if pattern.search(part)]
        if measure in named:
            return factor, "wages" if measure == "wages" else measure
        if not named:
            return factor, None
    return 1.0, None


def whole_year(text: str) -> int | None:
    """The calendar year that the name of a sheet gives, if it gives one and nothing else.

    >>> [whole_year(t) for t in ("2019", "CY 2019", "Year 2019", "FY2019", "2019-20", "Albany 2019")]
    [2019, 2019, 2019, None, None, None]
    """
    match = re.fullmatch(
        r"(?:cy|year|calendar year|annual|data)?[\s_-]*((?:19|20)\d\d)(?:[\s_-]*(?:annual|data|averages?|qcew))*",
        text.strip().casefold(),
    )
    return int(match[1]) if match else None


def is_fiscal(text: str) -> bool:
    """Whether a text names a year that is no calendar year.

    >>> [is_fiscal(t) for t in ("FY2019", "2019/20", "2019-2020", "SFY 2020", "2019", "2019-01", "2019 Q1")]
    [True, True, True, True, False, False, False]
    """
    if re.search(r"\b(?:s|f)?fy\s*-?\d|\b(?:fiscal|program|school|academic) year\b", text.casefold()):
        return True
    span = re.fullmatch(r"\D*((?:19|20)\d\d)\s*[-/–]\s*((?:19|20)?\d\d)\D*", text.strip())
    return span is not None and int(span[2]) % 100 == (int(span[1]) + 1) % 100


def parts_of(label: str) -> Parts:
    """What a heading of one column for each year, sector or measure names.

    >>> parts_of("2019 | Total Wages"), parts_of("Manufacturing").rest
    (Parts(year=2019, period=None, measure='wages', rest='', average=False, level=True), 'Manufacturing')
    """
    text = re.sub(
        r"\((?:p|r|prelim|preliminary|revised)\)|\b(?:prelim(?:inary)?|revised)\b",
        " ",
        label,
        flags=re.IGNORECASE,
    )
    # "Jan-22": a month and a year of two digits
    text = re.sub(rf"(?i)^({'|'.join(_MONTHS)})([a-z]*)[-\s']+(\d\d)$", _full_year, text.strip())
    years = {int(y) for y in _YEAR.findall(text)}
    period = None
    year = next(iter(years)) if len(years) == 1 else None
    rest = _YEAR.sub(" ", text) if year is not None else text
    key = name_key(rest)
    quarter = _QUARTER.search(key)
    month = (
        re.search(rf"\b({'|'.join(_MONTHS)})[a-z]*\b", key)
        if year is not None and not _ANNUAL.match(key)
        else None
    )
    if quarter:
        period = "q" + next(g for g in quarter.groups() if g)
        rest = _QUARTER.sub(" ", key)
    elif month and (not key.replace(month[0], "").strip() or measure_of(key.replace(month[0], " "))):
        period = f"m{_MONTHS.index(month[1]) + 1}"
        rest = key.replace(month[0], " ")
    measure = measure_of(rest)
    average = is_average_pay(rest)
    level = len(years) < 2 and not _NO_LEVEL.search(_heading_key(rest)) and "%" not in rest
    leftover = " ".join(
        w for w in re.split(r"[|]", rest) for w in [w.strip()] if w and not _is_measure_only(w)
    )
    if _ANNUAL.match(name_key(leftover)) or not re.search(r"[0-9A-Za-z]", leftover):
        leftover = ""
    return Parts(year, period, measure, leftover.strip(), average, level)


def part_of_year(label: str) -> str | None:
    """The part of the year that the heading of a column of figures names by itself: "q1", "m3" or "a".

    >>> [part_of_year(t) for t in ("Q1 Employment", "Mar", "Wages | 3rd Qtr", "Annual Avg", "Employment", "2020 Jobs")]
    ['q1', 'm3', 'q3', 'a', None, None]
    """
    pieces = [piece for piece in (name_key(p) for p in label.split("|")) if piece]
    found = set()
    for piece in pieces:
        quarter = _QUARTER.search(piece)
        month = re.search(rf"\b({'|'.join(_MONTHS)})(?:[a-z]{{2,}})?\b", piece)
        without = piece.replace(month[0], " ").strip() if month else ""
        if quarter:
            found.add("q" + next(g for g in quarter.groups() if g))
        elif month and (not without or measure_of(without)):
            found.add(f"m{_MONTHS.index(month[1]) + 1}")
        elif _YEARLY.search(piece) and (_ANNUAL.match(piece) or measure_of(piece)):
            found.add("a")
    parts = found - {"a"} or found
    return next(iter(parts)) if len(parts) == 1 else None


def beside_measure(label: str) -> str:
    """What a heading names beside its measure: "Private" of "Private Employment"; empty if nothing.

    >>> [beside_measure(t) for t in ("Private Employment", "Manufacturing | Jobs", "Total Employment", "Average Employment")]
    ['Private', 'Manufacturing', '', '']
    """
    words = re.sub(r"[|]", " ", label)
    for pattern in (_JOBS, _WAGES, _ESTABLISHMENTS, _YEARLY):
        words = re.sub(pattern.pattern, " ", words, flags=re.IGNORECASE)
    rest = " ".join(words.split()).strip(" -:,()")
    return "" if not rest or industry_of(rest) == ("10", None) else rest


def _full_year(match: re.Match[str]) -> str:
    short = int(match[3])
    return f"{match[1]}{match[2]} {1900 + short if short >= 70 else 2000 + short}"


def period_of(text: str) -> str | None:
    """A part of the year, as a cell of a period column says it: "a", "q1" to "q4", "m1" to "m12"; None if unknown.

    >>> [period_of(t) for t in ("Annual", "1st Qtr", "Q3", "4", "March", "M13", "Jan-Dec avg", "someday")]
    ['a', 'q1', 'q3', 'q4', 'm3', 'a', 'a', None]
    """
    key = name_key(text.removesuffix(".0"))
    if _ANNUAL.match(key):
        return "a"
    if key in ("1", "2", "3", "4", "01", "02", "03", "04"):
        return f"q{int(key)}"
    quarter = _QUARTER.search(key)
    if quarter:
        return "q" + next(g for g in quarter.groups() if g)
    for word, number in _FIRST_QUARTERS.items():
        if re.fullmatch(rf"{word} (?:qtr|quarter)", key):
            return f"q{number}"
    coded = re.fullmatch(r"m(\d{1,2})", key)
    if coded and 1 <= int(coded[1]) <= 12:
        return f"m{int(coded[1])}"
    month = re.fullmatch(rf"({'|'.join(_MONTHS)})[a-z]*", key)
    return f"m{_MONTHS.index(month[1]) + 1}" if month else None


def is_industry(label: str) -> bool:
    """Whether a heading names an industry, by title or as a code with at least two digits."""
    return industry_of(label) is not None and not re.fullmatch(r"\s*\d\s*", label)


def _is_measure_only(text: str) -> bool:
    """Whether words name a measure and nothing besides, so that no industry is lost with them."""
    return measure_of(text) is not None and industry_of(text) in (None, ("10", None))


def _heading_key(label: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(label)) if "_" not in str(label) else str(label)
    keys = name_key(spaced)
    joined = name_key(str(label))
    known = {name for groups in HEADINGS.values() for names in groups for name in names}
    return joined if joined in known else keys
