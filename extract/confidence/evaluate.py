"""`paperflops evaluate`: how well the extractor reads, and how well it knows how well.

By the labelled papers of the repository (`--labels`), by annotations of one's own (`--gold DIR`), or by what people
decided (`--decisions`). With `--calibrate` the weights of what tells right from wrong become the confidences that the
extractor gives from then on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from db.errors import BadInputError
from db.models import Candidate, Field, Record, Verdict
from db.reference.labelled_papers import LabelledPaper, load_labelled
from db.store import reading, rows_of
from db.tables.readings import load_candidates, load_records
from db.terminal.console import say
from db.untyped import Row
from db.vocabulary import Purpose
from extract.confidence import telling
from extract.confidence.attachment_worth import judged_links, link_record
from extract.confidence.attachment_worth import out_of_paper as links_out_of_paper
from extract.confidence.chance import CONFIDENCE_FILE, Calibration, Links, by_name
from extract.confidence.fit import Judged, calibrated, out_of_paper
from extract.confidence.grouping import By
from extract.confidence.labels import UNSEEN, LabelledEntry, LabelSet, load_entries, load_labels, truths_of, year_of
from extract.confidence.reliability import calibration_error, reliability_curve
from extract.confidence.signs import Signs, signs_of
from extract.confidence.truth import is_right, load_truths, said_by
from extract.labels.score import RUN, SCORE, SCORED, FieldScore, Truth, mean_over_papers, score_fields, whose_right

_GROUP: Mapping[By, Callable[[LabelledEntry], str]] = {
    By.set: lambda e: e.set.value,
    By.year: year_of,
    By.style: lambda e: e.style,
}


def evaluate(
    db: Path, *, gold: Path | None, labels: bool, decisions: bool, by: By, calibrate: bool, confidences: Path | None,
    errors: str | None, out: Path | None,
) -> None:  # fmt: skip
    """Prints how well the extractor reads, by what it is judged by; writes figures and confidences where asked."""
    if (gold is not None) + labels + decisions != 1:
        raise BadInputError("evaluate needs one thing to judge by", "give one of --labels, --gold DIR and --decisions")
    if errors is not None:
        _check_field(errors, decisions=decisions)
    if by is not By.set and not labels:
        raise BadInputError(f"--by {by} groups the papers of --labels", "leave it out, or judge by --labels")
    if confidences is not None and not calibrate:
        raise BadInputError("--confidences names where --calibrate writes", "add --calibrate")
    write_to = _file_of_confidences(confidences) if calibrate else None
    for file in (write_to, out):
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
    read = _Read.of(db)
    if decisions:
        found = _by_decisions(read, db, errors)
    elif labels:
        found = _by_labels(read, by, errors)
    else:
        assert gold is not None
        found = _by_gold(read, gold, errors)
    if write_to is not None:
        _write_confidences(found, write_to)
        say(f"weights of {len(found.calibration.weights)} signs written to {write_to}")
    if out is not None:
        out.write_text(json.dumps(_figures(found), indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class _Read:
    """What the database holds of the extractor's word."""

    papers: frozenset[str]  # arXiv ids of the papers that were read, those that say nothing too
    readers: tuple[str, ...]  # the versions of the reader that read them
    candidates: Sequence[Candidate]
    records: Sequence[Record]

    @staticmethod
    def of(db: Path) -> _Read:
        with reading(db) as con:
            papers = rows_of(con, "SELECT arxiv_id, reader_version FROM readings WHERE outcome = 'read'")
            return _Read(
                frozenset(row["arxiv_id"] for row in papers),
                tuple(sorted({row["reader_version"] for row in papers})),
                load_candidates(con),
                load_records(con),
            )


@dataclass(frozen=True)
class _Found:
    """What was measured: fields' figures by group, the values judged, and the calibration that they give."""

    readers: Sequence[str]  # the versions of the reader that was measured
    papers: Mapping[str, int]  # of each group

    scores: Mapping[str, Sequence[FieldScore]]
    judged: Sequence[Judged]  # that the calibration is fitted on
    calibration: Calibration
    points: Sequence[tuple[float, float]]  # of each value its chance by the other papers, and 1 where it was right


# --- the three ways of judging ---------------------------------------------------------------------------------------


def _by_decisions(read: _Read, db: Path, errors: str | None) -> _Found:
    with reading(db) as con:
        verdicts = rows_of(con, "SELECT judged_key, verdict FROM decisions ORDER BY position")
    judged = judged_by_people(read.candidates, verdicts)
    if not judged:
        raise BadInputError("nobody has decided anything yet", "review with `paperflops review send` and `sync`")
    say(f"{len(judged)} values judged by people")
    found = calibrated(judged)
    points = _say_calibration(judged, found)
    telling.say_patterns(judged)
    if errors is not None:
        telling.say_judged_wrong(judged, errors)
    return _Found(read.readers, {}, {}, judged, found, points)


def _by_gold(read: _Read, folder: Path, errors: str | None) -> _Found:
    truths = load_truths(folder)
    _check_some_here(truths, read)
    judged = judged_by_truths(read.candidates, truths)
    absent = set(truths) - read.papers
    say(f"{len(truths)} annotated papers, {len(absent)} not read here, {len(judged)} values judged")
    scores = score_fields(truths, said_by(read.candidates))
    telling.say_scores(scores)
    found = replace(calibrated(judged), links=_say_joining(read, load_labelled(folder)))
    points = _say_calibration(judged, found)
    telling.say_patterns(judged)
    if errors is not None:
        telling.say_errors(scores, errors)
    return _Found(read.readers, {"gold": len(truths)}, {"gold": scores}, judged, found, points)


def _by_labels(read: _Read, by: By, errors: str | None) -> _Found:
    """Figures by group; confidences are fitted on, and their reliability told of, papers that no rule was made on."""
    entries, labels = load_entries(), load_labels()
    here = [e for e in entries if e.arxiv_id in read.papers]
    _check_some_here({e.arxiv_id for e in entries}, read)
    _say_absent(entries, here)
    groups: dict[str, list[LabelledEntry]] = defaultdict(list)
    for entry in here:
        groups[_GROUP[by](entry)].append(entry)
    shown = {name: _figures_of(read, truths_of(groups[name], labels)) for name in sorted(groups, key=_order(by))}
    (telling.say_sets if by is By.set else telling.say_kinds)(shown)
    unseen = [e for e in here if e.set in UNSEEN]
    judged = judged_by_truths(read.candidates, truths_of(unseen, labels))
    found = replace(calibrated(judged), links=_say_joining(read, {e.arxiv_id: labels[e.arxiv_id] for e in unseen}))
    points = _say_calibration(judged, found)
    if errors is not None:
        tuned = truths_of([e for e in here if e.set is LabelSet.TUNED], labels)
        telling.say_errors(score_fields(tuned, said_by(read.candidates)), errors)
        say("of papers that no rule was made on, nothing is listed: they are there to measure by")
    return _Found(
        read.readers,
        {name: group.papers for name, group in shown.items()},
        {name: group.scores for name, group in shown.items()},
        judged,
        found,
        points,
    )


def _order(by: By) -> Callable[[str], int | str]:
    return (lambda name: list(LabelSet).index(LabelSet(name))) if by is By.set else str


def _figures_of(read: _Read, truths: Mapping[str, Truth]) -> telling.Group:
    """The figures of the papers with these truths."""
    said = said_by(c for c in read.candidates if c.evidence.arxiv_id in truths)
    return telling.Group(
        len(truths),
        score_fields(truths, said),
        whose_right(truths, said),
        mean_over_papers(truths, said, RUN),
        mean_over_papers(truths, said, SCORE),
    )


def _check_some_here(wanted: Iterable[str], read: _Read) -> None:
    if not read.papers & set(wanted):
        raise BadInputError(
            "none of the annotated papers is in the database", "add their PDFs and run `paperflops extract`"
        )


def _say_absent(entries: Sequence[LabelledEntry], here: Sequence[LabelledEntry]) -> None:
    held = {e.arxiv_id for e in here}
    absent = [e for e in entries if e.arxiv_id not in held]
    say(f"{len(entries)} labelled papers, {len(here)} of them read here")
    if absent:
        say(f"without a reading here ({len(absent)}): {' '.join(e.arxiv_id for e in absent)}")


# --- judging ---------------------------------------------------------------------------------------------------------


def judged_by_truths(candidates: Iterable[Candidate], truths: Mapping[str, Truth]) -> list[Judged]:
    """The values that the extractor stands behind in labelled papers, right or wrong."""
    mine = (c for c in candidates if c.evidence.arxiv_id in truths)
    return [
        Judged(c, is_right(c, truths[c.evidence.arxiv_id]), signs)
        for c, signs in _with_signs(mine)
        if c.chosen and c.value is not None and c.purpose != Purpose.INFERENCE
    ]


def judged_by_people(candidates: Iterable[Candidate], verdicts: Iterable[Mapping[str, str]]) -> list[Judged]:
    """The candidates that people accepted (right) or rejected or corrected (wrong), the last verdict counting."""
    last = {row["judged_key"]: row["verdict"] for row in verdicts}
    means = {Verdict.ACCEPT: True, Verdict.CORRECT: False, Verdict.REJECT: False}
    return [
        Judged(c, means[Verdict(last[c.judged_key])], signs)
        for c, signs in _with_signs(candidates)
        if c.chosen and last.get(c.judged_key) in set(means)
    ]


def _with_signs(candidates: Iterable[Candidate]) -> Iterator[tuple[Candidate, Signs]]:
    """Every candidate with its signs, which are those of its paper."""
    papers: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        papers[c.evidence.arxiv_id].append(c)
    for mine in papers.values():
        yield from zip(mine, signs_of(mine), strict=True)


def _say_calibration(judged: Sequence[Judged], found: Calibration) -> Sequence[tuple[float, float]]:
    """Says the reliability out of paper and the weights; returns the points of the curve."""
    points = [(chance, float(j.right)) for j, chance in out_of_paper(judged)]
    telling.say_reliability("each paper by the weights of the others", points, reliability_curve(points))
    telling.say_weights(found)
    return points


def _say_joining(read: _Read, papers: Mapping[str, LabelledPaper]) -> Links:
    """Says, and returns, what each way of joining a value to a model is worth on these papers."""
    by_key = {c.key: c for c in read.candidates if c.evidence.arxiv_id in papers}
    joined = judged_links(read.records, by_key, papers)
    points, record = links_out_of_paper(joined), link_record(joined)
    telling.say_links(record, points, reliability_curve(points))
    return record


# --- options and files -----------------------------------------------------------------------------------------------


def _check_field(field: str, *, decisions: bool) -> None:
    known = [str(f) for f in Field] if decisions else list(SCORED)
    if field not in known:
        raise BadInputError(f"there is no field {field!r}", f"choose one of {', '.join(known)}")


def _file_of_confidences(named: Path | None) -> Path:
    """Where the confidences go: as named, else the checkout's own. An installed package is never written into."""
    if named is not None:
        return named
    if not (CONFIDENCE_FILE.parent.parent.parent / "pyproject.toml").exists():
        raise BadInputError(
            f"--calibrate would write into the installed package ({CONFIDENCE_FILE.parent})",
            "run it in a source checkout, or name a file with --confidences",
        )
    return CONFIDENCE_FILE


def _write_confidences(found: _Found, file: Path) -> None:
    data = {
        "papers": len({j.paper for j in found.judged}),
        "values": len(found.judged),
        "right": sum(j.right for j in found.judged),
        "judged": found.calibration.judged,
        "intercept": found.calibration.intercept,
        "weights": found.calibration.weights,
        "links": by_name(found.calibration.links),
    }
    file.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _figures(found: _Found) -> Row:
    curve = reliability_curve(found.points)
    return {
        "readers": list(found.readers),
        "papers": dict(found.papers),
        "groups": {
            name: {
                s.field: {
                    "precision": s.precision,
                    "recall": s.recall,
                    "f1": s.f1,
                    "predicted": s.predicted,
                    "labelled": s.labelled,
                }
                for s in scores
            }
            for name, scores in found.scores.items()
        },
        "reliability": [vars(r) for r in curve],
        "calibration_error": calibration_error(curve),
        "weights": found.calibration.weights,
        "links": by_name(found.calibration.links),
    }
