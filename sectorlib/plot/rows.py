"""Charts with one mark for each row: sectors by concentration and growth, shift-share, tiers of pay, ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.ticker import MaxNLocator

from sectorlib import areas, naics
from sectorlib.exceptions import TableError
from sectorlib.growth import WITHHELD
from sectorlib.plot.looks import (
    DASH,
    GAIN,
    HERE,
    INK,
    LOSS,
    QUIET,
    SMALL,
    TIER_COLORS,
    UNKNOWN,
    axes_or_new,
    fitted,
    foot,
    grid,
    legend,
    names_of,
    need,
    one_of,
    signed,
)

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 12, 20, 35, 60, 100)

#: The largest bubble and the smallest, in square points.
_LARGEST, _SMALLEST = 1500, 25

#: The most of a figure's width that a bubble's name takes.
_NAME = 0.4


def bubble(
    table: pd.DataFrame,
    *,
    x: str = "location_quotient",
    y: str = "percent_change",
    size: str | None = "employment",
    color: str | None = None,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Concentration against growth: each row a bubble as large as its jobs, colored by tier of pay.

    Parameters
    ----------
    table : DataFrame
        One row for each bubble. Where ``x`` or ``y`` is missing and its bounds are known (columns that end in ``_low``
        and ``_high``), the bubble is hollow, stands at their middle, and a line shows the range.
    x : str
        Column of location quotients; the axis is logarithmic, with a line at 1.
    y : str
        Column of changes, percent; with a line at 0.
    size : str, optional
        Column of jobs; the least that they can be where they are withheld. None draws all bubbles alike.
    color : str, optional
        Column of tiers (low, middle, high). By default ``tier_typical`` or ``tier`` where the table has it.
    label : str, optional
        Column of names. By default the titles of industries, sectors or areas, else the index.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib Axes
        Rows that cannot be placed are counted under the chart. They are withheld, not zero.

    Raises
    ------
    TableError
        A column is missing, or no row can be placed.

    Examples
    --------
    >>> table = pd.DataFrame({"industry_title": ["Food", "Finance"], "location_quotient": [1.8, 0.6],
    ...                       "percent_change": [4.0, -2.0], "employment": [900, 2500]})
    >>> ax = bubble(table)
    >>> [text.get_text() for text in ax.texts if text.get_text() in ("Food", "Finance")]
    ['Finance', 'Food']
    """
    need(table, [x, y, *([size] if size else [])], "bubbles")
    color = color or next((name for name in ("tier_typical", "tier") if name in table), None)
    drawn = pd.DataFrame({"label": names_of(table, label)}, index=table.index)
    for name, column in (("x", x), ("y", y)):
        drawn[name], drawn[f"{name}_low"], drawn[f"{name}_high"] = _with_bounds(table, column)
    middle_x = (drawn["x_low"] * drawn["x_high"]) ** 0.5
    drawn["vague"] = drawn[["x", "y"]].isna().any(axis=1)
    drawn["x"] = drawn["x"].fillna(middle_x)
    drawn["y"] = drawn["y"].fillna(drawn[["y_low", "y_high"]].mean(axis=1, skipna=False))
    drawn["size"] = _with_bounds(table, size)[1] if size else 1.0
    drawn["tier"] = (
        "unknown" if color is None else table[color].astype(object).where(table[color].notna(), "unknown")
    )
    placed = drawn[(drawn["x"] > 0) & np.isfinite(drawn["y"])].sort_values("size", ascending=False)
    if placed.empty:
        raise TableError(
            f"{len(table)} rows without a known {x} and {y}",
            "one row or more with both, or with bounds of both",
            "they are withheld; choose a larger area or a coarser level of industries",
        )
    ax = axes_or_new(ax, 8.6, 5.4)
    area = (_LARGEST * placed["size"] / max(placed["size"].max(), 1)).clip(lower=_SMALLEST).fillna(_SMALLEST)
    if not size:
        area[:] = 8 * _SMALLEST
    fill = placed["tier"].map({**TIER_COLORS, "unknown": HERE if color is None else "#b9c2ca"}).fillna(HERE)
    ax.scatter(
        placed["x"], placed["y"], s=area, lw=np.where(placed["vague"], 2.0, 1.0), zorder=3,
        facecolor=[to_rgba(c, 0.0 if vague else 0.8) for c, vague in zip(fill, placed["vague"], strict=True)],
        edgecolor=np.where(placed["vague"], fill, "white"),
    )  # fmt: skip
    vague = placed[placed["vague"]]
    ax.hlines(vague["y"], vague["x_low"], vague["x_high"], color=QUIET, lw=1)
    ax.vlines(vague["x"], vague["y_low"], vague["y_high"], color=QUIET, lw=1)
    _quotient_axis(ax, placed["x"])
    ax.axhline(0, color=QUIET, lw=1, zorder=0)
    ax.margins(y=0.14)
    _corners(ax)
    _labels(ax, placed, area)
    ax.set_xlabel("Location quotient (1 = the same share of jobs)" if "quotient" in x else x)
    ax.set_ylabel(_change_label(table) if y == "percent_change" else y)
    if color is not None:
        _tier_legend(ax, placed["tier"])
    left = len(table) - len(placed)
    foot(ax, f"{left} of {len(table)} not drawn: withheld, or not known" if left else "")
    return ax


def _with_bounds(table: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """A column, and the least and the most that it can be: itself where it is known."""
    values = table[column].astype(float)
    low, high = (
        values.fillna(table[f"{column}_{end}"].astype(float)) if f"{column}_{end}" in table else values
        for end in ("low", "high")
    )
    return values, low, high


def _quotient_axis(ax: Axes, x: pd.Series) -> None:
    ax.set_xscale("log")
    low, high = min(0.5, x.min() * 0.85), max(2.0, x.max() * 1.3)
    ax.set_xlim(low, high)
    ticks = [t for t in _TICKS if low <= t <= high]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
    ax.axvline(1, color=QUIET, lw=1, zorder=0)


def _corners(ax: Axes) -> None:
    corners = {
        (0.985, 0.98): ("concentrated and growing", "right", "top"),
        (0.985, 0.02): ("concentrated, declining", "right", "bottom"),
        (0.015, 0.98): ("not concentrated, growing", "left", "top"),
        (0.015, 0.02): ("not concentrated, declining", "left", "bottom"),
    }
    for (x, y), (text, ha, va) in corners.items():
        ax.text(x, y, text, transform=ax.transAxes, ha=ha, va=va, fontsize=SMALL, style="italic", color=QUIET)


def _labels(ax: Axes, placed: pd.DataFrame, area: pd.Series) -> None:
    """Name each bubble beside its rim, moved apart where names would touch."""
    from adjustText import adjust_text

    if ax.get_figure() is None or len(placed) > 60:
        return
    texts = []
    places = zip(placed["label"], placed["x"], placed["y"], area, strict=True)
    for label, x, y, points in places:
        across, up = ax.transData.transform((x, y))
        radius = (np.sqrt(points / np.pi) + 2) * ax.figure.dpi / 72
        place = ax.transData.inverted().transform((across + radius, up))
        name = fitted(label, ax, _NAME, SMALL, lines=2)
        texts.append(ax.text(place[0], place[1], name, fontsize=SMALL, va="center", color=INK))
    adjust_text(
        texts, ax=ax, x=placed["x"].to_numpy(), y=placed["y"].to_numpy(), expand=(1.03, 1.2),
        ensure_inside_axes=True, arrowprops={"arrowstyle": "-", "color": "#b6bec6", "lw": 0.6}, iter_lim=200,
    )  # fmt: skip


def _change_label(table: pd.DataFrame) -> str:
    years = [table[name].unique() for name in ("start_year", "end_year") if name in table]
    if len(years) == 2 and all(len(found) == 1 for found in years):
        return f"Change of jobs {years[0][0]}{DASH}{years[1][0]}, percent"
    return "Change of jobs, percent"


def _tier_legend(ax: Axes, tiers: pd.Series) -> None:
    found = [tier for tier in (*TIER_COLORS, "unknown") if (tiers == tier).any()]
    for tier in found:
        ax.scatter(
            [], [], s=60, color={**TIER_COLORS, "unknown": "#b9c2ca"}[tier],
            label="pay not known" if tier == "unknown" else f"{tier} pay",
        )  # fmt: skip
    legend(ax, 4, names=False, handletextpad=0.2)


def shift_share(table: pd.DataFrame, *, label: str | None = None, ax: Axes | None = None) -> Axes:
    """Change of each industry beside what national and industry trends would have brought.

    The gray tick is what trends would have brought (national growth and industry mix), the dot what happened. The bar
    between them is the local effect: what trends do not explain. It is a remainder, and no proof of a cause.

    Parameters
    ----------
    table : DataFrame
        Rows of one area as :func:`sectorlib.shift_share` gives them: industry, change, national, mix, competitive
        (jobs) and, where there, status.
    label : str, optional
        Column of names; titles of industries by default.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib Axes
        Industries largest local effect first. Those not compared are counted under the chart.

    Raises
    ------
    TableError
        A column is missing, the rows are of several areas or spans, or none can be compared.

    Examples
    --------
    >>> table = pd.DataFrame({"industry": ["31-33", "62"], "change": [-50.0, 90], "national": [20.0, 30],
    ...                       "mix": [-40.0, 25], "competitive": [-30.0, 35]})
    >>> [text.get_text() for text in shift_share(table).get_yticklabels()]
    ['Manufacturing', 'Health care and social assistance']
    """
    parts = ["change", "national", "mix", "competitive"]
    need(table, parts, "a shift-share")
    one_of(table, ["area", "ownership", "start_year", "end_year"], "a shift-share")
    table = _industries_alone(table)
    rows = table[table[parts].notna().all(axis=1)]
    if rows.empty:
        raise TableError(
            f"{len(table)} industries of which none is known in both years",
            "one that is",
            "they are withheld; choose a larger area or a coarser level of industries",
        )
    rows = rows.assign(label=names_of(rows, label), expected=rows["national"] + rows["mix"])
    rows = rows.sort_values("competitive")
    ax = axes_or_new(ax, 8.6, 0.29 * len(rows) + 1.1)
    y = np.arange(len(rows))
    colors = np.where(rows["competitive"] >= 0, GAIN, LOSS)
    ax.barh(y, rows["competitive"], left=rows["expected"], color=colors, height=0.5, alpha=0.85)
    tick = ax.scatter(
        rows["expected"], y, marker="|", s=130, color=QUIET, lw=2, zorder=3,
        label="trends alone would have brought",
    )  # fmt: skip
    ax.scatter(rows["change"], y, s=22, color=colors, edgecolor="white", lw=0.6, zorder=4)
    dot = ax.scatter([], [], s=22, color=QUIET, label="what happened")
    ax.use_sticky_edges = False  # or the outermost tick is cut in half
    ax.set_yticks(y, rows["label"].to_list())
    ax.axvline(0, color=QUIET, lw=1, zorder=0)
    signed(ax)
    grid(ax, "x")
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(_change_label(table).replace(", percent", ""))
    legend(ax, 2, names=False, handles=[tick, dot])
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.margins(x=0.03)
    left = len(table) - len(rows)
    foot(ax, f"{left} of {len(table)} industries not compared: withheld, or new" if left else "")
    return ax


def _industries_alone(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of industries, without their total and without the row of what is left."""
    if "status" in table:
        table = table[~table["status"].isin(["total", "remainder"])]
    if "industry" in table:
        table = table[~table["industry"].astype(str).isin([naics.TOTAL, WITHHELD])]
    return table


def wage_tiers(shares: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Share of jobs in industries of low, middle and high pay, one bar for each area.

    Parameters
    ----------
    shares : DataFrame
        As :func:`sectorlib.tier_shares` gives it: area, tier, share, of one ownership and year. Or one row for each
        bar, with columns low, middle, high and, where there, unknown: shares between 0 and 1.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib Axes
        What is withheld, and pay that is not known, is the pale end of a bar.

    Raises
    ------
    TableError
        A column is missing, or an area has several shares of a tier.

    Examples
    --------
    >>> shares = pd.DataFrame({"low": [0.5], "middle": [0.2], "high": [0.2]}, index=["Monroe"])
    >>> [round(float(bar.get_width()), 2) for bar in wage_tiers(shares).patches]
    [0.5, 0.2, 0.2, 0.1]
    """
    wide = _wide(shares)
    ax = axes_or_new(ax, 8.6, 0.42 * len(wide) + 0.8)
    left = np.zeros(len(wide))
    rows = np.arange(len(wide))
    for tier, color in {**TIER_COLORS, "unknown": UNKNOWN}.items():
        values = wide[tier].to_numpy()
        name = "not known" if tier == "unknown" else f"{tier} pay"
        bars = ax.barh(rows, values, left=left, color=color, height=0.62, edgecolor="white", label=name)
        texts = [f"{v:.0%}" if v >= 0.06 else "" for v in values]
        ax.bar_label(
            bars, texts, label_type="center", fontsize=SMALL, color="white" if tier == "high" else INK
        )
        left += values
    ax.set_yticks(rows, [str(name) for name in wide.index])
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelcolor=INK)
    legend(ax, 4, names=False)
    return ax


def _wide(shares: pd.DataFrame) -> pd.DataFrame:
    """One row for each bar and one column for each tier; what is left of 1 is not known."""
    if isinstance(shares, pd.DataFrame) and "tier" in shares:
        need(shares, ["area", "tier", "share"], "tiers")
        one_of(shares, ["ownership", "year"], "tiers")
        if "area_name" in shares:
            names = shares["area_name"].astype(str)
        else:
            codes = shares["area"].astype(str)
            found = areas.area_names(pd.Series(codes.unique()))
            names = codes.map(dict(zip(codes.unique(), found, strict=True)))
        rows = shares.assign(bar=names, tier=shares["tier"].astype(str))
        if rows.duplicated(["bar", "tier"]).any():
            raise TableError(
                "an area with several shares of a tier", "one of each", "choose one level and one year"
            )
        wide = rows.pivot_table("share", "bar", "tier", aggfunc="first").reindex(list(dict.fromkeys(names)))
    else:
        need(shares, list(TIER_COLORS), "tiers")
        wide = shares
    wide = wide.reindex(columns=list(TIER_COLORS)).astype(float).fillna(0.0)
    return wide.assign(unknown=(1 - wide.sum(axis=1)).clip(lower=0).round(12))


def ranks(table: pd.DataFrame, *, label: str | None = None, ax: Axes | None = None) -> Axes:
    """Ranks of sectors with the range that uncertain figures and weights leave open.

    Parameters
    ----------
    table : DataFrame
        Rows of one area: rank, and rank_low and rank_high where known, as the table ``targets`` has them.
    label : str, optional
        Column of names; titles of sectors by default.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib Axes
        First rank on top. Rows without a rank are counted under the chart. Where lines overlap, the order is open.

    Raises
    ------
    TableError
        A column is missing, the rows are of several areas, or none has a rank.

    Examples
    --------
    >>> table = pd.DataFrame({"sector_title": ["Food", "Health"], "rank": [2, 1], "rank_low": [1, 1], "rank_high": [3, 2]})
    >>> [text.get_text() for text in ranks(table).get_yticklabels()]
    ['Health', 'Food']
    """
    need(table, ["rank"], "ranks")
    one_of(table, ["area", "year"], "ranks")
    rows = table[table["rank"].notna()].sort_values("rank", kind="stable")
    if rows.empty:
        raise TableError(
            f"{len(table)} rows, none with a rank", "one that has", "too little is known of them"
        )
    ax = axes_or_new(ax, 8.6, 0.3 * len(rows) + 0.9)
    y = np.arange(len(rows))
    if {"rank_low", "rank_high"} <= set(rows):
        low, high = rows["rank_low"].fillna(rows["rank"]), rows["rank_high"].fillna(rows["rank"])
        ax.hlines(y, low.astype(float), high.astype(float), color=HERE, lw=5, alpha=0.3, capstyle="round")
    ax.scatter(rows["rank"].astype(float), y, s=42, color=HERE, edgecolor="white", zorder=3)
    ax.set_yticks(y, names_of(rows, label).to_list())
    ax.invert_yaxis()
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlim(left=0.5)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    grid(ax, "x")
    ax.set_xlabel("Rank (1 = first), with the range it may have")
    left = len(table) - len(rows)
    foot(ax, f"{left} of {len(table)} not ranked: too little is known" if left else "")
    return ax
