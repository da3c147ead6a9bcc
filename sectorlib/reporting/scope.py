"""From a study, a sector and a county to the partnership brief."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from itertools import product
from pathlib import Path

import pandas as pd
from rich.console import Console

from sectorlib import naics
from sectorlib.exceptions import NotSupportedError, SectorlibError
from sectorlib.pages.address import slug
from sectorlib.pages.brief import BRIEF_RESULTS, COMPARISON, ScopeProfile, contact_sheet
from sectorlib.pages.brief.compared import compared
from sectorlib.pages.brief.sections import COMPARISON_FILE, HOST_FILE, ONE_PAGE_FILE, PARTNERS_FILE
from sectorlib.pages.brief.sheets import brief_sheet
from sectorlib.pages.imprint import Imprint, imprint
from sectorlib.pages.spreadsheet import csv_text
from sectorlib.reporting.files import write_text
from sectorlib.reporting.folder import only_run
from sectorlib.reporting.html import render, static_chart
from sectorlib.reporting.index import BRIEF_FILE, write_atlas
from sectorlib.reporting.jobs import Failure, ReportJob, ReportResult
from sectorlib.reporting.regions import path_from
from sectorlib.reporting.runner import RunTerms, run_reports
from sectorlib.resources import notebook_path
from sectorlib.results import Results
from sectorlib.scope import find_seed
from sectorlib.sectors import find_sector
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

    A study that compares two footprints (``Study.with_scope(compare=...)``) also gets a page of these.

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


def report_scopes(
    study: Study,
    out: Path,
    sectors: Sequence[str] = (),
    seeds: Sequence[str] = (),
    footprint: str = "",
    progress: Console | None = None,
    short_list: bool = False,
) -> list[ReportResult]:
    """Write several briefs into one folder, and an index of them.

    A brief that is there and up to date is not made again, so that a run that was stopped goes on where it was. One that
    fails does not stop the others.

    Parameters
    ----------
    study : Study
        The study.
    out : Path
        Where the briefs' folders and ``index.html`` go. An atlas that is there keeps its reports and lists the briefs.
    sectors, seeds : sequence of str
        Every sector is looked at around every county. Without sectors, the study's; without counties, the strongest
        county of each sector.
    footprint : str
        The footprint that the briefs look at closely; see :func:`report_scope`.
    progress : Console, optional
        Where progress is told.
    short_list : bool
        Look at every sector of every region's short list, from the strongest county of the region; sectors and seeds
        are not looked at.

    Returns
    -------
    list of ReportResult
        One for each brief, failed ones too.

    Raises
    ------
    UnknownNameError, UnknownAreaError
        A sector or a county is not known; nothing is written.
    NotSupportedError
        Short lists are asked for, and the study has none.
    """
    wanted: list[tuple[str | None, str | None]]
    if short_list:
        wanted = [*_short_lists(study)]
    else:
        for name in sectors:
            find_sector(study.sectors, name)
        known = pd.Series(1.0, index=pd.Index(study.counties))
        markets = study.whole_markets if study.has("flows") else None
        for county in seeds:
            find_seed(county, known, study.names if study.file.names else None, markets)
        nothing: list[str | None] = [None]
        wanted = list(product([*sectors] or nothing, [*seeds] or nothing))
    made = []
    with only_run(out, progress):
        for number, (sector, seed) in enumerate(wanted, start=1):
            if progress:
                text = f"Brief {number} of {len(wanted)}: {sector or 'the sector of the study'}, {seed or 'strongest county'}"
                progress.print(text, markup=False, highlight=False)
            made.append(_one_of_several(study, out, sector, seed, footprint, progress))
            write_atlas(out, study, briefs=made)
    return made


def _one_of_several(
    study: Study, out: Path, sector: str | None, seed: str | None, footprint: str, progress: Console | None
) -> ReportResult:
    """A brief, or why there is none."""
    try:
        return _report_scope(study, out, sector, seed, footprint, progress, "../index.html")
    except SectorlibError as error:
        name = ", ".join(text for text in (sector, seed) if text)
        job = ReportJob(name=name, slug=slug(name), parameters={}, title=name)
        return ReportResult(job, failure=Failure(type(error).__name__, str(error)))


def _short_lists(study: Study) -> Iterator[tuple[str, str]]:
    """Each sector of each region's short list, with the region's labor market or its largest county."""
    targets = Results(study)["targets"]
    listed = targets[targets["short_list"].astype(bool)].sort_values(["area", "rank"])
    if listed.empty:
        raise NotSupportedError(
            "no region has a sector on its short list",
            "ranked sectors",
            "see `sectorlib table STUDY.yaml targets`",
        )
    members = study.regions
    totals = study.panel[(study.panel["industry"] == naics.TOTAL) & (study.panel["year"] == study.years[-1])]
    jobs = totals.set_index(totals["area"].astype(str))["employment_low"].groupby(level=0).max()
    for row in listed.itertuples():
        counties = members.loc[members["group"] == row.area, "member"].astype(str)
        seed = (
            str(row.area)
            if study.system == "labor_markets"
            else str(jobs.reindex(counties).fillna(0).idxmax())
        )
        yield str(row.sector), seed


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
    named = results.study.file.scope
    if named is not None:  # the page is told all that the study file may not say
        sector = sector or (named.sector if isinstance(named.sector, str) else None)
        seed = seed or named.seed
    profile = ScopeProfile(results, footprint)
    with progress.status("Reading the study") if progress else nullcontext():
        place = str(profile.focus["seed_name"])
        origins = study.origins
        folder = out / slug(f"{profile.sector} {place}")
        sheet = study.marked(contact_sheet(profile))
        results.save(folder / "tables", (*BRIEF_RESULTS, COMPARISON))
    job = ReportJob(
        name=f"{profile.sector}, {place}",
        slug=folder.name,
        parameters={
            "study": path_from(folder, study.path),
            "sector": sector or "",
            "seed": seed or "",
            "footprint": footprint,
            "tables": f"../{folder.name}/tables",  # holds in the folder beside it too, where the page is made
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
    (made,) = run_reports(
        notebook_path("partnership_scope"), [job], out, progress=progress, terms=RunTerms(tables=tables)
    )
    if made.ok:
        written = write_contacts(folder, _BYTE_ORDER_MARK + csv_text(sheet))
        if progress and written.name != PARTNERS_FILE:
            text = (
                f"{PARTNERS_FILE} has been filled in and stays as it is; the new contact sheet is {written}"
            )
            progress.print(text, markup=False, highlight=False)
    return made


def write_contacts(folder: Path, text: str) -> Path:
    """Write the contact sheet of a brief, and never over one that a team has filled in.

    Parameters
    ----------
    folder : Path
        The brief's folder.
    text : str
        The sheet as CSV.

    Returns
    -------
    Path
        ``partners.csv``; ``partners-new.csv`` where the folder holds another ``partners.csv``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = write_contacts(Path(folder), "name,contact\\nBoard,\\n")
    ...     _ = first.write_text("name,contact\\nBoard,phone\\n")
    ...     print(first.name, write_contacts(Path(folder), "name,contact\\nBoard,\\n").name)
    partners.csv partners-new.csv
    """
    path = folder / PARTNERS_FILE
    if path.exists() and path.read_bytes() != text.encode():
        path = path.with_stem(f"{path.stem}-new")
    write_text(path, text)
    return path


def _sheets(profile: ScopeProfile, said: Imprint) -> dict[str, str]:
    """The brief on one page, the host's sheet, and two footprints compared where they are chosen, each a page of its own."""
    sheet = brief_sheet(profile)
    made = {
        ONE_PAGE_FILE: render("brief_onepage.html.j2", sheet=sheet, said=said),
        HOST_FILE: render("host.html.j2", sheet=sheet, said=said),
    }
    page = compared(profile)
    if page is not None:
        drawn = "" if page.map is None else static_chart(page.map.to_dict())
        made[COMPARISON_FILE] = render("comparison.html.j2", page=page, said=said, map=drawn)
    return made
