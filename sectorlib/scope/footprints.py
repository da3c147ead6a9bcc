"""Candidate footprints of a partnership: sets of counties that hold the seed, drawn in different ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sectorlib.areas import area_names, is_county
from sectorlib.exceptions import NotSupportedError, UnknownAreaError
from sectorlib.labor_markets import FlowMatrix
from sectorlib.membership import NONE
from sectorlib.scope.ties import employment_interchange, least_tie

SEED_COUNTY, LABOR_MARKET, CERTAIN_COUNTIES, POSSIBLE_COUNTIES, NEIGHBORHOOD, GROWN, VARIANT = (
    "seed county", "labor market", "labor market, certain counties", "labor market, possible counties",
    "commuting neighborhood", "grown", "variant",
)  # fmt: skip

_COLUMNS = ["member", "group", "weight", "title", "system", "region"]


def find_seed(
    seed: str | None,
    jobs: pd.Series,
    names: pd.Series | None = None,
    markets: pd.DataFrame | None = None,
) -> tuple[str, str]:
    """The county to start from, and how it was chosen.

    Parameters
    ----------
    seed : str, optional
        A county's code or name ("Monroe County", "Monroe County, NY"), or a labor market's code or title; the
        market's county with most of the sector's jobs then. Without one, that of all counties.
    jobs : Series of float
        Jobs of the sector by county of the study.
    names : Series of str, optional
        Names of counties of a study's own.
    markets : DataFrame, optional
        Membership of labor markets.

    Returns
    -------
    tuple of str
        The county's code, and ``given``, ``strongest county of the labor market`` or
        ``the sector's strongest county``.

    Raises
    ------
    UnknownAreaError
        Not among the study's counties, or the name of several; the hint gives the nearest, or their codes.
    NotSupportedError
        There is no county, or none of them has a job of the sector.

    Examples
    --------
    >>> jobs = pd.Series({"36055": 40000.0, "36001": 7000.0})
    >>> find_seed("Albany County", jobs), find_seed(None, jobs)
    (('36001', 'given'), ('36055', "the sector's strongest county"))
    """
    if seed is None:
        return _strongest(jobs), "the sector's strongest county"
    seed = str(seed).strip()
    if seed in jobs.index:
        return seed, "given"
    full = area_names(pd.Series(jobs.index, index=jobs.index), names)
    short = full.str.split(",").str[0]
    wanted = seed.casefold()
    for known in (full, short, short.str.removesuffix(" County")):
        hits = known.index[known.str.casefold() == wanted]
        if len(hits) == 1:
            return str(hits[0]), "given"
        if len(hits) > 1:
            shown = ", ".join(f"{full[code]} ({code})" for code in hits[:6])
            raise UnknownAreaError(
                f"{len(hits)} counties are called {seed!r}", "one county", f"give its code: {shown}"
            )
    if markets is not None:
        here = markets[(markets["group"] == seed) | (markets["title"].str.casefold() == wanted)]
        inside = jobs[jobs.index.isin(here["member"])]
        if len(inside):
            return _strongest(inside), "strongest county of the labor market"
    raise UnknownAreaError.unknown_name("county", seed, [*jobs.index, *full])


def _strongest(jobs: pd.Series) -> str:
    if not (jobs > 0).any():
        raise NotSupportedError(
            "no county is known to have a job of the sector",
            "a sector with jobs in the study's counties",
            "choose another sector, or name a seed",
        )
    return str(jobs.index[int(np.argmax(jobs.fillna(0.0).to_numpy()))])


@dataclass(frozen=True)
class Drawn:
    """How counties are grouped already.

    Attributes
    ----------
    jurisdictions : mapping of system to DataFrame
        Memberships of counties in what governs them.
    markets : DataFrame, optional
        Membership of labor markets, over the whole matrix.
    regions : mapping of system to DataFrame
        Memberships that nobody governs by: metropolitan areas, regions of one's own.
    doubtful : Series, optional
        By county that may belong to another labor market, the code of that market; missing for a market of its own. A labor
        market that holds such counties is a candidate without them too, if the seed is none of them, and one that others
        may belong to is a candidate with these.
    """

    jurisdictions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    markets: pd.DataFrame | None = None
    regions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    doubtful: pd.Series | None = None

    @property
    def systems(self) -> dict[str, pd.DataFrame]:
        """Regions and jurisdictions by system."""
        return {**self.regions, **self.jurisdictions}


def candidate_footprints(
    seed: str,
    matrix: FlowMatrix | None,
    counties: pd.Index,
    drawn: Drawn,
    grown: pd.DataFrame | None = None,
    names: pd.Series | None = None,
) -> pd.DataFrame:
    """Every candidate that holds the seed, one below the other; no candidate is better by itself.

    Parameters
    ----------
    seed : str
        County.
    matrix : FlowMatrix, optional
        Commuting over the whole matrix, for the neighborhood: the study's counties tied to the seed.
    counties : Index of str
        The study's counties.
    drawn : Drawn
        Labor markets, jurisdictions and regions: a footprint for each that holds the seed.
    grown : DataFrame, optional
        The path of a grown footprint, as of :func:`grow_footprint`.
    names : Series of str, optional
        Names of counties of a study's own.

    Returns
    -------
    DataFrame
        Membership: member (county, also one the study lacks), group (the footprint), weight, title, system (its
        kind), region (the group's code in its own system, if it is one). A county may be in several footprints.

    Examples
    --------
    >>> boards = pd.DataFrame({"member": ["36055", "36069"], "group": ["F", "F"], "weight": 1.0, "title": "Finger Lakes"})
    >>> candidate_footprints("36055", None, pd.Index(["36055"]), Drawn({"board": boards}))[["member", "group"]]
      member        group
    0  36055  seed county
    1  36055     board: F
    2  36069     board: F
    """
    parts = [_footprint([seed], SEED_COUNTY, area_names(pd.Series([seed]), names).iloc[0], SEED_COUNTY)]
    if drawn.markets is not None:
        for _, members in _holding(drawn.markets, seed):
            parts.append(_of_group(members, LABOR_MARKET, LABOR_MARKET))
            parts += _with_and_without(members, drawn, seed)
    for system, table in drawn.systems.items():
        for group, members in _holding(table[table["group"] != NONE], seed):
            parts.append(_of_group(members, f"{system}: {_without_system(group, system)}", system))
    if matrix is not None and seed in matrix.areas:
        tied = employment_interchange(matrix, np.asarray(matrix.areas == seed)) >= least_tie()
        near = [str(c) for c in matrix.areas[tied] if c in counties]
        parts.append(
            _footprint([seed, *near], NEIGHBORHOOD, "Commuting neighborhood of the seed", NEIGHBORHOOD)
        )
    if grown is not None:
        added = grown.loc[grown["decision"] != "not added", "county"]
        parts.append(_footprint(added, GROWN, "Grown from the seed", GROWN))
    return pd.concat(parts, ignore_index=True)


def functional_counties(footprints: pd.DataFrame) -> pd.Index:
    """The counties of the footprints that commuting draws; of all footprints where it draws none but the seed.

    A state or a large region is a footprint too, and its hundreds of counties say little of the partnership.

    >>> footprints = pd.DataFrame({"member": ["a", "b", "c"], "group": ["grown", "grown", "state: X"]})
    >>> functional_counties(footprints).to_list()
    ['a', 'b']
    """
    drawn = footprints["group"].isin([LABOR_MARKET, NEIGHBORHOOD, GROWN])
    rows = footprints[drawn] if drawn.any() else footprints
    return pd.Index(sorted(rows["member"].unique()), dtype="str")


def _with_and_without(members: pd.DataFrame, drawn: Drawn, seed: str) -> list[pd.DataFrame]:
    """A labor market without the counties of its own that are in doubt, and with those of others that may belong to it."""
    doubtful, markets = drawn.doubtful, drawn.markets
    if doubtful is None or doubtful.empty or markets is None:
        return []
    made = []
    certain = members[~members["member"].isin(doubtful.index)]
    if seed in set(certain["member"]) and len(certain) < len(members):
        made.append(_of_group(certain, CERTAIN_COUNTIES, CERTAIN_COUNTIES).assign(region=None))
    market = members["group"].iloc[0]
    may_join = doubtful.index[doubtful == market]
    others = markets[markets["member"].isin(may_join) & ~markets["member"].isin(members["member"])]
    if len(others):
        title = members["title"].iloc[0] if "title" in members else market
        wider = pd.concat([members, others]).assign(group=market, title=title, weight=1.0)
        made.append(_of_group(wider, POSSIBLE_COUNTIES, POSSIBLE_COUNTIES).assign(region=None))
    return made


def _holding(table: pd.DataFrame, seed: str) -> list[tuple[str, pd.DataFrame]]:
    groups = table.loc[(table["member"] == seed) & (table["weight"] > 0), "group"].astype(str).unique()
    return [(group, table[(table["group"] == group) & (table["weight"] > 0)]) for group in groups]


def _of_group(members: pd.DataFrame, footprint: str, kind: str) -> pd.DataFrame:
    title = members["title"] if "title" in members else members["group"]
    code = members["group"].astype("str")
    return members.assign(group=footprint, title=title, system=kind, region=code)[_COLUMNS]


def _footprint(members: list[str] | pd.Series, footprint: str, title: str, kind: str) -> pd.DataFrame:
    table = pd.DataFrame({"member": list(members)}, dtype="str")
    return table.assign(group=footprint, weight=1.0, title=title, system=kind, region=None)


def _without_system(group: str, system: str) -> str:
    """The group's code without the system's name, which stands before codes that look like areas."""
    return group.removeprefix(f"{system} ")


def study_counties(panel: pd.DataFrame) -> pd.Index:
    """The counties of a panel, sorted."""
    areas = pd.Series(panel["area"].astype("category").cat.categories.astype(str))
    return pd.Index(sorted(areas[is_county(areas)]), dtype="str")
