"""Run one notebook for many regions and write a page for each.

Each report runs in a process of its own, so that none depends on the one before: a fork of a warm one
(:mod:`sectorlib.reporting.workers`), or a Jupyter kernel, which is the reference. A report is made in a hidden folder
beside its place and moved there whole. Its manifest holds a digest of all that it was made from, so that a later
run does only what is missing or out of date.
"""

from __future__ import annotations

import ast
import asyncio
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from traitlets.config import Config

from sectorlib.exceptions import MissingFileError, ReportError
from sectorlib.pages.markup import one_line
from sectorlib.reporting import engine as in_process
from sectorlib.reporting.cluster import on_cluster
from sectorlib.reporting.files import write_text
from sectorlib.reporting.folder import only_run, publish, up_to_date, working_folder
from sectorlib.reporting.html import report_page
from sectorlib.reporting.jobs import Failure, ReportJob, ReportResult
from sectorlib.reporting.kernel import InterpreterKernelManager
from sectorlib.reporting.manifest import manifest
from sectorlib.reporting.server import Setup
from sectorlib.reporting.workers import Ended, draw_elsewhere, run_tasks
from sectorlib.study.store import code_digest, digest_of, installed

#: Lines of a traceback that a failure keeps: the error and the calls next to it.
_TRACEBACK_LINES = 12
#: Characters of a message that a failure keeps: a validator may print a whole chart.
_MESSAGE_LENGTH = 1000
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

#: What workers have imported before they begin, beside what the notebook imports: this module, and what cells, charts
#: and pages use.
_WARM = (
    "sectorlib.reporting.runner", "altair", "geopandas", "matplotlib.pyplot", "matplotlib_inline.backend_inline",
    "pyarrow.dataset", "pyarrow.pandas_compat",
)  # fmt: skip

#: How cells are run: in workers that have imported everything, or in a kernel each, as papermill itself does.
Engine = Literal["warm", "kernel"]


@dataclass(frozen=True)
class RunTerms:
    """How long a report may take, which tables it reads, and whether it is made anew.

    Attributes
    ----------
    timeout : float, optional
        Seconds that a report may take (in a kernel, that each cell may take).
    fresh : bool
        Make every report anew, also where it is up to date.
    tables : Path, optional
        The folder of saved tables that notebooks read: workers share them, and reports are made anew when they change.
    scheduler : str, optional
        Address of a Dask scheduler (``tcp://10.0.0.5:8786``) whose workers make the reports, in place of this
        computer's. They need the same files at the same paths, and the same packages.
    """

    timeout: float | None = None
    fresh: bool = False
    tables: Path | None = None
    scheduler: str | None = None


def run_reports(
    notebook: Path,
    jobs: Sequence[ReportJob],
    out: Path,
    n_jobs: int = 1,
    progress: Console | None = None,
    *,
    engine: Engine = "warm",
    terms: RunTerms | None = None,
) -> list[ReportResult]:
    """Run a notebook once for each job and write ``report.html``, ``report.ipynb`` and ``manifest.json``.

    A report that fails writes nothing, and the others still finish. One that is there whole, made from the same
    notebook, parameters, inputs and code, is left as it is.

    Parameters
    ----------
    notebook : Path
        A notebook with a cell tagged ``parameters``.
    jobs : sequence of ReportJob
        The reports; each goes to the folder ``out/<slug>``.
    out : Path
        Where the reports go; made if absent. A second run into it waits for the first.
    n_jobs : int
        How many reports are made at a time.
    progress : rich Console, optional
        Where a progress bar is drawn; without one there is none.
    engine : {"warm", "kernel"}
        ``warm``: in workers forked from a process that has imported everything. ``kernel``: each in a Jupyter kernel
        of its own. Cells give the same outputs.
    terms : RunTerms, optional
        How long a report may take, which tables it reads, and whether it is made anew.

    Returns
    -------
    list of ReportResult
        In the order of the jobs, failed and skipped ones too.

    Raises
    ------
    MissingFileError
        There is no such notebook.
    ReportError
        Before anything runs: two jobs share a slug, a slug is no folder name, or a job sets a parameter
        that the notebook does not have; no scheduler answers. While it runs: no worker can be started.
    """
    terms = RunTerms() if terms is None else terms
    source = _read(notebook)
    _check(source, jobs)
    with only_run(out, progress):
        common = _common(source, terms.tables)
        jobs = [replace(job, made_from=_made_from(job, common)) for job in jobs]
        todo = [job for job in jobs if terms.fresh or not up_to_date(out / job.slug, job.made_from)]
        made: dict[str, ReportResult] = {}
        with _progress_bar(progress, len(todo) * _steps(source)) as advance:
            run = _in_workers if engine == "warm" else _in_kernels
            if terms.scheduler is None:
                results = run(source, todo, out, n_jobs, terms.timeout, terms.tables, advance)
            else:
                results = _on_cluster(source, todo, out, terms, advance)
            for result in results:
                made[result.job.slug] = replace(result, log=_logged(result, out))
    skipped = {job.slug: ReportResult(job, out / job.slug / "report.html", skipped=True) for job in jobs}
    return [made.get(job.slug, skipped[job.slug]) for job in jobs]


def _logged(result: ReportResult, out: Path) -> Path | None:
    """A failure in full, in a file of its own; that of an earlier run is removed."""
    path = out / "logs" / f"{result.job.slug}.txt"
    if result.failure is None:
        path.unlink(missing_ok=True)
        with suppress(OSError):  # others failed
            path.parent.rmdir()
        return None
    failure = result.failure
    cell = "" if failure.cell is None else f"cell {failure.cell} of the notebook\n"
    try:
        return write_text(
            path, f"{result.job.name}\n{cell}{failure.error}: {failure.message}\n\n{failure.traceback}\n"
        )
    except OSError:  # a full disk, say, which may be what failed: the summary tells the rest
        return None


def _common(source: NotebookNode, tables: Path | None) -> str:
    """A digest of what all reports of a run are made from: the notebook, the code, packages and saved tables."""
    saved = sorted(path for path in tables.iterdir() if path.is_file()) if tables and tables.is_dir() else []
    contents = [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in saved]
    cells = [(cell.cell_type, cell.source, cell.metadata) for cell in source.cells]
    return digest_of(json.dumps([cells, contents, code_digest(), installed()], sort_keys=True))


def _made_from(job: ReportJob, common: str) -> str:
    """A digest of all that one report is made from."""
    origins = [(origin.path, origin.sha256, origin.vintage, origin.title) for origin in job.origins]
    said = [
        job.title, job.banner, job.up, repr(job.imprint), dict(job.parameters), dict(job.files), origins, common
    ]  # fmt: skip
    return digest_of(json.dumps(said, sort_keys=True, default=str))


# One report


class _Tracker:
    """Follows one report through the cells of the source notebook, which count from 1.

    The cell of parameters that papermill adds is not one of them.
    """

    def __init__(self, source: NotebookNode, advance: Callable[[int], None]) -> None:
        self._numbers = {cell.id: number for number, cell in enumerate(source.cells, start=1)}
        self._steps = _steps(source)
        self._done = 0
        self._advance = advance
        self.cell: int | None = None

    def enter(self, cell: NotebookNode, **_: Any) -> None:
        """A cell starts; those before it are done."""
        self.cell = self._numbers.get(cell.id, self.cell)
        self._reach((self.cell or 1) - 1)

    def executed(self) -> None:
        """All cells are done."""
        self.cell = None
        self._reach(len(self._numbers))

    def finish(self) -> None:
        """The report is done, or has failed."""
        self._reach(self._steps)

    def _reach(self, step: int) -> None:
        self._advance(step - self._done)
        self._done = step


def _run(
    source: NotebookNode,
    job: ReportJob,
    out: Path,
    execute: Callable[[NotebookNode, ReportJob, Path, _Tracker], NotebookNode],
    tracker: _Tracker,
) -> ReportResult:
    start = time.perf_counter()
    page, failure = None, None
    try:
        with working_folder(out, job.slug) as folder:
            executed = _without_times(execute(source, job, folder, tracker))
            tracker.executed()
            _write(executed, job, folder)
            page = publish(folder, out / job.slug) / "report.html"
    except PapermillExecutionError as error:
        failure = Failure(error.ename, error.evalue[:_MESSAGE_LENGTH], tracker.cell, _short(error.traceback))
    except Exception as error:  # whatever one report meets, the others go on
        failure = Failure(type(error).__name__, str(error)[:_MESSAGE_LENGTH], tracker.cell)
    tracker.finish()
    return ReportResult(job, page, failure, time.perf_counter() - start)


def _in_this_process(source: NotebookNode, job: ReportJob, folder: Path, tracker: _Tracker) -> NotebookNode:
    """Run the cells in this process, a worker's, which works in the report's folder from then on."""
    os.chdir(folder)
    try:
        return papermill.execute_notebook(
            deepcopy(source),
            None,
            parameters=dict(job.parameters),
            progress_bar=False,
            engine_name=in_process.NAME,
            on_cell_start=tracker.enter,
        )
    finally:
        os.chdir(folder.parent)


def _in_a_kernel(
    source: NotebookNode,
    job: ReportJob,
    folder: Path,
    tracker: _Tracker,
    *,
    threads: int,
    timeout: float | None,
) -> NotebookNode:
    """Run the cells in a Jupyter kernel: papermill's own engine."""
    try:
        return papermill.execute_notebook(
            deepcopy(source),
            None,
            parameters=dict(job.parameters),
            progress_bar=False,
            kernel_manager_class=InterpreterKernelManager,
            config=Config(
                InterpreterKernelManager={
                    "threads": threads,
                    "folder": str(folder),
                    "transport_encryption": "auto",
                }
            ),
            execution_timeout=None if timeout is None else max(1, round(timeout)),
            # The kernel holds nothing that must be saved.
            shutdown_kernel="immediate",
            on_cell_start=tracker.enter,
        )
    finally:
        _close_event_loop()


def _close_event_loop() -> None:
    """End what nbclient leaves in a thread: an open loop, and a task that asks whether its kernel lives."""
    loop = ensure_event_loop()
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()


def _without_times(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the clock times, durations and chance names that papermill and nbclient add."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = f"parameters-{number}"
    notebook.metadata.pop("papermill", None)
    return notebook


def _write(executed: NotebookNode, job: ReportJob, folder: Path) -> None:
    texts = {
        "report.ipynb": nbformat.writes(_marked(executed, job.banner)) + "\n",
        "report.html": report_page(executed, job.title, job.banner, job.up, job.imprint),
    }
    outputs = {name: _facts(text) for name, text in texts.items()}
    said = manifest(job.parameters, job.origins, outputs, job.banner, job.made_from)
    texts["manifest.json"] = json.dumps(said, indent=2, ensure_ascii=False) + "\n"
    texts |= job.files
    for name, text in texts.items():
        write_text(folder / name, text)


def _marked(notebook: NotebookNode, banner: str) -> NotebookNode:
    """The notebook with the page's banner as its first cell; as it is without a banner."""
    if not banner:
        return notebook
    cell = nbformat.v4.new_markdown_cell(f"**{_as_text(banner)}**", id="notice")
    return NotebookNode({**notebook, "cells": [cell, *notebook.cells]})


def _as_text(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_\[\]~$])", r"\\\1", escape(one_line(text), quote=False))


def _facts(text: str) -> dict[str, Any]:
    content = text.encode()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _short(traceback: Sequence[str]) -> str:
    return "\n".join(_COLOR.sub("", "\n".join(traceback)).splitlines()[-_TRACEBACK_LINES:])


# All of them


def _read(notebook: Path) -> NotebookNode:
    if not notebook.is_file():
        raise MissingFileError(f"{notebook} is not there", "a notebook", "check the path")
    source = nbformat.v4.upgrade(nbformat.read(notebook, as_version=4))
    # Whatever kernel it was written with, its parameters are put in as Python's.
    source.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return source


def _steps(source: NotebookNode) -> int:
    return len(source.cells) + 1  # and the page


def _check(source: NotebookNode, jobs: Sequence[ReportJob]) -> None:
    """Refuse what would fail, or overwrite another report, before anything runs."""
    taken: dict[str, str] = {}
    valid = papermill.inspect_notebook(deepcopy(source))
    for job in jobs:
        if not _SLUG.fullmatch(job.slug):
            raise ReportError(
                f"slug {job.slug!r} of report {job.name!r}",
                "lower-case letters, digits and single hyphens",
                "sectorlib.pages.address.slug(name) makes one",
            )
        if job.slug in taken:
            raise ReportError(
                f"reports {taken[job.slug]!r} and {job.name!r} share the slug {job.slug!r}",
                "a folder for each report",
                "rename one, or add its code to the slug",
            )
        taken[job.slug] = job.name
        for name in job.parameters:
            if name not in valid:
                raise ReportError.unknown_name("notebook parameter", name, valid)


# In warm workers


def _in_workers(
    source: NotebookNode,
    jobs: Sequence[ReportJob],
    out: Path,
    n_jobs: int,
    timeout: float | None,
    tables: Path | None,
    advance: Callable[[int], None],
) -> Iterator[ReportResult]:
    trackers = [_Steps(advance, _steps(source)) for _ in jobs]
    tasks = [
        (partial(_work, source, job, out.absolute()), out.absolute() / f".{job.slug}.part") for job in jobs
    ]
    started = time.perf_counter()
    setup = Setup(
        (*_WARM, *_imported(source)), None if tables is None else tables.absolute(), _same_for_every_report
    )
    for number, ended in run_tasks(tasks, n_jobs, setup, timeout, lambda n, said: trackers[n].reach(*said)):
        trackers[number].reach(trackers[number].cell, _steps(source))
        if ended.fault:
            seconds = time.perf_counter() - started
            yield ReportResult(jobs[number], None, _fault(ended, trackers[number].cell, timeout), seconds)
        else:
            result: ReportResult = ended.value
            yield replace(
                result, job=jobs[number], page=result.page and out / jobs[number].slug / "report.html"
            )


def _imported(source: NotebookNode) -> Iterator[str]:
    """The modules of sectorlib that a notebook's cells import; one whose cells are no plain Python names none."""
    for cell in source.cells:
        tree = None
        if cell.cell_type == "code":
            with suppress(SyntaxError):  # a cell with a magic
                tree = ast.parse(cell.source)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            yield from (name for name in names if name.startswith("sectorlib.") and _is_module(name))


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # its parent is no package
        return False


def _same_for_every_report() -> None:
    """Work out what every page and manifest says alike, and read the templates."""
    manifest({}, (), {})
    installed()
    report_page(nbformat.v4.new_notebook(), "")


def _work(source: NotebookNode, job: ReportJob, out: Path, line: Connection) -> ReportResult:
    """Make one report in a worker, telling its starter how far it is."""
    draw_elsewhere(line)
    done = 0

    def advance(steps: int) -> None:
        nonlocal done
        done += steps
        line.send(("step", tracker.cell, done))

    tracker = _Tracker(source, advance)
    return _run(source, job, out, _in_this_process, tracker)


class _Steps:
    """How far a worker's report is, as its starter sees it."""

    def __init__(self, advance: Callable[[int], None], steps: int) -> None:
        self._advance = advance
        self._done = 0
        self.cell: int | None = None

    def reach(self, cell: int | None, step: int) -> None:
        self.cell = cell
        self._advance(step - self._done)
        self._done = step


def _fault(ended: Ended, cell: int | None, timeout: float | None) -> Failure:
    said = f"it took longer than {timeout:g} seconds" if ended.fault == "Timeout" else ended.message
    return Failure(ended.fault, said[:_MESSAGE_LENGTH], cell)


# On a cluster


def _on_cluster(
    source: NotebookNode,
    jobs: Sequence[ReportJob],
    out: Path,
    terms: RunTerms,
    advance: Callable[[int], None],
) -> Iterator[ReportResult]:
    if not jobs:
        return
    assert terms.scheduler is not None
    there = replace(terms, tables=None if terms.tables is None else terms.tables.absolute())
    make = partial(_share, source, out.absolute(), there, (code_digest(), installed()))
    for share, ended in on_cluster(make, jobs, terms.scheduler):
        advance(_steps(source) * len(share))
        made = {} if ended.fault else {result.job.slug: result for result in ended.value}
        for job in share:
            page = out / job.slug / "report.html"
            if job.slug in made:
                result = made[job.slug]
                yield replace(result, job=job, page=result.page and page)
            elif not terms.fresh and up_to_date(page.parent, job.made_from):  # before its worker was lost
                yield ReportResult(job, page)
            else:
                yield ReportResult(job, None, _fault(ended, None, terms.timeout))


def _share(
    source: NotebookNode, out: Path, terms: RunTerms, code: tuple[str, str], jobs: Sequence[ReportJob]
) -> list[ReportResult]:
    """Make some reports on a worker of a cluster; those that another made before it was lost are left alone."""
    if code != (code_digest(), installed()):
        raise ReportError(
            "this worker runs another version of sectorlib, of Python or of some package",
            "the same environment on every computer of the cluster",
            "install the same packages there, or let workers start from one shared environment",
        )
    whole = [job for job in jobs if not terms.fresh and up_to_date(out / job.slug, job.made_from)]
    todo = [job for job in jobs if job not in whole]
    made = [ReportResult(job, out / job.slug / "report.html") for job in whole]
    return [*made, *_in_workers(source, todo, out, 1, terms.timeout, terms.tables, lambda steps: None)]


# In kernels


def _in_kernels(
    source: NotebookNode,
    jobs: Sequence[ReportJob],
    out: Path,
    n_jobs: int,
    timeout: float | None,
    tables: Path | None,
    advance: Callable[[int], None],
) -> Iterator[ReportResult]:
    """The threads that wait for the kernels share this process: they hold no state together."""
    threads = max(1, (os.cpu_count() or 1) // max(1, n_jobs))
    execute = partial(_in_a_kernel, threads=threads, timeout=timeout)
    with _threads(n_jobs) as submit:
        futures = [
            submit(_run, source, job, out.absolute(), execute, _Tracker(source, advance)) for job in jobs
        ]
        for _ in as_completed(futures):  # the main thread stays where an interruption reaches it
            pass
    for future in futures:
        result = future.result()
        yield replace(result, page=result.page and out / result.job.slug / "report.html")


@contextmanager
def _threads(n_jobs: int) -> Iterator[Callable[..., Future[ReportResult]]]:
    """A pool's ``submit``; on an interruption the kernels are killed, since nobody waits for them now."""
    futures: list[Future[ReportResult]] = []
    with ThreadPoolExecutor(max(1, n_jobs), thread_name_prefix="report") as pool:

        def submit(function: Callable[..., ReportResult], *arguments: Any) -> Future[ReportResult]:
            futures.append(pool.submit(function, *arguments))
            return futures[-1]

        try:
            yield submit
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(future.done() for future in futures):
                InterpreterKernelManager.kill_all()
                time.sleep(0.1)
            raise


@contextmanager
def _progress_bar(console: Console | None, steps: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("Writing reports"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(
        *columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, disable=console is None
    ) as bar:
        task = bar.add_task("reports", total=steps)
        yield lambda done: bar.advance(task, done)
