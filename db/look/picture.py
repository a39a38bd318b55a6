"""A page's picture with boxes drawn on it: what was read, seen where it stands."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

from db.models import Box

RESOLUTION = 130  # dots an inch: 6-point print is legible
_LABEL_SIZE = 13  # pixels
_GAP = 2  # pixels between a box and the words in it


def draw_page(
    data: bytes,
    number: int,
    boxes: Sequence[tuple[Box, str, str]],
    *,
    legend: Sequence[tuple[str, str]] = (),
    resolution: int = RESOLUTION,
) -> bytes:
    """The page (from 1) as PNG bytes, with each (box, colour, label) drawn on it; an empty label is left out.

    Boxes are in points from the page's top left corner, colours any that Pillow knows ("red", "#1f77b4"). Labels of
    neighbouring boxes move so that none covers another.
    `legend` (colour, name) is set in a strip under the page. Raises `ValueError` for a page that is not there.
    """
    document = pdfium.PdfDocument(data)
    try:
        if not 1 <= number <= len(document):
            raise ValueError(f"page {number} of {len(document)}")
        page = document[number - 1]
        scale = resolution / 72
        image = page.render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()
    font = ImageFont.load_default(_LABEL_SIZE)
    if legend:
        image = _with_legend(image, legend)
    draw = ImageDraw.Draw(image, "RGBA")
    for box, colour, _ in boxes:
        frame = _pixels(box, scale)
        draw.rectangle(frame, outline=colour, width=2, fill=(*_rgb(colour), 28))
    taken: list[tuple[float, float, float, float]] = []
    for box, colour, label in boxes:
        if label:
            place = _label_place(draw, font, label, _pixels(box, scale), image.size, taken)
            taken.append(place)
            draw.rectangle(place, fill=(255, 255, 255, 215))
            draw.text((place[0] + 2, place[1]), label, fill=colour, font=font)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _with_legend(image: Image.Image, legend: Sequence[tuple[str, str]]) -> Image.Image:
    """The picture on a taller sheet, the colours and their names in a row under it."""
    font = ImageFont.load_default(_LABEL_SIZE + 3)
    height = 3 * _LABEL_SIZE
    sheet = Image.new("RGB", (image.width, image.height + height), "white")
    sheet.paste(image, (0, 0))
    draw = ImageDraw.Draw(sheet)
    draw.line((0, image.height, image.width, image.height), fill="#cccccc")
    x, y = float(_LABEL_SIZE), image.height + _LABEL_SIZE - 3
    for colour, name in legend:
        draw.rectangle((x, y + 2, x + _LABEL_SIZE, y + 2 + _LABEL_SIZE), fill=colour)
        draw.text((x + 1.5 * _LABEL_SIZE, y), name, fill="black", font=font)
        x += 3 * _LABEL_SIZE + draw.textlength(name, font=font)
    return sheet


def _pixels(box: Box, scale: float) -> tuple[float, float, float, float]:
    x0, top, x1, bottom = sorted((box[0], box[2]))[0], min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
    return x0 * scale - _GAP, top * scale - _GAP, x1 * scale + _GAP, bottom * scale + _GAP


def _rgb(colour: str) -> tuple[int, int, int]:
    return Image.new("RGB", (1, 1), colour).getpixel((0, 0))  # type: ignore[return-value]


def _label_place(
    draw: ImageDraw.ImageDraw, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, label: str,
    frame: tuple[float, float, float, float], size: tuple[int, int], taken: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float, float, float]:  # fmt: skip
    """Above the box, else below it, else beside it; within the page, and off other labels where there is room."""
    width, height = draw.textlength(label, font=font) + 4, _LABEL_SIZE + 4
    choices = [
        (frame[0], frame[1] - height), (frame[0], frame[3]), (frame[2], frame[1]), (frame[0] - width, frame[1]),
        (frame[2] - width, frame[1] - height), (frame[2] - width, frame[3]),
    ]  # fmt: skip
    places = []
    for x, y in choices:
        x = min(max(x, 0), max(size[0] - width, 0))
        y = min(max(y, 0), max(size[1] - height, 0))
        places.append((x, y, x + width, y + height))
    free = [p for p in places if not any(_overlap(p, other) for other in taken)]
    return (free or places)[0]


def _overlap(a: Sequence[float], b: Sequence[float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
