"""What to ask first. The order of the queue is a strategy: one function a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from curate.page import expected_confidence
from db.models import ReviewTask

Payload = Mapping[str, Any]


def doubt(payload: Payload) -> float:
    """The chance that something shown is wrong; a half where no confidence was measured."""
    sure = expected_confidence(payload)
    return 0.5 if sure is None else 1.0 - sure


def by_uncertainty(payloads: Sequence[Payload]) -> list[Payload]:
    """The most doubtful first."""
    return sorted(payloads, key=lambda p: (-doubt(p), p["key"]))


def by_newest(payloads: Sequence[Payload]) -> list[Payload]:
    """The newest papers first; those without a date by their id, which grows with time."""
    return sorted(payloads, key=lambda p: (p["published"] or "", p["arxiv_id"], p["key"]), reverse=True)


def by_benchmark(payloads: Sequence[Payload]) -> list[Payload]:
    """One benchmark after another, and within it one paper after another."""
    return sorted(payloads, key=lambda p: (p["benchmark"] or "~", p["arxiv_id"], p["key"]))


STRATEGIES: Mapping[str, Callable[[Sequence[Payload]], list[Payload]]] = {
    "uncertainty": by_uncertainty,
    "newest": by_newest,
    "benchmark": by_benchmark,
}


def in_order(tasks: Sequence[ReviewTask], strategy: str) -> list[ReviewTask]:
    """The tasks in the strategy's order."""
    by_key = {t.key: t for t in tasks}
    return [by_key[p["key"]] for p in STRATEGIES[strategy]([t.payload for t in tasks])]
