"""Which sector is first under other choices: of weights, and of the establishments that a partnership needs."""

from __future__ import annotations

import pandas as pd

from sectorlib.resources import definitions
from sectorlib.targeting.criteria import value_of
from sectorlib.targeting.panels import SectorPanels

_KEY = ["area", "sector"]


def critical_mass() -> float:
    """Fewest establishments of a sector that is ranked, where a study says no other number (``data/criteria.yaml``).

    >>> critical_mass() > 0
    True
    """
    return float(definitions("criteria")["critical_mass"]["value"])


def establishments_of(panels: SectorPanels) -> pd.Series:
    """Establishments of each sector of each area in the latest year, by area and sector; missing where not all are known.

    >>> from sectorlib import data_path, load_study, sectors
    >>> from sectorlib.targeting import sector_panels
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> panels = sector_panels(
    ...     study.panel, study.regions, sectors.load_sectors(), study.base_area, study.ownership)
    >>> establishments_of(panels).index.names
    FrozenList(['area', 'sector'])
    """
    now = panels.areas[panels.areas["year"] == panels.year].rename(columns={"industry": "sector"})
    return now[now["area"] != panels.base_area].set_index(_KEY)["establishments"].astype(float)


def first_under_weights(evidence: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """The first sector of each area under other weights: equal ones, or without pay or concentration.

    Parameters
    ----------
    evidence : DataFrame
        What :func:`sectorlib.targeting.sector_evidence` gives, of the sectors that are ranked.
    criteria : DataFrame
        What :func:`load_criteria` gives.

    Returns
    -------
    DataFrame
        Columns area, weighting (``weightings`` of ``data/criteria.yaml``, ``stated`` first), sector, score (0 to 100),
        lead (points ahead of the next; missing where there is none) and agrees (the first under the stated weights is
        first here too). No row where a weighting leaves no criterion.

    Examples
    --------
    Hospitals lead by their number, laboratories by what they pay.

    >>> evidence = pd.DataFrame({
    ...     "area": "A", "sector": ["hospitals", "laboratories"] * 2,
    ...     "criterion": ["location_quotient"] * 2 + ["average_pay"] * 2, "figure": [1.2, 0.8, 1.0, 1.4]})
    >>> from sectorlib.targeting import load_criteria
    >>> found = first_under_weights(evidence, load_criteria()).set_index("weighting")["sector"]
    >>> found["stated"], found["without_pay"]
    ('laboratories', 'hospitals')
    """
    values = _values(evidence, criteria)
    parts = []
    for name, terms in definitions("criteria")["weightings"].items():
        weights = pd.Series(1.0, index=criteria.index) if terms["equal"] else criteria["weight"]
        scores = _scores(values, weights.mask(criteria.index.isin(terms["leave_out"]), 0.0))
        parts.append(_firsts(scores).assign(weighting=name))
    table = pd.concat(parts, ignore_index=True)
    stated = table[table["weighting"] == "stated"].set_index("area")["sector"]
    table["agrees"] = table["sector"] == table["area"].map(stated)
    return table[["area", "weighting", "sector", "score", "lead", "agrees"]].sort_values(
        "area", kind="stable", ignore_index=True
    )


def first_under_mass(
    evidence: pd.DataFrame, criteria: pd.DataFrame, establishments: pd.Series, fewest: float
) -> pd.DataFrame:
    """The first sector of each area if half or twice as many establishments were needed, beside the number in use.

    Parameters
    ----------
    evidence : DataFrame
        What :func:`sectorlib.targeting.sector_evidence` gives, sectors with few establishments among them.
    criteria : DataFrame
        What :func:`load_criteria` gives.
    establishments : Series
        Of each sector, by area and sector; a missing number is not few.
    fewest : float
        The number in use.

    Returns
    -------
    DataFrame
        Columns area, times (0.5, 1, 2), fewest, sector (missing where every sector has fewer), score and set_apart
        (number of sectors with fewer).

    Examples
    --------
    >>> evidence = pd.DataFrame({
    ...     "area": "A", "sector": ["mill", "retail"], "criterion": "location_quotient", "figure": [3.0, 1.0]})
    >>> from sectorlib.targeting import load_criteria
    >>> number = pd.Series([7.0, 90.0], index=pd.MultiIndex.from_product([["A"], ["mill", "retail"]]))
    >>> first_under_mass(evidence, load_criteria(), number, 5)[["fewest", "sector", "set_apart"]]
       fewest  sector  set_apart
    0     2.5    mill          0
    1     5.0    mill          0
    2    10.0  retail          1
    """
    scores = _scores(_values(evidence, criteria), criteria["weight"])
    number = establishments.reindex(scores.index)
    areas = scores.index.get_level_values("area")
    parts = []
    for times in definitions("criteria")["critical_mass"]["times"]:
        few = number < times * fewest
        table = _firsts(scores[~few]).set_index("area")[["sector", "score"]].reindex(areas.unique())
        table["set_apart"] = few.groupby(areas).sum()
        parts.append(table.reset_index().assign(times=float(times), fewest=times * fewest))
    columns = ["area", "times", "fewest", "sector", "score", "set_apart"]
    return pd.concat(parts)[columns].sort_values(["area", "times"], ignore_index=True)


def _values(evidence: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """Values by area and sector; half where a figure is not known, missing where a criterion does not count in the area."""
    rows = evidence[evidence["criterion"].isin(criteria.index)]
    wide = rows.pivot_table(index=_KEY, columns="criterion", values="figure", dropna=False, observed=True)
    sectors = pd.MultiIndex.from_frame(rows[_KEY].drop_duplicates())
    wide = wide.reindex(index=sectors, columns=criteria.index)
    counted = rows.groupby(["area", "criterion"]).size().unstack().reindex(columns=criteria.index).notna()  # noqa: PD010
    known = {name: value_of(wide[name].to_numpy(), row) for name, row in criteria.iterrows()}
    values = pd.DataFrame(known, index=wide.index).fillna(0.5)
    return values.where(counted.reindex(wide.index.get_level_values("area")).to_numpy())


def _scores(values: pd.DataFrame, weights: pd.Series) -> pd.Series:
    whole = (values.notna() * weights).sum(axis=1)
    return 100 * (values.fillna(0.0) * weights).sum(axis=1) / whole.where(whole > 0)


def _firsts(scores: pd.Series) -> pd.DataFrame:
    """The first sector of each area, by name where scores are equal, and how far ahead it is."""
    table = scores.round(10).rename("score").dropna().reset_index()
    table = table.sort_values(["area", "score", "sector"], ascending=[True, False, True])
    by_area = table.groupby("area")
    table["lead"] = table["score"] - by_area["score"].shift(-1)
    return table[by_area.cumcount() == 0].reset_index(drop=True)
