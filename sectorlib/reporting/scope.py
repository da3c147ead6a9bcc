"""From a study, a sector and a county to the partnership brief."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console

from sectorlib.pages.address import slug
from sectorlib.pages.brief import BRIEF_RESULTS, ScopeProfile, contact_sheet
from sectorlib.pages.brief.sections import HOST_FILE, ONE_PAGE_FILE, PARTNERS_FILE
from sectorlib.pages.brief.sheets import brief_sheet
from sectorlib.pages.imprint import Imprint, imprint
from sectorlib.pages.spreadsheet import csv_text
from sectorlib.reporting.files import write_text
from sectorlib.reporting.folder import only_run
from sectorlib.reporting.html import render
from sectorlib.reporting.index import BRIEF_FILE
from sectorlib.reporting.jobs import ReportJob, ReportResult
from sectorlib.reporting.regions import path_from
from sectorlib.reporting.runner import run_reports
from sectorlib.resources import notebook_path
from sectorlib.results import Results
from sectorlib.study import Study

#: With it, a spreadsheet program reads the file's letters as they are meant.
_BYTE_ORDER_MARK = "\ufeff"


def report_scope(
    study: Study,
    out: Path,
    sector: str | None = None,
    seed: str | None = None,
    footprint: str = "",
    progress: Console | None = None,
    up: str = "",
) -> ReportResult:
    """Write a partnership brief: a page, the tables behind it, and the contact sheet as a file to fill in.

    Parameters
    ----------
    study : Study
        The study.
    out : Path
        Where the brief's folder goes; it is named after the sector and the county.
    sector : str, optional
        A NAICS code or the name of a sector; that of the study if not given.
    seed : str, optional
        A county, by code or name; that of the study, or the sector's strongest if not given.
    footprint : str
        The footprint that the brief looks at closely, as the ``scope`` table names it; the labor market where
        there is one if empty.
    progress : Console, optional
        Where a progress bar is drawn.
    up : str
        The page that lists the brief among others, as seen from its folder; "" for none.

    Returns
    -------
    ReportResult
        The page, or why there is none.

    Raises
    ------
    UnknownNameError, UnknownAreaError, UnknownIndustryError
        The sector, the county or the footprint is not known; nothing is written.
    NotSupportedError
        Neither the study nor the call names a sector, or the study cannot say anything of it.
    """
    with only_run(out, progress):
        return _report_scope(study, out, sector, seed, footprint, progress, up)


def _report_scope(
    study: Study,
    out: Path,
    sector: str | None,
    seed: str | None,
    footprint: str,
    progress: Console | None,
    up: str,
) -> ReportResult:
    results = Results(study.with_scope(sector, seed) if sector or seed else study)
    profile = ScopeProfile(results, footprint)
    with progress.status("Reading the study") if progress else nullcontext():
        place = str(profile.focus["seed_name"])
        origins = study.origins
        folder = out / slug(f"{profile.sector} {place}")
        sheet = study.marked(contact_sheet(profile))
        results.save(folder / "tables", BRIEF_RESULTS)
    job = ReportJob(
        name=f"{profile.sector}, {place}",
        slug=folder.name,
        parameters={
            "study": path_from(folder, study.path),
            "sector": sector or "",
            "seed": seed or "",
            "footprint": footprint,
            "tables": "tables",
        },
        title=f"{profile.sector} around {place}: scope of a partnership",
        banner=study.notice,
        origins=origins,
        imprint=imprint(results.study, f"{profile.sector} around {place}", "partnership brief"),
        up=up,
        files={
            **_sheets(
                profile, imprint(results.study, f"{profile.sector} around {place}", "partnership brief")
            ),
            BRIEF_FILE: json.dumps({"study": study.name, "name": f"{profile.sector}, {place}"}),
        },
    )
    tables = folder / "tables"
    (made,) = run_reports(notebook_path("partnership_scope"), [job], out, progress=progress, tables=tables)
    if made.ok:
        write_text(folder / PARTNERS_FILE, _BYTE_ORDER_MARK + csv_text(sheet))
    return made


def _sheets(profile: ScopeProfile, said: Imprint) -> dict[str, str]:
    """The brief on one page, and the host's sheet, each a page of its own."""
    sheet = brief_sheet(profile)
    return {
        ONE_PAGE_FILE: render("brief_onepage.html.j2", sheet=sheet, said=said),
        HOST_FILE: render("host.html.j2", sheet=sheet, said=said),
    }
