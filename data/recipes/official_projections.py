"""National employment projections by industry, 2020 to 2030 (Bureau of Labor Statistics)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.official_projections import read_official_projections


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data, as the reader of official projections gives it."""
    rows = read_official_projections([data / "projections" / "bls_ep_2020-30_industry.xlsx"])
    return rows.assign(file="employment projections 2020-30").astype(
        {"base_year": "int16", "target_year": "int16"}
    )
