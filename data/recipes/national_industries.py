"""National shares and pay of industries, by year and ownership (QCEW).

Four kinds of source, told apart by the column ``how``:

- ``official``: the rows of US000 in the annual by-industry files of 1990, 2000, 2010 and 2016. Only sectors are at
  hand, and not the all-industry total, which is added up. In 1990 and 2000 the total lacks what is not classified.
- ``recovered``: 2016 at 3 and 4 digits, and 2020 to 2023, from the location quotients that are published for
  counties. Each quotient has two decimals and so bounds the national share; the shares lie where all bounds meet.
- ``one quarter``: US000 in the first quarter of 2024. Pay is four times that of the quarter, bonuses included.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd

from sectorlib import naics, panel
from sectorlib.concentration import recover_base_shares
from sectorlib.sources.qcew import read_annual, read_quarterly

NATION = "US000"
OFFICIAL_YEARS = (1990, 2000, 2010, 2016)
RECOVERED_YEARS = (2020, 2021, 2022, 2023)
KEYS = ["year", "ownership", "industry"]
#: The kinds of source, the least sure first: owners together are of the least sure kind among them.
HOW = ("recovered", "one quarter", "official")
FIGURES = ["employment", "wages", "establishments"]
GOVERNMENT = ("1", "2", "3")
DIGITS = {"total": 0, "sector": 2, "3": 3, "4": 4}
#: Bounds farther apart than this share of their middle have no point value.
NEAR = 0.1
#: Pay of owners together is given where those whose pay is known have this share of the jobs.
MOST = 0.95
#: The drivers of a study are private industry and these sectors of every owner.
PUBLIC_DRIVERS = ("22", "61", "62")


def table(data: Path) -> pd.DataFrame:
    """The table, from the folder of public data."""
    detail = _detail_of_2016(data)
    whole = detail[detail["industry"] == naics.TOTAL]
    official = [_official(data, year, whole) for year in OFFICIAL_YEARS]
    known = pd.concat([*official, detail, _quarter_of_2024(data), _from_quotients(data)], ignore_index=True)
    known = pd.concat([known, _of_owners(known, "0"), _of_owners(known, "drivers")], ignore_index=True)
    vintages = naics_years()
    known["naics"] = [max(v for v, first in vintages.items() if first <= year) for year in known["year"]]
    known = known.rename(columns={"share": "employment_share"})
    order = [
        *KEYS, "digits", "employment_share", "share_low", "share_high", "relative_pay", "relative_pay_low",
        "relative_pay_high", *FIGURES, "average_pay", "how", "naics",
    ]  # fmt: skip
    known["digits"] = known["industry"].map(naics.level).map(DIGITS)
    out = known[order].sort_values(KEYS, ignore_index=True)
    if out.duplicated(KEYS).any():
        raise SystemExit(f"twice: {out.loc[out.duplicated(KEYS), KEYS].head()}")
    return out.astype({"year": "int16", "digits": "int8", "naics": "int16"})


def naics_years() -> dict[int, int]:
    """The first year of each revision of NAICS in QCEW."""
    from sectorlib.resources import definitions

    return dict(definitions("naics_breaks")["vintages"])


def _wanted(rows: pd.DataFrame) -> pd.DataFrame:
    """Totals, sectors, and industries of 3 and 4 digits of the four ownerships, and the total of all."""
    levels = rows["industry"].astype(str).map(naics.level)
    own = rows["ownership"].astype(str)
    kept = levels.isin(list(DIGITS)) & (own.isin([*GOVERNMENT, "5"]) | (own.eq("0") & levels.eq("total")))
    return rows[kept].astype({"industry": str, "ownership": str})


def _with_shares(rows: pd.DataFrame, how: str) -> pd.DataFrame:
    """Shares of all jobs, and pay, of rows with figures; what is withheld stays missing, from 0 up."""
    total = rows[(rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")].set_index("year")
    jobs = rows["year"].map(total["employment"])
    pay = rows["wages"] / rows["employment"].where(rows["employment"] > 0)
    relative = pay / rows["year"].map(total["wages"] / total["employment"])
    share = rows["employment"] / jobs
    return rows[[*KEYS, *FIGURES]].assign(
        share=share,
        share_low=share.fillna(0.0),
        share_high=share,
        relative_pay=relative,
        relative_pay_low=relative,
        relative_pay_high=relative,
        average_pay=pay,
        how=how,
    )


def _official(data: Path, year: int, whole: pd.DataFrame) -> pd.DataFrame:
    """US000 of the by-industry files of a year; totals that are not in `whole` are added up from its sectors."""
    archive = data / "qcew" / "by_industry" / f"{year}_annual_by_industry.zip"
    with zipfile.ZipFile(archive) as members:
        parts = [_nation(members.read(name)) for name in members.namelist() if name.endswith(".csv")]
    text = pd.concat(parts)
    rows = pd.DataFrame(
        {
            "year": year,
            "ownership": text["own_code"],
            "industry": text["industry_code"],
            "employment": text["annual_avg_emplvl"].astype(float),
            "wages": text["total_annual_wages"].astype(float),
            "establishments": text["annual_avg_estabs_count"].astype(float),
        }
    )
    rows.loc[text["disclosure_code"].eq("N").to_numpy(), ["employment", "wages"]] = float("nan")
    rows = _wanted(rows)
    if year in set(whole["year"]):
        shares = _with_shares(pd.concat([rows, whole[whole["year"] == year]], ignore_index=True), "official")
        return shares[shares["industry"] != naics.TOTAL]
    owners = rows.groupby(["year", "ownership"], as_index=False)[FIGURES].sum().assign(industry=naics.TOTAL)
    everyone = rows.groupby("year", as_index=False)[FIGURES].sum().assign(industry=naics.TOTAL, ownership="0")
    return _with_shares(pd.concat([rows, owners, everyone], ignore_index=True), "official")


def _nation(member: bytes) -> pd.DataFrame:
    """The nation's lines of one file of all areas."""
    header, *lines = member.decode("latin-1").splitlines()
    kept = [line for line in lines if line.lstrip('"').startswith(NATION)]
    return pd.read_csv(io.StringIO("\n".join([header, *kept])), dtype=str)


def _detail_of_2016(data: Path) -> pd.DataFrame:
    """Totals and industries of 3 and 4 digits in 2016: derived from the counties, with what these leave open."""
    folder = data / "qcew" / "us_2016"
    quarters = read_quarterly([folder / "us000_2016_quarterly_DERIVED.csv.gz"])
    months = quarters.melt(
        [*KEYS, "quarter", "wages", "establishments"], ["month1", "month2", "month3"], "month", "employment"
    )
    quarters["employment"] = quarters[["month1", "month2", "month3"]].mean(axis=1)
    found = quarters.groupby(["area", *KEYS], observed=True, as_index=False).agg(
        employment=("employment", "mean"),
        wages=("wages", "sum"),
        establishments=("establishments", "mean"),
        quarters=("quarter", "nunique"),
    )
    rows = _with_shares(_wanted(found[found["quarters"] == 4]), "recovered")
    levels = rows["industry"].map(naics.level)
    totals, detail = rows[levels == "total"], rows[levels.isin(["3", "4"])]
    everyone = months[months["industry"].eq(naics.TOTAL) & months["ownership"].eq("0")]
    bounds = _bounds_of_2016(folder, everyone.set_index(["quarter", "month"])["employment"]).set_index(KEYS)
    detail = detail.set_index(KEYS)
    # The derived figures round, so that a few stand just outside of their bounds.
    low, high = bounds["share_low"].reindex(detail.index), bounds["share_high"].reindex(detail.index)
    detail = detail.assign(share_low=low.where(low < detail["share"], detail["share"]))
    detail = detail.assign(share_high=high.where(high > detail["share"], detail["share"]))
    return pd.concat([totals, detail[low.notna()].reset_index()], ignore_index=True)


def _bounds_of_2016(folder: Path, everyone: pd.Series) -> pd.DataFrame:
    """Least and greatest share of each industry in the year, from the bounds of its twelve months."""
    names = [f"lq_month{m}_emplvl" for m in (1, 2, 3)]
    counties = read_quarterly([folder / "us_2016_quarterly_county_to_naics4.parquet"], columns=names)
    months = []
    for name in names:
        month = name.removeprefix("lq_").removesuffix("_emplvl")
        rows = counties.assign(employment=counties[month])
        found = recover_base_shares(rows, rows[name], periods=("year", "quarter"), rounding=0)
        found["jobs"] = found["quarter"].map(everyone.xs(month, level="month")).astype(float)
        months.append(found[found["agrees"]])
    found = pd.concat(months).astype({"industry": str, "ownership": str})
    found = found.assign(low=found["share_low"] * found["jobs"], high=found["share_high"] * found["jobs"])
    year = found.groupby(KEYS)[["low", "high", "jobs"]].sum()
    whole = found.groupby(KEYS).size() == len(everyone)
    year = year[whole].div(everyone.sum(), axis=0)
    return year.rename(columns={"low": "share_low", "high": "share_high"}).drop(columns="jobs").reset_index()


def _quarter_of_2024(data: Path) -> pd.DataFrame:
    quarter = read_quarterly([data / "layouts" / "qcew" / "US000_quarterly_2024q1.csv"])
    quarter["employment"] = quarter[["month1", "month2", "month3"]].mean(axis=1)
    quarter["wages"] *= 4
    return _with_shares(_wanted(quarter), "one quarter")


def _from_quotients(data: Path) -> pd.DataFrame:
    """Shares of 2020 to 2023, within bounds, from the quotients of the counties at hand."""
    paths = [
        p for year in RECOVERED_YEARS for p in sorted((data / "qcew" / "api").glob(f"{year}/a/area/*.csv"))
    ]
    rows = panel.assemble(read_annual(paths).rows)
    published = pd.concat(
        [pd.read_csv(path, dtype={"own_code": str, "industry_code": str, "area_fips": str}) for path in paths]
    )
    at = pd.MultiIndex.from_frame(
        rows[["area", *KEYS]].astype({"industry": str, "ownership": str, "area": str})
    )
    quotients = published.set_index(["area_fips", "year", "own_code", "industry_code"])
    jobs = pd.Series(quotients["lq_annual_avg_emplvl"].reindex(at).to_numpy(), rows.index)
    pay = pd.Series(quotients["lq_avg_annual_pay"].reindex(at).to_numpy(), rows.index)
    shares = recover_base_shares(rows, jobs)
    shares = _wanted(shares[shares["agrees"]])
    relative = _relative_pay(rows, pay)
    merged = shares.merge(relative, on=KEYS, how="left")
    everyone = merged["industry"].eq(naics.TOTAL) & merged["ownership"].eq("0")
    merged.loc[everyone, ["share_low", "share_high", "relative_pay_low", "relative_pay_high"]] = 1.0
    return merged.assign(
        share=_middle(merged["share_low"], merged["share_high"]),
        relative_pay=_middle(merged["relative_pay_low"], merged["relative_pay_high"]),
        how="recovered",
    )[
        [
            *KEYS,
            "share",
            "share_low",
            "share_high",
            "relative_pay",
            "relative_pay_low",
            "relative_pay_high",
            "how",
        ]
    ]


def _middle(low: pd.Series, high: pd.Series) -> pd.Series:
    """The middle of bounds that are near each other; else missing."""
    middle = (low + high) / 2
    return middle.where(high - low <= NEAR * middle)


def _relative_pay(rows: pd.DataFrame, published: pd.Series) -> pd.DataFrame:
    """The nation's pay in an industry over its pay in all, within bounds: as shares are recovered."""
    everyone = rows[(rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")]
    pay = rows["wages"] / rows["employment"].where(rows["employment"] > 0)
    # Pay is published from unrounded jobs: half a job is what it may be off.
    slack = 0.5 / rows["employment"].where(rows["employment"] > 0)
    total = (everyone["wages"] / everyone["employment"]).set_axis(
        pd.MultiIndex.from_frame(everyone[["area", "year"]])
    )
    area_pay = total.reindex(pd.MultiIndex.from_frame(rows[["area", "year"]])).to_numpy()
    ratio = pay / area_pay
    usable = (published > 0.005) & ratio.notna()
    bounds = (
        rows.loc[usable, KEYS]
        .astype({"industry": str, "ownership": str})
        .assign(
            relative_pay_low=(ratio * (1 - slack) / (published + 0.005))[usable],
            relative_pay_high=(ratio * (1 + slack) / (published - 0.005))[usable],
        )
    )
    found = bounds.groupby(KEYS, as_index=False).agg(
        relative_pay_low=("relative_pay_low", "max"), relative_pay_high=("relative_pay_high", "min")
    )
    return found[found["relative_pay_low"] <= found["relative_pay_high"]]


def _of_owners(known: pd.DataFrame, ownership: str) -> pd.DataFrame:
    """Rows of several owners together: 0 is all of them, drivers is private industry with public 22, 61 and 62.

    An owner that has the industry in some year, and no figure in this one, has at most what its total leaves.
    """
    industries = known["industry"] != naics.TOTAL
    rows = known[industries & known["ownership"].isin([*GOVERNMENT, "5"])]
    rows = _with_the_unknown(rows, known[~industries])
    if ownership == "drivers":
        public = rows["ownership"].isin(GOVERNMENT)
        rows = rows[~public | rows["industry"].map(naics.sector).isin(PUBLIC_DRIVERS)]
        private = known[~industries & (known["ownership"] == "5")]
        schools = rows[rows["ownership"].isin(GOVERNMENT) & rows["industry"].isin(PUBLIC_DRIVERS)]
        rows = pd.concat([rows, private, schools.assign(industry=naics.TOTAL)], ignore_index=True)
    paid = rows["relative_pay"].notna() & rows["share"].notna()
    rows = rows.assign(
        paid=rows["share"].where(paid), bill=(rows["share"] * rows["relative_pay"]).where(paid)
    )
    grouped = rows.groupby(["year", "industry"])
    out = grouped[["share_low", "share_high", "paid", "bill"]].sum()
    exact = grouped["share"].agg(lambda parts: parts.notna().all()) & (out["share_low"] == out["share_high"])
    figures = grouped[FIGURES].sum(min_count=1)
    figures = figures.where(exact & (grouped["employment"].count() == grouped.size()))
    relative = (out["bill"] / out["paid"]).where(out["paid"] >= MOST * out["share_high"])
    out = out.drop(columns=["paid", "bill"]).assign(
        share=_middle(out["share_low"], out["share_high"]),
        relative_pay=relative,
        relative_pay_low=relative.where(exact),
        relative_pay_high=relative.where(exact),
        how=grouped["how"].agg(lambda kinds: next((k for k in HOW if k in set(kinds)), "")),
        average_pay=figures["wages"] / figures["employment"],
        **{name: figures[name] for name in FIGURES},
    )
    out = out[out["how"] != ""]  # industries of which nothing is known in the year
    return out.reset_index().assign(ownership=ownership)


def _with_the_unknown(rows: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """The rows, and one for each owner of an industry without one in a year, from 0 to what its total leaves."""
    rows = rows.assign(level=rows["industry"].map(naics.level))
    ever = rows.loc[rows["share_high"].ne(0), ["ownership", "industry", "level"]].drop_duplicates()
    years = rows[["year", "industry"]].drop_duplicates()
    expected = years.merge(ever, on="industry")
    full = expected.merge(rows, on=[*KEYS, "level"], how="left")
    held = full.groupby(["year", "ownership", "level"])["share_low"].transform("sum")
    owned = totals.set_index(["year", "ownership"])["share_high"]
    total = owned.reindex(pd.MultiIndex.from_frame(full[["year", "ownership"]])).to_numpy()
    rest = pd.Series(total - held.to_numpy(), full.index).clip(lower=0)
    unknown = full["share_high"].isna()
    return full.assign(
        share_low=full["share_low"].fillna(0.0),
        share_high=full["share_high"].where(~unknown, rest),
        how=full["how"].fillna(""),
    )
