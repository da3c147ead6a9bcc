"""Sector partnerships: which sectors merit collective action, in which labor market, and how sure we are.

Names are imported when they are first asked for. ``__init__.pyi`` says where each is, to type checkers and to this file.
"""

import ast
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any


def _declared() -> dict[str, str]:
    """Where each name of ``__init__.pyi`` is; of a room with ``import *``, all that its ``__all__`` lists."""
    tree = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    found = {}
    for line in (line for line in tree.body if isinstance(line, ast.ImportFrom)):
        room = str(line.module)
        for name in line.names:
            found |= dict.fromkeys(_listed(room) if name.name == "*" else [name.name], room)
    return found


def _listed(room: str) -> list[str]:
    """What a room's ``__all__`` lists, read without importing the room."""
    source = Path(__file__).parent.joinpath(*room.split(".")[1:], "__init__.py").read_text(encoding="utf-8")
    lines = [line for line in ast.parse(source).body if isinstance(line, ast.Assign)]
    values = {line.targets[0].id: line.value for line in lines if isinstance(line.targets[0], ast.Name)}
    return [str(name) for name in ast.literal_eval(values["__all__"])]


_WHERE = _declared()

__all__ = sorted(_WHERE)

#: What completion offers: rooms by subject, and what a session begins with. Everything in ``__all__`` is there as well.
_ROOMS = (
    "areas",
    "concentration",
    "disclosure",
    "explore",
    "growth",
    "lab",
    "labor_markets",
    "maps",
    "measures",
    "membership",
    "naics",
    "occupations",
    "panel",
    "plot",
    "projection",
    "reference",
    "results",
    "scope",
    "sectors",
    "show",
    "sources",
    "study",
    "targeting",
    "wages",
)
_FIRST = (
    "RESULTS",
    "RegionProfile",
    "Results",
    "SectorlibError",
    "Study",
    "aggregate",
    "area_codes",
    "delineate",
    "example",
    "load_study",
    "open_region",
    "panel_from",
    "partnership_scope",
    "reference_table",
    "target_sectors",
)


def __dir__() -> list[str]:
    """Rooms by subject, and what a session begins with."""
    return sorted([*_ROOMS, *_FIRST, "__all__", "__doc__", "__version__"])


def __getattr__(name: str) -> Any:
    """A name or a room, imported when it is first asked for."""
    if name == "__version__":
        found: Any = version("sectorlib")
    elif _WHERE.get(name, "sectorlib") != "sectorlib":
        found = getattr(import_module(_WHERE[name]), name)
    elif name in _ROOMS or name in _WHERE:
        return import_module(f"sectorlib.{name}")  # which sets the attribute itself
    else:
        raise AttributeError(f"module 'sectorlib' has no attribute {name!r}")
    globals()[name] = found
    return found


def _show_memberships() -> None:
    """In a notebook, a membership shows its groups; every other table is shown as before.

    A membership is a plain DataFrame, so that it can be made by anybody, and has no display of its own.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return

    def page(frame: Any) -> str | None:
        return import_module("sectorlib.show").page_of(frame)

    for room in ("pandas", "pandas.core.frame"):  # where pandas 3 has its frames, and where pandas 2 has them
        shell.display_formatter.formatters["text/html"].for_type_by_name(room, "DataFrame", page)


_show_memberships()
