"""The index page of a folder: the atlas of a study's regions, or a list of reports, with what failed and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rich.console import Console

from sectorlib.pages.atlas import FRAME_FILE, atlas_data, atlas_frame
from sectorlib.pages.imprint import Imprint, imprint
from sectorlib.pages.markup import one_line
from sectorlib.reporting.editions import CHANGES_FILE
from sectorlib.reporting.files import write_text
from sectorlib.reporting.folder import only_run
from sectorlib.reporting.html import render, script_json
from sectorlib.reporting.jobs import ReportResult
from sectorlib.results import Results
from sectorlib.study import Study

#: The file in a brief's folder that the index reads.
BRIEF_FILE = "brief.json"


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
        briefs=[_brief(result) for result in briefs],
        listed=bool(results),
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


def write_frame(out: Path, results: Results, known: Mapping[str, Mapping[str, Any]] | None = None) -> Path:
    """Write what the atlas knows of the whole study, before its reports are made.

    Parameters
    ----------
    out : Path
        The study's folder.
    results : Results
        Its results.
    known : mapping of str to mapping, optional
        The figures of every region, where they have been made already.

    Returns
    -------
    Path
    """
    return write_text(out / FRAME_FILE, json.dumps(atlas_frame(results, known), ensure_ascii=False))


def report_atlas(study: Study, out: Path, progress: Console | None = None) -> Path:
    """Write the atlas of a study with the figures of all its regions, whether or not they have reports.

    Parameters
    ----------
    study : Study
        The study.
    out : Path
        The study's folder. Reports and briefs that are in it are kept, and linked.
    progress : Console, optional
        Where progress is told.

    Returns
    -------
    Path
        The page.
    """
    with only_run(out, progress):
        with progress.status("Reading the study") if progress else nullcontext():
            write_frame(out, Results(study))
        return write_atlas(out, study)


def write_atlas(
    out: Path, study: Study, reports: Sequence[ReportResult] = (), briefs: Sequence[ReportResult] = ()
) -> Path:
    """Write ``index.html`` from what is in a study's folder, reports and briefs of earlier runs included.

    Parameters
    ----------
    out : Path
        The folder.
    study : Study
        The study.
    reports, briefs : sequence of ReportResult
        What this run has made; of those that failed the page says why.

    Returns
    -------
    Path
        The page: an atlas where the folder has figures of regions, else a list of briefs.
    """
    failed = {str(made.job.parameters["region"]): _reason(made) for made in reports if not made.ok}
    data = atlas_data(out, failed)
    known = _briefs(out, study.name, briefs)
    if data is None or not any({"sectors", "failed"} & set(r) for r in data["regions"].values()):
        page = render(
            "index.html.j2", title=one_line(study.title), banner=one_line(study.notice), results=[], columns=[],
            briefs=known, listed=False, said=imprint(study, study.title, "partnership briefs"), succeeded=0, failed=0,
        )  # fmt: skip
        return write_text(out / "index.html", page)
    listed = sorted(
        (r for r in data["regions"].values() if {"folder", "failed"} & set(r)), key=lambda r: r["name"]
    )
    years = [region["year"] for region in data["regions"].values() if region.get("year")]
    page = render(
        "atlas.html.j2",
        title=one_line(study.title),
        banner=one_line(study.notice),
        briefs=known,
        listed=listed,
        regions=len(data["regions"]),
        reports=sum("folder" in region for region in listed),
        failed=sum("failed" in region for region in listed),
        years=max(years, default=""),
        said=imprint(study, study.title, "state atlas"),
        changed=CHANGES_FILE if (out / CHANGES_FILE).is_file() else "",
        data=script_json(data),
    )
    return write_text(out / "index.html", page)


def _briefs(out: Path, study: str, made: Sequence[ReportResult]) -> list[dict[str, str]]:
    """The briefs in the folder, and those that failed this time."""
    found = {}
    for path in sorted(out.glob(f"*/{BRIEF_FILE}")):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if said.get("study") == study and (path.parent / "report.html").is_file():
            found[path.parent.name] = {
                "name": str(said.get("name", path.parent.name)),
                "folder": path.parent.name,
            }
    for result in made:
        if result.failure is not None:
            found.setdefault(result.job.slug, {"name": result.job.name})["failed"] = result.failure.reason
    return sorted(found.values(), key=lambda brief: brief["name"])


def _brief(result: ReportResult) -> dict[str, Any]:
    if result.failure is None:
        return {"name": result.job.name, "folder": result.job.slug}
    return {"name": result.job.name, "failed": result.failure.reason}


def _reason(result: ReportResult) -> str:
    assert result.failure is not None
    return result.failure.reason
