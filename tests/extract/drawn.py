"""PDFs drawn by hand, operator by operator, for tests of what only a real file has: turned pages, cropped pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 612, 792
_ACROSS = {0: "1 0 0 1 0 0", 1: f"0 1 -1 0 {WIDTH} 0", 2: f"-1 0 0 -1 {WIDTH} {HEIGHT}", 3: f"0 -1 1 0 0 {HEIGHT}"}


@dataclass
class Drawn:
    """One page of 612 by 792 points. `sideways`: what is set reads upright when the page is turned clockwise so often.

    Places count from the lower left corner of the page as it is held to read what is set.
    """

    rotate: int = 0  # degrees, as a viewer turns the page
    crop: tuple[int, int, int, int] | None = None
    operators: list[str] = field(default_factory=list)

    def set(self, x: float, y: float, text: str, *, size: float = 10, sideways: int = 0, bold: bool = False) -> None:
        text = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self._put(f"BT /{'B' if bold else 'R'} {size} Tf {x} {y} Td ({text}) Tj ET", sideways)

    def touching(self, x: float, y: float, parts: Sequence[str], gap: float, *, size: float = 10) -> None:
        """Sets texts so tight behind each other, `gap` em apart, that no space is seen between them."""
        shown = f" {-1000 * gap:.0f} ".join(f"({part})" for part in parts)
        self._put(f"BT /R {size} Tf {x} {y} Td [{shown}] TJ ET", 0)

    def rule(self, x0: float, x1: float, y: float, *, sideways: int = 0) -> None:
        self._put(f"{x0} {y} {x1 - x0} 0.5 re f", sideways)

    def picture(self, x: float, y: float, width: float, height: float) -> None:
        """Sets a picture of four grey points, its lower left corner at x, y."""
        self.operators.append(f"q {width} 0 0 {height} {x} {y} cm BI /W 2 /H 2 /CS /G /BPC 8 ID 0a0a EI Q")

    def table(
        self,
        x: float,
        y: float,
        rows: Sequence[Sequence[str]],
        *,
        step: float = 80,
        sideways: int = 0,
        ruled: bool = True,
    ) -> float:
        """Sets a header row and body rows downwards from y, between rules; where they end."""
        x1 = x + step * len(rows[0])
        if ruled:
            self.rule(x - 4, x1, y + 12, sideways=sideways)
        for n, row in enumerate(rows):
            for c, cell in enumerate(row):
                self.set(x + c * step, y, cell, sideways=sideways)
            if ruled and n in (0, len(rows) - 1):
                self.rule(x - 4, x1, y - 5, sideways=sideways)
            y -= 18 if n == 0 else 13
        return y

    def _put(self, operator: str, sideways: int) -> None:
        self.operators.append(f"q {_ACROSS[sideways]} cm {operator} Q")


def pdf_of(*pages: Drawn) -> bytes:
    """The pages as one file, in the fonts that every reader has."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count {}/Kids[{}]>>".format(len(pages), " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))),
        "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Times-Bold>>",
    ]
    for n, page in enumerate(pages):
        crop = "/CropBox[{} {} {} {}]".format(*page.crop) if page.crop else ""
        content = "\n".join(page.operators)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]{crop}/Rotate {page.rotate}"
            f"/Resources<</Font<</R 3 0 R/B 4 0 R>>>>/Contents {6 + 2 * n} 0 R>>"
        )
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
    out, places = "%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{body}\nendobj\n"
    entries = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    return f"{out}xref\n0 {size}\n0000000000 65535 f \n{entries}{trailer}".encode("latin-1")
