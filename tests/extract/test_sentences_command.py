"""`paperflops sentences`: a page of the sentences with what was read in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extract.mark_sentences import Mark, Sentence, marked_sentences, page_of
from tests.conftest import ROOT
from tests.extract.written import written_paper
from tests.test_command_line import assert_one_line, run

TEXT = (
    "Our net has 25.6M parameters and reaches 76.3% top-1 accuracy on ImageNet."
    " It was trained on 8 P100 GPUs for 3 days. The accuracy on the Marbles dataset is fine."
    " It is 8x faster than SlowNet-9."
)


def test_marks() -> None:
    """it marks every value and name of a sentence, apart and left to right, and leaves out sentences without values"""
    found = list(marked_sentences(written_paper(TEXT)))
    shown = [[(s.text[m.start : m.end], m.label) for m in s.marks] for s in found]
    assert shown[0] == [
        ("25.6M parameters", "parameters"), ("76.3", "score imagenet top1_accuracy"), ("ImageNet", "benchmark"),
    ]  # fmt: skip
    assert {("8", "count 8"), ("P100", "device"), ("3 days", "time")} <= set(shown[1])
    assert not [s for s in found if "faster" in s.text]
    for sentence in found:
        ends = [0, *(m.end for m in sentence.marks)]
        assert all(m.start >= end for m, end in zip(sentence.marks, ends, strict=False))


def test_page() -> None:
    """it names a section once, colours each kind, and shows the printed words with nothing lost"""
    one = Sentence("Errors <b> of 3.5%", "page 1 · Results", [Mark(14, 18, "score x error")])
    page = page_of([one, one], "1234.5678v1")
    assert page.count("page 1 · Results") == 1
    assert page.count("score x error") == 2
    assert "<b>" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "<title>1234.5678v1: what its sentences say</title>" in page


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sentences")
    assert (
        run(
            "add", ROOT / "tests" / "samples" / "pdf" / "1706.99902v1.pdf", "--db", folder / "p.duckdb", cwd=folder
        ).returncode
        == 0
    )
    return folder / "p.duckdb"


def test_command(database: Path) -> None:
    """it writes the page of a paper of the database, with or without a version"""
    for paper in ("1706.99902", "1706.99902v1"):
        out = database.parent / f"{paper}.html"
        ended = run("sentences", paper, "--out", out, "--db", database, cwd=database.parent)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "3.5 days" in out.read_text(encoding="utf-8")


def test_mistakes(database: Path) -> None:
    """it answers a paper that is not there, and a component that nobody registers, in one line"""
    unknown = run("sentences", "1706.11111", "--db", database, cwd=database.parent)
    assert_one_line(unknown, unknown.returncode, "no PDF of 1706.11111 is kept", "paperflops status")
    component = run("sentences", "1706.99902", "--db", database, cwd=database.parent, PAPERFLOPS_COMPONENTS="marbels")
    assert_one_line(component, component.returncode, "no component is called 'marbels'", "PAPERFLOPS_COMPONENTS")
    reading = run("extract", "--db", database, cwd=database.parent, PAPERFLOPS_COMPONENTS="marbels")
    assert_one_line(reading, reading.returncode, "no component is called 'marbels'")
    assert unknown.returncode and component.returncode and reading.returncode
