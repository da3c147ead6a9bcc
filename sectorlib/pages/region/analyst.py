"""From the analyst: what people who know the region have written about it."""

from __future__ import annotations

from sectorlib.pages.narrative import narrative
from sectorlib.pages.region.profile import RegionProfile


def analyst(profile: RegionProfile) -> str:
    """The chapter as markup; nothing where nobody has written anything."""
    return narrative(profile.results, profile.area).markup
