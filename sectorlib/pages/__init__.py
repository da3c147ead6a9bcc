"""What people read: the region report and the partnership brief, chapter by chapter."""
