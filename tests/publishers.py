"""A server on this machine that speaks the publishers' addresses, and fails in the ways that servers fail."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Publishers:
    """What is published, by path, and what goes wrong.

    ``faults`` are used up in order, one a request, whatever is asked for; each is a name below, with a number
    where it needs one: ``status 403``, ``busy 1`` (429 with Retry-After), ``hang``, ``cut 0.3`` (of the bytes),
    ``longer`` and ``shorter`` (a wrong length), ``page`` (a web page with status 200), ``truncated`` (a whole
    answer that holds half of the file), ``other`` (another file's content), ``unsized`` (no length at all).
    """

    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    ranges: bool = True
    address: str = ""
    modified: float = 1_700_000_000.0

    def publish(self, folder: Path, under: str) -> None:
        """Publish every file of a folder under a path."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.files[f"{under}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()


@contextmanager
def serving(publishers: Publishers) -> Iterator[Publishers]:
    """Serve what is published on a free port of this machine for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(publishers))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    publishers.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield publishers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(publishers: Publishers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            path = self.path.split("?")[0]
            publishers.asked.append((self.command, path))
            fault, _, number = (publishers.faults.pop(0) if publishers.faults else "").partition(" ")
            data = publishers.files.get(path)
            if fault == "status":
                return self._plain(int(number))
            if fault == "busy":
                return self._plain(429, {"Retry-After": number})
            if fault == "hang":
                time.sleep(float(number or 0.5))
                self.close_connection = True
                return None
            if data is None:
                return self._plain(404)
            if fault == "page":
                return self._send(200, b"<!DOCTYPE html><html><body>maintenance</body></html>\n", body, {})
            if fault == "other":
                data = next(
                    (other for name, other in sorted(publishers.files.items()) if other != data), data
                )
            self._file(data, body, fault, float(number or 0))
            return None

        def _file(self, data: bytes, body: bool, fault: str, number: float) -> None:
            etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
            named = {"ETag": etag, "Last-Modified": formatdate(publishers.modified, usegmt=True)}
            if self.headers.get("If-None-Match") == etag:
                return self._plain(304, named)
            start = self._start(etag, len(data))
            status, part = (206, data[start:]) if start else (200, data)
            if start:
                named["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            if fault == "truncated":
                return self._send(status, part[: len(part) // 2], body, named)
            lengths: dict[str, Callable[[int], int]] = {
                "longer": lambda size: size + 100, "shorter": lambda size: max(size - 100, 1)
            }  # fmt: skip
            length = lengths.get(fault, lambda size: size)(len(part))
            if fault == "cut":
                part = part[: int(len(part) * number)]
            return self._send(status, part, body, named, None if fault == "unsized" else length)

        def _start(self, etag: str, size: int) -> int:
            wanted = self.headers.get("Range", "")
            if not (
                publishers.ranges and wanted.startswith("bytes=") and self.headers.get("If-Range") == etag
            ):
                return 0
            start = int(wanted.removeprefix("bytes=").split("-")[0])
            return start if start < size else 0

        def _plain(self, status: int, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(
            self, status: int, part: bytes, body: bool, headers: dict[str, str], length: int | None = -1
        ) -> None:
            self.send_response(status)
            page = part.lower().startswith(b"<!doctype")
            self.send_header("Content-Type", "text/html" if page else "application/octet-stream")
            for name, value in headers.items():
                self.send_header(name, value)
            if length is not None:
                self.send_header("Content-Length", str(len(part) if length < 0 else length))
            short = length is None or (length >= 0 and length != len(part))
            if short:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            if body:
                try:
                    self.wfile.write(part)
                except OSError:  # the reader has had enough
                    self.close_connection = True

    return Handler
