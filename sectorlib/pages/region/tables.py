"""Tables for people: a report's figures laid out to be read and printed."""

from __future__ import annotations

from typing import Any

import great_tables as gt
import pandas as pd

from sectorlib import naics
from sectorlib.pages import figures
from sectorlib.pages.markup import heading, headings
from sectorlib.pages.region import words
from sectorlib.pages.region.profile import RegionProfile

#: Three-digit industries with fewer jobs than this are too small for a table of what stands out.
LEAST_JOBS = 100
MOST_ROWS = 12

#: Target sectors whose occupations are shown, and rows of each.
_OCCUPATION_SECTORS = 3
_OCCUPATIONS = 6


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


def specialized_table(profile: RegionProfile) -> gt.GT | None:
    """The subsectors (3 digits) that are most concentrated here; None where none can be shown.

    Only subsectors whose location quotient is above 1 and whose jobs are at least 100 whatever is withheld.
    """
    table = specialized_rows(profile)
    return _industry_table(profile, table, "Industry") if len(table) else None


def specialized_rows(profile: RegionProfile) -> pd.DataFrame:
    """The rows of :func:`specialized_table`, as :meth:`~sectorlib.pages.region.profile.RegionProfile.industries` gives them."""
    table = words.concentrated(profile, "3")
    return table[table["employment_low"] >= LEAST_JOBS].head(MOST_ROWS)


def occupation_rows(profile: RegionProfile) -> pd.DataFrame:
    """The main occupations of the region's first target sectors; empty where the study has no occupations.

    Returns
    -------
    DataFrame
        Rows of the occupations result, with openings and education where the study has them; the sectors that rank
        first as targets, else those with the most jobs, and of each the occupations with the most.
    """
    rows = profile.rows("occupations")
    if rows.empty:
        return rows
    rows = rows[~rows["sector"].isin(naics.SECTORS)]
    targets = profile.rows("targets")
    if targets.empty:
        jobs = rows.groupby("sector")["employment_low"].sum()
        order = jobs.sort_values(ascending=False, kind="stable").index.to_list()
    else:
        order = targets[targets["rank"].notna()].sort_values("rank")["sector"].to_list()
    first = [sector for sector in order if sector in set(rows["sector"])][:_OCCUPATION_SECTORS]
    rows = rows[rows["sector"].isin(first) & (rows["rank"] <= _OCCUPATIONS)]
    openings = profile.rows("occupation-openings")
    if len(openings):
        columns = ["openings", "openings_low", "openings_high", "education", "awards"]
        rows = rows.join(openings.set_index(["sector", "occupation"])[columns], on=["sector", "occupation"])
    place = rows["sector"].map(first.index)
    return rows.assign(place=place).sort_values(["place", "rank"]).drop(columns="place")


def occupation_table(rows: pd.DataFrame) -> gt.GT:
    """Main occupations of a few sectors: jobs, openings, pay and entry education.

    Parameters
    ----------
    rows : DataFrame
        As :func:`occupation_rows` gives them, at least one.

    Returns
    -------
    GT
        One row an occupation, below the title of its sector.
    """
    shown = pd.DataFrame(
        {
            "sector": rows["sector_title"],
            "occupation": rows["occupation_title"],
            "jobs": [figures.about(row, "employment") for _, row in rows.iterrows()],
        }
    )
    labels: dict[str, Any] = {"occupation": "Occupation", "jobs": "Jobs, modeled"}
    if "openings" in rows:
        shown["openings"] = [figures.about(row, "openings") for _, row in rows.iterrows()]
        labels["openings"] = "Openings a year"
    if "awards" in rows and rows["awards"].notna().any():
        shown["awards"] = rows["awards"].map(figures.rounded_jobs)
        labels["awards"] = "Awards a year"
    for name, label in {"pay_p10": "10th", "pay_p50": "Median", "pay_p90": "90th"}.items():
        shown[name] = [figures.rounded_pay(row, name) for _, row in rows.iterrows()]
        labels[name] = label
    local = rows["local_pay_p50_at_least"].notna().any()
    if local:
        shown["local_pay_p50"] = [figures.rounded_pay(row, "local_pay_p50") for _, row in rows.iterrows()]
        labels["local_pay_p50"] = "Median, all industries"
    if "education" in rows:
        shown["education"] = rows["education"].map(short_education)
        labels["education"] = "Typical entry"
    numbers = [c for c in shown.columns if c not in ("sector", "occupation", "education")]
    out = gt.GT(shown, groupname_col="sector", id="table-occupations").cols_label(**headings(labels))
    out = out.tab_spanner(
        label="Pay a year in the sector, nation, percentile", columns=["pay_p10", "pay_p50", "pay_p90"]
    )
    if local:
        place = str(rows["local_area_title"].iloc[0])
        out = out.tab_spanner(label=heading(place[:1].upper() + place[1:]), columns=["local_pay_p50"])
    out = out.cols_align("right", columns=numbers).cols_align("left", columns=["occupation"])
    out = out.tab_style(gt.style.css("white-space: nowrap;"), gt.loc.body(columns=numbers))
    return out.tab_options(
        table_width="100%", table_font_size="0.84rem", data_row_padding="4px", table_font_names=["inherit"],
        table_border_top_style="none", column_labels_font_weight="600", row_group_font_weight="600",
    )  # fmt: skip


def training_table(rows: pd.DataFrame) -> gt.GT:
    """Openings that ask for a level of education, beside what colleges in reach complete at that level.

    Parameters
    ----------
    rows : DataFrame
        A region's rows of the training result.
    """
    rows = rows[rows["education"] != ""]
    shown = pd.DataFrame(
        {
            "title": rows["title"],
            "openings": [figures.about(row.rename({"openings_low": "n_low", "openings_high": "n_high"}), "n")
                         for _, row in rows.assign(n=float("nan")).iterrows()],
            "inside": rows["completions_inside"].map(figures.rounded_jobs),
            "near": (rows["completions"] - rows["completions_inside"]).map(figures.rounded_jobs),
        }
    )  # fmt: skip
    year = int(rows["completions_year"].iloc[0])
    label = f"Completions {year}" if year else "Completions"
    out = gt.GT(shown, id="table-training").cols_label(
        title="Level", openings="Openings a year that ask for it", inside="In the region", near="Near it"
    )
    out = out.tab_spanner(label=heading(label), columns=["inside", "near"])
    out = out.cols_align("right", columns=["openings", "inside", "near"]).cols_align(
        "left", columns=["title"]
    )
    return out.tab_options(
        table_font_size="0.84rem", data_row_padding="4px", table_font_names=["inherit"],
        table_border_top_style="none", column_labels_font_weight="600",
    )  # fmt: skip


def sequence_table(rows: pd.DataFrame) -> gt.GT:
    """A suggested sequence of partnerships: what to do with each sector, how ready it is, and what runs already.

    Parameters
    ----------
    rows : DataFrame
        A region's rows of the target-sequence result.
    """
    does = {"begin": "Begin", "later": "Later", "prepare": "Prepare", "join": "Join what runs"}
    shown = pd.DataFrame(
        {
            "step": rows["step"].map("{:.0f}".format),
            "sector": rows["sector_title"],
            "does": rows["suggestion"].map(does),
            "readiness": rows["readiness"].map("{:.0%}".format),
            "certainty": rows["certainty"].map("{:.0%}".format),
            "running": rows["running"].where(
                rows["overlap"] == 0, rows["running"] + rows["overlap"].map(" ({:.0%})".format)
            ),
        }
    )
    out = gt.GT(shown, id="table-sequence").cols_label(
        step="", sector="Sector", does="Suggestion", readiness="Readiness", certainty="In the first three",
        running="Runs already (overlap)",
    )  # fmt: skip
    out = out.cols_align("left", columns=["sector", "does", "running"])
    out = out.cols_align("right", columns=["step", "readiness", "certainty"])
    return out.tab_options(
        table_font_size="0.84rem", data_row_padding="4px", table_font_names=["inherit"],
        table_border_top_style="none", column_labels_font_weight="600",
    )  # fmt: skip


def shows_rest(profile: RegionProfile) -> bool:
    """Whether tables of industries have quotients beside the rest of the base as well as the nation's."""
    return profile.compared_with == "nation" and bool(
        profile.industries("sector")["location_quotient_rest_low"].notna().any()
    )


def _industry_table(profile: RegionProfile, table: pd.DataFrame, what: str) -> gt.GT:
    shown = pd.DataFrame(
        {
            "industry": [naics.title(i) for i in table.index],
            "code": table.index.astype(str),
            "jobs": [figures.cell_jobs(row) for _, row in table.iterrows()],
            "quotient": [_quotient(row) for _, row in table.iterrows()],
        }
    )
    groups = {"Concentration": ["quotient"]}
    beside = shows_rest(profile)
    if beside:
        shown["rest"] = [figures.cell_quotient_of_rest(row) for _, row in table.iterrows()]
        groups["Concentration"].append("rest")
    labels: dict[str, Any] = {
        "industry": what,
        "code": "NAICS",
        "jobs": f"Jobs {profile.year}",
        "quotient": "LQ",
    }
    if beside:
        labels["rest"] = "LQ, rest"
    if profile.span:
        shown["growth"] = [_growth(row) for _, row in table.iterrows()]
        base = table.filter(like="base_percent_change").rename(
            columns=lambda name: name.removeprefix("base_")
        )
        shown["base_growth"] = [figures.cell_growth(row) for _, row in base.iterrows()]
        labels |= {"growth": "Here", "base_growth": profile.base_label}
        groups[f"Change {profile.span[0]}\N{EN DASH}{profile.span[1]}"] = ["growth", "base_growth"]
    shown["pay"] = [
        figures.cell_pay(row) + ("*" if figures.rests_on_few(row) else "") for _, row in table.iterrows()
    ]
    shown["tier"] = [_tier(row["tier_typical"]) for _, row in table.iterrows()]
    shown["base_tier"] = [_tier(row["tier_in_base"]) for _, row in table.iterrows()]
    labels |= {"pay": "Average", "tier": "Tier here", "base_tier": f"In {profile.base_name}"}
    groups["Pay a year"] = ["pay", "tier", "base_tier"]
    shown = shown.replace("not known", "\N{EN DASH}")
    out = gt.GT(shown, id=f"table-{what.lower()}").cols_label(**headings(labels))
    for label, columns in groups.items():
        out = out.tab_spanner(label=heading(label), columns=columns)
    out = out.tab_style(gt.style.css("white-space: nowrap;"), gt.loc.body(columns=list(shown.columns[1:])))
    numbers = [c for c in shown.columns if c not in ("industry", "tier", "base_tier", "code")]
    out = out.cols_align("right", columns=numbers).cols_align("left", columns=["industry", "code"])
    for column in [c for c in ("jobs", "quotient", "rest", "growth", "base_growth", "pay") if c in shown]:
        vague = shown.index[shown[column].str.contains("withheld|most|least| to |\\d\N{EN DASH}")].to_list()
        if vague:
            out = out.tab_style(
                gt.style.text(color="#566271", style="italic"), gt.loc.body(columns=column, rows=vague)
            )
    high = [i for i, v in enumerate(table["location_quotient_low"]) if v >= 1.2]
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
    return figures.cell_quotient(row) + ("\N{DOUBLE DAGGER}" if figures.may_be_churn(row) else "")


def _growth(row: pd.Series) -> str:
    mark = "\N{DAGGER}" if row.get("crosses_break") is True else ""
    text = figures.cell_growth(row)
    return text if text == "withheld" else text + mark


def _tier(value: object) -> str:
    return "\N{EN DASH}" if pd.isna(value) else str(value)  # type: ignore[call-overload]


#: Entry education as the Bureau of Labor Statistics words it, shorter.
_EDUCATION = {
    "No formal educational credential": "none",
    "High school diploma or equivalent": "high school",
    "Some college, no degree": "some college",
    "Postsecondary nondegree award": "certificate",
    "Doctoral or professional degree": "doctoral or professional",
}


def short_education(education: str) -> str:
    """Typical entry education in a word or two.

    >>> short_education("Postsecondary nondegree award"), short_education("Bachelor's degree")
    ('certificate', "bachelor's")
    """
    return _EDUCATION.get(education, education.removesuffix(" degree").lower()) or "\N{EN DASH}"
