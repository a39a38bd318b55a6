"""What `paperflops evaluate` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from db.terminal.console import say, say_table
from extract.confidence.chance import Calibration, Links
from extract.confidence.fit import Judged
from extract.confidence.reliability import SURE, Reliability, calibration_error, right_when_sure
from extract.labels.score import SCORED, FieldScore, Whose, mean_f1

MOST_WEIGHTS = 30  # signs that are printed, those with the largest weights


def share(value: float | None) -> str:
    """A share to three decimals; "-" where there is none."""
    return "-" if value is None else f"{value:.3f}"


def say_scores(scores: Sequence[FieldScore]) -> None:
    """Precision, recall and F1 a field."""
    numbers = ("precision", "recall", "F1", "values", "labelled")
    rows = [
        [s.field, share(s.precision), share(s.recall), share(s.f1), str(s.predicted), str(s.labelled)] for s in scores
    ]
    say_table(["field", *numbers], rows, right=numbers)


@dataclass(frozen=True)
class Group:
    """The figures of one group of labelled papers."""

    papers: int
    scores: Sequence[FieldScore]
    whose: Whose
    run_of_papers: float | None  # mean over papers of their own F1
    score_of_papers: float | None


def say_sets(groups: Mapping[str, Group]) -> None:
    """Each field's precision, recall, F1 and number of labels, the groups side by side."""
    head = "    P     R    F1     n"
    columns = [f"{name} ({group.papers})" for name, group in groups.items()]
    rows = [["", *(head for _ in groups)]]
    for place, field in enumerate(SCORED):
        cells = []
        for group in groups.values():
            s = group.scores[place]
            cells.append(f"{share(s.precision):>5} {share(s.recall):>5} {share(s.f1):>5} {s.labelled:>5}")
        rows.append([field, *cells])
    for name, value in _MEANS.items():
        rows.append([name, *(f"{share(value(group)):>17}      " for group in groups.values())])
    say_table(["field", *columns], rows)


_MEANS: Mapping[str, Callable[[Group], float | None]] = {
    "mean of fields": lambda g: mean_f1(g.scores),
    "run, mean of papers": lambda g: g.run_of_papers,
    "score, mean of papers": lambda g: g.score_of_papers,
    "role right": lambda g: g.whose.role,
    "model right": lambda g: g.whose.model,
}


def say_kinds(groups: Mapping[str, Group]) -> None:
    """The fields' F1, a line a group: by year, by style."""
    columns = ["papers", *SCORED, "mean"]
    rows = [
        [
            name,
            str(group.papers),
            *(share(s.f1 if s.labelled else None) for s in group.scores),
            share(mean_f1(group.scores)),
        ]
        for name, group in groups.items()
    ]
    say_table(["F1", *columns], rows, right=columns)


def say_reliability(name: str, points: Sequence[tuple[float, float]], curve: Sequence[Reliability]) -> None:
    """A reliability curve, its calibration error, and how much is right of what is called sure."""
    count, right = right_when_sure(points)
    say("")
    say(
        f"reliability, {name}: {len(points)} values, mean distance {calibration_error(curve):.3f};"
        f" of the {count} at {SURE} or more {share(right)} are right"
    )
    say_curve(curve)


def say_curve(curve: Sequence[Reliability]) -> None:
    """One line a bin of confidence."""
    rows = [
        [f"{r.low:.2f}-{r.high:.2f}", str(r.count), f"{r.confidence:.3f}", f"{r.right:.3f}", "#" * round(20 * r.right)]
        for r in curve
    ]
    say_table(["confidence", "values", "mean", "right", ""], rows, right=("values", "mean", "right"))


def say_weights(found: Calibration) -> None:
    """The signs that weigh most."""
    if not found.weights:
        say("too few values are wrong to weigh anything")
        return
    say("")
    say("what tells right from wrong (weights in log-odds, the largest first)")
    largest = sorted(found.weights.items(), key=lambda item: -abs(item[1]))[:MOST_WEIGHTS]
    say_table(["sign", "weight"], [[name, f"{weight:+.2f}"] for name, weight in largest], right=("weight",))


def say_patterns(judged: Sequence[Judged]) -> None:
    """Each pattern's record, the worst first, and where one of its wrong values stands."""
    record: dict[tuple[str, str], list[Judged]] = {}
    for j in judged:
        record.setdefault((str(j.candidate.field), j.candidate.pattern), []).append(j)
    rows = []
    for (field, pattern), those in record.items():
        right = sum(j.right for j in those)
        bad = next((j for j in those if not j.right), None)
        place = f"{bad.paper} p. {bad.candidate.evidence.page}" if bad else ""
        rows.append((right / len(those), len(those), [field, pattern, f"{right}/{len(those)}", place]))
    rows.sort(key=lambda row: (row[0], -row[1]))
    say("")
    say("patterns, the worst first")
    say_table(["field", "pattern", "right", "a wrong one"], [row for _, _, row in rows], right=("right",))


def say_links(links: Links, points: Sequence[tuple[float, float]], curve: Sequence[Reliability]) -> None:
    """Each way of joining a value to a model, the worst first, and the reliability of joining."""
    rows = [
        (right / judged, [field, link.value, f"{right:.1f}/{judged:.1f}", f"{right / judged:.2f}"])
        for field, ways in links.items()
        for link, (right, judged) in ways.items()
    ]
    rows.sort(key=lambda r: r[0])
    say("")
    say("how values were joined to models, the worst first (a paper counts for five records at most)")
    say_table(["field", "joined by", "right", "share"], [r[1] for r in rows], right=("right", "share"))
    say_reliability("of joining, by the other papers", points, curve)


def say_errors(scores: Sequence[FieldScore], field: str) -> None:
    """What was wrong and what was missed of one field."""
    for s in scores:
        if s.field == field:
            for kind, items in (("wrong", s.wrong), ("missed", s.missed)):
                for paper, value in items:
                    say(f"{field} {kind}: {paper} {value}")


def say_judged_wrong(judged: Sequence[Judged], field: str) -> None:
    """What people turned down or corrected; what was missed no one was asked about."""
    wrong = [j for j in judged if not j.right and j.candidate.field == field]
    for j in wrong:
        say(f"{field} wrong: {j.paper} p. {j.candidate.evidence.page} {j.candidate.value}")
    if not wrong:
        say(f"{field}: nothing that people judged was wrong")
