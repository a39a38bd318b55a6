"""Words with boxes out of PDFs: what is mended, what is kept apart, and how bad files end."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.models import Outcome
from extract.read_pdf import UnreadableError, read_pages
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
