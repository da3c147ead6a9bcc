"""What the ranking of a region's sectors says, in sentences that name its figures."""

from __future__ import annotations

from itertools import takewhile

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.figures import Figure
from sectorlib.pages.region import words
from sectorlib.pages.region.facts import ranked
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.resources import definitions
from sectorlib.targeting import figure_in_words

#: Sectors with lower average pay of which the parts are told; the largest.
_COMPOSED = 3


def certainty(profile: RegionProfile) -> str:
    """How sure the first place is, in words; empty if nothing is ranked."""
    table = ranked(profile)
    if table.empty:
        return ""
    first = table.iloc[0]
    if len(table) == 1:
        return "No other sector is ranked here, so its place says nothing."
    # Where no more are ranked, each is among them.
    most = definitions("criteria")["top"]["value"]
    among = (
        f" and among the first three in {figures.share(first['share_top_three'])}"
        if len(table) > most
        else ""
    )
    text = (
        f"{english.capital(_name(table, first.name))} ranks first in {figures.share(first['share_first'])} of "
        f"{int(definitions('criteria')['simulations']['value']):,} simulations{among}{_ranks(first)}. Each one varies the uncertain "
        "figures within what is known of them, and the weights within the order of importance."
    )
    rivals = table[(table["rank_low"] == 1) & (table.index != first.name)]
    oftener = rivals[rivals["share_first"] > first["share_first"]].sort_values("share_first", ascending=False)
    if len(oftener):
        name = _name(table, oftener.index[0])
        share = figures.share(oftener["share_first"].iloc[0])
        text += f" {english.capital(name)} ranks first more often, in {share}: which of them leads is too close to call."
    elif len(rivals):
        names = [_name(table, name) for name in rivals.index]
        text += f" {english.capital(english.few_or_count(names, 'sectors'))} could also rank first."
    return text + _not_drawn(profile)


def change(profile: RegionProfile) -> str:
    """What would bring the second sector to the first place, in words, and which of both rest on estimates.

    Empty with fewer than two sectors.
    """
    table = ranked(profile)
    rows = profile.rows("target-uncertainty")
    if len(table) < 2 or rows.empty:
        return ""
    second = table.index[1]
    row = rows.set_index("sector").loc[second]
    name = english.capital(_name(table, second))
    by_weight = pd.notna(row["weight_moved"])
    if by_weight and row["weight_moved"] < _SLIGHT:
        text = f"{name} would rank first with the slightest shift in the weights"
    elif by_weight:
        only = "only " if row["weight_moved"] >= _MUCH else ""
        text = f"{name} would rank first {only}if {_weight(row['weight_moved'])} of the total weight shifted to criteria where it is stronger"
    else:
        text = f"No weights that keep the order of importance put {_name(table, second)} first"
    if pd.notna(row["figure_needed"]):
        criterion = str(row["criterion_changed"])
        points = _points(profile, second)
        mine = points[points["criterion"] == criterion].iloc[0]
        stated = profile.study.criteria.loc[[criterion]].iloc[0]
        now = (
            figure_in_words(criterion, float(mine["figure"]), stated)
            if pd.notna(mine["figure"])
            else "not known"
        )
        then = figure_in_words(criterion, float(row["figure_needed"]), stated)
        text += ", or" if by_weight else "; under the stated weights it would rank first"
        was = _unlike(now, then)
        if criterion == "location_quotient":  # the page calls the criterion concentration
            now, then = (
                said.replace("location quotient", "a concentration (location quotient) of")
                for said in (now, then)
            )
        hidden = table.loc[second, "disclosure"] != "disclosed" and criterion in _OF_JOBS
        text += (
            f" with a little more than {now}"
            if now == then
            else f" with {then}"
            if hidden
            else f" with {then} (now {was})"
        )
    return f"{text}."


#: Criteria whose figure is estimated where cells of a sector are withheld: a sentence does not state it.
_OF_JOBS = frozenset(("location_quotient", "average_pay", "share_of_jobs"))

#: A shift of less of the weight than this is hardly one; and of this or more it is much.
_SLIGHT, _MUCH = 0.01, 0.1


def as_of(profile: RegionProfile) -> str:
    """That the ranking is one of years ago, where every year that a projection would reach is past; empty otherwise."""
    if profile.study.overtaken is None or "projected_growth" not in profile.study.criteria.index:
        return ""
    year = profile.year
    return f"This ranking is as of {year}, and so is its growth trend."


def limited(profile: RegionProfile) -> str:
    """Which of the first three rest on limited data, and why; empty if none does."""
    terms = definitions("labels")["limited_data"]
    rows = ranked(profile).head(definitions("criteria")["top"]["value"])
    if rows.empty or not rows["limited_data"].any():
        return ""
    years = len(profile.study.years)
    if years < terms["years"]["value"]:
        many = "one year" if years == 1 else f"{years} years"
        return f"Limited data: every rank here rests on {many} of data."
    few = rows[rows["limited_data"].astype(bool)]
    said = [
        f"{_name(rows, name)} ({'none' if pd.isna(share) else f'{1 - share:.0%}'} of its jobs published)"
        for name, share in few["suppressed_share"].items()
    ]
    return f"Limited data: {english.listed(said)}."


def few_establishments(profile: RegionProfile) -> list[str]:
    """Sectors with too few establishments to be ranked, a line each: how many, and which neighbors could join.

    Most jobs first; a sector without any establishment is not listed.
    """
    rows = profile.rows("targets")
    if rows.empty:
        return []
    rows = rows[rows["few_establishments"].astype(bool) & (rows["establishments"] > 0)]
    lines = []
    for row in rows.sort_values("employment_estimate", ascending=False).to_dict("records"):
        title, number = row["sector_title"], f"{row['establishments']:.2g}"
        many = "1 establishment" if number == "1" else f"{number} establishments"
        near = row["wider_area"].split("; ") if row["wider_area"] else []
        beside = f"; in regions that touch: {english.listed(near[:5])}" if near else ""
        lines.append(f"{title}: {many} here{beside}.")
    return lines


def weights_decide(profile: RegionProfile) -> str:
    """That the first place is decided by the choice of weights, and what other weights put first; empty if not."""
    rows = profile.rows("target-weights")
    if rows.empty or rows["agrees"].all():
        return ""
    others = rows[~rows["agrees"].astype(bool)]
    said = []
    for title, rows in others.groupby("sector_title", sort=False):
        ways = [
            label.replace("without ", "without counting ") if label.startswith("without") else f"with {label}"
            for label in rows["label"].str.lower()
        ]
        said.append(f"{english.small(str(title))} {' or '.join(ways)}")
    return f"The choice of weights decides the first place, which would go to {'; to '.join(said)}."


def compared_with(profile: RegionProfile) -> str:
    """What concentration is measured against, of which year, and where the figures come from."""
    benchmark = profile.study.benchmark
    if profile.compared_with == "nation" and benchmark is not None:
        return (
            f"Concentration is the share of jobs here over the share in {profile.compared_name} in "
            f"{profile.compared_year}; from {benchmark.source(profile.year).rsplit(', ', 1)[0]}."
        )
    if profile.compared_with == "rest":
        return (
            "The study has no national figures, so concentration is the share of jobs here over the share in "
            f"{profile.rest_name}, without this region."
        )
    return (
        "How concentrated sectors are is not known, and earns half of its points: the study has no national figures, and "
        f"this region holds {words.own_share(profile):.0%} of the jobs of {profile.base_name}."
    )


def record(profile: RegionProfile) -> str:
    """What became of the first three of some years ago, here and in the whole study.

    Empty if the data begin later, or no more sectors are ranked, which cannot but stay among the first three.
    """
    rows = profile.rows("target-record")
    top = int(definitions("criteria")["top"]["value"])
    if rows.empty or len(ranked(profile)) <= top:
        return ""
    rows = rows.sort_values("rank")
    first = rows[rows["rank"] <= top]
    names = english.listed([title.lower() for title in first["sector_title"]])
    kept = [title.lower() for title in first.loc[first["kept"].astype(bool), "sector_title"]]
    if len(kept) == len(first):
        now = "all of them still are"
    elif kept:
        now = f"of these, {english.listed(kept)} still {'is' if len(kept) == 1 else 'are'}"
    else:
        now = "none of them still is"
    year = int(first["year"].iloc[0])
    text = f"Ranked the same way on data through {year}, the first three were {names}; {now}."
    apart = str(first["counted_once"].iloc[0])
    if apart:
        text += f" Only one of the two rankings has figures of: {apart}."
    everywhere = profile.results["target-record"]
    everywhere = everywhere[everywhere["rank"] <= top]
    regions = everywhere["area"].nunique()
    if regions > 1:
        share = f"{everywhere['kept'].mean():.0%}"
        text += f" Across the study\N{RIGHT SINGLE QUOTATION MARK}s {regions} regions, {share} of the first three of {year} are among the first three now."
    return text


def how_many(profile: RegionProfile) -> str:
    """How many partnerships a place of this size begins with, and what to think of; empty if nothing is ranked."""
    table = ranked(profile)
    if table.empty:
        return ""
    setting = definitions("criteria")["settings"][table["setting"].iloc[0]]
    many = "one partnership" if setting["starts"] == 1 else f"no more than {setting['starts']} partnerships"
    return f"To start with {many} is our advice for {setting['label'].strip()}. {setting['advice'].strip()}"


def lower_pay(profile: RegionProfile) -> list[str]:
    """Sectors with lower average pay, a sentence each: what their parts pay, the largest first; the others in the last."""
    table = ranked(profile)
    if table.empty:
        return []
    parts = profile.rows("sectors").set_index(["sector", "segment"])
    low = table[table["lower_pay"].astype(bool)].sort_values("employment_estimate", ascending=False)
    made: list[str] = []
    others: list[str] = []
    for name, title in zip(low.index, low["sector_title"], strict=True):
        segments = parts.loc[name]
        whole = segments.loc["all"]
        known = segments[segments["tier_typical"].notna() & (segments.index != "all")]
        if len(known) < 2 or len(made) == _COMPOSED:
            others.append(f"{title.lower()} ({_pay(whole)})")
            continue
        said = [
            f"{segment} ({row['note'][0].lower()}{row['note'][1:]}), {_jobs(row)} jobs at {_pay(row)}, "
            f"{row['tier_typical']} pay"
            for segment, row in known.sort_index(ascending=False).iterrows()
        ]
        made.append(f"{title}: {'; '.join(said)}; together {_pay(whole)}, {whole['tier_typical']} pay.")
    if others:
        made.append(f"{'Also' if made else 'These are'}: {english.listed(others)}.")
    return made


def stand_ins(profile: RegionProfile) -> str:
    """Which ranked sectors hold codes that the study cannot tell apart, and which are not ranked; empty if none."""
    rows = profile.rows("targets")
    if rows.empty:
        return ""
    wholes = profile.rows("sectors")
    wholes = wholes[wholes["segment"] == "all"].set_index("sector")
    text = []
    counted = wholes[(wholes["standing_in"] != "") & wholes.index.isin(ranked(profile).index)]
    if len(counted):
        said = [f"{row['sector_title'].lower()} ({row['standing_in']})" for _, row in counted.iterrows()]
        text.append(
            "The study's industries are too coarse for some codes, which count as a share of a wider industry, by "
            f"national shares: {english.listed(said)}."
        )
    left_out = wholes[(wholes["not_visible"] != "") & wholes.index.isin(ranked(profile).index)]
    if len(left_out):
        said = [f"{row['sector_title'].lower()} ({row['not_visible']})" for _, row in left_out.iterrows()]
        text.append(f"Codes that cannot be seen at all are left out: {english.listed(said)}.")
    unranked = rows[rows["rank"].isna() & ~rows["few_establishments"].astype(bool)]
    if len(unranked):
        said = [
            f"{row['sector_title'].lower()} ({row['visible_share']:.0%})" for _, row in unranked.iterrows()
        ]
        text.append(f"Not ranked, because too little of them can be seen: {english.listed(said)}.")
    return " ".join(text)


def missing(profile: RegionProfile) -> str:
    """Which of the study's criteria have no figures here, in words; empty if every one has."""
    absent = _without_figures(profile)
    if absent.empty:
        return ""
    counts = absent.index.isin(set(profile.rows("target-points")["criterion"]))
    parts = (
        ("Not known here, so that every sector has half of the points", absent[counts]),
        ("Without scores or figures, and so without weight", absent[~counts]),
    )
    said = [
        f"{text}: {english.listed(rows['label'].str.lower().to_list())}." for text, rows in parts if len(rows)
    ]
    return " ".join(said)


def _without_figures(profile: RegionProfile) -> pd.DataFrame:
    """The study's criteria that have no figures here."""
    rows, criteria = profile.rows("target-points"), profile.study.criteria
    known = rows.loc[rows["figure"].notna(), "criterion"] if len(rows) else criteria.index
    return criteria[~criteria.index.isin(set(known))]


def _not_drawn(profile: RegionProfile) -> str:
    """Which drivers are not known, and what the simulations leave out; empty if it is nothing."""
    absent = _without_figures(profile)
    unknown = absent.loc[absent["kind"] == "driver", "label"].str.lower().to_list()
    text = ""
    if unknown:
        said = english.listed(unknown)
        are = "is" if len(unknown) == 1 else "are"
        text += (
            f" {said[0].upper()}{said[1:]} {are} not known here; the simulations draw it from worst to best."
        )
    if not profile.knows_churn:
        text += (
            " How far quotients move from year to year cannot be measured here; these shares assume the "
            "movement that is usual elsewhere."
        )
    return text


def about_workers(number: float) -> Figure:
    """A number of workers from a survey, to two figures."""
    return Figure(f"about {figures.rounded_jobs(float(f'{number:.2g}'))}", "estimate", number)


def _unlike(text: str, other: str) -> str:
    """A text without the words that it begins and ends with as another does; they need not be said twice.

    >>> _unlike("0.8% of the jobs", "1.2% of the jobs"), _unlike("quotient 1.31", "quotient 1.52")
    ('0.8%', '1.31')
    """
    words_here, words_there = text.split(), other.split()
    for _ in range(2):  # from the front, and turned around from the back
        pairs = zip(words_here, words_there, strict=False)
        same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        words_here, words_there = words_here[same:][::-1], words_there[same:][::-1]
    return " ".join(words_here)


def _ranks(row: pd.Series) -> str:
    """The range of ranks, where the shares of first places and first threes do not tell it already."""
    low, high = int(row["rank_low"]), int(row["rank_high"])
    if low == 1 and high in (1, definitions("criteria")["top"]["value"]):
        return ""
    where = f"are {low}" if low == high else f"lie between {low} and {high}"
    return f"; {figures.share(row['share_within'])} of its ranks {where}"


def _points(profile: RegionProfile, sector: str) -> pd.DataFrame:
    rows = profile.rows("target-points")
    return rows[rows["sector"] == sector]


def _rests_on_estimates(table: pd.DataFrame, sector: str) -> bool:
    return bool(table.loc[sector, "disclosure"] != "disclosed")


def _name(table: pd.DataFrame, sector: object) -> str:
    return str(table["sector_title"].to_dict()[sector]).lower()


def _jobs(row: pd.Series) -> str:
    if row["disclosure"] == "disclosed":
        return figures.jobs(row["employment_estimate"])
    return about_workers(row["employment_estimate"])


def _pay(row: pd.Series) -> str:
    about = "" if row["disclosure"] == "disclosed" else "about "
    return f"{about}{row['pay_estimate'] / row['typical_industry_pay']:.0%}"


def _weight(share: float) -> str:
    return "less than one percent" if share < 0.01 else f"{share:.0%}"
