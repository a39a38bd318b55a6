"""`python analysis/run.py`: fits, figures and the report, from the curated table, the reference table or a snapshot."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import BadInputError, PaperflopsError, StoppedError
from db.settings import DEFAULT_DB, DbOption
from db.terminal.command_line import OneLineCommand, PlainTyper, refuse_together, typed
from db.terminal.console import progress, say, warn

if TYPE_CHECKING:
    from analysis.rows.snapshot import Snapshot

COMPUTE = ("burden", "tensor", "operations", "training")

app = PlainTyper(cls=None, pretty_exceptions_enable=False, no_args_is_help=False)


@app.command(cls=OneLineCommand)
def analyse(
    ctx: typer.Context,
    studies: Annotated[
        list[str] | None, typer.Argument(metavar="STUDY", help="Only these studies (see --list).")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", file_okay=False, help="The folder for report, tables and figures.")
    ] = Path("report"),
    db: DbOption = DEFAULT_DB,
    reference: Annotated[
        bool, typer.Option("--reference", help="Use the reference curated table alone; needs no database.")
    ] = False,
    snapshot: Annotated[
        Path | None,
        typer.Option("--snapshot", dir_okay=False, help="Run again on the snapshot.parquet of an earlier report."),
    ] = None,
    list_studies: Annotated[bool, typer.Option("--list", help="Name the studies and stop.")] = False,
    compute: Annotated[
        str, typer.Option("--compute", metavar="MEASURE", help="Measure of computing: " + ", ".join(COMPUTE) + ".")
    ] = "burden",
    benchmark: Annotated[
        list[str] | None, typer.Option("--benchmark", metavar="ID", help="Only this benchmark; may be given again.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only papers since this year or date (2017, 2017-06-30)."),
    ] = None,
    max_models_per_paper: Annotated[
        int | None,
        typer.Option("--max-models-per-paper", min=1, help="At most so many models a paper, the best first."),
    ] = None,
    without_reimplementations: Annotated[
        bool, typer.Option("--without-reimplementations", help="Leave out models that a later paper trained again.")
    ] = False,
    without_extra_data: Annotated[
        bool, typer.Option("--without-extra-data", help="Leave out models trained on more than the benchmark's data.")
    ] = False,
    rows: Annotated[
        str | None,
        typer.Option(
            "--rows",
            metavar="SET",
            help="Where one set of rows is shown: as published, as fitted, corrected; curated, reference, "
            "curated and reference.",
        ),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=100, help="Draws of each bootstrap and simulation.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")] = 2007,
    gflops_per_joule: Annotated[
        float | None,
        typer.Option("--gflops-per-joule", help="For energy; default a V100's peak over its power."),
    ] = None,
    pue: Annotated[float | None, typer.Option("--pue", min=1, help="Power usage effectiveness; default 1.58.")] = None,
    lbs_co2_per_kwh: Annotated[
        float | None, typer.Option("--lbs-co2-per-kwh", help="Of the electricity; default 0.954.")
    ] = None,
    usd_per_hour: Annotated[
        float | None, typer.Option("--usd-per-hour", help="Of a V100 in the cloud; default 0.74.")
    ] = None,
) -> None:
    """Fit how performance scales with computing; write report.html, tables/ and figures/ to the --out folder."""
    from analysis.studies import load_studies, run_study

    if list_studies:
        for study in load_studies():
            say(f"{study.name:<14} {study.about}")
        return
    given_db = db if typed(ctx, "db") else None
    refuse_together(reference=reference, snapshot=snapshot, db=given_db)
    chosen = load_studies(studies or [])

    from analysis.fits.projection import Conversions
    from analysis.report.findings import refusals_by_need
    from analysis.report.page import compose
    from analysis.report.writing import write_report
    from analysis.rows.inputs import Inputs, Options

    _check_names(compute, rows, benchmark or ())
    given = {
        "gflops_per_joule": gflops_per_joule,
        "pue": pue,
        "lbs_co2_per_kwh": lbs_co2_per_kwh,
        "usd_per_hour": usd_per_hour,
    }
    _check_amounts(given)
    options = Options(
        conversions=Conversions(**{name: value for name, value in given.items() if value is not None}),
        compute=compute,
        benchmarks=tuple(benchmark or ()),
        since=_decimal_year(since),
        max_models_per_paper=max_models_per_paper,
        leave_out_reimplementations=without_reimplementations,
        leave_out_extra_data=without_extra_data,
        rows=rows,
        draws=draws,
        seed=seed,
    )
    try:
        out.mkdir(parents=True, exist_ok=True)
        kept = out / "snapshot.parquet"
        frozen = _frozen(kept, db, snapshot, reference=reference)
        if rows is not None and rows not in frozen.data_sets:
            raise BadInputError(f"this data has no rows {rows!r}", "it has " + ", ".join(frozen.data_sets or ["none"]))
        inputs = Inputs(frozen, options)
        sections = []
        with progress("studies", len(chosen)) as steps:
            for study in chosen:
                section = run_study(study, inputs)
                if section is not None:
                    sections.append(section)
                elif studies:
                    say(f"{study.name}: needs a database with extracted candidates; nothing to say of this data")
                steps.advance(study.name)
        report = compose(inputs, sections)
        with progress("figures", sum(len(s.figures) for s in sections)) as steps:
            page = write_report(report, out, say=steps.advance)
    except OSError as error:
        raise BadInputError(
            f"{error.filename or out} can't be written ({error.strerror or error})", "choose another folder with --out"
        ) from error

    for card in report.cards:
        say(
            f"{card.name}: performance to the power of {card.value}"
            + (f"  ({'; '.join(card.lines)})" if card.lines else "")
        )
    for section in sections:
        if section.failure:
            warn(f"analysis: the study {section.study!r} failed and is left out: {section.failure}")
    for need, refused in refusals_by_need(sections).items():
        say(f"not fitted ({need}):")
        for what in refused:
            say(f"  {what}")
    if frozen.observations.empty:
        say("no row is curated yet: these fits rest on what the extractor read; `paperflops review` has it confirmed")
    say(f"snapshot {frozen.checksum[:16]}  {kept}")
    say(f"report   {page}")


def _frozen(kept: Path, db: Path, snapshot: Path | None, *, reference: bool) -> Snapshot:
    """The rows to fit, frozen at `kept`: the database's, the reference table's, or those of an earlier snapshot."""
    from analysis.rows.snapshot import freeze_database, freeze_reference, read_snapshot, write_snapshot

    if snapshot is None:
        if reference:
            write_snapshot(freeze_reference(), kept)
        else:
            freeze_database(db, kept)
        return read_snapshot(kept)
    frozen = read_snapshot(snapshot)
    if not (kept.exists() and kept.samefile(snapshot)):
        shutil.copyfile(snapshot, kept)
    return frozen


def _check_names(compute: str, rows: str | None, benchmarks: Sequence[str]) -> None:
    """Refuses a measure, a set of rows or a benchmark that nobody knows, with those that there are."""
    from analysis.rows.observations import DATA_SETS
    from db.reference.benchmarks import benchmark as known_benchmark

    if compute not in COMPUTE:
        raise BadInputError(f"there is no measure of computing {compute!r}", "there are " + ", ".join(COMPUTE))
    if rows is not None and rows not in DATA_SETS:
        raise BadInputError(f"there are no rows {rows!r}", "there are " + ", ".join(DATA_SETS))
    for name in benchmarks:
        known_benchmark(name)


def _check_amounts(given: Mapping[str, float | None]) -> None:
    """Refuses an amount that is not above 0."""
    for name, value in given.items():
        if value is not None and not 0 < value < math.inf:
            raise BadInputError(f"--{name.replace('_', '-')} {value:g} is no such amount", "give a number above 0")


def _decimal_year(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        if text.isdigit() and len(text) == 4:
            return float(text)
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInputError(f"--since {text!r} is no year or date", "write it as 2017 or 2017-06-30") from error
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def main() -> None:
    """Runs the command; a user's mistake ends in one line and an exit code, never a traceback."""
    try:
        app(prog_name="python analysis/run.py")
    except StoppedError as stopped:
        warn("analysis: stopped; the same command starts it again")
        sys.exit(stopped.exit_code)
    except PaperflopsError as error:
        warn(f"analysis: {error}")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
