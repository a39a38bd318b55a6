"""Tables that say on what, on how many and for how long runs were made."""

from __future__ import annotations

from db.models import Field
from extract.read_paper import read_candidates
from tests.extract.written_tables import table_paper

HOUR, DAY = 3600.0, 86400.0


def runs(lines: str, caption: str, text: str = "") -> dict[str, dict[str, object]]:
    """Row's model -> field -> value of its run, for those that the table tells of."""
    out: dict[str, dict[str, object]] = {}
    for c in read_candidates(table_paper(lines, caption=caption, text=text)):
        if c.chosen and c.run and c.run.startswith("table") and c.field != Field.EPOCHS and c.evidence.table:
            out.setdefault(str(c.subject), {})[str(c.field)] = c.value
    return out


def test_unit_in_the_caption() -> None:
    """it takes the unit of a column "Time" from brackets or a sentence of the caption"""
    lines = """
    Model | BLEU | Time
    Plainnet | 26.4 | 495
    Deepnet | 26.7 | 311
    """
    said = runs(lines, "Training time (min) of both networks, on newstest2014.")
    assert {m: r["training_time"] for m, r in said.items()} == {"Plainnet": 495 * 60.0, "Deepnet": 311 * 60.0}
    said = runs(lines, "Statistics of training. The time is in hours.")
    assert {m: r["training_time"] for m, r in said.items()} == {"Plainnet": 495 * HOUR, "Deepnet": 311 * HOUR}


def test_bare_hours_beside_epochs() -> None:
    """it knows a column "Hours" beside one of epochs for the runs' time, and not one beside speeds of inference"""
    lines = """
    Model | Updates | Epochs | Hours
    Plainnet | 846000 | 6.4 | 109
    Deepnet | 600000 | 4.5 | 108
    """
    assert runs(lines, "Learning statistics.")["Plainnet"] == {"training_time": 109 * HOUR}
    assert not runs(lines.replace("Epochs", "Sentences").replace("Updates", "Words"), "Inference on the test set.")


def test_header_names_what_is_counted() -> None:
    """it reads "TPU v3 cores" over numbers as the device and how many"""
    lines = """
    Model | TPU v3 cores | Training time (days)
    Plainnet | 2048 | 4.0
    Deepnet | 512 | 11.0
    """
    said = runs(lines, "Cost of the networks.")
    assert {m: r["device_count"] for m, r in said.items()} == {"Plainnet": 2048.0, "Deepnet": 512.0}
    assert {str(r["device"]) for r in said.values()} == {"TPU v3 core"}
    cores = runs(lines.replace("TPU v3 cores", "Cores"), "Cost of the networks.")
    assert cores["Deepnet"]["device_count"] == 512.0


def test_device_of_the_rows_above() -> None:
    """it carries a device down a column that names it once"""
    lines = """
    Model | # gpu | Training time (h)
    Plainnet | 8×V100 | 24
    + wide | 8 | 12
    + 16 nodes | 128 | 1
    """
    said = runs(lines, "Cost of the networks.")
    assert [(r["device"], r["device_count"]) for r in said.values()] == [("V100", 8.0), ("V100", 8.0), ("V100", 128.0)]


def test_printed_time_before_a_derived_one() -> None:
    """it works no time out of core-years where the table prints the days"""
    lines = """
    Model | TPU v3 cores | TPU core years | Training time (days)
    Plainnet | 2048 | 22.4 | 4.0
    """
    assert runs(lines, "Cost of the networks.")["Plainnet"]["training_time"] == 4 * DAY
