"""Readings: saved whole, in place of an earlier one, and found again when a better reader comes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from db.models import Evidence, Outcome
from db.store import Connection, insert_rows, migrate, now, reading, rows_of, writing
from db.tables.readings import Reading, load_candidates, load_records, save_readings, unread
from db.vocabulary import Link
from tests.db.sample_rows import (
    CANDIDATES,
    ENCRYPTED,
    PAPER,
    PARAMETERS,
    READ,
    RECORDS,
    RESNET,
    STEPS,
    candidate,
    decision,
    place,
    save_sample,
)

TABLES = ("readings", "candidates", "records", "record_values", "decisions")


def contents(con: Connection) -> dict[str, list[dict[str, object]]]:
    """All rows of the tables of readings, in an order of their own, without the moment of saving."""
    rows = {table: rows_of(con, f"SELECT * FROM {table}") for table in TABLES}
    return {t: sorted(({**r, "read_at": 0} for r in table), key=str) for t, table in rows.items()}


def test_saved_is_loaded(db_path: Path) -> None:
    """it loads the candidates and records that were saved: numbers, names, hard forms, boxes, qualifiers."""
    rich = replace(
        PARAMETERS,
        low=60.0e6,
        high=60.4e6,
        split="val",
        qualifiers={"printed": "60.2 million", "crops": 10, "ensemble": False, "sign": "µ"},
        evidence=Evidence(
            PAPER,
            1,
            5,
            "60.2 | ≈",
            3,
            7,
            ((1.25, 2.5, 3.75, 4.0), (5.0, 6.0, 7.0, 8.0)),
            "Table 2",
            "ResNet-152",
            "params",
        ),
    )
    given = (*CANDIDATES, rich)
    with writing(db_path) as con:
        save_readings(con, [replace(READ, candidates=given)])
    with reading(db_path) as con:
        assert sorted(load_candidates(con), key=lambda c: c.key) == sorted(given, key=lambda c: c.key)
        assert {c.key for c in load_candidates(con, PAPER, chosen_only=True)} == {c.key for c in given if c.chosen}
        assert load_candidates(con, "9999.99999") == []
        for loaded, saved in zip(
            load_records(con, PAPER), sorted(RECORDS, key=lambda r: str(r.benchmark)), strict=False
        ):
            assert replace(loaded, values=()) == replace(saved, values=())
            assert set(loaded.values) == set(saved.values)


def test_twice_is_once(db_path: Path) -> None:
    """it leaves the same rows when the same reading is saved again, alone or twice in one batch."""
    save_sample(db_path, [decision(PARAMETERS, "accept")])
    with reading(db_path) as con:
        once = contents(con)
    with writing(db_path) as con:
        save_readings(con, [READ, READ])
    with reading(db_path) as con:
        assert contents(con) == once


def test_what_stands_twice_in_a_reading_is_saved_once(db_path: Path) -> None:
    """it saves a candidate, and its place in a record, once, however often the reading names them."""
    save_sample(db_path)
    with reading(db_path) as con:
        once = contents(con)
    records = tuple(replace(r, values=(*r.values, *r.values)) for r in READ.records)
    with writing(db_path) as con:
        save_readings(con, [replace(READ, candidates=(*READ.candidates, *READ.candidates), records=records)])
    with reading(db_path) as con:
        assert contents(con) == once


def test_new_reading_replaces_the_old(db_path: Path) -> None:
    """it puts a new reading in place of the old one with all its rows; decisions and other papers stay."""
    save_sample(db_path, [decision(PARAMETERS, "accept")])
    kept = candidate("device", "TITAN X", "on one TITAN X")
    new = replace(
        READ,
        reader_version="2",
        candidates=(kept, STEPS),
        records=(replace(RESNET, values=(place(kept), place(STEPS))),),
    )
    with writing(db_path) as con:
        save_readings(con, [new])
    with reading(db_path) as con:
        assert {c.key for c in load_candidates(con)} == {kept.key, STEPS.key}
        assert len(rows_of(con, "FROM record_values")) == 2
        assert [r.key for r in load_records(con)] == [RESNET.key]
        assert len(rows_of(con, "FROM decisions")) == 1
        assert len(rows_of(con, "FROM readings")) == 2


def test_reading_that_failed_takes_the_rows_along(db_path: Path) -> None:
    """it leaves no candidate of an earlier reading behind when the file can't be read any more."""
    save_sample(db_path)
    with writing(db_path) as con:
        save_readings(con, [Reading(PAPER, 1, "ab" * 32, "2", Outcome.TIMEOUT)])
    with reading(db_path) as con:
        assert load_candidates(con) == []
        assert load_records(con) == []
        assert rows_of(con, "FROM record_values") == []


def test_unread_papers(db_path: Path) -> None:
    """it names the papers with a PDF that this reader version has not read, whatever came of the reading."""
    save_sample(db_path)
    with writing(db_path) as con:
        new = {"arxiv_id": "2401.00002", "version": 3, "pdf_sha256": "ef" * 32, "added_at": now()}
        insert_rows(con, "papers", [new])

    def found(version: str, *ids: str, again: bool = False) -> list[str]:
        with reading(db_path) as con:
            return [f"{p.arxiv_id}v{p.version}" for p in unread(con, version, ids, again=again)]

    assert found("1") == ["2401.00002v3"]
    assert found("2") == ["1512.03385v1", "1706.03762v5", "2401.00002v3"]
    assert found("1", again=True) == ["1512.03385v1", "1706.03762v5", "2401.00002v3"]
    assert found("2", "1706.03762v5", "1512.03385") == ["1512.03385v1", "1706.03762v5"]
    assert found("2", "1706.03762v4") == []
    with writing(db_path) as con:
        save_readings(con, [replace(ENCRYPTED, pdf_sha256="00" * 32)])
    assert found("1") == ["1706.03762v5", "2401.00002v3"], "another PDF of the same version is read anew"


@pytest.mark.parametrize("link", list(Link), ids=lambda link: link.name)
def test_way_of_joining_is_stored_by_name(db_path: Path, link: Link) -> None:
    """it stores how a value was joined by its name, whatever its wording, and loads it again"""
    record = replace(RESNET, values=(replace(RESNET.values[0], link=link), *RESNET.values[1:]))
    save_sample(db_path)
    with writing(db_path) as con:
        save_readings(con, [replace(READ, records=(record,))])
    with reading(db_path) as con:
        assert rows_of(con, "SELECT link FROM record_values WHERE link IS NOT NULL") == [{"link": link.name}]
        assert [v.link for r in load_records(con) for v in r.values if v.link] == [link]


OLD_WORDS = {
    "its model's very name": Link.VERY_NAME,
    "a name that may mean its model": Link.LIKE_NAME,
    "its model named": Link.MODEL_NAMED,
    "the model's name says so": Link.NAME_SAYS_SO,
    "words of its model's name": Link.WORDS_OF_NAME,
    "the paper's only model": Link.ONLY_MODEL,
    "its benchmark named": Link.BENCHMARK_NAMED,
    "its benchmark named, the paper's only value": Link.BENCHMARK_NAMED_ONLY_VALUE,
    "no model named": Link.NO_MODEL_NAMED,
    "no model named, the paper's only value": Link.NO_MODEL_NAMED_ONLY_VALUE,
}


def test_older_databases_hold_the_wording(db_path: Path) -> None:
    """it turns the sentences that an older database holds into names"""
    with duckdb.connect(str(db_path)) as con:
        migrate(con, last_step=60)
        rows = [
            {"record_key": "r", "field": "epochs", "metric": "", "candidate_key": str(n), "chosen": True, "link": words}
            for n, words in enumerate((*OLD_WORDS, None))
        ]
        insert_rows(con, "record_values", rows)
        migrate(con)
        found = [row["link"] for row in rows_of(con, "SELECT link FROM record_values ORDER BY candidate_key::INTEGER")]
    assert found == [*(link.name for link in OLD_WORDS.values()), None]
    assert set(OLD_WORDS.values()) == set(Link)
