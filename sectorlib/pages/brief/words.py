"""A brief's sentences: every one is made here from the figures of the scope tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.brief.profile import ScopeProfile, short
from sectorlib.pages.english import capital, counted, number
from sectorlib.pages.figures import cell_share
from sectorlib.pages.region import words
from sectorlib.resources import definitions
from sectorlib.scope import NOT_RECORDED
from sectorlib.scope.footprints import CERTAIN_COUNTIES, LABOR_MARKET, POSSIBLE_COUNTIES

#: Fewer establishments than this can all be visited.
_FEW_ESTABLISHMENTS = 10

#: How it is known which counties are in doubt.
_REDRAWN = "When the market is drawn again and again, with the commuting figures varied within their margins of error"

#: From this many names on, a sentence gives the largest and how many more there are.
_MANY = 4


def quotient(row: pd.Series) -> str:
    """A location quotient as withheld cells leave it: a figure, or a range where there is a least it can be.

    >>> quotient(pd.Series({"location_quotient": float("nan"), "location_quotient_low": 0.744,
    ...                     "location_quotient_high": 1.19}))
    '0.74–1.19'
    """
    value, low, high = (row[f"location_quotient{end}"] for end in ("", "_low", "_high"))
    if pd.notna(value):
        return f"{value:.2f}"
    if pd.isna(low) or low <= 0:
        return "withheld"
    if pd.isna(high):
        return f"at least {low:.2f}"
    return f"{low:.2f}\N{EN DASH}{high:.2f}"


def answer(profile: ScopeProfile) -> list[str]:
    """The answer in a few sentences: who shares the labor market, how many jobs, whose lines, who could convene."""
    sentences = [
        _who(profile),
        doubt(profile),
        _jobs(profile),
        _lines(profile),
        _grown(profile),
        _conveners(profile),
    ]
    return [text for text in sentences if text]


def _who(profile: ScopeProfile) -> str:
    focus, seed = profile.focus, profile.seed
    others = profile.counties[profile.counties["county"] != focus["seed"]]
    if focus["kind"] == "labor market" and others.empty:
        text = f"{seed} is a labor market of its own."
    elif focus["kind"] == "labor market":
        text = f"{seed} {_shares_with(others, set(profile.doubtful['member']))}"
    elif not profile.study.has("flows"):
        text = f"The study names no commuting flows, so it cannot say who shares a labor market with {seed}."
        if len(others):
            text += f" {profile.label(str(focus['footprint']))} also holds {_by_state(others)}."
    elif others.empty:
        text = f"This is about {seed} alone."
    else:
        text = f"{profile.label(str(focus['footprint']))} holds {seed} and {_by_state(others)}."
    if pd.notna(focus["supply_side"]):
        text += (
            f" Of all employed people who live in this area, {focus['supply_side']:.0%} work in it; of all who work in it, "
            f"{focus['demand_side']:.0%} live in it."
        )
    outside = focus["counties_outside"]
    if outside:
        text += f" {capital(counted(outside, 'county'))} of it {_are(outside)} outside the study, and in no figure here."
    return text


def _shares_with(others: pd.DataFrame, unsure: set[str]) -> str:
    """With whom the seed shares its labor market, those in doubt apart."""
    doubtful = others[others["county"].isin(unsure)]
    sure = others[~others["county"].isin(unsure)]
    if sure.empty:
        return f"may share its labor market with {counted(len(others), 'other county')}: {_by_state(others)}. See which are in doubt."
    text = f"shares its labor market with {counted(len(sure), 'other county')}: {_by_state(sure)}"
    if len(doubtful):
        text += f". It may also share it with {_by_state(doubtful)}"
    return f"{text}."


def doubt(profile: ScopeProfile) -> str:
    """Which counties may belong to another labor market, or those of another to this one, and the jobs without or with
    them; empty where none is in doubt.

    Only where the labor market is what the brief looks at.
    """
    if profile.focus["kind"] != LABOR_MARKET:
        return ""
    return " ".join(text for text in (_may_leave(profile), _may_join(profile)) if text)


def _may_join(profile: ScopeProfile) -> str:
    """Which counties of other labor markets may belong to this one, and the jobs with them."""
    unsure = profile.possible
    if unsure.empty:
        return ""
    parts = [
        f"{short(row['member_name'])} is in {row['title']} in {figures.share(row['same_market'])} of draws and otherwise most "
        "often in this one"
        for _, row in unsure.iterrows()
    ]
    names = english.counties([short(n) for n in unsure["member_name"]])
    text = f"{names}, outside the labor market as drawn, may belong to it. {_REDRAWN}, {'; '.join(parts)}."
    if POSSIBLE_COUNTIES in profile.footprints.index:
        jobs = figures.cell_jobs(profile.footprint_row(POSSIBLE_COUNTIES))
        them = "it" if len(unsure) == 1 else "them"
        text += f" With {them}, the labor market has {jobs} jobs in the sector."
    return text


def _may_leave(profile: ScopeProfile) -> str:
    """Which counties may belong to another labor market, and the jobs without them."""
    unsure = profile.doubtful
    if unsure.empty:
        return ""
    parts = [
        f"{short(row['member_name'])} stays in {figures.share(row['same_market'])} of draws and is otherwise most often "
        + (f"in {row['otherwise_title']}" if pd.notna(row["otherwise_title"]) else "in a market of its own")
        for _, row in unsure.iterrows()
    ]
    names = english.counties([short(n) for n in unsure["member_name"]])
    one = len(unsure) == 1
    text = f"{names} may belong to another labor market. {_REDRAWN}, {'; '.join(parts)}."
    if CERTAIN_COUNTIES in profile.footprints.index:
        jobs = figures.cell_jobs(profile.footprint_row(CERTAIN_COUNTIES))
        text += f" Without {'it' if one else 'them'}, the labor market has {jobs} jobs in the sector: decide early whom to invite."
    return text


def _by_state(counties: pd.DataFrame) -> str:
    """Counties in a sentence, state by state where there are several."""
    names = counties["county_name"].map(short)
    groups = [
        english.counties(part.to_list()) for _, part in names.groupby(counties["state_name"], sort=False)
    ]
    states = list(dict.fromkeys(counties["state_name"]))
    if len(states) < 2:
        return groups[0]
    return "; ".join(f"{group} in {state}" for group, state in zip(groups, states, strict=True))


def _are(count: float) -> str:
    return "is" if count == 1 else "are"


def _jobs(profile: ScopeProfile) -> str:
    focus = profile.focus
    what = "the labor market" if focus["kind"] == "labor market" else "the footprint"
    text = f"In {profile.year} {what} has {figures.cell_jobs(focus)} jobs in {lower(profile.sector)}"
    if pd.notna(focus["establishments"]):
        text += f", at {counted(focus['establishments'], 'establishment')}"
    if focus["counties_suppressed"]:
        n = focus["counties_suppressed"]
        text += f" (the figures of {counted(n, 'county')} are withheld, wholly or in part)"
    if len(profile.counties) > 1:
        top = profile.counties.iloc[0]
        if cell_share(top) != "withheld":
            text += f". {short(top['county_name'])} has {cell_share(top)} of the jobs"
    text += _few(profile)
    if profile.study.overtaken is not None:
        text += f". Figures end in {profile.year}: ask employers what has changed since"
    return text + "."


def _few(profile: ScopeProfile) -> str:
    """That a sector has hardly any establishments here, or no job in the county that the brief starts from."""
    focus = profile.focus
    text = ""
    home = profile.counties[profile.counties["county"] == focus["seed"]]
    if len(profile.counties) > 1 and len(home) and (home["employment"] == 0).all():
        text += f". {profile.seed} itself has none of them"
    if pd.notna(focus["establishments"]) and focus["establishments"] < _FEW_ESTABLISHMENTS:
        text += ". That is few for a partnership: look at a wider sector, or visit every employer"
    return text


def lower(title: str) -> str:
    """A sector's title within a sentence.

    >>> lower("Food manufacturing")
    'food manufacturing'
    """
    return title[:1].lower() + title[1:]


def _lines(profile: ScopeProfile) -> str:
    """Whose lines the footprint lies across."""
    focus = profile.focus
    parts = [
        counted(len(profile.named(system)), system)
        for system in profile.systems
        if len(profile.named(system))
    ]
    states = str(focus["state_names"]).split(", ")
    where = (
        f"in {states[0]}"
        if len(states) == 1
        else f"across the lines of {counted(len(states), 'state')} ({english.listed(states)})"
    )
    text = f"It lies {where}" + (f" and spans {english.listed(parts)}." if parts else ".")
    for system in profile.systems:
        unknown = profile.unnamed(system, NOT_RECORDED)
        if unknown is not None:
            names = [name.strip() for name in str(unknown["county_names"]).split(",")]
            text += f" The {system} of {english.counties(names, 6)} is not recorded."
    return text


def _grown(profile: ScopeProfile) -> str:
    """What growing a footprint for the sector adds to, and leaves out of, the one in focus."""
    if "grown" not in profile.footprints.index or profile.focus["footprint"] == "grown":
        return ""
    names = profile.results["scope-counties"].drop_duplicates("county").set_index("county")["county_name"]
    names = names.where(names.index.str[:2] != str(profile.focus["seed"])[:2], names.map(short))
    studied = profile.counties["status"] != "not in the study"  # growth sees no others
    ours = set(profile.counties.loc[studied, "county"])
    grown = {county for county, _ in profile.members["grown"]}
    start = f"Grown for this sector from {profile.seed}, county by county, the footprint"
    if ours == grown:
        return f"{start} comes out the same."
    added, dropped = sorted(names[list(grown - ours)]), sorted(names[list(ours - grown)])
    parts = []
    if added:
        parts.append(f"also takes in {english.counties(added, 6)}")
    if dropped:
        parts.append(f"leaves out {english.counties(dropped, 6)}")
    jobs = figures.cell_jobs(profile.footprint_row("grown"))
    return (
        f"{start} {' and '.join(parts)}, and has {jobs} jobs. Growth goes by ties to the county with most jobs in the sector, the "
        "labor market by the commuting of all workers."
    )


def _conveners(profile: ScopeProfile, lead: str = "Who could convene") -> str:
    """Jurisdictions that hold all of the footprint's jobs, or most of them."""
    whole = []
    parts = []
    for system in profile.systems:
        table = profile.named(system)
        if table.empty:
            continue
        top = table.iloc[0]
        possible = table[~(table["share_high"] < 1)]
        if top["share_low"] >= 1:
            whole.append(f"{top['jurisdiction_name']} ({system})")
        elif len(possible):
            most = possible.iloc[0]
            if cell_share(most) != "withheld":
                parts.append(
                    f"{most['jurisdiction_name']} ({system}) may hold all of these jobs ({cell_share(most)})"
                )
        elif cell_share(top) != "withheld":
            others = table["share_high"].iloc[1:]
            sure = others.empty or top["share_low"] > others.max()
            parts.append(
                f"no single {system} does, and {top['jurisdiction_name']} {'has' if sure else 'may have'} "
                f"the most ({cell_share(top)})"
            )
    if whole:
        parts.insert(0, f"{english.listed(whole)} {'holds' if len(whole) == 1 else 'hold'} all of these jobs")
    elif parts:
        parts[0] = parts[0].replace(" does, and", " holds all of these jobs;", 1)
    if not parts:
        return ""
    return f"{lead}: {'; '.join(parts)}. Jobs do not allocate seats: who convenes is for the local team to agree."


def infrastructure(profile: ScopeProfile) -> str:
    """How many assets two counties or more depend on, in words; empty without assets."""
    assets = profile.assets
    if assets.empty:
        return ""
    shared = assets[assets["shared"]]
    counts = shared["kind"].value_counts()
    every_kind = assets["kind"].value_counts().to_dict()
    kinds = [f"{number(n)} of {counted(every_kind[kind], str(kind))}" for kind, n in counts.items()]
    if not kinds:
        return f"Of {counted(len(assets), 'asset')} within reach, none is within reach of two counties."
    text = f"Within reach of two or more of the counties: {english.listed(kinds)}."
    every = shared[shared["counties_in_reach"] == len(profile.counties)]
    if len(every) and len(profile.counties) > 2:
        text += f" {capital(number(len(every)))} of them {_are(len(every))} within reach of every county."
    return text


def colleges(profile: ScopeProfile) -> str:
    """On what grounds colleges are listed, and in what order."""
    every = profile.results["scope-colleges"]
    left = int((~every["serves"].astype(bool)).sum())
    awarded = every["related_completions"].notna().any()
    how = (
        "Colleges are in the order of their completions in related programs, then of their size."
        if awarded
        else "Colleges are in the order of their size: the study has no completions by program, so what they teach is judged by "
        "their Carnegie class."
    )
    if left:
        how += (
            f" {capital(counted(left, 'school'))} near these counties whose "
            f"{'programs or class do' if awarded else 'class does'} not serve the sector {_are(left)} left out; the table "
            "scope-colleges has them."
        )
    return how


def in_short(profile: ScopeProfile, asked: Sequence[str], supporters: Sequence[str]) -> list[tuple[str, str]]:
    """What a team decides first, each with its answer: whom to invite and who could support, where to meet, what to ask.

    Parameters
    ----------
    profile : ScopeProfile
        The footprint.
    asked : sequence of str
        What employers are asked.
    supporters : sequence of str
        Kinds of partners with those whom the study's files name, and those that they do not.

    Returns
    -------
    list of (str, str)
        Heading and sentences. A question that the study cannot answer is left out.
    """
    made = [
        ("Which counties are in doubt", doubt(profile) or _no_doubt(profile)),
        (
            "How many jobs, and whose",
            " ".join(t for t in (_jobs(profile), _lines(profile), _grown(profile)) if t),
        ),
        ("Who could invite", invitation(profile)),
        ("Who could support", " ".join(t for t in (_conveners(profile, _CONVENER), *supporters) if t)),
        ("Where to meet", meeting(profile)),
        ("What to ask first", f"{' '.join(asked)} Employers answer, and set the agenda."),
    ]
    return [(heading, text) for heading, text in made if text]


#: What a convener does, apart from the employers who invite.
_CONVENER = "A convener arranges the meetings and follows up"


def _no_doubt(profile: ScopeProfile) -> str:
    """That no county is in doubt, where draws of the flows tell."""
    if profile.focus["kind"] != LABOR_MARKET or profile.results.missing("labor-market-stability"):
        return ""
    least = figures.share(float(definitions("scope")["doubtful"]["value"]))
    return f"None. {_REDRAWN}, each of its counties stays in at least {least} of draws."


def invitation(profile: ScopeProfile) -> str:
    """Who invites, and in which county to look for the first employers."""
    text = "An employer invites other employers, from business to business; the host's sheet has the letter."
    counties = profile.counties
    if len(counties) < 2 or pd.isna(counties["employment_estimate"].iloc[0]):
        return text
    top = counties.iloc[0]
    held = cell_share(top)
    known = [f"{held} of the jobs"] if held != "withheld" else []
    if pd.notna(top["establishments"]):
        known.append(counted(top["establishments"], "establishment"))
    beside = f", which has {english.listed(known)}" if known else ""
    return f"{text} Look for the first ones in {short(top['county_name'])}{beside}."


def meeting(profile: ScopeProfile) -> str:
    """Where a first meeting has most of the sector's jobs within reach; empty without distances.

    The share counts estimates of withheld jobs, so it is said as about so much where some are withheld.
    """
    counties = profile.counties
    here = counties[counties["county"] == counties["meeting_county"]]
    if here.empty:
        return ""
    row = here.iloc[0]
    reach = float(definitions("scope")["meeting"]["value"])
    about = (
        ""
        if (counties["status"].isin(["published", "no establishments", "not in the study"])).all()
        else "about "
    )
    if not profile.focus["employment_low"] > 0:
        return (
            f"Meet in {short(row['county_name'])}: the jobs are withheld, and estimates of them point there. Ask the first employers "
            "before you choose."
        )
    near = figures.share(row["jobs_within_reach"])
    text = (
        f"Meet in {short(row['county_name'])}: {about}{near} of the jobs are within {reach:.0f} miles of it."
    )
    center = counties[counties["county"] == counties["center_county"]]
    if len(center) and center.index[0] != here.index[0]:
        top = center.iloc[0]
        text += f" From {short(top['county_name'])}, which has the most jobs, {about}{figures.share(top['jobs_within_reach'])} are."
    return text


def dispersion(profile: ScopeProfile) -> str:
    """How far apart the employers are, and how rural the counties, in words."""
    counties = profile.counties
    inside = counties[counties["employment_estimate"].notna()]
    if inside.empty:
        return ""
    text = ""
    far = inside.dropna(subset="distance_to_center").sort_values("distance_to_center")
    if len(far) > 1:
        center = str(inside["center_county"].iloc[0])
        row = inside[inside["county"] == center].iloc[0]
        others = inside.loc[inside["county"] != center, "employment_high"]
        sure = row["employment_low"] >= others.fillna(math.inf).max()
        last = far.iloc[-1]
        text = (
            f"{short(row['county_name'])} {'has' if sure else 'probably has'} the most jobs in {lower(profile.sector)}; "
            f"{short(last['county_name'])} lies farthest from it, {last['distance_to_center']:,.0f} miles between their "
            "centers as the crow flies."
        )
    known = inside.dropna(subset="rural_urban") if "rural_urban" in inside else inside.head(0)
    if len(known):
        rural = known[known["rural_urban"] >= 4]
        text += (
            f" {capital(number(len(rural)))} of {counted(len(known), 'county')} {_are(len(rural))} outside a metropolitan area"
            + (f": {english.counties([short(n) for n in rural['county_name']], 6)}." if len(rural) else ".")
        )
    small = inside[inside["establishments"].between(1, _FEW_ESTABLISHMENTS - 1)]
    if len(small):
        names = english.counties([short(n) for n in small["county_name"]], 6)
        have = (
            "has fewer than ten establishments"
            if len(small) == 1
            else "have fewer than ten establishments each"
        )
        text += f" {names} {have}: there, a visit to every one says more than these figures."
    return text.strip()


def sources(profile: ScopeProfile) -> str:
    """What the brief is drawn from, in a sentence."""
    file = profile.study.file
    if file.demonstration:
        return "Source: an invented economy, written in the official file layouts."
    parts = [
        f"Quarterly Census of Employment and Wages, {profile.year} (U.S. Bureau of Labor Statistics and state agencies)"
    ]
    named = {
        "commuting flows": profile.study.named("flows"),
        "jurisdictions": list(file.jurisdictions),
        "assets": profile.study.named("assets") or [str(one.package) for one in file.assets if one.package],
        "rural-urban continuum codes (USDA Economic Research Service)": profile.study.named("rural_urban"),
        "the study's list of partners": file.partners,
    }
    parts += [what for what, given in named.items() if given]
    shipped = words.built_in(profile.study.taken)
    return f"Sources: {english.listed(parts)}{shipped}. The manifest lists every file with its checksum."
