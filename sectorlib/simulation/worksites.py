"""Worksites of the demonstration economy: how many, how large, who owns them, when they open and close.

Everything published is a count of these worksites: a cell of the panel is a sum over them, so totals
add up, a closing plant shows in its county, and the disclosure rule has employers to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PRIVATE = "5"
#: The unknown county's plan: services without a fixed place.
_UNPLACED = {"423", "425", "541", "561", "511", "238", "523", "524"}


@dataclass(frozen=True)
class Worksites:
    """Worksites by year, as whole numbers, so that every sum of them is exact.

    Attributes
    ----------
    sites : DataFrame
        One row for each worksite: area, industry (code before 2022), ownership, employer (an integer).
    job_months : ndarray, worksites x years
        Jobs summed over the months of the year.
    quarters : ndarray, worksites x years
        Quarters of the year in which the worksite was open.
    years : ndarray
        Calendar years.
    """

    sites: pd.DataFrame
    job_months: np.ndarray
    quarters: np.ndarray
    years: np.ndarray


def planned_jobs(
    recipe: dict[str, Any], industries: pd.DataFrame, plan: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Planned jobs of the first year by county (rows) and industry (columns), drivers included.

    A county's jobs are spread over industries in proportion to the industry's usual jobs x
    (county's jobs / median) ** elasticity x an uneven spread x the driver's factor of its labor market.
    """
    patterns = industries["pattern"].map(recipe["patterns"])
    elasticity = np.array([p["elasticity"] for p in patterns])
    spread = np.array([p["spread"] for p in patterns])
    size = np.log(plan["jobs"].to_numpy() / plan["jobs"].median())[:, None]
    drivers = _driver_factors(recipe, industries, plan)
    # A driver is planted: chance moves it little.
    spread = np.where(drivers > 1, 0.25, 1.0) * spread
    uneven = spread * rng.standard_normal((len(plan), len(industries))) - spread**2 / 2
    first_year = industries["jobs"].to_numpy() * (1 + industries["growth"].to_numpy() / 100) ** -10
    weights = first_year * np.exp(elasticity * size + uneven)

    # Small and large counties together have the usual mix, whatever the elasticities.
    usual = first_year / first_year.sum()
    size_of = plan["jobs"].to_numpy()[:, None]
    for _ in range(5):
        weights *= size_of / weights.sum(axis=1, keepdims=True)
        weights *= usual * size_of.sum() / weights.sum(axis=0)

    weights *= drivers
    weights *= size_of / weights.sum(axis=1, keepdims=True)
    return pd.DataFrame(weights, index=plan.index, columns=industries.index)


def _driver_factors(recipe: dict[str, Any], industries: pd.DataFrame, plan: pd.DataFrame) -> np.ndarray:
    """How many times the usual share of jobs each industry (columns) has in each county (rows) by plan."""
    public = industries["ownership"] + ":" + industries["code"]
    codes = industries["code"].where(industries["ownership"] == PRIVATE, public).to_list()
    factors = np.ones((len(plan), len(industries)))
    for market, terms in recipe["markets"].items():
        inside = np.flatnonzero(plan["market"] == market)
        # A driver is strongest in its hub; a suburb or a rural county of the market has part of it.
        strength = np.where(plan["hub"].to_numpy()[inside], 1.0, 0.75)
        for code, factor in terms["drivers"].items():
            factors[inside, codes.index(code)] = factor**strength
    return factors


def unknown_county_jobs(recipe: dict[str, Any], industries: pd.DataFrame, jobs: pd.DataFrame) -> pd.Series:
    """Planned jobs that no county is known for, by industry: private services, a small share of the state."""
    unplaced = industries["code"].isin(_UNPLACED) & (industries["ownership"] == PRIVATE)
    private = jobs.loc[:, industries["ownership"] == PRIVATE].to_numpy().sum()
    usual = industries["jobs"].where(unplaced, 0.0)
    return usual / usual.sum() * private * recipe["unknown_share"]


def open_worksites(
    recipe: dict[str, Any],
    industries: pd.DataFrame,
    jobs: pd.DataFrame,
    index: np.ndarray,
    rng: np.random.Generator,
) -> Worksites:
    """Draw worksites that fill the planned jobs, and run them year by year.

    Sizes are lognormal around the industry's usual size; where several are expected they are scaled
    towards the plan. Each year a worksite may close, small ones more often, and its place may be taken by
    a new one.

    Parameters
    ----------
    recipe : dict
        The demonstration recipe (``worksites``, ``years``).
    industries : DataFrame
        The recipe's industries.
    jobs : DataFrame
        Planned jobs, areas x industries.
    index : ndarray, years x areas x industries
        Jobs of a lasting worksite relative to the first year.
    """
    terms = recipe["worksites"]
    private = (industries["ownership"] == PRIVATE).to_numpy()
    usual = industries["worksite"].to_numpy(dtype=float)
    planned = jobs.to_numpy()
    # Large clusters have larger plants, small counties smaller shops.
    mean_size = np.clip(usual * (np.maximum(planned, 1e-9) / (usual * 6)) ** 0.12, 0.55 * usual, 2.2 * usual)
    expected = planned / mean_size
    count = rng.poisson(expected)
    area, industry = (np.repeat(a, count.ravel()) for a in np.indices(count.shape).reshape(2, -1))
    sigma = np.where(private, terms["sigma"]["private"], terms["sigma"]["government"])[industry]
    sigma = np.where(usual[industry] < 4, 0.5, sigma)
    mean = mean_size[area, industry]

    # No place employs more than a share of its county.
    largest = np.minimum(mean * 14, terms["largest_share"] * planned.sum(axis=1)[area])
    size = np.clip(mean * np.exp(sigma * rng.standard_normal(len(area)) - sigma**2 / 2), 0.6, largest)
    cell = area * count.shape[1] + industry
    drawn = np.bincount(cell, weights=size, minlength=count.size)
    steer = np.where(expected.ravel() >= 2, planned.ravel() / np.maximum(drawn, 1e-9), 1.0).clip(0.4, 2.5)[
        cell
    ]
    size *= steer

    closing = terms["closing"]
    years = np.arange(recipe["years"][0], recipe["years"][1] + 1)
    job_months = np.zeros((len(area), len(years)), dtype=np.int64)
    quarters = np.zeros((len(area), len(years)), dtype=np.int64)

    def closing_chance(jobs: np.ndarray) -> np.ndarray:
        by_size = np.select(
            [jobs < terms["small_below"], jobs < terms["large_from"]],
            [closing["small"], closing["middle"]],
            closing["large"],
        )
        return np.where(private[industry], by_size, closing["government"])

    # Private places that are not there from the start: establishments grow in number.
    late = private[industry] & (size < terms["late_below"]) & (rng.random(len(area)) < terms["late_share"])
    available = np.where(late, rng.integers(years[0], years[-1] + 1, len(area)), years[0])
    noise = terms["noise"] * rng.standard_normal(len(area))
    carry = terms["persistence"]
    # A place left empty is taken sooner in a growing industry.
    reopening = (terms["reopening"] + 0.06 * industries["growth"].to_numpy()).clip(0.15, 0.9)[industry]
    alive = rng.random(len(area)) < reopening / (reopening + closing_chance(size))
    alive &= available == years[0]
    for t, year in enumerate(years):
        now = size * index[t, area, industry] * np.exp(noise)
        if t:
            closes = alive & (rng.random(len(area)) < closing_chance(now))
            opens = ~alive & (available <= year) & (rng.random(len(area)) < reopening)
            # Successors of a place are of its kind: a mill's site seldom becomes a workshop.
            size = np.where(opens, size * np.exp(0.35 * rng.standard_normal(len(area)) - 0.06), size)
            now = size * index[t, area, industry] * np.exp(noise)
            # At least half of the year, so that a cell with jobs never rounds to no establishment.
            part = rng.integers(2, 4, len(area))
            quarters[:, t] = np.where(closes | opens, part, np.where(alive, 4, 0))
            alive = (alive & ~closes) | opens
        else:
            quarters[:, t] = np.where(alive, 4, 0)
        job_months[:, t] = np.round(now * 3 * quarters[:, t])
        noise = carry * noise + terms["noise"] * np.sqrt(1 - carry**2) * rng.standard_normal(len(area))

    sites = pd.DataFrame(
        {
            "area": jobs.index.to_numpy()[area],
            "industry": industries["code"].to_numpy()[industry],
            "ownership": industries["ownership"].to_numpy()[industry],
            "employer": np.arange(len(area)),
        }
    )
    # Some worksites belong to a chain: several worksites are then one employer.
    chained = rng.random(len(area)) < industries["chain"].to_numpy()[industry]
    firm = -(1 + industry * terms["firms_of_a_chain"] + rng.integers(0, terms["firms_of_a_chain"], len(area)))
    sites["employer"] = sites["employer"].where(~chained, firm)
    return Worksites(sites, job_months, quarters, years)


def add_events(recipe: dict[str, Any], plan: pd.DataFrame, worksites: Worksites) -> Worksites:
    """The worksites with the recipe's openings and closings in the hubs of their labor markets."""
    hub_of = plan[plan["hub"]].reset_index().set_index("market")["area"]
    events = pd.DataFrame(recipe["events"])
    years = worksites.years
    opened, closed = events["opened"].to_numpy()[:, None], events["closed"].to_numpy()[:, None]
    quarters = np.where((years >= opened) & (years < closed), 4, np.where(years == closed, 2, 0))
    # A new plant takes two years to fill; those of the first year were there before.
    filled = np.where((years == opened) & (opened > years[0]), 0.45, 1.0)
    job_months = np.round(events["jobs"].to_numpy()[:, None] * 3 * quarters * filled).astype(np.int64)
    sites = pd.DataFrame(
        {
            "area": events["market"].map(hub_of),
            "industry": events["industry"],
            "ownership": PRIVATE,
            "employer": -1_000_000 - np.arange(len(events)),
        }
    )
    return Worksites(
        pd.concat([worksites.sites, sites], ignore_index=True),
        np.vstack([worksites.job_months, job_months]),
        np.vstack([worksites.quarters, quarters]),
        years,
    )


def growth_index(
    recipe: dict[str, Any], industries: pd.DataFrame, growth: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Jobs of a lasting worksite relative to the first year, years x areas x industries.

    Trend of the industry and of the county, the recession and the pandemic by the industry's
    sensitivity, and a persistent local disturbance (a random walk that forgets a tenth a year).
    """
    years = np.arange(recipe["years"][0], recipe["years"][1] + 1)
    since = (years - years[0])[:, None, None]
    trend = (industries["growth"].to_numpy()[None, None, :] + growth[None, :, None]) / 100 * since
    cycle = np.zeros((len(years), 1, len(industries)))
    for shock in ("recession", "pandemic"):
        depth = np.array([recipe[shock].get(int(y), 0.0) for y in years])
        cycle += depth[:, None, None] * industries[shock].to_numpy()
    disturbance = np.zeros((len(years), len(growth), len(industries)))
    for t in range(1, len(years)):
        step = rng.standard_normal(disturbance.shape[1:])
        disturbance[t] = 0.9 * disturbance[t - 1] + recipe["local_noise"] * step
    return np.exp(trend + cycle + disturbance)
