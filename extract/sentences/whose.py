"""Whose result a sentence gives: the paper's own, its ablation's, another paper's."""

from __future__ import annotations

from extract.pattern import Pattern

OWN_WORDS = Pattern(
    "words by which a paper speaks of its own work",
    {
        r"\b(?:we|our|ours)\b": "we reach",
        r"\bthis\s(?:model|network|work|paper)\b": "in this work",
        r"\bthe\s(?:resulting|proposed)\b": "the resulting net",
    },
    refuses=("their work", "wellness"),
)
