"""From which day a list of changes has to be read: what the search covered, and what earlier lists did.

A watermark belongs to what was asked for: a benchmark, a set, papers since a date, terms. A list can go on where a
wider one ended (the whole archive for a set, `cs` for `cs:cs:CV`), never where a narrower one did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from db.tables.harvests import Mark, Watermark
from harvest.oai.sets import contains

Watermarks = Mapping[tuple[str, str], Watermark]


@dataclass(frozen=True)
class Wanted:
    """What a list of changes is wanted for."""

    benchmark: str
    set_spec: str  # "" for the whole archive
    terms: tuple[str, ...]
    since: datetime


def start_of(wanted: Wanted, mark: Mark | None, known: Watermarks) -> Watermark:
    """The watermark from which the list goes on; `read_to` is None where nothing that counts was read before.

    Where the search covers the papers that are wanted, any watermark of a wider set counts, and so does the day of the
    search. Without a search it must have been read by these terms and as far back.
    """
    wider = [
        w for (benchmark, set_spec), w in known.items()
        if benchmark == wanted.benchmark and contains(set_spec, wanted.set_spec)
    ]  # fmt: skip
    if mark is not None and covers(mark, wanted):
        days = [mark.oai_from, *(w.read_to for w in wider)]
        return _watermark(wanted, mark.since, days)
    counts = [w for w in wider if w.since <= wanted.since and set(wanted.terms) <= set(w.terms)]
    if counts:
        furthest = max(counts, key=lambda w: w.read_to or date.min)
        return _watermark(wanted, furthest.since, [furthest.read_to])
    return _watermark(wanted, wanted.since, [])


def covers(mark: Mark, wanted: Wanted) -> bool:
    """Whether the search knows (or, in a later run, will know) every paper wanted that was there on its first day."""
    return mark.oai_from is not None and mark.since <= wanted.since and set(wanted.terms) <= set(mark.terms)


def believed(watermark: Watermark, today: date, mark: Mark | None, last_whole_run: datetime | None) -> Watermark:
    """The watermark, unless it lies in the server's future; then from the last day up to which all was surely read.

    Nobody knows what was read under a wrong clock. Sure are the day before the last whole run, else the day of the
    search, else nothing.
    """
    if watermark.read_to is None or watermark.read_to <= today:
        return watermark
    days = [
        last_whole_run.date() - timedelta(days=1) if last_whole_run else None,
        mark.oai_from if mark is not None else None,
    ]
    sure = [day for day in days if day is not None and day <= today]
    return replace(watermark, read_to=max(sure, default=None))


def earliest(watermarks: Iterable[Watermark]) -> date | None:
    """The day from which one list serves all of them; None: from the beginning."""
    days = [w.read_to or (w.since.date() if w.since.year > 1991 else None) for w in watermarks]
    known = [day for day in days if day is not None]
    return min(known) if len(known) == len(days) else None


def _watermark(wanted: Wanted, since: datetime, days: Iterable[date | None]) -> Watermark:
    read_to = max((day for day in days if day is not None), default=None)
    return Watermark(wanted.benchmark, wanted.set_spec, wanted.terms, since, read_to)
