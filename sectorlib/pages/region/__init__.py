"""The region report."""
