"""What a check says of a study, sound and broken."""

import pandas as pd
from small_study import COUNTIES, STATE, STUDY, small_study

from sectorlib.checks import check_study
from sectorlib.disclosure import contradictions
from sectorlib.pages.region import words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.results import Results
from sectorlib.study import load_study


def found(path, kind: str) -> dict[str, str]:
    """Texts of one kind of finding by subject, joined."""
    out: dict[str, str] = {}
    for finding in check_study(load_study(path)):
        if finding.kind == kind:
            out[finding.subject] = "; ".join(filter(None, [out.get(finding.subject), finding.text]))
    return out


def edited(path, name: str, edit) -> None:
    file = path.parent / name
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(filter(None, map(edit, lines))))


def test_facts_of_a_sound_study(tmp_path):
    path = small_study(tmp_path)
    facts = found(path, "fact")
    assert facts["areas"] == "4 county, 1 state"
    assert facts["years"] == "2006 to 2017"
    assert facts["rows"].startswith("720 annual cells; ownership codes 0, 1, 3, 5")
    assert facts["industries"] == "1 total, 6 sectors, 2 with 3 digits"
    assert facts["NAICS"] == "revision 2002, 2007, 2012, 2017"
    # 48 county-years of four private sectors, one of them withheld.
    assert "0.5% of 192 county cells, sectors, private" in facts["withheld"]
    assert "0.0% of 48 county cells, all industries, private" in facts["withheld"]
    assert "2017: a row that is not there means no establishments" in facts["absent rows"]
    assert "2006 to 2016: withheld rows are not in the files" in facts["absent rows"]
    assert facts["base"] == "36000: 88,703 jobs in 2017, all ownerships" or facts["base"].startswith(
        "36000: "
    )
    assert facts["reports"].endswith("regions (labor_markets)")
    assert facts["flows"] == "16 pairs of 4 counties, 156,400 workers"
    assert facts["shapes"] == "4 of 4 counties have one"
    assert found(path, "problem") == {}


def test_notes_on_what_does_not_match(tmp_path):
    path = small_study(tmp_path, years=[2006, 2007, 2010])
    edited(path, "flows.csv", lambda line: None if "36117" in line else line.replace("36069", "36071"))
    edited(path, "panel.csv", lambda line: None if line.startswith("36051") and ",2010," in line else line)
    notes = found(path, "note")
    assert notes["years"] == "2 of the years between 2006 and 2010 are missing"
    assert notes["areas"].startswith("2010: no rows of 36051, which other years have")
    assert "counties of the panel without flows, in no drawn labor market: 36069, 36117" in notes["flows"]
    assert "counties of the flows that the panel lacks, in its states: 36071" in notes["flows"]
    assert notes["sums"].startswith("2010: the counties of 36000 add up to 9")
    assert notes["reports"] == "2 counties in no region: 36069, 36117"
    assert "sectors not in the files: 11, 21" in notes["industries"]


def test_unknown_counties_and_breaks_are_noted(tmp_path):
    path = small_study(tmp_path)
    edited(path, "panel.csv", lambda line: line.replace("36117", "36999").replace(",622,", ",518,"))
    notes = found(path, "note")
    assert "jobs in 2017 have no known county and are in no region" in notes["unknown county"]
    assert notes["NAICS"].endswith("changed meaning within the years, flagged in growth: 518")


def test_codes_that_are_not_industries_are_a_problem(tmp_path):
    path = small_study(tmp_path)
    edited(path, "panel.csv", lambda line: line.replace(",622,", ",977,"))
    problems = found(path, "problem")
    assert problems.pop("industries") == "not NAICS codes: 977"
    assert all("'977'" in text for text in problems.values())  # parts that cannot be looked at without it


def test_a_broken_input_is_one_problem_and_the_others_are_looked_at(tmp_path):
    more = "names: nowhere.csv\nassets: [flows.csv]\n"
    path = small_study(tmp_path, STUDY + more)
    problems = found(path, "problem")
    assert set(problems) == {"regions", "assets"} or set(problems) == {"names", "assets"}
    assert "'nowhere.csv' matches no file" in "".join(problems.values())
    assert "lacks asset, kind, name, lat, lon" in problems["assets"]
    assert "flows" in found(path, "fact")

    (tmp_path / "panel.csv").write_text("a,b\n1,2\n")
    findings = check_study(load_study(path))
    assert sum("panel.csv has columns a, b" in f.text for f in findings) == 1


def test_facts_before_an_error_are_kept(tmp_path):
    more = (
        "jurisdictions:\n  good: {file: boards.csv, member: county, group: board}\n"
        "  wrong: {file: flows.csv, member: county, group: board}\n"
    )
    path = small_study(tmp_path, STUDY + more)
    (tmp_path / "boards.csv").write_text("county,board\n36055,One\n36069,Two\n36001,Two\n")
    assert "'county'" in "".join(
        found(path, "problem").values()
    )  # one problem, of the first part that needs it

    path.write_text(STUDY + more.split("  wrong")[0])
    assert found(path, "fact")["jurisdictions"] == "good: 2 groups, 3 counties"
    notes = found(path, "note")["jurisdictions"]
    assert "good: not recorded for 36051, 36117" in notes
    assert "good: counties the panel lacks: 36001" in notes


def test_a_study_of_states_alone_cannot_have_regions(tmp_path):
    path = small_study(tmp_path)
    edited(path, "panel.csv", lambda line: line if line[:5] in ("area_", STATE) else None)
    assert "no county among the areas" in found(path, "problem")["areas"]


def test_prices_and_official_projections_are_looked_at(tmp_path):
    more = "official_projections: [official.csv]\nconsumer_prices: cpi.csv\nprice_parities: [SARPP.csv]\n"
    path = small_study(tmp_path, STUDY + more)
    (tmp_path / "cpi.csv").write_text(
        "series,year,period,value\n" + "".join(f"CUUR0000SA0,{y},M13,{y / 10}\n" for y in range(2006, 2017))
    )
    (tmp_path / "SARPP.csv").write_text(
        "GeoFIPS,GeoName,TableName,Description,2016,2017\n36000,New York,SARPP,RPPs: All items,110,(NA)\n"
    )
    header = "area,industry,base_year,target_year,base_employment,target_employment\n"
    rows = "36000,62,2016,2026,10,12\n36000,72,2020,2030,10,12\n42000,62,2016,2026,10,12\nUS000,62,2016,2026,9,9\n"
    (tmp_path / "official.csv").write_text(header + rows)
    facts, notes = found(path, "fact"), found(path, "note")
    assert facts["prices"] == "consumer price index, 2006 to 2016; price parities (areas: 1), 2016"
    assert notes["prices"].startswith(
        "consumer price index: none for 2017, so no pay adjusted for prices in those years; price"
    )
    assert facts["official projections"] == "4 industries of 36000, 42000, US000"
    assert notes["official projections"].startswith(
        "of areas the study lacks: 42000; growth of 1 of these is not"
    )
    assert "base year 2020 is of the pandemic" in notes["official projections"]
    (tmp_path / "official.csv").write_text(header)
    assert "official.csv holds no rows" in found(path, "problem")["official_projections"]


def test_a_base_of_all_areas_and_no_flows(tmp_path):
    text = STUDY.replace('"36000"', "all").replace("flows: flows.csv", "reports: {system: counties}")
    path = small_study(tmp_path, text)
    assert found(path, "fact")["base"].startswith("the sum of the study's counties: ")
    assert found(path, "note")["flows"] == "none, so no commuting measures"
    assert found(path, "fact")["reports"] == f"{len(COUNTIES)} regions (counties)"
    assert found(path, "problem") == {}


def test_one_region_is_counted_as_one(tmp_path):
    text = STUDY + 'regions: {East: ["36051", "36055"]}\nreports: {system: regions}\n'
    assert found(small_study(tmp_path, text), "fact")["reports"] == "1 region (regions)"


def test_what_the_box_has_is_offered_with_what_to_write(tmp_path):
    plain, full = (STUDY.replace("built_in: false\n", word) for word in ("built_in: false\n", ""))
    plain = plain.replace("flows: flows.csv\n", "reports: {system: counties}\n")
    years = [2016, 2017]
    offered = found(small_study(tmp_path / "plain", plain, years=years), "fact")
    for key in ("benchmark", "flows", "metropolitan_areas", "rural_urban", "price_parities", "assets"):
        assert f"`{key}: built-in`" in offered[key]
    lacks = found(small_study(tmp_path / "full", full, years=years), "fact")
    assert "2020-2030: `official_projections: built-in`" in lacks["official_projections"]
    assert "sectorlib fetch industry-projections" in lacks["official_projections"]
    assert "sectorlib fetch" in lacks["completions"]
    assert "built-in`" not in lacks["completions"]
    assert "`flows: built-in`" not in lacks["flows"]
    # Who declines is not asked again.
    declined = found(small_study(tmp_path / "none", plain + "rural_urban: none\n", years=years), "fact")
    assert "rural_urban" not in declined


def test_totals_that_contradict_their_parts_are_a_problem_with_both_figures(tmp_path):
    path = small_study(tmp_path, years=[2016, 2017])
    assert "totals" not in found(path, "problem")

    def raised(line: str) -> str:
        cells = line.split(",")
        if cells[:3] == ["36055", "0", "10"] and cells[5] == "2017":
            cells[-2] = str(round(int(cells[-2]) * 1.12))
        if cells[:3] == ["36069", "5", "10"] and cells[5] == "2016":
            cells[-2] = str(round(int(cells[-2]) * 0.9))
        return ",".join(cells)

    edited(path, "panel.csv", raised)
    study = load_study(path)
    problem = found(path, "problem")["totals"]
    table = contradictions(study.cells)
    jobs = table[table["figure"] == "employment"].set_index(["area", "ownership", "parts"])
    for key in (("36055", "0", "ownerships"), ("36069", "5", "industries")):
        row = jobs.loc[key]
        assert f"employment {row['published']:,.0f}, and {row['sum_of_parts']:,.0f}" in problem
        assert f"{key[0]}, {row['year']}" in problem
    assert (
        jobs.loc[("36055", "0", "ownerships"), "published"]
        > jobs.loc[("36055", "0", "ownerships"), "sum_of_parts"]
    )
    results = Results(study)
    cautions = [
        words.contradictions(RegionProfile(results, code)) for code in sorted(study.regions["group"].unique())
    ]
    # The base itself is touched, so that every page says so.
    assert all(text.count("add up to") == 1 for text in cautions)


def test_rounding_unallocated_counties_and_withheld_parts_contradict_nothing():
    rows = [
        ("36001", "10", "0", 103),
        ("36001", "10", "1", 1),
        ("36001", "10", "2", 1),
        ("36001", "10", "3", 1),
    ]
    rows += [("36001", "10", "5", 99), ("36001", "62", "5", 40), ("36001", "72", "5", None)]
    rows += [("36003", "10", "8", 1), ("36003", "10", "1", 1), ("36000", "10", "0", 105)]
    panel = pd.DataFrame(rows, columns=["area", "industry", "ownership", "employment"])
    panel = panel.assign(year=2020, wages=0.0)
    panel["employment"] = panel["employment"].astype(float)
    assert contradictions(panel).empty
    worse = panel.assign(employment=panel["employment"].where(panel["industry"] != "62", 140.0))
    assert contradictions(worse)[["area", "parts", "sum_of_parts"]].to_numpy().tolist() == [
        ["36001", "industries", 140.0]
    ]
