"""Where counties and assets are: centers, great-circle distances, reach, and what counties share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sectorlib.resources import definitions

#: Mean radius of the Earth (IUGG), in miles.
_EARTH_MILES = 6371.0088 / 1.609344


def county_centers(shapes: Any) -> pd.DataFrame:
    """The center of each county: the centroid of its shape, which is where its land lies, not its people.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area and geometry, longitude and latitude.

    Returns
    -------
    DataFrame
        lat, lon (degrees), indexed by area.

    Examples
    --------
    >>> import geopandas as gpd
    >>> square = gpd.GeoDataFrame({"area": ["a"]}, geometry=[shapely.box(0, 0, 2, 1)], crs="EPSG:4326")
    >>> county_centers(square)
          lat  lon
    area
    a     0.5  1.0
    """
    points = shapely.centroid(np.asarray(shapes.geometry))
    index = pd.Index(shapes["area"].astype("str"), name="area")
    centers = pd.DataFrame({"lat": shapely.get_y(points), "lon": shapely.get_x(points)}, index=index)
    return centers[~centers.index.duplicated()]


def great_circle_miles(
    lat_a: NDArray[np.float64],
    lon_a: NDArray[np.float64],
    lat_b: NDArray[np.float64],
    lon_b: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Great-circle distance on a sphere (haversine), in miles; arrays are broadcast.

    References
    ----------
    Sinnott, R. W. (1984), Virtues of the haversine, Sky and Telescope 68, 159.

    Examples
    --------
    >>> new_york, los_angeles = (40.6413, -73.7781), (33.9416, -118.4085)
    >>> float(great_circle_miles(*map(np.array, new_york + los_angeles)).round(-1))
    2470.0
    """
    a, b, c, d = (np.radians(x) for x in (lat_a, lon_a, lat_b, lon_b))
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return 2 * _EARTH_MILES * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


def center_distances(centers: pd.DataFrame) -> pd.DataFrame:
    """Distances between all centers: a square table of miles, by area both ways.

    Examples
    --------
    >>> centers = pd.DataFrame({"lat": [0.0, 0.0], "lon": [0.0, 1.0]}, index=["a", "b"])
    >>> center_distances(centers).round(1).loc["a", "b"]
    np.float64(69.1)
    """
    lat, lon = centers["lat"].to_numpy(dtype=float), centers["lon"].to_numpy(dtype=float)
    miles = great_circle_miles(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    return pd.DataFrame(miles, index=centers.index, columns=centers.index)


def reach_limits(kinds: pd.Series, own: Mapping[str, float] | None = None) -> pd.Series:
    """How far an asset of a kind is within reach, in miles: the study's own distances, else the shipped ones.

    Examples
    --------
    >>> reach_limits(pd.Series(["college", "port", "mill"]), {"mill": 15}).to_list()
    [50.0, 30.0, 15.0]
    """
    shipped = {kind: float(entry["value"]) for kind, entry in definitions("scope")["reach"].items()}
    limits = shipped | {kind: float(miles) for kind, miles in (own or {}).items()}
    return kinds.map(lambda kind: limits.get(kind, limits["other"])).astype(float)


def reach_of_assets(
    centers: pd.DataFrame,
    assets: pd.DataFrame,
    reach: Mapping[str, float] | None = None,
    travel_times: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How far each county's center is from each asset, and whether that is within reach.

    Parameters
    ----------
    centers : DataFrame
        lat, lon by county.
    assets : DataFrame
        Assets: asset, kind, lat, lon; where ``geometry`` (WKT) is given, the distance is to its nearest point.
    reach : mapping of kind to miles, optional
        Distances of the study's own.
    travel_times : DataFrame, optional
        home (county), place (an asset), minutes. For an asset that it lists, minutes take the place of miles, and a
        county that it does not list is not within reach.

    Returns
    -------
    DataFrame
        county, asset, kind, distance, measure (``miles`` or ``minutes``), reach (how far is within), in_reach,
        nearness (1 at no distance, falling to 0 where reach ends), of pairs with a distance.

    Examples
    --------
    >>> centers = pd.DataFrame({"lat": [43.1, 42.0], "lon": [-77.6, -74.0]}, index=["36055", "36111"])
    >>> college = pd.DataFrame({"asset": ["u"], "kind": "college", "lat": [43.13], "lon": [-77.63]})
    >>> reach_of_assets(centers, college)[["county", "in_reach"]].to_numpy().tolist()
    [['36055', True], ['36111', False]]
    """
    located = assets[assets["lat"].notna() & assets["lon"].notna()]
    miles = great_circle_miles(
        centers["lat"].to_numpy(dtype=float)[:, None],
        centers["lon"].to_numpy(dtype=float)[:, None],
        *_points(centers, located),
    )
    table = pd.DataFrame(
        {
            "county": np.repeat(centers.index.astype("str"), len(located)),
            "asset": np.tile(located["asset"].astype("str").to_numpy(), len(centers)),
            "kind": np.tile(located["kind"].astype("str").to_numpy(), len(centers)),
            "distance": miles.ravel(),
            "measure": "miles",
        }
    )
    table["reach"] = np.tile(reach_limits(located["kind"].astype("str"), reach).to_numpy(), len(centers))
    if travel_times is not None:
        table = _by_travel_time(table, assets, travel_times)
    near = (1.0 - table["distance"] / table["reach"]).clip(lower=0.0)
    return table.assign(in_reach=table["distance"] <= table["reach"], nearness=near)


def shared_infrastructure(reached: pd.DataFrame) -> pd.DataFrame:
    """How much two counties depend on the same assets: a weighted Jaccard index, mean over kinds of asset.

    With ``n_ik = 1 - distance / reach``, 0 beyond reach, the nearness of asset k to county i, the index of a kind is
    ``sum_k min(n_ik, n_jk) / sum_k max(n_ik, n_jk)`` (Ruzicka): 1 if each asset is as near to one as to the other,
    0 if no asset is within reach of both. Kinds that neither county has within reach do not count; each other kind
    counts the same, however many assets it has, or hundreds of colleges would drown one port.

    Parameters
    ----------
    reached : DataFrame
        As of :func:`reach_of_assets`.

    Returns
    -------
    DataFrame
        county_a, county_b (of a higher code), assets_shared (within reach of both), shared_infrastructure (missing
        where neither has an asset within reach).

    References
    ----------
    Ruzicka, M. (1958), Anwendung mathematisch-statistischer Methoden in der Geobotanik, Biologia 13, 647-661.

    Examples
    --------
    >>> reached = pd.DataFrame({
    ...     "county": ["a", "b", "a", "b"], "asset": ["u", "u", "v", "v"], "kind": "college",
    ...     "nearness": [0.8, 0.4, 0.2, 0.0], "in_reach": [True, True, True, False]})
    >>> shared_infrastructure(reached)
      county_a county_b  assets_shared  shared_infrastructure
    0        a        b              1                    0.4
    """
    counties = pd.Index(sorted(reached["county"].unique()))
    first, second = np.triu_indices(len(counties), k=1)
    both = np.zeros(len(first))
    indices = []
    for _, part in reached.groupby("kind", sort=True):
        wide = part.pivot_table(index="county", columns="asset", values="nearness", aggfunc="first")
        near = wide.reindex(counties).fillna(0.0).to_numpy()
        within = part.pivot_table(index="county", columns="asset", values="in_reach", aggfunc="first")
        inside = within.reindex(counties).eq(True).to_numpy()
        both += (inside[first] & inside[second]).sum(axis=1)
        least = np.minimum(near[first], near[second]).sum(axis=1)
        most = np.maximum(near[first], near[second]).sum(axis=1)
        indices.append(np.divide(least, most, out=np.full(len(first), np.nan), where=most > 0))
    stacked = np.array(indices) if indices else np.full((1, len(first)), np.nan)
    counted = (~np.isnan(stacked)).sum(axis=0)
    mean = np.divide(np.nansum(stacked, axis=0), counted, out=np.full(len(first), np.nan), where=counted > 0)
    return pd.DataFrame(
        {
            "county_a": counties[first],
            "county_b": counties[second],
            "assets_shared": both.astype(int),
            "shared_infrastructure": mean,
        }
    )


def _points(centers: pd.DataFrame, assets: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitude and longitude of the point of each asset that is nearest to each center."""
    shape = (len(centers), len(assets))
    lat = np.broadcast_to(assets["lat"].to_numpy(dtype=float), shape).copy()
    lon = np.broadcast_to(assets["lon"].to_numpy(dtype=float), shape).copy()
    if "geometry" not in assets:
        return lat, lon
    for at in np.flatnonzero(assets["geometry"].notna().to_numpy()):
        drawn = shapely.from_wkt(assets["geometry"].iloc[at])
        for row, (y, x) in enumerate(centers[["lat", "lon"]].to_numpy(dtype=float)):
            # As long a degree of longitude as of latitude, about the center.
            width = np.array([np.cos(np.radians(y)), 1.0])
            line = shapely.shortest_line(
                shapely.Point(np.array([x, y]) * width), shapely.transform(drawn, lambda p, w=width: p * w)
            )
            lon[row, at], lat[row, at] = shapely.get_coordinates(line)[1] / width
    return lat, lon


def _by_travel_time(table: pd.DataFrame, assets: pd.DataFrame, travel_times: pd.DataFrame) -> pd.DataFrame:
    limit = float(definitions("scope")["travel_time"]["value"])
    timed = travel_times[travel_times["place"].isin(assets["asset"])]
    timed = timed[timed["home"].isin(table["county"].unique())]
    kinds = assets.set_index("asset")["kind"]
    rows = pd.DataFrame(
        {
            "county": timed["home"].astype("str"),
            "asset": timed["place"].astype("str"),
            "kind": timed["place"].map(kinds),
            "distance": timed["minutes"].astype(float),
            "measure": "minutes",
            "reach": limit,
        }
    )
    return pd.concat([table[~table["asset"].isin(timed["place"])], rows], ignore_index=True)
