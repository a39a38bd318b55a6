"""Scores on the tracked benchmarks: benchmark, metric, split, whose result, from tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.fields.counting import cell_candidate
from extract.fields.paper import PaperView

FIELD = Field.SCORE

EXAMPLES: tuple[tuple[str, list[float]], ...] = (
    ("Our model achieves 28.4 BLEU on the WMT 2014 English-to-German task.", [28.4]),
    ("The ensemble has a top-5 error of 3.57% on the ImageNet test set.", [3.57]),
    ("It reaches an AP of 36.2 on COCO test-dev.", [36.2]),
    ("We obtain 97.87% accuracy on CIFAR-10.", [97.87]),
    ("On CoNLL 2003 English NER the F1 score is 91.21.", [91.21]),
    # near misses
    ("It improves over the baseline by 2.0 BLEU on WMT 2014 English-to-German.", []),
    ("On COCO test-dev it is 1.3 AP better than before.", []),
    ("Our models reach over 90 F1 on CoNLL 2003.", []),
    ("It has an accuracy of 88.1% on SVHN and ImageNet has 1.28M images.", []),
    ("We obtain 45.1 mIoU on ADE20K after 160K steps.", []),
)


def read(view: PaperView) -> Iterator[Candidate]:
    """Every score, in tables and in running text."""
    for reading in view.cells:
        if reading.quantity == FIELD:
            yield cell_candidate(view, reading)
    for s in view.scores:
        yield view.from_passage(
            s.passage, s.start, s.end, FIELD, s.value, s.pattern, subject=s.subject, role=s.role,
            benchmark=s.benchmark, metric=s.metric, split=s.split, qualifiers=s.qualifiers, chosen=s.reason is None,
            reason=s.reason,
        )  # fmt: skip
