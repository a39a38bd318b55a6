"""Makes decisions.jsonl: what a scripted reviewer who knows `gold/` answers about all that is read in the samples.

    python tests/samples/make_decisions.py

`make demo` takes the file in (`paperflops review import`), so that a newcomer sees the whole chain once. It is made
anew after a change of the rules that reads other values or other words; `pytest tests/test_demo.py` says when.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent
DECISIONS = SAMPLES / "decisions.jsonl"
sys.path.insert(0, str(SAMPLES.parent.parent))

from curate.answers.labelled import answer_by  # noqa: E402
from curate.backends import PulledTask  # noqa: E402
from curate.queue.load import load_queue  # noqa: E402
from curate.queue.tasks import pages_of  # noqa: E402
from curate.review import take_in  # noqa: E402
from db.models import Decision  # noqa: E402
from db.reference.labelled_papers import load_labelled  # noqa: E402
from db.safety.decision_lines import append_lines  # noqa: E402
from db.store import reading  # noqa: E402
from db.tables.reviews import load_decisions  # noqa: E402
from extract.run import extract  # noqa: E402
from harvest.disk.add import add  # noqa: E402

REVIEWER = "a script that knows the samples' gold"
MOMENT = datetime(2026, 1, 1)


def scripted_decisions(db: Path) -> list[Decision]:
    """The scripted reviewer's decisions on every page that the database's sample papers ask about, once given."""
    gold = load_labelled(SAMPLES / "gold")
    with reading(db) as con:
        pages = [page for task in load_queue(con).tasks for page in pages_of(task)]
    pages = sorted((p for p in pages if p.payload.arxiv_id in gold), key=lambda p: (p.payload.arxiv_id, p.key))
    answered = [(page, answer_by(gold[page.payload.arxiv_id], page.payload, MOMENT)) for page in pages]
    take_in(
        db,
        [
            PulledTask(page.key, page.key, page.payload, (replace(answer, annotator=REVIEWER),), MOMENT)
            for page, answer in answered
        ],
    )
    with reading(db) as con:
        return [replace(decision, backend="script") for decision in load_decisions(con)]


def main() -> None:
    """Reads the samples into a database of their own and writes what is decided about them."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "samples.duckdb"
        add(db, [SAMPLES / "pdf"])
        extract(workers=1, db=db)
        decisions = scripted_decisions(db)
    DECISIONS.unlink(missing_ok=True)
    append_lines(DECISIONS, decisions)
    print(f"{len(decisions)} decisions written to {DECISIONS}")


if __name__ == "__main__":
    main()
