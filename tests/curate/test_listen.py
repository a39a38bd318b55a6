"""Label Studio calls, and the answers are brought back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from curate.backends.label_studio import LabelStudioBackend
from curate.backends.label_studio_server import Server
from curate.listen import EVENTS, LONGEST_CALL, SECRET_HEADER, Calls, keep_syncing, receiving
from db.errors import BadInputError, UnreachableError
from db.store import reading, rows_of
from tests.curate.annotator import ApiAnnotator
from tests.curate.command import paperflops
from tests.curate.readings import IMAGENET_RESNET_50, RESIDUAL, reading_of, save_paper

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "s3cret"
OF_US = {SECRET_HEADER: SECRET}


class CountedCalls(Calls):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def call(self) -> None:
        self.count += 1
        super().call()


@pytest.fixture
def calls() -> CountedCalls:
    return CountedCalls()


@pytest.fixture
def url(calls: CountedCalls) -> Iterator[str]:
    with receiving("127.0.0.1", 0, SECRET, calls) as address:
        yield address


class TestReceiving:
    @pytest.mark.parametrize("event", EVENTS)
    def test_events(self, url: str, calls: CountedCalls, event: str) -> None:
        """it takes what Label Studio sends of annotations, whatever else stands in it."""
        done = requests.post(url, json={"action": event, "annotation": {"id": 3}}, headers=OF_US, timeout=5)
        assert (done.status_code, calls.count) == (202, 1)

    def test_other_events(self, url: str, calls: CountedCalls, capsys: pytest.CaptureFixture[str]) -> None:
        """it lets other events pass without a word."""
        assert requests.post(url, json={"action": "TASKS_CREATED"}, headers=OF_US, timeout=5).status_code == 202
        assert calls.count == 0
        assert capsys.readouterr().err == ""

    @pytest.mark.parametrize(
        ("headers", "complaint"),
        [({}, "missing"), ({SECRET_HEADER: "other"}, "another"), ({SECRET_HEADER: "s3cret\xe9"}, "another")],
        ids=["none", "another", "of other characters"],
    )
    def test_secret(
        self, url: str, calls: CountedCalls, capsys: pytest.CaptureFixture[str], headers: dict[str, str], complaint: str
    ) -> None:
        """it refuses a call without the secret, in one line that does not tell it."""
        done = requests.post(url, json={"action": EVENTS[0]}, headers=headers, timeout=5)
        assert (done.status_code, calls.count) == (401, 0)
        (line,) = capsys.readouterr().err.splitlines()
        assert complaint in line
        assert SECRET not in line

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 400),
            (b"not json", 400),
            (b"\xff\xfe\x00", 400),
            (b"[]", 400),
            (b"3", 400),
            (b"{}", 400),
            (b"[" * 200_000, 400),
            (b"x" * (LONGEST_CALL + 1), 413),
        ],
        ids=["empty", "no json", "no text", "a list", "a number", "no action", "nested", "too long"],
    )
    def test_bad_payload(
        self, url: str, calls: CountedCalls, capsys: pytest.CaptureFixture[str], body: bytes, status: int
    ) -> None:
        """it says in one line that it did not understand a call, and takes the next."""
        try:
            assert requests.post(url, data=body, headers=OF_US, timeout=5).status_code == status
        except requests.ConnectionError:  # closed on a sender that was still sending
            assert status == 413
        assert calls.count == 0
        assert len(capsys.readouterr().err.splitlines()) == 1
        assert requests.post(url, json={"action": EVENTS[0]}, headers=OF_US, timeout=5).status_code == 202

    def test_breaks_off(self, url: str, calls: CountedCalls, capsys: pytest.CaptureFixture[str]) -> None:
        """it survives a caller that goes away in the middle."""
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(f"POST / HTTP/1.1\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 99\r\n\r\n{{".encode())
        until(lambda: "call from" in capsys.readouterr().err, "the broken call was told")
        assert requests.post(url, json={"action": EVENTS[0]}, headers=OF_US, timeout=5).status_code == 202
        assert calls.count == 1

    def test_port_in_use(self, url: str, calls: CountedCalls) -> None:
        """it says that its port is taken."""
        with (
            pytest.raises(BadInputError, match="--port"),
            receiving("127.0.0.1", int(url.rsplit(":", 1)[1]), SECRET, calls),
        ):
            pass


def test_syncs_when_called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """it syncs at once, once for calls that come together, again after a failure (told once), and at intervals."""
    monkeypatch.setattr("curate.listen.TOGETHER_SECONDS", 0.05)
    monkeypatch.setattr("curate.listen.AGAIN_SECONDS", 0.05)
    calls, times, going = Calls(), list[float](), True

    def sync() -> None:
        times.append(time.monotonic())
        if len(times) in (2, 3):
            raise UnreachableError("no Label Studio answers", "start one")

    thread = threading.Thread(target=keep_syncing, args=(sync, calls, 2.0, lambda: going))
    thread.start()
    until(lambda: len(times) == 1, "it synced at once")
    for _ in range(5):
        calls.call()
    until(lambda: len(times) == 4, "it synced for the calls, and twice again since that failed")
    assert times[3] - times[0] < 1.9
    until(lambda: len(times) == 5, "it synced without a call")
    assert 1.9 < times[4] - times[3] < 10
    going = False
    calls.call()
    thread.join(5)
    assert capsys.readouterr().err == "no Label Studio answers; start one\n"


@pytest.mark.label_studio
class TestLabelStudio:
    def test_answers_come_by_themselves(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it brings an answer back when it is given, changed and deleted, and takes its webhook away when it stops."""
        save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, {("ResNet-50", "imagenet"): IMAGENET_RESNET_50}))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        task = annotator.task("ResNet-50")
        command = [sys.executable, "-m", "paperflops", "--db", str(db_path), "review", "listen", "--port", "0"]
        process = subprocess.Popen(
            [*command, "--every", "3600"], cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert "calls http://127.0.0.1:" in process.stdout.readline()
            (hook,) = hooks(label_studio)
            time.sleep(2)  # past the sync at the start
            refused = requests.post(hook["url"], json={"action": EVENTS[0]}, timeout=5)
            assert refused.status_code == 401
            number = annotator.answer(task, {0: "accept"})
            until(lambda: verdicts(db_path) == ["accept"], "the answer came")
            annotator.change(number, task, {0: "reject"})
            until(lambda: verdicts(db_path) == ["accept", "reject"], "its change came")
            annotator.delete(number)
            until(lambda: verdicts(db_path) == ["accept", "reject", "withdrawn"], "its deletion came")
        finally:
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=20)
        assert process.returncode == 0, told
        assert "Traceback" not in told
        assert hooks(label_studio) == []

    def test_left_over(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it replaces the webhook that a killed one left, and leaves those of others alone."""
        save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, {("ResNet-50", "imagenet"): IMAGENET_RESNET_50}))
        paperflops(db_path, "review", "send")
        backend = LabelStudioBackend(label_studio.url, label_studio.api_key, at_server)
        left, other = (backend.calling(f"http://127.0.0.1:{port}/", {SECRET_HEADER: "old"}, EVENTS) for port in (1, 2))
        left.__enter__()
        other.__enter__()
        with backend.calling("http://127.0.0.1:1/", {SECRET_HEADER: "new"}, EVENTS):
            found = {h["url"]: h["headers"][SECRET_HEADER] for h in hooks(label_studio)}
            assert found == {"http://127.0.0.1:1/": "new", "http://127.0.0.1:2/": "old"}
        assert [h["url"] for h in hooks(label_studio)] == ["http://127.0.0.1:2/"]
        other.__exit__(None, None, None)

    def test_refuses_to_call(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it says what to do where Label Studio refuses to call an address."""
        save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, {("ResNet-50", "imagenet"): IMAGENET_RESNET_50}))
        paperflops(db_path, "review", "send")
        with pytest.raises(BadInputError, match=r"refuses to call http://10\.0\.0\.1.*serve --webhooks"):
            paperflops(db_path, "review", "listen", "--port", "0", "--address", "http://10.0.0.1:8090")

    def test_calls_nobody_else(self, label_studio: Server) -> None:
        """it lets the server call this machine alone, no other of a private network."""
        for address in ("http://10.0.0.1/", "http://169.254.169.254/", "http://192.168.1.1/"):
            refused = requests.post(
                f"{label_studio.url}/api/webhooks/", json={"url": address}, headers=key_of(label_studio), timeout=10
            )
            assert refused.status_code in (400, 403), address


def key_of(server: Server) -> dict[str, str]:
    return {"Authorization": f"Token {server.api_key}"}


def hooks(server: Server) -> list[dict[str, object]]:
    found = requests.get(f"{server.url}/api/webhooks/", headers=key_of(server), timeout=10)
    return list(json.loads(found.text))


def verdicts(db: Path) -> list[str]:
    with reading(db) as con:
        return [str(r["verdict"]) for r in rows_of(con, "SELECT verdict FROM decisions ORDER BY position")]


def until(true: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(f"after {seconds:.0f} s it is not true that {what}")
