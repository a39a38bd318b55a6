"""Label Studio's annotations, as its API and its JSON export give them, read into answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from curate.backends import Answered
from db.untyped import Parsed

_NUMBERED = re.compile(r"(verdict|value|page)_(\d+)")


def answer_of(annotation: Parsed, annotator: str, task_key: str) -> Answered:
    """The answer that one annotation of this task gives."""
    verdicts: dict[int, str] = {}
    texts: dict[int, str] = {}
    pages: dict[int, str] = {}
    single: dict[str, str] = {}
    for region in annotation.get("result") or []:
        name, text = str(region.get("from_name", "")), _first(region.get("value") or {})
        if text is None:
            continue
        numbered = _NUMBERED.fullmatch(name)
        if numbered:
            {"verdict": verdicts, "value": texts, "page": pages}[numbered[1]][int(numbered[2])] = text
        else:
            single[name] = text
    created_at = utc(annotation["created_at"]) if annotation.get("created_at") else None
    # the number is the server's own, and two servers count alike: the moment of its birth tells their answers apart.
    # Both stand in the API's answers and in an export; the unique id stands in exports alone
    number = f"{task_key}#{annotation['id']}"
    return Answered(
        id=f"{number}@{created_at:%Y%m%dT%H%M%S.%f}" if created_at else number, annotator=annotator,
        aliases=(number, *([f"{task_key}#{annotation['unique_id']}"] if annotation.get("unique_id") else [])),
        created_at=created_at, user=_number(annotation.get("completed_by")),
        answered_at=utc(annotation.get("updated_at")),
        verdicts=verdicts, texts=texts, pages=pages, whole=single.get("whole"), model=single.get("model"),
        note=single.get("note"), revision=single.get("shown"), seconds_spent=annotation.get("lead_time"),
        skipped=bool(annotation.get("was_cancelled")),
    )  # fmt: skip


def utc(moment: str | datetime | None) -> datetime:
    """The time in UTC without a zone, as the database keeps it; now, where the server gave none."""
    if moment is None:
        moment = datetime.now(UTC)
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _number(who: Any) -> int | None:
    if isinstance(who, Mapping):
        who = who.get("id")
    return who if isinstance(who, int) else None


def _first(value: Parsed) -> str | None:
    """The chosen or typed text: a choice's value, the last of typed texts."""
    said: Sequence[Any] | str | None = value.get("choices") or value.get("text")
    if isinstance(said, str):
        return said
    return str(said[-1]) if said else None
