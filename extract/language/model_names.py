"""The names a paper gives its own models, and the names it cites others' models by.

Own: the title's word before the colon, "we propose X", "called X", "X (ours)", an abbreviation defined for one of
them. Cited: a name with a citation mark behind it ("X [12]", "X (Ho et al., 2016)").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from db.models import normal_name
from db.reference.benchmarks import find_benchmarks, load_benchmarks
from db.reference.hardware import find_devices
from db.reference.not_models import load_not_models
from db.reference.published_models import is_published
from db.reference.untracked import find_untracked_datasets
from extract.layout.passages import Passage
from extract.pattern import Pattern

_INITIALS = r"[A-Z][A-Za-z+^]{1,8}\d{2}[a-z]?"
CITATION = Pattern(
    "a citation mark",
    {
        r"(?<!/)\[\s?\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\s?\]": "Foonet [3, 14]",
        r"(?<!/)\[\s?1?\d{1,2}(?:\s?;\s?1?\d{1,2})+\s?\]": "Foonet [3; 14]",
        rf"\[{_INITIALS}(?:[,;]\s?{_INITIALS})*\]": ("Foonet [VSP+17]", "Foonet [VSP^+17, HO18]"),
        r"\bet\s?\.?\s?al\b\.?": "as Ho et al. found",
        r"[A-Z][\w'’-]+(?:\s(?:and|&)\s[A-Z][\w'’-]+)?,?\s?[(\[](?:19|20)\d\d[a-z]?[)\]]": "Ho and Li (2016)",
        r"[(\[](?=[^()\[\]]*[A-Z][\w'’-])[^()\[\]]*\s(?:19|20)\d\d[a-z]?\s?[)\]]": "Foonet (Ho, 2016)",
    },
    refuses=("S/[256]", "[256; 512]", "(2016)", "in 2016"),
    flags=re.NOFLAG,
)
SAYS_OURS = Pattern(
    "words by which a label or a sentence speaks of the paper's own",
    {
        r"\b(?:ours?|we)\b": "X (ours)",
        r"\bthis\s(?:work|paper)\b": "X, this work",
        r"\bproposed\b": "the proposed net",
    },
    refuses=("yours", "power"),
)
MARKED_OURS = Pattern(
    "a label marked as the paper's own",
    {r"[(\[]\s?ours?\s?[)\]]|\bours\b": "Foonet (our)", r"\bthis\s(?:work|paper)\b": "Foonet, this work"},
    refuses=("our baseline",),
)
_NAME = r"[A-Z]\w*+(?:[-+/.]\w++)*\+{0,2}"
_NAMES = rf"{_NAME}(?:(?: |(?<=\+)-){_NAME}){{0,3}}"
_QUOTED_NAMES = rf"[“\"'‘]?(?P<name>{_NAMES})"
# what may stand between "we propose" and the name; no preposition: "we present a study of X" makes X nobody's
_NO_PREPOSITION = r"(?!(?:of|for|on|to|with|in|that|by|from|based|using|over|at|how|and)\b)"
PROPOSED = Pattern(
    "a name that the paper proposes",
    {
        rf"(?:(?:\s{_NO_PREPOSITION}[\w’'“\"-]+){{0,6}}?,?\s(?:the\s|an?\s)?)": "we propose a new network, Foonet",
        r"(?:[^.;]{0,110}?(?:\b(?:called|named|dubbed|termed|namely|as)\s|\bi\.e\.,?\s|[:(]\s?))":
            "this paper introduces a network for speech, called Foonet",
    },
    refuses=("they propose Foonet", "we present a study of Foonet"),
    before=(
        r"\b(?:[Ww]e|paper|work|report)\s(?:also\s|further\s|first\s|then\s|here\s|therefore\s|thus\s|have\s)?"
        r"(?:propose|introduce|present|develop|design|describe|proposes|introduces|presents|release|call|named?|dub|term)d?\b"
    ),
    after=_QUOTED_NAMES,
    flags=re.NOFLAG,
)  # fmt: skip
CALLED = Pattern(
    "a name that something is given",
    {
        r"(?:we\s(?:call|name)|called|dubbed|termed|named|coined)": "the net, dubbed Foonet",
        r"(?:referred\sto\sas|refer\sto\s(?:it|this|them|this\smodel|our\s\w+)\sas)": "we refer to it as Foonet",
        r"(?:denoted?\s(?:as|by)|abbreviated(?:\sas)?)": "denoted by Foonet",
    },
    refuses=("so-called nets", "recalled by Foonet"),
    before=r"\b",
    after=rf"\s(?:it\s|this\s|them\s|our\s\w+\s|the\s)?{_QUOTED_NAMES}",
    flags=re.NOFLAG,
)
DEFINED = Pattern(
    "an abbreviation in brackets",
    {r"\((?:(?:called|dubbed|termed|denoted|named|short|or|a\.k\.a\.)\s)?": "our network (dubbed “FN-2”)"},
    refuses=("(the FN-2)",),
    after=rf"[“\"'‘]?(?P<name>{_NAME})[”\"'’]?\)",
    flags=re.NOFLAG,
)
MADE = Pattern(
    "words for making something",
    {r"\b(?:propos|introduc|describ)\w+\b": "proposing", r"\b(?:present|develop|design|call)\w*\b": "called",
     r"\b(?:our|named?)\b": "named"},
    refuses=("four", "hour"),
)  # fmt: skip
OUR_NAME = Pattern(
    "a name behind our",
    {r"\b[Oo]ur\s(?:[a-z]+,?\s){0,3}?": "Our large Foonet-3"},
    refuses=("their Foonet-3",),
    after=_QUOTED_NAMES,
    flags=re.NOFLAG,
)
IS_OURS = Pattern(
    "a name that a caption says to be the paper's own",
    {
        r"our\s(?:\w+\s)?(?:model|method|approach|network|system|proposed)": "FN is the baseline with our new method",
        r"proposed\s(?:in\sthis|here)|this\swork": "FN denotes the net proposed here",
    },
    refuses=("FN is their network",),
    before=(
        rf"(?<![\w-])(?P<name>{_NAME}(?:[ -]{_NAME})?)\s(?:is|are|denotes?|stands\sfor|refers\sto|means)\s"
        r"(?:[^.;,]{0,90}?\s)?"
    ),
    flags=re.NOFLAG,
)
TAKEN = Pattern(
    "words between a proposal and a name that make the name a part of what is proposed",
    {
        r"\b(?:with|on|upon|from|into|to|for|in|over|by|of|than|using|combining|joins?|extending)\s(?:the\s|an?\s)?"
        r"(?:[A-Z][\w-]*\s){0,5}[(“\"'‘]?": ("a system of X with ", "by combining ours with Single Shots ("),
    },
    refuses=("a new detector, ", "a net, ", "on images, Quick Nets ("),
    after="$",
    flags=re.NOFLAG,
)
GIVEN = Pattern(
    "words that give the name behind them",
    {r"\b(?:called|named?|dubbed|termed?|coined|namely|as|call)\s(?:it\s|this\s|them\s)?[“\"'‘]?$": "X for Y, called "},
    refuses=("called nets with ",),
)
OURS_BEFORE = Pattern(
    "our with one word at most before a name, or a name in apposition",
    {
        r"(?:[a-z-]+(?:\s[a-z-]+){0,2}\s?)?,\s": "Our largest network, ",
        r"(?:[\w-]+\s)?[“\"'‘]?": ("our ", "our small "),
    },
    refuses=("our method outperforms ", "Our baseline, ", "our reproduced ", "our vanilla "),
    before=r"^(?!.*\b(?:baseline|vanilla|plain|counterpart|trained|re-?(?:impl|prod|train)\w*))our\s",
    after="$",
)
_DEPTH = re.compile(r"(?:[a-z]|[A-Z]{2})-?\d{2,}$")  # of a network that another paper made: "ResNet-50"
CITED_NAME = Pattern(
    "a name with a citation mark behind it",
    {rf"(?P<name>{_NAMES}(?:\s\([A-Za-z0-9 ×-]+\))?)\s?": ("Foonet [12]", "Foonet-B (large) (Ho et al., 2016)")},
    refuses=("foonet [12]", "Foonet, as in [12]"),
    after=rf"(?={CITATION.source()})",
    flags=re.NOFLAG,
)

_AND_NAME = Pattern(
    "a name joined to the one before",
    {r",?\sand\s(?P<name>[A-Z]+[a-z]+[A-Z]\w*(?:-\w+)*)": " and BarNet-B"},
    refuses=(" and BarNet [3]", " and others", " and Bar"),
    after=r"(?![\w-]|\s?[\[(])",
    flags=re.NOFLAG,
)
_MEASURES = (
    r"(?:FLOPs?|FLOPS|[KMGTPE]F(?:LOP|lop)[sS]?|PF[sS]?(?:/s)?-days?|MACs?|GMACs?|GPUs?|TPUs?|CPUs?|BLEU"
    r"|m?AP(?:[a-z]{1,4}|\d*)|PCKh?|NER|POS|MAdds|Mult-Adds|M-Adds|SGD|Adam|AdamW|EN-?DE|EN-?FR|En-?De|En-?Fr|IoU|IOU|FPS"
    r"|PPL|EM|F1|WER|Top-?[15]|Acc|MS|II|III|IV)(?![\w-])"
)
MODEL_NAME = Pattern(
    "a name as models have them: capitals or digits inside, a size or a bracket behind",
    {
        r"(?:[A-Z][a-z]+\s(?=[A-Z]-[A-Z]))?"  # "Cascade Q-CNN"
        r"(?=[\w.+/×-]*[A-Za-z][\w.+/×-]*[A-Za-z])[A-Z][A-Za-z]*(?:[A-Z0-9][\w]*|[-+/][\w.×]+)+"
        r"(?:[-\s](?:[A-Z]?\d[\w×.-]*|small|base|large|big|Small|Base|Large|Big|Huge))*(?:\s?\([\w×.,= -]{1,24}\))?":
            ("WideNet-50", "QT-2 small", "Masked Q-CNN", "FooNet101 (32x4d)"),
    },
    refuses=("GFLOPs", "BLEU", "GPUs", "mAP50", "network", "Network"),
    before=rf"(?<![\w-])(?!{_MEASURES})",
    flags=re.NOFLAG,
)  # fmt: skip
_SIZES = r"(?:x?x?large|base|small|tiny|big|huge|BASE|LARGE|SMALL|Base|Large|Small)"
SIZED = Pattern(
    "a name with its size glued to it or behind a hyphen",
    {rf"^(?P<name>[A-Za-z][\w-]*?[A-Za-z\d])-?{_SIZES}$": "FOOBASE"},
    refuses=("BASE", "Foonet-50"),
    flags=re.NOFLAG,
)
BY_AUTHOR = Pattern(
    "a label that is an author's name",
    {
        r"et\s?\.?\s?al": "Ho et al. (2016)",
        r"(?:and|&)\s[A-Z][\w'’-]+\s[(\[]?\d{4}": "Ho & Li 2016",
        r"[(\[]\d{4}": "Ho (2016)",
    },
    refuses=("Foonet [12]",),
    before=r"^\s*[A-Z][\w'’-]+\s",
    flags=re.NOFLAG,
)
_THREE_LETTERS = re.compile("[A-Za-z]{3}")  # in a name whose number may be another: "V2-B7" makes no "V1-B7"
_ANY_DIGITS = re.compile(r"\d+")
_NUMBERED = re.compile(r"(?P<name>[A-Za-z][\w-]*?)-?\d+$")
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_OURS_IN_BRACKETS = Pattern(
    "brackets that say whose a model is",
    {
        r"\(\s?ours?\s?\)": "FooNet (ours)",
        r"\(\s?this work\s?\)": "FooNet (this work)",
        r"\(\s?our method\s?\)": "FooNet (our method)",
        r"\(\s?proposed\s?\)": "FooNet (proposed)",
        r"\[\s?ours?\s?\]": "FooNet [ours]",
    },
    refuses=("our FooNet", "FooNet (hours)"),
)
_RAISED_MARK = Pattern(
    "a footnote's raised mark",
    {r"\d{1,2}": "FooNet^1", "[a-z*†‡]": "FooNet^†"},
    refuses=("10^6", "2^29", "K = 2^16", "L^1", "AP^box"),
    before=r"(?<!10)(?<!10\s)(?<!\A[2L])(?<![\s=][2L])\^\s?(?:",
    after=r")(?!\w)",
    flags=re.NOFLAG,
)
OVERVIEW = Pattern(
    "a paper that collects what others published",
    {
        r"(?:an?|the)\s(?:\w+\s){0,2}(?:surveys?|reviews?|overview)": "Object detection: a survey",
        r"(?:surveys?|reviews?)\s(?:of|on)": "Survey of readers",
    },
    refuses=("Overview of stages", "peer reviews", "Previewing networks"),
    before=r"\b",
    after=r"\b",
)
_TITLE_NAME = re.compile(r":\s|\s[–—-]\s")
# cheap first looks, one of which stands in whatever PROPOSED or CALLED finds
_PROPOSING_PARTS = ("e propose", "e introduce", "e present", " call", "dub")


@dataclass(frozen=True)
class ModelNames:
    """`own` and `cited` names in normal form; a name is a paper's own where a row label begins or ends with it."""

    own: frozenset[str]
    cited: frozenset[str]
    printed: tuple[str, ...] = ()  # own names as printed, the surest first
    defined: frozenset[str] = frozenset()  # normal forms of the title's words and of what the abstract puts in brackets
    runs: tuple[str, ...] = ()  # others' models that the authors ran: "our ResNet-50", the commonest first
    collects: bool = False  # the title says that the paper surveys what others published

    def is_own(self, label: str) -> bool:
        """Whether one of the words (or runs of words) of the label is a name of the paper's own, or is made with one.

        A net that is called for what it does lends its stem to others': FooNet makes "FooDenseNet-121".
        """
        if any(run in self.own for run in runs_of(label)):
            return True
        if any(_ANY_DIGITS.sub("#", word) in self._numbered for word in label.split()[:6]):
            return True
        return any(self._is_made_with(stem, word) for stem in self.stems for word in label.split()[:6])

    @cached_property
    def _numbered(self) -> frozenset[str]:
        """The paper's own names with numbers in them, "#" for each number: FooNet-92 makes FooNet-56 its own too."""
        one_word = (name for name in self.printed if " " not in name)
        mine = [n for n in one_word if not is_published(n) or any(n != o and n.startswith(o) for o in self.printed)]
        forms = {_ANY_DIGITS.sub("#", name) for name in mine}
        return frozenset(form for form in forms if "#" in form and _THREE_LETTERS.search(form))

    def is_ours(self, label: str) -> bool:
        """Whether the label says "ours", or is a name of the paper's own."""
        return says_ours(label) or self.is_own(label)

    def begins_with_own(self, label: str) -> bool:
        """Whether the label goes on in capitals from an own name in capitals: "FQINT8" where FQ is proposed."""
        found = (name for name in self.printed if name.isupper() and label.startswith(name))
        return any(label[len(name) : len(name) + 1].isupper() for name in found)

    def _is_made_with(self, stem: str, word: str) -> bool:
        """Whether the word is another's name behind the stem: "FooDenseNet-121"."""
        rest = word[len(stem) :].lstrip("-")
        return word.lower().startswith(stem) and rest[:1].isupper() and (is_published(rest) or self.is_cited(rest))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """What stands before "net" in the paper's own names."""
        found = (key.removesuffix("s").removesuffix("net") for key in self.own if key.endswith(("net", "nets")))
        return tuple(sorted(stem for stem in found if len(stem) > 1 and stem.isalpha()))

    def may_be_introduced(self, label: str) -> bool:
        """Whether the label begins with a name of the title or in the abstract's brackets that nobody is cited for."""
        return not self.is_cited(label) and any(run in self.defined for run in runs_of(label)[:8] if len(run) > 2)

    def is_cited_model(self, label: str) -> bool:
        """Whether the whole label is a model that the paper cites somebody for; parts and layers are none."""
        bare = CITATION.sub(" ", label).strip()
        if not MODEL_NAME.search(bare):
            return False
        joined = bare.replace(" ", "")
        names = [bare, *(m["name"] for m in (SIZED.match(joined), _NUMBERED.match(joined)) if m)]
        return any(normal_name(name) in self.cited for name in names)

    def is_cited(self, label: str) -> bool:
        """Whether the label begins with a name that the paper cites somebody for."""
        bare = CITATION.sub(" ", label).strip()
        return normal_name(bare) in self.cited or any(run in self.cited for run in runs_of(bare)[:6])


@dataclass
class _Votes:
    """How often, and how surely, a name was said to be the paper's own; keys are normal names."""

    title: str = ""  # the title's normal form: what it names is the paper's own, whoever published it
    counts: Counter[str] = field(default_factory=Counter)
    printed: dict[str, str] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)  # others' models that the authors call theirs: "our ResNet-50"

    def add(self, name: str, weight: int) -> None:
        cleaned = _cleaned(name)
        if cleaned:
            key = normal_name(cleaned)
            self.counts[key] += weight
            self.printed.setdefault(key, cleaned)

    def add_all(self, pattern: Pattern, text: str, weight: int) -> None:
        for match in pattern.finditer(text):
            if not self.is_taken(match["name"], text[match.start() : match.start("name")]):
                self.add_both(match, text, weight)
            elif pattern is OUR_NAME:
                self.runs[_cleaned(match["name"]) or ""] += weight

    def is_taken(self, name: str, before: str) -> bool:
        """Whether the name is a published model's and the words before it don't say that the authors made it.

        "We propose a system that joins Foo with SSD", "our method outperforms SSD", "our ResNet-50" speak of others'.
        """
        name = _cleaned(name) or name
        if not is_published(name) or GIVEN.search(before) or normal_name(name) in self.title:
            return False
        if OURS_BEFORE.search(before):
            return _DEPTH.search(name) is not None
        return before.startswith(("our ", "Our ")) or TAKEN.search(before) is not None

    def add_both(self, match: re.Match[str], text: str, weight: int) -> None:
        """Adds the name that was found, and one joined to it: "we propose FooNet and BarNet"."""
        self.add(match["name"], weight)
        joined = _AND_NAME.match(text, match.end("name"))
        if joined:
            self.add(joined["name"], weight)


def read_names(
    title: str,
    abstract: str,
    passages: Sequence[Passage],
    short_forms: Mapping[str, str],
    own_rows: Iterable[str] = (),
) -> ModelNames:
    """The paper's own names and the cited ones. `own_rows` are row labels marked "(ours)" in tables."""
    votes = _Votes(normal_name(title))
    _vote_by_title(votes, title)
    _vote_by_abstract(votes, title, abstract)
    for passage in passages:
        _vote_by_passage(votes, passage)
    _vote_by_rows(votes, own_rows)
    cited = _cited_names(passages)
    own = _own_names(votes, cited, title, short_forms)
    names = sorted(own & set(votes.printed), key=lambda key: (-votes.counts[key], key))
    return ModelNames(
        frozenset(own),
        frozenset(key for key in cited if key not in own and len(key) > 2),
        tuple(votes.printed[key] for key in names),
        frozenset(map(normal_name, (*re.split(r"[\s,;()\[\]:.]+", title), *_defined_in(abstract, votes)))) - {""},
        tuple(name for name, times in votes.runs.most_common() if name and times > 1),
        collects=bool(OVERVIEW.search(title)),
    )


def _defined_in(abstract: str, votes: _Votes) -> list[str]:
    """The names in the abstract's brackets, without those of others: "by combining ours with Foo (FO)"."""
    found = ((match["name"], _sentence_before(abstract, match)) for match in DEFINED.finditer(abstract))
    return [name for name, sentence in found if not votes.is_taken(name, sentence)]


def _sentence_before(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 140) : match.start()].rsplit(". ", 1)[-1]


def _vote_by_title(votes: _Votes, title: str) -> None:
    """Counts the title's words before a colon."""
    head = _TITLE_NAME.split(title, maxsplit=1)
    if len(head) == 2 and not OVERVIEW.search(head[1]) and 0 < len(head[0].split()) <= 3:
        votes.add(head[0], 4)


def _vote_by_abstract(votes: _Votes, title: str, abstract: str) -> None:
    for pattern in (PROPOSED, CALLED, OUR_NAME):
        votes.add_all(pattern, abstract, 2)
    for match in DEFINED.finditer(abstract):
        # an abbreviation in brackets is theirs where the sentence says that they made the thing, or the title names it
        sentence = _sentence_before(abstract, match)
        made = MADE.search(sentence)
        if match["name"] in title or (made and not votes.is_taken(match["name"], sentence[made.end() :])):
            votes.add(match["name"], 2)


def _vote_by_passage(votes: _Votes, passage: Passage) -> None:
    text = passage.text
    if passage.kind == "caption":
        for pattern in (CALLED, OUR_NAME, IS_OURS):
            votes.add_all(pattern, text, 2)
    if passage.kind != "prose":
        return
    if any(part in text for part in _PROPOSING_PARTS):
        for pattern in (PROPOSED, CALLED):
            for match in pattern.finditer(text):
                cited = CITATION.match(text[match.end() : match.end() + 3].strip() or " ")
                if not cited and not votes.is_taken(match["name"], text[match.start() : match.start("name")]):
                    votes.add_both(match, text, 1)
    if "ur " in text:
        votes.add_all(OUR_NAME, text, 1)


def _vote_by_rows(votes: _Votes, own_rows: Iterable[str]) -> None:
    for label in own_rows:
        if MARKED_OURS.search(label) and not has_citation(label):
            name = SAYS_OURS.sub(" ", _BRACKETED.sub(" ", label)).strip()
            # "X-50 (ours)" beside the published X-50 is their run of another's model
            votes.add(name, 1 if name[-1:].isdigit() else 3)


def _cited_names(passages: Sequence[Passage]) -> Counter[str]:
    """How often each name has a citation mark behind it."""
    cited: Counter[str] = Counter()
    for passage in passages:
        for match in CITED_NAME.finditer(passage.text):
            cleaned = _cleaned(match["name"])
            if cleaned:
                cited[normal_name(cleaned)] += 1
    return cited


def _own_names(votes: _Votes, cited: Counter[str], title: str, short_forms: Mapping[str, str]) -> set[str]:
    """The names with votes enough, and what they are also called: without a generic noun, without a plural."""
    words = load_not_models()
    own = {
        key for key, count in votes.counts.items()
        if count >= 2 and cited[key] < max(2, count) and len(key) > 1 and not key.isdigit()
    }  # fmt: skip
    for key in list(own):
        name, *rest = votes.printed.get(key, "").split()
        if len(rest) == 1 and rest[0].lower() in words.generic and len(name) > 2 and name.lower() not in words.words:
            own.add(normal_name(name))
    own -= {key for key in own if is_published(votes.printed.get(key, key)) and _ends_another(key, own)}
    own |= {key[:-1] for key in own if key.endswith("s") and len(key) > 4}
    own |= _families_of(votes.printed[key] for key in own if key in votes.printed) - set(cited)
    own |= {normal_name(short) for long, short in short_forms.items() if not own.isdisjoint(_long_forms(long))}
    return own - {key for key in words.optimisers if key not in normal_name(title)}


def _families_of(names: Iterable[str]) -> set[str]:
    """What two of the paper's names or more begin with, before a hyphen: "Foo" of "Foo-Small" and "Foo-Medium"."""
    stems = Counter(name.split("-")[0] for name in names if "-" in name)
    return {normal_name(stem) for stem, n in stems.items() if n > 1 and len(stem) > 2 and not is_published(stem)}


def _ends_another(key: str, own: set[str]) -> bool:
    """Whether one of the own names ends with this one: "LightNet R-CNN" is no "R-CNN"."""
    return any(other != key and other.endswith((key, f"{key}s")) for other in own)


def _cleaned(name: str) -> str | None:
    """The name without leading articles and endings that are no part of it; None where no name is left."""
    not_models = load_not_models()
    words = name.strip(" .,:;\"'“”‘’()").split()
    while words and words[0].lower() in not_models.words:
        words = words[1:]
    while words and words[-1].lower() in not_models.nouns_behind:
        words = words[:-1]
    if not words:
        return None
    text = " ".join(words)
    looks_named = sum(c.isupper() for c in text) >= 2 or any(c.isdigit() for c in text) or len(words[0]) > 3
    if not looks_named or normal_name(text) in not_models.words:
        return None
    return None if any(2 * (m.end - m.start) > len(text) for m in find_benchmarks(text, text)) else text


def _long_forms(long: str) -> set[str]:
    """A long form, and what is left of it without "network" behind it."""
    whole, cleaned = normal_name(long), normal_name(_cleaned(long) or long)
    return {whole, cleaned} if whole.startswith(cleaned) else {whole}


@lru_cache(maxsize=4096)
def runs_of(label: str) -> tuple[str, ...]:
    """Normal forms of the label's runs of one to four words, those that begin at its first word first."""
    words = [w for w in re.split(r"[\s,;()\[\]/†‡*§:]+", label) if w]
    out: list[str] = []
    for start in range(min(len(words), 8)):
        for length in (1, 2, 3, 4):
            if start + length <= len(words):
                out.append(normal_name(" ".join(words[start : start + length])))
    # "Oct-FooNet-50", "Foo V2-B", "BN+Foo", "M2Foo800-VG": a name may go on behind a hyphen, a plus or in digits
    for n, word in enumerate(words[:4]):
        pieces = re.split(r"[-_]", word)
        before = words[max(0, n - 1) : n] if len(pieces) > 1 else []
        for k in range(1, len(pieces)):
            cut = "-".join(pieces[:k])
            out += [normal_name(cut), normal_name(" ".join([*before, cut]))]
        out += [normal_name(piece) for piece in word.split("+") if piece != word]
        letters = re.match(r"[A-Za-z]+\d?[A-Za-z]+(?=\d)", word)
        if letters:
            out.append(normal_name(letters.group()))
        sized = SIZED.match(word)
        if sized:
            out.append(normal_name(sized["name"]))
    return tuple(dict.fromkeys(run for run in out if run))


@lru_cache(maxsize=2048)
def model_names_in(text: str) -> tuple[str, ...]:
    """The names in the text that look like models', left to right; benchmarks' and data sets' names are none."""
    bare = CITATION.sub(" ", text)
    found = [m for m in MODEL_NAME.finditer(bare) if not _is_no_model(m.group())]
    if not found:
        return ()
    data = [(m.start, m.end) for m in find_benchmarks(bare, bare)]
    return tuple(m.group().rstrip(".") for m in found if not any(a <= m.start() < b for a, b in data))


@lru_cache(maxsize=2048)
def _is_no_model(name: str) -> bool:
    """Whether the name is a data set's, a processor's, a metric's or a heading's."""
    return bool(
        _printed_not_models().match(name)
        or find_benchmarks(name, name)
        or find_untracked_datasets(name)
        or find_devices(name)
    )


@cache
def _printed_not_models() -> re.Pattern[str]:
    """What begins with a name that is printed like a model's and is none."""
    words = load_not_models()
    starts = "|".join(re.escape(name) for name in words.printed_starts)
    names = "|".join(re.escape(name) for name in words.printed)
    samples = r"(?:-\d+[kK]?)?"  # of which a metric is computed: "FID-10K"
    return re.compile(rf"(?:{starts})|(?:(?:{names}){samples}|TPUv\d)(?![\w-])")


@cache
def search_words() -> re.Pattern[str]:
    """Finds the first words of the tracked benchmarks' search terms: what names a benchmark holds one of them."""
    entries = load_benchmarks().values()
    words = {m.group() for b in entries for term in b.search if (m := re.match(r"[A-Za-z]{3,}", term))}
    words |= {
        m.group().lstrip("=")
        for b in entries
        for alias in (*b.aliases, *(edition.name for edition in b.editions if edition.years))
        if (m := re.match(r"=?[A-Z]{2,}[A-Za-z]*|[a-z]{5,}(?=\d*$)", alias))
    }
    return re.compile("|".join(sorted(re.escape(word) for word in words)))


@lru_cache(maxsize=4096)  # a label is compared with all others of its table
def has_citation(label: str) -> bool:
    """Whether the label carries a citation mark."""
    return bool(CITATION.search(label))


def says_ours(label: str) -> bool:
    """Whether the label says "ours", "this work", "proposed"."""
    return bool(SAYS_OURS.search(label))


def _authors_left(mark: re.Match[str]) -> str:
    """What is left of a citation mark in a name: "et al." behind the author that a row is called by."""
    return mark.group() if mark.group().startswith("et") else " "


@lru_cache(maxsize=4096)
def without_marks(label: str) -> str:
    """The label as a model's name: citation marks, footnote marks, bullets and a "(ours)" taken off."""
    text = _RAISED_MARK.sub(" ", _OURS_IN_BRACKETS.sub(" ", label))
    bare = " ".join((text if BY_AUTHOR.match(text) else CITATION.sub(_authors_left, text)).split())
    return bare.strip(" †‡§¶*∗⋆•◦▪‣,;:^") or " ".join(label.split())
