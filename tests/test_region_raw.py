"""Figures of two real pages, and the same figures from the published files with pandas alone."""

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from sectorlib.pages.region.chapters import CHAPTERS
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.results import Results
from sectorlib.study import load_study

pytestmark = [pytest.mark.long, pytest.mark.shared]

#: The two regions, and a sector of each of which every cell is published.
REGIONS = {"Erie-Niagara, NY": ("36029", "36063"), "Jefferson-Lewis, NY": ("36045", "36049")}
STATE, FIRST, LAST, NATION_YEAR = "36000", 2012, 2017, 2016
HEALTH, RETAIL = "62", "44-45"
MINUS = "\N{MINUS SIGN}"


@pytest.fixture(scope="module")
def raw(shared: Path) -> pd.DataFrame:
    """The published rows of the state, by area, ownership, industry and year."""
    table = pd.read_csv(
        shared / "data/ny/ny_annual_2000_2017.csv.gz",
        dtype={"area_fips": str, "own_code": str, "industry_code": str},
    )
    assert (table["disclosure_code"].isna()).all(), "withheld cells are absent from this file"
    return table.set_index(["area_fips", "own_code", "industry_code", "year"]).sort_index()


@pytest.fixture(scope="module")
def flows(shared: Path) -> pd.DataFrame:
    return pd.read_csv(
        shared / "data/commuting/us_county_flows_acs_2011_2015.csv.gz",
        dtype={"home_fips": str, "work_fips": str},
    )


@pytest.fixture(scope="module")
def nation(shared: Path) -> pd.Series:
    """Jobs of the nation in 2016 by ownership and industry: the mean of twelve months."""
    table = pd.read_csv(
        shared / "data/qcew/us_2016/us000_2016_quarterly_DERIVED.csv.gz",
        dtype={"own_code": str, "industry_code": str},
    )
    months = table.groupby(["own_code", "industry_code"])[
        ["month1_emplvl", "month2_emplvl", "month3_emplvl"]
    ].sum()
    return months.sum(axis=1) / 12


@pytest.fixture(scope="module")
def pages(shared: Path) -> dict[str, str]:
    """The text of each page, tags taken out, one space between words."""
    results = Results(load_study(shared / "studies/new_york.yaml"))
    made = {}
    for name in REGIONS:
        profile = RegionProfile(results, results.region(name))
        markup = " ".join(chapter.page(profile) for chapter in CHAPTERS)
        made[name] = " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())
    return made


def jobs(
    raw: pd.DataFrame,
    areas: tuple[str, ...],
    year: int,
    own: str = "5",
    code: str = "10",
    what: str = "annual_avg_emplvl",
) -> float:
    """The sum over areas; a cell that is not published fails the test."""
    return float(sum(raw.loc[(area, own, code, year), what] for area in areas))


def signed(percent: float) -> str:
    return f"{percent:+.1f}%".replace("-", MINUS)


@pytest.mark.parametrize("name", REGIONS)
def test_ten_figures_of_a_real_page_are_those_of_the_published_files(name, raw, flows, nation, pages):
    here, text = REGIONS[name], pages[name]
    every = {year: jobs(raw, here, year, "0") for year in (FIRST, LAST)}
    state = {year: jobs(raw, (STATE,), year, "0") for year in (FIRST, LAST)}
    rest = {year: state[year] - every[year] for year in every}
    change = {area: 100 * (at[LAST] / at[FIRST] - 1) for area, at in (("here", every), ("rest", rest))}
    expected = {"jobs of all ownerships": f"{every[LAST]:,.0f} jobs"}

    verb = {part: "rose" if value > 0 else "fell" for part, value in change.items()}
    growth = f"Employment {verb['here']} {abs(change['here']):.1f}% from {FIRST} to {LAST}, "
    alike = f"compared with {change['rest']:.1f}% in the rest of New York State"
    other = f"while it {verb['rest']} {abs(change['rest']):.1f}% in the rest of New York State"
    expected["growth beside the rest of the state"] = growth + (
        alike if verb["here"] == verb["rest"] else other
    )

    inside = flows["home_fips"].isin(here) & flows["work_fips"].isin(here)
    within = flows.loc[inside, "workers"].sum()
    employed = flows.loc[flows["home_fips"].isin(here), "workers"].sum()
    working = flows.loc[flows["work_fips"].isin(here), "workers"].sum()
    expected["workers who live here"] = f"{within / working:.0%} of workers live here"
    expected["residents who work here"] = (
        f"{within / employed:.0%} of the region\N{RIGHT SINGLE QUOTATION MARK}s employed residents"
    )
    expected["commuters in"] = f"{float(f'{working - within:.3g}'):,.0f} people commute in"
    expected["commuters out"] = f"{float(f'{employed - within:.3g}'):,.0f} commute out"

    largest = max(here, key=lambda county: jobs(raw, (county,), LAST, "0"))
    share = jobs(raw, (largest,), LAST, "0") / every[LAST]
    county = {"36029": "Erie", "36045": "Jefferson"}[largest]
    expected["share of the largest county"] = (
        f"{share:.0%} of the region\N{RIGHT SINGLE QUOTATION MARK}s jobs are in {county} County"
    )

    wages = jobs(raw, here, LAST, "0", what="total_annual_wages")
    expected["average pay"] = f"Average pay was ${wages / every[LAST]:,.0f} in {LAST}"

    # A row of the table of sectors: jobs, quotients beside nation and rest, growth here and in the rest, pay.
    for code, title in ((HEALTH, "Health care and social assistance"), (RETAIL, "Retail trade")):
        sector = {year: jobs(raw, here, year, code=code) for year in (FIRST, LAST)}
        there = {year: jobs(raw, (STATE,), year, code=code) - sector[year] for year in sector}
        portion = sector[LAST] / every[LAST]
        beside_nation = portion / (nation["5", code] / nation["0", "10"])
        beside_rest = portion / (there[LAST] / rest[LAST])
        pay = jobs(raw, here, LAST, code=code, what="total_annual_wages") / sector[LAST]
        row = re.compile(
            rf"{title} {sector[LAST]:,.0f} ({beside_nation:.2f})\W* {beside_rest:.2f} "
            rf"{re.escape(signed(100 * (sector[LAST] / sector[FIRST] - 1)))} {re.escape(signed(100 * (there[LAST] / there[FIRST] - 1)))} "
            rf"\${pay:,.0f}"
        )
        assert row.search(text), f"{title}: {row.pattern}"
        # Change here beyond that of the industry elsewhere in the state: the local effect.
        local = sector[LAST] - sector[FIRST] * there[LAST] / there[FIRST]
        pace = jobs(raw, (STATE,), LAST) - jobs(raw, here, LAST)
        before = jobs(raw, (STATE,), FIRST) - jobs(raw, here, FIRST)
        national = sector[FIRST] * (pace / before - 1)
        terms = (
            sector[LAST] - sector[FIRST],
            national,
            sector[LAST] - sector[FIRST] - national - local,
            local,
        )
        expected[f"shift-share of {title}"] = f"{title} " + " ".join(
            f"{term:+,.0f}".replace("-", MINUS) for term in terms
        )

    assert len(expected) >= 10
    missing = {what: said for what, said in expected.items() if said not in text}
    assert not missing, missing
