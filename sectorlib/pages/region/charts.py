"""Charts of a region: matplotlib figures that print in gray and can be read with any color vision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from adjustText import adjust_text
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sectorlib import naics
from sectorlib.maps.drawing import short_label
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.results.outlook import JUMPS

INK, QUIET, LINE = "#1c2733", "#566271", "#d9dfe5"

#: Okabe and Ito (2008): told apart with any color vision. Order: low, middle, high.
TIER_COLORS = {"low": "#e69f00", "middle": "#8da0ad", "high": "#0072b2"}
UNKNOWN = "#e4e8ec"
HERE, BASE = "#0072b2", "#8f979f"
GAIN, LOSS = "#0072b2", "#d55e00"

#: A sector with less than this share of the next quotient, and of all jobs drawn, is left out of a bubble chart.
_FAR_LEFT, _SMALL = 0.5, 0.01

_STYLE: Any = {  # Matplotlib types its parameters by literal names
    "font.size": 10,
    "axes.edgecolor": LINE,
    "axes.labelcolor": QUIET,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "text.color": INK,
    "grid.color": "#edf0f3",
    "figure.dpi": 100,
    "savefig.bbox": "tight",
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
}


@contextmanager
def chart_style() -> Iterator[None]:
    """The look of every chart, within a ``with`` block."""
    with plt.rc_context(_STYLE):
        yield


def history_chart(profile: RegionProfile) -> Figure | None:
    """Jobs of the region and of the base as an index, first year 100; None for one year of data."""
    series = {}
    for area, label in ((profile.area, profile.name), (profile.study.base_area, profile.base_label)):
        rows = profile.history(naics.TOTAL, area)
        if len(rows) < 2 or rows["employment"].isna().all():
            return None
        values = rows.set_index("year")["employment"]
        series[label] = 100 * values / values.dropna().iloc[0]
    with chart_style():
        figure, axes = plt.subplots(figsize=(8.6, 3.2))
        for (label, values), color, width in zip(series.items(), (HERE, BASE), (2.6, 1.8), strict=True):
            marker = "o" if len(values) < 8 else None
            axes.plot(
                values.index, values, color=color, lw=width, marker=marker, ms=4, label=short_label(label)
            )
        axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
        axes.axhline(100, color=LINE, lw=1, zorder=0)
        axes.set_ylabel(f"{next(iter(series.values())).index[0]} = 100")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        axes.grid(axis="y")
    return figure


def bubble_chart(profile: RegionProfile) -> Figure | None:
    """Concentration against growth: each sector a bubble as large as its jobs, colored by pay tier.

    Where figures are withheld in part, the bubble is the middle of what they can be and lines show the
    range. A hollow bubble is undecided: it could be on the other side of 1 or of no growth. Sectors whose range
    says too little are not drawn; None where none is left.
    """
    table = bubble_sectors(profile)
    if table.empty or profile.span is None:
        return None
    with chart_style():
        figure, axes = plt.subplots(figsize=(8.6, 5.4))
        size = 1800 * table["employment_low"] / table["employment_low"].max()
        size = size.clip(lower=25)
        tiers = table["tier_typical"].astype(object).where(table["tier_typical"].notna(), "not known")
        colors = {**TIER_COLORS, "not known": UNKNOWN}
        for tier in [tier for tier in colors if (tiers == tier).any()]:
            label = "pay not known" if tier == "not known" else f"{tier} pay"
            axes.scatter([], [], color=colors[tier], label=label)
        color, decided = tiers.map(colors), (table["quadrant"] != "undecided").to_numpy()
        axes.scatter(  # the largest first, below the others
            table["x"], table["y"], s=size, lw=np.where(decided, 1.0, 2.0),
            facecolor=[to_rgba(c, 0.8 if sure else 0.0) for c, sure in zip(color, decided, strict=True)],
            edgecolor=np.where(decided, "white", color),
        )  # fmt: skip
        vague = table[table["location_quotient"].isna() | table["percent_change"].isna()]
        axes.hlines(
            vague["y"], vague["location_quotient_low"], vague["location_quotient_high"], color=QUIET, lw=1
        )
        axes.vlines(vague["x"], vague["percent_change_low"], vague["percent_change_high"], color=QUIET, lw=1)
        axes.set_xscale("log")
        low, high = min(0.5, table["x"].min() * 0.85), max(2.0, table["x"].max() * 1.25)
        axes.set_xlim(low, high)
        ticks = [t for t in (0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 12, 20) if low <= t <= high]
        axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
        axes.minorticks_off()
        axes.axvline(1, color=QUIET, lw=1, zorder=0)
        axes.axhline(0, color=QUIET, lw=1, zorder=0)
        axes.margins(y=0.14)
        _quadrant_names(axes)
        _bubble_labels(axes, table["x"], table["y"], size)
        axes.set_xlabel(
            f"Location quotient {profile.year} (1 = the share of jobs in {profile.compared_name})"
        )
        axes.set_ylabel(f"Change of jobs {profile.span[0]}\N{EN DASH}{profile.span[1]}, percent")
        legend = axes.legend(
            frameon=False,
            fontsize=8.5,
            loc="upper center",
            bbox_to_anchor=(0.5, 1.1),
            ncols=4,
            handletextpad=0.2,
        )
        plt.setp(legend.legend_handles, sizes=[60])
    return figure


def placed_sectors(profile: RegionProfile) -> pd.DataFrame:
    """The sectors a bubble chart can place, with their place x, y: figures, or the middle of narrow ranges."""
    table = profile.industries("sector").drop(index=["99", "92"], errors="ignore")
    quotients = table[["location_quotient_low", "location_quotient_high"]].astype(float)
    changes = table[["percent_change_low", "percent_change_high"]].astype(float)
    narrow = (quotients.iloc[:, 1] < 1.5 * quotients.iloc[:, 0]) & (changes.diff(axis=1).iloc[:, 1] <= 12)
    table = table.assign(x=np.sqrt(quotients.prod(axis=1)), y=changes.mean(axis=1))
    return table[narrow & table["y"].notna()]


def bubble_sectors(profile: RegionProfile) -> pd.DataFrame:
    """The sectors that a bubble chart draws: those it can place, without small ones far to the left of all others.

    One sector with hardly a job here would otherwise press the others together. High quotients are always drawn.
    """
    table = placed_sectors(profile).sort_values("x")
    share = table["employment_low"] / table["employment_low"].sum()
    far = (table["x"] < _FAR_LEFT * table["x"].shift(-1)) & (share < _SMALL)
    return table[~far.cummin()].sort_values("employment_low", ascending=False)


def _bubble_labels(axes: Axes, x: pd.Series, y: pd.Series, size: pd.Series) -> None:
    """Name each bubble beside its rim, moved apart where names would touch."""
    texts = []
    for industry, area in zip(size.index, size, strict=True):
        radius = np.sqrt(max(area, 25) / np.pi) + 2  # points
        across, up = axes.transData.transform((x[industry], y[industry]))
        place = axes.transData.inverted().transform((across + radius * axes.figure.dpi / 72, up))
        texts.append(axes.text(place[0], place[1], naics.title(industry), fontsize=8.5, va="center"))
    adjust_text(
        texts, ax=axes, x=x.to_numpy(), y=y.to_numpy(), expand=(1.03, 1.2), ensure_inside_axes=True,
        arrowprops={"arrowstyle": "-", "color": "#b6bec6", "lw": 0.6}, iter_lim=300,
    )  # fmt: skip


def _quadrant_names(axes: Axes) -> None:
    corners = {
        (0.985, 0.98): ("concentrated and growing", "right", "top"),
        (0.985, 0.02): ("concentrated, declining", "right", "bottom"),
        (0.015, 0.98): ("not concentrated, growing", "left", "top"),
        (0.015, 0.02): ("not concentrated, declining", "left", "bottom"),
    }
    for (x, y), (text, ha, va) in corners.items():
        axes.text(
            x, y, text, transform=axes.transAxes, ha=ha, va=va, fontsize=8.5, style="italic", color=QUIET
        )


def tier_chart(profile: RegionProfile) -> Figure | None:
    """Share of jobs in low, middle and high paying sectors, in the region and in the base.

    Two readings side by side: pay beside typical industry pay, and the thirds of the base's jobs.
    """
    at_parity = ", at U.S. prices" if profile.base_tier.endswith("at_parity") else ""
    schemes = {
        "tier_typical": "Beside typical industry pay",
        profile.base_tier: f"Thirds of jobs in {profile.base_name}{at_parity}",
    }
    shares = {}
    for column, label in schemes.items():
        for area, name in ((profile.area, "This region"), (profile.study.base_area, profile.base_label)):
            shares[label, name] = _tier_shares(profile, area, column)
    frame = pd.DataFrame(shares).T.fillna(0)
    if frame[list(TIER_COLORS)].to_numpy().sum() == 0:
        return None
    with chart_style():
        figure, all_axes = plt.subplots(1, 2, figsize=(8.6, 1.9), sharey=True)
        all_axes[0].invert_yaxis()
        for axes, label in zip(all_axes, schemes.values(), strict=True):
            part = frame.loc[label]
            left = np.zeros(len(part))
            for tier, color in {**TIER_COLORS, "not known": UNKNOWN}.items():
                values = part[tier].to_numpy()
                bars = axes.barh(
                    part.index, values, left=left, color=color, height=0.62, edgecolor="white", label=tier
                )
                texts = [f"{v:.0%}" if v >= 0.08 else "" for v in values]
                axes.bar_label(
                    bars, texts, label_type="center", fontsize=8.5, color="white" if tier == "high" else INK
                )
                left += values
            axes.set_title(label, fontsize=9.5)
            axes.set_xlim(0, 1)
            axes.set_xticks([])
            axes.spines[:].set_visible(False)
            axes.tick_params(length=0)
        handles, labels = all_axes[0].get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            frameon=False,
            ncols=4,
            loc="lower center",
            bbox_to_anchor=(0.5, -0.16),
            fontsize=8.5,
        )
        figure.tight_layout()
    return figure


def _tier_shares(profile: RegionProfile, area: str, column: str) -> pd.Series:
    """Share of the area's jobs in each tier of its sectors, and the share whose tier is not known.

    Shares are of all jobs where their number is published, else of those that are.
    """
    rows = profile.rows("wages", area)
    rows = rows[(rows["year"] == profile.year) & (rows["ownership"] == profile.study.ownership)]
    sectors = rows[naics.levels(rows["industry"]) == "sector"]
    known = sectors[sectors[column].notna()]
    sums = known.groupby(known[column].astype(str))["employment_low"].sum()
    total = rows.loc[rows["industry"] == naics.TOTAL, "employment"].fillna(sectors["employment_low"].sum())
    shares = (sums / total.iloc[0]).reindex(list(TIER_COLORS)).fillna(0)
    return pd.concat([shares, pd.Series({"not known": max(0.0, 1 - shares.sum())})])


def shift_share_chart(profile: RegionProfile) -> Figure | None:
    """Change of each sector beside what national and industry trends would have brought.

    The gray tick is what trends would have brought, the dot what happened; the bar between is not
    explained by them. None where growth is not supported.
    """
    rows, _ = profile.shift_share
    if rows.empty or profile.span is None:
        return None
    rows = rows[(rows["start_year"] == profile.span[0]) & (rows["status"] == "compared")]
    rows = rows[~rows["industry"].isin(["99"])].assign(expected=lambda r: r["national"] + r["mix"])
    if rows.empty:
        return None
    rows = rows.sort_values("competitive")
    with chart_style():
        figure, axes = plt.subplots(figsize=(8.6, 0.29 * len(rows) + 0.9))
        y = np.arange(len(rows))
        colors = np.where(rows["competitive"] >= 0, GAIN, LOSS)
        axes.barh(y, rows["competitive"], left=rows["expected"], color=colors, height=0.5, alpha=0.85)
        axes.scatter(
            rows["expected"],
            y,
            marker="|",
            s=130,
            color=QUIET,
            lw=2,
            label="trends alone would have brought",
            zorder=3,
        )
        axes.scatter(
            rows["change"], y, s=22, color=colors, edgecolor="white", lw=0.6, label="what happened", zorder=4
        )
        axes.use_sticky_edges = False  # or the outermost tick is cut in half
        axes.set_yticks(y, [naics.title(str(i)) for i in rows["industry"]])
        axes.axvline(0, color=QUIET, lw=1, zorder=0)
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda v, _: f"{v:+,.0f}".replace("-", "\N{MINUS SIGN}") if v else "0")
        )
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(f"Change of jobs {profile.span[0]}\N{EN DASH}{profile.span[1]}")
        legend = axes.legend(frameon=False, fontsize=8.5, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
        plt.setp(legend.legend_handles[1:], facecolor=QUIET)  # dots have the color of their bar
        axes.set_ylim(-0.7, len(rows) - 0.3)
        axes.margins(x=0.03)
    return figure


def projection_chart(profile: RegionProfile, most: int = 6) -> Figure | None:
    """History and projection of all industries and of the largest sectors, with 80 and 95 % intervals.

    None where nothing can be projected.
    """
    return _fans(profile, profile.rows("projections"), most)


def hindcast_chart(profile: RegionProfile, most: int = 6) -> Figure | None:
    """What would have been projected some years ago for all industries and the largest sectors, and what happened.

    None where nothing would have been.
    """
    rows = profile.rows("hindcast")
    if len(rows):
        rows = rows.assign(employment=rows["projected"], official_employment=np.nan)
    return _fans(profile, rows, most)


def _fans(profile: RegionProfile, projected: pd.DataFrame, most: int) -> Figure | None:
    """Fans from the last year before those projected; later years that are known are drawn over them."""
    if projected.empty:
        return None
    codes = projected["industry"].astype(str)
    order = [c for c in [naics.TOTAL, *profile.industries("sector").index] if c in set(codes)][:most]
    columns = min(3, len(order))
    lines = -(-len(order) // columns)
    with chart_style():
        figure, grid = plt.subplots(lines, columns, figsize=(8.6, 2.3 * lines), squeeze=False)
        for axes in grid.flat[len(order) :]:
            axes.set_visible(False)
        for axes, code in zip(grid.flat, order, strict=False):
            _fan(axes, profile.history(code), projected[codes == code].sort_values("year"))
            for year in _jumps(profile, code):
                axes.axvline(year - 0.5, color=LOSS, lw=1, ls=":", zorder=0)
            axes.set_title(naics.title(code), fontsize=9)
        figure.tight_layout()
    return figure


def _jumps(profile: RegionProfile, code: str) -> list[int]:
    """The first years after a jump of an industry."""
    rows = profile.rows("projection-cautions")
    if rows.empty:
        return []
    leapt = (rows["industry"].astype(str) == code) & rows["kind"].isin(JUMPS)
    return rows.loc[leapt, "year"].astype(int).tolist()


def _fan(axes: Axes, past: pd.DataFrame, ahead: pd.DataFrame) -> None:
    known = past[past["employment"].notna()]
    last = known[known["year"] < ahead["year"].min()].iloc[-1]
    years = [last["year"], *ahead["year"]]
    for low, high, alpha in (("low_95", "high_95", 0.16), ("low_80", "high_80", 0.3)):
        axes.fill_between(
            years,
            [last["employment"], *ahead[low]],
            [last["employment"], *ahead[high]],
            color=HERE,
            alpha=alpha,
            lw=0,
        )
    axes.plot(years, [last["employment"], *ahead["employment"]], color=HERE, lw=1.6, ls=(0, (4, 2)))
    official = ahead["official_employment"]
    if official.notna().any():
        axes.plot(years, [last["employment"], *official], color=INK, lw=1.8, ls=(0, (6, 2)))
    axes.plot(past["year"], past["employment"], color=INK, lw=1.8, marker=".", ms=3)
    top = np.nanmax([*ahead["high_95"], *ahead["employment"], *known["employment"]])
    bottom = np.nanmin([*ahead["low_95"], *ahead["employment"], *known["employment"]])
    axes.set_ylim(max(0, bottom - 0.25 * (top - bottom)), top + 0.1 * (top - bottom))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.tick_params(labelsize=8)
    axes.grid(axis="y")
