"""PDF bytes -> Document: pages with words, lines and blocks, and the tables on them."""

from __future__ import annotations

from db.models import Document
from extract.layout import lay_out
from extract.read_pdf import read_pages
from extract.rules import rules_version
from extract.tables import find_tables


def read_document(data: bytes, arxiv_id: str, version: int) -> Document:
    """What the PDF says. Raises `read_pdf.UnreadableError` for one that can't be read."""
    pages = lay_out(list(read_pages(data)))
    return Document(arxiv_id, version, pages, tuple(find_tables(pages)), rules_version())
