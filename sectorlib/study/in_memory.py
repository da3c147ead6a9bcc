"""A study of tables in memory: written to a folder of their own, so that it is a study like any other.

Every reader, check, manifest and report worker then does with frames what it does with files.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from sectorlib.exceptions import StudyFileError, nearest
from sectorlib.study.file import StudyFile
from sectorlib.study.own_panel import is_panel

#: Folders of studies in memory, removed when Python ends.
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []

#: Keys whose value is one path, or a frame instead of it.
_TABLES = (
    "benchmark", "confidential", "flows", "metropolitan_areas", "assets", "travel_times", "rural_urban", "partners", "scores",
    "readiness", "partnerships", "consumer_prices", "price_parities", "occupation_openings", "completions",
    "program_occupations", "official_projections", "names", "shapes",
)  # fmt: skip


def write_study(panel: Any, keys: Mapping[str, Any]) -> Path:
    """Write a study of frames, dictionaries and paths to a folder of its own.

    Parameters
    ----------
    panel : DataFrame, path, mapping or list of these
        A Panel, a frame in an official QCEW layout, any other table; a path; or a block of a study file.
    keys : mapping
        Other keys of a study file; a frame may stand where a path may.

    Returns
    -------
    Path
        The study file.

    Raises
    ------
    StudyFileError
        A key is unknown, or a value is neither a path nor a table.
    """
    holder = tempfile.TemporaryDirectory(prefix="sectorlib-study-")
    _FOLDERS.append(holder)
    folder = Path(holder.name)
    content: dict[str, Any] = {"name": "study", "title": "Study"}
    content["panel"] = _panel_key(panel, folder)
    valid = list(StudyFile.model_fields)
    for key, value in keys.items():
        if value is None:
            continue
        if key not in valid:
            close = nearest(key, valid)
            raise StudyFileError(
                f"unknown key {key!r} of a study",
                f"one of {', '.join(valid)}",
                f"did you mean {close[0]!r}?" if close else "see docs/study_file.md",
            )
        content[key] = _value(key, value, folder)
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def save_study(path: Path, folder: Path) -> Path:
    """Copy a study that was written from memory to a folder that stays.

    Raises
    ------
    StudyFileError
        The study is one of a file already.
    """
    if path.parent not in {Path(held.name).resolve() for held in _FOLDERS} | {Path(h.name) for h in _FOLDERS}:
        raise StudyFileError(
            f"the study is that of {path}", "a study made in memory", "copy its folder, or use it where it is"
        )
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(path.parent, folder, dirs_exist_ok=True)
    return folder / path.name


def _panel_key(panel: Any, folder: Path) -> list[Any]:
    parts = list(panel) if isinstance(panel, Sequence) and not isinstance(panel, str) else [panel]
    out: list[Any] = []
    for i, part in enumerate(parts):
        if isinstance(part, pd.DataFrame):
            out.append(_panel_frame(part, folder, f"panel{i + 1 if len(parts) > 1 else ''}"))
        elif isinstance(part, Mapping):
            files = part.get("file", ())
            listed = [files] if isinstance(files, (str, Path)) else list(files)
            out.append({**part, "file": [_absolute(f) for f in listed]})
        elif isinstance(part, (str, Path)):
            out.append(_absolute(part))
        else:
            raise _no_table("panel", part)
    return out


def _panel_frame(frame: pd.DataFrame, folder: Path, name: str) -> Any:
    """A frame as the study file names it: a Panel as it is, an official layout by its file, another as a table."""
    path = folder / f"{name}.parquet"
    if is_panel(frame):
        rows = frame[~frame["ownership"].astype(str).eq("drivers") & ~frame["area"].astype(str).eq("all")]
        rows.attrs = dict(frame.attrs)
        for key in ("area", "industry", "ownership", "disclosure"):
            rows = rows.assign(**{key: rows[key].astype(str)})
        rows.to_parquet(path, index=False)
        return {"file": path.name}
    if {"area_fips", "own_code", "industry_code", "year", "qtr", "disclosure_code"} <= set(
        map(str, frame.columns)
    ):
        frame.astype(dict.fromkeys(("area_fips", "own_code", "industry_code", "qtr"), object)).assign(
            **{
                c: frame[c].map(_plain)
                for c in ("area_fips", "own_code", "industry_code", "qtr", "disclosure_code")
            }
        ).to_parquet(path, index=False)
        return path.name
    _written(frame, path)
    return {"file": path.name}


def _plain(value: Any) -> str | None:
    """A code as text: numbers without their ".0", what is missing as missing."""
    if pd.isna(value):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _value(key: str, value: Any, folder: Path) -> Any:
    if key == "jurisdictions":
        return {str(system): _groups(str(system), named, folder) for system, named in _pairs(key, value)}
    if key == "regions":
        if isinstance(value, pd.DataFrame):
            value = _members(key, value)
        return {str(name): [str(m) for m in members] for name, members in _pairs(key, value)}
    if key in _TABLES:
        return _table(key, value, folder)
    return _absolute(value) if isinstance(value, Path) else value


def _table(key: str, value: Any, folder: Path) -> Any:
    """A frame written beside the study file; a path from where Python runs; other values as they are."""
    if isinstance(value, Mapping) and key == "names":
        value = pd.Series(value)
    if isinstance(value, pd.Series):
        value = (
            value.rename_axis("area")
            .rename("name" if key == "names" else str(value.name or key))
            .reset_index()
        )
    if hasattr(value, "geometry") and hasattr(value, "to_file"):
        value.to_file(folder / f"{key}.geojson", driver="GeoJSON")
        return f"{key}.geojson"
    if isinstance(value, pd.DataFrame):
        value.to_csv(folder / f"{key}.csv", index=False)
        return f"{key}.csv"
    if isinstance(value, (str, Path)):
        return _absolute(value)
    if isinstance(value, Mapping):
        return {k: _table(f"{key}_{k}" if isinstance(v, pd.DataFrame) else key, v, folder) if k == "file" else v
                for k, v in value.items()}  # fmt: skip
    if isinstance(value, Sequence):
        return [_table(f"{key}{i + 1}", one, folder) for i, one in enumerate(value)]
    raise _no_table(key, value)


def _groups(system: str, value: Any, folder: Path) -> Any:
    """A jurisdiction system: a frame, a mapping of names to counties, or the block of a study file."""
    if isinstance(value, Mapping) and "file" not in value:
        value = pd.DataFrame(
            [(m, name) for name, members in value.items() for m in members], columns=["member", "group"]
        )
    if isinstance(value, Mapping):
        return {**value, "file": _table(f"jurisdictions_{system}", value["file"], folder)}
    block = {"file": _table(f"jurisdictions_{system}".replace("/", "-"), value, folder)}
    if isinstance(value, pd.DataFrame) and {"member", "group"} <= set(value.columns):
        block |= {"member": "member", "group": "group"}
    return block


def _members(key: str, table: pd.DataFrame) -> dict[str, list[str]]:
    if not {"member", "group"} <= set(table.columns):
        raise StudyFileError(
            f"{key} is a table with {', '.join(map(str, table.columns))}",
            "columns member and group, as sectorlib.membership makes them",
            "or give a mapping: {'East': ['36001', ...]}",
        )
    return {
        str(group): part["member"].astype(str).to_list() for group, part in table.groupby("group", sort=False)
    }


def _pairs(key: str, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise StudyFileError(
            f"{key} is {type(value).__name__}", "a mapping of names", f"{key}={{'East': [...]}}"
        )
    return value.items()


def _absolute(value: str | Path) -> str:
    """A path from where Python runs; words such as built-in, and globs, are left to the study file."""
    text = str(value)
    path = Path(text).expanduser()
    return str(path.resolve()) if path.exists() or len(path.parts) > 1 else text


def _no_table(key: str, value: Any) -> StudyFileError:
    return StudyFileError(
        f"{key} is {type(value).__name__}",
        "a DataFrame, or the path of a file",
        f"see docs/study_file.md for {key}",
    )


def _written(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame of any columns: labels as text, mixed columns as text."""
    flat = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    flat = flat.set_axis(
        [" | ".join(map(str, c)) if isinstance(c, tuple) else str(c) for c in flat.columns], axis=1
    )
    for column in flat.columns:
        if flat[column].dtype == object:
            flat = flat.assign(**{column: flat[column].map(lambda v: None if pd.isna(v) else str(v))})
    flat.to_parquet(path, index=False)
