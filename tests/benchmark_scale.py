"""What commands cost on large stores: `python tests/benchmark_scale.py [FOLDER] [--papers 300 3000 20000]`.

The PDFs of FOLDER (the repository's samples, if none is named) are taken in and read; stores of so many copies of them
are made by the project's own functions (`tests/large_store.py`); each command runs on each store in a process of its
own, and its CPU seconds and peak memory are printed as a table, below a line on the machine. Not a test: what it prints
depends on the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAPERFLOPS = (sys.executable, "-m", "paperflops")
ANALYSIS = (sys.executable, "analysis/run.py")
MAKE = """
import sys
from pathlib import Path
from tests.large_store import make_store
make_store(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
"""
PLAN = """
import sys
from pathlib import Path
from curate.queue.order import batch
from curate.queue.plan import load_plan, pages_of_asked
from db.store import reading
with reading(Path(sys.argv[1])) as con:
    asked = batch(load_plan(con).in_order("worth"), 100, lambda a: a.paper)
    print(len(pages_of_asked(con, asked).open))
"""
A_PAPER = """
import sys
from pathlib import Path
from db.store import reading
with reading(Path(sys.argv[1])) as con:
    print(con.execute("SELECT min(arxiv_id) FROM papers").fetchone()[0])
"""


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    seconds: float  # of CPU, of the process and its children
    peak_mb: float
    code: int


def run(*command: object) -> Cost:
    """What the command takes, run from the project's folder."""
    # not `subprocess`: a child that is forked counts its parent's memory as its own peak
    nowhere = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)]
    words = [str(part) for part in command]
    child = os.posix_spawn(words[0], words, os.environ | {"PYTHONPATH": str(ROOT)}, file_actions=nowhere)
    _, status, usage = os.wait4(child, 0)
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Cost(usage.ru_utime + usage.ru_stime, peak, os.waitstatus_to_exitcode(status))


def commands(store: Path, out: Path) -> dict[str, tuple[object, ...]]:
    """The commands that are measured on a store, by what the table calls them."""
    asked = [sys.executable, "-c", A_PAPER, str(store)]
    paper = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    db = ("--db", store)
    return {
        "paperflops --help": (*PAPERFLOPS, "--help"),
        "status": (*PAPERFLOPS, "status", *db),
        "show ID": (*PAPERFLOPS, "show", paper, *db),
        "show UNKNOWN": (*PAPERFLOPS, "show", "1706.03763", *db),
        "export predictions": (*PAPERFLOPS, "export", "predictions", "--out", out / "predictions.jsonl", *db),
        "export records": (*PAPERFLOPS, "export", "records", "--out", out / "records.csv", *db),
        "export curated": (*PAPERFLOPS, "export", "curated", "--out", out / "curated.parquet", *db),
        "review status": (*PAPERFLOPS, "review", "status", *db),
        "review send --limit 100, planned": (sys.executable, "-c", PLAN, store),
        "analysis/run.py scaling": (*ANALYSIS, "scaling", "--out", out / "report", *db),
    }


def machine() -> str:
    """The machine in a line: processor, cores, memory, Python and DuckDB."""
    import duckdb

    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        name = models[0] if models else name
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{name}, {os.cpu_count()} cores, {memory:.0f} GB; Python {platform.python_version()},"
        f" DuckDB {duckdb.__version__}; load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "tests" / "samples" / "pdf", help="PDFs")
    parser.add_argument("--papers", type=int, nargs="+", default=[300, 3000, 20000], help="the sizes of the stores")
    parser.add_argument("--keep", type=Path, help="where the stores are made, and kept for another run")
    options = parser.parse_args()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        home = options.keep or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        source = home / "read.duckdb"
        if not source.exists():
            run(*PAPERFLOPS, "add", options.folder.absolute(), "--db", source)
            run(*PAPERFLOPS, "extract", "--db", source)
        print(machine())
        print("\n| papers | command | CPU s | peak MB |\n|-------:|---------|------:|--------:|")
        for papers in options.papers:
            store = home / f"{papers}.duckdb"
            if not store.exists():
                made = run(sys.executable, "-c", MAKE, source, store, papers)
                size = store.stat().st_size / papers / 1000
                print(
                    f"| {papers} | made: {size:.0f} kB a paper | {made.seconds:.1f} | {made.peak_mb:.0f} |", flush=True
                )
            for name, command in commands(store, Path(scratch)).items():
                cost = run(*command)
                expected = 2 if name == "show UNKNOWN" else 0
                failed = "" if cost.code == expected else f" (ended with {cost.code})"
                print(f"| {papers} | {name}{failed} | {cost.seconds:.2f} | {cost.peak_mb:.0f} |", flush=True)


if __name__ == "__main__":
    main()
