"""`paperflops release`: a folder that stands by itself, described for people and programs."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import mlcroissant
import pandas as pd
import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from db.errors import BadInputError
from db.look.export import What, export
from db.models import Decision, Place, Verdict
from db.release import page as pages
from db.release import release as module
from db.release.columns import column, described
from db.release.measured import load_measured
from db.release.release import release
from db.store import writing
from db.tables.curated import load_reference, rebuild_curated
from db.tables.readings import save_readings
from db.tables.reviews import append_decisions
from extract.labels import FOLDER as LABELS
from paperflops import app
from tests.db.sample_rows import (
    CIFAR,
    COUNT,
    DEVICE,
    FLOPS,
    PAPER,
    PARAMETERS,
    READ,
    RECORDS,
    RESNET,
    SCORE,
    TIME,
    candidate,
    decision,
    place,
    save_sample,
)  # fmt: skip

LONG = "It took " + "a very long sentence " * 12 + "and 90 epochs to train on this machine"
TABLES = ("curated", "records", "predictions", "papers")
DECIDED = (
    decision(PARAMETERS, Verdict.ACCEPT, 60200000.0),
    decision(TIME, Verdict.CORRECT, 345600.0, annotator="ann@example.org", typed="four days"),
    decision(SCORE, Verdict.ACCEPT, 4.49, place=Place(6, "4.49")),
)


def decide(db: Path, *decisions: Decision) -> None:
    with writing(db) as con:
        append_decisions(con, decisions)
        rebuild_curated(con)


def read_again(db: Path, reader: str, candidates: Sequence[Any], records: Sequence[Any]) -> None:
    """Saves the sample paper as another version of the reader reads it."""
    with writing(db) as con:
        save_readings(con, [replace(READ, reader_version=reader, candidates=tuple(candidates), records=tuple(records))])
        rebuild_curated(con)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database: the sample rows with three decisions, a long quote and the study's table. Not to be changed."""
    path = tmp_path_factory.mktemp("kept") / "paperflops.duckdb"
    save_sample(path)
    epochs = candidate("epochs", 90.0, LONG, subject="ResNet-152")
    record = replace(RESNET, values=(*RESNET.values, place(epochs)))
    read_again(path, "1", (*READ.candidates, epochs), (record, *RECORDS[1:]))
    decide(path, *DECIDED)
    with writing(path) as con:
        load_reference(con)
    return path


@pytest.fixture(scope="module")
def made(kept: Path) -> Path:
    """Its release, not to be changed."""
    release(kept, LABELS, kept.parent / "release")
    return kept.parent / "release"


@pytest.fixture
def db(kept: Path, db_path: Path) -> Path:
    """A copy of the database, to be changed."""
    shutil.copyfile(kept, db_path)
    return db_path


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def lines_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


class TestFolder:
    def test_same_bytes(self, db: Path, made: Path, tmp_path: Path) -> None:
        """it makes the same bytes of the same database, wherever and whenever it is made"""
        release(db, LABELS, tmp_path / "again")
        assert files(tmp_path / "again") == files(made)

    def test_sums(self, made: Path) -> None:
        """it has the checksum of every file but that of the checksums"""
        told = dict(reversed(line.split("  ")) for line in (made / "SHA256SUMS").read_text().splitlines())
        there = {name: hashlib.sha256(content).hexdigest() for name, content in files(made).items()}
        del there["SHA256SUMS"]
        assert told == there

    def test_no_pages(self, made: Path) -> None:
        """it holds no PDF and no picture, under whatever name"""
        for name, content in files(made).items():
            assert Path(name).suffix in {".md", ".csv", ".parquet", ".json", ".jsonl", ".html", ".cff", ".py", ""}, name
            assert not content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8")), name
        assert b"data:image" not in (made / "index.html").read_bytes()

    def test_nobodys_name(self, made: Path) -> None:
        """it names no reviewer, in no file"""
        with duckdb.connect() as con:
            tables = "".join(
                str(con.execute("FROM read_parquet(?)", [str(p)]).fetchall()) for p in made.glob("*.parquet")
            )
        text = tables + "".join(c.decode() for n, c in files(made).items() if not n.endswith(".parquet"))
        assert "example.org" not in text
        assert "four days (stated by a reviewer, not found in the paper)" in text

    def test_quotes_are_short(self, made: Path) -> None:
        """it carries no quote of more than 200 characters, in columns, lists and on the page"""
        said: list[str] = []
        for name in TABLES:
            for row in lines_of(made / f"{name}.csv"):
                said += [v for c, v in row.items() if c == "quote" or c.endswith("_quote")]
                said += [e["quote"] or "" for c in ("scores", "others") for e in json.loads(row.get(c) or "[]")]
        page = (made / "index.html").read_text(encoding="utf-8")
        data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
        assert max(map(len, (*said, *data["quotes"]))) <= 200
        assert any("90 epochs" in q and q.startswith("…") for q in said), "the long one, cut around its value"
        assert LONG not in page

    def test_date(self, db: Path, tmp_path: Path) -> None:
        """it takes the date that it is given"""
        release(db, LABELS, tmp_path / "r", on=date(2027, 1, 5))
        package = json.loads((tmp_path / "r" / "datapackage.json").read_text())
        assert (package["version"], package["created"]) == ("2027.1.5", "2027-01-05T00:00:00Z")

    def test_failure_leaves_nothing(self, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it leaves no half of a release where something fails"""

        def fails(*_: object) -> str:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(module, "page", fails)
        (tmp_path / "out").mkdir()
        with pytest.raises(OSError, match="No space"):
            release(db, LABELS, tmp_path / "out" / "r")
        assert list((tmp_path / "out").iterdir()) == []


class TestTables:
    @pytest.mark.parametrize("what", What)
    def test_are_the_exports(self, db: Path, made: Path, tmp_path: Path, what: What) -> None:
        """it has the columns and rows that `paperflops export` writes, quotes and names apart"""
        export(db, what, tmp_path / "e.csv")
        ours, theirs = lines_of(made / f"{what.value}.csv"), lines_of(tmp_path / "e.csv")
        free = {c for c in theirs[0] if c == "quote" or c.endswith("_quote")} | {"scores", "others"}
        assert [list(row) for row in ours] == [list(row) for row in theirs]
        assert [{c: v for c, v in row.items() if c not in free} for row in ours] == [
            {c: v for c, v in row.items() if c not in free} for row in theirs
        ]

    @pytest.mark.parametrize("name", TABLES)
    def test_every_reader_sees_the_same(self, made: Path, name: str) -> None:
        """it gives pandas, polars and DuckDB, each by its defaults, the ids and rows that stand in the Parquet file"""
        kept = pl.read_parquet(made / f"{name}.parquet")
        by_pandas, by_polars = pd.read_csv(made / f"{name}.csv"), pl.read_csv(made / f"{name}.csv")
        for columns, ids in (
            (list(by_pandas.columns), by_pandas["arxiv_id"]),
            (by_polars.columns, by_polars["arxiv_id"]),
        ):
            told = [None if pd.isna(i) else str(i).removeprefix("arXiv:") for i in ids]
            assert (columns, told) == (kept.columns, kept["arxiv_id"].to_list())
        with duckdb.connect() as con:
            assert con.execute("SELECT count(*) FROM read_csv(?)", [str(made / f"{name}.csv")]).fetchone() == (
                len(kept),
            )

    def test_papers(self, made: Path) -> None:
        """it tells of every paper how reading it ended"""
        rows = {row["arxiv_id"]: row for row in lines_of(made / "papers.csv")}
        assert rows[f"arXiv:{PAPER}"]["outcome"] == "read"
        assert rows["arXiv:1706.03762"]["outcome"] == "encrypted"
        assert rows["arXiv:2401.00001"]["outcome"] == ""
        assert (rows[f"arXiv:{PAPER}"]["records"], rows[f"arXiv:{PAPER}"]["decisions"]) == ("3", "3")
        assert rows[f"arXiv:{PAPER}"]["benchmarks"] == "imagenet"


class TestPage:
    def rows_on(self, folder: Path) -> list[tuple[str, str]]:
        """The kind and the model of each row on the page, the study's left out."""
        html = (folder / "index.html").read_text(encoding="utf-8")
        data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index]
        kinds = ("confirmed", "study", "read")
        return [(kinds[row[0]], row[2]) for row in data["rows"] if kinds[row[0]] != "study"]

    def test_each_record_once(self, made: Path) -> None:
        """it shows a record that was confirmed as confirmed, and not as machine-read too"""
        assert self.rows_on(made) == [("confirmed", "ResNet-152"), ("read", "ResNet-110"), ("read", "plain-34")]

    def test_turned_down(self, db: Path, tmp_path: Path) -> None:
        """it does not show a record as unreviewed that a reviewer turned down as a whole"""
        decide(
            db,
            decision(
                CIFAR, Verdict.REJECT, task_key=RECORDS[1].key, model="ResNet-110", benchmark="cifar10", field="record",
                metric=None, judged_value=None,
            ),
        )  # fmt: skip
        release(db, LABELS, tmp_path / "r")
        assert self.rows_on(tmp_path / "r") == [("confirmed", "ResNet-152"), ("read", "plain-34")]

    def test_no_more_rows_than_a_browser_bears(self, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it shows curated rows first, and says how many rows are left out"""
        monkeypatch.setattr(pages, "MOST_ROWS", 436)
        release(db, LABELS, tmp_path / "r")
        assert self.rows_on(tmp_path / "r") == [("confirmed", "ResNet-152"), ("read", "ResNet-110")]
        assert "1 more rows stand in curated.csv and records.csv" in (tmp_path / "r" / "index.html").read_text()


class TestDescriptions:
    def test_frictionless(self, made: Path) -> None:
        """it is a valid Frictionless package: every row as its schema says, every file as its checksum says"""
        report = frictionless.validate(str(made / "datapackage.json"))
        assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
        package = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
        tables = {r["name"]: r for r in package["resources"] if r["type"] == "table"}
        assert {*TABLES, "labelled-papers", "baselines"} <= tables.keys()
        for table in tables.values():
            with (made / table["path"]).open(encoding="utf-8", newline="") as rows:
                header = next(csv.reader(rows))
            assert [f["name"] for f in table["schema"]["fields"]] == header
            assert all(f["description"] for f in table["schema"]["fields"])
        units = {f["name"]: f.get("unit") for f in tables["curated"]["schema"]["fields"]}
        assert (units["training_seconds"], units["device"], units["parameters"]) == ("s", None, "parameters")

    def test_frictionless_sees_a_fault(self, made: Path, tmp_path: Path) -> None:
        """it is valid for what it is: a changed cell fails"""
        package = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
        package["resources"] = [r for r in package["resources"] if r["name"] == "curated"]
        (tmp_path / "datapackage.json").write_text(json.dumps(package))
        text = (made / "curated.csv").read_text(encoding="utf-8")
        (tmp_path / "curated.csv").write_text(text.replace("60200000.0", "sixty million"), encoding="utf-8")
        assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid

    def test_croissant(self, made: Path) -> None:
        """it is a valid Croissant data set that loads, every row, from the folder itself"""
        data_set = mlcroissant.Dataset(jsonld=str(made / "croissant.json"))
        assert not data_set.metadata.issues.errors
        for name in (*TABLES, "labelled-papers"):
            path = made / (f"{name}.csv" if name in TABLES else "labels/papers.csv")
            assert sum(1 for _ in data_set.records(name)) == len(lines_of(path)) > 0
        first = next(r for r in data_set.records("curated") if r["curated/source"] == b"review")
        assert first["curated/parameters"] == 60200000.0

    def test_columns_have_one_place(self, made: Path, tmp_path: Path, db: Path) -> None:
        """it describes no column that no table has"""
        release(db, LABELS, tmp_path / "next", since=made)
        package = json.loads((tmp_path / "next" / "datapackage.json").read_text(encoding="utf-8"))
        used = {f["name"] for r in package["resources"] if r["type"] == "table" for f in r["schema"]["fields"]}
        assert described() <= used

    @pytest.mark.parametrize("name", ["speed", "speed_page", "epochs_speed"])
    def test_column_of_no_description(self, name: str) -> None:
        """it refuses a column that no line describes, and names the file"""
        assert column("epochs_page", "INTEGER").description == "the page of the PDF, from 1, on which epochs is printed"
        with pytest.raises(BadInputError, match=r"no line of columns\.toml says what the column"):
            column(name, "DOUBLE")

    def test_citation(self, made: Path) -> None:
        """it says how to cite it in the words of the Citation File Format"""
        cff = yaml.safe_load((made / "CITATION.cff").read_text(encoding="utf-8"))
        assert cff["cff-version"] == "1.2.0" and cff["type"] == "dataset" and cff["license"] == "CC-BY-4.0"
        assert cff["authors"] and cff["title"] and cff["message"]
        assert cff["references"][0]["authors"][0]["family-names"] == "Thompson"


class TestCard:
    def test_figures_are_the_measured_ones(self, made: Path) -> None:
        """it states for each set precision, recall and F1 as they were measured, and the annotators' agreement"""
        card = (made / "README.md").read_text(encoding="utf-8")
        measured = load_measured(LABELS)
        row = next(line for line in card.splitlines() if line.startswith("| `score`") and "**" in line)
        cells = [cell.strip() for cell in row.split("|")[2:6]]
        for cell, name in zip(cells, ("tuned", "held_out", "calibration", "blind"), strict=True):
            f = measured.sets[name]["score"]
            numbers = [f"{f[key]:.3f}".removeprefix("0") for key in ("precision", "recall", "f1")]
            assert cell.replace("*", "").split() == [*numbers, str(f["labelled"])]
        assert f"mean F1 **{measured.agreement['mean_f1']:.3f}**".replace("**0", "**") in card
        assert "The reader that was measured is" in card, "the sample was read by a reader of that name"

    def test_tables_are_whole(self, db: Path, made: Path, tmp_path: Path) -> None:
        """it has Markdown tables without a gap and with as many cells in each row, that of changes too"""
        decide(db, decision(CIFAR, Verdict.ACCEPT, 6.43, task_key=RECORDS[1].key, model="ResNet-110"))
        release(db, LABELS, tmp_path / "next", since=made)
        card = (tmp_path / "next" / "README.md").read_text(encoding="utf-8")
        assert "| curated | added | decision of a reviewer | 1 |\n\n## Licence" in card
        for table in re.findall(r"(?:^\|.*\n)+", card, re.MULTILINE):
            rows = table.splitlines()
            assert set(rows[1]) <= set("|-:") and len(rows) > 2
            assert len({row.count("|") for row in rows}) == 1, rows[0]
        assert "\n\n\n" not in card

    def test_counts(self, made: Path) -> None:
        """it counts the papers that were looked for, and those that were read, with the reasons of the others"""
        card = (made / "README.md").read_text(encoding="utf-8")
        assert "3 papers were looked for, 1 of them read (encrypted 1, read 1)" in card
        assert "accepted 2, " in card and "corrected 1" in card
        assert "| `parameters` | parameters | 1 |" in card

    def test_two_reviewers(self, db: Path, tmp_path: Path) -> None:
        """it counts the values that two people judged, and those on which they agree"""
        decide(
            db,
            decision(PARAMETERS, Verdict.ACCEPT, 60200000.0, annotator="bob"),
            decision(SCORE, Verdict.REJECT, annotator="bob"),
        )
        release(db, LABELS, tmp_path / "r")
        card = (tmp_path / "r" / "README.md").read_text(encoding="utf-8")
        assert "2 were judged by two reviewers or more; on 1 of them they said the same" in card


class TestLabels:
    def test_scorer_runs_alone(self, made: Path, tmp_path: Path) -> None:
        """it scores the release's own predictions with what is in the release, and nothing else"""
        made = Path(shutil.copytree(made, tmp_path / "elsewhere"))
        done = subprocess.run(
            [sys.executable, "-I", "score.py", "../predictions.jsonl", "--json", "figures.json"],
            cwd=made / "labels", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found = json.loads((made / "labels" / "figures.json").read_text())
        assert found["papers"] == 323
        assert found["fields"]["score"]["predicted"] == 5
        assert "mean F1" in done.stdout

    def test_papers_of_every_set(self, made: Path) -> None:
        """it holds each labelled paper once, and the second reader's beside"""
        told = {row["arxiv_id"].removeprefix("arXiv:") for row in lines_of(made / "labels" / "papers.csv")}
        there = [
            json.loads(p.read_text())["arxiv_id"]
            for f in ("papers", "calibration")
            for p in (made / "labels" / f).iterdir()
        ]
        assert sorted(there) == sorted(told)
        assert len(list((made / "labels" / "second").iterdir())) == 20
        assert (made / "labels" / "README.md").read_text() == (LABELS / "README.md").read_text()


class TestChanges:
    @pytest.fixture
    def change(self, db: Path, made: Path, tmp_path: Path) -> Any:
        def since() -> list[dict[str, str]]:
            release(db, LABELS, tmp_path / "next", since=made)
            return lines_of(tmp_path / "next" / "changes.csv")

        return since

    def test_none(self, change: Any, tmp_path: Path) -> None:
        """it finds nothing changed where nothing did"""
        assert change() == []
        assert "| | none | | 0 |" in (tmp_path / "next" / "README.md").read_text(encoding="utf-8")

    def test_decision(self, db: Path, change: Any) -> None:
        """it lays a corrected value, and a row that was confirmed, to a reviewer"""
        later = DECIDED[0].decided_at + timedelta(days=1)
        decide(
            db,
            decision(FLOPS, Verdict.CORRECT, 11.6e9, decided_at=later, place=Place(4, "11.6 billion")),
            decision(CIFAR, Verdict.ACCEPT, 6.43, task_key=RECORDS[1].key, model="ResNet-110", benchmark="cifar10"),
        )
        rows = change()
        assert {row["reason"] for row in rows} == {"decision of a reviewer"}
        told = {(row["change"], row["column"], row["before"], row["after"]) for row in rows}
        assert told == {
            ("added", "", "", ""),
            ("changed", "multiply_adds", "11300000000", "11600000000"),
            ("changed", "multiply_adds_state", "unreviewed", "corrected"),
        }
        assert {row["arxiv_id"] for row in rows} == {f"arXiv:{PAPER}"}

    def test_newer_reader(self, db: Path, change: Any) -> None:
        """it lays a value that is read otherwise, and a record that is read no more, to the reader"""
        fewer = candidate("multiply_adds", 3.6e9, "3.6×10^9 multiply-adds", subject="ResNet-152", page=4)
        changed = replace(RESNET, values=tuple(map(place, (DEVICE, COUNT, TIME, PARAMETERS, fewer, SCORE))))
        read_again(db, "2", (DEVICE, COUNT, TIME, PARAMETERS, fewer, SCORE, CIFAR), (changed, RECORDS[1]))
        rows = change()
        assert {row["reason"] for row in rows} == {"read again by a newer reader"}
        told = {(row["table"], row["change"], row["model"], row["column"]) for row in rows}
        assert ("records", "removed", "plain-34", "") in told
        assert ("records", "changed", "ResNet-152", "multiply_adds") in told
        assert ("curated", "changed", "ResNet-152", "multiply_adds") in told
        assert not any(column.endswith(("_quote", "_page", "_confidence")) for *_, column in told)

    def test_new_paper(self, db: Path, change: Any) -> None:
        """it lays the records of a paper that was not there to the paper; of one that was not read, to its reading"""

        def of(paper: str, version: int) -> Any:
            moved = [replace(c, evidence=replace(c.evidence, arxiv_id=paper, version=version)) for c in (SCORE, more)]
            record = replace(RESNET, arxiv_id=paper, version=version, values=tuple(map(place, moved)))
            return replace(READ, arxiv_id=paper, version=version, candidates=tuple(moved), records=(record,))

        more = candidate("epochs", 12.0, "12 epochs", subject="ResNet-152")
        with writing(db) as con:
            con.execute("INSERT INTO papers (arxiv_id, version, added_at) VALUES ('2001.00001', 1, now()::TIMESTAMP)")
            con.execute(f"INSERT INTO papers (arxiv_id, version, added_at) VALUES ('{PAPER}', 2, now()::TIMESTAMP)")
            save_readings(con, [of("2001.00001", 1), of(PAPER, 2), of("2401.00001", 1)])
        told = {row["arxiv_id"]: row["reason"] for row in change() if row["change"] == "added"}
        assert told["arXiv:2001.00001"] == "new paper"
        assert told["arXiv:2401.00001"] == "the paper has been read for the first time"
        assert told[f"arXiv:{PAPER}"] == "another version of the paper"

    def test_rule(self, db: Path, change: Any) -> None:
        """it lays a value that nobody judged to the rule that took it"""
        with writing(db) as con:
            con.execute("UPDATE curated_values SET state = 'auto_accepted' WHERE field = 'multiply_adds'")
        rows = [row for row in change() if row["column"] == "multiply_adds_state"]
        assert [row["reason"] for row in rows if row["arxiv_id"] == f"arXiv:{PAPER}"] == [
            "the rule of automatic acceptance"
        ]

    def test_paper_gone(self, db: Path, change: Any) -> None:
        """it lays records that are gone to their paper, where that is gone too"""
        with writing(db) as con:
            for table in ("papers", "readings", "records", "candidates"):
                con.execute(f"DELETE FROM {table} WHERE arxiv_id = '{PAPER}'")
        rows = [row for row in change() if row["table"] == "records"]
        assert {(row["change"], row["reason"]) for row in rows} == {
            ("removed", "the paper is no longer in the database")
        }

    def test_study(self, db: Path, change: Any) -> None:
        """it lays rows of the study's own table to that table"""
        with writing(db) as con:
            load_reference(con, corrected=False)
        rows = change()
        assert rows and {row["reason"] for row in rows} == {"the study's own table was loaded or revised"}


class TestMistakes:
    def test_not_empty(self, db: Path, tmp_path: Path) -> None:
        """it writes into no folder that holds something"""
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "notes.txt").write_text("keep")
        with pytest.raises(BadInputError, match="not empty"):
            release(db, LABELS, tmp_path / "mine")
        assert [p.name for p in (tmp_path / "mine").iterdir()] == ["notes.txt"]

    def test_an_empty_folder_will_do(self, db: Path, tmp_path: Path) -> None:
        """it fills a folder that is there and empty"""
        (tmp_path / "new").mkdir()
        release(db, LABELS, tmp_path / "new")
        assert (tmp_path / "new" / "README.md").exists()

    @pytest.mark.parametrize("broken", ["missing", "no Parquet", "no package"])
    def test_since_what(self, db: Path, made: Path, tmp_path: Path, broken: str) -> None:
        """it says in one line that the earlier release is none, and makes nothing"""
        earlier = tmp_path / "earlier"
        shutil.copytree(made, earlier)
        if broken == "missing":
            (earlier / "papers.parquet").unlink()
        elif broken == "no Parquet":
            (earlier / "curated.parquet").write_text("PAR1 or not")
        else:
            (earlier / "datapackage.json").write_text("{}")
        with pytest.raises(BadInputError) as caught:
            release(db, LABELS, tmp_path / "next", since=earlier)
        assert "\n" not in str(caught.value) and "earlier" in str(caught.value)
        assert not (tmp_path / "next").exists()

    def test_nothing_to_release(self, db_path: Path, tmp_path: Path) -> None:
        """it refuses an empty database, and says what fills one"""
        with writing(db_path):
            pass
        with pytest.raises(BadInputError, match="--date"):
            release(db_path, LABELS, tmp_path / "r")
        with pytest.raises(BadInputError, match="paperflops extract"):
            release(db_path, LABELS, tmp_path / "r", on=date(2026, 1, 1))
        assert not (tmp_path / "r").exists()

    def test_command(self, db: Path, tmp_path: Path) -> None:
        """it is a command that says what it made, and reads its date"""
        arguments = ["--db", str(db), "release", "--out", str(tmp_path / "r"), "--date", "2026-11-30"]
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert done.exit_code == 0
        assert "curated: 435 rows" in done.stdout
        assert "release 2026.11.30 written to" in done.stdout
