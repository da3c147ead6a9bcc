"""Open a page in real Chromium and say what it did: errors, requests, title, text, picture.

The browser is driven over the DevTools protocol, on a port it picks by itself, with a profile of its own.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websocket import WebSocket, WebSocketTimeoutException, create_connection

#: Seconds that Chromium gets to start, and a page to load.
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


@dataclass(frozen=True)
class Page:
    """What a page did when it was opened.

    Parameters
    ----------
    title, text : str
        The document's title and its visible text.
    console_errors : list of str
        Errors of scripts, of the console and of the security policy.
    requests : list of str
        Addresses asked for, without files, data and blobs inside the page, and without what the page's
        own security policy stopped (that is among the errors).
    screenshot : bytes
        PNG of the whole page.
    evaluated : list
        Values of the expressions that were asked for.
    """

    title: str
    text: str
    console_errors: list[str]
    requests: list[str]
    screenshot: bytes
    evaluated: list[Any]


def open_page(
    path: Path,
    expressions: tuple[str, ...] = (),
    width: int = 1280,
    *,
    scripts: bool = True,
    media: str = "screen",
) -> Page:
    """Open a file in Chromium, wait until it is at rest, and report.

    Parameters
    ----------
    path : Path
        The HTML file.
    expressions : tuple of str
        JavaScript evaluated once the page is at rest; promises are awaited.
    width : int
        Width of the window in CSS pixels.
    scripts : bool
        Whether the page's scripts run.
    media : str
        "screen" or "print".

    Returns
    -------
    Page
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium or Chrome is installed, so no page can be opened: install chromium")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        _chromium(chromium, profile) as tab,
    ):
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.call(f"{domain}.enable")
        tab.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        tab.call("Emulation.setEmulatedMedia", media=media)
        tab.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        tab.call("Page.navigate", url=path.resolve().as_uri())
        tab.wait_for("Page.loadEventFired")
        tab.settle()
        evaluated = [tab.evaluate(expression) for expression in expressions]
        title, text = tab.evaluate("document.title"), tab.evaluate("document.body.innerText")
        picture = tab.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        return Page(title, text, tab.errors(), tab.requests(), base64.b64decode(picture), evaluated)


@contextmanager
def _chromium(program: str, profile: str) -> Iterator[_Tab]:
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    process = subprocess.Popen(
        [program, *_FLAGS, *sandbox, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        socket = create_connection(
            _browser_address(Path(profile), process), timeout=_PATIENCE, suppress_origin=True
        )
        try:
            yield _Tab(socket)
        finally:
            socket.close()
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _browser_address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """The browser's own DevTools address, which it writes into its profile once it listens."""
    file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"Chromium ended at once with code {process.returncode}")
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise TimeoutError(f"Chromium did not listen within {_PATIENCE} s")


class _Tab:
    """One tab: calls go out, answers and events come in over the browser's socket."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._events: list[dict[str, Any]] = []
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, event: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not any(e["method"] == event for e in self._events):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {event} within {_PATIENCE} s")
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

    def errors(self) -> list[str]:
        found = []
        for event in self._events:
            details = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                found.append(
                    json.dumps(details["exceptionDetails"].get("exception", details["exceptionDetails"]))
                )
            elif event["method"] == "Runtime.consoleAPICalled" and details["type"] in ("error", "assert"):
                found.append(json.dumps(details["args"]))
            elif event["method"] == "Log.entryAdded" and details["entry"]["level"] == "error":
                found.append(details["entry"]["text"])
        return found

    def requests(self) -> list[str]:
        stopped = {
            event["params"]["requestId"]
            for event in self._events
            if event["method"] == "Network.loadingFailed" and event["params"].get("blockedReason") == "csp"
        }
        sent = [event["params"] for event in self._events if event["method"] == "Network.requestWillBeSent"]
        urls = [request["request"]["url"] for request in sent if request["requestId"] not in stopped]
        return [url for url in urls if not url.startswith(("file:", "data:", "blob:", "about:"))]

    def _receive(self) -> dict[str, Any]:
        message = json.loads(self._socket.recv())
        if "method" in message:
            self._events.append(message)
        return message
