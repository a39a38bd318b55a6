"""Of what part of a run a time is: "per epoch", "one pass takes", "6 min per 1000 steps", or of the whole run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.language.numbers import NUMBER, amount
from extract.language.wording import any_of, hedged, words_of
from extract.pattern import Pattern

PARTS_OF_A_RUN = ("epoch", "iteration", "step", "batch", "update")
_NUMBER = rf"{NUMBER}M?"
_STEPS = r"(?:training\s)?(?:iterations?|iters?|steps|updates|mini-?batches|batches)\b"


PER_AFTER = Pattern(
    "of what a time is, behind it",
    {
        r"(?:/|per|an?\b|each|every)\s?": ("/epoch", " per step", " an epoch", " of training time per epoch"),
        r"for (?:each|one|an?|every)\b\s?": " for each image",
        r"to (?:train|run|finish|complete|process)(?: for)? (?:each|one|an?|every)\s"
        r"(?=(?:\w+ )?(?:epoch|iteration|step)\b)": (
            " to train each epoch",
            " to finish one full epoch",
        ),
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
        rf"|(?:each|every|one|(?<!as )an?|per|single)\s)(?:"
        rf"{any_of('single training full gradient optimization complete')} )*"
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
    refuses=("the batch size is ", "all of training takes ", "taking one language as an example, it takes "),
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
LONG = 600.0  # seconds
FEWEST = 1000  # steps of a whole run
FEWEST_TIMED = 50  # steps that a pronoun stands for


@dataclass(frozen=True)
class TimeBefore:
    """The sentence's time before this one: where it ended, of what it was, whether it was taken for a run's."""

    end: int
    per: str
    own: bool
    of_data: bool = False  # it was a length of data


def steps_timed(before: str, after: str, earlier: str = "", seconds: float = LONG) -> float | None:
    """How many steps took the time: 1000 of "6 min per 1000 steps"; None where the words say no such number.

    `earlier` is the text before the sentence: "10k steps take 30 minutes" is a part where it names 500k steps, and
    "20 000 of them" are steps only where it names steps.
    """
    many = PER_MANY_AFTER.match(after) or PER_MANY_BEFORE.search(before[-90:])
    if many and many.groupdict().get("of_them"):
        counted = amount(many["of_them"]) or 0.0  # "occupies 4 of them" are cards
        return counted if counted >= FEWEST_TIMED and STEPS_NAMED.search(earlier + before) else None
    if many:
        return amount(many["n"])
    few = FOR_STEPS.search(before[-90:])
    if few and seconds < LONG and (number := amount(few["n"])) and number < FEWEST:
        return number
    some = STEPS_BEFORE.search(before[-90:]) or STEPS_BEHIND.match(after)
    steps = amount(some["n"]) if some else None
    if some is None or not steps:
        return None
    if steps < FEWEST and seconds < LONG:
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


def part_timed(sentence: str, begins: int, after: str, previous: TimeBefore | None) -> str:
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
    word = word if word == "pass" else word.removesuffix("s")
    return _SAME_PART.get(word, word)
