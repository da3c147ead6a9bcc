"""The Consumer Price Index for all urban consumers, annual averages (Bureau of Labor Statistics)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.prices import read_consumer_prices


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data: an index for each year."""
    path = data / "prices" / "cpi_u_all_items_us_and_regions_from_pypi_cpi_2.1.0.csv"
    return read_consumer_prices(path).rename_axis("year").reset_index()
