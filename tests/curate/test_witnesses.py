"""Leaderboards as witnesses, and review by file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from curate.queue.load import load_queue
from curate.queue.order import in_order
from curate.witnesses.crosscheck import same_value
from curate.witnesses.leaderboards import read_leaderboard
from db.errors import BadInputError
from db.store import reading, rows_of
from db.tables.reviews import load_decisions
from tests.curate.annotator import result_of
from tests.curate.command import paperflops
from tests.curate.readings import IMAGENET_RESNET_50, RESIDUAL, RESIDUAL_ID, Told, reading_of, save_paper

MODELS = {
    ("ResNet-50", "imagenet"): IMAGENET_RESNET_50,
    ("ResNet-101", "imagenet"): (Told("score", 19.87, 2, "ResNet-101 19.87 4.60", "19.87", "top1_error"),),
}


@pytest.fixture
def db(db_path: Path) -> Path:
    save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, MODELS))
    return db_path


def board(path: Path, rows: list[tuple[str, dict[str, str], str]]) -> Path:
    """A leaderboard in the exchange format: image classification on ImageNet."""
    sota = {
        "metrics": ["Top 1 Accuracy"],
        "rows": [{"model_name": m, "metrics": metrics, "paper_url": url} for m, metrics, url in rows],
    }
    task = {"task": "Vision", "datasets": [], "subtasks": [
        {"task": "Image Classification", "datasets": [{"dataset": "ImageNet", "sota": sota}]}
    ]}  # fmt: skip
    path.write_text(json.dumps([task]))
    return path


PAPER = f"https://arxiv.org/abs/{RESIDUAL_ID}v1"


class TestCrosscheck:
    def test_lists(self, db: Path, tmp_path: Path) -> None:
        """it lists what agrees, what differs with both values and the page, and what one side alone has."""
        file = board(
            tmp_path / "board.json",
            [
                ("ResNet-50", {"Top-1 error": "20.74"}, PAPER),
                ("ResNet-101 (He et al., 2015)", {"Top-1 error": "21.75%"}, PAPER),
                ("ResNet-152", {"Top-1 error": "19.38"}, PAPER),
                ("Elsewhere", {"Top-1 error": "10"}, "https://example.org/paper.pdf"),
            ],
        )
        out = paperflops(db, "crosscheck", str(file))
        assert "agree 1, differ 1, only theirs 1, only ours 0" in out
        assert "1 rows without a paper on arXiv" in out
        (line,) = [line for line in out.splitlines() if line.startswith(RESIDUAL_ID)]
        assert ("19.87" in line, "21.75" in line, line.split()[-1]) == (True, True, "2")

    def test_moves_up_and_changes_nothing(self, db: Path, tmp_path: Path) -> None:
        """it puts the record first with both values shown, and leaves values and decisions alone."""
        with reading(db) as con:
            before = rows_of(con, "SELECT * FROM candidates ORDER BY key")
        paperflops(db, "crosscheck", str(board(tmp_path / "b.json", [("ResNet-101", {"Top-1 error": "21.75"}, PAPER)])))
        with reading(db) as con:
            assert rows_of(con, "SELECT * FROM candidates ORDER BY key") == before
            assert load_decisions(con) == []
            queue = load_queue(con)
        (task,) = [t for t in queue.tasks if t.payload.model == "ResNet-101"]
        assert task.payload.fields[0].witness == "21.75 (b.json, ResNet-101)"
        assert in_order(queue.open, queue.settled, "records")[0] == task

    def test_twice(self, db: Path, tmp_path: Path) -> None:
        """it keeps what a file says once, however often it is read."""
        file = board(tmp_path / "b.json", [("ResNet-101", {"Top-1 error": "21.75"}, PAPER)])
        assert paperflops(db, "crosscheck", str(file)) == paperflops(db, "crosscheck", str(file))
        with reading(db) as con:
            assert len(rows_of(con, "SELECT * FROM witnesses")) == 1

    def test_notable_models(self, db: Path, tmp_path: Path) -> None:
        """it reads Epoch AI's table: parameters, hardware and time of a model."""
        (tmp_path / "epoch.csv").write_text(
            "Model,Link,Parameters,Training time (hours),Training hardware,Hardware quantity\n"
            f'ResNet-50,"https://example.org\n{PAPER}",25600000.0,144,NVIDIA Tesla M40,16\n'
        )
        out = paperflops(db, "crosscheck", str(tmp_path / "epoch.csv"))
        assert "agree 3, differ 1, only theirs 0" in out

    @pytest.mark.parametrize("text", ["not json", "{}", '[{"datasets": 3}]'])
    def test_not_a_leaderboard(self, tmp_path: Path, text: str) -> None:
        """it says what it expected where a file is none."""
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(BadInputError, match="no leaderboard"):
            read_leaderboard(tmp_path / "x.json")

    def test_public_leaderboards(self, shared: Path) -> None:
        """it finds tracked benchmarks and papers on arXiv in the public files."""
        folder = shared / "reference" / "leaderboards"
        boards = {p.name: read_leaderboard(p) for p in sorted(folder.iterdir())}
        assert {c.benchmark for c in boards["nlpprogress.json"].claims} == {"conll2003", "wmt14_en_de", "wmt14_en_fr"}
        assert {c.benchmark for c in boards["squad.json"].claims} == {"squad11"}
        assert len(boards["epoch_notable_models.csv"].claims) > 1000


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("TPUv3 core", "Google TPU v3", True),
        ("Cloud TPU v3", "TPUv3-512", True),
        ("V100", "NVIDIA Tesla V100 SXM2 32 GB", True),
        ("TPUv3 core", "Google TPU v2", False),
        ("V100", "NVIDIA A100", False),
        ("Titan X", "V100", False),
    ],
)
def test_names_of_one_device(ours: str, theirs: str, same: bool) -> None:
    """it takes two names of one device for no disagreement, and those of two devices for one."""
    assert same_value("device", ours, theirs) is same


class TestOffline:
    def exported(self, folder: Path, verdict: str = "accept") -> Path:
        """What Label Studio would export of these tasks once the first was answered."""
        tasks: list[dict[str, Any]] = json.loads((folder / "tasks.json").read_text())
        for n, task in enumerate(tasks):
            task |= {"id": n + 1, "updated_at": "2026-02-01T10:00:00.000000Z", "annotations": []}
        tasks[0]["annotations"] = [
            {
                "id": 7, "unique_id": "0f6f", "completed_by": {"id": 1, "email": "ann@example.org"},
                "result": result_of(tasks[0], {0: verdict}, None, None), "was_cancelled": False,
                "updated_at": "2026-02-01T10:00:00.000000Z", "lead_time": 8.5,
            }
        ]  # fmt: skip
        (folder / "exported.json").write_text(json.dumps(tasks))
        return folder / "exported.json"

    def test_there_and_back(self, db: Path, tmp_path: Path) -> None:
        """it writes all that another Label Studio needs, and takes its export in, each answer once."""
        out = tmp_path / "out"
        assert "2 pages of 2 records written" in paperflops(
            db, "review", "export", "--out", str(out), "--pictures-at", "https://x.org/p/"
        )
        assert (out / "interface.xml").read_text().startswith("<View")
        pictures = sorted(p.name for p in (out / "pages").iterdir())
        assert len(pictures) == 2
        assert f'src="https://x.org/p/{pictures[0]}"' in (out / "tasks.json").read_text().replace('\\"', '"')
        file = self.exported(out)
        assert "1 new decisions; 1 curated rows" in paperflops(db, "review", "import", str(file))
        assert "0 new decisions; 1 curated rows" in paperflops(db, "review", "import", str(file))
        with reading(db) as con:
            (d,) = load_decisions(con)
        assert (d.annotator, d.seconds_spent, d.verdict) == ("ann@example.org", 8.5, "accept")

    def test_not_an_export(self, db: Path, tmp_path: Path) -> None:
        """it says what it expected where a file is none."""
        for text, told in (('{"a": 1}', "expected a list"), ("[1]", "of another kind"), ("[{}]", "'data' is missing")):
            (tmp_path / "x.json").write_text(text)
            with pytest.raises(BadInputError, match=rf"not a JSON export of these tasks \(.*{told}"):
                paperflops(db, "review", "import", str(tmp_path / "x.json"))
