"""A folder of published files: what it holds, from where and since when, and how more come into it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from sectorlib.exceptions import DownloadError
from sectorlib.fetch.catalogue import Wanted
from sectorlib.fetch.content import unpacked_members, verify
from sectorlib.fetch.transport import Publisher, Received, discard_part
from sectorlib.sources.origin import file_sha256

#: The record of a folder's downloads.
RECEIPTS = "downloads.json"

_LOCK = ".downloads.lock"


@dataclass(frozen=True)
class Receipt:
    """What is known of one downloaded file.

    ``parts`` are what its address was filled in with; ``unpacked`` holds the files that were taken out of a zip and their hashes; ``etag`` and ``modified`` are how
    the publisher names the release, where it does.
    """

    source: str
    parts: dict[str, str]
    address: str
    vintage: str
    retrieved: str
    sha256: str
    bytes: int
    rows: int
    etag: str = ""
    modified: str = ""
    unpacked: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of one file: ``new``, ``kept``, ``updated``, ``missing``, ``edited`` or ``failed``."""

    wanted: Wanted
    state: str
    reason: str = ""
    bytes: int = 0


class Folder:
    """A folder of published files with its record, ``downloads.json``.

    Parameters
    ----------
    path : Path
        The folder; made when the first file comes.

    Examples
    --------
    >>> import tempfile
    >>> Folder(Path(tempfile.mkdtemp())).receipts()
    {}
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @contextmanager
    def held(self, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold the folder, so that no other process fetches into it; wait for one that does.

        Parameters
        ----------
        waiting : callable
            Called once when another process has the folder.

        Raises
        ------
        DownloadError
            The folder cannot be made or written to.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / _LOCK)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                waiting()
                lock.acquire()
        except OSError as error:
            raise DownloadError(
                f"{self.path} cannot be written to: {error.strerror or error}",
                "a folder for the files",
                "choose another with --out",
            ) from None
        try:
            yield
        finally:
            lock.release()

    def receipts(self) -> dict[str, Receipt]:
        """What the folder's files are, by their path in the folder.

        Raises
        ------
        DownloadError
            The record cannot be read.
        """
        path = self.path / RECEIPTS
        if not path.is_file():
            return {}
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            return {file: Receipt(**entry) for file, entry in held.items()}
        except (ValueError, TypeError, AttributeError, OSError) as error:
            raise DownloadError(
                f"{path} cannot be read: {error}",
                "the record that sectorlib fetch writes",
                "remove it: the files are fetched again and recorded anew",
            ) from None

    def fetch(
        self,
        wanted: Iterable[Wanted],
        publisher: Publisher,
        newer: bool = False,
        told: Callable[[Outcome], None] = lambda outcome: None,
        progress: Callable[[Wanted, int], None] = lambda file, size: None,
    ) -> list[Outcome]:
        """Bring files into the folder: those it has are kept, the others fetched, verified and put in place.

        A file of a newer release than others of its source and year makes those be asked for again, so that two
        releases never stand side by side unnoticed.

        Parameters
        ----------
        wanted : iterable of Wanted
            From :func:`~sectorlib.fetch.catalogue.wanted_files`.
        publisher : Publisher
            Where they come from.
        newer : bool
            Ask for newer releases of the files that are there, too.
        told : callable
            Called with each outcome as it comes.
        progress : callable
            Called with a file and its bytes so far.

        Returns
        -------
        list of Outcome
            One for each file, in order. A file that fails is an outcome; the others still come.
        """
        files = list(wanted)
        outcomes = {}
        for file in files:
            outcomes[file.file] = self._one(file, publisher, newer, progress)
            told(outcomes[file.file])
        if not newer:
            for file in self._of_older_releases(files, outcomes):
                again = self._one(file, publisher, True, progress)
                if again.state != "kept":
                    outcomes[file.file] = again
                    told(again)
        return [outcomes[file.file] for file in files]

    def _one(
        self, file: Wanted, publisher: Publisher, newer: bool, progress: Callable[[Wanted, int], None]
    ) -> Outcome:
        place = self.path / file.file
        receipt = self.receipts().get(file.file)
        if receipt is not None and not self._is_there(file.file, receipt):
            if place.is_file() or receipt.unpacked:
                edited = self._edited(file.file, receipt)
                if edited:
                    return Outcome(file, "edited", f"{edited} was changed since it was fetched; it is kept")
            receipt = None
        if receipt is not None and not newer:
            discard_part(place)
            return Outcome(file, "kept", bytes=receipt.bytes)
        known = {} if receipt is None else {"etag": receipt.etag, "modified": receipt.modified}
        try:
            received = publisher.receive(file.address, place, known, lambda size: progress(file, size))
            if received is None:
                return Outcome(file, "kept", bytes=receipt.bytes if receipt else 0)
            if receipt is not None and received.sha256 == receipt.sha256:
                discard_part(place)
                return Outcome(file, "kept", bytes=receipt.bytes)
            self._put(file, place, received)
        except FileNotFoundError:
            return Outcome(file, "missing", "the publisher has no such file")
        except DownloadError as error:
            return Outcome(file, "failed", f"{error.found}; {error.hint}")
        return Outcome(file, "new" if receipt is None else "updated", bytes=received.bytes)

    def _put(self, file: Wanted, place: Path, received: Received) -> None:
        """Verify a file that came and put it in its place, its record after it."""
        try:
            rows = verify(received.path, file.content, file.address)
            unpacked = self._unpack(file, received.path) if file.unpack else {}
            received.path.replace(place)
        except DownloadError:
            discard_part(place)
            raise
        except OSError as error:
            discard_part(place)
            raise DownloadError(
                f"{place} could not be written: {error.strerror or error}",
                "room for the file",
                "free some space, then run again",
            ) from None
        discard_part(place)
        now = f"{datetime.now(UTC):%Y-%m-%d}"
        self._record(
            file.file,
            Receipt(
                file.source.name,
                dict(file.parts),
                file.address,
                file.vintage,
                now,
                received.sha256,
                received.bytes,
                rows,
                received.etag,
                received.modified,
                unpacked,
            ),
        )

    def _unpack(self, file: Wanted, archive: Path) -> dict[str, str]:
        folder = (self.path / file.file).parent
        out = {}
        for name, data in unpacked_members(archive, file.unpack):
            _write(folder / name, data)
            out[(folder / name).relative_to(self.path).as_posix()] = file_sha256(folder / name)
        if not out:
            raise DownloadError(
                f"{file.address} gave a zip without {file.unpack}",
                "the published file",
                "look at the source's page",
            )
        return out

    def _is_there(self, name: str, receipt: Receipt) -> bool:
        files = {name: receipt.sha256, **receipt.unpacked}
        return all(
            (self.path / file).is_file() and file_sha256(self.path / file) == sha256
            for file, sha256 in files.items()
        )

    def _edited(self, name: str, receipt: Receipt) -> str:
        """The first of a download's files that is there with other bytes; nothing if they are only gone."""
        files = {name: receipt.sha256, **receipt.unpacked}
        return next(
            (
                f
                for f, sha256 in files.items()
                if (self.path / f).is_file() and file_sha256(self.path / f) != sha256
            ),
            "",
        )

    def _record(self, name: str, receipt: Receipt) -> None:
        held = {**self.receipts(), name: receipt}
        text = json.dumps({file: asdict(held[file]) for file in sorted(held)}, indent=1)
        _write(self.path / RECEIPTS, text.encode("utf-8"))

    def _of_older_releases(self, files: list[Wanted], outcomes: dict[str, Outcome]) -> list[Wanted]:
        """Files that were kept beside files of their source and vintage that have come now."""
        fresh = {(f.source.name, f.vintage) for f in files if outcomes[f.file].state == "new"}
        return [f for f in files if outcomes[f.file].state == "kept" and (f.source.name, f.vintage) in fresh]


def _write(path: Path, data: bytes) -> None:
    """Write a file beside its place, then rename it."""
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DownloadError(
            f"{path} could not be written: {error.strerror or error}",
            "room for the file",
            "free some space, then run again",
        ) from None
