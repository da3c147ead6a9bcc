"""How maps are drawn: shapes as pixels, fills, outlines, hatching, labels, legends.

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
from matplotlib.colors import to_hex, to_rgb

from sectorlib.exceptions import TableError

#: The box a map is drawn into, in pixels.
WIDTH, HEIGHT = 600, 540
LEGEND_WIDTH = 170
#: Characters of a label in a legend, and of a title; what shows on hovering is whole.
_LABEL, _TITLE = 60, 100
#: Mean width of a letter in 10 points.
LETTER = 5.4
#: What a screen cannot show, in pixels: finer detail than this, and islands below this area.
_DETAIL, _ISLAND = 0.8, 0.6

#: Text on a fill darker than this is white.
_DARK = 0.55

#: Strong blue for what a map is about; it prints darker than every other tone.
STRONG, PARTLY, QUIET = "#08519c", "#6baed6", "#ececec"
LINE, REGION_LINE, STATE_LINE = "#c4c4c4", "#7a7a7a", "#333333"

#: From this weight on, an area belongs to a region wholly: weights are rounded.
WHOLLY = 0.999

#: Equal-area projection of the contiguous states (EPSG).
_NATION = 5070
#: Pacific territories are left off a map of the nation: they would be dots.
_LEFT_OFF = ("60", "66", "69")
#: What stands in a corner of a map of the nation: states, left edge and width as shares of the map's width.
_INSETS = ((("02",), 0.0, 0.21), (("15",), 0.235, 0.10), (("72", "78"), 0.93, 0.06))

KINDS = {
    "zero": "0",
    "estimated": "estimated",
    "withheld": "withheld, wholly or in part",
    "no data": "no data",
    "outside": "not covered",
}


@dataclass(frozen=True)
class Page:
    """Shapes in pixels (y downwards), and the size of the map."""

    shapes: gpd.GeoDataFrame
    width: float
    height: float


def as_page(shapes: gpd.GeoDataFrame) -> Page:
    """Project, scale to the page and leave out what a screen cannot show."""
    flat = _projected(shapes)
    west, south, east, north = flat.total_bounds
    scale = min(WIDTH / (east - west), HEIGHT / (north - south))
    pixels = flat.geometry.affine_transform([scale, 0, 0, -scale, -west * scale, north * scale])
    simple = shapely.coverage_simplify(pixels.to_numpy(), tolerance=_DETAIL)
    flat = flat.set_geometry([_without_islets(shape) for shape in simple], crs=None)
    return Page(flat, round((east - west) * scale, 1), round((north - south) * scale, 1))


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
    """An equal-area projection centered on the shapes (which may lie on both sides of 180 degrees)."""
    points = shapely.get_coordinates(shapely.point_on_surface(shapes.geometry.array))
    longitude, latitude = np.radians(points.T)
    mean = np.arctan2(np.sin(longitude).mean(), np.cos(longitude).mean())
    off = (longitude - mean + np.pi) % (2 * np.pi) - np.pi
    center = np.degrees([mean + (off.min() + off.max()) / 2, (latitude.min() + latitude.max()) / 2])
    return f"+proj=laea +lat_0={center[1]:.3f} +lon_0={center[0]:.3f} +datum=WGS84 +units=m"


def _without_islets(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.make_valid(shape))
    if len(parts) < 2:
        return shape
    areas = shapely.area(parts)
    return shapely.MultiPolygon(list(parts[(areas >= _ISLAND) | (areas == areas.max())]))


def features(shapes: gpd.GeoDataFrame, columns: Sequence[str]) -> alt.InlineData:
    """GeoJSON with coordinates to a tenth of a pixel, as one text: Altair is slow with many objects."""
    rounded = shapely.transform(shapes.geometry.array, lambda xy: np.round(xy, 1))
    properties = shapes[list(columns)].to_dict("records")
    features = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), **values}
        for shape, values in zip(rounded, properties, strict=True)
    ]
    return alt.InlineData(json.dumps(features, separators=(",", ":")), format=alt.DataFormat(type="json"))


def shapes_chart(data: alt.InlineData, **mark: Any) -> alt.Chart:
    """A layer of shapes that are in pixels already."""
    return alt.Chart(data).mark_geoshape(**mark).project(type="identity", scale=1, translate=[0, 0])


def fills_and_hover(
    drawn: gpd.GeoDataFrame, columns: dict[str, str], between: list[alt.Chart]
) -> list[alt.Chart]:
    """Colored areas at the bottom; on top an invisible layer that tells what lies under the pointer."""
    said = drawn[list(columns)].astype(str).agg(": ".join, axis=1)
    data = features(drawn.assign(said=said), ["fill", "said", *columns])
    fills = shapes_chart(data, stroke=LINE, strokeWidth=0.5).encode(fill=alt.Fill("fill:N", scale=None))
    hover = shapes_chart(data, fill="transparent").encode(
        tooltip=[alt.Tooltip(f"{name}:N", title=title) for name, title in columns.items()],
        description=alt.Description("said:N"),
    )
    return [fills, *between, hover]


def outlines(
    drawn: gpd.GeoDataFrame, by: pd.Series, color: str, width: float, dash: Sequence[float] = (1, 0)
) -> alt.Chart:
    """Borders of groups of areas."""
    united = gpd.GeoDataFrame({"by": by}, geometry=drawn.geometry).dissolve("by")
    return shapes_chart(
        features(united, []), filled=False, stroke=color, strokeWidth=width, strokeDash=list(dash)
    )


@dataclass(frozen=True)
class Pattern:
    """Lines: their distance, their slope (1 rising, -1 falling, 0 level), and how they are drawn."""

    gap: float
    slope: int
    width: float = 0.8
    color: str = "#555555"
    dash: tuple[float, float] = (1, 0)


#: How areas without a plain figure are drawn; dashes of no length are dots.
PATTERNS = {
    "withheld": Pattern(5, 1),
    "estimated": Pattern(8, -1, color="#7f7f7f"),
    "no data": Pattern(5, 0, width=1.6, dash=(0.1, 5)),
    "outside": Pattern(4, 0, color="#c4c4c4"),
    "split": Pattern(7, -1, color="#4d4d4d"),
}


def pattern(page: Page, areas: gpd.GeoDataFrame, kind: str) -> alt.Chart:
    """Hatching of areas."""
    return hatching(shapely.union_all(areas.geometry.array), (0.0, 0.0, page.width, page.height), kind)


def hatching(shape: shapely.Geometry, box: tuple[float, float, float, float], kind: str) -> alt.Chart:
    """Lines cut to a shape in pixels, so that they look the same in every program and in print."""
    pattern = PATTERNS[kind]
    cut = shapely.intersection(_stripes(box, pattern), shape)
    return shapes_chart(
        features(gpd.GeoDataFrame(geometry=[cut]), []),
        filled=False,
        stroke=pattern.color,
        strokeWidth=pattern.width,
        strokeDash=list(pattern.dash),
        strokeCap="round",
    )


def _stripes(box: tuple[float, float, float, float], pattern: Pattern) -> shapely.Geometry:
    """A pattern's lines over a box; those of neighboring areas meet."""
    left, top, right, bottom = box
    drop = pattern.slope * (right - left)
    first = (top - abs(drop)) // pattern.gap * pattern.gap + pattern.gap / 2
    return shapely.MultiLineString(
        [[(left, y), (right, y - drop)] for y in np.arange(first, bottom + abs(drop), pattern.gap)]
    )


def name_labels(areas: gpd.GeoDataFrame, page: Page) -> alt.Chart:
    """Names of areas, largest first, where they stay inside the region and clear of one another."""
    region = shapely.union_all(areas.geometry.array)
    placed: list[shapely.Geometry] = []
    rows = []
    for row in np.argsort(-shapely.area(areas.geometry.array)):
        name = str(areas["name"].iloc[row]).removesuffix(" County")
        half = LETTER / 2 * len(name)
        for x, y in _middles(areas.geometry.iloc[row]):
            box = shapely.box(x - half, y - 6, x + half, y + 6)
            if region.contains(box) and not any(box.intersects(other) for other in placed):
                placed.append(box)
                dark = _lightness(str(areas["fill"].iloc[row])) < _DARK
                rows.append({"x": x, "y": y, "text": name, "fill": "#ffffff" if dark else "#000000"})
                break
    return texts(rows, page.height, align="center").encode(
        x=alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, page.width], nice=False)),
        fill=alt.Fill("fill:N", scale=None),
    )


def _lightness(color: str) -> float:
    """How light a color prints, 0 to 1 (Rec. 601)."""
    return float(np.dot(to_rgb(color), (0.299, 0.587, 0.114)))


def _middles(shape: shapely.Geometry) -> list[tuple[float, float]]:
    """Where a name may stand: the center of gravity, or the middle of the widest place."""
    points = (shape.centroid, shapely.get_point(shapely.maximum_inscribed_circle(shape), 0))
    return [(round(point.x, 1), round(point.y, 1)) for point in points]


def texts(rows: list[dict[str, Any]], height: float, align: Literal["left", "center"]) -> alt.Chart:
    """Texts at heights in pixels."""
    scale = alt.Scale(domain=[height, 0], nice=False)
    chart = alt.Chart(alt.InlineData(rows)).mark_text(align=align, baseline="middle", fontSize=10)
    return chart.encode(y=alt.Y("y:Q", axis=None, scale=scale), text="text:N")


def short_label(text: str, most: int = _LABEL) -> str:
    """A label in one line that leaves room for the map.

    Examples
    --------
    >>> short_label("Finger Lakes\\nwest"), len(short_label("a" * 300))
    ('Finger Lakes west', 60)
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def legend(entries: list[tuple[str, str, str]]) -> alt.LayerChart:
    """Swatches with their labels; Vega's own legend cannot draw hatching."""
    side, line = 15.0, 22.0
    entries = [(kind, fill, short_label(label)) for kind, fill, label in entries]
    boxes = [(0.0, i * line, side, i * line + side) for i in range(len(entries))]
    swatches = gpd.GeoDataFrame(
        {"fill": [fill for _, fill, _ in entries]}, geometry=[shapely.box(*box) for box in boxes]
    )
    layers = [
        shapes_chart(features(swatches, ["fill"]), stroke=REGION_LINE, strokeWidth=0.7).encode(
            fill=alt.Fill("fill:N", scale=None)
        )
    ]
    layers += [
        hatching(shapely.box(*box), box, kind)
        for box, (kind, _, _) in zip(boxes, entries, strict=True)
        if kind in PATTERNS
    ]
    rows = [
        {"y": box[1] + side / 2, "text": label} for box, (_, _, label) in zip(boxes, entries, strict=True)
    ]
    height = line * len(entries)
    labels = texts(rows, height, align="left").encode(x=alt.value(side + 7))
    width = max(LEGEND_WIDTH, side + 7 + LETTER * max((len(label) for _, _, label in entries), default=0))
    page = Page(swatches, width, height)
    return alt.LayerChart(layer=[*layers, labels], **frame(page, "Legend"))


def frame(page: Page, description: str) -> dict[str, Any]:
    """A layered chart's size and its text for readers who do not see it."""
    view = alt.ViewBackground(stroke=None)
    return {"width": page.width, "height": page.height, "view": view, "description": description}


def heading(text: str, subtitle: str = "") -> alt.TitleParams:
    """A map's title and the line below it."""
    return alt.TitleParams(
        short_label(text, _TITLE),
        subtitle=short_label(subtitle, _TITLE),
        anchor="start",
        fontSize=15,
        subtitleFontSize=12,
        subtitleColor="#555555",
        offset=10,
    )


def titles_of(membership: pd.DataFrame) -> dict[str, str]:
    """Each region's name for people; its code where it has none."""
    groups = membership["group"].astype("str")
    titles = membership["title"].fillna(groups) if "title" in membership else groups
    return dict(zip(groups, titles.astype("str"), strict=True))


def main_region(membership: pd.DataFrame) -> pd.Series:
    """The region that holds most of each area, by area."""
    most = membership.sort_values("weight").drop_duplicates("member", keep="last")
    return most.set_index(most["member"].astype("str"))["group"].astype("str")


def kinds_of(areas: pd.Series, values: pd.Series, disclosure: pd.Series | None) -> pd.Series:
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


def ascending(breaks: Sequence[float]) -> np.ndarray:
    """Limits of classes as given, once they are known to ascend."""
    cuts = np.asarray(breaks, dtype=float)
    if (np.diff(cuts) <= 0).any():
        raise TableError(
            f"breaks {', '.join(map(str, breaks))}", "breaks that ascend", "sort them and drop repeated ones"
        )
    return cuts


def equal_classes(figures: pd.Series) -> np.ndarray:
    """Limits of five classes of equal size, rounded to two digits."""
    if figures.empty:
        return np.array([])
    limits = np.unique([float(f"{q:.2g}") for q in figures.quantile([0.2, 0.4, 0.6, 0.8])])
    return limits[(limits > figures.min()) & (limits <= figures.max())]


def ramp(classes: int) -> list[str]:
    """Yellow-green to dark blue: told apart by color-blind readers, and by lightness alone in print."""
    return [to_hex(c) for c in colormaps["YlGnBu"](np.linspace(0.18, 0.95, classes))]


def class_label(cuts: np.ndarray, rank: int, number: str) -> str:
    """What figures a class holds, for the legend."""
    if not len(cuts):
        return "with a figure"
    if rank == 0:
        return f"under {as_written(cuts[0], number)}"
    if rank == len(cuts):
        return f"{as_written(cuts[-1], number)} and more"
    return f"{as_written(cuts[rank - 1], number)} to {as_written(cuts[rank], number)}"


def as_written(figure: float, number: str) -> str:
    """A figure in a Python format, with a true minus sign."""
    return format(figure, number).replace("-", "−")
