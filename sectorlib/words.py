"""Numbers in words: every sentence of a report is made here from its figures."""

from __future__ import annotations

import math

import pandas as pd

from sectorlib import naics
from sectorlib.profile import RegionProfile

#: A range whose ends differ by less than this share of the upper one is printed as a range, else as 'at least'.
_NARROW = 0.5


def jobs(value: float) -> str:
    """A number of jobs.

    >>> jobs(12345.4), jobs(float("nan"))
    ('12,345', 'not known')
    """
    return "not known" if pd.isna(value) else f"{value:,.0f}"


def rounded_jobs(value: float) -> str:
    """A number of jobs to three figures, for sentences about what is uncertain.

    >>> rounded_jobs(12345), rounded_jobs(87)
    ('12,300', '87')
    """
    if pd.isna(value) or value < 1000:
        return jobs(value)
    digits = 2 - math.floor(math.log10(value))
    return f"{round(value, digits):,.0f}"


def percent(value: float) -> str:
    """A signed percent change.

    >>> percent(3.21), percent(-0.04), percent(float("nan"))
    ('+3.2 %', '0.0 %', 'not known')
    """
    if pd.isna(value):
        return "not known"
    text = f"{value:+.1f} %"
    return "0.0 %" if text in ("+0.0 %", "-0.0 %") else text.replace("-", "\N{MINUS SIGN}")


def dollars(value: float) -> str:
    """An amount of dollars.

    >>> dollars(54321.9)
    '$54,322'
    """
    return "not known" if pd.isna(value) else f"${value:,.0f}"


def cell_jobs(row: pd.Series) -> str:
    """Employment of a cell as it may be stated: a figure, a range, or the least it can be.

    >>> cell_jobs(pd.Series({"employment": float("nan"), "employment_low": 900.0, "employment_high": 1000.0}))
    '900 to 1,000'
    >>> cell_jobs(pd.Series({"employment": float("nan"), "employment_low": 90.0, "employment_high": 1000.0}))
    'at least 90'
    >>> cell_jobs(pd.Series({"employment": float("nan"), "employment_low": 0.0, "employment_high": 1000.0}))
    'withheld, at most 1,000'
    """
    if pd.notna(row["employment"]):
        return jobs(row["employment"])
    low, high = row["employment_low"], row["employment_high"]
    if low > 0 and pd.notna(high) and (high - low) < _NARROW * high:
        return f"{low:,.0f} to {high:,.0f}"
    if low > 0:
        return f"at least {low:,.0f}"
    return f"withheld, at most {high:,.0f}" if pd.notna(high) else "withheld"


def cell_quotient(row: pd.Series) -> str:
    """A location quotient as it may be stated: a figure, a range, or withheld.

    >>> cell_quotient(pd.Series({"location_quotient": 1.234, "location_quotient_low": 1.2, "location_quotient_high": 1.3}))
    '1.23'
    """
    if pd.notna(row["location_quotient"]):
        return f"{row['location_quotient']:.2f}"
    low, high = row["location_quotient_low"], row["location_quotient_high"]
    if pd.notna(low) and low > 0 and pd.notna(high) and (high - low) < _NARROW * high:
        return f"{low:.2f} to {high:.2f}"
    return "withheld"


def listed(names: list[str]) -> str:
    """Names as a list in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else "none"


def lead(profile: RegionProfile) -> str:
    """The region in two or three sentences: size, growth beside the base, and what is concentrated here."""
    total = profile.total("0")
    known = total is not None and pd.notna(total["employment"])
    size = f"{total['employment']:,.0f} jobs" if known and total is not None else "a number of jobs that is not fully published"
    counties = len(profile.counties)
    where = f"{counties} counties" if counties > 1 else "one county"
    text = f"{profile.name} is {where} with {size} in {profile.year}."
    if profile.span:
        here = profile.total_growth(profile.area, "0")
        base = profile.total_growth(profile.study.base_area, "0")
        if pd.notna(here) and pd.notna(base):
            text += f" Since {profile.span[0]} jobs changed by {percent(here)}; in {profile.base_name}, by {percent(base)}."
    strong = concentrated(profile, "sector")
    if len(strong):
        parts = [f"{naics.title(i).lower()} ({row['location_quotient']:.2f})" for i, row in strong.head(3).iterrows()]
        text += f" The sectors most concentrated here, by location quotient, are {listed(parts)}."
    return text


def concentrated(profile: RegionProfile, level: str, least: float = 1.0) -> pd.DataFrame:
    """Industries of a level with a known location quotient above a value, most concentrated first."""
    table = profile.industries(level)
    table = table[(table["location_quotient"] > least) & ~table["industry"].astype(str).str[:2].isin(["92", "99"])]
    return table.sort_values("location_quotient", ascending=False)


def withheld(profile: RegionProfile) -> str:
    """What is withheld in the latest year, in words; empty if nothing is."""
    sectors = profile.industries("sector")
    hidden = sectors[sectors["employment"].isna()]
    if hidden.empty:
        return ""
    total = profile.rows("concentration")
    total = total[(total["industry"] == naics.TOTAL) & (total["year"] == profile.year)]
    share = ""
    if len(total) and pd.notna(total["employment"].iloc[0]):
        known = sectors["employment"].fillna(sectors["employment_low"]).sum() / total["employment"].iloc[0]
        share = f" Published figures cover {min(known, 1):.1%} of the region's jobs."
    names = [naics.title(i) for i in hidden.index]
    verb = "is" if len(names) == 1 else "are"
    return (
        f"{listed(names)} {verb} withheld, wholly or in some counties, to protect single employers. "
        f"A range is what the published sums allow; it is not an estimate.{share}"
    )


def commuting(profile: RegionProfile) -> str:
    """The region as a labor market in words; empty without flows."""
    row = profile.self_containment
    if row is None:
        return ""
    return (
        f"{row['supply_side']:.0%} of the region's employed residents work in it, and {row['demand_side']:.0%} of the "
        f"people who work in it live in it."
    )


def projection(profile: RegionProfile) -> str:
    """The all-industry projection in words; empty where there is none."""
    rows = profile.rows("projections")
    rows = rows[rows["industry"] == naics.TOTAL] if len(rows) else rows
    if rows.empty:
        return ""
    last = rows.sort_values("year").iloc[-1]
    now = profile.history(naics.TOTAL).dropna(subset="employment").iloc[-1]
    ahead = int(last["year"] - now["year"])
    return (
        f"Last observed {int(now['year'])}: {rounded_jobs(now['employment'])} jobs. {ahead} years on, between "
        f"{rounded_jobs(last['low_80'])} and {rounded_jobs(last['high_80'])}, if the past is a guide: "
        f"an 80 % interval from the method's own past errors."
    )


def sources(profile: RegionProfile) -> str:
    """What the report is drawn from, in a sentence."""
    years = profile.results["concentration"]["year"]
    file = profile.study.file
    if file.demonstration:
        return f"Source: an invented economy, {years.min()} to {years.max()}, written in the official file layouts."
    text = f"Sources: U.S. Bureau of Labor Statistics and state agencies, Quarterly Census of Employment and Wages, {years.min()} to {years.max()}"
    if file.flows:
        text += f"; county-to-county commuting flows ({file.flows.rsplit('/', 1)[-1]})"
    return text + ". The manifest lists every file with its checksum."
