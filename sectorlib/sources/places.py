"""Names and places: area names of a study's own, colleges, airports and other assets."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from sectorlib.exceptions import LayoutError
from sectorlib.schemas import ASSETS

#: Columns of the IPEDS institutional directory (NCES, HD files) and what they become.
_IPEDS = {"UNITID": "asset", "INSTNM": "name", "LATITUDE": "lat", "LONGITUD": "lon", "COUNTYCD": "area"}

#: What reading something else than a CSV file, plain or packed, ends in.
_NOT_CSV = (
    pd.errors.ParserError, pd.errors.EmptyDataError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError,
)  # fmt: skip

_PLAIN = ("asset", "kind", "name", "lat", "lon")


def read_names(path: Path) -> pd.Series:
    """Area names from a CSV with the columns ``area`` and ``name``.

    Returns
    -------
    Series of str
        Name by area code.

    Raises
    ------
    LayoutError
        A column is missing or an area repeats.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> read_names(data_path("demo", "areas.csv"))["91000"]
    'Verlane'
    """
    frame = _read_csv(path)
    _require(frame, ("area", "name"), path)
    repeated = frame.loc[frame["area"].duplicated(), "area"]
    if len(repeated):
        raise LayoutError(
            f"{path.name} names area {repeated.iloc[0]!r} twice", "each area once", "remove one of the rows"
        )
    return frame.set_index("area")["name"]


def read_assets(paths: Iterable[Path]) -> pd.DataFrame:
    """Assets from official or user files, one table.

    A file is recognised by its columns: the IPEDS institutional directory (colleges that are open), or a
    CSV with the columns asset, kind, name, lat, lon and optionally area.

    Returns
    -------
    DataFrame
        An Assets table: asset, kind, name, lat, lon (degrees), area (county, missing where not given).

    Raises
    ------
    LayoutError
        A file of neither layout, or a position that is no number.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> assets = read_assets([data_path("demo", "colleges.csv"), data_path("demo", "airports.csv")])
    >>> assets["kind"].value_counts().to_dict()
    {'college': 28, 'airport': 8}
    """
    parts = [_read_asset_file(Path(p)) for p in paths]
    if not parts:
        return pd.DataFrame(columns=ASSETS.names)
    return ASSETS.check(pd.concat(parts, ignore_index=True))


def _read_asset_file(path: Path) -> pd.DataFrame:
    frame = _read_csv(path)
    if set(_IPEDS) <= set(frame.columns):
        frame = frame.rename(columns=_IPEDS).assign(kind="college")
        if "CYACTIVE" in frame:
            frame = frame[frame["CYACTIVE"].str.strip() == "1"]
        frame["area"] = frame["area"].str.strip().str.zfill(5).where(~frame["area"].str.startswith("-"))
    else:
        _require(frame, _PLAIN, path)
        if "area" not in frame:
            frame["area"] = pd.NA
    out = frame[[*_PLAIN, "area"]].copy()
    out["asset"] = path.stem + ":" + out["asset"].astype(str)
    for axis in ("lat", "lon"):
        numbers = pd.to_numeric(out[axis], errors="coerce")
        bad = numbers.isna() & out[axis].notna() & (out[axis].str.strip() != "")
        if bad.any():
            row = bad.index[bad][0]
            raise LayoutError(
                f"{path.name}, row {row + 2}: {axis} is {out[axis][row]!r}",
                "degrees as a number",
                "write 43.16, not 43°9'",
            )
        out[axis] = numbers
    return out.reset_index(drop=True)


def _read_csv(path: Path) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "latin-1"):  # IPEDS files before 2023 are not UTF-8
        try:
            return pd.read_csv(path, dtype=str, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except _NOT_CSV as error:
            raise LayoutError(
                f"{path.name} is not a CSV file: {error}", "a CSV file", "check its delimiter"
            ) from None
    raise LayoutError(f"{path.name} is not text", "a CSV file", "save it as UTF-8")


def _require(frame: pd.DataFrame, columns: Sequence[str], path: Path) -> None:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise LayoutError(
            f"{path.name} has columns {', '.join(map(str, frame.columns[:8]))}; it lacks {', '.join(missing)}",
            f"columns {', '.join(columns)}",
            "rename the columns, or use the IPEDS directory file as published",
        )
