"""Sentences that people read are written in one place: nothing outside `pages` holds one.

A sentence is a text that begins with a capital, has five words or more and ends with a period. Declarations (meanings of
columns, tables and keys, options of the command line), errors, docstrings and how an object shows itself in a notebook
are not pages and may hold some.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sectorlib

CODE = Path(sectorlib.__file__).parent
SENTENCE = re.compile(r"(?:^|[.!?]\s)[A-Z][^.!?\n]*(?:\s[^.!?\s]+){4,}[.!?](?:\s|$)")
#: Rooms of text: pages, the command line, and files that people edit.
ROOMS = ("pages", "cli.py", "simulation", "fetch")
#: Calls whose texts are declarations or findings.
DECLARATIONS = {"gives", "_gives_part", "Column", "Table", "StudyKey", "Key", "Finding", "card"}


def told(text: str) -> Iterator[tuple[int, str]]:
    """The texts of a module that are neither docstrings, declarations nor errors; what is filled in is X."""
    tree = ast.parse(text)
    passed: set[int] = set()
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        shown = isinstance(node, ast.FunctionDef) and node.name == "_repr_html_"
        alone = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Raise) or name.endswith("Error") or name in DECLARATIONS or shown or alone:
            passed |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in ast.walk(node)}
            yield node.lineno, "".join(p.value if isinstance(p, ast.Constant) else "X" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


MODULES = [p for p in sorted(CODE.rglob("*.py")) if p.relative_to(CODE).parts[0] not in ROOMS]


def test_no_sentence_stands_outside_pages():
    found = [
        f"{path.relative_to(CODE)}:{line}: {text}"
        for path in MODULES
        for line, text in told(path.read_text(encoding="utf-8"))
        if SENTENCE.search(text)
    ]
    assert not found, "\n".join(found)


def test_templates_of_pages_are_in_pages():
    assert not [p for p in CODE.rglob("*.j2") if "pages" not in p.relative_to(CODE).parts]


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ('x = f"Employment rose {n}% from 2012 to 2017."', True),
        ('x = "few. The region lost a third of its jobs."', True),
        ('x = "share of jobs over the nation\'s"', False),
        ('raise NotSupportedError("The study names no flows at all.")', False),
        ('def f():\n    """Return what the study has of it."""', False),
        ('x = Column("a", "text", "", "Is there a convener whom they trust?")', False),
    ],
)
def test_what_counts_as_a_sentence(code, is_told):
    assert any(SENTENCE.search(text) for _, text in told(code)) == is_told
