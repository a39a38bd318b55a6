"""Lines, blocks, passages and quotes of the sample papers."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from db.models import Document, Page
from extract.layout.blocks import lay_out
from extract.layout.passages import evidence_in_passage, passages, split_sentences
from tests.extract.samples import PDFS, sample_document
from tests.extract.written import written_page


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(params=PDFS, ids=lambda p: p.stem)
def document(request: pytest.FixtureRequest) -> Document:
    path: Path = request.param
    return sample_document(path.stem)


def test_quotes_stand_on_their_page(document: Document) -> None:
    """it quotes words that are found on the page named, wherever in a passage a value may stand"""
    chance = random.Random(7)
    pages: dict[int, Page] = {p.number: p for p in document.pages}
    for passage in passages(document.pages):
        for _ in range(5):
            start = chance.randrange(len(passage.text))
            end = min(len(passage.text), start + chance.randrange(1, 15))
            evidence = evidence_in_passage(document, passage, start, end)
            page = pages[evidence.page]
            assert squeezed(evidence.quote) in squeezed(page.text)
            assert evidence.boxes
            assert len(evidence.quote) <= 420


def test_text_is_its_words(document: Document) -> None:
    """it can say for each word where it begins in the page's text"""
    for page in document.pages:
        for word, start in zip(page.words, page.starts, strict=True):
            assert page.text.startswith(word.text, start)


def test_references_are_left_out(document: Document) -> None:
    """it makes no passage of the bibliography"""
    assert any(b.kind == "reference" for p in document.pages for b in p.blocks)
    for passage in passages(document.pages):
        assert passage.section != "References" or passage.kind != "prose" or passage.appendix, passage.text[:80]


@pytest.mark.parametrize("heading", ["APPENDICES", "Methods", "A. Details of our entry of 2017"])
def test_bibliography_ends(heading: str) -> None:
    """it reads on after the bibliography, from a heading set larger and bolder than its entries"""
    entry = "[1] A. Author and B. Writer. A study of many things in networks. In Proceedings, 2015."
    after = "We trained all of the models of this section on two machines for as long as it took them to converge."
    pages = [
        written_page(entry, heading="References"),
        written_page("[2] C. Scribe. A further study of the same things, now larger. Journal, 2016.", number=2),
        written_page(after, number=3, heading=heading),
    ]
    enlarged = tuple(w._replace(size=13.0) if w.bold else w for w in pages[2].words)
    laid = lay_out([pages[0], pages[1], replace(pages[2], words=enlarged)])
    assert [p.text for p in passages(laid) if p.kind == "prose"] == [after]


ENTRIES = (
    "[1] A. Author and B. Writer. A study of many things in networks. In Proceedings, 2015.",
    "[2] C. Scribe. How we may learn from a further study of things. Journal, 2016.",
    "[3] D. Penman. What our networks know of the world that we live in. In Proceedings of the fifth meeting of all "
    "who write, the volume on what machines have learned and have not learned of the things around us all, and on how "
    "this was told by those who measured it in the course of many years, pages 17 to 45, a further account of which "
    "is printed in the supplement of the same volume. Third and last edition, 2017.",
)


@pytest.mark.parametrize(
    ("heading", "after", "read"),
    [
        ("APPENDIX", "Training of the networks of this section took two machines and not much more than a day.", True),
        ("Appendix B: Machines", "Training of the networks of this section took two machines and a day of time.", True),
        ("SUPPLEMENTARY MATERIAL", "Training of these networks took two machines and not much more than a day.", True),
        (
            None,
            "We trained the networks of this section on two machines, as our budget was not larger than that.",
            True,
        ),
        ("Reviews", "In what follows we show how our networks came about, and what we paid for the training.", True),
        (None, "[4] E. Inker. Training of networks on two machines that take a day for it. Journal, 2018.", False),
        ("Appendix to a treatise. Annals, 1972.", "Training of networks on two machines that take a day.", False),
        (None, "[4] E. Inker. Why we trained the networks on two machines: a study. Journal, 2018.", False),
    ],
)
def test_bibliography_ends_in_plain_print(heading: str | None, after: str, read: bool) -> None:
    """it reads on behind the bibliography where a line names the appendix, or the authors speak of what they did"""
    pages = [written_page(e, number=n, heading=None if n > 1 else "References") for n, e in enumerate(ENTRIES, 1)]
    last = written_page(after, number=4, heading=heading)
    plain = replace(last, words=tuple(w._replace(bold=False) for w in last.words))
    found = passages(lay_out([*pages, plain]))
    assert any(after in p.text for p in found if p.kind == "prose") == read
    assert all(p.appendix for p in found if p.kind == "prose")
    assert not any(entry in p.text for p in found for entry in ENTRIES)


def test_a_label_in_a_figure_is_no_bibliography() -> None:
    """it reads on in the section before where nothing under the word "Reference" has a year"""
    pages = [
        written_page("We compare what others have found with what we have found.", heading="5 Results"),
        written_page("Input Foonet Widenet Ours", number=2, heading="Reference"),
        written_page("We trained all of them on two machines, and our budget allowed for no more than this.", number=3),
    ]
    last = passages(lay_out(pages))[-1]
    assert (last.kind, last.section, last.appendix) == ("prose", "5 Results", False)


@pytest.mark.parametrize(
    ("heading", "read"),
    [
        ("4.2 DETECTION NETWORKS", True),
        ("4.1.1 FURTHER DETAILS", True),
        ("4.7 DETECTION NETWORKS", False),
        ("2.3 DETECTION NETWORKS", False),
    ],
)
def test_a_column_of_references_is_no_bibliography(heading: str, read: bool) -> None:
    """it reads on where the section behind the word "Reference" is the next one: the word headed a table's column"""
    after = "We trained all of the models of this section on two machines for as long as it took them to converge."
    pages = [
        written_page(
            "We compare what others have found with what we have found ourselves.", heading="4.1 Classification"
        ),
        written_page(
            "WideFoo-50 and its predecessor are compared here with many of the others.", number=2, heading="Reference"
        ),
        written_page(after, number=3, heading=heading),
    ]
    plain = tuple(w._replace(bold=False) for w in pages[2].words)
    laid = lay_out([*pages[:2], replace(pages[2], words=plain)])
    assert (after in [p.text for p in passages(laid) if p.kind == "prose"]) == read


def test_words_broken_at_the_line_end_are_whole() -> None:
    """it mends words that the typesetter broke, and keeps compounds"""
    text = " ".join(p.text for path in PDFS for p in passages(sample_document(path.stem).pages) if p.kind == "prose")
    assert "- " not in text.replace(" - ", " ")
    assert "mini-batch" in text


def test_powers_are_marked_in_passages() -> None:
    """it puts ^ before a raised exponent"""
    text = " ".join(p.text for p in passages(sample_document("1512.99901").pages))
    assert "10^9" in text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We train it. It works.", 2),
        ("He et al. (2016) train it for 90 epochs, cf. Fig. 3, i.e. long.", 1),
        ("It takes approx. 3 days. We use 8 GPUs.", 2),
        ("It has 25.6 M parameters and 3.8 GFLOPs.", 1),
        ("Is it fast? Yes! It is.", 3),
    ],
)
def test_sentences(text: str, count: int) -> None:
    """it parts sentences and leaves abbreviations alone"""
    spans = split_sentences(text)
    assert len(spans) == count
    assert "".join(text[a:b] for a, b in spans) == text
