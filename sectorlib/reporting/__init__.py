"""Reports: one notebook run for many regions, a page for each, and an index of them."""
