"""One declaration for each key of a study file, and no key whose files are left unread by a check."""

import re
import typing
from pathlib import Path

import pytest
import yaml
from small_study import STUDY, small_study

import sectorlib as sl
from sectorlib import checks
from sectorlib.fetch import catalogue
from sectorlib.study import Study
from sectorlib.study.file import StudyFile
from sectorlib.study.keys import KEYS, study_key

CODE = Path(checks.__file__).parent
HTML = b"<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head><body><p>No.</p></body></html>\n"
BROKEN = {"page": HTML, "empty": b"", "binary": bytes(range(256)) * 8, "blank": b"\n\n \n"}

#: What a study writes to name a file under a key, where it is not the path alone.
BLOCKS = {
    "panel": ["FILE"],
    "labor_markets": {"method": "file", "file": "FILE", "compare_with": {"Official": "compare_with.csv"}},
    "jurisdictions": {
        "district": {"file": "FILE"},
        "board": {"file": "blocks.csv", "group": "stwib", "jobs": "jobs.csv"},
    },
    "assets": [{"file": "FILE", "kind": "college"}],
    "publisher": {"agency": "The agency", "logo": "FILE"},
}
#: Files of a key's block beside its own.
FURTHER = {"labor_markets": "compare_with.csv", "jurisdictions": "jobs.csv"}
#: The usual ending of a key's file; others are read as CSV.
ENDINGS = {
    "sectors": ".yaml",
    "criteria": ".yaml",
    "occupations": ".xlsx",
    "publisher": ".png",
    "shapes": ".geojson",
}
BLOCKS_OF_CENSUS = (
    "tabblk2020,st,stusps,cty,ctyname,stwib,stwibname\n360510001001000,36,NY,36051,Livingston,36a,A\n"
)
FILE_KEYS = [key.name for key in KEYS if key.holds_files]


def _filled(block, name):
    if isinstance(block, dict):
        return {key: _filled(value, name) for key, value in block.items()}
    if isinstance(block, list):
        return [_filled(value, name) for value in block]
    return name if block == "FILE" else block


def _study_with(folder, keys, content):
    """A small study whose files under some keys hold this; the study and the names of those files."""
    text = yaml.safe_load(STUDY)
    names = {key: f"{key}_given{ENDINGS.get(key, '.csv')}" for key in keys}
    text |= {key: _filled(BLOCKS.get(key, "FILE"), name) for key, name in names.items()}
    path = small_study(folder, yaml.safe_dump(text), years=(2017,))
    named = [*names.values(), *(FURTHER[key] for key in keys if key in FURTHER)]
    for name in named:
        (folder / name).write_bytes(content)
    (folder / "blocks.csv").write_text(BLOCKS_OF_CENSUS)
    return sl.load_study(path), named


def test_the_declarations_are_the_keys_of_the_model():
    assert len(KEYS) == len({key.name for key in KEYS})
    assert {key.name for key in KEYS} == set(StudyFile.model_fields)
    needed = {name for name, field in StudyFile.model_fields.items() if field.is_required()}
    assert {key.name for key in KEYS if key.needed} == needed - {
        "name",
        "title",
    }  # which come from the file's name
    stated = typing.get_args(typing.get_args(StudyFile.model_fields["vintages"].annotation)[0])
    assert {key.name for key in KEYS if key.vintage} == set(stated)


def test_readers_and_checks_of_a_key_are_there():
    for key in KEYS:
        assert bool(key.reads) == key.holds_files, key.name
        assert all(hasattr(Study, name) for name in key.reads), key.name
        assert all(check in checks._PARTS for check in key.checks), key.name
    assert {check for key in KEYS for check in key.checks} == set(checks._PARTS)
    assert study_key("flows").vintage


def test_what_a_key_reads_is_used_by_a_table_or_a_page():
    """A source takes its key, its declaration, its reader and a table: whichever is forgotten is named here."""
    rooms = ("results", "pages", "reporting", "study")
    used = "".join(path.read_text() for room in rooms for path in (CODE / room).rglob("*.py"))
    for key in KEYS:
        for name in key.reads:
            assert used.count(f".{name}") or name in ("source", "panel"), (
                f"no table uses {name} of {key.name}"
            )


def test_every_reader_is_read_by_a_study_and_tested():
    """A module of sources that nothing above takes up, or whose reader no test calls, is half a source."""
    above = "".join(p.read_text() for p in CODE.rglob("*.py") if "sources" not in p.parts)
    tests = "".join(p.read_text() for p in Path(__file__).parent.glob("*.py"))
    for path in sorted((CODE / "sources").glob("*.py")):
        readers = re.findall(r"^def (read_\w+)", path.read_text(), flags=re.M)
        if readers and path.stem not in ("text_tables", "damage", "team"):
            assert any(name in above for name in readers), f"nothing reads with {', '.join(readers)}"
            assert any(name in tests for name in readers), f"no test reads with {', '.join(readers)}"


def test_every_key_of_files_can_be_fetched_or_is_listed_as_the_users_own():
    fetched = {source.key for source in catalogue().values()}
    told = (CODE.parent / "docs/study_file.md").read_text() + (CODE.parent / "docs/data.md").read_text()
    for name in FILE_KEYS:
        assert name in fetched or f"`{name}`" in told, f"nobody is told where files of {name} come from"


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_files_under_all_keys_are_problems_and_no_traceback(tmp_path, broken):
    study, names = _study_with(tmp_path, [key for key in FILE_KEYS if key != "panel"], BROKEN[broken])
    found = checks.check_study(study)
    about = [f.text for f in found if f.kind == "problem"]
    assert len(names) > 20
    assert [name for name in names if not any(name in text for text in about)] == []


@pytest.mark.parametrize("broken", BROKEN)
def test_a_panel_that_is_no_table_is_a_problem(tmp_path, broken):
    study, names = _study_with(tmp_path, ["panel"], BROKEN[broken])
    found = checks.check_study(study)
    assert any(f.kind == "problem" and names[0] in f.text for f in found)


def test_every_file_of_a_study_is_in_its_origins(tmp_path):
    text = STUDY + "names: names.csv\npartners: partners.csv\n"
    path = small_study(tmp_path, text, years=(2016, 2017))
    (tmp_path / "names.csv").write_text("area,name\n36051,Livingston\n")
    (tmp_path / "partners.csv").write_text("kind,name,area\nunion,Local 1,36051\n")
    study = sl.load_study(path)
    named = [origin.title for origin in study.origins]
    for key in ("panel", "flows", "names", "partners"):
        assert study_key(key).title in named, key
