"""Pay after prices: of other years in the dollars of one, and of other places at the prices of the nation."""

from __future__ import annotations

import pandas as pd

from sectorlib.areas import is_county
from sectorlib.exceptions import NotSupportedError
from sectorlib.lookup import matched
from sectorlib.membership import NONE


def real_pay(pay: pd.Series, years: pd.Series, prices: pd.Series, dollars_of: int) -> pd.Series:
    """Pay in the dollars of one year, so that years can be compared.

    ``pay · CPI[dollars_of] / CPI[year]``. National prices say nothing of how dear a place is: see
    :func:`pay_at_parity`.

    Parameters
    ----------
    pay : Series of float
        Nominal USD, as of :func:`average_annual_pay`.
    years : Series of int
        Year of each figure, on the same index.
    prices : Series of float
        Price index by year, as of :func:`read_consumer_prices`.
    dollars_of : int
        The year whose dollars are wanted.

    Returns
    -------
    Series of float
        On the index of ``pay``, named after it and the dollars: ``average_annual_pay_in_2016_dollars``.
        Missing in years without an index.

    Raises
    ------
    NotSupportedError
        There is no index for ``dollars_of``.

    References
    ----------
    U.S. Bureau of Labor Statistics, How to use the Consumer Price Index for escalation (CPI-U, annual average).

    Examples
    --------
    >>> pay = pd.Series([40_000.0, 60_000.0], name="average_annual_pay")
    >>> real_pay(pay, pd.Series([2000, 2016]), pd.Series({2000: 172.2, 2016: 240.007}), 2016).round().to_list()
    [55751.0, 60000.0]
    """
    if dollars_of not in prices.index:
        raise NotSupportedError(
            f"no price index for {dollars_of}",
            f"a year from {prices.index.min()} to {prices.index.max()}",
            "choose another year, or a newer file of prices",
        )
    factor = prices[dollars_of] / years.astype(int).map(prices)
    return (pay * factor).rename(f"{pay.name}_in_{dollars_of}_dollars")


def area_price_parity(
    rows: pd.DataFrame, parities: pd.DataFrame, metros: pd.DataFrame | None = None
) -> pd.Series:
    """The price parity of each row's area and year, for counties that of the area they lie in.

    A county takes that of its metropolitan area; outside of one (also in a micropolitan area, which has no
    parity of its own) that of its state's nonmetropolitan portion; and its state's where neither is in the
    table, or where no membership of metropolitan areas is given. Any other area, such as a state, has its own
    or none.

    Parameters
    ----------
    rows : DataFrame
        Has columns area and year.
    parities : DataFrame
        Price parities, as of :func:`read_price_parities`; several tables put together.
    metros : DataFrame, optional
        Membership of counties in metropolitan (and micropolitan) areas, as :func:`read_delineation` reads the
        official list (``40380``), or with groups coded as QCEW does (``C4038``). Counties outside of all are
        not listed, or in the group ``none``; then one that is not listed is not known, and takes its state's.

    Returns
    -------
    Series of float
        ``price_parity`` (United States = 100) on the index of ``rows``; missing where none is known.

    References
    ----------
    U.S. Bureau of Economic Analysis, Regional Price Parities by state and metro area.

    Examples
    --------
    >>> parities = pd.DataFrame({
    ...     "area": ["36000", "C4038", "36N"], "year": 2016, "price_parity": [110.1, 97.0, 92.0]})
    >>> metros = pd.DataFrame({"member": ["36055", "36009"], "group": ["40380", "36460"]})
    >>> rows = pd.DataFrame({"area": ["36055", "36009", "36003", "36000"], "year": 2016})
    >>> area_price_parity(rows, parities, metros).to_list()
    [97.0, 92.0, 92.0, 110.1]
    >>> area_price_parity(rows, parities).to_list()
    [110.1, 110.1, 110.1, 110.1]
    """
    codes = rows["area"].astype(str)
    of_state = codes.str[:2].where(is_county(codes))
    state = of_state + "000"
    places = [codes, state]
    if metros is not None:
        groups = metros.drop_duplicates("member").set_index("member")["group"].astype(str)
        metro = codes.map(groups.where(groups.str.startswith("C"), "C" + groups.str[:4]))
        # A table without metropolitan areas cannot tell a metropolitan county from a micropolitan one.
        told_apart = bool(parities["area"].astype(str).str.startswith("C").any())
        unlisted = metro.isna() if not (groups == NONE).any() else codes.map(groups) == NONE
        outside = (of_state + "N").where(unlisted | (metro.notna() & told_apart))
        places = [codes, metro, outside, state]
    parity = pd.Series(float("nan"), index=rows.index, name="price_parity")
    for place in places:
        keyed = pd.DataFrame({"area": place.astype(str), "year": rows["year"]})
        parity = parity.fillna(matched(keyed, parities, ["area", "year"], ["price_parity"])["price_parity"])
    return parity


def group_price_parity(counties: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """The price parity of groups of counties: the mean of their counties', weighted by jobs.

    An approximation: the Bureau of Economic Analysis weights by what people spend, which is not published by
    county.

    Parameters
    ----------
    counties : DataFrame
        One row for each county and year: area, year, price_parity and employment (jobs, all industries).
    groups : DataFrame
        Membership of counties.

    Returns
    -------
    DataFrame
        area (the group), year, price_parity; missing where a county's parity or jobs are.

    Examples
    --------
    >>> counties = pd.DataFrame({
    ...     "area": ["36055", "36051"], "year": 2016, "price_parity": [98.0, 92.0], "employment": [300.0, 100.0]})
    >>> groups = pd.DataFrame({"member": ["36055", "36051"], "group": "LM36055", "weight": 1.0})
    >>> group_price_parity(counties, groups)
          area  year  price_parity
    0  LM36055  2016          96.5
    """
    rows = counties.assign(member=counties["area"].astype(str)).drop(columns="area")
    rows = rows.merge(groups[["member", "group", "weight"]], on="member")
    rows = rows.assign(jobs=rows["employment"] * rows["weight"])
    rows = rows.assign(product=rows["jobs"] * rows["price_parity"])
    sums = rows.groupby(["group", "year"])[["jobs", "product"]].sum(skipna=False)
    parity = (sums["product"] / sums["jobs"]).rename("price_parity")
    return parity.reset_index().rename(columns={"group": "area"})


def pay_at_parity(pay: pd.Series, parity: pd.Series) -> pd.Series:
    """Pay at the average prices of the United States, so that areas can be compared.

    ``pay / parity · 100``. To cut tiers of a base after prices, deflate the wages of a panel so and pass it to
    :func:`wage_tier`.

    Parameters
    ----------
    pay : Series of float
        USD.
    parity : Series of float
        Price parity of its area (United States = 100), as of :func:`area_price_parity`.

    Returns
    -------
    Series of float
        On the index of ``pay``, named after it: ``average_annual_pay_at_us_prices``.

    References
    ----------
    U.S. Bureau of Economic Analysis, Regional Price Parities (methodology).

    Examples
    --------
    >>> pay_at_parity(pd.Series([55_000.0], name="average_annual_pay"), pd.Series([110.0]))
    0    50000.0
    Name: average_annual_pay_at_us_prices, dtype: float64
    """
    return (pay / parity.where(parity > 0) * 100).rename(f"{pay.name}_at_us_prices")
