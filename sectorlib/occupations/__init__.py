"""Occupations: who works in a sector, what the work pays, openings, and where pathways cross.

National staffing patterns are applied to a region's jobs: the result says what a sector there would look like if each
of its industries were staffed as in the nation. It is not a count of the region's workers.
"""

from sectorlib.occupations.colleges import colleges_in_reach, linked_awards, training_and_openings
from sectorlib.occupations.local import sector_occupations
from sectorlib.occupations.openings import occupation_openings
from sectorlib.occupations.pathways import pattern_overlap, shared_occupations
from sectorlib.occupations.places import local_pay, local_pay_areas, survey_areas
from sectorlib.occupations.staffing import pattern_industries, sector_patterns, staffing_pattern

__all__ = [
    "colleges_in_reach",
    "linked_awards",
    "local_pay",
    "local_pay_areas",
    "occupation_openings",
    "pattern_industries",
    "pattern_overlap",
    "sector_occupations",
    "sector_patterns",
    "shared_occupations",
    "staffing_pattern",
    "survey_areas",
    "training_and_openings",
]
