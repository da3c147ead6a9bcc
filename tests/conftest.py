"""Shared fixtures: where the real public data is, when it is there."""

from pathlib import Path

import pytest
from hypothesis import settings

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
