"""Records: which values one model of a paper on one benchmark gets."""

from __future__ import annotations

from itertools import count

from db.models import Candidate, Evidence, Field, Record
from extract.records import make_records

_places = count()


def read(field: Field, value: float | str, quote: str = "", **more: object) -> Candidate:
    """A candidate that stands behind a value, at a place of its own."""
    evidence = Evidence("2001.99999", 1, 1, quote or f"words {next(_places)}")
    return Candidate(field, value, evidence, "test", "1", chosen=True, **more)  # type: ignore[arg-type]


def score(model: str, value: float, benchmark: str = "imagenet") -> Candidate:
    return read(
        Field.SCORE, value, subject=model, benchmark=benchmark, metric="top1_accuracy", role="own", purpose="training"
    )


def values_of(candidates: list[Candidate]) -> dict[str, dict[str, object]]:
    """Model -> field -> its chosen value."""
    by_key = {c.key: c.value for c in candidates}
    records: list[Record] = make_records("2001.99999", 1, candidates)
    return {r.model: {v.field: by_key[v.candidate_key] for v in r.values if v.chosen} for r in records}


def run(label: str, quote: str, *, purpose: str = "training", **values: float | str) -> list[Candidate]:
    """The candidates of one run, all said in one sentence."""
    return [read(Field(f), v, quote, run=label, purpose=purpose) for f, v in values.items()]


def test_a_number_tells_only_beside_its_name() -> None:
    """it gives a run to the model whose name and number stand in its sentence, not to any that shares a number"""
    said = values_of([
        score("ResNet-50", 76.0), score("ViT-16", 77.0),
        *run("a", "ResNet-50 trains for 3 days with batches of 16 images", device_count=8.0, training_time=259200.0),
        *run("b", "We train it on 4 processors", device_count=4.0, training_time=86400.0),
    ])  # fmt: skip
    assert said["ResNet-50"]["device_count"] == 8.0
    assert "device_count" not in said["ViT-16"]


def test_training_before_fine_tuning() -> None:
    """it takes the epochs of training where a sentence on fine-tuning names the benchmark"""
    said = values_of([
        score("A-1", 80.0),
        read(Field.EPOCHS, 300.0, "We train for 300 epochs", purpose="training"),
        read(Field.EPOCHS, 30.0, "On ImageNet we fine-tune for 30 epochs", purpose="finetuning"),
    ])  # fmt: skip
    assert said["A-1"]["epochs"] == 300.0


def test_pretraining_hardware_beside_fine_tuning_epochs() -> None:
    """it keeps the hardware of pre-training where only epochs are said of fine-tuning"""
    said = values_of([
        score("A-1", 80.0),
        *run("a", "Pre-training took 4 days", purpose="pretraining", device="V100", device_count=8.0),
        read(Field.EPOCHS, 3.0, "We fine-tune for 3 epochs", purpose="finetuning"),
    ])  # fmt: skip
    assert said["A-1"] == {"score": 80.0, "device": "V100", "device_count": 8.0, "epochs": 3.0}


def test_several_counts_are_none() -> None:
    """it chooses no count where one run may have had several"""
    said = values_of(
        [score("A-1", 80.0), *run("a", "from 64", device_count=64.0), *run("a", "to 512", device_count=512.0)]
    )
    assert "device_count" not in said["A-1"]


def test_epochs_in_the_name() -> None:
    """it takes the epochs that the model's own name says"""
    said = values_of([
        score("A-1 Epochs=14", 80.0),
        *(read(Field.EPOCHS, n, f"A-1 {n}", subject="A-1", run=f"row {n}", purpose="training") for n in (7.0, 14.0)),
    ])  # fmt: skip
    assert said["A-1 Epochs=14"]["epochs"] == 14.0


def test_a_size_alone() -> None:
    """it knows "big model" for the one model of that size"""
    assert list(values_of([score("Former (big)", 80.0), score("Former (base)", 79.0), score("big model", 80.1)])) == [
        "Former (base)", "Former (big)",
    ]  # fmt: skip


def test_settings_are_no_models() -> None:
    """it makes no record of a setting that a table of costs lists"""
    costs = [
        read(Field.PARAMETERS, 1e7, subject=name, role="own") for name in ("Stride=2", "3-layer 1D", "MB", "Net-7")
    ]
    assert list(values_of(costs)) == ["Net-7"]


def test_parameters_in_the_name() -> None:
    """it gives a model's parameters to its name with their number behind it"""
    said = values_of([score("Net-7 (1.7M)", 80.0), read(Field.PARAMETERS, 1.7e6, subject="Net-7", role="own")])
    assert said == {"Net-7 (1.7M)": {"score": 80.0, "parameters": 1.7e6}}
