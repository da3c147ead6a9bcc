"""What changed since the previous edition: short lists, and whether data, definitions or methods did it."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from small_study import STUDY, small_study
from typer.testing import CliRunner

import sectorlib as sl
from sectorlib.cli import app
from sectorlib.exceptions import LayoutError, MissingFileError
from sectorlib.pages.imprint import Imprint
from sectorlib.reporting.editions import (
    CHANGES_FILE,
    Edition,
    compare,
    read_edition,
    this_edition,
    write_changes,
)
from sectorlib.reporting.html import render
from sectorlib.reporting.manifest import manifest
from sectorlib.sources.origin import Origin

NAMES = {"mills": "Mills", "care": "Care", "food": "Food <b>"}


def short_lists(**regions: str) -> pd.DataFrame:
    rows = [
        {
            "area": area,
            "area_name": f"Name of {area}",
            "sector": sector,
            "sector_title": NAMES[sector],
            "rank": float(rank),
        }
        for area, listed in regions.items()
        for rank, sector in enumerate(listed.split(), start=1)
    ]
    return pd.DataFrame(rows, columns=["area", "area_name", "sector", "sector_title", "rank"])


def edition(**lists: str) -> Edition:
    inputs = {
        "panel.csv": ("Employment", "1"),
        "study.yaml": ("Study file", "1"),
        "logo.svg": ("Logo of the publisher", "1"),
    }
    regions = {area: f"Name of {area}" for area in lists}
    return Edition(
        short_lists(**lists), regions, inputs, {"criteria.yaml": "1"}, {"sectorlib": "1", "numpy": "2"}, "1"
    )


OLD = edition(A="mills care", B="care", C="mills")


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("mills care", ""),
        ("care mills", "first is now Care, before Mills"),
        ("mills care food", "new: Food <b>"),
        ("mills", "no longer: Care"),
        ("food care", "new: Food <b>; no longer: Mills"),
    ],
)
def test_how_a_short_list_changed(new, said):
    changes = compare(OLD, edition(A=new, B="care", C="mills"))
    assert dict(changes.regions) == ({"Name of A": said} if said else {})
    assert changes.same == (2 if said else 3)


@pytest.mark.parametrize(
    ("change", "which", "cause"),
    [
        ({}, None, "Neither data, definitions nor methods changed."),
        ({"inputs": {**OLD.inputs, "panel.csv": ("Employment", "2")}}, "data", "Only the data changed"),
        ({"inputs": {**OLD.inputs, "new.csv": ("Flows", "2")}}, "data", "Only the data changed"),
        ({"inputs": {k: v for k, v in OLD.inputs.items() if k != "panel.csv"}}, "data", "Only the data changed"),
        ({"inputs": {**OLD.inputs, "study.yaml": ("Study file", "2")}}, "definitions", "Only the definitions changed"),
        ({"definitions": {"criteria.yaml": "2"}}, "definitions", "Only the definitions changed"),
        ({"versions": {"sectorlib": "2", "numpy": "2"}}, "methods", "Only the methods changed"),
        ({"code": "2"}, "methods", "Only the methods changed"),
        ({"inputs": {**OLD.inputs, "logo.svg": ("Logo of the publisher", "2")}}, None, "Neither"),
    ],
)  # fmt: skip
def test_what_did_it(change, which, cause):
    changes = compare(OLD, replace(OLD, **change))
    assert changes.cause.startswith(cause)
    for name in ("data", "definitions", "methods"):
        assert bool(getattr(changes, name)) == (name == which)


def test_several_causes_are_all_named_and_what_is_not_recorded_is_said():
    both = replace(OLD, code="2", inputs={**OLD.inputs, "panel.csv": ("Employment", "2")})
    assert compare(OLD, both).cause == "What changed: data and methods. Each may have moved a short list."
    bare = replace(OLD, definitions={}, code="")
    assert "did not record" in compare(bare, OLD).cause


def test_regions_are_found_by_name_when_codes_change_and_new_ones_are_said():
    renamed = replace(
        OLD, short_lists=OLD.short_lists.replace({"area": {"A": "X"}}), regions={"X": "Name of A"}
    )
    assert compare(OLD, renamed).regions == ()
    added = edition(A="mills care", D="mills")
    assert dict(compare(OLD, added).regions) == {"Name of D": "the previous edition has no such region"}


def test_the_note_shows_names_as_text(tmp_path):
    changes = compare(OLD, edition(A="mills care food", B="care", C="mills"))
    page = write_changes(tmp_path, "A <i>study", changes, "", Imprint("A citation")).read_text(
        encoding="utf-8"
    )
    assert "1 of 3 short lists changed." in page
    assert "Food &lt;b&gt;" in page
    assert "<i>study" not in page


@pytest.mark.parametrize("name", ["", CHANGES_FILE])
def test_the_atlas_links_to_the_note_where_there_is_one(name):
    page = render(
        "atlas.html.j2", title="A", banner="", briefs=[], listed=[], regions=1, reports=1, failed=0, years=2023, said=None, data="{}",
        changed=name,
    )  # fmt: skip
    assert ("What changed since the previous edition" in page) == bool(name)


def test_an_edition_is_read_from_the_folder_of_reports(tmp_path):
    path = small_study(
        tmp_path / "study", STUDY + 'regions: {Ely: ["36051", "36055"], Ash: ["36069"]}\nreports: {system: regions}\n',
        years=range(2015, 2018),
    )  # fmt: skip
    study = sl.load_study(path)
    results = sl.Results(study)
    out = tmp_path / "out"
    results.save(out / "tables", ["targets"])
    (out / "ely").mkdir()
    origins = (*study.origins, Origin("A", "B"))
    (out / "ely" / "manifest.json").write_text(json.dumps(manifest({"region": "Ely"}, origins, {})))
    before, now = read_edition(out), this_edition(results, ["Ely", "Ash"], origins)
    assert len(now.short_lists) > 0
    changes = compare(before, now)
    assert (changes.regions, changes.same) == ((), 2)
    assert changes.cause == "Neither data, definitions nor methods changed."


def test_a_folder_without_reports_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(MissingFileError, match="index"):
        read_edition(tmp_path)
    done = CliRunner().invoke(
        app, ["report", "invented", "--previous", str(tmp_path), "--out", str(tmp_path / "new")]
    )
    assert done.exit_code == 1
    assert "holds no reports" in done.output + done.stderr
    assert not (tmp_path / "new").exists()
    broken = tmp_path / "old" / "ely"
    broken.mkdir(parents=True)
    (tmp_path / "old" / "tables").mkdir()
    (broken / "manifest.json").write_text("{")
    with pytest.raises(LayoutError, match="manifest"):
        read_edition(Path(tmp_path / "old"))
