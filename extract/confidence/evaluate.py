"""`paperflops evaluate`: how well the extractor reads, and how well it knows how well.

Precision, recall and F1 a field on labelled papers (`--gold DIR`), or precision on what people decided
(`--decisions`); the reliability of the confidences; the record of every pattern. With `--calibrate` the patterns'
record, and the weights of what else tells right from wrong, become the confidences that the extractor gives from then
on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from db.errors import BadInputError
from db.models import Candidate, Field, Verdict
from db.reference.labelled_papers import load_labelled
from db.settings import DEFAULT_DB, DbOption
from db.store import reading, rows_of
from db.tables.readings import load_candidates, load_records
from db.terminal.console import say, say_table
from extract.confidence.attachment_worth import MOST_OF_A_PAPER, judged_links, link_record
from extract.confidence.attachment_worth import out_of_paper as links_out_of_paper
from extract.confidence.chance import CONFIDENCE_FILE, SIGNS, Calibration, Links, measured, signs_of
from extract.confidence.fit import Judged, calibrated, out_of_paper, pattern_record
from extract.confidence.truth import SCALARS, FieldScore, is_right, load_truths, score_fields

BINS = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.0001))


@dataclass(frozen=True)
class Reliability:
    """Of the values with a confidence in `low`..`high`: how many, their mean confidence, the share that was right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def evaluate(
    gold: Annotated[Path | None, typer.Option(help="Folder of annotated papers.", exists=True, file_okay=False)] = None,
    decisions: Annotated[bool, typer.Option("--decisions", help="Judge by what people decided.")] = False,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Make the patterns' record their confidence.")] = False,
    confidences: Annotated[
        Path | None,
        typer.Option(help="Where --calibrate writes; by default the file of the source checkout.", dir_okay=False),
    ] = None,
    errors: Annotated[str | None, typer.Option(help="List what was wrong and missed for this field.")] = None,
    out: Annotated[Path | None, typer.Option(help="Also write the figures to this JSON file.", dir_okay=False)] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Measure the extractor on labelled papers, or on people's decisions."""
    if (gold is None) == (not decisions):
        raise BadInputError("evaluate needs something to judge by", "give --gold DIR or --decisions, not both")
    if errors is not None:
        _check_field(errors, decisions)
    if confidences is not None and not calibrate:
        raise BadInputError("--confidences names where --calibrate writes", "add --calibrate")
    write_to = _file_of_confidences(confidences) if calibrate else None
    for file in (write_to, out):
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
    with reading(db) as con:
        candidates = load_candidates(con)
        records = load_records(con)
        verdicts = rows_of(con, "SELECT judged_key, verdict FROM decisions ORDER BY position") if decisions else []
    scores: list[FieldScore] = []
    links: Links = measured().links
    rely_of_links: list[Reliability] = []
    if gold is not None:
        truths = load_truths(gold)
        here = [c for c in candidates if c.evidence.arxiv_id in truths]
        absent = sorted(set(truths) - {c.evidence.arxiv_id for c in candidates})
        if len(absent) == len(truths):
            raise BadInputError(
                "none of the annotated papers is in the database", "add their PDFs and run `paperflops extract`"
            )
        scores = score_fields(truths, here)
        judged = [
            Judged(c, is_right(c, truths[c.evidence.arxiv_id]), signs)
            for c, signs in _with_signs(here)
            if c.chosen and c.purpose != "inference"
        ]
        say(f"{len(truths)} annotated papers, {len(absent)} without a candidate here, {len(judged)} values judged")
        _say_scores(scores)
        by_key = {c.key: c for c in here}
        joined = judged_links(records, by_key, load_labelled(gold))
        links, rely_of_links = link_record(joined), curve_through(links_out_of_paper(joined))
    else:
        judged = judged_by_people(candidates, verdicts)
        if not judged:
            raise BadInputError("nobody has decided anything yet", "review with `paperflops review send` and `sync`")
        say(f"{len(judged)} values judged by people")
    rely = reliability(judged)
    found = replace(calibrated(judged), links=links)
    _say_reliability(rely)
    _say_weights(found)
    _say_patterns(judged)
    if gold is not None:
        _say_links(links, rely_of_links)
    if errors is not None and decisions:
        _say_judged_wrong(judged, errors)
    elif errors is not None:
        _say_errors(scores, errors)
    if write_to is not None:
        _write_confidences(found, judged, write_to)
        say(f"confidences of {sum(map(len, found.patterns.values()))} patterns written to {write_to}")
    if out is not None:
        out.write_text(json.dumps(_figures(scores, rely, found), indent=1) + "\n", encoding="utf-8")


# --- figures ---------------------------------------------------------------------------------------------------------


def _with_signs(candidates: Iterable[Candidate]) -> Iterator[tuple[Candidate, tuple[float, ...]]]:
    """Every candidate with its signs, which are those of its paper."""
    papers: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        papers[c.evidence.arxiv_id].append(c)
    for mine in papers.values():
        yield from zip(mine, signs_of(mine), strict=True)


def judged_by_people(candidates: Iterable[Candidate], verdicts: Iterable[Mapping[str, str]]) -> list[Judged]:
    """The candidates that people accepted (right) or rejected or corrected (wrong), the last verdict counting."""
    last = {row["judged_key"]: row["verdict"] for row in verdicts}
    means = {Verdict.ACCEPT: True, Verdict.CORRECT: False, Verdict.REJECT: False}
    return [
        Judged(c, means[Verdict(last[c.judged_key])], signs)
        for c, signs in _with_signs(candidates)
        if c.chosen and last.get(c.judged_key) in set(means)
    ]


def reliability(judged: Sequence[Judged]) -> list[Reliability]:
    """The reliability curve, each value's confidence measured on the other papers (so that it can be wrong)."""
    return curve_through(out_of_paper(judged))


def curve_through(points: Sequence[tuple[float, float]]) -> list[Reliability]:
    """The reliability curve of (confidence, share right)."""
    out = []
    for low, high in BINS:
        inside = [(c, r) for c, r in points if low <= c < high]
        if inside:
            n = len(inside)
            out.append(
                Reliability(low, min(high, 1.0), n, sum(c for c, _ in inside) / n, sum(r for _, r in inside) / n)
            )
    return out


def calibration_error(curve: Sequence[Reliability]) -> float:
    """The mean distance between confidence and share right, weighted by count (expected calibration error)."""
    total = sum(r.count for r in curve)
    return sum(r.count * abs(r.confidence - r.right) for r in curve) / total if total else 0.0


def _figures(scores: Sequence[FieldScore], curve: Sequence[Reliability], found: Calibration) -> dict[str, object]:
    return {
        "fields": {
            s.field: {
                "precision": s.precision,
                "recall": s.recall,
                "f1": s.f1,
                "predicted": s.predicted,
                "labelled": s.labelled,
            }
            for s in scores
        },
        "reliability": [vars(r) for r in curve],
        "calibration_error": calibration_error(curve),
        "patterns": found.patterns,
        "weights": found.weights,
        "links": found.links,
    }


def _check_field(field: str, decisions: bool) -> None:
    known = [str(f) for f in Field] if decisions else [str(f) for f in SCALARS] + ["run", "score"]
    if field not in known:
        raise BadInputError(f"there is no field {field!r}", f"choose one of {', '.join(known)}")


def _file_of_confidences(named: Path | None) -> Path:
    """Where the confidences go: as named, else the checkout's own. An installed package is never written into."""
    if named is not None:
        return named
    if not (CONFIDENCE_FILE.parent.parent / "pyproject.toml").exists():
        raise BadInputError(
            f"--calibrate would write into the installed package ({CONFIDENCE_FILE.parent})",
            "run it in a source checkout, or name a file with --confidences",
        )
    return CONFIDENCE_FILE


def _write_confidences(found: Calibration, judged: Sequence[Judged], file: Path) -> None:
    data = {
        "papers": len({j.paper for j in judged}),
        "values": len(judged),
        "right": sum(j.right for j in judged),
        "patterns": found.patterns,
        "weights": found.weights,
        "links": found.links,
    }
    file.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")


# --- telling ---------------------------------------------------------------------------------------------------------


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _say_scores(scores: Sequence[FieldScore]) -> None:
    rows = [
        [s.field, _share(s.precision), _share(s.recall), _share(s.f1), str(s.predicted), str(s.labelled)]
        for s in scores
    ]
    say_table(
        ["field", "precision", "recall", "F1", "values", "labelled"],
        rows,
        right=("precision", "recall", "F1", "values", "labelled"),
    )


def _say_reliability(curve: Sequence[Reliability]) -> None:
    say("")
    say(f"reliability (confidence measured on the other papers; mean distance {calibration_error(curve):.3f})")
    _say_curve(curve)


def _say_curve(curve: Sequence[Reliability]) -> None:
    rows = [
        [f"{r.low:.2f}-{r.high:.2f}", str(r.count), f"{r.confidence:.3f}", f"{r.right:.3f}", "#" * round(20 * r.right)]
        for r in curve
    ]
    say_table(["confidence", "values", "mean", "right", ""], rows, right=("values", "mean", "right"))


def _say_weights(found: Calibration) -> None:
    if not found.weights:
        say("too few values are wrong to weigh anything but the pattern")
        return
    say("")
    say("what else tells right from wrong (weights in log-odds)")
    rows = [[name.replace("_", " "), f"{found.weights[name]:+.2f}"] for name in ("intercept", "pattern", *SIGNS)]
    say_table(["sign", "weight"], rows, right=("weight",))


def _say_patterns(judged: Sequence[Judged]) -> None:
    say("")
    say("patterns, the worst first (with a place to look at)")
    rows = []
    for field, patterns in pattern_record(judged).items():
        for pattern, (right, count) in patterns.items():
            bad = next(
                (
                    j
                    for j in judged
                    if not j.right and (str(j.candidate.field), j.candidate.pattern) == (field, pattern)
                ),
                None,
            )
            place = f"{bad.paper} p. {bad.candidate.evidence.page}" if bad else ""
            rows.append((right / count, count, [field, pattern, f"{right}/{count}", f"{right / count:.2f}", place]))
    rows.sort(key=lambda r: (r[0], -r[1]))
    say_table(["field", "pattern", "right", "share", "a wrong one"], [r[2] for r in rows], right=("right", "share"))


def _say_links(links: Links, rely: Sequence[Reliability]) -> None:
    say("")
    say(f"how values were joined to models, the worst first (a paper counts for {MOST_OF_A_PAPER:.0f} records at most)")
    rows = [
        (right / judged, [field, link, f"{right:.1f}/{judged:.1f}", f"{right / judged:.2f}"])
        for field, ways in links.items() for link, (right, judged) in ways.items()
    ]  # fmt: skip
    rows.sort(key=lambda r: r[0])
    say_table(["field", "joined by", "right", "share"], [r[1] for r in rows], right=("right", "share"))
    say("")
    error = calibration_error(rely)
    say(f"reliability of joining (measured on the other papers, each counted once; mean distance {error:.3f})")
    _say_curve(rely)


def _say_errors(scores: Sequence[FieldScore], field: str) -> None:
    for s in scores:
        if s.field == field:
            for kind, items in (("wrong", s.wrong), ("missed", s.missed)):
                for paper, value in items:
                    say(f"{field} {kind}: {paper} {value}")


def _say_judged_wrong(judged: Sequence[Judged], field: str) -> None:
    """What people turned down or corrected; what was missed no one was asked about."""
    wrong = [j for j in judged if not j.right and j.candidate.field == field]
    for j in wrong:
        say(f"{field} wrong: {j.paper} p. {j.candidate.evidence.page} {j.candidate.value}")
    if not wrong:
        say(f"{field}: nothing that people judged was wrong")
