"""The page of a release in a real browser, from a file: what it finds, what it shows, and that it asks for nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from db.models import Candidate, Outcome, Record, RecordValue
from db.release.contents import About
from db.release.page import page
from db.release.tables import released_tables
from db.store import insert_rows, now, reading, writing
from db.tables.readings import Reading, save_readings
from tests.db.sample_rows import candidate, place

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser

PAPERS, MODELS = 200, 25
HOSTILE = "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"
WIDE, NARROW = (1440, 900), (360, 800)
CUT_OFF = """
return [...document.querySelectorAll('th, td, dd, dt, button, select')]
  .filter((e) => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent);
"""
FETCH = "fetch('https://example.org/').then(() => arguments[0]('fetched'), () => arguments[0]('refused'))"


def reading_of(number: int) -> Reading:
    """A paper of 25 models: on two benchmarks in turn, on one of two processors, each with a score of its own."""
    paper = f"{15 + number % 8}01.{number:05d}"
    benchmark, metric = (("imagenet", "top1_error"), ("cifar10", "error"))[number % 2]
    device = ("Tesla V100", "Tesla P100")[number % 2]
    of_run = [
        candidate("device", device, f"We trained on 8 {device} GPUs for 3 days", run="r", page=4),
        candidate("device_count", 8.0, f"We trained on 8 {device} GPUs for 3 days", run="r", page=4),
        candidate("training_time", 259200.0, f"We trained on 8 {device} GPUs for 3 days", run="r", page=4),
    ]
    found: list[Candidate] = list(of_run)
    records = []
    for model in range(MODELS):
        name = f"Net-{number}-{model}"
        value = 10 + number / 10 + model / 1000
        quote = HOSTILE if number == model == 0 else f"{name} | {value}"
        score = candidate("score", value, quote, subject=name, benchmark=benchmark, metric=metric, page=7)
        found.append(score)
        records.append(Record(paper, 1, name, benchmark, "own", tuple(map(joined, (score, *of_run)))))
    moved = [replace(c, evidence=replace(c.evidence, arxiv_id=paper)) for c in found]
    keys = {c.key: m.key for c, m in zip(found, moved, strict=True)}
    records = [
        replace(r, values=tuple(replace(v, candidate_key=keys[v.candidate_key]) for v in r.values)) for r in records
    ]
    return Reading(paper, 1, "ab" * 32, "1", Outcome.READ, candidates=tuple(moved), records=tuple(records))


def joined(c: Candidate) -> RecordValue:
    return replace(place(c), confidence=0.75)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 5,000 rows."""
    folder = tmp_path_factory.mktemp("page")
    db = folder / "paperflops.duckdb"
    readings = [reading_of(number) for number in range(PAPERS)]
    with writing(db) as con:
        insert_rows(
            con,
            "papers",
            [
                {
                    "arxiv_id": r.arxiv_id, "version": 1, "title": HOSTILE if n == 0 else f"A study of net {n}",
                    "published": date(2000 + int(r.arxiv_id[:2]), 1, 1), "added_at": now(),
                }
                for n, r in enumerate(readings)
            ],
        )  # fmt: skip
        save_readings(con, readings)
    with reading(db) as con:
        html = page(con, list(released_tables(con)), About(date(2026, 11, 27)))
    (folder / "index.html").write_text(html, encoding="utf-8")
    return folder / "index.html"


@pytest.fixture
def at(file: Path, browser: Chrome) -> Iterator[Chrome]:
    """The browser on the page, as it is when it has just been opened."""
    resize(browser, WIDE)
    browser.get("about:blank")
    browser.get_log("browser")  # what other pages said is taken away: the browser is that of all tests
    browser.get(file.as_uri())
    yield browser
    resize(browser, WIDE)


def resize(browser: Chrome, size: tuple[int, int]) -> None:
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def css(browser: Chrome, selector: str) -> list[Any]:
    return browser.find_elements("css selector", selector)


def texts(browser: Chrome, selector: str) -> list[str]:
    return [str(e.text) for e in css(browser, selector)]


def count(browser: Chrome) -> str:
    (told,) = texts(browser, "#count")
    return told


def choose(browser: Chrome, menu: str, begins: str) -> None:
    (option,) = [o for o in css(browser, f"#{menu} option") if str(o.text).startswith(begins)]
    option.click()


def test_rows_are_drawn_in_pages(at: Chrome) -> None:
    """it draws fifty rows of five thousand, and the next fifty when asked"""
    assert count(at) == "5,000 of 5,000 rows"
    assert len(css(at, "tbody tr")) == 50
    first = texts(at, "tbody td.model")
    css(at, "#pages button")[1].click()
    assert texts(at, "#pages span") == ["page 2 of 100"]
    assert not set(first) & set(texts(at, "tbody td.model"))


def test_search_and_filters(at: Chrome) -> None:
    """it shows the rows that have all that was asked for, and all of them again when cleared"""
    choose(at, "benchmark", "CIFAR-10")
    assert count(at) == "2,500 of 5,000 rows"
    choose(at, "year", "2016")
    assert count(at) == "625 of 5,000 rows"
    choose(at, "hardware", "Tesla P100")
    assert count(at) == "625 of 5,000 rows"
    css(at, "#search")[0].send_keys("net-17-3 p100")
    assert count(at) == "1 of 5,000 rows"
    assert texts(at, "tbody td.model") == ["Net-17-3"]
    css(at, "#search")[0].send_keys(" nothing")
    assert texts(at, "tbody td") == ["No row has all of that."]
    css(at, "button[type=reset]")[0].click()
    at.execute_async_script("setTimeout(arguments[0], 50)")
    assert count(at) == "5,000 of 5,000 rows"


def test_order(at: Chrome) -> None:
    """it orders rows by a column, rising and then falling, numbers as numbers"""
    score = next(b for b in css(at, "thead button") if b.text == "Score")
    score.click()
    rising = [float(t.split()[0]) for t in texts(at, "tbody td:nth-child(5)")]
    assert rising == sorted(rising) and rising[0] == 10.0
    next(b for b in css(at, "thead button") if b.text.startswith("Score")).click()
    falling = [float(t.split()[0]) for t in texts(at, "tbody td:nth-child(5)")]
    assert falling == sorted(falling, reverse=True) and falling[0] > 29.9
    assert css(at, "th[aria-sort=descending]")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_evidence(at: Chrome, size: tuple[int, int], screenshots: Path) -> None:
    """it shows a value's page, words, confidence and link, within the window, wide and narrow"""
    resize(at, size)
    css(at, "#search")[0].send_keys("net-17-3 ")
    value = next(v for v in css(at, "tbody .value") if v.text == "3 days")
    value.click()
    told = dict(zip(texts(at, "dt"), texts(at, "dd"), strict=True))
    (time,) = [words for name, words in told.items() if name.startswith("Training time: 3 days")]
    assert "259,200 s" in next(name for name in told if name.startswith("Training time"))
    assert "We trained on 8 Tesla P100 GPUs for 3 days" in time
    assert "page 4, confidence 0.75" in time
    links = {a.get_attribute("href") for a in css(at, "dd a")}
    assert links == {"https://arxiv.org/abs/1601.00017v1"}
    at.save_screenshot(str(screenshots / f"release-{size[0]}.png"))
    assert at.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert at.execute_script(CUT_OFF) == []


def test_hostile_words_stay_words(at: Chrome) -> None:
    """it shows a paper's words as words, whatever they would do as HTML"""
    css(at, "#search")[0].send_keys("taken")
    assert HOSTILE in texts(at, "tbody td.paper")[0]
    css(at, "tbody td.number .value")[0].click()
    assert any(HOSTILE in words for words in texts(at, "dd q"))
    assert at.title == About(date(2026, 11, 27)).title
    assert css(at, "img") == []


def test_asks_for_nothing(at: Chrome) -> None:
    """it fetches nothing, and its security policy would not let it"""
    css(at, "tbody .value")[0].click()
    assert at.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert at.execute_async_script(FETCH) == "refused"
    assert [e for e in at.get_log("browser") if "example.org" not in json.dumps(e)] == []


def test_quick(at: Chrome) -> None:
    """it filters and orders five thousand rows within a second, the first search too"""
    milliseconds = at.execute_script(
        """
        const begun = performance.now();
        document.querySelector("thead th:nth-child(5) button").click();
        const search = document.getElementById("search");
        search.value = "p100";
        search.dispatchEvent(new Event("input"));
        return performance.now() - begun;
        """
    )
    assert count(at) == "2,500 of 5,000 rows"
    assert milliseconds < 1000
