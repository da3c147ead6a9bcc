"""Withheld cells: how little and how much they can hold, and what may be published about them.

``bound_withheld`` gives what reports use: the most a withheld cell can hold, from above alone.
``hard_bounds`` uses every accounting identity both ways; a bound it finds may come close to what an
agency protects, so it is for analysis; ``publishable`` says what of it may be printed.
"""

from sectorlib.disclosure.bounds import hard_bounds, tighten_bounds
from sectorlib.disclosure.contradictions import contradictions
from sectorlib.disclosure.estimates import (
    errors_of_estimates,
    estimate_withheld,
    plausible_ranges,
    rated_cells,
)
from sectorlib.disclosure.guard import differencing, publishable, withhold
from sectorlib.disclosure.highs import bound_withheld
from sectorlib.disclosure.masking import mask_panel, score_estimates

__all__ = [
    "bound_withheld",
    "contradictions",
    "differencing",
    "errors_of_estimates",
    "estimate_withheld",
    "hard_bounds",
    "mask_panel",
    "plausible_ranges",
    "publishable",
    "rated_cells",
    "score_estimates",
    "tighten_bounds",
    "withhold",
]
