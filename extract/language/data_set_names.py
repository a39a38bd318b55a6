"""The data sets of a text that are none of the tracked ones: those that a table lists, and those that it only names."""

from __future__ import annotations

from functools import lru_cache

from db.reference.untracked import find_untracked_datasets

Place = tuple[int, int]


@lru_cache(maxsize=1024)
def other_data_sets(text: str) -> tuple[Place, ...]:
    """Where the text names a data set that is not tracked, left to right: "WebText", "the OtherWorld-200 dataset"."""
    # spaCy takes 0.6 s to import: commands that read no paper need not wait for it
    from extract.language.pipeline import OTHER_DATA_SETS, read_language

    doc = read_language()(text)
    named = [(span.start_char, span.end_char) for span in doc.spans[OTHER_DATA_SETS]]
    listed = [(found.start, found.end) for found in find_untracked_datasets(text)]
    return tuple(sorted({*named, *listed}))
