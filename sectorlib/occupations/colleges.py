"""Colleges in reach of a region, what is completed there, and how that stands to openings."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sectorlib.resources import definitions

#: Kinds of assets that teach.
_KINDS = ("college", "career school")

#: In a mile.
_METRES = 1609.344


def colleges_in_reach(assets: pd.DataFrame, shapes: gpd.GeoDataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """The colleges inside each region, and those that lie within reach of its nearest county line.

    Parameters
    ----------
    assets : DataFrame
        An Assets table; colleges and career schools count.
    shapes : GeoDataFrame
        Column area (county) and geometry.
    regions : DataFrame
        Membership of counties in regions: member, group.

    Returns
    -------
    DataFrame
        Columns area (region), asset, name, distance (miles from the region, as the crow flies; 0 inside), inside.
        The reach is ``reach`` in ``data/occupations.yaml``. Colleges without a position are left out.

    References
    ----------
    Hillman and Weichman (2016), Education Deserts, American Council on Education, on distances from home.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> shapes = gpd.GeoDataFrame({"area": ["36055"]}, geometry=[box(-78, 43, -77, 43.5)], crs=4326)
    >>> assets = pd.DataFrame({"asset": ["a", "b", "c"], "kind": "college", "name": ["In", "Near", "Far"],
    ...                        "lat": [43.2, 43.2, 43.2], "lon": [-77.5, -76.8, -75.0]})
    >>> regions = pd.DataFrame({"member": ["36055"], "group": ["LM36055"]})
    >>> colleges_in_reach(assets, shapes, regions)[["asset", "inside"]]
      asset  inside
    0     a    True
    1     b   False
    """
    reach = float(definitions("occupations")["reach"]["value"])
    places = assets[assets["kind"].isin(_KINDS) & assets["lat"].notna() & assets["lon"].notna()]
    points = gpd.GeoDataFrame(
        places, geometry=gpd.points_from_xy(places["lon"], places["lat"]), crs="EPSG:4326"
    )
    outlines = shapes.to_crs("EPSG:4326").merge(regions, left_on="area", right_on="member")
    parts = []
    for region, rows in outlines.groupby("group", sort=False):
        outline = rows.union_all()
        near = points.cx[slice(*_span(outline.bounds, 0, reach)), slice(*_span(outline.bounds, 1, reach))]
        center = outline.centroid
        # distances are true around the region's own center, wherever that is
        metric = f"+proj=aeqd +lat_0={center.y} +lon_0={center.x} +units=m"
        there = gpd.GeoSeries([outline], crs="EPSG:4326").to_crs(metric).iloc[0]
        distance = near.to_crs(metric).distance(there) / _METRES
        near = near.assign(area=str(region), distance=distance, inside=distance == 0)
        parts.append(near.loc[near["distance"] <= reach, ["area", "asset", "name", "distance", "inside"]])
    out = pd.DataFrame(pd.concat(parts)) if parts else pd.DataFrame(columns=["area", "asset", "name"])
    return out.sort_values(["area", "distance", "name"], ignore_index=True)


def linked_awards(occupations: pd.Series, awards: pd.DataFrame, crosswalk: pd.DataFrame) -> pd.Series:
    """Awards a year in programs that prepare for each occupation.

    A program often prepares for several occupations and its awards count for each: never add them up.

    Parameters
    ----------
    occupations : Series of str
        SOC codes.
    awards : DataFrame
        Columns program (CIP) and completions, of the colleges that count.
    crosswalk : DataFrame
        Columns program and occupation, as :func:`sectorlib.read_program_occupations` gives them.

    Returns
    -------
    Series of float
        On the caller's index; missing for occupations that no program is linked to.

    Examples
    --------
    >>> awards = pd.DataFrame({"program": ["51.3801", "51.3901"], "completions": [120.0, 30.0]})
    >>> links = pd.DataFrame({"program": ["51.3801"], "occupation": ["29-1141"]})
    >>> linked_awards(pd.Series(["29-1141", "51-4041"]), awards, links).to_list()
    [120.0, nan]
    """
    by_program = awards.groupby("program")["completions"].sum()
    links = crosswalk.assign(completions=crosswalk["program"].map(by_program).fillna(0.0))
    total = links.groupby("occupation")["completions"].sum()
    return occupations.map(total).rename("awards")


def training_and_openings(completions: pd.DataFrame, openings: pd.DataFrame) -> pd.DataFrame:
    """Completions of colleges in reach by level, beside a year's openings that typically ask for that level.

    Over all fields together: it says whether a level is scarce or plenty at large, not whether the right programs
    are there. Graduates move, some study on, and openings are also filled by people with more or less education.

    Parameters
    ----------
    completions : DataFrame
        Columns area, inside, college, award and completions.
    openings : DataFrame
        Columns area, education, openings_low and openings_high.

    Returns
    -------
    DataFrame
        Columns area, award, title, education, colleges, completions (in reach), completions_inside, openings_low,
        openings_high (missing for levels that no occupation asks for). One row for each area and level of
        ``awards`` in ``data/occupations.yaml``.

    Examples
    --------
    >>> done = pd.DataFrame({"area": "r", "inside": [True, False], "college": ["1", "2"], "award": "associate",
    ...                      "completions": [100.0, 40.0]})
    >>> open_ = pd.DataFrame({"area": ["r"], "education": ["Associate's degree"], "openings_low": [70.0],
    ...                       "openings_high": [80.0]})
    >>> table = training_and_openings(done, open_).set_index("award")
    >>> table.loc["associate", ["completions", "completions_inside", "openings_low"]].to_list()
    [140.0, 100.0, 70.0]
    """
    levels: dict[str, Any] = definitions("occupations")["awards"]
    areas = pd.concat([completions["area"], openings["area"]]).unique()
    grid = pd.DataFrame([(a, k, v["title"], v["education"]) for a in areas for k, v in levels.items()])
    grid.columns = pd.Index(["area", "award", "title", "education"])
    by = completions.groupby(["area", "award"])
    done = pd.DataFrame(
        {
            "colleges": by["college"].nunique(),
            "completions": by["completions"].sum(),
            "completions_inside": completions[completions["inside"]]
            .groupby(["area", "award"])["completions"]
            .sum(),
        }
    )
    done = done.fillna({"completions_inside": 0.0}).reset_index()
    out = grid.merge(done, on=["area", "award"], how="left")
    counted = ["colleges", "completions", "completions_inside"]
    out[counted] = out[counted].fillna(0.0)
    asks = openings[openings["education"] != ""]  # an occupation that is not projected asks for no level
    asked = asks.groupby(["area", "education"])[["openings_low", "openings_high"]]
    return out.merge(asked.sum(skipna=False).reset_index(), on=["area", "education"], how="left")


def _span(bounds: tuple[float, ...], axis: int, reach: float) -> tuple[float, float]:
    """Longitudes (axis 0) or latitudes (1) that surely hold every point in reach."""
    latitude = max(abs(bounds[1]), abs(bounds[3]))
    degrees = reach / 68 / (np.cos(np.radians(min(latitude + 1, 89))) if axis == 0 else 1.0)
    return bounds[axis] - degrees, bounds[axis + 2] + degrees
