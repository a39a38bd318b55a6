"""Finding names in printed text however the paper wrote its dashes, spaces, quotes, arrows and capitals.

The rules, shared by benchmarks, metrics and devices:

1. `fold` maps a text character for character, so a position in the folded text is the same position in the
   printed one: ASCII capitals become small, every dash "-", every white space (and \u00ae, \u2122) " ", every
   quote "'", every arrow ">", the multiplication sign "x", raised and lowered digits plain ones.
2. Between two parts of a name, separators (space, dash, "_", "'", "/", ">") stand for one another. Where one of
   the parts is a number they may be missing: "ILSVRC-2012", "ILSVRC 2012" and "ILSVRC2012" are one name.
3. A lone letter is joined as the name prints it: "ImageNet-A" is not "ImageNet a", "A10" is not "a 10".
4. Two numbers joined by a dash keep it: "TPU v3-32" is not "TPU v3 32".
5. "{a|b|}" in a name stands for each of its choices; a leading "=" asks for the name's own capitals.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\ufe58\ufe63\uff0d"
_SPACES = (
    "\t\n\r\x0b\x0c\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u3000"
    "\u00ae\u2122"  # the registered and trade marks stand where a space would
)
_QUOTES = "`\u00b4\u2018\u2019\u201a\u201b\u2032\u02bc"
_ARROWS = "\u2192\u21d2\u21e8\u2794\u279c\u27a1\u27f6\u21a6\u2194"
_RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
_LOWERED = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089"

_FOLD: dict[int, str] = {
    **{ord(c): c.lower() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _QUOTES), "'"),
    **dict.fromkeys(map(ord, _ARROWS), ">"),
    **{ord(c): str(i) for i, c in enumerate(_RAISED)},
    **{ord(c): str(i) for i, c in enumerate(_LOWERED)},
    ord("\u00d7"): "x",
    ord("\u2715"): "x",
}
_CASE_KEPT = {code: to for code, to in _FOLD.items() if not chr(code).isupper()}

_ODD = re.compile(f"[{re.escape(''.join(map(chr, _CASE_KEPT)))}]")
_CAPITALS = re.compile(r"[A-Z]+")

_SEPARATORS = " -_'/>"
_SEPARATOR = r"[ \-_'/>]"
_PARTS = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]+")
_RUNS = re.compile(r"[A-Za-z0-9]+")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]+")
_BRACES = re.compile(r"\{([^{}]*)\}")


def fold(text: str, *, keep_case: bool = False) -> str:
    """The text in the one spelling that names are compared in, of the same length."""
    kept = text if text.isascii() and text.isprintable() and "`" not in text else _kept_folded(text)
    if keep_case:
        return kept
    return kept.lower() if kept.isascii() else _CAPITALS.sub(lambda match: match[0].lower(), kept)


@lru_cache(maxsize=256)  # several lists of names are looked for in the same sentences, one after the other
def _kept_folded(text: str) -> str:
    # what str.translate does, which takes five times as long: it asks for every letter
    return _ODD.sub(lambda match: _CASE_KEPT[ord(match[0])], text)


def name_key(name: str) -> str:
    """The letters and digits of a name, what two spellings of it share: small ones, or "=" and as printed."""
    if name.startswith("="):
        return "=" + _NOT_ALPHANUMERIC.sub("", fold(name, keep_case=True))
    return _NOT_ALPHANUMERIC.sub("", fold(name))


def expand_braces(name: str) -> list[str]:
    """All the names that "{a|b|} c" stands for, in order, white space tidied."""
    parts = _BRACES.split(name)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return list(dict.fromkeys(" ".join("".join(pick).split()) for pick in itertools.product(*choices)))


def name_regex(name: str, *, loose: bool = False) -> str:
    """A regular expression for a name in folded text, without word boundaries.

    `loose` lets any punctuation (or none) stand between the parts, as table headers need: "AP@[.5:.95]".
    """
    printed = fold(name.removeprefix("="), keep_case=name.startswith("="))
    parts = _PARTS.findall(printed)
    if loose:
        return r"[^A-Za-z0-9]{0,4}".join(part for part in parts if part[0].isascii() and part[0].isalnum())
    lone_runs = {run for run in _RUNS.findall(printed) if len(run) == 1 and run.isalpha()}
    built = ""
    last = ""  # the letters or digits before
    between = ""  # what is printed since
    for part in parts:
        if not (part[0].isascii() and part[0].isalnum()):
            between = part
            continue
        built += _joint(last, between, lone_runs & {last, part}, part) + part
        last, between = part, ""
    tail = between.strip(_SEPARATORS)
    return built + (rf" ?{re.escape(tail)}" if tail else "")


def _joint(last: str, between: str, lone_runs: set[str], part: str) -> str:
    """A regular expression for what may stand between two parts of a name."""
    literal = between.strip(_SEPARATORS)
    if not last:
        return re.escape(literal)
    if literal:
        return rf"{_SEPARATOR}{{0,2}}{re.escape(literal)}{_SEPARATOR}{{0,2}}"
    if not between and any(len(p) == 1 and p.isalpha() for p in (last, part)):
        return ""
    if lone_runs:
        return "- ?" if "-" in between else "'" if "'" in between else " {1,2}"
    if last.isdigit() and part.isdigit() and "-" in between:
        return " ?- ?"
    return f"{_SEPARATOR}{{{0 if last.isdigit() or part.isdigit() else 1},4}}"


@dataclass(frozen=True)
class Found:
    """A name in a text: `start` and `end` in the printed text, `key` the `name_key` of the name it is."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, eq=False)
class NameFinder:
    """Compiled names; `any_case` reads small letters, `exact` the capitals as printed."""

    any_case: re.Pattern[str] | None
    exact: re.Pattern[str] | None

    def find(self, text: str) -> list[Found]:
        """Each name in the text, left to right, the longest at its place, none within another."""
        return list(self._find(text))

    @lru_cache(maxsize=4096)  # noqa: B019 - finders are few and stay; half of all texts are asked about again
    def _find(self, text: str) -> Sequence[Found]:
        found: list[tuple[int, int, Found]] = []
        if self.any_case is not None:
            for match in self.any_case.finditer(fold(text)):
                key = _NOT_ALPHANUMERIC.sub("", match.group(1))
                found.append((match.start(), -match.end(), Found(match.start(), match.end(), key)))
        if self.exact is not None:
            for match in self.exact.finditer(fold(text, keep_case=True)):
                key = "=" + _NOT_ALPHANUMERIC.sub("", match.group(1))
                found.append((match.start(), -match.end() - 1, Found(match.start(), match.end(), key)))
        found.sort(key=lambda item: item[:2])
        kept: list[Found] = []
        for _, _, name in found:
            if not kept or name.start >= kept[-1].end:
                kept.append(name)
        return kept


def compile_names(
    names: Iterable[str], *, loose: bool = False, before: str = "", after: str = "", counted: bool = False
) -> NameFinder:
    """What finds any of the names in whole words, the longest first.

    `before` and `after` are regular expressions that may stand around a name (a vendor, a plural) and belong to
    what is found, not to its key. `counted` names may stand right after a number and "x": "8xA100".
    """
    any_case = sorted({name for name in names if not name.startswith("=")})
    exact = sorted({name for name in names if name.startswith("=")})
    return NameFinder(
        _one_pattern(any_case, loose, before, after, counted) if any_case else None,
        _one_pattern(exact, loose, before, after, counted) if exact else None,
    )


def _one_pattern(names: list[str], loose: bool, before: str, after: str, counted: bool) -> re.Pattern[str]:
    """One pattern over all the names, gathered under their first part so that a text is scanned quickly."""
    rests: dict[str, dict[str, int]] = {}
    for name in names:
        regex = name_regex(name, loose=loose)
        head = re.match(r"[A-Za-z]+|[0-9]+|\\?.", regex)
        if head is None or not name_key(name).strip("="):
            raise ValueError(f"a name needs a letter or a digit, found {name!r}")
        length = len(name_key(name))
        under = rests.setdefault(head.group(), {})
        rest = regex[head.end() :]
        under[rest] = max(length, under.get(rest, 0))
    groups = []
    for head_text in sorted(rests, key=lambda text: (-len(text), text)):
        under = rests[head_text]
        longest_first = sorted(under, key=lambda rest: (-under[rest], rest))
        groups.append(f"{head_text}(?:{'|'.join(longest_first)})")
    whole = r"(?<![A-Za-wyz0-9])(?<![^0-9 ]x)" if counted else "(?<![A-Za-z0-9])"
    return re.compile(rf"{whole}{before}({'|'.join(groups)}){after}(?:(?![A-Za-z0-9])|(?=[x×][0-9]))")
