"""Charts from frames and Series: what they draw, what they refuse, and that they leave the process as it was."""

import inspect
import subprocess
import sys

import altair as alt
import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sectorlib as sl

SECTORS = pd.DataFrame(
    {
        "area": "36055",
        "industry": ["31-33", "52", "62", "11"],
        "location_quotient": [1.8, 0.6, np.nan, np.nan],
        "location_quotient_low": [1.8, 0.6, 0.8, np.nan],
        "location_quotient_high": [1.8, 0.6, 1.25, np.nan],
        "percent_change": [4.0, -2, 3, 1],
        "employment": [900.0, 2500, 400, np.nan],
    }
)
SHIFTS = pd.DataFrame(
    {
        "area": "36055",
        "industry": ["31-33", "62", "11", "withheld"],
        "start_year": 2012,
        "end_year": 2017,
        "change": [-50.0, 90, np.nan, 12],
        "national": [20.0, 30, np.nan, np.nan],
        "mix": [-40.0, 25, np.nan, np.nan],
        "competitive": [-30.0, 35, np.nan, np.nan],
    }
)
RANKS = pd.DataFrame(
    {
        "sector_title": ["Food", "Health", "Energy"],
        "rank": [2, 1, np.nan],
        "rank_low": [1, 1, 1],
        "rank_high": [3, 2, 3],
    }
)
AHEAD = pd.DataFrame(
    {
        "year": [2018, 2019],
        "employment": [102.0, 104],
        "low_80": [98.0, 97],
        "high_80": [106.0, 111],
        "low_95": [95.0, 93],
        "high_95": [109.0, 115],
    }
)
PAST = pd.Series({2015: 98.0, 2016: np.nan, 2017: 100.0})
TIERS = pd.DataFrame({"low": [0.5], "middle": [0.2], "high": [0.2]}, index=["Monroe"])

CHARTS = {
    "bubble": lambda **ax: sl.plot.bubble(SECTORS, **ax),
    "shift_share": lambda **ax: sl.plot.shift_share(SHIFTS, **ax),
    "wage_tiers": lambda **ax: sl.plot.wage_tiers(TIERS, **ax),
    "projection": lambda **ax: sl.plot.projection(AHEAD, PAST, **ax),
    "ranks": lambda **ax: sl.plot.ranks(RANKS, **ax),
    "trend": lambda **ax: sl.plot.trend(PAST, **ax),
}


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_shows_itself_once_and_changes_nothing(chart: str) -> None:
    import matplotlib.pyplot as plt

    before = dict(mpl.rcParams)
    ax = CHARTS[chart]()
    assert isinstance(ax, Axes)
    assert ax._repr_png_().startswith(b"\x89PNG")
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_draws_on_the_axes_given(chart: str) -> None:
    left, right = Figure().subplots(1, 2)
    assert CHARTS[chart](ax=right) is right
    assert not left.has_data()
    assert right.has_data()


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_leaves_its_table_alone(chart: str) -> None:
    tables = [SECTORS, SHIFTS, RANKS, AHEAD, TIERS]
    before = [table.copy() for table in tables]
    CHARTS[chart]()
    for table, was in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, was)


def test_the_backend_of_a_notebook_survives_the_first_chart() -> None:
    # In a fresh process, as a notebook begins: the first chart is drawn before pyplot is imported.
    code = (
        "import os; os.environ['MPLBACKEND'] = 'svg'\n"
        "import pandas as pd, sectorlib as sl\n"
        "sl.plot.trend(pd.Series({2016: 1.0, 2017: 2.0}))\n"
        "import matplotlib.pyplot as plt\n"
        "plt.figure(); print(plt.get_backend(), plt.get_fignums())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "svg [1]"


def test_what_is_withheld_is_hollow_or_counted_never_zero() -> None:
    ax = sl.plot.bubble(SECTORS)
    places = ax.collections[0].get_offsets()
    assert len(places) == 3
    assert places[:, 0].min() > 0.5
    hollow = ax.collections[0].get_facecolor()[:, 3] == 0
    assert hollow.sum() == 1
    assert places[hollow][0].tolist() == pytest.approx([1.0, 3.0])  # the middle of 0.8 and 1.25
    assert any("1 of 4 not drawn" in text.get_text() for text in ax.texts)


def test_shift_share_orders_by_the_local_effect_and_counts_the_rest() -> None:
    ax = sl.plot.shift_share(SHIFTS)
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "Manufacturing",
        "Health care and social assistance",
    ]
    assert any("1 of 3 industries not compared" in text.get_text() for text in ax.texts)


def test_a_trend_starts_at_100_where_it_is_first_known_and_keeps_its_gaps() -> None:
    jobs = pd.DataFrame({"a": [np.nan, 50.0, np.nan, 60.0]}, index=[2014, 2015, 2016, 2017])
    line = sl.plot.trend(jobs, index=True).lines[0].get_ydata()
    np.testing.assert_allclose(line, [np.nan, 100, np.nan, 120])


def test_categories_without_rows_do_not_reach_a_chart() -> None:
    table = pd.concat([TIERS.rename(index={"Monroe": name}) for name in ("Monroe", "Erie")])
    long = table.rename_axis("area").reset_index().melt("area", var_name="tier", value_name="share")
    long = long.astype({"area": "category", "tier": "category"})
    ax = sl.plot.wage_tiers(long[long["area"] == "Erie"])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Erie"]
    shifts = SHIFTS.astype({"industry": "category"})
    assert len(sl.plot.shift_share(shifts[shifts["industry"] == "62"]).get_yticklabels()) == 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sl.plot.bubble(SECTORS.drop(columns="employment")), "employment"),
        (lambda: sl.plot.bubble(SECTORS.iloc[3:]), "withheld"),
        (lambda: sl.plot.shift_share(pd.concat([SHIFTS, SHIFTS.assign(area="36069")])), "2 values of area"),
        (lambda: sl.plot.ranks(RANKS.iloc[2:]), "none with a rank"),
        (lambda: sl.plot.trend(pd.Series({"a": 1.0})), "years"),
        (lambda: sl.plot.trend(pd.Series([1.0, 2.0], index=[2017, 2017])), "twice"),
        (lambda: sl.plot.projection(pd.concat([AHEAD.assign(industry=i) for i in ("10", "62")])), "industry"),
        (lambda: sl.plot.wage_tiers(TIERS.drop(columns="high")), "high"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_three_parts(call, said: str) -> None:
    with pytest.raises(sl.SectorlibError, match=said) as caught:
        call()
    assert caught.value.found
    assert caught.value.expected
    assert caught.value.hint


def test_a_map_is_shown_without_a_network_and_without_a_setting() -> None:
    jobs = pd.Series({"36055": 371_000.0, "36069": np.nan}, name="Jobs, 2017")
    chart = sl.plot.choropleth(jobs, disclosure=pd.Series({"36055": "disclosed", "36069": "suppressed"}))
    assert isinstance(chart, alt.HConcatChart)
    assert alt.renderers.active == "default"
    shown = chart._repr_mimebundle_()
    assert shown["image/svg+xml"].startswith("<svg")
    assert "<script" not in shown["text/html"]
    assert "http" not in shown["text/html"].replace("http://www.w3.org", "")
    assert "<title>Monroe County: 371,000</title>" in shown["text/html"]
    assert "<title>Ontario County: withheld, wholly or in part</title>" in shown["text/html"]


def test_two_maps_on_a_page_do_not_cut_each_other() -> None:
    regions = sl.membership({"Rochester": ["36055", "36069"], "Albany": ["36001"]})
    clips = []
    for name in ("Rochester", "Albany"):
        html = sl.plot.locator(regions, name)._repr_mimebundle_()["text/html"]
        clips.append({part.split('"')[0] for part in html.split('id="')[1:]})
    assert clips[0]
    assert not clips[0] & clips[1]


def test_a_locator_takes_a_region_by_its_title() -> None:
    regions = sl.membership({"LM1": ["36055"]}, titles={"LM1": "Rochester, NY"})
    assert sl.plot.locator(regions, "Rochester, NY").title.text == "Rochester, NY"


def test_geo_keeps_every_row_under_safe_names() -> None:
    regions = sl.membership({"LM36055": ["36055", "36069"]})
    table = pd.DataFrame(
        {
            "area": pd.Categorical(
                ["LM36055", "36055", "36000", "36055"], ["36055", "LM36055", "36000", "x"]
            ),
            "rank": [1, 2, 3, 4],
            "length": 1.0,
        },
        index=[7, 8, 9, 10],
    )
    shown = sl.maps.geo(table, regions)
    assert isinstance(shown, gpd.GeoDataFrame)
    assert list(shown.columns) == ["area_code", "rank_value", "length_value", "geometry"]
    assert not (set(shown.columns) - {"geometry"}) & set(dir(gpd.GeoDataFrame))
    assert shown.index.to_list() == [7, 8, 9, 10]
    assert shown.geometry.isna().to_list() == [False, False, True, False]
    assert shown.geometry.iloc[0].contains(shown.geometry.iloc[1].representative_point())
    assert "x" not in shown["area_code"].cat.categories
    assert shown.crs is not None


def test_geo_takes_a_series_and_refuses_what_has_no_shape() -> None:
    assert sl.maps.geo(pd.Series({"36055": 1.0}, name="jobs"))["jobs"].to_list() == [1.0]
    with pytest.raises(sl.SectorlibError, match=r"study\.regions"):
        sl.maps.geo(pd.DataFrame({"area": ["LM36055"]}))
    with pytest.raises(sl.SectorlibError, match="column of areas"):
        sl.maps.geo(pd.DataFrame({"jobs": [1.0]}))


def test_rooms_are_modules_and_their_functions_can_be_called() -> None:
    import sectorlib.growth
    import sectorlib.membership

    assert inspect.ismodule(sectorlib.growth)
    assert inspect.ismodule(sectorlib.membership)
    panel = pd.DataFrame(
        {
            "area": "36055", "industry": "311", "ownership": "5", "year": [2010, 2012],
            "employment": [1000.0, 1210.0], "disclosure": "disclosed",
        }
    )  # fmt: skip
    assert sl.growth(panel, 2010, 2012)["change"].to_list() == [210.0]
    assert sl.measures.growth is sl.growth.growth
    assert set(dir(sl.measures)) == set(sl.measures.__all__)
    with pytest.raises(AttributeError, match="no attribute 'load_study'"):
        _ = sl.measures.load_study
    assert list(inspect.signature(sl.growth).parameters) == ["panel", "start", "end"]


def test_what_completion_offers_is_short_and_there() -> None:
    names = [name for name in dir(sl) if not name.startswith("_")]
    assert len(names) <= 40
    assert {"plot", "maps", "measures", "load_study", "example", "Results"} <= set(names)
    for name in [*names, *sl.__all__]:
        assert getattr(sl, name) is not None
    for name in sl.measures.__all__:
        assert callable(getattr(sl.measures, name))


def test_delineate_and_a_study_draw_the_same_markets(tmp_path) -> None:
    from small_study import small_study

    study = sl.load_study(small_study(tmp_path))
    drawn, own = sl.delineate(study.flows), study.whole_markets
    assert ("LM" + drawn["group"].astype(str)).to_list() == own["group"].astype(str).to_list()
    assert drawn["member"].to_list() == own["member"].to_list()


def test_an_area_whose_total_is_withheld_keeps_its_bar() -> None:
    rows = pd.DataFrame({"area": ["36055"] * 3 + ["36069"] * 3, "tier": ["low", "middle", "high"] * 2})
    ax = sl.plot.wage_tiers(rows.assign(share=[np.nan] * 3 + [0.2, 0.3, 0.5]))
    assert len(ax.get_yticklabels()) == 2
    assert ax.patches[-2].get_width() == 1  # all of the first bar is not known
