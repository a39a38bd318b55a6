"""`paperflops add`: PDFs from disk."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db.errors import BadInputError
from db.models import Paper
from db.settings import pdf_path, pdf_store
from db.store import reading, rows_of, writing
from db.tables.papers import load_paper, load_papers, save_papers
from harvest.disk.add import Added, add
from harvest.ids import UNKNOWN_VERSION
from tests.harvest.small_pdf import small_pdf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """PDFs of every kind of name and stamp."""
    pdfs = tmp_path / "in"
    (pdfs / "deeper").mkdir(parents=True)
    stamp = "arXiv:1409.1556v6 [cs.CV] 10 Apr 2015"
    (pdfs / "1512.03385v1.pdf").write_bytes(small_pdf(title="Deep Residual Learning for Image Recognition", body="a"))
    (pdfs / "math_0411343v1.pdf").write_bytes(small_pdf(title="General self-similarity", body="b"))
    (pdfs / "stamped.pdf").write_bytes(small_pdf(title="Very Deep Convolutional Networks", stamp=stamp))
    (pdfs / "deeper" / "reprint.PDF").write_bytes(
        small_pdf(title="A reprint of something", stamp="arXiv:1512.02325v1 [cs.CV] 8 Dec 2015", stamp_page=2, pages=2)
    )
    (pdfs / "citing.pdf").write_bytes(small_pdf(title="A paper that cites", body="He et al., arXiv:1512.03385, 2015"))
    (pdfs / "page.pdf").write_bytes(b"<!DOCTYPE html><html><body>Sign in</body></html>" * 10)
    (pdfs / "notes.txt").write_text("not to be taken")
    return pdfs


def test_identities(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """it takes id and version from the name, else from the stamp of page 1 or 2, else names the file by content."""
    db = tmp_path / "x" / "p.duckdb"
    assert add(db, [folder]) == Added(added=6, unidentified=2)
    with reading(db) as con:
        papers = {(p.arxiv_id, p.version): p for p in load_papers(con)}
    local = [key for key in papers if key[0].startswith("local/")]
    assert sorted(key for key in papers if key not in local) == [
        ("1409.1556", 6), ("1512.02325", 1), ("1512.03385", 1), ("math/0411343", 1),
    ]  # fmt: skip
    assert [version for _, version in local] == [UNKNOWN_VERSION] * 2
    assert papers["1512.03385", 1].title == "Deep Residual Learning for Image Recognition"
    assert str(papers["math/0411343", 1].published) == "2004-11-01"
    assert papers[local[0]].published is None
    err = capsys.readouterr().err
    assert "citing.pdf: no arXiv id" in err
    assert "page.pdf: an HTML page" in err


def test_hard_identities(tmp_path: Path) -> None:
    """it knows bulk names without a slash, stamps broken by a form feed, and files that show another paper's page."""
    pdfs = tmp_path / "in"
    pdfs.mkdir()
    own, other = "arXiv:1409.1556v6 [cs.CV] 10 Apr 2015", "arXiv:1512.02325v1 [cs.CV] 8 Dec 2015"
    (pdfs / "cs0701188.pdf").write_bytes(small_pdf(title="A small network for recognition", body="a"))
    (pdfs / "fed.pdf").write_bytes(b"\f" + small_pdf(title="A title with\fa feed", stamp=own.replace("] ", "]\f")))
    (pdfs / "1706.03762v5.pdf").write_bytes(small_pdf(title="Named by its own id", stamp=other, stamp_page=2, pages=2))
    db = tmp_path / "p.duckdb"
    assert add(db, [pdfs]) == Added(added=3)
    with reading(db) as con:
        titles = {(p.arxiv_id, p.version): p.title for p in load_papers(con)}
    assert titles == {
        ("cs/0701188", UNKNOWN_VERSION): "A small network for recognition",
        ("1409.1556", 6): "A title with a feed",
        ("1706.03762", 5): "Named by its own id",
    }


def test_content_is_kept_whole(tmp_path: Path, folder: Path) -> None:
    """it keeps each file under its content's name, byte for byte, and leaves no part file."""
    db = tmp_path / "p.duckdb"
    add(db, [folder])
    originals = {f.read_bytes() for f in folder.rglob("*") if f.suffix.lower() == ".pdf"}
    with reading(db) as con:
        rows = rows_of(con, "SELECT p.pdf_sha256, f.path FROM papers p JOIN files f ON f.sha256 = p.pdf_sha256")
    assert {pdf_path(db, r["pdf_sha256"]).read_bytes() for r in rows} == originals
    assert {(pdf_store(db) / r["path"]).read_bytes() for r in rows} == originals
    assert not list(pdf_store(db).glob("*.part"))


def test_again(tmp_path: Path, folder: Path) -> None:
    """it adds nothing the second time, and puts back a stored file that went missing."""
    db = tmp_path / "p.duckdb"
    add(db, [folder])
    assert add(db, [folder, folder / "stamped.pdf"]) == Added(known=6)
    with reading(db) as con:
        paper = load_paper(con, "1512.03385")
    assert paper is not None and paper.pdf_sha256 is not None
    pdf_path(db, paper.pdf_sha256).unlink()
    assert add(db, [folder]) == Added(added=1, known=5)
    assert pdf_path(db, paper.pdf_sha256).exists()


def test_first_content_stays(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """it keeps the first content of a version and says so when other bytes come under the same name."""
    db = tmp_path / "p.duckdb"
    add(db, [folder])
    other = tmp_path / "1512.03385v1.pdf"
    other.write_bytes(small_pdf(title="Something else entirely", body="zzz"))
    assert add(db, [other]) == Added(refused=1)
    assert "the first is kept" in capsys.readouterr().err
    with reading(db) as con:
        paper = load_paper(con, "1512.03385", 1)
    assert paper is not None and paper.title == "Deep Residual Learning for Image Recognition"


def test_whole_file_mends_a_cut_one(tmp_path: Path) -> None:
    """it lets a whole PDF take the place of a cut one of the same version."""
    db = tmp_path / "p.duckdb"
    whole = small_pdf(title="A title that is long enough", body="text")
    file = tmp_path / "1512.03385v1.pdf"
    file.write_bytes(whole[: len(whole) // 2])
    add(db, [file])
    file.write_bytes(whole)
    assert add(db, [file]).added == 1
    with reading(db) as con:
        paper = load_paper(con, "1512.03385", 1)
    assert paper is not None and paper.pdf_sha256 is not None
    assert pdf_path(db, paper.pdf_sha256).read_bytes() == whole


def test_cut_file_takes_no_place(tmp_path: Path) -> None:
    """it does not let a cut file that still shows a stamp stand for the paper."""
    db = tmp_path / "p.duckdb"
    whole = small_pdf(title="A title that is long enough", stamp="arXiv:1409.1556v6 [cs.CV] 10 Apr 2015")
    (tmp_path / "rest.pdf").write_bytes(whole[: whole.index(b"xref")])
    assert add(db, [tmp_path / "rest.pdf"]).unidentified == 1
    (tmp_path / "whole.pdf").write_bytes(whole)
    assert add(db, [tmp_path / "whole.pdf"]) == Added(added=1)


def test_version_from_stamp_and_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """it completes a name without version from the stamp, and marks the version as unknown where nothing says it."""
    db = tmp_path / "p.duckdb"
    (tmp_path / "1409.1556.pdf").write_bytes(
        small_pdf(title="Very Deep", stamp="arXiv:1409.1556v6 [cs.CV] 10 Apr 2015")
    )
    (tmp_path / "1512.03385.pdf").write_bytes(small_pdf(title="A conference copy"))
    add(db, [tmp_path])
    with reading(db) as con:
        assert [(p.arxiv_id, p.version) for p in load_papers(con)] == [("1409.1556", 6), ("1512.03385", 0)]
    assert "version unknown" in capsys.readouterr().err


def test_harvested_title_stays(tmp_path: Path, folder: Path) -> None:
    """it does not overwrite arXiv's metadata with what is read off the page."""
    db = tmp_path / "p.duckdb"
    with writing(db) as con:
        save_papers(con, [Paper("1512.03385", 1, title="From arXiv", authors=("K. He",))])
    add(db, [folder / "1512.03385v1.pdf"])
    with reading(db) as con:
        paper = load_paper(con, "1512.03385", 1)
    assert paper is not None
    assert (paper.title, paper.authors) == ("From arXiv", ("K. He",))
    assert paper.pdf_sha256 is not None


@pytest.mark.parametrize("name", ["nowhere", "notes.txt"])
def test_wrong_path(tmp_path: Path, folder: Path, name: str) -> None:
    """it names a path that does not exist or is no PDF."""
    with pytest.raises(BadInputError, match=name):
        add(tmp_path / "p.duckdb", [folder / name])


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """it loses nothing when killed: the same command goes on, and every file stands once and whole."""
    pdfs = tmp_path / "in"
    pdfs.mkdir()
    for number in range(120):
        (pdfs / f"2001.{number:05d}v1.pdf").write_bytes(small_pdf(title=f"Paper number {number}", body=str(number)))
    db = tmp_path / "p.duckdb"
    command = [sys.executable, "-m", "paperflops", "add", str(pdfs), "--db", str(db)]
    root = Path(__file__).resolve().parents[3]
    for pause in (0.5, 0.9):
        child = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        child.kill()
        child.wait()
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    with reading(db) as con:
        rows = rows_of(con, "SELECT arxiv_id, version, pdf_sha256 FROM papers")
    assert len(rows) == len({(r["arxiv_id"], r["version"]) for r in rows}) == 120
    kept = {pdf_path(db, r["pdf_sha256"]).read_bytes() for r in rows}
    assert kept == {f.read_bytes() for f in pdfs.iterdir()}


NO_STAMP = {"2012.12877"}  # a conference copy: no arXiv stamp on any page


@pytest.mark.parametrize("by", ["stamp", pytest.param("name", marks=pytest.mark.slow)])
def test_corpus(tmp_path: Path, shared: Path, by: str) -> None:
    """it identifies every real paper, from its name or (renamed) from its stamp alone, in seconds."""
    corpus = shared / "corpus"
    with (corpus / "manifest.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if (corpus / "pdf" / row["file"]).exists()]
    folder = corpus / "pdf"
    if by == "stamp":
        rows = [row for row in rows if row["arxiv_id"] not in NO_STAMP]
        folder = tmp_path / "renamed"
        folder.mkdir()
        for number, row in enumerate(rows):
            (folder / f"paper {number}.pdf").symlink_to(corpus / "pdf" / row["file"])
    db = tmp_path / "p.duckdb"
    started = time.monotonic()
    result = add(db, [folder])
    assert (result.added, result.unidentified) == (len(rows), 0)
    assert time.monotonic() - started < 60
    with reading(db) as con:
        found = {p.pdf_sha256: (p.arxiv_id, p.version) for p in load_papers(con)}
    for row in rows:
        arxiv_id, _, version = row["file"].removesuffix(".pdf").replace("_", "/").rpartition("v")
        expected = (arxiv_id, int(version)) if arxiv_id else (row["arxiv_id"], UNKNOWN_VERSION)
        assert found[row["sha256"]] == expected


def test_hard_files(tmp_path: Path, shared: Path) -> None:
    """it takes every hard file in and leaves the judgement to the extractor."""
    db = tmp_path / "p.duckdb"
    result = add(db, [shared / "corpus" / "hard"])
    assert (result.added, result.unidentified) == (8, 7)
    with reading(db) as con:
        assert load_paper(con, "1512.02325", 1) is not None  # its stamp stands on page 2
