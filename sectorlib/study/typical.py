"""Typical industry pay of a study: the nation's where its dollars can be had, else that of the study's base."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.kept import kept
from sectorlib.reference import national_industries
from sectorlib.resources import definitions
from sectorlib.study.benchmark import StudyBenchmark
from sectorlib.study.cells import NATION
from sectorlib.study.file import OFF
from sectorlib.wages import typical_industry_pay

#: The study key of the nation, and that of its table in the box.
_KEY = "benchmark"
_PRIVATE = "5"
#: Levels at which no single industry is the middle.
_FINE = ("4", "3")
#: Digits of the box's industries, and how its figures came about, that typical pay is taken from: the bonuses of one quarter
#: are not those of a year.
_DIGITS, _OF_A_YEAR = (0, 4), ("official", "recovered")
_DOLLARS = ["typical_industry_pay", "typical_least", "typical_most"]


@dataclass(frozen=True)
class StudyTypicalPay(StudyBenchmark):
    """A study's yardstick of pay."""

    @kept
    def typical_pay(self) -> pd.DataFrame:
        """Typical industry pay (:func:`sectorlib.typical_industry_pay`) for each year of the panel, at the benchmark's prices.

        The benchmark is the nation: its rows in the panel or in the file that the study names, if they show industries of
        three digits or more; else the industries of four digits in the box. In years of which there are no dollars, the
        figures of the years around move with the national average wage index (``data/wage_index.yaml``). Without a nation
        it is the study's base: for ``benchmark: none``, for invented areas, and where the base publishes pay alone.

        Returns
        -------
        DataFrame
            What :func:`sectorlib.typical_industry_pay` gives, one row for each year in which it is known, and
            ``compared_with`` (``nation`` or ``base``), ``benchmark`` (its code) and ``industries_year`` (the nearest year
            of the industries behind it; ``year`` itself unless the wage index moved it).
        """
        for anchors in self._anchors():
            if len(anchors):
                return _in_years(anchors, self.years, self.invented)
        base = typical_industry_pay(self.panel, self.base_area)
        return base.assign(compared_with="base", benchmark=self.base_area, industries_year=base["year"])

    def _anchors(self) -> Iterable[pd.DataFrame]:
        """Typical pay in the years that the nation's figures are of: the best source first."""
        if OFF in self.file.benchmark:
            return
        own = [
            typical_industry_pay(rows, code).assign(compared_with="nation", benchmark=code)
            for rows, code in self.nation_rows
            if set(rows["year"]) & set(self.years)
        ]
        yield from (found for found in own if found["level"].isin(_FINE).all())
        if self.built_in(_KEY) is not None:
            yield _shipped()
        yield from own


def _shipped() -> pd.DataFrame:
    """The same from the box: pay beside that of all jobs, in dollars of the nation's average pay."""
    table = national_industries(_PRIVATE)
    table = table[table["digits"].isin(_DIGITS) & table["how"].isin(_OF_A_YEAR)]
    relative, share = (
        table[name].fillna((table[f"{end}_low"] + table[f"{end}_high"]) / 2)
        for name, end in (("relative_pay", "relative_pay"), ("employment_share", "share"))
    )
    panel = table[["industry", "ownership", "year"]].assign(
        area=NATION, employment=share, wages=share * relative
    )
    fine = panel.loc[panel["industry"] != naics.TOTAL, "year"].unique()
    found = typical_industry_pay(panel[panel["year"].isin(fine)], NATION)
    everyone = national_industries("0")
    everyone = everyone[(everyone["industry"] == naics.TOTAL) & everyone["how"].isin(_OF_A_YEAR)]
    average = everyone.dropna(subset="average_pay").set_index("year")["average_pay"]
    years = sorted({*found["year"].astype(int), *average.index.astype(int)})
    dollars = _moved(average.set_axis(average.index.astype(int)), years, _index(years))
    out = _of_nearest(found, years)
    return out.assign(
        **{name: out[name] * dollars.to_numpy() for name in _DOLLARS},
        compared_with="nation",
        benchmark=NATION,
    )


def _of_nearest(found: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """The row of the nearest year for each year (of two as near, the earlier), and which year that is."""
    at = found["year"].astype(int)
    nearest = [min(at, key=lambda one: (abs(one - year), one)) for year in years]
    rows = found.set_index(at).loc[nearest].reset_index(drop=True)
    if "industries_year" not in rows:
        rows["industries_year"] = nearest
    return rows.assign(year=years)


def _in_years(anchors: pd.DataFrame, years: list[int], invented: bool) -> pd.DataFrame:
    """Figures of some years as figures of others: those of the nearest one, dollars moved with the wage index."""
    at = anchors["year"].astype(int)
    out = _of_nearest(anchors, years)
    index = pd.Series(1.0, sorted({*at, *years})) if invented else _index([*at, *years])
    for name in _DOLLARS:
        out[name] = _moved(anchors[name].astype(float).set_axis(at), years, index).to_numpy()
    return out


def _index(years: Iterable[int]) -> pd.Series:
    """The national average wage index by year; that of its first or last year beyond."""
    values = definitions("wage_index")["values"]
    first, last = min(values), max(values)
    wanted = sorted({int(year) for year in years})
    return pd.Series([values[min(max(year, first), last)] for year in wanted], wanted)


def _moved(known: pd.Series, years: list[int], index: pd.Series) -> pd.Series:
    """Dollars of some years in others: over the index they lie on a line between two years, level beyond them."""
    over = (known / index.reindex(known.index)).dropna().sort_index()
    if over.empty:
        return pd.Series(np.nan, years)
    between = np.interp(years, over.index.to_numpy(dtype=float), over.to_numpy(dtype=float))
    return pd.Series(between, years) * index.reindex(years)
