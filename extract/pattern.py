"""A pattern as a value: one alternative a line, each beside the text that it is there for.

    EPOCHS_HEAD = Pattern(
        "a header that counts epochs",
        {
            r"^#?\\s?epochs?$": "Epochs",
            r"\\bepochs\\s\\(total\\)": ("Epochs (total)", "training epochs (total)"),
        },
        refuses=("warm-up epochs", "epoch"),
    )

`tests/extract/test_patterns.py` finds every pattern of the package. It runs the examples, and it takes each alternative
away in turn and demands that one of its examples is then refused: an alternative that nothing needs does not stay.

Texts without any of the pieces that a pattern needs are not searched (`required_words.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from extract.required_words import in_small_letters, required_pieces

Examples = str | Sequence[str]

_made: list[Pattern] = []  # every pattern of the modules that were imported


def compile_all() -> None:
    """Compiles every pattern, for a process that forks children: each would compile anew what it meets."""
    for pattern in _made:
        pattern.compiled, pattern.pieces  # noqa: B018 - worked out where they are first asked for


def each_word(listed: str, around: str = "{}") -> dict[str, str]:
    """Plain words as alternatives, each its own example, with the text `around` it: `each_word("hour minute")`."""
    return {word: around.format(word) for word in listed.split()}


def _at_edges(alternatives: Sequence[str]) -> Iterator[str]:
    """The alternatives in their order, neighbours that begin at a word's edge as one: most places are at no edge."""
    for at_edge, some in groupby(alternatives, _begins_at_edge):
        together = list(some)
        if at_edge and len(together) > 1:
            yield f"{_EDGE}(?:{'|'.join(alternative.removeprefix(_EDGE) for alternative in together)})"
        else:
            yield from together


def _begins_at_edge(alternative: str) -> bool:
    return alternative.startswith(_EDGE) and "|" not in _outside_brackets(alternative)


def _outside_brackets(expression: str) -> str:
    """What of an expression stands in no group and no set."""
    while (shorter := _INNERMOST.sub("", expression)) != expression:
        expression = shorter
    return expression


_EDGE = r"\b"
_INNERMOST = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\([^()\[\\]*\)", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Pattern:
    """A named regular expression: `before`, one of the alternatives, `after`.

    `any_of` maps each alternative to a text, or several, that it accepts, as the whole pattern would meet it; `refuses`
    holds near misses. Alternatives may name groups; each group name stands once in a pattern.
    """

    name: str
    any_of: Mapping[str, Examples]
    refuses: Sequence[str] = ()
    before: str = ""
    after: str = ""
    flags: re.RegexFlag = field(default=re.IGNORECASE)

    def __post_init__(self) -> None:
        _made.append(self)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The whole expression, compiled at its first use."""
        return re.compile(self.source(), self.flags)

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """What every text that it accepts has one of, in small letters; () where that is not known."""
        return required_pieces(self.source(), self.flags)

    def may_stand_in(self, text: str) -> bool:
        """Whether the text has one of the pieces that the pattern needs: where not, no search finds anything."""
        pieces = self.pieces
        if not pieces:
            return True
        text = in_small_letters(text)
        for piece in pieces:  # noqa: SIM110 - `any` would make a generator, in the most frequent call of all
            if piece in text:
                return True
        return False

    def source(self, without: str | None = None) -> str:
        """The expression's text; `without` leaves one alternative out, for the test that each is needed."""
        kept = [alternative for alternative in self.any_of if alternative != without]
        return f"{self.before}(?:{'|'.join(_at_edges(kept)) if kept else '(?!)'}){self.after}"

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first place in the text that the pattern accepts."""
        if not self.may_stand_in(text):
            return None
        return self.compiled.search(text, start, len(text) if end is None else end)

    def match(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """What the pattern accepts at the start."""
        return self.compiled.match(text, start, len(text) if end is None else end)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The whole text, where the pattern accepts it."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Every place that the pattern accepts, left to right."""
        if not self.may_stand_in(text):
            return iter(())
        return self.compiled.finditer(text, start, len(text) if end is None else end)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        """The text with every place that the pattern accepts replaced."""
        return self.compiled.sub(replacement, text) if self.may_stand_in(text) else text

    def split(self, text: str) -> list[str]:
        """The parts of the text between the places that the pattern accepts."""
        return self.compiled.split(text)

    def examples(self) -> Iterator[tuple[str, str]]:
        """Each alternative with each text that it must accept."""
        for alternative, texts in self.any_of.items():
            for text in (texts,) if isinstance(texts, str) else texts:
                yield alternative, text
