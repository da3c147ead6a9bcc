"""Maps of a partnership: its possible footprints over the sector's jobs, and over the lines of jurisdictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sectorlib.exceptions import UnknownAreaError
from sectorlib.maps.drawing import (
    LEGEND_WIDTH,
    LETTER,
    QUIET,
    REGION_LINE,
    STATE_LINE,
    Page,
    as_page,
    as_written,
    class_label,
    equal_classes,
    features,
    fills_and_hover,
    frame,
    heading,
    kinds_of,
    legend,
    name_labels,
    outlines,
    pattern,
    ramp,
    shapes_chart,
    short_label,
    texts,
)
from sectorlib.maps.offline import OfflineHConcatChart
from sectorlib.membership import NONE

#: How far a map looks beyond the footprints, as a share of their extent.
_AROUND = 0.18

#: Lines of footprints: told apart by their dashes in print, and by their colors (Okabe and Ito 2008).
_LINES = (
    ("#000000", 3.0, (1, 0)),
    ("#d55e00", 2.4, (7, 4)),
    ("#0072b2", 2.2, (2, 3)),
    ("#009e73", 2.2, (9, 3, 2, 3)),
)

#: Light fills that color-blind readers tell apart (Tol 2021, the light scheme); numbers say which is which in print.
_TINTS = ("#77aadd", "#ee8866", "#eedd88", "#99ddff", "#44bb99", "#ffaabb", "#bbcc33", "#aaaa00")

#: A county is split where its second jurisdiction has at least this share of it.
_SPLIT = 0.01

#: How far below another number one stands, in pixels.
_BELOW = 16.0

_STATUS = {
    "zero": "no establishments of the sector (0)",
    "estimated": "estimated",
    "withheld": "withheld, wholly or in part",
    "no data": "not in the study",
}


@dataclass(frozen=True)
class Outline:
    """A footprint on a map: its name in the legend, and its counties."""

    label: str
    counties: Sequence[str]


def around(shapes: gpd.GeoDataFrame, counties: Sequence[str]) -> gpd.GeoDataFrame:
    """The shapes near some counties: what a map of them shows.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area, name, state, geometry.
    counties : sequence of str
        The counties that the map is about.

    Returns
    -------
    GeoDataFrame
        Those that touch the rectangle around the counties, with a margin.

    Raises
    ------
    UnknownAreaError
        None of the counties has a shape.

    Examples
    --------
    >>> from sectorlib.sources.boundaries import county_shapes
    >>> near = around(county_shapes("2010s"), ["36055"])
    >>> sorted(near["area"])[:3]
    ['36037', '36051', '36055']
    """
    inside = shapes[shapes["area"].isin(counties)]
    if inside.empty:
        raise UnknownAreaError(
            f"none of {len(counties)} counties has a shape",
            f"areas such as {', '.join(shapes['area'].head(3))}",
            "give shapes with the same codes as the footprints",
        )
    west, south, east, north = inside.total_bounds
    margin = _AROUND * max(east - west, north - south)
    window = shapely.box(west - margin, south - margin, east + margin, north + margin)
    near = shapes[shapes.geometry.intersects(window)].reset_index(drop=True)
    return near.clip(window, keep_geom_type=True).reset_index(drop=True)


def footprint_map(
    shapes: gpd.GeoDataFrame,
    values: pd.Series,
    disclosure: pd.Series,
    footprints: Sequence[Outline],
    title: str,
    number: str = ",.0f",
) -> OfflineHConcatChart:
    """Where a sector's jobs are, with the lines of a partnership's possible footprints over them.

    Withheld, missing and zero look different, as in :func:`choropleth`. Counties in no footprint are gray.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area, name, state, geometry: what the map shows, as from :func:`around`.
    values : Series of float
        Jobs by county, of the counties in a footprint; missing where not known.
    disclosure : Series of str
        By county: ``disclosed``, ``estimated``, ``suppressed``, ``partial``, or ``missing`` for a county that
        the figures do not cover.
    footprints : sequence of Outline
        Up to four; the first is drawn strongest.
    title : str
        What the figure is, with its unit and year.
    number : str
        How figures are written, as a Python format.

    Returns
    -------
    altair.HConcatChart
        The map with its legend.

    Examples
    --------
    >>> from sectorlib.sources.boundaries import county_shapes
    >>> jobs = pd.Series({"36055": 39_277.0, "36069": float("nan")})
    >>> known = pd.Series({"36055": "disclosed", "36069": "suppressed"})
    >>> near = around(county_shapes("2010s"), jobs.index)
    >>> chart = footprint_map(near, jobs, known, [Outline("Both", list(jobs.index))], "Jobs, 2017")
    >>> chart.title.text
    'Jobs, 2017'
    """
    page = as_page(shapes)
    listed = page.shapes["area"].isin(values.index)
    kind = kinds_of(page.shapes["area"], values, disclosure.replace("missing", np.nan)).where(
        listed, "elsewhere"
    )
    figure = page.shapes["area"].map(values).where(kind.isin(["value", "estimated"]))
    cuts = equal_classes(figure[figure != 0].dropna())
    colors = ramp(len(cuts) + 1)
    rank = pd.Series(np.searchsorted(cuts, figure.fillna(0).to_numpy(), side="right"), figure.index)
    plain = dict.fromkeys(_STATUS, "#ffffff") | {"elsewhere": QUIET}
    del plain["estimated"]
    said = figure.map(lambda v: "" if pd.isna(v) else as_written(v, number))
    drawn = page.shapes.assign(
        fill=kind.map(plain).fillna(rank.map(dict(enumerate(colors)))),
        figure=said.where(kind == "value", kind.map(_STATUS).fillna("in no footprint")),
        inside=[_held_by(area, footprints) for area in page.shapes["area"]],
    )
    hatched = [
        pattern(page, drawn[kind == k], k) for k in ("withheld", "estimated", "no data") if (kind == k).any()
    ]
    lines = _lines(drawn, footprints)
    columns = {"name": "County", "figure": title, "inside": "In"}
    layers = fills_and_hover(drawn, columns, [*hatched, _state_lines(drawn), *lines])
    chart = alt.LayerChart(layer=[*layers, name_labels(drawn[listed], page)], **frame(page, f"Map: {title}"))
    used = sorted(set(rank[figure.notna() & (kind != "zero")]))
    entries = [("value", colors[i], class_label(cuts, i, number)) for i in reversed(used)]
    entries += [(k, plain.get(k, colors[0]), label) for k, label in _STATUS.items() if (kind == k).any()]
    key = alt.vconcat(legend(entries), _line_legend([f.label for f in footprints]), spacing=12)
    return OfflineHConcatChart(hconcat=[chart, key], spacing=18, title=heading(title))


def jurisdiction_map(
    shapes: gpd.GeoDataFrame, membership: pd.DataFrame, footprint: Outline, title: str
) -> OfflineHConcatChart:
    """The jurisdictions of one kind that a footprint touches, each in its color and with its number.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns area, name, state, geometry: what the map shows.
    membership : DataFrame
        The system's membership of counties, in the order in which jurisdictions are numbered; the group ``none``
        holds those that are known to be in none, and counties without a row are not recorded.
    footprint : Outline
        The footprint.
    title : str
        What kind of jurisdictions they are.

    Returns
    -------
    altair.HConcatChart
        The map with its legend.

    Examples
    --------
    >>> from sectorlib.membership import membership
    >>> from sectorlib.sources.boundaries import county_shapes
    >>> boards = membership({"Monroe": ["36055"], "Ontario": ["36069"]})
    >>> near = around(county_shapes("2010s"), ["36055", "36069"])
    >>> jurisdiction_map(near, boards, Outline("Both", ["36055", "36069"]), "Boards").title.text
    'Boards'
    """
    page = as_page(shapes)
    rows = membership[membership["weight"] >= _SPLIT].sort_values("weight", ascending=False)
    first = rows.drop_duplicates("member").set_index("member")
    areas = page.shapes["area"]
    group = areas.map(first["group"].astype("str"))
    here = areas.isin(list(footprint.counties))
    ours = membership["member"].isin(list(footprint.counties)) & (membership["weight"] >= _SPLIT)
    touched = membership.loc[ours & (membership["group"] != NONE), "group"]
    numbers = {str(code): n for n, code in enumerate(dict.fromkeys(touched.astype(str)), start=1)}
    tints = _tints(page.shapes, group.where(group.isin(list(numbers))))
    titles = dict(zip(rows["group"].astype(str), rows["title"].astype(str), strict=True))
    split = areas.isin(rows.loc[rows["member"].duplicated(keep=False), "member"]) & here
    kind = pd.Series(
        np.select(
            [group.isna() & here, (group == NONE) & here, split], ["no data", "outside", "split"], "plain"
        ),
        areas.index,
    )
    drawn = page.shapes.assign(
        fill=group.map(tints)
        .where(kind != "no data")
        .fillna("#ffffff")
        .where(here | group.isin(list(numbers)), QUIET),
        jurisdiction=[_jurisdictions_of(area, rows, titles) for area in areas],
    )
    hatched = [
        pattern(page, drawn[kind == k], k) for k in ("no data", "outside", "split") if (kind == k).any()
    ]
    named = drawn[group.isin([g for g in titles if g != NONE])]
    lines = [outlines(named, group[named.index], REGION_LINE, 1.0), _state_lines(drawn)]
    borders = [*lines, *_lines(drawn, [footprint])]
    layers = fills_and_hover(drawn, {"name": "County", "jurisdiction": title}, [*hatched, *borders])
    chart = alt.LayerChart(
        layer=[
            *layers,
            _numbers(drawn, group.where(here), rows[rows["member"].isin(areas[here])], numbers, page),
        ],
        **frame(page, f"Map: {title} that the footprint touches"),
    )
    entries = [
        ("value" if code in tints else "split", tints.get(code, "#ffffff"), f"{n} {titles[code]}")
        for code, n in numbers.items()
    ]
    said = {"split": "split between two or more", "outside": "in none", "no data": "not recorded"}
    entries += [(k, "#ffffff", label) for k, label in said.items() if (kind == k).any()]
    key = alt.vconcat(legend(entries), _line_legend([footprint.label]), spacing=12)
    return OfflineHConcatChart(hconcat=[chart, key], spacing=18, title=heading(title))


def _held_by(area: str, footprints: Sequence[Outline]) -> str:
    return "; ".join(f.label for f in footprints if area in f.counties) or "none of the footprints"


def _jurisdictions_of(area: str, rows: pd.DataFrame, titles: dict[str, str]) -> str:
    mine = rows[rows["member"] == area]
    parts = [
        titles[str(group)] + (f" ({weight:.0%})" if weight < 1 - _SPLIT else "")
        for group, weight in zip(mine["group"], mine["weight"].astype(float), strict=True)
    ]
    return "; ".join(parts) or "not recorded"


def _lines(drawn: gpd.GeoDataFrame, footprints: Sequence[Outline]) -> list[alt.Chart]:
    """The footprints' borders, the first on top."""
    charts = []
    for outline, (color, width, dash) in zip(footprints, _LINES, strict=False):
        inside = drawn[drawn["area"].isin(list(outline.counties))]
        if len(inside):
            charts.append(outlines(inside, pd.Series("all", inside.index), color, width, dash))
    return charts


def _state_lines(drawn: gpd.GeoDataFrame) -> alt.Chart:
    return outlines(drawn, drawn["state"], STATE_LINE, 1.0)


def _tints(shapes: gpd.GeoDataFrame, group: pd.Series) -> dict[str, str]:
    """A fill for each jurisdiction, another than those of its neighbors' as far as there are enough."""
    united = gpd.GeoDataFrame({"group": group}, geometry=shapes.geometry).dropna().dissolve("group")
    fills: dict[str, str] = {}
    for code in united.index:
        near = united.index[united.geometry.buffer(1).intersects(united.geometry[code])]
        taken = {fills[other] for other in near if other in fills}
        unused = [t for t in _TINTS if t not in fills.values()] or [t for t in _TINTS if t not in taken]
        fills[code] = unused[0] if unused else _TINTS[len(fills) % len(_TINTS)]
    return fills


def _numbers(
    drawn: gpd.GeoDataFrame, group: pd.Series, membership: pd.DataFrame, numbers: dict[str, int], page: Page
) -> alt.Chart:
    """Each jurisdiction's number in the middle of the widest place of its part of the footprint.

    One that has the smaller part of its counties only stands below the number of their other jurisdiction.
    """
    rows: list[dict[str, Any]] = []
    for code, n in numbers.items():
        inside, lower = drawn.geometry[group == code], 0.0
        if inside.empty:
            members = membership.loc[membership["group"].astype("str") == code, "member"]
            inside, lower = drawn.geometry[drawn["area"].isin(members)], _BELOW
        if len(inside):
            circle = shapely.maximum_inscribed_circle(shapely.union_all(inside.array))
            point = shapely.get_point(circle, 0)
            rows.append({"x": round(point.x, 1), "y": round(point.y + lower, 1), "text": str(n)})
    marks = texts(rows, page.height, align="center").mark_text(
        align="center", baseline="middle", fontSize=14, fontWeight="bold"
    )
    return marks.encode(x=alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, page.width], nice=False)))


def _line_legend(labels: Sequence[str]) -> alt.LayerChart:
    """The footprints' lines with their names."""
    length, line = 28.0, 22.0
    labels = [short_label(label) for label in labels]
    layers = []
    rows = []
    for i, (label, (color, width, dash)) in enumerate(zip(labels, _LINES, strict=False)):
        y = i * line + line / 2
        stroke = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, y), (length, y)])])
        layers.append(
            shapes_chart(
                features(stroke, []), filled=False, stroke=color, strokeWidth=width, strokeDash=list(dash)
            )
        )
        rows.append({"y": y, "text": label})
    height = line * len(rows)
    names = texts(rows, height, align="left").encode(x=alt.value(length + 7))
    width = max(LEGEND_WIDTH, length + 7 + LETTER * max(map(len, labels)))
    page = Page(gpd.GeoDataFrame(geometry=[]), width, height)
    return alt.LayerChart(layer=[*layers, names], **frame(page, "Lines of the footprints"))
