"""What a page says of concentration and change is what the tables hold, and withheld is never told as churn."""

import dataclasses
import re

import pandas as pd
import pytest
from small_study import STUDY, small_study

from sectorlib import concentration
from sectorlib.concentration.specialization import INDICES
from sectorlib.pages import figures
from sectorlib.pages.region import appendix, economy, words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.results import RESULTS, Results
from sectorlib.schemas import Column
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
    for industry, cells in rows.items():
        for column, value in cells.items():
            table[column] = table[column].astype(object)
            table.loc[industry.replace("_", "-").lstrip("n"), column] = value
    monkeypatch.setattr(RegionProfile, "industries", lambda self, level: table)


def test_ranges_are_of_withheld_cells_and_a_mark_is_of_churn(west, monkeypatch):
    table = west.industries("sector")
    withheld = table.loc["72"]
    assert withheld["location_quotient_churn_low"] < withheld["location_quotient_low"]
    least, most = (f"{withheld[f'location_quotient_{end}']:.2f}" for end in ("low", "high"))
    assert figures.cell_quotient(withheld) == f"{least}\N{EN DASH}{most}"
    assert not figures.may_be_churn(withheld)
    known = table.loc["62"].copy()
    known[["location_quotient", "location_quotient_churn_low", "location_quotient_churn_high"]] = [
        1.3,
        1.1,
        1.5,
    ]
    assert figures.may_be_churn(known)  # nine establishments: one more or less is a ninth
    known["stability"] = "stable"
    assert not figures.may_be_churn(known)
    page = economy.sectors(west).markup()
    assert page.count("\N{DOUBLE DAGGER}") == 3
    assert f"{least}\N{EN DASH}{most}<" in page


def test_the_sentence_of_shift_share_has_the_figures_of_its_total(west):
    rows, beside = west.shift_share
    assert beside == "the rest of New York State"
    total = rows[(rows["status"] == "total") & (rows["start_year"] == west.span[0])].iloc[0]
    text = words.shift_share(west)
    assert text.startswith(
        f"Private jobs changed by {figures.signed_jobs(total['change'])} since {west.span[0]}."
    )
    for part in ("national", "mix", "competitive", "not_compared"):
        assert figures.signed_jobs(total[part]) in text


def test_a_study_without_prices_says_nothing_of_real_pay(west):
    assert words.real_pay(west) == ""
    assert west.base_tier == "tier_in_base"
    assert west.knows_churn


def test_the_share_that_is_published_is_of_the_jobs_that_sectors_add_up_to(west):
    """West's private jobs are its total of ownership 5, not all jobs: those of government are in no sector."""
    text = words.withheld(west)
    share = re.search(r"cover ([\d.]+)% of the region.s private jobs", text)
    total = west.rows("concentration").query("industry == '10' and year == 2017")["employment"].iloc[0]
    sectors = west.industries("sector")
    known = sectors["employment"].fillna(sectors["employment_low"]).sum()
    assert share is not None
    assert float(share[1]) == pytest.approx(100 * known / total, abs=0.05)
    assert total < west.total("0")["employment"]


def test_figures_held_back_and_figures_made_coarser_are_told_apart(west, monkeypatch):
    rows = pd.DataFrame(
        {"area": ["36055"] * 3 + ["36069"], "reason": ["narrow", "narrow", "confidential", "narrow"]}
    )
    monkeypatch.setitem(west.results._made, "held-back", rows)
    assert words.held_back(west) == (
        "To protect single employers, this study holds back 1 figure of its counties and widens the ranges of 2 withheld "
        "figures of its counties (over all years and industries)."
    )
    monkeypatch.setitem(west.results._made, "held-back", rows[rows["area"] == "36069"])
    assert words.held_back(west) == ""


def test_pay_of_few_establishments_is_marked_where_it_is_shown(west, monkeypatch):
    with_sectors(
        west,
        monkeypatch,
        n23={"establishments": 4.0, "few_establishments": True},
        n62={"few_establishments": False},
    )
    row = west.industries("sector").loc["23"]
    page = economy.sectors(west).markup()
    assert f">{figures.cell_pay(row)}*<" in page
    assert page.count("*<") == west.industries("sector").apply(figures.rests_on_few, axis=1).sum()


def test_a_mark_is_explained_where_a_table_has_it_and_only_there(west, monkeypatch):
    def marks() -> tuple[bool, bool]:
        page = economy.sectors(west).markup()
        further = economy.standing_out(west)
        page += further.markup() if further else ""
        return "*<" in page, "* Fewer than ten" in economy.reading(west)

    with_sectors(west, monkeypatch, n23={"establishments": 4.0, "few_establishments": True})
    assert marks() == (True, True)
    for sector in ("n23", "n31_33", "n62", "n72"):
        with_sectors(west, monkeypatch, **{sector: {"few_establishments": False}})
    assert marks() == (False, False)


def test_every_index_of_specialization_is_in_the_table_and_on_the_page(west):
    """What the measure gives is declared with a meaning, and what is declared is shown with it."""
    study, declared = west.study, {column.name: column for column in RESULTS["specialization"].table.columns}
    rows = west.results.reported
    made = concentration.specialization(rows[rows["ownership"] == "5"], study.panel, study.base_area)
    assert set(made.columns) - set(declared) == set()
    assert {f"{index}{end}" for index in INDICES for end in ("", "_low", "_high")} <= set(made.columns)
    table = west.rows("specialization")
    (row,) = table[table["year"] == west.year].to_dict("records")
    shown = {line["index"].lower(): line for line in appendix.specialization(west).rows}
    assert set(shown) == set(INDICES)
    for index, line in shown.items():
        assert line["meaning"].lower() == declared[index].meaning.lower()
        assert pd.isna(row[index])  # one sector is withheld
        least, most = (f"{row[f'{index}_{end}']:.3f}" for end in ("low", "high"))
        assert line["here"] in (f"{least}\N{EN DASH}{most}", f"at most {most}", most)
        assert f">{line['here']}<" in appendix.appendix(west, {})


def test_an_index_of_specialization_that_is_declared_later_is_shown(west, monkeypatch):
    result = RESULTS["specialization"]
    columns = [
        *result.table.columns,
        *(Column(f"new{end}", "number", "index", "a new one") for end in ("", "_low", "_high")),
    ]
    table = dataclasses.replace(result.table, columns=tuple(columns))
    monkeypatch.setitem(
        RESULTS, "specialization", type(result)(table, result.meaning, result.build, result.needs)
    )
    monkeypatch.setitem(
        west.results._made,
        "specialization",
        west.results["specialization"].assign(new=2.5, new_low=2.5, new_high=2.5),
    )
    west.__dict__.pop("_rows", None)
    assert appendix.specialization(west).rows[-1] == {"index": "New", "here": "2.500", "meaning": "A new one"}
    west.__dict__.pop("_rows", None)
