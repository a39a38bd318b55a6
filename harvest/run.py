"""The commands of harvest: add, harvest (status, retry), schedule."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from db.errors import BadInputError
from db.settings import DEFAULT_DB, DbOption
from db.terminal.command_line import PlainGroup, PlainTyper, refuse_together, typed
from db.terminal.console import say, warn


class Source(StrEnum):
    """Where a harvest looks for papers."""

    auto = "auto"
    search = "search"
    oai = "oai"


class HarvestGroup(PlainGroup):
    """`harvest` does the work by itself and has commands beside it; `--benchmark` and `--set` take several in a row."""

    several = ("--benchmark", "--set")

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        spread: list[str] = []
        option: str | None = None
        for arg in args:
            if option and not arg.startswith("-") and arg not in self.commands:
                spread += [option, arg] if spread[-1] != option else [arg]
                continue
            option = next((name for name in self.several if arg == name or arg.startswith(f"{name}=")), None)
            spread.append(arg)
        return super().parse_args(ctx, spread)


JsonOption = Annotated[bool, typer.Option("--json", help="Print only the run's line of JSON.")]


def mount(app: typer.Typer) -> None:
    """Adds this stage's commands to the command line."""
    app.command()(add)
    group = PlainTyper(cls=HarvestGroup, invoke_without_command=True, no_args_is_help=False)
    group.callback()(harvest)
    group.command()(status)
    group.command()(retry)
    app.add_typer(group, name="harvest", help="New papers from arXiv: metadata and PDFs.")
    app.command()(schedule)


def add(
    paths: Annotated[list[Path], typer.Argument(help="PDFs, or folders that hold them (searched through).")],
    db: DbOption = DEFAULT_DB,
) -> None:
    """Take PDFs from disk: id and version from the file's name or from its arXiv stamp."""
    from harvest.disk.add import add as add_files

    result = add_files(db, paths)
    if not (result.added or result.known or result.unidentified or result.refused):
        raise BadInputError(f"there is no PDF in {', '.join(map(str, paths))}", "name files or folders that hold *.pdf")
    say(
        f"added {result.added}, known {result.known}, unidentified {result.unidentified}"
        + (f", refused {result.refused}" if result.refused else "")
    )


def harvest(
    ctx: typer.Context,
    benchmark: Annotated[
        list[str] | None, typer.Option("--benchmark", metavar="ID...", help="Benchmarks whose papers are wanted.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All benchmarks.")] = False,
    since: Annotated[
        str, typer.Option(metavar="DATE|auto", help="First submitted since; auto: all of arXiv, asked for once.")
    ] = "auto",
    most: Annotated[int | None, typer.Option("--max", min=0, help="PDFs to fetch at most; the rest waits.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked and fetched; ask for counts at most.")
    ] = False,
    source: Annotated[
        Source, typer.Option(help="search: backfill; oai: changes, by OAI-PMH; auto: first the one, then the other.")
    ] = Source.auto,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SPEC...", help="OAI-PMH sets, like cs:cs:CV (default: the whole archive)."),
    ] = None,
    alert_after: Annotated[
        int,
        typer.Option(
            envvar="PAPERFLOPS_HARVEST_ALERT_AFTER",
            min=0,
            metavar="NIGHTS",
            help='Nights in a row of "try later" after which the exit code is 69; 0: never.',
        ),
    ] = 3,
    cited: Annotated[
        bool,
        typer.Option("--cited", help="Papers cited for results by papers already read, too; alone: only those."),
    ] = False,
    as_json: JsonOption = False,
    db: DbOption = DEFAULT_DB,
) -> None:
    """New papers from arXiv: metadata and PDFs.

    Exit codes: 0 done; 75 try later (arXiv is busy or did not show everything, another harvest is at work); 69: that
    has been so for too many nights; others: something is broken.
    """
    if ctx.invoked_subcommand is not None:
        if typed(ctx, "db"):
            os.environ["PAPERFLOPS_DB"] = str(db)  # `harvest --db X status` means X
        return
    from harvest.dry_run import print_plan
    from harvest.harvester import say_fault
    from harvest.oai.sets import checked_sets
    from harvest.order import Order
    from harvest.polite.endpoints import read_endpoints
    from harvest.polite.session import PoliteSession

    only_cited = cited and not benchmark and not everything
    _check_narrowing(ctx, source, only_cited=only_cited)
    refuse_together(dry_run=dry_run, json=as_json)
    order = Order(
        chosen(benchmark, everything or only_cited), date_of(since), most, "none" if only_cited else str(source),
        cited=cited, sets=checked_sets(sets or ()),
    )  # fmt: skip
    endpoints = read_endpoints()
    if dry_run:
        print_plan(db, endpoints, order, PoliteSession(endpoints, say=say_fault))
        return
    _run(db, order, as_json=as_json, alert_after=alert_after)


def _check_narrowing(ctx: typer.Context, source: Source, *, only_cited: bool) -> None:
    """BadInputError where an option that narrows a search was typed, and nothing is searched that it could narrow."""
    options = {"since": "--since", "source": "--source", "sets": "--set"}
    narrowing = [option for parameter, option in options.items() if typed(ctx, parameter)]
    if only_cited and narrowing:
        raise BadInputError(
            f"--cited alone reads bibliographies, which {narrowing[0]} does not narrow", "add --all or --benchmark"
        )
    if source is Source.search and "--set" in narrowing:
        raise BadInputError("--set narrows OAI-PMH, which --source search does not ask", "leave out one of the two")


def status(
    terms: Annotated[
        bool, typer.Option("--terms", help="The search terms instead: what they find and what they cost.")
    ] = False,
    months: Annotated[int, typer.Option(min=0, help="Months of submission to show one by one.")] = 6,
    db: DbOption = DEFAULT_DB,
) -> None:
    """The last run, how far each benchmark is, papers by benchmark and month, what waits and what failed."""
    from harvest.status import print_status, print_terms

    if terms:
        print_terms(db)
    else:
        print_status(db, months=months)


def retry(
    ids: Annotated[list[str] | None, typer.Argument(help="arXiv ids; none: all that failed.")] = None,
    as_json: JsonOption = False,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Fetch now what failed, without waiting for its time; what was given up too."""
    from db.store import reading, writing
    from db.tables.harvests import failures, retry_now
    from harvest.order import Order
    from harvest.polite.endpoints import read_endpoints
    from harvest.retry import not_failed

    read_endpoints()  # settings that can't be used are said before anything is done
    with reading(db) as con:
        wanted = failures(con, ids or [])
        for line in not_failed(con, ids or [], wanted):
            say(line)
    if not wanted:
        if not ids:
            say("nothing has failed")
        return
    keys = {(f.arxiv_id, f.version) for f in wanted}

    def prepare() -> None:
        with writing(db) as con:
            retry_now(con, wanted)

    _run(db, Order(()), only=keys, before=prepare, as_json=as_json)


class Scheduler(StrEnum):
    """Programs that start others by the clock."""

    cron = "cron"
    systemd = "systemd"
    github = "github"


def schedule(
    kind: Annotated[Scheduler | None, typer.Argument(help="cron, systemd or github; none: all three.")] = None,
    most: Annotated[int, typer.Option("--max", min=0, help="PDFs a night at most; the rest waits.")] = 1000,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Print ready files for a nightly harvest: cron, systemd timer, GitHub Actions."""
    from harvest.schedule import cron, github, systemd

    texts = {Scheduler.cron: cron, Scheduler.systemd: systemd, Scheduler.github: github}
    wanted = [kind] if kind else list(texts)
    print("\n".join(texts[k](db.resolve(), most) for k in wanted), end="")


def chosen(ids: list[str] | None, everything: bool) -> tuple[Any, ...]:
    """The benchmarks of the ids (also "a,b"), or all. UnknownNameError lists the known ones."""
    from db.reference.benchmarks import benchmark, load_benchmarks

    known = load_benchmarks()
    names = [name for text in ids or [] for name in text.split(",") if name]
    if everything and names:
        raise BadInputError("--all and --benchmark contradict each other", "give one of them")
    if everything:
        return tuple(known.values())
    if not names:
        raise BadInputError("which benchmarks?", f"--all, or --benchmark with some of: {', '.join(known)}")
    return tuple(benchmark(name) for name in dict.fromkeys(names))


def date_of(text: str) -> datetime | None:
    """The date of "2020-01-31"; None for "auto"."""
    if text == "auto":
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        raise BadInputError(f"--since {text!r} is no date", "write it like 2020-01-31, or auto") from None
    today = datetime.now(UTC).replace(tzinfo=None)
    if day > today:
        raise BadInputError(f"--since {text} lies in the future", f"today is {today:%Y-%m-%d} (UTC)")
    return day


def _run(
    db: Path,
    order: Any,
    *,
    only: set[tuple[str, int]] | None = None,
    before: Callable[[], None] = lambda: None,
    as_json: bool = False,
    alert_after: int = 0,
) -> None:
    """One harvest under the lock; prints the summary and, for logs, one line of JSON."""
    from db.errors import LockedError
    from harvest.harvester import harvest_papers, locked_out, say_fault
    from harvest.lock import harvest_lock
    from harvest.polite.endpoints import read_endpoints
    from harvest.polite.session import PoliteSession

    session = PoliteSession(endpoints := read_endpoints(), say=say_fault)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stopped service ends its run as Ctrl-C does
    try:
        with harvest_lock(db):
            before()
            outcome = harvest_papers(db, endpoints, order, session, only=only, alert_after=alert_after)
    except LockedError as error:
        if only is not None:
            raise
        outcome = locked_out(db, order, error, alert_after=alert_after)
    r = outcome.run
    if not as_json and (r.requests or outcome.error is None):
        say(
            f"{r.outcome}: {r.found} papers found ({r.new_papers} new, {r.new_versions} new versions), "
            f"{r.fetched} PDFs fetched, {r.failed} failed, {r.waiting} waiting; {r.requests} requests"
        )
    if as_json or not sys.stdout.isatty():
        print(outcome.line(), flush=True)
    if outcome.message is not None:
        warn(f"paperflops: {outcome.message}")
        raise typer.Exit(outcome.exit_code)
