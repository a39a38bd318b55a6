"""Languages and pairs of languages as translation papers name them: "English-German", "En→De"."""

from __future__ import annotations

import re

# The order decides: the first that matches is what the header says.
# a column headed by a language alone is that language's data; of the tracked ones only English is measured
LANGUAGE = re.compile(
    r"(?:German|Dutch|Spanish|Chinese|Mandarin|Arabic|Italian|Russian|Czech|Finnish)(?:\s(?:F1|NER|BLEU))?"
)
_LANGUAGES = (
    r"(?:English|German|French|Dutch|Spanish|Chinese|Mandarin|Arabic|Italian|Russian|Czech|Finnish|Japanese|Korean"
    r"|Portuguese|Romanian|Turkish|Hindi|Vietnamese|Polish|Swedish|Danish|Estonian|Latvian|Lithuanian|Hungarian|Greek)"
)
_LANGUAGE_PAIR = re.compile(rf"\b{_LANGUAGES}\s?(?:→|⇒|-|–|to\b|into\b|/)\s?{_LANGUAGES}\b")
_CODE_PAIR = re.compile(r"(?<![\w-])(?P<a>[A-Za-z]{2})\s?(?:→|⇒|⇔|↔|->|-|–|=>|2|/)\s?(?P<b>[A-Za-z]{2})(?![\w-])")
_CODES = frozenset(
    "en de fr ro zh cs ru fi et tr lv lt ja ko ar es it nl pt vi hi gu kk ne si pl he uk sv da el bg hu sk sl fa my ha"
    " ta".split()
)


def names_language_pair(text: str) -> bool:
    """Whether the text names a translation's two languages; of the tracked ones the caller knows by their data set."""
    return bool(language_pairs(text))


def language_pairs(text: str) -> list[str]:
    """The pairs of languages that the text names, as printed."""
    codes = [m for m in _CODE_PAIR.finditer(text) if {m["a"].lower(), m["b"].lower()} <= _CODES and m["a"] != m["b"]]
    return [m.group().lower() for m in (*codes, *_LANGUAGE_PAIR.finditer(text))]
