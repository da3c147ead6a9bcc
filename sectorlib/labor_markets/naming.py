"""Codes and names for labor markets: the largest county's code, the largest counties' names."""

from __future__ import annotations

import re

import pandas as pd

from sectorlib.areas import county_names, state_abbreviation
from sectorlib.exceptions import UnknownAreaError
from sectorlib.membership import membership

#: The kind of group that labor markets are.
SYSTEM = "labor market"

#: How many counties a title names.
_NAMED = 3

#: What a county's name ends in and its market's title leaves out. "city" stays: Baltimore city and
#: Baltimore County are two counties of one market.
_KIND_OF_COUNTY = re.compile(
    r" (County|Parish|City and Borough|Borough|Census Area|Municipality|Municipio|Planning Region)$"
)


def largest_members(labels: pd.Series, size: pd.Series) -> pd.Series:
    """Each group's largest member, as the group's code: it stays when labels are renumbered.

    Parameters
    ----------
    labels : Series
        Group label by member.
    size : Series of float
        Size by member, on the same index; of equal ones the lowest code counts as larger.

    Returns
    -------
    Series of str
        The code of the largest member of its group, on the index of ``labels``.

    Examples
    --------
    >>> labels, size = pd.Series({"a": 7, "b": 7, "c": 3}), pd.Series({"a": 1, "b": 2, "c": 5})
    >>> largest_members(labels, size).tolist()
    ['b', 'b', 'c']
    """
    table = pd.DataFrame(
        {"label": labels.to_numpy(), "size": size.reindex(labels.index).to_numpy()}, index=labels.index
    )
    ranked = table.sort_index().sort_values("size", ascending=False, kind="stable")
    first = ranked[~ranked["label"].duplicated()]
    codes = pd.Series(first.index.astype("str"), index=first["label"])
    return pd.Series(codes.reindex(table["label"]).to_numpy(), index=labels.index, name="group", dtype="str")


def market_titles(groups: pd.Series, size: pd.Series, names: pd.Series | None = None) -> dict[str, str]:
    """Names for people: up to three largest counties of each market, and its states.

    Parameters
    ----------
    groups : Series of str
        Market by county.
    size : Series of float
        Size of each county (jobs), on the same index.
    names : Series of str, optional
        County names by code, for counties that are not official ones; they go before the official names.

    Returns
    -------
    dict
        Market to title, each different. A county without a known name is shown by its code; a market
        whose title another has too carries its code.

    Examples
    --------
    >>> counties = ["36055", "36069", "36117", "36051"]
    >>> market_titles(pd.Series("36055", index=counties), pd.Series([9, 3, 2, 1], index=counties))
    {'36055': 'Monroe-Ontario-Wayne, NY'}
    """
    known = county_names() if names is None else names.combine_first(county_names())
    members = pd.DataFrame({"group": groups, "size": size.reindex(groups.index)}).sort_index()
    members = members.sort_values(["group", "size"], ascending=[True, False], kind="stable")
    members["name"] = [_KIND_OF_COUNTY.sub("", str(known.get(code, code))) for code in members.index]
    members["state"] = [_state(code) for code in members.index]
    titles = members.groupby("group")[["name", "state"]].apply(_title)
    repeated = titles.duplicated(keep=False)
    unique = titles.where(~repeated, titles + " (" + titles.index + ")")
    return {str(group): str(title) for group, title in unique.items()}


def market_membership(
    labels: pd.Series, jobs: pd.Series, names: pd.Series | None = None, system: str = SYSTEM
) -> pd.DataFrame:
    """Labels of counties as a Membership: each market has the code and the names of its largest counties.

    Parameters
    ----------
    labels : Series
        Group label by county.
    jobs : Series of float
        Jobs by county, on the same index.
    names : Series of str, optional
        As for :func:`market_titles`.
    system : str
        The kind of group.

    Returns
    -------
    DataFrame
        Membership: member, group, weight 1, title, system.

    Examples
    --------
    >>> labels, jobs = (pd.Series(v, index=["36055", "36069"]) for v in ([7, 7], [9.0, 3.0]))
    >>> market_membership(labels, jobs)[["member", "group", "title"]].to_numpy().tolist()
    [['36055', '36055', 'Monroe-Ontario, NY'], ['36069', '36055', 'Monroe-Ontario, NY']]
    """
    groups = largest_members(labels, jobs)
    return membership(groups, system=system, titles=market_titles(groups, jobs, names))


def _title(members: pd.DataFrame) -> str:
    counties = "-".join(members["name"].iloc[:_NAMED])
    states = "-".join(s for s in members["state"].unique() if s)
    return f"{counties}, {states}" if states else counties


def _state(code: str) -> str:
    try:
        return state_abbreviation(code)
    except UnknownAreaError:  # a state of the user's own
        return ""
