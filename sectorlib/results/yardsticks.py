"""What pay is compared with: typical industry pay at the prices of an area, and these prices."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics, wages
from sectorlib.areas import is_county
from sectorlib.lookup import matched
from sectorlib.membership import membership
from sectorlib.study import ALL_AREAS, Study


def typical_pay_of(study: Study, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Typical industry pay of each row's year, at the prices of its area where these are known, and whose it is."""
    found = study.typical_pay.set_index("year")
    years = rows["year"].astype(int)
    paid, whose = years.map(found["typical_industry_pay"].astype(float)), years.map(found["compared_with"])
    if study.price_parities is not None:
        paid = paid * _dearness(study, rows, study.price_parities).fillna(1.0)
    return {"typical_industry_pay": paid, "typical_pay_of": whose.astype("str")}


def _dearness(study: Study, rows: pd.DataFrame, parities: pd.DataFrame) -> pd.Series:
    """Prices of each row's area over those of the benchmark; parities put the nation at 100."""
    parity = price_parity(study, rows, parities)
    if set(study.typical_pay["compared_with"]) == {"nation"}:
        return parity / 100
    base = rows[["year"]].assign(area=study.base_area, industry=naics.TOTAL)
    return parity / price_parity(study, base, parities)


def price_parity(study: Study, rows: pd.DataFrame, parities: pd.DataFrame) -> pd.Series:
    """The price parity of each row's area and year; of groups, the mean of their counties' by jobs."""
    totals = study.panel[
        (study.panel["ownership"] == "0")
        & (study.panel["industry"] == naics.TOTAL)
        & is_county(study.panel["area"])
    ]
    metros = study.metropolitan_areas
    counties = totals[["area", "year", "employment"]].assign(
        price_parity=wages.area_price_parity(totals, parities, metros)
    )
    everywhere = membership({ALL_AREAS: study.counties})
    groups = pd.concat([study.regions, everywhere], ignore_index=True)
    grouped = wages.group_price_parity(counties, groups)
    own = wages.area_price_parity(rows, parities, metros)
    mean = matched(rows, grouped, ["area", "year"], ["price_parity"])["price_parity"]
    return mean.where(rows["area"].astype(str).isin(groups["group"].astype(str)), own)
