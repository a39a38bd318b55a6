"""An export taken in after a sync of the same answers, and exports of several servers: nothing twice, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from curate.backends.label_studio_json import answer_of
from curate.page.render import task_data
from curate.review import fresh_decisions, take_in
from db.models import Decision
from db.store import reading, rows_of, writing
from db.tables.reviews import append_decisions, load_decisions, save_annotators
from tests.curate.command import paperflops
from tests.curate.test_decisions import PARAMETERS, SCORE, record, save, task_of

TASK = task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS)


def annotation(number: int, verdicts: Mapping[int, str], *, at: str = "10:00:00", user: Any = 1) -> dict[str, Any]:
    """One annotation as the server's API gives it; an export also has a unique id."""
    result = [
        {"from_name": f"verdict_{place}", "type": "choices", "value": {"choices": [v]}} for place, v in verdicts.items()
    ]
    return {
        "id": number, "completed_by": user, "result": result, "lead_time": 8.0, "was_cancelled": False,
        "created_at": "2026-01-01T09:00:00.123456Z", "updated_at": f"2026-01-01T{at}.500000Z",
    }  # fmt: skip


def exported(folder: Path, *annotations: dict[str, Any], at: str = "10:00:01") -> Path:
    """An export of the project with these annotations of its one task."""
    data = task_data(TASK.payload, {}) | {"key": TASK.key}
    of_task = [a | {"unique_id": f"uuid-{a['created_at']}-{a['id']}"} for a in annotations]
    path = folder / "export.json"
    path.write_text(
        json.dumps([{"id": 1, "data": data, "annotations": of_task, "updated_at": f"2026-01-01T{at}.600000Z"}])
    )
    return path


def synced(db: Path, *annotations: dict[str, Any]) -> None:
    """Takes the annotations in as a sync does, which knows people by their addresses."""
    from curate.backends import PulledTask
    from curate.backends.label_studio_json import utc

    answers = tuple(answer_of(a, "ann@example.org", TASK.key) for a in annotations)
    pulled = PulledTask("1", TASK.key, TASK.payload, answers, utc("2026-01-01T10:00:01Z"))
    with writing(db) as con:
        append_decisions(con, fresh_decisions([pulled], load_decisions(con), []))


def decisions(db: Path) -> list[Decision]:
    with reading(db) as con:
        return load_decisions(con)


def start(db: Path) -> None:
    save(db, (SCORE, PARAMETERS), record(SCORE, PARAMETERS))


def test_after_a_sync(db_path: Path, tmp_path: Path) -> None:
    """it adds nothing and renames nobody where an export brings what was synced."""
    start(db_path)
    given = annotation(12, {0: "accept", 1: "reject"})
    synced(db_path, given)
    before = decisions(db_path)
    for _ in range(2):
        assert "0 new decisions" in paperflops(db_path, "review", "import", str(exported(tmp_path, given)))
    assert decisions(db_path) == before


def test_more_of_the_same_server(db_path: Path, tmp_path: Path) -> None:
    """it knows the other answers' people by the numbers that the server was asked for."""
    start(db_path)
    synced(db_path, annotation(12, {0: "accept"}))
    with writing(db_path) as con:
        save_annotators(con, "label_studio here", {1: "ann@example.org", 2: "bob@example.org"})
        save_annotators(con, "label_studio elsewhere", {1: "eve@example.org", 2: "mallory@example.org"})
    other = annotation(13, {1: "reject"}, user=2) | {"created_at": "2026-01-01T09:30:00.000001Z"}
    file = exported(tmp_path, annotation(12, {0: "accept"}), other)
    assert "1 new decisions" in paperflops(db_path, "review", "import", str(file))
    assert decisions(db_path)[-1].annotator == "bob@example.org"


def test_older_export(db_path: Path, tmp_path: Path) -> None:
    """it takes nothing back that was said after the export was made."""
    start(db_path)
    older = exported(tmp_path, annotation(12, {0: "reject"}, at="08:00:00"), at="08:00:01")
    synced(db_path, annotation(12, {0: "accept"}), annotation(14, {1: "accept"}))
    before = decisions(db_path)
    assert "0 new decisions" in paperflops(db_path, "review", "import", str(older))
    assert decisions(db_path) == before


def test_deleted_since(db_path: Path, tmp_path: Path) -> None:
    """it brings no answer back that was deleted after the export was made."""
    start(db_path)
    file = exported(tmp_path, annotation(12, {0: "accept"}), at="10:00:00")
    synced(db_path, annotation(12, {0: "accept"}))
    synced(db_path)
    assert [d.verdict for d in decisions(db_path)] == ["accept", "withdrawn"]
    assert "0 new decisions" in paperflops(db_path, "review", "import", str(file))


def test_two_servers_count_alike(db_path: Path, tmp_path: Path) -> None:
    """it keeps both answers where two servers gave them the same number."""
    start(db_path)
    one = annotation(1, {0: "accept"})
    two = annotation(1, {0: "reject"}) | {"created_at": "2026-01-01T09:59:00.000001Z"}
    paperflops(db_path, "review", "import", str(exported(tmp_path, one)), "--annotator", "ann")
    paperflops(db_path, "review", "import", str(exported(tmp_path, two)), "--annotator", "bob")
    assert [(d.annotator, d.verdict) for d in decisions(db_path)] == [("ann", "accept"), ("bob", "reject")]


def test_known_by_an_older_version(db_path: Path, tmp_path: Path) -> None:
    """it knows answers that an earlier version kept by their number alone, or by the unique id of an export."""
    start(db_path)
    given = annotation(12, {0: "accept"})
    for older in (f"{TASK.key}#12", f"{TASK.key}#uuid-{given['created_at']}-12"):
        db = db_path.with_name(f"{older[-4:]}.duckdb")
        start(db)
        synced(db, given)
        known = [replace(d, backend_id=older) for d in decisions(db)]
        fresh_db = db_path.with_name(f"{older[-4:]}-older.duckdb")
        start(fresh_db)
        with writing(fresh_db) as con:
            append_decisions(con, known)
        assert "0 new decisions" in paperflops(fresh_db, "review", "import", str(exported(tmp_path, given)))


def test_nobody_known(db_path: Path, tmp_path: Path) -> None:
    """it says that a file names people by number only, and keeps their answers."""
    start(db_path)
    from curate.backends.offline import read_offline

    done = take_in(db_path, list(read_offline(exported(tmp_path, annotation(1, {0: "accept"}, user=7)))))
    assert done.decisions == 1
    assert "user 7 by number only; --annotator" in done.doubts[0]
    with reading(db_path) as con:
        assert rows_of(con, "SELECT DISTINCT annotator FROM decisions") == [{"annotator": "user 7"}]
