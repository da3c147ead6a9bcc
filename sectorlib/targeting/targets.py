"""From a panel and its estimates to ranked sectors in one call: evidence, ranks, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sectorlib.cards import card
from sectorlib.concentration import location_quotient_churn
from sectorlib.exceptions import NotSupportedError
from sectorlib.panel import aggregate
from sectorlib.projection import project
from sectorlib.resources import definitions
from sectorlib.sectors import visible_codes
from sectorlib.targeting.criteria import load_criteria
from sectorlib.targeting.evidence import sector_evidence
from sectorlib.targeting.panels import SectorPanels, sector_panels
from sectorlib.targeting.ranking import rank_sectors
from sectorlib.targeting.sensitivity import critical_mass, establishments_of

_BOUNDS = [f"{figure}_{end}" for figure in ("employment", "wages") for end in ("low", "high")]


@dataclass(frozen=True)
class Targets:
    """Ranked sectors with what they rest on.

    Attributes
    ----------
    panel : DataFrame
        The estimates with the published bounds beside them.
    panels : SectorPanels
        Its sectors, of areas, counties and base.
    evidence : DataFrame
        The figures (:func:`sector_evidence`).
    criteria : DataFrame
        What they were ranked by.
    ranks : DataFrame
        What :func:`rank_sectors` gives, of sectors with the establishments that a partnership needs; no rows where no
        area has such a sector.
    few : Series
        Establishments of sectors that have too few to be ranked, by area and sector.
    fewest : float
        How many establishments are needed.
    missing : dict
        Criterion to the reason why it has no figures.
    visible : Series
        Share of each sector that the panel's industries show: of its jobs in the base, or of its codes if less.
    unranked : NotSupportedError or None
        Why nothing is ranked: no area has a sector with enough establishments. The other figures stand without ranks.
    """

    panel: pd.DataFrame
    panels: SectorPanels
    evidence: pd.DataFrame
    criteria: pd.DataFrame
    ranks: pd.DataFrame
    few: pd.Series
    fewest: float
    missing: dict[str, str]
    visible: pd.Series
    unranked: NotSupportedError | None = None

    def __repr__(self) -> str:
        """What was ranked, in a line."""
        sectors, areas = self.ranks["sector"].nunique(), self.ranks["area"].nunique()
        return f"<Targets: {sectors} sectors in {areas} areas; tables .ranks, .evidence, .criteria>"

    def _repr_html_(self) -> str:
        """What was ranked, by what, what comes first where, and what has no figures."""
        ranked = self.ranks[self.ranks["rank"].notna()]
        first = ranked.sort_values(["area", "rank"], kind="stable").drop_duplicates("area")
        leaders = [f"{row.area}: {row.sector} ({row.share_first:.0%} of draws)" for row in first.itertuples()]
        rows = [
            ("areas", int(self.ranks["area"].nunique())),
            ("sectors ranked", int(ranked["sector"].nunique())),
            ("criteria", self.criteria.index.astype(str).to_list()),
            ("first in", leaders),
            ("without figures", [f"{name} ({why})" for name, why in self.missing.items()]),
            (f"fewer than {self.fewest:.0f} establishments", f"{len(self.few):,} pairs of area and sector"),
        ]
        note = "Ranks with their ranges are in .ranks, what they rest on in .evidence and .criteria."
        return card("Target sectors", rows, note)


@dataclass(frozen=True)
class RankingTerms:
    """What sectors are ranked by, and what their figures are compared with.

    Attributes
    ----------
    criteria : DataFrame, optional
        What :func:`load_criteria` gives.
    scores : DataFrame, optional
        Users' scores (:func:`check_scores`).
    horizon : int
        Years of projected growth.
    denominator : {"all", "ownership"}
        Of location quotients.
    errors : Series, optional
        How far figures of withheld cells are off (:func:`errors_of_sectors`).
    fewest : float, optional
        Establishments that a sector needs in an area to be ranked there; ``critical_mass`` of ``data/criteria.yaml`` by
        default, 0 ranks all. A number that is not known is not few.
    nation : DataFrame, optional
        The nation's shares of all jobs in the latest year, which concentration is measured against: industry, share,
        share_low, share_high. Without them it is the rest of the base, for areas with less than half of its jobs.
    typical_pay : Series of float, optional
        As of :func:`sector_panels`: what pay is compared with, by area.
    """

    criteria: pd.DataFrame | None = None
    scores: pd.DataFrame | None = None
    horizon: int = 5
    denominator: str = "all"
    errors: pd.Series | None = None
    fewest: float | None = None
    nation: pd.DataFrame | None = None
    typical_pay: pd.Series | None = None


def target_sectors(
    panel: pd.DataFrame,
    estimates: pd.DataFrame,
    members: pd.DataFrame,
    sectors: pd.DataFrame,
    base_area: str,
    ownership: str = "5",
    terms: RankingTerms | None = None,
) -> Targets:
    """Rank the sectors of every area, from a panel as a study has it.

    Figures are of the estimates, and how far they may be off is within the published bounds. A sector of which the
    panel's industries show less than ``visible_share`` in the base (``data/criteria.yaml``)
    is not ranked. What the panel cannot support is not known, counts as such, and is named in ``missing``.

    Parameters
    ----------
    panel : DataFrame
        A Panel of counties and the base with published bounds (``Study.panel``).
    estimates : DataFrame
        The same rows in the same order with what is withheld estimated (``Study.estimates``).
    members : DataFrame
        Membership of counties in the areas that are ranked.
    sectors : DataFrame
        A table of sectors.
    base_area : str
        Code of the base area.
    ownership : str
        Ownership code of the industries that count.
    terms : RankingTerms, optional
        What sectors are ranked by, and what their figures are compared with.

    Returns
    -------
    Targets
        Ranks, and what they rest on. Where no area has a sector with enough establishments, there are no ranks, and
        ``unranked`` says so.

    Raises
    ------
    NotSupportedError
        The panel has rows of none of the sectors, or shows too little of each.

    Examples
    --------
    >>> from sectorlib import data_path, load_study, sectors
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> panel, estimates = (table[table["year"] == 2023] for table in (study.panel, study.estimates))
    >>> targets = target_sectors(
    ...     panel, estimates, study.regions, sectors.load_sectors(), study.base_area, study.ownership)
    >>> bool(targets.ranks.groupby("area")["share_first"].sum().round(6).eq(1).all())
    True
    >>> targets.missing["projected_growth"]
    '1 year of data, too few to project'
    """
    terms = RankingTerms() if terms is None else terms
    denominator = terms.denominator
    criteria = load_criteria() if terms.criteria is None else terms.criteria
    estimated = estimates.assign(**{name: panel[name].to_numpy() for name in _BOUNDS})
    panels = sector_panels(estimated, members, sectors, base_area, ownership, terms.nation, terms.typical_pay)
    missing: dict[str, str] = {}
    churn = projections = None
    try:
        churn = _churn(panel, members, base_area, ownership, denominator)
    except NotSupportedError as error:
        missing["location_quotient interval"] = error.found
    try:
        projections = project(panels.areas, horizon=terms.horizon)
    except NotSupportedError as error:
        missing["projected_growth"] = error.found
    evidence = sector_evidence(panels, churn, projections, terms.scores, denominator, terms.errors)
    visible = _visible(panels, estimated["industry"])
    enough = visible.index[visible >= definitions("criteria")["visible_share"]["value"]]
    evidence = evidence[evidence["sector"].isin(enough)].reset_index(drop=True)
    if evidence.empty:
        raise NotSupportedError(
            f"the panel's industries show at most {visible.max():.0%} of any sector",
            "industries at the level of the sectors' codes, mostly three digits",
            "add files with more detailed industries, or define sectors by the codes there are",
        )
    fewest = critical_mass() if terms.fewest is None else terms.fewest
    number = establishments_of(panels)
    few = number[
        (number < fewest) & number.index.isin(pd.MultiIndex.from_frame(evidence[["area", "sector"]]))
    ]
    enough_of = evidence[~pd.MultiIndex.from_frame(evidence[["area", "sector"]]).isin(few.index)]
    known = set(evidence.loc[evidence["figure"].notna(), "criterion"])
    for name, row in criteria.iterrows():
        if name not in known:
            missing.setdefault(str(name), _reason(str(row["kind"]), str(name)))
    if len(enough_of):
        ranks, unranked = rank_sectors(enough_of, criteria), None
    else:
        ranks = rank_sectors(evidence, criteria).iloc[:0]
        unranked = NotSupportedError(
            f"at most {few.max():g} establishments of any sector in any region",
            f"{fewest:g} of one in some region, so that it can be ranked",
            "consider wider regions, or set critical_mass in the study",
        )
    return Targets(estimated, panels, evidence, criteria, ranks, few, fewest, missing, visible, unranked)


# --- parts -------------------------------------------------------------------------------------------


def _churn(
    panel: pd.DataFrame, members: pd.DataFrame, base_area: str, ownership: str, denominator: str
) -> pd.DataFrame:
    """How far location quotients of areas move in a year, from what is published."""
    inside = panel["area"].isin(members["member"]) & panel["ownership"].isin(["0", ownership])
    areas = aggregate(panel[inside], areas=members)
    return location_quotient_churn(areas, panel, base_area, denominator=denominator)


def _visible(panels: SectorPanels, industries: pd.Series) -> pd.Series:
    """Share of each sector that the panel has: of its jobs in the base, or of its codes where that is less.

    Nothing is known of the jobs in codes that cannot be seen at all, so that those count by number.
    """
    now = panels.makeup[panels.makeup["year"] == panels.year]
    seen = now[now["status"] == "visible"].groupby("sector")["jobs"].sum()
    whole = now.groupby("sector")["jobs"].sum()
    of_jobs = (seen.reindex(whole.index).fillna(0.0) / whole.where(whole > 0)).fillna(0.0)
    codes = visible_codes(panels.sectors, industries)
    unseen = codes[codes["status"] == "not visible"].groupby("sector")["industry"].nunique()
    number = panels.sectors.groupby("sector")["industry"].nunique()
    of_codes = 1 - unseen.reindex(number.index).fillna(0) / number
    return of_codes.clip(upper=of_jobs.reindex(number.index).fillna(0.0)).rename("visible_share")


def _reason(kind: str, name: str) -> str:
    if kind == "user":
        return "nobody has scored it"
    years = "the panel has too few years, or the industries were redefined in between"
    return {
        "location_quotient": "no national figures to compare with, and the regions are half of their own base or more",
        "projected_growth": "no projection has a track record, and so none an interval", "not_contracting": years, "steadiness": years,
    }.get(name, "no figures")  # fmt: skip
