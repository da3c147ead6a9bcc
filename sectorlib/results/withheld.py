"""What is withheld: estimates of it, and what the study holds back by itself."""

from __future__ import annotations

import pandas as pd

from sectorlib.areas import area_kind
from sectorlib.disclosure import contradictions, errors_of_estimates, plausible_ranges
from sectorlib.results import needs
from sectorlib.results.registry import Results, gives
from sectorlib.results.shared import AREA, INDUSTRY, YEAR, named, of_the_study, reported_rows
from sectorlib.schemas import PANEL, Column, Table

ESTIMATES = Table(
    "estimates", PANEL.key,
    (
        Column("grain", "text", "", "region, county, state or base"), *AREA[1:], *INDUSTRY, YEAR,
        Column("establishments", "number", "establishments", "annual average"),
        *(
            Column(f"{figure}{end}", "number", unit, meaning, label="" if end else f"{figure.capitalize()}, estimated")
            for figure, unit in (("employment", "jobs"), ("wages", "USD a year, nominal"))
            for end, meaning in (
                ("_low", "the least that published sums allow"),
                ("", "estimate, which adds up to published totals"),
                ("_high", "the most that published sums allow"),
                ("_low_80", "lower end of its plausible range: holds 80 % of withheld figures, see docs/disclosure.md"),
                ("_high_80", "upper end of its plausible range"),
                ("_published", "the part of it that is published"),
            )
        ),
        Column("published_as", "code", "", "suppressed, or partial where a part of it is published"),
        Column("disclosure", "code", "", "estimated"),
    ),
    grain="region, county, state and base",
)  # fmt: skip

HELD_BACK = Table(
    "held-back", (*PANEL.key, "figure"),
    (
        *AREA[1:], *INDUSTRY, YEAR,
        Column("figure", "code", "", "employment or wages", label="Which figure"),
        Column(
            "reason", "code", "",
            "narrow: bounds made coarser; confidential: marked in the study; complement: withheld to protect another",
        ),
    ),
    grain="county, state or nation, as the files have them",
)  # fmt: skip


CONTRADICTIONS = Table(
    "contradictions", (*PANEL.key, "parts", "figure"),
    (
        *AREA[1:], *INDUSTRY, YEAR,
        Column("parts", "code", "", "ownerships, industries or counties: what the total is made of", label="Kind of parts"),
        Column("figure", "code", "", "employment or wages", label="Which figure"),
        Column("published", "number", "jobs or USD", "the total as the files have it"),
        Column("sum_of_parts", "number", "jobs or USD", "what its published parts add up to"),
    ),
    grain="county, state or nation, as the files have them",
)  # fmt: skip


@gives(
    ESTIMATES,
    "Estimates of withheld jobs and wages, with the least and the most they can be.",
    needs=[needs.publishable_estimates],
)
def _estimates(results: Results) -> pd.DataFrame:
    study = results.study
    published, estimates = (_with_states(results, table) for table in (study.panel, study.estimates))
    withheld = (published["disclosure"] != "disclosed").to_numpy()
    published, estimates = published[withheld], estimates[withheld]
    ranges = plausible_ranges(estimates, published, errors_of_estimates(study.cells))
    table = estimates.assign(
        **{str(column): ranges[column] for column in ranges},
        employment_published=published["employment_low"],
        wages_published=published["wages_low"],
        published_as=published["disclosure"],
    )
    return ESTIMATES.select(named(table, study))


@gives(
    HELD_BACK,
    "Figures that the study holds back or makes coarser, so that no employer is given away.",
    figures=(),
)
def _held_back(results: Results) -> pd.DataFrame:
    return HELD_BACK.select(named(results.study.held_back, results.study))


@gives(
    CONTRADICTIONS,
    "Published totals that contradict their own published parts, by more than rounding.",
    figures=(),
)
def _contradictions(results: Results) -> pd.DataFrame:
    return CONTRADICTIONS.select(named(contradictions(results.study.cells), results.study))


def _with_states(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    """The reported rows of a table, and those of the states in it."""
    study = results.study
    rows = of_the_study(study, table)
    states = rows[
        (area_kind(rows["area"]) == "state").to_numpy() & (rows["area"] != study.base_area).to_numpy()
    ]
    return pd.concat([reported_rows(study, table), states.assign(grain="state")], ignore_index=True)
