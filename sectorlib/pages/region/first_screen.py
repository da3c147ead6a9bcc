"""The first screen: which sectors, why, how sure, and what to do next."""

from __future__ import annotations

import re
from urllib.parse import quote

import numpy as np
import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.drawing import esc
from sectorlib.pages.figures import Figure
from sectorlib.pages.region import facts, practice, words
from sectorlib.pages.region.ground import locator
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.spreadsheet import csv_text
from sectorlib.resources import definitions
from sectorlib.targeting import readiness_sheet

#: What counts as much, more, about as many and fewer jobs than elsewhere: quotients, from the highest.
_SPECIALTY, MORE, _ALIKE = 1.5, 1.2, 0.9

#: Jobs are steady within this percent change over the years compared.
_STEADY = 2.0

#: A trend of less than this in percent a year is about flat.
_FLAT = 0.5

#: A system of areas that is named with one of these words has no office to ask for support.
_STATISTICAL = frozenset(("labor", "statistical", "commuting", "metropolitan", "market"))

#: Neighbors and counties that a step names, the share of a sector that a second county has at least, and the most
#: jurisdictions of a kind.
_NAMED, _MANY, _BOARDS = 2, 0.1, 3


def first_screen(profile: RegionProfile) -> str:
    """The whole first screen as markup."""
    return (
        f'<header class="page-head"><div>{_heading(profile)}<p class="lead">{lead(profile)}</p></div>'
        f"{locator(profile)}</header>{_cards(profile)}{practice.running(profile)}{_caution(profile)}{_steps(profile)}"
    )


def lead(profile: RegionProfile) -> str:
    """Which sector to start with and how sure that is, as markup: names are bold."""
    table = facts.ranked(profile)
    if table.empty:
        reason = profile.why_absent("targets") or "no target sector has figures here"
        return f"No sector can be ranked here: {esc(reason)}."
    first = table.iloc[0]
    tied = table[table["rank"] == first["rank"]]
    tied = table[table["place"] == first["place"]] if str(first["place"]).startswith("Tied") else tied
    if len(tied) > 1:
        names = [f"<strong>{esc(facts.title(row))}</strong>" for _, row in tied.iterrows()]
        shares = english.listed([str(figures.share(share)) for share in tied["share_first"]])
        return (
            f"Start with {' or '.join(names)}: {'the two are' if len(tied) == 2 else 'they are'} tied for first place. They rank "
            f"first in {shares} of {_simulated()}.{_no_specialty(profile, first)}"
        )
    name = f"<strong>{esc(facts.title(first))}</strong>"
    if len(table) == 1:
        return f"{name.replace(facts.title(first), english.capital(facts.title(first)))} is the only sector that can be ranked here."
    text = f"Start with {name}. It ranks first in {figures.share(first['share_first'])} of {_simulated()}"
    rival = table.iloc[1:].sort_values("share_first", ascending=False).iloc[0]
    if rival["share_first"] >= 0.1:
        text += f"; {esc(facts.title(rival))} does in {figures.share(rival['share_first'])}"
    return f"{text}.{_no_specialty(profile, first)}"


def _no_specialty(profile: RegionProfile, first: pd.Series) -> str:
    """That the first sector is less concentrated here than elsewhere, and what the region does have more of; else nothing.

    Pay and size can put such a sector first. A reader takes the first place for what the region is known for.
    """
    table, made = facts.ranked(profile), facts.whole(profile)
    rows = {str(sector): row for sector, row in made.iterrows()}
    if not _bounds(rows[str(first["sector"])], profile.compared_with)[2] < _ALIKE:
        return ""
    quotients = {str(sector): _bounds(rows[str(sector)], profile.compared_with) for sector in table["sector"]}
    known_for = max(quotients, key=lambda sector: np.nan_to_num(quotients[sector][0]))
    text = f" {english.capital(facts.title(first))} is less concentrated here than in {_elsewhere(profile)}; "
    if quotients[known_for][0] >= _SPECIALTY:
        row = table[table["sector"].astype(str) == known_for].iloc[0]
        return esc(
            f"{text}the region\N{RIGHT SINGLE QUOTATION MARK}s clearest specialty is {facts.title(row)}."
        )
    return esc(f"{text}no ranked sector is a clear specialty of the region.")


def _simulated() -> str:
    """What the shares of first places are of, in words."""
    return f"{facts.simulations():,} simulations that vary uncertain figures and the weights of criteria"


def why(profile: RegionProfile, row: pd.Series, made: pd.Series) -> str:
    """One sentence that says why a sector is on the short list: its concentration, its pay, and where its jobs go."""
    parts = [_concentrated(made, profile.compared_with, _elsewhere(profile))]
    ratio = facts.pay_ratio(made)
    if ratio.kind != "withheld":
        parts.append(f"pays {ratio} of typical industry pay")
    change = facts.growth(profile, str(row["sector"]))
    if change.kind in ("exact", "estimate", "range"):
        parts.append(
            "growing"
            if change.value > _STEADY
            else "declining"
            if change.value < -_STEADY
            else "steady in jobs"
        )
    elif change.kind == "bound":
        parts.append("growing" if change.value > 0 else "declining")
    text = english.capital("; ".join(part for part in parts if part))
    text = f"{text}." if text else ""
    one = facts.dominant(profile, str(row["sector"]))
    if one is not None:
        share = facts.county_share(one)
        held = f"{english.capital(str(share))} of" if share is not None else "Most of"
        text += f" {held} the jobs are in {english.short_county(one['county_name'])}."
    return text


def _elsewhere(profile: RegionProfile) -> str:
    """What concentration is compared with, in words."""
    if profile.compared_with == "nation":
        return "the nation"
    if profile.compared_with == "rest":
        return f"the rest of the {'state' if facts.home(profile) == 'state' else 'area'}"
    return profile.base_name


def _bounds(made: pd.Series, beside: str) -> tuple[float, float, float]:
    """The least, the likely and the most of a sector's quotient."""
    name = "location_quotient" + {"base": ""}.get(beside, f"_{beside}")
    least, most, middle = (float(made[f"{name}{end}"]) for end in ("_low", "_high", "_estimate"))
    if made["disclosure"] == "disclosed":
        least, most = (middle if pd.isna(end) else end for end in (least, most))
    return least, middle, most


def _concentrated(made: pd.Series, beside: str, than: str) -> str:
    """How concentrated a sector is, as far as what withheld cells leave open allows to say."""
    least, middle, most = _bounds(made, beside)
    if pd.isna(middle):
        return ""
    if least >= _SPECIALTY:
        return "a clear specialty of the region"
    if least >= MORE or (least > 1 and middle >= MORE):
        return f"more concentrated here than in {than}"
    if most < _ALIKE:
        return f"less concentrated here than in {than}"
    if least >= _ALIKE * 0.9 and most < MORE * 1.1:
        return f"about as concentrated here as in {than}"
    return "too much is withheld to say how concentrated it is"


def labels(profile: RegionProfile, row: pd.Series) -> list[tuple[str, str]]:
    """The labels of a card: of the ranking, for who comes first, of its data, and of the official list."""
    made = []
    if row["label"]:
        made.append((str(row["label"]), "close" if row["label"] == "Close call" else "clear"))
    if bool(row["limited_data"]):
        made.append(("Limited data", "data"))
    official = practice.in_demand(profile, str(row["sector"]))
    if official:
        made.append((official, "listed"))
    return made


def outlook(profile: RegionProfile, row: pd.Series) -> str:
    """A sector's outlook in a line; empty where it is not known."""
    value = row.get("projected_growth", float("nan"))
    if pd.isna(value):
        return ""
    rate = _rate(value)
    if profile.study.overtaken is not None:
        return f"Trend as of {profile.year}: {rate}"
    return f"Our trend to {profile.year + profile.study.file.horizon}: {rate}"


def _rate(value: float) -> str:
    """A trend in percent a year; one that is too small to call growth or decline is said to be about flat."""
    rate = f"{figures.percent(value)} a year"
    return f"about flat ({rate})" if abs(value) < _FLAT else rate


def steps(profile: RegionProfile) -> list[tuple[str, str]]:
    """Three actions with names and figures, each with what it is about."""
    table = facts.short_list(profile)
    if table.empty:
        return []
    first = table.iloc[0]
    return [_employers(profile, first), _partners(profile), _readiness(profile, table)]


def caution(profile: RegionProfile) -> str:
    """The one caution that changes what the reader should do; empty where none does."""
    table = facts.ranked(profile)
    for text in (words.contradictions(profile), words.outside(profile), _own(profile)):
        if text:
            return text
    if len(profile.study.years) == 1:
        return f"The data are of one year, {profile.year}: no growth is known, so treat the order as provisional."
    if len(table) and pd.notna(table["suppressed_share"].iloc[0]) and table["suppressed_share"].iloc[0] > 0.5:
        first = table.iloc[0]
        return f"Over half of the jobs in {facts.title(first)} are withheld. Ask local employers before you rely on its place."
    return ""


# --- parts -------------------------------------------------------------------------------------------


def _heading(profile: RegionProfile) -> str:
    total = profile.total("0")
    size = "" if total is None else f" \N{MIDDLE DOT} {figures.cell_jobs(total)} jobs"
    row = profile.self_containment
    live = "" if row is None else f" \N{MIDDLE DOT} {figures.share(row['demand_side'])} of workers live here"
    part = " (part)" if profile.is_part else ""
    return (
        f'<p class="kicker">Sector partnership profile \N{MIDDLE DOT} Data through {profile.year}</p>'
        f'<h1 class="page-title">{esc(profile.name)}{part}</h1>'
        f'<p class="meta">{esc(_counties(profile))}{size}{live}</p>'
    )


def _counties(profile: RegionProfile) -> str:
    """The region's counties in a line, "County" said once and the state not at all where it is one."""
    if profile.counties["weight"].min() < 1:
        return words.county_list(profile)
    names = profile.counties["county_name"].sort_values().astype(str)
    states = set(names.str.rsplit(", ", n=1).str[-1])
    return english.counties(
        [english.short_county(name) for name in names] if len(states) == 1 else list(names)
    )


def _cards(profile: RegionProfile) -> str:
    table = facts.short_list(profile)
    if table.empty:
        return ""
    made, there = facts.whole(profile), facts.whole(profile, profile.study.base_area)
    cards = "".join(
        _card(profile, row, made.loc[[str(name)]].iloc[0], there) for name, row in table.iterrows()
    )
    return (
        f'<section aria-labelledby="short-list"><h2 id="short-list">The short list</h2>'
        f'<div class="short-list n{len(table)}">{cards}</div>{_also(profile, table)}</section>'
    )


def _also(profile: RegionProfile, table: pd.DataFrame) -> str:
    """Sectors of the short list for which there is no card."""
    rest = facts.ranked(profile).drop(index=table.index)
    names = [facts.title(row) for _, row in rest[rest["short_list"].astype(bool)].iterrows()]
    return f'<p class="also">Also on the short list: {esc(english.listed(names))}.</p>' if names else ""


def _card(profile: RegionProfile, row: pd.Series, made: pd.Series, there: pd.DataFrame) -> str:
    sector = str(row["sector"])
    tags = "".join(f'<span class="tag {kind}">{esc(label)}</span>' for label, kind in labels(profile, row))
    shown = "".join(
        f"<div><dt>{esc(name)}</dt><dd{_kind(figure)}>{esc(figure)}{f' <small>{esc(small)}</small>' if small else ''}</dd></div>"
        for name, figure, small in _four(profile, sector, made, there)
    )
    lead_card = " first" if row["rank"] == 1 or row["place"] == "Tied for first" else ""
    return (
        f'<article class="sector-card{lead_card}"><p class="place"><span>{esc(row["place"])}</span>{tags}</p>'
        f"<h3>{esc(row['sector_title'])}</h3><p>{esc(why(profile, row, made))}</p><dl>{shown}</dl>"
        f'<p class="outlook">{esc(outlook(profile, row))}</p>{facts.history(profile, sector)}</article>'
    )


def _four(
    profile: RegionProfile, sector: str, made: pd.Series, there: pd.DataFrame
) -> list[tuple[str, Figure, str]]:
    """The four figures of a card: name, figure, and what it is compared with."""
    home, alone = facts.home(profile), facts.alone(profile)
    pay_there = (
        facts.pay(there.loc[[sector]].iloc[0]) if sector in there.index and not alone else figures.withheld()
    )
    beside = profile.compared_with
    main = facts.quotient(made, beside)
    label = {"nation": "nation", "rest": f"rest of {home}", "base": home}[beside]
    other = ""
    if beside == "nation" and not alone:
        rest = facts.quotient(made, "rest")
        other = f"{rest} \N{MULTIPLICATION SIGN} rest of {home}" if rest.kind != "withheld" else ""
    out = [
        ("Jobs", figures.estimated_jobs(made), ""),
        *([("Average pay", facts.pay(made), f"{home} {pay_there}" if pay_there.kind != "withheld" else "")] if "wages" in profile.study.measures else []),
        ("Concentration", main if main.kind == "withheld" else Figure(f"{main} \N{MULTIPLICATION SIGN} {label}", main.kind, main.value), other),
    ]  # fmt: skip
    start = facts.start_year(profile)
    if start is not None:
        here, base = facts.growth(profile, sector), facts.growth(profile, sector, profile.study.base_area)
        compared = f"{home} {base}" if base.kind != "withheld" and not alone else ""
        out.append((f"Growth {start}\N{EN DASH}{str(profile.year)[2:]}", here, compared))
    return out


def _kind(figure: Figure) -> str:
    return "" if figure.kind == "exact" else f' class="{figure.kind}"'


def _caution(profile: RegionProfile) -> str:
    text = caution(profile)
    return f'<p class="callout caution" role="note">{esc(text)}</p>' if text else ""


def _steps(profile: RegionProfile) -> str:
    items = [f"<strong>{esc(head)}</strong> {esc(text)}" for head, text in steps(profile)]
    if not items:
        return ""
    items[-1] += _readiness_file(profile)
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f'<section aria-labelledby="next-steps"><h2 id="next-steps">Next steps</h2><ol class="next-steps">{listed}</ol></section>'


def _own(profile: RegionProfile) -> str:
    return words.own_weight(profile) if profile.compared_with == "base" else ""


def _employers(profile: RegionProfile, first: pd.Series) -> tuple[str, str]:
    """Where the first sector's employers are, which neighbor has it too, and why it can be right though it shrinks."""
    sector, name = str(first["sector"]), facts.title(first)
    rows = facts.counties(profile, sector)
    told = [
        f"{english.short_county(row['county_name'])} ({share} of {name} jobs)"
        if i == 0
        else f"{english.short_county(row['county_name'])} ({share})"
        for i, (_, row) in enumerate(rows.head(_NAMED).iterrows())
        if (share := facts.county_share(row)) is not None and (i == 0 or share.value >= _MANY)
    ]
    tied = facts.ranked(profile)
    tied = tied[(tied["place"] == "Tied for first") & (tied.index != sector)]
    for _, other in tied.head(1).iterrows():
        there = facts.counties(profile, str(other["sector"])).head(1)
        share = facts.county_share(there.iloc[0]) if len(there) else None
        if told and share is not None:
            county, of = (
                english.short_county(there["county_name"].iloc[0]),
                f"{share} of {facts.title(other)} jobs",
            )
            same = told[0].startswith(f"{county} (")
            told = [f"{told[0].removesuffix(')')} and {of})"] if same else [told[0], f"{county} ({of})"]
    if len(profile.counties) < 2 or not told:
        where = f"Invite the region\N{RIGHT SINGLE QUOTATION MARK}s {name} employers first."
    else:
        where = f"Start in {english.listed(told)}."
    near = neighbors_with(profile, sector)
    if near:
        some = [name.rsplit(", ", 1)[0] for name in near[:_NAMED]]
        if len(near) > _NAMED:
            some.append(english.counted(len(near) - _NAMED, "other neighbor"))
        where += f" {english.listed(some)} {'has' if len(near) == 1 else 'have'} the sector on {'its' if len(near) == 1 else 'their'} short list too."
    said = shrinking(profile, first)
    if len(tied) and said.startswith((" Jobs ", " Fewer jobs ")):  # of which of the two
        said = f" {english.capital(name)}:{said[0]}{said[1].lower()}{said[2:]}"
    return "Start where the employers are.", where + said


def neighbors_with(profile: RegionProfile, sector: str) -> list[str]:
    """Regions that touch this one and have a sector on their short lists, those with the most commuters first."""
    pairs = profile.results["portfolio"] if not profile.results.missing("portfolio") else pd.DataFrame()
    if pairs.empty:
        return []
    pairs = pairs[pairs["sector"] == sector]
    ours = pairs[pairs["area"] == profile.area].rename(columns={"neighbor_name": "there"})
    theirs = pairs[pairs["neighbor"] == profile.area].rename(columns={"area_name": "there"})
    both = pd.concat([ours[["there", "workers_between"]], theirs[["there", "workers_between"]]])
    return (
        both.sort_values("workers_between", ascending=False)["there"].drop_duplicates().astype(str).to_list()
    )


def shrinking(profile: RegionProfile, first: pd.Series) -> str:
    """Why a sector whose jobs decline can still come first, and why a trend turns; empty where neither is so."""
    value = first.get("projected_growth", float("nan"))
    change = facts.growth(profile, str(first["sector"]))
    falling = value <= -_FLAT if pd.notna(value) else change.kind != "withheld" and change.value < -_STEADY
    if not falling:
        return _turned(profile, value, change)
    openings = profile.rows("occupation-openings")
    openings = openings[openings["sector"] == first["sector"]] if len(openings) else openings
    many = ""
    if len(openings):
        ends = openings[["openings_low", "openings_high"]].sum(min_count=1)
        row = pd.Series({"n": float("nan"), "n_low": ends.iloc[0], "n_high": ends.iloc[1]})
        many = f" ({figures.about(row, 'n')} openings a year at national rates)"
    said = _turned(profile, value, change)
    if said:
        return f"{said} Employers also hire to replace people who leave{many}."
    if pd.isna(value):
        said = "Jobs have declined"
    else:
        said = "Fewer jobs are expected" if profile.study.overtaken is None else "The trend is down"
    return f" {said}, but employers still hire to replace people who leave{many}."


def _turned(profile: RegionProfile, value: float, change: Figure) -> str:
    """Why jobs that grew are expected to decline, or the reverse, with the years of both; empty where the two agree."""
    start = facts.start_year(profile)
    known = start is not None and change.kind in ("exact", "estimate", "range") and pd.notna(value)
    if not known or change.value * value >= 0 or abs(change.value) < _STEADY:
        return ""
    there = "statewide" if facts.home(profile) == "state" else f"in {profile.base_name}"
    return (
        f" Jobs {figures.rose(change.value)} from {start} to {profile.year}; our trend, which also weighs earlier years and the "
        f"sector {there}, is {_rate(value)}."
    )


def _partners(profile: RegionProfile) -> tuple[str, str]:
    """Who could invite employers, and who could support them."""
    head = "Bring the partners together."
    rows = profile.rows("region-jurisdictions")
    rows = rows[~rows["jurisdiction"].isin(["none", "not recorded"])] if len(rows) else rows
    support = _support(profile)
    if rows.empty:
        held = english.counted(len(profile.counties), "county")
        text = f"The workforce boards of {'the ' if len(profile.counties) > 1 else 'this '}{held} could invite employers"
        return head, text + (f"; {support} could support the partnership." if support else ".")
    systems = list(dict.fromkeys(rows["system"]))
    main = next((name for name in systems if "workforce" in name.lower()), systems[0])
    boards = rows[rows["system"] == main].sort_values("share_of_jobs", ascending=False)
    text = f"The {_boards(boards, main)} could invite employers"
    more = []
    for system in systems:
        if system != main and not _STATISTICAL & set(re.findall("[a-z]+", system.lower())):
            names = rows.loc[rows["system"] == system].sort_values("share_of_jobs", ascending=False)[
                "jurisdiction_name"
            ]
            called = english.few_or_count(names.astype(str).to_list(), english.plural(system))
            more.append(
                f"the {called} {system if len(names) == 1 else english.plural(system)}"
                if len(names) < 6
                else called
            )
    if support:
        more.append(support)
    if more:
        text += f". {english.capital(' and '.join(more) if len(more) < 3 else '; '.join(more))} could support the partnership"
    return head, text + "."


def _boards(rows: pd.DataFrame, system: str) -> str:
    """The jurisdictions of a system by name, the largest first, each with its share of jobs; many by number."""
    names = [
        str(row["jurisdiction_name"])
        + ("" if row["share_of_jobs"] >= 0.995 else f" ({figures.share(row['share_of_jobs'])} of jobs)" if i == 0 else f" ({figures.share(row['share_of_jobs'])})")
        for i, (_, row) in enumerate(rows.iterrows())
    ]  # fmt: skip
    if len(names) <= _BOARDS:
        return f"{english.listed(names)} {system if len(names) == 1 else english.plural(system)}"
    others = english.counted(len(names) - 1, system)
    return f"{names[0]} {system} and {others.replace(' ', ' other ', 1)}"


def _support(profile: RegionProfile) -> str:
    """Colleges of the region, as a sentence says it; empty where the study names none."""
    rows = profile.rows("colleges-in-reach")
    if rows.empty:
        return ""
    inside = rows[rows["inside"].astype(bool)]
    if inside.empty:
        return f"{english.counted(len(rows), 'college')} nearby"
    if inside["completions"].notna().any():
        names = inside.sort_values("completions", ascending=False)["name"].astype(str)
        return english.listed(names.head(_NAMED).to_list()) + (
            f" and {english.counted(len(names) - _NAMED, 'other college')}" if len(names) > _NAMED else ""
        )
    if len(inside) <= _NAMED:
        return english.listed(inside["name"].astype(str).to_list())
    return f"the region\N{RIGHT SINGLE QUOTATION MARK}s {english.counted(len(inside), 'college')}"


def _readiness(profile: RegionProfile, table: pd.DataFrame) -> tuple[str, str]:
    """What to do about readiness: begin as the sheet suggests, or fill it in; and how many to start with."""
    starts = int(definitions("criteria")["settings"][table["setting"].iloc[0]]["starts"])
    many = "one partnership" if starts == 1 else f"no more than {english.number(starts)} partnerships"
    begin = profile.rows("target-sequence")
    if len(begin):
        step = begin.sort_values("step").iloc[0]
        does = {
            "begin": "Begin with",
            "later": "Wait with",
            "prepare": "Prepare",
            "join": "Join the partnership that runs in",
        }
        name = english.small(str(step["sector_title"]))
        return "Act on readiness.", (
            f"{does[str(step['suggestion'])]} {name}: readiness is {figures.share(step['readiness'])} of the most the sheet allows. "
            f"A region of this size should start with {many}."
        )
    return "Test readiness with employers.", (
        f"Fill in the readiness sheet for the short list: in which sectors would employers lead? A region of this size should "
        f"start with {many}."
    )


def _readiness_file(profile: RegionProfile) -> str:
    """A link with the blank readiness sheet of the short list inside it; empty where people have filled one in."""
    table = facts.ranked(profile)
    table = table[table["short_list"].astype(bool) | table.index.isin(facts.short_list(profile).index)]
    if table.empty or len(profile.rows("target-sequence")):
        return ""
    blank = readiness_sheet(table[["area", "area_name", "sector", "sector_title", "rank"]])
    file = quote(csv_text(blank), safe="")
    return f' <a download="readiness-sheet.csv" href="data:text/csv;charset=utf-8,{file}">Readiness sheet (CSV)</a>'
