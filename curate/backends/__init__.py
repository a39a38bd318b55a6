"""Where people answer. A backend is one module: it sends tasks, and brings back what people said of them.

Of a backend the rest of curate knows only the types here and the two methods of `Backend`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from curate.page.pictures import Picture
from db.models import GivenAnswer, ReviewTask, ShownRecord


@dataclass(frozen=True)
class Answered:
    """What one person said of one task: verdicts by the field's place in the payload."""

    # the backend's name for it, which begins with its task's key there; a later version of it has the same, and so
    # has an export
    id: str
    annotator: str
    answered_at: datetime  # UTC
    verdicts: Mapping[int, str]  # a Verdict by place
    texts: Mapping[int, str]  # what was typed, by place
    pages: Mapping[int, str]
    whole: str | None = None  # all_right | not_a_result | other_model | split
    model: str | None = None  # the other model's name
    note: str | None = None
    revision: str | None = None  # of the payload that the person saw
    seconds_spent: float | None = None
    skipped: bool = False  # put aside without an answer
    created_at: datetime | None = None  # UTC
    user: int | None = None  # the backend's number for the annotator, where a file gives only that
    unnamed: bool = False  # the annotator is only such a number
    aliases: tuple[str, ...] = ()  # ids by which earlier versions of this program knew it


def given_by(answer: Answered) -> dict[int, GivenAnswer]:
    """What a page is filled in with that somebody put aside, by the field's place: chosen, but not decided."""
    return {
        place: GivenAnswer(
            verdict, None, int(page) if (page := answer.pages.get(place, "")).isdecimal() else None,
            answer.texts.get(place), decided=False,
        )
        for place, verdict in answer.verdicts.items()
    }  # fmt: skip


@dataclass(frozen=True)
class PulledTask:
    """One task as the backend holds it now, with all its answers."""

    id: str
    key: str  # the record's key, with the revision behind it where a question was asked anew
    payload: ShownRecord
    answers: tuple[Answered, ...]
    changed_at: datetime  # UTC, by the backend's clock


@dataclass(frozen=True)
class Sent:
    """What came of sending one task."""

    key: str
    id: str
    # created | there | renewed (nobody had begun) | begun (somebody is at it: left) | reopened (beside an older answer,
    # with what was answered filled in)
    outcome: str


class Backend(Protocol):
    """One place where people answer."""

    name: str  # the backend and the project in it: what sync marks are kept under

    def send(
        self, tasks: Sequence[ReviewTask], pictures: Callable[[ReviewTask], Mapping[int, Picture]]
    ) -> Iterator[Sequence[Sent]]:
        """Sends the tasks that are not there yet, in this order; yields what is done, a batch at a time.

        Whatever was there before, each task is there once afterwards. May be stopped and begun again.
        """

    def people(self) -> Mapping[int, str]:
        """The people there by the numbers that exports name them by."""

    def fetch(self, since: datetime | None) -> Iterator[PulledTask]:
        """The tasks that changed since then (all, without it), the earliest change first."""
