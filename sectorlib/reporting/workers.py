"""Workers that have imported everything once: each task runs in a fork of one warm process, or in a spawned one.

See :mod:`sectorlib.reporting.server` for what makes a fork safe. Where the system has no fork, or where a library
started a thread all the same, workers are spawned and each does one task after the other.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import IO, Any, Protocol

from sectorlib.exceptions import ReportError
from sectorlib.reporting import vega
from sectorlib.reporting.server import SINGLE_THREADED, Setup, serve_in_turn

#: How long workers may take to import everything.
_START_SECONDS = 300.0
#: How long the server may take to say how a worker ended, and to end itself.
_LAST_WORDS = 10.0

#: What a task is: called in the worker with the line to its starter.
Task = Callable[[Connection], Any]


@dataclass(frozen=True)
class Ended:
    """How a task ended: what it gave, or why it gave nothing.

    ``fault`` is empty for a task that was done, else the error's name: ``Timeout``, ``Killed`` or that of an exception.
    """

    value: Any = None
    fault: str = ""
    message: str = ""


@dataclass
class _Running:
    number: int
    since: float
    timed_out: bool = False


class _Pool(Protocol):
    """How workers are started and ended."""

    @property
    def lines(self) -> list[Connection]:
        """Lines on which the pool itself is told something."""

    def start(self, number: int, task: Task, folder: Path) -> Connection: ...
    def kill(self, number: int) -> None: ...
    def done(self, number: int) -> None: ...
    def hear(self) -> None: ...
    def code(self, number: int) -> int | None: ...
    def close(self) -> None: ...


def run_tasks(
    tasks: Sequence[tuple[Task, Path]],
    n_workers: int,
    setup: Setup,
    timeout: float | None = None,
    tell: Callable[[int, Any], None] = lambda number, message: None,
    fork: bool | None = None,
) -> Iterator[tuple[int, Ended]]:
    """Run tasks in workers; each result is given when it comes.

    Parameters
    ----------
    tasks : sequence of (callable, Path)
        What is called in a worker, with the line to this process; and the folder that is removed if the worker is
        ended before it has done so.
    n_workers : int
        How many run at a time.
    setup : Setup
        What they have at hand.
    timeout : float, optional
        Seconds after which a worker is ended.
    tell : callable
        Called with a task's number and whatever else it sends.
    fork : bool, optional
        Whether workers are forked; where the system can, if not given.

    Yields
    ------
    int, Ended
        The task's number, and how it ended.

    Raises
    ------
    ReportError
        Workers cannot be started.
    """
    if not tasks:
        return
    with _pool(min(n_workers, len(tasks)), setup, fork) as pool:
        waiting = deque(range(len(tasks)))
        running: dict[Connection, _Running] = {}
        try:
            while waiting or running:
                while waiting and len(running) < n_workers:
                    number = waiting.popleft()
                    running[pool.start(number, *tasks[number])] = _Running(number, time.monotonic())
                ready = wait([*running, *pool.lines], _rest(running.values(), timeout))
                if set(ready) & set(pool.lines):
                    pool.hear()
                for line in [one for one in ready if one in running]:
                    assert isinstance(line, Connection)
                    ended = _heard(line, running[line], pool, tell)
                    if ended is not None:
                        number = running.pop(line).number
                        pool.done(number)
                        if ended.fault in ("Timeout", "Killed"):
                            shutil.rmtree(tasks[number][1], ignore_errors=True)
                        yield number, ended
                for run in running.values():
                    if timeout is not None and time.monotonic() - run.since > timeout and not run.timed_out:
                        run.timed_out = True
                        pool.kill(run.number)
        finally:
            for run in running.values():
                pool.kill(run.number)


def _rest(running: Any, timeout: float | None) -> float | None:
    """Seconds until the next worker has had its time."""
    if timeout is None:
        return None
    ends = [run.since + timeout for run in running if not run.timed_out]
    return max(0.0, min(ends) - time.monotonic()) + 0.01 if ends else 1.0


def _heard(line: Connection, run: _Running, pool: _Pool, tell: Callable[[int, Any], None]) -> Ended | None:
    """Take one message of a worker; how its task ended, if it did."""
    try:
        kind, *said = line.recv()
    except (EOFError, OSError):
        if run.timed_out:
            return Ended(fault="Timeout", message="it took longer than it may")
        code = pool.code(run.number)
        why = (
            f"the process was ended by signal {-code}"
            if code is not None and code < 0
            else "the process ended"
        )
        if code is not None and code >= 0:
            why += f" with code {code}"
        return Ended(
            fault="Killed", message=why + (", as systems do when memory runs out" if code == -9 else "")
        )
    if kind == "done":
        return Ended(said[0])
    if kind == "broken":
        return Ended(fault=said[0], message=said[1])
    if kind == "draw":
        try:
            answer = ("drawn", vega.drawn(*said))
        except Exception as error:  # the worker tells whose chart it is
            answer = ("failed", str(error))
        with suppress(OSError):
            line.send(answer)
    else:
        tell(run.number, said)
    return None


def draw_elsewhere(line: Connection) -> None:
    """Let charts of this worker be drawn by its starter."""

    def draw(kind: str, what: Any, vl_version: str) -> str:
        line.send(("draw", kind, what, vl_version))
        state, answer = line.recv()
        if state == "failed":
            raise ValueError(answer)
        return str(answer)

    vega.ask(draw)


@contextmanager
def _pool(n_workers: int, setup: Setup, fork: bool | None) -> Iterator[_Pool]:
    pool: _Pool
    if can_fork() if fork is None else fork:
        forked = _Forked(setup)
        if forked.threads == 1:
            pool = forked
        else:  # none of them would live on in a fork
            forked.close()
            pool = _Spawned(n_workers, setup)
    else:
        pool = _Spawned(n_workers, setup)
    try:
        yield pool
    finally:
        pool.close()


def can_fork() -> bool:
    """Whether workers can be forked here: macOS has fork, and frameworks that do not bear it."""
    return hasattr(os, "fork") and sys.platform != "darwin"


class _Forked:
    """Workers forked from one warm process."""

    def __init__(self, setup: Setup) -> None:
        ours, theirs = socket.socketpair()
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the pool)
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "sectorlib.reporting.server", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=self._said,
                start_new_session=True,
                env=os.environ | SINGLE_THREADED | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self._control = Connection(ours.detach())
        self._codes: dict[int, int] = {}
        try:
            self._control.send(setup)
            if not self._control.poll(_START_SECONDS):
                raise EOFError
            _, self.threads = self._control.recv()
        except (EOFError, OSError):
            said = self._last_said()
            self.close()
            raise ReportError(
                "the process that makes reports ended before it began" + said,
                "a process that imports sectorlib and waits for reports",
                "check the installation with `sectorlib --version`, and free memory",
            ) from None

    @property
    def lines(self) -> list[Connection]:
        return [self._control]

    def start(self, number: int, task: Task, folder: Path) -> Connection:
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            self._control.send(("start", number, task, folder))
            send_handle(self._control, theirs.fileno(), self._server.pid)
        return ours

    def kill(self, number: int) -> None:
        with suppress(OSError):
            self._control.send(("kill", number))

    def done(self, number: int) -> None:
        pass

    def hear(self) -> None:
        try:
            while self._control.poll():
                kind, number, code = self._control.recv()
                if kind == "refused":
                    raise ReportError(
                        f"the process that makes reports has {code} threads, and only one lives on in a fork",
                        "a process in which nothing has started a thread",
                        "say which packages are installed to whoever keeps sectorlib",
                    )
                self._codes[number] = code
        except (EOFError, OSError):
            raise ReportError(
                "the process that makes reports was ended" + self._last_said(),
                "a process that is there until all reports are made",
                "run the command again: reports that are whole are kept",
            ) from None

    def code(self, number: int) -> int | None:
        until = time.monotonic() + _LAST_WORDS
        while number not in self._codes and self._control.poll(max(0.0, until - time.monotonic())):
            self.hear()
        return self._codes.get(number)

    def close(self) -> None:
        self._control.close()
        try:
            self._server.wait(_LAST_WORDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._said.close()

    def _last_said(self) -> str:
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""


class _Spawned:
    """Processes that import everything and do one task after the other."""

    def __init__(self, n_workers: int, setup: Setup) -> None:
        self._setup = setup
        self._idle: list[tuple[Any, Connection]] = []
        self._busy: dict[int, tuple[Any, Connection]] = {}
        self._codes: dict[int, int | None] = {}

    @property
    def lines(self) -> list[Connection]:
        return []

    def _new(self) -> tuple[Any, Connection]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        with theirs:
            process = context.Process(target=serve_in_turn, args=(theirs, self._setup), daemon=True)
            process.start()
        if not ours.poll(_START_SECONDS):
            process.kill()
        return process, ours

    def start(self, number: int, task: Task, folder: Path) -> Connection:
        process, line = self._idle.pop() if self._idle else self._new()
        self._busy[number] = process, line
        with suppress(OSError):  # ended while it waited: its line says so
            if line.poll():
                line.recv()  # that it is ready
            line.send(task)
        return line

    def kill(self, number: int) -> None:
        if number in self._busy:
            self._busy[number][0].kill()

    def done(self, number: int) -> None:
        process, line = self._busy.pop(number)
        if process.is_alive():
            self._idle.append((process, line))

    def hear(self) -> None:
        pass

    def code(self, number: int) -> int | None:
        process = self._busy[number][0]
        process.join(_LAST_WORDS)
        return process.exitcode

    def close(self) -> None:
        for process, line in [*self._idle, *self._busy.values()]:
            line.close()
            process.kill()
            process.join()
