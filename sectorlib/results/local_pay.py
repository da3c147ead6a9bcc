"""Which place of occupation statistics stands for each region, and what the worker in the middle is paid there."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics, occupations
from sectorlib.areas import area_name
from sectorlib.membership import membership
from sectorlib.results.registry import Results
from sectorlib.study import ALL_AREAS, Study


def local_median(results: Results) -> pd.DataFrame:
    """What workers of all occupations are paid in the middle, in the place that stands for each region and the base.

    Indexed by area: local_median_pay (USD a year), local_area and local_area_title. No rows where the study has no
    occupation statistics, these hold no occupations taken together, or the median is top-coded.
    """
    columns = ["local_area", "local_area_title"]
    if results.study.staffing is None:
        return pd.DataFrame({name: [] for name in (*columns, "local_median_pay")})
    pay = (
        occupations.local_pay(results.study.staffing, level="total")["pay_p50"]
        .dropna()
        .droplevel("occupation")
    )
    places = pay_places(results, pay.index.unique())[columns]
    return places.assign(local_median_pay=places["local_area"].map(pay)).dropna()


def pay_places(results: Results, published: pd.Index) -> pd.DataFrame:
    """Which place of those published stands for each region and the base."""
    study = results.study
    regions, base = study.regions, study.base_area
    if base == ALL_AREAS:
        regions = pd.concat([regions, membership({base: study.counties})], ignore_index=True)
    places = occupations.local_pay_areas(regions, _jobs_by_county(study), published, study.metropolitan_areas)
    if base in places.index:
        return places
    # a state or the nation is a place of its own
    own = {
        "local_area": base,
        "local_area_title": area_name(base),
        "local_share": 1.0,
        "local_area_reason": "",
    }
    return pd.concat([places, pd.DataFrame(own, index=[base])])


def _jobs_by_county(study: Study) -> pd.Series:
    """Jobs of all owners and industries in the last year; the middle of what withheld ones can be."""
    rows = study.panel
    rows = rows[
        (rows["year"] == study.years[-1]) & (rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")
    ]
    middle = (rows["employment_low"] + rows["employment_high"]) / 2
    return rows["employment"].fillna(middle).set_axis(rows["area"].astype(str))
