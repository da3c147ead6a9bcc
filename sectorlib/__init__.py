"""Sector partnerships: which sectors merit collective action, in which labor market, and how sure we are."""

from importlib import import_module
from importlib.metadata import version
from typing import Any

from sectorlib import growth, membership  # modules that are called like their function of that name
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
    specialization,
    stability,
    survey_interval,
    traded_industries,
    traded_or_local,
    traded_sectors,
)
from sectorlib.disclosure import (
    bound_withheld,
    errors_of_estimates,
    estimate_withheld,
    hard_bounds,
    mask_panel,
    plausible_ranges,
    publishable,
    score_estimates,
    withhold,
)
from sectorlib.exceptions import SectorlibError
from sectorlib.gazetteer import area_codes, county_codes
from sectorlib.growth import dynamic_shift_share, shift_share
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
from sectorlib.membership import check_membership, overlap
from sectorlib.occupations import (
    colleges_in_reach,
    linked_awards,
    local_pay,
    local_pay_areas,
    occupation_openings,
    pattern_industries,
    pattern_overlap,
    sector_occupations,
    sector_patterns,
    shared_occupations,
    staffing_pattern,
    training_and_openings,
)
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.panel import aggregate, assemble, load_panel, save_panel, with_ownership
from sectorlib.projection import backtest, jumps, project, projection_reasons, reconcile, year_ends
from sectorlib.reference import national_industries, reference_table, reference_tables
from sectorlib.resources import data_path
from sectorlib.results import RESULTS, Results
from sectorlib.scope import grow_footprint, partnership_scope, shared_infrastructure
from sectorlib.sectors import (
    check_sectors,
    compose,
    load_sectors,
    naics_sectors,
    sector_membership,
    sector_overlap,
    segments_as_sectors,
    visible_codes,
)
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
from sectorlib.study import Study, StudyFile, example, load_study, panel_from
from sectorlib.targeting import (
    load_criteria,
    portfolio,
    rank_sectors,
    readiness_sheet,
    sector_evidence,
    sector_panels,
    suggested_sequence,
    target_sectors,
)
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
    typical_industry_pay,
    typical_pay_tier,
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
    "area_codes",
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
    "check_sectors",
    "colleges_in_reach",
    "compose",
    "contiguous",
    "county_codes",
    "county_names",
    "county_shapes",
    "cross_industry_quotients",
    "data_path",
    "delineate",
    "dynamic_location_quotient",
    "dynamic_shift_share",
    "ellison_glaeser",
    "errors_of_estimates",
    "estimate_withheld",
    "example",
    "few_establishments",
    "group_price_parity",
    "grow_footprint",
    "growth",
    "hard_bounds",
    "is_county",
    "job_quality",
    "jumps",
    "linked_awards",
    "load_criteria",
    "load_panel",
    "load_sectors",
    "load_study",
    "local_pay",
    "local_pay_areas",
    "location_quotient",
    "location_quotient_bounds",
    "location_quotient_churn",
    "location_quotient_from_shares",
    "location_quotient_interval",
    "market_quality",
    "mask_panel",
    "membership",
    "naics_sectors",
    "national_industries",
    "neighbors",
    "occupation_openings",
    "on_counties",
    "overlap",
    "panel_from",
    "partnership_scope",
    "pattern_industries",
    "pattern_overlap",
    "pay_at_parity",
    "plausible_ranges",
    "portfolio",
    "project",
    "projection_reasons",
    "publishable",
    "quadrant",
    "quality",
    "rank_sectors",
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
    "readiness_sheet",
    "real_pay",
    "reconcile",
    "recover_base_shares",
    "reference_table",
    "reference_tables",
    "restrict",
    "save_panel",
    "score_estimates",
    "seasonality",
    "sector_evidence",
    "sector_membership",
    "sector_occupations",
    "sector_overlap",
    "sector_panels",
    "sector_patterns",
    "segments_as_sectors",
    "self_containment",
    "shapes_for",
    "share_outside",
    "shared_infrastructure",
    "shared_occupations",
    "shift_share",
    "spatial_concentration",
    "specialization",
    "stability",
    "staffing_pattern",
    "suggested_sequence",
    "survey_interval",
    "target_sectors",
    "tier_migration",
    "tier_shares",
    "traded_industries",
    "traded_or_local",
    "traded_sectors",
    "training_and_openings",
    "typical_industry_pay",
    "typical_pay_tier",
    "vintage_of",
    "visible_codes",
    "wage_thresholds",
    "wage_tier",
    "with_counties",
    "with_ownership",
    "withhold",
    "year_ends",
]

#: What completion offers: rooms by subject, and what a session begins with. Everything in ``__all__`` is there as well.
_ROOMS = (
    "areas",
    "concentration",
    "disclosure",
    "explore",
    "growth",
    "lab",
    "labor_markets",
    "maps",
    "measures",
    "membership",
    "naics",
    "occupations",
    "panel",
    "plot",
    "projection",
    "reference",
    "results",
    "scope",
    "sectors",
    "show",
    "sources",
    "study",
    "targeting",
    "wages",
)
_FIRST = (
    "RESULTS",
    "RegionProfile",
    "Results",
    "SectorlibError",
    "Study",
    "aggregate",
    "area_codes",
    "delineate",
    "example",
    "load_study",
    "open_region",
    "panel_from",
    "partnership_scope",
    "reference_table",
    "target_sectors",
)


def __dir__() -> list[str]:
    """Rooms by subject, and what a session begins with."""
    return sorted([*_ROOMS, *_FIRST, "__all__", "__doc__", "__version__"])


def __getattr__(name: str) -> Any:
    """A room, imported when first asked for."""
    if name == "open_region":
        return import_module("sectorlib.lab").open_region
    if name in _ROOMS:
        return import_module(f"sectorlib.{name}")
    raise AttributeError(f"module 'sectorlib' has no attribute {name!r}")
