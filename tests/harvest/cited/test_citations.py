"""`paperflops harvest --cited`: papers that papers already read cite for a result on a tracked benchmark."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from db.models import Candidate, Evidence, Outcome, Paper
from db.store import reading, rows_of, writing
from db.tables.papers import StoredFile, save_files, save_papers
from db.tables.readings import Reading, save_readings
from harvest.cited.bibliography import entries_of
from harvest.pdfs.store import keep_stream
from tests.harvest.conftest import Harvest, last_json, paperflops, papers_of
from tests.loopback_arxiv import Act, LoopbackArxiv, ServedPaper

TEXT = """A title
We compare with PrudentNet-7 [2] and Grand Model [3, 4] on many things.
The weather [1] was fine.
References
[1] A. Author. On rain. arXiv preprint arXiv:1501.00001, 2015.
[2] B. Author. Prudent networks.
arXiv:1602.00002v3, 2016.
[3] C. Author. Grand models. CoRR, abs/1703.00003.
[4] D. Author. Image classification by residual networks, top-1. https://arxiv.org/abs/1704.00004
[5] E. Author. A book, 1999.
"""


def test_entries() -> None:
    """it reads each cited arXiv paper once, with the names before its mark."""
    found = {e.arxiv_id: e for e in entries_of(TEXT)}
    assert list(found) == ["1501.00001", "1602.00002", "1703.00003", "1704.00004"]
    assert found["1602.00002"].names == ("compare with PrudentNet-7",)
    assert "Grand Model" in found["1703.00003"].names[0]
    assert entries_of("A text that cites arXiv:1501.00001 and has no references.") == []


def test_entries_without_marks() -> None:
    """it reads entries by author and year, without names."""
    text = "Text.\nReferences\nAuthor, A. (2015). On rain. arXiv:1501.00001.\nBuilder, B. Nets. arXiv:1602.00002.\n"
    found = entries_of(text)
    assert [e.arxiv_id for e in found] == ["1501.00001", "1602.00002"]
    assert "Nets" in found[1].words and "rain" not in found[1].words


def a_pdf(text: str) -> bytes:
    """A PDF that holds the text, a line a line."""
    shown = b"".join(
        b"1 0 0 1 50 %d Tm (%s) Tj\n" % (800 - 20 * n, line.replace("(", "").replace(")", "").encode())
        for n, line in enumerate(text.splitlines())
    )
    content = b"BT /F1 9 Tf\n" + shown + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 850] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table, len(out),
    )  # fmt: skip


@pytest.fixture
def read_paper(db_path: Path) -> None:
    """A paper that was read: it repeats PrudentNet-7's result on COCO and has its own on ImageNet."""
    pdf = a_pdf(TEXT)
    kept = keep_stream(db_path, [pdf])
    evidence = Evidence("1801.00009", 2, 1, "a row", None, None, ())
    scores = tuple(
        Candidate(
            "score", 70.0 + n, evidence, "table", "r", subject=subject, benchmark=benchmark, role=role, chosen=True
        )
        for n, (subject, benchmark, role) in enumerate(
            [("PrudentNet-7", "coco", "prior"), ("Ours", "imagenet", "own"), ("Big [3]", "cifar10", "prior")]
        )
    )
    with writing(db_path) as con:
        save_papers(con, [Paper("1801.00009", 2, title="A title")])
        save_files(con, [StoredFile(kept.sha256, kept.path, kept.bytes, "x.pdf", "1801.00009", 2)])
        save_readings(con, [Reading("1801.00009", 2, kept.sha256, "r", Outcome.READ, candidates=scores)])


CITED = [
    ServedPaper("1602.00002", "Prudent networks", "We are prudent.", datetime(2016, 2, 1), version=3, body="COCO test"),
    ServedPaper("1704.00004", "By residues", "We classify.", datetime(2017, 4, 1), body="Nothing of interest"),
    ServedPaper("1703.00003", "Grand models", "Grand.", datetime(2017, 3, 1)),
]


def test_cited(arxiv: LoopbackArxiv, read_paper: None, db_path: Path) -> None:
    """it queues what is cited for a result, with the citing paper as reason, looks into it, and does so once."""
    arxiv.papers.clear()
    arxiv.put(*CITED)
    run = paperflops(db_path, "harvest", "--cited", "--json")
    assert run.returncode == 0, run.stderr
    assert {a.query.get("id_list") for a in arxiv.of_kind("api")} == {"1602.00002,1703.00003,1704.00004"}
    assert not arxiv.of_kind("oai")
    assert last_json(run.stdout)["fetched"] == 1
    with reading(db_path) as con:
        rows = rows_of(con, "SELECT arxiv_id, benchmark, term, verdict FROM harvest_prospects ORDER BY 1, 2")
        found = rows_of(con, "SELECT arxiv_id, benchmark, term FROM found_by")
        queue = rows_of(con, "SELECT arxiv_id, state, reason FROM harvest_queue ORDER BY 1")
    assert [tuple(r.values()) for r in rows] == [
        ("1602.00002", "coco", "cited by 1801.00009v2", "found"),
        ("1703.00003", "cifar10", "cited by 1801.00009v2", "dropped"),
        ("1704.00004", "imagenet", "cited by 1801.00009v2", "dropped"),
    ]
    assert [tuple(r.values()) for r in found] == [("1602.00002", "coco", "cited by 1801.00009v2")]
    assert queue[1]["state"] == "dropped"
    assert papers_of(db_path)["1602.00002", 3]["pdf_sha256"]
    before = len(arxiv.asked)
    assert paperflops(db_path, "harvest", "--cited", "--json").returncode == 0
    assert len(arxiv.asked) == before


def test_cited_again_after_a_fault(arxiv: LoopbackArxiv, harvest: Harvest, read_paper: None, db_path: Path) -> None:
    """it reads the bibliography again where arXiv did not answer."""
    arxiv.papers.clear()
    arxiv.put(*CITED)
    arxiv.script = lambda asked: Act(status=500) if asked.kind == "api" else None
    assert harvest("coco", "imagenet", source="none", cited=True).exit_code == 75
    arxiv.script = lambda asked: None
    assert harvest("coco", "imagenet", source="none", cited=True, most=0).exit_code == 0
    assert {key[0] for key in papers_of(db_path)} == {"1801.00009", "1602.00002", "1704.00004"}


def test_cited_of_other_benchmarks(arxiv: LoopbackArxiv, harvest: Harvest, read_paper: None, db_path: Path) -> None:
    """it queues only for the benchmarks that were asked for."""
    arxiv.papers.clear()
    arxiv.put(*CITED)
    harvest("coco", source="none", cited=True, most=0)
    assert {key[0] for key in papers_of(db_path)} == {"1801.00009", "1602.00002"}
    harvest("coco", "imagenet", "cifar10", source="none", cited=True, most=0)  # the wider run is none the poorer
    assert {key[0] for key in papers_of(db_path)} == {"1801.00009", "1602.00002", "1703.00003", "1704.00004"}
