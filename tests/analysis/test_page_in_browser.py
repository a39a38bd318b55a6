"""The report in a browser: figures are drawn, marks lead to papers, nothing is fetched."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--virtual-time-budget=4000",
)

pytestmark = [pytest.mark.browser, pytest.mark.skipif(BROWSER is None, reason="needs Chromium on the path")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    subprocess.run(
        [sys.executable, ROOT / "analysis" / "run.py", "--reference", "--out", folder, "scaling", "inference"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / "report.html"


def dom(page: Path, *flags: str) -> str:
    assert BROWSER is not None
    return subprocess.run(
        [BROWSER, *FLAGS, *flags, "--dump-dom", page.as_uri()], check=True, capture_output=True, text=True, timeout=60
    ).stdout


@pytest.mark.parametrize("size", ["1200,900", "400,800"], ids=["wide", "narrow"])
def test_every_figure_is_drawn(page: Path, size: str) -> None:
    """it draws a picture with marks for every figure, in a wide and in a narrow window."""
    text = dom(page, f"--window-size={size}")
    charts = re.findall(r'<figure class="chart[^"]*".*?</figure>', text, re.DOTALL)
    assert len(charts) == 3
    for chart in charts:
        drawn = re.sub(r"<script.*?</script>", "", chart, flags=re.DOTALL)
        assert "<svg" in drawn and drawn.count("<path") >= 5
        assert "NaN" not in drawn


def test_marks_lead_to_papers(page: Path) -> None:
    """it gives marks, which Vega follows when they are clicked, the link to their paper on arXiv."""
    text = page.read_text(encoding="utf-8")
    assert '"href":{"field":"link"' in text
    assert re.search(r'"link":"https://arxiv\.org/[^"]+"', text)


def test_tables_wider_than_the_window_say_so(page: Path) -> None:
    """it marks a table that goes on beyond a narrow window's edge, and none in a window that holds it."""
    assert 'class="scroll more"' in dom(page, "--window-size=400,800")
    assert dom(page, "--window-size=2400,900").count('class="scroll more"') == 0


def test_panels_and_axes_can_be_switched(page: Path) -> None:
    """it offers a button a benchmark and one for linear axes."""
    text = dom(page)
    assert re.search(r'<button aria-pressed="true"[^>]*>ImageNet</button>', text)
    assert "linear axes</button>" in text
