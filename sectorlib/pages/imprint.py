"""Who publishes a page, how to cite it, and what it is drawn from: the same words on every page, sheet and file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from sectorlib import clock
from sectorlib.pages.markup import one_line
from sectorlib.sources.origin import Origin
from sectorlib.study import Study

#: Publishers of what is read in an official layout, where the study file names the file and nobody else.
_PUBLISHERS = {
    "Quarterly Census of Employment and Wages": "U.S. Bureau of Labor Statistics and state agencies",
    "Quarterly Census of Employment and Wages of the nation": "U.S. Bureau of Labor Statistics",
    "Occupational Employment and Wage Statistics": "U.S. Bureau of Labor Statistics",
    "Employment projections by occupation": "U.S. Bureau of Labor Statistics",
    "Completions of colleges": "National Center for Education Statistics",
    "County Business Patterns": "U.S. Census Bureau",
    "Quarterly Workforce Indicators": "U.S. Census Bureau",
    "Local Area Unemployment Statistics": "U.S. Bureau of Labor Statistics",
}

#: What a study says of a file of which it knows nothing else, and inputs that hold no data.
_UNKNOWN, _NO_DATA = "named in the study file", ("Study file", "Logo of the publisher")


@dataclass(frozen=True)
class Imprint:
    """What every page, sheet and file says of itself.

    Parameters
    ----------
    citation : str
        How to cite it, with its sources and their vintages.
    sources : tuple of str
        What it is drawn from, one for each data set.
    years : str
        "Data through 2023".
    notice : str
        What the study says of its data; "" for nothing.
    agency, contact : str
        Who publishes it; "" where the study does not say.
    statements : tuple of str
        Of funding and of equal opportunity.
    logo : str
        The publisher's logo as a data address; "" for none.
    """

    citation: str
    sources: tuple[str, ...] = ()
    years: str = ""
    notice: str = ""
    agency: str = ""
    contact: str = ""
    statements: tuple[str, ...] = ()
    logo: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The publisher and its statements, a line each."""
        who = ", ".join(part for part in (self.agency, self.contact) if part)
        return tuple(line for line in (f"Published by {who}." if who else "", *self.statements) if line)

    @property
    def short_source(self) -> str:
        """The first source and how many more there are, for the foot of a sheet of paper."""
        first, *others = self.sources or ("",)
        more = f" and {len(others)} more" if others else ""
        return f"Source: {first}{more}. {self.years}." if first else f"{self.years}."


def imprint(study: Study, subject: str, what: str) -> Imprint:
    """What a page or file about a subject says of itself.

    Parameters
    ----------
    study : Study
        The study.
    subject : str
        What it is about: a region's name.
    what : str
        What it is: "region report".

    Returns
    -------
    Imprint

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> from sectorlib.study import load_study
    >>> demo = load_study(data_path("demo", "study.yaml"))
    >>> imprint(demo, "Ely", "region report").citation.partition(". Sources: ")[0].split(". ")[1]
    'Ely: region report, data through 2023'
    """
    said = study.file.publisher
    listed = sources(study.origins)
    return Imprint(
        citation(said.agency if said else study.title, subject, what, study.years[-1], listed, study.notice),
        listed,
        f"Data through {study.years[-1]}",
        one_line(study.notice),
        one_line(said.agency) if said else "",
        one_line(said.contact) if said else "",
        tuple(one_line(text) for text in (said.funding, said.equal_opportunity) if text) if said else (),
        study.logo,
    )


def citation(
    author: str, subject: str, what: str, year: int, listed: Iterable[str] = (), notice: str = ""
) -> str:
    """How to cite a page: author, year of publication, title, data, software, and sources with their vintage.

    Parameters
    ----------
    author : str
        The publisher, or the study's title.
    subject, what : str
        As in :func:`imprint`.
    year : int
        The last year of the data.
    listed : iterable of str
        From :func:`sources`.
    notice : str
        What the study says of its data.

    Returns
    -------
    str

    Examples
    --------
    >>> text = citation("A state agency", "Ely", "region report", 2023, ["QCEW, 2018-2023"])
    >>> text.startswith("A state agency ("), text.endswith("Sources: QCEW, 2018-2023.")
    (True, True)
    """
    told = f" {one_line(notice)}." if notice else ""
    from_ = f" Sources: {'; '.join(listed)}." if listed else ""
    return (
        f"{one_line(author)} ({clock.now().year}). {one_line(subject)}: {what}, data through {year}.{told} "
        f"Made with sectorlib {_version()}.{from_}"
    )


def sources(origins: Iterable[Origin]) -> tuple[str, ...]:
    """Data sets with publisher and vintage, one line for each however many files it has.

    Parameters
    ----------
    origins : iterable of Origin
        The study's inputs. The study file is none of them.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> sources([Origin("Bureau of Labor Statistics", "QCEW", vintage="2023"), Origin("the analyst", "Study file")])
    ('Bureau of Labor Statistics, QCEW, 2023',)
    """
    lines = []
    for origin in origins:
        if origin.title in _NO_DATA:
            continue
        known = _PUBLISHERS.get(origin.title, "") if origin.producer == _UNKNOWN else origin.producer
        dated = f"file of {origin.retrieved}" if origin.retrieved else ""
        parts = (known, origin.title, origin.vintage or dated)
        lines.append(one_line(", ".join(part for part in parts if part)))
    return tuple(dict.fromkeys(lines))


def _version() -> str:
    try:
        return version("sectorlib")
    except PackageNotFoundError:
        return ""
