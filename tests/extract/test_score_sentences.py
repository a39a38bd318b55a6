"""Scores in sentences: which benchmark, which metric, whose."""

from __future__ import annotations

import pytest

from extract.score_sentences import sentence_scores
from tests.extract.written import written_reader

Expected = list[tuple[str, str, float]]

SENTENCES: dict[str, Expected] = {
    "Our model achieves 28.4 BLEU on the WMT 2014 English-to-German task.": [("wmt14_en_de", "bleu", 28.4)],
    "It has a top-5 error of 3.57% on the ImageNet test set.": [("imagenet", "top5_error", 3.57)],
    "On ImageNet we report top-1/top-5 error rates of 17.7%/3.7% for it.": [
        ("imagenet", "top5_error", 3.7), ("imagenet", "top1_error", 17.7),
    ],
    "We obtain 58.7 box AP and 51.1 mask AP on COCO test-dev.": [("coco", "box_ap", 58.7), ("coco", "mask_ap", 51.1)],
    "It obtains an mAP of 69.7% at 50% overlap on COCO.": [("coco", "ap50", 69.7)],
    "It has 0.30% error on CIFAR-10, 3.92% error on CIFAR-100, and 11.39% error on ImageNet.": [
        ("cifar10", "error", 0.30), ("cifar100", "error", 3.92), ("imagenet", "top1_error", 11.39),
    ],
    "On COCO its AP@.5 goes from 41.5% to 48.4% so.": [("coco", "ap50", 41.5), ("coco", "ap50", 48.4)],
    "On ImageNet it has 19.1% top-1 and 4.4% top-5 error.": [
        ("imagenet", "top1_error", 19.1), ("imagenet", "top5_error", 4.4),
    ],
    "On ImageNet they reach 76.3%, 77.1% and 78.2% top-1 accuracy.": [
        ("imagenet", "top1_accuracy", 76.3), ("imagenet", "top1_accuracy", 77.1), ("imagenet", "top1_accuracy", 78.2),
    ],
    "It has BLEU scores of 40.56 and 26.03 on WMT 2014 En-Fr and En-De.": [
        ("wmt14_en_fr", "bleu", 40.56), ("wmt14_en_de", "bleu", 26.03),
    ],
    "Our latest result on SQuAD is EM/F1=82.2/88.6 for it.": [("squad11", "em", 82.2), ("squad11", "f1", 88.6)],
    "It improves accuracy on ImageNet from a proof of concept 61.5% to 76.2% so.": [
        ("imagenet", "top1_accuracy", 61.5), ("imagenet", "top1_accuracy", 76.2),
    ],
    "On ImageNet one has a top-5 error rate of 18.2%. Averaging five gives an error rate of 16.4% so.": [
        ("imagenet", "top5_error", 18.2), ("imagenet", "top5_error", 16.4),
    ],
    # near misses
    "We spend 12.5, 13.5 and 78.2% top-1 accuracy on ImageNet comes out.": [("imagenet", "top1_accuracy", 78.2)],
    "It yields improvements of 1.3 BLEU and 0.3 BLEU on WMT 2014 English-to-French.": [],
    "It won the ImageNet localisation task with 25.3% error.": [],
    "It improves the baseline by 2.0 BLEU on WMT 2014 English-to-German.": [],
    "It is 1.3 AP better than the baseline on COCO test-dev.": [],
    "We reach over 90.5 F1 on CoNLL 2003 English NER.": [],
    "It runs at 13.7 ms per image with an AP on COCO at 68.9 FPS.": [],
    "We obtain 45.1 mIoU on ADE20K and 88.1% accuracy on SVHN.": [],
    "The accuracy on ImageNet is about 76.1% for it.": [],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items(), ids=list(SENTENCES))
def test_scores(text: str, expected: Expected) -> None:
    """it stands behind just these"""
    found = [(s.benchmark, s.metric, s.value) for s in sentence_scores(written_reader(text)) if s.reason is None]
    assert found == expected


def test_refusals_keep_a_reason() -> None:
    """it keeps a difference with the reason why it is no score"""
    (score,) = sentence_scores(written_reader("It improves it by 2.0 BLEU on WMT 2014 English-to-German."))
    assert score.reason == "a difference, not a score"
    assert score.value == 2.0


def test_others_results() -> None:
    """it gives a cited paper's result the role prior"""
    (score,) = sentence_scores(written_reader("Ho et al. (2016) reach 35.2 AP on COCO test-dev with SlowDet."))
    assert score.role == "prior"
