"""Errors that say what was found, what was expected, and what to do next.

Every error inherits :class:`SectorlibError` and the builtin a caller would expect, so both
``except sl.SectorlibError`` and ``except KeyError`` work.
"""

from __future__ import annotations

import difflib
import html
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Self

_PACKAGE = str(Path(__file__).parent)


def nearest(name: object, valid: Iterable[object], n: int = 3) -> list[str]:
    """The valid names closest to a mistyped one, best first.

    >>> nearest("labour_markets", ["labor_markets", "counties", "regions"])
    ['labor_markets']
    """
    return difflib.get_close_matches(str(name), [str(v) for v in valid], n=n, cutoff=0.5)


def _did_you_mean(name: object, valid: Iterable[object]) -> str:
    names = sorted(str(v) for v in valid)
    close = nearest(name, names)
    if close:
        return "did you mean " + " or ".join(repr(c) for c in close) + "?"
    shown = ", ".join(names[:12]) + (f", ... ({len(names)} in all)" if len(names) > 12 else "")
    return f"valid names: {shown}" if names else "there are no valid names here"


class SectorlibError(Exception):
    """Base of every error raised on purpose; a message in three parts.

    >>> print(SectorlibError("3 columns", "13 columns", "is this the annual file?"))
    3 columns
      expected: 13 columns
      hint: is this the annual file?
    """

    def __init__(self, found: str, expected: str, hint: str) -> None:
        super().__init__(found, expected, hint)
        self.found, self.expected, self.hint = found, expected, hint

    def __str__(self) -> str:  # KeyError would print the repr of its argument
        return f"{self.found}\n  expected: {self.expected}\n  hint: {self.hint}"

    def _repr_html_(self) -> str:
        """What a notebook shows where a reason is an answer, as of ``Results.missing``: the three parts."""
        parts = (self.found, f"expected: {self.expected}", f"hint: {self.hint}")
        return f"<div>{'<br>'.join(map(html.escape, parts))}</div>"

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the three parts first, then the reader's own line, and where it was found out."""
        frames = traceback.extract_tb(self.__traceback__)
        ours = [i for i, frame in enumerate(frames) if frame.filename.startswith(_PACKAGE)]
        lines = [f"{type(self).__name__}: {self}"]
        if ours and ours[0] and frames[ours[0] - 1].line:
            lines += ["", f"in your line: {frames[ours[0] - 1].line}"]
        if ours:
            last = frames[ours[-1]]
            place = last.filename.removeprefix(_PACKAGE).lstrip("/\\")
            lines += [f"found out in: sectorlib/{place}, line {last.lineno}, {last.name}"]
        return ["\n".join(lines)]

    @classmethod
    def unknown_name(cls, kind: str, name: object, valid: Iterable[object]) -> Self:
        """A name that is not among the valid ones; the hint gives the nearest."""
        valid = list(valid)
        return cls(
            f"unknown {kind} {name!r}", f"one of {len(valid)} {kind} names", _did_you_mean(name, valid)
        )


class UnknownAreaError(SectorlibError, KeyError):
    """An area code or region name that the table does not hold."""


class UnknownIndustryError(SectorlibError, KeyError):
    """An industry code that no NAICS vintage or the table does not hold."""


class UnknownNameError(SectorlibError, KeyError):
    """A method, scheme, table or system name that is not registered."""


class MissingFileError(SectorlibError, FileNotFoundError):
    """A file or glob of a study that matches nothing."""


class StudyFileError(SectorlibError, ValueError):
    """A study file that cannot be read as one."""


class LayoutError(SectorlibError, ValueError):
    """A source file whose columns or values are not those of a known layout."""


class TableError(SectorlibError, ValueError):
    """A table that lacks a column, has a wrong type, repeats a key or breaks a rule."""


class NotSupportedError(SectorlibError, ValueError):
    """What is asked for cannot be supported by the data at hand (too few years, no flows)."""


class MissingPackageError(SectorlibError, ImportError):
    """A package that an extra brings and that is not installed."""


class ReportError(SectorlibError, RuntimeError):
    """A report that failed while its notebook ran."""


class DownloadError(SectorlibError, OSError):
    """A published file that could not be fetched whole: the connection, the publisher's answer, or the disk."""
