"""From a short list to a suggested sequence, once people have said what is ready."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.exceptions import TableError, UnknownNameError
from sectorlib.resources import definitions
from sectorlib.sectors import known_sectors

_KEY = ["area", "sector"]


def readiness_questions() -> dict[str, str]:
    """The columns of the readiness sheet and what each asks.

    >>> readiness_questions()["convener"]
    'Is there a convener whom they trust?'
    """
    return dict(definitions("criteria")["readiness_sheet"]["questions"])


def readiness_sheet(short_list: pd.DataFrame) -> pd.DataFrame:
    """A blank readiness sheet: a row for each sector on the short list, a column for each question.

    Parameters
    ----------
    short_list : DataFrame
        Columns area and sector; others are kept, so that names can stand beside the codes.

    Returns
    -------
    DataFrame
        The rows with a blank column for each question (0, no, to 3, yes, by name), and ``by`` and ``why``.

    Examples
    --------
    >>> readiness_sheet(pd.DataFrame({"area": ["LM36055"], "sector": ["energy"]})).columns.to_list()
    ['area', 'sector', 'champions', 'common_need', 'convener', 'partners', 'resources', 'by', 'why']
    """
    return short_list.reset_index(drop=True).assign(
        **dict.fromkeys([*readiness_questions(), "by", "why"], "")
    )


def check_readiness(sheet: pd.DataFrame, sectors: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the filled rows of a readiness sheet with ``readiness`` (0 to 1), or raise.

    Rows of which no question is answered are left out. An unanswered question of another row counts as no.

    Raises
    ------
    TableError
        A column is missing, an answer is not a number from 0 to 3, nobody stands by a row, or two are of one sector.
    UnknownNameError
        No such sector.

    Examples
    --------
    >>> sheet = readiness_sheet(pd.DataFrame({"area": ["LM36055"] * 2, "sector": ["energy", "retail"]}))
    >>> sheet.loc[0, ["champions", "convener", "by"]] = ["3", "2", "Workforce board"]
    >>> from sectorlib.sectors import load_sectors
    >>> check_readiness(sheet, load_sectors(), "readiness.csv")[["sector", "readiness"]].round(2)
       sector  readiness
    0  energy       0.33
    """
    terms = definitions("criteria")["readiness_sheet"]
    questions, highest = list(terms["questions"]), terms["highest"]
    lacking = [c for c in [*_KEY, *questions, "by"] if c not in sheet]
    if lacking:
        raise TableError(
            f"{source} lacks {', '.join(lacking)}",
            "the columns of the readiness sheet",
            "write a blank one with `sectorlib table STUDY.yaml readiness-sheet`",
        )
    names = known_sectors(sectors)
    for name in sheet["sector"]:
        if name not in names:
            raise UnknownNameError.unknown_name("sector", name, names)
    text = sheet[questions].astype("str").apply(lambda column: column.str.strip()).replace("", np.nan)
    answers = text.apply(pd.to_numeric, errors="coerce")
    wrong = (text.notna() & ~answers.apply(lambda column: column.between(0, highest))).to_numpy()
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise TableError(
            f"{_row_name(sheet, row)} in {source} answers {questions[column]} with {text.iloc[row, column]!r}",
            f"a number from 0 (no) to {highest} (yes, by name)",
            "leave what is not known blank; it counts as no",
        )
    filled = answers.notna().any(axis=1)
    by = sheet["by"].astype("str").str.strip()
    nameless = filled & (sheet["by"].isna() | (by == ""))
    if nameless.any():
        raise TableError(
            f"{_row_name(sheet, int(np.flatnonzero(nameless)[0]))} in {source} does not say who answered",
            "a name or role in `by`",
            "readiness is a judgement, and somebody should stand by it",
        )
    readiness = answers.fillna(0).sum(axis=1) / (highest * len(questions))
    rated = sheet.assign(sector=sheet["sector"].map(names), readiness=readiness)[filled]
    twice = rated.duplicated(_KEY)
    if twice.any():
        raise TableError(
            f"{_row_name(rated[twice], 0)} in {source} is filled in more than once",
            "one row for each area and sector",
            "settle on one answer together, and name all who gave it in `by`",
        )
    return rated.reset_index(drop=True)


def setting_of(jobs: pd.Series) -> pd.Series:
    """Whether an area is rural, middle or urban by its jobs (``settings`` of ``data/criteria.yaml``).

    >>> setting_of(pd.Series([20_000, 120_000, 900_000])).to_list()
    ['rural', 'middle', 'urban']
    """
    settings = {n: s for n, s in definitions("criteria")["settings"].items() if isinstance(s, dict)}
    out = pd.Series(None, index=jobs.index, dtype="str", name="setting")
    for name, setting in settings.items():
        below = np.inf if setting["jobs_below"] is None else setting["jobs_below"]
        out = out.where(out.notna() | ~(jobs < below), name)
    return out


def suggested_sequence(
    targets: pd.DataFrame, readiness: pd.DataFrame, overlap: pd.DataFrame | None = None
) -> pd.DataFrame:
    """A suggested sequence of partnerships in each area: what to begin with, prepare, or join.

    - ``join``: half or more of a running partnership's employers are in the sector, or, where it lists none, half or
      more of the sector's jobs are in its codes;
    - ``begin``: ready (``ready_from`` of the sheet's total), as many as a place of this size starts with;
    - ``later``: ready, after those;
    - ``prepare``: not ready yet.

    Within each, the order is the mean of strength (score), readiness, certainty (share of simulations in the top
    three) and independence (1 less overlap), each from 0 to 1.

    Parameters
    ----------
    targets : DataFrame
        Columns area, sector, score, share_top_three, setting.
    readiness : DataFrame
        What :func:`check_readiness` gives.
    overlap : DataFrame, optional
        What :func:`sectorlib.targeting.overlap_with_running` gives.

    Returns
    -------
    DataFrame
        Columns area, sector, step (1 first), suggestion, strength, readiness, certainty, overlap, shared_employers,
        running, priority.

    Examples
    --------
    >>> targets = pd.DataFrame({"area": ["LM1"] * 2, "sector": ["energy", "retail"], "score": [70.0, 60.0],
    ...                         "share_top_three": [0.8, 0.5], "setting": "rural"})
    >>> ready = pd.DataFrame({"area": ["LM1"] * 2, "sector": ["energy", "retail"], "readiness": [0.4, 0.8]})
    >>> suggested_sequence(targets, ready)[["step", "sector", "suggestion"]]
       step  sector suggestion
    0     1  retail      begin
    1     2  energy    prepare
    """
    terms = definitions("criteria")
    table = targets[[*_KEY, "score", "share_top_three", "setting"]].merge(
        readiness[[*_KEY, "readiness"]], on=_KEY
    )
    empty = pd.DataFrame(columns=[*_KEY, "overlap", "shared_employers", "running"])
    table = table.merge(empty if overlap is None else overlap, on=_KEY, how="left")
    table["overlap"] = table["overlap"].astype(float).fillna(0.0)
    table["shared_employers"] = table["shared_employers"].astype(float)
    table = table.assign(strength=table["score"] / 100, certainty=table["share_top_three"])
    parts = [table["strength"], table["readiness"], table["certainty"], 1 - table["overlap"]]
    table["priority"] = sum(parts) / len(parts)
    ready = table["readiness"] >= terms["readiness_sheet"]["ready_from"]["value"]
    joins = table["overlap"] >= terms["running"]["value"]
    table["suggestion"] = np.select([joins, ready], ["join", "begin"], "prepare")
    table = table.sort_values(["area", "priority"], ascending=[True, False], ignore_index=True)
    begins = table["suggestion"] == "begin"
    starts = table["setting"].map(lambda setting: terms["settings"][setting]["starts"])
    order = begins.groupby(table["area"]).cumsum()
    table.loc[begins & (order > starts), "suggestion"] = "later"
    rank = table["suggestion"].map({"begin": 0, "later": 1, "prepare": 2, "join": 3})
    table = table.assign(rank=rank).sort_values(["area", "rank", "priority"], ascending=[True, True, False])
    table["step"] = table.groupby("area").cumcount() + 1
    columns = [
        *_KEY, "step", "suggestion", "strength", "readiness", "certainty", "overlap", "shared_employers", "running",
        "priority",
    ]  # fmt: skip
    return table[columns].reset_index(drop=True)


def _row_name(sheet: pd.DataFrame, row: int) -> str:
    """What a row is of; its number in the file is not known here, as blank rows are left out."""
    return f"{sheet['sector'].iloc[row]} of {sheet['area'].iloc[row]}"
