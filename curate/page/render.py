"""The review page: a task's payload as the HTML and the choices that the labelling interface shows.

Left, the pages with the evidence boxed and numbered; right, a row a field: what was read, its evidence cut from the
page, and the verdicts. Boxes are laid over clean page pictures, so that one picture serves every record of a paper.

Keys: a field is a column of the keyboard. 1 accepts the first field, Q under it corrects, A rejects, Z says "not
stated", Shift+1 "unsure"; 2 W S X Shift+2 do so for the second field, and so on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from curate.answers.typed import typed_text
from curate.queue.tasks import FIELD_NAMES
from db.benchmarks import Metric, load_benchmarks
from db.models import Field, Verdict
from db.quantities import human, number_text

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

_CROP_WIDTH = 330.0  # points: a column of two and a little; text comes out at the size of the page's own
_CROP_MARGIN = 10.0  # points above and below the evidence: a line of context on either side
_COLOURS = (
    "#2563eb",
    "#c2410c",
    "#15803d",
    "#7c3aed",
    "#be123c",
    "#0e7490",
    "#a16207",
    "#4d7c0f",
    "#86198f",
    "#334155",
)


@dataclass(frozen=True)
class PageImage:
    """A page picture as the page shows it: its address and the page's size in points."""

    url: str
    width: float
    height: float


def interface() -> str:
    """The labelling interface's configuration."""
    css = " ".join(line.strip() for line in INTERFACE_CSS.read_text(encoding="utf-8").splitlines())
    return INTERFACE_XML.read_text(encoding="utf-8").replace("/* page.css */", css).strip()


def task_data(payload: Mapping[str, Any], images: Mapping[int, PageImage]) -> dict[str, Any]:
    """What the interface is given of one task. `payload` goes along whole: an answer can be read without us."""
    fields = payload["fields"]
    return {
        "key": payload["key"],
        "revision": payload["revision"],
        "paper": f"{payload['arxiv_id']}v{payload['version']}",
        "model": payload["model"],
        "benchmark": payload["benchmark"] or "",
        "head_html": _head(payload),
        "pages_html": _pages(fields, images),
        "whole": [
            {"value": value, "hotkey": key, "hint": hint, "html": _button(label, key)}
            for value, key, label, hint in _WHOLE
        ],
        "shown": [{"value": payload["revision"], "selected": True, "hotkey": "shift+f12"}],
        "fields": [_field(n, f, payload["benchmark"], images) for n, f in enumerate(fields)],
        "payload": dict(payload),
    }


def benchmark_name(benchmark: str | None) -> str:
    """The benchmark as people say it."""
    known = load_benchmarks()
    return known[benchmark].name if benchmark and benchmark in known else (benchmark or "cost only")


def field_name(field: str, metric: str | None, benchmark: str | None = None) -> str:
    """The field as people say it; for a score, its metric."""
    if field != Field.SCORE or not metric:
        return FIELD_NAMES.get(field, field)
    known = _metric(benchmark, metric)
    return known.names[0] if known else metric.replace("_", " ")


def _metric(benchmark: str | None, metric: str | None) -> Metric | None:
    known = load_benchmarks().get(benchmark or "")
    return next((m for m in known.metrics if m.id == metric), None) if known else None


def _head(payload: Mapping[str, Any]) -> str:
    arxiv_id, version = payload["arxiv_id"], payload["version"]
    year = f", {payload['published'][:4]}" if payload["published"] else ""
    link = f"https://arxiv.org/abs/{arxiv_id}v{version}"
    role = f'<span class="pf-chip">{escape(payload["role"])}</span>' if payload["role"] != "own" else ""
    return (
        '<div class="pf-title"><span class="pf-jump" tabindex="-1" accesskey="c"></span>'
        f'<span class="pf-model">{escape(payload["model"])}</span>'
        f'<span class="pf-chip pf-benchmark">{escape(benchmark_name(payload["benchmark"]))}</span>{role}</div>'
        f'<div class="pf-paper">{escape(payload["title"] or "(no title)")}{year} · '
        f'<a href="{link}" target="_blank" rel="noreferrer" tabindex="-1">arXiv:{escape(arxiv_id)}v{version}</a></div>'
    )


def _pages(fields: Sequence[Mapping[str, Any]], images: Mapping[int, PageImage]) -> str:
    by_page: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
    for n, f in enumerate(fields):
        if f["page"] is not None:
            by_page.setdefault(f["page"], []).append((n, f))
    parts = []
    for number in sorted(by_page):
        image = images.get(number)
        if image is None:
            parts.append(f'<div class="pf-nopage">Page {number} could not be rendered.</div>')
            continue
        boxes = "".join(_page_boxes(n, f, image) for n, f in by_page[number])
        anchors = "".join(f'<a id="pf-at-{n}" style="top:{_anchor(f, image):.2f}%"></a>' for n, f in by_page[number])
        parts.append(
            f'<div class="pf-page"><div class="pf-pageno">page {number}</div>'
            f'<div class="pf-sheet" style="aspect-ratio:{image.width:.0f}/{image.height:.0f}">'
            f'<img src="{escape(image.url)}" alt="page {number}" draggable="false"/>{boxes}{anchors}</div></div>'
        )
    return "".join(parts)


def _page_boxes(n: int, f: Mapping[str, Any], image: PageImage) -> str:
    colour = _COLOURS[n % len(_COLOURS)]
    boxes = _lines(f["boxes"])
    marks = "".join(
        f'<span class="pf-box" style="{_place(box, image)};border-color:{colour};background:{colour}22"></span>'
        for box in boxes
    )
    if not boxes:
        return ""
    x0, top = boxes[0][0], boxes[0][1]
    return marks + (
        f'<span class="pf-mark" style="left:{100 * x0 / image.width:.2f}%;top:{100 * top / image.height:.2f}%;'
        f'background:{colour}">{n + 1}</span>'
    )


def _field(n: int, f: Mapping[str, Any], benchmark: str | None, images: Mapping[int, PageImage]) -> dict[str, Any]:
    read = f["page"] is not None
    verdicts = (
        [
            (Verdict.ACCEPT, _key(ACCEPT_KEYS, n), "Accept", "What is shown is what the paper says"),
            (Verdict.CORRECT, _key(CORRECT_KEYS, n), "Correct", "The paper says something else: type it"),
            (Verdict.REJECT, _key(REJECT_KEYS, n), "Reject", "Not this field of this model"),
            (Verdict.NOT_STATED, _key(NOT_STATED_KEYS, n), "Not stated", "The paper does not say"),
            (Verdict.UNSURE, _shifted(n), "Unsure", "Somebody else should look"),
        ]
        if read
        else [
            (Verdict.CORRECT, _key(CORRECT_KEYS, n), "Add", "The paper says it: type the value and its page"),
            (Verdict.NOT_STATED, _key(NOT_STATED_KEYS, n), "Not stated", "The paper does not say"),
        ]
    )
    return {
        "name": field_name(f["field"], f["metric"], benchmark),
        "html": _read_html(n, f, benchmark, images.get(f["page"])) if read else _missing_html(n, f, benchmark),
        "choices": [
            {
                "value": verdict.value,
                # a choice without a key of its own would be given somebody else's
                "hotkey": key or f"ctrl+alt+shift+{'1qazp'[place]}",
                "hint": hint,
                "html": _button(label, key),
            }
            for place, (verdict, key, label, hint) in enumerate(verdicts)
        ],
        "text": typed_text(f["field"], f["value"]) if read else "",
        "page": str(f["page"]) if read else "",
    }


def _read_html(n: int, f: Mapping[str, Any], benchmark: str | None, image: PageImage | None) -> str:
    colour = _COLOURS[n % len(_COLOURS)]
    where = f"page {f['page']}" + (f" · {escape(f['place'])}" if f["place"] else "")
    notes = []
    if f["before"]:
        notes.append(f'<div class="pf-note pf-before">Earlier, on other evidence: {escape(f["before"])}</div>')
    if f["dispute"]:
        notes.append(f'<div class="pf-note pf-before">To decide between: {escape(f["dispute"])}</div>')
    if f["witness"]:
        notes.append(f'<div class="pf-note pf-witness">A leaderboard says otherwise: {escape(f["witness"])}</div>')
    if f["already"] and not f["dispute"]:
        notes.append(f'<div class="pf-note pf-already">Answered: {escape(f["already"])}</div>')
    if f["joined"]:
        notes.append(f'<div class="pf-note">Is it this model\'s? {escape(f["joined"].capitalize())}</div>')
    if f["elsewhere"]:
        notes.append(f'<div class="pf-note">The same words: {escape(f["elsewhere"])}</div>')
    if f["others"]:
        notes.append(f'<div class="pf-note">Also read: {escape("; ".join(f["others"]))}</div>')
    crop = _crop(f, image, colour) if image and f["boxes"] else ""
    # in a table the row is in the picture: one line of its words will do, the rest is in the tool tip
    kind = "pf-quote pf-row" if f["place"] and crop else "pf-quote"
    words = " ".join((f["quote"] or "").split())
    return (
        f'<div class="pf-line"><a class="pf-number" tabindex="-1" style="background:{colour}" href="#pf-at-{n}">'
        f"{n + 1}</a>"
        f'<span class="pf-name">{escape(field_name(f["field"], f["metric"], benchmark))}</span>'
        f'<span class="pf-value" title="{escape(_exact(f))}">{escape(_value_text(f, benchmark))}</span>'
        f"{_confidence(f['confidence'])}</div>"
        f'{crop}<div class="{kind}" title="{escape(words)}"><span class="pf-where">{where}</span> '
        f"{_quote(f['quote'])}</div>"
        f"{''.join(notes)}"
    )


def _missing_html(n: int, f: Mapping[str, Any], benchmark: str | None) -> str:
    before = f'<span class="pf-note pf-before">earlier: {escape(f["before"])}</span>' if f["before"] else ""
    return (
        f'<div class="pf-line pf-missing"><span class="pf-number">{n + 1}</span>'
        f'<span class="pf-name">{escape(field_name(f["field"], f["metric"], benchmark))}</span>'
        f'<span class="pf-none">nothing read</span>{before}</div>'
    )


def _value_text(f: Mapping[str, Any], benchmark: str | None) -> str:
    value = f["value"]
    if value is None:
        return "printed in a form that gives no number"
    text = human(f["field"], value)
    if f["low"] is not None and f["high"] is not None and f["low"] != f["high"]:
        text += f" (from {human(f['field'], f['low'])} to {human(f['field'], f['high'])})"
    elif f["field"] == Field.SCORE and not isinstance(value, str):
        metric = _metric(benchmark, f["metric"])
        text = number_text(value) + (" %" if metric and metric.percent else "")
    return text


def _exact(f: Mapping[str, Any]) -> str:
    value = f["value"]
    return f"{value:,.10g} {f['unit'] or ''}".strip() if isinstance(value, int | float) else str(value or "")


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


def _crop(f: Mapping[str, Any], image: PageImage, colour: str) -> str:
    """The evidence cut from the page's picture, with a line of context above and below."""
    boxes = [b for b in f["boxes"] if b]
    x0, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    x1, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    width = min(max(_CROP_WIDTH, x1 - x0 + 30), image.width)
    height = min(bottom - top + 2 * _CROP_MARGIN, 90.0)
    left = min(max((x0 + x1 - width) / 2, 0.0), image.width - width)
    upper = min(max(top - _CROP_MARGIN, 0.0), image.height - height)
    marks = "".join(
        f'<span class="pf-box" style="left:{100 * (b[0] - left) / width:.2f}%;top:{100 * (b[1] - upper) / height:.2f}%;'
        f"width:{100 * (b[2] - b[0]) / width:.2f}%;height:{100 * (b[3] - b[1]) / height:.2f}%;"
        f'border-color:{colour};background:{colour}22"></span>'
        for b in _lines(boxes)
    )
    return (
        f'<div class="pf-crop" style="aspect-ratio:{width:.1f}/{height:.1f}">'
        f'<img src="{escape(image.url)}" alt="" draggable="false" style="width:{100 * image.width / width:.2f}%;'
        f'left:{-100 * left / width:.2f}%;top:{-100 * upper / height:.2f}%"/>{marks}</div>'
    )


def _lines(boxes: Sequence[Sequence[float]]) -> list[tuple[float, float, float, float]]:
    """The boxes of neighbouring words on one line joined, grown by a point so that they do not touch the ink."""
    joined: list[list[float]] = []
    for x0, top, x1, bottom in boxes:
        last = joined[-1] if joined else None
        if last and abs(last[3] - bottom) < 3 and -2 <= x0 - last[2] < 12:
            last[1], last[2], last[3] = min(last[1], top), max(last[2], x1), max(last[3], bottom)
        else:
            joined.append([x0, top, x1, bottom])
    return [(x0 - 1.5, top - 1.5, x1 + 1.5, bottom + 1.5) for x0, top, x1, bottom in joined]


def _place(box: Sequence[float], image: PageImage) -> str:
    x0, top, x1, bottom = box
    return (
        f"left:{100 * x0 / image.width:.2f}%;top:{100 * top / image.height:.2f}%;"
        f"width:{100 * (x1 - x0) / image.width:.2f}%;height:{100 * (bottom - top) / image.height:.2f}%"
    )


def _anchor(f: Mapping[str, Any], image: PageImage) -> float:
    """Where to scroll to, in percent of the page's height: some lines above the evidence."""
    if not f["boxes"]:
        return 0.0
    return max(0.0, 100 * (min(b[1] for b in f["boxes"]) - 120) / image.height)


def _button(label: str, key: str | None) -> str:
    shown = (key or "").replace("shift+", "⇧").upper()
    return f"<span>{escape(label)}</span>" + (f"<kbd>{escape(shown)}</kbd>" if key else "")


def _key(keys: str, n: int) -> str | None:
    return keys[n] if n < len(keys) else None


def _shifted(n: int) -> str | None:
    return f"shift+{ACCEPT_KEYS[n]}" if n < len(ACCEPT_KEYS) else None


def expected_confidence(payload: Mapping[str, Any]) -> float | None:
    """The chance that everything shown is right, taking the fields as independent; None where none has one."""
    chances = [f["confidence"] for f in payload["fields"] if f["page"] is not None and f["confidence"] is not None]
    return math.prod(chances) if chances else None
