"""The region on the map: a small locator, and the market with its counties and neighbors."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from sectorlib.maps.drawing import as_page
from sectorlib.pages import english, figures
from sectorlib.pages.drawing import Chart, mark, svg, text, width_of
from sectorlib.pages.looks import color
from sectorlib.pages.region import words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Column, Sheet

#: Detail of the locator, and of the market map, in pixels of a page 600 wide.
_COARSE, _FINE = 3.0, 0.8

#: How much of its surroundings the market map shows, of its own width and height.
_AROUND = 0.35

#: How high a map of a region may be, in pixels of its drawing.
_HIGHEST = 380

#: A county with its market in fewer draws than this could belong elsewhere.
CERTAIN = 0.9


def locator(profile: RegionProfile) -> str:
    """The region in its state or states, small; nothing where there are no shapes."""
    flat = _flat(profile)
    if flat is None:
        return ""
    inside = flat["area"].isin(profile.counties["county"])
    around = shapely.union_all(flat.geometry.to_numpy())
    region = shapely.union_all(flat.geometry[inside].to_numpy())
    west, north, east, south = around.bounds
    told = f"Locator map: {profile.name} in {profile.base_name}"
    parts = [
        f'<path d="{_path(around, _COARSE)}" fill="{color("context-soft")}" fill-rule="evenodd"/>',
        f'<path d="{_path(region, _COARSE)}" fill="{color("accent")}" fill-rule="evenodd"/>',
    ]
    shifted = f'<g transform="translate({-west:.0f} {-north:.0f})">{"".join(parts)}</g>'
    return (
        f'<figure class="locator">{svg([shifted], round(east - west), round(south - north), told)}</figure>'
    )


def market_map(profile: RegionProfile) -> Chart | None:
    """The region's counties by their share of its jobs, among their neighbors; None where there are no shapes."""
    around = _around(profile)
    if around is None:
        return None
    shapes, width, height = around
    table = _counties(profile)
    regions = profile.membership.drop_duplicates("member").set_index("member")["title"]
    parts: list[str] = []
    labels: list[tuple[float, shapely.Geometry, str, str]] = []
    areas: dict[str, list[shapely.Geometry]] = {}
    for code, shape in shapes.items():
        if code in table.index:
            here = table.loc[code]
            tone = "accent" if here["share"] >= 0.25 else "accent-soft"
            told = f"{here['name']}: {here['jobs']} jobs" + (
                f", {here['certain']}" if here["certain"] else ""
            )
            labels.append(
                (float(table["share"][code]), shape, str(here["name"]).removesuffix(" County"), tone)
            )
        else:
            tone = "wash"
            market = regions.get(code)
            told = f"{_name(profile, code)}" + (f": {market}" if market else "")
            if market:
                areas.setdefault(str(market), []).append(shape)
        parts.append(_county(shape, tone, told))
    parts += [*_names(labels), *_neighbors(areas, width, height)]
    told = f"Map of {profile.name}: " + "; ".join(
        f"{row['name']} {row['jobs']} jobs" for _, row in table.iterrows()
    )
    title = _finding(profile, table)
    source = f"Jobs: {words.source_of_jobs(profile)} {profile.year}, all ownerships."
    if words.flow_vintage(profile):
        source += f" Commuting: {words.flow_vintage(profile)}."
    return Chart("market-map", title, svg(parts, width, height, told, "map"), source, _sheet(profile, table))


def certainty_map(profile: RegionProfile) -> Chart | None:
    """How often each county stays in its market when commuting is redrawn, here and around; None without redraws or shapes."""
    around, drawn = _around(profile), profile.certainty
    if around is None or drawn.empty:
        return None
    shapes, width, height = around
    rows = drawn[drawn["member"].isin(list(shapes))].assign(
        inside=lambda table: table["group"] == profile.area
    )
    rows = rows.sort_values(
        ["inside", "same_market", "member_name"], ascending=[False, True, True]
    ).set_index("member")
    parts, labels = [], []
    for code, shape in shapes.items():
        if code not in rows.index:
            parts.append(_county(shape, "wash", f"{_name(profile, code)}: outside the study"))
            continue
        row = rows.loc[[code]].iloc[0]
        sure, here = row["same_market"] >= CERTAIN, bool(row["inside"])
        comes = not sure and not here and row["otherwise_title"] == profile.name
        tone = (
            ("accent" if sure else "warm")
            if here
            else ("warm-line" if comes else "context-soft" if sure else "wash")
        )
        parts.append(_county(shape, tone, _stays(row)))
        if here or comes:
            name = english.short_county(str(row["member_name"])).removesuffix(" County")
            labels.append((shape.area, shape, f"{name} {row['same_market']:.0%}", tone))
    told = f"Map of how often counties stay in their labor market: {'; '.join(_stays(row) for _, row in rows[rows['inside']].iterrows())}"
    columns = [
        Column("county", "County", text=True), Column("market", "Labor market", text=True), Column("stays", "Stays in it"),
        Column("otherwise", "Otherwise mostly with", text=True),
    ]  # fmt: skip
    cells = [
        {
            "county": str(row["member_name"]), "market": str(row["title"]), "stays": figures.share(row["same_market"]),
            "otherwise": str(row["otherwise_title"]) if pd.notna(row["otherwise_title"]) else "",
        }
        for _, row in rows.iterrows()
    ]  # fmt: skip
    unsure = int((rows["inside"] & (rows["same_market"] < CERTAIN)).sum())
    title = (
        f"{english.capital(english.counted(unsure, 'county'))} of the region could belong elsewhere"
        if unsure
        else f"Every county of the region stays in it in {CERTAIN:.0%} of redraws or more"
    )
    source = (
        f"Blue: in this market in {CERTAIN:.0%} of redraws or more. Orange: in fewer, or in another market and often in this one. "
        f"Commuting: {words.flow_vintage(profile)}."
    )
    sheet = Sheet(
        "certainty-map-data",
        "How often counties stay in their labor market when commuting is redrawn",
        columns,
        cells,
    )
    return Chart(
        "certainty-map", title, svg([*parts, *_names(labels)], width, height, told, "map"), source, sheet
    )


def _stays(row: pd.Series) -> str:
    """In what share of redraws a county stays in its market, and where it is otherwise."""
    text_ = f"{row['member_name']}: in {row['title']} in {row['same_market']:.0%} of redraws"
    return (
        f"{text_}, otherwise mostly with {row['otherwise_title']}"
        if pd.notna(row["otherwise_title"])
        else text_
    )


def _around(profile: RegionProfile) -> tuple[dict[str, shapely.Geometry], int, int] | None:
    """The counties of the region and around it by code, in pixels of a drawing, its width and height; None without shapes."""
    flat = _flat(profile)
    if flat is None:
        return None
    inside = flat["area"].isin(profile.counties["county"])
    west, north, east, south = flat[inside].total_bounds
    pad = _AROUND * max(east - west, south - north)
    box = (west - pad * 0.6, north - pad * 0.4, east + pad * 0.6, south + pad * 0.4)
    scale = min(560 / (box[2] - box[0]), _HIGHEST / (box[3] - box[1]))
    to_page = [scale, 0, 0, scale, -box[0] * scale, -box[1] * scale]
    shapes = {
        str(code): shapely.affinity.affine_transform(shapely.clip_by_rect(shape, *box), to_page)
        for code, shape in zip(flat["area"], flat.geometry, strict=True)
        if shape.intersects(shapely.box(*box))
    }
    kept = {code: shape for code, shape in shapes.items() if not shape.is_empty}
    return kept, round((box[2] - box[0]) * scale), round((box[3] - box[1]) * scale)


def _county(shape: shapely.Geometry, tone: str, told: str) -> str:
    """A county on a map, and what it says."""
    drawn = f'<path d="{_path(shape, _FINE)}" fill="{color(tone)}" stroke="{color("paper")}" fill-rule="evenodd"/>'
    return mark(drawn, told)


def _finding(profile: RegionProfile, table: pd.DataFrame) -> str:
    top = table.iloc[0]
    if len(table) == 1:
        return "The county and its neighbors"
    if not top["share"] >= 0.5:
        return f"{english.capital(english.counted(len(table), 'county'))} and their neighbors"
    return f"{figures.share(top['share'])} of the region\N{RIGHT SINGLE QUOTATION MARK}s jobs are in {top['name']}"


def _counties(profile: RegionProfile) -> pd.DataFrame:
    """The region's counties by code: name, jobs, share of the region's jobs, and how certain their market is."""
    rows = []
    certain = profile.certainty
    same = certain.set_index("member")["same_market"] if len(certain) else pd.Series(dtype=float)
    totals = {code: profile.total("0", code) for code in profile.counties["county"]}
    known = {code: row["employment_low"] for code, row in totals.items() if row is not None}
    whole = sum(known.values())
    for _, county in profile.counties.iterrows():
        code = str(county["county"])
        total = totals[code]
        rows.append(
            {
                "code": code,
                "name": english.short_county(county["county_name"]),
                "jobs": figures.withheld() if total is None else figures.cell_jobs(total),
                "share": known.get(code, 0.0) / whole if whole else 0.0,
                "certain": f"in this market in {same[code]:.0%} of redraws" if code in same.index else "",
                "same": float(same.get(code, float("nan"))),
            }
        )
    return pd.DataFrame(rows).set_index("code").sort_values("share", ascending=False)


def _sheet(profile: RegionProfile, table: pd.DataFrame) -> Sheet:
    columns = [
        Column("name", "County", text=True),
        Column("jobs", f"Jobs {profile.year}"),
        Column("share", "Share of region"),
    ]
    if table["same"].notna().any():
        columns.append(
            Column(
                "same",
                "In this market",
                hint="Share of redraws of the commuting flows in which the county stays",
            )
        )
    rows = [
        {
            "name": row["name"], "jobs": row["jobs"], "share": figures.share(row["share"]),
            "same": figures.share(row["same"]) if row["same"] == row["same"] else "",
        }
        for _, row in table.iterrows()
    ]  # fmt: skip
    return Sheet("region-counties", "Counties of the region", columns, rows)


def _names(labels: list[tuple[float, shapely.Geometry, str, str]]) -> list[str]:
    """Names of counties inside their shapes, where they fit, the largest first."""
    made = []
    for _, shape, name, tone in sorted(labels, key=lambda label: -label[0]):
        spot = shape.representative_point()
        west, north, east, south = shape.bounds
        if width_of(name, 11.5) < (east - west) * 0.98 and south - north > 14:
            made.append(
                text(
                    spot.x,
                    spot.y + 4,
                    name,
                    anchor="middle",
                    tone="paper" if tone in ("accent", "warm") else "ink",
                    size=11.5,
                )
            )
    return made


def _neighbors(areas: dict[str, list[shapely.Geometry]], width: float, height: float) -> list[str]:
    """Names of the regions around, where there is room."""
    made = []
    for name, shapes in areas.items():
        shape = shapely.union_all(shapes)
        if shape.area < 0.01 * width * height:
            continue
        spot = shape.representative_point()
        words_of = name.split(", ")[0]
        wide = width_of(words_of, 11.5)
        west, _, east, _ = shape.bounds
        if wide > (east - west):
            continue
        x = min(max(spot.x, wide / 2 + 2), width - wide / 2 - 2)
        made.append(text(x, spot.y + 4, words_of, anchor="middle", tone="quiet", size=11.5))
    return made


def _flat(profile: RegionProfile) -> gpd.GeoDataFrame | None:
    """Shapes of the states that the region touches, in pixels."""
    shapes = profile.shapes
    inside = shapes["area"].isin(profile.counties["county"])
    if not inside.any():
        return None
    near = shapes[shapes["state"].isin(shapes.loc[inside, "state"])]
    return as_page(near).shapes


def _name(profile: RegionProfile, code: str) -> str:
    shapes = profile.shapes
    hit = shapes.loc[shapes["area"] == code, "name"] if "name" in shapes else pd.Series(dtype=str)
    return str(hit.iloc[0]) if len(hit) else code


def _path(shape: shapely.Geometry, detail: float) -> str:
    """A shape as the path of an SVG, to a tenth of a pixel."""
    parts = []
    simple = shapely.simplify(shape, detail)
    for polygon in shapely.get_parts(simple):
        if polygon.geom_type != "Polygon" or polygon.is_empty:
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = shapely.get_coordinates(ring)
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z")
    return "".join(parts)
