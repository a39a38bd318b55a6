"""Wall-clock time of a whole run, in seconds. Device time and time per epoch are resolved when runs are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from db.models import Candidate, Field
from db.vocabulary import Purpose, Reason, Refusal
from extract.fields.device import SHORTEST, refusal
from extract.fields.paper import PaperView
from extract.language.durations import Duration
from extract.language.purpose import of_people, people_trained
from extract.language.wording import hedged
from extract.pattern import Pattern
from extract.sentences.statements import Statement

FIELD = Field.TRAINING_TIME
LONG = 600.0  # seconds; what takes so long, right behind a sentence on a run, is taken for the run

EXAMPLES: tuple[tuple[str, list[object]], ...] = (
    ("Training took 3.5 days on 8 P100 GPUs.", [302400]),
    ("The big models were trained for 300,000 steps (3.5 days).", [302400]),
    ("Training takes 10-14 days on 8 GPUs.", [1036800]),
    ("It takes 12 hours for tagging and 8 hours for parsing to train the model.", [43200, 28800]),
    ("Training costs 3 and 6 days respectively.", [259200, 518400]),
    ("Training it takes 1.7s per mini-batch and 10 days total on 8 GPUs.", [864000]),
    ("Training takes about 10 hours on the COCO dataset.", [36000]),
    ("We reach this after being trained for as little as twelve hours.", [43200]),
    ("The training time is 70h, 48min.", [254880]),
    ("Each run takes between 24 and 48 hours to train.", [129600]),
    ("Training took 12-16 hours for all models, except for one, which took 18 hours.", [50400, 64800]),
    # near misses
    ("We train on 960 hours of speech.", []),
    ("Checkpoints were written at 10-minute intervals during training.", []),
    ("Inference takes 0.2 seconds per image on a Titan X.", []),
    ("The model trains for 300k steps.", []),
    ("Each training step took about 0.4 seconds.", []),
    ("One epoch corresponds to 50000 updates or roughly 30 minutes of training time.", []),
    ("Training a single model would take 3-6 weeks on one GPU.", []),
    ("This saves us 95 minutes of training.", []),
    ("The trained agent is compared with a human who played for two hours.", []),
    ("We save a checkpoint of the training every 12 hours.", []),
    ("We compare with a previously trained language model that took about 8 weeks to train.", []),
    ("The trainable function is as simple as [h; u] ∈ R 8d×T (that is, dG = 8d).", []),
)


LISTED_BEFORE = Pattern(
    "a list before a time",
    {r"[,;:(/–—×]\s?": ("8 V100s, ", "8 V100s: about ", "(")},
    after=rf"{hedged('over', 'under', 'up to', 'less than', 'more than', 'and', 'an?', 'total of', 'total', 'time')}$",
    refuses=("8 V100s have ",),
)
LISTED_AFTER = Pattern(
    "the end of a list, behind a time",
    {
        r"[.,;:)\]/]|$": ".",
        r"(?:and|or|for|on|with|using|each|per|in total|respectively|of training)\b": " in total",
    },
    before=r"^\s?",
    refuses=(" later",),
)
ADVICE = Pattern(
    "advice",
    {
        r"\b(?:heuristics?|rule of thumb|recommend(?:s|ed|ations?)?|advis\w+)\b": "we recommend",
        r"\bif (?:you|one) (?:\w+ )?(?:are|is|plan|want|have|has|can)\b": "if you are given 8 cards",
    },
    refuses=("the recommender", "if the model is trained"),
)
RUN = Pattern(
    "a run, in a sentence with no word of training",
    {
        r"(?<!post-)train\w*|experiments?|optimization|search|repetitions?": "our experiments",
        r"runs?|ran|lasted|(?:converge|finish|complet)\w*|passed|elapsed|stop(?:ped)? after": "it finished",
        r"takes|took|requires?|required|costs?|needs|needed": "took",
        r"(?:steps|tokens|iterations|updates) (?:take|need|require)": "the steps take",
        r"(?:they|these|those|both|all|models|networks|variants|versions|others|ones)(?: (?:only|each|both|all|then))? "
        r"(?:need|take|require|last)": "they only need",
        r"(?:stage|phase|procedure|network|model|schedule|learning) (?:is|was) (?:over|done|ready|through)": (
            "after 19 hours the second stage is over"
        ),
        r"reach(?:es|ed)\b[^.;]{0,40} (?:in|after|within)": "the small one reached 39 in a week",
        r"wall[- ]?clock|ep|(?:time|duration|runtime|total)(?=\s?[:=])": "duration: 3 h",
    },
    before=r"\b",
    after=r"\b",
    refuses=("post-training", "at that time"),
)


def read(view: PaperView) -> Iterator[Candidate]:
    """Every stretch of time; chosen where it is the length of a run of the paper's own."""
    before: Statement | None = None
    for s in view.statements:
        goes_on = before is not None and _goes_on(before, s)
        before = s
        for d in s.durations:
            purpose = s.purpose_at(d.start)
            reason = d.refused or refusal(s, purpose, d.start)
            if reason is not None and reason.refusal is Refusal.UNSAID and _beside_hardware(s, d):
                reason = None
            reason = reason or _refusal(s, d, goes_on)
            yield view.from_passage(
                s.passage, d.start, d.end, FIELD, d.seconds, d.pattern, purpose=purpose, low=d.low, high=d.high,
                chosen=reason is None, reason=reason and reason.words,
                qualifiers={"statement": s.number, "place": d.start, "per": d.per, "device_time": d.of_devices},
            )  # fmt: skip
    yield from (c for c in view.training_cells if c.field == FIELD)


def _of_people(s: Statement, d: Duration) -> bool:
    return (people_trained(s.text) and not _counted(s)) or (not (s.trains or _counted(s)) and of_people(s.text))


def _no_run_said(s: Statement, d: Duration) -> bool:
    return not (s.trains or s.devices or s.epochs or d.pattern == "time after its unit" or RUN.search(s.text))


REFUSALS: tuple[tuple[Callable[[Statement, Duration], object], Refusal], ...] = (
    (_of_people, Refusal.PEOPLES_TIME),
    (_no_run_said, Refusal.NO_RUN_SAID),
    (lambda s, d: ADVICE.search(s.text), Refusal.ADVICE),
    (lambda s, d: d.per, Refusal.TIME_FOR_ONE),
    (lambda s, d: d.of_devices, Refusal.DEVICE_TIME),
    (lambda s, d: d.seconds < SHORTEST, Refusal.TOO_SHORT),
)


def _goes_on(before: Statement, s: Statement) -> bool:
    """Whether a sentence goes on about the run of the one before: it told hardware, or how long a training took."""
    if before.passage is not s.passage or before.foreign or before.purpose is Purpose.INFERENCE or not s.context:
        return False
    timed = before.trains and any(d.refused is None and not d.per for d in before.durations)
    return timed or any(c.refused is None for c in before.counts)


def _refusal(s: Statement, d: Duration, goes_on: bool) -> Reason | None:
    """Why a time that something took is not the length of a run, by the first row that holds."""
    for holds, refused in REFUSALS:
        if holds(s, d):
            if refused is Refusal.NO_RUN_SAID and goes_on and d.seconds >= LONG:
                continue
            return Reason(refused, d.per if refused is Refusal.TIME_FOR_ONE else "")
    return None


def _counted(s: Statement) -> bool:
    """Whether the sentence counts the processors of a run."""
    return any(
        c.refused is None and c.device is not None and c.device.kind in ("gpu", "tpu", "other") for c in s.counts
    )


def _beside_hardware(s: Statement, d: Duration) -> bool:
    """Whether a time with no verb before it stands in a list with counted hardware: "training: 8 V100s, 60 hours"."""
    if d.of_devices or d.per or d.seconds < LONG or not _counted(s):
        return False
    text = s.passage.text
    listed = LISTED_BEFORE.search(text[max(s.start, d.start - 40) : d.start])
    return bool(listed) and LISTED_AFTER.match(text[d.end : s.end]) is not None
