"""Which sectors first: ranks with intervals, what scores are made of, what would change them, and how they lasted."""

from __future__ import annotations

import pandas as pd

from sectorlib import targeting
from sectorlib.resources import definitions
from sectorlib.results import needs
from sectorlib.results.registry import Results, gives
from sectorlib.results.sectors import WHOLE, with_sector_titles
from sectorlib.results.shared import AREA, BESIDE, JOBS, NATION_YEAR, SECTOR, YEAR, titled
from sectorlib.schemas import Column, Table
from sectorlib.targeting import Targets
from sectorlib.wages import tier_cuts

#: The shipped criteria, which have columns of their own; a study's others are in target-points.
_CRITERIA = definitions("criteria")["criteria"]

TARGETS = Table(
    "targets", ("area", "sector"),
    (
        *AREA[1:], *SECTOR, YEAR,
        Column("rank", "number", "rank", "1 is first; missing where the sector is not ranked (too little of it seen, or few establishments)"),
        Column("place", "text", "", "in words; tied where scores are the same as pages round them; empty where not ranked"),
        Column("label", "text", "", "of the first place: Clear lead or Close call (data/labels.yaml), or empty"),
        Column("limited_data", "flag", "", "over a third of its jobs is not published, or the data have under three years"),
        Column("suppressed_share", "number", "share of jobs", "not published and estimated, in the latest year"),
        Column("rank_low", "number", "rank", "better end of the shortest run that holds 80 % of simulated ranks or more"),
        Column("rank_high", "number", "rank", "worse end"),
        Column("share_within", "number", "share of simulations", "from rank_low to rank_high; ranks are whole, so that most runs hold more than 80 %"),
        Column("score", "number", "points of 100", "weighted sum of values under the stated weights"),
        Column("share_first", "number", "share of simulations", "in which it is first; not a probability of success"),
        Column("share_top_three", "number", "share of simulations", "in which it is among the first three"),
        Column("short_list", "flag", "", "among the first three in a fifth of simulations or more"),
        Column("few_establishments", "flag", "", "fewer than the critical mass of the study; listed apart, not ranked"),
        Column("establishments", "number", "establishments", "of the sector here; missing where not all are known"),
        Column("wider_area", "text", "", "where few: regions that touch and have establishments in the sector, who could join"),
        Column("rank_without_size", "number", "rank", "leaving out jobs and establishments, which grow with how wide it is drawn"),
        *JOBS,
        Column("disclosure", "code", "", "how the jobs are known; figures of what is not disclosed are estimates"),
        *(Column(name, "number", c["unit"], c["label"].lower(), optional=True) for name, c in _CRITERIA.items()),
        Column("compared_with", "code", "", "what its concentration is measured against: nation, rest (of the base) or none"),
        *BESIDE, NATION_YEAR,
        Column("lower_pay", "flag", "", f"pays under {tier_cuts('typical-pay')[0]:.0%} of typical industry pay; see its segments in `sectors`"),
        Column("higher_value", "text", "", "its higher-value segments here, with jobs and pay"),
        Column("traded", "code", "", "traded or local in the nation, by most of its jobs there; it enters no score"),
        Column("breadth", "number", "share", "of the base's jobs: how wide the sector is drawn"),
        Column("visible_share", "number", "share", "of the sector that the study sees: of its jobs in the base, or of its codes if less"),
        Column("setting", "code", "", "rural, middle or urban, by the region's jobs"),
        Column("reasons", "text", "", "the figures behind the rank, strongest first; or why it is not ranked"),
    ),
    grain="region",
)  # fmt: skip

POINTS = Table(
    "target-points", ("area", "sector", "criterion"),
    (
        *AREA[1:], *SECTOR,
        Column("criterion", "code", "", "of data/criteria.yaml or the study"),
        Column("label", "text", "", "its name"),
        Column("unit", "text", "", "of the figure"),
        Column("figure", "number", "unit of the criterion", "missing where not known"),
        Column("weight", "number", "share", "stated, over the criteria that count here: all but those that nobody scored"),
        Column("points", "number", "points", "part of the score; half the weight where the figure is not known"),
        Column("most_points", "number", "points", "what the best figure would earn"),
    ),
    grain="region, sector and criterion",
)  # fmt: skip

UNCERTAINTY = Table(
    "target-uncertainty", ("area", "sector"),
    (
        *AREA[1:], *SECTOR,
        Column("rank", "number", "rank", "under the stated weights"),
        *(Column(f"{what}rank_{end}", "number", "rank", f"{words} end of 80 % or more of simulated ranks, {of}")
          for what, of in (("", "figures and weights drawn"), ("figures_", "figures drawn, weights as stated"),
                           ("weights_", "weights drawn, figures as they are"))
          for end, words in (("low", "better"), ("high", "worse"))),
        *(Column(f"{what}share_within", "number", "share of simulations", f"within that run, {of}")
          for what, of in (("", "figures and weights drawn"), ("figures_", "figures drawn"), ("weights_", "weights drawn"))),
        Column("share_first", "number", "share of simulations", "first"),
        Column("share_top_three", "number", "share of simulations", "among the first three"),
        Column("weight_moved", "number", "share of all weight",
               "least that would have to move for it to be first, in the order of importance; missing if none does"),
        Column("criterion_changed", "code", "", "the criterion whose figure alone would make it first with the least change"),
        Column("figure_needed", "number", "unit of the criterion", "that figure, in the criterion's unit"),
        *(Column(f"weight_when_first_{name}", "number", "share", f"mean weight of {c['label'].lower()} where it was first",
                 optional=True) for name, c in _CRITERIA.items()),
    ),
    grain="region",
)  # fmt: skip

WEIGHTS = Table(
    "target-weights", ("area", "weighting"),
    (
        *AREA[1:],
        Column("weighting", "code", "", "stated, equal, without_pay or without_concentration (data/criteria.yaml)"),
        Column("label", "text", "", "its name"),
        *SECTOR,
        Column("score", "number", "points of 100", "of the sector that is first under these weights"),
        Column("lead", "number", "points", "ahead of the next; missing where no other is ranked"),
        Column("agrees", "flag", "", "the same sector is first under the stated weights"),
    ),
    grain="region and weighting; figures as they are",
)  # fmt: skip

MASS = Table(
    "target-critical-mass", ("area", "times"),
    (
        *AREA[1:],
        Column("times", "number", "multiple", "of the number in use"),
        Column("fewest", "number", "establishments", "that a sector needs to be ranked"),
        Column("sector", "code", "", "first of those that have as many, by the stated weights; empty if none has"),
        Column("sector_title", "text", "", "its title"),
        Column("score", "number", "points of 100", "its score"),
        Column("set_apart", "number", "sectors", "with fewer establishments, which are not ranked"),
        Column("agrees", "flag", "", "the same sector is first under the number in use"),
    ),
    grain="region and half, once and twice the establishments needed",
)  # fmt: skip

RECORD = Table(
    "target-record", ("area", "sector"),
    (
        *AREA[1:], *SECTOR,
        Column("year", "year", "year", "ranked the same way, from data up to this year"),
        Column("rank", "number", "rank", "then"),
        Column("rank_low", "number", "rank", "then, better end of the run that held 80 % of simulated ranks or more"),
        Column("rank_high", "number", "rank", "then, worse end"),
        Column("share_top_three", "number", "share of simulations", "then"),
        Column("rank_now", "number", "rank", "missing where the sector is not ranked any more"),
        Column("within", "flag", "", "the rank of now lies between rank_low and rank_high of then"),
        Column("kept", "flag", "", "among the first three then and now"),
        Column("counted_once", "text", "", "criteria that have figures in one of the two rankings alone"),
    ),
    grain="region; what would have become of a ranking made some years ago",
)  # fmt: skip


@gives(
    TARGETS,
    "Target sectors of each region ranked by stated criteria: a short list for discussion.",
    needs=[needs.ranking],
)
def _targets(results: Results) -> pd.DataFrame:
    targets, study = results.targets, results.study
    made = results["sectors"]
    wholes = made[(made["segment"] == WHOLE) & (made["grain"] == "region")]
    columns = [
        "area",
        "sector",
        "establishments",
        *(c.name for c in JOBS),
        "disclosure",
        "tier_typical",
        "traded",
        "visible_share",
        *(c.name for c in BESIDE if c.name.endswith(("_low", "_high"))),
    ]
    estimates = [f"location_quotient_{name}_estimate" for name in ("nation", "rest")]
    columns += [*estimates, *(["nation_year"] if "nation_year" in wholes else [])]
    table = wholes[columns].merge(targets.ranks, on=["area", "sector"], how="left")
    table = table.rename(columns={name: name.removesuffix("_estimate") for name in estimates})
    against = targeting.sector_quotients(targets.panels, results.denominator)
    table["compared_with"] = table["area"].map(against.drop_duplicates("area").set_index("area")["against"])
    table["year"] = targets.panels.year
    table["few_establishments"] = pd.MultiIndex.from_frame(table[["area", "sector"]]).isin(targets.few.index)
    table["wider_area"] = _wider_area(table, results)
    table = table.merge(targeting.limited_data(targets.panels), on=["area", "sector"], how="left")
    places = targeting.named_places(table[table["rank"].notna()], table["limited_data"])
    table[["place", "label"]] = places.reindex(table.index, fill_value="")
    top = definitions("criteria")["short_list"]["value"]
    table["short_list"] = table["share_top_three"] >= top
    table["lower_pay"] = table["tier_typical"] == "low"
    table = table.merge(_higher_value(made), on=["area", "sector"], how="left")
    base = made[(made["segment"] == WHOLE) & (made["grain"] == "base")].set_index("sector")
    totals = targets.panels.whole
    now = totals[totals["year"] == targets.panels.year].set_index("area")
    table["breadth"] = table["sector"].map(base["employment_estimate"]) / now["employment"][study.base_area]
    table["setting"] = targeting.setting_of(table["area"].map(now["employment"]))
    table["reasons"] = _reasons(table, targets)
    table = table.sort_values(["area", "rank", "sector"])
    return TARGETS.select(titled(with_sector_titles(table, study.sectors), study))


@gives(
    POINTS, "What each score is made of: figure, weight and points of every criterion.", needs=[needs.ranking]
)
def _points(results: Results) -> pd.DataFrame:
    targets, study = results.targets, results.study
    ranks = targets.ranks
    names = [name for name in targets.criteria.index if f"points_{name}" in ranks]
    parts = [
        ranks[["area", "sector"]].assign(criterion=name, figure=ranks[name], points=ranks[f"points_{name}"])
        for name in names
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table[table["points"].notna()]
    stated = targets.criteria["weight"]
    whole = (
        table.drop_duplicates(["area", "criterion"])
        .assign(stated=lambda t: t["criterion"].map(stated))
        .groupby("area")["stated"]
        .sum()
    )
    table["weight"] = table["criterion"].map(stated) / table["area"].map(whole)
    table["most_points"] = 100 * table["weight"]
    for column in ("label", "unit"):
        table[column] = table["criterion"].map(targets.criteria[column])
    table = table.sort_values(["area", "sector"], kind="stable")
    return POINTS.select(titled(with_sector_titles(table, study.sectors), study))


@gives(
    UNCERTAINTY,
    "How sure each rank is, which weights make a sector first, and what would have to change.",
    needs=[needs.ranking],
)
def _uncertainty(results: Results) -> pd.DataFrame:
    study = results.study
    return UNCERTAINTY.select(titled(with_sector_titles(results.targets.ranks, study.sectors), study))


@gives(
    WEIGHTS, "The first sector under equal weights, and without pay or concentration.", needs=[needs.ranking]
)
def _weights(results: Results) -> pd.DataFrame:
    study, targets = results.study, results.targets
    ranked = pd.MultiIndex.from_frame(targets.ranks[["area", "sector"]])
    evidence = targets.evidence
    evidence = evidence[pd.MultiIndex.from_frame(evidence[["area", "sector"]]).isin(ranked)]
    table = targeting.first_under_weights(evidence, targets.criteria)
    labels = {name: terms["label"] for name, terms in definitions("criteria")["weightings"].items()}
    table["label"] = table["weighting"].map(labels)
    return WEIGHTS.select(titled(with_sector_titles(table, study.sectors), study))


@gives(
    MASS,
    "The first sector if half or twice as many establishments were needed: how far our convention matters.",
    needs=[needs.ranking],
)
def _mass(results: Results) -> pd.DataFrame:
    study, targets = results.study, results.targets
    number = targeting.establishments_of(targets.panels)
    table = targeting.first_under_mass(targets.evidence, targets.criteria, number, targets.fewest)
    once = table[table["times"] == 1].set_index("area")["sector"].fillna("")
    table["sector"] = table["sector"].fillna("")
    table["agrees"] = table["sector"] == table["area"].map(once)
    table = with_sector_titles(table, study.sectors).fillna({"sector_title": ""})
    return MASS.select(titled(table, study))


@gives(
    RECORD,
    "Ranks as they would have been made some years ago, beside those of now.",
    needs=[needs.earlier_ranking, needs.ranking],
)
def _record(results: Results) -> pd.DataFrame:
    study, before, now = results.study, results.earlier_targets, results.targets
    ranks = now.ranks.set_index(["area", "sector"])["rank"]
    columns = ["area", "sector", "rank", "rank_low", "rank_high", "share_top_three"]
    table = before.ranks[columns].assign(year=before.panels.year)
    table["rank_now"] = ranks.reindex(pd.MultiIndex.from_frame(table[["area", "sector"]])).to_numpy()
    table["within"] = table["rank_now"].between(table["rank_low"], table["rank_high"])
    top = definitions("criteria")["top"]["value"]
    table["kept"] = (table["rank"] <= top) & (table["rank_now"] <= top)
    once = (set(before.missing) ^ set(now.missing)) & set(now.criteria.index)
    table["counted_once"] = ", ".join(
        label.lower() for name, label in now.criteria["label"].items() if name in once
    )
    return RECORD.select(titled(with_sector_titles(table, study.sectors), study))


# --- parts -------------------------------------------------------------------------------------------


def _wider_area(table: pd.DataFrame, results: Results) -> pd.Series:
    """Of sectors with few establishments, the regions that touch and have some, with their number, most first."""
    out = pd.Series("", index=table.index)
    few = table[table["few_establishments"]]
    if few.empty:
        return out
    there = table[["area", "sector", "establishments"]].rename(columns={"area": "neighbor"})
    there = there[there["establishments"] >= 1]
    joined = (
        few[["area", "sector"]]
        .reset_index()
        .merge(results.touching, on="area")
        .merge(there, on=["neighbor", "sector"])
    )
    names = titled(joined[["neighbor"]].rename(columns={"neighbor": "area"}), results.study)["area_name"]
    joined["said"] = [f"{name} ({n:,.0f})" for name, n in zip(names, joined["establishments"], strict=True)]
    joined = joined.sort_values(["establishments", "said"], ascending=[False, True])
    out.update(joined.groupby("index")["said"].agg("; ".join))
    return out


def _higher_value(made: pd.DataFrame) -> pd.DataFrame:
    rows = made[(made["segment"] == "higher-value") & (made["employment_estimate"] > 0)]
    jobs = rows["employment_estimate"].map(lambda jobs: f"{float(f'{jobs:.2g}'):,.0f}").astype("str")
    about = pd.Series("", index=rows.index).mask(rows["disclosure"] != "disclosed", "about ")
    text = rows["note"] + ": " + about + jobs + " jobs"
    ratio = rows["pay_estimate"] / rows["typical_industry_pay"]
    pay = about + ratio.map("{:.0%}".format).astype("str")
    text = text.where(ratio.isna(), text + " at " + pay + " of typical industry pay")
    return rows[["area", "sector"]].assign(higher_value=text)


def _reasons(table: pd.DataFrame, targets: Targets) -> pd.Series:
    """The figures behind each rank, those with the most points first, and whether cells are withheld; why a sector is
    not ranked.
    """
    criteria = targets.criteria
    names = [str(name) for name in criteria.index if f"points_{name}" in table]
    rows = dict(criteria.iterrows())
    out = []
    for row in table.to_dict("records"):
        if row["few_establishments"]:
            number = f"{row['establishments']:.3g}, fewer than {targets.fewest:g}"
            out.append(f"few establishments ({number}): consider a wider area")
            continue
        if pd.isna(row["rank"]):
            out.append(f"not ranked: the study's industries show {row['visible_share']:.0%} of it")
            continue
        known = [name for name in names if pd.notna(row[name])]
        order = sorted(known, key=lambda name: -row[f"points_{name}"])
        words = [targeting.figure_in_words(name, row[name], rows[name]) for name in order]
        said = "; ".join(words)
        out.append(
            said if row["disclosure"] == "disclosed" else f"estimates where cells are withheld: {said}"
        )
    return pd.Series(out, index=table.index)
