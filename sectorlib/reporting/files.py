"""Files that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4


def write_text(path: Path, text: str) -> Path:
    """Write a UTF-8 text file beside its place and rename it, so that nobody ever sees half of it.

    Parameters
    ----------
    path : Path
        Where it goes; folders are made.
    text : str
        What it holds; line ends are written as they are.

    Returns
    -------
    Path
        The path.

    Examples
    --------
    >>> import tempfile
    >>> path = write_text(Path(tempfile.mkdtemp()) / "new" / "a.txt", "whole")
    >>> path.read_text(encoding="utf-8"), len(list(path.parent.iterdir()))
    ('whole', 1)
    """
    return write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file of bytes beside its place and rename it, as :func:`write_text` does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{uuid4().hex}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path
