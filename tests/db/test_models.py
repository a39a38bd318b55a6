"""Keys: they name the same thing on every machine and in every version, since decisions are kept by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.models import Candidate, Decision, Evidence, Record, digest, judged_key, normal_name

EVIDENCE = Evidence("1512.03385", 1, 5, "25.6 million parameters", start=10, end=33)
PARAMETERS = Candidate("parameters", 25600000.0, EVIDENCE, "plain", "1")
DECISION = Decision(
    task_key="t", arxiv_id="1512.03385", version=1, model="ResNet-50", benchmark="imagenet", field="parameters",
    metric=None, verdict="accept", judged_value=25600000.0, value=25600000.0, page=5,
    quote="25.6 million parameters", annotator="ann", decided_at=datetime(2026, 1, 2, 3, 4, 5),
)  # fmt: skip


def test_keys_of_today_are_keys_of_tomorrow() -> None:
    """it gives the keys that databases in use already carry: if this fails, their decisions no longer match."""
    assert judged_key("1512.03385", 1, 5, "25.6 million parameters", "parameters", None, 25600000.0) == GOLDEN["judged"]
    assert PARAMETERS.judged_key == GOLDEN["judged"]
    assert DECISION.judged_key == GOLDEN["judged"]
    assert judged_key("cs/0112017", 2, None, None, "device", None, "Tesla V100") == GOLDEN["judged, no words"]
    assert PARAMETERS.key == GOLDEN["candidate"]
    assert Record("1512.03385", 1, "ResNet-50", "imagenet", "own").key == GOLDEN["record"]
    assert DECISION.key == GOLDEN["decision"]


GOLDEN = {
    "judged": "1b7b6d2ef9ddf7d7",
    "judged, no words": "5f5423b63b940524",
    "candidate": "e441da82414ffe40",
    "record": "abb48029e307943c",
    "decision": "96505d46534a4b59",
}


@pytest.mark.parametrize(
    "better",
    [
        replace(PARAMETERS, pattern="table", extractor_version="2", confidence=0.99, chosen=True, role="own"),
        replace(PARAMETERS, evidence=replace(EVIDENCE, start=99, end=123, boxes=((1, 2, 3, 4),))),
        replace(PARAMETERS, evidence=replace(EVIDENCE, quote=" 25.6  million\nparameters")),
        replace(PARAMETERS, value=25600000),
        replace(PARAMETERS, subject="ResNet-50", benchmark="imagenet", run="r1"),
    ],
    ids=["another pattern", "another place in the text", "another line break", "an int", "another link"],
)
def test_judged_key_outlives_the_extractor(better: Candidate) -> None:
    """it names what a person judged, however a later extractor came to it."""
    assert better.judged_key == PARAMETERS.judged_key


@pytest.mark.parametrize(
    "other",
    [
        replace(PARAMETERS, value=25500000.0),
        replace(PARAMETERS, value=None),
        replace(PARAMETERS, field="flops"),
        replace(PARAMETERS, metric="f1"),
        replace(PARAMETERS, evidence=replace(EVIDENCE, page=6)),
        replace(PARAMETERS, evidence=replace(EVIDENCE, version=2)),
        replace(PARAMETERS, evidence=replace(EVIDENCE, quote="25.6 million weights")),
        replace(PARAMETERS, evidence=replace(EVIDENCE, arxiv_id="1512.03386")),
    ],
    ids=["value", "no value", "field", "metric", "page", "version", "words", "paper"],
)
def test_changed_evidence_is_another_question(other: Candidate) -> None:
    """it names something else where the value or its evidence differs, so that the question opens again."""
    assert other.judged_key != PARAMETERS.judged_key


@given(st.integers(min_value=-(2**53), max_value=2**53))
@example(0)
def test_whole_number_has_one_key(value: int) -> None:
    """it gives a whole number the same key as an int and as the double that the database gives back."""
    assert digest(value) == digest(float(value)) == digest(-float(-value))


def test_absent_empty_and_zero_differ() -> None:
    """it keeps "not said", "" and zero apart."""
    assert len({digest(None), digest(""), digest(0), digest(False)}) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [("ResNet-50", "resnet 50"), ("ResNet_50", "ResNet50"), ("BERT (large)", "BERT Large"), ("BERT + CRF", "BERT+CRF")],
)
def test_spellings_meet(one: str, other: str) -> None:
    """it brings two spellings of one model's name together."""
    assert normal_name(one) == normal_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("DeepLabv3", "DeepLabv3+"), ("UNet", "UNet++"), ("ResNet-50", "ResNet-500"), ("ConvNet-α", "ConvNet-β")],
)
def test_models_stay_apart(one: str, other: str) -> None:
    """it keeps two models with like names apart."""
    assert normal_name(one) != normal_name(other)


def test_same_annotation_pulled_twice_is_one_decision() -> None:
    """it gives a decision the same key each time it is pulled, and another when the annotator changed it."""
    assert replace(DECISION).key == DECISION.key
    assert replace(DECISION, seconds_spent=12.0, note="sure").key == DECISION.key
    changed = [
        replace(DECISION, verdict="reject", value=None),
        replace(DECISION, value=25500000.0),
        replace(DECISION, annotator="bob"),
        replace(DECISION, decided_at=datetime(2026, 1, 3)),
    ]
    assert len({d.key for d in [DECISION, *changed]}) == 5
