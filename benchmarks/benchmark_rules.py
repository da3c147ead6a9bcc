"""Rules for what concentration is measured against, compared on the regions of a study: the first sector under each.

    python benchmarks/benchmark_rules.py ../shared/studies/new_york.yaml [STUDY ...]

The points of the criterion are given anew by the quotient beside the base with the region in it, beside the rest of the base and
beside the nation, with the weights as stated; all other points stay. A quotient that is not known is worth half.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import sectorlib as sl
from sectorlib.targeting import load_criteria

CRITERION = "location_quotient"
RULES = {"base": "", "rest": "_rest", "nation": "_nation"}


def first_sectors(targets: pd.DataFrame, points: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """The first sector and its quotient in each region, by rule."""
    ranked = targets[targets["rank"].notna()].set_index(["area", "sector"])
    others = points[points["criterion"] != CRITERION].groupby(["area", "sector"])["points"].sum()
    most = points[points["criterion"] == CRITERION].set_index(["area", "sector"])["most_points"]
    whole = sectors[sectors["segment"] == "all"].set_index(["area", "sector"])
    ends = load_criteria().loc[CRITERION]
    found = {}
    for rule, suffix in RULES.items():
        quotient = whole[f"{CRITERION}{suffix}_estimate"].reindex(ranked.index).astype(float)
        value = np.log(quotient.clip(lower=1e-6) / ends["worst"]) / np.log(ends["best"] / ends["worst"])
        score = others.reindex(ranked.index) + most.reindex(ranked.index) * value.clip(0, 1).fillna(0.5)
        first = score.groupby("area").idxmax()
        found[rule] = first.map(lambda pair: pair[1])
        found[f"{rule} quotient"] = pd.Series({area: quotient[pair] for area, pair in first.items()})
    names = ranked["area_name"].groupby("area").first()
    return pd.DataFrame(found).set_index(names.reindex(found["nation"].index).to_numpy())


def main(*paths: str) -> None:
    """Print the first sectors of each study, and in how many regions they differ from those beside the nation."""
    for path in paths:
        results = sl.Results(sl.load_study(path))
        table = first_sectors(results["targets"], results["target-points"], results["sectors"])
        print(path)
        print(table.round(2).to_string())
        for rule in ("base", "rest"):
            print(
                f"{rule}: {(table[rule] != table['nation']).sum()} of {len(table)} first sectors differ from those beside the nation"
            )


if __name__ == "__main__":
    main(*(sys.argv[1:] or [str(Path(__file__).parents[2] / "shared" / "studies" / "new_york.yaml")]))
