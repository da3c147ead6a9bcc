"""A line that says what is being made, in a notebook, where it takes more than two seconds."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds of silence before the line appears, and between its changes.
PATIENCE, _STEP = 2.0, 1.0

_making: list[str] = []
_wanted: list[bool] = []


def show_progress(wanted: bool) -> None:
    """Whether work that takes long says so; by default in notebooks, and not in reports.

    Parameters
    ----------
    wanted : bool
        Whether it does from now on.
    """
    _wanted[:] = [wanted]


@contextmanager
def making(what: str) -> Iterator[None]:
    """Say what is being made, once it has taken two seconds, and take the line away when it is done.

    Parameters
    ----------
    what : str
        Named in the line: "the table targets". Of work within work, the innermost is named.
    """
    outermost = not _making and threading.current_thread() is threading.main_thread() and _is_wanted()
    _making.append(what)
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(done,), daemon=True) if outermost else None
    if ticker is not None:
        ticker.start()
    try:
        yield
    finally:
        done.set()
        if ticker is not None:
            ticker.join()
        _making.pop()


def _tick(done: threading.Event) -> None:
    start = time.monotonic()
    longest = 0
    if done.wait(PATIENCE):
        return
    while True:
        what = _making[-1] if _making else ""
        line = f"Making {what}: {time.monotonic() - start:.0f} s"
        longest = max(longest, len(line))
        sys.stdout.write("\r" + line.ljust(longest))
        sys.stdout.flush()
        if done.wait(_STEP):
            break
    sys.stdout.write("\r" + " " * longest + "\r")
    sys.stdout.flush()


def _is_wanted() -> bool:
    if _wanted:
        return _wanted[0]
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"
