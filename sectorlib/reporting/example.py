"""An example as people first meet it: reports of some regions, a partnership brief, and an index of both."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from sectorlib.reporting.index import write_atlas
from sectorlib.reporting.jobs import ReportResult
from sectorlib.reporting.regions import report_regions
from sectorlib.reporting.scope import report_scope
from sectorlib.study import EXAMPLES, example


def report_example(
    name: str, out: Path | None = None, n_jobs: int = 1, progress: Console | None = None
) -> tuple[list[ReportResult], Path]:
    """Write reports for the regions that an example shows and, where it names a partnership, the brief of that.

    Parameters
    ----------
    name : str
        One of :data:`sectorlib.study.EXAMPLES`.
    out : Path, optional
        Folder for ``index.html``, ``tables/``, and a folder for each region and for the brief; ``reports/`` and the
        study's name if not given.
    n_jobs : int
        Reports made at a time.
    progress : Console, optional
        Where a progress bar is drawn.

    Returns
    -------
    results : list of ReportResult
        One for each region, then the brief's, failed ones too.
    out : Path
        The folder.
    """
    study = example(name)
    out = out or Path("reports", study.name)
    members = study.regions
    shown = members[members["member"].isin(EXAMPLES[name].shown)]
    regions = report_regions(study, sorted(shown["group"].unique()), out, n_jobs, progress)
    if study.file.scope is None:
        return regions, out
    brief = report_scope(study, out, up="../index.html", progress=progress)
    write_atlas(out, study, regions, [brief])
    return [*regions, brief], out
