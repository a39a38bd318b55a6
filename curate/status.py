"""How the review stands: the queue by benchmark, the people, and the hours left."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from curate.answers.agreement import agreement, agrees_with_others, disputes, error_rates
from curate.answers.audit import Audit
from curate.names import benchmark_name
from curate.queue.plan import Plan
from curate.queue.remaining import INTERVAL, remaining_changes
from curate.witnesses.crosscheck import Crosscheck
from curate.witnesses.leaderboards import Leaderboard
from db.errors import BadInputError
from db.models import Decision, Verdict
from db.quantities import counted, human
from db.tables.auto_accept import AutoAcceptRule
from db.tables.reviews import MODEL, RECORD, standing
from db.tables.settlement import VALUE, Settlement, same_outcome
from db.terminal.console import say, say_table

PAGES_SHOWN = 5  # links a pattern
SECONDS_A_RECORD = 60.0  # assumed until somebody's own pace is known


@dataclass(frozen=True)
class BenchmarkQueue:
    benchmark: str | None
    records: int
    queued: int  # not sent yet
    sent: int  # waiting for an answer
    done: int
    not_results: int  # of the done


@dataclass(frozen=True)
class Person:
    annotator: str
    records: int
    decisions: int
    corrected: int  # decisions that did not let the shown value stand
    seconds_a_record: float | None  # median
    last: datetime


def by_benchmark(plan: Plan) -> list[BenchmarkQueue]:
    """The queue of each benchmark, the one with most records first."""
    dropped = {d.task_key for d in standing(plan.decisions) if d.field == RECORD and d.verdict == Verdict.REJECT}
    records = plan.records
    waits = records.waits.tolist()
    sent = [w and key in plan.sent for w, key in zip(waits, records.keys, strict=True)]
    not_result = map(dropped.__contains__, records.keys)
    of: dict[str | None, Counter[str]] = defaultdict(Counter)
    for (benchmark, waiting, there, no), n in Counter(
        zip(records.benchmarks, waits, sent, not_result, strict=True)
    ).items():
        of[benchmark]["sent" if there else "queued" if waiting else "done"] += n
        of[benchmark]["dropped"] += n * no
    rows = [
        BenchmarkQueue(
            benchmark, n["queued"] + n["sent"] + n["done"], n["queued"], n["sent"], n["done"], n["dropped"]
        )
        for benchmark, n in of.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (-r.records, r.benchmark or ""))


def people(decisions: Sequence[Decision]) -> list[Person]:
    """What each annotator did, the busiest first. A record is counted once however often it was changed."""
    of: dict[str, list[Decision]] = defaultdict(list)
    for d in standing(decisions):
        of[d.annotator].append(d)
    rows = []
    for annotator, said in of.items():
        seconds: dict[str, float] = defaultdict(float)
        for d in said:
            seconds[d.task_key] += d.seconds_spent or 0.0
        known = [s for s in seconds.values() if s > 0]
        rows.append(
            Person(
                annotator, len(seconds), len(said),
                sum(d.verdict in (Verdict.CORRECT, Verdict.REJECT, Verdict.NOT_STATED) for d in said),
                median(known) if known else None, max(d.decided_at for d in said),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda p: (-p.records, p.annotator))


@dataclass(frozen=True)
class PatternFound:
    """What people found of the values that one pattern read."""

    field: str
    pattern: str
    judged: int
    changed: int
    pages: tuple[str, ...]  # links to pages where it was changed


def by_pattern(settled: Sequence[Settlement], pattern_of: Mapping[str, str]) -> list[PatternFound]:
    """How often people changed what each pattern read, the most often changed first. Patterns are by judged key."""
    judged: Counter[tuple[str, str]] = Counter()
    changed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for s in settled:
        pattern = pattern_of.get(s.thing.judged_key)
        if pattern is None or s.stands is None or s.stands.unsure:
            continue
        d = s.stands.decision
        judged[(s.thing.field, pattern)] += 1
        if not same_outcome(s.thing.field, s.stands.outcome, (VALUE, d.judged_value)):
            changed[(s.thing.field, pattern)].append(f"https://arxiv.org/pdf/{d.arxiv_id}v{d.version}#page={d.page}")
    found = [
        PatternFound(field, pattern, n, len(changed[(field, pattern)]), tuple(dict.fromkeys(changed[(field, pattern)])))
        for (field, pattern), n in judged.items()
    ]
    return sorted(found, key=lambda p: (-p.changed, -p.changed / p.judged, p.field, p.pattern))


def print_patterns(settled: Sequence[Settlement], pattern_of: Mapping[str, str]) -> None:
    """Prints which patterns people changed most, with links to the pages."""
    rows = by_pattern(settled, pattern_of)
    if not rows:
        say("nothing was judged yet")
        return
    columns = ("field", "pattern", "judged", "changed", "share")
    cells = [[p.field, p.pattern, str(p.judged), str(p.changed), f"{p.changed / p.judged:.0%}"] for p in rows]
    say_table(columns, cells, right=columns[2:])
    for p in rows:
        if p.pages:
            say("")
            say(f"{p.field}, {p.pattern}:")
            for page in p.pages[:PAGES_SHOWN]:
                say(f"  {page}")


def print_person(plan: Plan, person: str) -> None:
    """Prints what this person and others differ on, and what was done with the values that the person gave."""
    known = sorted({d.annotator for d in plan.decisions})
    if person not in known:
        raise BadInputError(f"{person} has answered nothing", f"known: {', '.join(known) or 'nobody yet'}")
    mine = [d for d in disputes(plan.settled) if person in d.people]
    if mine:
        say_table(
            ("paper", "model", "about", "what was said"),
            [[d.arxiv_id, d.model, d.metric or d.field, d.words] for d in mine],
        )
    else:
        say(f"nothing that {person} said is disputed")
    _print_given(plan.decisions, person)


def _print_given(decisions: Sequence[Decision], person: str) -> None:
    """Prints the values that this person gave, those first that the paper's text has nowhere."""
    given = [
        d for d in standing(decisions) if d.annotator == person and d.verdict == Verdict.CORRECT and d.field != MODEL
    ]
    if not given:
        return
    found = sum(d.place is not None for d in given)
    say("")
    say(
        f"{person} gave {counted(len(given), 'value')}: {found} found in the paper,"
        f" {len(given) - found} kept as {person}'s own statement"
    )
    say_table(
        ("paper", "model", "about", "value", "where"),
        [
            [
                d.arxiv_id, d.model, d.metric or d.field, human(d.field, d.value),
                "own statement" if d.place is None else f"page {d.place.page}: {d.place.quote}",
            ]
            for d in sorted(given, key=lambda d: (d.place is not None, d.arxiv_id, d.model, d.field))
        ],
    )  # fmt: skip


def _print_remaining(plan: Plan) -> None:
    """Prints what the reviews that are left may still do to each slope, and whether it is time to stop."""
    rows = remaining_changes(plan.records)
    if not rows:
        return
    say("")
    columns = ("slope", "points", "now", "expected change", f"once all is reviewed ({INTERVAL:.0%})")
    say_table(
        columns,
        [
            [
                f"{benchmark_name(r.benchmark)} over {r.axis}", str(r.points), f"{r.slope:.3f}", f"{r.change:.0%}",
                "settled" if r.settled else f"{r.low:.3f} to {r.high:.3f}",
            ]
            for r in rows
        ],
        right=columns[1:],
    )  # fmt: skip
    if all(r.settled for r in rows):
        say("no slope is expected to move any more: the review may stop here")


def hours_left(plan: Plan, who: Sequence[Person]) -> tuple[float, bool]:
    """Hours that the open records take at the median pace of those who reviewed, and whether that pace is known."""
    paces = [p.seconds_a_record for p in who if p.seconds_a_record]
    pace = median(paces) if paces else SECONDS_A_RECORD
    return plan.waiting * pace / 3600, bool(paces)


def _print_agreement(plan: Plan) -> None:
    """Prints how two people agree, and how often machine and people were wrong."""
    rows = agreement(plan.settled)
    if rows:
        say("")
        columns = ("judged by two", "values", "agree", "alpha")
        say_table(
            columns,
            [
                [r.field, str(r.judged_twice), f"{r.share:.0%}", "" if r.alpha is None else f"{r.alpha:.2f}"]
                for r in rows
            ],
            right=columns[1:],
        )
    differ = sum(s.disputed for s in plan.settled)
    if differ:
        say(
            f"{counted(differ, 'thing')} on which people differ (`--person` lists one's own):"
            " `paperflops review send` asks them anew (with `--limit 0` nothing else)"
        )
    rates = error_rates(plan.settled)
    if rates.machine_judged:
        say("")
        told = f"the machine was wrong on {rates.machine_wrong} of {rates.machine_judged} values judged"
        told += f" ({rates.machine_wrong / rates.machine_judged:.0%})"
        if rates.human_judged:
            told += f"; people on {rates.human_wrong} of {rates.human_judged} that two judged"
            told += f" ({rates.human_wrong / rates.human_judged:.0%})"
        say(told)


def print_audit(found: tuple[AutoAcceptRule, Audit] | None, last: AutoAcceptRule | None) -> None:
    """Prints the rule of what is taken without asking, and its audit."""
    if found is not None:
        rule, a = found
        say(f"taken without asking: {a.taken} values of confidence {rule.threshold:.0%} or more")
        if rule.expected_wrong is not None and rule.wrong_low is not None and rule.wrong_high is not None:
            say(
                f"  expected to be wrong: {rule.expected_wrong:.1%} of them"
                f" (90 % interval {rule.wrong_low:.1%} to {rule.wrong_high:.1%})"
            )
        share = f"{a.right} of {a.judged} right" if a.judged else "none looked at yet"
        say(f"  audit of {a.to_audit} more, of each field and pattern: {share}")
        for s in a.strata:
            if s.judged > s.right:
                say(f"    {s.field}, {s.pattern}: {s.right} of {s.judged} right, {s.taken} taken")
        if a.fails:
            say("  the audit fails: the threshold is withdrawn, the values wait for people")
    elif last is not None and last.reason:
        say(f"nothing is taken without asking; the threshold {last.threshold:.0%} was withdrawn: {last.reason}")
    else:
        say("nothing is taken without asking")


def print_status(plan: Plan) -> None:
    """Prints the queue, the people and the hours left."""
    rows = by_benchmark(plan)
    if not rows:
        say("nothing to review yet: `paperflops extract` makes records")
        return
    cells = [
        [benchmark_name(r.benchmark), *map(str, (r.records, r.queued, r.sent, r.done, r.not_results))] for r in rows
    ]
    totals = [
        sum(column)
        for column in zip(*[(r.records, r.queued, r.sent, r.done, r.not_results) for r in rows], strict=True)
    ]
    columns = ("benchmark", "records", "not sent", "waiting", "reviewed", "not a result")
    say_table(columns, [*cells, ["all", *map(str, totals)]], right=columns[1:])
    who = people(plan.decisions)
    if who:
        say("")
        agreed = agrees_with_others(plan.settled)
        papers = Counter(arxiv_id for arxiv_id, _ in plan.records.papers[: plan.waiting]) if plan.assigned else {}
        waiting = Counter({name: 0 for names in plan.assigned.values() for name in names})
        for arxiv_id, names in plan.assigned.items():
            waiting.update(dict.fromkeys(names, papers.get(arxiv_id, 0)))
        of_people = (
            "annotator", "records", "decisions", "changed the value", "agrees with others", "seconds a record",
            "assigned, open", "last",
        )  # fmt: skip
        say_table(
            of_people,
            [
                [
                    p.annotator, str(p.records), str(p.decisions), f"{p.corrected / p.decisions:.0%}",
                    f"{agreed[p.annotator][1] / agreed[p.annotator][0]:.0%}" if p.annotator in agreed else "",
                    "" if p.seconds_a_record is None else f"{p.seconds_a_record:.0f}",
                    str(waiting[p.annotator] or ""), f"{p.last:%Y-%m-%d %H:%M}",
                ]
                for p in who
            ],
            right=of_people[1:7],
        )  # fmt: skip
    _print_agreement(plan)
    _print_remaining(plan)
    hours, known = hours_left(plan, who)
    say("")
    pace = "at the pace so far" if known else f"at {SECONDS_A_RECORD:.0f} s a record (no pace is known yet)"
    each = f", {_length(hours / len(who))} for each of {len(who)}" if len(who) > 1 else ""
    say(f"{plan.waiting} records left: about {_length(hours)} {pace}{each}")


def _length(hours: float) -> str:
    return f"{hours * 60:.0f} minutes" if hours < 2 else f"{hours:.0f} hours"


def print_crosscheck(board: Leaderboard, done: Crosscheck) -> None:
    """Prints what a leaderboard and we agree on, differ on, and what only one side has."""
    count = Counter(w.verdict for w in done.witnesses)
    say(f"{board.source}: {len(board.claims)} values of papers on arXiv, {len(done.witnesses)} of papers that we read")
    for why, number in sorted(board.passed_over.items(), key=lambda item: -item[1]):
        say(f"  passed over: {number} rows {why}")
    say(
        f"  agree {count['agree']}, differ {count['disagree']}, only theirs {count['theirs_only']},"
        f" only ours {done.ours_only}"
    )
    differing = [w for w in done.witnesses if w.verdict == "disagree"]
    if differing:
        columns = ("paper", "value", "model", "ours", "theirs", "page")
        rows = [
            [
                w.arxiv_id, f"{w.benchmark} {w.metric}" if w.benchmark else w.field, w.model,
                human(w.field, w.ours), human(w.field, w.theirs), str(w.page),
            ]
            for w in differing
        ]  # fmt: skip
        say_table(columns, rows, right=("ours", "theirs", "page"))
