"""Giving work to an executor so that a bounded part of it is in hand, however much there is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from typing import TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")

WAIT_SECONDS = 5.0  # for something to be done, before `between` is called all the same


def as_done(
    queue: Iterator[Work],
    submit: Callable[[Work], Future[Result]],
    at_once: Callable[[], int],
    between: Callable[[], None],
) -> Generator[tuple[Work, Future[Result]]]:
    """Each piece of work with its future as it is done; at most `at_once` are given out. `between` saves what came."""
    work_of: dict[Future[Result], Work] = {}
    try:
        while True:
            for work in islice(queue, max(0, at_once() - len(work_of))):
                work_of[submit(work)] = work
            if not work_of:
                return
            ready, _ = wait(work_of, timeout=WAIT_SECONDS, return_when=FIRST_COMPLETED)
            for future in ready:
                yield work_of.pop(future), future
            between()
    finally:
        for future in work_of:
            future.cancel()
