"""What is compiled is kept under a name that changes with everything that was compiled into it."""

import types
from collections.abc import Callable

import pytest

from sectorlib.compiled import Compiled

MODULE = """
LEAST = 2

@compiled
def half(x):
    return x / 2

@compiled
def judged(x):
    return half(x) >= LEAST

@compiled
def again(x):
    return again(x - 1) if x > 0 else judged(x)
"""


def module(text: str) -> dict[str, object]:
    made = types.ModuleType("made")
    made.compiled = Compiled
    exec(text, made.__dict__)
    return vars(made)


def fingerprints(text: str) -> list[str]:
    return [module(text)[name].fingerprint for name in ("half", "judged", "again")]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("x / 2", "x / 3", [True, True, True]),  # numba looks at the file of the caller alone
        ("LEAST = 2", "LEAST = 3", [False, True, True]),
        ("x > 0", "x > 1", [False, False, True]),
        ("\n\n@compiled\ndef judged", "\n\n\n@compiled\ndef judged", [False, False, False]),
    ],
)
def test_a_fingerprint_changes_with_all_that_is_compiled_in(old, new, changed):
    before, after = fingerprints(MODULE), fingerprints(MODULE.replace(old, new))
    assert [a != b for a, b in zip(before, after, strict=True)] == changed
    assert len(set(before)) == 3


def test_a_function_that_is_compiled_already_is_told_by_its_name():
    """Compiled functions take the place of their calls, and keep their fingerprint."""
    names = module(MODULE)
    judged = names["judged"]
    names["half"] = types.SimpleNamespace(py_func=named(names["half"], "half-0123"))
    other = module(MODULE)
    other["half"] = types.SimpleNamespace(py_func=named(other["half"], "half-4567"))
    assert judged.fingerprint != other["judged"].fingerprint


def named(function: Compiled, name: str) -> Callable:
    function.function.__qualname__ = name
    return function.function
