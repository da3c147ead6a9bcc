"""Every measure in one place: tables in, a Series or a table on the caller's rows out.

The names are those that ``sectorlib`` offers from its rooms of measures; nothing is listed twice.
"""

from importlib import import_module
from typing import Any

from sectorlib import _WHERE

#: The rooms whose public names are measures, or what measures are made with.
ROOMS = ("concentration", "growth", "labor_markets", "projection", "wages")

# A room that can be called, as growth, holds its main function under its own name.
_HOMES = {name: f"{where}.{name}" if where == "sectorlib" else where for name, where in _WHERE.items()}
_HOMES = {
    name: home for name, home in _HOMES.items() if home.removeprefix("sectorlib.").split(".")[0] in ROOMS
}

__all__ = sorted(_HOMES)


def __dir__() -> list[str]:
    """The measures."""
    return __all__


def __getattr__(name: str) -> Any:
    """A measure, imported when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sectorlib.measures' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
