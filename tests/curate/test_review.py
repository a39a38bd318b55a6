"""From records to curated rows through a real Label Studio: by its API, and by its page in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from curate.backends.label_studio_server import Server
from db.store import reading, rows_of
from tests.curate.annotator import ApiAnnotator, PageAnnotator
from tests.curate.command import paperflops
from tests.curate.readings import IMAGENET_RESNET_50, RESIDUAL, Told, reading_of, save_paper

pytestmark = pytest.mark.label_studio

MODELS = {
    ("ResNet-50", "imagenet"): IMAGENET_RESNET_50,
    ("ResNet-101", "imagenet"): (
        Told("score", 19.87, 2, "ResNet-101 19.87 4.60", "19.87", "top1_error", {"confidence": 0.8}),
    ),
}


@pytest.fixture
def db(db_path: Path) -> Path:
    """A database with the sample paper's two records."""
    save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, MODELS))
    return db_path


def table(db: Path, sql: str) -> list[dict[str, Any]]:
    with reading(db) as con:
        return rows_of(con, sql)


def test_send_twice(db: Path, at_server: str, label_studio: Server) -> None:
    """it makes each task once, however often it is sent, also by a database that knows of no sending."""
    assert "2 sent" in paperflops(db, "review", "send")
    assert "2 there already" in paperflops(db, "review", "send")
    with_no_memory = db.with_name("other.duckdb")
    save_paper(with_no_memory, RESIDUAL, reading_of(RESIDUAL, MODELS))
    assert "2 there already" in paperflops(with_no_memory, "review", "send")
    assert len(ApiAnnotator(label_studio, at_server).tasks()) == 2


def test_answer_by_api(db: Path, at_server: str, label_studio: Server) -> None:
    """it brings a decision back once, with its evidence, and makes the curated row of it."""
    paperflops(db, "review", "send")
    annotator = ApiAnnotator(label_studio, at_server)
    annotator.answer(
        annotator.task("ResNet-50"), {0: "accept", 2: "correct", 6: "reject"}, {"value_2": "26M", "page_2": "1"}
    )
    assert "3 new decisions; 1 curated rows" in paperflops(db, "review", "sync")
    assert "0 new decisions; 1 curated rows" in paperflops(db, "review", "sync")
    (row,) = table(db, "SELECT * FROM curated")
    assert (row["model"], row["benchmark"], row["metric"]) == ("ResNet-50", "imagenet", "top1_error")
    assert (row["score"], row["score_state"], row["score_page"]) == (20.74, "accepted", 2)
    assert (row["parameters"], row["parameters_state"]) == (26e6, "corrected")
    assert (row["training_seconds"], row["training_seconds_state"]) == (None, "rejected")
    assert (row["device"], row["device_state"]) == ("Tesla M40", "unreviewed")
    assert row["score_quote"] == "ResNet-50 20.74 5.25"
    seconds = table(db, "SELECT sum(seconds_spent) AS s FROM decisions")[0]["s"]
    assert seconds == pytest.approx(12.0, abs=0.01)


@pytest.mark.browser
def test_answer_at_the_page(db: Path, at_server: str, label_studio: Server, browser: Any, screenshots: Path) -> None:
    """it takes an untroubled record in fields + 2 keys or fewer, and another in two."""
    url = paperflops(db, "review", "send").split()[-1]
    page = PageAnnotator(browser, label_studio)
    page.open(url)
    page.picture(screenshots / "review-page.png")
    models = [page.browser.find_element("css selector", ".pf-model").text]
    fields = 7 if models[0] == "ResNet-50" else 1
    page.keys = 0
    page.press(*"1234567"[:fields])
    assert page.chosen()[:fields] == ["accept"] * fields
    page.picture(screenshots / "review-page-answered.png")
    page.press("ctrl+enter")
    assert page.keys <= fields + 2
    other = "ResNet-101" if models[0] == "ResNet-50" else "ResNet-50"
    page.wait_for_record(other)
    page.press("=", "ctrl+enter")
    page._until(lambda: not page._all(".pf-model") or page._all(".pf-model")[0].text != other, "the record is gone")
    assert "8 new decisions; 2 curated rows" in paperflops(db, "review", "sync")
    rows = table(db, "SELECT model, score, score_state, parameters_state FROM curated ORDER BY score")
    assert [(r["model"], r["score"], r["score_state"]) for r in rows] == [
        ("ResNet-101", 19.87, "accepted"),
        ("ResNet-50", 20.74, "accepted"),
    ]
    assert rows[1]["parameters_state"] == "accepted"


@pytest.mark.browser
def test_correct_at_the_page(db: Path, at_server: str, label_studio: Server, browser: Any, screenshots: Path) -> None:
    """it lets values be corrected without the mouse: E and Tab lead to the box, R and Tab to the next one."""
    paperflops(db, "review", "send")
    task = ApiAnnotator(label_studio, at_server).task("ResNet-50")
    page = PageAnnotator(browser, label_studio)
    page.open(f"{label_studio.url}/projects/{task['project']}/data?task={task['id']}")
    page.keys = 0
    page.press("e", "tab")
    page.type("25.5M")
    page.press("enter", "r", "tab")
    page.type("3.9G")
    page.press("tab")
    page.type("2")
    page.press("enter")
    page.picture(screenshots / "review-page-corrected.png")
    page.press("1", "ctrl+enter")
    assert page.keys == 9
    page._until(lambda: ApiAnnotator(label_studio, at_server).task("ResNet-50")["annotations"], "it was submitted")
    assert "3 new decisions" in paperflops(db, "review", "sync")
    (row,) = table(db, "SELECT * FROM curated")
    assert (row["parameters"], row["parameters_state"]) == (25.5e6, "corrected")
    # the paper says 25.6M: the other value is the person's own word, marked as such, and has not the paper's
    assert (row["parameters_page"], row["parameters_quote"]) == (
        1, f"25.5M (stated by {label_studio.username}, not found in the paper)",
    )  # fmt: skip
    assert (row["multiply_adds"], row["multiply_adds_page"]) == (3.9e9, 2)


@pytest.mark.browser
def test_back_to_a_box(db: Path, at_server: str, label_studio: Server, browser: Any) -> None:
    """it leads back up to the first open box with Alt+C and Tab."""
    paperflops(db, "review", "send")
    task = ApiAnnotator(label_studio, at_server).task("ResNet-50")
    page = PageAnnotator(browser, label_studio)
    page.open(f"{label_studio.url}/projects/{task['project']}/data?task={task['id']}")
    page.press("r", "tab")
    page.type("3.9G")
    page.press("enter", "q", "alt+c", "tab")
    page.type("20.8")
    page.press("enter", "ctrl+enter")
    page._until(lambda: ApiAnnotator(label_studio, at_server).task("ResNet-50")["annotations"], "it was submitted")
    paperflops(db, "review", "sync")
    (row,) = table(db, "SELECT * FROM curated")
    assert (row["score"], row["score_state"], row["multiply_adds"]) == (20.8, "corrected", 3.9e9)
