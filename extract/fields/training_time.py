"""Wall-clock time of a whole run, in seconds. Device time and time per epoch are resolved when runs are made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.models import Candidate, Field
from extract.fields.device import SHORTEST, refusal
from extract.fields.paper import PaperView
from extract.language.durations import UNSAID, Duration, of_people, people_trained
from extract.sentences.statements import Statement

FIELD = Field.TRAINING_TIME

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


def read(view: PaperView) -> Iterator[Candidate]:
    """Every stretch of time; chosen where it is the length of a run of the paper's own."""
    for s in view.statements:
        for d in s.durations:
            purpose = s.purpose_at(d.start)
            reason = d.refused or refusal(s, purpose, d.start)
            if reason == UNSAID and _beside_hardware(s, d):
                reason = None
            if reason is None and (people_trained(s.text) or (not (s.trains or _counted(s)) and of_people(s.text))):
                reason = "people's time, not a run's"
            if reason is None and not (
                s.trains or s.devices or s.epochs or d.pattern == "time after its unit" or _says_run(s.text)
            ):
                reason = "its sentence speaks of no run"
            if reason is None and _ADVICE.search(s.text):
                reason = "advice, not a run"
            if reason is None and d.per:
                reason = f"time for one {d.per}"
            if reason is None and d.of_devices:
                reason = "device time"
            if reason is None and d.seconds < SHORTEST:
                reason = "too short for a training run"
            yield view.from_passage(
                s.passage, d.start, d.end, FIELD, d.seconds, d.pattern, purpose=purpose, low=d.low, high=d.high,
                chosen=reason is None, reason=reason,
                qualifiers={"statement": s.number, "place": d.start, "per": d.per, "device_time": d.of_devices},
            )  # fmt: skip
    yield from (c for c in view.training_cells if c.field == FIELD)


def _counted(s: Statement) -> bool:
    """Whether the sentence counts the processors of a run."""
    return any(
        c.refused is None and c.device is not None and c.device.kind in ("gpu", "tpu", "other") for c in s.counts
    )


def _beside_hardware(s: Statement, d: Duration) -> bool:
    """Whether a time with no verb before it stands in a list with counted hardware: "training: 8 V100s, 60 hours"."""
    if d.of_devices or d.per or d.seconds < 600.0 or not _counted(s):
        return False
    text = s.passage.text
    return bool(_LISTED_BEFORE.search(text[max(s.start, d.start - 40) : d.start])) and bool(
        _LISTED_AFTER.match(text[d.end : s.end])
    )


_LISTED_BEFORE = re.compile(
    r"[,;:(/–—×]\s?(?:(?:about|around|approximately|roughly|nearly|almost|some|over|under|up to|less than|more than|and"
    r"|an?|total of|total|time)\s|[~≈∼<>]\s?)*$",
    re.IGNORECASE,
)
_LISTED_AFTER = re.compile(
    r"\s?(?:[.,;:)\]/]|$|(?:and|for|on|with|using|each|per|in total|respectively"
    r"|of training)\b)"
)
_ADVICE = re.compile(r"\b(?:heuristics?|rule of thumb|recommend(?:s|ed|ations?)?|advis\w+)\b", re.IGNORECASE)
_RUN = re.compile(
    r"\b(?:(?<!post-)train\w*|experiments?|runs?|ran|lasted|converge\w*|finish\w*|complet\w*|wall[- ]?clock"
    r"|optimization|search|takes|took|requires?|required|costs?|needs|needed|passed|elapsed"
    r"|repetitions?|stop(?:ped)? after|(?:steps|tokens|iterations|updates) (?:take|need|require)|ep"
    r"|[Aa]fter \d[\w,.]* (?:steps|iterations|updates) \(|(?:time|duration|runtime|total)(?=\s?[:=]))\b",
    re.IGNORECASE,
)


def _says_run(sentence: str) -> bool:
    return bool(_RUN.search(sentence))
