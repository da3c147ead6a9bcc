"""Run one notebook for many regions and write a page for each.

Each report runs in a kernel of its own, so that none depends on the one before. The threads that wait
for the kernels share this process: they hold no state together, papermill is given a notebook and no
path (its file handling changes the working directory of the whole process), and a page is written only
when all of it is there.
"""

from __future__ import annotations

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
from html import escape
from pathlib import Path
from typing import Any

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
from sectorlib.reporting.files import write_text
from sectorlib.reporting.html import report_page
from sectorlib.reporting.jobs import Failure, ReportJob, ReportResult
from sectorlib.reporting.kernel import InterpreterKernelManager
from sectorlib.reporting.manifest import manifest

#: Lines of a traceback that a failure keeps: the error and the calls next to it.
_TRACEBACK_LINES = 12
#: Characters of a message that a failure keeps: a validator may print a whole chart.
_MESSAGE_LENGTH = 1000
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def run_reports(
    notebook: Path,
    jobs: Sequence[ReportJob],
    out: Path,
    n_jobs: int = 1,
    progress: Console | None = None,
) -> list[ReportResult]:
    """Run a notebook once for each job and write ``report.html``, ``report.ipynb`` and ``manifest.json``.

    A report that fails writes nothing, and the others still finish.

    Parameters
    ----------
    notebook : Path
        A notebook with a cell tagged ``parameters``.
    jobs : sequence of ReportJob
        The reports; each goes to the folder ``out/<slug>``.
    out : Path
        Where the reports go; made if absent.
    n_jobs : int
        How many kernels run at a time.
    progress : rich Console, optional
        Where a progress bar is drawn; without one there is none.

    Returns
    -------
    list of ReportResult
        In the order of the jobs, failed ones too.

    Raises
    ------
    MissingFileError
        There is no such notebook.
    ReportError
        Before anything runs: two jobs share a slug, a slug is no folder name, or a job sets a parameter
        that the notebook does not have.
    """
    source = _read(notebook)
    _check(source, jobs)
    threads = max(1, (os.cpu_count() or 1) // max(1, n_jobs))
    with _progress_bar(progress, len(jobs) * _steps(source)) as advance, _workers(n_jobs) as submit:
        futures = [submit(_run, source, job, out, threads, _Tracker(source, advance)) for job in jobs]
        for _ in as_completed(futures):  # the main thread stays where an interruption reaches it
            pass
    return [future.result() for future in futures]


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


def _run(source: NotebookNode, job: ReportJob, out: Path, threads: int, tracker: _Tracker) -> ReportResult:
    start = time.perf_counter()
    page, failure = None, None
    try:
        folder = out / job.slug
        with _working_folder(folder):
            executed = _execute(source, job, folder, threads, tracker)
            tracker.executed()
            page = _write(executed, job, folder)
    except PapermillExecutionError as error:
        failure = Failure(error.ename, error.evalue[:_MESSAGE_LENGTH], tracker.cell, _short(error.traceback))
    except Exception as error:  # whatever one report meets, the others go on
        failure = Failure(type(error).__name__, str(error)[:_MESSAGE_LENGTH], tracker.cell)
    tracker.finish()
    return ReportResult(job, page, failure, time.perf_counter() - start)


@contextmanager
def _working_folder(folder: Path) -> Iterator[None]:
    """The folder in which a notebook runs, so that its relative paths hold for whoever opens it there.

    What failed leaves no empty folder.
    """
    created = [f for f in (folder, *folder.parents) if not f.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # another report has put something there
            for new in created:
                new.rmdir()
        raise


def _execute(
    source: NotebookNode, job: ReportJob, folder: Path, threads: int, tracker: _Tracker
) -> NotebookNode:
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


def _write(executed: NotebookNode, job: ReportJob, folder: Path) -> Path:
    texts = {
        "report.ipynb": nbformat.writes(_marked(executed, job.banner)) + "\n",
        "report.html": report_page(executed, job.title, job.banner, job.up, job.imprint),
    }
    outputs = {name: _facts(text) for name, text in texts.items()}
    texts["manifest.json"] = (
        json.dumps(manifest(job.parameters, job.origins, outputs, job.banner), indent=2, ensure_ascii=False)
        + "\n"
    )
    texts |= job.files
    for name, text in texts.items():
        write_text(folder / name, text)
    return folder / "report.html"


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


@contextmanager
def _workers(n_jobs: int) -> Iterator[Callable[..., Future[ReportResult]]]:
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
