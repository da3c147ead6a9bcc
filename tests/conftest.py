"""Shared fixtures: where the real public data is, when it is there."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from sectorlib.labor_markets import on_counties
from sectorlib.sources.commuting import read_flows
from sectorlib.sources.delineations import read_delineation

# Tests replace parts of the package, which the study cache cannot see: those of the cache name a folder of their own.
os.environ["SECTORLIB_CACHE"] = "none"

# No deadline for one example: a busy machine is not a broken property.
settings.register_profile("sectorlib", deadline=None)
settings.load_profile("sectorlib")

_SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real public data and acceptance studies that stands beside the project."""
    if not (_SHARED / "data").is_dir():
        pytest.skip("the real public data (../shared) is not beside the project")
    return _SHARED


@pytest.fixture(scope="session")
def national_flows(shared: Path) -> pd.DataFrame:
    """Commuting between all counties of the nation, 2011 to 2015."""
    return read_flows(shared / "data/commuting/us_county_flows_acs_2011_2015.csv.gz")


@pytest.fixture(scope="session")
def official_delineations(shared: Path, national_flows: pd.DataFrame) -> list[pd.DataFrame]:
    """Commuting zones of 1990 and of 2020, and the metropolitan list of 2023, on the counties of the flows."""
    counties = pd.Index(national_flows["home"]).union(national_flows["work"])
    names = ("ers_czlma903_1990.xls", "cz2020_fowler_county20.csv", "omb_cbsa_list1_2023.xlsx")
    return [on_counties(read_delineation(shared / "data/delineations" / name), counties) for name in names]


@pytest.fixture(scope="session")
def listed_neighbors(shared: Path) -> set[tuple[str, str]]:
    """Counties and their neighbors, themselves among them, in the Census Bureau's list."""
    path = shared / "data/delineations/census_county_adjacency.txt"
    rows = pd.read_csv(path, sep="\t", header=None, dtype=str, encoding="latin-1")
    return set(zip(rows[1].ffill(), rows[3], strict=True))  # a county's name is in its first row alone


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped: a run without the real data proves nothing on it."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    if not skipped:
        return
    lacking = sum("../shared" in reason for reason in skipped)
    text = f"{len(skipped)} tests skipped"
    if lacking:
        text += f", {lacking} of them for lack of ../shared: this run proves nothing on real data"
    terminalreporter.write_line(text, yellow=True)
