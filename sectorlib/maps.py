"""Maps: where a region is, and how a figure differs between areas.

The charts are Altair charts that carry their shapes with them and need no network. Shapes are projected
here, in equal-area projections, and simplified to what a screen can show; a chart holds pixels.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib import colormaps
from matplotlib.colors import to_hex

from sectorlib.areas import is_county
from sectorlib.exceptions import TableError, UnknownAreaError, UnknownNameError

#: The box a map is drawn into, in pixels.
_WIDTH, _HEIGHT = 600, 540
_LEGEND_WIDTH = 170
#: What a screen cannot show, in pixels: finer detail than this, and islands below this area.
_DETAIL, _ISLAND = 0.8, 0.6

#: Strong blue for what a map is about; it prints darker than every other tone.
_STRONG, _PARTLY, _QUIET = "#08519c", "#6baed6", "#ececec"
_LINE, _REGION_LINE, _STATE_LINE = "#c4c4c4", "#7a7a7a", "#333333"

#: From this weight on, an area belongs to a region wholly: weights are rounded.
_WHOLLY = 0.999

#: Equal-area projection of the contiguous states (EPSG).
_NATION = 5070
#: Pacific territories are left off a map of the nation: they would be dots.
_LEFT_OFF = ("60", "66", "69")
#: What stands in a corner of a map of the nation: states, left edge and width as shares of the map's width.
_INSETS = ((("02",), 0.0, 0.21), (("15",), 0.235, 0.10), (("72", "78"), 0.93, 0.06))

_KINDS = {
    "zero": "0",
    "estimated": "estimated",
    "withheld": "withheld, wholly or in part",
    "no data": "no data",
    "outside": "not covered",
}


def locator_map(shapes: gpd.GeoDataFrame, membership: pd.DataFrame, highlight: str) -> alt.LayerChart:
    """Where a region is in its state: its areas in a strong colour, the rest in light grey.

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
    page = _page(shapes[shapes["state"].isin(shapes.loc[found, "state"])])
    weight = page.shapes["area"].map(inside).fillna(0.0)
    titles = _titles(membership)
    region = page.shapes["area"].map(_main_region(membership))
    drawn = page.shapes.assign(
        fill=np.select([weight >= _WHOLLY, weight > 0], [_STRONG, _PARTLY], _QUIET),
        region=region.map(titles).fillna("no region").astype("str"),
    )
    ours = drawn[weight > 0]
    borders = [
        _outlines(drawn[region.notna()], region.dropna(), _REGION_LINE, 0.8),
        _outlines(drawn, drawn["state"], _STATE_LINE, 1.2),
        _outlines(ours, pd.Series(highlight, ours.index), _STATE_LINE, 1.6),
    ]
    layers = _fills_and_hover(drawn, {"name": "Area", "region": "Region"}, borders)
    return alt.LayerChart(
        layer=[*layers, _labels(ours, page)],
        **_frame(page, f"Map of {titles[highlight]} among its neighbours"),
        title=_title(titles[highlight], _region_line(inside, weight, int(region.nunique()))),
    )


def choropleth(
    shapes: gpd.GeoDataFrame,
    values: pd.Series,
    title: str,
    *,
    disclosure: pd.Series | None = None,
    breaks: Sequence[float] | None = None,
    number: str = ",.0f",
) -> alt.HConcatChart:
    """How a figure differs between areas; withheld, zero and no data are told apart.

    Colours go from light to dark with the figure, also in print. A withheld area is hatched, a zero is
    white, an area without data is dotted, an estimate is coloured and hatched the other way, and an area that
    the values do not list is ruled in light grey.

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
        partial is never coloured, even if a value is given.
    breaks : sequence of float, optional
        Where one colour ends and the next begins, ascending. By default five classes of equal size, with
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
    page = _page(shapes)
    kind = _kinds(page.shapes["area"], values, disclosure)
    figure = page.shapes["area"].map(values).where(kind.isin(["value", "estimated"]))
    cuts = _ascending(breaks) if breaks is not None else _equal_classes(figure[figure != 0].dropna())
    colours = _ramp(len(cuts) + 1)
    # A class holds its lower limit: 1.0 is in "1.0 to 1.2".
    rank = pd.Series(np.searchsorted(cuts, figure.fillna(0).to_numpy(), side="right"), figure.index)
    plain = dict.fromkeys(["withheld", "no data", "zero", "outside"], "#ffffff")
    written = figure.map(lambda v: "" if pd.isna(v) else _written(v, number))
    drawn = page.shapes.assign(
        fill=kind.map(plain).fillna(rank.map(dict(enumerate(colours)))),
        figure=written.where(
            kind == "value", kind.map(_KINDS).where(kind != "estimated", written + " (estimated)")
        ),
    )
    patterns = [_pattern(page, drawn[kind == k], k) for k in _PATTERNS if (kind == k).any()]
    borders = _outlines(drawn, drawn["state"], _STATE_LINE, 1.0)
    chart = alt.LayerChart(
        layer=_fills_and_hover(drawn, {"name": "Area", "figure": title}, [*patterns, borders]),
        **_frame(page, f"Map: {title}"),
    )
    used = sorted(set(rank[figure.notna()]))
    entries = [("value", colours[i], _class_label(cuts, i, number)) for i in reversed(used)]
    entries += [(k, plain.get(k, colours[0]), label) for k, label in _KINDS.items() if (kind == k).any()]
    return alt.hconcat(chart, _legend(entries), spacing=18).properties(title=_title(title))


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
    >>> from sectorlib.membership import membership
    >>> shapes = gpd.GeoDataFrame({"area": ["1", "2"], "name": ["a", "b"], "state": ["", ""]},
    ...                           geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=4326)
    >>> region_shapes(shapes, membership({"both": ["1", "2"]}))["geometry"].to_wkt().tolist()
    ['POLYGON ((0 0, 0 1, 1 1, 2 1, 2 0, 1 0, 0 0))']
    """
    regions = shapes.assign(area=shapes["area"].map(_main_region(membership))).dropna(subset="area")
    united = regions.dissolve("area", as_index=False)
    return united.assign(name=united["area"].map(_titles(membership)))[["area", "name", "state", "geometry"]]


@dataclass(frozen=True)
class _Page:
    """Shapes in pixels (y downwards), and the size of the map."""

    shapes: gpd.GeoDataFrame
    width: float
    height: float


def _page(shapes: gpd.GeoDataFrame) -> _Page:
    """Project, scale to the page and leave out what a screen cannot show."""
    flat = _projected(shapes)
    west, south, east, north = flat.total_bounds
    scale = min(_WIDTH / (east - west), _HEIGHT / (north - south))
    pixels = flat.geometry.affine_transform([scale, 0, 0, -scale, -west * scale, north * scale])
    simple = shapely.coverage_simplify(pixels.to_numpy(), tolerance=_DETAIL)
    flat = flat.set_geometry([_without_islets(shape) for shape in simple], crs=None)
    return _Page(flat, round((east - west) * scale, 1), round((north - south) * scale, 1))


def _projected(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """In metres on a plane that keeps areas; Alaska, Hawaii and Puerto Rico beside the contiguous states."""
    apart = [*_LEFT_OFF, *(state for states, _, _ in _INSETS for state in states)]
    main = shapes[~shapes["state"].isin(apart)]
    if main.empty or len(main) == len(shapes):
        return shapes.to_crs(_local(shapes)).reset_index(drop=True)
    parts = [main.to_crs(_NATION).set_crs(None, allow_override=True)]
    west, south, east, _ = parts[0].total_bounds
    for states, left, share in _INSETS:
        part = shapes[shapes["state"].isin(states)]
        if not part.empty:
            part = part.to_crs(_local(part))
            x, y, right, _ = part.total_bounds
            scale = share * (east - west) / (right - x)
            shift = [west + left * (east - west) - x * scale, south - y * scale]
            moved = part.geometry.affine_transform([scale, 0, 0, scale, *shift])
            parts.append(part.set_geometry(moved).set_crs(None, allow_override=True))
    return pd.concat(parts, ignore_index=True)


def _local(shapes: gpd.GeoDataFrame) -> str:
    """An equal-area projection centred on the shapes (which may lie on both sides of 180 degrees)."""
    points = shapely.get_coordinates(shapely.point_on_surface(shapes.geometry.array))
    longitude, latitude = np.radians(points.T)
    mean = np.arctan2(np.sin(longitude).mean(), np.cos(longitude).mean())
    off = (longitude - mean + np.pi) % (2 * np.pi) - np.pi
    centre = np.degrees([mean + (off.min() + off.max()) / 2, (latitude.min() + latitude.max()) / 2])
    return f"+proj=laea +lat_0={centre[1]:.3f} +lon_0={centre[0]:.3f} +datum=WGS84 +units=m"


def _without_islets(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.make_valid(shape))
    if len(parts) < 2:
        return shape
    areas = shapely.area(parts)
    return shapely.MultiPolygon(list(parts[(areas >= _ISLAND) | (areas == areas.max())]))


def _features(shapes: gpd.GeoDataFrame, columns: Sequence[str]) -> alt.InlineData:
    """GeoJSON with coordinates to a tenth of a pixel, as one text: Altair is slow with many objects."""
    rounded = shapely.transform(shapes.geometry.array, lambda xy: np.round(xy, 1))
    properties = shapes[list(columns)].to_dict("records")
    features = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), **values}
        for shape, values in zip(rounded, properties, strict=True)
    ]
    return alt.InlineData(json.dumps(features, separators=(",", ":")), format=alt.DataFormat(type="json"))


def _shapes_chart(data: alt.InlineData, **mark: Any) -> alt.Chart:
    """A layer of shapes that are in pixels already."""
    return alt.Chart(data).mark_geoshape(**mark).project(type="identity", scale=1, translate=[0, 0])


def _fills_and_hover(
    drawn: gpd.GeoDataFrame, columns: dict[str, str], between: list[alt.Chart]
) -> list[alt.Chart]:
    """Coloured areas at the bottom; on top an invisible layer that tells what lies under the pointer."""
    data = _features(drawn, ["fill", *columns])
    fills = _shapes_chart(data, stroke=_LINE, strokeWidth=0.5).encode(fill=alt.Fill("fill:N", scale=None))
    tooltip = [alt.Tooltip(f"{name}:N", title=title) for name, title in columns.items()]
    return [fills, *between, _shapes_chart(data, fill="transparent").encode(tooltip=tooltip)]


def _outlines(drawn: gpd.GeoDataFrame, by: pd.Series, colour: str, width: float) -> alt.Chart:
    """Borders of groups of areas."""
    united = gpd.GeoDataFrame({"by": by}, geometry=drawn.geometry).dissolve("by")
    return _shapes_chart(_features(united, []), filled=False, stroke=colour, strokeWidth=width)


@dataclass(frozen=True)
class _Pattern:
    """Lines: their distance, their slope (1 rising, -1 falling, 0 level), and how they are drawn."""

    gap: float
    slope: int
    width: float = 0.8
    colour: str = "#555555"
    dash: tuple[float, float] = (1, 0)


#: How areas without a plain figure are drawn; dashes of no length are dots.
_PATTERNS = {
    "withheld": _Pattern(5, 1),
    "estimated": _Pattern(8, -1, colour="#7f7f7f"),
    "no data": _Pattern(5, 0, width=1.6, dash=(0.1, 5)),
    "outside": _Pattern(4, 0, colour="#c4c4c4"),
}


def _pattern(page: _Page, areas: gpd.GeoDataFrame, kind: str) -> alt.Chart:
    """Hatching of areas."""
    return _hatching(shapely.union_all(areas.geometry.array), (0.0, 0.0, page.width, page.height), kind)


def _hatching(shape: shapely.Geometry, box: tuple[float, float, float, float], kind: str) -> alt.Chart:
    """Lines cut to a shape in pixels, so that they look the same in every program and in print."""
    pattern = _PATTERNS[kind]
    cut = shapely.intersection(_stripes(box, pattern), shape)
    return _shapes_chart(
        _features(gpd.GeoDataFrame(geometry=[cut]), []),
        filled=False,
        stroke=pattern.colour,
        strokeWidth=pattern.width,
        strokeDash=list(pattern.dash),
        strokeCap="round",
    )


def _stripes(box: tuple[float, float, float, float], pattern: _Pattern) -> shapely.Geometry:
    """A pattern's lines over a box; those of neighbouring areas meet."""
    left, top, right, bottom = box
    drop = pattern.slope * (right - left)
    first = (top - abs(drop)) // pattern.gap * pattern.gap + pattern.gap / 2
    return shapely.MultiLineString(
        [[(left, y), (right, y - drop)] for y in np.arange(first, bottom + abs(drop), pattern.gap)]
    )


def _labels(areas: gpd.GeoDataFrame, page: _Page) -> alt.Chart:
    """Names of areas, largest first, where they stay inside the region and clear of one another."""
    region = shapely.union_all(areas.geometry.array)
    placed: list[shapely.Geometry] = []
    rows = []
    for row in np.argsort(-shapely.area(areas.geometry.array)):
        name = str(areas["name"].iloc[row]).removesuffix(" County")
        half = 2.7 * len(name)  # of text in 10 points
        for x, y in _middles(areas.geometry.iloc[row]):
            box = shapely.box(x - half, y - 6, x + half, y + 6)
            if region.contains(box) and not any(box.intersects(other) for other in placed):
                placed.append(box)
                dark = areas["fill"].iloc[row] == _STRONG
                rows.append({"x": x, "y": y, "text": name, "fill": "#ffffff" if dark else "#000000"})
                break
    return _text(rows, page.height, align="center").encode(
        x=alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, page.width], nice=False)),
        fill=alt.Fill("fill:N", scale=None),
    )


def _middles(shape: shapely.Geometry) -> list[tuple[float, float]]:
    """Where a name may stand: the centre of gravity, or the middle of the widest place."""
    points = (shape.centroid, shapely.get_point(shapely.maximum_inscribed_circle(shape), 0))
    return [(round(point.x, 1), round(point.y, 1)) for point in points]


def _text(rows: list[dict[str, Any]], height: float, align: Literal["left", "center"]) -> alt.Chart:
    """Texts at heights in pixels."""
    scale = alt.Scale(domain=[height, 0], nice=False)
    chart = alt.Chart(alt.InlineData(rows)).mark_text(align=align, baseline="middle", fontSize=10)
    return chart.encode(y=alt.Y("y:Q", axis=None, scale=scale), text="text:N")


def _legend(entries: list[tuple[str, str, str]]) -> alt.LayerChart:
    """Swatches with their labels; Vega's own legend cannot draw hatching."""
    side, line = 15.0, 22.0
    boxes = [(0.0, i * line, side, i * line + side) for i in range(len(entries))]
    swatches = gpd.GeoDataFrame(
        {"fill": [fill for _, fill, _ in entries]}, geometry=[shapely.box(*box) for box in boxes]
    )
    layers = [
        _shapes_chart(_features(swatches, ["fill"]), stroke=_REGION_LINE, strokeWidth=0.7).encode(
            fill=alt.Fill("fill:N", scale=None)
        )
    ]
    layers += [
        _hatching(shapely.box(*box), box, kind)
        for box, (kind, _, _) in zip(boxes, entries, strict=True)
        if kind in _PATTERNS
    ]
    rows = [
        {"y": box[1] + side / 2, "text": label} for box, (_, _, label) in zip(boxes, entries, strict=True)
    ]
    height = line * len(entries)
    labels = _text(rows, height, align="left").encode(x=alt.value(side + 7))
    page = _Page(swatches, _LEGEND_WIDTH, height)
    return alt.LayerChart(layer=[*layers, labels], **_frame(page, "Legend"))


def _frame(page: _Page, description: str) -> dict[str, Any]:
    """A layered chart's size and its text for readers who do not see it."""
    view = alt.ViewBackground(stroke=None)
    return {"width": page.width, "height": page.height, "view": view, "description": description}


def _title(text: str, subtitle: str = "") -> alt.TitleParams:
    return alt.TitleParams(
        text,
        subtitle=subtitle,
        anchor="start",
        fontSize=15,
        subtitleFontSize=12,
        subtitleColor="#555555",
        offset=10,
    )


def _titles(membership: pd.DataFrame) -> dict[str, str]:
    """Each region's name for people; its code where it has none."""
    groups = membership["group"].astype("str")
    titles = membership["title"].fillna(groups) if "title" in membership else groups
    return dict(zip(groups, titles.astype("str"), strict=True))


def _main_region(membership: pd.DataFrame) -> pd.Series:
    """The region that holds most of each area, by area."""
    most = membership.sort_values("weight").drop_duplicates("member", keep="last")
    return most.set_index(most["member"].astype("str"))["group"].astype("str")


def _region_line(inside: pd.Series, weight: pd.Series, regions: int) -> str:
    """What the map shows, in words: how many areas, which in part, which without a shape."""
    number = len(inside)
    words = ("county", "counties") if is_county(inside.index.to_series()).all() else ("area", "areas")
    noun = words[number != 1]
    parts = [f"{number} {noun}" + (f"; {regions} regions on the map" if regions > 1 else "")]
    partly = int(((weight > 0) & (weight < _WHOLLY)).sum())
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


def _kinds(areas: pd.Series, values: pd.Series, disclosure: pd.Series | None) -> pd.Series:
    """What each area shows: value, zero, estimated, withheld, no data, outside."""
    figure = areas.map(values)
    status = areas.map(disclosure.astype("str")) if disclosure is not None else areas.map({})
    counts = bool((values.dropna() >= 0).all())  # a zero among losses and gains is a figure like any other
    choices = {
        "outside": ~areas.isin(values.index),
        "withheld": status.isin(["suppressed", "partial"]),
        "no data": figure.isna(),
        "estimated": status == "estimated",
        "zero": (figure == 0) & counts,
    }
    return pd.Series(np.select(list(choices.values()), list(choices), "value"), areas.index)


def _ascending(breaks: Sequence[float]) -> np.ndarray:
    cuts = np.asarray(breaks, dtype=float)
    if (np.diff(cuts) <= 0).any():
        raise TableError(
            f"breaks {', '.join(map(str, breaks))}", "breaks that ascend", "sort them and drop repeated ones"
        )
    return cuts


def _equal_classes(figures: pd.Series) -> np.ndarray:
    """Limits of five classes of equal size, rounded to two digits."""
    if figures.empty:
        return np.array([])
    limits = np.unique([float(f"{q:.2g}") for q in figures.quantile([0.2, 0.4, 0.6, 0.8])])
    return limits[(limits > figures.min()) & (limits <= figures.max())]


def _ramp(classes: int) -> list[str]:
    """Yellow-green to dark blue: told apart by colour-blind readers, and by lightness alone in print."""
    return [to_hex(c) for c in colormaps["YlGnBu"](np.linspace(0.18, 0.95, classes))]


def _class_label(cuts: np.ndarray, rank: int, number: str) -> str:
    if not len(cuts):
        return "with a figure"
    if rank == 0:
        return f"under {_written(cuts[0], number)}"
    if rank == len(cuts):
        return f"{_written(cuts[-1], number)} and more"
    return f"{_written(cuts[rank - 1], number)} to {_written(cuts[rank], number)}"


def _written(figure: float, number: str) -> str:
    return format(figure, number).replace("-", "−")
