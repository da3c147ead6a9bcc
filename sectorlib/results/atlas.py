"""The state atlas: every region and sector with the measures that a map of the state is colored by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import NotSupportedError
from sectorlib.results.registry import Results, gives
from sectorlib.results.sectors import WHOLE
from sectorlib.results.shared import AREA
from sectorlib.schemas import Column, Table


def _with_bounds(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "number", unit, f"{meaning}; missing where not fully known"),
        Column(f"{name}_low", "number", unit, "the least it can be, from withheld cells"),
        Column(f"{name}_high", "number", unit, "the most it can be, from withheld cells"),
    )


ATLAS = Table(
    "atlas", ("area", "sector"),
    (
        *AREA[1:],
        Column("sector", "code", "", "target sector, NAICS sector, or 10 for all industries and ownerships"),
        Column("sector_title", "text", "", "its title"),
        Column("kind", "code", "", "target sector, NAICS sector, or all industries"),
        Column("year", "year", "year", "of the jobs"),
        *_with_bounds("employment", "jobs", "jobs"),
        Column("disclosure", "code", "", "how the jobs are known"),
        *_with_bounds("location_quotient", "ratio", "share of jobs over the base's"),
        *_with_bounds("location_quotient_nation", "ratio", "share of jobs over the nation's"),
        *_with_bounds("average_annual_pay", "USD a year, nominal", "average annual pay"),
        Column("start_year", "number", "year", "first year of the growth; missing with one year of data"),
        Column("annual_growth", "number", "percent a year", "of jobs since start_year; for target sectors, recent years"),
        Column("outlook", "number", "percent a year", "of jobs to outlook_year, if past patterns continue"),
        Column("outlook_year", "number", "year", "last year projected; missing where not known or not projected"),
        Column("estimated", "flag", "", "growth and outlook rest on estimates of withheld jobs"),
        Column("rank", "number", "rank", "of target sectors in the region; missing for others and where not ranked"),
        Column("place", "text", "", "the rank in words, ties named; blank where there is none"),
        Column("short_list", "flag", "", "on the region's short list"),
    ),
    grain="region",
)  # fmt: skip

_BOUNDS = ("", "_low", "_high")


@gives(
    ATLAS, "Each region's sectors with the measures that the atlas of the study maps.", told_by_figures=True
)
def _atlas(results: Results) -> pd.DataFrame:
    made = [part for part in (_all_industries(results), _industries(results), _targets(results)) if len(part)]
    if not made:
        raise NotSupportedError(
            "no region has a sector with figures", "jobs by sector", "add files by industry"
        )
    table = pd.concat(made, ignore_index=True).reindex(columns=ATLAS.names)
    # What a study with one year or without rankings lacks is missing, of the kind that the column has.
    numbers = [c.name for c in ATLAS.columns if c.kind == "number"]
    table[numbers] = table[numbers].apply(pd.to_numeric)
    flags = {name: table[name].eq(True).fillna(False) for name in ("estimated", "short_list")}
    place = table["place"].astype(object).where(table["place"].notna(), "")  # all missing, it is of numbers
    return ATLAS.select(table.assign(**flags, place=place))


def _known(results: Results, name: str) -> pd.DataFrame | None:
    return results.given(name)


def _all_industries(results: Results) -> pd.DataFrame:
    table = _known(results, "wages")
    return _measured(results, table, naics.TOTAL, "0", "all industries")


def _industries(results: Results) -> pd.DataFrame:
    table = _known(results, "concentration")
    return _measured(results, table, list(naics.SECTORS), results.study.ownership, "NAICS sector")


def _measured(
    results: Results, table: pd.DataFrame | None, industries: str | list[str], ownership: str, kind: str
) -> pd.DataFrame:
    """The latest rows of regions, with pay, growth and outlook beside the table's own columns."""
    if table is None:
        return pd.DataFrame()
    wanted = [industries] if isinstance(industries, str) else industries
    rows = _latest(table, wanted, ownership)
    pay = _known(results, "wages")
    columns = [f"average_annual_pay{end}" for end in _BOUNDS]
    if pay is not None and columns[0] not in rows:
        rows = rows.merge(_latest(pay, wanted, ownership)[[*_KEY, *columns]], on=_KEY, how="left")
    rows = rows.merge(_grown(_known(results, "growth"), ownership), on=_KEY, how="left")
    ahead = None if results.study.overtaken else _known(results, "projections")
    rows = _outlook(rows, ahead)
    titles = rows["industry_title"] if "industry_title" in rows else rows["industry"].map(naics.title)
    return rows.assign(sector=rows["industry"], sector_title=titles, kind=kind)


_KEY = ["area", "industry"]


def _latest(table: pd.DataFrame, industries: list[str], ownership: str) -> pd.DataFrame:
    rows = table[(table["grain"] == "region") & (table["ownership"].astype(str) == ownership)]
    rows = rows[(rows["year"] == rows["year"].max()) & rows["industry"].isin(industries)]
    return rows.astype(dict.fromkeys(_KEY, "str"))


def _grown(table: pd.DataFrame | None, ownership: str) -> pd.DataFrame:
    columns = [*_KEY, "start_year", "annual_growth"]
    if table is None:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(_KEY, "str"))
    rows = table[
        (table["ownership"].astype(str) == ownership) & (table["start_year"] == table["start_year"].max())
    ]
    rows = rows.rename(columns={"compound_annual_growth": "annual_growth"})
    return rows.astype(dict.fromkeys(_KEY, "str"))[columns].astype({"start_year": "float"})


def _outlook(rows: pd.DataFrame, ahead: pd.DataFrame | None) -> pd.DataFrame:
    """Yearly change from the jobs that are known to the last year projected, the same compounding as growth."""
    if ahead is None or ahead.empty:
        return rows
    last = ahead[ahead["year"] == ahead["year"].max()].astype(dict.fromkeys(_KEY, "str"))
    last = last[[*_KEY, "year", "employment"]].set_axis([*_KEY, "outlook_year", "then"], axis=1)
    rows = rows.merge(last, on=_KEY, how="left")
    years = rows["outlook_year"] - rows["year"]
    rate = 100 * ((rows["then"] / rows["employment"].where(rows["employment"] > 0)) ** (1 / years) - 1)
    return rows.assign(outlook=rate, outlook_year=rows["outlook_year"].astype(float).where(rate.notna()))


def _targets(results: Results) -> pd.DataFrame:
    rows = _known(results, "sectors")
    if rows is None:
        return pd.DataFrame()
    rows = rows[(rows["segment"] == WHOLE) & (rows["grain"] == "region")]
    known = rows["disclosure"] == "disclosed"
    pay = rows["pay_estimate"].where(known)
    rows = rows.assign(kind="target sector", **{f"average_annual_pay{end}": pay for end in _BOUNDS})
    ranked = _known(results, "targets")
    if ranked is None:
        return rows
    columns = {"not_contracting": "annual_growth", "projected_growth": "outlook"}
    ranked = ranked.rename(columns=columns).assign(estimated=ranked["disclosure"] != "disclosed")
    kept = ["area", "sector", "annual_growth", "outlook", "estimated", "rank", "place", "short_list"]
    rows = rows.merge(ranked.reindex(columns=kept), on=["area", "sector"], how="left")
    if results.study.overtaken:
        rows["outlook"] = np.nan  # growth in a ranking is a trend as of then, and no outlook from today
    return rows
