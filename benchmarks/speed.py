"""What people wait for, beside a reference on the same data in the same run: the table behind `make bench`.

    python benchmarks/speed.py [--only table,reports,...] [--before FOLDER] [--nation STUDY] [--parquet FILE]

Small ones come first. Each line gives elapsed and processor seconds of both, because other work on a computer lengthens the
first and hardly the second; ratios of elapsed time mean something on an idle computer alone. Programs take turns. Prints a
table and writes ``speed.json`` beside this file.

`--before` is a checkout of an earlier commit, which is timed beside this one. Results are checked by tests; kills and
full disks by `make hardening`.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import import_large
from factory import Peak, load, plain

import sectorlib as sl
from sectorlib.pages.region.chapters import page_results
from sectorlib.reporting.jobs import ReportJob
from sectorlib.reporting.runner import RunTerms, run_reports
from sectorlib.resources import notebook_path

#: Reports of the plain loop that are timed; each takes as long as another.
LOOP = 2


@dataclass
class Used:
    """What something took: elapsed and processor seconds, and the most memory in MB."""

    seconds: float
    processor: float
    megabytes: float


@dataclass
class Line:
    task: str
    reference: str
    before: Used
    now: Used
    target: float
    target_memory: float | None = None
    load: float = 0.0

    @property
    def faster(self) -> float:
        return self.before.seconds / self.now.seconds

    @property
    def less_work(self) -> float:
        return self.before.processor / self.now.processor


def used(call: Callable[[], object]) -> Used:
    """What a call takes, with the processes that it starts."""
    start, processor = time.perf_counter(), _processor()
    with Peak() as peak:
        call()
    return Used(time.perf_counter() - start, _processor() - processor, peak.megabytes)


def _processor() -> float:
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in every)


def command(*arguments: str, cache: Path, code: Path | None = None) -> Callable[[], object]:
    """The command line with a cache of its own, of this code or of another checkout."""
    environment = os.environ | {"SECTORLIB_CACHE": str(cache)}
    if code is not None:
        environment["PYTHONPATH"] = str(code)
    program = [sys.executable, "-c", "from sectorlib.cli import main; main()", *arguments]
    return lambda: subprocess.run(program, env=environment, check=True, stdout=subprocess.DEVNULL)


def table(folder: Path, asked: argparse.Namespace) -> Iterator[Line]:
    run = command("table", asked.study, "targets", cache=folder / "cache")
    first, second = used(run), used(run)
    yield Line("table targets, second time", "first time", first, second, 8.0)


def reports(folder: Path, asked: argparse.Namespace) -> Iterator[Line]:
    """All reports with tables ready, beside a plain loop; of the loop a few are timed, and counted for all."""
    os.environ["SECTORLIB_CACHE"] = str(folder / "cache")
    study = sl.load_study(asked.study) if Path(asked.study).exists() else sl.example(asked.study)
    results = sl.Results(study)
    tables = folder / "tables"
    results.save(tables, page_results(study))
    source = notebook_path("region_report")
    codes = list(results["regions"]["area"].unique())
    jobs = [
        ReportJob(code, f"r{n}", {"study": str(study.path), "region": code, "tables": str(tables)}, code)
        for n, code in enumerate(codes)
    ]
    loop = [used(lambda job=job: plain(source, job, folder / "plain" / job.slug)) for job in jobs[:LOOP]]
    times = len(jobs) / len(loop)
    whole = Used(
        times * sum(one.seconds for one in loop),
        times * sum(one.processor for one in loop),
        max(one.megabytes for one in loop),
    )
    made = []
    ours = used(
        lambda: made.extend(
            run_reports(source, jobs, folder / "ours", asked.jobs, terms=RunTerms(tables=tables))
        )
    )
    assert all(result.ok for result in made), [result.failure for result in made]
    yield Line(
        f"{len(jobs)} reports, tables ready", f"papermill and nbconvert ({LOOP} of them)", whole, ours, 6.0
    )


def from_nothing(folder: Path, asked: argparse.Namespace) -> Iterator[Line]:
    """All reports of the study from nothing, beside an earlier commit."""
    if asked.before is None:
        return
    both = []
    for code in (asked.before, None):
        name = "now" if code is None else "before"
        arguments = ("report", asked.study, "--out", str(folder / name), "--jobs", str(asked.jobs))
        both.append(used(command(*arguments, cache=folder / f"cache-{name}", code=code)))
    yield Line("reports from nothing", f"the same of {asked.before.name}", both[0], both[1], 3.0)


def nation(folder: Path, asked: argparse.Namespace) -> Iterator[Line]:
    """One region of a national study from nothing and from the cache, beside an earlier commit from nothing."""
    if asked.nation is None:
        return
    found = {}
    for name, code in (("before", asked.before), ("nothing", None), ("cache", None)):
        if name == "before" and code is None:
            continue
        out = folder / f"nation-{name}"
        arguments = ("report", str(asked.nation), "--region", asked.region, "--out", str(out))
        cache = folder / ("cache-before" if name == "before" else "cache-nation")
        found[name] = used(command(*arguments, cache=cache, code=code))
    if "before" in found:
        earlier = f"from nothing, {asked.before.name}"
        yield Line("one national region from nothing", earlier, found["before"], found["nothing"], 3.5)
        yield Line("one national region, cached", earlier, found["before"], found["cache"], 17.0)
    else:
        yield Line("one national region, cached", "from nothing", found["nothing"], found["cache"], 4.9)


def annual(folder: Path, asked: argparse.Namespace) -> Iterator[Line]:
    path = folder / "2016.annual.singlefile.csv"
    import_large.MEGABYTES = asked.megabytes
    import_large.single_file(path)
    label = f"national annual file, {asked.megabytes} MB"
    yield _reading(label, "annual single file", path, 2.5, 0.7)
    path.unlink()


def quarterly(folder: Path, asked: argparse.Namespace) -> Iterator[Line]:
    if asked.parquet.is_file():
        yield _reading("quarterly Parquet", "quarterly Parquet", asked.parquet, 1.2, 0.8)


def _reading(task: str, kind: str, path: Path, target: float, target_memory: float) -> Line:
    tries = {reader: [] for reader in import_large.READERS[kind]}
    for _ in range(import_large.TURNS):
        for reader, expression in import_large.READERS[kind].items():
            tries[reader].append(import_large.measured(expression, path)[1:])
    ours, theirs = (Used(*(min(figure) for figure in zip(*runs, strict=True))) for runs in tries.values())
    return Line(task, list(tries)[1], theirs, ours, target, target_memory)


LINES = {
    "table": table, "quarterly": quarterly, "annual": annual, "reports": reports, "from_nothing": from_nothing,
    "nation": nation,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(LINES), help="lines, with commas between")
    parser.add_argument("--study", default="new-york", help="a study file, or the name of an example")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--megabytes", type=int, default=600, help="of the annual file")
    parser.add_argument("--parquet", type=Path, default=import_large.PARQUET)
    parser.add_argument("--before", type=Path, help="a checkout of an earlier commit")
    parser.add_argument("--nation", type=Path, help="a study file of the nation")
    parser.add_argument("--region", default="36055", help="of the nation's study")
    asked = parser.parse_args()
    heads = (
        "task",
        "reference",
        "s",
        "ours",
        "ratio",
        "asked",
        "CPU s",
        "ours",
        "ratio",
        "MB",
        "ours",
        "load",
    )
    shape = "{:<32}{:<38}{:>8}{:>8}{:>7}{:>7}{:>8}{:>8}{:>7}{:>7}{:>7}{:>6}"
    print(shape.format(*heads), flush=True)
    done = []
    for name in asked.only.split(","):
        folder = Path(tempfile.mkdtemp())
        try:
            for line in LINES[name](folder, asked):
                line.load = load()
                done.append(asdict(line) | {"faster": line.faster, "less_work": line.less_work})
                print(shape.format(*_row(line)), flush=True)
        finally:
            shutil.rmtree(folder)
    beside = Path(__file__).with_suffix(".json")
    beside.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


def _row(line: Line) -> list[str]:
    figures = [line.before.seconds, line.now.seconds, line.faster, line.target]
    figures += [line.before.processor, line.now.processor, line.less_work]
    memory = [f"{line.before.megabytes:.0f}", f"{line.now.megabytes:.0f}"]
    return [line.task, line.reference, *(f"{figure:.1f}" for figure in figures), *memory, f"{line.load:.1f}"]


if __name__ == "__main__":
    main()
