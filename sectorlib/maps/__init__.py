"""Maps: where a region is, how a figure differs between areas, and what a partnership's footprint spans."""

from sectorlib.extras import need

need("reports")  # before anything of it is imported

from sectorlib.maps.geo import geo
from sectorlib.maps.regions import choropleth, locator_map, region_shapes
from sectorlib.maps.scope import Outline, around, footprint_map, jurisdiction_map

__all__ = [
    "Outline",
    "around",
    "choropleth",
    "footprint_map",
    "geo",
    "jurisdiction_map",
    "locator_map",
    "region_shapes",
]
