"""A page drawn with what was read on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from db.look.page import COLOURS
from tests.conftest import ROOT

SAMPLE = ROOT / "tests" / "samples" / "pdf" / "1706.99902v1.pdf"


def paperflops(db: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "paperflops", *map(str, words), "--db", str(db)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)


@pytest.fixture
def read_paper(db_path: Path) -> Path:
    paperflops(db_path, "add", SAMPLE)
    paperflops(db_path, "extract")
    return db_path


def test_page(read_paper: Path, tmp_path: Path) -> None:
    """it draws the page in a picture on which a device's colour is seen"""
    out = tmp_path / "page.png"
    done = paperflops(read_paper, "show", "1706.99902", "--page", 2, "--out", out)
    assert done.returncode == 0, done.stderr
    image = Image.open(out).convert("RGB")
    assert image.width > 800
    wanted = tuple(bytes.fromhex(COLOURS["device"][1:]))
    assert wanted in {colour for _, colour in image.getcolors(1 << 24) or ()}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("1706.99902", "--page", 99), "no such page"),
        (("1706.99902", "--page", 1, "--out", "no/such/page.png"), "no folder"),
        (("1111.11111", "--page", 1), "1111.11111"),
    ],
)
def test_mistakes(read_paper: Path, words: tuple[object, ...], said: str) -> None:
    """it says in one line what was wrong"""
    done = paperflops(read_paper, "show", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
