"""Keeping a study safe: damage ends in one line, backups are whole, and no decision is lost with the database."""

from __future__ import annotations

import errno
import random
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from db.errors import BadInputError, DamagedError, PaperflopsError
from db.models import Decision, Place
from db.safety.backup import back_up, restore, restore_decisions
from db.safety.check import check
from db.safety.decision_lines import append_lines, lines_path, read_lines
from db.store import insert_rows, migrate, now, reading, steps, writing
from db.tables.reviews import append_decisions, load_decisions
from paperflops import app
from tests.conftest import ROOT

NOISE = 20_000  # bytes


def decision(number: int, value: float | str = 76.3) -> Decision:
    return Decision(
        f"task {number}", "1512.03385", 1, "ResNet-50", "imagenet", "score", "top1_accuracy", "accept", value, value, 3,
        "a “quote” of it\n", "ann", datetime(2026, 1, 1, 12, number % 60), seconds_spent=4.5, backend_id=str(number),
        place=Place(4, "where it is", ((1.0, 2.0, 3.0, 4.5),)),
    )  # fmt: skip


def fill(db: Path, papers: int = 4000) -> None:
    """A database large enough that noise in it strikes data."""
    rows = [
        {
            "arxiv_id": f"2001.{n:05}", "version": 1, "added_at": now(),
            "title": "".join(random.Random(n).choices("abcdefghijklmnop", k=400)),
        }
        for n in range(papers)
    ]  # fmt: skip
    with writing(db) as con:
        insert_rows(con, "papers", rows)


def with_noise(db: Path, seed: int) -> None:
    data = bytearray(db.read_bytes())
    chance = random.Random(seed)
    at = chance.randrange(NOISE, len(data) - NOISE)
    data[at : at + NOISE] = chance.randbytes(NOISE)
    db.write_bytes(data)


def run(db: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "paperflops", *arguments, "--db", str(db)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


class TestDecisionLines:
    def test_they_come_back(self, tmp_path: Path) -> None:
        """it reads back what it wrote: names, numbers and quotes with line ends"""
        given = [decision(1), decision(2, "V100"), decision(3)]
        append_lines(tmp_path / "d.jsonl", given[:2])
        append_lines(tmp_path / "d.jsonl", given[2:])
        assert list(read_lines(tmp_path / "d.jsonl")) == given

    def test_a_kill_in_the_middle_of_a_line(self, tmp_path: Path) -> None:
        """it leaves out a last line that was cut short, and writes on behind it"""
        file = tmp_path / "d.jsonl"
        append_lines(file, [decision(1), decision(2)])
        file.write_bytes(file.read_bytes()[:-30])
        assert list(read_lines(file)) == [decision(1)]
        append_lines(file, [decision(3)])
        assert list(read_lines(file)) == [decision(1), decision(3)]

    def test_an_editor_that_takes_the_last_line_end(self, tmp_path: Path) -> None:
        """it keeps a whole last line without a line end, and writes on behind it"""
        file = tmp_path / "d.jsonl"
        append_lines(file, [decision(1)])
        file.write_text(file.read_text().rstrip("\n"))
        append_lines(file, [decision(2)])
        assert list(read_lines(file)) == [decision(1), decision(2)]

    def test_a_line_of_something_else(self, tmp_path: Path) -> None:
        """it names the line that is no decision"""
        file = tmp_path / "d.jsonl"
        append_lines(file, [decision(1)])
        decisions = file.read_text()
        for line in ("nonsense", "[]", '{"a": 1}', "3"):
            file.write_text(f"{line}\n{decisions}")
            with pytest.raises(BadInputError, match=r"line 1 is no decision"):
                list(read_lines(file))

    def test_each_is_written_once(self, db_path: Path) -> None:
        """it writes a decision when it is new to the database, and no second time"""
        for _ in range(2):
            with writing(db_path) as con:
                append_decisions(con, [decision(1), decision(2)])
        assert list(read_lines(lines_path(db_path))) == [decision(1), decision(2)]


def test_a_destroyed_database(db_path: Path) -> None:
    """it is rebuilt from the lines without a lost decision"""
    with writing(db_path) as con:
        append_decisions(con, [decision(n) for n in range(50)])
    db_path.unlink()
    done = CliRunner().invoke(app, ["db", "restore", "--decisions", "--db", str(db_path)], catch_exceptions=False)
    assert "added from the lines beside it: 50" in done.output
    with reading(db_path) as con:
        assert load_decisions(con) == [decision(n) for n in range(50)]
    assert restore_decisions(db_path, lines_path(db_path)) == 0


def test_backup_and_restore(db_path: Path, tmp_path: Path) -> None:
    """it puts a backup in place, with the decisions given since, and keeps the old file"""
    with writing(db_path) as con:
        append_decisions(con, [decision(1)])
    assert back_up(db_path, tmp_path / "copy.duckdb") == db_path.stat().st_size
    with writing(db_path) as con:
        append_decisions(con, [decision(2)])
    aside, added = restore(db_path, tmp_path / "copy.duckdb")
    assert aside is not None and aside.exists() and added == 1
    with reading(db_path) as con:
        assert load_decisions(con) == [decision(1), decision(2)]


def test_restore_of_itself(db_path: Path) -> None:
    """it leaves the database where it is when the copy named is the database itself"""
    fill(db_path, 1)
    before = db_path.read_bytes()
    with pytest.raises(BadInputError, match="is the database itself"):
        restore(db_path, db_path)
    assert db_path.read_bytes() == before


def test_restore_on_a_full_disk(db_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it leaves the database where it is when there is no room for the copy"""
    fill(db_path, 1)
    back_up(db_path, tmp_path / "copy.duckdb")
    before = db_path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(OSError, match="No space left"):
        restore(db_path, tmp_path / "copy.duckdb")
    assert db_path.read_bytes() == before


def test_backup_beside_a_reader(db_path: Path, tmp_path: Path) -> None:
    """it copies while somebody reads"""
    fill(db_path, 10)
    with reading(db_path):
        back_up(db_path, tmp_path / "copy.duckdb")
    assert check(tmp_path / "copy.duckdb").rows["papers"] == 10


def test_a_damaged_copy_is_refused(db_path: Path, tmp_path: Path) -> None:
    """it does not put a damaged backup in the place of anything"""
    fill(db_path)
    back_up(db_path, tmp_path / "copy.duckdb")
    (tmp_path / "copy.duckdb").write_bytes((tmp_path / "copy.duckdb").read_bytes()[:300_000])
    before = db_path.read_bytes()
    with pytest.raises(DamagedError, match="is damaged itself"):
        restore(db_path, tmp_path / "copy.duckdb")
    assert db_path.read_bytes() == before


@pytest.mark.parametrize("seed", range(8))
def test_noise(db_path: Path, seed: int) -> None:
    """it ends in one line where a block of the file is noise, or reads what the noise did not strike"""
    fill(db_path)
    with_noise(db_path, seed)
    found = check(db_path)
    assert found.damaged or found.rows["papers"] == 4000
    try:
        with reading(db_path) as con:
            assert len(con.execute("SELECT title FROM papers").fetchall()) == 4000
    except PaperflopsError as error:
        assert "is damaged" in str(error) and "db check" in str(error)


@pytest.mark.parametrize("command", [("status",), ("show", "2001.00001"), ("db", "check")])
def test_truncated(db_path: Path, command: tuple[str, ...]) -> None:
    """it says in one line what is wrong with a file that lacks its end"""
    fill(db_path)
    db_path.write_bytes(db_path.read_bytes()[: db_path.stat().st_size // 3])
    done = run(db_path, *command)
    assert done.returncode in (1, 2, 74) and "Traceback" not in done.stderr
    assert done.stderr.startswith("paperflops: ") and len(done.stderr.strip().splitlines()) == 1


def test_no_room(db_path: Path) -> None:
    """it says that the disk is full, and that what was saved before is safe"""
    fill(db_path, 200)
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from pathlib import Path; from tests.db.safety.test_safety import fill;"
        f"fill(Path({str(db_path)!r}), 30000)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "DamagedError" in done.stderr and "no room on the disk" in done.stderr
    assert check(db_path).rows["papers"] == 200


def test_permission(db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it asks for the permission, and not for a copy, where the file may not be read"""
    fill(db_path, 1)

    def refuse(*_: object, **__: object) -> None:
        raise duckdb.IOException(f'IO Error: Cannot open file "{db_path}": Permission denied')

    monkeypatch.setattr("db.store.duckdb.connect", refuse)
    monkeypatch.setattr("db.store.os.access", lambda *_: False)  # whoever runs the tests as root may read all
    with pytest.raises(BadInputError, match=r"you may not read .*; ask its owner"), reading(db_path):
        pass


def test_copy_before_a_schema_step(db_path: Path) -> None:
    """it copies a database before it takes a step of a newer version"""
    lacking = max(number for number, _, _ in steps())
    with duckdb.connect(str(db_path)) as con:
        migrate(con, last_step=lacking - 1)
        insert_rows(con, "papers", [{"arxiv_id": "2001.00001", "version": 1, "added_at": now()}])
    with writing(db_path) as con:
        assert con.execute("SELECT count(*) FROM schema_steps WHERE step = ?", [lacking]).fetchone() == (1,)
    with duckdb.connect(str(db_path.with_name(f"{db_path.name}.before-step-{lacking:03}")), read_only=True) as copy:
        assert copy.execute("SELECT count(*) FROM papers").fetchone() == (1,)
        assert copy.execute("SELECT count(*) FROM schema_steps WHERE step = ?", [lacking]).fetchone() == (0,)
