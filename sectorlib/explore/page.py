"""A panel as a page: the same script with every choice worked out, and no Python behind it."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from pathlib import Path

from sectorlib.exceptions import MissingFileError
from sectorlib.explore.parts import lines_of, map_of, sectors_of, setup_of
from sectorlib.explore.view import MEASURES, View

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>{title}</title><style>body{{margin:16px;font-family:system-ui,sans-serif}}
{css}</style></head><body><div id="panel"></div>
<script>{script}
const data = {data};
sectorlibPanel(document.getElementById("panel"), keptSource(data));
</script></body></html>
"""


def script() -> str:
    """The script that draws a panel, in a notebook or on a page."""
    return (Path(__file__).parent / "panel.js").read_text(encoding="utf-8")


def style() -> str:
    """Its look."""
    return (Path(__file__).parent / "panel.css").read_text(encoding="utf-8")


def write_page(view: View, path: str | Path) -> Path:
    """Write a page with every region, sector and measure of a view's year; without weights and without a network.

    Parameters
    ----------
    view : View
        What the page shows first; its year and benchmark are those of the page.
    path : path
        Where to; folders are made.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    MissingFileError
        The path is a folder.
    """
    path = Path(path)
    if path.is_dir():
        raise MissingFileError(
            f"{path} is a folder", "the name of a page", f"such as {path / 'explore.html'}"
        )
    setup = setup_of(view, live=False)
    setup["years"], setup["benchmarks"] = [view.year], {view.benchmark: setup["benchmarks"][view.benchmark]}
    maps, sectors, trends, titles = {}, {}, {}, {}
    areas = [*setup["regions"], *(code for code in setup["counties"] if code in view.names)]
    for region in dict.fromkeys(areas):
        sectors[region] = sectors_of(replace(view, region=region))
    for sector in setup["sectors"]:
        for measure in MEASURES:
            shown = replace(view, sector=sector, measure=measure)
            maps[f"{sector} {measure}"], titles[f"{sector} {measure}"] = map_of(shown), shown.title
            for region, rows in shown.histories().items():
                if region in sectors:
                    trends[f"{region} {sector} {measure}"] = lines_of(rows)
    data = {
        "setup": setup, "choices": {**view.choices, "system": view.results.study.system}, "maps": maps,
        "sectors": sectors, "trends": trends, "titles": titles,
    }  # fmt: skip
    text = json.dumps(data, separators=(",", ":")).replace("</", "<\\/")
    path.parent.mkdir(parents=True, exist_ok=True)
    page = _PAGE.format(title=html.escape(view.results.study.title), css=style(), script=script(), data=text)
    path.write_text(page, encoding="utf-8")
    return path
