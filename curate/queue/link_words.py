"""How a value was joined to its record's model, in words for whoever judges it."""

from __future__ import annotations

# ways of joining a value to a model that leave a reader no doubt: the page need not say them
SURE_LINKS = frozenset(
    {None, "its model named", "its model's very name", "the model's name says so", "the paper's only model"}
)


def link_words(link: str | None) -> str | None:
    """What the page says of the link; None where there is no doubt."""
    return None if link in SURE_LINKS else link
