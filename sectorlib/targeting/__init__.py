"""Which sectors merit collective action in an area, why, how sure that is, and which first.

Evidence (figures, with how far each may be off) becomes a score by criteria; figures and weights are varied within
what is known and stated; the result is a short list for discussion. A sequence is suggested only once people have filled
in the readiness sheet, since readiness is mostly not in the data.
"""

from sectorlib.targeting.change import least_change
from sectorlib.targeting.criteria import (
    criteria_as_of,
    draw_weights,
    figure_in_words,
    figure_of,
    load_criteria,
    stated_weights,
    value_of,
    with_weights,
)
from sectorlib.targeting.errors import errors_of_sectors, shipped_errors
from sectorlib.targeting.evidence import (
    SCORE_COLUMNS,
    check_scores,
    own_share,
    sector_evidence,
    sector_quotients,
)
from sectorlib.targeting.labels import limited_data, named_places, ordinal
from sectorlib.targeting.panels import SectorPanels, redefined, sector_panels, suppressed_share
from sectorlib.targeting.portfolio import portfolio
from sectorlib.targeting.ranking import rank_sectors
from sectorlib.targeting.readiness import (
    check_readiness,
    readiness_questions,
    readiness_sheet,
    setting_of,
    suggested_sequence,
)
from sectorlib.targeting.running import check_partnerships, overlap_with_running
from sectorlib.targeting.sensitivity import (
    critical_mass,
    establishments_of,
    first_under_mass,
    first_under_weights,
)
from sectorlib.targeting.targets import RankingTerms, Targets, target_sectors

__all__ = [
    "SCORE_COLUMNS",
    "RankingTerms",
    "SectorPanels",
    "Targets",
    "check_partnerships",
    "check_readiness",
    "check_scores",
    "criteria_as_of",
    "critical_mass",
    "draw_weights",
    "errors_of_sectors",
    "establishments_of",
    "figure_in_words",
    "figure_of",
    "first_under_mass",
    "first_under_weights",
    "least_change",
    "limited_data",
    "load_criteria",
    "named_places",
    "ordinal",
    "overlap_with_running",
    "own_share",
    "portfolio",
    "rank_sectors",
    "readiness_questions",
    "readiness_sheet",
    "redefined",
    "sector_evidence",
    "sector_panels",
    "sector_quotients",
    "setting_of",
    "shipped_errors",
    "stated_weights",
    "suggested_sequence",
    "suppressed_share",
    "target_sectors",
    "value_of",
    "with_weights",
]
