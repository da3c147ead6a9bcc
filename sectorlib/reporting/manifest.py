"""The manifest beside each report: what went in, what came out, and with which versions."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sectorlib import resources
from sectorlib.resources import data_path
from sectorlib.sources.origin import Origin, file_sha256

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
    made_from: str = "",
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

    made_from : str
        A digest of all that the report is made from: a later run skips a report that would be the same.

    Returns
    -------
    dict
        Keys ``notice`` (where there is one), ``parameters``, ``inputs``, ``outputs``, ``versions``, ``code`` and
        ``definitions`` (checksums of the package's code and shipped definitions) and ``made_from``;
        it can be written as JSON as it is.

    Examples
    --------
    >>> sorted(manifest({"region": "Ely"}, [], {}))
    ['code', 'definitions', 'inputs', 'made_from', 'outputs', 'parameters', 'versions']
    """
    return ({"notice": notice} if notice else {}) | {
        "parameters": dict(parameters),
        "inputs": [asdict(origin) for origin in origins],
        "outputs": {name: dict(facts) for name, facts in outputs.items()},
        "versions": versions(),
        "code": code_checksum(),
        "definitions": definitions_digest(),
        "made_from": made_from,
    }


@cache
def code_checksum() -> str:
    """Checksum of the package's code, which may change under the same version while it is worked on.

    Returns
    -------
    str
        SHA-256 of all modules and templates of the package.

    Examples
    --------
    >>> len(code_checksum())
    64
    """
    root = Path(resources.__file__).parent
    files = [
        path for path in root.rglob("*")
        if path.suffix in (".py", ".j2", ".css", ".js") and not path.relative_to(root).parts[0].startswith(("_data", "_notebooks"))
    ]  # fmt: skip
    made = hashlib.sha256()
    for path in sorted(files):
        made.update(f"{path.relative_to(root).as_posix()} {file_sha256(path)}\n".encode())
    return made.hexdigest()


def definitions_digest() -> dict[str, str]:
    """Checksums of the definitions that ship with the package, by the name of the file.

    Returns
    -------
    dict of str to str
        SHA-256 of each YAML file of thresholds, sectors and criteria.

    Examples
    --------
    >>> len(definitions_digest()["criteria.yaml"])
    64
    """
    return dict(_definitions_digest())


@cache
def _definitions_digest() -> dict[str, str]:
    return {path.name: file_sha256(path) for path in sorted(data_path().glob("*.yaml"))}


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
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("sectorlib", *_DEPENDENCIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
