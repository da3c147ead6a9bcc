"""A line that says what is being made, in a notebook, where it takes more than two seconds."""

from __future__ import annotations

import contextvars
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

#: Seconds of silence before the line appears, and between its changes.
PATIENCE, _STEP = 2.0, 1.0

#: The shell of a notebook's kernel, by name: IPython is not imported for it.
_NOTEBOOK = "ZMQInteractiveShell"

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
    ticker = _thread(done) if outermost else None
    if ticker is not None:
        ticker.start()
    try:
        yield
    finally:
        done.set()
        if ticker is not None:
            ticker.join()
        _making.pop()


def _thread(done: threading.Event) -> threading.Thread:
    """A thread that knows which cell of a notebook it works for."""
    cell = contextvars.copy_context()
    return threading.Thread(target=cell.run, args=(_tick, done), daemon=True)


def _tick(done: threading.Event) -> None:
    start = time.monotonic()
    if done.wait(PATIENCE):
        return
    say = _line()
    while True:
        say(f"Making {_making[-1]}: {time.monotonic() - start:.0f} s" if _making else "")
        if done.wait(_STEP):
            break
    say("")


def _line() -> Callable[[str], None]:
    """What writes a line in place of the one before it: an output of the notebook's cell, or of the terminal."""
    shell = _shell()
    if type(shell).__name__ == _NOTEBOOK:
        place = {"display_id": f"sectorlib-{uuid4()}"}
        shell.display_pub.publish({"text/plain": ""}, transient=place)
        return lambda text: shell.display_pub.publish({"text/plain": text}, transient=place, update=True)
    longest = [0]

    def write(text: str) -> None:
        longest[0] = max(longest[0], len(text))
        sys.stderr.write("\r" + text.ljust(longest[0]) + ("" if text else "\r"))
        sys.stderr.flush()

    return write


def _shell() -> Any:
    module = sys.modules.get("IPython")
    return None if module is None else module.get_ipython()


def _is_wanted() -> bool:
    return _wanted[0] if _wanted else type(_shell()).__name__ == _NOTEBOOK
