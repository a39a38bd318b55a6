"""What a PDF may be: how large, how many pages, how much text; and the error for one that can't be read."""

from __future__ import annotations

from db.models import Outcome

MAX_PAGES = 400  # a thesis has fewer; proceedings volumes are not one paper
MAX_BYTES = 150 * 1024 * 1024
MAX_CHARS_PER_PAGE = 60_000  # a dense page of print has 8,000; plots with labelled points reach 30,000
MAX_OBJECTS_PER_PAGE = 6_000  # drawings of more paths are figures, not rulings
MIN_CHARS = 200  # in the whole document: with fewer it has no text


class UnreadableError(Exception):
    """A PDF that can't be read, with the typed outcome."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message


def check_bytes(data: bytes) -> None:
    """Raises `UnreadableError` for a file that is too large, empty, or does not begin as a PDF does."""
    if len(data) > MAX_BYTES:
        raise UnreadableError(Outcome.TOO_LARGE, f"{len(data) / 2**20:.0f} MiB; the limit is {MAX_BYTES >> 20} MiB")
    if not data:
        raise UnreadableError(Outcome.NOT_A_PDF, "the file is empty")
    if b"%PDF-" not in data[:1024]:
        head = data[:40].decode("latin-1").strip().split("\n")[0]
        raise UnreadableError(Outcome.NOT_A_PDF, f"begins with {head!r}, not %PDF-")


def check_page_count(count: int) -> None:
    """Raises `UnreadableError` for a document of too many pages."""
    if count > MAX_PAGES:
        raise UnreadableError(Outcome.TOO_LARGE, f"{count} pages; the limit is {MAX_PAGES}")


def check_text(count: int, broken: int, chars: int) -> None:
    """Raises `UnreadableError` where none of `count` pages could be loaded, or all hold `chars` characters, too few."""
    if broken == count:
        raise UnreadableError(Outcome.DAMAGED, "none of its pages can be loaded")
    if chars < MIN_CHARS:
        raise UnreadableError(Outcome.NO_TEXT, f"{count} pages with {chars} characters of text: images only?")
