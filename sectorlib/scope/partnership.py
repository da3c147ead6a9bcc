"""Partnership scope: candidate footprints of a sector side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sectorlib.areas import area_name, area_names, is_county
from sectorlib.cards import card
from sectorlib.exceptions import NotSupportedError
from sectorlib.labor_markets import FlowMatrix, flow_matrix, self_containment
from sectorlib.membership import NONE
from sectorlib.scope.comparison import (
    containment_and_ties,
    economics,
    footprint_jobs,
    jobs_and_rest,
    share_of_market,
    spans,
)
from sectorlib.scope.counties import county_table
from sectorlib.scope.footprints import (
    LABOR_MARKET,
    Drawn,
    candidate_footprints,
    find_seed,
    functional_counties,
)
from sectorlib.scope.growing import grow_footprint
from sectorlib.scope.jurisdictions import NOT_RECORDED, jurisdiction_overlap, jurisdiction_shares
from sectorlib.scope.places import center_distances, county_centers, reach_of_assets, shared_infrastructure
from sectorlib.scope.sector_jobs import SectorJobs, as_sector
from sectorlib.scope.ties import least_tie, pair_ties
from sectorlib.scope.variants import with_variants

_NATION = "US000"


@dataclass(frozen=True)
class PartnershipScope:
    """Candidate footprints of a sector and what is in them, as tables.

    Attributes
    ----------
    jobs : SectorJobs
        The sector's cells.
    seed, seed_basis : str
        The county that every footprint holds, and how it was chosen.
    footprints : DataFrame
        Membership: member (county), group (footprint), weight, title, system (kind), region (its code elsewhere).
    comparison : DataFrame
        One row a footprint.
    jurisdictions, overlap : DataFrame
        Shares of jobs by jurisdiction; how systems cross.
    counties, pairs : DataFrame
        One row for each footprint and county; one for each pair of counties that commuting draws together.
    assets : DataFrame
        One row for each footprint and asset within its reach.
    growth_path : DataFrame
        How the grown footprint came about; empty without flows.
    """

    jobs: SectorJobs
    seed: str
    seed_basis: str
    footprints: pd.DataFrame
    comparison: pd.DataFrame
    jurisdictions: pd.DataFrame
    overlap: pd.DataFrame
    counties: pd.DataFrame
    pairs: pd.DataFrame
    assets: pd.DataFrame
    growth_path: pd.DataFrame

    def _repr_html_(self) -> str:
        """The footprints in a line each, and what else there is."""
        groups = self.footprints.groupby("group", sort=False, observed=True)
        rows: list[tuple[str, object]] = [
            ("starts from", f"{area_name(self.seed)} ({self.seed}), {self.seed_basis}")
        ]
        rows += [
            (str(part["title"].iloc[0]), f"counties: {part['member'].nunique()}; {part['system'].iloc[0]}")
            for _, part in groups
        ]
        tables = {
            "comparison": self.comparison,
            "jurisdictions": self.jurisdictions,
            "overlap": self.overlap,
            "counties": self.counties,
            "pairs": self.pairs,
            "assets": self.assets,
            "growth_path": self.growth_path,
        }
        held = [
            f"{name} ({len(table):,})" if len(table) else f"{name} (none)" for name, table in tables.items()
        ]
        return card(f"Scope of a partnership: {self.jobs.title}", [*rows, ("tables", held)])


@dataclass(frozen=True)
class ScopeTerms:
    """What jobs count and what they are compared with, and where counties, markets and places are.

    Attributes
    ----------
    base_area : str, optional
        Code of the base economy; the nation or the one state of the panel if not given.
    ownership : str
        Code of the ownership whose jobs count.
    denominator : {"all", "ownership"}
        What location quotients divide by.
    span : tuple of int, optional
        First and last year of the change; the last is the year of the jobs.
    markets : DataFrame, optional
        Membership of labor markets, over the whole matrix.
    regions : mapping of system to DataFrame, optional
        Memberships that nobody governs by: metropolitan areas, regions of one's own. They are footprints too.
    sectors : DataFrame, optional
        Table of sectors that names are looked up in.
    estimates : DataFrame, optional
        The panel with estimates of what is withheld, for ranking; see :class:`SectorJobs`.
    shapes : GeoDataFrame, optional
        Shapes of counties (area, geometry), for distances between their centers.
    travel_times : DataFrame, optional
        home, place, minutes; see :func:`reach_of_assets`.
    rural_urban : Series, optional
        Rural-urban continuum code by county.
    reach : mapping of kind to miles, optional
        How far assets are within reach, where ``data/scope.yaml`` does not suit.
    names : Series of str, optional
        Names of areas of a study's own.
    doubtful : Series, optional
        The other market of counties that may belong to one, as draws of the flows tell; see
        :func:`candidate_footprints`.
    variants : sequence of str
        More footprints to look at: a candidate with counties or states added or left out, such as
        ``labor market + Wayne County``; see :func:`with_variants`.
    """

    base_area: str | None = None
    ownership: str = "5"
    denominator: str = "all"
    span: tuple[int, int] | None = None
    markets: pd.DataFrame | None = None
    regions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    sectors: pd.DataFrame | None = None
    estimates: pd.DataFrame | None = None
    shapes: Any = None
    travel_times: pd.DataFrame | None = None
    rural_urban: pd.Series | None = None
    reach: Mapping[str, float] | None = None
    names: pd.Series | None = None
    doubtful: pd.Series | None = None
    variants: Sequence[str] = ()


@dataclass(frozen=True)
class _Ground:
    """Where the counties are: commuting between them, their centers and names."""

    flows: pd.DataFrame | None
    matrix: FlowMatrix | None
    centers: pd.DataFrame | None
    names: pd.Series | None

    @classmethod
    def of(cls, flows: pd.DataFrame | None, terms: ScopeTerms) -> _Ground:
        matrix = None if flows is None else flow_matrix(flows)
        centers = None if terms.shapes is None else county_centers(terms.shapes)
        return cls(flows, matrix, centers, terms.names)


def partnership_scope(
    panel: pd.DataFrame,
    flows: pd.DataFrame | None,
    sector: str | Sequence[str] | Mapping[str, float],
    seed: str | None = None,
    jurisdictions: Mapping[str, pd.DataFrame] | None = None,
    assets: pd.DataFrame | None = None,
    terms: ScopeTerms | None = None,
) -> PartnershipScope:
    """Candidate footprints of a partnership in a sector, side by side; none is decreed.

    Footprints are the seed's county, its labor market, each jurisdiction and region that holds it, the counties
    tied to it by commuting, and one grown from it (:func:`grow_footprint`). For each: jobs and establishments, share of
    the labor market's jobs, self-containment, ties, concentration, pay, growth; the jurisdictions and states it
    spans; the assets within its reach; its counties.

    Parameters
    ----------
    panel : DataFrame
        Panel of counties and the base, with totals (industry ``10``).
    flows : DataFrame or None
        Flows over the whole matrix; without them there is no neighborhood and nothing is grown.
    sector : str, list of str, or mapping of code to weight
        As for :func:`as_sector`.
    seed : str, optional
        As for :func:`find_seed`; the sector's strongest county if not given.
    jurisdictions : mapping of system to DataFrame, optional
        Memberships of counties; see :func:`jurisdiction_shares` for ``none`` and ``not recorded``.
    assets : DataFrame, optional
        Assets; needs ``shapes`` or ``travel_times``.
    terms : ScopeTerms, optional
        What jobs count and what they are compared with, and where counties, markets and places are.

    Returns
    -------
    PartnershipScope
        Tables, with the columns of the results ``scope``, ``scope-jurisdictions``, ...

    Raises
    ------
    UnknownNameError, UnknownIndustryError, UnknownAreaError
        The sector or the seed is not known.
    NotSupportedError
        The panel sees none of the sector's codes, or the flows do not have the seed.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> from sectorlib.study import load_study
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> scope = partnership_scope(
    ...     study.panel, study.flows, "311", "91057", study.jurisdictions,
    ...     terms=ScopeTerms(base_area="91000", ownership=study.ownership, markets=study.whole_markets, names=study.names))
    >>> scope.comparison[["footprint", "counties"]].head(3)
                        footprint  counties
    0                 seed county         1
    1                labor market         6
    2  workforce area: Bay and Valley         8
    """
    terms = ScopeTerms() if terms is None else terms
    ground, names = _Ground.of(flows, terms), terms.names
    base_area = terms.base_area or _usual_base(panel)
    jobs = SectorJobs(
        panel, as_sector(sector, terms.sectors), terms.ownership, base_area, terms.denominator, terms.span,
        terms.estimates,
    )  # fmt: skip
    known = jobs.counties["employment_estimate"]
    county, basis = find_seed(seed, known, names, terms.markets)
    path = None if ground.matrix is None else grow_footprint(ground.matrix, known, county)
    drawn = Drawn(dict(jurisdictions or {}), terms.markets, terms.regions, terms.doubtful)
    footprints = candidate_footprints(county, ground.matrix, known.index, drawn, path, names)
    footprints = with_variants(footprints, terms.variants, known.index, county, names)
    shares = jurisdiction_shares(jobs, footprints, drawn.jurisdictions, names)
    crossed = ({} if terms.markets is None else {LABOR_MARKET: terms.markets}) | drawn.systems
    reached = _reached(footprints, ground.centers, assets, terms.reach, terms.travel_times)
    return PartnershipScope(
        jobs=jobs,
        seed=county,
        seed_basis=basis,
        footprints=footprints,
        comparison=_comparison(jobs, footprints, ground, shares, (county, basis)),
        jurisdictions=shares,
        overlap=jurisdiction_overlap(crossed, footprints),
        counties=county_table(
            jobs, footprints, ground.matrix, ground.centers, drawn.jurisdictions, terms.rural_urban, names
        ),
        pairs=_pairs(footprints, ground, reached),
        assets=_assets_in_reach(jobs, footprints, assets, reached, names),
        growth_path=_named_path(path, jobs, names),
    )


def _usual_base(panel: pd.DataFrame) -> str:
    """The nation or the one state of a panel."""
    areas = pd.Series(panel["area"].astype("category").cat.categories.astype(str))
    wider = areas[~is_county(areas)].to_list()
    if _NATION in wider:
        return _NATION
    if len(wider) == 1:
        return wider[0]
    raise NotSupportedError(
        f"a panel with {len(wider)} areas that are no counties",
        "the code of the base economy, which shares are compared with",
        'name it: terms=ScopeTerms(base_area="36000")',
    )


def _comparison(
    jobs: SectorJobs, footprints: pd.DataFrame, ground: _Ground, shares: pd.DataFrame, seed: tuple[str, str]
) -> pd.DataFrame:
    names = ground.names
    inside = footprints[footprints["member"].isin(jobs.counties.index)]
    table = spans(footprints, jobs.counties.index, names)
    table = table.join(footprint_jobs(jobs, footprints)).join(share_of_market(jobs, footprints))
    table = table.join(economics(jobs, footprints)[_ECONOMICS]).join(
        containment_and_ties(ground.matrix, inside)
    )
    containment = ["residents", "supply_side", "demand_side", "self_containment"]
    contained = None if ground.flows is None else self_containment(ground.flows, inside)
    table[containment] = np.nan if contained is None else contained[containment].reindex(table.index)
    # Flows join whole counties: who commutes within a part of one is not known.
    table[containment] = table[containment].mask(table["counties_split"] > 0)
    unknown = jobs.counties.index[jobs.counties["disclosure"] != "disclosed"]
    withheld = inside["member"].isin(unknown).groupby(inside["group"]).sum()
    labels = area_names(pd.Series([seed[0]]), names)
    return table.assign(
        sector=jobs.name,
        sector_title=jobs.title,
        codes=", ".join(jobs.codes),
        codes_not_counted=", ".join(jobs.not_counted),
        ownership=jobs.ownership,
        year=jobs.year,
        seed=seed[0],
        seed_name=labels.iloc[0],
        seed_basis=seed[1],
        region=footprints.drop_duplicates("group").set_index("group")["region"],
        counties_suppressed=withheld.reindex(table.index).fillna(0).astype(int),
        jurisdictions=_spanned(shares).reindex(table.index),
        least_tied_county_name=_named(table["least_tied_county"], names),
        widest_distance=_widest(inside, ground.centers).reindex(table.index),
    ).reset_index()


_ECONOMICS = [
    "location_quotient", "location_quotient_low", "location_quotient_high", "denominator",
    "average_annual_pay", "average_annual_pay_low", "average_annual_pay_high", "tier_in_area", "tier_in_base",
    "start_year", "percent_change", "percent_change_low", "percent_change_high", "crosses_break",
]  # fmt: skip


def _spanned(shares: pd.DataFrame) -> pd.Series:
    """How many jurisdictions of each system a footprint spans, in words."""
    if shares.empty:
        return pd.Series(dtype=object)
    named = shares[~shares["jurisdiction"].isin([NONE, NOT_RECORDED])]
    counts = named.groupby(["footprint", "system"], sort=False).size()
    return pd.Series(
        {
            footprint: "; ".join(f"{system} {n}" for system, n in part.droplevel(0).items())
            for footprint, part in counts.groupby(level=0, sort=False)
        }
    )


def _widest(footprints: pd.DataFrame, centers: pd.DataFrame | None) -> pd.Series:
    """The distance between the two centers of a footprint that lie furthest apart."""
    if centers is None:
        return pd.Series(dtype=float)
    distances = center_distances(centers[centers.index.isin(footprints["member"])])
    widest = {
        name: distances.reindex(index=members, columns=members).to_numpy().max()
        for name, members in footprints.groupby("group", sort=False)["member"]
    }
    return pd.Series(widest, dtype=float)


def _reached(
    footprints: pd.DataFrame,
    centers: pd.DataFrame | None,
    assets: pd.DataFrame | None,
    reach: Mapping[str, float] | None,
    travel_times: pd.DataFrame | None,
) -> pd.DataFrame | None:
    if assets is None or assets.empty or centers is None:
        return None
    here = centers[centers.index.isin(footprints["member"])]
    return reach_of_assets(here, assets, reach, travel_times)


def _pairs(footprints: pd.DataFrame, ground: _Ground, reached: pd.DataFrame | None) -> pd.DataFrame:
    matrix, centers, names = ground.matrix, ground.centers, ground.names
    counties = functional_counties(footprints).to_list()
    first, second = np.triu_indices(len(counties), k=1)
    codes = np.array(counties, dtype=object)
    pairs = pd.DataFrame({"county_a": codes[first], "county_b": codes[second]}, dtype="str")
    keys = ["county_a", "county_b"]
    unknown = {
        "distance": np.nan,
        "commuting_tie": np.nan,
        "assets_shared": np.nan,
        "shared_infrastructure": np.nan,
    }
    if centers is not None:
        distances = center_distances(centers[centers.index.isin(counties)]).reindex(
            index=counties, columns=counties
        )
        pairs["distance"] = distances.to_numpy()[first, second]
    if matrix is not None:
        pairs = pairs.merge(pair_ties(matrix, counties), on=keys, how="left")
    if reached is not None:
        near = reached[reached["county"].isin(counties)]
        pairs = pairs.merge(shared_infrastructure(near), on=keys, how="left")
    pairs = pairs.assign(**{name: value for name, value in unknown.items() if name not in pairs})
    return pairs.assign(
        tied=pairs["commuting_tie"] >= least_tie(),
        county_a_name=_named(pairs["county_a"], names),
        county_b_name=_named(pairs["county_b"], names),
    )


def _assets_in_reach(
    jobs: SectorJobs,
    footprints: pd.DataFrame,
    assets: pd.DataFrame | None,
    reached: pd.DataFrame | None,
    names: pd.Series | None,
) -> pd.DataFrame:
    """The assets within reach of each footprint, of which counties, and of what part of the sector's jobs."""
    if reached is None or assets is None:
        return pd.DataFrame()
    inside = footprints[footprints["member"].isin(jobs.counties.index)]
    near = reached[reached["in_reach"]].merge(
        inside.rename(columns={"group": "footprint"}), left_on="county", right_on="member"
    )
    if near.empty:
        return pd.DataFrame()
    near = near.sort_values(["asset", "distance"], kind="stable")
    keys = ["footprint", "asset"]
    near["county_name"] = _named(near["county"], names).str.split(",").str[0]
    # Many assets are within reach of the same counties: their jobs are added up once.
    near = near.join(
        near.groupby(keys)["county"].agg(lambda c: " ".join(sorted(c))).rename("reached"), on=keys
    )
    near = near.assign(whole=near["footprint"], group=near["footprint"] + " | " + near["reached"])
    table = near.groupby(keys, sort=False).agg(
        footprint_name=("title", "first"),
        kind=("kind", "first"),
        nearest_county=("county", "first"),
        distance=("distance", "first"),
        measure=("measure", "first"),
        reach=("reach", "first"),
        counties_in_reach=("county", "nunique"),
        county_names=("county_name", ", ".join),
        group=("group", "first"),
    )
    pieces = near.drop_duplicates(["group", "member"])[["whole", "group", "member", "weight"]]
    table = table.join(jobs_and_rest(jobs, pieces, inside).drop(columns="establishments"), on="group")
    facts = assets.drop_duplicates("asset").set_index("asset")
    table = table.join(facts[[c for c in ("name", "lat", "lon", "area") if c in facts]], on="asset")
    table = table.drop(columns="group").assign(shared=table["counties_in_reach"] > 1).reset_index()
    order = {name: at for at, name in enumerate(footprints["group"].drop_duplicates())}
    by = ["at", "kind", "share_estimate", "distance"]
    table = table.assign(at=table["footprint"].map(order))
    return table.sort_values(by, ascending=[True, True, False, True], kind="stable", ignore_index=True)


def _named_path(path: pd.DataFrame | None, jobs: SectorJobs, names: pd.Series | None) -> pd.DataFrame:
    if path is None:
        return pd.DataFrame()
    known = jobs.counties["disclosure"].astype(str)
    renamed = {"jobs": "employment_estimate", "footprint_jobs": "footprint_estimate"}
    return path.rename(columns=renamed).assign(
        county_name=_named(path["county"], names), disclosure=path["county"].map(known)
    )


def _named(codes: pd.Series, names: pd.Series | None) -> pd.Series:
    return area_names(codes.astype(object), names).where(codes.notna())
