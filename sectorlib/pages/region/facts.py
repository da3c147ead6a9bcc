"""The short list of a region with the figures that its pages state, sector by sector."""

from __future__ import annotations

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.drawing import sparkline
from sectorlib.pages.figures import Figure
from sectorlib.pages.region import words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Drawing
from sectorlib.resources import definitions

#: Fewest and most sectors on cards.
_FEWEST, _MOST = 3, 5

#: From this share of a sector's jobs on, one county holds so much that the page says so.
DOMINANT = 2 / 3

#: By how much a dominant county's share of a sector is above its share of all jobs.
_APART = 0.1

#: A share of a sector's jobs in a county is told where what withheld cells leave open is no wider.
_NARROW = 0.2

#: How far apart, as a share of the lower one, the ends of a figure may be that stands on a card as "about".
_CARD_RANGE = 0.1


def ranked(profile: RegionProfile) -> pd.DataFrame:
    """The region's ranked sectors, first to last, indexed by name; empty if there are none."""
    rows = profile.rows("targets")
    if rows.empty:
        return rows
    return rows[rows["rank"].notna()].sort_values(["rank", "sector"]).set_index("sector", drop=False)


def short_list(profile: RegionProfile) -> pd.DataFrame:
    """The ranked sectors that the page presents: the first five of the short list, or those that rank next up to three."""
    table = ranked(profile)
    if table.empty:
        return table
    listed = table["short_list"].astype(bool)
    order = [*table.index[listed][:_MOST], *table.index[~listed][: max(0, _FEWEST - int(listed.sum()))]]
    return table[table.index.isin(order)]


def title(row: pd.Series) -> str:
    """A sector's title inside a sentence."""
    return english.small(str(row["sector_title"]))


def whole(profile: RegionProfile, area: str | None = None) -> pd.DataFrame:
    """Pay, quotients and jobs of the target sectors here, or in another area, by sector."""
    rows = profile.rows("sectors", area)
    return rows[rows["segment"] == "all"].set_index("sector") if len(rows) else rows


def years(profile: RegionProfile, sector: str, area: str | None = None) -> pd.DataFrame:
    """Jobs of a target sector year by year, indexed by year."""
    rows = profile.rows("sector-years", area)
    return rows[rows["sector"] == sector].set_index("year").sort_index() if len(rows) else rows


def history(profile: RegionProfile, sector: str) -> Drawing:
    """A sparkline of a sector's jobs, with its first and last figure as words; nothing for under two years."""
    rows = years(profile, sector)
    if rows.empty or (start_year(profile) is not None and growth(profile, sector).kind == "withheld"):
        return Drawing("")  # a line would tell the growth that is withheld
    jobs = rows["employment_estimate"]
    first, last = (figures.estimated_jobs(rows.loc[year]) for year in (rows.index[0], rows.index[-1]))
    told = f"Jobs: {first} in {rows.index[0]}, {last} in {rows.index[-1]}"
    return sparkline(jobs, told, float(jobs.iloc[-1]))


def growth(profile: RegionProfile, sector: str, area: str | None = None) -> Figure:
    """Percent change of a sector's jobs over the years that the page compares."""
    rows = years(profile, sector, area)
    if rows.empty or rows.index[-1] == rows["start_year"].iloc[-1]:
        return figures.withheld()
    return figures.cell_growth(rows.iloc[-1])


def start_year(profile: RegionProfile) -> int | None:
    """The first of the years that changes of sectors are counted over; None for one year of data."""
    rows = profile.rows("sector-years")
    if rows.empty:
        return None
    last = rows[rows["year"] == rows["year"].max()].iloc[0]
    return int(last["start_year"]) if last["start_year"] < last["year"] else None


def quotient(row: pd.Series, beside: str) -> Figure:
    """A sector's quotient beside the nation, the rest of the base, or the base: a figure, about one, or a range."""
    name = "location_quotient" + {"base": ""}.get(beside, f"_{beside}")
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    value, estimate = row[name], row[f"{name}_estimate"]
    if pd.notna(value):
        return Figure(f"{value:.1f}", "exact", value)
    if pd.isna(low) or pd.isna(high) or low <= 0:
        return figures.withheld()
    if high - low <= _CARD_RANGE * low and pd.notna(estimate):
        return Figure(f"{estimate:.1f}", "estimate", estimate)
    if f"{low:.1f}" == f"{high:.1f}":
        return Figure(f"{high:.1f}", "estimate", high)
    return Figure(f"{low:.1f}\N{EN DASH}{high:.1f}", "range", (low + high) / 2)


def pay(row: pd.Series) -> Figure:
    """A sector's average pay: exact where all of it is published, else about so much to two figures."""
    value = row["pay_estimate"]
    if pd.isna(value):
        return figures.withheld()
    if row["disclosure"] == "disclosed":
        return figures.dollars(round(value, -2))
    if not row["employment_low"] >= 0.5 * row["employment_high"]:
        return figures.withheld()
    return Figure(f"about {figures.dollars(round(value, -3))}", "estimate", value)


def pay_ratio(row: pd.Series) -> Figure:
    """A sector's average pay as a share of typical industry pay, as the ranking counts it; withheld where its pay is."""
    value, kind = row["pay_estimate"] / row["typical_industry_pay"], pay(row).kind
    if pd.isna(value) or kind == "withheld":
        return figures.withheld()
    return Figure(f"{'' if kind == 'exact' else 'about '}{value:.0%}", kind, value)


def counties(profile: RegionProfile, sector: str) -> pd.DataFrame:
    """The counties of the region by their share of a sector's jobs, the most first."""
    rows = profile.rows("sector-counties")
    if rows.empty:
        return rows
    rows = rows[(rows["sector"] == sector) & (rows["employment_high"] != 0)]
    return rows.sort_values("share_estimate", ascending=False)


def county_share(row: pd.Series) -> Figure | None:
    """A county's share of a sector's jobs, as it may be told; None where too much is withheld."""
    if pd.notna(row["share"]):
        return figures.share(row["share"])
    if pd.isna(row["share_high"]) or row["share_high"] - row["share_low"] > _NARROW:
        return None
    return Figure(f"about {row['share_estimate']:.0%}", "estimate", row["share_estimate"])


def dominant(profile: RegionProfile, sector: str) -> pd.Series | None:
    """The county that holds most of a sector's jobs whatever is withheld, and clearly more of them than of all jobs."""
    rows = counties(profile, sector)
    if len(profile.counties) < 2 or rows.empty or not rows["share_low"].iloc[0] >= DOMINANT:
        return None
    first = rows.iloc[0]
    here, whole = profile.total("0", str(first["county"])), profile.total("0")
    of_all = 0.0 if here is None or whole is None else here["employment_low"] / whole["employment_low"]
    return first if first["share_low"] > of_all + _APART else None


def home(profile: RegionProfile) -> str:
    """What a label calls the economy around the region: the state, or its name."""
    code = str(profile.study.base_area)
    return "state" if code[2:] == "000" and code != "US000" else profile.base_name.removeprefix("the ")


def alone(profile: RegionProfile) -> bool:
    """Whether the region is so much of its base that setting one beside the other says little."""
    return words.own_share(profile) >= definitions("criteria")["much_of_base"]["value"]


def simulations() -> int:
    """In how many simulations sectors are ranked."""
    return int(definitions("criteria")["simulations"]["value"])
