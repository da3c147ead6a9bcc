"""The appendix: track record, certainty of boundaries, methods, definitions, what is absent, and sources."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.drawing import esc
from sectorlib.pages.region import ground, outlook, target_words, why, words, workforce
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Column, Sheet
from sectorlib.results import RESULTS


def appendix(profile: RegionProfile, absent: Mapping[str, str]) -> str:
    """The chapter as markup, closed on a screen and open on paper; ``absent`` is what is not there, and why."""
    parts = [
        _section("How far off projections have been", _record(profile)),
        _section("How certain the boundaries are", _boundaries(profile)),
        _section("How the ranking is made", _ranking(profile)),
        _section("How specialized the region is", _mix(profile)),
        _section("Methods and definitions", _definitions(profile)),
        _section("Not in this report", _absent(absent)),
        _section("Sources", f"<p>{esc(words.sources(profile))}</p>"),
    ]
    return f'<details class="appendix" id="appendix-content"><summary>Track record, methods, definitions and sources</summary>{"".join(parts)}</details>'


def _section(title: str, content: str) -> str:
    return f"<section><h3>{esc(title)}</h3>{content}</section>" if content else ""


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{esc(text)}</p>" for text in texts if text)


def _record(profile: RegionProfile) -> str:
    made = ""
    ahead = profile.study.overtaken is None
    table = outlook.scorecard(profile) if ahead else None
    if table is not None:
        made += _paragraphs([outlook.track_record(profile)]) + table.markup() + _paragraphs([outlook.READING])
    past = outlook.hindcast_table(profile)
    if past is not None:
        chart = outlook.hindcast_chart(profile) if ahead else None
        made += (
            _paragraphs([outlook.hindcast(profile)] if ahead else [])
            + (chart.markup() if chart else "")
            + past.markup()
        )
    return made + _paragraphs([outlook.cautions(profile), outlook.adding_up(profile)] if ahead else [])


def _boundaries(profile: RegionProfile) -> str:
    """The map of how often each county stayed in its market; "" where markets are not redrawn, or there are no shapes."""
    chart = ground.certainty_map(profile)
    return "" if chart is None else chart.markup()


def _ranking(profile: RegionProfile) -> str:
    if target_words.ranked(profile).empty:
        return ""
    sheets = "".join(
        sheet.markup() for sheet in (why.meanings(profile), why.contents(profile)) if sheet is not None
    )
    return sheets + _paragraphs(
        [
            "The short list is for discussion: it shows where figures are strong. Readiness is mostly not in the data. Employers, "
            "and people who know the region, decide. Shares of simulations are not probabilities that a partnership will succeed.",
            target_words.certainty(profile), target_words.compared_with(profile), target_words.how_many(profile),
            target_words.stand_ins(profile), target_words.missing(profile), target_words.as_of(profile),
        ]
    )  # fmt: skip


def _mix(profile: RegionProfile) -> str:
    table = specialization(profile)
    return "" if table is None else table.markup()


def specialization(profile: RegionProfile) -> Sheet | None:
    """Every index that the table of specialization has, with the meaning it declares; None without a row of the year.

    Indices are the columns with a low and a high end beside them, so that a new one is shown once it is declared.
    """
    rows = profile.rows("specialization")
    if len(rows):
        rows = rows[(rows["year"] == profile.year) & (rows["ownership"] == profile.study.ownership)]
    if rows.empty:
        return None
    row, declared = rows.iloc[0], RESULTS["specialization"].table
    indices = [
        column
        for column in declared.columns
        if {f"{column.name}_low", f"{column.name}_high"} <= set(declared.names)
    ]
    return Sheet(
        "specialization", f"Mix of sectors; the larger area is {profile.base_name}, {profile.year}",
        [Column("index", "Index", text=True), Column("here", "Here"), Column("meaning", "Meaning", text=True)],
        [
            {
                "index": english.capital(column.name),
                "here": figures.ranged(row, column.name, "{:.3f}"),
                "meaning": english.capital(column.meaning),
            }
            for column in indices
        ],
    )  # fmt: skip


def _definitions(profile: RegionProfile) -> str:
    study = profile.study
    ownership = {
        "private": "Industries are private ownership.",
        "all": "Industries are all ownerships together.",
        "drivers": "Industries are private ownership and publicly owned utilities, education and health care.",
    }[study.file.ownership]
    if study.about_source.concept:
        ownership += f" What counts as a job: {study.about_source.concept}."
    denominator = (
        "totals of all ownerships, the convention of the Bureau of Labor Statistics"
        if profile.denominator == "all"
        else f"totals of the same ownership, because the all-ownership total of {profile.base_name} is not published"
    )
    movement = (
        " How far quotients of the study\N{RIGHT SINGLE QUOTATION MARK}s counties moved from one year to the next, by number of "
        "establishments, shows how far a usual year may carry one (95 times in 100)."
        if profile.knows_churn
        else ""
    )
    without = ", without this region" if profile.compared_with == "rest" else ""
    items = [
        ("Jobs", f"annual average employment of the Quarterly Census of Employment and Wages: jobs covered by unemployment insurance, counted where they are. {ownership} Totals are all ownerships."),
        ("Location quotient (LQ)", f"the industry\N{RIGHT SINGLE QUOTATION MARK}s share of jobs in the region over its share in {profile.compared_name} in {profile.compared_year}{without}; shares are of {denominator}. QCEW is a census, so a difference is not a sampling error, but one plant can move a small industry\N{RIGHT SINGLE QUOTATION MARK}s LQ.{movement}"),
        ("Withheld", "cells that protect single employers. They are never zero. A dash marks a figure that does not exist here; 0 is a published zero."),
        ("Pay", "total wages over employment."),
    ]  # fmt: skip
    if profile.span:
        items.append(
            (
                "Growth",
                f"the change from {profile.span[0]} to {profile.span[1]}, unless a table says otherwise.",
            )
        )
    drawn = words.delineation(profile)
    if drawn and study.system == "labor_markets":
        items.append(("Labor markets", drawn))
    items += [("Occupations", text) for text in workforce.limits(profile)[:1]]
    listed = "".join(f"<li><b>{esc(term)}:</b> {esc(text)}</li>" for term, text in items)
    more = [words.pay_yardsticks(profile), words.held_back(profile), *workforce.limits(profile)[1:]]
    return f"<ul>{listed}</ul>" + _paragraphs(more)


def _absent(absent: Mapping[str, str]) -> str:
    if not absent:
        return ""
    reasons = pd.Series(absent)
    items = "".join(
        f"<li><b>{esc(', '.join(same.index))}</b>: {esc(reason)}</li>"
        for reason, same in reasons.groupby(reasons, sort=False)
    )
    return f"<ul>{items}</ul>"
