"""One file from its publisher to the disk: patient, polite, resumed after a cut, and never half there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from sectorlib.exceptions import DownloadError
from sectorlib.fetch.content import is_web_page

#: Environment variable with the address of a mirror that holds the publishers' paths.
MIRROR = "SECTORLIB_MIRROR"

#: Bytes read at a time.
_PIECE = 1 << 16

#: Answers after which a request is worth repeating.
_PASSING = (408, 425, 429, 500, 502, 503, 504)

#: Room on the disk or a quota is used up.
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Manners:
    """How a publisher is asked: the pause between requests, how long to wait for an answer, how often to try.

    Parameters
    ----------
    pause : float
        Seconds between two requests.
    timeout : float
        Seconds without a byte after which a connection is given up.
    tries : int
        How often a file is tried, resuming where the last try ended.
    backoff : float
        Seconds before the second try; doubled before each further one. ``Retry-After`` goes before it.
    """

    pause: float = 0.25
    timeout: float = 60.0
    tries: int = 5
    backoff: float = 1.0


@dataclass(frozen=True)
class Received:
    """A file as it came: where it is for now, its hash and size, and how its publisher names this release."""

    path: Path
    sha256: str
    bytes: int
    etag: str
    modified: str


class Publisher:
    """A session with the publishers, or with a mirror of them.

    Parameters
    ----------
    mirror : str, optional
        Address (``http://127.0.0.1:8000``) that takes the place of every publisher's host; paths stay the same.
        The environment variable ``SECTORLIB_MIRROR`` if not given.
    manners : Manners, optional
        Pauses, patience and tries.
    """

    def __init__(self, mirror: str | None = None, manners: Manners | None = None) -> None:
        self.mirror = mirror or os.environ.get(MIRROR, "")
        self.manners = manners or Manners()
        self._last_request = 0.0
        retry = Retry(
            total=self.manners.tries,
            backoff_factor=self.manners.backoff,
            status_forcelist=_PASSING,
            allowed_methods={"GET", "HEAD"},
            respect_retry_after_header=True,
            raise_on_status=False,
        )
        self._session = requests.Session()
        self._session.headers["User-Agent"] = (
            f"sectorlib/{version('sectorlib')} (research; one file at a time)"
        )
        self._session.headers["Accept-Encoding"] = (
            "identity"  # the bytes as published, so that sizes can be held
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def address(self, published: str) -> str:
        """Where a published address is asked for: at the mirror, if there is one.

        >>> Publisher("http://127.0.0.1:8000").address("https://data.bls.gov/cew/data/api/2023/a/area/36055.csv")
        'http://127.0.0.1:8000/cew/data/api/2023/a/area/36055.csv'
        """
        if not self.mirror:
            return published
        parts, mirror = urlsplit(published), urlsplit(self.mirror)
        return urlunsplit(
            (mirror.scheme, mirror.netloc, mirror.path.rstrip("/") + parts.path, parts.query, "")
        )

    def exists(self, published: str) -> bool:
        """Whether the publisher has a file; an answer other than yes or no is an error, as in :meth:`receive`."""
        with self._ask(published, "HEAD", {}) as answer:
            if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                return False
            self._refuse(published, answer)
            return True

    def receive(
        self,
        published: str,
        target: Path,
        known: Mapping[str, str] | None = None,
        progress: Callable[[int], None] = lambda size: None,
    ) -> Received | None:
        """Fetch a file beside its place; whoever calls verifies and renames it.

        Parameters
        ----------
        published : str
            The publisher's address.
        target : Path
            Where the file will go; it comes to ``target`` with ``.part`` added, where a later try resumes.
        known : mapping, optional
            ``etag`` and ``modified`` of the release that is there already: only a newer one is fetched.
        progress : callable
            Told the number of bytes so far.

        Returns
        -------
        Received or None
            None where the publisher still has the release that is known.

        Raises
        ------
        FileNotFoundError
            The publisher has no such file (404 or 410).
        DownloadError
            The file could not be fetched whole, or there is no room for it.
        """
        part = target.with_name(target.name + ".part")
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            return self._patiently(published, part, dict(known or {}), progress)
        except OSError as error:
            _discard(part)
            if isinstance(error, (DownloadError, FileNotFoundError)):
                raise
            what = "no room on the disk" if error.errno in _FULL else str(error.strerror or error)
            raise DownloadError(
                f"{part.name} could not be written: {what}",
                "room for the file",
                "free some space, then run again",
            ) from None

    def _patiently(
        self, published: str, part: Path, known: dict[str, str], progress: Callable[[int], None]
    ) -> Received | None:
        reason = ""
        for attempt in range(self.manners.tries):
            if attempt:
                time.sleep(self.manners.backoff * 2 ** (attempt - 1))
            try:
                return self._once(published, part, known, progress)
            except (requests.RequestException, _CutOffError) as error:
                reason = _plainly(error)
        _discard(part)
        raise DownloadError(
            f"{self.address(published)} could not be fetched: {reason}",
            f"the whole file within {self.manners.tries} tries",
            "is there a connection? run the same command again: files that are complete are kept",
        )

    def _once(
        self, published: str, part: Path, known: dict[str, str], progress: Callable[[int], None]
    ) -> Received | None:
        resumed = _resumable(part)
        headers = {}
        if resumed:
            headers = {"Range": f"bytes={part.stat().st_size}-", "If-Range": resumed}
        elif known.get("etag"):
            headers = {"If-None-Match": known["etag"]}
        elif known.get("modified"):
            headers = {"If-Modified-Since": known["modified"]}
        with self._ask(published, "GET", headers) as answer:
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                return None
            if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                _discard(part)
                raise _CutOffError("the part that was there did not fit the file")
            if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                _discard(part)
                raise FileNotFoundError(published)
            self._refuse(published, answer)
            return _written(answer, part, bool(resumed), progress)

    def _ask(self, published: str, method: str, headers: Mapping[str, str]) -> requests.Response:
        wait = self._last_request + self.manners.pause - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        try:
            return self._session.request(
                method, self.address(published), headers=headers, stream=True, timeout=self.manners.timeout
            )
        finally:
            self._last_request = time.monotonic()

    def _refuse(self, published: str, answer: requests.Response) -> None:
        """Refuse an answer that is no file."""
        status = answer.status_code
        if status in _PASSING:
            raise _CutOffError(f"the publisher answered {status} {answer.reason} each time")
        if status >= HTTPStatus.BAD_REQUEST:
            raise DownloadError(
                f"{self.address(published)} answered {status} {answer.reason}",
                "the file",
                "publishers refuse what looks like a robot (403): wait an hour, or download it in a browser"
                if status in (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED)
                else "the publisher may have moved the file: look at the source's page",
            )
        if is_web_page(answer.headers.get("Content-Type", "")):
            raise DownloadError(
                f"{self.address(published)} gave a web page instead of the file",
                "the file",
                "try again later; the publisher may have moved it",
            )


class _CutOffError(Exception):
    """An answer that ended too early or is worth asking for again."""


def _written(
    answer: requests.Response, part: Path, resumed: bool, progress: Callable[[int], None]
) -> Received:
    """Write an answer's bytes, on top of those that were there if the server goes on where they end."""
    onto = 0
    if resumed and answer.status_code == HTTPStatus.PARTIAL_CONTENT:
        onto = part.stat().st_size
        if not answer.headers.get("Content-Range", "").startswith(f"bytes {onto}-"):
            _discard(part)
            raise _CutOffError("the server resumed at another place")
    etag, modified = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
    _note(part, etag, modified)
    announced = answer.headers.get("Content-Length")
    if announced is None and "chunked" not in answer.headers.get("Transfer-Encoding", ""):
        raise _CutOffError("the server does not say where the file ends, so that a cut could not be seen")
    received = 0
    with part.open("ab" if onto else "wb") as file:
        for piece in answer.iter_content(_PIECE):
            file.write(piece)
            received += len(piece)
            progress(onto + received)
        file.flush()
        os.fsync(file.fileno())
    if announced is not None and announced.isdigit() and received != int(announced):
        raise _CutOffError(f"{received} of {announced} bytes came")
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Received(part, digest, onto + received, etag, modified)


def _resumable(part: Path) -> str:
    """What names the release that a part is of, if there is a part and its publisher named the release."""
    note = _note_path(part)
    if not (part.is_file() and part.stat().st_size and note.is_file()):
        return ""
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        etag = str(known.get("etag", ""))
        return str(known.get("modified", "")) if not etag or etag.startswith("W/") else etag
    except (ValueError, AttributeError):  # killed while it was written
        return ""


def _note(part: Path, etag: str, modified: str) -> None:
    _note_path(part).write_text(json.dumps({"etag": etag, "modified": modified}), encoding="utf-8")


def _note_path(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note_path(part).unlink(missing_ok=True)


def discard_part(target: Path) -> None:
    """Remove what an interrupted or refused download left beside a file's place."""
    _discard(target.with_name(target.name + ".part"))


def _plainly(error: Exception) -> str:
    """What went wrong with a connection, in a few words."""
    if isinstance(error, requests.Timeout) or "timed out" in str(error).lower():
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error)
