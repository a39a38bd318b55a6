"""The commands of curate.

Each loads what it needs when it runs: the help of all commands takes a tenth of the time that curate takes to load.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from signal import SIGTERM, default_int_handler, signal
from typing import TYPE_CHECKING, Annotated

import typer

from curate.settings import (
    AUDIT_SHARE,
    DEFAULT_STRATEGY,
    KEY_VARIABLE,
    PRECISION,
    SECRET_VARIABLE,
    SEEDS,
    STRATEGY_NAMES,
    URL_VARIABLE,
)
from db.errors import BadInputError
from db.settings import DEFAULT_DB, DbOption
from db.terminal.command_line import PlainTyper, refuse_together
from db.terminal.console import progress, say, warn

if TYPE_CHECKING:
    from curate.backends.label_studio import LabelStudioBackend
    from curate.review import SyncOutcome, Team

ProjectOption = Annotated[
    str, typer.Option("--project", envvar="LABEL_STUDIO_PROJECT", help="The project's title in Label Studio.")
]
BenchmarkOption = Annotated[str | None, typer.Option("--benchmark", help="Only records of this benchmark.")]


def mount(app: typer.Typer) -> None:
    """Adds this stage's commands to the command line."""
    review = PlainTyper(help="Have people confirm what was read, in Label Studio.")
    review.command("send")(send_command)
    review.command("sync")(sync_command)
    review.command("status")(status_command)
    review.command("serve")(serve_command)
    review.command("listen")(listen_command)
    review.command("accept")(accept_command)
    review.command("export")(export_command)
    review.command("import")(import_command)
    review.command("simulate")(simulate_command)
    app.add_typer(review, name="review")
    reference = PlainTyper(help="The reference curated table of arXiv 2007.05558.")
    reference.command("load")(reference_command)
    app.add_typer(reference, name="reference")
    app.command("crosscheck")(crosscheck_command)


def send_command(
    limit: Annotated[int | None, typer.Option(min=0, help="At most so many records not sent before.")] = None,
    benchmark: BenchmarkOption = None,
    order: Annotated[str, typer.Option(help=f"What to ask first: {', '.join(STRATEGY_NAMES)}.")] = DEFAULT_STRATEGY,
    twice: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Share of the records that two people answer.")
    ] = None,
    assign: Annotated[
        str | None, typer.Option(help="Share the papers out among these people: e-mail addresses, with commas.")
    ] = None,
    project: ProjectOption = "paperflops",
    db: DbOption = DEFAULT_DB,
) -> None:
    """Send records to Label Studio for review. Run twice, it sends nothing twice."""
    from curate.review import DIFFER, EVIDENCE, UNFINISHED, send, sync
    from db.store import reading

    _check(order, benchmark)
    with reading(db):
        pass
    backend = _backend(db, project)
    team = _team(assign, twice)
    if team is not None:
        backend.ask_people(team.people)
    elif twice is not None:
        backend.ask_twice(twice)
    if backend.exists():  # what was answered meanwhile is not to be asked again
        brought = sync(db, backend)
        if brought.decisions:
            _say_outcome(brought)
    with progress("sending") as steps:
        outcomes = send(db, backend, strategy=order, limit=limit, benchmark=benchmark, team=team, steps=steps)
    words = {
        "created": "sent", EVIDENCE: "asked anew, their evidence changed", DIFFER: "asked anew, people differ on them",
        UNFINISHED: "asked again, something was left open", "renewed": "renewed",
        "begun": "left as they are, somebody has begun", "there": "there already",
    }  # fmt: skip
    told = ", ".join(f"{outcomes[k]} {words[k]}" for k in words if outcomes[k])
    say(f"pages: {told or 'nothing to ask'}")
    if sum(outcomes.values()):
        say(f"review them at {backend.page_url()}" if team is None else "each has a tab of the project:")
    for who in team.people if team is not None else ():
        say(f"  {who}: {backend.own_page_url(who) or 'no paper yet'}")


def sync_command(project: ProjectOption = "paperflops", db: DbOption = DEFAULT_DB) -> None:
    """Bring decisions back from Label Studio and remake the curated table."""
    from curate.review import sync
    from db.store import reading

    with reading(db):
        pass
    backend = _backend(db, project)
    with progress("syncing") as steps:
        done = sync(db, backend, steps)
    _say_outcome(done)


def _one_thread() -> None:
    """Has NumPy multiply in one thread, if it isn't loaded yet.

    Many draws times few sums: threads cost a second of CPU, gain none, and add up in another order on another machine.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def status_command(
    by_pattern: Annotated[
        bool, typer.Option("--by-pattern", help="Which patterns people change most, with links to the pages.")
    ] = False,
    person: Annotated[
        str | None,
        typer.Option(help="What this person and others differ on, and what became of the values that the person gave."),
    ] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """How the review stands. Needs no server."""
    _one_thread()
    from curate.answers.audit import audit
    from curate.queue.plan import load_plan
    from curate.status import print_audit, print_patterns, print_person, print_status
    from db.store import reading
    from db.tables.auto_accept import auto_accept_rule, last_rule
    from db.tables.readings import load_shown
    from db.tables.shown import patterns_judged

    refuse_together(by_pattern=by_pattern, person=person)
    with reading(db) as con:
        plan = load_plan(con)
        patterns = patterns_judged(con) if by_pattern else {}
        rule = auto_accept_rule(con)
        found = (rule, audit(rule, load_shown(con), plan.decisions)) if rule and not by_pattern else None
        last = last_rule(con)
    if person is not None:
        print_person(plan, person)
    elif by_pattern:
        print_patterns(plan.settled, patterns)
    else:
        print_status(plan)
        print_audit(found, last)


def serve_command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8080,
    data: Annotated[Path | None, typer.Option(help="Where it keeps its data; by default beside the database.")] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 lets others of the network in.")
    ] = "127.0.0.1",
    webhooks: Annotated[
        bool,
        typer.Option("--webhooks", help="Let it call `review listen` on this machine, which it refuses otherwise."),
    ] = False,
    postgres: Annotated[
        str | None,
        typer.Option(
            envvar="PAPERFLOPS_REVIEW_POSTGRES",
            help="Keep its data in this database, for a team: postgresql://user:password@host:port/name.",
        ),
    ] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Run a Label Studio of one's own until Ctrl-C. The first start makes its database and takes half a minute."""
    from curate.backends.label_studio_server import label_studio_program, running, server_file

    saved = server_file(db)
    label_studio_program()
    signal(SIGTERM, default_int_handler)  # stopped as by Ctrl-C: the server is not left behind
    warn("starting Label Studio ...")
    folder = data or db.parent / "label-studio"
    with running(folder, port, saved, host=host, webhooks=webhooks, postgres=postgres) as (server, process):
        say(f"Label Studio runs at {server.url}")
        say(f"log in as {server.username} with the password {server.password}")
        say(f"`paperflops review send` and `sync` find it by {saved}; elsewhere set")
        say(f"  export {URL_VARIABLE}={server.url}")
        say(f"  export {KEY_VARIABLE}={server.api_key}")
        say("Ctrl-C stops it")
        try:
            while process.poll() is None:
                time.sleep(0.5)
        except KeyboardInterrupt:
            say("stopping")
            return
    warn(f"Label Studio ended by itself (code {process.returncode}); its log is server.log in its data folder")
    raise typer.Exit(1)


def listen_command(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes any free one.")] = 8090,
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 lets other machines call.")
    ] = "127.0.0.1",
    address: Annotated[
        str | None, typer.Option(help="How the server reaches this machine, where that is not by HOST:PORT.")
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(envvar=SECRET_VARIABLE, help="What a call must know; by default drawn anew at each start."),
    ] = None,
    every: Annotated[float, typer.Option(min=1.0, help="Also ask the server every so many seconds.")] = 300.0,
    project: ProjectOption = "paperflops",
    db: DbOption = DEFAULT_DB,
) -> None:
    """Sync whenever somebody answers, until Ctrl-C: has Label Studio call here (a webhook). `sync` does without."""
    from secrets import token_urlsafe

    from curate.listen import EVENTS, SECRET_HEADER, Calls, keep_syncing, receiving
    from curate.review import sync
    from db.store import reading

    with reading(db):
        pass
    backend = _backend(db, project)
    secret = secret or token_urlsafe(24)
    calls = Calls()

    def once() -> None:
        done = sync(db, backend)
        if done.decisions or done.doubts:
            _say_outcome(done)

    signal(SIGTERM, default_int_handler)  # stopped as by Ctrl-C: the webhook is taken back
    try:
        with receiving(host, port, secret, calls) as own:
            url = (address or own).rstrip("/")
            with backend.calling(f"{url}/", {SECRET_HEADER: secret}, EVENTS):
                say(f"{backend.url} calls {url}/ when somebody answers; Ctrl-C stops it")
                keep_syncing(once, calls, every)
    except KeyboardInterrupt:
        say("stopped")


def accept_command(
    precision: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="The share of the taken values that must be right.")
    ] = PRECISION,
    audit_share: Annotated[
        float, typer.Option("--audit", min=0.0, max=1.0, help="Share of them that people look at all the same.")
    ] = AUDIT_SHARE,
    gold: Annotated[
        Path | None,
        typer.Option(help="Folder of annotated papers, which count as judged too.", exists=True, file_okay=False),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Ask about everything again.")] = False,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Take values without asking that are sure enough, marked so. How sure is derived from what was judged."""
    from curate.answers.audit import derived, known_values, reweighted
    from curate.answers.labelled import labelled_decisions
    from curate.queue.load import load_queue
    from curate.review import check_audit
    from curate.status import print_audit
    from db.reference.labelled_papers import load_labelled
    from db.store import now, reading, writing
    from db.tables.auto_accept import AutoAcceptRule, last_rule, set_auto_accept, taken_by, withdraw_auto_accept
    from db.tables.curated import rebuild_curated
    from db.tables.readings import load_shown
    from db.tables.reviews import load_decisions

    with reading(db) as con:
        shown = load_shown(con)
        decisions = load_decisions(con)
        tasks = load_queue(con).tasks
    if off:
        with writing(db) as con:
            withdraw_auto_accept(con, "switched off")
            rebuild_curated(con)
        say("nothing is taken without asking")
        return
    if gold is not None:
        decisions = [*decisions, *labelled_decisions(tasks, load_labelled(gold))]
    known = known_values(shown, decisions)
    offer = derived(known, precision)
    rule = AutoAcceptRule(offer.threshold, audit_share, now(), precision=precision)
    taken = taken_by(rule, shown)
    above = [k for k in known if k.confidence >= offer.threshold]
    expected = reweighted(above, (c for c in shown if taken is not None and taken.takes(c)))
    rule = replace(
        rule, expected_wrong=1 - expected.share, wrong_low=1 - expected.high, wrong_high=1 - expected.low
    )  # fmt: skip
    p = offer.precision
    say(
        f"threshold {offer.threshold:.2f}: of the {p.judged} judged values of {p.papers} papers that are at least so"
        f" sure {p.share:.1%} are right (90 % interval {p.low:.1%} to {p.high:.1%})"
    )
    with writing(db) as con:
        set_auto_accept(con, rule)
        found = check_audit(con)
        rebuild_curated(con)
        last = last_rule(con)
    print_audit(found, last)


def export_command(
    out: Annotated[Path, typer.Option(help="Folder for tasks.json, interface.xml and the page pictures.")],
    limit: Annotated[int | None, typer.Option(min=0, help="At most so many records.")] = None,
    benchmark: BenchmarkOption = None,
    order: Annotated[str, typer.Option(help=f"What to ask first: {', '.join(STRATEGY_NAMES)}.")] = DEFAULT_STRATEGY,
    pictures_at: Annotated[str | None, typer.Option(help="Where the other server will serve the folder pages.")] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Write the queue as files for a Label Studio elsewhere."""
    from curate.backends.offline import write_offline
    from curate.queue.order import batch
    from curate.queue.plan import load_plan, pages_of_asked
    from curate.review import pictures_of
    from db.store import reading

    _check(order, benchmark)
    with reading(db) as con:
        asked = batch(load_plan(con, benchmark).in_order(order), limit, lambda a: a.paper)
        queue = pages_of_asked(con, asked, benchmark)
    by_key = {t.key: t for t in queue.open}
    tasks = [by_key[a.key] for a in asked]
    pages = [page for t in tasks for page in queue.open_pages(t)]
    count = write_offline(pages, lambda t: pictures_of(db, t), out, pictures_at)
    say(
        f"{count} pages of {len(tasks)} records written to {out / 'tasks.json'}; {out / 'README.txt'} says how to go on"
    )


def import_command(
    file: Annotated[
        Path,
        typer.Argument(
            help="A JSON export of Label Studio, or decisions as lines (.jsonl).", exists=True, dir_okay=False
        ),
    ],
    annotator: Annotated[str | None, typer.Option(help="Whose answers they are; by default as the file says.")] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Take in the answers of a Label Studio elsewhere, or decisions as they are kept beside a database (.jsonl).

    The same file twice makes no second decision.
    """
    from curate.backends.offline import read_offline
    from curate.review import take_in, take_in_decisions
    from db.safety.decision_lines import read_lines
    from db.store import reading

    with reading(db):
        pass
    if file.suffix == ".jsonl":
        _say_outcome(take_in_decisions(db, list(read_lines(file))))
        return
    _say_outcome(take_in(db, list(read_offline(file, annotator))))


def crosscheck_command(
    files: Annotated[list[Path], typer.Argument(help="Leaderboards: exchange format or Epoch AI's CSV.", exists=True)],
    db: DbOption = DEFAULT_DB,
) -> None:
    """Compare our values with public leaderboards; what differs moves up the review queue. Nothing is changed."""
    from curate.status import print_crosscheck
    from curate.witnesses.crosscheck import crosscheck
    from curate.witnesses.leaderboards import read_leaderboard
    from db.store import reading, writing
    from db.tables.readings import load_candidates, load_records
    from db.tables.reviews import save_witnesses

    boards = [read_leaderboard(f) for f in files]
    with reading(db) as con:
        records = load_records(con)
        candidates = {c.key: c for c in load_candidates(con, chosen_only=True)}
    for board in boards:
        done = crosscheck(board.source, board.claims, records, candidates)
        with writing(db) as con:
            save_witnesses(con, board.source, done.witnesses)
        print_crosscheck(board, done)


def simulate_command(
    gold: Annotated[
        Path | None,
        typer.Option(help="Folder of annotated papers; without it the figures that come along.", exists=True),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the curves go: simulation.csv and simulation.png.")] = Path(
        "data/simulation"
    ),
    seeds: Annotated[
        int, typer.Option(min=1, help="Draws of a random order, of mistakes, and of halves of the papers.")
    ] = SEEDS,
    keep: Annotated[
        Path | None, typer.Option(help="Also keep the annotated papers' figures in this file (.jsonl.gz).")
    ] = None,
    stop: Annotated[
        bool,
        typer.Option("--stop", help="Check instead how often the intervals of `review status` hold the slopes to be."),
    ] = False,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Replay labelled papers through the review, in each order: after how many hours are the slopes right?"""
    _one_thread()
    from curate.queue.coverage import endings, reviews_of
    from curate.queue.effort import Effort, measured_effort
    from curate.queue.load import load_queue
    from curate.queue.replay import load_replay, replay_of, save_replay
    from curate.queue.simulate import simulate, write_simulation
    from curate.simulated import print_endings, print_simulation
    from db.reference.labelled_papers import load_labelled
    from db.store import reading
    from db.tables.readings import load_candidates, load_records

    effort = Effort()
    if gold is None:
        replay = load_replay()
    else:
        papers = load_labelled(gold)
        with reading(db) as con:
            queue = load_queue(con)
            records = {r.key: r for r in load_records(con)}
            candidates = {c.key: c for c in load_candidates(con)}
        effort = measured_effort(queue.decisions)
        replay = replay_of(queue.tasks, records, candidates, papers)
    if keep is not None:
        save_replay(replay, keep)
    if stop:
        with progress("simulating") as steps:
            steps.total = reviews_of(seeds)
            found = list(endings(replay, seeds, advance=steps.advance))
        print_endings(found)
        return
    with progress("simulating") as steps:
        done = simulate(replay, effort, seeds=seeds, advance=steps.advance)
    table, picture = write_simulation(done, out)
    print_simulation(done)
    say(f"written to {table} and {picture}")


def reference_command(
    corrected: Annotated[bool, typer.Option(help="With the known faults corrected, or as published.")] = True,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Load the hand-made table of the study beside one's own curated rows. Run twice, it changes nothing."""
    from db.store import writing
    from db.tables.curated import load_reference

    with writing(db) as con:
        rows = load_reference(con, corrected=corrected)
    say(f"{rows} rows of the reference table ({'corrected' if corrected else 'as published'})")


def _team(assign: str | None, twice: float | None) -> Team | None:
    from curate.review import Team

    people = tuple(dict.fromkeys(who.strip() for who in (assign or "").split(",") if who.strip()))
    if not people:
        return None
    if twice and len(people) < 2:
        raise BadInputError("--twice takes two people", "name them with --assign, with a comma between")
    return Team(people, twice or 0.0)


def _check(order: str, benchmark: str | None) -> None:
    if order not in STRATEGY_NAMES:
        raise BadInputError(f"unknown order {order!r}", f"known: {', '.join(STRATEGY_NAMES)}")
    if benchmark is not None:
        from db.reference.benchmarks import benchmark as known_benchmark

        known_benchmark(benchmark)


def _say_outcome(done: SyncOutcome) -> None:
    for doubt in done.doubts:
        warn(f"to look at: {doubt}")
    taken_back = f", {done.withdrawn} of them take an earlier one back" if done.withdrawn else ""
    say(f"{done.decisions} new decisions{taken_back}; {done.rows} curated rows")
    if done.unfinished:
        say(
            f"{done.unfinished} of the records answered still ask something: `paperflops review send` asks it again"
            " (with `--limit 0` nothing else)"
        )


def _backend(db: Path, project: str) -> LabelStudioBackend:
    from curate.backends.label_studio import LabelStudioBackend  # its SDK takes a second to import
    from curate.backends.label_studio_server import known_server

    server = known_server(db)
    return LabelStudioBackend(server.url, server.api_key, project)
