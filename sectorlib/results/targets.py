"""Which sectors first: compositions, ranks with intervals, what would change them, pairs of regions, a sequence."""

from __future__ import annotations

import pandas as pd

from sectorlib import targeting
from sectorlib.concentration import (
    location_quotient,
    location_quotient_bounds,
    spatial_concentration,
    traded_or_local,
)
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.labor_markets import neighbors
from sectorlib.resources import definitions
from sectorlib.results.registry import AREA, YEAR, Results, gives, titled
from sectorlib.schemas import Column, Table
from sectorlib.sectors import sector_overlap, segments_as_sectors, visible_codes
from sectorlib.targeting import Targets
from sectorlib.wages import average_annual_pay

#: The shipped criteria, which have columns of their own; a study's others are in target-points.
_CRITERIA = definitions("criteria")["criteria"]

_WHOLE = "all"

_SECTOR = (
    Column("sector", "code", "", "target sector of data/sectors.yaml or of the study"),
    Column("sector_title", "text", "", "its title"),
)
_JOBS = (
    Column("employment", "number", "jobs", "missing where not fully known"),
    Column("employment_low", "number", "jobs", "the least that published sums allow"),
    Column("employment_high", "number", "jobs", "the most that published sums allow"),
    Column(
        "employment_estimate",
        "number",
        "jobs",
        "withheld parts estimated; the figure where nothing is withheld",
    ),
)

SECTORS = Table(
    "sectors", ("area", "sector", "segment"),
    (
        Column("grain", "text", "", "region or base"), *AREA[1:], *_SECTOR,
        Column("segment", "text", "", "all, or the segment"),
        YEAR,
        Column("establishments", "number", "worksites", "annual average"),
        *_JOBS,
        Column("disclosure", "code", "", "how the jobs are known"),
        Column("pay_estimate", "number", "USD a year, nominal", "average annual pay, with estimates of what is withheld"),
        Column("pay_ratio_estimate", "number", "ratio", "to the area's average over all industries and ownerships"),
        Column("tier_in_area", "code", "", "low under 0.8, high over 1.2 of that average"),
        Column("location_quotient", "number", "ratio", "missing where not fully known"),
        Column("location_quotient_low", "number", "ratio", "the least it can be, from withheld cells"),
        Column("location_quotient_high", "number", "ratio", "the most it can be, from withheld cells"),
        Column("location_quotient_estimate", "number", "ratio", "of employment_estimate"),
        Column("traded", "code", "", "traded or local, by the spread over the study's counties; of whole sectors"),
        Column("visible_share", "number", "share", "of the sector that the study sees: of its jobs in the base, or of its codes if less"),
        Column("codes", "text", "", "NAICS codes read, with weights other than 1"),
        Column("standing_in", "text", "", "codes counted as a share of the 3-digit industry"),
        Column("not_visible", "text", "", "codes that the study's industries cannot show"),
        Column("note", "text", "", "what the sector or segment is"),
        Column("reference", "text", "", "whose definition"),
    ),
    grain="region and base, latest year",
)  # fmt: skip

OVERLAPS = Table(
    "sector-overlaps", ("area", "sector_a", "sector_b"),
    (
        *AREA[1:],
        Column("sector_a", "code", "", "one sector"),
        Column("sector_b", "code", "", "another"),
        Column("industries", "text", "", "codes in both"),
        Column("jobs_low", "number", "jobs", "in both, the least"),
        Column("jobs_high", "number", "jobs", "in both, the most; never add up sectors that overlap"),
    ),
    grain="region and base, latest year",
)  # fmt: skip

TARGETS = Table(
    "targets", ("area", "sector"),
    (
        *AREA[1:], *_SECTOR, YEAR,
        Column("rank", "number", "", "1 is first; missing where the sector is not ranked"),
        Column("rank_low", "number", "", "better end of the shortest run that holds 80 % of simulated ranks or more"),
        Column("rank_high", "number", "", "worse end"),
        Column("share_within", "number", "share of simulations", "from rank_low to rank_high; ranks are whole, so that most runs hold more than 80 %"),
        Column("score", "number", "points of 100", "weighted sum of values under the stated weights"),
        Column("share_first", "number", "share of simulations", "in which it is first; not a probability of success"),
        Column("share_top_three", "number", "share of simulations", "in which it is among the first three"),
        Column("shortlist", "flag", "", "among the first three in a fifth of simulations or more"),
        Column("rank_without_size", "number", "", "leaving out jobs and worksites, which grow with how wide it is drawn"),
        *_JOBS,
        Column("disclosure", "code", "", "how the jobs are known; figures of what is not disclosed are estimates"),
        *(Column(name, "number", c["unit"], c["label"].lower(), optional=True) for name, c in _CRITERIA.items()),
        Column("low_road", "flag", "", "of the low tier of pay in the area; see its segments in `sectors`"),
        Column("higher_value", "text", "", "its higher-value segments here, with jobs and pay"),
        Column("traded", "code", "", "traded or local, by the spread over the study's counties"),
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
        *AREA[1:], *_SECTOR,
        Column("criterion", "code", "", "of data/criteria.yaml or the study"),
        Column("label", "text", "", "its name"),
        Column("unit", "text", "", "of the figure"),
        Column("figure", "number", "", "missing where not known"),
        Column("weight", "number", "share", "stated, over the criteria that the area has figures for"),
        Column("points", "number", "points", "part of the score; half the weight where the figure is not known"),
        Column("most_points", "number", "points", "what the best figure would earn"),
    ),
    grain="region, sector and criterion",
)  # fmt: skip

UNCERTAINTY = Table(
    "target-uncertainty", ("area", "sector"),
    (
        *AREA[1:], *_SECTOR,
        Column("rank", "number", "", "under the stated weights"),
        *(Column(f"rank_{end}{what}", "number", "", f"{words} end of 80 % or more of simulated ranks, {of}")
          for what, of in (("", "figures and weights drawn"), ("_figures", "figures drawn, weights as stated"),
                           ("_weights", "weights drawn, figures as they are"))
          for end, words in (("low", "better"), ("high", "worse"))),
        *(Column(f"share_within{what}", "number", "share of simulations", f"within that run, {of}")
          for what, of in (("", "figures and weights drawn"), ("_figures", "figures drawn"), ("_weights", "weights drawn"))),
        Column("share_first", "number", "share of simulations", "first"),
        Column("share_top_three", "number", "share of simulations", "among the first three"),
        Column("weight_moved", "number", "share of all weight",
               "least that would have to move for it to be first, in the order of importance; missing if none does"),
        Column("criterion_changed", "code", "", "the criterion whose figure alone would make it first with the least change"),
        Column("figure_needed", "number", "", "that figure, in the criterion's unit"),
        *(Column(f"weight_when_first_{name}", "number", "share", f"mean weight of {c['label'].lower()} where it was first",
                 optional=True) for name, c in _CRITERIA.items()),
    ),
    grain="region",
)  # fmt: skip

RECORD = Table(
    "target-record", ("area", "sector"),
    (
        *AREA[1:], *_SECTOR,
        Column("year", "year", "year", "ranked the same way, from data up to this year"),
        Column("rank", "number", "", "then"),
        Column("rank_low", "number", "", "then, better end of the run that held 80 % of simulated ranks or more"),
        Column("rank_high", "number", "", "then, worse end"),
        Column("share_top_three", "number", "share of simulations", "then"),
        Column("rank_now", "number", "", "missing where the sector is not ranked any more"),
        Column("within", "flag", "", "the rank of now lies between rank_low and rank_high of then"),
        Column("kept", "flag", "", "among the first three then and now"),
    ),
    grain="region; what would have become of a ranking made some years ago",
)  # fmt: skip

PORTFOLIO = Table(
    "portfolio", ("sector", "area", "neighbor"),
    (
        *_SECTOR,
        Column("area", "code", "", "a region"),
        Column("area_name", "text", "", "its name"),
        Column("neighbor", "code", "", "a region that touches it, with the sector on its shortlist too"),
        Column("neighbor_name", "text", "", "its name"),
        Column("rank", "number", "", "in the region"),
        Column("neighbor_rank", "number", "", "in the neighbor"),
        Column("jobs_estimate", "number", "jobs", "of the sector in both, withheld parts estimated"),
        Column("worksites", "number", "worksites", "of the sector in both, those that are published"),
        Column("workers_between", "number", "workers", "who live in one and work in the other, all industries"),
        Column("regions", "number", "regions", "of the study with the sector on the shortlist"),
    ),
    grain="pair of neighboring regions",
)  # fmt: skip

SHEET = Table(
    "readiness-sheet", ("area", "sector"),
    (
        *AREA[1:], *_SECTOR,
        Column("rank", "number", "", "as ranked"),
        *(Column(name, "text", "0 to 3", question) for name, question in targeting.readiness_questions().items()),
        Column("by", "text", "", "who answered"),
        Column("why", "text", "", "on what grounds"),
    ),
    grain="region; a blank sheet to be filled in",
)  # fmt: skip

SEQUENCE = Table(
    "target-sequence", ("area", "sector"),
    (
        *AREA[1:], *_SECTOR,
        Column("step", "number", "", "1 comes first"),
        Column("suggestion", "code", "", "begin, later, prepare, or join a partnership that runs"),
        Column("strength", "number", "share", "score over 100"),
        Column("readiness", "number", "share", "of the highest total of the readiness sheet"),
        Column("certainty", "number", "share of simulations", "among the first three"),
        Column("overlap", "number", "share",
               "of a running partnership's employers that are in the sector; of its jobs by code where no employers are listed"),
        Column("shared_employers", "number", "employers", "of that partnership in the sector; missing where none are listed"),
        Column("running", "text", "", "the partnership with the most overlap"),
        Column("priority", "number", "share", "mean of strength, readiness, certainty and 1 less overlap"),
        Column("worksites", "number", "worksites", "of the sector here, those that are published"),
        Column("neighbors", "text", "", "regions that touch, with the sector on their shortlists too"),
        Column("segment", "text", "", "the sector's most concentrated segment here; blank if it has one alone"),
        Column("setting", "code", "", "rural, middle or urban, by the region's jobs"),
        Column("advice", "text", "", "for a place of this size"),
    ),
    grain="region",
)  # fmt: skip


@gives(
    SECTORS, "Target sectors and their segments: jobs, pay, concentration, and which codes the study sees."
)
def _sectors(results: Results) -> pd.DataFrame:
    targets, study = results.targets, results.study
    wholes = _composition(targets, targets.panels.areas, results.denominator).assign(segment=_WHOLE)
    parts = study.sectors.groupby("sector")["segment"].transform("nunique") > 1
    split = segments_as_sectors(study.sectors[parts])
    inside = targeting.sector_panels(
        targets.panel[targets.panel["year"] == targets.panels.year],
        study.regions, split, study.base_area, study.ownership,
    )  # fmt: skip
    segments = _composition(targets, inside.areas, results.denominator)
    segments[["sector", "segment"]] = segments["sector"].str.split(": ", n=1, expand=True).to_numpy()
    table = pd.concat([wholes, segments], ignore_index=True)
    makeup = _codes(study.sectors, targets)
    table = table.merge(makeup, on=["sector", "segment"], how="left")
    table["visible_share"] = table["sector"].map(targets.visible)
    kinds = _traded(targets)
    table["traded"] = table["sector"].map(kinds).where(table["segment"] == _WHOLE)
    table["grain"] = (table["area"] == study.base_area).map({True: "base", False: "region"})
    return SECTORS.select(titled(_with_titles(table, study.sectors), study)).sort_values(["area", "sector"])


@gives(OVERLAPS, "Jobs that two target sectors share, which no sum may count twice.")
def _overlaps(results: Results) -> pd.DataFrame:
    targets, study = results.targets, results.study
    rows = results.reported
    rows = rows[(rows["ownership"] == study.ownership) & (rows["year"] == targets.panels.year)]
    rows = rows[rows["grain"] != "county"] if study.system != "counties" else rows
    table = sector_overlap(study.sectors, rows)
    if "area" not in table:
        raise NotSupportedError("no two sectors share a code", "sectors that overlap", "nothing is amiss")
    return OVERLAPS.select(titled(table.assign(area=table["area"].astype(str)), study))


@gives(TARGETS, "Target sectors of each region ranked by stated criteria: a shortlist for discussion.")
def _targets(results: Results) -> pd.DataFrame:
    targets, study = results.targets, results.study
    made = results["sectors"]
    wholes = made[(made["segment"] == _WHOLE) & (made["grain"] == "region")]
    columns = [
        "area",
        "sector",
        *(c.name for c in _JOBS),
        "disclosure",
        "tier_in_area",
        "traded",
        "visible_share",
    ]
    table = wholes[columns].merge(targets.ranks, on=["area", "sector"], how="left")
    table["year"] = targets.panels.year
    top = definitions("criteria")["shortlist"]["value"]
    table["shortlist"] = table["share_top_three"] >= top
    table["low_road"] = table["tier_in_area"] == "low"
    table = table.merge(_higher_value(made), on=["area", "sector"], how="left")
    base = made[(made["segment"] == _WHOLE) & (made["grain"] == "base")].set_index("sector")
    totals = targets.panels.totals
    now = totals[(totals["year"] == targets.panels.year) & (totals["ownership"] == "0")].set_index("area")
    table["breadth"] = table["sector"].map(base["employment_estimate"]) / now["employment"][study.base_area]
    table["setting"] = targeting.setting_of(table["area"].map(now["employment"]))
    table["reasons"] = _reasons(table, targets)
    table = table.sort_values(["area", "rank", "sector"])
    return TARGETS.select(titled(_with_titles(table, study.sectors), study))


@gives(POINTS, "What each score is made of: figure, weight and points of every criterion.")
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
    return POINTS.select(titled(_with_titles(table, study.sectors), study))


@gives(
    UNCERTAINTY, "How sure each rank is, which weights make a sector first, and what would have to change."
)
def _uncertainty(results: Results) -> pd.DataFrame:
    study = results.study
    return UNCERTAINTY.select(titled(_with_titles(results.targets.ranks, study.sectors), study))


@gives(RECORD, "Ranks as they would have been made some years ago, beside those of now.")
def _record(results: Results) -> pd.DataFrame:
    study, before, now = results.study, results.earlier_targets, results.targets
    ranks = now.ranks.set_index(["area", "sector"])["rank"]
    columns = ["area", "sector", "rank", "rank_low", "rank_high", "share_top_three"]
    table = before.ranks[columns].assign(year=before.panels.year)
    table["rank_now"] = ranks.reindex(pd.MultiIndex.from_frame(table[["area", "sector"]])).to_numpy()
    table["within"] = table["rank_now"].between(table["rank_low"], table["rank_high"])
    top = definitions("criteria")["top"]["value"]
    table["kept"] = (table["rank"] <= top) & (table["rank_now"] <= top)
    return RECORD.select(titled(_with_titles(table, study.sectors), study))


@gives(PORTFOLIO, "The same sector on the shortlist of neighboring regions: candidates for one partnership.")
def _portfolio(results: Results) -> pd.DataFrame:
    study, targets = results.study, results["targets"]
    ranks = targets.loc[targets["rank"].notna(), ["area", "sector", "rank", "shortlist"]]
    ranks = ranks.assign(jobs=targets["employment_estimate"]).merge(
        _worksites(targets, results.targets), on=["area", "sector"]
    )
    region = study.regions[["member", "group"]]
    flows = None
    if study.flows is not None:
        flows = _between_regions(study.flows, region)
    touching = _between_regions(
        neighbors(study.shapes).rename(columns={"area": "home", "neighbor": "work"}).assign(workers=1.0),
        region,
    )
    pairs = touching[["home", "work"]].set_axis(["area", "neighbor"], axis=1)
    table = targeting.portfolio(ranks, pairs, flows).rename(columns={"jobs": "jobs_estimate"})
    if table.empty:
        raise NotSupportedError(
            "no two neighboring regions have the same sector on their shortlists",
            "two regions or more that touch",
            "see the shortlist of each region in `targets`",
        )
    listed = targets[targets["shortlist"]].groupby("sector")["area"].nunique()
    table["regions"] = table["sector"].map(listed)
    table = titled(_with_titles(table, study.sectors), study)
    names = titled(table[["neighbor"]].rename(columns={"neighbor": "area"}), study)["area_name"]
    return PORTFOLIO.select(table.assign(neighbor_name=names.to_numpy()))


@gives(
    SHEET,
    "A blank readiness sheet for the sectors on each shortlist, to be filled in by the region's partners.",
)
def _sheet(results: Results) -> pd.DataFrame:
    targets = results["targets"]
    listed = targets[targets["shortlist"]]
    return SHEET.select(
        targeting.readiness_sheet(listed[["area", "area_name", "sector", "sector_title", "rank"]])
    )


@gives(SEQUENCE, "A suggested sequence of partnerships, once the readiness sheet is filled in.")
def _sequence(results: Results) -> pd.DataFrame:
    study, targets = results.study, results["targets"]
    if study.readiness is None or study.readiness.empty:
        raise NotSupportedError(
            "no readiness sheet is filled in",
            "answers of people who know the region, since readiness is mostly not in the data",
            "write the sheet with `sectorlib table STUDY.yaml readiness-sheet`, fill it in, and name it: readiness: FILE",
        )
    running = study.partnerships
    overlap = None
    if running is not None:
        _known_regions(running, results)
        overlap = targeting.overlap_with_running(results.targets.panels.makeup, study.sectors, running)
    _known_regions(study.readiness, results)
    table = targeting.suggested_sequence(targets[targets["rank"].notna()], study.readiness, overlap)
    settings = targets.drop_duplicates("area").set_index("area")["setting"]
    advice = {
        name: s["advice"].strip()
        for name, s in definitions("criteria")["settings"].items()
        if isinstance(s, dict)
    }
    table["setting"] = table["area"].map(settings)
    table["advice"] = table["setting"].map(advice)
    key = ["area", "sector"]
    for part in (
        _worksites(targets, results.targets),
        _neighbors_of(results),
        _strongest_segment(results["sectors"]),
    ):
        table = table.merge(part, on=key, how="left")
    texts = ["neighbors", "segment", "running"]
    return SEQUENCE.select(titled(_with_titles(table.fillna(dict.fromkeys(texts, "")), study.sectors), study))


# --- parts -------------------------------------------------------------------------------------------


def _with_titles(table: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    titles = sectors.drop_duplicates("sector").set_index("sector")["title"]
    return table.assign(sector_title=table["sector"].map(titles))


def _composition(targets: Targets, areas: pd.DataFrame, denominator: str) -> pd.DataFrame:
    """Figures of sectors in the latest year: as published, and with estimates of what is withheld."""
    year = targets.panels.year
    rows = areas[areas["year"] == year].reset_index(drop=True)
    totals = targets.panels.totals[targets.panels.totals["year"] == year]
    both = pd.concat([rows, totals], ignore_index=True)
    base_area = targets.panels.base_area
    quotient = location_quotient(both, both, base_area, denominator=denominator).iloc[: len(rows)]
    bounds = location_quotient_bounds(both, both, base_area, denominator=denominator).iloc[: len(rows)]
    known = rows["disclosure"].astype(str) == "disclosed"
    whole = totals[totals["ownership"] == "0"].set_index("area")
    pay = average_annual_pay(rows)
    ratio = pay / rows["area"].map(average_annual_pay(whole))
    cuts = definitions("wage_tiers")["schemes"]["area-ratio"]
    tier = pd.Series("middle", index=rows.index).mask(ratio < cuts["low_below"]["value"], "low")
    return rows.rename(columns={"industry": "sector"}).assign(
        employment=rows["employment"].where(known),
        employment_estimate=rows["employment"],
        disclosure=rows["disclosure"].astype(str),
        pay_estimate=pay,
        pay_ratio_estimate=ratio,
        tier_in_area=tier.mask(ratio > cuts["high_above"]["value"], "high").where(ratio.notna()),
        location_quotient=quotient.where(known),
        location_quotient_estimate=quotient,
        **bounds,
    )


def _codes(sectors: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """The codes of each sector and segment by what becomes of them, in words."""
    seen = visible_codes(sectors, targets.panel["industry"])
    weighted = seen["industry"].where(
        seen["weight"] == 1, seen["industry"] + " x " + seen["weight"].map("{:g}".format)
    )
    in_place = (
        seen["industry"] + " as " + seen["share_of_parent"].map("{:.0%}".format) + " of " + seen["counted_as"]
    )
    seen = seen.assign(
        codes=weighted.where(seen["status"] == "visible"),
        standing_in=in_place.where(seen["status"] == "stands in"),
        not_visible=seen["industry"].where(seen["status"].isin(["not visible"])),
    )
    parts, wholes = (_joined(seen, keys) for keys in (["sector", "segment"], ["sector"]))
    wholes = wholes.assign(segment=_WHOLE, note=wholes["sector"].map(_notes(sectors)))
    return pd.concat([wholes, parts], ignore_index=True)


def _joined(seen: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    groups = seen.groupby(keys, sort=False)
    texts = groups[["codes", "standing_in", "not_visible"]].agg(_comma)
    return texts.join(groups[["note", "reference"]].first()).reset_index()


def _comma(codes: pd.Series) -> str:
    return ", ".join(codes.dropna())


def _notes(sectors: pd.DataFrame) -> pd.Series:
    """Each sector's note; of its segments' notes where the table has those alone."""
    return sectors.groupby("sector")["note"].agg(lambda notes: "; ".join(dict.fromkeys(notes)))


def _traded(targets: Targets) -> pd.Series:
    """Traded or local, of whole sectors, by their spread over counties."""
    panels = targets.panels
    areas = set(panels.counties["area"])
    totals = panels.totals[(panels.totals["year"] == panels.year) & panels.totals["area"].isin(areas)]
    spread = spatial_concentration(pd.concat([panels.counties, totals], ignore_index=True))
    spread = spread[spread["industry"].isin(set(panels.counties["industry"]))]
    return pd.Series(traded_or_local(spread).astype(str).to_numpy(), index=spread["industry"].to_numpy())


def _higher_value(made: pd.DataFrame) -> pd.DataFrame:
    rows = made[(made["segment"] == "higher-value") & (made["employment_estimate"] > 0)]
    jobs = rows["employment_estimate"].map(lambda jobs: f"{float(f'{jobs:.2g}'):,.0f}").astype("str")
    about = pd.Series("", index=rows.index).mask(rows["disclosure"] != "disclosed", "about ")
    text = rows["note"] + ": " + about + jobs + " jobs"
    pay = about + rows["pay_ratio_estimate"].map("{:.0%}".format).astype("str")
    text = text.where(rows["pay_ratio_estimate"].isna(), text + " at " + pay + " of the area's average pay")
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


def _between_regions(pairs: pd.DataFrame, region: pd.DataFrame) -> pd.DataFrame:
    """Pairs of counties as pairs of the regions that they are in, those inside one region left out."""
    for end in ("home", "work"):
        pairs = pairs.merge(region.set_axis([end, f"{end}_region"], axis=1), on=end)
    crossing = pairs[pairs["home_region"] != pairs["work_region"]]
    table = crossing.groupby(["home_region", "work_region"])["workers"].sum().reset_index()
    return table.set_axis(["home", "work", "workers"], axis=1)


def _worksites(targets: pd.DataFrame, made: Targets) -> pd.DataFrame:
    """Published worksites of each sector of each region."""
    now = made.panels.areas[made.panels.areas["year"] == made.panels.year]
    now = now.rename(columns={"industry": "sector", "establishments_low": "worksites"})
    return targets[["area", "sector"]].merge(
        now[["area", "sector", "worksites"]], on=["area", "sector"], how="left"
    )


def _neighbors_of(results: Results) -> pd.DataFrame:
    """The regions that touch each region with the same sector on their shortlists, by name."""
    columns = ["area", "sector", "neighbors"]
    if results.missing("portfolio"):
        return pd.DataFrame(columns=columns, dtype="str")
    pairs = results["portfolio"][["sector", "area", "area_name", "neighbor", "neighbor_name"]]
    turned = pairs.set_axis(["sector", "neighbor", "neighbor_name", "area", "area_name"], axis=1)
    both = pd.concat([pairs, turned], ignore_index=True).sort_values("neighbor_name")
    return both.groupby(["area", "sector"])["neighbor_name"].agg("; ".join).rename("neighbors").reset_index()


def _strongest_segment(made: pd.DataFrame) -> pd.DataFrame:
    """The most concentrated segment of each sector of several, in words."""
    parts = made[(made["segment"] != _WHOLE) & made["location_quotient_estimate"].notna()]
    parts = parts[parts.groupby(["area", "sector"])["segment"].transform("size") > 1]
    first = parts.sort_values("location_quotient_estimate").groupby(["area", "sector"]).tail(1)
    about = pd.Series("", index=first.index).mask(first["disclosure"] != "disclosed", "about ")
    quotient = about + first["location_quotient_estimate"].map("{:.2f}".format).astype("str")
    text = first["segment"] + " (" + first["note"] + "): location quotient " + quotient
    return first[["area", "sector"]].assign(segment=text)


def _known_regions(table: pd.DataFrame, results: Results) -> None:
    """Raise where people wrote down an area that is no region of the study."""
    known = set(results["regions"]["area"])
    for area in table["area"]:
        if area not in known:
            raise UnknownNameError.unknown_name("region", area, known)
