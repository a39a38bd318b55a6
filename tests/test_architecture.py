"""The shape of the whole: stages meet only in the database, and only `db` writes to it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

STAGES = ("harvest", "extract", "curate", "analysis")
PACKAGES = (*STAGES, "db")
SOURCES = sorted(p.relative_to(ROOT) for package in PACKAGES for p in (ROOT / package).rglob("*.py"))

WRITES = re.compile(
    r"""^\s*(?:
        (?:with\s.*?\)\s*)?                             # a common table expression before it
        (?: insert \s+ (?:or\s+\w+\s+)? into \s
          | update \s+ "?[a-z_]\w*"? \s+ set \s
          | delete \s+ from \s
          | merge \s+ into \s
          | truncate \s+ (?:table\s+)? "?[a-z_]+"?\s*;?\s*$
          | (?:create|drop|alter) \s+ (?:or\s+replace\s+)? (?:temp(?:orary)?\s+)?
            (?:table|view|index|sequence|schema|macro|type) \s+ (?: ["a-z_] | $ )  # the name may be filled in later
          | copy \s+ "?[a-z_]\w*"? \s+ from \s
        ))""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
NAMES_OF_NOTHING = {"helpers", "helper", "utils", "util", "common", "misc", "tools", "lib"}


@cache
def tree_of(source: Path) -> ast.Module:
    return ast.parse((ROOT / source).read_text(encoding="utf-8"), str(source))


def imported(source: Path) -> Iterator[tuple[str, int]]:
    """Every module that the source imports, at its top or in a function, with the line."""
    for node in ast.walk(tree_of(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            inside = ".".join(source.parent.parts[: len(source.parent.parts) - node.level + 1]) if node.level else ""
            yield ".".join(filter(None, (inside, node.module))), node.lineno
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith(("import_module", "__import__"))
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value), node.lineno


def writing_sql(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every string (or literal part of an f-string) that holds a writing statement, with the line; no docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            for statement in node.value.split(";"):
                if WRITES.match(statement + " "):
                    yield " ".join(statement.split())[:60], node.lineno


def tracked() -> list[Path]:
    """The files that git keeps, those about to be added too; without git, all but what is made."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: what is tracked is not known")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_stages_meet_only_in_the_database(source: Path) -> None:
    """it imports no stage but its own; `db` imports none."""
    own = source.parts[0]
    foreign = [f"line {line}: {name}" for name, line in imported(source) if name.split(".")[0] in set(STAGES) - {own}]
    assert not foreign


@pytest.mark.parametrize("source", [s for s in SOURCES if s.parts[0] != "db"], ids=str)
def test_only_db_writes(source: Path) -> None:
    """it holds no SQL that writes, outside `db`."""
    assert not [f"line {line}: {sql}" for sql, line in writing_sql(tree_of(source))]


@pytest.mark.parametrize("source", [s for s in SOURCES if s.parts[0] == "analysis"], ids=str)
def test_analysis_only_reads(source: Path) -> None:
    """it opens no database for writing."""
    names = {
        alias.name
        for node in ast.walk(tree_of(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "db"
        for alias in node.names
    }
    assert not {name for name in names if name.startswith(("writing", "save_", "insert_", "append_", "rebuild_"))}


@pytest.mark.parametrize(
    "code",
    [
        'con.execute("INSERT INTO papers VALUES (1)")',
        'con.execute("insert or replace into papers select 1")',
        'con.execute(f"INSERT INTO {table} VALUES (1)")',
        'con.execute("""\n  UPDATE papers SET title = ?\n""")',
        'con.execute("DELETE FROM papers")',
        'con.execute("CREATE OR REPLACE TABLE t AS SELECT 1")',
        'con.execute("CREATE TEMP TABLE t (a INT)")',
        'con.execute("DROP VIEW curated")',
        'con.execute("SELECT 1; DELETE FROM papers")',
        'con.execute("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x")',
        'con.execute("ALTER TABLE papers ADD COLUMN a INT")',
    ],
)
def test_writing_sql_is_seen(code: str) -> None:
    """it sees a statement that writes in whatever string it stands."""
    assert list(writing_sql(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "con.execute(\"SELECT * FROM papers WHERE title = 'insert into'\")",
        'say("update the reader, set the limits and read again")',
        'raise BadInputError("delete the file and try again")',
        'def f():\n    """INSERT INTO is what this does not do."""',
        'warn("create a folder first")',
        'say("drop table 3 of the paper")',
        '"INSERT" in words',
    ],
)
def test_other_words_are_not_sql(code: str) -> None:
    """it takes no English for a statement, nor a docstring."""
    assert not list(writing_sql(ast.parse(code)))


def test_analysis_hides_no_standard_module() -> None:
    """it has no file in analysis/ named as a module of the standard library: `python analysis/run.py` would load it."""
    names = {p.stem if p.suffix == ".py" else p.name for p in (ROOT / "analysis").iterdir()}
    assert not names & set(sys.stdlib_module_names)


def test_packages_hide_no_standard_module() -> None:
    """it has no package or top-level module named as one of the standard library."""
    assert not {*PACKAGES, "paperflops", "tests"} & set(sys.stdlib_module_names)


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_files_are_named_by_subject(source: Path) -> None:
    """it is named for what it holds."""
    assert not set(source.with_suffix("").parts) & NAMES_OF_NOTHING


# Put together here so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile(
    "|".join(
        (
            r"(?<![\w.~-])/" + r"(?:root|home/\w+|Users/\w+|work)" + r"/[\w.]",
            r"(?<![\w.~-])/" + r"tmp/(?:w|bash_jobs[.\w]*)" + r"(?:/|\b)",
            r"[A-Z]:\\" + r"Users\\",
        )
    )
)
REGISTRIES = re.compile(
    "|".join(
        (
            r"--(?:extra-)?" + r"index-url",
            r"--trusted" + r"-host",
            r"pypi\." + r"org/simple",
            r"files\.python" + r"hosted\.org",
            r"registry\." + r"npmjs\.org",
            r"https?://[\w.-]*(?:nexus|artifactory|" + r"devpi|verdaccio)[\w.:-]*",
        )
    )
)


def test_no_machine_in_the_repository() -> None:
    """it holds no path of somebody's machine and no registry's host, in any text file."""
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content[:8000]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            match = MACHINE_PATHS.search(line) or REGISTRIES.search(line)
            if match:
                found.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    assert not found


@pytest.mark.parametrize(
    "line",
    ["see /" + "root/x.txt", "cd '/" + "work/main'", "/" + "home/ann/paperflops", "pip install --" + "index-url x"],
)
def test_machine_is_seen(line: str) -> None:
    """it sees such a path or host."""
    assert MACHINE_PATHS.search(line) or REGISTRIES.search(line)


@pytest.mark.parametrize(
    "line",
    ["https://example.org/" + "work/paper", "the folder analysis/" + "root/x", "tests/" + "work/a", "at /tmp/x.duckdb"],
)
def test_other_paths_are_no_machine(line: str) -> None:
    """it takes no address or relative path for a machine's."""
    assert not MACHINE_PATHS.search(line)
    assert not REGISTRIES.search(line)


UNTYPED = re.compile(r"\b(?:dict|Mapping)\[str, Any\]")
MAY_BE_UNTYPED = {
    Path("db/untyped.py"),  # the two names
    Path("extract/labels/score.py"),  # stands alone, with the standard library: it can't import them
}


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_payloads_have_types(source: Path) -> None:
    """it says what its mappings hold: only what comes from DuckDB, JSON or TOML is untyped, under one of two names"""
    text = (ROOT / source).read_text(encoding="utf-8")
    assert source in MAY_BE_UNTYPED or not UNTYPED.search(text)
