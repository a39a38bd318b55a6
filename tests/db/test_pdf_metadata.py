"""What a PDF says of itself."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter
from pypdf.constants import UserAccessPermissions

from db.pdf_metadata import PdfMetadata, read_metadata


def pdf_with(info: dict[str, str], *, pages: int = 2) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(612, 792)
    writer.add_metadata(info)
    return writer


def data_of(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("info", "arxiv_id", "version"),
    [
        ({"/arXivID": "https://arxiv.org/abs/2302.99971v2"}, "2302.99971", 2),
        ({"/Title": "arXiv:math/0499343v1  [math.DS]  15 Nov 2004"}, "math/0499343", 1),
        ({"/Subject": "arXiv:cs.CL/0799188"}, "cs/0799188", None),
        ({"/DOI": "https://doi.org/10.48550/arXiv.2302.99971"}, "2302.99971", None),
        ({"/DOI": "10.48550/arXiv.2302.99971", "/arXivID": "arXiv:2302.99971v3"}, "2302.99971", 3),
        ({"/Title": "A reply to arXiv:1706.99902", "/Subject": "arXiv:1801.99903"}, None, None),
        ({"/Title": "Networks of 2302.99971 kinds"}, None, None),
        ({}, None, None),
    ],
)
def test_identity(info: dict[str, str], arxiv_id: str | None, version: int | None) -> None:
    """it finds the arXiv id that one place of the file gives, or several alike"""
    found = read_metadata(data_of(pdf_with(info)))
    assert found is not None
    assert (found.arxiv_id, found.version, found.pages) == (arxiv_id, version, 2)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Deep  networks\nof two parts", "Deep networks of two parts"),
        ("Microsoft Word - final3.docx", None),
        ("paper.dvi", None),
        ("arXiv:math/0499343v1", None),
        ("untitled", None),
        ("", None),
    ],
)
def test_title(title: str, expected: str | None) -> None:
    """it gives a title that authors wrote, none that a program made up"""
    found = read_metadata(data_of(pdf_with({"/Title": title, "/Author": "A. Tester"})))
    assert found is not None and (found.title, found.authors) == (expected, "A. Tester")


def test_encryption_and_permissions() -> None:
    """it tells a file that needs a password from one that only forbids to copy its text"""
    locked, guarded = pdf_with({"/Title": "Secret"}), pdf_with({"/Title": "Guarded"})
    locked.encrypt("password", algorithm="RC4-128")
    allowed = UserAccessPermissions.all() & ~UserAccessPermissions.EXTRACT
    guarded.encrypt("", "owner", permissions_flag=allowed, algorithm="RC4-128")
    assert read_metadata(data_of(locked)) == PdfMetadata(encrypted=True, locked=True)
    found = read_metadata(data_of(guarded))
    assert found is not None
    assert (found.encrypted, found.locked, found.may_copy_text, found.title) == (True, False, False, "Guarded")


@pytest.mark.parametrize("data", [b"", b"<html>", b"%PDF-1.4 and nothing else", b"%PDF-1.4\n%%EOF"])
def test_broken_files(data: bytes) -> None:
    """it says nothing of a file that can't be opened"""
    assert read_metadata(data) is None
