"""Regional price parities of states, metropolitan areas and portions of states (Bureau of Economic Analysis)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.prices import read_price_parities

#: The tables that publish them; where two have the same area, the first stands.
FILES = ("SARPP_STATE_2008_2023.csv", "MARPP_MSA_2008_2024.csv", "PARPP_PORT_2008_2024.csv")


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data: a parity for each area and year."""
    parts = [read_price_parities(data / "prices" / name) for name in FILES]
    rows = pd.concat(parts, ignore_index=True).drop_duplicates(["area", "year"])
    return rows.sort_values(["area", "year"], ignore_index=True).astype({"year": "int16"})
