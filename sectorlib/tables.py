"""Tables for people: a report's figures laid out to be read and printed."""

from __future__ import annotations

from typing import Any

import great_tables as gt
import pandas as pd

from sectorlib import naics, words
from sectorlib.profile import RegionProfile

#: Three-digit industries with fewer jobs than this are too small for a table of what stands out.
_LEAST_JOBS = 100
_MOST_ROWS = 12


def driver_table(profile: RegionProfile) -> gt.GT:
    """Every sector of the region: jobs, concentration, growth beside the base, pay and its tier.

    Parameters
    ----------
    profile : RegionProfile
        The region.

    Returns
    -------
    GT
        One row a sector, largest first. What is withheld says so; a range is what published sums allow.
    """
    return _industry_table(profile, profile.industries("sector").drop(index="99", errors="ignore"), "Sector")


def specialised_table(profile: RegionProfile) -> gt.GT | None:
    """The subsectors (3 digits) that are most concentrated here; None where none can be shown.

    Only subsectors whose location quotient is above 1 and whose jobs are at least 100 whatever is withheld.
    """
    table = words.concentrated(profile, "3")
    table = table[table["employment_low"] >= _LEAST_JOBS].head(_MOST_ROWS)
    return _industry_table(profile, table, "Industry") if len(table) else None


def _industry_table(profile: RegionProfile, table: pd.DataFrame, heading: str) -> gt.GT:
    shown = pd.DataFrame(
        {
            "industry": [naics.title(i) for i in table.index],
            "code": table.index.astype(str),
            "jobs": [words.cell_jobs(row) for _, row in table.iterrows()],
            "quotient": [_quotient(row) for _, row in table.iterrows()],
        }
    )
    groups = {"Concentration": ["quotient"]}
    labels: dict[str, Any] = {
        "industry": heading,
        "code": "NAICS",
        "jobs": f"Jobs {profile.year}",
        "quotient": "LQ",
    }
    if profile.span:
        shown["growth"] = [_growth(row) for _, row in table.iterrows()]
        shown["base_growth"] = [words.percent(v) for v in table["base_percent_change"]]
        labels |= {"growth": "Here", "base_growth": profile.base_name}
        groups[f"Change {profile.span[0]}\N{EN DASH}{profile.span[1]}"] = ["growth", "base_growth"]
    shown["pay"] = [words.cell_pay(row) for _, row in table.iterrows()]
    shown["tier"] = [_tier(row["tier_in_area"]) for _, row in table.iterrows()]
    shown["base_tier"] = [_tier(row["tier_in_base"]) for _, row in table.iterrows()]
    labels |= {"pay": "Average", "tier": "Tier here", "base_tier": f"In {profile.base_name}"}
    groups["Pay a year"] = ["pay", "tier", "base_tier"]
    shown = shown.replace("not known", "\N{EN DASH}")
    out = gt.GT(shown, id=f"table-{heading.lower()}").cols_label(**labels)
    for label, columns in groups.items():
        out = out.tab_spanner(label=label, columns=columns)
    out = out.tab_style(gt.style.css("white-space: nowrap;"), gt.loc.body(columns=list(shown.columns[1:])))
    numbers = [c for c in shown.columns if c not in ("industry", "tier", "base_tier", "code")]
    out = out.cols_align("right", columns=numbers).cols_align("left", columns=["industry", "code"])
    for column in [c for c in ("jobs", "quotient", "growth", "pay") if c in shown]:
        vague = shown.index[shown[column].str.contains("withheld|most|least| to |\\d\N{EN DASH}")].to_list()
        if vague:
            out = out.tab_style(
                gt.style.text(color="#566271", style="italic"), gt.loc.body(columns=column, rows=vague)
            )
    high = [i for i, v in enumerate(table["location_quotient_least"]) if v >= 1.2]
    if high:
        out = out.tab_style(gt.style.text(weight="bold"), gt.loc.body(columns="quotient", rows=high))
    if profile.span:
        falling = [
            i for i, v in enumerate(shown["growth"]) if v.startswith("\N{MINUS SIGN}") and " to +" not in v
        ]
        if falling:
            out = out.tab_style(gt.style.text(color="#8f4a00"), gt.loc.body(columns="growth", rows=falling))
    return out.tab_options(
        table_width="100%", table_font_size="0.84rem", data_row_padding="5px", table_font_names=["inherit"],
        table_border_top_style="none", column_labels_font_weight="600",
    )  # fmt: skip


def _quotient(row: pd.Series) -> str:
    return words.cell_quotient(row) + ("\N{DOUBLE DAGGER}" if words.may_be_churn(row) else "")


def _growth(row: pd.Series) -> str:
    mark = "\N{DAGGER}" if row.get("crosses_break") is True else ""
    text = words.cell_growth(row)
    return text if text == "withheld" else text + mark


def _tier(value: object) -> str:
    return "\N{EN DASH}" if pd.isna(value) else str(value)  # type: ignore[call-overload]
