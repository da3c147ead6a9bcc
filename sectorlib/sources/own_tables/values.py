"""Figures as people write them: dollar signs, separators, footnote marks, and marks of what is withheld."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlib.exceptions import LayoutError

#: Marks that agencies set in place of a figure that they withhold or do not have.
WITHHELD_MARKS = (
    "*", "**", "***", "(D)", "D", "N", "(N)", "S", "(S)", "ND", "N/D", "(ND)", "NA", "(NA)", "N/A", "n.a.",
    "#N/A", "nan", "null", "none", "suppressed", "confidential", "withheld", "disclosed (D)", "not disclosable",
    "nondisclosable", "non-disclosable", "#",
)  # fmt: skip

#: Marks of BEA for a figure that is small: the most it can be, in jobs and in dollars.
SMALL_MARKS = {"(l)": (9.0, 50_000.0), "l": (9.0, 50_000.0)}

#: Words before or after the most that a withheld figure can be.
_BELOW = r"(?:<|&lt;|less than|fewer than|under|below)"
_AT_MOST = r"(?:<=|≤|at most|up to)"

#: What figures say of the decimal mark.
_MARKS = {
    "grouped comma": r"-?\d{1,3}(?:\.\d{3})+,\d+|-?\d{1,3}(?:\.\d{3}){2,}",
    "comma": r"-?\d+,(?:\d{1,2}|\d{4,})",
    "grouped point": r"-?\d{1,3}(?:,\d{3})+\.\d*|-?\d{1,3}(?:,\d{3}){2,}",
    "point": r"-?\d+\.(?:\d{1,2}|\d{4,})",
    "either": r"-?\d{1,3},\d{3}",
}

_NUMBER = re.compile(
    r"""^\$?\s*(?P<number>-?\$?\s*(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][+-]?\d+)?|-?\.\d+)
        \s*(?P<mark>(?:\*+|\([a-zA-Z0-9]{1,2}\)|[a-zA-Z]{1,2}|\d/|[†‡§¹²³⁴]|\[[a-zA-Z0-9]\])?)$""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Figures:
    """A column of figures: the number where there is one, whether it is withheld, and what a mark leaves open."""

    number: pd.Series
    withheld: pd.Series
    low: pd.Series
    high: pd.Series
    marks: dict[str, int]
    footnotes: int
    dollars: int
    separators: int
    blanks: int


def read_figures(
    column: pd.Series,
    name: str,
    suppressed: Iterable[str],
    is_money: bool,
    decimal: str = ".",
    unit: float = 1.0,
) -> Figures:
    """The figures of a column.

    Parameters
    ----------
    column : Series
        Numbers, or text as it stands; the index is the row in the file.
    name : str
        The column, for the message.
    suppressed : iterable of str
        Further marks of withheld figures.
    is_money : bool
        Whether the figures are dollars, for the most a small one can be.
    decimal : str
        The decimal mark: "." for 1,234.5 or "," for 1.234,5.
    unit : float
        What the figures are multiplied by. Marks of BEA stand for jobs and dollars whatever the unit.

    Raises
    ------
    LayoutError
        A text that is no number and no known mark, or a negative number.
    """
    stated = {_mark_key(mark) for mark in suppressed}
    numeric = {float(mark) for mark in stated if re.fullmatch(r"-?\d+(\.0*)?", mark)}
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        number = column.astype("Float64").astype(float)
        number = number.mask(number.isin(numeric)) * unit
        withheld = number.isna()
        high = pd.Series(np.nan, index=column.index)
        figures = Figures(number, withheld, high, high, {}, 0, 0, 0, int(withheld.sum()))
        return _not_negative(figures, column, name)
    codes, uniques = pd.factorize(column.astype(object).where(column.notna(), ""))
    known = {_mark_key(mark) for mark in WITHHELD_MARKS} | stated
    if decimal == ",":
        uniques = pd.Index([_with_point(unique) for unique in uniques], dtype=object)
    parsed = [_parsed(unique, known) for unique in uniques]
    kinds = np.array([kind for kind, _, _ in parsed], dtype=object)[codes]
    numbers = np.array([value for _, value, _ in parsed], dtype=float)[codes]
    traits = np.array([trait for _, _, trait in parsed], dtype=object)[codes]
    wrong = kinds == "unknown"
    if wrong.any():
        raise _unreadable(column, wrong, name)
    index = column.index
    limits = np.array([_limits(u, is_money, unit) if k == "small" else (np.nan, np.nan)
                       for (k, _, _), u in zip(parsed, uniques, strict=True)])[codes].reshape(-1, 2)  # fmt: skip
    marked = pd.Series(column.astype(str).str.strip(), index=index)[
        (kinds == "withheld") | (kinds == "small")
    ]
    figures = Figures(
        pd.Series(numbers * unit, index=index),
        pd.Series(kinds != "number", index=index),
        pd.Series(limits[:, 0], index=index),
        pd.Series(limits[:, 1], index=index),
        {str(k): int(v) for k, v in marked.value_counts().items()},
        int(np.sum([t is not None and "f" in t for t in traits])),
        int(np.sum([t is not None and "$" in t for t in traits])),
        int(np.sum([t is not None and "," in t for t in traits])),
        int((kinds == "blank").sum()),
    )
    return _not_negative(figures, column, name)


def looks_like_figure(text: str) -> bool:
    """Whether a cell holds a number, for finding where a table starts.

    >>> [looks_like_figure(t) for t in ("$1,234", "1,234 r", "Albany", "")]
    [True, True, False, False]
    """
    return bool(_NUMBER.match(_clean(text)))


def stands_for_figure(text: str) -> bool:
    """Whether a cell of a column of figures may read so: a number, a mark of a withheld one, a dash.

    >>> [stands_for_figure(t) for t in ("1,234", "1.234,5", "<10", "(D)", "-", "Jobs")]
    [True, True, True, True, True, False]
    """
    clean = _clean(text)
    if not clean:
        return False
    marks = {_mark_key(mark) for mark in WITHHELD_MARKS} | set(SMALL_MARKS)
    return (
        looks_like_figure(text)
        or looks_like_figure(str(_with_point(clean)))
        or _mark_key(clean) in marks
        or _range_of(clean) is not None
        or not re.search(r"\w", clean)
    )


def decimal_mark(values: Iterable[object]) -> str | None:
    """The decimal mark that figures tell of: "," or ".", "?" where a comma may be either, None where nothing tells.

    >>> decimal_mark(["1.234,5", "7"]), decimal_mark(["7,5", "12,25"]), decimal_mark(["1,234", "7.5"])
    (',', ',', '.')
    >>> decimal_mark(["1,234", "12,34"]), decimal_mark(["1.234", "1,234"])
    ('?', None)
    """
    found = set()
    for value in values:
        text = re.sub(r"[$\s]", "", _clean(value)) if isinstance(value, str) else ""
        for kind, pattern in _MARKS.items():
            if re.fullmatch(pattern, text):
                found.add(kind)
    comma, point = found & {"grouped comma", "comma"}, found & {"grouped point", "point"}
    if comma and not point:
        return "?" if "either" in found and "grouped comma" not in found else ","
    return "." if point and not comma else None


def _with_point(value: object) -> object:
    """A figure with a decimal comma, written with a decimal point."""
    if not isinstance(value, str) or not re.fullmatch(r"[$\s(-]*[\d.,\s]+\D*", _clean(value)):
        return value
    return _clean(value).replace(".", "").replace(",", ".")


def _range_of(text: str) -> tuple[float, float | None] | None:
    """What "<10", "10 or fewer" or "20-99" leave open: the least and the most, the most as stated."""
    number = r"\$?\s*(\d[\d,]*)"
    low = text.casefold()
    below = re.fullmatch(rf"{_BELOW}\s*{number}", low)
    most = re.fullmatch(rf"{_AT_MOST}\s*{number}|{number}\s*(?:or fewer|or less)", low)
    between = re.fullmatch(rf"{number}\s*(?:-|–|—|to)\s*{number}", low)
    if below:
        top = float(below[1].replace(",", ""))
        return 0.0, np.nextafter(top, 0) if top else None
    if most:
        return 0.0, float((most[1] or most[2]).replace(",", ""))
    if between:
        ends = [float(end.replace(",", "")) for end in between.groups()]
        return (ends[0], ends[1]) if ends[0] < ends[1] else None
    return None


def _limits(value: object, is_money: bool, unit: float) -> tuple[float, float]:
    """The least and the most that a mark leaves open; jobs are whole numbers."""
    key = _mark_key(value)
    if key in SMALL_MARKS:
        return 0.0, SMALL_MARKS[key][int(is_money)]
    least, most = _range_of(_clean(str(value))) or (0.0, None)
    if most is None:
        return least * unit, np.nan
    return least * unit, float(most * unit if is_money or unit != 1 else np.floor(most))


def _parsed(value: object, marks: set[str]) -> tuple[str, float, str | None]:
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return ("blank", np.nan, None) if value != value else ("number", float(value), None)
    text = _clean(str(value))
    if not text:
        return "blank", np.nan, None
    key = _mark_key(text)
    if key in SMALL_MARKS:
        return "small", np.nan, None
    if key in marks:
        return "withheld", np.nan, None
    if _range_of(text) is not None:
        return "small", np.nan, None
    negative = re.fullmatch(r"\((\$?[\d,.]+)\)", text)
    match = _NUMBER.match(f"-{negative[1]}" if negative else text)
    if not match or match["mark"].casefold() in ("k", "m", "b", "t", "mm", "bn"):  # 1.2M is no 1.2
        return "unknown", np.nan, None
    raw = match["number"]
    trait = ("f" if match["mark"] else "") + ("$" if "$" in text else "") + ("," if "," in raw else "")
    return "number", float(re.sub(r"[$,\s]", "", raw)), trait or None


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace(" ", " ").strip()
    text = re.sub(r'^="?(.*?)"?$', r"\1", text).strip().strip("'\"").strip()
    return re.sub(r"(?<=\d)\s(?=\d{3}\b)", "", text)  # thin or other blanks between thousands


def _mark_key(mark: object) -> str:
    return re.sub(r"\s+", "", str(mark)).casefold()


def _not_negative(figures: Figures, column: pd.Series, name: str) -> Figures:
    below = figures.number < 0
    if below.any():
        row = column.index[below.to_numpy()][0]
        raise LayoutError(
            f"column {name} holds {str(column[row])!r} in row {row} ({int(below.sum())} such rows)",
            "jobs, establishments or pay, which are not negative",
            "a code such as -9999 for what is missing goes into suppressed: suppressed=['-9999']; is it a change?",
        )
    return figures


def _unreadable(column: pd.Series, wrong: np.ndarray, name: str) -> LayoutError:
    values = column[wrong].astype(str).str.strip()
    row = column.index[wrong][0]
    shown = ", ".join(repr(v) for v in values.drop_duplicates()[:5])
    more = f" ({int(wrong.sum())} such rows: {shown})" if len(values) > 1 else ""
    return LayoutError(
        f"column {name} holds {values.iloc[0]!r} in row {row}{more}",
        "a number, or a known mark of a withheld figure such as (D), * or N",
        f"if it marks what is withheld, add it: suppressed=[{values.iloc[0]!r}]; a mark that means zero "
        "has to be a 0 in the file",
    )
