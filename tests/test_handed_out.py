"""What studies and results hand out is the caller's own, and no whole number in it overflows."""

import numpy as np
import pandas as pd
import pytest
from small_study import small_study

from sectorlib.exceptions import TableError, UnknownAreaError, UnknownIndustryError
from sectorlib.labor_markets.matrix import flow_matrix
from sectorlib.pages.brief.profile import ScopeProfile
from sectorlib.panel import assemble
from sectorlib.results import Results
from sectorlib.scope.sector_jobs import SectorJobs, as_sector
from sectorlib.study import load_study

#: Tables, texts and mappings of a study that callers have in hand.
_HANDED_OUT = [
    "panel", "cells", "estimates", "held_back", "flows", "commuting", "markets", "whole_markets", "regions", "names",
    "neighbors", "shapes", "sectors", "criteria",
]  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return load_study(small_study(tmp_path_factory.mktemp("study"), years=[2015, 2016, 2017]))


def _spoil(table) -> None:
    """Change every cell of a table, in place."""
    if isinstance(table, pd.Series):
        table.iloc[:] = table.iloc[0]
        return
    for name in list(table.columns) if len(table) else []:
        table.loc[:, name] = table[name].iloc[0]
    table["more"] = 1


@pytest.mark.parametrize("name", _HANDED_OUT)
def test_a_change_to_what_a_study_hands_out_stays_with_who_made_it(study, name):
    before = getattr(study, name).copy(deep=True)
    _spoil(getattr(study, name))
    again = getattr(study, name)
    assert "more" not in again
    (pd.testing.assert_series_equal if isinstance(before, pd.Series) else pd.testing.assert_frame_equal)(
        again, before
    )


def test_a_change_to_what_is_inside_stays_with_who_made_it(study):
    rows, cells = study.source.rows, study.rated_cells[0]
    rows.loc[:, "employment"] = 1.0
    cells.loc[:, "employment"] = 1.0
    study.counties.clear()
    study.years.append(1)
    study.jurisdictions["new"] = pd.DataFrame()
    assert (study.source.rows["employment"] > 1).any()
    assert len(study.counties) == 4
    assert study.years == [2015, 2016, 2017]
    assert (study.rated_cells[0]["employment"] > 1).any()
    assert "new" not in study.jurisdictions
    with pytest.raises(AttributeError):
        study.panel = pd.DataFrame()


def test_a_change_to_a_result_stays_with_who_made_it(study):
    results = Results(study)
    quotients, reported = results["concentration"], results.reported
    quotients.loc[:, "location_quotient"] = 1.0
    reported.loc[:, "employment"] = 1.0
    assert (results["concentration"]["location_quotient"] > 1).any()
    assert (results.reported["employment"] > 1).any()
    assert (study.panel["employment"] > 1).any()


@pytest.mark.parametrize(
    "name",
    [
        "footprints",
        "focus",
        "counties",
        "jurisdictions",
        "assets",
        "pairs",
        "overlap",
        "growth_path",
        "shapes",
    ],
)
def test_a_change_to_what_a_brief_shows_stays_with_who_made_it(brief, name):
    before = getattr(brief, name).copy(deep=True)
    _spoil(getattr(brief, name))
    again = getattr(brief, name)
    assert again.equals(before)
    brief.systems.append("new")
    brief.members.clear()
    assert "new" not in brief.systems
    assert brief.members


@pytest.fixture(scope="module")
def brief(study):
    return ScopeProfile(Results(study.with_scope("31-33", "36055")))


@pytest.mark.parametrize("name", ["cells", "counties", "all_jobs"])
def test_a_change_to_a_sectors_jobs_stays_with_who_made_it(study, name):
    jobs = SectorJobs(study.panel, as_sector("31-33"), study.ownership, study.base_area)
    before = getattr(jobs, name).copy(deep=True)
    _spoil(getattr(jobs, name))
    assert getattr(jobs, name).equals(before)
    jobs.years.append(1)
    assert 1 not in jobs.years


@pytest.mark.parametrize("name", ["residents", "jobs", "internal"])
def test_sums_of_a_commuting_matrix_refuse_changes(study, name):
    sums = getattr(flow_matrix(study.flows), name)
    with pytest.raises(ValueError, match="read-only"):
        sums[0] = 1.0


def test_handing_out_copies_no_figures(study):
    one, other = study.panel["wages"].to_numpy(), study.panel["wages"].to_numpy()
    assert np.shares_memory(one, other)


def test_no_whole_number_is_shorter_than_64_bits(study):
    results = Results(study)
    tables = {name: getattr(study, name) for name in _HANDED_OUT} | {"source": study.source.rows}
    tables |= {name: results[name] for name in ("concentration", "growth", "wages", "withheld") if name in results
               and results.missing(name) is None}  # fmt: skip
    short = {
        (name, column): str(kind)
        for name, table in tables.items()
        for column, kind in (table.to_frame() if isinstance(table, pd.Series) else table).dtypes.items()
        if pd.api.types.is_integer_dtype(kind) and kind.itemsize < 8
    }
    assert short == {}
    assert (study.panel["year"] * 10_000 + 1).tolist()[0] == int(study.panel["year"].iloc[0]) * 10_000 + 1


def _rows(**codes) -> pd.DataFrame:
    return pd.DataFrame(
        {"area": ["36001", "36003"], "industry": "62", "ownership": "5", "year": 2020, "establishments": 5,
         "employment": 60.0, "wages": 700.0, "disclosure": "disclosed"} | codes
    )  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "error", "says"),
    [
        ({"area": ["1001", "36003"]}, UnknownAreaError, "'01001'"),
        ({"area": ["999999", "36003"]}, UnknownAreaError, "'999999'"),
        ({"area": ["1001.0", "36003"]}, UnknownAreaError, "'01001'"),
        ({"area": ["36001.0", "36003"]}, UnknownAreaError, "'36001'"),
        ({"industry": "31"}, UnknownIndustryError, "'31-33'"),
        ({"industry": "0062"}, UnknownIndustryError, "0062"),
        ({"industry": "ABC"}, UnknownIndustryError, "ABC"),
        ({"ownership": "5.0"}, TableError, "'5.0'"),
    ],
)
def test_codes_that_no_measure_would_find_again_are_refused(codes, error, says):
    with pytest.raises(error, match=says):
        assemble(_rows(**codes))


def test_regions_of_ones_own_and_every_official_code_are_taken():
    for area in ("Albany", "LM36055", "US000", "C1058", "CS104", "36999", "91001"):
        assert area in set(assemble(_rows(area=[area, "36003"]))["area"])
    for industry in ("10", "1013", "31-33", "999999", "92"):
        assert industry in set(assemble(_rows(industry=industry))["industry"])


@pytest.mark.parametrize("kind", ["int8", "int16", "int32"])
def test_years_of_any_width_become_64_bits(kind):
    year = 2020 if kind != "int8" else 20
    panel = assemble(_rows().assign(year=np.array([year, year], dtype=kind)))
    assert panel["year"].dtype == "int64"
