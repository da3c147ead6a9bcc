"""Two delineations side by side: how much they agree, and which counties moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from sectorlib.exceptions import NotSupportedError


def adjusted_rand(a: pd.DataFrame, b: pd.DataFrame) -> float:
    """How far two partitions put the same pairs of counties together, beyond chance.

    With ``n_ij`` the counties in area i of one and j of the other, ``a_i`` and ``b_j`` their sums, ``n``
    all counties, and ``C(m) = m (m - 1) / 2``:
    ``(sum C(n_ij) - E) / ((sum C(a_i) + sum C(b_j)) / 2 - E)`` with ``E = sum C(a_i) sum C(b_j) / C(n)``.

    Parameters
    ----------
    a, b : DataFrame
        Memberships. Counties in both are compared; a split county counts where most of it lies.

    Returns
    -------
    float
        1 for the same partition, about 0 for unrelated ones (it may be negative). Two partitions of single
        counties, or of one area each, are the same: 1.

    Raises
    ------
    NotSupportedError
        The two have no county in common.

    References
    ----------
    Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2, 193-218.

    Examples
    --------
    Of six pairs, one is together in both; 2 in one and 2 in the other; by chance 2 * 2 / 6 would be:

    >>> a = pd.DataFrame({"member": list("1234"), "group": list("xxyy"), "weight": 1.0})
    >>> b = pd.DataFrame({"member": list("1234"), "group": list("xxyz"), "weight": 1.0})
    >>> round(adjusted_rand(a, b), 4)  # (1 - 2 * 1 / 6) / ((2 + 1) / 2 - 2 * 1 / 6)
    0.5714
    """
    counts = _crossed(a, b)
    together = _pairs(counts["members"])
    in_a, in_b = (_pairs(counts.groupby(side)["members"].sum()) for side in ("group_a", "group_b"))
    expected = in_a * in_b / max(_pairs(counts["members"].sum()), 1)
    most = (in_a + in_b) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def compare(a: pd.DataFrame, b: pd.DataFrame, size: pd.Series | None = None) -> pd.DataFrame:
    """Which counties two delineations place differently.

    Areas are matched one to one, so that as much as possible lies in matched areas; a county has moved if
    its area in the second delineation is not the match of its area in the first. Of an area that is split
    the larger part stays; of areas that are joined the largest.

    Parameters
    ----------
    a, b : DataFrame
        Memberships. Counties in both are compared; a split county counts where most of it lies.
    size : Series of float, optional
        Size of each county (jobs, resident workers) by code; without it each county counts as one. A county
        without a size counts as nothing.

    Returns
    -------
    DataFrame
        By county, sorted: member; group_a, group_b; overlap, what both of its areas hold over what at least
        one of them holds (1: the same counties around it, by size); match_a, the area of the second
        delineation that is the match of its first (missing for an area without match); moved.

    Raises
    ------
    NotSupportedError
        The two have no county in common.

    References
    ----------
    Kuhn (1955), The Hungarian method for the assignment problem, Naval Research Logistics 2, 83-97; the
    overlap is the index of Jaccard (1912).

    Examples
    --------
    >>> a = pd.DataFrame({"member": list("1234"), "group": list("xxxy"), "weight": 1.0})
    >>> b = pd.DataFrame({"member": list("1234"), "group": list("ppqq"), "weight": 1.0})
    >>> compare(a, b)[["member", "group_a", "group_b", "overlap", "moved"]].round(2)
      member group_a group_b  overlap  moved
    0      1       x       p     0.67  False
    1      2       x       p     0.67  False
    2      3       x       q     0.25   True
    3      4       y       q     0.50  False
    """
    placed = _placed(a, b)
    placed["size"] = 1.0 if size is None else placed["member"].map(size).astype(float).fillna(0.0)
    both = placed.groupby(["group_a", "group_b"])["size"].transform("sum")
    in_a, in_b = (placed.groupby(side)["size"].transform("sum") for side in ("group_a", "group_b"))
    either = in_a + in_b - both
    placed["overlap"] = (both / either).where(either > 0)
    placed["match_a"] = placed["group_a"].map(_matches(placed)).astype("str")
    placed["moved"] = placed["match_a"].isna() | (placed["match_a"] != placed["group_b"])
    return placed.drop(columns="size")


def whole_counties(membership: pd.DataFrame) -> pd.Series:
    """Each county's group; of a split county, where most of it lies (of equal parts, the first code).

    Examples
    --------
    >>> halves = pd.DataFrame({"member": ["1", "1", "2"], "group": ["x", "y", "x"], "weight": [0.4, 0.6, 1]})
    >>> whole_counties(halves).to_dict()
    {'1': 'y', '2': 'x'}
    """
    ranked = membership.astype({"member": "str", "group": "str"}).sort_values("group", kind="stable")
    ranked = ranked.sort_values("weight", ascending=False, kind="stable").drop_duplicates("member")
    return ranked.set_index("member")["group"].sort_index()


def _placed(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    placed = pd.concat([whole_counties(a).rename("group_a"), whole_counties(b).rename("group_b")], axis=1)
    placed = placed.dropna().rename_axis("member").sort_index().reset_index()
    if placed.empty:
        raise NotSupportedError(
            f"two delineations of {a['member'].nunique()} and {b['member'].nunique()} members, none in common",
            "delineations of the same counties",
            "bring one of them to the other's county codes with on_counties",
        )
    return placed


def _crossed(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """How many counties each pair of areas shares."""
    return _placed(a, b).groupby(["group_a", "group_b"]).size().rename("members").reset_index()


def _pairs(counts: pd.Series | float) -> float:
    values = np.asarray(counts, dtype=float)
    return float((values * (values - 1) / 2).sum())


def _matches(placed: pd.DataFrame) -> dict[str, str]:
    """The one-to-one match of areas that keeps most together; of equally good ones any, but always the same."""
    shared = placed.pivot_table(
        index="group_a", columns="group_b", values="size", aggfunc="sum", fill_value=0.0, observed=True
    )
    sizes = shared.to_numpy(dtype=float)
    rows, columns = linear_sum_assignment(sizes, maximize=True)
    kept = sizes[rows, columns] > 0
    return dict(zip(shared.index[rows[kept]], shared.columns[columns[kept]], strict=True))
