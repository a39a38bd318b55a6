"""Damaged PDFs: whatever is flipped, cut, doubled, blanked or put in, a file ends in a typed outcome within its limits.

Each case is a seed: the same file, the same damage, every time. 25 run by default, 500 in the slow suite.
"""

from __future__ import annotations

import csv
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.models import Outcome
from extract.workers.sandbox import Job, Sandbox
from tests.extract.samples import PDFS

TIME_LIMIT = 20.0  # seconds; a sample is read in a third of one
MEMORY_LIMIT_MB = 512
SPARE = 3.0  # seconds for the fork and the kill on a busy machine
FAST, SLOW = 25, 500


def flip(data: bytearray, chance: random.Random) -> None:
    """Other values for a few bytes, or for one in a thousand."""
    for _ in range(chance.choice((1, 10, 100, max(1, len(data) // 1000)))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut_end(data: bytearray, chance: random.Random) -> None:
    """The file ends early: a download that broke off."""
    del data[chance.randrange(len(data)) :]


def cut_out(data: bytearray, chance: random.Random) -> None:
    """A stretch is missing: every offset behind it is wrong."""
    start = chance.randrange(len(data))
    del data[start : start + chance.choice((1, 50, 5_000, 50_000))]


def double(data: bytearray, chance: random.Random) -> None:
    """A stretch stands there twice: objects with one number, streams within streams."""
    start = chance.randrange(len(data))
    piece = data[start : start + chance.choice((20, 2_000, 40_000))]
    place = chance.randrange(len(data))
    data[place:place] = piece


def blank(data: bytearray, chance: random.Random) -> None:
    """A stretch is zeros: a sector that was never written."""
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.choice((4, 512, 8_192)))
    data[start:end] = bytes(end - start)


def insert(data: bytearray, chance: random.Random) -> None:
    """Bytes that belong to nothing."""
    place = chance.randrange(len(data))
    data[place:place] = chance.randbytes(chance.choice((1, 100, 10_000)))


def lie(data: bytearray, chance: random.Random) -> None:
    """A number of the file's own structure (a length, an offset, an object's) becomes another one of as many digits."""
    places = [i for i in range(len(data)) if data[i : i + 1].isdigit() and data[i - 1 : i] in (b" ", b"/", b"[")]
    for place in chance.sample(places, min(len(places), chance.choice((1, 5, 30)))):
        while place < len(data) and data[place : place + 1].isdigit():
            data[place] = ord(chance.choice("0123456789"))
            place += 1


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (flip, cut_end, cut_out, double, blank, insert, lie)
TYPED = frozenset(Outcome) - {Outcome.CRASHED}


def damaged(seed: int) -> tuple[bytes, str]:
    """A sample with one to three kinds of damage, and what was done to it."""
    chance = random.Random(seed)
    path = chance.choice(PDFS)
    data = bytearray(path.read_bytes())
    done = chance.choices(DAMAGES, k=chance.choice((1, 1, 2, 3)))
    for damage in done:
        if data:
            damage(data, chance)
    return bytes(data), f"seed {seed}: {path.name} " + ", ".join(d.__name__ for d in done)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        made.read(_job(PDFS[0]))  # the server is up
        yield made


def _job(path: Path) -> Job:
    return Job("2001.99901", 1, "0" * 64, str(path), TIME_LIMIT, MEMORY_LIMIT_MB)


def _read_damaged(sandbox: Sandbox, seeds: range, folder: Path) -> Counter[str]:
    """The outcomes of these cases; fails at the first that breaks a limit, or the server."""
    ends: Counter[str] = Counter()
    server = sandbox._server
    assert server is not None
    for seed in seeds:
        data, what = damaged(seed)
        path = folder / "damaged.pdf"
        path.write_bytes(data)
        started = time.monotonic()
        reading = sandbox.read(_job(path))
        took = time.monotonic() - started
        ends[reading.outcome.value] += 1
        assert took < TIME_LIMIT + SPARE, what
        assert sandbox._server is server and server.poll() is None, f"{what}: the server died"
        assert reading.outcome in TYPED, f"{what}: {reading.message}"
        if reading.outcome == Outcome.READ:
            assert reading.pages, what
        else:
            assert reading.message and not reading.candidates, what
        if reading.peak_mb is not None:
            assert reading.peak_mb < MEMORY_LIMIT_MB + 256, what
    assert sandbox.read(_job(PDFS[0])).outcome == Outcome.READ
    return ends


def test_some(sandbox: Sandbox, tmp_path: Path) -> None:
    """it ends each of 25 damaged files in an outcome within its limits, and some of them are read none the less"""
    ends = _read_damaged(sandbox, range(FAST), tmp_path)
    assert len(ends) > 1 and ends["read"]


@pytest.mark.slow
def test_many(sandbox: Sandbox, tmp_path: Path) -> None:
    """it ends each of 500 damaged files in an outcome within its limits"""
    ends = _read_damaged(sandbox, range(FAST, FAST + SLOW), tmp_path)
    print(dict(ends))
    assert sum(ends.values()) == SLOW


def test_damage_is_the_same_every_time() -> None:
    """it does the same damage for the same seed, and other damage for another"""
    assert damaged(7) == damaged(7)
    assert len({damaged(seed)[0] for seed in range(20)}) == 20


# what the files of the shared folder's corpus of hard cases end in, by the beginning of their names
HARD = {
    "h01": Outcome.ENCRYPTED,  # a user password is needed
    "h04": Outcome.READ,  # encrypted with an empty password
    "h07": Outcome.NOT_A_PDF,  # a page of HTML
    "h10": Outcome.NO_TEXT,  # images only
    "h16": Outcome.READ,  # printed anew, the stamp on its second page
    "h22": Outcome.READ,  # three pages
    "s1": Outcome.DAMAGED,  # the first 60 % of a file
    "s3": Outcome.NOT_A_PDF,  # an error page in HTML
}


@pytest.fixture(scope="session")
def hard_files(shared: Path) -> list[Path]:
    folder = shared / "corpus" / "hard"
    if not folder.is_dir():
        pytest.skip("the shared folder has no corpus of hard files (shared/corpus/hard)")
    with (folder / "hard.csv").open(encoding="utf-8") as file:
        return [folder / row["file"] for row in csv.DictReader(file)]


def test_hard_files(sandbox: Sandbox, hard_files: list[Path]) -> None:
    """it ends each file of the corpus of hard cases in the outcome that it has"""
    ends = {p.name.split("_")[0]: sandbox.read(_job(p)).outcome for p in hard_files}
    assert ends == HARD
