"""The studies that ship with the package, by name."""

from __future__ import annotations

from dataclasses import dataclass

from sectorlib.exceptions import UnknownNameError
from sectorlib.resources import data_path
from sectorlib.study.study import Study, load_study


@dataclass(frozen=True)
class Example:
    """Where a study that ships is, and which of its regions a demonstration shows.

    ``folder`` is that of its study file among the shipped data. ``shown`` names counties: the regions that hold them
    are shown, and every region where it is empty.
    """

    folder: tuple[str, ...]
    shown: tuple[str, ...] = ()


#: Every example by name. Of New York: the cities of New York, Albany, Buffalo, Rochester, Syracuse and Binghamton,
#: Ithaca, and Watertown in the rural north.
EXAMPLES = {
    "new-york": Example(
        ("examples", "new-york"),
        ("36061", "36001", "36029", "36055", "36067", "36007", "36109", "36045"),
    ),
    "invented": Example(("demo",)),
}


def example(name: str) -> Study:
    """A study that ships with the package.

    ``new-york`` is real: New York State's private industries from 2000 to 2017. Its data end years ago, and every
    page and file of it says so. ``invented`` is the demonstration state, with recent years and every chapter.

    Parameters
    ----------
    name : str
        ``new-york`` or ``invented``.

    Returns
    -------
    Study
        Its tables are read when first asked for.

    Raises
    ------
    UnknownNameError
        There is no such example; the hint gives the nearest.

    Examples
    --------
    >>> study = example("new-york")
    >>> study.title, study.notice
    ('New York State, private industries, 2000 to 2017', 'Historical example: data end in 2017')
    >>> len(study.counties), study.years[0], study.years[-1]
    (62, 2000, 2017)
    """
    if name not in EXAMPLES:
        raise UnknownNameError.unknown_name("example", name, EXAMPLES)
    return load_study(data_path(*EXAMPLES[name].folder, "study.yaml"))
