"""Which terms a title and abstract name, and how likely the paper is one that the study wants.

Both look at the same folded text: small letters and digits, everything else one space. So "CIFAR-10", "CIFAR 10" and
"CIFAR--10" are one term, and "CIFAR-100" is another. This is what arXiv's search does with a phrase in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.benchmarks import Benchmark
from db.models import Paper

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


class TermMatcher:
    """Finds the search terms of many benchmarks in one pass over a text."""

    def __init__(self, terms: Mapping[str, Sequence[str]]) -> None:
        """`terms`: the search terms of each benchmark."""
        keys: dict[str, list[tuple[str, str]]] = {}
        for benchmark, names in terms.items():
            for term in names:
                keys.setdefault(folded(term), []).append((benchmark, term))
        self._hits = {key: tuple(hits) for key, hits in keys.items()}
        # one look for any of the shortest telling parts spares most papers the rest
        self._keys = tuple(self._hits)

    def hits(self, text: str) -> list[tuple[str, str]]:
        """The benchmarks and terms that the folded text names."""
        return [hit for key in self._keys if key in text for hit in self._hits[key]]


def relevance(paper: Paper, benchmarks: Iterable[Benchmark]) -> Relevance:
    """How likely the paper trains a model and reports its result on one of the benchmarks; the best of them counts."""
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
    return Relevance(round(min(1.0, max(0.0, score)), 3), f"{benchmark.id}: {'; '.join(parts) or 'named elsewhere'}")
