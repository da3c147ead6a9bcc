"""The page that links every report, with what failed and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sectorlib.pages.imprint import Imprint
from sectorlib.pages.markup import one_line
from sectorlib.reporting.files import write_text
from sectorlib.reporting.html import render
from sectorlib.reporting.jobs import ReportResult


def index_page(
    title: str,
    results: Sequence[ReportResult],
    banner: str = "",
    briefs: Sequence[ReportResult] = (),
    said: Imprint | None = None,
) -> str:
    """One self-contained HTML page with a row for each report.

    Parameters
    ----------
    title : str
        The study's title.
    results : sequence of ReportResult
        In the order of the rows. The headline figures of their jobs become columns, in the order in
        which they first appear.
    banner : str
        A line across the top; "" for none.
    briefs : sequence of ReportResult
        Partnership briefs, listed above the reports.
    said : Imprint, optional
        How to cite the study, its sources and its publisher.

    Returns
    -------
    str
        A whole HTML document. Rows can be filtered by typing; without scripts all are shown.

    Examples
    --------
    >>> from sectorlib.reporting.jobs import ReportJob
    >>> result = ReportResult(ReportJob("Ely", "ely", {}, "Ely"), Path("ely/report.html"))
    >>> '<a href="ely/report.html">Ely</a>' in index_page("A study", [result])
    True
    """
    columns = list(dict.fromkeys(name for result in results for name in result.job.headline))
    succeeded = sum(result.ok for result in results)
    return render(
        "index.html.j2",
        title=one_line(title),
        banner=one_line(banner),
        results=results,
        columns=columns,
        briefs=briefs,
        said=said,
        succeeded=succeeded,
        failed=len(results) - succeeded,
    )


def write_index(
    out: Path,
    title: str,
    results: Sequence[ReportResult],
    banner: str = "",
    briefs: Sequence[ReportResult] = (),
    said: Imprint | None = None,
) -> Path:
    """Write ``index.html`` beside the reports' folders and return its path.

    Parameters
    ----------
    out : Path
        The folder that holds the reports.
    title, results, banner, briefs, said
        As in :func:`index_page`.

    Returns
    -------
    Path
    """
    return write_text(out / "index.html", index_page(title, results, banner, briefs, said))
