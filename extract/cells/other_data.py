"""Names of data sets that no list holds: a capitalised name called a data set, or that results are reported on.

The world of data sets is open. A caption or a section that names one ("results on OtherWorld-200", "the LeafCount
benchmark") gives no score of a tracked benchmark, whatever the rest of the paper is measured on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from db.reference.hardware import find_devices
from extract.language.model_names import CITATION
from extract.pattern import Pattern

# capitals or digits inside, or capitals throughout: "LeafCount", "OtherWorld-200", "FOO-C"
_NAME = (
    r"(?P<name>[A-Z][A-Za-z]*(?:[A-Z\d][A-Za-z\d]*)+(?:-[A-Z\d][A-Za-z\d]*)*|[A-Z][A-Za-z\d]*(?:-[A-Z\d][A-Za-z\d]*)+)"
)
_THE = r"(?:the\s|our\s)?"

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
    before=rf"(?<![\w-]){_NAME}",
    flags=re.NOFLAG,
)
REPORTED_ON = Pattern(
    "a name that results are reported on",
    {
        r"(?=\s?(?:$|[.,;:]))": ("4.4 Results on FooNet-R", "Top-1 accuracy on LeafCount."),
        r"(?=\s?[\[(])": "Comparison on LeafCount [31]",
        r"(?=\s(?:test|val|dev|and|with|using|by|for|under|in)\b)": "accuracy on LeafCount with few labels",
    },
    refuses=("networks on a LeafCount", "depending on depth", "on ResNets of"),
    before=rf"\b(?:on|over)\s{_THE}{_NAME}",
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
    before=rf"\b(?:on|over)\s{_THE}{_NAME}",
    flags=re.NOFLAG,
)
NOT_MEASURED_ON = Pattern(
    "what is done on something that is not measured on it",
    {
        r"\b(?:pre-?|fine-?)?(?:train|tun|learn)\w*(?:\s\w+)?\s$": "pre-trained ",
        r"\b(?:bas|built|build|depend|rel)\w*\s$": "based ",
        r"\b(?:run|ran|tim|implement|deploy|execut|benchmark)\w*(?:\s\w+)?\s$": "timed ",
        r"\b(?:effects?|impact|influence|ablat\w*|stud(?:y|ies))\s(?:[\w\s-]{0,30}\s)?$": "Ablation ",
    },
    refuses=("results ", "accuracy "),
)


def other_data_in(text: str, is_model: Callable[[str], bool], *, called: bool = False) -> list[str]:
    """The names of data sets in the text that are in no list; `is_model` tells names of models from them.

    `called`: only those that the text calls a data set, as a sentence must that speaks of many things.
    """
    bare = CITATION.sub(lambda m: f"[{' ' * (len(m.group()) - 2)}]", text)
    names = (match["name"] for match in CALLED_DATA.finditer(bare)) if called else _names(bare)
    return [name for name in dict.fromkeys(names) if not is_model(name) and not find_devices(name)]


def names_called_data(texts: Iterable[str]) -> frozenset[str]:
    """The names in the texts that are plainly data: called a data set, or with the part that results are on."""
    rules = (CALLED_DATA, ON_SPLIT)
    return frozenset(match["name"] for text in texts for rule in rules for match in rule.finditer(text))


def _names(text: str) -> Iterator[str]:
    yield from (match["name"] for match in CALLED_DATA.finditer(text))
    for match in REPORTED_ON.finditer(text):
        if not NOT_MEASURED_ON.search(text[: match.start()]):
            yield match["name"]
