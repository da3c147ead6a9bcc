"""Partnership scope: which counties share a sector's labor market and infrastructure, and who governs them."""

from sectorlib.scope.footprints import Drawn, candidate_footprints, find_seed
from sectorlib.scope.growing import grow_footprint, growth_parameters
from sectorlib.scope.jurisdictions import NOT_RECORDED, jurisdiction_overlap, jurisdiction_shares
from sectorlib.scope.partnership import PartnershipScope, ScopeTerms, partnership_scope
from sectorlib.scope.places import (
    county_centers,
    great_circle_miles,
    reach_limits,
    reach_of_assets,
    shared_infrastructure,
)
from sectorlib.scope.sector_jobs import SectorJobs, as_sector
from sectorlib.scope.ties import employment_interchange, pair_ties
from sectorlib.scope.variants import footprint_changes, with_variants

__all__ = [
    "NOT_RECORDED",
    "Drawn",
    "PartnershipScope",
    "ScopeTerms",
    "SectorJobs",
    "as_sector",
    "candidate_footprints",
    "county_centers",
    "employment_interchange",
    "find_seed",
    "footprint_changes",
    "great_circle_miles",
    "grow_footprint",
    "growth_parameters",
    "jurisdiction_overlap",
    "jurisdiction_shares",
    "pair_ties",
    "partnership_scope",
    "reach_limits",
    "reach_of_assets",
    "shared_infrastructure",
    "with_variants",
]
