"""What cells mean in tables whose data set, metric or model stands in an unusual place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.models import Document
from extract.cells.models import CellReading
from extract.cells.read import read_table, repeating
from extract.fields.paper import view_paper
from extract.tables.halves import table_halves
from tests.extract.written_tables import table_paper

Found = tuple[str | None, str | None, str | None, float]


def read(lines: str, caption: str, **more: object) -> list[CellReading]:
    return [r for r in table_paper(lines, caption=caption, **more).cells if r.reason is None]  # type: ignore[arg-type]


def scores(lines: str, caption: str, **more: object) -> list[Found]:
    return [(r.model, r.benchmark, r.metric, r.value) for r in read(lines, caption, **more) if r.quantity == "score"]


def counts(lines: str, caption: str, **more: object) -> list[tuple[str, str | None, float]]:
    return [(r.quantity, r.model, r.value) for r in read(lines, caption, **more) if r.quantity != "score"]


# --- where the data set stands ---


def test_model_data_and_metric_in_columns_of_their_own() -> None:
    """it takes data set and metric from the row's own cells, and the name from the column of models"""
    found = scores(
        """Task | Model | Accuracy | Metric | Dataset
           Vision | WideNet-50 | 76.16 | Top-1 | ImageNet 2012 (val)
           Detection | QuickDet | 36.95 | mAP | COCO 2017 (val)
           Language | TinyBird | 91.01 | F1 | SQuAD v1.1 (dev)
           Speech | Listener | 96.09 | WAcc | LibriSpeech""",
        "Networks and the accuracy of the checkpoints that we start from.",
    )
    assert found == [
        ("WideNet-50", "imagenet", "top1_accuracy", 76.16), ("QuickDet", "coco", "box_ap", 36.95),
        ("TinyBird", "squad11", "f1", 91.01),
    ]  # fmt: skip


def test_test_set_alone_over_a_column() -> None:
    """it reads a column headed by a split alone by the caption's metric, for the pair of languages of the row"""
    found = scores(
        """ | | Size | Validation | Test
           WMT 2014 EN→FR | Baseline | 168M | 29.49 | 33.13
           WMT 2014 EN→FR | WideNet-6 | 122M | 29.47 | 33.26""",
        "Size (number of parameters) and BLEU of translation models.",
    )
    assert {(f[0], f[1], f[3]) for f in found} == {
        ("Baseline", "wmt14_en_fr", 29.49), ("Baseline", "wmt14_en_fr", 33.13),
        ("WideNet-6", "wmt14_en_fr", 29.47), ("WideNet-6", "wmt14_en_fr", 33.26),
    }  # fmt: skip


def test_years_of_test_sets() -> None:
    """it keeps of columns headed by years the one of 2014"""
    found = scores(
        """Model | 2012 | 2014 | newstest15
           WideNet-6 | 16.8 | 19.0 | 22.5""",
        "BLEU on English-German WMT 2014.",
    )
    assert [f[3] for f in found] == [19.0]


def test_put_together_is_no_data_set() -> None:
    """it does not take the tasks that a row is trained on together for what its numbers were measured on"""
    found = scores(
        """Task | BLEU | F1
           Translation | 14.3 | -
           PTB Parsing | - | 43.3
           Translation + PTB Parsing | 15.8 | 39.8""",
        "WMT 2014 English-German translation and parsing.",
    )
    assert [f[3] for f in found] == [14.3, 15.8]


def test_rows_headed_as_data_sets() -> None:
    """it takes the rows under "Dataset" for data sets though most of them are unknown, by the clause on each"""
    found = scores(
        """Dataset | BigNet A | BigNet B
           Airline names | 85.6 | 89.0
           SQuAD | 79.2 | 80.5
           Film genres | 67.9 | 70.3""",
        "Extraction. The metric of airlines and films is Exact Match, while SQuAD is measured by F1.",
    )
    assert found == [("BigNet A", "squad11", "f1", 79.2), ("BigNet B", "squad11", "f1", 80.5)]


def test_where_weights_come_from_is_no_data_set() -> None:
    """it reads rows of data sets under columns whose names hold another"""
    found = scores(
        """ | BigNet (ImageNet only) | BigNet-L
           CIFAR-10 | 1.05 | 1.34
           Flowers-102 | 0.70 | 0.40""",
        "Top-1 error of fine-tuned networks.",
    )
    assert [(f[1], f[3]) for f in found] == [("cifar10", 1.05), ("cifar10", 1.34)]


def test_header_that_runs_together() -> None:
    """it gives each of a spanning entry's columns the data set that is printed for it"""
    found = scores(
        """ | SQuAD v1.1 SQuAD v2.0 >2
          Model | F1/EM | F1/EM
          TinyBird | 90.9/84.1 | 81.8/79.0""",
        "Results on the development sets.",
        header_rows=2,
    )
    assert sorted(f[3] for f in found) == [84.1, 90.9]


def test_pairs_of_squad() -> None:
    """it reads "86.7/92.8" under SQuAD as exact match and F1 where no metric is named, and nothing under SQuAD 2.0"""
    found = scores(
        """Model | SQuAD1.1 | SQuAD2.0
           TinyBird | 86.7/92.8 | 82.8/85.5
           BigBird-L | 88.2/94.0 | 85.1/87.8""",
        "Comparison of our models.",
    )
    assert [(f[2], f[3]) for f in found] == [("em", 86.7), ("f1", 92.8), ("em", 88.2), ("f1", 94.0)]


def test_total_beside_the_joints() -> None:
    """it reads the column "Total" beside the joints of a body"""
    found = scores(
        """ | Head | Shoulder | Elbow | Total
           PoseNet | 98.2 | 96.3 | 91.2 | 90.9""",
        "Results on MPII Human Pose (PCKh@0.5).",
    )
    assert found == [("PoseNet", "mpii", "pckh", 90.9)]


@pytest.mark.parametrize(
    "caption",
    ["F1 on the adversarial SQuAD test set.", "Top-1 error on ILSVRC-2010.", "Exact match in open-domain SQuAD."],
)
def test_look_alikes_of_a_benchmark(caption: str) -> None:
    """it reads nothing under the name of another test set that a benchmark's name is part of"""
    text = "We evaluate on SQuAD and ImageNet. " * 5
    assert scores("Model | Value\nTinyBird | 45.2\nBigBird-L | 46.3", caption, text=text) == []


# --- rows told before ---


def test_rows_told_before() -> None:
    """it reads a table without data and metric by rows that another table tells of, and none whose rows differ"""
    told = table_paper(
        "Model | Top-1\nWideNet-50 | 76.16\nWideNet-101 | 77.31",
        caption="Accuracy on ImageNet.", number="1",
    )  # fmt: skip
    again = table_paper(
        "Model | fp32 | max | entropy\nWideNet-50 | 76.16 | 75.82 | 76.05\nWideNet-101 | 77.31 | 0.12 | 77.02",
        caption="After quantization.", number="2",
    )  # fmt: skip
    other = table_paper(
        "Model | a | b\nWideNet-50 | 1.25 | 75.82\nWideNet-101 | 1.75 | 77.12", caption="After it.", number="3"
    )
    pages, tables = [], []
    for n, paper in enumerate((told, again, other), 1):
        pages.append(replace(paper.document.pages[0], number=n))
        tables.append(replace(paper.document.tables[0], page=n))
    together = view_paper(Document("2001.99999", 1, tuple(pages), tuple(tables), "test"))
    found = {(r.table.number, r.value) for r in together.cells if r.quantity == "score" and r.reason is None}
    assert found == {
        ("1", 76.16), ("1", 77.31), ("2", 76.16), ("2", 75.82), ("2", 76.05), ("2", 77.31), ("2", 77.02)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "values", "is_read"),
    [
        ("Acc.", (77.3, 76.1, 75.9), True),
        ("Variant", (77.3, 76.1, 75.9), False),  # no metric: either data set of the paper's may be meant
        ("Acc.", (77.2, 76.0, 75.9), False),  # no number again
        ("Acc.", (77.3, 76.1, 35.9), False),  # one far from all scores
    ],
)
def test_scores_repeated_by_metric(head: str, values: tuple[float, ...], is_read: bool) -> None:
    """it reads a table of accuracies that repeats another table's, though the paper is as much on detection"""
    text = "We train on ImageNet and on COCO. ImageNet and COCO are large. On ImageNet and COCO we test."
    rows = "".join(f"\npart {n} | {value}" for n, value in enumerate(values))
    (frame,) = table_paper(f"Part | {head}{rows}", caption="Parts of it.", text=text).tables
    known = {("imagenet", "top1_accuracy"): frozenset({76.1, 77.3, 78.4}), ("coco", "box_ap"): frozenset({41.2})}
    found = [r.value for r in repeating(frame, frozenset(), known)]
    assert found == (list(values) if is_read else [])


def test_first_rank_of_other_tables() -> None:
    """it reads a column that says its data alone by the first rank of the metrics that the paper's tables have"""
    lines = "Network | ImageNet | Abs. Imp.\nWideNet-16 | 31.5 | 4.3\nWideNet-50 | 24.02 | 1.1"
    (frame,) = table_paper(lines, caption="Results of dense training.", text="We train on ImageNet.").tables
    told = read_table(frame, known_metrics={"imagenet": ["top5_error", "top1_error"]}).readings
    assert {(r.metric, r.value) for r in told if r.reason is None} == {("top1_error", 31.5), ("top1_error", 24.02)}


# --- numbers ---


def test_number_with_a_name_behind_it() -> None:
    """it reads "5.3 (OtherNet)" as the score of the model in brackets"""
    found = scores(
        """ | BigNet-L | Previous best
           CIFAR-10 | 0.30 | 0.63 (OtherNet)
           CIFAR-100 | 3.92 | 6.49 (OtherNet)""",
        "Top-1 error of fine-tuned networks.",
    )
    assert ("OtherNet", "cifar10", "error", 0.63) in found and ("OtherNet", "cifar100", "error", 6.49) in found


def test_one_bad_run() -> None:
    """it keeps an implausible percentage in a column of plausible ones, printed as they are"""
    found = scores(
        """Model | Top-1
           WideNet-A1 | 71.3
           WideNet-A2 | 70.6
           WideNet-A3 | 69.9
           WideNet-A4 | 0.1""",
        "Accuracy on ImageNet.",
    )
    assert [f[3] for f in found] == [71.3, 70.6, 69.9, 0.1]


def test_scores_in_brackets() -> None:
    """it reads numbers in brackets as scores where the caption says so, and not where they are deviations"""
    lines = "Model | BLEU\nWideNet-6 | 32.68 (28.76)\nWideNet-7 | 33.36 (29.32)"
    told = "WMT 2014 English-French. We show the scores on the development set in brackets."
    assert [f[3] for f in scores(lines, told)] == [32.68, 28.76, 33.36, 29.32]
    assert [f[3] for f in scores(lines, "WMT 2014 English-French.")] == [32.68, 33.36]


# --- counts ---


def test_models_called_by_their_size() -> None:
    """it reads the names "125M", "1.3B" as parameters"""
    found = counts("Model | Layers | Batch\n125M | 12 | 0.5M\n1.3B | 24 | 1M", "Our models.")
    assert [(q, v) for q, _, v in found] == [("parameters", 125e6), ("parameters", 1.3e9)]


def test_two_counts_in_a_cell() -> None:
    """it reads both counts of a cell whose head names two"""
    found = counts("Model | Train / Infer FLOPs\nTinyBird | 1.4e18 / 3.7e9", "Costs.")
    assert found == [("training_flops", "TinyBird", 1.4e18), ("flops", "TinyBird", 3.7e9)]


def test_layers_are_parts() -> None:
    """it refuses the counts of a network's layers, and keeps their total"""
    found = counts(
        """type | output size | stride | params
           convolution | 112 | 2 | 2.7K
           pool | 56 | 2 | 112K
           total | | | 6.8M""",
        "Architecture of WideNet-22.",
    )
    assert [v for _, _, v in found] == [6.8e6]


@pytest.mark.parametrize(
    ("head", "quantity"), [("Size", "parameters"), ("Complexity", "flops"), ("#Par", "parameters")]
)
def test_heads_that_need_their_numbers(head: str, quantity: str) -> None:
    """it reads 569M under heads that alone may mean anything"""
    assert counts(f"Model | {head}\nWideNet-50 | 569M", "Cost: FLOPs and more.") == [(quantity, "WideNet-50", 569e6)]


# --- names and roles ---


def test_codes_are_names() -> None:
    """it lets a short code in a column of names stand as it is"""
    found = counts("Name | Width | Depth | Params (M)\nS/16 | 384 | 12 | 22", "Shapes of our models.")
    assert found == [("parameters", "S/16", 22e6)]


def test_steps_take_the_name_above() -> None:
    """it names "+ part" after the row that it goes on from"""
    found = scores("Model | AP\nQuickDet | 37.1\n+ big head | 38.3", "Detection on COCO minival.")
    assert [f[0] for f in found] == ["QuickDet", "QuickDet + big head"]


def test_rival_without_a_mark() -> None:
    """it gives a bare rival's name beside cited rows the role prior, and a component's the role of a variant"""
    found = read(
        """Method | AP
           OldDet-5 [7] | 35.1
           OtherDet-9 | 36.2
           LayerNorm | 36.9
           QuickDet (ours) | 37.1""",
        "Detection on COCO minival.",
    )
    assert [r.role for r in found] == ["prior", "prior", "ablation", "own"]


def test_row_knows_its_crops() -> None:
    """it lets a row that says "multi-crop" be no single crop, whatever the caption says of the others"""
    found = read(
        "Network | Top-1\nWideNet-50 | 23.1\nWideNet-50 multi-crop | 21.2",
        "Single-crop error on ImageNet.",
    )
    assert [sorted(q for q in r.qualifiers if "crop" in q) for r in found] == [["single_crop"], ["multi_crop"]]


# --- halves ---


def test_two_tables_side_by_side() -> None:
    """it reads the right half of a table under its own names and its own data set"""
    found = scores(
        """SQuAD2.0 | EM | F1 | SQuAD1.1 | EM | F1
           TinyBird | 78.98 | 81.77 | TinyBird | 84.1 | 90.9
           BigBird-L | 87.90 | 90.60 | BigBird-L | 89.7 | 95.1""",
        "Results in reading comprehension.",
    )
    assert sorted(f[3] for f in found) == [84.1, 89.7, 90.9, 95.1]
    assert {f[0] for f in found} == {"TinyBird", "BigBird-L"}


def test_one_table_stays_one() -> None:
    """it parts no table whose second column of text is of another kind"""
    (table,) = table_paper(
        "Model | AP | Backbone | AP50\nQuickDet | 37.1 | WideNet-50 | 55.0", caption="x"
    ).document.tables
    assert table_halves(table) == [table]
