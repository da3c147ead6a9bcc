"""Open a page in real Chromium and say what it did: errors, requests, title, text, picture.

The browser is driven over the DevTools protocol, on a port it picks by itself, with a profile of its own.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sectorlib.reporting.browser import find_browser, open_browser


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
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium, Chrome or Edge is installed, so no page can be opened: install chromium")
    with open_browser(program) as tab:
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
        tab.open(path)
        evaluated = [tab.evaluate(expression) for expression in expressions]
        title, text = tab.evaluate("document.title"), tab.evaluate("document.body.innerText")
        picture = tab.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        return Page(
            title, text, _errors(tab.events), _requests(tab.events), base64.b64decode(picture), evaluated
        )


def _errors(events: list[dict[str, Any]]) -> list[str]:
    found = []
    for event in events:
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


def _requests(events: list[dict[str, Any]]) -> list[str]:
    stopped = {
        event["params"]["requestId"]
        for event in events
        if event["method"] == "Network.loadingFailed" and event["params"].get("blockedReason") == "csp"
    }
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    urls = [request["request"]["url"] for request in sent if request["requestId"] not in stopped]
    return [url for url in urls if not url.startswith(("file:", "data:", "blob:", "about:"))]
