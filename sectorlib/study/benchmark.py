"""What a study's regions are compared with beside its base: the nation's share of all jobs in every industry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from sectorlib import areas, naics, panel
from sectorlib.concentration import recover_base_shares, shares_of_total
from sectorlib.disclosure import bound_withheld
from sectorlib.exceptions import StudyFileError
from sectorlib.kept import kept
from sectorlib.reference import Reference, national_industries
from sectorlib.sources import qcew
from sectorlib.study.box import StudyBox
from sectorlib.study.cells import NATION
from sectorlib.study.file import OFF
from sectorlib.study.store import stored

#: The study key, and that of the table in the box.
_KEY = "benchmark"

_COLUMNS = [
    "industry", "ownership", "employment_share", "share_low", "share_high", "average_pay", "relative_pay",
    "benchmark_year", "how",
]  # fmt: skip

#: How a table of shares came about, as a sentence goes on after "from".
_FROM = {
    "panel": "the nation's rows in the panel",
    "file": "the file that the study names under benchmark",
    "official": "figures that ship with sectorlib, as published",
    "recovered": "figures that ship with sectorlib, recovered from published location quotients",
    "one quarter": "figures of the first quarter that ship with sectorlib",
    "quotients": "location quotients published in the panel's files",
}

#: How far apart, as a part of it, the ends of a share may be that is taken for known.
_NEAR = 0.1


@dataclass(frozen=True)
class Benchmark:
    """The nation beside which a study's regions are set.

    Attributes
    ----------
    area : str
        Code of the nation.
    name : str
        The nation as a sentence says it: "the United States".
    shares : DataFrame
        One row for each ``year`` of the panel and industry of the study's ownership, the total ``10`` among them:
        industry, ownership, employment_share (of all jobs, every ownership together) with share_low and share_high,
        average_pay (USD a year, missing where only shares are known), relative_pay (over the pay of all jobs),
        benchmark_year (which year the nation's figures are of) and how (``panel``, ``file``, ``quotients``, or that of
        :func:`sectorlib.reference.national_industries`).
    """

    area: str
    name: str
    shares: pd.DataFrame

    def of(self, denominator: str = "all", year: int | None = None) -> pd.DataFrame:
        """Shares as quotients take them: industry, ownership, year, share, share_low, share_high, benchmark_year.

        Parameters
        ----------
        denominator : {"all", "ownership"}
            Of all jobs, or of those of the study's ownership.
        year : int, optional
            One year of the panel; all of them if not given.
        """
        table = self.shares.rename(columns={"employment_share": "share"})
        if year is not None:
            table = table[table["year"] == year]
        if denominator == "ownership":
            whole = table[table["industry"] == naics.TOTAL].set_index("year")["share"]
            for column in ("share", "share_low", "share_high"):
                table = table.assign(**{column: table[column] / table["year"].map(whole)})
        columns = ["industry", "ownership", "year", "share", "share_low", "share_high", "benchmark_year"]
        return table[columns].reset_index(drop=True)

    def year_of(self, year: int) -> int | None:
        """The year of the nation's figures that a year of the panel is compared with; None if there are none."""
        found = self.shares.loc[self.shares["year"] == year, "benchmark_year"]
        return int(found.iloc[0]) if len(found) else None

    def source(self, year: int) -> str:
        """Where the figures come from and of which year they are, as a sentence says it after "from"."""
        rows = self.shares[self.shares["year"] == year]
        # Sectors are often published where finer industries had to be recovered.
        ways = list(dict.fromkeys(rows.sort_values("how")["how"]))
        said = _FROM[ways[-1]] if ways else "no figures"
        return f"{said}, {self.year_of(year)}"


@dataclass(frozen=True)
class StudyBenchmark(StudyBox):
    """A study's benchmark: the nation's shares, wherever they can be had."""

    @stored
    def benchmark(self) -> Benchmark | None:
        """The nation's shares of all jobs by industry; None where none can be had, or the study wants none.

        For each year of the panel the nation's rows of the panel, or of a file of the study, of that year; else those
        of the nearest year, there or in the box, whichever is nearer. A file or rows without any year of the panel do
        not count. Where there is neither, shares are recovered from the location quotients in the panel's files. A
        study of invented areas takes nothing from the box.
        """
        if OFF in self.file.benchmark:
            return None
        own = [self._in_panel, self._in_file]
        common = [
            table for table in own if table is not None and set(table["benchmark_year"]) & set(self.years)
        ]
        held = pd.concat(common, ignore_index=True) if common else pd.DataFrame(columns=["area", *_COLUMNS])
        held = held.drop_duplicates(["industry", "benchmark_year"])
        area = str(held["area"].iloc[0]) if len(held) else NATION
        tables = [held.drop(columns="area")]
        shipped = self.built_in(_KEY)
        if shipped is not None:
            tables.append(_shipped(self.ownership))
        found = [nearest for year in self.years if (nearest := _nearest(tables, year)) is not None]
        if not found and (recovered := self._recovered) is not None:
            found = [nearest for year in self.years if (nearest := _nearest([recovered], year)) is not None]
        if not found:
            return None
        name = areas.name_in_a_sentence(area, self.names if self.file.names else None)
        return Benchmark(area, "the nation" if name == area else name, pd.concat(found, ignore_index=True))

    @property
    def nation_jobs(self) -> pd.DataFrame:
        """Jobs of the nation, all ownerships, in the years of the panel in which they are known; never of a nearer year.

        Returns
        -------
        DataFrame
            year, employment (annual average) and how (``panel``, ``file``, or that of
            :func:`sectorlib.reference.national_industries`); no rows where nothing is known. The panel comes before the
            study's file, and both before the box.
        """
        columns = ["year", "employment", "how"]
        if OFF in self.file.benchmark:
            return pd.DataFrame(columns=columns)
        own = ((self._panels_nation, "panel"), (self._files_nation, "file"))
        tables = [found[0].assign(how=how) for found, how in own if found is not None]
        if self.built_in(_KEY) is not None:
            tables.append(national_industries("0"))
        rows = pd.concat(
            [
                table[(table["industry"] == naics.TOTAL) & (table["ownership"].astype(str) == "0")][columns]
                for table in tables
            ]
            or [pd.DataFrame(columns=columns)],
            ignore_index=True,
        )
        whole = rows["employment"].notna() & rows["year"].isin(self.years) & (rows["how"] != "one quarter")
        return rows[whole].drop_duplicates("year").sort_values("year").reset_index(drop=True)

    @kept
    def taken(self) -> tuple[Reference, ...]:
        """Every table that the study takes from the box; the nation's shares only where its benchmark has some."""
        used = set(self.benchmark.shares["how"]) if self.benchmark is not None else set()
        shipped = bool(used & {"official", "recovered", "one quarter"})
        return tuple(table for table in super().taken if table.key != _KEY or shipped)

    @kept
    def _in_panel(self) -> pd.DataFrame | None:
        """Shares of the nation's rows in the panel; None if it has none."""
        rows, code = self._panels_nation or (None, "")
        return None if rows is None else _shares_of_rows(rows, self.ownership, code, "panel")

    @kept
    def _in_file(self) -> pd.DataFrame | None:
        """Shares of the file that the study names under ``benchmark``; None if it names none."""
        rows, code = self._files_nation or (None, "")
        return None if rows is None else _shares_of_rows(rows, self.ownership, code, "file")

    @property
    def nation_rows(self) -> tuple[tuple[pd.DataFrame, str], ...]:
        """Panel rows of the nation and its code: those in the panel, and those in the file of the study; none where neither is."""
        return tuple(found for found in (self._panels_nation, self._files_nation) if found is not None)

    @kept
    def _panels_nation(self) -> tuple[pd.DataFrame, str] | None:
        held = self.panel["area"].astype("category").cat.categories.astype(str)
        nations = [code for code in held if areas.area_kind(code) == "nation"]
        if not nations:
            return None
        code = NATION if NATION in nations else nations[0]
        return self.panel[self.panel["area"] == code], code

    @kept
    def benchmark_source(self) -> qcew.Qcew | None:
        """The files that the study names under ``benchmark``, as read; None if it names none."""
        paths = self.files(_KEY, self.named(_KEY))
        return qcew.read_annual(paths) if paths else None

    @kept
    def _files_nation(self) -> tuple[pd.DataFrame, str] | None:
        read = self.benchmark_source
        if read is None:
            return None
        names = ", ".join(path.name for path in self.files(_KEY, self.named(_KEY)))
        code = _nation_of(read.rows["area"].unique().astype(str), names)
        table = panel.assemble(read.rows[read.rows["area"] == code], read.absent)
        return panel.with_ownership(bound_withheld(table), self.file.ownership), code

    @kept
    def _recovered(self) -> pd.DataFrame | None:
        """Shares that the location quotients published in the panel's files agree with; None if they have none."""
        if self.invented or not self.file.official_panel:
            return None
        rows = qcew.read_published_quotients(self.files("panel", self.file.official_panel))
        if rows["published"].notna().sum() == 0:
            return None
        return _recovered_shares(rows, self.ownership, self.file.ownership)


def _nation_of(held: Iterable[str], source: str) -> str:
    """The one nation, or the one area, of a file."""
    codes = sorted(held)
    nations = [code for code in codes if areas.area_kind(code) == "nation"] or codes
    if len(nations) != 1:
        raise StudyFileError(
            f"benchmark: {source} holds {len(codes)} areas, {', '.join(codes[:3])} among them",
            f"the rows of one nation, {NATION}",
            "name the nation's file, or leave benchmark out",
        )
    return nations[0]


def _shares_of_rows(rows: pd.DataFrame, ownership: str, area: str, how: str) -> pd.DataFrame | None:
    """The benchmark's columns from panel rows of a nation; None where its jobs of all ownerships are not known."""
    whole = rows[(rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0") & rows["employment"].notna()]
    rows = rows[rows["year"].isin(whole["year"])]
    if rows.empty:
        return None
    totals = whole.set_index("year")
    shares = shares_of_total(rows)
    pay = rows["wages"] / rows["employment"].where(rows["employment"] > 0)
    table = pd.DataFrame(
        {
            "area": area,
            "industry": rows["industry"].astype(str),
            "ownership": rows["ownership"].astype(str),
            "employment_share": shares["share"],
            "share_low": shares["share_low"],
            "share_high": shares["share_high"],
            "average_pay": pay,
            "relative_pay": pay / rows["year"].map(totals["wages"] / totals["employment"]),
            "benchmark_year": rows["year"],
            "how": how,
        }
    )
    return table[table["ownership"] == ownership]


def _shipped(ownership: str) -> pd.DataFrame:
    table = national_industries(ownership)
    return table.rename(columns={"year": "benchmark_year"})[_COLUMNS]


def _nearest(tables: Iterable[pd.DataFrame], year: int) -> pd.DataFrame | None:
    """The rows of the nearest year, of the first table that has it; of two years as near, the earlier."""
    best = None
    for table in tables:
        for one in sorted(table["benchmark_year"].unique()):
            if best is None or abs(int(one) - year) < abs(best[0] - year):
                best = int(one), table
    if best is None:
        return None
    rows = best[1]
    return rows[rows["benchmark_year"] == best[0]].assign(year=year)


def _recovered_shares(rows: pd.DataFrame, code: str, ownership: str) -> pd.DataFrame:
    """The benchmark's columns from published quotients: the sum over ownerships of what all areas agree on."""
    shares = recover_base_shares(rows, rows["published"])
    shares = shares[shares["agrees"]]
    cells = rows.drop_duplicates(["industry", "ownership", "year"])[["industry", "ownership", "year"]]
    cells = cells.astype({"industry": str, "ownership": str}).merge(
        shares.astype({"industry": str, "ownership": str}), on=["industry", "ownership", "year"], how="left"
    )
    middle = (cells["share_low"] + cells["share_high"]) / 2
    near = cells["share_high"] - cells["share_low"] <= _NEAR * middle
    unit = 1e9  # jobs of a nation in which a share is a number of jobs
    nation = pd.DataFrame(
        {
            "area": NATION, "industry": cells["industry"], "ownership": cells["ownership"], "year": cells["year"],
            "establishments": 0.0, "employment": (unit * middle).where(near), "wages": float("nan"),
            "employment_low": unit * cells["share_low"].fillna(0.0), "employment_high": unit * cells["share_high"],
            "disclosure": near.map({True: "estimated", False: "suppressed"}),
        }
    )  # fmt: skip
    nation = nation[~((nation["industry"] == naics.TOTAL) & (nation["ownership"] == "0"))]
    table = panel.with_ownership(nation, ownership)
    table = table[table["ownership"] == code]
    return pd.DataFrame(
        {
            "industry": table["industry"].astype(str),
            "ownership": code,
            "employment_share": table["employment"] / unit,
            "share_low": table["employment_low"] / unit,
            "share_high": table["employment_high"] / unit,
            "average_pay": float("nan"),
            "relative_pay": float("nan"),
            "benchmark_year": table["year"],
            "how": "quotients",
        }
    )
