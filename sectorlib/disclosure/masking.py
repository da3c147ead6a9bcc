"""Withholding cells that are known, so that any method can be scored on what it would have said of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import is_county
from sectorlib.disclosure.identities import Family, families, published
from sectorlib.exceptions import TableError
from sectorlib.resources import definitions
from sectorlib.schemas import DISCLOSURE

#: Why a known cell was withheld by :func:`mask_panel`; empty where it was not.
REASONS = ("", "few", "dominance", "complement")

#: A complement should have this share of the jobs it protects, or it hides little.
_COMPLEMENT = 0.2

#: Standard deviation of the logarithm of an establishment's jobs, to draw how unequal they are.
_SPREAD = 1.4

#: Establishments drawn for each cell: above so many, one rarely has four fifths of the jobs.
_MOST_DRAWN = 20


def mask_panel(panel: pd.DataFrame, seed: int, rate: float = 0.2) -> pd.DataFrame:
    """Withhold known cells of counties by the rule of the official files.

    Primary cells have fewer than three employers, or one with more than four fifths of the jobs. Who the
    employers are is not in a panel, so both are drawn: how many have the establishments (three in ten
    belong to an employer with another one), and the largest's share, which is greater where a cell has more
    jobs than its establishments would have elsewhere. Then complementary cells are withheld until no
    identity holds a single withheld cell, so that none of the masked follows by subtraction.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds. A column ``dominance`` (largest employer's share of the jobs) takes the place of
        the draw where it is not missing.
    seed : int
        Two calls with the same seed withhold the same cells.
    rate : float
        The share of known county cells, at each level of industry, that is withheld as primary at most.

    Returns
    -------
    DataFrame
        The panel, with masked cells as withheld ones are, and a column ``masked``: ``few``, ``dominance``,
        ``complement``, or empty.

    Raises
    ------
    TableError
        ``rate`` is no share.

    References
    ----------
    Fellegi, I. P. (1972), On the question of statistical confidentiality, Journal of the American
    Statistical Association 67. Bureau of Labor Statistics, QCEW questions and answers: confidentiality.

    Examples
    --------
    >>> from sectorlib.panel import assemble
    >>> rows = pd.DataFrame({
    ...     "area": "36001", "industry": ["10", "62", "71", "72"], "ownership": "5", "year": 2020,
    ...     "establishments": [32, 10, 2, 20], "employment": [120, 60, 20, 40], "wages": [9.0, 5, 2, 2],
    ...     "disclosure": "disclosed"})
    >>> masked = mask_panel(assemble(rows), seed=1, rate=0.4)
    >>> masked[["industry", "employment", "masked"]]
      industry  employment      masked
    0       10       120.0
    1       62        60.0
    2       71         NaN         few
    3       72         NaN  complement
    """
    if not 0 < rate <= 1:
        raise TableError(
            f"rate {rate}", "a share above 0 and at most 1", "0.2 withholds a fifth, and more to protect it"
        )
    rule = {name: entry["value"] for name, entry in definitions("disclosure").items()}
    random = np.random.default_rng(seed)
    employment = published(panel, "employment")
    level = naics.levels(panel["industry"]).to_numpy()
    detailed = np.isin(level, ["sector", "3", "4", "5", "6"])
    may = detailed & (panel["ownership"].to_numpy() == "5") & (employment > 0)
    candidates = may & is_county(panel["area"]).to_numpy()
    reason = np.zeros(len(panel), dtype=int)
    rows = np.flatnonzero(candidates)
    establishments = np.nan_to_num(panel["establishments"].to_numpy(dtype=float)[rows], nan=1.0)
    # Employers stay the same over the years, so what is drawn is drawn once for each series.
    series = panel.iloc[rows].groupby(["area", "industry", "ownership"], observed=True).ngroup().to_numpy()
    shape = (int(series.max(initial=-1)) + 1, _MOST_DRAWN)
    sizes = np.exp(_SPREAD * random.standard_normal(shape) - _SPREAD**2 / 2)[series]
    apart = random.random(shape)[series] > rule["same_employer"]
    turn = random.random(shape[0])[series]
    others = np.arange(_MOST_DRAWN) < establishments[:, None]
    share = _largest_share(np.where(others, sizes, 0.0), employment[rows], _typical(panel, rows))
    share[establishments > _MOST_DRAWN] = 0.0
    if "dominance" in panel:
        given = panel["dominance"].to_numpy(dtype=float)[rows]
        share = np.where(np.isnan(given), share, given)
    few = (apart & others)[:, 1:].sum(axis=1) + 1 < rule["employers"]
    primary = few | (share > rule["dominance"])
    order = np.lexsort((turn, ~primary))
    for name in np.unique(level[rows]):
        here = order[level[rows[order]] == name]
        chosen = here[: int(rate * len(here))]
        chosen = chosen[primary[chosen]]
        reason[rows[chosen]] = np.where(few[chosen], REASONS.index("few"), REASONS.index("dominance"))
    _complement(
        families(panel), reason, may, np.where(np.isnan(employment), 0.0, employment), np.isnan(employment)
    )
    return without(panel, reason > 0).assign(
        masked=pd.Categorical(np.array(REASONS)[reason], categories=REASONS)
    )


def without(panel: pd.DataFrame, hidden: np.ndarray) -> pd.DataFrame:
    """The panel with chosen rows as withheld ones are: no figures, and bounds that say nothing.

    >>> panel = pd.DataFrame({
    ...     "employment": [60.0], "wages": 7.0, "employment_low": 60.0, "employment_high": 60.0, "wages_low": 7.0,
    ...     "wages_high": 7.0, "disclosure": "disclosed"})
    >>> without(panel, np.array([True]))[["employment", "employment_low", "disclosure"]]
       employment  employment_low  disclosure
    0         NaN             0.0  suppressed
    """
    changed: dict[str, pd.Series] = {}
    for figure in ("employment", "wages"):
        changed[figure] = panel[figure].mask(hidden)
        changed[f"{figure}_low"] = panel[f"{figure}_low"].mask(hidden, 0.0)
        changed[f"{figure}_high"] = panel[f"{figure}_high"].mask(hidden)
    disclosure = np.where(hidden, "suppressed", panel["disclosure"].astype(str))
    return panel.assign(**changed, disclosure=pd.Categorical(disclosure, categories=DISCLOSURE))


def complements(known: list[Family], secret: np.ndarray, employment: np.ndarray) -> np.ndarray:
    """Which cells to withhold beside chosen ones, so that none of these follows by subtraction.

    Parameters
    ----------
    known : list of Family
        The identities of the panel.
    secret : ndarray of bool
        Cells that are to be withheld.
    employment : ndarray
        Published jobs; missing where withheld already.

    Returns
    -------
    ndarray of int
        Above zero for the chosen cells and their complements.

    Examples
    --------
    >>> family = Family("industry", np.array([1, 2, 3]), np.zeros(3, int), np.array([0]), np.array([True]))
    >>> complements([family], np.array([False, True, False, False]), np.array([90.0, 30, 40, 20])).tolist()
    [0, 1, 0, 3]
    """
    reason = np.where(secret & ~np.isnan(employment), 1, 0)
    _complement(known, reason, employment > 0, np.nan_to_num(employment), np.isnan(employment))
    return reason


def score_estimates(
    truth: pd.DataFrame, estimates: pd.DataFrame, by: Iterable[str] = ("level",)
) -> pd.DataFrame:
    """How far estimates of masked cells are off, and whether their intervals hold the truth.

    Parameters
    ----------
    truth : DataFrame
        The Panel before :func:`mask_panel`.
    estimates : DataFrame
        The masked panel with figures filled in, on the same index, with the column ``masked``.
    by : iterable of str
        Columns of ``estimates`` to score apart; ``level`` is the industry's.

    Returns
    -------
    DataFrame
        For each group: cells, jobs, weighted absolute percentage error (``100 sum |estimate - truth| / sum
        truth``) of employment and wages, percent of cells within their bounds, their median width in jobs,
        and that width as a share of what the cell holds.

    Examples
    --------
    >>> truth = pd.DataFrame({"industry": ["62", "72"], "employment": [60.0, 40.0], "wages": [6.0, 2.0]})
    >>> guess = truth.assign(employment=[50.0, 50.0], employment_low=0.0, employment_high=[55.0, 70.0],
    ...     wages_low=0.0, wages_high=9.0, masked="few")
    >>> score_estimates(truth, guess)[["cells", "error", "wage_error", "within"]]
           cells  error  wage_error  within
    level
    sector     2   20.0         0.0    50.0
    """
    masked = (estimates["masked"] != "").to_numpy()
    given, actual = estimates[masked], truth[masked]
    table = given[[c for c in by if c in given]].astype(str)
    if "level" in by:
        table = table.assign(level=naics.levels(given["industry"]))
    low, high = given["employment_low"], given["employment_high"]
    known = given["employment"].notna()
    table = table.assign(
        cells=1,
        jobs=actual["employment"],
        wages=actual["wages"],
        off=(given["employment"] - actual["employment"]).abs(),
        wages_off=(given["wages"] - actual["wages"]).abs(),
        within=100.0 * ((low <= actual["employment"]) & ~(high < actual["employment"])),
        wages_within=100.0
        * ((given["wages_low"] <= actual["wages"]) & ~(given["wages_high"] < actual["wages"])),
        width=high - low,
        relative_width=(high - low) / actual["employment"],
        estimated=100.0 * known,
    )
    grouped = table.groupby(list(by), observed=True)
    sums = grouped[["cells", "jobs", "wages", "off", "wages_off"]].sum()
    return sums[["cells", "jobs"]].assign(
        estimated=grouped["estimated"].mean(),
        error=100 * sums["off"] / sums["jobs"],
        wage_error=100 * sums["wages_off"] / sums["wages"],
        within=grouped["within"].mean(),
        wages_within=grouped["wages_within"].mean(),
        median_width=grouped["width"].median(),
        median_relative_width=grouped["relative_width"].median(),
    )


def _typical(panel: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Mean jobs of an establishment of each row's industry and year over the panel's known counties."""
    cells = panel.iloc[rows]
    sums = cells.groupby(["industry", "year"], observed=True)[["employment", "establishments"]].transform(
        "sum"
    )
    return (sums["employment"] / sums["establishments"].clip(lower=1.0)).to_numpy(dtype=float)


def _largest_share(sizes: np.ndarray, jobs: np.ndarray, typical: np.ndarray) -> np.ndarray:
    """The largest establishment's share of the jobs, given how large the cell is for its establishments.

    The drawn sizes (relative to the industry's typical one) are those of the others, and the largest has
    what is left: a cell is dominated by having an outlier, and so holds more than its count says.
    """
    largest, together = sizes.max(axis=1, initial=0.0), sizes.sum(axis=1)
    left = jobs - (together - largest) * typical
    return np.where(left > 0, left / jobs, largest / np.maximum(together, 1e-9))


def _complement(
    known: list[Family], reason: np.ndarray, may: np.ndarray, jobs: np.ndarray, withheld: np.ndarray
) -> None:
    """Withhold until every identity with a masked cell has another withheld one; or publish it again.

    ``reason`` is changed in place. A cell that equals a published total less published parts, none of which
    may be withheld, has nothing left to protect and is not masked.
    """
    fixed = np.zeros(len(reason), dtype=bool)
    while True:
        changed = False
        for family in known:
            size = len(family.total)
            unknown = withheld | (reason > 0)
            masked = reason > 0
            count = np.bincount(family.group, unknown[family.parts], size) + unknown[family.total]
            alone = (count == 1) & (
                (np.bincount(family.group, masked[family.parts], size) + masked[family.total]) > 0
            )
            if not alone.any():
                continue
            changed = True
            exposed = np.bincount(family.group, np.where(masked[family.parts], jobs[family.parts], 0.0), size)
            exposed = np.where(masked[family.total], jobs[family.total], exposed)
            # Each total stands behind its parts, to be withheld only where they do not suffice.
            member = np.concatenate([family.parts, family.total])
            group = np.concatenate([family.group, np.arange(size)])
            is_total = np.repeat([False, True], [len(family.parts), size])
            free = alone[group] & may[member] & ~unknown[member] & ~fixed[member]
            member, group, is_total = member[free], group[free], is_total[free]
            short = jobs[member] < _COMPLEMENT * exposed[group]
            order = np.lexsort((np.where(short, -jobs[member], jobs[member]), short, is_total, group))
            first = order[np.unique(group[order], return_index=True)[1]]
            reason[member[first]] = REASONS.index("complement")
            helpless = alone.copy()
            helpless[group] = False
            inside = helpless[family.group] & masked[family.parts]
            back = np.concatenate([family.parts[inside], family.total[helpless & masked[family.total]]])
            reason[back] = 0
            fixed[back] = True
        if not changed:
            return
