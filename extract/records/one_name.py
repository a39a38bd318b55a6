"""One model has one name: a long form becomes the abbreviation that the paper defines for it, where it uses both.

A name that a line's end broke ("FOO-BAR") becomes the name that the paper's tables print whole ("FOOBAR").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from db.models import Candidate
from extract.language.same_model import words_in

_BROKEN = re.compile(r"(?<![\w-])([A-Z]{2,})-([A-Z]{2,})(?![\w-])")


def with_one_name(candidates: Iterable[Candidate], abbreviations: Mapping[str, str]) -> list[Candidate]:
    """The candidates, each long form replaced by its abbreviation where other subjects use that."""
    found = list(candidates)
    used = {word for c in found for word in words_in(c.subject or "")}
    patterns = [
        (re.compile(rf"(?<![\w-]){re.escape(long)}s?(?![\w])", re.IGNORECASE), short)
        for long, short in abbreviations.items() if set(words_in(short)) <= used
    ]  # fmt: skip
    whole = {word for c in found if c.evidence.table for word in (c.subject or "").split()}
    return [_renamed(_mended(c, whole), patterns) for c in found]


def _mended(candidate: Candidate, whole: Set[str]) -> Candidate:
    """The candidate with a name in capitals joined where a line's end broke it; `whole` are words of tables' names."""
    subject = candidate.subject or ""
    if candidate.evidence.table or "-" not in subject:
        return candidate
    for broken in _BROKEN.findall(subject):
        if "".join(broken) in whole:
            subject = subject.replace("-".join(broken), "".join(broken))
    return candidate if subject == candidate.subject else replace(candidate, subject=subject)


def _renamed(candidate: Candidate, patterns: Iterable[tuple[re.Pattern[str], str]]) -> Candidate:
    subject = candidate.subject
    for long, short in patterns if subject else ():
        subject = long.sub(short, subject or "")
    return candidate if subject == candidate.subject else replace(candidate, subject=subject)
