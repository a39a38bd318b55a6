"""Documents made of plain text, as a reader would have them from a page, for tests of what the words say."""

from __future__ import annotations

import textwrap

from db.models import Document, Word
from extract.fields.paper import PaperView, view_paper
from extract.layout.blocks import lay_out
from extract.pdf.read import RawPage

CHAR_WIDTH, LINE_HEIGHT, SIZE = 4.6, 12.0, 10.0


def written_page(text: str, *, number: int = 1, heading: str | None = None, width: int = 95) -> RawPage:
    """One page on which the text is printed in lines of at most `width` characters; blank lines part paragraphs.

    A paragraph that begins with "# " is a heading.
    """
    words: list[Word] = []
    top = 80.0
    blocks = ([(heading, True)] if heading else []) + [
        (part.removeprefix("# "), part.startswith("# ")) for part in text.split("\n\n")
    ]
    for block, bold in blocks:
        for line in textwrap.wrap(block, width, break_on_hyphens=False):
            x = 72.0
            for word in line.split():
                wide = CHAR_WIDTH * len(word)
                words.append(Word(word, x, top, x + wide, top + SIZE, SIZE, bold))
                x += wide + CHAR_WIDTH
            top += LINE_HEIGHT
        top += LINE_HEIGHT
    return RawPage(number, 612.0, 792.0, tuple(words), (), (), ())


def written_paper(text: str, *, heading: str | None = "4 Training", arxiv_id: str = "2001.99999") -> PaperView:
    """A paper of one page that says this, in a paragraph long enough to be told from a figure's labels."""
    text += " This is all that there is to say of it in these pages."
    return view_paper(Document(arxiv_id, 1, lay_out([written_page(text, heading=heading)]), (), "test"))
