"""Concentration: location quotients, how sure they are, and how specialized areas and industries are."""

from sectorlib.concentration.beside import (
    inside_base,
    quotient_of_shares,
    rest_of_base,
    rest_shares,
    shares_of_total,
)
from sectorlib.concentration.cross_industry import cross_industry_quotients
from sectorlib.concentration.intervals import (
    location_quotient_churn,
    location_quotient_interval,
    stability,
    survey_interval,
)
from sectorlib.concentration.quotients import (
    dynamic_location_quotient,
    location_quotient,
    location_quotient_bounds,
    quadrant,
)
from sectorlib.concentration.recovery import location_quotient_from_shares, recover_base_shares
from sectorlib.concentration.seasonality import seasonality
from sectorlib.concentration.spatial import ellison_glaeser, spatial_concentration, traded_or_local
from sectorlib.concentration.specialization import specialization, theil
from sectorlib.concentration.traded import traded_industries, traded_sectors

__all__ = [
    "cross_industry_quotients",
    "dynamic_location_quotient",
    "ellison_glaeser",
    "inside_base",
    "location_quotient",
    "location_quotient_bounds",
    "location_quotient_churn",
    "location_quotient_from_shares",
    "location_quotient_interval",
    "quadrant",
    "quotient_of_shares",
    "recover_base_shares",
    "rest_of_base",
    "rest_shares",
    "seasonality",
    "shares_of_total",
    "spatial_concentration",
    "specialization",
    "stability",
    "survey_interval",
    "theil",
    "traded_industries",
    "traded_or_local",
    "traded_sectors",
]
