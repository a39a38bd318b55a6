"""What the README says exists: its commands, options, files, and the columns it documents."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from db.store import reading, writing
from paperflops import app
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(group: object, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
    found: dict[tuple[str, ...], object] = {}
    for name, command in getattr(group, "commands", {}).items():
        found[(*path, name)] = command
        found |= commands(command, (*path, name))
    return found


KNOWN = commands(typer.main.get_command(app))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_exist(page: Path) -> None:
    """it names no command or option that is not there"""
    for said in re.findall(r"paperflops ([a-z][^`\n|#]*)", page.read_text(encoding="utf-8")):
        words = said.split()
        path: tuple[str, ...] = ()
        for word in words:
            if (*path, word) in KNOWN:
                path = (*path, word)
        if (words[0],) not in KNOWN:
            # "paperflops finds such papers" is prose; a command stands in code
            assert f"`paperflops {words[0]}" not in page.read_text(encoding="utf-8"), f"no command {words[0]}"
            continue
        options = {o for p in (*KNOWN[path].params,) for o in (*p.opts, *p.secondary_opts)}  # type: ignore[attr-defined]
        for option in re.findall(r"--[a-z][a-z-]*", said):
            assert option in options | {"--help", "--db"}, f"{' '.join(path)} has no {option}"


def test_every_command_is_in_the_readme() -> None:
    """it leaves no command out"""
    for path in KNOWN:
        if len(path) == 1:
            assert re.search(rf"`(?:paperflops )?{path[0]}\b|paperflops {path[0]}\b", README), path[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    """it links to files that are there"""
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_make_targets_exist() -> None:
    """it names make targets that are there"""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))) <= targets


def test_curated_columns_are_documented(db_path: Path) -> None:
    """it documents each column of the curated export, and none that is not there"""
    with writing(db_path):
        pass
    with reading(db_path) as con:
        columns = {d[0] for d in con.execute("SELECT * FROM curated LIMIT 0").description}
    table = README.split("## What the curated table holds")[1].split("\n## ")[0]
    said = set(re.findall(r"`([a-z_]+)`", "\n".join(x for x in table.splitlines() if x.startswith("|"))))
    said -= {"review", "thompson2020"}
    plain = {c for c in columns if not c.endswith(("_page", "_quote", "_state"))}
    assert said == plain
    for column in columns - plain:
        assert column.rsplit("_", 1)[0] in plain


def test_analysis_help() -> None:
    """it names options that analysis/run.py has"""
    done = subprocess.run([sys.executable, "analysis/run.py", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    for option in set(re.findall(r"analysis/run\.py[^`\n]*?(--[a-z-]+)", README)):
        assert option in done.stdout
