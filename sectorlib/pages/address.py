"""Names as folders and addresses, the same for a region whichever regions are made with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

#: Characters of a folder's name, which every file system takes.
_LENGTH = 80

#: Folders beside those of regions, and names that Windows keeps for devices.
_TAKEN = frozenset(("tables", "logs", "con", "prn", "aux", "nul"))


def slug(name: str) -> str:
    """A name as a folder and address: lower case, plain letters, digits and hyphens.

    Parameters
    ----------
    name : str
        A region's name.

    Returns
    -------
    str
        "report" where nothing of the name is left; a very long name is cut.

    Examples
    --------
    >>> slug("Doña Ana - Las Cruces, NM")
    'dona-ana-las-cruces-nm'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    address = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return address[:_LENGTH].strip("-") or "report"


def addresses(names: Mapping[str, str]) -> dict[str, str]:
    """An address of its own for each of several names, which differ perhaps only in accents or signs.

    Parameters
    ----------
    names : mapping of str to str
        Names by code, of all regions of a study.

    Returns
    -------
    dict of str to str
        Addresses by code.

    Examples
    --------
    >>> addresses({"A": "Ely", "B": "Ély", "C": "Ash"})
    {'A': 'ely', 'B': 'ely-2', 'C': 'ash'}
    >>> addresses({"A": "Tables"})
    {'A': 'tables-2'}
    """
    made: dict[str, str] = {}
    for code, name in names.items():
        stem, number = slug(name), 1
        while (f"{stem}-{number}" if number > 1 else stem) in {*made.values(), *_TAKEN}:
            number += 1
        made[code] = f"{stem}-{number}" if number > 1 else stem
    return made
