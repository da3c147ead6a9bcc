"""The nation that the demonstration state is a small part of, industry by industry, with every figure known.

What the state has is counted; the rest of the nation is drawn. It follows the usual mix of industries, so that what is
planted in the state stands out against it, and has a trend, a cycle and a level of pay of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sectorlib.simulation.economy import ALL, NAICS_2022, parent_of, pay_path, rounded

_CELL = ["year", "ownership", "industry"]
_COUNTS = ["job_months", "establishments", "wages"]


def nation_cells(
    recipe: dict[str, Any], industries: pd.DataFrame, state: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Every cell of the nation: the state's own and the rest of it, at every level of industry.

    The rest has, of each industry, its usual jobs x the nation's own factor for the industry's pattern of location,
    scaled to the recipe's total; then the industry's trend and the nation's, the recession and the pandemic in the
    nation's measure, and a small random walk. Establishments are of the industry's usual size. Sums are exact
    before they are rounded.

    Parameters
    ----------
    recipe : dict
        The demonstration recipe (``nation``, ``years``, ``recession``, ``pandemic``, ``pay``).
    industries : DataFrame
        The recipe's industries.
    state : DataFrame
        The state's own cells (:func:`~sectorlib.simulation.economy.count_cells`).
    rng : numpy Generator
        A stream of the nation's own.

    Returns
    -------
    DataFrame
        area, industry, ownership, year, establishments, employment, wages; whole numbers, sorted by key.
    """
    rest = _rest_of_nation(recipe, industries, rng)
    leaves = pd.MultiIndex.from_frame(rest[_CELL])
    own = state[pd.MultiIndex.from_frame(state[_CELL]).isin(leaves)]
    level = pd.concat([rest, own[[*_CELL, *_COUNTS]]]).groupby(_CELL, as_index=False).sum()
    cells = [level[level["industry"].str.len() == 4]]
    level = level.assign(industry=level["industry"].str[:3])
    while True:
        level = level.groupby(_CELL, as_index=False).sum()
        cells.append(level)
        codes = level["industry"].unique()
        if list(codes) == ["10"]:
            break
        level = level.assign(industry=level["industry"].map({code: parent_of(code) for code in codes}))
    everyone = cells[-1].assign(ownership=ALL).groupby(_CELL, as_index=False).sum()
    table = pd.concat([*cells, everyone], ignore_index=True)
    table = table.assign(area=recipe["nation"]["code"], employment=rounded(table["job_months"], 12))
    columns = ["area", "industry", "ownership", "year", "establishments", "employment", "wages"]
    return table.sort_values(_CELL, ignore_index=True)[columns]


def _rest_of_nation(
    recipe: dict[str, Any], industries: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """The nation without the state, by year and industry of the finest detail: job-months, establishments, wages."""
    terms = recipe["nation"]
    years = np.arange(recipe["years"][0], recipe["years"][1] + 1)
    growth = industries["growth"].to_numpy()
    usual = industries["jobs"].to_numpy() * (1 + growth / 100) ** -10
    mix = usual * industries["pattern"].map(terms["mix"]).fillna(1.0).to_numpy()
    since = (years - years[0])[:, None]
    path = (growth + terms["growth"]) / 100 * since
    for shock in ("recession", "pandemic"):
        depth = np.array([recipe[shock].get(int(year), 0.0) for year in years])[:, None]
        path = path + terms["cycle"] * depth * industries[shock].to_numpy()
    steps = terms["noise"] * rng.standard_normal(path.shape)
    steps[0] = 0.0
    jobs = terms["jobs"] * mix / mix.sum() * np.exp(path + np.cumsum(steps, axis=0))
    size = industries["worksite"].to_numpy() * terms["worksite"]
    pay_growth = 0.005 * rng.standard_normal(len(industries)) * (years - years[-1])[:, None]
    lasting = terms["spread"] * rng.standard_normal(len(industries))
    level = 1000.0 * terms["pay"] * industries["pay"].to_numpy() * np.exp(pay_growth + lasting)
    pay = np.round(pay_path(recipe["pay"], years)[:, None] * level).astype(np.int64)
    months = np.round(12 * jobs).astype(np.int64)
    newer = industries["code_2022"].fillna(industries["code"])
    parts = [
        pd.DataFrame(
            {
                "year": year,
                "ownership": industries["ownership"],
                "industry": newer if year >= NAICS_2022 else industries["code"],
                "job_months": months[t],
                "establishments": np.round(jobs[t] / size).astype(np.int64),
                "wages": months[t] * pay[t] // 12,
            }
        )
        for t, year in enumerate(years)
    ]
    return pd.concat(parts).groupby(_CELL, as_index=False).sum()
