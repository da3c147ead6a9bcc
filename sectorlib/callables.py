"""Modules that are called like their one main function, which has their name."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any


class CallableModule(ModuleType):
    """A module that passes a call on to its function of the same name.

    ``import sectorlib.growth`` then gives the module, and ``sectorlib.growth(panel, 2010, 2015)`` still measures growth,
    whichever part of the package was imported before.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives."""
        return self._function(*args, **kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        """That of the function, for help in a notebook."""
        return inspect.signature(self._function)

    def __repr__(self) -> str:
        """What it is, and how it is called."""
        name = self.__name__.rpartition(".")[2]
        return (
            f"<module {self.__name__!r}, called like its function {name}{inspect.signature(self._function)}>"
        )

    def __dir__(self) -> list[str]:
        """What the module defines, and not what it imports, for completion in a notebook."""
        own = [
            name
            for name, value in self.__dict__.items()
            if not name.startswith("_")
            and getattr(value, "__module__", self.__name__) == self.__name__
            and not inspect.ismodule(value)
        ]
        return sorted(self.__dict__.get("__all__", own))

    @property
    def _function(self) -> Any:
        return self.__dict__[self.__name__.rpartition(".")[2]]


def called_like_its_function(name: str) -> None:
    """Make a module, by its full name, pass calls on to its function of the same name.

    Examples
    --------
    >>> import sectorlib.membership as belonging
    >>> inspect.ismodule(belonging), belonging({"Rochester": ["36055"]})["member"].to_list()
    (True, ['36055'])
    """
    sys.modules[name].__class__ = CallableModule
