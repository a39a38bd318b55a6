"""Where a harvest stands, for people: the last run, the flow of papers, what waits and what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from db.errors import BadInputError
from db.quantities import counted
from db.reference.benchmarks import load_benchmarks
from db.store import reading
from db.tables.harvests import (
    Flow,
    Mark,
    failures,
    flow_by_month,
    last_runs,
    load_marks,
    load_watermarks,
    load_windows,
    queue_counts,
    waiting,
)
from db.tables.prospects import prospect_counts
from db.terminal.console import say, say_table
from harvest.ends import noted_ends
from harvest.lock import holder, is_held
from harvest.oai.watermarks import Watermarks
from harvest.order import AHEAD
from harvest.outcome import current_streak
from harvest.search.recall import ALL, NAMES, load_costs, load_labelled, recall_of, term_costs

SHOWN = 10


MONTHS = 6  # shown one by one


def print_status(db: Path, *, months: int = MONTHS) -> None:
    """Prints the last run, how far each benchmark is, the flow of papers (figure 5), the backlog and the failures."""
    with reading(db) as con:
        runs, marks, windows = last_runs(con), load_marks(con), load_windows(con)
        watermarks = load_watermarks(con)
        counts, failed, backlog = queue_counts(con), failures(con), waiting(con)
        flow = flow_by_month(con)
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
        say(f"try later  {counted(later.runs, 'run')} since, on {counted(len(later.nights), 'night')} (exit code 75)")
    say_table(("benchmark", "searched", "changes read to"), _reach(marks, watermarks))
    _print_flow(flow, months)
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


FLOW = ("found", "fetched", "waiting", "failed")


def _print_flow(flow: Sequence[Flow], months: int) -> None:
    """The papers of each benchmark from found to fetched: all of them, then those of the latest months."""
    if not flow:
        return
    columns = ("benchmark", "submitted", *FLOW, "why")
    rows = [_flow_row(name, "all", [f for f in flow if f.benchmark == name]) for name in _names(flow)]
    latest = sorted({f.month for f in flow}, reverse=True)[:months]
    rows += [
        _flow_row(name, month, [f for f in flow if (f.benchmark, f.month) == (name, month)])
        for month in latest
        for name in _names([f for f in flow if f.month == month])
    ]
    say_table(columns, rows, right=FLOW)


def _names(flow: Iterable[Flow]) -> list[str]:
    return sorted({f.benchmark for f in flow})


def _flow_row(name: str, month: str, part: Sequence[Flow]) -> list[str]:
    why: Counter[str] = Counter()
    for f in part:
        why.update(f.failed)
    numbers = [sum(f.found for f in part), sum(f.fetched for f in part), sum(f.waiting for f in part), why.total()]
    return [name, month, *map(str, numbers), ", ".join(f"{count} {reason}" for reason, count in why.most_common())]


def print_terms(db: Path) -> None:
    """Prints how many labelled papers the search terms find, and what each term finds, costs and brought here."""
    benchmarks, labelled, costs = load_benchmarks().values(), load_labelled(), load_costs()
    say(f"recall on {len({p.arxiv_id for p in labelled})} labelled papers with results of their own")
    say_table(
        ("benchmark", "papers", "by name", "its terms", "any term", "kept", "recall"),
        [
            [
                r.benchmark, str(r.papers), str(r.by_name), str(r.by_own_terms), str(r.by_any_term), str(r.kept),
                f"{r.kept / r.papers:.2f}",
            ]
            for r in recall_of(benchmarks, labelled)
        ],
        right=("papers", "by name", "its terms", "any term", "kept", "recall"),
    )  # fmt: skip
    say("")
    say("papers a year (2025-07 to 2026-06, lists of cs.CV, cs.CL and cs.AI), and the share of labelled papers found")
    brought: dict[tuple[str, str], tuple[int, int, int]] = {}
    if db.exists():
        with reading(db) as con:
            brought = {(b, term): (n, found, dropped) for b, term, n, found, dropped in prospect_counts(con)}
    rows = []
    for c in term_costs(benchmarks, labelled, costs):
        here = brought.get((c.benchmark, c.term.key))
        rows.append(
            [
                c.benchmark, c.term.key.split(" #")[0], f"{c.found}/{c.papers}" if c.papers else "",
                "not measured" if c.papers_a_year is None else str(c.papers_a_year),
                f"{here[0]} looked for, {here[1]} kept, {here[2]} dropped" if here else "",
            ]
        )  # fmt: skip
    say_table(("benchmark", "term", "finds", "a year", "here"), rows, right=("finds", "a year"))
    say(
        f"all names: {costs[NAMES]} papers a year; with all tasks: {costs[ALL]} ({costs[ALL] / costs[NAMES]:.1f} times)"
    )
