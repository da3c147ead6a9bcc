"""What a study's projections add up to: counties in regions, sectors in all jobs, subsectors in sectors."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from sectorlib import naics
from sectorlib.projection.coherence import minimum_trace, rescaled
from sectorlib.projection.projections import project

#: A rest below this rounds to no job.
_LEAST_REST = 0.5

_KEY = ["area", "industry"]


def add_up(
    projections: pd.DataFrame, panel: pd.DataFrame, areas: pd.DataFrame, base: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Projections of which every sum is exactly its parts and a rest.

    A group of areas is the sum of its members, industry by industry; in an area that is no group all jobs are
    the sum of its sectors. These move together, those with wide intervals more
    (:func:`~sectorlib.projection.coherence.minimum_trace`). Subsectors then share what their sector became. What
    a sum held beyond the parts that are projected, since some are withheld or of another ownership, is a rest,
    projected like any other series: the parts are not blown up to make the whole.

    Parameters
    ----------
    projections : DataFrame
        As of :func:`~sectorlib.projection.projections.project`, of totals, sectors and subsectors (3 digits).
    panel : DataFrame
        What they were projected from: one row for each area, industry and year.
    areas : DataFrame
        Membership of areas in groups.
    base : DataFrame, optional
        Panel of the base area, of one ownership, for the rests.

    Returns
    -------
    DataFrame
        The same rows, and sum_of: what a figure is the sum of, ``areas``, ``industries``, both or nothing; with
        a rest that is not shown where the panel has one. Employment is never below zero; intervals move in
        proportion to it.

    References
    ----------
    Wickramasuriya, S. L., Athanasopoulos, G. and Hyndman, R. J. (2019), Optimal forecast reconciliation for
    hierarchical and grouped time series through trace minimization, Journal of the American Statistical
    Association 114, 804-819.

    Examples
    --------
    Of 100 jobs 60 are in a sector that is known and should grow by 30, the total by 10: the sector is less sure.

    >>> panel = pd.DataFrame({"area": "36055", "industry": ["10"] * 9 + ["62"] * 9, "ownership": "5",
    ...     "year": [*range(2009, 2018)] * 2, "employment": [100.0] * 9 + [60.0] * 9})
    >>> table = pd.DataFrame({"area": "36055", "industry": ["10", "62"], "year": 2018, "employment": [110.0, 90.0],
    ...     "low_80": [105.0, 80.0], "high_80": [115.0, 100.0], "low_95": [100.0, 70.0], "high_95": [120.0, 110.0],
    ...     "method": "drift"})
    >>> nothing = pd.DataFrame({"member": [], "group": [], "weight": []})
    >>> add_up(table, panel, nothing)["employment"].round(1).to_list()
    [113.0, 77.9]
    """
    level = naics.levels(projections["industry"].astype(str))
    upper, lower = projections[level.isin(["total", "sector"])], projections[level == "3"]
    upper = _moved_together(upper, panel, areas, base)
    parts = [upper]
    if len(lower):
        shared, sectors = _sharing(lower, upper, panel, base)
        key = pd.MultiIndex.from_frame(upper[_KEY].astype(str))
        both = upper["sum_of"].where(upper["sum_of"] == "", upper["sum_of"] + ", ") + "industries"
        parts = [upper.assign(sum_of=upper["sum_of"].where(~key.isin(sectors), both)), shared]
    others = projections.drop(index=[*upper.index, *lower.index])
    return pd.concat([*parts, others.assign(sum_of="")]).sort_index()


def _moved_together(
    upper: pd.DataFrame, panel: pd.DataFrame, areas: pd.DataFrame, base: pd.DataFrame | None
) -> pd.DataFrame:
    """Totals and sectors that add up, over areas and within areas that are no group."""
    keys, values = _wide(upper, "employment")
    members = areas[["member", "group", "weight"]].astype({"member": str, "group": str})
    members = members[members["member"] != members["group"]]  # a county that is a region by itself
    single = keys[~keys["area"].isin(members["group"])]
    parts = pd.concat([_parts_by_area(keys, members), _parts_by_industry(keys, single)], ignore_index=True)
    rest_of, rests, rest_spread = _rests(keys, parts, panel, values.shape[1], base)
    matrix = _sums(len(keys), parts, rest_of)
    spread = np.concatenate([_half_width(upper), rest_spread])
    coherent = minimum_trace(np.vstack([values, rests]), matrix, spread=spread)
    of = parts.drop_duplicates("sum").set_index("sum")["of"].reindex(keys.index).fillna("").to_numpy()
    row, column = _rows(upper, keys), (upper["year"] - upper["year"].min()).to_numpy()
    return rescaled(upper, coherent[row, column]).assign(sum_of=of[row])


def _sharing(
    lower: pd.DataFrame, upper: pd.DataFrame, panel: pd.DataFrame, base: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.MultiIndex]:
    """Subsectors scaled to what their sector became, and the sectors that are now their sum."""
    keys, values = _wide(pd.concat([upper, lower]), "employment")
    parts = _parts_by_industry(keys, keys[naics.levels(keys["industry"]) == "3"])
    rest_of, rests, _ = _rests(keys, parts, panel, values.shape[1], base)
    sums, part = parts["sum"].to_numpy(), parts["part"].to_numpy()
    within = np.zeros_like(values)
    np.add.at(within, sums, values[part])
    np.add.at(within, rest_of, rests)
    scale = np.divide(values, within, out=np.ones_like(values), where=within > 0)
    employment = values.copy()
    employment[part] *= scale[sums]
    row, column = _rows(lower, keys), (lower["year"] - lower["year"].min()).to_numpy()
    sectors = keys.iloc[np.unique(sums[(within[sums] > 0).all(axis=1)])]
    return rescaled(lower, employment[row, column]).assign(sum_of=""), pd.MultiIndex.from_frame(sectors)


def _parts_by_area(keys: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``keys`` that are sums of the same industry in member areas: sum, part, weight, of."""
    found = keys.reset_index(names="sum").merge(members, left_on="area", right_on="group")
    return _linked(found.assign(part=_rows(found.assign(area=found["member"]), keys)), "areas")


def _parts_by_industry(keys: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``keys`` that are sums of industries one level lower in the same area: sum, part, weight, of."""
    of = of[of["industry"] != naics.TOTAL]
    up = of.assign(industry=of["industry"].map(naics.parent))
    return _linked(pd.DataFrame({"sum": _rows(up, keys), "part": of.index, "weight": 1.0}), "industries")


def _linked(found: pd.DataFrame, of: str) -> pd.DataFrame:
    found = found[(found["sum"] >= 0) & (found["part"] >= 0)]
    return found[["sum", "part", "weight"]].assign(of=of)


def _rests(
    keys: pd.DataFrame, parts: pd.DataFrame, panel: pd.DataFrame, horizon: int, base: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What sums held beyond their parts, projected: rows of ``keys``, jobs (rests x horizon), half-widths.

    A rest grows with the sum's industry where it is too short for more.
    """
    codes = panel.assign(**{name: panel[name].astype(str) for name in _KEY})
    history = codes.set_index([*_KEY, "year"])["employment"].unstack("year")  # noqa: PD010
    history = history.reindex(pd.MultiIndex.from_frame(keys))
    which, row = np.unique(parts["sum"], return_inverse=True)
    weights = sparse.csr_array((parts["weight"], (row, parts["part"])), shape=(len(which), len(keys)))
    # a year in which a part is withheld has no rest; one below zero is rounding
    rest = (history.iloc[which] - weights @ history.to_numpy()).clip(lower=0.0)
    rest = rest[rest.iloc[:, -1] > _LEAST_REST]
    if rest.empty:
        return np.zeros(0, dtype=int), np.zeros((0, horizon)), np.zeros(0)
    long = rest.melt(ignore_index=False, value_name="employment").reset_index().assign(ownership="rest")
    projected = project(long, horizon, base=base)
    rest_keys, values = _wide(projected, "employment")
    return _rows(rest_keys, keys), values, _half_width(projected)


def _sums(series: int, parts: pd.DataFrame, rest_of: np.ndarray) -> sparse.csr_array:
    """Series and rests (below them) as sums of the series that are no sum, and of the rests."""
    size = series + len(rest_of)
    step = sparse.coo_array(
        (
            np.concatenate([parts["weight"], np.ones(len(rest_of))]),
            (
                np.concatenate([parts["sum"], rest_of]),
                np.concatenate([parts["part"], np.arange(series, size)]),
            ),
        ),
        shape=(size, size),
    ).tocsr()
    leaf = np.ones(size)
    leaf[parts["sum"]] = 0.0
    matrix = total = sparse.diags_array(leaf, format="csr")
    # parts of parts, until all are leaves: a total of a region, of counties, of sectors
    while matrix.nnz:
        matrix = step @ matrix
        matrix.eliminate_zeros()
        total = total + matrix
    return sparse.csr_array(total)


def _wide(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Keys of the series in a table of projections, and a column as an array of series x years."""
    codes = table.assign(**{key: table[key].astype(str) for key in _KEY})
    keys = codes[_KEY].drop_duplicates(ignore_index=True)
    wide = codes.set_index([*_KEY, "year"])[name].unstack("year")  # noqa: PD010
    return keys, wide.reindex(pd.MultiIndex.from_frame(keys)).to_numpy(dtype=float)


def _half_width(table: pd.DataFrame) -> np.ndarray:
    """Half of the 80 % interval one year ahead, series by series."""
    return (_wide(table, "high_80")[1][:, 0] - _wide(table, "low_80")[1][:, 0]) / 2


def _rows(table: pd.DataFrame, keys: pd.DataFrame) -> np.ndarray:
    """The row of ``keys`` that each row of a table is about; -1 for none."""
    return pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(table[_KEY].astype(str)))
