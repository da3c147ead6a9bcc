"""How long and how large region reports are, beside their limits: screens, words, bytes, and width on a phone.

Give a folder of reports, as ``sectorlib report`` writes it::

    python benchmarks/page_limits.py reports/new-york
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from sectorlib.reporting.browser import find_browser, no_browser, open_browser

#: Screens of 1280 x 800 pixels and words above the appendix, bytes of the file, and pixels of a page on a phone, at most.
LIMITS = {"screens": 6.0, "words": 900, "bytes": 4_000_000, "phone_width": 400}

_MEASURE = """(() => {
  const appendix = document.getElementById("appendix");
  const above = document.querySelector("main").cloneNode(true);
  above.querySelectorAll("table, svg, details, .table-foot, #appendix, script").forEach((part) => part.remove());
  return [appendix.getBoundingClientRect().top + scrollY, above.innerHTML.replace(/<[^>]+>/g, " ").trim().split(/\\s+/).length];
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
            top, words = tab.evaluate(_MEASURE)
            tab.call("Emulation.setDeviceMetricsOverride", width=400, mobile=True, **size)
            wide = tab.evaluate("document.documentElement.scrollWidth")
            rows.append((page.parent.name, top / 800, words, page.stat().st_size, wide))
    return pd.DataFrame(rows, columns=["region", *LIMITS]).set_index("region")


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
