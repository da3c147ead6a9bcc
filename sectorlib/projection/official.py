"""Official projections beside ours: their growth, never their level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.exceptions import NotSupportedError
from sectorlib.resources import definitions


def official_cautions(official: pd.DataFrame, latest: int) -> pd.Series:
    """Why the growth of an official projection is not applied to a panel; empty where it may be.

    Parameters
    ----------
    official : DataFrame
        Official projections.
    latest : int
        The panel's latest year.

    Returns
    -------
    Series
        On the index of ``official``.

    Examples
    --------
    >>> official = pd.DataFrame({"base_year": [2016, 2020], "target_year": [2026, 2030]})
    >>> official_cautions(official, 2017).to_list()
    ['', 'base year 2020 is of the pandemic: growth from there is recovery, not a trend']
    """
    base, target = official["base_year"].astype(int), official["target_year"].astype(int)
    pandemic = (
        "base year " + base.astype(str) + " is of the pandemic: growth from there is recovery, not a trend"
    )
    later = "base year " + base.astype(str) + f" is after {latest}, the last year known here"
    over = "target year " + target.astype(str) + f" is not after {latest}, the last year known here"
    conditions = [
        base.isin(definitions("projection")["pandemic_years"]["value"]),
        base > latest,
        target <= latest,
    ]
    return pd.Series(np.select(conditions, [pandemic, later, over], ""), index=official.index, dtype=str)


def align_official(
    panel: pd.DataFrame, official: pd.DataFrame, horizon: int = 5, states: pd.Series | None = None
) -> pd.DataFrame:
    """The last observed jobs, grown on as the official projection of the industry grows.

    Official levels count other jobs than QCEW (the national ones those of the payroll survey), so only their
    growth is used: ``jobs x (target / base)^(years / (target year - base year))``. For an area without a
    projection of its own that of its state is used, else the nation's; ``official_area`` says which.

    Parameters
    ----------
    panel : DataFrame
        Panel of one ownership.
    official : DataFrame
        Official projections: area, industry, base_year, target_year, base_employment, target_employment.
    horizon : int
        Years ahead of the panel's latest year.
    states : Series, optional
        The state, such as ``36000``, of areas whose code does not begin with it, by area: regions of counties.

    Returns
    -------
    DataFrame
        Columns area, industry, year, official_employment (jobs), official_area, base_year, target_year,
        growth_per_year (percent). No row beyond the target year, nor for a series withheld in the latest
        year or without an official projection.

    Raises
    ------
    NotSupportedError
        The base year is one of the pandemic (``pandemic_years`` in ``data/projection.yaml``): growth from
        there is recovery. Or the panel ends before the base year, or nothing matches.

    References
    ----------
    Bureau of Labor Statistics, Handbook of Methods, Employment Projections.

    Examples
    --------
    >>> panel = pd.DataFrame({"area": "36055", "industry": "62", "ownership": "5", "year": [2017],
    ...                       "employment": [1000.0]})
    >>> official = pd.DataFrame({"area": ["36000"], "industry": "62", "base_year": 2016, "target_year": 2026,
    ...                          "base_employment": 100.0, "target_employment": 100 * 1.02**10})
    >>> align_official(panel, official, 2)[["year", "official_employment", "official_area"]]
       year  official_employment official_area
    0  2018               1020.0         36000
    1  2019               1040.4         36000
    """
    _refuse_pandemic(official)
    latest = int(panel["year"].max())
    base = int(official["base_year"].max())
    if latest < base:
        raise NotSupportedError(
            f"projections from {base} for a panel that ends in {latest}",
            "a base year that the panel reaches",
            f"use projections of an earlier round, or add the years to {base}",
        )
    now = panel.loc[panel["year"] == latest, ["area", "industry", "employment"]].dropna()
    now = now.assign(area=now["area"].astype(str), industry=now["industry"].astype(str))
    columns = ["official_area", "industry", "base_year", "target_year", "ratio"]
    rates = official.rename(columns={"area": "official_area"})
    rates = rates.assign(ratio=rates["target_employment"] / rates["base_employment"])[columns]
    state = now["area"].str[:2] + "000"
    if states is not None:
        state = now["area"].map(states).fillna(state)
    candidates = (now["area"], state, pd.Series("US000", index=now.index))
    matched = pd.concat(
        [now.assign(official_area=code).merge(rates, on=["official_area", "industry"]) for code in candidates]
    ).drop_duplicates(["area", "industry"])
    if matched.empty:
        raise NotSupportedError(
            "official projections of none of the panel's areas and industries",
            "codes as the panel writes them; a state's or the nation's serve for its counties",
            f"the panel has {', '.join(now['industry'].unique()[:5])}; the projections "
            f"{', '.join(official['industry'].astype(str).unique()[:5])}",
        )
    matched = matched.sort_values(["area", "industry"], ignore_index=True)
    table = matched.loc[matched.index.repeat(horizon)].reset_index(drop=True)
    step = np.tile(np.arange(1, horizon + 1), len(matched))
    span = table["target_year"] - table["base_year"]
    table = table.assign(
        year=latest + step,
        official_employment=table["employment"] * table["ratio"] ** (step / span),
        growth_per_year=100 * (table["ratio"] ** (1 / span) - 1),
    )
    table = table[table["year"] <= table["target_year"]].reset_index(drop=True)
    names = ["area", "industry", "year", "official_employment", "official_area"]
    return table[[*names, "base_year", "target_year", "growth_per_year"]]


def beside_official(projections: pd.DataFrame, aligned: pd.DataFrame) -> pd.DataFrame:
    """Official projections first, the statistical trend beside them.

    Parameters
    ----------
    projections : DataFrame
        Ours, as of :func:`sectorlib.projection.project`.
    aligned : DataFrame
        As of :func:`align_official`.

    Returns
    -------
    DataFrame
        A row for each of ours: the key, official_employment, official_area, growth_per_year (missing where
        there is none), then our columns, and inside_95 (whether the official figure lies in our 95 %
        interval; missing without one).

    Examples
    --------
    >>> ours = pd.DataFrame({"area": ["36055"], "industry": "62", "year": 2018, "employment": 1010.0,
    ...     "low_80": 990.0, "high_80": 1030.0, "low_95": 970.0, "high_95": 1050.0, "method": "ensemble"})
    >>> theirs = pd.DataFrame({"area": ["36055"], "industry": "62", "year": 2018, "official_employment": 1060.0,
    ...     "official_area": "36000", "growth_per_year": 2.0})
    >>> beside_official(ours, theirs)[["official_employment", "employment", "inside_95"]]
       official_employment  employment inside_95
    0               1060.0      1010.0     False
    """
    key = ["area", "industry", "year"]
    theirs = aligned[[*key, "official_employment", "official_area", "growth_per_year"]]
    ours = projections.assign(**{name: projections[name].astype(str) for name in key[:2]})
    table = ours.merge(theirs, on=key, how="left")
    inside = table["official_employment"].between(table["low_95"], table["high_95"]).astype("boolean")
    known = table["official_employment"].notna() & table["low_95"].notna()
    table["inside_95"] = inside.where(known)
    return table[[*theirs.columns, *(name for name in table if name not in theirs.columns)]]


def _refuse_pandemic(official: pd.DataFrame) -> None:
    years = definitions("projection")["pandemic_years"]["value"]
    pandemic = sorted(set(official["base_year"].astype(int)) & set(years))
    if pandemic:
        raise NotSupportedError(
            f"official projections with base year {', '.join(map(str, pandemic))}",
            f"a base year outside the pandemic ({years[0]} to {years[-1]})",
            "growth from there is recovery, not a trend: use the round before or after",
        )
