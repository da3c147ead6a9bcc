"""The command line: check a study, write its tables, make its reports."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column as RichColumn
from rich.table import Table as RichTable

from sectorlib.exceptions import (
    LayoutError,
    MissingFileError,
    NotSupportedError,
    SectorlibError,
    nearest,
)

if TYPE_CHECKING:
    import pandas as pd

    from sectorlib.reporting.jobs import ReportResult
    from sectorlib.study import Study

app = typer.Typer(
    name="sectorlib",
    help="Which industry sectors merit collective action, in which labor market, and how sure we are.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
_out = Console()
_err = Console(stderr=True)

StudyPath = Annotated[
    Path,
    typer.Argument(
        metavar="STUDY", help="The study file, or the name of an example that ships: new-york, invented."
    ),
]

NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Work everything out anew, and keep nothing for the next time.")
]


class Format(StrEnum):
    """File formats of a table."""

    csv = "csv"
    parquet = "parquet"
    json = "json"


def _explained(command: Callable[..., None]) -> Callable[..., None]:
    """Print an error's three parts instead of a traceback, and leave with code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except SectorlibError as error:
            _err.print(f"[bold red]error[/] {type(error).__name__}", highlight=False)
            _err.print(str(error), markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(1) from None
        except ModuleNotFoundError as error:
            from sectorlib.extras import extra_of, missing_package

            package = (error.name or "").partition(".")[0]
            extra = extra_of(package)
            if extra is None:
                raise
            _err.print("[bold red]error[/] MissingPackageError", highlight=False)
            _err.print(str(missing_package(extra, [package])), markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(1) from None

    return run


@app.command()
@_explained
def report(
    study: StudyPath,
    region: Annotated[
        list[str] | None, typer.Option(help="Code or name; may repeat. All regions if left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the pages.", show_default="reports/NAME")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Reports made at a time.")] = 1,
    format: Annotated[
        str, typer.Option(help="Forms of each report, with commas between: html, pdf, onepage, xlsx.")
    ] = "html",
    previous: Annotated[
        Path | None, typer.Option(help="Folder of the previous edition, for a note of what changed.")
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(min=1, help="Seconds that a report may take.", show_default="no limit")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Dask scheduler whose workers make the reports: tcp://HOST:PORT.", show_default="none"
        ),
    ] = None,
    no_cache: NoCache = False,
) -> None:
    """Make a report for each region of a study, and an index page.

    Reports that are there whole and made from the same data, code and notebook are left as they are.
    """
    from sectorlib.reporting.formats import formats_of
    from sectorlib.reporting.regions import (  # papermill and nbconvert take a second to import
        ReportTerms,
        report_regions,
    )

    formats = formats_of(format)
    loaded = _load(study, no_cache)
    out = out or Path("reports", loaded.name)
    terms = ReportTerms(formats, previous, timeout, no_cache, scheduler)
    made = report_regions(loaded, region or [], out, jobs, _err, terms)
    _told(made, out)


@app.command()
@_explained
def atlas(
    study: StudyPath,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the page.", show_default="reports/NAME")
    ] = None,
    no_cache: NoCache = False,
) -> None:
    """Write the atlas alone: a map and tables of all regions, with links to the reports that the folder has."""
    from sectorlib.reporting.index import report_atlas

    loaded = _load(study, no_cache)
    page = report_atlas(loaded, out or Path("reports", loaded.name), _err)
    _out.print(str(page), markup=False, highlight=False, soft_wrap=True)


@app.command()
@_explained
def demo(
    out: Annotated[
        Path | None, typer.Option(help="Folder for the pages.", show_default="reports/NAME")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Reports made at a time.")] = 2,
    invented: Annotated[
        bool, typer.Option("--invented", help="The invented state: recent years, and every chapter.")
    ] = False,
    no_cache: NoCache = False,
) -> None:
    """Make reports of an example that ships: regions of New York State in 2017, or all of an invented state."""
    from sectorlib.reporting.example import report_example
    from sectorlib.study.store import switch_off

    if no_cache:
        switch_off()
    start = time.perf_counter()
    made, folder = report_example("invented" if invented else "new-york", out, jobs, _err)
    _told(made, folder, f" in {time.perf_counter() - start:.0f} s")


@app.command()
@_explained
def scope(
    study: StudyPath,
    sector: Annotated[
        str | None,
        typer.Option(help="NAICS code or name of a sector; several with commas.", show_default="the study's"),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option(
            help="County, by code or name; several with commas.",
            show_default="the study's, or the sector's strongest",
        ),
    ] = None,
    short_list: Annotated[
        bool, typer.Option("--short-list", help="A brief of every sector on every region's short list.")
    ] = False,
    footprint: Annotated[
        str,
        typer.Option(
            help="Footprint looked at closely, as in the table scope.", show_default="the labor market"
        ),
    ] = "",
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            help="Two footprints to compare on a page, as in the table scope; COUNTY or STATE can be added or left out: "
            "'labor market' 'labor market + COUNTY - STATE'.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the brief's own folder.", show_default="reports/NAME")
    ] = None,
    no_cache: NoCache = False,
) -> None:
    """Make a partnership brief: who shares a sector's labor market around a county, and who could convene it."""
    from sectorlib.reporting.scope import report_scope, report_scopes

    loaded = _load(study, no_cache)
    sectors, seeds = _sectors_of(loaded, sector), _counties_of(seed)
    if short_list or len(sectors) > 1 or len(seeds) > 1:
        if short_list and (sectors or seeds):
            raise NotSupportedError(
                "--short-list with --sector or --seed", "one or the other", "leave --sector and --seed out"
            )
        if compare:
            raise NotSupportedError(
                "--compare with several briefs", "one sector and one county", "make the other briefs apart"
            )
        folder = out or Path("reports", loaded.name)
        _told(
            report_scopes(loaded, folder, sectors, seeds, footprint, _err, short_list), folder, what="briefs"
        )
        return
    folder = out or Path("reports", loaded.name)
    first = next(iter(sectors), None), next(iter(seeds), None)
    asked = loaded.with_scope(*first, compare) if compare else loaded
    made = report_scope(asked, folder, *first, footprint, _err)
    if made.failure is not None:
        _err.print(
            f"[bold red]failed[/] {escape(made.job.name)}: {escape(made.failure.reason)}", highlight=False
        )
        _err.print(made.failure.traceback, markup=False, highlight=False)
        raise typer.Exit(1)
    _out.print(str(made.page), markup=False, highlight=False, soft_wrap=True)


def _load(study: Path, no_cache: bool = False) -> Study:
    """The study of a file, or the example of that name where no such file is."""
    from sectorlib.study import EXAMPLES, example, load_study
    from sectorlib.study.store import switch_off

    if no_cache:
        switch_off()
    if study.exists():
        return load_study(study)
    if str(study) in EXAMPLES:
        return example(str(study))
    close = nearest(str(study), EXAMPLES)
    if close:
        raise MissingFileError(
            f"{study} is neither a file nor an example",
            f"a study file, or an example that ships: {', '.join(EXAMPLES)}",
            f"did you mean {close[0]}?",
        )
    return load_study(study)


def _sectors_of(study: Study, text: str | None) -> list[str]:
    """The sectors between commas; a title that has commas itself is one."""
    from sectorlib import naics
    from sectorlib.industry_names import name_key

    titles = {name_key(title) for title in (*naics.titles().values(), *study.sectors["title"])}
    return [str(text)] if text and name_key(text) in titles else _parts(text or "")


def _counties_of(text: str | None) -> list[str]:
    """The counties between commas; a state after a county belongs to it.

    >>> _counties_of("Monroe County, NY, 36001")
    ['Monroe County, NY', '36001']
    """
    parts: list[str] = []
    for part in _parts(text or ""):
        if parts and len(part) == 2 and part.isalpha():
            parts[-1] += f", {part.upper()}"
        else:
            parts.append(part)
    return parts


def _told(made: list[ReportResult], out: Path, time_taken: str = "", what: str = "reports") -> None:
    """Say what was written and what failed; code 1 if anything did."""
    failed = [r for r in made if not r.ok]
    explained = set()
    for result in failed:
        assert result.failure is not None
        reason = result.failure.reason
        log = f" (see {result.log})" if result.log else ""
        line = f"[bold red]failed[/] {escape(result.job.name)}: {escape(reason)}{escape(log)}"
        _err.print(line, highlight=False, soft_wrap=True)
        if reason not in explained:  # one fault often fails every region: its traceback is printed once
            _err.print(result.failure.traceback, markup=False, highlight=False)
        explained.add(reason)
    skipped = sum(r.skipped for r in made)
    left = f", {skipped} were up to date" if skipped else ""
    written = len(made) - len(failed) - skipped
    _out.print(f"{written} of {len(made)} {what} written{left}{time_taken}", highlight=False)
    _out.print(str(out / "index.html"), markup=False, highlight=False, soft_wrap=True)
    if failed:
        raise typer.Exit(1)


@app.command()
@_explained
def narratives(study: StudyPath) -> None:
    """Write an empty Markdown file for each region, to be filled in and merged into its page; none is overwritten."""
    from sectorlib.pages.narrative import FOLDER, write_narratives
    from sectorlib.results import Results

    loaded = _load(study)
    if not study.exists():
        raise NotSupportedError(
            f"narratives of {study}, an example that ships",
            "a study of your own",
            "copy the example's study file, or name your own",
        )
    with _err.status("Reading the study"):
        made = write_narratives(Results(loaded))
    folder = loaded.path.parent / FOLDER
    _out.print(f"{len(made)} new files in {folder}", markup=False, highlight=False, soft_wrap=True)


@app.command()
@_explained
def table(
    study: StudyPath,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The table; `sectorlib tables` lists them.")],
    by: Annotated[str | None, typer.Option(help="For backtest: by industry or by size.")] = None,
    format: Annotated[Format, typer.Option(help="File format.")] = Format.csv,
    out: Annotated[Path | None, typer.Option(help="File to write; standard output if left out.")] = None,
    sector: Annotated[
        str | None,
        typer.Option(help="For scope tables: a NAICS code or a sector's name, not the study's own."),
    ] = None,
    seed: Annotated[
        str | None, typer.Option(help="For scope tables: the county to start from, code or name.")
    ] = None,
    no_cache: NoCache = False,
) -> None:
    """Write one result of a study as a tidy table."""
    import pandas as pd

    from sectorlib.results import RESULTS, Results

    if by is not None:
        name = _broken_down(name, by, RESULTS)
    if format is Format.parquet and out is None:
        raise LayoutError("Parquet to standard output", "a file for Parquet", "add --out FILE")
    loaded = _load(study, no_cache)
    results = Results(loaded.with_scope(sector, seed) if sector or seed else loaded)
    try:
        with _err.status("Reading the study"):
            frame = results[name]
    except NotSupportedError as error:
        # A study without this result gets its empty table and the reason, so that a batch goes on.
        _err.print(f"not in this study: {error}", markup=False, highlight=False, soft_wrap=True)
        frame = pd.DataFrame(columns=RESULTS[name].table.names)
    if name == "projections" and loaded.overtaken:
        _err.print(
            f"a trend as it stood in {loaded.years[-1]}, not a projection from today: {loaded.overtaken.found}",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip
    _write(loaded.marked(frame), format, out)


@app.command()
@_explained
def tables(
    name: Annotated[str | None, typer.Argument(help="One table, with its columns.")] = None,
) -> None:
    """List the tables a study can give, or the columns of one."""
    from sectorlib.exceptions import UnknownNameError
    from sectorlib.results import RESULTS

    if name is None:
        listing = RichTable("table", "a row is", "what it holds", box=None)
        for result in RESULTS.values():
            listing.add_row(result.table.name, result.table.grain, result.meaning)
    elif name in RESULTS:
        schema = RESULTS[name].table
        listing = RichTable(
            RichColumn("column", no_wrap=True),
            "label",
            "unit",
            "meaning",
            box=None,
            title=f"{name}: one row for each {', '.join(schema.key)}",
        )
        for column in schema.columns:
            listing.add_row(column.name, column.label, column.unit, column.meaning)
    else:
        raise UnknownNameError.unknown_name("table", name, RESULTS)
    _out.print(listing)


@app.command()
@_explained
def lab(
    study: Annotated[
        str | None,
        typer.Argument(
            metavar="STUDY", help="A study file, or an example that ships.", show_default="new-york"
        ),
    ] = None,
    folder: Annotated[Path, typer.Option(help="Folder for your copies of the notebooks.")] = Path(
        "sectorlib-notebooks"
    ),
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Open no browser; print the address (on a server).")
    ] = False,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on.", show_default="JupyterLab's own")
    ] = None,
    jupyter: Annotated[
        str,
        typer.Option(
            metavar="OPTIONS",
            help='Options that JupyterLab gets as well: --jupyter "--allow-root --ip=0.0.0.0" in a container.',
        ),
    ] = "",
) -> None:
    """Open JupyterLab in a copy of the notebooks that explore a study.

    Notebooks that are in the folder already stay as you left them.
    """
    from shlex import split

    from sectorlib.lab import open_lab

    try:
        more = split(jupyter)
    except ValueError as error:
        raise typer.BadParameter(f"{jupyter!r}: {error}", param_hint="--jupyter") from None
    code = open_lab(study, folder, browser=not no_browser, port=port, more=more)
    if code:
        raise typer.Exit(code)


@app.command()
@_explained
def check(study: StudyPath) -> None:
    """Say what a study's inputs hold and what is wrong with them; code 1 if there is a problem."""
    from sectorlib.checks import check_study

    loaded = _load(study)
    with _err.status("Reading the study"):
        findings = check_study(loaded)
    styles = {"fact": "", "note": "yellow", "problem": "bold red"}
    listing = RichTable(
        "", "", "", box=None, show_header=False, title=escape(loaded.title), title_justify="left"
    )
    for finding in findings:
        mark = "" if finding.kind == "fact" else finding.kind
        listing.add_row(mark, escape(finding.subject), escape(finding.text), style=styles[finding.kind])
    _out.print(listing)
    problems = sum(f.kind == "problem" for f in findings)
    _out.print(f"{problems} problems, {sum(f.kind == 'note' for f in findings)} notes", highlight=False)
    if problems:
        raise typer.Exit(1)


@app.command()
@_explained
def fetch(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="What to fetch; the list of sources if left out.")
    ] = None,
    states: Annotated[str, typer.Option(help="States, such as OH,KY.")] = "",
    years: Annotated[str, typer.Option(help="Years, such as 2014-2023 or 2014,2016.")] = "",
    areas: Annotated[str, typer.Option(help="Of files by area these alone, such as 36055,36000.")] = "",
    industries: Annotated[str, typer.Option(help="Of files by industry these NAICS codes.")] = "",
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path(),
    check: Annotated[
        bool, typer.Option("--check", help="Say which of the folder's files the publisher has revised.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Take revisions and new years, and say what they moved.")
    ] = False,
    mixed_years: Annotated[
        bool, typer.Option("--mixed-years", help="Where states lag, take the latest year of each.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List files and addresses; fetch nothing.")
    ] = False,
    mirror: Annotated[
        str | None, typer.Option(help="Address in place of the publishers'.", envvar="SECTORLIB_MIRROR")
    ] = None,
) -> None:
    """Fetch published files into a folder: whole, verified, and recorded in its downloads.json."""
    from sectorlib.fetch import Folder, Publisher, published_source, wanted_files, years_of
    from sectorlib.fetch.running import (
        check_folder,
        fetch_files,
        latest_files,
        list_files,
        list_sources,
        update_folder,
    )  # fmt: skip

    publisher = Publisher(mirror)
    if check or update:
        if source is not None:
            raise NotSupportedError(
                f"--check or --update with {source}",
                "the whole folder",
                "leave the source out; name the folder with --out",
            )
        if check:
            raise typer.Exit(int(check_folder(Folder(out), publisher, _out)))
        update_folder(Folder(out), publisher, _out)
        return
    if source is None:
        list_sources(_out)
        return
    entry = published_source(source)
    if entry.latest and not years and states:
        files = latest_files(entry, _parts(states), publisher, mixed_years, _out)
    else:
        files = wanted_files(
            entry, _parts(states), years_of(years) if years else [], _parts(areas), _parts(industries)
        )
    if dry_run:
        list_files(files, out, publisher, _out)
    else:
        fetch_files(files, Folder(out), publisher, _out)


@app.command()
@_explained
def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the new study.")],
    states: Annotated[str, typer.Option(help="States, such as OH,KY.")],
    years: Annotated[str, typer.Option(help="Years, such as 2014-2023.", show_default="the last ten")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List files and addresses; fetch nothing.")
    ] = False,
    mirror: Annotated[
        str | None, typer.Option(help="Address in place of the publishers'.", envvar="SECTORLIB_MIRROR")
    ] = None,
) -> None:
    """Make a folder with a new study: its data, its study file with comments, and how to go on."""
    from sectorlib.fetch import (
        Folder,
        Publisher,
        latest_years,
        new_study,
        published_source,
        wanted_files,
        years_of,
    )
    from sectorlib.fetch.running import fetch_files, list_files

    source = published_source("qcew")
    wanted = years_of(years) if years else latest_years(source, 10)
    files = wanted_files(source, _parts(states), wanted)
    publisher = Publisher(mirror)
    if dry_run:
        list_files(files, folder, publisher, _out)
        return
    fetch_files(files, Folder(folder), publisher, _out)
    study = new_study(folder, _parts(states), wanted)
    _out.print(f"{study} is ready: sectorlib check {study}", markup=False, highlight=False, soft_wrap=True)


@app.command()
@_explained
def cache(
    clear_all: Annotated[bool, typer.Option("--clear", help="Remove everything that is kept.")] = False,
) -> None:
    """Say where the results of studies are kept for the next time, and how much; or remove them."""
    from sectorlib.study.store import cache_folder, clear, size

    folder = cache_folder()
    if folder is None:
        _out.print("The study cache is off (SECTORLIB_CACHE).", highlight=False)
    elif clear_all:
        _out.print(f"{clear() / 1e6:.1f} MB removed from {folder}", highlight=False, soft_wrap=True)
    else:
        _out.print(f"{size(folder) / 1e6:.1f} MB in {folder}", highlight=False, soft_wrap=True)


def _parts(text: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from sectorlib import __version__

        _out.print(__version__, highlight=False)
        raise typer.Exit


def _broken_down(name: str, by: str, valid: Iterable[str]) -> str:
    """The table that breaks another down: a name such as backtest-by-size."""
    from sectorlib.exceptions import UnknownNameError

    prefix = f"{name}-by-"
    ways = [other.removeprefix(prefix) for other in valid if other.startswith(prefix)]
    if not ways:
        raise NotSupportedError(
            f"--by {by} of {name}", "a table that can be broken down: backtest", "leave --by out"
        )
    if by not in ways:
        raise UnknownNameError.unknown_name("breakdown", by, ways)
    return prefix + by


def _write(frame: pd.DataFrame, format: Format, out: Path | None) -> None:
    """Write a table beside its final name, then rename, so that no half-written file is left."""
    from sectorlib.pages.spreadsheet import plain_cells

    target: Any = sys.stdout if out is None else out.with_name(out.name + ".part")
    if out is not None:
        if out.is_dir():
            raise LayoutError(
                f"--out {out} is a folder", "a file to write the table to", f"--out {out / 'table'}.{format}"
            )
        out.parent.mkdir(parents=True, exist_ok=True)
    if format is Format.csv:
        plain_cells(frame).to_csv(target, index=False, lineterminator="\n")
    elif format is Format.json:
        frame.to_json(target, orient="records", indent=1)
    else:
        frame.to_parquet(target, index=False)
    if out is not None:
        target.replace(out)


def main() -> None:
    """Entry point of the ``sectorlib`` command."""
    app()
