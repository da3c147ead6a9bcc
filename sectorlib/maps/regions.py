"""Maps of areas: where a region is, and how a figure differs between areas."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd

from sectorlib.areas import is_county
from sectorlib.exceptions import TableError, UnknownAreaError, UnknownNameError
from sectorlib.maps.drawing import (
    KINDS,
    PARTLY,
    PATTERNS,
    QUIET,
    REGION_LINE,
    STATE_LINE,
    STRONG,
    WHOLLY,
    as_page,
    as_written,
    ascending,
    class_label,
    equal_classes,
    fills_and_hover,
    frame,
    heading,
    kinds_of,
    legend,
    main_region,
    name_labels,
    outlines,
    pattern,
    ramp,
    titles_of,
)
from sectorlib.maps.offline import OfflineHConcatChart, OfflineLayerChart


def locator_map(shapes: gpd.GeoDataFrame, membership: pd.DataFrame, highlight: str) -> OfflineLayerChart:
    """Where a region is in its state: its areas in a strong color, the rest in light gray.

    Only states that the region touches are drawn. Areas that belong to the region in part are lighter.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area, name, state, geometry.
    membership : DataFrame
        Membership of areas in regions; the other regions are outlined.
    highlight : str
        The region, a group of the membership.

    Returns
    -------
    altair.LayerChart
        With names on hover, and labels where there is room.

    Raises
    ------
    UnknownNameError
        The membership has no such region.
    UnknownAreaError
        No area of the region has a shape.

    Examples
    --------
    >>> from sectorlib.membership import membership
    >>> from sectorlib.sources.boundaries import shapes_for
    >>> regions = membership({"Rochester": ["36055", "36069"]})
    >>> locator_map(shapes_for(regions["member"]), regions, "Rochester").title.subtitle
    '2 counties'
    """
    inside = membership[membership["group"].astype("str") == highlight].set_index("member")["weight"]
    inside = inside[inside > 0]
    if inside.empty:
        raise UnknownNameError.unknown_name("region", highlight, membership["group"].unique())
    found = shapes["area"].isin(inside.index)
    if not found.any():
        raise UnknownAreaError(
            f"none of the {len(inside)} areas of {highlight!r} has a shape",
            f"areas such as {', '.join(shapes['area'].head(3))}",
            "give shapes with the same codes as the membership",
        )
    page = as_page(shapes[shapes["state"].isin(shapes.loc[found, "state"])])
    weight = page.shapes["area"].map(inside).fillna(0.0)
    titles = titles_of(membership)
    region = page.shapes["area"].map(main_region(membership))
    drawn = page.shapes.assign(
        fill=np.select([weight >= WHOLLY, weight > 0], [STRONG, PARTLY], QUIET),
        region=region.map(titles).fillna("no region").astype("str"),
    )
    ours = drawn[weight > 0]
    borders = [
        outlines(drawn[region.notna()], region.dropna(), REGION_LINE, 0.8),
        outlines(drawn, drawn["state"], STATE_LINE, 1.2),
        outlines(ours, pd.Series(highlight, ours.index), STATE_LINE, 1.6),
    ]
    layers = fills_and_hover(drawn, {"name": "Area", "region": "Region"}, borders)
    return OfflineLayerChart(
        layer=[*layers, name_labels(ours, page)],
        **frame(page, f"Map of {titles[highlight]} among its neighbors"),
        title=heading(titles[highlight], _region_line(inside, weight, int(region.nunique()))),
    )


def choropleth(
    shapes: gpd.GeoDataFrame,
    values: pd.Series,
    title: str,
    *,
    disclosure: pd.Series | None = None,
    breaks: Sequence[float] | None = None,
    number: str = ",.0f",
) -> OfflineHConcatChart:
    """How a figure differs between areas; withheld, zero and no data are told apart.

    Colors go from light to dark with the figure, also in print. A withheld area is hatched, a zero is
    white, an area without data is dotted, an estimate is colored and hatched the other way, and an area that
    the values do not list is ruled in light gray.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area, name, state, geometry.
    values : Series of float
        The figure, by area; missing where it is not known.
    title : str
        What the figure is, with its unit and year.
    disclosure : Series of str, optional
        By area: ``disclosed``, ``estimated``, ``suppressed`` or ``partial``. A figure that is suppressed or
        partial is never colored, even if a value is given.
    breaks : sequence of float, optional
        Where one color ends and the next begins, ascending. By default five classes of equal size, with
        rounded limits.
    number : str
        How figures are written, as a Python format: ``,.0f``, ``.2f``, ``.1%``.

    Returns
    -------
    altair.HConcatChart
        The map with its legend.

    Raises
    ------
    UnknownAreaError
        None of the values belongs to a shape.
    TableError
        The values list an area twice, or the breaks do not ascend.

    Examples
    --------
    >>> from sectorlib.sources.boundaries import shapes_for
    >>> jobs = pd.Series({"36055": 371_000.0, "36069": 51_000.0})
    >>> chart = choropleth(shapes_for(jobs.index), jobs, "Jobs, 2017", breaks=[100_000])
    >>> chart.title.text
    'Jobs, 2017'
    """
    values = _checked(shapes, values)
    page = as_page(shapes)
    kind = kinds_of(page.shapes["area"], values, disclosure)
    figure = page.shapes["area"].map(values).where(kind.isin(["value", "estimated"]))
    cuts = ascending(breaks) if breaks is not None else equal_classes(figure[figure != 0].dropna())
    colors = ramp(len(cuts) + 1)
    # A class holds its lower limit: 1.0 is in "1.0 to 1.2".
    rank = pd.Series(np.searchsorted(cuts, figure.fillna(0).to_numpy(), side="right"), figure.index)
    plain = dict.fromkeys(["withheld", "no data", "zero", "outside"], "#ffffff")
    written = figure.map(lambda v: "" if pd.isna(v) else as_written(v, number))
    drawn = page.shapes.assign(
        fill=kind.map(plain).fillna(rank.map(dict(enumerate(colors)))),
        figure=written.where(
            kind == "value", kind.map(KINDS).where(kind != "estimated", written + " (estimated)")
        ),
    )
    patterns = [pattern(page, drawn[kind == k], k) for k in PATTERNS if (kind == k).any()]
    borders = outlines(drawn, drawn["state"], STATE_LINE, 1.0)
    chart = alt.LayerChart(
        layer=fills_and_hover(drawn, {"name": "Area", "figure": title}, [*patterns, borders]),
        **frame(page, f"Map: {title}"),
    )
    used = sorted(set(rank[figure.notna()]))
    entries = [("value", colors[i], class_label(cuts, i, number)) for i in reversed(used)]
    entries += [(k, plain.get(k, colors[0]), label) for k, label in KINDS.items() if (kind == k).any()]
    return OfflineHConcatChart(hconcat=[chart, legend(entries)], spacing=18, title=heading(title))


def region_shapes(shapes: gpd.GeoDataFrame, membership: pd.DataFrame) -> gpd.GeoDataFrame:
    """Shapes of regions, each the union of its areas; an area in several regions goes where most of it is.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area, name, state, geometry.
    membership : DataFrame
        Areas to regions.

    Returns
    -------
    GeoDataFrame
        One row for each region with a shape: area (the region's code), name (its title), state (of its first
        area), geometry.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import shapely
    >>> from sectorlib.membership import membership
    >>> shapes = gpd.GeoDataFrame({"area": ["1", "2"], "name": ["a", "b"], "state": ["", ""]},
    ...                           geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=4326)
    >>> region_shapes(shapes, membership({"both": ["1", "2"]}))["geometry"].to_wkt().tolist()
    ['POLYGON ((0 0, 0 1, 1 1, 2 1, 2 0, 1 0, 0 0))']
    """
    regions = shapes.assign(area=shapes["area"].map(main_region(membership))).dropna(subset="area")
    united = regions.dissolve("area", as_index=False)
    return united.assign(name=united["area"].map(titles_of(membership)))[
        ["area", "name", "state", "geometry"]
    ]


def _region_line(inside: pd.Series, weight: pd.Series, regions: int) -> str:
    """What the map shows, in words: how many areas, which in part, which without a shape."""
    number = len(inside)
    words = ("county", "counties") if is_county(inside.index.to_series()).all() else ("area", "areas")
    noun = words[number != 1]
    parts = [f"{number} {noun}" + (f"; {regions} regions on the map" if regions > 1 else "")]
    partly = int(((weight > 0) & (weight < WHOLLY)).sum())
    missing = number - int((weight > 0).sum())
    parts += [f"{partly} in part (lighter)"] if partly else []
    parts += [f"{missing} not on the map"] if missing else []
    return "; ".join(parts)


def _checked(shapes: gpd.GeoDataFrame, values: pd.Series) -> pd.Series:
    values = values.set_axis(values.index.astype("str"))
    if values.index.has_duplicates:
        raise TableError(
            f"area {values.index[values.index.duplicated()][0]!r} has several values",
            "one value for each area",
            "choose one industry, ownership and year",
        )
    if not shapes["area"].isin(values.index).any():
        raise UnknownAreaError(
            f"none of {len(values)} areas ({', '.join(values.index[:3])}, ...) has a shape",
            f"areas such as {', '.join(shapes['area'].head(3))}",
            "index the values by area code",
        )
    return values.astype(float)
