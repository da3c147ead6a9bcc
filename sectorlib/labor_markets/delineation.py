"""Drawing labor markets: one function, a registry of methods, and the cut to a study's areas.

Markets are always drawn on the whole commuting matrix and then restricted: on a state's own flows,
counties at its border look self-contained that are not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sectorlib.exceptions import NotSupportedError, UnknownAreaError, UnknownNameError
from sectorlib.labor_markets.communities import leiden
from sectorlib.labor_markets.commuting_zones import commuting_zones
from sectorlib.labor_markets.contiguity import county_borders, in_one_piece
from sectorlib.labor_markets.core_counties import twenty_five_percent
from sectorlib.labor_markets.matrix import FlowMatrix, flow_matrix
from sectorlib.labor_markets.merging import absolute_flow_clusters, flow_clusters, intramax
from sectorlib.labor_markets.naming import SYSTEM, market_membership
from sectorlib.labor_markets.travel_to_work import travel_to_work_areas
from sectorlib.resources import definitions

#: Name of a method to the function that labels the counties of a matrix. Its parameters, with the same
#: names, are in ``data/labor_markets.yaml``.
METHODS: dict[str, Callable[..., NDArray[np.int64]]] = {
    "commuting-zone": commuting_zones,
    "travel-to-work": travel_to_work_areas,
    "flow-cluster": flow_clusters,
    "flow-cluster-absolute": absolute_flow_clusters,
    "intramax": intramax,
    "twenty-five-percent": twenty_five_percent,
    "leiden": leiden,
}

#: The method of a call, and of a study, that names none.
DEFAULT_METHOD = "travel-to-work"

#: Methods that grow areas over borders. Others are drawn without a map, and mended where that is asked for.
_OVER_BORDERS = ("travel-to-work",)


def delineate(
    flows: pd.DataFrame,
    method: str = DEFAULT_METHOD,
    *,
    names: pd.Series | None = None,
    contiguous: bool | None = None,
    neighbors: pd.DataFrame | None = None,
    **parameters: float,
) -> pd.DataFrame:
    """Draw labor markets from commuting between counties.

    Parameters
    ----------
    flows : DataFrame
        Flows: home, work, workers. The whole matrix (the nation), also for a study of one state; see
        :func:`restrict`.
    method : str
        One of :data:`METHODS`: ``commuting-zone``, ``travel-to-work``, ``flow-cluster``,
        ``flow-cluster-absolute``, ``intramax``, ``twenty-five-percent`` or ``leiden``.
    names : Series of str, optional
        County names by code, for counties that are not official ones.
    contiguous : bool, optional
        Whether each market is in one piece on the map. ``travel-to-work``, which grows areas over borders, does so
        unless told not to; markets of another method are mended afterwards, as :func:`contiguous` does, if told to.
    neighbors : DataFrame, optional
        Which counties border each other, as from :func:`neighbors`; markets are then in one piece. By default
        the borders of official counties (:func:`county_borders`). A county whose borders are not known, such as one
        of another country, is nowhere on the map: it may share a market with any county it has a flow with.
    **parameters : float
        The method's parameters; values of ``data/labor_markets.yaml`` where left out.

    Returns
    -------
    DataFrame
        Membership of every county in the flows: member (county), group (the market, by the code of its
        county with most jobs), weight 1, title (its largest counties and states), system "labor market" and
        on_map, whether the borders of the county are known and were kept to. Markets of counties that are not on
        the map may be in several pieces; nothing here can say.

    Raises
    ------
    UnknownNameError
        There is no such method, or the method has no such parameter.
    NotSupportedError
        A parameter is out of range, or there are no flows.
    TableError
        The flows are not a table of flows.

    References
    ----------
    See :func:`commuting_zones`, :func:`travel_to_work_areas`, :func:`flow_clusters`,
    :func:`absolute_flow_clusters`, :func:`intramax`, :func:`twenty_five_percent` and :func:`leiden`.

    Examples
    --------
    >>> flows = pd.DataFrame(
    ...     {
    ...         "home": ["36055", "36055", "36069", "36069", "36067"],
    ...         "work": ["36055", "36069", "36055", "36069", "36067"],
    ...         "workers": [300, 20, 20, 30, 200],
    ...     }
    ... )
    >>> delineate(flows)[["member", "group", "title"]]
      member  group               title
    0  36055  36055  Monroe-Ontario, NY
    1  36069  36055  Monroe-Ontario, NY
    2  36067  36067        Onondaga, NY
    """
    draw = method_with(method, parameters, neighbors, contiguous)
    matrix = flow_matrix(flows)
    if matrix.areas.empty:
        raise NotSupportedError(
            "no flows", "commuting between counties", "are they filtered by a wrong code?"
        )
    labels = pd.Series(draw(matrix), index=matrix.areas)
    table = market_membership(labels, pd.Series(matrix.jobs, index=matrix.areas), names)
    borders = borders_of(method, neighbors, contiguous)
    return table.assign(on_map=False if borders is None else table["member"].isin(borders["area"]))


def delineate_segments(
    flows: pd.DataFrame,
    method: str = DEFAULT_METHOD,
    *,
    names: pd.Series | None = None,
    contiguous: bool | None = None,
    neighbors: pd.DataFrame | None = None,
    **parameters: float,
) -> pd.DataFrame:
    """Draw labor markets for each segment of the flows: pay bands, industry groups, ages.

    Parameters
    ----------
    flows : DataFrame
        Flows with a segment, such as ``read_lodes(..., segments="pay")`` gives.
    method, names, contiguous, neighbors, **parameters
        As for :func:`delineate`. Sizes among the parameters are of the segment's workers, not of all.

    Returns
    -------
    DataFrame
        Memberships one below the other, told apart by ``system``: "labor market, " and the segment.

    Raises
    ------
    NotSupportedError
        The flows have no segments.

    References
    ----------
    Coombes and Bond (2008), Travel-to-Work Areas: the 2007 Review, on areas of sub-groups of workers.

    Examples
    --------
    >>> flows = pd.DataFrame(
    ...     {
    ...         "home": ["36055", "36069", "36069"] * 2,
    ...         "work": ["36055", "36055", "36069"] * 2,
    ...         "workers": [300, 1, 90, 200, 40, 60],
    ...         "segment": ["SE01"] * 3 + ["SE03"] * 3,
    ...     }
    ... )
    >>> delineate_segments(flows, "commuting-zone").groupby("system")["group"].nunique().to_dict()
    {'labor market, SE01': 2, 'labor market, SE03': 1}
    """
    if "segment" not in flows or flows.empty:
        raise NotSupportedError(
            "flows without segments", "a column segment", "LODES files have them; see read_lodes"
        )
    parts = [
        delineate(part, method, names=names, contiguous=contiguous, neighbors=neighbors, **parameters).assign(
            system=f"{SYSTEM}, {segment}"
        )
        for segment, part in flows.groupby("segment", sort=True, observed=True)
    ]
    return pd.concat(parts, ignore_index=True)


def borders_of(
    method: str, neighbors: pd.DataFrame | None = None, contiguous: bool | None = None
) -> pd.DataFrame | None:
    """The borders that a method keeps to: those given, those of official counties, or none.

    Parameters
    ----------
    method, neighbors, contiguous
        As for :func:`delineate`.

    Returns
    -------
    DataFrame or None
        Columns area, neighbor.

    Raises
    ------
    NotSupportedError
        Borders are given, and markets need not be in one piece.
    """
    if contiguous is False and neighbors is not None:
        raise NotSupportedError(
            "neighbors, and contiguous=False", "one of the two", "leave out neighbors to ignore the map"
        )
    if neighbors is None and keeps_to_borders(method, contiguous):
        return county_borders()
    return neighbors


def keeps_to_borders(method: str, contiguous: bool | None = None) -> bool:
    """Whether markets of a method are in one piece each: as asked for, else as the method has it.

    Examples
    --------
    >>> keeps_to_borders("travel-to-work"), keeps_to_borders("leiden"), keeps_to_borders("leiden", True)
    (True, False, True)
    """
    return method in _OVER_BORDERS if contiguous is None else contiguous


def method_with(
    method: str,
    parameters: Mapping[str, float],
    neighbors: pd.DataFrame | None = None,
    contiguous: bool | None = None,
) -> Callable[[FlowMatrix], NDArray[np.int64]]:
    """A method with its parameters: the shipped ones, with any of them replaced.

    Parameters
    ----------
    method : str
        One of :data:`METHODS`.
    parameters : mapping of str to float
        Those that are not as shipped.
    neighbors, contiguous
        As for :func:`delineate`.

    Returns
    -------
    callable
        From a FlowMatrix to a label for each county.

    Raises
    ------
    UnknownNameError
        There is no such method, or the method has no such parameter.
    NotSupportedError
        A parameter is no finite number.
    """
    if method not in METHODS:
        raise UnknownNameError.unknown_name("delineation method", method, METHODS)
    defaults = method_parameters(method)
    for name in parameters:
        if name not in defaults:
            raise UnknownNameError.unknown_name(f"parameter of {method}", name, defaults)
        if not math.isfinite(parameters[name]):
            raise NotSupportedError(
                f"{name} {parameters[name]} for {method}",
                "a finite number",
                f"the shipped value is {defaults[name]:g}",
            )
    draw = partial(METHODS[method], **(defaults | dict(parameters)))
    borders = borders_of(method, neighbors, contiguous)
    if method in _OVER_BORDERS:
        return partial(draw, neighbors=borders)
    return draw if borders is None else lambda matrix: in_one_piece(matrix, draw(matrix), borders)


def method_parameters(method: str) -> dict[str, float]:
    """The shipped parameters of a method, by name.

    Raises
    ------
    UnknownNameError
        There is no such method.

    Examples
    --------
    >>> method_parameters("commuting-zone")
    {'cut': 0.98}
    """
    methods = definitions("labor_markets")["methods"]
    if method not in methods:
        raise UnknownNameError.unknown_name("delineation method", method, methods)
    return {name: entry["value"] for name, entry in methods[method]["parameters"].items()}


def restrict(membership: pd.DataFrame, areas: Iterable[str]) -> pd.DataFrame:
    """The part of a partition that lies in a study's areas; groups keep their codes and titles.

    Parameters
    ----------
    membership : DataFrame
        Membership, such as labor markets of the nation.
    areas : iterable of str
        The study's areas. Those without a group have no row in the result.

    Returns
    -------
    DataFrame
        The rows whose member is in ``areas``, in the same order, newly numbered.

    Raises
    ------
    UnknownAreaError
        None of the areas is in the membership.

    Examples
    --------
    >>> markets = pd.DataFrame({"member": ["36087", "34003"], "group": "36061", "weight": 1.0})
    >>> restrict(markets, ["36087", "36055"])
      member  group  weight
    0  36087  36061     1.0
    """
    wanted = {str(area) for area in areas}
    inside = membership[membership["member"].isin(wanted)].reset_index(drop=True)
    if inside.empty and wanted:
        raise UnknownAreaError.unknown_name("area", min(wanted), membership["member"])
    return inside


def share_outside(
    membership: pd.DataFrame, areas: Iterable[str], sizes: pd.Series, workers: pd.Series | None = None
) -> pd.DataFrame:
    """How much of each market lies outside a study: what its figures for that market leave out.

    Parameters
    ----------
    membership : DataFrame
        Membership of the whole partition, not restricted.
    areas : iterable of str
        The study's areas.
    sizes : Series of float
        Jobs (or another size) by area.
    workers : Series of float, optional
        Employed residents by area.

    Returns
    -------
    DataFrame
        By ``group``, for the markets that touch the study: counties (by weight), counties_outside, jobs,
        share_of_counties_outside, share_of_jobs_outside, share_of_workers_outside (of those who live in the
        market). Jobs and workers are missing where a county's are.

    Examples
    --------
    >>> markets = pd.DataFrame({"member": ["36061", "34003", "36055"], "group": list("aab"), "weight": 1.0})
    >>> jobs = pd.Series({"36061": 80.0, "34003": 20.0, "36055": 9.0})
    >>> share_outside(markets, ["36061", "36055"], jobs)[["jobs", "share_of_jobs_outside"]].reset_index()
      group   jobs  share_of_jobs_outside
    0     a  100.0                    0.2
    1     b    9.0                    0.0
    """
    outside = ~membership["member"].isin({str(area) for area in areas})
    members = membership["member"].astype("str")
    jobs = membership["weight"] * members.map(sizes).astype(float)
    none = pd.Series(dtype=float)
    workers = membership["weight"] * members.map(none if workers is None else workers).astype(float)
    parts = pd.DataFrame(
        {
            "group": membership["group"].astype("str"),
            "counties": membership["weight"],
            "counties_outside": membership["weight"].where(outside, 0.0),
            "jobs": jobs,
            "jobs_outside": jobs.where(outside, 0.0),
            "workers": workers,
            "workers_outside": workers.where(outside, 0.0),
        }
    )
    touched = parts.loc[~outside, "group"].unique()
    sums = parts[parts["group"].isin(touched)].groupby("group").sum(skipna=False)
    return sums.assign(
        share_of_counties_outside=sums["counties_outside"] / sums["counties"],
        share_of_jobs_outside=sums["jobs_outside"] / sums["jobs"],
        share_of_workers_outside=sums["workers_outside"] / sums["workers"],
    ).drop(columns=["jobs_outside", "workers", "workers_outside"])
