"""Footprints that a team has in mind: a candidate with counties or states added or left out, and what that changes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from sectorlib.areas import area_names, state_of
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.scope.footprints import VARIANT, find_seed

#: What stands between a candidate and the places that are added to it or left out.
_STEP = re.compile(r"\s+([+-])\s+")


def with_variants(
    footprints: pd.DataFrame,
    variants: Sequence[str],
    counties: pd.Index,
    seed: str,
    names: pd.Series | None = None,
) -> pd.DataFrame:
    """Candidate footprints, and variants of them beside them.

    Parameters
    ----------
    footprints : DataFrame
        Candidates, as from :func:`~sectorlib.scope.footprints.candidate_footprints`.
    variants : sequence of str
        Each the name of a candidate, then ``+`` or ``-`` with spaces around it and a county (code or name) or a state, as
        often as wanted. A state that is added brings all its counties of the study; one that is left out takes all of the
        candidate's there. A name alone is the candidate itself.
    counties : Index of str
        The study's counties.
    seed : str
        The county that every footprint holds.
    names : Series of str, optional
        Names of areas of a study's own.

    Returns
    -------
    DataFrame
        The candidates, then a footprint of the kind ``variant`` for each variant that is none of them.

    Raises
    ------
    UnknownNameError, UnknownAreaError
        A candidate or a place is not known.
    NotSupportedError
        The seed is left out.

    Examples
    --------
    >>> market = pd.DataFrame({"member": ["39061", "21117"], "group": "labor market", "weight": 1.0,
    ...                        "title": "Cincinnati", "system": "labor market", "region": "LM39061"})
    >>> known = pd.Index(["39061", "39165", "21117"])
    >>> made = with_variants(market, ["labor market - Kentucky + Warren County"], known, "39061")
    >>> made.loc[made["system"] == "variant", "member"].to_list()
    ['39061', '39165']
    """
    parts = [footprints]
    there = set(footprints["group"])
    for text in variants:
        if text not in there:
            parts.append(_variant(text, footprints, counties, seed, names))
            there.add(text)
    return pd.concat(parts, ignore_index=True)


def footprint_changes(footprints: pd.DataFrame, first: str, second: str) -> pd.Series:
    """Which counties a footprint gains and loses beside another one.

    Parameters
    ----------
    footprints : DataFrame
        Membership: member, group.
    first, second : str
        The footprint to start from, and the one to compare it with.

    Returns
    -------
    Series of str
        By county of either: ``in both``, ``gained`` (in the second alone) or ``lost`` (in the first alone).

    Examples
    --------
    >>> both = pd.DataFrame({"member": ["a", "b", "b", "c"], "group": ["one", "one", "two", "two"]})
    >>> footprint_changes(both, "one", "two").to_dict()
    {'a': 'lost', 'b': 'in both', 'c': 'gained'}
    """
    before, after = (set(footprints.loc[footprints["group"] == name, "member"]) for name in (first, second))
    counties = pd.Index(sorted(before | after), name="county", dtype="str")
    said = [
        "in both" if county in before & after else "gained" if county in after else "lost"
        for county in counties
    ]
    return pd.Series(said, index=counties, name="change", dtype="str")


def _variant(
    text: str, footprints: pd.DataFrame, counties: pd.Index, seed: str, names: pd.Series | None
) -> pd.DataFrame:
    known = footprints["group"].unique()
    # A name may have such signs itself: the longest one that the text begins with is meant.
    name = max(
        (one for one in known if _STEP.match(text[len(one) :]) and text.startswith(one)), key=len, default=""
    )
    if not name:
        raise UnknownNameError.unknown_name("footprint", _STEP.split(text)[0], known)
    _, *steps = _STEP.split(text[len(name) :])
    table = footprints[footprints["group"] == name]
    for sign, place in zip(steps[::2], steps[1::2], strict=True):
        here = pd.Index(table["member"])
        if sign == "-":
            table = table[~table["member"].isin(_counties_of(place, here, names))]
        else:
            new = [county for county in _counties_of(place, counties, names) if county not in here]
            table = pd.concat([table, pd.DataFrame({"member": new, "weight": 1.0})])
    if seed not in set(table["member"]):
        raise NotSupportedError(
            f"the footprint {text!r} leaves out {area_names(pd.Series([seed]), names).iloc[0]}",
            "footprints that hold the county that the brief starts from",
            "keep that county, or name another one with --seed",
        )
    return table.assign(group=text, title=text, system=VARIANT, region=None)


def _counties_of(place: str, counties: pd.Index, names: pd.Series | None) -> list[str]:
    """The counties of a state, or one county, by code or name."""
    states = pd.Series(state_of(pd.Series(counties)).to_numpy(), index=counties)
    known = pd.Series(sorted(states.unique()))
    titles = area_names(known + "000", names).str.casefold()
    wanted = place.strip().casefold()
    state = known[(titles == wanted) | (known == wanted) | (known + "000" == wanted)]
    if len(state):
        return states.index[states == state.iloc[0]].to_list()
    return [find_seed(place, pd.Series(1.0, index=counties), names)[0]]
