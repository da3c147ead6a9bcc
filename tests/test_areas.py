"""Area codes: kinds, names, vintages and the bridges between them."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlib import areas
from sectorlib.exceptions import UnknownAreaError, UnknownNameError
from sectorlib.membership import check_membership

#: Counties and equivalents of the 50 states and DC, as the Census Bureau counts them.
OFFICIAL_COUNTS = {"1990s": 3141, "2000s": 3141, "early-2010s": 3143, "2010s": 3142, "2020s": 3144}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("36055", "county"),
        ("09110", "county"),
        ("72001", "county"),
        ("91001", "county"),
        ("36000", "state"),
        ("US000", "nation"),
        ("36999", "unknown"),
        ("36996", "statewide"),
        ("36990", "statewide"),
        ("C1058", "metro"),
        ("CS104", "combined"),
        ("USCMS", "other"),
        ("57000", "other"),
        ("55901", "other"),
        ("3605", "other"),
        ("Finger Lakes", "other"),
    ],
)
def test_kind_of_each_pattern(code: str, kind: str) -> None:
    assert areas.area_kind(code) == kind


def test_kinds_of_a_panel_column_keep_its_index_and_its_gaps() -> None:
    codes = pd.Series(["36055", None, "36999", "36055"], index=[5, 3, 9, 1], dtype="str")
    for column in (codes, codes.astype("category")):
        kinds = areas.area_kind(column)
        assert kinds.index.equals(codes.index)
        assert kinds.dropna().tolist() == ["county", "unknown", "county"]
        assert areas.is_county(column).tolist() == [True, False, False, True]


def test_the_nation_is_50_states_and_dc_with_their_unknown_counties() -> None:
    codes = pd.Series(["01001", "11001", "36999", "06000", "72001", "78010", "66010", "US000", "C1058"])
    assert areas.in_nation(codes).tolist() == [True, True, True, True, False, False, False, False, False]


@pytest.mark.parametrize(("vintage", "count"), OFFICIAL_COUNTS.items())
def test_each_vintage_has_the_official_number_of_counties(vintage: str, count: int) -> None:
    assert areas.in_nation(areas.county_names(vintage).index.to_series()).sum() == count


def test_counties_are_named_in_full_with_their_own_term() -> None:
    names = areas.county_names()
    assert names[["22071", "02020", "51760", "51159", "09110", "11001", "72127"]].tolist() == [
        "Orleans Parish",
        "Anchorage Municipality",
        "Richmond city",
        "Richmond County",
        "Capitol Planning Region",
        "District of Columbia",
        "San Juan Municipio",
    ]
    assert names.is_unique is False  # county names repeat across states
    assert names.index.is_unique


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("36055", "Monroe County, NY"),
        ("11001", "District of Columbia"),
        ("36999", "Unknown county, NY"),
        ("36998", "Out of state, NY"),
        ("36995", "Statewide, NY"),
        ("46113", "Shannon County, SD"),
        ("36056", "36056"),
        ("91001", "91001"),
        ("C1058", "C1058"),
    ],
)
def test_area_name(code: str, name: str) -> None:
    assert areas.area_name(code) == name


def test_own_names_go_before_official_ones() -> None:
    own = pd.Series({"36055": "Rochester's county", "91001": "Alder County"})
    assert areas.area_names(pd.Series(["36055", "91001", "36001"]), own).tolist() == [
        "Rochester's county",
        "Alder County",
        "Albany County, NY",
    ]


def test_states() -> None:
    assert areas.state_abbreviation("02261") == "AK"
    with pytest.raises(UnknownAreaError, match="unknown state '91001'"):
        areas.state_name("91001")
    with pytest.raises(UnknownAreaError, match="unknown state 'US000'"):
        areas.state_abbreviation("US000")


def test_a_set_that_fits_every_vintage_gets_the_latest() -> None:
    assert areas.vintage_of(["36055", "36999", "36000"]).vintage == "2020s"


def test_mismatches_are_named() -> None:
    fit = areas.vintage_of(["09110", "09120", "36055", "46113", "36056"])
    assert (fit.vintage, fit.unmatched) == ("2020s", ("36056", "46113"))


def test_areas_of_an_invented_state_fit_no_vintage() -> None:
    with pytest.raises(UnknownAreaError, match="no known county among 2 county codes"):
        areas.vintage_of(["91001", "91003", "91000"])


def test_an_unknown_vintage_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="2010s"):
        areas.bridge("2010", "2020s")


def test_renamed_merged_and_split_counties_arrive() -> None:
    found = areas.bridge("early-2010s", "2020s").groupby("member")["group"].agg(list)
    assert found["02270"] == ["02158"]
    assert found["46113"] == ["46102"]
    assert found["51515"] == ["51019"]
    assert found["51019"] == ["51019"]
    assert found["02261"] == ["02063", "02066"]


def test_connecticut_goes_by_the_people_of_its_towns() -> None:
    forward = areas.bridge("2010s", "2020s")
    fairfield = forward.loc[forward["member"] == "09001"].set_index("group")["weight"]
    # Fairfield County has 17 towns in two regions that keep to it, and Shelton in the Naugatuck Valley.
    assert set(fairfield.index) == {"09120", "09190", "09140"}
    assert fairfield["09140"] == pytest.approx(0.05, abs=0.02)
    split = forward.loc[forward["member"].str.startswith("09") & (forward["weight"] < 1)]
    assert set(split["system"]) == {"county bridge: shares by people"}


def test_broomfield_goes_back_to_four_counties_by_people() -> None:
    # Census Bureau: 15,870 + 21,512 + 1,726 + 69 = 39,177 people.
    back = areas.bridge_areas(["08014"], "2000s").set_index("group")["weight"]
    assert back["08013"] == pytest.approx(21512 / 39177)
    assert back.sum() == pytest.approx(1)


def test_steps_multiply() -> None:
    # 02231 split in 1992 (3,679 and 725 people) and its remainder in 2007 (862 and 2,574).
    found = areas.bridge_areas(["02231"], "2020s").set_index("group")["weight"]
    assert found["02105"] == pytest.approx(3679 / 4404 * 2574 / 3436)


@given(st.sampled_from(list(areas.VINTAGES)), st.sampled_from(list(areas.VINTAGES)))
def test_every_bridge_is_a_whole_membership_into_the_vintage(start: str, end: str) -> None:
    bridged = check_membership(areas.bridge(start, end))
    assert set(bridged["member"]) == set(areas.county_names(start).index)
    assert set(bridged["group"]) <= set(areas.county_names(end).index)


def test_codes_of_no_vintage_are_all_named() -> None:
    with pytest.raises(UnknownAreaError, match="36056, 91001"):
        areas.bridge_areas(["36055", "91001", "36056"], "2020s")


@pytest.mark.shared
def test_names_agree_with_the_official_titles(shared: Path) -> None:
    titles = pd.read_csv(shared / "data/qcew/titles/qcew_area_titles.csv", dtype=str).set_index("area_fips")
    official = titles["area_title"].str.replace(r", [^,]+$", "", regex=True)
    ours = areas.county_names()
    both = ours.index.intersection(official.index)
    assert len(both) > 3200

    def plain(names: pd.Series) -> pd.Series:
        text = names.str.normalize("NFKD").str.encode("ascii", "ignore").str.decode("ascii")
        return text.str.lower().str.replace(r"[^a-z]|boroughs?$|cityandborough$", "", regex=True)

    # BLS abbreviates Alaska's terms and truncates long titles, so Alaska is held to its first word.
    lower = both[~both.str.startswith(("02", "11"))]
    differ = lower[plain(ours[lower]).to_numpy() != plain(official[lower]).to_numpy()]
    assert {"15009", "32510"} >= set(differ) - {"72127"}, ours[differ].to_dict()
    alaska = both[both.str.startswith("02")]
    assert [ours[c].split()[0][:7] for c in alaska] == [official[c].split()[0][:7] for c in alaska]


@pytest.mark.shared
def test_every_official_area_code_has_the_kind_of_its_title(shared: Path) -> None:
    titles = pd.read_csv(shared / "data/qcew/titles/qcew_area_titles.csv", dtype=str)
    kinds = areas.area_kind(titles["area_fips"])
    title = titles["area_title"]
    assert set(title[kinds == "unknown"].str.slice(0, 7)) == {"Unknown"}
    assert title[kinds == "state"].str.contains("Statewide|District of Columbia").all()
    assert title[kinds == "metro"].str.contains("MSA|MicroSA").all()
    assert title[kinds == "combined"].str.contains("CSA").all()
    assert (
        not title[kinds == "county"].str.contains("Statewide|Unknown|Overseas|Multicounty|Out-of-State").any()
    )


@pytest.mark.shared
def test_commuting_flows_are_exactly_the_2010s(national_flows: pd.DataFrame) -> None:
    codes = set(national_flows["home"]) | set(national_flows["work"])
    fit = areas.vintage_of(codes)
    assert (fit.vintage, len(fit.matched), fit.unmatched) == ("2010s", 3142, ())
    official = areas.county_names("2010s").index.to_series()
    assert codes == set(official[areas.in_nation(official)])


@pytest.mark.shared
def test_adjacency_is_of_the_early_2010s_and_its_mismatches_are_named(
    listed_neighbors: set[tuple[str, str]],
) -> None:
    codes = [neighbor for _, neighbor in listed_neighbors]
    among_shapes = areas.vintage_of(codes, among=["2010s", "2020s"])
    assert among_shapes.vintage == "2010s"
    assert among_shapes.unmatched == ("02270", "46113", "60030", "60040")  # islands nobody lives on


@pytest.mark.shared
def test_the_1990_zones_take_every_county_of_the_2010s_and_stay_741(shared: Path) -> None:
    zones = pd.read_excel(
        shared / "data/delineations/ers_czlma903_1990.xls",
        sheet_name="CZLMA903",
        engine="calamine",
        dtype=str,
    ).set_index("County FIPS Code")["CZ90"]
    fit = areas.vintage_of(zones.index)
    assert (fit.vintage, len(fit.matched), fit.unmatched) == ("1990s", 3141, ())
    today = areas.county_names("2010s").index.to_series()
    back = areas.bridge_areas(today[areas.in_nation(today)], "1990s")
    assert back["group"].isin(zones.index).all()
    assert back["group"].map(zones).nunique() == 741


@pytest.mark.shared
def test_rural_urban_codes_of_2023_are_the_2020s(shared: Path) -> None:
    codes = pd.read_csv(
        shared / "data/delineations/ers_Ruralurbancontinuumcodes2023.csv", dtype=str, encoding="latin-1"
    ).set_index("FIPS")
    fit = areas.vintage_of(codes.index)
    assert (fit.vintage, fit.unmatched) == ("2020s", ("60030", "60040"))
    people = codes["Population_2020"].str.replace(",", "").astype(float)
    weights = areas.bridge_areas(["02261"], "2020s").set_index("group")["weight"]
    assert weights["02063"] == pytest.approx(people["02063"] / people[["02063", "02066"]].sum())
    named = areas.county_names("2020s").drop(index=["15005"]).loc[lambda n: n.index.str.startswith("091")]
    assert (codes.loc[named.index, "County_Name"] == named).all()
