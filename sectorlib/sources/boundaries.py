"""County shapes: those that ship, of two vintages, and a user's own.

The shapes are simplified for maps (about 1:10 million). Origin and license: ``data/boundaries/README.md``.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from sectorlib.areas import (
    COMBINATIONS,
    VINTAGES,
    area_kind,
    bridge_areas,
    county_names,
    is_county,
    state_of,
    vintage_of,
)
from sectorlib.exceptions import LayoutError, MissingFileError, TableError, UnknownAreaError, UnknownNameError
from sectorlib.resources import data_path
from sectorlib.sources.damage import require_sound

#: Vintages of which shapes ship.
SHAPE_VINTAGES = ("2010s", "2020s")

#: Names a column of county codes goes by, in lower case; the first that is there and holds codes is taken.
_AREA_COLUMNS = ("area", "area_fips", "fips", "geoid", "geoid20", "geoid10", "county_fips", "fips_code", "id")
#: Census columns that together make a code, for files without a column of codes.
_CODE_PARTS = (("statefp", "countyfp"), ("statefp20", "countyfp20"), ("statefp10", "countyfp10"))
#: Names a column of county names goes by, in lower case.
_NAME_COLUMNS = ("namelsad", "namelsad20", "namelsad10", "county_name", "county", "name", "name20", "name10")

#: The coordinate system of every shape here: longitude and latitude, WGS 84.
CRS = "EPSG:4326"


def county_shapes(vintage: str = "2020s") -> gpd.GeoDataFrame:
    """Shapes of the counties of a vintage, territories included.

    Parameters
    ----------
    vintage : {"2010s", "2020s"}
        With Connecticut's eight counties, or with its nine planning regions.

    Returns
    -------
    GeoDataFrame
        Columns area (county code), name, state (two digits), geometry (valid polygons, EPSG:4326).

    Raises
    ------
    UnknownNameError
        No shapes ship for the vintage.

    Examples
    --------
    >>> shapes = county_shapes("2010s")
    >>> len(shapes), shapes.crs.to_epsg(), bool(shapes.is_valid.all())
    (3231, 4326, True)
    """
    if vintage not in SHAPE_VINTAGES:
        raise UnknownNameError.unknown_name("vintage of shapes", vintage, SHAPE_VINTAGES)
    return _shipped(f"counties_{vintage}").copy()


def state_shapes() -> gpd.GeoDataFrame:
    """Shapes of the states and territories: area (``36000``), name, state, geometry.

    Examples
    --------
    >>> state_shapes().set_index("area").loc["36000", "name"]
    'New York'
    """
    states = _shipped("states").copy()
    return states.assign(area=states["state"] + "000")


def read_shapes(path: Path | str) -> gpd.GeoDataFrame:
    """A user's own shapes, from any file that geopandas reads: GeoJSON, zipped shapefile, GeoParquet, ...

    The column of codes is found by its name (area, FIPS, GEOID, ...; or STATEFP and COUNTYFP). Codes that a
    program has turned into numbers get their leading zero back; a long Census code (``0500000US36055``) is
    cut to the county. A column called ``area`` may hold any names (regions of your own), but not sizes. Rows
    without a shape are left out.

    Parameters
    ----------
    path : path
        The file. In a zip, the one shapefile or GeoJSON that is no macOS leftover.

    Returns
    -------
    GeoDataFrame
        Columns area, name, state, geometry (valid polygons, EPSG:4326), sorted by area.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        No column of codes, or no polygons, or a coordinate system that is not known.
    TableError
        A code has two shapes.

    Examples
    --------
    >>> import tempfile
    >>> one = county_shapes().query("area == '36055'").rename(columns={"area": "GEOID"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one.to_file(Path(folder) / "monroe.geojson")
    ...     read_shapes(Path(folder) / "monroe.geojson")[["area", "name", "state"]]
        area           name state
    0  36055  Monroe County    36
    """
    path = Path(path)
    if not path.exists():
        raise MissingFileError(
            f"{path} is not there",
            "a file of shapes (GeoJSON, zipped shapefile, GeoParquet)",
            "paths in a study are relative to the study file",
        )
    raw = read_geometries(path)
    raw = raw[~(raw.geometry.isna() | raw.geometry.is_empty)]
    codes = _codes(raw, path)
    if codes.duplicated().any():
        raise TableError(
            f"area {codes[codes.duplicated()].iloc[0]!r} has several shapes in {path}",
            "one shape for each area",
            "dissolve the shapes by area first",
        )
    shapes = gpd.GeoDataFrame(
        {"area": codes, "name": _names(raw, codes), "state": state_of(codes)},
        geometry=[_polygons(shape) for shape in raw.geometry],
        crs=raw.crs,
    )
    if set(shapes.geom_type) - {"Polygon", "MultiPolygon"}:
        raise LayoutError(
            f"{path} holds shapes of kind {', '.join(sorted(set(map(str, shapes.geom_type))))}",
            "polygons",
            "give the areas' outlines, not their centers",
        )
    return shapes.to_crs(CRS).sort_values("area", ignore_index=True)


def shapes_for(areas: Iterable[str], path: Path | str | None = None) -> gpd.GeoDataFrame:
    """Shapes for a table's areas: from a file of the user's, or of the shipped vintage that fits.

    Of the shipped shapes, the whole states of the areas come along, for orientation. A county that the
    vintage does not hold is drawn from the other vintage, or from the counties that succeeded it alone
    (02261 from 02063 and 02066); one that has merged into a larger county has no shape (:func:`without_shape`
    names those).

    Parameters
    ----------
    areas : iterable of str
        Area codes of any kind; only counties are looked for in the shipped shapes.
    path : path, optional
        Shapes of the user's own, returned whole.

    Returns
    -------
    GeoDataFrame
        Columns area, name, state, geometry.

    Raises
    ------
    UnknownAreaError
        None of the areas has a shape.

    Examples
    --------
    >>> shapes = shapes_for(["36055", "46113"])
    >>> set(shapes["state"]) == {"36", "46"}, "46113" in set(shapes["area"]), "46102" in set(shapes["area"])
    (True, True, False)
    """
    wanted = set(map(str, areas))
    if path is not None:
        shapes = read_shapes(path)
        if not wanted & set(shapes["area"]):
            raise UnknownAreaError(
                f"none of {len(wanted)} areas is in {path}, which holds {', '.join(shapes['area'][:3])}, ...",
                f"areas such as {', '.join(sorted(wanted)[:3])}",
                "rename the column of codes to 'area', and use the panel's codes in it",
            )
        return shapes
    fit = vintage_of(wanted, among=SHAPE_VINTAGES)
    shapes = county_shapes(fit.vintage)
    for code in sorted(set(fit.unmatched) - set(COMBINATIONS)):
        shapes = _with_county(shapes, code, wanted, fit.vintage)
    for code in sorted(wanted & set(COMBINATIONS)):
        shapes = _combined(shapes, code, wanted)
    states = {state_of(code) for code in wanted if area_kind(code) == "county"}
    return shapes[shapes["state"].isin(states)].sort_values("area", ignore_index=True)


def without_shape(shapes: gpd.GeoDataFrame, areas: Iterable[str]) -> list[str]:
    """The counties among some areas that a set of shapes does not hold.

    Examples
    --------
    >>> without_shape(shapes_for(["51019", "51515"]), ["51019", "51515", "51999"])
    ['51515']
    """
    codes = pd.Series(sorted(set(map(str, areas))), dtype="str")
    return codes[is_county(codes) & ~codes.isin(shapes["area"])].tolist()


@cache
def _shipped(name: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(data_path("boundaries", f"{name}.parquet"))


def _with_county(shapes: gpd.GeoDataFrame, code: str, wanted: set[str], vintage: str) -> gpd.GeoDataFrame:
    """Shapes with one more county, in place of the counties it overlaps (none of which is wanted)."""
    if code not in county_names().index:
        return shapes
    other = next(v for v in SHAPE_VINTAGES if v != vintage)
    if code in county_names(other).index:
        found = county_shapes(other).query("area == @code")
        overlapped = set(bridge_areas([code], vintage)["group"])
    else:
        found, overlapped = _from_successors(shapes, code)
    if found.empty or overlapped & wanted:
        return shapes
    return pd.concat([shapes[~shapes["area"].isin(overlapped)], found], ignore_index=True)


def _combined(shapes: gpd.GeoDataFrame, code: str, wanted: set[str]) -> gpd.GeoDataFrame:
    """Shapes with a combination of counties in place of its parts, unless one of these is wanted, too."""
    parts = set(COMBINATIONS[code])
    whole = shapes[shapes["area"].isin(parts)].dissolve("state", as_index=False)
    if whole.empty or parts & wanted:
        return shapes
    named = whole.assign(area=code, name=county_names()[code])[list(shapes.columns)]
    return pd.concat([shapes[~shapes["area"].isin(parts)], named], ignore_index=True)


def _from_successors(shapes: gpd.GeoDataFrame, code: str) -> tuple[gpd.GeoDataFrame, set[str]]:
    """A former county from the counties that lie wholly in it, and which these are."""
    known = shapes["area"][shapes["area"].isin(county_names().index) & (shapes["state"] == state_of(code))]
    then = next(v for v in VINTAGES if code in county_names(v).index)
    back = bridge_areas(known, then)
    parts = set(back.loc[(back["group"] == code) & (back["weight"] == 1), "member"])
    found = shapes[shapes["area"].isin(parts)].dissolve("state", as_index=False)
    return found.assign(area=code, name=county_names()[code])[list(shapes.columns)], parts


def read_geometries(path: Path) -> gpd.GeoDataFrame:
    """The first layer of a file of shapes, as it is, with a coordinate system.

    Raises
    ------
    LayoutError
        The file is no file of shapes, or does not say where they are.
    """
    require_sound(path)
    try:
        suffix = path.suffix.lower()
        if suffix == ".parquet":
            raw = gpd.read_parquet(path)
        else:
            raw = gpd.read_file(_member(path) if suffix == ".zip" else path)
    except (ValueError, RuntimeError, OSError, zipfile.BadZipFile) as error:
        raise LayoutError(
            f"{path} cannot be read as shapes: {str(error).splitlines()[0]}",
            "GeoJSON, a zipped shapefile, GeoPackage or GeoParquet",
            "open it in a map program and export it as GeoJSON",
        ) from None
    if not isinstance(raw, gpd.GeoDataFrame):
        raise LayoutError(
            f"{path} holds a table without shapes",
            "GeoJSON, a zipped shapefile, GeoPackage or GeoParquet",
            "name the file of shapes",
        )
    if raw.crs is not None:
        _refuse_no_degrees(raw, path)
        return raw
    west, south, east, north = raw.total_bounds
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise LayoutError(
            f"{path} has no coordinate system, and its coordinates ({west:.0f}, {south:.0f}) are no degrees",
            "longitude and latitude, or a coordinate system in the file",
            "a shapefile needs its .prj beside it",
        )
    raw = raw.set_crs(CRS)
    _refuse_no_degrees(raw, path)
    return raw


def in_united_states(lat: pd.Series, lon: pd.Series) -> pd.Series:
    """Whether positions lie about where the United States and their territories do, on both sides of the date line.

    >>> in_united_states(pd.Series([43.2, -77.6]), pd.Series([-77.6, 43.2])).tolist()
    [True, False]
    """
    return lat.between(-15, 72) & (lon.between(-180, -64) | lon.between(144, 180))


def _refuse_no_degrees(raw: gpd.GeoDataFrame, path: Path) -> None:
    """Refuse shapes in degrees that are no places on earth, or whose latitude and longitude have changed places."""
    if raw.crs is None or not raw.crs.is_geographic or raw.empty:
        return
    west, south, east, north = raw.total_bounds
    shown = f"from ({west:.6g}, {south:.6g}) to ({east:.6g}, {north:.6g})"
    x, y = pd.Series([west, east]), pd.Series([south, north])
    if max(abs(west), abs(east)) > 180.001 or max(abs(south), abs(north)) > 90.001:
        raise LayoutError(
            f"{path.name}: its coordinates, {shown}, are no degrees",
            "longitudes from -180 to 180, and latitudes from -90 to 90",
            "are latitude and longitude swapped? export the shapes again with their coordinate system",
        )
    if in_united_states(x, y).all() and not in_united_states(y, x).any():
        raise LayoutError(
            f"{path.name}: its coordinates, {shown}, lie outside the United States",
            "the longitude first, then the latitude",
            "the two seem to have changed places: export the shapes again",
        )


def _member(path: Path) -> str:
    """The one shapefile (or GeoJSON) in a zip, as GDAL names it."""
    names = [n for n in zipfile.ZipFile(path).namelist() if not n.startswith("__MACOSX/")]
    found = [n for n in names if n.lower().endswith((".shp", ".geojson", ".json"))]
    if len(found) != 1:
        raise LayoutError(
            f"{path} holds {len(found)} files of shapes ({', '.join(found[:3]) or ', '.join(names[:3])})",
            "one .shp or .geojson",
            "zip one shapefile with its .dbf, .shx and .prj",
        )
    return f"/vsizip/{path.resolve()}/{found[0]}"


def _codes(raw: gpd.GeoDataFrame, path: Path) -> pd.Series:
    """Area codes of a file's shapes."""
    columns = {str(c).lower(): c for c in raw.columns}
    for name in _AREA_COLUMNS:
        if name in columns and _may_be_codes(raw[columns[name]]):
            codes = _as_codes(raw[columns[name]])
            if name == "area" or area_kind(codes).eq("county").all():
                return codes
    for state, county in _CODE_PARTS:
        if state in columns and county in columns:
            return raw[columns[state]].astype("str").str.zfill(2) + raw[columns[county]].astype(
                "str"
            ).str.zfill(3)
    raise LayoutError(
        f"{path} has no column of county codes among {', '.join(map(str, raw.columns))}",
        f"one of {', '.join(_AREA_COLUMNS)}, or STATEFP and COUNTYFP",
        "rename the column of codes to 'area'",
    )


def _may_be_codes(column: pd.Series) -> bool:
    """Whether a column can hold codes: map programs call the size of a shape its area, too."""
    if not pd.api.types.is_numeric_dtype(column):
        return bool(column.notna().all())
    return bool((column.between(0, 99_999) & (column % 1 == 0)).all())


def _as_codes(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("int64").astype("str").str.zfill(5)
    return column.astype("str").str.strip().str.replace(r"^\d{7}US(?=\d{5}$)", "", regex=True)


def _names(raw: gpd.GeoDataFrame, codes: pd.Series) -> pd.Series:
    """Names in the file; the official name, or the code, where it has none."""
    columns = {str(c).lower(): c for c in raw.columns}
    official = codes.map(county_names())
    given = next((raw[columns[n]].astype("str") for n in _NAME_COLUMNS if n in columns), official)
    return given.fillna(official).fillna(codes)


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """A valid shape of polygons only: making a shape valid may leave stray lines."""
    valid = shapely.make_valid(shape)
    if valid.geom_type != "GeometryCollection":
        return valid
    return shapely.union_all([part for part in valid.geoms if part.area > 0])
