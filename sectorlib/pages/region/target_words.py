"""What the ranking of a region's sectors says, in sentences that name its figures."""

from __future__ import annotations

from itertools import takewhile

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.region import words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.resources import definitions
from sectorlib.targeting import figure_in_words

#: Figures named of the first sector, and of those after it.
_OF_FIRST, _OF_NEXT = 4, 2

#: Neighbors that are named; those with the most commuters.
_NEIGHBORS = 5

#: Sectors with lower average pay of which the parts are told; the largest.
_COMPOSED = 3


def ranked(profile: RegionProfile) -> pd.DataFrame:
    """The region's ranked sectors, first to last, indexed by name; empty if there are none.

    >>> from sectorlib import Results, data_path, load_study
    >>> results = Results(load_study(data_path("demo", "study.yaml")))
    >>> ranked(RegionProfile(results, results["regions"]["area"].iloc[0])).columns[:2].to_list()
    ['area', 'area_name']
    """
    rows = profile.rows("targets")
    if rows.empty:
        return rows
    return rows[rows["rank"].notna()].sort_values(["rank", "sector"]).set_index("sector", drop=False)


def choices(profile: RegionProfile) -> str:
    """The first three sectors and the figures that put them there; empty if there are none."""
    table = ranked(profile)
    if table.empty:
        return ""
    first, *others = table.head(3).index
    places = table["place"].to_dict()
    text = f"{places[first]} by the stated criteria: {_name(table, first)} ({_figures(profile, table, first, _OF_FIRST)})"
    for name in others:
        place = places[name].lower()
        text += f"; {place}, {_name(table, name)} ({_figures(profile, table, name, _OF_NEXT)})"
    return text + "."


def certainty(profile: RegionProfile) -> str:
    """How sure the first place is, in words; empty if nothing is ranked."""
    table = ranked(profile)
    if table.empty:
        return ""
    first = table.iloc[0]
    if len(table) == 1:
        return "No other sector is ranked here, so that its place says nothing."
    # Where no more are ranked, each is among them.
    most = definitions("criteria")["top"]["value"]
    among = f" and among the first three in {_share(first['share_top_three'])}" if len(table) > most else ""
    text = (
        f"When figures are drawn within what is known of them, and weights from all that keep the order of importance, "
        f"{_name(table, first.name)} is first in {_share(first['share_first'])} of simulations{among}{_ranks(first)}. "
        "This is a share of simulations, not a probability that a partnership will succeed."
    )
    if first["label"]:
        text = f"{first['label']}. {text}"
    rivals = table[(table["rank_low"] == 1) & (table.index != first.name)]
    oftener = rivals[rivals["share_first"] > first["share_first"]].sort_values("share_first", ascending=False)
    if len(oftener):
        name = _name(table, oftener.index[0])
        share = _share(oftener["share_first"].iloc[0])
        text += f" {name[0].upper()}{name[1:]} is first more often, in {share}: which of them leads is open."
    elif len(rivals):
        names = [_name(table, name) for name in rivals.index]
        what = "ranks of" if len(names) == 1 else "ranks of each of"
        text += f" The {what} {english.few_or_count(names, 'sectors')} reach the first place too."
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
    name = _name(table, second)
    if pd.notna(row["weight_moved"]):
        text = f"{name[0].upper()}{name[1:]} would come first if {_weight(row['weight_moved'])} of the weight moved, within the order of importance"
    else:
        text = f"No weights that keep the order of importance bring {name} to the first place"
    if pd.notna(row["figure_needed"]):
        criterion = str(row["criterion_changed"])
        points = _points(profile, second)
        mine = points[points["criterion"] == criterion].iloc[0]
        known = pd.notna(mine["figure"])
        stated = profile.study.criteria.loc[[criterion]].iloc[0]
        now = figure_in_words(criterion, float(mine["figure"]), stated) if known else "not known"
        then = figure_in_words(criterion, float(row["figure_needed"]), stated)
        joint = (
            "; or, weights as they are,"
            if pd.notna(row["weight_moved"])
            else "; weights as they are, it would come first"
        )
        text += (
            f"{joint} with {then} (now {_unlike(now, then)})"
            if now != then
            else f"{joint} with a little more than {now}"
        )
    estimated = [_name(table, sector) for sector in table.index[:2] if _rests_on_estimates(table, sector)]
    whose = (
        f" Some cells of {english.listed(estimated)} are withheld, and estimated here." if estimated else ""
    )
    return f"{text}.{whose}"


def as_of(profile: RegionProfile) -> str:
    """That the ranking is one of years ago, where every year that a projection would reach is past; empty otherwise."""
    if profile.study.overtaken is None or "projected_growth" not in profile.study.criteria.index:
        return ""
    year = profile.year
    return (
        f"This ranking is as of {year}. Growth counts in it as the trend stood in {year}; it is not a projection from "
        "today, and later years may have gone another way."
    )


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
        beside = f"; in regions that touch: {english.listed(near[:_NEIGHBORS])}" if near else ""
        lines.append(f"{title}: {many} here{beside}.")
    return lines


def weights_decide(profile: RegionProfile) -> str:
    """That the first place is decided by the choice of weights, and what other weights put first; empty if not."""
    rows = profile.rows("target-weights")
    if rows.empty or rows["agrees"].all():
        return ""
    others = rows[~rows["agrees"].astype(bool)]
    said = [f"{row['label'].lower()}, {row['sector_title'].lower()}" for row in others.to_dict("records")]
    return f"The choice of weights decides the first place. Other weights put other sectors first: {'; '.join(said)}."


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
        now = "none of these still is"
    year = int(first["year"].iloc[0])
    text = f"Ranked the same way on data up to {year}, the first three were {names}; {now}."
    apart = str(first["counted_once"].iloc[0])
    if apart:
        text += f" Only one of the two rankings has figures of: {apart}."
    everywhere = profile.results["target-record"]
    everywhere = everywhere[everywhere["rank"] <= top]
    regions = everywhere["area"].nunique()
    if regions > 1:
        share = f"{everywhere['kept'].mean():.0%}"
        text += f" Over the {regions} regions of this study, {share} of the first three of {year} are among the first three now."
    return text


def how_many(profile: RegionProfile) -> str:
    """How many partnerships a place of this size begins with, and what to think of; empty if nothing is ranked."""
    table = ranked(profile)
    if table.empty:
        return ""
    setting = definitions("criteria")["settings"][table["setting"].iloc[0]]
    many = "one partnership" if setting["starts"] == 1 else f"no more than {setting['starts']} partnerships"
    return f"For a place of this size we suggest to begin with {many}. {setting['advice'].strip()}"


def neighbors(profile: RegionProfile) -> list[str]:
    """Regions that touch and which sectors are on both short lists, a line each, those with the most commuters first; a few."""
    if profile.results.missing("portfolio"):
        return []
    pairs = profile.results["portfolio"]
    there = {
        "neighbor_name": "area_name",
        "area_name": "neighbor_name",
        "neighbor_rank": "rank",
        "rank": "neighbor_rank",
    }
    both = pd.concat(
        [pairs[pairs["area"] == profile.area], pairs[pairs["neighbor"] == profile.area].rename(columns=there)]
    )
    both = both.sort_values(["workers_between", "neighbor_name", "rank"], ascending=[False, True, True])
    lines = []
    by_name = list(both.groupby("neighbor_name", sort=False))
    for name, rows in by_name[:_NEIGHBORS]:
        workers = rows["workers_between"].iloc[0]
        cross = f" ({_about(workers)} workers cross between the two)" if workers > 0 else ""
        said = [
            f"{title.lower()} ({rank:.0f})"
            for title, rank in zip(rows["sector_title"], rows["neighbor_rank"], strict=True)
        ]
        lines.append(f"{name}{cross}: {english.listed(said)}.")
    others = len(by_name) - _NEIGHBORS
    if others > 0:
        lines.append(f"Regions that touch and share sectors, beyond these: {others}.")
    return lines


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
            " How far quotients move from year to year cannot be measured here, so that ranks are somewhat less sure "
            "than these shares say."
        )
    return text


def _about(number: float) -> str:
    return "about " + figures.rounded_jobs(float(f"{number:.2g}"))


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
    return f"; {_share(row['share_within'])} of its ranks {where}"


def _share(share: float) -> str:
    """A share of simulations; what is not all or none is not called so.

    >>> _share(1.0), _share(0.997), _share(0.42), _share(0.002)
    ('100%', 'over 99%', '42%', 'under 1%')
    """
    if 0.995 <= share < 1:
        return "over 99%"
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"


def _points(profile: RegionProfile, sector: str) -> pd.DataFrame:
    rows = profile.rows("target-points")
    return rows[rows["sector"] == sector]


def _figures(profile: RegionProfile, table: pd.DataFrame, sector: str, most: int) -> str:
    """The figures of the drivers, those with the most points ahead; a weak one is not hidden. Without drivers, all.

    Where cells of the sector are withheld they are estimates, and called so.
    """
    rows = _points(profile, sector)
    rows = rows[rows["figure"].notna()]
    stated = profile.study.criteria
    driver = rows["criterion"].map(stated["kind"]) == "driver"
    rows = (rows[driver] if driver.any() else rows).sort_values("points", ascending=False).head(most)
    text = ", ".join(
        figure_in_words(str(r["criterion"]), r["figure"], stated.loc[r["criterion"]])
        for _, r in rows.iterrows()
    )
    return f"estimates: {text}" if _rests_on_estimates(table, sector) else text


def _rests_on_estimates(table: pd.DataFrame, sector: str) -> bool:
    return bool(table.loc[sector, "disclosure"] != "disclosed")


def _name(table: pd.DataFrame, sector: object) -> str:
    return str(table["sector_title"].to_dict()[sector]).lower()


def _jobs(row: pd.Series) -> str:
    if row["disclosure"] == "disclosed":
        return figures.jobs(row["employment_estimate"])
    return _about(row["employment_estimate"])


def _pay(row: pd.Series) -> str:
    about = "" if row["disclosure"] == "disclosed" else "about "
    return f"{about}{row['pay_estimate'] / row['typical_industry_pay']:.0%}"


def _weight(share: float) -> str:
    return "less than one percent" if share < 0.01 else f"{share:.0%}"
