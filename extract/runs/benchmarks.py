"""Which benchmark's training a sentence on hardware, time or epochs speaks of: told by itself, or by its section.

"All models are trained for 36 epochs" under "4.2 Object Detection" is no ImageNet run, and "On SVHN we train for 160
epochs" is of no benchmark that is tracked. What is not told stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from db.models import Candidate
from db.reference.benchmarks import load_benchmarks
from db.reference.untracked import find_pretraining_data, find_untracked_datasets
from extract.fields.paper import PaperView
from extract.language.paper_context import PaperContext
from extract.language.purpose import clause_at
from extract.layout.passages import Passage
from extract.pattern import Pattern

OTHER = "other"  # a data set or a task that is not tracked
LOOK_BACK = 300  # characters of the paragraph before the sentence
# what a paragraph begins with and is about ("Training of the big model. We ..."), or a part of it ("... Plainnet: All")
_WORDS_OF_HEAD = r"(?P<words>[A-Z][\w/+()-]*(?: [\w/&()+-]+){0,7})"
_LEAD = Pattern(
    "words that lead a paragraph",
    {"[:.]": ("Image classification. We", "FooSet: We")},
    refuses=("image classification. We", "FooSet, we"),
    before=_WORDS_OF_HEAD,
    after=r"\s(?=[A-Z])",
    flags=re.NOFLAG,
)
_HEAD = Pattern(
    "words before a colon that head what follows",
    {"^": "FooSet: We", r"(?<=[.:]\s)": "it. FooSet: We"},
    refuses=("FooSet. We", "on FooSet: we"),
    after=rf"{_WORDS_OF_HEAD}:(?=\s[A-Z])",
    flags=re.NOFLAG,
)
_NUMBER = re.compile(r"(?:[A-Z](?=[.\d])|\d+)(?:\.\d+)*(?=[.\s])")  # of a heading: "4.2", "B.1", "3"
_SOURCE_OF_WEIGHTS = Pattern(
    "behind a data set: what a run begins with, not what it trains on",
    {
        r"^[\s\w-]{0,12}\bpre-?\s?train\w*\b(?!\s(?:on|for|with))": "-pretrained backbone",
        r"^\sweights": " weights are used",
        r"^\scheckpoint": " checkpoint",
        r"^\sinitiali[sz]ation": " initialization",
        r"^\sbackbone": " backbone",
        r"^\smodels?\b": (" model is taken", " models"),
    },
    refuses=(" is used for pretraining on", " images", " modelling"),
)
_BEGAN_ON = Pattern(
    "before a data set: what a run began with",
    {
        r"pre-?\s?trained": "a backbone pre-trained on ",
        r"initiali[sz]ed": "initialised with the ",
        r"weights": "weights learned on ",
    },
    refuses=("we train on ", "pre-trained models are tuned for four days on "),
    before=r"\b",
    after=r"\s(?:\w+\s){0,2}(?:on|from|with)\s(?:the\s)?$",
)
_OTHER_TASKS = Pattern(
    "a heading on a task of which no benchmark is tracked",
    {
        r"semantic segmentation": "5.3 Semantic segmentation",
        r"language model": "Language modeling",
        r"summari[sz]ation": "Summarization",
        r"sentiment": "Sentiment analysis",
        r"natural language inference": "Natural language inference",
        r"textual entailment": "Textual entailment",
        r"\bparsing\b": "Constituency parsing",
        r"image captioning": "Image captioning",
        r"video": "Video classification",
        r"action recognition": "Action recognition",
        r"face (?:recognition|verification)": ("Face recognition", "Face verification"),
        r"super-?resolution": "Super-resolution",
        r"\bretriev": "Retrieval",
        r"speech synthesis": "Speech synthesis",
        r"text classification": "Text classification",
        r"reinforcement": "Reinforcement learning",
        r"\bgames?\b": ("A board game", "Games"),
        r"\bPOS tagging": "POS tagging",
        r"part-of-speech": "Part-of-speech tags",
        r"chunking": "Chunking",
    },
    refuses=("Image classification", "Training details"),
)


def with_benchmarks(view: PaperView, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates; those of sentences on runs with the benchmarks that they are told to be of (qualifier `data`)."""
    if not any(c.chosen and "statement" in c.qualifiers for c in candidates):
        return list(candidates)
    statements = {s.number: s for s in view.statements}
    above = _headings(view.passages)
    out = []
    for c in candidates:
        if c.chosen and "statement" in c.qualifiers:
            s = statements[c.whole_number("statement")]
            place = c.whole_number("place") - s.start
            told = (
                _told(s.text[slice(*clause_at(s.text, place))], view.context)
                or _told(s.text, view.context)
                or _last_told(s.passage.text[max(0, s.start - LOOK_BACK) : s.start], view.context)
                or _of_section(s.passage, above, view.context)
            )
            about = {"data": " ".join(sorted(told))} if told else {}
            if s.passage.kind == "prose" and (lead := _lead(s.passage.text[: s.start])):
                about["lead"] = lead
            c = replace(c, qualifiers={**c.qualifiers, **about})
        out.append(c)
    return out


def _lead(before: str) -> str | None:
    """What the part of the paragraph that ends here is headed by, if it has a head."""
    heads = [match["words"] for match in _HEAD.finditer(before)]
    if heads:
        return heads[-1]
    lead = _LEAD.match(before)
    return lead["words"] if lead else None


def _mentions(text: str, context: PaperContext) -> list[tuple[int, str]]:
    """(place, benchmark) of what the text says is trained on: `OTHER` for data sets that are not tracked."""
    tracked = [(m.start, m.end, m.benchmark) for m in context.mentions_in(text)]
    tracked += [(start, end, other) for start, end, b in tracked for other in _series(text[start:end]) if other != b]
    taken = [*((start, end) for start, end, _ in tracked), *((f.start, f.end) for f in find_pretraining_data(text))]
    others = [
        (f.start, f.end, OTHER) for f in find_untracked_datasets(text)
        if not any(start < f.end and f.start < end for start, end in taken)
    ]  # fmt: skip
    return [
        (start, benchmark)
        for start, end, benchmark in sorted([*tracked, *others])
        if not _SOURCE_OF_WEIGHTS.search(text[end : end + 30])
        and not _BEGAN_ON.search(text[max(0, start - 40) : start])
    ]


@cache
def _series(name: str) -> tuple[str, ...]:
    """The benchmarks whose names are this one and a number: all that a bare "CIFAR" may mean."""
    return tuple(b.id for b in load_benchmarks().values() if re.fullmatch(rf"{re.escape(name)}(?<!\d)-?\d+", b.name))


def _told(text: str, context: PaperContext) -> frozenset[str]:
    return frozenset(benchmark for _, benchmark in _mentions(text, context))


def _last_told(text: str, context: PaperContext) -> frozenset[str]:
    """Of the data sets that the text names the last, with those named in one breath with it."""
    found = _mentions(text, context)
    return frozenset(b for place, b in found if found[-1][0] - place < 30)


def _of_section(passage: Passage, above: Mapping[str, tuple[str, ...]], context: PaperContext) -> frozenset[str]:
    """What the nearest of the headings above says, by a data set's name or a task's."""
    for heading in (passage.section or "", *above.get(passage.section or "", ())):
        told = _told(heading, context) or _of_task(heading)
        if told:
            return told
    return frozenset()


def _of_task(heading: str) -> frozenset[str]:
    low = heading.lower()
    found = frozenset(b for task, benchmarks in _tasks().items() if task in low for b in benchmarks)
    return found or (frozenset((OTHER,)) if _OTHER_TASKS.search(heading) else frozenset())


@cache
def _tasks() -> Mapping[str, tuple[str, ...]]:
    tasks: dict[str, list[str]] = {}
    for b in load_benchmarks().values():
        tasks.setdefault(b.task.lower(), []).append(b.id)
    return {task: tuple(ids) for task, ids in tasks.items()}


def _headings(passages: Iterable[Passage]) -> dict[str, tuple[str, ...]]:
    """The headings above each numbered heading, the nearest first: "6.1.1 ..." -> "6.1 ...", "6 ..."."""
    numbered: dict[str, str] = {}
    above: dict[str, tuple[str, ...]] = {}
    for p in passages:
        match = _NUMBER.match(p.text) if p.kind == "heading" else None
        if match is None:
            continue
        parts = match[0].split(".")
        numbered[match[0]] = p.text
        parents = (".".join(parts[:k]) for k in range(len(parts) - 1, 0, -1))
        above[p.text] = tuple(numbered[parent] for parent in parents if parent in numbered)
    return above
