"""What is said of ids given to `harvest retry` that have not failed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from db.errors import BadInputError, UnknownNameError
from db.store import Connection
from db.tables.harvests import Failure, queue_state
from db.tables.papers import known_ids
from harvest.ids import parse_id


def not_failed(con: Connection, ids: Sequence[str], failed: Sequence[Failure]) -> Iterator[str]:
    """A line for each id that is known and has not failed.

    BadInputError for what is no arXiv id, UnknownNameError for one that is not in the database.
    """
    names = {name for f in failed for name in (f.arxiv_id, f"{f.arxiv_id}v{f.version}")}
    for text in ids:
        if text in names:
            continue
        found = parse_id(text)
        if found is None:
            raise BadInputError(f"{text} is no arXiv id", "write it like 1512.03385 or 1512.03385v1")
        state = queue_state(con, found.arxiv_id, found.version)
        if state is None:
            near = difflib.get_close_matches(found.arxiv_id, known_ids(con), n=1, cutoff=0.8)
            hint = f"did you mean {near[0]}?" if near else "`paperflops harvest status` shows what has failed"
            raise UnknownNameError(f"{text} is not in the database", hint)
        yield f"{text} has not failed: {state}"
