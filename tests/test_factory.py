"""The report factory: warm workers, resumed runs, and what is left when something goes wrong."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sectorlib.exceptions import ReportError
from sectorlib.pages.address import addresses, slug
from sectorlib.reporting import cluster, runner, workers
from sectorlib.reporting import folder as folders
from sectorlib.reporting.jobs import ReportJob
from sectorlib.reporting.runner import RunTerms, run_reports
from sectorlib.reporting.server import Setup
from sectorlib.reporting.workers import can_fork, run_tasks

forks = pytest.mark.skipif(not can_fork(), reason="this system has no fork that bears threads")

#: Everything that a cell can give: streams, values, displays, updates, pictures, magics, awaits.
CELLS = [
    "import sys\nprint('one')\nprint('two', end='')",
    "print('three', file=sys.stderr)",
    "6 * 7",
    "'not shown';",
    "from IPython.display import HTML, Markdown, clear_output, display, Image\ndisplay(HTML('<b>x</b>'), Markdown('*y*'))",
    "shown = display('first', display_id=True)\nshown.update('second')",
    "print('gone')\nclear_output()\nprint('kept')",
    "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])",
    "import pandas as pd\npd.DataFrame({'a': [1, None]})",
    "class Record:\n    __repr__ = lambda self: 'r'\n    def _repr_html_(self):\n        return '<i>r</i>'\nRecord()",
    "async def later():\n    return 5\nawait later()",
    "%precision 3\n1 / 3",
    "print(__name__, len(_), Out[3] if 3 in Out else None)",
    "{1, 2}, region",
]


def notebook(path: Path, *cells: str, tags: dict[int, list[str]] | None = None) -> Path:
    made = [new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(cells)]
    made[0].metadata.tags = ["parameters"]
    for n, tag in (tags or {}).items():
        made[n].metadata.tags = tag
    nbformat.write(new_notebook(cells=[new_markdown_cell("# A", id="m"), *made]), path)
    return path


def jobs(*names: str, **parameters: object) -> list[ReportJob]:
    return [ReportJob(name, slug(name), {"region": name, **parameters}, name) for name in names]


def contents(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@forks
def test_warm_workers_give_what_a_kernel_gives(tmp_path):
    source = notebook(tmp_path / "a.ipynb", "region = ''", *CELLS, "assert region == 'Ely', region")
    results = {
        engine: run_reports(source, jobs("Ely", "Ash"), tmp_path / engine, n_jobs=2, engine=engine)
        for engine in ("warm", "kernel")
    }
    warm, kernel = (json.loads((tmp_path / e / "ely/report.ipynb").read_text()) for e in results)
    for ours, theirs in zip(warm["cells"], kernel["cells"], strict=True):
        assert ours == theirs, ours["source"]
    assert contents(tmp_path / "warm/ely") == contents(tmp_path / "kernel/ely")
    ours, theirs = (found[1].failure for found in results.values())
    assert (
        (ours.error, ours.message, ours.cell)
        == (theirs.error, theirs.message, theirs.cell)
        == ("AssertionError", "Ash", len(CELLS) + 3)
    )


@forks
@pytest.mark.long
def test_spawned_workers_give_what_forked_ones_give(tmp_path, monkeypatch):
    """Where a system has no fork, one worker makes one report after the other."""
    source = notebook(tmp_path / "a.ipynb", "region = ''", *CELLS, "assert region == 'Ely', region")
    run_reports(source, jobs("Ely", "Ash", "Elm"), tmp_path / "forked", n_jobs=2)
    monkeypatch.setattr(workers, "can_fork", lambda: False)
    run_reports(source, jobs("Ely", "Ash", "Elm"), tmp_path / "spawned", n_jobs=2)
    assert contents(tmp_path / "spawned") == contents(tmp_path / "forked")


@forks
def test_nothing_threaded_runs_before_a_fork(tmp_path):
    """The server counts its threads before each fork, with tables loaded; so does each worker as it begins."""
    import pandas as pd

    (tmp_path / "tables").mkdir()
    pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.0]}).to_parquet(
        tmp_path / "tables" / "t.parquet", index=False
    )
    setup = Setup(("matplotlib.pyplot", "sectorlib.reporting.runner"), tmp_path / "tables")
    tasks = [(partial(_looked, tmp_path / "tables" / "t.parquet"), tmp_path / "w")] * 3
    ends = [ended.value for _, ended in run_tasks(tasks, 2, setup)]
    assert ends == [(1, True, 2.0, True)] * 3


def test_workers_import_once_what_the_notebook_imports(tmp_path):
    source = notebook(
        tmp_path / "a.ipynb",
        "region = ''",
        "import json, sectorlib.pages.english as en\nfrom sectorlib.pages.region import chapters",
        "%precision 3\nimport sectorlib.lab",
        "from sectorlib import not_there, show\nfrom sectorlib.pages.figures import Figure",
    )
    assert list(runner._imported(nbformat.read(source, as_version=4))) == [
        "sectorlib.pages.english",
        "sectorlib.pages.region",
        "sectorlib.pages.region.chapters",
        "sectorlib.show",
        "sectorlib.pages.figures",
    ]


def _looked(path: Path, line: object) -> tuple[int, bool, float, bool]:
    from sectorlib.reporting.server import threads
    from sectorlib.results.registry import _HELD

    count = threads()
    held = _HELD[path.resolve()]
    import pandas as pd

    same = held.equals(pd.read_parquet(path)) and list(held.dtypes) == list(pd.read_parquet(path).dtypes)
    return count, "matplotlib.pyplot" in sys.modules, float(held["b"].max()), same


@pytest.mark.parametrize("fork", [pytest.param(True, marks=forks), False])
def test_tasks_that_time_out_fail_or_die_leave_the_others(tmp_path, fork):
    parts = [tmp_path / str(n) for n in range(4)]
    tasks = [
        (partial(_does, kind, str(part)), part)
        for kind, part in zip(["ok", "sleep", "die", "raise"], parts, strict=True)
    ]
    ends = (
        dict(run_tasks(tasks, 2, Setup(), timeout=6 if fork else 60, fork=fork))
        if fork
        else dict(run_tasks([tasks[0], tasks[2], tasks[3]], 1, Setup(), fork=False))
    )
    if fork:
        assert [ends[n].fault for n in range(4)] == ["", "Timeout", "Killed", "KeyError"]
        assert ends[2].message.startswith("the process was ended by signal 9")
        assert ends[0].value == "ok"
        assert not parts[1].exists()
    else:
        assert [ends[n].fault for n in range(3)] == ["", "Killed", "KeyError"]


def _does(kind: str, part: str, line: object) -> str:
    Path(part).mkdir()
    if kind == "sleep":
        time.sleep(300)
    if kind == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "raise":
        raise KeyError("k")
    return kind


def test_a_second_run_does_what_is_missing_or_out_of_date(tmp_path):
    source = notebook(tmp_path / "a.ipynb", "region = ''\nx = 1", "print(region, x)")
    out = tmp_path / "out"
    three = jobs("A", "B", "C")
    assert [r.skipped for r in run_reports(source, three, out)] == [False] * 3
    first = contents(out)
    assert [r.skipped for r in run_reports(source, three, out)] == [True] * 3
    (out / "a" / "report.html").write_text("half")
    (out / "b" / "manifest.json").unlink()
    results = run_reports(source, [*three[:2], replace(three[2], parameters={"region": "C", "x": 2})], out)
    assert [r.skipped for r in results] == [False] * 3
    now = contents(out)
    assert {name: text for name, text in now.items() if name[0] != "c"} == {
        n: t for n, t in first.items() if n[0] != "c"
    }
    assert b"C 2" in now["c/report.html"]
    notebook(source, "region = ''\nx = 1", "print(region, x, 'anew')")
    assert [r.skipped for r in run_reports(source, three[:1], out)] == [False]
    assert all(result.page.exists() for result in results)


def test_a_report_is_whole_or_not_there_wherever_it_is_cut_off(tmp_path):
    """Publishing over an old report stops at each step: what is left is old, new, or without a manifest."""

    def fill(place: Path, text: str) -> None:
        place.mkdir(parents=True)
        outputs = {}
        for name in ("report.html", "report.ipynb"):
            (place / name).write_text(text)
            outputs[name] = folders.hashlib.sha256(text.encode()).hexdigest()
        said = {"made_from": text, "outputs": {name: {"sha256": found} for name, found in outputs.items()}}
        (place / "manifest.json").write_text(json.dumps(said))

    class Stop(Exception):
        pass

    for steps in range(6):
        out = tmp_path / str(steps)
        fill(out / "ely", "old")
        (out / "ely" / "mine.csv").write_text("filled in by people")
        fill(out / ".ely.part", "new")
        left = [steps]

        def counted(plain, *arguments, left=left, **named):
            if not left[0]:
                raise Stop
            left[0] -= 1
            return plain(*arguments, **named)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(folders.os, "replace", partial(counted, os.replace))
            patch.setattr(
                folders.Path, "unlink", lambda self, plain=Path.unlink, **named: counted(plain, self, **named)
            )
            try:
                folders.publish(out / ".ely.part", out / "ely")
                done = True
            except Stop:
                done = False
        old, new = (folders.up_to_date(out / "ely", text) for text in ("old", "new"))
        assert (old, new) == (steps == 0, done)
        assert done == (steps >= 4)
        assert (out / "ely" / "mine.csv").exists()


RUN = """
import sys
from pathlib import Path
from sectorlib.reporting.jobs import ReportJob
from sectorlib.reporting.runner import run_reports
jobs = [ReportJob(s, s, {"region": s}, s) for s in sys.argv[3].split(",")]
made = run_reports(Path(sys.argv[1]), jobs, Path(sys.argv[2]), n_jobs=2)
print(sum(r.skipped for r in made), sum(r.ok for r in made))
"""


def _process(source: Path, out: Path, names: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(source), str(out), names], stdout=subprocess.PIPE, text=True
    )


def _wait(until, seconds=120.0) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@forks
@pytest.mark.long
def test_a_run_killed_half_way_leaves_whole_reports_and_no_process(tmp_path):
    flag = tmp_path / "go"
    source = notebook(
        tmp_path / "a.ipynb",
        "region = ''",
        f"import pathlib, time\nwhile region == 'b' and not pathlib.Path({str(flag)!r}).exists():\n    time.sleep(.05)",
        "print(region)",
    )
    run = _process(source, tmp_path / "out", "a,b,c")
    _wait(lambda: (tmp_path / "out" / "c" / "manifest.json").exists())
    workers = psutil.Process(run.pid).children(recursive=True)
    assert len(workers) >= 2  # the warm process, and the worker that waits
    run.kill()
    run.wait()
    run.stdout.close()  # not communicate(), which would wait for workers that outlive the run
    _wait(lambda: not any(worker.is_running() for worker in workers))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "c"]
    flag.touch()
    again = _process(source, tmp_path / "out", "a,b,c")
    assert again.communicate()[0].split() == ["2", "3"]
    run_reports(source, jobs("a", "b", "c"), tmp_path / "undisturbed", n_jobs=2)
    assert contents(tmp_path / "out") == contents(tmp_path / "undisturbed")


@forks
def test_a_second_run_into_a_folder_waits_for_the_first(tmp_path):
    flag = tmp_path / "started"
    source = notebook(
        tmp_path / "a.ipynb",
        "region = ''",
        f"import time\nopen({str(flag)!r}, 'a').write(region)\ntime.sleep(1)",
    )
    first = _process(source, tmp_path / "out", "a,b")
    _wait(flag.exists)
    second = _process(source, tmp_path / "out", "a,b")
    assert [first.communicate()[0].split(), second.communicate()[0].split()] == [["0", "2"], ["2", "2"]]
    assert sorted(flag.read_text()) == ["a", "b"]


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "file").write_text("")
    source = notebook(tmp_path / "a.ipynb", "region = ''")
    with pytest.raises(ReportError, match="cannot be written to"):
        run_reports(source, jobs("A"), tmp_path / "file" / "out")


def test_folders_are_told_apart_and_paths_that_are_too_long_are_refused(tmp_path):
    names = addresses(
        {str(n): name for n, name in enumerate(["A", "a", "A 2", "Aux", "Logs", "Tables", "x" * 999])}
    )
    assert len(set(names.values())) == 7
    assert {"tables", "logs", "aux"}.isdisjoint(names.values())
    folders.usable_paths(tmp_path, names.values())
    with pytest.raises(ReportError, match="bytes"):
        folders.usable_paths(tmp_path / "/".join(["z" * 200] * 20), names.values())


def test_a_region_that_fails_is_told_in_a_log_that_goes_when_it_succeeds(tmp_path):
    source = notebook(tmp_path / "a.ipynb", "region = ''\nfail = True", "assert not fail, region")
    (bad,) = run_reports(source, jobs("A"), tmp_path / "out")
    assert (bad.failure.cell, bad.failure.error) == (3, "AssertionError")
    assert "cell 3" in bad.log.read_text()
    (good,) = run_reports(source, jobs("A", fail=False), tmp_path / "out")
    assert good.ok
    assert good.log is None
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a"]


# On a cluster

CLUSTER = """
import os, sys
from pathlib import Path
from sectorlib.reporting.jobs import ReportJob
from sectorlib.reporting.runner import RunTerms, run_reports
if __name__ == "__main__":
    from distributed import LocalCluster
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        for worker in cluster.workers.values():
            print(worker.pid, end=" ", flush=True)
        print(flush=True)
        jobs = [ReportJob(s, s, {"region": s}, s) for s in sys.argv[3].split(",")]
        made = run_reports(Path(sys.argv[1]), jobs, Path(sys.argv[2]), terms=RunTerms(scheduler=cluster.scheduler_address))
        print(*(f"{r.job.slug}:{r.failure.error if r.failure else 'ok'}" for r in made), flush=True)
"""


@forks
@pytest.mark.long
def test_a_cluster_of_two_workers_one_of_which_is_killed_makes_every_report(tmp_path):
    names = [f"r{n}" for n in range(8)]
    source = notebook(
        tmp_path / "a.ipynb",
        "region = ''",
        "import time\ntime.sleep(.5)\nassert region != 'r5'\nprint(region)",
    )
    script = tmp_path / "on_cluster.py"
    script.write_text(CLUSTER)
    out = tmp_path / "out"
    run = subprocess.Popen(
        [sys.executable, str(script), str(source), str(out), ",".join(names)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    workers = [psutil.Process(int(pid)) for pid in run.stdout.readline().split()]
    _wait(lambda: out.exists() and any(out.iterdir()))
    busy = next(one for one in workers if one.children(recursive=True))
    begun = busy.children(recursive=True)
    busy.kill()
    said = run.communicate()[0].split()
    assert said == [f"{name}:{'AssertionError' if name == 'r5' else 'ok'}" for name in names]
    _wait(lambda: not any(one.is_running() for one in begun))
    run_reports(source, jobs(*names), tmp_path / "alone", n_jobs=2)
    assert contents(out) == contents(tmp_path / "alone")


def test_a_scheduler_that_does_not_answer_is_refused_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_ANSWERS", 0.2)
    source = notebook(tmp_path / "a.ipynb", "region = ''")
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        with pytest.raises(ReportError, match="no Dask scheduler answers"):
            run_reports(source, jobs("A"), tmp_path / "out", terms=RunTerms(scheduler=address))
    assert not (tmp_path / "out").exists()


def test_a_worker_with_other_code_makes_no_report(tmp_path):
    source = nbformat.read(notebook(tmp_path / "a.ipynb", "region = ''"), as_version=4)
    with pytest.raises(ReportError, match="another version"):
        runner._share(source, tmp_path, RunTerms(), ("other", "packages"), jobs("A"))


# The long tests of `make hardening`

HUNDRED = ",".join(f"r{n}" for n in range(100))
PAGE = "from IPython.display import HTML\nHTML(f'<p>{region}</p>' + '.' * 20_000)"


def _undisturbed(tmp_path: Path) -> tuple[Path, dict[str, bytes]]:
    source = notebook(tmp_path / "a.ipynb", "region = ''", PAGE)
    run = _process(source, tmp_path / "undisturbed", HUNDRED)
    assert run.communicate()[0].split() == ["0", "100"]
    return source, contents(tmp_path / "undisturbed")


@forks
@pytest.mark.hardening
def test_ten_kills_at_random_moments_leave_whole_reports(tmp_path):
    source, whole = _undisturbed(tmp_path)
    out, chance = tmp_path / "out", random.Random(1)
    kills = begun = ended = 0
    while kills < 10:
        if out.exists() and contents(out) == whole:  # all are made, and nothing is left to kill
            shutil.rmtree(out)
            begun += 1
        run = _process(source, out, HUNDRED)
        before = len([*out.glob("r*")])  # a report's folder gets its name when it is whole
        _wait(lambda run=run, before=before: run.poll() is not None or len([*out.glob("r*")]) > before)
        time.sleep(chance.uniform(0, 0.5))
        workers = psutil.Process(run.pid).children(recursive=True) if run.poll() is None else []
        alive = run.poll() is None
        run.kill()
        run.wait()
        run.stdout.close()
        kills += alive
        ended += not alive
        _wait(lambda workers=workers: not any(worker.is_running() for worker in workers))
        assert contents(out).items() <= whole.items()
        assert not list(out.rglob("*.part"))
    assert _process(source, out, HUNDRED).communicate()[0].split()[1] == "100"
    assert contents(out) == whole
    print(
        f"{kills} kills, {ended} runs that had ended, {begun} begun anew: {len(whole)} files as undisturbed"
    )


#: A disk with room for so many bytes in all, for a run and all processes that it starts.
FILLING = """
import errno, fcntl, os, pathlib
plain = pathlib.Path.write_bytes
def write_bytes(path, content):
    with open(os.environ["ROOM"], "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        room = int(file.read())
        fits = bytes(content)[:room]
        file.seek(0)
        file.truncate()
        file.write(str(room - len(fits)))
    plain(path, fits)
    if len(fits) < len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return len(content)
if "ROOM" in os.environ:
    pathlib.Path.write_bytes = write_bytes
"""


@forks
@pytest.mark.hardening
def test_a_disk_that_is_full_at_ten_points_leaves_whole_reports(tmp_path, monkeypatch):
    names = ",".join(f"r{n}" for n in range(12))
    source = notebook(tmp_path / "a.ipynb", "region = ''", PAGE)
    assert _process(source, tmp_path / "whole", names).communicate()[0].split() == ["0", "12"]
    whole, chance = contents(tmp_path / "whole"), random.Random(2)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(FILLING)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "site"), *filter(None, sys.path)]))
    room, total, counts = tmp_path / "room", sum(map(len, whole.values())), []
    for point in range(10):
        out = tmp_path / str(point)
        room.write_text(str(chance.randrange(total)))
        with monkeypatch.context() as patch:
            patch.setenv("ROOM", str(room))
            skipped, made = _process(source, out, names).communicate()[0].split()
        assert room.read_text() == "0"
        assert skipped == "0"
        left = {name: text for name, text in contents(out).items() if not name.startswith("logs/")}
        assert left.items() <= whole.items()
        assert len(left) == int(made) * 3
        assert not list(out.rglob(".*"))
        assert _process(source, out, names).communicate()[0].split() == [made, "12"]
        assert contents(out) == whole
        counts.append(int(made))
    print(f"10 full disks: {counts} of 12 reports made before, {len(whole)} files as undisturbed after")
