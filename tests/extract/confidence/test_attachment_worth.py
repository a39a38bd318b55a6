"""How values are joined to models: by which words, and what each way was measured to be worth."""

from __future__ import annotations

import pytest

from db.models import Candidate, Evidence, Field, Record, RecordValue
from db.reference.labelled_papers import LabelledPaper
from db.vocabulary import Link
from extract.confidence.attachment_worth import JudgedLink, judged_links, link_record, out_of_paper
from extract.confidence.chance import Calibration, with_link_confidence
from extract.language.same_model import same_model, speaks_of_another
from extract.records.make import make_records


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("ResNet-50", "ResNet 50", True),
        ("Plainnet (big)", "Plainnet big, 300K steps", False),  # a number more
        ("Plainnet big", "Plainnet (big, ours)", True),
        ("ResNet-1001 (10.2M)", "ResNet-1001", True),
        ("Plainnet-50", "Plainnet-101", False),
        ("α-Net", "β-Net", False),
        ("*", "†", False),
    ],
)
def test_same_model(a: str, b: str, same: bool) -> None:
    """it knows a model by its letters and digits, however they are joined, and never by fewer numbers"""
    assert same_model(a, b) is same


@pytest.mark.parametrize(
    ("text", "model", "another"),
    [
        ("Training Plainnet-101 took 10 days", "Plainnet-29", True),
        ("Training Plainnet-101 took 10 days", "Plainnet-101", False),
        ("Plainnet-29 and Plainnet-101 took 10 days", "Plainnet-101", False),
        ("a Plainnet-101 of 64×4 channels took 10 days", "Plainnet-101, 32 x 4d", True),
        ("The big models took 3 days", "Plainnet (base)", True),
        ("PLAINLARGE took 3 days", "PLAINBASE", True),
        ("A large batch of 4096 was used", "Plainnet-Base", False),
        ("We trained for 3 days on images of 224×224 pixels", "Plainnet 32×4d", False),
        ("We trained for 3 days", "Plainnet-29", False),
        ("On CIFAR-10 it took 3 days", "Plainnet for CIFAR-100", False),
        ("A big network of machines trained for 3 days", "Plainnet-Base", False),
    ],
)
def test_speaks_of_another(text: str, model: str, another: bool) -> None:
    """it hears that a sentence is on another size, depth or setting of the model's family"""
    assert speaks_of_another(text, model) is another


def read(field: Field, value: float | str, quote: str, **more: object) -> Candidate:
    """A candidate that stands behind a value."""
    return Candidate(field, value, Evidence("2001.99999", 1, 1, quote), "test", "1", chosen=True, **more)  # type: ignore[arg-type]


def score(model: str, value: float) -> Candidate:
    return read(
        Field.SCORE, value, f"{model} {value}", subject=model, benchmark="imagenet", metric="top1_accuracy", role="own",
        purpose="training",
    )  # fmt: skip


def time(seconds: float, quote: str, **more: object) -> Candidate:
    return read(Field.TRAINING_TIME, seconds, quote, run="run 1", purpose="training", **more)


def links_of(candidates: list[Candidate]) -> dict[str, Link | None]:
    """Model -> how its training time was joined, for those that were given one."""
    records = make_records("2001.99999", 1, candidates)
    return {r.model: v.link for r in records for v in r.values if v.field == Field.TRAINING_TIME and v.chosen}


def test_ways_of_joining() -> None:
    """it keeps for each value by which words it was joined"""
    two = [score("Plainnet-50", 76.0), score("Widenet-10", 77.0)]
    assert links_of([*two, time(3600.0, "We trained for an hour")]) == {
        "Plainnet-50": Link.NO_MODEL_NAMED_ONLY_VALUE,
        "Widenet-10": Link.NO_MODEL_NAMED_ONLY_VALUE,
    }
    named = time(3600.0, "Plainnet-50 trained for an hour", subject="Plainnet-50")
    assert links_of([*two, named]) == {"Plainnet-50": Link.MODEL_NAMED}
    assert links_of([*two, time(3600.0, "Plainnet-50 trained for an hour")]) == {"Plainnet-50": Link.WORDS_OF_NAME}
    assert links_of([score("Plainnet-50", 76.0), time(3600.0, "We trained for an hour")]) == {
        "Plainnet-50": Link.ONLY_MODEL
    }


def test_another_size_takes_nothing() -> None:
    """it gives the time of one depth of a family to no other depth"""
    three = [score("Plainnet-29", 70.0), score("Plainnet-50", 75.0), score("Plainnet-101", 78.0)]
    assert set(links_of([*three, time(864000.0, "Training the Plainnet-101 takes 10 days")])) == {"Plainnet-101"}


def test_the_times_own_sentence() -> None:
    """it hears the sentence with the time before the one that lends the device"""
    two = [score("Plainnet-29", 70.0), score("Plainnet-101", 78.0)]
    lent = read(Field.DEVICE, "V100", "Plainnet-29 runs on V100 GPUs", run="run 1", purpose="training")
    assert set(links_of([*two, lent, time(864000.0, "Training the Plainnet-101 takes 10 days")])) == {"Plainnet-101"}


def test_words_that_name_nothing() -> None:
    """it does not take a small word of a row's name for the model"""
    models = [score("Plainnet augmented", 76.0), score("Widenet-10", 77.0)]
    assert links_of([*models, time(3600.0, "The augmented images were trained on for an hour")]) == {
        "Plainnet augmented": Link.NO_MODEL_NAMED_ONLY_VALUE,
        "Widenet-10": Link.NO_MODEL_NAMED_ONLY_VALUE,
    }


def labelled(*runs: dict[str, object]) -> dict[str, LabelledPaper]:
    return {"2001.99999": LabelledPaper("2001.99999", runs=runs)}


def test_judging() -> None:
    """it judges a value on each record by whether the annotation gives it to that model"""
    found = [score("Plainnet-50", 76.0), score("Widenet-10", 77.0), time(3600.0, "We trained for an hour")]
    by_key = {c.key: c for c in found}
    records = make_records("2001.99999", 1, found)
    one = labelled({"models": ["Plainnet-50"], "purpose": "training", "time_seconds": 3600})
    assert sorted(j.right for j in judged_links(records, by_key, one)) == [False, True]
    every = labelled({"models": ["*"], "purpose": "training", "time_seconds": 3600})
    assert [j.right for j in judged_links(records, by_key, every)] == [True, True]


def test_other_names_are_not_judged() -> None:
    """it judges nothing where the annotation calls the model by a name that no record has"""
    found = [score("Plainnet-50", 76.0), score("Widenet-10", 77.0), time(3600.0, "We trained for an hour")]
    other = labelled({"models": ["our deep network"], "purpose": "training", "time_seconds": 3600})
    assert judged_links(make_records("2001.99999", 1, found), {c.key: c for c in found}, other) == []


def test_a_paper_counts_for_a_few() -> None:
    """it lets a paper of a hundred records weigh no more than five"""
    many = [JudgedLink("a", "epochs", Link.NO_MODEL_NAMED, True)] * 100
    few = [JudgedLink("b", "epochs", Link.NO_MODEL_NAMED, False)] * 5
    assert link_record([*many, *few]) == {"epochs": {Link.NO_MODEL_NAMED: (5.0, 10.0)}}
    points = out_of_paper([*many, *few])
    assert sorted((chance > 0.5, right) for chance, right in points) == [(False, 1.0), (True, 0.0)]


def test_confidence_on_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """it multiplies the chance that a value is right by the chance that it is this model's"""
    time_said = time(3600.0, "We trained for an hour", confidence=0.8)
    own = read(Field.SCORE, 76.0, "76.0", confidence=0.9)
    links = {"training_time": {Link.NO_MODEL_NAMED: (50.0, 100.0)}}
    monkeypatch.setattr("extract.confidence.chance.measured", lambda: Calibration(links=links))
    record = Record(
        "2001.99999", 1, "Plainnet", "imagenet", "own",
        (
            RecordValue("training_time", None, time_said.key, True, link=Link.NO_MODEL_NAMED),
            RecordValue("score", "top1_accuracy", own.key, True),
        ),
    )  # fmt: skip
    (sure,) = with_link_confidence([record], [time_said, own])
    assert [v.confidence for v in sure.values] == [pytest.approx(0.4, abs=0.005), 0.9]
    assert [c.confidence for c in sure.shown({c.key: c for c in (time_said, own)})] == [
        v.confidence for v in sure.values
    ]


def test_old_records() -> None:
    """it has no confidence for what a run lent before the worth of that was measured, else the value's own"""
    lent, own = time(3600.0, "We trained for an hour", confidence=0.99), read(Field.SCORE, 76.0, "76.0", confidence=0.9)
    values = (
        RecordValue("training_time", None, lent.key, True), RecordValue("score", "top1_accuracy", own.key, True)
    )  # fmt: skip
    record = Record("2001.99999", 1, "Plainnet", "imagenet", "own", values)
    assert [c.confidence for c in record.shown({c.key: c for c in (lent, own)})] == [None, 0.9]
