"""Words of a table -> printed lines and their phrases, by base line and by the gaps between words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import median

from db.models import Ruling, Word
from extract.layout.captions import SMALL, base_of, marked
from extract.layout.slack import SLACK
from extract.pattern import Pattern

WORD_SPACE = 0.52  # of the box height: a wider gap separates two phrases | 42 0 3 8
LARGE = 1.3  # of the usual box height: print that is larger is a symbol | 0 0 0 0
LEAST_LINE = 0.8  # of the usual box height: what a line's own is held above, while words are put on lines | 0 0 0 0
MIDDLE = 0.25  # of the box height above its base line: the middle of small letters, where a ruling strikes | 0 0 0 0
ON_BASE = 0.34  # of the box height: words whose base lines are farther apart stand on two lines | 0 0 0 4
LINES_OPEN = 3  # the last lines, which a word may yet belong to | 0 0 0 0
LONGEST_VALUE = 40  # characters of a cell that is a number | 0 0 0 0
VALUE_LETTERS = 3  # of a number with a unit; more only where it has as many digits | 0 0 0 0

# scripts and marks beside their word: heights of its print
BEHIND = (-0.3, 0.35)  # from its end to a script, least and most | 0 0 0 0
BEHIND_RAISED = -1.3  # least, where the word ends with a raised part: AR^1k over s | 0 0 0 0
BEFORE = (-0.2, 0.3)  # from a mark to its begin, least and most | 0 0 0 0
RAISED_BY = 0.75  # above its base line, at most | 3 0 0 0
LOWERED_BY = 0.45  # below it, at most | 0 0 0 1
MARK_LOWERED_BY = 0.4  # the same of a mark | 0 0 0 0
OFF_LINE = 0.5  # how much a point off the base line counts beside a point of gap | 0 0 0 0

# pieces of one cell: heights of the print
NEAR_CUT = 1.5  # points beyond a gap between words in which an upright ruling still cuts them | 0 0 0 0
DASH_GAP = 0.2  # before a number, from a dash that is a cell of its own | 0 0 0 0
UNIT_GAP = 0.4  # within "5h 55", at most | 0 0 0 0
THOUSANDS_GAP = 0.35  # within "300 000", at most | 0 0 0 0
TOUCHING = 0.04  # between pieces of one word, at most | 0 0 0 0
TOUCHING_SCRIPT = 0.12  # between a word and its script | 0 0 1 1
EXPONENT_GAP = 0.35  # between a word and a raised number | 0 0 0 0
EXPONENT_LENGTH = 3  # characters of one | 0 0 0 0
SUBSCRIPT_GAP = 0.2  # between a word and a lowered one | 1 0 0 0
RAISED = 0.12  # of the word's print that a raised part stands above its bottom | 1 0 0 0
MOSTLY = 0.5  # of a row's cells behind its name, or of a column's: numbers, where it holds values | 0 0 4 4

_DASHES = "-–—−―"
_VALUE = Pattern(
    "a cell that holds a number, its unit and marks, and not much else",
    {
        # each repeat keeps what it took: the same signs stand in both sets, and giving them back took minutes
        r"\d[\d.,:/·×x*^±+\-−–%()°\s]*+"
        r"(?:[a-zA-Zµμ%‰°\"'†‡§¶∗*↑↓✓)\]^.,/\s]{0,6}+[\d.,:/·×*^±+\-−–%()\]†‡∗\s]*+){0,4}+$": (
            "76.3",
            "~3.8×10^9",
            "25.6M",
            "(0.5, 12 h)",
        ),
    },
    refuses=("ResNet-50", "v2", "F1", "top-1", "none"),
    before=r"^[~≈∼<>≤≥=±+*†‡§\-−–(\[\$↑↓×xX]*",
    flags=re.NOFLAG,
)
# "224×224", "32 × 4d": a size or a setting, not a result; "3.8×10^9" is a number
_SIZE = re.compile(r"\d[kKM]?\s?[×xX]\s?(?!10(?:\^|\d))\d")
_CITATION = re.compile(r"^\[[\d,;\s–-]+\]$|^[(\[]?(?:19|20)\d\d[a-z]?[)\]]?[;,]?$")
_BLANK = Pattern(
    "a cell's sign for nothing, for yes or for no",
    {
        "[-–—−―]+": "--",
        "n/?a": "n/a",
        "N/?A": "NA",
        r"N\.A\.": "N.A.",
        r"\?": "?",
        "[✗✓✔✘√⋆∗×Xx]": ("✓", "x"),
        "[yY]es|[nN]o": ("yes", "No"),
        "oom|OOM": "OOM",
        "/": "/",
        r"\.{2,}": "...",
        "…": "…",
    },
    refuses=("Xnet", "-1", "None", "no-op"),
    before="^",
    after="$",
    flags=re.NOFLAG,
)

_MARKS = frozenset("✓✔✗✘☑☒√×xX●○•◦⋆★☆∗✶")


@lru_cache(maxsize=20_000)
def is_value(text: str) -> bool:
    """Whether a cell's text is a number with at most a unit, a deviation or a mark."""
    text = text.strip()
    if (
        not text
        or not any(c.isdigit() for c in text)
        or _CITATION.match(text)
        or len(text) > LONGEST_VALUE
        or _SIZE.search(text)
    ):
        return False
    if _VALUE.match(text) is None:
        return False
    letters = sum(c.isalpha() for c in text)
    digits = sum(c.isdigit() for c in text)
    return letters <= VALUE_LETTERS or letters <= digits


@lru_cache(maxsize=20_000)
def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, a dash, "n/a", a tick."""
    return not text.strip() or bool(_BLANK.match(text.strip()))


def is_mark(text: str) -> bool:
    """Whether a cell holds a check mark or a cross alone: it says yes or no of its own row."""
    return text.strip() in _MARKS


@dataclass(frozen=True)
class TableLine:
    """Words on one base line, from left to right: places in the page's words beside the words."""

    places: list[int]
    words: list[Word]
    base: float
    size: float
    phrases: list[tuple[int, int]]  # first and last+1 in `words`

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        return max([w.x1 for w in self.words])

    @cached_property
    def top(self) -> float:
        return min([w.top for w in self.words])

    @cached_property
    def bottom(self) -> float:
        return max([w.bottom for w in self.words])

    def text(self) -> str:
        return words_text(self.words)

    def phrase_text(self, phrase: tuple[int, int]) -> str:
        """The text of its words from one place up to another; each is put together once."""
        text = self._texts.get(phrase)
        if text is None:
            text = self._texts[phrase] = words_text(self.words[phrase[0] : phrase[1]])
        return text

    @cached_property
    def _texts(self) -> dict[tuple[int, int], str]:
        return {}


@dataclass(slots=True)
class _OpenLine:
    """A line while its words are looked for."""

    places: list[int]
    words: list[Word]
    base: float
    size: float

    def closed(self, verticals: Sequence[Ruling]) -> TableLine:
        """The line with its words from left to right, and its phrases."""
        members = sorted(zip(self.places, self.words, strict=True), key=lambda member: (member[1].x0, member[1].x1))
        words = [word for _, word in members]
        phrases = _phrases(words, self.base, self.size, verticals)
        return TableLine([place for place, _ in members], words, self.base, self.size, phrases)


def table_lines(words: Iterable[tuple[int, Word]], verticals: Sequence[Ruling] = ()) -> list[TableLine]:
    """Lines from top to bottom, phrases split at wide gaps and at upright rulings."""
    pairs = list(words)
    if not pairs:
        return []
    usual = median(w.size for _, w in pairs)
    small = [(p, w) for p, w in pairs if w.size < SMALL * usual]
    lines = _lines_of([(p, w) for p, w in pairs if w.size >= SMALL * usual], usual)
    _attach_small(lines, small)
    return [line.closed(verticals) for line in sorted(lines, key=lambda line: line.base)]


def _lines_of(pairs: Sequence[tuple[int, Word]], usual: float) -> list[_OpenLine]:
    """Words of about one size, by base line; `usual` is the height of most of them.

    A line's height of print is held near the usual one: a single large symbol must not swallow its neighbours.
    """
    lines: list[_OpenLine] = []
    least, most = LEAST_LINE * usual, LARGE * usual
    bases = [base_of(word) for _, word in pairs]
    for i in sorted(range(len(pairs)), key=bases.__getitem__):
        (place, word), base = pairs[i], bases[i]
        home = None
        for line in lines[: -LINES_OPEN - 1 : -1]:
            size = line.size  # held within the two by plain comparisons: asked of every word with every line above it
            if abs(base - line.base) < ON_BASE * (least if size < least else most if size > most else size):
                home = line
                break
        if home is None:
            lines.append(_OpenLine([place], [word], base, word.size))
            continue
        n = len(home.words)
        home.base = (home.base * n + base) / (n + 1)
        home.places.append(place)
        home.words.append(word)
        home.size = max(home.size, word.size) if word.size < LARGE * usual else home.size
    return lines


def _attach_small(lines: list[_OpenLine], small: Sequence[tuple[int, Word]]) -> None:
    """Superscripts and subscripts join the line of the word they follow; other small print makes lines of its own."""
    loose: list[tuple[int, Word]] = []
    for place, word in small:
        home = _line_of_script(lines, word)
        if home is None:
            loose.append((place, word))
        else:
            home.places.append(place)
            home.words.append(word)
    for place, word in sorted(loose, key=lambda pw: base_of(pw[1])):
        home = next((t for t in lines if abs(base_of(word) - t.base) < ON_BASE * max(t.size, word.size)), None)
        if home is None:
            lines.append(_OpenLine([place], [word], base_of(word), word.size))
        else:
            home.places.append(place)
            home.words.append(word)


def _line_of_script(lines: Sequence[_OpenLine], word: Word) -> _OpenLine | None:
    """The line of the word that a script stands behind, or of the word that a mark stands before ("†ResNet")."""
    base = base_of(word)
    near = [(line, host) for line in lines if abs(base - line.base) < line.size for host in line.words]
    behind = [
        (abs(word.x0 - host.x1) + OFF_LINE * abs(base - line.base), n)
        for n, (line, host) in enumerate(near)
        if _is_script(word, host, base - line.base)
    ]
    if behind:
        return near[min(behind)[1]][0]
    return next((line for line, host in near if _is_mark(word, host, base - line.base)), None)


def _is_script(word: Word, host: Word, drop: float) -> bool:
    """Whether a small word stands right behind another, raised or lowered by `drop` points."""
    gap, size = word.x0 - host.x1, host.size
    under = BEHIND_RAISED if host.raised else BEHIND[0]
    return under * size < gap < BEHIND[1] * size and -RAISED_BY * size < drop < LOWERED_BY * size


def _is_mark(word: Word, host: Word, drop: float) -> bool:
    """Whether a small word stands right before another, raised."""
    gap, size = host.x0 - word.x1, host.size
    return BEFORE[0] * size < gap < BEFORE[1] * size and -RAISED_BY * size < drop < MARK_LOWERED_BY * size


def _phrases(words: Sequence[Word], base: float, size: float, verticals: Sequence[Ruling]) -> list[tuple[int, int]]:
    middle = base - MIDDLE * size
    cuts = [r.x0 for r in verticals if r.top - SLACK <= middle <= r.bottom + SLACK]
    space = WORD_SPACE * size
    phrases = []
    first = 0
    reach = words[0].x1
    for i, word in enumerate(words):
        x0 = word.x0
        if i and (x0 - reach > space or (cuts and any(reach - NEAR_CUT <= c <= x0 + NEAR_CUT for c in cuts))):
            phrases.append((first, i))
            first = i
        if word.x1 > reach:
            reach = word.x1
    phrases.append((first, len(words)))
    return phrases


def two_values(words: Sequence[Word], i: int) -> bool:
    """Whether words i-1 and i are two cells' numbers ("21.6 44.0", "45.2 -"), not one ("24.8 ±0.3", "1 − x")."""
    a, b = words[i - 1], words[i]
    if b.text[0] in "±(/[·×%" or a.text[-1] in "±(/[·×,":
        return False
    first, second = is_value(a.text), is_value(b.text)
    if first and second:
        return not _one_number(a, b)
    if first and b.text in _DASHES:
        after = words[i + 1] if i + 1 < len(words) else None
        return after is None or after.x0 - b.x1 > WORD_SPACE * b.size or is_value(after.text) or after.text in _DASHES
    return second and a.text in _DASHES and b.x0 - a.x1 > DASH_GAP * b.size


def _one_number(a: Word, b: Word) -> bool:
    """Whether two words that are numbers make one: "5h 55", "300 000"."""
    gap = b.x0 - a.x1
    if a.text[-1] in "hd" and gap < UNIT_GAP * b.size:
        return True
    thousands = len(b.text) == 3 and b.text.isdigit() and len(a.text) <= 3 and a.text.isdigit()
    return thousands and gap <= THOUSANDS_GAP * b.size


def words_text(words: Sequence[Word]) -> str:
    """Words of one line as text: touching pieces joined, "^" before raised parts."""
    out = ""
    before: Word | None = None
    for word in words:
        text = marked(word) if word.raised else word.text
        if before is None:
            out = text
        else:
            gap = word.x0 - before.x1
            size = before.size if before.size >= word.size else word.size
            smaller = word.size < SMALL * before.size
            raised = smaller and word.bottom < before.bottom - RAISED * before.size
            if gap < (TOUCHING_SCRIPT if smaller else TOUCHING) * size:
                out += ("^" if raised else "") + text
            elif raised and gap < EXPONENT_GAP * size and len(text) <= EXPONENT_LENGTH and not text.isalpha():
                out += "^" + text
            elif smaller and gap < SUBSCRIPT_GAP * size and before.text[-1:].isalnum():
                out += text  # a subscript: "AP" "50"
            else:
                out += " " + text
        before = word
    return out


def joined_text(lines: Sequence[Sequence[Word]]) -> str:
    """Several lines of a cell as one text, a word broken at a line's end joined again."""
    out = ""
    for line in lines:
        piece = words_text(line)
        if out.endswith("-") and out[-2:-1].isalpha() and piece[:1].islower():
            out = out[:-1] + piece
        else:
            out = f"{out} {piece}" if out else piece
    return out


def has_values(line: TableLine) -> bool:
    texts = [line.phrase_text(p) for p in line.phrases]
    return len(texts) > 1 and sum(is_value(t) or is_blank(t) for t in texts[1:]) >= MOSTLY * len(texts[1:])
