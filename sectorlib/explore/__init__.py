"""One panel to explore a study in a notebook: map, bubbles, trend, table and ranking, linked; works without a network."""

from sectorlib.extras import need

need("lab")  # before anything of it is imported

from sectorlib.callables import called_like_its_function
from sectorlib.explore.code import code_of
from sectorlib.explore.page import write_page
from sectorlib.explore.panel import Explorer, explore
from sectorlib.explore.view import BENCHMARKS, MEASURES, View

__all__ = ["BENCHMARKS", "MEASURES", "Explorer", "View", "code_of", "explore", "write_page"]

called_like_its_function(__name__)
