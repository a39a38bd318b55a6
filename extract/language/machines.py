"""Machines that a sentence speaks of, and counts that leave out what they count.

Papers tell the processors of a run in parts: "Each node has four cards. We reserve sixteen such nodes." Here stand the
parts that one sentence holds: machines or processes with their number, and whether the sentence tells what one of them
has. `sentences/told_together.py` puts the parts of several sentences together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extract.language.numbers import NUMBER_WORDS, may_number, whole
from extract.language.wording import any_of
from extract.pattern import Pattern

_N = rf"(?:\d{{1,4}}|{NUMBER_WORDS})"
# words that are no adjective between a number and its noun
_NO_ADJECTIVE = any_of(
    "of on in for with to by per and or using than as at from via when which that is are was were has have each every "
    "all both a an the our these those its one two per GPU GPUs TPU cards card between across over we million billion "
    "thousand"
)
_ADJECTIVES = rf"(?:(?!(?:{_NO_ADJECTIVE}|{_N})\s)[A-Za-z\d][\w.+-]*\s){{0,3}}"

MACHINES = Pattern(
    "machines or processes with their number, or one of them",
    {
        r"(?P<machine>nodes?|machines?|servers?|hosts?|workstations?|boxes|instances?|computers?|DGX-?[\w-]*)": (
            "sixteen such nodes",
            "each of the 5 machines",
            "A server",
            "per DGX-2",
        ),
        r"(?P<process>process(?:es)?|workers?|replicas?|ranks?|learners?)": ("8 processes", "per worker"),
    },
    before=rf"(?<![\w.-])(?:(?P<number>{_N}|(?:an? )?single)\s(?:(?:of\s)?(?:the|our|these|those|its|such|same)\s)?"
    r"|(?P<each>each|every|per|an?|/)\s(?:(?:one\s)?of\s(?:the|our|these|those|its|them)\s"
    rf"(?:(?P<of>{_N})\s)?)?|(?P<the>all(?: of)?(?: the| our| its| these)?|the|our|these|those|its|whose|their)\s)?"
    rf"{_ADJECTIVES}",
    after=r"(?![\w-]|\s(?:hours?|days?|weeks?)\b)",
    refuses=("a mode", "12 node-hours", "600 node hours"),
)
_OF_THEM = Pattern(
    "how many of those just named there are",
    {rf"there (?:are|were) (?P<number>{_N}) of (?:them|these|those)\b": "there are 10 of them"},
    refuses=("there are 10 classes",),
)
_PROCESS = Pattern(
    "processes", {r"workers|processes|replicas|ranks|learners": "Workers communicate"}, before=r"\b", refuses=("nodes",)
)
_USED_BEFORE = Pattern(
    "machines that were used, by the words before them",
    {
        r"\b(?:on|across|over|using|with|among|to|between)\s(?:up to |all |a total of )?": "training is spread over ",
        r"\b(?:use[sd]?|needs?|needed|requires?|required|takes?|took|employ\w*|reserv\w+|occup\w+|rent\w*|request\w*"
        r"|allocat\w+|book\w*|assign\w*|access to|consist\w* of|make use of|made use of|launch\w*|start\w*|run|runs|ran"
        r"|train)\s(?:up to |all |a total of )?": "we reserve ",
        r"\b(?:there (?:are|were)|with|,|GPUs?|training)\s(?:and )?": "we trained in parallel, ",
    },
    after="$",
    refuses=("the cost of ",),
)
_USED_BEHIND = Pattern(
    "machines that were used, by the words behind them",
    {
        r"\s(?:[\w-]+\s)?(?:is|are|was|were|have been) (?:\w+ )?(?:use|employ|reserv|need|occup|requir|dedicat|allocat|"
        r"assign|involv|rent|tak)\w*": " were used for the large model",
        r"\s(?:participate|serve|work|share|suffice)[sd]?\b": " work together",
    },
    before="^",
    refuses=(" are slow",),
)
_NO_USE = Pattern(
    "machines that did something else, or that were not used",
    {
        r"parameter servers?": "two parameter servers",
        r"(?:CPU|login|head|storage) (?:only )?(?:nodes?|machines?|servers?|workers?|processes)": "four CPU machines",
        r"(?:actor|rollout|data|loader|loading|simulation|environment) (?:nodes?|machines?|workers?|process(?:es)?)": (
            "data workers"
        ),
    },
    after="$",
    refuses=("16 nodes",),
)
HAS = Pattern(
    "what a machine has, between it and the number of its processors",
    {
        r"(?:contain|ha[sd]|have|having|hold|hous|carr(?:y|ies|ied)|offer|provid|compris|consist|featur|own|host|mount"
        r"|feed|driv|us(?:es?|ing)|get|run(?:s|ning) on|come)\w*": " contain ",
        r"(?:is |are |was |were )?(?:equipped|fitted|furnished|populated|assigned|given)": " is equipped with ",
        r"with": " with ",
    },
    before=r"^(?:,?\s(?:of (?:the|our|this) \w+|in our \w+|which|that|all|each(?: of which)?|both|also))*\s",
    after=r"\b[^.;]{0,30}$",
    refuses=(" is slow and ",),
)
OF_EACH = Pattern(
    "between the number of processors and the machine that has them",
    {
        r"\s(?:[\w()-]+\s){0,5}?(?:(?:on|in|at|for|inside|within) )?": " H100 80GB GPUs ",
        r"/": "/",
        r"\s(?:[\w()-]+\s){0,4}?\(": " (",
    },
    before="^",
    after="$",
    refuses=(", on which",),
)
ELIDED = Pattern(
    "a number that leaves out what it counts, at the end of its clause",
    {
        rf"(?P<n>{_N})(?: of (?:them|these|those))?": ("we use 64.", "another was trained on eight"),
        r"a (?P<one>single)(?: one)?(?: of (?:them|these|those))?": (
            "10 hours on a single one",
            "use a single one of them",
        ),
        r"just (?P<just>one)": "it needs just one.",
    },
    before=r"\b(?=[aenoruw])(?:on|with|using|use|uses|used|occup\w+|employ\w*|across|needs?|needed|requires?|required"
    r"|ask\w* for|request\w*)\s"
    r"(?:only |just |merely |all )?",
    after=r"(?:(?<= of them)|(?<= of these)|(?<= of those)|(?=\s?(?:[.,;)]|$|\s(?:for|per|to train)\b)))"
    r"(?!\.\d|,\s?\d|, etc)",
    refuses=("we use 64 images", "on 3.5", "it helped up to 64.", "a perplexity of over 1600."),
)
_ITS = r"(?:the|these|those|our|its)"
_NOUN = r"(?:[\w-]+\s){0,2}?(?:GPUs|TPUs|cards|chips|cores|devices|accelerators|boards|processors)\b"
SHARE = Pattern(
    "a number of processors told by another one",
    {
        rf"(?P<half>half)(?: of)? (?:{_ITS} {_NOUN}|them\b)": ("Half of these GPUs", "on half of them"),
        rf"(?P<quarter>a quarter) of (?:{_ITS} {_NOUN}|them\b)": "a quarter of the TPU cores",
        rf"(?P<half_as>half) (?:as many|the number of) {_NOUN}": ("half as many GPUs", "half the number of cards"),
        rf"(?P<twice>twice) (?:as many|the number of) {_NOUN}": "twice as many GPUs",
        rf"(?P<times>{_N}) times (?:as many|the number of) {_NOUN}": "four times as many chips",
        rf"(?<!half )(?<!twice )(?<!times )(?P<same>as many|the same number of) {_NOUN}": (
            "as many GPUs",
            "on the same number of cards",
        ),
    },
    before=r"\b",
    after=r"(?! (?:as|hours|days|memory)\b)",
    refuses=("half of the images", "as many GPUs as possible", "double the number of GPUs"),
)
_FACTORS = {"half": 0.5, "half_as": 0.5, "twice": 2.0, "quarter": 0.25, "same": 1.0}
_FIRST_LOOK = (
    "ode", "achine", "erver", "ost", "orker", "nstance", "omputer", "DGX", "oxes", "rocess", "eplica", "earner",
    "rank", "of them", "of these", "of those",
)  # fmt: skip


@dataclass(frozen=True)
class Machines:
    """Machines that a sentence names; offsets in the text that holds the sentence."""

    start: int
    end: int
    place: int  # of the number
    process: bool  # processes, of which each drives some processors
    number: int | None  # how many there are
    used: bool = True  # whether it is said that a run used so many
    all: bool = False  # "all nodes": as many as there are
    each: bool = False  # "each node": what follows or goes before is of one
    several: bool = False  # a plural without number: "the nodes of our cluster"


@dataclass(frozen=True)
class Share:
    """A number of processors told by another one: "half of these GPUs"."""

    factor: float
    start: int
    end: int


@dataclass(frozen=True)
class Elided:
    """A number of processors that leaves out what it counts."""

    number: int
    start: int
    end: int


def find_machines(sentence: str, start: int) -> tuple[Machines, ...]:
    """The machines that the sentence names; it begins at `start` of the text that offsets are counted in."""
    if not any(part in sentence for part in _FIRST_LOOK):
        return ()
    return tuple(_machines(sentence, start))


def _machines(sentence: str, start: int) -> Iterator[Machines]:
    for m in MACHINES.finditer(sentence):
        if _NO_USE.search(m[0]):
            continue
        printed = m["of"] or m["number"]
        place = m.start("of") if m["of"] else m.start("number") if m["number"] else m.start()
        noun = (m["machine"] or m["process"]).lower()
        yield Machines(
            start + m.start(),
            start + m.end(),
            start + place,
            process=bool(m["process"]),
            number=(1 if printed.lower().endswith("single") else whole(printed)) if printed else None,
            used=bool(m["of"] or _USED_BEFORE.search(sentence[: m.start()]) or _USED_BEHIND.match(sentence[m.end() :])),
            all=(m["the"] or "").lower() == "all" or (m["the"] or "").lower().startswith("all "),
            each=m["each"] is not None,
            several=noun[-1] == "s" and noun != "process" and not (printed or m["each"]),
        )
    for m in _OF_THEM.finditer(sentence):
        process = _PROCESS.search(sentence, 0, m.start()) is not None
        yield Machines(start + m.start(), start + m.end(), start + m.start("number"), process, whole(m["number"]))


def find_shares(sentence: str, start: int) -> tuple[Share, ...]:
    """The numbers of the sentence that are told by another one."""
    found = []
    for m in SHARE.finditer(sentence):
        times = whole(m["times"]) if m["times"] else None
        name = next((name for name in _FACTORS if m[name]), None)
        factor = _FACTORS[name] if name else float(times) if times else None
        if factor is not None:
            found.append(Share(factor, start + m.start(), start + m.end()))
    return tuple(found)


def find_elided(sentence: str, start: int) -> tuple[Elided, ...]:
    """The numbers of the sentence that leave out what they count."""
    if not may_number(sentence):
        return ()
    found = []
    for m in ELIDED.finditer(sentence):
        name = next(name for name in ("n", "one", "just") if m[name])
        number = whole(m[name]) if name == "n" else 1
        if number:
            found.append(Elided(number, start + m.start(name), start + m.end(name)))
    return tuple(found)
