"""Concentration: location quotients, how sure they are, and how specialised areas and industries are."""

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

__all__ = [
    "dynamic_location_quotient",
    "location_quotient",
    "location_quotient_bounds",
    "location_quotient_churn",
    "location_quotient_from_shares",
    "location_quotient_interval",
    "quadrant",
    "recover_base_shares",
    "seasonality",
    "stability",
    "survey_interval",
]
