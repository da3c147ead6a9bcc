"""How concentrated an industry is over areas, and whether it is traded or local."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.concentration.quotients import totals_of
from sectorlib.exceptions import UnknownNameError
from sectorlib.naics import TOTAL
from sectorlib.resources import definitions

KINDS = ("traded", "local", "unknown")


def spatial_concentration(panel: pd.DataFrame, denominator: str = "all") -> pd.DataFrame:
    """How far each industry is spread over the areas otherwise than all jobs are.

    With ``x_r`` an area's share of the industry's jobs and ``y_r`` its share of all jobs, both over the areas
    where the industry is published:

    - Hoover ``½ Σ |x − y|``: the share of the industry's jobs that would have to move;
    - locational Gini: twice the area between the Lorenz curve of ``x`` on ``y``, areas in the order of
      ``x / y``, and the diagonal; 0 if spread as all jobs are. Krugman's own is half of it; a Gini over the
      location quotients themselves, each area counting alike, is another figure;
    - Ellison-Glaeser ``(G − (1 − Σ y²) H) / ((1 − Σ y²)(1 − H))`` with ``G = Σ (x − y)²``: 0 if plants had
      been thrown at random, so that an industry of a few large plants is not called concentrated for that.
      ``H``, the Herfindahl index of plants, is not published; it is at least ``Σ x² / n`` (plants of an area
      alike) and at most ``Σ x²`` (one holds all), which gives two ends.

    Parameters
    ----------
    panel : DataFrame
        Panel of areas of one kind that make up the base (counties, say), without the base itself, with
        total rows (industry ``10``). An industry without a row has no jobs there.
    denominator : {"all", "ownership"}
        As in :func:`location_quotient`.

    Returns
    -------
    DataFrame
        One row for each industry, ownership and year: industry, ownership, year, all_areas (with
        jobs of any kind), areas (with jobs of the industry), known_share (of all jobs, in areas where the
        industry is published), hoover, locational_gini,
        ellison_glaeser_low, ellison_glaeser_high, share_in_concentrated_areas (of its jobs, where the
        location quotient is 1 or more) and mean_of_highest_quotients (of five areas). Missing where no job
        is known.

    Raises
    ------
    TableError
        The total rows are absent altogether.

    References
    ----------
    Hoover, E. M. (1936), The measurement of industrial localization, Review of Economics and Statistics 18,
    162-171. Krugman, P. (1991), Geography and Trade, appendix (locational Gini). Ellison, G. and
    Glaeser, E. L. (1997), Geographic concentration in U.S. manufacturing industries: a dartboard approach,
    Journal of Political Economy 105, 889-927.

    Examples
    --------
    Two counties of 100 jobs each; all 20 food jobs, in two plants, are in the first.

    >>> panel = pd.DataFrame({
    ...     "area": ["36055", "36057", "36055"], "industry": ["10", "10", "311"], "year": 2016,
    ...     "ownership": ["0", "0", "5"], "employment": [100.0, 100, 20], "establishments": [9.0, 9, 2],
    ... })
    >>> table = spatial_concentration(panel)
    >>> table[["industry", "hoover", "locational_gini", "ellison_glaeser_high"]]
      industry  hoover  locational_gini  ellison_glaeser_high
    0      311     0.5              0.5                   1.0
    """
    totals = totals_of(panel, panel, denominator)
    cells = panel[panel["industry"] != TOTAL]
    tables = []
    for _, rows in cells.groupby(["ownership", "year"], observed=True):
        slice_key = {key: rows[key].iloc[0] for key in ("ownership", "year")}
        shared = ["year"] if denominator == "all" else list(slice_key)
        same = np.logical_and.reduce([totals[key] == slice_key[key] for key in shared])
        tables.append(_over_areas(rows, totals[same]).assign(**slice_key))
    table = pd.concat(tables, ignore_index=True)
    return table[["industry", "ownership", "year", *table.columns.drop(["industry", "ownership", "year"])]]


def ellison_glaeser(shares: np.ndarray, area_shares: np.ndarray, plant_herfindahl: float) -> float:
    """The index of Ellison and Glaeser for one industry whose plants are known.

    Parameters
    ----------
    shares, area_shares : array
        Shares of the industry's jobs, and of all jobs, by area.
    plant_herfindahl : float
        Sum of the squared shares of its plants.

    Returns
    -------
    float
        0 if no more concentrated than plants thrown at random; negative if less.

    Examples
    --------
    >>> round(ellison_glaeser(np.array([0.9, 0.1]), np.array([0.5, 0.5]), 0.1), 3)
    0.6
    """
    apart = ((shares - area_shares) ** 2).sum()
    room = 1 - (area_shares**2).sum()
    return float((apart - room * plant_herfindahl) / (room * (1 - plant_herfindahl)))


def traded_or_local(concentration: pd.DataFrame, listed: pd.Series | None = None) -> pd.Series:
    """Whether an industry is traded (sells beyond its area) or local, from how it is spread over areas.

    Local industries serve those who live near, and so are spread like jobs: a hospital or a shop is large
    everywhere. An industry is traded if it passes every cut of ``data/concentration.yaml``: more than half of
    its jobs where it is concentrated, high quotients in its five leading areas, and a locational Gini. The cuts
    are conventions, and an industry that lies just beyond one is no different from its neighbor.

    Parameters
    ----------
    concentration : DataFrame
        What :func:`spatial_concentration` gives.
    listed : Series of str, optional
        ``traded`` or ``local`` by industry code, where the user knows better.

    Returns
    -------
    Series of category
        ``kind``: traded, local, or unknown where too little is published or the areas are few; on the
        caller's index.

    Raises
    ------
    UnknownNameError
        ``listed`` holds another word.

    References
    ----------
    Porter, M. E. (2003), The economic performance of regions, Regional Studies 37, 549-578.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "industry": ["311", "622", "721"], "all_areas": 62, "known_share": [0.9, 0.9, 0.2],
    ...     "locational_gini": [0.6, 0.2, 0.7],
    ...     "share_in_concentrated_areas": [0.8, 0.6, 0.9], "mean_of_highest_quotients": [9.0, 3.0, 9.0],
    ... })
    >>> traded_or_local(table, listed=pd.Series({"721": "traded"})).to_list()
    ['traded', 'local', 'traded']
    """
    cuts = definitions("concentration")["traded"]
    tested = ("share_in_concentrated_areas", "mean_of_highest_quotients", "locational_gini")
    passes = np.logical_and.reduce([concentration[name] > cuts[name]["value"] for name in tested])
    unknown = ~(concentration["known_share"] >= cuts["known_share"]["value"])
    unknown |= concentration[list(tested)].isna().any(axis=1)
    unknown |= concentration["all_areas"] < cuts["fewest_areas"]["value"]
    kind = pd.Series(np.select([unknown, passes], ["unknown", "traded"], "local"), index=concentration.index)
    if listed is not None:
        strange = set(listed) - set(KINDS)
        if strange:
            raise UnknownNameError.unknown_name("kind of industry", sorted(strange)[0], KINDS)
        known = concentration["industry"].astype(str).map(listed)
        kind = kind.where(known.isna(), known)
    return kind.astype(pd.CategoricalDtype(list(KINDS))).rename("kind")


def _over_areas(rows: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """The indices of every industry of one ownership and year, from a dense table of industries by areas."""
    whole = totals.set_index(totals["area"].astype(str))["employment"]
    whole = whole[whole > 0]
    industry, industries = pd.factorize(rows["industry"].astype(str), sort=True)
    area = whole.index.get_indexer(pd.Index(rows["area"].astype(str)))
    there = area >= 0
    jobs, plants = (np.zeros((len(industries), len(whole))) for _ in range(2))
    for table, column in ((jobs, "employment"), (plants, "establishments")):
        table[industry[there], area[there]] = rows[column].to_numpy()[there]

    known = ~np.isnan(jobs)
    total = np.where(known, whole.to_numpy(), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(known, jobs, 0.0) / np.where(known, jobs, 0.0).sum(axis=1, keepdims=True)
        all_share = total / total.sum(axis=1, keepdims=True)
        quotient = np.where(known, share / all_share, -1.0)
        smallest = np.where(plants > 0, share**2 / plants, 0.0).sum(axis=1)
        low, high = _ellison_glaeser_bounds(share, all_share, smallest)
        known_share = total.sum(axis=1) / np.float64(whole.sum())
    highest = definitions("concentration")["traded"]["highest_areas"]["value"]
    rising = np.argsort(quotient, axis=1)
    leading = np.take_along_axis(np.where(known, quotient, np.nan), rising[:, ::-1][:, :highest], axis=1)
    figures = pd.DataFrame(
        {
            "hoover": np.abs(share - all_share).sum(axis=1) / 2,
            "locational_gini": _gini(share, all_share, rising),
            "ellison_glaeser_low": low,
            "ellison_glaeser_high": high,
            "share_in_concentrated_areas": np.where(quotient >= 1, share, 0.0).sum(axis=1),
            # The total of no area may be known, so that there is nothing to take a mean of.
            "mean_of_highest_quotients": leading.mean(axis=1) if len(whole) else np.nan,
        }
    )
    areas = (known & (jobs > 0)).sum(axis=1)
    counts = pd.DataFrame(
        {
            "industry": industries,
            "all_areas": len(whole),
            "areas": areas,
            "known_share": known_share,
        }
    )
    return counts.join(figures.where(np.isfinite(figures)).where(pd.Series(areas > 0)))


def _ellison_glaeser_bounds(
    share: np.ndarray, all_share: np.ndarray, smallest_herfindahl: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The index with plants alike and with one plant an area; it falls with H unless G exceeds ``1 − Σ y²``."""
    apart = ((share - all_share) ** 2).sum(axis=1)
    room = 1 - (all_share**2).sum(axis=1)
    alike, alone = (
        (apart - room * h) / (room * (1 - h)) for h in (smallest_herfindahl, (share**2).sum(axis=1))
    )
    falls = apart <= room
    return np.where(falls, alone, alike), np.where(falls, alike, alone)


def _gini(share: np.ndarray, all_share: np.ndarray, rising: np.ndarray) -> np.ndarray:
    """Over areas in the order of their quotients, lowest first."""
    shares = np.take_along_axis(share, rising, axis=1)
    reached = shares.cumsum(axis=1)
    return 1 - (np.take_along_axis(all_share, rising, axis=1) * (2 * reached - shares)).sum(axis=1)
