"""What was read, in numbers: the readings themselves are in the database, and too many to keep."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from db.models import Field, Outcome
from db.tables.readings import Reading
from db.terminal.console import say


@dataclass
class Tally:
    """Counts of a run, or of a part of it."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)  # candidates by field
    chosen: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)  # what could not be read, by kind
    pages: int = 0
    records: int = 0
    lost: int = 0  # files that could not be had, or whose worker was lost: they stay as they were

    def add(self, reading: Reading) -> None:
        """Counts one reading."""
        self.outcomes[reading.outcome.value] += 1
        self.seen.update(str(c.field) for c in reading.candidates)
        self.chosen.update(str(c.field) for c in reading.candidates if c.chosen)
        self.notes.update(str(note.kind) for note in reading.notes)
        self.pages += reading.pages or 0
        self.records += len(reading.records)

    def add_all(self, other: Tally) -> None:
        """Counts what another tally counted."""
        for mine, theirs in (
            (self.outcomes, other.outcomes), (self.seen, other.seen), (self.chosen, other.chosen),
            (self.notes, other.notes),
        ):  # fmt: skip
            mine.update(theirs)
        self.pages += other.pages
        self.records += other.records
        self.lost += other.lost


def say_what_was_read(done: Tally, seconds: float, reader_version: str) -> None:
    """Prints the summary of a run."""
    say(
        f"read {done.outcomes['read']} of {done.outcomes.total() + done.lost} papers, {done.pages} pages"
        f" in {seconds:.1f} s ({done.pages / max(seconds, 1e-9):.0f} pages/s) with reader {reader_version}"
    )
    for outcome, count in sorted(done.outcomes.items()):
        if outcome != Outcome.READ:
            say(f"  {outcome}: {count}")
    for kind, count in sorted(done.notes.items()):
        say(f"  {kind.replace('_', ' ')}: {count}")
    fields = dict.fromkeys([*map(str, Field), *sorted(done.seen)])
    values = ", ".join(f"{f} {done.chosen[f]}/{done.seen[f]}" for f in fields if done.seen[f])
    say(f"candidates (stood behind / seen): {values or 'none'}")
    say(f"records: {done.records}")
