"""The part of a region report about what next, in words and tables: made from the figures alone."""

from __future__ import annotations

from typing import Any

import great_tables as gt
import pandas as pd

from sectorlib import naics
from sectorlib.pages.english import few_or_count, listed
from sectorlib.pages.figures import rounded_jobs
from sectorlib.pages.markup import heading, headings
from sectorlib.pages.region.profile import RegionProfile
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


def card(profile: RegionProfile) -> tuple[str, str, str] | None:
    """The projection of all jobs as a headline figure: the official one first; None where there is none."""
    rows = _ahead(profile)
    told, ours = (
        (rows.dropna(subset=name).tail(1) for name in ("official_employment", "low_80"))
        if len(rows)
        else (rows,) * 2
    )
    trend = ""
    if len(ours):
        row = ours.iloc[0]
        trend = f"{rounded_jobs(row['low_80'])}\N{EN DASH}{rounded_jobs(row['high_80'])}"
    if len(told):
        row = told.iloc[0]
        also = f"if past patterns continue: {trend}" if trend else ""
        return (
            rounded_jobs(row["official_employment"]),
            f"jobs in {int(row['year'])}, official projection",
            also,
        )
    if not trend:
        return None
    year = int(ours["year"].iloc[0])
    return trend, f"jobs in {year} if past patterns continue", "80% interval; not an official projection"


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
    return text + f" Half of the projections for this horizon missed by more than {row['median_ape']:.1f}%."


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
            f"From what was known in {row['origin']}, we would have said that {row['year']} employment would be between "
            f"{rounded_jobs(row['low_80'])} and {rounded_jobs(row['high_80'])} if past patterns continued (80% interval). It "
            f"was {rounded_jobs(row['employment'])}, {_where(row)}."
        )
    sectors = rows[naics.levels(rows["industry"]) == "sector"]
    if len(sectors):
        text += (
            f" Of {len(sectors)} sectors with published figures, {int(sectors['inside_80'].sum())} ended inside their "
            "interval; about eight in ten should."
        )
    return text.strip()


def hindcast_table(profile: RegionProfile) -> gt.GT | None:
    """Each sector's jobs as they would have been projected and as they came; None where nothing would have been."""
    rows = profile.rows("hindcast")
    if rows.empty:
        return None
    rows = rows[rows["year"] == rows["year"].max()].dropna(subset=["employment", "low_80"])
    order = [naics.TOTAL, *profile.industries("sector").index]
    rows = rows.set_index("industry").reindex(order).dropna(subset="projected")
    if rows.empty:
        return None
    origin, year = int(rows["origin"].iloc[0]), int(rows["year"].iloc[0])
    shown = pd.DataFrame(
        {
            "industry": rows["industry_title"].to_list(),
            "then": rows["employment_then"].map(rounded_jobs).to_list(),
            "range": [
                f"{rounded_jobs(row['low_80'])} to {rounded_jobs(row['high_80'])}"
                for _, row in rows.iterrows()
            ],
            "came": rows["employment"].map(rounded_jobs).to_list(),
            "where": [_where(row) for _, row in rows.iterrows()],
        }
    )
    out = gt.GT(shown, id="table-hindcast").cols_label(
        industry="Sector",
        then=f"Jobs {origin}",
        range=f"Projected for {year}, 80% between",
        came=f"Jobs {year}",
        where="What happened",
    )
    return _plain(
        out.cols_align("right", columns=["then", "range", "came"]).cols_align("left", columns=["where"])
    )


def hindcast_title(profile: RegionProfile) -> str:
    """The heading of the hindcast; empty where nothing would have been projected."""
    rows = profile.rows("hindcast")
    return (
        "" if rows.empty else f"What we would have projected in {rows['origin'].iloc[0]}, and what happened"
    )


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
    text = f"No projection is shown: the data end in {last}, and every year to {last + horizon} has passed."
    if hindcast(profile):
        text += f" Instead, this chapter shows what we would have projected {_years(horizon).lower()} before, and what happened."
    return text + " Add later years to the study for a projection."


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


def official_table(profile: RegionProfile) -> gt.GT | None:
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
    shown = pd.DataFrame(
        {
            "industry": [naics.title(code) for code in near.index],
            "theirs": near["growth_per_year"].map(_rate),
            "whose": near["area_name"]
            + ", "
            + near["base_year"].astype(int).astype(str)
            + "\N{EN DASH}"
            + near["target_year"].astype(int).astype(str)
            + near["caution"].map(lambda text: " *" if text else ""),
            "ours": ours["middle"].reindex(near.index).map(_rate),
            "range": [_rates(*ends) for ends in ours[["low", "high"]].reindex(near.index).to_numpy()],
        }
    )
    out = gt.GT(shown, id="table-official").cols_label(
        industry="Sector", theirs="Official", whose="Whose", ours="Our trend here", range="80% between"
    )
    out = out.tab_spanner(label="Change of jobs, % a year", columns=["theirs", "whose", "ours", "range"])
    out = out.cols_align("right", columns=["theirs", "ours", "range"]).cols_align(
        "left", columns=["industry", "whose"]
    )
    if (near["caution"] != "").any():
        out = out.tab_source_note("* shown, not applied: see above.")
    return _plain(out)


def _official_ahead(profile: RegionProfile) -> pd.DataFrame:
    """The study's official projections to this year or later; empty without them."""
    if profile.results.missing("official-projections"):
        return pd.DataFrame()
    table = profile.results["official-projections"]
    return table[table["target_year"] >= profile.study.this_year]


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


def scorecard(profile: RegionProfile) -> gt.GT | None:
    """How far off projections have been, ours beside the simplest ones; None without a backtest."""
    if profile.results.missing("backtest"):
        return None
    table = profile.results["backtest"]
    horizons = sorted(set(table["horizon"]))
    shown_at = (
        list(dict.fromkeys([horizons[0], horizons[len(horizons) // 2], horizons[-1]])) if horizons else []
    )
    columns = {
        "median_ape": "Typical miss",
        "wape": "All misses",
        "mase": "In usual changes",
        "coverage_80": "Held by 80%",
    }
    parts: list[pd.DataFrame] = []
    labels: dict[str, Any] = {"method": ""}
    for level in _LEVELS:
        rows = table[(table["level"] == level) & table["horizon"].isin(shown_at)]
        rows = rows.assign(method=rows["method"].map(_METHODS).fillna(rows["method"]))
        cells = pd.DataFrame(
            {
                f"{level}_median_ape": rows["median_ape"].map("{:.1f}%".format),
                f"{level}_wape": rows["wape"].map("{:.1f}%".format),
                f"{level}_mase": rows["mase"].map("{:.2f}".format),
                f"{level}_coverage_80": rows["coverage_80"].map("{:.0f}%".format),
            }
        ).replace(r"nan%?", "\N{EN DASH}", regex=True)
        parts.append(cells.set_index(pd.MultiIndex.from_frame(rows[["horizon", "method"]])))
        labels |= {f"{level}_{name}": label for name, label in columns.items()}
    cells = pd.concat(parts, axis=1)
    if cells.empty:
        return None
    order = {name: rank for rank, name in enumerate(dict.fromkeys(_METHODS.values()))}
    cells = cells.fillna("\N{EN DASH}").reset_index()
    cells = cells.sort_values(["horizon", "method"], key=lambda c: c.map(order) if c.name == "method" else c)
    cells["horizon"] = cells["horizon"].map(lambda years: f"{_years(int(years))} ahead")
    out = gt.GT(cells, groupname_col="horizon", id="table-scorecard").cols_label(**headings(labels))
    for level, what in _LEVELS.items():
        out = out.tab_spanner(
            label=heading(what[0].upper() + what[1:]),
            columns=[name for name in labels if name.startswith(f"{level}_")],
        )
    out = out.cols_align("right", columns=[name for name in labels if "_" in name])
    ours = [row for row, method in enumerate(cells["method"]) if method == "our trend"]
    out = out.tab_style(gt.style.css("white-space: nowrap;"), gt.loc.body(columns="method"))
    return _plain(out.tab_style(gt.style.text(weight="bold"), gt.loc.body(rows=ours)))


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
    last = rows.dropna(subset="low_80").sort_values("year").drop_duplicates("industry", keep="last")
    out = {}
    for _, row in last.iterrows():
        known = profile.history(str(row["industry"])).dropna(subset="employment")
        now = known.iloc[-1]
        ahead = row["year"] - now["year"]
        if now["employment"] > 0:
            ends = [row["employment"], row["low_80"], row["high_80"]]
            out[str(row["industry"])] = [100 * ((end / now["employment"]) ** (1 / ahead) - 1) for end in ends]
    return pd.DataFrame.from_dict(out, orient="index", columns=["middle", "low", "high"], dtype=float)


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


def _plain(table: gt.GT) -> gt.GT:
    return table.tab_options(
        table_font_size="0.84rem", data_row_padding="4px", table_font_names=["inherit"],
        table_border_top_style="none", column_labels_font_weight="600", row_group_font_weight="600",
    )  # fmt: skip
