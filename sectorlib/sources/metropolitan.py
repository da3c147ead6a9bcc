"""Metropolitan areas: the official list of core based statistical areas, or a table of the user's own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.membership import NONE, membership
from sectorlib.sources.delineations import read_jurisdictions
from sectorlib.sources.text_tables import read_text_table

#: The official list's columns that say what kind of area it is, and which.
_KIND, _CODE = "Metropolitan/Micropolitan Statistical Area", "CBSA Code"

_METROPOLITAN = "Metropolitan Statistical Area"

SYSTEM = "metropolitan area"


def read_metropolitan_areas(
    path: str | Path, member: str | None = None, group: str | None = None
) -> pd.DataFrame:
    """Read which county belongs to which metropolitan area, and which are known to belong to none.

    Parameters
    ----------
    path : path
        List 1 of the Office of Management and Budget (core based statistical areas, xls or xlsx), or any table
        of one row for each county, whose columns are then named.
    member, group : str, optional
        Columns of the county codes and of the areas; not needed for the official list.

    Returns
    -------
    DataFrame
        Membership: member (county, with the codes of the list's year), group, weight, title and system
        "metropolitan area". Of the official list, counties outside every metropolitan area (those of
        micropolitan areas too) are in the group ``none``. :func:`on_counties` brings it to other county codes.

    Raises
    ------
    MissingFileError, LayoutError, TableError
        As :func:`read_jurisdictions`.

    References
    ----------
    Office of Management and Budget, Bulletin 23-01 (July 2023), list 1.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "metropolitan.csv"
    >>> _ = path.write_text("fips,area\\n36055,Rochester\\n36029,Buffalo\\n")
    >>> read_metropolitan_areas(path, member="fips", group="area")["group"].tolist()
    ['Buffalo', 'Rochester']
    """
    table = read_jurisdictions(path, member, group).assign(system=SYSTEM)
    listed = read_text_table(path)
    if group is not None or _KIND not in listed:
        return table
    metropolitan = set(listed.loc[listed[_KIND] == _METROPOLITAN, _CODE])
    outside = ~table["group"].isin(metropolitan)
    none = membership({NONE: sorted(table.loc[outside, "member"].unique())}, SYSTEM)
    return pd.concat([table[~outside], none], ignore_index=True)
