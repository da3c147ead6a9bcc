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
from sectorlib.panel import aggregate, assemble, load_panel, save_panel, with_ownership
from sectorlib.profile import RegionProfile
from sectorlib.projection import backtest, jumps, project, projection_reasons, reconcile
from sectorlib.resources import data_path
from sectorlib.results import RESULTS, Results
from sectorlib.sources.boundaries import county_shapes, read_shapes, shapes_for
from sectorlib.sources.commuting import read_flows, read_lodes
from sectorlib.sources.delineations import read_delineation
from sectorlib.sources.places import read_assets, read_names
from sectorlib.sources.prices import read_consumer_prices, read_price_parities
from sectorlib.sources.qcew import read_annual, read_quarterly
from sectorlib.study import Study, StudyFile, load_study
from sectorlib.wages import (
    area_price_parity,
    average_annual_pay,
    average_annual_pay_bounds,
    few_establishments,
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
    "growth",
    "hard_bounds",
    "is_county",
    "job_quality",
    "jumps",
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
    "on_counties",
    "overlap",
    "pay_at_parity",
    "plausible_ranges",
    "project",
    "projection_reasons",
    "publishable",
    "quadrant",
    "quality",
    "read_annual",
    "read_assets",
    "read_consumer_prices",
    "read_delineation",
    "read_flows",
    "read_lodes",
    "read_names",
    "read_price_parities",
    "read_quarterly",
    "read_shapes",
    "real_pay",
    "reconcile",
    "recover_base_shares",
    "restrict",
    "save_panel",
    "score_estimates",
    "seasonality",
    "self_containment",
    "shapes_for",
    "share_outside",
    "shift_share",
    "spatial_concentration",
    "specialisation",
    "stability",
    "survey_interval",
    "tier_migration",
    "tier_shares",
    "traded_or_local",
    "vintage_of",
    "wage_thresholds",
    "wage_tier",
    "with_ownership",
]
