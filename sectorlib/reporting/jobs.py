"""What is asked of the report engine, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Any

from sectorlib.pages.imprint import Imprint
from sectorlib.sources.origin import Origin

#: Characters of the line that says why a report failed.
_REASON_LENGTH = 200


@dataclass(frozen=True)
class ReportJob:
    """One report: a notebook's parameters and what its page says around the notebook.

    Parameters
    ----------
    name : str
        The region's name, for people.
    slug : str
        The report's folder and address: lower-case letters, digits, hyphens (see :func:`sectorlib.pages.address.slug`).
    parameters : mapping
        For the cell tagged ``parameters``: text, numbers, booleans, None, and lists and dicts of them.
    title : str
        The page's heading.
    banner : str
        A line across the top of the page, e.g. "Demonstration data: an invented state"; "" for none.
    headline : mapping of str to str
        Figures for the index page, column to text.
    origins : tuple of Origin
        The input files, for the manifest.
    up : str
        The page that lists this one among others, as seen from its folder; "" for none.
    imprint : Imprint, optional
        How to cite the page, its sources and its publisher, for the foot of the page.
    files : mapping of str to str
        Files beside the page that come and go with it, name to text.
    made_from : str
        A digest of all that the report is made from, which :func:`sectorlib.reporting.runner.run_reports` fills in.
    """

    name: str
    slug: str
    parameters: Mapping[str, Any]
    title: str
    banner: str = ""
    headline: Mapping[str, str] = field(default_factory=dict)
    origins: tuple[Origin, ...] = ()
    up: str = "../index.html"
    imprint: Imprint | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    made_from: str = ""


@dataclass(frozen=True)
class Failure:
    """Why a report was not made.

    Parameters
    ----------
    error, message : str
        The exception's name and text.
    cell : int or None
        The cell that failed, counted from 1 through all cells of the source notebook; None where the
        notebook ran through and making the page failed, or where it never started.
    traceback : str
        The last lines of the traceback, without colors.
    """

    error: str
    message: str
    cell: int | None = None
    traceback: str = ""

    @property
    def reason(self) -> str:
        """One line: the cell, the error and the first line of its text.

        >>> Failure("KeyError", "'lq'", cell=4).reason
        "cell 4: KeyError: 'lq'"
        """
        where = "" if self.cell is None else f"cell {self.cell}: "
        lines = self.message.strip().splitlines()
        return shorten(f"{where}{self.error}" + (f": {lines[0]}" if lines else ""), _REASON_LENGTH)


@dataclass(frozen=True)
class ReportResult:
    """What became of a job: the page, or the failure.

    Parameters
    ----------
    job : ReportJob
        What was asked.
    page : Path or None
        The HTML page; None if the report failed.
    failure : Failure or None
        Why there is no page.
    seconds : float
        How long it took.
    skipped : bool
        Whether it was there already, made from the same.
    log : Path or None
        Where a failure is told in full.
    """

    job: ReportJob
    page: Path | None = None
    failure: Failure | None = None
    seconds: float = 0.0
    skipped: bool = False
    log: Path | None = None

    @property
    def ok(self) -> bool:
        """Whether the report was made."""
        return self.failure is None
