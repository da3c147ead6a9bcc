"""Who governs a footprint: the share of the sector's jobs in each jurisdiction, and how jurisdictions cross."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sectorlib.areas import area_names
from sectorlib.membership import NONE, overlap
from sectorlib.scope.comparison import jobs_and_rest
from sectorlib.scope.footprints import functional_counties
from sectorlib.scope.sector_jobs import SectorJobs

NOT_RECORDED = "not recorded"

_TOLERANCE = 1e-6

#: What names a piece: what of a footprint lies in a jurisdiction.
_PIECE = ["footprint", "system", "jurisdiction", "jurisdiction_name"]


def jurisdiction_shares(
    jobs: SectorJobs,
    footprints: pd.DataFrame,
    jurisdictions: Mapping[str, pd.DataFrame],
    names: pd.Series | None = None,
) -> pd.DataFrame:
    """The sector's jobs of each footprint by jurisdiction of each system; the shares of a system add up to 1.

    A county that is known to be in no group counts in ``none``; one that the system does not record, because its
    entry is blank or the system's file does not reach it, in ``not recorded``. Jobs do not allocate seats: they
    say where the sector's employers are, and the local team decides who sits at the table.

    Parameters
    ----------
    jobs : SectorJobs
        The counties' cells.
    footprints : DataFrame
        Membership of counties. Those that the study has no figures of are left out.
    jurisdictions : mapping of system to DataFrame
        Memberships. Rows of group ``none`` are counties known to be in none; what of a county has no row is not
        recorded.
    names : Series of str, optional
        Names of areas of a study's own.

    Returns
    -------
    DataFrame
        footprint, system, jurisdiction, jurisdiction_name, kind, counties, counties_in, county_names,
        cut_off_county, cut_off_county_name, the jobs with bounds, share, share_low, share_high and
        share_estimate of the footprint's jobs. ``kind`` is ``wholly in``, ``all but one county`` (which would be
        cut off from the others), ``one county only`` (likewise), ``partly in``, ``none`` or ``not recorded``.
    """
    pieces = _pieces(jobs, footprints, jurisdictions)
    if pieces.empty:
        return pd.DataFrame()
    inside = footprints[footprints["member"].isin(jobs.counties.index)]
    wholes = inside.merge(
        pieces[["footprint", "whole"]].drop_duplicates(), left_on="group", right_on="footprint"
    )
    figures = jobs_and_rest(jobs, pieces, wholes.drop(columns="group").rename(columns={"whole": "group"}))
    facts = []
    for group, here in pieces.groupby("group", sort=False):
        facts.append(_facts(here, jurisdictions[here["system"].iloc[0]], names) | {"group": group})
    table = pd.DataFrame(facts).set_index("group").join(figures)
    last = table["jurisdiction"].isin([NONE, NOT_RECORDED])
    order = table[["footprint", "system"]].apply(lambda column: pd.factorize(column)[0])
    table = table.assign(f=order["footprint"], s=order["system"], last=last)
    keys = ["f", "s", "last", "share_estimate"]
    table = table.sort_values(keys, ascending=[True, True, True, False], kind="stable", ignore_index=True)
    titles = footprints.drop_duplicates("group").set_index("group")["title"]
    return table.drop(columns=keys[:3]).assign(footprint_name=table["footprint"].map(titles))


def recorded(table: pd.DataFrame, counties: pd.Index) -> pd.DataFrame:
    """A system's membership of some counties, with what is not recorded as a group of its own.

    Examples
    --------
    >>> boards = pd.DataFrame({"member": ["a"], "group": ["X"], "weight": [0.75], "title": ["X"]})
    >>> recorded(boards, pd.Index(["a", "b"]))
      member         group  weight         title
    0      a             X    0.75             X
    1      a  not recorded    0.25  not recorded
    2      b  not recorded    1.00  not recorded
    """
    titled = table.assign(title=table["title"] if "title" in table else table["group"])
    known = titled.loc[titled["member"].isin(counties), ["member", "group", "weight", "title"]]
    left = 1.0 - known.groupby("member")["weight"].sum().reindex(counties).fillna(0.0)
    left = left[left > _TOLERANCE]
    rest = pd.DataFrame(
        {"member": left.index, "group": NOT_RECORDED, "weight": left.to_numpy(), "title": NOT_RECORDED}
    )
    rows = pd.concat([known.astype({"group": str}), rest], ignore_index=True)
    return rows[rows["weight"] > 0].sort_values(["member", "group"], ignore_index=True)


def jurisdiction_overlap(systems: Mapping[str, pd.DataFrame], footprints: pd.DataFrame) -> pd.DataFrame:
    """How the systems cross: each pair of jurisdictions of two systems that share counties.

    Parameters
    ----------
    systems : mapping of name to DataFrame
        Memberships of counties, labor markets among them.
    footprints : DataFrame
        Only jurisdictions that a footprint drawn by commuting touches are listed (all, where there is none).

    Returns
    -------
    DataFrame
        system_a, jurisdiction_a, name_a, system_b, jurisdiction_b, name_b, counties (in both, by weight),
        share_of_a, share_of_b (of each one's counties).
    """
    touched = functional_counties(footprints)
    known = {
        name: table[(table["group"] != NONE) & (table["weight"] > 0)].astype({"group": str})
        for name, table in systems.items()
    }
    parts = []
    names = list(known)
    for at, a in enumerate(names):
        for b in names[at + 1 :]:
            crossed = overlap(known[a], known[b])
            for side, name in (("a", a), ("b", b)):
                here = known[name].loc[known[name]["member"].isin(touched), "group"]
                crossed = crossed[crossed[f"group_{side}"].isin(here)].copy()
                titles = known[name].drop_duplicates("group").set_index("group")["title"]
                crossed[f"system_{side}"] = name
                crossed[f"name_{side}"] = crossed[f"group_{side}"].map(titles)
            parts.append(crossed)
    columns = [
        "system_a", "jurisdiction_a", "name_a", "system_b", "jurisdiction_b", "name_b", "counties",
        "share_of_a", "share_of_b",
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=columns)
    renamed = {"group_a": "jurisdiction_a", "group_b": "jurisdiction_b", "members": "counties"}
    return pd.concat(parts, ignore_index=True).rename(columns=renamed)[columns]


def _pieces(
    jobs: SectorJobs, footprints: pd.DataFrame, jurisdictions: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """What of each footprint lies in each jurisdiction: a row for each county of such a piece."""
    inside = footprints[footprints["member"].isin(jobs.counties.index)]
    parts = []
    for system, table in jurisdictions.items():
        rows = recorded(table, pd.Index(inside["member"].unique()))
        rows = rows.rename(columns={"group": "jurisdiction", "title": "jurisdiction_name"})
        parts.append(inside.merge(rows, on="member", suffixes=("", "_there")).assign(system=system))
    if not parts:
        return pd.DataFrame()
    pieces = pd.concat(parts, ignore_index=True).rename(columns={"group": "footprint"})
    order = pd.factorize(pieces["footprint"])[0]
    pieces = pieces.assign(
        weight=pieces["weight"] * pieces["weight_there"],
        whole=pieces["footprint"] + " | " + pieces["system"],
        group=pieces["footprint"] + " | " + pieces["system"] + " | " + pieces["jurisdiction"],
    ).iloc[np.argsort(order, kind="stable")]
    return pieces[[*_PIECE, "whole", "group", "member", "weight"]]


def _facts(here: pd.DataFrame, table: pd.DataFrame, names: pd.Series | None) -> dict[str, object]:
    """A jurisdiction's name, its counties inside and in all, and the county that would be cut off."""
    group = str(here["jurisdiction"].iloc[0])
    inside = here.set_index("member")["weight"]
    labels = area_names(pd.Series(inside.index, index=inside.index), names).str.split(",").str[0]
    parts = labels.where(inside >= 1 - _TOLERANCE, labels + " (part)")
    facts: dict[str, object] = {
        **{str(key): value for key, value in here[_PIECE].iloc[0].items()},
        "counties_in": inside.sum(),
        "county_names": ", ".join(parts),
        "cut_off_county": None,
        "cut_off_county_name": None,
    }
    if group in (NONE, NOT_RECORDED):
        return facts | {"kind": group, "counties": np.nan}
    whole = table[(table["group"].astype(str) == group) & (table["weight"] > 0)].set_index("member")["weight"]
    left = whole.index.difference(inside.index)
    cut = None
    if whole.sum() - inside.sum() <= _TOLERANCE:
        kind = "wholly in"
    elif len(left) == 1 and len(whole) > 2:
        kind, cut = "all but one county", str(left[0])
    elif len(inside) == 1 and len(whole) > 1:
        kind, cut = "one county only", str(inside.index[0])
    else:
        kind = "partly in"
    if cut is not None:
        label = area_names(pd.Series([cut]), names).iloc[0]
        facts |= {"cut_off_county": cut, "cut_off_county_name": label}
    return facts | {"kind": kind, "counties": whole.sum()}
