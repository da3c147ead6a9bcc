"""Two sheets of paper beside a brief: the brief on one page, and what a host needs for a first meeting of employers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.brief import words
from sectorlib.pages.brief.contacts import GROUPS, contact_sheet
from sectorlib.pages.brief.profile import ScopeProfile, short

#: Names of a group, rows of a table and sentences that one sheet of paper holds.
_MOST_NAMES, _MOST_ROWS, _MOST_COUNTIES = 3, 6, 10

#: What employers are asked. Their answers set the agenda; no figure does.
QUESTIONS = ("What would help this industry grow here?", "What stands in the way?")


@dataclass(frozen=True)
class Sheet:
    """What a brief's sheets of paper hold, in words.

    Parameters
    ----------
    sector, place : str
        The sector, and the county that the brief started from.
    answer, doubt : str
        Who shares the labor market, and which counties may belong to another; "" where none is in doubt.
    figures : list of (str, str)
        The figures to open with, three at most: figure and label.
    meeting : str
        Where to meet, and why; "" where no distances are known.
    distances : list of (str, str)
        How far each other county would travel.
    footprints, conveners : list of (str, str, str)
        Footprints with counties and jobs; jurisdictions with their kind and share.
    colleges : list of str
        Colleges that serve the sector, the first ones.
    contacts : list of (str, str)
        Each group of partners with those who are listed.
    """

    sector: str
    place: str
    answer: str
    doubt: str
    figures: list[tuple[str, str]]
    meeting: str
    distances: list[tuple[str, str]]
    footprints: list[tuple[str, str, str]]
    conveners: list[tuple[str, str, str]]
    colleges: list[str]
    contacts: list[tuple[str, str]]
    questions: tuple[str, ...] = QUESTIONS

    @property
    def meeting_county(self) -> str:
        """The county to meet in; "" where no distances are known."""
        return self.meeting.removeprefix("Meet in ").partition(":")[0]

    @property
    def sector_in_a_sentence(self) -> str:
        """The sector's title within a sentence."""
        return english.small(self.sector)


def brief_sheet(profile: ScopeProfile) -> Sheet:
    """What the one-page brief and the host's sheet hold.

    Parameters
    ----------
    profile : ScopeProfile
        The footprint.

    Returns
    -------
    Sheet

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> from sectorlib.results import Results
    >>> from sectorlib.study import load_study
    >>> study = load_study(data_path("demo", "study.yaml")).with_scope("311", "91057")
    >>> sheet = brief_sheet(ScopeProfile(Results(study)))
    >>> sheet.meeting
    'Meet in Lanternhead County: about 84% of the jobs are within 30 miles of it.'
    """
    answer, *_ = words.answer(profile)
    return Sheet(
        sector=profile.sector,
        place=profile.seed,
        answer=answer,
        doubt=words.doubt(profile),
        figures=opening_figures(profile),
        meeting=words.meeting(profile),
        distances=distances(profile),
        footprints=_footprints(profile),
        conveners=_conveners(profile),
        colleges=[str(name) for name in _colleges(profile)["name"].head(_MOST_NAMES)],
        contacts=_contacts(profile),
    )


def opening_figures(profile: ScopeProfile) -> list[tuple[str, str]]:
    """The first three of jobs, establishments, change, average pay and location quotient that are known."""
    focus = profile.focus
    known: list[tuple[str, str]] = [(figures.cell_jobs(focus), f"jobs in {profile.year}")]
    if pd.notna(focus["establishments"]):
        known.append((figures.jobs(focus["establishments"]), "establishments"))
    if pd.notna(focus["start_year"]):
        known.append((figures.cell_growth(focus), f"change in jobs since {focus['start_year']:.0f}"))
    known.append((figures.cell_pay(focus), "average annual pay"))
    known.append((words.quotient(focus), "times the usual share of jobs (location quotient)"))
    found = [(str(figure), label) for figure, label in known if "withheld" not in str(figure)]
    return found[:3]


def distances(profile: ScopeProfile) -> list[tuple[str, str]]:
    """How far the center of each other county is from the suggested meeting county, the farthest last."""
    table = profile.counties.dropna(subset="distance_to_meeting").sort_values("distance_to_meeting")
    table = table[table["county"] != table["meeting_county"]]
    return [
        (short(row["county_name"]), f"{row['distance_to_meeting']:,.0f} miles")
        for _, row in table.tail(_MOST_COUNTIES).iterrows()
    ]


def _footprints(profile: ScopeProfile) -> list[tuple[str, str, str]]:
    rows = []
    for names in profile.distinct[:_MOST_ROWS]:
        row = profile.footprint_row(names[0])
        rows.append((profile.label(names[0]), f"{row['counties']:.0f}", str(figures.cell_jobs(row))))
    return rows


def _conveners(profile: ScopeProfile) -> list[tuple[str, str, str]]:
    rows = []
    for system in profile.systems:
        for _, row in profile.named(system).head(_MOST_NAMES).iterrows():
            rows.append((str(row["jurisdiction_name"]), system, str(figures.cell_share(row))))
    return rows[:_MOST_ROWS]


def _colleges(profile: ScopeProfile) -> pd.DataFrame:
    """Colleges in the footprint, in the order in which they serve the sector."""
    table = profile.colleges
    return table[table["area"].isin(profile.counties["county"]) & (table["kind"] == "college")]


def _contacts(profile: ScopeProfile) -> list[tuple[str, str]]:
    sheet = contact_sheet(profile)
    rows = []
    for group, _, _ in GROUPS:
        part = sheet[sheet["group"] == group]
        named = [str(name) for name in part.loc[part["name"] != "", "name"].drop_duplicates()]
        more = len(named) - _MOST_NAMES
        listed = "; ".join(named[:_MOST_NAMES]) + (f"; {english.number(more)} more" if more > 0 else "")
        asked = english.listed([str(kind) for kind in part.loc[part["name"] == "", "kind"]])
        rows.append(
            (group, ". ".join(text for text in (listed, f"To be named: {asked}" if asked else "") if text))
        )
    return rows
