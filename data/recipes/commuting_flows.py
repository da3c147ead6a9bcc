"""Commuting between counties, with margins of error (American Community Survey, 2011 to 2015)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.commuting import read_flows


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data."""
    flows = read_flows(data / "commuting" / "us_county_flows_acs_2011_2015.csv.gz")
    return flows.astype({"workers": "int32", "moe": "int32"}).sort_values(["home", "work"], ignore_index=True)
