"""Numbers in words: every sentence of a report is made here from its figures."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from sectorlib import naics
from sectorlib.pages.english import counted, few_or_count, listed, short_county, small
from sectorlib.pages.figures import dollars, rose, signed_jobs
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.reference import Reference
from sectorlib.resources import definitions

#: A county that shares its market's core in fewer draws than this might as well be in another market.
_CERTAIN = 0.9

#: Counties that could belong elsewhere of which a sentence tells where.
_UNSURE = 3

#: From this share of the base's jobs on, a region is compared largely with itself, and the page says so.
_OWN_SHARE = 0.3


def county_list(profile: RegionProfile) -> str:
    """The region's counties by name, without the state where it is the same for all.

    Counties that are only partly in the region say so.
    """
    counties = profile.counties.sort_values("county_name")
    parts = counties["county_name"].str.rsplit(", ", n=1)
    one_state = len(set(parts.str[-1])) == 1
    names = parts.str[0] if one_state else counties["county_name"]
    partly = counties["weight"] < 1
    return listed([f"{n} (in part)" if p else n for n, p in zip(names, partly, strict=True)])


def pandemic(span: tuple[int, int]) -> str:
    """A caution about growth that starts or ends in the pandemic; empty where it does neither.

    >>> pandemic((2020, 2023))
    ' 2020 was a year of the pandemic, so that part of this is recovery.'
    >>> pandemic((2015, 2020)), pandemic((2018, 2023))
    (' 2020 was a year of the pandemic, so that part of this is its loss.', '')
    """
    years = definitions("projection")["pandemic_years"]["value"]
    said = [(span[1], "its loss"), (span[0], "recovery")]
    parts = [
        f" {year} was a year of the pandemic, so that part of this is {what}."
        for year, what in said
        if year in years
    ]
    return parts[0] if parts else ""


def strengths(profile: RegionProfile) -> pd.DataFrame:
    """Sectors with a location quotient of at least 1.2, largest first; public administration left out.

    Also left out is what a usual year's movement could carry below 1.
    """
    table = concentrated(profile, "sector", 1.2)
    table = table[~(table["location_quotient_churn_low"] < 1)]
    return table.sort_values("employment_low", ascending=False)


def concentrated(profile: RegionProfile, level: str, least: float = 1.0) -> pd.DataFrame:
    """Industries of a level whose location quotient is above a value whatever is withheld, highest first."""
    table = profile.industries(level)
    private = ~table["industry"].astype(str).str[:2].isin(["92", "99"])
    table = table[(table["location_quotient_low"] > least) & private]
    return table.sort_values("location_quotient_low", ascending=False)


#: The jobs that a study's sectors add up to, by its ownership.
_WHOSE = {"private": "Private jobs", "all": "Jobs", "drivers": "Private and public-service jobs"}


def shift_share(profile: RegionProfile) -> str:
    """The change of jobs over all industries by its parts, in words; empty where it is not known."""
    rows, base = profile.shift_share
    if rows.empty or profile.span is None:
        return ""
    total = rows[(rows["status"] == "total") & (rows["start_year"] == profile.span[0])]
    parts = ["change", "national", "mix", "competitive", "not_compared"]
    if total.empty or total.iloc[0][parts].isna().any():
        return ""
    change, national, mix, competitive, rest = (signed_jobs(v) for v in total.iloc[0][parts])
    return (
        f"{_WHOSE[profile.study.file.ownership]} changed by {change} since {profile.span[0]}. In the sectors that can be "
        f"compared, growth at the pace of all of them in {base} would have brought {national}, the sectors' own trends "
        f"there another {mix}, and {competitive} is explained by neither; what cannot be compared changed by {rest}."
    )


def real_pay(profile: RegionProfile) -> str:
    """Average pay at constant prices then and now, in words; empty where it is not known."""
    rows = profile.rows("wages")
    if profile.span is None or "real_pay" not in rows:
        return ""
    rows = rows[(rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")].set_index("year")
    last = rows.reindex([profile.span[1]])[["real_pay", "real_pay_growth"]].iloc[0]
    if last.isna().any():
        return ""
    return (
        f"Average pay was {dollars(last['real_pay'])} in {profile.span[1]}. After inflation (CPI-U) it "
        f"{rose(last['real_pay_growth'])} since {profile.span[0]}."
    )


def pay_yardsticks(profile: RegionProfile) -> str:
    """What pay is compared with, in dollars, and the sectors that the yardsticks judge differently; empty if not known."""
    rows = profile.rows("job-quality")
    rows = rows[naics.levels(rows["industry"]) == "sector"] if len(rows) else rows
    if rows.empty or rows["typical_industry_pay"].isna().all():
        return ""
    first = rows.iloc[0]
    text = (
        f"Typical industry pay is {dollars(first['typical_industry_pay'])}: half of the jobs in {profile.typical_pay_of} are in "
        f"industries that pay less on average{_at_local_prices(profile)}{_local_median(first)}."
    )
    cuts = definitions("wage_tiers")["schemes"]
    of_typical, of_area = (cuts[scheme]["low_below"]["value"] for scheme in ("typical-pay", "area-ratio"))
    names = rows["industry"].map(lambda code: naics.title(str(code)).lower())
    apart = names[(rows["pay_over_area"] < of_area) & (rows["pay_over_typical"] >= of_typical)]
    if len(apart):
        text += (
            f" Low against the region\N{RIGHT SINGLE QUOTATION MARK}s own average of {dollars(first['area_average_pay'])}, but not "
            f"against typical industry pay: {listed(apart.to_list())}."
        )
    if "living_wage" in rows and pd.notna(first["living_wage"]):
        short = names[(rows["pay_over_living_wage"] < 1) & (rows["pay_over_typical"] >= of_typical)]
        text += f" The self-sufficiency wage here is {dollars(first['living_wage'])}"
        text += f"; not low by typical pay, and under it: {listed(short.to_list())}." if len(short) else "."
    return text


def _at_local_prices(profile: RegionProfile) -> str:
    return "" if profile.study.price_parities is None else ", and the figure is at local prices"


def _local_median(row: pd.Series) -> str:
    """What the worker in the middle is paid in the place that occupation statistics have, in words; empty without it."""
    if pd.isna(row.get("local_median_pay")):
        return ""
    return f"; the median worker in {row['local_area_title']} is paid {dollars(row['local_median_pay'])}"


def withheld(profile: RegionProfile) -> str:
    """What is withheld in the latest year, in words; empty if nothing is."""
    sectors = profile.industries("sector").drop(index="99", errors="ignore")
    hidden = sectors[sectors["employment"].isna()]
    if hidden.empty:
        return ""
    rows = profile.rows("specialization")
    covered = rows.loc[(rows["level"] == "sector") & (rows["year"] == profile.year), "covered_share"].dropna()
    share = ""
    if len(covered):
        whose = _WHOSE[profile.study.file.ownership].lower()
        share = f"; published figures cover {covered.iloc[0]:.1%} of {whose}"
    verb = "is" if len(hidden) == 1 else "are"
    return f"{len(hidden)} of {len(sectors)} sectors {verb} withheld, at least in part, to protect single employers{share}."


def county_break(profile: RegionProfile) -> str:
    """From which year on the region's counties have figures, where their codes changed, in words; empty if always."""
    breaks = profile.study.county_codes.breaks
    here = breaks[breaks["area"].isin(profile.counties["county"])]
    if here.empty:
        return ""
    first = min(year for year in profile.study.years if year > here["year"].max())
    names = profile.counties.set_index("county")["county_name"]
    changed = few_or_count([names[code].rsplit(", ", 1)[0] for code in sorted(set(here["area"]))], "counties")
    return (
        f"Figures of {changed} begin in {first}. Before, they were published for former counties with other "
        "boundaries, so growth across the change is not shown."
    )


def held_back(profile: RegionProfile) -> str:
    """How many figures of the region's counties are held back or coarser than they could be; empty if none."""
    if profile.results.missing("held-back"):
        return ""
    table = profile.results["held-back"]
    here = table[table["area"].isin(profile.counties["county"])]
    coarser = int((here["reason"] == "narrow").sum())
    hidden = len(here) - coarser
    said = []
    if hidden:
        said.append(f"holds back {hidden:,} {'figure' if hidden == 1 else 'figures'} of its counties")
    if coarser:
        what = "figure" if coarser == 1 else "figures"
        said.append(f"widens the ranges of {coarser:,} withheld {what} of its counties")
    return (
        f"To protect single employers, this study {listed(said)} (over all years and industries)."
        if said
        else ""
    )


def source_of_jobs(profile: RegionProfile) -> str:
    """Where jobs come from, as the line below a chart says it: QCEW, or a table of the study's own."""
    file = profile.study.file
    return (
        "QCEW"
        if len(file.official_panel) == len(file.panel)
        else "the study\N{RIGHT SINGLE QUOTATION MARK}s own table"
    )


def contradictions(profile: RegionProfile) -> str:
    """A caution about totals of the region's counties, or of its base, that contradict their parts; empty if none."""
    if profile.results.missing("contradictions"):
        return ""
    table = profile.results["contradictions"]
    here = {*profile.counties["county"], profile.area, profile.study.base_area}
    table = table[table["area"].isin(here)].sort_values(["year", "figure"], ascending=[False, True])
    if table.empty:
        return ""
    first = table.iloc[0]
    text = (
        f"In the published files, {figure_of(first)} of {first['area_name']} in {first['year']} {_verb(first)} "
        f"{first['published']:,.0f}, but its {first['parts']} add up to {first['sum_of_parts']:,.0f}."
    )
    more = len(table) - 1
    if more:
        text += f" {more:,} more {'total contradicts its' if more == 1 else 'totals contradict their'} parts."
    return f"{text} Shares and location quotients that use these totals may be wrong."


def figure_of(total: pd.Series) -> str:
    """What a total of the table ``contradictions`` counts, in words.

    >>> figure_of(pd.Series({"figure": "employment", "industry": "10", "ownership": "0"}))
    'employment in all ownerships'
    >>> figure_of(pd.Series({"figure": "wages", "industry": "62", "ownership": "5"}))
    'wages in health care and social assistance (private)'
    """
    owners = {"0": "all ownerships", "5": "private", "8": "government", "1": "federal government"}
    owner = owners.get(str(total["ownership"]), f"ownership {total['ownership']}")
    if total["industry"] == naics.TOTAL:
        return f"{total['figure']} in {owner + ' industry' if owner == 'private' else owner}"
    return f"{total['figure']} in {naics.title(str(total['industry'])).lower()} ({owner})"


def _verb(total: pd.Series) -> str:
    return "are" if total["figure"] == "wages" else "is"


def outside(profile: RegionProfile) -> str:
    """What of the labor market the study leaves out, in words; empty if nothing."""
    if not profile.is_part or profile.market is None:
        return ""
    market = profile.market
    left_out = round(market["share_of_counties_outside"] * market["counties"])
    verb = "lies" if left_out == 1 else "lie"
    text = (
        f"{left_out} of the {market['counties']:.0f} counties of this labor market {verb} outside the study"
    )
    jobs, workers = market["share_of_jobs_outside"], market["share_of_workers_outside"]
    known = [
        f"{share:.0%} {what}"
        for share, what in ((workers, "of its workers live there"), (jobs, "of its jobs are there"))
        if pd.notna(share)
    ]
    if known:
        text += f": {' and '.join(known)} (commuting data)"
    return text + ". No figure here counts them."


def in_pieces(profile: RegionProfile) -> str:
    """That the labor market is in several pieces on the map; empty if it is in one, or its borders are not known."""
    market = profile.market
    if market is None or not market["pieces"] > 1:
        return ""
    return (
        f"This labor market is in {market['pieces']:.0f} separate pieces on the map. Commuting ties its counties "
        "together, but they do not all border each other or share a water crossing."
    )


def certainty(profile: RegionProfile) -> str:
    """Which counties might as well be in another labor market, in words; empty without redrawn markets."""
    rows = profile.certainty
    if rows.empty:
        return ""
    here = rows[rows["group"] == profile.area]
    unsure = here[here["same_market"] < _CERTAIN].sort_values("same_market")
    if unsure.empty:
        return (
            "Its boundaries are stable: when commuting figures vary within their margins of error, every county stays at least "
            f"{_CERTAIN:.0%} of the time."
        )
    elsewhere = [
        f"{short_county(row['member_name'])} ({1 - row['same_market']:.0%}{' of the time' if i == 0 else ''}, mostly "
        + (f"with {row['otherwise_title']})" if pd.notna(row["otherwise_title"]) else "on its own)")
        for i, (_, row) in enumerate(unsure.head(_UNSURE).iterrows())
    ]
    if len(unsure) > _UNSURE:
        elsewhere.append(f"{counted(len(unsure) - _UNSURE, 'other county')} (see the appendix)")
    verb = "One county could belong elsewhere" if len(unsure) == 1 else "Some counties could belong elsewhere"
    return f"{verb} when commuting figures vary within their margins of error: {'; '.join(elsewhere)}."


def delineation(profile: RegionProfile) -> str:
    """How the labor markets are drawn, how self-contained they are, and that others are possible; empty without flows."""
    if profile.results.missing("labor-market-quality"):
        return ""
    rows = profile.results["labor-market-quality"]
    own, others = rows.iloc[0], rows.iloc[1:]
    nearest = others.sort_values("adjusted_rand", ascending=False).iloc[0]
    return (
        f"are drawn from all the commuting between counties that the study's flows hold ({own['system']}; "
        f"{own['n_areas']:.0f} areas, in which {own['supply_side']:.0%} of workers both live and work), then cut to the "
        f"study's counties. No way to draw them is the only right one: of {len(others)} others, {nearest['system']} comes "
        f"nearest, with an agreement of {nearest['adjusted_rand']:.2f} (adjusted Rand index; 1 is the same, 0 is chance). "
        "The table labor-market-quality has them side by side."
    )


def flow_vintage(profile: RegionProfile) -> str:
    """The period of the commuting flows as the study gives it, else the years in the name of their file, else its name."""
    said = profile.study.vintage("flows")
    years = re.search(r"(?<!\d)((?:19|20)\d\d)[-_ ]((?:19|20)\d\d)(?!\d)", said)
    return f"{years[1]}-{years[2]}" if years and re.search(r"\.\w+$", said) else said


def own_share(profile: RegionProfile) -> float:
    """The region's share of all jobs of its own base; 0 where one of the two has no row of all jobs."""
    here, base = profile.total("0"), profile.total("0", profile.study.base_area)
    return 0.0 if here is None or base is None else float(here["employment_low"] / base["employment_low"])


def own_weight(profile: RegionProfile) -> str:
    """A caution where the region is a large part of its own base; empty where it is not."""
    share = own_share(profile)
    if share < _OWN_SHARE:
        return ""
    holds = f"This region holds {share:.0%} of the jobs of {profile.base_name}"
    if profile.compared_with == "base":
        return (
            f"{holds}, so it is compared largely with itself. A location quotient near 1, or growth close to that of "
            f"{profile.base_name}, tells you little."
        )
    return f"{holds}, so growth close to that of {profile.base_name} tells you little."


def commuting(profile: RegionProfile) -> str:
    """The region as a labor market in words; empty without flows."""
    row = profile.self_containment
    if row is None:
        return ""
    return (
        f"{row['supply_side']:.0%} of the region's employed residents work in it, and {row['demand_side']:.0%} of the "
        f"people who work in it live in it."
    )


def built_in(tables: Iterable[Reference]) -> str:
    """What a study takes from the reference data that ship with sectorlib, each with its vintage; else nothing."""
    named = [f"{small(table.title)} ({table.producer}, {table.vintage})" for table in tables]
    return "; shipped with sectorlib: " + "; ".join(named) if named else ""


def sources(profile: RegionProfile) -> str:
    """What the report is drawn from, in a sentence."""
    first, last = profile.results["concentration"]["year"].agg(["min", "max"])
    years = f"{first} to {last}" if first < last else f"{last}"
    file = profile.study.file
    if file.demonstration:
        return f"Source: an invented economy, {years}, written in the official file layouts."
    text = f"Sources: U.S. Bureau of Labor Statistics and state agencies, Quarterly Census of Employment and Wages, {years}"
    if profile.study.named("flows"):
        text += f"; county-to-county commuting flows ({flow_vintage(profile)})"
    text += built_in(profile.study.taken)
    return text + ". The manifest lists every file with its checksum."
