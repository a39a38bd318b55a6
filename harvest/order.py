"""What a harvest is asked to do, and what that means: which services, for each benchmark since when and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.reference.benchmarks import Benchmark
from db.tables.harvests import Mark
from harvest.oai.watermarks import Wanted
from harvest.polite.endpoints import Endpoints
from harvest.search.windows import ARXIV_BEGAN

AHEAD = timedelta(days=1)  # of the clock to which papers are searched


@dataclass(frozen=True)
class Order:
    """What a harvest is asked to do."""

    benchmarks: tuple[Benchmark, ...]
    since: datetime | None = None  # None: from the beginning of arXiv
    most: int | None = None  # PDFs to fetch
    source: str = "auto"  # auto | search | oai | none
    cited: bool = False  # the bibliographies of papers that were read, too
    sets: tuple[str, ...] = ()  # of OAI-PMH; none: the whole archive


def keys_of(benchmark: Benchmark) -> tuple[str, ...]:
    """The keys of the benchmark's search terms."""
    return tuple(term.key for term in benchmark.search_terms)


def sources_of(order: Order, endpoints: Endpoints) -> tuple[str, ...]:
    """The services that this run asks: the one that was chosen, or those that are meant by the settings."""
    if order.source == "none":
        return ()
    return endpoints.sources if order.source == "auto" else (order.source,)


def wanted_marks(order: Order, known: dict[str, Mark], moment: datetime) -> list[Mark]:
    """For each benchmark how far it is to be brought: since when, up to which horizon.

    The horizon lies a little ahead: clocks differ. A search that was broken off within a day keeps its horizon, so that
    its windows stay the same. A search that reaches further back than this order asks for is kept as it is.
    """
    marks = []
    wanted_since = order.since or ARXIV_BEGAN
    for b in order.benchmarks:
        mark = known.get(b.id)
        if mark is None:
            marks.append(Mark(b.id, keys_of(b), wanted_since, moment + AHEAD))
            continue
        since = min(mark.since, wanted_since)
        resumed = (
            not mark.searched
            and (since, keys_of(b)) == (mark.since, mark.terms)
            and moment <= mark.horizon <= moment + AHEAD
        )
        marks.append(
            replace(
                mark, terms=keys_of(b), since=since, horizon=mark.horizon if resumed else moment + AHEAD, searched=False
            )
        )
    return marks


def wanted_changes(order: Order, known: Mapping[str, Mark], set_spec: str) -> list[Wanted]:
    """What a list of changes of this set is wanted for: every benchmark, or those that a search has begun.

    Before the search knows a benchmark, changes are no use to it, unless OAI-PMH alone was asked for.
    """
    return [
        Wanted(b.id, set_spec, keys_of(b), order.since or ARXIV_BEGAN)
        for b in order.benchmarks
        if order.source == "oai" or (b.id in known and known[b.id].oai_from is not None)
    ]


def needs_search(order: Order, endpoints: Endpoints, known: Mark | None, wanted: Mark) -> bool:
    """Whether the benchmark is to be searched: never was, not to its end, by other terms, from an earlier date.

    Where OAI-PMH is not to be used, every run searches: the last days before the last search, and what came since.
    """
    if "oai" not in sources_of(order, endpoints) or known is None or not known.searched:
        return True
    return set(known.terms) != set(wanted.terms) or wanted.since < known.since
