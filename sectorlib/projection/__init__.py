"""Projections of many short annual series: methods, their backtest, intervals from past errors, sums that add up."""

from sectorlib.projection.backtesting import backtest
from sectorlib.projection.coherence import reconcile
from sectorlib.projection.hierarchy import add_up
from sectorlib.projection.official import align_official, beside_official
from sectorlib.projection.projections import project
from sectorlib.projection.registry import METHODS
from sectorlib.projection.series import jumps, projection_reasons
from sectorlib.projection.starts import year_ends

__all__ = [
    "METHODS",
    "add_up",
    "align_official",
    "backtest",
    "beside_official",
    "jumps",
    "project",
    "projection_reasons",
    "reconcile",
    "year_ends",
]
