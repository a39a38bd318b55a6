"""The page in a real browser, at two sizes: everything that can be clicked or typed, and what must not overlap."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject, PdfReader, PdfWriter, Transformation

from curate.backends.label_studio_server import Server
from db.models import Field
from db.store import reading, rows_of
from db.tables.readings import Reading
from tests.curate.annotator import ApiAnnotator, PageAnnotator
from tests.curate.command import paperflops
from tests.curate.readings import IMAGENET_RESNET_50, RESIDUAL, Told, reading_of, save_paper

pytestmark = [pytest.mark.label_studio, pytest.mark.browser]

SIZES = ((1440, 900), (1280, 720))


def size(page: PageAnnotator, width: int, height: int) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def of_values(count: int) -> Reading:
    """The sample paper with one record of so many values: 1, or 7 of text and tables, or as many scores as it takes."""
    if count == 1:
        return with_cells(reading_of(RESIDUAL, {("ResNet-50", "imagenet"): IMAGENET_RESNET_50[:1]}))
    scores = tuple(
        Told("score", 10.0 + n, 2, "ResNet-50 20.74 5.25", "20.74", "top1_error" if n % 2 else "top5_error")
        for n in range(count - 7)
    )
    return with_cells(reading_of(RESIDUAL, {("ResNet-50", "imagenet"): (*IMAGENET_RESNET_50, *scores)}))


def with_cells(read: Reading) -> Reading:
    """The reading with header paths for the values that stand in tables."""
    heads = {
        "top1_error": ("Table 3", "top-1 err."), "top5_error": ("Table 3", "top-5 err."),
        None: ("Table 1", "multiply-adds"),
    }  # fmt: skip
    changed = {
        c.key: replace(c, evidence=replace(c.evidence, table=table, row="ResNet-50", column=column))
        for c in read.candidates
        if c.field in (Field.SCORE, Field.MULTIPLY_ADDS)
        for table, column in [heads[c.metric]]
    }
    return replace(read, candidates=tuple(changed.get(c.key, c) for c in read.candidates))


def landscape(folder: Path) -> Path:
    """The sample paper's second page on a landscape sheet."""
    source = PdfReader(RESIDUAL).pages[1]
    sheet = PageObject.create_blank_page(width=842, height=612)
    sheet.merge_transformed_page(source, Transformation().translate(115, -90))
    writer = PdfWriter()
    writer.add_page(sheet)
    path = folder / "1512.99902v1.pdf"
    writer.write(path)
    return path


@pytest.fixture
def page(browser: Any, label_studio: Server) -> PageAnnotator:
    return PageAnnotator(browser, label_studio)


def open_first(page: PageAnnotator, db: Path) -> None:
    page.open(paperflops(db, "review", "send").split()[-1])


@pytest.mark.parametrize("count", [1, 7, 14, 30])
def test_sizes(db_path: Path, at_server: str, page: PageAnnotator, screenshots: Path, count: int) -> None:
    """it shows records of any length with nothing cut off at the sides, every button with its key, at both sizes."""
    save_paper(db_path, RESIDUAL, of_values(count))
    open_first(page, db_path)
    for width, height in SIZES:
        size(page, width, height)
        page.picture(screenshots / f"page-{count}-{width}x{height}.png")
        look = page.browser.execute_script(LOOK)
        assert look["sideways"] == []
        assert look["overlapping"] == []
        assert look["keyless"] == 0
        assert look["buttons"] > 0
        assert look["first_page"] == "page 2"
    size(page, *SIZES[0])


LOOK = """
const box = e => e.getBoundingClientRect();
const right = document.querySelector('.pf-right');
const buttons = [...document.querySelectorAll('.pf-field .lsf-choice, .pf-top .lsf-choice')];
const shown = [...document.querySelectorAll('.pf-field .pf-line > *, .pf-field .lsf-choice, .pf-cut, .pf-crop')];
const hit = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
const apart = shown.filter(e => box(e).width > 0);
return {
  sideways: apart.filter(e => box(e).right > box(right).right + 1).map(e => e.className),
  overlapping: apart.flatMap((a, i) => apart.slice(i + 1).filter(b => !a.contains(b) && !b.contains(a)
    && hit(box(a), box(b))).map(b => a.className + ' / ' + b.className)),
  keyless: buttons.filter(e => !e.querySelector('kbd')).length,
  buttons: buttons.length,
  first_page: document.querySelector('.pf-pageno')?.textContent,
};
"""


def test_landscape(db_path: Path, at_server: str, page: PageAnnotator, screenshots: Path, tmp_path: Path) -> None:
    """it shows a landscape page whole, with its evidence under the box."""
    pdf = landscape(tmp_path)
    told = Told("score", 20.74, 1, "ResNet-50 20.74 5.25", "20.74", "top1_error", {"confidence": 0.9})
    save_paper(db_path, pdf, with_cells_of_first(reading_of(pdf, {("ResNet-50", "imagenet"): (told,)})))
    open_first(page, db_path)
    for width, height in SIZES:
        size(page, width, height)
        page.picture(screenshots / f"page-landscape-{width}x{height}.png")
        sheet = page.browser.execute_script(
            "const b = document.querySelector('.pf-sheet').getBoundingClientRect();"
            "const l = document.querySelector('.pf-left').getBoundingClientRect();"
            "return [b.width / b.height, b.right <= l.right + 1]"
        )
        assert sheet == [pytest.approx(842 / 612, rel=0.01), True]
    size(page, *SIZES[0])


def with_cells_of_first(read: Reading) -> Reading:
    changed = [
        replace(c, evidence=replace(c.evidence, table="Table 2", row="ResNet-50", column="top-1 err."))
        for c in read.candidates
    ]
    return replace(read, candidates=tuple(changed))


def test_everything_clickable(
    db_path: Path, at_server: str, page: PageAnnotator, label_studio: Server, screenshots: Path
) -> None:
    """it stays on the record whatever is clicked; a number shows its evidence, and the keys work after it."""
    save_paper(db_path, RESIDUAL, of_values(7))
    open_first(page, db_path)
    address = page.browser.current_url
    numbers = page._all(".pf-field label.pf-number")
    assert len(numbers) == 7
    for n in range(len(numbers)):
        number = page._all(".pf-field label.pf-number")[n]
        page.browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", number)
        number.click()
        page._until(lambda n=n: page.browser.execute_script(IN_SIGHT, n), f"the evidence of field {n + 1} is in sight")
        assert page.browser.current_url == address
        assert page._all(".pf-model")[0].text == "ResNet-50"
    page.picture(screenshots / "page-clicked-number.png")
    page.press("1")  # the keys still work after a click on a number
    assert page.chosen()[0] == "accept"
    for n, verdict in enumerate(["correct", "reject", "not_stated", "unsure", "accept"], start=1):
        button = page._all(".pf-field")[n].find_element("css selector", f"input[name={verdict}]")
        button = button.find_element("xpath", "./ancestor::label")
        page.browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", button)
        button.click()
        assert page.chosen()[n] == verdict
    for name in ("all_right", "not_a_result", "split", "other_model"):
        page._all(f".pf-top input[name={name}]")[0].find_element("xpath", "./ancestor::label").click()
    assert page._all(".pf-top textarea, .pf-top input[type=text], .pf-top input:not([name])")
    link = page._all(".pf-paper a")[0]
    assert (link.get_attribute("target"), link.get_attribute("href")) == (
        "_blank", "https://arxiv.org/abs/1512.99901v1",
    )  # fmt: skip
    assert page.browser.current_url == address


def test_nothing_else_can_be_clicked(
    db_path: Path, at_server: str, page: PageAnnotator, label_studio: Server, screenshots: Path
) -> None:
    """it has no other thing to click or type in than those that are clicked and typed in here, whatever is open."""
    two_answers(db_path, at_server, label_studio)
    page.open(paperflops(db_path, "review", "send").split()[-1])
    address = page.browser.current_url
    count = len(page._all(".pf-field"))
    page.press(*"qwertyuiop"[:count], "[")
    for n in range(count):
        page.press("alt+c", "tab")
        page.type(f"{n + 1}.5")
        page.press("enter")
    page.picture(screenshots / "page-all-open.png")
    met = set()
    for number, kind in enumerate(page.browser.execute_script(CLICKABLE)):
        met.add(kind)
        if kind == "arXiv link":
            continue  # opens another window: `test_everything_clickable` looks at where it leads
        page.browser.execute_script(CLICK, number)
        assert page.browser.current_url == address, kind
        assert page._all(".pf-model")[0].text == "ResNet-50", kind
    assert met == {
        "number", "number of a given value", "evidence on the page", "verdict", "record verdict", "arXiv link",
        "text box", "Label Studio's tool on a typed text",
    }  # fmt: skip


CLICKABLE = """
const kinds = [
  ['.pf-number.pf-also', 'number of a given value'], ['label.pf-number', 'number'],
  ['.pf-target', 'evidence on the page'], ['.pf-top .lsf-choice *, .pf-top .lsf-choice', 'record verdict'],
  ['.pf-field .lsf-choice *, .pf-field .lsf-choice', 'verdict'], ['.pf-paper a', 'arXiv link'],
  ['[data-testid=textarea-regions] button, [data-testid=textarea-regions] [role=button], '
   + '[data-testid=textarea-regions] svg, [data-testid=textarea-regions] svg *', "Label Studio's tool on a typed text"],
  ['.lsf-text-area input, .lsf-text-area textarea', 'text box'],
];
const tags = 'a, button, label, input, textarea, select, summary, [role=button], [onclick], [contenteditable]';
const acts = e => e.matches(tags)
  || (getComputedStyle(e).cursor === 'pointer' && getComputedStyle(e.parentElement).cursor !== 'pointer');
const visible = e => e.getClientRects().length > 0;
window.clickable = [...document.querySelectorAll('.pf *')].filter(e => visible(e) && acts(e));
const kind = e => kinds.find(([selector]) => e.matches(selector));
return window.clickable.map(e => (kind(e) || [0, e.outerHTML.slice(0, 200)])[1]);
"""
CLICK = "window.clickable[arguments[0]].dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));"


def two_answers(db: Path, project: str, server: Server) -> None:
    """Has two people answer: one corrects to what the paper prints and to what it does not, the other accepts."""
    save_paper(db, RESIDUAL, of_values(7))
    paperflops(db, "review", "send", "--twice", "1.0")
    ann = ApiAnnotator(server, project)
    (task,) = ann.tasks()
    second = ann.second_user("bob-of-the-page")
    ann.answer(
        task,
        {0: "accept", 2: "correct", 3: "correct"},
        {"value_2": "44.5M", "page_2": "1", "value_3": "4.1G", "page_3": "1"},
    )
    ann.answer(task, dict.fromkeys(range(7), "accept"), completed_by=second)
    paperflops(db, "review", "sync")


def test_given_values(
    db_path: Path, at_server: str, page: PageAnnotator, label_studio: Server, screenshots: Path
) -> None:
    """it shows whoever decides what was done with each correction: found where, or the person's own statement."""
    two_answers(db_path, at_server, label_studio)
    page.open(paperflops(db_path, "review", "send").split()[-1])
    found, own = (page._all(".pf-field")[n].text for n in (2, 3))
    assert "corrected it to\n44.5 M" in found
    assert "found on page 1" in found
    assert "To decide between: " in found
    assert f"not found in the paper's text · kept as {label_studio.username}'s own statement: 4.1G" in own
    number = page._all(".pf-number.pf-also")[0]
    for width, height in SIZES:
        size(page, width, height)
        page.browser.execute_script(
            "arguments[0].closest('.pf-field').scrollIntoView({block: 'center', behavior: 'instant'})", number
        )
        number.click()
        page._until(lambda: page.browser.execute_script(IN_SIGHT_OF, "3a"), "the place found is in sight")
        time.sleep(0.5)  # until it has scrolled there
        page.picture(screenshots / f"page-given-{width}x{height}.png")
        look = page.browser.execute_script(LOOK)
        assert (look["sideways"], look["overlapping"]) == ([], [])
    size(page, *SIZES[0])


IN_SIGHT = """
const target = document.getElementById('pf-at-' + (arguments[0] + 1));
const left = document.querySelector('.pf-left').getBoundingClientRect();
const b = target.getBoundingClientRect();
const middle = (b.top + b.bottom) / 2;
return document.activeElement === target && middle > left.top && middle < left.bottom;
"""


IN_SIGHT_OF = IN_SIGHT.replace("'pf-at-' + (arguments[0] + 1)", "'pf-at-' + arguments[0]")


def test_tenth_field_by_keyboard(db_path: Path, at_server: str, page: PageAnnotator) -> None:
    """it answers the tenth field of a page by its own keys, on every part of a long record."""
    save_paper(db_path, RESIDUAL, of_values(30))
    open_first(page, db_path)
    count = len(page._all(".pf-field"))
    keys = ("1234567890", "asdfghjkl;", "zxcvbnm,./")
    for row, verdict in zip(keys, ("accept", "reject", "not_stated"), strict=True):
        page.press(*row[:count])
        assert page.chosen() == [verdict] * count


def test_comes_back(
    db_path: Path, at_server: str, page: PageAnnotator, label_studio: Server, screenshots: Path
) -> None:
    """it brings back what was submitted empty or in part, with what was given filled in, until all is answered."""
    save_paper(db_path, RESIDUAL, of_values(7))
    open_first(page, db_path)
    page.press("ctrl+enter")
    page._until(lambda: ApiAnnotator(label_studio, at_server).task("ResNet-50")["annotations"], "it was submitted")
    assert "1 of the records answered still ask something" in paperflops(db_path, "review", "sync")
    told = paperflops(db_path, "review", "send")
    assert "1 asked again, something was left open" in told

    page.open(told.split()[-1])
    page.press("1", "e", "tab")
    page.type("25.5M")
    page.press("enter", "ctrl+enter")
    page._until(lambda: len(answered(label_studio, at_server)) == 2, "it was submitted again")
    told = paperflops(db_path, "review", "send")
    assert "1 asked again, something was left open" in told

    page.open(told.split()[-1])
    page.picture(screenshots / "page-came-back.png")
    assert page.chosen()[:3] == ["accept", "", "correct"]
    assert "25.5M" in page.browser.execute_script(
        "return [...document.querySelectorAll('.pf-fix input, .pf-fix textarea')].map(e => e.value).join('|')"
        " + document.querySelector('.pf-right').textContent"
    )
    page.press("=", "ctrl+enter")
    page._until(lambda: len(answered(label_studio, at_server)) == 3, "it was submitted a third time")
    assert "still ask" not in paperflops(db_path, "review", "sync")
    assert "nothing to ask" in paperflops(db_path, "review", "send")
    with reading(db_path) as con:
        (row,) = rows_of(con, "SELECT * FROM curated")
        said = rows_of(con, "SELECT verdict, count(*) AS n FROM decisions GROUP BY 1 ORDER BY 1")
    assert (row["parameters"], row["parameters_state"]) == (25.5e6, "corrected")
    assert "(stated by " in row["parameters_quote"]
    assert said == [{"verdict": "accept", "n": 6}, {"verdict": "correct", "n": 1}]


def test_skipped(db_path: Path, at_server: str, page: PageAnnotator, label_studio: Server) -> None:
    """it shows a skipped record again to whoever skipped it, as it was left."""
    save_paper(db_path, RESIDUAL, of_values(7))
    open_first(page, db_path)
    address = page.browser.current_url
    page.press("1", "s")
    page.browser.find_element("xpath", "//button[contains(., 'Skip')]").click()
    page._until(lambda: any(a["was_cancelled"] for a in answered(label_studio, at_server)), "it was skipped")
    assert "0 new decisions" in paperflops(db_path, "review", "sync")
    assert "1 there already" in paperflops(db_path, "review", "send")
    page.open(address)
    assert page.chosen()[:2] == ["accept", "reject"]
    page.press("=", "ctrl+enter")
    page._until(lambda: not all(a["was_cancelled"] for a in answered(label_studio, at_server)), "it was submitted")
    assert "7 new decisions" in paperflops(db_path, "review", "sync")
    assert "nothing to ask" in paperflops(db_path, "review", "send")


def answered(server: Server, project: str) -> list[Any]:
    return [a for t in ApiAnnotator(server, project).tasks() for a in t["annotations"]]
