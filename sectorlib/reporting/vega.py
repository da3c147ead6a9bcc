"""Vega-Lite charts as a page holds them: the drawing library, and still pictures for readers without JavaScript.

Both need a JavaScript engine that takes half a second to start and starts threads. Workers that make one report each
therefore have the process that started them draw.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from threading import Lock
from typing import Any

import vl_convert

from sectorlib.study.store import Store, cache_folder

#: Who draws: this process, or the one that a worker asks.
_ask: Callable[[str, Any, str], str] | None = None
#: What Vega numbers through all pictures of a process.
_NUMBERED = re.compile(r'(?<=["#])(clip|gradient_)\d+\b')
# Bundling takes about two seconds, and threads that ask at once should wait for one answer.
_BUNDLING = Lock()


def bundle(script: str, vl_version: str) -> str:
    """The JavaScript that draws a page's charts: a script with the libraries that it imports.

    Parameters
    ----------
    script : str
        JavaScript.
    vl_version : str
        Version of Vega-Lite, as vl-convert names it.

    Returns
    -------
    str
        Nothing in it ends a script element.
    """
    return drawn("bundle", script, vl_version) if _ask is None else _ask("bundle", script, vl_version)


def picture(spec: Mapping[str, Any], vl_version: str) -> str:
    """A chart as SVG."""
    return (
        drawn("picture", dict(spec), vl_version) if _ask is None else _ask("picture", dict(spec), vl_version)
    )


def drawn(kind: str, what: Any, vl_version: str) -> str:
    """A bundle or a picture, made in this process."""
    if kind == "picture":
        return _numbered_anew(vl_convert.vegalite_to_svg(what, vl_version=vl_version))
    with _BUNDLING:
        return _bundle(what, vl_version)


def ask(other: Callable[[str, Any, str], str] | None) -> None:
    """Let another process draw, from now on; None for this one."""
    global _ask
    _ask = other


def _numbered_anew(svg: str) -> str:
    """A picture whose clips and gradients count from 1, not on from the picture that was drawn before.

    >>> _numbered_anew('<clipPath id="clip7"/><g clip-path="url(#clip7)"/>')
    '<clipPath id="clip1"/><g clip-path="url(#clip1)"/>'
    """
    numbers: dict[str, int] = {}
    return _NUMBERED.sub(lambda m: f"{m[1]}{numbers.setdefault(m[0], len(numbers) + 1)}", svg)


@cache
def _bundle(script: str, vl_version: str) -> str:
    root = cache_folder()
    made = hashlib.blake2b(f"{version('vl-convert-python')} {vl_version} {script}".encode(), digest_size=20)
    store = Store(None if root is None else root / "studies" / made.hexdigest())
    return store.recall(
        "bundle",
        lambda: vl_convert.javascript_bundle(script, vl_version=vl_version).replace("</script", "<\\/script"),
    )
