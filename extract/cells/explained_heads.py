"""Short headers that a caption explains as counts: "G/P means GFLOPs/parameters", "PS: parameter size"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from extract.pattern import Pattern

_KEY = r"[A-Za-z#][\w#.-]{0,9}[*†‡]?"
_COUNT = (
    r"(?:(?:(?:total|overall|model|network|computational|training|inference)\s){0,2}"
    r"(?:(?:numbers?|amounts?|counts?|complexity|costs?)\s(?:of\s)?(?:(?:the|all|learnable|trainable|model|networks?)\s){0,3})?"
    r"\(?(?-i:#?[Pp]aram(?:eter)?s?(?:\s(?:size|count|number)s?)?|[KMGTB]?FLOPs?|MACs|MAdds?|[Mm]ult(?:iply|i)?-[Aa]dds?"
    r"|floating[- ]point\soperations)\)?(?:\s?\([KMGB]\)|\sin\s(?:m|b)illions?)?)"
)
_SAYS = (
    r"(?:\s(?:means?|denotes?|indicates?|represents?|refers?\sto|stands?\sfor|(?:is|are)\sshort\sfor|is|are|corresponds?\sto)\s"
    r"|\s?[:=]\s?)[\"“'‘]?(?:the\s)?"
)
EXPLAINED = Pattern(
    "a short header and the count that it stands for",
    {
        rf"(?P<key>{_KEY})[\"”'’]?{_SAYS}(?P<count>{_COUNT})": (
            "PS: parameter size (B)",
            "Comp* indicates the complexity of the networks (FLOPs)",
            "“C” denotes FLOPs",
        ),
        rf"(?P<keys>{_KEY}\s?/\s?{_KEY})[\"”'’]?{_SAYS}(?P<counts>{_COUNT}\s?/\s?{_COUNT})":
            "G/P means GFLOPs/parameters",
        rf"(?P<two>{_KEY}\sand\s{_KEY}){_SAYS}(?P<both>{_COUNT}(?:,)?\sand\s(?:the\s)?{_COUNT})":
            "N and C are the number of parameters and FLOPs",
    },
    before=r"(?<![\w/-])",
    after=r"(?![\w/]?\w)",
    refuses=("FooNet is the network with fewest parameters", "Foo means FLOPs/s", "Foo: 25M parameters"),
)  # fmt: skip


@lru_cache(maxsize=256)
def explained_heads(caption: str) -> Mapping[str, str]:
    """What each header stands for that the caption explains as a count: {"G/P": "GFLOPs/parameters", "G": "GFLOPs"}."""
    found: dict[str, str] = {}
    for match in EXPLAINED.finditer(caption):
        if match["key"]:
            found.setdefault(match["key"], match["count"])
            continue
        keys, counts = match["keys"] or match["two"], match["counts"] or match["both"]
        if match["keys"]:
            found.setdefault(keys, counts)
        joint = "/" if match["keys"] else " and "
        for key, count in zip(keys.split(joint), counts.split(joint), strict=True):
            found.setdefault(key.strip(), count.strip(" ,"))
    return found


def in_full(text: str, explained: Mapping[str, str]) -> str:
    """The header with what its words stand for in their place: "original GFLOPs/parameters" for "original G/P".

    A single letter is a word of its own only where nothing else stands in the header: "(G)" is a unit.
    """
    return explained.get(text) or " ".join(_words_in_full(text, explained))


def _words_in_full(text: str, explained: Mapping[str, str]) -> Iterator[str]:
    for word in text.split():
        yield explained.get(word, word) if len(word) > 1 else word
