"""Foreign file layouts, one module for each source; nothing else reads them."""
