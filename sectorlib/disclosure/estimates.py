"""Estimates of withheld cells: inside the hard bounds, adding up to every published total.

A first guess (establishments times their typical size, and the cell's own published years) is moved as
little as possible until everything adds up; see :mod:`sectorlib.disclosure.entropy`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from sectorlib import naics
from sectorlib.areas import area_kind, state_of
from sectorlib.disclosure.bounds import hard_bounds
from sectorlib.disclosure.entropy import Guess, fit, with_totals
from sectorlib.disclosure.highs import bound_withheld
from sectorlib.disclosure.identities import ROUNDING, Family, coded, combined, families, published
from sectorlib.disclosure.masking import mask_panel
from sectorlib.disclosure.reduction import reduce
from sectorlib.resources import definitions
from sectorlib.schemas import DISCLOSURE

#: Upper ends of the classes of establishments within which typical sizes are learned: 1, 2, 3-4, ...
_CLASS_ENDS = np.array([0.5, 1.5, 2.5, 4.5, 9.5, 19.5, 49.5, 99.5])

#: Jobs for which a mean of few cells is drawn to the mean of the wider group.
_DRAWN_CLASS = 1000.0
_DRAWN_STATE = 50.0

#: Dollars for which the same is done to pay.
_DRAWN_PAY = 1e6

#: Least jobs of a first guess: a cell with an establishment is seldom empty.
_LEAST = 0.3

#: Establishments for which an industry's mean size is as uncertain as if none of it were published, and the least
#: variance of the logarithm of mean sizes between industries, where a panel is too small to show it.
_DRAWN_SEEN = 1.0
_LEAST_BETWEEN = 3.0

#: Variance of the logarithm of pay around its first guess, beside 1 for jobs.
_PAY_VARIANCE = 0.1

#: Variance of the logarithm of a year's figure around what its published quarters say of it.
_QUARTER_VARIANCE = 0.02

#: Ownerships that are sums of others.
_SUMS = ("0", "8")

#: Withheld sums from which the size of withheld cells is learned, and its limits.
_FEWEST_SUMS = 50
_LARGEST_FACTOR = 5.0

#: Classes of estimates by size, to learn how far they are off, and errors that each needs.
_MOST_CLASSES, _FEWEST_ERRORS = 12, 30


def estimate_withheld(panel: pd.DataFrame) -> pd.DataFrame:
    """Estimate jobs and wages of every withheld cell of a panel.

    The first guess of jobs is establishments times their typical size in the industry, by class of
    establishments and in the state, times how much larger withheld cells are than that (learned from what
    published totals leave for them), drawn to the cell's own published years where it has any, and to the
    quarters of the year that are published. Of wages it is the estimated jobs times the industry's pay, by
    area and year, likewise (that of its published quarters where it has any). Both are then fitted by
    bounded minimum cross-entropy to every published total within rounding, see
    :func:`sectorlib.disclosure.entropy.fit`.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds, as :func:`sectorlib.panel.assemble` makes it.

    Returns
    -------
    DataFrame
        The same rows: withheld and partial cells are ``estimated``, with ``employment`` and ``wages`` filled
        in and their hard bounds in ``employment_low``, ``employment_high``, ``wages_low``, ``wages_high``. A
        figure that no cell of a year has, such as the wages of a table of jobs, stays unknown that year.

    References
    ----------
    Isserman, A. M. and Westervelt, J. (2006), 1.5 million missing numbers: overcoming employment
    suppression in County Business Patterns data, International Regional Science Review 29. Golan, A.,
    Judge, G. and Robinson, S. (1994), Review of Economics and Statistics 76.

    Examples
    --------
    >>> from sectorlib.panel import assemble
    >>> rows = pd.DataFrame({
    ...     "area": "36001", "industry": ["10", "62", "71", "72"], "ownership": "5", "year": 2020,
    ...     "establishments": [20, 10, 2, 8], "employment": [120, 60, np.nan, np.nan],
    ...     "wages": [9.0, 5, np.nan, np.nan],
    ...     "disclosure": ["disclosed", "disclosed", "suppressed", "suppressed"]})
    >>> estimate_withheld(assemble(rows))[["industry", "employment", "employment_high", "disclosure"]].round(0)
      industry  employment  employment_high disclosure
    0       10       120.0            120.0  disclosed
    1       62        60.0             60.0  disclosed
    2       71        12.0             61.0  estimated
    3       72        48.0             61.0  estimated
    """
    bounded = hard_bounds(panel)
    known = families(panel)
    cells = _Cells(panel)
    jobs = _fitted(bounded, known, "employment", *_first_jobs(cells, known))
    pay, variance = _first_pay(cells)
    wages = _fitted(bounded, known, "wages", np.maximum(jobs, _LEAST) * pay, variance)
    # nothing tells a figure that no cell of the year has, least of all this fit
    no_jobs, no_wages = (_in_no_cell_of(cells.year, figure) for figure in (cells.jobs, cells.wages))
    withheld = (np.isnan(cells.jobs) & ~no_jobs) | (np.isnan(cells.wages) & ~no_wages)
    jobs, wages = np.where(no_jobs, np.nan, jobs), np.where(no_wages, np.nan, wages)
    disclosure = np.where(withheld, "estimated", panel["disclosure"].astype(str))
    return bounded.assign(
        employment=jobs, wages=wages, disclosure=pd.Categorical(disclosure, categories=DISCLOSURE)
    )


def rated_cells(panel: pd.DataFrame, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The published cells of a panel, and the same cells with those estimated that the rule masks.

    What is added up from the one and from the other tells how far sums are off of which a part is withheld.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds.
    seed : int
        Of :func:`~sectorlib.disclosure.masking.mask_panel`.

    Returns
    -------
    tuple of DataFrame
        The published cells, and the same with estimates in place of the masked ones, between published bounds.

    Examples
    --------
    >>> from sectorlib.panel import assemble
    >>> from sectorlib.simulation import simulate
    >>> rows = simulate().published
    >>> published, tried = rated_cells(assemble(rows[rows["year"] == 2023]))
    >>> masked = tried["disclosure"] == "estimated"
    >>> bool(masked.any()), bool(published.loc[masked, "employment"].notna().all())
    (True, True)
    """
    masked = bound_withheld(mask_panel(panel, seed).drop(columns="masked"))
    bounds = [f"{figure}_{end}" for figure in ROUNDING for end in ("low", "high")]
    tried = estimate_withheld(masked).assign(**{name: masked[name] for name in bounds})
    is_open = panel["employment"].notna()
    return panel[is_open], tried[is_open]


def errors_of_estimates(panel: pd.DataFrame, seed: int = 0, coverage: float = 0.8) -> pd.DataFrame:
    """How far estimates of a panel are off, learned from known cells of it that are masked by the rule.

    Parameters
    ----------
    panel : DataFrame
        A Panel with bounds.
    seed : int
        Of :func:`~sectorlib.disclosure.masking.mask_panel`.
    coverage : float
        Share of masked cells that are off by no more, with as many below as above.

    Returns
    -------
    DataFrame
        ``figure``; ``by``, estimate or establishments, and ``at``, the median of that in a class of masked cells; and
        ``down`` and ``up``: how far below and above its estimate the logarithm of the truth lies, quantiles of that
        class. Empty where the panel has nothing to mask.

    Examples
    --------
    >>> from sectorlib.panel import assemble
    >>> from sectorlib.simulation import simulate
    >>> published = simulate().published
    >>> errors = errors_of_estimates(assemble(published[published["year"] == 2023]))
    >>> sorted(errors["figure"].unique()), bool((errors["up"] > 0).all())
    (['employment', 'wages'], True)
    """
    published, tried = rated_cells(panel, seed)
    hidden = ((tried["disclosure"] == "estimated") & (published["disclosure"] == "disclosed")).to_numpy()
    classes = []
    establishments = published["establishments"].to_numpy(dtype=float)[hidden]
    for figure, smallest in (("employment", _LEAST), ("wages", 1.0)):
        truth, estimate = (
            np.maximum(t[figure].to_numpy(dtype=float)[hidden], smallest) for t in (published, tried)
        )
        off = np.log(truth / estimate)
        for by, value in (("estimate", estimate), ("establishments", np.maximum(establishments, 1.0))):
            for rows in _equal_classes(value):
                down, up = -np.quantile(off[rows], (0.5 - coverage / 2, 0.5 + coverage / 2))
                classes.append((figure, by, float(np.median(value[rows])), max(down, 0.0), max(-up, 0.0)))
    return pd.DataFrame(classes, columns=["figure", "by", "at", "down", "up"])


def _equal_classes(value: np.ndarray) -> list[np.ndarray]:
    """Rows in classes of about as many each, by a value."""
    order = np.argsort(value, kind="stable")
    number = min(_MOST_CLASSES, len(order) // _FEWEST_ERRORS or 1)
    return [rows for rows in np.array_split(order, number) if len(rows)]


def plausible_ranges(estimates: pd.DataFrame, published: pd.DataFrame, errors: pd.DataFrame) -> pd.DataFrame:
    """Where withheld figures plausibly lie, as far as masked cells show how far estimates are off.

    What is estimated of a cell or a sum (its estimate less what is published of it) is divided by ``exp(down)`` and
    multiplied by ``exp(up)``, each the greater of what masked cells with such an estimate and masked cells with
    so many establishments say. Cells that can be masked were published, so that no employer dominates them: what is withheld
    is less alike. Errors of cells with few establishments, and of what is estimated of a sum, are multiplied by the
    factor of ``data/disclosure.yaml``, which the truth of invented states showed; and where a cell has fewer
    establishments than any masked one, by ``sqrt(m / n)`` as for a mean of few. Unlike the hard bounds this is not certain.

    Parameters
    ----------
    estimates : DataFrame
        What :func:`estimate_withheld` made of a panel, or sums of that.
    published : DataFrame
        The same rows of the panel as published.
    errors : DataFrame
        From :func:`errors_of_estimates`.

    Returns
    -------
    DataFrame
        ``employment_low_80``, ``employment_high_80`` and the same of wages on the index of
        the estimates, within the bounds; both the figure itself where it is published.

    Examples
    --------
    >>> from sectorlib.panel import assemble
    >>> from sectorlib.simulation import simulate
    >>> rows = simulate().published
    >>> panel = assemble(rows[rows["year"] == 2023])
    >>> estimates = estimate_withheld(panel)
    >>> ranges = plausible_ranges(estimates, panel, errors_of_estimates(panel))
    >>> bool((ranges["employment_low_80"] <= estimates["employment"]).all())
    True
    """
    withheld = (estimates["disclosure"] == "estimated").to_numpy()
    establishments = np.fmax(np.nan_to_num(estimates["establishments"].to_numpy(dtype=float), nan=1.0), 1.0)
    out = {}
    for figure in ROUNDING:
        value, low, high = (
            estimates[f"{figure}{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high")
        )
        least = np.minimum(published[f"{figure}_low"].fillna(0.0).to_numpy(dtype=float), value)
        own = errors[errors["figure"] == figure]
        width = {}
        for end in ("down", "up"):
            error = np.full(len(value), np.inf if own.empty else 0.0)
            for by, at in (
                ("estimate", np.maximum(value - least, _LEAST)),
                ("establishments", establishments),
            ):
                seen = own[own["by"] == by].drop_duplicates("at")
                if seen.empty:
                    continue
                of_class = np.interp(np.log(at), np.log(seen["at"].to_numpy()), seen[end].to_numpy())
                fewer = np.fmax(seen["at"].min() / at, 1.0) if by == "establishments" else 1.0
                error = np.fmax(error, of_class * np.sqrt(fewer))
            width[end] = np.where(withheld, np.exp(_less_alike(establishments, least > 0) * error), 1.0)
        out[f"{figure}_low_80"] = np.fmin(np.fmax(least + (value - least) / width["down"], low), value)
        out[f"{figure}_high_80"] = np.fmax(np.fmin(least + (value - least) * width["up"], high), value)
    return pd.DataFrame(out, index=estimates.index)


def _less_alike(establishments: np.ndarray, is_sum: np.ndarray) -> np.ndarray:
    """How many times farther off withheld figures are than masked ones: cells of few establishments, and sums."""
    terms = definitions("disclosure")["less_alike"]
    few, many = terms["few"], terms["many"]
    of_cell = np.interp(np.log(establishments), np.log([few, many]), [terms["value"], 1.0])
    return np.where(is_sum, terms["value"], of_cell)


class _Cells:
    """A panel's figures as arrays, and the groups of rows that typical sizes are learned in."""

    def __init__(self, panel: pd.DataFrame) -> None:
        codes, names = coded(panel)
        kinds = np.array([area_kind(area) in ("state", "nation") for area in names["area"]], dtype=bool)
        states = pd.factorize(np.array([state_of(area) for area in names["area"]], dtype=object))[0]
        levels = pd.factorize(np.array([naics.level(code) for code in names["industry"]], dtype=object))[0]
        self.jobs = published(panel, "employment")
        self.wages = published(panel, "wages")
        self.part_jobs, self.part_wages = (_published_quarters(panel, figure) for figure in ROUNDING)
        self.establishments = panel["establishments"].to_numpy(dtype=float, copy=True)
        self.is_local = ~kinds[codes["area"]]
        self.level = levels[codes["industry"]]
        self.year = pd.factorize(panel["year"], sort=True)[0]
        self.industry = _group(codes["industry"], codes["ownership"])
        self.industry_year = _group(self.industry, codes["year"])
        self.industry_state = _group(self.industry, states[codes["area"]])
        self.area_year = _group(codes["area"], codes["year"])
        self.level_ownership = _group(self.level, codes["ownership"])
        self.series = _group(self.industry, codes["area"])


def _published_quarters(panel: pd.DataFrame, figure: str) -> np.ndarray:
    """What is published of cells of which some quarters are withheld; 0 for all others.

    Sums over industries or ownerships are partial where a part is withheld, in all quarters perhaps.
    """
    is_sum = (panel["industry"] == naics.TOTAL) | panel["ownership"].isin(_SUMS)
    of_quarters = (panel["disclosure"] == "partial") & ~is_sum
    return panel[f"{figure}_low"].where(of_quarters, 0.0).fillna(0.0).to_numpy(dtype=float)


def _in_no_cell_of(year: np.ndarray, figure: np.ndarray) -> np.ndarray:
    """Whether the figure is unknown in every cell of the row's year: the table does not have it."""
    return np.bincount(year, ~np.isnan(figure), minlength=1)[year] == 0


def _group(*codes: np.ndarray) -> np.ndarray:
    """Rows numbered by the combination of several codes, without gaps."""
    return np.unique(combined([np.asarray(c, dtype=np.int64) for c in codes]), return_inverse=True)[1]


def _class_of(establishments: np.ndarray) -> np.ndarray:
    return np.searchsorted(_CLASS_ENDS, np.nan_to_num(establishments, nan=1.0))


def _fitted(
    bounded: pd.DataFrame, known: list[Family], figure: str, guess: np.ndarray, variance: np.ndarray
) -> np.ndarray:
    """The figure where it is published, and elsewhere the guess moved until everything adds up."""
    value = published(bounded, figure)
    low = bounded[f"{figure}_low"].to_numpy(dtype=float)
    high = bounded[f"{figure}_high"].fillna(np.inf).to_numpy(dtype=float)
    sums = reduce(known, value, low, high, ROUNDING[figure])
    leaves = Guess(*(by_cell[sums.leaf] for by_cell in (guess, variance, low, high)))
    figures = fit(with_totals(leaves, sums, guess, variance), sums)
    return np.where(np.isnan(value), np.clip(sums.known + sums.cells @ figures, low, high), value)


def _first_jobs(cells: _Cells, known: list[Family]) -> tuple[np.ndarray, np.ndarray]:
    """A first guess of every cell's jobs, and the variance of its logarithm."""
    establishments = _filled(cells.establishments, known)
    classes = _class_of(establishments)
    usable = ~np.isnan(cells.jobs) & (cells.establishments > 0)
    local = usable & cells.is_local
    jobs = np.nan_to_num(cells.jobs)
    level_mean = _ratio(cells.level_ownership, jobs, establishments, local)
    typical = _ratio(cells.industry, jobs, establishments, local)
    typical = np.where(typical > 0, typical, level_mean)
    everywhere = jobs[local].sum() / max(establishments[local].sum(), 1.0)
    guess = establishments * np.where(typical > 0, typical, max(everywhere, 1.0))
    for group, rows, drawn in (
        (_group(cells.level_ownership, classes), local, _DRAWN_CLASS),
        (_group(cells.industry, classes), local, _DRAWN_CLASS),
        (cells.industry_state, usable, _DRAWN_STATE),
    ):
        guess = guess * _ratio(group, jobs, guess, rows, drawn)
    guess = np.maximum(guess * _withheld_factor(cells, known[0], guess, classes), _LEAST)
    with np.errstate(divide="ignore"):
        seen = np.where(cells.jobs > 0, np.log(np.maximum(cells.jobs, _LEAST)), np.nan)
    variance = _variance(cells, local, establishments)
    return _with_own_quarters(cells, *_with_own_years(cells, seen, guess, variance))


def _variance(cells: _Cells, local: np.ndarray, establishments: np.ndarray) -> np.ndarray:
    """How uncertain the logarithm of each first guess is: 1, and more where the industry's own size is not known.

    Of an industry of which counties publish few establishments, the mean size is a guess from other industries,
    and as uncertain as industries differ: what a published total leaves goes to its cells first.
    """
    jobs = np.nan_to_num(cells.jobs)
    number = cells.industry.max(initial=-1) + 1
    seen = np.bincount(cells.industry[local], establishments[local], number)
    mean = np.bincount(cells.industry[local], jobs[local], number) / np.maximum(seen, 1.0)
    usual = np.full(number, np.nan)
    usual[cells.industry] = _ratio(cells.level_ownership, jobs, establishments, local)
    known = (seen > 0) & (mean > 0) & (usual > 0)
    apart = np.log(mean[known] / usual[known]) ** 2
    between = max(float(apart.mean()), _LEAST_BETWEEN) if len(apart) else _LEAST_BETWEEN
    return 1.0 + (between * _DRAWN_SEEN / (_DRAWN_SEEN + seen))[cells.industry]


def _first_pay(cells: _Cells) -> tuple[np.ndarray, np.ndarray]:
    """A first guess of every cell's pay (dollars a job and year), and the variance of its logarithm."""
    usable = (cells.jobs > 0) & (cells.wages > 0)
    jobs, wages = np.where(usable, cells.jobs, 0.0), np.where(usable, cells.wages, 0.0)
    everywhere = wages.sum() / max(jobs.sum(), 1.0)
    pay = _ratio(cells.industry, wages, jobs, usable & cells.is_local)
    pay = np.where(pay > 0, pay, max(everywhere, 1.0))
    for group in (cells.area_year, cells.industry_year):
        pay = pay * _ratio(group, wages, jobs * pay, usable, _DRAWN_PAY)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.where(usable, np.log(cells.wages / cells.jobs), np.nan)
    pay, variance = _with_own_years(cells, seen, pay, np.full(len(pay), _PAY_VARIANCE))
    own = (cells.part_jobs > 0) & (cells.part_wages > 0)
    pay = np.where(own, cells.part_wages / np.where(own, cells.part_jobs, 1.0), pay)
    return pay, np.where(own, _QUARTER_VARIANCE, variance)


def _ratio(
    group: np.ndarray, top: np.ndarray, bottom: np.ndarray, rows: np.ndarray, drawn: float = 0.0
) -> np.ndarray:
    """Each row's group's sum of ``top`` over its sum of ``bottom``, drawn to 1 as if by ``drawn`` more of both."""
    size = group.max(initial=-1) + 1
    above = np.bincount(group[rows], top[rows], size) + drawn
    below = np.bincount(group[rows], bottom[rows], size) + drawn
    return np.divide(above, below, out=np.full(size, np.nan), where=below > 0)[group]


def _filled(establishments: np.ndarray, known: list[Family]) -> np.ndarray:
    """Establishments, where a source leaves them out: what the industry's parent has left, in equal parts."""
    missing = np.isnan(establishments)
    family = known[0]
    size = len(family.total)
    absent = missing[family.parts]
    number = np.bincount(family.group, absent, size)
    left = establishments[family.total] - np.bincount(
        family.group, np.nan_to_num(establishments[family.parts]), size
    )
    each = np.maximum(np.nan_to_num(left, nan=1.0), number) / np.maximum(number, 1)
    filled = np.where(missing, 1.0, establishments)
    filled[family.parts[absent]] = each[family.group[absent]]
    return np.maximum(filled, _CLASS_ENDS[0])


def _withheld_factor(cells: _Cells, family: Family, guess: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """How many times their guess withheld cells hold, by level and class, from what their parents leave them.

    Withholding is informative: a cell is withheld since an employer in it is large. What published totals
    less published parts leave is a weighted sum of the guesses; non-negative least squares, drawn to 1.
    """
    unknown = np.isnan(cells.jobs)
    size = len(family.total)
    left = cells.jobs[family.total] - np.bincount(family.group, np.nan_to_num(cells.jobs[family.parts]), size)
    usable = unknown[family.parts] & (family.exact & (left > 0))[family.group]
    factor = np.ones(len(guess))
    for level in np.unique(cells.level[family.parts[usable]]):
        rows = usable & (cells.level[family.parts] == level)
        sums, row = np.unique(family.group[rows], return_inverse=True)
        if len(sums) < _FEWEST_SUMS:
            continue
        parts = family.parts[rows]
        design = np.zeros((len(sums), len(_CLASS_ENDS) + 1))
        np.add.at(design, (row, classes[parts]), guess[parts])
        weight = 1 / np.sqrt(design.sum(axis=1) + 5.0)
        prior = 3.0 * np.eye(design.shape[1])
        found, _ = nnls(
            np.vstack([design * weight[:, None], prior]),
            np.concatenate([left[sums] * weight, prior.sum(axis=1)]),
        )
        here = unknown & (cells.level == level)
        factor[here] = np.clip(found, 1 / _LARGEST_FACTOR, _LARGEST_FACTOR)[classes[here]]
    return factor


def _with_own_quarters(
    cells: _Cells, guess: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The guess of a year of which some quarters are published: as if the others were like them.

    One, two or three of the four are published, the likelier of these the nearer it comes to the guess.
    """
    own = cells.part_jobs > 0
    years = np.log(cells.part_jobs[own, None] * 4 / np.arange(1, 4))
    away = (years - np.log(guess[own, None])) ** 2 / (2 * (variance[own, None] + _QUARTER_VARIANCE))
    likely = np.exp(away.min(axis=1, keepdims=True) - away)
    likely /= likely.sum(axis=1, keepdims=True)
    mean = (likely * years).sum(axis=1)
    guess, variance = guess.copy(), variance.copy()
    guess[own] = np.exp(mean)
    variance[own] = _QUARTER_VARIANCE + (likely * (years - mean[:, None]) ** 2).sum(axis=1)
    return guess, variance


def _with_own_years(
    cells: _Cells, seen: np.ndarray, guess: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The guess drawn to the logarithms seen in the cell's other years, by how sure each of them is.

    Between two published years the series, less its industry's mean change, is a line; outside it is flat.
    It strays like a random walk whose variance a year is that of the published series.
    """
    years = int(cells.year.max(initial=0)) + 1
    if years == 1:
        return guess, variance
    number = cells.series.max() + 1
    table = np.full((number, years), np.nan)
    table[cells.series, cells.year] = seen
    industry = np.zeros(number, dtype=np.int64)
    industry[cells.series] = cells.industry
    change = np.diff(table, axis=1)
    both = ~np.isnan(change)
    sums = np.zeros((industry.max() + 1, years - 1))
    counts = np.zeros_like(sums)
    np.add.at(sums, industry, np.where(both, np.clip(change, -0.5, 0.5), 0.0))
    np.add.at(counts, industry, both)
    trend = np.cumsum(np.pad(sums / (counts + 2), ((0, 0), (1, 0))), axis=1)[industry]
    table -= trend
    stray = np.clip(np.diff(table, axis=1), -1, 1)[both]
    if not len(stray):
        return guess, variance
    line, distance = _interpolated(table)
    line, spread = (
        (line + trend)[cells.series, cells.year],
        np.mean(stray**2) * distance[cells.series, cells.year],
    )
    usable = ~np.isnan(line) & np.isnan(seen)
    own, first = 1 / np.where(usable, np.maximum(spread, 1e-4), 1.0), 1 / variance
    together = np.exp((np.log(guess) * first + np.nan_to_num(line) * own) / (first + own))
    return np.where(usable, together, guess), np.where(usable, 1 / (first + own), variance)


def _interpolated(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row's gaps filled in by lines, flat outside; and how many years of a random walk that is."""
    years = table.shape[1]
    place = np.arange(years)
    seen = ~np.isnan(table)
    before = np.maximum.accumulate(np.where(seen, place, -1), axis=1)
    after = np.minimum.accumulate(np.where(seen, place, years)[:, ::-1], axis=1)[:, ::-1]
    row = np.arange(len(table))[:, None]
    earlier = np.where(before >= 0, table[row, np.maximum(before, 0)], np.nan)
    later = np.where(after < years, table[row, np.minimum(after, years - 1)], np.nan)
    since, until = place - before, after - place
    apart = np.maximum(since + until, 1)
    line = np.where(np.isnan(earlier), later, (earlier * until + later * since) / apart)
    line = np.where(np.isnan(later), earlier, line)
    distance = np.where(np.isnan(earlier), until, np.where(np.isnan(later), since, since * until / apart))
    return np.where(seen, table, line), distance
