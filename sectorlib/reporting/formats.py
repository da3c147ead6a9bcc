"""The forms of a region's report beside the page: PDF, fact sheet and workbook."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path

import matplotlib.pyplot as plt
from rich.console import Console
from websocket import WebSocketException

from sectorlib.exceptions import ReportError, SectorlibError, UnknownNameError
from sectorlib.pages.imprint import Imprint, imprint
from sectorlib.pages.onepage import fact_sheet
from sectorlib.pages.region.chapters import absent
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.reporting.browser import BROWSER_VARIABLE, Browser, find_browser, no_browser, open_browser
from sectorlib.reporting.files import write_bytes, write_text
from sectorlib.reporting.html import picture_address, render, static_chart
from sectorlib.reporting.pdf import print_page, print_sheet
from sectorlib.reporting.workbook import region_sheets, workbook

#: The forms, in the order in which they are made. The page is always written: the others are made from it, or beside it.
FORMATS = ("html", "pdf", "onepage", "xlsx")

#: Files of a region's folder, by form.
FILES = {
    "html": ("report.html",),
    "pdf": ("report.pdf",),
    "onepage": ("onepage.html", "onepage.pdf"),
    "xlsx": ("report.xlsx",),
}

#: Forms that a browser prints.
_PRINTED = ("pdf", "onepage")


def formats_of(text: str) -> tuple[str, ...]:
    """The forms that a comma-separated list names.

    Parameters
    ----------
    text : str
        Such as ``"html,pdf"``.

    Returns
    -------
    tuple of str
        In the order of :data:`FORMATS`.

    Raises
    ------
    UnknownNameError
        One that does not exist; the hint gives the nearest.

    Examples
    --------
    >>> formats_of("xlsx, html")
    ('html', 'xlsx')
    """
    named = [part.strip().lower() for part in text.split(",") if part.strip()]
    for name in named:
        if name not in FORMATS:
            raise UnknownNameError.unknown_name("format", name, FORMATS)
    return tuple(name for name in FORMATS if name in (named or ("html",)))


def write_formats(
    made: Iterable[tuple[RegionProfile, Path]], formats: Sequence[str], progress: Console | None = None
) -> SectorlibError | None:
    """Write the forms of reports whose pages are there, and list them in their manifests.

    Parameters
    ----------
    made : iterable of (RegionProfile, Path)
        Regions, and the folders that hold their pages.
    formats : sequence of str
        Of :data:`FORMATS`.
    progress : Console, optional
        Where is said what is at work.

    Returns
    -------
    SectorlibError or None
        Why there are no PDFs, where no browser is installed or it fails; the other forms are written.
    """
    listed = list(made)
    program = find_browser() if set(formats) & set(_PRINTED) else None
    lacking: SectorlibError | None = (
        no_browser() if set(formats) & set(_PRINTED) and program is None else None
    )
    with ExitStack() as stack:
        browser = None
        if program is not None and listed:
            try:
                browser = stack.enter_context(open_browser(program))
            except (ReportError, OSError, WebSocketException) as error:
                lacking = _failed(error)
        for profile, folder in listed:
            with progress.status(f"Writing {', '.join(formats)}") if progress else nullcontext():
                failed = _write(profile, folder, formats, browser)
            if failed is not None:  # the browser has gone: the other regions still get their other forms
                lacking, browser = failed, None
    return lacking


def _failed(error: Exception) -> SectorlibError:
    """What is said of a browser that fails, whatever it failed with."""
    if isinstance(error, SectorlibError):
        return error
    return ReportError(
        f"the browser failed: {type(error).__name__} {error}",
        "a Chromium, Chrome or Edge that runs without a window",
        f"run the command again; or name another browser in {BROWSER_VARIABLE}",
    )


def has_formats(folder: Path, formats: Sequence[str]) -> bool:
    """Whether a report's manifest lists the files of every form, so that they need not be made again.

    Where no browser is installed, PDFs are not waited for.
    """
    outputs = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    wanted = {name for form in formats for name in FILES[form]}
    if find_browser() is None:
        wanted = {name for name in wanted if not name.endswith(".pdf")}
    return wanted <= set(outputs)


def _write(
    profile: RegionProfile, folder: Path, formats: Sequence[str], browser: Browser | None
) -> SectorlibError | None:
    """Write the forms of one region; gives back why the browser failed, if it did."""
    said = imprint(profile.study, profile.name, "region report")
    files: dict[str, bytes] = {}
    if "xlsx" in formats:
        title = f"{profile.name}: tables of the region report"
        files["report.xlsx"] = workbook(title, region_sheets(profile), said, absent(profile))
    if "onepage" in formats:
        files["onepage.html"] = _sheet(profile, imprint(profile.study, profile.name, "fact sheet")).encode()
    for name, content in files.items():
        write_bytes(folder / name, content)
    printed: dict[str, bytes] = {}
    failed = None
    try:
        if browser is not None and "pdf" in formats:
            printed["report.pdf"] = print_page(browser, folder / "report.html", profile.name, said)
        if browser is not None and "onepage" in formats:
            printed["onepage.pdf"] = print_sheet(browser, folder / "onepage.html")
    except (ReportError, ConnectionError, WebSocketException) as error:
        failed = _failed(error)
    for name, content in printed.items():
        write_bytes(folder / name, content)
    _list(folder / "manifest.json", files | printed)
    return failed


def _sheet(profile: RegionProfile, said: Imprint) -> str:
    """The fact sheet as a page."""
    sheet = fact_sheet(profile)
    chart = ""
    if sheet.chart is not None:
        out = io.StringIO()
        with plt.rc_context({"svg.hashsalt": "sectorlib", "text.parse_math": False}):
            sheet.chart.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None})
        plt.close(sheet.chart)
        chart = picture_address(out.getvalue(), "image/svg+xml")
    return render(
        "onepage.html.j2", sheet=sheet, said=said, map=static_chart(sheet.map.to_dict()), chart=chart
    )


def _list(manifest: Path, files: dict[str, bytes]) -> None:
    """Add files to the outputs of a manifest."""
    facts = json.loads(manifest.read_text(encoding="utf-8"))
    facts["outputs"] |= {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in files.items()
    }
    write_text(manifest, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
