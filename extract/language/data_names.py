"""Names that a paper's own words call data: "the LeafCount dataset", "results on LeafCount test"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from extract.pattern import Pattern

LEAST_CALLED = 2  # how often a paper calls a name data, to mean it wherever the name stands

# capitals or digits inside, or capitals throughout: "LeafCount", "OtherWorld-200", "FOO-C"; no part of a name is read
# in two ways, so that a sequence of hundreds of capitals takes no time
NAME = r"(?P<name>[A-Z][A-Za-z]*[A-Z\d][A-Za-z\d]*(?:-[A-Z\d][A-Za-z\d]*)*|[A-Z][A-Za-z\d]*(?:-[A-Z\d][A-Za-z\d]*)+)"
THE = r"(?:the\s|our\s)?"

CALLED_DATA = Pattern(
    "a name that is called a data set",
    {
        r"\s(?:data\s?-?set|benchmark|corpus|corpora|database)s?\b": (
            "the OtherWorld-200 benchmark",
            "LeafCount dataset",
        ),
        r"\s(?:test|val(?:idation)?|dev(?:elopment)?)[-\s](?:set|split|server)s?\b": "the DroneCars test set",
        r"\schallenge\b": "the LeafCount challenge",
    },
    refuses=("WideNet-50 networks", "the test set", "WideNet-50 test error"),
    before=rf"(?<![\w-]){NAME}",
    flags=re.NOFLAG,
)
ON_SPLIT = Pattern(
    "a name with the part of it that results are reported on",
    {
        r"\s(?:test|val|dev|validation|test-dev)\b(?!\s(?:errors?|acc\w*|scores?|F1|AP|time))": (
            "results on LeafCount test"
        )
    },
    refuses=("on LeafCount test error", "a LeafCount test", "on LeafCount"),
    before=rf"\b(?:on|over)\s{THE}{NAME}",
    flags=re.NOFLAG,
)


def names_called_data(texts: Iterable[str], least: int = 1) -> frozenset[str]:
    """The names that the texts plainly call data `least` times: a data set, or with the part that results are on."""
    rules = (CALLED_DATA, ON_SPLIT)
    found = Counter(match["name"] for text in texts for rule in rules for match in rule.finditer(text))
    return frozenset(name for name, often in found.items() if often >= least)
