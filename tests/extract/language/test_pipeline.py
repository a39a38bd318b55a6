"""The language layer: tokens as papers print them, names marked, components of a project's own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from extract.language.data_set_names import other_data_sets
from extract.language.pipeline import read_language
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("14h", ["14", "h"]),
        ("~5 days", ["~", "5", "days"]),
        ("8xP100 cards", ["8", "x", "P100", "cards"]),
        ("a P100", ["a", "P100"]),
        ("test-dev of Foo-200", ["test-dev", "of", "Foo-200"]),
        ("(30GB)", ["(", "30", "GB", ")"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    """it parts a number from its unit and its sign, and leaves names whole"""
    assert [token.text for token in read_language()(text)] == tokens


OTHERS = {
    # kind: a name with a noun behind it
    "We reach 71.2 on the OtherWorld-200 benchmark.": ["OtherWorld-200"],
    "accuracy on the Foo Bar data set": ["Foo Bar"],
    "FooNet-R test set error": ["FooNet-R"],
    "the Quux 2019 corpus of speech": ["Quux 2019"],
    "Evaluations on Marbles and Blocks datasets follow.": ["Blocks"],
    # kind: a tracked name that goes on
    "top-1 accuracy on CIFAR-10-Foo": ["CIFAR-10-Foo"],
    "the ImageNet-Foo benchmark": ["ImageNet-Foo"],
    # kind: listed
    "accuracy on SVHN": ["SVHN"],
    # near misses
    "This dataset is large. Training datasets matter. Larger benchmarks exist.": [],
    "the ImageNet dataset and the COCO benchmark": [],
    "on the WMT 2014 dataset": [],
    "The dataset has 14M images; Our Benchmark is new.": [],
    "COCO-AP of 41.2 and CIFAR-10 and ImageNet-1K": [],
    "a ResNet-trained ImageNet-pretrained net": [],
}


@pytest.mark.parametrize(("text", "names"), OTHERS.items(), ids=OTHERS.keys())
def test_other_data_sets(text: str, names: list[str]) -> None:
    """it finds the data sets that are none of the tracked ones, known or not"""
    assert [text[start:end] for start, end in other_data_sets(text)] == names


OWN_COMPONENT = """
from spacy.language import Language
from spacy.tokens import Span
@Language.component("marbles")
def marbles(doc):
    doc.spans["other_data_sets"] = [Span(doc, t.i, t.i + 1, label="marbles") for t in doc if t.text == "Marbles"]
    return doc
from extract.language.data_set_names import other_data_sets
print(other_data_sets("an error of 3.5% on Marbles"))
"""


def run(code: str, components: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT,
        env={"PAPERFLOPS_COMPONENTS": components, "PATH": ""},
    )  # fmt: skip


def test_own_component() -> None:
    """it asks the components that the environment names, and takes their data sets for others than the tracked"""
    assert run(OWN_COMPONENT, "marbles").stdout == "((20, 27),)\n"


def test_unknown_component() -> None:
    """it says in one line which component nobody registers"""
    code = "from extract.language.pipeline import read_language\nread_language()"
    assert "no component is called 'marbels'" in run(code, "marbels").stderr.splitlines()[-1]
