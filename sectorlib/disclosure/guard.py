"""What may be published about withheld cells: nothing that undoes somebody's protection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from sectorlib.disclosure.identities import KEYS
from sectorlib.resources import definitions

_FIGURES = ("employment", "wages")


def publishable(
    panel: pd.DataFrame, published: pd.DataFrame, confidential: Iterable[tuple[str, str]] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A panel that can be printed, and what was held back from it.

    - **narrow**: where the bounds of a withheld cell lie closer together than a share of what is withheld of
      it (its upper bound less what is published; ``protection`` in ``data/disclosure.yaml``), they are moved
      apart to round numbers that far from each other, and an estimate between them is taken out.
    - **confidential**: cells that the user names lose figures, bounds and establishments.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds, such as :func:`~sectorlib.disclosure.bounds.hard_bounds` makes.
    published : DataFrame
        The same rows before: their lows are what is published.
    confidential : iterable of (area, industry)
        What the user knows to be nobody's business.

    Returns
    -------
    panel, held_back : DataFrame
        The same rows; and area, industry, ownership, year, figure, reason of what was held back.

    References
    ----------
    Federal Committee on Statistical Methodology (2005), Report on statistical disclosure limitation
    methodology, Statistical Policy Working Paper 22 (the p-percent rule).

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36001", "industry": ["62", "71", "72"], "ownership": "5", "year": 2020,
    ...     "establishments": 3.0, "disclosure": ["disclosed", "suppressed", "suppressed"],
    ...     "employment": [60.0, None, None], "employment_low": [60.0, 98, 20], "employment_high": [60.0, 101, 90],
    ...     "wages": [6.0, None, None], "wages_low": [6.0, 0, 0], "wages_high": [6.0, 9, 9]})
    >>> published = panel.assign(employment_low=[60.0, 0, 0])
    >>> safe, held_back = publishable(panel, published, confidential=[("36001", "62")])
    >>> safe[["industry", "employment", "employment_low", "employment_high"]]
      industry  employment  employment_low  employment_high
    0       62         NaN             NaN              NaN
    1       71         NaN            80.0            120.0
    2       72         NaN            20.0             90.0
    >>> held_back[["industry", "figure", "reason"]]
      industry      figure        reason
    0       62  employment  confidential
    1       62       wages  confidential
    2       71  employment        narrow
    """
    share = definitions("disclosure")["protection"]["value"]
    named = set(confidential)
    secret = np.array(
        [
            pair in named
            for pair in zip(panel["area"].astype(str), panel["industry"].astype(str), strict=True)
        ],
        dtype=bool,
    )
    withheld = (panel["disclosure"] != "disclosed").to_numpy() & ~secret
    changed: dict[str, np.ndarray] = {}
    notes = []
    for figure in _FIGURES:
        low, high = (panel[f"{figure}_{end}"].to_numpy(dtype=float) for end in ("low", "high"))
        least = published[f"{figure}_low"].fillna(0.0).to_numpy(dtype=float)
        protected = share * np.maximum(high - least, 0.0)
        narrow = withheld & (high - low < protected)
        step = _round_step(protected)
        value = panel[figure].to_numpy(dtype=float)
        changed[figure] = np.where(secret | narrow, np.nan, value)
        coarse_low = np.maximum(np.floor(low / step) * step, np.minimum(least, low))
        coarse_high = np.maximum(np.ceil(high / step) * step, coarse_low + step)
        changed[f"{figure}_low"] = np.where(secret, np.nan, np.where(narrow, coarse_low, low))
        changed[f"{figure}_high"] = np.where(secret, np.nan, np.where(narrow, coarse_high, high))
        notes += [_noted(panel, secret, figure, "confidential"), _noted(panel, narrow, figure, "narrow")]
    changed["establishments"] = np.where(secret, np.nan, panel["establishments"].to_numpy(dtype=float))
    return panel.assign(**changed), _in_order(notes)


def differencing(footprints: Mapping[str, Iterable[str]], panel: pd.DataFrame) -> pd.DataFrame:
    """Cells that two published footprints give away, since one holds the other and a single withheld county.

    The sums of both being published, their difference is the county's figure. Footprints may overlap freely
    otherwise; those that differ by published counties, or by several withheld ones, tell nothing.

    Parameters
    ----------
    footprints : mapping of name to counties
        The regions, markets or partnerships whose sums are to be published.
    panel : DataFrame
        A Panel with the counties' cells.

    Returns
    -------
    DataFrame
        ``area`` (the county), ``industry``, ``ownership``, ``year``, and the footprints ``larger`` and
        ``smaller``: hold back one of the two sums.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": ["36001", "36003", "36005"], "industry": "62", "ownership": "5", "year": 2020,
    ...     "disclosure": ["disclosed", "suppressed", "disclosed"]})
    >>> footprints = {"market": ["36001", "36003", "36005"], "partners": ["36001", "36005"]}
    >>> differencing(footprints, panel)[["area", "industry", "larger", "smaller"]]
        area industry  larger   smaller
    0  36003       62  market  partners
    """
    members = {name: frozenset(counties) for name, counties in footprints.items()}
    cells = panel.loc[(panel["disclosure"] != "disclosed").to_numpy(), list(KEYS)]
    counties = cells["area"].astype(str)
    found = []
    for larger, whole in members.items():
        for smaller, part in members.items():
            if not part < whole:
                continue
            extra = cells[counties.isin(whole - part).to_numpy()]
            place = [k for k in KEYS if k != "area"]
            alone = extra[~extra.duplicated(place, keep=False)]
            found.append(alone.assign(larger=larger, smaller=smaller))
    columns = [*KEYS, "larger", "smaller"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def held_back_line(held_back: pd.DataFrame) -> str:
    """One line for a page: how much was held back and why; empty where nothing was.

    >>> held_back_line(pd.DataFrame({"reason": ["narrow", "narrow", "confidential"]}))
    'Held back to protect employers: 2 ranges made wider; 1 figure marked confidential.'
    >>> held_back_line(pd.DataFrame({"reason": []}))
    ''
    """
    texts = {
        "narrow": ("range made wider", "ranges made wider"),
        "confidential": ("figure marked confidential", "figures marked confidential"),
    }
    counts = held_back["reason"].value_counts()
    parts = [
        f"{counts[r]:,} {many if counts[r] != 1 else one}" for r, (one, many) in texts.items() if r in counts
    ]
    return f"Held back to protect employers: {'; '.join(parts)}." if parts else ""


def _round_step(least: np.ndarray) -> np.ndarray:
    """The next round number (1, 2 or 5 times a power of ten), 1 or more."""
    wanted = np.maximum(np.nan_to_num(least), 1.0)
    power = 10.0 ** np.floor(np.log10(wanted))
    lead = wanted / power
    return power * np.select([lead <= 1, lead <= 2, lead <= 5], [1.0, 2.0, 5.0], 10.0)


def _noted(panel: pd.DataFrame, rows: np.ndarray, figure: str, reason: str) -> pd.DataFrame:
    return panel.loc[rows, list(KEYS)].assign(figure=figure, reason=reason)


def _in_order(notes: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(notes)
    return table.sort_values(["area", "industry", "ownership", "year", "figure"], ignore_index=True)
