"""The words that drive decisions, each with its wording for people in one place.

Code compares members (`reason.refusal is Refusal.DEVICE_TIME`), never sentences; the database keeps a member's name; a
better wording is a change of one line here and changes nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import final


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


class NoteKind(StrEnum):
    """What could not be read of a paper that was read."""

    TABLE_IS_PICTURE = "table_is_a_picture"
    PAGE_WITHOUT_TEXT = "page_without_text"
    LANGUAGE_NOT_READ = "language_not_read"

    @property
    def words(self) -> str:
        """The note for people; `{}` is the table."""
        return {
            NoteKind.TABLE_IS_PICTURE: "{} is a picture: nothing in it was read",
            NoteKind.PAGE_WITHOUT_TEXT: "the page is a picture without text: nothing on it was read",
            NoteKind.LANGUAGE_NOT_READ: "the paper is not in English: only what its tables say is read",
        }[self]


class Refusal(StrEnum):
    """Why the extractor does not stand behind a value. The value is the wording; `{}` is filled in with a detail."""

    # of runs: time, device, count, epochs
    DEVICE_TIME = "device time"
    TIME_FOR_ONE = "time for one {}"
    TOO_SHORT = "too short for a training run"
    TIME_OF_WHAT = "nothing says that it is the time of a training"
    EPOCH_TIMES_COMPARED = "time for one epoch, compared"
    ANOTHERS_MODEL = "another paper's model"
    PASSES_OVER_ONE_OF_SEVERAL = "passes over one of several data sets"
    LONGER_THAN_ANY_RUN = "longer than any run"
    WOULD_TAKE = "what it would take, not what it took"
    UNSAID = "no word before it says that something took this long"
    MACHINE_TIME = "time of machines, whose processors are not counted by it"
    MORE_TIME = "more time, on top of the run's"
    DATA_LENGTH = "a stretch of data, not of a run"
    OTHER_WORK = "other work than training"
    TIMING = "timed for its speed, no run of training"
    INTERVAL = "an interval or a limit, not a run's length"
    DIFFERENCE_OF_TIMES = "a difference, not a run's length"
    MILLISECONDS = "milliseconds are no training run"
    PEOPLES_TIME = "people's time, not a run's"
    NO_RUN_SAID = "its sentence speaks of no run"
    ADVICE = "advice, not a run"
    POINT_OF_SCHEDULE = "a point in the schedule, not the run's length"
    LENGTH_UNSAID = "nothing says that training lasted this long"
    NOT_DONE = "said, not done"
    PART_OF_DATA = "passes over a part of the data"
    ESTIMATE = "what a time was worked out from"
    LESS_THAN_AN_EPOCH = "less than one epoch"
    NOT_USED_SO = "not used so"
    ONE_MACHINE = "the processors of one machine"
    MACHINES = "machines, whose processors are not counted"
    NO_PROCESSORS = "counts no processors"
    IN_GENERAL = "a processor in general"
    PODS = "pods, whose chips are not counted"
    CPUS_IN_PASSING = "CPUs said in passing"
    KIND_OF_PROCESSOR = "a kind of processor, whose number is said elsewhere"
    MACHINES_COUNTED = "machines, whose processors are counted beside"
    INSTANCES = "instances, whose processors are counted elsewhere"
    NAMES_NO_DEVICE = "names no device"
    VERSION_ELSEWHERE = "its version is said elsewhere"
    ABLE_TO_RUN = "what it can run on, not what it was trained on"
    LIKENED = "what was used is likened to it"
    CPU_BESIDE = "the CPU beside the GPUs"
    MACHINE_AROUND = "the machine around the processors"
    INFERENCE = "inference"
    TASK_OF_SECONDS = "a task of seconds, no training"
    NO_TRAINING_NEAR = "nothing around it speaks of training"
    FOREIGN_SECTION = "a section on other work"
    FOREIGN_RUN = "speaks of another paper's run"
    SET_AGAINST_OURS = "set against the paper's own run"
    # of counts: parameters and operations
    PART_OF_MODEL = "counts a part of the model ({})"
    NO_UNIT = "no unit is printed for this count"
    IMPLAUSIBLE_COUNT = "{} is no plausible count"
    # of scores
    IMPLAUSIBLE_SCORE = "{}"  # "3.2 is no plausible top1_accuracy on imagenet"
    SEVERAL_METRICS = "the header names several metrics"
    SEVERAL_NUMBERS = "two numbers in the cell, one metric in the header"
    SEVERAL_DATA_SETS = "the {} names several data sets"
    COUNT_DIFFERENCE = "a difference, not a count"
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
    SAID_IN_A_TABLE = "said again: stands in {}"
    ROUNDING_OF = "a rounding of {}"
    SAID_WITH_ITS_MODEL = "said again with its model"
    SAID_BEFORE = "said before on page {}"
    # of values of a record
    ANOTHER_STANDS = "{} stands for it"
    SAID_TWICE = "said twice"
    NO_RUN_NAMES_THE_MODEL = "the paper has several runs and none of them names this model"
    NAMES_ANOTHER_MODEL = "its sentence names another of the paper's models"


class Link(Enum):
    """How a value is known to be its record's model's. It is stored by name; the value is the wording for people."""

    VERY_NAME = "its model's very name"
    LIKE_NAME = "a name that may mean its model"
    MODEL_NAMED = "its model named"
    NAME_SAYS_SO = "the model's name says so"
    WORDS_OF_NAME = "words of its model's name"
    ONLY_MODEL = "the paper's only model"
    BENCHMARK_NAMED = "its benchmark named"
    BENCHMARK_NAMED_ONLY_VALUE = "its benchmark named, the paper's only value"
    NO_MODEL_NAMED = "no model named"
    NO_MODEL_NAMED_ONLY_VALUE = "no model named, the paper's only value"

    @property
    def is_sure(self) -> bool:
        """Whether it leaves a reader no doubt, so that a page need not say it."""
        return self in (Link.VERY_NAME, Link.MODEL_NAMED, Link.NAME_SAYS_SO, Link.ONLY_MODEL)


@final
@dataclass(frozen=True)
class Reason:
    """One refusal with its detail: `Reason(Refusal.TIME_FOR_ONE, "epoch").words` is "time for one epoch"."""

    refusal: Refusal
    detail: str = ""

    @property
    def words(self) -> str:
        """The reason for people."""
        return self.refusal.value.format(self.detail)
