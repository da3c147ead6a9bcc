"""A view as plain values that a browser draws: paths, figures, texts of the legend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from sectorlib.explore.view import BENCHMARKS, MEASURES, View
from sectorlib.maps.drawing import as_page, ascending, class_label, equal_classes, kinds_of, main_region, ramp

#: Limits of classes that stay the same between views.
_LIMITS = {"location_quotient": [0.5, 0.8, 1.0, 1.2, 2.0], "percent_change": [-10.0, -5.0, 0.0, 5.0, 10.0]}
_FIGURES = ("employment", "location_quotient", "percent_change", "average_annual_pay")


def setup_of(view: View, *, live: bool) -> dict[str, Any]:
    """What stays the same while a system of regions is shown: shapes, names, and what can be chosen."""
    study, found = view.results.study, view.figures
    page = as_page(study.shapes[study.shapes["area"].isin(study.counties)])
    shapes = page.shapes
    group = shapes["area"].map(main_region(study.regions))
    united = shapes[group.notna()].assign(group=group.dropna()).dissolve("group")
    regions = view.results["regions"].drop_duplicates("area")
    base = {
        "nation": "the nation",
        "rest": "the rest of the base",
        "base": view.names.get(study.base_area, "the base"),
    }
    return {
        "system": study.system,
        "title": study.title,
        "notice": study.notice or "",
        "live": live,
        "width": page.width,
        "height": page.height,
        "counties": {str(a): [str(n), path(s)] for a, n, s in zip(shapes["area"], shapes["name"], shapes.geometry, strict=True)},
        "outlines": {str(code): path(shape) for code, shape in united.geometry.items()},
        "regions": dict(zip(regions["area"].astype(str), regions["area_name"].astype(str), strict=True)),
        "names": found.names,
        "sectors": found.sectors,
        "measures": {
            name: title for name, (title, _) in MEASURES.items() if name != "percent_change" or len(found.years) > 1
        },
        "forms": {name: form for name, (_, form) in MEASURES.items()},
        "years": found.years,
        "benchmarks": {name: base[name] for name in BENCHMARKS if name in found.benchmarks},
        "systems": {name: name.replace("_", " ") for name in study.systems} if live else {study.system: ""},
        "base": base["base"],
    }  # fmt: skip


def parts_of(view: View) -> dict[str, Any]:
    """What changes with the choice: the map, the sectors, the trend."""
    return {"map": map_of(view), "sectors": sectors_of(view), "trend": trend_of(view), "title": view.title}


def map_of(view: View) -> dict[str, Any]:
    """Figure, kind and class of every county, and the legend."""
    rows = view.values()
    areas = pd.Series(rows.index, rows.index)
    kinds = kinds_of(areas, rows["value"], rows["disclosure"])
    kinds = kinds.where(~((kinds == "withheld") & rows["value"].notna()), "value")
    figure = rows["value"].where(kinds.isin(["value", "estimated", "zero"]))
    limits = _LIMITS.get(view.measure)
    cuts = ascending(limits) if limits else equal_classes(figure[figure != 0].dropna())
    rank = np.searchsorted(cuts, figure.fillna(0).to_numpy(), side="right")
    areas_of = {
        code: [_plain(value), _plain(low), _plain(high), kind, int(number)]
        for code, value, low, high, kind, number in zip(
            rows.index, figure, rows["low"], rows["high"], kinds, rank, strict=True
        )
    }
    return {"areas": areas_of, **legend_of(cuts, MEASURES[view.measure][1])}


def legend_of(cuts: np.ndarray, form: str) -> dict[str, Any]:
    """Colors and labels of classes, lightest first."""
    return {
        "colors": ramp(len(cuts) + 1),
        "labels": [class_label(cuts, i, form.replace(".2f", ".1f")) for i in range(len(cuts) + 1)],
    }


def sectors_of(view: View) -> dict[str, Any]:
    """The sectors of the region: titles and figures with bounds."""
    table = view.sectors()
    rows = []
    for code, row in table.iterrows():
        figures = {
            name: [_plain(row.get(name + end)) for end in ("", "_low", "_high")]
            for name in _FIGURES
            if name in table
        }
        tier = row.get("tier_typical")
        rows.append(
            {
                "code": code,
                "title": row["industry_title"],
                "tier": tier if isinstance(tier, str) else "",
                **figures,
            }
        )
    span = view.figures.span(view.year)
    return {"rows": rows, "span": list(span) if span else []}


def trend_of(view: View) -> dict[str, Any]:
    """The measure over the years."""
    return lines_of(view.history())


def lines_of(rows: pd.DataFrame) -> dict[str, Any]:
    """Rows of a history as lists."""
    years = {"years": [int(year) for year in rows.index]}
    return years | {name: _plain_all(rows[name]) for name in ("value", "low", "high", "base")}


def ranking_of(view: View, weights: dict[str, float] | None) -> dict[str, Any]:
    """The ranking of the region, and the criteria with their weights."""
    ranked = view.ranking(weights)
    criteria = view.results.targets.criteria
    shares = criteria["weight"].astype(float) / criteria["weight"].sum()
    shares = shares if not weights else pd.Series(weights).reindex(criteria.index)
    return {
        "ranking": [
            {
                "title": row["sector_title"], "rank": int(row["rank"]), "low": int(row["rank_low"]), "high": int(row["rank_high"]),
                "first": float(row["share_first"]),
            }
            for _, row in ranked.iterrows()
        ],
        "criteria": [[name, label, float(shares.loc[str(name)])] for name, label in criteria["label"].items()],
    }  # fmt: skip


def path(shape: shapely.Geometry) -> str:
    """A shape in pixels as the path of an SVG."""
    parts = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors) if polygon.geom_type == "Polygon" else ():
            points = np.round(shapely.get_coordinates(ring), 1)
            parts.append("M" + "L".join(f"{x:g},{y:g}" for x, y in points[:-1]) + "Z")
    return "".join(parts)


def _plain_all(values: pd.Series) -> list[float | None]:
    """Numbers that JSON can hold."""
    plain = values.to_numpy(dtype=float).round(6)
    return [
        value if known else None
        for value, known in zip(plain.tolist(), np.isfinite(plain).tolist(), strict=True)
    ]


def _plain(value: Any) -> float | None:
    """A number that JSON can hold; None where it is not known."""
    return None if value is None or pd.isna(value) or not np.isfinite(value) else round(float(value), 6)
