"""County shapes: those that ship, and a user's own."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from sectorlib import areas
from sectorlib.exceptions import LayoutError, MissingFileError, TableError, UnknownAreaError, UnknownNameError
from sectorlib.sources import boundaries

SQUARE = shapely.box(-80, 40, -79, 41)


def squares(**columns: list) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(
        columns, geometry=[shapely.box(i, 40, i + 1, 41) for i in range(count)], crs="EPSG:4326"
    )


@pytest.mark.parametrize(("vintage", "count"), [("2010s", 3231), ("2020s", 3233)])
def test_shipped_shapes_are_the_counties_of_their_vintage(vintage: str, count: int) -> None:
    shapes = boundaries.county_shapes(vintage)
    assert len(shapes) == count
    assert shapes["area"].tolist() == areas.county_names(vintage).index.tolist()
    assert shapes["name"].tolist() == areas.county_names(vintage).tolist()
    assert shapes["state"].equals(shapes["area"].str[:2])
    assert shapes.crs == "EPSG:4326"
    assert set(shapes.geom_type) <= {"Polygon", "MultiPolygon"}
    assert shapes.is_valid.all()
    assert not shapes.is_empty.any()


@pytest.mark.parametrize("vintage", boundaries.SHAPE_VINTAGES)
def test_falls_church_is_a_small_square_between_fairfax_and_arlington(vintage: str) -> None:
    shapes = boundaries.county_shapes(vintage).set_index("area").to_crs(5070)
    church = shapes.geometry["51610"]
    assert church.area / 1e6 == pytest.approx(5.3, abs=0.3)  # 2.05 square miles of land
    others = shapes.drop(index="51610")
    assert set(others.index[others.touches(church) | others.overlaps(church)]) <= {"51059", "51013"}
    assert others.intersection(church).area.sum() / church.area < 0.001


@pytest.mark.parametrize("vintage", boundaries.SHAPE_VINTAGES)
def test_areas_are_those_of_the_country(vintage: str) -> None:
    # Census Bureau, State Area Measurements: 8.08 million square kilometres with all water, 7.66 of land.
    shapes = boundaries.county_shapes(vintage)
    contiguous = shapes[~shapes["state"].isin(["02", "15", "60", "66", "69", "72", "78"])].to_crs(5070)
    assert contiguous.area.sum() / 1e12 == pytest.approx(7.98, abs=0.2)


def test_a_caller_may_change_what_it_gets() -> None:
    first = boundaries.county_shapes()
    first.loc[:, "name"] = "changed"
    assert "changed" not in set(boundaries.county_shapes()["name"])


def test_an_unknown_vintage() -> None:
    with pytest.raises(UnknownNameError, match="'1990s'"):
        boundaries.county_shapes("1990s")


def test_states() -> None:
    states = boundaries.state_shapes()
    assert len(states) == 56
    assert states.is_valid.all()


def test_shapes_are_of_the_vintage_that_fits() -> None:
    assert "09001" in set(boundaries.shapes_for(["09001", "09003"])["area"])
    assert "09110" in set(boundaries.shapes_for(["09110", "09120"])["area"])


def test_a_county_of_the_other_vintage_stands_in_place_of_what_it_overlaps() -> None:
    # The official files of 2019 to 2023: Chugach and Copper River, with Connecticut's old counties.
    mixed = [*(f"090{n:02d}" for n in range(1, 16, 2)), "02063", "02066", "02020"]
    found = set(boundaries.shapes_for(mixed)["area"])
    assert set(mixed) <= found
    assert "02261" not in found


def test_a_former_county_is_drawn_from_its_successors() -> None:
    shapes = boundaries.shapes_for(["02231", "02020"]).set_index("area")
    assert "02231" in shapes.index
    assert not {"02230", "02105", "02282"} & set(shapes.index)
    parts = boundaries.county_shapes().set_index("area").loc[["02230", "02105", "02282"]]
    assert shapes.geometry["02231"].area == pytest.approx(shapely.area(parts.geometry.values).sum(), rel=1e-6)


def test_a_former_county_is_not_drawn_over_a_successor_in_the_table() -> None:
    shapes = boundaries.shapes_for(["46113", "46102"])
    assert boundaries.without_shape(shapes, ["46113", "46102"]) == ["46113"]


def test_merged_and_invented_counties_have_no_shape_and_are_named() -> None:
    wanted = ["51515", "51019", "51999", "51000", "51002"]
    assert boundaries.without_shape(boundaries.shapes_for(wanted), wanted) == ["51002", "51515"]


@pytest.mark.parametrize(
    "columns",
    [
        {"GEOID": ["01001", "36055"]},
        {"fips": [1001, 36055]},
        {"id": ["0500000US01001", "0500000US36055"]},
        {"STATEFP": ["01", "36"], "COUNTYFP": ["001", "055"]},
        {"id": ["x", "y"], "GEOID10": ["01001", "36055"]},
        {"AREA": [1565.4, 3535.9], "GEOID": ["01001", "36055"]},  # of the shape, in square kilometers
        {"AREA": [1_565_400, 3_535_900], "GEOID": ["01001", "36055"]},
    ],
)
def test_codes_are_found_in_any_usual_column(tmp_path: Path, columns: dict) -> None:
    squares(**columns).to_file(tmp_path / "own.geojson")
    shapes = boundaries.read_shapes(tmp_path / "own.geojson")
    assert shapes[["area", "name", "state"]].to_numpy().tolist() == [
        ["01001", "Autauga County", "01"],
        ["36055", "Monroe County", "36"],
    ]


def test_a_row_without_a_shape_has_none(tmp_path: Path) -> None:
    shapes = squares(area=["91001", "91003"])
    for nothing in (None, shapely.Polygon()):
        shapes.geometry = [shapes.geometry[0], nothing]
        shapes.to_parquet(tmp_path / "own.parquet")
        assert boundaries.read_shapes(tmp_path / "own.parquet")["area"].to_list() == ["91001"]


def test_own_areas_keep_their_own_codes_and_names(tmp_path: Path) -> None:
    squares(area=["91003", "91001"], name=["Birch", "Alder"]).to_parquet(tmp_path / "own.parquet")
    shapes = boundaries.shapes_for(["91001", "91999"], tmp_path / "own.parquet")
    assert shapes[["area", "name"]].to_numpy().tolist() == [["91001", "Alder"], ["91003", "Birch"]]


def test_a_bow_tie_becomes_polygons_in_degrees(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])
    frame = gpd.GeoDataFrame({"area": ["a"]}, geometry=[bow_tie], crs="EPSG:4326").to_crs(5070)
    frame.to_file(tmp_path / "own.gpkg")
    shape = boundaries.read_shapes(tmp_path / "own.gpkg").geometry[0]
    assert shape.is_valid
    assert shape.area == pytest.approx(0.5, rel=1e-6)


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="nowhere"):
        boundaries.read_shapes(tmp_path / "nowhere.geojson")
    squares(town=["a", "b"]).to_file(tmp_path / "towns.geojson")
    with pytest.raises(LayoutError, match="no column of county codes among town"):
        boundaries.read_shapes(tmp_path / "towns.geojson")
    squares(area=["a", "a"]).to_file(tmp_path / "twice.geojson")
    with pytest.raises(TableError, match="'a' has several shapes"):
        boundaries.read_shapes(tmp_path / "twice.geojson")
    squares(area=["a"]).set_geometry(gpd.GeoSeries([shapely.Point(0, 40)], crs="EPSG:4326")).to_file(
        tmp_path / "points.geojson"
    )
    with pytest.raises(LayoutError, match="Point"):
        boundaries.read_shapes(tmp_path / "points.geojson")
    (tmp_path / "text.geojson").write_text("not shapes")
    with pytest.raises(LayoutError, match="cannot be read as shapes"):
        boundaries.read_shapes(tmp_path / "text.geojson")
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(LayoutError, match="cannot be read as shapes"):
        boundaries.read_shapes(tmp_path / "text.zip")
    squares(area=["a"]).to_file(tmp_path / "own.geojson")
    with pytest.raises(UnknownAreaError, match="none of 1 areas"):
        boundaries.shapes_for(["36055"], tmp_path / "own.geojson")


@pytest.mark.shared
@pytest.mark.parametrize(("year", "count"), [(2018, 3220), (2021, 3221)])
def test_census_zips_also_when_a_mac_zipped_them(shared: Path, year: int, count: int) -> None:
    path = shared / f"data/layouts/cartographic/cb_{year}_us_county_20m.zip"
    shapes = boundaries.read_shapes(path)
    assert len(shapes) == count
    ours = boundaries.county_shapes("2010s")
    both = shapes.merge(ours, on="area", suffixes=("", "_ours"))
    assert len(both) > 3200
    # An independent generalization of the same counties: they lie on each other.
    main = both[~both["state"].isin(["02", "15", "72"])]
    shared_area = shapely.area(
        shapely.intersection(main["geometry"].array, main["geometry_ours"].array)
    ).sum()
    assert shared_area / shapely.area(main["geometry"].array).sum() > 0.98


@pytest.mark.shared
def test_every_county_of_the_flows_has_a_shape(national_flows: pd.DataFrame) -> None:
    codes = set(national_flows["home"]) | set(national_flows["work"])
    shapes = boundaries.shapes_for(codes)
    assert boundaries.without_shape(shapes, codes) == []
    assert len(shapes) == len(codes) == 3142


@pytest.mark.shared
def test_neighbors_are_those_of_the_census_list(listed_neighbors: set[tuple[str, str]]) -> None:
    listed = {(a, b) for a, b in listed_neighbors if a[:2] == b[:2] == "39" and a != b}
    ohio = boundaries.shapes_for(["39049"]).set_index("area").to_crs(5070)
    left, right = ohio.sindex.query(ohio.geometry.buffer(100), predicate="intersects")
    touching = {(ohio.index[a], ohio.index[b]) for a, b in zip(left, right, strict=True) if a != b}
    assert len(listed & touching) / len(listed) > 0.97
    assert len(touching - listed) / len(touching) < 0.05
