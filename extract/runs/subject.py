"""Which of the paper's models a sentence on a run names: "the big models took 3.5 days" -> "Transformer (big)".

Only names that tell one model from the paper's others are taken (with a number or a size): a run of "our method" is one
of all its models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from db.vocabulary import Role
from extract.cells.models import CellReading
from extract.language.purpose import clause_at
from extract.language.same_model import SIZE_SAID, SIZES, WORDS_AND_NUMBERS

LONGEST = 40  # characters; longer row labels are descriptions


@dataclass(frozen=True)
class Subjects:
    """The names of the paper's own models that tell them apart, and one pattern that finds any of them."""

    names: tuple[str, ...]
    pattern: re.Pattern[str] | None

    def at(self, sentence: str, place: int) -> str | None:
        """The model that the value at `place` of the sentence is of; None where no single one is named."""
        left, right = clause_at(sentence, place)
        clause = sentence[left:right]
        found = [(m.start() + left, self._named(m)) for m in self.pattern.finditer(clause)] if self.pattern else []
        sizes = ((m.start() + left, m["of"]) for m in SIZE_SAID.finditer(clause))
        found += [(start, name) for start, size in sizes if size and (name := self._of_size(size.lower()))]
        if not found:
            found = [(place_ + left, name) for place_, name in self._in_other_order(clause)]
        if not found:
            return None
        before = [f for f in found if f[0] < place]
        return max(before)[1] if before else min(found)[1]

    @cached_property
    def _by_words(self) -> dict[tuple[str, ...], list[str]]:
        """The names by their words in alphabetic order."""
        keys: dict[tuple[str, ...], list[str]] = {}
        for name in self.names:
            keys.setdefault(tuple(sorted(_words(name))), []).append(name)
        return keys

    def _in_other_order(self, clause: str) -> list[tuple[int, str]]:
        """Where the words of a name stand side by side in another order: "32x4d Net-101" for "Net-101 (32x4d)"."""
        words = [(m.start(), m[0].lower()) for m in WORDS_AND_NUMBERS.finditer(clause)]
        found = []
        for length in {len(key) for key in self._by_words if len(key) >= 3}:
            for i in range(len(words) - length + 1):
                same = self._by_words.get(tuple(sorted(w for _, w in words[i : i + length])), [])
                if len(same) == 1:
                    found.append((words[i][0], same[0]))
        return found

    def _named(self, match: re.Match[str]) -> str:
        key = "".join(WORDS_AND_NUMBERS.findall(match[0])).lower()
        return next((n for n in self.names if "".join(WORDS_AND_NUMBERS.findall(n)).lower() == key), match[0])

    def _of_size(self, size: str) -> str | None:
        fitting = [n for n in self.names if size in (w.lower() for w in WORDS_AND_NUMBERS.findall(n))]
        return fitting[0] if len(fitting) == 1 else None


def run_subjects(cells: Sequence[CellReading], text: str | None = None) -> Subjects:
    """The model names of the paper's tables, other papers' left out; only those in `text` are looked for, if given."""
    return subjects_of((r.model for r in cells if r.model and r.role != Role.PRIOR), text)


def subjects_of(models: Iterable[str], text: str | None = None) -> Subjects:
    """The names among these that tell one model from another."""
    names = sorted({m for m in {m.strip() for m in models} if _tells_apart(m)}, key=lambda n: (-len(n), n))
    words = ((n, WORDS_AND_NUMBERS.findall(n)) for n in names)
    looked_for = [found for n, found in words if text is None or all(w in text for w in found)]
    pattern = re.compile("|".join(map(_flexible, looked_for))) if looked_for else None  # a pattern of all takes long
    return Subjects(tuple(names), pattern)


def _tells_apart(name: str) -> bool:
    words = WORDS_AND_NUMBERS.findall(name)
    letters = [w for w in words if w.isalpha()]
    named = any(len(w) > 1 and any(c.isupper() for c in w) for w in letters)
    special = any(w[0].isdigit() for w in words) or any(w.lower() in SIZES for w in words)
    return named and special and 4 <= len(name) <= LONGEST and len(words) <= 6


def _flexible(words: Sequence[str]) -> str:
    """A pattern for the words with any spaces, hyphens or brackets between them, not within a longer name."""
    return r"(?<![\w-])" + r"[\s()_-]{0,3}".join(map(re.escape, words)) + r"\)?(?![\w-]|\.\d)"


def _words(name: str) -> list[str]:
    return [w.lower() for w in WORDS_AND_NUMBERS.findall(name)]
