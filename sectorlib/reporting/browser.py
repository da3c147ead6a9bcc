"""An installed Chromium, Chrome or Edge, driven over the DevTools protocol on a port that it picks by itself."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websocket import WebSocket, WebSocketTimeoutException, create_connection

from sectorlib.exceptions import MissingFileError, NotSupportedError, ReportError

#: The environment variable that names the browser's program, for those who have it in a place of their own.
BROWSER_VARIABLE = "SECTORLIB_BROWSER"

#: Seconds that a browser gets to start, and a page to load.
_PATIENCE = 60
#: Seconds without a message after which a loaded page is taken to be at rest.
_QUIET = 0.5
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)

#: What the program is called where programs are found by name, the usual first.
_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip

#: Where it is on a Mac and, below the folders of programs, on Windows.
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)


def find_browser() -> str | None:
    """The program of an installed Chromium, Chrome or Edge; None if there is none.

    The environment variable ``SECTORLIB_BROWSER`` names another. Otherwise it is looked for by name and, on a Mac and on
    Windows, where such programs are installed.

    Returns
    -------
    str or None

    Raises
    ------
    MissingFileError
        The variable names a program that is not there.
    """
    named = os.environ.get(BROWSER_VARIABLE, "").strip()
    if named:
        found = shutil.which(named)
        if found is None:
            raise MissingFileError(
                f"{BROWSER_VARIABLE} is {named}, which is not a program here",
                "the program of Chromium, Chrome or Edge",
                f"mend or unset {BROWSER_VARIABLE}",
            )
        return found
    places = [str(Path(home, place)) for home in (Path("/"), Path.home()) for place in _mac_places(home)]
    if sys.platform == "win32":
        homes = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        places += [str(Path(home, place)) for home in homes if home for place in _WINDOWS]
    return next((found for name in (*_NAMES, *places) if (found := shutil.which(name))), None)


def _mac_places(home: Path) -> list[Path]:
    return [home / place.lstrip("/") for place in _MAC] if sys.platform == "darwin" else []


def no_browser() -> NotSupportedError:
    """What is said where there is no browser."""
    return NotSupportedError(
        "no Chromium, Chrome or Edge is installed here",
        "one of them, to print pages as PDF",
        f"install one, or name its program in the environment variable {BROWSER_VARIABLE}; or open the page and print it",
    )


@contextmanager
def open_browser(program: str) -> Iterator[Browser]:
    """A running browser with a profile of its own, which ends with the ``with`` block.

    Parameters
    ----------
    program : str
        From :func:`find_browser`.

    Raises
    ------
    ReportError
        It does not start.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        process = subprocess.Popen(
            [program, *_FLAGS, *sandbox, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            address = _address(Path(profile), process, program)
            socket = create_connection(address, timeout=_PATIENCE, suppress_origin=True)
            try:
                yield Browser(socket)
            finally:
                socket.close()
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(profile: Path, process: subprocess.Popen[bytes], program: str) -> str:
    """The browser's own DevTools address, which it writes into its profile once it listens."""
    file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise ReportError(
        f"{program} did not start"
        if process.poll() is None
        else f"{program} ended at once with code {process.poll()}",
        "a browser that runs without a window",
        f"start it by hand to see what it says, or name another in {BROWSER_VARIABLE}",
    )


class Browser:
    """One tab of a browser: calls go out, answers and events come in over the browser's socket.

    Parameters
    ----------
    socket : WebSocket
        Connected to the browser's address.
    """

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer.

        Raises
        ------
        ReportError
            The browser refuses.
        """
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise ReportError(
                        f"the browser refused {method}: {answer['error']['message']}",
                        "a current Chromium, Chrome or Edge",
                        f"update it, or name another in {BROWSER_VARIABLE}",
                    )
                result: dict[str, Any] = answer["result"]
                return result

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression on the page; promises are awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise ReportError(
                f"{expression} failed on the page: {answer['exceptionDetails']}",
                "a value",
                "open the page in a browser",
            )
        return answer["result"].get("value")

    def open(self, page: Path) -> None:
        """Open a file and wait until it is loaded and at rest."""
        self.events.clear()
        self.call("Page.enable")
        self.call("Page.navigate", url=page.resolve().as_uri())
        self.wait_for("Page.loadEventFired")
        self.settle()

    def wait_for(self, event: str) -> None:
        """Wait for an event."""
        deadline = time.monotonic() + _PATIENCE
        while not any(e["method"] == event for e in self.events):
            if time.monotonic() > deadline:
                raise ReportError(
                    f"no {event} within {_PATIENCE} s", "a page that loads", "open it in a browser"
                )
            self._receive()

    def settle(self) -> None:
        """Take in messages until none comes for a while."""
        self._socket.settimeout(_QUIET)
        try:
            while True:
                self._receive()
        except WebSocketTimeoutException:
            pass
        finally:
            self._socket.settimeout(_PATIENCE)

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv())
        if "method" in message:
            self.events.append(message)
        return message
