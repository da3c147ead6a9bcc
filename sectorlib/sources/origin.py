"""Where a figure comes from: one frozen record for each input file, from the reader to the manifest."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from sectorlib.exceptions import MissingFileError


@dataclass(frozen=True)
class Origin:
    """One input: who published it, what it is, and the very bytes that were read.

    Parameters
    ----------
    producer : str
        The agency or person that published the data ("Bureau of Labor Statistics").
    title : str
        The data set ("Quarterly Census of Employment and Wages").
    url : str
        Where it was published.
    vintage : str
        The period or release the file holds ("2000-2017").
    retrieved : str
        ISO date on which the file was fetched, or last changed where nobody noted it.
    license : str
        The terms it is published under.
    path : str
        The file, relative to the study, with forward slashes; "" where there is no file.
    sha256 : str
        SHA-256 of the file, in hexadecimal.
    bytes : int
        Size of the file.

    Examples
    --------
    >>> Origin("Bureau of Labor Statistics", "QCEW", vintage="2023").vintage
    '2023'
    """

    producer: str
    title: str
    url: str = ""
    vintage: str = ""
    retrieved: str = ""
    license: str = ""
    path: str = ""
    sha256: str = ""
    bytes: int = 0

    @classmethod
    def of_file(
        cls,
        path: str | Path,
        producer: str,
        title: str,
        *,
        relative_to: str | Path | None = None,
        vintage: str = "",
    ) -> Origin:
        """Record a file: its hash, its size and where it lies.

        Parameters
        ----------
        path : path
            The file.
        producer, title, vintage : str
            As in :class:`Origin`; ``retrieved`` is the file's own date (UTC).
        relative_to : path, optional
            The folder that the recorded path starts from (that of the study file). Without it only the
            file's name is recorded: a manifest never tells where on a machine a file lay.

        Returns
        -------
        Origin

        Raises
        ------
        MissingFileError
            There is no such file.

        Examples
        --------
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "panel.csv").write_bytes(b"abc")
        >>> origin = Origin.of_file(folder / "panel.csv", "Agency", "Panel", relative_to=folder)
        >>> origin.path, origin.bytes, origin.sha256[:8]
        ('panel.csv', 3, 'ba7816bf')
        """
        path = Path(path)
        if not path.is_file():
            raise MissingFileError(
                f"{path} is not there", "an input file", "check the path in the study file"
            )
        status = path.stat()
        return cls(
            producer,
            title,
            vintage=vintage,
            retrieved=f"{datetime.fromtimestamp(status.st_mtime, UTC):%Y-%m-%d}",
            path=_recorded_path(path, relative_to),
            sha256=file_sha256(path),
            bytes=status.st_size,
        )


def file_sha256(path: str | Path) -> str:
    """SHA-256 of a file in hexadecimal, read in pieces and only once while the file stays as it is.

    Parameters
    ----------
    path : path
        The file. A changed size or time of change makes it be read again.

    Returns
    -------
    str

    Examples
    --------
    >>> len(file_sha256(__file__))
    64
    """
    path = Path(path).resolve()
    status = path.stat()
    return _sha256(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _sha256(path: Path, modified: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recorded_path(path: Path, relative_to: str | Path | None) -> str:
    if relative_to is None:
        return path.name
    try:
        return Path(os.path.relpath(path, relative_to)).as_posix()
    except ValueError:  # another drive on Windows: there is no relative path
        return path.name
