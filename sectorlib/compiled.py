"""Functions that are compiled when they are first called, and kept compiled where a folder can be written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cached_property, update_wrapper
from types import CodeType, FunctionType
from typing import Any, Generic, ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Compiled(Generic[Given, Made]):
    """A function that numba compiles at its first call.

    Importing numba takes half a second, which nobody should wait for who asks for a version or a table of names. What
    is compiled is kept beside the code or in the user's cache folder; where neither can be written, as in a container
    with read-only packages, it is compiled anew in each process. It is kept under a name that tells its own code, that of
    the functions it calls and the values they use, because numba itself looks at the function's own file alone.

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

    @cached_property
    def fingerprint(self) -> str:
        """What changes with the code of the function, of those it calls, and with the values that they use."""
        return _fingerprint(self.function, ())

    @property
    def dispatcher(self) -> Callable[Given, Made]:
        """What numba makes of the function, and of those that it calls."""
        if self._dispatcher is None:
            self._dispatcher = _dispatcher_of(self.function, self.fingerprint)
            names = self.function.__globals__
            for name in self.function.__code__.co_names:
                called = names.get(name)
                if isinstance(called, Compiled):
                    names[name] = called.dispatcher  # numba knows its own functions alone
        return self._dispatcher


def compiled(function: Callable[Given, Made]) -> Compiled[Given, Made]:
    """Compile a function when it is first called; see :class:`Compiled`."""
    return Compiled(function)


def _fingerprint(function: Callable[..., Any], callers: tuple[Callable[..., Any], ...]) -> str:
    told = list(_told(function.__code__))
    for name in sorted(_names(function.__code__)):
        value: Any = function.__globals__.get(name)
        if isinstance(value, Compiled):
            if value.function is not function and value.function not in callers:
                told.append(_fingerprint(value.function, (*callers, function)))
        elif hasattr(value, "py_func"):  # compiled already
            told.append(value.py_func.__qualname__)
        elif hasattr(value, "_fields"):
            told.append(repr(value._fields))
        elif isinstance(value, (int, float, complex, str, bytes, tuple)):
            told.append(f"{name} {value!r}")
    return hashlib.blake2b("\n".join(told).encode(), digest_size=8).hexdigest()


def _told(code: CodeType) -> Iterator[str]:
    yield code.co_code.hex()
    yield repr((code.co_names, code.co_varnames))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _told(constant)
        else:
            yield repr(constant)


def _names(code: CodeType) -> set[str]:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _dispatcher_of(function: Callable[Given, Made], fingerprint: str) -> Callable[Given, Made]:
    import numba

    named = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    named.__qualname__ = f"{function.__qualname__}-{fingerprint}"
    try:
        made: Callable[Given, Made] = numba.njit(cache=True)(named)
    except RuntimeError:  # no folder in which what is compiled could be kept
        made = numba.njit(named)
    return made
