"""Every result a study can give, as a tidy table: one registry of names, keys, columns and units.

``sectorlib table`` writes these tables, reports are drawn from them, and the documentation prints their
columns, so a figure on a page is always a figure in a table. Each module holds the tables of one question.
"""

from __future__ import annotations

import pandas as pd

from sectorlib.results.registry import RESULTS, Result, Results
from sectorlib.study import Study

# Importing a module registers its tables, in the order a study is explored.
from sectorlib.results import inputs, county_changes, industry_changes, withheld, structure, change, pay, outlook, markets, scope, sectors, sector_places, targets, partnerships, atlas, occupations, local  # noqa: F401  # isort: skip  # fmt: skip

__all__ = ["RESULTS", "Result", "Results", "result"]


def result(study: Study, name: str) -> pd.DataFrame:
    """One result of a study; see :class:`Results`."""
    return Results(study)[name]
