"""Published files come whole and verified, from a server on this machine that speaks the publishers' addresses."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from publishers import Publishers, serving
from rich.console import Console
from typer.testing import CliRunner

import sectorlib as sl
from sectorlib.checks import check_study
from sectorlib.cli import app
from sectorlib.exceptions import DownloadError, NotSupportedError, SectorlibError, UnknownAreaError
from sectorlib.fetch import (
    Folder,
    Manners,
    Publisher,
    catalogue,
    changes,
    fetch_command,
    moved,
    newer_years,
    next_files,
    published_source,
    state_fips,
    wanted_files,
    years_of,
)
from sectorlib.fetch.content import verify
from sectorlib.fetch.running import fetch_files, latest_files, update_folder
from sectorlib.sources.business_patterns import read_employer_sizes
from sectorlib.sources.commuting import read_commuting, read_segments
from sectorlib.sources.labor_force import read_labor_force
from sectorlib.sources.qcew import read_annual
from sectorlib.sources.workforce import read_workforce
from sectorlib.study.file import StudyFile

QUICK = Manners(pause=0.0, timeout=0.3, tries=3, backoff=0.01)
QUIET = Console(file=io.StringIO())
API = "/cew/data/api"


def _slice(area: str, year: int, jobs: int = 100) -> bytes:
    """A QCEW file by area: a total, private industry and two sectors with their parts."""
    rows = [
        ("0", "10", 9, jobs + 20), ("5", "10", 9, jobs + 20), ("5", "11", 4, 20), ("5", "111", 4, 20),
        ("5", "62", 5, jobs), ("5", "622", 2, jobs - 30), ("5", "623", 3, 30),
    ]  # fmt: skip
    if area == "US000":  # the nation's files also have all government and all insured jobs, as totals alone
        rows += [("8", "10", 0, 0), ("9", "10", 9, jobs + 20)]
    header = (
        "area_fips,own_code,industry_code,agglvl_code,size_code,year,qtr,disclosure_code,"
        "annual_avg_estabs,annual_avg_emplvl,total_annual_wages\n"
    )
    lines = [f"{area},{o},{i},70,0,{year},A,,{e},{n},{n * 50_000}\n" for o, i, e, n in rows]
    return (header + "".join(lines)).encode()


@pytest.fixture
def publishers() -> Iterator[Publishers]:
    """Rhode Island, its five counties and the nation, 2022 and 2023."""
    published = Publishers()
    for year in (2022, 2023):
        for area in ("US000", "44000", "44001", "44003", "44005", "44007", "44009"):
            jobs = 100 + int(area[-1]) + year
            published.files[f"{API}/{year}/a/area/{area}.csv"] = _slice(area, year, jobs)
    with serving(published) as served:
        yield served


def _publisher(published: Publishers) -> Publisher:
    return Publisher(published.address, QUICK)


def _rhode_island(*years: int) -> list:
    return wanted_files(published_source("qcew"), ["RI"], years or (2022,))


def _assert_whole(folder: Path, published: Publishers, fetched: list | None = None) -> None:
    """Every file of the folder is the published one, to the byte, and nothing else lies about."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("downloads.json", ".downloads.lock"):
            assert path.name.endswith(".csv"), path
            place = path.relative_to(folder).as_posix().removeprefix("qcew/")
            assert path.read_bytes() == published.files[f"{API}/{place}"], path


# --- the catalogue -----------------------------------------------------------------------------------


def test_every_key_that_names_a_file_has_a_command_or_is_the_users_own():
    own = {
        "panel", "base_area", "confidential", "jurisdictions", "regions", "travel_times", "partners", "names", "sectors",
        "criteria", "scores", "readiness", "partnerships", "living_wage", "traded", "rural_urban", "scope",
    }  # fmt: skip
    settings = {
        "name", "title", "ownership", "absent_rows", "flow_segment", "mixed_flow_years", "labor_markets", "vintages",
        "horizon", "reports", "demonstration", "publisher",
    }  # fmt: skip
    without = {k for k in StudyFile.model_fields if not fetch_command(k, date(2026, 1, 1))} - own - settings
    # Keys that other parts of the package add are files of the user's own or settings: see docs/data.md.
    assert not without & {"flows", "occupations", "completions", "official_projections", "consumer_prices"}
    assert {"flows", "occupations", "occupation_openings", "completions", "program_occupations", "consumer_prices",
            "price_parities", "official_projections", "metropolitan_areas", "shapes", "assets"} <= {
        source.key for source in catalogue().values()
    }  # fmt: skip


def test_addresses_are_filled_in():
    files = {f.file: f for f in wanted_files(published_source("lodes"), ["CT"], [2019])}
    assert list(files) == [
        "commuting/lodes/ct_od_main_JT00_2019.csv.gz",
        "commuting/lodes/ct_od_aux_JT00_2019.csv.gz",
        "commuting/lodes/ct_xwalk.csv.gz",
    ]
    main = files["commuting/lodes/ct_od_main_JT00_2019.csv.gz"]
    assert main.address.endswith("/LODES8/ct/od/ct_od_main_JT00_2019.csv.gz")
    assert main.content.begins == {"w_geocode": "09", "h_geocode": "09"}
    industry = wanted_files(published_source("qcew-industry"), years=[2023], industries=["31-33"])[0]
    assert industry.address.endswith("/2023/a/industry/31_33.csv")
    assert industry.content.holds["industry_code"] == "31-33"


def test_counties_of_the_year_are_asked_for():
    connecticut = {f.parts["area"] for f in wanted_files(published_source("qcew"), ["CT"], [2024])}
    assert {"09110", "09190", "09000", "US000"} <= connecticut
    assert {"09001", "09015"} <= {
        f.parts["area"] for f in wanted_files(published_source("qcew"), ["CT"], [2023])
    }
    assert "09110" not in {f.parts["area"] for f in wanted_files(published_source("qcew"), ["CT"], [2016])}


@pytest.mark.parametrize(("text", "code"), [("NY", "36"), ("new york", "36"), ("1", "01"), ("01000", "01")])
def test_states_by_any_name(text: str, code: str):
    assert state_fips(text) == code


def test_what_cannot_be_asked_for_is_refused():
    with pytest.raises(UnknownAreaError, match="ZZ"):
        state_fips("ZZ")
    with pytest.raises(NotSupportedError, match="--years"):
        wanted_files(published_source("qcew"), ["OH"])
    with pytest.raises(NotSupportedError, match="qcew-annual"):
        wanted_files(published_source("qcew"), ["OH"], [2012])
    with pytest.raises(NotSupportedError, match="2015, 2020"):
        wanted_files(published_source("commuting"), years=[2018])
    for years in ("20-23", "2023-2014", "x", ""):
        with pytest.raises(SectorlibError):
            years_of(years)


# --- fetching ----------------------------------------------------------------------------------------


def test_a_fetch_equals_what_is_published(publishers: Publishers, tmp_path: Path):
    files = _rhode_island(2022, 2023)
    outcomes = fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    assert {o.state for o in outcomes} == {"new"}
    assert len(outcomes) == 14
    _assert_whole(tmp_path, publishers)
    receipt = Folder(tmp_path).receipts()["qcew/2022/a/area/44007.csv"]
    assert receipt.address == "https://data.bls.gov/cew/data/api/2022/a/area/44007.csv"
    assert (receipt.rows, receipt.vintage) == (7, "2022")

    asked = len(publishers.asked)
    again = fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    assert {o.state for o in again} == {"kept"}
    assert len(publishers.asked) == asked  # complete files are not asked for again


def test_what_the_publisher_lacks_is_named_and_the_rest_comes(publishers: Publishers, tmp_path: Path):
    del publishers.files[f"{API}/2022/a/area/44005.csv"]
    console = Console(file=io.StringIO(), width=200)
    fetch_files(_rhode_island(), Folder(tmp_path), _publisher(publishers), console)
    assert "not at the publisher: qcew/2022/a/area/44005.csv" in console.file.getvalue()
    with pytest.raises(DownloadError, match="not at the publisher"):
        fetch_files(_rhode_island(2021), Folder(tmp_path), _publisher(publishers), QUIET)


FAULTS = [
    ("cut 0.5", True), ("cut 0", True), ("busy 0", True), ("status 500", True), ("status 503", True), ("hang 0.6", True),
    ("longer", True), ("unsized", True), ("status 403", False), ("page", False), ("truncated", False),
    ("other", False), ("shorter", False),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "passes"), FAULTS)
def test_a_fault_is_survived_or_said(fault: str, passes: bool, publishers: Publishers, tmp_path: Path):
    publishers.faults = [fault]
    files = wanted_files(published_source("qcew"), ["RI"], [2022], ["44007"])
    folder = Folder(tmp_path)
    if passes:
        assert fetch_files(files, folder, _publisher(publishers), QUIET)[0].state == "new"
    else:
        with pytest.raises(DownloadError, match="44007"):
            fetch_files(files, folder, _publisher(publishers), QUIET)
        assert not list(tmp_path.rglob("*44007*"))
        assert folder.receipts() == {}
        fetch_files(files, folder, _publisher(publishers), QUIET)
    _assert_whole(tmp_path, publishers)
    assert len(list(tmp_path.rglob("44007.csv"))) == 1


def test_a_cut_download_goes_on_where_it_ended(publishers: Publishers, tmp_path: Path):
    publishers.files[f"{API}/2022/a/area/44007.csv"] = big = _slice("44007", 2022)
    publishers.faults = ["cut 0.5"]
    files = wanted_files(published_source("qcew"), ["RI"], [2022], ["44007"])
    fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    assert (tmp_path / "qcew/2022/a/area/44007.csv").read_bytes() == big
    assert len(publishers.asked) == 2


def test_another_release_is_not_joined_to_a_part_of_the_first(publishers: Publishers, tmp_path: Path):
    path = f"{API}/2022/a/area/44007.csv"
    place = tmp_path / "qcew/2022/a/area/44007.csv.part"
    place.parent.mkdir(parents=True)
    place.write_bytes(publishers.files[path][:200])
    place.with_name("44007.csv.part.json").write_text(
        json.dumps({"etag": '"of-another-release"', "modified": ""})
    )
    files = wanted_files(published_source("qcew"), ["RI"], [2022], ["44007"])
    fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    _assert_whole(tmp_path, publishers)


def test_a_file_changed_by_hand_is_left_alone(publishers: Publishers, tmp_path: Path):
    files = _rhode_island()
    fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    mine = tmp_path / "qcew/2022/a/area/44001.csv"
    mine.write_text("mine\n")
    outcomes = fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    assert Counter(o.state for o in outcomes) == {"kept": 6, "edited": 1}
    assert mine.read_text() == "mine\n"


def test_a_lost_file_comes_again(publishers: Publishers, tmp_path: Path):
    files = _rhode_island()
    fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    (tmp_path / "qcew/2022/a/area/44001.csv").unlink()
    fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    _assert_whole(tmp_path, publishers)


def test_no_room_leaves_nothing_half_written(
    publishers: Publishers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    files = wanted_files(published_source("qcew"), ["RI"], [2022], ["44007"])
    for where in (
        "sectorlib.fetch.transport.os.fsync",
        "sectorlib.fetch.folder.os.fsync",
        "pathlib.Path.replace",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(where, full)
            with pytest.raises(DownloadError, match=r"room|written"):
                fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
        assert not list(tmp_path.rglob("*.part*"))
    fetch_files(files, Folder(tmp_path), _publisher(publishers), QUIET)
    _assert_whole(tmp_path, publishers)


class _FillingDisk:
    """A disk with room for so many bytes: what does not fit is cut off, as a full disk does."""

    def __init__(self, room: int) -> None:
        self.room = room

    def opened(self, path: Path, mode: str = "r", *args: object, **named: object) -> IO:
        if "w" not in mode and "a" not in mode:
            return io.open(path, mode, *args, **named)  # noqa: UP020, since Path.open is what is replaced
        disk = self

        class Written(io.BufferedWriter):
            def write(self, data: bytes) -> int:
                fits = bytes(data)[: disk.room]
                disk.room -= len(fits)
                super().write(fits)
                if len(fits) < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return len(fits)

        raw = Written(io.FileIO(path, mode.replace("b", "")))
        return raw if "b" in mode else io.TextIOWrapper(raw, encoding="utf-8", write_through=True)


def _fetched_on_a_filling_disk(publishers: Publishers, folder: Path, seed: int) -> str:
    """Fetch two files onto a disk of any size, then again with room: "clear error" or "files came"."""
    drawn = random.Random(seed)
    files = wanted_files(published_source("qcew"), ["RI"], [2022], ["44007", "44001"])
    most = sum(len(publishers.files[f"{API}/2022/a/area/{code}.csv"]) for code in ("44007", "44001")) + 3000
    disk = _FillingDisk(drawn.randrange(most))
    publishers.ranges = drawn.random() < 0.5
    outcome, said = "files came", "written"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pathlib.Path.open", lambda path, *args, **named: disk.opened(path, *args, **named))
        try:
            fetch_files(files, Folder(folder), _publisher(publishers), QUIET)
        except DownloadError as error:
            outcome, said = "clear error", str(error)
    assert "room" in said or "written" in said
    _assert_whole(folder, publishers)
    fetch_files(files, Folder(folder), _publisher(publishers), QUIET)
    assert len(list(folder.rglob("*.csv"))) == 2
    _assert_whole(folder, publishers)
    return outcome


def test_a_disk_that_fills_leaves_only_whole_files(publishers: Publishers, tmp_path: Path):
    found = {_fetched_on_a_filling_disk(publishers, tmp_path / str(seed), seed) for seed in range(8)}
    assert found == {"clear error", "files came"}


def test_a_folder_that_cannot_be_written_to(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadError, match="--out"), Folder(tmp_path / "file" / "data").held():
        pass


def test_damaged_and_foreign_archives_are_refused(tmp_path: Path):
    content = published_source("colleges").content.filled({"year": "2023"})
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("hd2023.csv", "UNITID,INSTNM,COUNTYCD\n" + "1,College,36055\n" * 500)
    whole = archive.getvalue()
    path = tmp_path / "HD2023.zip"
    path.write_bytes(whole)
    assert verify(path, content, "address") == 500
    for size in range(0, len(whole), max(1, len(whole) // 10)):
        path.write_bytes(whole[:size])
        with pytest.raises(DownloadError):
            verify(path, content, "address")
    flipped = bytearray(whole)
    flipped[60] ^= 1
    path.write_bytes(bytes(flipped))
    with pytest.raises(DownloadError):
        verify(path, content, "address")
    path.write_bytes(whole)
    with pytest.raises(DownloadError, match=r"without hd2022\.csv"):
        verify(path, published_source("colleges").content.filled({"year": "2022"}), "address")

    lodes = published_source("lodes").content.filled({"fips": "09"})
    rows = b"w_geocode,h_geocode,S000,SA01,SE01,SI01\n" + b"090010101011000,090010101011001,1,0,1,0\n" * 300
    path.write_bytes(gzip.compress(rows))
    assert verify(path, lodes, "address") == 300
    path.write_bytes(gzip.compress(rows)[:-4])
    with pytest.raises(DownloadError, match="damaged"):
        verify(path, lodes, "address")
    path.write_bytes(gzip.compress(rows.replace(b"090010101011001", b"440010101011001")))
    with pytest.raises(DownloadError, match="another file's"):
        verify(path, lodes, "address")


def test_a_file_cut_between_two_lines_is_refused(tmp_path: Path):
    content = published_source("qcew").content.filled({"area": "44007", "year": "2022"})
    lines = _slice("44007", 2022).splitlines(keepends=True)
    path = tmp_path / "44007.csv"
    for kept in range(1, len(lines)):
        path.write_bytes(b"".join(lines[:kept]))
        with pytest.raises(DownloadError):
            verify(path, content, "address")
    path.write_bytes(b"".join(lines))
    assert verify(path, content, "address") == len(lines) - 1


def test_a_zip_is_unpacked_beside_itself(tmp_path: Path):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("folder/hd2023.csv", "UNITID,INSTNM,COUNTYCD\n1,College,36055\n")
        file.writestr("folder/readme.txt", "hello")
    published = Publishers({"/ipeds/datacenter/data/HD2023.zip": archive.getvalue()})
    with serving(published):
        files = wanted_files(published_source("colleges"), years=[2023])
        fetch_files(files, Folder(tmp_path), _publisher(published), QUIET)
    assert sorted(p.name for p in (tmp_path / "colleges").iterdir()) == ["HD2023.zip", "hd2023.csv"]
    receipt = Folder(tmp_path).receipts()["colleges/HD2023.zip"]
    assert list(receipt.unpacked) == ["colleges/hd2023.csv"]


# --- releases ----------------------------------------------------------------------------------------


def test_a_revision_is_noticed_and_taken(publishers: Publishers, tmp_path: Path):
    fetch_files(_rhode_island(2022), Folder(tmp_path), _publisher(publishers), QUIET)
    path = f"{API}/2022/a/area/44003.csv"
    publishers.files[path] = publishers.files[path].replace(b"2125,106250000", b"2130,106500000")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*.csv")}
    run = CliRunner().invoke(
        app, ["fetch", "--check", "--out", str(tmp_path), "--mirror", publishers.address]
    )
    assert run.exit_code == 1, run.output
    assert "revised" in run.output
    assert before == {p: p.read_bytes() for p in tmp_path.rglob("*.csv")}  # a check changes nothing

    console = Console(file=io.StringIO(), width=200)
    outcomes = update_folder(Folder(tmp_path), _publisher(publishers), console)
    assert Counter(o.state for o in outcomes if o.wanted.parts["year"] == "2022") == {"kept": 6, "updated": 1}
    assert Counter(o.state for o in outcomes if o.wanted.parts["year"] == "2023") == {"new": 7}
    assert "2023: added" in console.file.getvalue()
    _assert_whole(tmp_path, publishers)


def test_two_releases_do_not_stand_side_by_side(publishers: Publishers, tmp_path: Path):
    first = wanted_files(published_source("qcew"), ["RI"], [2022], ["44001", "44003"])
    fetch_files(first, Folder(tmp_path), _publisher(publishers), QUIET)
    path = f"{API}/2022/a/area/44003.csv"
    publishers.files[path] = _slice("44003", 2022, 9_000)
    outcomes = fetch_files(_rhode_island(2022), Folder(tmp_path), _publisher(publishers), QUIET)
    assert {o.wanted.parts["area"]: o.state for o in outcomes}["44003"] == "updated"
    _assert_whole(tmp_path, publishers)


def test_changes_and_moves_are_put_into_words(tmp_path: Path):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_bytes(_slice("44007", 2022, 100))
    new.write_bytes(_slice("44007", 2022, 110))
    assert changes(old, new).startswith(
        "4 of 7 cells revised; the most in industry 622 of 44007, ownership 5: 70 to 80"
    )
    row = {"area": "44007", "industry": "10", "ownership": "0", "year": 2022, "employment": 100.0}
    after = pd.DataFrame([{**row, "employment": 110.0}, {**row, "year": 2023, "employment": 120.0}])
    assert moved(pd.DataFrame([row]), after) == (
        "2022: revised from 100 to 110 jobs (+10.00%)\n2023: added, 120 jobs in 1 counties"
    )


def test_next_years_are_those_of_the_same_areas(publishers: Publishers, tmp_path: Path):
    folder = Folder(tmp_path)
    fetch_files(
        wanted_files(published_source("qcew"), ["RI"], [2022], ["44007"]),
        folder,
        _publisher(publishers),
        QUIET,
    )
    years = newer_years(folder, date(2024, 7, 1))
    assert years == {"qcew": [2023]}
    assert [f.file for f in next_files(folder, years)] == ["qcew/2023/a/area/44007.csv"]


def test_the_latest_year_of_states_that_lag(tmp_path: Path):
    published = Publishers()
    for state, years in (("ms", (2018, 2019)), ("oh", (2018, 2019, 2020, 2021))):
        for year in years:
            for part in ("main", "aux"):
                published.files[f"/data/lodes/LODES8/{state}/od/{state}_od_{part}_JT00_{year}.csv.gz"] = b"x"
    with serving(published):
        console = Console(file=io.StringIO(), width=200)
        lodes = published_source("lodes")
        common = latest_files(lodes, ["MS", "OH"], _publisher(published), False, console)
        assert {f.parts.get("year") for f in common} == {"2019", None}
        assert "the latest of MS is 2019, behind the others" in console.file.getvalue()
        mixed = latest_files(lodes, ["MS", "OH"], _publisher(published), True, console)
        assert {(f.parts["st"], f.parts.get("year")) for f in mixed} == {
            ("ms", "2019"), ("oh", "2021"), ("ms", None), ("oh", None)
        }  # fmt: skip


def test_flows_of_several_years_are_taken_when_told(tmp_path: Path):
    header = "w_geocode,h_geocode,S000,SA01,SA02,SA03,SE01,SE02,SE03,SI01,SI02,SI03\n"
    files = []
    for state, fips, year in (("ri", "44007", 2019), ("ct", "09001", 2018)):
        files.append(tmp_path / f"{state}_od_main_JT00_{year}.csv")
        files[-1].write_text(header + f"{fips}0301001008,{fips}0301003019,3,1,2,0,1,0,2,0,0,3\n")
    with pytest.raises(SectorlibError, match="mixed_flow_years"):
        read_commuting(files)
    assert read_commuting(files, mixed_years=True)["workers"].tolist() == [3.0, 3.0]
    assert read_segments(files, "pay", mixed_years=True)["workers"].sum() == 6
    other_jobs = files[0].rename(tmp_path / "ri_od_main_JT01_2019.csv")
    with pytest.raises(SectorlibError, match="types of jobs"):
        read_commuting([other_jobs, files[1]], mixed_years=True)


# --- the command line --------------------------------------------------------------------------------


def test_dry_run_asks_nobody(publishers: Publishers, tmp_path: Path):
    run = CliRunner().invoke(
        app,
        ["fetch", "qcew", "--states", "RI", "--years", "2022", "--out", str(tmp_path / "data"), "--dry-run",
         "--mirror", publishers.address],
        env={"COLUMNS": "300"},
    )  # fmt: skip
    assert run.exit_code == 0, run.output
    assert "qcew/2022/a/area/44007.csv" in run.output
    assert "7 files" in run.output
    assert publishers.asked == []
    assert not (tmp_path / "data").exists()


def test_the_catalogue_is_listed():
    run = CliRunner().invoke(app, ["fetch"], env={"COLUMNS": "200"})
    assert run.exit_code == 0
    assert "completions" in run.output
    assert "lodes-aux" not in run.output


def test_a_new_study_is_ready(publishers: Publishers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECTORLIB_MIRROR", publishers.address)
    folder = tmp_path / "my-study"
    run = CliRunner().invoke(app, ["new", str(folder), "--states", "RI", "--years", "2022-2023"])
    assert run.exit_code == 0, run.output
    study = sl.load_study(folder / "study.yaml")
    assert (study.name, study.title, study.base_area) == ("my-study", "Rhode Island", "44000")
    assert len(study.counties) == 5
    assert study.years == [2022, 2023]
    text = (folder / "study.yaml").read_text()
    assert "sectorlib fetch completions" in text
    assert (folder / "README.md").is_file()
    (folder / "study.yaml").write_text(text + "horizon: 3\n")
    run = CliRunner().invoke(app, ["new", str(folder), "--states", "RI", "--years", "2022-2023"])
    assert run.exit_code == 0, run.output
    assert (folder / "study.yaml").read_text().endswith("horizon: 3\n")  # a study that is there is kept


def test_check_offers_the_command(publishers: Publishers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECTORLIB_MIRROR", publishers.address)
    CliRunner().invoke(app, ["new", str(tmp_path), "--states", "RI", "--years", "2023"])
    path = tmp_path / "study.yaml"
    path.write_text(path.read_text() + "completions: colleges/c2023_a.csv\n")
    findings = check_study(sl.load_study(path))
    assert any("sectorlib fetch completions" in f.text for f in findings if f.kind == "problem")
    assert any("sectorlib fetch occupations" in f.text for f in findings if f.kind == "fact")


@pytest.mark.hardening
def test_two_at_once_end_with_one_whole_folder(publishers: Publishers, tmp_path: Path):
    runs = [_started(publishers, tmp_path) for _ in range(2)]
    assert [run.wait(timeout=60) for run in runs] == [0, 0]
    _assert_whole(tmp_path, publishers)
    assert len(Folder(tmp_path).receipts()) == 7


def _started(published: Publishers, folder: Path) -> subprocess.Popen[bytes]:
    command = "from sectorlib.cli import main; main()"
    words = [
        "fetch",
        "qcew",
        "--states",
        "RI",
        "--years",
        "2022",
        "--out",
        str(folder),
        "--mirror",
        published.address,
    ]
    return subprocess.Popen(
        [sys.executable, "-c", command, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


# --- readers -----------------------------------------------------------------------------------------


def test_workforce_indicators_of_a_withheld_quarter_are_missing(tmp_path: Path):
    header = "geography,industry,ownercode,sex,agegrp,year,quarter,Emp,HirA,Sep,EarnS,EarnHirNS,sEmp,sHirA,sSep,sEarnS,sEarnHirNS"
    rows = [
        f"44007,62,A05,0,A08,2022,{q},100,10,9,4000,3000,{9 if q == 1 else 1},1,1,{5 if q == 2 else 1},1"
        for q in (1, 2, 3, 4)
    ]
    rows += [f"44007,00,A05,0,A00,2022,{q},900,10,9,4000,3000,1,1,1,1,1" for q in (1, 2, 3)]
    rows += [
        "44007,62,A05,1,A08,2022,1,50,10,9,4000,3000,1,1,1,1,1",
        "44007,62,A00,0,A08,2022,1,50,10,9,4000,3000,1,1,1,1,1",
    ]
    path = tmp_path / "qwi.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    table = read_workforce([path]).set_index(["industry", "age"])
    older = table.loc[("62", "A08")]
    assert (older["jobs"], older["hires"], older["distorted"]) == (100, 40, True)
    assert pd.isna(older["monthly_earnings"])
    assert pd.isna(table.loc[("10", "A00"), "jobs"])  # three quarters are no year
    path.write_text("\n".join([header, *rows, rows[0]]) + "\n")
    with pytest.raises(SectorlibError, match="twice"):
        read_workforce([path])


def test_sizes_of_establishments_are_none_or_not_known(tmp_path: Path):
    path = tmp_path / "cbp21co.txt"
    header = "fipstate,fipscty,naics,emp,est,n<5,n5_9,n10_19,n20_49,n50_99,n100_249,n250_499,n500_999,n1000"
    path.write_text(header + "\n01,001,------,9,5,0,N,5,N,N,N,N,N,N\n01,999,------,9,5,0,N,5,N,N,N,N,N,N\n")
    table = read_employer_sizes([path]).set_index("size")["establishments"]
    assert (table["all"], table["1 to 4"], table["10 to 19"]) == (5, 0, 5)
    assert pd.isna(table["5 to 9"])
    path.write_text(header + "\n01,001,------,9,x,0,N,5,N,N,N,N,N,N\n")
    with pytest.raises(SectorlibError, match="'x'"):
        read_employer_sizes([path])
    path.write_text(header + "\n01,001,------,9,5,0,N,5,N,N,N,N,N,N" * 2 + "\n")
    with pytest.raises(SectorlibError, match="twice"):
        read_employer_sizes([path])


# --- real files --------------------------------------------------------------------------------------


@pytest.mark.shared
def test_a_full_fetch_of_real_slices_equals_the_files(shared: Path, tmp_path: Path):
    published = Publishers()
    published.publish(shared / "data/qcew/api", API)
    areas = sorted({Path(name).stem for name in published.files})
    with serving(published):
        files = wanted_files(published_source("qcew"), ["OH"], [2022, 2023], areas)
        outcomes = fetch_files(files, Folder(tmp_path), _publisher(published), QUIET)
    assert Counter(o.state for o in outcomes) == {"new": 30}
    _assert_whole(tmp_path, published)


def new_study_of_three_states(shared: Path, tmp_path: Path) -> Path:
    """A test of the mechanism: 2016 rows of Delaware, Rhode Island and Vermont in the layout of the slices."""
    table = pq.read_table(
        shared / "data/qcew/us_2016/us_2016_quarterly_county_to_naics4.parquet",
        filters=pc.utf8_slice_codeunits(pc.field("area_fips"), 0, 2).isin(["10", "44", "50"]),
    )
    pq.write_table(table, tmp_path / "rows.parquet")
    rows = read_annual([tmp_path / "rows.parquet"]).rows
    published = Publishers()
    for area, cells in rows.groupby("area", observed=True):
        known = cells["disclosure"] == "disclosed"
        layout = pd.DataFrame({
            "area_fips": area, "own_code": cells["ownership"], "industry_code": cells["industry"], "agglvl_code": "70",
            "size_code": "0", "year": "2023", "qtr": "A", "disclosure_code": known.map({True: "", False: "N"}),
            "annual_avg_estabs": cells["establishments"].astype(int),
            "annual_avg_emplvl": cells["employment_low"].where(known, 0).fillna(0).astype(int),
            "total_annual_wages": cells["wages_low"].where(known, 0).fillna(0).astype("int64"),
        })  # fmt: skip
        published.files[f"{API}/2023/a/area/{area}.csv"] = layout.to_csv(index=False).encode()
    with serving(published):
        run = CliRunner().invoke(
            app,
            [
                "new",
                str(tmp_path / "three"),
                "--states",
                "DE,RI,VT",
                "--years",
                "2023",
                "--mirror",
                published.address,
            ],
        )
    assert run.exit_code == 0, run.output
    return tmp_path / "three" / "study.yaml"


@pytest.mark.shared
def test_a_study_of_three_states_from_rows_of_2016(shared: Path, tmp_path: Path):
    study = sl.load_study(new_study_of_three_states(shared, tmp_path))
    rows = read_annual([tmp_path / "rows.parquet"]).rows
    assert (study.title, study.base_area) == ("Delaware, Rhode Island and Vermont", "all")
    assert len(study.counties) == 3 + 5 + 14
    total = study.panel.query("industry == '10' and ownership == '0' and area == '44007'")[
        "employment"
    ].item()
    assert (
        total == rows.query("industry == '10' and ownership == '0' and area == '44007'")["employment"].item()
    )
    assert not [f for f in check_study(study) if f.kind == "problem"]


@pytest.mark.shared
def test_readers_of_what_can_be_fetched(shared: Path):
    by_year = {
        year: read_labor_force([shared / "data/layouts" / name])
        for year, name in ((2014, "laus/laucnty14.xlsx"), (2016, "laus/laucnty16.txt"), (2022, "more/laus/laucnty22.xlsx"))
    }  # fmt: skip
    assert by_year[2022]["labor_force"].sum() == 165_971_368
    for year, table in by_year.items():
        assert set(table["year"]) == {year}
        assert table["area"].is_unique
        assert (table["labor_force"] - table["employed"] - table["unemployed"]).abs().max() <= 1
    autauga = by_year[2016].set_index("area").loc["01001"]
    assert (autauga["labor_force"], autauga["unemployment_rate"]) == (25_918, 5.1)


# --- many faults -------------------------------------------------------------------------------------


@pytest.mark.hardening
def test_no_fault_ever_leaves_a_wrong_or_partial_file(publishers: Publishers, tmp_path: Path):
    """Seeded runs with one to four faults each, of every kind; `make hardening` prints the counts."""
    kinds = [fault for fault, _ in FAULTS if not fault.startswith("cut")] + [
        f"cut {tenth / 10}" for tenth in range(10)
    ]
    kinds += ["status 404", "status 408", "busy 1"]
    counts: Counter[str] = Counter()
    for seed in range(260):
        drawn = random.Random(seed)
        publishers.ranges = drawn.random() < 0.7
        publishers.faults = [drawn.choice(kinds) if drawn.random() < 0.7 else "" for _ in range(4)]
        # Every kind is the first fault of some run.
        publishers.faults[0] = kinds[seed % len(kinds)]
        first = publishers.faults[0].split()[0]
        folder = tmp_path / str(seed)
        files = wanted_files(published_source("qcew"), ["RI"], [2022], ["44007", "44001"])
        try:
            fetch_files(files, Folder(folder), _publisher(publishers), QUIET)
            counts[f"{first}: files came"] += 1
        except SectorlibError:
            counts[f"{first}: clear error"] += 1
        _assert_whole(folder, publishers)
        for name, receipt in Folder(folder).receipts().items():
            assert (folder / name).stat().st_size == receipt.bytes
        publishers.faults = []
        fetch_files(files, Folder(folder), _publisher(publishers), QUIET)
        assert len(list(folder.rglob("*.csv"))) == 2
        _assert_whole(folder, publishers)
        shutil.rmtree(folder)
    for what, count in sorted(counts.items()):
        print(f"{count:4d}  {what}")
    print(f"{sum(counts.values()):4d}  runs, every folder whole")


@pytest.mark.hardening
def test_a_disk_that_fills_at_any_byte(publishers: Publishers, tmp_path: Path):
    seeds = range(100, 200)
    counts = Counter(_fetched_on_a_filling_disk(publishers, tmp_path / str(seed), seed) for seed in seeds)
    for what, count in sorted(counts.items()):
        print(f"{count:4d}  disk full at some byte: {what}")
    assert counts["clear error"]


@pytest.mark.hardening
def test_a_kill_at_any_moment_leaves_only_whole_files(publishers: Publishers, tmp_path: Path):
    killed = 0
    for seed in range(20):
        publishers.faults = ["hang 0.2"] * 3
        run = _started(publishers, tmp_path / str(seed))
        time.sleep(random.Random(seed).uniform(0.5, 4.0))
        run.send_signal(signal.SIGKILL)
        killed += run.wait() == -signal.SIGKILL
        publishers.faults = []
        for path in (tmp_path / str(seed)).rglob("*.csv"):
            place = path.relative_to(tmp_path / str(seed)).as_posix().removeprefix("qcew/")
            assert path.read_bytes() == publishers.files[f"{API}/{place}"]
        fetch_files(_rhode_island(2022), Folder(tmp_path / str(seed)), _publisher(publishers), QUIET)
        _assert_whole(tmp_path / str(seed), publishers)
    print(f"{killed:4d}  runs killed, each completed by the next")
    assert killed


@pytest.mark.shared
@pytest.mark.long
def test_a_new_study_of_three_states_is_checked_reported_and_scoped_as_it_is(shared: Path, tmp_path: Path):
    study = str(new_study_of_three_states(shared, tmp_path))
    region = sl.Results(sl.load_study(study))["regions"]["area"].iloc[0]
    checked = CliRunner().invoke(app, ["check", study])
    assert checked.exit_code == 0, checked.output
    reported = CliRunner().invoke(
        app, ["report", study, "--region", region, "--out", str(tmp_path / "pages")]
    )
    assert reported.exit_code == 0, reported.output
    assert len(list((tmp_path / "pages").glob("*/report.html"))) == 1
    briefed = CliRunner().invoke(app, ["scope", study, "--sector", "62", "--seed", "44007", "--out", str(tmp_path / "briefs")])  # fmt: skip
    assert briefed.exit_code == 0, briefed.output
    assert list((tmp_path / "briefs").rglob("*.html"))
