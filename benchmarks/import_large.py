"""Time and memory of importing large QCEW files, beside plain pandas on the same files in the same run.

    python benchmarks/import_large.py [PARQUET]

Writes an annual single file of about 600 MB from repeated rows to a temporary folder (deleted at the end),
then reads it and PARQUET (without it, the quarterly county file of the real public data beside the project),
each in a process of its own, so that the peak of resident memory is that of the import alone. What sectorlib
does more than pandas: withheld cells, quarters into years, repeats and contradictions. Readers take turns, three
times each, and the least of each counts, in elapsed and in processor time: other work on the machine only adds to it.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

PARQUET = (
    Path(__file__).parents[1].parent
    / "shared" / "data" / "qcew" / "us_2016" / "us_2016_quarterly_county_to_naics4.parquet"
)  # fmt: skip

MEGABYTES = 600

#: How often each reader takes its turn.
TURNS = 3

HEADER = (
    "area_fips,own_code,industry_code,agglvl_code,size_code,year,qtr,disclosure_code,annual_avg_estabs,"
    "annual_avg_emplvl,total_annual_wages,taxable_annual_wages,annual_contributions,annual_avg_wkly_wage,"
    "avg_annual_pay,lq_disclosure_code,lq_annual_avg_estabs,lq_annual_avg_emplvl,lq_total_annual_wages,"
    "lq_taxable_annual_wages,lq_annual_contributions,lq_annual_avg_wkly_wage,lq_avg_annual_pay,"
    "oty_disclosure_code,oty_annual_avg_estabs_chg,oty_annual_avg_estabs_pct_chg,oty_annual_avg_emplvl_chg,"
    "oty_annual_avg_emplvl_pct_chg,oty_total_annual_wages_chg,oty_total_annual_wages_pct_chg,"
    "oty_taxable_annual_wages_chg,oty_taxable_annual_wages_pct_chg,oty_annual_contributions_chg,"
    "oty_annual_contributions_pct_chg,oty_annual_avg_wkly_wage_chg,oty_annual_avg_wkly_wage_pct_chg,"
    "oty_avg_annual_pay_chg,oty_avg_annual_pay_pct_chg\n"
)

NEEDED = [
    "area_fips", "own_code", "industry_code", "year", "qtr", "disclosure_code",
    "annual_avg_estabs", "annual_avg_emplvl", "total_annual_wages",
]  # fmt: skip
NEEDED_QUARTERLY = [
    "area_fips", "own_code", "industry_code", "year", "qtr", "disclosure_code", "qtrly_estabs_count",
    "month1_emplvl", "month2_emplvl", "month3_emplvl", "total_qtrly_wages",
]  # fmt: skip

#: What each process runs, with PATH replaced.
READERS = {
    "annual single file": {
        "sectorlib.read_annual": "sectorlib.read_annual([Path(PATH)]).rows",
        "pandas.read_csv": f"pandas.read_csv(PATH, usecols={NEEDED}, dtype=dict.fromkeys({NEEDED[:3]}, str))",
    },
    "quarterly Parquet": {
        "sectorlib.read_annual": "sectorlib.read_annual([Path(PATH)]).rows",
        "pandas.read_parquet": f"pandas.read_parquet(PATH, columns={NEEDED_QUARTERLY})",
    },
}


def single_file(path: Path) -> None:
    """An annual single file of invented counties, quoted and withheld as the official ones are."""
    tail = ',"",1.0,1.0,1.0,1.0,1.0,1.0,1.0,"",1,0.1,12,0.1,1200,0.1,1200,0.1,12,0.1,12,0.1,12,0.1\n'
    industries = [f"{sector}{n:04d}" for sector in (11, 23, 42, 52, 62, 72, 81) for n in range(120)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        county = 0
        while file.tell() < MEGABYTES * 1_000_000:
            file.writelines(_row(county, code, n, tail) for n, code in enumerate(industries))
            county += 1


def _row(county: int, code: str, n: int, tail: str) -> str:
    keys = f'"{county:05d}","5","{code}","78","0","2016","A"'
    if (n * 7 + county) % 5 == 0:
        return f'{keys},"N",{n % 50 + 1},0,0,0,0,0,0{tail}'
    return f'{keys},"",{n % 50 + 1},{n},{n * 40_000},{n * 9_000},{n * 90},769,40000{tail}'


def measured(expression: str, path: Path) -> tuple[int, float, float, float]:
    """Rows read, seconds elapsed and of the processor, and peak of resident memory in MB beyond that of the imports."""
    program = (
        "import resource, time\nfrom pathlib import Path\nimport pandas, sectorlib\n"
        f"PATH = {str(path)!r}\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "start, used = time.perf_counter(), time.process_time()\n"
        f"rows = {expression}\n"
        "print(len(rows), time.perf_counter() - start, time.process_time() - used, "
        "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, before / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    rows, seconds, processor, peak, before = done.stdout.splitlines()[-1].split()
    return int(rows), float(seconds), float(processor), float(peak) - float(before)


def compared(label: str, path: Path) -> None:
    """Print what each reader takes, and the ratio of the first to the second."""
    print(f"{label}: {path.name}, {path.stat().st_size / 1e6:,.0f} MB")
    readers = READERS[label]
    tries: dict[str, list[tuple[int, float, float, float]]] = {reader: [] for reader in readers}
    for _ in range(TURNS):
        for reader, expression in readers.items():
            tries[reader].append(measured(expression, path))
    least = {reader: [min(figure) for figure in zip(*runs, strict=True)] for reader, runs in tries.items()}
    for reader, (rows, seconds, processor, peak) in least.items():
        print(
            f"  {reader:<24} {rows:>10,.0f} rows {seconds:>7.1f} s {processor:>7.1f} s of processor "
            f"{peak:>7,.0f} MB more at its peak"
        )
    ours, theirs = least.values()
    print(
        f"  ratio: {theirs[1] / ours[1]:.1f} x faster ({theirs[2] / ours[2]:.1f} x in processor time), "
        f"{ours[3] / theirs[3]:.2f} of its memory"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "2016.annual.singlefile.csv"
        start = time.perf_counter()
        single_file(path)
        print(f"wrote {path.name} in {time.perf_counter() - start:.0f} s")
        compared("annual single file", path)
    parquet = Path(sys.argv[1]) if len(sys.argv) > 1 else PARQUET
    if parquet.is_file():
        compared("quarterly Parquet", parquet)
    else:
        print(f"no {parquet}: name a quarterly QCEW file in Parquet to time it")


if __name__ == "__main__":
    main()
