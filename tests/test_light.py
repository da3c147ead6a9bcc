"""Importing the package and asking the command line for help take a moment, wherever it is installed."""

import os
import subprocess
import sys

import pytest

import sectorlib

#: Seconds of processor time beyond pandas and geopandas, and of the command line for help.
IMPORT, HELP = 0.5, 0.6


def run(code: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | env, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def seconds(code: str) -> float:
    """The processor time of a program, the best of three runs."""
    timed = f"{code}\nimport time; print('SECONDS', time.process_time())"
    return min(float(run(timed).rpartition("SECONDS ")[2]) for _ in range(3))


def test_import_takes_little_beyond_pandas_and_geopandas():
    libraries = seconds("import pandas, geopandas")
    assert seconds("import pandas, geopandas, sectorlib") - libraries <= IMPORT


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_command_line_answers_at_once(option):
    code = (
        f"import sys; sys.argv = ['sectorlib', {option!r}]\n"
        "from sectorlib.cli import main\ntry: main()\nexcept SystemExit: pass"
    )
    assert seconds(code) <= HELP


def test_studies_are_read_without_what_draws_and_prints():
    """What computes a study needs neither charts nor notebooks, nor the statistics of scipy."""
    heavy = [
        "matplotlib",
        "igraph",
        "scipy.stats",
        "numba",
        "papermill",
        "nbconvert",
        "altair",
        "IPython",
        "seaborn",
    ]
    code = f"import sys, sectorlib as sl\nsl.load_study, sl.Results, sl.RESULTS\nprint([m for m in {heavy} if m in sys.modules])"
    assert run(code).strip() == "[]"


def test_every_name_is_where_the_stub_says():
    for name in sectorlib.__all__:
        assert getattr(sectorlib, name) is not None, name
    assert set(dir(sectorlib)) <= {*sectorlib.__all__, *sectorlib._ROOMS, "__all__", "__doc__", "__version__"}
    assert {"load_study", "Results", "plot"} <= set(dir(sectorlib))
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        _ = sectorlib.no_such_name


def test_where_no_folder_can_be_written_functions_are_compiled_anew():
    """Read-only packages and no home: numba finds no folder, and raised where a function was declared."""
    code = (
        "import numba.core.caching as caching, numpy as np\n"
        "caching.CacheImpl._locator_classes = []\n"
        "if hasattr(caching, '_CacheImpl'): caching._CacheImpl._locator_classes = []\n"
        "import numba\n"
        "try:\n    numba.njit(cache=True)(lambda x: x)\n    print('kept')\nexcept RuntimeError: print('no folder')\n"
        "from sectorlib.projection.methods import fit_line\n"
        "print(fit_line(np.array([1.0, 2.0, 3.0]))[1])"
    )
    out = run(code, HOME="/nonexistent", XDG_CACHE_HOME="/nonexistent")
    assert out.split() == ["no", "folder", "1.0"]
