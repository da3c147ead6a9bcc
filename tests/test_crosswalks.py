"""The LODES geography crosswalk: counties in workforce boards, by blocks and by jobs."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib.areas import county_names
from sectorlib.exceptions import LayoutError, MissingFileError, TableError, UnknownNameError
from sectorlib.membership import NONE, check_membership
from sectorlib.sources.crosswalks import is_crosswalk, read_crosswalk

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


def test_stray_blocks_of_another_state_say_nothing_about_its_counties(tmp_path):
    """A state's file holds a few blocks that a later boundary gave to its neighbor."""
    ours = BLOCKS + "440070001001000,44007,44440001,Providence,,\n440010001001000,25005,25000014,Bristol,,\n"
    path = written(tmp_path, ours)
    assert read_crosswalk([path], "stwib")["member"].to_list() == ["44007"]
    theirs = written(tmp_path, BLOCKS + "250050001001000,25005,25000009,Brockton,,\n", "ma_xwalk.csv")
    both = read_crosswalk([path, theirs], "stwib")
    assert shares(both)["25005", "25000014"] == 0.5


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
