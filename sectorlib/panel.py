"""The Panel: jobs, establishments and wages by area, industry, ownership and year.

`assemble` makes a panel of what a source read, `aggregate` is the only roll-up, and
`with_ownership` adds the ownership that a study reports. What is withheld stays missing through all
of them, with the least and the most it can be beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import (
    area_kind,
    changed_with,
    county_names,
    first_years,
    is_area_code,
    is_county,
    is_lasting,
)
from sectorlib.exceptions import (
    SectorlibError,
    TableError,
    UnknownAreaError,
    UnknownIndustryError,
    UnknownNameError,
)
from sectorlib.limits import capped, most_of_sums
from sectorlib.membership import check_membership, membership
from sectorlib.schemas import DISCLOSURE, PANEL

KEYS = ["area", "industry", "ownership", "year"]

#: The figures a panel adds up, and their bounds.
_FIGURES = ("employment", "wages")

#: Study ownership to the code its rows carry in the panel.
OWNERSHIP_CODES = {"private": "5", "all": "0", "drivers": "drivers"}

_GOVERNMENT = ("1", "2", "3")

#: Every code of ownership: those of QCEW, and the one that a study may report.
_OWNERSHIPS = (*"0123456789", "drivers")

#: What a row says of which nothing is known.
_UNKNOWN = dict.fromkeys(("establishments", *_FIGURES), np.nan) | {"disclosure": "suppressed"}

#: The codes that QCEW gives an ownership: 4 is international government, 9 all that unemployment insurance covers.
_OWNERSHIPS = ("0", "1", "2", "3", "4", "5", "8", "9", *OWNERSHIP_CODES.values())

#: The sectors of a total; 99, establishments not classified, is left out of some official files.
_EVERY_SECTOR = tuple(sector for sector in naics.SECTORS if sector != "99")

#: Sectors whose public owners are employers like the private ones: utilities, schools, hospitals.
_PUBLIC_DRIVERS = ("22", "61", "62")


def assemble(
    rows: pd.DataFrame, absent: Mapping[int, str] | None = None, left_out: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Make a Panel of annual rows: withheld cells made visible, missing totals added up.

    Parameters
    ----------
    rows : DataFrame
        Annual rows as a source reads them: the Panel's columns; bounds where the source knows them.
    absent : mapping of year to ``"zero"`` or ``"withheld"``
        What an absent row means. Where ``"withheld"``, every cell that some county (or state) of that
        year has is made visible in the others: as zero where the wages of the published industries
        already add up to the published total, else as suppressed. Default: zero. A county with no row at
        all in a year that other counties have is suppressed in every cell it has otherwise, whatever an
        absent row means, unless its code came or went with a change of counties.
    left_out : DataFrame, optional
        Columns area, year: counties that the files have in a year without one of its quarters, so that they have no
        row (:attr:`Qcew.left_out <sectorlib.sources.qcew.Qcew>`). They are suppressed in that year; a county that has
        no row in any year is suppressed in all, in every cell that some county has.

    Returns
    -------
    DataFrame
        A Panel with bounds: for a published cell both are its value, for a withheld one 0 and missing.
        Totals that the source lacks are sums of their parts, partial where a part is withheld: industry
        10 of an ownership, also partial where the year has no rows of some sector at all; ownerships 0
        and 8 of industry 10, in years that have rows of every ownership they are made of.

    Raises
    ------
    TableError
        A column is missing, a type is wrong or a key repeats; or an ownership is none.
    UnknownAreaError
        An area's code has digits, but not five of them: a leading zero is lost, say.
    UnknownIndustryError
        An industry is no NAICS code, or a part of a sector that is written as a range (31 for 31-33).

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "area": ["36001"] * 3, "industry": ["10", "62", "72"], "ownership": "5", "year": 2020,
    ...     "establishments": [9, 5, 4], "employment": [90, 60, np.nan], "wages": [900, 700, np.nan],
    ...     "disclosure": ["disclosed", "disclosed", "suppressed"]})
    >>> assemble(rows)[["industry", "ownership", "employment", "employment_low"]]
      industry ownership  employment  employment_low
    0       10         5        90.0            90.0
    1       62         5        60.0            60.0
    2       72         5         NaN             0.0
    """
    lacking = [c.name for c in PANEL.columns if not c.optional and c.name not in rows]
    if lacking:
        PANEL.check(rows)  # says what is missing
    panel = _as_panel(rows)
    _refuse_odd_codes(panel)
    withheld = [year for year, meaning in (absent or {}).items() if meaning == "withheld"]
    if withheld:
        panel = _sorted(pd.concat([panel, _absent_cells(panel, withheld)], ignore_index=True))
    holes = _county_holes(panel, left_out)
    if len(holes):
        panel = _sorted(pd.concat([panel, holes], ignore_index=True))
    panel = _with_totals(panel)
    return PANEL.check(panel)


def aggregate(
    panel: pd.DataFrame,
    areas: pd.DataFrame | None = None,
    industries: pd.DataFrame | None = None,
    ownerships: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add a panel up to groups of areas, industries or ownerships: the only roll-up there is.

    Employment and wages of a group are known only where those of every member are; otherwise the figure
    is missing, the row is ``partial`` (or ``suppressed`` if no member is known), and the bounds add up:
    ``employment_low`` is what is published, ``employment_high`` is missing unless every member has one. The high of
    a sum of industries is also at most what the industries they lie in, the others in those, and the area's total leave.

    A sum over a member that the panel lacks is not known either, and counts that member like a withheld one. The
    panel lacks an area in a year in which it has no row of it at all, unless the area's code had not begun yet, or the
    group holds, with rows, a county that its code changed with. An area that has rows, and none of an industry, has
    nothing of it. The panel lacks an industry of which no area has a row in any year, and an ownership of which none has
    a row of that level of industries in that year. So hand over the rows of all industries, not of one: of a county
    without hospitals, rows of hospitals alone do not show that it is there.

    Parameters
    ----------
    panel : DataFrame
        A Panel.
    areas, industries, ownerships : DataFrame, optional
        Memberships. Rows of members that no group has are left out; a dimension without a membership
        stays as it is. A member split over groups counts in each by its weight. A group of whose members the panel
        has none gets no rows.

    Returns
    -------
    DataFrame
        A Panel of the groups with bounds and ``disclosed_share``: of the cells added up, the share that
        is published.

    Raises
    ------
    TableError
        A group holds a member and part of it (a state and its county, 31-33 and 311, ownership 0 and 5),
        which would count it twice.
    UnknownAreaError, UnknownIndustryError, UnknownNameError
        A member that the panel lacks and that is no code: a county's name, say, in place of its code.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": ["36001", "36003"], "industry": "62", "ownership": "5", "year": 2020,
    ...     "establishments": [5, 2], "employment": [60, np.nan], "wages": [700, np.nan],
    ...     "disclosure": ["disclosed", "suppressed"]})
    >>> market = membership({"Albany": ["36001", "36003"]})
    >>> aggregate(panel, areas=market)[["area", "employment", "employment_low", "disclosure", "disclosed_share"]]
         area  employment  employment_low disclosure  disclosed_share
    0  Albany         NaN            60.0    partial              0.5

    So it is where the panel lacks a county.

    >>> aggregate(panel.head(1), areas=market)[["area", "employment", "employment_low", "disclosure"]]
         area  employment  employment_low disclosure
    0  Albany         NaN            60.0    partial
    """
    whole = _as_panel(panel)
    sums = _summed(whole, areas, industries, ownerships)
    return sums if industries is None else _capped(sums, panel, whole, areas, industries, ownerships)


def sum_industries(panel: pd.DataFrame, industries: pd.DataFrame) -> pd.DataFrame:
    """As :func:`aggregate` adds up industries, for a caller that has more to cap their highs by than the panel's rows.

    >>> panel = pd.DataFrame({
    ...     "area": "36001", "industry": ["62", "622"], "ownership": "5", "year": 2020, "establishments": [5, 2],
    ...     "employment": [60, np.nan], "wages": [700, np.nan], "disclosure": ["disclosed", "suppressed"]})
    >>> sum_industries(panel, membership({"hospitals": ["622"]}))[["industry", "employment", "disclosure"]]
        industry  employment  disclosure
    0  hospitals         NaN  suppressed
    """
    return _summed(_as_panel(panel), None, industries, None)


def with_ownership(panel: pd.DataFrame, ownership: str) -> pd.DataFrame:
    """Add the rows of the ownership that a study reports, where the source lacks them.

    Parameters
    ----------
    panel : DataFrame
        A Panel as :func:`assemble` makes it, with ownerships 5 and, where published, 1, 2 and 3 by industry.
    ownership : {"private", "all", "drivers"}
        ``private``: code 5, as it is. ``all``: code 0 by industry, the sum of 1, 2, 3 and 5. ``drivers``:
        private industry plus publicly owned utilities, education and health care (22, 61, 62), since a
        public university or hospital is as much an employer of its region as a private one.

    Returns
    -------
    DataFrame
        The panel and the new rows. Where government is not published by industry, ``all`` adds nothing
        and ``drivers`` is private industry alone.

    Raises
    ------
    UnknownNameError
        No such ownership.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "39049", "industry": ["61", "10", "61"], "ownership": ["2", "5", "5"], "year": 2020,
    ...     "establishments": [1, 20, 9], "employment": [300, 100, 60], "wages": [3000, 1200, 700],
    ...     "disclosure": "disclosed"})
    >>> with_ownership(panel, "drivers").query("ownership == 'drivers'")["employment"].to_list()
    [400.0, 360.0]
    """
    if ownership not in OWNERSHIP_CODES:
        raise UnknownNameError.unknown_name("ownership", ownership, OWNERSHIP_CODES)
    if ownership == "private":
        return panel
    public = panel["ownership"].isin(_GOVERNMENT) & (panel["industry"] != naics.TOTAL)
    if ownership == "all":
        if not public.any():
            return panel
        parts = panel[public | ((panel["ownership"] == "5") & (panel["industry"] != naics.TOTAL))]
    else:
        sectors = _mapped(panel["industry"], naics.sector)
        public &= sectors.isin(_PUBLIC_DRIVERS)
        # Supersectors mix sectors that are among the drivers with some that are not.
        private = (panel["ownership"] == "5") & (sectors.notna() | (panel["industry"] == naics.TOTAL))
        parts = panel[public | private]
        # The all-industry total of the drivers takes in the public sectors among them.
        into_total = panel[public & panel["industry"].isin(_PUBLIC_DRIVERS)].assign(industry=naics.TOTAL)
        parts = pd.concat([parts, into_total], ignore_index=True)
    code = OWNERSHIP_CODES[ownership]
    cells = _as_panel(parts)
    cells["cell_weight"] = 1.0
    cells["ownership"] = pd.Categorical([code] * len(cells))
    return _sorted(pd.concat([_as_panel(panel), _add_up(cells)], ignore_index=True))


def on_county_codes(panel: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """The panel with its counties on one set of codes.

    A county that was renamed, or went whole into another, is its successor's in every cell. Where counties were
    regrouped by towns, or split, the figures are in no successor: how industries are spread over the parts is not
    known. A county without any row in a year that other counties have, such as those successors, is suppressed then.

    Parameters
    ----------
    panel : DataFrame
        A Panel.
    links : DataFrame
        Where each county goes: member, group, weight and how, as from
        :meth:`~sectorlib.county_vintages.CountyCodes.links`.

    Returns
    -------
    DataFrame
        A Panel; the same rows where every county keeps its code.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": ["51019", "51515", "51019"], "industry": "62", "ownership": "5", "year": [2010, 2010, 2015],
    ...     "establishments": [5, 2, 7], "employment": [60.0, 40, 110], "wages": [700.0, 300, 1200],
    ...     "disclosure": "disclosed"})
    >>> links = pd.DataFrame({"member": ["51019", "51515"], "group": "51019", "weight": 1.0, "how": ["same", "merged"]})
    >>> on_county_codes(panel, links)[["area", "year", "employment"]].to_numpy().tolist()
    [['51019', 2010, 100.0], ['51019', 2015, 110.0]]
    """
    moved = links[links["member"] != links["group"]]
    if moved.empty:
        return panel
    whole = moved[moved["how"] != "regrouped"]
    met = {*whole["member"], *whole["group"]}
    areas = panel["area"].astype(str)
    kept = panel[~areas.isin({*met, *moved["member"]})]
    parts = [kept]
    if len(met):
        belonging = links[links["group"].isin(whole["group"]) & (links["how"] != "regrouped")]
        parts.append(aggregate(panel[areas.isin(met)], areas=belonging[["member", "group", "weight"]]))
    table = _sorted(pd.concat(parts, ignore_index=True))
    years = panel.loc[is_county(panel["area"]), "year"].unique()
    holes = _successor_holes(table, set(moved["group"]), years)
    return _sorted(pd.concat([table, holes], ignore_index=True)) if len(holes) else table


def save_panel(panel: pd.DataFrame, path: Path) -> None:
    """Write a panel as Parquet, beside its final name first, so that no half-written file is left.

    >>> import tempfile
    >>> panel = pd.DataFrame({
    ...     "area": ["36001"], "industry": "62", "ownership": "5", "year": 2020, "establishments": 5,
    ...     "employment": 60.0, "wages": 700.0, "disclosure": "disclosed"})
    >>> path = Path(tempfile.mkdtemp()) / "panel.parquet"
    >>> save_panel(panel, path)
    >>> load_panel(path)["employment"].to_list()
    [60.0]
    """
    temporary = path.with_name(path.name + ".part")
    panel.to_parquet(temporary, index=False)
    temporary.replace(path)


def load_panel(path: Path) -> pd.DataFrame:
    """Read a panel written by :func:`save_panel` and check it.

    Raises
    ------
    TableError
        The file holds no panel.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "panel.parquet"
    >>> pd.DataFrame({"area": ["36001"]}).to_parquet(path)
    >>> load_panel(path)
    Traceback (most recent call last):
    sectorlib.exceptions.TableError: the panel table in ... lacks industry, ownership, ...
    """
    return PANEL.check(pd.read_parquet(path), str(path))


# --- parts -------------------------------------------------------------------------------------------


def _summed(
    whole: pd.DataFrame,
    areas: pd.DataFrame | None,
    industries: pd.DataFrame | None,
    ownerships: pd.DataFrame | None,
) -> pd.DataFrame:
    """A Panel added up, with highs that add up too."""
    _refuse_nested(areas, industries, ownerships)
    cells = whole.assign(cell_weight=1.0)
    for column, roll_up in (("area", areas), ("industry", industries), ("ownership", ownerships)):
        if roll_up is not None:
            lacking = _LACKING[column](whole, _members(roll_up))
            cells = _with_lacking(_relabel(cells, column, roll_up), column, lacking)
    return _add_up(cells)


def _capped(
    sums: pd.DataFrame,
    panel: pd.DataFrame,
    whole: pd.DataFrame,
    areas: pd.DataFrame | None,
    industries: pd.DataFrame,
    ownerships: pd.DataFrame | None,
) -> pd.DataFrame:
    """Sums of industries with highs that the wholes of their parts allow, in each area before areas are added up."""
    if areas is not None or ownerships is not None:
        first = aggregate(panel, industries=industries)
        other = aggregate(first, areas=areas, ownerships=ownerships).set_index(KEYS)
        at = pd.MultiIndex.from_frame(sums[KEYS])
        for figure in _FIGURES:
            highs = other[f"{figure}_high"].reindex(at).to_numpy()
            sums[f"{figure}_high"] = np.fmin(sums[f"{figure}_high"], highs)
        return sums
    if sums.empty:
        return sums
    parts = []
    seen = set(whole["industry"].astype("str").unique())
    for group, members in _members(industries).groupby("group"):
        rows = sums[sums["industry"] == group]
        if (rows["disclosure"] != "disclosed").any():
            lacking = _industries_not_in(seen, members)["member"]
            weights = members.set_index("member")["weight"]
            cells = whole[whole["industry"].isin(members["member"])]
            rows = capped(rows, most_of_sums(whole, cells, weights, lacking))
        parts.append(rows)
    return pd.concat(parts).loc[sums.index]


def with_bounds(rows: pd.DataFrame) -> pd.DataFrame:
    """A panel with its bounds filled in: those of a known figure are the figure itself."""
    return _as_panel(rows)


def _as_panel(rows: pd.DataFrame) -> pd.DataFrame:
    """The Panel's columns with their types; bounds filled in where a figure is known."""
    panel = PANEL.select(rows).copy()
    for key in ("area", "industry", "ownership"):
        panel[key] = panel[key].astype("category")
    if pd.api.types.is_integer_dtype(panel["year"]):
        panel["year"] = panel["year"].astype("int64")  # year * 10000 overflows what is shorter
    panel["disclosure"] = pd.Categorical(panel["disclosure"], categories=DISCLOSURE)
    for figure in (*_FIGURES, "establishments"):
        panel[figure] = panel[figure].astype(float)
    for figure in _FIGURES:
        low, high = f"{figure}_low", f"{figure}_high"
        known = panel[figure].where(panel["disclosure"] != "estimated")  # an estimate is not its own bound
        panel[low] = known.fillna(panel.get(low, 0.0)).fillna(0.0)
        panel[high] = known.fillna(panel[high]) if high in panel else known
    return panel


def _refuse_odd_codes(panel: pd.DataFrame) -> None:
    """Refuse codes that no measure finds again: sums and quotients of them would be empty."""
    for area in map(str, panel["area"].cat.categories):
        digits = area.strip().removesuffix(".0")
        if digits.isdigit() and (len(digits) != 5 or digits != area):
            whole = digits.zfill(5) if len(digits) == 4 else digits
            raise UnknownAreaError(
                f"area {area!r} of the panel has digits, but not five of them",
                "codes as QCEW has them: 36055, 36000, US000; names for regions of your own",
                f"write it as text, {whole!r}"
                if len(whole) == 5
                else "read codes as text, with their leading zeros",
            )
    for industry in map(str, panel["industry"].cat.categories):
        if industry in naics.RANGES:
            raise UnknownIndustryError(
                f"industry {industry!r} of the panel is part of the sector {naics.RANGES[industry]}",
                "codes as BLS writes them: 31-33, 44-45, 48-49, which are published as one",
                f"write {naics.RANGES[industry]!r}, after adding up its parts if there are several",
            )
    naics.require_known(pd.Series(panel["industry"].cat.categories.astype(str)))
    for ownership in map(str, panel["ownership"].cat.categories):
        if ownership not in _OWNERSHIPS:
            raise TableError(
                f"ownership {ownership!r} of the panel",
                f"one of {', '.join(_OWNERSHIPS)}",
                "0 is all, 5 private; write codes as text, without decimals",
            )


def _sorted(panel: pd.DataFrame) -> pd.DataFrame:
    for key in ("area", "industry", "ownership"):
        values = panel[key].astype("category")
        panel[key] = values.cat.set_categories(sorted(values.cat.categories.astype(str)))
    return panel.sort_values(KEYS, ignore_index=True)


def _absent_cells(panel: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Rows for cells that a source leaves out because they are withheld or zero."""
    kinds = area_kind(panel["area"]).astype(str)
    grids = []
    for kind, year in product(("county", "state"), years):
        part = panel[(kinds == kind) & (panel["year"] == year)]
        cells = part[["industry", "ownership"]].drop_duplicates()
        areas = pd.DataFrame({"area": part["area"].unique()})
        grids.append(areas.merge(cells, how="cross").assign(year=year))
    grid = pd.concat(grids, ignore_index=True).astype({"area": str, "industry": str, "ownership": str})
    grid["year"] = grid["year"].astype(panel["year"].dtype)
    known = panel[KEYS].astype({"area": str, "industry": str, "ownership": str})
    missing = grid.merge(known, on=KEYS, how="left", indicator=True)
    missing = missing.loc[missing["_merge"] == "left_only", KEYS].reset_index(drop=True)
    is_zero = _accounted_for(pd.concat([known.assign(wages=panel["wages"].to_numpy()), missing]), missing)
    zero = pd.Series(np.where(is_zero, 0.0, np.nan), index=missing.index)
    return _as_panel(
        missing.assign(
            establishments=zero,
            employment=zero,
            wages=zero,
            disclosure=np.where(is_zero, "disclosed", "suppressed"),
        )
    )


def _county_holes(panel: pd.DataFrame, left_out: pd.DataFrame | None) -> pd.DataFrame:
    """Suppressed rows for counties that lack a whole year which other counties have."""
    codes = pd.Series(panel["area"].cat.categories.astype(str))
    counties = panel[panel["area"].isin(codes[is_county(codes)])]
    years = counties[["year"]].drop_duplicates()
    present = counties[["area", "year"]].drop_duplicates().astype({"area": str})
    lasting = present.loc[is_lasting(present["area"]), ["area"]].drop_duplicates()
    every = [lasting.merge(years, how="cross")]
    never = pd.DataFrame({"area": []}, dtype="str")
    if left_out is not None:
        named = left_out[is_county(left_out["area"])].astype({"area": str})
        never = named.loc[~named["area"].isin(present["area"]), ["area"]].drop_duplicates()
        always = never.merge(years, how="cross")
        every += [named.merge(years), always[always["year"] >= first_years(always["area"])]]
    holes = _without(pd.concat(every, ignore_index=True).drop_duplicates(), present)
    cells = counties[["area", "industry", "ownership"]].drop_duplicates().astype(str)
    anywhere = counties[["industry", "ownership", "year"]].drop_duplicates()
    anywhere = anywhere.astype({"industry": str, "ownership": str})
    rows = [
        holes.merge(cells, on="area"),
        holes[holes["area"].isin(never["area"])].merge(anywhere, on="year"),
    ]
    return _as_panel(pd.concat(rows, ignore_index=True).assign(**_UNKNOWN))


def _successor_holes(panel: pd.DataFrame, successors: set[str], years: Iterable[int]) -> pd.DataFrame:
    """Suppressed rows for the successors of counties, in years in which they have none."""
    cells = panel.loc[panel["area"].isin(successors), ["area", "industry", "ownership", "year"]]
    cells = cells.astype({"area": str, "industry": str, "ownership": str})
    present = cells[["area", "year"]].drop_duplicates()
    pairs = present[["area"]].drop_duplicates().merge(pd.DataFrame({"year": list(years)}), how="cross")
    holes = _without(pairs.astype(present.dtypes.to_dict()), present)
    kinds = cells[["area", "industry", "ownership"]].drop_duplicates()
    return _as_panel(holes.merge(kinds, on="area").assign(**_UNKNOWN))


def _accounted_for(cells: pd.DataFrame, missing: pd.DataFrame) -> np.ndarray:
    """Whether each missing cell must be zero: its siblings' wages make up the parent's to the dollar.

    Wages are published to the dollar and never averaged, so the identity is exact where jobs are rounded.
    """
    cells = cells.assign(
        parent=_mapped(cells["industry"], lambda c: naics.parent(c) or ""),
        level=_mapped(cells["industry"], naics.level),
    ).reset_index(drop=True)
    place = ["area", "ownership", "year"]
    cells["absent"] = np.arange(len(cells)) >= len(cells) - len(missing)
    # From the top down, so that a sector found to be zero settles its subsectors.
    for level in ("domain", "supersector", "sector", "3", "4", "5", "6"):
        here = cells["level"] == level
        if not (here & cells["absent"]).any():
            continue
        parents = cells.set_index([*place, "industry"])["wages"]
        group = [*place, "parent"]
        sums = cells[here].groupby(group)["wages"].sum()
        children = pd.MultiIndex.from_frame(cells.loc[here, group])
        gap = parents.reindex(children).to_numpy() - sums.reindex(children).to_numpy()
        settled = here.to_numpy().copy()
        settled[here.to_numpy()] = (gap == 0) & cells.loc[here, "absent"].to_numpy()
        cells.loc[settled, "wages"] = 0.0
    return (cells.loc[cells["absent"], "wages"] == 0).to_numpy()


def _with_totals(panel: pd.DataFrame) -> pd.DataFrame:
    """Add the totals a source lacks: industry 10 by ownership, then ownerships 0 and 8."""
    sectors = membership({naics.TOTAL: naics.SECTORS})
    single = panel[panel["ownership"].isin([*_GOVERNMENT, "5"])]
    # A sector of which no county has a row has no jobs, or is in no file; whole tells which years are sure.
    by_ownership = _add_up(_relabel(_as_panel(single).assign(cell_weight=1.0), "industry", sectors))
    whole = _years_with(panel, "industry", _EVERY_SECTOR)
    panel = _only_new(panel, _partial(by_ownership, ~by_ownership["year"].isin(whole)))
    totals = panel[panel["industry"] == naics.TOTAL]
    for code, parts in {"0": (*_GOVERNMENT, "5"), "8": _GOVERNMENT}.items():
        rows = totals[totals["year"].isin(_years_with(totals, "ownership", parts))]
        panel = _only_new(panel, aggregate(rows, ownerships=membership({code: parts})))
    return panel


def _years_with(panel: pd.DataFrame, key: str, codes: Iterable[str]) -> list[int]:
    """The years in which every one of the codes has a row somewhere: what no area has is not in the files."""
    codes = set(codes)
    present = panel[panel[key].isin(codes)].groupby("year")[key].nunique()
    return present.index[present == len(codes)].to_list()


def _partial(sums: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    """The sums, of which some are known to lack a part: their figures are the least there can be."""
    sums = sums.copy()
    unknown = ["establishments", *_FIGURES, *(f"{figure}_high" for figure in _FIGURES)]
    sums.loc[where, unknown] = np.nan
    sums.loc[where, "disclosure"] = "partial"
    return sums


def _only_new(panel: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The panel and those rows whose key it lacks."""
    if rows.empty:
        return panel
    known = pd.MultiIndex.from_frame(panel.loc[panel["industry"] == naics.TOTAL, KEYS].astype(str))
    new = ~pd.MultiIndex.from_frame(rows[KEYS].astype(str)).isin(known)
    if not new.any():
        return panel
    return _sorted(pd.concat([panel, rows[new].drop(columns="disclosed_share")], ignore_index=True))


def _relabel(cells: pd.DataFrame, column: str, roll_up: pd.DataFrame) -> pd.DataFrame:
    """Each cell once for each group its member belongs to, figures scaled by the weight."""
    check_membership(roll_up, partial=True)
    categories = cells[column].cat.categories
    groups = pd.Categorical(roll_up["group"].astype(str))
    links = pd.DataFrame(
        {
            "member": categories.get_indexer(pd.Index(roll_up["member"].astype(str))),
            "group": groups.codes,
            "link_weight": roll_up["weight"].to_numpy(dtype=float),
        }
    )
    links = links[(links["member"] >= 0) & (links["link_weight"] > 0)]
    cells = cells.assign(member=cells[column].cat.codes.astype(links["member"].dtype)).merge(
        links, on="member"
    )
    cells[column] = pd.Categorical.from_codes(cells.pop("group"), categories=groups.categories)
    weight = cells.pop("link_weight").to_numpy()
    split = weight != 1
    if split.any():
        for name in (
            "establishments",
            *_FIGURES,
            *(f"{f}_{end}" for f in _FIGURES for end in ("low", "high")),
        ):
            cells[name] = cells[name] * weight
    cells["cell_weight"] = cells["cell_weight"] * weight
    return cells.drop(columns="member")


def _members(roll_up: pd.DataFrame) -> pd.DataFrame:
    """The members that count in a group, as text."""
    rows = roll_up.loc[roll_up["weight"] > 0, ["member", "group", "weight"]]
    return rows.astype({"member": "str", "group": "str", "weight": float}).reset_index(drop=True)


def _lacking_areas(cells: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """What groups lack of areas: group, year, weight."""
    held = cells[["area", "year"]].drop_duplicates().astype({"area": "str"})
    seen = set(held["area"])
    _require_known(members, seen, is_area_code, UnknownAreaError, "area")
    inside = members[members["group"].isin(members.loc[members["member"].isin(seen), "group"])]
    years = held[["year"]].drop_duplicates()
    missing = _without(inside.merge(years, how="cross"), held.rename(columns={"area": "member"}))
    # Jobs outside any county come and go; a county stays for as long as its code is one.
    passing = missing["member"].isin(seen) & ~area_kind(missing["member"]).isin(["county", "state", "nation"])
    missing = missing[~passing & (missing["year"] >= first_years(missing["member"]))]
    changed = {code: changed_with(code) for code in missing["member"].unique()}
    there = inside.merge(held.rename(columns={"area": "member"}), on="member")
    there = there[there["member"].isin(set().union(*changed.values()))]
    groups = {key: set(part) for key, part in there.groupby(["group", "year"])["member"]}
    replaced = [
        not changed[code].isdisjoint(groups.get((group, year), ()))
        for code, group, year in zip(missing["member"], missing["group"], missing["year"], strict=True)
    ]
    missing = missing[~np.array(replaced, dtype=bool)]
    return missing.groupby(["group", "year"])["weight"].sum().reset_index()


def _lacking_industries(cells: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """What groups lack of industries: group, weight."""
    seen = set(cells["industry"].astype("str").unique())
    _require_known(members, seen, naics.is_known, UnknownIndustryError, "industry")
    return _industries_not_in(seen, members).groupby("group")["weight"].sum().reset_index()


def _industries_not_in(seen: set[str], members: pd.DataFrame) -> pd.DataFrame:
    """The members that a panel of these industries lacks, in groups of which it has some."""
    present = members[members["member"].isin(seen)]
    missing = members[~members["member"].isin(seen) & members["group"].isin(present["group"])]
    held = {str(group): set(codes) for group, codes in present.groupby("group")["member"]}
    regrouped = [
        not naics.regrouped_with(code).isdisjoint(held[group])
        for code, group in zip(missing["member"], missing["group"], strict=True)
    ]
    return missing[~np.array(regrouped, dtype=bool)]


def _lacking_ownerships(cells: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """What groups lack of ownerships: group, year, level of industries, weight."""
    held = cells[["ownership", "year"]].assign(level=naics.levels(cells["industry"])).drop_duplicates()
    held = held.rename(columns={"ownership": "member"}).astype({"member": "str"})
    seen = set(held["member"])
    _require_known(members, seen, lambda code: code in _OWNERSHIPS, UnknownNameError, "ownership")
    there = members.merge(held, on="member")[["group", "year", "level"]].drop_duplicates()
    missing = _without(members.merge(there, on="group"), held)
    return missing.groupby(["group", "year", "level"])["weight"].sum().reset_index()


#: How a panel lacks members of each dimension.
_LACKING = {"area": _lacking_areas, "industry": _lacking_industries, "ownership": _lacking_ownerships}


def _require_known(
    members: pd.DataFrame,
    seen: set[str],
    is_code: Callable[[str], bool],
    error: type[SectorlibError],
    kind: str,
) -> None:
    """Raise if a member is neither in the panel nor a code at all."""
    strange = members[~members["member"].isin(seen)] if seen else members.iloc[:0]
    strange = strange[[not is_code(code) for code in strange["member"]]]
    if strange.empty:
        return
    code, group = strange["member"].iloc[0], strange["group"].iloc[0]
    more = len(set(strange["member"])) - 1
    others = f", and {more} more such {'member' if more == 1 else 'members'}" if more else ""
    names = county_names() if kind == "area" else pd.Series(naics.titles())
    titled = names.index[names.str.casefold().str.split(",").str[0] == code.split(",")[0].strip().casefold()]
    hint = f"that is the name of {' or '.join(titled[:4])}; " if len(titled) else ""
    raise error(
        f"{kind} group {group!r} holds {code!r}, which the panel lacks and which is no {kind} code{others}",
        f"codes of the panel, or {kind} codes that it lacks: those make the group's sums partial",
        f"{hint}correct it, or leave it out of the group if it has no jobs",
    )


def _without(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The rows whose keys are not among the known ones."""
    on = list(known.columns)
    found = pd.MultiIndex.from_frame(rows[on]).isin(pd.MultiIndex.from_frame(known))
    return rows[~found].reset_index(drop=True)


def _with_lacking(cells: pd.DataFrame, column: str, lacking: pd.DataFrame) -> pd.DataFrame:
    """The cells of groups and, for what a group lacks, a suppressed row beside each cell that some group has."""
    if lacking.empty:
        return cells
    beside = cells[[key for key in KEYS if key != column]].drop_duplicates()
    if "level" in lacking:
        beside = beside.assign(level=naics.levels(beside["industry"]))
    shared = [key for key in ("year", "level") if key in lacking]
    rows = beside.merge(lacking, on=shared) if shared else beside.merge(lacking, how="cross")
    rows[column] = pd.Categorical(rows["group"], categories=cells[column].cat.categories)
    rows = _as_panel(rows.assign(**_UNKNOWN)).assign(cell_weight=rows["weight"].to_numpy())
    for key in KEYS[:3]:
        rows[key] = rows[key].cat.set_categories(cells[key].cat.categories)
    return pd.concat([cells, rows], ignore_index=True)


def _add_up(cells: pd.DataFrame) -> pd.DataFrame:
    """Sum cells by key: a figure is known where every part is, bounds add up, disclosure is the worst."""
    published = cells["disclosure"] == "disclosed"
    work = pd.DataFrame({key: cells[key] for key in KEYS})
    work["cell_weight"] = cells["cell_weight"]
    work["published"] = cells["cell_weight"].where(published, 0.0)
    work["estimated"] = (cells["disclosure"] == "estimated").astype(float)
    work["suppressed"] = (cells["disclosure"] == "suppressed").astype(float)
    unknown = {}
    for name in ("establishments", *_FIGURES, "employment_high", "wages_high"):
        unknown[name] = f"{name}_unknown"
        work[unknown[name]] = cells[name].isna().astype(float)
        work[name] = cells[name].fillna(0.0)
    for figure in _FIGURES:
        work[f"{figure}_low"] = cells[f"{figure}_low"]
    work["cells"] = 1.0
    sums = work.groupby(KEYS, observed=True, sort=True).sum().reset_index()
    for name, flag in unknown.items():
        sums[name] = sums[name].where(sums[flag] == 0)
    none_known = sums["suppressed"] == sums["cells"]
    sums["disclosure"] = pd.Categorical(
        np.select(
            [sums["employment_unknown"] == 0, none_known],
            [np.where(sums["estimated"] > 0, "estimated", "disclosed"), "suppressed"],
            "partial",
        ),
        categories=DISCLOSURE,
    )
    sums["disclosed_share"] = sums["published"] / sums["cell_weight"]
    return PANEL.select(sums)


def _refuse_nested(
    areas: pd.DataFrame | None, industries: pd.DataFrame | None, ownerships: pd.DataFrame | None
) -> None:
    """Raise where a group holds a member and a part of it."""
    above = {
        "area": _areas_above,
        "industry": _industries_above,
        "ownership": lambda m: ["8", "0"] if m in _GOVERNMENT else ["0"] if m in ("5", "8") else [],
    }
    for name, roll_up in (("area", areas), ("industry", industries), ("ownership", ownerships)):
        if roll_up is None:
            continue
        pairs = set(zip(roll_up["group"].astype(str), roll_up["member"].astype(str), strict=True))
        for group, member in sorted(pairs):
            for whole in above[name](member):
                if (group, whole) in pairs:
                    raise TableError(
                        f"{name} group {group!r} holds both {whole!r} and its part {member!r}",
                        "members that do not overlap, so that nothing is counted twice",
                        f"leave out {whole!r} or {member!r}",
                    )


def _areas_above(area: str) -> list[str]:
    kind = area_kind(area)
    if kind == "state":
        return ["US000"]
    return [f"{area[:2]}000", "US000"] if kind in ("county", "unknown", "statewide") else []


def _industries_above(industry: str) -> list[str]:
    """Every industry that one is part of, in the hierarchy of sectors and in that of supersectors."""
    out = []
    up = naics.parent(industry)
    while up is not None:
        out.append(up)
        up = naics.parent(up)
    supersector = naics.supersector(industry)
    if supersector is not None:
        out += [code for code in (supersector, supersector[:3]) if code != industry]
    return out


def _mapped(values: pd.Series, function) -> pd.Series:  # type: ignore[no-untyped-def]
    """A function of a code, applied once for each distinct code."""
    codes, uniques = pd.factorize(values)
    results = np.array([function(str(u)) for u in uniques], dtype=object)
    return pd.Series(results[codes] if len(results) else [], index=values.index, dtype=object)
