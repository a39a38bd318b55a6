"""A benchmark of image classification, added with one table, has what ImageNet has: in tables, the queue and analysis.

Each is asked in a process of its own, with the table added to a copy of the reference; sentences are in
`extract/sentences/test_added_benchmark.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from db.reference.benchmarks import BENCHMARKS_TOML
from tests.conftest import ROOT
from tests.extract.cells.test_score_examples import EXAMPLES

ADDED = ROOT / "tests" / "extract" / "sentences" / "added_benchmark.toml"
OTHER_DATA = (
    "CIFAR",
    "COCO",
    "ImageNet-",
    "ImageNet V2",
    "ImageNet ReaL",
    "WIDER",
    "Places",
    "IN-1k",
    "INet",
    "IN top-1",
)
# tables that measure on ImageNet alone
ALONE = {
    f"{kind}: {example['name']}": example
    for kind, example in EXAMPLES
    if "ImageNet" in str(example)
    and {benchmark for _, benchmark, _, _ in example["scores"]} == {"imagenet"}
    and not any(other in str(example) for other in OTHER_DATA)
}
ASK = """
import json, sys
from pathlib import Path
from db.reference import benchmarks
benchmarks.BENCHMARKS_TOML = Path(sys.argv[1])
import tests.test_added_benchmark as asked
tables, benchmark, name = json.load(sys.stdin)
print(json.dumps({
    "tables": {place: asked.scores(example) for place, example in tables.items()},
    "queue": asked.in_queue(name),
    "analysis": asked.in_analysis(benchmark),
}))
"""


def scores(example: dict[str, Any]) -> list[list[object]]:
    """What the scores of an example's table are read as."""
    from tests.extract.cells.test_score_examples import readings, score

    return [list(score(r)) for r in readings(example)]


def in_queue(name: str) -> list[list[object]]:
    """The pages that reviewers get of a paper with results and costs on the data set of this name, and their points."""
    from curate.queue.points import point_of_payload
    from curate.queue.tasks import build_tasks
    from extract.read_paper import read_candidates
    from extract.records.make import make_records
    from tests.extract.written_tables import table_paper

    view = table_paper(
        """
        Model | Params (M) | Mult-Adds (M) | Top-1 err. | Top-5 err.
        Plainnet-50 (ours) | 25.6 | 3800 | 24.0 | 7.1
        Widenet-10 (ours) | 68.9 | 11400 | 21.9 | 5.8
        """,
        caption=f"Error rates on {name} validation.",
        text=f"We train our networks on {name}. Training Plainnet-50 takes 29 hours on 8 P100 GPUs for 90 epochs.",
    )
    found = read_candidates(view)
    tasks = build_tasks(make_records("2001.99999", 1, found), {c.key: c for c in found}, {})
    pages = []
    for task in tasks:
        point = point_of_payload(task.payload)
        values = [[f.field, f.metric, f.value] for f in task.payload.fields]
        place = [point.log_error, dict(point.log_computing)] if point else None
        pages.append([task.payload.model, task.payload.benchmark, values, place])
    return pages


def in_analysis(benchmark: str) -> dict[str, object]:
    """What analysis makes of a curated row of this benchmark."""
    from analysis.rows.inputs import metric_name
    from db.measures import primary_metrics
    from db.reference.benchmarks import load_benchmarks
    from tests.analysis.test_observations import curated, observe

    rows = observe(
        *(curated(benchmark=benchmark, metric=m, score=s) for m, s in (("top1_error", 24), ("top1_accuracy", 76)))
    )
    size = load_benchmarks()[benchmark].training_set_size
    return {
        "metric": metric_name(benchmark),
        "metrics": primary_metrics(benchmark),
        "errors": rows["error"].round(9).tolist(),
        "burden": rows["burden"].tolist(),
        "operations": rows["operations"].tolist(),
        "passes": (rows["training_operations"] / size / rows["operations"]).round(6).tolist(),
    }


@cache
def asked(folder: Path, benchmark: str, name: str) -> dict[str, Any]:
    """What a process with both benchmarks says of this one."""
    reference = folder / "benchmarks.toml"
    reference.write_text(f"{BENCHMARKS_TOML.read_text('utf-8')}\n{ADDED.read_text('utf-8')}", encoding="utf-8")
    text = json.dumps([ALONE, benchmark, name]).replace("ImageNet", name)
    ran = subprocess.run(
        [sys.executable, "-c", ASK, str(reference)], input=text, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.replace(f'"{benchmark}"', '"it"'))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reference")


@pytest.mark.parametrize("part", ["queue", "analysis"])
def test_queue_and_analysis(folder: Path, part: str) -> None:
    """it gives the added benchmark the pages, points, errors and measures of computing that it gives ImageNet"""
    imagenet = asked(folder, "imagenet", "ImageNet")[part]
    assert imagenet and asked(folder, "otherscenes", "OtherScenes")[part] == imagenet


@pytest.mark.parametrize("table", ALONE)
def test_tables(folder: Path, table: str) -> None:
    """it gives the added benchmark the scores that the same table gives ImageNet"""
    imagenet = asked(folder, "imagenet", "ImageNet")["tables"][table]
    assert imagenet and asked(folder, "otherscenes", "OtherScenes")["tables"][table] == imagenet


def test_there_is_enough_to_ask(folder: Path) -> None:
    """it asks of tables of many kinds, and of a paper whose models lie on every axis"""
    assert len(ALONE) >= 15
    pages = asked(folder, "imagenet", "ImageNet")["queue"]
    assert [page[0] for page in pages] == ["Plainnet-50", "Widenet-10"]
    assert set(pages[0][3][1]) == {"hardware burden", "multiply-adds", "parameters"}
