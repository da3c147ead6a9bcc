"""The regional economy: employment over time, every sector, what stands out, what jobs pay, and why jobs changed."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from sectorlib import areas, naics
from sectorlib.pages import english, figures
from sectorlib.pages.drawing import (
    Chart,
    circle,
    esc,
    line,
    linear,
    mark,
    path,
    rect,
    sparkline,
    svg,
    text,
    ticks,
    width_of,
)
from sectorlib.pages.figures import Figure
from sectorlib.pages.region import facts, words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Column, Drawing, Sheet
from sectorlib.resources import definitions

#: Three-digit industries with fewer jobs than this are too small for a table of what stands out.
LEAST_JOBS = 100
MOST_ROWS = 7

#: Rows of the table of sectors shown at once.
_FIRST = 8

#: Sectors in the chart of local change: the largest, up or down.
_BARS = 10

WIDTH = 560

#: A share of jobs that can be seen on a bar.
_SEEN = 0.01

#: Text on the lighter tiers, in light and dark.
_ON_TIER = "#16202c"


def economy(profile: RegionProfile) -> str:
    """The chapter as markup."""
    charts = [chart.markup() for chart in (trend(profile), shift_share(profile)) if chart is not None]
    stand_out, paid = standing_out(profile), pay_tiers(profile)
    texts = [
        words.withheld(profile),
        words.own_weight(profile) if profile.compared_with != "base" else "",
    ]
    notes = f'<p class="source">{esc(" ".join(one for one in [*texts, reading(profile)] if one))}</p>'
    real = words.real_pay(profile)
    pay_text = f"<p>{esc(real)}</p>" if real else ""
    out = (
        stand_out.markup()
        if stand_out
        else (
            f"<p>Published figures put no three-digit industry of {LEAST_JOBS} jobs or more above a location quotient of 1.</p>"
            if len(profile.industries("3"))
            else ""
        )
    )
    return (
        f'<p class="finding">{esc(finding(profile))}</p><div class="halves">{"".join(f"<div>{c}</div>" for c in charts)}</div>'
        f"{sectors(profile).markup()}{notes}"
        f'<div class="halves"><div>{out}</div><div>{paid.markup() if paid else ""}{pay_text}</div></div>'
    )


def finding(profile: RegionProfile) -> str:
    """How employment changed beside the state's, and what the region's clearest specialty is."""
    parts = []
    if profile.span:
        here = profile.total_growth(profile.area, "0")
        there = profile.growth_beside
        if pd.notna(here):
            changed, compared = figures.rose(here), ""
            if pd.notna(there):
                fell = "a fall of " if there < 0 else ""
                same = here * there > 0
                compared = (
                    f", compared with {fell}{abs(there):.1f}%"
                    if same
                    else f", while it {figures.rose(there)}"
                )
                compared += f" in {profile.grows_beside}"
            parts.append(f"Employment {changed} from {profile.span[0]} to {profile.span[1]}{compared}.")
            parts.append(words.pandemic(profile.span).strip())
    strong = words.strengths(profile)
    if len(strong):
        top = strong.sort_values("location_quotient_low", ascending=False).iloc[0]
        name = naics.title(str(top.name))
        parts.append(
            f"Of the broad sectors, {english.small(name)} is the clearest specialty: its share of local jobs is "
            f"{figures.cell_quotient(top)} times the share in {profile.compared_name}."
        )
    elif not parts:
        total = profile.total("0")
        size = "a number of jobs that is withheld" if total is None else f"{figures.cell_jobs(total)} jobs"
        parts.append(f"The region had {size} in {profile.year}.")
    return " ".join(part for part in parts if part)


def trend(profile: RegionProfile) -> Chart | None:
    """Jobs of all ownerships here and in the base as an index; None for one year of data."""
    series = {}
    for area, label in ((profile.area, "Region"), (profile.study.base_area, profile.base_label)):
        rows = profile.history(naics.TOTAL, area)
        if len(rows) < 2 or rows["employment"].isna().all():
            continue
        values = rows.set_index("year")["employment"].astype(float)
        first = values.dropna()
        series[label] = (values, 100 * values / first.iloc[0])
    if "Region" not in series:
        return None
    nation = _nation(profile, int(series["Region"][0].dropna().index[0]))
    if len(nation):
        series["Nation"] = (nation, 100 * nation / nation.iloc[0])
    indexed = pd.DataFrame({label: index for label, (_, index) in series.items()})
    low, high = float(indexed.min().min()), float(indexed.max().max())
    marks = ticks(min(low, 100), max(high, 100), 5)
    low, high = min(low, *marks), max(high, *marks)
    right = (
        WIDTH
        - max(width_of("Nation (dashed)" if label == "Nation" else label, 13.5) for label in series)
        - 12
    )
    x = linear(float(indexed.index.min()), float(indexed.index.max()), 40, right)
    y = linear(low, high, 218, 14)
    parts = []
    for tick in marks:
        parts += [
            line(40, y(tick), right, y(tick), "context" if tick == 100 else "line"),
            text(34, y(tick) + 4, f"{tick:g}", anchor="end", tone="quiet"),
        ]
    for year in ticks(float(indexed.index.min()), float(indexed.index.max()), 6):
        if year == int(year):
            parts.append(text(x(year), 238, f"{year:.0f}", anchor="middle", tone="quiet"))
    ends = {label: y(float(index.dropna().iloc[-1])) for label, (_, index) in series.items()}
    spots = _apart(ends)
    for label, (values, index) in series.items():
        tone = "accent" if label == "Region" else "context"
        dots = label == "Nation"
        parts.append(
            path(
                [(x(float(year)), y(v) if v == v else v) for year, v in zip(index.index, index, strict=True)],
                tone,
                2.6 if tone == "accent" else 1.8,
                "4 3" if dots else "",
            )
        )
        if dots:
            parts += [
                circle(x(float(year)), y(v), 2.6, tone, tone)
                for year, v in zip(index.index, index, strict=True)
            ]
        parts += [
            mark(circle(x(float(year)), y(index[year]), 6, tone, "none", 0.0), f"{label} {year}: {figures.jobs(value)} jobs, index {index[year]:.1f}")
            for year, value in zip(values.dropna().index, values.dropna(), strict=True)
        ]  # fmt: skip
        parts.append(
            text(
                right + 6,
                spots[label] + 4,
                f"{label} (dashed)" if dots else label,
                tone="accent" if tone == "accent" else "quiet",
                weight=600,
            )
        )
    begin = int(indexed.index.min())
    here = profile.total_growth(profile.area, "0")
    there = profile.growth_beside
    title = f"Employment, {begin} = 100"
    if pd.notna(here) and pd.notna(there) and profile.span:
        faster = "faster" if here > there else "more slowly"
        if f"{here:.1f}" != f"{there:.1f}":
            title = (
                f"Since {profile.span[0]}, jobs grew {faster} here than {_elsewhere(profile, profile.grows_beside)}"
                if here > 0 and there > 0
                else f"Since {profile.span[0]}, jobs {figures.rose(here)} here and {figures.rose(there)} {_elsewhere(profile, profile.grows_beside)}"
            )
    told = "; ".join(
        f"{label}: {figures.jobs(values.dropna().iloc[0])} jobs in {values.dropna().index[0]}, {figures.jobs(values.dropna().iloc[-1])} in {values.dropna().index[-1]}"
        for label, (values, _) in series.items()
    )
    columns = [Column("year", "Year", text=True)]
    for label in series:
        columns += [Column(f"{label} jobs", "Jobs", label), Column(f"{label} index", "Index", label)]
    cells = [
        {"year": str(year)} | {
            key: cell
            for label, (values, index) in series.items()
            for key, cell in ((f"{label} jobs", figures.jobs(values.get(year, float("nan")))), (f"{label} index", _index(index.get(year, float("nan")))))
        }
        for year in indexed.index
    ]  # fmt: skip
    sheet = Sheet("trend-data", f"Jobs and index, {begin} = 100", columns, cells)
    source = f"Source: {words.source_of_jobs(profile)}, all ownerships; {begin} = 100."
    if len(nation) and len(nation) < len(indexed):
        source += f" Nation: {english.listed([str(year) for year in nation.index])}."
    return Chart("trend", title, svg(parts, WIDTH, 246, told), source, sheet)


def _elsewhere(profile: RegionProfile, name: str) -> str:
    """Where something else is, as a title says it: the rest of a state is "elsewhere in the state"."""
    return (
        "elsewhere in the state"
        if name == profile.rest_name and facts.home(profile) == "state"
        else f"in {name}"
    )


def _nation(profile: RegionProfile, begin: int) -> pd.Series:
    """Jobs of the nation by year, from the year that lines begin with; empty where it is the base, or not known then."""
    if areas.area_kind(str(profile.study.base_area)) == "nation" or profile.results.missing("nation-jobs"):
        return pd.Series(dtype=float)
    jobs = profile.results["nation-jobs"].set_index("year")["employment"].astype(float)
    return jobs if len(jobs) > 1 and jobs.index[0] == begin else pd.Series(dtype=float)


def shift_share(profile: RegionProfile) -> Chart | None:
    """Change that national and industry trends do not explain, by sector; None where growth is not supported."""
    rows, beside = profile.shift_share
    if rows.empty or profile.span is None:
        return None
    every = rows[
        (rows["start_year"] == profile.span[0]) & (rows["status"] == "compared") & (rows["industry"] != "99")
    ]
    if every.empty:
        return None
    some = every.reindex(every["competitive"].abs().sort_values(ascending=False).index).head(_BARS)
    some = some.sort_values("competitive", ascending=False)
    left, right, high = 236, WIDTH - 60, 21
    most = max(float(some["competitive"].max()), 0.0)
    least = min(float(some["competitive"].min()), 0.0)
    x = linear(least, most, left + (44 if least < 0 else 0), right)
    parts = [line(x(0), 0, x(0), high * len(some) + 4, "context")]
    for place, (_, row) in enumerate(some.iterrows()):
        value, top = float(row["competitive"]), place * high + 3
        tone = "accent" if value >= 0 else "warm"
        start, end = sorted((x(0), x(value)))
        name = naics.title(str(row["industry"]))
        told = (
            f"{name}: {figures.signed_jobs(row['change'])} jobs in all; growth of all jobs {figures.signed_jobs(row['national'])}, "
            f"industry mix {figures.signed_jobs(row['mix'])}, local effect {figures.signed_jobs(value)}"
        )
        label = figures.signed_jobs(value)
        spot = (
            text(end + 5, top + 12, label, tone="quiet")
            if value >= 0
            else text(start - 5, top + 12, label, anchor="end", tone="quiet")
        )
        parts.append(mark(rect(start, top, max(end - start, 1), high - 6, tone) + spot, told))
        parts.append(text(left - 50, top + 12, _short(name), anchor="end", size=12))
    total = rows[(rows["status"] == "total") & (rows["start_year"] == profile.span[0])]
    local = (
        float(total["competitive"].iloc[0])
        if len(total) and pd.notna(total["competitive"].iloc[0])
        else float("nan")
    )
    title = "Local effect on jobs, by sector"
    if pd.notna(local) and abs(local) >= 1:
        more = "more" if local > 0 else "fewer"
        there = _elsewhere(profile, beside)
        title = f"{figures.rounded_jobs(abs(local))} {more} jobs than trends {there} imply, {profile.span[0]} to {profile.span[1]}"
    told = words.shift_share(profile) or "; ".join(
        f"{naics.title(str(row['industry']))} {figures.signed_jobs(row['competitive'])}"
        for _, row in some.iterrows()
    )
    columns = [
        Column("sector", "Sector", text=True), Column("change", "Change"), Column("national", "Growth of all jobs"),
        Column("mix", "Industry mix"), Column("competitive", "Local effect"),
    ]  # fmt: skip
    made = [
        {"sector": naics.title(str(row["industry"]))} | {c: figures.signed_jobs(row[c]) for c in ("change", "national", "mix", "competitive")}
        for _, row in every.sort_values("competitive", ascending=False).iterrows()
    ]  # fmt: skip
    sheet = Sheet(
        "shift-share-data",
        f"Change of jobs and its parts, {profile.span[0]} to {profile.span[1]}",
        columns,
        made,
    )
    source = f"Source: {words.source_of_jobs(profile)}. Bars: the {len(some)} largest differences from overall and industry growth there."
    return Chart("shift-share", title, svg(parts, WIDTH, high * len(some) + 6, told), source, sheet)


def sectors(profile: RegionProfile) -> Sheet:
    """Every sector of the region: jobs, concentration, growth beside the base, pay and its tier."""
    table = profile.industries("sector").drop(index="99", errors="ignore")
    return Sheet(
        "sectors", f"Industry sectors (NAICS) of the region, {profile.year}", _columns(profile, "Sector", spark=True),
        [_row(profile, row, spark=True) for _, row in table.iterrows()], first=_FIRST,
    )  # fmt: skip


def standing_out(profile: RegionProfile) -> Sheet | None:
    """The three-digit industries that are most concentrated here; None where none can be shown.

    Only those whose location quotient is above 1 and whose jobs are at least 100 whatever is withheld.
    """
    table = stand_out_rows(profile)
    if table.empty:
        return None
    columns = [
        c
        for c in _columns(profile, "Industry", spark=False)
        if c.name in ("industry", "jobs", "quotient", "growth", "pay")
    ]
    columns = [
        Column(
            c.name,
            {"growth": "Growth", "quotient": "LQ", "pay": "Average pay"}.get(c.name, c.label),
            text=c.text,
        )
        for c in columns
    ]
    rows = [_row(profile, row, spark=False) for _, row in table.iterrows()]
    caption = f"Industries that stand out: highest location quotients, {LEAST_JOBS} jobs or more"
    return Sheet("stand-out", caption, columns, rows)


def stand_out_rows(profile: RegionProfile) -> pd.DataFrame:
    """The rows of :func:`standing_out`, as :meth:`~sectorlib.pages.region.profile.RegionProfile.industries` gives them."""
    table = words.concentrated(profile, "3")
    return table[table["employment_low"] >= LEAST_JOBS].head(MOST_ROWS)


def pay_tiers(profile: RegionProfile) -> Chart | None:
    """Share of jobs in low, middle and high paying sectors, here and in the base; None where pay is withheld."""
    shares = {}
    for area, label in ((profile.area, "Region"), (profile.study.base_area, profile.base_label)):
        shares[label] = tier_shares(profile, area, "tier_typical")
    frame = pd.DataFrame(shares).T
    if frame[["low", "middle", "high"]].to_numpy().sum() == 0:
        return None
    left = min(max(width_of(label) for label in shares) + 10, 190)
    parts = []
    for place, (name, row) in enumerate(frame.iterrows()):
        label = str(name)
        top, start = place * 34 + 22, float(left)
        parts.append(text(left - 8, top + 17, label, anchor="end", weight=600 if place == 0 else 400))
        for tier, tone in (
            ("low", "tier-low"),
            ("middle", "tier-middle"),
            ("high", "tier-high"),
            ("not known", "wash"),
        ):
            wide = float(row[tier]) * (WIDTH - left - 4)
            shown = figures.share(row[tier])
            shape = rect(start, top, wide, 25, tone)
            if wide > 34:
                ink = {"high": "paper", "not known": "quiet"}.get(tier, _ON_TIER)
                shape += text(start + wide / 2, top + 17, shown, anchor="middle", tone=ink)
            if wide > 0:
                parts.append(
                    mark(
                        shape,
                        f"{label}: {shown} of jobs in sectors with {tier} pay"
                        if tier != "not known"
                        else f"{label}: tier of {shown} of jobs not known",
                    )
                )
            label_ = "tier not known" if tier == "not known" else f"{tier} pay"
            if place == 0 and wide > 0 and wide + 4 >= width_of(label_, 11.5):
                parts.append(text(start + 1, 14, label_, tone="quiet", size=11.5))
            elif (
                place == 0 and tier == "high" and wide > 0 and not row["not known"] >= _SEEN
            ):  # narrow, and last
                parts.append(text(start + wide, 14, label_, anchor="end", tone="quiet", size=11.5))
            start += wide
    low_here, low_there = frame.iloc[0]["low"], frame.iloc[1]["low"]
    title = "Jobs by the pay of their sector"
    if frame["not known"].max() < abs(low_here - low_there):
        more = "More" if low_here > low_there else "Fewer"
        title = f"{more} jobs are in lower-paying sectors here than in {profile.base_name}"
    told = "; ".join(
        f"{label}: " + ", ".join(f"{tier} {figures.share(row[tier])}" for tier in frame.columns)
        for label, row in frame.iterrows()
    )
    columns = [
        Column("area", "Area", text=True),
        *(Column(tier, english.capital(tier)) for tier in frame.columns),
    ]
    rows = [
        {"area": str(label)} | {tier: figures.share(row[tier]) for tier in frame.columns}
        for label, row in frame.iterrows()
    ]
    cuts = definitions("wage_tiers")["schemes"]["typical-pay"]
    source = (
        f"Source: QCEW {profile.year}. Low: under {cuts['low_below']['value']:.0%} of typical industry pay; high: over "
        f"{cuts['high_above']['value']:.0%}."
    )
    return Chart("pay-tiers", title, svg(parts, WIDTH, 94, told), source, Sheet("pay-tiers-data", "Share of jobs by pay tier of their sector", columns, rows))  # fmt: skip


def tier_shares(profile: RegionProfile, area: str, column: str) -> pd.Series:
    """Share of the area's jobs in each tier of its sectors, and the share whose tier is not known.

    Shares are of all jobs where their number is published, else of those that are.
    """
    rows = profile.rows("wages", area)
    rows = rows[(rows["year"] == profile.year) & (rows["ownership"] == profile.study.ownership)]
    kept = rows[naics.levels(rows["industry"]) == "sector"]
    known = kept[kept[column].notna()]
    sums = known.groupby(known[column].astype(str))["employment_low"].sum()
    total = rows.loc[rows["industry"] == naics.TOTAL, "employment"].fillna(kept["employment_low"].sum())
    whole = float(total.iloc[0]) if len(total) else float(kept["employment_low"].sum())
    shares = (sums / whole if whole else sums * 0.0).reindex(["low", "middle", "high"]).fillna(0.0)
    return pd.concat([shares, pd.Series({"not known": max(0.0, 1 - shares.sum())})])


def shows_rest(profile: RegionProfile) -> bool:
    """Whether tables of industries have quotients beside the rest of the base as well as the nation's."""
    return profile.compared_with == "nation" and bool(
        profile.industries("sector")["location_quotient_rest_low"].notna().any()
    )


def reading(profile: RegionProfile) -> str:
    """What the marks of the table of sectors mean."""
    text_ = (
        f"LQ: location quotient, the share of jobs here over the share in {profile.compared_name} in {profile.compared_year}. "
        "Italics: ranges or estimates; withheld is never zero."
    )
    shown = pd.concat(
        [profile.industries("sector").drop(index="99", errors="ignore"), stand_out_rows(profile)]
    )
    if any(figures.may_be_churn(row) for _, row in shown.iterrows()):
        text_ += " \N{DOUBLE DAGGER} Too close to 1 to call."
    if any(figures.rests_on_few(row) for _, row in shown.iterrows()):
        text_ += " * Fewer than ten establishments."
    if any(row.get("crosses_break") is True for _, row in shown.iterrows()):
        text_ += " \N{DAGGER} The industry code changed its meaning in between."
    return text_


def _columns(profile: RegionProfile, what: str, *, spark: bool) -> list[Column]:
    columns = [Column("industry", what, text=True), Column("jobs", f"Jobs {profile.year}")]
    if spark:
        columns.append(Column("spark", "Jobs over time"))
    columns.append(
        Column(
            "quotient",
            {"nation": "Nation", "rest": profile.rest_name, "base": profile.base_label}[
                profile.compared_with
            ],
            "Location quotient beside",
        )
    )
    if shows_rest(profile):
        columns.append(Column("rest", english.capital(profile.rest_name), "Location quotient beside"))
    if profile.span:
        group = f"Growth {profile.span[0]}\N{EN DASH}{profile.span[1]}"
        columns += [
            Column("growth", "Here", group),
            Column("base_growth", english.capital(profile.grows_beside), group),
        ]
    if "wages" not in profile.study.measures:  # not in the tables, which is not the same as withheld
        return columns
    return [
        *columns,
        Column("pay", "Average", "Pay a year"),
        Column("tier", "Tier", "Pay a year", hint="Beside typical industry pay", text=True),
    ]


def _row(profile: RegionProfile, row: pd.Series, *, spark: bool) -> dict[str, str]:
    quotient = figures.cell_quotient(row)
    made: dict[str, str] = {
        "industry": naics.title(str(row.name)),
        "jobs": figures.cell_jobs(row),
        "quotient": quotient.marked("\N{DOUBLE DAGGER}") if figures.may_be_churn(row) else quotient,
        "pay": figures.cell_pay(row).marked("*") if figures.rests_on_few(row) else figures.cell_pay(row),
        "tier": "" if pd.isna(row["tier_typical"]) else str(row["tier_typical"]),
    }
    if spark:
        made["spark"] = _history(profile, str(row.name), row)
    if shows_rest(profile):
        made["rest"] = figures.cell_quotient_of_rest(row)
    if profile.span:
        growth = figures.cell_growth(row)
        made["growth"] = growth.marked("\N{DAGGER}") if row.get("crosses_break") is True else growth
        base = row.filter(like="base_percent_change").rename(lambda name: name.removeprefix("base_"))
        made["base_growth"] = figures.cell_growth(base)
    return made


def _history(profile: RegionProfile, industry: str, row: pd.Series) -> Drawing:
    rows = profile.history(industry)
    values = rows.set_index("year")["employment"].astype(float)
    known = values.dropna()
    if len(known) < 2:
        return Drawing("")
    told = f"Jobs: {figures.jobs(known.iloc[0])} in {known.index[0]}, {figures.jobs(known.iloc[-1])} in {known.index[-1]}"
    return sparkline(values, told, float(row["employment_low"]))


def _index(value: float) -> Figure:
    return figures.withheld() if pd.isna(value) else Figure(f"{value:.1f}", "exact", value)


def _apart(ends: dict[str, float], least: float = 15.0) -> dict[str, float]:
    """Heights of labels, moved apart where they would touch."""
    order = sorted(ends, key=ends.__getitem__)
    spots = dict(ends)
    for upper, lower in pairwise(order):
        spots[lower] = max(spots[lower], spots[upper] + least)
    return spots


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip(" ,") + "\N{HORIZONTAL ELLIPSIS}"
