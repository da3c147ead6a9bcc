"""Names of counties as people write them."""

import pandas as pd
import pytest

import sectorlib as sl
from sectorlib.areas import state_abbreviation, state_name
from sectorlib.exceptions import UnknownAreaError
from sectorlib.gazetteer import state_code


def test_every_official_name_leads_to_its_county():
    names = sl.county_names("2020s")
    states = pd.Series(names.index.str[:2], index=names.index)
    assert (sl.county_codes(names, states) == names.index).all()
    with_state = pd.Series([f"{n}, {state_abbreviation(c)}" for c, n in names.items()], names.index)
    assert (sl.county_codes(with_state) == names.index).all()
    written_out = pd.Series([f"{n.upper()} ({state_name(c)})" for c, n in names.items()], names.index)
    assert (sl.county_codes(written_out) == names.index).all()


def test_the_bare_name_leads_to_its_county_or_is_refused_where_a_city_shares_it():
    names = sl.county_names("2020s")
    terms = r" (?:County|Parish|Borough|city|Municipality|Municipio|Census Area|Planning Region|City and Borough)$"
    bare = names.str.replace(terms, "", regex=True)
    places = pd.DataFrame({"name": bare, "state": bare.index.str[:2]})
    shared = places.duplicated(["name", "state"], keep=False)
    clear = places[~shared]
    assert (sl.county_codes(clear["name"], clear["state"]) == clear.index).all()
    for code, row in places[shared].iterrows():
        with pytest.raises(UnknownAreaError, match=f"several counties.*{code}"):
            sl.county_codes([row["name"]], row["state"])
    refused = places.index[shared].to_list()
    # Baltimore; St. Louis; Fairfax, Franklin, Richmond and Roanoke: a county and a city each.
    assert refused == [
        "24005", "24510", "29189", "29510", "51059", "51067", "51159", "51161",
        "51600", "51620", "51760", "51770",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "state", "code"),
    [
        ("St. Lawrence", "NY", "36089"),
        ("SAINT LAWRENCE CO.", "New York", "36089"),
        ("De Kalb", "GA", "13089"),
        ("Dekalb county", 13, "13089"),
        ("La Salle", "LA", "22059"),
        ("LASALLE", "IL", "17099"),
        ("La Porte County", "IN", "18091"),
        ("Dona Ana", "NM", "35013"),
        ("Doña Ana", "NM", "35013"),
        ("DoÃ±a Ana County", "NM", "35013"),
        ("Prince Georges", "MD", "24033"),
        ("Prince George's County", "MD", "24033"),
        ("Queen Anne`s", "MD", "24035"),
        ("Baltimore City", "MD", "24510"),
        ("City of Baltimore", "MD", "24510"),
        ("St Louis city", "MO", "29510"),
        ("Saint Louis, City of, MO", None, "29510"),
        ("James City", "VA", "51095"),
        ("Charles City County", "VA", "51036"),
        ("Carson City", "NV", "32510"),
        ("Orleans", "LA", "22071"),
        ("Orleans County", "LA", "22071"),
        ("Sainte Genevieve", "MO", "29186"),
        ("O Brien", "IA", "19141"),
        ("Lewis & Clark", "MT", "30049"),
        ("Washington", "DC", "11001"),
        ("City and County of San Francisco", "CA", "06075"),
        ("Miami Dade", "FL", "12086"),
        ("Bedford", "VA", "51019"),
        ("Albany County, New York", None, "36001"),
        ("Albany County New York", None, "36001"),
        ("NY - Albany", None, "36001"),
        ("Orange CA", None, "06059"),
        ("36001 - Albany County", None, "36001"),
        ("Albany County (36001)", None, "36001"),
        ('="01001"', None, "01001"),
        (1001.0, None, "01001"),
        ("0500000US36001", None, "36001"),
        (7, "36", "36007"),
        ("Maui + Kalawao", "HI", None),
    ],
)
def test_spellings(written, state, code):
    if code is None:
        with pytest.raises(UnknownAreaError, match="no county of Hawaii"):
            sl.county_codes([written], state)
    else:
        assert sl.county_codes([written], state).to_list() == [code]


def test_refusals_name_row_value_and_candidates():
    with pytest.raises(
        UnknownAreaError, match=r"'Essex' \(row 7\) is the name of several.*(?s:.*)which state"
    ):
        sl.county_codes(pd.Series(["Onondaga", "Essex"], index=[6, 7]))
    with pytest.raises(UnknownAreaError, match=r"'Albny'.*no county of New York(?s:.*)did you mean Albany"):
        sl.county_codes(["Albny"], "NY")
    with pytest.raises(UnknownAreaError, match="another state"):
        sl.county_codes(["Albany, NY"], "NJ")
    with pytest.raises(UnknownAreaError, match="is no state"):
        sl.county_codes(["Albany"], "Nowhere")
    with pytest.raises(UnknownAreaError, match="Alexandria"):
        sl.county_codes(["Alexandria County"], "VA")  # the county of that name is Arlington's past
    with pytest.raises(UnknownAreaError, match="a blank"):
        sl.county_codes([None], "NY")


def test_a_state_for_each_row():
    names = pd.Series(["Bristol", "Bristol"], index=["a", "b"])
    assert sl.county_codes(names, pd.Series(["RI", "MA"], index=["a", "b"])).to_dict() == {
        "a": "44001",
        "b": "25005",
    }


def test_areas_above_counties():
    written = [
        "New York -- Statewide",
        "U.S. TOTAL",
        "Unknown Or Undefined, New York",
        "NY State total",
        "44",
        "36000",
    ]
    assert sl.area_codes(written).to_list() == ["36000", "US000", "36999", "36000", "44000", "36000"]
    with pytest.raises(UnknownAreaError):
        sl.county_codes(["New York State"])
    assert state_code("36055") is None
