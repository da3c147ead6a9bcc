"""Whether industries are traded or local in the nation: from where their jobs were in 2016 (QCEW counties).

An industry of four digits is judged by its spread over the 741 commuting zones of 1990, by the cuts of
``data/concentration.yaml``. Porter (2003) made these cuts for states and economic areas; over 3,100 small counties nearly
every industry passes them, since one plant makes a quotient of 100. Coarser industries, and codes of other revisions of
NAICS, take the jobs of the four-digit industries that they are made of.

Withheld counties, 16 % of the jobs, have what their state's published industry leaves, divided by establishments; where
the state is withheld too, what the nation's leaves.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.concentration import spatial_concentration, traded_or_local
from sectorlib.county_vintages import CountyCodes
from sectorlib.reference import national_industries, reference_table
from sectorlib.resources import definitions

YEAR = 2016
#: The revision of NAICS that the files of the year are in.
NAICS = 2012
FIGURES = ["locational_gini", "share_in_concentrated_areas", "mean_of_highest_quotients"]
#: Counties cut out of several since 1990, with the one that most of their jobs came from (Boulder; Yukon-Koyukuk).
CUT_OUT = {"08014": "08013", "02068": "02290"}
#: Not industries: establishments that nobody has classified.
UNCLASSIFIED = "99"


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data."""
    folder = data / "qcew" / "us_2016"
    counties = _year_of(folder / "us_2016_quarterly_county_to_naics4.parquet", ("4",))
    states = _year_of(folder / "us_2016_quarterly_state_to_naics6.parquet", ("4", "6"))
    fine = judged(counties, states)
    six = states[states["industry"].map(naics.level) == "6"].groupby("industry")["employment"].sum()
    coarse = pd.concat([_made_of(fine, fine.index.to_series(), fine["jobs"], digits) for digits in (2, 3)])
    same = pd.concat([fine, coarse])
    others = _other_revisions(fine, six)
    out = pd.concat([same, others]).rename_axis("industry").reset_index()
    out["digits"] = out["industry"].map(naics.level).map({"sector": 2, "3": 3, "4": 4}).astype("int8")
    columns = ["industry", "digits", "jobs", "published_share", "traded_share", "kind", "how", *FIGURES]
    return out[columns].sort_values(["digits", "industry"], ignore_index=True)


def judged(counties: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """The four-digit industries with their kind, how it was found, and the figures behind it."""
    private = _filled(counties, states)
    everyone = counties[counties["industry"] == naics.TOTAL]
    zones = pd.concat([_over_zones(private), _over_zones(everyone)], ignore_index=True)
    spread = spatial_concentration(zones).query("ownership == '5'")
    kind = traded_or_local(spread).astype(str)
    found = spread.assign(kind=kind).set_index("industry")[["kind", *FIGURES]]
    listed = definitions("concentration")["traded_listed"]["value"]
    told = pd.Series({code: _listed(code, listed) for code in found.index})
    sums = private.groupby("industry")[["published", "employment"]].sum()
    found["jobs"] = national_industries("5", YEAR).set_index("industry")["employment"].reindex(found.index)
    found["published_share"] = sums["published"] / sums["employment"].where(sums["employment"] > 0)
    found["how"] = np.where(told.notna(), "listed", "spread over commuting zones")
    # Railroads have a few covered jobs in counties and no national figure: their spread tells nothing.
    found["kind"] = told.fillna(found["kind"]).mask(found["jobs"].isna(), "unknown")
    found["traded_share"] = found["kind"].map({"traded": 1.0, "local": 0.0})
    return found


def _year_of(path: Path, kept: tuple[str, ...]) -> pd.DataFrame:
    """Private industries of the levels, and all jobs, of a year of quarters; withheld where a quarter is."""
    months = ["month1_emplvl", "month2_emplvl", "month3_emplvl"]
    keys = {"area_fips": "area", "own_code": "ownership", "industry_code": "industry"}
    rows = pd.read_parquet(
        path, columns=[*keys, "disclosure_code", "qtrly_estabs_count", *months], filters=[("own_code", "in", ["0", "5"])]
    ).rename(columns=keys)  # fmt: skip
    rows = rows[~rows["area"].str.endswith("999")]
    level = rows["industry"].map({code: naics.level(code) for code in rows["industry"].unique()})
    private = level.isin(kept) & (rows["ownership"] == "5") & ~rows["industry"].str.startswith(UNCLASSIFIED)
    rows = rows[private | ((level == "total") & (rows["ownership"] == "0"))]
    withheld = rows["disclosure_code"] == "N"
    rows = rows.assign(employment=rows[months].mean(axis=1).mask(withheld, 0.0) / 4, withheld=withheld)
    found = rows.groupby(list(keys.values()), as_index=False).agg(
        employment=("employment", "sum"),
        establishments=("qtrly_estabs_count", "mean"),
        withheld=("withheld", "any"),
    )
    found["employment"] = found["employment"].mask(found["withheld"])
    return found.assign(year=YEAR, state=found["area"].str[:2])


def _filled(counties: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Private industries of counties, with what the state's or the nation's leave where they are withheld."""
    rows = counties[counties["ownership"] == "5"].copy()
    worksites = rows["establishments"].where(rows["withheld"])
    nation = national_industries("5", YEAR).set_index("industry")["employment"]
    state = states.set_index(["state", "industry"])["employment"]
    per = pd.Series(np.nan, index=rows.index)
    for keys, whole in ((["state", "industry"], state), (["industry"], nation)):
        known = rows.groupby(keys)["employment"].transform("sum")
        count = worksites.groupby([rows[key] for key in keys]).transform("sum")
        at = pd.MultiIndex.from_frame(rows[keys]) if len(keys) > 1 else rows[keys[0]]
        left = pd.Series(whole.reindex(at).to_numpy(), rows.index) - known
        per = per.fillna(left.clip(lower=0) / count.where(count > 0))
    rows["published"] = rows["employment"].fillna(0.0)
    rows["employment"] = rows["employment"].fillna(worksites * per)
    return rows


def _over_zones(counties: pd.DataFrame) -> pd.DataFrame:
    """Counties added up to commuting zones of 1990; a county made since then is in the zone it mostly came from."""
    zones = reference_table("commuting_zones").set_index("member")["group"]
    codes = CountyCodes(counties[["area", "year"]].drop_duplicates())
    links = codes.links(zones.index.tolist()).sort_values("weight", ascending=False).drop_duplicates("group")
    of_new = pd.Series(dict(zip(links["group"], links["member"], strict=True)) | CUT_OUT).map(zones)
    zone = counties["area"].map(zones).fillna(counties["area"].map(of_new))
    figures = {"employment": ("employment", "sum"), "establishments": ("establishments", "sum")}
    keys = ["area", "ownership", "industry", "year"]
    return counties.assign(area=zone).dropna(subset="area").groupby(keys, as_index=False).agg(**figures)


def _listed(code: str, listed: dict[str, str]) -> str | None:
    """What the package's own list says of an industry, by its code or one it lies in."""
    above: str | None = code
    while above is not None and above not in listed:
        above = naics.parent(above)
    return listed[above] if above is not None else None


def _made_of(fine: pd.DataFrame, parts: pd.Series, jobs: pd.Series, digits: int) -> pd.DataFrame:
    """Industries of fewer digits as the jobs of the four-digit industries that they are made of."""
    codes = parts.index.to_series().map(naics.sector if digits == 2 else lambda code: code[:digits])
    share = fine["traded_share"].reindex(parts).to_numpy()
    published = fine["published_share"].reindex(parts).to_numpy()
    rows = pd.DataFrame(
        {"code": codes.to_numpy(), "jobs": jobs.to_numpy(), "share": share, "published": published}
    )
    rows = rows.dropna(subset=["jobs", "share"])
    rows = rows.assign(traded=rows["jobs"] * rows["share"], seen=rows["jobs"] * rows["published"])
    sums = rows.groupby("code")[["jobs", "traded", "seen"]].sum().query("jobs > 0")
    traded = sums["traded"] / sums["jobs"]
    return pd.DataFrame(
        {
            "jobs": sums["jobs"],
            "published_share": sums["seen"] / sums["jobs"],
            "traded_share": traded,
            "kind": np.where(traded > 0.5, "traded", "local"),
            "how": "made of four-digit industries",
        }
    )


def _other_revisions(fine: pd.DataFrame, six: pd.Series) -> pd.DataFrame:
    """Codes that other revisions have and this one has not, by the six-digit industries that they share jobs with."""
    pairs = reference_table("naics_concordances")
    here = pairs.loc[pairs["naics"] == NAICS, "code"]
    known = {code[:digits] for code in here for digits in (3, 4)}
    found = []
    for revision in sorted({*pairs["naics"], *pairs["next_naics"]} - {NAICS}):
        links = _links(pairs, revision)
        jobs = links["here"].map(six) / links.groupby("here")["here"].transform("size")
        parts = pd.Series(links["here"].str[:4].to_numpy(), index=links["code"])
        made = pd.concat([_made_of(fine, parts, jobs, digits) for digits in (3, 4)])
        found.append(made[~made.index.isin(known)].assign(how="by concordance"))
        known = known | set(made.index)
    return pd.concat(found)


def _links(pairs: pd.DataFrame, revision: int) -> pd.DataFrame:
    """Six-digit codes of a revision with those of the files' revision (`here`) that they go to or come from."""
    forward = revision < NAICS
    steps = sorted({*pairs["naics"], *pairs["next_naics"]})
    between = [step for step in steps if min(revision, NAICS) <= step < max(revision, NAICS)]
    links: pd.DataFrame | None = None
    for step in between if forward else reversed(between):
        link = pairs.loc[pairs["naics"] == step, ["code", "next_code"]]
        link = link.set_axis(["code", "here"] if forward else ["here", "code"], axis=1)
        if links is None:
            links = link
            continue
        joined = links.rename(columns={"here": "via"}).merge(link.rename(columns={"code": "via"}), on="via")
        links = joined[["code", "here"]].drop_duplicates()
    assert links is not None
    return links[["code", "here"]].reset_index(drop=True)
