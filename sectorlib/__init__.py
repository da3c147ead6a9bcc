"""Sector partnerships: which sectors, which labor market, how sure."""
