"""Pages and tables that are printed on their side."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest

from db.models import Document, Field
from extract.layout.captions import find_captions
from extract.pdf.rotation import turned_box
from extract.read_paper import read_document, read_paper
from extract.tables.paths import header_path
from tests.extract.drawn import HEIGHT, WIDTH, Drawn, pdf_of
from tests.extract.typeset import texts

ROWS = (
    ("Model", "Params (M)", "Top-1 (%)", "Depth"),
    ("ResNet-50", "25.6", "76.3", "5"),
    ("ResNet-101", "44.5", "77.4", "9"),
    ("Ours", "12.1", "82.4", "7"),
)
CAPTION = "Table 1: Accuracy on ImageNet."
PROSE = (
    "We train all of our models on eight cards and say in this paragraph what a reader has to know of it,",
    "since a page of a paper is prose for the most part, and the words of a table are few beside it.",
)


def read(page: Drawn) -> Document:
    """What the reader makes of a first page of prose and this one."""
    first = Drawn()
    for n, line in enumerate(PROSE):
        first.set(80, 700 - 13 * n, line)
        first.set(80, 600 - 13 * n, line)
    return read_document(pdf_of(first, page), "2001.99999", 1)


def landscape(sideways: int, *, rotate: int = 0, crop: tuple[int, int, int, int] | None = None) -> Drawn:
    page = Drawn(rotate, crop)
    page.set(150, 420, CAPTION, sideways=sideways)
    page.table(150, 396, ROWS, sideways=sideways)
    return page


LANDSCAPES = {
    "upright": landscape(0),
    "turned left": landscape(1),
    "turned right": landscape(3),
    "turned left on a page shown turned": landscape(1, rotate=90),
    "turned right on a page shown turned": landscape(3, rotate=270),
    "on its head on a page shown so": landscape(2, rotate=180),
    "upright on a page shown turned": landscape(0, rotate=90),
    "turned and cropped": landscape(1, crop=(20, 30, 560, 700)),
    "turned, cropped and shown turned": landscape(1, rotate=90, crop=(20, 30, 560, 700)),
    "turned right, cropped and shown turned": landscape(3, rotate=270, crop=(20, 30, 600, 780)),
}


@pytest.mark.parametrize("page", LANDSCAPES.values(), ids=LANDSCAPES)
def test_turned_table(page: Drawn) -> None:
    """it reads a table that lies on its side as it reads an upright one"""
    document = read(page)
    (table,) = document.tables
    assert (table.page, table.label, table.caption) == (2, "Table 1", CAPTION)
    assert [header_path(table, c)[0] for c in range(4)] == list(ROWS[0])
    assert texts(table) == [list(row) for row in ROWS[1:]]


@pytest.mark.parametrize("page", LANDSCAPES.values(), ids=LANDSCAPES)
def test_boxes_are_those_of_the_page_as_shown(page: Drawn) -> None:
    """it gives each word, line and table the box where a viewer draws it"""
    bare = Drawn(page.rotate, page.crop, [op for op in page.operators if " re f" not in op])
    data = pdf_of(bare)
    with pdfium.PdfDocument(data) as file:
        picture = file[0].render(scale=2).to_pil().convert("L")
    ink = {(x, y) for x in range(picture.width) for y in range(picture.height) if picture.getpixel((x, y)) < 128}
    (shown,) = read(page).pages[1:]
    assert (2 * shown.width, 2 * shown.height) == pytest.approx(picture.size, abs=2)
    left = set(ink)
    for word in shown.words:
        inside = {
            (x, y)
            for x in range(int(2 * word.x0) - 1, int(2 * word.x1) + 2)
            for y in range(int(2 * word.top) - 1, int(2 * word.bottom) + 2)
        }
        assert len(inside & ink) > 3 * len(word.text), word
        left -= inside
    assert len(left) < 0.01 * len(ink)
    (table,) = read(page).tables
    for x, y in (
        (w.x0 + w.x1, w.top + w.bottom)
        for row in table.rows
        for c in row
        for w in map(shown.words.__getitem__, c.words)
    ):
        assert table.box[0] < x / 2 < table.box[2]
        assert table.box[1] < y / 2 < table.box[3]


def test_values_of_a_turned_table_are_quoted_from_their_page() -> None:
    """it gives the parameters of a turned table with a quote of the page and the boxes of the printed words"""
    data = pdf_of(landscape(0), landscape(1))
    document = read_document(data, "2001.99999", 1)
    found = [c for c in read_paper(data, "2001.99999", 1, "").candidates if c.field == Field.PARAMETERS]
    assert {c.value for c in found if c.evidence.page == 2} == {25_600_000.0, 44_500_000.0, 12_100_000.0}
    upright, turned = document.pages
    for candidate in found:
        if candidate.evidence.page == 2:
            assert candidate.evidence.quote in " ".join(turned.text.split())
            (box,) = candidate.evidence.boxes
            x0, top, x1, bottom = turned_box(box, 1, WIDTH, HEIGHT)
            twin = (x0, top + HEIGHT - WIDTH, x1, bottom + HEIGHT - WIDTH)
            assert any(w.box == pytest.approx(twin, abs=0.1) for w in upright.words)


@pytest.mark.parametrize("above", [True, False])
def test_upright_caption_of_a_turned_grid(above: bool) -> None:
    """it gives a grid that alone was turned to the caption that stands upright over or under it"""
    page = Drawn()
    page.table(200, 330, ROWS, sideways=1)
    page.set(120, 700 if above else 120, CAPTION)
    (table,) = read(page).tables
    assert table.caption == CAPTION
    assert texts(table) == [list(row) for row in ROWS[1:]]
    words = read(page).pages[1].words
    assert " ".join(words[i].text for i in table.caption_words) == CAPTION


def plot() -> Drawn:
    """Two plots side by side: ticks and titles of axes on their side, and prose under them."""
    page = Drawn()
    for x in (100, 330):
        for n in range(8):
            page.set(x + 20 * n, 500, f"{n}.5", sideways=0)
            page.set(500 + 20 * n, 612 - x, f"{10 * n}.0", sideways=1)
            page.set(505 + 20 * n, 580 - x, f"{10 * n}.5", sideways=1)
        page.set(520, 635 - x, "Top-1 accuracy (%)", sideways=1)
    page.set(100, 470, "Figure 2: Accuracy by epoch.")
    page.set(300, 590, "arXiv:2001.99999v1 [cs.LG] 3 Jan 2020", sideways=1, size=18)
    return page


@pytest.mark.parametrize("table", [False, True])
def test_labels_of_plots_are_no_text(table: bool) -> None:
    """it keeps the stamp and the turned labels of axes out of the words, beside a table's caption too"""
    page = plot()
    if table:
        page.set(150, 420, CAPTION)
        page.table(150, 396, ROWS)
    document = read(page)
    shown = document.pages[1]
    assert not shown.turned
    assert len(shown.rotated) > 30
    assert not {"70.0", "accuracy", "arXiv:2001.99999v1"} & {w.text for w in shown.words}
    assert [t.caption for t in document.tables] == [CAPTION] * table


def test_labels_stay_apart_beside_a_turned_table() -> None:
    """it reads the turned table and leaves what is turned the other way alone"""
    page = landscape(1)
    page.set(40, 20, "arXiv:2001.99999v1 of the 3rd of January", sideways=3)
    page.set(300, 20, "7")
    shown = read(page).pages[1]
    assert [part.quarters for part in shown.turned] == [1]
    assert [w.text for w in shown.rotated][:2] == ["arXiv:2001.99999v1", "of"]
    assert shown.words[0].text == "7"
    assert [c.text for c in find_captions(shown.turned[0].view)] == [CAPTION]


def test_heads_on_their_side_in_a_turned_table() -> None:
    """it reads names that stand on their side over the columns of a table that lies on its side itself"""
    page = Drawn()
    page.set(150, 460, CAPTION, sideways=1)
    page.rule(146, 470, 450, sideways=1)
    for c, name in enumerate(("Pets", "Sun", "DTD"), 1):
        # upright in the table's own frame means on its head here: a further quarter turn
        page.set(410, HEIGHT - (160 + 80 * c), name, sideways=2)
    page.rule(146, 470, 405, sideways=1)
    for n, model in enumerate(("ViT", "ResNet", "Ours")):
        for c, cell in enumerate((model, "97.2", "65.0", "75.2")):
            page.set(150 + 80 * c, 392 - 13 * n, cell, sideways=1)
    page.rule(146, 470, 360, sideways=1)
    (table,) = read(page).tables
    assert [header_path(table, c) for c in (1, 2, 3)] == [("Pets",), ("Sun",), ("DTD",)]
    assert [row[0].text for row in table.rows] == ["ViT", "ResNet", "Ours"]


def test_turned_prose_is_read() -> None:
    """it reads a page of prose that lies on its side"""
    page = Drawn()
    for n in range(3):
        for k, line in enumerate(PROSE):
            page.set(60, 500 - 26 * n - 13 * k, line, sideways=1)
    shown = read(page).pages[1]
    assert shown.text.count("\n") == 6
    assert {b.kind for b in shown.blocks} == {"prose"}
