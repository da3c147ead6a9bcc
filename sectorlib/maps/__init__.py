"""Maps: where a region is, how a figure differs between areas, and what a partnership's footprint spans."""

from sectorlib.maps.regions import choropleth, locator_map, region_shapes

__all__ = ["choropleth", "locator_map", "region_shapes"]
