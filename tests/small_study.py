"""A study small enough to be written by a test: four counties and their state, in the official layout."""

from collections.abc import Iterable
from pathlib import Path

COUNTIES = ("36051", "36055", "36069", "36117")
STATE = "36000"
YEARS = range(2006, 2018)

HEADER = (
    "area_fips,own_code,industry_code,agglvl_code,size_code,year,qtr,disclosure_code,"
    "annual_avg_estabs,annual_avg_emplvl,total_annual_wages\n"
)

#: Jobs of each county in 2006 by ownership and industry; they grow by the county's number in percent a year.
_JOBS = {
    ("5", "23"): 400,
    ("5", "31-33"): 2000,
    ("5", "62"): 3000,
    ("5", "621"): 1000,
    ("5", "622"): 2000,
    ("5", "72"): 900,
    ("3", "61"): 700,
    ("1", "92"): 100,
}

#: Official projections, for studies that name them.
OFFICIAL = """\
area,industry,base_year,target_year,base_employment,target_employment
36000,62,2016,2026,1000,1200
"""

STUDY = """\
name: small
title: A small study
panel: [panel.csv]
base_area: "36000"
built_in: false
flows: flows.csv
"""


def small_study(
    folder: Path,
    text: str = STUDY,
    *,
    years: Iterable[int] = YEARS,
    withheld: Iterable[tuple] = (("36051", "5", "72", 2017),),
) -> Path:
    """Write the study and its files; returns the study file. ``withheld`` lists cells marked ``N``."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [row for year in years for row in _year(year, set(withheld))]
    (folder / "panel.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    (folder / "flows.csv").write_text(_flows(), encoding="utf-8")
    (folder / "official.csv").write_text(OFFICIAL, encoding="utf-8")
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _year(year: int, withheld: set[tuple]) -> list[str]:
    state: dict[tuple[str, str], int] = {}
    rows = []
    for number, county in enumerate(COUNTIES):
        jobs = {
            key: round(n * (1 + number) * (1 + number / 100) ** (year - 2006)) for key, n in _JOBS.items()
        }
        cells = {**jobs, **_totals(jobs)}
        for (ownership, industry), count in cells.items():
            rows.append(
                _row(
                    county, ownership, industry, year, count, (county, ownership, industry, year) in withheld
                )
            )
            state[ownership, industry] = state.get((ownership, industry), 0) + count
    rows += [_row(STATE, *key, year, count, False) for key, count in state.items()]
    return rows


def _totals(jobs: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    sectors = {key: n for key, n in jobs.items() if len(key[1]) != 3}
    totals = {(own, "10"): sum(n for (o, _), n in sectors.items() if o == own) for own in ("1", "3", "5")}
    return {**totals, ("0", "10"): sum(sectors.values())}


def _row(area: str, ownership: str, industry: str, year: int, jobs: int, withheld: bool) -> str:
    figures = "9,0,0" if withheld else f"9,{jobs},{jobs * (30_000 + 100 * (year - 2006))}"
    return f"{area},{ownership},{industry},70,0,{year},A,{'N' if withheld else ''},{figures}\n"


def _flows() -> str:
    lines = ["home_fips,work_fips,workers,moe"]
    for home in COUNTIES:
        for work in COUNTIES:
            near = {COUNTIES[0], COUNTIES[1]} if home in COUNTIES[:2] else {COUNTIES[2], COUNTIES[3]}
            lines.append(f"{home},{work},{30_000 if home == work else 9_000 if work in near else 50},100")
    return "\n".join(lines) + "\n"
