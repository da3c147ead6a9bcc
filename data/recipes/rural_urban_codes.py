"""Rural-urban continuum codes of 2023 (Economic Research Service)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.rural_urban import read_rural_urban


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data: a code from 1 to 9 for each county."""
    codes = read_rural_urban(data / "delineations" / "ers_Ruralurbancontinuumcodes2023.csv")
    return codes.rename("code").rename_axis("area").reset_index().astype({"code": "int8"})
