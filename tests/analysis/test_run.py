"""`python analysis/run.py`: what it writes, and how it speaks of bad input."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analysis.run import main
from analysis.studies.published import agrees
from db import store
from db.tables.curated import load_reference

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "analysis" / "run.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=900,
    )


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report on the reference table."""
    folder = tmp_path_factory.mktemp("reference") / "out"
    done = run("--reference", "--out", folder)
    assert done.returncode == 0, done.stderr
    assert "report.html" in done.stdout and "performance to the power of" in done.stdout
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()
    }


def test_report_tables_and_figures_are_written(reference: Path) -> None:
    """it writes the page, a CSV and a LaTeX file a table, a PNG and an SVG a figure."""
    assert (reference / "report.html").stat().st_size > 100_000
    tables, figures = list((reference / "tables").iterdir()), list((reference / "figures").iterdir())
    assert {t.suffix for t in tables} == {".csv", ".tex"}
    assert {f.stem for f in figures if f.suffix == ".png"} == {f.stem for f in figures if f.suffix == ".svg"} != set()


def test_the_page_is_self_contained(reference: Path) -> None:
    """it fetches nothing: no script, style, image or font from elsewhere."""

    class Fetches(HTMLParser):
        found: list[tuple[str, str | None]] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            self.found += [(tag, v) for k, v in attributes if k in ("src", "srcset") or (tag == "link" and k == "href")]

    page = (reference / "report.html").read_text(encoding="utf-8")
    fetches = Fetches()
    fetches.feed(page)
    assert fetches.found == []
    assert "@import" not in page and not re.search(r"url\(\s*['\"]?http", page)


@pytest.mark.parametrize("benchmark", ["MS COCO", "CoNLL 2003 (English)", "WMT14 English-French"])
def test_tables_3_and_4_to_the_printed_digit(reference: Path, benchmark: str) -> None:
    """it gives every figure that the study prints for a benchmark, to the digit, on the rows as fitted."""
    cells = pd.read_csv(reference / "tables" / "published.csv", dtype={"published": str})
    cells = cells[cells["table"].isin(["Table 3", "Table 4"]) & (cells["benchmark"] == benchmark)]
    assert len(cells) >= 15
    for cell in cells.to_dict("records"):
        assert agrees(cell["ours, as fitted"], cell["published"]), cell


def test_a_loaded_reference_table_gives_the_same_cards(reference: Path, tmp_path: Path) -> None:
    """it says of a database with the reference table what it says of the table, and does not call it curated."""
    with store.writing(tmp_path / "r.duckdb") as con:
        load_reference(con)
    done = run("scaling", "--db", tmp_path / "r.duckdb", "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    mine, theirs = (pd.read_csv(folder / "tables" / "scaling.csv") for folder in (tmp_path / "o", reference))
    theirs = theirs[theirs["data"] == "corrected"].reset_index(drop=True)
    columns = ["benchmark", "n", "slope", "low", "high"]
    pd.testing.assert_frame_equal(mine[columns], theirs[columns], check_exact=False, rtol=1e-9)
    page = (tmp_path / "o" / "report.html").read_text(encoding="utf-8")
    assert "Fits on the reference table of arXiv 2007.05558, as loaded into r.duckdb" in page


def test_every_row_left_out_has_a_reason(reference: Path) -> None:
    """it accounts for every row of the reference table: used, or left out with a reason."""
    used = pd.read_csv(reference / "tables" / "rows_used.csv")
    left_out = pd.read_csv(reference / "tables" / "left_out_rows.csv")
    assert left_out["reason"].notna().all()
    names = set(zip(used["data"], used["row"], strict=True)) | set(
        zip(left_out["data"], left_out["row_key"], strict=True)
    )
    rows = duckdb.sql(
        f"SELECT data, row_key FROM '{reference}/snapshot.parquet' WHERE part = 'observations'"
    ).fetchall()
    assert names == set(rows)
    assert len(used) + len(left_out) == len(rows)


def test_snapshot_gives_the_same_bytes(reference: Path, tmp_path: Path) -> None:
    """it makes every file again to the byte from the snapshot beside the report."""
    done = run("--snapshot", reference / "snapshot.parquet", "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "again") == digests(reference)


def run_here(patch: pytest.MonkeyPatch, *arguments: str | Path) -> int | str | None:
    """The exit code of the same command in this process, which has loaded what it needs."""
    patch.setattr(sys, "argv", ["run.py", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_list_names_the_studies(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """it names each study with what it answers."""
    assert run_here(monkeypatch, "--list") == 0
    assert re.search(r"^scaling +\S", capfd.readouterr().out, re.MULTILINE)


def empty_database(path: Path) -> Path:
    with store.writing(path):
        pass
    return path


def damaged(path: Path) -> Path:
    path.write_bytes(b"not a parquet file")
    return path


@pytest.mark.parametrize(
    "arguments, words",
    [
        (lambda t: ["--db", t / "none.duckdb", "--out", t / "o"], "there is no database at"),
        (lambda t: ["--db", empty_database(t / "e.duckdb"), "--out", t / "o"], "curated table of .* is empty"),
        (lambda t: ["--reference", "--benchmark", "imagnet", "--out", t / "o"], "unknown benchmark 'imagnet'"),
        (lambda t: ["--reference", "scalling", "--out", t / "o"], "there is no study 'scalling'"),
        (lambda t: ["--reference", "--compute", "joules", "--out", t / "o"], "no measure of computing 'joules'"),
        (lambda t: ["--reference", "--rows", "curated", "--out", t / "o"], "it has as published, as fitted, corrected"),
        (lambda t: ["--reference", "--since", "yesterday", "--out", t / "o"], "no year or date"),
        (lambda t: ["--reference", "--draws", "many", "--out", t / "o"], "see `python analysis/run.py --help`"),
        (lambda t: ["--reference", "--seed", "-1", "--out", t / "o"], "greater than or equal to 0"),
        (lambda t: ["--reference", "--db", t / "d", "--out", t / "o"], "--reference and --db exclude each other"),
        (lambda t: ["--reference", "--gflops-per-joule", "0", "--out", t / "o"], "give a number above 0"),
        (lambda t: ["--snapshot", t / "none.parquet", "--out", t / "o"], "there is no snapshot"),
        (lambda t: ["--snapshot", damaged(t / "d.parquet"), "--out", t / "o"], "can't be read as a snapshot"),
        (lambda t: ["--reference", "--out", damaged(t / "file") / "o"], "can't be written"),
    ],
    ids=[
        "no database",
        "empty",
        "benchmark",
        "study",
        "compute",
        "rows",
        "since",
        "draws",
        "seed",
        "two sources",
        "conversion",
        "no snapshot",
        "damaged snapshot",
        "out",
    ],
)
def test_bad_input_ends_in_one_line(  # type: ignore[no-untyped-def]
    arguments, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """it ends with one clear line and an exit code, never a traceback."""
    assert run_here(monkeypatch, *arguments(tmp_path)) not in (0, None)
    assert_one_line(capfd.readouterr().err, words)


def test_bad_input_in_a_process_of_its_own(tmp_path: Path) -> None:
    """it ends as it does in this process."""
    done = run("--db", tmp_path / "none.duckdb", "--out", tmp_path / "o")
    assert done.returncode == 2
    assert_one_line(done.stderr, "there is no database at")


def assert_one_line(said: str, words: str) -> None:
    lines = [line for line in said.splitlines() if line.strip()]
    assert len(lines) == 1, said
    assert re.search(words, lines[0])
    assert "Traceback" not in said
