"""Maps of Series and memberships; shapes of official counties come with the package."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from sectorlib import maps
from sectorlib.maps.offline import OfflineHConcatChart, OfflineLayerChart
from sectorlib.sources.boundaries import shapes_for


def choropleth(
    values: pd.Series,
    shapes: gpd.GeoDataFrame | None = None,
    *,
    title: str | None = None,
    disclosure: pd.Series | None = None,
    breaks: Sequence[float] | None = None,
    number: str = ",.0f",
) -> OfflineHConcatChart:
    """How a figure differs between areas; withheld, zero and no data are told apart.

    Parameters
    ----------
    values : Series of float
        The figure, by area code; missing where it is not known.
    shapes : GeoDataFrame, optional
        Columns area, name, state, geometry; shapes of official counties by default.
    title : str, optional
        What the figure is, with its unit and year; the name of the Series by default.
    disclosure, breaks, number
        As in :func:`sectorlib.maps.choropleth`.

    Returns
    -------
    altair.HConcatChart
        A notebook shows it without a network.

    Raises
    ------
    UnknownAreaError, TableError
        As :func:`sectorlib.maps.choropleth`.

    Examples
    --------
    >>> jobs = pd.Series({"36055": 371_000.0, "36069": 51_000.0}, name="Jobs, 2017")
    >>> choropleth(jobs, breaks=[100_000]).title.text
    'Jobs, 2017'
    """
    values = values.set_axis(values.index.astype(str))
    if shapes is None:
        shapes = shapes_for(values.index)
    title = str(values.name or "") if title is None else title
    return maps.choropleth(shapes, values, title, disclosure=disclosure, breaks=breaks, number=number)


def locator(
    membership: pd.DataFrame, region: str, shapes: gpd.GeoDataFrame | None = None
) -> OfflineLayerChart:
    """Where a region is in its state: its counties in a strong color, the rest in light gray.

    Parameters
    ----------
    membership : DataFrame
        Counties to regions, such as ``study.regions`` or :func:`sectorlib.delineate` gives.
    region : str
        The region, by its code or title.
    shapes : GeoDataFrame, optional
        Columns area, name, state, geometry; shapes of official counties by default.

    Returns
    -------
    altair.LayerChart
        A notebook shows it without a network.

    Raises
    ------
    UnknownNameError, UnknownAreaError
        As :func:`sectorlib.maps.locator_map`.

    Examples
    --------
    >>> import sectorlib as sl
    >>> locator(sl.membership({"Rochester": ["36055", "36069"]}), "Rochester").title.subtitle
    '2 counties'
    """
    if shapes is None:
        shapes = shapes_for(membership["member"])
    if "title" in membership and not (membership["group"].astype(str) == region).any():
        named = membership.loc[membership["title"].astype(str) == region, "group"]
        region = str(named.iloc[0]) if len(named) else region
    return maps.locator_map(shapes, membership, region)
