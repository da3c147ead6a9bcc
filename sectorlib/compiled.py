"""Functions that are compiled when they are first called, and kept compiled where a folder can be written."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Compiled(Generic[Given, Made]):
    """A function that numba compiles at its first call.

    Importing numba takes half a second, which nobody should wait for who asks for a version or a table of names. What
    is compiled is kept beside the code or in the user's cache folder; where neither can be written, as in a container
    with read-only packages, it is compiled anew in each process.

    Parameters
    ----------
    function : callable
        What numba can compile: numbers, arrays, named tuples and other such functions.

    Examples
    --------
    >>> @compiled
    ... def double(x):
    ...     return 2 * x
    >>> double(21)
    42
    """

    def __init__(self, function: Callable[Given, Made]) -> None:
        self.function = function
        self._dispatcher: Callable[Given, Made] | None = None
        update_wrapper(self, function)

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Made:
        """What the function gives."""
        return self.dispatcher(*args, **kwargs)

    @property
    def dispatcher(self) -> Callable[Given, Made]:
        """What numba makes of the function, and of those that it calls."""
        if self._dispatcher is None:
            self._dispatcher = _dispatcher_of(self.function)
            names = self.function.__globals__
            for name in self.function.__code__.co_names:
                called = names.get(name)
                if isinstance(called, Compiled):
                    names[name] = called.dispatcher  # numba knows its own functions alone
        return self._dispatcher


def compiled(function: Callable[Given, Made]) -> Compiled[Given, Made]:
    """Compile a function when it is first called; see :class:`Compiled`."""
    return Compiled(function)


def _dispatcher_of(function: Callable[Given, Made]) -> Callable[Given, Made]:
    import numba

    try:
        made: Callable[Given, Made] = numba.njit(cache=True)(function)
    except RuntimeError:  # no folder in which what is compiled could be kept
        made = numba.njit(function)
    return made
