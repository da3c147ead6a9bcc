"""Average pay and wage tiers: hand-worked, invariances, and errors."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib import wages as w
from sectorlib.exceptions import TableError, UnknownAreaError, UnknownNameError
from sectorlib.resources import definitions

WORKED = yaml.safe_load((Path(__file__).parent / "worked" / "wage_tiers.yaml").read_text())
SCHEMES = ("area-ratio", "base-terciles", "oecd")


def panel_of(rows, area="00000", year=2016) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["industry", "ownership", "employment", "wages"])
    frame = frame.assign(area=area, year=year, establishments=20.0)
    frame = frame.astype({"employment": float, "wages": float})
    disclosure = np.where(frame["employment"].notna(), "disclosed", "suppressed")
    frame = frame.assign(disclosure=disclosure)
    return frame.astype(dict.fromkeys(["area", "industry", "ownership", "disclosure"], "category"))


@pytest.fixture
def economy() -> pd.DataFrame:
    return panel_of(WORKED["rows"])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_hand_worked(economy, scheme):
    expected = WORKED["expected"][scheme]
    thresholds = w.wage_thresholds(economy, economy, "00000", scheme)
    assert len(thresholds) == 1
    assert thresholds.loc[0, "low_below"] == pytest.approx(expected["low_below"])
    assert thresholds.loc[0, "high_above"] == pytest.approx(expected["high_above"])
    tier = w.wage_tier(economy, economy, "00000", scheme)
    found = tier.set_axis(economy["industry"].astype(str)).reindex(list(expected["tiers"]))
    assert found.astype(str).to_dict() == expected["tiers"]


def test_tiers_are_ordered_and_on_the_callers_index(economy):
    economy.index = pd.Index(list("abcdef"))
    tier = w.wage_tier(economy, economy, "00000")
    assert tier.index.equals(economy.index)
    assert tier.cat.ordered
    assert list(tier.cat.categories) == ["low", "middle", "high"]
    assert tier.min() == "low"


def test_a_total_is_no_industry(economy):
    assert w.wage_tier(economy, economy, "00000", "area-ratio")[0] == "middle"
    assert w.wage_tier(economy, economy, "00000", "base-terciles").isna().to_list() == [True] + [False] * 5


def test_withheld_pay_has_no_tier_and_is_counted(economy):
    economy.loc[2, ["employment", "wages"]] = np.nan  # retail trade
    assert np.isnan(w.average_annual_pay(economy)[2])
    assert pd.isna(w.wage_tier(economy, economy, "00000")[2])
    threshold = w.wage_thresholds(economy, economy, "00000", "base-terciles").loc[0]
    assert (threshold["industries"], threshold["withheld"]) == (4, 1)


def test_levels_are_not_mixed(economy):
    finer = panel_of([["722", "5", 100, 9e6], ["311", "5", 100, 1e6]])
    both = pd.concat([economy, finer], ignore_index=True)
    thresholds = w.wage_thresholds(both, both, "00000", "oecd").set_index("level")
    alone = w.wage_thresholds(economy, economy, "00000", "oecd").set_index("level")
    assert thresholds.loc["sector", "low_below"] == alone.loc["sector", "low_below"]
    assert thresholds.loc["3", "reference_pay"] == 10_000


def test_each_area_and_year_has_its_own_reference(economy):
    poor = panel_of([["10", "0", 100, 2e6], ["62", "5", 10, 4e5]], area="00001")
    later = economy.assign(year=2017, wages=economy["wages"] * 2)
    panel = pd.concat([economy, poor, later], ignore_index=True)
    panel["tier"] = w.wage_tier(panel, panel, "00000")
    health = panel[panel["industry"] == "62"].set_index(["area", "year"])["tier"]
    # 40,000 a job: .8 of 50,000 here, 2.0 of 20,000 in the poor county; doubled with the area a year later
    assert health.to_dict() == {("00000", 2016): "middle", ("00001", 2016): "high", ("00000", 2017): "middle"}
    thresholds = w.wage_thresholds(panel, panel, "00000").set_index(["area", "year"])["low_below"]
    assert thresholds.to_dict() == {("00000", 2016): 40_000, ("00001", 2016): 16_000, ("00000", 2017): 80_000}


def test_few_establishments(economy):
    economy["establishments"] = [9, 10, 11, np.nan, 0, 500]
    assert w.few_establishments(economy).to_list() == [True, False, False, True, True, False]


def test_errors(economy):
    with pytest.raises(UnknownNameError, match="did you mean 'base-terciles'"):
        w.wage_tier(economy, economy, "00000", "base-tercile")
    with pytest.raises(UnknownAreaError, match="did you mean '00000'"):
        w.wage_tier(economy, economy, "0000")
    with pytest.raises(TableError, match="keep the total rows"):
        w.wage_tier(economy[economy["industry"] != "10"], economy, "00000")


def test_every_threshold_is_cited():
    terms = definitions("wage_tiers")
    assert set(terms["schemes"]) == set(SCHEMES)
    for scheme in terms["schemes"].values():
        assert {"label", "reference_pay", "low_below", "high_above", "date", "reference"} == set(scheme)
        for side in ("low_below", "high_above"):
            assert {"value", "unit"} == set(scheme[side])
        assert scheme["low_below"]["value"] < scheme["high_above"]["value"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 200)), min_size=1, max_size=12),
    st.floats(0.01, 0.99),
)
def test_weighted_quantile_is_that_of_the_jobs_written_out(pairs, share):
    jobs, pay = (pd.Series(column, dtype=float) for column in zip(*pairs, strict=True))
    written_out = np.sort(np.repeat(pay.to_numpy(), jobs.astype(int)))
    expected = written_out[int(np.ceil((share - 1e-9) * len(written_out))) - 1]
    assert w.weighted_quantile(pay, jobs, share) == expected


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 200)), min_size=3, max_size=15), st.floats(0.5, 4)
)
def test_tiers_do_not_depend_on_the_unit_of_money(pairs, unit):
    codes = [
        "11",
        "21",
        "22",
        "23",
        "31-33",
        "42",
        "44-45",
        "48-49",
        "51",
        "52",
        "53",
        "54",
        "55",
        "56",
        "61",
    ]
    rows = [[code, "5", jobs, jobs * pay * 1000] for code, (jobs, pay) in zip(codes, pairs, strict=False)]
    rows.append(["10", "0", sum(r[2] for r in rows), sum(r[3] for r in rows)])
    panel = panel_of(rows)
    scaled = panel.assign(wages=panel["wages"] * 2.0 ** round(unit))
    for scheme in SCHEMES:
        assert w.wage_tier(panel, panel, "00000", scheme).equals(w.wage_tier(scaled, scaled, "00000", scheme))
