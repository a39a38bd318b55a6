"""Whose result a table's row is: the paper's own, its variant or baseline (ablation), another paper's (prior)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.language.model_names import CITATION, MODEL_NAME, ModelNames, has_citation, says_ours

OWN, ABLATION, PRIOR = "own", "ablation", "prior"

PRIOR_GROUP = re.compile(
    r"\b(?:previous|prior|existing|published|other|others'?|state[-\s]of[-\s]the[-\s]art|sota|competitors?|literature|"
    r"related|hand-?craft\w*|manually|top\s\w+|leaderboard|comparison|reported|competition\S*"
    r"|winners?|winning|entries|challenge)\b",
    re.IGNORECASE,
)
_OWN_GROUP = re.compile(r"\b(?:ours?|our\s|this (?:work|paper)|proposed|we\b)", re.IGNORECASE)
_ABLATION = re.compile(
    r"\b(?:ablat\w+|effects?\sof|impact\sof|influence\sof|contribution\sof|sensitivity"
    r"|with(?:out)?\sand\swith(?:out)?|importance\sof)\b",
    re.IGNORECASE,
)
# said of what the table shows these mean variants; further on in a caption they say how runs were made
_ABLATION_TITLE = re.compile(
    r"\b(?:varia(?:tions?|nts?)|analysis|comparison\sof\sdifferent|different\s\w+|versus|vs\.?|hyper-?param\w*"
    r"|importance|study|varying|choices?|component\w*|design)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:state[-\s]of[-\s]the[-\s]art|previous|prior\s(?:work|art)|published|compar(?:ed?|ison|ing)"
    r"|competing|literature)\b",
    re.IGNORECASE,
)
_BASELINE = re.compile(
    r"\b(?:baselines?|re-?impl\w*|our\simpl\w*|w/o|without|no\s\w+|ablat\w*|vanilla|plain|original)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class TableRoles:
    """What a whole table shows of whose results it holds."""

    cites: bool  # some of its rows carry a citation mark
    has_ours: bool  # some say "ours" or a name of the paper's own
    ablation: bool  # the caption speaks of variants, effects, analysis
    compares: bool  # the caption speaks of other work


def table_roles(labels: Sequence[str], groups: Sequence[str], caption: str, names: ModelNames) -> TableRoles:
    """The frame in which each row's role is decided."""
    cites = any(has_citation(x) for x in labels) or any(has_citation(x) for x in groups)
    ours = any(says_ours(x) or names.is_own(x) for x in labels) or any(says_ours(x) for x in groups)
    compares = bool(_COMPARES.search(caption)) or (
        any(PRIOR_GROUP.search(x) for x in groups) and any(_OWN_GROUP.search(x) for x in groups)
    )
    ablation = bool(_ABLATION.search(caption) or _ABLATION_TITLE.search(_title(caption)))
    ablation = ablation or any(re.search(r"\bablation", x, re.IGNORECASE) for x in groups)
    return TableRoles(cites, ours, ablation, compares)


def _title(caption: str) -> str:
    """The caption's first sentence: what the table shows; the rest says how it was made."""
    first = re.match(r"(?:Tab(?:le|\.)\s?[\w.]+?\s?[.:]\s)?.*?[a-z)]{2}\.(?=\s[A-Z(])", caption)
    return first.group() if first and len(first.group()) > 24 else caption


def role_of(label: str, group: str, table: TableRoles, names: ModelNames) -> str:
    """own, ablation or prior. `label` is the row's (or column's) name with its citation marks."""
    if says_ours(label):
        return OWN
    own = names.is_own(label)
    if _STEP.match(label) and table.has_ours:
        return ABLATION
    if has_citation(label):
        if not own or _by_others(label):
            return PRIOR
        return ABLATION if table.ablation and not table.compares else OWN
    if _OTHERS_BEST.match(label) and not own:
        return PRIOR
    if _OWN_GROUP.search(group) and not _BASELINE.search(label):
        return OWN
    if own:
        return ABLATION if table.ablation and not table.compares else OWN
    if has_citation(group) or PRIOR_GROUP.search(group):
        return PRIOR
    if table.compares and table.has_ours and not table.cites:
        return ABLATION if _BASELINE.search(label) else PRIOR
    if not table.cites and table.has_ours and not table.ablation and names.is_cited_model(label):
        return PRIOR
    if table.has_ours and table.cites and not table.ablation and not _BASELINE.search(label) and _is_rival(label):
        return PRIOR
    if table.has_ours or table.ablation:
        return ABLATION  # run by the authors beside their own: no mark says otherwise
    return OWN


_COMPONENT = re.compile(
    r"(?:^|\b|(?<=[a-z]))(?:[Nn]orm(?:ali[sz]ation)?|[BGLI]N|P?ReLU|[Ss]wish|Mish|LSTM|GRU|CNN|MLP|[Dd]rop\w*|[Mm]ix[Uu]p|Attention)\b"
)


def _is_rival(label: str) -> bool:
    """Whether the label is nothing but a model's name, which nobody calls the paper's own."""
    bare = CITATION.sub(" ", label).strip()
    named = MODEL_NAME.match(bare)
    return bool(named) and not _COMPONENT.search(bare) and not re.search(r"\s[+\-–]\s|\+\s?[A-Z]|\bw/|=", bare)


_OTHERS_BEST = re.compile(
    r"\s*(?:(?:the\s)?(?:previous|prior|prev\.|best published|published|current)\b|state[-\s]of[-\s]the[-\s]art|sota\b"
    r"|benchmark systems?\b|human\b)",
    re.IGNORECASE,
)
_STEP = re.compile(r"\s*(?:\+|w/o?\b|with(?:out)?\b|-\s?w/)")  # "+ GIoU [38]": the row above with one thing more
_QUOTED = re.compile(
    r"\s*\(?(?:originals?|published|as reported|reported|quoted|in (?:the )?(?:original )?paper)\b", re.I
)
_RERUN = re.compile(r"\bre-?impl\w*|\bour impl\w*|\breprod\w*|\bre-?train\w*|\bre-?run\b|\bbaselines?\b", re.I)


def role_of_variant(role: str, titles: Sequence[str], names: ModelNames, *, step: bool = False) -> str:
    """The row's role, unless a title over the cell's column says whose result the column is.

    "original | re-implementation | OurNet" over rows of cited models: quoted, run again, the paper's own. `step`: the
    row is one thing more on what the column names ("+ ensemble").
    """
    for title in titles:
        if _QUOTED.match(title) and role != OWN:
            return PRIOR
        if says_ours(title) and not _RERUN.search(title):
            return OWN
        if _RERUN.search(title):
            return ABLATION
        if names.is_own(title) and (role == PRIOR or step):
            return OWN
    return role


def is_step(label: str) -> bool:
    """Whether the row is the row above, or its column's model, with one thing more or less: "+ GIoU"."""
    return bool(_STEP.match(label))


def _by_others(label: str) -> bool:
    """Whether the label is an author's name with a year: whatever the model is called, the result is theirs."""
    return bool(re.match(r"\s*[A-Z][\w'’-]+\s(?:et\s?al|and\s|&\s|\()", label))
