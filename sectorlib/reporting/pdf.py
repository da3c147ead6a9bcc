"""Pages as PDF, with what every sheet of paper says: the region, the page number, the source and the notice."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

from sectorlib.pages.imprint import Imprint
from sectorlib.pages.markup import one_line
from sectorlib.reporting.browser import Browser

#: Letter paper and its margins, in inches. Header and footer stand in the margins.
_WIDTH, _HEIGHT, _SIDE, _TOP, _BOTTOM = 8.5, 11.0, 0.6, 0.75, 0.95

_LINE = (
    "box-sizing:border-box;width:100%;padding:0 0.6in;color:#3d4854;font:7.5pt/1.35 Arial,Helvetica,sans-serif;"
    "overflow-wrap:anywhere;display:flex;gap:12pt;justify-content:space-between;-webkit-print-color-adjust:exact;"
)
_CUT = "overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0;"

#: What is folded on the screen is printed, and charts that are drawn late are waited for.
_UNFOLD = """
(async () => {
  document.querySelectorAll("details").forEach((part) => { part.open = true; });
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
})()
"""

#: A fact sheet is as large as its sheet of paper; what is larger by a little is drawn smaller.
_FIT = """
(() => {
  const sheet = document.querySelector(".sheet");
  if (!sheet) return 1;
  let zoom = 1;
  while (sheet.scrollHeight > sheet.clientHeight + 1 && zoom > 0.55) {
    zoom -= 0.03;
    sheet.firstElementChild.style.zoom = zoom;
  }
  return zoom;
})()
"""


def print_page(browser: Browser, page: Path, title: str, said: Imprint) -> bytes:
    """A page as a tagged PDF on letter paper.

    Parameters
    ----------
    browser : Browser
        From :func:`~sectorlib.reporting.browser.open_browser`.
    page : Path
        The HTML page.
    title : str
        What stands at the top of every sheet, beside the page number.
    said : Imprint
        Its source, years and notice stand at the foot of every sheet, with the publisher.

    Returns
    -------
    bytes
    """
    browser.open(page)
    browser.evaluate(_UNFOLD)
    browser.settle()
    return _printed(
        browser, displayHeaderFooter=True, headerTemplate=header(title), footerTemplate=footer(said),
        marginTop=_TOP, marginBottom=_BOTTOM, marginLeft=_SIDE, marginRight=_SIDE, generateDocumentOutline=True,
    )  # fmt: skip


def print_sheet(browser: Browser, page: Path) -> bytes:
    """A fact sheet as a tagged PDF of one sheet of letter paper, whatever it holds.

    Parameters
    ----------
    browser : Browser
        From :func:`~sectorlib.reporting.browser.open_browser`.
    page : Path
        The HTML page of the fact sheet.

    Returns
    -------
    bytes
    """
    browser.open(page)
    browser.call("Emulation.setEmulatedMedia", media="print")
    browser.evaluate(_UNFOLD)
    browser.evaluate(_FIT)
    made = _printed(browser, pageRanges="1", marginTop=0, marginBottom=0, marginLeft=0, marginRight=0)
    browser.call("Emulation.setEmulatedMedia", media="")
    return made


def _printed(browser: Browser, **options: object) -> bytes:
    answer = browser.call(
        "Page.printToPDF",
        printBackground=True,
        paperWidth=_WIDTH,
        paperHeight=_HEIGHT,
        generateTaggedPDF=True,
        **options,
    )
    return base64.b64decode(answer["data"])


def header(title: str) -> str:
    """The top of a sheet: a title and the page number.

    Examples
    --------
    >>> "<b>" in header("Ely <b>")
    False
    """
    number = '<span style="white-space:nowrap">Page <span class="pageNumber"></span> of <span class="totalPages"></span></span>'
    return f'<div style="{_LINE}"><span style="{_CUT}">{escape(one_line(title))}</span>{number}</div>'


def footer(said: Imprint) -> str:
    """The foot of a sheet: the notice, the source with its vintage, and the publisher.

    Examples
    --------
    >>> "Demonstration" in footer(Imprint("", notice="Demonstration data"))
    True
    """
    notice = f'<strong style="flex:none;max-width:45%">{escape(said.notice)}</strong>' if said.notice else ""
    first = f'<div style="{_LINE}"><span>{escape(said.short_source)}</span>{notice}</div>'
    who = (
        f'<div style="{_LINE}font-size:6.5pt"><span>{escape(" ".join(said.lines))}</span></div>'
        if said.lines
        else ""
    )
    return f'<div style="width:100%;max-height:0.75in;overflow:hidden">{first}{who}</div>'
