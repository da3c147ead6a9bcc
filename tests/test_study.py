"""Study files: what they lead to, and what is said of each way to get one wrong."""

import numpy as np
import pandas as pd
import pytest
from small_study import COUNTIES, HEADER, STUDY, small_study

from sectorlib.exceptions import (
    LayoutError,
    MissingFileError,
    NotSupportedError,
    SectorlibError,
    StudyFileError,
    TableError,
    UnknownNameError,
)
from sectorlib.panel import aggregate
from sectorlib.results import Results
from sectorlib.study import ALL_AREAS, load_study


@pytest.fixture
def study(tmp_path):
    """A study with more text, or with a piece of its text replaced."""

    def make(more: str = "", replace: tuple[str, str] = ("", ""), **how):
        return load_study(small_study(tmp_path, STUDY.replace(*replace) + more, **how))

    return make


# --- what a study leads to -----------------------------------------------------------------------------


def test_tables_of_a_study(study):
    small = study()
    assert (small.name, small.title, small.ownership, small.base_area) == (
        "small",
        "A small study",
        "5",
        "36000",
    )
    assert small.counties == list(COUNTIES)
    assert small.years == list(range(2006, 2018))
    withheld = small.panel[small.panel["employment"].isna()]
    assert withheld[["area", "industry", "year"]].astype(str).to_numpy().tolist() == [["36051", "72", "2017"]]
    # 6,300 private jobs less 5,400 published would tell it within two jobs: the guard leaves a round figure.
    assert withheld["employment_high"].item() == 1000
    assert set(small.markets["member"]) == set(COUNTIES)
    assert small.markets["group"].str.startswith("LM").all()
    assert small.jurisdictions == {}
    assert small.assets.empty


def test_a_base_of_all_areas_is_the_sum_of_the_counties(study):
    small = study(replace=('"36000"', "all"))
    panel = small.panel
    base = panel[(panel["area"] == ALL_AREAS) & (panel["industry"] == "10") & (panel["ownership"] == "0")]
    state = panel[(panel["area"] == "36000") & (panel["industry"] == "10") & (panel["ownership"] == "0")]
    assert base.set_index("year")["employment"].to_dict() == state.set_index("year")["employment"].to_dict()
    hotels = panel[(panel["area"] == ALL_AREAS) & (panel["industry"] == "72") & (panel["year"] == 2017)]
    assert np.isnan(hotels["employment"].item())
    assert hotels["employment_high"].item() - hotels["employment_low"].item() == 1000


@pytest.mark.parametrize(("word", "meaning"), [("zero", "disclosed"), ("withheld", "suppressed")])
def test_what_absent_rows_mean_may_be_declared(study, tmp_path, word, meaning):
    small = study(f"absent_rows: {word}\n")
    lines = (tmp_path / "panel.csv").read_text().splitlines(keepends=True)
    (tmp_path / "panel.csv").write_text("".join(x for x in lines if not x.startswith("36051,5,621,")))
    panel = small.panel
    rows = panel[(panel["area"] == "36051") & (panel["industry"] == "621")]
    assert set(rows["disclosure"]) == ({meaning} if word == "withheld" else set())


def test_the_same_file_by_two_paths_is_read_once(study):
    assert len(study(replace=("[panel.csv]", "[panel.csv, 'panel*.csv', './panel.csv']")).source.rows) == len(
        study().source.rows
    )


def test_globs_relative_and_absolute(study, tmp_path):
    small = study(replace=("[panel.csv]", f"['{tmp_path}/p*.csv']"))
    assert small.files("panel", small.file.panel) == [tmp_path / "panel.csv"]


def test_regions_of_every_kind(study, tmp_path):
    regions = '\nregions: {West: ["36055", "36051"], East: ["36069"]}\n'
    assert study(regions + "reports: {system: regions}").regions.groupby("group").size().to_dict() == {
        "East": 1,
        "West": 2,
    }
    counties = study("reports: {system: counties}").regions
    assert counties["title"].str.contains("Monroe County").sum() == 1
    boards = (
        "jurisdictions: {board: {file: boards.csv, member: county, group: board}}\nreports: {system: board}"
    )
    (tmp_path / "boards.csv").write_text("county,board\n36055,1\n36069,2\n36001,2\n")
    table = study(boards).regions
    assert table["member"].to_list() == ["36055", "36069"]  # 36001 is not in the panel


def test_origins_name_every_file_once(study, tmp_path):
    small = study("assets: [places.csv]\nnames: names.csv\n")
    (tmp_path / "places.csv").write_text("asset,kind,name,lat,lon\n1,port,x,43,-77\n")
    (tmp_path / "names.csv").write_text("area,name\n36055,Monroe\n")
    assert [o.path for o in small.origins] == [
        "study.yaml",
        "panel.csv",
        "flows.csv",
        "names.csv",  # in the order of the table of keys, whatever the order in the study file
        "places.csv",
    ]
    assert small.origins[1].vintage == "2006-2017"
    assert all(len(o.sha256) == 64 for o in small.origins)


def test_a_study_is_read_from_any_folder(study, monkeypatch, tmp_path):
    small = study()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(load_study("../study.yaml").source.rows) == len(small.source.rows)


# --- what is wrong with a study file -------------------------------------------------------------------

WRONG = {
    "unknown key": (
        "ownershp: all\n",
        r"unknown key 'ownershp' in study\.yaml(?s:.*)did you mean 'ownership'",
    ),
    "unknown key far from any": ("xyzzy: red\n", r"unknown key 'xyzzy'(?s:.*)docs/study_file\.md"),
    "nested unknown key": ("labor_markets: {methd: file}\n", r"'labor_markets\.methd'(?s:.*)mean 'method'"),
    "nested unknown key of a needed one": (
        "jurisdictions: {board: {fle: x}}\n",
        r"'jurisdictions\.board\.fle'(?s:.*)one of file, member, group, state, jobs\n(?s:.*)mean 'file'",
    ),
    "unknown key of reports": ("reports: {sistem: regions}\n", r"'reports\.sistem'(?s:.*)mean 'system'"),
    "nested missing key": (
        "jurisdictions: {board: {member: x}}\n",
        r"lacks the key 'jurisdictions\.board\.file'",
    ),
    "wrong word": (
        "ownership: privat\n",
        r"ownership of study\.yaml is 'privat'(?s:.*)did you mean 'private'",
    ),
    "wrong type": ("horizon: many\n", r"horizon of study\.yaml is 'many'(?s:.*)integer"),
    "out of range": ("horizon: 0\n", r"horizon of study\.yaml is 0(?s:.*)greater than or equal to 1"),
    "codes without quotes": ("regions: {West: [36055]}\n", r"regions\.West\.0 .* is 36055(?s:.*)quotes"),
    "codes with a leading zero without quotes": ("regions: {West: [01001]}\n", r"is 513(?s:.*)leading 0"),
    "empty region": ("regions: {West: []}\n", r"regions\.West .* is \[\](?s:.*)at least 1"),
    "parameter that is no number": (
        "labor_markets: {parameters: {cut: x}}\n",
        r"labor_markets\.parameters\.cut of study\.yaml is 'x'",
    ),
    "not YAML": ("labor_markets: {method: [\n", r"study\.yaml, line 8 cannot be read as YAML"),
    "a key twice": ("name: again\n", r"study\.yaml, line 7 cannot be read as YAML: 'name' stands twice"),
    "not YAML, tab": ("reports:\n\tsystem: counties\n", r"study\.yaml, line 8 cannot be read as YAML"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_study_file(study, what):
    more, message = WRONG[what]
    with pytest.raises(StudyFileError, match=message):
        study(more)


REPLACED = {
    "misspelt needed key": ("base_area", "base_are", r"unknown key 'base_are'(?s:.*)mean 'base_area'"),
    "missing key": ("panel: [panel.csv]\n", "", r"study\.yaml lacks the key 'panel'"),
    "no value": ("title: A small study", "title:", r"title of study\.yaml is None"),
    "a word for a list": ("[panel.csv]", "panel.csv", r"panel .* is 'panel\.csv'(?s:.*)\[panel\.csv\]"),
    "an empty list": ("[panel.csv]", "[]", r"panel of study\.yaml is \[\]"),
    "a name for people": ("name: small", "name: New York", r"name .* is 'New York'(?s:.*)new-york"),
    "a number for a code": ('"36000"', "36000", r"base_area of study\.yaml is 36000(?s:.*)quotes"),
}


@pytest.mark.parametrize("what", REPLACED)
def test_a_wrong_value_in_a_study_file(study, what):
    old, new, message = REPLACED[what]
    with pytest.raises(StudyFileError, match=message):
        study(replace=(old, new))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds NoneType"),
        (b"- a\n- b\n", "holds list"),
        (b"\xff\xfe\x00", "cannot be read as YAML"),
        (b"name: a\n title: b: c\n", "line 2 cannot be read as YAML"),
    ],
)
def test_what_is_no_mapping(tmp_path, content, message):
    (tmp_path / "study.yaml").write_bytes(content)
    with pytest.raises(StudyFileError, match=message):
        load_study(tmp_path / "study.yaml")


def test_a_study_that_is_not_there(tmp_path):
    small_study(tmp_path / "west")
    with pytest.raises(MissingFileError, match=r"studdy\.yaml is not a file(?s:.*)did you mean study\.yaml"):
        load_study(tmp_path / "west" / "studdy.yaml")
    with pytest.raises(MissingFileError, match="did you mean west"):
        load_study(tmp_path / "weast" / "study.yaml")
    with pytest.raises(MissingFileError, match="is not a file"):
        load_study(tmp_path)


# --- what is wrong with the files it names -------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("pannel.csv", r"'pannel\.csv' matches no file(?s:.*)did you mean panel\.csv"),
        ("pannel*.csv", r"'pannel\*\.csv' matches no file(?s:.*)did you mean panel\.csv"),
        ("../nowhere/panel.csv", "matches no file"),
        ("/nowhere/panel.csv", "matches no file"),
        (".", r"'\.' matches no file(?s:.*)is a folder"),
    ],
)
@pytest.mark.parametrize(
    "key", ["panel", "flows", "names", "shapes", "assets", "jurisdictions", "labor_markets"]
)
def test_files_that_are_not_there(study, key, pattern, message):
    read = {
        "panel": lambda s: s.panel, "flows": lambda s: s.flows, "names": lambda s: s.names,
        "shapes": lambda s: s.shapes, "assets": lambda s: s.assets,
        "jurisdictions": lambda s: s.jurisdictions, "labor_markets": lambda s: s.markets,
    }  # fmt: skip
    written = {
        "panel": ("", ("[panel.csv]", f"['{pattern}']")),
        "flows": ("", ("flows.csv", f"'{pattern}'")),
        "assets": (f"assets: ['{pattern}']\n", ("", "")),
        "jurisdictions": (f"jurisdictions: {{board: {{file: '{pattern}'}}}}\n", ("", "")),
        "labor_markets": (f"labor_markets: {{method: file, file: '{pattern}'}}\n", ("", "")),
    }
    more, replace = written.get(key, (f"{key}: '{pattern}'\n", ("", "")))
    with pytest.raises(MissingFileError, match=rf"{key}.* of study\.yaml: .*{message}"):
        read[key](study(more, replace))


def test_several_files_where_one_is_meant(study):
    with pytest.raises(
        StudyFileError, match=r"names of study\.yaml: '\*\.csv' matches 3 files, flows\.csv first"
    ):
        _ = study("names: '*.csv'\n").names
    with pytest.raises(LayoutError, match="flows are in 3 files"):
        _ = study(replace=("flows: flows.csv", "flows: '*.csv'")).flows


@pytest.mark.parametrize("key", ["flows", "names", "shapes"])
def test_a_file_of_another_kind(study, key):
    replace = ("flows: flows.csv", "") if key != "flows" else ("flows: flows.csv\n", "")
    with pytest.raises(LayoutError, match=r"panel\.csv"):
        getattr(study(f"\n{key}: panel.csv\n", replace), key)


def test_a_base_that_the_panel_lacks(study):
    with pytest.raises(StudyFileError, match=r"base_area '36001' .* not in the panel(?s:.*)did you mean 36"):
        _ = study(replace=('"36000"', '"36001"')).panel


# --- what is wrong with its regions --------------------------------------------------------------------


def test_regions_that_cannot_be(study):
    def regions(more: str):
        return study(more).regions

    with pytest.raises(UnknownNameError, match=r"'county'(?s:.*)did you mean 'counties'"):
        regions("reports: {system: county}")
    with pytest.raises(StudyFileError, match="the study lists no regions"):
        regions("reports: {system: regions}")
    with pytest.raises(
        StudyFileError, match=r"region 'West' lists '36056', which the panel does not hold(?s:.*)36055"
    ):
        regions('reports: {system: regions}\nregions: {West: ["36056"]}')
    with pytest.raises(StudyFileError, match="region 'West' lists '36000'"):  # a state is no county
        regions('reports: {system: regions}\nregions: {West: ["36000"]}')
    with pytest.raises(TableError, match="weights of member '36055' sum to 2"):
        regions('reports: {system: regions}\nregions: {West: ["36055"], East: ["36055"]}')


def test_labor_markets_that_cannot_be_drawn(study):
    with pytest.raises(NotSupportedError, match="no commuting flows"):
        _ = study(replace=("flows: flows.csv", "")).markets
    with pytest.raises(StudyFileError, match="method: file and no file"):
        _ = study("labor_markets: {method: file}").markets
    with pytest.raises(SectorlibError, match=r"(?s)'travel-to-werk'.*travel-to-work"):
        _ = study("labor_markets: {method: travel-to-werk}").markets
    with pytest.raises(SectorlibError, match=r"(?s)'cutt'.*cut"):
        _ = study("labor_markets: {method: commuting-zone, parameters: {cutt: 0.9}}").markets


def test_a_region_by_code_and_by_name(study):
    results = Results(study('reports: {system: regions}\nregions: {West Side: ["36055"], East: ["36069"]}'))
    assert results.region("West Side") == "West Side"
    with pytest.raises(UnknownNameError, match=r"'West Sid'(?s:.*)did you mean 'West Side'"):
        results.region("West Sid")
    markets = Results(study())
    table = markets["regions"]
    assert (
        markets.region(table["area_name"].iloc[0])
        == markets.region(table["area"].iloc[0])
        == table["area"].iloc[0]
    )


def test_regions_add_up_to_the_counties(study):
    small = study()
    panel = small.panel
    counties = panel[panel["area"].isin(COUNTIES)]
    regions = aggregate(counties, areas=small.regions)
    for column in ("employment_low", "wages_low", "establishments"):
        assert regions[column].sum() == counties[column].sum()


def test_a_panel_of_headers_alone(study, tmp_path):
    small = study()
    (tmp_path / "panel.csv").write_text(HEADER)
    with pytest.raises(LayoutError, match=r"panel\.csv: no annual figures"):
        _ = small.panel


def test_nothing_is_written_by_reading(study, tmp_path):
    small = study()
    before = sorted(tmp_path.rglob("*"))
    assert isinstance(small.panel, pd.DataFrame)
    assert small.origins
    with pytest.raises(MissingFileError):
        _ = study("names: nowhere.csv").names
    assert sorted(tmp_path.rglob("*")) == before


def test_a_study_without_flows_reports_its_regions_or_counties(tmp_path):
    panel = (
        "area_fips,own_code,industry_code,size_code,year,qtr,disclosure_code,"
        "annual_avg_estabs,annual_avg_emplvl,total_annual_wages\n"
        "36001,0,10,0,2020,A,,9,90,900\n36003,0,10,0,2020,A,,5,40,300\n"
    )
    (tmp_path / "panel.csv").write_text(panel)
    text = "name: bare\ntitle: Bare\npanel: [panel.csv]\nbase_area: all\nflows: none\n"
    (tmp_path / "bare.yaml").write_text(text)
    bare = load_study(tmp_path / "bare.yaml")
    assert bare.system == "counties"
    assert set(bare.regions["group"]) == {"36001", "36003"}
    (tmp_path / "own.yaml").write_text(text + 'regions: {Both: ["36001", "36003"]}\n')
    assert load_study(tmp_path / "own.yaml").regions["group"].unique().tolist() == ["Both"]
