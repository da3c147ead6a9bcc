"""Charts and maps of frames and Series; no study is needed.

Each chart takes an optional ``ax`` and returns the Axes that it drew on; a notebook shows an Axes that these functions
made as the chart itself, once. Maps are Altair charts. Nothing of the Python process changes: no setting of matplotlib or
Altair, and no open figure of pyplot.
"""

from sectorlib.extras import need

need("reports")  # before anything of it is imported

from sectorlib.plot.places import choropleth, locator
from sectorlib.plot.rows import bubble, ranks, shift_share, wage_tiers
from sectorlib.plot.years import projection, trend

__all__ = [
    "bubble",
    "choropleth",
    "locator",
    "projection",
    "ranks",
    "shift_share",
    "trend",
    "wage_tiers",
]
