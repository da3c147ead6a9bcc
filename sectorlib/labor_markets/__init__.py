"""Functional labor markets: where people live and work together, drawn from commuting flows."""

from sectorlib.labor_markets.commuting_zones import commuting_zones, dissimilarity
from sectorlib.labor_markets.delineation import METHODS, delineate, method_parameters, restrict, share_outside
from sectorlib.labor_markets.matrix import FlowMatrix, flow_matrix
from sectorlib.labor_markets.naming import market_titles
from sectorlib.labor_markets.quality import market_quality, quality, self_containment
from sectorlib.labor_markets.travel_to_work import is_valid, travel_to_work_areas, validity

__all__ = [
    "METHODS",
    "FlowMatrix",
    "commuting_zones",
    "delineate",
    "dissimilarity",
    "flow_matrix",
    "is_valid",
    "market_quality",
    "market_titles",
    "method_parameters",
    "quality",
    "restrict",
    "self_containment",
    "share_outside",
    "travel_to_work_areas",
    "validity",
]
