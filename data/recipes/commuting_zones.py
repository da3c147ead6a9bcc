"""Commuting zones of 1990 (Economic Research Service)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.delineations import read_delineation


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data: a membership of counties."""
    zones = read_delineation(data / "delineations" / "ers_czlma903_1990.xls")
    return zones.sort_values("member", ignore_index=True)
