"""Who belongs to what: county to labor market, county to jurisdiction, industry to sector.

One table serves every roll-up: ``member, group, weight`` and optionally ``title`` (the group's name
for people) and ``system`` (the kind of group). A member may be split over groups by weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from sectorlib.callables import called_like_its_function
from sectorlib.exceptions import TableError
from sectorlib.schemas import MEMBERSHIP

#: The group of what is known to belong to no group of a system. What is not recorded has no row at all.
NONE = "none"

#: Weights of a member may miss 1 by this much: shares are often printed with four decimals.
_WEIGHT_TOLERANCE = 1e-3


def membership(
    groups: Mapping[str, Iterable[str]] | pd.Series,
    system: str = "",
    titles: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Build a membership from groups of members, or from a member-to-group Series.

    Parameters
    ----------
    groups : mapping of group to members, or Series indexed by member
        Each member belongs wholly to its group.
    system : str
        The kind of group ("labor market", "workforce region").
    titles : mapping, optional
        Group to name for people; the group itself where absent.

    Returns
    -------
    DataFrame
        Columns member, group, weight, title, system; sorted by group then member.

    Raises
    ------
    TableError
        A member is listed in two groups.

    Examples
    --------
    >>> membership({"Finger Lakes": ["36055", "36069"]}, system="region")
      member         group  weight         title  system
    0  36055  Finger Lakes     1.0  Finger Lakes  region
    1  36069  Finger Lakes     1.0  Finger Lakes  region
    """
    if isinstance(groups, pd.Series):
        pairs = list(zip(groups.index.astype(str), groups.astype(str), strict=True))
    else:
        pairs = [(str(m), str(g)) for g, members in groups.items() for m in members]
    frame = pd.DataFrame(pairs, columns=["member", "group"], dtype=str).assign(weight=1.0)
    names = frame["group"].map(titles or {}) if titles else frame["group"]
    frame["title"] = names.where(names.notna(), frame["group"])
    frame["system"] = system
    frame = frame.sort_values(["group", "member"], ignore_index=True)
    return check_membership(frame)


def check_membership(frame: pd.DataFrame, *, partial: bool = False, source: str = "") -> pd.DataFrame:
    """Return a membership unchanged if it is one, else raise.

    Weights lie in [0, 1] and sum to 1 for each member, or to at most 1 where ``partial`` is declared
    (a county that lies partly outside every district).

    Raises
    ------
    TableError
        A column is missing, a pair repeats, or a member's weights do not sum to 1.

    Examples
    --------
    >>> frame = pd.DataFrame({"member": ["a", "a"], "group": ["x", "y"], "weight": [0.7, 0.4]})
    >>> check_membership(frame)
    Traceback (most recent call last):
    sectorlib.exceptions.TableError: weights of member 'a' sum to 1.1
      expected: a sum of 1 for each member
      hint: scale the weights, or declare the membership partial if members lie outside every group
    """
    MEMBERSHIP.check(frame, source)
    totals = frame.groupby("member", observed=True)["weight"].sum()
    over = totals > 1 + _WEIGHT_TOLERANCE
    bad = over if partial else over | (totals < 1 - _WEIGHT_TOLERANCE)
    if bad.any():
        member = totals.index[bad][0]
        where = f" in {source}" if source else ""
        raise TableError(
            f"weights of member {member!r}{where} sum to {totals[member]:.4g}",
            "a sum of at most 1 for each member" if partial else "a sum of 1 for each member",
            "scale the weights, or declare the membership partial if members lie outside every group",
        )
    return frame


def overlap(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """How two memberships of the same members cross: one row for each pair of groups that share members.

    Parameters
    ----------
    a, b : DataFrame
        Memberships. Shared members are matched by code.

    Returns
    -------
    DataFrame
        Columns group_a, group_b, members (sum over members of the product of weights), share_of_a,
        share_of_b (of the group's members, including members the other system does not have).

    Examples
    --------
    >>> markets = membership({"m": ["1", "2"], "n": ["3"]})
    >>> boards = membership({"east": ["1"], "west": ["2", "3"]})
    >>> overlap(markets, boards)[["group_a", "group_b", "share_of_a"]]
      group_a group_b  share_of_a
    0       m    east         0.5
    1       m    west         0.5
    2       n    west         1.0
    """
    pairs = a.merge(b, on="member", suffixes=("_a", "_b"))
    pairs["members"] = pairs["weight_a"] * pairs["weight_b"]
    out = pairs.groupby(["group_a", "group_b"], observed=True)["members"].sum().reset_index()
    for side, frame in (("a", a), ("b", b)):
        size = frame.groupby("group", observed=True)["weight"].sum()
        out[f"share_of_{side}"] = out["members"] / out[f"group_{side}"].map(size).to_numpy(dtype=float)
    return out.replace([np.inf, -np.inf], np.nan)


called_like_its_function(__name__)
