"""What the words around a time say: of what it is the time ("per epoch", "one pass takes"), and why it is no run's.

A time is refused by the first row of `REFUSALS` that holds: data ("960 hours of speech"), an interval ("every 12
hours"), a difference ("3 hours faster"), other work ("2 hours to test it"), or no word that says something took so
long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from db.vocabulary import Reason, Refusal
from extract.language.numbers import NUMBER, amount
from extract.language.quantities import DAY
from extract.language.wording import any_of, hedged, words_of
from extract.pattern import Pattern

PARTS_OF_A_RUN = ("epoch", "iteration", "step", "batch", "update")
_NUMBER = rf"{NUMBER}M?"
_STEPS = r"(?:training\s)?(?:iterations?|iters?|steps|updates|mini-?batches|batches)\b"

# --- of what it is the time -------------------------------------------------------------------------------------------

PER_AFTER = Pattern(
    "of what a time is, behind it",
    {
        r"(?:/|per|an?\b|each|every)\s?": ("/epoch", " per step", " an epoch", " of training time per epoch"),
        r"for (?:each|one|an?|every)\b\s?": " for each image",
        r"(?:on [^.;,()]{1,40})?[,(]?\s?\(?(?:i\.e\.,?|that is,?|which (?:is|was|makes|means|equals)"
        r"|corresponding to|[=≙])"
        r"\s(?:an?|one|1)\s(?=(?:\w+ )?epoch\b)": (
            ", i.e. one epoch",
            " (that is, one full epoch)",
            ", which is an epoch",
        ),
    },
    before=r"^\.?\s?(?:of (?:training|wall-?clock|compute) (?:time )?)?",
    after=r"(?:single |training |full |gradient |fine-?tuning )?(?P<per>[A-Za-z-]{2,})",
    refuses=(" on 8 GPUs", " in total"),
)
PER_BEFORE = Pattern(
    "of what a time is, before it",
    {
        rf"(?:each(?: one)? of (?:the|our|these|those) (?:\d+ )?"
        rf"|(?:each|every|one|an?|per|single)\s)(?:{any_of('single training full gradient optimization complete')} )*"
        r"(?P<per>epochs?|iterations?|iters?|steps?|mini-?batch(?:es)?|batch(?:es)?|updates?|pass(?:es)?|sweeps?"
        r"|traversals?|image|frame|example|sentence|token|query|sample|video|question|document|move|game|round"
        r"|episode)s?\b(?! sizes?)(?!(?<=batch) of)": (
            "each epoch takes ",
            "one pass over the images takes ",
            "every training step took ",
            "each of the 30 epochs takes ",
        ),
        r"(?P<timed>epoch|iteration|step|batch|update)[- ](?:times?|durations?|lengths?)\b": (
            "step time was ",
            "the epoch duration is ",
        ),
        # "24 epochs, each lasting half an hour", "30 epochs of 2 hours each" stands in EACH_AFTER
        r"(?P<listed>epoch|iteration|step|update)s,?\s(?:each|every one)(?: one)?(?: of (?:them|which))? "
        r"(?:last|tak|requir|need|took|cost)\w*": "24 epochs, each lasting ",
    },
    before=r"\b",
    after=r"(?P<between>(?:[^.;]|\.\d){0,90})$",
    refuses=("the batch size is ", "all of training takes "),
)
# what a pronoun stands for: "we stop at epoch 45; one of them lasts", "300k updates. Every 20 000 of them cost"
PRONOUN_BEFORE = Pattern(
    "one of the parts named before",
    {
        r"\b(?:one|each|every one|each one|any) of (?:them|these|those)\b[^.;]{0,60}$": "each of them takes about ",
        r"(?<![a-z] )\b(?:one|each)\s(?:last|tak|requir|need|took|cost)\w*\b[^.;]{0,40}$": "; each takes ",
    },
    refuses=("all of them take ",),
)
NAMED_PART = Pattern(
    "a part of a run, named",
    {r"\b(?P<part>epoch|iteration|step|update|mini-?batch|batch)(?:e?s)?\b(?! size)": "at epoch 45"},
    refuses=("the batch size",),
)
WHOLE = Pattern(
    "words that make a time the whole run's",
    {r"total|in all|altogether|overall|whole|entire|complete training|full training": " in total"},
    before=r"\b",
    after=r"\b",
    refuses=(" per epoch",),
)
NEW_CLAUSE = Pattern(
    "a new clause begins, of another time",
    {
        r"so|thus|hence|which|that|end|ends|after": "so ",
        r"train\w*|whole|takes?|took|lasts?|complete|needs?": " and the whole training takes ",
    },
    before=r"\b",
    after=r"\b",
    refuses=(" and ",),
)
SAME_LIST = Pattern(
    "a list of times of one kind goes on",
    {
        r",? (?:and|or|to|vs\.?|versus)": (" on A and ", " per step vs. "),
        r",|/": ", ",
    },
    before=r"^\s?(?:/\w+|per \w+)?(?: (?:on|for|with|using|of|in) [\w\s.-]{1,50})?",
    refuses=(". ",),
)
PER_MANY_BEFORE = Pattern(
    "a number of steps that took so long, before the time",
    {
        rf"(?:each|every|per)\s(?P<n>{_NUMBER})\s{_STEPS}": "every 1k iterations take ",
        rf"(?P<of_them>{_NUMBER})\sof (?:them|these|those)\b": "every 20 000 of them cost ",
    },
    before=r"\b",
    after=r"(?:,? (?:for |and )?which)?[^.;,]{0,40}$",
    refuses=("for 100 steps ", "every step takes "),
)
PER_MANY_AFTER = Pattern(
    "a number of steps that took so long, behind the time",
    {
        rf"(?:/|per|for every|for each|every)\s(?P<n>{_NUMBER})\s{_STEPS}": (
            " per 1000 steps",
            " for every 20k updates",
        ),
    },
    before=r"^\s?",
    refuses=(" per step",),
)
STEPS_BEFORE = Pattern(
    "a number of steps, the subject of the time",
    {rf"(?P<n>{_NUMBER})\s{_STEPS}\s(?:take|took|need|requir|cost|last)\w*\s{hedged()}$": "10k steps take "},
    before=r"(?<![\w.,])",
    refuses=("for 10k steps ",),
)
STEPS_BEHIND = Pattern(
    "a number of steps that took the time",
    {rf"\sfor (?P<n>{_NUMBER})\s{_STEPS}": " for 20k iterations"},
    before="^",
    refuses=(" for the iterations",),
)
FOR_STEPS = Pattern(
    "a number of steps that something takes so long for",
    {
        rf"for (?P<n>{_NUMBER})\s{_STEPS},?\s(?:[\w-]+\s){{1,5}}?(?:takes?|took|needs?|needed|requires?)\s": (
            "For 500 iterations, our layer takes "
        )
    },
    before=r"\b",
    after=rf"{hedged()}$",
    refuses=("for 500 iterations. It takes ",),
)
STEPS_NAMED = Pattern(
    "a number of steps", {rf"(?P<n>{_NUMBER})\s{_STEPS}": "500k steps"}, before=r"(?<![\w.,])", refuses=("steps",)
)
EACH_AFTER = Pattern(
    "each of the things named before",
    {r"^\seach\b(?!\s(?!on\b|with\b|using\b|and\b)[a-z])": (" each.", " each on a GPU")},
    refuses=(" each model",),
)
_SAME_PART = {
    "iter": "iteration", "iters": "iteration", "minibatch": "batch", "mini-batch": "batch", "pass": "epoch",
    "sweep": "epoch", "traversal": "epoch",
}  # fmt: skip
_PARTS_BEHIND_A = words_of("epoch iteration step batch update pass image sentence second sample")
# what a run is of: "3 days per model" is a run's time
_RUN_UNITS = words_of(
    "gtx rtx nvidia tesla titan geforce quadro run model experiment trial seed training task dataset network "
    "configuration setting job architecture fold search variant language system"
)
# what a run is for, where it lasts long: "nine hours per member", "a day for each scene"; "2 s per object" is no run
_LONG_UNITS = words_of(
    "member scene game environment agent method baseline stage phase level pair direction subject category class "
    "object domain classifier detector policy speaker repetition replicate replica split ensemble city round session"
)
_LONG = 600.0  # seconds
FEWEST = 1000  # steps of a whole run
_MILLISECONDS = words_of("ms msec msecs millisecond milliseconds")

# --- why it is no run's -----------------------------------------------------------------------------------------------

WOULD = Pattern(
    "what something would take",
    {
        rf"(?:would|might|may|could)\s(?:{any_of('have still easily also only otherwise')} )*"
        r"(?:take|taken|require|required|need|needed|cost|last|lasted)\w*\b[^.;]{0,40}$": "it would have taken about "
    },
    before=r"\b",
    refuses=("it has taken about ",),
)
BUDGET = Pattern(
    "a budget of device time", {r"\bbudget\s(?:of|is|was)\s(?:\w+\s)?$": "a budget of "}, refuses=("the budget took ",)
)
_DATA = any_of(
    r"speech audio videos? data recordings? clips? footage music movies? films? (?<!self-)play utterances segments? "
    r"windows? trailers? corpus labels? transcri\w+ conversation\w* telephone broadcast dialogues? podcasts? songs? "
    r"signals?"
)
DATA_AFTER = Pattern(
    "a length of data, by the words behind it",
    {
        rf"(?:worth )?of (?:\w+[- ]){{0,4}}?{_DATA}\b": (" of labelled English speech", " worth of video"),
        # not "10 hours on the data set"
        rf"(?:\w+[- ])?(?<!on )(?<!for )(?<!with )(?<!using ){_DATA}\b": " speech",
        r"(?-i:of [A-Z][a-z]\w+[A-Z]\w*)\b": " of LibriSpeech",
        r"(?:ago|old|prior|intervals?|context|history|of age|delay|window|horizon|period of time series|sleep)\b": (
            " ago"
        ),
        r"-?long\b": (" long", "-long"),
    },
    before=r"^\s?",
    refuses=(" on the data set", " of training"),
)
DATA_BEFORE = Pattern(
    "a length of data, by the words before it",
    {
        r"\b(?:train\w*|dev\w*|test|validation|eval\w*) (?:set|data|split|corpus)s?\s?[:=(]\s?$": "training set: ",
        r"\bbatch(?:es)?(?: sizes?)?\s(?:(?:of|is|are|was|were|to|with|about|around)\s|[=≈~∼])*"
        r"(?:\d[\d.]*\s?\w+ and )?$": "the total batch size is ",
        r"\b(?:samples|crops?|frames|segments|clips|utterances|windows),? (?:or|i\.e\.)\s$": "of 320k samples, or ",
        r"\b(?:logs?|histor(?:y|ies)|records?|traffic|clicks|sessions|measurements?|readings) "
        r"(?:of|from|over|covering|spanning)\s(?:\w+\s)?$": ("Logs of ", "traffic from about "),
    },
    refuses=("training: ", "we train with batches; it takes "),
)
SHARE_OF_DATA = Pattern(
    "between a length of data and a share of it",
    {
        r"[^.;]{0,60}\b(?:in|into|as|are|is|were|was|with|to)\s": " of recordings into ",
        r"[^.;]{0,40},?\s(?:and|or)\s": " of speech, and ",
        r"[^.;]{0,40},\s": " of read speech, ",
    },
    before="^",
    after=rf"{hedged()}$",
    refuses=(" of speech. Training took ",),
)
OTHER_WORK_AFTER = Pattern(
    "work that is no training",
    {
        r"(?:test|record|download|label|pre-?process|extract|predict|render|collect)\w*": (
            " to test it",
            " for testing",
        ),
        r"(?:evaluat|generat|annotat|transcrib|infer|decod|sampl)\w+": " to evaluate all of them",
    },
    before=r"^\s?(?:to|for) ",
    after=r"\b",
    refuses=(" to train it",),
)
INTERVAL_BEFORE = Pattern(
    "an interval, a part or a limit",
    {
        r"\b(?:every|each(?! (?:last|tak))|last|past|first|previous|next|recent|these|those|given|of the)\s": (
            "every ",
            "the last ",
        ),
        r"\b(?:intervals?(?: of)?|age of|aged)\s": "at intervals of ",
        r"\bcheckpoints? (?:at|from|every)\s": "the checkpoint at ",
        r"\b(?:windows?|segments?|chunks?|clips?|horizons?) of\s": "windows of ",
        r"\b(?:limit(?: of| is| was)?|time-?out(?: of)?|deadline of|start-?up time of|delay of)\s": "a limit of ",
    },
    after=r"(?:(?!(?:in|for|within|takes?|took|over|about|is|was|to|lasts?|requires?|after|only|spent)\b)\w+\s)?"
    r"(?:about |around |approximately )?$",
    refuses=("each took ", "it takes "),
)
DIFFERENCE_AFTER = Pattern(
    "a difference, by the words behind it",
    {
        r"(?:faster|slower|less|longer|shorter|earlier|later|more\b|fewer|quicker|speed-?up)": " faster",
    },
    before=r"^\s?",
    refuses=(" of training",),
)
DIFFERENCE_BEFORE = Pattern(
    "a difference, by the words before it",
    {
        r"\b(?:sav(?:e[sd]?|ing)(?: us)?|(?<!followed )by|gain(?:ed|s)?|overhead of|(?:rather|other) than|instead of"
        r"|as opposed to|versus|vs\.?|compared (?:to|with)|not)"
        r"\s(?:the |about |around |only |up to |over |more than |nearly |another |[≈~∼<>] ?)*$": (
            "this saves us ",
            "rather than ",
        ),
        # "is reduced from 3 days to 76 minutes": the first is what it was before
        r"\b(?:reduc|cut|shorten|decreas|drop|lower|brought|bring|sped|speed)\w*\b[^.;]{0,60}\bfrom\s(?:\w+\s){0,2}$": (
            "was reduced from "
        ),
    },
    refuses=("followed by ", "the time from "),
)
# Words that may stand before a run's time. Another one ("first 3 days") says that it is something else.
_LEADS = words_of(
    "takes took take taking taken requires required require requiring costs cost costing lasts lasted last lasting "
    "needs needed need spend spends spent completes completed complete finish finishes finished converge converges "
    "converged runs run ran running trains trained training train pretraining pre-training pretrained pre-trained "
    "finetuning fine-tuning finetuned fine-tuned optimization search consumes consumed consume amounts amounted equals "
    "equal uses use used using for in within over after under to of is was are were be from than at or and as a an "
    "only about around approximately approx approx. roughly nearly almost some circa ca ca. exactly barely merely well "
    "slightly just comparable another additional extra further longer full whole total totaling totalling estimated "
    "remaining time times duration wall-clock budget long little few up most least below above stays stayed remains "
    "remained between single i.e. e.g. hours days epochs steps iterations updates us includes included including "
    "involves involved during spanned spans spanning averages averaged average averaging corresponds corresponding "
    "amounting totals totaled totalled equalling equaling stopped ended ends by once then merely straight occupies "
    "occupied mere measured plus"
)
LEAD = Pattern(
    "the word or sign before a time",
    {r"(?P<word>[A-Za-z][A-Za-z.’'/-]*,?)": "it takes ", r"(?P<sign>[(~≈≃∼˜<>≤≥:=,;+/\[‘“\"]|±)": "training time: "},
    after=r"\s*$",
    refuses=("it takes 5 ",),
)
RUN_AFTER = Pattern(
    "a run, by the words behind its time",
    {
        r"on (?:an?|one|a single|two|four|\d+) (?:NVIDIA|[GR]TX|Tesla|GeForce|Titan|Quadro|TPU|GPU|[VAPHK]\d\d)": (
            " on a GPU"
        ),
        r"(?:in (?:all|total)|total|altogether|overall|wall)": " in total",
        r"of (?:total )?(?:(?:pre-?|fine-?)?(?:training|tuning)|wall-?clock|comput\w+|optimi[sz]ation)\b"
        r"(?! (?:data|set|corpus))": " of wall-clock time",
        r"(?:are|is|were|was) (?:required|needed|necessary|enough|sufficient)": " are needed",
        r"suffic(?:es?|ed)": " suffices",
        r"(?:are|is|was|were) (?:all|everything|what) (?:that )?(?:[\w/-]+ ){1,3}?(?:takes?|took|needs?|needed"
        r"|requires?|required)": (" are all it takes", " is everything that was needed"),
        r"(?:[A-Z][\w-]* )?(?:(?:pre-?|fine-?)?training|run|schedule|budget)\b(?! (?:data|set|corpus|example|sample"
        r"|period))": (" training", " run"),
    },
    before=r"^\s?",
    after=r"\b",
    refuses=(" of training data", " training set"),
)
TAKES_WHOM = Pattern(
    "who needs the time, between its verb and the time",
    {
        r"(?:takes?|took|costs?)\s(?:the|our|its|this|each|an?)\s(?:[\w-]+\s){0,3}?(?:model|network|agent|policy|system"
        r"|variant|method|one|detector|classifier|encoder|decoder|parser|tagger|learner|algorithm|generator)s?\s": (
            "it takes the MoE model ",
            "it took our agent ",
        ),
        r"(?:takes?|took)\s(?:[A-Z][\w-]*\s){1,3}": "it took WideNet ",
        r"(?:takes?|took)\s(?:them|it|us|one|each)\s": "it takes them ",
    },
    before=r"\bit\s",
    after=rf"{hedged()}$",
    flags=re.RegexFlag(0),
    refuses=("it takes the first ", "the model of "),
)
NEVER_MORE = Pattern(
    "no run that took longer",
    {r"\b(?:no|never|not|none|nor|neither)\b[^.;]{0,80}\bexceed(?:s|ed|ing)?\s": "no run ever exceeded "},
    after=rf"{hedged()}$",
    refuses=("it exceeds ", "not more "),
)
AGAINST = Pattern(
    "another of our models, with which the first is compared",
    {r"\b(?:against|versus|vs\.)\s": "costs 53 hours, against "},
    after=rf"{hedged()}$",
    refuses=("compared to ",),
)
DESCRIBED = Pattern(
    "a model that is described and not named",
    {r"^\s(?:for|with|without)\s(?:the|our|its)\s(?:[a-z][\w-]*\s?){1,5}(?=[.,;)]|$)": " for the plain variant."},
    flags=re.RegexFlag(0),
    refuses=(" for the NetX model.",),
)
MORE = Pattern(
    "time on top of another",
    {r"\bmore\b": "2 more days"},
    refuses=("moreover 2 days",),
)
FOR_BEFORE = Pattern("a stage of its own", {r"\bfor\s(?:\w+\s|[~≈∼])?$": "tuned for "}, refuses=("takes ",))
# "takes one day for A, two days for B, and four days for C": what is said of the first holds for all
EACH_OF_ITS_OWN = Pattern(
    "a list of times, each of its own model",
    {rf"^\s(?:for|on|with|using|in)\s[^.;:]{{1,60}}?(?:,|,? and|,? or)\s{hedged()}$": " for A, "},
    refuses=(". For A, ",),
)
PREPOSITION_AFTER = Pattern(
    "the model of a time in a list", {r"^\s(?:for|on|with|using|in)\s": " for B"}, refuses=(" is",)
)
ANOTHER_STAGE = Pattern(
    "the next model or stage, whose verb is left out",
    {
        # "the first stage takes 2 days and stage two 5 hours", "the base model needs 10 hours, the large one 26 hours"
        r",?\s(?:and\s|while\s)?(?:(?:the\s)?(?:stage|phase|step|part)\s\w+"
        r"|(?:the|our)\s(?!(?:first|last|next|past|other|remaining|following|previous)\b)[\w-]+"
        r"|the\s(?:[\w-]+\s){1,3}?(?:one|stage|phase|model|network|version|variant|counterpart|baseline|twin|teacher"
        r"|student))\s": (
            ", the large one ",
            " (-31%), the dense counterpart ",
        ),
        # "stage one lasted 4 hours and that of the complete schedule 33 hours"
        r",?\s(?:and|while|whereas)\s(?:that\sof\s|the\s|our\s)?"
        r"(?!(?:the|our|for|on|with|in|first|last|next|every|each|about)\b)"
        r"(?:(?!(?:of|with|every|last|past)\b)[\w.-]+\s){1,4}": " and the complete schedule ",
        # "ViT-S needs 11 hours, ViT-B 20 hours"
        r",\s(?:and\s)?(?-i:[A-Z][\w.+]*[A-Z\d-][\w.+-]*)\s": ", NetX-B ",
        r",?\s(?:and|while|whereas)\s(?:the|our)\s(?:second|third|other|latter|former|final)\s(?:stage|phase|part|step|one)"
        r"\s(?:with|of|on|for|at)\s(?:[\w.-]+\s){1,3}": " and the second phase with 512 tokens ",
        # "took 40 minutes, on MNLI 2.5 hours, and on RTE 4 minutes"
        r",\s(?:and\s)?(?:on|for|with)\s(?:the\s|our\s)?(?-i:[A-Z][\w.+-]*|[a-z]+\s)"
        r"(?:\s(?-i:[A-Z\d])[\w.+-]*){0,2}\s": (", on MNLI "),
    },
    before=r"^(?:\s\([^()]{1,20}\))?(?:\sto (?:train|converge|finish)(?=,)|\s(?:to (?:train|converge|finish"
    r"|complete|reach)|of training|for|on|with|using|in)\s[^.;,]{1,50}?)?",
    after=rf"{hedged()}$",
    refuses=(" and for ", ", every "),
)
ARTICLE_BEFORE = Pattern(
    "words before an article that counts: a day is one day",
    {
        r"takes?|took|taking|requires?|required|costs?|lasts?|lasted|needs?|needed|is|was": "it takes ",
        r"in|within|for|than|under|over|after|to|of": "within ",
        r"about|around|approximately|roughly|nearly|almost|only|just|half": "in about ",
    },
    before=r"\b",
    after=r"\s$",
    refuses=("twice ", "hours "),
)
ARTICLE_AFTER = Pattern(
    "words behind an article's time at the start of its clause",
    {
        r"^\s(?:is|was|of training|on|suffices|sufficed)\b": " is enough",
        r"^\sand\s(?:\d+|[a-z]+)\s(?:hours|minutes|days)\b": " and four hours",
    },
    refuses=(" later",),
)


@dataclass(frozen=True)
class TimeBefore:
    """The sentence's time before this one: where it ended, of what it was, whether it was taken for a run's."""

    end: int
    per: str
    own: bool
    of_data: bool = False  # it was a length of data


@dataclass(frozen=True)
class _Words:
    """The words around a time, and of what it is the time."""

    near: str  # the 110 characters before it
    after: str  # the 60 behind it
    unit: str
    per: str


def meaning_of(
    sentence: str, begins: int, ends: int, unit: str, previous: TimeBefore | None = None, seconds: float = 0.0
) -> tuple[str, Reason | None]:
    """(of what the time at `begins:ends` is, why it is no run's): ("epoch", None), ("", Reason(DATA_LENGTH))."""
    near, after = sentence[:begins][-110:], sentence[ends : ends + 60]
    per = _part_timed(sentence, begins, after, previous)
    refusal = _refusal(_Words(near, after, unit, per))
    if refusal is not None and refusal.refusal is Refusal.UNSAID and previous and previous.own:
        joint = sentence[previous.end : begins]
        one_by_one = EACH_OF_ITS_OWN.search(joint) and PREPOSITION_AFTER.match(sentence[ends:])
        against = AGAINST.search(joint) and DESCRIBED.match(after)
        if ANOTHER_STAGE.match(joint) or against or (one_by_one and not previous.per):
            refusal = None
    if previous and previous.of_data and refusal is None and SHARE_OF_DATA.match(sentence[previous.end : begins]):
        refusal = Reason(Refusal.DATA_LENGTH)
    if per in _LONG_UNITS and seconds >= _LONG:
        return "", _refusal(_Words(near, after, unit, ""))
    if not per and 0 < seconds < DAY and EACH_AFTER.match(after) and "epochs" in sentence[:begins][-30:]:
        return "epoch", None
    return per, refusal


def steps_timed(before: str, after: str, earlier: str = "", seconds: float = _LONG) -> float | None:
    """How many steps took the time: 1000 of "6 min per 1000 steps"; None where the words say no such number.

    `earlier` is the text before the sentence: "10k steps take 30 minutes" is a part where it names 500k steps, and
    "20 000 of them" are steps only where it names steps.
    """
    many = PER_MANY_AFTER.match(after) or PER_MANY_BEFORE.search(before[-90:])
    if many and many.groupdict().get("of_them"):
        return amount(many["of_them"]) if STEPS_NAMED.search(earlier + before) else None
    if many:
        return amount(many["n"])
    few = FOR_STEPS.search(before[-90:])
    if few and seconds < _LONG and (number := amount(few["n"])) and number < FEWEST:
        return number
    some = STEPS_BEFORE.search(before[-90:]) or STEPS_BEHIND.match(after)
    steps = amount(some["n"]) if some else None
    if some is None or not steps:
        return None
    if steps < FEWEST and seconds < _LONG:
        return steps  # no run is so short
    others = [amount(m["n"]) or 0.0 for m in STEPS_NAMED.finditer(earlier + before)]
    return steps if any(n > steps for n in others) else None


def part_meant(before: str, earlier: str) -> str:
    """The part that a pronoun stands for: "epoch" in "we stop at epoch 45; one of them lasts"; "" for none."""
    pronoun = PRONOUN_BEFORE.search(before[-110:])
    if pronoun is None:
        return ""
    named = list(NAMED_PART.finditer((earlier + before[: len(before) - len(pronoun[0])])[-200:]))
    return _singular(named[-1]["part"]) if named else ""


def would_have_taken(before: str) -> bool:
    """Whether device time is said of what something would take, or of a budget."""
    return bool(WOULD.search(before[-80:]) or BUDGET.search(before[-80:]))


def is_more_time(before: str, printed: str) -> bool:
    """Whether "takes two more days" says a difference; "tuned for two more days" is a stage of its own."""
    return bool(MORE.search(printed)) and not FOR_BEFORE.search(before)


def article_counts(before: str, behind: str) -> bool:
    """Whether "a day" is one day: "takes a day", "in about an hour"; not "twice a day", "hours a week"."""
    if ARTICLE_BEFORE.search(before):
        return True
    return before.rstrip()[-1:] in ("", ";", ":", ",") and bool(ARTICLE_AFTER.match(behind))


def _part_timed(sentence: str, begins: int, after: str, previous: TimeBefore | None) -> str:
    """What took the time: "epoch", "step", "image"; "" for a whole run."""
    behind = PER_AFTER.match(after)
    if behind:
        part = _singular(behind["per"])
        article = re.match(r"\s?(?:for\s)?(?:an?|each)\b", after, re.IGNORECASE)
        if not article or part in _PARTS_BEHIND_A | _RUN_UNITS:
            return "" if part in _RUN_UNITS else part
    if WHOLE.search(after[:22]):
        return ""
    rest = sentence[previous.end if previous else 0 : begins]
    if previous and previous.per and (its := PER_AFTER.match(rest)):
        rest = rest[its.end() :]  # the "per iteration" of the time before
    lead = rest[-130:]
    before = PER_BEFORE.search(lead)
    if before and not WHOLE.search(before["between"]):
        return _singular(before["per"] or before["timed"] or before["listed"])
    if previous and previous.per and len(lead) < 65 and SAME_LIST.match(lead):
        return "" if WHOLE.search(lead) or NEW_CLAUSE.search(lead) else previous.per
    return ""


def _singular(part: str) -> str:
    word = part.lower()
    if word.endswith("batches") or word == "passes":
        word = word.removesuffix("es")
    elif word != "pass":
        word = word.removesuffix("s")
    return _SAME_PART.get(word, word)


def _unsaid(words: _Words) -> bool:
    """Whether no word before the time says that something took so long."""
    if not words.near.strip() or RUN_AFTER.match(words.after):
        return False
    lead = LEAD.search(words.near)
    if lead is None:
        return True
    if TAKES_WHOM.search(words.near) or NEVER_MORE.search(words.near):
        return False
    word = (lead["word"] or "").lower()
    return bool(word) and word not in _LEADS and word.rstrip(",") not in _LEADS


def _is_data(words: _Words) -> bool:
    return bool(DATA_AFTER.match(words.after) or DATA_BEFORE.search(words.near))


def _is_difference(words: _Words) -> bool:
    return bool(DIFFERENCE_AFTER.match(words.after) or DIFFERENCE_BEFORE.search(words.near))


REFUSALS: tuple[tuple[Callable[[_Words], object], Refusal], ...] = (
    (lambda w: WOULD.search(w.near), Refusal.WOULD_TAKE),
    (_is_data, Refusal.DATA_LENGTH),
    (lambda w: OTHER_WORK_AFTER.match(w.after), Refusal.OTHER_WORK),
    (lambda w: INTERVAL_BEFORE.search(w.near), Refusal.INTERVAL),
    (_is_difference, Refusal.DIFFERENCE_OF_TIMES),
    (lambda w: w.per and w.per not in PARTS_OF_A_RUN, Refusal.TIME_FOR_ONE),
    (_unsaid, Refusal.UNSAID),
    (lambda w: w.unit.lower() in _MILLISECONDS and not w.per, Refusal.MILLISECONDS),
)


def _refusal(words: _Words) -> Reason | None:
    """The first refusal that holds."""
    for holds, refusal in REFUSALS:
        if holds(words):
            return Reason(refusal, words.per if refusal is Refusal.TIME_FOR_ONE else "")
    return None
