"""The outlook: official projections first, then ours with intervals, and how far off such projections have been."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sectorlib import naics
from sectorlib.pages.drawing import Chart, band, circle, esc, line, linear, mark, path, svg, text, ticks
from sectorlib.pages.english import capital, few_or_count, listed
from sectorlib.pages.figures import Figure, rounded_jobs
from sectorlib.pages.region import words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Column, Sheet
from sectorlib.results.outlook import JUMPS

#: Methods in plain words; those a scorecard is held against come after ours.
_METHODS = {
    "ensemble": "our trend", "cautious": "our trend", "last-value": "nothing changes",
    "drift": "past change goes on", "constant-share": "share of the base stays",
}  # fmt: skip

#: What is scored, in plain words.
_LEVELS = {"total": "all jobs of an area", "sector": "sectors"}

#: How many percentage points less than on average intervals must have held from one year for the page to say so.
_MUCH_LESS = 10

#: A gain over the last value below this share of the error is none worth the name.
_NO_GAIN = 0.005


#: Sectors drawn beside all jobs, and the size of one drawing.
_FANS = 3
_WIDTH, _HEIGHT = 290, 200


def outlook(profile: RegionProfile) -> str:
    """The chapter as markup. Where every year that a projection would reach is past, the hindcast takes its place."""
    told = official(profile)
    parts = [f'<p class="finding">{esc(finding(profile))}</p>']
    sheet = official_table(profile)
    if told:
        parts.append(f"<p>{esc(told)}</p>")
    if sheet is not None:
        parts.append(sheet.markup())
    chart = (
        fans(profile, profile.rows("projections"))
        if profile.study.overtaken is None
        else hindcast_chart(profile)
    )
    if chart is not None:
        parts.append(chart.markup())
    return "".join(parts)


def finding(profile: RegionProfile) -> str:
    """What jobs are projected to be, an official figure first; or why nothing is projected, and what came of the past."""
    past = overtaken(profile)
    if past:
        return f"{past} {hindcast(profile)}".strip()
    said = opening(profile)
    if said:
        return said
    reason = (
        profile.why_absent("projections") or "no series of this region is long enough and fully published"
    )
    return f"No projection is shown: {reason}."


def fans(profile: RegionProfile, projected: pd.DataFrame, name: str = "projections") -> Chart | None:
    """Past and projected jobs of all industries and of the largest sectors, with 80 and 95% intervals."""
    if projected.empty:
        return None
    codes = projected["industry"].astype(str)
    order = [c for c in [naics.TOTAL, *profile.industries("sector").index] if c in set(codes)][: _FANS + 1]
    drawn = [
        made
        for code in order
        if (made := _fan(profile, code, projected[codes == code].sort_values("year"))) is not None
    ]
    if not drawn:
        return None
    several = "".join(f"<div>{drawing}</div>" for drawing in drawn)
    title, source = _fan_words(profile, name)
    columns = [
        Column("industry", "Industry", text=True), Column("year", "Year", text=True), Column("employment", "Projected"),
        *([Column("official", "Official")] if applied(profile) and name == "projections" else []),
        Column("low", "80% from"), Column("high", "80% to"), Column("came", "Observed"),
    ]  # fmt: skip
    rows = []
    for code in order:
        observed = profile.history(code).set_index("year")["employment"]
        for _, row in projected[codes == code].sort_values("year").iterrows():
            came = observed.get(row["year"], float("nan"))
            rows.append(
                {
                    "industry": naics.title(code), "year": str(int(row["year"])), "employment": rounded_jobs(row["employment"]),
                    "official": _or_dash(row.get("official_employment", float("nan"))),
                    "low": _or_dash(row["low_80"]), "high": _or_dash(row["high_80"]), "came": _or_dash(came),
                }
            )  # fmt: skip
    sheet = Sheet(f"{name}-data", title, columns, rows)
    return Chart(name, title, f'<div class="fans">{several}</div>', source, sheet)


def hindcast_chart(profile: RegionProfile) -> Chart | None:
    """What would have been projected some years ago, and what happened; None where nothing would have been."""
    rows = profile.rows("hindcast")
    if rows.empty:
        return None
    return fans(
        profile, rows.assign(employment=rows["projected"], official_employment=float("nan")), "hindcast"
    )


def _fan_words(profile: RegionProfile, name: str) -> tuple[str, str]:
    """The title of a row of fans, and its source."""
    if name == "hindcast":
        origin = int(profile.rows("hindcast")["origin"].iloc[0])
        title = f"What we would have projected in {origin}, and what happened"
        return (
            title,
            f"Source: {words.source_of_jobs(profile)}; our trend from data to {origin} (dashed). Bands: 80 and 95% intervals.",
        )
    title = "Jobs observed and projected"
    rows = _ahead(profile).dropna(subset="low_80") if len(_ahead(profile)) else pd.DataFrame()
    if len(rows):
        last, now = (
            rows.iloc[-1],
            profile.history(naics.TOTAL).dropna(subset="employment").iloc[-1]["employment"],
        )
        if last["low_80"] > now:
            title = f"Employment is likely to grow by {int(last['year'])}"
        elif last["high_80"] < now:
            title = f"Employment is likely to fall by {int(last['year'])}"
    line_ = "Long dashes: official projection. " if applied(profile) else ""
    return title, (
        f"Source: {words.source_of_jobs(profile)} to {profile.year}. {line_}Short dashes: our trend, which knows nothing of plans or closures. "
        "Bands: 80 and 95% intervals."
    )


def _fan(profile: RegionProfile, code: str, ahead: pd.DataFrame) -> str | None:
    """One fan: the past, the trend, and its intervals; None where the past does not reach it."""
    past = profile.history(code)
    known = past[past["employment"].notna()]
    before = known[known["year"] < ahead["year"].min()]
    if before.empty:
        return None
    last = before.iloc[-1]
    official_ = ahead["official_employment"] if "official_employment" in ahead else pd.Series(dtype=float)
    ends = [
        *ahead["low_95"].dropna(),
        *ahead["high_95"].dropna(),
        *ahead["employment"].dropna(),
        *known["employment"],
        *official_.dropna(),
    ]
    marks = ticks(min(ends), max(ends), 4)
    low, high = min(*ends, *marks), max(*ends, *marks)
    first, final = float(past["year"].min()), float(max(ahead["year"].max(), past["year"].max()))
    x, y = linear(first, final, 52, _WIDTH - 10), linear(low, high, _HEIGHT - 24, 28)
    parts = [text(0, 14, naics.title(code), weight=600)]
    for tick in marks:
        parts += [
            line(52, y(tick), _WIDTH - 10, y(tick)),
            text(47, y(tick) + 4, f"{tick:,.0f}", anchor="end", tone="quiet", size=11),
        ]
    for year in ticks(first, final, 4):
        if year == int(year):
            parts.append(text(x(year), _HEIGHT - 8, f"{year:.0f}", anchor="middle", tone="quiet", size=11))
    start = (x(float(last["year"])), y(float(last["employment"])))
    for least, most, strength in (("low_95", "high_95", 0.16), ("low_80", "high_80", 0.3)):
        rows = ahead.dropna(subset=[least, most])
        if len(rows):
            upper, lower = (
                [start, *((x(float(row["year"])), y(float(row[end]))) for _, row in rows.iterrows())]
                for end in (most, least)
            )
            parts.append(band(upper, lower, "accent", strength))
    for year in _jumps(profile, code):
        parts.append(line(x(year - 0.5), 28, x(year - 0.5), _HEIGHT - 24, "warm", 1, "2 3"))
    parts.append(
        path(
            [start, *((x(float(row["year"])), y(float(row["employment"]))) for _, row in ahead.iterrows())],
            "accent",
            1.8,
            "4 3",
        )
    )
    if official_.notna().any():
        parts.append(
            path(
                [
                    start,
                    *(
                        (x(float(row["year"])), y(float(row["official_employment"])))
                        for _, row in ahead.iterrows()
                    ),
                ],
                "ink",
                1.8,
                "9 3",
            )
        )
    parts.append(
        path(
            [(x(float(row["year"])), y(float(row["employment"]))) for _, row in known.iterrows()], "ink", 1.9
        )
    )
    for _, row in ahead.iterrows():
        told = f"{naics.title(code)} {int(row['year'])}: {rounded_jobs(row['employment'])} projected"
        if pd.notna(row["low_80"]):
            told += f", 80% between {rounded_jobs(row['low_80'])} and {rounded_jobs(row['high_80'])}"
        parts.append(
            mark(circle(x(float(row["year"])), y(float(row["employment"])), 7, "accent", "none", 0.0), told)
        )
    row = ahead.dropna(subset="low_80").iloc[-1] if ahead["low_80"].notna().any() else ahead.iloc[-1]
    told = f"{naics.title(code)}: {rounded_jobs(last['employment'])} jobs in {int(last['year'])}; {int(row['year'])} projected {rounded_jobs(row['employment'])}"
    if pd.notna(row["low_80"]):
        told += f", 80% between {rounded_jobs(row['low_80'])} and {rounded_jobs(row['high_80'])}"
    return svg(parts, _WIDTH, _HEIGHT, told)


def _jumps(profile: RegionProfile, code: str) -> list[int]:
    """The first years after a jump of an industry."""
    rows = profile.rows("projection-cautions")
    if rows.empty:
        return []
    leapt = (rows["industry"].astype(str) == code) & rows["kind"].isin(JUMPS)
    return rows.loc[leapt, "year"].astype(int).tolist()


def _or_dash(value: float) -> str:
    return "" if pd.isna(value) else rounded_jobs(value)


def opening(profile: RegionProfile) -> str:
    """The all-industry projection in a few sentences, an official one first; empty where there is none."""
    rows = _ahead(profile)
    if rows.empty:
        return ""
    now = profile.history(naics.TOTAL).dropna(subset="employment").iloc[-1]
    text = f"The region had {rounded_jobs(now['employment'])} jobs in {int(now['year'])}."
    told = rows.dropna(subset="official_employment").tail(1)
    if len(told):
        row = told.iloc[0]
        text += (
            f" By the official projection for {_area_name(profile, row['official_area'])} ({_rate(row['official_growth'])}% a "
            f"year) it would have {rounded_jobs(row['official_employment'])} in {int(row['year'])}."
        )
    ours = rows.dropna(subset="low_80").tail(1)
    if ours.empty:
        return text + " Past errors are too few to say how far off a projection of ours may be."
    row = ours.iloc[0]
    ahead = int(row["year"] - now["year"])
    text += f" If past patterns continue, {int(row['year'])} employment would be {_between(row)}."
    return text + _held(profile, ahead)


def _ahead(profile: RegionProfile) -> pd.DataFrame:
    """All jobs of the region projected, year by year; empty where there are none."""
    rows = profile.rows("projections")
    return rows[rows["industry"] == naics.TOTAL].sort_values("year") if len(rows) else rows


def _between(row: pd.Series) -> str:
    return f"between {rounded_jobs(row['low_80'])} and {rounded_jobs(row['high_80'])} (80% interval; not an official projection)"


def _held(profile: RegionProfile, ahead: int) -> str:
    """How often such intervals contained the actual figure in the past, at worst too, and the median miss."""
    scores = _scores(profile, "total")
    if ahead not in scores.index:
        return ""
    row = scores.loc[ahead]
    text = ""
    if pd.notna(row["coverage_80"]):
        text = f" In tests on past years, intervals like this one contained the actual figure {row['coverage_80']:.0f}% of the time"
        low: Any = row["worst_coverage_80"]
        year: Any = row["worst_origin"]
        if pd.notna(low) and row["coverage_80"] - low >= _MUCH_LESS:
            text += (
                f", but {low:.0f}% when projected from {int(year)}: they hold least when the economy turns"
            )
        text += "."
    return text


def _area_name(profile: RegionProfile, code: str) -> str:
    table = profile.results["official-projections"]
    return str(table.loc[table["area"].astype(str) == str(code), "area_name"].iloc[0])


def hindcast(profile: RegionProfile) -> str:
    """What would have been projected some years ago and what happened, in words; empty where nothing would have been."""
    rows = profile.rows("hindcast")
    if rows.empty:
        return ""
    rows = rows[rows["year"] == rows["year"].max()].dropna(subset=["employment", "low_80"])
    total = rows[rows["industry"] == naics.TOTAL]
    text = ""
    if len(total):
        row = total.iloc[0]
        text = (
            f"On data through {row['origin']}, we would have projected between {rounded_jobs(row['low_80'])} and "
            f"{rounded_jobs(row['high_80'])} jobs for {row['year']} (80% interval). There were "
            f"{rounded_jobs(row['employment'])}, {_where(row)}."
        )
    sectors = rows[(naics.levels(rows["industry"]) == "sector") & (rows["industry"] != "99")]
    if len(sectors):
        text += (
            f" Of {len(sectors)} published sectors, {int(sectors['inside_80'].sum())} ended inside their interval; about eight "
            "in ten should."
        )
    return text.strip()


def _where(row: pd.Series) -> str:
    if row["employment"] > row["high_80"]:
        return "above the interval"
    return "below the interval" if row["employment"] < row["low_80"] else "inside the interval"


def overtaken(profile: RegionProfile) -> str:
    """Why nothing is projected where every year that a projection would reach is past; empty where one is ahead."""
    study = profile.study
    if study.overtaken is None:
        return ""
    last, horizon = study.years[-1], study.file.horizon
    return f"No projection is shown: from data to {last} it would end in {last + horizon}, which has passed."


def official(profile: RegionProfile) -> str:
    """What the study's official projections cover, from when, and why some are not applied; empty without them."""
    table = _official_ahead(profile)
    if table.empty:
        return ""
    text = []
    rounds = table.groupby(["area_name", "base_year", "target_year"], sort=False).size().reset_index(name="n")
    for one in rounds.to_dict("records"):
        industries = "1 industry" if one["n"] == 1 else f"{one['n']} industries"
        text.append(f"{one['area_name']}: {industries}, {one['base_year']} to {one['target_year']}.")
    refused = table.loc[table["caution"] != "", "caution"].value_counts()
    for caution, number in zip(refused.index.astype(str), refused, strict=True):
        text.append(f"{number} of them {'is' if number == 1 else 'are'} not applied to jobs here: {caution}.")
    return " ".join(text)


def applied(profile: RegionProfile) -> bool:
    """Whether an official projection is applied to jobs of the region."""
    rows = profile.rows("projections")
    return len(rows) > 0 and bool(rows["official_employment"].notna().any())


def _official_ahead(profile: RegionProfile) -> pd.DataFrame:
    """The study's official projections to this year or later; empty without them."""
    if profile.results.missing("official-projections"):
        return pd.DataFrame()
    table = profile.results["official-projections"]
    return table[table["target_year"] >= profile.study.this_year]


def official_table(profile: RegionProfile) -> Sheet | None:
    """Official growth of each sector beside our trend, a year; None without official projections.

    The nearest official area counts: the region's own, its state's, the nation's.
    """
    table = _official_ahead(profile)
    if table.empty:
        return None
    state = profile.counties["county"].str[:2].mode().iloc[0] + "000"
    order = {profile.area: 0, state: 1, "US000": 2}
    near = table[table["area"].isin(order) & (naics.levels(table["industry"]).isin(["total", "sector"]))]
    near = near.assign(rank=near["area"].map(order)).sort_values("rank").drop_duplicates("industry")
    ours = _growth_a_year(profile)
    present = [naics.TOTAL, *profile.industries("sector").index]
    near = near.set_index("industry").reindex(present).dropna(subset="growth_per_year")
    if near.empty:
        return None
    group = "Change of jobs, % a year"
    columns = [
        Column("industry", "Sector", text=True), Column("theirs", "Official", group),
        Column("whose", "Area and years", group, text=True), Column("ours", "Our trend here", group),
        Column("range", "80% between", group),
    ]  # fmt: skip
    rows = []
    for code, row in near.iterrows():
        middle, low, high = ours.reindex([code]).iloc[0]
        span = f"{int(row['base_year'])}\N{EN DASH}{int(row['target_year'])}"
        rows.append(
            {
                "industry": naics.title(str(code)), "theirs": Figure(_rate(row["growth_per_year"]), "exact", row["growth_per_year"]),
                "whose": f"{row['area_name']}, {span}" + (" (not applied here)" if row["caution"] else ""),
                "ours": Figure(_rate(middle), "estimate", middle), "range": _rates(low, high),
            }
        )  # fmt: skip
    return Sheet("official", "Official projections beside our trend", columns, rows, first=6)


def scorecard(profile: RegionProfile) -> Sheet | None:
    """How far off projections have been, ours beside the simplest ones; None without a backtest."""
    if profile.results.missing("backtest"):
        return None
    table = profile.results["backtest"]
    table = table[table["level"].isin(_LEVELS)]
    horizons = sorted(set(table["horizon"]))
    if not horizons:
        return None
    shown_at = {horizons[0], horizons[len(horizons) // 2], horizons[-1]}
    names = {
        "median_ape": "Typical miss",
        "wape": "All misses",
        "mase": "In usual changes",
        "coverage_80": "Held by 80%",
    }
    forms = {"median_ape": "{:.1f}%", "wape": "{:.1f}%", "mase": "{:.2f}", "coverage_80": "{:.0f}%"}
    columns = [Column("method", "Method", text=True), Column("horizon", "Years ahead")]
    for level, what in _LEVELS.items():
        columns += [Column(f"{level}_{name}", label, capital(what)) for name, label in names.items()]
    rows = []
    order = list(dict.fromkeys(_METHODS))
    for horizon in sorted(shown_at):
        here = table[table["horizon"] == horizon]
        for method in sorted(set(here["method"]), key=lambda m: order.index(m) if m in order else len(order)):
            cells: dict[str, str] = {
                "method": _METHODS.get(method, method),
                "horizon": Figure(f"{int(horizon)}", "exact", horizon),
            }
            for _, row in here[here["method"] == method].iterrows():
                for name, form in forms.items():
                    if pd.notna(row[name]):
                        cells[f"{row['level']}_{name}"] = Figure(form.format(row[name]), "exact", row[name])
            rows.append(cells)
    ours = frozenset(i for i, row in enumerate(rows) if row["method"] == "our trend")
    return Sheet("scorecard", "How far off projections from past years have been", columns, rows, ours)


def hindcast_table(profile: RegionProfile) -> Sheet | None:
    """Each sector as it would have been projected and as it came; None where nothing would have been."""
    rows = profile.rows("hindcast")
    if rows.empty:
        return None
    rows = rows[rows["year"] == rows["year"].max()].dropna(subset=["employment", "low_80"])
    order = [naics.TOTAL, *profile.industries("sector").index]
    rows = rows.set_index("industry").reindex(order).dropna(subset="projected")
    if rows.empty:
        return None
    origin, year = int(rows["origin"].iloc[0]), int(rows["year"].iloc[0])
    columns = [
        Column("industry", "Sector", text=True), Column("then", f"Jobs {origin}"), Column("range", f"Projected for {year}, 80% between"),
        Column("came", f"Jobs {year}"), Column("where", "What happened", text=True),
    ]  # fmt: skip
    made = [
        {
            "industry": str(row["industry_title"]), "then": rounded_jobs(row["employment_then"]),
            "range": Figure(f"{rounded_jobs(row['low_80'])} and {rounded_jobs(row['high_80'])}", "range", row["projected"]),
            "came": rounded_jobs(row["employment"]), "where": _where(row),
        }
        for _, row in rows.iterrows()
    ]  # fmt: skip
    return Sheet("hindcast-sectors", f"Projected from {origin}, and observed in {year}", columns, made)


def track_record(profile: RegionProfile) -> str:
    """Whether our trend has been closer than assuming that nothing changes, in words; empty without a scorecard."""
    if profile.results.missing("backtest"):
        return ""
    said = []
    for level, what in _LEVELS.items():
        ours, last = _scores(profile, level), _scores(profile, level, "last-value")
        gain = (1 - ours["mase"] / last["mase"]).dropna()
        if gain.empty:
            continue
        better = gain >= _NO_GAIN
        if better.all():
            text = f"our trend was closer than assuming that nothing changes, by {_span(gain)} of the error."
        elif not better.any():
            text = "our trend was no closer than assuming that nothing changes: trust the interval, not the line."
        else:
            text = (
                f"our trend was closer than assuming that nothing changes at {_horizons(gain[better])}, "
                f"not at {_horizons(gain[~better])}."
            )
        said.append(f"For {what} {text}{_as_good(profile, level)}")
    return " ".join(said)


def _as_good(profile: RegionProfile, level: str) -> str:
    """A simple trend that was as close as ours or closer, in words; empty if there is none."""
    ours = _scores(profile, level)["mase"].mean()
    for name in ("drift", "constant-share"):
        other = _scores(profile, level, name)["mase"].mean()
        if other <= ours * (1 + _NO_GAIN):
            return f' "{_METHODS[name][0].upper()}{_METHODS[name][1:]}" did as well as our trend.'
    return ""


#: How the scorecard is read.
READING = (
    "Each year of the past was projected from what was known then. Typical miss: half of the projections missed by more. "
    "All misses: jobs missed, of all jobs, so large areas count most. In usual changes: the miss beside how much a series "
    "moves in a year; the sentences above go by it. Held by 80%: how often the 80% interval held what came."
)


def cautions(profile: RegionProfile) -> str:
    """Jumps of sectors, and sectors without a trend of their own, in words; empty if there are none."""
    rows = profile.rows("projection-cautions")
    if rows.empty:
        return ""
    rows = rows[naics.levels(rows["industry"]).isin(["total", "sector"]) & (rows["industry"] != "99")]
    said: list[str] = []
    leapt = rows[rows["kind"].isin(JUMPS)].sort_values("year", ascending=False)
    if len(leapt):
        first = [f"{row['industry_title']} ({row['caution']})" for _, row in leapt.head(4).iterrows()]
        more = f", and {len(leapt) - 4} more" if len(leapt) > 4 else ""
        said.append(
            f"Employment jumped in some sectors, so read their projections with care: {'; '.join(first)}{more}. "
            "A jump may be one employer, or a new code for an old one."
        )
    short = rows[rows["kind"] == "short"]
    if len(short):
        names = few_or_count(short["industry_title"].tolist(), "sectors")
        said.append(f"Too few years for a trend of its own, so it grows as in {profile.base_name}: {names}.")
    absent = rows[rows["kind"] == "not projected"]
    if len(absent):
        names = few_or_count(absent["industry_title"].tolist(), "sectors")
        said.append(f"Not projected, because the latest year is withheld: {names}.")
    return " ".join(said)


def adding_up(profile: RegionProfile) -> str:
    """What the region's projections add up to, in words."""
    rows = profile.rows("projections")
    if rows.empty:
        return ""
    of = rows.loc[rows["industry"] == naics.TOTAL, "sum_of"]
    if of.empty or of.iloc[0] == "":
        return ""
    whole = "the counties" if of.iloc[0] == "areas" else "the sectors and a rest"
    return (
        f"All jobs are exactly the sum of {whole}; sectors add up to them with a rest for government and what is "
        f"withheld. {profile.base_label} is projected by itself."
    )


def _scores(profile: RegionProfile, level: str, method: str = "") -> pd.DataFrame:
    """The scorecard of a level by horizon: of the study's own method unless another is named."""
    if profile.results.missing("backtest"):
        return pd.DataFrame(columns=["mase", "median_ape"])
    table = profile.results["backtest"]
    table = table[table["level"] == level]
    if table.empty:
        return table.set_index("horizon")
    return table[table["method"] == (method or table["method"].iloc[0])].set_index("horizon")


def _growth_a_year(profile: RegionProfile) -> pd.DataFrame:
    """Percent a year to the longest horizon with an interval, by industry: middle, low, high."""
    rows = profile.rows("projections")
    if rows.empty:
        return pd.DataFrame(columns=["middle", "low", "high"], dtype=float)
    last = (
        rows.dropna(subset="annual_growth_low_80")
        .sort_values("year")
        .drop_duplicates("industry", keep="last")
    )
    ends = {"annual_growth": "middle", "annual_growth_low_80": "low", "annual_growth_high_80": "high"}
    return last.set_index(last["industry"].astype(str))[[*ends]].rename(columns=ends)


def _years(number: int) -> str:
    names = ["", "One year", "Two years", "Three years", "Four years", "Five years"]
    return names[number] if number < len(names) else f"{number} years"


def _horizons(gain: pd.Series) -> str:
    years = [str(int(horizon)) for horizon in gain.index]
    return f"{listed(years)} {'year' if years == ['1'] else 'years'} ahead"


def _span(gain: pd.Series) -> str:
    low, high = f"{gain.min():.0%}", f"{gain.max():.0%}"
    return low if low == high else f"{low.rstrip('%')} to {high}"


def _rate(value: float) -> str:
    text = "\N{EN DASH}" if pd.isna(value) else f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
    return "0.0" if text in ("+0.0", "\N{MINUS SIGN}0.0") else text


def _rates(low: float, high: float) -> str:
    return "\N{EN DASH}" if pd.isna(low) else f"{_rate(low)} and {_rate(high)}"
