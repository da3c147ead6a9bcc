"""The regions of a state together: where the same sector is on the short list on both sides of a border."""

from __future__ import annotations

import pandas as pd


def portfolio(
    ranks: pd.DataFrame, neighbors: pd.DataFrame, flows: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Pairs of neighboring areas with the same sector on both short lists: candidates for one partnership.

    Parameters
    ----------
    ranks : DataFrame
        Columns area, sector, rank, short_list, jobs and establishments.
    neighbors : DataFrame
        Columns area, neighbor: pairs of areas that touch, either way round.
    flows : DataFrame, optional
        Flows between the areas (home, work, workers).

    Returns
    -------
    DataFrame
        Columns sector, area, neighbor, rank, neighbor_rank, jobs and establishments of both together, workers_between
        (who live in one and work in the other; missing without flows). Each pair once, most jobs first within a
        sector.

    Examples
    --------
    >>> ranks = pd.DataFrame({"area": ["A", "B"], "sector": "energy", "rank": [1, 2], "short_list": True,
    ...                       "jobs": [900.0, 300.0], "establishments": [40.0, 9.0]})
    >>> flows = pd.DataFrame({"home": ["A", "B"], "work": ["B", "A"], "workers": [50.0, 80.0]})
    >>> pairs = portfolio(ranks, pd.DataFrame({"area": ["A"], "neighbor": ["B"]}), flows)
    >>> pairs[["area", "neighbor", "jobs", "workers_between"]]
      area neighbor    jobs  workers_between
    0    A        B  1200.0            130.0
    """
    pairs = pd.DataFrame({"area": neighbors.min(axis=1), "neighbor": neighbors.max(axis=1)}).drop_duplicates()
    pairs = pairs[pairs["area"] != pairs["neighbor"]]
    listed = ranks.loc[ranks["short_list"].astype(bool), ["area", "sector", "rank", "jobs", "establishments"]]
    there = listed.rename(columns={"area": "neighbor"})
    table = pairs.merge(listed, on="area").merge(there, on=["neighbor", "sector"], suffixes=("", "_there"))
    table["jobs"] += table["jobs_there"]
    table["establishments"] += table["establishments_there"]
    table["workers_between"] = _between(table, flows)
    table = table.rename(columns={"rank_there": "neighbor_rank"})
    columns = [
        "sector",
        "area",
        "neighbor",
        "rank",
        "neighbor_rank",
        "jobs",
        "establishments",
        "workers_between",
    ]
    return table.sort_values(["sector", "jobs"], ascending=[True, False])[columns].reset_index(drop=True)


def _between(pairs: pd.DataFrame, flows: pd.DataFrame | None) -> pd.Series:
    if flows is None:
        return pd.Series(float("nan"), index=pairs.index)
    workers = flows.groupby(["home", "work"])["workers"].sum()
    there = workers.reindex(pd.MultiIndex.from_frame(pairs[["area", "neighbor"]])).fillna(0).to_numpy()
    back = workers.reindex(pd.MultiIndex.from_frame(pairs[["neighbor", "area"]])).fillna(0).to_numpy()
    return pd.Series(there + back, index=pairs.index)
