"""How specialized an area is: its mix of industries by itself, and beside the base's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.concentration.quotients import totals_of
from sectorlib.exceptions import TableError, UnknownNameError
from sectorlib.lookup import matched, rows_of_area
from sectorlib.naics import levels

_GROUP = ["area", "ownership", "year"]

#: The indices, each with a point value and the least and the most it can be.
INDICES = ("herfindahl", "entropy", "krugman", "hachman", "theil")


def specialization(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, level: str = "sector"
) -> pd.DataFrame:
    """Specialization and diversity of each area's employment over its industries.

    With ``x_i`` an industry's share of the jobs of the area's industries, and ``s_i`` of the base's:

    - Herfindahl ``Σ x²``: 1 if all jobs are in one industry, ``1/n`` if n industries are equal;
    - entropy ``−Σ x ln x``: 0 if all jobs are in one industry, ``ln n`` if n are equal;
    - Krugman ``Σ |x − s|``: 0 with the base's mix, towards 2 with no industry in common;
    - Hachman ``1 / Σ (x² / s)``: 1 with the base's mix, towards 0 the further from it;
    - Theil ``Σ x ln (x / s)``, the relative entropy of :func:`theil`: 0 with the base's mix, and without a limit above.

    Where industries are withheld, what the area's total leaves for them may lie in any of them: the bounds
    are the least and the most over every way to divide it up.

    Parameters
    ----------
    panel : DataFrame
        Panel; with the total rows (industry ``10``) of its ownerships where industries are withheld. An
        industry without a row has no jobs.
    base : DataFrame
        Panel that holds the base area; may be the same one.
    base_area : str
        Code of the base area.
    level : str
        NAICS level of the industries: ``sector``, ``3``, ``4``, ...

    Returns
    -------
    DataFrame
        One row for each area, ownership and year: area, ownership, year, level, industries (with known
        jobs), suppressed (industries), known_share (of jobs, in industries that are known), and each index
        with ``_low`` and ``_high``. The point value is missing where an industry is withheld; the
        bounds too where the total is; Krugman, Hachman and Theil also where one is withheld in the base or absent
        there. Theil has no ``_high`` where the base has no jobs in a withheld industry.

    Raises
    ------
    UnknownAreaError
        The base has no such area.
    UnknownNameError
        The panel has no industry of the level.
    TableError
        The total rows are absent altogether.

    References
    ----------
    Hirschman, A. O. (1964), The paternity of an index, American Economic Review 54, 761-762.
    Hackbart, M. M. and Anderson, D. A. (1975), On measuring economic diversification, Land Economics 51,
    374-378 (entropy).
    Krugman, P. (1991), Geography and Trade, MIT Press, chapter 3.
    Hachman, F., Bureau of Economic and Business Research, University of Utah (the Hachman index).
    Theil, H. (1967), Economics and Information Theory, North-Holland, chapter 4.

    Examples
    --------
    Two industries, 75 and 25 of 100 jobs here, even in the state.

    >>> panel = pd.DataFrame({
    ...     "area": ["36055"] * 3 + ["36000"] * 3, "industry": ["10", "31-33", "62"] * 2, "ownership": "5",
    ...     "year": 2016, "employment": [100.0, 75, 25, 1000, 500, 500],
    ... })
    >>> table = specialization(panel, panel, "36000")
    >>> table.loc[table["area"] == "36055", ["herfindahl", "krugman", "hachman", "theil"]].round(3)
       herfindahl  krugman  hachman  theil
    1       0.625      0.5      0.8  0.131
    """
    cells = _cells(panel, base, base_area, level)
    grouped = cells.groupby(_GROUP, observed=True)
    total = totals_of(panel, panel, "ownership")
    sums = grouped[["jobs", "hidden", "base_share", "hidden_base_share", "listed"]].sum(min_count=1)
    table = sums.reset_index()
    whole = matched(table, total, _GROUP, ["employment"])["employment"]
    hidden = table["hidden"]
    rest = (whole - table["jobs"]).clip(lower=0).where(hidden > 0, 0.0)
    denominator = (table["jobs"] + rest).where(lambda d: d > 0)

    share = cells["jobs"] / matched(cells, table.assign(d=denominator), _GROUP, ["d"])["d"]
    parts = pd.DataFrame(
        {
            "squares": share**2,
            "logs": -share * np.log(share.where(share > 0, 1.0)),
            "distance": (share - cells["base_share"]).abs(),
            "relative": (share**2 / cells["base_share"].where(cells["base_share"] > 0, np.nan)).where(
                share > 0, 0.0
            ),
            "information": _information(share, cells["base_share"]),
        }
    ).where(cells["hidden"] == 0, 0.0)
    # A share that the base lacks, or withholds, must not pass for zero.
    parts = parts.groupby([cells[k] for k in _GROUP], observed=True).sum(skipna=False).reset_index()
    smallest = grouped["hidden_base_share"].min().reset_index()["hidden_base_share"]
    nowhere = cells["hidden"].eq(1) & cells["hidden_base_share"].isna()
    lost = nowhere.groupby([cells[k] for k in _GROUP], observed=True).any().to_numpy()
    theirs = table["hidden_base_share"].mask(lost)
    rest = rest / denominator

    bounds = _index_bounds(
        parts, rest, hidden, theirs, smallest.mask(lost), (1 - table["base_share"]).clip(lower=0)
    )
    exact = {name: bounds[f"{name}_low"].where(hidden == 0) for name in INDICES}
    known = {"industries": table["listed"] - hidden, "suppressed": hidden, "known_share": 1 - rest}
    counts = {name: values.astype(int) if name != "known_share" else values for name, values in known.items()}
    columns = {name: values for index in INDICES for name, values in _three(index, exact, bounds).items()}
    return table[_GROUP].assign(level=level, **counts, **columns)


def theil(shares: pd.Series, base_shares: pd.Series) -> float:
    """The Theil index of specialization: how far one mix of industries is from another.

    The relative entropy ``Σ s ln (s / b)`` of an industry's share ``s`` in the area from its share ``b`` in the base:
    0 with the same mix, larger the more of the area's jobs are in industries that are small in the base.
    :func:`specialization` has it for every area of a panel, with bounds where industries are withheld.

    Parameters
    ----------
    shares : Series
        Share of the area's jobs by industry, adding up to 1; missing where withheld.
    base_shares : Series
        Share of the base's jobs by industry; those that the area has none of may be left out.

    Returns
    -------
    float
        In nats, at least 0. Missing where a share of the area is, and where an industry with jobs in the area has no
        share in the base: it is withheld, absent, or zero, and the index then has no limit.

    Raises
    ------
    TableError
        An industry repeats, a share is negative, or shares do not add up to 1 (of the base: add up to more).

    References
    ----------
    Theil, H. (1967), Economics and Information Theory, North-Holland, chapter 4.

    Examples
    --------
    Jobs are 75 to 25 here and even in the state.

    >>> state = pd.Series({"31-33": 0.5, "62": 0.5})
    >>> round(theil(pd.Series({"31-33": 0.75, "62": 0.25}), state), 3), theil(state, state)
    (0.131, 0.0)
    """
    for given, what, least in ((shares, "the area", 1.0), (base_shares, "the base", 0.0)):
        total = given.sum(skipna=False)
        if (
            given.index.has_duplicates
            or (given < 0).any()
            or not (np.isnan(total) or least - 1e-6 <= total <= 1 + 1e-6)
        ):
            raise TableError(
                f"shares of {what} that add up to {total:g}, from {given.min():g} to {given.max():g}, "
                f"{given.index.nunique()} industries in {len(given)} rows",
                "one share of 0 to 1 for each industry, adding up to 1",
                "divide jobs by their sum",
            )
    terms = _information(shares.astype(float), base_shares.reindex(shares.index).astype(float))
    return float(np.maximum(terms.sum(skipna=False), 0.0))  # below 0 only by rounding


def _information(share: pd.Series, base_share: pd.Series) -> pd.Series:
    """Terms of the Theil index: none without jobs here, missing where a share is not known or the base has none."""
    ratio = share.where(share > 0, 1.0) / base_share.where(base_share > 0)
    return (share * np.log(ratio)).mask(share == 0, 0.0)


def _three(index: str, exact: dict[str, pd.Series], bounds: pd.DataFrame) -> dict[str, pd.Series]:
    return {index: exact[index], **{f"{index}_{end}": bounds[f"{index}_{end}"] for end in ("low", "high")}}


def _cells(panel: pd.DataFrame, base: pd.DataFrame, base_area: str, level: str) -> pd.DataFrame:
    """The industries of a level with jobs (0 where withheld), and the base's share of each."""
    cell_levels = levels(panel["industry"])
    cells = panel.loc[cell_levels == level, [*_GROUP, "industry", "employment"]]
    if cells.empty:
        raise UnknownNameError.unknown_name("NAICS level", level, cell_levels.unique())
    whole = rows_of_area(base, base_area)
    whole = whole.loc[levels(whole["industry"]) == level, ["industry", "ownership", "year", "employment"]]
    sums = whole.groupby(["ownership", "year"], observed=True)["employment"].transform("sum", skipna=False)
    whole = whole.assign(base_share=whole["employment"] / sums)
    hidden = cells["employment"].isna()
    share = matched(cells, whole, ["industry", "ownership", "year"], ["base_share"])["base_share"]
    return cells.assign(
        jobs=cells["employment"].fillna(0.0),
        hidden=hidden.astype(float),
        listed=1.0,
        base_share=share,
        hidden_base_share=share.where(hidden),
    )


def _index_bounds(
    parts: pd.DataFrame,
    rest: pd.Series,
    hidden: pd.Series,
    theirs: pd.Series,
    smallest: pd.Series,
    absent: pd.Series,
) -> pd.DataFrame:
    """The least and the most of each index, over every way to divide the rest among hidden industries.

    Herfindahl, Krugman, 1 / Hachman and Theil are convex in the shares, so that they are greatest with the whole
    rest in one industry (for the last three in the one that is smallest in the base) and least where it is
    spread (evenly, or as in the base); entropy is the reverse.
    """
    some = hidden > 0
    ways = hidden.where(some, 1.0)
    theirs, smallest = theirs.where(some, 0.0), smallest.where(some, 0.0)
    alone = -rest * np.log(rest.where(rest > 0, 1.0))
    apart = parts["distance"] + absent
    proportional = rest**2 / theirs.where(some, 1.0)
    in_smallest = rest**2 / smallest.where(some, 1.0)
    return pd.DataFrame(
        {
            "herfindahl_low": parts["squares"] + rest**2 / ways,
            "herfindahl_high": parts["squares"] + rest**2,
            "entropy_low": parts["logs"] + alone,
            "entropy_high": parts["logs"] + alone + rest * np.log(ways),
            "krugman_low": apart + (rest - theirs).abs(),
            "krugman_high": apart + theirs + (rest - smallest).abs() - smallest,
            "hachman_low": 1 / (parts["relative"] + in_smallest),
            "hachman_high": 1 / (parts["relative"] + proportional),
            "theil_low": (parts["information"] + _information(rest, theirs)).clip(lower=0),
            "theil_high": (parts["information"] + _information(rest, smallest)).clip(lower=0),
        }
    )
