"""Memberships: what is one, what is refused, and how two of them cross."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlib.exceptions import TableError
from sectorlib.membership import check_membership, membership, overlap


def table(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["member", "group", "weight"])


def test_groups_and_series_give_the_same_table():
    by_group = membership({"b": ["3", "1"], "a": ["2"]}, system="region", titles={"a": "Aa"})
    by_member = membership(pd.Series({"1": "b", "2": "a", "3": "b"}), system="region", titles={"a": "Aa"})
    pd.testing.assert_frame_equal(by_group, by_member)
    assert by_group["member"].to_list() == ["2", "1", "3"]
    assert by_group["title"].to_list() == ["Aa", "b", "b"]


def test_codes_are_text():
    frame = membership({7: [36055, 36069]})
    assert frame["member"].to_list() == ["36055", "36069"]
    assert frame["group"].to_list() == ["7", "7"]


def test_a_member_of_two_groups_is_refused():
    with pytest.raises(TableError, match="weights of member '1' sum to 2"):
        membership({"a": ["1"], "b": ["1", "2"]})
    with pytest.raises(TableError, match="repeated keys"):
        membership({"a": ["1", "1"]})


@pytest.mark.parametrize(
    ("weights", "partial", "ok"),
    [
        ((0.4, 0.6), False, True),
        ((0.3333, 0.6667), False, True),
        ((0.33, 0.66), False, False),
        ((0.33, 0.66), True, True),
        ((0.5, 0.6), True, False),
        ((0.0, 1.0), False, True),
        ((-0.1, 1.1), False, False),
        ((np.nan, 1.0), False, True),
    ],
)
def test_weights(weights, partial, ok):
    frame = table(("1", "a", weights[0]), ("1", "b", weights[1]))
    if ok:
        assert check_membership(frame, partial=partial) is frame
    else:
        with pytest.raises(TableError):
            check_membership(frame, partial=partial)


def test_the_source_is_named():
    with pytest.raises(TableError, match=r"member '1' in boards\.csv sum to 0\.5"):
        check_membership(table(("1", "a", 0.5)), source="boards.csv")
    with pytest.raises(TableError, match=r"in boards\.csv lacks weight"):
        check_membership(table(("1", "a", 1.0)).drop(columns="weight"), source="boards.csv")


def test_overlap_by_hand():
    """Market m is half in board x; board y holds market n and a county that no market has."""
    markets = table(("1", "m", 1.0), ("2", "m", 1.0), ("3", "n", 0.5), ("3", "m", 0.5))
    boards = table(("1", "x", 1.0), ("2", "y", 1.0), ("3", "y", 1.0), ("4", "y", 1.0))
    found = overlap(markets, boards).set_index(["group_a", "group_b"])
    assert found["members"].to_dict() == {("m", "x"): 1.0, ("m", "y"): 1.5, ("n", "y"): 0.5}
    assert found["share_of_a"].to_dict() == pytest.approx({("m", "x"): 0.4, ("m", "y"): 0.6, ("n", "y"): 1.0})
    assert found["share_of_b"].to_dict() == pytest.approx(
        {("m", "x"): 1.0, ("m", "y"): 0.5, ("n", "y"): 0.5 / 3}
    )


@given(
    st.dictionaries(
        st.integers(0, 30).map(str), st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), min_size=1
    )
)
def test_shares_of_a_system_that_covers_the_other_sum_to_one(pairs):
    one = membership(pd.Series({m: g for m, (g, _) in pairs.items()}))
    other = membership(pd.Series({m: g for m, (_, g) in pairs.items()}))
    found = overlap(one, other)
    assert found["members"].sum() == len(pairs)
    np.testing.assert_allclose(found.groupby("group_a")["share_of_a"].sum(), 1)
    np.testing.assert_allclose(found.groupby("group_b")["share_of_b"].sum(), 1)
