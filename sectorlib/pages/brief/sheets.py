"""Two sheets of paper beside a brief: the brief on one page, and what a host needs for a first meeting of employers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.brief import words
from sectorlib.pages.brief.contacts import GROUPS, contact_sheet
from sectorlib.pages.brief.profile import ScopeProfile, short

#: Names of a group, rows of a table and sentences that one sheet of paper holds.
_MOST_NAMES, _MOST_ROWS, _MOST_COUNTIES, _MOST_FIGURES = 3, 6, 10, 3

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
        The figures to open with, three where as many are known: figure and label.
    missing : str
        What is withheld or not known, where there are fewer than three figures; "" otherwise.
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
    missing: str
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
    def opening(self) -> str:
        """The heading over the figures: "Three figures to open with"."""
        count = len(self.figures)
        return (
            f"{english.capital(english.number(count))} {'figure' if count == 1 else 'figures'} to open with"
        )

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
        missing=missing_figures(profile),
        meeting=words.meeting(profile),
        distances=distances(profile),
        footprints=_footprints(profile),
        conveners=_conveners(profile),
        colleges=[str(name) for name in _colleges(profile)["name"].head(_MOST_NAMES)],
        contacts=_contacts(profile),
    )


def opening_figures(profile: ScopeProfile) -> list[tuple[str, str]]:
    """Three figures that are known, those that say most of the sector first.

    Jobs, establishments, change, average pay, location quotient; where files withhold most of these, how many of the
    people who work there live there, and how many counties there are, which no file withholds. Fewer than three where
    the study knows no more; :func:`missing_figures` says what is missing.
    """
    return [(str(figure), label) for figure, label in _candidates(profile) if figure][:_MOST_FIGURES]


def missing_figures(profile: ScopeProfile) -> str:
    """Why the sheet has fewer than three figures; empty where it has three."""
    every = _candidates(profile)
    known = sum(bool(figure) for figure, _ in every)
    if known >= _MOST_FIGURES:
        return ""
    lacking = english.listed([label for figure, label in every if not figure])
    return f"Withheld or not in the study's files: {lacking}."


def _candidates(profile: ScopeProfile) -> list[tuple[str, str]]:
    """Figures that a host could open with, in the order of what they say of the sector; blank where not known."""
    focus = profile.focus
    change = "change in jobs"
    if pd.notna(focus["start_year"]):
        change += f" since {focus['start_year']:.0f}"
    made: list[tuple[str, str]] = [
        (figures.cell_jobs(focus), f"jobs in {profile.year}"),
        (figures.jobs(focus["establishments"]), "establishments"),
        (figures.cell_growth(focus) if pd.notna(focus["start_year"]) else "", change),
        (figures.cell_pay(focus), "average annual pay"),
        (words.quotient(focus), "times the usual share of jobs (location quotient)"),
    ]
    made = [("" if text in (figures.WITHHELD, figures.NOT_KNOWN) else text, label) for text, label in made]
    if pd.notna(focus["demand_side"]):
        made.append((figures.share(focus["demand_side"]), "of the people who work here live here"))
    return [*made, *_counted(focus)]


def _counted(focus: pd.Series) -> list[tuple[str, str]]:
    """How many counties and states there are: one of either says nothing."""
    parts = [("counties", "counties"), ("states", "states")]
    return [(f"{focus[name]:.0f}", label) for name, label in parts if focus[name] > 1]


def distances(profile: ScopeProfile) -> list[tuple[str, str]]:
    """How far the center of each other county is from the suggested meeting county, the farthest last."""
    table = profile.counties.dropna(subset="distance_to_meeting").sort_values("distance_to_meeting")
    table = table[table["county"] != table["meeting_county"]]
    return [
        (short(row["county_name"]), f"{row['distance_to_meeting']:,.0f} miles")
        for _, row in table.tail(_MOST_COUNTIES).iterrows()
    ]


def supporters(profile: ScopeProfile) -> list[str]:
    """Colleges that serve the sector, and the kinds of partners that the study's files name nobody of, in sentences."""
    said = []
    colleges = _colleges(profile).head(_MOST_NAMES)
    if len(colleges):
        names = english.listed([str(name) for name in colleges["name"]])
        known = colleges["related_completions"].notna().any()
        said.append(f"Colleges that {'serve' if known else 'may serve'} the sector: {names}.")
    sheet = contact_sheet(profile)
    unnamed = [str(kind) for kind in sheet.loc[sheet["name"] == "", "kind"]]
    if unnamed:
        said.append(
            f"Not named in the study's files, so add them to the contact sheet: {', '.join(unnamed)}."
        )
    return said


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
