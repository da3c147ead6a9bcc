"""Functional labor markets: where people live and work together, drawn from commuting flows."""

from sectorlib.labor_markets.bridging import flows_on_counties, not_on_counties, on_counties
from sectorlib.labor_markets.communities import leiden
from sectorlib.labor_markets.commuting_zones import commuting_zones, dissimilarity
from sectorlib.labor_markets.comparison import adjusted_rand, compare, whole_counties
from sectorlib.labor_markets.contiguity import contiguous, county_borders, neighbors, pieces
from sectorlib.labor_markets.core_counties import twenty_five_percent
from sectorlib.labor_markets.delineation import (
    DEFAULT_METHOD,
    METHODS,
    delineate,
    delineate_segments,
    keeps_to_borders,
    method_parameters,
    restrict,
    share_outside,
)
from sectorlib.labor_markets.matrix import FlowMatrix, between_covered_states, flow_matrix
from sectorlib.labor_markets.merging import absolute_flow_clusters, flow_clusters, intramax
from sectorlib.labor_markets.naming import market_titles
from sectorlib.labor_markets.quality import (
    market_quality,
    pay_within,
    quality,
    self_containment,
    split_areas,
)
from sectorlib.labor_markets.stability import parameter_stability, stability
from sectorlib.labor_markets.travel_to_work import is_valid, travel_to_work_areas, validity

__all__ = [
    "DEFAULT_METHOD",
    "METHODS",
    "FlowMatrix",
    "absolute_flow_clusters",
    "adjusted_rand",
    "between_covered_states",
    "commuting_zones",
    "compare",
    "contiguous",
    "county_borders",
    "delineate",
    "delineate_segments",
    "dissimilarity",
    "flow_clusters",
    "flow_matrix",
    "flows_on_counties",
    "intramax",
    "is_valid",
    "keeps_to_borders",
    "leiden",
    "market_quality",
    "market_titles",
    "method_parameters",
    "neighbors",
    "not_on_counties",
    "on_counties",
    "parameter_stability",
    "pay_within",
    "pieces",
    "quality",
    "restrict",
    "self_containment",
    "share_outside",
    "split_areas",
    "stability",
    "travel_to_work_areas",
    "twenty_five_percent",
    "validity",
    "whole_counties",
]
