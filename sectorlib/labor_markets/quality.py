"""How good a partition into labor markets is, ours or an official one, measured on commuting flows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from sectorlib.labor_markets.comparison import whole_counties
from sectorlib.labor_markets.contiguity import pieces
from sectorlib.labor_markets.matrix import FlowMatrix, flow_matrix
from sectorlib.labor_markets.travel_to_work import is_valid, validity


def self_containment(flows: pd.DataFrame, membership: pd.DataFrame) -> pd.DataFrame:
    """Share of a market's resident workers who work in it, and of its jobs held by its residents.

    Parameters
    ----------
    flows : DataFrame
        Flows: home, work, workers, over the whole matrix, so that those who leave or enter count.
    membership : DataFrame
        Membership of counties. A county split over markets counts with its weights, as if its residents
        and its jobs were spread evenly.

    Returns
    -------
    DataFrame
        By ``group``: residents and jobs (workers), internal (workers who live and work in it),
        supply_side (internal / residents), demand_side (internal / jobs) and self_containment, the
        smaller of both. Shares are missing for a market without residents or jobs.

    Raises
    ------
    TableError
        The flows are not a table of flows.

    References
    ----------
    Goodman (1970), The definition and analysis of local labour markets, British Journal of Industrial
    Relations 8; Coombes and Bond (2008), Travel-to-Work Areas: the 2007 Review.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": list("aabb"), "work": list("abab"), "workers": [80, 20, 10, 30]})
    >>> markets = pd.DataFrame({"member": ["a", "b"], "group": ["x", "y"], "weight": 1.0})
    >>> self_containment(flows, markets)[["supply_side", "demand_side", "self_containment"]].round(2).loc["y"]
    supply_side         0.75
    demand_side         0.60
    self_containment    0.60
    Name: y, dtype: float64
    """
    return _containment(flow_matrix(flows), membership)


def market_quality(flows: pd.DataFrame, membership: pd.DataFrame, **parameters: float) -> pd.DataFrame:
    """One row for each market: its size, self-containment and validity.

    Parameters
    ----------
    flows, membership : DataFrame
        As for :func:`self_containment`.
    **parameters : float
        What makes an area valid, as for :func:`validity`.

    Returns
    -------
    DataFrame
        By ``group``: title (where the membership has one), counties (members), the columns of
        :func:`self_containment`, validity and valid.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": list("aab"), "work": list("abb"), "workers": [40e3, 10e3, 60e3]})
    >>> markets = pd.DataFrame({"member": ["a", "b"], "group": ["x", "y"], "weight": 1.0})
    >>> market_quality(flows, markets)[["counties", "self_containment", "valid"]].reset_index()
      group  counties  self_containment  valid
    0     x         1          0.800000   True
    1     y         1          0.857143   True
    """
    return _market_quality(flow_matrix(flows), membership, parameters)


def quality(
    flows: pd.DataFrame,
    membership: pd.DataFrame,
    *,
    neighbors: pd.DataFrame | None = None,
    metropolitan: pd.DataFrame | None = None,
    pay: pd.Series | None = None,
    **parameters: float,
) -> pd.DataFrame:
    """How good a partition is: one row for each system in the membership.

    Parameters
    ----------
    flows : DataFrame
        Flows: home, work, workers, over the whole matrix.
    membership : DataFrame
        One membership or several, one below the other, told apart by ``system``.
    neighbors : DataFrame, optional
        Which counties touch, as from :func:`neighbors`.
    metropolitan : DataFrame, optional
        Membership of metropolitan areas, as from :func:`read_delineation`.
    pay : Series of float, optional
        Average pay by county.
    **parameters : float
        What makes an area valid, as for :func:`validity`.

    Returns
    -------
    DataFrame
        - system
        - n_areas, n_counties; n_unassigned, the counties in the flows that have no area
        - singletons, the areas of one county
        - supply_side, demand_side, weighted over areas: all internal workers over all residents, and jobs
        - self_containment_p10, the 10th percentile over areas of the weaker side
        - median_counties, most_counties and median_residents over areas
        - largest_share, the largest area's share of all resident workers
        - modularity, ``sum_g [internal_g / T - R_g W_g / T^2]`` with T all workers
        - share_valid, the share of counties that are in a valid area
        - not_contiguous, the areas in several pieces (with ``neighbors``)
        - metropolitan_split, the metropolitan areas that are not wholly in one area (with ``metropolitan``)
        - pay_correlation, :func:`pay_within` (with ``pay``)

        The weighted shares alone mean little: one area for the whole nation has the best.

    Raises
    ------
    TableError
        The flows are not a table of flows.

    References
    ----------
    Casado-Diaz, Martinez-Bernabeu and Rowe (2017), An evolutionary approach to the delimitation of labour
    market areas, Spatial Economic Analysis 12; Leicht and Newman (2008), Community structure in directed
    networks, Physical Review Letters 100.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": list("aab"), "work": list("abb"), "workers": [40e3, 10e3, 50e3]})
    >>> markets = pd.DataFrame({"member": ["a", "b"], "group": ["x", "y"], "weight": 1.0})
    >>> quality(flows, markets)[["n_areas", "singletons", "supply_side", "modularity"]]
       n_areas  singletons  supply_side  modularity
    0        2           2          0.9         0.4
    """
    matrix = flow_matrix(flows)
    systems = membership.get("system", pd.Series("", index=membership.index)).astype("str")
    rows = []
    for system, partition in membership.groupby(systems, sort=False):
        row = {"system": system} | _quality(matrix, partition, parameters)
        if neighbors is not None:
            row["not_contiguous"] = int((pieces(partition, neighbors) > 1).sum())
        if metropolitan is not None:
            row["metropolitan_split"] = len(split_areas(metropolitan, partition))
        if pay is not None:
            row["pay_correlation"] = pay_within(pay, partition)
        rows.append(row)
    return pd.DataFrame(rows)


def split_areas(metropolitan: pd.DataFrame, membership: pd.DataFrame) -> pd.DataFrame:
    """The metropolitan areas that a partition cuts through.

    Parameters
    ----------
    metropolitan : DataFrame
        Membership of metropolitan areas (or any other areas).
    membership : DataFrame
        Labor markets. Counties in both are looked at; a split county counts where most of it lies.

    Returns
    -------
    DataFrame
        By ``group``, the metropolitan area: counties, markets (in how many it lies), largest_part (the
        greatest share of its counties in one market).

    Examples
    --------
    >>> metropolitan = pd.DataFrame({"member": list("abcd"), "group": list("mmmn"), "weight": 1.0})
    >>> markets = pd.DataFrame({"member": list("abcd"), "group": list("xxyy"), "weight": 1.0})
    >>> split_areas(metropolitan, markets).round(2)
           counties  markets  largest_part
    group
    m             3        2          0.67
    """
    area = whole_counties(metropolitan)
    market = whole_counties(membership).reindex(area.index).dropna()
    crossed = pd.DataFrame({"group": area.reindex(market.index), "market": market})
    by_area = crossed.groupby("group")["market"]
    table = pd.DataFrame(
        {
            "counties": by_area.size(),
            "markets": by_area.nunique(),
            "largest_part": by_area.agg(lambda markets: markets.value_counts().iloc[0] / len(markets)),
        }
    )
    return table[table["markets"] > 1]


def pay_within(pay: pd.Series, membership: pd.DataFrame) -> float:
    """How alike pay is in the counties of one market: the intraclass correlation.

    ``(B - W) / (B + (n0 - 1) W)``, with ``B`` and ``W`` the mean squares of the logarithm of pay between
    and within markets, and ``n0 = (N - sum n_g^2 / N) / (G - 1)`` for N counties in G markets.

    Parameters
    ----------
    pay : Series of float
        Average pay by county, such as :func:`average_annual_pay` of a panel's all-industry rows. Counties
        without pay are left out.
    membership : DataFrame
        Labor markets; a split county counts where most of it lies.

    Returns
    -------
    float
        1 if counties of one market pay the same, about 0 if they are no more alike than any. Missing where
        every market has one county, or there is one market.

    References
    ----------
    Fisher (1925), Statistical Methods for Research Workers, chapter 7; Snedecor and Cochran (1989),
    Statistical Methods, section 13.

    Examples
    --------
    >>> markets = pd.DataFrame({"member": list("abcd"), "group": list("xxyy"), "weight": 1.0})
    >>> pay_within(pd.Series({"a": 40e3, "b": 40e3, "c": 60e3, "d": 60e3}), markets)
    1.0
    """
    market = whole_counties(membership)
    logs = np.log(pay[pay > 0]).reindex(market.index).dropna()
    grouped = logs.groupby(market.reindex(logs.index))
    sizes, means = grouped.size(), grouped.transform("mean")
    counties, markets = len(logs), len(sizes)
    if markets < 2 or counties == markets:
        return np.nan
    between = ((means - logs.mean()) ** 2).sum() / (markets - 1)
    within = ((logs - means) ** 2).sum() / (counties - markets)
    usual_size = (counties - (sizes**2).sum() / counties) / (markets - 1)
    spread = between + (usual_size - 1) * within
    return float((between - within) / spread) if spread > 0 else np.nan


def _containment(matrix: FlowMatrix, membership: pd.DataFrame) -> pd.DataFrame:
    belonging = pd.Categorical(membership["group"].astype("str"))
    groups = pd.Index(belonging.categories, name="group")
    county = matrix.areas.get_indexer(pd.Index(membership["member"].astype("str")))
    known = county >= 0  # a county that the flows do not have adds nobody
    belongs = sparse.coo_array(
        (
            membership["weight"].to_numpy(dtype=float)[known],
            (county[known], belonging.codes[known]),
        ),
        shape=(len(matrix.areas), len(groups)),
    ).tocsr()
    residents, jobs = belongs.T @ matrix.residents, belongs.T @ matrix.jobs
    internal = np.asarray(belongs.multiply(matrix.workers @ belongs).sum(axis=0), dtype=float).ravel()
    frame = pd.DataFrame({"residents": residents, "jobs": jobs, "internal": internal}, index=groups)
    frame["supply_side"] = frame["internal"] / frame["residents"].where(frame["residents"] > 0)
    frame["demand_side"] = frame["internal"] / frame["jobs"].where(frame["jobs"] > 0)
    frame["self_containment"] = frame[["supply_side", "demand_side"]].min(axis=1, skipna=False)
    return frame


def _market_quality(
    matrix: FlowMatrix, membership: pd.DataFrame, parameters: dict[str, float]
) -> pd.DataFrame:
    frame = _containment(matrix, membership)
    by_group = membership.groupby(membership["group"].astype("str"))
    frame.insert(0, "counties", by_group["member"].nunique().reindex(frame.index))
    if "title" in membership:
        frame.insert(0, "title", by_group["title"].first().reindex(frame.index))
    frame["validity"] = validity(frame, **parameters)
    frame["valid"] = is_valid(frame["validity"])
    return frame


def _quality(matrix: FlowMatrix, partition: pd.DataFrame, parameters: dict[str, float]) -> dict[str, Any]:
    markets = _market_quality(matrix, partition, parameters)
    members = partition["member"].astype("str")
    everyone = matrix.residents.sum()
    internal, residents, jobs = (markets[name] for name in ("internal", "residents", "jobs"))
    valid = markets["valid"].reindex(partition["group"].astype("str")).to_numpy()
    return {
        "n_areas": len(markets),
        "n_counties": members.nunique(),
        "n_unassigned": int((~matrix.areas.isin(members)).sum()),
        "singletons": int((markets["counties"] == 1).sum()),
        "supply_side": _share(internal.sum(), residents.sum()),
        "demand_side": _share(internal.sum(), jobs.sum()),
        "self_containment_p10": float(markets["self_containment"].quantile(0.1)),
        "median_counties": float(markets["counties"].median()),
        "most_counties": int(markets["counties"].max()),
        "median_residents": float(residents.median()),
        "largest_share": _share(residents.max(), everyone),
        "modularity": _share((internal - residents * jobs / (everyone or 1)).sum(), everyone),
        "share_valid": _share(partition["weight"][valid].sum(), partition["weight"].sum()),
    }


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else np.nan
