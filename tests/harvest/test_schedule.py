"""The files that `paperflops schedule` prints, run as they stand."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from harvest.schedule import MOST, command, cron, github, systemd
from tests.harvest.conftest import last_json
from tests.loopback_arxiv import HTML, Act, LoopbackArxiv

RUNNABLE = ["plain", "with space", "100%", "it's", 'a "b" $HOME `x`']
NAMES = [*RUNNABLE, "back\\slash"]  # a path that shells must quote, though DuckDB can have no file there


def command_of_cron(text: str) -> str:
    """What cron hands to sh: the line's sixth field, up to a % that no backslash stands before."""
    line = text.splitlines()[-1]
    fields = line.split(maxsplit=5)
    assert fields[:5] == ["17", "5", "*", "*", "1-6"]
    assert "%" not in fields[5].replace("\\%", "")
    return fields[5].replace("\\%", "%")


def as_cron(db: Path, home: Path, arxiv: LoopbackArxiv) -> subprocess.CompletedProcess[str]:
    """Runs the line as cron does: sh, an empty home, hardly any environment."""
    home.mkdir(exist_ok=True)
    settings = {k: v for k, v in os.environ.items() if k.startswith("PAPERFLOPS_ARXIV")}
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", **settings}
    return subprocess.run(
        ["/bin/sh", "-c", command_of_cron(cron(db))], cwd=home, env=environment, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", [NAMES[0], *(pytest.param(n, marks=pytest.mark.slow) for n in RUNNABLE[1:])])
def test_cron_line_runs(arxiv: LoopbackArxiv, tmp_path: Path, name: str) -> None:
    """it harvests from an empty home directory, whatever the path holds, and is silent where all is well."""
    db = tmp_path / "home" / name / "p.duckdb"
    run = as_cron(db, tmp_path / "home", arxiv)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert last_json((db.parent / "harvest.log").read_text())["fetched"] == 12
    assert len(list((db.parent / "pdfs").rglob("*.pdf"))) == 12


def test_cron_is_silent_until_it_matters(arxiv: LoopbackArxiv, tmp_path: Path) -> None:
    """it sends no mail for "try later" (75), the log's end for a refusal (77), and puts a long log aside."""
    db = tmp_path / "data" / "p.duckdb"
    arxiv.script = lambda asked: Act(status=429, headers={"Retry-After": "7200"})
    assert as_cron(db, tmp_path / "home", arxiv).stdout == ""
    Path(os.environ["PAPERFLOPS_ARXIV_LOCK"]).unlink()
    arxiv.script = lambda asked: Act(status=403, body=HTML)
    (db.parent / "harvest.log").write_text("x" * (1100 << 10))
    run = as_cron(db, tmp_path / "home", arxiv)
    assert run.returncode != 0
    assert "refuses us (403)" in run.stdout
    assert (db.parent / "harvest.log.1").stat().st_size == 1100 << 10
    assert (db.parent / "harvest.log").stat().st_size < 10_000


@pytest.mark.parametrize("name", NAMES)
def test_systemd_verifies(tmp_path: Path, name: str) -> None:
    """it passes `systemd-analyze verify` and means this database, whatever the path holds."""
    assert shutil.which("systemd-analyze"), "install systemd to test its files"
    db = tmp_path / name / "p.duckdb"
    service, timer = systemd(db).split("# --- systemd: ~/.config/systemd/user/paperflops-harvest.timer")
    (tmp_path / "paperflops-harvest.service").write_text(service)
    (tmp_path / "paperflops-harvest.timer").write_text(timer)
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.glob("paperflops-harvest.*")))],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    ours = [line for line in (run.stdout + run.stderr).splitlines() if "paperflops" in line]
    assert (run.returncode, ours) == (0, [])
    line = next(line for line in service.splitlines() if line.startswith("ExecStart="))
    assert systemd_words(line.removeprefix("ExecStart="))[:5] == [command(), "--db", str(db), "harvest", "--all"]


def systemd_words(line: str) -> list[str]:
    """The words of a command line by systemd's rules (systemd.service(5), "Command lines"), for words in quotes."""
    words, word, inside, letters = [], "", False, iter(line)
    for letter in letters:
        if letter == "\\":
            word += next(letters)
        elif letter == '"':
            if inside:
                words.append(word)
            word, inside = "", not inside
        elif letter in "%$" and inside:
            assert next(letters) == letter, f"{letter} would be expanded"
            word += letter
        elif inside:
            word += letter
    return words


def steps_of(text: str) -> dict[str, dict[str, Any]]:
    steps = yaml.safe_load(text)["jobs"]["harvest"]["steps"]
    return {step.get("name", step.get("uses")): step for step in steps}


@pytest.mark.parametrize("name", [NAMES[0], *(pytest.param(n, marks=pytest.mark.slow) for n in RUNNABLE[1:])])
def test_github_steps_run(arxiv: LoopbackArxiv, tmp_path: Path, name: str) -> None:
    """it harvests in an empty checkout, as the runner runs a step; what it saves is the state without the PDFs."""
    steps = steps_of(github(tmp_path / f"{name}.duckdb"))
    harvest = steps["harvest"]["run"]
    environment = {**os.environ, "PATH": f"{Path(command()).parent}:{os.environ['PATH']}"}
    run = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", harvest], cwd=tmp_path, env=environment,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert last_json(run.stdout)["fetched"] == 12
    assert (tmp_path / "data" / f"{name}.duckdb").exists()
    saved = steps["keep the state"]["with"]
    assert saved["path"].split() == ["data/*", "!data/pdfs"]
    assert saved["path"] == steps["state of the last run"]["with"]["path"]
    assert steps["keep the PDFs of this night"]["with"]["path"] == "data/pdfs"


def test_github_drops_old_states(tmp_path: Path) -> None:
    """it deletes all but the latest five states, by the step as it stands and a `gh` that says what it was told."""
    step = steps_of(github(tmp_path / "p.duckdb"))["drop old states"]["run"]
    gh = tmp_path / "gh"
    gh.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/told\n[ "$2" = list ] && printf "7\\n8\\n" || true\n')
    gh.chmod(0o755)
    run = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told = (tmp_path / "told").read_text().splitlines()
    assert "--order desc" in told[0] and ".[5:][].id" in told[0]
    assert told[1:] == ["cache delete 7", "cache delete 8"]


@pytest.mark.parametrize("text", [cron, systemd, github])
def test_every_file_has_a_limit(tmp_path: Path, text: Any) -> None:
    """it fetches so many PDFs a night at most, as it was told."""
    assert f"harvest --all --max {MOST} --json" in text(tmp_path / "p.duckdb").replace('"', "")
    assert "--max 77 " in text(tmp_path / "p.duckdb", 77).replace('"', "")
