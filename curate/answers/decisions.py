"""Answers -> decisions: what a person said, tied to the evidence it was said of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from curate.answers.typed import read_typed
from curate.backends import Answered
from curate.page.render import ALL_RIGHT, NOT_A_RESULT, OTHER_MODEL, SPLIT, filled_page, filled_text
from db.models import Decision, ShownField, ShownRecord, Verdict, normal_name
from db.tables.reviews import MODEL, RECORD


@dataclass(frozen=True)
class Read:
    """The decisions of one answer, and what in it could not be understood."""

    decisions: tuple[Decision, ...]
    doubts: tuple[str, ...] = ()


def decisions_of(answer: Answered, payload: ShownRecord, backend: str) -> Read:
    """The decisions that an answer to this page makes.

    A correction that can't be read becomes `unsure` with the typed words, and a doubt for whoever syncs. What the page
    came back with and was left as it was, has been said before and makes no decision.
    """
    reading = _Reading(answer, payload, backend)
    fields = [said for place, shown in enumerate(payload.fields) for said in reading.of_field(place, shown)]
    made = [d for d, _ in fields]
    doubts = [doubt for _, doubt in fields if doubt is not None]
    of_record, doubt = reading.of_record(made)
    made += of_record
    if doubt is not None:
        doubts.append(doubt)
    return Read(tuple(_shared_time(made, answer.seconds_spent)), tuple(doubts))


@dataclass(frozen=True)
class _Reading:
    """One answer beside the page that it answers."""

    answer: Answered
    payload: ShownRecord
    backend: str

    def of_field(self, place: int, shown: ShownField) -> Iterator[tuple[Decision, str | None]]:
        """The decision on one field, if there is one, with what is doubtful about it."""
        verdict = self.answer.verdicts.get(place)
        if verdict is None and self.answer.whole in (ALL_RIGHT, OTHER_MODEL) and shown.read:
            verdict = Verdict.ACCEPT.value
        if verdict is None or self._as_it_came_back(verdict, place, shown):
            return
        if verdict == Verdict.CORRECT:
            yield self._correction(place, shown)
        elif verdict == Verdict.ACCEPT:
            yield self._decide(shown, Verdict.ACCEPT, value=shown.value), None
        else:
            yield self._decide(shown, Verdict(verdict)), None

    def of_record(self, made: Sequence[Decision]) -> tuple[list[Decision], str | None]:
        """What the answer says of the record as a whole and of its model, with what is doubtful about it."""
        p, name = self.payload, (self.answer.model or "").strip()
        named = bool(name) and normal_name(name) != normal_name(p.model)
        found: list[Decision] = []
        if self.answer.whole == NOT_A_RESULT:
            found.append(self._of_whole(RECORD, Verdict.REJECT))
        elif self.answer.whole == OTHER_MODEL and named:
            found.append(self._of_whole(MODEL, Verdict.CORRECT, name))
        elif self.answer.whole == SPLIT and named:
            found += [
                replace(d, model=name, verdict=Verdict.ACCEPT.value, value=d.judged_value)
                for d in made
                if d.verdict == Verdict.REJECT and d.quote is not None
            ]
        upheld = set(self.answer.verdicts.values()) & {Verdict.ACCEPT, Verdict.CORRECT}
        if upheld or self.answer.whole in (ALL_RIGHT, OTHER_MODEL):
            # where people differ on these, whoever lets the values stand decides them too
            if p.record_dispute and self.answer.whole != NOT_A_RESULT:
                found.append(self._of_whole(RECORD, Verdict.ACCEPT))
            if p.model_dispute and self.answer.whole not in (NOT_A_RESULT, OTHER_MODEL):
                found.append(self._of_whole(MODEL, Verdict.ACCEPT, p.model))
        lost = self.answer.whole in (OTHER_MODEL, SPLIT) and not named
        return found, f"{p.model} in {p.arxiv_id}: no other model was named" if lost else None

    def _correction(self, place: int, shown: ShownField) -> tuple[Decision, str | None]:
        typed = self.answer.texts.get(place, "")
        page = _page(self.answer.pages.get(place))
        other_page = page if page != shown.page else None
        try:
            value = read_typed(shown.field, typed)
        except ValueError as error:
            note = "; ".join(filter(None, [f"typed: {typed}" if typed else "nothing typed", self.answer.note]))
            d = self._decide(shown, Verdict.UNSURE, note=note, typed=typed or None, answer_page=other_page)
            return d, f"{self._name(shown)}: {error}"
        if shown.read and value == shown.value and other_page is None:
            return self._decide(shown, Verdict.ACCEPT, value=value), None
        return self._decide(shown, Verdict.CORRECT, value=value, typed=typed, answer_page=other_page), None

    def _as_it_came_back(self, verdict: str, place: int, shown: ShownField) -> bool:
        """Whether this is what the page was filled in with when it came back. Who was unsure is asked to say more."""
        given = shown.given
        if given is None or not given.decided or given.verdict != verdict or verdict == Verdict.UNSURE:
            return False
        if verdict != Verdict.CORRECT:
            return True
        text = self.answer.texts.get(place, filled_text(shown))
        page = self.answer.pages.get(place, filled_page(shown))
        return given.value is not None and (text, page) == (filled_text(shown), filled_page(shown))

    def _decide(
        self, shown: ShownField, verdict: Verdict, *, value: float | str | None = None, note: str | None = None,
        typed: str | None = None, answer_page: int | None = None,
    ) -> Decision:  # fmt: skip
        p, a = self.payload, self.answer
        return Decision(
            task_key=p.key, arxiv_id=p.arxiv_id, version=p.version, model=p.model, benchmark=p.benchmark,
            field=shown.field, metric=shown.metric, verdict=verdict.value, judged_value=shown.value, value=value,
            page=shown.page, quote=shown.quote, annotator=a.annotator, decided_at=a.answered_at, backend=self.backend,
            backend_id=a.id, note=note or a.note, answer_page=answer_page, adjudicates=shown.dispute is not None,
            typed=typed,
        )  # fmt: skip

    def _of_whole(self, field: str, verdict: Verdict, value: str | None = None) -> Decision:
        p, a = self.payload, self.answer
        disputed = p.record_dispute if field == RECORD else p.model_dispute
        return Decision(
            task_key=p.key, arxiv_id=p.arxiv_id, version=p.version, model=p.model, benchmark=p.benchmark,
            field=field, metric=None, verdict=verdict.value, judged_value=p.model, value=value, page=None, quote=None,
            annotator=a.annotator, decided_at=a.answered_at, backend=self.backend, backend_id=a.id, note=a.note,
            adjudicates=disputed is not None,
        )  # fmt: skip

    def _name(self, shown: ShownField) -> str:
        return f"{self.payload.model} in {self.payload.arxiv_id}, {shown.metric or shown.field}"


def _page(typed: str | None) -> int | None:
    typed = (typed or "").strip()
    return int(typed) if typed.isdecimal() else None


def news(
    pulled: Iterable[Decision], known: Sequence[Decision], task_key: str, present: Collection[str],
    changed_at: datetime, *, by_file: bool = False,
) -> list[Decision]:  # fmt: skip
    """The decisions to append so that what stands of this task is what was pulled, and nothing else is said twice.

    `known`: this backend's decisions in the order in which they were saved. `task_key`: the task's key there, with
    which the ids of its answers begin; a record may have been asked about in several tasks. `present`: the ids of the
    answers that are there now. What was said and no longer is, is withdrawn. `changed_at`: when the task last changed
    there; `by_file`: a file says all this. Then what is known of a later moment stays as it is, and so do answers that
    are not in the file: another server's file lacks them too.
    """
    last: dict[tuple[str | None, str, str], Decision] = {}
    for d in known:
        if (d.backend_id or "").startswith(f"{task_key}#"):
            last[_about(d)] = d
    later = {d.backend_id for d in last.values() if by_file and d.decided_at > changed_at}
    wanted = {_about(d): d for d in pulled if d.backend_id not in later}
    fresh = [d for about, d in wanted.items() if about not in last or _said(last[about]) != _said(d)]
    for about, d in last.items():
        gone = d.backend_id not in present
        if about in wanted or d.verdict == Verdict.WITHDRAWN or d.backend_id in later or (gone and by_file):
            continue
        why = "the answer was deleted" if gone else "the field was left open again"
        fresh.append(
            replace(
                d, verdict=Verdict.WITHDRAWN.value, value=None, seconds_spent=None, note=why, place=None,
                decided_at=max(d.decided_at, changed_at),
            )
        )  # fmt: skip
    return fresh


def _about(d: Decision) -> tuple[str | None, str, str]:
    return (d.backend_id, normal_name(d.model), d.judged_key)


def _said(d: Decision) -> tuple[object, ...]:
    return (d.verdict, d.value, d.answer_page, d.note, d.annotator)


def _shared_time(decisions: Sequence[Decision], seconds: float | None) -> list[Decision]:
    """The decisions with the time of the whole answer shared among them, so that sums over decisions are right."""
    if seconds is None or not decisions:
        return list(decisions)
    return [replace(d, seconds_spent=round(seconds / len(decisions), 3)) for d in decisions]
