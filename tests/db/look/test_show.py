"""The command `show`: all that is known of one paper, readable by people and programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.errors import UnknownNameError
from db.look.show import _place, show
from db.models import Place, Verdict
from tests.db.sample_rows import (
    DEVICE,
    PAPER,
    PARAMETERS,
    QUOTES,
    SCORE,
    TIME,
    TOP1,
    candidate,
    decision,
    save_sample,
)


@pytest.fixture
def shown(db_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(paper: str = PAPER, **options: Any) -> str:
        show(db_path, paper, **options)
        return capsys.readouterr().out

    return run


def line_of(text: str, *starts: str) -> str:
    """The one line that begins with these words, its columns parted by one bar."""
    found = [line for line in text.splitlines() if re.split(r"\s{2,}", line.strip())[: len(starts)] == list(starts)]
    assert len(found) == 1, found
    return " | ".join(re.split(r"\s{2,}", found[0].strip()))


def test_paper_and_reading(db_path: Path, shown: Callable[..., str]) -> None:
    """it begins with the paper, why it is here, where its PDF is, and how the reading ended."""
    save_sample(db_path)
    text = shown()
    assert text.startswith("1512.03385v1  Deep Residual Learning for Image Recognition\n")
    for words in [
        "Kaiming He, Xiangyu Zhang", "published 2015-12-10", "cs.CV", "https://arxiv.org/abs/1512.03385v1",
        "found for imagenet (ILSVRC, ImageNet)", f"PDF {db_path.parent / 'pdfs' / 'ab' / ('ab' * 32)}.pdf",
        "reading ended: read · 12 pages · 14 tables · 3.2 s · reader 1",
    ]:  # fmt: skip
        assert words in text
    assert "reading ended: encrypted (a password is needed to open it)" in shown("1706.03762")
    assert "PDF not here yet" in shown("2401.00001")


def test_first_metric_first() -> None:
    """it puts the benchmark's first metric before its others, whatever they are called."""
    values = [
        {"field": "score", "benchmark": "coco", "metric": m, "run": None, "page": 1, "key": m}
        for m in ("ap50", "box_ap")
    ]
    assert [v["metric"] for v in sorted(values, key=_place)] == ["box_ap", "ap50"]


def test_values_with_their_words(db_path: Path, shown: Callable[..., str]) -> None:
    """it gives each value as people say it and as a number, with page, confidence, state and the words."""
    save_sample(db_path)
    text = shown()
    assert "ResNet-152 · imagenet · own" in text
    assert (
        line_of(text, "training_time")
        == f"training_time | 3.5 days (302400 s) | 5 | 0.90 | unreviewed | {QUOTES['device']}"
    )
    assert line_of(text, "parameters").startswith("parameters | 60.2 M (60200000) | 5 |")
    assert line_of(text, "top1_error") == "top1_error | 19.38 | 6 | 0.90 | unreviewed | ResNet-152 | 4.49"
    assert "none: steps alone give no epochs" in line_of(text, "epochs"), "a hard form shows its reason"
    assert line_of(text, "VGG-16").startswith("VGG-16 | top5_error | 9.33"), "prior work stands apart"


def test_decisions_show_as_states(db_path: Path, shown: Callable[..., str]) -> None:
    """it says of each value what people made of it: accepted, disputed, corrected to what and where that stands."""
    elsewhere = decision(candidate("parameters", 61e6, "61 M"), Verdict.ACCEPT, 61e6)
    save_sample(
        db_path,
        [
            decision(PARAMETERS, Verdict.ACCEPT, 60.2e6),
            decision(TIME, Verdict.CORRECT, 310000.0, place=Place(3, "trained for 3.59 days", ((1, 2, 3, 4),))),
            decision(TOP1, Verdict.CORRECT, 19.4, typed="19.4"),
            decision(SCORE, Verdict.ACCEPT),
            decision(SCORE, Verdict.REJECT, annotator="bob"),
            decision(DEVICE, Verdict.REJECT, backend_id="1"),
            decision(DEVICE, Verdict.ACCEPT, DEVICE.value, backend_id="2"),
            elsewhere,
        ],
    )
    text = shown()
    rows = {
        row[0]: line_of(text, *row).split(" | ")[4] for row in [("training_time",), ("top5_error", "4.49"), ("device",)]
    }
    assert rows == {
        "training_time": "corrected to 3.59 days, found on page 3: trained for 3.59 days",
        "top5_error": "disputed", "device": "accepted",
    }  # fmt: skip
    assert "corrected to 19.4, stated by ann, not found in the paper" in line_of(text, "top1_error")
    assert text.count("accepted") == 3
    assert "Other decisions" in text, "a decision on words that are no longer read is still shown"
    assert "61 M (61000000)" in text.split("Other decisions")[1]


def test_rejected_candidates_on_request(db_path: Path, shown: Callable[..., str]) -> None:
    """it counts rejected candidates and with `--all` lists each with the reason, in a record or not."""
    save_sample(db_path)
    text = shown()
    assert "2 rejected candidates with their reasons: --all" in text
    assert "counts tokens" not in text
    text = shown(everything=True)
    assert (
        line_of(text, "parameters", "1 M (1000000)")
        == "parameters | 1 M (1000000) | 5 | counts tokens | 1 M tokens a batch"
    )
    assert line_of(text, "device_count", "4").endswith("counts machines | 4 nodes")


def test_for_machines(db_path: Path, shown: Callable[..., str]) -> None:
    """it gives the same as JSON: whole numbers as such, each value with its evidence."""
    save_sample(db_path, [decision(PARAMETERS, Verdict.ACCEPT, 60.2e6)])
    facts = json.loads(shown(as_json=True))
    record = facts["records"][0]
    assert (record["model"], record["benchmark"], record["role"]) == ("ResNet-152", "imagenet", "own")
    value = next(v for v in record["values"] if v["field"] == "parameters")
    assert value["value"] == 60200000
    assert isinstance(value["value"], int)
    assert (value["page"], value["quote"], value["state"]) == (5, QUOTES["parameters"], "accepted")
    assert value["decisions"][0]["annotator"] == "ann"
    assert facts["rejected_count"] == 2
    assert len(json.loads(shown(as_json=True, everything=True))["rejected"]) == 2


@pytest.mark.parametrize(
    "spelling",
    ["1512.03385", "1512.03385v1", " arXiv:1512.03385v1", "https://arxiv.org/abs/1512.03385", "1512.03385v1.pdf"],
)
def test_spellings_of_an_id(db_path: Path, shown: Callable[..., str], spelling: str) -> None:
    """it takes an id as people have it at hand."""
    save_sample(db_path)
    assert shown(spelling).startswith("1512.03385v1")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("1512.03386", "near it: 1512.03385"),
        ("1512.03385v2", "is here as v1, not as v2; try `paperflops show 1512.03385v1`"),
        ("attention", "near it: 1706.03762 (Attention Is All You Need)"),
        ("0000.00000", "take it in with `paperflops add FILE.pdf`"),
    ],
)
def test_unknown_id(db_path: Path, asked: str, told: str) -> None:
    """it says in one line which ids are near, or how to add the paper."""
    save_sample(db_path)
    with pytest.raises(UnknownNameError) as caught:
        show(db_path, asked)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_on_a_terminal(db_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """it stays within 100 columns of a terminal and breaks no number."""
    from rich.console import Console

    monkeypatch.setattr("db.terminal.console.out", Console(force_terminal=True, width=100, soft_wrap=True, emoji=False))
    save_sample(db_path, [decision(TIME, Verdict.CORRECT, 310000.0)])
    show(db_path, PAPER, everything=True)
    text = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    tables = [line for line in text.splitlines() if not line.startswith("  ")]
    assert max(map(len, tables)) <= 100
    for number in ("3.5 days (302400 s)", "60.2 M (60200000)", "11.3 G (11300000000)", "19.38"):
        assert number in text
