"""The folder of reports: one run at a time, and each report in it whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident
from uuid import uuid4

from rich.console import Console

from sectorlib.exceptions import ReportError

_MANIFEST = "manifest.json"

#: Bytes of a path that systems take, and the longest file name in a report's folder while it is written.
_PATH_LENGTH = 250 if os.name == "nt" else 4000
_LONGEST_FILE = f".{'0' * 32}.part"

#: Folders that a run of this process writes into, each with its thread: what it calls goes on in its name.
_OURS: set[tuple[Path, int]] = set()


@contextmanager
def only_run(out: Path, progress: Console | None = None) -> Iterator[None]:
    """Wait until no other run writes into a folder, keep others out, and remove what a killed run left half made.

    The lock is on the folder itself, so that nothing is left behind. A folder that was made for a run in which
    nothing succeeded is removed again.
    """
    mine = out.absolute(), get_ident()
    if mine in _OURS:
        yield
        return
    created = [folder for folder in (out, *out.parents) if not folder.exists()]
    usable(out)
    try:
        with _locked(out, progress):
            _OURS.add(mine)
            for part in [*out.glob(".*.part"), *out.glob("*/.*.part")]:
                if part.is_dir():
                    shutil.rmtree(part, ignore_errors=True)
                else:
                    part.unlink(missing_ok=True)
            yield
    finally:
        _OURS.discard(mine)
        with suppress(OSError):  # something is in it
            for folder in created:
                folder.rmdir()


def usable(out: Path) -> None:
    """Make a folder, and refuse one that cannot be written to.

    Raises
    ------
    ReportError
        It is a file, or the system refuses.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        tried = out / f".{uuid4().hex}.part"
        tried.write_bytes(b"")
        tried.unlink()
    except OSError as error:
        raise ReportError(
            f"--out {out} cannot be written to: {error.strerror or error}",
            "a folder for pages and tables",
            "choose another folder with --out, or change its permissions",
        ) from None


def usable_paths(out: Path, folders: Iterable[str]) -> None:
    """Refuse a folder in which the paths of reports would be longer than the system takes.

    Raises
    ------
    ReportError
        The longest path is too long.
    """
    longest = max(folders, key=len, default="")
    length = len(os.fsencode(out.absolute() / f".{longest}.part" / _LONGEST_FILE))
    if length > _PATH_LENGTH:
        raise ReportError(
            f"--out {out} gives paths of {length} bytes",
            f"at most {_PATH_LENGTH}",
            "choose a folder with a shorter path",
        )


@contextmanager
def _locked(out: Path, progress: Console | None) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:  # Windows has no locks on folders
        with _file_locked(out):
            yield
        return
    held = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if progress is not None:
                text = f"another run writes into {out}: waiting for it to end"
                progress.print(text, markup=False, highlight=False, soft_wrap=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


@contextmanager
def _file_locked(out: Path) -> Iterator[None]:
    from filelock import FileLock

    path = out / ".lock"
    with FileLock(path):
        yield
    with suppress(OSError):
        path.unlink()


@contextmanager
def working_folder(out: Path, slug: str) -> Iterator[Path]:
    """A hidden folder beside the report's place, so that relative paths in it hold there too; removed in the end."""
    folder = out / f".{slug}.part"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(made: Path, place: Path) -> Path:
    """Move a whole report to its place.

    Where there is none yet, that is one step. Else the old one stops being whole before the first file is replaced,
    and the new one is whole with its last file, its manifest. What people have put beside it stays.

    Returns
    -------
    Path
        The place.
    """
    if not place.exists():
        with suppress(OSError):  # made by another in between
            made.rename(place)
            return place
    place.mkdir(exist_ok=True)
    old = _listed(place)
    (place / _MANIFEST).unlink(missing_ok=True)
    names = sorted((path.name for path in made.iterdir()), key=lambda name: name == _MANIFEST)
    for name in set(old) - set(names):  # a form of the old report
        (place / name).unlink(missing_ok=True)
    for name in names:
        os.replace(made / name, place / name)
    return place


def up_to_date(place: Path, made_from: str) -> bool:
    """Whether a report is there whole, and made from the same."""
    try:
        said = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
        if said.get("made_from") != made_from or not said["outputs"]:
            return False
        return all(
            hashlib.sha256((place / name).read_bytes()).hexdigest() == facts["sha256"]
            for name, facts in said["outputs"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _listed(place: Path) -> list[str]:
    """The files of a report by its manifest."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        outputs = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))["outputs"]
        return [name for name in outputs if Path(name).name == name]
    return []
