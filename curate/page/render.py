"""The review page: what is shown of a record, as the HTML and the choices that the labelling interface shows.

Left, the pages with the evidence boxed and numbered, that of the first value on top; right, a row a field: what was
read, its evidence cut from the page, and the verdicts. Boxes are laid over clean page pictures, so that one picture
serves every record of a paper. A field's number is a label: a click on it gives its place on the page the focus, and
a browser scrolls to what has the focus.

Keys: a field is a column of the keyboard. 1 accepts the first field, Q under it corrects, A rejects, Z says "not
stated", Shift+1 "unsure"; 2 W S X Shift+2 do so for the second field, and so on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path

from curate.answers.typed import typed_text
from curate.names import benchmark_name
from curate.page.crops import crop_html
from curate.page.marks import lines_of, mark_places, mark_size, percent_box
from curate.page.pictures import PageImage
from curate.page.stated import Spot, spots_of, stated_html
from db.models import FIELD_NAMES, Box, Field, GivenValue, ShownField, ShownRecord, Verdict
from db.quantities import human, number_text
from db.reference.benchmarks import Metric, load_benchmarks
from db.vocabulary import Link

INTERFACE_XML = Path(__file__).with_name("label_studio.xml")
INTERFACE_CSS = Path(__file__).with_name("page.css")

ACCEPT_KEYS = "1234567890"
CORRECT_KEYS = "qwertyuiop"
REJECT_KEYS = "asdfghjkl;"
NOT_STATED_KEYS = "zxcvbnm,./"

ALL_RIGHT, NOT_A_RESULT, OTHER_MODEL, SPLIT = "all_right", "not_a_result", "other_model", "split"
_WHOLE = (
    (ALL_RIGHT, "=", "All right", "Everything shown that has no verdict of its own is right"),
    (NOT_A_RESULT, "-", "Not a result", "Not a result of this paper on this benchmark: the record is left out"),
    (OTHER_MODEL, "[", "Other model", "The values are right but belong to another model: type its name"),
    (SPLIT, "]", "Split", "The rejected fields belong to another model: type its name"),
)

_COLOURS = (
    "#2563eb", "#c2410c", "#15803d", "#7c3aed", "#be123c", "#0e7490", "#a16207", "#4d7c0f", "#86198f", "#334155",
)  # fmt: skip
# How a value is known to be this model's where its words do not name the model, as a sentence on the text.
_JOINED: Mapping[str, str] = {
    Link.LIKE_NAME.value: "has a name that may mean it",
    Link.WORDS_OF_NAME.value: "has only words of its name",
    Link.BENCHMARK_NAMED.value: "names its benchmark, not the model",
    Link.BENCHMARK_NAMED_ONLY_VALUE.value: "names its benchmark, not the model; the paper gives no other value",
    Link.NO_MODEL_NAMED.value: "names no model",
    Link.NO_MODEL_NAMED_ONLY_VALUE.value: "names no model; the paper gives no other value",
}
ABOVE_AND_BELOW = 90.0  # points of the page that a click on a field's number shows on either side of the evidence


def interface() -> str:
    """The labelling interface's configuration."""
    css = " ".join(line.strip() for line in INTERFACE_CSS.read_text(encoding="utf-8").splitlines())
    return INTERFACE_XML.read_text(encoding="utf-8").replace("/* page.css */", css).strip()


def task_data(payload: ShownRecord, images: Mapping[int, PageImage]) -> dict[str, object]:
    """What the interface is given of one task. `payload` goes along whole: an answer can be read without us."""
    return {
        "key": payload.key,
        "revision": payload.revision,
        "paper": f"{payload.arxiv_id}v{payload.version}",
        "model": payload.model,
        "benchmark": payload.benchmark or "",
        "assigned": " ".join(payload.assigned),
        "head_html": _head(payload),
        "pages_html": _pages(payload.fields, images),
        "whole": [
            {"value": value, "hotkey": key, "hint": hint, "html": _button(label, key)}
            for value, key, label, hint in _WHOLE
        ],
        "shown": [{"value": payload.revision, "selected": True, "hotkey": "shift+f12"}],
        "fields": [_field(n, f, payload.benchmark, images) for n, f in enumerate(payload.fields)],
        "payload": asdict(payload),
    }


def field_name(field: str, metric: str | None, benchmark: str | None = None) -> str:
    """The field as people say it; for a score, its metric."""
    if field != Field.SCORE or not metric:
        return FIELD_NAMES.get(field, field)
    known = _metric(benchmark, metric)
    # a name in the table may be a pattern: "=EM" is EM in these letters only, "{dev|test} EM" is two names
    plain = [name.removeprefix("=") for name in known.names if "{" not in name] if known else []
    return plain[0] if plain else metric.replace("_", " ")


def expected_confidence(payload: ShownRecord) -> float | None:
    """The chance that everything shown is right, taking the fields as independent; None where none has one."""
    chances = [f.confidence for f in payload.fields if f.read and f.confidence is not None]
    return math.prod(chances) if chances else None


def _metric(benchmark: str | None, metric: str | None) -> Metric | None:
    known = load_benchmarks().get(benchmark or "")
    return next((m for m in known.metrics if m.id == metric), None) if known else None


def _head(payload: ShownRecord) -> str:
    year = f", {payload.published[:4]}" if payload.published else ""
    link = f"https://arxiv.org/abs/{payload.arxiv_id}v{payload.version}"
    chips = [f'<span class="pf-chip pf-benchmark">{escape(benchmark_name(payload.benchmark))}</span>']
    if payload.role != "own":
        chips.append(f'<span class="pf-chip">{escape(payload.role)}</span>')
    if payload.parts > 1:
        chips.append(f'<span class="pf-chip pf-part">part {payload.part} of {payload.parts}</span>')
    notes = "".join(
        f'<div class="pf-note pf-before">To decide between: {escape(words)}</div>'
        for words in (payload.record_dispute, payload.model_dispute)
        if words
    )
    return (
        '<div class="pf-title"><span class="pf-jump" tabindex="-1" accesskey="c"></span>'
        f'<span class="pf-model">{escape(payload.model)}</span>{"".join(chips)}</div>'
        f'<div class="pf-paper">{escape(payload.title or "(no title)")}{year} · '
        f'<a href="{link}" target="_blank" rel="noreferrer" tabindex="-1">'
        f"arXiv:{escape(payload.arxiv_id)}v{payload.version}</a></div>{notes}"
    )


def _pages(fields: Sequence[ShownField], images: Mapping[int, PageImage]) -> str:
    """The pages with evidence: first that of the first field (the score), then the others in the paper's order."""
    by_page: dict[int, list[tuple[int, Spot]]] = {}
    for n, f in enumerate(fields):
        for spot in spots_of(n + 1, f):
            by_page.setdefault(spot.page, []).append((n, spot))
    first = next(iter(by_page), None)
    parts = []
    for number in sorted(by_page, key=lambda page: (page != first, page)):
        image = images.get(number)
        if image is None:
            parts.append(f'<div class="pf-nopage">Page {number} could not be rendered.</div>')
        else:
            parts.append(_page(number, image, by_page[number]))
    return "".join(parts)


def _page(number: int, image: PageImage, here: Sequence[tuple[int, Spot]]) -> str:
    size = (image.width, image.height)
    lines: dict[Box, tuple[int, Spot]] = {}
    for n, spot in here:
        for box in lines_of(spot.boxes):
            lines.setdefault(box, (n, spot))  # several tints on one place would make it dark
    boxes = "".join(
        f'<span class="pf-box{" pf-given" if spot.stated else ""}" style="{percent_box(box, size)};'
        f'border-color:{_colour(n)};background:{_colour(n)}22"></span>'
        for box, (n, spot) in lines.items()
    )
    mark = mark_size(image.width, max(len(spot.mark) for _, spot in here))
    places = mark_places({(n, spot.mark): spot.boxes for n, spot in here if spot.boxes}, image.printed, mark)
    marks = "".join(
        f'<span class="pf-mark" style="{percent_box((x, y, x + mark[0], y + mark[1]), size)};'
        f'font-size:{85 * mark[1] / image.width:.2f}cqw;background:{_colour(n)}">{words}</span>'
        for (n, words), (x, y) in places.items()
    )
    targets = "".join(_target(spot, image) for _, spot in here)
    return (
        f'<div class="pf-page"><div class="pf-pageno">page {number}</div>'
        f'<div class="pf-sheet" style="aspect-ratio:{image.width:.0f}/{image.height:.0f}">'
        f'<img src="{escape(image.url)}" alt="page {number}" draggable="false"/>{boxes}{marks}{targets}</div></div>'
    )


def _target(spot: Spot, image: PageImage) -> str:
    """What the field's number gives the focus: an invisible button over the evidence and what stands around it."""
    top = min((b[1] for b in spot.boxes), default=0.0) - ABOVE_AND_BELOW
    bottom = max((b[3] for b in spot.boxes), default=0.0) + ABOVE_AND_BELOW
    top, bottom = max(top, 0.0), min(bottom, image.height)
    return (
        f'<button type="button" class="pf-target" id="{spot.target}" tabindex="-1" aria-label="evidence {spot.mark}" '
        f'style="top:{100 * top / image.height:.2f}%;height:{100 * (bottom - top) / image.height:.2f}%"></button>'
    )


def _field(n: int, f: ShownField, benchmark: str | None, images: Mapping[int, PageImage]) -> dict[str, object]:
    verdicts = (
        [
            (Verdict.ACCEPT, ACCEPT_KEYS[n], "Accept", "What is shown is what the paper says"),
            (Verdict.CORRECT, CORRECT_KEYS[n], "Correct", "The paper says something else: type it"),
            (Verdict.REJECT, REJECT_KEYS[n], "Reject", "Not this field of this model"),
            (Verdict.NOT_STATED, NOT_STATED_KEYS[n], "Not stated", "The paper does not say"),
            (Verdict.UNSURE, f"shift+{ACCEPT_KEYS[n]}", "Unsure", "Somebody else should look"),
        ]
        if f.read
        else [
            (Verdict.CORRECT, CORRECT_KEYS[n], "Add", "The paper says it: type the value and its page"),
            (Verdict.NOT_STATED, NOT_STATED_KEYS[n], "Not stated", "The paper does not say"),
        ]
    )
    image = images.get(f.page) if f.page is not None else None
    shown = _read_html(n, f, benchmark, image) if f.read else _missing_html(n, f, benchmark)
    return {
        "name": field_name(f.field, f.metric, benchmark),
        "html": shown + _notes(f) + stated_html(n + 1, f, images, _colour(n)),
        "choices": [
            {"value": verdict.value, "hotkey": key, "hint": hint, "html": _button(label, key)}
            | ({"selected": True} if f.given is not None and f.given.verdict == verdict else {})
            for verdict, key, label, hint in verdicts
        ],
        "text": filled_text(f),
        "page": filled_page(f),
    }


def filled_text(f: ShownField) -> str:
    """What the box of a correction is filled with: what was given before, else what was read."""
    if f.given is not None and f.given.verdict == Verdict.CORRECT:
        return f.given.typed or typed_text(f.field, f.given.value)
    if (likely := _undisputed(f)) is not None:
        return likely.typed or typed_text(f.field, likely.value)
    return typed_text(f.field, f.value) if f.read else ""


def filled_page(f: ShownField) -> str:
    """What the box of a correction's page is filled with."""
    page = f.given.page if f.given is not None and f.given.page is not None else f.page
    if f.given is None and (likely := _undisputed(f)) is not None and likely.place is not None:
        page = likely.place.page
    return "" if page is None else str(page)


def _undisputed(f: ShownField) -> GivenValue | None:
    """The one value that people gave for a field on which they differ: who decides need not type it again."""
    given = {g.value: g for g in f.stated if g.current}
    return next(iter(given.values())) if f.dispute and len(given) == 1 else None


def _read_html(n: int, f: ShownField, benchmark: str | None, image: PageImage | None) -> str:
    place = ", ".join(part for part in (f.table, f.row and f"row {f.row}", f.column and f"column {f.column}") if part)
    where = f"page {f.page}" + (f" · {escape(place)}" if place else "")
    crop = crop_html(f, image.url, (image.width, image.height), image.printed, _colour(n)) if image else ""
    # in a table the row is in the picture: one line of its words will do, the rest is in the tool tip
    kind = "pf-quote pf-row" if place and crop else "pf-quote"
    words = " ".join((f.quote or "").split())
    return (
        f'<div class="pf-line"><label class="pf-number" style="background:{_colour(n)}" for="pf-at-{n + 1}"'
        f' title="Show it on the page">{n + 1}</label>'
        f'<span class="pf-name">{escape(field_name(f.field, f.metric, benchmark))}</span>'
        f'<span class="pf-value" title="{escape(_exact(f))}">{escape(_value_text(f, benchmark))}</span>'
        f"{_confidence(f.confidence)}</div>"
        f'{crop}<div class="{kind}" title="{escape(words)}"><span class="pf-where">{where}</span> '
        f"{_quote(f.quote)}</div>"
    )


def _notes(f: ShownField) -> str:
    """What others say of the value, a line each."""
    told = [
        ("pf-before", "Earlier, on other evidence: ", f.before),
        ("pf-before", "To decide between: ", f.dispute),
        ("pf-witness", "A leaderboard says otherwise: ", f.witness),
        # where somebody gave another value, a block of its own says so
        ("pf-already", "Answered: ", f.already if not f.dispute and not f.stated else None),
        ("", "Is it this model's? The text ", _JOINED.get(f.joined or "", f.joined)),
        ("", "The same words: ", f.elsewhere),
        ("", "Also read: ", "; ".join(f.others)),
    ]
    return "".join(f'<div class="pf-note {kind}">{escape(lead + words)}</div>' for kind, lead, words in told if words)


def _missing_html(n: int, f: ShownField, benchmark: str | None) -> str:
    return (
        f'<div class="pf-line pf-missing"><span class="pf-number">{n + 1}</span>'
        f'<span class="pf-name">{escape(field_name(f.field, f.metric, benchmark))}</span>'
        f'<span class="pf-none">nothing read</span></div>'
    )


def _value_text(f: ShownField, benchmark: str | None) -> str:
    value = f.value
    if value is None:
        return "printed in a form that gives no number"
    text = human(f.field, value)
    if f.low is not None and f.high is not None and f.low != f.high:
        text += f" ({_range(human(f.field, f.low), human(f.field, f.high))})"
    elif f.field == Field.SCORE and not isinstance(value, str):
        metric = _metric(benchmark, f.metric)
        text = number_text(value) + (" %" if metric and metric.percent else "")
    return text


def _range(low: str, high: str) -> str:
    """Two amounts as people say them, the unit once where it is the same: "10 to 14 days"."""
    number, _, unit = low.rpartition(" ")
    return f"{number if number and high.endswith(f' {unit}') else low} to {high}"


def _exact(f: ShownField) -> str:
    return f"{f.value:,.10g} {f.unit or ''}".strip() if isinstance(f.value, int | float) else str(f.value or "")


def _confidence(confidence: float | None) -> str:
    if confidence is None:
        return ""
    level = "high" if confidence >= 0.9 else "middle" if confidence >= 0.7 else "low"
    title = "measured share of such readings that are right"
    return f'<span class="pf-sure pf-{level}" title="{title}">{confidence:.0%}</span>'


def _quote(quote: str | None) -> str:
    words = " ".join((quote or "").split())
    if len(words) > 240:
        words = words[:237].rstrip() + "…"
    return f"<q>{escape(words)}</q>"


def _colour(n: int) -> str:
    return _COLOURS[n % len(_COLOURS)]


def _button(label: str, key: str) -> str:
    shown = key.replace("shift+", "⇧").upper()
    return f"<span>{escape(label)}</span><kbd>{escape(shown)}</kbd>"
