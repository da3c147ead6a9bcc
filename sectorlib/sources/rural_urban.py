"""How rural a county is: the rural-urban continuum codes of the Economic Research Service."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sectorlib.areas import bridge_areas, county_names, vintage_of
from sectorlib.exceptions import LayoutError, TableError
from sectorlib.resources import definitions
from sectorlib.sources.text_tables import county_codes, read_text_table

#: What the column of codes, or the attribute, begins with; the release follows.
_CODE = "RUCC_"


def rural_urban_classes() -> dict[int, str]:
    """What each code means.

    Examples
    --------
    >>> rural_urban_classes()[1]
    'metropolitan area of 1 million people or more'
    """
    return dict(definitions("rural_urban")["classes"])


def read_rural_urban(path: str | Path) -> pd.Series:
    """Rural-urban continuum codes by county.

    Parameters
    ----------
    path : path
        The file of the Economic Research Service as published: that of 2023 (csv, a row for each county and
        attribute; or the workbook) or that of 2013 (xls); or a csv with the columns FIPS and RUCC_2023.

    Returns
    -------
    Series of Int64
        Codes 1 (metropolitan, 1 million people or more) to 9 (rural, not next to a metropolitan area), by
        county; :func:`rural_urban_classes` says what they mean. The name is that of the release: ``RUCC_2023``.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A column is missing, or a code is not a county's or not 1 to 9.
    TableError
        A county is listed twice.

    References
    ----------
    USDA Economic Research Service, Rural-Urban Continuum Codes, 2023.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "codes.csv"
    >>> _ = path.write_text("FIPS,State,RUCC_2023\\n36055,NY,1\\n1001,AL,2\\n")
    >>> read_rural_urban(path)
    01001    2
    36055    1
    Name: RUCC_2023, dtype: Int64
    """
    path = Path(path)
    table = read_text_table(path)
    if {"Attribute", "Value"} <= set(table.columns):
        table = table[table["Attribute"].str.startswith(_CODE)]
        table = table.rename(columns={"Value": str(table["Attribute"].iloc[0])}) if len(table) else table
    released = [column for column in table.columns if column.startswith(_CODE)]
    if "FIPS" not in table or not released:
        raise LayoutError(
            f"{path.name} has columns {', '.join(table.columns[:8])}",
            f"FIPS and {_CODE}2023, or another release",
            "download the rural-urban continuum codes of the Economic Research Service",
        )
    name = max(released)
    table = table.dropna(subset=["FIPS", name])
    codes = pd.to_numeric(table[name], errors="coerce")
    unknown = ~codes.isin(list(rural_urban_classes()))
    if unknown.any():
        row = codes.index[unknown][0]
        raise LayoutError(
            f"{path.name}, row {row}: {name} is {table[name][row]!r}", "a code from 1 to 9", "leave it blank"
        )
    by_county = codes.astype("Int64").set_axis(county_codes(table["FIPS"], path, "FIPS")).rename_axis(None)
    if by_county.index.duplicated().any():
        raise TableError(
            f"{path.name} lists county {by_county.index[by_county.index.duplicated()][0]} twice",
            "one code for each county",
            "remove one of the rows",
        )
    return by_county.rename(name).sort_index()


def on_county_codes(codes: pd.Series, counties: Iterable[str]) -> pd.Series:
    """Rural-urban codes on other county codes than their own, such as those of a panel.

    A class cannot be averaged: where a county is made of parts (Connecticut's counties and planning regions), it
    has a code only if its parts, however small, agree.

    Parameters
    ----------
    codes : Series of Int64
        From :func:`read_rural_urban`.
    counties : iterable of str
        The counties wanted.

    Returns
    -------
    Series of Int64
        By county, as ordered; missing where not known.

    Examples
    --------
    >>> planning_regions = pd.Series({"09120": 1, "09140": 2, "09190": 1, "36055": 1}, dtype="Int64")
    >>> on_county_codes(planning_regions, ["36055", "09001", "51515"])
    36055       1
    09001    <NA>
    51515    <NA>
    dtype: Int64
    """
    wanted = pd.Index([str(county) for county in counties])
    others = wanted[wanted.isin(county_names().index) & ~wanted.isin(codes.index)]
    if others.empty or not codes.index.isin(county_names().index).any():
        return codes.reindex(wanted)
    parts = bridge_areas(others, vintage_of(codes.index).vintage)
    parts["code"] = parts["group"].map(codes)
    agreed = parts.groupby("member")["code"].agg(_agreed).astype("Int64")
    return pd.concat([codes, agreed]).reindex(wanted).rename(codes.name)


def _agreed(values: pd.Series) -> object:
    return values.iloc[0] if values.eq(values.iloc[0]).fillna(False).all() else pd.NA
