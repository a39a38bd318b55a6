"""The words that drive decisions, each with its wording for people in one place.

Code compares members (`reason.refusal is Refusal.DEVICE_TIME`), never sentences; the database keeps a member's name; a
better wording is a change of one line here and changes nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a run is for."""

    TRAINING = "training"
    PRETRAINING = "pretraining"
    FINETUNING = "finetuning"
    SEARCH = "search"
    INFERENCE = "inference"


class Role(StrEnum):
    """Whose result it is: the paper's own, its variant or own baseline, another paper's."""

    OWN = "own"
    ABLATION = "ablation"
    PRIOR = "prior"


class Refusal(StrEnum):
    """Why the extractor does not stand behind a value. The value is the wording; `{}` is filled in with a detail."""

    # of runs: time, device, count, epochs
    DEVICE_TIME = "device time"
    TIME_FOR_ONE = "time for one {}"
    INFERENCE = "inference"
    TOO_SHORT = "too short for a training run"
    TIME_OF_WHAT = "nothing says that it is the time of a training"
    EPOCH_TIMES_COMPARED = "time for one epoch, compared"
    ANOTHERS_MODEL = "another paper's model"
    PASSES_OVER_ONE_OF_SEVERAL = "passes over one of several data sets"
    # of counts: parameters and operations
    # of scores
    # of candidates among others: said again, rounded
    SAID_IN_A_TABLE = "said again: stands in {}"
    ROUNDING_OF = "a rounding of {}"
    SAID_WITH_ITS_MODEL = "said again with its model"
    SAID_BEFORE = "said before on page {}"
    # of values of a record
    ANOTHER_STANDS = "{} stands for it"
    SAID_TWICE = "said twice"
    NO_RUN_NAMES_THE_MODEL = "the paper has several runs and none of them names this model"
    NAMES_ANOTHER_MODEL = "its sentence names another of the paper's models"


@dataclass(frozen=True)
class Reason:
    """One refusal with its detail: `Reason(Refusal.TIME_FOR_ONE, "epoch").words` is "time for one epoch"."""

    refusal: Refusal
    detail: str = ""

    @property
    def words(self) -> str:
        """The reason for people."""
        return self.refusal.value.format(self.detail)
