"""From a study to its region reports: what each page is given, and the index of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from sectorlib.exceptions import NotSupportedError
from sectorlib.pages import figures
from sectorlib.pages.atlas import REGION_FILE, region_figures
from sectorlib.pages.imprint import imprint
from sectorlib.pages.narrative import narrative, region_addresses
from sectorlib.pages.region import words
from sectorlib.pages.region.chapters import page_results
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.reporting.cluster import answers
from sectorlib.reporting.editions import compare, read_edition, this_edition, write_changes
from sectorlib.reporting.folder import only_run, usable_paths
from sectorlib.reporting.formats import has_formats, write_formats
from sectorlib.reporting.index import write_atlas, write_frame
from sectorlib.reporting.jobs import ReportJob, ReportResult
from sectorlib.reporting.runner import RunTerms, run_reports
from sectorlib.resources import notebook_path
from sectorlib.results import Results
from sectorlib.sources.origin import Origin
from sectorlib.study import Study


@dataclass(frozen=True)
class ReportTerms:
    """The forms of each report, the edition before, how long one may take, and whether all are made anew.

    Attributes
    ----------
    formats : sequence of str
        Forms beside the page, of :data:`sectorlib.reporting.formats.FORMATS`.
    previous : Path, optional
        The folder of the previous edition, for a note of what changed.
    timeout : float, optional
        Seconds that a report may take.
    fresh : bool
        Make reports anew also where they are up to date.
    scheduler : str, optional
        Address of a Dask scheduler whose workers make the reports.
    """

    formats: Sequence[str] = ("html",)
    previous: Path | None = None
    timeout: float | None = None
    fresh: bool = False
    scheduler: str | None = None


def report_regions(
    study: Study,
    regions: Sequence[str],
    out: Path,
    n_jobs: int = 1,
    progress: Console | None = None,
    terms: ReportTerms | None = None,
) -> list[ReportResult]:
    """Write a report for each region, the tables behind them, and an index page.

    Parameters
    ----------
    study : Study
        The study.
    regions : sequence of str
        Codes or titles of regions; every region of the study where empty.
    out : Path
        Folder for ``index.html``, ``tables/`` and a folder for each region.
    n_jobs : int
        Reports made at a time.
    progress : Console, optional
        Where a progress bar is drawn.
    terms : ReportTerms, optional
        The forms of each report, the edition before, how long one may take, and whether all are made anew.

    Returns
    -------
    list of ReportResult
        One for each region, failed ones too.

    Raises
    ------
    UnknownNameError
        A region that the study does not have; nothing is written.
    NotSupportedError
        A region is asked for of which the files have no whole year. Without names, such regions are left out.
    ReportError
        The folder cannot be written to, or no scheduler answers; no table is made.
    """
    terms = ReportTerms() if terms is None else terms
    if terms.scheduler is not None:
        answers(terms.scheduler)
    with only_run(out, progress):
        return _report_regions(study, regions, out, n_jobs, progress, terms)


def _report_regions(
    study: Study,
    regions: Sequence[str],
    out: Path,
    n_jobs: int,
    progress: Console | None,
    terms: ReportTerms,
) -> list[ReportResult]:
    before = None if terms.previous is None else read_edition(terms.previous)
    results = Results(study)
    with progress.status("Reading the study") if progress else nullcontext():
        codes = [results.region(name) for name in regions] or list(results["regions"]["area"].unique())
        codes = _with_data(study, codes, bool(regions), progress)
        profiles = [RegionProfile(results, code) for code in codes]
        folders = region_addresses(results)
        usable_paths(out, folders.values())
        origins = study.origins  # every input is looked up before anything is written
        tables = out / "tables"
        results.save(tables, page_results(study))
    known = region_figures(results)
    jobs = [_job(p, out / folders[p.area], origins, known[p.area]) for p in profiles]
    write_frame(out, results, known)
    made = run_reports(
        notebook_path("region_report"),
        jobs,
        out,
        n_jobs,
        progress,
        terms=RunTerms(terms.timeout, terms.fresh, tables, terms.scheduler),
    )
    pages = [
        (profile, result.page.parent)
        for profile, result in zip(profiles, made, strict=True)
        if result.page and not (result.skipped and has_formats(result.page.parent, terms.formats))
    ]
    if before is not None:
        changes = compare(before, this_edition(results, codes, origins))
        write_changes(out, study.title, changes, study.notice, imprint(study, study.title, "what changed"))
        (progress or Console(stderr=True)).print(
            changes.summary, markup=False, highlight=False, soft_wrap=True
        )
    lacking = write_formats(pages, terms.formats, progress)
    if lacking:
        (progress or Console(stderr=True)).print(
            f"no PDFs: {lacking}", markup=False, highlight=False, soft_wrap=True
        )
    write_atlas(out, study, made)  # last, so that it links to every form
    return made


def _with_data(study: Study, codes: list[str], named: bool, progress: Console | None) -> list[str]:
    """The regions that the files have a whole year of; raises if the others were asked for, or if none is left."""
    without = [code for code in codes if code in study.regions_without_data]
    kept = [code for code in codes if code not in without]
    if without and (named or not kept):
        raise NotSupportedError(
            f"no report of {', '.join(without[:6])}: the panel's files have no whole year of it",
            "a region with a county that has all four quarters of some year, or an annual file",
            "add the missing quarters to the panel; sectorlib check names them",
        )
    if without and progress:
        text = f"no report of {', '.join(without[:6])}: the panel's files have no whole year of it"
        progress.print(text, markup=False, highlight=False)
    return kept


def _job(
    profile: RegionProfile, folder: Path, origins: tuple[Origin, ...], known: Mapping[str, Any]
) -> ReportJob:
    name = f"{profile.name} (part)" if profile.is_part else profile.name
    return ReportJob(
        name=name,
        slug=folder.name,
        parameters={
            "study": path_from(folder, profile.study.path),
            "region": profile.area,
            "tables": path_from(folder, folder.parent / "tables"),
        },
        title=name,
        banner=profile.study.notice,
        headline=_headline(profile),
        origins=(*origins, *_narrative_origins(profile)),
        imprint=imprint(profile.study, name, "region report"),
        files={REGION_FILE: json.dumps({**known, "name": name}, ensure_ascii=False)},
    )


def _narrative_origins(profile: RegionProfile) -> Iterator[Origin]:
    """The region's narrative and its pictures, for the manifest."""
    for file in narrative(profile.results, profile.area).files:
        yield Origin.of_file(
            file, "the analyst", "Narrative of the region", relative_to=profile.study.path.parent
        )


def path_from(folder: Path, path: Path) -> str:
    """The path as seen from a folder, so that a page tells nobody how its maker's disk is arranged."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _headline(profile: RegionProfile) -> dict[str, str]:
    """Figures of the index page: jobs, growth, counties, and the largest concentrated sector."""
    total = profile.total("0")
    jobs = "not known" if total is None else figures.cell_jobs(total)
    made = {"Counties": f"{len(profile.counties)}", f"Jobs {profile.year}": jobs}
    if profile.span:
        growth = profile.total_growth(profile.area, "0")
        made[f"Change since {profile.span[0]}"] = figures.percent(growth)
    strong = words.strengths(profile)
    if len(strong):
        top = strong.iloc[0]
        made[f"Largest concentrated sector (times its share in {profile.compared_name})"] = (
            f"{top['industry_title']} ({figures.cell_quotient(top)})"
        )
    return made
