"""What people say of one thing, whether they differ, and what stands.

A thing is whatever a review page asks: a field's value, a value to add, whether the record is a result at all, whose
result it is. Two people who differ on it leave it disputed; only an answer to the question asked anew, with both
words shown, decides it. Nobody's word silently goes before somebody else's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from db.models import Decision, Field, Verdict, digest, normal_name
from db.reference.hardware import same_device
from db.tables.reviews import MODEL, RECORD

TOLERANCE = 0.01  # relative; of scores, the last printed digit counts
SCORE_TOLERANCE = 1e-9

# What a stance lets stand, as a kind and what goes with it: ("value", 25.6e6), ("not_stated", None) ...
Outcome = tuple[str, float | str | None]
VALUE, RESULT, NOT_A_RESULT, MOVED, MODEL_IS = "value", "a result", "not a result", "moved", "model"


@dataclass(frozen=True)
class Thing:
    """What a stance is about."""

    record_key: str
    field: str  # a Field, or RECORD, or MODEL
    metric: str | None
    judged_key: str  # of a field: its evidence; of RECORD and MODEL the same


@dataclass(frozen=True)
class Stance:
    """What one answer of one person says of one thing now."""

    thing: Thing
    annotator: str
    outcome: Outcome
    decision: Decision  # that says so, or (of RECORD and MODEL) from which it follows
    contested: bool = False  # a value given to this model while people differ on whose it is

    @property
    def unsure(self) -> bool:
        return self.outcome[0] == Verdict.UNSURE

    @property
    def task(self) -> str:
        """The task that it answers, as the backend names it: the same record may be asked in several."""
        return (self.decision.backend_id or "").partition("#")[0]


@dataclass(frozen=True)
class Settlement:
    """All stances on one thing, and the one that stands: None where people differ and nobody has decided."""

    thing: Thing
    first: tuple[Stance, ...]  # the last word of each person, those who decided between others left out
    deciding: tuple[Stance, ...]  # given by people who were shown what the others differ on
    stands: Stance | None

    @property
    def disputed(self) -> bool:
        return self.stands is None

    @property
    def people(self) -> int:
        return len({s.annotator for s in self.first})


def settlements(decisions: Iterable[Decision]) -> list[Settlement]:
    """What stands of each thing that was judged. `decisions` are in the order in which they were saved."""
    of: dict[Thing, list[Stance]] = defaultdict(list)
    for s in stances(decisions):
        of[s.thing].append(s)
    return [settle(said) for said in of.values()]


def settle(said: Sequence[Stance]) -> Settlement:
    """What stands of the one thing that these are about.

    Who is unsure takes no side. The last round of deciding answers decides if it is of one mind.
    """
    if len(said) == 1 and not said[0].decision.adjudicates:  # as most things: what follows comes to the same
        only = said[0]
        return Settlement(only.thing, (only,), (), None if only.contested and not only.unsure else only)
    said = sorted(said, key=lambda s: s.decision.decided_at)
    first = list({s.annotator: s for s in said if not s.decision.adjudicates}.values())
    deciding = [s for s in said if s.decision.adjudicates]
    rounds: dict[str, list[Stance]] = defaultdict(list)
    for s in deciding:
        if not s.unsure:
            rounds[s.task].append(s)
    last_round = max(rounds.values(), key=lambda r: r[-1].decision.decided_at, default=None)
    sure = last_round or [s for s in first if not s.unsure]
    stands = (sure or first or deciding)[-1]
    agree = all(same_outcome(stands.thing.field, s.outcome, stands.outcome) and not s.contested for s in sure)
    return Settlement(said[0].thing, tuple(first), tuple(deciding), stands if agree else None)


def stances(decisions: Iterable[Decision]) -> list[Stance]:
    """What each answer says now of each thing, in order of time.

    An answer that lets a value stand says, without a verdict of its own for it, that the record is a result and this
    model's.
    """
    of_answer: dict[tuple[str | None, str, str], list[Decision]] = defaultdict(list)
    for d in answers_now(decisions):
        of_answer[(d.backend_id, d.annotator, d.task_key)].append(d)
    found = [s for said in of_answer.values() for s in _of_answer(said)]
    return sorted(found, key=lambda s: s.decision.decided_at)


def answers_now(decisions: Iterable[Decision]) -> list[Decision]:
    """What each answer says now, in order of time: the last decision on each thing, unless it was withdrawn.

    Unlike `standing`, it keeps what a person said in several answers to the same question.
    """
    last: dict[tuple[object, ...], Decision] = {}
    for d in decisions:
        last[(d.backend_id, d.annotator, d.task_key, normal_name(d.model), d.judged_key)] = d
    return sorted((d for d in last.values() if d.verdict != Verdict.WITHDRAWN), key=lambda d: d.decided_at)


def outcome(d: Decision) -> Outcome:
    """What a decision on a field lets stand."""
    if d.verdict == Verdict.ACCEPT:
        return VALUE, d.judged_value
    if d.verdict == Verdict.CORRECT:
        return VALUE, d.value
    return str(d.verdict), None


def same_outcome(field: str, a: Outcome, b: Outcome) -> bool:
    """Whether two stances let the same stand."""
    if a[0] != b[0]:
        return False
    x, y = a[1], b[1]
    if isinstance(x, int | float) and isinstance(y, int | float):
        tolerance = SCORE_TOLERANCE if field == Field.SCORE else TOLERANCE
        return abs(x - y) <= tolerance * max(abs(x), abs(y))
    if isinstance(x, str) and isinstance(y, str):
        return normal_name(x) == normal_name(y) or (field == Field.DEVICE and same_device(x, y))
    return x == y


def record_key_of(d: Decision) -> str:
    """The key of the record that a decision is about; of a field given to another model, that model's."""
    if d.field in (RECORD, MODEL):
        return d.task_key
    return digest(d.arxiv_id, d.version, normal_name(d.model), d.benchmark)


def _of_answer(said: Sequence[Decision]) -> list[Stance]:
    own_model = _own_model(said)
    found = []
    moved = {d.judged_key: d for d in said if normal_name(d.model) != normal_name(own_model)}
    for d in said:
        if d.field in (RECORD, MODEL):
            continue
        own = normal_name(d.model) == normal_name(own_model)
        result = outcome(d)
        if own and d.verdict == Verdict.REJECT and d.judged_key in moved:
            result = (MOVED, moved[d.judged_key].model)
        found.append(_stance(d, d.task_key if own else record_key_of(d), d.field, result))
    found += _of_record(said, own_model)
    return found


def _own_model(said: Sequence[Decision]) -> str:
    """The model of the record that was shown: a split gives rejected fields to another one."""
    rejected = {d.judged_key: d.model for d in said if d.verdict == Verdict.REJECT}
    given_away = {
        normal_name(d.model)
        for d in said
        if d.judged_key in rejected and normal_name(rejected[d.judged_key]) != normal_name(d.model)
    }
    return next((d.model for d in said if normal_name(d.model) not in given_away), said[0].model)


def _of_record(said: Sequence[Decision], own_model: str) -> list[Stance]:
    """What the answer says of the record as a whole and of whose it is, in so many words or by what it lets stand."""
    upheld = [
        d
        for d in said
        if d.field not in (RECORD, MODEL)
        and normal_name(d.model) == normal_name(own_model)
        and d.verdict in (Verdict.ACCEPT, Verdict.CORRECT)
    ]
    whole = next((d for d in reversed(said) if d.field == RECORD), None)
    model = next((d for d in reversed(said) if d.field == MODEL), None)
    found = []
    if whole is not None:
        verdict = NOT_A_RESULT if whole.verdict == Verdict.REJECT else RESULT
        found.append(_stance(whole, whole.task_key, RECORD, (verdict, None)))
    elif upheld:
        found.append(_stance(_no_decider(upheld[-1]), upheld[-1].task_key, RECORD, (RESULT, None)))
    if model is not None:
        found.append(_stance(model, model.task_key, MODEL, (MODEL_IS, model.value or model.judged_value)))
    elif upheld:
        found.append(_stance(_no_decider(upheld[-1]), upheld[-1].task_key, MODEL, (MODEL_IS, own_model)))
    return found


def _no_decider(d: Decision) -> Decision:
    """The decision as one that decides nothing: what only follows from it was not asked anew."""
    return replace(d, adjudicates=False) if d.adjudicates else d


def _stance(d: Decision, record_key: str, field: str, result: Outcome) -> Stance:
    whole = field in (RECORD, MODEL)
    thing = Thing(record_key, field, None if whole else d.metric, field if whole else d.judged_key)
    return Stance(thing, d.annotator, result, d)
