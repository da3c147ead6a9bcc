"""What the notebook of a region report shows in each section."""

from __future__ import annotations

import html

import pandas as pd

from sectorlib import maps, naics
from sectorlib.pages import english, figures
from sectorlib.pages.markup import cards, note, paragraph, put
from sectorlib.pages.notebook import show
from sectorlib.pages.region import charts, outlook, tables, words
from sectorlib.pages.region.occupations import occupations as occupations  # a section of its own module
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.region.targets import targets as targets  # likewise
from sectorlib.wages import tier_words


def opening(profile: RegionProfile) -> None:
    """The region in a few sentences and headline figures."""
    paragraph(words.lead(profile), "lede")
    cards(_headlines(profile))
    caution = words.contradictions(profile)
    if caution:
        note(caution, "caution")


def place(profile: RegionProfile) -> None:
    """The region on the map, its counties, and how self-contained it is."""
    show(
        maps.locator_map(profile.shapes, profile.membership, profile.area),
        alt=f"Map of {profile.name} among its neighbors",
    )
    counties = html.escape(words.county_list(profile))
    put(f"<p><strong>Counties:</strong> {counties}. {html.escape(words.commuting(profile))}</p>")
    if profile.is_part:
        note(words.outside(profile), "caution")
    changed = words.county_break(profile)
    if changed:
        note(changed, "caution")
    if words.in_pieces(profile):
        note(words.in_pieces(profile), "caution")
    certain = profile.certainty
    if not certain.empty:
        paragraph(words.certainty(profile))
        inside = profile.shapes["area"].isin(profile.counties["county"])
        around = profile.shapes[profile.shapes["state"].isin(profile.shapes.loc[inside, "state"])]
        show(
            maps.choropleth(
                around,
                (1 - certain.set_index("member")["same_market"]).reindex(around["area"]).dropna(),
                "Doubt about each county's labor market: share of draws in another market",
                breaks=[0.01, 0.1, 0.25, 0.5],
                number=".0%",
            ),
            caption="Dark counties lie between markets; partners there may look either way. "
            f"Commuting flows: {words.flow_vintage(profile)}.",
            alt="Map of the certainty of each county's labor market",
        )


def drivers(profile: RegionProfile) -> None:
    """Every sector, what is withheld of them, and the most concentrated industries."""
    put(tables.driver_table(profile).as_raw_html())
    for text in (words.withheld(profile), words.held_back(profile)):
        if text:
            paragraph(text, "source")
    paragraph(_reading(profile), "source")
    caution = words.own_weight(profile)
    if caution:
        note(caution, "caution")


def specialized(profile: RegionProfile) -> None:
    """The subsectors most concentrated here."""
    table = tables.specialized_table(profile)
    if table is None:
        note(
            f"Published figures put no subsector of {tables.LEAST_JOBS} jobs or more above a location quotient of 1."
        )
        return
    put(table.as_raw_html())
    text = (
        f"Subsectors (3 digits) with a location quotient above 1 and {tables.LEAST_JOBS} jobs or more whatever is withheld, "
        f"the highest first, {tables.MOST_ROWS} at most."
    )
    unsettled = words.unsettled(profile, "3")
    if unsettled:
        text += f" Of {unsettled} more, withheld cells leave open whether they would be above 1."
    paragraph(text, "source")


def concentration_and_growth(profile: RegionProfile) -> None:
    """Sectors by concentration and growth."""
    figure = charts.bubble_chart(profile)
    if figure is None:
        _missing(profile, "growth", "Too much is withheld to place a sector by its concentration and growth.")
        return
    placed = charts.placed_sectors(profile)
    absent = profile.industries("sector").index.difference(placed.index)
    names = [naics.title(str(i)) for i in absent if i not in ("92", "99")]
    left_out = (
        f" Not drawn, because too much is withheld: {english.few_or_count(names, 'sectors')}."
        if names
        else ""
    )
    far = placed.drop(index=charts.bubble_sectors(profile).index)
    if len(far):
        said = [f"{naics.title(str(i))} (LQ {figures.cell_quotient(row)})" for i, row in far.iterrows()]
        left_out += f" Small and far to the left of what is drawn: {'; '.join(said)}."
    show(
        figure,
        caption=f"Each bubble is a sector, as large as its jobs; its color is pay beside the region's average. "
        f"Lines are ranges, where a figure is withheld in part; hollow bubbles are not decided.{left_out}",
        alt="Sectors by location quotient and growth of jobs",
    )
    places = words.quadrants(profile)
    items = "".join(f"<li><b>{html.escape(k)}:</b> {html.escape(v)}.</li>" for k, v in places.items())
    put(f"<ul>{items}</ul>")
    movement = (
        ", or the movement of a usual year could carry its quotient across 1" if profile.knows_churn else ""
    )
    paragraph(
        f"Not decided: withheld cells leave open on which side of a location quotient of 1 or of no growth the sector lies"
        f"{movement}. Growth is as counted: as many jobs as before, or a few more, is growing.",
        "source",
    )


def growth(profile: RegionProfile) -> None:
    """Jobs over time beside the base, and each sector's change beside what trends would have brought."""
    history = charts.history_chart(profile)
    if history is not None:
        show(
            history,
            caption=f"Jobs of all ownerships in {profile.name} and {profile.base_name}.",
            alt="Index of jobs over time",
        )
    figure = charts.shift_share_chart(profile)
    if figure is None:
        _missing(
            profile,
            "shift-share",
            "The base's total or the region's sectors are withheld in one of the years, so no change can be compared.",
        )
        return
    parts = words.shift_share(profile)
    if parts:
        paragraph(parts)
    show(
        figure,
        caption=(
            f"The gray tick is the change that growth of all jobs and of the sector in {profile.shift_share[1]} would have "
            "brought (Dunn's national and mix components), the dot what happened. The bar between is not explained by "
            "national and industry trends; it is a remainder, not a proof of competitiveness."
        ),
        alt="Change of jobs by sector beside the change expected from trends",
    )


def pay(profile: RegionProfile) -> None:
    """Share of jobs by pay tier."""
    real = words.real_pay(profile)
    if real:
        paragraph(real)
    figure = charts.tier_chart(profile)
    if figure is None:
        note("Pay by sector is withheld.")
        return
    show(
        figure,
        caption=(
            "Jobs by the pay tier of their sector. Pay is a mean over full- and part-time jobs with bonuses, of a whole "
            "sector: a low tier does not mean that every job in it pays little. Not known: withheld, wholly or so far "
            "that the tier is open. A sector is in one third as a whole, so that thirds are not even."
        ),
        alt="Share of jobs in low, middle and high paying sectors",
    )
    yardsticks = words.pay_yardsticks(profile)
    if yardsticks:
        paragraph(yardsticks)


def projection(profile: RegionProfile) -> None:
    """Official projections first, then ours: in words, as fans, with what to beware of and their track record.

    Last comes what would have been projected some years ago, and what happened. Where every year that a projection
    would reach is past, that is all.
    """
    told = outlook.official(profile)
    if told:
        put("<h3>Official projections, and our trend beside them</h3>")
        note(told, "caution" if "not applied" in told else "note")
        table = outlook.official_table(profile)
        if table is not None:
            put(table.as_raw_html())
    overtaken = outlook.overtaken(profile)
    if overtaken:
        note(overtaken)
        _hindcast(profile, drawn=True)
        return
    figure = charts.projection_chart(profile)
    if figure is None:
        _missing(profile, "projections", "No series of this region is long enough and fully published.")
        return
    paragraph(outlook.opening(profile))
    show(
        figure,
        caption=(
            ("The dark dashed line is the official projection. " if outlook.applied(profile) else "")
            + "Observed jobs, what they would be if past patterns continue (blue, dashed; not an official projection), and "
            "80 and 95% intervals learned from how far the method has been off before. It knows nothing of plans, closures "
            "or policies. Dotted uprights mark jumps. " + outlook.adding_up(profile)
        ),
        alt="Past and projected jobs of all industries and the largest sectors",
    )
    beware = outlook.cautions(profile)
    if beware:
        note(beware, "caution")
    table = outlook.scorecard(profile)
    if table is not None:
        put("<h3>How far off such projections have been</h3>")
        paragraph(outlook.track_record(profile))
        put(table.as_raw_html())
        paragraph(outlook.READING, "source")
    _hindcast(profile)


def _hindcast(profile: RegionProfile, *, drawn: bool = False) -> None:
    """What would have been projected some years ago and what happened: in words, as a table, drawn where asked."""
    title = outlook.hindcast_title(profile)
    if not title:
        return
    put(f"<h3>{html.escape(title)}</h3>")
    paragraph(outlook.hindcast(profile))
    if drawn:
        show(
            charts.hindcast_chart(profile),
            caption="Observed jobs (dark), what would have been projected (blue, dashed), and its 80 and 95% intervals.",
            alt="Jobs as they would have been projected, and as they came",
        )
    table = outlook.hindcast_table(profile)
    if table is not None:
        put(table.as_raw_html())


def notes(profile: RegionProfile) -> None:
    """How figures are made, what is absent and why, and the sources."""
    study = profile.study
    ownership = {
        "private": "Industries are private ownership.",
        "all": "Industries are all ownerships together.",
        "drivers": "Industries are private ownership and publicly owned utilities, education and health care.",
    }[study.file.ownership]
    if study.about_source.concept:
        ownership += f" What counts as a job: {study.about_source.concept}."
    denominator = (
        "totals of all ownerships, the convention of the Bureau of Labor Statistics"
        if profile.denominator == "all"
        else "totals of the same ownership, because the all-ownership total of the base is not published"
    )
    movement = (
        " How far quotients of the study's counties moved from one year to the next, by number of worksites, tells "
        "where a usual year's movement may carry one (95 times in 100)."
        if profile.knows_churn
        else ""
    )
    prices = (
        " The thirds compare pay at the average prices of the United States (regional price parities)."
        if profile.base_tier != "tier_in_base"
        else ""
    )
    without = ", without this region" if profile.compared_with == "rest" else ""
    items = [
        f"<b>Jobs</b> are annual average employment of the Quarterly Census of Employment and Wages: jobs covered by "
        f"unemployment insurance, counted where they are. {ownership} Totals are all ownerships.",
        f"<b>Location quotient (LQ)</b>: the industry's share of jobs in the region over its share in "
        f"{html.escape(profile.compared_name)} in {profile.compared_year}{without}; shares are of {denominator}. QCEW is a census, so a difference is not a "
        f"sampling error, but one plant can move a small industry's LQ.{movement}",
        "<b>Withheld</b> cells protect single employers and are never zero. A range follows from published sums alone.",
        f"<b>Pay</b> is total wages over employment. Pay tiers: {tier_words('typical-pay')} of typical industry "
        f"pay (half of the jobs in {html.escape(profile.typical_pay_of)} are in industries that pay less); and the low, middle and high third of the base's jobs by their industry's pay.{prices}",
    ]
    if profile.span:
        items.append(
            f"<b>Change</b> is from {profile.span[0]} to {profile.span[1]}. \N{DAGGER} marks an industry whose code changed "
            "its meaning in between, so that its change is partly a change of definition."
        )
    drawn = words.delineation(profile)
    if drawn and profile.study.system == "labor_markets":
        items.append(f"<b>Labor markets</b> {html.escape(drawn)}")
    put("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
    if profile.absent:
        absent = pd.Series(profile.absent)
        reasons = "".join(
            f"<li><b>{html.escape(', '.join(same.index))}</b>: {html.escape(str(why))}</li>"
            for why, same in absent.groupby(absent, sort=False)
        )
        put(f'<div class="callout note"><p>Not in this report:</p><ul>{reasons}</ul></div>')
    paragraph(words.sources(profile), "source")


def _headlines(profile: RegionProfile) -> list[tuple[str, str, str]]:
    total = profile.total("0")
    base = profile.total("0", profile.study.base_area)
    made = []
    if total is not None:
        made.append((figures.cell_jobs(total), f"jobs in {profile.year}", "all ownerships"))
    if profile.span:
        here = profile.total_growth(profile.area, "0")
        there = profile.total_growth(profile.study.base_area, "0")
        if pd.notna(here):
            made.append(
                (
                    figures.percent(here),
                    f"since {profile.span[0]}",
                    f"{profile.base_label}: {figures.percent(there)}",
                )
            )
    if total is not None and pd.notna(total["average_annual_pay"]):
        ratio = ""
        if base is not None and pd.notna(base["average_annual_pay"]):
            ratio = f"{total['average_annual_pay'] / base['average_annual_pay']:.0%} of {profile.base_name}"
        made.append((figures.dollars(total["average_annual_pay"]), "average pay a year", ratio))
    if total is not None and pd.notna(total["establishments"]):
        made.append((figures.jobs(total["establishments"]), "worksites", "establishments, not employers"))
    ahead = outlook.card(profile)
    return [*made, ahead] if ahead else made


def _reading(profile: RegionProfile) -> str:
    text = (
        f"LQ: location quotient, the sector's share of jobs here over its share in {profile.compared_name} in "
        f"{profile.compared_year}; in bold from 1.2, before rounding."
    )
    if tables.shows_rest(profile):
        text += f" LQ, rest: over its share in {profile.rest_name}, without this region."
    shown = pd.concat(
        [profile.industries("sector").drop(index="99", errors="ignore"), tables.specialized_rows(profile)]
    )
    if any(figures.may_be_churn(row) for _, row in shown.iterrows()):
        text += (
            " \N{DOUBLE DAGGER}: too near 1 to call; the movement of a usual year, or one worksite more or less, could "
            "carry it across."
        )
    if any(figures.rests_on_few(row) for _, row in shown.iterrows()):
        text += " *: pay at fewer than ten worksites, which says little of the industry."
    return text


def _missing(profile: RegionProfile, result: str, otherwise: str) -> None:
    note(f"Not shown: {profile.absent[result]}." if result in profile.absent else otherwise)
