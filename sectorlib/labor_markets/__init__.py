"""Functional labor markets: where people live and work together, drawn from commuting flows."""

from sectorlib.labor_markets.communities import leiden
from sectorlib.labor_markets.commuting_zones import commuting_zones, dissimilarity
from sectorlib.labor_markets.core_counties import twenty_five_percent
from sectorlib.labor_markets.delineation import METHODS, delineate, method_parameters, restrict, share_outside
from sectorlib.labor_markets.matrix import FlowMatrix, flow_matrix
from sectorlib.labor_markets.merging import absolute_flow_clusters, flow_clusters, intramax
from sectorlib.labor_markets.naming import market_titles
from sectorlib.labor_markets.quality import market_quality, quality, self_containment
from sectorlib.labor_markets.travel_to_work import is_valid, travel_to_work_areas, validity

__all__ = [
    "METHODS",
    "FlowMatrix",
    "absolute_flow_clusters",
    "commuting_zones",
    "delineate",
    "dissimilarity",
    "flow_clusters",
    "flow_matrix",
    "intramax",
    "is_valid",
    "leiden",
    "market_quality",
    "market_titles",
    "method_parameters",
    "quality",
    "restrict",
    "self_containment",
    "share_outside",
    "travel_to_work_areas",
    "twenty_five_percent",
    "validity",
]
