"""Colleges and career schools: the institutional directory of IPEDS (National Center for Education Statistics)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.places import read_assets
from sectorlib.sources.text_tables import read_text_table

#: Columns of the directory that are kept beside those of an asset, and what they become.
MORE = {
    "CITY": "city",
    "STABBR": "state",
    "SECTOR": "sector",
    "INSTSIZE": "size",
    "C18BASIC": "c18basic",
}


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data: an asset for each institution that teaches."""
    path = data / "infrastructure" / "ipeds_hd2020.csv"
    assets = read_assets([path]).drop(columns="geometry")
    identifier = assets["asset"].str.rpartition(":")[2]
    directory = read_text_table(path).set_index("UNITID")[list(MORE)].rename(columns=MORE)
    more = directory.reindex(identifier).set_axis(assets.index)
    for name in ("sector", "size", "c18basic"):
        # -1 and -2: not reported, does not apply
        numbers = pd.to_numeric(more[name])
        more[name] = numbers.where(numbers >= 0).astype("Int8")
    assets["asset"] = "ipeds:" + identifier
    return assets.join(more).sort_values("asset", ignore_index=True)
