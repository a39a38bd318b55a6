"""The scorer that is released beside the labelled papers."""

from __future__ import annotations

import ast
import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.store import rows_of, writing
from db.tables.curated import COLUMNS, load_reference
from extract.labels import FOLDER
from extract.labels.score import (
    InputError,
    Said,
    device_model,
    figures,
    load_annotations,
    load_predictions,
    mean_f1,
    names_no_device,
    said_in,
    same_device,
    same_value,
    score_fields,
    score_key,
    truth_of,
    truth_of_annotation,
)
from tests.conftest import ROOT

MEASURED = json.loads((FOLDER / "measured.json").read_text(encoding="utf-8"))


def score(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the script does as a stranger runs it: another folder, nothing of this project on Python's path."""
    return subprocess.run(
        [sys.executable, "-I", folder / "score.py", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_needs_the_standard_library_alone() -> None:
    """it imports nothing that has to be installed"""
    tree = ast.parse((FOLDER / "score.py").read_text(encoding="utf-8"))
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module or "." for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)


class TestValues:
    @pytest.mark.parametrize(
        ("field", "a", "b", "same"),
        [
            ("device", "NVIDIA Tesla V100-SXM2 16GB", "V100", True),
            ("device", "GTX 1080 Ti", "GTX 1080", False),
            ("device", "TPUv3", "TPU", True),
            ("device", "TPUv3", "TPUv2", False),
            ("device_count", 8, 8.0, True),
            ("device_count", 8, 9, False),
            ("device_count", 16.0, [4, 16], True),
            ("training_time", 302400.0, 302400 * 1.019, True),
            ("training_time", 302400.0, 302400 * 1.021, False),
            ("parameters", 25.6e6, 25.5e6, True),
            ("parameters", 25.6e6, 25.0e6, False),
            ("epochs", 90, "ninety", False),
        ],
    )
    def test_same(self, field: str, a: Any, b: Any, same: bool) -> None:
        """it takes two values for one within the field's tolerance, and not beyond"""
        assert same_value(field, a, b) is same

    def test_scores_meet(self) -> None:
        """it counts an accuracy as the error that it leaves, and sacreBLEU as BLEU"""
        assert score_key("imagenet", "top1_accuracy", 76.3) == score_key("imagenet", "top1_error", 23.7)
        assert score_key("cifar10", "top1_error", 4.2) == score_key("cifar10", "error", 4.2)
        assert score_key("imagenet", "top1_error", 4.2) != score_key("imagenet", "error", 4.2)
        assert score_key("wmt14_en_de", "sacrebleu", 28.4) == score_key("wmt14_en_de", "bleu", 28.4)

    def test_devices(self) -> None:
        """it tells a device from its kind"""
        assert device_model("NVIDIA Tesla P100") == "p100"
        assert names_no_device("8 GPUs") and names_no_device("CPU") and not names_no_device("K40")
        assert not same_device("GPU", "V100")


class TestFields:
    def test_implied_may_be_found(self) -> None:
        """it asks for no value that the annotation calls implied, and takes none amiss"""
        runs = [{"device": "V100", "count": 8, "time_seconds": 3600, "purpose": "training", "implied": True}]
        truths = {"a": truth_of("a", [], [], runs)}
        told = [Said("a", "device_count", 8, run="1"), Said("a", "device_count", 9, run="2")]
        by_field = {s.field: s for s in score_fields(truths, told)}
        assert (by_field["device_count"].right, by_field["device_count"].predicted) == (1, 2)
        assert by_field["device_count"].labelled == 0
        assert mean_f1(list(by_field.values())) is None

    def test_run_needs_all_three(self) -> None:
        """it counts a run whose device, count and time are all right, and no run that lacks one"""
        run = {"device": "V100", "count": 8, "time_seconds": 3600.0, "purpose": "training"}
        truths = {"a": truth_of("a", [], [], [run])}
        whole = [
            Said("a", f, v, run="r")
            for f, v in zip(("device", "device_count", "training_time"), ("V100", 8, 3600), strict=True)
        ]
        found = {n: next(s for s in score_fields(truths, whole[:n]) if s.field == "run") for n in (2, 3)}
        assert (found[3].right, found[3].found, found[3].f1) == (1, 1, 1.0)
        assert (found[2].predicted, found[2].f1) == (0, 0.0)

    def test_other_name_of_operations(self) -> None:
        """it finds a number under either name of operations where the annotation gives it under both"""
        models = [{"name": "A", "flops": 4e9, "own": True}, {"name": "A", "multiply_adds": 4e9, "own": False}]
        by_field = {
            s.field: s for s in score_fields({"a": truth_of("a", [], models, [])}, [Said("a", "multiply_adds", 4e9)])
        }
        assert (by_field["flops"].found, by_field["flops"].labelled) == (1, 1)


class TestScript:
    def test_perfect(self) -> None:
        """it gives a reader who says what the labels say full marks on every field"""
        papers = load_annotations(FOLDER / "papers")
        found = figures(
            {a: truth_of_annotation(p) for a, p in papers.items()}, [s for p in papers.values() for s in said_in(p)]
        )
        # a count with two right readings may be another run's too: then one of them is found twice
        least = {"device_count": 0.97}
        assert all(f["f1"] >= least.get(field, 1.0) for field, f in found["fields"].items())
        assert found["model_right"] > 0.999

    def test_agreement(self, tmp_path: Path) -> None:
        """it finds of the second reader's annotations what agreement.json says"""
        shutil.copytree(FOLDER, tmp_path / "labels")
        done = score(tmp_path / "labels", "second", "--json", "again.json")
        assert done.returncode == 0, done.stderr
        again = (tmp_path / "labels" / "again.json").read_text(encoding="utf-8")
        assert again == (FOLDER / "agreement.json").read_text(encoding="utf-8")
        assert "19 labelled papers" in done.stdout

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("no json", "line 1 is no prediction"),
            ('{"arxiv_id": "1512.03385", "value": 3}', "'field'"),
            ('{"arxiv_id": "1512.03385", "field": "epochs", "value": "3"}', "'3' is no number"),
            ('{"arxiv_id": "1512.03385", "field": "device", "value": 3}', "3 is no name"),
            ("[]", "line 1 is no prediction"),
        ],
    )
    def test_bad_lines(self, tmp_path: Path, line: str, told: str) -> None:
        """it says in one line which prediction it can't use, and why"""
        (tmp_path / "p.jsonl").write_text(line + "\n")
        with pytest.raises(InputError, match=told):
            load_predictions(tmp_path / "p.jsonl")
        done = score(FOLDER, str(tmp_path / "p.jsonl"))
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr

    def test_other_fields(self, tmp_path: Path) -> None:
        """it says which fields it has no labels for, and scores the others"""
        lines = [{"arxiv_id": "1512.03385", "field": f, "value": 3} for f in ("speed", "epochs")]
        (tmp_path / "p.jsonl").write_text("\n".join(map(json.dumps, lines)))
        done = score(FOLDER, str(tmp_path / "p.jsonl"))
        assert done.stderr == "not labelled, so not scored: speed\n"
        assert re.search(r"^epochs +0\.000", done.stdout, re.MULTILINE)

    def test_no_file(self) -> None:
        """it says in one line that there is no such file"""
        done = score(FOLDER, "nowhere.jsonl")
        assert done.returncode == 1 and done.stderr.startswith("score.py: nowhere.jsonl can't be read")

    def test_inference_is_not_judged(self, tmp_path: Path) -> None:
        """it leaves out what is said of inference, and empty lines"""
        told = {"arxiv_id": "1512.03385", "field": "device", "value": "V100"}
        lines = [json.dumps(told), "", json.dumps(told | {"purpose": "inference"})]
        (tmp_path / "p.jsonl").write_text("\n".join(lines))
        assert load_predictions(tmp_path / "p.jsonl") == [Said("1512.03385", "device", "V100")]


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, str]]:
    """The baselines by name; of one that stands twice the last."""
    with (FOLDER / "baselines.csv").open(encoding="utf-8", newline="") as rows:
        return {row["system"]: row for row in csv.DictReader(rows)}


class TestBaselines:
    def test_second_reader(self, told: dict[str, dict[str, str]]) -> None:
        """it is what the second reader's annotations score"""
        agreement = json.loads((FOLDER / "agreement.json").read_text(encoding="utf-8"))
        assert told["a second careful reader"]["mean_f1"] == f"{agreement['mean_f1']:.3f}"
        for field in ("run", "training_time", "score"):
            assert told["a second careful reader"][f"{field}_f1"] == f"{agreement['fields'][field]['f1']:.3f}"

    def test_hand_made_table(self, told: dict[str, dict[str, str]], db_path: Path) -> None:
        """it is what the study's own table, as it stands here, scores on the labelled papers that it has rows of"""
        with writing(db_path) as con:
            load_reference(con)
            rows = rows_of(con, "FROM curated")
        said = [s for row in rows for s in said_by_row(row)]
        papers = load_annotations(FOLDER / "papers", FOLDER / "calibration")
        shared = {a: truth_of_annotation(p) for a, p in papers.items() if a in {s.arxiv_id for s in said}}
        found = figures(shared, said)
        row = told["the hand-made table of arXiv 2007.05558, corrected"]
        assert row["papers"] == f"the {found['papers']} that it has rows of"
        assert row["mean_f1"] == f"{found['mean_f1']:.3f}"
        for field in ("run", "training_time", "score"):
            assert row[f"{field}_f1"] == f"{found['fields'][field]['f1']:.3f}"


def said_by_row(row: dict[str, Any]) -> Iterator[Said]:
    """What a row of the curated table says, as a reader would."""
    paper, key, model = row["arxiv_id"], row["row_key"], row["model"]
    for field, column in COLUMNS.items():
        if row[column] is not None:
            yield Said(paper, str(field), row[column], run=key, model=model)
    for score in json.loads(row["scores"] or "[]"):
        yield Said(
            paper, "score", score["value"], model=model, benchmark=row["benchmark"], metric=score["metric"],
            role=row["role"],
        )  # fmt: skip


class TestMeasured:
    def test_of_every_labelled_paper(self) -> None:
        """it was measured on all labelled papers, none left out"""
        assert MEASURED["papers"] == {"tuned": 200, "held_out": 31, "calibration": 17, "blind": 75}

    def test_documented(self) -> None:
        """it is what docs/extract.md states; `paperflops evaluate --labels --out` remakes the file"""
        table = (ROOT / "docs" / "extract.md").read_text(encoding="utf-8")
        for field, figures_of_field in MEASURED["groups"]["blind"].items():
            f1 = figures_of_field["f1"]
            if figures_of_field["labelled"]:
                row = next(line for line in table.splitlines() if line.startswith(f"| `{field}`"))
                assert f"**{f1:.3f}**".replace("**0", "**") in row.split("|")[5]
