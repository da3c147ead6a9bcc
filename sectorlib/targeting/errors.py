"""How far sectors of areas are off where their cells are withheld, measured in the study itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from sectorlib.resources import definitions
from sectorlib.targeting.panels import sectors_of_areas, suppressed_share

#: Of a share smaller than this an error says little, as rounding and other cells move the sum as much.
_LEAST_SHARE = 0.02

#: Fewest sectors of areas with masked cells from which an error is measured.
_FEWEST = 50

#: What a normal error keeps within its standard deviation times this, four fifths of the time.
HALF_80 = float(ndtri(0.9))


def errors_of_sectors(
    published: pd.DataFrame,
    tried: pd.DataFrame,
    members: pd.DataFrame,
    sectors: pd.DataFrame,
    base_area: str,
    ownership: str = "5",
) -> pd.Series:
    """How far jobs, pay and recent change of sectors are off, of which nothing is published.

    Cells that are published are masked by the rule and estimated; sectors of areas are added up from them and from the
    truth. The logarithm of truth over estimate, over the share that was masked, is less than 1.28 times the error in
    four fifths of sectors: what a normal error of that standard deviation does.

    Parameters
    ----------
    published, tried : DataFrame
        Published cells of a panel, and the same cells with those estimated that the rule masks
        (:attr:`sectorlib.study.Study.rated_cells`).
    members : DataFrame
        Membership of counties in areas.
    sectors : DataFrame
        A table of sectors.
    base_area : str
        Code of the base area.
    ownership : str
        Ownership code of the industries.

    Returns
    -------
    Series
        ``jobs``, ``pay`` and ``change`` (over ``recent_years`` of ``data/criteria.yaml``), as logarithms, and
        ``establishments``, the median number of masked establishments of the sectors that they were measured on. Where
        too few sectors have a masked part, or the years are too few, that of ``estimate_error`` in
        ``data/criteria.yaml``.

    Examples
    --------
    Half of a sector was masked and estimated too low; one sector tells nothing.

    >>> cells = pd.DataFrame({
    ...     "area": ["36055", "36000"], "industry": "622", "ownership": "5", "year": 2020, "establishments": 9,
    ...     "employment": 1000.0, "wages": 5e7, "disclosure": "disclosed", "employment_low": 1000.0,
    ...     "employment_high": 1000.0, "wages_low": 5e7, "wages_high": 5e7, "disclosed_share": 1.0})
    >>> from sectorlib import sectors
    >>> from sectorlib.membership import membership
    >>> tried = cells.assign(employment=900.0, employment_low=450.0)
    >>> found = errors_of_sectors(cells, tried, membership({"A": ["36055"]}), sectors.load_sectors(), "36000")
    >>> found.equals(shipped_errors())
    True
    """
    years = int(definitions("criteria")["recent_years"]["value"])
    first = published["year"].max() - years
    truth, guess = (
        sectors_of_areas(cells[cells["year"] >= first], members, sectors, base_area, ownership)
        for cells in (published, tried)
    )
    key = ["area", "industry", "year"]
    both = guess.merge(truth[[*key, "employment", "wages"]], on=key, suffixes=("", "_true"))
    both = both[(both["area"] != base_area) & (both["employment_true"] > 0) & (both["employment"] > 0)]
    jobs = both["employment_true"].div(both["employment"]).map(np.log)
    ratio = both["wages_true"].div(both["wages"]).where((both["wages"] > 0) & (both["wages_true"] > 0))
    pay = ratio.map(np.log) - jobs
    masked = suppressed_share(both)
    at = pd.MultiIndex.from_frame(both[key])
    before = pd.MultiIndex.from_frame(both[key].assign(year=both["year"] - years))
    change = jobs - jobs.set_axis(at).reindex(before).to_numpy()
    told = masked > _LEAST_SHARE
    found = shipped_errors()
    for name, error in (("jobs", jobs), ("pay", pay), ("change", change)):
        off = (error[told] / masked[told]).abs().dropna()
        if len(off) >= _FEWEST:
            found[name] = float(off.quantile(0.8)) / HALF_80
            if name == "jobs":
                found["establishments"] = float((both["establishments"] * masked)[off.index].median())
    return found


def shipped_errors() -> pd.Series:
    """The errors assumed where a study has too little to measure them.

    >>> shipped_errors().index.to_list()
    ['jobs', 'pay', 'change', 'establishments']
    """
    terms = definitions("criteria")["estimate_error"]
    names = ("jobs", "pay", "change", "establishments")
    return pd.Series({name: float(terms[name]["value"]) for name in names})
