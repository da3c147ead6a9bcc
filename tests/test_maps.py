"""Maps: what is drawn for what is known, and that a page can hold them."""

import io
import json
from typing import Any

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import vl_convert
from matplotlib.colors import to_rgb
from PIL import Image

from sectorlib import maps
from sectorlib.exceptions import TableError, UnknownAreaError, UnknownNameError
from sectorlib.maps import drawing
from sectorlib.membership import membership
from sectorlib.sources.boundaries import county_shapes, shapes_for

AREAS = ["91001", "91003", "91005", "91007", "91009", "91011"]


@pytest.fixture
def row() -> gpd.GeoDataFrame:
    """Six squares in a row, of an invented state."""
    return gpd.GeoDataFrame(
        {"area": AREAS, "name": [f"{n} County" for n in "ABCDEF"], "state": "91"},
        geometry=[shapely.box(i - 90, 40, i - 89, 41) for i in range(6)],
        crs="EPSG:4326",
    )


def drawn(chart: alt.LayerChart, layer: int = 0) -> list[dict[str, Any]]:
    return json.loads(chart.layer[layer].data["values"])


def figures(chart: alt.HConcatChart) -> list[str]:
    return [feature["figure"] for feature in drawn(chart.hconcat[0])]


def legend(chart: alt.HConcatChart) -> list[str]:
    return [row["text"] for row in chart.hconcat[1].layer[-1].data["values"]]


def test_withheld_missing_zero_estimated_and_uncovered_are_told_apart(row: gpd.GeoDataFrame) -> None:
    values = pd.Series([12.0, 0.0, np.nan, np.nan, 7.0], AREAS[:5])
    disclosure = pd.Series(["disclosed", "disclosed", "suppressed", "disclosed", "estimated"], AREAS[:5])
    chart = maps.choropleth(row, values, "Jobs", disclosure=disclosure, breaks=[10])
    assert figures(chart) == [
        "12",
        "0",
        "withheld, wholly or in part",
        "no data",
        "7 (estimated)",
        "not covered",
    ]
    assert legend(chart) == [
        "10 and more",
        "under 10",
        "0",
        "estimated",
        "withheld, wholly or in part",
        "no data",
        "not covered",
    ]


@pytest.mark.parametrize("status", ["suppressed", "partial"])
def test_a_withheld_figure_is_never_shown_even_if_given(row: gpd.GeoDataFrame, status: str) -> None:
    values = pd.Series([12.0, 4321.0], AREAS[:2])
    chart = maps.choropleth(row, values, "Jobs", disclosure=pd.Series(["disclosed", status], AREAS[:2]))
    assert figures(chart)[1] == "withheld, wholly or in part"
    text = chart.to_json()
    assert "4321" not in text
    assert "4,321" not in text


def test_a_class_holds_its_lower_limit(row: gpd.GeoDataFrame) -> None:
    values = pd.Series([0.5, 1.0, 1.19, 1.2, 3.0, 0.99], AREAS)
    chart = maps.choropleth(row, values, "LQ", breaks=[1.0, 1.2], number=".2f")
    fills = [feature["fill"] for feature in drawn(chart.hconcat[0])]
    assert fills[0] == fills[5]
    assert fills[1] == fills[2]
    assert fills[3] == fills[4]
    assert len(set(fills)) == 3
    assert legend(chart) == ["1.20 and more", "1.00 to 1.20", "under 1.00"]


def test_a_zero_among_losses_is_a_figure_like_any_other(row: gpd.GeoDataFrame) -> None:
    values = pd.Series([-0.02, 0.0, 0.03], AREAS[:3])
    chart = maps.choropleth(row.head(3), values, "Growth", breaks=[0.0], number=".1%")
    assert figures(chart) == ["−2.0%", "0.0%", "3.0%"]
    assert legend(chart) == ["0.0% and more", "under 0.0%"]


def test_own_classes_are_of_equal_size_with_round_limits() -> None:
    cuts = drawing.equal_classes(pd.Series(np.arange(1, 1001, dtype=float)))
    assert cuts.tolist() == [200.0, 400.0, 600.0, 800.0]


def test_one_figure_everywhere_is_one_class(row: gpd.GeoDataFrame) -> None:
    chart = maps.choropleth(row, pd.Series(5.0, AREAS), "Jobs")
    assert legend(chart) == ["with a figure"]


def test_only_withheld_areas_make_a_map_too(row: gpd.GeoDataFrame) -> None:
    chart = maps.choropleth(row, pd.Series(np.nan, AREAS), "Jobs", disclosure=pd.Series("suppressed", AREAS))
    assert legend(chart) == ["withheld, wholly or in part"]


@pytest.mark.parametrize("classes", [2, 5, 7])
def test_colors_darken_in_print(classes: int) -> None:
    gray = [np.dot(to_rgb(color), [0.299, 0.587, 0.114]) for color in drawing.ramp(classes)]
    assert (np.diff(gray) < -0.08).all()


def test_errors_name_what_is_wrong(row: gpd.GeoDataFrame) -> None:
    with pytest.raises(UnknownAreaError, match="none of 1 areas"):
        maps.choropleth(row, pd.Series({"36055": 1.0}), "Jobs")
    with pytest.raises(TableError, match="'91001' has several values"):
        maps.choropleth(row, pd.Series([1.0, 2.0], ["91001", "91001"]), "Jobs")
    with pytest.raises(TableError, match="ascend"):
        maps.choropleth(row, pd.Series(1.0, AREAS), "Jobs", breaks=[2, 1])
    regions = membership({"east": AREAS[:2], "elsewhere": ["36055"]})
    with pytest.raises(UnknownNameError, match="did you mean 'east'"):
        maps.locator_map(row, regions, "eats")
    with pytest.raises(UnknownAreaError, match="none of the 1 areas of 'elsewhere'"):
        maps.locator_map(row, regions, "elsewhere")


def test_the_region_is_dark_its_part_lighter_and_the_rest_quiet(row: gpd.GeoDataFrame) -> None:
    regions = pd.DataFrame(
        {
            "member": ["91001", "91003", "91003", "91005", "91013"],
            "group": ["w", "w", "e", "e", "w"],
            "weight": [1.0, 0.3, 0.7, 1.0, 1.0],
            "title": ["West", "West", "East", "East", "West"],
        }
    )
    chart = maps.locator_map(row, regions, "w")
    areas = drawn(chart)
    assert [a["fill"] for a in areas] == [drawing.STRONG, drawing.PARTLY, *[drawing.QUIET] * 4]
    assert [a["region"] for a in areas] == ["West", "East", "East", *["no region"] * 3]
    assert chart.title.text == "West"
    assert chart.title.subtitle == "3 counties; 2 regions on the map; 1 in part (lighter); 1 not on the map"
    assert {label["text"] for label in chart.layer[-1].data["values"]} == {"A", "B"}


def test_only_the_states_a_region_touches_are_drawn() -> None:
    regions = membership({"Memphis": ["47157", "05035"], "Rochester": ["36055"]})
    chart = maps.locator_map(county_shapes("2010s"), regions, "Memphis")
    assert len(drawn(chart)) == 95 + 75  # counties of Tennessee and Arkansas
    assert chart.width <= drawing.WIDTH
    assert chart.height <= drawing.HEIGHT


def test_labels_stay_clear_of_each_other_and_inside_the_region() -> None:
    shapes = shapes_for(["36055"])
    counties = shapes.loc[shapes["area"] < "36070", "area"]
    chart = maps.locator_map(shapes, membership({"r": counties}), "r")
    labels = chart.layer[-1].data["values"]
    assert len(labels) > 15
    boxes = [
        shapely.box(t["x"] - 2.7 * len(t["text"]), t["y"] - 6, t["x"] + 2.7 * len(t["text"]), t["y"] + 6)
        for t in labels
    ]
    tree = shapely.STRtree(boxes)
    left, right = tree.query(boxes, predicate="intersects")
    assert (left == right).all()


def test_regions_are_unions_and_a_split_area_goes_where_most_of_it_is(row: gpd.GeoDataFrame) -> None:
    regions = pd.DataFrame(
        {"member": ["91001", "91003", "91003"], "group": ["w", "w", "e"], "weight": [1.0, 0.6, 0.4]}
    )
    united = maps.region_shapes(row, regions)
    assert united["area"].tolist() == ["w"]
    assert united.geometry[0].equals(shapely.box(-90, 40, -88, 41))


def test_equal_areas_stay_equal_on_the_page() -> None:
    shapes = shapes_for(["02020"])
    truth = shapes.to_crs("EPSG:3338").set_index("area").geometry.area
    page = drawing.as_page(shapes).shapes.set_index("area").geometry.area
    large = truth.index[truth > truth.quantile(0.5)]
    ratio = page[large] / truth[large]
    assert (ratio / ratio.mean()).between(0.97, 1.03).all()


def test_the_nation_has_alaska_hawaii_and_puerto_rico_in_its_corners() -> None:
    page = drawing.as_page(county_shapes("2020s"))
    assert not {"60", "66", "69"} & set(page.shapes["state"])
    for state, west, east in [("02", 0.0, 0.22), ("15", 0.23, 0.34), ("72", 0.92, 1.0)]:
        left, _, right, bottom = page.shapes[page.shapes["state"] == state].total_bounds
        assert west - 0.01 <= left / page.width
        assert right / page.width <= east + 0.01
        assert bottom / page.height > 0.95
    corners = page.shapes[page.shapes["state"].isin(["02", "15", "72", "78"])]
    mainland = shapely.union_all(page.shapes.drop(index=corners.index).geometry.array)
    assert not corners.intersects(mainland).any()


@pytest.mark.parametrize("county", ["36055", "02020", "48453", "51059", "06037"])
def test_a_states_map_is_small_and_asks_for_nothing(county: str) -> None:
    shapes = shapes_for([county])
    values = pd.Series(np.arange(len(shapes), dtype=float), shapes["area"])
    disclosure = pd.Series(
        np.where(np.arange(len(shapes)) % 3 == 0, "suppressed", "disclosed"), shapes["area"]
    )
    for chart in (
        maps.choropleth(shapes, values, "Jobs", disclosure=disclosure),
        maps.locator_map(shapes, membership({"r": [county]}), "r"),
    ):
        text = chart.to_json(indent=None)
        assert len(text) < 200_000
        assert '"url"' not in text


def test_the_rendered_map_holds_each_color_and_its_hatching(row: gpd.GeoDataFrame) -> None:
    values = pd.Series([1.0, 20.0, np.nan, np.nan], AREAS[:4])
    disclosure = pd.Series(["disclosed", "disclosed", "suppressed", "disclosed"], AREAS[:4])
    chart = maps.choropleth(row.head(4), values, "Jobs", disclosure=disclosure, breaks=[10])
    image = Image.open(io.BytesIO(vl_convert.vegalite_to_png(chart.to_json(), scale=2))).convert("RGB")
    width = int(chart.hconcat[0].width * 2)
    pixels = np.asarray(image)[100:200, :width]  # below the title
    quarter = width // 4
    parts = [pixels[:, i * quarter + 20 : (i + 1) * quarter - 20].reshape(-1, 3) for i in range(4)]
    light, dark, hatched, dotted = (part.mean() for part in parts)
    assert dark < light - 40
    assert parts[0].std(axis=0).max() < 1  # one color
    assert parts[2].std(axis=0).min() > 20  # lines on white
    assert parts[3].std(axis=0).min() > 10  # dots on white
    assert hatched < dotted < 255
