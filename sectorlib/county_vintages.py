"""One set of county codes for a study whose sources use several.

County codes change: Connecticut's eight counties gave way to nine planning regions, Alaska's Valdez-Cordova was
split, towns joined counties, and the Bureau of Economic Analysis combines some cities with the county around
them. A study takes one set of codes, and this module says where every other code goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from sectorlib.areas import (
    COMBINATIONS,
    VINTAGES,
    bridge_areas,
    county_names,
    is_county,
    state_of,
    vintage_of,
)
from sectorlib.exceptions import UnknownNameError
from sectorlib.kept import kept

#: A part with a smaller share of a county's people than this does not make the county a split one.
_SLIVER = 0.005

#: What is done with the figures of a code that the study does not take.
RENAMED, MERGED, REGROUPED = "renamed", "merged", "regrouped"

_LINKS = ["member", "group", "weight", "how"]


@dataclass(frozen=True)
class CountyCodes:
    """The county codes that a study takes, and where other codes go.

    Parameters
    ----------
    seen : DataFrame
        Counties and years of the panel: area, year.
    vintage : str, optional
        A vintage of county codes (:data:`~sectorlib.areas.VINTAGES`). Without it each state takes the one that fits
        the codes of its latest year; where several fit, the latest.

    Raises
    ------
    UnknownNameError
        There is no such vintage.

    Examples
    --------
    >>> seen = pd.DataFrame({"area": ["46113", "46099", "46102", "46099"], "year": [2014, 2014, 2016, 2016]})
    >>> codes = CountyCodes(seen)
    >>> codes.counties, codes.vintages
    (['46099', '46102'], {'46': '2020s'})
    >>> codes.links(["46113", "36055"])[["member", "group", "how"]].to_numpy().tolist()
    [['36055', '36055', 'same'], ['46113', '46102', 'renamed']]
    """

    seen: pd.DataFrame
    vintage: str | None = None

    @kept
    def vintages(self) -> dict[str, str]:
        """The vintage of each state of the panel that has official counties."""
        if self.vintage is not None and self.vintage not in VINTAGES:
            raise UnknownNameError.unknown_name("county vintage", self.vintage, VINTAGES)
        out = {}
        for state, codes in sorted(self._latest.items()):
            known = [code for code in codes if code in _held()]
            if known:
                out[state] = self.vintage or vintage_of(known).vintage
        return out

    @kept
    def counties(self) -> list[str]:
        """The counties of the study: every one that a whole county of the panel is or belongs to."""
        return sorted(self._own.loc[self._own["how"] != REGROUPED, "group"].unique())

    @kept
    def changes(self) -> pd.DataFrame:
        """The codes of the panel that are not the study's: member, group, weight, how, first_year, last_year."""
        moved = self._own[self._own["member"] != self._own["group"]]
        years = self._years.groupby("area")["year"].agg(first_year="min", last_year="max")
        return moved.join(years, on="member").reset_index(drop=True)

    @kept
    def breaks(self) -> pd.DataFrame:
        """Counties of the study, and years in which only counties are published of which they were a part: area, year."""
        own = self._own.rename(columns={"member": "area"}).merge(self._years, on="area")
        split = own.loc[own["how"] == REGROUPED, ["group", "year"]].drop_duplicates()
        split = split[split["group"].isin(self.counties)]
        whole = own.loc[own["how"] != REGROUPED, ["group", "year"]].drop_duplicates()
        left = split.merge(whole, how="left", indicator=True).query("_merge == 'left_only'")
        return left[["group", "year"]].rename(columns={"group": "area"}).reset_index(drop=True)

    @kept
    def everywhere(self) -> list[str]:
        """Every county of the nation: of the panel's states by their vintages, of others by the one that fits most."""
        common = vintage_of(self.counties).vintage
        codes = [code for code in _held(common) if code[:2] not in self.vintages]
        for state, vintage in self.vintages.items():
            codes += [code for code in _held(vintage) if code[:2] == state]
        return sorted(codes)

    def links(self, codes: Iterable[str]) -> pd.DataFrame:
        """Where county codes go.

        Parameters
        ----------
        codes : iterable of str
            Area codes. Those of other states than the panel's, and of states in which no code needs it, stay.

        Returns
        -------
        DataFrame
            member, group (a county of the study), weight (share of the member's people) and how: ``same``,
            ``renamed``, ``merged`` (whole, with other whole ones) or ``regrouped``: no whole
            counties make up the one it goes to.
        """
        codes = sorted(set(map(str, codes)))
        ours = set(self.counties)
        parts = {code: self._steps(code) for code in codes}
        needs = {
            code[:2] for code, steps in parts.items() if code not in ours and any(s in ours for s, _ in steps)
        }
        rows = [
            (code, step, weight)
            for code in codes
            for step, weight in (parts[code] if code[:2] in needs else [(code, 1.0)])
        ]
        return _told(pd.DataFrame(rows, columns=_LINKS[:3]))

    def whole(self, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """A membership of counties on the study's codes, where whole counties allow it.

        A county of the study that the table lists stays as it is. Another takes the group that every county it was
        made of is in. One whose parts are in several groups, or partly in none, has no group: shares of people say
        nothing of its industries.

        Parameters
        ----------
        table : DataFrame
            Membership of counties by any codes.

        Returns
        -------
        tuple of DataFrames
            The membership, and what could not be brought: member (a county of the study), parts (codes of the
            table's year) and groups, as text.
        """
        listed = table.astype({"member": "str"})
        names = set(listed["member"])
        wanted = [code for code in self.counties if code not in names]
        added, left = [], []
        for code in wanted:
            parts = self.made_of(code, names)
            if not parts & names:
                continue
            rows = listed[listed["member"].isin(parts)]
            sums = rows.groupby("group", observed=True)["weight"].sum()
            if len(sums) == 1 and (rows["weight"] == 1).all() and set(rows["member"]) == parts:
                added.append(rows.iloc[[0]].assign(member=code))
            elif len(parts) == 1:  # renamed: keeps its shares
                added.append(rows.assign(member=code))
            else:
                lacking = sorted(parts - names)
                groups = [
                    *(str(g) for g in sums.index),
                    *([f"not listed ({', '.join(lacking)})"] if lacking else []),
                ]
                left.append((code, ", ".join(sorted(parts)), " and ".join(groups)))
        gone = {c for code in wanted for c in self.made_of(code, names)} - set(self.counties)
        kept = listed[~listed["member"].isin(gone)]
        brought = pd.concat([kept, *added], ignore_index=True)
        order = [column for column in ("group", "member") if column in brought]
        brought = brought.sort_values(order, ignore_index=True)
        return brought, pd.DataFrame(left, columns=["member", "parts", "groups"])

    @kept
    def _latest(self) -> dict[str, set[str]]:
        """The codes of each state's latest year."""
        rows = self.seen.assign(area=self.seen["area"].astype(str))
        rows = rows[is_county(rows["area"])]
        rows = rows.assign(state=state_of(rows["area"]))
        last = rows.groupby("state")["year"].transform("max")
        return {
            str(state): set(codes)
            for state, codes in rows[rows["year"] == last].groupby("state")["area"].unique().items()
        }

    @kept
    def _years(self) -> pd.DataFrame:
        """The panel's counties with each of their years."""
        return self.seen.assign(area=self.seen["area"].astype(str)).drop_duplicates()

    @kept
    def _own(self) -> pd.DataFrame:
        """Where every county of the panel goes."""
        codes = pd.Series(sorted(set(self.seen["area"].astype(str))), dtype="str")
        counties = codes[is_county(codes)]
        rows = [(code, step, weight) for code in counties for step, weight in self._steps(code)]
        return _told(pd.DataFrame(rows, columns=_LINKS[:3]))

    def _steps(self, code: str) -> list[tuple[str, float]]:
        """The counties of the study's codes that a county goes to, with the share of its people."""
        state = code[:2]
        latest = self._latest.get(state, set())
        if state not in self.vintages or code not in _held():
            return [(code, 1.0)]
        fits = code in _held(self.vintages[state]) or code in COMBINATIONS
        if code in latest and fits:
            return [(code, 1.0)]
        table = bridge_areas([code], self.vintages[state])
        table = table[table["weight"] >= _SLIVER]
        into = {part: whole for whole in latest & set(COMBINATIONS) for part in COMBINATIONS[whole]}
        shares: dict[str, float] = {}
        for step, weight in zip(table["group"], table["weight"] / table["weight"].sum(), strict=True):
            target = str(step) if step in latest else into.get(str(step), str(step))
            shares[target] = shares.get(target, 0.0) + float(weight)
        return list(shares.items())

    def made_of(self, code: str, listed: set[str]) -> set[str]:
        """What a county of the study was made of, by the county codes that a list uses; itself if nothing else.

        >>> codes = CountyCodes(pd.DataFrame({"area": ["09110"], "year": [2024]}))
        >>> sorted(codes.made_of("09110", {"09003", "36055"}))
        ['09003', '09013']
        """
        state = code[:2]
        if code not in _held():
            return {code}
        near = [c for c in listed if c[:2] == state and c in _held()]
        if not near:
            return {code}
        pieces = COMBINATIONS.get(code, (code,))
        table = bridge_areas(pieces, vintage_of(near).vintage)
        return set(table.loc[table["weight"] >= _SLIVER, "group"])


@cache
def _held(vintage: str | None = None) -> frozenset[str]:
    """The county codes of a vintage, or of any."""
    return frozenset(county_names(vintage).index)


def _told(links: pd.DataFrame) -> pd.DataFrame:
    """Links with how each code goes."""
    pieces = links.groupby("member")["group"].transform("size")
    how = [
        "same" if code == now else REGROUPED if several else _how_whole(code, now)
        for code, now, several in zip(links["member"], links["group"], pieces > 1, strict=True)
    ]
    return links.assign(how=how)[_LINKS].astype({"weight": float})


def _how_whole(code: str, now: str) -> str:
    """How a county went whole into another: alone, with other whole ones, or with parts of some."""
    if now in COMBINATIONS or code in COMBINATIONS:
        return MERGED
    then = next(vintage for vintage in VINTAGES if code in _held(vintage))
    table = bridge_areas([now], then)
    parts = set(table.loc[table["weight"] >= _SLIVER, "group"])
    if parts == {code}:
        return RENAMED
    if parts <= {code, now}:
        return MERGED
    to = next(vintage for vintage in reversed(VINTAGES) if now in _held(vintage))
    steps = bridge_areas(parts, to)
    in_part = (steps["group"] == now) & (steps["weight"] < 1 - _SLIVER)
    return REGROUPED if in_part.any() else MERGED
