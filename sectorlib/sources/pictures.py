"""Pictures that pages hold, such as the logo of whoever publishes a study."""

from __future__ import annotations

import base64
from pathlib import Path

from sectorlib.exceptions import LayoutError

#: Kinds of pictures that every browser shows, by the end of the file's name and by how the file begins.
PICTURES = {
    ".png": ("image/png", (b"\x89PNG",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".gif": ("image/gif", (b"GIF8",)),
    ".webp": ("image/webp", (b"RIFF",)),
    ".svg": ("image/svg+xml", (b"<?xml", b"<svg", b"<!--", b"<!DOCTYPE svg")),
}


def picture(path: Path) -> str:
    """A picture as an address that holds it.

    Parameters
    ----------
    path : Path
        PNG, JPEG, GIF, WebP or SVG.

    Returns
    -------
    str
        A data address. A browser runs no script of an SVG that is shown as a picture.

    Raises
    ------
    LayoutError
        It is none of these.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "logo.svg"
    >>> _ = path.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    >>> picture(path)[:26]
    'data:image/svg+xml;base64,'
    """
    kind, begins = PICTURES.get(path.suffix.lower(), ("", ()))
    content = path.read_bytes()
    if not kind or not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(begins):
        raise LayoutError(
            f"{path.name} is no picture that a browser shows",
            f"a file that ends in {', '.join(PICTURES)} and is what its name says",
            "save the picture as PNG",
        )
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
