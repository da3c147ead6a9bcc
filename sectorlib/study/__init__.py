"""The study file: one YAML that says what is analysed, and the tables it leads to."""

from sectorlib.study.cells import ALL_AREAS
from sectorlib.study.file import (
    AssetFile,
    GroupFile,
    JurisdictionFile,
    LaborMarkets,
    OccupationFiles,
    Reports,
    Scope,
    StudyFile,
)
from sectorlib.study.study import Study, load_study

__all__ = [
    "ALL_AREAS",
    "AssetFile",
    "GroupFile",
    "JurisdictionFile",
    "LaborMarkets",
    "OccupationFiles",
    "Reports",
    "Scope",
    "Study",
    "StudyFile",
    "load_study",
]
