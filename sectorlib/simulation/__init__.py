"""The demonstration economy: an invented state with known truth, written in the official file layouts.

Every worksite of the state is drawn once from a seed; what agencies would publish is counted from the
worksites and then withheld by the disclosure rule. Methods can be scored against what was withheld and
against the labor markets that were planted. See docs/demonstration.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml

from sectorlib.membership import check_membership, membership
from sectorlib.resources import data_path
from sectorlib.schemas import FLOWS, PANEL
from sectorlib.simulation import geography
from sectorlib.simulation.economy import add_unknown_county, count_cells, pay_level
from sectorlib.simulation.layouts import write_demonstration
from sectorlib.simulation.nation import nation_cells
from sectorlib.simulation.withholding import withhold
from sectorlib.simulation.worksites import (
    add_events,
    growth_index,
    open_worksites,
    planned_jobs,
    unknown_county_jobs,
)

__all__ = ["DEFAULT_SEED", "Economy", "demonstration_recipe", "simulate", "write_demonstration"]

#: The seed of the shipped demonstration data.
DEFAULT_SEED = 7


@dataclass(frozen=True)
class Economy:
    """The demonstration economy, with what nobody outside an agency would know.

    Attributes
    ----------
    truth : DataFrame
        Panel in which every cell is known, also the withheld ones.
    published : DataFrame
        The same cells (and index) as they are published: withheld employment and wages are missing.
    nation : DataFrame
        Panel of the nation that the state is a small part of, in every cell known and published.
    flows : DataFrame
        Commuting flows, with counties of the neighboring state.
    markets : DataFrame
        Membership of the planted labor markets, with counties of the neighboring state.
    jurisdictions : DataFrame
        Membership of two systems that cut across labor markets; one county is not recorded in one of them.
    colleges, airports : DataFrame
        Assets: asset, kind, name, lat, lon, area; colleges also have sector (1, 2 four-year, 4 two-year).
    shapes : GeoDataFrame
        Columns area, name, geometry (WGS 84).
    names : Series
        Names of all areas, indexed by code.
    """

    truth: pd.DataFrame
    published: pd.DataFrame
    nation: pd.DataFrame
    flows: pd.DataFrame
    markets: pd.DataFrame
    jurisdictions: pd.DataFrame
    colleges: pd.DataFrame
    airports: pd.DataFrame
    shapes: gpd.GeoDataFrame
    names: pd.Series


def demonstration_recipe() -> tuple[dict[str, Any], pd.DataFrame]:
    """What the demonstration economy is made of: the recipe and its industries.

    Returns
    -------
    recipe : dict
        data/demo/recipe/economy.yaml.
    industries : DataFrame
        data/demo/recipe/industries.csv: code (code_2022 from 2022 on), ownership, jobs (relative),
        worksite (mean jobs), pay (thousand dollars in the last year), growth (percent a year),
        sensitivity to the recession and the pandemic, pattern of location, share of chain worksites.

    Examples
    --------
    >>> recipe, industries = demonstration_recipe()
    >>> recipe["state"]["name"], sum(recipe["counties_by_row"])
    ('Verlane', 48)
    """
    recipe = yaml.safe_load(data_path("demo", "recipe", "economy.yaml").read_text(encoding="utf-8"))
    industries = pd.read_csv(
        data_path("demo", "recipe", "industries.csv"), dtype={"code": str, "code_2022": str, "ownership": str}
    )
    return recipe, industries


def simulate(seed: int = DEFAULT_SEED) -> Economy:
    """Draw the demonstration economy.

    Parameters
    ----------
    seed : int
        Two calls with the same seed give the same economy; the default gives the shipped one.

    Returns
    -------
    Economy
        Truth, published panel, flows, planted markets, jurisdictions, assets, shapes, names.

    Examples
    --------
    >>> economy = simulate()
    >>> economy.shapes.shape[0], economy.truth["year"].nunique(), economy.markets["group"].nunique()
    (48, 20, 10)
    >>> withheld = economy.published["disclosure"] == "suppressed"
    >>> bool((economy.published["employment"].isna() == withheld).all())
    True
    >>> bool(economy.truth["employment"].notna().all())
    True
    """
    recipe, industries = demonstration_recipe()
    # A stream for each part, so that a change to one leaves the others as they are.
    streams = np.random.SeedSequence(seed).spawn(4)
    places, work, trips, elsewhere = (np.random.default_rng(stream) for stream in streams)
    shapes = geography.county_shapes(recipe, places)
    plan = geography.plan_counties(recipe, shapes, places)
    cells = _cells(recipe, industries, plan, work)
    neighbors = geography.neighbors(recipe)
    counties = pd.concat([plan[["east", "north", "market"]], neighbors[["east", "north", "market"]]])
    flows = geography.commuting_flows(recipe, counties, _commuting_jobs(recipe, cells, neighbors), trips)
    columns = ["area", "industry", "ownership", "year", "establishments", "employment", "wages"]
    truth = _panel(cells[columns].assign(disclosure="disclosed"))
    hidden = cells["withheld"]
    published = _panel(
        cells[columns].assign(
            employment=cells["employment"].mask(hidden),
            wages=cells["wages"].mask(hidden),
            disclosure=hidden.map({True: "suppressed", False: "disclosed"}),
        )
    )
    own = cells[cells["area"] == recipe["state"]["code"]]
    nation = _panel(nation_cells(recipe, industries, own, elsewhere).assign(disclosure="disclosed"))
    registers = geography.jurisdictions(recipe, plan)
    systems = [membership(registers[s].dropna(), system=s.replace("_", " ")) for s in recipe["jurisdictions"]]
    return Economy(
        truth=PANEL.check(truth, "the demonstration"),
        published=PANEL.check(published, "the demonstration"),
        nation=PANEL.check(nation, "the demonstration's nation"),
        flows=FLOWS.check(flows, "the demonstration"),
        markets=membership(counties["market"], system="labor market"),
        jurisdictions=pd.concat([check_membership(s) for s in systems], ignore_index=True),
        colleges=geography.colleges(recipe, shapes, plan, places),
        airports=geography.airports(recipe, shapes, plan, places),
        shapes=shapes[["area", "name", "geometry"]],
        names=_names(recipe, shapes, neighbors),
    )


def _cells(
    recipe: dict[str, Any], industries: pd.DataFrame, plan: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Every cell of the state with its true figures and whether it is withheld."""
    state = recipe["state"]["code"]
    jobs = planned_jobs(recipe, industries, plan, rng)
    unknown = unknown_county_jobs(recipe, industries, jobs)
    everywhere, jobs = add_unknown_county(recipe, plan, jobs, unknown)
    index = growth_index(recipe, industries, everywhere["growth"].to_numpy(dtype=float), rng)
    worksites = add_events(recipe, plan, open_worksites(recipe, industries, jobs, index, rng))
    pay = pay_level(recipe, industries, everywhere, rng)
    cells = count_cells(worksites, industries, pay, everywhere.index, state)
    return cells.assign(withheld=withhold(cells, recipe["withheld"], state))


def _commuting_jobs(recipe: dict[str, Any], cells: pd.DataFrame, neighbors: pd.DataFrame) -> pd.Series:
    """Mean jobs by county over the years of the commuting survey; the neighbors' are given."""
    totals = cells[(cells["industry"] == "10") & (cells["ownership"] == "0")]
    first, last = recipe["commuting"]["jobs_of"]
    mean = totals[totals["year"].between(first, last)].groupby("area")["employment"].mean()
    return pd.concat([mean, neighbors["jobs"]])


def _panel(cells: pd.DataFrame) -> pd.DataFrame:
    codes = dict.fromkeys(("area", "industry", "ownership", "disclosure"), "category")
    numbers = dict.fromkeys(("establishments", "employment", "wages"), "float64")
    return cells.astype({**codes, **numbers})


def _names(recipe: dict[str, Any], shapes: pd.DataFrame, neighbors: pd.DataFrame) -> pd.Series:
    state, neighbor = recipe["state"], recipe["neighbor"]["name"]
    own = shapes.set_index("area")["name"] + f", {state['name']}"
    own[state["code"]] = state["name"]
    own[recipe["nation"]["code"]] = recipe["nation"]["name"]
    own[state["code"][:2] + "999"] = f"Unknown or undefined, {state['name']}"
    return (
        pd.concat([own, neighbors["name"] + f", {neighbor}"]).sort_index().rename("name").rename_axis("area")
    )
