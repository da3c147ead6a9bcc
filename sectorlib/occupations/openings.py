"""Openings: workers who leave an occupation and growth, by national rates applied to local jobs."""

from __future__ import annotations

import pandas as pd

_FLOWS = ("exits", "transfers", "growth", "openings")
_ENDS = ("", "_low", "_high")


def occupation_openings(occupations: pd.DataFrame, projections: pd.DataFrame) -> pd.DataFrame:
    """Openings a year of each occupation, were its workers to leave, and its jobs to grow, as in the nation.

    ``openings = exits + transfers + growth``, each a national rate times local jobs: the share of workers who leave
    the labor force in a year, the share who change to another occupation, and a year's part of the projected
    national change of the occupation. A contracting occupation still has openings. Jobs that change hands within
    the occupation are not among them.

    Parameters
    ----------
    occupations : DataFrame
        Columns occupation (SOC), employment, employment_low, employment_high (jobs), and any others.
    projections : DataFrame
        As :func:`sectorlib.read_occupation_projections` gives it.

    Returns
    -------
    DataFrame
        On the caller's index: exits, transfers, growth and openings (a year), openings_low and openings_high,
        education and training that are typical at entry, projected_as (the occupation whose rates were taken: its
        own code, or the broad group it is projected in; missing where there is none, then so are the figures),
        period (``2024-34``).

    References
    ----------
    Bureau of Labor Statistics, Employment Projections, "Occupational separations and openings" (2017).

    Examples
    --------
    >>> jobs = pd.DataFrame({"occupation": ["29-1141"], "employment": [1000.0], "employment_low": [1000.0],
    ...                      "employment_high": [1000.0]})
    >>> projected = pd.DataFrame({
    ...     "occupation": ["29-1141"], "base_year": 2024, "target_year": 2034, "base_employment": [100.0],
    ...     "target_employment": [110.0], "exit_rate": [0.03], "transfer_rate": [0.02],
    ...     "education": ["Bachelor's degree"], "training": [""]})
    >>> occupation_openings(jobs, projected)[["exits", "transfers", "growth", "openings"]].round(1)
       exits  transfers  growth  openings
    0   30.0       20.0    10.0      60.0
    """
    taken = _projected_as(occupations["occupation"].astype(str), set(projections["occupation"]))
    table = projections.set_index("occupation")
    years = table["target_year"] - table["base_year"]
    rates = pd.DataFrame(
        {
            "exits": table["exit_rate"],
            "transfers": table["transfer_rate"],
            "growth": (table["target_employment"] / table["base_employment"] - 1) / years,
        }
    )
    rates["openings"] = rates.sum(axis=1, skipna=False)
    by_row = rates.reindex(taken.to_numpy()).set_axis(occupations.index)
    out = pd.DataFrame(index=occupations.index)
    for flow in _FLOWS[:-1]:
        out[flow] = by_row[flow] * occupations["employment"]
    # an occupation that shrinks faster than its workers leave has no openings, and not less than none
    rate = by_row["openings"].clip(lower=0)
    for end in _ENDS:
        out[f"openings{end}"] = rate * occupations[f"employment{end}"]
    for trait in ("education", "training"):
        out[trait] = (
            table[trait].reindex(taken.to_numpy()).set_axis(occupations.index).fillna("").astype("str")
        )
    out["projected_as"] = taken
    first, last = int(table["base_year"].iloc[0]), int(table["target_year"].iloc[0])
    out["period"] = f"{first}\N{EN DASH}{last % 100:02d}"
    return out


def _projected_as(occupations: pd.Series, known: set[str]) -> pd.Series:
    """The code itself, else its broad and minor group: the projections join some occupations."""
    found = {}
    for code in occupations.unique():
        chain = [code, f"{code[:6]}0", f"{code[:5]}00", f"{code[:4]}000"]
        found[code] = next((c for c in chain if c in known), None)
    return pd.Series([found[code] for code in occupations], index=occupations.index, dtype="str")
