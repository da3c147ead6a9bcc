"""The panel of the demonstration economy: worksites counted up through industries, ownerships and areas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sectorlib.simulation.worksites import Worksites

#: The first year of the 2022 industry classification.
NAICS_2022 = 2022
_RANGES = {
    "31": "31-33",
    "32": "31-33",
    "33": "31-33",
    "44": "44-45",
    "45": "44-45",
    "48": "48-49",
    "49": "48-49",
}
#: Domains and supersectors, which BLS publishes beside the sectors, and what each is the sum of.
SUPERSECTORS = {
    "10": ("101", "102"),
    "101": ("1011", "1012", "1013"),
    "102": ("1021", "1022", "1023", "1024", "1025", "1026", "1027", "1028", "1029"),
    "1011": ("11", "21"),
    "1012": ("23",),
    "1013": ("31-33",),
    "1021": ("22", "42", "44-45", "48-49"),
    "1022": ("51",),
    "1023": ("52", "53"),
    "1024": ("54", "55", "56"),
    "1025": ("61", "62"),
    "1026": ("71", "72"),
    "1027": ("81",),
    "1028": ("92",),
    "1029": ("99",),
}
_ABOVE = {part: whole for whole, parts in SUPERSECTORS.items() for part in parts}
_CELL = ["area", "ownership", "industry"]
#: Ownership code of everybody together.
ALL = "0"


def sector_of(code: str) -> str:
    """The sector of an industry code, as BLS writes it.

    >>> sector_of("3116"), sector_of("541")
    ('31-33', '54')
    """
    return _RANGES.get(code[:2], code[:2])


def parent_of(code: str) -> str:
    """The code whose figures an industry's are part of: 3116, 311, 31-33, 1013, 101, 10.

    >>> [parent_of(code) for code in ("3116", "311", "31-33", "1013", "101")]
    ['311', '31-33', '1013', '101', '10']
    """
    if code in _ABOVE:
        return _ABOVE[code]
    return code[:3] if len(code) == 4 else sector_of(code)


def pay_level(
    recipe: dict[str, Any], industries: pd.DataFrame, plan: pd.DataFrame, rng: np.random.Generator
) -> np.ndarray:
    """Average annual pay in whole dollars, years x areas x industries.

    The industry's usual pay x the labor market's level x (county's jobs / median) ** elasticity x a
    lasting difference x the path of pay over the years x a small yearly disturbance.
    """
    terms = recipe["pay"]
    years = np.arange(recipe["years"][0], recipe["years"][1] + 1)
    path = pay_path(terms, years)
    shape = (len(plan), len(industries))
    level = (
        terms["level"]
        * plan["pay"].to_numpy()
        * (plan["jobs"] / plan["jobs"].median()) ** terms["elasticity"]
    )
    lasting = np.exp(terms["spread"] * rng.standard_normal(shape))
    industry_growth = 0.005 * rng.standard_normal(len(industries))
    drift = np.exp(industry_growth[None, :] * (years - years[-1])[:, None])[:, None, :]
    yearly = np.exp(terms["noise"] * rng.standard_normal((len(years), *shape)))
    usual = industries["pay"].to_numpy() * 1000.0
    return np.round(
        path[:, None, None] * drift * (level.to_numpy()[:, None] * usual * lasting) * yearly
    ).astype(int)


def pay_path(terms: dict[str, Any], years: np.ndarray) -> np.ndarray:
    """Pay of each year over that of the last, by the recipe's growth of pay (``terms``)."""
    starts = np.array(sorted(terms["growth"]))
    rates = np.array([terms["growth"][s] for s in starts])
    growth = np.log1p(rates[np.searchsorted(starts, years, side="right") - 1] / 100)
    return np.exp(np.cumsum(growth) - growth.sum())


def count_cells(
    worksites: Worksites, industries: pd.DataFrame, pay: np.ndarray, areas: pd.Index, state: str
) -> pd.DataFrame:
    """Every cell that is published: industries, sectors, supersectors, domains, totals, and the state's own.

    Sums are exact before they are rounded, so a rounded parent may miss the sum of its rounded children by
    a little, as in official files; wages add up exactly. From 2022 on, industries carry their 2022 codes.

    Parameters
    ----------
    worksites : Worksites
        The worksites to count.
    industries : DataFrame
        The recipe's industries (code, code_2022, ownership).
    pay : ndarray, years x areas x industries
        Average annual pay, whole dollars.
    areas : Index
        Area codes in the order of ``pay``.
    state : str
        Code of the state's own rows.

    Returns
    -------
    DataFrame
        Key year, area, ownership, industry; establishments, employment and wages, whole numbers; job_months;
        employers (count) and dominance (the largest employer's share of jobs). Sorted by key.
    """
    sites = worksites.sites
    key = pd.MultiIndex.from_frame(industries[["code", "ownership"]])
    column = key.get_indexer(pd.MultiIndex.from_frame(sites[["industry", "ownership"]]))
    row = areas.get_indexer(pd.Index(sites["area"]))
    wages = worksites.job_months * pay[:, row, column].T // 12
    newer = industries["code_2022"].fillna(industries["code"]).to_numpy()[column]
    parts = []
    for since_2022, codes in ((False, sites["industry"].to_numpy()), (True, newer)):
        era = (worksites.years >= NAICS_2022) == since_2022
        years = worksites.years[era]
        blocks = [worksites.job_months[:, era], worksites.quarters[:, era], wages[:, era]]
        keys = sites[["area", "ownership", "employer"]].assign(industry=codes)
        own = pd.concat([keys, pd.DataFrame(np.hstack(blocks))], axis=1)
        figures = pd.concat([own, own.assign(area=state)], ignore_index=True)
        parts += [_long(cells, years) for cells in _levels(figures)]
    table = pd.concat(parts, ignore_index=True)
    totals = table[table["industry"] == "10"]
    everyone = totals.groupby(["year", "area", "industry"], as_index=False)[
        ["job_months", "quarters", "wages"]
    ].sum()
    everyone = everyone.assign(ownership=ALL, employers=len(sites), dominance=0.0)
    table = pd.concat([table, everyone], ignore_index=True)
    return table.assign(
        establishments=rounded(table.pop("quarters"), 4), employment=rounded(table["job_months"], 12)
    ).sort_values(["year", "area", "ownership", "industry"], ignore_index=True)


def _levels(figures: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Figures by cell for each level of industry, from the finest up."""
    detailed = figures["industry"].str.len() == 4
    yield _cells(_by_employer(figures[detailed]))
    level = figures.assign(industry=figures["industry"].str[:3])
    while True:
        level = _by_employer(level)
        yield _cells(level)
        codes = level["industry"].unique()
        if list(codes) == ["10"]:
            return
        level = level.assign(industry=level["industry"].map({code: parent_of(code) for code in codes}))


def _by_employer(figures: pd.DataFrame) -> pd.DataFrame:
    return figures.groupby([*_CELL, "employer"], as_index=False).sum()


def _cells(employers: pd.DataFrame) -> pd.DataFrame:
    """Sums by cell, with the count of open employers and the largest employer's job-months in each year."""
    by_cell = employers.drop(columns="employer").groupby(_CELL)
    sums = by_cell.sum()
    count = sums.shape[1] // 3
    open_ = (employers[range(count, 2 * count)] > 0).groupby([employers[k] for k in _CELL]).sum()
    return pd.concat({"sums": sums, "employers": open_, "largest": by_cell[list(range(count))].max()}, axis=1)


def _long(cells: pd.DataFrame, years: np.ndarray) -> pd.DataFrame:
    """One row for each cell and year with an open worksite."""
    sums = cells["sums"].to_numpy().reshape(len(cells), 3, len(years))
    keys = cells.index.to_frame(index=False)
    table = keys.loc[np.repeat(np.arange(len(keys)), len(years))].reset_index(drop=True)
    table["year"] = np.tile(years, len(keys))
    for k, name in enumerate(("job_months", "quarters", "wages")):
        table[name] = sums[:, k].ravel()
    table["employers"] = cells["employers"].to_numpy().ravel()
    table["dominance"] = cells["largest"].to_numpy().ravel() / table["job_months"].clip(lower=1)
    return table[table["quarters"] > 0]


def rounded(numerator: pd.Series, denominator: int) -> pd.Series:
    """Quotients rounded half up, in whole numbers only."""
    return (2 * numerator + denominator) // (2 * denominator)


def add_unknown_county(
    recipe: dict[str, Any], plan: pd.DataFrame, jobs: pd.DataFrame, unknown: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plan and the planned jobs with a last row for what no county is known for (code 999)."""
    code = recipe["state"]["code"][:2] + "999"
    row = {"jobs": unknown.sum(), "pay": 1.1, "growth": 0.0, "hub": False, "market": ""}
    plan = pd.concat([plan, pd.DataFrame([row], index=[code])])
    return plan, pd.concat([jobs, unknown.to_frame(code).T])
