"""What a partnership brief shows: one sector's footprints from a seed county, in figures, words and tables."""

from sectorlib.pages.brief.contacts import contact_sheet
from sectorlib.pages.brief.profile import BRIEF_RESULTS, COMPARISON, ScopeProfile

__all__ = ["BRIEF_RESULTS", "COMPARISON", "ScopeProfile", "contact_sheet"]
