"""Reports: one notebook run for many regions, a page for each, and an index of them."""

from sectorlib.extras import need

need("reports")  # before anything of it is imported
