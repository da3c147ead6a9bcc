"""Build the example of New York State, 2000 to 2017, from the public files beside the project.

    python data/recipes/new_york.py ../shared/data

Writes ``panel.parquet`` and ``jurisdictions.csv`` beside the study file in ``data/examples/new-york/``. Both hold facts
that New York State's Department of Labor has published, in our own form; the same input gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

TARGET = Path(__file__).parents[1] / "examples" / "new-york"
STATE, LAST_YEAR = "36000", 2017
CODES = ["area_fips", "own_code", "industry_code", "qtr", "disclosure_code"]
FIGURES = ["annual_avg_estabs", "annual_avg_emplvl", "total_annual_wages"]


def panel(data: Path) -> pd.DataFrame:
    """Annual cells under the names of the official annual layout; those that are withheld have no row.

    Pay follows from wages and jobs, and the level of aggregation from the codes: neither is stored. All government
    (8) stands beside its parts (1, 2, 3), as officially, and must be their sum.
    """
    path = data / "ny" / "ny_annual_2000_2017.csv.gz"
    table = pd.read_csv(path, dtype=dict.fromkeys(CODES, "str"), keep_default_na=False)
    table = table[[*CODES[:3], "year", *CODES[3:], *FIGURES]]
    table = table.sort_values(["area_fips", "own_code", "industry_code", "year"], ignore_index=True)
    _check(table)
    narrow = {"year": "int16", "annual_avg_estabs": "int32", "annual_avg_emplvl": "int32"}
    return table.astype(dict.fromkeys(CODES, "category") | narrow)


def jurisdictions(data: Path) -> pd.DataFrame:
    """Each county's state labor market region and workforce region; blank where it is in several (Nassau)."""
    table = pd.read_csv(data / "jurisdictions" / "ny_county_regions.csv", dtype=str, keep_default_na=False)
    regions = table["labor_market_region"].str.removesuffix(" Region")
    boards = table["workforce_investment_region"].str.removesuffix(" Counties")
    boards = boards.str.replace("Balance Of", "balance of")
    names = {"county": table["county"], "fips": table["fips"]}
    made = pd.DataFrame({**names, "labor_market_region": regions, "workforce_region": boards})
    return made.sort_values("fips", ignore_index=True)


def _check(table: pd.DataFrame) -> None:
    """Stop where the input is not what this recipe was written for."""
    totals = table[table["industry_code"] == "10"]
    jobs = totals.pivot_table(index=["area_fips", "year"], columns="own_code", values="annual_avg_emplvl")
    rounding = (jobs["8"] - jobs[["1", "2", "3"]].sum(axis=1)).abs().max()
    rules = {
        "one row for each cell": not table.duplicated(
            ["area_fips", "own_code", "industry_code", "year"]
        ).any(),
        "annual figures only": table["qtr"].eq("A").all(),
        "years 2000 to 2017": sorted(table["year"].unique()) == list(range(2000, LAST_YEAR + 1)),
        "62 counties and the state": table["area_fips"].nunique() == 63 and STATE in set(table["area_fips"]),
        "all government is its parts": rounding <= 2,
        "industries of private owners alone": table.loc[table["industry_code"] != "10", "own_code"]
        .eq("5")
        .all(),
    }
    broken = [rule for rule, kept in rules.items() if not kept]
    if broken:
        raise SystemExit(f"not what was expected: {', '.join(broken)}")


def main(data: str) -> None:
    """Write both files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    arrow = pa.Table.from_pandas(panel(Path(data)), preserve_index=False).replace_schema_metadata(None)
    # Figures are stored byte by byte, of which the upper ones are alike: this halves the file.
    split = dict.fromkeys(["year", *FIGURES], "BYTE_STREAM_SPLIT")
    pq.write_table(
        arrow, TARGET / "panel.parquet", compression="zstd", compression_level=22, use_dictionary=CODES,
        column_encoding=split,
    )  # fmt: skip
    jurisdictions(Path(data)).to_csv(TARGET / "jurisdictions.csv", index=False, lineterminator="\n")
    for path in sorted(TARGET.glob("*.*")):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
