"""What a region's fact sheet says, cut to what one sheet of letter paper holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sectorlib import maps, naics
from sectorlib.maps.drawing import short_label
from sectorlib.membership import NONE
from sectorlib.pages import english, figures
from sectorlib.pages.markup import one_line
from sectorlib.pages.region import facts, first_screen
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.plot.looks import BASE, HERE, LINE, axes_or_new

#: How much of each there is room for.
_OCCUPATIONS, _COUNTIES, _NAME, _LINE = 5, 12, 90, 230


@dataclass(frozen=True)
class Choice:
    """A sector of the short list: its place, its name, its figures, and what is said of how sure they are."""

    place: str
    title: str
    figures: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class FactSheet:
    """What stands on a region's fact sheet, as text and pictures that are not yet laid out.

    Parameters
    ----------
    title, counties : str
        The region and the counties in it.
    choices : tuple of Choice
        The short list; empty where nothing is ranked.
    figures : tuple of (figure, label)
        Up to five key figures.
    occupations : tuple of str
        Main occupations of the first sector; empty where the study has none.
    steps : tuple of str
        What to do next.
    map : altair chart
        Where the region is.
    chart : matplotlib figure or None
        Its jobs over the years; None for one year of data.
    chart_title : str
        What the chart shows, which is also its text for those who do not see it.
    """

    title: str
    counties: str
    choices: tuple[Choice, ...]
    figures: tuple[tuple[str, str], ...]
    occupations: tuple[str, ...]
    steps: tuple[str, ...]
    map: Any
    chart: Figure | None
    chart_title: str


def fact_sheet(profile: RegionProfile) -> FactSheet:
    """The fact sheet of a region.

    Parameters
    ----------
    profile : RegionProfile
        The region.

    Returns
    -------
    FactSheet
    """
    listed = facts.short_list(profile)
    chart, chart_title = _history(profile)
    names = [english.short_county(one_line(name)) for name in profile.counties["county_name"]]
    return FactSheet(
        _cut(profile.name, _NAME),
        _cut(english.counties(names, _COUNTIES), _LINE),
        tuple(_choice(row) for _, row in listed.iterrows()),
        tuple(_key_figures(profile, listed)),
        tuple(_occupations(profile, listed)),
        tuple(_cut(step, _LINE) for step in _next_steps(profile, listed)),
        maps.locator_map(profile.shapes, profile.membership, profile.area),
        chart,
        chart_title,
    )


def _choice(row: pd.Series) -> Choice:
    jobs = figures.about(row, "employment") if pd.isna(row["employment"]) else figures.cell_jobs(row)
    said = [f"{jobs} jobs"]
    if pd.notna(row.get("average_pay")):
        said.append(f"pay {row['average_pay']:.0%} of typical industry pay")
    if pd.notna(row.get("location_quotient")):
        said.append(f"location quotient {row['location_quotient']:.2f}")
    if pd.notna(row.get("projected_growth")):
        said.append(f"projected {figures.percent(row['projected_growth'])} a year")
    labels = (row["label"], "Limited data" if row["limited_data"] else "")
    return Choice(
        str(row["place"]),
        _cut(row["sector_title"], _NAME),
        "; ".join(said),
        tuple(label for label in labels if label),
    )


def _key_figures(profile: RegionProfile, listed: pd.DataFrame) -> list[tuple[str, str]]:
    """Jobs, establishments, average pay, the first sector's quotient, and growth with its years."""
    total = profile.total("0")
    made: list[tuple[str, str]] = []
    if total is not None:
        made.append((figures.cell_jobs(total), f"jobs in {profile.year}"))
        if pd.notna(total["establishments"]):
            made.append((figures.jobs(total["establishments"]), f"establishments in {profile.year}"))
        pay = figures.cell_pay(total)
        base = profile.total("0", profile.study.base_area)
        beside = ""
        if pay.kind == "exact" and base is not None and pd.notna(base["average_annual_pay"]):
            beside = f" ({pay.value / base['average_annual_pay']:.0%} of {_cut(profile.base_name, 40)})"
        made.append((pay, f"average annual pay{beside}"))
    if len(listed) and pd.notna(listed["location_quotient"].iloc[0]):
        first = listed.iloc[0]
        beside = {"nation": "the nation", "rest": f"the rest of {profile.base_name}"}.get(
            str(first["compared_with"]), ""
        )
        against = f" against {_cut(beside, 40)}" if beside else ""
        label = f"location quotient of {english.small(_cut(first['sector_title'], 40))}{against}"
        made.append((f"{first['location_quotient']:.2f}", label))
    if profile.span:
        here = profile.total_growth(profile.area, "0")
        if pd.notna(here):
            there = profile.growth_beside
            beside = "" if pd.isna(there) else f"; {_cut(profile.grows_beside, 40)} {figures.percent(there)}"
            made.append(
                (figures.percent(here), f"change of jobs, {profile.span[0]} to {profile.span[1]}{beside}")
            )
    return [(str(figure), label) for figure, label in made]


def _occupations(profile: RegionProfile, listed: pd.DataFrame) -> list[str]:
    """The main occupations of the first sector of the short list of which they are known."""
    rows = profile.rows("occupations")
    for sector in listed.index if len(rows) else ():
        here = rows[rows["sector"] == sector].sort_values("rank").head(_OCCUPATIONS)
        if len(here):
            first = english.small(_cut(listed.loc[sector, "sector_title"], 40))
            return [f"In {first}:", *(_cut(title, 60) for title in here["occupation_title"])]
    return []


def _next_steps(profile: RegionProfile, listed: pd.DataFrame) -> list[str]:
    """Three things to do, with names: where to start, whom to ask, and what to fill in."""
    steps = []
    if len(listed):
        first = english.small(_cut(listed["sector_title"].iloc[0], 60))
        place = _main_county(profile)
        where = f", starting in {place}" if place else ""
        steps.append(f"Invite employers in {first} to say what they need{where}.")
    boards = _boards(profile)
    if boards:
        steps.append(f"Ask who could support them: {boards}.")
    near = first_screen.neighbors_with(profile, str(listed.index[0])) if len(listed) else []
    if near:
        steps.append(f"Talk with {_cut(near[0], 80)}, which has the same sector on its short list.")
    if profile.rows("target-sequence").empty:
        steps.append(
            "Fill in the readiness sheet for the sectors of the short list (docs/targeting.md has the form)."
        )
    return steps[:3]


def _main_county(profile: RegionProfile) -> str:
    """The county with most of the region's jobs; empty for one county, or where it is not known."""
    rows = profile.results["concentration"]
    inside = profile.counties.set_index("county")["county_name"]
    here = rows[
        (rows["year"] == profile.year) & (rows["industry"] == naics.TOTAL) & rows["area"].isin(inside.index)
    ]
    if len(inside) < 2 or here.empty:
        return ""
    jobs = here.groupby(here["area"].astype(str))["employment_low"].max()
    return one_line(english.short_county(str(inside.loc[str(jobs.idxmax())])))


def _boards(profile: RegionProfile) -> str:
    """Jurisdictions that hold the region's counties, a few of each system."""
    said = []
    for system, table in profile.study.jurisdictions.items():
        mine = table[table["member"].isin(profile.counties["county"]) & (table["group"] != NONE)]
        names = [_cut(str(title), 60) for title in dict.fromkeys(mine["title"])]
        if names:
            said.append(f"{one_line(system)} {english.few_or_count(names, 'of them')}")
    return "; ".join(said)


def _history(profile: RegionProfile) -> tuple[Figure | None, str]:
    """Jobs of the region and its base as an index, labeled where the lines end."""
    series = {}
    for area, label in ((profile.area, profile.name), (profile.study.base_area, profile.base_label)):
        rows = profile.history(naics.TOTAL, area)
        values = rows.set_index("year")["employment"].dropna()
        if len(values) < 2:
            return None, ""
        series[area] = (short_label(label), 100 * values / values.iloc[0])
    first = next(iter(series.values()))[1].index[0]
    title = f"Jobs, all ownerships, {first} = 100"
    axes = axes_or_new(None, 4.1, 2.2)
    for (label, values), color, width in zip(series.values(), (HERE, BASE), (2.6, 1.8), strict=False):
        axes.plot(
            values.index,
            values,
            color=color,
            lw=width,
            label=label,
            marker="o" if len(values) < 8 else None,
            ms=3,
        )
    axes.axhline(100, color=LINE, lw=1, zorder=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.tick_params(labelsize=7.5)
    labels = axes.legend(frameon=False, fontsize=7.5, loc="lower left", bbox_to_anchor=(0, 1), ncols=1)
    axes.grid(axis="y")
    figure = axes.get_figure(root=True)
    for text in labels.get_texts() if labels else []:
        text.set_parse_math(False)  # a dollar sign in a name is a dollar sign
    ends = [f"{label} {values.iloc[-1]:.0f}" for label, values in series.values()]
    last = next(iter(series.values()))[1].index[-1]
    return figure, f"{title}; in {last}: {english.listed(ends)}"


def _cut(text: object, most: int) -> str:
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
