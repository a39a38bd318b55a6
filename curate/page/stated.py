"""What became of a value that a person gave: where the paper prints it, or that it is the person's own statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from string import ascii_lowercase

from curate.page.crops import passage_html
from curate.page.pictures import PageImage
from db.models import Box, ShownField
from db.quantities import human


@dataclass(frozen=True)
class Spot:
    """One place on a page that a mark points to: "3" to the third field's evidence, "3a" to a value given for it."""

    mark: str
    page: int
    boxes: tuple[Box, ...]
    stated: bool

    @property
    def target(self) -> str:
        """The name of what takes the focus when somebody clicks on the mark beside the field."""
        return f"pf-at-{self.mark}"


def spots_of(n: int, f: ShownField) -> Iterator[Spot]:
    """The places of the field of this number (from 1): of what was read, and of what people gave instead."""
    if f.page is not None:
        yield Spot(str(n), f.page, f.boxes, stated=False)
    for mark, given in zip(_marks(n, f), f.stated, strict=True):
        if given.place is not None:
            yield Spot(mark, given.place.page, given.place.boxes, stated=True)


def stated_html(n: int, f: ShownField, images: Mapping[int, PageImage], colour: str) -> str:
    """A block for each value that somebody gave: whose, and the words of the paper that print it, or their own."""
    parts = []
    for mark, given in zip(_marks(n, f), f.stated, strict=True):
        verb = ("corrected it to" if f.read else "added") if given.current else "said earlier, on other evidence:"
        who, value = escape(given.annotator), escape(human(f.field, given.value))
        place = given.place
        if place is None:
            head = '<span class="pf-number pf-own">✎</span>'
            typed = escape(given.typed or human(f.field, given.value))
            rest = (
                '<div class="pf-quote"><span class="pf-where">not found in the paper\'s text</span>'
                f" · kept as {who}'s own statement: <q>{typed}</q></div>"
            )
        else:
            head = (
                f'<label class="pf-number pf-also" style="border-color:{colour};color:{colour}"'
                f' for="pf-at-{mark}" title="Show it on the page">{mark}</label>'
            )
            image = images.get(place.page)
            crop = (
                passage_html(place.boxes, image.url, (image.width, image.height), image.printed, colour)
                if image is not None and place.boxes
                else ""
            )
            words = escape(" ".join(place.quote.split()))
            rest = (
                f'{crop}<div class="pf-quote"><span class="pf-where">found on page {place.page}</span>'
                f" <q>{words}</q></div>"
            )
        parts.append(
            f'<div class="pf-stated"><div class="pf-line">{head}<span class="pf-name">{who} {verb}</span>'
            f'<span class="pf-value">{value}</span></div>{rest}</div>'
        )
    return "".join(parts)


def _marks(n: int, f: ShownField) -> list[str]:
    return [f"{n}{ascii_lowercase[k % 26]}" for k in range(len(f.stated))]
