"""Published totals that contradict their own published parts: one of the two is wrong, and nobody knows which."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import area_kind, state_of
from sectorlib.disclosure.identities import KEYS, ROUNDING, coded, combined, published, whole_rows

#: Totals and their parts differ by rounding and by late corrections; by a larger share of the total, one is wrong.
_TOLERANCE = 0.001

#: Establishments not classified (99) are left out of some files: at most this share of all jobs.
_UNCLASSIFIED = 0.05

#: What each ownership is part of: all, and all government.
_OWNERSHIPS = {"1": "0", "2": "0", "3": "0", "5": "0"}
_WITH_GOVERNMENT = {"8": "0", "5": "0"}
_GOVERNMENTS = {"1": "8", "2": "8", "3": "8"}

#: Where parts make up this share of totals, and of so many at least, they are taken to be all the parts there are.
_USUAL, _FEWEST = 0.75, 3

COLUMNS = [*KEYS, "parts", "figure", "published", "sum_of_parts"]


def contradictions(panel: pd.DataFrame) -> pd.DataFrame:
    """Totals that their published parts contradict, by more than rounding.

    Parts that are all published must not add up to more than their total, whatever else is withheld: industries to
    the one they lie in, ownerships to all of them, counties to their state. Ownerships must not add up to less either,
    where the panel has rows of each in the year and none of the area is withheld; nor sectors, where the
    panel has every one; nor fewer ownerships, where those make up nearly all totals of that level in the year. Counties may fall short of their state, which has jobs of no known county. The nation's
    rows may come from elsewhere and are not compared with states.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds, as :func:`sectorlib.panel.assemble` makes it.

    Returns
    -------
    DataFrame
        One row for each total and figure: area, industry, ownership, year, parts (``ownerships``, ``industries`` or
        ``counties``), figure (``employment`` or ``wages``), published, sum_of_parts.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36001", "industry": "10", "ownership": ["0", "1", "2", "3", "5"], "year": 2020,
    ...     "employment": [130.0, 5, 5, 10, 80], "wages": 0.0})
    >>> contradictions(panel)[["area", "parts", "published", "sum_of_parts"]]
        area       parts  published  sum_of_parts
    0  36001  ownerships      130.0         100.0
    """
    codes, names = coded(panel)
    levels = [naics.level(code) for code in names["industry"]]
    kinds = [area_kind(area) for area in names["area"]]
    divided = {
        code: "" if level in ("domain", "supersector") else naics.parent(code) or ""
        for code, level in zip(names["industry"], levels, strict=True)
    }
    located = {
        area: f"{state_of(area)}000" if kind in ("county", "unknown", "statewide") else ""
        for area, kind in zip(names["area"], kinds, strict=True)
    }
    by_level = np.unique(levels, return_inverse=True)[1][codes["industry"]]
    in_year = combined([codes["year"], by_level])
    found = []
    for parts, key, above in (
        ("ownerships", "ownership", _OWNERSHIPS),
        ("ownerships", "ownership", _WITH_GOVERNMENT),
        ("ownerships", "ownership", _GOVERNMENTS),
        ("industries", "industry", divided),
        ("counties", "area", located),
    ):
        whole = whole_rows(codes, names, key, above)
        part = np.flatnonzero(whole >= 0)
        if not len(part):
            continue
        total, group = np.unique(whole[part], return_inverse=True)
        if key == "ownership":
            complete = _every(codes[key], names[key], list(above), in_year)[total]
        elif key == "industry":
            wanted = [sector for sector in naics.SECTORS if sector != "99"]
            complete = _every(codes[key], names[key], wanted, codes["year"])[total]
            complete &= np.array([level == "total" for level in levels])[codes["industry"]][total]
        else:
            complete = np.zeros(len(total), dtype=bool)
        unclassified = key == "industry" and "99" not in names["industry"]
        if above is _WITH_GOVERNMENT:  # all government stands beside its parts, or not at all
            complete &= np.bincount(group, minlength=len(total)) == len(above)
        for figure, rounding in ROUNDING.items():
            value = published(panel, figure)
            together = np.bincount(group, np.nan_to_num(value[part]), len(total))
            unknown = np.bincount(group, np.isnan(value[part]), len(total)) > 0
            number = np.bincount(group, minlength=len(total))
            gap = value[total] - together
            slack = np.maximum(rounding * (number + 1) + 0.5, _TOLERANCE * value[total])
            least = np.maximum(slack, _UNCLASSIFIED * value[total]) if unclassified else slack
            known = ~unknown & (value[total] > 0)
            usual = _usually(known, np.abs(gap) <= slack, in_year[total]) & (key == "ownership")
            with np.errstate(invalid="ignore"):
                wrong = (gap < -slack) | (known & usual & (gap > slack)) | (known & complete & (gap > least))
            rows = panel.iloc[total[wrong]][list(KEYS)].assign(
                parts=parts, figure=figure, published=value[total[wrong]], sum_of_parts=together[wrong]
            )
            found.append(rows.astype(dict.fromkeys(KEYS[:3], "str")))
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(found, ignore_index=True)[COLUMNS].drop_duplicates([*KEYS, "parts", "figure"])
    return table.sort_values([*KEYS, "parts", "figure"], ignore_index=True)


def _usually(known: np.ndarray, agree: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Of each total, whether parts add up to nearly all totals of its place whose parts are all known."""
    size = int(places.max(initial=0)) + 1
    number = np.bincount(places[known], minlength=size)
    right = np.bincount(places[known & agree], minlength=size)
    return ((right >= _FEWEST) & (right >= _USUAL * number))[places]


def _every(codes: np.ndarray, names: list[str], wanted: list[str], places: np.ndarray) -> np.ndarray:
    """Of each row, whether its place has rows of every wanted code somewhere."""
    size = int(places.max(initial=0)) + 1
    there = np.ones(size, dtype=bool)
    for code in wanted:
        has = np.zeros(size, dtype=bool)
        if code in names:
            has[places[codes == names.index(code)]] = True
        there &= has
    return there[places]
