"""Where the shipped definitions, boundaries, demonstration data and notebooks are.

In a clone they stand at the top level (``data/``, ``notebooks/``); in an installed wheel, inside the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sectorlib.exceptions import MissingFileError

_PACKAGE = Path(__file__).parent


def _shipped(folder: str) -> Path:
    installed = _PACKAGE / f"_{folder}"
    return installed if installed.is_dir() else _PACKAGE.parent / folder


def data_path(*parts: str) -> Path:
    """Path of a shipped data file.

    >>> data_path("wage_tiers.yaml").name
    'wage_tiers.yaml'
    """
    return _existing(_shipped("data").joinpath(*parts))


def notebook_path(name: str) -> Path:
    """Path of a shipped notebook, by its name without the suffix."""
    return _existing(_shipped("notebooks") / f"{name}.ipynb")


def _existing(path: Path) -> Path:
    if not path.exists():
        raise MissingFileError(
            f"{path} is not there",
            "a file that ships with sectorlib",
            "reinstall the package, or restore the clone",
        )
    return path


@cache
def definitions(name: str) -> dict[str, Any]:
    """A shipped YAML of definitions (thresholds, schemes), read once. Do not modify what it returns."""
    return yaml.safe_load(data_path(f"{name}.yaml").read_text(encoding="utf-8"))


class EachKeyOnce(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping, once its keys are known to differ."""
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)
