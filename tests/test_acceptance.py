"""Published figures of real files, and the four acceptance studies from end to end."""

import io
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlib as sl
from sectorlib import naics
from sectorlib.areas import area_kind, in_nation, is_county, state_of
from sectorlib.checks import check_study
from sectorlib.exceptions import NotSupportedError
from sectorlib.membership import membership
from sectorlib.panel import aggregate, assemble

pytestmark = [pytest.mark.shared, pytest.mark.slow]

#: Studies of whole national files take minutes: `make acceptance` runs them, `make test` the other two.
NATIONAL = ("united_states_1990_2016", "united_states_2016")
STUDIES = ("new_york", "central_ohio", *(pytest.param(name, marks=pytest.mark.national) for name in NATIONAL))
CELL = ["area", "industry", "ownership", "year"]

#: The tables of every study's core, and which of them each cannot support.
CORE = {
    "panel", "regions", "concentration", "wages", "growth", "shift-share", "projections", "labor-markets",
    "self-containment", "labor-market-quality",
}  # fmt: skip
ABSENT = {
    "new_york": set(),
    "central_ohio": {"projections"},
    "united_states_1990_2016": {"projections"},
    "united_states_2016": {"growth", "shift-share", "projections"},
}


@cache
def _results(path: Path) -> sl.Results:
    return sl.Results(sl.load_study(path))


@pytest.fixture(scope="module")
def results(shared):
    """Results of a study by its name, made once."""
    yield lambda name: _results(shared / "studies" / f"{name}.yaml")
    _results.cache_clear()


@pytest.fixture(scope="module")
def by_industry(shared) -> pd.DataFrame:
    """The official annual by-industry files of 2016."""
    return sl.read_annual([shared / "data" / "qcew" / "by_industry" / "2016_annual_by_industry.zip"]).rows


def total(panel: pd.DataFrame, **keys) -> float:
    for key, value in keys.items():
        panel = panel[panel[key] == value]
    assert len(panel) == 1
    return panel["employment"].item()


# --- published figures ---------------------------------------------------------------------------------


def test_new_york_state(results):
    panel = results("new_york").study.panel
    for year, jobs in {2000: 8_471_278, 2017: 9_276_410}.items():
        assert total(panel, area="36000", industry="10", ownership="0", year=year) == jobs


def test_franklin_county_in_ohio(results):
    panel = results("central_ohio").study.panel
    for year, jobs in {2020: 727_016, 2021: 743_438, 2022: 763_679, 2023: 772_233}.items():
        assert total(panel, area="39049", industry="10", ownership="0", year=year) == jobs


@pytest.mark.national
def test_jobs_of_the_united_states_in_2016(results):
    """Counties and unknown counties of the 50 states and DC: 141.87 million jobs; 138.85 without 999."""
    panel = results("united_states_2016").study.panel
    totals = panel[(panel["industry"] == "10") & (panel["ownership"] == "0") & in_nation(panel["area"])]
    kinds = area_kind(totals["area"]).astype(str)
    jobs = totals.groupby(kinds)["employment"].sum()
    assert jobs["county"] + jobs["unknown"] == pytest.approx(141.87e6, abs=0.005e6)
    assert jobs["county"] == pytest.approx(138.85e6, abs=0.005e6)
    assert totals.loc[kinds == "unknown", "area"].nunique() <= 51
    # Rounded county by county, so within half a job for each of the national total.
    nation = total(panel, area="US000", industry="10", ownership="0", year=2016)
    assert jobs["county"] + jobs["unknown"] == pytest.approx(nation, abs=0.5 * len(totals))


@pytest.mark.national
def test_unknown_counties_are_in_no_region(results):
    for name in NATIONAL:
        made = results(name)
        regions = made["regions"]
        assert is_county(regions["county"]).all()
        counties = made.study.panel.loc[is_county(made.study.panel["area"])]
        latest = counties[counties["year"] == counties["year"].max()]
        in_regions = latest[latest["area"].isin(regions["county"])]
        reported = made["concentration"]
        reported = reported[(reported["grain"] == "region") & (reported["year"] == latest["year"].max())]
        lows = (
            in_regions[in_regions["ownership"] == "5"]
            .groupby("industry", observed=True)["employment_low"]
            .sum()
        )
        sums = (
            reported[reported["ownership"] == "5"].groupby("industry", observed=True)["employment_low"].sum()
        )
        np.testing.assert_allclose(sums["31-33"], lows["31-33"])


@pytest.fixture(scope="module")
def last_quarter(shared) -> dict[str, pd.DataFrame]:
    """Counties and states of 2016 Q4, private and total, third month as employment, with published LQs."""
    folder = shared / "data" / "qcew" / "us_2016"
    names = {"counties": "us_2016_quarterly_county_to_naics4", "states": "us_2016_quarterly_state_to_naics6"}
    tables = {}
    for key, name in names.items():
        table = sl.read_quarterly(
            [folder / f"{name}.parquet"], ownership=["0", "5"], columns=["lq_month3_emplvl"]
        )
        if key == "counties":
            totals = table[(table["ownership"] == "0") & in_nation(table["area"])]
            tables["quarters"] = totals.groupby("quarter")[["month1", "month2", "month3"]].sum()
        table = table[table["quarter"] == "4"]
        tables[key] = table.assign(employment=table["month3"]).reset_index(drop=True)
    nation = sl.read_quarterly([folder / "us000_2016_quarterly_DERIVED.csv.gz"], ownership=["0", "5"])
    nation = nation[nation["quarter"] == "4"]
    tables["nation"] = nation.assign(employment=nation["month3"]).reset_index(drop=True)
    return tables


@pytest.mark.national
def test_jobs_of_the_united_states_in_each_quarter(last_quarter):
    """The mean of the twelve months is the year's 141.87 million; quarters lie around it."""
    quarters = last_quarter["quarters"]
    assert quarters.to_numpy().mean() == pytest.approx(141.87e6, abs=0.005e6)
    assert quarters.index.to_list() == ["1", "2", "3", "4"]
    means = quarters.mean(axis=1)
    assert means.idxmin() == "1"  # January is the trough of every year
    assert means.between(139e6, 144e6).all()


@pytest.mark.national
@pytest.mark.parametrize(("areas", "number"), [("counties", 330_539), ("states", 18_143)])
def test_published_quarterly_location_quotients(last_quarter, areas, number):
    """Private LQs of the third month, 2 to 4 digits, wherever the numerator is published and not zero.

    The national rows are derived from the counties' LQs, so this tests the convention (both denominators
    are all-ownership totals), not the data. Counties of the 50 states and DC, with unknown counties.
    """
    table = last_quarter[areas]
    quotient = sl.location_quotient(table, last_quarter["nation"], "US000")
    compared = (
        (table["ownership"] == "5")
        & naics.levels(table["industry"]).isin(["sector", "3", "4"])
        & (table["employment"] > 0)
        & quotient.notna()
    )
    if areas == "counties":
        compared &= in_nation(table["area"])
    assert compared.sum() == number
    off = (quotient - table["lq_month3_emplvl"])[compared].abs()
    assert (off <= 0.006).mean() >= 0.999
    # With private totals below the line almost none is reproduced.
    private = sl.location_quotient(table, last_quarter["nation"], "US000", denominator="ownership")
    assert ((private - table["lq_month3_emplvl"])[compared].abs() <= 0.006).mean() < 0.5


@pytest.mark.national
def test_quarters_become_the_official_years(shared, by_industry):
    """Quarterly county and state files of 2016, made annual, against the official annual files, to the unit."""
    folder = shared / "data" / "qcew" / "us_2016"
    ours = sl.read_annual(sorted(folder.glob("*.parquet"))).rows
    keys = dict.fromkeys(CELL[:3], "str")
    both = ours.astype(keys).merge(by_industry.astype(keys), on=CELL, suffixes=("", "_official"))
    both = both[both["employment"].notna() & both["employment_official"].notna()]
    kinds = area_kind(both["area"]).replace("unknown", "county")
    assert kinds.value_counts().to_dict() == {"county": 60_458, "state": 2_353}
    for figure in ("employment", "establishments", "wages"):
        assert (both[figure] == both[f"{figure}_official"]).all(), figure


@pytest.mark.national
def test_official_national_industries(by_industry):
    nation = by_industry[(by_industry["area"] == "US000") & (by_industry["ownership"] == "5")]
    assert total(nation, industry="31-33") == 12_296_697
    sectors = assemble(by_industry, {2016: "zero"})
    private = sectors[(sectors["area"] == "US000") & (sectors["ownership"] == "5")]
    assert total(private, industry="10") == 120_504_621


@pytest.mark.national
def test_published_annual_location_quotients(shared, results, by_industry):
    """The official US000 rows as base and the counties' own totals: independent of the derived file."""
    panel = results("united_states_2016").study.panel
    totals = panel[(panel["industry"] == "10") & (panel["ownership"] == "0")]
    places = totals[in_nation(totals["area"]) & area_kind(totals["area"]).isin(["county", "unknown"])]
    nation = aggregate(places, areas=membership({"US000": places["area"]}))
    cells = by_industry[by_industry["ownership"] == "5"]
    table = pd.concat([cells, places, nation], ignore_index=True)
    quotient = sl.location_quotient(table, table, "US000")

    with zipfile.ZipFile(shared / "data" / "qcew" / "by_industry" / "2016_annual_by_industry.zip") as archive:
        published = pd.concat(
            pd.read_csv(
                io.BytesIO(archive.read(member)),
                dtype={"area_fips": str, "own_code": str, "industry_code": str},
            ).query("own_code == '5' and agglvl_code == 74 and disclosure_code != 'N'")
            for member in archive.namelist()
            if member.endswith(".csv")
        )
    published["industry"] = published["industry_code"].map(naics.normalize)
    published = published.set_index(["area_fips", "industry"])["lq_annual_avg_emplvl"]
    published = published[in_nation(published.index.get_level_values(0).to_series(index=published.index))]
    assert len(published) == 43_588
    rows = table["ownership"] == "5"
    ours = quotient[rows].set_axis(
        pd.MultiIndex.from_frame(table.loc[rows, ["area", "industry"]].astype(str))
    )
    off = (ours.reindex(published.index) - published).abs()
    assert (off <= 0.006).mean() >= 0.997


# --- the studies ---------------------------------------------------------------------------------------


#: Tables of what a study may well have none of: figures held back, sectors that share an industry, cautions.
MAY_BE_EMPTY = {"held-back", "contradictions", "sector-overlaps", "projection-cautions"}


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.long
def test_every_table_of_a_study_works_or_says_why_not(results, name):
    made = results(name)
    absent = {table for table in made if made.missing(table)}
    assert absent & CORE == ABSENT[name]
    for table in absent:
        reason = made.missing(table)
        assert isinstance(reason, NotSupportedError)
        assert reason.found
        assert reason.expected
        assert reason.hint
    for table in set(made) - absent:
        frame, schema = made[table], sl.RESULTS[table].table
        assert len(frame) or table in MAY_BE_EMPTY
        assert set(schema.names) >= set(frame.columns)
        assert not frame.duplicated(list(schema.key)).any()
        if "industry" in frame and table in ("panel", "concentration", "wages"):
            assert {"10", "31-33", "44-45", "48-49"} <= set(frame["industry"].astype(str))


@pytest.mark.parametrize("name", STUDIES)
def test_checks_find_no_problem(results, name):
    findings = check_study(results(name).study)
    assert [f for f in findings if f.kind == "problem"] == []
    subjects = {f.subject for f in findings}
    assert {"areas", "years", "industries", "withheld", "base", "reports", "shapes"} <= subjects


@pytest.mark.parametrize("name", STUDIES)
def test_regions_hold_their_counties_sums_and_nothing_withheld_is_zero(results, name):
    made = results(name)
    table = made["concentration"]
    withheld = table["disclosure"].isin(["suppressed", "partial"])
    assert withheld.any()
    assert table.loc[withheld, ["employment", "location_quotient"]].isna().all().all()
    known = table.loc[~withheld, "employment"]
    assert known.notna().all()
    regions = table[(table["grain"] == "region") & (table["industry"] == "10")]
    counties = table[
        ((table["grain"] == "county") | (made.study.system == "counties"))
        & (table["industry"] == "10")
        & table["area"].isin(made["regions"]["county"])
    ]
    by_year = [t.groupby("year")["employment_low"].sum() for t in (regions, counties)]
    np.testing.assert_allclose(by_year[0].to_numpy(), by_year[1].to_numpy())


@pytest.mark.parametrize(
    "name", ["new_york", "central_ohio", pytest.param("united_states_2016", marks=pytest.mark.national)]
)
def test_each_county_with_flows_lies_in_exactly_one_market(results, name):
    made = results(name)
    markets = made.study.markets
    assert markets["member"].is_unique
    assert (markets["weight"] == 1).all()
    flows = made.study.flows
    commuting = set(flows["home"].astype(str)) | set(flows["work"].astype(str))
    assert set(markets["member"]) == set(made.study.counties) & commuting
    if name == "new_york":
        assert set(markets["member"]) == set(made.study.counties)
        assert len(made.study.counties) == 62


def test_new_york_counties_fit_their_state(results):
    """Counties add up to 1.5 to 2 percent less than the state, which holds jobs of no single county."""
    panel = results("new_york").study.panel
    totals = panel[(panel["industry"] == "10") & (panel["ownership"] == "0")]
    counties = totals[is_county(totals["area"])].groupby("year")["employment"].sum()
    state = totals[totals["area"] == "36000"].set_index("year")["employment"]
    assert set(state_of(totals["area"])) == {"36"}
    assert (counties / state).between(0.975, 0.99).all()
