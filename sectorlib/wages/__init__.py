"""Pay: average annual pay, nominal and real, the tier it falls in, and what else tells the quality of jobs.

Pay in the Quarterly Census of Employment and Wages is a mean over full- and part-time jobs, bonuses
included; it is not what a typical worker earns.
"""

from sectorlib.wages.job_quality import job_quality
from sectorlib.wages.pay import average_annual_pay, average_annual_pay_bounds, few_establishments
from sectorlib.wages.prices import area_price_parity, group_price_parity, pay_at_parity, real_pay
from sectorlib.wages.tiers import (
    TIERS,
    tier_cuts,
    tier_migration,
    tier_shares,
    tier_words,
    typical_pay_tier,
    wage_thresholds,
    wage_tier,
    weighted_quantile,
)
from sectorlib.wages.typical import interpolated_middle, typical_industry_pay

__all__ = [
    "TIERS",
    "area_price_parity",
    "average_annual_pay",
    "average_annual_pay_bounds",
    "few_establishments",
    "group_price_parity",
    "interpolated_middle",
    "job_quality",
    "pay_at_parity",
    "real_pay",
    "tier_cuts",
    "tier_migration",
    "tier_shares",
    "tier_words",
    "typical_industry_pay",
    "typical_pay_tier",
    "wage_thresholds",
    "wage_tier",
    "weighted_quantile",
]
