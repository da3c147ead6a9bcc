"""Names and places: area names of a study's own, colleges, airports and other assets, partners, travel times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import pandas as pd

from sectorlib.exceptions import LayoutError, MissingFileError
from sectorlib.schemas import ASSETS, PARTNERS, TRAVEL_TIMES
from sectorlib.sources.boundaries import CRS, in_united_states, read_geometries
from sectorlib.sources.text_tables import (
    counties_by_name,
    county_codes,
    county_states,
    possible_numbers,
    read_text_table,
    require_columns,
)

#: Columns of the IPEDS institutional directory (NCES, HD files) and what they become.
_IPEDS = {"UNITID": "asset", "INSTNM": "name", "LATITUDE": "lat", "LONGITUD": "lon", "COUNTYCD": "area"}
#: What it says of a college beside: control and level, size, and its Carnegie class.
_FACTS = {"sector": "SECTOR", "size": "INSTSIZE", "c18basic": "C18BASIC"}
#: The level of its programs (ICLEVEL): of four years or more, of two years, of less.
_IPEDS_KINDS = {"1": "college", "2": "college", "3": "career school"}
#: Its SECTOR of offices that run a system of colleges and teach nobody.
_IPEDS_OFFICE = "0"

#: An asset without a county is in the nearest within this distance: shapes are simplified, also along shores.
_SHORE_METRES = 5000
#: A projection in metres that is true enough over so short a way, also in Alaska and Hawaii (EPSG).
_METRES = 5070

#: Ten days: no journey from a county to a place takes longer.
_MOST_MINUTES = 14_400

_PLAIN = ("asset", "kind", "name", "lat", "lon")
_DTYPES = {"code": "str", "text": "str", "number": "float"}


def read_names(path: Path) -> pd.Series:
    """Area names from a CSV with the columns ``area`` and ``name``.

    Returns
    -------
    Series of str
        Name by area code.

    Raises
    ------
    LayoutError
        A column is missing or an area repeats.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> read_names(data_path("demo", "areas.csv"))["91000"]
    'Verlane'
    """
    frame = read_text_table(path)
    require_columns(frame, ("area", "name"), path, "rename the columns")
    repeated = frame.loc[frame["area"].duplicated(), "area"]
    if len(repeated):
        raise LayoutError(
            f"{path.name} names area {repeated.iloc[0]!r} twice", "each area once", "remove one of the rows"
        )
    return frame.set_index("area")["name"]


def read_assets(paths: Iterable[Path], kind: str | None = None, name: str | None = None) -> pd.DataFrame:
    """Assets from official or user files, one table.

    A file is recognized by its columns: the IPEDS institutional directory (colleges that are open), or a
    CSV with the columns asset, kind, name, lat, lon and optionally area. Any other file is read as shapes:
    points, lines or areas with a kind and a name.

    Parameters
    ----------
    paths : iterable of paths
        Files: CSV, or GeoJSON, a zipped shapefile, GeoPackage or GeoParquet.
    kind : str, optional
        What the assets are, where the file has no column ``kind``.
    name : str, optional
        The column of names of a file of shapes; ``name`` if not given. Lines of one kind and name are one
        asset (a railroad comes in thousands of pieces).

    Returns
    -------
    DataFrame
        An Assets table: asset, kind, name, lat, lon (degrees), area (county, missing where not given), website
        and geometry (the shape of a line or an area; lat and lon are then a point on it). IPEDS distinguishes
        colleges (programs of two years and more) from career schools; offices of systems are left out.

    Raises
    ------
    LayoutError
        A file of no known layout, a position that is no number, an area that is no county, or a file of shapes
        without a kind.
    UnknownNameError
        The file of shapes has no such column of names.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> assets = read_assets([data_path("demo", "colleges.csv"), data_path("demo", "airports.csv")])
    >>> assets["kind"].value_counts().to_dict()
    {'college': 28, 'airport': 8}
    """
    parts = [
        _read_asset_file(path, kind) if _is_text(path) else _read_asset_shapes(path, kind, name)
        for path in map(Path, paths)
    ]
    return merged_assets(parts)


def merged_assets(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several tables of assets as one, checked.

    Examples
    --------
    >>> merged_assets([]).columns.to_list()
    ['asset', 'kind', 'name', 'lat', 'lon', 'area', 'website', 'sector', 'size', 'c18basic', 'geometry']
    """
    empty = pd.DataFrame({c.name: pd.Series(dtype=_DTYPES[c.kind]) for c in ASSETS.columns})
    kept = [part for part in parts if len(part)]
    if not kept:
        return empty
    return ASSETS.check(pd.concat(kept, ignore_index=True).reindex(columns=ASSETS.names).astype(empty.dtypes))


def read_airports() -> pd.DataFrame:
    """Airports of the United States that have an IATA code, from the package airportsdata.

    The package lists airports and landing strips, not flights: a code does not mean that an airline calls there
    now. It knows nothing of passengers, cargo or the length of runways.

    Returns
    -------
    DataFrame
        An Assets table; the county is missing (see :func:`with_counties`).

    Raises
    ------
    MissingFileError
        The package is not installed.

    Examples
    --------
    >>> airports = read_airports()
    >>> airports.loc[airports["asset"] == "airport:ALB", "name"].item()
    'Albany International Airport'
    """
    if find_spec("airportsdata") is None:
        raise MissingFileError(
            "the package airportsdata is not installed",
            "its list of airports",
            "pip install 'sectorlib[airports]', or name a file of airports of your own",
        )
    with resources.files("airportsdata").joinpath("airports.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype=str)
    table = table[(table["country"] == "US") & table["iata"].notna()]
    return merged_assets(
        [
            pd.DataFrame(
                {
                    "asset": "airport:" + table["iata"],
                    "kind": "airport",
                    "name": table["name"],
                    "lat": table["lat"].astype(float),
                    "lon": table["lon"].astype(float),
                }
            )
        ]
    )


def with_counties(assets: pd.DataFrame, shapes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Assets with the county that they lie in, where they do not say.

    Parameters
    ----------
    assets : DataFrame
        An Assets table.
    shapes : GeoDataFrame
        Counties: area, geometry.

    Returns
    -------
    DataFrame
        The assets; ``area`` stays missing farther than five kilometers from every county, without a position, and
        for lines, which lie in many.

    Examples
    --------
    >>> from sectorlib.sources.boundaries import county_shapes
    >>> airports = with_counties(read_airports(), county_shapes("2010s"))
    >>> airports.set_index("asset")["area"][["airport:ROC", "airport:JFK"]].tolist()
    ['36055', '36081']
    """
    lines = assets.get("geometry", pd.Series(index=assets.index, dtype="str")).str.contains("LINESTRING")
    lacking = assets[
        assets["area"].isna()
        & assets["lat"].notna()
        & assets["lon"].notna()
        & ~lines.fillna(False).astype(bool)
    ]
    if lacking.empty or shapes.empty:
        return assets
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(lacking["lon"], lacking["lat"], crs=CRS), index=lacking.index
    )
    counties = shapes[["area", "geometry"]]
    inside = points.sjoin(counties, predicate="intersects")["area"]
    inside = inside[~inside.index.duplicated()]
    beside = points.drop(inside.index).to_crs(_METRES)
    near = beside.sjoin_nearest(counties.to_crs(_METRES), max_distance=_SHORE_METRES)["area"]
    found = pd.concat([inside, near[~near.index.duplicated()]])
    return assets.assign(area=assets["area"].fillna(found.astype("str")))


def read_partners(path: Path) -> pd.DataFrame:
    """Partners that an analyst lists: who could be at the table.

    Parameters
    ----------
    path : path
        A csv, parquet, xls or xlsx file with the columns kind, name and area (or county: its code), a row for
        each county that a partner serves, and any others (contact, phone, ...), which are kept as they are.

    Returns
    -------
    DataFrame
        kind, name, area and the file's other columns, as text.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A column is missing, or a code is not a county's.
    TableError
        A partner is listed twice for a county.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "partners.csv"
    >>> _ = path.write_text("kind,name,county,phone\\nunion,Local 1,36055,555-0100\\n")
    >>> read_partners(path)
        kind     name   area     phone
    2  union  Local 1  36055  555-0100
    """
    table = read_text_table(path)
    if "area" not in table:
        table = table.rename(columns={"county": "area"})
    require_columns(table, ("kind", "name", "area"), path, "list each partner with its county's code")
    table["area"] = counties_by_name(table["area"], county_states(table), path, "area")
    return PARTNERS.check(table, path.name)


def read_travel_times(path: Path) -> pd.DataFrame:
    """Travel times from counties to assets or counties.

    Parameters
    ----------
    path : path
        A csv, parquet, xls or xlsx file with the columns home (county), place (an asset as the Assets table
        names it, or a county) and minutes.

    Returns
    -------
    DataFrame
        home, place, minutes.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A column is missing, a code is not a county's, or a time is no number of minutes that can be.
    TableError
        A pair repeats.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "times.csv"
    >>> _ = path.write_text("home,place,minutes\\n36055,airport:ROC,14\\n36069,36055,35.5\\n")
    >>> read_travel_times(path)["minutes"].tolist()
    [14.0, 35.5]
    """
    table = read_text_table(path)
    require_columns(table, TRAVEL_TIMES.names, path, "rename the columns")
    minutes = possible_numbers(
        table["minutes"].fillna("blank"),
        path,
        "minutes",
        0,
        _MOST_MINUTES,
        "leave out pairs that are not connected",
    )
    times = table.assign(home=county_codes(table["home"], path, "home"), minutes=minutes)
    return TRAVEL_TIMES.check(times[TRAVEL_TIMES.names].reset_index(drop=True), path.name)


def _is_text(path: Path) -> bool:
    return path.name.lower().endswith((".csv", ".csv.gz", ".csv.zip")) or path.suffix == ""


def _read_asset_file(path: Path, kind: str | None) -> pd.DataFrame:
    frame = read_text_table(path)
    if set(_IPEDS) <= set(frame.columns):
        frame = _open_colleges(frame)
    else:
        if kind is not None and "kind" not in frame:
            frame["kind"] = kind
        require_columns(
            frame, _PLAIN, path, "rename the columns, or use the IPEDS directory file as published"
        )
    out = frame.reindex(columns=[*_PLAIN, "area", "website", *_FACTS])
    for fact in _FACTS:
        code = pd.to_numeric(out[fact], errors="coerce")
        out[fact] = code.where(code >= 0)  # below zero: not reported, or does not apply
    out["asset"] = path.stem + ":" + out["asset"].astype(str)
    out["area"] = _counties(out["area"], path, county_states(frame))
    for axis, most in (("lat", 90.0), ("lon", 180.0)):
        hint = "write degrees, 43.16 and not 43°9', with the latitude under lat and the longitude under lon"
        out[axis] = possible_numbers(out[axis], path, axis, -most, most, hint)
    _refuse_swapped(out, path)
    return out.reset_index(drop=True)


def _refuse_swapped(places: pd.DataFrame, path: Path) -> None:
    """Refuse positions that lie in the United States only if latitude and longitude change places."""
    swapped = in_united_states(places["lon"], places["lat"]) & ~in_united_states(places["lat"], places["lon"])
    if swapped.any():
        row = places.index[swapped][0]
        raise LayoutError(
            f"{path.name}, row {row}: lat is {places['lat'][row]:g} and lon {places['lon'][row]:g}"
            f" ({int(swapped.sum())} such rows)",
            "a latitude of about -15 to 72 and a longitude of about -180 to -64 (or 144 to 180), in the United States",
            "the two seem to have changed places: swap the columns",
        )


def _counties(areas: pd.Series, path: Path, states: pd.Series | None = None) -> pd.Series:
    """The counties of assets that name one: by code, or by name and state."""
    given = areas.dropna()
    if given.empty:
        return areas
    of_each = pd.Series(None, index=areas.index, dtype="str") if states is None else states
    return counties_by_name(given, of_each[given.index], path, "area").reindex(areas.index)


def _open_colleges(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the IPEDS directory that teach, as assets."""
    if "CYACTIVE" in frame:
        frame = frame[frame["CYACTIVE"] == "1"]
    if "SECTOR" in frame:
        frame = frame[frame["SECTOR"] != _IPEDS_OFFICE]
    kinds = frame["ICLEVEL"].map(_IPEDS_KINDS).fillna("college") if "ICLEVEL" in frame else "college"
    if "C18BASIC" not in frame and "C21BASIC" in frame:  # later directories; the classes kept their codes
        frame = frame.rename(columns={"C21BASIC": "C18BASIC"})
    facts = {official: ours for ours, official in _FACTS.items()}
    frame = frame.rename(columns=_IPEDS | facts | {"WEBADDR": "website"}).assign(kind=kinds)
    return frame.assign(area=frame["area"].str.zfill(5).where(~frame["area"].str.startswith("-")))


def _read_asset_shapes(path: Path, kind: str | None, name: str | None) -> pd.DataFrame:
    shapes = read_geometries(path).to_crs(CRS)
    shapes = shapes[~(shapes.geometry.isna() | shapes.geometry.is_empty)].reset_index(drop=True)
    if kind is None and "kind" not in shapes:
        raise LayoutError(
            f"{path.name} does not say what its shapes are: {', '.join(map(str, shapes.columns[:8]))}",
            "a property kind, or the kind in the study",
            f"assets: [{{file: {path.name}, kind: rail}}]",
        )
    if name is not None and name not in shapes:
        raise LayoutError.unknown_name(f"property of {path.name}", name, shapes.columns)
    names = (
        shapes[name or "name"] if (name or "name") in shapes else pd.Series(None, shapes.index, dtype="str")
    )
    table = gpd.GeoDataFrame(
        {
            "kind": shapes.get("kind", kind),
            "name": names.astype("str").where(names.notna(), "unnamed"),
            "area": _counties(shapes["area"], path) if "area" in shapes else None,
        },
        geometry=shapes.geometry,
    )
    line = table.geom_type.isin(["LineString", "MultiLineString"])
    whole = table[line].dissolve(["kind", "name"], as_index=False).assign(area=None)
    table = pd.concat([table[~line], whole], ignore_index=True)
    point = table.geometry.where(table.geom_type == "Point", table.geometry.representative_point())
    return pd.DataFrame(
        {
            "asset": path.stem + ":" + (table.index + 1).astype("str"),
            "kind": table["kind"],
            "name": table["name"],
            "lat": point.y,
            "lon": point.x,
            "area": table["area"],
            "geometry": table.geometry.to_wkt(rounding_precision=5).where(table.geom_type != "Point"),
        }
    )
