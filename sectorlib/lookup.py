"""Finding, for each row of one table, its row in another: an area's total, the base's same industry."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sectorlib.exceptions import UnknownAreaError


def rows_of_area(panel: pd.DataFrame, area: str) -> pd.DataFrame:
    """The rows of one area.

    Raises
    ------
    UnknownAreaError
        The panel has no row of it; the hint gives the nearest codes.

    Examples
    --------
    >>> rows_of_area(pd.DataFrame({"area": ["36001", "36003"], "employment": [1.0, 2.0]}), "36003")
        area  employment
    1  36003         2.0
    """
    rows = panel[panel["area"] == area]
    if rows.empty:
        raise UnknownAreaError.unknown_name("area", area, panel["area"].unique())
    return rows


def matched(
    rows: pd.DataFrame, table: pd.DataFrame, keys: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """The columns of a table, looked up for each row by key.

    Parameters
    ----------
    rows : DataFrame
        Has the key columns, any index; a key may repeat.
    table : DataFrame
        Has the key columns and the wanted ones; each key at most once.
    keys, columns : sequence of str
        The columns to match on and the columns to fetch.

    Returns
    -------
    DataFrame
        The wanted columns on the index of ``rows``; missing where the table has no such key.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["b", "a", "b"]}, index=[7, 8, 9])
    >>> matched(rows, pd.DataFrame({"area": ["a", "b"], "jobs": [1.0, 2.0]}), ["area"], ["jobs"])
       jobs
    7   2.0
    8   1.0
    9   2.0
    """
    keys, columns = list(keys), list(columns)
    left, right = rows[keys], table[[*keys, *columns]]
    for key in keys:  # two categoricals are compared by code only if their categories are the same
        if isinstance(left[key].dtype, pd.CategoricalDtype):
            same = right[key].astype("category").cat.set_categories(left[key].cat.categories)
            right = right.assign(**{key: same})
        elif isinstance(right[key].dtype, pd.CategoricalDtype):
            right = right.assign(**{key: right[key].astype(str)})
    merged = left.merge(right.dropna(subset=keys), on=keys, how="left", validate="m:1")
    return merged[columns].set_axis(rows.index)
