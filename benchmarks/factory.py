"""Reports by warm workers beside a plain loop of papermill and nbconvert, and the second run of a table beside the first.

Ratios are of the same run, on the same data, with tables ready. Prints a table and writes ``factory.json`` beside this
file. ``--study`` takes another study file, ``--regions`` how many regions.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

import papermill
import psutil
from nbconvert import HTMLExporter

import sectorlib as sl
from sectorlib.pages.region.chapters import page_results
from sectorlib.reporting.jobs import ReportJob
from sectorlib.reporting.runner import RunTerms, run_reports
from sectorlib.resources import notebook_path


@dataclass
class Line:
    task: str
    reference: str
    reference_seconds: float
    seconds: float
    ratio: float
    peak_mb: float
    load: float


class Peak:
    """The most memory that this process and its children hold together (unique pages, sampled)."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._done = Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._done.wait(0.5):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_full_info().uss
                except psutil.Error:
                    continue
            self.megabytes = max(self.megabytes, total / 1e6)


def timed(call) -> tuple[float, float]:
    start = time.perf_counter()
    with Peak() as peak:
        call()
    return time.perf_counter() - start, peak.megabytes


def table_twice(study: str, folder: Path) -> Line:
    command = [sys.executable, "-c", "from sectorlib.cli import main; main()", "table", study, "targets"]
    environment = os.environ | {"SECTORLIB_CACHE": str(folder / "cache")}

    def run() -> None:
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)

    (first, _), (second, peak) = timed(run), timed(run)
    return Line("table targets, second time", "first time", first, second, first / second, peak, load())


def plain(source: Path, job: ReportJob, folder: Path) -> None:
    folder.mkdir(parents=True)
    executed = papermill.execute_notebook(
        source, folder / "report.ipynb", parameters=dict(job.parameters), cwd=folder, progress_bar=False
    )
    (folder / "report.html").write_text(HTMLExporter().from_notebook_node(executed)[0], encoding="utf-8")


def reports(study: sl.Study, folder: Path, regions: int, n_jobs: int) -> list[Line]:
    results = sl.Results(study)
    tables = folder / "tables"
    results.save(tables, page_results(study))
    source = notebook_path("region_report")
    codes = list(results["regions"]["area"].unique())[:regions]
    jobs = [
        ReportJob(code, f"r{n}", {"study": str(study.path), "region": code, "tables": str(tables)}, code)
        for n, code in enumerate(codes)
    ]
    half = max(1, len(jobs) // 2)
    before, _ = timed(lambda: [plain(source, job, folder / "plain" / job.slug) for job in jobs[:half]])
    made = []
    ours, peak = timed(
        lambda: made.extend(run_reports(source, jobs, folder / "ours", n_jobs, terms=RunTerms(tables=tables)))
    )
    after, _ = timed(lambda: [plain(source, job, folder / "plain" / job.slug) for job in jobs[half:]])
    assert all(result.ok for result in made), [result.failure for result in made]
    again, _ = timed(
        lambda: run_reports(source, jobs, folder / "ours", n_jobs, terms=RunTerms(tables=tables))
    )
    loop = before + after
    return [
        Line(f"{len(jobs)} reports, {n_jobs} at a time", "papermill and nbconvert in a loop", loop, ours, loop / ours, peak, load()),
        Line(f"{len(jobs)} reports that are up to date", "made anew", ours, again, ours / again, 0.0, load()),
    ]  # fmt: skip


def load() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", default="new-york", help="a study file, or the name of an example")
    parser.add_argument("--regions", type=int, default=6)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [table_twice(asked.study, folder)]
        os.environ["SECTORLIB_CACHE"] = str(folder / "cache")
        study = sl.load_study(asked.study) if Path(asked.study).exists() else sl.example(asked.study)
        lines += reports(study, folder, asked.regions, asked.jobs)
    print(f"{'task':<34}{'reference':<36}{'reference s':>12}{'s':>8}{'ratio':>8}{'peak MB':>9}{'load':>7}")
    for line in lines:
        print(
            f"{line.task:<34}{line.reference:<36}{line.reference_seconds:>12.1f}{line.seconds:>8.1f}"
            f"{line.ratio:>8.1f}{line.peak_mb:>9.0f}{line.load:>7.1f}"
        )
    beside = Path(__file__).with_suffix(".json")
    beside.write_text(json.dumps([asdict(line) for line in lines], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
