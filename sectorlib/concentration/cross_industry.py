"""Quotients that compare the industry that sells with the one that buys, for regional input-output tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.exceptions import NotSupportedError
from sectorlib.resources import definitions


def cross_industry_quotients(
    quotients: pd.Series, area_share: float, delta: float | None = None
) -> pd.DataFrame:
    """Cross-industry, Flegg's and augmented Flegg's location quotients of one area.

    Each estimates what share of an input industry *j* buys from industry *i* is likely to be met within the
    area; values of 1 or more are read as all of it.

    - ``CILQ_ij = LQ_i / LQ_j``, and ``LQ_i`` where an industry buys from itself;
    - ``FLQ_ij = CILQ_ij · λ``, ``λ = [log2(1 + E_r / E)]^δ``: a small area imports more;
    - ``AFLQ_ij = FLQ_ij · log2(1 + LQ_j)`` where ``LQ_j > 1``, else ``FLQ_ij``: an industry the area is
      specialized in draws its suppliers there.

    Parameters
    ----------
    quotients : Series of float
        Location quotient by industry, all of one area, level, ownership and year.
    area_share : float
        All jobs of the area over all jobs of the base, ``E_r / E``.
    delta : float, optional
        The exponent, from 0 (no correction) to 1; ``data/concentration.yaml`` has the default, 0.25.

    Returns
    -------
    DataFrame
        One row for each pair: supplying, purchasing (industry codes), cross_industry_quotient,
        flegg_quotient, augmented_flegg_quotient; missing where a location quotient is, or the purchasing
        one is zero.

    Raises
    ------
    NotSupportedError
        The area's share is not above 0 and at most 1, or an industry is listed twice.

    References
    ----------
    Morrison, W. I. and Smith, P. (1974), Nonsurvey input-output techniques at the small area level, Journal
    of Regional Science 14, 1-14. Flegg, A. T. and Webber, C. D. (1997), On the appropriate use of location
    quotients in generating regional input-output tables: reply, Regional Studies 31, 795-805; (2000),
    Regional size, regional specialization and the FLQ formula, Regional Studies 34, 563-569.

    Examples
    --------
    >>> table = cross_industry_quotients(pd.Series({"311": 2.0, "111": 0.5}), area_share=1.0)
    >>> table.set_index(["supplying", "purchasing"])["cross_industry_quotient"].to_dict()
    {('311', '311'): 2.0, ('311', '111'): 4.0, ('111', '311'): 0.25, ('111', '111'): 0.5}
    """
    if not 0 < area_share <= 1:
        raise NotSupportedError(
            f"an area share of {area_share}", "above 0 and at most 1", "divide the area's jobs by the base's"
        )
    if quotients.index.has_duplicates:
        raise NotSupportedError(
            f"industry {quotients.index[quotients.index.duplicated()][0]} is listed twice",
            "one location quotient for each industry",
            "select one area, ownership and year",
        )
    delta = definitions("concentration")["flegg_delta"]["value"] if delta is None else delta
    values = quotients.to_numpy(dtype=float)
    buying = np.where(values > 0, values, np.nan)
    cross = values[:, None] / buying[None, :]
    np.fill_diagonal(cross, values)
    flegg = cross * np.log2(1 + area_share) ** delta
    augmented = flegg * np.where(buying > 1, np.log2(1 + buying), 1.0)[None, :]
    pairs = pd.MultiIndex.from_product([quotients.index.astype(str)] * 2, names=["supplying", "purchasing"])
    return pd.DataFrame(
        {
            "cross_industry_quotient": cross.ravel(),
            "flegg_quotient": flegg.ravel(),
            "augmented_flegg_quotient": augmented.ravel(),
        },
        index=pairs,
    ).reset_index()
