"""Records: which values one model of a paper on one benchmark gets."""

from __future__ import annotations

from itertools import count

from db.models import Candidate, Evidence, Field, Record
from extract.records.make import make_records

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


def scored(model: str, value: float, **qualifiers: bool | str) -> Candidate:
    """An error of the model; `split` among the qualifiers is the split's."""
    split = qualifiers.pop("split", "val")
    return read(
        Field.SCORE, value, subject=model, benchmark="imagenet", metric="top1_error", role="own", split=split,
        qualifiers=qualifiers,
    )  # fmt: skip


def test_one_model_before_an_ensemble() -> None:
    """it takes the single model's validation score over the test score of an ensemble that the model is in"""
    assert values_of([scored("A-4", 17.1, ensemble=True, split="test"), scored("A-4", 20.0)]) == {
        "A-4": {"score": 20.0}
    }


def test_one_crop_before_many() -> None:
    """it takes the score of one crop, which is what operations are counted for"""
    assert values_of([scored("A-4", 18.7, multi_crop=True), scored("A-4", 20.0, single_crop=True)]) == {
        "A-4": {"score": 20.0}
    }


def test_own_name_first() -> None:
    """it gives a variant its own count, not that of the model whose name it begins with"""
    costs = [read(Field.FLOPS, n, subject=m, role="own") for m, n in (("A v2", 3.8e9), ("A v2 auxiliary", 4.8e9))]
    said = values_of([scored("A v2", 23.4), scored("A v2 auxiliary", 21.2), *costs])
    assert {model: values["flops"] for model, values in said.items()} == {"A v2": 3.8e9, "A v2 auxiliary": 4.8e9}


def test_models_of_others() -> None:
    """it gives no run to a model that only a sentence on its parameters names, unless the run names it too"""
    said = values_of([
        scored("A-4", 20.0), read(Field.PARAMETERS, 6e7, subject="Otherwise"),
        *run("a", "Training took a day", training_time=86400.0),
    ])  # fmt: skip
    assert said == {"A-4": {"score": 20.0, "training_time": 86400.0}, "Otherwise": {"parameters": 6e7}}


def test_the_network() -> None:
    """it gives what "the network" costs to the paper's only model, of several to the models in general"""
    size = read(Field.PARAMETERS, 1.36e7, subject="our network")
    assert values_of([scored("A-4", 20.0), size]) == {"A-4": {"score": 20.0, "parameters": 1.36e7}}
    several = values_of([scored("A-4", 20.0), scored("B-4", 21.0), size])
    assert several == {"A-4": {"score": 20.0}, "B-4": {"score": 21.0}, "*": {"parameters": 1.36e7}}


def test_runs_without_scores() -> None:
    """it makes a record of each model that the runs of a paper without scores name"""
    times = [
        read(Field.TRAINING_TIME, seconds, subject=model, run=model)
        for model, seconds in (("Chess", 32400.0), ("Shogi", 43200.0))
    ]
    assert values_of(times) == {"Chess": {"training_time": 32400.0}, "Shogi": {"training_time": 43200.0}}


def test_one_of_two_that_a_sentence_names() -> None:
    """it withholds epochs whose sentence names another model too, in whatever order the names are looked at"""
    names = ["gut fly-1", "fly-1", "Bee fly-1", "Cow fly-1", "Doe fly-1"]
    said = values_of([
        *(score(name, 70.0 + n) for n, name in enumerate(names)),
        read(Field.EPOCHS, 30.0, "Bee fly-1 sees 30 epochs", purpose="training"),
    ])  # fmt: skip
    assert said["Bee fly-1"]["epochs"] == 30.0
    assert "epochs" not in said["gut fly-1"]
