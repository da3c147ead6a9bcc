"""The atlas of a study: one page with a map, a table and the short lists of all its regions."""

from sectorlib.pages.atlas.frame import FRAME_FILE, atlas_frame
from sectorlib.pages.atlas.page import atlas_data
from sectorlib.pages.atlas.regions import REGION_FILE, region_figures

__all__ = ["FRAME_FILE", "REGION_FILE", "atlas_data", "atlas_frame", "region_figures"]
