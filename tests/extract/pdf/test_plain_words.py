"""Words worked out on arrays against words found and read one by one."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.pdf.plain_words import PlainWords
from extract.pdf.rotation import Frame
from extract.pdf.spans import find_spans, plain
from extract.pdf.words import _page_text, _Reader
from tests.extract.samples import PDFS

_WORD = re.compile("[^\\s\x02\ufffe]*[\x02\ufffe]|[^\\s\x02\ufffe]+")
SAME_POINT = 0.001  # points: a font is measured on the first of its characters that is asked for


@given(st.text(st.sampled_from("ab1*† \n\u00a0\x02\ufffeﬁ\U0001d465")), st.sets(st.integers(0, 9)))
def test_spans(text: str, places: set[int]) -> None:
    """it finds the words that an expression finds between the cuts"""
    cuts = sorted(p for p in places if p < len(text))
    parts = list(zip([0, *cuts], [*cuts, len(text)], strict=True))
    expected = [m.span() for a, b in parts for m in _WORD.finditer(text, a, b)] if text else []
    found = find_spans(text, cuts)
    spans = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    assert spans == expected
    assert found.texts == [plain(text[a:b]) for a, b in spans]
    assert found.marked.tolist() == [bool(re.search(r"[\d*†‡]", text[a + 1 : b])) for a, b in spans]
    assert found.lines.tolist() == [text.count("\n", 0, a) for a, _ in spans]


@pytest.mark.parametrize("pdf", PDFS[:3], ids=lambda pdf: pdf.stem)
def test_alike_one_by_one(pdf: Path) -> None:
    """it gives a word the box that reading its characters one by one gives"""
    document = pdfium.PdfDocument(pdf)
    compared = 0
    for number in range(min(len(document), 4)):
        page = document[number]
        textpage, frame = page.get_textpage(), Frame(page.get_cropbox(), page.get_rotation() // 90)
        reader = _Reader(textpage.raw, _page_text(textpage.raw), frame, False)
        spans = find_spans(reader.text)
        found = PlainWords(textpage.raw, frame, reader.fonts, spans, each=False)
        for k, word in enumerate(found.words):
            if word is not None and k not in found.unsure:
                alone = reader._word(int(spans.starts[k]), int(spans.ends[k]), False)
                assert alone is not None and alone[0] == word[0] and alone[6:] == word[6:]
                assert alone[1:6] == pytest.approx(word[1:6], abs=SAME_POINT)
                compared += 1
        textpage.close()
        page.close()
    document.close()
    assert compared > 300
