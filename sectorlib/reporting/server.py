"""The process that report workers are forked from: it has imported everything and holds the study's tables.

Threads do not survive a fork, and a library whose threads are gone waits for them forever. So this process
runs nothing that starts one: libraries are told to use a single thread before they are imported, tables are
read without pyarrow's pools, and each fork is refused if there is a second thread all the same.

It is started as ``python -m sectorlib.reporting.server FD`` by :mod:`sectorlib.reporting.workers`, and ends, with all
workers and what they had half written, when its starter does.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any

#: What keeps libraries from starting threads; each is read when the library is first imported.
SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}

#: How strongly Linux prefers workers when memory runs out: before the process that started them.
_KILLED_FIRST = "500"


@dataclass(frozen=True)
class Setup:
    """What workers have at hand when they start: imported modules, the tables of a folder, and what a call works out."""

    modules: tuple[str, ...] = ()
    tables: Path | None = None
    first: Callable[[], None] | None = None


def main(control: Connection) -> None:
    """Import, load, and fork a worker for each task that comes, until the starter is gone."""
    setup: Setup = control.recv()
    load(setup)
    control.send(("ready", threads()))
    _serve(control)


def load(setup: Setup) -> None:
    """Import what reports need, and read what they share, without starting a thread."""
    for module in setup.modules:
        import_module(module)
    if setup.tables is not None and setup.tables.is_dir():
        from sectorlib.results.registry import hold_tables

        hold_tables(setup.tables)
    if setup.first is not None:
        setup.first()


def threads() -> int:
    """How many threads this process has; 1 where the system does not say."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        import threading

        return threading.active_count()


def _serve(control: Connection) -> None:
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    workers: dict[int, tuple[int, Path]] = {}  # process: number and folder of its task
    try:
        while True:
            ready = wait([control, woken])
            if woken in ready:
                with suppress(BlockingIOError):
                    os.read(woken, 4096)
                for pid in list(workers):
                    done, status = os.waitpid(pid, os.WNOHANG)
                    if done:
                        number, _ = workers.pop(pid)
                        control.send(("ended", number, os.waitstatus_to_exitcode(status)))
            if control in ready:
                order, number, *rest = control.recv()
                if order == "kill":
                    for pid in [pid for pid, (task, _) in workers.items() if task == number]:
                        _kill(pid)
                    continue
                task, folder = rest
                handle = recv_handle(control)
                count = threads()
                if count > 1:
                    os.close(handle)
                    control.send(("refused", number, count))
                    continue
                pid = os.fork()
                if pid == 0:
                    control.close()
                    signal.set_wakeup_fd(-1)
                    os.close(woken)
                    os.close(wake)
                    work(Connection(handle), task)
                os.close(handle)
                workers[pid] = number, folder
    except (EOFError, OSError):  # the starter is gone
        pass
    finally:
        for pid, (_, folder) in workers.items():
            _kill(pid)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
            shutil.rmtree(folder, ignore_errors=True)


def _kill(pid: int) -> None:
    """End a worker and what it started."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def work(link: Connection, task: Callable[[Connection], Any]) -> None:
    """Do one task in a worker of its own, send what came of it, and end."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _end_with_parent()
        link.send(("done", task(link)))
        code = 0
    except BaseException as error:
        with suppress(Exception):
            link.send(("broken", type(error).__name__, str(error)))
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)  # nothing of the process that it was forked from is ended a second time


def _end_with_parent() -> None:
    """On Linux, let the system end a worker whose server was killed; and be the first to go for lack of memory."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    parent = os.getppid()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_KILLED_FIRST)


def serve_in_turn(link: Connection, setup: Setup) -> None:
    """Do one task after the other in this process: where there is no fork, or a thread that none would survive."""
    with suppress(EOFError, OSError):
        load(setup)
        link.send(("ready", threads()))
        while True:
            task = link.recv()
            try:
                link.send(("done", task(link)))
            except Exception as error:
                link.send(("broken", type(error).__name__, str(error)))


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
