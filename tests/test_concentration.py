"""Location quotients: hand-worked, identities, bounds, and the published figures of 2016."""

import io
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib import concentration as c
from sectorlib.exceptions import TableError, UnknownAreaError, UnknownNameError

WORKED = yaml.safe_load((Path(__file__).parent / "worked" / "location_quotient.yaml").read_text())

#: Puerto Rico and the Virgin Islands are in the files, but not in the United States total.
ISLANDS = ["72", "78"]


def panel_of(rows, year=2016) -> pd.DataFrame:
    """A panel from (area, industry, ownership, employment, low, high), as a reader would give it."""
    names = ["area", "industry", "ownership", "employment", "employment_low", "employment_high"]
    frame = pd.DataFrame(rows, columns=names).assign(year=year)
    frame[names[3:]] = frame[names[3:]].astype(float)
    disclosure = np.where(frame["employment"].notna(), "disclosed", "suppressed")
    frame = frame.assign(disclosure=disclosure, establishments=10.0, wages=frame["employment"] * 50_000)
    keys = ["area", "industry", "ownership", "disclosure"]
    return frame.astype(dict.fromkeys(keys, "category"))


@pytest.fixture
def worked() -> pd.DataFrame:
    return panel_of(WORKED["rows"])


def of_county(values: pd.Series, panel: pd.DataFrame, industries) -> list[float]:
    rows = panel[
        (panel["area"] == "00001") & panel["industry"].isin(industries) & (panel["ownership"] == "5")
    ]
    return values.loc[rows.index].set_axis(rows["industry"].astype(str)).reindex(industries).to_list()


def numbers(expected: dict) -> list[float]:
    return [np.nan if v is None else v for v in expected.values()]


@pytest.mark.parametrize("denominator", ["all", "ownership"])
def test_hand_worked(worked, denominator):
    quotient = c.location_quotient(worked, worked, "00000", denominator=denominator)
    expected = WORKED["expected"][denominator]
    assert of_county(quotient, worked, list(expected)) == pytest.approx(numbers(expected), nan_ok=True)
    assert quotient.name == "location_quotient"
    assert quotient.index.equals(worked.index)


@pytest.mark.parametrize("side", ["low", "high"])
def test_hand_worked_bounds(worked, side):
    bounds = c.location_quotient_bounds(worked, worked, "00000")
    expected = WORKED["expected"][side]
    found = of_county(bounds[f"location_quotient_{side}"], worked, list(expected))
    assert found == pytest.approx(numbers(expected))


def test_bounds_are_the_quotient_where_all_is_disclosed(worked):
    quotient = c.location_quotient(worked, worked, "00000")
    bounds = c.location_quotient_bounds(worked, worked, "00000")
    known = quotient.notna()
    assert (bounds.loc[known, "location_quotient_low"] == quotient[known]).all()
    assert (bounds.loc[known, "location_quotient_high"] == quotient[known]).all()


def test_a_withheld_cell_without_bounds_is_open_above(worked):
    bare = worked.drop(columns=["employment_low", "employment_high"])
    bounds = c.location_quotient_bounds(bare, bare, "00000")
    withheld = bare.index[bare["employment"].isna()][0]
    assert bounds.loc[withheld, "location_quotient_low"] == 0
    assert np.isnan(bounds.loc[withheld, "location_quotient_high"])


def test_a_withheld_total_gives_no_point(worked):
    total = (worked["area"] == "00001") & (worked["industry"] == "10") & (worked["ownership"] == "0")
    worked.loc[total, ["employment", "employment_high"]] = np.nan
    worked.loc[total, "employment_low"] = 900.0
    worked.loc[total, "disclosure"] = "suppressed"
    county = worked["area"] == "00001"
    assert c.location_quotient(worked, worked, "00000")[county].isna().all()
    bounds = c.location_quotient_bounds(worked, worked, "00000")
    # 150 of at least 900 jobs, over .075
    assert of_county(bounds["location_quotient_high"], worked, ["31-33"]) == pytest.approx(
        [150 / 900 / 0.075]
    )
    assert of_county(bounds["location_quotient_low"], worked, ["31-33"]) == [0.0]


def test_an_industry_the_base_lacks_has_no_quotient_and_no_bounds(worked):
    base = worked[~((worked["area"] == "00000") & (worked["industry"] == "21"))]
    rows = worked[worked["industry"].isin(["10", "21"])]
    mine = (rows["area"] == "00001") & (rows["industry"] == "21")
    assert c.location_quotient(rows, base, "00000")[mine].isna().all()
    assert c.location_quotient_bounds(rows, base, "00000")[mine].isna().all(axis=None)


def test_any_index_and_any_key_type(worked):
    shuffled = worked.sample(frac=1, random_state=1).set_index(pd.Index(range(100, 112)), append=True)
    text = shuffled.astype(dict.fromkeys(["area", "industry", "ownership"], str))
    expected = c.location_quotient(worked, worked, "00000")
    for panel, base in ((shuffled, worked), (text, worked), (shuffled, text)):
        quotient = c.location_quotient(panel, base, "00000")
        pd.testing.assert_series_equal(
            quotient.droplevel(1).sort_index(), expected, check_index=True, check_index_type=False
        )


def test_names_that_do_not_exist(worked):
    with pytest.raises(UnknownAreaError, match=r"(?s)unknown area '0000'.*did you mean .*'00000'"):
        c.location_quotient(worked, worked, "0000")
    with pytest.raises(UnknownNameError, match="did you mean 'employment'"):
        c.location_quotient(worked, worked, "00000", on="employmnt")
    with pytest.raises(UnknownNameError, match="did you mean 'ownership'"):
        c.location_quotient(worked, worked, "00000", denominator="owner")
    with pytest.raises(UnknownNameError, match="did you mean 'parity'"):
        c.quadrant(c.location_quotient_bounds(worked, worked, "00000"), worked["wages"], cut="party")


def test_absent_totals_are_an_error_that_says_what_to_do(worked):
    private = worked[worked["ownership"] == "5"]
    with pytest.raises(TableError, match=r"(?s)industry '10' and ownership '0'.*denominator='ownership'"):
        c.location_quotient(private, private, "00000")
    with pytest.raises(TableError, match="in 2017"):
        c.location_quotient(worked.assign(year=2017), worked, "00000")
    assert c.location_quotient(private, private, "00000", denominator="ownership").notna().any()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 10_000), min_size=3, max_size=3).filter(any), min_size=2, max_size=6
    ).filter(lambda rows: all(sum(column) for column in zip(*rows, strict=True)))
)
def test_weighted_mean_over_a_closed_economy_is_one(jobs):
    industries = ("11", "31-33", "62")
    areas = {f"0000{i + 1}": row for i, row in enumerate(jobs)}
    areas["00000"] = [sum(column) for column in zip(*jobs, strict=True)]
    rows = [(a, "10", "0", sum(row), None, None) for a, row in areas.items()]
    rows += [
        (a, i, "5", e, None, None) for a, row in areas.items() for i, e in zip(industries, row, strict=True)
    ]
    panel = panel_of(rows)
    panel["quotient"] = c.location_quotient(panel, panel, "00000")
    totals = panel[panel["industry"] == "10"].set_index("area")["employment"]
    parts = panel[(panel["industry"] != "10") & (panel["area"] != "00000")]
    for _, cells in parts.groupby("industry", observed=True):
        weights = cells["area"].astype(str).map(totals)
        assert np.average(cells["quotient"], weights=weights) == pytest.approx(1)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 500), st.floats(0, 1), st.floats(1, 3), st.floats(0.5, 1), st.floats(1, 2))
def test_bounds_contain_the_truth(jobs, low, high, total_low, total_high):
    rows = [
        ["00001", "10", "0", 600, 600, 600],
        ["00001", "31-33", "5", jobs, jobs, jobs],
        ["00000", "10", "0", 5000, 5000, 5000],
        ["00000", "31-33", "5", 700, 700, 700],
    ]
    truth = panel_of(rows)
    expected = c.location_quotient(truth, truth, "00000")[1]
    known = panel_of(
        [
            ["00001", "10", "0", None, max(600 * total_low, jobs), 600 * total_high],
            ["00001", "31-33", "5", None, jobs * low, jobs * high],
            ["00000", "10", "0", None, 5000 * total_low, 5000 * total_high],
            ["00000", "31-33", "5", None, 700 * total_low, 700 * total_high],
        ]
    )
    bounds = c.location_quotient_bounds(known, known, "00000").loc[1]
    assert bounds["location_quotient_low"] <= expected * (1 + 1e-9)
    assert bounds["location_quotient_high"] >= expected * (1 - 1e-9)


def test_quadrants():
    bounds = pd.DataFrame(
        [[2.0, 2.0], [2.0, 2.0], [0.5, 0.5], [0.5, 0.5], [0.9, 1.1], [2.0, np.nan], [1.0, 1.0], [2.0, 2.0]],
        columns=["location_quotient_low", "location_quotient_high"],
    )
    growth = pd.Series([1.0, -1.0, 1.0, -1.0, 1.0, 1.0, 0.0, np.nan])
    named = c.quadrant(bounds, growth).to_list()
    assert named == [
        "star", "mature", "emerging", "transforming", "undecided", "star", "star", "undecided",
    ]  # fmt: skip
    assert c.quadrant(bounds, growth, cut="specialized").to_list()[6] == "emerging"


def test_the_published_example_of_farhauer_and_kroell():
    """Farhauer and Kröll (2013), Standorttheorien, as given with the R package REAT (Wieland): .3847623."""
    panel = panel_of(
        [
            ["00001", "10", "0", 79_006, None, None],
            ["00001", "31-33", "5", 1714, None, None],
            ["00000", "10", "0", 15_593_224, None, None],
            ["00000", "31-33", "5", 879_213, None, None],
        ]
    )
    assert c.location_quotient(panel, panel, "00000")[1] == pytest.approx(0.3847623, abs=5e-8)


@pytest.mark.shared
def test_published_private_sector_quotients_of_2016(shared):
    """BLS's own annual LQs of county sectors, from official US000 rows and the counties' own totals."""
    panel, base, published = _official_2016(shared / "data" / "qcew")
    quotient = c.location_quotient(panel, base, "US000").loc[published.index]
    assert len(published) == 43_588
    off = (quotient - published).abs()
    assert (off <= 0.006).mean() >= 0.997


def _official_2016(qcew: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """County sectors with totals, the official national rows with the sum of counties, published LQs."""
    counties = qcew / "us_2016" / "us_2016_quarterly_county_to_naics4.parquet"
    totals = duckdb.sql(
        f"""
        select area_fips as area, avg((month1_emplvl + month2_emplvl + month3_emplvl) / 3) as employment
        from read_parquet('{counties}')
        where own_code = '0' and industry_code = '10' group by area_fips
        """
    ).df()
    nation = totals[~totals["area"].str[:2].isin(ISLANDS)]["employment"].sum()
    assert nation == pytest.approx(141.87e6, rel=1e-4)

    with zipfile.ZipFile(qcew / "by_industry" / "2016_annual_by_industry.zip") as archive:
        sectors = pd.concat(
            pd.read_csv(
                io.BytesIO(archive.read(name)),
                usecols=[
                    "area_fips", "own_code", "industry_code", "agglvl_code", "disclosure_code",
                    "annual_avg_emplvl", "lq_annual_avg_emplvl",
                ],
                dtype={"area_fips": str, "own_code": str, "industry_code": str, "disclosure_code": str},
            )
            for name in archive.namelist()
            if name.endswith(".csv")
        )  # fmt: skip
    sectors = sectors[(sectors["own_code"] == "5") & sectors["agglvl_code"].isin([14, 74])]
    sectors = sectors.assign(
        area=sectors["area_fips"],
        industry=sectors["industry_code"],
        ownership="5",
        employment=sectors["annual_avg_emplvl"].where(sectors["disclosure_code"] != "N").astype(float),
    )
    whole = {"industry": "10", "ownership": "0"}
    panel = pd.concat([sectors, totals.assign(**whole)], ignore_index=True).assign(year=2016)
    base = pd.concat(
        [panel[panel["area"] == "US000"], pd.DataFrame([{"area": "US000", "employment": nation, **whole}])],
        ignore_index=True,
    ).assign(year=2016)
    of_the_states = ~panel["area"].str[:2].isin(ISLANDS)
    county = (panel["agglvl_code"] == 74) & of_the_states & panel["employment"].notna()
    return panel, base, panel.loc[county, "lq_annual_avg_emplvl"]
