"""What adds up to what: the accounting identities between the cells of a panel.

Four families: an industry and its parts; the total, domains, supersectors and sectors; ownership 0, 8
and their parts; the nation, states and counties. A cell is a part at most once in each family.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import area_kind, in_nation, state_of

KEYS = ("area", "industry", "ownership", "year")

#: Published jobs are annual averages rounded to whole jobs; wages are published to the dollar.
ROUNDING = {"employment": 0.5, "wages": 0.0}

#: What each ownership is part of, in two families.
_OWNERSHIPS = {"1": "0", "2": "0", "3": "0", "5": "0"}
_GOVERNMENTS = {"1": "8", "2": "8", "3": "8"}

#: Dollars by which wages may miss their sum and still agree: files hold whole dollars.
_TO_THE_DOLLAR = 0.5


@dataclass(frozen=True)
class Family:
    """Identities of one kind: ``parts[k]`` is a part of identity ``group[k]``, whose total is ``total[group[k]]``.

    Positions are row numbers of the panel. Where ``exact``, the parts add up to the total; elsewhere
    they are at most the total, since some may have no row.
    """

    name: str
    parts: np.ndarray
    group: np.ndarray
    total: np.ndarray
    exact: np.ndarray

    def only(self, kept: np.ndarray) -> Family:
        """The identities chosen by a mask."""
        place = np.cumsum(kept) - 1
        inside = kept[self.group]
        return Family(
            self.name, self.parts[inside], place[self.group[inside]], self.total[kept], self.exact[kept]
        )

    def open(self, unknown: np.ndarray) -> Family:
        """The identities with a cell that is not known: the others say nothing about any."""
        return self.only(
            unknown[self.total] | (np.bincount(self.group, unknown[self.parts], len(self.total)) > 0)
        )


def families(panel: pd.DataFrame) -> list[Family]:
    """The identities that a panel's own published cells bear out.

    Whether a file's rows are complete is not taken on trust. Identities of which every cell is published
    must agree, wages to the dollar and jobs within rounding; those of nothing but zeros always do, and are
    no evidence. They are judged twice: among those of the same whole (an industry wherever it is; a state's
    industries), and among those of its level. Where all of either group agree, the group's identities are
    exact. Where some fall short of their total, or none is wholly published, parts are at most the total;
    where the published parts of some exceed it, the group is left out. The nation's identities are used only
    where exact: national rows may be estimates.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds.

    Returns
    -------
    list of Family

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36001", "industry": ["10", "62", "72"], "ownership": "5", "year": 2020,
    ...     "employment": [90, 60, 30.0], "wages": [9.0, 7.0, 2.0]})
    >>> industry = families(panel)[0]
    >>> industry.parts.tolist(), industry.total.tolist(), industry.exact.tolist()
    ([1, 2], [0], [True])
    """
    codes, names = coded(panel)
    kinds = [area_kind(area) for area in names["area"]]
    states = [state_of(area) for area in names["area"]]
    by_kind = _numbers(kinds)[codes["area"]]
    by_state = _numbers(states)[codes["area"]]
    by_level = _numbers([naics.level(code) for code in names["industry"]])[codes["industry"]]
    always = [codes["ownership"], codes["year"]]
    of_level = combined([by_kind, by_level, *always])
    # The nation's rows may come from elsewhere, so that they say nothing of a county's.
    national = np.array([kind == "nation" for kind in kinds], dtype=np.int64)[codes["area"]]
    of_industry = combined([codes["industry"], national, *always])
    of_state = combined([by_state, *always])
    out = []
    for name, (key, above) in _wholes(names).items():
        alike = (of_state,) if name == "area" else (of_industry, of_level)
        whole = whole_rows(codes, names, key, above)
        parts = np.flatnonzero(whole >= 0)
        total, group = np.unique(whole[parts], return_inverse=True)
        found = Family(name, parts, group, total, np.zeros(len(total), dtype=bool))
        found = _borne_out(found, panel, [peers[total] for peers in alike])
        out.append(found.only(found.exact | (national[found.total] == 0)))
    return out


def _wholes(names: dict[str, list[str]]) -> dict[str, tuple[str, dict[str, str]]]:
    """For each family the key that changes from a part to its whole, and the whole of each code."""
    belongs = in_nation(pd.Series(names["area"], dtype=str)).to_list()
    located = {
        area: ("US000" if inside else "") if area_kind(area) == "state" else f"{state_of(area)}000"
        for area, inside in zip(names["area"], belongs, strict=True)
        if state_of(area)
    }
    return {
        "industry": ("industry", {c: _subdivided(c) for c in names["industry"]}),
        "supersector": ("industry", {c: _grouped(c) for c in names["industry"]}),
        "ownership": ("ownership", _OWNERSHIPS),
        "government": ("ownership", _GOVERNMENTS),
        "area": ("area", located),
    }


def larger_than_whole(panel: pd.DataFrame) -> pd.DataFrame:
    """Published cells that hold more than what they are a part of: one of the two figures is wrong.

    A cell is held against the industry, the ownership and the area that it is part of. Jobs and establishments may be
    off by rounding; the nation's rows are left out, since they may be estimates.

    Parameters
    ----------
    panel : DataFrame
        A Panel, or rows as a source reads them.

    Returns
    -------
    DataFrame
        area, industry, ownership, year of the part, ``figure`` (employment, wages or establishments), its ``value``, the
        ``whole`` (a text such as "industry 10 of 36055, ownership 5") with its ``whole_value``, and ``parts``: what the
        whole is made of (industries, ownerships or counties); the largest excess first.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36001", "industry": ["10", "23", "72"], "ownership": "5", "year": 2020,
    ...     "employment": [90, 6000, 30.0], "wages": [9.0, 6.0, 2.0]})
    >>> larger_than_whole(panel)[["industry", "figure", "value", "whole", "whole_value"]]
      industry      figure   value                              whole  whole_value
    0       23  employment  6000.0  industry 10 of 36001, ownership 5         90.0
    """
    codes, names = coded(panel)
    rounding = ROUNDING | {"establishments": 0.5}
    figures = {figure: published(panel, figure) for figure in rounding if figure in panel}
    found = []
    for key, above in _wholes(names).values():
        whole = whole_rows(codes, names, key, above)
        parts = np.flatnonzero(whole >= 0)
        whole = whole[parts]
        kind = {"industry": "industries", "ownership": "ownerships", "area": "counties"}[key]
        for figure, value in figures.items():
            slack = 2 * rounding[figure] or _TO_THE_DOLLAR
            with np.errstate(invalid="ignore"):
                wrong = value[parts] > value[whole] + slack
            rows = panel.iloc[parts[wrong]][list(KEYS)].astype({k: str for k in KEYS if k != "year"})
            over = panel.iloc[whole[wrong]][list(KEYS)].astype(str)
            text = "industry " + over["industry"] + " of " + over["area"] + ", ownership " + over["ownership"]
            found.append(
                rows.assign(
                    figure=figure,
                    value=value[parts[wrong]],
                    whole=text.to_numpy(),
                    whole_value=value[whole[wrong]],
                    parts=kind,
                )
            )
    table = pd.concat(found, ignore_index=True)
    table = table[~table["whole"].str.contains("US000")]
    excess = table["value"] / table["whole_value"].clip(lower=1.0)
    return table.iloc[excess.to_numpy().argsort(kind="stable")[::-1]].reset_index(drop=True)


def _borne_out(family: Family, panel: pd.DataFrame, alike: list[np.ndarray]) -> Family:
    """The family with ``exact`` set, less the identities of groups that published cells contradict."""
    size = len(family.total)
    parts = np.bincount(family.group, minlength=size)
    agree = np.ones(size, dtype=bool)
    exceed = np.zeros(size, dtype=bool)
    known = np.ones(size, dtype=bool)
    telling = np.zeros(size, dtype=bool)
    for figure, rounding in ROUNDING.items():
        value = published(panel, figure)
        whole = value[family.total]
        together = np.bincount(family.group, np.nan_to_num(value[family.parts]), size)
        gap = whole - together
        slack = rounding * (parts + 1) if rounding else _TO_THE_DOLLAR
        known &= ~np.isnan(whole) & (np.bincount(family.group, np.isnan(value[family.parts]), size) == 0)
        agree &= np.abs(gap) <= slack
        exceed |= gap < -slack
        telling |= (whole > 0) | (together > 0)
    # Zeros add up whatever is missing between them.
    known &= telling
    exact = np.zeros(size, dtype=bool)
    for peers in alike:
        _, peer = np.unique(peers, return_inverse=True)
        groups = peer.max(initial=-1) + 1
        seen = np.bincount(peer, known, groups)
        exact |= ((seen > 0) & (np.bincount(peer, known & agree, groups) == seen))[peer]
    _, peer = np.unique(alike[0], return_inverse=True)
    sound = np.bincount(peer, exceed, peer.max(initial=-1) + 1) == 0
    return Family(family.name, family.parts, family.group, family.total, exact).only(sound[peer])


def published(panel: pd.DataFrame, figure: str) -> np.ndarray:
    """A figure where it is published; missing where it is withheld or estimated."""
    value = panel[figure].to_numpy(dtype=float, copy=True)
    if "disclosure" in panel:
        value[(panel["disclosure"] == "estimated").to_numpy()] = np.nan
    return value


def _subdivided(industry: str) -> str:
    return "" if naics.level(industry) in ("domain", "supersector") else naics.parent(industry) or ""


def _grouped(industry: str) -> str:
    """The total of a domain, the domain of a supersector, the supersector of a sector."""
    level = naics.level(industry)
    if level == "domain":
        return naics.TOTAL
    if level == "supersector":
        return industry[:3]
    return naics.supersector(industry) or "" if level == "sector" else ""


def coded(panel: pd.DataFrame) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """Each key column as whole numbers, and what they stand for: text is slow by the million."""
    factorized = {key: pd.factorize(panel[key]) for key in KEYS}
    return {k: codes for k, (codes, _) in factorized.items()}, {
        k: list(map(str, u)) for k, (_, u) in factorized.items()
    }


def _numbers(names: list[str]) -> np.ndarray:
    return pd.factorize(np.array(names, dtype=object))[0]


def combined(parts: list[np.ndarray]) -> np.ndarray:
    """One whole number for each combination of several."""
    out = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        out = out * (int(part.max(initial=0)) + 1) + part
    return out


def whole_rows(
    codes: dict[str, np.ndarray], names: dict[str, list[str]], key: str, above: dict[str, str]
) -> np.ndarray:
    """The row of each cell's whole, which has the same keys but for one; -1 where there is no such row."""
    place = {name: i for i, name in enumerate(names[key])}
    whole = np.array([place.get(above.get(name, ""), -1) for name in names[key]], dtype=np.int64)[codes[key]]
    # The key that changes comes last, so that both combinations count in the same numbers.
    order = [k for k in KEYS if k != key]
    same = combined([codes[k] for k in order])
    size = len(place)
    found = pd.Index(same * size + codes[key]).get_indexer(same * size + np.maximum(whole, 0))
    return np.where(whole >= 0, found, -1)
