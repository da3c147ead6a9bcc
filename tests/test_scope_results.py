"""Scope as results of a study: the study key, the command line, and real studies."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
import yaml
from small_study import HEADER, STUDY, small_study
from typer.testing import CliRunner

from sectorlib.cli import app
from sectorlib.exceptions import NotSupportedError, StudyFileError, UnknownAreaError
from sectorlib.resources import data_path
from sectorlib.results import RESULTS, Results
from sectorlib.study import load_study

TABLES = [
    "scope", "scope-jurisdictions", "scope-overlap", "scope-counties", "scope-pairs", "scope-assets",
    "scope-growth-path",
]  # fmt: skip
DEMO = data_path("demo", "study.yaml")


@pytest.fixture(scope="module")
def one_year(tmp_path_factory) -> Path:
    """The demonstration of one year, with paths that hold anywhere, and a partnership of its own."""
    content = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    content |= {"scope": {"sector": {"311": 1, "3121": 0.5}, "seed": "Lanternhead", "reach": {"college": 20}}}
    for key in ("flows", "shapes", "names", "benchmark"):
        content[key] = str(DEMO.parent / content[key])
    content["panel"] = [str(DEMO.parent / "qcew" / "2023.annual.singlefile.csv.gz")]
    content["assets"] = [str(DEMO.parent / file) for file in content["assets"]]
    content["jurisdictions"] = {
        system: named | {"file": str(DEMO.parent / named["file"])}
        for system, named in content["jurisdictions"].items()
    }
    path = tmp_path_factory.mktemp("one-year") / "study.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def as_study(tmp_path, content: dict) -> Results:
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return Results(load_study(path))


def no_projections(monkeypatch) -> None:
    """Projections of a real study take longer than all of the rest, and only pass through."""

    def refuse(_: Results) -> pd.DataFrame:
        raise NotSupportedError("not in this test", "nothing", "none")

    monkeypatch.setitem(RESULTS, "projections", dataclasses.replace(RESULTS["projections"], build=refuse))


# The study key and the command line


def test_every_table_has_its_columns_and_key(one_year):
    results = Results(load_study(one_year))
    for name in TABLES:
        table = results[name]
        assert set(table.columns) <= set(RESULTS[name].table.names)
        assert len(table)
    table = results["scope"]
    assert set(table.columns) == set(RESULTS["scope"].table.names)
    paid = results["typical-pay"]["typical_industry_pay"].iloc[-1]
    assert table["typical_industry_pay"].to_list() == pytest.approx(
        [paid] * len(table)
    )  # invented areas have no parities


@pytest.mark.parametrize(("nations_pay", "tier"), [(30_000, "middle"), (50_000, "low"), (20_000, "high")])
def test_a_footprint_s_pay_is_judged_beside_the_nation_s_typical_industry_pay(tmp_path, nations_pay, tier):
    """Every job of the small study pays $31,100 in 2017, so that beside its own average none is low or high."""
    text = STUDY + 'benchmark: nation.csv\nscope: {sector: "62", seed: "36055"}\n'
    path = small_study(tmp_path, text, years=[2017], withheld=[])
    rows = {"10": 900, "31-33": 300, "62": 600}
    cells = [("0", "10", 900), *(("5", code, jobs) for code, jobs in rows.items())]
    lines = [f"US000,{own},{code},10,0,2017,A,,9,{n},{n * nations_pay}\n" for own, code, n in cells]
    (tmp_path / "nation.csv").write_text(HEADER + "".join(lines), encoding="utf-8")
    table = Results(load_study(path))["scope"]
    assert table["average_annual_pay"].to_list() == pytest.approx([31_100] * len(table))
    assert table["typical_industry_pay"].to_list() == pytest.approx([nations_pay] * len(table))
    assert set(table["tier_typical"]) == {tier}
    assert set(table["tier_in_area"]) == {"middle"}


def test_projected_change_is_that_of_the_projections_table():
    results = Results(load_study(DEMO).with_scope("31-33", "91057"))
    table = results["scope"].set_index("footprint")
    shown = table.loc["labor market"]
    projections = results["projections"]
    rows = projections[(projections["industry"] == "31-33") & (projections["area"] == shown["region"])]
    last = rows.sort_values("year").iloc[-1]
    assert shown["projected_year"] == last["year"]
    assert shown["projected_change"] == pytest.approx(100 * (last["employment"] / shown["employment"] - 1))
    assert shown["projected_change_low_80"] < shown["projected_change"] < shown["projected_change_high_80"]
    assert table.loc["grown", "projected_change"] == shown["projected_change"], "the same counties"
    assert pd.isna(table.loc["workforce area: Bay and Valley", "projected_change"])


def test_a_study_without_a_sector_says_what_to_add():
    with pytest.raises(NotSupportedError, match="names no sector") as error:
        _ = Results(load_study(DEMO))["scope"]
    assert "--sector" in error.value.hint


def test_the_study_names_a_partnership_and_the_call_another(tmp_path, one_year):
    results = Results(load_study(one_year))
    table = results["scope"]
    assert table["sector"].iloc[0] == "311 + 0.5 x 3121"
    assert table["percent_change"].isna().all(), "one year of data"
    assert table["projected_change"].isna().all()
    colleges = results["scope-assets"].query("kind == 'college'")
    assert colleges["distance"].max() <= 20
    other = results.study.with_scope(seed="91003")
    assert other.file.scope.sector == {"311": 1, "3121": 0.5}
    assert other.file.scope.reach == {"college": 20}
    assert results.study.with_scope("62").file.scope.seed is None
    content = yaml.safe_load(one_year.read_text(encoding="utf-8")) | {"scope": {"sectr": "311"}}
    with pytest.raises(StudyFileError, match="did you mean 'sector'"):
        as_study(tmp_path, content)
    with pytest.raises(NotSupportedError, match="a seed and no sector"):
        load_study(DEMO).with_scope(seed="91057")


def test_the_command_line_overrides_sector_and_seed(tmp_path, one_year):
    out = tmp_path / "path.csv"
    command = ["table", str(one_year), "scope-growth-path", "--sector", "311", "--out", str(out), "--seed"]
    done = CliRunner().invoke(app, [*command, "lanternhead"])
    assert done.exit_code == 0, done.output
    path = pd.read_csv(out, dtype={"county": str})
    assert path["county"].iloc[0] == "91057"
    assert (path["decision"] == "added").sum() == 5
    wrong = CliRunner().invoke(app, [*command, "Lanternhed"])
    assert wrong.exit_code == 1
    assert "Lanternhead" in wrong.output


# Real studies


@pytest.mark.shared
@pytest.mark.long
def test_new_york_manufacturing_from_monroe_and_health_care_from_albany(shared, monkeypatch):
    no_projections(monkeypatch)
    study = load_study(shared / "studies" / "new_york.yaml")
    rochester = Results(study.with_scope("31-33", "36055"))
    rochester.study.__dict__.update(study.__dict__ | {"file": rochester.study.file})
    rows = study.source.rows
    private = rows[(rows["industry"] == "31-33") & (rows["ownership"] == "5") & (rows["year"] == 2017)]
    known = private.set_index(private["area"].astype(str))["employment"]
    table = rochester["scope"].set_index("footprint")
    for name, members in rochester.partnership.footprints.groupby("group"):
        assert table.loc[name, "employment"] == known.reindex(members["member"]).sum()
    region = "state labor market region: Finger Lakes Region"
    assert table.loc[region, "counties"] == 9
    assert table.loc["grown", "self_containment"] > 0.95
    assert table.loc["grown", "share_of_market"] > 0.95
    shares = rochester["scope-jurisdictions"]
    assert shares.groupby(["footprint", "system"])["share"].sum().to_numpy() == pytest.approx(1)
    boards = shares[(shares["footprint"] == region) & (shares["system"] == "workforce region")]
    assert boards["kind"].eq("wholly in").all()
    assert boards["jurisdiction"].iloc[0] == "Monroe"

    albany = Results(study.with_scope("62", "Albany County"))
    albany.study.__dict__.update(study.__dict__ | {"file": albany.study.file})
    colleges = albany["scope-assets"].query("footprint == 'seed county' and kind == 'college'")
    assert {"Hudson Valley Community College", "SUNY at Albany"} <= set(colleges["name"])
    assert albany["scope-jurisdictions"].groupby(["footprint", "system"])[
        "share"
    ].sum().to_numpy() == pytest.approx(1)

    island = Results(study.with_scope("31-33", "36059"))
    island.study.__dict__.update(study.__dict__ | {"file": island.study.file})
    shares = island["scope-jurisdictions"].set_index(["footprint", "system", "jurisdiction"]).sort_index()
    blank = shares.loc[("labor market", "workforce region", "not recorded")]
    assert blank["county_names"] == "Nassau County"
    assert "none" not in shares.index.get_level_values("jurisdiction")
    assert shares.loc[("labor market", "workforce region"), "share"].sum() == pytest.approx(1)


@pytest.mark.shared
@pytest.mark.parametrize(("seed", "states"), [("39061", {"39", "21", "18"}), ("29095", {"29", "20"})])
@pytest.mark.long
def test_food_manufacturing_crosses_state_lines_and_names_both_sides(
    shared, tmp_path, monkeypatch, seed, states
):
    """Food manufacturing of 2016 from Cincinnati and from Kansas City, with a board of each state beside a list of
    metropolitan areas whose counties outside every one are known to be in none."""
    no_projections(monkeypatch)
    source = shared / "data" / "qcew" / "us_2016"
    near = {"39", "21", "18", "29", "20", "31"}
    rows = pd.read_parquet(
        source / "us_2016_quarterly_county_to_naics4.parquet",
        filters=[("industry_code", "in", ["10", "31-33", "311", "312", "722"])],
    )
    rows = rows[rows["area_fips"].astype(str).str[:2].isin(near)]
    rows.to_parquet(tmp_path / "counties.parquet")
    counties = sorted(c for c in rows["area_fips"].astype(str).unique() if c[2:] not in ("000", "999"))
    boards = pd.DataFrame({"fips": [c for c in counties if c[:2] != "31"]})
    boards["board"] = boards["fips"].str[:2].map("Board of state {}".format)
    boards.to_csv(tmp_path / "boards.csv", index=False)
    results = as_study(
        tmp_path,
        {
            "name": "food", "title": "Food", "base_area": "US000",
            "panel": ["counties.parquet", str(source / "us000_2016_quarterly_DERIVED.csv.gz")],
            "flows": str(shared / "data" / "commuting" / "us_county_flows_acs_2011_2015.csv.gz"),
            "metropolitan_areas": {"file": str(shared / "data" / "delineations" / "omb_cbsa_list1_2023.xlsx")},
            "jurisdictions": {"board": {"file": "boards.csv", "member": "fips", "group": "board"}},
            "scope": {"sector": "311", "seed": seed},
        },
    )  # fmt: skip
    table = results["scope"].set_index("footprint")
    assert table.loc["grown", "states"] >= len(states)
    assert 10 < table.loc["grown", "counties"] < 25
    assert table.loc["grown", "self_containment"] >= 0.75
    metropolitan = table[table["kind"] == "metropolitan area"].iloc[0]
    assert metropolitan["states"] >= 2
    shares = results["scope-jurisdictions"].query("footprint == 'grown'")
    assert {f"Board of state {code}" for code in states} <= set(shares["jurisdiction"])
    assert shares["share_estimate"].sum() == pytest.approx(1)
    assert (shares["share_low"] <= shares["share_estimate"]).all()
    assert (shares["share_estimate"] <= shares["share_high"]).all()
    cut = results["scope-jurisdictions"].query("kind == 'one county only'")
    assert cut["cut_off_county"].notna().all()


@pytest.mark.shared
@pytest.mark.long
def test_an_unknown_county_of_new_york_is_refused_with_the_nearest(shared):
    study = load_study(shared / "studies" / "new_york.yaml")
    with pytest.raises(UnknownAreaError, match="Monroe County, NY"):
        _ = Results(study.with_scope("62", "Monro County, NY")).partnership
