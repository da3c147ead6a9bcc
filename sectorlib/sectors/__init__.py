"""Sectors as compositions: weighted NAICS codes in named segments, what a study can see of them, and overlaps.

A sector is what a partnership would be about, and rarely one NAICS code. A table of sectors has a row for each
code; a plain NAICS code is a sector of itself.
"""

from sectorlib.sectors.catalogue import (
    check_sectors,
    codes_above,
    find_sector,
    known_sectors,
    load_sectors,
    naics_sectors,
    sector_membership,
    sector_rows,
    segments_as_sectors,
)
from sectorlib.sectors.composition import compose, compose_shares, sector_overlap, visible_codes

__all__ = [
    "check_sectors",
    "codes_above",
    "compose",
    "compose_shares",
    "find_sector",
    "known_sectors",
    "load_sectors",
    "naics_sectors",
    "sector_membership",
    "sector_overlap",
    "sector_rows",
    "segments_as_sectors",
    "visible_codes",
]
