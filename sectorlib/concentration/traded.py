"""Whether an industry, or a sector made of industries, is traded or local in the nation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.concentration.spatial import KINDS
from sectorlib.exceptions import UnknownNameError
from sectorlib.reference import reference_table

#: An industry is traded if more than this share of its jobs are.
_HALF = 0.5


def traded_industries(industries: pd.Series, listed: dict[str, str] | None = None) -> pd.DataFrame:
    """Whether industries are traded (sell beyond their labor market) or local, in the nation.

    That an industry is traded belongs to the industry, not to the state that is looked at: in a state that one city
    dominates, what the city sells to the world would pass for local. So this is derived once, from the national counties
    of 2016 added up to commuting zones, by the cuts of :func:`traded_or_local`, and shipped as the reference table
    ``traded_industries``. Coarser industries have the share of their jobs that is in traded industries of four digits.

    Parameters
    ----------
    industries : Series of str
        NAICS codes of any revision since 2002; codes of five and six digits take what their four digits are.
    listed : dict of str, optional
        ``traded`` or ``local`` by code, where the user knows better; also for the codes inside of it.

    Returns
    -------
    DataFrame
        On the index of ``industries``: traded_share (share of the industry's private jobs in the nation that are in
        traded industries, 0 to 1) and kind (``traded`` if that is more than half, else ``local``; ``unknown`` where the
        nation's counties do not tell, as of railroads and public administration). Both missing for all industries
        together.

    Raises
    ------
    UnknownNameError
        ``listed`` holds another word.

    References
    ----------
    Porter, M. E. (2003), The economic performance of regions, Regional Studies 37, 549-578 (the cuts). U.S. Bureau of
    Labor Statistics, Quarterly Census of Employment and Wages, 2016 (the counties).

    Examples
    --------
    >>> traded_industries(pd.Series(["3361", "722511", "482", "10"]))["kind"].to_list()
    ['traded', 'local', 'unknown', nan]
    >>> traded_industries(pd.Series(["7225"]), {"722": "traded"})["kind"].to_list()
    ['traded']
    """
    listed = listed or {}
    strange = sorted(set(listed.values()) - set(KINDS))
    if strange:
        raise UnknownNameError.unknown_name("kind of industry", strange[0], KINDS)
    shipped = reference_table("traded_industries").set_index("industry")["traded_share"]
    codes = industries.astype(str)
    unique = codes.unique()
    share = codes.map({code: _share(code, shipped, listed) for code in unique}).astype(float)
    kind = pd.Series(
        np.select([share > _HALF, share.notna()], ["traded", "local"], "unknown"), industries.index
    )
    return pd.DataFrame({"traded_share": share, "kind": kind.mask((codes == naics.TOTAL).to_numpy())})


def traded_sectors(sectors: pd.DataFrame, listed: dict[str, str] | None = None) -> pd.DataFrame:
    """Whether target sectors are traded or local: the share of their jobs in the nation that is in traded industries.

    Parameters
    ----------
    sectors : DataFrame
        A table of sectors, as :func:`load_sectors` gives: sector, industry, weight.
    listed : dict of str, optional
        As of :func:`traded_industries`.

    Returns
    -------
    DataFrame
        Indexed by sector: traded_share (of the weighted national jobs of 2016 in its codes) and kind (``traded`` if more
        than half, ``local``, or ``unknown``).

    Raises
    ------
    UnknownNameError
        ``listed`` holds another word.

    Examples
    --------
    >>> from sectorlib.sectors import load_sectors
    >>> kinds = traded_sectors(load_sectors())["kind"]
    >>> kinds[["advanced-manufacturing", "retail"]].to_list()
    ['traded', 'local']
    """
    jobs = reference_table("traded_industries").set_index("industry")["jobs"]
    rows = sectors[["sector"]].assign(
        share=traded_industries(sectors["industry"], listed)["traded_share"],
        jobs=sectors["industry"].astype(str).map(lambda code: jobs.get(_of_four(code))) * sectors["weight"],
    )
    known = rows.dropna(subset="share")
    # Where the nation's jobs in its codes are not known, codes count alike.
    known = known.assign(
        jobs=known["jobs"].where(known.groupby("sector")["jobs"].transform("any"), 1.0).fillna(0.0)
    )
    sums = known.assign(traded=known["jobs"] * known["share"]).groupby("sector")[["jobs", "traded"]].sum()
    share = (sums["traded"] / sums["jobs"].where(sums["jobs"] > 0)).reindex(rows["sector"].unique())
    kind = np.select([share > _HALF, share.notna()], ["traded", "local"], "unknown")
    return pd.DataFrame({"traded_share": share, "kind": kind}, index=share.index)


def _share(code: str, shipped: pd.Series, listed: dict[str, str]) -> float:
    """The share of an industry's jobs that is traded: as listed, of itself or what it lies in, else as shipped."""
    above: str | None = code
    while above is not None and above != naics.TOTAL:
        if above in listed:
            return {"traded": 1.0, "local": 0.0}.get(listed[above], np.nan)
        above = naics.parent(above)
    return float(shipped.get(_of_four(code), np.nan))


def _of_four(code: str) -> str:
    """The four digits that a finer code lies in; the code itself if it is not finer."""
    return code[:4] if naics.level(code) in ("5", "6") else code
