"""Faults of every kind put into two states of the national file of 2016, and what sectorlib says of each.

    python benchmarks/faults.py [DATA] [--states 16,23]

DATA is the folder of the real public data, beside the project unless given. For each kind of fault the program
prints how often it was put in and how often the answer was the right one (found and named, repaired and said, or
bounded), and ends with an error if any was not. No test uses the states that it takes by default, Idaho and Maine,
so nothing was fitted to them.
"""

import argparse
import gzip
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

import sectorlib as sl
from sectorlib.areas import area_name, is_county
from sectorlib.checks import check_study
from sectorlib.disclosure import contradictions, hard_bounds
from sectorlib.exceptions import SectorlibError
from sectorlib.naics import SECTORS
from sectorlib.sectors import load_sectors, segments_as_sectors
from sectorlib.sources.qcew import read_annual
from sectorlib.study import load_study
from sectorlib.targeting import sector_panels

DATA = Path(__file__).parents[1].parent / "shared" / "data"

STUDY = "name: two-states\npanel: ['{panel}']\nownership: private\nbase_area: all\nreports: {{system: labor_markets}}\n"

MONTHS = ["month1_emplvl", "month2_emplvl", "month3_emplvl"]

#: Cells of each state that are tried where every one would take too long.
TRIED = 12


class States:
    """The rows of the states as text, and a folder for files with faults."""

    def __init__(self, data: Path, states: list[str], folder: Path) -> None:
        files = [str(p) for p in sorted((data / "qcew" / "us_2016").glob("*.parquet"))]
        listed = ", ".join(f"'{state}'" for state in states)
        query = f"SELECT * FROM read_parquet({files}, union_by_name=true) WHERE area_fips[:2] IN ({listed})"
        self.rows = duckdb.sql(query).df().astype(object).fillna("").astype(str)
        self.states, self.folder = states, folder
        self.counties = [
            c for c in sorted(self.rows["area_fips"].unique()) if is_county(pd.Series([c])).item()
        ]
        self.study = self.made("whole", self.rows)
        self.pick = np.random.default_rng(2016)

    def written(self, name: str, rows: pd.DataFrame) -> Path:
        path = self.folder / name / "panel.csv"
        path.parent.mkdir(exist_ok=True)
        rows.to_csv(path, index=False)
        return path

    def made(self, name: str, rows: pd.DataFrame, more: str = "") -> sl.Study:
        path = self.written(name, rows)
        (path.parent / "study.yaml").write_text(STUDY.format(panel=path.name) + more)
        return load_study(path.parent / "study.yaml")

    def of(self, county: str) -> pd.DataFrame:
        return self.rows[self.rows["area_fips"] == county].reset_index(drop=True)

    def some(self, items: list[str]) -> list[str]:
        """A few items of each state."""
        out = []
        for state in self.states:
            mine = [item for item in items if item.startswith(state)]
            out += list(self.pick.choice(mine, min(TRIED, len(mine)), replace=False))
        return [str(item) for item in out]


#: One result: the kind of fault, and whether the answer was right, with what was wrong otherwise.
Try = tuple[str, bool, str]


def refused(kind: str, act: Callable[[], object], *words: str) -> Try:
    """Whether an error of sectorlib names every word."""
    try:
        act()
    except SectorlibError as error:
        lacking = [word for word in words if word not in str(error)]
        return kind, not lacking, f"{lacking} not in: {error.found}"
    except Exception as error:  # anything else is a traceback for the user
        return kind, False, f"{type(error).__name__}: {error}"
    return kind, False, "nothing was said"


def members_the_panel_lacks(states: States) -> Iterator[Try]:
    """1: every county grouped with one of another state, with a name, and left without one of its quarters."""
    panel = states.study.panel
    own = panel[(panel["industry"] == "10") & (panel["ownership"] == "0")].set_index("area")["employment"]
    for county in states.counties:
        sums = sl.aggregate(panel, areas=sl.membership({"Group": [county, "39999"]}))
        total = sums[(sums["industry"] == "10") & (sums["ownership"] == "0")].iloc[0]
        right = (
            total["disclosure"] == "partial"
            and total["employment_low"] == own[county]
            and np.isnan(total["employment"])
        )
        yield "1 a group with a member that the panel lacks is partial", bool(right), county
    for county in states.some(states.counties):
        name = area_name(county).split(",")[0]
        group = sl.membership({"Group": [name]})
        yield refused(
            "1 a county's name where a code belongs is refused",
            lambda g=group: sl.aggregate(panel, areas=g),
            name,
        )
    for state in states.states:
        county = next(c for c in states.counties if c.startswith(state))
        rows = states.rows[~((states.rows["area_fips"] == county) & (states.rows["qtr"] == "3"))]
        study = states.made(f"quarter-{state}", rows)
        said = [f for f in check_study(study) if f.kind != "fact" and county in f.text]
        yield "1 a county without a whole year is named by check", bool(said), county
        whole = sl.aggregate(
            study.panel, areas=sl.membership({"All": [c for c in states.counties if c[:2] == state]})
        )
        total = whole[(whole["industry"] == "10") & (whole["ownership"] == "0")].iloc[0]
        yield "1 a sum over it is partial", total["disclosure"] == "partial", county


def composite_bounds(states: States) -> Iterator[Try]:
    """2: target sectors and their segments in every county and labor market, against their wholes."""
    study, sectors = states.study, load_sectors()
    for system in ("counties", "labor_markets"):
        regions = study.with_system(system).regions
        own = sl.aggregate(study.panel, areas=regions)
        wholes = (
            own[own["ownership"] == "5"]
            .astype({"area": str, "industry": str})
            .set_index(["industry", "area"])
        )
        for table in (sectors, segments_as_sectors(sectors)):
            areas = sector_panels(study.panel, regions, table, study.base_area, "5").areas
            areas = areas[areas["area"] != study.base_area]
            codes = table.groupby("sector")["industry"].agg(list)
            made = set(codes.index[[all(code[0] == "3" for code in listed) for listed in codes]])
            for _, row in areas.iterrows():
                parent = "31-33" if row["industry"] in made else "10"
                for figure in ("employment", "wages"):
                    most = wholes[f"{figure}_high"].get((parent, row["area"]), np.nan)
                    low, high = row[f"{figure}_low"], row[f"{figure}_high"]
                    right = 0 <= low <= high + 1e-6 and not high > most + 1e-6
                    yield (
                        f"2 bounds of sectors in {system} within their wholes",
                        right,
                        f"{row['area']} {row['industry']} {high} {most}",
                    )


def contradicted_totals(states: States) -> Iterator[Try]:
    """3: the all-ownership total of every county 12 % up, one at a time in effect, since totals are apart."""
    rows = states.rows.copy()
    total = (
        rows["area_fips"].isin(states.counties) & (rows["industry_code"] == "10") & (rows["own_code"] == "0")
    )
    for column in MONTHS:
        rows.loc[total, column] = (
            (rows.loc[total, column].astype(float) * 1.12).round().astype(int).astype(str)
        )
    study = states.made("totals", rows)
    table = contradictions(study.cells)
    table = table[(table["figure"] == "employment") & (table["industry"] == "10")]
    owners = states.study.panel
    owners = owners[(owners["industry"] == "10") & owners["ownership"].isin(["1", "2", "3", "5"])]
    hidden = set(owners.loc[owners["employment"].isna(), "area"].astype(str))
    for county in states.counties:
        named = table[table["area"].astype(str) == county]
        if county in hidden:  # a total with a withheld part contradicts nothing
            continue
        yield "3 a total 12 % above its ownerships is a problem", len(named) > 0, county
    said = [f.text for f in check_study(study) if f.kind == "problem"]
    yield (
        "3 check names area, year and both figures",
        any("2016" in s and "%" not in s[:5] for s in said),
        str(said)[:200],
    )
    clean = contradictions(states.study.cells)
    yield "3 nothing contradicts in the files as they are", clean.empty, f"{len(clean)} rows"


def lost_marks(states: States) -> Iterator[Try]:
    """4: every mark of a withheld cell blank, unknown, small, or in a column that is no longer there."""
    before = read_annual([states.written("marked", states.rows)]).rows
    key = ["area", "industry", "ownership", "year"]
    keys = dict.fromkeys(key[:3], str)
    hidden = before[before["disclosure"].isin(["suppressed", "partial"]) & (before["establishments"] > 0)]
    columns = ["disclosure_code", "lq_disclosure_code", "oty_disclosure_code"]
    changes = {f"became {mark!r}": (mark, columns) for mark in ("", "n", "X", "nan", " ")}
    changes["is gone from the first column"] = ("", columns[:1])
    for name, (mark, lost) in changes.items():
        rows = states.rows.copy()
        rows[lost] = rows[lost].replace("N", mark)
        after = read_annual([states.written("unmarked", rows)])
        both = hidden.astype(keys).merge(after.rows.astype(keys), on=key, suffixes=("", "_after"), how="left")
        for unknown, area in zip(both["employment_after"].isna(), both["area"], strict=True):
            yield f"4 a cell whose mark {name} stays withheld", bool(unknown), area
        if mark != "n":  # a small letter is a mark, and needs no inference
            said = sum(after.inferred.values())
            yield (
                "4 the number of inferred cells is said",
                said >= 0.98 * len(hidden),
                f"{said} of {len(hidden)}",
            )


def impossible_figures(states: States) -> Iterator[Try]:
    """5: figures that cannot be, in one county's file at a time."""
    values = {
        "inf": "month1_emplvl",
        "-5": "month2_emplvl",
        "9" * 14: "month3_emplvl",
        "-inf": "total_qtrly_wages",
        "1e400": "total_qtrly_wages",
        "-1": "qtrly_estabs_count",
    }
    for county in states.some(states.counties):
        for value, column in values.items():
            rows = states.of(county)
            open_rows = rows.index[(rows["disclosure_code"] != "N") & (rows["month1_emplvl"] != "0")]
            at = int(states.pick.choice(open_rows))
            rows.loc[at, column] = value
            path = states.written("impossible", rows)
            yield refused(
                "5 an impossible figure is refused with file and row",
                lambda p=path: read_annual([p]),
                path.name,
                f"row {at + 2}",
            )
    for state in states.states:
        rows = states.rows.copy()
        cell = (rows["industry_code"] == "23") & (rows["own_code"] == "5") & (rows["disclosure_code"] != "N")
        county = str(
            states.pick.choice(
                sorted(
                    set(rows.loc[cell & rows["area_fips"].isin(states.counties), "area_fips"])
                    & {c for c in states.counties if c[:2] == state}
                )
            )
        )
        cell &= rows["area_fips"] == county
        for column in MONTHS:
            rows.loc[cell, column] = (rows.loc[cell, column].astype(int) * 100).astype(str)
        said = [
            f.text for f in check_study(states.made(f"construction-{state}", rows)) if f.kind == "problem"
        ]
        yield (
            "5 construction times 100 is a problem with file and row",
            any("panel.csv, row" in s and county in s for s in said),
            county,
        )


def vanishing_data(states: States) -> Iterator[Try]:
    """6: codes with decimals or without zeros, small letters, broken links, files without rows, flipped bits."""
    names = {"area": "area_fips", "own": "own_code"}
    for county in states.some(states.counties):
        whole = states.of(county)
        expected = read_annual([states.written("plain", whole)]).rows
        for kind, changes in {
            "codes with decimals": {names["area"]: lambda s: s + ".0", names["own"]: lambda s: s + ".0"},
            "blanks around codes": {
                names["area"]: lambda s: " " + s + " ",
                "industry_code": lambda s: s + " ",
            },
            "quoted codes": {names["area"]: lambda s: "'" + s},
        }.items():
            rows = whole.assign(**{column: change(whole[column]) for column, change in changes.items()})
            try:
                got = read_annual([states.written("changed", rows)]).rows
                right = len(got) == len(expected) and got["employment"].sum() == expected["employment"].sum()
                yield (
                    f"6 {kind} are repaired or refused",
                    right,
                    f"{county}: {len(got)} rows of {len(expected)}",
                )
            except SectorlibError:
                yield f"6 {kind} are repaired or refused", True, county
        text = whole.to_csv(index=False).encode()
        packed = bytearray(gzip.compress(text, compresslevel=0))
        at = int(states.pick.integers(len(packed) // 10, len(packed) - 9))
        packed[at] ^= 1 << int(states.pick.integers(8))
        damaged = states.folder / "damaged.csv.gz"
        damaged.write_bytes(bytes(packed))
        yield refused(
            "6 one flipped bit of a gzip file is found", lambda p=damaged: read_annual([p]), "damaged.csv.gz"
        )
        cut = states.folder / "cut.csv.gz"
        cut.write_bytes(gzip.compress(text)[: -int(states.pick.integers(9, 2000))])
        yield refused("6 a cut gzip file is found", lambda p=cut: read_annual([p]), "cut.csv.gz")
    good = states.written("good", states.of(states.counties[0]))
    empty = states.written("empty", states.rows.head(0))
    yield refused(
        "6 a file without rows beside a good one is refused", lambda: read_annual([good, empty]), "panel.csv"
    )
    link = states.folder / "link.csv"
    link.symlink_to(states.folder / "nowhere.csv")
    yield refused("6 a broken link is refused", lambda: read_annual([good, link]), "link.csv")


def confidential_rows(states: States) -> Iterator[Try]:
    """7: counties and sectors marked confidential, each in a study of its own."""
    cells = states.study.cells
    known = cells[(cells["ownership"] == "5") & cells["industry"].isin(SECTORS) & (cells["employment"] > 0)]
    pairs = known[is_county(known["area"])][["area", "industry"]].astype(str).drop_duplicates()
    for state in states.states:
        mine = pairs[pairs["area"].str.startswith(state)]
        for area, industry in mine.sample(TRIED // 2, random_state=7).itertuples(index=False):
            path = states.folder / "whole" / "confidential.csv"
            path.write_text(f"area,industry\n{area},{industry}\n")
            study = states.made("whole", states.rows, "confidential: confidential.csv\n")
            try:
                held = sl.Results(study)["held-back"]
                hidden = study.cells[(study.cells["area"] == area) & (study.cells["industry"] == industry)]
                bounds = hard_bounds(study.cells).loc[hidden.index]
                truth = known[(known["area"] == area) & (known["industry"] == industry)]
                right = (
                    "confidential" in set(held["reason"])
                    and bool(hidden[["employment", "wages"]].isna().all(axis=None))
                    and bool((bounds["employment_high"] > bounds["employment_low"]).any())
                    and len(truth) == 1
                )
                yield "7 a confidential cell cannot be computed back", right, f"{area} {industry}"
            except Exception as error:
                yield "7 a confidential cell cannot be computed back", False, f"{area} {industry}: {error}"


def cached_tables(states: States) -> Iterator[Try]:
    """8: what a study and its results hand out, written over."""
    study = states.study
    results = sl.Results(study)
    for name, table in {
        "panel": lambda: study.panel, "regions": lambda: study.regions, "cells": lambda: study.cells,
        "concentration": lambda: results["concentration"], "wages": lambda: results["wages"], "held-back": lambda: results["panel"],
    }.items():  # fmt: skip
        before = table().copy()
        mine = table()
        try:
            for column in mine.select_dtypes("number"):
                mine[column] = mine[column].astype(float) * 0 + 1
                mine.loc[:, column] = 1
        except (ValueError, TypeError):
            yield "8 a table that is written over stays as it was", True, name
            continue
        yield "8 a table that is written over stays as it was", table().equals(before), name


def types_and_codes(states: States) -> Iterator[Try]:
    """9: arithmetic with years, and codes that are none."""
    for name in ("panel", "cells"):
        year = getattr(states.study, name)["year"]
        yield "9 year * 10000 does not overflow", bool((year * 10_000 == 20_160_000).all()), name
    rows = states.study.panel
    for county in states.some(states.counties):
        mine = rows[rows["area"] == county].astype({"area": str, "industry": str, "ownership": str})
        codes = (
            ("area", county[1:]),
            ("area", "999999"),
            ("industry", "31"),
            ("industry", "777777"),
            ("ownership", "7"),
        )
        for column, value in codes:
            changed = mine.copy()
            changed.loc[changed.index[3], column] = value
            yield refused(
                f"9 assemble refuses {column} {'without its five digits' if len(value) == 4 else value}",
                lambda c=changed: sl.assemble(c),
                value,
            )


ITEMS = (
    members_the_panel_lacks, composite_bounds, contradicted_totals, lost_marks, impossible_figures, vanishing_data,
    confidential_rows, cached_tables, types_and_codes,
)  # fmt: skip


def main() -> None:
    """Print one line for each kind of fault: how often it was put in, and how often the answer was right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--states", default="16,23")
    parser.add_argument("--items", default="1,2,3,4,5,6,7,8,9")
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        states = States(options.data, options.states.split(","), Path(folder))
        names = " and ".join(area_name(f"{state}000") for state in states.states)
        withheld = states.study.panel["employment"].isna().sum()
        print(
            f"{names}: {len(states.counties)} counties, {len(states.rows):,} rows, {len(states.study.panel):,} annual cells, {withheld:,} withheld"
        )
        for number in options.items.split(","):
            tries: dict[str, list[tuple[bool, str]]] = {}
            for kind, right, text in ITEMS[int(number) - 1](states):
                tries.setdefault(kind, []).append((right, text))
            for kind, each in tries.items():
                bad = [text for right, text in each if not right]
                wrong += len(bad)
                print(f"{len(each) - len(bad):6,} of {len(each):6,}  {kind}")
                for text in bad[:5]:
                    print(f"                  not: {text}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
