"""How far a sector's employers are those of a partnership that an area already runs."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import TableError, UnknownNameError
from sectorlib.sectors import codes_above, known_sectors

_KEY = ["area", "sector"]
_COLUMNS = [*_KEY, "overlap", "shared_employers", "running"]

#: Fewest digits from which an employer's industry tells sectors apart.
_LEAST_DIGITS = 3


def check_partnerships(partnerships: pd.DataFrame, sectors: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the list of running partnerships with sectors by name, or raise.

    Parameters
    ----------
    partnerships : DataFrame
        Columns area, partnership (its name) and sector (name or title); where employers are listed one row for each,
        with ``employer`` and its ``industry`` (NAICS, three digits or more).
    sectors : DataFrame
        A table of sectors.
    source : str
        The file, for messages.

    Returns
    -------
    DataFrame
        Columns area, partnership, sector, employer and industry; the last two are missing where no employer is listed.

    Raises
    ------
    TableError
        A column, an area or a partnership's name is missing, an employer's industry is missing or too coarse, or a
        partnership lists employers in some of its rows alone.
    UnknownNameError, UnknownIndustryError
        No such sector or industry.

    Examples
    --------
    >>> from sectorlib.sectors import load_sectors
    >>> running = pd.DataFrame({"area": ["LM1"], "partnership": "Build", "sector": "Construction"})
    >>> check_partnerships(running, load_sectors(), "running.csv")["sector"].to_list()
    ['construction']
    """
    lacking = [c for c in ("area", "partnership", "sector") if c not in partnerships]
    if lacking:
        raise TableError(
            f"{source} lacks {', '.join(lacking)}",
            "columns area, partnership, sector; employer and industry where employers are listed",
            "one row for each partnership and sector, or for each employer; see docs/targeting.md",
        )
    nameless = partnerships[["area", "partnership"]].isna().any(axis=1)
    if nameless.any():
        raise TableError(
            f"a row of {source} has no area, or no name of a partnership",
            "both in each row",
            "a partnership without a name would not count; fill it in, or remove the row",
        )
    names = known_sectors(sectors)
    for name in partnerships["sector"]:
        if name not in names:
            raise UnknownNameError.unknown_name("sector", name, names)
    out = partnerships.reindex(columns=["area", "partnership", "sector", "employer", "industry"])
    listed = out["employer"].notna()
    for row in out[listed].to_dict("records"):
        if len(str(row["industry"])) < _LEAST_DIGITS or not str(row["industry"]).isdigit():
            raise TableError(
                f"the industry of {row['employer']} ({row['partnership']}) in {source} is {row['industry']!r}",
                f"a NAICS code of {_LEAST_DIGITS} digits or more",
                "sectors are told apart by it; look the code up, or leave the employer out",
            )
    naics.require_known(out.loc[listed, "industry"].astype(str))
    mixed = listed.groupby([out["area"], out["partnership"]]).nunique()
    for area, partnership in mixed.index[mixed > 1]:
        raise TableError(
            f"{partnership} of {area} in {source} lists employers in some of its rows and none in others",
            "an employer in each row of a partnership, or in none",
            "complete the list, or leave employers out",
        )
    return out.assign(sector=out["sector"].map(names))


def overlap_with_running(
    makeup: pd.DataFrame, sectors: pd.DataFrame, partnerships: pd.DataFrame
) -> pd.DataFrame:
    """How far each sector's employers are those of the partnerships that an area already runs.

    Of a partnership that lists its employers: the share of them that are in the sector, that is, whom a second
    partnership would ask again. An industry of which the sector has a part counts by that part. Of one that does
    not: the share of the sector's jobs in the base that are in the partnership's sectors, by code.

    Parameters
    ----------
    makeup : DataFrame
        Jobs of each code of each sector in the base (``SectorPanels.makeup``).
    sectors : DataFrame
        A table of sectors.
    partnerships : DataFrame
        What :func:`check_partnerships` gives.

    Returns
    -------
    DataFrame
        Columns area, sector, overlap (0 to 1), shared_employers (of the list; missing where there is none) and
        running (the partnership with the most overlap). No row without overlap.

    Examples
    --------
    Of three employers, the hospital and the nursing home are in health care.

    >>> from sectorlib.sectors import load_sectors
    >>> running = pd.DataFrame({"area": "LM1", "partnership": "Care First", "sector": "health-care",
    ...                         "employer": ["Hospital", "Nursing home", "Software firm"],
    ...                         "industry": ["622110", "6231", "541511"]})
    >>> makeup = pd.DataFrame({"sector": [], "industry": [], "year": [], "jobs": []})
    >>> found = overlap_with_running(makeup, load_sectors(), running)
    >>> found.loc[found["sector"] == "health-care", ["overlap", "shared_employers"]].round(2)
       overlap  shared_employers
    0     0.67               2.0
    """
    now = makeup[makeup["year"] == makeup["year"].max()]
    parts = []
    for (area, name), rows in partnerships.groupby(["area", "partnership"]):
        if rows["employer"].notna().any():
            members = rows.drop_duplicates("employer")
            each = [_parts_of_sectors(str(code), sectors) for code in members["industry"]]
            shared = pd.concat(each, axis=1).sum(axis=1)
            found = pd.DataFrame({"overlap": shared / len(members), "shared_employers": shared})
        else:
            found = _by_code(now, sectors, set(rows["sector"])).to_frame("overlap")
        parts.append(found.rename_axis("sector").reset_index().assign(area=str(area), running=str(name)))
    if not parts:
        return pd.DataFrame(columns=_COLUMNS)
    table = pd.concat(parts, ignore_index=True).reindex(columns=_COLUMNS)
    table = table[table["overlap"] > 0].sort_values("overlap", ascending=False).drop_duplicates(_KEY)
    return table.sort_values(_KEY, ignore_index=True)


def _parts_of_sectors(industry: str, sectors: pd.DataFrame) -> pd.Series:
    """How much of an employer of an industry is in each sector: all, or the weight or share of the code it may be in."""
    above = {industry, *codes_above(industry)}
    inside = sectors["industry"].isin(above)
    coarser = sectors["industry"].map(lambda code: industry in codes_above(code))
    part = sectors["weight"].where(inside, sectors["weight"] * sectors["share_of_parent"].where(coarser))
    return part.groupby(sectors["sector"]).sum().clip(upper=1.0)


def _by_code(makeup: pd.DataFrame, sectors: pd.DataFrame, names: set[str]) -> pd.Series:
    """Share of each sector's jobs in codes that some of the sectors have."""
    # An industry that stands for all of its parts is in the makeup, and not among the sector's own codes.
    codes = {
        code for table in (sectors, makeup) for code in table.loc[table["sector"].isin(names), "industry"]
    }
    inside = makeup["jobs"].where(makeup["industry"].isin(codes), 0.0).groupby(makeup["sector"]).sum()
    return inside / makeup.groupby("sector")["jobs"].sum()
