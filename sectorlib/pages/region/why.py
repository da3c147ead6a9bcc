"""Why these sectors: the criteria, concentration against pay, and what would change the order."""

from __future__ import annotations

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.drawing import (
    TYPE,
    Chart,
    circle,
    esc,
    haloed,
    line,
    logarithmic,
    mark,
    place_labels,
    svg,
    text,
)
from sectorlib.pages.figures import Figure
from sectorlib.pages.region import facts, first_screen, target_words, words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Column, Sheet
from sectorlib.targeting.labels import ordinal

#: Rows shown at once, and sectors with lower pay whose parts are told.
_FIRST = 7

_FORMS = {
    "location_quotient": "{:.2f}", "average_pay": "{:.0%}", "projected_growth": "{:+.1f}%",
    "share_of_jobs": "{:.1f}%", "not_contracting": "{:+.1f}%", "number_of_establishments": "{:,.0f}",
    "spread_over_counties": "{:.2f}", "average_size": "{:.1f}", "steadiness": "{:.1f}%",
}  # fmt: skip

#: An estimate of pay is called above typical industry pay from this share of it on.
_CLEARLY = 1.1

WIDTH, HEIGHT = 560, 340


#: Where a criterion's label does not tell what a figure is a share of, or which way it points.
_HEADINGS = {
    "average_pay": "Pay, of typical industry pay", "not_contracting": "Recent growth a year", "average_size": "Establishment size, over the usual one",
    "spread_over_counties": "Largest county's share, over its share of all jobs", "steadiness": "Usual yearly swing",
}  # fmt: skip


def why(profile: RegionProfile) -> str:
    """The chapter as markup."""
    if facts.ranked(profile).empty:
        return _apart(profile)
    chart, order = bubbles(profile), sequence(profile)
    beside = "".join(f"<p>{esc(text)}</p>" for text in _sentences(profile) if text)
    said = f"{beside}{_lower_pay(profile)}{_apart(profile)}"
    lower = f'<div class="halves"><div>{chart.markup()}</div><div>{said}</div></div>' if chart else said
    return (
        f'<p class="finding">{esc(finding(profile))}</p>{criteria(profile).markup()}{order.markup() if order else ""}'
        f"{lower}"
    )


def finding(profile: RegionProfile) -> str:
    """What puts the first sector first, and how firm that is."""
    table = facts.ranked(profile)
    first = table.iloc[0]
    points = profile.rows("target-points")
    mine = points[(points["sector"] == first["sector"]) & points["figure"].notna()]
    best = mine[mine["points"] >= 0.6 * mine["most_points"]].sort_values("points", ascending=False).head(3)
    recent = {"not_contracting": "recent growth"}
    labels = [
        recent.get(str(name), english.small(str(label)))
        for name, label in zip(best["criterion"], best["label"], strict=True)
    ]
    name = english.capital(facts.title(first))
    earned = f" and earns most of what {english.listed(labels)} can give" if labels else ""
    text = f"{name} scores {first['score']:.0f} of 100 points{earned}."
    if len(table) > 1:
        low, high = int(first["rank_low"]), int(first["rank_high"])
        places = ordinal(low) if low == high else f"between {ordinal(low)} and {ordinal(high)}"
        text += f" It ranks {places} in {figures.share(first['share_within'])} of simulations."
    return text


def criteria(profile: RegionProfile) -> Sheet:
    """Every ranked sector with its place, score and the figures behind it; the short list marked."""
    table = facts.ranked(profile)
    points = profile.rows("target-points")
    order = points.drop_duplicates("criterion").sort_values("most_points", ascending=False)
    order = order[order["most_points"] > 0]
    whole = whole_points(order.set_index("criterion")["most_points"])
    known = order["criterion"].isin(points.loc[points["figure"].notna(), "criterion"])
    without = sum(whole[str(name)] for name in order.loc[~known, "criterion"])
    order = order[known]  # the appendix says which are not known
    columns = [
        Column("sector", "Sector", text=True), Column("place", "Place", text=True),
        Column("score", "Score", hint="Points of 100 under the stated weights"),
        Column("first", "Ranks first", hint="Share of simulations in which the sector ranks first"),
        Column("jobs", f"Jobs {profile.year}"),
        *(Column(name, _HEADINGS.get(name, str(label)), "Figures behind the score (points they can earn)" , hint=f"{unit}; up to {most:.0f} points")
          for name, label, unit, most in order[["criterion", "label", "unit", "most_points"]].itertuples(index=False)),
    ]  # fmt: skip
    columns = [
        Column(c.name, f"{c.label} ({whole[c.name]})", c.group, c.hint) if c.group else c for c in columns
    ]
    made = facts.whole(profile)
    shown = points.set_index(["sector", "criterion"])["figure"]
    rows, marked = [], set()
    for place, (sector, row) in enumerate(table.iterrows()):
        cells: dict[str, str] = {
            "sector": str(row["sector_title"]), "place": str(row["place"]),
            "score": Figure(f"{row['score']:.0f}", "exact", row["score"]),
            "first": figures.share(row["share_first"]),
            "jobs": figures.estimated_jobs(made.loc[[str(sector)]].iloc[0]),
        }  # fmt: skip
        for name in order["criterion"]:
            cells[name] = _figure(
                name, shown.get((sector, name), float("nan")), row, profile, made.loc[[str(sector)]].iloc[0]
            )
        rows.append(cells)
        if bool(row["short_list"]):
            marked.add(place)
    caption = (
        f"Sectors by the criteria, {profile.year}; the short list is marked, italics are estimates or ranges, and the appendix "
        "explains each criterion"
    )
    if without:
        caption += f"; every sector has half of the {without} points whose figures are not known here"
    return Sheet("criteria", caption, columns, rows, frozenset(marked), _FIRST)


def whole_points(points: pd.Series) -> dict[str, int]:
    """Points as whole numbers that add up as the points do: what is cut off longest is rounded up first.

    >>> whole_points(pd.Series({"pay": 25.7, "jobs": 12.4, "size": 61.9}))
    {'pay': 26, 'jobs': 12, 'size': 62}
    >>> sum(whole_points(pd.Series([25.5, 25.5, 24.5, 24.5])).values())
    100
    """
    made = points.astype(int)
    lacking = round(points.sum()) - int(made.sum())
    longest = (points - made).sort_values(ascending=False, kind="stable").index[:lacking]
    return {name: int(made[name]) + (name in longest) for name in points.index}


def meanings(profile: RegionProfile) -> Sheet | None:
    """What each criterion measures, and from where to where it earns points; None where nothing is ranked."""
    points = profile.rows("target-points")
    if points.empty:
        return None
    order = points.drop_duplicates("criterion").sort_values("most_points", ascending=False)
    order = order[order["most_points"] > 0].set_index("criterion")
    whole, terms = whole_points(order["most_points"]), profile.study.criteria
    columns = [
        Column("criterion", "Criterion", text=True), Column("unit", "What it measures", text=True), Column("points", "Points at most"),
        Column("worst", "No points at"), Column("best", "All points at"),
    ]  # fmt: skip
    rows = []
    for name, row in order.iterrows():
        made: dict[str, str] = {
            "criterion": str(row["label"]), "unit": english.capital(str(row["unit"])),
            "points": Figure(str(whole[str(name)]), "exact", whole[str(name)]),
        }  # fmt: skip
        for end in ("worst", "best"):
            value = float(terms[end].loc[str(name)])
            made[end] = Figure(f"{value:g}".replace("-", "\N{MINUS SIGN}"), "exact", value)
        rows.append(made)
    return Sheet("criteria-meaning", "What each criterion measures", columns, rows)


def contents(profile: RegionProfile) -> Sheet | None:
    """What each ranked sector is made of; None where nothing is ranked."""
    table, parts = facts.ranked(profile), profile.study.sectors
    if table.empty:
        return None
    rows = []
    for sector, row in table.iterrows():
        mine = parts[parts["sector"] == sector]
        notes = [str(note).rstrip(".") for note in mine["note"].dropna().unique() if str(note)]
        codes = ", ".join(mine["industry"].astype(str).drop_duplicates())
        rows.append({"sector": str(row["sector_title"]), "holds": "; ".join(notes), "codes": codes})
    columns = [
        Column("sector", "Sector", text=True), Column("holds", "What it holds", text=True), Column("codes", "NAICS codes, whole or in part", text=True),
    ]  # fmt: skip
    return Sheet("sector-contents", "What the sectors are made of", columns, rows)


def sequence(profile: RegionProfile) -> Sheet | None:
    """A suggested order of partnerships; None where nobody has filled in the readiness sheet."""
    rows = profile.rows("target-sequence")
    if rows.empty:
        return None
    does = {"begin": "Begin", "later": "Later", "prepare": "Prepare", "join": "Join what runs"}
    columns = [
        Column("sector", "Sector", text=True), Column("step", "Step"), Column("does", "Suggestion", text=True),
        Column("readiness", "Readiness"), Column("certainty", "In the first three"), Column("running", "Runs already (overlap)", text=True),
    ]  # fmt: skip
    made = [
        {
            "sector": str(row["sector_title"]), "step": Figure(f"{row['step']:.0f}", "exact", row["step"]),
            "does": does[str(row["suggestion"])], "readiness": figures.share(row["readiness"]), "certainty": figures.share(row["certainty"]),
            "running": f"{row['running']} ({row['overlap']:.0%})" if row["overlap"] else "",
        }
        for _, row in rows.sort_values("step").iterrows()
    ]  # fmt: skip
    return Sheet(
        "sequence", "Suggested order, from readiness, score, certainty and what runs already", columns, made
    )


def bubbles(profile: RegionProfile) -> Chart | None:
    """Concentration against pay: each ranked sector a dot as large as its jobs; None where there is none to draw."""
    table, made = facts.ranked(profile), facts.whole(profile)
    if table.empty:
        return None
    name = "location_quotient" + {"base": ""}.get(profile.compared_with, f"_{profile.compared_with}")
    made = made.reindex(table.index)
    table = table.assign(
        x=made[f"{name}_estimate"], low=made[f"{name}_low"], high=made[f"{name}_high"], y=made["pay_estimate"] / made["typical_industry_pay"],
        size=made["employment_estimate"],
    )  # fmt: skip
    told_pay = pd.Series(
        {sector: facts.pay(row).kind != "withheld" for sector, row in made.iterrows()}, dtype=bool
    )
    left_out = table[~told_pay.reindex(table.index, fill_value=False)]
    table = table[
        (table["x"] > 0) & (table["y"] > 0) & table["size"].notna() & ~table.index.isin(left_out.index)
    ]
    if table.empty:
        return None
    left, right = min(0.5, table["x"].min() * 0.85), max(2.0, table["x"].max() * 1.2)
    bottom, top = min(0.7, table["y"].min() * 0.9), max(1.4, table["y"].max() * 1.1)
    x, y = logarithmic(left, right, 52, WIDTH - 12), logarithmic(bottom, top, HEIGHT - 42, 18)
    parts = []
    for tick in (0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 8, 12, 20):
        if left <= tick <= right:
            parts += [line(x(tick), 18, x(tick), HEIGHT - 42, "context" if tick == 1 else "line"), text(x(tick), HEIGHT - 26, f"{tick:g}", anchor="middle", tone="quiet")]  # fmt: skip
    for tick in (0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8):
        if bottom <= tick <= top:
            parts += [line(52, y(tick), WIDTH - 12, y(tick), "context" if tick == 1 else "line"), text(46, y(tick) + 4, f"{tick:.0%}", anchor="end", tone="quiet")]  # fmt: skip
    parts.append(text((52 + WIDTH) / 2, HEIGHT - 6, f"Location quotient (1 = share of jobs in {profile.compared_name})", anchor="middle", tone="quiet"))  # fmt: skip
    parts.append(haloed(text(56, 10, "Pay, share of typical industry pay", tone="quiet", size=TYPE - 1)))  # fmt: skip
    radius = (20 * (table["size"] / table["size"].max()) ** 0.5).clip(lower=3)
    drawn = []
    for sector in table["size"].sort_values(ascending=False).index:
        row = table.loc[sector]
        tone = "accent" if bool(row["short_list"]) else "context"
        ends = [
            (max(row["low"], left) if row["low"] == row["low"] else left),
            (min(row["high"], right) if row["high"] == row["high"] else right),
        ]
        told = _told(profile, row, made.loc[[sector]].iloc[0])
        shape = circle(x(row["x"]), y(row["y"]), radius[sector], tone, opacity=0.75)
        if row["disclosure"] != "disclosed":
            shape = line(x(ends[0]), y(row["y"]), x(ends[1]), y(row["y"]), "context") + shape
            for end, clipped, step in (
                (ends[0], not row["low"] >= left, 1),
                (ends[1], not row["high"] <= right, -1),
            ):
                if clipped:  # the range goes on beyond the chart
                    tip = x(end)
                    shape += f'<path d="M{tip + 5 * step:.1f} {y(row["y"]) - 4:.1f}L{tip:.1f} {y(row["y"]):.1f}L{tip + 5 * step:.1f} {y(row["y"]) + 4:.1f}" fill="none" stroke="var(--context,#7b8794)"/>'
        drawn.append(mark(shape, told))
    listed = table.sort_values("rank").index
    spots = [
        (x(table.loc[s, "x"]), y(table.loc[s, "y"]), float(radius[s]), str(table.loc[s, "sector_title"]))
        for s in listed
    ]
    labels = place_labels(spots, (52, 14, WIDTH - 4, HEIGHT - 44), TYPE - 1)
    names = [
        haloed(
            text(
                spot[0],
                spot[1],
                table.loc[s, "sector_title"],
                anchor=spot[2],
                size=TYPE - 1,
                tone="ink" if table.loc[s, "short_list"] else "quiet",
                weight=600 if table.loc[s, "short_list"] else 400,
            )
        )
        for s, spot in zip(listed, labels, strict=True)
        if spot is not None
    ]
    both = table[
        table["short_list"].astype(bool)
        & (table["low"] > 1)
        & (table["x"] >= first_screen.MORE)
        & (table["y"] > table["disclosure"].map({"disclosed": 1.0}).fillna(_CLEARLY))
    ]
    title = (
        f"{english.capital(english.listed([facts.title(row) for _, row in both.head(3).iterrows()]))} {'combines' if len(both) == 1 else 'combine'} concentration with pay above typical"
        if 0 < len(both) <= 3
        else "Concentration and pay of the ranked sectors"
    )
    told_all = "; ".join(_told(profile, table.loc[s], made.loc[s]) for s in listed)
    source = f"Source: {words.source_of_jobs(profile)} {profile.year}. Dot size: jobs. Blue: short list."
    if (table["disclosure"] != "disclosed").any():
        source += " Lines: possible range where cells are withheld."
    if len(left_out):
        source += f" Not drawn, pay withheld: {english.counted(len(left_out), 'sector')}."
    return Chart("concentration-and-pay", title, svg([*parts, *drawn, *names], WIDTH, HEIGHT, told_all), source, _bubble_sheet(profile, table, made))  # fmt: skip


def _bubble_sheet(profile: RegionProfile, table: pd.DataFrame, made: pd.DataFrame) -> Sheet:
    columns = [Column("sector", "Sector", text=True), Column("quotient", "Location quotient"), Column("pay", "Pay, share of typical"), Column("jobs", "Jobs")]  # fmt: skip
    rows = [
        {
            "sector": str(row["sector_title"]), "quotient": facts.quotient(made.loc[[str(sector)]].iloc[0], profile.compared_with),
            "pay": facts.pay_ratio(made.loc[[str(sector)]].iloc[0]), "jobs": figures.estimated_jobs(made.loc[[str(sector)]].iloc[0]),
        }
        for sector, row in table.sort_values("rank").iterrows()
    ]  # fmt: skip
    return Sheet(
        "concentration-and-pay-data",
        f"Concentration and pay of ranked sectors, {profile.year}",
        columns,
        rows,
    )


def _told(profile: RegionProfile, row: pd.Series, made: pd.Series) -> str:
    return (
        f"{row['sector_title']}: location quotient {facts.quotient(made, profile.compared_with)}, "
        f"pay {facts.pay_ratio(made)} of typical industry pay, {figures.estimated_jobs(made)} jobs"
    )


def _figure(name: str, value: float, row: pd.Series, profile: RegionProfile, made: pd.Series) -> Figure:
    """A criterion's figure in a cell: an estimate where cells of the sector are withheld, and withheld where cards say so."""
    if pd.isna(value):
        return Figure(figures.NOT_KNOWN, "withheld")
    if name == "not_contracting" and facts.growth(profile, str(row["sector"])).kind == "withheld":
        return figures.withheld()
    if row["disclosure"] != "disclosed":
        jobs = figures.estimated_jobs(made)
        if name == "location_quotient":
            return facts.quotient(made, profile.compared_with)
        if name == "share_of_jobs" and jobs.kind == "range":
            low, high = (
                value * made[f"employment_{end}"] / made["employment_estimate"] for end in ("low", "high")
            )
            return Figure(f"{low:.1f}\N{EN DASH}{high:.1f}%", "range", value)
        shown_as = {
            "average_pay": facts.pay(made).kind, "share_of_jobs": jobs.kind, "average_size": jobs.kind, "spread_over_counties": jobs.kind,
        }  # fmt: skip
        if shown_as.get(name, "estimate") not in ("exact", "estimate"):
            return figures.withheld()
    shown = figures.without_zero_sign(_FORMS.get(name, "{:.3g}").format(value))
    return Figure(shown, "exact" if row["disclosure"] == "disclosed" else "estimate", value)


def _sentences(profile: RegionProfile) -> list[str]:
    return [
        target_words.change(profile),
        target_words.weights_decide(profile),
    ]


def _lower_pay(profile: RegionProfile) -> str:
    lines = target_words.lower_pay(profile)
    if not lines:
        return ""
    items = "".join(f"<li>{esc(one)}</li>" for one in lines)
    return f"<details><summary>Sectors with lower average pay, and what their parts pay</summary><ul>{items}</ul></details>"


def _apart(profile: RegionProfile) -> str:
    lines = target_words.few_establishments(profile)
    if not lines:
        return ""
    items = "".join(f"<li>{esc(one)}</li>" for one in lines)
    return f"<details><summary>Too few establishments here: consider a wider area</summary><ul>{items}</ul></details>"
