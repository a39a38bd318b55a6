"""The limiter, Retry-After, and the settings of harvest."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from db.errors import BadInputError
from harvest.polite.endpoints import API_URL, OAI_URL, PDF_URL, is_loopback, read_endpoints
from harvest.polite.limiter import Limiter
from harvest.polite.session import Answer, ComeBackLaterError, FetchError, PoliteSession, retry_after
from tests.harvest.conftest import DELAY, ROOT, assert_polite, last_json, paperflops
from tests.loopback_arxiv import Act, LoopbackArxiv

ASKER = """
import sys, time
from pathlib import Path
from harvest.polite.limiter import Limiter
limiter = Limiter(Path(sys.argv[1]), float(sys.argv[2]))
for _ in range(int(sys.argv[3])):
    with limiter.turn() as turn:
        print(time.monotonic(), flush=True)
        turn.arrived()
"""


def test_limit_across_processes(tmp_path: Path) -> None:
    """it keeps the distance between any two requests of the machine, whichever process makes them."""
    command = [sys.executable, "-c", ASKER, str(tmp_path / "lock"), "0.1", "5"]
    children = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    times = sorted(float(line) for child in children for line in child.communicate(timeout=60)[0].split())
    assert len(times) == 15
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.1


def test_limit_after_a_kill(tmp_path: Path) -> None:
    """it waits a whole delay after an asker that was killed before it knew whether its request had arrived."""
    lock = tmp_path / "lock"
    waits: list[float] = []
    lock.write_text(json.dumps({"last": time.monotonic() - 100, "open": True}))
    limiter = Limiter(lock, 3.0, sleep=lambda seconds: waits.append(seconds) or time.sleep(0))  # type: ignore[func-returns-value]
    limiter._sleep_for = waits.append  # type: ignore[method-assign]
    with limiter.turn():
        pass
    assert waits == [3.0]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", 0.0),
        ("{}", 0.0),
        ('{"last": "x"}', 0.0),
        ('{"last": 1e12, "open": false}', 3.0),  # the machine was started anew since
        ('{"last": 17', 3.0),  # a writer was killed between two bytes
    ],
)
def test_limit_with_odd_states(tmp_path: Path, state: str, expected: float) -> None:
    """it waits rather too long than too short when the lock file says something odd."""
    lock = tmp_path / "lock"
    lock.write_text(state)
    waits: list[float] = []
    limiter = Limiter(lock, 3.0)
    limiter._sleep_for = waits.append  # type: ignore[method-assign]
    with limiter.turn():
        pass
    assert waits == [expected]


@pytest.mark.parametrize(
    "state",
    [
        b"[" * 5000, b"\xff\xfe", b"[1, 2]", b"null", b'"x"', b'{"last": true, "open": "x"}', b'{"pauses": 5}',
        b'{"pauses": {"http://a": 7}}', b'{"pauses": {"http://a": {"from": "x", "seconds": null}}}',
        b'{"pauses": {"http://a": {"from": NaN, "seconds": 1e999}}}', b'{"holder": [1], "last": 1e400}',
    ],
    ids=repr,
)  # fmt: skip
def test_malformed_lock(tmp_path: Path, state: bytes) -> None:
    """it works with a lock file that holds anything at all, and puts it right."""
    lock = tmp_path / "lock"
    lock.write_bytes(state)
    limiter = Limiter(lock, 0.0)
    assert limiter.pause_left("http://a") == 0
    limiter.pause("http://a", 50)
    assert limiter.pause_left("http://a") > 0
    with limiter.turn():
        pass
    assert json.loads(lock.read_bytes())["holder"]["pid"] == os.getpid()


def test_lock_that_says_no_number(tmp_path: Path) -> None:
    """it waits a whole delay where the last request's time is no number (0 would be too soon)."""
    (tmp_path / "lock").write_text('{"last": NaN, "open": false}')
    waits: list[float] = []
    limiter = Limiter(tmp_path / "lock", 3.0)
    limiter._sleep_for = waits.append  # type: ignore[method-assign]
    with limiter.turn():
        pass
    assert waits == [3.0]


@pytest.mark.parametrize("kind", ["pipe", "full"])
def test_lock_file_of_another_kind(tmp_path: Path, kind: str) -> None:
    """it names the setting where the lock file is a pipe, or its disk is full."""
    lock = tmp_path / "lock"
    if kind == "pipe":
        os.mkfifo(lock)
    else:
        lock = Path("/dev/full")
    with pytest.raises(BadInputError, match="PAPERFLOPS_ARXIV_LOCK"), Limiter(lock, 0.0).turn():
        pass


HOLDER = """
import sys, time
from pathlib import Path
from harvest.polite.limiter import Limiter
with Limiter(Path(sys.argv[1]), 0.0).turn():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("stopped", [True, False])
def test_lock_that_is_never_released(arxiv: LoopbackArxiv, tmp_path: Path, db_path: Path, stopped: bool) -> None:
    """it says who holds the limiter and how long it waits (stopped by Ctrl-Z or not), then leaves with 75."""
    lock = tmp_path / "limiter.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        if stopped:
            holder.send_signal(signal.SIGSTOP)
        run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--json", PAPERFLOPS_ARXIV_LOCK_WAIT="1")
    finally:
        holder.kill()
        holder.communicate()
    assert run.returncode == 75
    lines = run.stderr.splitlines()
    assert f"process {holder.pid} on " in lines[0] and "waiting for it, at most 1 s" in lines[0]
    assert (f"kill -CONT {holder.pid}" in lines[0]) == stopped
    assert lines[-1].startswith(f"paperflops: process {holder.pid} on ") and "let it go on or end it" in lines[-1]
    assert not arxiv.asked
    assert last_json(run.stdout)["exit_code"] == 75
    assert paperflops(db_path, "harvest", "--benchmark", "imagenet", "--max", "0").returncode == 0


def test_long_queue_at_the_lock(tmp_path: Path) -> None:
    """it waits on, beyond its patience, while others take turns."""
    command = [sys.executable, "-c", ASKER, str(tmp_path / "lock"), "0.2", "10"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    limiter = Limiter(tmp_path / "lock", 0.2, patience=1.0)
    for _ in range(5):
        with limiter.turn() as turn:
            turn.arrived()
    child.communicate(timeout=60)


@pytest.mark.parametrize("setting", ["soon", "-1", "nan"])
def test_patience_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    """it refuses a patience that is no number of seconds."""
    monkeypatch.setenv("PAPERFLOPS_ARXIV_LOCK_WAIT", setting)
    with pytest.raises(BadInputError, match="PAPERFLOPS_ARXIV_LOCK_WAIT"):
        Limiter(tmp_path / "lock", 0.0)


def test_limit_does_not_look_at_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it keeps the distance when somebody sets the machine's date between two requests."""
    limiter = Limiter(tmp_path / "lock", 0.2)
    times = []
    for jump in (0, 1e8, -1e8):
        monkeypatch.setattr(time, "time", lambda jump=jump: 1.7e9 + jump)
        with limiter.turn() as turn:
            times.append(time.monotonic())
            turn.arrived()
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.2


def test_pause_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it never rests longer than was asked, whatever the clock does meanwhile."""
    limiter = Limiter(tmp_path / "lock", 0.0)
    limiter.pause("http://a", 100.0)
    assert limiter.pause_left("http://a") == pytest.approx(100, abs=2)
    assert limiter.pause_left("http://b") == 0
    monkeypatch.setattr(time, "time", lambda real=time.time(): real - 1e8)
    assert limiter.pause_left("http://a") <= 100
    monkeypatch.setattr(time, "time", lambda real=time.time(): real + 2e8)
    assert limiter.pause_left("http://a") == 0


def test_lock_file_that_cannot_be_used(tmp_path: Path) -> None:
    """it names the lock file that is no file, and the setting that mends it."""
    with pytest.raises(BadInputError, match="PAPERFLOPS_ARXIV_LOCK"), Limiter(tmp_path, 0.0).turn():
        pass


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 2.5 "}, 2.5),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "Sun, 01 Mar 2026 00:01:00 GMT", "Date": "Sun, 01 Mar 2026 00:00:00 GMT"}, 60.0),
        ({"Retry-After": "Sun, 01 Mar 2026 00:00:00 GMT", "Date": "Sun, 01 Mar 2026 00:01:00 GMT"}, 0.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """it reads seconds and dates, a date by the server's own clock."""
    assert retry_after(Answer("http://a", 503, headers, b"")) == seconds


def test_back_off_grows(arxiv: LoopbackArxiv) -> None:
    """it waits longer from try to try, by chance, and not for ever."""
    waits: list[float] = []
    session = PoliteSession(read_endpoints(), sleep=waits.append)
    arxiv.script = lambda asked: Act(status=503)
    with pytest.raises(FetchError, match="http_503"):
        session.get(f"{arxiv.url}/api/query")
    steps = [w for w in waits if w > 0]
    for number, wait in enumerate(steps):
        assert 2.5 * 2**number * DELAY <= wait <= 5 * 2**number * DELAY
    assert len(set(steps)) == len(steps) == 5


def test_breaker(arxiv: LoopbackArxiv) -> None:
    """it ends the run after ten faults in a row, at whatever addresses, and one good answer counts anew."""
    session = PoliteSession(read_endpoints(), sleep=lambda seconds: None)
    arxiv.script = lambda asked: Act(status=500) if asked.number != 4 else None
    for number in range(9):
        if number == 4:
            session.get(f"{arxiv.url}/api/query?n={number}", tries=1)
            continue
        with pytest.raises(FetchError):
            session.get(f"{arxiv.url}/api/query?n={number}", tries=1)
    with pytest.raises(ComeBackLaterError, match="10 times in a row"):
        for number in range(9, 20):
            with pytest.raises(FetchError):
                session.get(f"{arxiv.url}/api/query?n={number}", tries=1)
    assert len(arxiv.asked) == 9 + 6
    assert_polite(arxiv)


def test_loop_of_redirects(arxiv: LoopbackArxiv) -> None:
    """it does not run in circles."""
    session = PoliteSession(read_endpoints())
    arxiv.script = lambda asked: Act(status=302, headers={"Location": asked.path})
    with pytest.raises(FetchError, match="circle"):
        session.get(f"{arxiv.url}/pdf/1501.00001v1")
    assert len(arxiv.asked) == 3


def test_endpoints() -> None:
    """it asks arXiv itself, once in three seconds, where nothing is set."""
    endpoints = read_endpoints({})
    assert (endpoints.api, endpoints.oai, endpoints.pdf) == (API_URL, OAI_URL, PDF_URL)
    assert (endpoints.delay, endpoints.sources) == (3.0, ("search", "oai"))


@pytest.mark.parametrize(
    ("url", "api", "oai"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/query", "http://127.0.0.1:8000/oai"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/api/query", "http://127.0.0.1:8000/oai"),
        ("http://127.0.0.1:8000/mirror/", "http://127.0.0.1:8000/mirror", "http://127.0.0.1:8000/mirror"),
    ],
)
def test_base_urls(url: str, api: str, oai: str) -> None:
    """it completes a bare host by arXiv's paths and takes any other path as it is."""
    endpoints = read_endpoints({f"PAPERFLOPS_ARXIV_{name}_URL": url for name in ("API", "OAI", "PDF")})
    assert (endpoints.api, endpoints.oai) == (api, oai)


@pytest.mark.parametrize("url", ["banana", "ftp://x.org", "http://[::1", "http://127.0.0.1:99999", "http://x.org/?a=b"])
def test_no_base_url(url: str) -> None:
    """it says which setting is no address, before a server is blamed for it."""
    with pytest.raises(BadInputError, match=r"PAPERFLOPS_ARXIV_OAI_URL is .* which is no base URL"):
        read_endpoints({"PAPERFLOPS_ARXIV_OAI_URL": url})


@pytest.mark.parametrize("contact", ["ann@example.org\nHost: x", "\u7528\u6237@example.org"])
def test_contact_that_no_header_carries(contact: str) -> None:
    """it refuses a contact that would break every request, and takes letters of Latin-1."""
    with pytest.raises(BadInputError, match="which no request can carry"):
        read_endpoints({"PAPERFLOPS_ARXIV_CONTACT": contact})
    assert (
        read_endpoints({"PAPERFLOPS_ARXIV_CONTACT": " m\u00fcller@example.org "}).contact == "m\u00fcller@example.org"
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:80/x", True),
        ("http://127.8.9.1", True),
        ("http://localhost:1", True),
        ("http://[::1]:8000/", True),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost.example.org", False),
        ("http://10.0.0.1", False),
        ("https://export.arxiv.org", False),
    ],
)
def test_is_loopback(url: str, expected: bool) -> None:
    """it takes for loopback what is this machine's own address, and no name that looks like it."""
    assert is_loopback(url) == expected


def test_slower_is_always_allowed() -> None:
    """it may be made slower everywhere."""
    assert read_endpoints({"PAPERFLOPS_ARXIV_DELAY": "10"}).delay == 10


def test_server_time(arxiv: LoopbackArxiv) -> None:
    """it remembers the server's clock."""
    session = PoliteSession(read_endpoints())
    arxiv.script = lambda asked: Act(headers={"Date": "Sun, 01 Mar 2026 00:00:00 GMT"})
    session.get(f"{arxiv.url}/api/query")
    assert session.server_time == datetime(2026, 3, 1)


def test_headers_in_drops(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """it gives up a server that sends its headers letter by letter."""
    monkeypatch.setattr("harvest.polite.session.HEAD_SECONDS", 0.5)
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000:
                connection.send(bytes([letter]))
                time.sleep(0.1)

    threading.Thread(target=drip, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = {f"PAPERFLOPS_ARXIV_{name}_URL": url for name in ("API", "OAI", "PDF")} | {"PAPERFLOPS_ARXIV_DELAY": "0"}
    session = PoliteSession(read_endpoints(settings), limiter=Limiter(tmp_path / "lock", 0.0))
    started = time.monotonic()
    with pytest.raises(FetchError, match="slow"):
        session.get(url, tries=1)
    assert time.monotonic() - started < 5
    listener.close()


def test_chunks_that_break_off(tmp_path: Path) -> None:
    """it takes no body whose last chunk is missing."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(10_000)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")

    threading.Thread(target=answer, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = {f"PAPERFLOPS_ARXIV_{name}_URL": url for name in ("API", "OAI", "PDF")} | {"PAPERFLOPS_ARXIV_DELAY": "0"}
    session = PoliteSession(read_endpoints(settings), limiter=Limiter(tmp_path / "lock", 0.0))
    with pytest.raises(FetchError, match="truncated"):
        session.get(url, tries=1)
    listener.close()
