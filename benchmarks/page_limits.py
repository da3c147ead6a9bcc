"""How long and how large region reports are, beside their limits: screens, words, bytes, width on a phone, and sheets.

Give a folder of reports, as ``sectorlib report`` writes it::

    python benchmarks/page_limits.py reports/new-york
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf

from sectorlib.reporting.browser import find_browser, no_browser, open_browser

#: Screens of 1280 x 800 pixels and words above the appendix, bytes of the file, tables that a desktop cuts, pixels of a page
#: on a phone, sheets of the PDF above the appendix, sheets of the fact sheet, and sheets without header, number or source, at most. Figures of paper
#: are missing where a report has no PDF.
LIMITS = {
    "screens": 6.0, "words": 900, "bytes": 4_000_000, "cut_tables": 0, "phone_width": 400, "sheets": 7, "onepage": 1, "unmarked": 0,
}  # fmt: skip

_MEASURE = """(() => {
  const appendix = document.getElementById("appendix");
  const above = document.querySelector("main").cloneNode(true);
  above.querySelectorAll("table, svg, details, .table-foot, #appendix, script").forEach((part) => part.remove());
  const cut = [...document.querySelectorAll("main .scroll")].filter((frame) => frame.scrollWidth > frame.clientWidth + 1);
  return [appendix.getBoundingClientRect().top + scrollY, cut.length, above.innerHTML.replace(/<[^>]+>/g, " ").trim().split(/\\s+/).length];
})()"""


def measured(folder: Path) -> pd.DataFrame:
    """The measures of each region's page in a folder of reports."""
    program = find_browser()
    if program is None:
        raise no_browser()
    rows = []
    with open_browser(program) as tab:
        for page in sorted(folder.glob("*/report.html")):
            if 'class="page-title"' not in page.read_text(encoding="utf-8"):
                continue  # a partnership brief
            size = {"deviceScaleFactor": 1, "height": 800}
            tab.call("Emulation.setDeviceMetricsOverride", width=1280, mobile=False, **size)
            tab.open(page)
            top, cut, words = tab.evaluate(_MEASURE)
            tab.call("Emulation.setDeviceMetricsOverride", width=400, mobile=True, **size)
            wide = tab.evaluate("document.documentElement.scrollWidth")
            rows.append(
                (page.parent.name, top / 800, words, page.stat().st_size, cut, wide, *_paper(page.parent))
            )
    return pd.DataFrame(rows, columns=["region", *LIMITS]).set_index("region")


def _paper(folder: Path) -> tuple[float, float, float]:
    """Sheets above the appendix, sheets of the fact sheet, and sheets that lack their header, number, source or notice."""
    if not (folder / "report.pdf").is_file():
        return (float("nan"),) * 3
    report = pypdf.PdfReader(folder / "report.pdf")
    (appendix,) = [
        number
        for entry in _flat(report.outline)
        if entry.title == "Appendix" and (number := report.get_destination_page_number(entry)) is not None
    ]
    notice = re.search(r'class="banner[^>]*>([^<]+)<', (folder / "report.html").read_text(encoding="utf-8"))
    said = ["Source", *([unescape(notice[1]).strip()] if notice else [])]
    unmarked = 0
    for number, sheet in enumerate(report.pages, 1):
        text = " ".join(sheet.extract_text().split())
        unmarked += not all(part in text for part in [f"{number} of {len(report.pages)}", *said])
    one = folder / "onepage.pdf"
    sheets = len(pypdf.PdfReader(one).pages) if one.is_file() else float("nan")
    return float(appendix), float(sheets), float(unmarked)


def _flat(outline: list[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def main() -> None:
    """Print the table, and end with an error where a page is over a limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("reports/new-york"))
    table = measured(parser.parse_args().folder)
    print(table.round(2).to_string())
    print(f"limits: {LIMITS}")
    over = (table > pd.Series(LIMITS)).any(axis=1)
    if over.any():
        raise SystemExit(f"over a limit: {', '.join(table.index[over])}")


if __name__ == "__main__":
    main()
