"""What is made once and handed out as often as asked: each caller may change what they get, and nobody else's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Generic, NoReturn, Self, TypeVar, overload

import pandas as pd

from sectorlib.progress import making

Made = TypeVar("Made")


def own_copy(value: Made) -> Made:
    """A copy for one caller: of a table, of tables in a list, tuple, mapping or record, else the value itself.

    Tables are copied when they are written to and not before, so that a copy of millions of rows costs nothing.

    Examples
    --------
    >>> table = pd.DataFrame({"jobs": [1, 2]})
    >>> mine = own_copy(table)
    >>> mine.loc[0, "jobs"] = 9
    >>> table["jobs"].tolist()
    [1, 2]
    """
    made: Any = value
    if isinstance(made, (pd.DataFrame, pd.Series)):
        made = made.copy(deep=False)
    elif isinstance(made, dict):
        made = {key: own_copy(part) for key, part in made.items()}
    elif isinstance(made, list) or type(made) is tuple:
        made = type(made)(own_copy(part) for part in made)
    elif dataclasses.is_dataclass(made) and not isinstance(made, type):
        names = [f.name for f in dataclasses.fields(made) if f.init]
        parts = {name: own_copy(getattr(made, name)) for name in names}
        if any(parts[name] is not getattr(made, name) for name in names):
            made = dataclasses.replace(made, **parts)
    return made


class kept(Generic[Made]):
    """A property that is made when first asked for, kept, and handed out as a copy of the caller's own.

    Examples
    --------
    >>> class Study:
    ...     @kept
    ...     def panel(self) -> pd.DataFrame:
    ...         return pd.DataFrame({"jobs": [1, 2]})
    >>> study = Study()
    >>> mine = study.panel
    >>> mine.loc[0, "jobs"] = 9
    >>> study.panel["jobs"].tolist()
    [1, 2]
    """

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make
        self.__doc__ = make.__doc__
        self._name = make.__name__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Made: ...
    def __get__(self, instance: object | None, owner: type) -> Self | Made:
        """The caller's copy."""
        if instance is None:
            return self
        made = instance.__dict__
        if self._name not in made:
            with making(self._name.strip("_").replace("_", " ")):
                made[self._name] = self._make(instance)
        return own_copy(made[self._name])

    def __set__(self, instance: object, value: object) -> NoReturn:
        """Refused: with it, what is kept goes before the instance's own attributes."""
        raise AttributeError(f"{self._name} is made from the study's files and cannot be set")
