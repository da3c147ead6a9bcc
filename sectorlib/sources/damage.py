"""Files that were damaged on their way: a checksum that nobody compares protects nothing."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sectorlib.exceptions import LayoutError

_PIECE = 1 << 20

#: Endings of files that are zip archives, whatever else they are called.
_ARCHIVES = (".zip", ".xlsx")

#: What files of each kind begin with.
_BEGIN = {".gz": b"\x1f\x8b", ".parquet": b"PAR1", **dict.fromkeys(_ARCHIVES, b"PK")}

#: In a Parquet page's header: the next field, a whole number.
_NEXT_WHOLE_NUMBER = 0x15


def require_sound(path: Path) -> None:
    """Refuse a compressed file whose content does not fit its checksum.

    Gzip and zip files are read to their end, since only then is the checksum known; a flipped bit otherwise
    gives another number without a word. Parquet files have checksums only where their writer made them
    (``write_page_checksum``); those are compared. Other files have none.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    LayoutError
        It is damaged or cut off, or cannot be opened.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "panel.csv.gz"
    >>> _ = path.write_bytes(gzip.compress(b"area,jobs\\n36055,100\\n")[:-1])
    >>> require_sound(path)
    Traceback (most recent call last):
    sectorlib.exceptions.LayoutError: panel.csv.gz is damaged: ...
    """
    status = path.stat()
    _read_through(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _read_through(path: Path, modified: int, size: int) -> None:
    """Read a file to its end, once while it stays as it is."""
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            begins = file.read(4)
        if suffix in _BEGIN and not begins.startswith(_BEGIN[suffix]):
            return  # another format than its name says: the reader says so
        if suffix == ".gz":
            with gzip.open(path) as file:
                while file.read(_PIECE):
                    pass
        elif suffix in _ARCHIVES:
            with zipfile.ZipFile(path) as archive:
                broken = archive.testzip()
            if broken is not None:
                raise zipfile.BadZipFile(f"bad checksum of {broken}")
        elif suffix == ".parquet" and _has_checksums(path):
            pq.read_table(path, page_checksum_verification=True)
    # A member that is encrypted, or compressed in a way Python does not know, is a RuntimeError.
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, pa.ArrowException) as error:
        raise LayoutError(
            f"{path.name} is damaged: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
            "a whole file whose checksum fits its content",
            "download or save it again; does its suffix say what it is?",
        ) from None


def _has_checksums(path: Path) -> bool:
    """Whether a Parquet file's pages have checksums, by the header of its first page.

    The header is a Thrift structure in compact form: type, two sizes, then the checksum if there is one. Each
    field begins with a byte of how far its number is from the last one's, and its type (5, a whole number).
    """
    metadata = pq.read_metadata(path)
    if not (metadata.num_row_groups and metadata.num_columns):
        return False
    chunk = metadata.row_group(0).column(0)
    starts = [o for o in (chunk.dictionary_page_offset, chunk.data_page_offset) if o]
    with path.open("rb") as file:
        file.seek(min(starts))
        header = file.read(40)
    at = 0
    for _ in range(3):
        if at >= len(header) or header[at] != _NEXT_WHOLE_NUMBER:
            return False
        at += 1
        while at < len(header) and header[at] & 0x80:  # a number's bytes but the last have this bit
            at += 1
        at += 1
    return at < len(header) and header[at] == _NEXT_WHOLE_NUMBER
