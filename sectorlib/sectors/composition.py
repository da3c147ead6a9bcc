"""What a study sees of each sector: its visible codes, its jobs and pay as one row, what it shares with others."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.limits import capped, most_of_sums
from sectorlib.panel import aggregate, sum_industries, with_bounds
from sectorlib.sectors.catalogue import codes_above, sector_membership

_FIGURES = ("employment", "wages")

#: What becomes of codes that are finer than the panel.
_COARSE = ("stands in", "not visible")

#: How far apart, as a part of it, the ends of a share may be that is taken for known.
_NEAR = 0.25


def visible_codes(sectors: pd.DataFrame, industries: pd.Series) -> pd.DataFrame:
    """Which codes of each sector a panel has, and what becomes of those it lacks.

    Parameters
    ----------
    sectors : DataFrame
        A table of sectors.
    industries : Series of str
        The industry codes of a panel.

    Returns
    -------
    DataFrame
        The table with ``status``: ``visible``; ``stands in`` (the panel has the 3-digit industry, and the code's
        national share of it is counted, with bounds from nothing to all of it); ``no rows`` (the panel has codes as
        long as this one in the same industry, none of this one: not covered, none there, or another NAICS
        vintage; it counts as none); ``not visible`` (left out). ``counted_as`` is the code that is read. Where a
        sector holds every part of an industry of three digits or of a NAICS sector, with one weight, and the panel shows
        that alone, one row of it stands for them, of segment ``whole``.

    Examples
    --------
    >>> from sectorlib.sectors import load_sectors
    >>> seen = visible_codes(load_sectors(), pd.Series(["31-33", "311", "312", "721", "722"]))
    >>> food = seen[seen["sector"] == "food-and-agriculture"].set_index("industry")
    >>> food["status"].to_dict()
    {'111': 'no rows', '112': 'no rows', '115': 'no rows', '311': 'visible', '3121': 'stands in'}
    >>> food.loc["3121", "counted_as"]
    '312'
    """
    seen = set(industries.astype(str).unique())
    # An absent code counts as none only where codes as long as it are told apart in the same industry.
    told_apart = {(naics.level(code), naics.parent(code)) for code in seen}
    status, counted = [], []
    for code, share in zip(sectors["industry"], sectors["share_of_parent"], strict=True):
        above = naics.parent(code)
        absent = any(
            (naics.level(c), naics.parent(c)) in told_apart and c not in seen
            for c in [code, *codes_above(code)]
        )
        if code in seen:
            found = ("visible", code)
        elif absent:
            found = ("no rows", None)
        elif above in seen and pd.notna(share):
            found = ("stands in", above)
        else:
            found = ("not visible", None)
        status.append(found[0])
        counted.append(found[1])
    rows = sectors.assign(status=status, counted_as=pd.Series(counted, index=sectors.index, dtype="str"))
    coarse = rows.loc[rows["status"].isin(_COARSE), "sector"].unique()
    parts = [
        _joined(part, seen, _COARSE) if name in coarse else part
        for name, part in rows.groupby("sector", sort=False)
    ]
    return pd.concat(parts) if parts else rows


def compose(panel: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """A Panel of sectors: the weighted sum of their codes, with bounds where a part is withheld or not visible.

    Where a sector holds every 3-digit industry of a NAICS sector with one weight, the NAICS sector itself is read:
    it is the same sum and is withheld less often. A 4-digit code that the panel does not have is counted as its
    national share of the 3-digit industry and the row is ``estimated``, with bounds from none to all of that industry.
    Highs are those that the codes have together: what the industries they lie in, and the area's total, leave them;
    hand over the rows of these too. A sector none of whose codes are seen has no rows. Sectors may overlap; never add up sectors that do.

    Parameters
    ----------
    panel : DataFrame
        A Panel; rows of any areas, ownerships and years.
    sectors : DataFrame
        A table of sectors.

    Returns
    -------
    DataFrame
        A Panel whose industry is the sector's name, with bounds and ``disclosed_share``.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36055", "industry": ["721", "722", "72"], "ownership": "5", "year": 2016,
    ...     "establishments": [40, 900, 940], "employment": [np.nan, np.nan, 21000.0],
    ...     "wages": [np.nan, np.nan, 4e8], "disclosure": ["suppressed", "suppressed", "disclosed"]})
    >>> from sectorlib.sectors import load_sectors
    >>> tourism = load_sectors().query("sector == 'tourism-and-hospitality' and industry in ('721', '722')")
    >>> compose(panel, tourism)[["industry", "employment", "disclosure"]]
                      industry  employment disclosure
    0  tourism-and-hospitality     21000.0  disclosed
    """
    seen = visible_codes(sectors, panel["industry"])
    codes = panel["industry"].astype(str)
    bounded = with_bounds(panel)
    parts = []
    for _, rows in seen[seen["counted_as"].notna()].groupby("sector", sort=False):
        rows = _joined(rows, set(codes.unique()), ("visible",))
        whole = rows.loc[rows["status"] == "visible", "industry"]
        cells = [bounded[codes.isin(whole)]] if len(whole) else []
        stand_ins = rows[rows["status"] == "stands in"]
        for code, above, share in zip(
            *(stand_ins[c] for c in ("industry", "counted_as", "share_of_parent")), strict=True
        ):
            cells.append(_stand_in(bounded[codes == above], code, share))
        together = pd.concat([c.astype({"industry": str}) for c in cells], ignore_index=True)
        belonging = sector_membership(rows, str(rows["sector"].iloc[0]))
        limits = most_of_sums(bounded, together, belonging.set_index("member")["weight"])
        parts.append(capped(sum_industries(together, belonging), limits))
    if not parts:
        return aggregate(panel.iloc[:0])
    out = pd.concat(parts, ignore_index=True)
    for key in ("area", "industry", "ownership"):
        out[key] = out[key].astype("category")
    return out


def composed_establishments(panel: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """The establishments of sectors that are published, as :func:`compose` counts them without bounds.

    Parameters
    ----------
    panel : DataFrame
        A Panel; a cell without a number of establishments counts none.
    sectors : DataFrame
        A table of sectors.

    Returns
    -------
    DataFrame
        area, industry (the sector's name), ownership, year and establishments.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36055", "industry": ["721", "722"], "ownership": "5", "year": 2016,
    ...     "establishments": [40, np.nan]})
    >>> from sectorlib.sectors import load_sectors
    >>> tourism = load_sectors().query("sector == 'tourism-and-hospitality' and industry in ('721', '722')")
    >>> composed_establishments(panel, tourism)["establishments"].to_list()
    [40.0]
    """
    seen = visible_codes(sectors, panel["industry"])
    held = set(panel["industry"].astype(str).unique())
    read = [
        _joined(rows, held, ("visible",))
        for _, rows in seen[seen["counted_as"].notna()].groupby("sector", sort=False)
    ]
    key = ["area", "industry", "ownership", "year"]
    if not read:
        return panel.iloc[:0][[*key, "establishments"]]
    codes = pd.concat(read)
    part = codes["share_of_parent"].where(codes["status"] == "stands in", 1.0)
    codes = codes.assign(industry=codes["counted_as"], counts=codes["weight"] * part)
    cells = panel[[*key, "establishments"]].astype({"area": str, "industry": str, "ownership": str})
    cells = cells.merge(codes[["sector", "industry", "counts"]], on="industry")
    counted = cells["establishments"].fillna(0.0) * cells["counts"]
    cells = cells.assign(industry=cells["sector"], establishments=counted)
    return cells.groupby(key, sort=True)["establishments"].sum().reset_index()


def compose_shares(
    shares: pd.DataFrame, sectors: pd.DataFrame, industries: pd.Series, now: pd.Series | None = None
) -> pd.DataFrame:
    """The share of all jobs that each sector has in an economy of which industries' shares are known.

    The weighted sum of the shares of the sector's codes, read as :func:`compose` reads them in a panel: with the same
    weights, the same codes left out, and the same shares of 3-digit industries in place of codes that the panel lacks.
    Of codes of which the panel has no rows, though it tells their like apart, the shares count as well: there are none
    here, and some there. A code whose share is not known is anything from nothing to what the others in the industry
    around it leave.

    Parameters
    ----------
    shares : DataFrame
        industry, share, share_low and share_high: of one ownership and year.
    sectors : DataFrame
        A table of sectors.
    industries : Series of str
        The industry codes of the panel that is compared.
    now : Series of str, optional
        Those of the year that is compared; all of them if not given. A code of other years that neither has counts
        as none.

    Returns
    -------
    DataFrame
        Indexed by sector: ``share``, missing where its ends are farther apart than a quarter of it and not every code's
        is known, ``share_low`` and ``share_high``, which is missing where nothing bounds it.

    Examples
    --------
    >>> from sectorlib.sectors import load_sectors
    >>> nation = pd.DataFrame({
    ...     "industry": ["31-33", "311", "312"], "share": [0.09, 0.01, 0.002], "share_low": [0.09, 0.01, 0.002],
    ...     "share_high": [0.09, 0.01, 0.002]})
    >>> food = load_sectors().query("sector == 'food-and-agriculture' and industry in ('311', '3121')")
    >>> compose_shares(nation, food, pd.Series(["31-33", "311", "312"])).round(4).iloc[0].to_list()
    [0.0119, 0.0119, 0.0119]
    """
    known = shares.drop_duplicates("industry").set_index("industry")[["share", "share_low", "share_high"]]
    tells = {(naics.level(code), naics.sector(code)) for code in known.index}
    seen = visible_codes(sectors, industries)
    held = set(industries.astype(str).unique())
    current = held if now is None else set(now.astype(str).unique())
    out = {}
    for name, rows in seen[seen["status"] != "not visible"].groupby("sector", sort=False):
        if rows["counted_as"].isna().all():
            continue
        parts = []
        read = _joined(rows, held & set(known.index), ("visible",))
        for row in read[read["status"] != "not visible"].to_dict("records"):
            code = row["industry"] if pd.isna(row["counted_as"]) else row["counted_as"]
            part = row["weight"] * (row["share_of_parent"] if row["status"] == "stands in" else 1.0)
            told_apart = (naics.level(code), naics.sector(code)) in tells
            if code not in known.index and code not in current and told_apart:
                continue  # a code of other years
            parts.append(part * _share_of(code, known))
        total = np.sum(parts, axis=0)
        near = total[2] - total[1] <= _NEAR * (total[2] + total[1]) / 2
        out[name] = [(total[1] + total[2]) / 2 if np.isnan(total[0]) and near else total[0], *total[1:]]
    columns = ["share", "share_low", "share_high"]
    return pd.DataFrame.from_dict(out, orient="index", columns=columns, dtype=float).rename_axis("sector")


def _share_of(code: str, known: pd.DataFrame) -> np.ndarray:
    """A code's share and its ends, which the industry around it and the others in that bound as well."""
    around = next((above for above in codes_above(code) if above in known.index), None)
    own = np.array(known.loc[code] if code in known.index else [np.nan, 0.0, np.nan], dtype=float)
    if around is None or own[1] == own[2]:
        return own
    whole = known.loc[around]
    children = pd.Index([c for c in known.index if naics.parent(c) == around])
    others = known.loc[children.difference([code])]
    own[2] = np.fmax(np.fmin(own[2], whole["share_high"] - others["share_low"].sum()), own[1])
    if naics.parent(code) == around and _all_in(around) <= {code, *children}:
        own[1] = min(max(own[1], whole["share_low"] - others["share_high"].sum(skipna=False)), own[2])
    if np.isnan(own[0]) and own[2] - own[1] <= _NEAR * (own[1] + own[2]) / 2:
        own[0] = (own[1] + own[2]) / 2
    return own


@cache
def _all_in(code: str) -> frozenset[str]:
    """Every industry one level below a code, of every vintage."""
    return frozenset(c for c in naics.titles() if naics.parent(c) == code and naics.level(c) in ("3", "4"))


def sector_overlap(sectors: pd.DataFrame, panel: pd.DataFrame | None = None) -> pd.DataFrame:
    """Which sectors share codes, and, given a panel, how many jobs: what a sum over sectors would count twice.

    Parameters
    ----------
    sectors : DataFrame
        A table of sectors.
    panel : DataFrame, optional
        A Panel of one ownership and year.

    Returns
    -------
    DataFrame
        Columns sector_a, sector_b, industries (the shared codes, finer one named); with a panel also area and
        jobs_low and jobs_high: the shared jobs by the smaller of the two weights, bounds where withheld.

    Examples
    --------
    >>> from sectorlib.sectors import load_sectors
    >>> sector_overlap(load_sectors()).head(2)
                     sector_a                 sector_b  industries
    0  advanced-manufacturing            life-sciences  3254, 3391
    1    food-and-agriculture  tourism-and-hospitality  3113, 3121
    """
    shared = []
    for a, b in combinations(sectors["sector"].unique(), 2):
        mine, theirs = (sectors[sectors["sector"] == name] for name in (a, b))
        for left in mine.itertuples():
            for right in theirs.itertuples():
                finer = _finer(left.industry, right.industry)
                if finer is not None:
                    share = left.share_of_parent if finer == left.industry else right.share_of_parent
                    shared.append((a, b, finer, min(left.weight, right.weight), share))
    rows = pd.DataFrame(shared, columns=["sector_a", "sector_b", "industry", "weight", "share_of_parent"])
    rows = (
        rows.groupby(["sector_a", "sector_b", "industry"], sort=False)
        .agg(weight=("weight", "sum"), share_of_parent=("share_of_parent", "first"))
        .reset_index()
    )
    pairs = rows.groupby(["sector_a", "sector_b"], sort=False)["industry"].agg(
        lambda codes: ", ".join(sorted(codes))
    )
    out = pairs.rename("industries").reset_index()
    if panel is None or rows.empty:
        return out
    # The shared codes of a pair are a sector too.
    both = rows.assign(
        sector=rows["sector_a"] + " | " + rows["sector_b"],
        title="", segment="", note="", reference="", weight=rows["weight"].clip(upper=1),
    )  # fmt: skip
    jobs = compose(panel, both)
    out["sector"] = out["sector_a"] + " | " + out["sector_b"]
    columns = {"employment_low": "jobs_low", "employment_high": "jobs_high"}
    jobs = jobs.rename(columns={"industry": "sector", **columns})[["area", "sector", *columns.values()]]
    return out.merge(jobs.astype({"sector": str}), on="sector").drop(columns="sector")


# --- parts -------------------------------------------------------------------------------------------


def _finer(a: str, b: str) -> str | None:
    """The finer of two codes that overlap; None if they do not."""
    if a == b or b in codes_above(a):
        return a
    return b if a in codes_above(b) else None


@cache
def _children() -> dict[str, set[str]]:
    """The parts of each 3-digit industry, then of each NAICS sector, of every vintage."""
    fine: dict[str, set[str]] = {}
    coarse: dict[str, set[str]] = {}
    for code in naics.titles():
        if naics.level(code) == "4":
            fine.setdefault(code[:3], set()).add(code)
        elif naics.level(code) == "3":
            coarse.setdefault(str(naics.sector(code)), set()).add(code)
    return fine | coarse


def _joined(rows: pd.DataFrame, seen: set[str], statuses: tuple[str, ...]) -> pd.DataFrame:
    """The rows with an industry in place of its parts where all of them are there with one weight.

    Of those industries alone of which a part has one of the statuses. A 3-digit industry that the panel does not show stands
    for its parts too where the panel shows the NAICS sector, which may then stand for it.
    """
    for above, children in _children().items():
        if not children <= set(rows["industry"]):
            continue
        shown = above in seen
        if not shown and not (naics.level(above) == "3" and naics.sector(above) in seen):
            continue
        if not children & set(rows.loc[rows["status"].isin(statuses), "industry"]):
            continue
        weights = rows.groupby("industry")["weight"].sum()
        first = float(weights[min(children)])
        if (weights[sorted(children)] == first).all():
            inside = rows[rows["industry"].isin(children)].iloc[[0]]
            inside = inside.assign(
                industry=above, counted_as=above if shown else None, weight=first, segment="whole",
                status="visible" if shown else "not visible", share_of_parent=np.nan,
            )  # fmt: skip
            rows = pd.concat([rows[~rows["industry"].isin(children)], inside])
    return rows


def _stand_in(cells: pd.DataFrame, industry: str, share: float) -> pd.DataFrame:
    """Cells of a 4-digit code made of those of its 3-digit industry: a share of it, and anything up to all of it."""
    out = cells.assign(industry=industry, establishments=cells["establishments"] * share)
    for figure in _FIGURES:
        high = cells[figure].fillna(cells.get(f"{figure}_high", np.nan))
        out[figure] = cells[figure] * share
        out[f"{figure}_low"] = np.where(high == 0, high, 0.0)
        out[f"{figure}_high"] = high
    known = out["employment"].notna()
    out["disclosure"] = np.where(known, "estimated", "suppressed")
    zero = out["employment"] == 0
    out.loc[zero, "disclosure"] = "disclosed"
    return out
