"""Makes labelled.csv and costs.csv anew: `python -m harvest.search.measure --gold DIR --pdfs DIR [--year FILE...]`.

`--gold`: one JSON file a labelled paper (arxiv_id, title, results with benchmark and role). `--pdfs`: their PDFs; the
abstract is taken from the first page, the category from arXiv's stamp there. `--year`: JSON lines of arXiv's daily
lists for a year (id, title, summary, comment, categories); without it costs.csv stays as it is. Only facts are written:
ids, counts, which terms are met.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.reference.benchmarks import load_benchmarks
from harvest.pdfs.quick_look import mentions, text_of_pdf
from harvest.search.recall import ALL, COSTS_CSV, LABELLED_CSV, NAMES
from harvest.search.relevance import TermMatcher, folded

ABSTRACT = re.compile(r"\babstract\b[\s.:—-]*", re.IGNORECASE)
INTRODUCTION = re.compile(r"^\s*(?:1\.?|I\.?)?\s*introduction\s*$", re.IGNORECASE | re.MULTILINE)
STAMP_CATEGORY = re.compile(r"\[([a-z-]+(?:\.[A-Za-z-]+)?)\]\s*\d{1,2}\s+[A-Z][a-z]{2}")
LONGEST_ABSTRACT = 2500  # letters, where no introduction follows
OWN_ROLES = frozenset({"own", "ablation"})


@dataclass(frozen=True)
class FrontMatter:
    """What the search would see of a paper: title, abstract, primary category (none where no stamp says it)."""

    title: str
    abstract: str
    categories: tuple[str, ...]

    @property
    def text(self) -> str:
        """As it is compared with terms."""
        return folded(f"{self.title} . {self.abstract}")


def front_matter(title: str, text: str) -> FrontMatter:
    """The front matter of a PDF's text."""
    first = text[:12_000]
    begin = ABSTRACT.search(first)
    body = first[begin.end() :] if begin and begin.end() < len(first) * 0.6 else first
    end = INTRODUCTION.search(body)
    abstract = body[: end.start()] if end else body[:LONGEST_ABSTRACT]
    joined = re.sub(r"-\n|[\ufffe\x02\xad]\n?", "", abstract)  # words that a line's end parts
    stamp = STAMP_CATEGORY.search(first)
    return FrontMatter(title, " ".join(joined.split()), (stamp[1],) if stamp else ())


def labelled_rows(gold: Path, pdfs: Path) -> Iterator[dict[str, object]]:
    """A row for each labelled paper and benchmark with results of its own."""
    matcher = TermMatcher({b.id: b.search_terms for b in load_benchmarks().values()})
    files = {re.sub(r"v\d+$", "", f.stem): f for f in sorted(pdfs.glob("*.pdf"))}
    for path in sorted(gold.glob("*.json")):
        labels = json.loads(path.read_text(encoding="utf-8"))
        benchmarks = sorted({r["benchmark"] for r in labels["results"] if r["role"] in OWN_ROLES})
        if not benchmarks:
            continue
        text = text_of_pdf(files[labels["arxiv_id"].replace("/", "_")]).replace("\r\n", "\n")
        front, named = front_matter(labels["title"], text), mentions(text)
        terms = sorted({hit.term for hit in matcher.hits(front.text, front.categories)})
        for benchmark in benchmarks:
            yield {
                "arxiv_id": labels["arxiv_id"], "benchmark": benchmark, "category": " ".join(front.categories),
                "mentions": named[benchmark], "terms": "|".join(terms),
            }  # fmt: skip


def year_costs(files: Iterable[Path]) -> Counter[str]:
    """How many papers of the lists each term meets, and all names, and all terms together."""
    matcher = TermMatcher({b.id: b.search_terms for b in load_benchmarks().values()})
    costs: Counter[str] = Counter({t.key: 0 for b in load_benchmarks().values() for t in b.search_terms})
    seen: set[str] = set()
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            paper = json.loads(line)
            if paper["id"] in seen:
                continue
            seen.add(paper["id"])
            text = folded(f"{paper['title']} . {paper['summary']} . {paper.get('comment') or ''}")
            hits = matcher.hits(text, paper["categories"])
            costs.update({hit.term for hit in hits})
            costs[ALL] += bool(hits)
            costs[NAMES] += any(hit.by_name for hit in hits)
    return costs


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the data files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--pdfs", type=Path, required=True)
    parser.add_argument("--year", type=Path, nargs="*", default=[])
    given = parser.parse_args(arguments)
    _write(LABELLED_CSV, list(labelled_rows(given.gold, given.pdfs)))
    if given.year:
        costs = year_costs(given.year)
        _write(COSTS_CSV, [{"term": term, "papers_a_year": count} for term, count in sorted(costs.items())])


def _write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
