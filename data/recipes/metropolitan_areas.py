"""Metropolitan areas of July 2023 (Office of Management and Budget, list 1)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.metropolitan import read_metropolitan_areas


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data: a membership; counties outside of all are in the group none."""
    areas = read_metropolitan_areas(data / "delineations" / "omb_cbsa_list1_2023.xlsx")
    return areas.sort_values("member", ignore_index=True)
