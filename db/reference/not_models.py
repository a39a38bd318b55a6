"""Capitalised words and short names that are no models: `db/reference/not_models.toml`, by groups."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.reference.files import read_toml

NOT_MODELS_TOML = Path(__file__).parent / "not_models.toml"
_WORD_GROUPS = ("words", "kinds", "tasks", "measures", "languages", "products", "data_sets")


@dataclass(frozen=True)
class NotModels:
    """Words in small letters, but for `printed` and `printed_starts`: those are as papers print them."""

    words: frozenset[str]
    optimisers: frozenset[str]
    nouns_behind: frozenset[str]
    generic: frozenset[str]
    printed: tuple[str, ...]
    printed_starts: tuple[str, ...]


@cache
def load_not_models() -> NotModels:
    """The file's words; read once."""
    from db.reference.shapes import NotModelsShape

    table = read_toml(NOT_MODELS_TOML, NotModelsShape)
    return NotModels(
        words=frozenset(word for group in _WORD_GROUPS for word in getattr(table, group).split()),
        optimisers=frozenset(table.optimisers.split()),
        nouns_behind=frozenset(table.nouns_behind.split()),
        generic=frozenset(table.generic.split()),
        printed=table.printed,
        printed_starts=table.printed_starts,
    )
