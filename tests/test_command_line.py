"""The command line as a user meets it: help everywhere, and every mistake one line with the right exit code."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer.main
from rich.console import Console

import paperflops
from db.store import writing
from db.terminal.console import say_table
from tests.conftest import ROOT
from tests.db.sample_rows import PAPER, save_sample
from tests.db.test_store import HOLD, other_process

USAGE, TRY_LATER = 2, 75
"""What a shell sees: 2 for what was typed wrong, 75 (EX_TEMPFAIL) for what goes away by itself."""


def run(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs paperflops in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PAPERFLOPS_", "LABEL_STUDIO_"))}
    return subprocess.run(
        [sys.executable, "-m", "paperflops", *map(str, arguments)],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_one_line(ended: subprocess.CompletedProcess[str], code: int, *told: str) -> None:
    assert ended.returncode == code, ended.stderr
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("paperflops: ")
    for words in told:
        assert words in lines[0]


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group of the command line, with the words that lead to it."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*path, name))


COMMANDS = list(commands(typer.main.get_command(paperflops.app)))
NO_DATABASE = {("check",)}  # looks through the project's own files
DATABASE_COMMANDS = [
    path for path, command in COMMANDS if path and path not in NO_DATABASE and not getattr(command, "commands", None)
]


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) or "paperflops" for path, _ in COMMANDS])
def test_help_everywhere(path: tuple[str, ...], command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """it explains each command, and each of its arguments and options."""
    with pytest.raises(SystemExit) as ended:
        paperflops.app([*path, "--help"], prog_name="paperflops")
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert f"Usage: {' '.join(('paperflops', *path))}" in text
    assert command.help, "the command says what it does"
    assert not re.search(r"<\w|list\[|range|\{\w+\}", text), "it speaks of files and numbers, not of Python's types"
    assert "..." not in text.partition("Commands:")[2], "its commands' sentences are whole"
    for parameter in command.params:
        if parameter.name != "help":
            assert getattr(parameter, "help", None), f"{parameter.name} says what it is"


@pytest.mark.parametrize("path", DATABASE_COMMANDS, ids=" ".join)
def test_every_command_takes_a_database(path: tuple[str, ...]) -> None:
    """it has the option --db, from PAPERFLOPS_DB where it is not given."""
    command = dict(COMMANDS)[path]
    (option,) = [p for p in command.params if "--db" in p.opts]
    assert option.envvar == "PAPERFLOPS_DB"


def test_commands_of_the_issue_are_there() -> None:
    """it has the commands that read the database."""
    names = {" ".join(path) for path, _ in COMMANDS}
    assert names >= {"show", "status", "export predictions", "export records", "export curated"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["shwo"], "No such command 'shwo'"),
        (["--colour"], "No such option: --colour"),
        (["show"], "Missing argument 'ID'; see `paperflops show --help`"),
        (["status", "--fast"], "No such option: --fast"),
        (["export", "everything"], "No such command 'everything'; see `paperflops export --help`"),
        (["export", "curated"], "Missing option '--out'"),
        (["export", "curated", "--out", "c.xls"], "does not say the format"),
        (["export", "curated", "--out", "c", "--format", "xls"], "'xls' is not one of 'jsonl', 'csv', 'parquet'"),
        (["status", "--db", "."], "is a directory"),
        (["show", "1706.03762", "--out", "x.png"], "--out names where a page's picture goes; add --page N"),
        (["show", "1706.03762", "--page", "1", "--json"], "--page and --json exclude each other"),
        (["show", "1706.03762", "--tables", "--all"], "--tables and --all exclude each other"),
        (["harvest", "--cited", "--since", "2020-01-01"], "--cited alone reads bibliographies, which --since does not"),
        (["harvest", "--all", "--source", "search", "--set", "cs"], "--set narrows OAI-PMH, which --source search"),
        (["harvest", "--all", "--dry-run", "--json"], "--dry-run and --json exclude each other"),
        (["review", "status", "--by-pattern", "--person", "x"], "--by-pattern and --person exclude each other"),
        (["review", "serve", "--port", "99999"], "less than or equal to 65535"),
        (["evaluate", "--decisions", "--by", "year"], "--by year groups the papers of --labels"),
        (["extract", "--time-limit", "inf"], "less than or equal to 86400"),
        (["extract", "--memory-limit", "99999999999999999"], "less than or equal to 1048576"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistyped(typed: list[str], told: str, tmp_path: Path) -> None:
    """it says in one line what was typed wrong, and makes no file."""
    assert_one_line(run(*typed, cwd=tmp_path), USAGE, told)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written(tmp_path: Path) -> None:
    """it says what can't be written, and why."""
    (tmp_path / "notes.txt").write_text("a file where a folder is meant\n")
    taken = run("add", ROOT / "tests" / "samples" / "pdf", "--db", "notes.txt/p.duckdb", cwd=tmp_path)
    assert_one_line(taken, USAGE, "notes.txt", "Not a directory")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk(db_path: Path) -> None:
    """it says that the disk is full."""
    save_sample(db_path)
    out = ("export", "records", "--format", "csv", "--out", "/dev/full")
    assert_one_line(run(*out, "--db", db_path, cwd=db_path.parent), USAGE, "No space left on device")


def test_help_in_the_order_of_a_study(tmp_path: Path) -> None:
    """it lists all commands in the order of their use, each with its whole first sentence."""
    said = run("--help", cwd=tmp_path).stdout
    commands = said.split("Commands:")[1]
    assert re.findall(r"^  ([a-z]\w+)", commands, re.MULTILINE) == list(paperflops.Commands.order)
    assert "..." not in commands


@pytest.mark.parametrize("group", [(), ("review",), ("export",)], ids=lambda words: " ".join(("paperflops", *words)))
def test_nothing_typed_shows_help(group: tuple[str, ...], tmp_path: Path) -> None:
    """it shows its commands when nothing is typed, and nothing else."""
    ended = run(*group, cwd=tmp_path)
    assert ended.returncode == USAGE
    said = ended.stdout + ended.stderr
    assert said.startswith(f"Usage: {' '.join(('paperflops', *group))} ")
    assert "Commands:" in said


@pytest.mark.parametrize("typed", [["status"], ["show", PAPER], ["export", "records", "--out", "r.csv"]], ids=" ".join)
def test_no_database(typed: list[str], tmp_path: Path) -> None:
    """it says that there is no database and how to make one, and makes none."""
    assert_one_line(
        run(*typed, cwd=tmp_path), USAGE, "there is no database at data/paperflops.duckdb", "paperflops add"
    )
    assert list(tmp_path.iterdir()) == []


def test_not_a_database(tmp_path: Path) -> None:
    """it says that a file is no database, and leaves it as it is."""
    file = tmp_path / "notes.txt"
    file.write_text("not a database\n" * 1000)
    assert_one_line(run("status", "--db", file, cwd=tmp_path), USAGE, "is no database of paperflops")
    assert file.read_text() == "not a database\n" * 1000


@pytest.mark.parametrize("typed", [("status",), ("schedule", "cron"), ("add", "x.pdf")], ids=lambda typed: typed[0])
def test_backslash(typed: tuple[str, ...], tmp_path: Path) -> None:
    """it names a path that DuckDB would look for elsewhere, before anything is made"""
    done = run(*typed, "--db", r"a\b.duckdb", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (USAGE, 1)
    assert "backslash" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_database_of_something_else(tmp_path: Path) -> None:
    """it says that a database is not its own, and adds nothing to it."""
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("CREATE TABLE orders (id INTEGER)")
    assert_one_line(run("status", "--db", "shop.duckdb", cwd=tmp_path), USAGE, "tables of something else")


def test_unknown_paper(db_path: Path) -> None:
    """it says which papers are near the one that was asked for."""
    save_sample(db_path)
    assert_one_line(run("show", "1512.03386", "--db", db_path, cwd=db_path.parent), USAGE, "near it: 1512.03385")


@pytest.mark.slow
def test_locked_database(db_path: Path) -> None:
    """it says that it waits for a writer and for whom, then gives up in one line; later the same command works."""
    save_sample(db_path)
    with other_process(HOLD.format(mode="writing"), db_path) as holder:
        ended = run("status", "--db", db_path, cwd=db_path.parent)
        waiting, _, end = ended.stderr.partition("\n")
        used = f"is in use by {Path(sys.executable).resolve().name} (process {holder.pid})"
        assert waiting == f"waiting for {db_path}, which {used}"
        ended.stderr = end
        assert_one_line(ended, TRY_LATER, used)
        holder.communicate("\n", timeout=20)
    assert run("show", "2401.00002", "--db", db_path, cwd=db_path.parent).returncode == 0, "the writer lost nothing"


@pytest.mark.parametrize("way", ["option of the command", "option of all", "environment"])
def test_ways_to_name_the_database(db_path: Path, way: str) -> None:
    """it takes the database from the command's option, from the one before the command, or from the environment."""
    with writing(db_path):
        pass
    given: dict[str, Any] = {
        "option of the command": {"typed": ["status", "--json", "--db", db_path]},
        "option of all": {"typed": ["--db", db_path, "status", "--json"]},
        "environment": {"typed": ["status", "--json"], "PAPERFLOPS_DB": str(db_path)},
    }[way]
    ended = run(*given.pop("typed"), cwd=db_path.parent, **given)
    assert ended.returncode == 0, ended.stderr
    assert '"papers known": 0' in ended.stdout


def test_reader_that_stops_early(db_path: Path) -> None:
    """it ends quietly when what it writes to is closed: `paperflops export ... | head -1`."""
    save_sample(db_path)
    piped = subprocess.run(
        f'"{sys.executable}" -m paperflops export predictions --out - --db "{db_path}" | head -c 1',
        shell=True,
        cwd=db_path.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert piped.stdout == "{"
    assert "Traceback" not in piped.stderr


def test_version(tmp_path: Path) -> None:
    """it says which version it is."""
    assert re.fullmatch(r"paperflops \d+\.\d+\.\d+\n", run("--version", cwd=tmp_path).stdout)


@pytest.mark.parametrize("command", [(), ("extract",), ("review", "send"), ("db", "check")])
def test_short_help(command: tuple[str, ...], tmp_path: Path) -> None:
    """it shows a command's help for -h as for --help."""
    assert run(*command, "-h", cwd=tmp_path).stdout == run(*command, "--help", cwd=tmp_path).stdout != ""


def test_a_locale_without_signs(db_path: Path) -> None:
    """it speaks to a terminal that knows ASCII alone."""
    save_sample(db_path)
    ended = run(
        "show", "1512.03385", "--db", db_path, cwd=db_path.parent, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert ended.returncode == 0 and "1512.03385" in ended.stdout and not ended.stderr


@pytest.mark.parametrize("width", [30, 60, 100])
def test_narrow_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """it prints whole words at any width: a table where it fits, else a row's cells line by line."""
    written = io.StringIO()
    monkeypatch.setattr("db.terminal.console.out", Console(file=written, force_terminal=True, width=width))
    rows = [["WMT14 English-German", "16", "1"], ["Switchboard, Hub5'00", "1", "0"]]
    say_table(["benchmark", "models with computation", "all"], rows, right=("models with computation", "all"))
    for word in ("English-German", "Switchboard,", "16"):
        assert word in written.getvalue()
