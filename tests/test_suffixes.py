"""What the end of a column's name says: one meaning for each suffix, in every table."""

import re

import numpy as np
import pandas as pd
import pytest
from small_study import STUDY, small_study

import sectorlib as sl
from sectorlib import schemas
from sectorlib.results import RESULTS

#: What a name may end in, where it tells an end of something that is not known to a single figure.
ALLOWED = {
    "rank": re.compile(r"(\w+_)?rank_(low|high)"),  # a run of simulated ranks
    "interval": re.compile(r"(\w+_)?(low|high)_(80|95)"),  # a prediction interval
    "churn": re.compile(r"\w+_churn_(low|high)"),  # the movement of a usual year
    "suppressed": re.compile(r"\w+_(low|high)"),  # what suppressed cells leave open
    "top-coded": re.compile(r"\w+_at_least"),  # published as this much or more
}
#: Words that tell an end. A name that holds one of them is one of the above, or a figure of its own.
_ENDS = r"low|high|lower|upper|least|most|min|max|minimum|maximum|floor|ceiling|lo|hi|lb|ub|bound|plausible|p5|p95"
#: Columns that are no end of a range: the least of several counties, what a criterion could earn, a kind of sector,
#: typical pay when any one industry is left out.
OWN_FIGURES = {
    "least_tie", "least_tied_county", "least_tied_county_name", "most_counties", "most_points", "lower_pay",
    "higher_value", "typical_least", "typical_most", "moved_most_by", "moved_most_by_title",
}  # fmt: skip

INPUTS = [t for t in vars(schemas).values() if isinstance(t, schemas.Table)]
TABLES = {table.name: table for table in [*INPUTS, *(result.table for result in RESULTS.values())]}


#: Results whose figures are those of cells, none of them modeled.
OF_CELLS = ("concentration", "specialization", "growth", "wages")


def ends_of(table: pd.DataFrame) -> list[str]:
    """The columns of a table that are the low end of what suppressed cells leave open."""
    return [c for c in table if kind_of(c) == "suppressed" and c.endswith("_low")]


def kind_of(name: str) -> str | None:
    """What the suffix says; None if the name tells no end of a range, "refused" if it tells one in other words."""
    if name in OWN_FIGURES:
        return None
    for kind, pattern in ALLOWED.items():
        if pattern.fullmatch(name):
            return kind
    return "refused" if set(name.split("_")) & set(_ENDS.split("|")) else None


@pytest.mark.parametrize("name", TABLES)
def test_every_end_of_a_range_is_named_by_the_rule(name):
    columns = TABLES[name].columns
    found = {c.name: kind_of(c.name) for c in columns}
    assert "refused" not in found.values(), found
    for column, kind in found.items():
        if kind in ("rank", "interval", "churn", "suppressed"):  # both ends, or neither
            other = re.sub(r"low|high", lambda end: {"low": "high", "high": "low"}[end.group()], column)
            assert other in found, f"{name}: {column} without {other}"


@pytest.mark.parametrize(
    "name",
    ["location_quotient_least", "employment_plausible_low_end", "rank_low_figures", "pay_min", "jobs_upper",
     "high_90", "employment_published_low_value", "interval_p95"],
)  # fmt: skip
def test_other_ways_to_name_an_end_are_refused(name):
    assert kind_of(name) == "refused"


def test_ends_of_names_are_equal_where_nothing_is_suppressed(tmp_path):
    """Low and high are what suppressed cells leave open: with every cell published, nothing is."""
    text = STUDY + 'scope: {sector: "31-33", seed: "36055"}\n'
    results = sl.Results(sl.load_study(small_study(tmp_path, text, withheld=(), years=(2015, 2016, 2017))))
    checked = []
    for name in ("panel", *OF_CELLS, "scope", "scope-counties"):
        table = results[name]
        for low in ends_of(table):
            ends = table[[low, low.removesuffix("_low") + "_high"]].astype(float).dropna(how="all")
            assert np.allclose(ends.iloc[:, 0], ends.iloc[:, 1], rtol=1e-9), f"{name}: {low}"
            checked += [low] * (len(ends) > 0)
    assert len(checked) >= 20


def test_churn_lies_around_what_suppressed_cells_leave_open(tmp_path):
    results = sl.Results(sl.load_study(small_study(tmp_path, years=range(2011, 2018))))
    table = results["concentration"].dropna(subset=["location_quotient_churn_low", "location_quotient_high"])
    assert len(table)
    assert (table["location_quotient_churn_low"] <= table["location_quotient_low"]).all()
    assert (table["location_quotient_churn_high"] >= table["location_quotient_high"]).all()
    assert (table["location_quotient_churn_low"] < table["location_quotient_low"]).any()


def test_a_figure_that_is_known_is_both_of_its_ends(tmp_path):
    results = sl.Results(sl.load_study(small_study(tmp_path, years=(2015, 2016, 2017))))
    for name in OF_CELLS:
        table = results[name]
        for low in ends_of(table):
            figure = low.removesuffix("_low")
            known = table[table[figure].notna()]
            for end in (low, f"{figure}_high"):
                assert np.allclose(known[figure].astype(float), known[end].astype(float)), f"{name}: {end}"
