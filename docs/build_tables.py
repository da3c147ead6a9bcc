"""Write what docs say of tables, published files and study keys from their declarations: ``make docs``."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sectorlib.fetch import catalogue, fetch_command
from sectorlib.results import RESULTS
from sectorlib.schemas import ASSETS, FLOWS, MEMBERSHIP, PANEL, PARTNERS, PROJECTIONS, TRAVEL_TIMES, Table
from sectorlib.study.keys import KEYS

PAGE = Path(__file__).with_name("tables.md")
PUBLISHED = Path(__file__).with_name("published_files.md")
STUDY_FILE = Path(__file__).with_name("study_file.md")

_INTRODUCTION = """\
# Tables

`make docs` writes this page from `sectorlib/schemas.py` and `sectorlib/results/`, and a test compares them.

Codes are text: areas `36055` (county), `36000` (state), `US000` (nation); industries as BLS writes them, with `10`
for all of them and `31-33`, `44-45`, `48-49` for the sectors that span codes. A figure that is not fully known is
missing, never 0. Columns marked *optional* are left out where nothing is known about them. The label is what stands above
the column in a notebook (`sl.show`) and in a workbook; *at least* and *at most* are what withheld cells leave open."""

_RESULTS = """\
## Results

`sectorlib table STUDY.yaml NAME` writes them; `sl.Results(study)[NAME]` gives the same in a notebook. A table that a study
cannot support is empty, with the reason, which `sl.Results(study).missing(NAME)` gives without making the table."""

_INPUTS = """\
## Tables that functions take

`sectorlib.schemas` declares them; `PANEL.check(frame)` checks a frame against one."""

_INPUT_TABLES = {
    PANEL: "What `sl.assemble` and `sl.aggregate` return and every measure takes.",
    MEMBERSHIP: "Who belongs to what: county to labor market, county to jurisdiction, industry to sector.",
    FLOWS: "Commuting between counties.",
    PROJECTIONS: "What `sl.project` returns.",
    ASSETS: "Colleges, airports and other places.",
    TRAVEL_TIMES: "Minutes from counties to assets or counties, as the user gives them.",
    PARTNERS: "Partners that the user lists; other columns are kept.",
}


_PUBLISHED = """\
# Published files

`make docs` writes this page from `data/catalogue.yaml`, and a test compares the two. `sectorlib fetch SOURCE` fetches each
file; see [downloads.md](downloads.md). *Verified* says whether we tested our reader on the publisher's own file. Where we
did not, the layout is the documented one.

| source | study key | publisher | what it is | one file for each | verified |
|---|---|---|---|---|---|"""


def published_page() -> str:
    """The page of published files."""
    rows = [
        f"| [`{s.name}`]({s.page}) | {f'`{s.key}`' if s.key else ''} | {s.producer} | {s.title} "
        f"| {', '.join(s.each)} | {'yes' if s.verified else 'no'} |"
        for s in catalogue().values()
    ]
    keys = [key for key in dict.fromkeys(s.key for s in catalogue().values()) if key]
    day = date(2026, 1, 1)  # any day: the years of the examples hang on it
    commands = [f"| `{key}` | `{fetch_command(key, day)}` |" for key in keys]
    return (
        "\n".join(
            [
                _PUBLISHED,
                *rows,
                "",
                "## One command for each study key",
                "",
                "| key | command |",
                "|---|---|",
                *commands,
            ]
        )
        + "\n"
    )


def study_file_page(text: str) -> str:
    """The page of the study file with its table of keys as they are declared."""
    head = "| key | needed | default | meaning |\n|---|---|---|---|\n"
    before, after = text.split(head)
    rows = "".join(
        f"| `{key.name}` | {'yes' if key.needed else ''} | {key.default} | {key.meaning} |\n".replace(
            "|  |", "| |"
        )
        for key in KEYS
    )
    return before + head + rows + after[after.index("\n\n") + 1 :]


def page() -> str:
    """The whole page."""
    parts = [_INTRODUCTION, _RESULTS]
    parts += [_section(result.table, result.meaning) for result in RESULTS.values()]
    parts += [_INPUTS, *(_section(table, meaning) for table, meaning in _INPUT_TABLES.items())]
    return "\n\n".join(parts) + "\n"


def _section(table: Table, meaning: str) -> str:
    grain = f" Grain: {table.grain}." if table.grain else ""
    return "\n".join(
        [f"### {table.name}", "", f"{meaning}{grain} Key: {', '.join(table.key)}.", "", *_rows(table)]
    )


def _rows(table: Table) -> Iterator[str]:
    yield "| column | label | unit | meaning |"
    yield "|---|---|---|---|"
    for column in table.columns:
        meaning = column.meaning + (f" ({', '.join(column.choices)})" if column.choices else "")
        yield f"| `{column.name}` | {column.label} | {column.unit} | {meaning}{' *optional*' if column.optional else ''} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    PUBLISHED.write_text(published_page(), encoding="utf-8")
    STUDY_FILE.write_text(study_file_page(STUDY_FILE.read_text(encoding="utf-8")), encoding="utf-8")
