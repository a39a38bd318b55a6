"""Runs: which device, count, time and model belong together, across sentences, and what is worked out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.models import Candidate, Cell, Document, Field, Page, Table, Word
from extract.fields import field_readers
from extract.fields.paper import PaperView, view_paper
from extract.layout.blocks import lay_out
from extract.runs.join import group_runs
from extract.runs.subject import subjects_of
from tests.extract.written import written_page, written_paper

FIELDS = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS)
HOUR, DAY = 3600.0, 86400.0


def grouped(paper: PaperView) -> list[Candidate]:
    """The four fields' candidates with runs made."""
    readers = field_readers()
    return group_runs(paper, [c for field in FIELDS for c in readers[field].read(paper)])


def runs_of(paper: PaperView) -> list[tuple[object, object, object]]:
    """(device, count, seconds) of every run that has a time, None for what it lacks."""
    by_run: dict[str, dict[str, object]] = {}
    for c in grouped(paper):
        if c.chosen and c.run:
            by_run.setdefault(c.run, {})[str(c.field)] = c.value
    return [
        (r.get("device"), r.get("device_count"), r["training_time"]) for r in by_run.values() if "training_time" in r
    ]


def said(text: str) -> list[tuple[object, object, object]]:
    """The runs of a page that says this."""
    return runs_of(written_paper(text))


def test_one_sentence() -> None:
    """it joins the device, the count and the time of one sentence"""
    assert said("Training took 3.5 days on 8 P100 GPUs.") == [("P100", 8.0, 3.5 * DAY)]


def test_hardware_before() -> None:
    """it gives times the hardware that a sentence before them named"""
    text = (
        "We trained our models on one machine with 8 NVIDIA P100 GPUs. Each training step took about 0.4 seconds. We "
        "trained the base models for a total of 100,000 steps or 12 hours. The big models were trained for 3.5 days."
    )
    assert said(text) == [("NVIDIA P100", 8.0, 12 * HOUR), ("NVIDIA P100", 8.0, 3.5 * DAY)]


def test_lists_in_order() -> None:
    """it joins lists of counts and of times in their order, also where one unit serves the whole list"""
    text = "The networks were trained on 2, 4 and 16 GPUs of type V100 for 10, 20 and 40 hours respectively."
    assert sorted(said(text), key=str) == [
        ("V100", 16.0, 40 * HOUR), ("V100", 2.0, 10 * HOUR), ("V100", 4.0, 20 * HOUR)
    ]  # fmt: skip


def test_in_brackets() -> None:
    """it joins the counts and times in brackets, and those outside"""
    text = "Training the base (large) model took 3 (9) days on 8 (32) V100 GPUs."
    assert sorted(said(text), key=str) == [("V100", 32.0, 9 * DAY), ("V100", 8.0, 3 * DAY)]


def test_some_of_them() -> None:
    """it takes the part of the hardware that one run had, and the total of a run before a product of its parts"""
    text = "Our experiments ran on a V100 cluster for deep learning. Each training run used 4 of them for 10 hours."
    assert said(text) == [("V100", 4.0, 10 * HOUR)]
    text = "For 30 epochs at 40 seconds each, training takes about 20 minutes on a Tesla P40."
    assert said(text) == [("Tesla P40", 1.0, 20 * 60.0)]


def test_in_order() -> None:
    """it joins several counts and as many times of one sentence in their order"""
    text = "We trained the base model on 8 V100 GPUs for 1 day and the large one on 32 V100 GPUs for 4 days."
    assert said(text) == [("V100", 8.0, DAY), ("V100", 32.0, 4 * DAY)]


def test_each_training() -> None:
    """it gives a time said of each training to the count of every sentence before it"""
    text = (
        "Training of the base model was performed on 4 Cloud TPUs. Training of the large model was performed on 16 "
        "Cloud TPUs. Each training took 4 days to complete."
    )
    assert sorted(said(text), key=str) == [("Cloud TPU", 16.0, 4 * DAY), ("Cloud TPU", 4.0, 4 * DAY)]


def test_by_clause() -> None:
    """it joins what stands in one clause, not what is nearest"""
    text = "ResNet-A takes 27 hours to train on 2 GPUs; ResNet-B takes 3 weeks to train on 8 GPUs."
    assert said(text) == [(None, 2.0, 27 * HOUR), (None, 8.0, 21 * DAY)]


def test_same_chips() -> None:
    """it knows "the same 32 chips" by their number, though another device was named since"""
    text = (
        "Every network is trained on 32 Google Cloud TPU v2 chips for 4 days. The language model is trained on one "
        "P100 within 36 hours. A larger network was trained for 7 days on the same 32 chips."
    )
    assert said(text)[-1] == ("Google Cloud TPU v2 chip", 32.0, 7 * DAY)


def test_no_gpu_for_cpus() -> None:
    """it lends no GPU to a run on CPU workers"""
    text = (
        "We trained the final networks with 100 P100 GPUs. Each search experiment used 450 CPU workers and training "
        "lasted 2-5 days."
    )
    assert said(text) == [(None, 450.0, 3.5 * DAY)]


def test_epoch_times() -> None:
    """it multiplies a time per epoch by the epochs and says so"""
    text = "We trained for 100 epochs on 4 V100 GPUs, and an epoch takes 30 minutes."
    paper = written_paper(text)
    assert runs_of(paper) == [("V100", 4.0, 50 * HOUR)]
    rules = [c.qualifiers["rule"] for c in grouped(paper) if c.chosen and "rule" in c.qualifiers]
    assert rules == ["time per epoch x 100 epochs"]


def test_epoch_time_without_epochs() -> None:
    """it makes no run of a time per epoch where no number of epochs is given"""
    assert said("Training one epoch takes 30 minutes on 4 V100 GPUs.") == []


def test_step_times() -> None:
    """it multiplies a time per step by the steps, unless the run's time is printed beside"""
    text = "We trained for 100,000 steps on 8 V100 GPUs, and each step took 0.5 seconds."
    assert said(text) == [("V100", 8.0, 50_000.0)]
    assert said(text + " In total, training took 14 hours.") == [("V100", 8.0, 14 * HOUR)]


def test_device_time() -> None:
    """it divides device time by the count, and leaves sums over many runs alone"""
    assert said("Training it took 80 GPU-days on 8 M40 GPUs.") == [("M40", 8.0, 10 * DAY)]
    assert said("Training all of our experiments took 250,000 GPU hours. Each is trained on 8 K40 GPUs.") == []


def test_not_another_papers() -> None:
    """it lends no hardware of another paper's run"""
    text = "NASNet [71] used 500 P100 GPUs. We trained our network for 2 days."
    assert said(text) == [(None, None, 2 * DAY)]


def test_not_of_inference() -> None:
    """it lends no hardware of inference"""
    text = "Inference takes 51 ms on a Titan X. Our network was trained for 2 days."
    assert said(text) == [(None, None, 2 * DAY)]


def test_subjects() -> None:
    """it names the model that a clause speaks of, in full or by its size, and no other"""
    subjects = subjects_of(["Transformer (big)", "Transformer (base model)", "ResNet-1001", "Ours", "ResNet-50"])
    both = "ResNet-1001 took 27 hours; ResNet-50 took 3 weeks."
    assert subjects.at(both, both.index("27")) == "ResNet-1001"
    assert subjects.at(both, both.index("3 weeks")) == "ResNet-50"
    assert subjects.at("The big models were trained for 3.5 days.", 32) == "Transformer (big)"
    assert subjects.at("Our method was trained for 3.5 days.", 27) is None
    assert subjects.at("ResNet-101 was trained for 3.5 days.", 27) is None


def test_sizes_of_several() -> None:
    """it names no model by a size that several have"""
    subjects = subjects_of(["BERT-Large", "GLM-Large"])
    assert subjects.at("The large models were trained for 3 days.", 34) is None


# --- tables -----------------------------------------------------------------------------------------------------------


def table_paper(caption: str, header: list[str], rows: list[list[str]], text: str = "") -> PaperView:
    """A paper of a page that says `text`, with a table of these cells on a second page."""
    words: list[Word] = []

    def put(entry: str, line: int, column: int) -> tuple[int, ...]:
        first = len(words)
        for i, word in enumerate(entry.split()):
            x = 72.0 + 110 * column + 22 * i
            words.append(Word(word, x, 100.0 + 14 * line, x + 20, 110.0 + 14 * line, 10.0))
        return tuple(range(first, len(words)))

    head = tuple(Cell(h, put(h, 0, c), column=c) for c, h in enumerate(header) if h)
    body = tuple(
        tuple(Cell(cell, put(cell, r, c), column=c) for c, cell in enumerate(row)) for r, row in enumerate(rows, 1)
    )
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word.text) + 1
    page = Page(2, 612.0, 792.0, " ".join(w.text for w in words), tuple(words), tuple(starts))
    table = Table(2, "1", caption, len(header), (head,), body, ("",) * len(body), (70.0, 90.0, 600.0, 300.0))
    said_page = lay_out([written_page(text + " This is all of it that is told on these pages.", heading="4 Training")])
    return view_paper(Document("2001.99999", 1, (*said_page, page), (table,), "test"))


def test_table_columns() -> None:
    """it reads epochs, counts and training times by their column headers, one run a row"""
    paper = table_paper(
        "Table 1: Training of our models.",
        ["Model", "Epochs", "#GPUs", "Training time (h)"],
        [["Net-A", "90", "8", "29"], ["Net-B", "300", "16", "48"]],
    )
    assert runs_of(paper) == [(None, 8.0, 29 * HOUR), (None, 16.0, 48 * HOUR)]
    assert {c.value for c in grouped(paper) if c.field == Field.EPOCHS and c.chosen} == {90.0, 300.0}


def test_table_rows() -> None:
    """it reads a table of settings row by row"""
    paper = table_paper(
        "Table 1: Hyperparameters for fine-tuning.",
        ["Hyperparam", "RACE", "GLUE"],
        [["Learning rate", "1e-5", "2e-5"], ["Warmup epochs", "1", "1"], ["Max Epochs", "4", "10"]],
    )
    assert {c.value for c in grouped(paper) if c.field == Field.EPOCHS and c.chosen} == {4.0, 10.0}


def test_table_cells() -> None:
    """it reads a cell that spells the run out"""
    paper = table_paper(
        "Table 1: Results.", ["Model", "Train time + hardware", "GLUE"], [["Net-A", "4d on 16 TPUv3s", "85.1"]]
    )
    assert runs_of(paper) == [("TPUv3", 16.0, 4 * DAY)]


def test_table_with_text() -> None:
    """it gives a table's times the hardware that the text names, where it names but one"""
    rows = [["Net-A", "2 days"], ["Net-B", "3 days"]]
    one = table_paper("Table 1: Cost.", ["Model", "Training time"], rows, "We train on 8 V100 GPUs.")
    assert runs_of(one) == [("V100", 8.0, 2 * DAY), ("V100", 8.0, 3 * DAY)]
    two = table_paper(
        "Table 1: Cost.",
        ["Model", "Training time"],
        rows,
        "We train some on 8 V100 GPUs, others were trained on 2 GPUs.",
    )
    assert {count for _, count, _ in runs_of(two)} == {None}


def test_table_of_inference() -> None:
    """it reads no training time out of columns of test time and seconds per image"""
    paper = table_paper(
        "Table 1: Inference speed.",
        ["Model", "Time (min)", "Test time"],
        [["Net-A", "40", "3h"], ["Net-B", "50", "4h"]],
    )
    assert runs_of(paper) == []


def test_times_in_a_caption() -> None:
    """it takes every cell for a run of its own where the caption says that the table holds times, in one unit"""
    paper = table_paper(
        "Table 1: Running hours of both methods. In brackets the iterations.",
        ["dim", "k = 5", "k = 10"],
        [["100", "2.5", "1.9 (71)"], ["200", "4.3", "6.0 (190)"]],
    )
    assert {seconds for _, _, seconds in runs_of(paper)} == {1.9 * HOUR, 2.5 * HOUR, 4.3 * HOUR, 6 * HOUR}


def test_time_by_count() -> None:
    """it parts a cell of "days x cores" into the time and the count, in the header's order"""
    rows = [["Net-A", "14 x 180"], ["Net-B", "2.5 x 125"]]
    paper = table_paper("Table 1: Large runs.", ["Model", "Training time [days x CPU cores]"], rows)
    assert runs_of(paper) == [(None, 180.0, 14 * DAY), (None, 125.0, 2.5 * DAY)]
    turned = table_paper("Table 1: Large runs.", ["Model", "Cost (GPUs x hours)"], [["Net-A", "8 x 12"]])
    assert runs_of(turned) == [(None, 8.0, 12 * HOUR)]


def test_device_in_a_header() -> None:
    """it reads the processor and how many out of a header that gives them for the whole column"""
    rows = [["Net-A", "20"], ["Net-B", "31"]]
    paper = table_paper("Table 1: Cost.", ["Model", "Training time on 8 V100 (h)"], rows)
    assert runs_of(paper) == [("V100", 8.0, 20 * HOUR), ("V100", 8.0, 31 * HOUR)]
    counted = table_paper("Table 1: Cost.", ["Model", "# A100 GPUs", "Training days"], [["Net-A", "64", "3"]])
    assert runs_of(counted) == [("A100", 64.0, 3 * DAY)]


def test_machines_in_a_header() -> None:
    """it counts the processors inside machines where the text says which they are, and nothing where it does not"""
    header, rows = ["Model", "Number of DGX-2 nodes", "Training time"], [["Net-A", "4", "10 days"]]
    told = table_paper("Table 1: Cost.", header, rows, "The base network is trained on 64 V100 GPUs of four machines.")
    assert runs_of(told) == [("V100", 64.0, 10 * DAY)]
    untold = table_paper("Table 1: Cost.", header, rows)
    assert runs_of(untold) == [(None, None, 10 * DAY)]


def test_epochs_in_labels() -> None:
    """it reads the epochs that a row's label gives, and no point of a schedule"""
    paper = table_paper(
        "Table 1: Training epochs and error.",
        ["Model", "Error"],
        [["Net-A (200 epochs)", "3.1"], ["Net-A (1800 epochs)", "2.6"], ["Net-B, drop at 60 epochs", "2.9"]],
    )
    assert {c.value for c in grouped(paper) if c.field == Field.EPOCHS and c.chosen} == {200.0, 1800.0}


def test_table_of_a_section() -> None:
    """it gives a table's times the hardware of the section that speaks of the table"""
    pages = lay_out(
        [
            written_page(
                "The large network was trained on 32 V100 GPUs. Nothing else is to be told of it in these lines.",
                heading="3 Large networks", number=1,
            ),
            written_page(
                "All networks of Table 1 were trained on 4 TITAN X GPUs. Nothing else is to be told in these lines.",
                heading="4 Small networks", number=2,
            ),
        ]
    )  # fmt: skip
    paper = table_paper("Table 1: Cost.", ["Model", "Training time"], [["Net-A", "2 days"], ["Net-B", "3 days"]])
    document = replace(paper.document, pages=(*pages, replace(paper.document.pages[-1], number=3)))
    table = replace(paper.document.tables[0], page=3)
    assert runs_of(view_paper(replace(document, tables=(table,)))) == [
        ("TITAN X", 4.0, 2 * DAY), ("TITAN X", 4.0, 3 * DAY),
    ]  # fmt: skip


def test_name_in_another_order() -> None:
    """it knows a model whose name the sentence prints in another order than the table"""
    subjects = subjects_of(["NetX-101 (64 x 4d)", "NetX-50 (32 x 4d)"])
    sentence = "Training the larger one (64x4d NetX-101) takes 10 days in all."
    assert subjects.at(sentence, sentence.index("10 days")) == "NetX-101 (64 x 4d)"


def test_by_the_models_named() -> None:
    """it joins a time with the count whose clause names the same model, in sentences and in tables"""
    text = (
        "NetA and NetB were trained with 32 P100 GPUs while the Former Base and Big models were trained using 16 GPUs. "
        "It takes 3 days for the Former Base model to converge."
    )
    assert said(text) == [("P100", 16.0, 3 * DAY)]
    rows = [["Form. Base", "90h"], ["NetA", "120h"]]
    paper = table_paper("Table 1: Cost.", ["Model", "Training time"], rows, text)
    assert runs_of(paper)[:2] == [("P100", 16.0, 90 * HOUR), ("P100", 32.0, 120 * HOUR)]


def test_device_time_beside_a_time() -> None:
    """it works no time out of device time where the run's time is printed beside it"""
    text = "The network was trained for 50 days on 64 V100 GPUs. In total the training used 76800 GPU hours."
    assert said(text) == [("V100", 64.0, 50 * DAY)]


def test_hours_under_a_caption_of_training() -> None:
    """it reads a column of hours as training times where the caption says so, with the caption's hardware"""
    caption = "Table 1: Wall-clock training time, measured on 128 TPU-v3 cores."
    paper = table_paper(caption, ["Encoder", "hours", "speedup"], [["Net-L", "42.4", "1x"], ["Net-S", "15.4", "2.8x"]])
    assert [seconds for _, _, seconds in runs_of(paper)] == [42.4 * HOUR, 15.4 * HOUR]


def test_table_of_scaling() -> None:
    """it reads no runs out of a table of how fast a step is on how many processors"""
    paper = table_paper(
        "Table 1: Scaling in training.",
        ["# GPUs", "Iteration (s)"],
        [["8", "0.19"], ["64", "0.20"]],
        "We train networks.",
    )
    assert not [c for c in grouped(paper) if c.field == Field.DEVICE_COUNT and c.chosen]


def test_speed_before_a_training_time() -> None:
    """it takes a speed's hardware for the training whose time follows, unless the speed is one of use"""
    text = "On a single K40 the system goes through 900 words per second. It takes 6-9 days to train."
    assert said(text) == [("K40", 1.0, 7.5 * DAY)]
    text = "Decoding runs on a single K40 at 900 words per second. It takes 6-9 days to train."
    assert said(text) == [(None, None, 7.5 * DAY)]


def test_common_words_name_no_model() -> None:
    """it takes a row's name that is words of the language for no model that a section speaks of"""
    text = (
        "Joint learning with k of 10 is trained on 8 TITAN X GPUs at the end.\n\n"
        "Others were trained on 4 V100 GPUs before."
    )
    paper = table_paper("Table 1: Cost.", ["Method", "Training time"], [["Joint learning", "2 days"]], text)
    assert runs_of(paper) == [("TITAN X", 8.0, 2 * DAY)]
    paper = table_paper("Table 1: Cost.", ["Method", "Training time"], [["Joint training", "2 days"]], text)
    assert runs_of(paper) == [(None, None, 2 * DAY)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("We train it with SGD. Our desktop is equipped with an RTX 3090.", ["RTX 3090"]),
        ("We train it with SGD. The GPU type is A100.", ["A100"]),
        ("We train it with SGD. It distributes the images over 16 V100 GPUs.", ["V100"]),
        ("We train it with SGD. Training ends after a day. The card was a Titan X.", ["Titan X"]),
        ("We train networks with Adam. Inside a DGX-2, each V100 reads from its neighbours at 300 GB/s.", []),
        ("We train it with SGD. With eight A100 GPUs, sequences of a million tokens become possible.", []),
        ("Models are trained with SGD. Speed-ups grow from the K80 to the P100 GPU.", []),
        ("Models are trained with SGD. Figure 3 shows the bandwidth of an RTX 3090 GPU.", []),
    ],
)
def test_hardware_of_no_run(text: str, named: list[str]) -> None:
    """it stands behind a device with no time only where a sentence says what it was used for"""
    found = [c for c in grouped(written_paper(text)) if c.chosen and c.field == Field.DEVICE]
    assert [c.value for c in found] == named
