"""PDF bytes -> words with boxes, rules, and rotated words apart, page by page. The only module that opens PDFs.

Speed matters here: everything else waits for it. One call to PDFium a word, not one a character, except where a word
has digits (their superscripts must be found: 10^20 is printed "1020").
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from db.models import Outcome, Rule, Word
from extract.pdf.quarter_turns import turned_rules

MAX_PAGES = 400  # a thesis has fewer; proceedings volumes are not one paper
MAX_BYTES = 150 * 1024 * 1024
MAX_CHARS_A_PAGE = 60_000  # a dense page of print has 8,000; plots with labelled points reach 30,000
MAX_OBJECTS_A_PAGE = 6_000  # drawings of more paths are figures, not rules
MIN_LETTERS = 200  # fewer characters in the whole document: it has no text
MIN_TURNED = 8  # words on their side: fewer are a stamp or an axis' label
MIN_RULE = 8.0  # points
MAX_RULE_THICKNESS = 2.5

# single characters that stand for several letters, or that extraction leaves in odd forms
_MENDED = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"}
_MENDED.update(
    {
        0x00A0: " ",
        0x00AD: "-",
        0x2: "-",
        0xFFFE: "-",
        0x0: "",
        0x200B: "",
        0xFEFF: "",
        0x2010: "-",
        0x2011: "-",
    }
)

_LINE_HYPHENS = "\x02\ufffe"  # PDFium's marks for the hyphen of a word that goes on in the next line

# a word ends at white space, or behind such a hyphen
_WORD = re.compile(rf"[^\s{_LINE_HYPHENS}]*[{_LINE_HYPHENS}]|[^\s{_LINE_HYPHENS}]+")
_MAY_BE_RAISED = re.compile(r"[\d*†‡]")
# where two columns' heads or numbers may touch: "APbox|APbox", "Top-1|Top-5", "mAP|mAR", "mIoU|mAcc", "76.3|93.2";
# one expression for each first letter: with an alternation of them the search takes ten times as long
_MAY_TOUCH = (
    (re.compile(r"[A-Z](?<=[A-Za-z@\d-][a-z\d)%].)[\w@]"), (0,)),
    (re.compile(r"[A-Z](?<=[A-Za-z]{2}[am].)\w"), (-1,)),
    (re.compile(r"[A-Z](?<=[A-Z].)[a-z][A-Za-z]"), (1,)),
    (re.compile(r"[\d)%](?<=\w.)[a-z]{2}"), (1,)),
    (re.compile(r"\.\d{2,4}\.\d"), (2, 3)),
)
_CAPTION_WORDS = frozenset(("Table", "TABLE", "Tab.", "Figure", "FIGURE", "Fig.", "FIG."))
_APART = 0.035  # of the height of a box: what two characters of one word do not leave between them
_SCRIPT_SPACE = 0.5  # points that TeX leaves behind a subscript


def _unchecked(function: Any, result: Any = ctypes.c_int) -> Any:
    """The same C function without ctypes' check of each argument: a third of a call's time, a thousand times a page.

    Its callers pass what the C header asks for: a handle, ints, and `byref` or buffers.
    """
    bare = ctypes.CFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value or 0)
    bare.argtypes = None  # type: ignore[assignment]
    return bare


_loose_box = _unchecked(pdfium_c.FPDFText_GetLooseCharBox)
_font_info = _unchecked(pdfium_c.FPDFText_GetFontInfo, ctypes.c_ulong)
_text_object = _unchecked(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p)


class UnreadableError(Exception):
    """A PDF that can't be read, with the typed outcome."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message


@dataclass(frozen=True)
class RawPage:
    """A page as PDFium gives it: words in the order of the content stream."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    breaks: tuple[int, ...]  # places in `words` that follow a line break of PDFium's
    rules: tuple[Rule, ...]
    rotated: tuple[Word, ...]
    turned: tuple[RawPage, ...] = ()  # what stands on its side, on the page turned so that it is upright
    quarters: int = 0  # of a turned page: clockwise quarter turns from the printed one


def read_pages(data: bytes) -> Iterator[RawPage]:
    """The pages in order. Raises `UnreadableError` for what is no PDF, damaged, locked, or without text."""
    if len(data) > MAX_BYTES:
        raise UnreadableError(Outcome.TOO_LARGE, f"{len(data) / 2**20:.0f} MiB; the limit is {MAX_BYTES >> 20} MiB")
    if not data:
        raise UnreadableError(Outcome.NOT_A_PDF, "the file is empty")
    if b"%PDF-" not in data[:1024]:
        head = data[:40].decode("latin-1").strip().split("\n")[0]
        raise UnreadableError(Outcome.NOT_A_PDF, f"begins with {head!r}, not %PDF-")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        text = str(error).lower()
        if "password" in text or "security" in text:
            raise UnreadableError(Outcome.ENCRYPTED, "a password is needed to open it") from error
        raise UnreadableError(Outcome.DAMAGED, f"PDFium can't open it: {error}") from error
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise UnreadableError(Outcome.TOO_LARGE, f"{count} pages; the limit is {MAX_PAGES}")
        letters = broken = 0
        for number in range(1, count + 1):
            try:
                page = _read_page(document, number)
            except pdfium.PdfiumError:
                broken += 1
                continue
            if letters < MIN_LETTERS:
                letters += sum(len(w.text) for part in (page, *page.turned) for w in part.words)
            yield page
        if broken == count:
            raise UnreadableError(Outcome.DAMAGED, "none of its pages can be loaded")
        if letters < MIN_LETTERS:
            raise UnreadableError(Outcome.NO_TEXT, f"{count} pages with {letters} characters of text: images only?")
    finally:
        document.close()


def _read_page(document: pdfium.PdfDocument, number: int) -> RawPage:
    page = document[number - 1]
    try:
        crop = page.get_cropbox()
        shown = page.get_rotation() // 90  # boxes are those of the page as a viewer shows it
        frame = _Frame(crop, shown)
        turned = []
        textpage = page.get_textpage()
        try:
            words, breaks, rotated = _words(textpage.raw, frame)
            if len(rotated) >= MIN_TURNED and _may_be_text(rotated, words):
                turned = [(q, *_words(textpage.raw, _Frame(crop, shown + q))) for q in (1, 3)]
                turned = [part for part in turned if len(part[1]) >= MIN_TURNED]
                words, breaks, rotated = _words(textpage.raw, frame, each=True)
        finally:
            textpage.close()
        thin = _thin(page.raw, crop)
        sideways = []
        for quarters, own, after, others in turned:
            side = _Frame(crop, shown + quarters)
            rules = _rules(thin, side)
            sideways.append(
                RawPage(number, *side.size, tuple(own), tuple(after), rules, tuple(others), quarters=quarters)
            )
        rules = _rules(thin, frame)
    finally:
        page.close()
    return RawPage(number, *frame.size, tuple(words), tuple(breaks), rules, tuple(rotated), tuple(sideways))


def _may_be_text(rotated: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether words on their side may be more than a plot's labels: a caption, or three rows of three words.

    Only then are they read again, character by character on a turned page.
    """
    if any(w.text in _CAPTION_WORDS for w in rotated):
        return True
    rows = Counter(round((w.x0 + w.x1) / 6) for w in rotated)
    if sum(n >= 3 for n in rows.values()) < 3:
        return False
    return len(rotated) > len(words) or any(w.text in _CAPTION_WORDS for w in words)


class _Frame:
    """A page turned clockwise by quarter turns: where its upper left corner is then, and boxes of characters there."""

    def __init__(self, crop: tuple[float, float, float, float], quarters: int) -> None:
        left, bottom, right, top = crop
        self.quarters = quarters % 4
        # a quarter turn takes the point (x, y) to (y, -x)
        self.left, self.top = ((left, top), (bottom, -left), (-right, -bottom), (-top, right))[self.quarters]
        self.size = (right - left, top - bottom) if self.quarters % 2 == 0 else (top - bottom, right - left)

    def turned(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Left, bottom, right and top, turned."""
        for _ in range(self.quarters):
            x0, y0, x1, y1 = y0, -x1, y1, -x0
        return x0, y0, x1, y1

    def loose_box(self, textpage: object, place: int, reference: Any) -> int:
        """As PDFium's, turned."""
        found = _loose_box(textpage, place, reference)
        rect = reference._obj
        rect.left, rect.bottom, rect.right, rect.top = self.turned(rect.left, rect.bottom, rect.right, rect.top)
        return int(found)


def _words(
    textpage: object, frame: _Frame, *, each: bool = False, cuts: frozenset[int] = frozenset()
) -> tuple[list[Word], list[int], list[Word]]:
    """Words in stream order, the places that follow a line break, and the rotated words.

    The angle of a single character is only asked for on a turned page, or where `each` says so. `cuts` are places at
    which words part, beside those that are found.
    """
    count = min(pdfium_c.FPDFText_CountChars(textpage), MAX_CHARS_A_PAGE)
    if count <= 0:
        return [], [], []
    buffer = (ctypes.c_ushort * (count + 1))()
    got = pdfium_c.FPDFText_GetText(textpage, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(got - 1, 0)].decode("utf-16-le", "replace")
    if len(text) != count:  # surrogates or skipped characters: places in the text are not character numbers
        get = pdfium_c.FPDFText_GetUnicode
        codes = (get(textpage, i) for i in range(count))
        text = "".join(chr(c) if c and not 0xD800 <= c < 0xE000 and c < 0x110000 else " " for c in codes)

    rect = pdfium_c.FS_RECTF()
    rect_ref = ctypes.byref(rect)
    sides = memoryview(rect).cast("B").cast("f")  # left, top, right, bottom: all at once
    left, top = frame.left, frame.top
    each = each or frame.quarters > 0
    fonts = _Fonts(textpage, frame)
    loose_box, font_at = fonts.loose_box, fonts.at

    new = tuple.__new__
    words: list[Word] = []
    breaks: list[int] = []
    rotated: list[Word] = []
    last_end = 0
    after_break = False
    jumps: list[int] = []
    for match in _matches(textpage, text, rect, loose_box, cuts):
        place, end = match.span()
        after_break = after_break or "\n" in text[last_end:place]
        last_end = end
        if not loose_box(textpage, place, rect_ref):
            continue
        x0, y1, x1, y0 = sides
        first_tall = y1 - y0
        font = font_at(place)
        if font.share is not None:
            y0, y1 = font.fitted(y0, y1)
        size = y1 - y0
        raw = match.group()
        raised: tuple[int, ...] = ()
        if end - place > 1 and loose_box(textpage, end - 1, rect_ref):
            _, high, last_x1, low = sides
            # what runs along a line goes right and keeps its height: only where it does not is the angle asked for
            if last_x1 <= x1 or abs(low - y0) > 0.35 * size:
                if _leans(textpage, place, frame):
                    x0, y0, x1, y1 = _hull(textpage, place, end, rect, (x0, y0, x1, y1), loose_box)
                    rotated.append(Word(_mend(raw), x0 - left, top - y1, x1 - left, top - y0, x1 - x0))
                    continue
                if end - place >= 6 and (last_x1 < x0 - 3 * size or abs(low - y0) > 3 * size):
                    jumps.extend(_jump(textpage, place, end, rect, loose_box))
            if not raw.isalpha() and _MAY_BE_RAISED.search(raw, 1):
                x1, y0, y1, size, raised = _raised(textpage, place, end, rect, (x1, y0, y1, size, first_tall), fonts)
            else:
                x1 = last_x1
                last = font if abs(high - low - first_tall) <= 0.01 * first_tall else font_at(end - 1)
                if last.share is not None:
                    low, high = last.fitted(low, high)
                if low < y0:
                    y0 = low
                if high > y1:
                    y1 = high
        elif each and _leans(textpage, place, frame):
            rotated.append(Word(_mend(raw), x0 - left, top - y1, x1 - left, top - y0, x1 - x0))
            continue
        if x1 < x0:
            x0, x1 = x1, x0
        mended = raw if raw.isascii() and raw.isprintable() else _mend(raw)
        if mended:
            if raised and len(mended) != len(raw):
                raised = tuple(len(_mend(raw[:k])) for k in raised)
            if after_break:
                breaks.append(len(words))
            # as Word(...) does, without the call of its own __new__: two thirds of the time
            words.append(new(Word, (mended, x0 - left, top - y1, x1 - left, top - y0, size, font.bold, raised)))
            after_break = False
    if jumps and not cuts:
        return _words(textpage, frame, each=each, cuts=frozenset(jumps))
    return words, breaks, rotated


def _jump(textpage: object, place: int, end: int, rect: pdfium_c.FS_RECTF, loose_box: Any) -> list[int]:
    """Where in a word its characters go on elsewhere on the page: PDFium saw no space between two cells."""
    reference = ctypes.byref(rect)
    before: tuple[float, float] | None = None
    for k in range(place, end):
        if not loose_box(textpage, k, reference):
            continue
        tall = rect.top - rect.bottom
        if before and (rect.left < before[0] - 3 * tall or abs(rect.bottom - before[1]) > 3 * tall):
            return [k] if k - place > 2 and end - k > 2 else []  # letters of a ligature may stand anywhere
        before = rect.left, rect.bottom
    return []


def _matches(
    textpage: object, text: str, rect: pdfium_c.FS_RECTF, loose_box: Any, cuts: frozenset[int]
) -> Iterable[re.Match[str]]:
    """The words of a page's text, those parted that PDFium took for one: two heads that nearly touch."""
    if not cuts and "Tab" not in text and "TAB" not in text:
        return _WORD.finditer(text)
    found = {m.start() + k for search, places in _MAY_TOUCH for m in search.finditer(text, 2) for k in places}
    parts = sorted({*cuts, *(k for k in found if _stand_apart(textpage, k, rect, loose_box))})
    if not parts:
        return _WORD.finditer(text)
    return chain.from_iterable(_WORD.finditer(text, a, b) for a, b in pairwise((0, *parts, len(text))))


def _stand_apart(textpage: object, place: int, rect: pdfium_c.FS_RECTF, loose_box: Any) -> bool:
    """Whether more white stands before a character than within a word, and more than between its neighbours."""
    reference = ctypes.byref(rect)
    sides = []
    for k in range(place - 2, place + 2):
        if not loose_box(textpage, k, reference):
            return False
        sides.append((rect.left, rect.right, rect.top - rect.bottom))
        if k == place:  # nearly always all that has to be looked at
            (_, before, tall), (left, _, here) = sides[1:]
            gap = left - before
            least = _APART * max(tall, here) + (_SCRIPT_SPACE if tall < 0.86 * here else 0)
            if not least < gap < here:
                return False
    return gap > 2.5 * max(b[0] - a[1] for a, b in (sides[:2], sides[2:]))


def _leans(textpage: object, place: int, frame: _Frame) -> bool:
    """Whether a character stands on its side or head; what leans less is printed as prose is."""
    angle = pdfium_c.FPDFText_GetCharAngle(textpage, place) + frame.quarters * math.pi / 2  # radians, clockwise
    return 0.3 < angle % (2 * math.pi) < 5.98


def _raised(
    textpage: object, place: int, end: int, rect: pdfium_c.FS_RECTF, word: tuple[float, float, float, float, float],
    fonts: _Fonts,
) -> tuple[float, float, float, float, tuple[int, ...]]:  # fmt: skip
    """The word's right edge, bottom, top and size, and the places in it at which a superscript begins."""
    x1, y0, y1, size, box_tall = word
    reference = ctypes.byref(rect)
    sides = memoryview(rect).cast("B").cast("f")
    loose_box = fonts.loose_box
    spans: list[int] = []
    here, base, font_here = size, y0, fonts.at(place)
    for k in range(place + 1, end):
        if not loose_box(textpage, k, reference):
            continue
        _, high, right, low = sides
        tall = high - low
        if abs(tall - box_tall) > 0.01 * box_tall:  # another font, or another size of this one
            box_tall, font_here = tall, fonts.at(k)
        if font_here.share is not None:
            low, high = font_here.fitted(low, high)
            tall = high - low
        if tall < 0.86 * here and low > base + 0.12 * here:
            spans.append(k - place)
            here, base = tall, low
        elif tall > 1.16 * here:
            here, base = tall, low
            size = max(size, tall)
        x1, y0, y1 = right, min(y0, low), max(y1, high)
    return x1, y0, y1, size, tuple(spans)


def _hull(
    textpage: object,
    start: int,
    end: int,
    rect: pdfium_c.FS_RECTF,
    box: tuple[float, float, float, float],
    loose_box: Any,
) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    reference = ctypes.byref(rect)
    for k in range(start, end):
        if loose_box(textpage, k, reference):
            x0, y0 = min(x0, rect.left), min(y0, rect.bottom)
            x1, y1 = max(x1, rect.right), max(y1, rect.top)
    return x0, y0, x1, y1


BOX_HEIGHT, BOX_DESCENT = 0.9, 0.217  # of the font size: Times' own, which every word's box is drawn with
_BOLD = ("bold", "cmbx", "cmb10", "sfbx", "medi", "black", "demi", "heavy", "ecbx", "linlibertinetb")


@dataclass(frozen=True, slots=True)
class _Font:
    """What a font's boxes need: `share` of a box's height under the base line, `height` of a box by the font size.

    Fonts claim ascents and descents as they like: Computer Modern's symbols reach a whole line below the base line.
    None where the box is Times-like already; `varying` where each letter has a box of its own (bitmap fonts).
    """

    bold: bool
    share: float | None = None
    height: float = BOX_HEIGHT
    varying: bool = False

    def fitted(self, bottom: float, top: float) -> tuple[float, float]:
        """Bottom and top of a box as Times would have it, on the same base line."""
        if self.share is None:
            return bottom, top
        size = (top - bottom) / self.height
        base = bottom + self.share * (top - bottom)
        return base - BOX_DESCENT * size, base + (BOX_HEIGHT - BOX_DESCENT) * size


class _Fonts:
    """The fonts of one page by name, measured where they are first met."""

    def __init__(self, textpage: object, frame: _Frame) -> None:
        self._textpage = textpage
        self._frame = frame
        self.loose_box = frame.loose_box if frame.quarters else _loose_box
        self._name = ctypes.create_string_buffer(96)
        self._flags = ctypes.c_int()
        self._flags_ref = ctypes.byref(self._flags)
        self._seen: dict[bytes, _Font] = {}
        self._of_object: dict[int, _Font] = {}
        self._rect = pdfium_c.FS_RECTF()
        self._matrix = pdfium_c.FS_MATRIX()
        self._origin = (ctypes.c_double(), ctypes.c_double())

    def at(self, place: int) -> _Font:
        """The font of a character. A text object has one font: it is asked for its name once."""
        thing = _text_object(self._textpage, place) or 0  # a character that PDFium made up has none: the last one's
        font = self._of_object.get(thing)
        if font is None:
            font = self._of_object[thing] = self._by_name(place)
        self._of_object[0] = font
        return self._measured(place, font.bold) if font.varying else font

    def _by_name(self, place: int) -> _Font:
        _font_info(self._textpage, place, self._name, 96, self._flags_ref)
        font = self._seen.get(self._name.value)
        if font is None:
            # CMBX, SFBX, NimbusRomNo9L-Medi, Times-Bold, ...-Black, -Demi, -Heavy, LinBiolinumTB
            low = self._name.value.decode("latin-1").lower().rsplit("+", 1)[-1]
            font = self._measured(place, any(s in low for s in _BOLD))
            self._seen[self._name.value] = font
        return font

    def _measured(self, place: int, bold: bool) -> _Font:
        page, rect, (x, y), matrix = self._textpage, self._rect, self._origin, self._matrix
        if not (
            self.loose_box(page, place, ctypes.byref(rect))
            and pdfium_c.FPDFText_GetCharOrigin(page, place, ctypes.byref(x), ctypes.byref(y))
            and pdfium_c.FPDFText_GetMatrix(page, place, ctypes.byref(matrix))
        ):
            return _Font(bold)
        tall = rect.top - rect.bottom
        _, base, _, _ = self._frame.turned(x.value, y.value, x.value, y.value)
        across, along = (matrix.b, matrix.d) if self._frame.quarters % 2 else (matrix.d, matrix.b)
        size = pdfium_c.FPDFText_GetFontSize(page, place) * abs(across)
        if tall <= 0 or size < 2 or abs(along) > 1e-3 or not 0.2 < tall / size < 3:
            return _Font(bold)
        share, height = (base - rect.bottom) / tall, tall / size
        if abs(share - 0.24) <= 0.04 and abs(height - BOX_HEIGHT) <= 0.06:
            return _Font(bold)
        if not -0.2 <= share <= 1:
            return _Font(bold)
        return _Font(bold, share, height, varying=share < 0.1 or share > 0.7 or height < 0.6)


def _rules(thin: Sequence[Rule], frame: _Frame) -> tuple[Rule, ...]:
    """Thin lines as they stand on the turned page, joined where they lie end to end."""
    if frame.quarters:
        width, height = frame.size if frame.quarters == 2 else frame.size[::-1]
        thin = turned_rules(thin, frame.quarters, width, height)
    return tuple(_joined(thin))


def _thin(page: object, crop: tuple[float, float, float, float]) -> list[Rule]:
    """Thin horizontal and vertical lines."""
    count = pdfium_c.FPDFPage_CountObjects(page)
    if count > MAX_OBJECTS_A_PAGE:
        return []
    get = pdfium_c.FPDFPage_GetObject
    found: list[Rule] = []
    left, _, _, top = crop
    _thin_objects((get(page, i) for i in range(count)), found, left, top, None, depth=2 if count <= 8 else 0)
    return found


Matrix = tuple[float, float, float, float, float, float]


def _thin_objects(
    things: Iterator[object], found: list[Rule], left: float, top: float, matrix: Matrix | None, depth: int
) -> None:
    """Adds the rules among some page objects. A page stamped afterwards holds its content as one form: looked into."""
    x0, y0, x1, y1 = (ctypes.c_float() for _ in range(4))
    refs = tuple(ctypes.byref(v) for v in (x0, y0, x1, y1))
    get_type, get_bounds = pdfium_c.FPDFPageObj_GetType, pdfium_c.FPDFPageObj_GetBounds
    path, image, form = pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM
    for thing in things:
        kind = get_type(thing)
        if kind == form and depth:
            inner = pdfium_c.FPDFFormObj_CountObjects(thing)
            if 0 < inner <= MAX_OBJECTS_A_PAGE:
                get = pdfium_c.FPDFFormObj_GetObject
                members = (get(thing, i) for i in range(inner))
                _thin_objects(members, found, left, top, _placed(thing, matrix), depth - 1)
            continue
        # old converters from DVI paint rules as thin images
        if kind not in (path, image) or not get_bounds(thing, *refs):
            continue
        a0, b0, a1, b1 = x0.value, y0.value, x1.value, y1.value
        if matrix is not None:
            a, b, c, d, e, f = matrix
            a0, b0, a1, b1 = a * a0 + c * b0 + e, b * a0 + d * b0 + f, a * a1 + c * b1 + e, b * a1 + d * b1 + f
            a0, a1, b0, b1 = min(a0, a1), max(a0, a1), min(b0, b1), max(b0, b1)
        wide, tall = a1 - a0, b1 - b0
        if (tall <= MAX_RULE_THICKNESS and wide >= MIN_RULE) or (wide <= MAX_RULE_THICKNESS and tall >= MIN_RULE):
            found.append(Rule(a0 - left, top - b1, a1 - left, top - b0))


def _placed(form: object, outer: Matrix | None) -> Matrix:
    """Where a form's content stands on the page: its matrix, within the matrix of the form around it."""
    m = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(form, ctypes.byref(m)):
        return outer or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    if outer is None:
        return (m.a, m.b, m.c, m.d, m.e, m.f)
    a, b, c, d, e, f = outer
    return (
        m.a * a + m.b * c, m.a * b + m.b * d, m.c * a + m.d * c, m.c * b + m.d * d,
        m.e * a + m.f * c + e, m.e * b + m.f * d + f,
    )  # fmt: skip


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Horizontal rules that touch end to end become one (booktabs and hline are often drawn cell by cell)."""
    horizontal = sorted((r for r in rules if r.horizontal), key=lambda r: (round(r.top), r.x0))
    out: list[Rule] = [r for r in rules if not r.horizontal]
    for rule in horizontal:
        last = out[-1] if out and out[-1].horizontal else None
        if last and abs(last.top - rule.top) < 1.5 and rule.x0 <= last.x1 + 1.5:
            out[-1] = Rule(last.x0, min(last.top, rule.top), max(last.x1, rule.x1), max(last.bottom, rule.bottom))
        else:
            out.append(rule)
    return out


def _mend(text: str) -> str:
    return text.translate(_MENDED)
