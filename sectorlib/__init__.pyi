"""What ``sectorlib`` offers and where each name is; ``__init__.py`` imports it when it is first asked for."""

from sectorlib import (
    growth as growth,
)
from sectorlib import (
    membership as membership,
)
from sectorlib.areas import (
    area_kind as area_kind,
)
from sectorlib.areas import (
    area_name as area_name,
)
from sectorlib.areas import (
    area_names as area_names,
)
from sectorlib.areas import (
    bridge as bridge,
)
from sectorlib.areas import (
    county_names as county_names,
)
from sectorlib.areas import (
    is_county as is_county,
)
from sectorlib.areas import (
    vintage_of as vintage_of,
)
from sectorlib.concentration import *  # noqa: F403 - all that its __all__ lists
from sectorlib.disclosure import (
    bound_withheld as bound_withheld,
)
from sectorlib.disclosure import (
    errors_of_estimates as errors_of_estimates,
)
from sectorlib.disclosure import (
    estimate_withheld as estimate_withheld,
)
from sectorlib.disclosure import (
    hard_bounds as hard_bounds,
)
from sectorlib.disclosure import (
    mask_panel as mask_panel,
)
from sectorlib.disclosure import (
    plausible_ranges as plausible_ranges,
)
from sectorlib.disclosure import (
    publishable as publishable,
)
from sectorlib.disclosure import (
    score_estimates as score_estimates,
)
from sectorlib.disclosure import (
    withhold as withhold,
)
from sectorlib.exceptions import (
    SectorlibError as SectorlibError,
)
from sectorlib.gazetteer import (
    area_codes as area_codes,
)
from sectorlib.gazetteer import (
    county_codes as county_codes,
)
from sectorlib.growth import (
    dynamic_shift_share as dynamic_shift_share,
)
from sectorlib.growth import (
    shift_share as shift_share,
)
from sectorlib.lab import (
    open_region as open_region,
)
from sectorlib.labor_markets import (
    adjusted_rand as adjusted_rand,
)
from sectorlib.labor_markets import (
    contiguous as contiguous,
)
from sectorlib.labor_markets import (
    delineate as delineate,
)
from sectorlib.labor_markets import (
    market_quality as market_quality,
)
from sectorlib.labor_markets import (
    neighbors as neighbors,
)
from sectorlib.labor_markets import (
    on_counties as on_counties,
)
from sectorlib.labor_markets import (
    quality as quality,
)
from sectorlib.labor_markets import (
    restrict as restrict,
)
from sectorlib.labor_markets import (
    self_containment as self_containment,
)
from sectorlib.labor_markets import (
    share_outside as share_outside,
)
from sectorlib.membership import (
    check_membership as check_membership,
)
from sectorlib.membership import (
    overlap as overlap,
)
from sectorlib.occupations import (
    colleges_in_reach as colleges_in_reach,
)
from sectorlib.occupations import (
    linked_awards as linked_awards,
)
from sectorlib.occupations import (
    local_pay as local_pay,
)
from sectorlib.occupations import (
    local_pay_areas as local_pay_areas,
)
from sectorlib.occupations import (
    occupation_openings as occupation_openings,
)
from sectorlib.occupations import (
    pattern_industries as pattern_industries,
)
from sectorlib.occupations import (
    pattern_overlap as pattern_overlap,
)
from sectorlib.occupations import (
    sector_occupations as sector_occupations,
)
from sectorlib.occupations import (
    sector_patterns as sector_patterns,
)
from sectorlib.occupations import (
    shared_occupations as shared_occupations,
)
from sectorlib.occupations import (
    staffing_pattern as staffing_pattern,
)
from sectorlib.occupations import (
    training_and_openings as training_and_openings,
)
from sectorlib.pages.region.profile import (
    RegionProfile as RegionProfile,
)
from sectorlib.panel import (
    aggregate as aggregate,
)
from sectorlib.panel import (
    assemble as assemble,
)
from sectorlib.panel import (
    load_panel as load_panel,
)
from sectorlib.panel import (
    save_panel as save_panel,
)
from sectorlib.panel import (
    with_ownership as with_ownership,
)
from sectorlib.projection import (
    backtest as backtest,
)
from sectorlib.projection import (
    jumps as jumps,
)
from sectorlib.projection import (
    project as project,
)
from sectorlib.projection import (
    projection_reasons as projection_reasons,
)
from sectorlib.projection import (
    reconcile as reconcile,
)
from sectorlib.projection import (
    year_ends as year_ends,
)
from sectorlib.reference import (
    national_industries as national_industries,
)
from sectorlib.reference import (
    reference_table as reference_table,
)
from sectorlib.reference import (
    reference_tables as reference_tables,
)
from sectorlib.resources import (
    data_path as data_path,
)
from sectorlib.results import (
    RESULTS as RESULTS,
)
from sectorlib.results import (
    Results as Results,
)
from sectorlib.scope import (
    grow_footprint as grow_footprint,
)
from sectorlib.scope import (
    partnership_scope as partnership_scope,
)
from sectorlib.scope import (
    shared_infrastructure as shared_infrastructure,
)
from sectorlib.sectors import (
    check_sectors as check_sectors,
)
from sectorlib.sectors import (
    compose as compose,
)
from sectorlib.sectors import (
    load_sectors as load_sectors,
)
from sectorlib.sectors import (
    naics_sectors as naics_sectors,
)
from sectorlib.sectors import (
    sector_membership as sector_membership,
)
from sectorlib.sectors import (
    sector_overlap as sector_overlap,
)
from sectorlib.sectors import (
    segments_as_sectors as segments_as_sectors,
)
from sectorlib.sectors import (
    visible_codes as visible_codes,
)
from sectorlib.sources.boundaries import (
    county_shapes as county_shapes,
)
from sectorlib.sources.boundaries import (
    read_shapes as read_shapes,
)
from sectorlib.sources.boundaries import (
    shapes_for as shapes_for,
)
from sectorlib.sources.commuting import (
    read_commuting as read_commuting,
)
from sectorlib.sources.commuting import (
    read_flows as read_flows,
)
from sectorlib.sources.completions import (
    read_completions as read_completions,
)
from sectorlib.sources.completions import (
    read_program_occupations as read_program_occupations,
)
from sectorlib.sources.crosswalks import (
    read_crosswalk as read_crosswalk,
)
from sectorlib.sources.delineations import (
    read_delineation as read_delineation,
)
from sectorlib.sources.delineations import (
    read_jurisdictions as read_jurisdictions,
)
from sectorlib.sources.lodes import (
    read_lodes as read_lodes,
)
from sectorlib.sources.occupation_projections import (
    read_occupation_projections as read_occupation_projections,
)
from sectorlib.sources.oews import (
    read_oews as read_oews,
)
from sectorlib.sources.oews import (
    read_oews_package as read_oews_package,
)
from sectorlib.sources.places import (
    read_airports as read_airports,
)
from sectorlib.sources.places import (
    read_assets as read_assets,
)
from sectorlib.sources.places import (
    read_names as read_names,
)
from sectorlib.sources.places import (
    read_partners as read_partners,
)
from sectorlib.sources.places import (
    read_travel_times as read_travel_times,
)
from sectorlib.sources.places import (
    with_counties as with_counties,
)
from sectorlib.sources.prices import (
    read_consumer_prices as read_consumer_prices,
)
from sectorlib.sources.prices import (
    read_price_parities as read_price_parities,
)
from sectorlib.sources.qcew import (
    read_annual as read_annual,
)
from sectorlib.sources.qcew import (
    read_quarterly as read_quarterly,
)
from sectorlib.sources.rural_urban import (
    read_rural_urban as read_rural_urban,
)
from sectorlib.study import (
    Study as Study,
)
from sectorlib.study import (
    StudyFile as StudyFile,
)
from sectorlib.study import (
    example as example,
)
from sectorlib.study import (
    load_study as load_study,
)
from sectorlib.study import (
    panel_from as panel_from,
)
from sectorlib.targeting import (
    load_criteria as load_criteria,
)
from sectorlib.targeting import (
    portfolio as portfolio,
)
from sectorlib.targeting import (
    rank_sectors as rank_sectors,
)
from sectorlib.targeting import (
    readiness_sheet as readiness_sheet,
)
from sectorlib.targeting import (
    sector_evidence as sector_evidence,
)
from sectorlib.targeting import (
    sector_panels as sector_panels,
)
from sectorlib.targeting import (
    suggested_sequence as suggested_sequence,
)
from sectorlib.targeting import (
    target_sectors as target_sectors,
)
from sectorlib.wages import (
    area_price_parity as area_price_parity,
)
from sectorlib.wages import (
    average_annual_pay as average_annual_pay,
)
from sectorlib.wages import (
    average_annual_pay_bounds as average_annual_pay_bounds,
)
from sectorlib.wages import (
    few_establishments as few_establishments,
)
from sectorlib.wages import (
    group_price_parity as group_price_parity,
)
from sectorlib.wages import (
    job_quality as job_quality,
)
from sectorlib.wages import (
    pay_at_parity as pay_at_parity,
)
from sectorlib.wages import (
    real_pay as real_pay,
)
from sectorlib.wages import (
    tier_migration as tier_migration,
)
from sectorlib.wages import (
    tier_shares as tier_shares,
)
from sectorlib.wages import (
    typical_industry_pay as typical_industry_pay,
)
from sectorlib.wages import (
    typical_pay_tier as typical_pay_tier,
)
from sectorlib.wages import (
    wage_thresholds as wage_thresholds,
)
from sectorlib.wages import (
    wage_tier as wage_tier,
)

__version__: str
_WHERE: dict[str, str]
__all__: list[str]

def __dir__() -> list[str]: ...
def __getattr__(name: str) -> object: ...
