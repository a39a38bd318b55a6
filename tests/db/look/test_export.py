"""The command `export`: predictions in the form that the scorer reads, records, and the curated table."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from db.errors import BadInputError
from db.look.export import SLICES, STDOUT, export
from db.look.kinds import Format, What
from db.models import Record, Verdict
from db.store import insert_rows, writing
from db.tables.readings import save_readings
from tests.db.sample_rows import (
    CANDIDATES,
    DEVICE,
    PAPER,
    QUOTES,
    READ,
    RESNET,
    candidate,
    place,
    save_sample,
)

KEYS = [
    "arxiv_id", "version", "field", "value", "unit", "run", "purpose", "model", "benchmark", "metric", "split",
    "setting", "role", "page", "quote", "confidence",
]  # fmt: skip


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_as_r(path: Path) -> dict[str, list[Any]]:
    """The columns as R's read.csv takes them by its rules: logical, number, else text; "" and NA are none.

    R is not at hand in tests; the manual of type.convert gives the rules.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def converted(texts: list[str]) -> list[Any]:
        told = [None if t.strip() in ("", "NA") else t.strip() for t in texts]
        for kind in (
            {"T": True, "F": False, "TRUE": True, "FALSE": False, "true": True, "false": False}.__getitem__,
            float,
        ):
            try:
                return [None if t is None else kind(t) for t in told]
            except (KeyError, ValueError):
                continue
        return texts

    return {name: converted([row[name] for row in rows]) for name in rows[0]}


def save_curated(path: Path) -> None:
    with writing(path) as con:
        row = {
            "row_key": "a", "source": "review", "arxiv_id": PAPER, "version": 1, "title": 'Of "cost",\nand more',
            "published": date(2015, 12, 10), "model": "ResNet-152", "benchmark": "imagenet", "role": "own",
        }  # fmt: skip
        insert_rows(con, "curated_rows", [row])
        value = {"row_key": "a", "page": 5, "quote": "", "state": Verdict.ACCEPT.value, "metric": None, "value": None}
        insert_rows(
            con,
            "curated_values",
            [
                value | {"field": "parameters", "value": 60200000.0, "state": "accepted"},
                value | {"field": "training_time", "value": None, "state": "rejected"},
                value | {"field": "training_time", "value": 302400.0, "state": "corrected"},
                value | {"field": "score", "metric": "top5_error", "value": 4.49, "state": "accepted"},
                value | {"field": "score", "metric": "top1_error", "value": 19.38, "state": "unreviewed"},
            ],
        )


class TestPredictions:
    def test_lines(self, db_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """it writes a line with the agreed keys for each chosen value, none for rejected ones and hard forms."""
        save_sample(db_path)
        out = tmp_path / "p.jsonl"
        export(db_path, What.PREDICTIONS, out)
        lines = lines_of(out)
        assert [list(line) for line in lines] == [KEYS] * len(lines)
        wanted = {(str(c.field), c.value) for c in CANDIDATES if c.chosen and c.value is not None}
        assert {(line["field"], line["value"]) for line in lines} == wanted
        assert len(lines) == 10
        said = capsys.readouterr().out
        assert said == f"10 predictions written to {out}; left out because the printed form gives no value: 1\n"

    def test_values(self, db_path: Path, tmp_path: Path) -> None:
        """it writes whole numbers as such, devices by name, and one label on what belongs to one run."""
        save_sample(db_path)
        export(db_path, What.PREDICTIONS, tmp_path / "p.jsonl")
        lines = {line["field"]: line for line in lines_of(tmp_path / "p.jsonl") if line["model"] == "ResNet-152"}
        assert lines["device"] == {
            "arxiv_id": "1512.03385", "version": 1, "field": "device", "value": "NVIDIA Tesla M40", "run": "r1",
            "purpose": "training", "model": "ResNet-152", "benchmark": None, "metric": None, "split": None,
            "setting": None, "unit": None, "role": "own", "page": 5,
            "quote": QUOTES["device"], "confidence": 0.9,
        }  # fmt: skip
        assert [type(lines[f]["value"]) for f in ("parameters", "device_count", "score")] == [int, int, float]
        assert {lines[f]["run"] for f in ("device", "device_count", "training_time")} == {"r1"}

    def test_scorer_reads_them(self, db_path: Path, tmp_path: Path, shared: Path) -> None:
        """it writes what the scorer reads: a run and a field of a gold paper, taken from the gold itself, are right."""
        papers = [json.loads(p.read_text()) for p in sorted((shared / "gold" / "papers").glob("*.json"))]
        gold, run = next(
            (paper, run)
            for paper in papers
            for run in paper["training_runs"]
            if run["purpose"] != "inference" and run["count"] and run["time_seconds"] and "100" in (run["device"] or "")
        )
        told = {"device": run["device"], "device_count": run["count"], "training_time": run["time_seconds"]}
        found = [candidate(field, value, run["quote"], run="1") for field, value in told.items()]
        mine = [replace(c, evidence=replace(c.evidence, arxiv_id=gold["arxiv_id"])) for c in found]
        with writing(db_path) as con:
            save_readings(con, [replace(READ, arxiv_id=gold["arxiv_id"], candidates=tuple(mine), records=())])
        out, scores = tmp_path / "p.jsonl", tmp_path / "scores.json"
        export(db_path, What.PREDICTIONS, out)
        scorer = [sys.executable, shared / "gold" / "score.py", out, "--json", scores, "--paper", gold["arxiv_id"]]
        subprocess.run(scorer, check=True, capture_output=True)
        measured = json.loads(scores.read_text())
        run_score = (measured.get("fields") or measured)["run"]
        assert (run_score["precision"], run_score["predicted"]) == (1.0, 1)


class TestRecords:
    def test_lines(self, db_path: Path, tmp_path: Path) -> None:
        """it writes one line a record, each chosen value beside its page, words and confidence."""
        save_sample(db_path)
        export(db_path, What.RECORDS, tmp_path / "r.jsonl")
        lines = lines_of(tmp_path / "r.jsonl")
        assert [(x["model"], x["benchmark"], x["role"]) for x in lines] == [
            ("ResNet-110", "cifar10", "own"),
            ("ResNet-152", "imagenet", "own"),
            ("plain-34", "imagenet", "ablation"),
        ]
        line = lines[1]
        assert (line["metric"], line["score"]) == ("top1_error", 19.38), "the benchmark's primary metric"
        assert [(s["metric"], s["value"]) for s in line["scores"]] == [("top1_error", 19.38), ("top5_error", 4.49)]
        assert (line["device"], line["device_count"], line["training_seconds"]) == ("NVIDIA Tesla M40", 8, 302400)
        assert (line["parameters"], line["parameters_page"]) == (60200000, 5)
        assert line["parameters_quote"] == QUOTES["parameters"]
        assert line["epochs"] is None
        assert line["others"] == []

    def test_second_run_is_kept(self, db_path: Path, tmp_path: Path) -> None:
        """it keeps the second of two devices in `others`, the surer one in the column."""
        other = candidate(
            "device", "Tesla V100", "finetuned on a V100", run="r2", purpose="finetuning", confidence=0.99
        )
        record = replace(RESNET, values=(place(DEVICE), place(other)))
        with writing(db_path) as con:
            save_readings(con, [replace(READ, candidates=(DEVICE, other), records=(record,))])
        export(db_path, What.RECORDS, tmp_path / "r.jsonl")
        (line,) = lines_of(tmp_path / "r.jsonl")
        assert line["device"] == "NVIDIA Tesla M40", "of training, before a surer one of finetuning"
        assert [(o["field"], o["run"], o["value"]) for o in line["others"]] == [("device", "r2", "Tesla V100")]


class TestCurated:
    def test_view(self, db_path: Path, tmp_path: Path) -> None:
        """it writes the columns of the view, the value that a person stands behind first."""
        save_curated(db_path)
        export(db_path, What.CURATED, tmp_path / "c.jsonl")
        (line,) = lines_of(tmp_path / "c.jsonl")
        assert (line["training_seconds"], line["training_seconds_state"]) == (302400, "corrected")
        assert (line["metric"], line["score"], line["published"]) == ("top5_error", 4.49, "2015-12-10")
        assert [s["metric"] for s in line["scores"]] == ["top5_error", "top1_error"]

    def test_csv_keeps_words_apart(self, db_path: Path, tmp_path: Path) -> None:
        """it writes CSV that spreadsheets read back: quotes, commas, line breaks; "" is not the absent value."""
        save_curated(db_path)
        out = tmp_path / "c.csv"
        export(db_path, What.CURATED, out)
        (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
        assert row["title"] == 'Of "cost",\nand more'
        assert row["parameters"] == "60200000.0"
        assert json.loads(row["scores"])[1]["value"] == 19.38
        with duckdb.connect() as con:
            read = con.execute(
                "SELECT parameters_quote, flops_quote, flops FROM read_csv(?, allow_quoted_nulls = false)", [str(out)]
            )
            assert read.fetchall() == [("", None, None)]


class TestFiles:
    @pytest.mark.parametrize("what", What)
    def test_formats_say_the_same(self, db_path: Path, tmp_path: Path, what: What) -> None:
        """it writes the same rows in each format; Parquet has types, and columns that no row changes."""
        save_sample(db_path)
        save_curated(db_path)
        outs = {form: tmp_path / f"rows.{form.value}" for form in Format}
        for out in outs.values():
            export(db_path, what, out)
        lines = lines_of(outs[Format.JSONL])
        rows = list(csv.DictReader(io.StringIO(outs[Format.CSV].read_text(encoding="utf-8"))))
        extra = {"value_text"} if what is What.PREDICTIONS else set()
        assert [[c for c in row if c not in extra] for row in rows] == [list(line) for line in lines]
        assert [row["arxiv_id"] for row in rows] == [f"arXiv:{line['arxiv_id']}" for line in lines]
        with duckdb.connect() as con:
            cursor = con.execute("FROM read_parquet(?)", [str(outs[Format.PARQUET])])
            types = {d[0]: str(d[1]) for d in cursor.description}
            table = [dict(zip(types, row, strict=True)) for row in cursor.fetchall()]
        assert len(table) == len(lines) > 0
        assert types.keys() - extra == lines[0].keys()
        number = {What.PREDICTIONS: "value", What.RECORDS: "score", What.CURATED: "score"}[what]
        assert types[number] == "DOUBLE"
        for line, row in zip(lines, table, strict=True):
            value = row.get("value_text") or row[number] if what is What.PREDICTIONS else row[number]
            assert line[number] == value

    def test_parquet_has_the_same_columns_without_rows(self, db_path: Path, tmp_path: Path) -> None:
        """it writes every column, typed, where there is no row."""
        with writing(db_path):
            pass
        export(db_path, What.PREDICTIONS, tmp_path / "p.parquet")
        with duckdb.connect() as con:
            described = con.execute("DESCRIBE FROM read_parquet(?)", [str(tmp_path / "p.parquet")]).fetchall()
        assert [(name, kind) for name, kind, *_ in described][:5] == [
            ("arxiv_id", "VARCHAR"), ("version", "INTEGER"), ("field", "VARCHAR"), ("value", "DOUBLE"),
            ("value_text", "VARCHAR"),
        ]  # fmt: skip

    def test_replaces_an_earlier_export(self, db_path: Path, tmp_path: Path) -> None:
        """it puts the new export in place of the old, leaves nothing else, and anyone may read it."""
        save_sample(db_path)
        folder = tmp_path / "out"
        folder.mkdir()
        out = folder / "p.jsonl"
        out.write_text("old\n" * 1000)
        export(db_path, What.PREDICTIONS, out)
        assert len(lines_of(out)) == 10
        assert [p.name for p in folder.iterdir()] == ["p.jsonl"]
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~mask

    def test_failure_leaves_the_old(self, db_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it leaves the earlier export whole where the new one fails half-way."""
        save_sample(db_path)
        folder = tmp_path / "out"
        folder.mkdir()
        out = folder / "p.jsonl"
        out.write_text("old\n")

        def fails(con: object, table: object, part: Path, form: Format) -> int:
            part.write_text("half a li")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("db.look.export._copy", fails)
        with pytest.raises(OSError, match="No space"):
            export(db_path, What.PREDICTIONS, out)
        assert out.read_text() == "old\n"
        assert [p.name for p in folder.iterdir()] == ["p.jsonl"]

    def test_ids_survive_every_reader(self, db_path: Path, tmp_path: Path) -> None:
        """it writes CSV whose ids and numbers pandas, DuckDB, polars and R read back by their defaults."""
        save_sample(db_path)
        moved = (
            "UPDATE {} SET arxiv_id = '1706.03760' WHERE arxiv_id = '1512.03385'"  # a float would drop the last digit
        )
        with writing(db_path) as con:
            for table in ("candidates", "records", "papers"):
                con.execute(moved.format(table))
        export(db_path, What.PREDICTIONS, tmp_path / "p.csv")
        export(db_path, What.PREDICTIONS, tmp_path / "p.jsonl")
        lines = lines_of(tmp_path / "p.jsonl")
        numbers = [line["value"] for line in lines if not isinstance(line["value"], str)]
        frame = pd.read_csv(tmp_path / "p.csv")
        with duckdb.connect() as con:
            read = con.execute("SELECT arxiv_id, value FROM read_csv(?)", [str(tmp_path / "p.csv")]).fetchall()
        by_polars = pl.read_csv(tmp_path / "p.csv")
        by_r = read_as_r(tmp_path / "p.csv")
        for ids, values in (
            (list(frame["arxiv_id"]), list(frame["value"].dropna())),
            ([row[0] for row in read], [row[1] for row in read if row[1] is not None]),
            (by_polars["arxiv_id"].to_list(), by_polars["value"].drop_nulls().to_list()),
            (by_r["arxiv_id"], [v for v in by_r["value"] if v is not None]),
        ):
            assert set(ids) == {"arXiv:1706.03760"}
            assert values == numbers

    @pytest.mark.parametrize("what", What)
    def test_numbers_after_whole_ones(self, db_path: Path, tmp_path: Path, what: What) -> None:
        """it writes a fraction after many whole numbers so that polars, which looks at a hundred rows, reads on."""
        values = [*map(float, range(10, 130)), 12.5]
        found = [candidate("epochs", v, f"{v} epochs", subject=f"Net-{v}", page=1) for v in values]
        records = [Record(PAPER, 1, f"Net-{c.value}", "imagenet", "own", (place(c),)) for c in found]
        with writing(db_path) as con:
            save_readings(con, [replace(READ, candidates=tuple(found), records=tuple(records))])
            insert_rows(
                con,
                "curated_rows",
                [
                    {"row_key": f"{n:03}", "source": "review", "arxiv_id": PAPER, "version": 1, "model": f"{n:03}",
                     "benchmark": "imagenet", "role": "own"}
                    for n in range(len(values))
                ],
            )  # fmt: skip
            insert_rows(
                con,
                "curated_values",
                [
                    {"row_key": f"{n:03}", "field": "epochs", "value": v, "state": "accepted"}
                    for n, v in enumerate(values)
                ],
            )
        export(db_path, what, tmp_path / "e.csv")
        export(db_path, what, tmp_path / "e.parquet")
        column = "value" if what is What.PREDICTIONS else "epochs"
        frames = (pl.read_csv(tmp_path / "e.csv"), pl.read_parquet(tmp_path / "e.parquet"))
        assert [sorted(frame[column].to_list()) for frame in frames] == [sorted(values)] * 2
        assert set(read_as_r(tmp_path / "e.csv")[column]) == set(values)

    def test_lists_are_text_in_parquet(self, db_path: Path, tmp_path: Path) -> None:
        """it writes lists as JSON in text: polars takes Parquet's own JSON for bytes."""
        save_sample(db_path)
        export(db_path, What.RECORDS, tmp_path / "r.parquet")
        scores = pl.read_parquet(tmp_path / "r.parquet")["scores"].to_list()
        assert [s["metric"] for s in json.loads(scores[1])] == ["top1_error", "top5_error"]

    def test_link_stays_a_link(self, db_path: Path, tmp_path: Path) -> None:
        """it replaces the file that a link leads to, not the link."""
        save_sample(db_path)
        (tmp_path / "real.jsonl").write_text("old\n")
        link = tmp_path / "link.jsonl"
        link.symlink_to(tmp_path / "real.jsonl")
        export(db_path, What.PREDICTIONS, link)
        assert link.is_symlink()
        assert len(lines_of(tmp_path / "real.jsonl")) == 10

    @pytest.mark.parametrize(
        ("name", "form", "told"),
        [
            ("no/such/p.jsonl", None, "there is no folder"),
            ("p.txt", None, "does not say the format"),
            ("p", None, "does not say the format"),
            ("", Format.CSV, "is a folder"),
        ],
    )
    def test_impossible_file(self, db_path: Path, tmp_path: Path, name: str, form: Format | None, told: str) -> None:
        """it says in one line why it can't write there, and writes nothing."""
        save_sample(db_path)
        before = sorted(tmp_path.iterdir())
        with pytest.raises(BadInputError, match=told) as caught:
            export(db_path, What.PREDICTIONS, tmp_path / name, form)
        assert "\n" not in str(caught.value)
        assert sorted(tmp_path.iterdir()) == before

    @pytest.mark.parametrize(
        "what, next_step", [(What.CURATED, "paperflops review"), (What.RECORDS, "paperflops extract")]
    )
    def test_nothing_to_write(
        self, db_path: Path, tmp_path: Path, what: What, next_step: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """it writes a file without rows, and says what fills it."""
        with writing(db_path):
            pass
        export(db_path, what, tmp_path / "none.csv")
        assert (tmp_path / "none.csv").read_text().count("\n") == 1
        said = capsys.readouterr().out
        assert said.startswith("0 ") and next_step in said

    def test_standard_output(self, db_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        """it writes rows alone on standard output, what it says of them on standard error."""
        save_sample(db_path)
        export(db_path, What.PREDICTIONS, STDOUT)
        written = capfdbinary.readouterr()
        assert len([json.loads(line) for line in written.out.splitlines()]) == 10
        assert b"10 predictions written to standard output" in written.err


@pytest.mark.parametrize("what", [What.PREDICTIONS, What.RECORDS])
@pytest.mark.parametrize("form", list(Format))
def test_slices(db_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: What, form: Format) -> None:
    """it writes the same file paper by paper as at once; of Parquet the same rows, since it cuts them otherwise."""
    save_sample(db_path)
    with writing(db_path) as con:  # a second paper, with everything that the first one says
        for table in ("papers", "readings", "candidates", "records", "record_values"):
            con.execute(_COPY_OF_THE_SAMPLE[table])
    export(db_path, what, tmp_path / "whole", form)
    monkeypatch.setattr("db.look.export.SLICES", {w: (table, 1) for w, (table, _) in SLICES.items()})
    export(db_path, what, tmp_path / "sliced", form)
    whole, sliced = tmp_path / "whole", tmp_path / "sliced"
    if form is Format.PARQUET:
        rows = [duckdb.sql(f"FROM read_parquet('{file}')") for file in (whole, sliced)]
        assert rows[0].types == rows[1].types
        assert rows[0].fetchall() == rows[1].fetchall()
    else:
        assert whole.read_bytes() == sliced.read_bytes()
        assert len({line.split(b",")[0] for line in sliced.read_bytes().splitlines()}) > 1


_SECOND = "'9' || substr(arxiv_id, 2)"
_COPY_OF_THE_SAMPLE = {
    "papers": f"INSERT INTO papers SELECT * REPLACE ({_SECOND} AS arxiv_id) FROM papers",
    "readings": f"INSERT INTO readings SELECT * REPLACE ({_SECOND} AS arxiv_id) FROM readings",
    "candidates": f"INSERT INTO candidates SELECT * REPLACE ({_SECOND} AS arxiv_id, 'x' || key AS key) FROM candidates",
    "records": f"INSERT INTO records SELECT * REPLACE ({_SECOND} AS arxiv_id, 'x' || key AS key) FROM records",
    "record_values": """
        INSERT INTO record_values
        SELECT * REPLACE ('x' || record_key AS record_key, 'x' || candidate_key AS candidate_key) FROM record_values
    """,
}
