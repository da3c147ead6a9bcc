"""How good a partition into labor markets is, ours or an official one, measured on commuting flows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

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


def quality(flows: pd.DataFrame, membership: pd.DataFrame, **parameters: float) -> pd.DataFrame:
    """How good a partition is: one row for each system in the membership.

    Parameters
    ----------
    flows : DataFrame
        Flows: home, work, workers, over the whole matrix.
    membership : DataFrame
        One membership or several, one below the other, told apart by ``system``.
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
        - largest_share, the largest area's share of all resident workers
        - modularity, ``sum_g [internal_g / T - R_g W_g / T^2]`` with T all workers
        - share_valid, the share of counties that are in a valid area

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
    rows = [
        {"system": system} | _quality(matrix, partition, parameters)
        for system, partition in membership.groupby(systems, sort=False)
    ]
    return pd.DataFrame(rows)


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


def _quality(matrix: FlowMatrix, partition: pd.DataFrame, parameters: dict[str, float]) -> dict[str, float]:
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
        "largest_share": _share(residents.max(), everyone),
        "modularity": _share((internal - residents * jobs / (everyone or 1)).sum(), everyone),
        "share_valid": _share(partition["weight"][valid].sum(), partition["weight"].sum()),
    }


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else np.nan
