"""Whose result a table's row is: the paper's own, its variant or baseline (ablation), another paper's (prior)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.models_named import ModelNames, has_citation, says_ours

OWN, ABLATION, PRIOR = "own", "ablation", "prior"

_PRIOR_GROUP = re.compile(
    r"\b(?:previous|prior|existing|published|other|others'?|state[-\s]of[-\s]the[-\s]art|sota|competitors?|literature|"
    r"related|hand-?craft\w*|manually|top\s\w+|leaderboard|comparison|reported|competition\S*"
    r"|winners?|winning|entries|challenge)\b",
    re.IGNORECASE,
)
_OWN_GROUP = re.compile(r"\b(?:ours?|our\s|this (?:work|paper)|proposed|we\b)", re.IGNORECASE)
_ABLATION_CAPTION = re.compile(
    r"\b(?:ablat\w+|effects?\sof|impact\sof|influence\sof|varia(?:tions?|nts?)|analysis"
    r"|comparison\sof\sdifferent|different\s\w+|"
    r"sensitivity|contribution\sof|with(?:out)?\sand\swith(?:out)?|versus|vs\.?|hyper-?param\w*|importance|study|"
    r"varying|choices?|component\w*|design)\b",
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
    return TableRoles(cites, ours, bool(_ABLATION_CAPTION.search(caption)), bool(_COMPARES.search(caption)))


def role_of(label: str, group: str, table: TableRoles, names: ModelNames) -> str:
    """own, ablation or prior. `label` is the row's (or column's) name with its citation marks."""
    if says_ours(label):
        return OWN
    own = names.is_own(label)
    if has_citation(label):
        if not own or _by_others(label):
            return PRIOR
        return ABLATION if table.ablation and not table.compares else OWN
    if own:
        return ABLATION if table.ablation and not table.compares else OWN
    if _OWN_GROUP.search(group):
        return OWN
    if has_citation(group) or _PRIOR_GROUP.search(group):
        return PRIOR
    if table.compares and table.has_ours and not table.cites:
        return ABLATION if _BASELINE.search(label) else PRIOR
    if not table.cites and table.has_ours and not table.ablation and names.is_cited_model(label):
        return PRIOR
    if table.has_ours or table.ablation:
        return ABLATION  # run by the authors beside their own: no mark says otherwise
    return OWN


def _by_others(label: str) -> bool:
    """Whether the label is an author's name with a year: whatever the model is called, the result is theirs."""
    return bool(re.match(r"\s*[A-Z][\w'’-]+\s(?:et\s?al|and\s|&\s|\()", label))
