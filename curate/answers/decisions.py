"""Answers -> decisions: what a person said, tied to the evidence it was said of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from curate.answers.typed import read_typed
from curate.backends import Answered
from curate.page.render import ALL_RIGHT, NOT_A_RESULT, OTHER_MODEL, SPLIT
from db.models import Decision, Verdict, normal_name
from db.reviews import MODEL, RECORD


@dataclass(frozen=True)
class Read:
    """The decisions of one answer, and what in it could not be understood."""

    decisions: tuple[Decision, ...]
    doubts: tuple[str, ...] = ()


def decisions_of(answer: Answered, payload: Mapping[str, Any], backend: str) -> Read:
    """The decisions that an answer to this payload makes.

    A correction that can't be read becomes `unsure` with the typed words in its note, and a doubt for whoever syncs.
    """
    doubts: list[str] = []
    made: list[Decision] = []

    def decide(
        field: str, metric: str | None, verdict: Verdict, judged: Mapping[str, Any] | None, **more: Any
    ) -> Decision:
        judged = judged or {"value": payload["model"], "page": None, "quote": None}
        return Decision(
            task_key=payload["key"], arxiv_id=payload["arxiv_id"], version=payload["version"],
            model=more.pop("model", payload["model"]), benchmark=payload["benchmark"], field=field, metric=metric,
            verdict=verdict.value, judged_value=judged["value"], page=judged["page"], quote=judged["quote"],
            annotator=answer.annotator, decided_at=answer.answered_at, backend=backend, backend_id=answer.id,
            **{"value": None, "note": answer.note, **more},
        )  # fmt: skip

    for place, shown in enumerate(payload["fields"]):
        verdict = answer.verdicts.get(place)
        if verdict is None and answer.whole == ALL_RIGHT and shown["page"] is not None:
            verdict = Verdict.ACCEPT.value
        if verdict is None and answer.whole == OTHER_MODEL and shown["page"] is not None:
            verdict = Verdict.ACCEPT.value
        if verdict is None:
            continue
        field, metric = shown["field"], shown["metric"]
        if verdict == Verdict.ACCEPT:
            made.append(decide(field, metric, Verdict.ACCEPT, shown, value=shown["value"]))
        elif verdict == Verdict.CORRECT:
            typed, page = answer.texts.get(place, ""), answer.pages.get(place, "")
            try:
                value = read_typed(field, typed)
            except ValueError as error:
                doubts.append(f"{_name(payload, shown)}: {error}")
                note = "; ".join(filter(None, [f"typed: {typed}" if typed else "nothing typed", answer.note]))
                made.append(decide(field, metric, Verdict.UNSURE, shown, note=note))
                continue
            answer_page = int(page) if page.strip().isdecimal() else None
            if answer_page is None and shown["page"] is None:
                doubts.append(f"{_name(payload, shown)}: {typed!r} was added without its page")
            if value == shown["value"] and answer_page in (None, shown["page"]):
                made.append(decide(field, metric, Verdict.ACCEPT, shown, value=value))
            else:
                more = {"value": value, "answer_page": answer_page if answer_page != shown["page"] else None}
                made.append(decide(field, metric, Verdict.CORRECT, shown, **more))
        else:
            made.append(decide(field, metric, Verdict(verdict), shown))

    if answer.whole == NOT_A_RESULT:
        made.append(decide(RECORD, None, Verdict.REJECT, None))
    elif answer.whole in (OTHER_MODEL, SPLIT):
        name = (answer.model or "").strip()
        if not name or normal_name(name) == normal_name(payload["model"]):
            doubts.append(f"{payload['model']} in {payload['arxiv_id']}: no other model was named")
        elif answer.whole == OTHER_MODEL:
            made.append(decide(MODEL, None, Verdict.CORRECT, None, value=name))
        else:
            made += [
                replace(d, model=name, verdict=Verdict.ACCEPT.value, value=d.judged_value)
                for d in made
                if d.verdict == Verdict.REJECT and d.quote is not None
            ]
    return Read(tuple(_shared_time(made, answer.seconds_spent)), tuple(doubts))


def news(
    pulled: Iterable[Decision], known: Sequence[Decision], task_key: str, present: Iterable[str]
) -> list[Decision]:
    """The decisions to append so that what stands of this task is what was pulled, and nothing else is said twice.

    `known`: this backend's decisions in the order in which they were saved. `task_key`: the task's key there, with
    which the ids of its answers begin; a record may have been asked about in several tasks. `present`: the ids of the
    answers that are there now. What was said and no longer is, is withdrawn.
    """
    last: dict[tuple[str | None, str, str], Decision] = {}
    for d in known:
        if (d.backend_id or "").startswith(f"{task_key}#"):
            last[_about(d)] = d
    wanted = {_about(d): d for d in pulled}
    fresh = [d for about, d in wanted.items() if about not in last or _said(last[about]) != _said(d)]
    for about, d in last.items():
        if about in wanted or d.verdict == Verdict.WITHDRAWN:
            continue
        gone = d.backend_id not in set(present)
        why = "the answer was deleted" if gone else "the field was left open again"
        fresh.append(replace(d, verdict=Verdict.WITHDRAWN.value, value=None, seconds_spent=None, note=why))
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


def _name(payload: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    return f"{payload['model']} in {payload['arxiv_id']}, {shown['metric'] or shown['field']}"
