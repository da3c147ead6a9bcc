"""A ready folder for a new study: its file with comments, and a page that says what is there and how to go on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sectorlib.areas import state_name
from sectorlib.exceptions import StudyFileError
from sectorlib.fetch.catalogue import NATION, fetch_command, published_source, state_fips
from sectorlib.fetch.folder import Folder

#: The study file of a new folder.
STUDY = "study.yaml"

#: Keys that a new study mentions, with what each adds.
_MORE = {
    "occupations": "what the jobs of a sector are and what they pay",
    "occupation_openings": "how many openings an occupation has in a year",
    "completions": "who finishes which program at which college",
    "program_occupations": "which programs prepare for which occupations",
    "official_projections": "the official projections, shown before ours",
    "consumer_prices": "pay after inflation",
    "price_parities": "pay after what living costs",
}


def new_study(folder: str | Path, states: Sequence[str], years: Sequence[int]) -> Path:
    """Write the study file and the page of a folder whose data have been fetched.

    Parameters
    ----------
    folder : path
        The folder, with QCEW files by area.
    states : sequence of str
        States, by code or abbreviation.
    years : sequence of int
        Years of the files.

    Returns
    -------
    Path
        The study file. One that is there already stays as it is.

    Raises
    ------
    StudyFileError
        The folder holds no QCEW file.
    """
    path = Path(folder)
    held = [file for file, receipt in Folder(path).receipts().items() if receipt.source == "qcew"]
    if not held:
        raise StudyFileError(
            f"{path} holds no QCEW file",
            "files by area for the states and years",
            "the publisher has none for these: try other years",
        )
    codes = [state_fips(state) for state in states]
    study = path / STUDY
    if not study.exists():
        study.write_text(_study_text(path.resolve().name, codes, held), encoding="utf-8")
        (path / "README.md").write_text(_readme(codes, years, held), encoding="utf-8")
    return study


def _study_text(name: str, states: Sequence[str], held: Sequence[str]) -> str:
    slug = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-") or "study"
    title = _listed([state_name(code) for code in states])
    base, why = _base(states, held)
    more = "\n".join(
        f"# {key}: ...{' ' * (22 - len(key))}# {adds}: {fetch_command(key)}" for key, adds in _MORE.items()
    )
    return f"""\
# What is analyzed, and from which files. Every key is explained in docs/study_file.md; paths start from this file.
name: {slug}
title: "{title}"
panel:
  - qcew/*/a/area/*.csv
ownership: drivers              # private industry with public utilities, education and health care
base_area: "{base}"{" " * max(1, 20 - len(base) - 2)}# {why}
reports:
  system: labor_markets         # or counties, or regions of your own

# Your own groups of counties instead of the labor markets that commuting draws:
# regions:
#   My region: ["{states[0]}001", "{states[0]}003"]

# Files that add more to the reports; each line has the command that fetches one:
{more}
"""


def _base(states: Sequence[str], held: Sequence[str]) -> tuple[str, str]:
    """The economy to compare with that the files allow, and what it is."""
    areas = {Path(file).stem for file in held}
    state = f"{states[0]}000"
    if len(states) == 1 and state in areas:
        return state, f"compared with {state_name(state)}"
    if NATION in areas:
        return NATION, "compared with the nation"
    return "all", "compared with the sum of the study's own counties"


def _readme(states: Sequence[str], years: Sequence[int], held: Sequence[str]) -> str:
    source = published_source("qcew")
    counties = {Path(file).stem for file in held} - {NATION, *(f"{code}000" for code in states)}
    lines = "\n".join(f"- `{fetch_command(key)}`: {adds}" for key, adds in _MORE.items())
    span = f"{min(years)} to {max(years)}" if len(years) > 1 else f"{years[0]}"
    return f"""\
# {_listed([state_name(code) for code in states])}, {span}

`{STUDY}` says what is analyzed. `qcew/` holds {len(held):,} files of {source.title}
({source.producer}) for {len(counties):,} counties. `downloads.json` records where each file came from, when, and its hash.

```
sectorlib check {STUDY}                  # what the files hold and what is wrong with them
sectorlib report {STUDY}                 # a page for each labor market
sectorlib scope {STUDY} --sector 62 --seed COUNTY
sectorlib fetch --check                     # which files the publisher has revised since
sectorlib fetch --update                    # take the revisions and the years that are new
```

Files that add more to the reports:

{lines}

Cite the data as: {source.citation}.
"""


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
