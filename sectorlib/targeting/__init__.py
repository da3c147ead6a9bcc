"""Which sectors merit collective action in an area, why, how sure that is, and which first.

Evidence (figures, with how far each may be off) becomes a score by criteria; figures and weights are varied within
what is known and stated; the result is a shortlist for discussion. A sequence is suggested only once people have filled
in the readiness sheet, since readiness is mostly not in the data.
"""

from sectorlib.targeting.change import least_change
from sectorlib.targeting.criteria import draw_weights, figure_of, load_criteria, stated_weights, value_of
from sectorlib.targeting.evidence import (
    SectorPanels,
    check_scores,
    sector_evidence,
    sector_panels,
    withheld_share,
)
from sectorlib.targeting.ranking import rank_sectors

__all__ = [
    "SectorPanels",
    "check_scores",
    "draw_weights",
    "figure_of",
    "least_change",
    "load_criteria",
    "rank_sectors",
    "sector_evidence",
    "sector_panels",
    "stated_weights",
    "value_of",
    "withheld_share",
]
