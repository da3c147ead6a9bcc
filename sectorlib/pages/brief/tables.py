"""A brief's tables, laid out to be read and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import great_tables as gt
import pandas as pd

from sectorlib.membership import NONE
from sectorlib.pages import english, figures
from sectorlib.pages.brief.contacts import EMPTY
from sectorlib.pages.brief.profile import ScopeProfile, short
from sectorlib.pages.brief.words import quotient
from sectorlib.pages.english import capital, counted, number
from sectorlib.pages.figures import cell_share
from sectorlib.pages.markup import headings
from sectorlib.scope import NOT_RECORDED
from sectorlib.scope.colleges import TEACHING
from sectorlib.scope.footprints import LABOR_MARKET

#: Rows of a table on the page; the tables of the study have all of them.
_MOST_ASSETS, MOST_PAIRED, _MOST_NAMES, _MOST_LISTED = 8, 12, 5, 15

#: Kinds of assets that the page shows first, and last.
_FIRST, _LAST = ("college",), ("career school",)

#: What a cell says where there is no figure; a line below each table says what it means.
SPLIT, NO_DATA, ONE_YEAR, NO_ESTABLISHMENTS = "county split", "no data", "one year only", "no establishments"


def footprint_table(profile: ScopeProfile) -> gt.GT:
    """Every candidate footprint side by side; those of the same counties in one row.

    Parameters
    ----------
    profile : ScopeProfile
        The sector and its footprints.

    Returns
    -------
    GT
        One row for each set of counties. A range is what withheld cells leave open.
    """
    rows, reasons = [], profile.not_projected
    for names in profile.distinct:
        row = profile.footprint_row(names[0])
        rows.append(
            {
                "footprint": "\n".join(profile.label(name) for name in names),
                "counties": _counties_of(row),
                "jobs": figures.cell_jobs(row),
                "market": cell_share(row, "share_of_market"),
                "establishments": _figure(row["establishments"], ",.0f", _unknown(row)),
                "contained": _figure(row["self_containment"], ".0%", _unknown(row)),
                "quotient": quotient(row),
                "pay": _pay(row),
                "change": figures.cell_growth(row) if pd.notna(row["start_year"]) else ONE_YEAR,
                "projected": _projected(row, reasons),
            }
        )
    table = pd.DataFrame(rows)
    labels = {
        "footprint": "Footprint",
        "counties": "Counties",
        "jobs": f"Jobs {profile.year}",
        "market": "Share of the labor market's",
        "establishments": "Establishments",
        "contained": "Self-containment",
        "quotient": "LQ",
        "pay": "Pay a year",
        "change": f"Change since {_start(profile)}",
        "projected": "Projected",
    }
    shown = table.drop(columns=_not_known_anywhere(profile))
    kept = {name: label for name, label in labels.items() if name in shown}
    out = _laid_out(shown, kept, text=["footprint"], identifier="footprints")
    wide = [c for c in ("counties", "pay", "change", "projected") if c in shown]
    return (
        out.tab_style(gt.style.text(weight="bold"), gt.loc.body(columns="footprint", rows=[0]))
        .tab_style(gt.style.css("white-space: pre-line; min-width: 10rem;"), gt.loc.body(columns="footprint"))
        .tab_style(gt.style.css("white-space: normal; min-width: 5rem;"), gt.loc.body(columns=wide))
    )


def gains_table(profile: ScopeProfile) -> gt.GT | None:
    """What each other footprint gains and loses beside the one in focus: counties, states, and the jobs it then has.

    Returns
    -------
    GT or None
        None where every footprint has the same counties.
    """
    names = profile.results["scope-counties"].drop_duplicates("county").set_index("county")["county_name"]
    ours = {county for county, _ in profile.members[str(profile.focus["footprint"])]}
    states = set(str(profile.focus["state_names"]).split(", "))
    rows = []
    for labels in profile.distinct[1:]:
        row = profile.footprint_row(labels[0])
        theirs = {county for county, _ in profile.members[labels[0]]}
        crossed = sorted(set(str(row["state_names"]).split(", ")) - states)
        rows.append(
            {
                "footprint": profile.label(labels[0]),
                "gained": _few(", ".join(map(short, names[sorted(theirs - ours)])), _MOST_LISTED) or "none",
                "lost": _few(", ".join(map(short, names[sorted(ours - theirs)])), _MOST_LISTED) or "none",
                "states": english.listed(crossed) if crossed else "none",
                "jobs": figures.cell_jobs(row),
            }
        )
    if not rows:
        return None
    labels_of = {
        "footprint": "Footprint",
        "gained": "Counties gained",
        "lost": "Counties lost",
        "states": "States added",
        "jobs": f"Jobs {profile.year} then",
    }
    text = ["footprint", "gained", "lost", "states"]
    return _laid_out(pd.DataFrame(rows), labels_of, text=text, identifier="gains")


def jurisdiction_table(profile: ScopeProfile) -> gt.GT | None:
    """The jurisdictions that the footprint in focus touches, with their shares of its jobs; None without any."""
    table = profile.jurisdictions
    if table.empty:
        return None
    shown = pd.DataFrame(
        {
            "system": [capital(s) for s in table["system"]],
            "jurisdiction": [_jurisdiction(row) for _, row in table.iterrows()],
            "share": [cell_share(row) for _, row in table.iterrows()],
            "jobs": [figures.cell_jobs(row) for _, row in table.iterrows()],
            "counties": [_few(row["county_names"]) for _, row in table.iterrows()],
            "inside": [_inside(row) for _, row in table.iterrows()],
            **dict.fromkeys(EMPTY[:2], ""),
        }
    )
    labels = {
        "jurisdiction": "Jurisdiction",
        "share": "Share of the footprint's jobs",
        "jobs": f"Jobs {profile.year}",
        "counties": "Its counties in the footprint",
        "inside": "How much of it lies in the footprint",
        **{name: capital(name) for name in EMPTY[:2]},
    }
    text = ["jurisdiction", "counties", "inside", *EMPTY[:2]]
    out = _laid_out(shown, labels, text=text, group="system", identifier="jurisdictions")
    out = out.tab_style(gt.style.css("min-width: 6rem;"), gt.loc.body(columns=list(EMPTY[:2])))
    unsure = shown.index[table["jurisdiction"].isin([NONE, NOT_RECORDED])].to_list()
    cut = shown.index[table["cut_off_county"].notna()].to_list()
    if unsure:
        out = out.tab_style(gt.style.text(style="italic", color="#566271"), gt.loc.body(rows=unsure))
    if cut:
        out = out.tab_style(gt.style.text(color="#8f4a00"), gt.loc.body(columns="inside", rows=cut))
    return out


def overlap_tables(profile: ScopeProfile) -> list[tuple[str, gt.GT]]:
    """For each two systems of jurisdictions, how many counties the areas of one share with those of the other.

    Returns
    -------
    list of str and GT
        What crosses what, and the matrix.
    """
    out: list[tuple[str, gt.GT]] = []
    for (a, b), part in profile.overlap.groupby(["system_a", "system_b"], sort=False):
        if part["jurisdiction_a"].nunique() < 2 or part["jurisdiction_b"].nunique() < 2:
            continue  # the table of shares says it
        matrix = part.pivot_table(
            index="name_a", columns="name_b", values="counties", aggfunc="sum", sort=False
        )
        shown = (
            matrix.map(lambda n: "" if pd.isna(n) else f"{n:g}")
            .reset_index()
            .rename(columns={"name_a": "name"})
        )
        labels = {"name": capital(str(a))} | {str(c): str(c) for c in matrix.columns}
        title = f"{capital(str(a))} and {b}: counties in both"
        out.append((title, _laid_out(shown, labels, text=["name"], identifier=f"overlap-{len(out)}")))
    return out


def asset_table(profile: ScopeProfile) -> gt.GT | None:
    """The assets within reach of most counties, by kind; None without assets within reach."""
    table = profile.assets
    if table.empty or (table["share_high"] <= 0).all():
        return None
    of_use = table[~(table["share_high"] <= 0)]
    kinds = sorted(of_use["kind"].unique(), key=lambda kind: (kind not in _FIRST, kind in _LAST, kind))
    top = pd.concat([of_use[of_use["kind"] == kind].head(_MOST_ASSETS) for kind in kinds])
    shown = pd.DataFrame(
        {
            "kind": [_of_kind(profile, str(kind)) for kind in top["kind"]],
            "name": top["name"].to_list(),
            "counties": [f"{n:.0f} of {len(profile.counties)}" for n in top["counties_in_reach"]],
            "share": [cell_share(row) for _, row in top.iterrows()],
            "nearest": [_nearest(profile, row) for _, row in top.iterrows()],
            "completions": [_completions(row) for _, row in top.iterrows()],
        }
    )
    if not top["related_completions"].notna().any():
        shown = shown.drop(columns="completions")
    labels = {
        "name": "Within reach",
        "counties": "Counties in reach",
        "share": "Share of the footprint's jobs",
        "nearest": "Nearest county center",
        "completions": "Completions a year in related programs",
    }
    labels = {name: label for name, label in labels.items() if name in shown}
    return _laid_out(shown, labels, text=["name", "nearest"], group="kind", identifier="assets")


def _completions(row: pd.Series) -> str:
    """A college's completions in related programs."""
    if row["kind"] not in TEACHING:
        return "not a college"
    return _figure(row["related_completions"], ",.0f", "not reported")


def county_table(profile: ScopeProfile) -> gt.GT:
    """The counties of the footprint in focus: where the employers are, how tied, how far, how rural."""
    table = profile.counties
    shown = pd.DataFrame(
        {
            "county": [_county(profile, row) for _, row in table.iterrows()],
            "jobs": [_county_jobs(row) for _, row in table.iterrows()],
            "share": [
                NO_DATA if row["status"] == "not in the study" else cell_share(row)
                for _, row in table.iterrows()
            ],
            "establishments": [_figure(v, ",.0f", NO_DATA) for v in table["establishments"]],
            "size": [_size(row) for _, row in table.iterrows()],
            "quotient": [
                NO_DATA if row["status"] == "not in the study" else quotient(row)
                for _, row in table.iterrows()
            ],
            "stays": _stays(profile),
            "tie": [_figure(v, ".0%", NO_DATA) for v in table["commuting_tie"]],
            "distance": [_figure(v, ",.0f", NO_DATA) for v in table["distance_to_center"]],
            "rural": [_figure(v, ".0f", NO_DATA) for v in table["rural_urban"]],
            "others": [_others(row) for _, row in table.iterrows()],
        }
    )
    labels = {
        "county": "County",
        "jobs": f"Jobs {profile.year}",
        "share": "Share",
        "establishments": "Establishments",
        "size": "Jobs per establishment",
        "quotient": "LQ",
        "stays": "Stays in this market",
        "tie": "Tie by commuting",
        "distance": "Miles to the main county",
        "rural": "Rural-urban code",
        "others": "Other strong industries",
    }
    empty = [c for c in ("stays", "tie", "distance", "rural", "others") if (shown[c] == NO_DATA).all()]
    shown = shown.drop(columns=empty)
    kept = {name: label for name, label in labels.items() if name in shown}
    out = _laid_out(shown, kept, text=["county"], identifier="counties")
    return out.tab_style(gt.style.css("white-space: nowrap;"), gt.loc.body(columns="county"))


def pair_table(profile: ScopeProfile) -> gt.GT | None:
    """How tied the footprint's largest counties are: commuting below the diagonal, shared assets above it.

    Returns
    -------
    GT or None
        None for one county, or where neither commuting nor assets are known.
    """
    pairs = profile.pairs
    codes = profile.counties["county"].head(MOST_PAIRED).to_list()
    if (
        len(codes) < 2
        or pairs.empty
        or pairs[["commuting_tie", "shared_infrastructure"]].isna().all(axis=None)
    ):
        return None
    known: dict[frozenset[Any], Any] = {
        frozenset((row.county_a, row.county_b)): row for row in pairs.itertuples()
    }
    names = profile.counties.set_index("county")["county_name"].map(short).str.removesuffix(" County")
    cells: dict[str, list[str]] = {"county": [names[c] for c in codes]}
    tied: list[tuple[int, str]] = []
    for j, column in enumerate(codes):
        cells[column] = []
        for i, row in enumerate(codes):
            pair = known.get(frozenset((row, column)))
            if i == j or pair is None:
                cells[column].append("")
            elif i > j:
                cells[column].append("" if pd.isna(pair.commuting_tie) else f"{pair.commuting_tie:.0%}")
                if pair.tied:
                    tied.append((i, column))
            else:
                shared = pair.shared_infrastructure
                cells[column].append("" if pd.isna(shared) else f"{shared:.2f}")
    labels = {"county": ""} | {c: names[c] for c in codes}
    out = _laid_out(pd.DataFrame(cells), labels, text=["county"], identifier="pairs")
    for i, column in tied:
        out = out.tab_style(
            [gt.style.fill("#dbe9f3"), gt.style.text(weight="bold")], gt.loc.body(columns=column, rows=[i])
        )
    return out


def growth_table(profile: ScopeProfile) -> gt.GT | None:
    """How the grown footprint came about, county by county; None without flows."""
    table = profile.growth_path
    if table.empty:
        return None
    shown = pd.DataFrame(
        {
            "county": table["county_name"].map(str if _in_states(table) > 1 else short),
            "decision": [f"{row['decision']}: {row['reason']}" for _, row in table.iterrows()],
            "tie": [_figure(v, ".0%", "start") for v in table["commuting_tie"]],
            "contained": [_figure(v, ".1%", NO_DATA) for v in table["self_containment"]],
            "jobs": [_known(row) for _, row in table.iterrows()],
        }
    )
    labels = {
        "county": "County",
        "decision": "Decision",
        "tie": "Tie to the footprint",
        "contained": "Self-containment with it",
        "jobs": "Its jobs",
    }
    out = _laid_out(shown, labels, text=["county", "decision"], identifier="growth")
    left = shown.index[table["decision"] == "not added"].to_list()
    return (
        out.tab_style(gt.style.text(color="#566271", style="italic"), gt.loc.body(rows=left)) if left else out
    )


def contact_table(sheet: pd.DataFrame) -> gt.GT:
    """A contact sheet with its empty columns.

    Parameters
    ----------
    sheet : DataFrame
        From :func:`~sectorlib.pages.brief.contacts.contact_sheet`.
    """
    shown = sheet.drop(columns="listed in").assign(kind=[capital(kind) for kind in sheet["kind"]])
    shown["name"] = shown["name"].where(shown["name"] != "", shown["kind"] + ": to be filled in")
    shown["counties"] = [_few(names) for names in shown["counties"]]
    if shown["website"].eq("").all():
        shown = shown.drop(columns="website")
    shown = shown.drop(columns="kind")
    labels = {str(c): capital(str(c)) for c in shown.columns if c != "group"}
    out = _laid_out(shown, labels, text=list(labels), group="group", identifier="contacts")
    return out.tab_style(gt.style.css("min-width: 5.5rem;"), gt.loc.body(columns=list(EMPTY)))


def _laid_out(
    shown: pd.DataFrame,
    labels: Mapping[str, Any],
    text: Sequence[str],
    identifier: str,
    group: str | None = None,
) -> gt.GT:
    """A table in the look of the pages: text to the left, figures to the right, ranges in italics."""
    out = gt.GT(shown, id=f"table-{identifier}", groupname_col=group).cols_label(**headings(labels))
    figures = [c for c in shown.columns if c not in text and c != group]
    out = out.cols_align("left", columns=list(text)).cols_align("right", columns=figures)
    out = out.tab_style(gt.style.css("white-space: nowrap;"), gt.loc.body(columns=figures))
    for column in figures:
        vague = shown.index[
            shown[column].str.contains("withheld|most |least |about |none |data|split|not |\\d\N{EN DASH}")
        ].to_list()
        if vague:
            out = out.tab_style(
                gt.style.text(color="#566271", style="italic"), gt.loc.body(columns=column, rows=vague)
            )
    return out.tab_options(
        table_width="100%", table_font_size="0.84rem", data_row_padding="5px", table_font_names=["inherit"],
        table_border_top_style="none", column_labels_font_weight="600", row_group_font_weight="600",
    )  # fmt: skip


def _figure(value: Any, form: str, otherwise: str) -> str:
    return otherwise if pd.isna(value) else format(value, form)


def _size(row: pd.Series) -> str:
    """A county's jobs per establishment, or why there is no such figure."""
    if row["status"] in ("not in the study", "no establishments"):
        return NO_DATA if row["status"] == "not in the study" else NO_ESTABLISHMENTS
    return _figure(row["jobs_per_establishment"], ",.0f", "withheld")


def _pay(row: pd.Series) -> str:
    """Pay; where a county is split, its jobs may be open while their pay is not."""
    text = figures.cell_pay(row)
    low, _, high = text.partition("\N{EN DASH}")
    return f"about {low}" if low.removeprefix("$") == high else text


def _counties_of(row: pd.Series) -> str:
    outside = f" + {row['counties_outside']:.0f} outside" if row["counties_outside"] else ""
    states = f" in {row['states']:.0f} states" if row["states"] > 1 else ""
    return f"{row['counties']:.0f}{outside}{states}"


def _not_known_anywhere(profile: ScopeProfile) -> list[str]:
    """Columns of the table of footprints that the study cannot fill; the notes of the page say why."""
    columns = {"market": "share_of_market_high", "contained": "self_containment", "change": "start_year"}
    return [name for name, source in columns.items() if profile.footprints[source].isna().all()]


def _unknown(row: pd.Series) -> str:
    """Why a footprint has no count of establishments or commuters."""
    return SPLIT if row["counties_split"] > 0 else NO_DATA


def _start(profile: ScopeProfile) -> str:
    start = profile.footprints["start_year"].dropna()
    return f"{start.iloc[0]:.0f}" if len(start) else ""


def _projected(row: pd.Series, reasons: Mapping[str, str]) -> str:
    """The official projection and ours, or the letter of the reason why there is none."""
    if pd.isna(row["projected_change"]):
        return f"none ({reasons[str(row['not_projected'])]})"
    low, high = (figures.percent(row[f"projected_change_{end}_80"]) for end in ("low", "high"))
    ours = f"{low} to {high} by {row['projected_year']:.0f}"
    official = row["official_change"]
    return ours if pd.isna(official) else f"official {figures.percent(official)}; {ours}"


def _jurisdiction(row: pd.Series) -> str:
    if row["jurisdiction"] == NONE:
        return f"in no {row['system']}"
    return "not recorded" if row["jurisdiction"] == NOT_RECORDED else str(row["jurisdiction_name"])


def _inside(row: pd.Series) -> str:
    if row["jurisdiction"] == NONE:
        return f"counties of no {row['system']}"
    if row["jurisdiction"] == NOT_RECORDED:
        return f"the study's file names no {row['system']}"
    whole = float(row["counties"]).is_integer() and float(row["counties_in"]).is_integer()
    of = f"{row['counties_in']:.0f} of {row['counties']:.0f}" if whole else "with parts of counties"
    if pd.isna(row["cut_off_county"]):
        return f"{row['kind']} ({of})"
    verb = "would be left out" if row["kind"] == "all but one county" else "would be cut off from the others"
    return f"{row['kind']} ({of}): {short(row['cut_off_county_name'])} {verb}"


def _stays(profile: ScopeProfile) -> list[str]:
    """In what share of draws each county stays in the labor market, where that is what the brief looks at."""
    counties = profile.counties["county"]
    if profile.focus["kind"] != LABOR_MARKET or profile.results.missing("labor-market-stability"):
        return [NO_DATA] * len(counties)
    same = profile.results["labor-market-stability"].set_index("member")["same_market"]
    return [_figure(value, ".0%", NO_DATA) for value in same.reindex(counties)]


def _few(names: str, most: int = _MOST_NAMES) -> str:
    listed = [name.strip() for name in str(names).split(",") if name.strip()]
    return english.counties(listed, most) if listed else ""


def _of_kind(profile: ScopeProfile, kind: str) -> str:
    of_kind = profile.assets[profile.assets["kind"] == kind]
    useless = int((of_kind["share_high"] <= 0).sum())
    shown = min(len(of_kind) - useless, _MOST_ASSETS)
    text = f"{capital(counted(len(of_kind), kind))} within reach"
    if shown + useless < len(of_kind):
        text += f"; shown are the first {number(shown)}"
    elif useless:
        text += f"; not shown: {number(useless)} of counties without jobs of the sector"
    return text


def _nearest(profile: ScopeProfile, row: pd.Series) -> str:
    names = profile.counties.set_index("county")["county_name"]
    return f"{short(names.get(row['nearest_county'], row['nearest_county']))}, {_distance(row)}"


def _distance(row: pd.Series) -> str:
    unit = str(row["measure"]).split(" ")[0]
    rounded = f"{row['distance']:,.0f}"
    return (
        f"under 1 {unit[:-1]}"
        if row["distance"] < 1
        else f"{rounded} {unit[:-1] if rounded == '1' else unit}"
    )


def _county(profile: ScopeProfile, row: pd.Series) -> str:
    part = f" ({row['weight']:.0%} of it)" if row["weight"] < 1 else ""
    states = profile.focus["states"]
    name = str(row["county_name"]) if states > 1 else short(row["county_name"])
    return name + part


def _county_jobs(row: pd.Series) -> str:
    return "not in the study" if row["status"] == "not in the study" else figures.cell_jobs(row)


def _others(row: pd.Series) -> str:
    sure, maybe = row["industries_concentrated"], row["industries_undecided"]
    if pd.isna(sure):
        return NO_DATA
    return f"{sure:.0f}" + (f" to {sure + maybe:.0f}" if maybe else "")


def _in_states(table: pd.DataFrame) -> int:
    return int(table["county"].str[:2].nunique())


def _known(row: pd.Series) -> str:
    """A county's jobs as published: the footprint grows by estimates, which no page prints."""
    value = row["employment_estimate"]
    if pd.isna(value):
        return NO_DATA
    return f"{value:,.0f}" if row["disclosure"] == "disclosed" else "withheld"
