"""What the atlas knows of the whole study: its map, its counties and places, its sectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import shapely

from sectorlib.areas import name_in_a_sentence
from sectorlib.maps.drawing import as_page
from sectorlib.pages.atlas.regions import FIGURES, region_figures
from sectorlib.reference import reference_tables
from sectorlib.results import Results

#: The file beside the index page.
FRAME_FILE = "atlas.json"

#: Pixels that a region's outline may be off by, on a map of this width.
_OFF, _WIDTH = 0.9, 900


def atlas_frame(results: Results, known: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """The map, counties, places, sectors and figures of a study, for its atlas.

    Parameters
    ----------
    results : Results
        The study's results.
    known : mapping of str to mapping, optional
        The figures of every region, from :func:`~sectorlib.pages.atlas.regions.region_figures`; made here if not given.

    Returns
    -------
    dict
        study, title, base (the base's name in a sentence), nation (whether quotients against the nation are known),
        sectors (code to title and kind), width and height of the map, regions (code to name, path of the outline,
        middle, counties, neighbors and figures), places (name, state, region).
    """
    study = results.study
    table = results["regions"]
    regions: dict[str, dict[str, Any]] = {}
    for area, rows in table.groupby("area", sort=False):
        counties = rows.sort_values("weight", ascending=False)
        names = [str(name) for name in counties["county_name"].fillna(counties["county"])]
        regions[str(area)] = {"name": str(rows["area_name"].iloc[0]), "counties": names, "neighbors": []}
    for area, found in (region_figures(results) if known is None else known).items():
        regions[area] |= {name: found[name] for name in FIGURES}
    width, height = _outlines(results, regions)
    for area, neighbor in _touching(results):
        if area in regions and neighbor in regions:
            regions[area]["neighbors"].append(neighbor)
    atlas = (
        pd.DataFrame(columns=["sector", "sector_title", "kind"])
        if results.missing("atlas")
        else results["atlas"]
    )
    titles = atlas.drop_duplicates("sector")
    nation = "location_quotient_nation_high" in atlas and atlas["location_quotient_nation_high"].notna().any()
    return {
        "study": study.name,
        "title": study.title,
        "base": name_in_a_sentence(study.base_area, study.names),
        "nation": bool(nation),
        "sectors": {str(r.sector): [str(r.sector_title), str(r.kind)] for r in titles.itertuples()},
        "width": width,
        "height": height,
        "regions": regions,
        "places": _places(table),
    }


def _touching(results: Results) -> list[tuple[str, str]]:
    if results.study.neighbors.empty:
        return []
    pairs = results.touching[["area", "neighbor"]].astype("str").drop_duplicates()
    return sorted(pairs.itertuples(index=False, name=None))


def _outlines(results: Results, regions: dict[str, dict[str, Any]]) -> tuple[int, int]:
    """Give each region its outline on the map; its county is in the region that has most of it."""
    most = results["regions"].sort_values("weight", ascending=False).drop_duplicates("county")
    region = most.set_index("county")["area"].astype(str)
    shapes = results.study.shapes
    shapes = shapes[shapes["area"].isin(region.index)]
    if shapes.empty:
        return 0, 0
    page = as_page(shapes)
    scale = _WIDTH / page.width
    flat = page.shapes.set_geometry(page.shapes.geometry.affine_transform([scale, 0, 0, scale, 0, 0]))
    united = flat.assign(region=flat["area"].map(region)).dissolve("region")
    simple = shapely.coverage_simplify(united.geometry.to_numpy(), tolerance=_OFF**2)
    for code, shape in zip(united.index, simple, strict=True):
        point = shapely.point_on_surface(shape)
        regions[str(code)] |= {"path": _path(shape), "middle": [round(point.x), round(point.y)]}
    return _WIDTH, round(page.height * scale)


def _path(shape: Any) -> str:
    """An outline as the path of an SVG, to a tenth of a pixel."""
    rings = []
    for polygon in getattr(shape, "geoms", [shape]):
        for ring in [polygon.exterior, *polygon.interiors]:
            points = [f"{x:.1f},{y:.1f}".replace(".0", "") for x, y in ring.coords[:-1]]
            rings.append("M" + "L".join(points) + "Z")
    return "".join(rings)


def _places(table: pd.DataFrame) -> list[list[str]]:
    """Cities and other places of the reference data in the study's counties, the most people first."""
    places = reference_tables()["places"].read().sort_values("population", ascending=False)
    most = table.sort_values("weight", ascending=False).drop_duplicates("county")
    region = most.set_index("county")["area"].astype(str)
    home = places["area"].map(region).fillna(places["area_2010s"].map(region))
    here = places.assign(region=home).dropna(subset="region")
    return here[["name", "state", "region"]].astype(str).to_numpy().tolist()
