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
