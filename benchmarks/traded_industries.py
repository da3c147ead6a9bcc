"""Compare the shipped table of traded and local industries with the published cluster definitions.

    python benchmarks/traded_industries.py ../shared/data

The published list (U.S. Cluster Mapping, by six-digit industry) is compared with and nothing else: no industry of the
shipped table rests on it. An industry of four digits is traded by the list if more than half of its national jobs are.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pandas as pd

from sectorlib import naics
from sectorlib.concentration import spatial_concentration, traded_or_local
from sectorlib.reference import reference_table

sys.path.insert(0, str(Path(__file__).parents[1] / "data" / "recipes"))
import traded_industries as recipe


def published(data: Path, six: pd.Series) -> pd.DataFrame:
    """Industries of four digits in the list: their jobs, and the share that is traded by it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = data / "layouts" / "more" / "clusters" / "NAICS_crosswalks_to_Cluster_system.xlsx"
        rows = pd.read_excel(path, dtype=str, usecols=range(5))
    rows = rows.set_axis(["code", "kind", "cluster", "part", "own"], axis=1)
    rows = rows[rows["own"].str.lower() != "true"]  # codes that only the publisher of the crosswalk has
    rows = rows.assign(jobs=rows["code"].map(six), four=rows["code"].str[:4]).query("jobs > 0")
    rows["traded"] = rows["jobs"].where(rows["kind"] == "Traded", 0.0)
    sums = rows.groupby("four")[["jobs", "traded"]].sum()
    return sums.assign(share=sums["traded"] / sums["jobs"])


def agreement(kinds: pd.Series, listed: pd.DataFrame) -> dict[str, float]:
    """Of industries, and of jobs, that both call the same."""
    both = listed.join(kinds.rename("kind")).query("kind in ('traded', 'local')")
    same = (both["share"] > 0.5) == (both["kind"] == "traded")
    return {
        "industries": len(both),
        "called traded": int((both["kind"] == "traded").sum()),
        "traded by the list": int((both["share"] > 0.5).sum()),
        "of industries": round(float(same.mean()), 3),
        "of jobs": round(float(both.loc[same, "jobs"].sum() / both["jobs"].sum()), 3),
    }


def main(data: Path) -> None:
    """Print agreement by what the spread is taken over, and the largest industries where the two differ."""
    folder = data / "qcew" / "us_2016"
    counties = recipe._year_of(folder / "us_2016_quarterly_county_to_naics4.parquet", ("4",))
    states = recipe._year_of(folder / "us_2016_quarterly_state_to_naics6.parquet", ("4", "6"))
    six = states[states["industry"].map(naics.level) == "6"].groupby("industry")["employment"].sum()
    listed = published(data, six)
    four = states[(states["industry"].map(naics.level) == "4") | (states["industry"] == naics.TOTAL)]
    candidates = {
        "counties as published": counties,
        "states as published": four,
        "commuting zones, withheld counties filled": pd.concat(
            [recipe._over_zones(rows) for rows in (recipe._filled(counties, states), counties[counties["industry"] == naics.TOTAL])]
        ),
    }  # fmt: skip
    rows = {}
    for name, panel in candidates.items():
        spread = spatial_concentration(panel.reset_index(drop=True)).query("ownership == '5'")
        kinds = traded_or_local(spread).astype(str).set_axis(spread["industry"].to_numpy())
        rows[name] = agreement(kinds, listed)
    shipped = reference_table("traded_industries").set_index("industry")
    rows["as shipped (zones, and a short list)"] = agreement(shipped["kind"], listed)
    print(pd.DataFrame(rows).T.to_string())
    both = listed.join(shipped[["kind", "locational_gini", "share_in_concentrated_areas"]])
    apart = both[(both["share"] > 0.5) != (both["kind"] == "traded")].nlargest(15, "jobs")
    print(apart.assign(title=[naics.title(code) for code in apart.index]).round(2).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
