"""One model has one name: a long form becomes the abbreviation that the paper defines for it, where it uses both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from db.models import Candidate
from extract.language.same_model import words_in


def with_one_name(candidates: Iterable[Candidate], abbreviations: Mapping[str, str]) -> list[Candidate]:
    """The candidates, each long form replaced by its abbreviation where other subjects use that."""
    found = list(candidates)
    used = {word for c in found for word in words_in(c.subject or "")}
    patterns = [
        (re.compile(rf"(?<![\w-]){re.escape(long)}s?(?![\w])", re.IGNORECASE), short)
        for long, short in abbreviations.items() if set(words_in(short)) <= used
    ]  # fmt: skip
    return [_renamed(c, patterns) for c in found] if patterns else found


def _renamed(candidate: Candidate, patterns: Iterable[tuple[re.Pattern[str], str]]) -> Candidate:
    subject = candidate.subject
    for long, short in patterns if subject else ():
        subject = long.sub(short, subject or "")
    return candidate if subject == candidate.subject else replace(candidate, subject=subject)
