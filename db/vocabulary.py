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
    TOO_SHORT = "too short for a training run"
    # of counts: parameters and operations
    COUNT_DIFFERENCE = "a difference, not a count"
    RATIO = "a ratio, not a count"
    PART = "counts a part of the model"
    FEW_PARAMETERS = "{} is no plausible number of parameters"
    FEW_OPERATIONS = "{} is no plausible number of operations"
    STEP = "counts what one step uses, not the model"
    BOUND = "a bound, not a count"
    OTHERS_BOUND = "a bound on other papers' models"
    COUNT_RANGE = "a range or a bound, not a model's count"
    VARIED = "a range, not a model's count"
    BUDGET = "a range or a budget, not a model's count"
    FORMULA = "a formula"
    RATE = "a rate (operations per second), not a count"
    SMALLER_THAN_PASS = "counted per something smaller than a pass"
    UNIT_DEFINED = "a unit's definition"
    # of scores
    SCORE_DIFFERENCE = "a difference, not a score"
    TARGET = "a target, not a score"
    SCORE_BOUND = "a bound, not a score"
    SCORE_RANGE = "a range, not one score"
    SCORE_IMPLAUSIBLE = "{}"
    ROUNDED_SCORE = "about so much: a rounded restatement"
    OTHERS_DATA_UNNAMED = "another paper's result, its data set not named beside it"
    DATA_UNNAMED = "the data set is not named beside it, and the paper has several"
    FRACTION_DATA_UNNAMED = "a fraction without its data set beside it"
    CHANGED_INPUTS = "of training data, or of attacked or changed inputs: not the benchmark's result"
    NO_MODELS_SCORE = "of people or of chance, not of a model"
    WHOLE_NUMBER = "a whole number: a rounding, or a number of something else"
    # of candidates among others: said again, rounded


@dataclass(frozen=True)
class Reason:
    """One refusal with its detail: `Reason(Refusal.TIME_FOR_ONE, "epoch").words` is "time for one epoch"."""

    refusal: Refusal
    detail: str = ""

    @property
    def words(self) -> str:
        """The reason for people."""
        return self.refusal.value.format(self.detail)
