"""What next: projections and their track record."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from sectorlib import naics, projection
from sectorlib.exceptions import NotSupportedError
from sectorlib.results.registry import AREA, Results, gives, named
from sectorlib.schemas import PROJECTIONS, Column, Table

#: NAICS levels that are projected beside the total; below them series are short of figures.
_PROJECTED_LEVELS = ("sector", "3")

PROJECTION_RESULT = Table(
    "projections", PROJECTIONS.key,
    (
        *AREA[1:], Column("industry", "code", "", "NAICS code; 10 is jobs of all ownerships"), Column("industry_title", "text", "", "short title"),
        *PROJECTIONS.columns[2:],
    ),
    grain="region and base",
)  # fmt: skip

BACKTEST = Table(
    "backtest", ("level", "method", "horizon"),
    (
        Column("level", "code", "", "series scored: total, sector, 3 (digits)"),
        Column("method", "text", "", "projection method; the study's comes first"),
        Column("horizon", "number", "years", "ahead"),
        Column("n_series", "number", "series", "scored"),
        Column("n_origins", "number", "years", "from which was projected"),
        Column("mase", "number", "mean yearly changes", "mean absolute error over the series' mean absolute change from year to year"),
        Column("wape", "number", "%", "absolute errors over jobs, both summed"),
        Column("median_ape", "number", "%", "median absolute error, of jobs"),
        Column("sign_accuracy", "number", "%", "of changes projected in the right direction"),
        Column("quantile_loss", "number", "%", "weighted quantile loss over jobs"),
        Column("coverage_80", "number", "%", "of outcomes within the 80 % interval"),
        Column("coverage_95", "number", "%", "of outcomes within the 95 % interval"),
    ),
    grain="level of industry, method and horizon",
)  # fmt: skip


@gives(PROJECTION_RESULT, "A statistical trend of employment with intervals.")
def _projections(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    horizon = study.file.horizon
    parts = _of_levels(results, lambda part: projection.project(part, horizon=horizon))
    frame = pd.concat(parts.values(), ignore_index=True)
    shown = rows.loc[rows["grain"] != "county", "area"].unique()
    return PROJECTION_RESULT.select(named(frame[frame["area"].isin(shown)], study))


@gives(BACKTEST, "How far projections have been off, beside the simplest methods.")
def _backtest(results: Results) -> pd.DataFrame:
    horizon = results.study.file.horizon
    parts = _of_levels(results, lambda part: projection.backtest(part, horizon=horizon))
    frame = pd.concat([part.assign(level=level) for level, part in parts.items()], ignore_index=True)
    return BACKTEST.select(frame)


def _of_levels(results: Results, compute: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What comes of the series of each level that is projected; the first reason if none can be.

    Level by level, since each learns from its own past errors, and totals are steadier than industries.
    Counties are among the totals for their errors alone: a study may have few regions.
    """
    study, rows = results.study, results.reported
    total = rows[(rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")]
    industries = rows[(rows["grain"] != "county") & (rows["ownership"] == study.ownership)]
    level = naics.levels(industries["industry"])
    parts = {"total": total} | {name: industries[level == name] for name in _PROJECTED_LEVELS}
    made, reasons = {}, []
    for name, part in parts.items():
        try:
            made[name] = compute(part)
        except NotSupportedError as error:
            reasons.append(error)
    if not made:
        raise reasons[0]
    return made
