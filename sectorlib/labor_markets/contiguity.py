"""Whether markets hang together on the map, and the repair of those that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sectorlib.labor_markets.comparison import whole_counties
from sectorlib.labor_markets.delineation import SYSTEM
from sectorlib.labor_markets.matrix import FlowMatrix, flow_matrix
from sectorlib.labor_markets.naming import largest_members, market_titles
from sectorlib.membership import membership as _membership


def neighbors(shapes: Any) -> pd.DataFrame:
    """Which counties touch, from their shapes.

    Two counties are neighbors if their shapes share a point. Counties that touch no other (islands), and
    groups of them, are joined to the nearest one over water, the smallest group first, until every county
    can be reached from every other.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area and geometry (longitude and latitude), such as :func:`county_shapes` gives.

    Returns
    -------
    DataFrame
        Columns area, neighbor: each pair both ways, sorted.

    Examples
    --------
    >>> from shapely import box
    >>> import geopandas as gpd
    >>> squares = [box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 0, 6, 1)]
    >>> shapes = gpd.GeoDataFrame({"area": list("abc")}, geometry=squares, crs="EPSG:4326")
    >>> [" ".join(pair) for pair in neighbors(shapes).to_numpy()]
    ['a b', 'b a', 'b c', 'c b']
    """
    areas = shapes["area"].astype("str").to_numpy()
    drawn = _evenly_scaled(np.asarray(shapes.geometry))
    pairs = shapely.STRtree(drawn).query(drawn, predicate="intersects").T
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    pieces, piece = _pieces(pairs, len(areas))
    while pieces > 1:
        smallest = int(np.argmin(np.bincount(piece)))
        bridge = _nearest(drawn, piece == smallest)
        pairs = np.vstack([pairs, bridge, bridge[::-1]])
        pieces, piece = _pieces(pairs, len(areas))
    table = pd.DataFrame({"area": areas[pairs[:, 0]], "neighbor": areas[pairs[:, 1]]}, dtype="str")
    return table.drop_duplicates().sort_values(["area", "neighbor"], ignore_index=True)


def pieces(membership: pd.DataFrame, neighbors: pd.DataFrame) -> pd.Series:
    """How many pieces each area is in on the map.

    Parameters
    ----------
    membership : DataFrame
        Membership of counties; a split county counts where most of it lies.
    neighbors : DataFrame
        Columns area, neighbor, as from :func:`neighbors`. Counties that it does not have are passed over.

    Returns
    -------
    Series of int
        ``pieces`` by group; 1 is contiguous. Groups without a known county are left out.

    Examples
    --------
    >>> line = pd.DataFrame({"area": list("abbc"), "neighbor": list("bacb")})
    >>> markets = pd.DataFrame({"member": list("abc"), "group": list("xyx"), "weight": 1.0})
    >>> pieces(markets, line).to_dict()
    {'x': 2, 'y': 1}
    """
    groups = whole_counties(membership)
    groups = groups[groups.index.isin(neighbors["area"])]
    piece = pd.Series(_piece_of(groups, neighbors), index=groups.index)
    return piece.groupby(groups.astype("str")).nunique().rename("pieces").rename_axis("group")


def contiguous(
    flows: pd.DataFrame,
    membership: pd.DataFrame,
    neighbors: pd.DataFrame,
    names: pd.Series | None = None,
) -> pd.DataFrame:
    """Labor markets in one piece each: what is cut off goes to the neighboring market it is tied to most.

    Of a market in several pieces that with most jobs stays. Each other piece, those with fewest jobs first,
    joins the market among those it touches with the greatest cohesion,
    ``f_pg^2 / (R_p W_g) + f_gp^2 / (R_g W_p)``; of equal ones the lowest code. Counties without a known
    neighbor stay where they are. A market that takes a piece may no longer be valid: see :func:`market_quality`.

    Parameters
    ----------
    flows : DataFrame
        Flows, over the whole matrix.
    membership : DataFrame
        Labor markets of counties, as from :func:`delineate`.
    neighbors : DataFrame
        Columns area, neighbor, as from :func:`neighbors`.
    names : Series of str, optional
        County names by code, for counties that are not official ones.

    Returns
    -------
    DataFrame
        Membership; markets are named again after their largest counties.

    References
    ----------
    Coombes and Bond (2008), Travel-to-Work Areas: the 2007 Review, which mends the same by hand.

    Examples
    --------
    b lies between a and c, and c is tied to it more than the little that it is tied to d:

    >>> flows = pd.DataFrame({"home": list("abccd"), "work": list("abcbd"), "workers": [90, 80, 9, 4, 70]})
    >>> markets = pd.DataFrame({"member": list("abcd"), "group": list("xyxz"), "weight": 1.0})
    >>> line = pd.DataFrame({"area": list("abbccd"), "neighbor": list("bacbdc")})
    >>> contiguous(flows, markets, line)[["member", "group"]].to_numpy().tolist()
    [['a', 'a'], ['b', 'b'], ['c', 'b'], ['d', 'd']]
    """
    matrix = flow_matrix(flows)
    groups = whole_counties(membership)
    jobs = pd.Series(matrix.jobs, index=matrix.areas).reindex(groups.index, fill_value=0.0)
    touching = _touching(groups, neighbors)
    while (piece := _cut_off(groups, jobs, neighbors)) is not None:
        around = groups[touching.loc[touching["area"].isin(piece), "neighbor"]]
        candidates = sorted(set(around[~around.index.isin(piece)]))
        groups[piece] = max(candidates, key=lambda g: _cohesion(matrix, piece, groups.index[groups == g]))
    groups = largest_members(groups, jobs)
    return _membership(groups, system=SYSTEM, titles=market_titles(groups, jobs, names))


def _touching(groups: pd.Series, neighbors: pd.DataFrame) -> pd.DataFrame:
    """The pairs of neighbors that both have a group."""
    return neighbors[neighbors["area"].isin(groups.index) & neighbors["neighbor"].isin(groups.index)]


def _piece_of(groups: pd.Series, neighbors: pd.DataFrame) -> NDArray[np.int64]:
    touching = _touching(groups, neighbors)
    pairs = np.column_stack(
        [groups.index.get_indexer(pd.Index(touching[side])) for side in ("area", "neighbor")]
    )
    codes = pd.factorize(groups)[0]
    together = pairs[codes[pairs[:, 0]] == codes[pairs[:, 1]]]
    return _pieces(together, len(groups))[1]


def _cut_off(groups: pd.Series, jobs: pd.Series, neighbors: pd.DataFrame) -> pd.Index | None:
    """The piece with fewest jobs that is not the main one of its market; None if there is none."""
    table = pd.DataFrame({"group": groups, "jobs": jobs})[groups.index.isin(neighbors["area"])]
    table["piece"] = _piece_of(groups[table.index], neighbors)
    sizes = table.groupby("piece").agg(group=("group", "first"), jobs=("jobs", "sum"))
    sizes = sizes.sort_values("jobs", kind="stable")
    detached = sizes.index[sizes.duplicated("group", keep="last")]
    movable = _touching(groups, neighbors)["area"]
    for piece in detached:
        members = table.index[table["piece"] == piece]
        if members.isin(movable).any():
            return members
    return None


def _cohesion(matrix: FlowMatrix, piece: pd.Index, others: pd.Index) -> float:
    here, there = (matrix.areas.get_indexer(part) for part in (piece, others))
    here, there = here[here >= 0], there[there >= 0]
    out, back = matrix.workers[here][:, there].sum(), matrix.workers[there][:, here].sum()
    total = 0.0
    if out > 0:
        total += out**2 / (matrix.residents[here].sum() * matrix.jobs[there].sum())
    if back > 0:
        total += back**2 / (matrix.residents[there].sum() * matrix.jobs[here].sum())
    return total


def _pieces(pairs: NDArray[np.int64], n: int) -> tuple[int, NDArray[np.int64]]:
    graph = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return connected_components(graph, directed=False)


def _nearest(drawn: NDArray[Any], inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The pair of counties, one inside and one outside, that lie nearest to each other."""
    here, there = np.flatnonzero(inside), np.flatnonzero(~inside)
    pairs, distances = shapely.STRtree(drawn[there]).query_nearest(drawn[here], return_distance=True)
    best = int(np.argmin(distances))
    return np.array([here[pairs[0, best]], there[pairs[1, best]]])


def _evenly_scaled(drawn: NDArray[Any]) -> NDArray[Any]:
    """Shapes whose degrees of longitude are as long as those of latitude, about their middle."""
    _, south, _, north = shapely.total_bounds(drawn)
    width = np.cos(np.radians((south + north) / 2))
    return shapely.transform(drawn, lambda points: points * [width, 1.0])
