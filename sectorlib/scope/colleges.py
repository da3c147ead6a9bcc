"""Which colleges may teach what a sector needs: by the programs they complete, else by what kind of college they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.resources import definitions

#: Kinds of assets that teach.
TEACHING = ("college", "career school")

#: What is said of each college.
_JUDGED = ("serves", "basis", "related_completions", "programs")

#: Programs that the text of a college names.
_MOST_PROGRAMS = 4


def programs_of_sector(codes: Sequence[str], programs: pd.Series) -> pd.Series:
    """Whether each program is in a field that the sector's industries hire from, by the fields of ``data/scope.yaml``.

    It stands in for occupations where the study names no staffing patterns: coarse, and a convention.

    Parameters
    ----------
    codes : sequence of str
        NAICS codes of the sector.
    programs : Series of str
        CIP codes with a point (``51.3801``).

    Returns
    -------
    Series of bool
        On the caller's index.

    References
    ----------
    National Center for Education Statistics (2020), Classification of Instructional Programs.

    Examples
    --------
    >>> programs_of_sector(["311"], pd.Series(["48.0501", "39.0601", "14.3501"])).to_list()
    [True, False, True]
    """
    fields = definitions("scope")["colleges"]["fields"]
    wanted = {str(field) for code in codes for field in fields.get(naics.sector(code) or "", [])}
    return programs.map(lambda program: any(str(program).startswith(field) for field in wanted)).astype(bool)


def colleges_that_serve(
    colleges: pd.DataFrame,
    codes: Sequence[str],
    completions: pd.DataFrame | None = None,
    related: pd.Series | None = None,
) -> pd.DataFrame:
    """Colleges in the order in which they serve a sector: by completions in related programs, then by size.

    A college whose completions are known serves the sector if some of them are in related programs. Of others the
    Carnegie class tells: a special-focus college serves the sectors that its class names, one of general classes every
    sector. The name of a school without a class may tell (``names`` in ``data/scope.yaml``: a nursing program serves health
    care). Another private school without a class is not taken to serve a sector; one of which nothing is known is not left
    out.

    Parameters
    ----------
    colleges : DataFrame
        Assets that teach: asset, kind, name; where known sector, size and c18basic of IPEDS (``INSTSIZE``,
        ``C18BASIC``).
    codes : sequence of str
        NAICS codes of the sector.
    completions : DataFrame, optional
        college (UNITID), program (CIP) and completions, as :func:`sectorlib.read_completions` gives them.
    related : Series of bool, optional
        By CIP code, whether the program is related to the sector.

    Returns
    -------
    DataFrame
        The colleges in their order, with serves, basis (why), related_completions (awards a year; missing where the
        college reports none by program) and programs (the related ones with most awards).

    References
    ----------
    Carnegie Classification of Institutions of Higher Education, 2018 update; National Center for Education Statistics,
    Integrated Postsecondary Education Data System, institutional characteristics.

    Examples
    --------
    >>> colleges = pd.DataFrame({"asset": ["hd:1", "hd:2", "hd:3"], "kind": "college", "name": ["Divinity", "State", "Tech"],
    ...                          "sector": [2.0, 1, 4], "size": [1.0, 5, 2], "c18basic": [24.0, 15, 7]})
    >>> done = pd.DataFrame({"college": ["3"], "program": ["48.0501"], "completions": [40.0]})
    >>> made = colleges_that_serve(colleges, ["31-33"], done, pd.Series({"48.0501": True}))
    >>> made[["name", "serves", "related_completions"]].to_numpy().tolist()
    [['Tech', True, 40.0], ['State', True, nan], ['Divinity', False, nan]]
    """
    facts = colleges.reindex(columns=[*colleges.columns, *({"sector", "size", "c18basic"} - {*colleges})])
    if facts.empty:
        return facts.reindex(columns=[*facts.columns, *_JUDGED])
    unit = facts["asset"].astype(str).str.rpartition(":")[2]
    awards, programs = _related_awards(completions, related)
    known = awards.reindex(unit).to_numpy(dtype=float)
    classed = bool(facts["c18basic"].notna().any())
    rows = [
        _judged(row, codes, awarded, classed)
        for (_, row), awarded in zip(facts.iterrows(), known, strict=True)
    ]
    table = facts.assign(
        serves=[serves for serves, _ in rows],
        basis=[basis for _, basis in rows],
        related_completions=known,
        programs=[str(programs.get(code, "")) for code in unit],
    )
    order = table.assign(_none=-table["related_completions"].fillna(0), _size=-table["size"].fillna(0))
    order = order.sort_values(["serves", "_none", "_size", "name"], ascending=[False, True, True, True])
    return table.loc[order.index].reset_index(drop=True)


def _related_awards(
    completions: pd.DataFrame | None, related: pd.Series | None
) -> tuple[pd.Series, pd.Series]:
    """By college, awards in related programs (0 where it reports others alone), and the largest of these programs."""
    if completions is None or related is None:
        return pd.Series(dtype=float), pd.Series(dtype=object)
    done = completions[completions["program"] != ""]
    done = done.assign(related=done["program"].map(related).fillna(False).astype(bool))
    awards = done["completions"].where(done["related"], 0.0).groupby(done["college"]).sum()
    top = done[done["related"] & (done["completions"] > 0)]
    top = top.groupby(["college", "program"])["completions"].sum().reset_index()
    top = top.sort_values(["completions", "program"], ascending=[False, True])
    names = top.groupby("college")["program"].agg(lambda p: ", ".join(p.head(_MOST_PROGRAMS)))
    return awards, names


def _serves(codes: Sequence[str], sectors: Sequence[str]) -> bool:
    """Whether one of some industries is in one of some sectors."""
    return bool({naics.sector(code) or code for code in codes} & set(map(str, sectors)))


def _judged(row: pd.Series, codes: Sequence[str], awarded: float, classed: bool) -> tuple[bool, str]:
    """Whether a college serves the sector, and why."""
    if not np.isnan(awarded):
        return awarded > 0, "completions by program"
    named: dict[str, Any] = definitions("scope")["colleges"]
    level, kind = row["c18basic"], row["sector"]
    if pd.notna(level) and level > 0:
        focus = named["special_focus"].get(int(level))
        if focus is None:
            return True, "a college of general programs"
        return _serves(codes, focus["serves"]), f"special focus: {focus['label']}"
    if pd.isna(kind) or (row["kind"] == "college" and not classed):
        return True, "its programs are not known"
    word = next((word for word in named["names"] if word in str(row["name"]).casefold()), None)
    if word is not None:
        return _serves(codes, named["names"][word]), f"its name: {word}"
    public = int(kind) in named["public"]
    return public, "a public school" if public else "a private school of no Carnegie class"
