"""What a table's cells are read as: quantity, benchmark, metric, model, role."""

from __future__ import annotations

import pytest

from extract.fields import field_readers
from tests.extract.written_tables import table_paper

Found = tuple[str | None, str | None, str | None, float]


def scores(lines: str, caption: str, **more: object) -> list[Found]:
    paper = table_paper(lines, caption=caption, **more)  # type: ignore[arg-type]
    return [
        (r.model, r.benchmark, r.metric, r.value) for r in paper.cells if r.quantity == "score" and r.reason is None
    ]


def counts(lines: str, caption: str, quantity: str, **more: object) -> list[tuple[str | None, float]]:
    paper = table_paper(lines, caption=caption, **more)  # type: ignore[arg-type]
    return [(r.model, r.value) for r in paper.cells if r.quantity == quantity and r.reason is None]


def test_caption_names_the_data_set() -> None:
    """it takes the benchmark from the caption and the metric from the header"""
    found = scores(
        """Model | top-1 err. | top-5 err. | depth
           WideNet-50 | 24.1 | 7.2 | 50
           WideNet-101 | 22.9 | 6.4 | 101""",
        "Single-crop error rates (%) on the ImageNet validation set.",
    )
    assert found == [
        ("WideNet-50", "imagenet", "top1_error", 24.1), ("WideNet-101", "imagenet", "top1_error", 22.9),
        ("WideNet-50", "imagenet", "top5_error", 7.2), ("WideNet-101", "imagenet", "top5_error", 6.4),
    ]  # fmt: skip


def test_data_sets_as_columns() -> None:
    """it reads one column a data set by the caption's metric, and leaves the untracked one out"""
    found = scores(
        """Method | CIFAR-10 | CIFAR-100 | SVHN
           WideNet-28 | 4.1 | 19.4 | 1.8""",
        "Test error (%) of our networks.",
    )
    assert found == [("WideNet-28", "cifar10", "error", 4.1), ("WideNet-28", "cifar100", "error", 19.4)]


def test_data_sets_as_rows() -> None:
    """it reads data sets printed as rows, models as columns"""
    found = scores(
        """ | BigNet-L | BigNet-S
           ImageNet | 85.3 | 81.2
           CIFAR-10 | 99.1 | 98.4
           Flowers-102 | 99.6 | 99.2""",
        "Top-1 accuracy on several benchmarks.",
    )
    assert sorted(found) == [
        ("BigNet-L", "cifar10", "accuracy", 99.1), ("BigNet-L", "imagenet", "top1_accuracy", 85.3),
        ("BigNet-S", "cifar10", "accuracy", 98.4), ("BigNet-S", "imagenet", "top1_accuracy", 81.2),
    ]  # fmt: skip


def test_initialisation_is_no_data_set() -> None:
    """it does not take the data that weights come from for the data that is measured"""
    found = scores(
        """Initialization | AP | AP50
           ImageNet | 34.3 | 53.6
           random | 30.1 | 49.9""",
        "Detection on COCO test-dev.",
    )
    assert {f[1] for f in found} == {"coco"} and len(found) == 4


def test_box_and_mask_are_kept_apart() -> None:
    """it keeps of the mask columns only the AP, under its own name"""
    found = scores(
        """Backbone | AP^box | AP^box_50 | AP^mask | AP^mask_50
           WideNet-50 | 41.0 | 61.7 | 37.1 | 58.4""",
        "Results on COCO val2017.",
    )
    assert [(f[2], f[3]) for f in found] == [("box_ap", 41.0), ("ap50", 61.7), ("mask_ap", 37.1)]


def test_spanning_header_names_languages() -> None:
    """it joins a spanning header with the one below it, and takes the year from the caption"""
    found = scores(
        """ | BLEU >2 | Training Cost (FLOPs)
          Model | EN-DE | EN-FR | EN-DE
          SmallNet [12] | 24.6 | 39.9 | 2.3 · 10^19""",
        "BLEU on the English-to-German and English-to-French newstest2014 tests.",
        header_rows=2,
    )
    assert [(f[1], f[3]) for f in found] == [("wmt14_en_de", 24.6), ("wmt14_en_fr", 39.9)]


@pytest.mark.parametrize(
    ("header", "cell", "quantity", "value"),
    [
        ("#Params", "25.6M", "parameters", 25.6e6),
        ("Params (M)", "25.6", "parameters", 25.6e6),
        ("params ×10^6", "65", "parameters", 65e6),
        ("FLOPs (B)", "4.1", "flops", 4.1e9),
        ("GFLOPs", "4.1", "flops", 4.1e9),
        ("FLOPs", "569M", "flops", 569e6),
        ("Mult-Adds", "569M", "multiply_adds", 569e6),
        ("MAdds (M)", "56", "multiply_adds", 56e6),
        ("Training Cost (FLOPs)", "3.3 · 10^18", "training_flops", 3.3e18),
    ],
)
def test_units(header: str, cell: str, quantity: str, value: float) -> None:
    """it resolves units of the header and of the cell"""
    assert counts(f"Model | {header}\nWideNet-50 | {cell}", "Our models.", quantity) == [("WideNet-50", value)]


@pytest.mark.parametrize("header", ["BFLOP/s", "Param. ratio", "FPS", "Embedding params", "batch size", "# layers"])
def test_no_counts(header: str) -> None:
    """it takes rates, ratios, parts and settings for no counts"""
    for quantity in ("parameters", "flops", "multiply_adds", "training_flops"):
        assert counts(f"Model | {header}\nWideNet-50 | 25.6", "Our models.", quantity) == []


def test_architecture_table() -> None:
    """it reads the rows of counts at the foot of a table of architectures"""
    lines = """layer | WideNet-18 | WideNet-50
        conv1 | 7×7, 64 | 7×7, 64
        # params | 11.7×10^6 | 25.5×10^6
        FLOPs | 1.8×10^9 | 3.8×10^9"""
    assert counts(lines, "Architectures.", "flops") == [("WideNet-18", 1.8e9), ("WideNet-50", 3.8e9)]
    assert counts(lines, "Architectures.", "parameters") == [("WideNet-18", 11.7e6), ("WideNet-50", 25.5e6)]


REFUSED = {
    "a data set that is not tracked": ("Model | mAP\nWideNet | 81.2", "Detection on PASCAL VOC 2007."),
    "a metric that is not kept": ("Model | mIoU\nWideNet | 45.1", "Segmentation with COCO pre-training."),
    "an attack": ("Model | top-1 acc.\nWideNet-50 | 34.1", "ImageNet accuracy under an FGSM adversarial attack."),
    "per class": ("Class | AP\nperson | 54.1\ncar | 40.2", "Per-class AP on COCO val."),
    "a difference": ("Model | top-1 acc.\nWideNet-50 | +1.2", "Gain on ImageNet."),
    "hyper-parameters": ("Name | ImageNet\nbatch size | 32\nweight decay | 40", "Hyperparameters."),
    "an implausible value": ("Model | top-1 acc.\nWideNet-50 | 150", "Results on ImageNet."),
    "another year's test set": ("Model | BLEU\nWideNet | 27.1", "English-German BLEU on newstest2016 (WMT 2014 data)."),
}


@pytest.mark.parametrize(("lines", "caption"), REFUSED.values(), ids=list(REFUSED))
def test_refused(lines: str, caption: str) -> None:
    """it stands behind none of these"""
    assert scores(lines, caption) == []


def test_pairs_and_deviations() -> None:
    """it parts pairs by the header, lets deviations and gains go, and makes fractions percent points"""
    assert [(f[2], f[3]) for f in scores("Model | EM / F1\nReadNet | 80.8 / 88.5", "SQuAD 1.1 dev.")] == [
        ("em", 80.8), ("f1", 88.5),
    ]  # fmt: skip
    caption = "Accuracy on CIFAR-10."
    assert [f[3] for f in scores("Model | acc.\nA-Net | 95.1 ± 0.2\nB-Net | 96.0 (+0.9)", caption)] == [95.1, 96.0]
    assert [f[3] for f in scores("Model | acc.\nA-Net | 0.951\nB-Net | 0.960", caption)] == [95.1, 96.0]


def test_headers_printed_the_wrong_way_round() -> None:
    """it exchanges top-1 and top-5 where every row has the top-5 error above the top-1 error"""
    found = scores(
        "Model | top-5 err. | top-1 err.\nA-Net | 24.4 | 6.8\nB-Net | 22.0 | 5.8", "Errors on ImageNet validation."
    )
    assert {(f[2], f[3]) for f in found} == {
        ("top1_error", 24.4), ("top5_error", 6.8), ("top1_error", 22.0), ("top5_error", 5.8),
    }  # fmt: skip


def test_roles() -> None:
    """it tells the paper's own rows from those of cited papers"""
    paper = table_paper(
        """Method | AP
           SlowDet [12] | 34.1
           FastDet (Ho et al., 2016) | 35.0
           OurDet (ours) | 38.2
           OurDet w/o anchors | 37.1""",
        caption="Comparison with the state of the art on COCO test-dev.",
    )
    assert [(r.model, r.role) for r in paper.cells] == [
        ("SlowDet", "prior"), ("FastDet", "prior"), ("OurDet", "own"), ("OurDet w/o anchors", "own"),
    ]  # fmt: skip


def test_quotes_are_on_the_page() -> None:
    """it quotes the row, word for word, and boxes the cell"""
    paper = table_paper("Model | AP\nSlowDet [12] | 34.1", caption="AP on COCO test-dev.")
    (candidate,) = field_readers()["score"].read(paper)
    assert candidate.evidence.quote == "SlowDet [12] 34.1"
    assert candidate.evidence.table == "Table 1" and candidate.evidence.column == "AP"
    page = paper.document.pages[0]
    assert candidate.evidence.start is not None
    assert page.text[candidate.evidence.start : candidate.evidence.end] == "34.1"


def test_columns_of_others_results() -> None:
    """it gives quoted, rerun and own columns over one row of a cited model their own roles"""
    paper = table_paper(
        """Model | original | re-implementation | ours
           WideNet-50 [9] | 24.7 | 24.8 | 23.3
           WideNet-101 [9] | 23.6 | 23.2 | 22.4""",
        caption="Top-1 error (%) on ImageNet.",
    )
    roles = {(r.value, r.role) for r in paper.cells if r.row == 0}
    assert roles == {(24.7, "prior"), (24.8, "ablation"), (23.3, "own")}


def test_steps_on_a_baseline() -> None:
    """it takes "+ part [7]" under the paper's own row for a variant, not for another paper's result"""
    paper = table_paper(
        """Method | AP
           QuickDet (ours) | 37.1
           + new loss [7] | 38.3""",
        caption="Improvements on COCO minival.",
    )
    assert [r.role for r in paper.cells] == ["own", "ablation"]


def test_ratio_in_brackets() -> None:
    """it reads the count before a factor in brackets"""
    found = counts(
        """Model | Train FLOPs (speedup) | Params
           TinyBird | 1.4e18 (45x) | 14M""",
        "What pre-training takes.",
        "training_flops",
    )
    assert found == [("TinyBird", 1.4e18)]


def test_count_in_the_caption() -> None:
    """it reads counts that only the caption names"""
    found = counts(
        """ | small | large
           WideNet-50 | 300.0M | 591.0M
           WideNet-101 | 312.9M | 604.1M""",
        "Mult-Adds of our networks.",
        "multiply_adds",
    )
    assert sorted(v for _, v in found) == [300e6, 312.9e6, 591e6, 604.1e6]


def test_two_settings_in_a_cell() -> None:
    """it reads both numbers of "39.2 / 41.6" where the caption says which two settings they are of"""
    lines = """
    Method | AP
    Plainnet (ours) | 39.2 / 41.6
    Widenet (ours) | 42.1 / 45.1
    """
    told = table_paper(lines, caption="COCO test-dev, single-scale / multi-scale testing.")
    assert [r.value for r in told.cells if r.reason is None] == [39.2, 41.6, 42.1, 45.1]
    untold = table_paper(lines, caption="COCO test-dev.")
    assert [r.value for r in untold.cells if r.reason is None] == []


def test_keypoints_at_one_overlap() -> None:
    """it keeps AP50 of key points, as a measure of the key points' benchmark"""
    lines = """
    Method | AP | AP50
    Plainnet (ours) | 63.0 | 86.8
    """
    found = table_paper(lines, caption="Keypoint detection on COCO test-dev.").cells
    assert [(r.benchmark, r.metric, r.reason) for r in found] == [
        ("coco_keypoints", "keypoint_ap", None), ("coco_keypoints", "ap50", None)
    ]  # fmt: skip


def test_detectors_named_over_columns() -> None:
    """it reads box columns under a detector whose name says "Mask", and the R of "R-CNN" is no recall"""
    found = scores(
        """Backbone | Mask R-CNN 1x >2 | Cascade Mask R-CNN >2
            | APbox | APmask | APbox | APmask
           WideNet-50 | 38.2 | 34.7 | 42.0 | 36.1""",
        "Results on COCO val2017.", header_rows=2,
    )  # fmt: skip
    assert sorted((m, v) for _, _, m, v in found) == [
        ("box_ap", 38.2), ("box_ap", 42.0), ("mask_ap", 34.7), ("mask_ap", 36.1),
    ]  # fmt: skip


def test_learnt_from() -> None:
    """it takes a training split beside a model for what it learnt from, not for the data that is measured"""
    found = scores(
        """Method | data | AP | mAP val 50
           SlowDet | train | 21.9 | 42.7
           QuickDet | trainval35k | 29.3 | 48.4""",
        "Detection on MS COCO.",
    )
    assert [(m, v) for _, _, m, v in found] == [("box_ap", 21.9), ("box_ap", 29.3), ("ap50", 42.7), ("ap50", 48.4)]


def test_names_of_other_words() -> None:
    """it takes a capitalised model's name for one, though its parts are words for settings"""
    found = scores(
        """ | BiT-L | BigNet-S
           ImageNet | 87.5 | 81.2
           CIFAR-10 | 99.4 | 98.4""",
        "Top-1 accuracy on two benchmarks.",
    )
    assert sorted(v for name, _, _, v in found if name == "BiT-L") == [87.5, 99.4]


def test_two_data_sets_in_a_header() -> None:
    """it gives the numbers of "a / b" to the two data sets that the header names so, whichever fits both"""
    found = scores(
        """Model | CIFAR-10 / CIFAR-100 | Pets
           BigNet-B | 98.1 / 87.1 | 93.8
           BigNet-L | 99.1 / 90.8 | 94.9""",
        "Accuracy (%) of transfer.",
    )
    assert sorted(found) == [
        ("BigNet-B", "cifar10", "accuracy", 98.1), ("BigNet-B", "cifar100", "accuracy", 87.1),
        ("BigNet-L", "cifar10", "accuracy", 99.1), ("BigNet-L", "cifar100", "accuracy", 90.8),
    ]  # fmt: skip


def test_other_pairs_of_the_year() -> None:
    """it takes no other pair of the year's languages for a tracked one"""
    found = scores(
        """Data | base | big
           WMT'14 En-De | 27.3 | 28.4
           WMT'14 En-Cs | 22.1 | 23.0""",
        "BLEU of our models on several pairs.",
    )
    assert [(b, v) for _, b, _, v in found] == [("wmt14_en_de", 27.3), ("wmt14_en_de", 28.4)]
