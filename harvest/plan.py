"""What a harvest would do, and where it stands: for people, without asking arXiv anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from db.console import say, say_table
from db.errors import BadInputError
from db.harvests import (
    Mark,
    Watermark,
    due,
    failures,
    last_runs,
    load_marks,
    load_watermarks,
    load_windows,
    queue_counts,
    waiting,
)
from db.store import now, reading
from harvest.ends import noted_ends
from harvest.lock import holder, is_held
from harvest.oai.changes import list_periods
from harvest.oai.watermarks import Watermarks, earliest, start_of
from harvest.order import AHEAD, Order, needs_search, sources_of, wanted_changes, wanted_marks
from harvest.outcome import current_streak
from harvest.polite.endpoints import Endpoints
from harvest.search.windows import Period, plan

SHOWN = 10


def print_plan(db: Path, endpoints: Endpoints, order: Order) -> None:
    """Prints what would be asked and fetched."""
    known: dict[str, Mark] = {}
    watermarks: dict[tuple[str, str], Watermark] = {}
    windows = []
    queue = []
    if db.exists():
        with reading(db) as con:
            known, watermarks, windows = load_marks(con), load_watermarks(con), load_windows(con)
            queue = due(con, [b.id for b in order.benchmarks], now())
    sources = sources_of(order, endpoints)
    wanted = wanted_marks(order, known, now())
    if "search" in sources:
        searched = [m for m in wanted if needs_search(order, endpoints, known.get(m.benchmark), m)]
        terms = dict.fromkeys(term for m in searched for term in m.terms)
        say(f"search at {endpoints.api}: {len(terms) or 'no'} terms")
        for term in terms:
            for_it = [m for m in searched if term in m.terms]
            period = Period(min(m.since for m in for_it), max(m.horizon for m in for_it))
            todo = plan(term, period, [w for w in windows if w.term == term])
            stretches = ", ".join(f"{w.start:%Y-%m-%d} to {w.end:%Y-%m-%d}" for w in todo[:3])
            more = f" and {len(todo) - 3} more" if len(todo) > 3 else ""
            say(f"  {term} (for {', '.join(m.benchmark for m in for_it)}): {stretches or 'nothing'}{more}")
    if "oai" in sources:
        for set_spec in order.sets or ("",):
            changes = wanted_changes(order, known, set_spec)
            of_set = f" of set {set_spec}" if set_spec else ""
            if not changes:
                say(f"changes at {endpoints.oai}{of_set}: since the day before the search begins")
                continue
            start = earliest([start_of(w, known.get(w.benchmark), watermarks) for w in changes])
            lists = list_periods(start, now().date())
            since = f"since {start}" if start else "from the beginning"
            say(f"changes at {endpoints.oai}: all{of_set} {since}, in {len(lists)} lists")
    most = len(queue) if order.most is None else min(order.most, len(queue))
    seconds = most * endpoints.delay
    say(
        f"PDFs from {endpoints.pdf}: {most} of the {len(queue)} that are due, and what is found; {seconds / 60:.1f} min"
    )
    for q in queue[: min(most, SHOWN)]:
        say(f"  {q.arxiv_id}v{q.version}  score {q.score:.2f}  {q.reason}")
    if most > SHOWN:
        say(f"  and {most - SHOWN} more")


def print_status(db: Path) -> None:
    """Prints the last run, how far each benchmark is, the backlog, and failures by reason."""
    with reading(db) as con:
        runs, marks, windows = last_runs(con), load_marks(con), load_windows(con)
        watermarks = load_watermarks(con)
        counts, failed, backlog = queue_counts(con), failures(con), waiting(con)
    runs = runs or noted_ends(db)[-1:]
    if not runs:
        raise BadInputError(f"no harvest has been made into {db}", "make one with `paperflops harvest --all`")
    run = runs[0]
    at_work = is_held(db)
    ended_beside = {r.run: r for r in noted_ends(db)}
    run = ended_beside.pop(run.run, run)
    if ended_beside:
        run = max([run, *ended_beside.values()], key=lambda r: r.started_at)
    if run.outcome:
        ended = f"{run.outcome} {run.ended_at:%Y-%m-%d %H:%M} UTC" + (f": {run.message}" if run.message else "")
    else:
        ended = f"at work ({holder(db)})" if at_work else "killed; the next run goes on from there"
    say(f"last run   {run.started_at:%Y-%m-%d %H:%M} UTC, {ended}")
    say(
        f"           {run.found} found ({run.new_papers} new, {run.new_versions} new versions), {run.fetched} fetched, "
        f"{run.failed} failed, {run.requests} requests"
    )
    later = current_streak(db)
    say(f"last good  {later.last_success:%Y-%m-%d %H:%M} UTC" if later.last_success else "last good  none yet")
    if later.runs:
        say(f"try later  {later.runs} runs since, on {len(later.nights)} nights (exit code 75)")
    say_table(("benchmark", "searched", "changes read to"), _reach(marks, watermarks))
    open_windows = [w for w in windows if w.state != "complete"]
    if open_windows:
        say(f"periods not confirmed: {len(open_windows)}")
        for w in open_windows[:SHOWN]:
            say(f"  {w.term} {w.start:%Y-%m-%d} to {w.end:%Y-%m-%d}: {w.message or w.state}")
    say(f"backlog    {backlog} PDFs wait")
    for state, reason, count in counts:
        say(f"  {count:>6}  {state}: {reason}")
    if failed:
        say("failures by reason")
        by_reason = Counter(f.reason for f in failed)
        for reason, count in by_reason.most_common():
            times = [f.next_try for f in failed if f.reason == reason and f.next_try]
            when = f"next try {min(times):%Y-%m-%d %H:%M} UTC" if times else "given up; `paperflops harvest retry`"
            say(f"  {count:>6}  {reason}: {when}")


def _reach(marks: Mapping[str, Mark], watermarks: Watermarks) -> list[list[str]]:
    """For each benchmark how far the search is, and up to which day changes were read, by set."""
    rows = []
    for name in sorted({*marks, *(benchmark for benchmark, _ in watermarks)}):
        mark = marks.get(name)
        searched = "never"
        if mark is not None:
            searched = (
                f"{mark.since:%Y-%m-%d} to {mark.horizon - AHEAD:%Y-%m-%d}" if mark.searched else "not to its end"
            )
        read = [
            f"{w.read_to or 'not to its end'}{f' ({set_spec})' if set_spec else ''}"
            for (benchmark, set_spec), w in watermarks.items()
            if benchmark == name
        ]
        rows.append([name, searched, ", ".join(read) or "never"])
    return rows
