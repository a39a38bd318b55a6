"""Words with boxes out of PDFs: what is mended, what is kept apart, and how bad files end."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.models import Outcome
from extract.pdf.limits import UnreadableError
from extract.pdf.read import read_pages
from tests.extract.drawn import Drawn, pdf_of
from tests.extract.samples import BROKEN, PDFS, sample_document


@pytest.mark.parametrize("path", PDFS, ids=lambda p: p.stem)
def test_words_stand_on_their_page(path: Path) -> None:
    """it gives every word a box that lies on the page and has an extent"""
    for page in read_pages(path.read_bytes()):
        assert page.words
        for w in page.words:
            assert -1 <= w.x0 < w.x1 <= page.width + 1, w
            assert -3 <= w.top < w.bottom <= page.height + 3, w


@pytest.mark.parametrize("path", PDFS, ids=lambda p: p.stem)
def test_no_ligatures_are_left(path: Path) -> None:
    """it spells ligatures out, so that "efficient" is found as people type it"""
    text = " ".join(w.text for page in read_pages(path.read_bytes()) for w in page.words)
    assert not set("ﬀﬁﬂﬃﬄ\x02\ufffe") & set(text)


def test_superscripts_are_marked() -> None:
    """it knows where the power of 3.8 × 10^9 begins, although it is printed as 109"""
    words = [w for page in sample_document("1512.99901").pages for w in page.words]
    powers = {w.text[: w.raised[0]][-2:] + "^" + w.text[w.raised[0] :] for w in words if w.raised}
    assert "10^9" in powers


def test_stamp_is_apart() -> None:
    """it keeps the rotated arXiv stamp out of the page's words"""
    page = sample_document("2001.99901").pages[0]
    assert any("arXiv:2001.99901v1" in w.text for w in page.rotated)
    assert not any("arXiv:2001.99901v1" in w.text for w in page.words)


def words_of(parts: tuple[str, ...], gap: float, beside: str = "Table 2: Results.") -> list[str]:
    page = Drawn()
    for n in range(12):
        page.set(80, 600 - 12 * n, "A page has more to say than this table does.")
    page.set(80, 720, beside)
    page.touching(80, 700, parts, gap)
    (read,) = read_pages(pdf_of(page))
    return [w.text for w in read.words if w.top < 95 and w.top > 75]


@pytest.mark.parametrize(
    "parts",
    [
        ("param", "FLOPs", "FPS"),
        ("Top-1", "Top-5"),
        ("top1", "top5"),
        ("AP50", "AP75"),
        ("mAP", "mAR"),
        ("mIoU", "mAcc", "aAcc"),
        ("R@1", "R@5"),
        ("76.3", "93.2"),
        ("27.31", "8.45"),
    ],
    ids="|".join,
)
def test_heads_that_nearly_touch_are_parted(parts: tuple[str, ...]) -> None:
    """it parts the heads of two columns that PDFium takes for one word, by the white that no word has within"""
    assert words_of(parts, 0.07) == list(parts)
    assert words_of(parts, 0.0) == ["".join(parts)]


def test_cells_that_follow_without_a_space_are_parted() -> None:
    """it parts what stands far apart on the page although the text layer has it as one word"""
    page = Drawn()
    for n in range(12):
        page.set(80, 600 - 12 * n, "A page has more to say than this table does.")
    page.operators.append(r"BT /R 10 Tf 463 700 Td [(\(val\)) 30000 (Mask)] TJ ET")
    (read,) = read_pages(pdf_of(page))
    assert [(w.text, round(w.x0)) for w in read.words if w.top < 95] == [("(val)", 463), ("Mask", 182)]


@pytest.mark.parametrize("name", ["ResNeXt50", "ImageNet", "mIoU", "GPUs", "V100s", "1.2.10.3"])
def test_spaced_letters_are_one_word(name: str) -> None:
    """it leaves a word whole whose letters are all set apart"""
    assert words_of(tuple(name), 0.06) == [name]


def test_bold_is_seen() -> None:
    """it tells bold words from others"""
    page = sample_document("1706.99902").pages[0]
    assert any(w.bold for w in page.words)
    assert sum(w.bold for w in page.words) < len(page.words) / 2


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("truncated.pdf", Outcome.DAMAGED),
        ("encrypted_user_password.pdf", Outcome.ENCRYPTED),
        ("html_named_pdf.pdf", Outcome.NOT_A_PDF),
        ("image_only.pdf", Outcome.NO_TEXT),
    ],
)
def test_bad_files(name: str, outcome: Outcome) -> None:
    """it ends in a typed outcome and says what is wrong"""
    with pytest.raises(UnreadableError) as caught:
        list(read_pages((BROKEN / name).read_bytes()))
    assert caught.value.outcome == outcome
    assert caught.value.message


def test_empty_password_opens() -> None:
    """it reads a file whose encryption asks nobody for a password"""
    assert list(read_pages((BROKEN / "encrypted_empty_password.pdf").read_bytes()))
