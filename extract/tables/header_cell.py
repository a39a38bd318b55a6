"""One entry of a table's header, while the columns that it covers are found."""

from __future__ import annotations

from dataclasses import dataclass

from db.models import Word
from extract.layout.lines import joined_text


@dataclass
class HeaderCell:
    """One header entry: words by printed line, and the columns it covers."""

    lines: list[list[Word]]
    places: list[int]
    column: int
    span: int
    top: float
    bottom: float
    drawn: bool = False  # whether rulings say which columns it covers

    @property
    def middle(self) -> float:
        """Where the middle of its first line stands."""
        return (self.lines[0][0].x0 + max(w.x1 for w in self.lines[0])) / 2

    @property
    def text(self) -> str:
        return joined_text(self.lines)

    @property
    def last(self) -> int:
        """The last column it covers."""
        return self.column + self.span - 1

    @property
    def columns(self) -> range:
        return range(self.column, self.column + self.span)
