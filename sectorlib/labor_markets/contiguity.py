"""Whether markets hang together on the map, and the repair of those that do not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sectorlib.labor_markets.comparison import whole_counties
from sectorlib.labor_markets.matrix import FlowMatrix, flow_matrix
from sectorlib.labor_markets.naming import largest_members, market_membership
from sectorlib.reference import reference_table
from sectorlib.resources import data_path


def county_borders(counties: Iterable[str] | None = None) -> pd.DataFrame:
    """Which official counties border each other, on land or over a declared water crossing.

    Counties border each other if their shapes share a line, which a corner is not. Where a bridge, a tunnel or a
    ferry links two counties whose shapes lie apart, ``data/water_crossings.csv`` declares the pair with the reason.

    Parameters
    ----------
    counties : iterable of str, optional
        Only pairs among these. By default every county, with the codes of the 2010s and of the 2020s.

    Returns
    -------
    DataFrame
        Columns area, neighbor (each pair both ways, sorted) and crossing, the reason of a water crossing, missing
        on land. Counties without official shapes are in none of the rows.

    References
    ----------
    Census Bureau, cartographic boundary files of 2017 and 2023 (see ``county_adjacency`` in the box).

    Examples
    --------
    >>> county_borders(["06075", "06041", "06081"])
        area neighbor                     crossing
    0  06041    06075  Golden Gate Bridge; ferries
    1  06075    06041  Golden Gate Bridge; ferries
    2  06075    06081                          NaN
    3  06081    06075                          NaN
    """
    table = _official_borders()
    if counties is not None:
        wanted = {str(county) for county in counties}
        table = table[table["area"].isin(wanted) & table["neighbor"].isin(wanted)]
    return table.reset_index(drop=True)


@cache
def _official_borders() -> pd.DataFrame:
    land = reference_table("county_adjacency").query("border_km > 0")[["area", "neighbor"]].astype("str")
    pairs = pd.concat([land.drop_duplicates(), _crossings()], ignore_index=True)
    pairs["crossing"] = pairs["crossing"].astype("str")
    return _both_ways(pairs)


@cache
def _crossings() -> pd.DataFrame:
    table = pd.read_csv(data_path("water_crossings.csv"), dtype="str")
    return table.rename(columns={"reason": "crossing"})


def _both_ways(pairs: pd.DataFrame) -> pd.DataFrame:
    back = pairs.rename(columns={"area": "neighbor", "neighbor": "area"})
    table = pd.concat([pairs, back], ignore_index=True).drop_duplicates(["area", "neighbor"])
    return table[pairs.columns].sort_values(["area", "neighbor"], ignore_index=True)


def neighbors(shapes: Any, crossings: pd.DataFrame | None = None) -> pd.DataFrame:
    """Which areas border each other, from their shapes.

    Two areas are neighbors if their shapes share a line; areas that meet in a corner are not. An island has the
    neighbors that ``crossings`` give it.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area and geometry (longitude and latitude), such as :func:`county_shapes` gives.
    crossings : DataFrame, optional
        Columns area, neighbor: pairs that a bridge, a tunnel or a ferry links. By default those of official
        counties (:func:`county_borders`).

    Returns
    -------
    DataFrame
        Columns area, neighbor: each pair both ways, sorted.

    Examples
    --------
    >>> from shapely import box
    >>> import geopandas as gpd
    >>> squares = [box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 1, 3, 2), box(5, 0, 6, 1)]
    >>> shapes = gpd.GeoDataFrame({"area": list("abcd")}, geometry=squares, crs="EPSG:4326")
    >>> ferry = pd.DataFrame({"area": ["b"], "neighbor": ["d"]})
    >>> [" ".join(pair) for pair in neighbors(shapes, ferry).to_numpy()]
    ['a b', 'b a', 'b d', 'd b']
    """
    areas, drawn = shapes["area"].astype("str").to_numpy(), np.asarray(shapes.geometry)
    one, other = shapely.STRtree(drawn).query(drawn, predicate="intersects") if len(drawn) else ([], [])
    one, other = np.asarray(one, dtype=np.int64), np.asarray(other, dtype=np.int64)
    once = one < other
    one, other = one[once], other[once]
    # Shapes that overlap a little share a line too.
    line = shapely.length(shapely.intersection(drawn[one], drawn[other])) > 0
    pairs = pd.DataFrame({"area": areas[one[line]], "neighbor": areas[other[line]]}, dtype="str")
    links = (_crossings() if crossings is None else crossings)[["area", "neighbor"]].astype("str")
    known = links["area"].isin(areas) & links["neighbor"].isin(areas)
    return _both_ways(pd.concat([pairs, links[known]], ignore_index=True))


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
    piece = pd.Series(_piece_of(pd.factorize(groups)[0], _links(groups.index, neighbors)), index=groups.index)
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
    mended = pd.Series(_mended(matrix, groups, neighbors), index=groups.index)
    return market_membership(mended, jobs, names)


def in_one_piece(matrix: FlowMatrix, labels: NDArray[np.int64], neighbors: pd.DataFrame) -> NDArray[np.int64]:
    """The repair of :func:`contiguous` on the labels that a method gives.

    Parameters
    ----------
    matrix : FlowMatrix
        Commuting between n counties.
    labels : array of int, n
        A label for each county.
    neighbors : DataFrame
        Columns area, neighbor, as from :func:`neighbors`.

    Returns
    -------
    array of int, n
        A label for each county, mended.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": list("abccd"), "work": list("abcbd"), "workers": [90, 80, 9, 4, 70]})
    >>> line = pd.DataFrame({"area": list("abbccd"), "neighbor": list("bacbdc")})
    >>> in_one_piece(flow_matrix(flows), np.array([7, 8, 7, 9]), line).tolist()
    [0, 1, 1, 3]
    """
    jobs = pd.Series(matrix.jobs, index=matrix.areas)
    return _mended(matrix, largest_members(pd.Series(labels, index=matrix.areas), jobs), neighbors)


def _mended(matrix: FlowMatrix, groups: pd.Series, neighbors: pd.DataFrame) -> NDArray[np.int64]:
    """A label for each county of ``groups``: the position of a county of its market."""
    order = matrix.areas.get_indexer(groups.index)
    here = order >= 0  # a county that the flows do not have adds nobody
    belongs = sparse.csr_array(
        (np.ones(here.sum()), (np.flatnonzero(here), order[here])), shape=(len(groups), len(matrix.areas))
    )
    workers = (belongs @ matrix.workers @ belongs.T).tocsr()
    residents, jobs = belongs @ matrix.residents, belongs @ matrix.jobs
    both_ways = (workers.tocsr(), workers.T.tocsr())
    # Numbered in the order of codes, so that of equal markets the lowest code is taken.
    codes, labels = np.unique(groups.to_numpy(dtype=str), return_inverse=True)
    links = _links(groups.index, neighbors)
    while (piece := _cut_off(labels, jobs, links)) is not None:
        around = links[np.isin(links[:, 0], piece), 1]
        candidates = np.unique(labels[np.setdiff1d(around, piece)])
        ties = _cohesion(piece, labels, both_ways, residents, jobs, len(codes))
        labels[piece] = candidates[np.argmax(ties[candidates])]
    _, first, market = np.unique(labels, return_index=True, return_inverse=True)
    return first[market].astype(np.int64)


def _links(counties: pd.Index, neighbors: pd.DataFrame) -> NDArray[np.int64]:
    """The pairs of neighbors among some counties, by position."""
    pairs = np.column_stack(
        [counties.get_indexer(pd.Index(neighbors[side])) for side in ("area", "neighbor")]
    )
    return pairs[(pairs >= 0).all(axis=1)]


def _piece_of(labels: NDArray[np.int64], links: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which piece of an area each county is in."""
    return _pieces(links[labels[links[:, 0]] == labels[links[:, 1]]], len(labels))[1]


def _cut_off(
    labels: NDArray[np.int64], jobs: NDArray[np.float64], links: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """The piece with fewest jobs that is not the main one of its market and touches another; None without."""
    piece = _piece_of(labels, links)
    n = piece.max() + 1 if len(piece) else 0
    across = links[piece[links[:, 0]] != piece[links[:, 1]], 0]
    touches = np.bincount(piece[across], minlength=n) > 0
    known = np.bincount(piece[links[:, 0]], minlength=n) > 0  # others are nowhere on the map
    market = np.empty(n, dtype=np.int64)
    market[piece] = labels
    sizes = pd.DataFrame({"market": market, "jobs": np.bincount(piece, jobs, n)})[known | touches]
    sizes = sizes.sort_values("jobs", kind="stable")
    detached = sizes.index[sizes.duplicated("market", keep="last")]
    movable = detached[touches[detached]]
    return None if movable.empty else np.flatnonzero(piece == movable[0])


def _cohesion(
    piece: NDArray[np.int64],
    labels: NDArray[np.int64],
    both_ways: tuple[sparse.csr_array, sparse.csr_array],
    residents: NDArray[np.float64],
    jobs: NDArray[np.float64],
    markets: int,
) -> NDArray[np.float64]:
    """How strongly a piece is tied to each market."""
    out, back = (
        np.bincount(labels, np.asarray(way[piece].sum(axis=0)).ravel(), markets) for way in both_ways
    )
    of_markets = (np.bincount(labels, sizes, markets) for sizes in (residents, jobs))
    residents_there, jobs_there = of_markets
    with np.errstate(divide="ignore", invalid="ignore"):
        ties = out**2 / (residents[piece].sum() * jobs_there)
        ties_back = back**2 / (residents_there * jobs[piece].sum())
    return np.nan_to_num(ties) + np.nan_to_num(ties_back)


def _pieces(pairs: NDArray[np.int64], n: int) -> tuple[int, NDArray[np.int64]]:
    graph = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return connected_components(graph, directed=False)
