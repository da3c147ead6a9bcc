"""Charts of ranked sectors: what each score is made of, how sure the ranks are, concentration and pay with ranges."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from adjustText import adjust_text
from matplotlib.figure import Figure

from sectorlib.pages.region.charts import HERE, INK, LINE, QUIET, TIER_COLORS, chart_style
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.region.target_words import ranked

#: Sectors shown; the rest are in the table.
_MOST = 12


def driver_matrix(profile: RegionProfile) -> Figure | None:
    """Sectors by criteria: the figure, shaded by how much of its points it earns; None if nothing is ranked."""
    table = ranked(profile).head(_MOST)
    points = profile.rows("target-points")
    if table.empty or points.empty:
        return None
    order = points.drop_duplicates("criterion").sort_values("most_points", ascending=False, kind="stable")
    criteria = order["criterion"].to_list()
    share = (points["points"] / points["most_points"]).where(points["figure"].notna())
    points = points.assign(share=share).set_index(["sector", "criterion"])
    shares = points["share"].unstack("criterion").reindex(index=table.index, columns=criteria)  # noqa: PD010
    figures = points["figure"].unstack("criterion").reindex(index=table.index, columns=criteria)  # noqa: PD010
    with chart_style():
        figure, axes = plt.subplots(figsize=(8.6, 0.34 * len(table) + 1.5))
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
        for row, sector in enumerate(table.index):
            for column, name in enumerate(criteria):
                value = shares.loc[sector, name]
                text = "?" if pd.isna(value) else _short(name, figures.loc[sector, name])
                color = "white" if pd.notna(value) and value > 0.8 else INK
                axes.text(column, row, text, ha="center", va="center", fontsize=8, color=color)
        labels = [_wrapped(str(label)) for label in order["label"]]
        weights = [f"\n({weight:.0f} points)" for weight in order["most_points"]]
        axes.set_xticks(
            range(len(criteria)), [a + b for a, b in zip(labels, weights, strict=True)], fontsize=7.5
        )
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(table)), [_row_name(row) for _, row in table.iterrows()], fontsize=8.5)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xticks(np.arange(len(criteria) + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(len(table) + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", lw=2)
        axes.tick_params(which="minor", length=0)
        figure.tight_layout()
    return figure


def rank_chart(profile: RegionProfile) -> Figure | None:
    """Share of simulations in which each sector is first or in the first three, beside its range of ranks."""
    table = ranked(profile).head(_MOST)
    if table.empty:
        return None
    y = np.arange(len(table))
    with chart_style():
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(8.6, 0.3 * len(table) + 1.1), sharey=True, width_ratios=[1.25, 1]
        )
        left.barh(y, table["share_top_three"], color="#9cc4de", height=0.6, label="in the first three")
        left.barh(y, table["share_first"], color=HERE, height=0.6, label="first")
        for at, share in zip(y, table["share_top_three"], strict=True):
            text = f"{share:.0%}" if share >= 0.005 else "<1%"
            left.text(share + 0.015, at, text, va="center", fontsize=8, color=QUIET)
        left.set_xlim(0, 1.1)
        left.set_xticks([0, 0.5, 1], ["0", "50%", "100%"])
        left.set_xlabel("share of simulations", loc="left")
        left.set_yticks(y, table["sector_title"], fontsize=8.5)
        left.invert_yaxis()
        left.legend(frameon=False, fontsize=8.5, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
        right.hlines(y, table["rank_low"], table["rank_high"], color=HERE, lw=3, alpha=0.45)
        right.scatter(table["rank"], y, color=HERE, s=26, zorder=3, label="by the stated weights")
        right.set_xlabel("rank, and its range in four fifths of simulations")
        right.set_xlim(0.5, float(table["rank_high"].max()) + 0.5)
        right.xaxis.get_major_locator().set_params(integer=True)
        right.grid(axis="x")
        for axes in (left, right):
            axes.tick_params(axis="y", length=0)
        figure.tight_layout()
    return figure


def target_bubbles(profile: RegionProfile) -> Figure | None:
    """Concentration against pay: each ranked sector a bubble as large as its jobs; lines where cells are withheld."""
    table = ranked(profile)
    if table.empty or "average_pay" not in table:
        return None
    made = profile.rows("sectors")
    made = made[made["segment"] == "all"].set_index("sector").reindex(table.index)
    quotient = "location_quotient" + {"base": ""}.get(profile.compared_with, f"_{profile.compared_with}")
    table = table.assign(
        x=made[f"{quotient}_estimate"],
        low=made[f"{quotient}_low"],
        high=made[f"{quotient}_high"],
        tier=made["tier_typical"],
    )
    table = table[(table["x"] > 0) & table["average_pay"].notna()]
    if table.empty:
        return None
    with chart_style():
        figure, axes = plt.subplots(figsize=(8.6, 4.8))
        size = (1500 * table["employment_estimate"] / table["employment_estimate"].max()).clip(lower=25)
        for tier, color in TIER_COLORS.items():
            here = table["tier"] == tier
            if here.any():
                axes.scatter(
                    table.loc[here, "x"], table.loc[here, "average_pay"], s=size[here],
                    color=color, alpha=0.75, edgecolor="white", lw=1, label=f"{tier} pay",
                )  # fmt: skip
        left, right = min(0.4, table["x"].min() * 0.8), max(2.2, table["x"].max() * 1.3)
        axes.set_xscale("log")
        axes.set_xlim(left, right)
        axes.hlines(
            table["average_pay"], table["low"].clip(lower=left), table["high"].fillna(right).clip(upper=right),
            color=QUIET, lw=0.9, zorder=0,
        )  # fmt: skip
        axes.axvline(1, color=LINE, lw=1, zorder=0)
        axes.axhline(1, color=LINE, lw=1, zorder=0)
        ticks = [t for t in (0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 12) if left <= t <= right]
        axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
        # On the logarithm too, lest one sector with three times the average press all others together.
        axes.set_yscale("log")
        axes.margins(y=0.12)
        bottom, top = axes.get_ylim()
        marks = [m for m in (0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 8) if bottom <= m <= top]
        axes.set_yticks(marks, [f"{m:.0%}" for m in marks])
        axes.minorticks_off()
        texts = [
            axes.text(row["x"], row["average_pay"], row["sector_title"], fontsize=8.5)
            for _, row in table.iterrows()
        ]
        adjust_text(
            texts, ax=axes, expand=(1.05, 1.3), ensure_inside_axes=True,
            arrowprops={"arrowstyle": "-", "color": "#b6bec6", "lw": 0.6}, iter_lim=300,
        )  # fmt: skip
        axes.set_xlabel(
            f"Location quotient {profile.year} (1 = the share of jobs in {profile.compared_name})"
        )
        axes.set_ylabel("Average pay, of typical industry pay")
        legend = axes.legend(
            frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, 1.1), ncols=3
        )
        plt.setp(legend.legend_handles, sizes=[60])
    return figure


def _row_name(row: pd.Series) -> str:
    """A sector's name with whether it is traded, whether its figures are estimates, and its score."""
    estimated = "\N{ALMOST EQUAL TO} " if pd.isna(row["employment"]) else ""
    kind = f" ({row['traded']})" if row["traded"] in ("traded", "local") else ""
    return f"{estimated}{row['sector_title']}{kind}  {row['score']:.0f}"


def _short(criterion: str, figure: float) -> str:
    forms = {
        "location_quotient": "{:.2f}", "average_pay": "{:.0%}", "projected_growth": "{:+.1f}%",
        "share_of_jobs": "{:.1f}%", "not_contracting": "{:+.1f}%", "number_of_establishments": "{:,.0f}",
        "spread_over_counties": "{:.2f}", "average_size": "{:.1f}", "steadiness": "{:.1f}%",
    }  # fmt: skip
    text = re.sub(r"^[+-](0\.0%)", r"\1", forms.get(criterion, "{:.3g}").format(figure))
    return text.replace("-", "\N{MINUS SIGN}")


def _wrapped(label: str) -> str:
    """A label on two lines, split at the space nearest its middle."""
    spaces = [i for i, letter in enumerate(label) if letter == " "]
    if not spaces or len(label) < 11:
        return label
    at = min(spaces, key=lambda i: abs(i - len(label) / 2))
    return label[:at] + "\n" + label[at + 1 :]
