"""The reference table as curated rows."""

from __future__ import annotations

from pathlib import Path

from db.store import reading, rows_of, writing
from db.tables.curated import load_reference


def test_twice(db_path: Path) -> None:
    """it lays the study's 434 rows beside the reviewed ones, as often as it is asked, once"""
    for _ in range(2):
        with writing(db_path) as con:
            assert load_reference(con) == 434
    with reading(db_path) as con:
        rows = rows_of(con, "SELECT * FROM curated")
    assert len(rows) == 434
    assert {r["source"] for r in rows} == {"thompson2020"}
    scored = [r for r in rows if r["score"] is not None]
    assert len(scored) > 400
    assert {r["score_state"] for r in scored} == {"reference"}
