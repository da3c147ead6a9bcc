"""The contact sheet: who is in a footprint, with empty columns for what only the local team knows."""

from __future__ import annotations

import re

import pandas as pd

from sectorlib import naics
from sectorlib.membership import NONE
from sectorlib.pages.brief.profile import ScopeProfile, short
from sectorlib.scope import NOT_RECORDED
from sectorlib.scope.colleges import TEACHING

#: Columns that are left empty for the local team, unless the study's own list of partners fills them.
EMPTY = ("contact", "phone or e-mail", "role", "next step")

#: What comes before them.
COLUMNS = ("group", "kind", "name", "counties", "website", "listed in")

#: Who advises manufacturers; other sectors have associations.
_EXTENSION, _ASSOCIATION = "manufacturing extension center", "industry association"

#: Whom a partnership brings together: each group, the words by which a kind belongs to it, and the kinds of which a row is
#: kept open where the study's files list none. Employers convene with all of them; no board is the sole convener.
GROUPS = (
    ("Workforce", r"workforce|labor market region|one.?stop|job center", ("workforce board",)),
    (
        "Economic development",
        r"development|economic|planning|council of governments",
        ("economic development agency",),
    ),
    (
        "Education",
        r"college|school|universit|education|boces|training",
        ("college", "career and technical education", "adult education"),
    ),
    (
        "Labor and apprenticeship",
        r"union|labor|apprentice",
        ("labor organization", "apprenticeship sponsor"),
    ),
    (
        "Business",
        r"chamber|extension|association|manufactur|industry|employer|business",
        ("chamber of commerce", _EXTENSION),
    ),
)

#: The group of kinds that belong to none of these.
_OTHER = "Others"

#: Kinds of assets that could sit at the table themselves.
_INSTITUTIONS = ("college", "career school", "research")


def contact_sheet(profile: ScopeProfile) -> pd.DataFrame:
    """Partners within the footprint in focus: jurisdictions, colleges and schools, and whom the study lists.

    No name is added to what the study's files say; contacts are for the local team to fill in. A kind of partner of
    which the files list none has a row with an empty name, so that nobody is forgotten.

    Parameters
    ----------
    profile : ScopeProfile
        The footprint.

    Returns
    -------
    DataFrame
        group (workforce, economic development, ...), kind, name, counties (of the footprint), website, listed in (which input names it), and the columns for
        the local team: contact, phone or e-mail, role, next step. A study's own list brings its other columns.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> from sectorlib.results import Results
    >>> from sectorlib.study import load_study
    >>> study = load_study(data_path("demo", "study.yaml")).with_scope("311", "91057")
    >>> sheet = contact_sheet(ScopeProfile(Results(study)))
    >>> sheet["kind"].drop_duplicates().to_list(), sheet["contact"].eq("").all()
    (['workforce area', 'development district', 'college', ...], np.True_)
    """
    inside = profile.counties.set_index("county")["county_name"].map(short)
    parts = [_jurisdictions(profile), _institutions(profile, inside), _listed(profile, inside)]
    sheet = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=list(COLUMNS))])
    makers = any(naics.sector(code) == "31-33" for code in str(profile.focus["codes"]).split(", "))
    sheet = _grouped(sheet.assign(group=[group_of(kind) for kind in sheet["kind"]]), makers)
    own = [c for c in sheet.columns if c not in (*COLUMNS, *EMPTY)]
    return sheet.reindex(columns=[*COLUMNS, *EMPTY, *own]).astype(object).fillna("").reset_index(drop=True)


def group_of(kind: str) -> str:
    """The group of partners that a kind belongs to.

    >>> [group_of(kind) for kind in ("workforce region", "college", "union", "chamber of commerce", "hospital")]
    ['Workforce', 'Education', 'Labor and apprenticeship', 'Business', 'Others']
    """
    return next((name for name, words, _ in GROUPS if re.search(words, kind.casefold())), _OTHER)


def _grouped(sheet: pd.DataFrame, makers: bool) -> pd.DataFrame:
    """The sheet by group, with an open row for each kind that nobody is listed of."""
    there = {group: set(part["kind"]) for group, part in sheet.groupby("group")}
    parts = []
    for name, _, kinds in GROUPS:
        listed = there.get(name, set())
        # Whoever is listed of a group with one kind stands for it; of the others each kind is asked for.
        lacking = [kind for kind in kinds if kind not in listed and not (len(kinds) == 1 and listed)]
        lacking = [kind if makers or kind != _EXTENSION else _ASSOCIATION for kind in lacking]
        rows = pd.DataFrame({"group": name, "kind": lacking, "name": "", "listed in": "to be filled in"})
        parts += [sheet[sheet["group"] == name], rows]
    return pd.concat([*parts, sheet[sheet["group"] == _OTHER]])


def _jurisdictions(profile: ScopeProfile) -> pd.DataFrame:
    table = profile.jurisdictions
    if table.empty:
        return pd.DataFrame()
    table = table[~table["jurisdiction"].isin([NONE, NOT_RECORDED])]
    return pd.DataFrame(
        {
            "kind": table["system"],
            "name": table["jurisdiction_name"],
            "counties": table["county_names"],
            "listed in": "jurisdictions",
        }
    )


def _institutions(profile: ScopeProfile, inside: pd.Series) -> pd.DataFrame:
    assets = profile.study.assets
    here = assets[assets["kind"].isin(_INSTITUTIONS) & assets["area"].isin(inside.index)]
    serving = {asset: n for n, asset in enumerate(profile.colleges["asset"])}
    here = here[~here["kind"].isin(TEACHING) | here["asset"].isin(list(serving))]
    rank = here["kind"].map({kind: n for n, kind in enumerate(_INSTITUTIONS)})
    here = here.assign(rank=rank, serving=here["asset"].map(serving), counties=here["area"].map(inside))
    here = here.sort_values(["rank", "serving", "counties", "name"])
    return pd.DataFrame(
        {
            "kind": here["kind"],
            "name": here["name"],
            "counties": here["counties"],
            "website": here["website"].str.strip(),
            "listed in": "assets",
        }
    )


def _listed(profile: ScopeProfile, inside: pd.Series) -> pd.DataFrame:
    partners = profile.study.partners
    if partners is None:
        return pd.DataFrame()
    here = partners[partners["area"].isin(inside.index)]
    here = here.assign(counties=here["area"].map(inside)).drop(columns="area")
    others = [c for c in here.columns if c not in ("kind", "name", "counties")]
    rules = {"counties": lambda names: ", ".join(names)} | dict.fromkeys(others, "first")
    sheet = here.groupby(["kind", "name"], as_index=False, sort=False).agg(rules)
    return sheet.assign(**{"listed in": "partners"})
