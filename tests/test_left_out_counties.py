"""A county of which the files lack a quarter in every year: it is in no sum as if it were nothing."""

import pytest

from sectorlib.checks import check_study
from sectorlib.exceptions import NotSupportedError
from sectorlib.reporting.regions import report_regions
from sectorlib.results import Results
from sectorlib.study import load_study

HEADER = (
    "area_fips,own_code,industry_code,size_code,year,qtr,disclosure_code,"
    "qtrly_estabs,month1_emplvl,month2_emplvl,month3_emplvl,total_qtrly_wages\n"
)
JOBS = {("5", "10"): 100, ("5", "62"): 60, ("5", "72"): 40, ("0", "10"): 130}
TIMES = {"36001": 1, "36003": 2, "36083": 4, "36000": 7}


@pytest.fixture
def study(tmp_path):
    """Three counties and their state; 36003 lacks a quarter of the only year."""
    rows = [
        f"{area},{own},{industry},0,2020,{quarter},,9,{jobs * times},{jobs * times},{jobs * times},{jobs * times * 9000}\n"
        for area, times in TIMES.items()
        for (own, industry), jobs in JOBS.items()
        for quarter in (1, 2, 3, 4)
        if (area, quarter) != ("36003", 4)
    ]
    (tmp_path / "panel.csv").write_text(HEADER + "".join(rows))
    (tmp_path / "study.yaml").write_text(
        "name: s\ntitle: S\npanel: [panel.csv]\nbase_area: all\nreports: {system: regions}\n"
        "regions: {Hudson: ['36001', '36003'], West: ['36083']}\n"
    )
    return tmp_path / "study.yaml"


def test_sums_and_the_base_of_all_counties_do_not_claim_to_be_complete(study):
    made = Results(load_study(study))
    table = made["concentration"].set_index(["area", "industry"])
    total = table[table["ownership"] == "5"]
    for area, least in (("Hudson", 60), ("all", 300)):
        row = total.loc[(area, "62")]
        assert row["disclosure"] == "partial"
        assert row["employment_low"] == least
        # The state's 420 less what the other counties publish, and rounding.
        assert row["employment_high"] == pytest.approx(420 - 300 + least, abs=2)
    assert total.loc[("West", "62"), "employment"] == 240
    assert made.study.counties == ["36001", "36003", "36083"]


def test_it_is_named_and_gets_no_report_of_its_own(study, tmp_path):
    text = study.read_text().replace("system: regions", "system: counties")
    study.write_text(text)
    loaded = load_study(study)
    notes = [f.text for f in check_study(loaded) if f.kind == "note"]
    assert "no complete year of 36003: shown as withheld, and its totals are unknown" in notes
    assert "no report for 36003: the files have no complete year of it" in notes
    with pytest.raises(NotSupportedError, match="no report of 36003"):
        report_regions(loaded, ["36003"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
