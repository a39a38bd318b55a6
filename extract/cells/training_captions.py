"""What a caption says of its table's training runs: that figures are times, in which unit, the number of epochs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.cells.training_words import HOW_LONG, SAYS_TIME, Words, clock_unit
from extract.language.named_metric import metric_named
from extract.language.quantities import UNIT, is_of_devices, read_unit, unit_seconds
from extract.pattern import Pattern

_IT_TAKES = Pattern(
    "a pronoun, and no iteration, before its verb",
    {r"\bit (?=(?:takes?|took|needs?|needed|lasts?|lasted|requires?|required|costs?)\b)": "How long it takes"},
    refuses=("time / it", "s/it"),
)
_DATA_BEHIND = r"(?:data|audio|speech|videos?|material|recordings?|corpus|corpora|examples?|samples?)\b"
_CAPTION_UNIT = Pattern(
    "the unit that a caption gives its times in",
    {
        rf"\b(?:times?|durations?|long|costs?|effort)\b[^.;]{{0,40}}?"
        rf"(?:\bin |[(\[](?:[^()\[\]]{{0,30}}[,;] )?(?:in )?)(?P<unit>{UNIT})\b": (
            "Training time in hours",
            "the duration of training (min)",
            "Training costs [h]",
        ),
        rf"\bhow many (?P<many>{UNIT})\b": "How many hours each variant took to train",
        r"(?<![\d.] )\b(?P<spent>hours|days|minutes|weeks|seconds) (?:of (?:pre-?)?training\b"
        rf"(?! {_DATA_BEHIND})|(?:that |which )?(?:are |were |is )?(?:need|requir|spen[dt]|tak|took|it took"
        r"|it takes|until|to train|for training|to converge|to fit|to learn)\w*)": (
            "Hours needed for training", "Minutes of training", "Days to train each model", "Hours it took",
        ),
        r"\b(?:training|wall[- ]?clock|search)[- ](?P<trained>hours|days|minutes)\b": "wall-clock hours",
    },
    refuses=("Training time of all", "960 hours of training", "Hours of training data"),
)  # fmt: skip
_CAPTION_DEVICE_TIME = Pattern(
    "a caption that says the device and unit of its times",
    {"times?": "Training time in GPU hours", "costs?": "cost (TPU v3 core-days)"},
    refuses=("time in hours", "GPU hours"),
    before=r"\b",
    after=rf"\b[^.;]{{0,30}}?(?:\bin |[(\[](?:in )?)(?P<unit>[\w ]{{0,12}}[\w-]+?[\s·-]{UNIT})\b",
)
OF_A_PART = Pattern(
    "a caption whose times are those of a part of a run",
    {
        r"\btimes?\b[^.;]{0,40}\b(?:per|for (?:each|every|one))": (
            "time in seconds per 1k training steps", "time for one update",
        ),
        r"\btimes?\b[^.;]{0,20}\bof (?:an?|one|each|every)": "Time of one iteration",
        r"\btimes?\b[^.;]{0,40}\bfor(?= \d{1,3} [a-z])": "time in seconds for 50 steps",
    },
    refuses=("time per run", "Training times, 90k iterations", "time of a model trained for 20k steps"),
    after=r"\s(?:[\d.,]+\s?k?\s)?(?:\w+\s)?(?:steps?|iterations?|updates?|mini-?batch|batch|images?|sentences?)\b",
)  # fmt: skip
_RUNNING = r"(?:(?:pre-?|fine-?)?(?:training|tuning)|learning|optimi[sz]ation|wall[- ]?clock|search)"
SAYS_COST = Pattern(
    "a caption or a sentence on what training costs",
    {
        rf"\b{_RUNNING}[- ](?:times?|hours|days|durations?|costs?|budgets?|effort|efficiency)\b": (
            "Training times of all", "Pre-training cost of our decoders", "the training duration",
        ),
        rf"\b(?:(?:run-?)?times?|hours|days|durations?|costs?|expense|effort)(?: (?:is|are) (?:that|those))?"
        rf" (?:of|for) (?:\w+ ){{0,2}}{_RUNNING}\b"
        rf"(?! (?:set|rate|{_DATA_BEHIND}))": (
            "the time for one training", "Runtime of our training code", "Runtime is that of training",
        ),
        r"\b(?:time|hours|days|long|cheap\w*|fast\w*|slow\w*|quick\w*|expensive|costly|takes?|took|needs?|needed|effort"
        r"|costs?)(?:,? [(\[]?in \w+[)\],]?)? (?:\w+ ){0,3}?to (?:pre-?|fine-?)?(?:train|learn|optimi[sz]e|fit"
        r"|converge)\b": (
            "the cheapest to train", "how long it takes to train", "What it costs (in days) to fit",
        ),
        r"\b(?:pre-?|fine-?)?(?:train|tun)(?:s|ed|ing) (?:\w+ ){0,2}?(?:faster|slower|longer|cheap\w*|quick\w*)\b": (
            "B trains faster",
        ),
    },
    refuses=("time at training", "training data", "a learning rate"),
)  # fmt: skip


_LABEL = Pattern(
    "the label that a caption begins with",
    {"Table": "Table 3: Training", r"Tab\.": "Tab. 3. Training", "Figure": "Figure 2: Time", r"Fig\.": "Fig. 2 Time"},
    refuses=("Table of times", "see Table 3: A"),
    before="^",
    after=r"\s?[\w.]*?[.:]?\s+(?=[A-Z(\[])",
    flags=re.NOFLAG,
)
CAPTION_BEGINS = Pattern(
    "a caption that begins with training times",
    {
        r"(?:pre-?)?train(?:ing)? (?:times?|durations?)\b": (
            "Table 2: Training time of",
            "Table 4. The pre-training times",
            "Table 7: Training durations",
        ),
        r"(?:(?:pre-?)?training|running|run) (?P<unit>hours|days)\b": "Table 3: Training hours of",
        r"(?:total|overall|average|mean) (?:pre-?)?training times?\b": "Table 5: Total training time",
        r"wall[- ]?clock (?:training )?times?\b(?=[^.]*\btrain)": "Table 6: Wall-clock time to train",
    },
    refuses=("Table 2: Results and training time",),
    before=r"^(?:Table|Tab\.)\s?[\w.]*[.:]?\s*(?:The )?(?:Comparison of )?",
)


def caption_says_times(caption: str) -> bool:
    """Whether a sentence of the caption says that the cells are times of training: "How long each variant trained"."""
    return _saying_times(caption) is not None


def _saying_times(caption: str) -> str | None:
    """The sentence of a caption that says so."""
    sentences: Sequence[str] = re.split(r"(?<=[.;])\s(?=[A-Z(])", _LABEL.sub("", caption))
    for what in (_IT_TAKES, _TO_TARGET, _UNTIL, _SPLIT_NAMED):
        sentences = [what.sub("", s) for s in sentences]
    sentences = [_TRAINED.sub(r"\g<train>", s) for s in sentences]
    return next((s for s in sentences if _says_times(Words(s))), None)


def _says_times(words: Words) -> bool:
    said = words.any_of(SAYS_TIME | HOW_LONG) or caption_unit(words.text) is not None
    return words.trains and words.is_of_whole_runs and said


def unit_of_all(caption: str) -> float | None:
    """Seconds of the unit of all numbers of a table of which the caption says nothing but that they are times.

    None where it names a unit for none of them, or says that other figures stand beside.
    """
    said = _saying_times(caption)
    if said is None or _OTHER_FIGURES.search(rest := _UNTIL.sub("", _TO_TARGET.sub("", caption))) or metric_named(rest):
        return None
    return clock_unit(caption) or caption_unit(said) or caption_unit(caption)


# "hours to 75% accuracy": until when a run lasted, no figure of the table
_TO_TARGET = Pattern(
    "until when a run lasted: no figure of the table",
    {
        r"(?:accuracy|error|AP|mAP|BLEU|perplexity|WER|FID|F1|score|reward|return)s?": (
            "hours to 75% accuracy",
            "time until reaching 25 BLEU",
        )
    },
    refuses=("time and accuracy", "up to accuracy"),
    before=r"\b(?:to|until) (?:(?:reach(?:es|ed|ing)?|achiev\w+|get|hit|a|an|the|target) )*\d[\d.]*\s?%? ?(?:[\w-]+ )?",
    after=r"\b",
)
_UNTIL = Pattern(
    "what stopped the runs: no figure of the table either",
    {
        r"stop(?:s|ped)?\b": "before the dev loss stopped decreasing",
        r"(?:converge|saturate|plateau|stabili[sz]e|settle)[sd]?\b": "until the validation error converged",
        r"no longer\b": "until accuracy no longer improves",
        r"(?:did|does) not\b": "until the score did not rise",
    },
    refuses=("before the first score", "loss stopped"),
    before=r"\b(?:before|until|till|when) (?:[\w-]+ ){1,4}?",
    after=r"(?: \w+){0,2}",
)
_SPLIT_NAMED = Pattern(
    "the part of the data that is for training",
    {
        r"(?:sub)?(?:sets?|splits?|portions?|parts?|partitions?|folds?)": "the training portion",
        r"(?:data|corpus|corpora|examples|dialogues|videos|recordings)": "training data",
    },
    refuses=("training time", "training the set"),
    before=r"\btrain(?:ing)? ",
    after=r"\b",
)
_TRAINED = Pattern(
    "what is trained, whatever words name it: an image encoder is no image",
    {
        r"(?:the|our|these|all|both)\s(?:(?!(?:on|in|with|for|by|per|at|from|and|under|of|to)\b)[\w/-]+\s){0,4}?"
        r"(?!(?:iter|step|batch|imag|sampl|fram|token|updat|sentenc|exampl|sequenc)\w*\b)[\w-]+"
        r"(?=\s?(?:[(\[,.;:]|$|(?:on|in|with|for|by|per|at|from|and|under)\b))": (
            "to train the learned index (in minutes)", "training of our image encoder on 4 cards",
        ),
    },
    refuses=("training the last batch", "training an image"),
    before=r"\b(?P<train>(?:pre-?|fine-?)?(?:train|tun|fit|learn|optimi[sz])(?:ing|e)?)\s(?:of\s)?",
)  # fmt: skip
_OTHER_FIGURES = Pattern(
    "other figures than times, of which a caption speaks",
    {
        r"accurac|error|scores?\b|performance|qualit|perplexit|loss(?:es)?\b|metric|results?\b": "time and performance",
        r"memory|param(?:eter)?s|throughput|FLOP|speed-?ups?\b": "training time and memory",
    },
    refuses=("time needed for training", "training hours by number of workers"),
)


def caption_unit(caption: str) -> float | None:
    """Seconds of the unit that a caption gives its times in: "Training time in hours"."""
    for said in _CAPTION_UNIT.finditer(caption):
        name = next(name for name, unit in said.groupdict().items() if unit)
        if not is_of_devices(caption[: said.start(name)]):
            return unit_seconds(said[name])
    return None


def caption_device_unit(caption: str) -> float | None:
    """Seconds of the unit of device time that a caption gives its figures in: "Training cost in GPU-hours"."""
    said = _CAPTION_DEVICE_TIME.search(caption)
    unit = read_unit(said["unit"]) if said else None
    return unit.seconds if unit and unit.of_devices else None


_CAPTION_EPOCHS = Pattern(
    "a caption that says how many epochs its models had",
    {r"(?P<n>\d[\d,]*)\s(?:training\s)?epochs\b(?!\s?(?:of warm|warm))": ("for 300 epochs", "90 training epochs")},
    refuses=("5 epochs of warm-up", "epochs"),
    before=r"\b",
)


def caption_epochs(caption: str) -> float | None:
    """The number of epochs that a caption gives for all rows; None where it gives none, or several."""
    found = {float(m["n"].replace(",", "")) for m in _CAPTION_EPOCHS.finditer(caption)}
    return found.pop() if len(found) == 1 else None
