"""The manifest beside each report: what went in, what came out, and with which versions."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sectorlib import clock
from sectorlib.sources.origin import Origin

#: The dependencies whose version can change a figure or its look.
_DEPENDENCIES = (
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "geopandas",
    "pyarrow",
    "duckdb",
    "numba",
    "igraph",
    "matplotlib",
    "altair",
    "vl-convert-python",
    "great-tables",
    "nbconvert",
    "papermill",
)


def manifest(
    parameters: Mapping[str, Any],
    origins: Iterable[Origin],
    outputs: Mapping[str, Mapping[str, Any]],
    notice: str = "",
) -> dict[str, Any]:
    """What is needed to say where a report came from, and to make it again.

    Parameters
    ----------
    parameters : mapping
        The notebook's parameters.
    origins : iterable of Origin
        The input files.
    outputs : mapping
        File name to what is recorded of it (``sha256``, ``bytes``).
    notice : str
        What every page and file of the study says of its data ("Demonstration data: an invented state").

    Returns
    -------
    dict
        Keys ``notice`` (where there is one), ``parameters``, ``inputs``, ``outputs``, ``versions`` and ``generated_at`` (ISO 8601, UTC);
        it can be written as JSON as it is.

    Examples
    --------
    >>> sorted(manifest({"region": "Ely"}, [], {}))
    ['generated_at', 'inputs', 'outputs', 'parameters', 'versions']
    """
    return ({"notice": notice} if notice else {}) | {
        "generated_at": generated_at().isoformat(timespec="seconds"),
        "parameters": dict(parameters),
        "inputs": [asdict(origin) for origin in origins],
        "outputs": {name: dict(facts) for name, facts in outputs.items()},
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Versions of Python, sectorlib and the dependencies that can change a figure or its look.

    Returns
    -------
    dict of name to version; what is not installed is absent.

    Examples
    --------
    >>> list(versions())[:2]
    ['python', 'sectorlib']
    """
    found = {"python": platform.python_version()}
    for name in ("sectorlib", *_DEPENDENCIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def generated_at() -> datetime:
    """The moment a report is dated, in UTC (:func:`sectorlib.clock.now`).

    Returns
    -------
    datetime
        Aware, in UTC, whole seconds.

    Examples
    --------
    >>> generated_at().utcoffset().total_seconds()
    0.0
    """
    return clock.now()
