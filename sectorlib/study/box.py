"""What a study takes from the reference data in the box, where its file names no file of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from sectorlib.areas import county_names
from sectorlib.kept import kept
from sectorlib.reference import Reference, reference_tables
from sectorlib.sources import official_projections, prices
from sectorlib.sources.origin import Origin
from sectorlib.study.cells import StudyCells
from sectorlib.study.file import BUILT_IN, OFF


def box_keys() -> list[str]:
    """The study keys that the box can answer.

    >>> "flows" in box_keys()
    True
    """
    return [table.key for table in reference_tables().values() if table.key]


@dataclass(frozen=True)
class StudyBox(StudyCells):
    """Which keys the box answers: those that say ``built-in``, as they do where a study leaves them out."""

    @kept
    def invented(self) -> bool:
        """Whether no county of the panel is one of the United States: the box knows nothing of it then."""
        return not set(self.counties) & set(county_names().index)

    def named(self, key: str) -> list[str]:
        """The files, as written, that the study names under a key; none where the box answers or it is off."""
        return [value for value in self.file.says(key) if value not in (BUILT_IN, OFF)]

    def built_in(self, key: str) -> Reference | None:
        """The table in the box that the study takes under a key; None where it takes files, or nothing.

        A study of invented areas takes none, and one with ``built_in: false`` only what its keys name. The nation's shares
        are of the jobs that the Quarterly Census counts, so a table of other jobs takes them only where the study asks.
        """
        wanted = BUILT_IN in self.file.says(key) and (self.file.built_in or self.file.asks(key))
        if not wanted or self.invented:
            return None
        if key == "benchmark" and self.about_source.concept and not self.file.asks(key):
            return None
        return {table.key: table for table in reference_tables().values()}.get(key)

    def has(self, key: str) -> bool:
        """Whether the study has anything under a key that the box can answer, its own or built in."""
        return bool(self.named(key)) or self.built_in(key) is not None

    @kept
    def taken(self) -> tuple[Reference, ...]:
        """Every table that the study takes from the box, in the order in which they are declared."""
        return tuple(table for table in reference_tables().values() if table.key and self.built_in(table.key))

    @kept
    def consumer_prices(self) -> pd.Series | None:
        """The consumer price index by year; None if the study has none."""
        shipped = self.built_in("consumer_prices")
        if shipped is not None:
            return shipped.read().set_index("year")["consumer_price_index"].rename_axis(None)
        for name in self.named("consumer_prices"):
            return prices.read_consumer_prices(self.one_file("consumer_prices", name))
        return None

    @kept
    def price_parities(self) -> pd.DataFrame | None:
        """Regional price parities by area and year, of every file the study names; None if it has none."""
        shipped = self.built_in("price_parities")
        if shipped is not None:
            return shipped.read()
        paths = self.files("price_parities", self.named("price_parities"))
        if not paths:
            return None
        tables = pd.concat([prices.read_price_parities(path) for path in paths], ignore_index=True)
        return tables.drop_duplicates(["area", "year"])

    @kept
    def official_projections(self) -> pd.DataFrame | None:
        """Official projections of the study's files, or the nation's in the box; None if it has none."""
        shipped = self.built_in("official_projections")
        if shipped is not None:
            return shipped.read()
        paths = self.files("official_projections", self.named("official_projections"))
        return official_projections.read_official_projections(paths) if paths else None

    def vintage(self, key: str) -> str:
        """The period or release of an input: as the study says, else of the box, else the name of its file."""
        said = {str(k): v for k, v in self.file.vintages.items()}.get(key)
        shipped = self.built_in(key)
        if said or shipped is None:
            return said or ", ".join(name.rsplit("/", 1)[-1] for name in self.named(key)[:1])
        return shipped.vintage

    @kept
    def origins_in_the_box(self) -> tuple[Origin, ...]:
        """A record of each table that the study takes from the box, with its vintage and checksum."""
        return tuple(
            replace(
                Origin.of_file(table.path, f"{table.producer}; shipped with sectorlib", table.title),
                url=table.source,
                vintage=table.vintage,
                license=table.license,
                retrieved=table.retrieved,
            )
            for table in self.taken
        )
