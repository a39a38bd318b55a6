"""A candidate beside the sentence that it stands in: what joining runs looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.models import Candidate, Field
from db.reference.hardware import find_device
from db.vocabulary import Purpose
from extract.language.purpose import clause_at
from extract.sentences.statements import Statement


@dataclass(frozen=True)
class Placed:
    """A candidate with its statement; `passage` is the place of the statement's passage in the paper."""

    candidate: Candidate
    statement: Statement
    passage: int

    @property
    def number(self) -> int:
        """The statement's place in the paper."""
        return self.statement.number

    @property
    def section(self) -> str | None:
        return self.statement.passage.section

    @property
    def place(self) -> int:
        """The value's place in its passage."""
        return int(self.candidate.qualifiers["place"])

    @property
    def kind(self) -> str | None:
        """What the processor is: gpu, tpu, cpu ...; None where nothing says."""
        if self.candidate.field == Field.DEVICE_COUNT:
            kind = self.candidate.qualifiers.get("kind")
            return str(kind) if kind else None
        known = find_device(str(self.candidate.value)) if self.candidate.field == Field.DEVICE else None
        return known.kind if known else None

    @property
    def value(self) -> object:
        """What is compared: a device by its processor's name in our list, however it is printed."""
        if self.candidate.field != Field.DEVICE:
            return self.candidate.value
        known = find_device(str(self.candidate.value))
        return known.name if known else self.candidate.value

    @property
    def clause(self) -> str:
        """The words of the clause around the value."""
        left, right = clause_at(self.statement.text, self.place - self.statement.start)
        return self.statement.text[left:right]

    @property
    def trains(self) -> bool:
        """Whether the value is of training, and not the smaller of two ("8 or 16 GPUs")."""
        return self.candidate.purpose != Purpose.INFERENCE and not self.candidate.qualifiers.get("lesser")


def only_one(found: Sequence[Placed]) -> Placed | None:
    """The first of these where all have one value; None where they differ: a guess was wrong more often than right."""
    return found[0] if found and len({p.value for p in found}) == 1 else None
