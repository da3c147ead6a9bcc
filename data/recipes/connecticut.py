"""Make the bridge between Connecticut's eight former counties and its nine planning regions, by towns.

A planning region is whole towns; a former county is whole towns too, but not the same ones. The recipe takes the
list of towns with their codes before and after 2022 (columns ``town_name``, ``town_fips_2020``,
``ce_fips_2022``), and the residents of 2020 that stand in ``connecticut.yaml``::

    python data/recipes/connecticut.py ../shared/data/layouts/more/connecticut/ct-town-to-planning-region.csv

It writes ``connecticut_towns.csv`` (every town with its former county and its planning region) and
``connecticut.csv`` (residents of every part that a county and a region share) to ``data/boundaries``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import yaml

HERE = Path(__file__).parent
BOUNDARIES = HERE.parent / "boundaries"


def towns(path: Path) -> pd.DataFrame:
    """Every town: its five-digit code, name, former county and planning region; leading zeros put back."""
    listed = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    codes = listed["town_fips_2020"].str.zfill(10)
    table = pd.DataFrame(
        {
            "town": codes.str[5:],
            "name": listed["town_name"].str.strip(),
            "county": codes.str[:5],
            "region": listed["ce_fips_2022"].str.zfill(5),
        }
    )
    assert len(table) == 169, "Connecticut has 169 towns"
    assert table["town"].is_unique, "a town is in one county and one region"
    return table.sort_values("town", ignore_index=True)


def residents(table: pd.DataFrame, census: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Residents of each part that a county and a region share.

    Parts whose towns are listed are their sum; each of the others follows as what is left of its county or its
    region, until all are known. Every county and region must then add up.
    """
    parts = table.groupby(["county", "region"])["name"].agg(list)
    people = {
        key: sum(census["towns"][name] for name in names)
        for key, names in parts.items()
        if set(names) <= set(census["towns"])
    }
    sides = [(0, census["counties"]), (1, census["planning_regions"])]
    while len(people) < len(parts):
        before = len(people)
        for side, totals in sides:
            for code, total in totals.items():
                keys = [key for key in parts.index if key[side] == code]
                open_keys = [key for key in keys if key not in people]
                if len(open_keys) == 1:
                    people[open_keys[0]] = total - sum(people[key] for key in keys if key in people)
        assert len(people) > before, "the listed towns leave parts open"
    bridge = pd.Series(people).rename_axis(["old", "new"]).rename("people").sort_index()
    for side, totals in sides:
        sums = bridge.groupby(level=side).sum()
        assert sums.to_dict() == totals, f"parts do not add up: {sums[sums != pd.Series(totals)]}"
    assert (bridge > 0).all(), "a part without residents"
    return bridge.reset_index()


def main(path: Path) -> None:
    """Write both tables."""
    table = towns(path)
    census = yaml.safe_load((HERE / "connecticut.yaml").read_text(encoding="utf-8"))
    table.to_csv(BOUNDARIES / "connecticut_towns.csv", index=False, lineterminator="\n")
    residents(table, census).to_csv(BOUNDARIES / "connecticut.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
