"""Which terms a title and abstract name, and how likely the paper is one that the study wants.

Both look at the same folded text: small letters and digits, everything else one space. So "CIFAR-10", "CIFAR 10" and
"CIFAR--10" are one term, and "CIFAR-100" is another. This is what arXiv's search does with a phrase in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.models import Paper
from db.reference.benchmarks import Benchmark, SearchTerm

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")

# Words of papers that train a model and report a number, as abstracts print them (gold papers' abstracts were read).
RESULT_WORDS = (
    "state of the art", "accuracy", "error rate", "top 1", "top 5", "bleu", "map", "f1", "fid", "word error rate",
    "outperform", "outperforms", "we train", "trained on", "training time", "gpu", "gpus", "tpu", "flops",
    "parameters", "faster", "experiments",
)  # fmt: skip
SURVEY_WORDS = ("survey", "review", "overview", "tutorial", "introduction to", "lecture notes", "perspective")

# Parts of the score, of 1. A paper named in its title and on the task scores above 0.7, a passing mention below 0.3.
IN_TITLE = 0.3
IN_ABSTRACT = 0.2
TASK_WORD, MOST_TASK_WORDS = 0.1, 3
RESULT_WORD, MOST_RESULT_WORDS = 0.05, 4
SURVEY_IN_TITLE = -0.4
SURVEY_IN_ABSTRACT = -0.1
UNNAMED = 0.5  # times the rest, where only a task word speaks for the paper


@dataclass(frozen=True)
class Relevance:
    """A score in [0, 1] and what it is made of."""

    score: float
    reason: str


def folded(text: str) -> str:
    """The text's words, small, with one space before, between and after them."""
    return f" {_NOT_LETTERS.sub(' ', text.lower()).strip()} "


def text_of(paper: Paper) -> str:
    """What of a paper is searched for terms."""
    return folded(f"{paper.title or ''} . {paper.abstract or ''} . {paper.comment or ''}")


@dataclass(frozen=True)
class TermHit:
    """A benchmark's term that a paper names; by a task it is only a prospect."""

    benchmark: str
    term: str  # the term's key
    by_name: bool


@dataclass(frozen=True)
class _Folded:
    """A term as it is compared with folded text."""

    term: SearchTerm
    phrases: tuple[str, ...]
    near: tuple[str, ...]
    categories: frozenset[str]
    benchmarks: tuple[str, ...]


class TermMatcher:
    """Finds the search terms of many benchmarks in one pass over a text."""

    def __init__(self, terms: Mapping[str, Sequence[SearchTerm]]) -> None:
        """`terms`: the search terms of each benchmark."""
        users: dict[SearchTerm, list[str]] = {}
        for benchmark, wanted in terms.items():
            for term in wanted:
                users.setdefault(term, []).append(benchmark)
        self._terms = tuple(
            _Folded(
                term, tuple(map(folded, term.phrases)), tuple(map(folded, term.near)), frozenset(term.categories),
                tuple(benchmarks),
            )
            for term, benchmarks in users.items()
        )  # fmt: skip

    def hits(self, text: str, categories: Iterable[str] = ()) -> list[TermHit]:
        """The benchmarks and terms that the folded text names; where the categories are not known, any will do."""
        known = frozenset(categories)
        return [
            TermHit(benchmark, f.term.key, f.term.task is None)
            for f in self._terms
            if any(phrase in text for phrase in f.phrases)
            and (not f.near or any(word in text for word in f.near))
            and (not f.categories or not known or known & f.categories)
            for benchmark in f.benchmarks
        ]


def relevance(paper: Paper, benchmarks: Iterable[Benchmark]) -> Relevance:
    """How likely the paper trains a model and reports its result on one of the benchmarks; the best of them counts.

    A paper that names none of them, only a task, ranks below those that do.
    """
    title = folded(paper.title or "")
    abstract = folded(paper.abstract or "")
    return max(
        (_relevance(title, abstract, b) for b in benchmarks), key=lambda r: r.score, default=Relevance(0.0, "none")
    )


def _relevance(title: str, abstract: str, benchmark: Benchmark) -> Relevance:
    names = [folded(term) for term in benchmark.search]
    score, parts = 0.0, []
    if any(name in title for name in names):
        score += IN_TITLE
        parts.append("named in the title")
    if any(name in abstract for name in names):
        score += IN_ABSTRACT
        parts.append("named in the abstract")
    task = [word for word in benchmark.task_words if folded(word) in title or folded(word) in abstract]
    if task:
        score += TASK_WORD * min(len(task), MOST_TASK_WORDS)
        parts.append(", ".join(task[:MOST_TASK_WORDS]))
    results = sum(f" {word} " in abstract for word in RESULT_WORDS)
    if results:
        score += RESULT_WORD * min(results, MOST_RESULT_WORDS)
        parts.append(f"{results} words of results")
    if any(f" {word} " in title for word in SURVEY_WORDS):
        score += SURVEY_IN_TITLE
        parts.append("a survey by its title")
    elif any(f" {word} " in abstract for word in SURVEY_WORDS[:4]):
        score += SURVEY_IN_ABSTRACT
        parts.append("perhaps a survey")
    if not any(name in title or name in abstract for name in names):
        score *= UNNAMED
        parts.append("the benchmark is not named")
    return Relevance(round(min(1.0, max(0.0, score)), 3), f"{benchmark.id}: {'; '.join(parts)}")
