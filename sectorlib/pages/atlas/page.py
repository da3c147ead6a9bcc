"""The atlas as one block of data, put together from what is in a study's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sectorlib.pages.atlas.frame import FRAME_FILE
from sectorlib.pages.atlas.regions import FIGURES, REGION_FILE

#: Files of a region's folder that the atlas links to, with what they are called.
_FORMATS = {
    "report.html": "Report",
    "report.pdf": "PDF",
    "onepage.pdf": "One page (PDF)",
    "onepage.html": "One page",
    "report.xlsx": "Workbook",
    "report.ipynb": "Notebook",
    "manifest.json": "Sources and versions",
}


def atlas_data(folder: Path, failed: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """Everything that the atlas shows, read from a study's folder.

    Every region has the figures of the last run. One with a report has those of its report, which may be of an earlier
    run, so that a page and the atlas that links to it agree.

    Parameters
    ----------
    folder : Path
        The folder of the study's reports.
    failed : mapping of str to str, optional
        By code of the region, why its report was not made this time.

    Returns
    -------
    dict or None
        The frame of the study, with the folder and files of each region that has a report; None if the folder has no
        frame.
    """
    frame = _read(folder / FRAME_FILE)
    if frame is None:
        return None
    for path in sorted(folder.glob(f"*/{REGION_FILE}")):
        figures = _read(path)
        if (
            figures is None
            or figures.get("study") != frame["study"]
            or figures.get("area") not in frame["regions"]
        ):
            continue
        files = {file: label for file, label in _FORMATS.items() if (path.parent / file).is_file()}
        if "report.html" in files:
            frame["regions"][figures["area"]] |= {
                "folder": path.parent.name,
                "files": [[file, label] for file, label in files.items()],
                **{name: figures[name] for name in FIGURES},
            }
    for area, reason in (failed or {}).items():
        if area in frame["regions"]:
            frame["regions"][area]["failed"] = reason
    return frame


def _read(path: Path) -> dict[str, Any] | None:
    """A file of ours; None where there is none, or it is damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
