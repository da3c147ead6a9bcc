"""Flows and delineations of another year on the counties that are wanted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sectorlib.areas import bridge_areas, county_names, vintage_of
from sectorlib.membership import check_membership


def on_counties(membership: pd.DataFrame, areas: Iterable[str]) -> pd.DataFrame:
    """A delineation on other county codes than its own, such as those of the flows.

    A county keeps its group where the delineation has it. Another is followed to the counties it was, or
    became, in the delineation's year (:func:`bridge_areas`), and belongs to their groups by weight, by the people
    whom the Census Bureau counts in each part, which ``bridge`` says.

    Parameters
    ----------
    membership : DataFrame
        Membership of counties, as from :func:`read_delineation`.
    areas : iterable of str
        The county codes wanted.

    Returns
    -------
    DataFrame
        Membership of ``areas``: member, group, weight, title, system (where the membership has them), and
        bridge, how the weights are known. Counties that cannot be bridged are left out;
        :func:`not_on_counties` names them.

    Raises
    ------
    UnknownAreaError
        Some counties are to be bridged, and none of the delineation's members is a known county.

    Examples
    --------
    >>> zones = pd.DataFrame({"member": ["12025", "36055"], "group": ["miami", "rochester"], "weight": 1.0})
    >>> on_counties(zones, ["12086", "36055", "36069"])[["member", "group", "bridge"]]
      member      group                       bridge
    0  12086      miami  county bridge: whole county
    1  36055  rochester     county bridge: same code
    """
    wanted = pd.Index(sorted(set(map(str, areas))))
    has = membership.astype({"member": "str"})
    own = has[has["member"].isin(wanted)].assign(bridge="county bridge: same code")
    known = wanted[wanted.isin(county_names().index) & ~wanted.isin(has["member"])]
    summed = own if known.empty else pd.concat([own, _followed(has, known)[own.columns]], ignore_index=True)
    rules = {name: "first" for name in summed.columns if name not in ("member", "group")} | {"weight": "sum"}
    table = summed.groupby(["group", "member"], as_index=False, sort=True).agg(rules)
    return check_membership(table[own.columns])


def flows_on_counties(flows: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Commuting flows on other county codes.

    Counties that were renamed or merged bring all their commuters along. The commuters of a county that was split
    are shared out by the people of its parts, those who live there and those who work there each on their own. That
    is rough: it keeps every total, but it makes people who live and work in one county cross between its parts more
    than they do. Flows between towns or census blocks do better.

    Parameters
    ----------
    flows : DataFrame
        Flows: home, work, workers and, where known, moe.
    links : DataFrame
        Where each county goes: member, group, weight. Counties without a row stay.

    Returns
    -------
    DataFrame
        Flows, one row for each pair; moe combined as of independent estimates.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": ["51019", "51515"], "work": "51019", "workers": [900.0, 100]})
    >>> links = pd.DataFrame({"member": ["51515"], "group": ["51019"], "weight": [1.0]})
    >>> flows_on_counties(flows, links)
        home   work  workers
    0  51019  51019   1000.0
    """
    moved = links[links["member"] != links["group"]]
    if moved.empty:
        return flows
    touched = flows["home"].isin(moved["member"]) | flows["work"].isin(moved["member"])
    parts = flows[touched]
    for end in ("home", "work"):
        steps = moved[["member", "group", "weight"]].rename(columns={"member": end})
        parts = parts.merge(steps, on=end, how="left")
        share = parts.pop("weight").fillna(1.0)
        parts[end] = parts.pop("group").fillna(parts[end])
        for figure in ("workers", "moe"):
            if figure in parts:
                parts[figure] = parts[figure] * share
    together = pd.concat([flows[~touched], parts[flows.columns]], ignore_index=True)
    keys = [name for name in flows.columns if name not in ("workers", "moe")]
    if "moe" in together:
        together["moe"] = together["moe"] ** 2
    summed = together.groupby(keys, as_index=False, sort=True).sum(min_count=1)
    if "moe" in summed:
        summed["moe"] = np.sqrt(summed["moe"])
    return summed[flows.columns]


def _followed(has: pd.DataFrame, counties: pd.Index) -> pd.DataFrame:
    """Counties that a delineation does not have by their code, with the groups of what they were, or became."""
    steps = bridge_areas(counties, vintage_of(has["member"]).vintage)
    steps = steps.rename(columns={"group": "step", "system": "bridge", "weight": "share"}).drop(
        columns="title"
    )
    found = steps.merge(has.rename(columns={"member": "step"}), on="step")
    found["weight"] *= found["share"]
    whole = found.groupby("member")["weight"].transform("sum")
    return found[whole > 1 - 1e-6]  # a county of which only a part has a group is not bridged


def not_on_counties(membership: pd.DataFrame, areas: Iterable[str]) -> list[str]:
    """The counties among some that a delineation cannot be brought to: without predecessor or group there.

    Parameters
    ----------
    membership, areas
        As for :func:`on_counties`.

    Returns
    -------
    list of str
        County codes, sorted.

    Examples
    --------
    >>> zones = pd.DataFrame({"member": ["36055"], "group": ["rochester"], "weight": 1.0})
    >>> not_on_counties(zones, ["36055", "36069"])
    ['36069']
    """
    wanted = set(map(str, areas))
    return sorted(wanted - set(on_counties(membership, wanted)["member"]))
