"""What a sentence's run is for: training, search, inference ...

A sentence may speak of two ("trained on 8 V100s, while inference runs on one"): then the clause around a value decides.
"""

from __future__ import annotations

import re

from db.vocabulary import Purpose
from extract.language.wording import any_of
from extract.layout.passages import Passage
from extract.pattern import Pattern

NEAR_TRAINING = Pattern(
    "words of training, which do not say by themselves that a run took place",
    {
        r"\b(?:re-?|co-|pre-?|post-)?train(?:s|ed|ing|able)?\b": "trainable",
        r"\b(?:fine-?tun|converge|we paralleli[sz]ed)": ("fine-tuned", "we parallelized our model"),
        r"\boptimi[sz](?:e[sd]?|ing)\b": "optimized",
        r"\barchitecture search\b|\bsearch (?:space|cost|time|phase|process|procedure)s?\b": "the search cost",
        r"\bsearch for architectures\b": "to search for architectures",
        r"\bmini-?batch|\bbatch(?:es)? (?:size|of)\b|\bSGD\b|\bAdamW?\b|\bgradient\b|\bepochs?\b|\blearning rate\b": (
            "Adam"
        ),
    },
    refuses=("the restrained", "a batch is drawn"),
)
TRAINING = Pattern(
    "a run of training, by its verb or noun",
    {
        r"(?<!\ba )(?<!\bthe )(?<!fully )(?<!\bour )\b(?:re-?|pre-?)?train(?:ed|s)\b": "was trained",
        r"\b(?:we|to) (?:also |then |first |can )?(?:re-?|pre-?)?train\b": "to train",
        r"(?<!post-)\b(?:re-?|pre-?)?trainings?\b"
        r"(?! (?:set|data|sets|images|corpus|examples|samples|split|sentences))": "training takes",
        r"\bfine-?tun(?:ed|ing|e)\b": "we fine-tune",
        r"\b(?:is|are|was|were) (?:\w+ )?learn(?:ed|t) (?:on|from|with|using|by|in|within|for)\b": (
            "networks were learned from"
        ),
        r"\b(?:learning (?:to|the|an?|our)|distillation (?:of|into|to|from|with))\b[^.;,]{0,60}"
        r"\b(?:takes?|took|requires?|required|needs?|needed|lasts?|lasted|costs?)\b": "Learning to walk takes",
    },
    refuses=("a trained model", "our trained network", "the training set", "learning is hard"),
)
_ITEM = any_of(
    "images? frames? sentences? samples? examples? quer(?:y|ies) questions? documents? utterances? words tokens"
)
INFERENCE = Pattern(
    "inference",
    {
        # by name
        r"\b(?:inference|infer(?:s|red)?|latency|real[- ]?time|forward pass|deployment|fps|throughput)\b": "inference",
        r"\btest(?:ing)?[- ]time\b|\bat test\b|\btest results?\b|\bby testing\b": "at test time",
        r"\btest(?:ing|ed)? (?:it|them|our model) on\b": "we tested it on",
        # by rate: frames, sentences ... a second
        rf"\b{_ITEM}(?: per |/)s(?:ec(?:ond)?)?\b": "300 images/s",
        # by time for one item
        rf"\b(?:ms|milliseconds?|seconds?|s)(?: per |/| for (?:each|an?|one) ){_ITEM}\b": "0.2 s per image",
        r"\bper[- ]image\b|\bmilliseconds?\b|\b\d+ ?ms\b": "51 ms",
        # by what is timed
        rf"\b{any_of('detection evaluation prediction test testing running execution sampling generation')}"
        r" (?:time|speed)s?\b|\b(?:translation|processing|decoding)"
        r" (?:time|speed)s?\b": "decoding speed",
        r"\bspeed (?:is|was|are|were|results?|tests?|comparison)\b|\brun[- ]?times? (?:is|are|was|were|of)\b": (
            "speed is"
        ),
        r"\bdecod(?:es?|ing) sentences?\b|\bdecoding (?:is|was|experiments?)\b|\btext generation\b": "decoding is",
        r"\bto (?:perform|run|do) (?:detection|inference|evaluation|prediction|recognition)\b": (
            "to perform recognition"
        ),
        r"\bto process (?:an?|one|each)\b|\bmake predictions\b|\bclassif(?:y|ies)\b": "it classifies",
        r"\bserv(?:es?|ing) (?:requests?|users?|traffic)\b|\bconcurrent (?:user|request|stream)s?\b": "serves users",
        r"\bfor (?:one |an? |each )?evaluation\b|\bsampling (?:of )?\d": "for one evaluation",
        r"\bbenchmarked\b|\b(?:is|are|was|were) timed\b": "was timed",
        # by what was done: it was profiled, tried out, processed
        r"\bwe (?:\w+ )?(?:profile|benchmark)d?\b|\btested on (?:an?|one|two|four|eight|\d+) ": "We profile both on",
        r"\btimes? (?:required|needed|taken|spent|it takes) (?:for|to|by|in|on) (?:process|solv|answer|generat|decod"
        r"|retriev|classif|comput)\w*": "the time needed to solve one of them",
        r"^(?:Decoding|Evaluation|Testing|Tagging|Prediction|Sampling)\b": "Tagging takes an hour",
    },
    refuses=("training takes 3 days", "the test set"),
)
SEARCH = Pattern(
    "a search",
    {
        r"\barchitecture search\b|\bNAS\b|\bto search\b": "NAS",
        r"\bsearch(?:es)? (?:takes?|took|costs?|was|is|used|runs|ran|phase|process|for architectures)\b": (
            "the search took"
        ),
        r"\b(?:evolution|search) experiments?\b|\bevolv(?:e[sd]?|ing)\b": "evolved",
        r"\b(?:hyper-?parameter|grid|random) (?:search|tuning|sweep)\b": "a grid search",
        r"\b(?:single|one|whole|entire) search\b": "one search",
    },
    refuses=("a search engine",),
)
PRETRAINING = Pattern(
    "pre-training, by its verb or noun",
    {
        r"\bpre-?training\b(?! (?:data|corpus|corpora|set|weights|checkpoint|objectives?|tasks?))": (
            "pre-training takes"
        ),
        r"\bpre-?trains?\b": "we pretrain",
        r"\b(?:is|are|was|were|be|been|we|and|then|first|also|models?) pre-?trained\b": "was pre-trained",
        r"\bpre-?trained (?:for|using|with|in|by)\b": "pretrained for",
    },
    refuses=("pre-trained weights", "the pre-training data", "an ImageNet-pretrained backbone"),
)
FINETUNING = Pattern(
    "fine-tuning, by its verb or noun",
    {
        r"\bfine-?tun(?:ing|e|es)\b": "fine-tuning",
        r"\b(?:is|are|was|were|be|been|we|and|then|also) fine-?tuned\b": "is fine-tuned",
        r"\bfine-?tuned (?:for|on|using|with)\b": "fine-tuned on",
    },
    refuses=("a fine-tuned model",),
)
_PURPOSE_OF_SECTION = (
    (Purpose.SEARCH, Pattern("a section on a search", {r"architecture search": "Architecture Search"})),
    (Purpose.PRETRAINING, Pattern("a section on pretraining", {r"pre-?training": ("Pre-training", "Pretraining")})),
    (Purpose.FINETUNING, Pattern("a section on finetuning", {r"fine-?tuning": ("Fine-tuning", "Finetuning")})),
)
INFERENCE_SECTION = Pattern(
    "a section on inference",
    {r"inference|speed|test(?:ing)? time|latency|run-?time|deployment": "Inference speed"},
    before=r"\b",
    after=r"\b",
    refuses=("Training",),
)
TRAINING_SECTION = Pattern(
    "a section on training",
    {
        r"train|implement|optimi|experiment|setup|setting|detail|schedule|hardware|infrastruct|comput|hyper-?param": (
            "Implementation details"
        )
    },
    refuses=("Results",),
)
STEP_RATE = Pattern(
    "how fast training goes on",
    {
        r"(?:updates|iterations|epochs)": "a throughput of 100 updates per second",
        r"(?:training|gradient|optimi[sz]ation|optimizer) steps": "gradient steps per hour",
        r"training (?:throughput|speed|rate) (?:is|was|of|reaches) (?:about )?[\d.,]+k? steps": (
            "a training speed of 2.5 steps/s"
        ),
    },
    refuses=("steps per second", "images per second"),
    before=r"\b",
    after=r"\s?(?:per|/|an?|each|every)\s?(?:s|sec|second|min|minute|h|hour|day)\b",
)
# Where a clause ends that may speak of another run than the next one.
CLAUSE = Pattern(
    "the end of a clause",
    {
        r";\s": "on 8 GPUs; inference",
        r",\s(?:and|while|whereas|but|although)\s": "on 8 GPUs, and it",
        r"\s(?:while|whereas)\s": "on 8 GPUs while it",
        r"(?<!\b[Tt]raining)\s(?:and|but)\s(?=(?:the\s|our\s|its\s|for\s|to\s|\d[\d.]*\s\w+\sto\s)?"
        r"(?:training|inference|testing|test|decoding|evaluation|pre-?train|fine-?tun|we\b|search))": (
            "a day and for testing"
        ),
    },
    flags=re.RegexFlag(0),
    refuses=("training and testing", "8 GPUs and 3 days"),
)
# "inference time for 64 images on a V100, training time, ...": an item of a list
INFERENCE_ON = Pattern(
    "a device of inference, in a list",
    {
        r"\b(?:inference|latency|test(?:ing)?[- ]time|throughput)\b(?:(?!train|fine-?tun)[^,;:]){0,80}"
        r"\b(?:on|using|with)\s(?:an?\s|one\s|the\s|single\s|\d+\s)*(?:NVIDIA\s)?$": (
            "inference time for 64 images on a "
        ),
    },
    refuses=("inference and training on a ",),
)
_AND_TRAINING = Pattern(
    "training, named in one breath with what follows",
    {r"\s?(?:and|&|/|as well as)\s?$": ("training and ", "Training (Tr.) and ")},
    before=r"\btrain(?:ing)?(?:\stimes?)?(?:\s\([^()]{1,12}\))?",
    refuses=("we train it and for ", "training and the "),
)
_USES = ("nference", "atency", "hroughput", "est")  # a first look
# Words of people: "each annotator was trained for two hours", "patients were followed for 5 years"
PEOPLE_TRAINED = Pattern(
    "people who are trained",
    {
        r"(?:annotator|participant|rater|worker|student|volunteer|transcriber|expert|subject|player|judge)s?\b"
        r"[^.;,]{0,20}\b(?:was|were|are|is|been|received?|undergo|underwent) (?:\w+ )?train": (
            "each annotator was train"
        ),
        r"(?:users|participants|students|subjects|players|patients|athletes) (?:\w+ )?trained\b": "users then trained",
    },
    before=r"\b",
    refuses=("the network is trained",),
)
PEOPLE = Pattern(
    "people's time",
    {
        r"(?:annotat|transcrib|hospital)\w+|crowd-?\w*|label(?:l)?ers?|labou?r|turkers?": "annotators",
        r"human (?:experts?|players?|performance|workers?|raters?|evaluat\w+)": "human players",
        r"participants?|players?|played|gameplay|volunteers?|patients?|follow-up|lectures?|interviews?": "played",
        # a student beside its teacher is a network
        r"students?(?!['’]?s? (?:polic|network|model|encoder|detector|net\b|agent|transformer))": "two students",
        r"(?:live|online|field)(?: online)? experiments?|(?:real|live|online|production) traffic|crawl(?:s|ed|ing)"
        r"|A/B test\w*": (
            "A/B test",
            "online experiments",
            "to serve real traffic",
        ),
    },
    before=r"\b",
    after=r"\b",
    refuses=("a teacher network", "the student policy"),
)

DISTILLED = Pattern(
    "a student that is a network",
    {r"distil\w*": "to distil the student", r"teachers?": "the student needs less than its teacher"},
    before=r"\b",
    refuses=("two students",),
)


def of_people(sentence: str) -> bool:
    """Whether the sentence speaks of people's time: annotators, players, patients."""
    found = PEOPLE.search(sentence)
    return found is not None and not (found[0].lower().startswith("student") and DISTILLED.search(sentence))


def people_trained(sentence: str) -> bool:
    """Whether it is people who are trained: "each annotator was trained for two hours"."""
    return bool(PEOPLE_TRAINED.search(sentence))


def purpose_of(sentence: str, section: str | None = None) -> Purpose:
    """What the sentence's run is for: training, pretraining, finetuning, search or inference."""
    if _infers(sentence):
        return Purpose.INFERENCE
    for purpose, pattern in (
        (Purpose.SEARCH, SEARCH), (Purpose.FINETUNING, FINETUNING), (Purpose.PRETRAINING, PRETRAINING)
    ):  # fmt: skip
        if pattern.search(sentence):
            return purpose
    for purpose, named in _PURPOSE_OF_SECTION:
        if section and named.search(section):
            return purpose
    if section and INFERENCE_SECTION.search(section) and not NEAR_TRAINING.search(sentence):
        return Purpose.INFERENCE
    return Purpose.TRAINING


def _infers(words: str) -> bool:
    """Whether a sentence or clause is of inference: by its words, and none of training or of its steps."""
    found = INFERENCE.search(words)
    return found is not None and not TRAINING.search(words) and not STEP_RATE.search(words)


def purpose_at(sentence: str, place: int, whole: Purpose, section: str | None = None) -> Purpose:
    """What the run of the value at `place` is for; `whole` is the whole sentence's purpose.

    A clause decides where it speaks of a purpose of its own; of pre-training and fine-tuning in one clause, the word
    that is nearest.
    """
    listed = whole is not Purpose.INFERENCE and any(word in sentence for word in _USES)
    used = INFERENCE_ON.search(sentence, max(0, place - 120), place) if listed else None
    if used and not STEP_RATE.search(sentence) and not _AND_TRAINING.search(sentence[: used.start()]):
        return Purpose.INFERENCE
    left, right = clause_at(sentence, place)
    clause = sentence[left:right]
    if clause == sentence:
        here = whole
    elif _infers(clause) and not _AND_TRAINING.search(sentence[:left]):
        return Purpose.INFERENCE
    elif whole is Purpose.INFERENCE or not (TRAINING.search(clause) or SEARCH.search(clause)):
        return whole
    else:
        here = purpose_of(clause, section)
    if here is Purpose.FINETUNING:
        return _nearer_purpose(clause, place - left)
    return here


def _nearer_purpose(clause: str, place: int) -> Purpose:
    """Fine-tuning, or pre-training where its word stands nearer to the place."""
    tuned = min((abs(m.start() - place) for m in FINETUNING.finditer(clause)), default=10_000)
    pretrained = min((abs(m.start() - place) for m in PRETRAINING.finditer(clause)), default=10_000)
    return Purpose.PRETRAINING if pretrained < tuned else Purpose.FINETUNING


def clause_at(sentence: str, place: int) -> tuple[int, int]:
    """Start and end of the clause around a place."""
    left, right = 0, len(sentence)
    for m in CLAUSE.finditer(sentence):
        if m.end() <= place:
            left = m.end()
        elif m.start() >= place:
            right = m.start()
            break
    return left, right


def says_training(sentence: str) -> bool:
    """Whether the sentence itself speaks of a run of training."""
    return bool(TRAINING.search(sentence))


def near_training(passage: Passage, start: int, end: int) -> bool:
    """Whether the section or the words around a sentence speak of training."""
    if TRAINING_SECTION.search(passage.section or ""):
        return True
    return bool(NEAR_TRAINING.search(passage.text, max(0, start - 250), min(len(passage.text), end + 150)))
