"""What target sectors are made of here: jobs, pay and concentration of each and of its segments, and what two share."""

from __future__ import annotations

import pandas as pd

from sectorlib import targeting
from sectorlib.concentration import (
    location_quotient,
    location_quotient_bounds,
    traded_sectors,
)
from sectorlib.exceptions import NotSupportedError
from sectorlib.results import needs
from sectorlib.results.basis import Basis
from sectorlib.results.registry import Results, gives
from sectorlib.results.shared import AREA, BESIDE, JOBS, NATION_YEAR, SECTOR, YEAR, titled
from sectorlib.schemas import Column, Table
from sectorlib.sectors import sector_overlap, segments_as_sectors, visible_codes
from sectorlib.targeting import Targets
from sectorlib.wages import average_annual_pay, tier_cuts, tier_words

#: The segment of a row that is about the whole sector.
WHOLE = "all"

SECTORS = Table(
    "sectors", ("area", "sector", "segment"),
    (
        Column("grain", "text", "", "region or base"), *AREA[1:], *SECTOR,
        Column("segment", "text", "", "all, or the segment"),
        YEAR,
        Column("establishments", "number", "establishments", "annual average"),
        *JOBS,
        Column("disclosure", "code", "", "how the jobs are known"),
        Column("pay_estimate", "number", "USD a year, nominal", "average annual pay, with estimates of what is withheld"),
        Column("pay_ratio_estimate", "number", "ratio", "to the area's average over all industries and ownerships"),
        Column("tier_in_area", "code", "", f"{tier_words('area-ratio')} of that average"),
        Column("typical_industry_pay", "number", "USD a year, nominal", "as in the wages table"),
        Column("tier_typical", "code", "", f"{tier_words('typical-pay')} of typical industry pay"),
        Column("location_quotient", "number", "ratio", "missing where not fully known"),
        Column("location_quotient_low", "number", "ratio", "the least it can be, from withheld cells"),
        Column("location_quotient_high", "number", "ratio", "the most it can be, from withheld cells"),
        Column("location_quotient_estimate", "number", "ratio", "of employment_estimate"),
        *BESIDE,
        *(Column(f"location_quotient_{name}_estimate", "number", "ratio", "of employment_estimate")
          for name in ("nation", "rest")),
        NATION_YEAR,
        Column("traded", "code", "", "traded or local in the nation, by most of its jobs there; of whole sectors"),
        Column("traded_share", "number", "share", "of the sector's jobs in the nation in traded industries; of whole sectors"),
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


@gives(
    SECTORS,
    "Target sectors and their segments: jobs, pay, concentration, and which codes the study sees.",
    needs=[needs.figures_of_sectors],
)
def _sectors(results: Results) -> pd.DataFrame:
    targets, study = results.sector_figures, results.study
    wholes = _composition(targets.panels, results.denominator).assign(segment=WHOLE)
    table = pd.concat([wholes, *_segments(results)], ignore_index=True)
    makeup = _codes(study.sectors, targets)
    table = table.merge(makeup, on=["sector", "segment"], how="left")
    table["visible_share"] = table["sector"].map(targets.visible)
    traded = traded_sectors(study.sectors, dict(study.file.traded))
    for column, figure in (("traded", "kind"), ("traded_share", "traded_share")):
        table[column] = table["sector"].map(traded[figure]).where(table["segment"] == WHOLE)
    if study.benchmark is not None:
        table["nation_year"] = study.benchmark.year_of(targets.panels.year)
    table = _beside_typical_pay(results, table)
    table["grain"] = (table["area"] == study.base_area).map({True: "base", False: "region"})
    return SECTORS.select(titled(with_sector_titles(table, study.sectors), study)).sort_values(
        ["area", "sector"]
    )


def _shared_jobs(results: Basis) -> pd.DataFrame:
    """Jobs that two target sectors share, by area."""
    targets, study = results.sector_figures, results.study
    rows = results.reported
    rows = rows[(rows["ownership"] == study.ownership) & (rows["year"] == targets.panels.year)]
    rows = rows[rows["grain"] != "county"] if study.system != "counties" else rows
    table = sector_overlap(study.sectors, rows)
    if "area" not in table:
        raise NotSupportedError("no two sectors share a code", "sectors that overlap", "nothing is amiss")
    return table


@gives(OVERLAPS, "Jobs that two target sectors share, which no sum may count twice.", needs=[_shared_jobs])
def _overlaps(results: Results) -> pd.DataFrame:
    table = _shared_jobs(results)
    return OVERLAPS.select(titled(table.assign(area=table["area"].astype(str)), results.study))


def with_sector_titles(table: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """The table with the title of each row's sector."""
    titles = sectors.drop_duplicates("sector").set_index("sector")["title"]
    return table.assign(sector_title=table["sector"].map(titles))


# --- parts -------------------------------------------------------------------------------------------


def _segments(results: Results) -> list[pd.DataFrame]:
    """Figures of the segments of sectors that have several; nothing where no sector has, or the panel shows none."""
    targets, study = results.sector_figures, results.study
    several = study.sectors.groupby("sector")["segment"].transform("nunique") > 1
    try:
        inside = targeting.sector_panels(
            targets.panel[targets.panel["year"] == targets.panels.year],
            study.regions, segments_as_sectors(study.sectors[several]), study.base_area, study.ownership,
            results.nation(targets.panels.year),
        )  # fmt: skip
    except NotSupportedError:
        return []
    segments = _composition(inside, results.denominator)
    segments[["sector", "segment"]] = segments["sector"].str.split(": ", n=1, expand=True).to_numpy()
    return [segments]


def _composition(panels: targeting.SectorPanels, denominator: str) -> pd.DataFrame:
    """Figures of sectors in the latest year: as published, and with estimates of what is withheld."""
    rows = panels.areas[panels.areas["year"] == panels.year].reset_index(drop=True)
    totals = panels.totals[panels.totals["year"] == panels.year]
    both = pd.concat([rows, totals], ignore_index=True)
    base_area = panels.base_area
    beside = targeting.sector_quotients(panels, denominator)
    estimates = {
        f"location_quotient_{name}": beside[f"location_quotient_{name}"] for name in ("nation", "rest")
    }
    quotient = location_quotient(both, both, base_area, denominator=denominator).iloc[: len(rows)]
    bounds = location_quotient_bounds(both, both, base_area, denominator=denominator).iloc[: len(rows)]
    known = rows["disclosure"].astype(str) == "disclosed"
    # a share of a total that is not published is not either
    of_all = totals[totals["ownership"].isin(["0"] if denominator == "all" else rows["ownership"].unique())]
    published = of_all.loc[of_all["disclosure"].astype(str) == "disclosed", "area"]
    share = known & rows["area"].isin(published)
    whole = totals[totals["ownership"] == "0"].set_index("area")
    pay = average_annual_pay(rows)
    ratio = pay / rows["area"].map(average_annual_pay(whole))
    return rows.rename(columns={"industry": "sector"}).assign(
        employment=rows["employment"].where(known),
        employment_estimate=rows["employment"],
        disclosure=rows["disclosure"].astype(str),
        pay_estimate=pay,
        pay_ratio_estimate=ratio,
        tier_in_area=_tier(ratio, "area-ratio"),
        location_quotient=quotient.where(share & (base_area in set(published))),
        location_quotient_estimate=quotient,
        **bounds,
        **{name: quotients.where(share) for name, quotients in estimates.items()},
        **{f"{name}_estimate": quotients for name, quotients in estimates.items()},
        **{f"{name}{end}": beside[f"{name}{end}"] for name in estimates for end in ("_low", "_high")},
    )


def _beside_typical_pay(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    """The sectors with typical industry pay of their area in the latest year, and their tier beside it."""
    paid = results["wages"]
    paid = paid[paid["year"] == results.sector_figures.panels.year].drop_duplicates("area").set_index("area")
    typical = table["area"].astype(str).map(paid["typical_industry_pay"].astype(float))
    return table.assign(
        typical_industry_pay=typical, tier_typical=_tier(table["pay_estimate"] / typical, "typical-pay")
    )


def _tier(ratio: pd.Series, scheme: str) -> pd.Series:
    """The tier of each ratio to a scheme's reference; missing where the ratio is."""
    low, high = tier_cuts(scheme)
    tier = pd.Series("middle", index=ratio.index).mask(ratio < low, "low")
    return tier.mask(ratio > high, "high").where(ratio.notna())


def _codes(sectors: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """The codes of each sector and segment by what becomes of them, in words."""
    industries = targets.panel["industry"]
    wholes = _joined(_in_words(visible_codes(sectors, industries)), ["sector"])
    wholes = wholes.assign(segment=WHOLE, note=wholes["sector"].map(_notes(sectors)))
    parts = _joined(_in_words(visible_codes(segments_as_sectors(sectors), industries)), ["sector"])
    parts[["sector", "segment"]] = parts["sector"].str.split(": ", n=1, expand=True).to_numpy()
    return pd.concat([wholes, parts], ignore_index=True)


def _in_words(seen: pd.DataFrame) -> pd.DataFrame:
    """Each code with what becomes of it."""
    weighted = seen["industry"].where(
        seen["weight"] == 1, seen["industry"] + " x " + seen["weight"].map("{:g}".format)
    )
    in_place = (
        seen["industry"] + " as " + seen["share_of_parent"].map("{:.0%}".format) + " of " + seen["counted_as"]
    )
    return seen.assign(
        codes=weighted.where(seen["status"] == "visible"),
        standing_in=in_place.where(seen["status"] == "stands in"),
        not_visible=seen["industry"].where(seen["status"].isin(["not visible"])),
    )


def _joined(seen: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    groups = seen.groupby(keys, sort=False)
    texts = groups[["codes", "standing_in", "not_visible"]].agg(_comma)
    return texts.join(groups[["note", "reference"]].first()).reset_index()


def _comma(codes: pd.Series) -> str:
    return ", ".join(codes.dropna())


def _notes(sectors: pd.DataFrame) -> pd.Series:
    """Each sector's note; of its segments' notes where the table has those alone."""
    return sectors.groupby("sector")["note"].agg(lambda notes: "; ".join(dict.fromkeys(notes)))
