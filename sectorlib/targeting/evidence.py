"""The figures that sectors are ranked by, with how far each may be off.

Evidence is one row for each area, sector and criterion. Each measure is that of the module of its idea; here they are
put side by side.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.concentration import quotient_of_shares, rest_of_base, rest_shares
from sectorlib.exceptions import TableError, UnknownNameError
from sectorlib.naics import TOTAL
from sectorlib.panel import aggregate
from sectorlib.resources import definitions
from sectorlib.sectors import known_sectors
from sectorlib.targeting.errors import HALF_80, shipped_errors
from sectorlib.targeting.panels import SectorPanels, redefined, suppressed_share
from sectorlib.wages import average_annual_pay

_KEY = ["area", "sector"]

#: Columns of users' scores.
SCORE_COLUMNS = ("area", "sector", "criterion", "score", "by", "why")

#: Fewest yearly changes from which steadiness is measured: a cycle is longer than this.
_LEAST_CHANGES = 8


def sector_evidence(
    panels: SectorPanels,
    churn: pd.DataFrame | None = None,
    projections: pd.DataFrame | None = None,
    scores: pd.DataFrame | None = None,
    denominator: str = "all",
    errors: pd.Series | None = None,
) -> pd.DataFrame:
    """The figure of each criterion for each sector of each area, in the latest year.

    A figure that is not known is missing, also where none is (growth from one year of data, say): what cannot be seen
    makes a ranking less sure, it does not drop out. Criteria that people score are otherwise: where nobody has scored
    one in an area it has no rows there, and so does not count. Concentration is
    measured against the nation; without the nation's shares, against the rest of the base for areas with less than half
    of its jobs; else it is not known.

    Parameters
    ----------
    panels : SectorPanels
        What :func:`sector_panels` gives.
    churn : DataFrame, optional
        How far location quotients move in a year (:func:`sectorlib.concentration.location_quotient_churn`); by default
        as far as they usually do (``usual_churn`` in ``data/concentration.yaml``).
    projections : DataFrame, optional
        Projections of the panel ``panels.areas``, industry being the sector (:func:`sectorlib.projection.project`).
    scores : DataFrame, optional
        Columns area, sector, criterion, score, by, why (:func:`sectorlib.targeting.check_scores`).
    denominator : {"all", "ownership"}
        Of location quotients and shares of jobs.
    errors : Series, optional
        How far figures are off of which nothing is published (:func:`sectorlib.targeting.errors_of_sectors`); by
        default those of ``data/criteria.yaml``.

    Returns
    -------
    DataFrame
        Columns area, sector, criterion, figure; ``jobs_spread``, the standard deviation of the logarithm that
        comes with withheld jobs, which moves several criteria together; ``jobs_least`` and ``jobs_most``, how far
        bounds let it go, as multiples; ``spread``, the standard deviation of the figure's own error, in the
        figure's unit, or as a logarithm where ``multiplies``.

    Examples
    --------
    >>> from sectorlib import data_path, load_study, sectors
    >>> from sectorlib.targeting import sector_panels
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> panels = sector_panels(
    ...     study.panel, study.regions, sectors.load_sectors(), study.base_area, study.ownership)
    >>> evidence = sector_evidence(panels)
    >>> sorted(evidence["criterion"].unique())[:3]
    ['average_pay', 'average_size', 'location_quotient']
    """
    now = _latest(panels, denominator)
    off = shipped_errors() if errors is None else errors
    by_jobs = off["jobs"] * now["withheld"] * _wider(now, off.get("establishments", np.nan))
    parts = [
        _location_quotients(now, churn, by_jobs),
        _of(now, "share_of_jobs", 100 * now["share"], jobs=by_jobs),
        _of(now, "average_pay", now["pay_ratio"], spread=off["pay"] * now["withheld"], multiplies=True),
        _of(now, "number_of_establishments", _number_of_establishments(now)),
        _of(now, "average_size", now["size_ratio"].where(now["withheld"] < 0.5)),
        _spread_over_counties(panels, now, by_jobs),
        _recent_growth(panels, now, off["change"]),
        _steadiness(panels, now),
        _projected_growth(panels, projections, now),
    ]
    if scores is not None:
        scored = _scored(scores, now)
        has_any = scored.groupby(["area", "criterion"])["figure"].transform(lambda s: s.notna().any())
        parts.append(scored[has_any])
    return pd.concat(parts, ignore_index=True)


def sector_quotients(panels: SectorPanels, denominator: str = "all") -> pd.DataFrame:
    """Location quotients of sectors in the latest year, beside the nation and beside the rest of the base.

    Parameters
    ----------
    panels : SectorPanels
        What :func:`sector_panels` gives.
    denominator : {"all", "ownership"}
        What shares of jobs are of.

    Returns
    -------
    DataFrame
        One row for each area (the base among them) and sector: area, sector, location_quotient_nation and
        location_quotient_rest, each with ``_low`` and ``_high``, what withheld cells leave open; share_of_base, the
        part of the base's jobs that is in the area (missing where none is known to be); and against: ``nation``,
        ``rest``, or ``none`` where neither would say anything of the area.

    Examples
    --------
    >>> from sectorlib import data_path, load_study, sectors
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> from sectorlib.targeting import sector_panels
    >>> panels = sector_panels(
    ...     study.panel, study.regions, sectors.load_sectors(), study.base_area, study.ownership)
    >>> sorted(sector_quotients(panels)["against"].unique())
    ['none', 'rest']
    """
    rows = panels.areas[panels.areas["year"] == panels.year]
    totals = panels.totals[panels.totals["year"] == panels.year]
    together = pd.concat([rows, totals], ignore_index=True)
    base = together[together["area"] == panels.base_area]
    own = _part_in_base(panels, together)
    rest = rest_shares(rest_of_base(own, base, summed=panels.base_area == "all"), denominator)
    beside = quotient_of_shares(together, rest, ["area", "industry", "ownership", "year"], denominator)
    table = rows.rename(columns={"industry": "sector"})[_KEY].reset_index(drop=True)
    none = pd.DataFrame(np.nan, index=together.index, columns=beside.columns)
    nation = (
        none
        if panels.nation is None
        else quotient_of_shares(
            together, panels.nation.rename_axis("industry").reset_index(), ["industry"], denominator
        )
    )
    for name, quotients in (("nation", nation), ("rest", beside)):
        for end in ("", "_low", "_high"):
            table[f"location_quotient_{name}{end}"] = quotients[f"quotient{end}"].iloc[: len(rows)].to_numpy()
    owner = "0" if denominator == "all" else rows["ownership"].iloc[0]
    whole = own[(own["industry"] == TOTAL) & (own["ownership"] == owner)]
    of_base = base.loc[(base["industry"] == TOTAL) & (base["ownership"] == owner), "employment"]
    jobs = whole.set_index("area")["employment"]
    table["share_of_base"] = table["area"].map(jobs / (of_base.iloc[0] if len(of_base) else np.nan))
    small = table["share_of_base"] < definitions("criteria")["much_of_base"]["value"]
    table["against"] = np.select([panels.nation is not None, small], ["nation", "rest"], "none")
    return table


def own_share(panels: SectorPanels, years: int) -> float:
    """The part of the variance of past changes of sectors' jobs that is the sector's own.

    What lifts or lowers all sectors of an area together leaves their ranks alone, so that of the error of projections
    only the sector's own part counts. Changes over so many years, less each sector's mean change, as logarithms; own is
    what is left once the mean over the area's sectors is taken out.

    Parameters
    ----------
    panels : SectorPanels
        What :func:`sector_panels` gives.
    years : int
        Years of a change.

    Returns
    -------
    float
        From 0 to 1; 1 where there are fewer years than two changes that do not overlap.

    Examples
    --------
    All sectors move alike, then one moves by itself.

    >>> import dataclasses
    >>> from sectorlib import data_path, load_study, sectors
    >>> from sectorlib.targeting import sector_panels
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> panels = sector_panels(
    ...     study.estimates, study.regions, sectors.load_sectors(), study.base_area, study.ownership)
    >>> alike = panels.areas.assign(employment=1000.0 * 1.1 ** (panels.areas["year"] % 3))
    >>> round(own_share(dataclasses.replace(panels, areas=alike), 5), 2)
    0.0
    """
    areas = panels.areas[(panels.areas["area"] != panels.base_area) & (panels.areas["employment"] > 0)]
    jobs = np.log(areas.set_index(["area", "industry", "year"])["employment"].unstack())  # noqa: PD010
    change = pd.DataFrame({year: jobs[year] - jobs[year - years] for year in jobs if year - years in jobs})
    if change.shape[1] <= years:  # changes that overlap tell little more than one
        return 1.0
    change = change.sub(change.mean(axis=1), axis=0)
    by_area = change.groupby(level="area")
    sectors = by_area.transform("count")
    own = (change - by_area.transform("mean")) ** 2 * (sectors / (sectors - 1)).where(sectors > 1)
    whole = (change**2).where(own.notna())
    # What a sample of few sectors gives can exceed all.
    return min(float(own.sum().sum() / whole.sum().sum()), 1.0) if whole.sum().sum() > 0 else 1.0


def check_scores(
    scores: pd.DataFrame, sectors: pd.DataFrame, criteria: pd.DataFrame, source: str
) -> pd.DataFrame:
    """Return users' scores with sectors by name, or raise.

    Parameters
    ----------
    scores : DataFrame
        Columns area (code; ``all`` for every area), sector (name or title), criterion (one of kind ``user``), score,
        by (who scored) and why.
    sectors, criteria : DataFrame
        What the names must be among.
    source : str
        The file, for messages.

    Raises
    ------
    TableError
        A score is not a number in the criterion's range, or nobody stands by it.
    UnknownNameError
        No such sector or criterion.

    Examples
    --------
    >>> from sectorlib.sectors import load_sectors
    >>> from sectorlib.targeting import load_criteria
    >>> scores = pd.DataFrame({"area": ["all"], "sector": "Health care", "criterion": "champions", "score": [12],
    ...                        "by": "A. Team", "why": "Two hospitals"})
    >>> check_scores(scores, load_sectors(), load_criteria(), "scores.csv")
    Traceback (most recent call last):
    sectorlib.exceptions.TableError: score 12 of champions for Health care in scores.csv
    ...
    """
    names = known_sectors(sectors)
    user = criteria[criteria["kind"] == "user"]
    out = scores.assign(score=pd.to_numeric(scores["score"], errors="coerce"))
    for row in scores.assign(number=out["score"]).to_dict("records"):
        if row["sector"] not in names:
            raise UnknownNameError.unknown_name("sector", row["sector"], names)
        if row["criterion"] not in user.index:
            raise UnknownNameError.unknown_name("criterion of kind user", row["criterion"], user.index)
        low, high = sorted(user.loc[row["criterion"], ["worst", "best"]])
        if not low <= row["number"] <= high:
            raise TableError(
                f"score {row['score']} of {row['criterion']} for {row['sector']} in {source}",
                f"a number from {low:g} to {high:g}",
                "see the criterion's unit in data/criteria.yaml",
            )
        if any(pd.isna(row[c]) or not str(row[c]).strip() for c in ("by", "why")):
            raise TableError(
                f"the score of {row['criterion']} for {row['sector']} in {source} says not who gave it or why",
                "a name or role in `by` and a reason in `why`",
                "a score nobody stands by should not move a ranking",
            )
    return out.assign(sector=out["sector"].map(names))[list(SCORE_COLUMNS)]


# --- parts -------------------------------------------------------------------------------------------


def _latest(panels: SectorPanels, denominator: str) -> pd.DataFrame:
    """The latest year's figures of each area and sector, with what the base has beside them."""
    own = panels.areas["ownership"].iloc[0]
    rows = panels.areas[panels.areas["year"] == panels.year].rename(columns={"industry": "sector"})
    totals = panels.totals[panels.totals["year"] == panels.year]
    whole = totals[totals["ownership"] == ("0" if denominator == "all" else own)].set_index("area")
    typical = pd.Series(dtype=float) if panels.typical_pay is None else panels.typical_pay
    quotients = sector_quotients(panels, denominator)
    figure = quotients["location_quotient_nation"].where(
        quotients["against"] == "nation",
        quotients["location_quotient_rest"].where(quotients["against"] == "rest"),
    )
    rows = rows.assign(
        location_quotient=figure.to_numpy(),
        share=rows["employment"] / rows["area"].map(whole["employment"]),
        pay_ratio=average_annual_pay(rows) / rows["area"].map(typical).astype(float),
        withheld=suppressed_share(rows),
        # of published cells alone where some are withheld, so that jobs and establishments are of the same cells
        size=rows["employment_low"] / rows["establishments_low"].where(rows["establishments_low"] > 0),
    )
    base = rows[rows["area"] == panels.base_area].set_index("sector")
    rows["size_ratio"] = rows["size"] / rows["sector"].map(base["size"])
    rows = rows[(rows["area"] != panels.base_area) & (rows["employment"] != 0)]
    return rows.reset_index(drop=True)


def _part_in_base(panels: SectorPanels, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of each area's part of the base; those of an area that lies in it are its own."""
    parts = panels.in_base
    inside = parts.groupby("group")["weight"].sum()
    whole = panels.members.groupby("group")["weight"].sum()
    straddling = inside.index[inside < whole.reindex(inside.index) - 1e-9]
    own = rows[rows["area"].isin(inside.index.difference(straddling))]
    if straddling.empty:
        return own
    areas = set(panels.members["member"])
    totals = panels.totals[(panels.totals["year"] == panels.year) & panels.totals["area"].isin(areas)]
    counties = pd.concat([panels.counties, totals], ignore_index=True)
    across = aggregate(counties, areas=parts[parts["group"].isin(straddling)])
    return pd.concat([own, across.astype(dict.fromkeys(("area", "industry", "ownership"), str))])


def _of(
    now: pd.DataFrame,
    criterion: str,
    figure: pd.Series,
    jobs: pd.Series | float = 0.0,
    spread: pd.Series | float = 0.0,
    multiplies: bool = False,
) -> pd.DataFrame:
    """Evidence of one criterion; ``jobs`` is how far the jobs may be off that the figure grows with."""
    by_jobs = pd.Series(jobs, index=now.index, dtype=float)
    return now[_KEY].assign(
        criterion=criterion,
        figure=figure.astype(float),
        jobs_spread=by_jobs,
        jobs_least=np.where(by_jobs > 0, now["employment_low"] / now["employment"], 1.0),
        jobs_most=np.where(by_jobs > 0, now["employment_high"] / now["employment"], 1.0),
        spread=spread,
        multiplies=multiplies,
    )


def _wider(now: pd.DataFrame, usual: float) -> np.ndarray:
    """How many times as far off jobs are, where fewer establishments are withheld than errors were measured on.

    The mean size of a few establishments is less certain, as in ranges of single cells
    (:func:`sectorlib.disclosure.plausible_range`): ``sqrt(m / n)`` times as far with ``n``, fewer than the usual ``m``.
    Where files leave the number out, the error is the usual one.
    """
    withheld = now["establishments"] * now["withheld"]
    return np.sqrt(np.fmax(usual / withheld.clip(lower=1.0).to_numpy(dtype=float), 1.0))


def _number_of_establishments(now: pd.DataFrame) -> pd.Series:
    """The number of establishments; where some are withheld, the published ones if they are enough for the best value."""
    enough = (
        now["establishments_low"] >= definitions("criteria")["criteria"]["number_of_establishments"]["best"]
    )
    return now["establishments"].fillna(now["establishments_low"].where(enough))


def _location_quotients(now: pd.DataFrame, churn: pd.DataFrame | None, by_jobs: pd.Series) -> pd.DataFrame:
    if churn is None:
        terms = definitions("concentration")
        least, usual = terms["churn_classes"]["value"], np.array(terms["usual_churn"]["value"])
    else:
        least, usual = churn["least_establishments"], np.sqrt(churn["variance"].to_numpy())
    position = np.searchsorted(least, now["establishments_low"], side="right") - 1
    spread = pd.Series(usual[np.maximum(position, 0)], index=now.index)
    quotient = now["location_quotient"]
    return _of(now, "location_quotient", quotient, jobs=by_jobs, spread=spread, multiplies=True)


def _spread_over_counties(panels: SectorPanels, now: pd.DataFrame, by_jobs: pd.Series) -> pd.DataFrame:
    """The county with most of the sector's jobs: its share of them over its share of all jobs."""
    links = panels.members.rename(columns={"member": "area", "group": "region", "weight": "part"})
    links = links[["area", "region", "part"]]
    totals = panels.whole[panels.whole["year"] == panels.year]
    rows = panels.counties.merge(links, on="area").merge(
        totals[["area", "employment"]].rename(columns={"employment": "all_jobs"}), on="area"
    )
    rows["jobs"] = rows["employment"] * rows["part"]
    rows["all_jobs"] = rows["all_jobs"] * rows["part"]
    largest = rows.sort_values("jobs").groupby(["region", "industry"]).tail(1)
    largest = largest.set_index(["region", "industry"])
    whole = rows.drop_duplicates(["region", "area"]).groupby("region")["all_jobs"].sum()
    at = pd.MultiIndex.from_frame(now[_KEY])
    jobs = largest["jobs"].reindex(at).to_numpy()
    share = np.minimum(jobs / now["employment"].to_numpy(), 1.0)
    expected = largest["all_jobs"].reindex(at).to_numpy() / now["area"].map(whole).to_numpy(dtype=float)
    figure = pd.Series(share / expected, index=now.index)
    # A share near 1 cannot be far off, however much is withheld.
    spread = by_jobs * (1 - share)
    return _of(now, "spread_over_counties", figure, spread=spread, multiplies=True)


def _recent_growth(panels: SectorPanels, now: pd.DataFrame, error: float) -> pd.DataFrame:
    years = int(definitions("criteria")["recent_years"]["value"])
    rows = panels.areas.rename(columns={"industry": "sector"})
    then = rows[rows["year"] == panels.year - years].set_index(_KEY)["employment"]
    before = then.where(then > 0).reindex(pd.MultiIndex.from_frame(now[_KEY])).set_axis(now.index)
    figure = 100 * (now["employment"].div(before).pow(1 / years) - 1)
    figure = figure.where(~redefined(panels, now["sector"], panels.year - years, panels.year))
    return _of(now, "not_contracting", figure, spread=100 * error / years * now["withheld"])


def _steadiness(panels: SectorPanels, now: pd.DataFrame) -> pd.DataFrame:
    base = panels.areas[panels.areas["area"] == panels.base_area]
    base = base[base["employment"] > 0]
    wide = base.pivot_table(index="industry", columns="year", values="employment")
    # A change over a year that the panel lacks is not yearly.
    wide = wide.reindex(columns=range(int(panels.areas["year"].min()), panels.year + 1))
    change = 100 * wide.pct_change(axis=1, fill_method=None)
    for year in wide.columns:
        sectors = pd.Series(change.index, index=change.index)
        change.loc[redefined(panels, sectors, int(year) - 1, int(year)), year] = np.nan
    steady = change.std(axis=1).where(change.notna().sum(axis=1) >= _LEAST_CHANGES)
    return _of(now, "steadiness", now["sector"].map(steady))


def _projected_growth(
    panels: SectorPanels, projections: pd.DataFrame | None, now: pd.DataFrame
) -> pd.DataFrame:
    """Growth up to the last year that has an interval: of a projection without one nobody knows how far it is off."""
    with_interval = None if projections is None else projections[projections["high_80"].notna()]
    if with_interval is None or with_interval.empty:
        return _of(now, "projected_growth", pd.Series(np.nan, index=now.index))
    end = int(with_interval["year"].max())
    last = with_interval[with_interval["year"] == end]
    last = last.assign(area=last["area"].astype(str), sector=last["industry"].astype(str)).set_index(_KEY)
    last = last.reindex(pd.MultiIndex.from_frame(now[_KEY])).set_axis(now.index)
    years = end - panels.year
    figure = 100 * (last["employment"].div(now["employment"]).pow(1 / years) - 1)
    width = np.log((1 + last["high_80"]) / (1 + last["low_80"]))
    recent = panels.year - int(definitions("criteria")["recent_years"]["value"])
    known = ~redefined(panels, now["sector"], recent, panels.year)
    own = np.sqrt(own_share(panels, years))
    return _of(now, "projected_growth", figure.where(known), spread=own * 100 * width / (2 * HALF_80 * years))


def _scored(scores: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """The mean of what people scored, and how far they differ; a score for all areas counts in each."""
    everywhere = scores[scores["area"] == "all"].drop(columns="area")
    scores = pd.concat(
        [scores[scores["area"] != "all"], everywhere.merge(now[["area"]].drop_duplicates(), how="cross")]
    )
    parts = []
    for criterion, rows in scores.groupby("criterion"):
        means = rows.groupby(_KEY)["score"].agg(["mean", "std"])
        means = means.reindex(pd.MultiIndex.from_frame(now[_KEY])).set_axis(now.index)
        parts.append(_of(now, str(criterion), means["mean"], spread=means["std"].fillna(0.0)))
    return pd.concat(parts, ignore_index=True)
