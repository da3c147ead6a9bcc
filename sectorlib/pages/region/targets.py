"""The part of a region report about which sectors come first, why, how sure that is, and what would change it."""

from __future__ import annotations

import html

from sectorlib.pages.markup import note, paragraph, put
from sectorlib.pages.notebook import show
from sectorlib.pages.region import tables, target_charts, target_words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.wages import tier_cuts


def targets(profile: RegionProfile) -> None:
    """The first sectors in three sentences, what scores are made of, how sure ranks are, and what sectors with lower pay hold."""
    if target_words.ranked(profile).empty:
        reason = profile.absent.get("targets", "no target sector has figures here")
        note(f"Not shown: {reason}.")
        _few(profile)
        return
    for text in (
        target_words.choices(profile), target_words.certainty(profile),
        target_words.limited(profile), target_words.change(profile), target_words.weights_decide(profile),
        target_words.compared_with(profile), target_words.record(profile),
    ):  # fmt: skip
        paragraph(text)
    note(target_words.as_of(profile), "caution")
    note(
        "A short list for discussion, not a choice of winners: it says where figures are strong. Readiness is mostly not in "
        "the data. Employers, and people who know the region, decide."
    )
    figures = (
        (
            target_charts.driver_matrix(profile),
            "What each score is made of. Darker cells earn more of the points above their column; a question mark is not "
            "known and earns half of them. The number behind a name is its score of 100. \N{ALMOST EQUAL TO}: some of the "
            "sector's cells are withheld, and its figures are estimates, whose error is part of how sure ranks are.",
            "Target sectors by criteria",
        ),
        (
            target_charts.rank_chart(profile),
            "How often each sector comes first, or among the first three, when withheld and projected figures are drawn "
            "within what is known of them and weights within their order of importance.",
            "Share of simulations in which each sector is first or in the first three, and its range of ranks",
        ),
        (
            target_charts.target_bubbles(profile),
            "Each bubble is a target sector, as large as its jobs. Where cells are withheld, the bubble is an "
            "estimate and its line what published sums allow.",
            "Target sectors by location quotient and pay",
        ),
    )
    for figure, caption, alt in figures:
        if figure is not None:
            show(figure, caption=caption, alt=alt)
    _few(profile)
    low = target_words.lower_pay(profile)
    if low:
        items = "".join(f"<li>{html.escape(text)}</li>" for text in low)
        put(
            '<div class="callout note"><p><b>Sectors with lower average pay</b>, under '
            f"{tier_cuts('typical-pay')[0]:.0%} of typical industry pay, are ranked "
            f"with the others. What their parts pay, as a share of typical industry pay:</p><ul>{items}</ul></div>"
        )
    _which_first(profile)
    for text in (target_words.stand_ins(profile), target_words.missing(profile)):
        paragraph(text, "source")


def _few(profile: RegionProfile) -> None:
    """Sectors with too few establishments to be ranked, and the neighbors who could join."""
    lines = target_words.few_establishments(profile)
    if lines:
        items = "".join(f"<li>{html.escape(text)}</li>" for text in lines)
        put(
            '<div class="callout note"><p>Few establishments: consider a wider area. These sectors are not ranked here, '
            f"since a partnership needs several employers:</p><ul>{items}</ul></div>"
        )


def _which_first(profile: RegionProfile) -> None:
    """How many to begin with, neighbors with the same sector, and the sequence if a readiness sheet is filled in."""
    put("<h3>Which first, and how many</h3>")
    paragraph(target_words.how_many(profile))
    beside = target_words.neighbors(profile)
    if beside:
        items = "".join(f"<li>{html.escape(text)}</li>" for text in beside)
        put(
            f"<p>On the short list here and in a region that touches, with its rank there:</p><ul>{items}</ul>"
        )
    steps = profile.rows("target-sequence")
    if steps.empty:
        note("No sequence is suggested: for this region nobody has filled in the readiness sheet yet.")
        return
    put(tables.sequence_table(steps).as_raw_html())
    paragraph(
        "Suggested from what people of the region answered about readiness, the score, how sure the rank is, and how far "
        "a running partnership has the same employers, each counting a quarter.",
        "source",
    )
