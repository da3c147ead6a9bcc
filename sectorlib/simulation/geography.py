"""Where the demonstration state's counties lie, which labor market each is in, and who commutes where."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Polygon

#: Vertices along one west-to-east boundary; corners are among them, so neighbors share edges.
_VERTICES = 96
_KM_PER_DEGREE = 111.2


def _wiggle(n: int, amplitude: float, rng: np.random.Generator) -> np.ndarray:
    """A curve of n offsets that starts and ends at 0: midpoint displacement, as of a river or a coast."""
    offsets = np.zeros(n)
    step, size = float(n - 1), amplitude
    while step > 1:
        half = step / 2
        for start in np.arange(0, n - 1, step):
            left, middle, right = (round(start + k * half) for k in range(3))
            if left < middle < right < n:
                offsets[middle] = (offsets[left] + offsets[right]) / 2 + rng.uniform(-size, size)
        step, size = half, size * 0.55
    known = np.flatnonzero(offsets) if offsets.any() else np.array([0])
    known = np.unique(np.concatenate([[0], known, [n - 1]]))
    return np.interp(np.arange(n), known, offsets[known])


def county_shapes(recipe: dict[str, Any], rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Invented counties in rows: some borders are rivers, some are survey lines, the west is a coast.

    Parameters
    ----------
    recipe : dict
        The demonstration recipe (``state``, ``counties_by_row``, position and size in degrees).
    rng : Generator
        Random numbers.

    Returns
    -------
    GeoDataFrame
        Columns area (code), name, east and north (shares of width and height of the center), geometry
        (WGS 84); sorted by code. Codes follow the alphabet, as official ones do.
    """
    rows = recipe["counties_by_row"]
    # Row boundaries from south to north, as shares of the state's height: rivers and parallels.
    sway = [0.035, 0.03, 0.05, 0.012, 0.055, 0.03, 0.006]
    heights = np.arange(len(rows) + 1) / len(rows) + np.concatenate(
        [[0], rng.uniform(-0.015, 0.015, len(rows) - 1), [0]]
    )
    along = np.linspace(0, 1, _VERTICES + 1)
    west = 0.05 * np.sin(np.linspace(0.4, 5.2, len(heights))) + rng.uniform(-0.03, 0.03, len(heights))
    lines = []
    for k, height in enumerate(heights):
        north = height + _wiggle(_VERTICES + 1, sway[k], rng)
        lines.append(np.column_stack([west[k] + along * (1 - west[k]), north]))

    polygons = []
    for k, count in enumerate(rows):
        south, north = lines[k], lines[k + 1]
        cuts = _cuts(count, rng), _cuts(count, rng)
        sides = []
        for j in range(count + 1):
            a, b = south[cuts[0][j]], north[cuts[1][j]]
            roughness = 0.03 if j == 0 else 0.002 if j == count else rng.choice([0.0, 0.004, 0.014])
            bend = _wiggle(33, roughness, rng)
            share = np.linspace(0, 1, 33)[:, None]
            sides.append(a * (1 - share) + b * share + np.column_stack([bend, np.zeros(33)]))
        for j in range(count):
            polygons.append(
                np.concatenate(
                    [
                        south[cuts[0][j] : cuts[0][j + 1]],
                        sides[j + 1][:-1],
                        north[cuts[1][j] : cuts[1][j + 1] + 1][::-1][:-1],
                        sides[j][::-1][:-1],
                    ]
                )
            )

    names = rng.permutation(recipe["county_names"])
    origin = np.array([recipe["west"], recipe["south"]])
    size = np.array([recipe["width_degrees"], recipe["height_degrees"]])
    shapes = gpd.GeoDataFrame(
        {"name": [f"{name} County" for name in names]},
        geometry=[Polygon(np.round(origin + p * size, 4)) for p in polygons],
        crs="EPSG:4326",
    ).sort_values("name", ignore_index=True)
    state = recipe["state"]["code"][:2]
    shapes.insert(0, "area", [f"{state}{2 * k + 1:03d}" for k in range(len(shapes))])
    centers = np.array([(g.centroid.x, g.centroid.y) for g in shapes.geometry])
    shapes["east"], shapes["north"] = ((centers - origin) / size).T
    return shapes[["area", "name", "east", "north", "geometry"]]


def _cuts(count: int, rng: np.random.Generator) -> np.ndarray:
    """The vertices at which a row's counties meet a boundary: even, but for up to a fifth of a county."""
    even = np.linspace(0, _VERTICES, count + 1)
    even[1:-1] += rng.uniform(-0.2, 0.2, count - 1) * _VERTICES / count
    return even.round().astype(int)


def distances_km(recipe: dict[str, Any], a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    """Distances between the centers of two tables of counties (columns east, north), on a local plane."""
    latitude = recipe["south"] + recipe["height_degrees"] / 2
    width = recipe["width_degrees"] * _KM_PER_DEGREE * np.cos(np.radians(latitude))
    height = recipe["height_degrees"] * _KM_PER_DEGREE
    east = (a["east"].to_numpy()[:, None] - b["east"].to_numpy()) * width
    north = (a["north"].to_numpy()[:, None] - b["north"].to_numpy()) * height
    return np.hypot(east, north)


def plan_counties(recipe: dict[str, Any], shapes: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The market, the jobs and whether it is the hub, of each county.

    Each market's hub is the county nearest its position; the other counties join the nearest hub, where
    larger hubs reach a little farther. Near a metropolitan hub they are suburbs.

    Returns
    -------
    DataFrame
        Index area; columns east, north, market, hub (bool), jobs (planned, first year), pay (relative),
        growth (percent a year beside the industries' own).
    """
    markets = recipe["markets"]
    hubs = pd.DataFrame(
        {m: {"east": d["at"][0], "north": d["at"][1], "jobs": d["jobs"]} for m, d in markets.items()}
    ).T
    away = distances_km(recipe, shapes, hubs)
    hub_rows = away.argmin(axis=0)
    reach = (hubs["jobs"] / hubs["jobs"].median()).to_numpy() ** 0.12
    nearest = (away / reach).argmin(axis=1)
    nearest[hub_rows] = np.arange(len(hubs))
    plan = shapes.set_index("area")[["east", "north"]].assign(market=hubs.index[nearest].to_numpy())
    plan["hub"] = plan.index.isin(plan.index[hub_rows])

    rural, trend = recipe["rural_jobs"], recipe["growth"]
    jobs, growth = [], []
    for k, (_, county) in enumerate(plan.iterrows()):
        market = markets[county["market"]]
        low, high = market["suburbs"]
        share = np.exp(rng.uniform(np.log(low), np.log(high)))
        other = max(rural["least"], rural["median"] * np.exp(rng.normal(0, rural["sigma"])))
        suburb = away[k, nearest[k]] < recipe["suburb_km"] and market["jobs"] >= recipe["metropolitan_jobs"]
        jobs.append(
            market["jobs"]
            if county["hub"]
            else share * market["jobs"]
            if suburb
            else min(other, 0.6 * market["jobs"])
        )
        own = trend["elasticity"] * np.log(jobs[-1] / 20_000) + rng.normal(0, trend["spread"])
        growth.append(
            trend["trend"] + market["growth"] + own + (0.5 if suburb and not county["hub"] else 0.0)
        )
    return plan.assign(
        jobs=np.round(jobs, -2), growth=np.round(growth, 3), pay=[markets[m]["pay"] for m in plan["market"]]
    )


def neighbors(recipe: dict[str, Any]) -> pd.DataFrame:
    """The neighboring state's counties: index area; columns name, east, north, jobs, market."""
    table = pd.DataFrame.from_dict(recipe["neighbors"], orient="index")
    table["east"], table["north"] = zip(*table.pop("at"), strict=True)
    return table.assign(name=table["name"] + " County")


def commuting_flows(
    recipe: dict[str, Any], counties: pd.DataFrame, jobs: pd.Series, rng: np.random.Generator
) -> pd.DataFrame:
    """Gravity commuting as a survey would report it.

    Workers who live in i and work in j are proportional to exp(-d_ij / scale), more inside a labor market,
    and scaled until each county's jobs are filled and its residents employed; the survey's error is added.

    Parameters
    ----------
    recipe : dict
        The demonstration recipe (``commuting``).
    counties : DataFrame
        Index area; columns east, north, market; the neighboring state's counties are among them.
    jobs : Series
        Jobs by area (index as ``counties``).

    Returns
    -------
    DataFrame
        Flows: home, work, workers, moe (90 % margin of error).
    """
    terms = recipe["commuting"]
    away = distances_km(recipe, counties, counties)
    np.fill_diagonal(away, terms["within_county_km"])
    market = counties["market"].to_numpy()
    together = market[:, None] == market
    pull = np.exp(-away / terms["scale_km"]) * np.where(together, terms["inside_market"], 1.0)
    pull[away > terms["furthest_km"]] = 0.0

    workplaces = jobs.reindex(counties.index).to_numpy() * terms["one_job_share"]
    # More people live around a hub than work there, and fewer in it.
    residents = workplaces**0.93
    residents *= workplaces.sum() / residents.sum()
    flows = pull * residents[:, None] * workplaces
    for _ in range(60):
        flows *= (residents / flows.sum(axis=1))[:, None]
        flows *= workplaces / flows.sum(axis=0)

    error = np.sqrt(terms["survey_variance"] * flows)
    surveyed = np.round(flows + error * rng.standard_normal(flows.shape)).astype(int)
    home, work = np.nonzero((surveyed >= terms["least"]) & (flows > 1))
    workers = surveyed[home, work]
    margin = 1.645 * np.sqrt(terms["survey_variance"] * workers)
    areas = counties.index.to_numpy()
    table = pd.DataFrame(
        {"home": areas[home], "work": areas[work], "workers": workers, "moe": margin.round()}
    )
    return table.sort_values(["home", "work"], ignore_index=True)


def jurisdictions(recipe: dict[str, Any], plan: pd.DataFrame) -> pd.DataFrame:
    """Two systems that cut across labor markets; one county's workforce area is left blank, as registers do.

    Returns
    -------
    DataFrame
        Index area; one column for each system, with the jurisdiction's name or missing.
    """
    table = pd.DataFrame(index=plan.index)
    for system, seats in recipe["jurisdictions"].items():
        points = pd.DataFrame(seats, index=["east", "north"]).T
        table[system] = points.index[distances_km(recipe, plan, points).argmin(axis=1)].to_numpy()
    unrecorded = plan["jobs"].sort_values().index[len(plan) // 2]
    table.loc[unrecorded, "workforce_area"] = None
    return table


def colleges(
    recipe: dict[str, Any], shapes: pd.DataFrame, plan: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Invented colleges: the recipe's own, and a community college in every county with enough jobs.

    Returns
    -------
    DataFrame
        Columns asset, kind, name, lat, lon, area, sector (1 public and 2 private four-year, 4 two-year).
    """
    hubs = plan.index[plan["hub"]]
    hub_of = dict(zip(plan.loc[hubs, "market"], hubs, strict=True))
    named = [(c["name"], hub_of[c["market"]], c["sector"]) for c in recipe["colleges"]]
    title = shapes.set_index("area")["name"].str.removesuffix(" County")
    large = plan.index[plan["jobs"] >= recipe["community_colleges_least_jobs"]]
    table = pd.DataFrame(
        named + [(f"{title[a]} Community College", a, 4) for a in large], columns=["name", "area", "sector"]
    )
    # Identifiers beyond those that the real directory has in use.
    table = table.assign(asset=[str(910001 + k) for k in range(len(table))], kind="college")
    return _placed(table, shapes, rng, 0.06)[["asset", "kind", "name", "lat", "lon", "area", "sector"]]


def airports(
    recipe: dict[str, Any], shapes: pd.DataFrame, plan: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Invented airports: columns asset, kind, name, lat, lon, area."""
    hub_of = plan[plan["hub"]].reset_index().set_index("market")["area"]
    table = pd.DataFrame(recipe["airports"]).rename(columns={"id": "asset"}).assign(kind="airport")
    table["area"] = table.pop("market").map(hub_of)
    return _placed(table, shapes, rng, 0.10)[["asset", "kind", "name", "lat", "lon", "area"]]


def _placed(
    table: pd.DataFrame, shapes: pd.DataFrame, rng: np.random.Generator, degrees: float
) -> pd.DataFrame:
    """The table with lon and lat near the center of each row's county."""
    centers = gpd.GeoSeries(shapes.set_index("area")["geometry"]).loc[table["area"]]
    lon = [g.centroid.x for g in centers] + rng.uniform(-degrees, degrees, len(table))
    lat = [g.centroid.y for g in centers] + rng.uniform(-degrees, degrees, len(table)) * 0.8
    return table.assign(lon=lon.round(4), lat=lat.round(4))
