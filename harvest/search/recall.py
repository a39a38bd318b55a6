"""How many of the labelled papers the search terms find, by benchmark, and what each term costs in papers a year.

Both rest on data files beside this one, of facts alone. `labelled.csv`: for each paper and benchmark on which it has
results of its own, the terms that its title and abstract meet, and how often its text names the benchmark. `costs.csv`:
how many papers of a year's lists each term meets. `python -m harvest.search.measure` makes both anew.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.reference.benchmarks import Benchmark, SearchTerm
from harvest.pdfs.quick_look import LEAST_MENTIONS

LABELLED_CSV = Path(__file__).with_name("labelled.csv")
COSTS_CSV = Path(__file__).with_name("costs.csv")
ALL = "*"  # in costs.csv: every term together
NAMES = "names"  # in costs.csv: every name together


@dataclass(frozen=True)
class LabelledPaper:
    """A labelled paper's results on one benchmark, and the keys of the terms that find the paper."""

    arxiv_id: str
    benchmark: str
    mentions: int  # of the benchmark in its text
    terms: frozenset[str]


@dataclass(frozen=True)
class Recall:
    """Of the labelled papers with results on a benchmark: how many are found, and by what."""

    benchmark: str
    papers: int
    by_name: int  # by a name of this benchmark
    by_own_terms: int  # by a term of this benchmark
    by_any_term: int  # by a term of any benchmark, as `harvest --all` finds them
    kept: int  # of those, the look at the text does not drop


@dataclass(frozen=True)
class TermCost:
    """One term: which share of its benchmark's labelled papers it finds, and how many papers a year it meets."""

    benchmark: str
    term: SearchTerm
    found: int
    papers: int
    papers_a_year: int | None  # None: not measured since the term was changed


def load_labelled() -> list[LabelledPaper]:
    """The labelled papers and benchmarks."""
    with LABELLED_CSV.open(newline="", encoding="utf-8") as file:
        return [
            LabelledPaper(
                r["arxiv_id"], r["benchmark"], int(r["mentions"]), frozenset(filter(None, r["terms"].split("|")))
            )
            for r in csv.DictReader(file)
        ]


def load_costs() -> dict[str, int]:
    """Papers a year by the term's key; also of NAMES and of ALL terms together."""
    with COSTS_CSV.open(newline="", encoding="utf-8") as file:
        return {r["term"]: int(r["papers_a_year"]) for r in csv.DictReader(file)}


def recall_of(benchmarks: Iterable[Benchmark], labelled: Sequence[LabelledPaper]) -> list[Recall]:
    """The recall of each benchmark that has labelled papers, and of all of them together, counted by paper."""
    known = list(benchmarks)
    every = {term.key for b in known for term in b.search_terms}
    names = {term.key for b in known for term in b.search_terms if term.task is None}
    kept = _kept_papers(labelled, names)
    rows = []
    for b in known:
        its_papers = [p for p in labelled if p.benchmark == b.id]
        if its_papers:
            rows.append(_recall(b.id, its_papers, {t.key for t in b.search_terms}, names, every, kept))
    papers = {p.arxiv_id: p for p in labelled}
    return [*rows, _recall("all papers", list(papers.values()), every, names, every, kept)]


def term_costs(
    benchmarks: Iterable[Benchmark], labelled: Sequence[LabelledPaper], costs: dict[str, int]
) -> list[TermCost]:
    """Every term of the benchmarks, with what it finds and costs."""
    rows = []
    for b in benchmarks:
        papers = [p for p in labelled if p.benchmark == b.id]
        for term in b.search_terms:
            found = sum(term.key in p.terms for p in papers)
            rows.append(TermCost(b.id, term, found, len(papers), costs.get(term.key)))
    return rows


def _recall(
    name: str, papers: Sequence[LabelledPaper], own: set[str], names: set[str], every: set[str], kept: set[str]
) -> Recall:
    return Recall(
        benchmark=name,
        papers=len(papers),
        by_name=sum(bool(p.terms & own & names) for p in papers),
        by_own_terms=sum(bool(p.terms & own) for p in papers),
        by_any_term=sum(bool(p.terms & every) for p in papers),
        kept=sum(bool(p.terms & every) and p.arxiv_id in kept for p in papers),
    )


def _kept_papers(labelled: Iterable[LabelledPaper], names: set[str]) -> set[str]:
    """The papers that stay after the look: a name finds them, or their text names a benchmark often enough."""
    return {p.arxiv_id for p in labelled if p.terms & names or p.mentions >= LEAST_MENTIONS}
