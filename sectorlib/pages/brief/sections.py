"""What the notebook of a partnership brief shows in each section."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd

from sectorlib import maps
from sectorlib.areas import name_in_a_sentence
from sectorlib.maps import Outline
from sectorlib.maps.offline import OfflineHConcatChart
from sectorlib.pages import english, figures, markup
from sectorlib.pages.brief import ScopeProfile, contact_sheet
from sectorlib.pages.brief import tables as brief_tables
from sectorlib.pages.brief import words as brief_words
from sectorlib.pages.brief.sheets import QUESTIONS, supporters
from sectorlib.pages.notebook import show
from sectorlib.scope.colleges import TEACHING
from sectorlib.scope.footprints import CERTAIN_COUNTIES, POSSIBLE_COUNTIES
from sectorlib.scope.ties import least_tie
from sectorlib.sources.rural_urban import rural_urban_classes

#: Footprints whose lines one map can show.
_MOST_LINES = 4

#: The kinds of footprint that are lines of commuting; the others are lines of jurisdictions, with maps of their own.
_COMMUTING = (
    "labor market",
    CERTAIN_COUNTIES,
    POSSIBLE_COUNTIES,
    "grown",
    "commuting neighborhood",
    "metropolitan area",
)

#: How a map shows what is known of a county's jobs.
_DISCLOSURE = {
    "published": "disclosed",
    "no establishments": "disclosed",
    "estimated": "estimated",
    "withheld": "suppressed",
    "partly withheld": "partial",
    "not in the study": "missing",
}

#: Kinds of partners that the page leaves to the file beside it.
_ONLY_IN_FILE = ("career school",)

#: The file of partners beside the page.
PARTNERS_FILE = "partners.csv"

#: The brief on one page, and the sheet for whoever hosts a first meeting.
ONE_PAGE_FILE, HOST_FILE = "onepage.html", "host.html"

#: Two chosen footprints on a page.
COMPARISON_FILE = "comparison.html"


def opening(profile: ScopeProfile) -> None:
    """The answer in a few sentences, and headline figures."""
    markup.paragraph(brief_words.answer(profile)[0], "lede")
    markup.cards(_cards(profile))
    told = brief_words.in_short(profile, QUESTIONS, supporters(profile))
    markup.put(
        '<dl class="in-short">'
        + "".join(f"<dt>{html.escape(head)}</dt><dd>{html.escape(text)}</dd>" for head, text in told)
        + "</dl>"
    )
    also = "" if profile.comparison is None else f' <a href="{COMPARISON_FILE}">Two footprints compared</a>.'
    markup.put(
        f'<p>To print: <a href="{ONE_PAGE_FILE}">the brief on one page</a> and <a href="{HOST_FILE}">the host\'s sheet</a> for '
        f"a first meeting of employers.{also}</p>"
    )


def footprints(profile: ScopeProfile) -> None:
    """Every candidate footprint side by side."""
    markup.put(brief_tables.footprint_table(profile).as_raw_html())
    text = (
        f"Footprints with the same counties share a row. Self-containment: the smaller of the share of employed "
        f"residents who work there and the share of workers who live there. LQ: location quotient, the sector's share of "
        f"jobs there over its share in {_base(profile)}; above 1, more than usual. A range is what withheld figures leave open; it is not an estimate."
    )
    if profile.footprints["projected_change"].notna().any():
        text += (
            " Projected: the official projection where there is one, then the 80% interval if past patterns continue, which is "
            "not an official projection and knows nothing of plans or policies."
        )
    if profile.not_projected:
        reasons = [f"({letter}) {reason}" for reason, letter in profile.not_projected.items()]
        text += f" No projection: {'; '.join(reasons)}."
    if _lacks_data(profile):
        text += f" {english.capital(brief_tables.NO_DATA)}: the study's files do not have the figure of every county and industry."
    if (profile.footprints["counties_split"] > 0).any():
        text += (
            f" {english.capital(brief_tables.SPLIT)}: a jurisdiction has only part of a county, and the establishments and "
            "commuters of parts are not published."
        )
    markup.paragraph(text, "source")


def _lacks_data(profile: ScopeProfile) -> bool:
    """Whether a footprint that splits no county has no number of establishments or commuters."""
    whole = profile.footprints[profile.footprints["counties_split"] == 0]
    shown = whole[["establishments", "self_containment"]].dropna(axis=1, how="all")
    return bool(whole["establishments"].isna().any() or shown.isna().any(axis=None))


def gains(profile: ScopeProfile) -> None:
    """What is gained and lost by choosing another footprint."""
    table = brief_tables.gains_table(profile)
    if table is not None:
        label = profile.label(str(profile.focus["footprint"]))
        jobs = figures.cell_jobs(profile.focus)
        markup.put("<h3>What another footprint gains and loses</h3>")
        markup.paragraph(
            f"Beside {label}, which has {jobs} jobs in the sector. The map below draws up to four of the lines."
        )
        markup.put(table.as_raw_html())


def place(profile: ScopeProfile) -> None:
    """The footprints on the map, over the sector's jobs, and over the lines of jurisdictions."""
    counties = profile.results["scope-counties"].drop_duplicates("county").set_index("county")
    if not profile.shapes["area"].isin(profile.counties["county"]).any():
        markup.note("No map: the study's counties have no shapes.")
        return
    lines = _commuting_lines(profile)
    near = maps.around(profile.shapes, sorted({county for line in lines for county in line.counties}))
    show(
        map_of(profile, lines),
        caption=_map_caption(counties["status"]),
        alt=f"Map of jobs in {profile.sector} with the lines of {english.counted(len(lines), 'footprint')}",
    )
    focus = Outline(_line_label(profile, str(profile.focus["footprint"])), list(profile.counties["county"]))
    for system in profile.systems:
        listed = profile.jurisdictions.loc[profile.jurisdictions["system"] == system, "jurisdiction"]
        if len(listed) == 1:
            continue  # a map of one color: the table says that all of it is in there
        table = profile.study.jurisdictions[system]
        rank = table["group"].map({code: n for n, code in enumerate(listed)})
        show(
            maps.jurisdiction_map(
                near, table.iloc[rank.argsort(kind="stable")], focus, english.capital(system)
            ),
            alt=f"Map of the {english.plural(system)} that the footprint touches",
        )


def map_of(profile: ScopeProfile, lines: Sequence[Outline]) -> OfflineHConcatChart:
    """A map of the sector's jobs with the lines of footprints over them."""
    counties = profile.results["scope-counties"].drop_duplicates("county").set_index("county")
    near = maps.around(profile.shapes, sorted({county for line in lines for county in line.counties}))
    return maps.footprint_map(
        near,
        counties["employment"].where(counties["status"] != "not in the study"),
        counties["status"].map(_DISCLOSURE),
        lines,
        f"Jobs in {english.small(profile.sector)}, {profile.year}",
    )


def jurisdictions(profile: ScopeProfile) -> None:
    """Whose jobs these are, jurisdiction by jurisdiction, and how the systems cross."""
    table = brief_tables.jurisdiction_table(profile)
    if table is None:
        markup.note(_why(profile, "scope-jurisdictions"))
        return
    markup.put(table.as_raw_html())
    split = profile.counties["county"].isin(_split_counties(profile))
    text = (
        "Shares are of the footprint's jobs in the sector; in each kind of jurisdiction they add up to 100%. A range runs from "
        "the least to the most that a jurisdiction can hold. Any of them could convene, alone or together: jobs do not allocate "
        "seats, the local team does. The last columns are for the team to fill in."
    )
    if split.any():
        text += (
            " Where jurisdictions split a county, nobody publishes in which part of it the sector's jobs lie: the range runs "
            "from none of them to all."
        )
    markup.paragraph(text, "source")
    for title, matrix in brief_tables.overlap_tables(profile):
        markup.put(f"<h3>{html.escape(title)}</h3>")
        markup.put(matrix.as_raw_html())
        markup.paragraph("Blank: no county is in both.", "source")


def infrastructure(profile: ScopeProfile) -> None:
    """What is within reach of whom, what several counties depend on, and how tied the counties are."""
    table = brief_tables.asset_table(profile)
    if table is None:
        markup.note(_why(profile, "scope-assets"))
    else:
        markup.paragraph(brief_words.infrastructure(profile))
        markup.put(table.as_raw_html())
        markup.paragraph(_reach(profile), "source")
    pairs = brief_tables.pair_table(profile)
    if pairs is not None:
        markup.put("<h3>How tied the counties are</h3>")
        markup.put(pairs.as_raw_html())
        markup.paragraph(_pairs_explained(profile), "source")


def convening(profile: ScopeProfile) -> None:
    """Where the employers are, how far apart, how rural, and what else competes for attention."""
    markup.paragraph(brief_words.dispersion(profile))
    markup.put(brief_tables.county_table(profile).as_raw_html())
    text = (
        "Main county: the county with the most jobs in the sector. Establishments are not employers: one employer may "
        "have several. "
    )
    if (profile.counties["status"] == "not in the study").any():
        text += f"{english.capital(brief_tables.NO_DATA)}: the study has no figures of the county. "
    if profile.counties["commuting_tie"].notna().any():
        text += "Tie by commuting: with the rest of the footprint together. "
    if profile.counties["distance_to_center"].notna().any():
        text += "Miles are between the centers of counties, as the crow flies. "
    if profile.counties["industries_concentrated"].notna().any():
        text += (
            "Other strong industries: three-digit industries outside the sector that are concentrated in the county, and "
            "so compete for the attention of the same boards, colleges and employers; the second figure counts those that "
            "may be, were they not withheld. "
        )
    if profile.focus["kind"] == "labor market" and not profile.results.missing("labor-market-stability"):
        text += (
            "Stays in this market: the share of draws, within the margins of error of the commuting figures, in which the "
            "county stays in this labor market. "
        )
    markup.paragraph(text, "source")
    codes = sorted(profile.counties["rural_urban"].dropna().astype(int).unique())
    if codes:
        said = "; ".join(f"{code}: {rural_urban_classes()[code]}" for code in codes)
        markup.paragraph(f"Rural-urban codes. {said}.", "source")


def growth(profile: ScopeProfile) -> None:
    """How the grown footprint came about."""
    table = brief_tables.growth_table(profile)
    if table is None:
        markup.note(_why(profile, "scope-growth-path"))
        return
    markup.paragraph(
        f"From {profile.seed}, one neighbor at a time: the county that adds most of the sector's jobs for the "
        "self-containment it costs, as long as it is tied to the rest and to the main county, the one with most of these jobs, and "
        "the whole stays one labor market."
    )
    markup.put(table.as_raw_html())
    if (profile.growth_path["disclosure"] != "disclosed").any():
        markup.paragraph(
            "Where a county's jobs are withheld, the footprint grows by an estimate that keeps to what is published; the "
            "table scope-growth-path has it.",
            "source",
        )


def partners(profile: ScopeProfile) -> None:
    """The contact sheet, with empty columns for the local team."""
    sheet = contact_sheet(profile)
    if sheet.empty:
        markup.note("The study names no jurisdictions, colleges or partners here.")
        return
    shown = sheet[~sheet["kind"].isin(_ONLY_IN_FILE)]
    if len(shown):
        markup.put(brief_tables.contact_table(shown).as_raw_html())
    others = sheet["kind"].value_counts().reindex(list(_ONLY_IN_FILE)).dropna()
    more = english.listed([english.counted(n, str(kind)) for kind, n in others.items()])
    also = f" It also has {more}." if more else ""
    markup.put(
        f'<p class="source">The same as a file to fill in: <a href="{PARTNERS_FILE}" download>{PARTNERS_FILE}</a>.'
        f"{html.escape(also)} Names are those of the study's files; whether they are partners, and who speaks for "
        "them, is for the local team to say.</p>"
    )


def notes(profile: ScopeProfile) -> None:
    """How figures are made, what is absent and why, and the sources."""
    items = [
        "<b>Jobs</b> are annual average employment of the Quarterly Census of Employment and Wages, counted where they "
        f"are; {_ownership(profile)}. <b>Withheld</b> cells protect single employers and are never zero.",
        f"<b>Footprints</b> are candidates, side by side; none is a recommendation. {html.escape(_focus_line(profile))}",
        f"<b>Labor markets</b> {_drawn(profile)}; they are those of all workers, not of this sector's.",
        "<b>Within reach</b> means a distance between a county's center and the asset, or a travel time where the study has "
        "one; it says nothing of programs, prices, capacity or flights.",
    ]
    if profile.focus.get("codes_not_counted"):
        items.append(f"<b>Not counted</b>: {html.escape(str(profile.focus['codes_not_counted']))}.")
    markup.put("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
    missing = _missing(profile)
    if missing:
        reasons = "".join(f"<li><b>{html.escape(n)}</b>: {html.escape(r)}</li>" for n, r in missing.items())
        markup.put(f'<div class="callout note"><p>Not in this brief:</p><ul>{reasons}</ul></div>')
    markup.paragraph(brief_words.sources(profile), "source")


def _cards(profile: ScopeProfile) -> list[tuple[str, str, str]]:
    focus = profile.focus
    made: list[tuple[str, str, str]] = [
        (figures.cell_jobs(focus), f"jobs in {profile.year}", f"{profile.sector}, {_owners(profile)}")
    ]
    if pd.notna(focus["establishments"]):
        made.append((figures.jobs(focus["establishments"]), "establishments", "locations, not employers"))
    states = f"in {english.counted(focus['states'], 'state')}"
    made.append((f"{focus['counties']:.0f}", "county" if focus["counties"] == 1 else "counties", states))
    if pd.notna(focus["self_containment"]):
        made.append((f"{focus['self_containment']:.0%}", "self-contained", "the weaker of both directions"))
    elif pd.notna(focus["location_quotient"]):
        made.append((f"{focus['location_quotient']:.2f}", "location quotient", f"beside {_base(profile)}"))
    return made


def _map_caption(status: pd.Series) -> str:
    """What the map shows, with those of its patterns that it has."""
    text = "Counties by the sector's jobs, and the lines of possible footprints; gray counties are in none."
    if status.isin(["withheld", "partly withheld"]).any():
        text += " Hatched: withheld, so that the figure is not known."
    if (status == "no establishments").any():
        text += " White: no establishments of the sector."
    return text


def _commuting_lines(profile: ScopeProfile) -> list[Outline]:
    """The distinct footprints that are lines of commuting, the one in focus first."""
    out = []
    for names in profile.distinct:
        kinds = [str(profile.footprint_row(name)["kind"]) for name in names]
        if str(profile.focus["footprint"]) in names or set(kinds) & set(_COMMUTING):
            first = str(profile.focus["footprint"]) if str(profile.focus["footprint"]) in names else names[0]
            same = [n for n in names if n != first and profile.footprint_row(n)["kind"] in _COMMUTING]
            label = " = ".join([_line_label(profile, n) for n in (first, *same)])
            counties = sorted(county for county, _ in profile.members[first])
            out.append(Outline(label, counties))
    return out[:_MOST_LINES]


def _line_label(profile: ScopeProfile, footprint: str) -> str:
    """A footprint's name in a legend: of those made for the seed, their kind alone."""
    row = profile.footprint_row(footprint)
    short_kinds = {
        "labor market": "labor market",
        CERTAIN_COUNTIES: "without counties in doubt",
        POSSIBLE_COUNTIES: "with counties that may belong",
        "grown": "grown for the sector",
        "commuting neighborhood": "commuting neighborhood",
        "seed county": f"{profile.seed} alone",
    }
    return short_kinds.get(str(row["kind"]), str(row["footprint_name"]))


def _split_counties(profile: ScopeProfile) -> set[str]:
    """Counties that the jurisdictions of a system split."""
    tables = profile.study.jurisdictions.values()
    return {str(c) for table in tables for c in table.loc[table["weight"] < 1 - 1e-3, "member"]}


def _reach(profile: ScopeProfile) -> str:
    limits = profile.assets.drop_duplicates(["kind", "measure"]).sort_values(["kind", "measure"])
    said = [f"{row['kind']} {row['reach']:,.0f} {row['measure']}" for _, row in limits.iterrows()]
    text = f"Within reach of a county's center: {'; '.join(said)}."
    if profile.assets["kind"].isin(TEACHING).any():
        text += f" {brief_words.colleges(profile)}"
    if any(named.package for named in profile.study.file.assets):
        text += (
            " Airports are those with a code; many have no scheduled flights, which the list does not say."
        )
    return text


def _pairs_explained(profile: ScopeProfile) -> str:
    parts = []
    if profile.pairs["commuting_tie"].notna().any():
        parts.append(
            "Below the diagonal: the tie by commuting, which is the share of the smaller county's workers who work in the "
            "other, plus the share of its jobs that people from the other hold (so it can exceed 100%); bold from "
            f"{least_tie():.0%} on, where official statistics join neighboring areas."
        )
    if profile.pairs["shared_infrastructure"].notna().any():
        parts.append(
            "Above it: how far the same assets are within reach of both, from 0 (none) to 1 (all of them, as near)."
        )
    parts.append("Blank: a county with itself, or a pair of which this is not known.")
    if len(profile.counties) > brief_tables.MOST_PAIRED:
        parts.append(f"The {brief_tables.MOST_PAIRED} counties with most jobs are shown.")
    return " ".join(parts)


def _base(profile: ScopeProfile) -> str:
    return name_in_a_sentence(profile.study.base_area, profile.study.names)


def _drawn(profile: ScopeProfile) -> str:
    drawn = profile.study.file.labor_markets
    return "come from a file that the study names" if drawn and drawn.file else "are drawn from commuting"


def _ownership(profile: ScopeProfile) -> str:
    return {
        "private": "private ownership",
        "all": "all ownerships together",
        "drivers": "private ownership and publicly owned utilities, education and health care",
    }[profile.study.file.ownership]


def _owners(profile: ScopeProfile) -> str:
    """Whose jobs count, in two words."""
    owners = {"private": "private employers", "all": "all employers"}
    return owners.get(
        profile.study.file.ownership, "private employers and public schools, hospitals and utilities"
    )


def _focus_line(profile: ScopeProfile) -> str:
    return f"Shares, maps and lists are those of: {profile.label(str(profile.focus['footprint']))}."


def _why(profile: ScopeProfile, result: str) -> str:
    return f"Not shown: {profile.absent[result]}." if result in profile.absent else "Nothing to show."


def _missing(profile: ScopeProfile) -> dict[str, str]:
    """What the study does not give, and what would: results that it cannot support, and inputs it lacks."""
    titles = {
        "scope-jurisdictions": "Jurisdictions",
        "scope-overlap": "How jurisdictions cross",
        "scope-assets": "Shared infrastructure",
        "scope-growth-path": "The grown footprint",
    }
    out = {titles.get(name, name): reason for name, reason in profile.absent.items()}
    if profile.study.rural_urban is None:
        out["Rural-urban codes"] = "the study names no file of them (rural_urban)"
    if profile.study.partners is None:
        out["Partners of your own"] = "the study lists none (partners)"
    if profile.focus[["start_year"]].isna().all():
        out["Change over time"] = "the panel has one year"
    if pd.isna(profile.focus["projected_change"]):
        out["Projection"] = str(profile.focus["not_projected"])
    return out
