"""What was done about industries whose codes changed with a revision of NAICS."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import NotSupportedError
from sectorlib.results.basis import Basis
from sectorlib.results.registry import Results, gives
from sectorlib.schemas import Column, Table

INDUSTRY_CHANGES = Table(
    "industry-changes", ("industry", "year"),
    (
        Column("industry", "code", "", "NAICS code of the new revision"),
        Column("industry_title", "text", "", "short title"),
        Column("year", "year", "year", "first year of the new revision in QCEW", label="First year of the new revision"),
        Column("naics", "year", "year", "the new revision"),
        Column("former", "text", "", "codes of the revision before that it took over, whole or in part"),
        Column("how", "text", "", "renamed, joined (of whole codes) or split (of parts)"),
        Column("marked", "flag", "", "growth across the year is marked as crossing a break"),
        Column("done", "text", "", "what figures across the year can be used for"),
    ),
    grain="industry of the panel and revision within its years",
)  # fmt: skip

#: What a series across a revision can be used for.
_DONE = {
    "renamed": "the former code is the same industry; each code keeps its own years",
    "joined": "the former codes together are the same industry; each code keeps its own years",
    "split": "broken: no published figures add up to the industry across the change",
}


def _changed(results: Basis) -> pd.DataFrame:
    """The industries of the panel whose codes changed within its years."""
    study = results.study
    codes = set(study.source.rows["industry"].cat.categories.astype(str))
    years = range(study.years[0] + 1, study.years[-1] + 1)
    parts = [naics.revision_changes(year).assign(year=year) for year in years]
    changes = pd.concat([part for part in parts if len(part)] or [naics.revision_changes(0).assign(year=0)])
    changes = changes[changes["industry"].isin(codes)]
    if changes.empty:
        raise NotSupportedError(
            "no industry of the panel changed its code within its years",
            "years on both sides of 2007, 2011, 2017 or 2022",
            "nothing to do: every series is of one revision",
        )
    return changes


@gives(
    INDUSTRY_CHANGES,
    "Industries whose codes changed within the panel's years, by the official concordances.",
    figures=(),
    needs=[_changed],
)
def _industry_changes(results: Results) -> pd.DataFrame:
    changes = _changed(results)
    marked = [
        bool(naics.crosses_break(pd.Series([code]), year - 1, year).iloc[0])
        for code, year in zip(changes["industry"], changes["year"], strict=True)
    ]
    table = changes.assign(
        industry_title=changes["industry"].map(naics.title),
        naics=changes["year"].map(naics.vintage),
        marked=marked,
        done=changes["how"].map(_DONE),
    )
    return INDUSTRY_CHANGES.select(table.sort_values(["year", "industry"]))
