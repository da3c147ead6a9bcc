"""A real JupyterLab in headless Chromium, with every outside host blocked."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from PIL import Image

from sectorlib.lab import lab_command

#: Seconds that JupyterLab gets to start, and a notebook to run on a busy machine.
START, RUN = 120, 400

#: All cells stay in the page, also those out of sight, so that their figures can be looked at.
_SETTINGS = {"windowingMode": "none"}


@contextmanager
def server(folder: Path, home: Path) -> Iterator[str]:
    """JupyterLab on the notebooks of a folder, as `sectorlib lab --no-browser` starts it; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = home / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps(_SETTINGS), encoding="utf-8")
    environment = os.environ | {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [
        *lab_command(folder, browser=False, port=port)[:-1], "--allow-root", "--ServerApp.port_retries=0",
        "--IdentityProvider.token=", "--ServerApp.password=", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with (home / "lab.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START
        while True:
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=5).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((home / "lab.log").read_text()[-3000:]) from None
                time.sleep(0.3)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def tab(address: str) -> Iterator[tuple[Any, list[str]]]:
    """A page of Chromium that reaches nothing but the server, and the addresses outside that were asked for."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium or Chrome is installed, so no page can be opened: install chromium")
    outside: list[str] = []
    with playwright.sync_playwright() as run:
        browser = run.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True)
        context.set_default_timeout(1000 * START)

        def decide(route: Any) -> None:
            if urlparse(route.request.url).netloc in ("", urlparse(address).netloc):
                route.continue_()
            else:
                outside.append(route.request.url)
                route.abort()

        context.route("**/*", decide)
        try:
            yield context.new_page(), outside
        finally:
            browser.close()


def run_all(page: Any, address: str, notebook: str) -> None:
    """Open a notebook and run it from the first cell to the last."""
    start_all(page, address, notebook)
    wait_until_run(page)


def start_all(page: Any, address: str, notebook: str) -> None:
    """Open a notebook, wait for its kernel, and start to run it."""
    page.goto(f"{address}/lab/workspaces/{notebook.split('.')[0]}/tree/{notebook}?reset", wait_until="load")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", state="attached")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        polling=250,
    )
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")


def wait_until_run(page: Any) -> None:
    """Wait until every cell with code has a number, or one has failed."""
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')];
            const failed = document.querySelector('[data-mime-type="application/vnd.jupyter.error"]');
            const all = prompts.length && prompts.every((p) => /\\[\\d+\\]/.test(p.textContent));
            return failed || all;
        }""",
        polling=250,
        timeout=1000 * RUN,
    )


def errors(page: Any) -> list[str]:
    """Texts of outputs that are errors."""
    return page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts()


def colors(picture: bytes) -> int:
    """How many different colors a picture has."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return len(image.getcolors(maxcolors=image.width * image.height) or ())
