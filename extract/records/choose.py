"""Of several values of one field the one that stands for it in a record."""

from __future__ import annotations

from collections.abc import Sequence

from db.models import Candidate, Field, RecordValue
from db.vocabulary import Link, Reason, Refusal


def choice(
    candidates: Sequence[Candidate], field: str, metric: str | None = None, *, link: Link | None = None
) -> list[RecordValue]:
    """One chosen (a score: the first; else the surest, tables before prose), each other rejected with the reason.

    `link`: how the values are known to be the record's model's.
    """
    if not candidates:
        return []
    best = candidates[0]
    if field != Field.SCORE:
        best = max(candidates, key=lambda c: (c.value is not None, c.evidence.table is not None, c.confidence or 0.0))
    out = [RecordValue(str(field), metric, best.key, True, link=link)]
    seen = {best.key}
    for c in candidates:
        if c.key not in seen:
            seen.add(c.key)
            twice = c.value == best.value
            reason = Reason(Refusal.SAID_TWICE) if twice else Reason(Refusal.ANOTHER_STANDS, _printed(best))
            out.append(RecordValue(str(field), metric, c.key, False, reason.words))
    return out


def _printed(c: Candidate) -> str:
    return f"{c.value:.10g}" if isinstance(c.value, float) else str(c.value)
