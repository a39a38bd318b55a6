"""Scores in sentences: which benchmark, which metric, whose."""

from __future__ import annotations

import pytest

from tests.extract.written import written_paper

Expected = list[tuple[str, str, float]]

SENTENCES: dict[str, Expected] = {
    "Our model achieves 28.4 BLEU on the WMT 2014 English-to-German task.": [("wmt14_en_de", "bleu", 28.4)],
    "It has a top-5 error of 3.57% on the ImageNet test set.": [("imagenet", "top5_error", 3.57)],
    "On ImageNet we report top-1/top-5 error rates of 17.7%/3.7% for it.": [
        ("imagenet", "top1_error", 17.7), ("imagenet", "top5_error", 3.7),
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
    # per cents without decimals
    "It has a single-crop top-5 accuracy of 88% on the ImageNet validation set.": [("imagenet", "top5_accuracy", 88.0)],
    "The pruned network gets 87% top-5 accuracy on ImageNet.": [("imagenet", "top5_accuracy", 87.0)],
    "FarDet reaches 52% COCO AP50 at 90 fps.": [("coco", "ap50", 52.0)],
    "On ImageNet its accuracy at 60% of the labels is what we show.": [],
    # lists: metrics, data sets, models in the order of the numbers
    "The EM / F1 on the SQuAD 1.1 dev set stand at 79.1/87.2 now.": [("squad11", "em", 79.1), ("squad11", "f1", 87.2)],
    "Its errors are 4.1% and 19.8% on CIFAR-10 and CIFAR-100.": [
        ("cifar10", "error", 4.1), ("cifar100", "error", 19.8),
    ],
    "It has 7.4% / 13.9% WER on the SWB / CH parts of Hub5'00.": [
        ("swb_hub500", "wer", 7.4), ("callhome_hub500", "wer", 13.9),
    ],
    "It reaches 93.1 / 92.2 / 84.8 AP (easy / medium / hard) on WIDER FACE.": [
        ("widerface", "ap_easy", 93.1), ("widerface", "ap_medium", 92.2), ("widerface", "ap_hard", 84.8),
    ],
    "On the CallHome and SWB parts of Hub5'00 its WER is 5.1%/9.8% for SWB/CH in all.": [
        ("swb_hub500", "wer", 5.1), ("callhome_hub500", "wer", 9.8),
    ],
    # what the sentence leaves out is what it said before
    "It has 40.2 BLEU on WMT14 En-Fr and 27.1 on WMT14 En-De.": [
        ("wmt14_en_fr", "bleu", 40.2), ("wmt14_en_de", "bleu", 27.1),
    ],
    "Its ImageNet top-1 accuracy is 81.7%, more than the 80.9% of SlowNet-B.": [
        ("imagenet", "top1_accuracy", 81.7), ("imagenet", "top1_accuracy", 80.9),
    ],
    "WideNet-L scores 86.4% on ImageNet.": [("imagenet", "top1_accuracy", 86.4)],
    "It gets 80.3% top-1 on ImageNet.": [("imagenet", "top1_accuracy", 80.3)],
    "Its accuracy of 80.3% (top-1) on ImageNet is new.": [("imagenet", "top1_accuracy", 80.3)],
    "WideNet has a zero-shot 71.2% linear-probe accuracy on ImageNet.": [("imagenet", "top1_accuracy", 71.2)],
    "The F1 score of it on SQuAD 1.1 is 84.6.": [("squad11", "f1", 84.6)],
    # near misses
    "We spend 12.5, 13.5 and 78.2% top-1 accuracy on ImageNet comes out.": [("imagenet", "top1_accuracy", 78.2)],
    "It gains 1.2% on ImageNet and 0.5% on CIFAR-10.": [],
    "We keep 90.5% of the images for training on ImageNet.": [],
    "It has 28.4 BLEU on WMT14 En-De and 33.1 on WMT16 En-Ro.": [("wmt14_en_de", "bleu", 28.4)],
    "The gap between train and test error is 12.2% on ImageNet.": [],
    "The target accuracy on ImageNet is 75.9% in that race.": [],
    "It yields improvements of 1.3 BLEU and 0.3 BLEU on WMT 2014 English-to-French.": [],
    "It won the ImageNet localisation task with 25.3% error.": [],
    "It improves the baseline by 2.0 BLEU on WMT 2014 English-to-German.": [],
    "It is 1.3 AP better than the baseline on COCO test-dev.": [],
    "We reach over 90.5 F1 on CoNLL 2003 English NER.": [],
    "It runs at 13.7 ms per image with an AP on COCO at 68.9 FPS.": [],
    "We obtain 45.1 mIoU on ADE20K and 88.1% accuracy on SVHN.": [],
    "The accuracy on ImageNet is about 76.1% for it.": [],
    # results on training data, on attacked or changed inputs, of people, of chance
    "It has a training accuracy of 99.2% on CIFAR-10.": [],
    "On ImageNet the error on the training set is 14.1% for it.": [],
    "A robust top-1 accuracy of 51.3% on ImageNet is reached.": [],
    "Under the strongest attack its accuracy on CIFAR-10 is 71.3% still.": [],
    "On rotated test images of CIFAR-10 its accuracy is 81.6% or so.": [],
    "The human-level top-5 error on ImageNet is 5.1% by then.": [],
    "On CIFAR-10 random guessing has an accuracy of 90.1% at most.": [],
    "With adversarial training it has an accuracy of 91.4% on CIFAR-10.": [("cifar10", "accuracy", 91.4)],
    "The robust net has a clean accuracy of 91.4% on CIFAR-10.": [("cifar10", "accuracy", 91.4)],
    "It has an F1 of 91.4 on SQuAD 1.1 beyond the human performance so far.": [("squad11", "f1", 91.4)],
    "It beats the human baseline with an F1 score of 91.4 on SQuAD 1.1 too.": [("squad11", "f1", 91.4)],
    # few classes are told apart
    "On ImageNet our learner has 86.7% accuracy in the 20-way task.": [],
    "From one-shot examples it reaches 61.4% accuracy on CIFAR-100.": [],
    "A five-shot learner has an accuracy of 84.2% on ImageNet.": [],
    "Its zero-shot accuracy on ImageNet is 76.2%.": [("imagenet", "top1_accuracy", 76.2)],
    "A 1000-way classifier has an accuracy of 76.2% on ImageNet.": [("imagenet", "top1_accuracy", 76.2)],
    # data sets that no table knows
    "On ImageNet it has 76.2% accuracy, and 94.1% accuracy on Marbles-3.": [("imagenet", "top1_accuracy", 76.2)],
    "Trained on ImageNet, it has 71.4% accuracy on the Foo Bar dataset.": [],
    "After ImageNet it has an error of 12.4% on TaleTests.": [],
    "After CIFAR-10 its accuracy on CIFAR-10-Foo is 88.3% for it.": [],
    "On the Marbles benchmark the error is 14.2%, on ImageNet 23.7% error.": [("imagenet", "top1_error", 23.7)],
    "On ImageNet it has 76.2% accuracy on WideNet-50 backbones.": [("imagenet", "top1_accuracy", 76.2)],
    "The ImageNet dataset is large; we have 76.2% accuracy on it.": [("imagenet", "top1_accuracy", 76.2)],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items(), ids=list(SENTENCES))
def test_scores(text: str, expected: Expected) -> None:
    """it stands behind just these"""
    found = [(s.benchmark, s.metric, s.value) for s in written_paper(text).scores if s.reason is None]
    assert found == expected


def test_refusals_keep_a_reason() -> None:
    """it keeps a difference with the reason why it is no score"""
    (score,) = written_paper("It improves it by 2.0 BLEU on WMT 2014 English-to-German.").scores
    assert score.reason == "a difference, not a score"
    assert score.value == 2.0


def test_listed_models() -> None:
    """it gives each number of a list the model at its place, and a number "for X" that X"""
    for text in (
        "Net-18, Net-34 and Net-50 have top-1 errors of 30.2%, 26.7% and 24.1% on ImageNet.",
        "On ImageNet the top-1 errors are 30.2% for Net-18, 26.7% for Net-34 and 24.1% for Net-50.",
    ):
        found = [(s.subject, s.value) for s in written_paper(text).scores if s.reason is None]
        assert found == [("Net-18", 30.2), ("Net-34", 26.7), ("Net-50", 24.1)]


def test_others_results() -> None:
    """it gives a cited paper's result the role prior"""
    (score,) = written_paper("Ho et al. (2016) reach 35.2 AP on COCO test-dev with SlowDet.").scores
    assert score.role == "prior"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We propose FooNet, a small net. Our method has 76.2% accuracy on ImageNet.", "FooNet"),
        ("We propose FooNet, a small net. The accuracy on ImageNet is 76.2% for all.", "FooNet"),
        ("We propose FooNet, a small net. BarNet-9 is wider than it. It has 76.2% accuracy on ImageNet.", "BarNet-9"),
        ("We propose FooNet, a small net. The resulting net has 76.2% accuracy on ImageNet.", "FooNet"),
        ("Ho et al. (2016) reach 76.2% accuracy on ImageNet.", "Ho et al."),
        ("The best accuracy on ImageNet was 76.2% (Ho and Li, 2016).", "Ho and Li, 2016"),
        ("Our method has 76.2% accuracy on ImageNet.", "method"),
    ],
)
def test_subject_told_elsewhere(text: str, expected: str) -> None:
    """it calls a score of no named model by the authors cited, what "it" is, or the paper's own name"""
    (score,) = [s for s in written_paper(text).scores if s.reason is None]
    assert score.subject == expected


FAR_BEFORE = "The nets are trained as before, with the same steps, the same rates and the same warm start. " * 7


@pytest.mark.parametrize(
    ("before", "heading", "expected"),
    [
        ("We move on to the CIFAR-10 dataset.", "5 Experiments", [("cifar10", "accuracy", 85.4)]),
        ("Now we look at CIFAR-100.", "5 Experiments", [("cifar100", "accuracy", 85.4)]),
        ("On ImageNet we start anew.", "5 Experiments", [("imagenet", "top1_accuracy", 85.4)]),
        ("On ImageNet we start anew.", "5 Object localization", []),
        ("We start anew on CIFAR-10 and on the OtherWorld-200 dataset.", "5 Experiments", []),
        ("After ImageNet we move on to CIFAR-10.", "5 Experiments", []),
    ],
    ids=[
        "CIFAR-10",
        "CIFAR-100",
        "ImageNet",
        "near miss: another task",
        "near miss: another data set",
        "near miss: two",
    ],
)
def test_data_set_told_before(before: str, heading: str, expected: Expected) -> None:
    """it takes the one data set that the text before named, though many sentences lie between"""
    text = f"{before} {FAR_BEFORE}Our method achieves a test accuracy of 85.4%."
    found = [(s.benchmark, s.metric, s.value) for s in written_paper(text, heading=heading).scores if s.reason is None]
    assert found == expected
