"""The one-page fact sheet of a region: short list, key figures, a map, a chart, next steps."""

from sectorlib.pages.onepage.sheet import FactSheet, fact_sheet

__all__ = ["FactSheet", "fact_sheet"]
