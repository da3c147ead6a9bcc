"""What analysts write beside a study: shown as they mean it, safely, and never overwritten."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import STUDY, small_study
from typer.testing import CliRunner

import sectorlib as sl
from sectorlib.cli import app
from sectorlib.exceptions import LayoutError, MissingFileError
from sectorlib.pages.address import addresses
from sectorlib.pages.narrative import HEADINGS, narrative, narrative_path, read_narrative

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")

REGIONS = (
    STUDY
    + 'regions: {Ely: ["36051"], "Ély": ["36055"], Ash: ["36069", "36117"]}\nreports: {system: regions}\n'
)


def markup_of(folder, text: str) -> str:
    (folder / "a.md").write_text(text, encoding="utf-8")
    return read_narrative(folder / "a.md").markup


def test_headings_lists_tables_and_pictures_come_through(tmp_path):
    (tmp_path / "mills.png").write_bytes(PNG)
    text = (
        "# Talks\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Mills\n\n![Two mills](mills.png)\n"
    )
    page = markup_of(tmp_path, text)
    assert "<h3>Talks</h3>" in page
    assert "<h4>Mills</h4>" in page
    assert "<li>one</li>" in page
    assert "<td>1</td>" in page
    assert 'alt="Two mills"' in page
    assert 'src="data:image/png;base64,' in page
    assert [file.name for file in read_narrative(tmp_path / "a.md").files] == ["a.md", "mills.png"]


HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](data:text/html,x)",
    "<style>body{display:none}</style>", "<!-- -->", "<a href='javascript:x'>a</a>", "</details></section>", "text\n\n",
    "[a](vbscript:x)", "<svg onload=x>", "{{ 7*7 }}", "# h\n", "`<b>`", "<iframe src=//a>", "[x](https://example.org)",
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=6))
def test_nothing_of_a_narrative_runs_or_loads(tmp_path_factory, pieces):
    page = markup_of(tmp_path_factory.mktemp("n"), "Text " + " ".join(pieces))
    tags = set(re.findall(r"<\s*/?\s*(\w+)", page))
    assert tags <= {"p", "h3", "h4", "a", "code", "em", "pre", "br"}
    for link in re.findall(r'(?:href|src)="([^"]*)"', page):
        assert link == "https://example.org"
    assert not re.search(r"<[^>]*\son\w+=", page)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("https://example.org/a.png", LayoutError),
        ("//example.org/a.png", LayoutError),
        ("../study.yaml", LayoutError),
        ("mils.png", MissingFileError),
        ("text.png", LayoutError),
        ("large.png", LayoutError),
    ],
)
def test_pictures_from_elsewhere_and_what_is_none_are_refused(tmp_path, source, error):
    (tmp_path / "mills.png").write_bytes(PNG)
    (tmp_path / "text.png").write_text("text")
    (tmp_path / "large.png").write_bytes(PNG + bytes(3_000_000))
    with pytest.raises(error):
        markup_of(tmp_path, f"![a]({source})")


def test_headings_with_nothing_below_them_are_not_shown(tmp_path):
    assert markup_of(tmp_path, "<!-- note -->\n## One\n\n## Two\n") == ""
    page = markup_of(tmp_path, "# One\n\n## Two\n\nText.\n\n## Three\n\n# Four\n")
    assert re.findall(r"<h\d>(.*?)</h\d>", page) == ["One", "Two"]


def test_regions_whose_names_differ_in_accents_have_files_of_their_own():
    assert addresses({"1": "Ely", "2": "Ély", "3": "Ely 2"}) == {"1": "ely", "2": "ely-2", "3": "ely-2-2"}


def test_an_example_that_ships_gets_no_narratives():
    done = CliRunner().invoke(app, ["narratives", "invented"])
    assert done.exit_code == 1
    assert "a study of your own" in done.output + done.stderr


def test_the_command_writes_empty_files_once(tmp_path):
    path = small_study(tmp_path, REGIONS, years=[2016, 2017])
    done = CliRunner().invoke(app, ["narratives", str(path)])
    assert done.exit_code == 0, done.output
    assert "3 new files" in done.output
    files = sorted(file.name for file in (tmp_path / "narratives").iterdir())
    assert files == ["ash.md", "ely-2.md", "ely.md"]
    results = sl.Results(sl.load_study(path))
    assert narrative(results, "Ash").markup == ""
    file = narrative_path(results, "Ash")
    assert all(f"## {heading}" in file.read_text(encoding="utf-8") for heading in HEADINGS)
    file.write_text(file.read_text(encoding="utf-8") + "\nTwo mills hire.\n", encoding="utf-8")
    again = CliRunner().invoke(app, ["narratives", str(path)])
    assert "0 new files" in again.output
    assert narrative(results, "Ash").markup == f"<h3>{HEADINGS[-1]}</h3>\n<p>Two mills hire.</p>\n"
