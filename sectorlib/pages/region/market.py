"""Who shares this labor market: its map, its self-containment, who governs it, and who is next to it."""

from __future__ import annotations

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.drawing import esc
from sectorlib.pages.region import ground, practice, target_words, words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Column, Sheet

#: Names of counties that a cell holds.
_NAMED = 4


def market(profile: RegionProfile) -> str:
    """The chapter as markup."""
    chart = ground.market_map(profile)
    sheets = [sheet.markup() for sheet in (jurisdictions(profile), neighbors(profile)) if sheet is not None]
    texts = [words.in_pieces(profile), words.county_break(profile)]
    notes = "".join(f"<p>{esc(text)}</p>" for text in texts if text)
    return (
        f'<p class="finding">{esc(finding(profile))}</p><div class="halves"><div>{chart.markup() if chart else ""}</div>'
        f"<div>{''.join(sheets)}{notes}{practice.market(profile)}</div></div>"
    )


def finding(profile: RegionProfile) -> str:
    """How self-contained the market is, and which of its counties could belong elsewhere."""
    row = profile.self_containment
    parts = []
    if row is not None:
        parts.append(
            f"{figures.share(row['supply_side'])} of the region\N{RIGHT SINGLE QUOTATION MARK}s employed residents work in it."
        )
    sure = words.certainty(profile)
    if sure:
        parts.append(sure)
    if not parts:
        parts.append("The study has no commuting flows, so how self-contained the region is cannot be said.")
    return " ".join(parts)


def jurisdictions(profile: RegionProfile) -> Sheet | None:
    """The jurisdictions that the region spans, with their share of its jobs; None where the study names none."""
    rows = profile.rows("region-jurisdictions")
    if rows.empty:
        return None
    columns = [
        Column("system", "Kind", text=True), Column("name", "Jurisdiction", text=True),
        Column("counties", "Counties", text=True), Column("share", "Share of jobs"),
    ]  # fmt: skip
    made = []
    for _, row in rows.iterrows():
        names = str(row["county_names"]).split("; ")
        known = row["jurisdiction"] not in ("none", "not recorded")
        made.append(
            {
                "system": english.capital(str(row["system"])),
                "name": str(row["jurisdiction_name"]) if known else f"({row['jurisdiction']})",
                "counties": english.counties(names, _NAMED),
                "share": figures.share(row["share_of_jobs"]),
            }
        )
    return Sheet("jurisdictions", "Jurisdictions that the region spans", columns, made, first=5)


def neighbors(profile: RegionProfile) -> Sheet | None:
    """Neighboring regions with a sector of this region's short list on theirs; None where there is none."""
    if profile.results.missing("portfolio"):
        return None
    pairs = profile.results["portfolio"]
    turned = {
        "area_name": "neighbor_name", "neighbor_name": "area_name", "rank": "neighbor_rank", "neighbor_rank": "rank",
    }  # fmt: skip
    both = pd.concat(
        [
            pairs[pairs["area"] == profile.area],
            pairs[pairs["neighbor"] == profile.area].rename(columns=turned),
        ]
    )
    if both.empty:
        return None
    both = both.sort_values(["workers_between", "neighbor_name", "rank"], ascending=[False, True, True])
    columns = [
        Column("name", "Neighboring region", text=True),
        Column("sectors", "Short-listed here and there (rank there)", text=True),
        Column("workers", "Workers who cross"),
    ]
    rows = [
        {
            "name": str(name),
            "sectors": "; ".join(
                f"{english.small(str(title))} ({rank:.0f})"
                for title, rank in zip(part["sector_title"], part["neighbor_rank"], strict=True)
            ),
            "workers": target_words.about_workers(part["workers_between"].iloc[0]),
        }
        for name, part in both.groupby("neighbor_name", sort=False)
    ]
    return Sheet(
        "neighbors", "Neighboring regions with the same sectors on their short lists", columns, rows, first=4
    )
