"""Tables joined to the shapes of their areas."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from sectorlib.areas import is_county
from sectorlib.exceptions import TableError, UnknownAreaError
from sectorlib.maps.regions import region_shapes
from sectorlib.sources.boundaries import shapes_for

#: Columns that may hold the areas of a table, first found first.
_KEYS = ("area", "county", "member", "group", "fips", "area_fips")

#: Attributes of a GeoDataFrame that are names of common columns, and what such a column is called instead.
_SAFE = {"area": "area_code"}


def geo(
    table: pd.DataFrame | pd.Series,
    regions: pd.DataFrame | None = None,
    shapes: gpd.GeoDataFrame | None = None,
    *,
    key: str | None = None,
) -> gpd.GeoDataFrame:
    """A table with the shapes of its areas, ready to be mapped.

    A column that has the name of an attribute of GeoDataFrame is renamed, so that ``.area`` stays the size of
    the shapes: ``area`` becomes ``area_code``, and ``length``, ``rank`` and the like become ``length_value``,
    ``rank_value``.

    Parameters
    ----------
    table : DataFrame or Series
        One or more rows for each area. Areas are in the column ``key``; by default ``area``, ``county``, ``member``,
        ``group`` or ``fips``, the first that is there; else they are the index.
    regions : DataFrame, optional
        Membership of counties in regions (``study.regions``), for rows of regions.
    shapes : GeoDataFrame, optional
        Columns area, name, state, geometry (``study.shapes``); shapes of official counties by default.
    key : str, optional
        The column of areas.

    Returns
    -------
    GeoDataFrame
        The rows and their order as they were, in degrees (EPSG 4326) or as the shapes are. Columns are plain
        categories without unused ones. Rows of areas without a shape, such as the nation, are kept and have none.

    Raises
    ------
    UnknownAreaError
        No row has a shape.
    TableError
        The table has no column of areas.

    Examples
    --------
    >>> jobs = pd.DataFrame({"area": ["36055", "36069"], "employment": [371_000.0, 51_000.0]})
    >>> table = geo(jobs)
    >>> table["area_code"].to_list(), bool(table.geometry.notna().all())
    (['36055', '36069'], True)
    """
    if isinstance(table, pd.Series):
        table = table.to_frame(table.name if table.name is not None else "value")
    if not isinstance(table, pd.DataFrame):
        raise TableError(
            f"a {type(table).__name__}", "a DataFrame or a Series by area", 'such as results["concentration"]'
        )
    if table.empty:
        raise TableError("a table without a row", "one row or more", "is it filtered too far?")
    codes = _codes(table, key)
    if shapes is None:
        members = [] if regions is None else list(regions["member"])
        counties = [code for code in {*codes, *members} if is_county(pd.Series([code])).iloc[0]]
        shapes = shapes_for(pd.Index(sorted(counties))) if counties else None
    by_area = pd.Series(dtype=object)
    if shapes is not None:
        parts = [shapes.set_index(shapes["area"].astype(str)).geometry]
        if regions is not None:
            united = region_shapes(shapes, regions)
            parts.insert(0, united.set_index(united["area"].astype(str)).geometry)
        by_area = pd.concat(parts)
        by_area = by_area[~by_area.index.duplicated()]
    if not codes.isin(by_area.index).any():
        raise UnknownAreaError(
            f"none of the areas {_listed(codes)} has a shape",
            "codes of counties, or of regions whose counties are given",
            "give regions=study.regions, and shapes=study.shapes for areas that are not official counties",
        )
    geometry = codes.map(by_area)
    out = table.rename(columns=_safe_names(table.columns))
    for name in out.columns:
        if isinstance(out[name].dtype, pd.CategoricalDtype):
            out = out.assign(**{name: out[name].cat.remove_unused_categories()})
    assert shapes is not None
    return gpd.GeoDataFrame(out, geometry=gpd.GeoSeries(geometry.to_numpy(), index=out.index, crs=shapes.crs))


def _codes(table: pd.DataFrame, key: str | None) -> pd.Series:
    if key is not None and key not in table:
        raise TableError(
            f"no column {key!r}",
            f"one of {', '.join(map(str, table.columns[:8]))}",
            "name the column of areas",
        )
    name = key or next((name for name in _KEYS if name in table), None)
    if name is not None:
        return table[name].astype(str)
    if table.index.name not in (None, *_KEYS) or isinstance(table.index, pd.RangeIndex):
        raise TableError(
            f"a table without a column of areas (it has {', '.join(map(str, table.columns[:8]))})",
            f"one of {', '.join(_KEYS)}, or areas as its index",
            "key= names the column that holds them",
        )
    return pd.Series(table.index.astype(str), table.index)


def _safe_names(columns: Iterable[str]) -> dict[str, str]:
    taken = {"geometry", *dir(gpd.GeoDataFrame)}
    names = {name: _SAFE.get(name, f"{name}_value") for name in columns if name in taken}
    return {name: new for name, new in names.items() if new not in set(columns)}


def _listed(codes: pd.Series) -> str:
    found = list(dict.fromkeys(codes))
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
