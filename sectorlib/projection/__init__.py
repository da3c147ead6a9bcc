"""Projections of many short annual series: methods, their backtest, intervals from past errors."""

from sectorlib.projection.backtesting import backtest
from sectorlib.projection.projections import project
from sectorlib.projection.registry import METHODS
from sectorlib.projection.series import projection_reasons

__all__ = ["METHODS", "backtest", "project", "projection_reasons"]
