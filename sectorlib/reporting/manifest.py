"""The manifest beside each report: what went in, what came out, and with which versions."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

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
    parameters: Mapping[str, Any], origins: Iterable[Origin], outputs: Mapping[str, Mapping[str, Any]]
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

    Returns
    -------
    dict
        Keys ``parameters``, ``inputs``, ``outputs``, ``versions`` and ``generated_at`` (ISO 8601, UTC);
        it can be written as JSON as it is.

    Examples
    --------
    >>> sorted(manifest({"region": "Ely"}, [], {}))
    ['generated_at', 'inputs', 'outputs', 'parameters', 'versions']
    """
    return {
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
    """The moment a report is dated, in UTC: now, or the environment's ``SOURCE_DATE_EPOCH``.

    Returns
    -------
    datetime
        Aware, in UTC, whole seconds. With ``SOURCE_DATE_EPOCH`` (seconds since 1970) two runs write
        the same date (reproducible-builds.org, "SOURCE_DATE_EPOCH", version 1.1).

    Examples
    --------
    >>> generated_at().utcoffset().total_seconds()
    0.0
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.replace(microsecond=0)
