"""benchmarks.toml: each benchmark is found where its examples say, and its scores become error rates."""

import json
import time
from pathlib import Path

import pytest

from db.reference.benchmarks import (
    BenchmarkMention,
    UnknownBenchmarkError,
    alternatives_of,
    benchmark,
    canonical_error,
    find_benchmarks,
    find_metric,
    is_classification,
    is_meant,
    is_translation,
    load_benchmarks,
    serves_another_task,
)
from db.reference.printed_names import name_key

BENCHMARKS = load_benchmarks()
SHARED = Path(__file__).resolve().parents[3].parent / "shared"
GOLD = SHARED / "gold" / "papers"

STUDY = ["imagenet", "cifar10", "cifar100", "coco", "squad11", "conll2003", "wmt14_en_fr", "wmt14_en_de", "swb_hub500"]
LATER = ["widerface", "imagenet_generation", "cifar10_generation", "mpii", "coco_keypoints", "callhome_hub500"]
MATCHES = [(entry.id, text) for entry in BENCHMARKS.values() for text in entry.examples_match]
REFUSALS = [(entry.id, text) for entry in BENCHMARKS.values() for text in entry.examples_refuse]


def found(text: str, context: str = "") -> set[str]:
    return {mention.benchmark for mention in find_benchmarks(text, context)}


def test_tracks_the_studys_nine_and_the_later_ones():
    """It tracks the nine benchmarks of the study, those of its later version, and CallHome; others may join them."""
    assert {*STUDY, *LATER} <= set(BENCHMARKS)
    assert [entry.id for entry in BENCHMARKS.values() if entry.study] == sorted(STUDY, key=list(BENCHMARKS).index)


@pytest.mark.parametrize("entry", BENCHMARKS.values(), ids=BENCHMARKS)
def test_an_entry_is_whole(entry):
    """It gives every benchmark search terms, examples of both kinds, a sourced size and metrics that differ."""
    assert len(entry.examples_match) >= 4
    assert len(entry.examples_refuse) >= 4
    assert entry.search
    assert entry.task_words
    assert entry.splits
    assert entry.training_set_size > 0
    assert entry.training_set_source
    assert len({metric.id for metric in entry.metrics}) == len(entry.metrics)
    for metric in entry.metrics:
        assert metric.low < metric.high
        assert metric.names
        assert not metric.percent or 0 <= metric.low < metric.high <= 100


@pytest.mark.parametrize(("benchmark_id", "text"), MATCHES, ids=[f"{b}: {t[:60]}" for b, t in MATCHES])
def test_finds_a_benchmark_in_its_examples(benchmark_id, text):
    """It finds the benchmark in each example that must match."""
    assert benchmark_id in found(text)


@pytest.mark.parametrize(("benchmark_id", "text"), REFUSALS, ids=[f"{b}: {t[:60]}" for b, t in REFUSALS])
def test_refuses_a_benchmark_in_its_near_misses(benchmark_id, text):
    """It does not find the benchmark in each example that must not match."""
    assert benchmark_id not in found(text)


@pytest.mark.parametrize("entry", BENCHMARKS.values(), ids=BENCHMARKS)
def test_every_alias_is_found_as_printed(entry):
    """It finds the benchmark by each of its aliases alone, and by none of those that another name claims."""
    refused = {name_key(name) for name in entry.not_aliases}
    for alias in entry.aliases:
        assert name_key(alias) not in refused, alias
        assert entry.id in found(alias.removeprefix("=")), alias


@pytest.mark.parametrize(
    ("text", "context", "benchmarks"),
    [
        ("EN-DE", "", set()),
        ("EN-DE", "Results on newstest2014", {"wmt14_en_de"}),
        ("EN-DE", "Results on IWSLT 2014", set()),
        ("newstest2014", "", set()),
        ("newstest2014", "English-French", {"wmt14_en_fr"}),
        ("WMT14 En-De and En-Fr", "", {"wmt14_en_de", "wmt14_en_fr"}),
        ("test-dev", "", set()),
        ("test-dev", "Detection results on COCO", {"coco"}),
        ("SWB", "", set()),
        ("SWB", "WER on Hub5'00", {"swb_hub500"}),
        ("CIFAR-10/100", "", {"cifar10", "cifar100"}),
        ("ImageNet", "FID of samples", {"imagenet", "imagenet_generation"}),
    ],
)
def test_some_names_need_a_word_near_them(text, context, benchmarks):
    """It believes an ambiguous name only with a word in the text or in the context that settles it."""
    assert found(text, context) == benchmarks


def test_a_word_far_away_settles_nothing():
    """It looks for context within a window, not all over a page."""
    assert found("WMT14 translation. " + "x" * 2000 + " En-De") == set()


def test_a_mention_says_where_and_by_which_name():
    """It gives the place in the printed text and the name as printed there."""
    text = "We use the ILSVRC\u20112012 data; WMT\u201914 English\u2192German too."
    assert find_benchmarks(text) == [
        BenchmarkMention("imagenet", 11, 22, "ILSVRC\u20112012"),
        BenchmarkMention("wmt14_en_de", 29, 50, "WMT\u201914 English\u2192German"),
    ]
    assert all(text[m.start : m.end] == m.alias for m in find_benchmarks(text))


@pytest.mark.parametrize(
    ("benchmark_id", "header", "metrics"),
    [
        ("imagenet", "Top-1 Acc (%)", ["top1_accuracy"]),
        ("imagenet", "top-1 err.", ["top1_error"]),
        ("imagenet", "top-5 error", ["top5_error"]),
        ("imagenet", "Acc@1", ["top1_accuracy"]),
        ("imagenet", "Top-1", ["top1_error", "top1_accuracy"]),
        ("imagenet", "# Params", []),
        ("imagenet", "FLOPs", []),
        ("cifar10", "test error (%)", ["error"]),
        ("cifar100", "Accuracy", ["accuracy"]),
        ("coco", "AP", ["box_ap"]),
        ("coco", "mAP", ["box_ap"]),
        ("coco", "AP^box", ["box_ap"]),
        ("coco", "APbb", ["box_ap"]),
        ("coco", "AP@[.5:.95]", ["box_ap"]),
        ("coco", "AP_50", ["ap50"]),
        ("coco", "AP50", ["ap50"]),
        ("coco", "AP\u2085\u2080", ["ap50"]),
        ("coco", "AP@0.5", ["ap50"]),
        ("coco", "AP^bb_75", ["ap75"]),
        ("coco", "APS", ["aps"]),
        ("coco", "APM", ["apm", "mask_ap"]),
        ("coco", "APL", ["apl"]),
        ("coco", "AP^mask", ["mask_ap"]),
        ("coco", "mask AP", ["mask_ap"]),
        ("coco", "AR", []),
        ("coco_keypoints", "AP", ["keypoint_ap"]),
        ("squad11", "F1", ["f1"]),
        ("squad11", "EM", ["em"]),
        ("squad11", "Exact Match", ["em"]),
        ("conll2003", "F1 score", ["f1"]),
        ("wmt14_en_de", "BLEU", ["bleu"]),
        ("wmt14_en_de", "SacreBLEU", ["sacrebleu"]),
        ("wmt14_en_fr", "EN-FR", ["bleu"]),
        ("swb_hub500", "WER", ["wer"]),
        ("swb_hub500", "SWB", ["wer"]),
        ("mpii", "PCKh@0.5", ["pckh"]),
        ("widerface", "Hard", ["ap_hard"]),
        ("widerface", "AP (easy)", ["ap_easy"]),
        ("widerface", "medium AP", ["ap_medium"]),
        ("widerface", "AP", []),
        ("imagenet_generation", "FID", ["fid"]),
        ("imagenet_generation", "this is", []),
        ("imagenet_generation", "IS", ["is"]),
        (None, "BLEU", ["bleu"]),
        (None, "top-1 error", ["top1_error", "error"]),
        (None, "epochs", []),
    ],
)
def test_a_header_names_its_metric(benchmark_id, header, metrics):
    """It reads the metrics a header may mean, the likeliest first."""
    assert find_metric(benchmark_id, header) == metrics


@pytest.mark.parametrize(
    ("benchmark_id", "metric_id", "value", "error"),
    [
        # benchmark     metric           printed  error rate
        ("imagenet", "top1_error", 23.7, 0.237),
        ("imagenet", "top1_accuracy", 76.3, 0.237),
        ("imagenet", "top5_accuracy", 93.0, 0.07),
        ("cifar10", "error", 3.41, 0.0341),
        ("coco", "box_ap", 53.3, 0.467),
        ("squad11", "f1", 95.379, 0.04621),
        ("conll2003", "f1", 93.5, 0.065),
        ("wmt14_en_fr", "bleu", 45.6, 0.544),
        ("swb_hub500", "wer", 5.1, 0.051),
        ("mpii", "pckh", 92.3, 0.077),
        ("imagenet", "top1_error", 0, 0.0),
        ("imagenet", "top1_accuracy", 100, 0.0),
    ],
)
def test_a_score_becomes_an_error_rate(benchmark_id, metric_id, value, error):
    """It turns a printed score into the error rate that the study fits."""
    assert canonical_error(benchmark_id, metric_id, value) == pytest.approx(error)


@pytest.mark.parametrize("value", [-0.1, 100.1, float("nan")])
def test_no_error_rate_of_a_value_outside_the_percentages(value):
    """It refuses a value that can't be percent points."""
    with pytest.raises(ValueError, match="between 0 and 100"):
        canonical_error("coco", "box_ap", value)


def test_no_error_rate_of_a_distance():
    """It refuses to make an error rate of FID."""
    with pytest.raises(ValueError, match="no error rate"):
        canonical_error("imagenet_generation", "fid", 2.1)


@pytest.mark.parametrize(
    ("benchmark_id", "metric_id", "plausible", "doubtful"),
    [
        # benchmark          metric           plausible          doubtful
        ("imagenet", "top1_error", (11.6, 43.4), (2.0, 76.3)),
        ("imagenet", "top1_accuracy", (33.8, 90.9), (23.7, 97.0)),
        ("imagenet", "top5_error", (1.3, 19.7), (0.5, 93.0)),
        ("imagenet", "top5_accuracy", (80.3, 98.7), (23.7, 100.0)),
        ("cifar10", "error", (0.5, 12.9), (0.1, 96.6)),
        ("cifar10", "accuracy", (88.0, 99.5), (3.4, 99.9)),
        ("cifar100", "error", (3.9, 38.0), (1.0, 84.0)),
        ("coco", "box_ap", (21.6, 63.3), (0.4, 90.0)),
        ("coco", "ap50", (42.7, 79.5), (2.0, 99.0)),
        ("coco", "aps", (5.0, 45.0), (0.1, 80.0)),
        ("squad11", "f1", (51.0, 95.1), (8.0, 99.0)),
        ("squad11", "em", (40.4, 90.1), (5.0, 97.0)),
        ("conll2003", "f1", (84.7, 94.6), (9.0, 101.0)),
        ("wmt14_en_de", "bleu", (12.5, 35.0), (0.28, 60.0)),
        ("wmt14_en_fr", "bleu", (14.4, 46.4), (0.4, 60.0)),
        ("swb_hub500", "wer", (4.3, 25.8), (0.5, 96.0)),
        ("callhome_hub500", "wer", (8.3, 40.0), (2.0, 90.0)),
        ("imagenet_generation", "fid", (1.6, 50.0), (0.0, 900.0)),
        ("cifar10_generation", "is", (6.0, 10.1), (0.5, 250.0)),
        ("mpii", "pckh", (80.0, 94.1), (5.0, 99.0)),
        ("coco_keypoints", "keypoint_ap", (60.5, 81.1), (5.0, 99.0)),
        ("widerface", "ap_hard", (76.0, 97.0), (2.0, 100.0)),
    ],
)
def test_values_lie_where_they_have_been_seen(benchmark_id, metric_id, plausible, doubtful):
    """It takes values that papers report and doubts those of another metric or unit."""
    metric = benchmark(benchmark_id).metric(metric_id)
    assert [value for value in plausible if not metric.is_plausible(value)] == []
    assert [value for value in doubtful if metric.is_plausible(value)] == []


@pytest.mark.parametrize(
    ("benchmark_id", "quantity", "rank", "metric_id"),
    [
        ("imagenet", "error", 5, "top5_error"),
        ("imagenet", "accuracy", 1, "top1_accuracy"),
        ("cifar10", "error", 1, "error"),
        ("cifar10", "accuracy", 5, None),
        ("coco", "accuracy", 1, None),
    ],
)
def test_a_classification_benchmark_ranks_its_metrics(benchmark_id, quantity, rank, metric_id):
    """It finds the metric of a quantity and a rank, and none where papers report no such thing."""
    metric = benchmark(benchmark_id).ranked_metric(quantity, rank)
    assert (metric and metric.id) == metric_id


def test_traits_are_read_from_the_table():
    """It says of which kind a benchmark is, and what tells it from another of the same data."""
    assert [entry.id for entry in BENCHMARKS.values() if is_classification(entry.id)] == [
        "imagenet",
        "cifar10",
        "cifar100",
    ]
    assert [entry.id for entry in BENCHMARKS.values() if is_translation(entry.id)] == ["wmt14_en_de", "wmt14_en_fr"]
    assert not is_classification("") and not is_translation("")
    assert [entry.id for entry in alternatives_of("coco")] == ["coco_keypoints"]
    assert is_meant("coco_keypoints", "AP of the pose") and not is_meant("coco_keypoints", "AP of the boxes")
    assert serves_another_task("imagenet", "the localization error")
    assert not serves_another_task("imagenet", "classification and localization error")
    assert not serves_another_task("coco", "the localization error")


@pytest.mark.parametrize(
    ("benchmark_id", "primary"),
    [
        ("imagenet", "top1_error"), ("cifar10", "error"), ("cifar100", "error"), ("coco", "box_ap"), ("squad11", "f1"),
        ("conll2003", "f1"), ("wmt14_en_fr", "bleu"), ("wmt14_en_de", "bleu"), ("swb_hub500", "wer"),
    ],
)  # fmt: skip
def test_the_study_fits_one_metric_a_benchmark(benchmark_id, primary):
    """It marks the metric that the study fits."""
    assert benchmark(benchmark_id).primary_metric.id == primary


def test_an_unknown_benchmark_is_told_the_known_ones():
    """It answers an unknown id with all the known ones."""
    for call in (
        lambda: benchmark("imagnet"),
        lambda: find_metric("imagnet", "F1"),
        lambda: canonical_error("imagnet", "f1", 1),
    ):
        with pytest.raises(ValueError, match=r"unknown benchmark 'imagnet'.*imagenet, cifar10, cifar100, coco"):
            call()
    with pytest.raises(UnknownBenchmarkError, match=r"coco has no metric 'wer'.*box_ap"):
        canonical_error("coco", "wer", 5.0)


@pytest.mark.skipif(not GOLD.is_dir(), reason="needs the shared gold annotations beside the project")
def test_gold_scores_are_of_known_metrics_and_plausible():
    """It knows every benchmark and metric of the gold papers, and doubts few of their scores: most by few examples."""
    results = [result for path in sorted(GOLD.glob("*.json")) for result in json.loads(path.read_text())["results"]]
    assert len(results) > 1000
    doubted = [r for r in results if not benchmark(r["benchmark"]).metric(r["metric"]).is_plausible(r["value"])]
    assert len(doubted) < 0.03 * len(results)


def test_a_page_is_read_in_milliseconds():
    """It reads a page's text in a few milliseconds, names being compiled once."""
    page = "We train on the data set described in section 3 with 8 GPUs and a batch of 256 images. " * 60
    find_benchmarks(page)
    start = time.perf_counter()
    for _ in range(20):
        find_benchmarks(page)
    assert (time.perf_counter() - start) / 20 < 0.05
