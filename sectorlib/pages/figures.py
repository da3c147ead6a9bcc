"""Stated figures: what a number is called on a page, and how certain it is.

A figure is text that also knows its kind and the number behind it. Tables and charts go by the kind, never by a
pattern in the text; and every rule of rounding stands here once.
"""

from __future__ import annotations

import math
from typing import Literal, Self, get_args

import pandas as pd

#: How a figure is known: published; between two ends; at least or at most; modeled; or not to be said.
Kind = Literal["exact", "range", "bound", "estimate", "withheld"]

WITHHELD = "withheld"
NOT_KNOWN = "not known"
_DASH, _MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"

#: A pay or growth range wider than this says too little to print: a share of its upper end, and points.
_PAY_RANGE, _GROWTH_RANGE = 0.25, 12.0

#: A growth range no wider than this, in points, is about its middle.
_GROWTH_ABOUT = 0.5

#: Shares closer to none or all than this are not rounded to it.
_EDGE = 0.005

#: What a modeled number below ten is called.
_SMALL = "under 10"

#: Shares that differ by less are the same.
_EXACT = 1e-9


class Figure(str):
    """A figure as a page states it: its text, its kind, and the number that it sorts by.

    Parameters
    ----------
    text : str
        What people read.
    kind : {"exact", "range", "bound", "estimate", "withheld"}
        How it is known.
    value : float
        The number behind it; of a range its middle, of a bound the bound. Missing where nothing may be said.

    Examples
    --------
    >>> figure = Figure("900 to 1,000", "range", 950.0)
    >>> figure, figure.kind, figure.value
    ('900 to 1,000', 'range', 950.0)
    """

    kind: Kind
    value: float

    def __new__(cls, text: str, kind: Kind = "exact", value: float = math.nan) -> Self:
        """A text with its kind and its number."""
        if kind not in get_args(Kind):
            raise ValueError(f"a figure is one of {', '.join(get_args(Kind))}, not {kind!r}")
        made = super().__new__(cls, text)
        made.kind, made.value = kind, float(value)
        return made

    def marked(self, mark: str) -> Figure:
        """The same figure with a footnote mark; what is withheld has none."""
        return self if self.kind == "withheld" else Figure(self + mark, self.kind, self.value)


def withheld() -> Figure:
    """A figure that may not be said."""
    return Figure(WITHHELD, "withheld")


def jobs(value: float) -> Figure:
    """A number of jobs.

    >>> jobs(12345.4), jobs(float("nan"))
    ('12,345', 'not known')
    """
    return Figure(NOT_KNOWN, "withheld") if pd.isna(value) else Figure(f"{value:,.0f}", "exact", value)


def signed_jobs(value: float) -> Figure:
    """A change of jobs.

    >>> signed_jobs(1234.4), signed_jobs(-0.2)
    ('+1,234', '0')
    """
    text = f"{value:+,.0f}".replace("-", _MINUS)
    return Figure("0" if text[1:] == "0" else text, "exact", value)


def rounded_jobs(value: float) -> Figure:
    """A number of jobs to three figures, for sentences about what is uncertain.

    >>> rounded_jobs(12345), rounded_jobs(87)
    ('12,300', '87')
    """
    return jobs(value) if pd.isna(value) or value < 1000 else Figure(_significant(value, 3), "exact", value)


def about(row: pd.Series, name: str) -> Figure:
    """A modeled number to two figures: about so many, or a range where withheld cells leave one.

    >>> about(pd.Series({"jobs": 1234.0, "jobs_low": 1234.0, "jobs_high": 1234.0}), "jobs")
    '1,200'
    >>> about(pd.Series({"jobs": float("nan"), "jobs_low": 5576.0, "jobs_high": 5613.0}), "jobs")
    '5,600'
    >>> about(pd.Series({"jobs": float("nan"), "jobs_low": 640.0, "jobs_high": float("nan")}), "jobs")
    'at least 640'
    >>> about(pd.Series({"jobs": float("nan"), "jobs_low": 4.0, "jobs_high": 19.0}), "jobs")
    'at most 19'
    """
    text = {end: _two_figures(row[f"{name}{end}"]) for end in ("", "_low", "_high")}
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if pd.notna(row[name]):
        return Figure(text[""], "estimate", row[name])
    if pd.isna(high):
        return Figure(f"at least {text['_low']}", "bound", low) if low > 0 else Figure(NOT_KNOWN, "withheld")
    if text["_low"] == text["_high"]:
        return Figure(text["_low"], "estimate", (low + high) / 2)
    if text["_low"] == _SMALL:
        return Figure(f"at most {text['_high']}", "bound", high)
    return Figure(f"{text['_low']}{_DASH}{text['_high']}", "range", (low + high) / 2)


def estimated_jobs(row: pd.Series) -> Figure:
    """A sector's jobs: the figure where all are published; else a range, or about so many where it is narrow.

    >>> row = {"employment": float("nan"), "employment_low": 9000.0, "employment_high": 9400.0}
    >>> estimated_jobs(pd.Series(row | {"employment_estimate": 9210.0}))
    'about 9,200'
    >>> estimated_jobs(pd.Series(row | {"employment_low": 1000.0, "employment_estimate": 9210.0}))
    '1,000–9,400'
    >>> estimated_jobs(pd.Series(row | {"employment": 9210.0, "employment_estimate": 9210.0}))
    '9,210'
    """
    low, high, middle = row["employment_low"], row["employment_high"], row["employment_estimate"]
    if pd.notna(row["employment"]):
        return jobs(row["employment"])
    if pd.notna(high) and pd.notna(middle) and high - low <= _PRECISE * middle:
        return Figure(f"about {_significant(middle, 2)}", "estimate", middle)
    if pd.isna(high) or low <= 0:
        return cell_jobs(row)
    return Figure(f"{_significant(low, 3)}{_DASH}{_significant(high, 3)}", "range", (low + high) / 2)


#: A withheld number has a point estimate where what it can be spans no more than this share of it.
_PRECISE = 0.2


def rounded_pay(row: pd.Series, name: str) -> Figure:
    """Pay to the next hundred dollars; at or above the top code, at least that.

    >>> rounded_pay(pd.Series({"pay_p90": float("nan"), "pay_p90_at_least": 239200.0}), "pay_p90")
    '$239,200+'
    >>> rounded_pay(pd.Series({"pay_p90": 54321.0, "pay_p90_at_least": 54321.0}), "pay_p90")
    '$54,300'
    """
    if pd.notna(row[name]):
        return dollars(round(row[name], -2))
    low = row[f"{name}_at_least"]
    if pd.isna(low):
        return Figure(_DASH, "withheld")
    return Figure(f"{dollars(round(low, -2))}+", "bound", low)


def percent(value: float) -> Figure:
    """A signed percent change.

    >>> percent(3.21), percent(-0.04), percent(float("nan"))
    ('+3.2%', '0.0%', 'not known')
    """
    if pd.isna(value):
        return Figure(NOT_KNOWN, "withheld")
    text = f"{value:+.1f}%"
    text = "0.0%" if text in ("+0.0%", "-0.0%") else text.replace("-", _MINUS)
    return Figure(text, "exact", value)


def plain_percent(value: float) -> Figure:
    """A percent change in a sentence that says which way it goes: a minus sign only where it fell.

    >>> plain_percent(6.3), plain_percent(-0.5).replace(chr(8722), "-")
    ('6.3%', '-0.5%')
    """
    return Figure(percent(value).removeprefix("+"), "exact", value)


def without_zero_sign(text: str) -> str:
    """A signed figure with a true minus sign, and without a sign where it rounds to zero.

    >>> without_zero_sign("-0.0%"), without_zero_sign("+1.2%")
    ('0.0%', '+1.2%')
    """
    bare = text.lstrip("+-")
    return bare if not bare.strip("0.,%") else text.replace("-", _MINUS)


def rose(value: float) -> str:
    """A percent change as a verb.

    >>> rose(2.84), rose(-1.06), rose(0.02)
    ('rose 2.8%', 'fell 1.1%', 'did not change')
    """
    if pd.isna(value) or abs(value) < 0.05:
        return "did not change" if pd.notna(value) else NOT_KNOWN
    return f"{'rose' if value > 0 else 'fell'} {abs(value):.1f}%"


def dollars(value: float) -> Figure:
    """An amount of dollars.

    >>> dollars(54321.9)
    '$54,322'
    """
    return Figure(NOT_KNOWN, "withheld") if pd.isna(value) else Figure(f"${value:,.0f}", "exact", value)


def share(value: float) -> Figure:
    """A share as a whole percentage; what is not all or none is not called so.

    >>> share(1.0), share(0.997), share(0.42), share(0.002), share(0.0)
    ('100%', 'over 99%', '42%', 'under 1%', '0%')
    """
    if pd.isna(value):
        return Figure(NOT_KNOWN, "withheld")
    if 0 < value < _EDGE:
        return Figure("under 1%", "exact", value)
    if 1 - _EDGE <= value < 1:
        return Figure("over 99%", "exact", value)
    return Figure(f"{value:.0%}", "exact", value)


def cell_share(row: pd.Series, name: str = "share") -> Figure:
    """A share as withheld cells leave it: a percentage, or the range that it can be in.

    >>> cell_share(pd.Series({"share": 0.618, "share_low": 0.618, "share_high": 0.618}))
    '62%'
    >>> cell_share(pd.Series({"share": float("nan"), "share_low": 0.29, "share_high": 0.466}))
    '29–47%'
    >>> cell_share(pd.Series({"share": float("nan"), "share_low": 0.0, "share_high": 1.0}))
    'withheld'
    """
    if pd.notna(row[name]):
        return share(row[name])
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if pd.isna(low) or pd.isna(high) or (low <= 0 and high >= 1):
        return withheld()
    # Outwards, so that the range as printed holds the range as known.
    least, most = math.floor(100 * low + _EXACT), math.ceil(100 * high - _EXACT)
    if least <= 0:
        return Figure(f"at most {most}%", "bound", high)
    if least == most:
        return Figure(f"{most}%", "exact", high)
    return Figure(f"{least}{_DASH}{most}%", "range", (low + high) / 2)


def cell_jobs(row: pd.Series) -> Figure:
    """Employment of a cell as it may be stated: a figure, a range, or the least or the most it can be.

    >>> cell_jobs(pd.Series({"employment": float("nan"), "employment_low": 900.0, "employment_high": 1000.0}))
    '900–1,000'
    >>> cell_jobs(pd.Series({"employment": float("nan"), "employment_low": 90.0, "employment_high": float("nan")}))
    'at least 90'
    >>> cell_jobs(pd.Series({"employment": float("nan"), "employment_low": 0.0, "employment_high": 1000.0}))
    'at most 1,000'
    """
    return ranged(row, "employment", "{:,.0f}")


def cell_quotient(row: pd.Series) -> Figure:
    """A location quotient as it may be stated: a figure, a range, or the least or the most it can be.

    The range is what withheld cells leave open in the year, not how far quotients move from year to year.

    >>> row = {"location_quotient": float("nan"), "location_quotient_low": 1.21, "location_quotient_high": 1.3}
    >>> cell_quotient(pd.Series(row)), cell_quotient(pd.Series(row | {"location_quotient": 1.234}))
    ('1.21–1.30', '1.23')
    """
    return ranged(row, "location_quotient", "{:.2f}")


def cell_quotient_of_rest(row: pd.Series) -> Figure:
    """A location quotient beside the rest of the base, or the range that it can be in."""
    return ranged(row, "location_quotient_rest", "{:.2f}")


def ranged(row: pd.Series, name: str, form: str) -> Figure:
    """A column's figure in a format, or the range or bound that columns beside it leave.

    >>> ranged(pd.Series({"n": float("nan"), "n_low": 2.0, "n_high": float("nan")}), "n", "{:.0f}").kind
    'bound'
    """
    if pd.notna(row[name]):
        return Figure(form.format(row[name]), "exact", row[name])
    low, high = (row[f"{name}{end}"] for end in ("_low", "_high"))
    if pd.notna(low) and low > 0:
        if pd.isna(high):
            return Figure("at least " + form.format(low), "bound", low)
        least, most = form.format(low), form.format(high)
        if least == most:
            return Figure(most, "exact", high)
        return Figure(f"{least}{_DASH}{most}", "range", (low + high) / 2)
    return Figure("at most " + form.format(high), "bound", high) if pd.notna(high) else withheld()


def cell_pay(row: pd.Series) -> Figure:
    """Average pay of a cell: a figure, or a range that is not too wide to say something.

    >>> row = {"average_annual_pay": float("nan"), "average_annual_pay_low": 51e3, "average_annual_pay_high": 54e3}
    >>> cell_pay(pd.Series(row))
    '$51,000–54,000'
    """
    if pd.notna(row["average_annual_pay"]):
        return dollars(row["average_annual_pay"])
    low, high = row["average_annual_pay_low"], row["average_annual_pay_high"]
    if pd.isna(low) or pd.isna(high) or high - low > _PAY_RANGE * high:
        return withheld()
    return Figure(f"{dollars(round(low, -2))}{_DASH}{round(high, -2):,.0f}", "range", (low + high) / 2)


def cell_growth(row: pd.Series) -> Figure:
    """Percent change of a cell's jobs: a figure, a range that is not too wide to say something, or the way it went.

    >>> row = {"percent_change": float("nan"), "percent_change_low": -1.0, "percent_change_high": 2.5}
    >>> cell_growth(pd.Series(row)).replace(chr(8722), "-")
    '-1.0 to +2.5%'
    >>> cell_growth(pd.Series(row | {"percent_change_low": 4.0, "percent_change_high": 60.0}))
    'at least +4.0%'
    >>> cell_growth(pd.Series(row | {"percent_change_low": 4.0, "percent_change_high": 4.2}))
    'about +4.1%'
    """
    if pd.notna(row["percent_change"]):
        return percent(row["percent_change"])
    low, high = row["percent_change_low"], row["percent_change_high"]
    if high - low <= _GROWTH_ABOUT:
        return Figure(f"about {percent((low + high) / 2)}", "estimate", (low + high) / 2)
    if high - low <= _GROWTH_RANGE:
        return Figure(f"{percent(low).removesuffix('%')} to {percent(high)}", "range", (low + high) / 2)
    if low > 0:  # which way it went is known, and said elsewhere on the page
        return Figure(f"at least {percent(low)}", "bound", low)
    return Figure(f"at most {percent(high)}", "bound", high) if high < 0 else withheld()


def may_be_churn(row: pd.Series) -> bool:
    """Whether a usual year's movement, or one establishment more or less, could carry a quotient across 1.

    Of figures that are known; one that is withheld in part is a range already.

    >>> row = {"location_quotient": 1.1, "location_quotient_churn_low": 0.9, "location_quotient_churn_high": 1.3}
    >>> may_be_churn(pd.Series(row | {"stability": "stable"}))
    True
    """
    if pd.isna(row["location_quotient"]):
        return False
    moves = row["location_quotient_churn_low"] < 1 < row["location_quotient_churn_high"]
    return bool(moves or row["stability"] == "one establishment")


def rests_on_few(row: pd.Series) -> bool:
    """Whether a cell's average pay is shown and rests on few establishments; where their number is withheld, it is not said.

    >>> row = {"few_establishments": True, "establishments": 4.0, "average_annual_pay": 51000.0}
    >>> rests_on_few(pd.Series(row)), rests_on_few(pd.Series(row | {"establishments": float("nan")}))
    (True, False)
    """
    known = bool(row["few_establishments"]) and pd.notna(row["establishments"])
    return known and cell_pay(row).kind != "withheld"


def _two_figures(value: float) -> str:
    if pd.isna(value):
        return NOT_KNOWN
    return _SMALL if value < 10 else _significant(value, 2)


def _significant(value: float, digits: int) -> str:
    return f"{round(value, digits - 1 - math.floor(math.log10(value))):,.0f}" if value > 0 else "0"
