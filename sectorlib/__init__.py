"""Sector partnerships: which sectors merit collective action, in which labor market, and how sure we are."""

from importlib.metadata import version

from sectorlib.areas import area_kind, area_name, area_names, bridge, county_names, is_county, vintage_of
from sectorlib.concentration import (
    cross_industry_quotients,
    dynamic_location_quotient,
    ellison_glaeser,
    location_quotient,
    location_quotient_bounds,
    location_quotient_churn,
    location_quotient_from_shares,
    location_quotient_interval,
    quadrant,
    recover_base_shares,
    seasonality,
    spatial_concentration,
    specialisation,
    stability,
    survey_interval,
    traded_or_local,
)
from sectorlib.disclosure import (
    bound_withheld,
    estimate_withheld,
    hard_bounds,
    mask_panel,
    plausible_ranges,
    publishable,
    score_estimates,
)
from sectorlib.exceptions import SectorlibError
from sectorlib.growth import dynamic_shift_share, growth, shift_share
from sectorlib.labor_markets import (
    adjusted_rand,
    contiguous,
    delineate,
    market_quality,
    neighbors,
    on_counties,
    quality,
    restrict,
    self_containment,
    share_outside,
)
from sectorlib.membership import check_membership, membership, overlap
from sectorlib.occupations import (
    colleges_in_reach,
    linked_awards,
    occupation_openings,
    pattern_industries,
    pattern_overlap,
    sector_occupations,
    sector_patterns,
    shared_occupations,
    staffing_pattern,
    training_and_openings,
)
from sectorlib.panel import aggregate, assemble, load_panel, save_panel, with_ownership
from sectorlib.profile import RegionProfile
from sectorlib.projection import backtest, jumps, project, projection_reasons, reconcile
from sectorlib.resources import data_path
from sectorlib.results import RESULTS, Results
from sectorlib.sources.boundaries import county_shapes, read_shapes, shapes_for
from sectorlib.sources.commuting import read_commuting, read_flows
from sectorlib.sources.completions import read_completions, read_program_occupations
from sectorlib.sources.crosswalks import read_crosswalk
from sectorlib.sources.delineations import read_delineation, read_jurisdictions
from sectorlib.sources.lodes import read_lodes
from sectorlib.sources.occupation_projections import read_occupation_projections
from sectorlib.sources.oews import read_oews, read_oews_package
from sectorlib.sources.places import (
    read_airports,
    read_assets,
    read_names,
    read_partners,
    read_travel_times,
    with_counties,
)
from sectorlib.sources.prices import read_consumer_prices, read_price_parities
from sectorlib.sources.qcew import read_annual, read_quarterly
from sectorlib.sources.rural_urban import read_rural_urban
from sectorlib.study import Study, StudyFile, load_study
from sectorlib.wages import (
    area_price_parity,
    average_annual_pay,
    average_annual_pay_bounds,
    few_establishments,
    group_price_parity,
    job_quality,
    pay_at_parity,
    real_pay,
    tier_migration,
    tier_shares,
    wage_thresholds,
    wage_tier,
)

__version__ = version("sectorlib")

__all__ = [
    "RESULTS",
    "RegionProfile",
    "Results",
    "SectorlibError",
    "Study",
    "StudyFile",
    "adjusted_rand",
    "aggregate",
    "area_kind",
    "area_name",
    "area_names",
    "area_price_parity",
    "assemble",
    "average_annual_pay",
    "average_annual_pay_bounds",
    "backtest",
    "bound_withheld",
    "bridge",
    "check_membership",
    "colleges_in_reach",
    "contiguous",
    "county_names",
    "county_shapes",
    "cross_industry_quotients",
    "data_path",
    "delineate",
    "dynamic_location_quotient",
    "dynamic_shift_share",
    "ellison_glaeser",
    "estimate_withheld",
    "few_establishments",
    "group_price_parity",
    "growth",
    "hard_bounds",
    "is_county",
    "job_quality",
    "jumps",
    "linked_awards",
    "load_panel",
    "load_study",
    "location_quotient",
    "location_quotient_bounds",
    "location_quotient_churn",
    "location_quotient_from_shares",
    "location_quotient_interval",
    "market_quality",
    "mask_panel",
    "membership",
    "neighbors",
    "occupation_openings",
    "on_counties",
    "overlap",
    "pattern_industries",
    "pattern_overlap",
    "pay_at_parity",
    "plausible_ranges",
    "project",
    "projection_reasons",
    "publishable",
    "quadrant",
    "quality",
    "read_airports",
    "read_annual",
    "read_assets",
    "read_commuting",
    "read_completions",
    "read_consumer_prices",
    "read_crosswalk",
    "read_delineation",
    "read_flows",
    "read_jurisdictions",
    "read_lodes",
    "read_names",
    "read_occupation_projections",
    "read_oews",
    "read_oews_package",
    "read_partners",
    "read_price_parities",
    "read_program_occupations",
    "read_quarterly",
    "read_rural_urban",
    "read_shapes",
    "read_travel_times",
    "real_pay",
    "reconcile",
    "recover_base_shares",
    "restrict",
    "save_panel",
    "score_estimates",
    "seasonality",
    "sector_occupations",
    "sector_patterns",
    "self_containment",
    "shapes_for",
    "share_outside",
    "shared_occupations",
    "shift_share",
    "spatial_concentration",
    "specialisation",
    "stability",
    "staffing_pattern",
    "survey_interval",
    "tier_migration",
    "tier_shares",
    "traded_or_local",
    "training_and_openings",
    "vintage_of",
    "wage_thresholds",
    "wage_tier",
    "with_counties",
    "with_ownership",
]
