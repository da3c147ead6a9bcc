"""The rows of every scope table that a partnership brief shows."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from sectorlib.areas import county_names, vintage_of
from sectorlib.exceptions import UnknownNameError
from sectorlib.kept import kept
from sectorlib.membership import NONE
from sectorlib.pages import english
from sectorlib.resources import definitions
from sectorlib.results import Results
from sectorlib.results.scope import SCOPE_COLLEGES
from sectorlib.scope import NOT_RECORDED
from sectorlib.scope.colleges import TEACHING
from sectorlib.scope.footprints import CERTAIN_COUNTIES, LABOR_MARKET, POSSIBLE_COUNTIES, VARIANT
from sectorlib.sources.boundaries import shapes_for
from sectorlib.study import Study

#: The results a brief is drawn from.
BRIEF_RESULTS = (
    "scope", "scope-jurisdictions", "scope-overlap", "scope-counties", "scope-assets", "scope-pairs",
    "scope-growth-path", "scope-colleges", "labor-market-stability",
)  # fmt: skip

#: The result of two footprints compared, which a brief has where they are chosen.
COMPARISON = "scope-comparison"

#: The kinds of footprint that the brief looks at closely, the first that there is.
_FOCUS = ("labor market", "grown", "commuting neighborhood", "seed county")


@dataclass(frozen=True)
class ScopeProfile:
    """A sector's footprints from a seed county, and one of them more closely.

    Parameters
    ----------
    results : Results
        The results of a study that names a sector (and a seed) in its ``scope``.
    footprint : str
        The footprint that the brief looks at closely, as the ``scope`` table names it; the labor market where
        there is one if empty.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> from sectorlib.study import load_study
    >>> study = load_study(data_path("demo", "study.yaml")).with_scope("311", "91057")
    >>> profile = ScopeProfile(Results(study))
    >>> profile.focus["footprint"], len(profile.counties)
    ('labor market', 6)
    """

    results: Results
    footprint: str = ""

    @property
    def study(self) -> Study:
        """The study."""
        return self.results.study

    @kept
    def footprints(self) -> pd.DataFrame:
        """The ``scope`` table: a row for each candidate footprint."""
        return self.results["scope"].set_index("footprint", drop=False)

    @kept
    def focus(self) -> pd.Series:
        """The footprint that the brief looks at closely.

        Raises
        ------
        UnknownNameError
            There is no footprint of that name.
        """
        known = self.footprints.index
        if self.footprint and self.footprint not in known:
            raise UnknownNameError.unknown_name("footprint", self.footprint, known)
        return self.footprint_row(self.footprint or next(name for name in _FOCUS if name in known))

    def footprint_row(self, footprint: str) -> pd.Series:
        """A footprint's row of the ``scope`` table."""
        return self.footprints.iloc[list(self.footprints.index).index(footprint)]

    @property
    def sector(self) -> str:
        """The sector's title."""
        return str(self.focus["sector_title"])

    @property
    def seed(self) -> str:
        """The seed's name, without its state: "Monroe County"."""
        return short(self.focus["seed_name"])

    @property
    def year(self) -> int:
        """The year of the jobs."""
        return int(self.focus["year"])

    def rows(self, name: str, footprint: str | None = None) -> pd.DataFrame:
        """The rows of a scope table that are about a footprint (the one in focus); empty if not supported."""
        if self.results.missing(name):
            return pd.DataFrame(columns=["footprint"])
        table = self.results[name]
        wanted = self.focus["footprint"] if footprint is None else footprint
        return table[table["footprint"] == wanted].reset_index(drop=True)

    @kept
    def counties(self) -> pd.DataFrame:
        """The counties of the footprint in focus, those with most jobs first; those outside the study last."""
        return self.rows("scope-counties").sort_values(
            ["employment_estimate", "county"], ascending=[False, True], na_position="last", ignore_index=True
        )

    @kept
    def jurisdictions(self) -> pd.DataFrame:
        """The jurisdictions that the footprint in focus touches, with its shares; none and not recorded last."""
        table = self.rows("scope-jurisdictions")
        if table.empty:
            return table
        table["rank"] = table["jurisdiction"].map({NONE: 1, NOT_RECORDED: 2}).fillna(0)
        order = {name: n for n, name in enumerate(self.study.jurisdictions)}
        table["order"] = table["system"].map(order).fillna(len(order))
        table = table.sort_values(
            ["order", "rank", "share_estimate"], ascending=[True, True, False], ignore_index=True
        )
        return table.drop(columns=["rank", "order"])

    @kept
    def systems(self) -> list[str]:
        """The systems of jurisdictions, in the order of the study file."""
        return list(dict.fromkeys(self.jurisdictions["system"])) if len(self.jurisdictions) else []

    def named(self, system: str) -> pd.DataFrame:
        """The jurisdictions of a system that the footprint in focus touches, without none and not recorded."""
        table = self.jurisdictions
        return table[(table["system"] == system) & ~table["jurisdiction"].isin([NONE, NOT_RECORDED])]

    def unnamed(self, system: str, jurisdiction: str) -> pd.Series | None:
        """The row of what is in none, or not recorded, of a system; None if nothing is."""
        table = self.jurisdictions
        rows = table[(table["system"] == system) & (table["jurisdiction"] == jurisdiction)]
        return None if rows.empty else rows.iloc[0]

    @kept
    def assets(self) -> pd.DataFrame:
        """The assets within reach of the footprint in focus: those in its counties first, then colleges in the order in
        which they serve the sector, others by the jobs within reach. Colleges that do not serve it are left out."""
        table = self.rows("scope-assets")
        if table.empty:
            return table
        facts = self.colleges.set_index("asset")[["related_completions", "size", "basis"]]
        table = table[table["asset"].isin(facts.index) | ~table["kind"].isin(TEACHING)].join(
            facts, on="asset"
        )
        table["inside"] = table["area"].isin(self.counties["county"])
        by = [
            "inside",
            "related_completions",
            "size",
            "counties_in_reach",
            "share_estimate",
            "distance",
            "asset",
        ]
        return table.sort_values(by, ascending=[False] * 5 + [True] * 2, ignore_index=True)

    @kept
    def colleges(self) -> pd.DataFrame:
        """The colleges of the table ``scope-colleges`` that serve the sector, in its order."""
        if self.results.missing("scope-colleges"):
            return pd.DataFrame(columns=SCOPE_COLLEGES.names)
        table = self.results["scope-colleges"]
        return table[table["serves"].astype(bool)].reset_index(drop=True)

    @kept
    def doubtful(self) -> pd.DataFrame:
        """Counties of the seed's labor market whose place in it is in doubt, the most doubtful first.

        Rows of ``labor-market-stability`` of the counties that draws of the flows put elsewhere too often.
        """
        unsure = self._unsure
        return unsure[unsure["member"].isin(self._market)].reset_index(drop=True)

    @kept
    def possible(self) -> pd.DataFrame:
        """Counties of other labor markets that may belong to the seed's, the most doubtful first.

        Rows of ``labor-market-stability`` of counties that draws of the flows put elsewhere too often, and then most
        often into this market.
        """
        unsure = self._unsure
        if unsure.empty:
            return unsure
        ours = str(self.footprint_row(LABOR_MARKET)["region"])
        may_join = (unsure["otherwise"] == ours) & ~unsure["member"].isin(self._market)
        return unsure[may_join].reset_index(drop=True)

    @kept
    def _market(self) -> frozenset[str]:
        """The counties of the seed's labor market."""
        return frozenset(county for county, _ in self.members.get(LABOR_MARKET, ()))

    @kept
    def _unsure(self) -> pd.DataFrame:
        """Counties of the study whose labor market is in doubt."""
        if LABOR_MARKET not in self.footprints.index or self.results.missing("labor-market-stability"):
            columns = ["member", "member_name", "title", "same_market", "otherwise", "otherwise_title"]
            return pd.DataFrame(columns=columns)
        table = self.results["labor-market-stability"]
        least = float(definitions("scope")["doubtful"]["value"])
        return table[table["same_market"] < least].sort_values(["same_market", "member"], ignore_index=True)

    @kept
    def comparison(self) -> pd.DataFrame | None:
        """The table ``scope-comparison``; None where no two footprints are compared."""
        return None if self.results.missing(COMPARISON) else self.results[COMPARISON]

    @kept
    def pairs(self) -> pd.DataFrame:
        """Pairs of counties of the footprint in focus."""
        if self.results.missing("scope-pairs"):
            return pd.DataFrame()
        table = self.results["scope-pairs"]
        inside = set(self.counties["county"])
        return table[table["county_a"].isin(inside) & table["county_b"].isin(inside)].reset_index(drop=True)

    @kept
    def overlap(self) -> pd.DataFrame:
        """How the systems of jurisdictions cross, of jurisdictions that the footprint in focus touches."""
        if self.results.missing("scope-overlap"):
            return pd.DataFrame()
        table = self.results["scope-overlap"]
        known = {(row.system, row.jurisdiction) for row in self.jurisdictions.itertuples()}
        keep = [
            (r.system_a, r.jurisdiction_a) in known and (r.system_b, r.jurisdiction_b) in known
            for r in table.itertuples()
        ]
        return table[keep].reset_index(drop=True)

    @kept
    def growth_path(self) -> pd.DataFrame:
        """How the grown footprint came about; empty without flows."""
        return (
            pd.DataFrame() if self.results.missing("scope-growth-path") else self.results["scope-growth-path"]
        )

    @kept
    def not_projected(self) -> dict[str, str]:
        """The letter of each reason why a footprint has no projection, in the order of the footprints shown."""
        rows = [self.footprint_row(names[0]) for names in self.distinct]
        reasons = dict.fromkeys(str(row["not_projected"]) for row in rows if pd.isna(row["projected_change"]))
        return {reason: chr(ord("a") + n) for n, reason in enumerate(reasons)}

    @kept
    def members(self) -> dict[str, frozenset[tuple[str, float]]]:
        """The counties of each footprint, with the share of each that belongs to it."""
        table = self.results["scope-counties"]
        return {
            str(name): frozenset(zip(part["county"], part["weight"].round(4), strict=True))
            for name, part in table.groupby("footprint", sort=False)
        }

    @kept
    def distinct(self) -> list[list[str]]:
        """Footprints in groups of the same counties: those in focus first, then as the table has them."""
        groups: dict[frozenset[tuple[str, float]], list[str]] = {}
        for name in self.footprints.index:
            groups.setdefault(self.members[name], []).append(name)
        return sorted(groups.values(), key=lambda names: self.focus["footprint"] not in names)

    def label(self, footprint: str) -> str:
        """A footprint's name for people: "Labor market Monroe-Ontario-Wayne", "Monroe (workforce region)".

        Of the two that are made for the seed and have no name of their own, what they are.
        """
        row = self.footprint_row(footprint)
        name, kind = str(row["footprint_name"]), str(row["kind"])
        if kind == "labor market":
            return f"Labor market {name}"
        if kind == CERTAIN_COUNTIES:
            return f"The labor market without {english.counties([short(n) for n in self.doubtful['member_name']], 6)}"
        if kind == POSSIBLE_COUNTIES:
            return f"The labor market with {english.counties([short(n) for n in self.possible['member_name']], 6)}"
        if kind == VARIANT:
            return self._variant_label(name)
        if kind == "grown":
            return "Grown for the sector"
        if kind == "commuting neighborhood":
            return f"Commuting neighborhood of {self.seed}"
        if kind == "seed county":
            return f"{short(name)} alone"
        return f"{name} ({kind})"

    def _variant_label(self, name: str) -> str:
        """A variant in words: "Labor market Monroe-Ontario-Wayne, NY with Steuben County"."""
        known = [one for one in self.footprints.index if one != name and name.startswith(f"{one} ")]
        base = max(known, key=len, default="")
        if not base:
            return english.capital(name)
        steps = name[len(base) :].replace(" + ", " with ").replace(" - ", " without ")
        return self.label(base) + steps

    @kept
    def shapes(self) -> gpd.GeoDataFrame:
        """County shapes: the study's own, or those of every state that a footprint touches and around it."""
        if self.study.file.shapes:
            return self.study.shapes
        counties = self.results["scope-counties"]["county"].unique()
        everywhere = county_names(vintage_of(counties).vintage).index
        return shapes_for(everywhere)

    @kept
    def absent(self) -> dict[str, str]:
        """What the study cannot support and why, by result of the brief."""
        reasons = {}
        for name in BRIEF_RESULTS:
            error = self.results.missing(name)
            if error is not None:
                reasons[name] = f"{error.found.split(' for scope')[0]}; {error.hint}"
        return reasons


def short(name: object) -> str:
    """A county's name without its state.

    >>> short("Monroe County, NY")
    'Monroe County'
    """
    return str(name).split(",")[0]
