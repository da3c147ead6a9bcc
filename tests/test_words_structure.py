"""What a page says of concentration and change is what the tables hold, and withheld is never told as churn."""

import pytest
from small_study import STUDY, small_study

from sectorlib import tables, words
from sectorlib.profile import RegionProfile
from sectorlib.results import Results
from sectorlib.study import load_study

REGIONS = 'reports: {system: regions}\nregions: {West: ["36055", "36051"], East: ["36069", "36117"]}\n'


@pytest.fixture(scope="module")
def west(tmp_path_factory) -> RegionProfile:
    return RegionProfile(
        Results(load_study(small_study(tmp_path_factory.mktemp("study"), STUDY + REGIONS))), "West"
    )


def with_sectors(profile: RegionProfile, monkeypatch: pytest.MonkeyPatch, **rows: dict) -> None:
    """The profile with its sectors' figures replaced."""
    table = profile.industries("sector")
    for industry, figures in rows.items():
        for column, value in figures.items():
            table[column] = table[column].astype(object)
            table.loc[industry.replace("_", "-").lstrip("n"), column] = value
    monkeypatch.setattr(RegionProfile, "industries", lambda self, level: table)


def test_what_is_decided_of_the_undecided_is_told(west, monkeypatch):
    open_share = {"quadrant": "undecided", "location_quotient_low": 0.9, "location_quotient_high": 1.1}
    open_growth = {"percent_change_low": -1.0, "percent_change_high": 1.0}
    with_sectors(
        west,
        monkeypatch,
        n23={"quadrant": "star"},
        n31_33=open_share | {"percent_change_low": -4.0, "percent_change_high": -1.0},
        n62=open_share | open_growth,
        n72=open_growth
        | {"quadrant": "undecided", "location_quotient_low": 1.1, "location_quotient_high": 1.3},
    )
    assert words.quadrants(west) == {
        "Concentrated and growing": "Construction",
        "Declining, concentration not decided": "Manufacturing",
        "Concentrated, growth not decided": "Accommodation and food services",
        "Neither decided": "Health care and social assistance",
    }


def test_every_sector_is_in_one_place(west):
    told = "; ".join(words.quadrants(west).values()).split("; ")
    assert len(told) == len(set(told)) == 4


def test_ranges_are_of_withheld_cells_and_a_mark_is_of_churn(west, monkeypatch):
    table = west.industries("sector")
    withheld = table.loc["72"]
    assert withheld["location_quotient_low"] < withheld["location_quotient_least"]
    least, most = (f"{withheld[f'location_quotient_{end}']:.2f}" for end in ("least", "most"))
    assert words.cell_quotient(withheld) == f"{least}\N{EN DASH}{most}"
    assert not words.may_be_churn(withheld)
    known = table.loc["62"].copy()
    known[["location_quotient", "location_quotient_low", "location_quotient_high"]] = [1.3, 1.1, 1.5]
    assert words.may_be_churn(known)  # nine worksites: one more or less is a ninth
    known["stability"] = "stable"
    assert not words.may_be_churn(known)
    page = tables.driver_table(west).as_raw_html()
    assert page.count("\N{DOUBLE DAGGER}") == 3
    assert f"{least}\N{EN DASH}{most}<" in page


def test_the_sentence_of_shift_share_has_the_figures_of_its_total(west):
    rows = west.rows("shift-share")
    total = rows[(rows["status"] == "total") & (rows["start_year"] == west.span[0])].iloc[0]
    text = words.shift_share(west)
    assert text.startswith(
        f"Private jobs changed by {words.signed_jobs(total['change'])} since {west.span[0]}."
    )
    for part in ("national", "mix", "competitive", "not_compared"):
        assert words.signed_jobs(total[part]) in text


def test_a_study_without_prices_says_nothing_of_real_pay(west):
    assert words.real_pay(west) == ""
    assert west.base_tier == "tier_in_base"
    assert west.knows_churn
