"""The study file: one YAML that says what is analyzed, and the tables it leads to."""

from sectorlib.study.benchmark import Benchmark
from sectorlib.study.box import box_keys
from sectorlib.study.cells import ALL_AREAS
from sectorlib.study.examples import EXAMPLES, example
from sectorlib.study.file import (
    BUILT_IN,
    OFF,
    AssetFile,
    GroupFile,
    JurisdictionFile,
    LaborMarkets,
    OccupationFiles,
    PanelFile,
    Reports,
    Scope,
    StudyFile,
)
from sectorlib.study.inputs import DEMONSTRATION_NOTICE
from sectorlib.study.own_panel import panel_from
from sectorlib.study.study import Study, load_study

__all__ = [
    "ALL_AREAS",
    "BUILT_IN",
    "DEMONSTRATION_NOTICE",
    "EXAMPLES",
    "OFF",
    "AssetFile",
    "Benchmark",
    "GroupFile",
    "JurisdictionFile",
    "LaborMarkets",
    "OccupationFiles",
    "PanelFile",
    "Reports",
    "Scope",
    "Study",
    "StudyFile",
    "box_keys",
    "example",
    "load_study",
    "panel_from",
]
