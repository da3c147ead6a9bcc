"""Published files: the catalogue of them, and how they come into a study's folder, whole and verified."""

from sectorlib.fetch.catalogue import (
    PublishedSource,
    Wanted,
    catalogue,
    fetch_command,
    latest_years,
    published_source,
    state_fips,
    wanted_files,
    years_of,
)
from sectorlib.fetch.folder import Folder, Outcome, Receipt
from sectorlib.fetch.new_study import new_study
from sectorlib.fetch.revisions import (
    Stale,
    changes,
    moved,
    newer_years,
    next_files,
    stale_files,
    wanted_again,
)
from sectorlib.fetch.transport import Manners, Publisher

__all__ = [
    "Folder",
    "Manners",
    "Outcome",
    "PublishedSource",
    "Publisher",
    "Receipt",
    "Stale",
    "Wanted",
    "catalogue",
    "changes",
    "fetch_command",
    "latest_years",
    "moved",
    "new_study",
    "newer_years",
    "next_files",
    "published_source",
    "stale_files",
    "state_fips",
    "wanted_again",
    "wanted_files",
    "years_of",
]
