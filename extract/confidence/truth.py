"""What labelled papers say, and whether a candidate is right by them. The rules stand in `extract/labels/score.py`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from db.models import Candidate, Field
from db.reference.labelled_papers import LabelledPaper, load_labelled
from db.vocabulary import Purpose
from extract.labels import score
from extract.labels.score import Said, Truth, same_value, score_key


def load_truths(folder: Path) -> dict[str, Truth]:
    """arXiv id -> what the paper says, from every annotation in the folder (or in its folder `papers`)."""
    return {a: truth_of(paper) for a, paper in load_labelled(folder).items()}


def truth_of(paper: LabelledPaper) -> Truth:
    """What one annotation says, in the form in which candidates are judged by it."""
    return score.truth_of(paper.arxiv_id, paper.results, paper.models, paper.runs)


def said_by(candidates: Iterable[Candidate]) -> list[Said]:
    """The values that the extractor stands behind, those of inference left out."""
    return [
        Said(c.evidence.arxiv_id, str(c.field), c.value, c.run, c.subject, c.benchmark, c.metric, c.role)
        for c in candidates
        if c.chosen and c.value is not None and c.purpose != Purpose.INFERENCE
    ]


def is_right(c: Candidate, truth: Truth) -> bool:
    """Whether the paper really says this value (for a score: on this benchmark and metric)."""
    if c.value is None:
        return False
    if c.field == Field.SCORE:
        return isinstance(c.value, float) and score_key(c.benchmark, c.metric, c.value) in truth.scores
    known = (*truth.must.get(c.field, ()), *truth.may.get(c.field, ()))
    return any(same_value(c.field, c.value, v) for v in known)
