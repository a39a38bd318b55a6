"""Names of data sets that no list holds: a capitalised name called a data set, or that results are reported on.

The world of data sets is open. A caption or a section that names one ("results on OtherWorld-200", "the LeafCount
benchmark") gives no score of a tracked benchmark, whatever the rest of the paper is measured on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from db.reference.hardware import find_devices
from db.reference.published_models import is_published
from db.reference.tasks import tasks_in
from extract.language.data_names import CALLED_DATA, NAME, THE
from extract.language.model_names import CITATION
from extract.pattern import Pattern

REPORTED_ON = Pattern(
    "a name that results are reported on",
    {
        r"(?=\s?(?:$|[.,;:]))": ("4.4 Results on FooNet-R", "Top-1 accuracy on LeafCount."),
        r"(?=\s?[\[(])": "Comparison on LeafCount [31]",
        r"(?=\s(?:test|val|dev|and|with|using|by|for|under|in)\b)": "accuracy on LeafCount with few labels",
    },
    refuses=("networks on a LeafCount", "depending on depth", "on ResNets of"),
    before=rf"\b(?:on|over)\s{THE}{NAME}",
    flags=re.NOFLAG,
)
PLAIN_NAME = Pattern(
    "a name in plain words, of data or of what is measured on data: it begins with a capital amid small letters",
    {
        r"(?<=[A-Za-z)%]\s)(?:on|in|of|for|over)\s(?:the\s|our\s)(?P<called>[A-Z][a-z]{2,}(?:\s[A-Z][a-z]+)?)"
        r"(?=\s(?:data\s?-?set|benchmark|corpus|corpora|database)s?\b)": "mAP in the Leaves dataset",
        r"(?<=[A-Za-z)%]\s)(?:on|over)\s(?:the\s)?(?P<on>[A-Z][a-z]{2,}(?:\s[A-Z][a-z]+)?)"
        r"(?=\s?(?:$|[.,;:(\[]\s?(?!\d+[a-z]?\)))|\s(?:test|val|dev)\b)": (
            "Results on Rare Birds",
            "Errors (%) on Leaves.",
        ),
    },
    refuses=("Results on Leaf nets", "Results on leaves", "on Table 3", "Built on the Leaf network"),
    flags=re.NOFLAG,
)
MEASURED = Pattern(
    "words for results, before what they are on",
    {
        r"\b(?:results?|performances?|comparisons?|scores?|evaluat\w+|state-of-the-art)\b": "Results",
        r"\b(?:accurac(?:y|ies)|errors?|acc\.|top-?[15])": "Errors (%)",
        r"\b(?:WER|m?AP|BLEU|F1)\b": "WER (%)",
    },
    refuses=("Applied", "Networks"),
)
_TITLED = 0.7  # share of a text's longer words that begin with a capital where it is set as a title
_LEAST_TITLED = 4
_NO_DATA = frozenset(
    """Figure Fig Table Section Sec Appendix Eq Equation Average Validation Test Training Top Error Accuracy Different
    Various Several Multiple Other Large Small Deep""".split()
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


def _names(text: str) -> Iterator[str]:
    yield from (match["name"] for match in CALLED_DATA.finditer(text))
    for match in REPORTED_ON.finditer(text):
        if not NOT_MEASURED_ON.search(text[: match.start()]):
            yield match["name"]
    if not _is_titled(text):
        yield from _plain_names(text)


def _plain_names(text: str) -> Iterator[str]:
    """The names in plain words, tasks and published models apart: "Results on Rare Birds"."""
    for match in PLAIN_NAME.finditer(text):
        name = match["called"] or match["on"]
        known = tasks_in(name) or is_published(name) or name.split()[0] in _NO_DATA
        reported = match["called"] or MEASURED.search(text[: match.start()])
        if reported and not known and not NOT_MEASURED_ON.search(text[: match.start()]):
            yield name


def _is_titled(text: str) -> bool:
    """Whether a text is set as a title, where every word begins with a capital."""
    words = [word for word in re.findall(r"[A-Za-z]{4,}", text) if word not in ("Table", "Figure")]
    return len(words) >= _LEAST_TITLED and sum(word[0].isupper() for word in words) > _TITLED * len(words)
