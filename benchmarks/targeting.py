"""How far ranks of sectors can be trusted: estimates of withheld jobs, rank intervals, and what lasts.

    python benchmarks/targeting.py [PART ...] [--data DATA] [--states STATES]

PART is any of errors, demonstration, new-york, states and persistence; all of them by default. DATA is the folder of the
real public data beside the project. STATES is the number of demonstration states drawn.

1. How far sectors of regions are off of which nothing is published, by masked cells of three studies.
2. How often the rank under the full truth lies within the rank interval, over states drawn from other seeds: with one
   year of data, with four, and with all.
3. The same in New York, against growth as it came over five years and the quotient a year on.
4. The same in New Jersey and Arizona, counties by sector, on jobs of the Bureau of Economic Analysis, 2001 to 2016:
   no pay and no establishments, so fewer criteria.
5. New York: the first three of 2007 and 2012 beside those made three and five years later.
"""

import argparse
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib import concentration, disclosure, labor_markets, naics, panel_from, projection, targeting
from sectorlib.exceptions import NotSupportedError
from sectorlib.panel import OWNERSHIP_CODES, aggregate, assemble, with_ownership
from sectorlib.sectors import load_sectors
from sectorlib.simulation import simulate
from sectorlib.study import Study, load_study

SHARED = Path(__file__).parents[1].parent / "shared"
STATES_OF_JOBS = SHARED / "data" / "panels" / "bea_ca25n_2001_2016_vintage2017.parquet"
HORIZON = 5
BASE = "91000"


def estimated(panel: pd.DataFrame) -> pd.DataFrame:
    """Withheld cells filled in, with the published bounds beside them, as reports have it."""
    panel = disclosure.bound_withheld(panel)
    bounds = [f"{figure}_{end}" for figure in ("employment", "wages") for end in ("low", "high")]
    return disclosure.estimate_withheld(panel).assign(**{name: panel[name] for name in bounds})


def ranked(
    cells: pd.DataFrame,
    members: pd.DataFrame,
    base: str,
    ownership: str,
    sectors: pd.DataFrame,
    criteria: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Ranks from the published cells of a panel up to its latest year, as a study makes them."""
    panel = with_ownership(estimated(cells), ownership)
    rated = (
        with_ownership(table, ownership) for table in disclosure.rated_cells(disclosure.bound_withheld(cells))
    )
    code = OWNERSHIP_CODES[ownership]
    errors = targeting.errors_of_sectors(*rated, members, sectors, base, code)
    panels = targeting.sector_panels(panel, members, sectors, base, code)
    inside = panel[panel["area"].isin(members["member"]) & panel["ownership"].isin(["0", code])]
    published = inside.assign(employment=inside["employment"].where(inside["disclosure"] == "disclosed"))
    churn = future = None
    with suppress(NotSupportedError):  # one year tells no change, a few are not projected
        churn = concentration.location_quotient_churn(aggregate(published, areas=members), panel, base)
    with suppress(NotSupportedError):
        future = projection.project(panels.areas, horizon=HORIZON)
    return targeting.rank_sectors(targeting.sector_evidence(panels, churn, future, errors=errors), criteria)


# --- 1: estimates -------------------------------------------------------------------------------------


def estimate_errors(study: Study) -> None:
    """Masked cells of a study: error of a sector's jobs, pay and change in a region, per withheld share."""
    errors = targeting.errors_of_sectors(
        *study.rated_cells, study.regions, study.sectors, study.base_area, study.ownership
    )
    print(
        f"{study.name:26} " + "  ".join(f"{name} {value:.2f}" for name, value in errors.items()), flush=True
    )


# --- 2: coverage --------------------------------------------------------------------------------------


def coverage(states: int, known: int | None = None) -> None:
    """Share of sectors whose rank under the truth lies in the rank interval, beside what the interval says it holds.

    ``known`` is the number of years of data; all by default.
    """
    table = pd.concat(
        [coverage_of(seed, year, known) for seed in range(100, 100 + states) for year in (2013, 2018)]
    )
    years = "all years of data" if known is None else f"years of data: {known}"
    print(f"\nCoverage of rank intervals, {states} demonstration states, {years}")
    say(table)
    by_rank = table.groupby("rank")[["figures", "both"]].mean().round(2)
    print(by_rank.T.to_string())
    cut = pd.cut(table["share_top_three"], [-0.01, 0.02, 0.2, 0.5, 0.8, 0.98, 1])
    print("share of simulations in the top three, and how often it was so:")
    print(
        table.groupby(cut, observed=True)[["share_top_three", "true_top_three"]]
        .agg(["mean", "size"])
        .round(3)
    )


def say(table: pd.DataFrame) -> None:
    """Means by year and over all: stated_ and held by the intervals, with weights as stated and drawn, widths, tops."""
    columns = [
        "stated_figures", "figures", "width_figures", "stated", "both", "width", "first_kept", "top_kept",
    ]  # fmt: skip
    print(table.groupby("year")[columns].mean().round(3).to_string())
    print(table[columns].mean().round(3).to_frame("all").T.to_string())


def coverage_of(seed: int, year: int, known: int | None = None) -> pd.DataFrame:
    """One state ranked at a year from what is published (in some years), and from the truth with the years that followed."""
    economy = simulate(seed)
    members = labor_markets.restrict(
        economy.markets, sorted({*economy.truth["area"].astype(str)} - {BASE, "91999"})
    )
    published = economy.published[economy.published["year"] <= year]
    if known is not None:
        published = published[published["year"] > year - known]
    guess = ranked(assemble(published), members, BASE, "drivers", load_sectors())
    whole = with_ownership(assemble(economy.truth), "drivers")
    truth = true_evidence(whole, members, BASE, "drivers", year, load_sectors())
    return compared(guess, truth, seed).assign(year=year)


def compared(guess: pd.DataFrame, truth: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Ranks with their intervals beside the ranks of true figures, under the stated weights and under drawn ones."""
    criteria = measured(truth)
    generator = np.random.default_rng(seed)
    rows = []
    for area, mine in guess.groupby("area"):
        there = truth[truth["area"] == area]
        wide = there.pivot_table(index="sector", columns="criterion", values="figure").reindex(mine["sector"])
        used = criteria.loc[[c for c in criteria.index if c in wide.columns]]
        values = np.column_stack([targeting.value_of(wide[c].to_numpy(), row) for c, row in used.iterrows()])
        values = np.where(np.isnan(values), 0.5, values)
        stated = ranks(values @ targeting.stated_weights(used))
        drawn = ranks((values @ targeting.draw_weights(used, 200, generator).T).T)
        low, high = mine["rank_low"].to_numpy(), mine["rank_high"].to_numpy()
        rows.append(
            mine[["area", "sector", "rank", "share_top_three"]].assign(
                stated_figures=mine["figures_share_within"],
                figures=(stated >= mine["figures_rank_low"]) & (stated <= mine["figures_rank_high"]),
                width_figures=mine["figures_rank_high"] - mine["figures_rank_low"] + 1,
                stated=mine["share_within"],
                both=((drawn >= low) & (drawn <= high)).mean(axis=0),
                width=high - low + 1,
                first_kept=np.where(mine["rank"] == 1, stated == 1, np.nan),
                top_kept=np.where(mine["rank"] <= 3, stated <= 3, np.nan),
                true_top_three=(drawn <= 3).mean(axis=0),
            )
        )
    return pd.concat(rows, ignore_index=True)


def measured(evidence: pd.DataFrame) -> pd.DataFrame:
    """The criteria that have a figure; a study of jobs alone would name no others."""
    criteria = targeting.load_criteria()
    return criteria.loc[criteria.index.isin(evidence.loc[evidence["figure"].notna(), "criterion"])]


def true_evidence(
    whole: pd.DataFrame,
    members: pd.DataFrame,
    base: str,
    ownership: str,
    year: int,
    sectors: pd.DataFrame,
) -> pd.DataFrame:
    """Evidence with the future known: growth to come, and the location quotient a year on."""
    known = targeting.sector_panels(whole, members, sectors, base, ownership).areas
    future = known[known["year"] == year + HORIZON][["area", "industry", "year", "employment"]]
    future = future.assign(**dict.fromkeys(("low_80", "high_80", "low_95", "high_95"), future["employment"]))
    now = targeting.sector_panels(whole[whole["year"] <= year], members, sectors, base, ownership)
    after = targeting.sector_panels(whole[whole["year"] <= year + 1], members, sectors, base, ownership)
    evidence = targeting.sector_evidence(now, projections=future)
    later = targeting.sector_evidence(after)
    is_quotient = evidence["criterion"] == "location_quotient"
    later = later[later["criterion"] == "location_quotient"]
    return pd.concat([evidence[~is_quotient], later], ignore_index=True)


def ranks(scores: np.ndarray) -> np.ndarray:
    """1 for the highest score."""
    return (-scores).argsort(axis=-1).argsort(axis=-1) + 1


# --- 3 and 4: coverage in real states -----------------------------------------------------------------


def coverage_in(
    title: str, panel: pd.DataFrame, members: pd.DataFrame, base: str, sectors: pd.DataFrame
) -> None:
    """Ranks of each year from what was known then, with one year of data, four and all.

    Withheld cells are estimated on both sides, so they are not tested.
    """
    whole = estimated(panel)
    for known in (1, 4, None):
        parts = []
        for year in range(2007, int(panel["year"].max()) - HORIZON + 1):
            truth = true_evidence(whole, members, base, "5", year, sectors)
            then = panel[(panel["year"] <= year) & (panel["year"] > year - (known or year))]
            guess = ranked(then, members, base, "private", sectors, measured(truth))
            parts.append(compared(guess, truth, year).assign(year=year))
        print(f"\n{title}: coverage of rank intervals, years of data: {known or 'all'}", flush=True)
        say(pd.concat(parts))


def state_of_jobs(code: str) -> tuple[pd.DataFrame, pd.DataFrame, str, pd.DataFrame]:
    """Counties of a state by sector, each a region of its own, and each sector of industries a sector of its own."""
    rows = pd.read_parquet(STATES_OF_JOBS)
    rows["industry_code"] = rows["industry_code"].replace({"11x": "11"})
    private = (rows["own_code"] == "5") & rows["industry_code"].map(
        lambda code: naics.level(code) == "sector"
    )
    total = (rows["own_code"] == "0") & (rows["industry_code"] == naics.TOTAL)
    panel = panel_from(
        rows[(rows["area_fips"].str[:2] == code) & (private | total)],
        area="area_fips", industry="industry_code", ownership="own_code", year="year", jobs="annual_avg_emplvl",
    )  # fmt: skip
    counties = sorted({*panel["area"].astype(str)} - {f"{code}000"})
    members = pd.DataFrame({"member": counties, "group": counties, "weight": 1.0})
    codes = sorted({*panel["industry"].astype(str)} - {naics.TOTAL})
    sectors = pd.DataFrame(
        {"sector": codes, "title": codes, "segment": "all", "industry": codes, "weight": 1.0}
    )
    return panel, members, f"{code}000", sectors.assign(note="", reference="", share_of_parent=np.nan)


# --- 5: what lasts ------------------------------------------------------------------------------------


def persistence(panel: pd.DataFrame, members: pd.DataFrame) -> None:
    """The first three of one year that are still among the first three later, by our ranks and by one figure alone."""
    made = {}
    for year in (2007, 2010, 2012, 2015, 2017):
        table = ranked(panel[panel["year"] <= year], members, "36000", "private", load_sectors())
        for name in ("share_of_jobs", "location_quotient", "average_pay"):
            table[f"rank_{name}"] = table.groupby("area")[name].rank(ascending=False, method="first")
        made[year] = table.set_index(["area", "sector"])
    print(
        "\nNew York: share of the first three (and of the firsts) that are so again later; ranks within their interval"
    )
    for year in (2007, 2012):
        for later in (year + 3, year + 5):
            one, two = made[year], made[later].reindex(made[year].index)
            words = []
            for name in ("rank", "rank_share_of_jobs", "rank_location_quotient", "rank_average_pay"):
                top, first = one[name] <= 3, one[name] == 1
                words.append(
                    f"{name} {(two[name][top] <= 3).mean():.2f} ({(two[name][first] == 1).mean():.2f})"
                )
            inside = (two["rank"] >= one["figures_rank_low"]) & (two["rank"] <= one["figures_rank_high"])
            print(
                f"  {year} -> {later}: "
                + "; ".join(words)
                + f"; within interval {inside[two['rank'].notna()].mean():.2f}"
            )


if __name__ == "__main__":
    parts = ("errors", "demonstration", "new-york", "states", "persistence")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--states", type=int, default=20)
    asked = parser.parse_args()
    if unknown := sorted({*asked.parts} - {*parts}):
        parser.error(f"no part {', '.join(unknown)}; expected some of {', '.join(parts)}")
    wanted = asked.parts or parts
    study = load_study(asked.data / "studies" / "new_york.yaml")
    if "errors" in wanted:
        print("Errors of sectors of which nothing is published, as logarithms")
        for name in ("new_york", "central_ohio", "united_states_2016"):
            estimate_errors(load_study(asked.data / "studies" / f"{name}.yaml"))
    if "new-york" in wanted:
        coverage_in("New York", study.panel, study.regions, "36000", load_sectors())
    if "states" in wanted:
        for title, code in (("New Jersey", "34"), ("Arizona", "04")):
            coverage_in(title, *state_of_jobs(code))
    if "persistence" in wanted:
        persistence(study.panel, study.regions)
    if "demonstration" in wanted:
        for years in (1, 4, None):
            coverage(asked.states, years)
