"""The model that a number in running text speaks of: the nearest name before it, else behind it, else "our model"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from db.reference.benchmarks import find_benchmarks
from extract.language.model_names import model_names_in
from extract.language.number_lists import name_of_respective_list
from extract.language.paper_context import PaperContext
from extract.layout.passages import Passage
from extract.pattern import Pattern, each_word

SENTENCES_BEFORE = 3  # in which a score's model is looked for where its own sentence names none

# a name and up to two capitalised words behind it, which `model_names_in` then reads
_NAME = r"(?P<name>[A-Z][\w.+/-]*(?:\s[A-Z(][\w.+/()-]*){0,2})"

OWNER_BEHIND = Pattern(
    "the model that a number of parameters is said to be of",
    {
        r"(?:param(?:eter)?s?|weights)\s(?:(?:of|in)\s(?:the\s|our\s)?)?": (
            "-parameter SlowNet-9",
            " weights of SlowNet-9",
        )
    },
    refuses=(" parameters of the network", " SlowNet-9"),
    before=r"^[\s-]?",
    after=rf"(?-i:{_NAME})",
)
OWNED_BY = Pattern(
    "the words between a count and the model that needs it",
    {
        r"(?:learnable\s|trainable\s)?(?:param(?:eter)?s|weights)": " learnable parameters required by ",
        r"(?:FLOPs|mult\w*-adds)": " FLOPs needed by ",
    },
    refuses=(" parameters are ",),
    before=r"^\s?",
    after=r"\s(?:of|required\sby|needed\sby|used\sby|used\sin)\s(?:the\s|a\s)?",
)
FOR_MODEL = Pattern(
    "the model named behind a number and its unit",
    {r"\s(?:for|of|by)\s(?:the\s|our\s)?": ("% for SlowNet-9 and", " top-1 error by the SlowNet-9")},
    refuses=("% for it", "% with SlowNet-9"),
    before=r"^[\s-]?(?:%|percent|[\w-]+(?:\s[\w-]+)?)?",
    after=rf"(?-i:{_NAME})",
)
CLAUSE_BEGINS = Pattern(
    "where the clause of a number begins",
    {
        r"[,;]\s": "A has 3, B",
        r"\s(?:and|but|while|whereas)\s": "A has 3 and B",
        r"\s(?:against|versus|vs\.?|than|with|to)\s": "3 against B",
    },
    refuses=("A has 3.",),
)
# known for a model's name by what it does: "Gopher used", "training Gopher took"
PLAIN_NAME = Pattern(
    "a plain word that is a model's name by the verb behind it",
    {
        r"^(?:The\s)?(?P<name>[A-Z][A-Za-z]{2,}\w*(?:\s\d+(?:\.\d+)?[A-Z]?)?(?:\s\d+[BM])?)(?:['’]s)?\s"
        r"(?:is|was|has|had|spent|took|takes|got|gets|(?:use|need|require|consume|achieve|obtain|reach|attain|contain"
        r"|cost|comprise|score|total)(?:d|s|es|ed))\b": ("The Gibbon used 3", "Gibbon 2 7B has 3"),
        r"\btrain(?:ing)?\s(?:of\s)?(?P<trained>[A-Z][A-Za-z]{2,}\w*(?:\s\d+(?:\.\d+)?[A-Z]?)?)\s"
        r"(?:is|was|took|takes|costs?|(?:need|require|consume)(?:d|s|ed))\b": "For training Gibbon 2 took 3",
    },
    refuses=("the gibbon used 3", "Our Gibbon"),
    flags=re.NOFLAG,
)
QUOTED_NAME = Pattern(
    "a name in quotation marks",
    {r"[“\"‘'](?P<name>[A-Z\d][\w.+/ -]{0,18}?)[,.]?[”\"’']": "called “Tiny,” has"},
    refuses=("the “tiny one” has",),
    flags=re.NOFLAG,
)
RUN_IN_HEADING = Pattern(
    "the short heading that a passage begins with",
    {r"^(?P<name>(?!(?:Table|Figure|Fig|Section)\b)[A-Z\d][\w+/-]*(?:\s[\w+/-]+){0,2})\.\s$": "Base model. "},
    refuses=("Table 3. ", "It is our base model. "),
    flags=re.NOFLAG,
)
SHORT_NAME_AGAIN = Pattern(
    "a letter and a digit that stand for a model already named",
    {r"(?<![\w-])(?P<name>[A-Z]\d)(?![\w-])(?=\s(?:with|has|model|uses|,))": "Net-9, whose B7 has"},
    refuses=("Net-9, whose B7 is",),
    flags=re.NOFLAG,
)
OUR_KIND = Pattern(
    "a model called by its kind",
    {
        r"(?:[\w-]*LSTM|RNN|CNN)": "our biggest BiLSTM has",
        r"(?:network|model|architecture|system|ensemble|detector|method|approach|[Tt]ransformer)": "The model has",
    },
    refuses=("our result is",),
    before=r"\b(?:[Oo]ur|[Tt]he|[Tt]his|[Aa]n?)\s(?P<said>(?:(?!to\b)[\w-]+\s){0,3}?(?:",
    after=r"))\b",
    flags=re.NOFLAG,
)
AUTHORS = Pattern(
    "the authors of a paper that a sentence cites",
    {
        r"[A-Z][\w’'-]+\set\s?al\b\.?": "Ho et al. [3] report",
        r"[A-Z][\w’'-]+(?:\s(?:and|&)\s[A-Z][\w’'-]+)?[.,]*\s?\(?(?:19|20)\d\d[a-z]?(?=\))": "(Ho and Li, 2016)",
    },
    refuses=("the net [3] reports", "in 2016"),
    flags=re.NOFLAG,
)
GOES_ON = Pattern(
    "the beginning of a sentence on what the one before speaks of",
    each_word("It Its This These They"),
    refuses=("Item", "Thus"),
    before="^",
    after=r"\b",
    flags=re.NOFLAG,
)
NUMBER_OF = Pattern(
    "a sentence on the number of something",
    {
        r"\b[Tt]he\s(?:total\s)?(?:number|amount|count)\sof\s(?:\w+\s){0,2}$": "The total number of trainable ",
        r"\b[Tt]otal\snumber\sof\sparam": "Total number of parameters",
    },
    refuses=("a number of ", "numbers of "),
    flags=re.NOFLAG,
)
ANY_KIND = Pattern(
    "a kind of network and not the name of one",
    {r"^(?:[RCD]NN|LSTM|GRU|MLP|GAN|MoE|LL?M|NMT|ConvNet)s?(?![\w-])": "MLPs"},
    refuses=("LSTM-2048", "MLPMixer"),
    flags=re.NOFLAG,
)
IN_BRACKETS_BEHIND = Pattern(
    "a bracket near behind a number",
    {r"^[^.,;()]{0,24}\((?P<said>[^()]{2,40})": " parameters (SlowNet-9)"},
    refuses=(" parameters, too (SlowNet-9)",),
)
WITH_PART = Pattern(
    "the words between a model and a part of it",
    {r"^\s(?:with|using|w/|plus)\s(?:an?\s|the\s)?$": " with an "},
    refuses=(" without ", " and "),
)
KIND_OF = Pattern(
    "what makes a name that of a kind",
    each_word("level style like based sized scale type trained pretrained inspired compatible", "FooNet-{}"),
    refuses=("FooNet-large", "FooNet like"),
    before="-",
    after="$",
    flags=re.NOFLAG,
)

_OF_NO_MODEL = frozenset(
    "model models network architecture system results in with final full whole resulting proposed".split()
)
_SIZE_WORDS = frozenset("ensemble single big large larger base small largest smallest best top performing".split())
_OF_ANY_MODEL = _OF_NO_MODEL | _SIZE_WORDS | frozenset("detector method approach lstm rnn cnn transformer".split())
_NO_SUBJECT = frozenset(
    """the this that our ours its their his training pretraining inference testing total totals overall each all every
    both some many most these those there here which when where while with without table figure section model models
    network networks method methods system architecture performance accuracy error compute computation cost params
    parameters flops however moreover human humans and but thus hence then also using input output what one two three
    four five even just only still unlike like compared together here now training nobody following pruning removing
    replacing nothing everything data dataset""".split()
)


@dataclass(frozen=True)
class _Around:
    """What stands around a number: its sentence before and behind it, and the names before it."""

    passage: Passage
    left: int
    before: str
    after: str
    names: Sequence[str]
    context: PaperContext


def subject_of(passage: Passage, start: int, end: int, context: PaperContext) -> str | None:
    """The model that the number at `start:end` of a passage speaks of; None where nothing names one."""
    left, right = passage.sentence_at(start)
    before, after = passage.text[left:start], passage.text[end:right]
    names = tuple(name for name in model_names_in(before) if not KIND_OF.search(name))
    around = _Around(passage, left, before, after, names, context)
    return next((name for find in _WAYS if (name := find(around))), None)


def told_before(passage: Passage, start: int, context: PaperContext) -> str | None:
    """The model that the text before a sentence speaks of: what "it" stands for, else one of the paper's own."""
    left, right = passage.sentence_at(start)
    own = context.names.printed
    earlier = [passage.text[a:b] for a, b in passage.sentences if a < left][-SENTENCES_BEFORE:]
    if earlier and GOES_ON.match(passage.text[left:right]):
        named = [n for n in model_names_in(CLAUSE_BEGINS.compiled.split(earlier[-1])[0]) if not KIND_OF.search(n)]
        if named:
            return named[0]
    return next((name for text in reversed(earlier) for name in own if name in text), own[0] if own else None)


def authors_in(passage: Passage, start: int, _context: PaperContext) -> str | None:
    """The authors whom the sentence at `start` cites, those before the number first: "Ho et al."."""
    left, right = passage.sentence_at(start)
    found = AUTHORS.search(passage.text[left:start]) or AUTHORS.search(passage.text[start:right])
    return found.group() if found else None


def is_kind_alone(said: str | None, context: PaperContext) -> bool:
    """Whether nothing, or only a kind of model, is said: "the resulting network"."""
    return not said or (not context.names.is_own(said) and set(said.lower().split()) <= _OF_ANY_MODEL)


def _owner_behind(around: _Around) -> str | None:
    """Reads "the 110M parameters of X", "a 557M-parameter X"."""
    owner = OWNER_BEHIND.match(around.after)
    named = model_names_in(owner["name"]) if owner else ()
    return named[0] if owner and named and not ANY_KIND.match(owner["name"]) else None


def _in_brackets(around: _Around) -> str | None:
    """Reads "1.5 billion parameters (X)"."""
    bracket = IN_BRACKETS_BEHIND.match(around.after)
    named = model_names_in(bracket["said"]) if bracket else ()
    return named[0] if named and bracket and bracket["said"].startswith(named[0]) else None


def _respectively(around: _Around) -> str | None:
    """Reads "A and B have 3 and 5 million parameters, respectively"."""
    return name_of_respective_list(around.before, around.after) if "respectively" in around.after else None


def _owned_by(around: _Around) -> str | None:
    """Reads "the 25 million parameters required by X"."""
    owner = OWNED_BY.match(around.after)
    behind = around.after[owner.end() :] if owner else ""
    named = model_names_in(behind[:40]) if behind else ()
    return named[0] if named and behind.startswith(named[0]) else None


def _quoted(around: _Around) -> str | None:
    """Reads "the smallest, “Tiny”, has", where no model's name is nearer."""
    quoted = [m["name"] for m in QUOTED_NAME.finditer(around.before)]
    nearer = quoted and (not around.names or around.before.rfind(around.names[-1]) < around.before.rfind(quoted[-1]))
    return quoted[-1] if nearer else None


def _named_before(around: _Around) -> str | None:
    """The last name before the number, unless the number is said to be another's ("82.4% for Y")."""
    if not around.names:
        return None
    before, last = around.before, around.names[-1]
    short = [m["name"] for m in SHORT_NAME_AGAIN.finditer(before[before.rfind(last) :])]
    if short:
        return short[-1]
    behind = FOR_MODEL.match(around.after)
    others = model_names_in(behind["name"]) if behind else ()
    if others and not model_names_in(CLAUSE_BEGINS.compiled.split(before)[-1]):
        return others[0]
    if len(around.names) > 1:
        first = around.names[-2]
        if WITH_PART.match(before[before.find(first) + len(first) : before.rfind(last)]):
            return first  # "X with Y reaches"
    return last


def _papers_own(around: _Around) -> str | None:
    """One of the paper's own names, where it stands before the number."""
    return next((name for name in around.context.names.printed if name in around.before), None)


def _our_kind(around: _Around) -> str | None:
    """Reads "our convolutional detector", where a word tells which."""
    said = OUR_KIND.search(around.before)
    told = said and set(said["said"].lower().split()) - _OF_NO_MODEL - _SIZE_WORDS
    return said["said"] if said and told else None


def _run_in_heading(around: _Around) -> str | None:
    """The short heading that a stretch of the passage before this sentence begins with: "Base. This is our ..."."""
    text = around.passage.text
    for start, end in reversed([s for s in around.passage.sentences if s[0] < around.left][-4:]):
        match = RUN_IN_HEADING.match(text[start:end])
        if match:
            return match["name"]
    return None


def _any_kind(around: _Around) -> str | None:
    """Reads "our single model" as the paper's own name and "single", "the model" as it stands."""
    said = OUR_KIND.search(around.before)
    if said is None:
        return None
    printed = around.context.names.printed
    sizes = [w for w in said["said"].lower().split() if w in _SIZE_WORDS]
    return " ".join((printed[0], *sizes)) if printed and said.group()[1:3] == "ur" else said["said"]


def _plain_name(around: _Around) -> str | None:
    """Reads "Gibbon used", a name that only its verb tells."""
    plain = PLAIN_NAME.search(around.before)
    said = plain and (plain["name"] or plain["trained"])
    named = said and said.split()[0].lower() not in _NO_SUBJECT and not find_benchmarks(said)
    return said if named else None


def _named_behind(around: _Around) -> str | None:
    """The first name behind the number; of "the number of parameters is" in its own clause alone."""
    names = model_names_in(around.after.split(",")[0] if NUMBER_OF.search(around.before) else around.after)
    return names[0] if names else None


def _the_number_of(around: _Around) -> str | None:
    """Reads "the total number of parameters is" as of the paper's own model."""
    printed = around.context.names.printed
    return printed[0] if printed and NUMBER_OF.search(around.before) else None


_WAYS: Sequence[Callable[[_Around], str | None]] = (
    _owner_behind,
    _in_brackets,
    _respectively,
    _owned_by,
    _quoted,
    _named_before,
    _papers_own,
    _our_kind,
    _run_in_heading,
    _any_kind,
    _plain_name,
    _named_behind,
    _the_number_of,
)
