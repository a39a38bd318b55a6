"""PDFs of one page or two, written by hand: a title in large type, a body, arXiv's stamp up the left margin."""

from __future__ import annotations

from collections.abc import Sequence


def small_pdf(
    *, title: str = "", body: str = "", stamp: str = "", stamp_page: int = 1, pages: int = 1, padding: int = 0,
    words: Sequence[tuple[float, float, float, str]] = (),
) -> bytes:  # fmt: skip
    """A whole PDF. `stamp` stands on its side on page `stamp_page`; `padding` adds that many bytes of comment.

    `words` stand on the first page, each by its size, left and height above the page's bottom.
    """
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for number in range(1, pages + 1):
        parts = []
        if number == 1:
            for size, x, y, text in [(17, 100, 700, title), *words]:
                parts.append(f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({_escaped(text)}) Tj ET")
        if number == stamp_page and stamp:
            parts.append(f"BT /F1 20 Tf 0 1 -1 0 35 200 Tm ({_escaped(stamp)}) Tj ET")
        parts.append(f"BT /F1 10 Tf 1 0 0 1 100 600 Tm ({_escaped(body)}) Tj ET")
        content = "\n".join(parts).encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), pages)
    out = b"%PDF-1.4\n" + (b"%" + b"x" * padding + b"\n" if padding else b"")
    offsets = []
    for number, text in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(out),
    )  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
