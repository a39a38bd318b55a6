"""Pages drawn with boxes on them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from db.look.picture import draw_page
from tests.extract.samples import PDFS

DATA = PDFS[0].read_bytes()


def drawn(*boxes: tuple[tuple[float, float, float, float], str, str], resolution: int = 72) -> Image.Image:
    return Image.open(io.BytesIO(draw_page(DATA, 1, boxes, resolution=resolution))).convert("RGB")


def test_resolution() -> None:
    """it draws the page in as many dots an inch as asked for."""
    small, large = drawn(), drawn(resolution=144)
    assert large.size == (2 * small.width, 2 * small.height)


def test_box_is_framed_in_its_colour() -> None:
    """it frames a box a little outside of its edges, and tints what is in it."""
    plain, boxed = drawn(), drawn(((20, 30, 60, 50), "red", ""))
    assert boxed.getpixel((18, 40)) == (255, 0, 0)
    assert plain.getpixel((25, 35)) == (255, 255, 255)
    red, green, blue = boxed.getpixel((25, 35))  # type: ignore[misc]
    assert red > 240 and 200 < green < 250 and 200 < blue < 250


def test_labels_do_not_cover_each_other() -> None:
    """it moves the label of a second box at the same place off the first one's."""
    one = drawn(((200, 200, 260, 215), "blue", "score"))
    two = drawn(((200, 200, 260, 215), "blue", "score"), ((200, 200, 260, 215), "green", "score"))
    green = [two.getpixel((x, y)) for x in range(150, 320) for y in range(170, 250)].count((0, 128, 0))
    assert green > 40  # the second label's letters show
    assert one.size == two.size


def test_box_beyond_the_page() -> None:
    """it draws what it can of a box that reaches out of the page, its label within."""
    drawn(((-50, -50, 5000, 5000), "orange", "everything"))


def test_page_that_is_not_there() -> None:
    """it says which page was asked for, of how many."""
    with pytest.raises(ValueError, match=r"page 99 of \d+"):
        draw_page(DATA, 99, [])
