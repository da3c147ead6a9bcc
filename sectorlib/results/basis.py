"""What several tables of a study are made of: its reported rows, targets, partnership and the years compared."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from sectorlib import naics, panel
from sectorlib.areas import is_county
from sectorlib.concentration import inside_base, rest_of_base
from sectorlib.exceptions import NotSupportedError
from sectorlib.kept import kept
from sectorlib.membership import membership
from sectorlib.resources import definitions
from sectorlib.results.shared import between_regions, of_the_study, reported_rows
from sectorlib.results.yardsticks import typical_pay_of
from sectorlib.scope import PartnershipScope, ScopeTerms, partnership_scope
from sectorlib.study import ALL_AREAS, Study
from sectorlib.study.store import Store, digest_of, stored
from sectorlib.targeting import RankingTerms, Targets, errors_of_sectors, target_sectors

#: Growth is shown over at least this many years where the panel has them, and over the whole panel.
RECENT_YEARS = 5

#: What is said where a study names no sector for a partnership: found, expected, hint.
NO_SECTOR = (
    "the study names no sector for a partnership",
    "a sector, and a county to start from",
    'add `scope: {sector: "31-33", seed: "36055"}` to the study, or --sector and --seed',
)


class Basis(Mapping[str, pd.DataFrame]):
    """The study's tables by name, and what several of them are made of; each part is made when first asked for."""

    study: Study

    @abstractmethod
    def given(self, name: str) -> pd.DataFrame | None:
        """The named result; None where the study cannot give it."""

    @cached_property
    def store(self) -> Store:
        """What was worked out of the study before: its entries, and those that its scope matters to."""
        named = self.study.file.scope
        return self.study.store.part(digest_of("" if named is None else named.model_dump_json()))

    @kept
    def reported(self) -> pd.DataFrame:
        """Panel rows of regions, counties and the base: the study's ownership, and the all-ownership totals.

        A column ``grain`` says what a row is.
        """
        return reported_rows(self.study, self.study.panel)

    @stored
    def rest_of_base(self) -> pd.DataFrame:
        """The base without each region and county of it, cell by cell; nothing of an area that is all of its base."""
        study, rows = self.study, self.reported
        counties = study.panel[is_county(study.panel["area"])]
        held = pd.Series(counties["area"].unique()).astype(str)
        everywhere = membership({code: [code] for code in held}, "county")
        members = pd.concat([study.regions, everywhere[~everywhere["group"].isin(study.regions["group"])]])
        inside = inside_base(members, held, study.base_area)
        parts, whole = (table.groupby("group")["weight"].sum() for table in (inside, members))
        straddling = parts.index[parts < whole.reindex(parts.index) - 1e-9]
        own = rows[rows["area"].isin(parts.index.difference(straddling))]
        if len(straddling):
            across = inside[inside["group"].isin(straddling)]
            own = pd.concat([own, panel.aggregate(of_the_study(study, counties), areas=across)])
        base = rows[(rows["area"] == study.base_area) & (rows["grain"] == "base")]
        return rest_of_base(own, base, summed=study.base_area == ALL_AREAS)

    @property
    def denominator(self) -> str:
        """What location quotients divide by: totals of all ownerships where the base publishes them every
        year (the BLS convention), else totals of the study's own ownership."""
        rows = self.study.panel
        totals = rows[
            (rows["area"] == self.study.base_area)
            & (rows["industry"] == naics.TOTAL)
            & (rows["ownership"] == "0")
        ]
        return "all" if len(totals) and totals["employment"].notna().all() else "ownership"

    @stored
    def partnership(self) -> PartnershipScope:
        """The partnership that the study's ``scope`` names: its footprints and what is in them.

        Raises
        ------
        NotSupportedError
            The study names no sector, or has nothing of it.
        """
        study, named = self.study, self.study.file.scope
        if named is None:
            raise NotSupportedError(*NO_SECTOR)
        regions: dict[str, pd.DataFrame] = {}
        if study.metropolitan_areas is not None:
            regions["metropolitan area"] = study.metropolitan_areas
        if study.file.regions:
            regions["region"] = study.own_regions
        has_markets = study.has("flows") or (study.file.labor_markets and study.file.labor_markets.file)
        terms = ScopeTerms(
            base_area=study.base_area, ownership=study.ownership, denominator=self.denominator,
            span=self.spans()[0] if len(study.years) > 1 else None,
            markets=study.whole_markets if has_markets else None, regions=regions, sectors=study.sectors,
            estimates=study.estimates, shapes=study.shapes, travel_times=study.travel_times,
            rural_urban=study.rural_urban, reach=named.reach, names=study.names if study.file.names else None,
            doubtful=self._doubtful, variants=named.compare or (),
        )  # fmt: skip
        return partnership_scope(
            study.panel, study.flows, named.sector, named.seed, study.jurisdictions, study.assets, terms
        )

    @property
    def _doubtful(self) -> pd.Series | None:
        """The other market of counties whose labor market is in doubt; None where markets are not drawn from flows."""
        table = self.given("labor-market-stability")
        if table is None:
            return None
        least = float(definitions("scope")["doubtful"]["value"])
        return table[table["same_market"] < least].set_index("member")["otherwise"]

    @stored
    def sector_figures(self) -> Targets:
        """What is known of the target sectors of the study's regions, whether any can be ranked or not."""
        return self._targets_of(self.study.years[-1])

    @property
    def targets(self) -> Targets:
        """The target sectors of the study's regions, ranked, with what the ranks rest on.

        Raises
        ------
        NotSupportedError
            No region has a sector with enough establishments.
        """
        return _ranked(self.sector_figures)

    @stored
    def earlier_targets(self) -> Targets:
        """The same ranked from data up to an earlier year, which gives a ranking a track record.

        People's scores are those of now, so that what differs are figures; withheld cells of then are estimated with
        what is known now.

        Raises
        ------
        NotSupportedError
            The panel begins later.
        """
        years = self.study.years
        then = years[-1] - int(definitions("criteria")["recent_years"]["value"])
        if then not in years:
            raise NotSupportedError(
                f"data from {years[0]} on",
                f"data of {then}, so that the earlier ranking can be compared with the current one",
                "add files of earlier years to the study",
            )
        return _ranked(self._targets_of(then))

    @stored
    def sector_errors(self) -> pd.Series:
        """How far jobs, pay and change of sectors are off where cells are withheld, measured in the study itself."""
        study = self.study
        return errors_of_sectors(
            *study.rated_cells, study.regions, study.sectors, study.base_area, study.ownership
        )

    def _targets_of(self, last: int) -> Targets:
        study = self.study
        upto = study.panel["year"] <= last
        terms = RankingTerms(
            study.criteria, study.scores, study.file.horizon, self.denominator, self.sector_errors,
            study.file.critical_mass, self.nation(last), self.typical_pay(last),
        )  # fmt: skip
        return target_sectors(
            study.panel[upto], study.estimates[upto.to_numpy()], study.regions, study.sectors, study.base_area,
            study.ownership, terms,
        )  # fmt: skip

    @stored
    def touching(self) -> pd.DataFrame:
        """Pairs of regions that touch, each pair both ways: area, neighbor."""
        links = self.study.neighbors.rename(columns={"area": "home", "neighbor": "work"})
        region = self.study.regions[["member", "group"]]
        pairs = between_regions(links.assign(workers=1.0), region)
        return pairs[["home", "work"]].set_axis(["area", "neighbor"], axis=1)

    def nation(self, year: int) -> pd.DataFrame | None:
        """The nation's shares that a year of the panel is compared with; None where the study has no benchmark."""
        benchmark = self.study.benchmark
        return None if benchmark is None else benchmark.of(self.denominator, year)

    def typical_pay(self, year: int) -> pd.Series | None:
        """Typical industry pay of a year by area, at its prices; None where the panel has no pay to compare."""
        rows = self.reported
        rows = rows[rows["year"] == year].drop_duplicates("area")
        try:
            paid = typical_pay_of(self.study, rows)["typical_industry_pay"]
        except NotSupportedError:
            return None
        return paid.set_axis(rows["area"].astype(str)).astype(float)

    def spans(self) -> list[tuple[int, int]]:
        """First and last years that growth is shown for: recent years, and the whole panel.

        Raises
        ------
        NotSupportedError
            The panel has one year.
        """
        years = self.study.years
        if len(years) < 2:
            raise NotSupportedError(
                f"the panel has one year, {years[0]}",
                "two years or more",
                "add files of other years to the study",
            )
        end = years[-1]
        recent = max((y for y in years if y <= end - RECENT_YEARS), default=years[0])
        return list(dict.fromkeys([(recent, end), (years[0], end)]))


def _ranked(targets: Targets) -> Targets:
    """The targets, refused where nothing is ranked."""
    if targets.unranked is not None:
        raise NotSupportedError(
            targets.unranked.found, targets.unranked.expected, targets.unranked.hint or ""
        )
    return targets
