"""Reference data in the box: public facts that ship with the package, each with its origin and vintage.

``data/reference.yaml`` declares every table; the files are Parquet in ``data/reference/``, built by the recipes in
``data/recipes/`` (``make reference-data``). A study takes a table under a key as ``built-in``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from sectorlib.exceptions import UnknownNameError
from sectorlib.resources import data_path, definitions


@dataclass(frozen=True)
class Reference:
    """One table in the box: what it holds, who published the facts, and which period they are of.

    ``counties`` is the vintage of its county codes (:data:`sectorlib.areas.VINTAGES`), ``key`` the study key that
    takes it as ``built-in``; each is empty where there is none.
    """

    name: str
    title: str
    producer: str
    vintage: str
    license: str
    source: str
    retrieved: str
    counties: str = ""
    key: str = ""
    note: str = ""

    @property
    def path(self) -> Path:
        """The file."""
        return data_path("reference", f"{self.name}.parquet")

    def read(self) -> pd.DataFrame:
        """The table, in the form that the reader of the same kind of file gives."""
        return reference_table(self.name)


def reference_tables() -> dict[str, Reference]:
    """Every table in the box, by name.

    Examples
    --------
    >>> reference_tables()["national_industries"].producer
    'Bureau of Labor Statistics'
    """
    declared = definitions("reference")
    return {
        name: Reference(name, **{key: declared[key] for key in ("license", "retrieved")} | entry)
        for name, entry in declared["tables"].items()
    }


def reference_table(name: str) -> pd.DataFrame:
    """A table in the box.

    Parameters
    ----------
    name : str
        One of :func:`reference_tables`.

    Returns
    -------
    DataFrame
        A copy: changing it changes nothing else.

    Raises
    ------
    UnknownNameError
        There is no such table.

    Examples
    --------
    >>> reference_table("national_industries")["year"].unique().tolist()
    [1990, 2000, 2010, 2016, 2020, 2021, 2022, 2023, 2024]
    """
    declared = reference_tables()
    if name not in declared:
        raise UnknownNameError.unknown_name("reference table", name, declared)
    return _read(name).copy()


def national_industries(ownership: str = "5", year: int | None = None) -> pd.DataFrame:
    """The nation's jobs and pay by industry: what a region is compared with where its panel lacks the nation.

    A share is of all jobs, those of every ownership together, as in location quotients of the Bureau of Labor
    Statistics.

    Parameters
    ----------
    ownership : str
        ``1`` federal, ``2`` state, ``3`` local government, ``5`` private, ``0`` all of them, or ``drivers``
        (private industry with public utilities, education and health care). The all-industry total, ``10``, is
        there for each.
    year : int, optional
        The nearest year that the box has is taken (of two equally near, the earlier); every year if not given.

    Returns
    -------
    DataFrame
        One row for each year and industry:

        - year, ownership, industry, digits (0 for the total, 2, 3 or 4);
        - employment_share, share_low, share_high (shares of all jobs): the share, and the least and the most it
          can be. The share is missing where the bounds are farther apart than a tenth of it;
        - relative_pay, relative_pay_low, relative_pay_high: average pay over average pay of all jobs;
        - employment (jobs), wages, average_pay (USD a year, nominal), establishments: missing where only shares
          are known;
        - how: ``official``, ``recovered`` (from published location quotients), or ``one quarter`` (pay is four
          times that of the quarter, bonuses included);
        - naics: the revision of NAICS that the year's codes are of.

    Raises
    ------
    UnknownNameError
        There is no such ownership.

    References
    ----------
    U.S. Bureau of Labor Statistics, Quarterly Census of Employment and Wages.

    Examples
    --------
    >>> private = national_industries("5", 2018).set_index("industry")
    >>> private.loc["62", ["year", "how"]].astype(str).to_list()
    ['2016', 'official']
    >>> float(private.loc["62", "employment_share"])
    0.1331...
    """
    table = reference_table("national_industries")
    owners = sorted(table["ownership"].unique())
    if ownership not in owners:
        raise UnknownNameError.unknown_name("ownership", ownership, owners)
    rows = table[table["ownership"] == ownership]
    if year is not None:
        held = rows["year"].unique()
        nearest_year = min(held, key=lambda one: (abs(int(one) - year), one))
        rows = rows[rows["year"] == nearest_year]
    return rows.reset_index(drop=True)


@cache
def _read(name: str) -> pd.DataFrame:
    return pq.read_table(data_path("reference", f"{name}.parquet")).to_pandas()
