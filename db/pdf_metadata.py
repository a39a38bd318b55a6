"""What a PDF says of itself, beside its pages: document information, XMP, encryption, permissions, number of pages.

It is a second witness of a paper's identity beside its name and the stamp on its first page: arXiv writes the id into
the files that it makes, and authors their titles. It costs 20 ms a file, so it is for taking files in, not for reading
them again and again. Files may be hostile: call it where a process may be lost.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.constants import UserAccessPermissions
from pypdf.errors import PyPdfError
from pypdf.xmp import XmpInformation

# "arXiv:2302.13971v1", "arXiv:math/0411343v1 [math.DS]", "arxiv.org/abs/cs.CL/0701188", "10.48550/arXiv.2302.13971"
_ARXIV_ID = re.compile(
    r"(?:arxiv[:.]\s?|arxiv\.org/(?:abs|pdf)/)"
    r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(?P<version>\d{1,2}))?(?!\d)",
    re.IGNORECASE,
)
# what word processors and converters write where a title should stand
_NO_TITLE = re.compile(r"^(?:untitled.*|microsoft word.*|.*\.(?:dvi|tex|docx?|pdf|ps)|arxiv:.*|title)$", re.IGNORECASE)


@dataclass(frozen=True)
class PdfMetadata:
    """What a PDF says of itself; None where it does not say."""

    pages: int | None = None  # None where a password is needed to count them
    encrypted: bool = False
    locked: bool = False  # a password is needed to open it
    may_copy_text: bool = True  # the permission that its maker gave
    title: str | None = None
    authors: str | None = None
    arxiv_id: str | None = None
    version: int | None = None


def read_metadata(data: bytes) -> PdfMetadata | None:
    """What the file says of itself; None for a file that pypdf can't open at all.

    An id that two places of the file give differently is not believed.
    """
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of each oddity of a file; here they are expected
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return PdfMetadata(encrypted=True, locked=True)
        permissions = reader.user_access_permissions
        info = {str(key): str(value) for key, value in (reader.metadata or {}).items()}
        said = [*info.values(), *_said_in_xmp(reader.xmp_metadata)]
        arxiv_id, version = _arxiv_id(said)
        return PdfMetadata(
            pages=len(reader.pages),
            encrypted=reader.is_encrypted,
            may_copy_text=permissions is None or UserAccessPermissions.EXTRACT in permissions,
            title=_title(info.get("/Title"), reader.xmp_metadata),
            authors=_plain(info.get("/Author")),
            arxiv_id=arxiv_id,
            version=version,
        )
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # broken in one of the ways that PDFs are


def _arxiv_id(texts: Iterable[str]) -> tuple[str | None, int | None]:
    """The one id that the texts name, with its version where one of them has it."""
    found = [match for text in texts for match in _ARXIV_ID.finditer(text)]
    ids = {re.sub(r"\.[A-Z]{2}/", "/", match["id"]) for match in found}
    versions = {int(match["version"]) for match in found if match["version"]}
    if len(ids) != 1:
        return None, None
    return ids.pop(), versions.pop() if len(versions) == 1 else None


def _said_in_xmp(xmp: XmpInformation | None) -> list[str]:
    if xmp is None:
        return []
    return [str(text) for text in (xmp.dc_identifier, xmp.dc_source, *(xmp.dc_title or {}).values()) if text]


def _title(printed: str | None, xmp: XmpInformation | None) -> str | None:
    """The title of the document information, else of XMP."""
    titles = [printed, *((xmp.dc_title or {}).values() if xmp is not None else ())]
    found = (_plain(title) for title in titles)
    return next((title for title in found if title and not _NO_TITLE.match(title)), None)


def _plain(text: str | None) -> str | None:
    """The text on one line, None if it is empty."""
    return " ".join(text.split()) or None if text else None
