"""The registry of results: a name, a key, columns and units for each table a study can give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from sectorlib import naics, panel
from sectorlib.areas import area_names, is_county
from sectorlib.cards import card, folded
from sectorlib.concentration import inside_base, rest_of_base
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.kept import own_copy
from sectorlib.membership import membership
from sectorlib.progress import making
from sectorlib.resources import definitions
from sectorlib.schemas import PANEL, Column, Table
from sectorlib.scope import PartnershipScope, partnership_scope
from sectorlib.study import ALL_AREAS, Study
from sectorlib.study.store import Store, digest_of, stored
from sectorlib.targeting import Targets, errors_of_sectors, target_sectors

#: Growth is shown over at least this many years where the panel has them, and over the whole panel.
RECENT_YEARS = 5

#: The file of reasons beside saved results.
_REASONS = "not-supported.json"


@dataclass(frozen=True)
class Result:
    """A named result: its table's schema and how it is made from the results before it."""

    table: Table
    meaning: str
    build: Callable[[Results], pd.DataFrame]
    needs: tuple[str, ...] = ()


#: Every result by name, in the order a study is explored.
RESULTS: dict[str, Result] = {}


def gives(
    table: Table, meaning: str, needs: Sequence[str] = ("employment",)
) -> Callable[[Callable[[Results], pd.DataFrame]], Callable[[Results], pd.DataFrame]]:
    """Register a function that makes a result from the results before it.

    Parameters
    ----------
    table : Table
        Its name, key, columns and units.
    meaning : str
        What it holds, in a sentence.
    needs : sequence of str
        The figures of the panel, employment and wages, without which it says nothing.
    """

    def register(build: Callable[[Results], pd.DataFrame]) -> Callable[[Results], pd.DataFrame]:
        RESULTS[table.name] = Result(table, meaning, build, tuple(needs))
        return build

    return register


#: Saved tables that this process and those forked from it share, by path.
_HELD: dict[Path, pd.DataFrame] = {}


def hold_tables(folder: Path) -> None:
    """Read every saved table of a folder, for all who ask in this process and those forked from it.

    Nothing is read that changes later: a process that holds tables lives as long as one run. No thread is started.
    """
    for path in sorted(folder.resolve().glob("*.parquet")):
        file = pq.ParquetFile(path, pre_buffer=False)
        _HELD[path] = file.read(use_threads=False).to_pandas(use_threads=False)
        _HELD[path].attrs.update(json.loads((file.schema_arrow.metadata or {}).get(b"PANDAS_ATTRS", b"{}")))


class Results(Mapping[str, pd.DataFrame]):
    """The results of a study by name, each made when first asked for.

    Parameters
    ----------
    study : Study
        The study.
    folder : Path, optional
        Where :meth:`save` has written results; those are read instead of made again.

    Examples
    --------
    >>> [name for name in sorted(RESULTS) if name.startswith("backtest")]
    ['backtest', 'backtest-by-industry', 'backtest-by-size']
    """

    def __init__(self, study: Study, folder: Path | None = None) -> None:
        self.study = study
        self.folder = folder
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The named result.

        Raises
        ------
        UnknownNameError
            No such result; the hint gives the nearest.
        NotSupportedError
            The study cannot support it, and why.
        """
        if name not in RESULTS:
            raise UnknownNameError.unknown_name("table", name, RESULTS)
        if name not in self._made:
            saved = self._saved(name)
            if saved is None:
                with making(f"the table {name}"):
                    saved = self._recalled(name)
            self._made[name] = saved
        return own_copy(self._made[name])

    def __iter__(self) -> Iterator[str]:
        return iter(RESULTS)

    def __len__(self) -> int:
        return len(RESULTS)

    def _repr_html_(self) -> str:
        """The tables, by whether they are made, can be asked for, or cannot be given, and why not; none is made for it."""
        made, open_, reasons = [], [], []
        for name, result in RESULTS.items():
            why = self._known_reason(name)
            if why is not None:
                reasons.append((name, why))
            elif name in self._made:
                made.append((name, f"{len(self._made[name]):,} rows; {result.meaning}"))
            else:
                open_.append((name, result.meaning))
        parts = [
            folded(f"{len(rows)} {what}", card("", rows), opened=what == "made")
            for what, rows in (("made", made), ("made when asked for", open_), ("not in this study", reasons))
            if rows
        ]
        note = 'results["growth"] gives a table; results.missing("growth") says why not.'
        title = f"{len(RESULTS)} tables of the study {self.study.title}"
        return card(title, [], note) + "".join(parts)

    def _known_reason(self, name: str) -> str | None:
        """Why the study cannot give a result, as far as that is known without making a table."""
        lacking = [
            f for f in RESULTS[name].needs if "panel" in self.study.__dict__ and f not in self.study.measures
        ]
        if lacking:
            return f"the panel's tables hold no {' and no '.join(lacking)}"
        needs_flows = name.startswith("labor-market") or name == "self-containment"
        if needs_flows and not self.study.has("flows"):
            return "the study has no commuting flows"
        if name.startswith("scope") and self.study.file.scope is None:
            return "the study names no sector for a partnership"
        return None

    def missing(self, name: str) -> NotSupportedError | None:
        """Why the study cannot give a result; None if it can."""
        try:
            self[name]
        except NotSupportedError as error:
            return error
        return None

    def save(self, folder: Path, names: Iterable[str]) -> None:
        """Write the named results that the study supports as Parquet, and the reasons for the others as JSON.

        The study's notice is in the metadata of each Parquet file (``attrs`` in pandas), and under ``notice`` in the JSON.
        """
        names = list(names)
        missing = {
            name: error for name in names if (error := self.missing(name))
        }  # all made before one is written
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            if name not in missing:
                table = self[name].copy(deep=False)
                if self.study.notice:
                    table.attrs["notice"] = self.study.notice
                beside = folder / f".{name}.part"
                table.to_parquet(beside, index=False)
                beside.replace(folder / f"{name}.parquet")
        reasons: dict[str, str | list[str]] = {"notice": self.study.notice} if self.study.notice else {}
        reasons |= {name: [error.found, error.expected, error.hint] for name, error in missing.items()}
        beside = folder / f".{_REASONS}.part"
        beside.write_text(json.dumps(reasons, indent=1), encoding="utf-8")
        beside.replace(folder / _REASONS)

    @cached_property
    def store(self) -> Store:
        """What was worked out of the study before: its entries, and those that its scope matters to."""
        named = self.study.file.scope
        return self.study.store.part(digest_of("" if named is None else named.model_dump_json()))

    def _recalled(self, name: str) -> pd.DataFrame:
        # Tables that say nothing of a partnership are the same whatever the scope.
        store = self.store if name.startswith("scope") else self.study.store.part(digest_of(""))
        return store.recall(f"table {name}", lambda: self._make(name))

    def _make(self, name: str) -> pd.DataFrame:
        result = RESULTS[name]
        lacking = [figure for figure in result.needs if figure not in self.study.measures]
        if lacking:
            raise NotSupportedError(
                f"the panel's tables hold no {' and no '.join(lacking)}",
                f"{' and '.join(result.needs)} of some cell",
                "what is not in the tables is unknown, not zero; add a table that has it, or its column to the block",
            )
        made = result.table.check(
            result.build(self).reset_index(drop=True), f"the {name} result of {self.study.name}"
        )
        # As they come back when they are read again.
        texts = [c.name for c in result.table.columns if c.kind in ("text", "code") and c.name in made]
        return made.astype({name: "str" for name in texts if made[name].dtype == object})

    def _saved(self, name: str) -> pd.DataFrame | None:
        """The result as :meth:`save` wrote it; None if it did not."""
        if self.folder is None or not (self.folder / _REASONS).exists():
            return None
        reasons = json.loads((self.folder / _REASONS).read_text(encoding="utf-8"))
        if name in reasons:
            raise NotSupportedError(*reasons[name])
        path = self.folder / f"{name}.parquet"
        held = _HELD.get(path.resolve())
        if held is not None:
            return held
        return pd.read_parquet(path) if path.exists() else None

    def region(self, name: str) -> str:
        """The code of a region given by its code or name.

        Raises
        ------
        UnknownNameError
            No region of that name; the hint gives the nearest.
        """
        known = self["regions"].drop_duplicates("area")
        for column in ("area", "area_name"):
            hit = known.loc[known[column] == name, "area"]
            if len(hit):
                return str(hit.iloc[0])
        raise UnknownNameError.unknown_name("region", name, known["area_name"])

    # --- what several results need ---

    @property
    def reported(self) -> pd.DataFrame:
        """Panel rows of regions, counties and the base: the study's ownership, and the all-ownership totals.

        A column ``grain`` says what a row is.
        """
        if "reported" not in self._made:
            self._made["reported"] = reported_rows(self.study, self.study.panel)
        return own_copy(self._made["reported"])

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
            raise NotSupportedError(
                "the study names no sector for a partnership",
                "a sector, and a county to start from",
                'add `scope: {sector: "31-33", seed: "36055"}` to the study, or --sector and --seed',
            )
        regions: dict[str, pd.DataFrame] = {}
        if study.metropolitan_areas is not None:
            regions["metropolitan area"] = study.metropolitan_areas
        if study.file.regions:
            regions["region"] = study.own_regions
        has_markets = study.has("flows") or (study.file.labor_markets and study.file.labor_markets.file)
        return partnership_scope(
            study.panel, study.flows, named.sector, named.seed, study.jurisdictions, study.assets,
            base_area=study.base_area, ownership=study.ownership, denominator=self.denominator,
            span=self.spans()[0] if len(study.years) > 1 else None,
            markets=study.whole_markets if has_markets else None, regions=regions, sectors=study.sectors,
            estimates=study.estimates,
            shapes=study.shapes, travel_times=study.travel_times, rural_urban=study.rural_urban,
            reach=named.reach, names=study.names if study.file.names else None, doubtful=self._doubtful,
        )  # fmt: skip

    @property
    def _doubtful(self) -> list[str]:
        """Counties whose labor market is in doubt; none where markets are not drawn from flows."""
        if self.missing("labor-market-stability"):
            return []
        table = self["labor-market-stability"]
        least = float(definitions("scope")["doubtful"]["value"])
        return table.loc[table["same_market"] < least, "member"].to_list()

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
                f"data of {then}, so that the ranking of then can be held against the one of now",
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
        return target_sectors(
            study.panel[upto], study.estimates[upto.to_numpy()], study.regions, study.sectors, study.base_area,
            study.ownership, study.criteria, study.scores, study.file.horizon, self.denominator,
            self.sector_errors, study.file.critical_mass, self.nation(last), self.typical_pay(last),
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
        if self.missing("wages"):
            return None
        rows = self["wages"]
        rows = rows[rows["year"] == year].drop_duplicates("area")
        return rows.set_index(rows["area"].astype(str))["typical_industry_pay"].astype(float)

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


#: What an area is like beside the nation and beside the rest of the base.
BESIDE = tuple(
    Column(f"location_quotient_{name}{end}", "number", "ratio", f"{words}{of}")
    for name, words in (
        ("nation", "share of jobs over the nation's"),
        ("rest", "share of jobs over that of the base without the area; missing where nothing is left of it"),
    )
    for end, of in (("", ""), ("_low", ": the least it can be"), ("_high", ": the most it can be"))
)
NATION_YEAR = Column(
    "nation_year", "year", "year", "of the nation's figures; missing without a benchmark", optional=True
)

#: Columns that many tables begin with.
AREA = (
    Column("grain", "text", "", "region, county or base"),
    Column("area", "code", "", "region, county or base area"),
    Column("area_name", "text", "", "name"),
)

INDUSTRY = (
    Column("industry", "code", "", "NAICS code as BLS writes it"),
    Column("industry_title", "text", "", "short title"),
    Column("ownership", "code", "", "0 all, 5 private, 8 government, drivers: private and public 22, 61, 62"),
)
YEAR = Column("year", "year", "year", "calendar year")
#: The figures of a Panel row.
CELL = tuple(c for c in PANEL.columns if c.name not in ("area", "industry", "ownership", "year"))


def between_regions(pairs: pd.DataFrame, region: pd.DataFrame) -> pd.DataFrame:
    """Pairs of counties as pairs of the regions that they are in, those inside one region left out."""
    for end in ("home", "work"):
        pairs = pairs.merge(region.set_axis([end, f"{end}_region"], axis=1), on=end)
    crossing = pairs[pairs["home_region"] != pairs["work_region"]]
    table = crossing.groupby(["home_region", "work_region"])["workers"].sum().reset_index()
    return table.set_axis(["home", "work", "workers"], axis=1)


def reported_rows(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a study's panel, or of its estimates, that results are made of, with their ``grain``."""
    rows = of_the_study(study, table)
    counties = rows[is_county(rows["area"])]
    regions = panel.aggregate(counties, areas=study.regions)
    base = rows[rows["area"] == study.base_area]
    parts = [regions.assign(grain="region"), counties.assign(grain="county"), base.assign(grain="base")]
    if study.system == "counties":
        parts = [parts[0], parts[2]]  # each county is a region already
    out = pd.concat(parts, ignore_index=True)
    for key in ("area", "industry", "ownership"):
        out[key] = out[key].astype("category")
    return out


def of_the_study(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the study's ownership, of sectors and below, and of the totals beside them."""
    keep = (table["ownership"] == study.ownership) | (
        table["ownership"].isin(["0", "8"]) & (table["industry"] == naics.TOTAL)
    )
    return table[keep & ~naics.levels(table["industry"]).isin(["domain", "supersector"])]


def titled(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The frame with the names of its areas."""
    titles = study.regions.drop_duplicates("group").set_index("group")["title"]
    codes = pd.Series(frame["area"].unique().astype(str))
    regions = codes.map(titles)
    names = regions.where(regions.notna(), area_names(codes, study.names if study.file.names else None))
    names[codes == "all"] = "the study area"
    return frame.assign(area_name=frame["area"].astype(str).map(dict(zip(codes, names, strict=True))))


def named(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The frame with the names of its areas and industries."""
    codes = frame["industry"].astype(str)
    return titled(frame, study).assign(industry_title=codes.map({c: naics.title(c) for c in codes.unique()}))


def with_grain(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The table with what kind of area each row is of."""
    areas = rows.drop_duplicates("area")
    grain = areas.set_index(areas["area"].astype(str))["grain"]
    return table.assign(grain=table["area"].astype(str).map(grain))
