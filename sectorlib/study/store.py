"""What a study has worked out before, kept on disk, so that the second table, report or notebook starts from it.

An entry is found by the contents of everything that it was made from: the study file and every file it names, the
package's own code and data, the versions of installed packages, and the year in which the study is read. Nothing is
ever looked up by a name or a date alone. docs/cache.md says what that protects from, and what not.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import numpy as np
import pandas as pd

from sectorlib import resources
from sectorlib.exceptions import NotSupportedError
from sectorlib.kept import kept, own_copy
from sectorlib.progress import making

Made = TypeVar("Made")

#: The environment variable that names the cache's folder, or turns it off.
VARIABLE = "SECTORLIB_CACHE"
#: What the variable says to work without a cache.
OFF = "none"

#: Entries unused for this long are removed, and the least used ones above this size.
_DAYS, _BYTES = 30, 4_000_000_000
#: A file younger than this may change again within the resolution of its time stamps: it is read whole each time.
_SETTLED = 2_000_000_000
_MAGIC = b"sectorlib study cache 2\n"

#: Keys of a study file whose values are no paths.
_NO_PATHS = frozenset(
    (
        "title",
        "notice",
        "suppressed",
        "codes",
        "where",
        "regions",
        "scope",
        "living_wage",
        "wage_threshold",
        "publisher",
        "traded",
        "vintages",
    )
)
#: Formats of several files: each with the endings of its parts.
_IN_PARTS = frozenset((".shp", ".tab", ".mif"))

_log = logging.getLogger("sectorlib")


class stored(kept[Made]):
    """A property as :class:`sectorlib.kept.kept`, also kept in the store of the study (its ``store``)."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """The caller's copy."""
        if instance is None:
            return self
        held = instance.__dict__
        if self._name not in held:
            with making(self._name.strip("_").replace("_", " ")):
                held[self._name] = instance.store.recall(self._name, lambda: self._make(instance))
        return own_copy(held[self._name])


class Store:
    """The entries of one study as it is now; without a folder, nothing is kept.

    Parameters
    ----------
    folder : Path, optional
        Where the entries are.
    unchanged : callable
        Whether everything that the entries are made from is as it was when the folder was chosen.

    Examples
    --------
    >>> store = Store(Path(tempfile.mkdtemp()) / "study")
    >>> store.recall("answer", lambda: 42), store.recall("answer", lambda: 43)
    (42, 42)
    >>> Store().recall("answer", lambda: 43)
    43
    """

    def __init__(self, folder: Path | None = None, unchanged: Callable[[], bool] = lambda: True) -> None:
        self.folder = folder
        self._unchanged = unchanged

    @property
    def key(self) -> str:
        """What tells this state of the study from every other; empty where nothing is kept."""
        return "" if self.folder is None else self.folder.name

    def recall(self, name: str, make: Callable[[], Made]) -> Made:
        """An entry; made now, and kept, where there is none. What a study cannot support is kept as well."""
        if self.folder is None or not self._unchanged():
            return make()
        path = self.folder / f"{name}.pkl"
        found: tuple[str, Any] | None = _read(path)
        if found is None:
            try:
                found = ("value", make())
            except NotSupportedError as error:
                found = ("not supported", (error.found, error.expected, error.hint))
                self._keep(path, found)
                raise
            self._keep(path, found)
        kind: str = found[0]
        value: Any = found[1]
        if kind == "not supported":
            what, expected, hint = value
            raise NotSupportedError(what, expected, hint)
        return value

    def part(self, name: str) -> Store:
        """The entries that also depend on what the name says, such as another scope of the same study."""
        return Store() if self.folder is None else Store(self.folder / name, self._unchanged)

    def _keep(self, path: Path, found: tuple[str, Any]) -> None:
        """Write an entry, unless an input has changed since the study was opened: it may be made of either."""
        if self._unchanged():
            _write(path, found)


def store_of(file: Any, path: Path, this_year: int) -> Store:
    """The store of a study: its folder is named after the contents of all that the study rests on.

    Parameters
    ----------
    file : StudyFile
        Its keys.
    path : Path
        The study file.
    this_year : int
        The year in which it is read.

    Returns
    -------
    Store
        One that keeps nothing where the cache is off or its folder cannot be written to.
    """
    root = cache_folder()
    if root is None or not _works():
        return Store()
    remembered = _Remembered(root / "contents" / f"{digest_of(str(path))}.json")
    ours = _Remembered(root / "contents" / "package.json")
    try:
        inputs = {path, *_input_files(file, path.parent)}
        before = {one: _state(one) for one in inputs}
        parts = {
            "inputs": {_named(one, path.parent): remembered.digest(one) for one in sorted(inputs)},
            "keys": _plain(file.model_dump(mode="json", exclude={"scope"})),
            "code": code_digest(ours),
            "packages": installed(),
            "year": this_year,
        }
    except OSError:  # a file that cannot be read: whoever needs it says so
        return Store()
    remembered.save()
    ours.save()
    folder = root / "studies" / digest_of(json.dumps(parts, sort_keys=True))
    with suppress(OSError):
        os.utime(folder)
    return Store(folder, lambda: all(_state(one, missing=None) == seen for one, seen in before.items()))


def store_of_tables(*made_from: Any) -> Store:
    """A store of what rests on some tables and values alone: every study that has the same finds it.

    Parameters
    ----------
    made_from
        Frames, Series, texts, numbers, None, and lists and mappings of them.

    Returns
    -------
    Store
        One that keeps nothing where the cache is off or its folder cannot be written to.

    Examples
    --------
    >>> flows = pd.DataFrame({"home": ["a", "b"], "workers": [1, 2]})
    >>> store_of_tables("markets", flows, {"cut": 0.5}).recall("markets", lambda: ["a-b"])
    ['a-b']
    """
    root = cache_folder()
    if root is None or not _works():
        return Store()
    ours = _Remembered(root / "contents" / "package.json")
    told = [_told(one) for one in made_from]
    folder = root / "studies" / digest_of(json.dumps([told, code_digest(ours), installed()]))
    with suppress(OSError):
        os.utime(folder)
    return Store(folder)


def _told(value: Any) -> Any:
    """What tells a value from others: of a table, a digest of its columns, types, index and cells."""
    if isinstance(value, (pd.DataFrame, pd.Series)):
        table = value.to_frame() if isinstance(value, pd.Series) else value
        cells = np.ascontiguousarray(pd.util.hash_pandas_object(table).to_numpy())
        digest = hashlib.blake2b(cells.tobytes(), digest_size=20).hexdigest()
        return ["table", [[str(name), str(kind)] for name, kind in table.dtypes.items()], digest]
    if isinstance(value, Mapping):
        return ["mapping", sorted([str(key), _told(one)] for key, one in value.items())]
    if isinstance(value, (list, tuple)):
        return ["list", [_told(one) for one in value]]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} is neither a table nor a plain value")


def cache_folder() -> Path | None:
    """Where studies are kept: as ``SECTORLIB_CACHE`` says, else the user's cache folder; None where it is off."""
    said = os.environ.get(VARIABLE, "")
    if said.lower() in (OFF, "off", "0"):
        return None
    if said:
        return Path(said).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("sectorlib", appauthor=False)


def switch_off() -> None:
    """Work without a cache, in this process and those it starts."""
    os.environ[VARIABLE] = OFF


def clear() -> int:
    """Remove every entry of every study.

    Returns
    -------
    int
        How many bytes they took.

    Notes
    -----
    Whoever reads an entry at that moment finishes reading it; whoever writes one makes it again next time.
    """
    root, freed = cache_folder(), 0
    for name in ("studies", "contents") if root else ():
        assert root is not None
        freed += size(root / name)
        _remove(root / name)
    return freed


def size(folder: Path) -> int:
    """Bytes of the files in a folder, those in its folders too."""
    total = 0
    for inside, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.stat(os.path.join(inside, name)).st_size
    return total


def code_digest(remembered: _Remembered | None = None) -> str:
    """What tells this version of the package from every other: its sources and the data that ship with it."""
    held = remembered or _Remembered(None)
    package = Path(resources.__file__).parent
    roots = {package, resources.data_path()}
    files = {f"{root.name}/{one.relative_to(root)}": one for root in roots for one in _files_in(root)}
    return digest_of(json.dumps([(name, held.digest(files[name])) for name in sorted(files)]))


def digest_of(text: str) -> str:
    """A text's digest, short enough for a folder's name."""
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


@cache
def installed() -> str:
    """Python and every installed package with its version, as one digest: any of them can change a figure."""
    names = set()
    for folder in sys.path:
        with suppress(OSError):
            names |= {
                name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info"))
            }
    return digest_of("\n".join([sys.version, sys.platform, *sorted(names)]))


# What a study is made of


def _input_files(file: Any, folder: Path) -> Iterator[Path]:
    """Every file that a path or glob anywhere in a study file leads to."""
    for pattern in set(_texts(file.model_dump(mode="json"))):
        yield from _matching(folder, pattern)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in _NO_PATHS:
                yield from _texts(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    try:
        path = folder / pattern
        if path.exists():
            found = [path]
        else:
            named = Path(pattern)
            start = Path(named.anchor) if named.is_absolute() else folder
            found = list(start.glob(str(named.relative_to(named.anchor)))) if _is_glob(pattern) else []
        for one in found:
            if one.is_file():
                yield one
                if one.suffix.lower() in _IN_PARTS:
                    yield from (part for part in one.parent.glob(f"{one.stem}.*") if part.is_file())
    except (ValueError, NotImplementedError, OSError):  # a text that is no path
        return


def _is_glob(pattern: str) -> bool:
    return any(sign in pattern for sign in "*?[")


def _named(path: Path, folder: Path) -> str:
    """A file as seen from the study, so that a study that moves with its files keeps its entries."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()


def _plain(value: Any) -> Any:
    """JSON of any value; what JSON has no word for by its text."""
    return json.loads(json.dumps(value, sort_keys=True, default=str))


def _files_in(root: Path) -> Iterator[Path]:
    for inside, folders, names in os.walk(root):
        folders[:] = [one for one in folders if one != "__pycache__"]
        yield from (Path(inside, name) for name in names)


# Contents of files


def _state(path: Path, **otherwise: Any) -> tuple[int, ...] | None:
    """Size and times of a file by which a change shows; ``missing`` is what a file that is gone gives."""
    try:
        seen = path.stat()
    except OSError:
        if "missing" in otherwise:
            return otherwise["missing"]
        raise
    return seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_dev


class _Remembered:
    """Digests of files' contents, remembered by where a file is, its size, its times and its place on the disk.

    The time of a change (ctime) is the system's own: a program that sets the time of writing back cannot set that.
    Where a system has none (Windows), every file is read each time.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._held: dict[str, list[Any]] = {}
        self._new: dict[str, list[Any]] = {}
        if path is not None:
            with suppress(OSError, ValueError):
                self._held = dict(json.loads(path.read_text(encoding="utf-8")))

    def digest(self, path: Path) -> str:
        """The digest of a file's contents."""
        start, state = time.time_ns(), _state(path)
        assert state is not None
        name = str(path.absolute())
        known = self._held.get(name)
        if known and known[0] == list(state) and os.name != "nt":
            self._new[name] = known
            return str(known[1])
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=20)).hexdigest()
        if _state(path) == state and start - max(state[1], state[2]) > _SETTLED:
            self._new[name] = [list(state), digest]
        return digest

    def save(self) -> None:
        """Remember what was looked up."""
        if self._path is not None and self._new != self._held:
            _whole(self._path, json.dumps(self._new).encode())


# Entries


def _read(path: Path) -> tuple[str, Any] | None:
    """An entry that is whole, else None."""
    try:
        with path.open("rb") as file:
            if not _ours_alone(file.fileno()):
                raise PermissionError("others own it or can write to it")
            content = file.read()
        head = len(_MAGIC) + 4
        whole = content[: len(_MAGIC)] == _MAGIC
        if whole and content[len(_MAGIC) : head] == _checksum(path, memoryview(content)[head:]):
            return pickle.loads(memoryview(content)[head:])
    except FileNotFoundError:
        return None
    except Exception as error:  # whatever an entry is that cannot be read, it is made again
        _log.debug("cannot read %s: %s", path, error)
    with suppress(OSError):
        path.unlink()
    return None


def _write(path: Path, found: tuple[str, Any]) -> None:
    try:
        content = pickle.dumps(found, protocol=5)
    except Exception as error:  # what cannot be kept is made each time
        _log.debug("cannot keep %s: %s", path, error)
        return
    _prune()
    _whole(path, _MAGIC + _checksum(path, content) + content)


def _checksum(path: Path, content: bytes | memoryview) -> bytes:
    """Of an entry with its place, so that one that was moved to another place is none."""
    place = "/".join(path.parts[-3:]).encode()
    return zlib.crc32(content, zlib.crc32(place)).to_bytes(4, "big")


def _ours_alone(file: int) -> bool:
    """Whether a file belongs to this user, and no other may write to it: what is loaded can run code."""
    if not hasattr(os, "getuid"):
        return True
    seen = os.fstat(file)
    return seen.st_uid == os.getuid() and not seen.st_mode & 0o022


def _whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it; a cache that cannot be written to is left alone from then on."""
    beside = path.with_name(f".{uuid4().hex}.part")
    try:
        for _ in range(2):  # another process may clear the cache in between
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with open(beside, "wb", opener=_private) as file:
                    file.write(content)
                os.replace(beside, path)
                return
            except FileNotFoundError:
                continue
    except OSError as error:
        _leave(error)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _works() -> bool:
    """Whether the cache's folder is ours and can be written to; asked once for each folder."""
    root = cache_folder()
    return root is not None and _usable(root)


@cache
def _usable(root: Path) -> bool:
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid") and root.stat().st_uid != os.getuid():
            raise PermissionError(f"it belongs to another user ({root.stat().st_uid})")
        with tempfile.TemporaryFile(dir=root):
            return True
    except OSError as error:
        _leave(error)
        return False


def _leave(error: OSError) -> None:
    """Say once that there is no cache, and go on without."""
    root = cache_folder()
    if root is not None:
        _log.warning(
            "working without the study cache: %s: %s (SECTORLIB_CACHE names another folder)",
            root,
            error.strerror or error,
        )
        switch_off()


@cache
def _prune() -> None:
    """Remove what a killed writer left, what nobody has used for long, and the least used above the size limit."""
    root = cache_folder()
    if root is None:
        return
    with suppress(OSError):
        old = time.time() - 86_400
        for part in root.rglob(".*.part"):
            with suppress(OSError):
                if part.stat().st_mtime < old:
                    part.unlink()
        folders = sorted((root / "studies").glob("*"), key=lambda one: one.stat().st_mtime, reverse=True)
        total = 0
        for folder in folders:
            total += size(folder)
            if total > _BYTES or folder.stat().st_mtime < time.time() - _DAYS * 86_400:
                _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder of entries: gone at once for readers, whatever happens to the removal."""
    gone = folder.with_name(f".{uuid4().hex}.part")
    with suppress(OSError):
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
