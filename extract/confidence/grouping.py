"""What labelled papers are grouped by when the extractor is measured on them."""

from __future__ import annotations

from enum import StrEnum


class By(StrEnum):
    """What labelled papers are grouped by."""

    set = "set"
    year = "year"
    style = "style"
