"""Who answers which paper. Whole papers: nobody should have to read one that somebody else has read already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from db.models import ReviewTask, digest


def assign_papers(
    tasks: Sequence[ReviewTask], people: Sequence[str], assigned: Mapping[str, Sequence[str]], twice: float = 0.0
) -> dict[str, list[str]]:
    """The people for each paper of these tasks that has none yet, by arXiv id.

    Papers go, in the tasks' order, to whoever has the fewest records; `twice` of them, always the same ones, to two.
    """
    records = Counter(t.payload.arxiv_id for t in tasks)
    load = Counter(dict.fromkeys(people, 0))
    for arxiv_id, whom in assigned.items():
        load.update({who: records[arxiv_id] for who in whom if who in load})
    fresh: dict[str, list[str]] = {}
    for arxiv_id in records:
        if arxiv_id in assigned:
            continue
        wanted = 2 if int(digest("two people", arxiv_id)[:8], 16) / 0x1_0000_0000 < twice else 1
        fresh[arxiv_id] = sorted(people, key=lambda who: (load[who], people.index(who)))[:wanted]
        load.update(dict.fromkeys(fresh[arxiv_id], records[arxiv_id]))
    return fresh
