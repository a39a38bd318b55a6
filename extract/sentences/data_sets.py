"""The data set that a number in a sentence was measured on, and how that is known.

It is the nearest one named: in the sentence, before it in the passage, in the section's heading, or the one that the
whole paper is measured on. A data set that is not tracked, known by its name or only named as one ("the OtherWorld-200
dataset"), may be nearer: then the number is no score of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from db.reference.benchmarks import alternatives_of, is_meant, serves_another_task
from db.reference.hardware import find_devices
from db.reference.untracked import find_untracked_metrics
from extract.language.data_set_names import other_data_sets
from extract.language.numbers import Number
from extract.language.paper_context import PaperContext
from extract.layout.passages import Passage
from extract.pattern import Pattern
from extract.sentences.score_metrics import METRIC_HINT, may_measure


class Known(StrEnum):
    """How the data set of a number is known, the surest first."""

    HERE = "here"
    BEFORE = "before"
    SECTION = "section"
    PAPER = "paper"


@dataclass(frozen=True)
class Measured:
    """The benchmarks that the paper is about, and what its section said before the sentence."""

    benchmarks: Sequence[str]
    section_text: str


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage and where it begins there."""

    passage: Passage
    start: int
    text: str


WINDOW_BEFORE = 500  # characters of a paragraph before a sentence that may tell its data set
PARAGRAPH_BEFORE = 1000  # the same of its section: about the paragraph before

NAME_FOLLOWS = Pattern(
    "words between a number and the data set that it is of",
    {r"\b(?:on|for|in|at)\s(?:the\s)?$": "% error on the "},
    refuses=("% error, and on the ",),
    before=r"^[^.;,]*",
)
NEXT_CLAUSE = Pattern(
    "words that make a data set behind a number the next clause's",
    {r",\s(?:and\s)?on\b": ", and on", r"\)\s": " (single) "},
    refuses=(" error on",),
)
# a name as data sets have them: with a capital or a digit inside; "on English", "on Sundays" say no data set
ON_NAME = Pattern(
    "the name that a number is said to be on",
    {r"\s(?:[a-z][a-z-]*\s|[A-Z]{1,2}\d{0,2}\s|BLEU\s|WER\s|top-?[15]\s){0,3}?on\s(?:the\s)?":
        ("% accuracy on Marbles-3", " BLEU on TaleTests")},
    refuses=(" on the test set", "% and 3 on Marbles-3", "% on Sundays"),
    before=r"^\s?%?",
    after=r"(?P<name>[A-Z][A-Za-z]*[a-z][A-Za-z]*(?:[A-Z]|[- ]?\d)[\w-]*)",
    flags=re.NOFLAG,
)  # fmt: skip
KINDS_BEHIND = Pattern(
    "a noun that makes the name before it a model's or a machine's",
    {
        r"\s(?:backbones?|models?|networks?|architectures?|baselines?|encoders?|detectors?)\b": " backbone",
        r"\s(?:GPUs?|TPUs?|CPUs?|devices?|phones?|hardware|machines?)\b": " phones",
        r"\s?[\[(]\s?\d|\s(?:and|or)\s[A-Z]\w*-?\d+\s(?:backbones?|models?)": " [12]",
    },
    refuses=(" test set", " and others"),
    before="^",
    flags=re.NOFLAG,
)
_CLAUSE_BEFORE = Pattern(
    "what parts a data set from a number behind it",
    {"[;]": "on FooSet;", ", and": "FooSet, and", ", while": "FooSet, while"},
    refuses=("FooSet and",),
    flags=re.NOFLAG,
)
_CLAUSE_BEHIND = Pattern(
    "what parts a number from a data set behind it",
    {"[;]": "76.3;", ", while": "76.3, while", r"\band\b": "76.3 and 77.1"},
    refuses=("76.3 on", "76.3, on"),
    flags=re.NOFLAG,
)


def benchmarks_of_paper(context: PaperContext) -> list[str]:
    """The benchmarks that the paper is about, those named seldom left out."""
    most = max(context.counts.values(), default=0)
    return [b for b, n in context.counts.items() if n >= 3 and n * 3 >= most]


def data_set_of(
    sentence: Sentence, number: Number, metric: str, context: PaperContext, measured: Measured
) -> tuple[str, Known] | None:
    """The benchmark that a number of the sentence was measured on; None where another data set is nearer."""
    passage, start = sentence.passage, sentence.start
    beside = sentence.text[max(0, number.start - 30) : number.end + 30]
    if find_untracked_metrics(beside) and not METRIC_HINT.search(metric):
        return None
    if _is_on_other(sentence.text[number.end :], context):
        return None
    here = _named_here(sentence.text, number, metric, context)
    if here is not None:
        return (here, Known.HERE) if here else None
    before = _named_before(passage.text[max(0, start - WINDOW_BEFORE) : start], metric, context)
    if before is not None:
        return (before, Known.BEFORE) if before else None
    in_heading = {m.benchmark for m in context.mentions_in(passage.section or "") if may_measure(m.benchmark, metric)}
    if len(in_heading) == 1:
        return in_heading.pop(), Known.SECTION
    near = measured.section_text[-PARAGRAPH_BEFORE:]
    alone = _only_one(near, metric, context)
    if alone:
        return None if serves_another_task(alone, f"{passage.section} {near}") else (alone, Known.SECTION)
    fitting = [b for b in measured.benchmarks if may_measure(b, metric)]
    if len(fitting) == 1 and not _speaks_of_untracked(measured.section_text, context):
        return fitting[0], Known.PAPER
    return None


def _named_here(sentence: str, number: Number, metric: str, context: PaperContext) -> str | None:
    """The nearest benchmark of the sentence that has the metric; "" where an untracked data set is nearer, None where
    the sentence names none."""
    tracked = _without_alternatives([(m.start, m.end, m.benchmark) for m in context.mentions_in(sentence)], sentence)
    others = [
        (start, end, "") for start, end in other_data_sets(sentence)
        if not any(s <= start < e or start <= s < end for s, e, _ in tracked)
    ]  # fmt: skip
    ranked = sorted([*tracked, *others], key=lambda name: _distance(number, name[0], name[1], sentence))
    return next((b for _, _, b in ranked if not b or may_measure(b, metric)), None)


def _is_on_other(behind: str, context: PaperContext) -> bool:
    """Whether the number is on a name that is no benchmark's and no model's: "94.1% accuracy on Marbles-3"."""
    said = ON_NAME.match(behind)
    if said is None:
        return False
    name, names = said["name"], context.names
    if context.mentions_in(said.group()) or names.is_own(name) or names.is_cited(name) or find_devices(name):
        return False
    return not KINDS_BEHIND.match(behind[said.end() :])


def _without_alternatives(names: list[tuple[int, int, str]], sentence: str) -> list[tuple[int, int, str]]:
    """The names without those of two benchmarks of the same images that the sentence does not mean."""
    ids = {b for *_, b in names}
    for benchmark_id in ids:
        for other in (entry.id for entry in alternatives_of(benchmark_id) if entry.id in ids):
            unmeant = benchmark_id if is_meant(other, sentence) else other
            names = [name for name in names if name[2] != unmeant]
    return names


def _named_before(text: str, metric: str, context: PaperContext) -> str | None:
    """The benchmark that the passage named last before the sentence; "" where an untracked one, or two, stand there."""
    mentions = [m for m in context.mentions_in(text) if may_measure(m.benchmark, metric)]
    others = other_data_sets(text)
    if mentions and (not others or others[-1][0] < mentions[-1].start):
        last = mentions[-1]
        near = {m.benchmark for m in mentions if last.start - m.start < 40}
        return last.benchmark if len(near) == 1 else ""
    return "" if others else None


def _only_one(text: str, metric: str, context: PaperContext) -> str | None:
    """The one data set that the text names, where that is tracked and has the metric."""
    named = {m.benchmark for m in context.mentions_in(text)}
    one = named.pop() if len(named) == 1 and not other_data_sets(text) else None
    return one if one and may_measure(one, metric) else None


def _speaks_of_untracked(section_text: str, context: PaperContext) -> bool:
    """Whether the data set that the section named last is none of the tracked ones."""
    others = other_data_sets(section_text)
    return bool(others) and not any(m.start > others[-1][0] for m in context.mentions_in(section_text))


def _distance(number: Number, start: int, end: int, sentence: str) -> int:
    """How far a name stands from the number: what follows it in the same clause ("28.4 BLEU on X") counts half."""
    if end <= number.start:
        return (number.start - end) + 40 * len([*_CLAUSE_BEFORE.finditer(sentence[end : number.start])])
    between = sentence[number.end : start]
    if len(between) < 45 and NAME_FOLLOWS.match(between):
        return 0  # "3.92% error on X"
    if NEXT_CLAUSE.search(between):
        return start - number.end + 60
    return (start - number.end) // 2 + 40 * len([*_CLAUSE_BEHIND.finditer(between)])
