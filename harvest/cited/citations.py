"""Papers that papers already read cite for a result on a tracked benchmark: queued, with the citing paper as reason.

A citation looks like a result where the citing paper repeats a score of somebody else's model on the benchmark, and the
model is printed with the citation's mark ("VGG-16 [41]", in a table or in the text); or where the entry's words meet a
search term of a benchmark on which the citing paper has scores of its own. The cited paper is a prospect: a look at its
text decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from db.reference.benchmarks import load_benchmarks
from db.settings import pdf_path
from db.store import reading, writing
from db.tables.papers import known_among
from db.tables.prospects import Citing, citing_papers, save_citing
from db.terminal.console import progress
from harvest.at_work import AtWork
from harvest.cited.bibliography import BibliographyReader, Entry
from harvest.polite.session import FetchError
from harvest.search.feed import SearchFeed
from harvest.search.relevance import TermHit, TermMatcher, folded

IDS_A_REQUEST = 100


class Citations:
    """The reading of bibliographies in one run."""

    def __init__(self, work: AtWork) -> None:
        self.work = work
        self._feed = SearchFeed(work.session)

    def read(self) -> None:
        """Reads the bibliographies of papers read since the last time, and queues what looks like a result."""
        with reading(self.work.db) as con:
            citing = citing_papers(con, list(self.work.benchmarks))
        reader = BibliographyReader()
        try:
            with progress("Reading bibliographies", len(citing)) as steps:
                for paper in citing:
                    entries = reader.read(pdf_path(self.work.db, paper.pdf_sha256)) or []
                    self._queue(paper, self._hits(paper, entries))
                    steps.advance(f"{paper.arxiv_id}v{paper.version}")
        finally:
            reader.close()

    def _hits(self, citing: Citing, entries: Iterable[Entry]) -> dict[str, list[TermHit]]:
        term = f"cited by {citing.arxiv_id}v{citing.version}"
        return {
            entry.arxiv_id: [TermHit(benchmark, term, by_name=False) for benchmark in benchmarks]
            for entry in entries
            if (benchmarks := [b for b in benchmarks_of(citing, entry) if b in self.work.benchmarks])
        }

    def _queue(self, citing: Citing, hits: dict[str, list[TermHit]]) -> None:
        """Asks for the metadata of the cited papers that are not here, and queues them."""
        with reading(self.work.db) as con:
            known = known_among(con, hits)
        new = [arxiv_id for arxiv_id in hits if arxiv_id not in known]
        for ids in _batches(new, IDS_A_REQUEST):
            try:
                page = self._feed.papers(ids)
            except FetchError as error:
                self.work.tally.unconfirmed.append(f"papers cited by {citing.arxiv_id}: {error}")
                return  # its bibliography is read again by the next run
            with writing(self.work.db) as con:
                self.work.save(con, [(paper, hits[paper.arxiv_id]) for paper in page.papers if paper.arxiv_id in hits])
        with writing(self.work.db) as con:
            save_citing(con, citing)


def benchmarks_of(citing: Citing, entry: Entry) -> list[str]:
    """The benchmarks on which the cited paper seems to have a result, by what the citing paper says."""
    by_model = [benchmark for benchmark, model in citing.prior if _is_cited(model, entry)]
    own = [b for b in load_benchmarks().values() if b.id in citing.benchmarks]
    by_title = [hit.benchmark for hit in TermMatcher({b.id: b.search_terms for b in own}).hits(folded(entry.words))]
    return list(dict.fromkeys([*by_model, *by_title]))


def _is_cited(model: str, entry: Entry) -> bool:
    """Whether the model is printed with the entry's mark, in its own name or in the text."""
    name, _, marks = model.partition("[")
    if entry.mark and entry.mark in re.findall(r"\d+", marks):
        return True
    printed = folded(name)
    return bool(printed.strip()) and any(printed in folded(other) or folded(other) in printed for other in entry.names)


def _batches(items: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
