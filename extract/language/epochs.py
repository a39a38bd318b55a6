"""Numbers of epochs in a sentence as papers print them: "for 100, 200 or 400 epochs", "number of epochs is 90".

The numbers of a list share what stands before it. Whether a number is a run's length or a point of its schedule, the
words around it say (`epoch_context.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.vocabulary import Reason, Refusal
from extract.language.epoch_context import PART_WORDS, POINT, TRAINS, judge, words_around
from extract.language.numbers import IN_DIGITS, NUMBER_WORDS, amount
from extract.language.wording import any_of, hedged
from extract.pattern import Pattern

MOST = 100_000  # epochs; what is more is a number of something else

# --- how a number of epochs is printed --------------------------------------------------------------------------------

_N = rf"(?:{IN_DIGITS}|{NUMBER_WORDS})"
_DATA = any_of(r"data\w* sets? corpus corpora examples images samples logs?")
_MANNER = any_of("full total complete whole training pre-?training fine-?tuning more additional extra further data")
_NAME = r"(?-i:[A-Z])[\w+-]*(?:\s(?-i:[A-Z\d])[\w+-]*){0,2}"
_BRACKET = rf"\({_NAME}(?:,?\s(?:and\s)?{_NAME}){{0,3}}\)"  # "(CIFAR-10 and SVHN)"
EPOCHS = Pattern(
    "a number of epochs",
    {
        r"(?:epochs?|ep\.?(?=[\s,;)]|$))(?![\w-]*\w{3})": ("90 epochs", "12 ep.", "a 300-epoch schedule", "30th epoch"),
        r"(?<=data\s)passes\b": "four data passes",
        rf"(?:pass(?:es)?|cycles?|sweeps?|iterations?)(?=\s(?:through|over|of|across) (?:the |our |each |this "
        rf"|all (?:of )?(?:the )?)?(?:\w+ ){{0,2}}{_DATA})": "12 passes over the whole corpus",
    },
    before=rf"(?<![\w.,×^])(?<!\d[:'’])(?<![A-Za-z][-/])(?P<n>{_N})(?P<ordinal>\s?-?(?:st|nd|rd|th))?[\s-]{{0,2}}"
    rf"(?:{_BRACKET}\s)?(?:{_MANNER}\s)*",
    refuses=("ResNet-50 epochs", "90 epoch-wise", "12 passes through the network"),
)
_KIND = r"(?:(?:total|overall|(?:pre-?|fine-?)?(?:training|tuning|train|tune)|maximum|max\.?)\s)*"
_BARE = r"(?![\w%]|[.,]\d|\s?[-–×x]\s?\d|\s?(?:h|hrs?|hours?|days?|min|minutes|s|seconds)\b)"
ASSIGNED = Pattern(
    "the name of a number of epochs, and the number",
    {
        rf"(?:number|amount|no\.|num\.?|maximum|max\.?|total)s?\s(?:number\s)?(?:of\s)?(?:the\s)?{_KIND}epochs?": (
            "the number of training epochs is 100",
            "max epochs = 30",
        ),
        r"epochs? numbers?|#\s?(?:of )?epochs?": "epoch number: 20",
        r"(?:set|fix|chang|reduc|increas|extend|lower|rais|limit|keep|kept|adjust)\w* "
        r"(?:the )?(?:\w+ )?epochs?(?= to| at)": ("we set epochs to 60", "reduce the training epochs to 30"),
    },
    before=r"(?<!\w)",
    after=r"\b[^.;,\d]{0,40}?"
    r"(?:\b(?:is|was|are|were|to|to be|as|at|of|equals?)\b|[:=]|,\s(?:namely|i\.e\.,?)"
    r"|\((?=\d+(?:\)|\s(?:on|for|in)\s)))"
    rf"\s?(?:set to |fixed (?:to|at) |be |equal to )?{hedged()}(?P<n>{_N}){_BARE}",
    refuses=("time per epoch: 14", "the number of epochs is large", "epochs: 3 hours"),
)
SUBJECT = Pattern(
    "epochs that a sentence or an item of a list begins with, and their number",
    {
        rf"(?:^|[.;,(:]\s?|(?<!in\s)(?<!at\s)(?<!of\s)(?<!by\s)(?<!after\s)\b(?:the|our|and|where|with)\s){_KIND}": (
            "The training epoch is 200",
            "The epoch was set to 100",
        ),
        rf"(?<!per\s)(?<!each\s)(?<!one\s)\b{_KIND}(?=epochs?\s?[:=])": "In all experiments epochs = 10",
        r"(?:pre-?training|training)\s?/\s?(?:fine-?tuning|test)\s": "Pre-training/fine-tuning epochs are 500/50",
    },
    after=r"epochs?\b(?:\s(?:for|in|of)\s[^.;,=:\d]{1,40}?)?\s?(?:\b(?:is|was|are|were)\b|[:=])\s?"
    rf"(?:set (?:to|as|at) |fixed (?:to|at) )?{hedged()}(?P<n>{_N}){_BARE}(?!\s?(?:(?!and|or|for|on|in|with)[a-z]))",
    refuses=("the loss of each epoch is 3", "in the epoch was 5", "one epoch is 2500", "an epoch is 250 mini-batches"),
)
LENGTH_CHANGED = Pattern(
    "a verb that changes the length of a run",
    {
        r"(?:reduc|decreas|increas|lower)\w*\s(?:the\s)?(?=(?:(?:total|training)\s)?(?:number|amount|epochs?|$))": (
            "reduce the training epochs to",
            "increasing the ",
        )
    },
    before=r"\b",
    refuses=("reduce the rate in epochs", "decreased after epoch"),
)
STOPPED_AT = Pattern(
    "the epoch at which training stopped",
    {
        r"(?:training|optimi[sz]ation|schedule|we|it|model|run)s? (?:is |was |are |were )?"
        r"(?:stop|end|finish|terminat)\w* (?:\w+ ){0,2}?(?:at|after|with|in)": "training stops at epoch 60",
        r"(?:to|reach\w*) (?:zero|0) (?:at|by|in)": "falls to zero at epoch 100",
        r"train(?:ed|ing)? (?:\w+ ){0,3}?(?:until|till|up to|to)": "trained until epoch 20",
        r"converg\w+[^.;]{0,30}? at(?: around| about)?": "converges at around epoch 40",
    },
    before=r"\b",
    after=r"\s(?:the\s)?epochs?\s(?P<n>\d{1,5})(?![\d%]|[.,]\s?\d|\s(?:and|or|to)\s\d)",
    refuses=("is best at epoch 17", "trained to epoch 30 and 60"),
)
_DATA_NAMED = any_of(
    "data; data ?sets?; training sets?", "sets? corpus examples? images? samples? sentences? instances? pairs?"
)
TIMES = Pattern(
    "times that the data were seen",
    {
        r"(?:iterat|loop|cycl|pass|sweep|swept|travers|go|went|run|ran|repeat)\w*\s(?:\w+\s){0,2}?(?:over|through)": (
            "we iterate over the corpus 25 times"
        ),
        r"see[sn]?|saw|shown?|present\w*|visit\w*|process(?:es|ed|ing)|swept|sweep|travers\w+": (
            "sees each image 90 times",
            "the set is swept ten times",
        ),
    },
    before=r"\b",
    after=rf"\s(?:{any_of('the each every our all whole entire full complete training train of')}\s)*"
    rf"(?:{_DATA_NAMED}\s)?"
    rf"(?:\w+\s){{0,2}}?{hedged()}(?P<n>{_N}|once|twice) times?\b(?!\s(?:more|less|as|(?!over\b)[a-z]+er)\b)",
    refuses=("three times faster", "shown in three tables", "processes 3.2 times more data"),
)
DATA_SWEPT = Pattern(
    "the training data",
    {
        r"data ?sets?|training set|training data|the data|corpus": "over the corpus",
        r"training (?:image|example|sample|instance|sentence)s?": "training examples",
        r"each (?:image|example|sample)": "each image",
    },
    before=r"\b",
    after=r"\b",
    refuses=("the network",),
)
EPOCH_OF = Pattern(
    "an epoch of so many",
    {r"\bepochs?\s\d{1,5}\s?(?:of|/|out of)\s?(?P<n>\d{1,5})(?![\w%]|\.\d)": "at epoch 100 of 150"},
    refuses=("epoch 30 of training",),
)
OF_THEM = Pattern(
    "a number of the epochs named before",
    {
        rf"\b(?:train\w*|run|ran|perform\w*|do|did|us(?:e|ed|ing)|need\w*)\s(?:for\s|with\s)?{hedged()}"
        rf"(?P<n>{_N}) of (?:them|these|those)\b": "we train for 40 of them"
    },
    refuses=("20 of them cost",),
)
_ALONE = r"(?P<n>\d{1,4})(?![\w%×*/-]|[.,]\d|\s?[%×])"
SHARED = Pattern(
    "a number behind epochs, whose word is left out",
    {
        # by what it stands with: "and 90 for Bar", "(70 for the large one", "200 on ImageNet"
        rf"(?:(?:,|;|\b(?:and|or|then|but)|\()\s?(?:(?:and|then|only|for|another)\s)*)(?!(?:19|20)\d\d){_ALONE}"
        r"(?=\s(?:more\s)?(?:for|on|when)\s)": (" are used for Foo and 90 for Bar", " (70 for the large one)"),
        # by its verb or preposition: "and then for 5.", "the large one needs only 400"
        r"\b(?:for|needs?|needed|requires?|required|comprises?)\s(?:only\s|another\s|just\s)*"
        r"(?P<m>\d{1,4})(?![\w%×*/-]|[.,]\d|\s?[%×])(?=\s?[.,;)]|\s?$|\s(?:more|on|for|when|and|or|while)\b)": (
            " scored below the one that was trained for 200."
        ),
        # by its name in brackets: "12 (ModelNet40: 250)"
        rf"\((?:for\s)?{_NAME}(?::|,|\sfor)\s(?!(?:19|20)\d\d\))(?P<o>\d{{1,4}})(?=\))": " (ModelNet40: 250)",
    },
    refuses=(" with a batch size of 256", " (Table 3)", " and 8 GPUs for training", " at 30 and 60"),
)
OWNED = Pattern(
    "a number with a noun of its own, to which what follows may belong",
    {r"(?:resolution|size|rate|width|depth|length|scale|decay)s?\s(?:of\s|=\s?)?\d": " at resolution 256 for Foo "},
    before=r"(?<![\w-])",
    refuses=("CIFAR-10 and ", " for Foo "),
)
REST = Pattern(
    "the rest of several numbers behind their name",
    {r"(?:\s?/\s?\d{1,4})+": "/50", r"(?:,\s\d{1,4})*,?\s(?:and|or)\s\d{1,4}": (" and 20", ", 20 or 30")},
    before=r"^",
    after=r"(?![\w%×*-]|[.,]\d)(?=\s?[.,;)]|\s?$|\s(?:and|respectively|to|for|on|depending)\b)",
    refuses=(", 20 layers", ", 4", " of 20"),
)
_LISTED = (
    rf"(?:(?<![\w.-])(?:{_NAME}\s)?(?P<n>{_N})(?:\s?-?(?:st|nd|rd|th))?"
    rf"(?:\s{_BRACKET}|\s(?:for|on)\s(?:the\s)?{_NAME}(?=\s?,|\s(?:and|or)\s))?)"
)
_ITEM = _LISTED.replace("?P<n>", "?:")
LIST_BEFORE = Pattern(
    "numbers before the last one, which alone carries the word",
    {
        rf"(?P<list>(?:{_ITEM}(?:-|\s)?(?:epochs?)?(?:\s?,\s?(?:and\s|or\s|then\s)?|\s(?:and|or|to|then|vs\.?)\s"
        rf"|\s?[/–&-]\s?|,\s?again at\s)(?:{_NAME}\s(?=$))?)+)$": ("60, 120 and ", "100/", "10-", "at 30, again at ")
    },
    refuses=("a batch size of 32 with ",),
)
OTHER_SETTING = Pattern(
    "another setting, whose number it is",
    {
        r"batch[- ]?size|learning[- ]rate|momentum|dropout(?: rate)?|weight decay|patience|beam(?: size)?|lr"
        r"|(?:sequence|context|input|window|max(?:imum|\.)?)[- ]length": ("a batch size of ")
    },
    before=r"\b",
    after=r"s?\s?(?:of|is|was|=|:|to|set to|,)?\s?$",
    refuses=("the batch size is small for ",),
)
LIST_JOINT = Pattern(
    "what joins the last two of a list",
    {rf"\b(?:and|or|to|then|vs\.?|at)\s(?:{_NAME}\s)?$": "120 and ", r"[/–&-]\s?$": "10-"},
    refuses=("32, ",),
)
RANGE_JOINT = Pattern("a range", {r"\s?[-–]\s?$": "10-", r"\sto\s$": "10 to "}, refuses=("10, ", "10 and "))
_BEGIN, _END = ("first", "initial"), ("last", "final")
PHASE = Pattern(
    "how long a phase of a run is, by its place",
    {
        any_of("first initial next last final remaining following subsequent"): (
            "over the next 100 epochs",
            "for the first 150, ",
        )
    },
    before=r"\b(?P<word>",
    after=r")\s(?P<n>\d{1,4})(?![\d.%]|,\d)(?:\s(?:training\s)?epochs?\b|(?=,|\sand\b))",
    refuses=("the next 100 steps", "the first 3 layers"),
)
IN_A_ROW = Pattern(
    "words between two points of a schedule",
    {
        r"(?:\s?(?:for|on|in)?\s?[\w-]+)?,?\s?(?:and|or|,|then)?\s?(?:again |then )?(?:at |after )?"
        rf"(?:{_ITEM},?\s?(?:(?:and|or)\s?)?)*+$": (" and at ", ", then after ", " for A, and 10, ")
    },
    before=r"^",
    refuses=(" and we train the network for ",),
)


@dataclass(frozen=True)
class Epochs:
    """A number of epochs; offsets in the text. `refused` says why it is not a run's length."""

    value: float
    start: int
    end: int
    pattern: str
    refused: Reason | None = None
    low: float | None = None
    high: float | None = None


def find_epochs(text: str, start: int, end: int) -> list[Epochs]:
    """The numbers of epochs in the sentence `text[start:end]`; offsets are those of the text."""
    return [replace(e, start=e.start + start, end=e.end + start) for e in _epochs(text[start:end])]


def _epochs(sentence: str) -> Iterator[Epochs]:
    named = list({(e.start, e.end): e for e in _named(sentence)}.values())
    counted = list(_counted(sentence, [(e.start, e.end) for e in named]))
    found = sorted((*named, *counted), key=lambda e: e.start)
    yield from _as_one(sentence, found) or _with_shared(sentence, found)
    if " times" in sentence and DATA_SWEPT.search(sentence):
        for m in TIMES.finditer(sentence):
            value = amount(m["n"])
            if value is not None and value > 1:
                yield Epochs(value, m.start("n"), m.end("n"), "times over the data")


def _as_one(sentence: str, found: Sequence[Epochs]) -> list[Epochs]:
    """The numbers where they are phases of one run, and the run's length, their sum; [] where they are not.

    "The rate is 0.1 for the first 150, 0.01 for the next 100 and 0.001 for the last 100 epochs" makes 350.
    """
    phases = list(PHASE.finditer(sentence))
    words = [m["word"].lower() for m in phases]
    if len(phases) < 2 or words[0] not in _BEGIN or words[1] in _END or any(w in _BEGIN for w in words[1:]):
        return []
    if "poch" not in phases[-1][0]:
        return []
    start, end = phases[0].start("n"), phases[-1].end()
    if any(e.refused is None and not start <= e.start < end for e in found):
        return []  # the length is said beside
    whole = Epochs(sum(float(m["n"]) for m in phases), start, end, "trained for epochs")
    return [*(replace(e, pattern=POINT[0], refused=POINT[1]) for e in found), whole]


def _named(sentence: str) -> Iterator[Epochs]:
    """ "number of epochs is 100", "stops at epoch 60"."""
    if "poch" not in sentence:
        return
    counted = [m.span() for m in EPOCHS.finditer(sentence)]
    for m in (*ASSIGNED.finditer(sentence), *SUBJECT.finditer(sentence)):
        value = amount(m["n"])
        if any(a < m.start("n") and m.start() < b for a, b in counted) or _names_part(m[0]):
            continue  # "90 epochs are", "the warm-up epochs are 5"
        clause = re.split(r"[.,;]", sentence[max(0, m.start() - 24) : m.start()])[-1]
        if value is not None and value <= MOST and not _names_part(clause):
            yield Epochs(value, m.start("n"), m.end("n"), "number of epochs is")
            rest = REST.match(sentence[m.end("n") :])
            for number in re.finditer(r"\d+", rest[0]) if rest else ():
                start = m.end("n") + number.start()
                yield Epochs(float(number[0]), start, start + len(number[0]), "number of epochs is")
    for m in EPOCH_OF.finditer(sentence):
        yield Epochs(float(m["n"]), m.start("n"), m.end("n"), "epochs of a schedule")
    for m in OF_THEM.finditer(sentence):
        value = amount(m["n"])
        if value is not None and "epoch" in sentence[: m.start()].lower():
            yield Epochs(value, m.start("n"), m.end("n"), "trained for epochs")
    for m in STOPPED_AT.finditer(sentence):
        yield Epochs(float(m["n"]), m.start("n"), m.end("n"), "stopped at epochs")


def _names_part(text: str) -> bool:
    """Whether a part of a schedule is named; what is "reduced" may be the number of epochs itself."""
    return PART_WORDS.search(LENGTH_CHANGED.sub("", text)) is not None


def _counted(sentence: str, taken: list[tuple[int, int]]) -> Iterator[Epochs]:
    """ "90 epochs", alone or at the end of a list."""
    point_ended = -1  # where the last point of a schedule ended
    floor = 0  # where the last number of epochs ended
    for m in EPOCHS.finditer(sentence):
        value = amount(m["n"])
        if value is None or value > MOST or any(a <= m.start("n") < b for a, b in taken):
            continue
        listed = _list_before(sentence, m.start())
        begins = m.start() - len(listed) if listed else m.start()
        words = words_around(sentence, m, begins, value, bool(listed), floor)
        floor = m.end()
        pattern, refused = judge(words)
        if refused is None and point_ended >= 0 and _goes_on(sentence[point_ended : m.start()]):
            pattern, refused = POINT
        if refused is not None and refused.refusal is Refusal.POINT_OF_SCHEDULE:
            point_ended = m.end()
        last = Epochs(value, m.start(), m.end(), pattern, refused)
        yield from _all_of_list(last, listed, begins, ranged=bool(listed) and words.between)


def _with_shared(sentence: str, found: Sequence[Epochs]) -> Iterator[Epochs]:
    """The numbers, and behind each those that share its word: "90 epochs for Foo and 200 for Bar"."""
    for e, limit in zip(found, [*(e.start for e in found[1:]), len(sentence)], strict=False):
        yield e
        shared = list(_shared(sentence, e, limit))
        parts = len(shared) > 1 and sum(s.value for s in shared) == e.value
        if not parts:  # "40 epochs, 20 for the head and 20 for the rest"
            yield from shared


def _shared(sentence: str, e: Epochs, limit: int) -> Iterator[Epochs]:
    """The numbers between this one and the next that share its word."""
    end = e.end
    while shared := SHARED.search(sentence, end, limit):
        name = next(n for n, text in shared.groupdict().items() if text)
        if name == "n" and OWNED.search(sentence, end, shared.start()):
            return
        trained = name == "m" and TRAINS.search(sentence, end, shared.end())
        judged = replace(e, pattern="trained for epochs", refused=None) if trained else e
        yield replace(judged, value=float(shared[name]), start=shared.start(name), end=shared.end(name))
        end = shared.end(name)


def _list_before(sentence: str, place: int) -> str:
    """The numbers before this one that share its word: "100, 200 or "; "" where there are none."""
    found = LIST_BEFORE.search(sentence[max(0, place - 80) : place])
    if found is None or not LIST_JOINT.search(found["list"]):
        return ""  # "batch size 32, 10 epochs": a comma alone makes no list
    return "" if OTHER_SETTING.search(sentence[: max(0, place - len(found[0]))][-40:]) else found["list"]


def _all_of_list(last: Epochs, listed: str, begins: int, *, ranged: bool) -> Iterator[Epochs]:
    """The last number of a list, its range where it ends one, and the numbers before it."""
    items = [(item, amount(item["n"])) for item in re.finditer(_LISTED, listed, re.IGNORECASE)]
    low = items[-1][1] if items and (ranged or RANGE_JOINT.search(listed)) else None
    if low is not None and low < last.value:
        items.pop()
        yield replace(last, value=(low + last.value) / 2, start=begins, low=low, high=last.value)
    else:
        yield last
    dashed = re.search(r"\s[–-]\s$", listed)
    for item, value in items:
        if value is not None and not (dashed and value > last.value):
            at = begins + item.start()
            yield replace(last, value=value, start=at, end=at + len(item[0]))


def _goes_on(between: str) -> bool:
    """Whether a list of points goes on: "after 30 epochs, and again after 60 epochs"."""
    return bool(IN_A_ROW.fullmatch(between)) and not re.search(r"\bfor\s$|train", between)
