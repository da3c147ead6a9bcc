"""What may be published about withheld cells: nothing that undoes somebody's protection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from sectorlib.disclosure.identities import KEYS, families
from sectorlib.disclosure.identities import published as published_figures
from sectorlib.disclosure.masking import complements, without
from sectorlib.resources import definitions

_FIGURES = ("employment", "wages")


def withhold(
    panel: pd.DataFrame, confidential: Iterable[tuple[str, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Withhold the cells that a user names, and as many others as keep them from being subtracted.

    Named cells are withheld in every year and ownership. Others (complements) follow until no sum of the
    panel holds a single withheld cell: first cells of about their size or larger, totals only where parts
    do not suffice. What is withheld is then treated as if the agency had withheld it, in every measure.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds, as :func:`sectorlib.panel.assemble` makes it.
    confidential : iterable of (area, industry)
        What the user knows to be nobody's business.

    Returns
    -------
    panel, held_back : DataFrame
        The same rows; and area, industry, ownership, year, figure, reason (``confidential`` or
        ``complement``) of what was published before.

    Examples
    --------
    >>> from sectorlib.panel import assemble
    >>> rows = pd.DataFrame({
    ...     "area": "36001", "industry": ["10", "62", "71", "72"], "ownership": "5", "year": 2020,
    ...     "establishments": [32, 10, 2, 20], "employment": [120, 60, 20, 40], "wages": [9.0, 5, 2, 2],
    ...     "disclosure": "disclosed"})
    >>> safe, held_back = withhold(assemble(rows), [("36001", "71")])
    >>> safe[["industry", "employment"]].to_dict("list")
    {'industry': ['10', '62', '71', '72'], 'employment': [120.0, 60.0, nan, nan]}
    >>> held_back.loc[held_back["figure"] == "employment", "reason"].tolist()
    ['confidential', 'complement']
    """
    named = list(confidential)
    if not named:
        return panel, _in_order([])
    secret = pd.MultiIndex.from_frame(panel[["area", "industry"]].astype(str)).isin(named)
    employment = published_figures(panel, "employment")
    reason = complements(families(panel), secret, employment)
    panel = without(panel, (reason > 0) | secret)
    known = ~np.isnan(employment)
    notes = [
        _noted(panel, rows & known, figure, why)
        for why, rows in (("confidential", secret), ("complement", (reason > 0) & ~secret))
        for figure in _FIGURES
    ]
    return panel, _in_order(notes)


def publishable(
    panel: pd.DataFrame, published: pd.DataFrame, certain: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A panel that can be printed, and what was made coarser in it.

    Where what follows for certain about a withheld cell lies closer together than a share of what is
    withheld of it (its upper bound less what is published; ``protection`` in ``data/disclosure.yaml``), the
    bounds are moved apart to round numbers that far from each other, and an estimate becomes their middle.
    Sums of such cells then tell no more than the cells do: guard first, add up afterwards.

    Parameters
    ----------
    panel : DataFrame
        What is to be printed: a Panel with bounds, with or without estimates.
    published : DataFrame
        The same rows as published: their lows are what is not withheld.
    certain : DataFrame
        The same rows with what anybody can work out, see :func:`~sectorlib.disclosure.bounds.hard_bounds`.

    Returns
    -------
    panel, held_back : DataFrame
        The same rows; and area, industry, ownership, year, figure, reason (``narrow``) of what is coarser.

    References
    ----------
    Federal Committee on Statistical Methodology (2005), Report on statistical disclosure limitation
    methodology, Statistical Policy Working Paper 22 (the p-percent rule).

    Examples
    --------
    >>> published = pd.DataFrame({
    ...     "area": "36001", "industry": ["71", "72"], "ownership": "5", "year": 2020, "disclosure": "suppressed",
    ...     "employment": [None, None], "employment_low": 0.0, "employment_high": [101.0, 90],
    ...     "wages": [None, None], "wages_low": 0.0, "wages_high": 9.0})
    >>> certain = published.assign(employment_low=[98.0, 20])
    >>> safe, held_back = publishable(published, published, certain)
    >>> safe[["industry", "employment_low", "employment_high"]].to_dict("list")
    {'industry': ['71', '72'], 'employment_low': [0.0, 0.0], 'employment_high': [120.0, 90.0]}
    >>> held_back[["industry", "figure", "reason"]].to_dict("records")
    [{'industry': '71', 'figure': 'employment', 'reason': 'narrow'}]
    """
    share = definitions("disclosure")["protection"]["value"]
    withheld = (panel["disclosure"] != "disclosed").to_numpy()
    changed: dict[str, np.ndarray] = {}
    notes = []
    for figure in _FIGURES:
        low, high = (certain[f"{figure}_{end}"].to_numpy(dtype=float) for end in ("low", "high"))
        least = published[f"{figure}_low"].fillna(0.0).to_numpy(dtype=float)
        protected = share * np.maximum(high - least, 0.0)
        narrow = withheld & (high - low < protected)
        step = _round_step(protected)
        coarse_low = np.maximum(np.floor(low / step) * step, np.minimum(least, low))
        coarse_high = np.maximum(np.ceil(high / step) * step, coarse_low + step)
        value, shown_low, shown_high = (
            panel[f"{figure}{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high")
        )
        middle = np.where(np.isnan(value), np.nan, (coarse_low + coarse_high) / 2)
        changed[figure] = np.where(narrow, middle, value)
        changed[f"{figure}_low"] = np.where(narrow, np.minimum(shown_low, coarse_low), shown_low)
        changed[f"{figure}_high"] = np.where(narrow, np.fmax(shown_high, coarse_high), shown_high)
        notes.append(_noted(panel, narrow, figure, "narrow"))
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


def _round_step(least: np.ndarray) -> np.ndarray:
    """The next round number (1, 2 or 5 times a power of ten), 1 or more."""
    wanted = np.maximum(np.nan_to_num(least), 1.0)
    power = 10.0 ** np.floor(np.log10(wanted))
    lead = wanted / power
    return power * np.select([lead <= 1, lead <= 2, lead <= 5], [1.0, 2.0, 5.0], 10.0)


def _noted(panel: pd.DataFrame, rows: np.ndarray, figure: str, reason: str) -> pd.DataFrame:
    return panel.loc[rows, list(KEYS)].assign(figure=figure, reason=reason)


def _in_order(notes: list[pd.DataFrame]) -> pd.DataFrame:
    columns = [*KEYS, "figure", "reason"]
    table = pd.concat([pd.DataFrame(columns=columns), *notes]) if notes else pd.DataFrame(columns=columns)
    table = table.astype(dict.fromkeys(["area", "industry", "ownership", "figure", "reason"], str))
    table["year"] = table["year"].astype(int)
    return table.sort_values([*KEYS, "figure"], ignore_index=True)
