"""The study cache: the second table starts from the first, and nothing in it is ever stale."""

import os
import pickle
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pandas as pd
import pytest
from small_study import STUDY, small_study
from typer.testing import CliRunner

from sectorlib import labor_markets
from sectorlib.cli import app
from sectorlib.exceptions import NotSupportedError
from sectorlib.results import RESULTS, Results
from sectorlib.study import load_study, store
from sectorlib.study.store import Store, clear, size, store_of, store_of_tables

EVERY_FILE = (
    STUDY
    + """\
sectors: sectors.yaml
readiness: ready.csv
jurisdictions: {board: {file: boards.csv, member: fips, group: board}}
occupations: []
names: names.csv
official_projections: official.csv
"""
).replace("occupations: []\n", "")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("SECTORLIB_CACHE", str(folder))
    return folder


@pytest.fixture
def path(tmp_path, cache):
    return small_study(tmp_path / "study", years=[2015, 2016, 2017])


def _counted(monkeypatch, name):
    """How often a result is made; it is made as before."""
    made, result = [], RESULTS[name]

    def build(results):
        made.append(name)
        return result.build(results)

    monkeypatch.setitem(RESULTS, name, replace(result, build=build))
    return made


def test_a_second_table_is_read_and_equals_the_first(path, monkeypatch):
    made = _counted(monkeypatch, "growth")
    first = Results(load_study(path))["growth"]
    study = load_study(path)
    monkeypatch.setattr("sectorlib.sources.qcew.read_annual", lambda _: pytest.fail("the files were read"))
    second = Results(study)["growth"]
    pd.testing.assert_frame_equal(first, second)
    assert (made, study.notice, study.years) == (["growth"], "", [2015, 2016, 2017])


def test_what_a_study_cannot_support_is_kept_with_its_reason(path, monkeypatch):
    made, reasons = [], []

    def build(results):
        made.append(results)
        raise NotSupportedError("2 years", "3 years", "add a year")

    monkeypatch.setitem(RESULTS, "growth", replace(RESULTS["growth"], build=build))
    for _ in range(2):
        with pytest.raises(NotSupportedError) as error:
            Results(load_study(path))["growth"]
        reasons.append(str(error.value))
    assert len(made) == 1
    assert reasons[0] == reasons[1]


def test_one_byte_of_any_input_makes_another_store(tmp_path, cache):
    path = small_study(tmp_path / "study", EVERY_FILE, years=[2016, 2017])
    (path.parent / "sectors.yaml").write_text("{}\n")
    (path.parent / "ready.csv").write_text("area,sector,score\n")
    (path.parent / "boards.csv").write_text("fips,board\n36051,West\n")
    (path.parent / "names.csv").write_text("area,name\n36051,Livingston\n")
    inputs = sorted(one for one in path.parent.iterdir() if one.is_file())
    assert len(inputs) == 8
    keys = {load_study(path).store.key}
    for one in inputs:
        before = one.stat()
        content = bytearray(one.read_bytes())
        content[-1] = ord(" ")
        one.write_bytes(content)
        os.utime(one, ns=(before.st_atime_ns, before.st_mtime_ns))  # what hides a change from a look at dates
        keys.add(load_study(path).store.key)
    assert len(keys) == len(inputs) + 1
    assert load_study(path).store.key in keys


def test_a_changed_figure_is_in_the_next_table(path):
    before = Results(load_study(path))["growth"]
    panel = path.parent / "panel.csv"
    panel.write_text(panel.read_text().replace(",2000,", ",2001,"))
    after = Results(load_study(path))["growth"]
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(before, after)


def test_old_files_are_read_once_and_again_when_they_change(path, monkeypatch):
    """The digest of a file at rest is remembered; a change in place that keeps size and date is seen by ctime."""
    monkeypatch.setattr("sectorlib.study.store._SETTLED", -1)
    key = load_study(path).store.key
    panel = path.parent / "panel.csv"
    opened = []
    plain = type(panel).open
    monkeypatch.setattr(
        type(panel), "open", lambda self, *a, **k: opened.append(self.name) or plain(self, *a, **k)
    )
    assert load_study(path).store.key == key
    assert "panel.csv" not in opened
    before = panel.stat()
    with plain(panel, "r+b") as file:
        file.seek(-2, os.SEEK_END)
        file.write(b"9")
    os.utime(panel, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load_study(path).store.key != key
    assert "panel.csv" in opened


def test_code_year_and_packages_make_another_store(path, monkeypatch):
    study = load_study(path)
    keys = {study.store.key, store_of(study.file, study.path, 2031).key}
    monkeypatch.setattr("sectorlib.study.store.installed", lambda: "other packages")
    keys.add(load_study(path).store.key)
    monkeypatch.setattr("sectorlib.study.store.code_digest", lambda _: "other code")
    keys.add(load_study(path).store.key)
    assert len(keys) == 4


def test_an_input_that_changes_while_a_study_is_open_is_not_kept(path):
    study = load_study(path)
    assert study.years == [2015, 2016, 2017]
    folder = study.store.folder
    with (path.parent / "panel.csv").open("a") as file:
        file.write("\n")
    kept = {one.name for one in folder.rglob("*.pkl")}
    _ = Results(study)["regions"]
    assert {one.name for one in folder.rglob("*.pkl")} == kept


def test_markets_of_the_same_flows_are_drawn_once(path, tmp_path, monkeypatch):
    """Another study with other figures and the same flows finds them; with other flows it does not."""
    drawn = []
    plain = labor_markets.stability
    monkeypatch.setattr(labor_markets, "stability", lambda *a, **n: drawn.append(a) or plain(*a, **n))
    other = small_study(tmp_path / "other", years=[2016, 2017])
    first, second = (Results(load_study(one))["labor-market-stability"] for one in (path, other))
    pd.testing.assert_frame_equal(first, second)
    assert len(drawn) == 1
    flows = other.parent / "flows.csv"
    flows.write_text(flows.read_text().replace("900", "901"))
    Results(load_study(other))["labor-market-stability"]
    assert len(drawn) == 2


def test_scopes_keep_their_tables_apart(path):
    seeds = [
        Results(load_study(path).with_scope("62", seed))["scope-counties"] for seed in ("36055", "36117")
    ]
    again = [
        Results(load_study(path).with_scope("62", seed))["scope-counties"] for seed in ("36055", "36117")
    ]
    for first, second in zip(seeds, again, strict=True):
        pd.testing.assert_frame_equal(first, second)
    assert not seeds[0].equals(seeds[1])


@pytest.mark.parametrize("damage", [b"", b"half", None])
def test_an_entry_that_is_not_whole_is_made_again(tmp_path, cache, damage):
    store = Store(tmp_path / "s")
    store.recall("a", lambda: list(range(1000)))
    entry = tmp_path / "s" / "a.pkl"
    content = entry.read_bytes()
    entry.write_bytes(content[:-7] if damage is None else damage)
    assert store.recall("a", lambda: [1]) == [1]
    assert store.recall("a", lambda: [2]) == [1]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no owners and modes of files")
def test_an_entry_that_others_could_have_written_is_not_loaded(tmp_path, cache, monkeypatch):
    made = Store(tmp_path / "s")
    made.recall("a", lambda: 1)
    entry = tmp_path / "s" / "a.pkl"
    assert entry.stat().st_mode & 0o777 == 0o600
    assert made.recall("a", lambda: 2) == 1
    entry.chmod(0o620)
    assert made.recall("a", lambda: 2) == 2
    entry.rename(tmp_path / "s" / "b.pkl")
    assert made.recall("b", lambda: 3) == 3
    monkeypatch.setattr(store.os, "getuid", lambda: -1)
    assert made.recall("b", lambda: 4) == 4


def test_what_cannot_be_kept_is_made_each_time(tmp_path, cache):
    store = Store(tmp_path / "s")
    assert callable(store.recall("a", lambda: lambda: 1))
    assert list(tmp_path.rglob("*.pkl")) == []


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path, path, monkeypatch, caplog):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SECTORLIB_CACHE", str(tmp_path / "file" / "cache"))
    first, second = (Results(load_study(path))["regions"] for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert [record.message.startswith("working without the study cache") for record in caplog.records] == [
        True
    ]


def test_a_full_disk_leaves_no_entry_and_no_part(tmp_path, cache, monkeypatch, caplog):
    def full(name, flags):
        file = os.open(name, flags, 0o600)
        os.write(file, b"0123456789")
        os.close(file)
        raise OSError(28, "No space left on device")

    made = Store(cache / "studies" / "s")
    monkeypatch.setattr(store, "_private", full)
    assert made.recall("a", lambda: 1) == 1
    assert [one for one in cache.rglob("*") if one.is_file()] == []
    assert "No space left on device" in caplog.text


WRITER = """
import sys
from pathlib import Path
from sectorlib.study.store import Store
store = Store(Path(sys.argv[1]))
n = 0
while True:
    store.recall(f"{n % 3}", lambda: [n % 3] * 200_000)
    (Path(sys.argv[1]) / f"{n % 3}.pkl").unlink(missing_ok=True)
    n += 1
"""


def test_readers_see_whole_entries_while_writers_are_killed(tmp_path, cache):
    folder = cache / "studies" / "s"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)])
    try:
        until = time.monotonic() + 60
        while not folder.exists() and time.monotonic() < until:
            time.sleep(0.01)
        for n in range(200):
            assert set(Store(folder).recall(str(n % 3), lambda n=n: [n % 3] * 200_000)) == {n % 3}
    finally:
        writer.kill()
        writer.wait()
    for entry in folder.glob("[0-9].pkl"):
        assert pickle.loads(entry.read_bytes()[28:])[0] == "value"


def test_clearing_while_others_read_and_write(tmp_path, cache):
    store, wrong = Store(cache / "studies" / "s"), []

    def work():
        for n in range(200):
            if store.recall(str(n % 3), lambda n=n: n % 3) != n % 3:
                wrong.append(n)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        clear()
    for thread in threads:
        thread.join()
    assert wrong == []
    clear()
    assert size(cache) == 0


def test_the_command_line_keeps_clears_and_leaves_out(path, cache, tmp_path):
    run = CliRunner().invoke
    assert run(app, ["table", str(path), "regions", "--no-cache"]).exit_code == 0
    assert not (cache / "studies").exists()
    os.environ["SECTORLIB_CACHE"] = str(cache)
    table = run(app, ["table", str(path), "regions"])
    assert (cache / "studies").exists()
    assert run(app, ["table", str(path), "regions"]).stdout == table.stdout
    assert str(cache) in run(app, ["cache"]).stdout
    assert "removed" in run(app, ["cache", "--clear"]).stdout
    assert not (cache / "studies").exists()


def test_what_rests_on_tables_is_found_by_the_same_tables_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("SECTORLIB_CACHE", str(tmp_path))
    flows = pd.DataFrame({"home": ["a", "b"], "workers": [1, 2]})
    others = (
        flows.assign(workers=[1, 3]),
        flows.rename(columns={"home": "from"}),
        flows.astype({"workers": float}),
    )
    key = store_of_tables("markets", flows, {"cut": 0.5}).key
    assert store_of_tables("markets", flows.copy(), {"cut": 0.5}).key == key
    assert key not in [store_of_tables("markets", other, {"cut": 0.5}).key for other in others]
    assert store_of_tables("markets", flows, {"cut": 0.6}).key != key
