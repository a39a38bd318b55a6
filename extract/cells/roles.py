"""Whose result a table's row is: the paper's own, its variant or baseline (ablation), another paper's (prior)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from db.models import normal_name
from db.reference.published_models import family_of, first_name, is_published
from db.vocabulary import Role
from extract.language.model_names import (
    BY_AUTHOR,
    CITATION,
    MODEL_NAME,
    ModelNames,
    has_citation,
    runs_of,
    says_ours,
)
from extract.pattern import Pattern

PRIOR_GROUP = Pattern(
    "a heading over rows of other papers",
    {
        r"previous|prior|existing|published|reported": "Previous work",
        r"others?|others'": "Others",
        r"state[-\s]of[-\s]the[-\s]art|sota": "State-of-the-art detectors",
        r"competitors?|leaderboard|top\s\w+": "Top entries",
        r"literature|related|comparison": "From the literature",
        r"hand-?craft\w*|manually": "Hand-crafted networks",
        r"competition\S*|winners?|winning|entries|challenge": "Challenge winners",
    },
    refuses=("Ours", "Single model"),
    before=r"\b(?:",
    after=r")\b",
)
ABLATION_CAPTION = Pattern(
    "a caption of an analysis, wherever it says so",
    {
        r"\bablat\w+": "Ablations",
        r"\b(?:effects?|impact|influence|importance)\sof": "Effect of depth",
        r"\bcontribution\sof": "Contribution of each part",
        r"\bsensitivity": "Sensitivity to width",
        r"\bwith(?:out)?\sand\swith(?:out)?": "Results with and without skips",
    },
    refuses=("Comparison with others", "Results"),
)
# said of what the table shows these mean variants; further on in a caption they say how runs were made
ABLATION_TITLE = Pattern(
    "what an analysis shows",
    {
        r"\bvaria(?:tions?|nts?)\b": "Variants of our network",
        r"\b(?:analysis|study|design|importance)\b": "Design study",
        r"\bcomparison\sof\sdifferent\b|\bdifferent\s\w+\b": "Results of different widths",
        r"\b(?:versus|vs\.?)\b": "Depth versus width",
        r"\b(?:hyper-?param\w*|varying)\b": "Varying the width",
        r"\b(?:choices?|component\w*)\b": "Choice of the loss",
    },
    refuses=("Comparison with others", "Results on ImageNet"),
)
COMPARES = Pattern(
    "a caption that sets the paper's results beside others'",
    {
        r"\bstate[-\s]of[-\s]the[-\s]art\b": "State-of-the-art detectors",
        r"\b(?:previous|prior\s(?:work|art)|published)\b": "Previous results",
        r"\bcompar(?:ed?|ison|ing)\b": "Comparison on COCO",
        r"\b(?:competing|literature)\b": "Results in the literature",
    },
    refuses=("Effect of depth", "comparable"),
)
_BASELINE = Pattern(
    "a row that the authors ran to set their own beside",
    {
        r"\bbaselines?\b": "Baseline",
        r"\bre-?impl\w*|\bour\simpl\w*": "WideNet (re-impl.)",
        r"\b(?:w/o|without|no\s\w+)(?!\w)": "w/o skips",
        r"\bablat\w*": "ablated",
        r"\b(?:vanilla|plain|original)\b": "plain WideNet",
        r"\((?:teacher|student)\)": "WideNet (teacher)",
        r"^\s*(?:standard|supervised|full[- ]prec\w*\.?|fp-?(?:16|32)|teacher|student"
        r"|cross[- ]entropy|CE|from\sscratch)\b"
        r"(?!\s?[-+]?\s?(?-i:[A-Z]))": (
            "Standard",
            "Supervised only",
            "Full prec.",
            "Cross-entropy",
        ),
    },
    refuses=("WideNet", "now", "Student-Net"),
)


RERUN = Pattern(
    "results of another paper's model, run again",
    {
        r"\bre-?impl\w*|\bour\s(?:own\s)?(?:re-?)?impl\w*": "WideNet (our impl.)",
        r"\b(?:our\s)?repro(?:d\w*|\b)": ("Reproduced", "repro."),
        r"\bour\s(?:own\s)?(?:runs?|code|(?:pre-?)?training|setup)\b|\b(?:trained|run)\sby\sus\b": "WideNet (our run)",
        r"\bre-?train\w*|\bre-?run\b|\brerun\b": "Re-trained",
    },
    refuses=("Original", "Ours", "pre-trained"),
)


@dataclass(frozen=True)
class TableRoles:
    """What a whole table shows of whose results it holds."""

    cites: bool  # some of its rows carry a citation mark
    has_ours: bool  # some say "ours" or a name of the paper's own
    ablation: bool  # the caption speaks of variants, effects, analysis
    compares: bool  # the caption speaks of other work
    rivals: frozenset[str] = frozenset()  # labels that are published models', beside names that are nobody else's
    quoted: bool = False  # the caption says that all but the paper's own are as others printed them
    last: frozenset[str] = frozenset()  # the last row and its kin, where no row says whose it is
    added: bool = False  # half of the rows or more have no name of the paper's own: the others add it
    of_parts: bool = False  # called an ablation: a cited row is a part that the authors tried
    bases: frozenset[str] = frozenset()  # networks that the paper's own rows put something on: "resnet-50"
    named_quoted: frozenset[str] = frozenset()  # labels that the caption names as quoted: "Results of Foo are from [3]"
    all_others: bool = False  # no row is the paper's own in a survey's table, or one of networks that others released
    marks: Mapping[str, Role] = field(default_factory=dict)  # what the caption says of rows with a mark: {"†": PRIOR}


def table_roles(
    labels: Sequence[str], groups: Sequence[str], caption: str, names: ModelNames, *, are_subjects: bool = False
) -> TableRoles:
    """The frame in which each row's role is decided. `are_subjects`: columns tell what was done to each row's model."""
    of_both = any(PRIOR_GROUP.search(x) for x in groups) and any(map(says_ours, groups))
    compares = bool(COMPARES.search(caption)) or (has_citation(caption) and bool(_VERSUS.search(caption))) or of_both
    rivals = frozenset() if are_subjects else _rivals(_ungrouped(labels, groups), names, compares=compares)
    quoted = quoted_in(caption)
    has_ours = any(map(names.is_ours, labels)) or any(says_ours(x) for x in groups)
    ablation = (
        not of_both and _is_of_variants(labels, groups, caption) and len(_families(rivals)) <= (1 if compares else 2)
    )
    return TableRoles(
        cites=any(has_citation(x) for x in (*labels, *groups)),
        has_ours=has_ours,
        ablation=ablation,
        of_parts=ablation and not compares and any(_ABLATION.search(x) for x in (caption, *groups)),
        compares=compares,
        rivals=rivals,
        quoted=OTHERS_QUOTED.search(caption) is not None,
        bases=frozenset(base for x in labels if names.is_ours(x) and (base := _base_of(x, names))),
        named_quoted=frozenset(label for label in labels if not quoted.isdisjoint(runs_of(label))),
        last=_last_rows(labels) if not has_ours else frozenset(),
        added=2 * sum(not names.is_own(x) for x in labels) >= len(labels),
        all_others=not has_ours and (names.collects or RELEASED.search(caption) is not None),
        marks=marked_roles(caption),
    )


def _base_of(label: str, names: ModelNames) -> str | None:
    """The network that a row of several words begins with, where it is nobody's new name: of "ResNet-50 Foo (ours)"."""
    bare = _bare(label)
    named = MODEL_NAME.match(bare)
    first = named.group() if named else bare
    return first.lower() if len(first) < len(bare) and not names.is_own(first) else None


_ABLATION = Pattern("an ablation", {r"\bablation": "Ablations"}, refuses=("oblation",))


def _is_of_variants(labels: Sequence[str], groups: Sequence[str], caption: str) -> bool:
    """Whether a table shows variants: caption or a group says so, its rows are steps, or all are called by numbers."""
    if _is_analysis(caption) or any(_ABLATION.search(x) for x in groups):
        return True
    named = [label for label in labels if label]
    steps = sum(is_step(label) for label in named)
    return bool(named) and (2 * steps >= len(named) or all(_VALUE.fullmatch(label) for label in named))


_VALUE = re.compile(r"(?:[A-Za-z#_ ]{0,16}=\s?)?[\d.,]+\s?%?")


def _last_rows(labels: Sequence[str]) -> frozenset[str]:
    """The labels of the last row and of those above it that begin with the same word."""
    named = [label for label in labels if label]
    if not named:
        return frozenset()
    first = re.split(r"[\s-]", named[-1])[0]
    rows = []
    for label in reversed(named):
        if re.split(r"[\s-]", label)[0] != first:
            break
        rows.append(label)
    return frozenset(rows) if len(rows) < len(named) else frozenset()


def _ungrouped(labels: Sequence[str], groups: Sequence[str]) -> list[str]:
    """The labels of rows that stand under no model's name: those under one are its variants."""
    if len(labels) != len(groups):
        return list(labels)
    return [label for label, group in zip(labels, groups, strict=True) if not MODEL_NAME.search(group)]


def _rivals(labels: Sequence[str], names: ModelNames, *, compares: bool) -> frozenset[str]:
    """The rows called by published models' names, where they stand beside names that are nobody else's; else none.

    Two families of them at least, or a caption that compares. A published network that a row goes on from, "ResNet-50"
    beside "Foo-ResNet-50", is no rival but what was built on.
    """
    known = [label for label in dict.fromkeys(labels) if is_others(label, names)]
    others = [label for label in dict.fromkeys(labels) if label not in known]
    rivals = [
        label for label in known
        if not any(_is_within(label, o) for o in others) and not any(_is_built_on(label, o) for o in known)
    ]  # fmt: skip
    if compares and rivals:
        # where others' names stand side by side, one that the paper's own goes on from is a rival too
        rivals = [label for label in known if not any(_is_built_on(label, o) for o in labels)]
    strange = any(_is_nobodys(o) or names.is_ours(o) for o in others)
    strange = strange or (bool(others) and labels[-1] in others and _is_word(labels[-1]))
    return frozenset(rivals) if strange and len(_families(known)) >= (1 if compares else 2) else frozenset()


def _families(labels: Iterable[str]) -> set[str]:
    return {family_of(_bare(label)) or _bare(label) for label in labels}


def _is_nobodys(label: str) -> bool:
    """Whether a label looks like a model's name and nobody is cited for it."""
    bare = _bare(label)
    named = MODEL_NAME.search(bare) and not COMPONENT.search(bare)
    return bool(named) and not has_citation(label) and not _BASELINE.search(label)


def may_be_own(label: str, names: ModelNames) -> bool:
    """Whether a label looks like a name that nobody but the paper has."""
    named = _is_nobodys(label) or (_is_word(label) and label.isalpha())
    return (named or names.is_ours(label)) and not is_others(label, names)


def _is_word(label: str) -> bool:
    """Whether the label begins with a capitalised word, as a method's name may that is no abbreviation."""
    return bool(re.match(r"[A-Z][a-z]{2,}", label)) and not has_citation(label) and not _BASELINE.search(label)


def _is_within(label: str, other: str) -> bool:
    """Whether a longer label's own name, its first words, holds this one's."""
    name, whole = (re.sub(r"[^a-z0-9]", "", text.lower()) for text in (first_name(_bare(label)), _first_words(other)))
    return len(name) < len(whole) and name in whole


def _first_words(label: str) -> str:
    """The words before the first that begins another name: "Foo" of "Foo ResNet-50"."""
    words = _bare(label).split()
    return words[0] if len(words) > 1 and is_published(" ".join(words[1:])) else " ".join(words)


def _is_built_on(label: str, other: str) -> bool:
    """Whether another label is this one's name behind a prefix: "Foo-ResNet-50", or with something added."""
    name, whole = first_name(_bare(label)), _bare(other)
    goes_on = "+" in whole and whole.startswith(name)
    if not (goes_on or f"-{name}" in whole or f"‐{name}" in whole):
        return False  # no expression is made for what cannot be found
    return re.search(rf"(?:\w[-‐]{re.escape(name)}|^{re.escape(name)}[\w.×x() -]*\s\+)", whole) is not None


@lru_cache(maxsize=4096)  # each label is held against every other
def _bare(label: str) -> str:
    return CITATION.sub(" ", _LEADING_SIZE.sub("", label)).strip(" ^†‡*§∗⋆")


def is_others(label: str, names: ModelNames) -> bool:
    """Whether the label is a model that the paper cites somebody for, or that everybody knows."""
    if not label or names.is_own(label):
        return False
    return _names_cited_model(label, names) or (
        is_published(_bare(label)) and not names.may_be_introduced(_bare(label))
    )


_VERSUS = Pattern(
    "a comparison of two",
    {"versus": "OurNet versus WideNet", "vs": "OurNet vs. WideNet"},
    refuses=("verse",),
    before=r"\b",
    after=r"\b",
    flags=re.NOFLAG,
)


MARK_DEFINED = Pattern(
    "a mark that a caption explains",
    {
        r"(?<![\w*])(?P<said>[*∗†‡§¶⋆])\s?(?::|=|are|is|results?|stands?\sfor|refers?\sto)\s": "†: from [3]",
        r"(?<![\w*])(?P<meant>[*∗†‡§¶⋆])\s?(?:denotes?|indicates?|means?|marks?|represents?)\s": "† denotes our runs",
        r"\b(?P<own>ours|our\s(?:methods?|models?|networks?))\s?[:=]\s?[\"“'(]?(?P<of_own>[*∗†‡§¶⋆])": "Ours: ∗",
        r"(?:marked|denoted|indicated)\s(?:by|with)\s(?:an?\s)?[\"“'(]?(?P<by>[*∗†‡§¶⋆])": "marked with † are copied",
    },
    refuses=("WideNet† is fast", "a * b"),
)
_RESULTS = r"(?:results?|performances?|numbers|scores|figures|accurac(?:y|ies)|errors)"
QUOTED_RESULT = Pattern(
    "a result as another paper printed it",
    {
        rf"\b(?:reported|published|given|printed)\s(?:{_RESULTS}\s)?(?:in|by)\b": (
            "numbers reported in [3]",
            "original reported results in [3]",
        ),
        r"\b(?:taken|copied|quoted|cited|borrowed)\s(?:directly\s)?from\b": "copied from the original papers",
        r"\b(?:from|in)\s(?:the\s)?(?:original|previous|their|other|corresponding)\s(?:papers?|work|publications?)\b": (
            "results from the original papers"
        ),
    },
    refuses=("reported here", "our results"),
)


RELEASED = Pattern(
    "a caption on networks that others trained and gave away",
    {
        r"\b(?:publicly|freely)\savailable\s(?:\w+\s)?(?:checkpoints?|models?|networks?|weights)\b": (
            "publicly available checkpoints"
        ),
        r"(?:^|\b(?:with|using|from|of)\s)(?:the\s|their\s)?(?:released|official|public)\sweights\b": (
            "evaluated with the released weights",
            "released weights, evaluated by us",
        ),
        r"\bpublished\s(?:models|networks|checkpoints)\b": "those of the published models",
        r"\b(?:from|of)\s(?:torchvision|timm|(?:the\s)?model\szoo|TF-?Hub)\b": "weights of torchvision",
        r"\bas\sreported\sby\s(?:their|the)\sauthors\b": "detectors, as reported by their authors",
    },
    refuses=("pre-trained models of ours", "our released code", "the released checkpoints"),
)
OTHERS_QUOTED = Pattern(
    "a caption that says that the other rows are as others printed them",
    {
        r"\b(?:all|everything|rows?|results?|numbers|scores)\s(?:but|except|other\sthan)\s(?:for\s)?ours?\b": (
            "all but ours come from [3]"
        ),
        r"\b(?:results?|numbers|scores|figures)\s(?:of|for|by)\s(?:the\s)?(?:others?|other\s\w+|previous\s\w+|competing\s\w+|competitors|baselines)\s"
        r"(?:are|were|is)\s(?:taken|copied|quoted|cited|reported|borrowed)": (
            "Results of other methods are taken from the papers"
        ),
        r"\btheir\s(?:results?|numbers|scores|figures)\s(?:are|were)\s(?:taken|copied|quoted|cited|borrowed)": (
            "with Foo [2]. Their results are cited from [6]"
        ),
        r"\b(?:others?|other\s\w+|baselines|competitors)\s(?:are|were|come)\s"
        r"(?:taken|copied|quoted|cited|as\sreported|from)": (
            "the others come from the leaderboard"
        ),
        r"\b(?:baselines?|previous|prior|other|competing)\s(?:\w+\s)?(?:results?|numbers|scores)\s"
        r"(?:are|were)\s(?:taken|copied|quoted|cited|reported)": (
            "Baseline numbers are quoted from [3]"
        ),
    },
    refuses=("all rows were trained by us", "our results are reported"),
)  # fmt: skip


NAMED_QUOTED = Pattern(
    "a caption that says of rows that it names that they are as others printed them",
    {
        rf"\b{_RESULTS}\s(?:of|for|with|by)\s(?P<of>[^.;]{{1,90}}?),?": "Scores of Foo, BarNet and Baz are from [3]",
        rf"(?P<by>[A-Z][\w-]*)['’]s?\s{_RESULTS}": "BarNets' results were taken from the leaderboard [3]",
    },
    refuses=("Results of FooNet are reported on the test set", "Results are from [3]"),
    after=(
        r"\s(?:(?:are|were)\s(?:directly\s)?(?:taken|copied|quoted|cited|borrowed|adopted)"
        r"|(?:are|were|come|stem)\s(?:as\sreported\s(?:in|by)|from))(?:\s\w+){0,4}?\s?" + rf"(?:{CITATION.source()})"
    ),
)


def quoted_in(caption: str) -> frozenset[str]:
    """Normal forms of the words by which the caption names rows whose numbers others printed."""
    if not has_citation(caption):
        return frozenset()
    said = " ".join(match["of"] or match["by"] for match in NAMED_QUOTED.finditer(caption))
    words = re.findall(r"[A-Z][\w+/-]*", CITATION.sub(" ", said))
    return frozenset(normal_name(form) for word in words for form in (word, word.removesuffix("s")))


_SAID_OURS = Pattern(
    "what a mark says of the paper's own rows",
    {r"(?:the\s)?(?:ours|our\s(?:proposed\s)?(?:methods?|models?|networks?)|(?:this|proposed)\swork)": "our models"},
    refuses=("our runs", "our implementation", "results of our model"),
    before=r"^\s*",
    after=r"\s*(?:$|[.,;(])",
)


def marked_roles(caption: str) -> dict[str, Role]:
    """The roles that a caption gives to rows with a mark: "† denotes our re-implementation", "*: taken from [3]"."""
    roles: dict[str, Role] = {}
    for match in MARK_DEFINED.finditer(caption):
        mark = match["by"] or match["said"] or match["meant"] or match["of_own"]
        end = re.compile(r"[;.](?=\s|$)|[*∗†‡§¶⋆]").search(caption, match.end())
        said = caption[0 if match["by"] else match.end() : end.start() if end else None]
        others, rerun = QUOTED_RESULT.search(said) or RELEASED.search(said), RERUN.search(said)
        if match["own"] or _SAID_OURS.match(said):
            roles[mark] = Role.OWN
        elif others and not (rerun and rerun.start() < others.start()):
            roles[mark] = Role.PRIOR
        elif rerun:
            roles[mark] = Role.ABLATION
    return roles


def _is_analysis(caption: str) -> bool:
    return bool(ABLATION_CAPTION.search(caption) or ABLATION_TITLE.search(_title(caption)))


_FIRST_SENTENCE = Pattern(
    "a caption's label and first sentence",
    {
        r"(?:Tab(?:le|\.)\s?[\w.]+?\s?[.:]\s)?.*?[a-z)]{2}\.(?=\s[A-Z(])": (
            "Table 3. Results of all. We",
            "Results. (a) Of",
        )
    },
    refuses=("Table 3: Results",),
    flags=re.NOFLAG,
)


def _title(caption: str) -> str:
    """The caption's first sentence: what the table shows; the rest says how it was made."""
    first = _FIRST_SENTENCE.match(caption)
    return first.group() if first and len(first.group()) > 24 else caption


def role_of(label: str, group: str, table: TableRoles, names: ModelNames) -> Role:
    """own, ablation or prior. `label` is the row's (or column's) name with its citation marks."""
    of_label = _said_by_label(label, table, names)
    if of_label is not None:
        return of_label
    if says_ours(group) and not _BASELINE.search(label):
        return Role.OWN
    if names.is_own(label):
        return _own_or_variant(label, table)
    if has_citation(group) or PRIOR_GROUP.search(group):
        return Role.PRIOR
    return _by_its_table(label, table, names)


def _said_by_label(label: str, table: TableRoles, names: ModelNames) -> Role | None:
    """What the label says by itself: "ours", a citation, "previous best"; None where it says nothing."""
    marked = next((role for mark, role in table.marks.items() if mark in label), None)
    if marked is not None and not names.is_own(label):
        return marked
    if label in table.named_quoted and not names.is_own(label):
        return Role.PRIOR
    if RERUN.search(label):
        return Role.PRIOR if has_citation(label) or _names_cited_model(label, names) else Role.ABLATION
    if says_ours(label):
        return Role.ABLATION if _OUR_BASELINE.search(label) else Role.OWN
    if is_step(label) and table.has_ours:
        return Role.ABLATION
    own = names.is_own(label)
    if has_citation(label):
        if table.of_parts and not _by_others(label):
            return Role.ABLATION  # the cited part was put into the paper's own network
        return Role.PRIOR if not own or _by_others(label) else _own_or_variant(label, table)
    return Role.PRIOR if _OTHERS_BEST.match(label) and not own else None


_OUR_BASELINE = Pattern(
    "a baseline that the authors call theirs, or what stands in place of their own part",
    {r"\bour\s(?:\w+\s){0,2}baselines?\b": "Our LAS baseline", r"\binstead\sof\sours?\b": "a sum instead of ours"},
    refuses=("our net beats the baseline by far", "baseline of ours"),
)


def _own_or_variant(label: str, table: TableRoles) -> Role:
    """The role of a row with a name of the paper's own: beside a row without, "ResNet-50" and "ResNet-50 + Foo"."""
    if table.ablation and not table.compares:
        return Role.OWN if table.added and "+" in label and not _BASELINE.search(label) else Role.ABLATION
    return Role.OWN


def _by_its_table(label: str, table: TableRoles, names: ModelNames) -> Role:
    """The role of a row that carries no mark, from what stands beside it."""
    if _base_of(label, names) in table.bases:
        return Role.ABLATION  # the network that the authors put theirs on, with something else on it
    if table.compares and table.has_ours and not table.cites:
        variant = _BASELINE.search(label) or _is_setting(label) or (table.ablation and not _looks_named(label, names))
        return Role.ABLATION if variant else Role.PRIOR
    if table.quoted and (table.has_ours or table.last) and label not in table.last:
        return Role.PRIOR
    results_of_ours = table.has_ours and not table.ablation
    of_others = _names_cited_model(_SET.sub(" ", label), names) or CHECKPOINT.match(_bare(label)) is not None
    if results_of_ours and of_others and not _BASELINE.search(label):
        return Role.PRIOR
    if label in table.rivals and not table.ablation and not _BASELINE.search(label):
        return Role.PRIOR
    if table.all_others:
        return Role.PRIOR
    if table.last and label not in table.last and _BASELINE.search(label):
        return Role.ABLATION
    if results_of_ours and (table.cites or table.rivals) and not _BASELINE.search(label) and _is_rival(label):
        return Role.PRIOR
    if table.has_ours or table.ablation:
        return Role.ABLATION  # run by the authors beside their own: no mark says otherwise
    return Role.OWN


CHECKPOINT = Pattern(
    "a model as those who give it away call it: in small letters, with numbers and hyphens",
    {r"[a-z]+\d*-\d[\d.]*(?:-[a-z]\w*)+": "foo-2.5-chat", r"[a-z]+\d\w*(?:-\w+)+": "foo2bar-large-10h"},
    refuses=("conv-3", "foo-large", "conv3x3"),
    before="^",
    after="$",
    flags=re.NOFLAG,
)


def _looks_named(label: str, names: ModelNames) -> bool:
    """Whether a row is called as models are: by capitals or digits inside, or by a name that others have."""
    bare = _bare(label)
    named = MODEL_NAME.match(bare) or CHECKPOINT.match(bare) or family_of(bare)
    return bool(named) or is_others(label, names)


def _is_setting(label: str) -> bool:
    """Whether a row is called by a setting's value or by a part of networks, and not by a model."""
    bare = _bare(label)
    return bool(PART_ALONE.search(bare)) or ("=" in bare and not MODEL_NAME.search(_SET.sub(" ", bare)))


PART_ALONE = Pattern(
    "a kind of normalisation and nothing else",
    {r"[A-Za-z]+[\s-]?[Nn]orm(?:ali[sz]ation)?\.?": "Groupnorm", r"[BGLI]N": "GN"},
    refuses=("NormNet", "Groupnorm WideNet"),
    before=r"^\s*",
    after=r"\s*$",
    flags=re.NOFLAG,
)
_SET = re.compile(r"\S+\s?=\s?\S+")
_LEADING_SIZE = re.compile(r"^\s*(?:\d+(?:\.\d+)?\s?[×x]?\s|\d+(?:\.\d+)?[×x]\s?)")


def _names_cited_model(label: str, names: ModelNames) -> bool:
    """Whether the label is a model that the paper cites somebody for, with its size: "0.5x WideNet-224"."""
    bare = _LEADING_SIZE.sub("", CITATION.sub(" ", label)).strip()
    if COMPONENT.search(bare) or re.search(r"\s[+\-–]\s|\+\s?[A-Z]|\bw/|=", bare):
        return False
    return names.is_cited_model(bare) or (bool(MODEL_NAME.match(bare)) and names.is_cited(bare))


COMPONENT = Pattern(
    "a part that networks are made of, and no network",
    {
        r"(?:\b|(?<=[a-z]))[Nn]orm(?:ali[sz]ation)?\b": "LayerNorm",
        r"(?:\b|(?<=[a-z]))(?:[BGLI]N|P?ReLU|[Ss]wish|Mish)\b": "PReLU",
        r"(?:\b|(?<=[a-z]))(?:LSTM|GRU|CNN|MLP|Attention)\b": "BiLSTM",
        r"(?:\b|(?<=[a-z]))(?:[Dd]rop\w*|[Mm]ix[Uu]p)\b": "DropBlock",
    },
    refuses=("WideNet-50", "QuickDet"),
    flags=re.NOFLAG,
)


def _is_rival(label: str) -> bool:
    """Whether the label is nothing but a model's name, which nobody calls the paper's own."""
    bare = CITATION.sub(" ", label).strip()
    named = MODEL_NAME.match(bare)
    return bool(named) and not COMPONENT.search(bare) and not re.search(r"\s[+\-–]\s|\+\s?[A-Z]|\bw/|=", bare)


_OTHERS_BEST = Pattern(
    "a row that gives others' best result without its name",
    {
        r"^\s*(?:the\s)?(?:previous|prior|prev\.|best published|published|current)\b": "Previous best",
        r"^\s*(?:\w+\s)?(?:state[-\s]of[-\s]the[-\s]art|sota\b)": ("State of the art", "Specialist SOTA"),
        r"^\s*(?:benchmark systems?|human)\b": "Human",
    },
    refuses=("Best of ours", "Humanoid"),
)
_STEP = Pattern(
    "a row that is the one above with something changed",
    {
        r"\+": "+ GIoU [38]",
        r"w/(?:o\b)?(?=\s?\w)": ("w/o pooling", "w/pooling", "w/ pooling"),
        r"with(?:out)?\b": ("with pooling", "without it"),
        r"-\s?w/": "- w/ pooling",
    },
    refuses=("FooNet + pooling", "within"),
    before=r"^\s*",
    flags=re.NOFLAG,
)
REPORTED_COLUMN = Pattern(
    "a column of results as another paper printed them",
    {
        r"^\s*\(?(?:as )?(?:reported|quoted|published|claimed)\b": "As reported",
        r"^\s*\(?in (?:the )?(?:original )?paper\b": "in the paper",
    },
    refuses=("Re-implementation", "Ours", "Original"),
)
ORIGINAL = Pattern(
    "a column that may be of results as printed, or of what was not changed",
    {r"^\s*\(?orig(?:in(?:al)?s?)?\b": ("Original", "origin", "orig.")},
    refuses=("Originality", "Ours"),
)


_BASELINE_TITLE = Pattern("a title over baselines", {r"\bbaselines?\b": "Strong baselines"}, refuses=("baselined",))


def is_quoted(title: str, role: Role = Role.PRIOR) -> bool:
    """Whether a title over a column says that its results are as others printed them; "original" may be the paper's."""
    reported = REPORTED_COLUMN.match(title) or (role != Role.OWN and ORIGINAL.match(title))
    return bool(reported) or has_citation(title)


def role_of_variant(
    role: Role, titles: Sequence[str], names: ModelNames, *, step: bool = False, own: bool = False,
    beside_reported: bool = False,
) -> Role:  # fmt: skip
    """The row's role, unless a title over the cell's column says whose result the column is.

    "original | re-implementation | OurNet" over rows of cited models: quoted, run again, the paper's own. `step`: the
    row is one thing more on what the column names ("+ ensemble"); `own`: the row is called by a name of the paper's
    own; `beside_reported`: another column holds results as others printed them.
    """
    for title in titles:
        if not own and is_quoted(title, role):
            return Role.PRIOR
        if says_ours(title) and _BASELINE_TITLE.search(title):
            return Role.ABLATION
        if says_ours(title) and not RERUN.search(title):
            return Role.ABLATION if beside_reported and not own and not names.is_own(title) else Role.OWN
        if RERUN.search(title) or (_BASELINE_TITLE.search(title) and role != Role.PRIOR):
            return Role.ABLATION
        if names.is_own(title) and (role == Role.PRIOR or step):
            return Role.OWN
    return role


def is_step(label: str) -> bool:
    """Whether the row is the row above, or its column's model, with one thing more or less: "+ GIoU"."""
    return bool(_STEP.match(label))


def _by_others(label: str) -> bool:
    """Whether the label is an author's name with a year: whatever the model is called, the result is theirs."""
    return bool(BY_AUTHOR.match(label))
