"""The data sets of a text that are none of the tracked ones: those that a table lists, and those that it only names."""

from __future__ import annotations

import os
from functools import lru_cache

from db.reference.untracked import find_untracked_datasets
from extract.pattern import Pattern

Place = tuple[int, int]
COMPONENTS_VARIABLE = "PAPERFLOPS_COMPONENTS"
_DATA_NOUN = Pattern(
    "a noun for data",
    {
        "data ?set": "the FooBar dataset",
        "benchmark": "FooBar benchmark",
        "corp(?:us|ora)": "two corpora",
        "leaderboard": "its leaderboard",
        r" set\b": "the FooBar set",
        r" split\b": "the FooBar split",
        r" data\b": "FooBar data",
    },
    refuses=("we settled", "database", "a model"),
)


@lru_cache(maxsize=1024)
def other_data_sets(text: str) -> tuple[Place, ...]:
    """Where the text names a data set that is not tracked, left to right: "WebText", "the OtherWorld-200 dataset"."""
    listed = [(found.start, found.end) for found in find_untracked_datasets(text)]
    if not (_DATA_NOUN.search(text) or asked_components()):
        return tuple(listed)  # most sentences: no noun says that a name is data's
    # spaCy takes 0.6 s to import: commands that read no paper need not wait for it
    from extract.language.pipeline import OTHER_DATA_SETS, with_other_data_sets

    doc = with_other_data_sets(text)
    named = [(span.start_char, span.end_char) for span in doc.spans[OTHER_DATA_SETS]]
    return tuple(sorted({*named, *listed}))


def asked_components() -> tuple[str, ...]:
    """The names of the components of a project's own that the environment asks for, in its order."""
    return tuple(name.strip() for name in os.environ.get(COMPONENTS_VARIABLE, "").split(",") if name.strip())
