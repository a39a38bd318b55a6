"""A benchmark added with one table of the reference is read as ImageNet is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from db.reference.benchmarks import BENCHMARKS_TOML
from tests.conftest import ROOT
from tests.extract.sentences.test_scores import SENTENCES

ADDED = Path(__file__).parent / "added_benchmark.toml"
# reads sentences from standard input with the reference copied to the path given, and prints their scores
READ = """
import json, sys
from pathlib import Path
from db.reference import benchmarks
benchmarks.BENCHMARKS_TOML = Path(sys.argv[1])
from tests.extract.written import written_paper
texts = json.load(sys.stdin)
print(json.dumps([
    [[s.benchmark, s.metric, s.value] for s in written_paper(text).scores if s.reason is None] for text in texts
]))
"""
# of one benchmark alone, by which no other could be meant
ALONE = {text: expected for text, expected in SENTENCES.items() if "ImageNet" in text and "CIFAR" not in text}


@pytest.fixture(scope="module")
def read_as_other(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[object]]]:
    """The sentences on ImageNet, said of the added benchmark, with the scores that were read."""
    copied = tmp_path_factory.mktemp("reference") / "benchmarks.toml"
    copied.write_text(f"{BENCHMARKS_TOML.read_text('utf-8')}\n{ADDED.read_text('utf-8')}", encoding="utf-8")
    texts = [text.replace("ImageNet", "OtherScenes") for text in ALONE]
    ran = subprocess.run(
        [sys.executable, "-c", READ, str(copied)], input=json.dumps(texts), capture_output=True, text=True, cwd=ROOT,
        check=True,
    )  # fmt: skip
    return dict(zip(ALONE, json.loads(ran.stdout), strict=True))


@pytest.mark.parametrize("text", ALONE)
def test_the_added_benchmark_is_read_alike(text: str, read_as_other: dict[str, list[list[object]]]) -> None:
    """it gives the added benchmark the metrics and values that the same sentence gives ImageNet"""
    expected = [["otherscenes", metric, value] for _, metric, value in ALONE[text]]
    assert read_as_other[text] == expected


def test_there_are_sentences_enough() -> None:
    """it is tried on errors, accuracies, ranks, lists, percentages and near misses"""
    assert len(ALONE) >= 15
    assert {metric for expected in ALONE.values() for _, metric, _ in expected} == {
        "top1_error", "top5_error", "top1_accuracy", "top5_accuracy",
    }  # fmt: skip
