"""The LODES geography crosswalk: counties in workforce boards, by blocks and by jobs."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import STUDY, small_study

from sectorlib.areas import county_names
from sectorlib.checks import check_study
from sectorlib.exceptions import (
    LayoutError,
    MissingFileError,
    StudyFileError,
    TableError,
    UnknownNameError,
)
from sectorlib.membership import NONE, check_membership
from sectorlib.resources import data_path
from sectorlib.results import Results
from sectorlib.sources.crosswalks import is_crosswalk, read_crosswalk
from sectorlib.study import load_study

BLOCKS = "tabblk2010,cty,stwib,stwibname,trib,tribname\n"


def written(folder, text, name="ri_xwalk.csv"):
    path = folder / name
    path.write_text(text)
    return path


def shares(table):
    return table.set_index(["member", "group"])["weight"].round(6).to_dict()


def test_blocks_worked_by_hand(tmp_path):
    """Four blocks on land: two in board 1, one in board 2, one not recorded; water counts nothing."""
    path = written(
        tmp_path,
        BLOCKS
        + "440070001001000,44007,44440001,Providence,99999,\n440070001001001,44007,44440001,Providence,99999,\n"
        "440070002003000,44007,44440002,Greater,99999,\n440070002003001,44007,,,99999,\n"
        "440070002000001,44007,44440002,Greater,99999,\n",
    )
    boards = read_crosswalk([path], "stwib")
    assert shares(boards) == {("44007", "44440001"): 0.5, ("44007", "44440002"): 0.25}
    assert boards["title"].to_list() == ["Providence", "Greater"]
    # Codes of nines are known to be in none; the whole county is.
    assert shares(read_crosswalk([path], "trib")) == {("44007", NONE): 1.0}


def test_jobs_worked_by_hand(tmp_path):
    path = written(
        tmp_path,
        BLOCKS + "440070001001000,44007,44440001,Providence,,\n440070002003000,44007,44440002,Greater,,\n"
        "440070002003001,44007,99999999,,,\n",
    )
    main = written(
        tmp_path,
        "w_geocode,h_geocode,S000\n440070001001000,440070002003000,3\n440070001001000,440070001001000,2\n"
        "440070002003001,440070001001000,1\n",
        "ri_od_main_JT00_2019.csv",
    )
    aux = written(
        tmp_path, "w_geocode,h_geocode,S000\n440070002003000,250056321001012,4\n", "ri_od_aux_JT00_2019.csv"
    )
    expected = {("44007", "44440001"): 0.5, ("44007", "44440002"): 0.4, ("44007", NONE): 0.1}
    assert shares(read_crosswalk([path], "stwib", [main, aux])) == expected
    wac = written(
        tmp_path, "w_geocode,C000\n440070001001000,5\n440070002003000,4\n440070002003001,1\n", "ri_wac.csv"
    )
    assert shares(read_crosswalk([path], "stwib", [wac])) == expected
    with pytest.raises(TableError, match="count the same jobs"):
        read_crosswalk([path], "stwib", [wac, main])
    with pytest.raises(TableError, match="of state 44 only the jobs of people from other states"):
        read_crosswalk([path], "stwib", [aux])


def test_stray_blocks_of_another_state_say_nothing_about_its_counties(tmp_path):
    """A state's file holds a few blocks that a later boundary gave to its neighbor."""
    ours = BLOCKS + "440070001001000,44007,44440001,Providence,,\n440010001001000,25005,25000014,Bristol,,\n"
    path = written(tmp_path, ours)
    assert read_crosswalk([path], "stwib")["member"].to_list() == ["44007"]
    theirs = written(tmp_path, BLOCKS + "250050001001000,25005,25000009,Brockton,,\n", "ma_xwalk.csv")
    both = read_crosswalk([path, theirs], "stwib")
    assert shares(both)["25005", "25000014"] == 0.5


def test_two_crosswalks_of_a_state_are_refused(tmp_path):
    """Those of 2010 and of 2020 hold other blocks of the same land."""
    row = "440070001001000,44007,44440001,Providence,,\n"
    old = written(tmp_path, BLOCKS + row)
    new = written(tmp_path, BLOCKS.replace("tabblk2010", "tabblk2020") + row, "ri_xwalk_2020.csv")
    with pytest.raises(
        TableError, match=r"ri_xwalk_2020.csv and ri_xwalk.csv both hold the blocks of state 44"
    ):
        read_crosswalk([old, new], "stwib")


def test_groups_of_one_name_are_told_apart(tmp_path):
    path = written(tmp_path, BLOCKS + "440070001001000,44007,1,Board,,\n440070001001001,44007,2,Board,,\n")
    assert read_crosswalk([path], "stwib")["title"].to_list() == ["Board (1)", "Board (2)"]


def test_what_is_no_crosswalk(tmp_path):
    boards = written(tmp_path, "fips,board\n36055,Finger Lakes\n", "boards.csv")
    path = written(tmp_path, BLOCKS + "440070001001000,44007,1,Board,,\n")
    assert not is_crosswalk(boards)
    assert not is_crosswalk(tmp_path / "boards.xlsx")
    assert is_crosswalk(path)
    with pytest.raises(LayoutError, match="a LODES crosswalk: tabblk2010 or tabblk2020, and cty"):
        read_crosswalk([boards], "stwib")
    with pytest.raises(UnknownNameError, match="'stwib'"):
        read_crosswalk([path], "stwb")
    with pytest.raises(UnknownNameError):
        read_crosswalk([path], None)
    with pytest.raises(LayoutError, match="w_geocode, and S000 or C000"):
        read_crosswalk([path], "stwib", [boards])
    with pytest.raises(MissingFileError):
        read_crosswalk([tmp_path / "ma_xwalk.csv"], "stwib")
    elsewhere = written(tmp_path, "w_geocode,C000\n250050001001000,7\n", "ma_wac.csv")
    with pytest.raises(TableError, match="none in 1 counties of the crosswalk: 44007"):
        read_crosswalk([path], "stwib", [elsewhere])


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["44001", "44003"]), st.sampled_from(["1", "2", "", "9999"]), st.integers(1, 50)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_shares_are_those_of_jobs_and_what_is_not_recorded_is_the_rest(tmp_path_factory, blocks):
    folder = tmp_path_factory.mktemp("lodes")
    codes = [f"{county}000100{2000 + i}" for i, (county, _, _) in enumerate(blocks)]
    rows = [f"{code},{county},{board},,,\n" for code, (county, board, _) in zip(codes, blocks, strict=True)]
    path = written(folder, BLOCKS + "".join(rows))
    jobs = [f"{code},{n}\n" for code, (_, _, n) in zip(codes, blocks, strict=True)]
    wac = written(folder, "w_geocode,C000\n" + "".join(jobs), "wac.csv")
    table = pd.DataFrame(blocks, columns=["county", "board", "jobs"])
    whole = table.groupby("county")["jobs"].sum()
    unrecorded = table[table["board"] == ""].groupby("county")["jobs"].sum().reindex(whole.index).fillna(0)
    if (unrecorded == whole).all():
        return
    found = read_crosswalk([path], "stwib", [wac])
    check_membership(found, partial=True)
    sums = found.groupby("member")["weight"].sum().reindex(whole.index).fillna(0)
    assert (1 - sums - unrecorded / whole).abs().max() < 1e-9


@pytest.mark.shared
def test_rhode_island_s_boards_split_providence(shared):
    folder = shared / "data/layouts/lodes"
    by_blocks = read_crosswalk([folder / "ri_xwalk.csv.gz"], "stwib")
    assert by_blocks.groupby("member").size().to_dict() == {
        "44001": 1, "44003": 1, "44005": 1, "44007": 2, "44009": 1,
    }  # fmt: skip
    jobs = [folder / f"ri_od_{part}_JT00_2019.csv.gz" for part in ("main", "aux")]
    by_jobs = read_crosswalk([folder / "ri_xwalk.csv.gz"], "stwib", jobs)
    # Independently, with pandas: the jobs of Providence's blocks in the board of Providence and Cranston.
    blocks = pd.read_csv(folder / "ri_xwalk.csv.gz", dtype=str, usecols=["tabblk2010", "cty", "stwib"])
    counted = pd.concat(
        [pd.read_csv(path, dtype={"w_geocode": str}, usecols=["w_geocode", "S000"]) for path in jobs]
    )
    blocks["jobs"] = blocks["tabblk2010"].map(counted.groupby("w_geocode")["S000"].sum()).fillna(0)
    providence = blocks[blocks["cty"] == "44007"]
    expected = providence.loc[providence["stwib"] == "44440001", "jobs"].sum() / providence["jobs"].sum()
    assert shares(by_jobs)["44007", "44440001"] == pytest.approx(expected, abs=1e-6)
    assert shares(by_jobs)["44007", "44440001"] > shares(by_blocks)["44007", "44440001"]


@pytest.mark.shared
def test_connecticut_s_boards_in_its_planning_regions(shared):
    """The crosswalk has the old counties; boards and planning regions are both made of towns."""
    path = shared / "data/layouts/lodes/ct_xwalk.csv.gz"
    old = read_crosswalk([path], "stwib")
    assert set(old["member"]) == {c for c in county_names("2010s").index if c.startswith("09")}
    new = read_crosswalk([path], "stwib", vintage="2020s")
    assert set(new["member"]) == {c for c in county_names("2020s").index if c.startswith("09")}
    # No slivers of simplified shapes: a board has 1 % of a planning region at least, or nothing.
    assert new["weight"].min() > 0.01
    whole = new[new["weight"] == 1].set_index("member")["title"].to_dict()
    assert whole == {"09120": "Southwest WIA", "09150": "Eastern WIA", "09180": "Eastern WIA"}


CROSSWALK_STUDY = (
    STUDY
    + """\
jurisdictions:
  workforce board: {file: ny_xwalk.csv, group: stwib, jobs: ny_wac.csv}
  tribal land: {file: ny_xwalk.csv, group: trib}
reports: {system: workforce board}
"""
)


def crosswalk_study(folder):
    """Monroe (36055) is split between two boards, a tenth is in none, and Wayne (36117) is not recorded."""
    path = small_study(folder, CROSSWALK_STUDY)
    written(
        folder,
        BLOCKS + "360510001002000,36051,36,South,99999,\n360550001002000,36055,36,South,99999,\n"
        "360550001002001,36055,37,North,99999,\n360550001002002,36055,999999,,99999,\n"
        "360690001002000,36069,37,North,12345,Lands\n361170001002000,36117,,,99999,\n",
        "ny_xwalk.csv",
    )
    written(
        folder,
        "w_geocode,C000\n360510001002000,5\n360550001002000,60\n360550001002001,30\n360550001002002,10\n"
        "360690001002000,5\n361170001002000,5\n",
        "ny_wac.csv",
    )
    return path


def test_a_study_with_boards_that_split_a_county(tmp_path):
    study = load_study(crosswalk_study(tmp_path))
    boards = study.jurisdictions["workforce board"]
    assert shares(boards) == {
        ("36051", "36"): 1.0,
        ("36055", "36"): 0.6,
        ("36055", "37"): 0.3,
        ("36055", NONE): 0.1,
        ("36069", "37"): 1.0,
    }
    assert set(study.regions["title"]) == {"South", "North"}  # no report for what is in no board
    # A county's jobs are shared out by weight: the identity of every roll-up.
    results = Results(study)
    rows = results.reported
    total = rows[(rows["industry"] == "10") & (rows["ownership"] == "0") & (rows["year"] == 2017)]
    jobs = total.set_index(total["area"].astype(str))["employment"]
    assert jobs["36"] == pytest.approx(jobs["36051"] + 0.6 * jobs["36055"])
    assert jobs["37"] == pytest.approx(jobs["36069"] + 0.3 * jobs["36055"])


def test_what_a_check_says_of_split_counties(tmp_path):
    findings = check_study(load_study(crosswalk_study(tmp_path)))
    said = {(f.kind, f.text) for f in findings if f.subject == "jurisdictions"}
    assert said == {
        (
            "fact",
            "workforce board: 2 groups, 3 counties; 1 of the study's counties are split by the jobs of their "
            "census blocks: 36055",
        ),
        ("fact", "workforce board: in no group, wholly or in part: 36055"),
        ("note", "workforce board: not recorded for 36117"),
        ("fact", "tribal land: 1 groups, 1 counties"),
        ("fact", "tribal land: in no group, wholly or in part: 36051, 36055, 36117"),
    }
    assert not [f for f in findings if f.kind == "problem"]


def test_codes_of_boards_that_look_like_counties_carry_their_system(tmp_path):
    path = crosswalk_study(tmp_path)
    file = tmp_path / "ny_xwalk.csv"
    file.write_text(file.read_text().replace(",36,South", ",36001,South"))
    groups = set(load_study(path).jurisdictions["workforce board"]["group"])
    assert groups == {"workforce board 36001", "workforce board 37", NONE}


def test_jobs_without_a_crosswalk_are_refused(tmp_path):
    text = CROSSWALK_STUDY.replace("ny_xwalk.csv, group: stwib", "flows.csv, group: stwib")
    with pytest.raises(StudyFileError, match=r"has jobs, and flows\.csv is no crosswalk"):
        _ = load_study(small_study(tmp_path, text)).jurisdictions


WRONG_ASSETS = {
    "[{fle: x.geojson}]": r"'assets\.0\.fle'(?s:.*)mean 'file'",
    "[{kind: rail}]": r"assets\.0(?s:.*)either a file or a package",
    "[{file: a.csv, package: airportsdata}]": "either a file or a package",
    "[{package: airports}]": "did you mean 'airportsdata'",
}


@pytest.mark.parametrize("entry", WRONG_ASSETS)
def test_entries_of_assets_that_cannot_be(tmp_path, entry):
    with pytest.raises(StudyFileError, match=WRONG_ASSETS[entry]):
        load_study(small_study(tmp_path, STUDY + f"assets: {entry}\n"))


def test_a_study_s_places(tmp_path):
    """Airports get their counties from the shapes of every state; each file is among the sources."""
    more = (
        "assets: [{package: airportsdata}, {file: ports.csv, kind: port}]\ntravel_times: times.csv\n"
        "rural_urban: codes.csv\npartners: partners.csv\n"
    )
    path = small_study(tmp_path, STUDY + more)
    written(tmp_path, "asset,name,lat,lon\n1,Harbor,43.2,-77.6\n2,Nowhere,,\n", "ports.csv")
    written(tmp_path, "home,place,minutes\n36055,airport:ROC,14\n36069,airport:XXX,9\n", "times.csv")
    written(tmp_path, "FIPS,RUCC_2023\n36055,1\n36117,1\n36069,1\n", "codes.csv")
    written(tmp_path, "kind,name,area\nunion,Local 1,36055\nunion,Local 2,36001\n", "partners.csv")
    study = load_study(path)
    area = study.assets.set_index("asset")["area"]
    assert area[["airport:ROC", "airport:HPN", "ports:1"]].to_list() == ["36055", "36119", "36055"]
    assert study.rural_urban.fillna(0).to_dict() == {"36051": 0, "36055": 1, "36069": 1, "36117": 1}
    assert {"ports.csv", "times.csv", "codes.csv", "partners.csv"} <= {o.path for o in study.origins}
    said = [(f.kind, f.subject, f.text) for f in check_study(study)]
    assert (
        "note",
        "travel times",
        "to places that are neither assets nor counties of the study: airport:XXX",
    ) in said
    assert ("note", "rural-urban", "not known for 36051") in said
    assert ("note", "partners", "in counties the panel lacks: 36001") in said
    assert ("note", "assets", "without a position, so within reach of no county: ports:2") in said
    none = load_study(small_study(tmp_path / "none"))
    assert (none.travel_times, none.rural_urban, none.partners, len(none.assets)) == (None, None, None, 0)


def test_assets_of_an_invented_state_lie_in_its_own_counties():
    study = load_study(data_path("demo", "study.yaml"))
    airports = study.assets[study.assets["kind"] == "airport"]
    assert airports["area"].isin(study.counties).all()
