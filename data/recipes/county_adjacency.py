"""Which counties touch, and along how many kilometers: from the shapes that ship with the package.

Shapes are drawn at 1:10 million, so that a length is a little short. Counties that meet in a point alone have
a border of 0. ``listed`` says whether the Census Bureau's list of adjacent counties has the pair; it also lists
pairs that meet in water alone, which have no border here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely

from sectorlib.areas import bridge_areas, county_names
from sectorlib.sources.boundaries import county_shapes

#: Lengths on the ellipsoid of the shapes' coordinates.
ELLIPSOID = pyproj.Geod(ellps="GRS80")
VINTAGES = ("2010s", "2020s")
#: Borders shorter than this are meetings in a point that the drawing has pulled apart.
LEAST_KM = 0.05


def table(data: Path) -> pd.DataFrame:
    """Each pair of counties once, with the border that they share."""
    listed = _listed(data / "delineations" / "census_county_adjacency.txt")
    parts = [_of_vintage(vintage, listed) for vintage in VINTAGES]
    return pd.concat(parts, ignore_index=True)


def _of_vintage(vintage: str, listed: pd.DataFrame) -> pd.DataFrame:
    shapes = county_shapes(vintage)
    areas, drawn = shapes["area"].to_numpy(), np.asarray(shapes.geometry)
    one, other = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    kept = areas[one] < areas[other]
    one, other = one[kept], other[kept]
    shared = shapely.intersection(shapely.boundary(drawn[one]), shapely.boundary(drawn[other]))
    pairs = pd.DataFrame(
        {
            "area": areas[one],
            "neighbor": areas[other],
            "border_km": [ELLIPSOID.geometry_length(_lines(line)) / 1000 for line in shared],
        }
    )
    pairs["border_km"] = pairs["border_km"].where(pairs["border_km"] >= LEAST_KM, 0.0).round(2)
    named = listed[listed["area"].isin(areas) & listed["neighbor"].isin(areas)].assign(listed=True)
    pairs = pairs.merge(named, on=["area", "neighbor"], how="outer")
    pairs["border_km"] = pairs["border_km"].astype("float32").fillna(0.0)
    pairs["listed"] = pairs["listed"].eq(True)
    pairs.insert(0, "counties", vintage)
    return pairs.sort_values(["area", "neighbor"], ignore_index=True)


def _lines(shape: shapely.Geometry) -> shapely.Geometry:
    """The lines of an intersection of borders, without the points."""
    lines = [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]
    return shapely.MultiLineString(lines)


def _listed(path: Path) -> pd.DataFrame:
    """Pairs of the Census Bureau's list, once each, on the county codes of both vintages."""
    rows = pd.read_csv(path, sep="\t", header=None, dtype=str, encoding="latin-1")
    pairs = pd.DataFrame({"area": rows[1].ffill(), "neighbor": rows[3]})
    parts = []
    for vintage in VINTAGES:
        codes = {*pairs["area"], *pairs["neighbor"]} & set(county_names().index)
        steps = bridge_areas(codes, vintage)
        whole = steps[steps["weight"] > 1 - 1e-6].set_index("member")["group"]
        parts.append(pairs.assign(area=pairs["area"].map(whole), neighbor=pairs["neighbor"].map(whole)))
    both = pd.concat(parts).dropna()
    return both[both["area"] < both["neighbor"]].drop_duplicates(ignore_index=True)
